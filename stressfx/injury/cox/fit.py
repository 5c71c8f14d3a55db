"""Answers which hazard ratios fit best and how sure they are: by maximum likelihood, or by Firth's where that fails.

Takes risk sets and the covariates of their rows, as they are; gives a row an estimate. Inside, covariates are centred
and divided by their range, so that limits mean the same for metres and for shares.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from stressfx.errors import InsufficientDataError
from stressfx.injury.cox.cautions import refuse_hollow_errors, refuse_sameness
from stressfx.injury.cox.firth import penalised_likelihood, profile
from stressfx.injury.cox.likelihood import Top, climb, partial_likelihood
from stressfx.injury.cox.risk_sets import Floats, RiskSets, Whole
from stressfx.injury.cox.robust import sandwich, score_residuals
from stressfx.injury.result import FEW_EVENTS, study_table, wald_rows

__all__ = ["METHODS", "Fit", "fitted"]

METHODS = ("auto", "ml", "firth")


class Fit(NamedTuple):
    """Estimates, as rows of `stressfx.schema.STUDY`; `firth` tells why they are Firth's, and is empty if they are not.

    Two columns follow behind: ``model_log_se``, the standard error by the model alone, and ``log_likelihood``.
    """

    table: pd.DataFrame
    firth: str


class _Problem(NamedTuple):
    """What is to be fitted."""

    sets: RiskSets
    covariates: Floats
    ranges: Floats
    terms: Sequence[str]


def fitted(
    sets: RiskSets, covariates: Floats, terms: Sequence[str], *, method: str = "auto", cluster: Whole | None = None
) -> Fit:
    """Estimate log hazard ratios.

    Parameters
    ----------
    sets : RiskSets
        Who is at risk.
    covariates : array of shape (rows, terms)
        The covariates of the rows that `sets` uses.
    terms : sequence of str
        Their names.
    method : {"auto", "ml", "firth"}
        Maximum likelihood, Firth's penalised likelihood, or the second where there are few events or the first fails.
    cluster : array of shape (rows,), optional
        Number of the cluster of each row, for robust errors; errors by the model if not told.

    Returns
    -------
    Fit
        The estimates.

    Raises
    ------
    InsufficientDataError
        If a covariate does not differ among those at risk, two tell the same, the estimate diverges, or robust errors
        are asked for with fewer clusters than they need.
    """
    ranges = np.ptp(covariates, axis=0)
    ranges[ranges == 0] = 1.0
    scaled = np.asfortranarray((covariates - covariates.mean(axis=0)) / ranges)  # sums go column by column
    problem = _Problem(sets, scaled, ranges, terms)
    at_start = partial_likelihood(sets, problem.covariates, np.zeros(len(terms)))
    refuse_sameness(at_start.information, len(sets.rows), terms)
    if method == "firth":
        return Fit(_firth_rows(problem), "It was asked for.")
    if method == "auto" and len(sets.rows) < FEW_EVENTS:
        return Fit(_firth_rows(problem), f"There are {len(sets.rows)} injuries; likelihood alone needs {FEW_EVENTS}.")
    top = climb(partial(partial_likelihood, sets, problem.covariates), np.zeros(len(terms)))
    if top.reached:
        return Fit(_likelihood_rows(problem, top, cluster), "")
    diverges = "The estimate by likelihood alone diverges, as where all or none of the injured were exposed."
    if method == "ml":
        raise InsufficientDataError(f"{diverges} Take method='firth', which stays finite, or leave a covariate out.")
    return Fit(_firth_rows(problem), diverges)


def _likelihood_rows(problem: _Problem, top: Top, cluster: Whole | None) -> pd.DataFrame:
    sets, covariates, ranges, terms = problem
    inverse = np.asarray(np.linalg.inv(top.found.information), dtype=np.float64)
    log_ses = by_model = np.sqrt(np.diag(inverse))
    if cluster is not None:
        numbered = np.unique(cluster, return_inverse=True)[1]
        log_ses = np.sqrt(np.diag(sandwich(score_residuals(sets, covariates, top.found), inverse, numbered)))
        refuse_hollow_errors(log_ses, by_model, int(numbered.max()) + 1)
    counts = {"events": len(sets.rows), "athletes": 0, "intervals": 0}
    table = wald_rows(terms, list(top.beta / ranges), list(log_ses / ranges), "hazard ratio", **counts)
    return table.assign(model_log_se=by_model / ranges, log_likelihood=top.found.value)


def _firth_rows(problem: _Problem) -> pd.DataFrame:
    sets, covariates, ranges, terms = problem
    objective = partial(penalised_likelihood, sets, covariates)
    top = climb(objective, np.zeros(len(terms)))
    if not top.reached:
        raise InsufficientDataError(
            f"No estimate was found for {', '.join(terms)} from {len(sets.rows)} injuries; leave a covariate out."
        )
    ses = np.sqrt(np.diag(np.linalg.inv(top.found.information)))
    value = top.found.value + np.log(ranges).sum()  # the penalty depends on the units
    rows = []
    for place, (term, log, se, unit) in enumerate(zip(terms, top.beta, ses, ranges, strict=True)):
        *ends, p = profile(objective, top, place, se)
        with np.errstate(over="ignore"):  # an upper end beyond every number is infinite
            estimate, low, high = np.exp(np.array([log, *ends]) / unit)
        found = {"term": term, "estimate": estimate, "low": low, "high": high, "p": p, "log_estimate": log / unit}
        rows.append({**found, "log_se": se / unit, "model_log_se": se / unit, "log_likelihood": value})
    return study_table(rows).assign(measure="hazard ratio", events=len(sets.rows))
