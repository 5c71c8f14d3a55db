"""Where does each message of a FIT file begin, and by which definition is it laid out?

Takes the bytes between a file's header and its checksum; gives the start of every data message. Nothing is decoded
here: one table turns a header byte into the size of its message, and where the messages repeat in a fixed rhythm,
whole runs are confirmed at once.
"""

from array import array
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from stressfx.io.fit.layout import Layout, definition_size, layout_of

__all__ = ["Damage", "Scan", "resume_messages", "scan_messages"]

CHUNK = 64
"""Messages to walk one by one before a look for a rhythm."""

LONGEST_RHYTHM = 8
"""Messages after which a rhythm repeats, at most: watches interleave records with two or three other kinds."""

WINDOW = 64
"""Rounds of a rhythm that are confirmed at once, at first; it grows fourfold while they hold."""

MOST_LAYOUTS = 10_000
"""Definitions that differ from each other: devices use a dozen, and each costs time however few messages it has."""

NO_MESSAGE = "the header byte names a kind of message that was not defined"
NO_DEFINITION = "a definition has an impossible byte order"
TOO_MANY = f"more than {MOST_LAYOUTS} definitions differ from each other"
CUT_OFF = "a message is cut off"

Starts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Damage:
    """Where the structure breaks [bytes], and why."""

    offset: int
    reason: str

    @property
    def cut(self) -> bool:
        """Whether the bytes just end inside a message."""
        return self.reason == CUT_OFF

    @property
    def final(self) -> bool:
        """Whether nothing behind it can be read: the file ends, or what follows needs a definition that was refused."""
        return self.reason in {CUT_OFF, TOO_MANY}


@dataclass
class Scan:
    """The messages found so far; one for all files of a chain.

    Attributes
    ----------
    starts : array of int
        Start of every data message, in file order. [bytes]
    layouts : list of Layout
        Each once.
    since, meant : lists of arrays
        For each of the 16 local types: from which messages on it meant which layouts.
    known : dict
        The definitions met so far: local type, index of the layout, size of its messages.
    """

    starts: "array[int]" = field(default_factory=lambda: array("q"))
    layouts: list[Layout] = field(default_factory=list)
    since: "list[array[int]]" = field(default_factory=lambda: [array("q") for _ in range(16)])
    meant: "list[array[int]]" = field(default_factory=lambda: [array("i") for _ in range(16)])
    known: dict[bytes, tuple[int, int, int]] = field(default_factory=dict)
    proofs: int = 0
    """How many messages were looked at to prove that those behind damage are real."""
    _by_content: dict[tuple[bytes, bool], int] = field(default_factory=dict)

    def define(self, sizes: list[int], definition: bytes) -> bool:
        """Take note of a definition; False if it is none, or one too many.

        Parameters
        ----------
        sizes : list of int
            Size of the message behind each header byte; changed in place.
        definition : bytes
            The definition message.

        Returns
        -------
        bool
            Whether it is sound.
        """
        known = self.known.get(definition) or self._number(definition)
        if known is None:
            return False
        local, layout_id, size = known
        meant = self.meant[local]
        if not meant or meant[-1] != layout_id:
            self.since[local].append(len(self.starts))
            meant.append(layout_id)
        sizes[local] = size
        # Some encoders leave the developer bit of the definition's header on in the data messages.
        sizes[0x20 | local] = size if definition[0] & 0x20 else 0
        if local < 4 and sizes[0x80 | local << 5]:
            sizes[0x80 | local << 5 : 0xA0 + (local << 5)] = (size,) * 32
        return True

    def _number(self, definition: bytes) -> tuple[int, int, int] | None:
        """Number the layout of a new definition; the same one under another local type is the same layout."""
        key = (definition[1:], bool(definition[0] & 0x20))
        layout_id = self._by_content.get(key)
        if layout_id is None:
            layout = layout_of(key[0], with_developer=key[1])
            if layout is None or len(self.layouts) >= MOST_LAYOUTS:
                return None
            layout_id = self._by_content[key] = len(self.layouts)
            self.layouts.append(layout)
        known = self.known[definition] = (definition[0] & 0x0F, layout_id, self.layouts[layout_id].size)
        return known

    def in_force(self) -> dict[int, Layout]:
        """Tell what each local type means after the last definitions.

        Returns
        -------
        dict
            Layouts by local type.
        """
        return {local: self.layouts[meant[-1]] for local, meant in enumerate(self.meant) if meant}

    def layout_ids(self, octets: npt.NDArray[np.uint8], starts: Starts) -> npt.NDArray[np.int32]:
        """Tell by which layout each message is laid out.

        Parameters
        ----------
        octets : array of uint8
            The file.
        starts : array of int64
            Start of every message.

        Returns
        -------
        array of int32
            Index into `layouts`, one a message.
        """
        headers = octets[starts]
        local = headers & 0x0F
        compressed = headers >= 0x80
        if compressed.any():
            local = np.where(compressed, headers >> 5 & 3, local)
        fixed = np.array([meant[0] if meant else -1 for meant in self.meant], np.int32)
        ids: npt.NDArray[np.int32] = fixed[local]
        for number, (since, meant) in enumerate(zip(self.since, self.meant, strict=True)):
            if len(meant) > 1:
                at = np.flatnonzero(local == number)
                ids[at] = np.array(meant)[np.searchsorted(np.array(since), at, side="right") - 1]
        return ids


