"""Oracles: fitdecode, gpxpy and ElementTree read the samples; pandas, zoneinfo and tzfpy redo the truth."""

import gzip
import io
import json
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import fitdecode
import gpxpy
import pandas as pd
import pytest
import tzfpy

from stressfx.cohort.sample_runners import RUNNERS, main, runner_files

SAMPLES = Path(__file__).parents[2] / "data-samples"
MOST_BYTES = 4 * 10**6
TCX = "{http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2}"
SEMICIRCLES = 2**31 / 180


def unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


@cache
def truth(runner: str) -> dict[str, Any]:
    return json.loads((SAMPLES / runner / "truth.json").read_text(encoding="utf-8"))


def sessions(file_format: str) -> list[tuple[str, dict[str, Any]]]:
    """Give every session of a format; of the many steady FIT files, every sixth."""
    found = [(name, session) for name in RUNNERS for session in truth(name)["sessions"]]
    of_format = [pair for pair in found if pair[1]["format"] == file_format]
    return [
        pair for number, pair in enumerate(of_format) if pair[1]["planted"] or number % 6 == 0 or len(of_format) < 20
    ]


def fit_messages(data: bytes) -> list[fitdecode.FitDataMessage]:
    with fitdecode.FitReader(
        io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE
    ) as reader:
        return [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_data_samples_are_what_the_command_writes(tmp_path: Path) -> None:
    main([str(tmp_path)])
    made = {path.relative_to(tmp_path): unpacked(path) for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(SAMPLES): unpacked(path) for path in SAMPLES.rglob("*") if path.is_file()}
    readme = kept.pop(Path("README.md")).decode()
    assert "python -m stressfx.cohort.sample_runners data-samples" in readme
    assert sorted(made) == sorted(kept)
    assert [path for path in kept if made[path] != kept[path]] == []


def test_data_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) <= MOST_BYTES


def test_another_seed_makes_another_runner_with_the_same_story() -> None:
    other = runner_files("runner-a", seed=7)
    spikes = json.loads(other["truth.json"])["spikes"]
    assert {state: spikes["states"].get(state) for state in ("small", "moderate", "large")} == {
        "small": 1,
        "moderate": 1,
        "large": 1,
    }
    assert other["truth.json"] != (SAMPLES / "runner-a" / "truth.json").read_bytes()


@pytest.mark.parametrize(("runner", "session"), [pair for pair in sessions("fit") if pair[1]["planted"] != "truncated"])
def test_fit_files_say_what_the_truth_says(runner: str, session: dict[str, Any]) -> None:
    messages = fit_messages(unpacked(SAMPLES / runner / session["file"]))
    by_name: dict[str, list[fitdecode.FitDataMessage]] = {}
    for message in messages:
        by_name.setdefault(message.name, []).append(message)
    (whole,), records, laps = by_name["session"], by_name["record"], by_name["lap"]
    assert whole.get_value("total_distance") == pytest.approx(session["distance_m"], abs=0.006)
    assert whole.get_value("total_timer_time") == session["timer_s"]
    assert whole.get_value("total_elapsed_time") == session["elapsed_s"]
    assert (whole.get_value("sport"), whole.get_value("sub_sport")) == (session["sport"], session["sub_sport"])
    assert whole.get_value("start_time") == utc(session["start_utc"])
    assert len(records) == session["records"]
    assert sum(lap.get_value("total_distance") for lap in laps) == pytest.approx(session["distance_m"], abs=0.2)
    assert sum(lap.get_value("total_timer_time") for lap in laps) == pytest.approx(session["timer_s"])
    if session["steps"]:
        assert 2 * whole.get_value("total_strides") == session["steps"]
    (activity,) = by_name["activity"]
    ahead = activity.get_value("local_timestamp").replace(tzinfo=None) - activity.get_value("timestamp").replace(
        tzinfo=None
    )
    assert ahead.total_seconds() == session["utc_offset_s"]
    timer = [(event.get_value("event_type")) for event in by_name["event"]]
    assert timer == ["start", "stop_all"] * (session["pauses"] + 1)
    instants = [m.get_value("timestamp") for m in messages if m.name in {"record", "lap", "event", "session"}]
    assert instants == sorted(instants)
    apart_s = [int((b.get_value("timestamp") - a.get_value("timestamp")).seconds) for a, b in pairwise(records)]
    if session["every_second"]:
        assert sum(gap != 1 for gap in apart_s) == session["pauses"]
    else:
        assert 5 <= median(apart_s) <= 9
    indoors = session["surface"] == "treadmill"
    assert all(("position_lat" in {field.name for field in record.fields}) != indoors for record in records)
    assert 60 <= whole.get_value("avg_heart_rate") <= whole.get_value("max_heart_rate") <= 200


