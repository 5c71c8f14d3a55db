"""Answers how much a runner would have to eat for the exercise of each day, and what an intake leaves for the rest.

Takes Energy (what each session cost), fat-free mass and, where somebody kept a record of it, the intake; gives
`stressfx.schema.ENERGY_NEED`. It is information and no diagnosis: the limits come from few and short experiments.
"""

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import SchemaError
from stressfx.schema import DTYPES, ENERGY, ENERGY_NEED, Column, Schema
from stressfx.training.counted import counts
from stressfx.units import format_duration, joules_to_kcal

__all__ = [
    "AVAILABILITY_RANGES",
    "TARGET",
    "AvailabilityRange",
    "energy_availability",
    "energy_need",
    "intake_needed",
]

TARGET = 45.0
"""Energy availability that counts as balance. [kcal/kg of fat-free mass and day]"""

TOLERANCE = 1e-9
"""Relative tolerance: 30 is not low, however it was rounded."""

LOW_SOURCE = (
    "Loucks & Thuma 2003, J Clin Endocrinol Metab 88:297, in young sedentary women (recalled; so reviewed by Areta, "
    "Taylor & Koehler 2021, doi:10.1007/s00421-020-04516-0: debated for women, unknown for men)"
)
BALANCE_SOURCE = "about 45 as in Burke et al. 2018, Int J Sport Nutr Exerc Metab 28:350"


class AvailabilityRange(NamedTuple):
    """A range of energy availability, and where its limits are from."""

    name: str
    low: float
    """From here on. [kcal/kg]"""
    high: float
    """Up to here, which is the next range already. [kcal/kg]"""
    words: str
    source: str


AVAILABILITY_RANGES = (
    AvailabilityRange("low", -math.inf, 30.0, "below 30 kcal/kg, which is called low", LOW_SOURCE),
    AvailabilityRange(
        "reduced",
        30.0,
        TARGET,
        "from 30 to below 45 kcal/kg, which is called reduced",
        f"{LOW_SOURCE}; {BALANCE_SOURCE}",
    ),
    AvailabilityRange("balance", TARGET, math.inf, "45 kcal/kg or more, which is called balance", BALANCE_SOURCE),
)
"""Into which ranges energy availability is parted, a kilogram of fat-free mass and day."""

WEAKNESS = (
    "Information, no diagnosis: the limits are from laboratory studies of a few days in young women; there is no sharp "
    "limit for everybody, and for men it is lower or unclear."
)
NOT_TOLD = "Energy availability cannot be told without the exercise, the intake and the fat-free mass of the day."

DAY = tuple(column for column in ENERGY_NEED.columns if column.name in {"athlete_id", "date"})
OBSERVED = Column("sessions", "float", "", "sessions of the day; missing if nobody observed it", 0, optional=True)
CALENDAR = Schema("Daily", (*DAY, OBSERVED))
INTAKE = Schema("Intake", (*DAY, *(column for column in ENERGY_NEED.columns if column.name == "intake_kcal")))

Number = TypeVar("Number", float, "npt.NDArray[np.float64]", "pd.Series[float]")
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]


def energy_availability(
    intake_kcal: Number, exercise_kcal: "Number | float", fat_free_mass_kg: "Number | float"
) -> Number:
    """Tell what the intake of a day leaves for everything but exercise.

    Parameters
    ----------
    intake_kcal : float, array or Series
        Energy eaten. [kcal]
    exercise_kcal : float, array or Series
        Net energy of the exercise: without what the same time at rest would have taken. [kcal]
    fat_free_mass_kg : float, array or Series
        Body mass without its fat. [kg]

    Returns
    -------
    float, array or Series
        (intake - exercise)/fat-free mass; below 0 where less was eaten than the exercise took. [kcal/kg]

    Raises
    ------
    ValueError
        If an energy is below 0, or a mass is not above 0.

    Examples
    --------
    >>> energy_availability(2200.0, 600.0, 50.0), energy_availability(2200.0, 700.0, 50.0)
    (32.0, 30.0)
    """
    _need("intake_kcal", intake_kcal)
    _need("exercise_kcal", exercise_kcal)
    _need("fat_free_mass_kg", fat_free_mass_kg, above=True)
    return (intake_kcal - exercise_kcal) / fat_free_mass_kg


def intake_needed(exercise_kcal: Number, fat_free_mass_kg: "Number | float", target: float = TARGET) -> Number:
    """Tell what has to be eaten so that the exercise of a day leaves the energy availability aimed at.

    Parameters
    ----------
    exercise_kcal : float, array or Series
        Net energy of the exercise. [kcal]
    fat_free_mass_kg : float, array or Series
        Body mass without its fat. [kg]
    target : float
        Energy availability aimed at. [kcal/kg]

    Returns
    -------
    float, array or Series
        target x fat-free mass + exercise. [kcal]

    Raises
    ------
    ValueError
        If an energy is below 0, or a mass or the target is not above 0.

    Examples
    --------
    >>> intake_needed(600.0, 50.0)
    2850.0
    """
    _need("exercise_kcal", exercise_kcal)
    _need("fat_free_mass_kg", fat_free_mass_kg, above=True)
    _need("target", target, above=True)
    return exercise_kcal + fat_free_mass_kg * target