def scan_messages(data: bytes, start: int, end: int, scan: Scan) -> Damage | None:
    """Find the messages between two offsets.

    Parameters
    ----------
    data : bytes
        The file.
    start, end : int
        Where the messages begin, and where they must have ended. [bytes]
    scan : Scan
        Where to note them. Definitions from before `start` do not count: a chained file brings its own.

    Returns
    -------
    Damage or None
        What stopped the scan before `end`, if anything did.
    """
    return _walk(data, start, end, scan, [0] * 256)


def resume_messages(data: bytes, start: int, end: int, scan: Scan) -> Damage | None:
    """Find the messages behind damage, laid out by the definitions that are in force.

    Parameters
    ----------
    data : bytes
        The file.
    start, end : int
        As for `scan_messages`.
    scan : Scan
        Where to note them.

    Returns
    -------
    Damage or None
        What stopped the scan before `end`, if anything did.
    """
    sizes = [0] * 256
    for local, layout in scan.in_force().items():
        sizes[local] = layout.size
    return _walk(data, start, end, scan, sizes)


def _walk(data: bytes, position: int, end: int, scan: Scan, sizes: list[int]) -> Damage | None:
    """Step from header to header; the innermost loop of the reader, so it does nothing else."""
    starts, since, meant, met = scan.starts, scan.since, scan.meant, scan.known.get
    note = starts.append
    octets = np.frombuffer(data, np.uint8)
    patience = CHUNK
    first = len(starts)
    while position < end:
        try:
            for _ in range(patience):
                size = sizes[data[position]]
                if not size:
                    break
                note(position)
                position += size
            else:
                # A rhythm that holds soon ends the loop; one that does not is looked for less and less often.
                before = len(starts)
                position = _leap(octets, starts, first, position, end, sizes)
                patience = CHUNK if len(starts) - before > CHUNK else min(2 * patience, 65536)
                continue
        except IndexError:
            break
        if position >= end:
            break
        # Some devices send a definition before every message, so one that was met before must cost little.
        stop = position + 6 + 3 * data[position + 5] if position + 5 < end else end
        known = met(data[position:stop])
        if known and stop <= end and not sizes[0x80 | (known[0] & 3) << 5]:
            local, layout_id, size = known
            if meant[local][-1] != layout_id:
                since[local].append(len(starts))
                meant[local].append(layout_id)
            sizes[local] = size
            sizes[0x20 | local] = 0
            position = stop
            continue
        size = _define(data, position, end, scan, sizes)
        if size < 0:
            return Damage(position, _reason(data, position, end, scan))
        position += size
    return _cut(scan, position, end, first)


def _reason(data: bytes, position: int, end: int, scan: Scan) -> str:
    if data[position] & 0xC0 != 0x40:
        return NO_MESSAGE
    if position + definition_size(data, position) > end:
        return CUT_OFF
    return NO_DEFINITION if data[position + 2] > 1 or len(scan.layouts) < MOST_LAYOUTS else TOO_MANY


def _define(data: bytes, position: int, end: int, scan: Scan, sizes: list[int]) -> int:
    """Read what the table knows no size for, and give the bytes to step over; -1 if it makes no sense."""
    header = data[position]
    if header & 0xC0 == 0x40:
        size = definition_size(data, position)
        sound = position + size <= end and scan.define(sizes, data[position : position + size])
        return size if sound else -1
    local = header >> 5 & 3
    if header & 0x80 and sizes[local]:  # the first compressed timestamp: from here on, the table knows its 32 headers
        sizes[0x80 | local << 5 : 0xA0 + (local << 5)] = (sizes[local],) * 32
        return 0
    return -1


def _cut(scan: Scan, position: int, end: int, first: int) -> Damage | None:
    """Take back what was noted beyond the end, and the last message if it is cut."""
    starts = scan.starts
    while len(starts) > first and starts[-1] >= end:
        position = starts.pop()
    # Definitions never reach beyond the end: if something does, it is the last message.
    if len(starts) > first and position > end:
        return Damage(starts.pop(), CUT_OFF)
    return None


def _leap(
    octets: npt.NDArray[np.uint8], starts: "array[int]", first: int, position: int, end: int, sizes: list[int]
) -> int:
    """Confirm as many rounds of a rhythm as hold, note their messages, and give the position behind them.

    Sound by induction: a round begins at a true start, every header in it is one of the definitions in force, so
    its end is the true start of the next. A definition has a header of its own, which ends the rhythm.
    """
    seen = min(len(starts) - first, 3 * LONGEST_RHYTHM)
    recent = np.array(starts[-seen:])
    headers = octets[recent]
    for rhythm in range(1, LONGEST_RHYTHM + 1):
        if 3 * rhythm <= seen and bool((headers[rhythm - seen :] == headers[: seen - rhythm]).all()):
            break
    else:
        return position
    pattern = headers[-rhythm:]
    lengths = np.array([sizes[header] for header in pattern.tolist()])
    offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    stride = int(lengths.sum())
    window = WINDOW
    while (rounds := min(window, (end - position) // stride)) > 0:
        block = octets[position : position + rounds * stride].reshape(rounds, stride)
        holds = (block[:, offsets] == pattern).all(axis=1)
        kept = rounds if holds.all() else int(holds.argmin())
        noted = position + np.arange(kept)[:, None] * stride + offsets
        starts.frombytes(noted.astype(np.int64).tobytes())
        position += kept * stride
        if kept < rounds:
            break
        window *= 4
    return position
