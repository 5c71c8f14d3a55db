"""Oracles: gpxpy for GPX and an ElementTree reader for TCX, over all samples; every known difference is listed."""

import math
from datetime import UTC
from pathlib import Path
from typing import Any

import gpxpy
import numpy as np
import pandas as pd
import pytest
from oracles import differences, tcx_elementtree
from samples import sample_files

from stressfx.io.activity import Activity
from stressfx.io.gpx import read_gpx
from stressfx.io.tcx import read_tcx

EXTENSIONS = {"hr": "heart_rate_bpm", "heartrate": "heart_rate_bpm", "cad": "cadence_rpm", "cadence": "cadence_rpm"}
COLUMNS = ("time", "latitude_deg", "longitude_deg", "altitude_m", "speed_mps", "heart_rate_bpm", "cadence_rpm")
FRAMES = ("records", "laps", "sessions", "events")


def gpxpy_row(point: Any) -> dict[str, float]:
    time = point.time and (point.time if point.time.tzinfo else point.time.replace(tzinfo=UTC)).timestamp()
    values = (time, point.latitude, point.longitude, point.elevation, point.speed)
    row = {name: value for name, value in zip(COLUMNS, values, strict=False) if value is not None}
    for element in (element for extension in point.extensions for element in extension.iter()):
        column = EXTENSIONS.get(element.tag.rpartition("}")[2].lower())
        if column and element.text and element.text.strip():
            row.setdefault(column, float(element.text))
    return row


def columns_that_differ(activity: Activity, rows: list[dict[str, float]], columns: tuple[str, ...]) -> set[str]:
    """Name the columns of the records in which any row differs by more than 1e-9; ``rows`` if their number does."""
    records = activity.records
    if len(records) != len(rows):
        return {"rows"}
    ours = {name: records[name].to_numpy(np.float64) for name in columns if name != "time"}
    time = records["time"].to_numpy("datetime64[us]")
    ours["time"] = np.where(np.isnat(time), np.nan, time.astype("int64") / 1e6)
    theirs = {name: np.array([row.get(name, math.nan) for row in rows]) for name in columns}
    # Seconds since 1970 as floats are good to a microsecond only.
    within = {name: 1e-6 if name == "time" else 1e-9 for name in columns}
    return {
        name for name in columns if not np.allclose(ours[name], theirs[name], rtol=0, atol=within[name], equal_nan=True)
    }


@pytest.mark.parametrize("path", sample_files("gpx"), ids=lambda path: path.name)
def test_gpx_equals_gpxpy(path: Path) -> None:
    rows = [
        gpxpy_row(point)
        for track in gpxpy.parse(path.read_bytes()).tracks
        for s in track.segments
        for point in s.points
    ]
    found = {(path.name, "trkpt", column) for column in columns_that_differ(read_gpx(path), rows, COLUMNS)}
    assert found == {known for known in differences.load("gpxpy") if known[0] == path.name}


@pytest.mark.parametrize("path", sample_files("tcx"), ids=lambda path: path.name)
def test_tcx_equals_elementtree(path: Path) -> None:
    activity, data = read_tcx(path), path.read_bytes()
    columns = (*COLUMNS, "distance_m", "power_w")
    differ = columns_that_differ(activity, tcx_elementtree.trackpoints(data), columns)
    found = {(path.name, "Trackpoint", column) for column in differ}
    assert found == {known for known in differences.load("elementtree") if known[0] == path.name}
    legs = pd.DataFrame(tcx_elementtree.legs(data))
    np.testing.assert_allclose(activity.sessions[legs.columns], legs, atol=1e-9)


@pytest.mark.parametrize("path", sample_files("gpx"), ids=lambda path: path.name)
def test_the_engine_gpxpy_gives_the_same_frames(path: Path) -> None:
    ours, theirs = read_gpx(path), read_gpx(path, engine="gpxpy")
    assert (ours.source.engine, theirs.source.engine) == ("stressfx", "gpxpy")
    found = set()
    for name in FRAMES:
        one, other = getattr(ours, name), getattr(theirs, name)
        assert one.shape == other.shape
        found |= {(path.name, name, column) for column in one if not one[column].equals(other[column])}
    assert found == {known for known in differences.load("gpxpy-engine") if known[0] == path.name}


def test_every_listed_difference_is_of_a_sample() -> None:
    names = {path.name for kind in ("gpx", "tcx") for path in sample_files(kind)}
    listed = set().union(*(differences.load(other) for other in ("gpxpy", "gpxpy-engine", "elementtree")))
    assert not names or {name for name, _, _ in listed} <= names
