"""Oracle: a walk of one message at a time, written here from the FIT protocol's words."""

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import sample_files

from stressfx.io.fit.scan import Scan, scan_messages


class Meaning(NamedTuple):
    """What a definition says: message number, byte order, size with header, fields, whether apps add fields."""

    message: int
    order: str
    size: int
    fields: tuple[tuple[int, int], ...]
    apps: bool


def plain_definition(data: bytes, at: int, end: int) -> tuple[Meaning, int] | None:
    """Read a definition; None if it is cut or has no known byte order."""
    if at + 6 > end:
        return None
    count, apps = data[at + 5], bool(data[at] & 0x20)
    stop = at + 6 + 3 * count
    if stop > end or data[at + 2] > 1 or (apps and stop >= end):
        return None
    fields = [(data[f], data[f + 1]) for f in range(at + 6, stop, 3)]
    total = 1 + sum(size for _, size in fields)
    if apps:
        first, stop = stop + 1, stop + 1 + 3 * data[stop]
        if stop > end:
            return None
        total += sum(data[f + 1] for f in range(first, stop, 3))
    order = "<>"[data[at + 2]]
    kept = tuple(field for field in fields if field[1])
    return Meaning(*struct.unpack_from(order + "H", data, at + 3), order, total, kept, apps), stop


def plain_walk(data: bytes, at: int, end: int) -> tuple[list[tuple[int, Meaning]], int | None]:
    """Step from header to header: every message with its meaning, and where the walk had to stop."""
    meanings: dict[int, Meaning] = {}
    messages: list[tuple[int, Meaning]] = []
    while at < end:
        header = data[at]
        if header & 0xC0 == 0x40:
            definition = plain_definition(data, at, end)
            if definition is None:
                return messages, at
            meanings[header & 0x0F], at = definition
            continue
        meaning = meanings.get(header >> 5 & 3 if header & 0x80 else header & 0x0F)
        known = meaning is not None and (header & 0x80 or header < 0x10 or (header & 0xF0 == 0x20 and meaning.apps))
        if meaning is None or not known or at + meaning.size > end:
            return messages, at
        messages.append((at, meaning))
        at += meaning.size
    return messages, None


def scanned(data: bytes, spans: list[tuple[int, int]]) -> tuple[list[tuple[int, Meaning]], list[int | None]]:
    """Scan the files of a chain, and tell what each message means."""
    scan = Scan()
    damages = [scan_messages(data, start, end, scan) for start, end in spans]
    starts = np.array(scan.starts, np.int64)
    layouts = [scan.layouts[number] for number in scan.layout_ids(np.frombuffer(data, np.uint8), starts).tolist()]
    meant = [
        Meaning(x.message, x.order, x.size, tuple((s.number, s.size) for s in x.slots), bool(x.developer))
        for x in layouts
    ]
    return list(zip(starts.tolist(), meant, strict=True)), [damage and damage.offset for damage in damages]


def agree(data: bytes, spans: list[tuple[int, int]]) -> None:
    ours, faults = scanned(data, spans)
    plain = [plain_walk(data, start, end) for start, end in spans]
    expected = [(at, m._replace(apps=False)) for messages, _ in plain for at, m in messages]
    assert [(at, m._replace(apps=False)) for at, m in ours] == expected
    assert faults == [fault for _, fault in plain]


def spans_of(data: bytes) -> list[tuple[int, int]]:
    """Find the files of a chain by their declared sizes."""
    spans, at = [], 0
    while data[at + 8 : at + 12] == b".FIT":
        begin = at + data[at]
        end = min(begin + int.from_bytes(data[at + 4 : at + 8], "little"), len(data))
        spans.append((begin, end))
        at = end + 2
    return spans


@pytest.mark.parametrize("path", sample_files("fit"), ids=lambda path: path.name)
def test_every_sample_is_walked_as_one_message_at_a_time(path: Path) -> None:
    data = path.read_bytes()
    agree(data, spans_of(data))


