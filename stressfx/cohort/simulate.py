"""What would a study find if the truth were known? Made-up athletes whose injuries follow planted ratios.

Takes a seed and what is to be true; gives a `Cohort`: the frames that a study needs, and the truth beside them. The
training is made in `stressfx.cohort.plans`, the injuries in `hazards`, what is seen of them in `observed`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from stressfx.cohort.frames import Made, days_frame, injuries_frame, onsets_frame, truth_frame
from stressfx.cohort.hazards import WASHOUT_DAYS, Planted, live
from stressfx.cohort.observed import see
from stressfx.cohort.plans import Floats, training_plans
from stressfx.cohort.session_frames import sessions_frame, shoes_frame

__all__ = ["Cohort", "simulate_cohort"]

THURSDAY = 3
"""Day of the week of 1 January 1970, day 0 of the epoch."""


@dataclass(frozen=True, eq=False, repr=False)
class Cohort:
    """Made-up athletes, what a study sees of them, and the truth.

    ==============  ==================================================================================
    `days`          one row an athlete and day (`stressfx.schema.DAILY_LOAD`), and the exposures ``spike``,
                    ``new_surface`` and ``damage_z``
    `injuries`      the injuries that are told (`stressfx.schema.INJURIES`)
    `sessions`      one row a session (`stressfx.schema.LOG`), with ``surface_label`` and damage
    `shoes`         pairs of shoes (`stressfx.schema.SHOES`, and ``athlete_id``)
    `truth`         one row an athlete: ``frailty``, usual distance and speed, ``last_day`` of a log that ends
                    early, ``days_at_risk``, number of ``onsets``
    `onsets`        one row a true onset, with the exposures of that day; ``injury`` is the row in
                    `injuries`, -1 if it is not told
    `planted`       the arguments of `simulate_cohort`
    ==============  ==================================================================================

    Each frame is made when it is first asked for, and the same cohort always gives the same.

    Parameters
    ----------
    planted : dict
        What was asked for, by name.
    made : Made
        All of it, as arrays.
    """

    planted: Mapping[str, Any]
    made: Made

    @cached_property
    def days(self) -> pd.DataFrame:
        """Give every athlete's days, to the end of the log.

        Returns
        -------
        DataFrame
            By athlete and date. ``spike`` is that of `stressfx.injury.exposures.spike_days`, ``new_surface`` is 1
            on the days of `stressfx.training.surfaces.first_days.first_days`, ``damage_z`` the damage of 28 days on
            the scale of the hazard. Days that nobody observed are missing.
        """
        return days_frame(self.made)

    @cached_property
    def injuries(self) -> pd.DataFrame:
        """Give the injuries that are told.

        Returns
        -------
        DataFrame
            By athlete and onset; ``tissue`` is bone, or that of another injury. Dates after the end of the log are
            not known.
        """
        return injuries_frame(self.made)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """Give every session that was logged.

        Returns
        -------
        DataFrame
            By athlete and start: runs at seven in the morning, rides at five in the afternoon, by UTC.
        """
        return sessions_frame(self.made)

    @cached_property
    def shoes(self) -> pd.DataFrame:
        """Give every pair of shoes.

        Returns
        -------
        DataFrame
            By athlete.
        """
        return shoes_frame(self.made)

    @cached_property
    def truth(self) -> pd.DataFrame:
        """Give what is true of each athlete.

        Returns
        -------
        DataFrame
            One row an athlete.
        """
        return truth_frame(self.made)

    @cached_property
    def onsets(self) -> pd.DataFrame:
        """Give the true onsets.

        Returns
        -------
        DataFrame
            One row an injury, told or not.
        """
        return onsets_frame(self.made)

    def _counts(self) -> dict[str, object]:
        n_days, n_athletes = self.made.lives.distance_m.shape
        bone = self.made.lives.harm.other < 0
        told = int((bone & self.made.seen.told).sum())
        return {
            "athletes": n_athletes,
            "days": n_days,
            "bone stress injuries": int(bone.sum()),
            "of these told": told,
            **{name: value for name, value in self.planted.items() if name not in {"n_athletes", "n_days"}},
        }

    def __repr__(self) -> str:
        """Show what was planted."""
        return "Made-up athletes\n" + "\n".join(f"{name:<32}{value}" for name, value in self._counts().items())

    def _repr_html_(self) -> str:
        """Show what was planted; every text is escaped."""
        rows = "".join(
            f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in self._counts().items()
        )
        return f"<p>Made-up athletes</p><table>{rows}</table>"


def simulate_cohort(  # noqa: PLR0913  # a name for each thing that can be planted
    n_athletes: int = 200,
    n_days: int = 365,
    *,
    seed: int,
    hazard_ratio: float = 1.0,
    surface_hazard_ratio: float = 1.0,
    damage_hazard_ratio: float = 1.0,
    injuries_per_athlete_year: float = 0.5,
    frailty_sd: float = 0.5,
    pain_days: int = 0,
    pain_load: float = 0.5,
    dropout: float = 0.0,
    missing_devices: float = 0.0,
    heaping: float = 0.0,
    diagnosis_delay_days: float = 14.0,
    recovery_days: float | None = None,
    other_injuries_per_athlete_year: float = 0.0,
    start: str = "2024-01-01",
) -> Cohort:
    r"""Make up athletes, their training and their injuries.

    Parameters
    ----------
    n_athletes, n_days : int
        How many athletes, and how many days of each.
    seed : int
        Seed of everything that is left to chance.
    hazard_ratio : float
        The hazard is so many times as high on the day of a single-session spike (more than 10 % beyond the longest run
        of the 30 days before) and on the six days after it. [1]
    surface_hazard_ratio : float
        The same for the first run in 28 days on a class of surface. [1]
    damage_hazard_ratio : float
        The same for each 60,000 steps at easy speed more of bone damage in 28 days, from 110,000 on up or down. [1]
    injuries_per_athlete_year : float
        Bone stress injuries in 365 days at risk of a mean athlete who is not exposed. [1/year]
    frailty_sd : float
        Standard deviation between athletes of a factor of the hazard, whose mean is 1 (gamma). [1]
    pain_days : int
        So many days before the day that is told as the first with pain the injury has begun, and training is reduced
        from then on: reverse causation. From 0 to 28. [d]
    pain_load : float
        Share of each planned run that is run with pain, from the true onset until running stops; with 0, none. [1]
    dropout : float
        Share of the athletes who stop logging on a day at random; and share of the bone stress injuries at which the
        athlete stops logging for good, on the first day without running. [1]
    missing_devices : float
        Share of the runs whose distance is not known; and share of the days, in stretches of a week or so, that
        nobody observed. [1]
    heaping : float
        Share of the first pains, and of the diagnoses, that are told as the nearest Monday, 1st or 15th. [1]
    diagnosis_delay_days : float
        Mean time from the first day without running to the diagnosis. [d]
    recovery_days : float, optional
        Mean time from then to the first run; by default that of the site (44 to 127 days). [d]
    other_injuries_per_athlete_year : float
        Injuries of muscle, tendon or ligament, which no training causes here. [1/year]
    start : str
        First day.

    Returns
    -------
    Cohort
        Frames for studies, and the truth.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    *Hazard.* An athlete who is at risk is injured on a day with probability :math:`1 - e^{-h}`,

    .. math:: h = h_0 \, u \, r_1^{\,e_1} \, r_2^{\,e_2} \, r_3^{\,z}

    with :math:`h_0` the injuries a day, :math:`u` the athlete's frailty, :math:`e_1` and :math:`e_2` 1 on days with a
    spike or a new surface in the last seven (the day itself included), and :math:`z` the damage of the last 28 days on
    a fixed scale. These are what a study reckons by `stressfx.session_spikes`,
    `stressfx.injury.exposures.spike_days` and `stressfx.injury.exposures.exposed` ``(above=0.1, days=7)``. Where that
    gives no answer (the first 36 days, and the week from the first run after a month without) only spikes that can be
    told from the log count here, and a study must leave those days out.

    *At risk* is everybody on every day, whether of running, rest or illness, except from the day after an onset until
    28 days after the return, or to the end if there is none.

    *After an onset* the athlete runs on for up to two weeks at `pain_load`, stops, and comes back with a third of the
    plan, three quarters after two weeks and all of it after sixteen: exposure then depends on the injury.

    *Training* has fixed days of running, a long run at the weekend that grows for months, weeks of building up and of
    recovery, seasons, races, illness, cross-training, ground that changes now and then, and chance. Spikes are about
    4 % of the runs of the default, and 14 % of the days lie in the week from one. All numbers are our choice, but for
    the times to return of `stressfx.cohort.hazards.SITES`. No number is fitted to data, and none says how often
    runners are injured; what a study finds here, it was told.

    Examples
    --------
    >>> cohort = simulate_cohort(50, 200, seed=1, hazard_ratio=2.0)
    >>> len(cohort.days), cohort.planted["hazard_ratio"]
    (10000, 2.0)
    """
    given = dict(locals())
    _refuse_what_cannot_be(given)
    first_day = _day_number(start)
    planned, hurt, looked, gear = np.random.SeedSequence(seed).spawn(4)
    weekday = (first_day + THURSDAY) % 7
    plans = training_plans(n_athletes, n_days, first_weekday=weekday, rng=np.random.default_rng(planned))
    rng = np.random.default_rng(hurt)
    frailty = _frailty(n_athletes, frailty_sd, rng)
    lives = live(plans, Planted(**{name: given[name] for name in Planted._fields}), frailty, rng)
    seen = see(
        lives,
        plans.ground,
        dropout=dropout,
        missing_devices=missing_devices,
        heaping=heaping,
        first_day=first_day,
        rng=np.random.default_rng(looked),
    )
    width = max(3, len(str(n_athletes)))
    ids = tuple(f"athlete-{number:0{width}d}" for number in range(1, n_athletes + 1))
    return Cohort(given, Made(ids, first_day, plans, lives, seen, frailty, gear))


MOST = 1e6
"""No number is larger."""

LEAST_SD = 1e-6
"""Athletes who differ by less are the same."""

AT_LEAST_1 = ("n_athletes", "n_days")
ABOVE_0 = ("hazard_ratio", "surface_hazard_ratio", "damage_hazard_ratio", "recovery_days")
AT_LEAST_0 = ("injuries_per_athlete_year", "other_injuries_per_athlete_year", "frailty_sd", "diagnosis_delay_days")
SHARES = ("pain_load", "dropout", "missing_devices", "heaping")


def _refuse_what_cannot_be(given: Mapping[str, Any]) -> None:
    """Refuse arguments that are out of their range, the first of them by its name."""
    ranges: dict[str, tuple[str, type, Callable[[Any], bool]]] = {
        "seed": ("a whole number from 0 on", Integral, lambda seed: seed >= 0),
        **dict.fromkeys(AT_LEAST_1, ("a whole number from 1 on", Integral, lambda count: count >= 1)),
        **dict.fromkeys(ABOVE_0, (f"a number above 0, up to {MOST:,.0f},", Real, lambda number: 0 < number <= MOST)),
        **dict.fromkeys(AT_LEAST_0, (f"a number from 0 to {MOST:,.0f}", Real, lambda number: 0 <= number <= MOST)),
        **dict.fromkeys(SHARES, ("a share from 0 to 1", Real, lambda share: 0 <= share <= 1)),
        "missing_devices": ("a share from 0 to below 1", Real, lambda share: 0 <= share < 1),
        "pain_days": (f"a whole number from 0 to {WASHOUT_DAYS}", Integral, range(WASHOUT_DAYS + 1).__contains__),
    }
    for name, (needed, kind, fits) in ranges.items():
        by_site = name == "recovery_days" and given[name] is None
        if not by_site and not (isinstance(given[name], kind) and fits(given[name])):
            raise ValueError(f"{name} is {given[name]!r}; {needed} is needed")


def _day_number(start: str) -> int:
    """Give a date in days since the epoch."""
    try:
        date = np.array([start], dtype="datetime64[D]")
    except (ValueError, TypeError):
        date = np.array(["NaT"], dtype="datetime64[D]")
    if np.isnat(date[0]):
        raise ValueError(f"start is {start!r}; a date as in 2024-01-01 is needed")
    return int(date.astype(np.int64)[0])


def _frailty(n_athletes: int, frailty_sd: float, rng: np.random.Generator) -> Floats:
    """Draw factors of mean 1 from a gamma distribution."""
    if frailty_sd < LEAST_SD:
        return np.ones(n_athletes)
    return rng.gamma(frailty_sd**-2, frailty_sd**2, n_athletes)
