"""Can reading go on after damage? Only where it can be proved that the messages behind it are real.

Takes the bytes behind a fault and the definitions in force; notes further messages in the `Scan` if a place is
found from which every message fits, their times agree with those before, and the last one ends exactly at the end.
"""

import numpy as np

from stressfx.findings import Finding
from stressfx.io.fit.layout import Layout
from stressfx.io.fit.profile import TIMESTAMP
from stressfx.io.fit.scan import Scan

__all__ = ["resumption"]

SEARCHED = 4096
"""How far behind a fault to look for a place to resume: longer than any message of an activity. [bytes]"""

PROOF = 8
"""Timed messages in order that are taken as proof. By chance, each would pass in less than 1 case of 1,000."""

LONGEST_PAUSE_S = 86400
"""Times that a resumed stretch may lie behind the last sound one. [s]"""


def resumption(data: bytes, fault: int, end: int, scan: Scan, first: int) -> list[Finding]:
    """Look for sound messages behind a fault, and note them.

    Parameters
    ----------
    data : bytes
        The file.
    fault, end : int
        Where the structure breaks, and where the messages must end. [bytes]
    scan : Scan
        The messages so far; further ones are added.
    first : int
        The first message of this file of the chain.

    Returns
    -------
    list of Finding
        One, if reading went on.
    """
    layouts = _in_force(scan)
    latest = _latest_time(data, scan, layouts, first)
    if latest is None:
        return []
    dead: set[int] = set()
    for start in range(fault + 1, min(fault + SEARCHED, end)):
        layout = layouts.get(data[start])
        time = _time(data, start, layout) if layout else None
        if time is None or not latest <= time <= latest + LONGEST_PAUSE_S:
            continue  # the first message must have a time: without one, it would be taken without proof
        chain = _chain(data, start, end, layouts, dead)
        doubtful = _doubtful(data, chain, layouts, latest)
        dead.update(chain[:doubtful])
        if chain and not doubtful:
            scan.starts.extend(chain)
            message = f"{len(chain)} messages from byte {start} on fit exactly to the end, and were read."
            return [Finding("fit-resumed", len(chain), message, start)]
    return []


def _in_force(scan: Scan) -> dict[int, Layout]:
    """By header byte, the layouts that the last definitions set."""
    return {local: scan.layouts[meant[-1]] for local, meant in enumerate(scan.meant) if meant}


def _chain(data: bytes, start: int, end: int, layouts: dict[int, Layout], dead: set[int]) -> list[int]:
    """Step from header to header; the messages if they end exactly at the end, else none."""
    chain: list[int] = []
    position = start
    while position < end:
        layout = None if position in dead else layouts.get(data[position])
        if layout is None:
            break
        chain.append(position)
        position += layout.size
    if position == end:
        return chain
    dead.update(chain)  # whoever steps onto one of these fails as well: it keeps the search linear
    return []


def _time(data: bytes, start: int, layout: Layout) -> int | None:
    slot = layout.by_number.get(TIMESTAMP)
    if slot is None or slot.size != 4:
        return None
    octets = data[start + slot.offset : start + slot.offset + 4]
    return int.from_bytes(octets, "big" if layout.order == ">" else "little")


def _latest_time(data: bytes, scan: Scan, layouts: dict[int, Layout], first: int) -> int | None:
    for start in reversed(scan.starts[max(first, len(scan.starts) - 1000) :]):
        layout = layouts.get(data[start])
        time = _time(data, start, layout) if layout else None
        if time is not None:
            return time
    return None


def _doubtful(data: bytes, chain: list[int], layouts: dict[int, Layout], latest: int) -> int:
    """Count the messages at the front of a chain from which none can be taken as the first: none, if it is proved."""
    timed = [
        (at, time) for at, start in enumerate(chain) if (time := _time(data, start, layouts[data[start]])) is not None
    ]
    if len(timed) < PROOF or timed[-1][1] - latest > LONGEST_PAUSE_S:
        return len(chain)
    back = np.flatnonzero(np.diff(np.array([time for _, time in timed], np.int64)) < 0)
    return timed[back[-1]][0] + 1 if len(back) else 0
