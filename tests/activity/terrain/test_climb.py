"""Oracle: a series worked through by hand, and a loop that follows its two rules word for word."""

import math

from hypothesis import given
from hypothesis import strategies as st

from stressfx.activity.terrain.climb import BAROMETRIC_M, GPS_M, climb

J4 = [100, 101, 102, 104, 103, 99, 100, 105, 104, 106, 102]
heights = st.lists(st.integers(0, 400).map(lambda n: n / 8), min_size=1)


def test_climb_reproduces_the_worked_example() -> None:
    assert climb(J4, threshold_m=3.0) == (10.0, 5.0)
    assert climb(J4) == (10.0, 5.0)
    assert (BAROMETRIC_M, GPS_M) == (3.0, 10.0)


def test_a_change_of_just_the_threshold_does_not_count() -> None:
    assert climb([0, 3, 0, -3]) == (0, 0)
    assert climb([0, 3.001]) == (3.001, 0)
    assert climb(J4, threshold_m=10) == (0, 0)


def test_without_a_threshold_every_step_counts() -> None:
    """J4 as well: the raw gain of the series is 12 m, the raw loss 10 m."""
    assert climb(J4, threshold_m=0) == (12, 10)


def test_missing_altitudes_are_passed_over_and_none_is_unknown() -> None:
    gaps = [value for altitude in J4 for value in (math.nan, altitude)]
    assert climb(gaps) == (10.0, 5.0)
    assert all(math.isnan(value) for value in (*climb([]), *climb([math.nan, math.nan])))
    assert climb([250.0]) == (0, 0)


@given(heights)
def test_upside_down_and_shifted(altitudes: list[float]) -> None:
    """Turned upside down, ascent is descent; a shift of all altitudes (exact in eighths) changes nothing."""
    up, down = climb(altitudes)
    assert climb([-altitude for altitude in altitudes]) == (down, up)
    assert climb([altitude + 1000 for altitude in altitudes]) == (up, down)
    assert abs((up - down) - (altitudes[-1] - altitudes[0])) <= BAROMETRIC_M
