"""Polar's sessions against facts built in SI units in both layouts, cases worked by hand, and any damage."""

import csv
import gzip
import json
import math
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_polar import Part, polar, session
from mutated_json import mutants

import stressfx.io.fit
from stressfx.activity.summary import session_findings, summarize
from stressfx.errors import LimitError, StressfxError, UnreadableFileError
from stressfx.io import polar_sports
from stressfx.io.activity import Activity
from stressfx.io.polar import is_polar, read_polar
from stressfx.schema import EVENTS, LAPS, LEGS, RECORDS

T0 = datetime(2025, 5, 5, 18, 4, 22, 490000, tzinfo=UTC)
LAYOUTS = ("named", "numbered")


def checked(activity: Activity) -> Activity:
    for schema, frame in (
        (RECORDS, activity.records),
        (LAPS, activity.laps),
        (LEGS, activity.sessions),
        (EVENTS, activity.events),
    ):
        schema.check(frame)
    assert (activity.findings["count"] > 0).all()
    return activity


def read(document: dict[str, Any]) -> Activity:
    return checked(read_polar(json.dumps(document).encode()))


def codes(activity: Activity) -> dict[str, int]:
    return dict(zip(activity.findings["code"], activity.findings["count"], strict=True))


def test_a_match_of_padel_in_the_evening_of_helsinki() -> None:
    document = {
        "exportVersion": "2.1",
        "name": "Padel",
        "startTime": "2025-05-05T21:04:22.490",
        "stopTime": "2025-05-05T21:04:26.714",
        "timeZoneOffset": 180,
        "duration": "PT4.224S",
        "averageHeartRate": 125,
        "maximumHeartRate": 140,
        "kiloCalories": 4,
        "exercises": [
            {
                "startTime": "2025-05-05T21:04:22.490",
                "stopTime": "2025-05-05T21:04:26.714",
                "timezoneOffset": 180,
                "duration": "PT4.224S",
                "sport": "PADEL",
                "samples": {
                    "heartRate": [
                        {"dateTime": "2025-05-05T21:04:22.645", "value": 79},
                        {"dateTime": "2025-05-05T21:04:23.645"},
                        {"dateTime": "2025-05-05T21:04:26.645", "value": 80},
                    ],
                    "rr": [{"dateTime": "2025-05-05T21:04:22.645", "value": 700}],
                },
            }
        ],
    }
    activity = read(document)
    [leg] = activity.sessions.to_dict("records")
    assert (leg["sport"], leg["sub_sport"], leg["timer_s"]) == ("racket", "padel", 4.224)
    assert (leg["heart_rate_mean_bpm"], leg["heart_rate_max_bpm"], leg["energy_kcal"]) == (125, 140, 4)
    assert leg["start"] == pd.Timestamp("2025-05-05T18:04:22.490", tz="UTC")
    assert leg["elapsed_s"] == 4.224
    assert activity.records["heart_rate_bpm"].tolist() == [79, 80]
    assert activity.records["time"].iloc[0] == pd.Timestamp("2025-05-05T18:04:22.645", tz="UTC")
    assert (activity.source.format, activity.source.utc_offset_s) == ("polar", 10800)
    assert codes(activity) == {"polar-samples": 1}


