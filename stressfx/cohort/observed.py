"""What is seen of made-up lives? Devices that miss runs, athletes who stop logging, dates that are told roundly.

Takes `Lives`; gives `Seen`: which days were observed and which runs have a distance, when each log ends, and which
injuries are told with which dates.
"""

from typing import NamedTuple

import numpy as np

from stressfx.cohort.hazards import Harm, Lives
from stressfx.cohort.lookback import LOOKBACK_DAYS, Lookback
from stressfx.cohort.plans import Flags, Floats, Whole

__all__ = ["NOT_TOLD", "Seen", "see"]

NOT_TOLD = -1
"""Day of something that is not told."""

STRETCH_DAYS = 7
"""Mean length of a stretch of days that nobody observed. Our choice. [d]"""

MONDAY_TO_EPOCH = 3
"""Day 0 of the epoch, 1 January 1970, was a Thursday. [d]"""


class Seen(NamedTuple):
    """What a study gets to see: arrays of a row a day and a column an athlete, and injuries."""

    observed: Flags
    """Days that somebody looked at, up to the end of each log."""
    measured: Flags
    """Runs whose distance is known."""
    ends: Whole
    """Day after the last of each log."""
    spike: Floats
    """As it is reckoned from what is known."""
    new_surface: Floats
    told: Flags
    """Injuries that are told at all."""
    pain: Whole
    """Dates as they are told, `NOT_TOLD` where they are not."""
    stop: Whole
    diagnosed: Whole
    back: Whole


def see(
    lives: Lives,
    ground: Whole,
    *,
    dropout: float,
    missing_devices: float,
    heaping: float,
    first_day: int,
    rng: np.random.Generator,
) -> Seen:
    """Look at lives as a study does.

    Parameters
    ----------
    lives : Lives
        What happened.
    ground : array of int64
        Place of the surface of each day's run.
    dropout, missing_devices, heaping : float
        As for `stressfx.cohort.simulate.simulate_cohort`. [1]
    first_day : int
        First day, in days since the epoch.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Seen
        What is known.
    """
    n_days, n_athletes = lives.distance_m.shape
    leaves, quits = rng.random(n_athletes), rng.random(len(lives.harm.athlete))
    left = np.where(leaves < dropout, rng.integers(LOOKBACK_DAYS, max(n_days, LOOKBACK_DAYS) + 1, n_athletes), n_days)
    told, ends = _told(lives.harm, np.minimum(left, n_days), quits < dropout, n_days)
    dates = _dates(lives.harm, told, ends, n_days)
    dates = _heaped(dates, heaping, ends[lives.harm.athlete], first_day, rng)
    observed = np.arange(n_days)[:, None] < ends
    measured = lives.distance_m > 0
    spike, new_surface = lives.spike, lives.new_surface
    if missing_devices:
        observed = observed & ~_gaps((n_days, n_athletes), missing_devices, rng)
        measured = measured & observed & (rng.random((n_days, n_athletes)) >= missing_devices)
        spike, new_surface = _reckoned(lives.distance_m, ground, observed, measured)
    return Seen(observed, measured, ends, spike, new_surface, told, *dates)


def _told(harm: Harm, left: Whole, quits: Flags, n_days: int) -> tuple[Flags, Whole]:
    """Find the end of each log, and the injuries that are told before it."""
    ends = left.copy()
    quitting = quits & (harm.other < 0) & (harm.stop < n_days)
    np.minimum.at(ends, harm.athlete[quitting], harm.stop[quitting] + 1)
    return harm.pain < ends[harm.athlete], ends


def _dates(harm: Harm, told: Flags, ends: Whole, n_days: int) -> tuple[Whole, Whole, Whole, Whole]:
    """Give the dates that fall before the end of the log; of a log that runs to the end, before that of the study."""
    last = np.minimum(ends[harm.athlete], n_days)

    def dated(day: Whole) -> Whole:
        return np.where(told & (day < last), day, NOT_TOLD)

    return dated(harm.pain), dated(harm.stop), dated(harm.diagnosed), dated(harm.back)


def _heaped(
    dates: tuple[Whole, Whole, Whole, Whole], heaping: float, ends: Whole, first_day: int, rng: np.random.Generator
) -> tuple[Whole, Whole, Whole, Whole]:
    """Move a share of first pains and diagnoses to a round date near by, where the order of the dates stays."""
    pain, stop, diagnosed, back = dates
    before_stop = np.where(stop == NOT_TOLD, ends - 1, stop)
    before_back = np.where(back == NOT_TOLD, ends - 1, back)
    pain = _rounded(pain, heaping, np.zeros(len(pain), np.int64), before_stop, first_day, rng)
    after = np.where(stop == NOT_TOLD, pain, stop)
    return pain, stop, _rounded(diagnosed, heaping, after, before_back, first_day, rng), back


def _rounded(
    day: Whole, heaping: float, earliest: Whole, latest: Whole, first_day: int, rng: np.random.Generator
) -> Whole:
    """Move days to the nearest Monday, 1st or 15th."""
    chosen = (rng.random(len(day)) < heaping) & (day != NOT_TOLD)
    near = day[:, None] + np.array([0, -1, 1, -2, 2, -3, 3])
    date = (first_day + near).astype("datetime64[D]")
    of_month = (date - date.astype("datetime64[M]")).astype(np.int64) + 1
    monday = (first_day + near + MONDAY_TO_EPOCH) % 7 == 0
    round_ = near[np.arange(len(day)), np.argmax(monday | (of_month == 1) | (of_month == 15), axis=1)]
    return np.where(chosen & (round_ >= earliest) & (round_ <= latest), round_, day)


def _gaps(shape: tuple[int, int], share: float, rng: np.random.Generator) -> Flags:
    """Draw stretches that cover a share of the days, never the first one."""
    day = np.arange(shape[0])[:, None]
    rate = -np.log1p(-share) / STRETCH_DAYS
    length = rng.geometric(1 / STRETCH_DAYS, shape)
    begins = rng.random(shape) < rate
    begins[0] = False
    gap_ends = np.maximum.accumulate(np.where(begins, day + length, 0), axis=0)
    return np.asarray(gap_ends > day)


def _reckoned(distance_m: Floats, ground: Whole, observed: Flags, measured: Flags) -> tuple[Floats, Floats]:
    """Reckon the exposures again from what is known."""
    spike, new_surface = np.empty(distance_m.shape), np.empty(distance_m.shape)
    lookback = Lookback.of(distance_m.shape[1])
    known_m = np.where(measured | (distance_m == 0), distance_m, np.nan)
    for day in range(len(distance_m)):
        ran = observed[day] & (distance_m[day] > 0)
        spike[day], new_surface[day] = lookback.step(day, ran, np.where(ran, known_m[day], 0.0), ground[day])
    return np.where(observed, spike, np.nan), np.where(observed, new_surface, np.nan)
