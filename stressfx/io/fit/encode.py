"""How does a FIT file come about? A small writer, for made-up runners and for tests of the reader.

Takes messages as field numbers, base types and raw integers (scaling is the caller's); gives the bytes of one
file: header, definitions, data, checksum. It knows nothing of the reader, so that each can prove the other.
"""

import math
import struct
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["BASE_TYPES", "FIT_EPOCH_S", "BaseType", "FitWriter", "checksum"]

FIT_EPOCH_S = 631_065_600
"""FIT counts seconds from 1989-12-31T00:00:00Z; this is that instant in Unix time. [s]"""


class BaseType(NamedTuple):
    """How one value of a FIT base type is laid out."""

    code: int
    letter: str
    """Letter of the type for `struct`; ``"s"`` for text and bytes."""
    invalid: int
    """Bit pattern that stands for a missing value."""


BASE_TYPES: dict[str, BaseType] = {
    "enum": BaseType(0x00, "B", 0xFF),
    "sint8": BaseType(0x01, "b", 0x7F),
    "uint8": BaseType(0x02, "B", 0xFF),
    "sint16": BaseType(0x83, "h", 0x7FFF),
    "uint16": BaseType(0x84, "H", 0xFFFF),
    "sint32": BaseType(0x85, "i", 0x7FFF_FFFF),
    "uint32": BaseType(0x86, "I", 0xFFFF_FFFF),
    "string": BaseType(0x07, "s", 0x00),
    "float32": BaseType(0x88, "f", 0xFFFF_FFFF),
    "float64": BaseType(0x89, "d", 0xFFFF_FFFF_FFFF_FFFF),
    "uint8z": BaseType(0x0A, "B", 0x00),
    "uint16z": BaseType(0x8B, "H", 0x0000),
    "uint32z": BaseType(0x8C, "I", 0x0000_0000),
    "byte": BaseType(0x0D, "B", 0xFF),
    "sint64": BaseType(0x8E, "q", 0x7FFF_FFFF_FFFF_FFFF),
    "uint64": BaseType(0x8F, "Q", 0xFFFF_FFFF_FFFF_FFFF),
    "uint64z": BaseType(0x90, "Q", 0x0000_0000_0000_0000),
}
"""The seventeen base types of FIT, by name."""

Field: TypeAlias = tuple[int, str, Any]
"""Field number, base type, value: a number, text, bytes, a sequence of numbers or None."""

DeveloperField: TypeAlias = tuple[int, int, str, Any]
"""Developer data index, field number, base type, value."""

LOCAL_TYPES = 16
MAX_FIELD_BYTES = 255
HAS_DEVELOPER_FIELDS = 0x20
IS_DEFINITION = 0x40
BLOCK_BYTES = 256


