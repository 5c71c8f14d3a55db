"""Oracles: the whole file for its beginnings; for damage, that nothing is raised that is no `StressfxError`."""

import random
import time
import tracemalloc
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import numpy.typing as npt
import pytest
from samples import gpx, gpx_point, sample_files, tcx, tcx_point

from stressfx.activity.summary import session_findings, session_rows
from stressfx.errors import StressfxError
from stressfx.io.activity import Activity
from stressfx.io.read import read_activity
from stressfx.schema import RECORDS

pytestmark = pytest.mark.fuzz

CLOSING = {"gpx": b"</trkpt>", "tcx": b"</Trackpoint>"}
EVERY_BYTE = 4096
STRIDE = 1009
MUTATIONS = 1500
LONGEST_S = 2.0
LARGEST = 300e6
KEPT = 12
MARKS = [
    b"<",
    b">",
    b"&",
    b"'",
    b'"',
    b"\0",
    b"\xff",
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b"&#0;",
    b"\xef\xbb\xbf",
    b"9" * 400,
]
MARKS += [
    b"0001",
    b"9999",
    b"-",
    b"1e308",
    b"<?x?>",
    b" xmlns:a='b'",
    b"<!DOCTYPE a>",
    b"\xff\xfe",
    b"encoding='utf-7'",
]

KINDS = pytest.mark.parametrize("kind", ["gpx", "tcx"])


@dataclass
class Clock:
    """Reads, and remembers what took longest."""

    took_s: float = 0.0
    slowest: bytes = b""
    raised: set[str] = field(default_factory=set)

    def read(self, data: bytes) -> Activity | None:
        """Read a file; None if it cannot be read."""
        begin = time.perf_counter()
        activity = None
        try:
            activity = read_activity(data)
        except StressfxError as error:
            self.raised.add(type(error).__name__)
        took = time.perf_counter() - begin
        if took >= self.took_s:
            self.took_s, self.slowest = took, data
        return activity

    def check(self) -> None:
        """Hold the slowest input to the limits of time and memory."""
        assert self.took_s < LONGEST_S
        tracemalloc.start()
        try:
            self.read(self.slowest)
            assert tracemalloc.get_traced_memory()[1] < LARGEST
        finally:
            tracemalloc.stop()


def made(kind: str) -> bytes:
    sensors = ["<ele>5</ele><hr>150</hr>", "<ele>6</ele>", ""]
    if kind == "gpx":
        return gpx([gpx_point(second, sensors[second % 3]) for second in range(40)])
    values = [f"<DistanceMeters>{second}</DistanceMeters>" * (second % 3) for second in range(40)]
    return tcx([tcx_point(second, value) for second, value in enumerate(values)], "<DistanceMeters>9</DistanceMeters>")


def small_files(kind: str) -> list[bytes]:
    """Give the three smallest samples that hold some points, or a made file where there are no samples."""
    by_size = sorted((path.read_bytes() for path in sample_files(kind)), key=len)
    with_points = (data for data in by_size if data.count(CLOSING[kind]) > 2)
    return list(islice(with_points, 3)) or [made(kind)]


def columns(activity: Activity) -> npt.NDArray[np.float64]:
    """Give time, leg, segment and all floats as one array; microseconds since 2000 are exact in it."""
    seconds = (activity.records["time"].to_numpy("M8[us]") - np.datetime64("2000-01-01")) / np.timedelta64(1, "us")
    return np.column_stack((seconds, activity.records[list(RECORDS.names[1:])].to_numpy(np.float64)))


@KINDS
def test_no_complete_point_before_a_cut_is_lost(kind: str) -> None:
    clock = Clock()
    for data in small_files(kind):
        whole = columns(read_activity(data))
        assert len(whole) == data.count(CLOSING[kind])
        for cut in [*range(min(len(data), EVERY_BYTE)), *range(EVERY_BYTE, len(data), STRIDE)]:
            complete = data.count(CLOSING[kind], 0, cut)
            activity = clock.read(data[:cut])
            if activity is None:
                assert complete == 0, cut
            else:
                np.testing.assert_array_equal(columns(activity), whole[:complete], err_msg=str(cut))
    assert clock.raised == {"UnreadableFileError"}
    clock.check()


def shortened(data: bytes, closing: bytes) -> bytes:
    """Keep a few points of a file, and all that stands around them."""
    parts = data.split(closing)
    return closing.join([*parts[:KEPT], parts[-1]]) if len(parts) > KEPT else data


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Change a few bytes: swap, drop or repeat some, or put in what parsers stumble over."""
    content = bytearray(data)
    for _ in range(dice.choice([1, 1, 1, 2, 3, 8])):
        start = dice.randrange(len(content) + 1)
        stop = min(len(content), start + dice.choice([0, 1, 1, 2, 30, 400]))
        change = dice.choice(["byte", "byte", "drop", "repeat", "mark"])
        piece = {
            "byte": bytes([dice.randrange(256)]),
            "drop": b"",
            "repeat": bytes(content[start:stop]) * 2,
            "mark": dice.choice(MARKS),
        }[change]
        content[start : start + 1 if change == "byte" else stop] = piece
    return bytes(content)


@KINDS
def test_damage_raises_nothing_but_our_own_errors(kind: str) -> None:
    clock, dice = Clock(), random.Random(2026)
    files = [shortened(data, CLOSING[kind]) for data in [*small_files(kind), made(kind)]]
    for number in range(MUTATIONS):
        activity = clock.read(damaged(files[number % len(files)], dice))
        if activity is not None:
            session_findings(activity, session_rows(activity))
    assert clock.raised <= {"UnreadableFileError", "LimitError"}
    clock.check()
