"""How is a frame taken apart into plain columns, and put together again as it was, to the last bit?

Takes a frame of numbers, truth values, texts and times; gives its columns, each an array and the name of its type.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.blocks import Block, frame_of, texts
from stressfx.errors import SchemaError

__all__ = ["Plain", "put_together", "taken_apart"]

TEXT = "text"
ZONED = ", UTC]"
"""How the type of a column of instants ends; days have no zone."""

Values: TypeAlias = npt.NDArray[Any]


class Plain(NamedTuple):
    """One column."""

    name: str
    dtype: str
    """As pandas calls it, or ``"text"``."""
    cells: Values
    """Numbers and truth values as they are, times as datetime64 in UTC, texts as objects with None where missing."""


def taken_apart(frame: pd.DataFrame) -> list[Plain]:
    """Take a frame apart.

    Parameters
    ----------
    frame : DataFrame
        Columns of numbers, truth values, texts, days, or instants in UTC. Its index is not kept.

    Returns
    -------
    list of Plain
        The columns, in order.

    Raises
    ------
    SchemaError
        If a column is of any other type, or two have one name.

    Examples
    --------
    >>> taken_apart(pd.DataFrame({"speed_mps": [3.0, float("nan")]}))
    [Plain(name='speed_mps', dtype='float64', cells=array([ 3., nan]))]
    """
    if not frame.columns.is_unique:
        raise SchemaError("two columns have one name; names that differ are needed")
    return [_plain(str(name), column) for name, column in frame.items()]


def put_together(columns: Sequence[Plain], rows: int) -> pd.DataFrame:
    """Put a frame together again.

    Parameters
    ----------
    columns : sequence of Plain
        What `taken_apart` gave.
    rows : int
        Number of rows, for a frame without columns.

    Returns
    -------
    DataFrame
        Of the same columns, types and values, numbered from 0.
    """
    places: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        places.setdefault(column.dtype, []).append(place)
    blocks: list[tuple[Block, tuple[int, ...]]] = []
    for dtype, where in places.items():
        values = [columns[place].cells for place in where]
        if dtype == TEXT or dtype.endswith(ZONED):
            blocks += [(_block(each, dtype), (place,)) for each, place in zip(values, where, strict=True)]
        else:
            block = np.empty((len(where), rows), values[0].dtype)
            for line, each in zip(block, values, strict=True):
                line[:] = each
            blocks.append((block, tuple(where)))
    return frame_of(tuple(column.name for column in columns), blocks, rows)


def _block(values: Values, dtype: str) -> Block:
    if dtype == TEXT:
        return texts(cast("Sequence[str]", [np.nan if value is None else value for value in values]))
    # As the interface of extension arrays prescribes; `pd.array` takes three times as long to get there.
    instants: Any = pd.DatetimeTZDtype(cast("Any", np.datetime_data(values.dtype)[0]), "UTC")
    block: Block = instants.construct_array_type()._from_sequence(values, dtype=instants)  # noqa: SLF001  # see above
    return block


def _plain(name: str, column: "pd.Series[Any]") -> Plain:
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "fiub":
        return Plain(name, dtype.name, column.to_numpy())
    if isinstance(dtype, np.dtype) and dtype.kind == "M":
        return Plain(name, str(dtype), column.to_numpy())
    if isinstance(dtype, pd.DatetimeTZDtype) and str(dtype).endswith(ZONED):
        return Plain(name, str(dtype), column.to_numpy(f"datetime64[{dtype.unit}]"))
    if isinstance(dtype, pd.StringDtype) or (isinstance(dtype, np.dtype) and dtype.kind == "O"):
        cells = column.to_numpy(object, copy=True)
        cells[column.isna().to_numpy()] = None
        if all(cell is None or isinstance(cell, str) for cell in cells):
            return Plain(name, TEXT, cells)
    raise SchemaError(
        f"column {name!r} is {dtype}; a store keeps numbers, truth values, texts, days and instants in UTC"
    )
