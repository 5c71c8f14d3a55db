"""Oracles: towns whose streets have a known surface, and the nearest way found point by point with plain geometry."""

import math
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_osm import Map, Point, run_along

from stressfx.exports.osm import match as module
from stressfx.exports.osm.match import match_surfaces
from stressfx.exports.osm.ways import Ways, read_ways

pytest.importorskip("osmium")
shapely = pytest.importorskip("shapely")

HERE = Map()


def ways_of(*ways: tuple[str, Sequence[Point]], here: Map = HERE) -> Ways:
    """Make ways without a file: class and places of each."""
    lines = [shapely.LineString([here.place(*point) for point in points]) for _, points in ways]
    return Ways("made", np.array([surface for surface, _ in ways], np.str_), np.array(lines, object))


ROAD = ("asphalt", [(0, 0), (3000, 0)])


@pytest.mark.parametrize("ending", ["osm", "osm.pbf"])
def test_each_street_of_a_town_gets_its_distance(ending: str, tmp_path: Path) -> None:
    """A kilometre of asphalt, half of gravel, a round on the track, half a kilometre where the map has nothing."""
    town = Map()
    town.way((0, 0), (1000, 0), highway="residential", surface="asphalt")
    town.way((1000, 0), (1000, 500), highway="track", surface="fine_gravel")
    for n in range(1, 10):
        town.way((100 * n, -80), (100 * n, 80), highway="residential")
    town.way((1000, 500), (1100, 500), (1100, 600), (1000, 600), closed=True, leisure="track", sport="running")
    ways = read_ways(town.write(tmp_path / f"town.{ending}"))
    lap = [(1000, 500), (1100, 500), (1100, 600), (1000, 600), (1000, 500)]
    run = run_along(town, (0, 0), (1000, 0), *lap, (500, 1100), noise_m=4, seed=3)
    shares = match_surfaces(run, ways)
    whole = 1000 + 500 + 400 + math.hypot(500, 600)
    expected = {"asphalt": 1000, "gravel": 500, "track": 400, "unknown": math.hypot(500, 600)}
    assert {name: share * whole for name, share in shares.items()} == pytest.approx(expected, abs=40)
    quiet = match_surfaces(run_along(town, (0, 0), (1000, 0), (1000, 500)), ways)
    assert quiet == pytest.approx({"asphalt": 2 / 3, "gravel": 1 / 3}, abs=1e-9)


@pytest.mark.parametrize("noise_m", [3, 4, 5])
def test_a_path_beside_a_road_is_told_from_it(noise_m: float) -> None:
    ways = ways_of(ROAD, ("gravel", [(0, 10), (3000, 10)]))
    for north, surface in ((0, "asphalt"), (10, "gravel")):
        runs = (run_along(HERE, (0, north), (3000, north), noise_m=noise_m, seed=seed) for seed in range(10))
        shares = [match_surfaces(run, ways)[surface] for run in runs]
        assert min(shares) > 0.9
        assert np.mean(shares) > 0.98


def test_a_nearer_way_of_unknown_surface_is_not_given_that_of_a_road_beside_it() -> None:
    ways = ways_of(ROAD, ("unknown", [(0, 13), (3000, 13)]))
    run = run_along(HERE, (0, 15), (3000, 15), noise_m=3, seed=1)
    assert match_surfaces(run, ways)["unknown"] > 0.98
    assert match_surfaces(run, ways_of(ROAD))["asphalt"] > 0.9


def test_crossing_streets_change_nothing() -> None:
    crossing = [("concrete", [(150 * n, -200), (150 * n, 200)]) for n in range(1, 20)]
    lines = [("unknown", [(150 * n + 70, -200), (150 * n + 70, 200)]) for n in range(1, 19)]
    shares = match_surfaces(run_along(HERE, (0, 2), (3000, 2), noise_m=3), ways_of(ROAD, *crossing, *lines))
    assert shares["asphalt"] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("latitude", [0, 50, 70, -70])
@pytest.mark.parametrize("longitude", [10, 180, -179.999])
def test_the_distance_that_counts_is_metres_on_the_ground(latitude: float, longitude: float) -> None:
    """19.9 m from a way is within 20 m, 20.1 m is not: east or north of it, far north, and over the date line."""
    here = Map(latitude, longitude)
    for way, offset in (
        ([(-500, 0), (500, 0)], lambda away: [(-400, away), (400, away)]),
        ([(0, -500), (0, 500)], lambda away: [(away, -400), (away, 400)]),
    ):
        ways = ways_of(("sand", way), here=here)
        object.__setattr__(ways, "shapes", np.array([_over_the_date_line(line) for line in ways.shapes], object))
        for side in (-1, 1):
            near, far = (run_along(here, *offset(side * away)) for away in (19.9, 20.1))
            assert match_surfaces(near, ways) == {"sand": pytest.approx(1)}
            assert match_surfaces(far, ways) == {"unknown": 1}
            assert match_surfaces(far, ways, within_m=20.2) == {"sand": pytest.approx(1)}


