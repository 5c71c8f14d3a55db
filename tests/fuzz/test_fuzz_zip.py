"""Damaged archives by the thousand, as a whole export and as the gzip around one file.

Oracle: the members that were put in; that nothing is raised that is no `StressfxError`, and none of the files inside
meets an error that is none; limits of time and memory.
"""

import gzip
import struct
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from made_fit import run
from mutants import PARTS, Judge, Kind, few_bytes, flips, pieces, prefixes
from samples import gpx, gpx_point

from stressfx import errors
from stressfx.exports.export import Export
from stressfx.exports.read import read_export
from stressfx.io.activity import Activity
from stressfx.io.read import read_activity

pytestmark = pytest.mark.fuzz

STORED, DEFLATED, ENCRYPTED, STREAMED, UTF_8 = 0, 8, 0x1, 0x8, 0x800
LOCAL, CENTRAL, END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
ODD = {"H": [0, 1, 8, 12, 14, 93, 99, 0xFFFF], "I": [0, 1, 4, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]}
TABLE = (
    b"Activity ID,Activity Date,Activity Type,Elapsed Time,Distance,Filename\n"
    b'1,"Sep 8, 2021, 1:46:40 AM",Run,60,"0.25",activities/1.fit.gz\n'
    b'2,"Jan 1, 2025, 10:00:00 AM",Run,9,1,activities/2.gpx\n'
    b'3,"Jan 3, 2025, 10:00:00 AM",Run,1800,5,\n'
)
HOSTILE = [
    "../../up.gpx",
    "/root.gpx",
    "C:\\x.gpx",
    "a\0b.gpx",
    "activities/2.gpx",
    "x" * 3000 + ".gpx",
    "a/" * 900 + "x.gpx",
]
HOSTILE += [
    "",
    "/",
    "folder/",
    "__MACOSX/._2.gpx",
    ".hidden.gpx",
    "a@b.org_1.gpx",
    "\u202e.gpx",
    "\x1b[2J.gpx",
    "con.gpx",
]
HOSTILE += [
    "activities.csv",
    "ACTIVITIES.CSV",
    "shoes.csv",
    "x.zip",
    "x.fit",
    "<script>.gpx",
    "=1+1.gpx",
    "activities/2.gpx/x.gpx",
]


@dataclass(frozen=True)
class Packed:
    """One member as it is laid out; what is not said is computed."""

    name: bytes
    content: bytes
    method: int = DEFLATED
    flags: int = UTF_8
    local: dict[int, int] = field(default_factory=dict)
    """Fields of the local header to overwrite, by place."""
    central: dict[int, int] = field(default_factory=dict)
    extra: bytes = b""


def squeezed(data: bytes) -> bytes:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeezer.compress(data) + squeezer.flush()


def overwritten(values: Sequence[object], changed: dict[int, int]) -> list[object]:
    return [changed.get(place, value) for place, value in enumerate(values)]


def archive(members: Sequence[Packed], end: dict[int, int] | None = None, comment: bytes = b"") -> bytes:
    """Lay out a zip archive."""
    body, directory = bytearray(), bytearray()
    for member in members:
        packed = squeezed(member.content) if member.method == DEFLATED else member.content
        sums = zlib.crc32(member.content), len(packed), len(member.content)
        common = [20, member.flags, member.method, 0, 0x21, *sums, len(member.name), len(member.extra)]
        at = len(body)
        body += LOCAL.pack(*overwritten([b"PK\3\4", *common], member.local)) + member.name + member.extra + packed
        values = [b"PK\1\2", 20, *common, 0, 0, 0, 0, at]
        directory += CENTRAL.pack(*overwritten(values, member.central)) + member.name + member.extra
    count = len(members)
    values = [b"PK\5\6", 0, 0, count, count, len(directory), len(body), len(comment)]
    return bytes(body + directory + END.pack(*overwritten(values, end or {})) + comment)


@cache
def members() -> tuple[Packed, ...]:
    """Pack a small export of a Strava account."""
    track = gpx([gpx_point(second, latitude_deg=50 + second / 1e5) for second in range(9)])
    return (
        Packed(b"activities.csv", TABLE),
        Packed(b"activities/1.fit.gz", gzip.compress(run(20).to_bytes(), mtime=0), method=STORED),
        Packed(b"activities/2.gpx", track),
        Packed(b"media/photo.jpg", b"\xff\xd8no picture"),
    )


def odd(layout: str, dice: Random) -> dict[int, int]:
    """Choose a field of a header and something that it may not mean."""
    letters = "".join(letter * int(count or 1) for count, letter in zip(layout[::2], layout[1::2], strict=True))
    place = dice.randrange(len(letters))
    return {place + 1: dice.choice([*ODD[letters[place]], dice.randrange(2**16)])}


