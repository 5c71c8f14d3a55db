"""Answers the question of Cox's regression by a second road: a generalised linear model of days with and without one.

Takes the same rows; gives the same hazard ratios, from a baseline that is constant over weeks or months, or free at
every event time. Where the two roads part, one of them is wrong for the data.
"""

import warnings
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import lazy_loader
import numpy as np
import pandas as pd

from stressfx.errors import InsufficientDataError
from stressfx.injury.cox.cautions import cautions, refuse_hollow_errors, refuse_sameness
from stressfx.injury.cox.risk_sets import Floats, Whole, risk_sets
from stressfx.injury.cox.rows import Rows, names_of, usable_rows
from stressfx.injury.result import StudyResult, wald_rows

__all__ = ["BASELINES", "discrete_time_regression"]

scipy = lazy_loader.load("scipy")

BASELINES: Mapping[str, float] = MappingProxyType({"time": 0.0, "week": 7.0, "month": 30.0, "constant": np.inf})
"""Length of the periods in each of which the baseline hazard is one number; 0: every event time has its own. [d]"""

MEASURES = {"cloglog": "hazard ratio", "log": "rate ratio"}

MOST_CELLS = 30_000_000
"""Largest table of rows by effects that is fitted: 240 MB, of which the fit makes copies. 1,000 athletes over two years
with their months need 22 million."""

DIVERGED = 100.0
"""A standard error, as a log ratio over the whole range of a covariate, that no finite estimate has."""


class _Table(NamedTuple):
    """Rows to fit: how often injured, in which period, for how long; and how many intervals each stands for."""

    injured: Floats
    covariates: Floats
    period: Whole
    days: Floats
    cluster: Whole
    log_days: float = 0.0
    """What rows that were put together lack of the log likelihood of the intervals."""
    intervals: int = 0


def discrete_time_regression(
    intervals: pd.DataFrame,
    *,
    covariates: str | Sequence[str],
    link: str = "cloglog",
    baseline: str = "month",
    cluster: str | None = "athlete_id",
) -> StudyResult:
    r"""Model each row's chance of an injury, from its covariates and the time.

    Parameters
    ----------
    intervals : DataFrame
        As for `stressfx.cox_regression`.
    covariates : str or sequence of str
        Columns of numbers. A ratio is for one unit of its column.
    link : {"cloglog", "log"}
        A binomial model whose complementary log-log is linear, or a Poisson model.
    baseline : {"time", "week", "month", "constant"}
        How long the baseline hazard stays the same: it is free at every event time; or in weeks, in months of 30 days
        from time 0 on, or for ever.
    cluster : str or None
        Column whose rows belong together, for robust errors; None for errors by the model.

    Returns
    -------
    StudyResult
        Hazard ratios (``cloglog``) or rate ratios (``log``). Behind the columns of `stressfx.schema.STUDY` stand
        ``model_log_se``, the error by the model alone, and ``log_likelihood``.

    Raises
    ------
    ValueError
        If an option is not known, or the baseline has too many effects for so many rows.
    SchemaError
        As `stressfx.cox_regression`.
    InsufficientDataError
        If there are fewer injuries than covariates, a covariate does not differ or follows from others, or the
        estimate diverges.

    Notes
    -----
    With a period's own effect :math:`a_p` and a row of :math:`d` days, ``cloglog`` models :math:`P = 1 - \exp(-d
    \exp(a_p + \beta^T x))`: the grouped proportional hazards model of [1]_, whose :math:`\beta` is that of Cox's
    regression. ``log`` models the expected number of injuries, :math:`d \exp(a_p + \beta^T x)`. By ``time``, a row
    counts once for each event time that it is at risk at; ``log`` then gives the very estimates of
    `stressfx.cox_regression` with Breslow's ties. Periods without an injury tell nothing and are left out. A row that
    is longer than a period counts in that of its end.

    The fit and its errors are those of statsmodels, robust ones with its factor for small samples, :math:`G/(G-1) \cdot
    (n-1)/(n-k)` for the covariance with :math:`G` clusters, :math:`n` rows and :math:`k` effects. There is no penalised
    form: where the estimate diverges, `stressfx.cox_regression` has one.

    References
    ----------
    .. [1] Prentice RL, Gloeckler LA. "Regression analysis of grouped survival data with application to breast cancer
       data." Biometrics 34 (1978) 57-67. doi:10.2307/2529588

    Examples
    --------
    Ten days each of two runners, one exposed: two injuries against one in the same time.

    >>> days = pd.DataFrame({"athlete_id": ["a"] * 10 + ["b"] * 10, "start": [float(day) for day in range(10)] * 2})
    >>> days = days.assign(stop=days["start"] + 1, exposed=[1] * 10 + [0] * 10, event=0)
    >>> days.loc[[2, 5, 15], "event"] = 1
    >>> result = discrete_time_regression(days, covariates="exposed", link="log", baseline="constant", cluster=None)
    >>> round(result.table["estimate"].item(), 6)
    2.0
    """
    for name, told, known in (("link", link, MEASURES), ("baseline", baseline, BASELINES)):
        if told not in known:
            raise ValueError(f"{name} is {told!r}; one of {', '.join(known)} is needed")
    terms = names_of(covariates)
    rows = usable_rows(intervals, terms, cluster=cluster)
    said = cautions(rows, len(terms), cluster)
    length = BASELINES[baseline]
    table = _by_event_time(rows) if baseline == "time" else _by_period(rows, length)
    longer = int(np.sum(rows.stop - rows.start > length)) if length else 0
    if longer:
        said.append(f"{longer} of {len(rows.start)} intervals are longer than {length:g} days; each counts at its end.")
    athletes = len(np.unique(rows.athlete))
    how = "by the model" if cluster is None else f"robust by {cluster}"
    design = (
        f"Generalised linear model ({link}) of the time at risk of {athletes} athletes: {MEASURES[link]} for one unit "
        f"of each covariate; baseline by {baseline}, errors {how}."
    )
    numbers = {"events": int(rows.event.sum()), "athletes": athletes, "intervals": len(rows.start)}
    fitted = _fitted(_alike(table) if link == "log" else table, terms, link, numbers, robust=cluster is not None)
    return StudyResult(fitted, design, tuple(said))


