"""What does the runner know that no watch recorded? Shoes and injuries, from files written by hand.

Takes CSV as spreadsheets save it in any country; gives frames of `stressfx.schema.SHOES` and
`stressfx.schema.INJURIES`. What cannot be read is refused with its row and column; a message never repeats what a cell
holds.
"""

import math
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import NoReturn, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from stressfx.errors import DataQualityWarning, LimitError, SchemaError, UnreadableFileError
from stressfx.exports.accounts.textcells import read_rows, table_text
from stressfx.exports.profile import METRES_IN, Profile, read_profile
from stressfx.exports.write import undefuse
from stressfx.io.source import FileLike, open_source
from stressfx.schema import INJURIES, SHOES, Schema

__all__ = ["Profile", "Table", "amount", "day", "read_injuries", "read_profile", "read_shoes", "without_comments"]

MAX_TABLE_BYTES = 8 * 2**20
MOST_COLUMNS = 2000
FEW_CELLS = 100_000
"""Up to so many cells it does not matter how many of them the rows leave out; each that they hold takes a byte."""

LONGEST_SHAPE = 24
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
MISSING = {"", "na", "nan", "n/a"}
"""What stands for an empty cell, in lower case."""

COMMENT = re.compile(r'[ \t]*"?[ \t]*#[^\r\n]*|[ \t]+')
"""A line before the header that a spreadsheet may have put into quotes; or one that is blank."""

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "side": {"left": ("l",), "right": ("r",), "both": ("bilateral",)},
    "imaging": {
        "none": ("no",),
        "x-ray": ("xray", "x ray", "radiograph"),
        "MRI": ("mr", "mri scan"),
        "CT": ("ct scan",),
        "bone scan": ("bonescan", "scintigraphy", "bone scintigraphy"),
    },
    "status": {"confirmed": (), "suspected": ("suspicion",)},
}
"""The words that the columns of an injury hold, and what else is written for each."""

EARLIEST = pd.Timestamp("1970-01-01")
MOST_ROWS = 5
"""A warning names so many rows of a kind."""

Value = TypeVar("Value")
Places: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.intp]]"


def read_shoes(file: FileLike) -> pd.DataFrame:
    r"""Read the list of a runner's shoes.

    Parameters
    ----------
    file : path, bytes or binary file
        CSV with a header. ``shoe_id`` is needed; ``name``, ``start``, ``retired``, ``default_for``,
        ``start_distance_km``, ``watch_km`` and ``replace_km`` (or ``_mi`` or ``_m``) may be left out. A column
        ``athlete_id`` says whose the pair is in a table of many runners.

    Returns
    -------
    DataFrame
        `stressfx.schema.SHOES`, one row a pair, with distances in metres; further columns follow as text. A pair that
        was retired and taken up again has one row for each period of use, in order of time; the distance already
        run in it stands in the first.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no table.
    SchemaError
        If a column is missing or named twice, a cell is no number or date, or two pairs have the same name: periods of
        use that overlap, or are not in order of time, are taken for two pairs.

    Examples
    --------
    >>> read_shoes(b"shoe_id;start;start_distance_km;replace_mi\nblue;2025-01-31;12,5;500")["replace_m"].item()
    804672.0
    """
    table = Table.read(file)
    table.need(("shoe_id",))
    shoes = table.frame(SHOES, lengths=("start_distance_m", "watch_m", "replace_m"))
    table.need_names("shoe_id")
    _need_periods(table, shoes)
    return SHOES.check(shoes)


def read_injuries(file: FileLike) -> pd.DataFrame:
    r"""Read the list of injuries.

    Parameters
    ----------
    file : path, bytes or binary file
        CSV with a header. ``athlete_id`` and at least one of ``first_pain``, ``stopped_running`` and ``diagnosed``
        are needed as columns; any cell with a date may be empty.

    Returns
    -------
    DataFrame
        `stressfx.schema.INJURIES`, one row an injury; further columns follow as text.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no table.
    SchemaError
        If a column is missing or named twice, a cell is no date, an injury is nobody's, or a runner returned before
        the injury began or running was stopped: no study can tell what time was at risk.

    Warns
    -----
    DataQualityWarning
        If dates contradict each other in another way, lie in the future or before 1970, or if side, imaging or status
        is none of the declared words; or if two rows say the same. All of this is kept as it was written.

    Notes
    -----
    ``side`` is left, right or both; ``imaging`` none, x-ray, MRI, CT or bone scan; ``status`` confirmed or suspected.
    Capitals do not matter, and other ways to write these words (xray, MR, L) become them.

    Examples
    --------
    >>> read_injuries(b"athlete_id,first_pain,imaging\nann,2025-05-06,mri")[["first_pain", "imaging"]].values.tolist()
    [[Timestamp('2025-05-06 00:00:00'), 'MRI']]
    """
    table = Table.read(file)
    table.need(("athlete_id",))
    table.need(("first_pain", "stopped_running", "diagnosed"))
    injuries = table.frame(INJURIES)
    table.need_names("athlete_id")
    again = np.flatnonzero(injuries.duplicated())
    doubts = {**_date_doubts(table, injuries), **_to_known_words(injuries), "an earlier row says the same": again}
    if said := [f"{doubt} in {_rows(table, places)}" for doubt, places in doubts.items() if len(places)]:
        text = f"{table.label}: {'; '.join(said)}. Kept as written: please look."
        warnings.warn(text, DataQualityWarning, stacklevel=2)
    return INJURIES.check(injuries)


