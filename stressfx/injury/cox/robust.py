"""Answers how far an estimate would wander if other athletes had been followed, whatever their days share.

Takes a fitted likelihood; gives the sandwich of Lin and Wei: what each row contributes to the slope, summed by
athlete, between two inverses of the information.
"""

import numpy as np

from stressfx.injury.cox.likelihood import Found
from stressfx.injury.cox.risk_sets import Floats, RiskSets, Whole

__all__ = ["sandwich", "score_residuals"]


def score_residuals(sets: RiskSets, covariates: Floats, found: Found) -> Floats:
    """Split the slope of the log likelihood among the rows.

    Parameters
    ----------
    sets : RiskSets
        Who is at risk.
    covariates : array of shape (rows, covariates)
        The covariates.
    found : Found
        The likelihood at the estimate.

    Returns
    -------
    array of shape (rows, covariates)
        Observed minus expected contribution of each row; the columns add up to the slope.

    Notes
    -----
    A row expects at every event under risk its hazard over that of all, times its distance from their mean. By Efron,
    of tied rows a share has gone already (`RiskSets.gone`), and what they observe is the mean distance over the ties.
    """
    increments = 1 / found.totals
    ties = sets.by_time(np.ones(len(sets.at)))
    risen, gone = sets.met(increments), sets.by_time(sets.gone * increments)[sets.at]
    own = found.hazards[sets.rows]
    residuals = np.empty_like(covariates)
    for i, (values, means) in enumerate(zip(covariates.T, found.means.T, strict=True)):
        residuals[:, i] = found.hazards * (sets.met(increments * means) - values * risen)
        observed = values[sets.rows] - (sets.by_time(means) / ties)[sets.at]
        spared = values[sets.rows] * gone - sets.by_time(sets.gone * increments * means)[sets.at]
        residuals[sets.rows, i] += observed + own * spared
    return residuals


def sandwich(residuals: Floats, covariance: Floats, cluster: Whole) -> Floats:
    """Compute the covariance of the estimates that holds though the rows of a cluster belong together.

    Parameters
    ----------
    residuals : array of shape (rows, covariates)
        See `score_residuals`.
    covariance : array of shape (covariates, covariates)
        Covariance by the model: the inverse of the information.
    cluster : array of shape (rows,)
        Number of the cluster of each row, from 0.

    Returns
    -------
    array of shape (covariates, covariates)
        The robust covariance, without a factor for small samples.
    """
    shifts = np.column_stack([np.bincount(cluster, column) for column in residuals.T]) @ covariance
    return np.asarray(shifts.T @ shifts)
