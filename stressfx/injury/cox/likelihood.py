"""Answers how likely it is, by given log hazard ratios, that just those were injured who were, and which make it most.

Takes risk sets and covariates; gives Cox's partial log likelihood with its slope and curvature, and climbs to its top.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from stressfx.injury.cox.risk_sets import Flags, Floats, RiskSets

__all__ = ["Found", "Objective", "Top", "climb", "partial_likelihood"]

MOST_STEPS = 200
MOST_HALVINGS = 30

STILL = 1e-9
"""Steps smaller than this, relative to the log hazard ratios, end the climb."""

FLAT = 1e-8
"""Where a step promises a gain in log likelihood below this and yet is long, there is no top: the estimate diverges."""

LONG = 0.01
"""A long step, relative to the log hazard ratios: where the estimate diverges, steps keep their length, however far."""


@dataclass(frozen=True, eq=False)
class Found:
    """The log likelihood at one place, and what it is made of.

    Attributes
    ----------
    value : float
        The log likelihood.
    score : array of shape (covariates,)
        Its slope.
    information : array of shape (covariates, covariates)
        Its curvature, turned over.
    hazards : array of shape (rows,)
        Hazard of each row, relative to the highest of all.
    totals : array of shape (events,)
        Sum of the hazards at risk at each event.
    means : array of shape (events, covariates)
        Mean of the covariates over those at risk, weighted by hazard.
    covariances : array of shape (events, covariates, covariates)
        Their covariances, weighted so too.
    """

    value: float
    score: Floats
    information: Floats
    hazards: Floats
    totals: Floats
    means: Floats
    covariances: Floats


Objective: TypeAlias = Callable[[Floats], Found]


@dataclass(frozen=True, eq=False)
class Top:
    """Where a climb ended; `reached` tells whether at a top."""

    beta: Floats
    found: Found
    reached: bool


def partial_likelihood(sets: RiskSets, covariates: Floats, beta: Floats) -> Found:
    """Compute the partial log likelihood at one place.

    Parameters
    ----------
    sets : RiskSets
        Who is at risk.
    covariates : array of shape (rows, covariates)
        Near 0, lest differences drown in rounding.
    beta : array of shape (covariates,)
        Log hazard ratios.

    Returns
    -------
    Found
        The log likelihood and its parts.
    """
    logs = covariates @ beta
    logs -= logs.max()
    hazards = np.exp(logs)
    totals = np.fmax(sets.sums(hazards), np.finfo(float).tiny)  # a step that went much too far must not divide by 0
    weighted = covariates * hazards[:, None]
    width = len(beta)
    means, squares = np.empty((len(totals), width)), np.empty((len(totals), width, width))
    for i in range(width):
        means[:, i] = sets.sums(weighted[:, i]) / totals
        for j in range(i + 1):
            squares[:, i, j] = squares[:, j, i] = sets.sums(weighted[:, i] * covariates[:, j]) / totals
    covariances = squares - means[:, :, None] * means[:, None, :]
    return Found(
        value=float(np.sum(logs[sets.rows] - np.log(totals))),
        score=np.sum(covariates[sets.rows] - means, axis=0),
        information=covariances.sum(axis=0),
        hazards=hazards,
        totals=totals,
        means=means,
        covariances=covariances,
    )


def climb(objective: Objective, beta: Floats, free: Flags | None = None) -> Top:
    """Find the highest log likelihood by Newton's steps, each halved until it leads neither down nor far past the top.

    Parameters
    ----------
    objective : callable
        Gives a `Found` for log hazard ratios over the range of each covariate.
    beta : array of shape (covariates,)
        Where to start.
    free : array of shape (covariates,), optional
        Which may move; all if not told.

    Returns
    -------
    Top
        The top; not reached where the likelihood rises for ever.
    """
    moves = np.flatnonzero(np.ones(len(beta), dtype=bool) if free is None else free)
    here = objective(beta)
    for _ in range(MOST_STEPS):
        step = np.zeros(len(beta))
        step[moves] = np.linalg.pinv(here.information[np.ix_(moves, moves)], hermitian=True) @ here.score[moves]
        length, gain = np.abs(step).max(), float(here.score @ step)
        if gain < FLAT and length > LONG * (1 + np.abs(beta).max()):
            break
        for _ in range(MOST_HALVINGS):
            there = objective(beta + step)
            higher = there.value >= here.value - 1e-12 * abs(here.value)
            if higher and there.score @ step >= -0.5 * (here.score @ step):
                break
            step /= 2
        beta, here = beta + step, there
        if length <= STILL * (1 + np.abs(beta).max()):
            return Top(beta, here, reached=True)
    return Top(beta, here, reached=False)
