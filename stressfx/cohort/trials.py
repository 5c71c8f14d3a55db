"""Does a study find what was planted? The same study on many made-up cohorts, and what came of it.

Takes a study, a function of a `Cohort`; gives `stressfx.schema.TRIALS`, a row a cohort, and from these
`stressfx.schema.CALIBRATION`: bias, coverage and rejections, each with its Monte Carlo error.
"""

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from numbers import Integral
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import lazy_loader
import numpy as np
import pandas as pd

from stressfx.cohort.simulate import Cohort, simulate_cohort
from stressfx.errors import DataQualityWarning, InsufficientDataError
from stressfx.injury.at_risk import at_risk_intervals
from stressfx.injury.cases import bone_stress_injuries
from stressfx.injury.cox.regression import cox_regression
from stressfx.injury.designs.case_crossover import case_crossover
from stressfx.injury.designs.self_controlled import self_controlled
from stressfx.injury.discrete_time import discrete_time_regression
from stressfx.injury.exposures import exposed
from stressfx.injury.result import StudyResult, study_table
from stressfx.schema import CALIBRATION, TRIALS

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["DESIGNS", "calibration", "exact_share", "run_trials", "spike_exposure"]

scipy = lazy_loader.load("scipy")

Study: TypeAlias = Callable[[Cohort], StudyResult]

SMALL_SPIKE = 0.10
"""A run is a spike if it goes further than this beyond the longest of the 30 days before."""

HAZARD_DAYS = 7
"""So many days from a spike on the planted ratio holds, and a study looks. [d]"""

LEVEL = 0.05


def spike_exposure(cohort: Cohort, *, lag_days: int = 0) -> pd.DataFrame:
    """Mark the days on which a single-session spike lies in the week behind.

    Parameters
    ----------
    cohort : Cohort
        Made-up athletes.
    lag_days : int
        Days between the week that is looked at and the day. [d]

    Returns
    -------
    DataFrame
        The days of the cohort with a column ``exposed``: 1, 0, or missing where it is not known.
    """
    days = cohort.days
    return days.assign(exposed=exposed(days, "spike", above=SMALL_SPIKE, days=HAZARD_DAYS, lag_days=lag_days))


def _case_crossover(cohort: Cohort) -> StudyResult:
    table, injuries = spike_exposure(cohort), cohort.injuries
    return case_crossover(table, injuries, exposures="exposed", which="first", cases=bone_stress_injuries(injuries))


def _self_controlled(cohort: Cohort) -> StudyResult:
    table, injuries = spike_exposure(cohort), cohort.injuries
    return self_controlled(table, injuries, exposure="exposed", which="first", cases=bone_stress_injuries(injuries))


def _intervals(cohort: Cohort) -> pd.DataFrame:
    table, injuries = spike_exposure(cohort), cohort.injuries
    return at_risk_intervals(table, injuries, covariates=["exposed"], cases=bone_stress_injuries(injuries))


def _cox(cohort: Cohort) -> StudyResult:
    return cox_regression(_intervals(cohort), covariates=["exposed"])


def _discrete_time(cohort: Cohort) -> StudyResult:
    # made-up runners keep the same hazard all year, so that one number does for the baseline, and quickly
    return discrete_time_regression(_intervals(cohort), covariates=["exposed"], link="log", baseline="constant")


DESIGNS: Mapping[str, Study] = MappingProxyType(
    {
        "case_crossover": _case_crossover,
        "self_controlled": _self_controlled,
        "cox": _cox,
        "discrete_time": _discrete_time,
    }
)
"""The designs, asked for the ratio of bone stress injuries in the week after a single-session spike.

Those that compare a runner with herself take each runner's first injury: what lies before a later one is a comeback."""


def run_trials(
    study: Study | str,
    *,
    n_trials: int,
    seed: int,
    executor: "Executor | None" = None,
    **cohort: float | str | None,
) -> pd.DataFrame:
    """Run a study on many made-up cohorts.

    Parameters
    ----------
    study : callable or str
        Takes a `Cohort` and gives a `StudyResult`; or a name of `DESIGNS`.
    n_trials : int
        Number of cohorts.
    seed : int
        Every cohort draws from its own stream of it: the first 100 of 500 are the 100 of a shorter run.
    executor : Executor, optional
        Where the trials run; here, one after the other, if not given. The study must then be a function of a module.
    **cohort
        Arguments of `stressfx.simulate_cohort` besides the seed.

    Returns
    -------
    DataFrame
        `stressfx.schema.TRIALS`. A cohort in which the study is refused for lack of data has one row that says why.

    Raises
    ------
    ValueError
        If there is no such design, a number is not whole, or `simulate_cohort` refuses an argument.

    Notes
    -----
    A `DataQualityWarning` of a study is not shown: what was lost from each cohort is missing in its ``events``.

    Examples
    --------
    >>> trials = run_trials("case_crossover", n_trials=2, seed=1, n_athletes=60, n_days=200)
    >>> trials["trial"].tolist()
    [0, 1]
    """
    counts: tuple[tuple[str, Any, int], ...] = (("n_trials", n_trials, 1), ("seed", seed, 0))
    for name, number, least in counts:
        if not isinstance(number, Integral) or number < least:
            raise ValueError(f"{name} is {number!r}; a whole number from {least} on is needed")
    if isinstance(study, str) and study not in DESIGNS:
        raise ValueError(f"study is {study!r}; one of {', '.join(DESIGNS)} or a function is needed")
    asked = DESIGNS[study] if isinstance(study, str) else study
    one = partial(_trial, asked, seed, cohort)
    each = map(one, range(n_trials)) if executor is None else executor.map(one, range(n_trials), chunksize=4)
    return TRIALS.check(pd.concat(list(each), ignore_index=True))


