"""From messages to columns: one gather a layout, one float block a table.

Takes the index of a file and the fields that are wanted; gives a block of float64 with one row a column, in SI
units, NaN where the device marked a value as missing.
"""

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from stressfx.io.fit.container import Messages
from stressfx.io.fit.layout import Layout, Slot
from stressfx.io.fit.profile import TIMESTAMP, message_by_name
from stressfx.io.fit.wanted import Wanted

__all__ = ["Rows", "decode_numbers", "gather", "raw_values", "texts", "timestamps", "tuples", "valid_values"]

Rows: TypeAlias = slice | npt.NDArray[np.int64]
"""Some rows of a table."""
Octets = npt.NDArray[np.uint8]
Block = npt.NDArray[np.float64]

DATED = {"date_time", "local_date_time"}

FEW = 8
"""Up to so many messages are read one by one."""

LETTERS = {"u1": "B", "i1": "b", "u2": "H", "i2": "h", "u4": "I", "i4": "i", "u8": "Q", "i8": "q", "f4": "f", "f8": "d"}
"""The types in the letters of the module struct."""

MANY = 65536
"""Messages of one layout that are gathered at once: it bounds the memory of the copies."""


@dataclass(frozen=True)
class _Step:
    """One field to read: into which row of the block, and how. value = raw / divisor - offset."""

    row: int
    slot: Slot
    dtype: np.dtype[np.generic]
    invalid: float | int | None
    divisor: float
    offset: float
    fills: bool
    """Whether an earlier field of the same column was read before."""

    @cached_property
    def unpack(self) -> Callable[[bytes, int], tuple[float, ...]]:
        """Read the field out of a single message."""
        return struct.Struct(self.dtype.str.replace("|", "<")[0] + LETTERS[self.slot.base.code]).unpack_from


def decode_numbers(messages: Messages, message: str, wanted: tuple[Wanted, ...]) -> tuple[Block, npt.NDArray[np.int64]]:
    """Read the wanted columns of one kind of message.

    Parameters
    ----------
    messages : Messages
        The index of a file.
    message : str
        FIT's name of the message.
    wanted : tuple of Wanted
        The columns.

    Returns
    -------
    array of float64, shape (columns, messages)
        The values. Enumerated ones are their numbers, times are seconds of FIT's clock.
    array of int64
        Place of each message among all messages of the file.
    """
    places = messages.of(message_by_name(message).number)
    if not len(places):
        return np.empty((len(wanted), 0)), places
    groups = messages.by_layout(places)
    if len(groups) == 1 and len(places) <= FEW:
        steps = _steps(groups[0][0], message, wanted)
        if all(step.slot.length == 1 for step in steps):
            return _read_few(messages, places, steps, len(wanted)), places
    block = np.empty((len(wanted), len(places)))
    for layout, rows in groups:
        steps = _steps(layout, message, wanted)
        read = {step.row for step in steps}
        for row in range(len(wanted)):
            if row not in read:
                block[row, rows] = np.nan
        for part, octets in gather(messages, layout, places, rows):
            with np.errstate(invalid="ignore", over="ignore"):  # damaged floats may be signalling NaN
                for step in steps:
                    _read(step, layout, octets, block, part)
    return block, places


def gather(
    messages: Messages, layout: Layout, places: npt.NDArray[np.int64], rows: Rows
) -> Iterator[tuple[Rows, Octets]]:
    """Copy the bytes of all messages of one layout side by side.

    Parameters
    ----------
    messages : Messages
        The index of a file.
    layout : Layout
        Their layout.
    places : array of int64
        The messages of a table.
    rows : slice or array of int64
        Those of them that have this layout.

    Yields
    ------
    rows : slice or array of int64
        Some of the rows: all of them, unless they are very many.
    octets : array of uint8, shape (messages, size of one)
        Their bytes.
    """
    starts = messages.starts[places[rows]]
    size = layout.size
    windows = np.ndarray((len(messages.data) - size + 1, size), np.uint8, messages.data, 0, (1, 1))
    if len(starts) <= MANY:
        yield rows, windows[starts]
        return
    for first in range(0, len(starts), MANY):
        last = first + MANY
        part = slice(first, min(last, len(starts))) if isinstance(rows, slice) else rows[first:last]
        yield part, windows[starts[first:last]]


def raw_values(octets: Octets, order: str, slot: Slot) -> npt.NDArray[np.generic]:
    """View one field in gathered messages, as integers or floats.

    Parameters
    ----------
    octets : array of uint8, shape (messages, size of one)
        Gathered messages.
    order : {"<", ">"}
        Byte order.
    slot : Slot
        Where the field lies.

    Returns
    -------
    array, shape (messages,) or (messages, length)
        A view; nothing is copied.
    """
    dtype = _dtype(order, slot.base.code)
    shape: tuple[int, ...] = (len(octets),)
    strides: tuple[int, ...] = (octets.strides[0],)
    if slot.length > 1:
        shape, strides = (*shape, slot.length), (*strides, slot.base.size)
    return np.ndarray(shape, dtype, octets, slot.offset, strides)


def valid_values(raw: npt.NDArray[np.generic], slot: Slot) -> npt.NDArray[np.bool_]:
    """Tell which values of a field are none that mean missing.

    Parameters
    ----------
    raw : array
        What `raw_values` gave.
    slot : Slot
        Where the field lies.

    Returns
    -------
    array of bool
        As many; bytes of a list are missing together, never one alone.
    """
    floating = slot.base.name.startswith("float")
    valid: npt.NDArray[np.bool_] = ~np.isnan(raw) if floating else raw != slot.base.invalid
    if slot.base.name == "byte" and slot.length > 1:
        valid[:] = valid.any(axis=1, keepdims=True)
    return valid


