"""All messages of one kind, every field, in FIT's own names and units: what `Activity.messages` gives.

Takes the index of a file and the number of a message; gives a frame with one row a message in file order.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.blocks import utc
from stressfx.io.fit.clock import compressed_times, instants
from stressfx.io.fit.columns import DATED, gather, raw_values
from stressfx.io.fit.container import Messages
from stressfx.io.fit.developer import DeveloperField, developer_values
from stressfx.io.fit.expand import expand_components
from stressfx.io.fit.layout import Slot
from stressfx.io.fit.profile import SUBFIELDS, TIMESTAMP, Field, Message, text_of

__all__ = ["merge", "message_frame", "texts"]

Column = npt.NDArray[np.generic]


@np.errstate(invalid="ignore", over="ignore")  # damaged floats may be signalling NaN
def message_frame(
    messages: Messages, profile: Message, developer: dict[tuple[int, int], DeveloperField]
) -> pd.DataFrame:
    """Decode every message of one kind.

    Parameters
    ----------
    messages : Messages
        The index of a file.
    profile : Message
        Which message, and what its fields mean.
    developer : dict
        The fields of apps, by (app, field number).

    Returns
    -------
    DataFrame
        Numbers are float64 in FIT's units, or Int64 where 64 bits need it; enumerated values and texts are text;
        times are instants; lists are tuples. A time that counts from the start of the device stands in a further
        column ``<name>_relative_s``. Fields of apps are called ``dev<app>.<name>``.
    """
    places = messages.of(profile.number)
    columns: dict[str, Column] = {}
    for layout, rows in messages.by_layout(places):
        for part, octets in gather(messages, layout, places, rows):
            for slot in layout.slots:
                field = profile.fields.get(slot.number) or _unknown(slot)
                merge(columns, field.name, part, _values(octets, layout.order, slot, field), len(places))
            for name, values in developer_values(octets, layout, developer):
                merge(columns, name, part, values, len(places))
    timed = compressed_times(messages, places)
    if timed is not None:
        merge(columns, "timestamp", slice(None), timed, len(places))
    expand_components(columns, profile)
    _add_subfields(columns, profile)
    return pd.DataFrame(_finished(columns, profile), index=pd.RangeIndex(len(places)))


def _unknown(slot: Slot) -> Field:
    return Field(slot.number, "timestamp" if slot.number == TIMESTAMP else f"unknown_{slot.number}", slot.base.name)


def _values(octets: npt.NDArray[np.uint8], order: str, slot: Slot, field: Field) -> Column:
    """Decode one field of gathered messages: floats, or objects for texts, lists and 64-bit integers."""
    if slot.base.name == "string":
        return texts(octets, slot)
    raw = raw_values(octets, order, slot)
    valid = ~np.isnan(raw) if slot.base.name.startswith("float") else raw != slot.base.invalid
    if slot.base.name == "byte" and slot.length > 1:  # bytes are missing together, never one alone
        valid[:] = valid.any(axis=1, keepdims=True)
    if slot.base.size == 8 and slot.base.code != "f8":
        return _wide(raw, valid)
    values = raw.astype(np.float64)
    # What has components is taken apart as whole numbers first, and scaled once.
    if not (slot.length > 1 and field.components):
        values = values / field.scale - field.offset
    values[~valid] = np.nan
    return _tuples(values, valid) if slot.length > 1 else values


def texts(octets: npt.NDArray[np.uint8], slot: Slot) -> Column:
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


def _wide(raw: Column, valid: npt.NDArray[np.bool_]) -> Column:
    """Keep integers of 64 bits as they are: a float holds 53."""
    column = np.empty(len(raw), object)
    valids: Any = valid.tolist()
    for row, (value, is_valid) in enumerate(zip(raw.tolist(), valids, strict=True)):
        if isinstance(value, list):
            column[row] = (
                tuple(v if ok else None for v, ok in zip(value, is_valid, strict=True)) if any(is_valid) else None
            )
        else:
            column[row] = value if is_valid else None
    return column


def _tuples(values: npt.NDArray[np.float64], valid: npt.NDArray[np.bool_]) -> Column:
    column = np.empty(len(values), object)
    some: npt.NDArray[np.bool_] = np.asarray(valid.any(axis=1))
    for row, cells in enumerate(values.tolist()):
        column[row] = tuple(cells) if some[row] else None
    return column


def merge(
    columns: dict[str, Column], name: str, rows: slice | npt.NDArray[np.int64], values: Column, total: int
) -> None:
    """Lay values into their column; where both have one, the first that was read stays.

    Parameters
    ----------
    columns : dict of arrays
        The columns so far; changed in place.
    name : str
        Which column.
    rows : slice or array of int64
        Where the values belong.
    values : array of float64 or object
        The values.
    total : int
        How many rows the column has.
    """
    column = columns.get(name)
    if column is None:
        column = np.full(total, np.nan) if values.dtype == np.float64 else np.full(total, None, object)
    elif column.dtype != values.dtype:  # a number in one layout, a list or text in another
        column = column.astype(object)
    known = pd.notna(column[rows])
    column[rows] = np.where(known, column[rows], values) if known.any() else values
    columns[name] = column


def _add_subfields(columns: dict[str, Column], profile: Message) -> None:
    for (message, field), (name, decider, deciding) in SUBFIELDS.items():
        if message == profile.name and field in columns and decider in columns:
            applies = np.isin(columns[decider], list(deciding))
            if applies.any():
                columns[name] = np.where(applies, columns[field], np.nan)


def _finished(columns: dict[str, Column], profile: Message) -> dict[str, object]:
    """Give times, words and integers their final form, the time first."""
    types = {field.name: field.type for field in profile.fields.values() if field.scale == 1} | {
        "timestamp": "date_time"
    }
    final: dict[str, object] = {}
    for name in sorted(columns, key=lambda name: name != "timestamp"):
        column, kind = columns[name], types.get(name, "")
        if column.dtype == np.float64 and kind in DATED:
            seconds = np.asarray(column, np.float64)
            times = instants(seconds)
            final[name] = utc(times) if kind == "date_time" else times
            relative = np.where(np.isnat(times), seconds, np.nan)
            if not np.isnan(relative).all():
                final[f"{name}_relative_s"] = relative
        elif column.dtype == np.float64 and (words := text_of(kind)):
            codes = column.tolist()
            final[name] = [words.get(int(code), str(int(code))) if math.isfinite(code) else "" for code in codes]
        elif column.dtype == object:
            final[name] = _objects(column)
        else:
            final[name] = column
    return final


def _objects(column: Column) -> object:
    """Give integers of 64 bits a dtype that holds them, and a column without any value that of a number."""
    values = [value for value in column if value is not None]
    if not values:
        return np.full(len(column), np.nan)
    if all(isinstance(value, int) for value in values):
        return pd.array(list(column), dtype="Int64" if min(values) < 0 else "UInt64")
    return column
