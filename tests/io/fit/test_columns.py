"""Oracle: values computed one at a time in plain Python from the integers that the independent writer laid down."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_fit import LAP, OWNER, RECORD, SESSION, START, codes

from stressfx.io.fit import columns
from stressfx.io.fit.encode import BASE_TYPES, FitWriter
from stressfx.io.fit.read import read_fit

DEGREES = 2**31 / 180


def records(*rows: list[tuple[int, str, object]], big_endian: bool = False) -> dict[str, list[float]]:
    """Write records, each with a time of its own, and read their columns back."""
    writer = FitWriter(big_endian=big_endian).message(*OWNER)
    for second, row in enumerate(rows):
        writer.message(RECORD, [(253, "uint32", START + second), *row])
    frame = read_fit(writer.to_bytes()).records
    return {str(name): frame[name].tolist() for name in frame}


@pytest.mark.parametrize("big_endian", [False, True])
def test_every_raw_value_is_scaled_by_one_division(*, big_endian: bool) -> None:
    """8107 mm/s are the float 8.107, not its neighbour; so for every value that 16 bits can hold."""
    raw = np.arange(65536)
    columns = [(253, "uint32", START + raw), (6, "uint16", raw), (2, "uint16", raw), (39, "uint16", raw)]
    data = FitWriter(big_endian=big_endian).messages(RECORD, columns).to_bytes()
    frame = read_fit(data).records
    speed, altitude = frame["speed_mps"].tolist(), frame["altitude_m"].tolist()
    assert speed[8107] == 8.107
    assert speed[:-1] == [value / 1000 for value in range(65535)]
    assert altitude[:-1] == [value / 5 - 500 for value in range(65535)]
    assert frame["vertical_oscillation_m"].tolist()[:-1] == [value / 10_000 for value in range(65535)]
    assert math.isnan(speed[-1])
    assert math.isnan(altitude[-1])


def test_positions_are_degrees_to_the_last_semicircle() -> None:
    raw = [-(2**31), -1, 0, 1, 2**31 - 2, None]
    found = records(*([(0, "sint32", value), (1, "sint32", value)] for value in raw))
    for name in ("latitude_deg", "longitude_deg"):
        assert found[name][:-1] == pytest.approx([value * 180 / 2**31 for value in raw[:-1]], rel=1e-15)
        assert math.isnan(found[name][-1])


def test_enhanced_is_preferred_and_plain_fills_what_it_leaves() -> None:
    both = [(73, "uint32", 4000), (6, "uint16", 3000)]
    found = records(
        both,
        both[::-1],
        [(73, "uint32", None), (6, "uint16", 3000)],
        [(73, "uint32", 4000), (6, "uint16", None)],
        [(73, "uint32", None), (6, "uint16", None)],
        [(6, "uint16", 3000)],
        [(73, "uint32", 4000)],
        [(2, "uint16", 2500)],
    )
    assert found["speed_mps"][:4] == [4, 4, 3, 4]
    assert found["speed_mps"][5:7] == [3, 4]
    assert np.isnan(found["speed_mps"])[[4, 7]].all()
    assert found["altitude_m"][7] == 0


def test_a_field_that_is_sent_twice_keeps_its_first_copy() -> None:
    found = records([(3, "uint8", 120), (3, "uint8", None)], [(3, "uint8", 121), (3, "uint8", 90)])
    assert found["heart_rate_bpm"] == [120, 121]


def test_of_a_list_the_first_valid_value_is_taken_and_told() -> None:
    writer = FitWriter().message(*OWNER)
    for second, hearts in enumerate([[None, None, 90], [80, None, 90], [None, None, None]]):
        writer.message(RECORD, [(253, "uint32", START + second), (3, "uint8", hearts)])
    activity = read_fit(writer.to_bytes())
    assert activity.records["heart_rate_bpm"].tolist()[:2] == [90, 80]
    assert math.isnan(activity.records["heart_rate_bpm"].tolist()[2])
    assert codes(activity) == ["fit-array"]
    assert activity.findings["count"].tolist() == [1]


def test_what_is_always_a_list_is_no_finding() -> None:
    """Left power phases (field 69) are pairs by the profile, and a text is no list."""
    writer = FitWriter().message(*OWNER)
    writer.message(RECORD, [(253, "uint32", START), (69, "uint8", [1, 2]), (200, "string", "abc")])
    assert codes(read_fit(writer.to_bytes())) == []


def test_rows_of_several_definitions_stand_in_file_order() -> None:
    """Seventeen layouts in random order, so that local types are given anew in mid-file."""
    random = np.random.default_rng(9)
    rows: list[list[tuple[int, str, object]]] = []
    for row in range(500):
        extra = int(random.integers(17))
        rows.append([(3, "uint8", row % 200 + 1), *((100 + n, "uint8", 0) for n in range(extra))])
    found = records(*rows)
    assert found["heart_rate_bpm"] == [row % 200 + 1 for row in range(500)]
    assert all(later - earlier == np.timedelta64(1, "s") for earlier, later in pairwise(found["time"]))


def test_many_rows_are_gathered_in_pieces_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """Oracle: the same file read at once."""
    writer = FitWriter().message(*OWNER)
    for row in range(300):
        extra = [(2, "uint16", row), (200, "string", f"r{row}")] if row % 3 else [(3, "uint8", None), (3, "uint8", 9)]
        writer.message(RECORD, [(253, "uint32", START + row), *extra], developer=[(0, 1, "uint8", row % 250)])
    data = writer.to_bytes()
    whole, table = read_fit(data).records, read_fit(data).messages("record")
    monkeypatch.setattr(columns, "MANY", 7)
    assert read_fit(data).records.equals(whole)
    assert read_fit(data).messages("record").equals(table)


NUMBERS = sorted(set(BASE_TYPES) - {"string", "byte"})
FIELDS = {
    RECORD: [0, 2, 3, 5, 6, 9, 13, 53, 73, 253],
    SESSION: [2, 5, 7, 9, 16, 253],
    LAP: [2, 7, 9, 24, 253],
    21: [0, 1, 3, 253],
}


@st.composite
def wild_messages(draw: st.DrawFn) -> tuple[int, list[tuple[int, str, bytes]]]:
    """Any field that the reader wants, in any base type, with any bytes in it."""
    number = draw(st.sampled_from(sorted(FIELDS)))
    kinds = st.tuples(
        st.sampled_from(FIELDS[number]), st.sampled_from(sorted(BASE_TYPES)), st.binary(min_size=1, max_size=16)
    )
    return number, draw(st.lists(kinds, min_size=1, max_size=6))


@settings(max_examples=300)
@given(messages=st.lists(wild_messages(), max_size=6), big=st.booleans())
def test_any_type_in_any_field_is_read_without_a_complaint(*, messages: list, big: bool) -> None:
    """Oracle: none but that warnings are errors, and every row is there."""
    writer = FitWriter(big_endian=big).message(*OWNER)
    for number, fields in messages:
        writer.message(number, fields)
    activity = read_fit(writer.to_bytes())
    assert len(activity.records) == sum(number == RECORD for number, _ in messages)
    for name in activity.message_names:
        activity.messages(name)