def tuples(values: Block, valid: npt.NDArray[np.bool_]) -> npt.NDArray[np.generic]:
    """Turn lists of numbers into tuples.

    Parameters
    ----------
    values : array of float64, shape (messages, length)
        The numbers.
    valid : array of bool, same shape
        Which of them are known.

    Returns
    -------
    array of object
        Tuples; None where no number of a list is known.
    """
    column = np.empty(len(values), object)
    some: npt.NDArray[np.bool_] = np.asarray(valid.any(axis=1))
    for row, cells in enumerate(values.tolist()):
        column[row] = tuple(cells) if some[row] else None
    return column


def texts(octets: npt.NDArray[np.uint8], slot: Slot) -> npt.NDArray[np.generic]:
    """Decode a text: it ends at the first NUL, or at the end of its field.

    Parameters
    ----------
    octets : array of uint8, shape (messages, size of one)
        Gathered messages.
    slot : Slot
        Where the text lies.

    Returns
    -------
    array of object
        Texts; empty where there is none.
    """
    column = np.empty(len(octets), object)
    for row, cell in enumerate(octets[:, slot.offset : slot.offset + slot.size]):
        column[row] = cell.tobytes().split(b"\0", 1)[0].decode("utf-8", "replace")
    return column


@lru_cache(maxsize=64)
def _dtype(order: str, code: str) -> np.dtype[np.generic]:
    return np.dtype(order + code)


@lru_cache(maxsize=4096)
def _steps(layout: Layout, message: str, wanted: tuple[Wanted, ...]) -> tuple[_Step, ...]:
    """Plan what to read from messages of one layout."""
    profile = message_by_name(message)
    steps: list[_Step] = []
    for row, column in enumerate(wanted):
        fills = False
        for name in column.fields:
            field = profile.field_named(name)
            slot = layout.by_number.get(field.number)
            if slot is None or slot.base.name == "string" or (slot.base.name == "byte" and slot.length > 1):
                continue
            if field.type in DATED and slot.base.code != "u4":
                continue  # a time is 32 bits without a sign, or it is no time
            floating = slot.base.name.startswith("float")
            steps.append(
                _Step(
                    row,
                    slot,
                    _dtype(layout.order, slot.base.code),
                    None if floating else slot.base.invalid,
                    field.scale * column.per_unit,
                    field.offset / column.per_unit,
                    fills,
                ),
            )
            fills = True
    return tuple(steps)


def _read_few(messages: Messages, places: npt.NDArray[np.int64], steps: tuple[_Step, ...], columns: int) -> Block:
    """Read fields of a few messages one by one: an array has to be long before it is worth its making."""
    starts = messages.starts[places].tolist()
    data = messages.data
    block = [[math.nan] * len(starts) for _ in range(columns)]
    for step in steps:
        values, at, unpack = block[step.row], step.slot.offset, step.unpack
        for row, start in enumerate(starts):
            raw = unpack(data, start + at)[0]
            if raw != step.invalid and not (step.fills and values[row] == values[row]):  # NaN is not itself
                value = raw / step.divisor - step.offset
                values[row] = value if math.isfinite(value) else math.nan
    return np.array(block, np.float64)


def _read(step: _Step, layout: Layout, octets: Octets, block: Block, rows: Rows) -> None:
    """Read one field of gathered messages into its row of the block, with one division."""
    slot = step.slot
    raw = np.ndarray((len(octets),), step.dtype, octets, slot.offset, (octets.strides[0],))
    if slot.length > 1:
        raw = _first_valid(raw_values(octets, layout.order, slot), step.invalid)
    direct = isinstance(rows, slice) and not step.fills
    target = block[step.row, rows] if direct else np.empty(len(raw))
    if step.divisor == 1.0:
        target[...] = raw
    else:
        np.divide(raw, step.divisor, out=target)
    if step.offset:
        target -= step.offset
    if step.invalid is None:
        target[~np.isfinite(target)] = np.nan
    else:
        missing = raw == step.invalid
        if np.count_nonzero(missing):
            target[missing] = np.nan
    if step.fills:
        known = block[step.row, rows]
        block[step.row, rows] = np.where(np.isnan(known), target, known)
    elif not direct:
        block[step.row, rows] = target


def _first_valid(raw: npt.NDArray[np.generic], invalid: float | None) -> npt.NDArray[np.generic]:
    """Take the first valid value of a list that stands where one value is expected."""
    valid = ~np.isnan(raw) if invalid is None else raw != invalid
    first = valid.argmax(axis=1)
    return np.ascontiguousarray(raw[np.arange(len(raw)), first])


def timestamps(messages: Messages, places: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Read the time field of messages of any kind.

    Parameters
    ----------
    messages : Messages
        The index of a file.
    places : array of int64
        Which messages.

    Returns
    -------
    array of float64
        Seconds of FIT's clock; NaN where a message has no time or marks it as missing. [s]
    """
    seconds = np.full(len(places), np.nan)
    for layout, rows in messages.by_layout(places):
        slot = layout.by_number.get(TIMESTAMP)
        if slot is None or slot.base.code != "u4" or slot.size != slot.base.size:
            continue
        for part, octets in gather(messages, layout, places, rows):
            raw = raw_values(octets, layout.order, slot)
            seconds[part] = np.where(raw == slot.base.invalid, np.nan, raw)
    return seconds