class Maker:
    """Grows a stream of messages that fit their definitions."""

    def __init__(self) -> None:
        self.data = bytearray(b"\x55" * 3)  # the messages do not begin at the file's first byte
        self.sizes: dict[int, tuple[int, bool]] = {}

    def define(self, local: int, sizes: list[int], *, apps: list[int], number: int, order: int) -> None:
        """Lay a definition."""
        head = struct.pack(
            ">BBBHB" if order else "<BBBHB", 0x40 | local | (0x20 if apps else 0), 0, order, number, len(sizes)
        )
        self.data += head + b"".join(bytes([n, size, 0x0D]) for n, size in enumerate(sizes))
        if apps:
            self.data += bytes([len(apps)]) + b"".join(bytes([n, size, 0]) for n, size in enumerate(apps))
        self.sizes[local] = sum(sizes) + sum(apps), bool(apps)

    def put(self, local: int, fill: int, *, compressed: bool, developer_bit: bool) -> None:
        """Lay a message of whatever its local type means."""
        size, apps = self.sizes[local]
        header = 0x80 | local << 5 | fill & 0x1F if compressed and local < 4 else local
        self.data += bytes([header | (0x20 if developer_bit and apps and header < 0x10 else 0)])
        self.data += bytes(fill + n & 0xFF for n in range(size))


LOCALS = st.sampled_from([0, 1, 2, 3, 5, 15])
DEFINES = st.tuples(
    LOCALS,
    st.lists(st.integers(0, 9), max_size=4),
    st.one_of(st.just([]), st.lists(st.integers(0, 5), min_size=1, max_size=2)),
    st.sampled_from([0, 18, 20, 20, 0x1400, 0xFF42]),
    st.integers(0, 1),
)
TURNS = st.tuples(
    st.lists(st.tuples(LOCALS, st.booleans(), st.booleans()), min_size=1, max_size=10),
    st.sampled_from([1, 1, 2, 7, 40, 200]),
)
STREAMS = st.lists(st.one_of(DEFINES, TURNS, TURNS), max_size=14)


def made(stream: list[tuple[object, ...]], *, defines_again: bool) -> bytes:
    """Lay the bytes of a stream; with `defines_again`, each message has a definition before it."""
    maker = Maker()
    last: dict[int, tuple[object, ...]] = {}
    fill = 0
    for step in stream:
        if len(step) == 5:
            local, sizes, apps, number, order = step
            last[local] = step
            maker.define(local, sizes, apps=apps, number=number, order=order)
            continue
        pattern, rounds = step
        for local, compressed, bit in [turn for turn in pattern if turn[0] in maker.sizes] * rounds:
            if defines_again and fill % 3 < 2:
                _, sizes, apps, number, order = last[local]
                maker.define(local, sizes, apps=apps, number=number, order=order)
            fill += 1
            maker.put(local, fill, compressed=compressed, developer_bit=bit)
    return bytes(maker.data)


@settings(max_examples=150, deadline=None)
@given(stream=STREAMS, defines_again=st.booleans(), data=st.data())
def test_made_streams_are_walked_alike_whole_cut_and_damaged(
    *, stream: list, defines_again: bool, data: st.DataObject
) -> None:
    octets = made(stream, defines_again=defines_again)
    agree(octets, [(3, len(octets))])
    cut = data.draw(st.integers(3, len(octets)))
    agree(octets[:cut], [(3, cut)])  # cut off
    agree(octets, [(3, cut)])  # bytes follow the end
    if cut < len(octets):
        agree(octets, [(3, cut), (cut, len(octets))])  # what was defined before does not count behind
        flipped = bytearray(octets)
        flipped[cut] ^= data.draw(st.integers(1, 255))
        agree(bytes(flipped), [(3, len(flipped))])


@pytest.mark.parametrize("rhythm", range(1, 12))
@pytest.mark.parametrize("rounds", [1, 3, 30, 900])
def test_rhythms_of_every_length_are_followed_to_their_last_message(rhythm: int, rounds: int) -> None:
    """From 9 on no rhythm is looked for; a message out of step ends one, and a definition as well."""
    maker = Maker()
    for local in (0, 1, 2):
        maker.define(local, [local + 2], apps=[], number=20, order=0)
    turns = [*([0] * (rhythm - 1)), 1]
    for fill in range(rounds):
        for local in turns:
            maker.put(local, fill, compressed=False, developer_bit=False)
    maker.put(2, 0, compressed=False, developer_bit=False)
    maker.define(0, [9], apps=[], number=20, order=1)
    for fill in range(rounds):
        maker.put(0, fill, compressed=bool(fill % 2), developer_bit=False)
    octets = bytes(maker.data)
    agree(octets, [(3, len(octets))])
    agree(octets[:-4], [(3, len(octets) - 4)])