class FitWriter:
    """Messages in, the bytes of one FIT file out.

    ==========================  ==================================================================
    `message(number, fields)`   add one message
    `messages(number, columns)` add many messages of one kind at once, a column a field
    `to_bytes()`                the whole file, with its checksums
    ==========================  ==================================================================

    Parameters
    ----------
    big_endian : bool
        Byte order of messages that do not state their own.
    profile_version : int
        Version of the FIT profile that the header names, times 100.

    Examples
    --------
    >>> writer = FitWriter().message(0, [(0, "enum", 4), (1, "uint16", 255), (4, "uint32", 1_000_000_000)])
    >>> len(writer.to_bytes())
    39
    """

    def __init__(self, *, big_endian: bool = False, profile_version: int = 2132) -> None:
        self.big_endian = big_endian
        self.profile_version = profile_version
        self._body = bytearray()
        self._local_types: OrderedDict[bytes, int] = OrderedDict()
        self._developer = False

    def message(
        self,
        number: int,
        fields: Iterable[Field],
        *,
        developer: Iterable[DeveloperField] = (),
        big_endian: bool | None = None,
    ) -> "FitWriter":
        """Add one message.

        Parameters
        ----------
        number : int
            Global message number.
        fields : iterable of tuple
            Field number, base type, raw value. None is the base type's invalid value; text gets its closing NUL.
        developer : iterable of tuple
            Developer data index, field number, base type, raw value.
        big_endian : bool, optional
            Byte order of this message, if it is not the writer's.

        Returns
        -------
        FitWriter
            The writer itself, so that calls can be chained.

        Raises
        ------
        ValueError
            If a value does not fit its base type.
        """
        big = self.big_endian if big_endian is None else big_endian
        own = [(field, kind, _packed(number, field, kind, value, big=big)) for field, kind, value in fields]
        apps = [(app, field, _packed(number, field, kind, value, big=big)) for app, field, kind, value in developer]
        layout = tuple((field, len(data), kind) for field, kind, data in own)
        header = self._define(number, layout, tuple((field, len(data), app) for app, field, data in apps), big=big)
        self._body.append(header)
        self._body += b"".join(data for *_, data in own) + b"".join(data for *_, data in apps)
        return self

    def messages(
        self,
        number: int,
        columns: Iterable[tuple[int, str, npt.ArrayLike]],
        *,
        developer: Iterable[tuple[int, int, str, npt.ArrayLike]] = (),
        big_endian: bool | None = None,
    ) -> "FitWriter":
        """Add many messages of one kind at once.

        Parameters
        ----------
        number : int
            Global message number.
        columns : iterable of tuple
            Field number, base type, raw values: one row a message; a second axis makes an array field.
            NaN is the base type's invalid value.
        developer : iterable of tuple
            Developer data index, field number, base type, raw values.
        big_endian : bool, optional
            Byte order of these messages, if it is not the writer's.

        Returns
        -------
        FitWriter
            The writer itself, so that calls can be chained.

        Raises
        ------
        ValueError
            If a value does not fit its base type, or the columns differ in length.
        """
        big = self.big_endian if big_endian is None else big_endian
        own = [(field, kind, _column_bytes(number, field, kind, values, big=big)) for field, kind, values in columns]
        apps = [
            (app, field, _column_bytes(number, field, kind, values, big=big)) for app, field, kind, values in developer
        ]
        blocks = [data for *_, data in own] + [data for *_, data in apps]
        if len({len(data) for data in blocks}) != 1:
            raise ValueError(f"message {number}: every column needs the same number of rows")
        layout = tuple((field, data.shape[1], kind) for field, kind, data in own)
        header = self._define(number, layout, tuple((field, data.shape[1], app) for app, field, data in apps), big=big)
        first = np.full((len(blocks[0]), 1), header, dtype=np.uint8)
        self._body += np.concatenate([first, *blocks], axis=1).tobytes()
        return self

    def to_bytes(self, *, header_size: int = 14) -> bytes:
        """Give the whole file.

        Parameters
        ----------
        header_size : {14, 12}
            With or without a checksum of the header itself. [bytes]

        Returns
        -------
        bytes
            Header, messages, checksum.
        """
        protocol = 0x20 if self._developer else 0x10
        head = struct.pack("<BBHI4s", header_size, protocol, self.profile_version, len(self._body), b".FIT")
        if header_size == 14:
            head += struct.pack("<H", checksum(head))
        content = head + bytes(self._body)
        return content + struct.pack("<H", checksum(content))

    def _define(
        self,
        number: int,
        layout: tuple[tuple[int, int, str], ...],
        apps: tuple[tuple[int, int, int], ...],
        *,
        big: bool,
    ) -> int:
        """Give the local type of a layout; write its definition if it is not in force."""
        definition = _definition(number, layout, apps, big)
        local = self._local_types.get(definition)
        if local is None:
            # the seventeenth layout takes the place of the one that has rested longest
            full = len(self._local_types) == LOCAL_TYPES
            local = self._local_types.popitem(last=False)[1] if full else len(self._local_types)
            self._local_types[definition] = local
            self._body.append(IS_DEFINITION | (HAS_DEVELOPER_FIELDS if apps else 0) | local)
            self._body += definition
            self._developer = self._developer or bool(apps)
        else:
            self._local_types.move_to_end(definition)
        return local


@lru_cache(maxsize=256)
def _definition(
    number: int,
    layout: tuple[tuple[int, int, str], ...],
    apps: tuple[tuple[int, int, int], ...],
    big: bool,  # noqa: FBT001  # lru_cache keys keyword and positional calls apart
) -> bytes:
    """Lay out a definition, all but its first byte."""
    for field, size, *_ in (*layout, *apps):
        if not 0 < size <= MAX_FIELD_BYTES:
            raise ValueError(f"message {number}, field {field}: {size} bytes; 1 to {MAX_FIELD_BYTES} fit a field")
    head = struct.pack(">BBHB" if big else "<BBHB", 0, int(big), number, len(layout))
    own = b"".join(bytes((field, size, BASE_TYPES[kind].code)) for field, size, kind in layout)
    return head + own + (bytes((len(apps),)) + b"".join(bytes(app) for app in apps) if apps else b"")


@lru_cache(maxsize=256)
def _layout(order: str, count: int, letter: str) -> struct.Struct:
    return struct.Struct(f"{order}{count}{letter}")