def _over_the_date_line(line: "shapely.LineString") -> "shapely.LineString":
    """What the reader does to a way over the date line, in the slow way."""
    west, _, east, _ = line.bounds
    return shapely.LineString([(x + 360 * (x < 0 and east - west > 180), y) for x, y in line.coords])


def test_a_way_over_the_date_line_is_read_and_matched(tmp_path: Path) -> None:
    fiji = Map(-17, 180)
    fiji.way((-1000, 0), (1000, 0), highway="track", surface="dirt")
    ways = read_ways(fiji.write(tmp_path / "fiji.osm"))
    run = run_along(fiji, (-900, 5), (900, 5))
    assert {np.sign(degrees) for degrees in run["longitude_deg"]} == {-1, 1}
    assert match_surfaces(run, ways) == {"trail": pytest.approx(1)}
    assert match_surfaces(run_along(fiji, (-900, 5), (-100, 5)), ways) == {"trail": pytest.approx(1)}
    assert match_surfaces(run_along(fiji, (100, 5), (900, 5)), ways) == {"trail": pytest.approx(1)}
    assert match_surfaces(run_along(Map(-17, 0), (-900, 5), (900, 5)), ways) == {"unknown": 1}


def test_outside_of_the_map_and_without_any_way_all_is_unknown(tmp_path: Path) -> None:
    run = run_along(Map(51, 10), (0, 0), (3000, 0))
    assert match_surfaces(run, ways_of(ROAD)) == {"unknown": 1}
    assert match_surfaces(run, read_ways(Map().write(tmp_path / "empty.osm"))) == {"unknown": 1}


def test_a_tunnel_stays_unknown_though_the_road_leads_through_it() -> None:
    run = run_along(HERE, (0, 0), (3000, 0))
    run.loc[400:599, ["latitude_deg", "longitude_deg"]] = math.nan
    assert match_surfaces(run, ways_of(ROAD)) == pytest.approx({"asphalt": 0.799, "unknown": 0.201})


def test_what_lies_beyond_a_pause_decides_nothing() -> None:
    """Eleven metres from asphalt and nine from gravel; between two pauses on the asphalt itself."""
    course = [(0, 11), (300, 11), (300, 0), (600, 0), (600, 11), (900, 11)]
    run = run_along(HERE, *course, mps=1).drop(index=[*range(301, 311), *range(612, 622)]).reset_index(drop=True)
    run["segment"] = (run.index > 300) + (run.index > 601).astype(int)
    shares = match_surfaces(run, ways_of(ROAD, ("gravel", [(0, 20), (3000, 20)])))
    assert shares == pytest.approx({"asphalt": 1 / 3, "gravel": 2 / 3}, abs=0.004)


def test_ways_on_each_other_that_do_not_agree_are_unknown() -> None:
    run = run_along(HERE, (0, 3), (3000, 3))
    assert match_surfaces(run, ways_of(ROAD, ("gravel", ROAD[1]))) == {"unknown": pytest.approx(1)}
    assert match_surfaces(run, ways_of(ROAD, ROAD)) == {"asphalt": pytest.approx(1)}


def test_who_is_inside_an_area_is_on_it() -> None:
    square = shapely.Polygon([HERE.place(*corner) for corner in ((0, 0), (400, 0), (400, 400), (0, 400))])
    path = shapely.LineString([HERE.place(0, 203), HERE.place(400, 203)])
    ways = Ways("made", np.array(["paved_other", "gravel"]), np.array([square, path], object))
    assert match_surfaces(run_along(HERE, (5, 200), (395, 200)), ways) == {"paved_other": pytest.approx(1)}


def test_without_positions_there_are_no_shares() -> None:
    run = run_along(HERE, (0, 0), (3000, 0)).assign(latitude_deg=math.nan)
    assert match_surfaces(run, ways_of(ROAD)) == {}


def test_a_reach_of_nothing_is_refused() -> None:
    for within_m in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="a distance above 0 is needed"):
            match_surfaces(run_along(HERE, (0, 0), (30, 0)), ways_of(ROAD), within_m=within_m)


coordinates = st.floats(-400, 400)
corners = st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=5)
classes = st.sampled_from(["asphalt", "gravel", "trail", "unknown"])


