"""Oracle: hand-written files, of which every value is known."""

import math

import pandas as pd
import pytest
from samples import gpx, gpx_point

from stressfx.errors import UnreadableFileError
from stressfx.io.activity import Activity
from stressfx.io.gpx import read_gpx
from stressfx.schema import EVENTS, LAPS, LEGS, RECORDS


def codes(activity: Activity) -> dict[str, int]:
    return dict(zip(activity.findings["code"], activity.findings["count"], strict=True))


def track(kind: str, *seconds: int) -> str:
    return f"<trk>{kind}<trkseg>{''.join(gpx_point(second) for second in seconds)}</trkseg></trk>"


def test_every_frame_follows_its_schema_even_when_it_is_empty() -> None:
    for data in (b"<gpx/>", b"<gpx><trk><trkseg/></trk></gpx>", gpx([gpx_point(0, "<x:HAcc>3</x:HAcc>")])):
        activity = read_gpx(data)
        for schema, frame in ((RECORDS, activity.records), (LAPS, activity.laps), (LEGS, activity.sessions)):
            schema.check(frame)
        EVENTS.check(activity.events)


def test_one_point_with_everything() -> None:
    extensions = (
        "<power>250</power><x:TPX><x:atemp>21</x:atemp><x:HR>150</x:HR><x:cad>85</x:cad></x:TPX><hAcc>4.5</hAcc>"
    )
    activity = read_gpx(gpx([gpx_point(1, f"<ele>80.5</ele><speed>3</speed><extensions>{extensions}</extensions>")]))
    expected = {
        "time": pd.Timestamp("2025-01-01T10:00:01Z"),
        "leg": 0,
        "segment": 0,
        "latitude_deg": 50.0,
        "longitude_deg": 10.0,
        "altitude_m": 80.5,
        "distance_m": math.nan,
        "speed_mps": 3.0,
        "heart_rate_bpm": 150.0,
        "cadence_rpm": 85.0,
        "power_w": 250.0,
        "temperature_c": 21.0,
        "horizontal_accuracy_m": 4.5,
    }
    pd.testing.assert_series_equal(activity.records.iloc[0], pd.Series(expected, name=0), check_dtype=False)
    assert (activity.source.format, activity.source.device, activity.source.engine) == ("gpx", "test", "stressfx")


def test_a_point_has_one_heart_rate_the_first_one() -> None:
    both = "<a:hr> </a:hr><heartrate>150</heartrate><gpxdata:hr>151</gpxdata:hr>"
    records = read_gpx(gpx([gpx_point(second, both) for second in range(3)])).records
    assert records["heart_rate_bpm"].tolist() == [150, 150, 150]


def test_segments_are_numbered_and_an_empty_one_is_none() -> None:
    data = (
        f"<gpx><trk><trkseg>{gpx_point(0)}</trkseg><trkseg/><trkseg>{gpx_point(1)}{gpx_point(2)}</trkseg></trk></gpx>"
    )
    assert read_gpx(data.encode()).records["segment"].tolist() == [0, 1, 1]


def test_tracks_of_another_type_are_legs_of_their_own() -> None:
    tracks = track("<type>running</type>", 0, 1) + track("", 2) + track("<type> Running </type>", 3)
    data = f"<gpx>{tracks}{track('<type>Ride</type>', 4, 6)}{track('<type>Trail Running</type>')}</gpx>"
    activity = read_gpx(data.encode())
    assert activity.sessions["sport"].tolist()[0] == "running"
    assert activity.sessions["sport"].tolist()[-1] == "cycling"
    assert activity.records["leg"].tolist()[:3] == [0, 0, 0]
    assert activity.sessions["elapsed_s"].iloc[-1] == 2


@pytest.mark.parametrize(
    ("kind", "sport", "sub_sport"),
    [
        ("9", "running", ""),
        ("Trail-Running", "running", "trail"),
        ("treadmill running", "running", "treadmill"),
        ("Kitesurfing", "kitesurfing", ""),
        ("", "", ""),
    ],
)
def test_types_in_the_words_of_exporters(kind: str, sport: str, sub_sport: str) -> None:
    leg = read_gpx(gpx([gpx_point(0)], kind)).sessions.iloc[0]
    assert (leg["sport"], leg["sub_sport"]) == (sport, sub_sport)


