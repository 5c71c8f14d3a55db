"""Small FIT files for the tests of the reader: whole ones by the writer, odd ones laid by hand."""

import struct

from stressfx.io.activity import Activity
from stressfx.io.fit.encode import FitWriter, checksum
from stressfx.io.fit.read import read_fit

FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, ACTIVITY, HR, UNKNOWN = 0, 12, 18, 19, 20, 21, 34, 132, 0xFF42
START = 1_000_000_000
"""2021-09-08 01:46:40 UTC in seconds of FIT's clock."""

OWNER = (FILE_ID, [(0, "enum", 4), (1, "uint16", 255), (4, "uint32", START)])


def run(samples: int = 60, *, start: int = START, writer: FitWriter | None = None) -> FitWriter:
    """Write a file's owner and records one second apart: heart rate, speed and distance rise slowly."""
    writer = (writer or FitWriter()).message(*OWNER)
    for row in range(samples):
        writer.message(
            RECORD,
            [
                (253, "uint32", start + row),
                (3, "uint8", 100 + row % 80),
                (6, "uint16", 3000 + row),
                (5, "uint32", 310 * row),
            ],
        )
    return writer


def body_of(data: bytes) -> bytes:
    """Take the messages out of a whole file."""
    return data[data[0] : -2]


def packed(body: bytes, *, size: int = 14, declared: int | None = None, head_crc: int | None = None) -> bytes:
    """Put header and checksum around messages; declared length and the header's checksum can be wrong on purpose."""
    head = struct.pack("<BBHI4s", size, 0x10, 2132, len(body) if declared is None else declared, b".FIT")
    if size == 14:
        head += struct.pack("<H", checksum(head) if head_crc is None else head_crc)
    return head + body + struct.pack("<H", checksum(head + body))


def defined(
    local: int, number: int, *fields: tuple[int, int, int], apps: tuple[tuple[int, int, int], ...] = ()
) -> bytes:
    """Lay out a little-endian definition: fields are number, size and base type."""
    head = struct.pack("<BBBHB", 0x40 | (0x20 if apps else 0) | local, 0, 0, number, len(fields))
    own = b"".join(bytes(field) for field in fields)
    return head + own + (bytes([len(apps)]) + b"".join(bytes(app) for app in apps) if apps else b"")


def codes(activity: Activity) -> list[str]:
    """List the codes of all findings."""
    return [str(code) for code in activity.findings["code"]]


def found(data: bytes, **options: str | bool) -> tuple[Activity, dict[str, int | None]]:
    """Read a file; give the activity, and of each finding where it is."""
    activity = read_fit(data, **options)  # type: ignore[arg-type]  # options differ in type
    rows = zip(activity.findings["code"], activity.findings["offset"], strict=True)
    return activity, {str(code): None if offset != offset else int(offset) for code, offset in rows}  # noqa: PLR0124  # NaN
