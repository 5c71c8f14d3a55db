"""Can reading go on after damage? Only where it can be proved that the messages behind it are real.

Takes the bytes behind a fault and the definitions in force; gives a place from which a row of messages follows whose
times agree with those before the fault and with each other.
"""

import statistics

from stressfx.io.fit.layout import BASE_TYPES, Layout, definition_size, layout_of
from stressfx.io.fit.profile import TIMESTAMP
from stressfx.io.fit.scan import Scan

__all__ = ["resumption"]

SEARCHED = 4096
"""How far behind a fault to look for a place to resume: longer than any message of an activity. [bytes]"""

PROOF = 8
"""Timed messages in order that are taken as proof. By chance, each would pass in less than 1 case of 1,000."""

LONGEST_PAUSE_S = 86400
"""Times that a resumed stretch may lie behind the last sound one. [s]"""

MOST_STEPS = 64
"""Messages that are looked at for one proof, timed or not."""

MOST_PROOFS = 500_000
"""Messages that are looked at for all proofs of one file: a file made to be damaged everywhere must not take hours."""

WITNESSES = 3
"""Timed messages before the fault that are asked for the time: the last one may itself be damaged."""


def resumption(data: bytes, fault: int, end: int, scan: Scan, first: int) -> int | None:
    """Look for sound messages behind a fault.

    Parameters
    ----------
    data : bytes
        The file.
    fault, end : int
        Where the structure breaks, and where the messages must end. [bytes]
    scan : Scan
        The messages so far.
    first : int
        The first message of this file of the chain.

    Returns
    -------
    int or None
        Where to go on [bytes]; None if nothing behind the fault can be proved.
    """
    layouts = scan.in_force()
    latest = _latest_time(data, scan, layouts, first)
    if latest is None:
        return None
    for start in range(fault + 1, min(fault + SEARCHED, end)):
        proved, steps = _proved(data, start, end, layouts, latest)
        scan.proofs += steps
        if proved or scan.proofs > MOST_PROOFS:
            return start if proved else None
    return None


def _proved(data: bytes, start: int, end: int, layouts: dict[int, Layout], latest: int) -> tuple[bool, int]:
    """Step from header to header until enough times were met, each not before the one before it.

    The first message must have a time, or be a definition: else it would be taken without proof. Gives the number of
    steps as well.
    """
    position, before, met = start, latest, 0
    for step in range(MOST_STEPS):
        if met == PROOF or position >= end:
            return met == PROOF, step
        if data[position] & 0xC0 == 0x40:
            size = definition_size(data, position)
            defined = _definition(data, position, size, end)
            if defined is None:
                return False, step
            layouts = {**layouts, data[position] & 0x0F: defined}
            position += size
            continue
        layout = layouts.get(data[position])
        if layout is None or position + layout.size > end:
            return False, step
        time = _time(data, position, layout)
        if time is None and not met:
            return False, step
        if time is not None:
            if not before <= time <= latest + LONGEST_PAUSE_S:
                return False, step
            before, met = time, met + 1
        position += layout.size
    return met == PROOF, MOST_STEPS


def _definition(data: bytes, start: int, size: int, end: int) -> Layout | None:
    """Read a definition that makes sense throughout; most bytes that look like one do not."""
    if start + size > end or data[start + 1] != 0 or not data[start + 5]:
        return None
    layout = layout_of(data[start + 1 : start + size], with_developer=bool(data[start] & 0x20))
    if layout is None or layout.odd_sizes or layout.empty:
        return None
    declared = data[start + 8 : start + 6 + 3 * data[start + 5] : 3]
    return layout if all(number & 0x1F in BASE_TYPES for number in declared) else None


def _time(data: bytes, start: int, layout: Layout) -> int | None:
    slot = layout.by_number.get(TIMESTAMP)
    if slot is None or slot.size != 4:
        return None
    octets = data[start + slot.offset : start + slot.offset + 4]
    return int.from_bytes(octets, "big" if layout.order == ">" else "little")


def _latest_time(data: bytes, scan: Scan, layouts: dict[int, Layout], first: int) -> int | None:
    """Ask the last timed messages, and take the middle answer: damage may have made one of them up."""
    times: list[int] = []
    for start in reversed(scan.starts[max(first, len(scan.starts) - 1000) :]):
        layout = layouts.get(data[start])
        time = _time(data, start, layout) if layout else None
        if time is not None:
            times.append(time)
        if len(times) == WITNESSES:
            break
    return statistics.median_low(times) if times else None
