"""Oracle: arithmetic by hand on small made activities."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_fit import ACTIVITY, OWNER, RECORD, SESSION
from made_fit import START as FIT_START
from made_run import START, activity, records
from samples import gpx, gpx_point, sample_files, tcx, tcx_point

from stressfx.activity.summary import session_findings, session_rows, sessions_frame, summarize, summarized
from stressfx.findings import Finding
from stressfx.io.activity import Activity
from stressfx.io.fit.encode import FitWriter
from stressfx.io.fit.read import read_fit
from stressfx.io.read import read_activity
from stressfx.io.tcx import read_tcx
from stressfx.schema import SESSIONS

R_M = 6_371_008.8
NAN = math.nan


def row(made: Activity, **options: str) -> pd.Series:
    frame = SESSIONS.check(summarize(made, **options))
    assert len(frame) == 1
    return frame.iloc[0]


def codes(made: Activity) -> set[str]:
    return {finding.code for finding in session_findings(made, session_rows(made))}


def test_steps_reproduce_the_worked_example() -> None:
    """Cadence 85 + 0.5 strides a minute over 3000 s: 171 spm and 8550 steps, by cadence as by the device's strides."""
    run = records(range(3001), distance_m=np.linspace(0, 8000, 3001), cadence_rpm=85.5)
    for made in (activity(run), activity(run, cycles=4275.0, timer_s=3000.0), activity(run, cycles=4275.0)):
        found = row(made)
        assert found["cadence_mean_spm"] == pytest.approx(171)
        assert found["steps"] == pytest.approx(8550)
        assert found["distance_m"] / found["steps"] == pytest.approx(0.9357, abs=5e-5)


def test_a_device_that_counts_steps_is_not_doubled() -> None:
    assert row(activity(records([]), cycles=8550.0, timer_s=3000.0))["steps"] == 8550
    assert row(activity(records([]), cycles=4275.0, timer_s=3000.0))["steps"] == 8550
    assert row(activity(records([]), cycles=4275.0))["steps"] == 8550
    assert np.isnan(row(activity(records([]), cycles=4275.0, sport="cycling"))["steps"])


def test_distance_of_gpx_is_a_sum_of_haversines() -> None:
    """Ten points along a meridian, 0.001 deg apart: 9 x R x 0.001 deg = 1000.756 m."""
    points = [gpx_point(60 * n, latitude_deg=50 + n / 1000) for n in range(10)]
    found = row(read_activity(gpx(points)))
    assert found["distance_m"] == pytest.approx(9 * R_M * math.radians(0.001), rel=1e-9)
    assert found["distance_m"] == pytest.approx(1000.756, abs=0.001)
    assert found["distance_source"] == "positions"
    assert found[["timer_s", "moving_s", "elapsed_s"]].tolist() == [540, 540, 540]
    assert found["speed_mean_mps"] == pytest.approx(1000.756 / 540, rel=1e-6)


def test_the_devices_own_totals_come_first() -> None:
    run = records([0, 10, 20], distance_m=[0, 30, 60], speed_mps=3.0, altitude_m=[0, 20, 5])
    found = row(activity(run, distance_m=61.5, timer_s=18.0, elapsed_s=25.0, moving_s=5.0, ascent_m=99.0))
    names = ["distance_m", "timer_s", "elapsed_s", "moving_s", "ascent_m", "descent_m"]
    assert found[names].tolist() == [61.5, 18, 25, 20, 20, 15]
    assert (found["distance_source"], found["speed_mean_mps"]) == ("device", pytest.approx(61.5 / 18))
    assert row(activity(run, distance_m=-1.0))["distance_source"] == "records"
    late = run.assign(distance_m=[2000.0, 2030, 2060])  # a damaged file whose first samples are lost
    assert row(activity(late, distance_m=2061.5, file_format="fit"))["distance_m"] == 2061.5


def test_a_total_of_no_time_over_samples_that_last_is_none() -> None:
    """Taken for the time, an hour of running would be rest."""
    run = records([0, 10, 20], distance_m=[0, 30, 60], speed_mps=3.0)
    assert row(activity(run, distance_m=60.0, timer_s=0.0))[["timer_s", "speed_mean_mps"]].tolist() == [20, 3]
    assert row(activity(records([0]), timer_s=0.0))["timer_s"] == 0


