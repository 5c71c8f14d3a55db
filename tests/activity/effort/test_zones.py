"""Oracle: edges by hand, values on both sides of each, and a loop that sums second by second."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_run import records, steady

from stressfx.activity.effort.zones import (
    Zones,
    critical_speed_zones,
    heart_rate_between,
    heart_rate_max_zones,
    heart_rate_reserve_zones,
    own_zones,
    threshold_zones,
    time_in_zones,
    zone_of,
    zone_seconds,
)

NAN = math.nan


def test_edges_of_the_heart_rate_reserve_of_60_to_190() -> None:
    zones = heart_rate_reserve_zones(60, 190)
    assert zones.edges == pytest.approx((125, 138, 151, 164, 177), abs=1e-9)
    assert zone_of([124, 125, 138, 151, 164, 177, 200], zones).tolist() == [0, 1, 2, 3, 4, 5, 5]


def test_edges_of_the_highest_heart_rate() -> None:
    zones = heart_rate_max_zones(190)
    assert zones.edges == pytest.approx((95, 114, 133, 152, 171))
    assert zone_of([94, 95, 114, 133, 152, 171, 190], zones).tolist() == [0, 1, 2, 3, 4, 5, 5]


def test_three_zones_hold_both_of_their_edges_in_the_middle() -> None:
    assert zone_of([149, 150, 172, 172.5, NAN], threshold_zones(150, 172)).tolist() == [0, 1, 1, 2, -1]
    # 0.85 x 3.8 is 3.23: computed in another way it is still the edge
    speeds = [3.229, 3.23, 0.85 * 3.8, 3.8, 38 / 10, 3.8001]
    assert zone_of(speeds, critical_speed_zones(3.8)).tolist() == [0, 1, 1, 1, 1, 2]


def test_zones_of_ones_own() -> None:
    zones = own_zones([3.0, 4.0], channel="speed_mps", names=["slow", "fair", "fast"], by="coach")
    assert (zones.names, zones.unit, zones.by) == (("slow", "fair", "fast"), "m/s", "coach")
    assert zone_of([2.9, 3.0, 4.0], zones).tolist() == [0, 1, 2]
    assert own_zones([140]).names == ("1", "2")


def test_zone_seconds_adds_up_the_time_in_each() -> None:
    zones = threshold_zones(150, 172)
    assert zone_seconds([140, 160, NAN, 180, 141], [10, 20, 40, 80, 160], zones).tolist() == [170, 20, 80]
    assert zone_seconds([], [], zones).tolist() == [0, 0, 0]
    assert zone_seconds([140, 180], 5, zones).tolist() == [5, 0, 5]


def test_time_in_zones_of_heart_rate() -> None:
    """By hand: 2 s at 140, 1 s at 150 (the middle of 140 and 160), 4 s at 160; a pause of 600 s counts for none."""
    rows = records([0, 2, 3, 7, 607, 608], [0, 0, 0, 0, 1, 1], heart_rate_bpm=[140, 140, 160, 160, 190, NAN])
    table = time_in_zones(rows, own_zones([145, 155, 185]))
    assert table["zone"].tolist() == ["1", "2", "3", "4"]
    assert table["timer_s"].tolist() == [2, 1, 4, 1]
    assert table["share"].tolist() == [0.25, 0.125, 0.5, 0.125]
    assert table["low"].tolist() == [0, 145, 155, 185]
    assert table["high"].tolist() == [145, 155, 185, math.inf]
    assert set(table["unit"]) == {"bpm"}


def test_time_in_zones_of_speed_leaves_out_what_is_too_fast() -> None:
    rows = records(range(5), speed_mps=[NAN, 2.0, 3.6, 4.5, NAN], distance_m=[0, 2, 5.6, 10.1, 910.1])
    table = time_in_zones(rows, critical_speed_zones(4.0))
    assert table["timer_s"].tolist() == [1, 1, 1]
    assert table["zone"].tolist() == ["easy", "moderate", "hard"]


def test_an_even_run_is_in_one_zone_however_it_is_sampled() -> None:
    for every in (1, 5):
        table = time_in_zones(steady(600, every=every, mps=3.6), critical_speed_zones(4.0))
        assert table["timer_s"].tolist() == [0, 600, 0]


def test_without_values_the_shares_are_missing() -> None:
    for rows in (records([]), records([0]), records([0, 1, 2])):
        table = time_in_zones(rows, heart_rate_max_zones(190))
        assert table["timer_s"].tolist() == [0] * 6
        assert table["share"].isna().all()


def test_the_heart_rate_between_two_samples() -> None:
    rows = records([0, 1, 2, 3, 14, 15, 16], heart_rate_bpm=[140, 150, NAN, 160, 160, 120, 240])
    expected = [145, 150, 160, NAN, NAN, 120]  # a gap of 11 s, then 40 bpm within a second
    np.testing.assert_array_equal(heart_rate_between(rows), expected)


@pytest.mark.parametrize(
    ("edges", "names", "text"),
    [
        ((), ("1",), "at least one is needed"),
        ((150, 140), ("1", "2", "3"), "that ascend"),
        ((0, 140), ("1", "2", "3"), "positive numbers"),
        ((NAN,), ("1", "2"), "positive numbers"),
        ((140,), ("1",), "1 edges make 2 zones; 1 names were given"),
    ],
)
def test_what_makes_no_zones_is_refused(edges: tuple[float, ...], names: tuple[str, ...], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Zones("own", "heart_rate_bpm", names, edges)


def test_a_channel_that_has_no_zones_is_refused() -> None:
    with pytest.raises(ValueError, match="channel is 'power_w'; one of heart_rate_bpm, speed_mps"):
        own_zones([200], channel="power_w")


def test_what_a_set_of_zones_needs_is_asked_for() -> None:
    with pytest.raises(ValueError, match="hr_rest_bpm and hr_max_bpm are needed"):
        heart_rate_reserve_zones(NAN, 190)
    with pytest.raises(ValueError, match="the first not above the second"):
        threshold_zones(172, 150)
    with pytest.raises(ValueError, match="critical_speed_mps is needed"):
        critical_speed_zones(NAN)


@given(
    st.lists(st.tuples(st.integers(1, 460), st.integers(1, 600)), max_size=50),
    st.lists(st.integers(60, 200), min_size=1, max_size=6, unique=True).map(sorted),
)
def test_zone_seconds_are_those_of_a_loop(spent: list[tuple[int, int]], edges: list[int]) -> None:
    expected = [0.0] * (len(edges) + 1)
    for half_bpm, seconds in spent:
        expected[sum(half_bpm / 2 >= edge for edge in edges)] += seconds
    values = np.array([half for half, _ in spent]) / 2
    assert zone_seconds(values, [seconds for _, seconds in spent], own_zones(edges)).tolist() == expected
