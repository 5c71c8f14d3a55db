"""What did an app on the watch record? Developer fields, each in the namespace of its app.

Takes ``field_description`` messages and gathered messages; gives columns called ``dev<app>.<name>``, so that no
field of an app can overwrite one of the device.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stressfx.io.fit.columns import gather, raw_values
from stressfx.io.fit.container import Messages
from stressfx.io.fit.layout import BASE_TYPES, BYTE, BaseType, Layout, Slot

__all__ = ["DeveloperField", "developer_fields", "developer_values"]

FIELD_DESCRIPTION = 206
APP, NUMBER, BASE_TYPE, NAME, SCALE, OFFSET = 0, 1, 2, 3, 6, 7


@dataclass(frozen=True)
class DeveloperField:
    """One field of an app: value = raw / scale - offset."""

    name: str
    base: BaseType
    scale: float
    offset: float


def developer_fields(messages: Messages) -> dict[tuple[int, int], DeveloperField]:
    """Read the descriptions of all fields of apps.

    Parameters
    ----------
    messages : Messages
        The index of a file.

    Returns
    -------
    dict
        By (app, field number). A field that is described twice keeps its last description.
    """
    described: dict[tuple[int, int], DeveloperField] = {}
    places = messages.of(FIELD_DESCRIPTION)
    for layout, rows in messages.by_layout(places):
        if not {APP, NUMBER, BASE_TYPE} <= layout.by_number.keys():
            continue
        for _, octets in gather(messages, layout, places, rows):
            for message in octets:
                key, field = _described(message.tobytes(), layout)
                described[key] = field
    return described


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


def developer_values(
    octets: npt.NDArray[np.uint8],
    layout: Layout,
    described: dict[tuple[int, int], DeveloperField],
) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
    """Decode the fields of apps in gathered messages.

    Parameters
    ----------
    octets : array of uint8, shape (messages, size of one)
        Gathered messages.
    layout : Layout
        Their layout.
    described : dict
        What `developer_fields` gave.

    Yields
    ------
    name : str
        ``dev<app>.<name>``.
    values : array of float64 or object
        Numbers, or texts and lists as objects.
    """
    for place in layout.developer:
        field = described.get((place.app, place.number))
        if field is None:
            continue
        base = BYTE if place.size % field.base.size else field.base
        slot = Slot(place.number, place.offset, place.size, base)
        if base.name == "string":
            cells = octets[:, slot.offset : slot.offset + slot.size]
            yield field.name, _objects([cell.tobytes().split(b"\0", 1)[0].decode("utf-8", "replace") for cell in cells])
            continue
        raw = raw_values(octets, layout.order, slot)
        valid = ~np.isnan(raw) if base.name.startswith("float") else raw != base.invalid
        values = raw.astype(np.float64) / field.scale - field.offset
        values[~valid] = np.nan
        yield field.name, values if slot.length == 1 else _objects([tuple(cells) for cells in values.tolist()])


def _objects(cells: list[object]) -> npt.NDArray[np.generic]:
    column = np.empty(len(cells), object)
    for row, cell in enumerate(cells):  # assigned at once, lists of one length would become a matrix
        column[row] = cell
    return column
