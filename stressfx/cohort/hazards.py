"""Who is injured on which day, and what does an injury do to the training? The planted truth.

Takes `Plans` and `Planted`, the ratios; goes through the days one by one and gives `Lives`: what was run, what it
exposed to, and every injury with its true onset. A day's exposures hold up to and with the day itself, as a user of
the library reckons them; what cannot be known yet (the first weeks, the first run after a break) is no exposure here.
"""

from typing import NamedTuple

import numpy as np

from stressfx.cohort.lookback import NEVER, Lookback
from stressfx.cohort.plans import LEAST_M, Flags, Floats, Plans, Whole

__all__ = [
    "COMEBACK_DAYS",
    "COMEBACK_SHARES",
    "DAMAGE_CENTRE",
    "DAMAGE_DAYS",
    "DAMAGE_SCALE",
    "EXPOSED_DAYS",
    "SITES",
    "SPIKE_ABOVE",
    "WASHOUT_DAYS",
    "Harm",
    "Lives",
    "Planted",
    "Site",
    "live",
]

SPIKE_ABOVE = 0.10
"""From beyond this excess on a run is a spike. [1]"""

EXPOSED_DAYS = 7
"""A spike, or new ground, is an exposure on so many days, its own the first. [d]"""

DAMAGE_DAYS = 28
DAMAGE_CENTRE, DAMAGE_SCALE = 110_000.0, 60_000.0
"""Damage of 28 days that the ratio is 1 at, and the damage by which it holds once more. [steps at easy speed]"""

WASHOUT_DAYS = 28
"""Nobody is at risk after an injury until so many days after the return; on that day again. [d]"""

COMEBACK_DAYS, COMEBACK_SHARES = (0.0, 14.0, 42.0, 112.0), (1 / 3, 0.75, 0.75, 1.0)
"""Share of the plan that is run so many days after the return, in straight lines between: most of the rise lies in the
wash-out. With one that goes on after it, the week from a spike is so common in the weeks that follow that controls from
before a case are exposed too often. Our choice. [d], [1]"""

STOP_DAYS = 14
"""Running stops 1 to so many days after the first pain. [d]"""

RECOVERY_SHAPE, LEAST_AWAY = 9.0, 14
"""Times to return are drawn from a gamma distribution; none is shorter. Our choice. [1], [d]"""

DELAY_SHAPE = 2.0
"""So are times to diagnosis. A diagnosis comes before half of the time away is over."""

LARGEST_LOG = 300.0
"""Logarithm of the largest ratio of hazards: with more nothing would change."""

TOLERANCE = 1e-9
"""Relative tolerance at the bound of a spike: 11 km after 10 km is none."""


class Site(NamedTuple):
    """A part of the skeleton, and what an injury to it is like."""

    name: str
    osiics: str
    share: float
    """Share of the injuries. Our choice. [1]"""
    days_to_return: float
    """Mean time until the return to sport (Hoenig et al. 2023, Br J Sports Med 57:427). [d]"""


SITES = (
    Site("posteromedial tibial shaft", "QS", 0.60, 44.0),
    Site("fibula", "QS", 0.15, 56.0),
    Site("femoral neck", "GS", 0.10, 107.0),
    Site("navicular", "FS", 0.15, 127.0),
)

OTHER_TISSUES = ("muscle", "tendon", "ligament")
OTHER_DAYS = (7, 35)
"""Shortest and longest time without running after another injury. Our choice. [d]"""


class Planted(NamedTuple):
    """What is true of the made-up athletes; `stressfx.cohort.simulate.simulate_cohort` says what each is."""

    hazard_ratio: float
    surface_hazard_ratio: float
    damage_hazard_ratio: float
    injuries_per_athlete_year: float
    other_injuries_per_athlete_year: float
    pain_days: int
    pain_load: float
    diagnosis_delay_days: float
    recovery_days: float | None


class Harm(NamedTuple):
    """Injuries, a row each; dates are numbers of days, and may lie after the last one."""

    athlete: Whole
    onset: Whole
    """Day of the true onset."""
    pain: Whole
    """Day that is told as the first with pain."""
    stop: Whole
    """First day without running."""
    diagnosed: Whole
    back: Whole
    """First day of running again."""
    site: Whole
    """Place in `SITES`."""
    other: Whole
    """Place in `OTHER_TISSUES`, -1 for bone."""
    spike: Flags
    """Whether a spike was an exposure on the day of the true onset."""
    new_surface: Flags
    damage_z: Floats


class Lives(NamedTuple):
    """What came of the plans: arrays of a row a day and a column an athlete."""

    distance_m: Floats
    spike: Floats
    """As `stressfx.cohort.lookback.Lookback.step` gives it."""
    new_surface: Floats
    at_risk: Flags
    harm: Harm


NO_HARM = Harm._make(np.empty(0, kind) for kind in (*[np.int64] * 8, np.bool_, np.bool_, np.float64))


class _States(NamedTuple):
    """Where everybody stands, by the number of a day (long ago, if it never was); changed in place day by day."""

    onset: Whole
    stop: Whole
    back: Whole
    free: Whole
    """First day on which an injury can be told again."""
    spiked: Whole
    """Last day with a spike."""
    met: Whole
    """Last day on new ground."""
    damage: Floats
    """Damage of the last `DAMAGE_DAYS` days, a row a day, in the order of their remainders."""

    @classmethod
    def of(cls, n_athletes: int) -> "_States":
        days = (np.full(n_athletes, NEVER) for _ in range(6))
        return cls._make((*days, np.zeros((DAMAGE_DAYS, n_athletes))))

    def take(self, harm: Harm) -> None:
        """Remember the injuries of today."""
        self.onset[harm.athlete], self.stop[harm.athlete], self.back[harm.athlete] = harm.onset, harm.stop, harm.back
        self.free[harm.athlete] = harm.back + WASHOUT_DAYS


