"""Oracle: runs along a meridian, where a distance is radius times angle, with errors planted at known places."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import DEGREE_M, records, steady

from stressfx.activity.clean import between_samples
from stressfx.activity.samples import samples_of
from stressfx.activity.track import EXCURSION_S, Track, extent_m, track_of

NAN = math.nan
RUN = steady(600).assign(distance_m=NAN, speed_mps=NAN)


def along(metres: list[float], seconds: list[float] | None = None, segment: list[int] | None = None) -> Track:
    """Follow positions that lie so far along a meridian; one a second if nothing else is said."""
    latitude = [50 + metre / DEGREE_M for metre in metres]
    rows = records(seconds or range(len(metres)), segment or 0, latitude_deg=latitude, longitude_deg=10.0)
    return track_of(samples_of(rows))


def test_a_position_that_goes_out_and_back_is_off() -> None:
    track = along([0, 3, 500, 9, 12])
    assert (track.off.tolist(), track.known.tolist()) == ([2], [0, 1, 3, 4])
    assert track.step_m == pytest.approx([3, 6, 3], rel=1e-6)
    assert not track.jump.any()


def test_a_jump_without_a_way_back_is_kept_as_a_jump() -> None:
    track = along([0, 3, 500, 503, 506])
    assert (track.off.tolist(), track.jump.tolist()) == ([], [False, True, False, False])


def test_positions_far_apart_from_each_other_are_off_together() -> None:
    assert along([0, 3, 500, 1500, 12, 15]).off.tolist() == [2, 3]


def test_a_long_stay_elsewhere_is_no_excursion() -> None:
    """Away for 30 s in all it is one, for 31 s two jumps."""
    stay = int(EXCURSION_S)
    assert len(along([0, *[900.0] * (stay - 1), 3 * stay]).off) == stay - 1
    longer = along([0, *[900.0] * stay, 3 * (stay + 1)])
    assert (len(longer.off), int(longer.jump.sum())) == (0, 2)


def test_the_fastest_that_counts() -> None:
    assert not along([0, 12.5 - 1e-6]).jump.any()
    assert along([0, 12.5 + 1e-6]).jump.all()
    assert not along([500.0 * n for n in range(10)], [0.0] * 10).jump.any()  # its clock stands
    assert along([0, 3, 6, 9, 12, 25], [0, 1, 2, 3, 4, 4]).jump.tolist() == [False] * 4 + [True]


def test_over_a_pause_anything_is_possible() -> None:
    assert not along([0, 3, 9000, 9003], segment=[0, 0, 1, 1]).jump.any()
    assert not along([0, 3, 9000, 9003], seconds=[0, 1, NAN, NAN]).jump.any()


def test_a_ride_is_no_excursion() -> None:
    ride = along([20.0 * n for n in range(60)])
    assert (len(ride.off), int(ride.jump.sum())) == (0, 59)


def test_no_positions_no_track() -> None:
    for rows in (records([]), records([0]), records([0, 1, 2])):
        track = track_of(samples_of(rows))
        assert len(track.known) == len(track.step_m) == len(track.off) == 0


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 18), st.integers(1, 12), st.floats(300, 5000)), max_size=6),
    st.sampled_from([0.0, 1.0, -1.0]),
)
def test_planted_excursions_are_found_to_the_sample_and_cost_no_distance(
    planted: list[tuple[int, int, float]], turned: float
) -> None:
    """One in every minute at most, of 1 to 12 s, 300 to 5000 m away in any of three directions."""
    minutes = list(range(1, 9))
    latitude, longitude = RUN["latitude_deg"].to_numpy().copy(), RUN["longitude_deg"].to_numpy().copy()
    expected: list[int] = []
    for minute, (second, lasts, metres) in zip(minutes, planted, strict=False):
        places = slice(60 * minute + second, 60 * minute + second + lasts)
        latitude[places] += metres / DEGREE_M
        longitude[places] += turned * metres / DEGREE_M
        expected += range(places.start, places.stop)
    rows = RUN.assign(latitude_deg=latitude, longitude_deg=longitude)
    track = track_of(samples_of(rows))
    assert track.off.tolist() == expected
    assert between_samples(rows).distance_m.sum() == pytest.approx(3 * 600, rel=1e-6)


def test_extent_is_the_diagonal_of_the_box() -> None:
    """By hand: 300 m north and 400 m east are 500 m."""
    east = 400 / DEGREE_M / math.cos(math.radians(50))
    samples = samples_of(
        records(range(3), latitude_deg=[50, 50 + 300 / DEGREE_M, 50], longitude_deg=[10, 10, 10 + east])
    )
    assert extent_m(samples, np.arange(3)) == pytest.approx(500, rel=1e-6)
    assert extent_m(samples, np.arange(0)) == 0