def energy_need(
    energy: pd.DataFrame,
    *,
    fat_free_mass_kg: float | Mapping[str, float],
    target: float = TARGET,
    intake_kcal: pd.Series | pd.DataFrame | None = None,
    daily: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Tell for every day what its exercise cost, and what would have to be eaten for it.

    Parameters
    ----------
    energy : DataFrame
        `stressfx.schema.ENERGY` of any number of athletes. Rows without a date are left out.
    fat_free_mass_kg : float or mapping of str to float
        Body mass without its fat, or that of each athlete; NaN, or no athlete of the name, where nobody measured
        it. [kg]
    target : float
        Energy availability aimed at. [kcal/kg]
    intake_kcal : Series or DataFrame, optional
        What was eaten: ``athlete_id``, ``date`` and ``intake_kcal``, a row a day; or, for one athlete alone, a Series
        by date. Days without a row are not known. [kcal]
    daily : DataFrame, optional
        The days to tell of, such as `stressfx.training.daily.daily_load` gives them: ``athlete_id`` and ``date``, and
        ``sessions``, missing on a day that nobody observed. Otherwise all days from an athlete's first to the last in
        `energy`, every one of them observed.

    Returns
    -------
    DataFrame
        `stressfx.schema.ENERGY_NEED`: a row an athlete and day, in this order.

    Raises
    ------
    ValueError
        If a mass, the target or an intake is out of its range, or a Series of intake goes with several athletes.
    SchemaError
        If a frame does not follow its schema, or holds a day twice.

    Notes
    -----
    Energy availability is (EI - EEE)/FFM: the energy eaten, less the net energy of the exercise, by the fat-free
    mass. A log of runs knows the second alone. The intake needed follows from it and the target; the availability
    itself is given on days with an intake only, and never guessed.

    A day without a session has an exercise of 0; one that nobody observed has none that is known. Sessions whose
    energy no equation tells (`stressfx.activity.energy`) are in ``unknown_s`` by their time: then the exercise and the
    intake needed are lower bounds and the availability is an upper one, and ``information`` says so. The energy of
    daily life beside the sessions is no exercise here.

    The ranges (`AVAILABILITY_RANGES`) are one day's, where the experiments took five and the matter is one of weeks;
    30 itself is not called low here, as it is by some. Records of what one eats tell too little as a rule. A low
    number is a reason to ask somebody who knows, and a high one is no proof that all is well.

    Examples
    --------
    >>> energy = ENERGY.empty().reindex([0]).assign(athlete_id="ann", date=pd.Timestamp("2025-03-01").as_unit("us"),
    ...                                             exercise_j=600 * 4184.0)
    >>> texts = dict.fromkeys(["athlete_id", "session_id", "sport", "exercise_by", "note"], "str")
    >>> eaten = pd.Series(2200.0, pd.DatetimeIndex(["2025-03-01"]))
    >>> need = energy_need(energy.astype(texts), fat_free_mass_kg=50, intake_kcal=eaten)
    >>> need[["exercise_kcal", "exercise_per_ffm", "intake_needed_kcal", "availability"]].values.tolist()
    [[600.0, 12.0, 2850.0, 32.0]]
    """
    _need("target", target, above=True)
    chosen = ENERGY.check(energy)
    chosen = chosen[counts(chosen) & chosen["date"].notna()]
    need, observed = _calendars(chosen) if daily is None else _given_days(daily)
    days = pd.MultiIndex.from_frame(need)
    place = days.get_indexer(pd.MultiIndex.from_frame(chosen[["athlete_id", "date"]]))
    known = chosen["exercise_j"].notna().to_numpy(dtype=bool)
    exercise_j = _summed(chosen["exercise_j"], place, known, len(need))
    unknown_s = _summed(chosen["timer_s"], place, ~known, len(need))
    lacking = np.bincount(place[~known & (place >= 0)], minlength=len(need)) > 0
    observed = observed | (np.bincount(place[place >= 0], minlength=len(need)) > 0)
    mass_kg = _by_athlete(fat_free_mass_kg, need["athlete_id"])
    exercise = np.where(observed, joules_to_kcal(exercise_j), np.nan)
    eaten = _intake(intake_kcal, need, days)
    availability = energy_availability(eaten, exercise, mass_kg)
    return need.assign(
        exercise_kcal=exercise,
        exercise_per_ffm=exercise / mass_kg,
        unknown_s=np.where(observed, unknown_s, np.nan),
        intake_needed_kcal=intake_needed(exercise, mass_kg, target),
        intake_kcal=eaten,
        availability=availability,
        information=_information(availability, unknown_s, lacking=lacking, observed=observed),
    )


def _calendars(energy: pd.DataFrame) -> tuple[pd.DataFrame, Flags]:
    """List every day from an athlete's first to the last; all of them are taken for observed."""
    spans = energy.groupby("athlete_id")["date"].agg(["min", "max"])
    ranges = [pd.date_range(first, last, unit="us").to_numpy() for first, last in spans.to_numpy()]
    names = np.repeat(spans.index.to_numpy(), [len(dates) for dates in ranges])
    dates = np.concatenate([np.empty(0, DTYPES["date"]), *ranges])
    return pd.DataFrame({"athlete_id": _text(names), "date": dates}), np.ones(len(dates), dtype=bool)


def _given_days(daily: pd.DataFrame) -> tuple[pd.DataFrame, Flags]:
    """List the days of a table, and which of them were observed."""
    _need_once("Daily", CALENDAR.check(daily))
    days = daily.sort_values(["athlete_id", "date"], ignore_index=True)
    observed = days["sessions" if "sessions" in days.columns else "date"].notna()
    return days[["athlete_id", "date"]], observed.to_numpy(dtype=bool)


def _by_athlete(mass_kg: float | Mapping[str, float], athletes: pd.Series) -> Floats:
    mass_of = mass_kg if isinstance(mass_kg, Mapping) else dict.fromkeys(athletes, mass_kg)
    return np.array([mass_of.get(athlete, math.nan) for athlete in athletes], np.float64)


def _summed(values: pd.Series, place: npt.NDArray[np.intp], chosen: Flags, size: int) -> Floats:
    """Sum by day what is chosen of the values; a missing one makes its day's sum missing."""
    taken = chosen & (place >= 0)
    return np.bincount(place[taken], weights=values.to_numpy(np.float64)[taken], minlength=size).astype(np.float64)


def _intake(intake_kcal: pd.Series | pd.DataFrame | None, need: pd.DataFrame, days: pd.MultiIndex) -> Floats:
    """Lay the intake to its days."""
    if intake_kcal is None:
        return np.full(len(days), np.nan)
    if isinstance(intake_kcal, pd.Series):
        athletes = need["athlete_id"].unique()
        if len(athletes) > 1:
            found = f"intake_kcal is a Series, and there are {len(athletes)} athletes"
            raise ValueError(f"{found}; a DataFrame with athlete_id, date and intake_kcal is needed")
        name = athletes[0] if len(athletes) else ""
        columns = {"athlete_id": _text([name] * len(intake_kcal)), "date": intake_kcal.index}
        intake_kcal = pd.DataFrame({**columns, "intake_kcal": intake_kcal.to_numpy()})
    given = intake_kcal.reset_index(drop=True)
    if "date" in given and pd.api.types.is_datetime64_dtype(given["date"]):
        given["date"] = given["date"].dt.normalize().astype(DTYPES["date"])
    if "intake_kcal" in given and pd.api.types.is_integer_dtype(given["intake_kcal"]):
        given["intake_kcal"] = given["intake_kcal"].astype(np.float64)
    _need_once("Intake", INTAKE.check(given))
    eaten = given.set_index(["athlete_id", "date"])["intake_kcal"].reindex(days)
    return eaten.to_numpy(np.float64)


def _information(availability: Floats, unknown_s: Floats, *, lacking: Flags, observed: Flags) -> pd.Series:
    """Say what each day's number means, how weak that is, and what is not in it."""
    texts = []
    for value, missing_s, lacks, seen in zip(availability, unknown_s, lacking, observed, strict=True):
        means = NOT_TOLD if math.isnan(value) else f"Energy availability is {_range(value).words}."
        left_out = ""
        if not seen:
            left_out = " Nobody observed the day: what exercise it had is not known."
        elif lacks:
            how_long = "of unknown length" if math.isnan(missing_s) else f"of {format_duration(missing_s)}"
            left_out = (
                f" Exercise {how_long} is not in it, since no equation tells its energy: the exercise and the intake "
                f"needed are lower bounds{'' if math.isnan(value) else ', and the availability is an upper one'}."
            )
        texts.append(f"{means}{left_out} {WEAKNESS}")
    return _text(texts)


def _range(availability: float) -> AvailabilityRange:
    """Find the range that a value lies in; what is a rounding below a limit is on it."""
    return next(r for r in AVAILABILITY_RANGES[::-1] if availability >= r.low - abs(r.low) * TOLERANCE)


def _text(words: Iterable[str]) -> pd.Series:
    return pd.Series(list(words), dtype=DTYPES["text"])


def _need(name: str, values: "float | Floats | pd.Series", *, above: bool = False) -> None:
    """Refuse what cannot be; what is not known is no error."""
    told = np.asarray(values, np.float64)
    if ((told < 0) | np.isinf(told) | ((told == 0) & above)).any():
        raise ValueError(f"{name} holds a number that is not finite or not {'above 0' if above else '0 or more'}")


def _need_once(name: str, days: pd.DataFrame) -> None:
    if days[["athlete_id", "date"]].isna().to_numpy().any():
        raise SchemaError(f"{name}: a row has no athlete or no date; both are needed.")
    if days.duplicated(["athlete_id", "date"]).any():
        raise SchemaError(f"{name}: an athlete has a day twice; a row a day is needed.")
