"""What does the runner know that no watch recorded? Shoes, injuries and the runner, from files written by hand.

Takes CSV as spreadsheets save it in any country (or TOML for the profile); gives frames of
`stressfx.schema.SHOES` and `stressfx.schema.INJURIES`, or a `Profile`. What cannot be read is refused with its row
and column; a message never repeats what a cell holds.
"""

import csv
import io
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import NoReturn

import numpy as np
import pandas as pd

from stressfx.errors import SchemaError, UnreadableFileError
from stressfx.io.source import FileLike, open_source
from stressfx.schema import INJURIES, SHOES, Schema
from stressfx.units import METRES_PER_MILE

__all__ = ["Profile", "read_injuries", "read_profile", "read_shoes"]

MAX_TABLE_BYTES = 8 * 2**20
METRES_IN = {"m": 1.0, "km": 1000.0, "mi": METRES_PER_MILE}
LONGEST_SHAPE = 24
MISSING = {"", "na", "nan", "n/a"}
"""What stands for an empty cell, in lower case."""


@dataclass(frozen=True)
class Profile:
    """What is known of the runner as a person; NaN, None or an empty text where it is not.

    Attributes
    ----------
    athlete_id : str
        Name that stands for the runner in every frame.
    sex : str
        ``"female"``, ``"male"`` or empty.
    mass_kg : float
        Body mass. [kg]
    height_m : float
        Height. [m]
    birth_year : int or None
        Year of birth.
    heart_rate_rest_bpm : float
        Heart rate at rest. [bpm]
    heart_rate_max_bpm : float
        Highest heart rate. [bpm]
    shoe_watch_m : float
        Distance in a pair at which the runner wants a first warning. [m]
    shoe_replace_m : float
        Distance in a pair at which the runner wants to replace it. [m]
    """

    athlete_id: str = ""
    sex: str = ""
    mass_kg: float = math.nan
    height_m: float = math.nan
    birth_year: int | None = None
    heart_rate_rest_bpm: float = math.nan
    heart_rate_max_bpm: float = math.nan
    shoe_watch_m: float = math.nan
    shoe_replace_m: float = math.nan


PROFILE_RANGES = {
    "mass_kg": (20, 300),
    "height_m": (0.5, 2.6),
    "birth_year": (1900, 2100),
    "heart_rate_rest_bpm": (20, 130),
    "heart_rate_max_bpm": (80, 250),
}
RUNNER_KEYS = ("athlete_id", "sex", *PROFILE_RANGES)
SHOE_KEYS = tuple(f"{limit}_{unit}" for limit in ("watch", "replace") for unit in METRES_IN)
SEXES = ("female", "male")


