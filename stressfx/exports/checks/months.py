"""How much of the time does a log cover? Month by month, and which months hold nothing.

Takes a log; gives one row a month from an athlete's first to the last, empty months included.
"""

from typing import TypeAlias

import numpy as np
import pandas as pd

from stressfx.exports.checks.rows import Check
from stressfx.exports.log import FILE_FORMATS, as_log
from stressfx.schema import DTYPES, Column, Schema

__all__ = ["COVERAGE", "coverage", "empty_months"]

COVERAGE = Schema(
    "Coverage",
    (
        Column("athlete_id", "text", "", "whose month"),
        Column("month", "date", "", "first day of the month"),
        Column("sessions", "int", "", "counted sessions of any sport", 0),
        Column("run_days", "int", "", "days with a run", 0, 31),
        Column("days_since_session", "int", "d", "from the last session to the end of the month or of the log", 0),
        Column("heart_rate_share", "float", "1", "share of the sessions with a heart rate", 0, 1),
        Column("known_zone_share", "float", "1", "share of the sessions whose time zone is known", 0, 1),
        Column("no_file_share", "float", "1", "share of the sessions that only the table of an account tells", 0, 1),
    ),
)
"""One row an athlete and month."""

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"


def coverage(log: pd.DataFrame) -> pd.DataFrame:
    """Tell month by month what a log holds.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`, or `stressfx.schema.SESSIONS`, of any number of athletes.

    Returns
    -------
    DataFrame
        `COVERAGE`: one row an athlete and month, from the first to the last with a session; months without any
        have 0 sessions and no shares. Only sessions that count are looked at.

    Raises
    ------
    SchemaError
        If `log` follows neither schema.

    Examples
    --------
    >>> from stressfx.schema import SESSIONS
    >>> coverage(SESSIONS.empty()).columns[1:4].tolist()
    ['month', 'sessions', 'run_days']
    """
    made = as_log(log)
    counted = made[made["counted"]]
    if counted.empty:
        return COVERAGE.empty()
    athlete, names = pd.factorize(counted["athlete_id"], sort=True)
    day = counted["date"].to_numpy(dtype="datetime64[D]")
    month = day.astype("datetime64[M]").astype(np.int64)
    calendar, row = _calendar(athlete, month)
    size = len(calendar)
    sessions = np.bincount(row, minlength=size)
    run = (counted["sport"] == "running").to_numpy(dtype=bool)
    days_run = pd.DataFrame({"row": row[run], "day": day[run].astype(np.int64)}).drop_duplicates()
    frame = pd.DataFrame(
        {
            "athlete_id": np.asarray(names)[calendar["athlete"]],
            "month": calendar["month"].to_numpy().astype("datetime64[M]").astype("datetime64[us]"),
            "sessions": sessions,
            "run_days": np.bincount(days_run["row"], minlength=size),
            "days_since_session": _days_since(calendar, row, day.astype(np.int64)),
            "heart_rate_share": _share(counted["heart_rate_mean_bpm"].notna(), row, sessions),
            "known_zone_share": _share(~counted["offset_source"].isin(["assumed", "local"]), row, sessions),
            "no_file_share": _share(~counted["format"].isin(FILE_FORMATS), row, sessions),
        },
    )
    return frame.astype({column.name: DTYPES[column.kind] for column in COVERAGE.columns})


def empty_months(log: pd.DataFrame) -> list[Check]:
    """Find the months without a session between months with some.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.

    Returns
    -------
    list of Check
        One a stretch of such months.
    """
    months = coverage(log)
    empty = months["sessions"] == 0
    stretch = (~empty).cumsum()[empty]  # a month with sessions ends one, and so does the next athlete
    found = []
    for _, rows in months[empty].groupby(stretch.to_numpy()):
        first, last = rows["month"].iloc[0], rows["month"].iloc[-1]
        span = f"{first:%Y-%m}" if len(rows) == 1 else f"{first:%Y-%m} to {last:%Y-%m}"
        message = f"No session in {span}."
        found.append(
            Check(rows["athlete_id"].iloc[0], "log-month-empty", first, last + pd.offsets.MonthEnd(), 0, message)
        )
    return found


def _calendar(athlete: Whole, month: Whole) -> tuple[pd.DataFrame, Whole]:
    """Lay every athlete's months, first to last, end to end; and tell on which row of that each session falls."""
    span = pd.Series(month).groupby(athlete).agg(["min", "max"])
    first = span["min"].to_numpy()
    length = span["max"].to_numpy() - first + 1
    offset = np.cumsum(length) - length
    whose = np.repeat(np.arange(len(length)), length)
    months = np.arange(length.sum()) - offset[whose] + first[whose]
    return pd.DataFrame({"athlete": whose, "month": months}), offset[athlete] + month - first[athlete]


def _days_since(calendar: pd.DataFrame, row: Whole, day: Whole) -> Whole:
    """Count the days from the last session to the end of every month, or to the end of the athlete's log."""
    last = pd.Series(day).groupby(row).max().reindex(range(len(calendar))).ffill()
    next_month = (calendar["month"].to_numpy() + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    end_of_log = last.groupby(calendar["athlete"]).transform("max").to_numpy()
    since = np.minimum(next_month - 1, end_of_log) - last.to_numpy()
    return np.asarray(since, dtype=np.int64)


def _share(flags: pd.Series, row: Whole, sessions: Whole) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    flagged = np.bincount(row, weights=flags.to_numpy(dtype=float), minlength=len(sessions))
    shares = np.divide(flagged, sessions, out=np.full(len(sessions), np.nan), where=sessions > 0)
    return np.asarray(shares, dtype=np.float64)