@pytest.mark.parametrize(("runner", "session"), sessions("gpx"))
def test_gpx_files_are_as_long_as_the_truth_says(runner: str, session: dict[str, Any]) -> None:
    document = gpxpy.parse(unpacked(SAMPLES / runner / session["file"]).decode())
    # gpxpy's sphere is 0.1 % larger
    assert document.length_2d() == pytest.approx(session["distance_m"], rel=0.002)
    bounds = document.get_time_bounds()
    assert bounds.start_time == utc(session["start_utc"])
    assert (bounds.end_time - bounds.start_time).total_seconds() == session["elapsed_s"]
    assert len(document.tracks[0].segments) == session["pauses"] + 1
    assert sum(len(segment.points) for segment in document.tracks[0].segments) == session["records"]


@pytest.mark.parametrize(("runner", "session"), sessions("tcx"))
def test_tcx_files_say_what_the_truth_says(runner: str, session: dict[str, Any]) -> None:
    root = ET.fromstring(unpacked(SAMPLES / runner / session["file"]))  # noqa: S314  # our own file
    laps = root.findall(f".//{TCX}Lap")
    assert sum(float(lap.findtext(f"{TCX}DistanceMeters", "")) for lap in laps) == pytest.approx(
        session["distance_m"], abs=0.2
    )
    assert sum(float(lap.findtext(f"{TCX}TotalTimeSeconds", "")) for lap in laps) == session["timer_s"]
    points = root.findall(f".//{TCX}Trackpoint")
    assert len(points) == session["records"]
    assert float(points[-1].findtext(f"{TCX}DistanceMeters", "")) == pytest.approx(session["distance_m"], abs=0.01)


@pytest.mark.parametrize("runner", RUNNERS)
def test_every_file_is_in_the_truth(runner: str) -> None:
    stated = truth(runner)
    files = {f"activities/{path.name}" for path in (SAMPLES / runner / "activities").iterdir()}
    assert files == {session["file"] for session in stated["sessions"]} | set(stated["other_files"])
    counts = stated["counts"]
    assert counts["files"] == len(files)
    assert counts["sessions"] == counts["fit"] + counts["gpx"] + counts["tcx"] == len(stated["sessions"])
    assert counts["runs_counted"] == counts["sessions"] - counts["rides"] - counts["duplicates"]
    assert sum(week["runs"] for week in stated["weeks"]) == counts["runs_counted"]
    assert sum(week["distance_m"] for week in stated["weeks"]) == pytest.approx(stated["totals"]["distance_m"])
    assert sum(shoe["distance_m"] for shoe in stated["shoes"]) == pytest.approx(stated["totals"]["distance_m"])


@pytest.mark.parametrize("runner", RUNNERS)
def test_spikes_are_those_that_pandas_finds(runner: str) -> None:
    stated = truth(runner)
    runs = pd.DataFrame([s for s in stated["sessions"] if s["sport"] == "running" and s["counted"]])
    runs.index = pd.to_datetime(runs["start_utc"])
    longest = runs["distance_m"].rolling("30D", closed="left").max()
    spike = (runs["distance_m"] / longest - 1)[runs.index - runs.index[0] >= pd.Timedelta(days=30)]
    classes = pd.cut(spike.dropna(), [-1, 0.1, 0.3, 1, 99], labels=["reference", "small", "moderate", "large"])
    expected = {str(name): int(n) for name, n in classes.value_counts().items() if n}
    expected |= {"warm_up": len(runs) - len(spike)} | (
        {"no_reference": int(spike.isna().sum())} if spike.isna().any() else {}
    )
    assert stated["spikes"]["states"] == dict(sorted(expected.items()))
    beyond = spike[spike > 0.1]
    assert [row["spike"] for row in stated["spikes"]["beyond"]] == pytest.approx(beyond.tolist(), abs=1e-6)
    planted = [s["planted"].removesuffix("-spike") for s in stated["sessions"] if s["planted"].endswith("-spike")]
    assert [row["state"] for row in stated["spikes"]["beyond"]] == planted
    assert planted == (["large", "small", "moderate"] if runner == "runner-a" else [])


@pytest.mark.parametrize("runner", RUNNERS)
def test_clocks_are_those_of_the_zone_at_that_place(runner: str) -> None:
    stated = truth(runner)
    box = stated["bounding_box_deg"]
    assert tzfpy.get_tz((box["west"] + box["east"]) / 2, (box["south"] + box["north"]) / 2) == stated["zone"]
    zone = ZoneInfo(stated["zone"])
    for session in stated["sessions"]:
        local = utc(session["start_utc"]).astimezone(zone)
        assert local.utcoffset() == timedelta(seconds=session["utc_offset_s"])
        assert local.date().isoformat() == session["date"]
    # the day in UTC is another one often enough for a mistake to show
    assert sum(session["start_utc"][:10] != session["date"] for session in stated["sessions"]) > 20


