"""Whole account exports, built by hand: what reaches the Sessions frame, from the file or from the account's table.

Oracle: the workouts that the export was built from.
"""

import zipfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import made_apple
import made_polar
import made_runkeeper
import made_strava
import numpy as np
import pandas as pd
import pytest
from made_exports import FILES, FIT_START, GARMIN, NEW_YEAR, STRAVA, garmin, outdoors, strava

from stressfx.errors import UnknownColumnsError
from stressfx.exports.export import Export
from stressfx.exports.importing import import_export, read_store
from stressfx.exports.log import training_log
from stressfx.exports.read import read_export
from stressfx.exports.store.store import open_store
from stressfx.training.daily import daily_load


def archive(folder: Path, files: Mapping[str, bytes]) -> Path:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return path


def by_source(export: Export) -> pd.DataFrame:
    return export.sessions.set_index("source")


def found(export: Export) -> dict[str, int]:
    counts: pd.Series = export.findings.groupby("code")["count"].sum()
    return {str(code): int(count) for code, count in counts.items()}


@pytest.mark.parametrize(("language", "prefix"), [("en", ""), ("de", "export_5/")])
def test_a_strava_account_gives_every_workout_once_with_all_that_is_known(
    tmp_path: Path, language: str, prefix: str
) -> None:
    export = read_export(strava(tmp_path, language, prefix), athlete_id="a")
    assert len(export.sessions) == len(STRAVA)
    sessions = by_source(export)

    recorded = sessions.loc[f"{prefix}activities/11.gpx"]
    assert recorded[["format", "distance_source", "offset_source", "sport"]].tolist() == [
        "gpx",
        "positions",
        "position",
        "running",
    ]
    assert recorded["distance_m"] == pytest.approx(5400, rel=0.002)
    assert recorded[["shoe_id", "perceived_exertion", "steps", "dirt_distance_m", "competition"]].tolist() == [
        "Blue ones",
        7.0,
        4700.0,
        1200.0,
        1.0,
    ]
    corrected = sessions.loc[f"{prefix}activities/13.fit"]
    assert corrected[["distance_m", "distance_source", "long_run"]].tolist() == [6000.0, "account", 1.0]
    assert corrected["speed_mean_mps"] == pytest.approx(6000 / 1800)

    alone = sessions.loc[f"{prefix}activities.csv"].sort_values("start")
    assert alone["distance_m"].tolist() == [8000.0, 9000.0, 25_000.0]
    assert alone["sport"].tolist() == ["running", "running", "cycling"]
    assert alone["shoe_id"].tolist() == ["Red ones", "", ""]
    assert (alone["format"] == "strava").all()
    assert alone["elapsed_s"].tolist() == [2400, 3600, 3600]

    codes = found(export)
    assert codes["told-only"] == 3
    assert codes["file-missing"] == 1
    assert codes["distance-corrected"] == 1
    assert {"Blue ones", "Red ones"} <= set(export.shoes["shoe_id"])
    assert dict(zip(export.files["kind"], export.files["count"], strict=True))["other"] == 2


def test_a_language_nobody_knows_is_asked_about(tmp_path: Path) -> None:
    path = strava(tmp_path, "xx")
    with pytest.raises(UnknownColumnsError) as asked:
        read_export(path, athlete_id="a")
    assert [header.partition("#")[0] for header in asked.value.headers] == made_strava.header("xx")


def test_a_workout_in_two_accounts_of_one_runner_counts_once(tmp_path: Path) -> None:
    """The Garmin watch's file went to Strava, which packs it; both exports lie in one folder."""
    strava(tmp_path)
    garmin(tmp_path)
    log = training_log(read_export(tmp_path, athlete_id="a").sessions)
    assert len(log) == len(STRAVA) + len(GARMIN) - 1
    assert (log["date"] == pd.Timestamp(FIT_START.date())).sum() == 1


