"""Oracle: the table of values and classes, written out a second time by hand; and what no tag may do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.exports.osm_tags import osm_class
from stressfx.schema.surfaces import SURFACE_CLASSES

CLASSES = {
    "asphalt": "asphalt chipseal",
    "concrete": "concrete concrete:plates concrete:lanes cement",
    "paved_other": "paved paving_stones sett cobblestone unhewn_cobblestone bricks tiles metal wood",
    "track": "tartan acrylic rubber artificial_turf",
    "gravel": "fine_gravel gravel compacted pebblestone",
    "trail": "ground dirt earth mud clay rock stone woodchips unpaved",
    "grass": "grass grass_paver",
    "sand": "sand",
}
VALUES = [(value, name) for name, values in CLASSES.items() for value in values.split()]


@pytest.mark.parametrize(("value", "name"), VALUES)
def test_each_value_of_surface_has_its_class(value: str, name: str) -> None:
    assert osm_class({"highway": "residential", "surface": value}) == name
    assert osm_class({"surface": f" {value.upper()} "}) == name


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"surface": ""},
        {"surface": " ; "},
        {"surface": "asphaltt"},
        {"surface": "ice"},
        {"highway": "footway"},
        {"highway": "residential", "lit": "yes"},
        {"highway": "path"},
        {"highway": "track", "tracktype": "grade1"},
        {"leisure": "track"},
        {"leisure": "track", "sport": "cycling"},
        {"leisure": "pitch", "sport": "athletics"},
        {"surface": "asphalt;gravel"},
        {"surface": "asphalt;never_heard_of"},
    ],
)
def test_what_the_tags_do_not_say_is_unknown(tags: dict[str, str]) -> None:
    assert osm_class(tags) == "unknown"


def test_several_values_of_one_class_are_that_class() -> None:
    assert osm_class({"surface": "gravel;compacted"}) == "gravel"


@pytest.mark.parametrize("sport", ["running", "athletics", "soccer;running", "Athletics"])
@pytest.mark.parametrize("surface", ["", "asphalt", "grass", "clay", "tartan", "never_heard_of"])
def test_a_track_for_runners_is_a_track_whatever_it_is_made_of(sport: str, surface: str) -> None:
    assert osm_class({"leisure": "track", "sport": sport, "surface": surface}) == "track"


def test_clay_is_ground_on_a_path_and_a_sports_surface_on_a_sports_ground() -> None:
    assert osm_class({"highway": "path", "surface": "clay"}) == "trail"
    assert osm_class({"leisure": "track", "sport": "cycling", "surface": "clay"}) == "track"
    assert osm_class({"leisure": "pitch", "sport": "tennis", "surface": "clay"}) == "track"
    assert osm_class({"leisure": "park", "surface": "clay"}) == "trail"


def test_a_path_is_a_trail_only_on_demand_and_only_without_a_surface() -> None:
    assert osm_class({"highway": "path"}, paths_as_trail=True) == "trail"
    assert osm_class({"highway": "path", "surface": "asphalt"}, paths_as_trail=True) == "asphalt"
    assert osm_class({"highway": "path", "surface": "never_heard_of"}, paths_as_trail=True) == "unknown"
    assert osm_class({"highway": "footway"}, paths_as_trail=True) == "unknown"


@given(
    st.dictionaries(
        st.sampled_from(["surface", "highway", "leisure", "sport", "tracktype", "name"]),
        st.sampled_from([*(value for value, _ in VALUES), "track", "pitch", "running", "path"]) | st.text(max_size=9),
    ),
    st.booleans(),
)
def test_any_tags_give_one_of_the_classes_and_highway_alone_gives_none(tags: dict[str, str], opted: bool) -> None:  # noqa: FBT001  # hypothesis passes it by name
    assert osm_class(tags, paths_as_trail=opted) in SURFACE_CLASSES
    if not {"surface", "leisure"} & tags.keys():
        assert osm_class(tags) == "unknown"