def test_nobody_knows_how_much_of_the_time_a_mean_of_the_device_stands_for() -> None:
    told = row(activity(records([0, 10], distance_m=[0, 30]), heart_rate_mean_bpm=150.0, timer_s=10.0))
    assert told["heart_rate_mean_bpm"] == 150
    assert math.isnan(told["heart_rate_coverage"])
    assert row(activity(records([0, 10], distance_m=[0, 30])))["heart_rate_coverage"] == 0


def test_a_pause_counts_for_elapsed_time_alone() -> None:
    run = records([0, 10, 310, 320], [0, 0, 1, 1], distance_m=[0, 30, 930, 960], heart_rate_bpm=[150, 150, 90, 90])
    found = row(activity(run))
    names = ["distance_m", "timer_s", "moving_s", "elapsed_s", "heart_rate_mean_bpm"]
    assert found[names].tolist() == [60, 20, 20, 320, 120]


def test_mean_heart_rate_is_weighted_by_time_and_gaps_count_for_none() -> None:
    """By hand: (9 s x 100 + 1 s x 180) / 10 s = 108 bpm, known for 10 of 30 s; 255 is no heart rate."""
    run = records([0, 9, 10, 30], distance_m=[0, 27, 30, 90], heart_rate_bpm=[100, 100, 255, 180])
    run.loc[2, "heart_rate_bpm"] = 260
    found = row(activity(run))
    assert found["heart_rate_mean_bpm"] == pytest.approx(100)
    assert found["heart_rate_coverage"] == pytest.approx(10 / 30)
    assert found["heart_rate_max_bpm"] == 180
    run["heart_rate_bpm"] = [100.0, 100.0, 260.0, 180.0]
    mixed = row(activity(records([0, 9, 10], distance_m=[0, 27, 30], heart_rate_bpm=[100, 100, 116])))
    assert mixed["heart_rate_mean_bpm"] == pytest.approx((9 * 100 + 1 * 108) / 10)


def test_altitudes_of_satellites_climb_by_ten_metres() -> None:
    run = records(range(4), altitude_m=[0, 9, 0, 11], distance_m=[0, 3, 6, 9])
    assert row(activity(run, file_format="fit"))[["ascent_m", "descent_m"]].tolist() == [20, 9]
    assert row(activity(run, file_format="gpx"))[["ascent_m", "descent_m"]].tolist() == [11, 0]


def test_the_day_is_the_local_day_of_the_start() -> None:
    run = records([0, 50_400], latitude_deg=-12.46, longitude_deg=130.84)
    names = ["utc_offset_s", "offset_source"]
    assert row(activity(run))[names].tolist() == [34_200, "position"]
    assert row(activity(run, utc_offset_s=-39_600.0))[names].tolist() == [-39_600, "file"]
    assert row(activity(run, utc_offset_s=-39_600.0))["date"] == pd.Timestamp("2024-12-31")
    unfixed = records([0, 1, 2], latitude_deg=[0, 0, -12.46], longitude_deg=[0, 0, 130.84])
    assert row(activity(unfixed))[names].tolist() == [34_200, "position"]
    assert row(activity(unfixed.iloc[:2]))["offset_source"] == "assumed"
    indoors = activity(records([0, 5]))
    assert row(indoors, tz="Asia/Tokyo")[names].tolist() == [32_400, "caller"]
    assert row(indoors)["offset_source"] == "assumed"
    assert "zone-unknown" in codes(indoors)


