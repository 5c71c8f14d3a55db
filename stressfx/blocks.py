"""Frames from arrays that are at hand, without a copy and without pandas looking at every column.

Takes blocks of columns of one type each; gives a frame. Reading a small file takes less time than pandas needs to
insert twenty columns one by one, so the readers build their frames here.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

try:
    from pandas.api.internals import create_dataframe_from_blocks  # type: ignore[import-not-found]  # not in the stubs
except ImportError:  # pandas before 3.0
    create_dataframe_from_blocks = None

__all__ = ["Block", "frame_of", "texts", "utc"]

Block: TypeAlias = "npt.NDArray[Any] | pd.api.extensions.ExtensionArray"
"""Columns of one type: an array of shape (columns, rows), or one pandas array."""

TEXT = pd.StringDtype(na_value=np.nan)
UTC = pd.DatetimeTZDtype("us", "UTC")


def frame_of(names: tuple[str, ...], blocks: "Sequence[tuple[Block, tuple[int, ...]]]", rows: int) -> pd.DataFrame:
    """Build a frame from blocks of columns.

    Parameters
    ----------
    names : tuple of str
        Names of all columns, in order.
    blocks : sequence of (block, places)
        Each block with the places of its columns among `names`. Arrays are taken as they are.
    rows : int
        Number of rows.

    Returns
    -------
    DataFrame
        The frame.

    Examples
    --------
    >>> frame_of(("a", "b"), [(np.array([[1.0, 2.0], [3.0, 4.0]]), (0, 1))], 2).sum().tolist()
    [3.0, 7.0]
    """
    index = pd.RangeIndex(rows)
    if create_dataframe_from_blocks is not None:
        placed = [(block, _placement(places)) for block, places in blocks]
        frame: pd.DataFrame = create_dataframe_from_blocks(placed, index, _columns(names))
        return frame
    by_place: dict[int, Any] = {}
    for block, places in blocks:
        by_place |= zip(places, block if isinstance(block, np.ndarray) and block.ndim == 2 else [block], strict=True)
    return pd.DataFrame({names[place]: by_place[place] for place in sorted(by_place)}, index=index, copy=False)


def utc(instants: npt.NDArray[np.datetime64]) -> "pd.api.extensions.ExtensionArray":
    """Mark instants as UTC.

    Parameters
    ----------
    instants : array of datetime64[us]
        Instants in UTC.

    Returns
    -------
    ExtensionArray
        Of dtype ``datetime64[us, UTC]``.
    """
    return _array(instants, UTC)


def texts(cells: "Sequence[str]") -> Block:
    """Make a column of texts, of whatever dtype this pandas keeps texts in.

    Parameters
    ----------
    cells : sequence of str
        The texts.

    Returns
    -------
    Block
        One column.
    """
    return _texts(cells) if len(cells) else _no_texts()


def _texts(cells: "Sequence[str]") -> Block:
    if create_dataframe_from_blocks is None:
        column = np.empty((1, len(cells)), object)
        column[0] = cells
        return column
    return _array(cells, TEXT)


def _array(values: Any, dtype: Any) -> "pd.api.extensions.ExtensionArray":  # noqa: ANN401  # whatever the dtype takes
    # The way that the interface of extension arrays prescribes; `pd.array` takes three times as long to get there.
    array: pd.api.extensions.ExtensionArray = dtype.construct_array_type()._from_sequence(values, dtype=dtype)  # noqa: SLF001
    return array


@lru_cache(maxsize=1)
def _no_texts() -> Block:
    return _texts([])


@lru_cache(maxsize=512)
def _columns(names: tuple[str, ...]) -> pd.Index:
    return pd.Index(names)


@lru_cache(maxsize=64)
def _placement(places: tuple[int, ...]) -> npt.NDArray[np.intp]:
    return np.array(places, np.intp)
