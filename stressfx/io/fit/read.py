"""`read_fit`: one FIT file in, an `Activity` out.

Takes a path, bytes or an open binary file, gzipped or not. Records, laps, sessions and events are decoded at once,
every other message when it is asked for.
"""

from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.findings import Finding
from stressfx.io.activity import Activity
from stressfx.io.fit.assemble import Tables, assemble
from stressfx.io.fit.clock import compressed_times
from stressfx.io.fit.columns import decode_numbers, gather, texts
from stressfx.io.fit.container import Messages, read_messages
from stressfx.io.fit.developer import Described, developer_fields, developer_values, undescribed
from stressfx.io.fit.expand import fill_compressed_distance
from stressfx.io.fit.layout import Layout, Slot
from stressfx.io.fit.profile import message_by_name, message_name, message_profile
from stressfx.io.fit.table import limit_cells, merge, message_frame
from stressfx.io.fit.wanted import RECORD, Wanted
from stressfx.io.source import FileLike, open_source

__all__ = ["read_fit"]

RECORDS = message_by_name("record").number
SCALARS = frozenset(message_by_name("record").field_named(name).number for column in RECORD for name in column.fields)
"""The fields of a record that ought to hold one value."""


def read_fit(file: FileLike, *, crc: str = "warn", recover: bool = True, engine: str = "stressfx") -> Activity:
    """Read a FIT file.

    Parameters
    ----------
    file : path, bytes or binary file
        The file, gzipped or not.
    crc : {"warn", "raise", "ignore"}
        What to do when the checksum does not match: note it as a finding, raise, or not check at all.
    recover : bool
        Keep the sound part of a damaged file, with findings that say what was lost; otherwise raise.
    engine : {"stressfx", "fitparse"}
        The decoder. ``"fitparse"`` gives the same frames through that library, for comparison; it is slower by a
        factor of some hundreds, and raises where it cannot read a file.

    Returns
    -------
    Activity
        What the file holds. A file that is no activity has empty records, and says in ``source.kind`` what it is.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is no FIT file; if it is damaged and `recover` is off.
    LimitError
        If the file is larger, in more legs, or of more and longer columns, than the reader takes.

    Notes
    -----
    Columns are decoded by numpy from the layout that the file itself defines: value = raw / scale - offset, in one
    division. ``enhanced_*`` fields are preferred. Values that the device marks as missing are NaN. Times below
    0x10000000 count from the start of the device and are no dates.

    Examples
    --------
    >>> read_fit(b"no FIT file")
    Traceback (most recent call last):
    ...
    stressfx.errors.UnreadableFileError: <bytes>: no FIT header was found: '.FIT' at byte 8 of a header of 12 or 14
    """
    if crc not in {"warn", "raise", "ignore"}:
        raise ValueError(f"crc is {crc!r}; 'warn', 'raise' or 'ignore' is needed")
    if engine not in {"stressfx", "fitparse"}:
        raise ValueError(f"engine is {engine!r}; 'stressfx' or 'fitparse' is needed")
    source = open_source(file)
    if engine == "fitparse":
        from stressfx.io.fit.reference import read_fit_reference  # noqa: PLC0415  # imports fitparse

        return read_fit_reference(source)
    messages, findings = read_messages(source.label, source.data, crc=crc, recover=recover)
    tables = _Decoded(messages)
    return assemble(source, tables, findings + tables.layout_findings())


class _Decoded(Tables):
    """The messages of a file, decoded by stressfx when they are asked for."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._declared: dict[int, set[int]] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(message_name(number) for number in sorted(self._messages.held))

    @cached_property
    def _developer(self) -> list[Described]:
        return developer_fields(self._messages)

    def has(self, message: str, field: str) -> bool:
        profile = message_by_name(message)
        declared = self._declared.get(profile.number)
        if declared is None:
            layouts = (layout for layout in self._messages.layouts if layout.message == profile.number)
            declared = self._declared[profile.number] = {slot.number for layout in layouts for slot in layout.slots}
        return profile.field_named(field).number in declared

    def numbers(self, message: str, wanted: tuple[Wanted, ...]) -> npt.NDArray[np.float64]:
        block, places = decode_numbers(self._messages, message, wanted)
        names = [column.name for column in wanted]
        if "time" in names and (timed := compressed_times(self._messages, places)) is not None:
            row = block[names.index("time")]
            np.copyto(row, timed, where=np.isnan(row))
        if message == "record" and self.has("record", "compressed_speed_distance"):
            table = message_frame(self._messages, message_by_name("record"), [{} for _ in self._messages.parts])
            fill_compressed_distance(table, block[names.index("speed_mps")], block[names.index("distance_m")])
        return block

    @np.errstate(invalid="ignore", over="ignore")  # damaged floats may be signalling NaN
    def developer_columns(self) -> dict[str, npt.NDArray[np.generic]]:
        messages = self._messages
        places = messages.of(RECORDS)
        columns: dict[str, npt.NDArray[np.generic]] = {}
        if not any(self._developer):
            return columns
        layouts = (layout for layout in messages.layouts if layout.message == RECORDS)
        limit_cells(
            messages, len({(slot.app, slot.number) for layout in layouts for slot in layout.developer}), len(places)
        )
        for name, rows, values in developer_values(messages, places, self._developer):
            merge(columns, name, rows, values, len(places))
        return columns

    def product_name(self) -> str:
        messages = self._messages
        profile = message_by_name("file_id")
        number = profile.field_named("product_name").number
        places = messages.of(profile.number)
        for layout, rows in messages.by_layout(places[:1]):
            slot = layout.by_number.get(number)
            if slot is not None:
                return str(texts(next(gather(messages, layout, places[:1], rows))[1], slot)[0])
        return ""

    def frame(self, name: str) -> pd.DataFrame:
        number = next(number for number in self._messages.held if message_name(number) == name)
        return message_frame(self._messages, message_profile(number), self._developer)

    def layout_findings(self) -> list[Finding]:
        """Say what is odd about the definitions."""
        layouts = self._messages.layouts
        found: list[Finding] = []
        odd = sum(layout.odd_sizes for layout in layouts)
        if odd:
            found.append(Finding("fit-field-size", odd, f"{odd} fields have a size that does not fit their type."))
        empty = sum(layout.empty for layout in layouts)
        if empty:
            found.append(Finding("fit-field-empty", empty, f"{empty} fields are declared with no size."))
        arrays = sum(slot.length > 1 and slot.number in SCALARS for layout in layouts for slot in _of_records(layout))
        if arrays:
            found.append(Finding("fit-array", arrays, f"{arrays} fields of the records hold lists."))
        unknown = undescribed(self._messages, self._developer) if any(layout.developer for layout in layouts) else 0
        if unknown:
            found.append(Finding("fit-developer-unknown", unknown, f"{unknown} fields of apps have no description."))
        return found


def _of_records(layout: Layout) -> tuple[Slot, ...]:
    return layout.slots if layout.message == RECORDS else ()
