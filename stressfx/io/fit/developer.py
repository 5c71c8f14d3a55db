"""What did an app on the watch record? Developer fields, each in the namespace of its app.

Takes ``field_description`` messages and those that use them; gives columns called ``dev<app>.<name>``, so that no
field of an app can overwrite one of the device.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from stressfx.io.fit.columns import Rows, gather, raw_values, texts, tuples, valid_values
from stressfx.io.fit.container import Messages
from stressfx.io.fit.layout import BASE_TYPES, BYTE, BaseType, Layout, Slot

__all__ = ["Described", "DeveloperField", "developer_fields", "developer_values", "undescribed"]

FIELD_DESCRIPTION = 206
APP, NUMBER, BASE_TYPE, NAME, SCALE, OFFSET = 0, 1, 2, 3, 6, 7


@dataclass(frozen=True)
class DeveloperField:
    """One field of an app: value = raw / scale - offset."""

    name: str
    base: BaseType
    scale: float
    offset: float


Described: TypeAlias = dict[tuple[int, int], DeveloperField]
"""The fields that a file describes, by (app, field number)."""


def developer_fields(messages: Messages) -> list[Described]:
    """Read the descriptions of all fields of apps.

    Parameters
    ----------
    messages : Messages
        The index of a file.

    Returns
    -------
    list of dict
        For each file of the chain, its fields by (app, field number). One that is described twice keeps its last
        description; what one file says does not hold for the next.
    """
    found: list[Described] = [{} for _ in messages.parts]
    places = messages.of(FIELD_DESCRIPTION)
    if not len(places):
        return found
    parts = np.searchsorted(np.array(messages.parts), places, side="right") - 1
    for layout, rows in messages.by_layout(places):
        if not {APP, NUMBER, BASE_TYPE} <= layout.by_number.keys():
            continue
        for some, octets in gather(messages, layout, places, rows):
            for part, message in zip(parts[some].tolist(), octets, strict=True):
                key, field = _described(message.tobytes(), layout)
                found[part][key] = field
    return found


def undescribed(messages: Messages, developer: list[Described]) -> int:
    """Count the fields of apps that a file uses but does not describe.

    Parameters
    ----------
    messages : Messages
        The index of a file.
    developer : list of dict
        What `developer_fields` gave.

    Returns
    -------
    int
        How many there are; one that several files of a chain lack counts in each.
    """
    if len(developer) == 1:
        return len(_used(messages.layouts) - developer[0].keys())
    ends = (*messages.parts[1:], len(messages.starts))
    unknown = 0
    for first, last, described in zip(messages.parts, ends, developer, strict=True):
        layouts = [messages.layouts[number] for number in set(messages.layout_ids[first:last].tolist())]
        unknown += len(_used(layouts) - described.keys())
    return unknown


def _used(layouts: Iterable[Layout]) -> set[tuple[int, int]]:
    return {(place.app, place.number) for layout in layouts for place in layout.developer}


def developer_values(
    messages: Messages, places: npt.NDArray[np.int64], developer: list[Described]
) -> Iterator[tuple[str, Rows, npt.NDArray[np.generic]]]:
    """Decode the fields of apps in messages of one kind.

    Parameters
    ----------
    messages : Messages
        The index of a file.
    places : array of int64
        The messages.
    developer : list of dict
        What `developer_fields` gave.

    Yields
    ------
    name : str
        ``dev<app>.<name>``.
    rows : slice or array of int64
        Which of the messages.
    values : array of float64 or object
        Numbers, or texts and lists as objects.
    """
    edges = np.searchsorted(places, [*messages.parts[1:], len(messages.starts)]).tolist()
    first = 0
    for last, described in zip(edges, developer, strict=True):
        some = places[first:last]
        for layout, rows in messages.by_layout(some) if described else ():
            for part, octets in gather(messages, layout, some, rows) if layout.developer else ():
                where = part if len(edges) == 1 else np.arange(first, last)[part]
                for name, values in _values(octets, layout, described):
                    yield name, where, values
        first = last


def _described(message: bytes, layout: Layout) -> tuple[tuple[int, int], DeveloperField]:
    def number(field: int, missing: int) -> int:
        slot = layout.by_number.get(field)
        return message[slot.offset] if slot else missing

    slot = layout.by_number.get(NAME)
    text = message[slot.offset : slot.offset + slot.size] if slot else b""
    name = text.split(b"\0", 1)[0].decode("utf-8", "replace")
    app, field = number(APP, 0xFF), number(NUMBER, 0xFF)
    scale, offset = number(SCALE, 0xFF), number(OFFSET, 0x7F)
    offset = 0 if offset == 0x7F else offset - 256 * (offset > 0x7F)
    base = BASE_TYPES.get(number(BASE_TYPE, 13) & 0x1F, BYTE)
    column = f"dev{app}.{name or field}"
    return (app, field), DeveloperField(column, base, 1.0 if scale in {0, 0xFF} else float(scale), float(offset))


def _values(
    octets: npt.NDArray[np.uint8], layout: Layout, described: Described
) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
    """Decode the fields of apps in gathered messages."""
    for place in layout.developer:
        field = described.get((place.app, place.number))
        if field is None:
            continue
        base = BYTE if place.size % field.base.size else field.base
        slot = Slot(place.number, place.offset, place.size, base)
        if base.name == "string":
            yield field.name, texts(octets, slot)
            continue
        raw = raw_values(octets, layout.order, slot)
        valid = valid_values(raw, slot)
        values = raw.astype(np.float64) / field.scale - field.offset
        values[~valid] = np.nan
        yield field.name, values if slot.length == 1 else tuples(values, valid)