def test_a_hike_in_the_newer_layout() -> None:
    """Its statistics tell the unit of speed: 18,730.5 m in 24,284.6 s are 2.777 km/h."""
    exercise = {
        "startTime": "2020-08-18T10:23:06",
        "durationMillis": 24284627,
        "distanceMeters": 18730.5,
        "ascentMeters": 808.187,
        "descentMeters": 782.279,
        "timezoneOffsetMinutes": 120,
        "sport": {"id": "11"},
        "samples": {
            "samples": [
                {"type": "SPEED", "intervalMillis": 1000, "values": [math.nan, math.nan, 2.8, 3.0]},
                {"type": "ALTITUDE", "intervalMillis": 1000, "values": [0, 0, 183.0, 183.5]},
                {"type": "STRIDE_LENGTH", "intervalMillis": 1000, "values": [80, 81]},
            ]
        },
        "routes": {
            "route": {
                "startTime": "2020-08-18T10:23:05",
                "wayPoints": [{"longitude": 4.7, "latitude": 46.9, "altitude": 200.0, "elapsedMillis": 4002}],
            },
            "transitionRoute": {},
        },
        "statistics": {
            "statistics": [
                {"type": "STATISTICS_TYPE_HEART_RATE", "min": 79, "avg": 123, "max": 174},
                {"type": "STATISTICS_TYPE_SPEED", "avg": 2.7766, "max": 9.0},
            ]
        },
    }
    document = {
        "startTime": "2020-08-18T10:23:06",
        "stopTime": "2020-08-18T17:07:55",
        "timezoneOffsetMinutes": 120,
        "calories": 3972,
        "product": {"modelName": "Polar Vantage M"},
        "exercises": [exercise],
    }
    activity = read(document)
    [leg] = activity.sessions.to_dict("records")
    assert (leg["sport"], leg["distance_m"], leg["timer_s"]) == ("hiking", 18730.5, 24284.627)
    assert (leg["ascent_m"], leg["descent_m"], leg["energy_kcal"]) == (808.187, 782.279, 3972)
    assert (leg["heart_rate_mean_bpm"], leg["heart_rate_max_bpm"], leg["speed_max_mps"]) == (123, 174, 2.5)
    assert leg["speed_mean_mps"] == pytest.approx(18730.5 / 24284.6, rel=1e-3)
    assert leg["elapsed_s"] == 24289
    records = activity.records
    begin = pd.Timestamp("2020-08-18T08:23:06", tz="UTC")
    assert (records["time"] - begin).dt.total_seconds().tolist() == pytest.approx([2, 3, 3.002])
    assert records["altitude_m"].tolist() == pytest.approx([183.0, 183.5, math.nan], nan_ok=True)
    assert records["speed_mps"].tolist() == pytest.approx([2.8 / 3.6, 3 / 3.6, math.nan], nan_ok=True)
    assert records["latitude_deg"].tolist() == pytest.approx([math.nan, math.nan, 46.9], nan_ok=True)
    assert activity.source.device == "Polar Vantage M"
    assert codes(activity) == {"polar-samples": 2, "polar-altitude": 2}


VALUES = st.lists(st.none() | st.floats(30, 220), min_size=2, max_size=20)


