"""All messages of one kind, every field, in FIT's own names and units: what `Activity.messages` gives.

Takes the index of a file and the number of a message; gives a frame with one row a message in file order.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.blocks import utc
from stressfx.errors import LimitError
from stressfx.io.fit.clock import compressed_times, instants
from stressfx.io.fit.columns import DATED, Rows, gather, raw_values, texts, tuples, valid_values
from stressfx.io.fit.container import Messages
from stressfx.io.fit.developer import Described, developer_values
from stressfx.io.fit.expand import expand_components
from stressfx.io.fit.layout import Slot
from stressfx.io.fit.profile import SUBFIELDS, TIMESTAMP, Field, Message, text_of

__all__ = ["limit_cells", "merge", "message_frame"]

MOST_CELLS = 2**23
"""Cells of a table that are not worth a look at the size of the file."""

CELLS_PER_BYTE = 4
"""Cells of a table for each byte of the file: a value takes a byte at least, and some are missing."""

Column = npt.NDArray[np.generic]


@np.errstate(invalid="ignore", over="ignore")  # damaged floats may be signalling NaN
def message_frame(messages: Messages, profile: Message, developer: list[Described]) -> pd.DataFrame:
    """Decode every message of one kind.

    Parameters
    ----------
    messages : Messages
        The index of a file.
    profile : Message
        Which message, and what its fields mean.
    developer : list of dict
        The fields of apps that each file of the chain describes.

    Returns
    -------
    DataFrame
        Numbers are float64 in FIT's units, or Int64 or UInt64 where 64 bits need it; enumerated values and texts are
        text; times are instants; lists are tuples. A time that counts from the start of the device stands in a
        further column ``<name>_relative_s``. Fields of apps are called ``dev<app>.<name>``.

    Raises
    ------
    LimitError
        If the frame would be larger beyond all proportion than the file.
    """
    places = messages.of(profile.number)
    columns: dict[str, Column] = {}
    groups = messages.by_layout(places)
    own = {slot.number for layout, _ in groups for slot in layout.slots}
    apps = {(slot.app, slot.number) for layout, _ in groups for slot in layout.developer}
    limit_cells(messages, len(own) + len(apps), len(places))
    for layout, rows in groups:
        for part, octets in gather(messages, layout, places, rows):
            for slot in layout.slots:
                field = profile.fields.get(slot.number) or _unknown(slot)
                merge(columns, field.name, part, _values(octets, layout.order, slot, field), len(places))
    for name, rows, values in developer_values(messages, places, developer):
        merge(columns, name, rows, values, len(places))
    timed = compressed_times(messages, places)
    if timed is not None:
        merge(columns, "timestamp", slice(None), timed, len(places))
    expand_components(columns, profile)
    _add_subfields(columns, profile)
    return pd.DataFrame(_finished(columns, profile), index=pd.RangeIndex(len(places)))


def limit_cells(messages: Messages, fields: int, rows: int) -> None:
    """Refuse a table that a small file would blow up: many columns, each with a value in few of many rows.

    Parameters
    ----------
    messages : Messages
        The index of a file.
    fields, rows : int
        How many columns and rows the table has.

    Raises
    ------
    LimitError
        If the cells are far more than the bytes of the file.
    """
    most = max(MOST_CELLS, CELLS_PER_BYTE * len(messages.data))
    if fields * rows > most:
        raise LimitError(messages.label, f"{fields} fields of {rows} messages; {most} cells are taken at most")


def _unknown(slot: Slot) -> Field:
    return Field(slot.number, "timestamp" if slot.number == TIMESTAMP else f"unknown_{slot.number}", slot.base.name)


def _values(octets: npt.NDArray[np.uint8], order: str, slot: Slot, field: Field) -> Column:
    """Decode one field of gathered messages: floats, or objects for texts, lists and 64-bit integers."""
    if slot.base.name == "string":
        return texts(octets, slot)
    raw = raw_values(octets, order, slot)
    valid = valid_values(raw, slot)
    if slot.base.size == 8 and slot.base.code != "f8":
        return _wide(raw, valid)
    values = raw.astype(np.float64)
    # What has components is taken apart as whole numbers first, and scaled once.
    if not (slot.length > 1 and field.components):
        values = values / field.scale - field.offset
    values[~valid] = np.nan
    return tuples(values, valid) if slot.length > 1 else values


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


def merge(columns: dict[str, Column], name: str, rows: Rows, values: Column, total: int) -> None:
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
    if all(isinstance(value, int) for value in values) and (min(values) >= 0 or max(values) < 2**63):
        return pd.array(list(column), dtype="Int64" if min(values) < 0 else "UInt64")
    return column
