"""What `compare_engines` says about files whose differences between the engines are known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_fit import RECORD, START, body_of, packed, run
from samples import gpx, gpx_point, sample_files, tcx, tcx_point

from stressfx.errors import UnreadableFileError
from stressfx.io.fit.encode import FitWriter
from stressfx.io.fit.read import read_fit
from stressfx.io.reference import _compared, compare_engines

COLUMNS = ["column", "values", "reference_values", "different", "max_difference", "engine"]


def test_a_made_run_is_read_alike_by_both_engines() -> None:
    """Oracle: the run itself, 60 samples of heart rate, speed and distance."""
    compared = compare_engines(run(60).to_bytes())
    assert list(compared.columns) == COLUMNS
    assert set(compared["engine"]) == {"fitparse"}
    assert compared["different"].sum() == 0
    counts = compared.set_index("column")[["values", "reference_values"]]
    assert counts.loc[["time", "heart_rate_bpm", "speed_mps", "distance_m"]].eq(60).all(axis=None)
    assert counts.loc[["latitude_deg", "power_w"]].eq(0).all(axis=None)


def test_differences_are_counted_and_measured() -> None:
    """Oracle: a frame that was changed by hand."""
    data = run(60).to_bytes()
    ours, theirs = read_fit(data), read_fit(data)
    theirs.records.loc[[3, 5], "heart_rate_bpm"] += [2.0, 7.0]
    theirs.records.loc[7, "speed_mps"] = np.nan
    theirs.records["distance_m"] *= 1 + 1e-12
    theirs.records["time"] += pd.Timedelta(seconds=5)
    theirs.records["dev0.Mood"] = "fine"
    rows = _compared(ours, theirs).set_index("column")
    assert rows["different"].to_dict() == {
        **dict.fromkeys(ours.records, 0), "heart_rate_bpm": 2, "speed_mps": 1, "time": 60, "dev0.Mood": 60
    }  # fmt: skip
    assert rows["max_difference"][["heart_rate_bpm", "time", "speed_mps"]].tolist() == [7, 5, 0]
    assert (rows["values"]["speed_mps"], rows["reference_values"]["speed_mps"]) == (60, 59)


def test_gpx_is_compared_with_gpxpy_and_tcx_with_nothing() -> None:
    compared = compare_engines(gpx(gpx_point(second) for second in range(30)))
    assert set(compared["engine"]) == {"gpxpy"}
    assert compared["different"].sum() == 0
    assert compared.set_index("column")["values"]["latitude_deg"] == 30
    empty = compare_engines(tcx(tcx_point(second) for second in range(30)))
    assert (list(empty.columns), len(empty)) == (COLUMNS, 0)


def test_what_either_engine_cannot_read_is_an_error_that_names_it() -> None:
    with pytest.raises(UnreadableFileError, match="fitparse cannot read it"):
        compare_engines(packed(body_of(run(5).to_bytes()) + b"\x0f"))
    with pytest.raises(UnreadableFileError):
        compare_engines(b"no activity")


def test_a_file_that_the_engines_read_to_different_lengths_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Oracle: a reference engine that loses a row."""
    shorter = FitWriter().message(RECORD, [(253, "uint32", START)]).to_bytes()
    monkeypatch.setattr("stressfx.io.reference.read_fit", lambda *_, **__: read_fit(shorter))
    with pytest.raises(UnreadableFileError, match="reads 1 records, stressfx 5"):
        compare_engines(run(5).to_bytes())


@pytest.mark.parametrize(
    "path", [path for path in sample_files("fit") if "run" in path.name][:3], ids=lambda path: path.name
)
def test_real_runs_are_read_alike(path: Path) -> None:
    assert compare_engines(path)["different"].sum() == 0
