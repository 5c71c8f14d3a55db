"""Several exports of one runner, one after the other or side by side: nothing lost, nothing counted twice.

Oracle: the workouts that the exports were built from.
"""

import os
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import made_strava
import pandas as pd
import pytest
from made_exports import FILES, NEW_YEAR, STRAVA, garmin, indoors, strava
from samples import gpx, gpx_point

from stressfx.exports.archive import Entry
from stressfx.exports.export import Export
from stressfx.exports.importing import import_export, read_store
from stressfx.exports.log import training_log
from stressfx.exports.read import read_export
from stressfx.exports.spread import spread
from stressfx.exports.store.store import open_store

COMPOSED = unicodedata.normalize("NFC", "activities/Läufe 13.fit")
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


def run(minute: int, *, sport: str = "running") -> bytes:
    points = [gpx_point(60 * minute + s, latitude_deg=50 + 3 * s / 111_195) for s in range(0, 600, 10)]
    return gpx(points, sport)


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def stored(store_folder: Path, *exports: Path, **options: str) -> Export:
    with open_store(store_folder, create=True) as store:
        for path in exports:
            import_export(path, store, athlete_id="a", **options)  # type: ignore[arg-type]  # only tz is given
        return read_store(store, athlete_id="a")


def test_files_of_one_name_in_two_exports_are_two_runs(tmp_path: Path) -> None:
    january = write(tmp_path / "january", {"run.gpx": run(0)})
    february = write(tmp_path / "february", {"run.gpx": run(60)})
    export = stored(tmp_path / "store", january, february)
    assert sorted(export.sessions["source"]) == ["run (2).gpx", "run.gpx"]
    for session_id in export.sessions["session_id"]:
        assert len(export.records(session_id)) == 60


def test_names_that_would_be_numbered_alike_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("run (2).gpx", run(0))
        archive.writestr("run.gpx", run(60))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("run.gpx", run(120))
    assert len(read_export(path, athlete_id="a").sessions) == 3


def joined(export: Export) -> tuple[int, list[str], float]:
    """Give how many sessions there are, the shoes of the recorded ones, and the corrected distance."""
    recorded = export.sessions[export.sessions["format"].isin(["fit", "gpx"])].sort_values("format")
    return len(export.sessions), recorded["shoe_id"].tolist(), float(recorded["distance_m"].iloc[0])


EXPECTED = (len(STRAVA), ["", "Blue ones"], 6000.0)


def test_a_damaged_archive_beside_the_table_does_not_undo_the_join(tmp_path: Path) -> None:
    later = write(tmp_path / "later", {"media.zip": b"PK\x03\x04 broken"})
    strava(tmp_path).replace(later / "strava_new.zip")
    assert joined(stored(tmp_path / "store", strava(tmp_path), later)) == EXPECTED


def test_another_way_of_reading_under_another_label_does_not_undo_the_join(tmp_path: Path) -> None:
    outer = tmp_path / "one"
    outer.mkdir()
    path = strava(outer)
    with open_store(tmp_path / "store", create=True) as store:
        import_export(path, store, athlete_id="a")
        import_export(outer, store, athlete_id="a", tz="Europe/Berlin")
        assert joined(read_store(store, athlete_id="a")) == EXPECTED


def test_a_file_that_can_be_read_at_last_leaves_the_quarantine(tmp_path: Path) -> None:
    folder = write(tmp_path / "export", {"run.gpx": b"<html>try later</html>", "other.gpx": run(60)})
    broken = stored(tmp_path / "store", folder)
    assert broken.quarantine["source"].tolist() == ["run.gpx"]
    write(folder, {"run.gpx": run(0)})
    mended = stored(tmp_path / "store", folder)
    assert mended.quarantine.empty
    assert len(mended.sessions) == 2


def test_every_copy_of_a_corrected_run_is_corrected(tmp_path: Path) -> None:
    garmin(tmp_path)
    write(tmp_path, {"copy.fit": indoors(5000, seconds=1799)})
    log = training_log(read_export(tmp_path, athlete_id="a").sessions)
    same = log[log["format"] == "fit"]
    assert len(same) == 2
    assert same["counted"].sum() == 1
    assert same["distance_m"].tolist() == [5500.0, 5500.0]


def test_what_was_told_of_a_copy_is_known_of_the_session_that_counts(tmp_path: Path) -> None:
    """The watch's own file has heart rate and counts; the account tells shoe and exertion of its own GPX."""
    write(
        tmp_path,
        {
            "watch.gpx": gpx(
                [gpx_point(s, "<hr>150</hr>", latitude_deg=50 + 3 * s / 111_195) for s in range(0, 1801, 5)]
            )
        },
    )
    strava(tmp_path)
    log = training_log(read_export(tmp_path, athlete_id="a").sessions)
    (counted,) = log[log["counted"] & (log["source"] == "watch.gpx")].to_dict("records")
    assert (counted["shoe_id"], counted["perceived_exertion"], counted["competition"]) == ("Blue ones", 7.0, 1.0)
    assert log.loc[log["source"].str.endswith("11.gpx"), "counted"].tolist() == [False]


