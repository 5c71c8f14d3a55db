"""Damaged FIT files by the thousand: nothing but a named error, no lost row, no long wait, no memory without end.

Oracle: the undamaged file, and limits of time and memory. Without the real samples, made files stand in.
"""

import random
import struct
import time
import tracemalloc
from functools import cache

import numpy as np
import pandas as pd
import pytest
from made_fit import OWNER, RECORD, START, defined, packed
from mutants import FULL, MOST_BYTES, PARTS, Judge, Kind, few_bytes, flips, pieces
from samples import sample_files

from stressfx.io.activity import Activity
from stressfx.io.fit.encode import FitWriter
from stressfx.io.fit.read import read_fit
from stressfx.schema import RECORDS

pytestmark = pytest.mark.fuzz

CUT = ("sweatpy__2020-06-01-16-52-40.fit", "fitparse__garmin-edge-820-bike.fit", "fitparse__antfs-dump.63.fit")
MUTATED = (
    "fitparse__garmin-fenix-5-run.fit",
    "fitparse__antfs-dump.63.fit",
    "tormoder__unterminated-strings.fit",
    "sweatpy__6471559601_ACTIVITY.fit",
    "fitparse__activity-settings.fit",
)
SMALL = ("fitparse__Activity.fit", "athlytics__example.fit", "fitparse__DeveloperData.fit")


