"""What do made-up athletes plan to run on each day? Levels, weeks, seasons, races, rest, ground and cross-training.

Takes a source of chance; gives `Plans`, arrays of a row a day and a column an athlete, in which nobody is ever
injured. Every number here is our choice: made to look like training logs, fitted to none.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from stressfx.activity.bone.damage import damage_of

__all__ = ["GROUND", "Plans", "training_plans"]

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

GROUND = ("asphalt", "trail", "track", "treadmill", "gravel", "grass")
"""Classes of surface that the athletes run on."""

MAIN_GROUND = (0.60, 0.20, 0.0, 0.08, 0.12, 0.0)
"""How many run mainly on each class. [1]"""

SECOND_GROUND = (0.25, 0.25, 0.20, 0.15, 0.10, 0.05)
"""How many run on each class now and then; whose main class it is has none."""

RUNS_A_WEEK = {3: 0.25, 4: 0.35, 5: 0.25, 6: 0.15}
SATURDAY, SUNDAY = 5, 6
RACES_M = (10_000.0, 15_000.0, 21_097.5)
LEAST_M = 1500.0
"""Nobody sets out for less. [m]"""


class Plans(NamedTuple):
    """What everybody means to do: arrays of a row a day and a column an athlete, and one number an athlete."""

    distance_m: Floats
    """Distance of the day's run, 0 without any. [m]"""
    speed_mps: Floats
    damage_per_m: Floats
    """Bone damage of a metre, in steps at the athlete's own easy speed. [1/m]"""
    ground: Whole
    """Place of the surface in `GROUND`."""
    race: Flags
    long_run: Flags
    other_s: Floats
    """Time of cross-training. [s]"""
    easy_m: Floats
    """Usual distance of an easy run, by athlete. [m]"""
    easy_mps: Floats
    """Easy speed, by athlete. [m/s]"""
    cadence_spm: Floats
    """Steps a minute, by athlete. [1/min]"""
    runs_a_week: Whole


class _Habits(NamedTuple):
    """What an athlete is like, a number each."""

    easy_m: Floats
    easy_mps: Floats
    cadence_spm: Floats
    long_ratio: Floats
    """Long run over easy run. [1]"""
    runs_a_week: Whole
    long_weekday: Whole
    swing: Floats
    """How much more than on average is run at the height of the year. [1]"""
    peak_day: Floats


def training_plans(n_athletes: int, n_days: int, *, first_weekday: int, rng: np.random.Generator) -> Plans:
    """Plan the training of everybody for every day.

    Parameters
    ----------
    n_athletes, n_days : int
        How many.
    first_weekday : int
        Day of the week of the first day, Monday is 0.
    rng : numpy.random.Generator
        Source of chance; nothing else is drawn from it.

    Returns
    -------
    Plans
        At most one run a day. The log of everybody begins with a long run on the first day.

    Examples
    --------
    >>> plans = training_plans(3, 60, first_weekday=0, rng=np.random.default_rng(1))
    >>> plans.distance_m.shape, bool((plans.distance_m[0] > 0).all())
    ((60, 3), True)
    """
    shape = n_days, n_athletes
    habits = _habits(n_athletes, rng)
    weekday = ((first_weekday + np.arange(n_days)) % 7)[:, None]
    week = (first_weekday + np.arange(n_days)) // 7
    long_run = weekday == habits.long_weekday
    off_season = _stretches(shape, 1 / 330, 14, 28, rng)
    ill = _stretches(shape, 1 / 240, 3, 12, rng)
    skipped = rng.random(shape) < np.where(off_season, 0.45, 0.10)
    runs = _run_days(habits, weekday, rng) & ~skipped & ~ill
    runs[0] = True
    level = _week_levels(habits, week, rng)[week]
    level = level * np.where(off_season, 0.65, 1.0)
    race_week = rng.random((week[-1] + 1, n_athletes))[week] < 1 / 11
    race = runs & long_run & race_week & ~off_season
    usual_m = habits.easy_m * np.where(long_run, habits.long_ratio * _long_run_levels(habits, week, rng)[week], 1.0)
    usual_m[0] = habits.easy_m * habits.long_ratio
    distance_m = usual_m * level * np.where(race_week, 0.8, 1.0) * _moods(shape, rng)
    distance_m = np.where(race, _races(habits, shape, rng), distance_m)
    speed_mps = habits.easy_mps * _efforts(shape, race, long_run, rng)
    cross = (rng.random(shape) < rng.uniform(0.0, 0.5, n_athletes)) & ~runs & ~ill
    steps_per_m = habits.cadence_spm / 60.0 / speed_mps
    return Plans(
        distance_m=np.where(runs, np.maximum(distance_m, LEAST_M), 0.0),
        speed_mps=speed_mps,
        damage_per_m=damage_of(steps_per_m, speed_mps, reference_mps=habits.easy_mps),
        ground=_ground(shape, rng),
        race=race,
        long_run=runs & long_run & ~race,
        other_s=np.where(cross, np.rint(rng.uniform(30.0, 100.0, shape)) * 60.0, 0.0),
        easy_m=habits.easy_m,
        easy_mps=habits.easy_mps,
        cadence_spm=habits.cadence_spm,
        runs_a_week=habits.runs_a_week,
    )