@pytest.mark.parametrize(
    ("told", "there"),
    [
        ("activities/13.fit.gz", "activities/13.fit"),
        (COMPOSED, DECOMPOSED),
        (DECOMPOSED, COMPOSED),
    ],
)
def test_a_name_that_is_spelt_another_way_is_the_same_file(tmp_path: Path, told: str, there: str) -> None:
    workout = made_strava.Workout(**{**vars(STRAVA[2]), "file": told, "gear": "Blue ones"})
    path = tmp_path / "export.zip"
    table = made_strava.activities_csv([workout])
    path.write_bytes(made_strava.export_zip(table, {there: FILES["activities/13.fit"], "activities/1.gpx": run(0)}))
    export = read_export(path, athlete_id="a")
    assert len(export.sessions) == 2
    assert export.sessions.set_index("format").loc["fit", ["shoe_id", "distance_m"]].tolist() == ["Blue ones", 6000.0]
    assert "file-missing" not in set(export.findings["code"])


def test_the_latest_table_of_shoes_stands(tmp_path: Path) -> None:
    shoes = "shoe_id,replace_km\nblue,{}\n"
    folder = write(tmp_path / "export", {"run.gpx": run(0), "shoes.csv": shoes.format(600).encode()})
    stored(tmp_path / "store", folder)
    write(folder, {"shoes.csv": shoes.format(900).encode()})
    assert stored(tmp_path / "store", folder).shoes["replace_m"].tolist() == [900_000]


@pytest.mark.parametrize("names", [("export.zip", "export (1).zip"), ("a.zip", "b.zip")])
def test_the_newer_of_two_exports_stands_whatever_its_name(tmp_path: Path, names: tuple[str, str]) -> None:
    older, newer = names
    late = made_strava.Workout(9, NEW_YEAR + timedelta(days=90), gear="Green ones")
    changed = made_strava.Workout(**{**vars(STRAVA[0]), "gear": "Green ones"})
    for name, workouts in ((older, STRAVA), (newer, [changed, *STRAVA[1:], late])):
        table = made_strava.activities_csv(workouts)
        (tmp_path / name).write_bytes(made_strava.export_zip(table, FILES))
    for export in (read_export(tmp_path, athlete_id="a"), stored(tmp_path / "x", tmp_path / newer, tmp_path / older)):
        sessions = export.sessions[export.sessions["format"] == "gpx"]
        assert sessions["shoe_id"].tolist() == ["Green ones"]


def test_a_corrected_row_of_a_table_typed_by_hand_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    table = "date,time,distance_km,duration\n2025-01-03,08:00,{},50:00\n2025-01-05,08:00,12,{}\n"
    folder = write(tmp_path / "export", {"sessions.csv": table.format(10, "60:00").encode()})
    stored(tmp_path / "store", folder)
    write(folder, {"sessions.csv": table.format(11, "").encode()})
    sessions = stored(tmp_path / "store", folder).sessions
    assert sessions["distance_m"].tolist() == [11_000, 12_000]


def test_the_zone_of_the_audit_holds_for_files_of_the_store_too(tmp_path: Path) -> None:
    """23:50 UTC on New Year's Day is 0:50 the next day in Berlin; the files tell no place."""
    points = [f"<trkpt><time>2025-01-01T23:5{m}:00Z</time><ele>5</ele></trkpt>" for m in range(6)]
    folder = write(tmp_path / "export", {"indoors.gpx": gpx(points)})
    stored(tmp_path / "store", folder)
    with open_store(tmp_path / "store", read_only=True) as store:
        session = read_store(store, athlete_id="a", tz="Europe/Berlin").sessions.iloc[0]
    assert (session["date"], session["offset_source"]) == (pd.Timestamp("2025-01-02"), "caller")


def ends_at_the_fifth(batch: Sequence[Entry]) -> list[str]:
    """Work as a reader does that a file ends together with its process."""
    for entry in batch:
        if entry.label == "5":
            os._exit(1)
    return [entry.label for entry in batch]


@pytest.mark.slow
def test_a_file_that_ends_its_process_costs_itself_alone() -> None:
    entries = [Entry(str(number), open=bytes) for number in range(120)]  # type: ignore[arg-type]  # never opened
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        done = list(spread(ends_at_the_fifth, entries, executor=pool, failed=lambda entry, _: f"lost {entry.label}"))
    assert done == [f"lost {number}" if number == 5 else str(number) for number in range(120)]
