"""What does a coach's table of a plan say? The days of a return to running, from a file that was edited by hand.

Takes CSV as `write_csv` or a spreadsheet wrote it; gives `stressfx.schema.PLAN`. What cannot be read is refused with
its row and column; a message never repeats what a cell holds.
"""

import math
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import pandas as pd

from stressfx.errors import SchemaError
from stressfx.exports.tables import Table, amount, day, shape
from stressfx.io.source import FileLike
from stressfx.schema import DTYPES, PLAN

__all__ = ["ACTIVITIES", "read_plan"]

ACTIVITIES = ("walk", "run", "cross_training", "strength", "rest")
"""What a day of a plan may hold."""

COUNTED_BY = ("distance", "time")
"""Which of the two counts on a day."""

WEEK_DAYS = 7
MOST_STAGE = 1000
LENGTH = "distance_m"

Value = TypeVar("Value")


def read_plan(file: FileLike) -> pd.DataFrame:
    r"""Read the days of a return plan.

    Parameters
    ----------
    file : path, bytes or binary file
        CSV with a header, as ``write_csv(plan.days, file)`` writes it. ``date``, ``activity`` and ``stage`` are needed
        as columns; every other of `stressfx.schema.PLAN` may be left out. ``distance_km`` or ``distance_mi`` may stand
        for ``distance_m``.

    Returns
    -------
    DataFrame
        `stressfx.schema.PLAN` by date, rows of one day in the order of the file. ``week`` follows from the dates,
        whatever the file says: a day that was moved may lie in another one.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no table.
    SchemaError
        If a column is missing or named twice, there is no row, the rows are of more than one runner, or a cell cannot
        be read or is out of range.

    Notes
    -----
    A cell that is empty is missing; a distance or time that is missing can neither be planned nor checked. Whether a
    plan that was changed still keeps the rules: `stressfx.check_return` on `stressfx.carried_out` says.

    Examples
    --------
    >>> table = b"date;activity;stage;distance_km\n2025-06-11;Run;1;3,0\n2025-06-09;cross-training;1;\n"
    >>> read_plan(table)[["week", "activity", "distance_m"]].values.tolist()
    [[1, 'cross_training', nan], [1, 'run', 3000.0]]
    """
    table = Table.read(file)
    for name in ("date", "activity", "stage"):
        table.need((name,))
    if not table.rows:
        raise SchemaError(f"{table.label}: there is no row below the header; a plan has a day at least.")
    content = {column.name: _column(table, column.name, column.kind, column.high) for column in PLAN.columns}
    days = pd.DataFrame(content)
    if (days["athlete_id"] != days["athlete_id"].iloc[0]).any():
        raise SchemaError(f"{table.label}: the rows are of more than one runner; a plan is of one.")
    week = (days["date"] - days["date"].min()).dt.days // WEEK_DAYS + 1
    return PLAN.check(days.assign(week=week).sort_values("date", kind="stable", ignore_index=True))


def _column(table: Table, name: str, kind: str, most: float) -> pd.Series:
    """Read one column of the schema; one that the file lacks is empty."""
    if name == LENGTH:
        source, metres = table.length_column(name)
        return pd.Series([metres * value for value in _cells(table, source, amount)], dtype="float64")
    words: dict[str, Callable[[str], object]] = {"activity": _activity, "amount": _counted_by, "stage": _stage}
    kinds: dict[str, Callable[[str], object]] = {"date": _date, "text": str, "float": lambda cell: _up_to(cell, most)}
    read = words.get(name) or kinds.get(kind)
    values = [0] * len(table.rows) if read is None else _cells(table, name, read)
    return pd.Series(values, dtype=DTYPES[kind])


def _cells(table: Table, column: str, read: Callable[[str], Value]) -> list[Value]:
    """Read every cell of a column."""
    values = []
    for number, row in zip(table.numbers, table.rows, strict=True):
        cell = row.get(column, "")
        try:
            values.append(read(cell))
        except ValueError as error:
            table.refuse(number, column, f"{shape(cell)} found; {error}" if cell else str(error))
    return values


def _date(cell: str) -> datetime:
    found = day(cell)
    if found is None:
        raise ValueError("the cell is empty; every row needs a day")
    return found


def _activity(cell: str) -> str:
    word = "_".join(cell.lower().replace("-", " ").replace("_", " ").split())
    if word not in ACTIVITIES:
        raise ValueError(f"one of {', '.join(ACTIVITIES)} is needed")
    return word


def _counted_by(cell: str) -> str:
    word = cell.lower()
    if word and word not in COUNTED_BY:
        raise ValueError("distance or time is needed, or nothing")
    return word


def _stage(cell: str) -> int:
    value = amount(cell)
    if math.isnan(value) or value % 1 > 0 or value > MOST_STAGE:
        raise ValueError("the number of a stage is needed; 0 is the time before the first run")
    return int(value)


def _up_to(cell: str, most: float) -> float:
    value = amount(cell)
    if value > most:
        raise ValueError(f"a number from 0 to {most:g} is needed, or nothing")
    return value
