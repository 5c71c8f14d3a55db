"""Oracle: fitdecode and fitparse, two independent readers, on every real sample.

Every difference is listed in ``tests/oracles/differences.csv`` with a verdict; one that is not listed fails, and so
does one that is listed and gone.
"""

import csv
import datetime as dt
import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import fitdecode
import fitparse
import numpy as np
import pandas as pd
import pytest
from fitparse.records import DevFieldDefinition
from fitparse.utils import FitParseError
from oracles.differences import TABLE, load
from samples import sample_files

from stressfx.io.activity import Activity
from stressfx.io.fit import reference
from stressfx.io.fit.profile import _messages, message_profile
from stressfx.io.fit.read import read_fit

FILES = sample_files("fit")
RECORD, HR, EVENT_TIMESTAMP = 20, 132, 9
BEATS = ("fitparse__event_timestamp.fit", "fitparse__sample_mulitple_header.fit")
STOPPED = "stops"
"""The column under which a library that does not read to the end is listed."""

Entry = tuple[int, list[tuple[int, Any, Any]]]
"""Number of a message; number, value and raw value of its native fields."""


def by_fitdecode(path: Path) -> tuple[list[Entry], bool]:
    """Read as far as fitdecode does."""
    entries: list[Entry] = []
    options = {"check_crc": fitdecode.CrcCheck.DISABLED, "error_handling": fitdecode.ErrorHandling.IGNORE}
    with warnings.catch_warnings(), fitdecode.FitReader(path, **options) as reader:
        warnings.simplefilter("ignore")
        try:
            for frame in reader:
                if isinstance(frame, fitdecode.FitDataMessage):
                    native = (
                        f for f in frame.fields if not isinstance(f.field_def, fitdecode.types.DevFieldDefinition)
                    )
                    entries.append((frame.global_mesg_num, [(f.def_num, f.value, f.raw_value) for f in native]))
        except fitdecode.FitError:
            return entries, False
    return entries, True


def by_fitparse(path: Path) -> tuple[list[Any], bool]:
    """Read as far as fitparse does."""
    messages: list[Any] = []
    try:
        messages.extend(fitparse.FitFile(str(path)).get_messages())
    except FitParseError:
        return messages, False
    return messages, True


def entries_of(messages: list[Any]) -> list[Entry]:
    """Give fitparse's messages the form that they share with fitdecode's."""
    return [
        (
            message.mesg_num,
            [
                (f.def_num, f.value, f.raw_value)
                for f in message.fields
                if not isinstance(f.field_def, DevFieldDefinition)
            ],
        )
        for message in messages
    ]


def missing(value: object) -> bool:
    """Tell whether a cell says that there is no value."""
    if isinstance(value, tuple | list):
        return all(part is None for part in value)
    return value is None or value == "" or bool(pd.isna(value))  # type: ignore[call-overload]  # any cell


def same(ours: object, value: object, raw: object) -> bool:
    """Compare a cell with another library's: numbers to 1e-9, times exactly, words as words or as their numbers."""
    if missing(value) or missing(ours):
        return missing(value) and missing(ours)
    if isinstance(ours, pd.Timestamp):
        return isinstance(value, dt.datetime) and ours.timestamp() == value.replace(tzinfo=dt.UTC).timestamp()
    if isinstance(value, bytes):
        value = tuple(value)
    if isinstance(ours, tuple) or isinstance(value, tuple | list):
        mine, theirs = (
            ours if isinstance(ours, tuple) else (ours,),
            value if isinstance(value, tuple | list) else (value,),
        )
        return len(mine) == len(theirs) and all(same(a, b, b) for a, b in zip(mine, theirs, strict=True))
    if isinstance(ours, str):
        return ours in {str(value), str(raw)}
    if isinstance(value, dt.time | str | bool):
        value = raw
    return isinstance(value, int | float) and math.isclose(float(str(ours)), value, rel_tol=1e-9, abs_tol=1e-9)


def table_differences(activity: Activity, entries: list[Entry]) -> Iterator[tuple[str, str]]:
    """Compare every message of our profile, field by field; give the (message, column) that differ."""
    by_number: dict[int, list[list[tuple[int, Any, Any]]]] = {}
    for number, fields in entries:
        by_number.setdefault(number, []).append(fields)
    for number in _messages().keys() & by_number.keys():
        profile, rows = message_profile(number), by_number[number]
        frame = activity.messages(profile.name)
        if len(frame) < len(rows):
            yield profile.name, "rows"
            continue
        columns: dict[str, list[Any]] = {}
        for place, fields in enumerate(rows):
            for field, value, raw in fields:
                if field is None:
                    continue
                known = profile.fields.get(field)
                name = known.name if known else f"unknown_{field}"
                if name not in columns:
                    columns[name] = frame[name].tolist() if name in frame else [None] * len(frame)
                # A field that our profile does not name is compared as the file has it.
                if not same(columns[name][place], value if known else raw, raw):
                    yield profile.name, name


