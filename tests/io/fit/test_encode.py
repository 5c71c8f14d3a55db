"""Oracle: two independent readers, fitdecode and fitparse, read back what the writer wrote."""

import io
import math
import struct

import fitdecode
import fitparse
import numpy as np
import pytest
from fitdecode.utils import compute_crc
from hypothesis import given
from hypothesis import strategies as st

from stressfx.io.fit.encode import BASE_TYPES, FitWriter, checksum

UNKNOWN_MESSAGE = 0xFF42
FILE_ID = (0, [(0, "enum", 4), (1, "uint16", 255), (3, "uint32z", 77), (4, "uint32", 1_000_000_000)])

INTEGERS = {
    name: (base, struct.calcsize(base.letter), base.letter.islower())
    for name, base in BASE_TYPES.items()
    if base.letter not in "sfd" and name != "byte"
}


def fitdecode_messages(data: bytes) -> list[fitdecode.FitDataMessage]:
    """Read strictly: every checksum and every layout has to be right."""
    with fitdecode.FitReader(
        io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE
    ) as reader:
        return [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]


def raw_values(message: fitdecode.FitDataMessage) -> dict[int, object]:
    return {field.def_num: field.raw_value for field in message.fields}


def value_range(name: str) -> tuple[int, int]:
    """Lowest and highest value of an integer type that are not its mark for missing."""
    base, size, signed = INTEGERS[name]
    low, high = (-(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1) if signed else (0, 2 ** (8 * size) - 1)
    return (low + 1, high) if base.invalid == low else (low, high - 1)


@pytest.mark.parametrize("big_endian", [False, True])
def test_two_readers_read_back_the_ends_of_every_integer_type(*, big_endian: bool) -> None:
    writer = FitWriter(big_endian=big_endian).message(*FILE_ID)
    for end in (0, 1):
        writer.message(UNKNOWN_MESSAGE, [(n, name, value_range(name)[end]) for n, name in enumerate(INTEGERS)])
    data = writer.to_bytes()
    _, *found = fitdecode_messages(data)
    expected = [{n: value_range(name)[end] for n, name in enumerate(INTEGERS)} for end in (0, 1)]
    assert [raw_values(message) for message in found] == expected
    # fitparse knows no 64-bit types: it sees the same file without them
    narrow = [name for name in INTEGERS if "64" not in name]
    small = FitWriter(big_endian=big_endian).message(*FILE_ID)
    small.message(UNKNOWN_MESSAGE, [(n, name, value_range(name)[1]) for n, name in enumerate(narrow)])
    other = list(fitparse.FitFile(io.BytesIO(small.to_bytes())).get_messages())[1]
    assert {f.def_num: f.raw_value for f in other.fields} == {n: value_range(x)[1] for n, x in enumerate(narrow)}


@pytest.mark.parametrize("name", sorted(BASE_TYPES))
@pytest.mark.parametrize("big_endian", [False, True])
def test_none_is_read_as_missing(name: str, *, big_endian: bool) -> None:
    fields = [(0, "uint8", 9), (1, name, None)]
    data = FitWriter(big_endian=big_endian).message(*FILE_ID).message(UNKNOWN_MESSAGE, fields).to_bytes()
    value = raw_values(fitdecode_messages(data)[1])[1]
    assert value is None or (isinstance(value, float) and math.isnan(value))


def test_floats_texts_bytes_and_arrays_are_read_back() -> None:
    fields = [
        (0, "float32", 0.5),
        (1, "float64", -math.pi),
        (2, "string", "Töff"),
        (3, "byte", b"\x01\x02\x03"),
        (4, "uint16", [1, None, 65_000]),
        (5, "sint8", (-128, 126)),
    ]
    for big_endian in (False, True):
        data = FitWriter().message(*FILE_ID).message(UNKNOWN_MESSAGE, fields, big_endian=big_endian).to_bytes()
        expected = {0: 0.5, 1: -math.pi, 2: "Töff", 3: (1, 2, 3), 4: (1, None, 65_000), 5: (-128, 126)}
        found = raw_values(fitdecode_messages(data)[1])
        assert {n: tuple(v) if isinstance(v, bytes) else v for n, v in found.items()} == expected
        other = list(fitparse.FitFile(io.BytesIO(data)).get_messages())[1]
        assert {field.def_num: field.raw_value for field in other.fields}[4] == (1, None, 65_000)


@pytest.mark.parametrize("big_endian", [False, True])
def test_many_messages_at_once_are_the_same_bytes_as_one_at_a_time(*, big_endian: bool) -> None:
    rng = np.random.default_rng(5)
    seconds = np.arange(1_000_000_000, 1_000_000_050)
    heights = np.where(rng.random(50) < 0.3, math.nan, rng.uniform(0, 60_000, 50).round())
    floats = np.where(rng.random(50) < 0.3, math.nan, rng.normal(size=50))
    pairs = rng.integers(-100, 100, size=(50, 2))
    at_once = FitWriter(big_endian=big_endian).messages(
        UNKNOWN_MESSAGE,
        [(253, "uint32", seconds), (2, "uint16", heights), (3, "float32", floats), (4, "sint8", pairs)],
        developer=[(0, 7, "uint8", np.arange(50))],
    )
    singly = FitWriter(big_endian=big_endian)
    for row in range(50):
        singly.message(
            UNKNOWN_MESSAGE,
            [
                (253, "uint32", int(seconds[row])),
                (2, "uint16", None if math.isnan(heights[row]) else int(heights[row])),
                (3, "float32", None if math.isnan(floats[row]) else float(floats[row])),
                (4, "sint8", pairs[row].tolist()),
            ],
            developer=[(0, 7, "uint8", row)],
        )
    assert at_once.to_bytes() == singly.to_bytes()


def test_developer_fields_are_read_back_by_name() -> None:
    writer = FitWriter().message(*FILE_ID)
    writer.message(207, [(1, "byte", bytes(range(16))), (3, "uint8", 0)])
    writer.message(
        206,
        [(0, "uint8", 0), (1, "uint8", 3), (2, "uint8", 0x84), (3, "string", "Form Power"), (8, "string", "Watts")],
    )
    writer.message(20, [(253, "uint32", 1_000_000_000), (3, "uint8", 140)], developer=[(0, 3, "uint16", 71)])
    data = writer.to_bytes()
    assert data[1] == 0x20, "developer fields came with protocol 2.0"
    assert fitdecode_messages(data)[3].get_value("Form Power") == 71
    record = next(iter(fitparse.FitFile(io.BytesIO(data)).get_messages("record")))
    assert (record.get_value("Form Power"), record.get_value("heart_rate")) == (71, 140)


def test_a_layout_is_defined_once_and_the_seventeenth_takes_the_place_of_the_one_that_rested_longest() -> None:
    writer = FitWriter().message(*FILE_ID)
    for turn in range(3):
        for number in range(20):
            writer.message(0xFF00 + number, [(0, "uint8", turn)])
            writer.message(0xFF00, [(0, "uint8", 100)])
    with fitdecode.FitReader(io.BytesIO(writer.to_bytes()), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        frames = list(reader)
    defined = [f.global_mesg_num for f in frames if isinstance(f, fitdecode.FitDefinitionMessage)]
    assert defined.count(0xFF00) == 1, "a layout in constant use never loses its place"
    assert sum(isinstance(frame, fitdecode.FitDataMessage) for frame in frames) == 1 + 3 * 40


@given(st.binary(min_size=1, max_size=2000))
def test_checksum_is_that_of_fitdecode(data: bytes) -> None:
    assert checksum(data) == compute_crc(data)


@pytest.mark.parametrize("header_size", [12, 14])
def test_both_headers_are_read(header_size: int) -> None:
    data = FitWriter().message(*FILE_ID).to_bytes(header_size=header_size)
    assert data[0] == header_size
    assert len(fitdecode_messages(data)) == 1


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ([(4, "uint8", 300)], "message 20, field 4: 300 does not fit uint8"),
        ([(4, "uint8", [None, 300])], "message 20, field 4: 300 does not fit"),
        ([(4, "uint8", [1] * 256)], "256 bytes; 1 to 255 fit a field"),
    ],
)
def test_a_value_that_does_not_fit_is_named(fields: list[tuple[int, str, object]], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        FitWriter().message(20, fields)


def test_a_column_that_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match="field 3: values do not fit uint8"):
        FitWriter().messages(20, [(3, "uint8", [1, 256])])
    with pytest.raises(ValueError, match="same number of rows"):
        FitWriter().messages(20, [(3, "uint8", [1, 2]), (4, "uint8", [1])])
    with pytest.raises(ValueError, match="one message at a time"):
        FitWriter().messages(20, [(3, "string", ["a"])])