def _habits(n_athletes: int, rng: np.random.Generator) -> _Habits:
    speed_mps = np.clip(rng.normal(2.9, 0.3, n_athletes), 2.1, 3.9)
    return _Habits(
        easy_m=np.clip(8000.0 * np.exp(rng.normal(0.0, 0.3, n_athletes)), 4000.0, 16_000.0),
        easy_mps=speed_mps,
        cadence_spm=165.0 + 8.0 * (speed_mps - 2.9) + rng.normal(0.0, 5.0, n_athletes),
        long_ratio=rng.uniform(1.35, 1.8, n_athletes),
        runs_a_week=rng.choice(list(RUNS_A_WEEK), size=n_athletes, p=list(RUNS_A_WEEK.values())),
        long_weekday=np.where(rng.random(n_athletes) < 0.3, SATURDAY, SUNDAY),
        swing=rng.uniform(0.05, 0.25, n_athletes),
        peak_day=rng.uniform(0.0, 365.0, n_athletes),
    )


def _run_days(habits: _Habits, weekday: Whole, rng: np.random.Generator) -> Flags:
    """Keep to the same days every week: the day of the long run, and as many others as there are runs."""
    n_athletes = len(habits.easy_m)
    liking = rng.random((7, n_athletes))
    liking[habits.long_weekday, np.arange(n_athletes)] = -1.0
    chosen = np.argsort(np.argsort(liking, axis=0), axis=0) < habits.runs_a_week
    # now and then a run moves to a free day
    extra = rng.random((len(weekday), n_athletes)) < 0.03
    return np.asarray(chosen[weekday[:, 0]] | extra)


def _week_levels(habits: _Habits, week: Whole, rng: np.random.Generator) -> Floats:
    """Build up for two or three weeks, recover for one; more in one half of the year than in the other."""
    n_athletes, number = len(habits.easy_m), np.arange(week[-1] + 1)[:, None]
    length = rng.integers(3, 5, n_athletes)
    place = (number + rng.integers(0, 4, n_athletes)) % length
    block = np.where(place == length - 1, 0.75, 0.93 + 0.06 * place)
    year = 1.0 + habits.swing * np.cos(2 * np.pi * (7 * number - habits.peak_day) / 365.0)
    return np.asarray(block * year)


def _long_run_levels(habits: _Habits, week: Whole, rng: np.random.Generator) -> Floats:
    """Let the long run grow towards a goal for two to four months, then start again from a shorter one."""
    n_athletes, number = len(habits.easy_m), np.arange(week[-1] + 1)[:, None]
    length = rng.integers(8, 17, n_athletes)
    place = (number + rng.integers(0, 16, n_athletes)) % length
    return np.asarray(0.75 + 0.5 * place / (length - 1))


def _moods(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Vary every run a little, and very few by much: a new route, company, getting lost."""
    mood = np.exp(rng.normal(0.0, 0.12, shape))
    return np.asarray(mood * np.where(rng.random(shape) < 0.015, rng.uniform(1.3, 2.1, shape), 1.0))


def _races(habits: _Habits, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Choose among the distances that the athlete trains for."""
    reach = np.searchsorted(RACES_M, 2.0 * habits.easy_m * habits.long_ratio)
    return np.asarray(RACES_M)[(rng.random(shape) * np.clip(reach, 1, len(RACES_M))).astype(np.int64)]


def _efforts(shape: tuple[int, int], race: Flags, long_run: Flags, rng: np.random.Generator) -> Floats:
    """Speed over easy speed: a fast run in seven, races faster, long runs slower."""
    fast = np.where(rng.random(shape) < 1 / 7, 1.13, 1.0)
    return np.asarray(np.where(race, 1.2, np.where(long_run, 0.97, fast)) * np.exp(rng.normal(0.0, 0.03, shape)))


def _ground(shape: tuple[int, int], rng: np.random.Generator) -> Whole:
    """Run mainly on one class, at times on a second, rarely on any; every half year or so the two change places."""
    n_days, n_athletes = shape
    main = rng.choice(len(GROUND), size=n_athletes, p=MAIN_GROUND)
    second = rng.choice(len(GROUND), size=n_athletes, p=SECOND_GROUND)
    changed = np.cumsum(rng.random(shape) < 1 / 200, axis=0) % 2 == 1
    choice = rng.random(shape)
    ground = np.where((choice < 0.14) != changed, second, main)
    return np.where(choice > 0.98, rng.integers(0, len(GROUND), (n_days, n_athletes)), ground)


def _stretches(shape: tuple[int, int], rate: float, least: int, most: int, rng: np.random.Generator) -> Flags:
    """Draw stretches of days that begin at a rate a day and last from `least` to `most` days."""
    day = np.arange(shape[0])[:, None]
    ends = np.where(rng.random(shape) < rate, day + rng.integers(least, most + 1, shape), 0)
    return np.asarray(np.maximum.accumulate(ends, axis=0) > day)
