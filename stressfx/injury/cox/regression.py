"""Answers how much higher the hazard of an injury is where a covariate is one higher: Cox's regression of daily rows.

Takes `stressfx.schema.INTERVALS` with covariates that may differ from row to row; gives a `StudyResult` of hazard
ratios, with errors that allow for the days of one athlete belonging together.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from stressfx.injury.cox.cautions import cautions
from stressfx.injury.cox.fit import METHODS, fitted
from stressfx.injury.cox.risk_sets import TIES, risk_sets
from stressfx.injury.cox.rows import names_of, usable_rows
from stressfx.injury.result import StudyResult

__all__ = ["cox_regression"]

CLOCKS = {"total": "time since the start of the study", "gap": "time since the start of the episode"}


def cox_regression(
    intervals: pd.DataFrame,
    *,
    covariates: str | Sequence[str],
    strata: str | Sequence[str] | None = None,
    time: str = "total",
    ties: str = "efron",
    cluster: str | None = "athlete_id",
    method: str = "auto",
) -> StudyResult:
    r"""Compare, whenever an athlete is injured, that athlete with all who are at risk at the same time.

    Parameters
    ----------
    intervals : DataFrame
        `stressfx.schema.INTERVALS` with covariates, as `stressfx.at_risk_intervals` gives; or any frame with
        ``athlete_id``, ``start``, ``stop`` and ``event``, a row a stretch of time in which the covariates hold.
    covariates : str or sequence of str
        Columns of numbers. A hazard ratio is for one unit of its column: scale it so that one unit is worth telling.
    strata : str or sequence of str, optional
        Columns by whose values injuries are compared apart, such as ``"episode"`` or a team.
    time : {"total", "gap"}
        Who counts as at risk at the same time: by ``start`` and ``stop`` as they are, or since the start of the
        athlete's ``episode``.
    ties : {"efron", "breslow"}
        How several injuries at one time are treated.
    cluster : str or None
        Column whose rows belong together, for robust errors; None for errors by the model.
    method : {"auto", "ml", "firth"}
        Maximum likelihood, Firth's penalised likelihood, or the first with ten injuries and more if its estimates are
        finite, else the second.

    Returns
    -------
    StudyResult
        Hazard ratios. Behind the columns of `stressfx.schema.STUDY` stand ``model_log_se``, the error by the model
        alone, and ``log_likelihood`` (penalised, if the estimates are).

    Raises
    ------
    ValueError
        If an option is not known, or `time` is ``"gap"`` without a column ``episode``.
    SchemaError
        If a column is missing or no number, an interval has no length, or two of an athlete overlap in one stratum.
    InsufficientDataError
        If there are fewer injuries than covariates, a covariate does not differ among those at risk or follows from
        others, the estimate diverges under ``"ml"``, or there are too few clusters for robust errors at all.

    Notes
    -----
    With :math:`h_i(t) = h_0(t) \exp(\beta^T x_i(t))`, the hazard ratios maximise Cox's partial likelihood over risk
    sets of rows in counting process form [1]_. A row is at risk in (start, stop]: at an injury at the very time of its
    ``start`` it is not. Splitting a row in two with the same covariates changes nothing. Ties are Efron's [2]_ or
    Breslow's. Robust errors are the sandwich of Lin and Wei [3]_, summed by cluster, by Efron with the hazard
    increments that remain after each tied injury, as `coxph(..., cluster=)` of the R package survival has them; there
    is no factor for small samples.

    Several injuries of one athlete: all rows in one stratum are Andersen and Gill's model; ``strata="episode"`` is that
    of Prentice, Williams and Peterson [4]_ in total time, with ``time="gap"`` in gap time.

    Few injuries, or a covariate that all or none of the injured share, make the likelihood rise for ever. Firth's
    penalty keeps the estimate finite; its intervals and p are those of the profile of the penalised likelihood [5]_,
    and do not allow for athletes who are injured more than once.

    Rows with a missing covariate, stratum or cluster are left out and counted. Times are compared as they are: to be
    tied they must be equal.

    **What it cannot do.** The hazards are taken to stay proportional; nothing here tests it. There is no frailty, and
    no competing risk but by time at risk that ends with it (which gives the hazard ratio for that cause alone, not for
    the share of runners that it will meet). A covariate that pain had lowered before the onset looks protective: lag
    it. A covariate that follows from being injured must not be one. Robust intervals are too short with few injured
    athletes: of 400 made-up cohorts each, 95 % intervals held the truth in 92 % with 10 to 20 of them, in 94 % with 50
    and in 95 % with 100, where those by the model (``cluster=None``) did in 95 to 96 % of all, one injury an athlete.

    References
    ----------
    .. [1] Andersen PK, Gill RD. "Cox's regression model for counting processes: a large sample study." Ann Stat 10
       (1982) 1100-1120. doi:10.1214/aos/1176345976
    .. [2] Efron B. "The efficiency of Cox's likelihood function for censored data." J Am Stat Assoc 72 (1977) 557-565.
       doi:10.1080/01621459.1977.10480613
    .. [3] Lin DY, Wei LJ. "The robust inference for the Cox proportional hazards model." J Am Stat Assoc 84 (1989)
       1074-1078. doi:10.1080/01621459.1989.10478874
    .. [4] Prentice RL, Williams BJ, Peterson AV. "On the regression analysis of multivariate failure time data."
       Biometrika 68 (1981) 373-379.
    .. [5] Heinze G, Schemper M. "A solution to the problem of monotone likelihood in Cox regression." Biometrics 57
       (2001) 114-119. doi:10.1111/j.0006-341X.2001.00114.x

    Examples
    --------
    Two of four runners were exposed; three were injured, on the days 1, 2 and 3. By hand it is half of 1 + sqrt(17).

    >>> days = pd.DataFrame({"athlete_id": list("abcd"), "start": 0.0, "stop": [1.0, 2.0, 3.0, 4.0],
    ...                      "event": [1, 1, 1, 0], "exposed": [1, 0, 1, 0]})
    >>> result = cox_regression(days, covariates="exposed", method="ml", cluster=None)
    >>> round(result.table["estimate"].item(), 4)
    2.5616
    """
    for name, told, known in (("time", time, CLOCKS), ("ties", ties, TIES), ("method", method, METHODS)):
        if told not in known:
            raise ValueError(f"{name} is {told!r}; one of {', '.join(known)} is needed")
    if time == "gap" and "episode" not in intervals.columns:
        raise ValueError("time='gap' restarts the clock with every episode; a column 'episode' is needed")
    terms, groups = names_of(covariates), names_of(strata)
    restart = "episode" if time == "gap" else None
    rows = usable_rows(intervals, terms, strata=groups, cluster=cluster, restart=restart)
    sets = risk_sets(rows.start, rows.stop, rows.event, rows.stratum, ties)
    clusters = None if cluster is None else rows.cluster[sets.used]
    fit = fitted(sets, rows.covariates[sets.used], terms, method=method, cluster=clusters)
    said = cautions(rows, len(terms), None if fit.firth else cluster)
    if fit.firth:
        how = "Firth's penalised likelihood with profile intervals"
        said.insert(0, f"{fit.firth} The estimates are Firth's, drawn a little towards no effect.")
    else:
        how = "maximum likelihood with errors " + ("by the model" if cluster is None else f"robust by {cluster}")
    athletes = len(np.unique(rows.athlete))
    design = (
        f"Cox regression: hazard ratio for one unit of each covariate, among {athletes} athletes at risk at the same "
        f"{CLOCKS[time]}{', within strata of ' + ' and '.join(groups) if groups else ''}; {ties.title()} ties, {how}."
    )
    return StudyResult(fit.table.assign(athletes=athletes, intervals=len(rows.start)), design, tuple(said))
