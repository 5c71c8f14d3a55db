"""Answers how many injuries there were in 1000 hours or 1000 kilometres of running, with exact intervals.

Takes counts, or days and injuries; gives `StudyResult`. A rate describes the runners at hand; it compares nothing.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import lazy_loader
import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.injury.onsets import injury_onsets
from stressfx.injury.result import StudyResult, study_table
from stressfx.injury.standing import RiskDays, case_flags, risk_days

__all__ = ["PER", "incidence_rate", "injury_rates"]

scipy = lazy_loader.load("scipy")

PER: Mapping[str, tuple[str, float]] = MappingProxyType(
    {"1000 h": ("h", 1000.0), "1000 km": ("km", 1000.0), "athlete-year": ("athlete-years", 1.0)}
)
"""Unit of the exposure, and how much of it a rate refers to, by the name of the rate."""

MEASURED: Mapping[str, tuple[str, float]] = MappingProxyType(
    {"1000 h": ("timer_s", 3600.0), "1000 km": ("distance_m", 1000.0)}
)
"""Column of the days that holds the exposure, and how much of it is one of the unit."""

INDEPENDENT = "The interval takes injuries as independent of each other"


def incidence_rate(events: int, exposure: float, *, per: str = "1000 h", athletes: int = 0) -> StudyResult:
    r"""Reckon an incidence rate with its exact 95 % interval.

    Parameters
    ----------
    events : int
        Number of injuries.
    exposure : float
        In how much running they began: hours for ``"1000 h"``, kilometres for ``"1000 km"``, years of follow-up of
        all athletes together for ``"athlete-year"``; always single ones, never thousands.
    per : {"1000 h", "1000 km", "athlete-year"}
        What the rate refers to.
    athletes : int
        Number of athletes, where it is known, to be told beside the rate.

    Returns
    -------
    StudyResult
        One row, with the ``exposure`` in the unit above and that ``unit`` as further columns. There is no p.

    Raises
    ------
    ValueError
        If a rate is asked for per something else, or a number is negative or not whole where it has to be.
    InsufficientDataError
        If there is no exposure.

    Notes
    -----
    For :math:`x` injuries in an exposure :math:`T` the rate is :math:`x / T`, and its interval that of a Poisson
    count (Garwood 1936):

    .. math:: [\chi^2_{.025}(2x) / 2, \; \chi^2_{.975}(2x + 2) / 2] \; / \; T

    It covers in at least 95 % of samples if injuries are independent. Several injuries of one runner are not, and
    then it is too narrow.

    For scale: recreational runners had 7.7 and novices 17.8 running-related injuries in 1000 h (Videbaek 2015, Sports
    Med 45:1017; recalled, not verified). Rates depend on what counts as an injury; of bone stress alone they are lower.

    Examples
    --------
    >>> incidence_rate(3, 1000)
    3 injuries in 1000 h, with an exact Poisson interval.
    ** illustration, not inference **
    term             measure  estimate    low  high   p  events  athletes  intervals
     all injuries per 1000 h         3 0.6187 8.767 NaN       3         0          0
    """
    if per not in PER:
        raise ValueError(f"per is {per!r}; one of {', '.join(PER)} is needed")
    for name, number in (("events", events), ("athletes", athletes)):
        if not 0 <= number < math.inf or number != int(number):
            raise ValueError(f"{name} is {number}; a whole number of 0 or more is needed")
    if not 0 <= exposure < math.inf:
        raise ValueError(f"exposure is {exposure}; a number above 0 is needed")
    if exposure == 0:
        raise InsufficientDataError(
            f"There is no running to refer {events} injuries to; an exposure above 0 is needed."
        )
    unit, _ = PER[per]
    said = f"{events} injuries in {exposure:.6g} {unit}, with an exact Poisson interval."
    return StudyResult(study_table([_rate(int(events), exposure, per, athletes=athletes)]), said)


def injury_rates(
    daily: pd.DataFrame,
    injuries: pd.DataFrame,
    *,
    onset: str = "first_pain",
    cases: npt.ArrayLike | None = None,
    washout_days: int = 28,
) -> StudyResult:
    r"""Reckon the injuries per 1000 h and per 1000 km of running at risk.

    Parameters
    ----------
    daily : DataFrame
        A row an athlete and day over complete calendars, with ``athlete_id``, ``date`` and ``timer_s``,
        ``distance_m`` or both, as `stressfx.training.daily.daily_load` gives it.
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    onset : {"first_pain", "stopped_running", "diagnosed"}
        Rule for the onset; see `stressfx.injury.onsets.injury_onsets`.
    cases : Series or array of bool, optional
        Which injuries count; all others only end time at risk. See `stressfx.injury.cases`.
    washout_days : int
        Days after the return from an injury that are not at risk either. [d]

    Returns
    -------
    StudyResult
        A row per 1000 h and one per 1000 km, with the columns of `incidence_rate`; ``intervals`` are athlete-days.

    Raises
    ------
    InsufficientDataError
        If there is no running at risk.
    SchemaError
        If a frame lacks a column, or one is of another type.
    ValueError
        If a day is missing from an athlete's calendar, there is no such rule, or `cases` does not fit.

    Notes
    -----
    Injuries and running are counted over the same days: those at risk (see `stressfx.injury.at_risk.days_at_risk`) of
    which the hours, or the kilometres, are known. Running between an onset and the end of the wash-out is left out,
    and so is all that follows an injury without a return.

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> days = pd.date_range("2025-01-01", periods=100, unit="us")
    >>> daily = pd.DataFrame({"athlete_id": "ann", "date": days, "timer_s": 3600.0, "distance_m": 15625.0})
    >>> told = read_injuries(b"athlete_id,first_pain,returned\nann,2025-02-19,2025-02-28")
    >>> injury_rates(daily, told).table[["measure", "estimate", "exposure", "unit"]].values.tolist()
    [['injuries per 1000 h', 15.625, 64.0, 'h'], ['injuries per 1000 km', 1.0, 1000.0, 'km']]
    """
    columns = {per: column for per, (column, _) in MEASURED.items() if column in daily.columns}
    if not columns:
        raise SchemaError("Daily: there is neither a column 'timer_s' nor 'distance_m'; one is needed as exposure.")
    case = case_flags(cases, len(injuries), injuries.index)
    days = risk_days(daily, injury_onsets(injuries, onset=onset), washout_days=washout_days, cases=case)
    rows, said = [], list(days.said)
    for per, column in columns.items():
        row, warnings = _measured(days, days.histories.sorted(daily[column]), per)
        rows += [row] if row else []
        said += warnings
    if not rows:
        raise InsufficientDataError(
            f"No running at risk was found in {days.histories.size} athlete-days; days with a known time or distance "
            "that lie outside of injuries are needed. Give the days of return, or a shorter wash-out."
        )
    codes = days.histories.codes()[days.event]
    if len(np.unique(codes)) < len(codes):
        said.append(f"{INDEPENDENT}; some runners have several, so that it is too narrow.")
    design = (
        f"Injuries by {onset} and running of the days at risk ({int(washout_days)} days of wash-out after a return), "
        "with exact Poisson intervals."
    )
    return StudyResult(study_table(rows), design, tuple(said))


def _measured(days: RiskDays, values: npt.NDArray[np.float64], per: str) -> tuple[dict[str, Any], list[str]]:
    """Count over the days at risk with a known exposure; say what had to be left out."""
    column, one = MEASURED[per]
    known = days.at_risk & np.isfinite(values)
    exposure = float(values[known].sum()) / one
    said = []
    if unknown := int((days.at_risk & ~known).sum()):
        lost = int((days.event & ~known).sum())
        said.append(f"Per {per}: {unknown} days at risk without a known {column}, with {lost} injuries, are left out.")
    if not exposure > 0:
        return {}, [*said, f"Per {per}: not estimated, because no running at risk has a known {column}."]
    athletes = len(np.unique(days.histories.codes()[known]))
    counted = int((days.event & known).sum())
    return _rate(counted, exposure, per, athletes=athletes, intervals=int(known.sum())), said


def _rate(events: int, exposure: float, per: str, *, athletes: int, intervals: int = 0) -> dict[str, Any]:
    """Make the row of one rate."""
    unit, whole = PER[per]
    scale = whole / exposure
    low = scipy.stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    return {
        "term": "all",
        "measure": f"injuries per {per}",
        "estimate": events * scale,
        "low": low * scale,
        "high": scipy.stats.chi2.ppf(0.975, 2 * events + 2) / 2 * scale,
        "log_estimate": math.log(events * scale) if events else math.nan,
        "events": events,
        "athletes": athletes,
        "intervals": intervals,
        "exposure": exposure,
        "unit": unit,
    }
