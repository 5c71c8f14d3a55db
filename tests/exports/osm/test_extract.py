"""Oracle: maps of a few ways, written in every format, and the same files with a known damage."""

import math
import re
import sys
from pathlib import Path

import pytest
from made_osm import Map

from stressfx.errors import LimitError, StressfxError, UnreadableFileError
from stressfx.exports.osm import extract as module
from stressfx.exports.osm.extract import find_extract, runnable

FORMATS = ["osm", "osm.gz", "osm.bz2", "osm.pbf"]


@pytest.fixture(scope="module")
def _osmium() -> None:
    pytest.importorskip("osmium")
    pytest.importorskip("shapely")


with_osmium = pytest.mark.usefixtures("_osmium")


def town() -> Map:
    made = Map()
    made.way((0, 0), (500, 0), highway="residential", surface="asphalt")
    made.way((500, 0), (500, 500), highway="path")
    made.way((0, 10), (500, 10), highway="motorway", surface="asphalt")
    made.way((0, 0), (0, 500), building="yes")
    return made


def tags_of(path: Path) -> list[dict[str, str]]:
    return [tags for _, batch in runnable(find_extract(path)) for tags in batch]


def refusal(path: Path) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as caught:
        tags_of(path)
    return caught.value


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for missing in ("osmium", "shapely"):
        with monkeypatch.context() as without:
            without.setitem(sys.modules, missing, None)
            with pytest.raises(StressfxError, match=re.escape("pip install 'stressfx[osm]'")):
                find_extract(tmp_path / "town.osm")


@with_osmium
@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_tells_the_same_whatever_the_file_is_called(ending: str, tmp_path: Path) -> None:
    path = town().write(tmp_path / f"town.{ending}")
    told = [{"highway": "residential", "surface": "asphalt"}, {"highway": "path"}]
    assert tags_of(path) == told
    assert tags_of(path.rename(tmp_path / "map.bin")) == told


@with_osmium
def test_what_nobody_runs_on_is_left_out_and_what_is_untagged_is_not(tmp_path: Path) -> None:
    made = Map()
    for kind in ("motorway", "trunk_link", "proposed", "construction", "footway", "track", "steps", "primary"):
        made.way((0, 0), (50, 0), highway=kind)
    made.way((0, 0), (50, 0), railway="rail")
    for sport in ("running", "soccer; athletics", "cycling", ""):
        made.way((0, 0), (50, 0), leisure="track", sport=sport)
    made.way((0, 0), (50, 0), leisure="park")
    kept = [tags.get("highway", tags.get("sport")) for tags in tags_of(made.write(tmp_path / "a.osm"))]
    assert kept == ["footway", "track", "steps", "primary", "running", "soccer; athletics"]


@with_osmium
def test_pitches_squares_and_multipolygons_are_areas_and_closed_ways_are_lines(tmp_path: Path) -> None:
    import shapely  # noqa: PLC0415  # an extra

    square = [(0, 0), (60, 0), (60, 60), (0, 60)]
    inner = [(20, 20), (40, 20), (40, 40), (20, 40)]
    made = Map()
    made.way(*square, closed=True, name="lane", leisure="track", sport="running")
    made.way(*square, closed=True, name="pitch", leisure="pitch", sport="athletics")
    made.way(*square, closed=True, name="square", highway="pedestrian", area="yes")
    made.way(*square, closed=True, name="round", highway="service")
    outer, hole = made.way(*square, closed=True), made.way(*inner, closed=True)
    made.multipolygon(outer, hole, name="ring", leisure="track", sport="running")
    shapes = {}
    for batch, tags in runnable(find_extract(made.write(tmp_path / "a.osm.pbf"))):
        names = [told["name"] for told in tags]
        assert len(names) == len(set(names))
        shapes |= dict(zip(names, shapely.from_wkb(batch), strict=True))
    dimensions = {name: int(shapely.get_dimensions(shape)) for name, shape in shapes.items()}
    assert dimensions == {"lane": 1, "round": 1, "pitch": 2, "square": 2, "ring": 2}
    inside = [shapes["ring"].covers(shapely.Point(made.place(*place))) for place in ((10, 10), (30, 30))]
    assert inside == [True, False]


@with_osmium
def test_a_multipolygon_may_have_its_ring_in_parts_and_needs_all_of_them(tmp_path: Path) -> None:
    import shapely  # noqa: PLC0415  # an extra

    made = Map()
    west, east = made.way((50, 0), (0, 0), (0, 60), (50, 60)), made.way((50, 60), (100, 60), (100, 0), (50, 0))
    half = made.way((50, 60), (150, 60), (150, 0), (50, 0), missing=[1])
    _share_nodes(made, west, east)
    made.multipolygon(west, name="whole", leisure="pitch", sport="running")
    made.relations[0][0].append((east, "outer"))
    for name, further in (("open", []), ("cut off", [(half, "outer")])):
        made.multipolygon(west, name=name, leisure="pitch", sport="running")
        made.relations[-1][0].extend(further)
    made.multipolygon(west, name="a bus route", highway="pedestrian", type="route")
    ((shapes, tags),) = runnable(find_extract(made.write(tmp_path / "parts.osm.pbf")))
    assert [told["name"] for told in tags] == ["whole"]
    (shape,) = shapely.from_wkb(shapes)
    metres = (6_371_008.8 * math.pi / 180) ** 2 * math.cos(math.radians(50))
    assert shape.area * metres == pytest.approx(100 * 60, rel=1e-3)