def _away_m(place: Point, points: Sequence[Point]) -> float:
    """Distance from a place to a broken line, part by part."""
    nearest = math.inf
    for (x, y), (to_x, to_y) in pairwise(points):
        along_x, along_y = to_x - x, to_y - y
        square = along_x**2 + along_y**2
        part = ((place[0] - x) * along_x + (place[1] - y) * along_y) / square if square else 0.0
        part = min(1.0, max(0.0, part))
        nearest = min(nearest, math.hypot(place[0] - x - part * along_x, place[1] - y - part * along_y))
    return nearest


@settings(max_examples=100)
@given(st.lists(st.tuples(classes, corners), min_size=1, max_size=6), corners, st.floats(1, 60))
def test_without_neighbours_each_piece_has_the_class_of_its_nearest_way(
    drawn: list[tuple[str, list[Point]]], course: list[Point], within_m: float
) -> None:
    """Compared with plain geometry in metres; pieces that a centimetre decides may be either."""
    ways = ways_of(*drawn)
    run = run_along(HERE, *course)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "NEIGHBOURS", 0)
        shares = match_surfaces(run, ways, within_m=within_m)
    pieces = module.pieces_of(run)
    if pieces is None:
        assert shares == {}
        return
    scale = 6_371_008.8 * math.pi / 180
    certain: dict[str, float] = {}
    for longitude, latitude, length in zip(
        pieces.longitude_deg, pieces.latitude_deg, pieces.length_m / run["distance_m"].iloc[-1], strict=True
    ):
        place = ((longitude - 10) * scale * math.cos(math.radians(50)), (latitude - 50) * scale)
        away = sorted((_away_m(place, points), surface) for surface, points in drawn)
        near = {surface for metres, surface in away if metres < away[0][0] + 0.1}
        if abs(away[0][0] - within_m) > 0.1 and len(near) == 1:
            surface = away[0][1] if away[0][0] < within_m else "unknown"
            certain[surface] = certain.get(surface, 0.0) + length
    undecided = 1 - sum(certain.values())
    for surface in {*shares, *certain}:
        assert -1e-9 <= shares.get(surface, 0.0) - certain.get(surface, 0.0) <= undecided + 1e-9


@settings(max_examples=200)
@given(st.lists(st.tuples(classes, corners), max_size=6), corners, st.floats(0, 8), st.integers(0, 99))
def test_shares_add_up_and_no_class_is_made_up(
    drawn: list[tuple[str, list[Point]]], course: list[Point], noise_m: float, seed: int
) -> None:
    run = run_along(HERE, *course, noise_m=noise_m, seed=seed)
    shares = match_surfaces(run, ways_of(*drawn))
    assert sum(shares.values()) == pytest.approx(1) or shares == {}
    near = {surface for surface, points in drawn if min(_away_m(place, points) for place in _places(run)) < 20.5}
    assert shares.keys() <= near | {"unknown"}
    far = [("grass", [(east, 5000), (east + 100, 5000)]) for east in range(-300, 300, 100)]
    assert match_surfaces(run, ways_of(*drawn, *far)) == pytest.approx(shares)


def _places(run: "module.pd.DataFrame") -> list[Point]:
    """Positions in metres, with some between them: ways are near to what lies between, too."""
    scale = 6_371_008.8 * math.pi / 180
    east = (run["longitude_deg"].to_numpy() - 10) * scale * math.cos(math.radians(50))
    north = (run["latitude_deg"].to_numpy() - 50) * scale
    at = np.arange(0, len(run) - 0.999, 0.25)
    return list(zip(np.interp(at, range(len(run)), east), np.interp(at, range(len(run)), north), strict=True))


def test_ten_kilometres_against_fifty_thousand_ways_take_a_moment() -> None:
    """Some 0.015 s where it was written; a tenth of a second is allowed for, the best of three."""
    dice = np.random.default_rng(1)
    steps = dice.normal(0, 15, (50_000, 8, 2))
    steps[:, 0] = dice.uniform(-6000, 6000, (50_000, 2))
    places = np.cumsum(steps, axis=1) / (6_371_008.8 * math.pi / 180) / [math.cos(math.radians(50)), 1] + [10, 50]
    ways = Ways("made", dice.choice(["asphalt", "gravel", "unknown"], 50_000), shapely.linestrings(places))
    run = run_along(HERE, (-4000, -3000), (-1000, 0), (2000, 0), (2000, 2757), mps=2.78, noise_m=4)
    assert len(run) > 3500
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        shares = match_surfaces(run, ways)
        taken.append(time.perf_counter() - start)
    assert len(shares) == 3
    assert min(taken) < 0.1