@given(
    layout=st.sampled_from(LAYOUTS),
    start=st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001  # made aware below
    quarters=st.integers(-48, 56),
    heart=VALUES,
    cadence=VALUES,
    metres=st.floats(100, 90_000),
    seconds=st.integers(60, 50_000),
)
def test_what_happened_is_what_is_read_in_either_layout(
    layout: str, start: datetime, quarters: int, heart: list[Any], cadence: list[Any], metres: float, seconds: int
) -> None:
    begin = start.replace(microsecond=start.microsecond // 1000 * 1000, tzinfo=UTC)
    offset = timedelta(minutes=15 * quarters)
    series = {"heart_rate_bpm": heart, "cadence_rpm": cadence, "speed_mps": [metres / seconds] * 20}
    part = Part(begin, ("TRAIL_RUNNING", "27"), seconds, metres, series)
    activity = checked(read_polar(polar(part, layout=layout, offset=offset)))
    [leg] = activity.sessions.to_dict("records")
    assert (leg["start"], leg["sport"], leg["sub_sport"]) == (pd.Timestamp(begin), "running", "trail")
    assert (leg["distance_m"], leg["timer_s"], leg["elapsed_s"]) == (pytest.approx(metres), seconds, seconds)
    assert activity.source.utc_offset_s == 900 * quarters
    records = activity.records
    assert (records["time"] - pd.Timestamp(begin)).dt.total_seconds().tolist() == list(range(20))
    for column, values in (("heart_rate_bpm", heart), ("cadence_rpm", cadence)):
        padded = [math.nan if value is None else value for value in values] + [math.nan] * (20 - len(values))
        assert records[column].tolist() == pytest.approx(padded, nan_ok=True)
    assert records["speed_mps"].tolist() == pytest.approx([metres / seconds] * 20)
    assert codes(activity) == {}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_run_is_summarized_whatever_instants_its_positions_were_measured_at(layout: str) -> None:
    seconds = 600
    series: dict[str, list[float | None]] = {
        "distance_m": [3.0 * second for second in range(seconds)],
        "speed_mps": [3.0] * seconds,
        "heart_rate_bpm": [150.0] * seconds,
        "cadence_rpm": [86.0] * seconds,
    }
    positions = [(60.17 + second * 3 / 111_195, 24.94, 20.0) for second in range(seconds)]
    for delay in (0.0, 0.4):
        part = Part(T0, seconds=seconds, metres=1800, series=series, positions=positions, position_delay_s=delay)
        activity = checked(read_polar(polar(part, layout=layout)))
        assert len(activity.records) == (seconds if delay == 0 else 2 * seconds)
        [row] = summarize(activity).to_dict("records")
        assert (row["sport"], row["distance_m"], row["distance_source"]) == ("running", 1800, "device")
        assert row["moving_s"] == pytest.approx(seconds, abs=1)
        assert row["heart_rate_mean_bpm"] == pytest.approx(150)
        assert row["cadence_mean_spm"] == pytest.approx(172)
        assert (row["offset_source"], row["date"]) == ("file", pd.Timestamp("2025-05-05"))
        assert session_findings(activity, [row]) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_triathlon_is_a_leg_each(layout: str) -> None:
    legs = [(("OPEN_WATER_SWIMMING", "105"), 0, 750), (("ROAD_BIKING", "38"), 20, 20_000), (("RUNNING", "1"), 60, 5000)]
    parts = [
        Part(T0 + timedelta(minutes=minute), sport, 1000, metres, {"heart_rate_bpm": [140.0, 141.0]})
        for sport, minute, metres in legs
    ]
    document = session(*parts, layout=layout) | {"distance": 25_750, "distanceMeters": 25_750, "sport": {"id": "68"}}
    activity = read(document)
    assert activity.sessions["sport"].tolist() == ["swimming", "cycling", "running"]
    assert activity.sessions["distance_m"].tolist() == [750, 20_000, 5000]
    assert activity.records["leg"].tolist() == [0, 0, 1, 1, 2, 2]
    assert activity.records["segment"].tolist() == [0, 0, 1, 1, 2, 2]
    assert codes(activity) == {}


def test_the_session_speaks_for_its_only_exercise_and_for_none() -> None:
    document = session(Part(T0))
    del document["exercises"][0]["sport"]
    totals = {"distance": 8000, "sport": "RUNNING", "kiloCalories": 500}
    assert read(document | totals).sessions[["distance_m", "sport", "energy_kcal"]].to_numpy().tolist() == [
        [8000.0, "running", 500.0]
    ]
    manual = document | totals | {"exercises": [], "duration": "PT1H2.5S"}
    assert read(manual).sessions[["distance_m", "timer_s"]].to_numpy().tolist() == [[8000.0, 3602.5]]
    assert read(document | {"name": "Trail running"}).sessions["sub_sport"].tolist() == ["trail"]
    unnamed = read(document | {"name": "with Anna"})
    assert (unnamed.sessions["sport"].tolist(), codes(unnamed)) == ([""], {})


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("PT1H2.5S", 3602.5), ("PT90M", 5400), ("P1DT1S", 86401), ("PT0S", 0), ("pt3s", 3)],
)
def test_durations(written: str, seconds: float) -> None:
    document = session(Part(T0))
    document["exercises"][0]["duration"] = written
    assert read(document).sessions["timer_s"].tolist() == [seconds]


@pytest.mark.parametrize("written", ["PT", "1:02:03", "PT-5S", "soon", "P", "PT99999999999S"])
def test_durations_that_are_none_are_missing(written: str) -> None:
    document = session(Part(T0))
    document["exercises"][0]["duration"] = written
    activity = read(document)
    assert activity.sessions["timer_s"].isna().all()
    assert codes(activity) == {"polar-value": 1}


