"""Answers on which days an athlete could have been injured anew, and on which one was.

Takes a table with a row an athlete and day, and injuries; gives each day's standing, or the days at risk as start-stop
rows with covariates for a regression.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import DataQualityWarning, SchemaError
from stressfx.injury.histories import whole_days
from stressfx.injury.onsets import injury_onsets
from stressfx.injury.standing import case_flags, risk_days
from stressfx.schema import INTERVALS

__all__ = ["at_risk_intervals", "days_at_risk"]


def days_at_risk(
    daily: pd.DataFrame, onsets: pd.DataFrame, *, washout_days: int = 28, cases: npt.ArrayLike | None = None
) -> pd.DataFrame:
    r"""Tell of every day whether the athlete was at risk of a new injury, and whether one began.

    Parameters
    ----------
    daily : DataFrame
        ``athlete_id`` and ``date``, a row an athlete and day, in any order; each athlete's calendar is complete. A
        day on which the column ``sessions`` is missing was not observed; without that column every day was.
    onsets : DataFrame
        `stressfx.schema.ONSETS`, as `stressfx.injury.onsets.injury_onsets` gives.
    washout_days : int
        The first day at risk again comes so many days after the return: with 0 the day of the return itself. [d]
    cases : Series or array of bool, optional
        Which of the onsets are cases, row by row; all if nothing is said. The others compete with them: they are no
        events, and take the same time away.

    Returns
    -------
    DataFrame
        One row a row of `daily`, by athlete and date, with the index labels of `daily`; so its columns can be
        assigned to the table, and the other way round.

        =================  ====================================================================================
        ``athlete_id``     whose day
        ``date``           local calendar day
        ``at_risk``        a new injury could begin on that day, and would have been known of
        ``event``          a case began
        ``competing``      an injury that is no case began, and no case
        ``injury``         row of the injury that began (of several the first, a case before others), else -1
        ``episode``        number of earlier days on which a case began, plus 1
        ``since_last``     days since the last of them; missing if there was none
        =================  ====================================================================================

    Raises
    ------
    SchemaError
        If a frame does not follow its schema.
    ValueError
        If a day is missing from an athlete's calendar, `washout_days` is no whole number of 0 or more, or `cases` is
        not a truth value an onset.

    Warns
    -----
    DataQualityWarning
        With the number of injuries that are no event, for each reason why.

    Notes
    -----
    The day of an onset is at risk; from the next day on, until the return and `washout_days` more, no day is:

    .. math:: blocked = \{t : onset < t < returned + washout\}

    and an injury without a return blocks all days after it. Left in, these would be immortal time: days on which no
    new injury can happen would count as days on which none did, and their low load as protection. The wash-out keeps
    the weeks of the return out, when loads are low and rise by plan and the old injury may flare up. 28 days of it
    are our choice [d]; repeat a study with others. A day of return that a rule dates before its onset counts as the
    day of the onset.

    An injury blocks time whether or not it is an event: one from before the log (whose runner enters the set of those
    at risk late, or never), one that competes, one inside the blocked time of another. It is an event if a case
    begins on a day at risk. So an onset outside of the log or on a day that was not observed is none: nothing is known
    of the load there, and to move it to the last day with a run would invent an onset. Injured runners tend to stop
    recording, so that these losses are no accident: if many are lost, no estimate makes up for it.

    ``episode`` and ``since_last`` count what is known of a runner, injuries before the log and those that are no
    events included.

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> from stressfx.injury.onsets import injury_onsets
    >>> told = read_injuries(b"athlete_id,first_pain,returned\nann,2025-03-03,2025-03-05")
    >>> daily = pd.DataFrame({"athlete_id": "ann", "date": pd.date_range("2025-03-01", periods=8, unit="us")})
    >>> days = days_at_risk(daily, injury_onsets(told), washout_days=2)
    >>> days["at_risk"].astype(int).tolist(), days["event"].astype(int).tolist()
    ([1, 1, 1, 0, 0, 0, 1, 1], [0, 0, 1, 0, 0, 0, 0, 0])
    """
    days = risk_days(daily, onsets, washout_days=washout_days, cases=cases)
    for sentence in days.said:
        warnings.warn(sentence, DataQualityWarning, stacklevel=2)
    ids = daily[["athlete_id", "date"]]
    return (ids if days.histories.order is None else ids.iloc[days.histories.order]).assign(
        at_risk=days.at_risk,
        event=days.event,
        competing=days.competing,
        injury=days.injury,
        episode=days.episode,
        since_last=days.since_last,
    )


def at_risk_intervals(
    daily: pd.DataFrame,
    injuries: pd.DataFrame,
    *,
    covariates: str | Sequence[str] | None = None,
    lag_days: int = 0,
    washout_days: int = 28,
    onset: str = "first_pain",
    cases: npt.ArrayLike | None = None,
    time: str = "calendar",
) -> pd.DataFrame:
    r"""Give every athlete-day at risk as an interval (start, stop] with its covariates.

    Parameters
    ----------
    daily : DataFrame
        ``athlete_id``, ``date`` and the covariates, a row an athlete and day, in any order; each athlete's calendar
        is complete. A day on which the column ``sessions`` is missing was not observed.
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    covariates : str or sequence of str, optional
        Columns of `daily` with numbers; all that it has if nothing is said.
    lag_days : int
        Covariates are those of so many days before. [d]
    washout_days : int
        The first day at risk again comes so many days after the return; see `days_at_risk`. [d]
    onset : {"first_pain", "stopped_running", "diagnosed"}
        What dates an injury; see `stressfx.injury.onsets.injury_onsets`.
    cases : Series or array of bool, optional
        Which of the injuries are cases, a Series with the index of `injuries`; all if nothing is said. The others
        compete with them: no events, but they take the same time away.
    time : {"calendar", "follow_up"}
        Whether days count from the earliest day of the whole table, so that athletes are compared on the same date
        (season, weather), or from each athlete's own first day.

    Returns
    -------
    DataFrame
        `stressfx.schema.INTERVALS` with all its columns, and behind them the covariates as float; one row a day at
        risk, by athlete and day. Day t, from 0, is the interval (t, t + 1], and an event stands at its end.

    Raises
    ------
    SchemaError
        If a frame does not follow its schema, or a covariate is missing or holds no numbers.
    ValueError
        If a day is missing from an athlete's calendar, there is no such rule or time, a number of days is not whole
        or below 0, `cases` is not a truth value an injury, or a covariate has the name of a column of intervals.

    Warns
    -----
    DataQualityWarning
        With the number of injuries that are no event, for each reason why.

    Notes
    -----
    Which days are at risk, and why those after an onset never are, stands at `days_at_risk`.

    Pain lowers the load before the day that is told as the onset, so that a low load seems to bring injuries and a
    high one to prevent them (reverse causation). With `lag_days` the last days before the onset are not looked at:
    repeat a study with lags of 0 to 7 days, and trust no effect that turns with them. A covariate is missing where
    the lag reaches before the athlete's first day: nothing is known of the days before a log, least of all that
    they were rest. Three days at half the load before the onset that was told turned a ratio of 1 into 0.55 in made-up
    runners (see `stressfx.case_crossover`). A lag is no cure where the pain lasted longer, or where the rule for the
    onset is a late one.

    Competing injuries end time at risk and are no events: what a regression on these rows finds is a cause-specific
    hazard, not a probability to be injured in the end.

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> told = read_injuries(b"athlete_id,first_pain,returned\nann,2025-03-03,2025-03-05")
    >>> daily = pd.DataFrame({"athlete_id": "ann", "date": pd.date_range("2025-03-01", periods=8, unit="us"),
    ...                       "distance_m": [5e3, 9e3, 2e3, 0, 1e3, 2e3, 3e3, 4e3]})
    >>> rows = at_risk_intervals(daily, told, washout_days=2, lag_days=1)
    >>> rows["stop"].tolist(), rows["event"].tolist()
    ([1.0, 2.0, 3.0, 7.0, 8.0], [0, 0, 1, 0, 0])
    >>> rows["distance_m"].tolist()
    [nan, 5000.0, 9000.0, 2000.0, 3000.0]
    """
    if time not in {"calendar", "follow_up"}:
        raise ValueError(f"time is {time!r}; 'calendar' or 'follow_up' is needed")
    lag, names = whole_days("lag_days", lag_days, 0), _covariates(daily, covariates)
    case = case_flags(cases, len(injuries), injuries.index)
    days = risk_days(daily, injury_onsets(injuries, onset=onset), washout_days=washout_days, cases=case)
    for sentence in days.said:
        warnings.warn(sentence, DataQualityWarning, stacklevel=2)
    place, at = days.histories, np.flatnonzero(days.at_risk)
    codes, elapsed = place.codes()[at], place.elapsed()[at]
    day = elapsed + place.first_days[codes]
    origin = place.first_days[codes] if time == "follow_up" else place.first_days.min(initial=np.iinfo(np.int64).max)
    start = (day - origin).astype(float)
    columns: dict[str, Any] = {
        "athlete_id": place.athletes.array.take(codes),
        "start": start,
        "stop": start + 1,
        "event": days.event[at].astype(np.int64),
        "date": day.astype("datetime64[D]").astype("datetime64[us]"),
        "episode": days.episode[at],
        "competing": days.competing[at].astype(np.int64),
        "injury": days.injury[at],
    }
    known, held = elapsed >= lag, np.maximum(at - lag, 0)
    for name in names:
        columns[name] = np.where(known, place.sorted(daily[name])[held], np.nan)
    return pd.DataFrame(columns, copy=False)


def _covariates(daily: pd.DataFrame, covariates: str | Sequence[str] | None) -> list[str]:
    """Name the covariates, and refuse what cannot be one."""
    if covariates is None:
        ids = {"athlete_id", "date"}
        names = [name for name in daily.columns if name not in ids and pd.api.types.is_numeric_dtype(daily[name].dtype)]
    else:
        names = [covariates] if isinstance(covariates, str) else list(dict.fromkeys(covariates))
    missing = [name for name in names if name not in daily.columns]
    if missing:
        raise SchemaError(f"Daily: there is no column {', '.join(map(repr, missing))} for a covariate")
    taken = sorted(set(names) & {column.name for column in INTERVALS.columns})
    if taken:
        raise ValueError(f"intervals have columns {', '.join(map(repr, taken))} of their own; rename these covariates")
    return names
