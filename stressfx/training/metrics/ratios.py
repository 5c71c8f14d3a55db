"""Answers how a runner's last days compare with the weeks before: their ratio, their difference, and the two sides.

Takes daily loads as a Series over a complete calendar; gives a Series of the same index. `compared_days` does the
same for many athletes at once.
"""

from typing import NamedTuple

import pandas as pd

from stressfx.training.metrics.calendar import as_series, series_block
from stressfx.training.metrics.smoothing import Weights, run_days, smoothed, span_weights
from stressfx.training.metrics.windows import (
    Flags,
    Floats,
    LoadBlock,
    checked_days,
    checked_share,
    mean_of,
    observed,
    over,
    shifted,
    warmed,
    well_observed,
)

__all__ = ["METHODS", "Comparison", "acute_load", "acwr", "chronic_load", "compared_days", "load_difference"]

METHODS = ("uncoupled", "coupled", "ewma", "ewma_uncoupled", "ewma_half_life")

MAX_MISSING = 0.2
"""Largest share of a window's days that may be missing. Our choice."""


class Comparison(NamedTuple):
    """How the last days are compared with the weeks before; see `acwr`."""

    acute_days: int = 7
    chronic_days: int = 28
    method: str = "uncoupled"
    min_periods: int | None = None
    max_missing: float = MAX_MISSING


def acwr(
    load: pd.Series,
    *,
    acute_days: int = 7,
    chronic_days: int = 28,
    method: str = "uncoupled",
    min_periods: int | None = None,
    max_missing: float = MAX_MISSING,
) -> pd.Series:
    r"""Divide the load of the last days by that of the weeks before: the acute:chronic workload ratio.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit: 0 on days of rest, NaN on days that nobody observed. The index is a
        complete calendar.
    acute_days : int
        Length of the acute window. [d]
    chronic_days : int
        Length of the chronic window; where it is uncoupled the acute one is taken off it. [d]
    method : {"uncoupled", "coupled", "ewma", "ewma_uncoupled", "ewma_half_life"}
        The definition, see Notes.
    min_periods : int, optional
        Day of the log on which the first value is given; `chronic_days` if not told. [d]
    max_missing : float
        Largest share of the days of either window that may be missing. [1]

    Returns
    -------
    Series
        ``acwr``; NaN before the warm-up is over, and where the chronic load is 0. [1]

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or an option is not known.

    Notes
    -----
    With :math:`L_t` the load of day :math:`t`, and 7 and 28 days:

    - ``uncoupled``: mean of :math:`L_{t-6..t}` over mean of :math:`L_{t-27..t-7}` [1]_. [2]_ used this one.
    - ``coupled``: mean of :math:`L_{t-6..t}` over mean of :math:`L_{t-27..t}` [1]_. It cannot pass 4, because the
      acute week is a quarter of its own reference: :math:`r_c = 4 r_u / (r_u + 3)`. The bands that are often quoted
      (0.8 to 1.3, 1.5) come from this one, and mean other changes for the others.
    - ``ewma``: `stressfx.training.metrics.smoothing.ewma` of 7 over that of 28 days, from the first day's load on [3]_.
    - ``ewma_uncoupled``: the same with the chronic average of a week ago. Our definition, for comparison.
    - ``ewma_half_life``: the same as ``ewma`` with half-lives of half the windows, 3.5 and 14 days, as the R package
      Athlytics has it.

    Averages go over calendar days with the days of rest; dividing by the number of sessions instead gives another
    ratio.

    **What speaks against it.** A ratio moves when either part does. For random weeks without any pattern, the acute
    and the coupled chronic load correlate with 0.50, because one is a part of the other [4]_; uncoupling removes that,
    but the ratio still correlates with its own denominator, with -0.50 if weekly loads vary by 20 %. In one data set
    an odds ratio of injury of 2.45 became 1.95 with one fixed number in place of all chronic loads, and 1.53 on
    average with random ones: most of the association was the acute load's [5]_. Among 5,205 runners the uncoupled
    ratio went with fewer injuries, not more [2]_. `load_difference` has none of these artefacts of dividing. The ratio
    is a description of the load, no risk.

    Missing days (our choices): a window averages the days that were observed; more than `max_missing` of its days
    missing give no value. That holds for the methods of averages that fall exponentially too, and there a day that was
    not observed has no value itself. Days before the first that was observed do not belong to the log.

    References
    ----------
    .. [1] Windt J, Gabbett TJ. "Is it all for naught? What does mathematical coupling mean for acute:chronic workload
       ratios?" Br J Sports Med 53 (2019) 988-990. doi:10.1136/bjsports-2017-098925
    .. [2] Schuster Brandt Frandsen J, et al. Br J Sports Med (2025). doi:10.1136/bjsports-2024-109380
    .. [3] Williams S, West S, Cross MJ, Stokes KA. "Better way to determine the acute:chronic workload ratio?"
       Br J Sports Med 51 (2017) 209-210. doi:10.1136/bjsports-2016-096589
    .. [4] Lolli L, et al. "Mathematical coupling causes spurious correlation within the conventional acute-to-chronic
       workload ratio calculations." Br J Sports Med 53 (2019) 921-922. doi:10.1136/bjsports-2017-098110
    .. [5] Impellizzeri FM, et al. Sports Med (2021). doi:10.1007/s40279-020-01378-6

    Examples
    --------
    >>> load = pd.Series([30.0] * 21 + [50.0] * 7, pd.date_range("2026-03-02", periods=28))
    >>> [round(float(acwr(load, method=name).iloc[-1]), 5) for name in ("uncoupled", "coupled", "ewma")]
    [1.66667, 1.42857, 1.24975]
    """
    how = Comparison(acute_days, chronic_days, method, min_periods, max_missing)
    return as_series(compared_days(series_block(load), "ratio", how), load, "acwr")


