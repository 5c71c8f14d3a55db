"""Oracle: a folder of recordings over a town of two streets, each with a known end."""

import re
from pathlib import Path

import pandas as pd
import pytest
from made_osm import Map, Point, run_along
from samples import gpx, gpx_point

from stressfx.errors import DataQualityWarning, UnreadableFileError
from stressfx.exports.export import Export
from stressfx.exports.osm.runs import osm_surfaces
from stressfx.exports.read import read_export
from stressfx.schema import SURFACES

pytest.importorskip("osmium")
pytest.importorskip("shapely")

TOWN = Map(47.11, 8.15)
COORDINATE = re.compile(r"47\.|\b8\.1")


def recording(*points: Point, here: Map = TOWN, kind: str = "running", hour: int = 0) -> bytes:
    rows = run_along(here, *points)
    return gpx(
        [
            gpx_point(3600 * hour + second, latitude_deg=row.latitude_deg, longitude_deg=row.longitude_deg)
            for second, row in enumerate(rows.itertuples())
        ],
        kind,
    )


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    town = Map(47.11, 8.15)
    town.way((0, 0), (600, 0), highway="residential", surface="asphalt")
    town.way((600, 0), (600, 600), highway="track", surface="gravel")
    return town.write(tmp_path / "town.osm.pbf")


@pytest.fixture
def export(tmp_path: Path) -> Export:
    folder = tmp_path / "runs"
    folder.mkdir()
    (folder / "1.gpx").write_bytes(recording((0, 2), (600, 2), (600, 200)))
    (folder / "2.gpx").write_bytes(recording((0, 0), (600, 0), here=Map(40, -3), hour=1))
    (folder / "3.gpx").write_bytes(recording((0, 0), (600, 0), kind="treadmill_running", hour=2))
    (folder / "4.gpx").write_bytes(recording((0, 0), (600, 0), kind="cycling", hour=3))
    (folder / "5.gpx").write_bytes(recording((600, 0), (600, 300), hour=4))
    return read_export(folder, athlete_id="a")


def by_file(export: Export, surfaces: pd.DataFrame) -> dict[str, dict[str, float]]:
    sources = export.sessions.set_index("session_id")["source"]
    return {
        str(sources[session_id]): dict(zip(rows["surface"], rows["share"], strict=True))
        for session_id, rows in surfaces.groupby("session_id")
    }


def test_every_run_gets_its_shares(export: Export, extract: Path) -> None:
    done: list[tuple[int, int, str]] = []
    surfaces = osm_surfaces(export, extract, progress=lambda *step: done.append(step))
    assert by_file(export, surfaces) == {
        "1.gpx": pytest.approx({"asphalt": 0.75, "gravel": 0.25}, abs=0.01),
        "2.gpx": {"unknown": 1.0},
        "5.gpx": {"gravel": pytest.approx(1)},
    }
    assert SURFACES.check(surfaces) is surfaces
    assert set(surfaces["source"]) == {"osm"}
    whole = surfaces.groupby("session_id")["distance_m"].sum()
    distances = export.sessions.set_index("session_id")["distance_m"]
    assert whole.to_dict() == pytest.approx(distances[whole.index].to_dict())
    days = export.sessions.set_index("session_id")["date"]
    assert (surfaces["date"].to_numpy() == days[surfaces["session_id"]].to_numpy()).all()
    # what the file itself calls indoors is not even read again
    assert done == [(1, 4, "1.gpx"), (2, 4, "2.gpx"), (3, 4, "5.gpx"), (4, 4, "town.osm.pbf")]


def test_other_sports_can_be_asked_for(export: Export, extract: Path) -> None:
    surfaces = osm_surfaces(export, extract, sport="cycling")
    assert by_file(export, surfaces) == {"4.gpx": {"asphalt": pytest.approx(1)}}


def test_a_file_that_has_gone_costs_its_own_run_only(export: Export, extract: Path, tmp_path: Path) -> None:
    (tmp_path / "runs" / "1.gpx").unlink()
    with pytest.warns(DataQualityWarning, match=r"^1 of 3 runs could not be read again.*: 1\.gpx: ") as told:
        surfaces = osm_surfaces(export, extract)
    assert by_file(export, surfaces).keys() == {"2.gpx", "5.gpx"}
    assert told[0].filename == __file__
    assert str(tmp_path) not in str(told[0].message)


def test_without_runs_there_are_no_rows_and_a_bad_extract_is_still_an_error(
    export: Export, extract: Path, tmp_path: Path
) -> None:
    assert SURFACES.check(osm_surfaces(export, extract, sport="swimming")).empty
    (tmp_path / "cut.osm.pbf").write_bytes(extract.read_bytes()[:-20])
    for name in ("cut.osm.pbf", "none.osm"):
        with pytest.raises(UnreadableFileError) as caught:
            osm_surfaces(export, tmp_path / name)
        assert str(tmp_path) not in str(caught.value)


def test_nothing_that_is_given_holds_a_position(export: Export, extract: Path) -> None:
    surfaces = osm_surfaces(export, extract)
    assert not COORDINATE.search(surfaces.drop(columns=["share", "distance_m", "session_id"]).to_csv())
    numbers = surfaces.select_dtypes("number").to_numpy().ravel()
    assert not any(abs(number - place) < 0.1 for number in numbers for place in (47.11, 8.15))


def test_a_reach_of_nothing_is_refused_before_anything_is_read(export: Export, extract: Path) -> None:
    with pytest.raises(ValueError, match="a distance above 0 is needed"):
        osm_surfaces(export, extract, within_m=0)
