"""What does a Strava account say of its workouts? The table of activities in its bulk export, in every known layout.

Takes the entries of an export; gives for each of Strava's tables a function that reads it. The headers of each
language stand in `stressfx.exports.accounts.strava_headers`, the words for dates and sports in
`stressfx.exports.accounts.strava_words`.
"""

import math
import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd

from stressfx.errors import LimitError, UnknownColumnsError, UnreadableFileError
from stressfx.exports.accounts.rows import Noticed
from stressfx.exports.accounts.strava_headers import COLUMNS, Places, addresses, named_places, places, read_columns
from stressfx.exports.accounts.strava_words import instant, sport_of
from stressfx.exports.accounts.textcells import MAX_TABLE_BYTES, decimal_mark, duration_s, is_empty, number, read_rows
from stressfx.exports.archive import Entry
from stressfx.exports.harvest import TableReader
from stressfx.exports.told import Account, Told
from stressfx.findings import Finding
from stressfx.io.source import label_of
from stressfx.schema import DTYPES, SHOES

__all__ = ["read_activities", "read_columns", "read_pairs", "tables"]

TABLE, FOLDER, SHOE_TABLE = "activities.csv", "activities/", "shoes.csv"
HEAD_BYTES = 16384
"""The first row of the longest language known takes a fifth of this. [bytes]"""

FEWEST_COLUMNS, MOST_COLUMNS = 10, 1000
"""Exports have had from 10 columns to 105, so far."""

ON_FOOT = {"running", "walking", "hiking"}

ERROR = "#error"
"""How the name of a file begins that Strava could not export (martin-ueding/geo-activity-playground#301)."""

ID = re.compile(r"([0-9]{1,20})(?:\.0+)?")
FILE = re.compile(r"activities/[0-9]{1,20}(?:\.[A-Za-z0-9]{1,8}){1,3}")
MARKS = {"1": 1.0, "1.0": 1.0, "true": 1.0, "0": 0.0, "0.0": 0.0, "false": 0.0}

RANGES = {"heart_rate_mean_bpm": (30, 230), "heart_rate_max_bpm": (30, 230), "perceived_exertion": (0, 10)}
ZERO_IS_MISSING = {"heart_rate_mean_bpm", "heart_rate_max_bpm", "cadence", "steps"}
"""Exports write 0 where no sensor was."""

LARGEST, SHOWN_SPORTS, LONGEST_SPORT = 1e8, 10, 40
SHOE_HEADERS = {
    "brand": ("shoe brand", "marca delle scarpe"),
    "model": ("shoe model", "modello delle scarpe"),
    "name": ("shoe name", "nome delle scarpe"),
}
"""Headers of the table of shoes, in English (as endurain-project/endurain reads it) and Italian."""


def tables(entries: Sequence[Entry], *, columns: Mapping[str, str] | None = None) -> dict[str, TableReader]:
    """Find Strava's tables.

    Parameters
    ----------
    entries : sequence of Entry
        What an export holds.
    columns : mapping of str to str, optional
        Headers by column, of a table in a language that is not known; `read_columns` gives it.

    Returns
    -------
    dict of str to callable
        What reads each, by label.

    Notes
    -----
    A table is Strava's if it is called ``activities.csv`` and has the headers of a known language, or those of
    `columns`. Beside a folder ``activities`` it is also if it cannot be read, or if it has at least ten columns, and
    names files of that folder or has a header twice, as every export since 2019. A table ``shoes.csv`` beside it is
    Strava's too, unless it has a column ``shoe_id`` and so is the runner's own.
    """
    found: dict[str, TableReader] = {
        entry.label: partial(read_activities, columns=dict(columns or {}))
        for entry in entries
        if posixpath.basename(entry.label).lower() == TABLE and _is_strava(entry, entries, columns or {})
    }
    folders = {posixpath.dirname(label) for label in found}
    for entry in entries:
        folder, name = posixpath.split(entry.label)
        if name.lower() == SHOE_TABLE and folder in folders and "shoe_id" not in _head(entry)[0]:
            found[entry.label] = read_pairs
    return found


