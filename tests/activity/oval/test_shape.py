"""Oracle: outlines drawn corner by corner by `made_tracks`, so each place's distance from them is known beforehand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_tracks import LANE_M, Floats, loops, rounded
from made_tracks import Oval as Drawn

from stressfx.activity.oval.shape import Oval, along_m, fit_oval, is_track, outward_m

STANDARD = Oval(0, 0, 0, 84.39 / 2, 36.8)
LAP_M = 2 * 84.39 + 2 * math.pi * 36.8


def test_lane_one_of_a_standard_track_is_400_m() -> None:
    """By hand: two straights of 84.39 m, and a circle of 36.50 m and the 0.30 m at which it is measured."""
    assert STANDARD.lap_m == pytest.approx(400.0, abs=0.01)


@pytest.mark.parametrize("lane", [1, 4, 8])
def test_each_lane_lies_its_width_outside_the_one_before(lane: int) -> None:
    around = np.linspace(0, LAP_M, 500)
    places = Drawn().at(around, (lane - 1) * LANE_M)
    assert outward_m(STANDARD, places) == pytest.approx(np.full(500, (lane - 1) * 1.22), abs=1e-9)


def test_the_way_along_the_oval_is_what_was_drawn() -> None:
    around = np.arange(0.5, 400.0, 0.5)
    assert along_m(STANDARD, Drawn().at(around)) == pytest.approx(around, abs=1e-6)


def test_places_inside_are_told_as_such() -> None:
    """By hand: from the middle the straights are a radius away, and 10 m beside it 10 m less."""
    assert outward_m(STANDARD, np.array([[0.0, 0.0], [0.0, 10.0], [0.0, -46.8]])) == pytest.approx([-36.8, -26.8, 10])


@given(
    st.floats(-15, 15),
    st.floats(-15, 15),
    st.floats(0, math.pi),
    st.floats(-0.17, 0.17),
    st.floats(35, 48),
    st.floats(33, 46),
)
def test_the_oval_is_found_again_from_a_rough_guess_and_with_other_places_around(
    east: float, north: float, turned: float, off: float, half: float, radius: float
) -> None:
    """The guess is up to 21 m and 10 degrees off; one place in five is anywhere."""
    drawn = Drawn(2 * half, radius)
    turn = np.array([[math.cos(turned), math.sin(turned)], [-math.sin(turned), math.cos(turned)]])
    middle = np.array([500.0, -300.0])
    places = drawn.at(np.linspace(0, drawn.lap_m, 400)) @ turn + middle
    strays = np.random.default_rng(1).uniform(-150, 150, (100, 2)) + middle
    found = fit_oval(np.vstack([places, strays]), Oval(500 + east, -300 + north, turned + off, 42, 38))
    assert (found.east_m, found.north_m) == pytest.approx((500, -300), abs=1.5)
    assert (found.half_straight_m, found.radius_m) == pytest.approx((half, radius), abs=1.5)
    assert math.cos(2 * (found.turned_rad - turned)) > math.cos(2 * 0.02)


def circle(ratio: float = 1.0) -> Floats:
    angle = np.linspace(0, 2 * math.pi, 300, endpoint=False)
    return np.column_stack([np.cos(angle), ratio * np.sin(angle)])


def rectangle(ratio: float, corner: float) -> Floats:
    return rounded(np.array([[0, 0], [1, 0], [1, ratio], [0, ratio]]) * 200 / (1 + ratio), corner)


def verdict(outline: Floats, perimeter_m: float, seed: int = 1) -> bool:
    """Fit an oval to five laps with errors of 4 m at each place; say whether it is a track."""
    rng = np.random.default_rng(seed)
    places = loops(outline - outline.mean(axis=0), perimeter_m, 5, rng)[::3]
    places = places - (places.min(axis=0) + places.max(axis=0)) / 2 + rng.normal(0, 4, places.shape)
    return is_track(fit_oval(places, Oval(0, 0, 0, 42, 38)), places)


def outline(straight: float, radius: float, offset: float = 0.0) -> Floats:
    drawn = Drawn(straight, radius)
    return drawn.at(np.arange(0, drawn.lap_m, 2.0), offset)


def test_tracks_of_any_lane_and_of_older_shapes_are_tracks() -> None:
    for seed in range(20):
        assert verdict(outline(84.39, 36.8), 400, seed)
        assert verdict(outline(84.39, 36.8, 7 * LANE_M), 453.66, seed)
        assert verdict(outline(97.0, 32.8), 400, seed)
        assert verdict(outline(73.0, 40.4), 400, seed)


@pytest.mark.parametrize(
    ("shape", "perimeter_m"),
    [
        (rectangle(0.5, 5), 400),
        (rectangle(0.45, 10), 420),
        (circle(), 400),
        (circle(0.47), 400),
        (circle(0.55), 420),
        (outline(84.39, 36.8), 300),
        (outline(84.39, 36.8), 500),
        (outline(40.0, 50.9), 400),
        (outline(130.0, 22.3), 400),
    ],
    ids=["block", "rounder block", "circle", "ellipse", "rounder ellipse", "300 m", "500 m", "short", "long"],
)
def test_other_outlines_are_none(shape: Floats, perimeter_m: float) -> None:
    assert [seed for seed in range(20) if verdict(shape, perimeter_m, seed)] == []


def test_too_few_places_prove_nothing() -> None:
    places = Drawn().at(np.linspace(0, 370, 13))
    assert not is_track(STANDARD, places)
    assert is_track(STANDARD, Drawn().at(np.linspace(0, 370, 14)))
