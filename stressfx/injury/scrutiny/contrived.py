"""Answers whether a ratio of loads owes anything to its denominator, or does as well with a made-up one.

Takes a table with a row an athlete and day, and injuries; gives a `StudyResult`: the ratio, its numerator alone, and
the numerator over denominators that belong to other days and other runners.
"""

import warnings
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import DataQualityWarning
from stressfx.injury.at_risk import at_risk_intervals
from stressfx.injury.cox.fit import Fit, fitted
from stressfx.injury.cox.risk_sets import RiskSets, risk_sets
from stressfx.injury.cox.rows import Rows, usable_rows
from stressfx.injury.histories import Floats, whole_days
from stressfx.injury.result import StudyResult, study_table
from stressfx.injury.scrutiny.permutation import ENDS

__all__ = ["contrived_ratio_test"]

TIED = 1e-9
"""Log likelihoods that differ by less are the same."""

CLEAR = 0.05
"""Share of made-up denominators that fit as well, below which the real one is said to carry something."""


class _Data(NamedTuple):
    """Days at risk, and who is at risk with whom."""

    rows: Rows
    sets: RiskSets


def contrived_ratio_test(  # noqa: PLR0913  # a name for each choice of the design
    table: pd.DataFrame,
    injuries: pd.DataFrame,
    *,
    acute: str = "acute_load",
    chronic: str = "chronic_load",
    n_noise: int = 200,
    seed: int,
    lag_days: int = 0,
    washout_days: int = 28,
    onset: str = "first_pain",
    cases: npt.ArrayLike | None = None,
) -> StudyResult:
    r"""Divide the acute load by the chronic one, by nothing, and by made-up ones, and compare what comes of it.

    Parameters
    ----------
    table : DataFrame
        A row an athlete and day over complete calendars, with ``athlete_id``, ``date`` and the two loads, such as
        `stressfx.load_table` gives.
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    acute, chronic : str
        Columns of `table`: numerator and denominator.
    n_noise : int
        Number of made-up denominators.
    seed : int
        Seed of these.
    lag_days : int
        Days between the day whose loads are taken and the day at risk. [d]
    washout_days : int
        A runner is not at risk of a new injury for so long after a return. [d]
    onset : {"first_pain", "stopped_running", "diagnosed"}
        The rule for the onset.
    cases : array of bool, optional
        Which rows of `injuries` are studied; all if not said. The others take time at risk away.

    Returns
    -------
    StudyResult
        Hazard ratios for one standard deviation of: the ratio; the acute load over a constant, which is the acute load
        alone; the acute load over made-up denominators (median, and the range of 95 % of them). ``p`` of the ratio is
        the share of made-up denominators that fit at least as well, the real one counted among them; that of the acute
        load is of no effect; the third row has none. Behind stand ``model_p``, of no effect, and ``log_likelihood``.

    Raises
    ------
    InsufficientDataError
        If there is no injury, or the loads do not differ among those at risk.
    ValueError
        If an argument is out of its range, or the calendars have gaps.
    SchemaError
        If a column is missing or of another type.

    Notes
    -----
    Impellizzeri et al. [1]_ replaced the chronic loads of published data: their odds ratio of 2.45 (1.28 to 4.71) for
    the real ratio was 1.95 (1.18 to 3.52) with a fixed chronic load of 1510, and 1.16 to 2.07 (mean 1.53) with random
    ones. A ratio that does no better than these says what the acute load says, rescaled.

    Here a made-up denominator is the chronic load of another athlete-day at risk: the real values, shuffled, so that
    nothing but their tie to runner and day is lost. Each version is divided by its own standard deviation over the days
    at risk and fitted by the same Cox regression with time-varying covariates (Efron's ties; errors robust by athlete)
    on the same days: those of which both loads are known and the chronic load is not 0. Compared is the partial log
    likelihood, not the hazard ratio: dividing by noise alone changes the spread, and with it a ratio per unit.

    A small p says that the chronic load carries something about injuries that noise does not. It does not say that
    dividing is the way to use it, nor that a load of so many per cent of another is safe: the chronic load alone may
    matter, or a difference (`stressfx.load_difference`) serve better. A large p with few injuries says little.

    References
    ----------
    .. [1] Impellizzeri FM, Woodcock S, Coutts AJ, Fanchini M, McCall A, Vigotsky AD. "What role do chronic workloads
       play in the acute to chronic workload ratio? Time to dismiss ACWR and its underlying theory." Sports Med
       (2021). doi:10.1007/s40279-020-01378-6

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> date, rng = pd.date_range("2025-01-01", periods=100, unit="us"), np.random.default_rng(1)
    >>> days = pd.DataFrame({"athlete_id": pd.Series(np.repeat(list("abcdef"), 100), dtype="str"),
    ...                      "date": np.tile(date, 6), "acute_load": rng.gamma(5.0, 1.0, 600),
    ...                      "chronic_load": rng.gamma(20.0, 0.25, 600)})
    >>> told = read_injuries(b"athlete_id,first_pain\na,2025-02-01\nb,2025-02-20\nc,2025-03-11")
    >>> result = contrived_ratio_test(days, told, n_noise=19, seed=1)
    >>> result.table["term"].tolist()
    ['acute_load / chronic_load', 'acute_load', 'acute_load / made-up chronic_load']
    """
    rng, times = np.random.default_rng(seed), whole_days("n_noise", n_noise, 1)
    options = {"lag_days": lag_days, "washout_days": washout_days, "onset": onset, "cases": cases}
    data, said = _data(table, injuries, acute, chronic, options)
    loads, below = data.rows.covariates.T
    real = _row(data, loads / below, f"{acute} / {chronic}")
    alone = _row(data, loads, acute)
    noise = pd.concat([_row(data, loads / rng.permutation(below), "", robust=False) for _ in range(times)])
    as_good = int((noise["log_likelihood"] >= real["log_likelihood"].item() - TIED).sum())
    p = (1 + as_good) / (1 + times)
    counts = {"events": int(data.rows.event.sum()), "athletes": len(np.unique(data.rows.athlete))}
    rows: list[dict[Any, Any]] = [
        real.to_dict("records")[0] | {"p": p, "model_p": real["p"].item()},
        alone.to_dict("records")[0] | {"model_p": alone["p"].item()},
        _noise_row(noise, f"{acute} / made-up {chronic}"),
    ]
    result = study_table([row | counts | {"intervals": len(data.rows.start)} for row in rows])
    design = (
        f"Contrived-ratio test after Impellizzeri et al. 2021: hazard ratios for one standard deviation of {acute} "
        f"over {chronic}, of {acute} alone, and of {acute} over {times} made-up denominators (the real ones of other "
        f"days and runners); Cox regression of days at risk, onset by {onset}, lag {lag_days} days. p of the first "
        "row: how many of the made-up denominators fit at least as well."
    )
    return StudyResult(result, design, (*said, _meaning(as_good, times, p, acute, chronic)))


