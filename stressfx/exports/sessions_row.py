"""What does one row of a list of sessions say that was written by hand?

Takes the cells of a row as text; gives a `Told` and whether it tells the time of day. A cell that cannot be read raises
an `OddCellError` that names its column.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

from stressfx.errors import SchemaError
from stressfx.exports.accounts.rows import YEARS
from stressfx.exports.accounts.textcells import duration_s, is_empty
from stressfx.exports.tables import Table, amount
from stressfx.exports.told import Told
from stressfx.io.fit.profile import text_of
from stressfx.schema.sports import ANTIGRAVITY, DEEP_WATER_RUNNING, named_sport

__all__ = ["STARTS", "TOTALS", "Columns", "OddCellError", "find_columns", "read_row"]

STARTS = ("date", "start")
DURATIONS = {
    "timer_s": ("duration", "timer_s", "timer_min"),
    "moving_s": ("moving", "moving_s", "moving_min"),
    "elapsed_s": ("elapsed", "elapsed_s", "elapsed_min"),
}
"""A duration as a clock shows it, in seconds, or in minutes."""

BODY_WEIGHT = ("body_weight_percent", "body_weight_share")
"""The body weight that was carried, in percent or as a share."""

TOTALS = ("distance_km", "distance_mi", "distance_m", *(name for names in DURATIONS.values() for name in names))
"""Columns of which a list has at least one."""

DISTANCES = ("distance_m", "dirt_distance_m")
MOST_M = 1e7
MOST_S = 366 * 86_400.0
RANGES = {
    "steps": (0.0, 1e7),
    "ascent_m": (0.0, 1e5),
    "descent_m": (0.0, 1e5),
    "heart_rate_mean_bpm": (30.0, 230.0),
    "heart_rate_max_bpm": (30.0, 230.0),
    "cadence_mean_spm": (0.0, 300.0),
    "perceived_exertion": (0.0, 10.0),
}
MARKS = {"yes": 1.0, "true": 1.0, "x": 1.0, "1": 1.0, "1.0": 1.0, "no": 0.0, "false": 0.0, "0": 0.0, "0.0": 0.0}

SPORTS = {
    "": ("running", ""),
    "run": ("running", ""),
    "trail_run": ("running", "trail"),
    "trail_running": ("running", "trail"),
    "treadmill": ("running", "treadmill"),
    "walk": ("walking", ""),
    "hike": ("hiking", ""),
    "ride": ("cycling", ""),
    "bike": ("cycling", ""),
    "biking": ("cycling", ""),
    "swim": ("swimming", ""),
    "unknown": ("unknown", ""),
}
"""Everyday words, in FIT's; those for training that is no run stand in `stressfx.schema.sports`."""

OUR_SPORTS, OUR_KINDS = {"unknown", DEEP_WATER_RUNNING}, {"", ANTIGRAVITY}
"""What FIT has no word for."""

CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]*)?)?")
NOON = time(12)
LARGEST_OFFSET_S = 54_000.0

Value = TypeVar("Value")


class OddCellError(Exception):
    """A cell that cannot be read: its column, the reason, and what it holds."""


@dataclass(frozen=True)
class Columns:
    """Which columns of a table hold what may be written in several units.

    Attributes
    ----------
    lengths : dict of str to (str, float)
        For every distance in metres: the column, and metres in one of its unit.
    clocks : dict of str to str
        For every duration in seconds: the column.
    body_weight : str
        The column of the body weight carried.
    """

    lengths: dict[str, tuple[str, float]]
    clocks: dict[str, str]
    body_weight: str


def find_columns(table: Table) -> Columns:
    """Find the columns of a list of sessions.

    Parameters
    ----------
    table : Table
        The list.

    Returns
    -------
    Columns
        Those that may be written in several units.

    Raises
    ------
    SchemaError
        If a column that is needed is missing, or one is given in two units.
    """
    table.need(STARTS)
    table.need(TOTALS)
    lengths = {name: table.length_column(name) for name in DISTANCES}
    clocks = {name: _only_one(table, spellings) for name, spellings in DURATIONS.items()}
    return Columns(lengths, clocks, _only_one(table, BODY_WEIGHT))


def read_row(row: dict[str, str], columns: Columns) -> tuple[Told, bool]:
    """Read a row.

    Parameters
    ----------
    row : dict of str to str
        Cells by the names of their columns.
    columns : Columns
        What `find_columns` found.

    Returns
    -------
    told : Told
        The workout; noon stands for a time of day that is not told.
    timed : bool
        Whether the time of day is told.

    Raises
    ------
    OddCellError
        If a cell cannot be read.
    """
    share = _share(row, columns.body_weight)
    sport, sub_sport = _sport(row)
    if sport == "running" and share == 0:
        sport, sub_sport = DEEP_WATER_RUNNING, ""
    start, timed = _start(row)
    said: dict[str, Any] = {**start}
    for name, (column, metres) in columns.lengths.items():
        said[name] = metres * _number(row, column, 0.0, MOST_M / metres)
    for name, column in columns.clocks.items():
        said[name] = _duration(row, column)
    for name, (low, high) in RANGES.items():
        said[name] = _number(row, name, low, high)
    for name in ("competition", "long_run"):
        said[name] = _read(row, name, _mark)
    name, shoe_id = row.get("session_id", ""), row.get("shoe_id", "")
    said |= {"sport": sport, "sub_sport": sub_sport, "body_weight_share": share}
    said |= {"shoe_id": shoe_id, "name": row.get("name", "")}
    return Told("sessions", name, **said), timed


