"""Oracle: definitions laid by hand from the FIT protocol's tables."""

import struct

import pytest

from stressfx.io.fit import encode
from stressfx.io.fit.layout import BASE_TYPES, definition_size, layout_of


def test_base_types_are_those_of_the_independent_writer() -> None:
    theirs = {base.code & 0x1F: (name, base.letter, base.invalid) for name, base in encode.BASE_TYPES.items()}
    sizes = {code: 1 if letter == "s" else struct.calcsize(letter) for code, (_, letter, _) in theirs.items()}
    assert {code: (b.name, b.size, b.invalid) for code, b in BASE_TYPES.items()} == {
        code: (name, sizes[code], invalid) for code, (name, _, invalid) in theirs.items()
    }


@pytest.mark.parametrize(("architecture", "order", "number"), [(0, "<", b"\x14\x00"), (1, ">", b"\x00\x14")])
def test_fields_lie_one_behind_the_other(architecture: int, order: str, number: bytes) -> None:
    fields = [(253, 4, 0x86), (3, 1, 0x02), (73, 6, 0x84)]
    definition = bytes([0, architecture]) + number + bytes([3]) + b"".join(map(bytes, fields))
    layout = layout_of(definition + bytes([1, 7, 2, 5]), with_developer=True)
    assert layout is not None
    assert (layout.message, layout.order, layout.size) == (20, order, 1 + 4 + 1 + 6 + 2)
    placed = [(slot.number, slot.offset, slot.size, slot.base.name, slot.length) for slot in layout.slots]
    assert placed == [(253, 1, 4, "uint32", 1), (3, 5, 1, "uint8", 1), (73, 6, 6, "uint16", 3)]
    assert [tuple(place) for place in layout.developer] == [(7, 12, 2, 5)]
    assert (layout.odd_sizes, layout.empty) == (0, 0)


def test_odd_sizes_become_bytes_empty_fields_vanish_and_of_two_copies_the_first_counts() -> None:
    fields = [(1, 3, 0x84), (2, 0, 0x02), (3, 2, 0x84), (3, 1, 0x02), (4, 2, 0x1F)]
    definition = bytes([0, 0, 20, 0, 5]) + b"".join(map(bytes, fields))
    layout = layout_of(definition, with_developer=False)
    assert layout is not None
    assert [(s.number, s.base.name, s.size) for s in layout.slots] == [
        (1, "byte", 3), (3, "uint16", 2), (3, "uint8", 1), (4, "byte", 2)
    ]  # fmt: skip
    assert (layout.size, layout.odd_sizes, layout.empty) == (1 + 3 + 2 + 1 + 2, 1, 1)
    assert layout.by_number[3].base.name == "uint16"


@pytest.mark.parametrize("architecture", [2, 128, 255])
def test_another_byte_order_is_no_definition(architecture: int) -> None:
    assert layout_of(bytes([0, architecture, 20, 0, 0]), with_developer=False) is None


@pytest.mark.parametrize(
    ("definition", "size"),
    [
        (bytes([0x40, 0, 0, 20, 0, 0]), 6),
        (bytes([0x40, 0, 0, 20, 0, 2]) + bytes(6), 12),
        (bytes([0x60, 0, 0, 20, 0, 1]) + bytes(3) + bytes([2]) + bytes(6), 16),
        (bytes([0x40, 0, 0, 20, 0, 255]) + bytes(765), 771),
    ],
)
def test_size_of_a_definition_and_of_every_cut_of_it(definition: bytes, size: int) -> None:
    assert definition_size(b"x" + definition + b"y", 1) == size
    for cut in range(1, len(definition)):
        # Cut at the count of app fields or before, only "more than there is" is known.
        assert definition_size(definition[:cut], 0) > cut
