"""How much did it hurt? The runner's pain diary, from a file written by hand.

Takes CSV as spreadsheets save it in any country; gives `stressfx.schema.PAIN`. What cannot be read is refused with its
row and column; a message never repeats what a cell holds.
"""

import math
import re
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import numpy as np
import pandas as pd

from stressfx.errors import DataQualityWarning, SchemaError
from stressfx.exports.accounts.textcells import duration_s
from stressfx.exports.tables import EARLIEST, MISSING, Table, amount, day, shape
from stressfx.io.source import FileLike
from stressfx.schema import DTYPES, PAIN
from stressfx.schema.sports import CROSS_TRAINING_WORDS

__all__ = ["read_pain"]

TOLD = ("during", "after", "next_morning")
"""When pain is asked for."""

TYPES = {column.name: DTYPES[column.kind] for column in PAIN.columns}

MOST_PAIN = 10
MOST_S = 86_400.0
MOST_STAGE = 1000

MOST_ROWS = 5
"""A warning names so many rows of a kind."""

WRITTEN = {
    "": "rest day whole_day",
    "run": "run running jog jogging run_walk walk_run treadmill",
    "walk": "walk walking hike hiking",
    "cross_training": "cross_training crosstraining cross x_training xtraining xt "
    "bike biking bicycle cycle cycling ride swim swimming row rowing",
}
ACTIVITY_OF = {"running": "run", "training": "strength"}
"""What a sport is in a plan; every other of those words is cross-training."""

ACTIVITIES = {
    **{word: ACTIVITY_OF.get(sport, "cross_training") for word, (sport, _) in CROSS_TRAINING_WORDS.items()},
    **{word: activity for activity, words in WRITTEN.items() for word in words.split()},
    **{cell.replace("/", "_"): "" for cell in MISSING},
}
"""What is written for each activity. A plan's strength takes in flexibility and balance."""

Value = TypeVar("Value")


def read_pain(file: FileLike) -> pd.DataFrame:
    r"""Read a pain diary.

    Parameters
    ----------
    file : path, bytes or binary file
        CSV with a header. ``date`` and at least one of ``during``, ``after`` and ``next_morning`` are needed as
        columns; ``athlete_id``, ``activity``, ``minutes`` (or ``duration`` as ``H:MM:SS`` or ``M:SS``, or
        ``duration_s``), ``stage`` and ``note`` may be left out.

    Returns
    -------
    DataFrame
        `stressfx.schema.PAIN`, one row an entry, in the order of the file; further columns follow as text.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no table.
    SchemaError
        If a column is missing or named twice, a row has no date, or a cell cannot be read or is out of range: pain is
        a number from 0 to 10.

    Warns
    -----
    DataQualityWarning
        If two entries are of the same day and activity, or a day lies in the future or before 1970. All of this is
        kept as it was written.

    Notes
    -----
    A pain that is not told is missing, and is not the same as 0. ``activity`` is run, walk, cross_training or strength,
    or empty for the day as a whole. Capitals do not matter, and other ways to write these words (jogging, hike, XT,
    bike, swimming, aqua jogging, weights, balance) become them; a word that is not known is refused, since the pain
    would be laid to nothing.

    Examples
    --------
    >>> table = b"date;activity;minutes;during;after;next morning\n2025-01-20;Walking;30;0;0,5;\n"
    >>> read_pain(table)[["activity", "duration_s", "during", "after", "next_morning"]].values.tolist()
    [['walk', 1800.0, 0.0, 0.5, nan]]
    """
    table = Table.read(file)
    table.need(("date",))
    table.need(TOLD)
    clock, length = _duration_column(table)
    read: dict[str, tuple[str, Callable[[str], object]]] = {
        "athlete_id": ("athlete_id", str),
        "date": ("date", _date),
        "activity": ("activity", _activity),
        "duration_s": (clock, length),
        **{name: (name, _pain) for name in TOLD},
        "stage": ("stage", _stage),
        "note": ("note", str),
    }
    content = {name: pd.Series(_each(table, *how), dtype=TYPES[name]) for name, how in read.items()}
    further = [name for name in table.columns if name not in {*read, clock}]
    pain = pd.DataFrame(content | {name: pd.Series(_each(table, name, str), dtype="str") for name in further})
    doubts = {doubt: found for doubt, found in _doubts(pain).items() if found.any()}
    if said := [f"{doubt} in {_rows(table, found)}" for doubt, found in doubts.items()]:
        text = f"{table.label}: {'; '.join(said)}. Kept as written: please look."
        warnings.warn(text, DataQualityWarning, stacklevel=2)
    return PAIN.check(pain)


def _duration_column(table: Table) -> tuple[str, Callable[[str], float]]:
    """Find in which column durations stand, and how they are written there."""
    known = {"duration_s": _seconds, "minutes": _minutes, "duration": _clock}
    given = [name for name in known if name in table.columns]
    if len(given) > 1:
        raise SchemaError(f"{table.label}: {' and '.join(given)} say the same; keep one of the columns.")
    column = given[0] if given else "duration_s"
    return column, known[column]


def _each(table: Table, column: str, read: Callable[[str], Value]) -> list[Value]:
    """Read every cell of a column; a column that is not there is one of empty cells."""
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
        raise ValueError("the cell is empty; every entry needs a day")
    return found


def _activity(cell: str) -> str:
    word = re.sub(r"[\s/_-]+", "_", cell.lower())
    if word not in ACTIVITIES:
        raise ValueError("run, walk, cross_training or strength is needed, or nothing where it was none of them")
    return ACTIVITIES[word]


def _pain(cell: str) -> float:
    return _up_to(cell, MOST_PAIN)


def _stage(cell: str) -> float:
    stage = _up_to(cell, MOST_STAGE)
    if stage % 1 > 0:  # missing is not
        raise ValueError("the number of a stage is needed, or nothing")
    return stage


def _seconds(cell: str) -> float:
    return _up_to(cell, MOST_S)


def _minutes(cell: str) -> float:
    return 60 * _up_to(cell, MOST_S / 60)


def _clock(cell: str) -> float:
    """Read a duration as a clock shows it."""
    if cell.lower() in MISSING:
        return math.nan
    value = duration_s(cell) if ":" in cell else math.nan
    if not value <= MOST_S:
        raise ValueError("a duration as in 1:02:30 or 52:30 is needed, of a day at most, or nothing")
    return value


def _up_to(cell: str, most: float) -> float:
    value = amount(cell)
    if value > most:
        raise ValueError(f"a number from 0 to {most:g} is needed, or nothing")
    return value


def _doubts(pain: pd.DataFrame) -> dict[str, pd.Series]:
    """Find what can hardly be right."""
    tomorrow = pd.Timestamp.now().normalize() + pd.Timedelta(days=1)  # it may be that day where the runner is
    return {
        "an earlier row is of the same day and activity": pain.duplicated(["athlete_id", "date", "activity"]),
        "the date lies in the future": pain["date"] > tomorrow,
        "the date lies before 1970": pain["date"] < EARLIEST,
    }


def _rows(table: Table, found: pd.Series) -> str:
    """Name the first rows of several."""
    numbers = np.asarray(table.numbers)[found.to_numpy(dtype=bool)]
    more = f" and {len(numbers) - MOST_ROWS} more" if len(numbers) > MOST_ROWS else ""
    return f"row{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers[:MOST_ROWS]))}{more}"