def test_speeds_in_other_units_are_missing() -> None:
    part = Part(T0, seconds=1000, metres=3000, series={"speed_mps": [0.0, 3 / 3.6, 3 / 3.6], "heart_rate_bpm": [150.0]})
    activity = checked(read_polar(polar(part)))
    assert activity.records["speed_mps"].isna().all()
    assert codes(activity) == {"polar-units": 3}


def test_altitudes_of_two_measurements_are_not_mixed() -> None:
    positions = [(60.0, 24.0, 50.0), (60.0, 24.0, 51.0)]
    series: dict[str, list[float | None]] = {"altitude_m": [0.0, 8.0]}
    both = checked(read_polar(polar(Part(T0, series=series, positions=positions, position_delay_s=0.25))))
    assert both.records["altitude_m"].tolist() == pytest.approx([0, math.nan, 8, math.nan], nan_ok=True)
    alone = checked(read_polar(polar(Part(T0, positions=positions))))
    assert alone.records["altitude_m"].tolist() == [50, 51]


def test_a_pause_parts_the_samples() -> None:
    series: dict[str, list[float | None]] = {"heart_rate_bpm": [100.0, 101.0, 102.0, 103.0]}
    document = session(Part(T0, series=series), layout="numbered")
    document["exercises"][0]["pauseTimes"] = [{"startTime": "2025-05-05T21:04:24.000"}, {"startTime": None}, 7]
    assert read(document).records["segment"].tolist() == [0, 0, 1, 1]


def test_several_samples_of_one_instant_are_all_kept() -> None:
    document = session(Part(T0, series={"heart_rate_bpm": [100.0, 101.0], "cadence_rpm": [80.0, 81.0]}))
    samples = document["exercises"][0]["samples"]
    samples["heartRate"].insert(1, samples["heartRate"][0] | {"value": 130})
    samples["cadence"].reverse()
    records = read(document).records
    assert records["heart_rate_bpm"].tolist() == [100, 130, 101]
    assert records["cadence_rpm"].tolist() == pytest.approx([80, math.nan, 81], nan_ok=True)


def test_times_without_a_zone_are_read_as_utc_and_said_so() -> None:
    document = session(Part(T0, series={"heart_rate_bpm": [100.0]}), offset=timedelta(0))
    del document["timeZoneOffset"], document["exercises"][0]["timezoneOffset"]
    activity = read(document)
    assert activity.records["time"].tolist() == [pd.Timestamp(T0)]
    assert math.isnan(activity.source.utc_offset_s)
    assert codes(activity) == {"zone-assumed": 1}
    document["exercises"][0]["startTime"] = "2025-05-05T21:04:22.490+03:00"
    assert read(document).sessions["start"].tolist() == [pd.Timestamp(T0)]


def test_what_is_not_understood_is_counted() -> None:
    document = session(Part(T0, series={"heart_rate_bpm": [100.0, 101.0, 0.0], "distance_m": [1.0]}))
    exercise = document["exercises"][0]
    exercise["samples"]["heartRate"][0]["dateTime"] = "then"
    exercise["samples"]["distance"][0]["value"] = {"metres": 1}
    exercise["samples"]["breath"] = [1, 2, 3]
    exercise["samples"]["recordedRoute"] = [{"dateTime": "2025-05-05T21:04:22.490", "latitude": 91, "longitude": 1}]
    exercise |= {"sport": "FLOORBALL", "distance": -4}
    document["exercises"].append("rest")
    activity = read(document)
    assert activity.records["heart_rate_bpm"].tolist() == [101]
    assert activity.sessions["sport"].tolist() == ["floorball"]
    assert codes(activity) == {
        "polar-exercise": 1,
        "polar-sport": 1,
        "polar-value": 2,
        "polar-untimed": 1,
        "polar-samples": 3,
        "position-range": 1,
    }


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "=cmd", "a" * 10_000, "\u202ex", "\ud800"])
def test_a_sport_that_is_no_word_is_no_sport(hostile: str) -> None:
    document = session(Part(T0))
    document["exercises"][0]["sport"] = hostile
    activity = read(document)
    assert (activity.sessions["sport"].tolist(), codes(activity)) == ([""], {"polar-sport": 1})