def live(plans: Plans, planted: Planted, frailty: Floats, rng: np.random.Generator) -> Lives:
    """Let the plans be run, day by day, until somebody is injured, and after.

    Parameters
    ----------
    plans : Plans
        What is planned.
    planted : Planted
        What injures, and how.
    frailty : array of float64
        Factor of the hazard, by athlete. [1]
    rng : numpy.random.Generator
        Source of chance; the plans need none of it.

    Returns
    -------
    Lives
        What happened.
    """
    shape = n_days, n_athletes = plans.distance_m.shape
    distance_m, spike, new_surface, at_risk = (np.empty(shape) for _ in range(4))
    states, lookback, harm = _States.of(n_athletes), Lookback.of(n_athletes), [NO_HARM]
    chance, other_chance = rng.random(shape), rng.random(shape)
    hazard_a_day = planted.injuries_per_athlete_year / 365.0 * frailty
    other_a_day = -np.expm1(-planted.other_injuries_per_athlete_year / 365.0)
    ratios = np.log([planted.hazard_ratio, planted.surface_hazard_ratio, planted.damage_hazard_ratio])
    for day in range(n_days):
        run_m = distance_m[day] = _run(day, plans, states, planted.pain_load)
        spike[day], new_surface[day] = lookback.step(day, run_m > 0, run_m, plans.ground[day])
        exposures = _exposed(day, states, spike[day], new_surface[day], run_m * plans.damage_per_m[day])
        # an injury is told some days after it began: at risk is who can be told of one
        at_risk[day] = day + planted.pain_days >= states.free
        ratio = np.exp(np.minimum(ratios @ exposures, LARGEST_LOG))
        hurt = (at_risk[day] > 0) & (chance[day] < -np.expm1(-hazard_a_day * ratio))
        other = (day >= states.free) & (other_chance[day] < other_a_day) & ~hurt
        for who, bone in ((hurt, True), (other, False)):
            if who.any():
                harm.append(_injure(day, np.flatnonzero(who), exposures, planted, rng, bone=bone))
                states.take(harm[-1])
    joined = Harm._make(np.concatenate(parts) for parts in zip(*harm, strict=True))
    order = np.lexsort((joined.onset, joined.athlete))
    return Lives(distance_m, spike, new_surface, at_risk > 0, Harm._make(part[order] for part in joined))


def _run(day: int, plans: Plans, states: _States, pain_load: float) -> Floats:
    """Give what is run of the day's plan, in whole centimetres."""
    planned = plans.distance_m[day]
    hurting = (day > states.onset) & (day < states.stop)
    share = np.where(hurting, pain_load, np.interp((day - states.back).astype(float), COMEBACK_DAYS, COMEBACK_SHARES))
    meant = np.where(day == states.back, plans.easy_m, planned)
    distance_m = np.where(meant > 0, np.maximum(meant * share, LEAST_M), 0.0)
    if pain_load == 0:
        distance_m[hurting] = 0.0
    distance_m[(day >= states.stop) & (day < states.back)] = 0.0
    return np.asarray(np.rint(100.0 * distance_m) / 100.0)


def _exposed(day: int, states: _States, spike: Floats, new_surface: Floats, damage: Floats) -> Floats:
    """Give the three exposures, a row each, and remember what the day added to them."""
    states.spiked[spike > SPIKE_ABOVE + TOLERANCE * SPIKE_ABOVE] = day
    states.met[new_surface > 0] = day
    states.damage[day % DAMAGE_DAYS] = damage
    warm = day >= DAMAGE_DAYS - 1
    z = (states.damage.sum(axis=0) - DAMAGE_CENTRE) / DAMAGE_SCALE if warm else np.zeros(len(damage))
    return np.stack([day - states.spiked < EXPOSED_DAYS, day - states.met < EXPOSED_DAYS, z])


def _injure(day: int, who: Whole, exposures: Floats, planted: Planted, rng: np.random.Generator, *, bone: bool) -> Harm:
    """Draw what becomes of the injuries that begin today."""
    count = len(who)
    onset, site = np.full(count, day), rng.choice(len(SITES), size=count, p=[site.share for site in SITES])
    pain = onset + (planted.pain_days if bone else 0)
    if bone:
        stop = pain + rng.integers(1, STOP_DAYS + 1, count)
        of_site = np.array([known.days_to_return for known in SITES])[site]
        mean = of_site if planted.recovery_days is None else np.full(count, planted.recovery_days)
        away = np.maximum(np.rint(rng.gamma(RECOVERY_SHAPE, mean / RECOVERY_SHAPE)), LEAST_AWAY).astype(np.int64)
    else:
        stop = pain + 1
        away = rng.integers(OTHER_DAYS[0], OTHER_DAYS[1] + 1, count)
    waited = np.rint(rng.gamma(DELAY_SHAPE, planted.diagnosis_delay_days / DELAY_SHAPE, count)).astype(np.int64)
    spiked, met, damage_z = exposures[:, who]
    return Harm(
        athlete=who,
        onset=onset,
        pain=pain,
        stop=stop,
        diagnosed=stop + np.minimum(waited, away // 2),
        back=stop + away,
        site=site,
        other=np.full(count, -1) if bone else rng.integers(0, len(OTHER_TISSUES), count),
        spike=spiked > 0,
        new_surface=met > 0,
        damage_z=damage_z.copy(),
    )
