"""Does the cost grow in line with the file? Times of growing made files, and the slope on a log-log scale.

A slope of 1 is linear. Printed as a part of `make bench`.
"""

import gc
import math
import struct
import time
from collections.abc import Callable

import stressfx as sfx

LIMIT = 1.15
HEADER = struct.Struct("<BBHI4sH")


def packed(body: bytes) -> bytes:
    """Wrap messages as a FIT file whose checksums are not computed."""
    return HEADER.pack(14, 0x20, 2132, len(body), b".FIT", 0) + body + b"\0\0"


def records(count: int) -> bytes:
    """Make records of one layout, a second apart."""
    definition = b"\x40\0\0\x14\0\x05\xfd\x04\x86\x05\x04\x86\x06\x02\x84\x03\x01\x02\x04\x01\x02"
    row = struct.Struct("<BIIHBB")
    return packed(
        definition + b"".join(row.pack(0, 10**9 + n, 300 * n, 3000, 140 + n % 9, 85 + n % 3) for n in range(count))
    )


def interleaved(count: int) -> bytes:
    """Make records of two layouts in no fixed rhythm."""
    first = b"\x40\0\0\x14\0\x02\xfd\x04\x86\x03\x01\x02"
    second = b"\x41\0\0\x14\0\x03\xfd\x04\x86\x03\x01\x02\x04\x01\x02"
    pieces = [first, second]
    for n in range(count):
        odd = (n * n) % 7 < 3
        pieces.append(struct.pack("<BIBB", 1, 10**9 + n, 140, 85) if odd else struct.pack("<BIB", 0, 10**9 + n, 140))
    return packed(b"".join(pieces))


def redefinitions(count: int) -> bytes:
    """Send one of two definitions before every record."""
    first = b"\x40\0\0\x14\0\x02\xfd\x04\x86\x03\x01\x02"
    second = b"\x40\0\0\x14\0\x02\xfd\x04\x86\x04\x01\x02"
    return packed(b"".join((second if n % 2 else first) + struct.pack("<BIB", 0, 10**9 + n, 90) for n in range(count)))


def new_definitions(count: int) -> bytes:
    """Send a definition that was never sent before, before every record."""
    pieces = []
    for n in range(count):
        odd_fields = bytes((100 + n % 150, 1, 2, n // 150 % 250, 1, 2, 1 + n // 37500, 1, 2))
        pieces.append(b"\x40\0\0\x14\0\x04\xfd\x04\x86" + odd_fields + struct.pack("<BIBBB", 0, 10**9 + n, 1, 2, 3))
    return packed(b"".join(pieces))


def empty_messages(count: int) -> bytes:
    """Make messages of no field at all."""
    return packed(b"\x40\0\0\x14\0\0" + bytes(count))


KINDS: dict[str, tuple[Callable[[int], bytes], tuple[int, ...]]] = {
    "records": (records, (1_000, 4_000, 16_000, 64_000, 256_000)),
    "records of two layouts": (interleaved, (1_000, 4_000, 16_000, 64_000, 256_000)),
    "redefinitions": (redefinitions, (12_500, 50_000, 200_000)),
    "definitions never sent before": (new_definitions, (12_500, 50_000, 200_000)),
    "empty messages": (empty_messages, (65_536, 262_144, 1_048_576)),
}


def seconds(data: bytes) -> float:
    """Take the best of some readings: growth is a property of the code, noise one of the machine."""
    turns = []
    for _ in range(5):
        gc.collect()
        start = time.perf_counter()
        len(sfx.read_fit(data, crc="ignore").records)
        turns.append(time.perf_counter() - start)
    return min(turns)


def slope(counts: tuple[int, ...], times: list[float]) -> float:
    """Fit a line through logarithms."""
    x, y = [math.log(count) for count in counts], [math.log(value) for value in times]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    covariance = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return covariance / sum((a - mean_x) ** 2 for a in x)


def main() -> None:
    """Print every kind."""
    print("\nGrowth: time by size, and the slope on a log-log scale (1 is linear)")
    for name, (make, counts) in KINDS.items():
        times = [seconds(make(count)) for count in counts]
        cells = "  ".join(f"{count:,}: {value * 1e3:.1f} ms" for count, value in zip(counts, times, strict=True))
        found = slope(counts, times)
        print(f"  {name:30} slope {found:.2f} {'' if found <= LIMIT else '(over 1.15)'}  {cells}")


if __name__ == "__main__":
    main()