def _packed(number: int, field: int, kind: str, value: Any, *, big: bool) -> bytes:  # noqa: ANN401  # see Field
    """Lay out one value."""
    base = BASE_TYPES[kind]
    if isinstance(value, bytes):
        return value
    if base.letter == "s":
        texts = [value or ""] if value is None or isinstance(value, str) else value
        return b"".join(text.encode() + b"\0" for text in texts)
    values: Sequence[Any] = value if isinstance(value, Sequence) else (value,)
    order = ">" if big else "<"
    if any(item is None for item in values):
        return b"".join(_one(number, field, base, item, order) for item in values)
    try:
        return _layout(order, len(values), base.letter).pack(*values)
    except struct.error as error:
        raise ValueError(f"message {number}, field {field}: {value!r} does not fit {kind} ({error})") from None


def _one(number: int, field: int, base: BaseType, value: Any, order: str) -> bytes:  # noqa: ANN401  # see Field
    if value is None:
        size = struct.calcsize(base.letter)
        return base.invalid.to_bytes(size, "big" if order == ">" else "little")
    try:
        return _layout(order, 1, base.letter).pack(value)
    except struct.error as error:
        raise ValueError(f"message {number}, field {field}: {value!r} does not fit ({error})") from None


def _column_bytes(number: int, field: int, kind: str, values: npt.ArrayLike, *, big: bool) -> npt.NDArray[np.uint8]:
    """Lay out one column: a row of bytes a message."""
    base = BASE_TYPES[kind]
    raw = np.asarray(values)
    raw = raw.reshape(len(raw), -1)
    if base.letter == "s":
        raise ValueError(f"message {number}, field {field}: text is written one message at a time")
    missing = np.isnan(raw) if raw.dtype.kind == "f" else np.zeros(raw.shape, dtype=bool)
    dtype = np.dtype(base.letter)
    if base.letter in "fd":
        # a missing float is a pattern of ones, which no arithmetic gives: it is laid down as an integer
        laid = raw.astype(dtype).view(f"u{dtype.itemsize}")
        laid[missing] = base.invalid
    else:
        limits = np.iinfo(dtype)
        known = raw[~missing]
        if known.size and not (limits.min <= known.min() and known.max() <= limits.max):
            raise ValueError(f"message {number}, field {field}: values do not fit {kind}")
        laid = np.where(missing, 0, np.rint(raw) if raw.dtype.kind == "f" else raw).astype(dtype)
        laid[missing] = base.invalid
    ordered = laid.astype(laid.dtype.newbyteorder(">" if big else "<"))
    return np.ascontiguousarray(ordered).view(np.uint8).reshape(len(raw), -1)


def _byte_table() -> npt.NDArray[np.uint16]:
    """Remainders of all bytes for the polynomial 0x8005, mirrored, as FIT has it."""
    table = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint16(0xA001), table >> 1).astype(np.uint16)
    return table


BYTE_TABLE = _byte_table()


def _advance(state: npt.NDArray[np.uint16], rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    """Carry many checksums at once over one row of bytes each."""
    for row in rows:
        state = (state >> 8) ^ BYTE_TABLE[(state ^ row) & 0xFF]
    return state


@lru_cache(maxsize=1)
def _block_tables() -> tuple[list[int], list[int]]:
    """Tell what a block of zeros makes of each low and of each high byte of a checksum."""
    zeros = np.zeros((BLOCK_BYTES, 1), dtype=np.uint8)
    low = np.arange(256, dtype=np.uint16)
    return _advance(low, zeros).tolist(), _advance((low << 8).astype(np.uint16), zeros).tolist()


def checksum(data: bytes) -> int:
    """Compute FIT's 16-bit checksum.

    Parameters
    ----------
    data : bytes
        Everything that the checksum covers.

    Returns
    -------
    int
        0 to 65535.

    Notes
    -----
    CRC-16 with the polynomial 0x8005, mirrored, starting from 0. It is linear: blocks are carried side by side and
    joined afterwards, and zeros in front change nothing, so the first block is filled up with them.

    Examples
    --------
    >>> hex(checksum(b"123456789"))
    '0xbb3d'
    """
    blocks = max(1, math.ceil(len(data) / BLOCK_BYTES))
    filled = np.frombuffer(data.rjust(blocks * BLOCK_BYTES, b"\0"), dtype=np.uint8).reshape(blocks, BLOCK_BYTES)
    parts = _advance(np.zeros(blocks, dtype=np.uint16), np.ascontiguousarray(filled.T)).tolist()
    low, high = _block_tables()
    total = 0
    for part in parts:
        total = low[total & 0xFF] ^ high[total >> 8] ^ part
    return int(total)