def engine_differences(ours: Activity, theirs: Activity) -> Iterator[tuple[str, str]]:
    """Compare the frames that both engines give; the (frame, column) that differ."""
    for name in ("records", "laps", "sessions", "events"):
        mine, other = getattr(ours, name), getattr(theirs, name)
        if len(mine) != len(other):
            yield name, "rows"
            continue
        for column in dict.fromkeys([*mine, *other]):
            pairs = (frame[column].tolist() if column in frame else [None] * len(frame) for frame in (mine, other))
            if not all(same(a, b, b) for a, b in zip(*pairs, strict=True)):
                yield name, str(column)


def read_by_engine(path: Path, messages: list[Any]) -> Activity:
    """Read with engine="fitparse", handing it the messages that fitparse gave before: parsing is the slow part."""
    parsed = mock.Mock(**{"return_value.get_messages.return_value": messages})
    with mock.patch.object(reference, "FitFile", parsed):
        return read_fit(path, engine="fitparse")


def check(path: Path, found: set[tuple[str, str]], other: str) -> None:
    """Hold the differences to those that are listed."""
    listed = {(message, column) for file, message, column in load(other) if file == path.name}
    assert found - listed == set(), f"{other}: not listed"
    assert listed - found == set(), f"{other}: listed, and gone"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_difference_from_other_readers_is_listed_with_a_verdict(path: Path) -> None:
    activity = read_fit(path)
    entries, complete = by_fitdecode(path)
    check(path, set(table_differences(activity, entries)) | ({("", STOPPED)} if not complete else set()), "fitdecode")
    messages, complete = by_fitparse(path)
    entries = entries_of(messages)
    check(path, set(table_differences(activity, entries)) | ({("", STOPPED)} if not complete else set()), "fitparse")
    if complete:
        check(path, set(engine_differences(activity, read_by_engine(path, messages))), "engine-fitparse")
    else:
        check(path, set(), "engine-fitparse")


@pytest.mark.parametrize("path", [path for path in FILES if path.stat().st_size < 20_000], ids=lambda path: path.name)
def test_as_many_records_as_fitdecode(path: Path) -> None:
    """Both count alike where fitdecode reads to the end; where it stops, we have at least as many."""
    entries, complete = by_fitdecode(path)
    theirs, ours = sum(number == RECORD for number, _ in entries), len(read_fit(path).records)
    assert ours >= theirs
    assert ours == theirs or not complete


@pytest.mark.parametrize("path", [path for path in FILES if path.name in BEATS], ids=lambda path: path.name)
def test_beats_have_the_low_bits_that_fitdecode_gives(path: Path) -> None:
    """Their whole is another (see the table), but the 12 bits that were sent, in 1/1024 s, must be the same."""
    rows = [fields for number, fields in by_fitdecode(path)[0] if number == HR]
    sent = [[raw for field, _, raw in fields if field == EVENT_TIMESTAMP] for fields in rows]
    theirs = [[(raw if isinstance(raw, int) else raw * 1024) % 4096 for raw in cells] for cells in sent]
    column = read_fit(path).messages("hr")["event_timestamp"].tolist()
    ours = [[value * 1024 % 4096 for value in cells] for cells in column]
    assert ours == theirs
    beats = np.concatenate(column)
    assert (np.diff(beats) >= 0).all()


def test_every_listed_difference_has_a_verdict_and_a_reason() -> None:
    with TABLE.open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["other"] in {"fitdecode", "fitparse", "engine-fitparse"}]
    assert all(row["verdict"] and row["reason"] for row in rows)
    names = {path.name for path in FILES}
    assert not names or {row["file"] for row in rows} <= names


def test_cells_are_compared_as_they_should_be() -> None:
    """The comparison itself: what it calls the same, and what not."""
    assert same(np.nan, None, None)
    assert same((1.0, np.nan), (1, None), None)
    assert not same(1.0, None, None)
    assert not same((1.0,), (1, 2), None)
    assert same("69", "stages", 69)
    assert same(1.0 + 1e-12, 1.0, 1)
    assert not same(1.0 + 1e-8, 1.0, 1)