def _is_strava(entry: Entry, entries: Sequence[Entry], columns: Mapping[str, str]) -> bool:
    header, rows = _head(entry)
    if not header:
        return bool(entry.head(1)) and _has_recordings(entry.label, entries)
    known = places(header) or (columns and named_places(header, columns))
    return bool(known or _resembles(entry.label, header, rows, entries))


def _head(entry: Entry) -> tuple[list[str], list[list[str]]]:
    """Read the first rows of a table; nothing if it is none."""
    data = entry.head(HEAD_BYTES)
    whole = data[: data.rfind(b"\n") + 1] or data  # a character may be cut in two at the end
    try:
        header, rows = read_rows(whole, entry.label, strict=False)
    except UnreadableFileError:
        return [], []
    return header, [cells for _, cells in rows]


def _resembles(label: str, header: list[str], rows: list[list[str]], entries: Sequence[Entry]) -> bool:
    """Tell Strava's table in a language that is not known."""
    if not FEWEST_COLUMNS <= len(header) <= MOST_COLUMNS or not header[0] or ID.fullmatch(header[0]):
        return False
    names_files = any(FILE.fullmatch(cell) for cells in rows for cell in cells)
    repeats = len(set(header)) < len(header)
    return (names_files or repeats) and _has_recordings(label, entries)


def _has_recordings(label: str, entries: Sequence[Entry]) -> bool:
    """Tell whether a folder with recordings lies beside a table."""
    folder = label[: -len(TABLE)] + FOLDER
    return any(entry.label.startswith(folder) for entry in entries)


@dataclass
class _Table:
    """How one table is read, and what was noticed so far."""

    folder: str
    width: int
    places: Places
    decimal: str
    marked: dict[str, bool]
    noticed: Noticed = field(default_factory=Noticed)
    unknown: Counter[str] = field(default_factory=Counter)

    def text(self, column: str, cells: Sequence[str]) -> str:
        """Give the first place of a column that says something."""
        for place in self.places.get(column, ()):
            if not is_empty(cells[place]):
                return cells[place]
        return ""

    def value(self, column: str, cells: Sequence[str], row: int) -> float:
        """Give a number; NaN, with a note, if it is none or cannot be."""
        cell = self.text(column, cells)
        if not cell:
            return math.nan
        if column.endswith("_s"):
            value = duration_s(cell)
        else:
            value = number(cell, decimal=self.decimal if column == "distance_km" else "")
        low, high = RANGES.get(column, (0, LARGEST))
        if math.isnan(value):
            self.noticed.note("value-unreadable", f"The cell of {column} is no number; the value is missing.", row)
        elif value == 0 and column in ZERO_IS_MISSING:
            return math.nan
        elif not low <= value <= high:
            text = f"The value of {column} is outside {low:g} to {high:g}; it was set to missing."
            self.noticed.note("strava-value-range", text, row)
            return math.nan
        return value

    def mark(self, column: str, cells: Sequence[str], row: int) -> float:
        """Give whether a workout is marked; an empty cell says no only in a table that marks at all."""
        cell = self.text(column, cells)
        if not cell:
            return 0.0 if self.marked[column] else math.nan
        if cell.lower() not in MARKS:
            self.noticed.note("value-unreadable", f"The cell of {column} is no mark; the value is missing.", row)
        return MARKS.get(cell.lower(), math.nan)