def _trial(study: Study, seed: int, cohort: Mapping[str, Any], trial: int) -> pd.DataFrame:
    own_seed = int(np.random.SeedSequence([seed, trial]).generate_state(1)[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)  # the gaps were asked for
        try:
            table, refused = study(simulate_cohort(seed=own_seed, **cohort)).table.reset_index(drop=True), ""
        except InsufficientDataError as error:
            table, refused = study_table([]), str(error)
    if table.empty:
        table, refused = study_table([{"term": "", "measure": "not estimated"}]), refused or "There is no estimate."
    columns = {"trial": np.full(len(table), trial), **{name: table[name] for name in TRIALS.names if name in table}}
    return pd.DataFrame(columns).assign(refused=pd.Series([refused] * len(table), dtype="str"))


def calibration(trials: pd.DataFrame, *, planted: float) -> pd.DataFrame:
    """Compare the estimates of many trials with the ratio that was planted.

    Parameters
    ----------
    trials : DataFrame
        `stressfx.schema.TRIALS`.
    planted : float
        The ratio that was planted. [1]

    Returns
    -------
    DataFrame
        `stressfx.schema.CALIBRATION`, a row a term.

    Raises
    ------
    ValueError
        If `planted` is no ratio.
    InsufficientDataError
        If all trials were refused.

    Notes
    -----
    Trials that were refused count in ``trials`` and ``refused`` alone: with many of them the rest is a selection. One
    without an interval does not hold the ratio, one without p does not reject. The bias is infinite if any estimate
    is, and then has no error.

    Examples
    --------
    >>> rows = pd.DataFrame({"estimate": [0.5, 1.0, 4.0], "low": [0.2, 0.4, 1.5], "high": [1.2, 2.4, 9.0],
    ...                      "p": [0.1, 1.0, 0.01]}).assign(term="x", refused="", events=20)
    >>> found = calibration(rows.assign(log_estimate=np.log(rows["estimate"])), planted=1.0)
    >>> found[["coverage", "rejected"]].round(3).values.tolist()
    [[0.667, 0.333]]
    """
    if not 0 < planted < np.inf:
        raise ValueError(f"planted is {planted!r}; a ratio above 0 is needed")
    refused = int((trials["refused"] != "").sum())
    if refused == len(trials):
        why = f"; the first because: {trials['refused'].iloc[0]}" if refused else ""
        raise InsufficientDataError(f"None of {refused} trials gave an estimate; larger cohorts are needed{why}")
    rows = []
    for term, found in trials[trials["refused"] == ""].groupby("term", sort=False):
        held = (found["low"] <= planted) & (planted <= found["high"])
        errors = (found["log_estimate"] - np.log(planted)).dropna()
        spread = errors.std() if np.isfinite(errors).all() else np.nan
        rows.append(
            {
                "term": term,
                "planted": float(planted),
                "trials": len(found) + refused,
                "refused": refused,
                "events": found["events"].mean(),
                "bias": errors.mean(),
                "bias_se": spread / np.sqrt(max(len(errors), 1)),
                **_share("coverage", held),
                **_share("rejected", found["p"] < LEVEL),
            }
        )
    table = pd.DataFrame(rows, columns=CALIBRATION.names)
    return table.astype({column.name: "str" for column in CALIBRATION.columns if column.kind == "text"})


def _share(name: str, flags: pd.Series) -> dict[str, float]:
    low, high = exact_share(int(flags.sum()), len(flags))
    return {name: float(flags.mean()), f"{name}_low": low, f"{name}_high": high}


def exact_share(count: int, trials: int) -> tuple[float, float]:
    """Give the exact 95 % interval of a share (Clopper and Pearson).

    Parameters
    ----------
    count, trials : int
        So many of so many.

    Returns
    -------
    tuple of float
        Lower and upper end.

    Examples
    --------
    >>> [round(end, 4) for end in exact_share(95, 100)]
    [0.8872, 0.9836]
    """
    interval = scipy.stats.binomtest(count, trials).proportion_ci(0.95, method="exact")
    return float(interval.low), float(interval.high)