@cache
def made(seed: int) -> bytes:
    """Write a file with apps, lists, texts, events, laps, compressed speeds and both byte orders."""
    writer = FitWriter(big_endian=bool(seed % 2)).message(*OWNER)
    writer.message(206, [(0, "uint8", 0), (1, "uint8", 0), (2, "uint8", 0x84), (3, "string", "Form")])
    for row in range(40):
        stamp = (253, "uint32", START + row)
        writer.message(RECORD, [stamp, (3, "uint8", 100 + row), (6, "uint16", 3000)], developer=[(0, 0, "uint16", row)])
        if row % (seed + 2) == 0:
            writer.message(RECORD, [stamp, (8, "byte", bytes([row, 1, 2])), (73, "uint32", 3000), (0, "sint32", row)])
        if row % 10 == 0:
            writer.message(21, [stamp, (0, "enum", 0), (1, "enum", 4 * (row // 10 % 2)), (3, "uint32", 7)])
            writer.message(19, [stamp, (2, "uint32", START + row), (110, "uint32", [3000, 1]), (24, "enum", 1)])
    writer.message(18, [(253, "uint32", START + 40), (2, "uint32", START), (5, "enum", 1), (9, "uint32", 9000)])
    return writer.message(34, [(253, "uint32", START), (5, "uint32", START + 7200)]).to_bytes()


@cache
def files(names: tuple[str, ...]) -> list[bytes]:
    """Read the samples of these names; made files where they are absent."""
    found = [path.read_bytes() for path in sample_files("fit") if path.name in names]
    return found or [made(seed) for seed in range(len(names))]


def read_few(data: bytes) -> Activity:
    """Read a file and the first few kinds of messages in it."""
    activity = read_fit(data)
    for name in activity.message_names[:5]:
        activity.messages(name)
    return activity


@cache
def originals() -> list[bytes]:
    """Give the files that are damaged: some from devices, and made ones that hold a little of everything."""
    return [*files(MUTATED), *(made(seed) for seed in range(4))]


def read_all(data: bytes) -> Activity:
    """Read a file and every message in it."""
    activity = read_fit(data)
    for name in activity.message_names:
        activity.messages(name)
    return activity


@cache
def heads(data: bytes) -> tuple[int, ...]:
    """Tell where in a sound file its header and its definitions stand, each with the byte behind it."""
    places = set(range(data[0]))
    at, sizes = data[0], dict.fromkeys(range(16), 0)
    while at < len(data) - 2:
        header = data[at]
        size = sizes[header >> 5 & 3 if header & 0x80 else header & 0xF] + 1
        if header & 0xC0 == 0x40:
            size = 6 + 3 * data[at + 5]
            size += 1 + 3 * data[at + size] if header & 0x20 else 0
            own = at + 6 + 3 * data[at + 5]
            sizes[header & 0xF] = sum(data[at + 7 : own : 3]) + (sum(data[own + 2 : at + size : 3]))
            places.update(range(at, at + size + 1))
        at += size
    assert at == len(data) - 2, "the original is sound"
    return tuple(sorted(places))


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Change some bytes anywhere, or in the header and the definitions, or drop or repeat whole stretches."""
    how = dice.random()
    if how < 0.4:
        return few_bytes(data, dice)
    if how < 0.6:
        return pieces(data, dice)
    octets = bytearray(data)
    for at in dice.choices(heads(data), k=dice.randint(1, 3)):
        octets[at] = dice.choice(
            (dice.randrange(256), octets[at] ^ 1 << dice.randrange(8), 0, 0xFF, octets[at] + 1 & 0xFF)
        )
    return bytes(octets)


FIT = Kind("fit", originals, damaged, read_all)
RECORDS_ONLY = Kind("fit-cut", lambda: files(CUT), few_bytes, read_fit)
KINDS = (FIT,)


def values_of(records: pd.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Lay the columns that every activity has into one array: times as numbers, what is missing as NaN."""
    times = records["time"].to_numpy("M8[us]").astype("i8")
    return np.column_stack([times, *(records[name].to_numpy(np.float64) for name in RECORDS.names[3:])])


@pytest.mark.parametrize("number", range(len(CUT)))
def test_of_every_prefix_every_whole_record_is_kept(number: int) -> None:
    """Every byte up to 6 kB; rows can only grow in number, and those read are the first of the whole file's."""
    data = files(CUT)[number]
    whole = values_of(read_fit(data).records)
    judges = Judge(RECORDS_ONLY), Judge(FIT)
    before = 0
    for length in range(0, min(len(data), 6000), 1 if FULL else 11):
        activity = judges[length % 25 == 0].read(f"cut{length}", data[:length])
        if not isinstance(activity, Activity):
            assert length < data[0], "whatever has a header is read"
            continue
        rows = len(activity.records)
        assert before <= rows <= len(whole)
        if rows != before or length % 50 == 0:
            np.testing.assert_array_equal(values_of(activity.records), whole[:rows])
        before = rows
    for judge in judges:
        judge.settle()
    assert before >= len(whole) - 1 or len(data) > 6000


@pytest.mark.parametrize("number", range(len(SMALL)))
def test_any_change_of_one_byte_of_a_header_or_definition_is_survived(number: int) -> None:
    """All that a definition says is believed, so nothing in the file can make the reader do more than read it."""
    data = files(SMALL)[number]
    judge = Judge(FIT).inputs(flips(data, heads(data)))
    judge.settle()
    assert judge.outcomes["read"] > 0.8 * judge.outcomes.total()
    assert judge.outcomes.keys() <= {"read", "UnreadableFileError"}


@pytest.mark.parametrize("part", range(PARTS))
def test_mutants_raise_nothing_but_named_errors(part: int) -> None:
    judge = Judge(FIT).share(part)
    judge.settle()
    refused = judge.outcomes.total() - judge.outcomes["read"]
    assert refused < judge.outcomes.total() / 5, "only damage to the header's few bytes makes a file unreadable"


@pytest.mark.parametrize("seed", range(3))
def test_bytes_behind_a_sound_header_are_no_trap(seed: int) -> None:
    """Noise, and noise between sound definitions: no message is believed that reaches beyond the end."""
    chance = random.Random(seed)
    known = defined(0, RECORD, (253, 4, 0x86), (3, 1, 2))
    noise = [before + chance.randbytes(size) for size in (1, 10, 1000, 100_000) for before in (b"", known)]
    judge = Judge(FIT, seed).inputs(enumerate(map(packed, noise)))
    judge.settle()
    assert judge.outcomes == {"read": 8}


def test_two_hundred_thousand_definitions_are_read_in_seconds() -> None:
    """Each record has a definition of its own before it; every second one is one of 9,999."""
    body = bytearray()
    for row in range(100_000):
        numbers = (100 + row % 9999 % 150, 100 + row % 9999 // 150)
        body += defined(0, RECORD, *((number, 1, 2) for number in numbers)) + b"\0\1\2"
        body += defined(0, RECORD, (253, 4, 0x86)) + b"\0" + struct.pack("<I", START + row)
    start = time.process_time()
    activity = read_fit(packed(bytes(body)))
    assert time.process_time() - start < 10
    assert len(activity.records) == 200_000
    assert activity.records["time"].notna().sum() == 100_000


@cache
def costly() -> dict[str, bytes]:
    """Lay out just under a megabyte each of what costs a reader most, byte for byte."""
    timed = defined(0, RECORD, (253, 4, 0x86))
    rows = b"".join(b"\0" + struct.pack("<I", START + row) for row in range(10))
    one = packed(timed + rows)
    many = 990_000
    numbers = [(n & 0xFF, n >> 8 & 0xFF, n >> 16) for n in range(many // 19)]
    named = range(many // 2 // 26)
    names = [bytes([1, n >> 8, n & 0xFF, 2]) + b"ab%c\0" % (n & 0x7F) for n in named]
    described = b"".join(defined(1, 206, (0, 1, 2), (1, 1, 2), (2, 1, 2), (3, 4, 7)) + name for name in names)
    apps = [defined(0, RECORD, (253, 4, 0x86), apps=((n & 0xFF, 1, n >> 8),)) + b"\0abcdX" for n in named]
    defining = defined(0, RECORD, (3, 1, 2))
    return {
        "definitions": packed(b"".join(defined(0, RECORD, *((m, 1, 2) for m in n)) + b"\0abc" for n in numbers)),
        "chained files whose checksums all fail": one + b"xx" + b"\x0e\x10\0\0\0\xff\7\0.FIT" * (many // 12),
        "chained files": one * (many // len(one)),
        "faults": packed(timed + (rows + b"\x0f") * (many // 51)),
        "definitions behind a fault": packed(timed + rows + b"\x0f" + defining * (many // len(defining))),
        "definitions behind faults": packed(timed + (rows + b"\x0f" + defining * 450 + rows) * (many // 4200)),
        "columns of apps": packed(described + b"".join(apps[:18_000])),
        "legs": packed(timed + rows + defined(1, 18, (2, 4, 0x86)) + b"\1abcd" * (many // 5)),
        "numbers in bytes": packed(defined(0, 132, (253, 4, 0x86), (10, 240, 13)) + (b"\0abcd" + b"x" * 240) * 4000),
        "texts": packed(defined(0, RECORD, *((n, 1, 7) for n in range(255))) + (b"\0" + b"a" * 255) * 3850),
    }


@pytest.mark.parametrize("name", costly())
def test_a_megabyte_made_to_cost_much_costs_little(name: str) -> None:
    data = costly()[name]
    assert 500_000 < len(data) < 2**20
    judge = Judge(Kind("fit-costly", list, few_bytes, read_few))
    judge.read(name, data, traced=FULL)
    judge.settle()
    assert judge.outcomes == ({"LimitError": 1} if name in {"legs", "columns of apps"} else {"read": 1})


def test_one_definition_too_many_ends_the_reading_there() -> None:
    """What stands behind it can only be read by it, so nothing behind it is believed."""
    definitions = [defined(0, 0xFE00 + n // 256, (n % 256, 1, 2)) + b"\0a" for n in range(10_001)]
    body = b"".join(definitions[:-1])
    activity = read_fit(packed(body + definitions[-1] * 10))
    assert activity.findings["code"].tolist()[0] == "fit-damaged"
    assert activity.findings["offset"].tolist()[0] == 14 + len(body)
    assert sum(len(activity.messages(name)) for name in activity.message_names) == 10_000


def test_a_megabyte_of_empty_messages_is_read_in_seconds() -> None:
    """A definition without fields makes messages of one byte each: the most rows that a file can hold."""
    tracemalloc.start()
    try:
        start = time.process_time()
        activity = read_fit(packed(defined(0, RECORD) + bytes(2**20)))
        assert time.process_time() - start < 10
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
    assert len(activity.records) == 2**20
    assert activity.records["time"].isna().all()
    assert activity.findings["code"].tolist() == ["time-missing"]


def test_damage_that_is_looked_into_again_and_again_stays_linear() -> None:
    """Behind the fault every byte is a possible header, and no chain of messages fits the end."""
    writer = FitWriter().message(*OWNER)
    for row in range(20):
        writer.message(RECORD, [(253, "uint32", START + row), (3, "uint8", 1)])
    body = writer.to_bytes()[14:-2] + b"\x0e" + np.full(2**20, 1, np.uint8).tobytes() + b"\x0e"
    start = time.process_time()
    activity = read_fit(packed(body))
    assert time.process_time() - start < 10
    assert len(activity.records) == 20
