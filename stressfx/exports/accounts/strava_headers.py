"""Which columns does Strava's table of activities have, in the language of the account?

Takes the first row of a table; gives the place of every column that is known. The headers of each language stand in
``strava_headers.csv`` beside this module, under the public source that documents them. A header that occurs twice is
told apart as ``Distance#1`` and ``Distance#2``.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from stressfx.errors import SchemaError
from stressfx.exports.handwritten import need_known, read_toml
from stressfx.io.source import FileLike

__all__ = ["COLUMNS", "Places", "addresses", "named_places", "places", "read_columns"]

Places: TypeAlias = dict[str, tuple[int, ...]]
"""Where each column stands: the first place that holds something counts."""

NEEDED = ("activity_id", "date", "type", "file")
"""Without these a row cannot be told from another, nor joined to its file."""

SHOWN_HEADERS = 300
LONGEST_HEADER = 80
MAX_COLUMNS_BYTES = 2**20

APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'", "`": "'"})


@cache
def _languages() -> dict[str, dict[str, tuple[str, ...]]]:
    """Read the table of headers: of every language, the headers of every column."""
    with (files(__package__) / "strava_headers.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["column"] != "source"]
    languages = [name for name in rows[0] if name != "column"]
    return {
        language: {row["column"]: tuple(row[language].split("|")) for row in rows if row[language]}
        for language in languages
    }


COLUMNS = (
    "activity_id",
    "date",
    "name",
    "type",
    "file",
    "elapsed_s",
    "moving_s",
    "timer_s",
    "distance_km",
    "distance_m",
    "ascent_m",
    "descent_m",
    "heart_rate_mean_bpm",
    "heart_rate_max_bpm",
    "cadence",
    "steps",
    "perceived_exertion",
    "gear",
    "dirt_distance_m",
    "competition",
    "long_run",
)
"""The columns that are read. The distance stands twice in an export: in kilometres, and in metres."""


def places(header: Sequence[str]) -> Places | None:
    """Find the columns of a table in a language that is known.

    Parameters
    ----------
    header : sequence of str
        The first row.

    Returns
    -------
    dict of str to tuple of int, or None
        Places by column; None if no language has all of the id, the date, the type, the file, the elapsed time and
        a distance under these headers.

    Notes
    -----
    Columns are found by their names, never by their places or number: exports had 10 columns before July 2019 and
    87, 92, 94, 99, 101 and 105 since. Further columns are passed over.

    Examples
    --------
    >>> header = "Activity ID,Activity Date,Activity Type,Elapsed Time,Distance,Filename,Elapsed Time,Distance"
    >>> found = places(header.split(","))
    >>> found["elapsed_s"], found["distance_km"], found["distance_m"]
    ((3, 6), (4,), (7,))
    """
    where = _positions(header)
    for language in _languages().values():
        found = {
            column: place
            for column, headers in language.items()
            if (place := next((place for name in headers if (place := _place(name, where))), ()))
        }
        if found.keys() >= {*NEEDED, "elapsed_s"} and found.keys() & {"distance_m", "distance_km"}:
            return found
    return None


def named_places(header: Sequence[str], columns: Mapping[str, str]) -> Places | None:
    """Find the columns of a table by the headers that the runner named.

    Parameters
    ----------
    header : sequence of str
        The first row.
    columns : mapping of str to str
        Headers by column, as `read_columns` gives them.

    Returns
    -------
    dict of str to tuple of int, or None
        Places by column; None if the table lacks one of the headers.

    Examples
    --------
    >>> named_places(["Nr", "Sträcka", "Sträcka"], {"activity_id": "nr", "distance_m": "Sträcka#2"})
    {'activity_id': (0,), 'distance_m': (2,)}
    """
    where = _positions(header)
    found = {column: _place(name, where) for column, name in columns.items()}
    return found if all(found.values()) else None


def _positions(header: Sequence[str]) -> dict[str, list[int]]:
    """List where each header stands."""
    where: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        where.setdefault(_folded(name), []).append(place)
    return where


def _place(name: str, where: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    """Find the places of a header, or its n-th place for ``header#n``."""
    folded = _folded(name)
    if folded in where:  # a header may itself hold the sign
        return tuple(where[folded])
    stem, _, number = folded.rpartition("#")
    found = where.get(stem.strip(), ())
    if not re.fullmatch("[1-9][0-9]{0,3}", number) or int(number) > len(found):
        return ()
    return (found[int(number) - 1],)


def _folded(name: str) -> str:
    """Bring a header to the form in which headers are compared."""
    return " ".join(unicodedata.normalize("NFKC", name).translate(APOSTROPHES).casefold().split())


def addresses(header: Sequence[str]) -> list[str]:
    """Name every header of a table so that it can be shown, and named again.

    Parameters
    ----------
    header : sequence of str
        The first row.

    Returns
    -------
    list of str
        The headers; those that occur twice with their number.

    Examples
    --------
    >>> addresses(["Distanz", "Art", "Distanz"])
    ['Distanz#1', 'Art', 'Distanz#2']
    """
    shown = ["".join(sign if sign.isprintable() else " " for sign in name)[:LONGEST_HEADER].strip() for name in header]
    often = Counter(map(_folded, shown))
    met: Counter[str] = Counter()
    named = []
    for name in shown[:SHOWN_HEADERS]:
        met[_folded(name)] += 1
        named.append(f"{name}#{met[_folded(name)]}" if often[_folded(name)] > 1 and name else name)
    return named


def read_columns(file: FileLike) -> dict[str, str]:
    r"""Read a file that names the headers of a table in a language that is not known.

    Parameters
    ----------
    file : path, bytes or binary file
        TOML with a table ``[columns]``, as `stressfx.errors.UnknownColumnsError.template` gives it.

    Returns
    -------
    dict of str to str
        Headers by column, without those left empty.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no TOML.
    SchemaError
        If a name is not known, a header is no text, or one that is needed is left empty.

    Examples
    --------
    >>> read_columns(b"[columns]\nactivity_id = 'ID'\ndate = 'Tid'\ntype = 'Typ'\nfile = 'Fil'\ngear = ''")
    {'activity_id': 'ID', 'date': 'Tid', 'type': 'Typ', 'file': 'Fil'}
    """
    label, content = read_toml(file, max_bytes=MAX_COLUMNS_BYTES)
    given = content.get("columns")
    if set(content) != {"columns"} or not isinstance(given, dict):
        raise SchemaError(f"{label}: one table [columns] is needed, and nothing else.")
    need_known(f"{label}: [columns]", given, COLUMNS)
    for name, header in given.items():
        if not isinstance(header, str):
            raise SchemaError(f"{label}: {name} has to be a header of the table, as a text in quotes.")
    named = {name: header for name, header in given.items() if header.strip()}
    missing = [name for name in NEEDED if name not in named]
    if missing:
        raise SchemaError(f"{label}: [columns] has to name the header of {', '.join(missing)}.")
    return named
