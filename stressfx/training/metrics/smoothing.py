"""Answers what a runner is used to, with older days counting less and less: `ewma` and `redi`.

Takes daily loads as a Series over a complete calendar; gives a Series of the same index. `smoothed` does the same
for many athletes at once, and for the smoothing that fitness and fatigue are made of.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from stressfx.training.metrics.calendar import as_series, series_block
from stressfx.training.metrics.windows import Flags, Floats, LoadBlock, checked_days, observed, warmed

__all__ = ["Weights", "begun", "ewma", "ewma_days", "redi", "redi_days", "run_days", "smoothed", "span_weights"]

RESTART_DAYS = 28
"""After so many days in a row that nobody observed, a log begins anew. [d]"""

MEAN_DAYS = 7
"""How many first days ``initial="mean"`` averages. [d]"""

INITIAL = ("first", "zero", "mean")


class Weights(NamedTuple):
    """How much the days count in a smoothed load."""

    gain: float
    """Weight of a day's load on the day itself. [1]"""
    decay: float
    """What is left of every weight a day later. [1]"""
    seed: float | None = None
    """Value, of weight 1, on the eve of the log; None: the log begins with its own first days."""
    first_days: int = 1
    """So many first days are averaged, and have weight 1 together. [d]"""
    restart_days: int | None = RESTART_DAYS
    """After so many days in a row that were not observed, the log begins anew; None: never. [d]"""


def ewma(load: pd.Series, *, days: int = 28, initial: str = "first", min_periods: int | None = None) -> pd.Series:
    r"""Average the daily loads with weights that fall by the same share every day.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit: 0 on days of rest, NaN on days that nobody observed. The index is a
        complete calendar.
    days : int
        The span :math:`N`. [d]
    initial : {"first", "zero", "mean"}
        What the average begins with: the first day's load, 0 on the day before it, or the mean of the days so far
        until the seventh.
    min_periods : int, optional
        Day of the log on which the first value is given; `days` if not told, 1 for all. [d]

    Returns
    -------
    Series
        ``ewma``, in the unit of the load; NaN before the warm-up is over and on days that were not observed.

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or an option is not known.

    Notes
    -----
    .. math:: E_t = \lambda L_t + (1 - \lambda) E_{t-1}, \qquad \lambda = 2 / (N + 1), \qquad E_1 = L_1

    after [1]_: 7 days give :math:`\lambda` = 0.25, 28 days 0.069. It is `pandas.Series.ewm` with ``span`` and
    ``adjust=False``; ``adjust=True`` is another estimator. The same "7 days" mean other decays elsewhere: a load
    loses half its weight in 2.4 days here, in 4.5 days in TrainingPeaks' fatigue (see
    `stressfx.training.metrics.fitness.fitness_fatigue`).

    Our choices, which the paper leaves open: a day that was not observed has no value and no weight, and the weights
    of the others go on falling meanwhile, as in `redi`; after 28 such days in a row the average begins anew, with a
    new warm-up. Days before the first that was observed do not belong to the log.

    References
    ----------
    .. [1] Williams S, West S, Cross MJ, Stokes KA. "Better way to determine the acute:chronic workload ratio?"
       Br J Sports Med 51 (2017) 209-210. doi:10.1136/bjsports-2016-096589

    Examples
    --------
    >>> calendar = pd.date_range("2026-03-02", periods=4)
    >>> ewma(pd.Series([8000.0, 0.0, 4000.0, np.nan], calendar), days=7, min_periods=1).tolist()
    [8000.0, 6000.0, 5500.0, nan]
    """
    return as_series(ewma_days(series_block(load), days=days, initial=initial, min_periods=min_periods), load, "ewma")