def read_activities(entry: Entry, *, columns: Mapping[str, str] | None = None) -> Account:
    r"""Read Strava's table of activities.

    Parameters
    ----------
    entry : Entry
        The table.
    columns : mapping of str to str, optional
        Headers by column; they are used if the table has all of them.

    Returns
    -------
    Account
        One workout a row that says when it was or where its file lies; the gear worn on foot as pairs of shoes.

    Raises
    ------
    UnreadableFileError
        If it is no table.
    LimitError
        If it is larger than 64 MB.
    UnknownColumnsError
        If its headers are in a language that is not known, and `columns` does not name them.

    Notes
    -----
    The facts of the format, and where they were published:

    - The distance stands twice: in kilometres as the account's country writes it, and in metres, which is taken. The
      short one is used where the other is missing, but not of swims, which it tells in metres. Until July 2019 there
      was one distance, in metres (hugovk/strava-tools#2).
    - The date is in UTC, as the account's country writes it (martin-ueding/geo-activity-playground#86).
    - A row without a file is a workout typed in by hand. A name that begins with ``#error`` is no file.
    - The cadence of a run is strides of one leg a minute; that of other sports is no count of steps and is left out.
    - Zero heart rate, cadence and steps say that nothing was measured.
    - A race or a long run is marked with 1, and the others often have an empty cell. So an empty cell says "not
      marked" if any cell of its column holds a mark, and else nothing.
    - Gear is named by maker, model and nickname, as in Strava's table of shoes.
    - A row without a number of its own goes by the name of its file, else by its start.

    Examples
    --------
    >>> import io
    >>> rows = b"Activity ID,Activity Date,Activity Type,Elapsed Time,Distance,Filename\n"
    >>> rows += b'1,"Feb 17, 2022, 12:18:26 PM",Run,1800,"5.25",activities/1.gpx\n'
    >>> account = read_activities(Entry("export/activities.csv", lambda: io.BytesIO(rows)))
    >>> account.told[0].file, account.told[0].distance_m
    ('export/activities/1.gpx', 5250.0)
    """
    noticed = Noticed()
    header, rows = _rows(entry, noticed)
    where = (named_places(header, columns) if columns else None) or places(header)
    if where is None:
        raise UnknownColumnsError(entry.label, addresses(header), COLUMNS)
    table = _Table(
        folder=posixpath.dirname(entry.label),
        width=len(header),
        places=where,
        decimal=decimal_mark(_column(where.get("distance_km", ()), rows)),
        marked={
            column: any(cell.lower() in MARKS for cell in _column(where.get(column, ()), rows))
            for column in ("competition", "long_run")
        },
        noticed=noticed,
    )
    told = [one for row, cells in rows if (one := _told(cells, row, table)) is not None]
    worn = dict.fromkeys(one.shoe_id for one in told if one.shoe_id)
    return Account(tuple(told), _shoes(list(worn)), (*noticed.findings(), *_unknown_sports(table.unknown)))


def _rows(entry: Entry, noticed: Noticed) -> tuple[list[str], list[tuple[int, list[str]]]]:
    with entry.open() as content:
        data = content.read(MAX_TABLE_BYTES + 1)
    try:
        return read_rows(data, entry.label)
    except LimitError:
        raise
    except UnreadableFileError:
        rows = read_rows(data, entry.label, strict=False)
    noticed.note("table-quotes", "Quotes in the table do not fit; rows can have run together.", 0)
    return rows