def read_shoes(file: FileLike) -> pd.DataFrame:
    r"""Read the list of a runner's shoes.

    Parameters
    ----------
    file : path, bytes or binary file
        CSV with a header. ``shoe_id`` is needed; ``name``, ``start``, ``retired``, ``default_for``,
        ``start_distance_km``, ``watch_km`` and ``replace_km`` (or ``_mi`` or ``_m``) may be left out.

    Returns
    -------
    DataFrame
        `stressfx.schema.SHOES`, one row a pair, with distances in metres; further columns follow as text.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no table.
    SchemaError
        If a column is missing or named twice, a cell is no number or date, or two pairs have the same name.

    Examples
    --------
    >>> read_shoes(b"shoe_id;start;start_distance_km;replace_mi\nblue;2025-01-31;12,5;500")["replace_m"].item()
    804672.0
    """
    table = _Table.read(file)
    table.need(("shoe_id",))
    shoes = table.frame(SHOES, lengths=("start_distance_m", "watch_m", "replace_m"))
    table.need_names("shoe_id", unique=True)
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
        If a column is missing or named twice, a cell is no date, or an injury is nobody's.

    Examples
    --------
    >>> read_injuries(b"athlete_id,first_pain,site\nann,2025-05-06,tibia")["first_pain"].dt.day.item()
    6
    """
    table = _Table.read(file)
    table.need(("athlete_id",))
    table.need(("first_pain", "stopped_running", "diagnosed"))
    injuries = table.frame(INJURIES)
    table.need_names("athlete_id")
    return INJURIES.check(injuries)


def read_profile(file: FileLike) -> Profile:
    r"""Read what is known of the runner as a person.

    Parameters
    ----------
    file : path, bytes or binary file
        TOML with the tables ``[runner]`` (``athlete_id``, ``sex``, ``mass_kg``, ``height_m``, ``birth_year``,
        ``heart_rate_rest_bpm``, ``heart_rate_max_bpm``) and ``[shoes]`` (``watch_mi`` and ``replace_mi``, or
        ``_km`` or ``_m``). Everything may be left out.

    Returns
    -------
    Profile
        Numbers in SI units and beats a minute.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no TOML.
    SchemaError
        If a name is not known, or a value is of the wrong kind or out of range.

    Examples
    --------
    >>> read_profile(b"[runner]\nsex = 'female'\nmass_kg = 58").mass_kg
    58.0
    """
    source = open_source(file, max_bytes=MAX_TABLE_BYTES)
    try:
        content = tomllib.loads(_text(source.label, source.data))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFileError(source.label, f"is no TOML that can be read ({error})") from None
    known = {"runner": RUNNER_KEYS, "shoes": SHOE_KEYS}
    _need_known(source.label, "the file", content, tuple(known))
    for table, keys in known.items():
        if not isinstance(content.get(table, {}), dict):
            raise SchemaError(f"{source.label}: [{table}] has to be a table of names and values.")
        _need_known(source.label, f"[{table}]", content.get(table, {}), keys)
    return _profile(source.label, content.get("runner", {}), content.get("shoes", {}))


def _need_known(label: str, where: str, found: Mapping[str, object], known: tuple[str, ...]) -> None:
    """Refuse unknown names: a misspelt one would otherwise be silently without effect."""
    if any(name not in known for name in found):
        raise SchemaError(f"{label}: {where} holds a name that is not known. Known are {', '.join(known)}.")


def _profile(label: str, runner: Mapping[str, object], shoes: Mapping[str, object]) -> Profile:
    values: dict[str, float] = {}
    for name, (low, high) in PROFILE_RANGES.items():
        if name in runner:
            values[name] = _number(label, name, runner[name], low, high)
    rest, highest = values.get("heart_rate_rest_bpm", 0.0), values.get("heart_rate_max_bpm", math.inf)
    if rest >= highest:
        raise SchemaError(f"{label}: heart_rate_rest_bpm has to be below heart_rate_max_bpm.")
    sex = runner.get("sex", "")
    if sex not in ("", *SEXES):  # a tuple, since TOML may hold a list here, which no set can look up
        raise SchemaError(f"{label}: sex has to be {' or '.join(map(repr, SEXES))}, or left out.")
    athlete_id = runner.get("athlete_id", "")
    if not isinstance(athlete_id, str):
        raise SchemaError(f"{label}: athlete_id has to be a text in quotes.")
    year = values.pop("birth_year", math.nan)
    return Profile(
        athlete_id=athlete_id,
        sex=str(sex),
        birth_year=None if math.isnan(year) else int(year),
        shoe_watch_m=_limit(label, shoes, "watch"),
        shoe_replace_m=_limit(label, shoes, "replace"),
        **values,
    )


def _number(label: str, name: str, value: object, low: float, high: float) -> float:
    # True is an int in Python, and no mass
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise SchemaError(f"{label}: {name} has to be a number from {low:g} to {high:g}.")
    return float(value)


def _limit(label: str, shoes: Mapping[str, object], limit: str) -> float:
    """Give one of the two distances of a pair of shoes, whatever unit it is written in. [m]."""
    given = [unit for unit in METRES_IN if f"{limit}_{unit}" in shoes]
    if not given:
        return math.nan
    if len(given) > 1:
        raise SchemaError(f"{label}: [shoes] gives {limit} in more than one unit; keep one.")
    name = f"{limit}_{given[0]}"
    return _number(label, name, shoes[name], 0, 1e7) * METRES_IN[given[0]]


def _text(label: str, data: bytes) -> str:
    """Turn bytes into text, as spreadsheets write it: UTF-8 with or without a mark, else Windows-1252."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFileError(label, "is a workbook or an archive; save the sheet as CSV and hand in that")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _shape(cell: str) -> str:
    """Show how a cell is written without showing what it says: 31.12.2024 becomes 00.00.0000."""
    signs = ("0" if sign.isdigit() else "x" if sign.isalpha() else sign for sign in cell[:LONGEST_SHAPE])
    return "".join(sign if sign.isprintable() else " " for sign in signs)


