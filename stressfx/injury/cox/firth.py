"""Answers what few injuries can say: estimates that stay finite, with intervals by Firth's penalised likelihood.

Takes risk sets and covariates; gives the partial log likelihood plus half the logarithm of the determinant of its
information, and for each covariate the interval and p that follow from its profile.
"""

from dataclasses import replace

import lazy_loader
import numpy as np

from stressfx.injury.cox.likelihood import Found, Objective, Top, climb, partial_likelihood
from stressfx.injury.cox.risk_sets import Floats, RiskSets

__all__ = ["penalised_likelihood", "profile"]

scipy = lazy_loader.load("scipy")

HALF_CHI_SQUARED = 1.920729410347062
"""Half the 95 % point of the chi-squared distribution with one degree of freedom."""

MOST_DOUBLINGS = 20
"""An end that lies further than so many doublings of the standard error is none."""


def penalised_likelihood(sets: RiskSets, covariates: Floats, beta: Floats) -> Found:
    r"""Compute the penalised partial log likelihood at one place.

    Parameters
    ----------
    sets : RiskSets
        Who is at risk.
    covariates : array of shape (rows, covariates)
        The covariates, near 0.
    beta : array of shape (covariates,)
        Log hazard ratios.

    Returns
    -------
    Found
        Value and slope are those of the penalised likelihood, the information is that of the likelihood itself.

    Notes
    -----
    The penalty :math:`\frac12 \log|I|` has the slope :math:`\frac12 \mathrm{tr}(I^{-1} \partial I)`. With :math:`A =
    I^{-1}` that is half the sum over the events of :math:`E[(x - m)\,(x - m)^T A (x - m)]`, a mean over those at risk.
    """
    plain = partial_likelihood(sets, covariates, beta)
    sign, log_determinant = np.linalg.slogdet(plain.information)
    inverse = np.linalg.pinv(plain.information, hermitian=True)
    spread = np.einsum("ri,ij,rj->r", covariates, inverse, covariates) * plain.hazards
    mean_spread = sets.sums(spread) / plain.totals
    joint = np.column_stack([sets.sums(spread * column) / plain.totals for column in covariates.T])
    turned = np.einsum("eij,jk,ek->ei", plain.covariances, inverse, plain.means)
    third_moments = joint - mean_spread[:, None] * plain.means - 2 * turned
    return replace(
        plain,
        value=plain.value + log_determinant / 2 if sign > 0 else -np.inf,
        score=plain.score + third_moments.sum(axis=0) / 2,
    )


def profile(objective: Objective, top: Top, place: int, log_se: float) -> tuple[float, float, float]:
    """Find the interval of one log hazard ratio, and the p of none, while the others adapt.

    Parameters
    ----------
    objective : callable
        The penalised likelihood.
    top : Top
        Where it is highest.
    place : int
        Which covariate.
    log_se : float
        Standard error by the information: where to look first.

    Returns
    -------
    low, high, p : float
        Where the profile is 1.92 below the top, and the p of the penalised likelihood ratio test.
    """
    free = np.arange(len(top.beta)) != place

    def height(value: float) -> float:
        """How far the profile is above the ends of the interval."""
        start = np.where(free, top.beta, value)
        best = climb(objective, start, free).found.value if free.any() else objective(start).value
        return best - top.found.value + HALF_CHI_SQUARED

    def end(direction: int) -> float:
        near = float(top.beta[place])
        for doubling in range(MOST_DOUBLINGS):
            far = float(top.beta[place]) + direction * log_se * 2**doubling
            if height(far) < 0:
                return float(scipy.optimize.brentq(height, near, far, xtol=1e-10 * max(1.0, abs(far))))
            near = far
        return direction * np.inf

    drop = max(0.0, 2 * (HALF_CHI_SQUARED - height(0.0)))
    return end(-1), end(1), float(2 * scipy.special.ndtr(-np.sqrt(drop)))