def test_every_sport_is_in_the_words_of_fit() -> None:
    with (Path(stressfx.io.fit.__file__).parent / "types.csv").open(newline="") as stream:
        words = {(row["type"], row["name"]) for row in csv.DictReader(stream)}
    for sport, sub_sport in polar_sports.SPORTS.values():
        assert ("sport", sport) in words
        assert not sub_sport or ("sub_sport", sub_sport) in words
    assert set(polar_sports.NUMBERS.values()) <= set(polar_sports.SPORTS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sessions_are_told_by_their_first_bytes(layout: str) -> None:
    data = polar(Part(T0, series={"heart_rate_bpm": [100.0] * 500}), layout=layout)
    assert is_polar(data[:4096])
    assert is_polar(b"\xef\xbb\xbf\n " + data)
    assert checked(read_polar(gzip.compress(data))).source.format == "polar"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"<html>",
        b'{"exportVersion": "1.6", "date": "2021-01-30", "samples": {"mets": []}}',
        b'{"startTime": "2021-01-30T10:00:00", "name": "plan", "exercises": [{"phases": [{"name": "easy"}]}]}',
        b'[{"summarizedActivitiesExport": [{"startTimeGmt": 1}]}]',
        b'{"startTime": "2021-01-30T10:00:00"}',
        b'{"exercises": {"a": 1}, "startTime": 1}',
    ],
)
def test_what_is_no_session_is_refused(data: bytes) -> None:
    assert not is_polar(data)
    with pytest.raises(UnreadableFileError):
        read_polar(data)


def test_no_more_exercises_than_a_session_can_have() -> None:
    with pytest.raises(LimitError):
        read_polar(json.dumps({"startTime": "", "exercises": [{"duration": "PT1S"}] * 40_000}).encode())


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b'{"exercises":' * 100_000, b'{"exercises":[{"samples":' + b"[" * 10**5]
)
def test_depth_is_refused_at_once(data: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(LimitError):
        read_polar(data)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=60)
@given(data=st.data())
def test_a_session_that_breaks_off_keeps_what_is_complete(layout: str, data: st.DataObject) -> None:
    heart: list[float | None] = [100.0 + second for second in range(30)]
    whole = polar(Part(T0, metres=200, series={"heart_rate_bpm": heart}), layout=layout)
    part = whole[: data.draw(st.integers(1, len(whole) - 1))]
    with pytest.raises(UnreadableFileError):
        read_polar(part, recover=False)
    try:
        activity = checked(read_polar(part))
    except UnreadableFileError:
        assert b'"duration' not in part
        return
    assert codes(activity)["json-truncated"] == 1
    kept = activity.records["heart_rate_bpm"].tolist()
    assert kept == heart[: len(kept)]


SOME = {
    layout: session(
        Part(T0, series={"heart_rate_bpm": [100.0, None], "speed_mps": [3.0]}, positions=[(60.0, 24.0, 1.0)] * 2),
        Part(T0 + timedelta(hours=1), metres=5.0, series={"altitude_m": [0.0, 90.0], "distance_m": [1.0, 2.0]}),
        layout=layout,
    )
    | {"product": {"modelName": "Polar"}}
    for layout in LAYOUTS
}
FURTHER = {
    "statistics": {"statistics": [{"type": "STATISTICS_TYPE_SPEED", "avg": 9}]},
    "pauseTimes": [{"startTime": "2025-05-05T21:04:23"}],
    "heartRate": {"avg": 120, "max": 130},
}
for document in SOME.values():
    document["exercises"][0] |= FURTHER


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=250)
@given(data=st.data())
def test_no_value_of_any_type_raises_anything_undocumented(layout: str, data: st.DataObject) -> None:
    document = json.dumps(data.draw(mutants(SOME[layout]))).encode()
    is_polar(document)
    try:
        activity = read_polar(document)
    except StressfxError:
        return
    checked(activity)
    rows = summarize(activity)
    assert len(rows) == len(activity.sessions) > 0
    session_findings(activity, rows.to_dict("records"))
    times = activity.records["time"].to_numpy("datetime64[us]")
    for leg in activity.records["leg"].unique():
        assert (np.diff(times[activity.records["leg"] == leg]).astype("int64") >= 0).all()