def acute_load(
    load: pd.Series,
    *,
    acute_days: int = 7,
    chronic_days: int = 28,
    method: str = "uncoupled",
    min_periods: int | None = None,
    max_missing: float = MAX_MISSING,
) -> pd.Series:
    """Average the load of the last days: the numerator of `acwr`.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit, over a complete calendar.
    acute_days, chronic_days : int
        Lengths of the windows, see `acwr`. [d]
    method : str
        The definition, see `acwr`.
    min_periods : int, optional
        Day of the log on which the first value is given; `acute_days` if not told. [d]
    max_missing : float
        Largest share of the window's days that may be missing. [1]

    Returns
    -------
    Series
        ``acute_load``, in the unit of the load, a day.

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or an option is not known.

    Notes
    -----
    Definitions, references and missing days are those of `acwr`.

    Examples
    --------
    >>> load = pd.Series([30.0] * 21 + [50.0] * 7, pd.date_range("2026-03-02", periods=28))
    >>> round(float(acute_load(load, method="ewma").iloc[-1]), 6)
    47.330322
    """
    how = Comparison(acute_days, chronic_days, method, min_periods, max_missing)
    return as_series(compared_days(series_block(load), "acute", how), load, "acute_load")


def chronic_load(
    load: pd.Series,
    *,
    acute_days: int = 7,
    chronic_days: int = 28,
    method: str = "uncoupled",
    min_periods: int | None = None,
    max_missing: float = MAX_MISSING,
) -> pd.Series:
    """Average the load of the weeks before: the denominator of `acwr`.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit, over a complete calendar.
    acute_days, chronic_days : int
        Lengths of the windows, see `acwr`. [d]
    method : str
        The definition, see `acwr`.
    min_periods : int, optional
        Day of the log on which the first value is given; `chronic_days` if not told. [d]
    max_missing : float
        Largest share of the window's days that may be missing. [1]

    Returns
    -------
    Series
        ``chronic_load``, in the unit of the load, a day.

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or an option is not known.

    Notes
    -----
    Definitions, references and missing days are those of `acwr`.

    Examples
    --------
    >>> load = pd.Series([30.0] * 21 + [50.0] * 7, pd.date_range("2026-03-02", periods=28))
    >>> [float(chronic_load(load, method=name).iloc[-1]) for name in ("uncoupled", "coupled")]
    [30.0, 35.0]
    """
    how = Comparison(acute_days, chronic_days, method, min_periods, max_missing)
    return as_series(compared_days(series_block(load), "chronic", how), load, "chronic_load")


