"""What does a FIT file hold, and is it whole? Headers, checksums, chained files, salvage.

Takes bytes; gives `Messages`, the index of every sound message, and what was wrong with the file. No value is
decoded here.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from stressfx.errors import UnreadableFileError
from stressfx.findings import Finding
from stressfx.io.fit.crc import crc16
from stressfx.io.fit.layout import Layout
from stressfx.io.fit.resume import resumption
from stressfx.io.fit.scan import Damage, Scan, resume_messages, scan_messages

__all__ = ["Messages", "is_fit", "read_messages"]

SIGNATURE = b".FIT"
CHECKSUM = 2
"""Size of the checksum behind the messages. [bytes]"""

PROVED = 4
"""How many times the length of a file may be spent on checksums in search of files chained to it."""


@dataclass(frozen=True, eq=False)
class Messages:
    """Every sound message of a file: where it starts and how it is laid out.

    Attributes
    ----------
    label : str
        Name of the file, for error texts.
    data : bytes
        The file.
    starts : array of int64
        Start of every data message, in file order. [bytes]
    layout_ids : array of int32
        Index into `layouts`, one a message.
    layouts : list of Layout
        Each once.
    parts : tuple of int
        First message of each file of the chain.
    """

    label: str
    data: bytes
    starts: npt.NDArray[np.int64]
    layout_ids: npt.NDArray[np.int32]
    layouts: list[Layout]
    parts: tuple[int, ...]

    @cached_property
    def octets(self) -> npt.NDArray[np.uint8]:
        """The file as an array."""
        return np.frombuffer(self.data, np.uint8)

    @cached_property
    def compressed(self) -> npt.NDArray[np.bool_] | None:
        """Which messages carry a time in five bits of their header; None if none does, as in nearly every file."""
        compressed: npt.NDArray[np.bool_] = self.octets[self.starts] >= 0x80
        return compressed if compressed.any() else None

    @cached_property
    def numbers(self) -> npt.NDArray[np.uint16]:
        """Global message number of every message."""
        by_layout = np.array([layout.message for layout in self.layouts], np.uint16)
        return by_layout[self.layout_ids] if len(self.layouts) else np.empty(0, np.uint16)

    @cached_property
    def held(self) -> frozenset[int]:
        """The global message numbers that occur."""
        met = np.zeros(len(self.layouts), bool)
        met[self.layout_ids] = True
        return frozenset(layout.message for layout, occurs in zip(self.layouts, met.tolist(), strict=True) if occurs)

    def of(self, number: int) -> npt.NDArray[np.int64]:
        """Find all messages of one kind.

        Parameters
        ----------
        number : int
            Global message number.

        Returns
        -------
        array of int64
            Their places among all messages, in file order.
        """
        return np.flatnonzero(self.numbers == number) if number in self.held else np.empty(0, np.int64)

    def by_layout(self, places: npt.NDArray[np.int64]) -> list[tuple[Layout, slice | npt.NDArray[np.int64]]]:
        """Sort messages by their layout.

        Parameters
        ----------
        places : array of int64
            Places among all messages.

        Returns
        -------
        list of (Layout, rows)
            Rows count within `places`; one layout alone has all of them, as a slice.
        """
        if not len(places):
            return []
        ids = self.layout_ids[places]
        if (ids == ids[0]).all():
            return [(self.layouts[int(ids[0])], slice(None))]
        order = np.argsort(ids, kind="stable")
        ordered = ids[order]
        edges = np.flatnonzero(np.diff(ordered)) + 1
        return [(self.layouts[int(ids[rows[0]])], rows) for rows in np.split(order, edges)]


def is_fit(data: bytes, start: int = 0) -> bool:
    """Tell whether a FIT file begins here.

    Parameters
    ----------
    data : bytes
        The file.
    start : int
        Where to look. [bytes]

    Returns
    -------
    bool
        True if there is a header of a known size with FIT's signature.
    """
    return data[start + 8 : start + 12] == SIGNATURE and data[start] in {12, 14} and len(data) >= start + data[start]


def read_messages(
    label: str, data: bytes, *, crc: str = "warn", recover: bool = True
) -> tuple[Messages, list[Finding]]:
    """Index a FIT file, chained or not, whole or damaged.

    Parameters
    ----------
    label : str
        Name of the file, for error texts.
    data : bytes
        The file.
    crc : {"warn", "raise", "ignore"}
        What to do when the checksum does not match.
    recover : bool
        Keep the sound part of a damaged file; otherwise raise.

    Returns
    -------
    Messages
        All sound messages.
    list of Finding
        What is wrong with the file.

    Raises
    ------
    UnreadableFileError
        If it is no FIT file; if it is damaged and `recover` is off; if the checksum fails and `crc` is ``"raise"``.
    """
    if not is_fit(data):
        raise UnreadableFileError(label, "no FIT header was found: '.FIT' at byte 8 of a header of 12 or 14")
    scan, findings = Scan(), list[Finding]()
    parts: list[int] = []
    start, spare = 0, PROVED * len(data)
    while start < len(data):
        parts.append(len(scan.starts))
        part = _Part(data, start)
        findings += part.header_findings()
        damage = scan_messages(data, part.begin, part.end, scan)
        faults = part.faults(damage, crc)
        while damage and not damage.final:
            resumed = resumption(data, damage.offset, part.end, scan, parts[-1])
            if resumed is None:
                break
            known = len(scan.starts)
            damage = resume_messages(data, resumed, part.end, scan)
            read = len(scan.starts) - known
            faults.append(Finding("fit-resumed", read, f"From byte {resumed} on, {read} messages were read.", resumed))
            faults += part.damage_findings(damage)
        if faults and not recover:
            raise UnreadableFileError(label, f"{faults[0].message} Pass recover=True to keep what is sound.")
        if crc == "raise" and any(fault.code == "fit-crc" for fault in faults):
            raise UnreadableFileError(label, "its checksum does not match. Pass crc='warn' to read it all the same.")
        findings += faults
        start, after, spare = _next_part(data, part.stop, spare)
        findings += after
        if after and not recover:
            raise UnreadableFileError(label, f"{after[0].message} Pass recover=True to keep what is sound.")
    starts = np.array(scan.starts, np.int64)
    octets = np.frombuffer(data, np.uint8)
    return Messages(label, data, starts, scan.layout_ids(octets, starts), scan.layouts, tuple(parts)), findings


class _Part:
    """One file of a chain: its header, and where its messages begin and end. [bytes]"""

    def __init__(self, data: bytes, start: int) -> None:
        self.data, self.start = data, start
        self.header = data[start : start + data[start]]
        self.declared = int.from_bytes(self.header[4:8], "little")
        self.begin = start + len(self.header)
        self.open_ended = self.declared == 0
        self.missing = 0 if self.open_ended else max(0, self.begin + self.declared + 2 - len(data))
        self.end = len(data) if self.open_ended else min(self.begin + self.declared, len(data))
        self.stop = len(data) if self.open_ended or self.missing else self.end + 2

    def header_findings(self) -> list[Finding]:
        """Check the header's own checksum; zero means that none was computed."""
        if len(self.header) < 14 or self.header[12:14] == b"\0\0" or crc16(self.header) == 0:
            return []
        return [Finding("fit-header-crc", 1, "The header's checksum does not match.", self.start)]

    def faults(self, damage: Damage | None, crc: str) -> list[Finding]:
        """Say what is wrong between header and checksum."""
        found: list[Finding] = []
        if self.open_ended:
            message = "The header declares no data: the device stopped before it closed the file."
            found.append(Finding("fit-no-size", 1, message, self.start))
        elif self.missing:
            message = f"The file is {self.missing} bytes shorter than it declares."
            found.append(Finding("fit-truncated", self.missing, message, len(self.data)))
        elif crc != "ignore" and crc16(memoryview(self.data)[self.start : self.stop]) != 0:
            found.append(Finding("fit-crc", 1, "The checksum does not match.", self.end))
        return found + self.damage_findings(damage)

    def damage_findings(self, damage: Damage | None) -> list[Finding]:
        """Say where the structure breaks; where the file is cut, so is its last message, which is no second fault."""
        if damage is None:
            return []
        left = self.end - damage.offset
        if (damage.cut or left <= CHECKSUM) and (self.open_ended or self.missing):
            return []
        message = f"At byte {damage.offset} {damage.reason}; {left} bytes follow."
        return [Finding("fit-damaged", 1, message, damage.offset)]


def _next_part(data: bytes, stop: int, spare: int) -> tuple[int, list[Finding], int]:
    """Find the next file of a chain, and say what lies between; the end of the data if there is none.

    Takes and gives the number of bytes that may still be spent on checksums.
    """
    if stop >= len(data) or is_fit(data, stop):
        return stop, [], spare
    at = data.find(SIGNATURE, stop)
    while at >= 0:
        header = at - 8
        end = header + data[header] + int.from_bytes(data[header + 4 : at], "little") + CHECKSUM
        if header > stop and is_fit(data, header) and end <= len(data):
            spare -= end - header
            if spare < 0:
                break
            if crc16(memoryview(data)[header:end]) == 0:
                message = f"{header - stop} bytes before a chained file cannot be read."
                return header, [Finding("fit-resumed", 1, message, header)], spare
        at = data.find(SIGNATURE, at + 1)
    left = len(data) - stop
    if SIGNATURE in data[stop : stop + 12]:
        return len(data), [Finding("fit-file-lost", 1, "The header of a chained file is damaged.", stop)], spare
    return len(data), [Finding("file-trailing-bytes", left, f"{left} bytes follow the declared end.", stop)], spare