def damaged(data: bytes, dice: Random) -> bytes:
    """Change bytes anywhere; or lay out an archive anew with odd headers, contents, names or a comment."""
    how = dice.random()
    if how < 0.15:
        return few_bytes(data, dice)
    if how < 0.3:
        return pieces(data, dice)
    changed = list(members())
    at = dice.randrange(len(changed))
    member, end, comment = changed[at], {}, b""
    if how < 0.5:
        changed[at] = (
            replace(member, local=odd("5H3I2H", dice))
            if dice.random() < 0.4
            else replace(member, central=odd("6H3I5H2I", dice))
        )
    elif how < 0.6:
        end = odd("4H2I1H", dice)
    elif how < 0.75:
        changed[at] = replace(member, content=pieces(member.content, dice), method=dice.choice([STORED, DEFLATED]))
    elif how < 0.9:
        name = dice.choice(HOSTILE).encode() if dice.random() < 0.8 else dice.randbytes(dice.randrange(40))
        changed[at] = replace(member, name=name, flags=dice.choice([0, UTF_8]))
    elif how < 0.95:
        inside = archive(changed)
        for _ in range(dice.randint(0, 3)):
            inside = archive([Packed(b"inner.zip", few_bytes(inside, dice) if dice.random() < 0.3 else inside)])
        changed.append(Packed(b"DI-Connect-Uploaded-Files/part_1.zip", inside))
    else:
        comment = dice.randbytes(dice.randrange(300)) + dice.choice([b"", b"PK\5\6", data[-22:]])
        changed[at] = replace(
            member, extra=dice.randbytes(dice.randrange(30)), flags=member.flags | dice.choice([0, ENCRYPTED, STREAMED])
        )
    return archive(changed, end, comment)


def read_archive(data: bytes) -> Export:
    """Read an export from the disk; an error inside that is none of ours counts as one that was raised."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export_1.zip")
        path.write_bytes(data)
        export = read_export(path, athlete_id="a")
    for error in export.quarantine["kind"]:
        assert issubclass(getattr(errors, error, ValueError), errors.StressfxError), f"{error} inside"
    assert Path(folder).name not in export.findings.to_csv() + export.quarantine.to_csv(), "no path is told"
    return export


ZIP = Kind("zip", lambda: [archive(members())], damaged, read_archive, few=100)
GZIP = Kind("gzip", lambda: [gzip.compress(run(20).to_bytes(), mtime=0), named_layer()], few_bytes, read_activity)
KINDS = (ZIP, GZIP)
EXPECTED = {"read", "UnreadableFileError", "LimitError", "UnknownColumnsError"}


def named_layer() -> bytes:
    """Give a file in a layer of gzip that has a name, a comment and further fields."""
    plain = gpx([gpx_point(second) for second in range(9)])
    head = b"\x1f\x8b\x08\x1c" + bytes(6) + b"\x04\0abcd" + b"run.gpx\0" + b"why\0"
    return head + squeezed(plain) + struct.pack("<II", zlib.crc32(plain), len(plain))


def test_the_originals_are_sound() -> None:
    export = read_archive(archive(members()))
    assert export.sessions["distance_source"].tolist() == ["records", "positions", "account"]
    assert export.quarantine.empty
    assert all(len(read_activity(data).records) for data in GZIP.originals())


def test_of_a_cut_archive_nothing_is_invented() -> None:
    """The directory stands at the end, so that an archive without its end is refused as a whole."""
    judge = Judge(ZIP)
    for name, cut in prefixes(archive(members())):
        export = judge.read(name, cut)
        assert not isinstance(export, Export) or export.quarantine["source"].tolist() == ["export_1.zip"], name
    judge.settle()
    assert judge.outcomes.keys() <= EXPECTED


def headers() -> dict[str, range]:
    """Tell where the headers of the archive stand, in its order."""
    data = archive(members())
    sizes = {b"PK\3\4": LOCAL.size, b"PK\1\2": CENTRAL.size, b"PK\5\6": END.size}
    starts = sorted({data.find(sign, at) for sign in sizes for at in range(len(data))} - {-1})
    return {f"{data[at : at + 4].hex()}-{at}": range(at, at + sizes[data[at : at + 4]]) for at in starts}


@pytest.mark.parametrize("header", headers())
def test_any_change_of_one_byte_of_a_header_costs_at_most_what_it_describes(header: str) -> None:
    data = archive(members())
    judge = Judge(ZIP)
    whole = set(read_archive(data).sessions["session_id"])
    for name, changed in flips(data, headers()[header], few=2):
        export = judge.read(name, changed)
        if isinstance(export, Export):
            sessions = export.sessions
            assert len(sessions) <= len(whole), name
            told = sessions[~sessions["session_id"].isin(whole)]
            assert (told["distance_source"] == "account").all(), (
                f"{name}: of a file that is lost, its table still tells"
            )
    judge.settle()
    assert judge.outcomes.keys() <= EXPECTED


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_archives_raise_nothing_but_our_own_errors(part: int) -> None:
    judge = Judge(ZIP).share(part)
    judge.settle()
    assert judge.outcomes["read"] > 0.5 * judge.outcomes.total()
    assert judge.outcomes.keys() <= EXPECTED


@pytest.mark.parametrize("number", range(2))
def test_a_damaged_layer_of_gzip_costs_no_more_than_what_is_behind(number: int) -> None:
    data = GZIP.originals()[number]
    whole = read_activity(data).records
    judge = Judge(GZIP)
    for name, cut in prefixes(data):
        activity = judge.read(name, cut)
        if isinstance(activity, Activity):
            rows = len(activity.records)
            assert activity.records.equals(whole[:rows]), name
    judge.inputs(flips(data, [*range(40), *range(len(data) - 8, len(data))]))
    judge.settle()
    assert judge.outcomes["read"] > 0
    assert judge.outcomes.keys() <= EXPECTED


def test_damaged_layers_raise_nothing_but_our_own_errors() -> None:
    judge = Judge(GZIP).share(0, 1)
    judge.settle()
    assert judge.outcomes["read"] > 0
    assert judge.outcomes.keys() <= EXPECTED
