"""What does one binary exposure say of few injuries, without any approximation?

Takes matched sets as counts; gives the odds ratio with the limits and the p of its exact conditional distribution.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import lazy_loader
import numpy as np
import numpy.typing as npt

from stressfx.injury.designs.conditional import conditional_odds

__all__ = ["ExactOdds", "exact_odds"]

scipy = lazy_loader.load("scipy")

Floats: TypeAlias = npt.NDArray[np.float64]

TAIL = 0.025
"""Probability beyond each limit of a 95 % interval."""

FARTHEST = 700.0
"""Logarithm beyond which a number is as good as infinite."""


class ExactOdds(NamedTuple):
    """An odds ratio with its exact limits."""

    estimate: float
    """Conditional maximum likelihood; median-unbiased where that is 0 or infinite."""
    low: float
    high: float
    p: float


def exact_odds(case_exposed: npt.ArrayLike, exposed: npt.ArrayLike, periods: npt.ArrayLike) -> ExactOdds:
    r"""Estimate the odds ratio of one binary exposure by its exact conditional distribution.

    Parameters
    ----------
    case_exposed, exposed, periods : array of shape (sets,)
        As for `stressfx.injury.designs.conditional.conditional_odds`.

    Returns
    -------
    ExactOdds
        Everything missing if no set is informative.

    Notes
    -----
    At odds :math:`\psi` the number of injuries in exposed periods is a sum of independent trials with chances
    :math:`m\psi / (m\psi + n - m)`, one a set (a Poisson-binomial). The p is twice the smaller tail at
    :math:`\psi = 1`, itself included; the limits are where each tail is 2.5 %. Both belong together, and are
    conservative: they cover in 95 % or more. No mid-p is used. Where every injury was exposed, or none, the
    estimate is where the outcome has a probability of one half.

    Examples
    --------
    Five pairs, every injury in the exposed period:

    >>> odds = exact_odds([1] * 5, 1, 2)
    >>> round(odds.estimate, 3), round(odds.low, 3), odds.high, odds.p
    (6.725, 0.916, inf, 0.0625)
    """
    case, m, n = np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in (case_exposed, exposed, periods)))
    informative = (m > 0) & (m < n)
    if not informative.any():
        return ExactOdds(np.nan, np.nan, np.nan, np.nan)
    offset = np.log(m[informative] / (n - m)[informative])
    hits, sets = int(case[informative].sum()), len(offset)

    def above(log_odds: float) -> float:
        return float(_chances(offset, log_odds)[hits:].sum())

    def below(log_odds: float) -> float:
        return float(_chances(offset, log_odds)[: hits + 1].sum())

    low = 0.0 if hits == 0 else _where(above, TAIL)
    high = np.inf if hits == sets else _where(below, TAIL)
    if hits == 0:
        estimate = _where(below, 0.5)
    elif hits == sets:
        estimate = _where(above, 0.5)
    else:
        estimate = float(np.exp(conditional_odds(case, m, n)[0]))
    return ExactOdds(estimate, low, high, min(1.0, 2 * min(above(0.0), below(0.0))))


def _chances(offset: Floats, log_odds: float) -> Floats:
    """Give the probability of each number of injuries in exposed periods."""
    chances = np.zeros(len(offset) + 1)
    chances[0] = 1.0
    for chance in 1 / (1 + np.exp(-np.clip(offset + log_odds, -FARTHEST, FARTHEST))):
        chances[1:] = chances[1:] * (1 - chance) + chances[:-1] * chance
        chances[0] *= 1 - chance
    return chances


def _where(tail: Callable[[float], float], probability: float) -> float:
    """Find the odds at which a tail has a probability."""
    far = 1.0
    while not min(tail(-far), tail(far)) < probability < max(tail(-far), tail(far)):
        far *= 2
    return float(
        np.exp(scipy.optimize.brentq(lambda log_odds: tail(log_odds) - probability, -far, far, xtol=1e-12, rtol=1e-12))
    )
