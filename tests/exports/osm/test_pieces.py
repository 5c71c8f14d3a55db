"""Oracle: runs along a straight street, 3 m a second, whose places and distances are known to the metre."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_osm import Map, run_along

from stressfx.exports.osm.pieces import around, pieces_of

HERE = Map()
POSITION = ["latitude_deg", "longitude_deg"]


def street(metres: float = 900, *, every: int = 1) -> pd.DataFrame:
    return run_along(HERE, (0, 0), (metres, 0), every=every)


def test_a_run_is_cut_into_pieces_of_ten_metres_with_their_middles() -> None:
    pieces = pieces_of(street())
    assert pieces is not None
    assert pieces.length_m == pytest.approx(np.full(90, 10.0))
    assert pieces.longitude_deg == pytest.approx([HERE.place(10 * n + 5, 0)[0] for n in range(90)], abs=1e-9)
    assert pieces.latitude_deg == pytest.approx(np.full(90, 50.0))
    assert pieces.placeless_m == 0
    assert set(pieces.stretch.tolist()) == {0}
    assert "10.0" not in repr(pieces)


def test_gaps_are_bridged_as_long_as_smart_recording_makes_them() -> None:
    """Positions every 57 m tell where the run went, positions every 63 m do not."""
    near, far = pieces_of(street(798, every=19)), pieces_of(street(756, every=21))
    assert near is not None
    assert far is not None
    assert (len(near), near.placeless_m) == (80, 0)
    assert (len(far), far.placeless_m) == (0, pytest.approx(756))


def test_a_tunnel_has_no_place_whether_positions_are_missing_or_held() -> None:
    """Samples 100 to 200 are inside: positions are known 303 m apart, or are new again only then."""
    for held in (False, True):
        run = street()
        run.loc[100:200, POSITION] = run.loc[99, POSITION].to_numpy() if held else math.nan
        pieces = pieces_of(run)
        assert pieces is not None
        assert pieces.placeless_m == pytest.approx(102 * 3)
        assert pieces.length_m.sum() == pytest.approx(900 - 102 * 3)
        assert np.unique(pieces.stretch).size == 2


def test_a_detour_without_positions_has_no_place_though_it_ends_where_it_began() -> None:
    run = run_along(HERE, (0, 0), (300, 0), (300, 100), (300, 0), (600, 0))
    run.loc[101:165, POSITION] = math.nan
    pieces = pieces_of(run)
    assert pieces is not None
    assert pieces.placeless_m == pytest.approx(66 * 3)


def test_positions_far_apart_are_not_joined_though_little_was_counted() -> None:
    run = street().drop(index=range(101, 130)).reset_index(drop=True)
    run.loc[101:, "distance_m"] -= 29 * 3
    pieces = pieces_of(run)
    assert pieces is not None
    assert pieces.placeless_m == pytest.approx(3)


def test_over_a_pause_there_is_nothing() -> None:
    run = street()
    run.loc[150:, "segment"] = 1
    pieces = pieces_of(run)
    assert pieces is not None
    assert pieces.length_m.sum() == pytest.approx(897)
    assert pieces.placeless_m == 0
    assert np.unique(pieces.stretch).size == 2


def test_standing_still_adds_nothing() -> None:
    run = street().loc[[*range(50), *[50] * 60, *range(51, 301)]].reset_index(drop=True)
    run["time"] = run["time"].iloc[0] + pd.to_timedelta(np.arange(len(run)), unit="s")
    pieces = pieces_of(run)
    assert pieces is not None
    assert (len(pieces), pieces.placeless_m) == (90, 0)


def test_inexact_positions_do_not_tell_a_place() -> None:
    run = street().assign(horizontal_accuracy_m=20.0)
    exact = pieces_of(run)
    run.loc[100:200, "horizontal_accuracy_m"] = 20.5
    inexact = pieces_of(run)
    assert exact is not None
    assert inexact is not None
    assert (exact.placeless_m, inexact.placeless_m) == (0, pytest.approx(306))


def test_a_position_far_astray_is_passed_over() -> None:
    run = street()
    run.loc[150:152, POSITION] = HERE.place(450, 400)[::-1]
    pieces = pieces_of(run)
    assert pieces is not None
    assert np.ptp(pieces.latitude_deg) < 1e-6
    assert pieces.placeless_m == 0


def test_a_treadmill_at_a_window_has_no_place() -> None:
    """Three kilometres are counted while the positions wander within some metres."""
    run = run_along(HERE, (0, 0), (3000, 0))
    wander = run_along(HERE, *[(5 * math.sin(n), 5 * math.cos(n / 2)) for n in range(3001)], mps=1)
    run[POSITION] = wander.loc[: len(run) - 1, POSITION]
    pieces = pieces_of(run)
    assert pieces is not None
    assert (len(pieces), pieces.placeless_m) == (0, pytest.approx(3000))


def test_without_positions_or_distance_there_are_no_pieces() -> None:
    run = street()
    here = np.full(len(run), 50.0)
    standing = run.assign(latitude_deg=here, longitude_deg=10.0, distance_m=0.0)
    nowhere = run.assign(latitude_deg=math.nan, longitude_deg=math.nan)
    for none in (run[:0], run[:1], nowhere, standing):
        assert pieces_of(none) is None


def test_the_distance_of_positions_serves_where_the_device_counted_none() -> None:
    pieces = pieces_of(street().assign(distance_m=math.nan))
    assert pieces is not None
    assert pieces.length_m.sum() == pytest.approx(900, rel=1e-6)


@pytest.mark.parametrize(("latitude", "longitude"), [(0, 0), (70, 25), (-70, -60), (52, 180), (-17, -179.9999)])
def test_the_box_around_a_run_is_so_much_wider(latitude: float, longitude: float) -> None:
    here = Map(latitude, longitude)
    pieces = pieces_of(run_along(here, (-300, 0), (300, 0), (300, 600)))
    assert pieces is not None
    west, south, east, north = around(pieces, 100)
    for corner, expected in (((west, south), here.place(-395, -100)), ((east, north), here.place(400, 695))):
        assert corner == pytest.approx(expected, abs=3e-5)
    assert (west > east) == (abs(longitude) > 179)


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(-300, 300), st.integers(-300, 300)), min_size=2, max_size=6, unique=True),
    st.integers(1, 30),
    st.sets(st.integers(0, 80)),
    st.floats(0, 8),
)
def test_no_distance_is_lost_or_made(
    corners: list[tuple[int, int]], every: int, without: set[int], noise_m: float
) -> None:
    run = run_along(HERE, *corners, every=every, noise_m=noise_m)
    run.loc[run.index.isin(without), POSITION] = math.nan
    pieces = pieces_of(run)
    if pieces is None:
        assert run["latitude_deg"].notna().sum() < 2 or run["distance_m"].iloc[-1] == 0
        return
    assert pieces.length_m.sum() + pieces.placeless_m == pytest.approx(run["distance_m"].iloc[-1])
    assert (pieces.length_m > 0).all()
    assert (pieces.length_m < 20).all()
    assert (np.diff(pieces.stretch) >= 0).all()
