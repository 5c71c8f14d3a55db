"""What does a runner usually do? Every day of the log, with the week that ends on it and the weeks before.

Takes `stressfx.schema.DAILY_LOAD` of any number of athletes; gives `Days`, whose `week` and `usual` any load of the
days can be asked for.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from stressfx.schema import DAILY_LOAD
from stressfx.training.changes.thresholds import DAYS_A_WEEK, Thresholds

__all__ = ["OBSERVED", "Days", "Flags", "Floats", "Whole", "days_of", "largest", "sliding"]

OBSERVED = 0.8
"""Share of the days of a window that must have been observed for anything to be said of it: our choice. [1]"""

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"


@dataclass(frozen=True, eq=False)
class Days:
    """The days of all athletes, end to end.

    A break is left out of what is usual: the baseline of a day are the last `Thresholds.baseline_days` days of
    training before its week, which reach back over a holiday. A break of `Thresholds.warm_up_days` or more ends it.
    """

    frame: pd.DataFrame
    athlete: Whole
    """Number of the athlete, in order of name."""
    names: pd.Index
    """Names of the athletes, by number."""
    day: Whole
    """Days since 1970. [d]"""
    ran: Flags
    age: Whole
    """Days since the athlete's first, which has 0. [d]"""
    since_restart: Whole
    """Days since the athlete's first, or since the first run after a long break. [d]"""
    break_before: Whole
    """Length of the break that ended the day before, 0 without one. [d]"""
    training: Whole
    """Rows of the frame that are in no break."""
    baseline_end: Whole
    """For every row, how many of `training` come before its week."""
    ready: Flags
    """Whether something can be said of the day: a run, after the warm-up, with a full baseline of a run a week."""
    baseline_days: int

    def load(self, name: str) -> Floats:
        """One column of the days."""
        load: Floats = self.frame[name].to_numpy(dtype=float)
        return load

    def week(self, values: Floats) -> Floats:
        """Sum of the seven days that end on each; what is not known adds nothing, and above 20 % of it gives NaN."""
        known = ~np.isnan(values)
        enough = sliding(known.astype(float), DAYS_A_WEEK) >= OBSERVED * DAYS_A_WEEK
        return np.where(enough, sliding(np.where(known, values, 0.0), DAYS_A_WEEK), np.nan)

    def usual(self, values: Floats) -> Floats:
        """Weekly mean over the known days of the baseline; NaN where nothing can be said."""
        known = ~np.isnan(values)
        count = self.over_baseline(known.astype(float))
        total = self.over_baseline(np.where(known, values, 0.0))
        enough = self.ready & (count >= OBSERVED * self.baseline_days)
        mean: Floats = np.divide(total * DAYS_A_WEEK, count, out=np.full(len(values), np.nan), where=enough)
        return mean

    def over_baseline(self, values: Floats) -> Floats:
        """Sum over the days of the baseline, week by week; without a meaning where the day is not `ready`."""
        return self._at_end(_over_weeks(sliding(values[self.training], DAYS_A_WEEK), self.baseline_days))

    def weekly_largest(self, values: Floats) -> Floats:
        """Sum of the largest value of each week of the baseline; without a meaning where the day is not `ready`."""
        return self._at_end(_over_weeks(largest(values[self.training], DAYS_A_WEEK), self.baseline_days))

    def largest_usual(self, values: Floats) -> Floats:
        """Largest value of the baseline; without a meaning where the day is not `ready`."""
        return self._at_end(largest(values[self.training], self.baseline_days))

    def rows(self, athlete_id: pd.Series, date: pd.Series) -> Whole:
        """Find the row of each athlete and date; -1 where the days do not hold it."""
        known = self.names.get_indexer(pd.Index(athlete_id))
        number = date.to_numpy().astype("datetime64[D]").astype(np.int64)
        first = np.flatnonzero(self.age == 0)
        length = np.diff([*first, len(self.day)])
        after = number - self.day[first][known]  # what is not known has -1, and is taken out below
        inside = (known >= 0) & (after >= 0) & (after < length[known])
        return np.where(inside, first[known] + after, -1)

    def _at_end(self, windows: Floats) -> Floats:
        return windows[np.maximum(self.baseline_end - 1, 0)] if len(windows) else np.zeros(len(self.day))