def redi(load: pd.Series, *, rate: float = 0.1, min_periods: int = 1) -> pd.Series:
    r"""Average the observed days with weights that fall exponentially: the Robust Exponential Decreasing Index.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit: 0 on days of rest, NaN on days that nobody observed. The index is a
        complete calendar.
    rate : float
        The coefficient :math:`\lambda`. [1/d]
    min_periods : int
        Day of the log on which the first value is given. [d]

    Returns
    -------
    Series
        ``redi``, in the unit of the load; also on days that were not observed, from the first observed day on.

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or `rate` is not positive.

    Notes
    -----
    .. math:: REDI_t = \frac{\sum_i w_i L_{t-i}}{\sum_i w_i}, \qquad w_i = e^{-\lambda i}

    over the observed days [1]_; days that were not observed are left out of both sums. 0.1 is the default of the
    authors' R package: weights fall to a half in 6.9 days. It is the average to take where days are missing, because
    a missing day changes it less than a day of rest would. The first values rest on few days, as the definition has
    it; `min_periods` holds them back.

    References
    ----------
    .. [1] Moussa I, Leroy A, et al. "Robust Exponential Decreasing Index (REDI): adaptive and robust method for
       computing cumulated workload." BMJ Open Sport Exerc Med 5 (2019) e000573. doi:10.1136/bmjsem-2019-000573

    Examples
    --------
    >>> calendar = pd.date_range("2026-03-02", periods=7)
    >>> redi(pd.Series([30, 40, np.nan, 50, 0, np.nan, 60], calendar)).round(6).tolist()[-1]
    37.084931
    """
    return as_series(redi_days(series_block(load), rate=rate, min_periods=min_periods), load, "redi")


def ewma_days(block: LoadBlock, *, days: int, initial: str = "first", min_periods: int | None = None) -> Floats:
    """Compute `ewma` of many athletes.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    days : int
        The span. [d]
    initial : str
        What the average begins with, see `ewma`.
    min_periods : int, optional
        Day of the log on which the first value is given; `days` if not told. [d]

    Returns
    -------
    array of shape (days, athletes)
        The averages.

    Raises
    ------
    ValueError
        If an option is not known.
    """
    if initial not in INITIAL:
        raise ValueError(f"initial is {initial!r}; one of {', '.join(INITIAL)} is needed")
    weights = span_weights(days)._replace(
        seed=0.0 if initial == "zero" else None, first_days=MEAN_DAYS if initial == "mean" else 1
    )
    least = checked_days(days if min_periods is None else min_periods, "min_periods")
    return begun(block, weights, least, None if block.gapless else observed(block))


def redi_days(block: LoadBlock, *, rate: float, min_periods: int = 1) -> Floats:
    """Compute `redi` of many athletes.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    rate : float
        The coefficient. [1/d]
    min_periods : int
        Day of the log on which the first value is given. [d]

    Returns
    -------
    array of shape (days, athletes)
        The averages.

    Raises
    ------
    ValueError
        If `rate` is not positive.
    """
    if not 0 < rate < math.inf:
        raise ValueError(f"rate is {rate}; a positive number a day is needed")
    weights = Weights(1.0, math.exp(-rate), restart_days=None)
    least = checked_days(min_periods, "min_periods")
    return begun(block, weights, least)


def span_weights(days: int) -> Weights:
    """Give the weights of an average of a certain span.

    Parameters
    ----------
    days : int
        The span :math:`N`; a day's own weight is 2 / (N + 1). [d]

    Returns
    -------
    Weights
        Of a log that begins with its first day's load.
    """
    gain = 2 / (checked_days(days, "days") + 1)
    return Weights(gain, 1 - gain)


def smoothed(block: LoadBlock, weights: Weights) -> Floats:
    """Average all days up to each day.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    weights : Weights
        How much each day counts.

    Returns
    -------
    array of shape (days, athletes)
        Weighted averages over the observed days; on a day that was not observed that of the day before. NaN while
        there is no log.

    Notes
    -----
    The average :math:`m` and the sum of all weights :math:`w` go from day to day: each day :math:`w` decays, and on
    an observed day it grows by the gain, and :math:`m` moves by gain / :math:`w` of its distance from the day's load.
    Without missing days :math:`w` stays 1 if gain + decay = 1, which is the usual recursion.
    """
    if block.gapless:
        return block.keep(("smoothed", weights), lambda: _every_day(block.loads, weights))
    averages: Floats = _kept(block, weights)[0]
    return averages


