"""Oracle: maps of a few ways whose places and surfaces are known."""

from pathlib import Path

import numpy as np
import pytest
from made_osm import Map

from stressfx.errors import LimitError
from stressfx.exports.osm import ways as module
from stressfx.exports.osm.ways import read_ways

pytest.importorskip("osmium")
shapely = pytest.importorskip("shapely")


def test_a_way_has_the_class_that_its_tags_say_or_none(tmp_path: Path) -> None:
    made = Map()
    made.way((0, 0), (500, 0), highway="residential", surface="asphalt")
    made.way((500, 0), (500, 500), highway="path")
    made.way((0, 0), (90, 0), leisure="track", sport="running", surface="concrete")
    path = made.write(tmp_path / "town.osm")
    ways = read_ways(path)
    assert ways.surface.tolist() == ["asphalt", "unknown", "track"]
    assert read_ways(path, paths_as_trail=True).surface.tolist() == ["asphalt", "trail", "track"]
    classes, numbers = ways.numbered
    assert [classes[number] for number in numbers] == ways.surface.tolist()


def test_a_way_says_how_many_and_not_where(tmp_path: Path) -> None:
    made = Map(latitude=47.11, longitude=8.15)
    for n in range(3):
        made.way((0, n), (9, n), highway="path", surface="sand")
    ways = read_ways(made.write(tmp_path / "town.osm.pbf"))
    assert (repr(ways), len(ways)) == ("Ways('town.osm.pbf': 3 sand)", 3)


@pytest.mark.parametrize("ending", ["osm", "osm.pbf"])
def test_an_empty_extract_has_no_ways(ending: str, tmp_path: Path) -> None:
    path = Map().write(tmp_path / f"empty.{ending}")
    for boxes in (None, [], [(9.0, 49.0, 11.0, 51.0)]):
        ways = read_ways(path, boxes=boxes)
        assert (len(ways), repr(ways), ways.bounds_deg.shape) == (0, f"Ways('empty.{ending}': none)", (0, 4))


def test_only_ways_that_touch_a_box_are_kept(tmp_path: Path) -> None:
    """Ways of a kilometre every kilometre northwards; the long one crosses every box without a node in any."""
    made = Map()
    for n in range(10):
        made.way((0, 1000 * n), (1000, 1000 * n), highway="path", surface="asphalt" if n % 2 else "gravel")
    made.way((500, -5000), (500, 15_000), highway="track", surface="grass")
    path = made.write(tmp_path / "a.osm")

    def near(*corners: tuple[float, float, float, float]) -> list[str]:
        boxes = [(*made.place(west, south), *made.place(east, north)) for west, south, east, north in corners]
        return sorted(read_ways(path, boxes=boxes).surface.tolist())

    assert near((100, 2900, 200, 3100)) == ["asphalt"]
    assert near((100, 3100, 200, 3900)) == []
    assert near((400, 3100, 600, 3900)) == ["grass"]
    assert near((100, 900, 900, 2100), (100, 1900, 200, 3100)) == ["asphalt", "asphalt", "grass", "gravel"]
    assert len(read_ways(path)) == 11


def test_a_box_and_a_way_over_the_date_line(tmp_path: Path) -> None:
    made = Map(latitude=-17, longitude=180)
    made.way((-500, 0), (500, 0), highway="path", surface="sand")
    made.way((-500, 0), (-400, 0), highway="path", surface="grass")
    made.way((400, 0), (500, 0), highway="path", surface="gravel")
    path = made.write(tmp_path / "a.osm")
    (west, south), (east, north) = made.place(-100, -100), made.place(100, 100)
    assert west > 179
    assert east < -179
    assert read_ways(path, boxes=[(west, south, east, north)]).surface.tolist() == ["sand"]
    assert read_ways(path, boxes=[(west, south, 180, north)]).surface.tolist() == ["sand"]
    assert read_ways(path, boxes=[(-180, south, east, north)]).surface.tolist() == ["sand"]
    assert read_ways(path, boxes=[(-1, south, 1, north)]).surface.tolist() == []
    ways = read_ways(path)
    assert np.ptp(ways.bounds_deg[:, [0, 2]], axis=1).max() < 0.01


def test_too_many_ways_near_the_boxes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Map()
    for n in range(5):
        made.way((0, n), (9, n), highway="path")
    path = made.write(tmp_path / "a.osm")
    monkeypatch.setattr(module, "MOST_WAYS", 5)
    assert len(read_ways(path)) == 5
    monkeypatch.setattr(module, "MOST_WAYS", 4)
    with pytest.raises(LimitError, match=r"^a\.osm: holds more than 4 ways near the runs"):
        read_ways(path)
