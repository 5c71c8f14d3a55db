"""What does each row of an account's CSV say under which name, and which rows were odd?

Takes an `Entry`; gives its rows as text by the names of the columns, and findings that count odd rows by kind.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from stressfx.errors import LimitError, UnreadableFileError
from stressfx.exports.accounts.textcells import MAX_TABLE_BYTES, read_rows
from stressfx.exports.archive import Entry
from stressfx.findings import Finding

__all__ = ["Noticed", "Row", "csv_tables", "heart_rate", "local_time", "plausible", "rows_by_name"]

Row: TypeAlias = "dict[str, str]"
"""Cells by the names of their columns, in lower case."""

HEART_RATES_BPM = (30.0, 230.0)
LARGEST_TOTAL = 1e8
"""No workout has a total beyond, in whatever unit: it is three years in seconds, twice the equator in metres."""

YEARS = range(1950, 2101)

SHOWN = 5
"""So many rows are named; of the rest only their number is said."""


@dataclass
class Noticed:
    """What was odd about a table, so far."""

    rows: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """Numbers of the rows, by code and sentence."""

    def note(self, code: str, message: str, row: int) -> None:
        """Remember that a row was odd."""
        self.rows.setdefault((code, message), []).append(row)

    def note_unread(self, unread: Counter[str], row: int) -> None:
        """Remember the cells of a row that hold no number, or none that can be."""
        for _ in range(unread.total()):
            self.note("value-unreadable", "The cell holds no number, or one that cannot be; the value is missing.", row)

    def findings(self) -> tuple[Finding, ...]:
        """Give one finding a kind of oddity."""
        return tuple(
            Finding(code, len(rows), message, where=_places(rows)) for (code, message), rows in self.rows.items()
        )


def _places(rows: list[int]) -> str:
    named = list(dict.fromkeys(rows))
    if named == [0]:
        return ""
    further = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return ("row " if len(named) == 1 else "rows ") + ", ".join(map(str, named[:SHOWN])) + further


def csv_tables(entries: Iterable[Entry], belongs: Callable[[frozenset[str]], bool]) -> list[str]:
    """Find the CSV files whose header is that of an account.

    Parameters
    ----------
    entries : iterable of Entry
        What an export holds.
    belongs : callable
        Tells from the names of the columns, in lower case, whether a table is the account's.

    Returns
    -------
    list of str
        Their labels.
    """
    return [entry.label for entry in entries if belongs(_header(entry))]


def _header(entry: Entry) -> frozenset[str]:
    if not entry.label.lower().endswith(".csv"):
        return frozenset()
    try:
        header, _ = read_rows(entry.head(), entry.label, strict=False)
    except UnreadableFileError:  # whatever it is, it is no table of ours
        return frozenset()
    return frozenset(name.lower() for name in header)


def rows_by_name(entry: Entry, noticed: Noticed) -> Iterator[tuple[int, Row]]:
    """Read the rows of a table.

    Parameters
    ----------
    entry : Entry
        The table.
    noticed : Noticed
        Takes up what is odd.

    Yields
    ------
    number : int
        The row, as a spreadsheet numbers it.
    row : dict of str to str
        Its cells; of columns that bear the same name, the first.

    Raises
    ------
    UnreadableFileError
        If it is no table.
    LimitError
        If it is too large.
    """
    with entry.open() as content:
        data = content.read(MAX_TABLE_BYTES + 1)
    try:
        header, rows = read_rows(data, entry.label)
    except LimitError:
        raise
    except UnreadableFileError:
        header, rows = read_rows(data, entry.label, strict=False)
        noticed.note("table-quotes", "Quotes in the table do not fit; rows can have run together.", 0)
    names = [name.lower() for name in header]
    for number, cells in rows:
        if any(cells[len(names) :]):
            noticed.note("table-row-refused", "The row has more cells than there are columns.", number)
        else:
            yield number, dict(reversed(list(zip(names, cells, strict=False))))


def plausible(value: float, unread: Counter[str], low: float = 0.0, high: float = LARGEST_TOTAL) -> float:
    """Set a number to missing that cannot be.

    Parameters
    ----------
    value : float
        The number, or NaN.
    unread : Counter
        Where to count it.
    low, high : float
        What it can be.

    Returns
    -------
    float
        The number or NaN.

    Examples
    --------
    >>> plausible(5.0, Counter()), plausible(-5.0, Counter())
    (5.0, nan)
    """
    if math.isnan(value) or low <= value <= high:
        return value
    unread["implausible"] += 1
    return math.nan


def heart_rate(value: float, unread: Counter[str]) -> float:
    """Set a heart rate to missing that is none; 0 says that nothing was measured.

    Parameters
    ----------
    value : float
        The heart rate, or NaN. [bpm]
    unread : Counter
        Where to count one that cannot be.

    Returns
    -------
    float
        The heart rate, from 30 to 230, or NaN. [bpm]

    Examples
    --------
    >>> heart_rate(150.0, Counter()), heart_rate(0.0, Counter())
    (150.0, nan)
    """
    return math.nan if value == 0 else plausible(value, unread, *HEART_RATES_BPM)


def local_time(cell: str) -> datetime | None:
    """Read what the runner's clock showed.

    Parameters
    ----------
    cell : str
        A date and time in ISO 8601; a zone is passed over.

    Returns
    -------
    datetime or None
        Without a zone; None if the cell holds no time, or one before 1950 or after 2100.

    Examples
    --------
    >>> local_time("2025-01-31 07:15:00"), local_time("31.01.2025")
    (datetime.datetime(2025, 1, 31, 7, 15), None)
    """
    try:
        moment = datetime.fromisoformat(cell).replace(tzinfo=None)
    except ValueError:
        return None
    return moment if moment.year in YEARS else None
