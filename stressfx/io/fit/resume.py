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
    if not layouts:
        return []
    latest = _latest_time(data, scan, layouts, first)
    dead: set[int] = set()
    for start in range(fault + 1, min(fault + SEARCHED, end)):
        layout = layouts.get(data[start])
        if layout is None or _time(data, start, layout) is None:
            continue  # a message without a time, at the front, would be taken without proof
        chain = _chain(data, start, end, layouts, dead)
        if chain and _in_order(data, chain, layouts, latest):
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


def _in_order(data: bytes, chain: list[int], layouts: dict[int, Layout], latest: int | None) -> bool:
    """Tell whether the times of a chain run on from the latest sound one."""
    times = [time for start in chain if (time := _time(data, start, layouts[data[start]])) is not None]
    if len(times) < PROOF or latest is None:
        return False
    steps = np.diff(np.array([latest, *times], np.int64))
    return bool((steps >= 0).all()) and times[-1] - latest <= LONGEST_PAUSE_S
