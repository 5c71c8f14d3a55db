"""Which values hide in the bits of others? FIT's components.

Takes the columns of a message; adds the values that stand in the bits of other fields, and never overwrites one
that was sent itself.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from stressfx.io.fit.accumulate import accumulate
from stressfx.io.fit.profile import Component, Field, Message

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["expand_components", "fill_compressed_distance"]

Column = npt.NDArray[np.generic]
Values = npt.NDArray[np.float64]


def expand_components(columns: dict[str, Column], profile: Message) -> None:
    """Add the components of every field that has some.

    Parameters
    ----------
    columns : dict of arrays
        The columns of a message by FIT's names; changed in place.
    profile : Message
        What its fields mean.
    """
    for field in profile.fields.values():
        if field.components and field.name in columns:
            _expand(columns, field)


def _expand(columns: dict[str, Column], field: Field) -> None:
    column = columns[field.name]
    bits = _bits(column, field)
    components = _repeated(field, bits.shape[1])
    if not components:  # the field is shorter than what should be in it, or never valid
        return
    at = 0
    parts: dict[str, list[Values]] = {}
    for component in components:
        powers = 2.0 ** np.arange(component.bits)
        raw = bits[:, at : at + component.bits] @ powers
        # A short part has no room for a value that means missing, and the low bits of a counter can all be set.
        if component.bits >= 8 and not component.accumulate:
            raw[raw == 2.0**component.bits - 1] = np.nan
        parts.setdefault(component.field, []).append(raw)
        at += component.bits
    for component in dict.fromkeys(field.components):
        _add(columns, component, np.column_stack(parts[component.field]))


def _repeated(field: Field, bits: int) -> tuple[Component, ...]:
    """Repeat a single component that is shorter than its field, as often as it fits."""
    if len(field.components) == 1:
        return field.components * (bits // field.components[0].bits)
    return field.components if sum(component.bits for component in field.components) <= bits else ()


def _bits(column: Column, field: Field) -> Values:
    """Lay the bits of every value side by side, the lowest first; NaN where the value is missing."""
    if column.dtype == object:
        width = max((len(value) for value in column if isinstance(value, tuple)), default=0)
        whole = np.full((len(column), width), np.nan)
        for row, value in enumerate(column):
            if isinstance(value, tuple):
                whole[row, : len(value)] = value
        whole[~((whole >= 0) & (whole <= 0xFF))] = np.nan
        octets = np.nan_to_num(whole).astype(np.uint8)
    else:
        size = min(4, max(1, sum(component.bits for component in field.components) // 8))
        whole = np.rint((np.asarray(column, np.float64)[:, None] + field.offset) * field.scale)
        whole[~((whole >= 0) & (whole < 256.0**size))] = np.nan  # of a wider type than the parts were made for
        octets = np.nan_to_num(whole).astype("<u4").view(np.uint8)[:, :size]
    bits = np.unpackbits(octets, axis=1, bitorder="little").astype(np.float64)
    bits[np.isnan(whole).all(axis=1)] = np.nan
    return bits


def _add(columns: dict[str, Column], component: Component, raw: Values) -> None:
    """Scale a component and fill its column where nothing was sent directly."""
    known = columns.get(component.field)
    direct = np.full(len(raw), np.nan) if known is None or known.dtype == object else np.asarray(known, np.float64)
    if component.accumulate:
        # The counter continues from the last value that was sent whole, through all parts of all rows in order.
        whole = np.full((len(raw), raw.shape[1] + 1), np.nan)
        whole[:, 0] = np.rint((direct + component.offset) * component.scale)
        low = np.column_stack((np.full(len(raw), np.nan), raw))
        raw = accumulate(whole.ravel(), low.ravel(), bits=component.bits, start=0.0).reshape(low.shape)[:, 1:]
    values = raw / component.scale - component.offset
    if values.shape[1] == 1:
        columns[component.field] = np.where(np.isnan(direct), values[:, 0], direct)
        return
    lists = np.empty(len(values), object)
    for row, cells in enumerate(values.tolist()):
        known_here = direct[row]
        lists[row] = None if np.isnan(cells).all() else tuple(cells)
        if known_here == known_here:  # noqa: PLR0124  # NaN is not itself
            lists[row] = (known_here,)
    columns[component.field] = lists


def fill_compressed_distance(table: "pd.DataFrame", speed_mps: Values, distance_m: Values) -> None:
    """Fill speed and distance of records from the field in which old devices pack both.

    Parameters
    ----------
    table : DataFrame
        The records in FIT's own names, components expanded.
    speed_mps, distance_m : arrays of float64
        Columns to fill where they are missing; changed in place. [m/s], [m]
    """
    for column, name in ((speed_mps, "speed"), (distance_m, "distance")):
        if name in table and table[name].dtype == np.float64:
            np.copyto(column, table[name].to_numpy(np.float64), where=np.isnan(column))