def _by_event_time(rows: Rows) -> _Table:
    """A row for every event time that a row is at risk at."""
    sets = risk_sets(rows.start, rows.stop, rows.event, np.zeros_like(rows.stratum), "breslow")
    times = sets.last - sets.first
    place = np.repeat(np.arange(len(times)), times)
    since = np.arange(len(place)) - np.repeat(np.cumsum(times) - times, times)
    period = sets.first[place] + since
    injured = rows.event[sets.used][place] & (period == sets.last[place] - 1)
    taken = sets.used[place]
    return _Table(injured.astype(float), rows.covariates[taken], period, np.ones(len(place)), rows.cluster[taken])


def _by_period(rows: Rows, length: float) -> _Table:
    """The rows of the periods with an injury."""
    number = np.ceil(rows.stop / length)
    kept = np.isin(number, number[rows.event])
    period = np.unique(number[kept], return_inverse=True)[1]
    days = (rows.stop - rows.start)[kept]
    return _Table(rows.event[kept].astype(float), rows.covariates[kept], period, days, rows.cluster[kept])


def _alike(table: _Table) -> _Table:
    """Put the days of a cluster, a period and the same covariates together: their counts add up, as Poisson's do."""
    keys = [pd.factorize(column)[0] for column in (table.cluster, table.period, *table.covariates.T)]
    of = keys[0]
    for key in keys[1:]:
        of = pd.factorize(of * (int(key.max()) + 1) + key)[0]
    first = np.unique(of, return_index=True)[1]
    injured, days = (np.bincount(of, column).astype(float) for column in (table.injured, table.days))
    apart = (table.injured * np.log(table.days)).sum() - (injured * np.log(days)).sum()
    apart += scipy.special.gammaln(injured + 1).sum()
    return _Table(
        injured,
        table.covariates[first],
        table.period[first],
        days,
        table.cluster[first],
        float(apart),
        len(of),
    )


def _fitted(
    table: _Table, terms: Sequence[str], link: str, numbers: Mapping[str, int], *, robust: bool
) -> pd.DataFrame:
    """Fit the model, with covariates over their range so that limits mean the same for metres and for shares."""
    ranges = np.ptp(table.covariates, axis=0)
    ranges[ranges == 0] = 1.0
    rows, width, periods = len(table.period), len(terms), int(table.period.max()) + 1
    if rows * (width + periods) > MOST_CELLS:
        raise ValueError(
            f"{rows} rows by {width + periods} effects are more than {MOST_CELLS:,} cells; take a baseline of longer "
            "periods ('constant' has one), or stressfx.cox_regression."
        )
    values = (table.covariates - table.covariates.mean(axis=0)) / ranges
    count = np.bincount(table.period)
    means = np.column_stack([np.bincount(table.period, column) / count for column in values.T])
    apart = values - means[table.period]
    refuse_sameness(apart.T @ apart, rows, terms)
    effects = (table.period[:, None] == np.arange(periods)).astype(float)
    clusters = np.unique(table.cluster, return_inverse=True)[1] if robust else None
    fit = _fit_of(table, np.column_stack([values, effects]), link, clusters)
    by_model = np.full(width, np.inf) if fit is None else np.sqrt(np.diag(fit.normalized_cov_params)[:width])
    if fit is None or not fit.converged or not by_model.max() < DIVERGED:
        raise InsufficientDataError(
            f"The estimate diverges with {numbers['events']} injuries, as where all or none of the injured were "
            "exposed. Take stressfx.cox_regression(method='firth'), which stays finite, or leave a covariate out."
        )
    errors = fit.bse[:width]
    if clusters is not None:
        many, intervals = int(clusters.max()) + 1, table.intervals or rows
        refuse_hollow_errors(errors, by_model, many)
        errors = errors * np.sqrt(many / (many - 1) * (intervals - 1) / max(intervals - width - periods, 1))
    found = wald_rows(terms, list(fit.params[:width] / ranges), list(errors / ranges), MEASURES[link], **numbers)
    return found.assign(model_log_se=by_model / ranges, log_likelihood=fit.llf + table.log_days)


def _fit_of(table: _Table, columns: Floats, link: str, clusters: Whole | None) -> Any:  # noqa: ANN401  # of statsmodels, which has no types
    """The fit, or None where it comes to no end."""
    import statsmodels.api as sm  # noqa: PLC0415  # statsmodels costs two seconds, and only a study needs it

    family = sm.families.Poisson() if link == "log" else sm.families.Binomial(sm.families.links.CLogLog())
    errors = (
        {"cov_type": "cluster", "cov_kwds": {"groups": clusters, "use_correction": False}}
        if clusters is not None
        else {}
    )
    model = sm.GLM(table.injured, columns, family=family, offset=np.log(table.days))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that diverges is told by its errors, in words of our own
        try:
            return model.fit(tol=1e-10, tol_criterion="params", **errors)
        except np.linalg.LinAlgError:
            return None