def _share_nodes(made: Map, first: int, second: int) -> None:
    """Let two ways begin and end at the same two nodes."""
    one, other = made.ways[first - 1][0], made.ways[second - 1][0]
    other[0], other[-1] = one[-1], one[0]


@with_osmium
def test_areas_that_cannot_be_drawn_are_left_out_and_cost_nothing_else(tmp_path: Path) -> None:
    made = Map()
    made.way((0, 0), (50, 0), (50, 0), closed=True, name="flat", leisure="pitch", sport="running")
    made.way((0, 0), (50, 50), (50, 0), (0, 50), closed=True, name="crossed", leisure="pitch", sport="running")
    assert tags_of(made.write(tmp_path / "areas.osm")) == []
    made.way((0, 0), (50, 0), name="lane", leisure="track", sport="running")
    assert [told["name"] for told in tags_of(made.write(tmp_path / "areas.osm"))] == ["lane"]


@with_osmium
def test_a_way_whose_nodes_are_partly_missing_goes_as_far_as_they_are_known(tmp_path: Path) -> None:
    import shapely  # noqa: PLC0415  # an extra

    made = Map()
    made.way(*[(100 * n, 0) for n in range(7)], missing=[3, 5], highway="path")
    made.way((0, 0), (100, 0), missing=[0, 1], highway="track")
    ((shapes, tags),) = runnable(find_extract(made.write(tmp_path / "cut.osm")))
    assert tags == [{"highway": "path"}]
    (part,) = shapely.from_wkb(shapes)
    assert part.coords[:] == [pytest.approx(made.place(100 * n, 0), abs=1e-7) for n in range(3)]


@with_osmium
def test_ways_that_stand_before_their_nodes_are_refused(tmp_path: Path) -> None:
    text = town().xml()
    nodes, ways = re.findall(rb"<node[^>]*/>\n", text), re.findall(rb"<way.*</way>\n", text)
    path = tmp_path / "order.osm"
    path.write_bytes(b'<osm version="0.6">' + b"".join(ways + nodes) + b"</osm>")
    assert refusal(path).reason == "its ways have no positions; their nodes must stand before them"


@with_osmium
@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_that_breaks_off_is_refused(ending: str, tmp_path: Path) -> None:
    whole = town().write(tmp_path / f"town.{ending}").read_bytes()
    path = tmp_path / f"cut.{ending}"
    for length in range(0, len(whole) - 8, max(1, len(whole) // 40)):
        path.write_bytes(whole[:length])
        assert refusal(path).label == path.name


@with_osmium
def test_a_changed_byte_gives_a_refusal_or_a_map(tmp_path: Path) -> None:
    whole = town().write(tmp_path / "town.osm.pbf").read_bytes()
    path = tmp_path / "flipped.osm.pbf"
    refused = []
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            tags_of(path)
        except UnreadableFileError as error:
            refused.append(str(error))
    assert len(refused) > len(whole) / 2
    assert not any(str(tmp_path) in text for text in refused)


@with_osmium
@pytest.mark.parametrize(
    "content", [b"", b"\n", b"<html><body>Not found</body></html>", b"PK\x03\x04", b"\x1f\x8b", b"{}", b"<osm>"]
)
def test_what_is_no_extract_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "town.osm"
    path.write_bytes(content)
    error = refusal(path)
    assert error.label == "town.osm"
    assert error.reason.startswith("is no extract of OpenStreetMap")
    assert error.__cause__ is None


@with_osmium
@pytest.mark.parametrize("name", ["none.osm", ".", "-", "https://example.org/town.osm"])
def test_only_a_file_on_this_disk_is_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnreadableFileError, match=r": there is no such file$") as caught:
        find_extract(name)
    assert "/" not in str(caught.value)


@with_osmium
def test_a_dash_is_a_file_and_not_the_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "-").write_bytes(town().xml())
    monkeypatch.chdir(tmp_path)
    assert len(tags_of(Path("-"))) == 2


@with_osmium
def test_entities_are_refused_whatever_they_hold(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    path = tmp_path / "laughs.osm"
    for entities in (f'<!ENTITY l0 "ha">{laughs}', '<!ENTITY l9 SYSTEM "file:///etc/hostname">'):
        text = town().xml(doctype=f"<!DOCTYPE osm [{entities}]>")
        path.write_bytes(text.replace(b'"residential"', b'"&l9;"'))
        assert refusal(path).label == "laughs.osm"


@with_osmium
def test_a_file_that_is_too_long_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = town().write(tmp_path / "town.osm")
    assert find_extract(path, max_bytes=path.stat().st_size).size == path.stat().st_size
    with pytest.raises(LimitError, match="take the extract of a smaller region"):
        find_extract(path, max_bytes=path.stat().st_size - 1)


@with_osmium
def test_a_long_file_is_read_the_same_with_its_nodes_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extract = find_extract(town().write(tmp_path / "town.osm.pbf"))
    in_memory = list(runnable(extract))
    monkeypatch.setattr(module, "IN_MEMORY_BYTES", 0)
    assert list(runnable(extract)) == in_memory


@with_osmium
def test_shapes_come_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Map()
    for n in range(7):
        made.way((0, n), (50, n), highway="path", ref=str(n))
    monkeypatch.setattr(module, "BATCH", 3)
    batches = [[told["ref"] for told in tags] for _, tags in runnable(find_extract(made.write(tmp_path / "a.osm")))]
    assert batches == [["0", "1", "2"], ["3", "4", "5"], ["6"]]