def test_a_garmin_account_gives_corrected_distances_shoes_and_runs_without_files(tmp_path: Path) -> None:
    export = read_export(garmin(tmp_path), athlete_id="a")
    assert len(export.sessions) == 2
    recorded = export.sessions[export.sessions["format"] == "fit"].iloc[0]
    assert recorded[["distance_m", "distance_source", "shoe_id"]].tolist() == [5500.0, "account", "9"]
    assert recorded[["utc_offset_s", "offset_source"]].tolist() == [7200.0, "account"]
    alone = export.sessions[export.sessions["format"] == "garmin"].iloc[0]
    assert alone[["distance_m", "timer_s", "utc_offset_s", "sport"]].tolist() == [10_000, 3000, -18_000, "running"]
    assert alone["start"] == pd.Timestamp(NEW_YEAR + timedelta(days=9))
    assert export.shoes["replace_m"].tolist() == [643_737.6]
    kinds = dict(zip(export.files["kind"], export.files["count"], strict=True))
    assert kinds == {"fit": 1, "garmin": 2, "other": 1, "settings": 30}
    told = " ".join(frame.to_string() for frame in (export.sessions, export.findings, export.quarantine, export.files))
    assert "jane" not in told
    assert "@" not in told


def test_an_apple_export_joins_route_and_heart_rate(tmp_path: Path) -> None:
    outside = made_apple.Run(
        start=NEW_YEAR, elapsed_s=1800, timer_s=1800, distance_m=5400, route="/workout-routes/route_1.gpx", steps=4800
    )
    inside = made_apple.Run(start=NEW_YEAR + timedelta(days=1), distance_m=6000, indoor=True, zone="Europe/Berlin")
    beats = [made_apple.heart_rate(NEW_YEAR + timedelta(seconds=5 * n), 120 + n % 7) for n in range(-50, 400)]
    beats += [made_apple.heart_rate(inside.start + timedelta(seconds=5 * n), 150) for n in range(100)]
    record = made_apple.health_record([*beats, made_apple.workout(outside), made_apple.workout(inside)])
    folder = "apple_health_export"
    route = outdoors().replace(b"<type>running</type>", b"")
    export = read_export(
        archive(tmp_path, {f"{folder}/Export.xml": record, f"{folder}/workout-routes/route_1.gpx": route}),
        athlete_id="a",
    )
    recorded, treadmill = (export.sessions.iloc[place] for place in (0, 1))
    assert recorded[["format", "sport", "steps"]].tolist() == ["gpx", "running", 4800.0]
    assert recorded["heart_rate_mean_bpm"] == pytest.approx(123, abs=1)
    assert recorded["heart_rate_coverage"] > 0.95
    records = export.records(str(recorded["session_id"]))
    assert records["heart_rate_bpm"].notna().mean() > 0.99
    assert records["latitude_deg"].notna().all()
    assert treadmill[["format", "distance_m", "utc_offset_s"]].tolist() == ["apple", 6000.0, 3600.0]
    assert treadmill["heart_rate_mean_bpm"] == 150
    beating = export.records(str(treadmill["session_id"]))
    assert len(beating) == 100
    assert (np.diff(beating["time"].to_numpy()) == np.timedelta64(5, "s")).all()


def test_a_runkeeper_account_joins_its_routes(tmp_path: Path) -> None:
    told = [
        made_runkeeper.Run(name="1", date="2025-01-01 11:00:00", distance="5.40", duration="30:00", gpx="r.gpx"),
        made_runkeeper.Run(name="2", date="2025-01-02 23:50:00", distance="3.00", duration="20:00"),
    ]
    export = read_export(
        archive(tmp_path, {"cardioActivities.csv": made_runkeeper.table(*told), "r.gpx": outdoors()}), athlete_id="a"
    )
    assert export.sessions["format"].tolist() == ["gpx", "runkeeper"]
    alone = export.sessions.iloc[1]
    assert alone[["offset_source", "distance_m"]].tolist() == ["local", 3000.0]
    assert alone["date"] == pd.Timestamp("2025-01-02")
    log = training_log(export.sessions, tz="America/New_York")
    late = log[log["format"] == "runkeeper"].iloc[0]
    assert late["date"] == pd.Timestamp("2025-01-02"), "the day of a local time is certain"
    assert late["start"] == pd.Timestamp("2025-01-03 04:50", tz="UTC")