def load_difference(
    load: pd.Series,
    *,
    acute_days: int = 7,
    chronic_days: int = 28,
    method: str = "uncoupled",
    min_periods: int | None = None,
    max_missing: float = MAX_MISSING,
) -> pd.Series:
    """Subtract the load of the weeks before from that of the last days.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit, over a complete calendar.
    acute_days, chronic_days : int
        Lengths of the windows, see `acwr`. [d]
    method : str
        The definition, see `acwr`.
    min_periods : int, optional
        Day of the log on which the first value is given; `chronic_days` if not told. [d]
    max_missing : float
        Largest share of the days of either window that may be missing. [1]

    Returns
    -------
    Series
        ``load_difference``, in the unit of the load, a day: above 0 where the last days were more than the runner
        was used to.

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or an option is not known.

    Notes
    -----
    Acute minus chronic load, both as in `acwr`, to stand beside that ratio: it does not grow without bound after a
    break, and 0 means no change also for a runner who rests. Form (see `stressfx.fitness_fatigue`) is
    the same with the other sign and other windows. Our definition; missing days are those of `acwr`.

    Examples
    --------
    >>> load = pd.Series([30.0] * 21 + [50.0] * 7, pd.date_range("2026-03-02", periods=28))
    >>> float(load_difference(load).iloc[-1])
    20.0
    """
    how = Comparison(acute_days, chronic_days, method, min_periods, max_missing)
    return as_series(compared_days(series_block(load), "difference", how), load, "load_difference")


def compared_days(block: LoadBlock, what: str, how: Comparison) -> Floats:
    """Compare the last days of many athletes with the weeks before.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    what : {"acute", "chronic", "ratio", "difference"}
        What is asked for.
    how : Comparison
        Windows and method.

    Returns
    -------
    array of shape (days, athletes)
        NaN before the warm-up is over, where too many days are missing, and for a ratio to 0.

    Raises
    ------
    ValueError
        If an option is not known.
    """
    _check(how)
    own_days = how.acute_days if what == "acute" else how.chronic_days
    least = own_days if how.min_periods is None else checked_days(how.min_periods, "min_periods")
    acute, acute_well = _acute(block, how, least)
    if what == "acute":
        return warmed(block, acute, least, acute_well)
    chronic, chronic_well = _chronic(block, how, least)
    if what == "chronic":
        return warmed(block, chronic, least, chronic_well)
    compared = over(acute, chronic) if what == "ratio" else acute - chronic
    return warmed(block, compared, least, acute_well, chronic_well)


def _check(how: Comparison) -> None:
    checked_days(how.acute_days, "acute_days")
    checked_days(how.chronic_days, "chronic_days", how.acute_days + 1)
    checked_share(how.max_missing, "max_missing")
    if how.method not in METHODS:
        raise ValueError(f"method is {how.method!r}; one of {', '.join(METHODS)} is needed")


def _acute(block: LoadBlock, how: Comparison, least: int) -> tuple[Floats, Flags | None]:
    """The acute load, and where it rests on enough days."""
    enough = well_observed(block, how.acute_days, how.max_missing)
    if how.method.startswith("ewma"):
        weights = _weights(how.acute_days, how.method)
        return smoothed(block, weights), _also(enough, block, weights, least)
    return mean_of(block, how.acute_days), enough


def _chronic(block: LoadBlock, how: Comparison, least: int) -> tuple[Floats, Flags | None]:
    """The chronic load, and where it rests on enough days."""
    if how.method == "uncoupled":
        days = how.chronic_days - how.acute_days
        enough = well_observed(block, days, how.max_missing, lag=how.acute_days)
        return mean_of(block, days, lag=how.acute_days), enough
    enough = well_observed(block, how.chronic_days, how.max_missing)
    if how.method == "coupled":
        return mean_of(block, how.chronic_days), enough
    weights = _weights(how.chronic_days, how.method)
    lagged = shifted(smoothed(block, weights), how.acute_days) if how.method == "ewma_uncoupled" else None
    return smoothed(block, weights) if lagged is None else lagged, _also(enough, block, weights, least)


def _weights(days: int, method: str) -> Weights:
    if method != "ewma_half_life":
        return span_weights(days)
    kept = 0.5 ** (2 / days)
    return Weights(1 - kept, kept)


def _also(enough: Flags | None, block: LoadBlock, weights: Weights, least: int) -> Flags | None:
    """What falls exponentially has no value on a day without a load, and warms up again after a long gap."""
    if enough is None:
        return None
    return enough & observed(block) & (run_days(block, weights) >= least)