def test_the_type_of_a_link_is_not_the_type_of_the_track() -> None:
    link = '<link href="u"><type>text/html</type></link>'
    data = f"<gpx>{track(link, 0)}</gpx>".encode()
    assert read_gpx(data).sessions["sport"].tolist() == [""]


def test_the_time_of_the_export_is_not_used() -> None:
    data = f"<gpx><metadata><time>2026-01-01T00:00:00Z</time></metadata>{track('', 5)}</gpx>".encode()
    assert read_gpx(data).sessions["start"].tolist() == [pd.Timestamp("2025-01-01T10:00:05Z")]


def test_plans_are_no_runs() -> None:
    plan = b"<gpx><rte><rtept lat='1' lon='2'><ele>5</ele></rtept></rte><wpt lat='1' lon='2'/></gpx>"
    activity = read_gpx(plan)
    assert (len(activity.records), len(activity.sessions)) == (0, 0)
    assert list(codes(activity)) == ["gpx-no-track"]
    assert "plans" not in activity.findings["message"].item()


def test_another_root_is_no_gpx() -> None:
    with pytest.raises(UnreadableFileError, match="root is not <gpx>"):
        read_gpx(b"<kml><gpx/></kml>")
    with pytest.raises(ValueError, match="'stressfx' or 'gpxpy' is needed"):
        read_gpx(b"<gpx/>", engine="lxml")
    with pytest.raises(UnreadableFileError, match="gpxpy cannot read it"):
        read_gpx(b"<gpx><trk>", engine="gpxpy")


def test_row_22_positions_outside_the_globe_are_missing() -> None:
    rows = [(262.9, 10.0), (180.0, 180.0), (-90.0, -180.0), (50.0, 180.1)]
    points = [gpx_point(n, "<ele>5</ele>", latitude_deg=a, longitude_deg=b) for n, (a, b) in enumerate(rows)]
    activity = read_gpx(gpx(points))
    assert activity.records["latitude_deg"].isna().tolist() == [True, True, False, True]
    assert activity.records["longitude_deg"].isna().tolist() == [True, True, False, True]
    assert activity.records["altitude_m"].tolist() == [5, 5, 5, 5]
    assert codes(activity) == {"position-range": 3}


def test_row_29_points_without_position_or_time_are_kept_and_flagged() -> None:
    bare = "<trkpt><time>2025-01-01T10:00:01Z</time><hr>140</hr></trkpt>"
    activity = read_gpx(gpx([gpx_point(0), bare, '<trkpt lat="50" lon="10"><ele>3</ele></trkpt>']))
    assert codes(activity) == {"time-missing": 1, "point-no-position": 1}
    assert activity.records["time"].isna().tolist() == [False, False, True]
    assert activity.records["heart_rate_bpm"].tolist()[1] == 140


def test_row_30_a_time_without_zone_is_utc_and_said_so() -> None:
    activity = read_gpx(gpx([gpx_point(second).replace("Z<", "<") for second in range(4)]))
    assert activity.records["time"].iloc[3] == pd.Timestamp("2025-01-01T10:00:03Z")
    assert codes(activity) == {"zone-assumed": 4}


def test_row_31_milliseconds_are_kept_and_blanks_passed_over() -> None:
    points = [gpx_point(0).replace("Z<", ".250Z<"), gpx_point(1).replace("<time>", "<time>\n  ").replace("Z<", "Z <")]
    activity = read_gpx(gpx(points))
    assert activity.records["time"].dt.microsecond.tolist() == [250_000, 0]
    assert codes(activity) == {}


def test_texts_that_are_no_numbers_are_counted() -> None:
    texts = ["<ele>12</ele>", "<ele>1_0</ele>", "<ele>n/a</ele>", "<ele></ele>", "<ele> </ele>", "<ele>inf</ele>"]
    activity = read_gpx(gpx([gpx_point(second, text) for second, text in enumerate(texts)]))
    assert activity.records["altitude_m"].count() == 1
    assert codes(activity) == {"value-unreadable": 3}
