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
from samples import sample_files

from stressfx.errors import StressfxError
from stressfx.io.activity import Activity
from stressfx.io.fit.encode import FitWriter
from stressfx.io.fit.read import read_fit
from stressfx.schema import RECORDS

pytestmark = pytest.mark.fuzz

SLOWEST_S = 2.0
MOST_BYTES = 300 * 2**20
MUTATIONS = 3000
PARTS = 10
"""The mutations are made in so many tests, so that several processes can share them."""

CUT = ("sweatpy__2020-06-01-16-52-40.fit", "fitparse__garmin-edge-820-bike.fit", "fitparse__antfs-dump.63.fit")
MUTATED = (
    "fitparse__garmin-fenix-5-run.fit",
    "fitparse__antfs-dump.63.fit",
    "tormoder__unterminated-strings.fit",
    "sweatpy__6471559601_ACTIVITY.fit",
    "fitparse__activity-settings.fit",
)


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


def read(data: bytes, *, every_message: bool = True) -> Activity | None:
    """Read what is in a file; None if it is refused by a named error."""
    start = time.process_time()
    try:
        activity = read_fit(data)
        for name in activity.message_names if every_message else ():
            activity.messages(name)
    except StressfxError:
        return None
    assert time.process_time() - start < SLOWEST_S
    return activity


def values_of(records: pd.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Lay the columns that every activity has into one array: times as numbers, what is missing as NaN."""
    times = records["time"].to_numpy("M8[us]").astype("i8")
    return np.column_stack([times, *(records[name].to_numpy(np.float64) for name in RECORDS.names[3:])])


@pytest.mark.parametrize("number", range(len(CUT)))
def test_of_every_prefix_every_whole_record_is_kept(number: int) -> None:
    """Every byte up to 6 kB; rows can only grow in number, and those read are the first of the whole file's."""
    data = files(CUT)[number]
    whole = values_of(read_fit(data).records)
    before = 0
    for length in range(min(len(data), 6000)):
        activity = read(data[:length], every_message=length % 25 == 0)
        if activity is None:
            assert length < data[0], "whatever has a header is read"
            continue
        rows = len(activity.records)
        assert before <= rows <= len(whole)
        if rows != before or length % 50 == 0:
            np.testing.assert_array_equal(values_of(activity.records), whole[:rows])
        before = rows
    assert before >= len(whole) - 1 or len(data) > 6000


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change, delete or insert one to four bytes."""
    octets = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(octets))
        what = chance.random()
        if what < 0.6:
            octets[at] = chance.choice((chance.randrange(256), octets[at] ^ 1 << chance.randrange(8), 0, 0xFF))
        elif what < 0.8:
            del octets[at]
        else:
            octets.insert(at, chance.randrange(256))
    return bytes(octets)


@pytest.mark.parametrize("part", range(PARTS))
def test_mutations_raise_nothing_but_named_errors(part: int) -> None:
    chance = random.Random(part)
    originals = files(MUTATED)
    refused = 0
    for number in range(MUTATIONS // PARTS):
        data = mutated(originals[number % len(originals)], chance)
        refused += read(data) is None
    assert refused < MUTATIONS // PARTS // 10, "only damage to the header's few bytes makes a file unreadable"


def test_mutations_need_little_memory() -> None:
    chance = random.Random(300)
    originals = files(MUTATED)
    tracemalloc.start()
    try:
        for number in range(40):
            read(mutated(originals[number % len(originals)], chance))
            assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
            tracemalloc.reset_peak()
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("seed", range(3))
def test_bytes_behind_a_sound_header_are_no_trap(seed: int) -> None:
    """Noise, and noise between sound definitions: no message is believed that reaches beyond the end."""
    chance = random.Random(seed)
    for size in (1, 10, 1000, 100_000):
        read(packed(chance.randbytes(size)))
        read(packed(defined(0, RECORD, (253, 4, 0x86), (3, 1, 2)) + chance.randbytes(size)))


def test_two_hundred_thousand_definitions_are_read_in_seconds() -> None:
    """Each record has a definition of its own before it; every second one differs from all before."""
    body = bytearray()
    for row in range(100_000):
        numbers = (100 + row % 150, 100 + row // 150 % 150, 100 + row // 22_500)
        body += defined(0, RECORD, *((number, 1, 2) for number in numbers)) + b"\0\1\2\3"
        body += defined(0, RECORD, (253, 4, 0x86)) + b"\0" + struct.pack("<I", START + row)
    start = time.process_time()
    activity = read_fit(packed(bytes(body)))
    assert time.process_time() - start < 10
    assert len(activity.records) == 200_000
    assert activity.records["time"].notna().sum() == 100_000


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