def test_polar_sessions_are_recordings(tmp_path: Path) -> None:
    part = made_polar.Part(NEW_YEAR, seconds=600, metres=1800, series={"heart_rate_bpm": [140.0] * 600})
    data = made_polar.polar(part)
    export = read_export(
        archive(tmp_path, {"training-session-2025-01-01-7-abc.json": data, "account-data.json": b"{}"}), athlete_id="a"
    )
    session = export.sessions.iloc[0]
    assert session[["format", "sport", "distance_m"]].tolist() == ["polar", "running", 1800.0]
    assert session["heart_rate_mean_bpm"] == pytest.approx(140)
    assert len(export.records(str(session["session_id"]))) == 600
    assert dict(zip(export.files["kind"], export.files["count"], strict=True)) == {"other": 1, "polar": 1}


def test_a_table_typed_in_by_hand_counts_beside_recordings(tmp_path: Path) -> None:
    (tmp_path / "run.gpx").write_bytes(outdoors())
    (tmp_path / "sessions.csv").write_text("date,distance_km,duration\n2025-01-03,10,50:00\n", encoding="utf-8")
    export = read_export(tmp_path, athlete_id="a")
    daily = daily_load(training_log(export.sessions)).set_index("date")
    assert daily["distance_m"].round(-2).tolist() == [5400, 0, 10_000]
    assert daily["timer_s"].tolist() == [1800, 0, 3000]


@pytest.mark.parametrize("make", [strava, garmin])
def test_a_store_gives_back_what_reading_gives(tmp_path: Path, make: object) -> None:
    path = make(tmp_path)  # type: ignore[operator]
    read = read_export(path, athlete_id="a")
    with open_store(tmp_path / "store", create=True) as store:
        first = import_export(path, store, athlete_id="a")
        again = import_export(path, store, athlete_id="a")
        kept = read_store(store, athlete_id="a")
    assert first.new > 0
    assert again.new == 0
    assert again.known == first.new + first.known
    pd.testing.assert_frame_equal(kept.sessions, read.sessions)
    pd.testing.assert_frame_equal(kept.shoes, read.shoes)
    pd.testing.assert_frame_equal(kept.quarantine, read.quarantine)
    for session_id in read.sessions["session_id"]:
        pd.testing.assert_frame_equal(kept.records(session_id), read.records(session_id))


def test_a_store_keeps_the_body_weight_that_a_list_tells(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    table = ("date,time,distance_km,body_weight_percent", "2025-01-03,07:00,5,80", "2025-01-04,07:00,5,")
    (export / "sessions.csv").write_text("\n".join(table), encoding="utf-8")
    with open_store(tmp_path / "store", create=True) as store:
        import_export(export, store, athlete_id="a")
        kept = read_store(store, athlete_id="a").sessions
        store.export(tmp_path / "out")
    pd.testing.assert_frame_equal(kept, read_export(export, athlete_id="a").sessions)
    told = pd.read_parquet(tmp_path / "out" / "told.parquet")
    for frame in (kept, told):
        assert frame["body_weight_share"].iloc[0] == 0.8
        assert frame["body_weight_share"].isna().tolist() == [False, True]


def test_a_newer_export_of_the_account_replaces_what_the_older_one_told(tmp_path: Path) -> None:
    old = strava(tmp_path)
    changed = [made_strava.Workout(**{**vars(STRAVA[0]), "gear": "Green ones"}), *STRAVA[1:]]
    new = tmp_path / "new.zip"
    new.write_bytes(made_strava.export_zip(made_strava.activities_csv(changed), FILES, folder="export_9/"))
    with open_store(tmp_path / "store", create=True) as store:
        import_export(old, store, athlete_id="a")
        import_export(new, store, athlete_id="a")
        sessions = read_store(store, athlete_id="a").sessions
    assert len(sessions) == len(STRAVA)
    assert sessions.set_index("format").loc["gpx", "shoe_id"] == "Green ones"