@dataclass(frozen=True)
class _Table:
    """A CSV file as text, with the row of the spreadsheet that every line came from."""

    label: str
    columns: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: tuple[dict[str, str], ...]

    @classmethod
    def read(cls, file: FileLike) -> "_Table":
        source = open_source(file, max_bytes=MAX_TABLE_BYTES)
        text = _text(source.label, source.data)
        head = text.lstrip().partition("\n")[0]
        # whichever separator the header holds most of; a decimal comma never stands in a header
        separator = max(",;\t", key=head.count)
        try:
            lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        except csv.Error as error:
            raise UnreadableFileError(source.label, f"is no table of text ({error})") from None
        cells = [(number, [cell.strip() for cell in line]) for number, line in enumerate(lines, start=1)]
        filled = [(number, line) for number, line in cells if any(line)]
        if not filled:
            raise UnreadableFileError(source.label, "is empty; a first row with the names of the columns is needed")
        columns = [name.lower().replace(" ", "_") for name in filled[0][1]]
        cls._check_header(source.label, columns)
        rows = []
        for number, line in filled[1:]:
            if any(line[len(columns) :]):
                reason = f"row {number} has more cells than the header has columns; put text that holds a separator"
                raise UnreadableFileError(source.label, f"{reason} in double quotes")
            rows.append({name: cell for name, cell in zip_longest(columns, line[: len(columns)], fillvalue="") if name})
        numbers = tuple(number for number, _ in filled[1:])
        return cls(source.label, tuple(name for name in columns if name), numbers, tuple(rows))

    @staticmethod
    def _check_header(label: str, columns: list[str]) -> None:
        named = [name for name in columns if name]
        if len(set(named)) < len(named):
            raise SchemaError(f"{label}: a column is named twice; give every column its own name.")

    def need(self, names: tuple[str, ...]) -> None:
        """Refuse a table that has none of some columns."""
        if not set(names) & set(self.columns):
            needed = names[0] if len(names) == 1 else "at least one of " + ", ".join(names)
            raise SchemaError(f"{self.label}: the column {needed} is missing; the first row has to name the columns.")

    def need_names(self, column: str, *, unique: bool = False) -> None:
        """Refuse a row that does not say what it is about, or says it again."""
        seen: set[str] = set()
        for number, row in zip(self.numbers, self.rows, strict=True):
            if not row[column]:
                self._refuse(number, column, "the cell is empty; a name is needed")
            if unique and row[column] in seen:
                self._refuse(number, column, "an earlier row has the same name; give every row its own")
            seen.add(row[column])

    def frame(self, schema: Schema, *, lengths: tuple[str, ...] = ()) -> pd.DataFrame:
        """Give the columns of a schema in its order, empty where the file lacks them, then all others as text."""
        used: set[str] = set()
        content: dict[str, pd.Series] = {}
        for column in schema.columns:
            if column.name in lengths:
                source, metres = self._length_column(column.name)
                values = [metres * value for value in self._numbers(source)]
                content[column.name] = pd.Series(values, dtype="float64")
            else:
                source = column.name
                content[source] = self._dates(source) if column.kind == "date" else self._texts(source)
            used.add(source)
        content |= {name: self._texts(name) for name in self.columns if name not in used}
        return pd.DataFrame(content)

    def _length_column(self, name: str) -> tuple[str, float]:
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
        days: list[datetime | None] = []
        for number, row in zip(self.numbers, self.rows, strict=True):
            cell = row.get(column, "")
            try:
                day = None if cell.lower() in MISSING else datetime.fromisoformat(cell).replace(tzinfo=None)
            except ValueError:
                self._refuse(number, column, f"{_shape(cell)} found; a date as in 2025-01-31 is needed, or nothing")
            days.append(day and day.replace(hour=0, minute=0, second=0, microsecond=0))
        return pd.Series(np.array(days, dtype="datetime64[us]"))

    def _numbers(self, column: str) -> list[float]:
        values = []
        for number, row in zip(self.numbers, self.rows, strict=True):
            cell = row.get(column, "")
            try:
                # only one mark can be told to be the decimal one: 1.234,5 is refused
                value = math.nan if cell.lower() in MISSING else float(cell.replace(",", "."))
            except ValueError:
                self._refuse(
                    number, column, f"{_shape(cell)} found; a number as in 482.8 or 482,8 is needed, or nothing"
                )
            if value < 0 or math.isinf(value):
                self._refuse(number, column, f"{_shape(cell)} found; a number of 0 or more is needed")
            values.append(value)
        return values

    def _refuse(self, number: int, column: str, reason: str) -> NoReturn:
        raise SchemaError(f"{self.label}: row {number}, column {column}: {reason}.") from None
