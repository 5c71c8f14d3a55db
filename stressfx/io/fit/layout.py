"""How the messages of one definition are laid out: which field lies where, of which type.

Takes the bytes of a definition message; gives a `Layout`. Definitions are keyed by their bytes, since devices send
the same one again and again.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

__all__ = ["BASE_TYPES", "BaseType", "DeveloperSlot", "Layout", "Slot", "definition_size", "layout_of"]


class BaseType(NamedTuple):
    """One of FIT's base types: numpy's code for it, its size [bytes] and the value that means missing."""

    name: str
    code: str
    size: int
    invalid: int


BASE_TYPES: dict[int, BaseType] = {
    0: BaseType("enum", "u1", 1, 0xFF),
    1: BaseType("sint8", "i1", 1, 0x7F),
    2: BaseType("uint8", "u1", 1, 0xFF),
    3: BaseType("sint16", "i2", 2, 0x7FFF),
    4: BaseType("uint16", "u2", 2, 0xFFFF),
    5: BaseType("sint32", "i4", 4, 0x7FFFFFFF),
    6: BaseType("uint32", "u4", 4, 0xFFFFFFFF),
    7: BaseType("string", "S", 1, 0),
    8: BaseType("float32", "f4", 4, 0xFFFFFFFF),
    9: BaseType("float64", "f8", 8, 0xFFFFFFFFFFFFFFFF),
    10: BaseType("uint8z", "u1", 1, 0),
    11: BaseType("uint16z", "u2", 2, 0),
    12: BaseType("uint32z", "u4", 4, 0),
    13: BaseType("byte", "u1", 1, 0xFF),
    14: BaseType("sint64", "i8", 8, 0x7FFFFFFFFFFFFFFF),
    15: BaseType("uint64", "u8", 8, 0xFFFFFFFFFFFFFFFF),
    16: BaseType("uint64z", "u8", 8, 0),
}
"""By the low five bits of the base type's number; the high bit only says that byte order matters."""

BYTE = BASE_TYPES[13]


class Slot(NamedTuple):
    """Where one field lies in a message."""

    number: int
    offset: int
    size: int
    base: BaseType

    @property
    def length(self) -> int:
        """How many values the slot holds."""
        return self.size // self.base.size


class DeveloperSlot(NamedTuple):
    """Where a field of an app lies in a message; its type stands in a ``field_description`` message."""

    number: int
    offset: int
    size: int
    app: int


@dataclass(frozen=True, eq=False)
class Layout:
    """One definition, read."""

    message: int
    order: str
    size: int
    """With the header byte. [bytes]"""
    slots: tuple[Slot, ...]
    developer: tuple[DeveloperSlot, ...]
    odd_sizes: int
    """Fields whose size does not fit their type: kept as bytes."""
    empty: int
    """Fields of no size: passed over."""

    @cached_property
    def by_number(self) -> dict[int, Slot]:
        """The slots by field number; of a field that is declared twice, the first."""
        return {slot.number: slot for slot in reversed(self.slots)}


def definition_size(data: bytes, start: int) -> int:
    """Tell how long a definition message is.

    Parameters
    ----------
    data : bytes
        The file.
    start : int
        Where its header byte stands. [bytes]

    Returns
    -------
    int
        Its size with the header [bytes]; more than there are bytes if it is cut.
    """
    if start + 6 > len(data):
        return len(data) - start + 1
    size = 6 + 3 * data[start + 5]
    if data[start] & 0x20:
        if start + size >= len(data):
            return len(data) - start + 1
        size += 1 + 3 * data[start + size]
    return size


@lru_cache(maxsize=2048)
def layout_of(definition: bytes, *, with_developer: bool) -> Layout | None:
    """Read a definition.

    Parameters
    ----------
    definition : bytes
        The definition message without its header byte.
    with_developer : bool
        Whether its header says that fields of apps follow.

    Returns
    -------
    Layout or None
        None if its byte order is neither 0 nor 1: then it is no definition.
    """
    if definition[1] > 1:
        return None
    order = ">" if definition[1] else "<"
    message = int.from_bytes(definition[2:4], "big" if definition[1] else "little")
    count = definition[4]
    offset = 1
    slots: list[Slot] = []
    odd_sizes = empty = 0
    for at in range(5, 5 + 3 * count, 3):
        number, size, type_number = definition[at : at + 3]
        base = BASE_TYPES.get(type_number & 0x1F, BYTE)
        if size % base.size:
            base = BYTE
            odd_sizes += 1
        if size:
            slots.append(Slot(number, offset, size, base))
        else:
            empty += 1
        offset += size
    developer: list[DeveloperSlot] = []
    if with_developer:
        for at in range(6 + 3 * count, len(definition), 3):
            number, size, app = definition[at : at + 3]
            if size:
                developer.append(DeveloperSlot(number, offset, size, app))
            offset += size
    return Layout(message, order, offset, tuple(slots), tuple(developer), odd_sizes, empty)
