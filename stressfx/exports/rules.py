"""Which surfaces, shoes and body-weight support does the runner tell by rules? From a file written by hand.

Takes TOML; gives `stressfx.schema.RULES`, which `stressfx.training.rules.apply_rules` applies to sessions. A name or
word that is not known is refused: misspelt, it would be silently without effect.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd

from stressfx.errors import SchemaError
from stressfx.exports.handwritten import need_known, need_number, read_toml
from stressfx.io.fit.profile import text_of
from stressfx.io.source import FileLike
from stressfx.schema import DTYPES, RULES
from stressfx.schema.sports import ANTIGRAVITY, CROSS_TRAINING_WORDS, DEEP_WATER_RUNNING, named_sport
from stressfx.schema.surfaces import SURFACE_CLASSES

__all__ = ["read_rules"]

MAX_RULES_BYTES = 2**18
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CONDITIONS = ("session_id", "name", "sport", "sub_sport", "shoe", "weekday", "from", "until")
SETTINGS = ("surface", "wear", "body_weight_percent")


def read_rules(file: FileLike) -> pd.DataFrame:
    r"""Read the runner's own rules.

    Parameters
    ----------
    file : path, bytes or binary file
        TOML with a table ``[[rule]]`` for each rule. It sets one or more of ``surface`` (a class of
        `stressfx.schema.surfaces.SURFACE_CLASSES`), ``wear`` (a pair of shoes) and ``body_weight_percent`` (what
        an antigravity treadmill leaves of the body weight, from 0 to 100; 0 for running in deep water), for the
        sessions that meet all of its conditions: ``session_id``, ``name`` (a part of it, whatever the case), ``sport``
        and ``sub_sport`` (in FIT's words, or those of `stressfx.schema.sports.CROSS_TRAINING_WORDS`), ``shoe`` (the
        pair that the session itself names), ``weekday`` (one or a list), ``from`` and ``until`` (days, both included).
        A rule without conditions holds for every session.

    Returns
    -------
    DataFrame
        `stressfx.schema.RULES`, in the order of the file: the first rule that sets a thing does. A rule for several
        days of the week has a row for each.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no TOML.
    SchemaError
        If a name or word is not known, a value is of the wrong kind or out of range, or a rule sets nothing.
    LimitError
        If the file is larger than 256 KiB.

    Examples
    --------
    >>> rules = read_rules(b'''
    ... [[rule]]
    ... name = "parkrun"
    ... weekday = "Saturday"
    ... surface = "gravel"
    ... ''')
    >>> rules[["name", "weekday", "surface"]].values.tolist()
    [['parkrun', 'saturday', 'gravel']]
    """
    label, content = read_toml(file, max_bytes=MAX_RULES_BYTES)
    need_known(f"{label}: the file", content, ("rule",))
    tables = content.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SchemaError(f"{label}: every rule has to be a table of its own, under [[rule]].")
    rows = [row for number, table in enumerate(tables, 1) for row in _rows(f"{label}: rule {number}", table)]
    if not rows:
        return RULES.empty()
    columns = {c.name: pd.Series([row[c.name] for row in rows], dtype=DTYPES[c.kind]) for c in RULES.columns}
    return RULES.check(pd.DataFrame(columns))


def _rows(where: str, table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read one rule; several days of the week make several rows."""
    need_known(where, table, (*CONDITIONS, *SETTINGS))
    if not any(name in table for name in SETTINGS):
        raise SchemaError(f"{where} sets nothing; {', '.join(SETTINGS)} are what a rule can set.")
    first, last = _day(where, table, "from"), _day(where, table, "until")
    if first is not None and last is not None and last < first:
        raise SchemaError(f"{where}: from has to be no later than until.")
    sport, sub_sport = _sport(where, table)
    percent = need_number(f"{where}: body_weight_percent", table.get("body_weight_percent", 0), 0, 100)
    row = {
        "session_id": _text(where, table, "session_id"),
        "name": _text(where, table, "name"),
        "sport": sport,
        "sub_sport": sub_sport,
        "shoe": _text(where, table, "shoe"),
        "first": first,
        "last": last,
        "surface": _surface(where, table),
        "shoe_id": _text(where, table, "wear"),
        "body_weight_share": percent / 100 if "body_weight_percent" in table else None,
    }
    return [row | {"weekday": weekday} for weekday in _weekdays(where, table)]


def _text(where: str, table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not value.strip():  # an empty condition would hold always
        raise SchemaError(f"{where}: {name} has to be a text in quotes, and not empty.")
    return value.strip()


def _sport(where: str, table: Mapping[str, Any]) -> tuple[str, str]:
    """Name sport and kind as sessions do: files and accounts by FIT's words, and lists by `named_sport`."""
    sports = {*text_of("sport").values(), "unknown", DEEP_WATER_RUNNING, ""}
    kinds = {*text_of("sub_sport").values(), ANTIGRAVITY, ""}
    sport, kind = _word(where, table, "sport", sports), _word(where, table, "sub_sport", kinds)
    if sport in sports and kind in kinds:
        return sport, kind
    named, kind = named_sport(sport, kind)
    return named if sport or named == DEEP_WATER_RUNNING else "", kind


def _word(where: str, table: Mapping[str, Any], name: str, known: Collection[str]) -> str:
    """Take a word of FIT's or of ours, however it is written."""
    word = re.sub(r"[\s_-]+", "_", _text(where, table, name).lower())
    if word and word not in known and word not in CROSS_TRAINING_WORDS:
        others = "nor one of those for training that is no run, such as deep_water_running or antigravity"
        raise SchemaError(
            f"{where}: {name} is no word of FIT's, such as running or walking, treadmill or trail, {others}."
        )
    return word


def _surface(where: str, table: Mapping[str, Any]) -> str:
    surface = _text(where, table, "surface").lower()
    if surface and surface not in SURFACE_CLASSES:
        raise SchemaError(f"{where}: surface has to be one of {', '.join(SURFACE_CLASSES)}.")
    return surface


def _weekdays(where: str, table: Mapping[str, Any]) -> list[str]:
    value = table.get("weekday", "")
    if "weekday" not in table:
        return [""]
    days = value if isinstance(value, list) else [value]
    words = [day.strip().lower() if isinstance(day, str) else "" for day in days]
    if not words or any(word not in WEEKDAYS for word in words):
        raise SchemaError(f"{where}: weekday has to be one of {', '.join(WEEKDAYS)}, or a list of them.")
    return list(dict.fromkeys(words))


def _day(where: str, table: Mapping[str, Any], name: str) -> date | None:
    value = table.get(name)
    if value is None:
        return None
    if isinstance(value, datetime) or not isinstance(value, date):  # every datetime is a date in Python
        raise SchemaError(f"{where}: {name} has to be a day, written as 2025-01-31 and without quotes.")
    return value
