"""Oracle: hand-written files, of which every value is known."""

import math

import numpy as np
import pandas as pd
import pytest
from samples import tcx, tcx_point

from stressfx.errors import UnreadableFileError
from stressfx.io.activity import Activity
from stressfx.io.tcx import read_tcx
from stressfx.schema import EVENTS, LAPS, LEGS, RECORDS

ROOT = "<TrainingCenterDatabase><Activities>{}</Activities></TrainingCenterDatabase>"


def codes(activity: Activity) -> dict[str, int]:
    return dict(zip(activity.findings["code"], activity.findings["count"], strict=True))


def lap(*points: str, start: int = 0, further: str = "") -> str:
    track = f"<Track>{''.join(points)}</Track>" if points else ""
    return f'<Lap StartTime="2025-01-01T10:00:{start:02}Z">{further}{track}</Lap>'


def totals(seconds: float, metres: float, beats: float = 150) -> str:
    heart = f"<AverageHeartRateBpm><Value>{beats}</Value></AverageHeartRateBpm>"
    return f"<TotalTimeSeconds>{seconds}</TotalTimeSeconds><DistanceMeters>{metres}</DistanceMeters>{heart}"


def test_every_frame_follows_its_schema_even_when_it_is_empty() -> None:
    for data in (b"<TrainingCenterDatabase/>", tcx([]), tcx([tcx_point(0)], totals(1, 2))):
        activity = read_tcx(data)
        for schema, frame in ((RECORDS, activity.records), (LAPS, activity.laps), (LEGS, activity.sessions)):
            schema.check(frame)
        EVENTS.check(activity.events)


def test_one_point_with_everything() -> None:
    position = "<Position><LatitudeDegrees>50</LatitudeDegrees><LongitudeDegrees>10</LongitudeDegrees></Position>"
    values = "<AltitudeMeters>80.5</AltitudeMeters><DistanceMeters>7</DistanceMeters>"
    values += "<HeartRateBpm><Value>150</Value></HeartRateBpm>"
    tpx = "<Extensions><q:TPX><q:Speed>3</q:Speed><q:RunCadence>85</q:RunCadence><q:Watts>250</q:Watts></q:TPX>"
    record = read_tcx(tcx([tcx_point(1, position + values + tpx + "</Extensions>")])).records.iloc[0]
    expected = {
        "time": pd.Timestamp("2025-01-01T10:00:01Z"),
        "leg": 0,
        "segment": 0,
        "latitude_deg": 50.0,
        "longitude_deg": 10.0,
        "altitude_m": 80.5,
        "distance_m": 7.0,
        "speed_mps": 3.0,
        "heart_rate_bpm": 150.0,
        "cadence_rpm": 85.0,
        "power_w": 250.0,
        "temperature_c": math.nan,
    }
    pd.testing.assert_series_equal(record, pd.Series(expected, name=0), check_dtype=False)


def test_laps_add_up_to_their_leg() -> None:
    """By hand: 100 s at 140 bpm and 300 s at 160 bpm average to 155 bpm over time."""
    further = "<Calories>10</Calories><MaximumSpeed>4.5</MaximumSpeed><TriggerMethod>Manual</TriggerMethod>"
    laps = lap(tcx_point(0), further=totals(100, 250.5, 140) + further)
    laps += lap(tcx_point(59), start=40, further=totals(300, 749.5, 160) + further.replace("4.5", "3"))
    data = ROOT.format(f'<Activity Sport="Running">{laps}<Creator><Name>Watch</Name></Creator></Activity>')
    activity = read_tcx(data.encode())
    leg = activity.sessions.iloc[0]
    names = ["distance_m", "timer_s", "energy_kcal", "speed_max_mps", "heart_rate_mean_bpm", "elapsed_s"]
    assert leg[names].tolist() == [1000, 400, 20, 4.5, 155, 59]
    assert activity.laps["trigger"].tolist() == ["manual", "manual"]
    assert activity.laps["end"].iloc[1] == pd.Timestamp("2025-01-01T10:05:40Z")
    assert (activity.source.device, activity.source.format) == ("Watch", "tcx")