def days_of(daily: pd.DataFrame, thresholds: Thresholds) -> Days:
    """Lay out the days, their breaks and baselines.

    Parameters
    ----------
    daily : DataFrame
        `stressfx.schema.DAILY_LOAD` with a row or more.
    thresholds : Thresholds
        Whose windows count.

    Returns
    -------
    Days
        One row an athlete and day, as in `daily`, in order.

    Raises
    ------
    ValueError
        If a day is missing from the calendar of an athlete, or there twice.
    SchemaError
        If `daily` does not follow its schema.
    """
    frame = DAILY_LOAD.check(daily).sort_values(["athlete_id", "date"], ignore_index=True)
    athlete, names = pd.factorize(frame["athlete_id"])
    day = frame["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    row = np.arange(len(frame))
    starts = np.diff(athlete, prepend=-1) != 0
    if (np.diff(day)[~starts[1:]] != 1).any():
        raise ValueError("daily is no calendar; every day of an athlete is needed once, as daily_load gives them")
    sessions = frame["sessions"].to_numpy(dtype=float)
    ran = sessions > 0
    break_before, in_break = _breaks(ran, ~np.isnan(sessions), starts, thresholds.break_days)
    first = np.maximum.accumulate(np.where(starts, row, 0))
    anew = starts | (ran & (break_before >= thresholds.warm_up_days))
    restart = np.maximum.accumulate(np.where(anew, row, 0))
    training_before: Whole = np.cumsum(~in_break) - ~in_break
    week_start = np.maximum(row - DAYS_A_WEEK + 1, 0)
    full = training_before[week_start] - training_before[restart] >= thresholds.baseline_days
    days = Days(
        frame=frame,
        athlete=athlete,
        names=pd.Index(names),
        day=day,
        ran=ran,
        age=row - first,
        since_restart=row - restart,
        break_before=break_before,
        training=np.flatnonzero(~in_break),
        baseline_end=training_before[week_start],
        ready=ran & full & (row - restart >= thresholds.warm_up_days),
        baseline_days=thresholds.baseline_days,
    )
    runs = days.over_baseline(np.nan_to_num(sessions))
    days.ready[runs < thresholds.baseline_days / DAYS_A_WEEK] = False
    return days


def sliding(values: Floats, length: int) -> Floats:
    """Sum of each value and those before it, added in the same order everywhere: no rest of earlier sums remains.

    Parameters
    ----------
    values : ndarray
        Any numbers.
    length : int
        How many are added; fewer at the beginning.

    Returns
    -------
    ndarray
        As long as `values`.

    Examples
    --------
    >>> sliding(np.array([1.0, 2.0, 3.0, 4.0]), 3).tolist()
    [1.0, 3.0, 6.0, 9.0]
    """
    total = values.astype(float)
    for back in range(1, min(length, len(values))):
        total[back:] += values[:-back]
    return total


def largest(values: Floats, length: int) -> Floats:
    """Largest of each value and those before it.

    Parameters
    ----------
    values : ndarray
        Any numbers.
    length : int
        How many are looked at; fewer at the beginning.

    Returns
    -------
    ndarray
        As long as `values`.

    Examples
    --------
    >>> largest(np.array([4.0, 2.0, 3.0, 1.0]), 3).tolist()
    [4.0, 4.0, 4.0, 3.0]
    """
    most = values.astype(float)
    for back in range(1, min(length, len(values))):
        np.maximum(most[back:], values[:-back], out=most[back:])
    return most


def _over_weeks(weekly: Floats, days: int) -> Floats:
    """Add what is known of whole weeks, each and those before it."""
    total = weekly.copy()
    for back in range(DAYS_A_WEEK, min(days, len(weekly)), DAYS_A_WEEK):
        total[back:] += weekly[:-back]
    return total


def _breaks(ran: Flags, observed: Flags, starts: Flags, at_least: int) -> tuple[Whole, Flags]:
    """Find breaks: how long was the one that ended the day before, and which days lie in one?

    A stretch of days without a run is a break if it is long enough and its days were observed. Days before the first
    run of all lie in one too, if they are many: they say nothing of what is usual; but no run ends a break there.
    """
    stretch = np.cumsum(ran | starts) - 1
    idle = np.bincount(stretch, weights=~ran).astype(np.int64)
    seen = np.bincount(stretch, weights=~ran & observed)
    is_break = (idle >= at_least) & (seen >= OBSERVED * idle)
    after_run = np.bincount(stretch, weights=ran) > 0
    length = np.where(is_break & after_run, idle, 0)
    previous = np.concatenate([[0], length[:-1]])[stretch]
    return np.where(ran & ~starts, previous, 0), is_break[stretch] & ~ran