@pytest.mark.parametrize("runner", RUNNERS)
def test_every_position_lies_in_the_empty_country_that_was_chosen(runner: str) -> None:
    box = truth(runner)["bounding_box_deg"]
    emptiest = {"runner-a": (-25.45, 137.30), "runner-b": (70.30, -42.50)}[runner]
    assert (box["south"] + 0.5, box["west"] + 1.0) == pytest.approx(emptiest)
    for name, session in sessions("fit") + sessions("gpx"):
        if name != runner or session["planted"] == "truncated" or session["surface"] == "treadmill":
            continue
        data = unpacked(SAMPLES / runner / session["file"])
        if session["format"] == "gpx":
            bounds = gpxpy.parse(data.decode()).get_bounds()
            latitudes = [bounds.min_latitude, bounds.max_latitude]
            longitudes = [bounds.min_longitude, bounds.max_longitude]
        else:
            records = [m for m in fit_messages(data) if m.name == "record"]
            latitudes = [record.get_value("position_lat") / SEMICIRCLES for record in records]
            longitudes = [record.get_value("position_long") / SEMICIRCLES for record in records]
        assert box["south"] < min(latitudes) <= max(latitudes) < box["north"]
        assert box["west"] < min(longitudes) <= max(longitudes) < box["east"]


def test_the_broken_file_holds_what_the_truth_says() -> None:
    (session,) = [s for s in truth("runner-a")["sessions"] if s["planted"] == "truncated"]
    frames = fitdecode.FitReader(SAMPLES / "runner-a" / session["file"])
    records = []
    with pytest.raises(fitdecode.FitEOFError):  # noqa: PT012  # what is read before the end is what counts
        for frame in frames:
            if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record":
                records.append(frame)  # noqa: PERF401  # a comprehension would lose them at the end of the file
    frames.close()
    assert len(records) == session["records"]
    assert records[-1].get_value("distance") == pytest.approx(session["distance_m"], abs=0.006)


def test_the_phone_recorded_most_of_the_same_run() -> None:
    stated = truth("runner-a")["sessions"]
    (phone,) = [s for s in stated if s["planted"] == "duplicate"]
    (watch,) = [s for s in stated if s["planted"] == "duplicated"]
    late = utc(phone["start_utc"]) - utc(watch["start_utc"])
    assert timedelta(seconds=10) <= late <= timedelta(seconds=40)
    assert late.total_seconds() + phone["elapsed_s"] <= watch["elapsed_s"]
    assert phone["elapsed_s"] / watch["elapsed_s"] >= 0.8
    assert (phone["counted"], watch["counted"]) == (False, True)


def test_files_that_hold_no_activity_are_what_the_truth_says() -> None:
    others = {kind: name for name, kind in truth("runner-a")["other_files"].items()}
    settings = fit_messages(unpacked(SAMPLES / "runner-a" / others["settings"]))
    assert settings[0].get_value("type") == "settings"
    assert unpacked(SAMPLES / "runner-a" / others["unreadable"]).startswith(b"<!DOCTYPE html>")


def test_the_injury_stops_the_running_and_the_return_is_careful() -> None:
    stated = truth("runner-a")
    (injury,) = stated["injuries"]
    runs = pd.DataFrame([s for s in stated["sessions"] if s["sport"] == "running" and s["counted"]])
    days = pd.to_datetime(runs["date"])
    assert not runs["date"].between(injury["stopped_running"], injury["returned"], inclusive="left").any()
    back = runs[runs["date"] >= injury["returned"]]
    assert back["date"].iloc[0] == injury["returned"]
    before = runs[
        days.between(pd.Timestamp(injury["first_pain"]) - pd.Timedelta(days=28), pd.Timestamp(injury["first_pain"]))
    ]
    assert back["distance_m"].iloc[0] <= before["distance_m"].median() / 2
    assert pd.to_datetime(back["date"]).diff().min() >= pd.Timedelta(days=2)
    weekly = back.groupby(pd.to_datetime(back["date"]).dt.isocalendar().week)["distance_m"].sum()
    assert weekly.pct_change().max() <= 0.10
    changes = stated["changes"]
    assert changes["first_day_on_surface"]["track"] > changes["frequency"]["from"] < changes["first_day_in_shoe"]["a3"]
    assert min(changes["frequency"]["runs_in_the_3_weeks_from_then"]) > max(
        changes["frequency"]["runs_in_the_4_weeks_before"]
    )