def _date_doubts(table: "Table", injuries: pd.DataFrame) -> dict[str, Places]:
    """Refuse a return before the injury; find all other dates that cannot be right."""
    dates = injuries[["first_pain", "stopped_running", "diagnosed", "returned"]]
    pain, stopped, diagnosed, returned = (dates[name] for name in dates.columns)
    begun = pain.fillna(stopped).fillna(diagnosed)
    for place in np.flatnonzero((returned < begun) | (returned < stopped))[:1]:
        reason = "the day of the return lies before the injury, or before running stopped"
        table.refuse(table.numbers[place], "returned", reason)
    tomorrow = pd.Timestamp.now().normalize() + pd.Timedelta(days=1)  # it may be that day where the runner is
    doubts = {
        "stopped_running lies before first_pain": stopped < pain,
        "diagnosed lies before first_pain": diagnosed < pain,
        "returned lies before diagnosed": returned < diagnosed,
        "returned is the day of stopped_running": returned == stopped,
        "a date lies in the future": (dates > tomorrow).any(axis=1),
        "a date lies before 1970": (dates < EARLIEST).any(axis=1),
    }
    return {doubt: np.flatnonzero(found) for doubt, found in doubts.items()}


def _to_known_words(injuries: pd.DataFrame) -> dict[str, Places]:
    """Write the words of an injury as they are declared; find the cells that hold others."""
    doubts = {}
    for name, declared in WORDS.items():
        known = {other.lower(): word for word, others in declared.items() for other in (word, *others)}
        words = injuries[name].str.lower().map(known | dict.fromkeys(MISSING, ""))
        doubts[f"{name} is none of {', '.join(declared)}"] = np.flatnonzero(words.isna())
        injuries[name] = words.fillna(injuries[name]).astype("str")
    return doubts


def _rows(table: "Table", places: Places) -> str:
    """Name the first rows of several."""
    named = ", ".join(str(table.numbers[place]) for place in places[:MOST_ROWS])
    more = f" and {len(places) - MOST_ROWS} more" if len(places) > MOST_ROWS else ""
    return f"row{'s' if len(places) > 1 else ''} {named}{more}"


def _need_periods(table: "Table", shoes: pd.DataFrame) -> None:
    """Refuse days of use that end before they begin, and a pair's second row that is no later period of use."""
    ended: dict[tuple[str, str], pd.Timestamp] = {}
    owners = shoes["athlete_id"] if "athlete_id" in shoes.columns else [""] * len(shoes)
    columns = (shoes[name] for name in ("shoe_id", "start", "retired", "start_distance_m"))
    for number, owner, pair, start, retired, start_m in zip(table.numbers, owners, *columns, strict=True):
        if retired < start:
            table.refuse(number, "retired", "the last day of use lies before the first")
        if (owner, pair) in ended and not ended[owner, pair] < start:
            reason = "an earlier row has the same name; give every pair its own. A pair that is taken up again needs"
            table.refuse(number, "shoe_id", f"{reason} the last day of the earlier row, and a start after it")
        if (owner, pair) in ended and start_m > 0:
            table.refuse(number, table.length_column("start_distance_m")[0], "only the pair's first row can hold one")
        ended[owner, pair] = retired


def amount(cell: str) -> float:
    """Read a number of 0 or more.

    Parameters
    ----------
    cell : str
        What was typed. Only one mark can be told to be the decimal one, so that ``1.234,5`` is refused.

    Returns
    -------
    float
        The number; NaN for an empty cell.

    Raises
    ------
    ValueError
        If the cell holds something else; the text says what is needed.

    Examples
    --------
    >>> amount("482,8"), amount("")
    (482.8, nan)
    """
    try:
        value = math.nan if cell.lower() in MISSING else float(cell.replace(",", "."))
    except ValueError:
        raise ValueError("a number as in 482.8 or 482,8 is needed, or nothing") from None
    if value < 0 or math.isinf(value):
        raise ValueError("a number of 0 or more is needed")
    return value


def day(cell: str) -> datetime | None:
    """Read a date, as 2025-01-31 or 31.1.2025; a time of day behind the former is passed over.

    Parameters
    ----------
    cell : str
        What was typed.

    Returns
    -------
    datetime or None
        Midnight of the day; None for an empty cell.

    Raises
    ------
    ValueError
        If the cell holds something else; the text says what is needed.

    Examples
    --------
    >>> day("2025-01-31")
    datetime.datetime(2025, 1, 31, 0, 0)
    """
    try:
        dotted = DOTTED.fullmatch(cell)  # as spreadsheets of many countries write it: the day comes first
        iso = "{2}-{1:0>2}-{0:0>2}".format(*dotted.groups()) if dotted else cell
        moment = None if cell.lower() in MISSING else datetime.fromisoformat(iso).replace(tzinfo=None)
    except ValueError:
        raise ValueError("a date as in 2025-01-31 is needed, or nothing") from None
    return moment and moment.replace(hour=0, minute=0, second=0, microsecond=0)


