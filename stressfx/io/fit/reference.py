"""The same frames through the fitparse library: a second opinion on our own decoder.

Takes a FIT file; gives an `Activity` that was assembled from fitparse's messages by the same way as ours, so that a
difference between the two is a difference in decoding.
"""

from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from fitparse import FitFile
from fitparse.records import DevFieldDefinition
from fitparse.utils import FitParseError

from stressfx.errors import UnreadableFileError
from stressfx.io.activity import Activity
from stressfx.io.fit.assemble import Tables, assemble
from stressfx.io.fit.profile import Message, message_by_name
from stressfx.io.fit.wanted import Wanted
from stressfx.io.source import Source

__all__ = ["read_fit_reference"]


def read_fit_reference(source: Source) -> Activity:
    """Read a FIT file by fitparse.

    Parameters
    ----------
    source : Source
        The file.

    Returns
    -------
    Activity
        The same frames as `read_fit` gives.

    Raises
    ------
    UnreadableFileError
        If fitparse cannot read the file; it knows no salvage.
    """
    try:
        messages = list(FitFile(BytesIO(source.data)).get_messages())
    except (FitParseError, ValueError, KeyError, TypeError, IndexError, EOFError, OverflowError) as error:
        raise UnreadableFileError(source.label, f"fitparse cannot read it ({type(error).__name__})") from None
    activity = assemble(source, _Parsed(messages), [])
    return replace(activity, source=replace(activity.source, engine="fitparse"))


class _Parsed(Tables):
    """The messages of a file as fitparse decoded them."""

    def __init__(self, messages: list[Any]) -> None:
        self._by_name: dict[str, list[Any]] = {}
        for message in messages:
            self._by_name.setdefault(message.name, []).append(message)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)

    def has(self, message: str, field: str) -> bool:
        number = message_by_name(message).field_named(field).number
        return any(_native(entry) and entry.def_num == number for row in self._rows(message) for entry in row.fields)

    def numbers(self, message: str, wanted: tuple[Wanted, ...]) -> npt.NDArray[np.float64]:
        rows = self._rows(message)
        profile = message_by_name(message)
        block = np.full((len(wanted), len(rows)), np.nan)
        for place, row in enumerate(rows):
            values = _values(row)
            for at, column in enumerate(wanted):
                block[at, place] = _first(values, column, profile)
        return block

    def developer_columns(self) -> dict[str, npt.NDArray[np.generic]]:
        rows = self._rows("record")
        columns: dict[str, npt.NDArray[np.generic]] = {}
        for place, row in enumerate(rows):
            for entry in row.fields:
                if isinstance(entry.field_def, DevFieldDefinition) and entry.name:
                    name = f"dev{entry.field_def.dev_data_index}.{entry.name}"
                    empty = np.full(len(rows), None, object)
                    columns.setdefault(name, empty)[place] = entry.value
        return {name: _as_numbers(column) for name, column in columns.items()}

    def product_name(self) -> str:
        return next((row.get_value("product_name") or "" for row in self._rows("file_id")), "")

    def frame(self, name: str) -> pd.DataFrame:
        return pd.DataFrame([row.get_values() for row in self._rows(name)])

    def _rows(self, message: str) -> list[Any]:
        return self._by_name.get(message, [])


def _native(entry: Any) -> bool:  # noqa: ANN401  # fitparse has no types
    return not isinstance(entry.field_def, DevFieldDefinition)


def _values(row: Any) -> dict[int, float]:  # noqa: ANN401  # fitparse has no types
    """By field number, the first valid value: a second, invalid copy of a field must not wipe it."""
    values: dict[int, float] = {}
    for entry in row.fields:
        if not _native(entry) or entry.def_num in values:
            continue
        # Words and times come back as such; their numbers stand beside them.
        value = entry.value if isinstance(entry.value, int | float | tuple) else entry.raw_value
        if isinstance(value, tuple):
            value = next((part for part in value if part is not None), None)
        if isinstance(value, int | float):
            values[entry.def_num] = float(value)
    return values


def _first(values: dict[int, float], column: Wanted, profile: Message) -> float:
    numbers = (profile.field_named(name).number for name in column.fields)
    value = next((values[number] for number in numbers if number in values), None)
    return float("nan") if value is None else value / column.per_unit


def _as_numbers(column: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    if any(isinstance(value, str | tuple) for value in column):
        return column
    return np.array([np.nan if value is None else value for value in column], np.float64)