def run_days(block: LoadBlock, weights: Weights) -> Floats:
    """Count the days since the log began, or began anew.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    weights : Weights
        When it begins anew.

    Returns
    -------
    array
        1 on the first day, 0 while there is no log; of shape (days, 1) if it is the same for all athletes.
    """
    if block.gapless:
        return np.arange(1.0, len(block.loads) + 1)[:, None]
    ages: Floats = _kept(block, weights)[1]
    return ages


def begun(block: LoadBlock, weights: Weights, min_periods: int, *well: Flags | None) -> Floats:
    """Smooth, and leave only the values whose log is long enough.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    weights : Weights
        How much each day counts.
    min_periods : int
        Day of the log on which the first value is given. [d]
    *well : array of bool or None
        Where there may be a value, if not everywhere.

    Returns
    -------
    array of shape (days, athletes)
        A new one, with NaN elsewhere.
    """
    if block.gapless:
        return warmed(block, smoothed(block, weights), min_periods)
    good = run_days(block, weights) >= min_periods
    for enough in well:
        good &= True if enough is None else enough
    return np.where(good, smoothed(block, weights), np.nan)


def _kept(block: LoadBlock, weights: Weights) -> Floats:
    return block.keep(("smoothed", weights), lambda: np.stack(_observed_days(block, weights)))


def _every_day(loads: Floats, weights: Weights) -> Floats:
    """Smooth loads of which none is missing: all athletes move by the same share."""
    shares = np.array(_shares(weights, len(loads)))
    return _gone_through(loads * shares[:, None], (1 - shares).tolist(), weights.seed or 0.0)


@lru_cache(maxsize=64)
def _shares(weights: Weights, days: int) -> tuple[float, ...]:
    """How far the average moves towards the load of each day, if all were observed."""
    total = 0.0 if weights.seed is None else 1.0
    shares = []
    for day in range(days):
        early = weights.seed is None and day < weights.first_days
        own = 1 / weights.first_days if early else weights.gain
        total = (total if early else total * weights.decay) + own
        shares.append(own / total)
    return tuple(shares)


def _observed_days(block: LoadBlock, weights: Weights) -> tuple[Floats, Floats]:
    """Smooth loads of which some are missing: the sum of weights differs between athletes, and the age of the log."""
    seen = observed(block)
    age = _ages(seen, weights.restart_days)
    fresh, early = age == 1, (age <= weights.first_days) & (weights.seed is None)
    own = np.where(seen, np.where(early, 1 / weights.first_days, weights.gain), 0.0)
    kept = np.where(early, 1.0, weights.decay)
    totals = _gone_through(
        np.where(fresh, own + (0.0 if weights.seed is None else kept), own), np.where(fresh, 0.0, kept)
    )
    share = np.divide(own, totals, out=np.zeros_like(own), where=own > 0)
    moved = np.where(seen, block.loads, 0.0) * share
    moved[fresh] += (weights.seed or 0.0) * (1 - share[fresh])
    averages = _gone_through(moved, np.where(fresh, 0.0, 1 - share))
    return np.where(age > 0, averages, np.nan), age


def _ages(seen: Flags, restart_days: int | None) -> Floats:
    """Count the days since the log began, or began anew after a gap; 0 while there is none."""
    day = np.arange(len(seen))[:, None]
    last_seen = np.maximum.accumulate(np.where(seen, day, -1), axis=0)
    ended = (last_seen < 0) if restart_days is None else (last_seen < 0) | (day - last_seen >= restart_days)
    before = np.ones_like(ended)
    before[1:] = ended[:-1]
    began = np.maximum.accumulate(np.where(seen & before, day, -1), axis=0)
    return np.where(ended, 0.0, day - began + 1.0)


def _gone_through(added: Floats, kept: Sequence[float] | Floats, start: float = 0.0) -> Floats:
    """Go from day to day: what is kept of the value of the day before, and what is added to it, in place.

    All athletes go at once, and two plain calls a day are what there is time for.
    """
    value, left = np.full(added.shape[1], start), np.empty(added.shape[1])
    multiply, add = np.multiply, np.add
    for share, following in zip(kept, added, strict=True):
        multiply(value, share, left)
        add(following, left, following)
        value = following
    return added