def test_the_day_of_two_runs_on_both_sides_of_midnight() -> None:
    """Ten to and ten past midnight in Darwin (UTC+9:30) are 14:20 and 14:40 UTC: two days, and one in UTC."""
    days = []
    for hour, minute in ((14, 20), (14, 40)):
        shift = (hour - 10) * 3600 + minute * 60
        run = records([shift, shift + 300], latitude_deg=-12.46, longitude_deg=130.84)
        days.append(row(activity(run))["date"])
    assert days == [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-02")]


def test_a_marathon_over_midnight_belongs_to_the_day_of_its_start() -> None:
    """Started at 22:30 local time, and four hours long."""
    run = records([0, 4 * 3600], distance_m=[0, 42_195])
    found = row(activity(run, utc_offset_s=12.5 * 3600))
    assert (found["start"], found["date"]) == (START, pd.Timestamp("2025-01-01"))
    assert (found["end"] + pd.Timedelta(hours=12.5)).day == 2


def test_a_flight_over_the_date_line_goes_back_a_day() -> None:
    """In Auckland (UTC+13) at 7:00 on the 3rd; nine hours later, in Honolulu (UTC-10), at 17:00 on the 2nd."""
    days = []
    for hours, latitude_deg, longitude_deg in ((32, -36.85, 174.76), (41, 21.31, -157.86)):
        seconds = [hours * 3600, hours * 3600 + 60]
        run = records(seconds, latitude_deg=latitude_deg, longitude_deg=longitude_deg)
        days.append(row(activity(run))["date"])
    assert days == [pd.Timestamp("2025-01-03"), pd.Timestamp("2025-01-02")]


def test_a_clock_change_during_a_run_changes_no_duration() -> None:
    """Seattle fell back on 2025-11-02 at 09:00 UTC, 2:00 by the clock; the run of an hour around it is of an hour."""
    shift = (pd.Timestamp("2025-11-02T08:30", tz="UTC") - START).total_seconds()
    run = records(shift + np.arange(0, 3601, 5), latitude_deg=47.61, longitude_deg=-122.33, speed_mps=3.0)
    found = row(activity(run))
    assert found[["timer_s", "moving_s", "elapsed_s", "utc_offset_s"]].tolist() == [3600, 3600, 3600, -7 * 3600]
    assert found["date"] == pd.Timestamp("2025-11-02")
    assert codes(activity(run)) == set()


def test_a_treadmill_tells_its_local_time_and_counts() -> None:
    """No positions: day by the file's local time stamp, distance by the device, steps by its cadence."""
    stamp = FIT_START + 3600
    writer = FitWriter().message(*OWNER)
    for second in range(601):
        row_ = [(253, "uint32", FIT_START + second), (5, "uint32", 300 * second), (4, "uint8", 85)]
        writer.message(RECORD, row_)
    leg = [(253, "uint32", stamp), (2, "uint32", FIT_START), (7, "uint32", 600_000), (8, "uint32", 600_000)]
    writer.message(SESSION, [*leg, (5, "enum", 1), (6, "enum", 1), (9, "uint32", 180_000)])
    writer.message(ACTIVITY, [(253, "uint32", stamp), (5, "uint32", stamp - 5 * 3600)])
    made = read_fit(writer.to_bytes())
    found = row(made)
    assert found[["sport", "sub_sport", "offset_source"]].tolist() == ["running", "treadmill", "file"]
    assert found[["distance_m", "timer_s", "moving_s", "steps", "utc_offset_s"]].tolist() == [
        1800,
        600,
        600,
        1700,
        -18_000,
    ]
    assert found["date"] == pd.Timestamp("2021-09-07")  # 01:46 UTC on the 8th
    assert codes(made) == set()


@pytest.mark.parametrize(("total", "source"), [("<DistanceMeters>132</DistanceMeters>", "device"), ("", "records")])
@pytest.mark.parametrize("first", [True, False])
def test_a_leg_whose_distance_starts_at_40_km_has_its_own(total: str, source: str, *, first: bool) -> None:
    """A brick session: 40.2 km by bicycle and then 132 m on foot; the points count on, or the laps do as well."""
    found, _ = brick(total, first=first)
    assert (found["distance_m"], found["distance_source"]) == (132, source)
    assert found["moving_s"] == 44


@pytest.mark.parametrize("first", [True, False])
def test_a_lap_that_counts_on_from_another_leg_is_not_believed(*, first: bool) -> None:
    found, noticed = brick("<DistanceMeters>40332</DistanceMeters>", first=first)
    assert (found["distance_m"], found["distance_source"]) == (132, "records")
    assert {finding.code for finding in noticed} >= {"distance-mismatch"}


def brick(total: str, *, first: bool) -> tuple[pd.Series, list[Finding]]:
    """Write the running leg of a brick session, after the ride or, as some programs do, in a file of its own."""
    point = "<DistanceMeters>{}</DistanceMeters>".format
    ride = "".join(tcx_point(10 * n, point(6700 * n)) for n in range(7))
    run = "".join(tcx_point(90 + n, point(40_200 + 3 * n)) for n in range(45))
    track = '<Activity Sport="{}"><Lap StartTime="2025-01-01T10:0{}Z">{}<Track>{}</Track></Lap></Activity>'.format
    legs = ("" if first else track("Biking", "0:00", point(40_200), ride)) + track("Running", "1:30", total, run)
    made = read_tcx(f"<TrainingCenterDatabase><Activities>{legs}</Activities></TrainingCenterDatabase>".encode())
    rows, _, noticed = summarized(made)
    return sessions_frame(rows).iloc[-1], noticed


def test_an_activity_without_anything_is_a_row_of_unknowns() -> None:
    found = row(activity(records([])))
    assert found[["start", "date", "distance_m", "timer_s", "steps", "heart_rate_mean_bpm", "ascent_m"]].isna().all()
    assert codes(activity(records([]))) == {"no-records", "zone-unknown"}
    assert SESSIONS.check(sessions_frame([])).empty
    untimed = row(activity(records([NAN, NAN], latitude_deg=[50, 50.001], longitude_deg=10.0)))
    assert untimed["distance_m"] == pytest.approx(R_M * math.radians(0.001))
    assert untimed[["start", "timer_s"]].isna().all()


def test_a_ride_is_faster_than_a_runner_may_be() -> None:
    ride = records(range(3), distance_m=[0, 15, 30], speed_mps=15.0)
    assert row(activity(ride, sport="cycling"))[["distance_m", "speed_max_mps"]].tolist() == [30, 15]
    assert row(activity(ride))["distance_m"] == 0
    assert codes(activity(ride)) >= {"speed-implausible"}


def test_an_unclear_cadence_is_said() -> None:
    run = records(range(5), speed_mps=3.0, cadence_rpm=117.0)
    assert "cadence-unclear" in codes(activity(run))
    assert "cadence-unclear" not in codes(activity(run, sport="cycling"))


@pytest.mark.parametrize("year", ["0001-01-01", "9999-12-31", "1989-12-31"])
@pytest.mark.parametrize("longitude_deg", [-74.0, 151.2])
def test_row_14_a_clock_that_was_never_set_is_flagged_and_invents_nothing(year: str, longitude_deg: float) -> None:
    place = {"latitude_deg": 40.7 if longitude_deg < 0 else -33.9, "longitude_deg": longitude_deg}
    points = [
        gpx_point(10 * n, **place).replace("2025-01-01T10", f"{year}T{'23' if year[0] == '9' else '00'}")
        for n in range(3)
    ]
    made = read_activity(gpx(points))
    assert row(made)["start"].year == int(year[:4])
    assert ("time-implausible" in set(made.findings["code"])) == (year[0] != "9")
    assert row(read_activity(tcx([tcx_point(5).replace("2025-01-01T10", f"{year}T00")])))["leg"] == 0


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 10), st.integers(8, 40)), min_size=2, max_size=40), st.data())
def test_splitting_a_leg_leaves_distance_and_moving_time_unchanged(
    steps: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Additivity, for runs without a stop; metres are in eighths, so that sums are exact."""
    seconds = np.cumsum([0, *(step for step, _ in steps)])
    metres = np.cumsum([0, *(step * speed / 8 for step, speed in steps)])
    run = records(seconds.tolist(), distance_m=metres.tolist())
    place = data.draw(st.integers(1, len(steps) - 1))
    parts = [row(activity(part.reset_index(drop=True))) for part in (run.iloc[: place + 1], run.iloc[place:])]
    whole = row(activity(run))
    for name in ("distance_m", "timer_s", "moving_s"):
        assert sum(part[name] for part in parts) == whole[name]
    assert whole["start"] == START


@pytest.mark.parametrize(
    "path", [*sample_files("gpx"), *sample_files("tcx"), *sample_files("fit")], ids=lambda path: path.name
)
def test_every_sample_gives_rows_that_follow_the_schema(path: Path) -> None:
    made = read_activity(path)
    rows = session_rows(made, athlete_id="a")
    frame = SESSIONS.check(sessions_frame(rows))
    assert len(frame) == len(made.sessions)
    assert frame["session_id"].is_unique
    timed = frame[frame["start"].notna() & frame["elapsed_s"].notna()]
    assert (timed["moving_s"].fillna(0) <= 1.01 * timed["elapsed_s"] + 1).all()
    session_findings(made, rows)
