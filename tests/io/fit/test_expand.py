"""Oracle: bits packed by hand, as FIT's profile describes its components."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_fit import HR, OWNER, RECORD, SESSION, START

from stressfx.io.activity import Activity
from stressfx.io.fit.encode import FitWriter
from stressfx.io.fit.read import read_fit


def packed_pair(speed: int, distance: int) -> bytes:
    """Lay speed (12 bits, 1/100 m/s) and the low bits of the distance (12 bits, 1/16 m) into three bytes."""
    return (speed | (distance % 4096) << 12).to_bytes(3, "little")


def records(*rows: list[tuple[int, str, object]]) -> Activity:
    writer = FitWriter().message(*OWNER)
    for second, row in enumerate(rows):
        writer.message(RECORD, [(253, "uint32", START + second), *row])
    return read_fit(writer.to_bytes())


@given(st.lists(st.tuples(st.integers(0, 4094), st.integers(0, 4094)), min_size=1, max_size=40))
def test_speed_and_distance_are_unpacked_and_the_distance_counts_on(steps: list[tuple[int, int]]) -> None:
    distances = np.cumsum([step for _, step in steps]).tolist()
    rows = [[(8, "byte", packed_pair(speed, distance))] for (speed, _), distance in zip(steps, distances, strict=True)]
    missing = [packed_pair(*pair) == b"\xff\xff\xff" for pair in zip([s for s, _ in steps], distances, strict=True)]
    frame = records(*rows).records
    assert not any(missing)
    assert frame["speed_mps"].tolist() == [speed / 100 for speed, _ in steps]
    assert frame["distance_m"].tolist() == [distance / 16 for distance in distances]


def test_a_counter_whose_low_bits_are_all_set_is_no_missing_value() -> None:
    rows = [[(8, "byte", packed_pair(250, at))] for at in (4000, 4095, 4100)]
    assert records(*rows).records["distance_m"].tolist() == [250, 4095 / 16, 4100 / 16]


def test_a_packed_field_without_a_value_blanks_nothing() -> None:
    empty = (8, "byte", b"\xff\xff\xff")
    plain = [(6, "uint16", 2570), (5, "uint32", 219)]
    frame = records([*plain, empty], [empty, *plain], [empty]).records
    for name, value in (("speed_mps", 2.57), ("distance_m", 2.19)):
        assert frame[name].tolist()[:2] == [value, value]
        assert math.isnan(frame[name].tolist()[2])


def test_what_was_sent_itself_is_never_overwritten() -> None:
    rows: list[list[tuple[int, str, object]]] = [
        [(5, "uint32", 100_000), (6, "uint16", 4000), (8, "byte", packed_pair(100, 16_000))],
        [(8, "byte", packed_pair(100, 16_010))],  # counts on from the whole distance of 1000 m
    ]
    activity = records(*rows)
    assert activity.records["speed_mps"].tolist() == [4, 1]
    assert activity.records["distance_m"].tolist() == [1000, 16_010 / 16]
    assert activity.messages("record")["distance"].tolist() == activity.records["distance_m"].tolist()


def test_beats_of_a_strap_count_on_through_all_parts_of_all_messages() -> None:
    """``event_timestamp_12``: the low 12 bits of 1/1024 s, as many as fit, after one whole time."""
    beats = [1_000_000 + 700 * n for n in range(17)]
    writer = (
        FitWriter().message(*OWNER).message(HR, [(253, "uint32", START), (9, "uint32", beats[0]), (6, "uint8", 80)])
    )
    for first in (1, 9):
        value = sum((beat % 4096) << 12 * n for n, beat in enumerate(beats[first : first + 8]))
        writer.message(HR, [(6, "uint8", [80] * 8), (10, "byte", value.to_bytes(12, "little"))])
    column = read_fit(writer.to_bytes()).messages("hr")["event_timestamp"].tolist()
    assert column == [(beats[0] / 1024,), *(tuple(b / 1024 for b in beats[n : n + 8]) for n in (1, 9))]


def test_enhanced_columns_come_from_plain_ones_where_they_were_not_sent() -> None:
    """Message by message: a speed that was sent as enhanced stays, and a list or a wider type is left alone."""
    table = records(
        [(6, "uint16", 8107), (2, "uint16", 2600)],
        [(6, "uint16", 1000), (73, "uint32", 9000)],
        [(6, "uint16", None)],
        [(6, "uint32", 70_000)],
    ).messages("record")
    assert table["enhanced_speed"].tolist()[:2] == [8.107, 9]
    assert np.isnan(table["enhanced_speed"].tolist()[2:]).all()
    assert table["speed"].tolist()[3] == 70
    assert table["enhanced_altitude"].tolist()[0] == 20


@pytest.mark.parametrize(("sport", "strides"), [(1, 5000), (11, 5000), (2, math.nan), (None, math.nan)])
def test_cycles_are_strides_where_the_sport_is_on_foot(sport: int | None, strides: float) -> None:
    data = FitWriter().message(*OWNER).message(SESSION, [(5, "enum", sport), (10, "uint32", 5000)]).to_bytes()
    table = read_fit(data).messages("session")
    assert table["total_cycles"].tolist() == [5000]
    found = table["total_strides"].tolist()[0] if "total_strides" in table else math.nan
    assert found == pytest.approx(strides, nan_ok=True)