def test_each_activity_is_a_leg_and_its_distance_its_own() -> None:
    """The distance of points runs on from leg to leg: the laps know better."""
    far = [tcx_point(second, f"<DistanceMeters>{40_000 + second}</DistanceMeters>") for second in (30, 31)]
    legs = f'<Activity Sport="Biking">{lap(tcx_point(0), further=totals(30, 40_000))}</Activity>'
    legs += f'<Activity Sport="Running">{lap(*far, start=30, further=totals(40, 132))}</Activity>'
    legs += f'<Activity Sport="Other">{lap(start=50, further=totals(5, 10))}</Activity>'
    activity = read_tcx(ROOT.format(legs).encode())
    assert activity.sessions["sport"].tolist() == ["cycling", "running", "generic"]
    assert activity.sessions["distance_m"].tolist() == [40_000, 132, 10]
    assert activity.records["leg"].tolist() == [0, 1, 1]
    assert activity.laps["leg"].tolist() == [0, 1, 2]
    assert activity.sessions["end"].iloc[2] == pd.Timestamp("2025-01-01T10:00:55Z")


def test_a_leg_with_a_lap_of_unknown_length_has_no_length() -> None:
    laps = lap(tcx_point(0), further=totals(10, 30)) + lap(tcx_point(1), start=1)
    leg = read_tcx(ROOT.format(f'<Activity Sport="Running">{laps}</Activity>').encode()).sessions.iloc[0]
    assert np.isnan(leg[["distance_m", "timer_s"]].astype(float)).all()


@pytest.mark.parametrize("text", ["inf", "1e999", "nan", "x", "", "-inf"])
def test_totals_that_are_no_numbers_are_unknown(text: str) -> None:
    data = tcx([tcx_point(0)], f"<TotalTimeSeconds>{text}</TotalTimeSeconds><DistanceMeters>{text}</DistanceMeters>")
    activity = read_tcx(data)
    assert activity.sessions[["distance_m", "timer_s"]].isna().all(axis=None)
    assert activity.laps[["distance_m", "timer_s", "end"]].isna().all(axis=None)


def test_a_workout_that_is_only_planned_is_no_run() -> None:
    courses = f"<Courses><Course><Track>{tcx_point(0)}</Track></Course></Courses>"
    activity = read_tcx(f"<TrainingCenterDatabase>{courses}</TrainingCenterDatabase>".encode())
    assert (len(activity.records), len(activity.sessions)) == (0, 0)


def test_another_root_is_no_tcx() -> None:
    with pytest.raises(UnreadableFileError, match="root is not <TrainingCenterDatabase>"):
        read_tcx(b"<gpx/>")


def test_row_32_lost_sensors_no_position_and_no_time() -> None:
    empty = "<HeartRateBpm><Value/></HeartRateBpm><Cadence></Cadence>"
    indoors = [tcx_point(0, empty), tcx_point(1, "<DistanceMeters>3</DistanceMeters>")]
    activity = read_tcx(tcx(indoors))
    assert codes(activity) == {}
    assert activity.records[["heart_rate_bpm", "cadence_rpm", "latitude_deg"]].isna().all(axis=None)
    without_time = read_tcx(tcx([*indoors, "<Trackpoint><DistanceMeters>4</DistanceMeters></Trackpoint>"]))
    assert codes(without_time) == {"time-missing": 1}
    assert without_time.records["distance_m"].tolist()[1:] == [3, 4]


def test_row_31_blanks_around_a_time() -> None:
    activity = read_tcx(tcx([tcx_point(0).replace("<Time>", "<Time>\n\t").replace("Z<", ".5Z \n<"), tcx_point(1)]))
    assert codes(activity) == {}
    assert activity.records["time"].dt.microsecond.tolist() == [500_000, 0]