def _column(where: tuple[int, ...], rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    return [cells[place] for _, cells in rows for place in where if place < len(cells)]


def _told(cells: list[str], row: int, table: _Table) -> Told | None:
    """Read one row; None if it says neither when the workout was nor where its file lies."""
    if cells[0].lower().startswith(ERROR):
        table.noticed.note("strava-file-error", "An error of Strava's stands in place of a workout.", row)
        return None
    misshapen = len(cells) != table.width
    shifted = len(cells) > table.width  # a comma too many, most likely in the name
    cells = cells + [""] * (table.width - len(cells))
    named = ID.fullmatch(table.text("activity_id", cells))
    start = instant(table.text("date", cells))
    file = _file(cells, row, table, shifted=shifted)
    if not (start or file) or (misshapen and not (start and named)):
        table.noticed.note("table-row-refused", "The row tells of no workout; it was left out.", row)
        return None
    if misshapen:
        text = "The row has not as many cells as the header; what stands in its place was read."
        table.noticed.note("strava-row-shape", text, row)
    if start is None:
        table.noticed.note("strava-date-unread", "The date cannot be read; the start comes from the file, if any.", row)
    if named is None:
        table.noticed.note("strava-id-missing", "The activity has no number; it goes by its file or its start.", row)
    told = Told(
        account="strava",
        activity_id=named[1] if named else file or f"{start:%Y-%m-%dT%H:%M:%SZ}",
        file=file,
        start=start,
        corrects="indoor",
        sport="unknown",
    )
    return told if shifted else _with_values(told, cells, row, table)


def _file(cells: list[str], row: int, table: _Table, *, shifted: bool) -> str:
    """Give the label of a row's file; in a row whose cells are shifted, whatever can only be its name."""
    name = next((cell for cell in cells if FILE.fullmatch(cell)), "") if shifted else table.text("file", cells)
    if name.lower().startswith(ERROR):
        table.noticed.note("strava-file-error", "Strava could not export the file; the row stands alone.", row)
        return ""
    return (
        posixpath.join(table.folder, label_of(name.replace("\\", "/").removeprefix("./").lstrip("/"))) if name else ""
    )


def _with_values(told: Told, cells: list[str], row: int, table: _Table) -> Told:
    kind = table.text("type", cells)
    sport, sub_sport = sport_of(kind)
    if sport == "unknown":
        table.unknown[kind] += 1
    value = partial(table.value, cells=cells, row=row)
    distance_m = value("distance_m")
    if math.isnan(distance_m) and sport != "swimming":
        distance_m = 1000 * value("distance_km")
    return replace(
        told,
        sport=sport,
        sub_sport=sub_sport,
        distance_m=distance_m,
        timer_s=value("timer_s"),
        moving_s=value("moving_s"),
        elapsed_s=value("elapsed_s"),
        ascent_m=value("ascent_m"),
        descent_m=value("descent_m"),
        heart_rate_mean_bpm=value("heart_rate_mean_bpm"),
        heart_rate_max_bpm=value("heart_rate_max_bpm"),
        cadence_mean_spm=2 * value("cadence") if sport == "running" else math.nan,
        steps=value("steps"),
        shoe_id=table.text("gear", cells) if sport in ON_FOOT else "",
        name=table.text("name", cells),
        perceived_exertion=value("perceived_exertion"),
        dirt_distance_m=value("dirt_distance_m"),
        competition=table.mark("competition", cells, row),
        long_run=table.mark("long_run", cells, row),
    )


def _unknown_sports(unknown: Counter[str]) -> list[Finding]:
    """Name the types that are not known: they are Strava's words, not the runner's."""
    if not unknown:
        return []
    # what is no word may be the runner's after all, where cells of a row have moved
    names = [name[:LONGEST_SPORT] for name in unknown if all(sign.isalnum() or sign in " -'()&" for sign in name)]
    shown = ", ".join(name or "(none)" for name in names[:SHOWN_SPORTS])
    more = len(unknown) - len(names[:SHOWN_SPORTS])
    further = f"{' and ' if shown else ''}{more} more" if more else ""
    text = f"Types of activity that are not known: {shown}{further}; without a file they are no runs."
    return [Finding("table-sport-unknown", sum(unknown.values()), text)]


def read_pairs(entry: Entry) -> Account:
    """Read Strava's table of shoes.

    Parameters
    ----------
    entry : Entry
        The table.

    Returns
    -------
    Account
        One row a pair, named as its activities name it: by maker, model and nickname. The table tells no date and no
        distance. In a language that is not known, no pair is read.

    Raises
    ------
    UnreadableFileError
        If it is no table.
    """
    noticed = Noticed()
    header, rows = _rows(entry, noticed)
    names = [name.lower() for name in header]
    where = [
        next((names.index(known) for known in headers if known in names), None) for headers in SHOE_HEADERS.values()
    ]
    if all(place is None for place in where):
        noticed.note("strava-shoes-unread", "The headers of the table of shoes are not known; no pair was read.", 0)
        return Account(findings=noticed.findings())
    pairs = [
        " ".join(cells[place] for place in where if place is not None and place < len(cells) and cells[place])
        for _, cells in rows
    ]
    return Account(shoes=_shoes(list(dict.fromkeys(pair for pair in pairs if pair))), findings=noticed.findings())


def _shoes(pairs: list[str]) -> pd.DataFrame:
    """Make a table of pairs of which nothing is known but the name."""
    blank = {"text": "", "float": np.nan, "date": pd.NaT}
    columns = {
        column.name: pd.Series(
            pairs if column.name in {"shoe_id", "name"} else [blank[column.kind]] * len(pairs),
            dtype=DTYPES[column.kind],
        )
        for column in SHOES.columns
    }
    return pd.DataFrame(columns)