def _data(
    table: pd.DataFrame, injuries: pd.DataFrame, acute: str, chronic: str, options: dict[str, Any]
) -> tuple[_Data, tuple[str, ...]]:
    """Take the days at risk of which both loads are known and can be divided."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataQualityWarning)
        days = at_risk_intervals(table, injuries, covariates=[acute, chronic], **options)
    said = [str(warning.message) for warning in caught if issubclass(warning.category, DataQualityWarning)]
    days[chronic] = days[chronic].where(days[chronic] > 0)
    rows = usable_rows(days, [acute, chronic], cluster="athlete_id")
    sets = risk_sets(rows.start, rows.stop, rows.event, rows.stratum)
    return _Data(rows, sets), (*said, *rows.warnings)


def _row(data: _Data, values: Floats, term: str, *, robust: bool = True) -> pd.DataFrame:
    """Fit one version of the ratio, for one standard deviation over the days at risk."""
    spread = values.std()
    scaled = (values / spread if spread > 0 else values)[data.sets.used, None]
    cluster = data.rows.cluster[data.sets.used] if robust else None
    fit: Fit = fitted(data.sets, scaled, [term], method="auto", cluster=cluster)
    return fit.table.assign(measure="hazard ratio per SD")


def _noise_row(noise: pd.DataFrame, term: str) -> dict[str, Any]:
    """Sum up the made-up denominators."""
    low, median, high = np.percentile(noise["log_estimate"], [ENDS[0], 50.0, ENDS[1]])
    with np.errstate(over="ignore"):
        ends = dict(zip(("low", "estimate", "high"), np.exp([low, median, high]), strict=True))
    told = {"term": term, "measure": "hazard ratio per SD, median and 95 % range", "log_estimate": median}
    return {**told, **ends, "log_likelihood": noise["log_likelihood"].median()}


def _meaning(as_good: int, times: int, p: float, acute: str, chronic: str) -> str:
    """Say in plain words what came out."""
    found = f"{as_good} of {times} made-up denominators fit the injuries at least as well as {chronic} does"
    if p < CLEAR:
        return (
            f"{found}: {chronic} carries something that noise does not. That does not make the ratio the right way to "
            "use it."
        )
    return (
        f"{found}: nothing here shows that dividing by {chronic} adds to {acute} anything that dividing by numbers of "
        "other runners would not."
    )
