"""Answers how much alike a runner's days were, and how hard the week was with that: Foster's monotony and strain.

Takes daily loads as a Series over a complete calendar; gives a Series of the same index. The functions that end in
``_days`` do the same for many athletes at once.
"""

import numpy as np
import pandas as pd

from stressfx.training.metrics.calendar import as_series, series_block
from stressfx.training.metrics.windows import Floats, LoadBlock, checked_days, mean_of

__all__ = ["monotony", "monotony_days", "strain", "strain_days"]

EQUAL = 1e-9
"""Days whose standard deviation is below this share of their mean are equal. [1]"""

DAYS_AT_ONCE = 128
"""So many days of a block stay near the processor while they are gone through."""


def monotony(load: pd.Series, *, days: int = 7, ddof: int = 1) -> pd.Series:
    r"""Divide the mean daily load of a week by its standard deviation.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit: 0 on days of rest, NaN on days that nobody observed. The index is a
        complete calendar.
    days : int
        Length of the window. [d]
    ddof : {1, 0}
        Whether the standard deviation is that of a sample (1) or of a population (0).

    Returns
    -------
    Series
        ``monotony``; NaN before the window is full, if any of its days is missing, and if all are equal. [1]

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or an option is not known.

    Notes
    -----
    .. math:: M_t = \bar L / s, \qquad s^2 = \frac{1}{7 - \mathrm{ddof}} \sum_{i=0}^{6} (L_{t-i} - \bar L)^2

    over seven days with the days of rest [1]_. Which standard deviation is meant is not settled in practice: 1, the
    default, is what spreadsheets do; 0 gives values that are 8 % higher. Compare only numbers of one kind.

    Seven equal days have no standard deviation, so that monotony is not defined where it would be largest: no value is
    given, nor for a week of rest. Days count as equal if they differ by rounding only.

    References
    ----------
    .. [1] Foster C. "Monitoring training in athletes with reference to overtraining syndrome." Med Sci Sports Exerc
       30 (1998) 1164-1168. doi:10.1097/00005768-199807000-00023

    Examples
    --------
    >>> load = pd.Series([300, 0, 450, 300, 0, 600, 200], pd.date_range("2026-03-02", periods=7))
    >>> round(float(monotony(load).iloc[-1]), 6), round(float(monotony(load, ddof=0).iloc[-1]), 6)
    (1.194792, 1.290523)
    """
    return as_series(monotony_days(series_block(load), days=days, ddof=ddof), load, "monotony")


def strain(load: pd.Series, *, days: int = 7, ddof: int = 1) -> pd.Series:
    """Multiply the load of a week by its monotony.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit, over a complete calendar.
    days : int
        Length of the window. [d]
    ddof : {1, 0}
        Whether the standard deviation is that of a sample (1) or of a population (0).

    Returns
    -------
    Series
        ``strain``, in the unit of the load; NaN where `monotony` is.

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or an option is not known.

    Notes
    -----
    The sum of the window's loads times its `monotony` [1]_. The number depends on the unit of the load: compare one
    runner with herself, and strain of kilometres with strain of kilometres only.

    References
    ----------
    .. [1] Foster C. "Monitoring training in athletes with reference to overtraining syndrome." Med Sci Sports Exerc
       30 (1998) 1164-1168. doi:10.1097/00005768-199807000-00023

    Examples
    --------
    >>> load = pd.Series([300, 0, 450, 300, 0, 600, 200], pd.date_range("2026-03-02", periods=7))
    >>> round(float(strain(load).iloc[-1]), 3)
    2210.366
    """
    return as_series(strain_days(series_block(load), days=days, ddof=ddof), load, "strain")


def monotony_days(block: LoadBlock, *, days: int = 7, ddof: int = 1) -> Floats:
    """Compute `monotony` of many athletes.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    days : int
        Length of the window. [d]
    ddof : {1, 0}
        Whether the standard deviation is that of a sample (1) or of a population (0).

    Returns
    -------
    array of shape (days, athletes)
        Monotony. [1]

    Raises
    ------
    ValueError
        If an option is not known.
    """
    if ddof not in {0, 1}:
        raise ValueError(f"ddof is {ddof!r}; 1 (sample) or 0 (population) is needed")
    return block.keep(("monotony", days, ddof), lambda: _monotony(block, checked_days(days, "days", 2), ddof))


def strain_days(block: LoadBlock, *, days: int = 7, ddof: int = 1) -> Floats:
    """Compute `strain` of many athletes.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    days : int
        Length of the window. [d]
    ddof : {1, 0}
        Whether the standard deviation is that of a sample (1) or of a population (0).

    Returns
    -------
    array of shape (days, athletes)
        Strain, in the unit of the load.
    """
    return days * mean_of(block, days) * monotony_days(block, days=days, ddof=ddof)


def _monotony(block: LoadBlock, days: int, ddof: int) -> Floats:
    """Take the mean first and the deviations from it then: the difference of two large sums would be noise."""
    loads, mean = block.loads, mean_of(block, days)
    quotient = np.full_like(loads, np.nan)
    for first in range(days - 1, len(loads), DAYS_AT_ONCE):
        last = min(first + DAYS_AT_ONCE, len(loads))
        means = mean[first:last]
        squares, deviation = np.zeros_like(means), np.empty_like(means)
        for lag in range(days):
            np.subtract(loads[first - lag : last - lag], means, out=deviation)
            np.multiply(deviation, deviation, out=deviation)
            np.add(squares, deviation, out=squares)
        spread = np.sqrt(squares / (days - ddof))
        np.divide(means, spread, out=quotient[first:last], where=spread > EQUAL * means)
    return quotient
