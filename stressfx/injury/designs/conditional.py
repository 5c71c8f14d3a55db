"""What are the odds of an injury in exposed periods against the runner's own other periods, set by set?

Takes matched sets, each of one injury: how many of its periods were exposed, and whether the period of the injury
was. Gives the logarithm of the conditional odds ratio by maximum likelihood, for any number of data sets at once: the
fast road for permutations and specification curves.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["conditional_odds"]

Floats: TypeAlias = npt.NDArray[np.float64]

STEPS = 60
"""Most steps of Newton's method or bisection; ten are rarely needed, and bisection alone reaches 1e-12 in so many."""

CLOSE = 1e-12
"""A step as small as this ends the search."""


def conditional_odds(
    case_exposed: npt.ArrayLike, exposed: npt.ArrayLike, periods: npt.ArrayLike
) -> tuple[Floats, Floats]:
    r"""Estimate conditional odds ratios of one binary exposure, for many data sets at once.

    Parameters
    ----------
    case_exposed : array of shape (..., sets)
        1 if the period of the injury was exposed, else 0.
    exposed : array of shape (..., sets)
        Number of exposed periods of the set, that of the injury among them.
    periods : array of shape (..., sets)
        Number of periods of the set; 0 where there is no such set. The three arrays are broadcast.

    Returns
    -------
    log_odds, se : arrays of shape (...)
        Natural logarithm of the odds ratio, and its standard error. If in every informative set the period of the
        injury was exposed, or in none, the estimate is infinite and the error missing; without any informative set
        both are missing.

    Notes
    -----
    Of a set with :math:`m` exposed of :math:`n` periods, the period of the injury is an exposed one with probability
    :math:`m\psi / (m\psi + n - m)`; sets with :math:`m = 0` or :math:`m = n` tell nothing. The likelihood has one
    maximum, which lies between bounds known beforehand, so that Newton's method cannot stray. Sets of days (`exposed`
    days of all `periods` at risk) give the rate ratio of the self-controlled series in the same way.

    Examples
    --------
    18 pairs with the injury in the exposed period, 9 with it in the other:

    >>> log_odds, se = conditional_odds([1] * 18 + [0] * 9, 1, 2)
    >>> round(float(np.exp(log_odds)), 6), round(float(se), 6)
    (2.0, 0.408248)
    """
    case, m, n = np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in (case_exposed, exposed, periods)))
    informative = (m > 0) & (m < n)
    hits, sets = np.sum(case * informative, axis=-1), np.sum(informative, axis=-1)
    offset, weight = _offsets(m, n, informative)
    found = (hits > 0) & (hits < sets)
    log_odds = np.where(sets == 0, np.nan, np.where(hits > 0, np.inf, -np.inf))
    se = np.full(log_odds.shape, np.nan)
    if found.any():
        log_odds[found], se[found] = _solved(hits[found], sets[found], offset[found], weight[found])
    return log_odds, se


def _offsets(m: Floats, n: Floats, informative: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Give the log odds of each set at ratio 1, and its weight; alike sets are put together where that saves work."""
    offset = np.zeros(m.shape)
    np.log(np.divide(m, n - m, out=np.ones(m.shape), where=informative), out=offset)
    kinds, kind = np.unique(offset, return_inverse=True)
    if len(kinds) >= m.shape[-1] // 2:
        return offset, informative.astype(float)
    rows = np.arange(m.size // max(m.shape[-1], 1)).reshape(*m.shape[:-1], 1)
    place = (rows * len(kinds) + kind.reshape(m.shape)).ravel()
    counts = np.bincount(place, weights=informative.ravel(), minlength=rows.size * len(kinds))
    shape = (*m.shape[:-1], len(kinds))
    return np.broadcast_to(kinds, shape), counts.reshape(shape)


def _solved(hits: Floats, sets: Floats, offset: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Solve the score equation, by Newton's method between bounds."""
    there = weight > 0
    middle = np.log(hits / (sets - hits))
    low = middle - np.max(offset, axis=-1, where=there, initial=-np.inf)
    high = middle - np.min(offset, axis=-1, where=there, initial=np.inf)
    at = (low + high) / 2
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-(at[..., None] + offset)))
        score = hits - np.sum(weight * chance, axis=-1)
        information = np.sum(weight * chance * (1 - chance), axis=-1)
        low, high = np.where(score > 0, at, low), np.where(score < 0, at, high)
        step = at + score / information
        step = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        moved, at = np.max(np.abs(step - at)), step
        if moved < CLOSE:
            break
    chance = 1 / (1 + np.exp(-(at[..., None] + offset)))
    return at, 1 / np.sqrt(np.sum(weight * chance * (1 - chance), axis=-1))