def without_comments(text: str) -> str:
    """Blank the lines before the header that start with ``#``.

    Parameters
    ----------
    text : str
        A table.

    Returns
    -------
    str
        The same with as many lines, so that the rows keep their numbers.
    """
    lines = text.splitlines(keepends=True)
    for place, line in enumerate(lines):
        said = line.rstrip("\r\n")
        if said and not COMMENT.fullmatch(said):
            break
        lines[place] = line[len(said) :]
    return "".join(lines)


def shape(cell: str) -> str:
    """Show how a cell is written without showing what it says: 31.12.2024 becomes 00.00.0000."""
    signs = ("0" if sign.isdigit() else "x" if sign.isalpha() else sign for sign in cell[:LONGEST_SHAPE])
    return "".join(sign if sign.isprintable() else " " for sign in signs)


@dataclass(frozen=True)
class Table:
    """A CSV file as text, with the row of the spreadsheet that every line came from."""

    label: str
    columns: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: tuple[dict[str, str], ...]

    @classmethod
    def read(cls, file: FileLike) -> "Table":
        """Read a table; what stressfx itself wrote comes back as it was."""
        source = open_source(file, max_bytes=MAX_TABLE_BYTES)
        label = source.label
        header, lines = read_rows(without_comments(table_text(source.data, label)).encode(), label)
        columns = [undefuse(name).lower().replace(" ", "_") for name in header]
        if len(columns) > MOST_COLUMNS or len(columns) * len(lines) > max(FEW_CELLS, len(source.data)):
            reason = f"more than {MOST_COLUMNS} columns, or far more cells than are filled; remove what is empty"
            raise LimitError(label, reason)
        named = [name for name in columns if name]
        if len(set(named)) < len(named):
            raise SchemaError(f"{label}: a column is named twice; give every column its own name.")
        rows = []
        for number, line in lines:
            if any(line[len(columns) :]):
                reason = f"row {number} has more cells than the header has columns; put text that holds a separator"
                raise UnreadableFileError(label, f"{reason} in double quotes")
            cells = map(undefuse, line[: len(columns)])
            rows.append({name: cell for name, cell in zip_longest(columns, cells, fillvalue="") if name})
        return cls(label, tuple(named), tuple(number for number, _ in lines), tuple(rows))

    def need(self, names: tuple[str, ...]) -> None:
        """Refuse a table that has none of some columns."""
        if not set(names) & set(self.columns):
            needed = names[0] if len(names) == 1 else "at least one of " + ", ".join(names)
            raise SchemaError(f"{self.label}: the column {needed} is missing; the first row has to name the columns.")

    def need_names(self, column: str) -> None:
        """Refuse a row that does not say what it is about."""
        for number, row in zip(self.numbers, self.rows, strict=True):
            if not row[column]:
                self.refuse(number, column, "the cell is empty; a name is needed")

    def frame(self, schema: Schema, *, lengths: tuple[str, ...] = ()) -> pd.DataFrame:
        """Give the columns of a schema in its order, empty where the file lacks them, then all others as text."""
        used: set[str] = set()
        content: dict[str, pd.Series] = {}
        for column in schema.columns:
            if column.name in lengths:
                source, metres = self.length_column(column.name)
                values = [metres * value for value in self._each(source, amount)]
                content[column.name] = pd.Series(values, dtype="float64")
            else:
                source = column.name
                content[source] = self._dates(source) if column.kind == "date" else self._texts(source)
            used.add(source)
        content |= {name: self._texts(name) for name in self.columns if name not in used}
        return pd.DataFrame(content)

    def length_column(self, name: str) -> tuple[str, float]:
        """Find which unit a distance is written in."""
        stem = name.removesuffix("_m")
        given = [unit for unit in METRES_IN if f"{stem}_{unit}" in self.columns]
        if len(given) > 1:
            raise SchemaError(f"{self.label}: {stem} is given in more than one unit; keep one of the columns.")
        unit = given[0] if given else "m"
        return f"{stem}_{unit}", METRES_IN[unit]

    def _texts(self, column: str) -> pd.Series:
        return pd.Series([row.get(column, "") for row in self.rows], dtype="str")

    def _dates(self, column: str) -> pd.Series:
        return pd.Series(np.array(self._each(column, day), dtype="datetime64[us]"))

    def _each(self, column: str, read: Callable[[str], Value]) -> list[Value]:
        """Read every cell of a column."""
        values = []
        for number, row in zip(self.numbers, self.rows, strict=True):
            cell = row.get(column, "")
            try:
                values.append(read(cell))
            except ValueError as error:
                self.refuse(number, column, f"{shape(cell)} found; {error}")
        return values

    def refuse(self, number: int, column: str, reason: str) -> NoReturn:
        """Say where the table holds what cannot be read."""
        raise SchemaError(f"{self.label}: row {number}, column {column}: {reason}.") from None
