"""What did a run cost? Energy by Minetti's polynomial, and by the equation of the ACSM.

Takes distances, speeds and grades, or Sessions; gives joules, by both equations side by side and the one that counts.
Runs and walks at full body weight have an equation here. For any other session no number is made up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import compress

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.samples import Floats
from stressfx.activity.terrain.slope_cost import running_cost, walking_cost
from stressfx.schema import DTYPES, ENERGY, LOADS, Schema
from stressfx.schema.sports import ANTIGRAVITY, named_sport
from stressfx.units import kcal_to_joules

__all__ = ["acsm_energy", "acsm_oxygen", "energy_cost", "minetti_energy"]

MINETTI = {"running": running_cost, "walking": walking_cost}
"""Energy for each kilogram and metre, by grade."""

ACSM = {"running": (0.2, 0.9), "walking": (0.1, 1.8)}
"""Oxygen for each metre along and for each metre up. [mL/kg/m]"""

REST_ML = 3.5
"""Oxygen at rest. [mL/kg/min]"""

KCAL_PER_LITRE = 5.0
"""Energy from a litre of oxygen. [kcal/L]"""

RUNNING_FROM, WALKING_FROM = 134.0, 50.0
"""From these speeds on the equations of the ACSM are meant to hold. [m/min]"""

TOLERANCE = 1e-9
"""Relative tolerance: a speed of 134 m/min in m/s is not below it."""

GAITS = {"running": "running", "walking": "walking", "hiking": "walking"}
"""The sports that an equation tells of, and how one moves in them."""

BELTS = ("treadmill", "virtual_activity")
"""Runs that lead nowhere: what an altimeter tells of them is weather, or the picture on a screen."""

OPTIONAL = ("counted", "body_weight_share")
NEEDED = (
    *("athlete_id", "session_id", "date", "sport", "sub_sport"),
    *("distance_m", "timer_s", "speed_mean_mps", "grade_adjusted_m"),
)
COSTED = Schema(
    "Sessions",
    tuple(replace(c, optional=c.name in OPTIONAL) for c in LOADS.columns if c.name in {*NEEDED, *OPTIONAL}),
)


def minetti_energy(
    distance_m: npt.ArrayLike, grade: npt.ArrayLike = 0.0, *, mass_kg: npt.ArrayLike, gait: str = "running"
) -> Floats:
    """Give the net energy of stretches of a way by Minetti's polynomial.

    Parameters
    ----------
    distance_m : array-like of float
        Length of each stretch. [m]
    grade : array-like of float
        Rise over run, uphill positive. [1]
    mass_kg : float or array-like of float
        Body mass. [kg]
    gait : {"running", "walking"}
        Which of the two polynomials.

    Returns
    -------
    array of float64
        Energy of each stretch, without that of standing still; their sum is that of the way. NaN for a negative
        distance. [J]

    Raises
    ------
    ValueError
        If a mass is not above 0, or there is no such gait.

    Notes
    -----
    E = m Cr(i) d with the polynomials of `stressfx.activity.terrain.slope_cost`, which hold from -0.45 to +0.45 and are
    no means of what was measured: on the level the one for running gives 3.60 J/kg/m, 0.860 kcal for each kilogram and
    kilometre, where 3.40 J/kg/m were measured, 0.813 kcal. The one for walking is poor near level: 2.50 against 1.64.

    Examples
    --------
    >>> float(minetti_energy(10_000, mass_kg=70))
    2520000.0
    """
    return np.asarray(_masses(mass_kg) * _known(distance_m) * MINETTI[_gait(gait)](grade), np.float64)


def acsm_oxygen(speed_mps: npt.ArrayLike, grade: npt.ArrayLike = 0.0, *, gait: str = "running") -> Floats:
    """Give the oxygen uptake of running or walking at an even speed, rest included, by the equation of the ACSM.

    Parameters
    ----------
    speed_mps : array-like of float
        Speed. [m/s]
    grade : array-like of float
        Rise over run. [1]
    gait : {"running", "walking"}
        Which of the two equations.

    Returns
    -------
    array of float64
        NaN for a negative speed, and downhill, for which the equation has no term. [mL/kg/min]

    Raises
    ------
    ValueError
        If there is no such gait.

    Notes
    -----
    With the speed S in m/min and the grade G as a fraction: running 0.2 S + 0.9 S G + 3.5, walking 0.1 S + 1.8 S G +
    3.5 [1]_. They are meant for a steady state: running above about 134 m/min (5 miles an hour; from 80 m/min on if
    one truly runs), walking above about 50 m/min. Values outside are computed all the same. The coefficients were read
    in [1]_; the speeds are recalled and were found again in teaching material only.

    References
    ----------
    .. [1] Bushman BA. "Metabolic calculations in action." ACSM's Health & Fitness Journal 24 (2020), parts 1 and 2,
       after ACSM's Guidelines for Exercise Testing and Prescription. doi:10.1249/FIT.0000000000000577

    Examples
    --------
    >>> acsm_oxygen([200 / 60, 200 / 60], [0.0, 0.05])
    array([43.5, 52.5])
    """
    along, up = ACSM[_gait(gait)]
    metres_a_minute, slope = 60 * _known(speed_mps), _known(grade)
    return np.asarray(metres_a_minute * (along + up * slope) + REST_ML, np.float64)


def acsm_energy(
    speed_mps: npt.ArrayLike,
    duration_s: npt.ArrayLike,
    grade: npt.ArrayLike = 0.0,
    *,
    mass_kg: npt.ArrayLike,
    gait: str = "running",
    net: bool = True,
) -> Floats:
    """Give the energy of running or walking at an even speed by the equation of the ACSM.

    Parameters
    ----------
    speed_mps : array-like of float
        Speed. [m/s]
    duration_s : array-like of float
        How long it was held. [s]
    grade : array-like of float
        Rise over run. [1]
    mass_kg : float or array-like of float
        Body mass. [kg]
    gait : {"running", "walking"}
        Which of the two equations.
    net : bool
        Without the energy that the same time at rest would have taken: the 3.5 mL/kg/min of `acsm_oxygen`.

    Returns
    -------
    array of float64
        NaN for a negative speed or duration, and downhill. [J]

    Raises
    ------
    ValueError
        If a mass is not above 0, or there is no such gait.

    Notes
    -----
    A litre of oxygen is taken for 5 kcal, as the ACSM does; truly it depends on what is burnt. On the level the net
    energy of running is 1 kcal for each kilogram and kilometre at every speed, 16 % more than by Minetti.

    Examples
    --------
    >>> [round(float(acsm_energy(200 / 60, 3000, mass_kg=70, net=net)) / 4184, 2) for net in (False, True)]
    [761.25, 700.0]
    """
    oxygen = acsm_oxygen(speed_mps, grade, gait=gait) - (REST_ML if net else 0.0)
    litres = oxygen / 1000 * _known(duration_s) / 60 * _masses(mass_kg)
    return np.asarray(kcal_to_joules(KCAL_PER_LITRE * litres), np.float64)


def energy_cost(sessions: pd.DataFrame, *, mass_kg: float | Mapping[str, float]) -> pd.DataFrame:
    """Tell what every run and walk cost, by two equations.

    Parameters
    ----------
    sessions : DataFrame
        `stressfx.schema.SESSIONS`, or a log or loads, of any number of athletes; the columns ``athlete_id``,
        ``session_id``, ``date``, ``sport``, ``sub_sport``, ``distance_m``, ``timer_s``, ``speed_mean_mps`` and
        ``grade_adjusted_m`` suffice. Rows that a column ``counted`` excludes are left out; a column
        ``body_weight_share`` is used if it is there.
    mass_kg : float or mapping of str to float
        Body mass, or that of each athlete; NaN, or no athlete of the name, where it is not known. [kg]

    Returns
    -------
    DataFrame
        `stressfx.schema.ENERGY`: a row a session that counts, in the order given.

    Raises
    ------
    ValueError
        If a mass is not above 0.
    SchemaError
        If a column is missing, of another type or out of its range.

    Notes
    -----
    ``exercise_j``, the one that counts, is net, as the energy of exercise has to be where it is held against what is
    eaten (`stressfx.training.energy`):

    - Runs: by Minetti, at the distance on the flat of the same cost (``grade_adjusted_m``), which makes it the sum of
      m Cr(i) ds over the way [1]_. Where no grade is known the run counts as level, and the note says so.
    - Runs on a treadmill: by the ACSM's equation, which was made for it. Its slope is in no file, so it counts as
      level; Minetti's number stands beside it, level as well.
    - Walks and hikes: by the ACSM's equation, since Minetti's polynomial for walking is poor near level; the hills are
      in neither number.
    - With less than the body weight carried, on an antigravity treadmill or in deep water, and in other sports nothing
      here tells the energy: the numbers are missing, and the note says why.

    The two differ by 16 % on the level, and a runner may differ by as much from either. Which of them counts where is
    our choice; both are given.

    References
    ----------
    .. [1] Minetti AE, et al. J Appl Physiol 93 (2002) 1039-1046. doi:10.1152/japplphysiol.01177.2001

    Examples
    --------
    >>> runs = pd.DataFrame({"athlete_id": "ann", "session_id": ["a", "b"], "sport": "running",
    ...                      "sub_sport": ["road", "treadmill"],
    ...                      "date": pd.to_datetime(["2025-03-01", "2025-03-02"]).as_unit("us"),
    ...                      "distance_m": 10_000.0, "timer_s": 3000.0, "speed_mean_mps": 10 / 3,
    ...                      "grade_adjusted_m": [10_400.0, float("nan")]})
    >>> found = energy_cost(runs, mass_kg=70)
    >>> (found["exercise_j"] / 4184).round(1).tolist(), found["exercise_by"].tolist()
    ([626.4, 700.0], ['minetti', 'acsm'])
    """
    told = COSTED.check(sessions)
    if "counted" in told.columns:
        told = told[told["counted"]]
    told = _with_means(told.reset_index(drop=True), mass_kg)
    numbers = pd.DataFrame(np.nan, index=told.index, columns=["minetti_j", "acsm_gross_j", "acsm_net_j"])
    for gait in MINETTI:
        here = (told["gait"] == gait) & told["whole"]
        rows = told[here]
        speed, mass = (rows["mps"], rows["timer_s"]), rows["mass_kg"]
        numbers.loc[here, "minetti_j"] = minetti_energy(rows["flat_m"], mass_kg=mass, gait=gait)
        numbers.loc[here, "acsm_gross_j"] = acsm_energy(*speed, mass_kg=mass, gait=gait, net=False)
        numbers.loc[here, "acsm_net_j"] = acsm_energy(*speed, mass_kg=mass, gait=gait)
    by = np.where((told["gait"] == "running") & ~told["belt"], "minetti", "acsm")
    counts = numbers["minetti_j"].where(by == "minetti", numbers["acsm_net_j"])
    found = told[["athlete_id", "session_id", "date", "sport", "timer_s"]].join(numbers)
    found = found.assign(
        exercise_j=counts, exercise_by=_text(np.where(counts.isna(), "", by).tolist()), note=_notes(told)
    )
    return found[list(ENERGY.names)]


def _with_means(told: pd.DataFrame, mass_kg: float | Mapping[str, float]) -> pd.DataFrame:
    """Add what the equations take: mass, gait, distance on the flat and speed, and whether they hold."""
    pairs = list(zip(told["sport"].fillna(""), told["sub_sport"].fillna(""), strict=True))
    named = {pair: named_sport(*pair) for pair in set(pairs)}
    gait = _text([GAITS.get(named[pair][0], "") for pair in pairs])
    kind = _text([named[pair][1] for pair in pairs])
    belt = kind.isin(BELTS)
    graded = (gait == "running") & ~belt & told["grade_adjusted_m"].notna()
    timed = told["timer_s"].where(told["timer_s"] > 0)
    share = told.get("body_weight_share", pd.Series(1.0, told.index))
    mass_of = mass_kg if isinstance(mass_kg, Mapping) else dict.fromkeys(told["athlete_id"], mass_kg)
    return told.assign(
        mass_kg=_masses([mass_of.get(athlete, np.nan) for athlete in told["athlete_id"]]),
        gait=gait,
        whole=~(share < 1) & (kind != ANTIGRAVITY),  # where nobody says otherwise, all of the weight was carried
        belt=belt,
        graded=graded,
        flat_m=told["grade_adjusted_m"].where(graded, told["distance_m"]),
        mps=told["speed_mean_mps"].fillna(told["distance_m"] / timed),
    )


def _notes(told: pd.DataFrame) -> pd.Series:
    """Say what each number leaves out, or why there is none."""
    on_foot, ran, level = told["gait"] != "", told["gait"] == "running", ~told["graded"]
    holds = on_foot & told["whole"] & told["mass_kg"].notna()
    far, fast = holds & told["flat_m"].notna(), holds & told["mps"].notna() & told["timer_s"].notna()
    slow = 60 * told["mps"] < np.where(ran, RUNNING_FROM, WALKING_FROM) * (1 - TOLERANCE)
    sentences = {
        "No equation here tells what this sport costs.": ~on_foot,
        "Less than the body weight was carried; both equations are for all of it.": on_foot & ~told["whole"],
        "The body mass is not known.": on_foot & told["whole"] & told["mass_kg"].isna(),
        "The distance is not known.": holds & ~far,
        "The speed or the time is not known.": holds & ~fast,
        "Reckoned as level: the slope of the belt is not known.": (far | fast) & told["belt"],
        "Reckoned as level: no grade is known.": far & ran & level & ~told["belt"],
        "Reckoned as level: the hills of a walk are left out.": (far | fast) & ~ran & ~told["belt"],
        "Below 134 m/min the ACSM's equation is meant only for those who truly run.": fast & ran & slow,
        "Below 50 m/min the ACSM's equation is not meant for walking.": fast & ~ran & slow,
    }
    rows = np.column_stack([flags.to_numpy(dtype=bool) for flags in sentences.values()])
    return _text([" ".join(compress(sentences, row)) for row in rows])


def _text(words: Iterable[str]) -> pd.Series:
    return pd.Series(list(words), dtype=DTYPES["text"])


def _gait(gait: str) -> str:
    if gait not in MINETTI:
        raise ValueError(f"gait is {gait!r}; one of {', '.join(MINETTI)} is needed")
    return gait


def _known(values: npt.ArrayLike) -> Floats:
    """Leave out what cannot be: nothing here is below 0."""
    told = np.asarray(values, np.float64)
    return np.where(told >= 0, told, np.nan)


def _masses(mass_kg: npt.ArrayLike) -> Floats:
    """Refuse what is no mass; an unknown one is no error."""
    mass = np.asarray(mass_kg, np.float64)
    if ((mass <= 0) | np.isinf(mass)).any():
        raise ValueError("mass_kg holds a mass that is not above 0, or is infinite; kilograms are needed, or NaN")
    return mass