def _only_one(table: Table, spellings: tuple[str, ...]) -> str:
    """Find the column of what may be written in several; any if there is none."""
    given = [column for column in spellings if column in table.columns]
    if len(given) > 1:
        raise SchemaError(f"{table.label}: {' and '.join(given)} say the same; keep one of the columns.")
    return given[0] if given else spellings[0]


def _read(row: dict[str, str], column: str, read: Callable[[str], Value]) -> Value:
    cell = row.get(column, "")
    try:
        return read(cell)
    except ValueError as error:
        raise OddCellError(column, str(error), cell) from None


def _number(row: dict[str, str], column: str, low: float, high: float) -> float:
    value = _read(row, column, amount)
    if math.isnan(value) or low <= value <= high:
        return value
    raise OddCellError(column, f"a number from {low:g} to {high:g} is needed", row[column])


def _duration(row: dict[str, str], column: str) -> float:
    if column.endswith("_min"):
        return 60 * _number(row, column, 0.0, MOST_S / 60)
    if column.endswith("_s"):
        return _number(row, column, 0.0, MOST_S)
    cell = row.get(column, "")
    if is_empty(cell):
        return math.nan
    value = duration_s(cell) if ":" in cell else math.nan
    if 0 <= value <= MOST_S:
        return value
    raise OddCellError(column, "a duration as in 1:02:30 or 52:30 is needed, or nothing", cell)


def _share(row: dict[str, str], column: str) -> float:
    """Read the body weight carried, as a share."""
    whole = 100 if column.endswith("_percent") else 1
    return _number(row, column, 0, whole) / whole


def _mark(cell: str) -> float:
    if is_empty(cell):
        return math.nan
    if cell.lower() not in MARKS:
        raise ValueError("yes or no is needed, or nothing")
    return MARKS[cell.lower()]


def _sport(row: dict[str, str]) -> tuple[str, str]:
    """Read sport and kind: a misspelt run would silently count for nothing."""
    sport, kind = (re.sub(r"[\s-]+", "_", row.get(name, "").lower()) for name in ("sport", "sub_sport"))
    sport, usual = SPORTS.get(sport, (sport, ""))
    sport, kind = named_sport(sport, kind or usual)
    if sport not in text_of("sport").values() and sport not in OUR_SPORTS:
        needed = "one of FIT's sports is needed: running, walking, hiking, cycling, swimming, training, ..."
        raise OddCellError("sport", needed, row.get("sport", ""))
    if kind not in text_of("sub_sport").values() and kind not in OUR_KINDS:
        needed = "one of FIT's kinds of a sport is needed: treadmill, trail, track, road, ..., or nothing"
        raise OddCellError("sub_sport", needed, row.get("sub_sport", ""))
    return sport, kind


def _start(row: dict[str, str]) -> tuple[dict[str, object], bool]:
    """Read when it was; and whether the time of day is told."""
    column = "start" if not is_empty(row.get("start", "")) else "date"
    cell = row.get(column, "")
    if is_empty(cell):
        raise OddCellError(column, "the cell is empty; every session needs a day", "")
    moment = _read(row, column, _moment)
    timed = ":" in cell
    if column == "date" and not is_empty(row.get("time", "")):
        moment, timed = datetime.combine(moment.date(), _read(row, "time", _clock)), True
    offset_s = _offset(row)
    if moment.tzinfo is None:
        local = moment if timed else datetime.combine(moment.date(), NOON)
        return {"local_start": local, "utc_offset_s": offset_s}, timed
    own_s = (moment.utcoffset() or timedelta()).total_seconds()
    if abs(own_s) > LARGEST_OFFSET_S:
        raise OddCellError(column, "no clock is more than 15 hours from UTC", cell)
    if math.isnan(offset_s) and cell[-1] not in "zZ":
        offset_s = own_s
    return {"start": moment.astimezone(UTC), "utc_offset_s": offset_s}, True


def _moment(cell: str) -> datetime:
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError("a date as in 2025-01-31, or a date and time as in 2025-01-31T07:15, is needed") from None
    if moment.year not in YEARS:
        raise ValueError(f"a year from {YEARS[0]} to {YEARS[-1]} is needed")
    return moment


def _clock(cell: str) -> time:
    found = CLOCK.fullmatch(cell)
    try:
        if found:
            return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        pass
    raise ValueError("a time of day as in 07:15 or 19:15 is needed, or nothing")


def _offset(row: dict[str, str]) -> float:
    cell = row.get("utc_offset_s", "")
    try:
        value = math.nan if is_empty(cell) else float(cell)
    except ValueError:
        value = math.inf
    if abs(value) > LARGEST_OFFSET_S:
        raise OddCellError("utc_offset_s", "local time minus UTC in seconds is needed, or nothing", cell)
    return value
