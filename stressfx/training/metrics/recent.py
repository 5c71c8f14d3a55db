"""Answers how much a runner's last week differs from the week before, and what the largest load of a month was.

Takes daily loads as a Series over a complete calendar; gives a Series of the same index. The functions that end in
``_days`` do the same for many athletes at once.
"""

import numpy as np
import pandas as pd

from stressfx.training.metrics.calendar import as_series, series_block
from stressfx.training.metrics.windows import (
    Floats,
    LoadBlock,
    checked_days,
    checked_share,
    largest_of,
    mean_of,
    over,
    warmed,
    well_observed,
)

__all__ = ["largest_load", "largest_load_days", "weekly_change", "weekly_change_days"]

MAX_MISSING_OF_TWO_WEEKS = 1 / 14
"""Largest share of the days of both weeks that may be missing, one day. Our choice."""

MAX_MISSING_OF_A_MONTH = 7 / 30
"""Largest share of the days of a month that may be missing, seven. Our choice."""

NEXT_TO_NOTHING = 0.05
"""A week below this share of the runner's median week is nothing to compare with. Our choice. [1]"""


def weekly_change(load: pd.Series, *, days: int = 7, max_missing: float = MAX_MISSING_OF_TWO_WEEKS) -> pd.Series:
    r"""Compare the last seven days with the seven before.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit: 0 on days of rest, NaN on days that nobody observed. The index is a
        complete calendar.
    days : int
        Length of a week. [d]
    max_missing : float
        Largest share of the days of both weeks that may be missing. [1]

    Returns
    -------
    Series
        ``weekly_change``: 10 is 10 % more than the week before. NaN before day 14 of the log. [%]

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or an option is not known.

    Notes
    -----
    .. math:: 100 \, (W_t - W_{t-7}) / W_{t-7}, \qquad W_t = L_{t-6} + \dots + L_t

    These are rolling weeks, and no weeks from Monday to Sunday: the two give other numbers, and the day that a week
    begins on moves the long run from one to the other.

    The "10 % rule" asks for 10 or less. What was seen of it: among 874 novices injuries did not differ between less
    than 10 %, 10 to 30 % and more over two weeks [1]_; among 261 runners 20 to 60 % went with more injuries than less
    than 20 % after 21 days (risk difference 22.6 %, 95 % interval 0.9 to 44.3), and not after 56 or 98 days [2]_; among
    5,205 runners there was no relation [3]_. A large change is no diagnosis.

    Our choices: there is no value where the earlier week was 0, or below 5 % of the runner's median week (of all weeks
    that had ended by then), because every run after a break would be a jump by thousands of percent; nor if more than
    one day of the 14 is missing. With one missing, the mean days of the two weeks are compared.

    References
    ----------
    .. [1] Nielsen RO, et al. "Excessive progression in weekly running distance and risk of running-related injuries:
       an association which varies according to type of injury." J Orthop Sports Phys Ther 44 (2014) 739-747.
    .. [2] Damsted C, et al. "The association between changes in weekly running distance and running-related injury:
       preparing for a half marathon." J Orthop Sports Phys Ther 49 (2019) 230-238.
    .. [3] Schuster Brandt Frandsen J, et al. Br J Sports Med (2025). doi:10.1136/bjsports-2024-109380

    Examples
    --------
    >>> load = pd.Series([10.0] * 7 + [11.0] * 7, pd.date_range("2026-03-02", periods=14))
    >>> round(float(weekly_change(load).iloc[-1]), 9)
    10.0
    """
    return as_series(weekly_change_days(series_block(load), days=days, max_missing=max_missing), load, "weekly_change")


def largest_load(load: pd.Series, *, days: int = 30, max_missing: float = MAX_MISSING_OF_A_MONTH) -> pd.Series:
    """Give the largest daily load of the last days.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit: 0 on days of rest, NaN on days that nobody observed. The index is a
        complete calendar.
    days : int
        Length of the window, the day itself included. [d]
    max_missing : float
        Largest share of its days that may be missing. [1]

    Returns
    -------
    Series
        ``largest_load``, in the unit of the load; NaN before the window is full.

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or an option is not known.

    Notes
    -----
    Of ``longest_m`` it is the longest run of 30 days, the reference that the next run is compared with in
    `stressfx.training.spikes.session_spikes`, there by instants and without the run itself. More than 7 of 30 days
    missing give no value: our choice.

    Examples
    --------
    >>> load = pd.Series([12.0] + [8.0] * 30, pd.date_range("2026-03-02", periods=31))
    >>> largest_load(load).tolist()[-2:]
    [12.0, 8.0]
    """
    return as_series(largest_load_days(series_block(load), days=days, max_missing=max_missing), load, "largest_load")


def weekly_change_days(block: LoadBlock, *, days: int = 7, max_missing: float = MAX_MISSING_OF_TWO_WEEKS) -> Floats:
    """Compute `weekly_change` of many athletes.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    days : int
        Length of a week. [d]
    max_missing : float
        Largest share of the days of both weeks that may be missing. [1]

    Returns
    -------
    array of shape (days, athletes)
        The changes. [%]
    """
    both = 2 * checked_days(days, "days")
    enough = well_observed(block, both, checked_share(max_missing, "max_missing"))
    last, before = mean_of(block, days), mean_of(block, days, lag=days)
    change = warmed(block, 100 * over(last - before, before), both, enough)
    weeks = warmed(block, last, days, well_observed(block, days, 2 * max_missing))
    change[_next_to_nothing(weeks, before, days)] = np.nan
    return change


def largest_load_days(block: LoadBlock, *, days: int = 30, max_missing: float = MAX_MISSING_OF_A_MONTH) -> Floats:
    """Compute `largest_load` of many athletes.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    days : int
        Length of the window. [d]
    max_missing : float
        Largest share of its days that may be missing. [1]

    Returns
    -------
    array of shape (days, athletes)
        The largest loads.
    """
    enough = well_observed(block, checked_days(days, "days"), checked_share(max_missing, "max_missing"))
    return warmed(block, largest_of(block, days), days, enough)


def _next_to_nothing(weeks: Floats, before: Floats, days: int) -> tuple[list[int], list[int]]:
    """Find the days whose week before was next to nothing for this runner, as rows and columns.

    A median is at most the largest: only weeks that are next to nothing beside the largest so far are looked at.
    """
    largest = np.fmax.accumulate(weeks, axis=0)
    few = np.zeros(before.shape, dtype=bool)
    few[days:] = (before[days:] > 0) & (before[days:] < NEXT_TO_NOTHING * largest[:-days])
    found = [
        (day, athlete)
        for day, athlete in zip(*np.nonzero(few), strict=True)
        if before[day, athlete] < NEXT_TO_NOTHING * np.nanmedian(weeks[: day - days + 1, athlete])
    ]
    return [day for day, _ in found], [athlete for _, athlete in found]
