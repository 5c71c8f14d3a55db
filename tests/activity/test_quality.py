"""Oracle: artefacts planted in a sound run at known places; each is found with its exact count, and nothing else."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import DEGREE_M, activity, records, steady
from samples import SAMPLES, sample_files

from stressfx.activity.leg import legs_of
from stressfx.activity.quality import flag_quality
from stressfx.activity.summary import session_findings, session_rows, sessions_frame, summarized
from stressfx.findings import CODES
from stressfx.io.read import read_activity

NAN = math.nan
RUN = steady(1800)
NOT_OF_VALUES = {"zone-unknown", "no-records", "cadence-unclear"}
MADE = Path(__file__).parents[2] / "data-samples"


def flags(rows: pd.DataFrame, **told: float | str) -> dict[str, int]:
    _, _, findings = summarized(activity(rows, **told))  # type: ignore[arg-type]  # one of the names is that of the format
    return {finding.code: finding.count for finding in findings if finding.code not in NOT_OF_VALUES}


def message(code: str, rows: pd.DataFrame, **told: float | str) -> str:
    _, _, findings = summarized(activity(rows, **told))  # type: ignore[arg-type]  # as above
    return next(finding.message for finding in findings if finding.code == code)


def planted(column: str, places: slice | list[int], values: object) -> pd.DataFrame:
    """Put other values into a sound run."""
    run = RUN.copy()
    run.iloc[places, run.columns.get_loc(column)] = values
    return run


def test_a_sound_run_has_no_flag() -> None:
    assert flags(RUN) == flags(RUN.assign(distance_m=NAN)) == flags(RUN.assign(speed_mps=NAN)) == {}
    assert flags(RUN, distance_m=5400.0, timer_s=1800.0, elapsed_s=1900.0, file_format="fit") == {}
    assert flags(steady(1800, every=7)) == {}
    assert flags(records([])) == flags(records([0])) == {}


# speed and position


def test_row_21_speeds_that_nobody_reaches() -> None:
    assert flags(planted("speed_mps", [5, 6, 900], [12.6, 8361.0, 99.0])) == {"speed-implausible": 3}
    assert flags(planted("speed_mps", [5], 12.5)) == {}


def test_distances_of_the_device_that_nobody_runs() -> None:
    leap = RUN["distance_m"] + np.where(np.arange(len(RUN)) >= 600, 400.0, 0.0)
    # Its positions do not leap, so the leap is one of the distance alone.
    assert flags(RUN.assign(distance_m=leap)) == {"speed-implausible": 1}
    assert "left out" in message("speed-implausible", RUN.assign(distance_m=leap))
    assert "own total was kept" in message("speed-implausible", RUN.assign(distance_m=leap), distance_m=5400.0)
    assert flags(records([0, 1, 601, 602], [0, 0, 1, 1], distance_m=[0, 3, 9903, 9906])) == {}  # in a pause


def test_a_leap_within_one_second_is_flagged() -> None:
    rows = records([0, 1, 1, 2, 3, 4], distance_m=[0, 3, 103, 106, 109, 112])
    assert flags(rows) == {"speed-implausible": 1}
    rows = records([0, 1, 1, 2, 3, 4], latitude_deg=[50, 50, 50.01, 50.01, 50.01, 50.01], longitude_deg=10.0)
    assert flags(rows) == {"gps-jump": 1}


@pytest.mark.parametrize("without", [[], ["distance_m"], ["distance_m", "speed_mps"]])
def test_positions_that_go_out_and_back(without: list[str]) -> None:
    away = planted("latitude_deg", slice(300, 312), 50.02).assign(**dict.fromkeys(without, NAN))
    assert flags(away) == {"gps-jump": 12}
    used = "left out of the distance" if "distance_m" in without else "is the device's"
    assert used in message("gps-jump", away)


def test_positions_that_jump_and_stay() -> None:
    there = planted("latitude_deg", slice(900, None), RUN["latitude_deg"].iloc[900:] + 900 / DEGREE_M)
    assert flags(there) == {"gps-jump": 1}
    assert flags(there.assign(distance_m=NAN)) == {"gps-jump": 1}
    on_a_bike = summarized(activity(there, sport="cycling"))[2]
    assert "gps-jump" not in {finding.code for finding in on_a_bike}


def test_a_ride_in_the_middle_of_a_run_is_no_jump() -> None:
    """A minute at 20 m/s, known by positions alone: sixty speeds, no jump. By the device as well, sixty speeds."""
    ride = RUN["latitude_deg"] + 17 / DEGREE_M * np.clip(np.arange(len(RUN)) - 600, 0, 60)
    assert flags(RUN.assign(latitude_deg=ride, distance_m=NAN, speed_mps=NAN)) == {"speed-implausible": 60}
    told = RUN["distance_m"] + 17.0 * np.clip(np.arange(len(RUN)) - 600, 0, 60)
    assert flags(RUN.assign(latitude_deg=ride, distance_m=told)) == {"speed-implausible": 60}


def test_more_than_8_metres_a_second_for_more_than_10_seconds() -> None:
    for lasts, expected in ((10, {}), (11, {"speed-sustained": 11})):
        faster = np.clip(np.arange(len(RUN)) - 600, 0, lasts)
        rows = RUN.assign(distance_m=RUN["distance_m"] + 5.5 * faster, speed_mps=NAN, latitude_deg=NAN)
        assert flags(rows) == expected
    short = rows.iloc[400:900].reset_index(drop=True)
    assert flags(short) == {}  # a sprint on the track, in a session of less than 3 km
    assert flags(rows, sport="cycling") == {}


def test_positions_that_are_inaccurate_by_their_own_account() -> None:
    accuracy = np.where(np.arange(len(RUN)) < 25, 31.0, 30.0)
    assert flags(RUN.assign(horizontal_accuracy_m=accuracy)) == {"position-inaccurate": 25}


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 28), st.sampled_from(["speed", "place", "heart"])), unique_by=lambda p: p[0]))
def test_planted_artefacts_are_found_with_exact_counts(errors: list[tuple[int, str]]) -> None:
    """One error at most in every minute, of one sample each; a heart rate that leaps does so up and down again."""
    run = RUN.copy()
    for minute, kind in errors:
        row = 60 * minute + 30
        if kind == "speed":
            run.loc[row, "speed_mps"] = 40.0
        elif kind == "place":
            run.loc[row, "longitude_deg"] = 10.2
        else:
            run.loc[row, "heart_rate_bpm"] = 200.0
    kinds = Counter(kind for _, kind in errors)
    expected = {"speed-implausible": kinds["speed"], "gps-jump": kinds["place"], "heart-rate-jump": 2 * kinds["heart"]}
    assert flags(run) == {code: count for code, count in expected.items() if count}


# heart rate


def test_heart_rates_that_no_heart_has() -> None:
    """The 30 among them is one; nothing next to it is, so it is no leap."""
    assert flags(planted("heart_rate_bpm", slice(50, 54), [29.9, 30, 230.1, 255])) == {"heart-rate-implausible": 3}


@pytest.mark.parametrize("every", [1, 5])
def test_a_heart_rate_that_locks_on_the_cadence(every: int) -> None:
    """Five minutes of 170 and 171 bpm, as many as steps, between heart rates near 145."""
    run = RUN.copy()
    run.loc[600:900, "heart_rate_bpm"] = 170.0 + np.arange(301) % 2
    run = run.iloc[::every].reset_index(drop=True)
    found = flags(run)
    assert found.pop("heart-rate-jump", 0) == (2 if every == 1 else 0)
    assert found == {"heart-rate-lock": len(range(600, 901, every))}


def test_a_heart_rate_near_the_cadence_is_no_lock() -> None:
    after = np.arange(len(RUN))
    slowly = np.clip(120 + after / 6, 120, 171)  # rises by 10 bpm a minute, and stays at 171 to the end
    assert flags(RUN.assign(heart_rate_bpm=slowly)) == {}
    interval = np.interp(after, [0, 600, 650, 900, 960, 1800], [130, 130, 170, 170, 130, 130])
    assert flags(RUN.assign(heart_rate_bpm=interval)) == {}
    briefly = planted("heart_rate_bpm", slice(600, 660), 170.0)  # 59 s
    assert "heart-rate-lock" not in flags(briefly)
    assert flags(planted("heart_rate_bpm", slice(0, None), 170.0)) == {}  # nothing beside it tells
    riding = RUN.assign(heart_rate_bpm=np.where((after >= 600) & (after < 900), 170.0, 140.0))
    assert "heart-rate-lock" not in flags(riding, sport="cycling")
    paused = RUN.assign(heart_rate_bpm=np.where(after >= 900, 170.0, 140.0), segment=(after >= 900).astype("int64"))
    assert flags(paused) == {}  # over a pause a heart rate may change as it likes


def test_a_heart_rate_that_leaps() -> None:
    assert flags(planted("heart_rate_bpm", slice(900, 1200), 200.0)) == {"heart-rate-jump": 2}
    sparse = RUN.iloc[::10].reset_index(drop=True)
    sparse.loc[90:, "heart_rate_bpm"] += 150 - sparse["heart_rate_bpm"].min()
    assert flags(sparse) == {}  # by less than 200 bpm in 10 s


def test_a_heart_rate_that_is_known_for_part_of_the_run() -> None:
    assert flags(planted("heart_rate_bpm", slice(1440, None), NAN)) == {}
    assert flags(planted("heart_rate_bpm", slice(1400, None), NAN)) == {"heart-rate-sparse": 1}
    assert "for 50% of" in message("heart-rate-sparse", planted("heart_rate_bpm", slice(900, None), NAN))
    assert flags(RUN.assign(heart_rate_bpm=NAN)) == {}  # no sensor, nothing sparse


# units


@pytest.mark.parametrize(("share", "flagged"), [(1.14, False), (1.16, True), (0.86, False), (0.84, True)])
def test_a_distance_that_does_not_fit_its_positions(share: float, flagged: bool) -> None:  # noqa: FBT001  # a case
    rows = RUN.assign(distance_m=share * RUN["distance_m"])
    assert flags(rows) == ({"distance-mismatch": 1} if flagged else {})
    assert flags(rows, sub_sport="treadmill") == {}
    assert flags(rows.iloc[:140]) == {}  # too short to tell
    if flagged:
        assert f"{share:.2f} times" in message("distance-mismatch", rows)
        assert f"{share * 5.4:.2f} km" in message("distance-mismatch", rows)


@pytest.mark.parametrize(("length_m", "flagged"), [(1.0588, False), (1.21, False), (1.23, True), (0.89, True)])
def test_a_distance_that_does_not_fit_its_steps(length_m: float, flagged: bool) -> None:  # noqa: FBT001  # a case
    """170 steps a minute at 3 m/s are 1.0588 m long."""
    rows = RUN.assign(step_length_m=length_m)
    assert flags(rows) == ({"distance-steps": 1} if flagged else {})


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("factor", "units"),
    [
        (1.609344, "Kilometres and miles"),
        (1000.0, "Metres and kilometres"),
        (3.28084, "Metres and feet"),
        (0.9144, "Metres and yards"),
    ],
)
def test_a_distance_in_another_unit(factor: float, units: str, turned: bool) -> None:  # noqa: FBT001  # a case
    factor = 1 / factor if turned else factor
    rows = RUN.assign(distance_m=factor * RUN["distance_m"], speed_mps=3.0)
    found = flags(rows)
    assert found.pop("distance-unit") == 1
    assert set(found) <= {"speed-implausible", "session-implausible", "speed-sustained"}
    assert message("distance-unit", rows).startswith(units)
    near = RUN.assign(distance_m=factor * 1.03 * RUN["distance_m"])
    assert "distance-unit" not in flags(near)


def test_positions_for_a_part_of_the_way_do_not_speak_for_the_whole() -> None:
    indoors = RUN.copy()
    indoors.loc[500:, ["latitude_deg", "longitude_deg"]] = NAN
    indoors["distance_m"] *= 1.3
    assert flags(indoors) == {}


# totals


def test_a_watch_left_on() -> None:
    seconds = [0, 1000, *range(1600, 1600 + 20 * 600, 600)]
    distance = [0.0, 4000, *[4000.0] * 20]
    assert flags(records(seconds, distance_m=distance)) == {"watch-left-on": 1}
    assert "of which 0.3 h" in message("watch-left-on", records(seconds, distance_m=distance))
    assert flags(records(seconds[:5], distance_m=distance[:5])) == {}


def test_a_recording_that_ends_with_rest() -> None:
    for rest, expected in ((1800, {}), (1801, {"watch-left-on": 1})):
        after = np.arange(1800 + rest + 1)
        rows = records(
            after.tolist(), distance_m=np.minimum(3 * after, 5400).tolist(), speed_mps=np.where(after > 1800, 0, 3)
        )
        assert flags(rows) == expected
    assert "0.5 h without movement" in message("watch-left-on", rows)
    timer = summarized(activity(rows, timer_s=3600.0))[0][0]["timer_s"]
    assert timer == 3600  # the device's own stays
    assert flags(rows.assign(cadence_rpm=np.where(after > 1800, 60, 85))) == {}  # on a treadmill that tells no speed
    driving = np.where(after > 1800, 50 + (after - 1800) / DEGREE_M, 50.0)
    assert flags(rows.assign(latitude_deg=driving, longitude_deg=10.0)) == {"distance-mismatch": 1}


def test_row_37_totals_that_are_no_run() -> None:
    nobody = activity(records([]), distance_m=5000.0, timer_s=700.0)
    assert [f.code for f in flag_quality(next(legs_of(nobody)), session_rows(nobody)[0])] == ["session-implausible"]
    assert flags(records([]), distance_m=5000.0, timer_s=720.0) == {}
    assert flags(records([]), distance_m=990.0, timer_s=100.0) == {}
    assert flags(records([]), distance_m=5000.0, timer_s=600.0, sport="cycling") == {}
    assert flags(records([]), distance_m=1280.0, timer_s=389 * 60.0) == {"session-implausible": 1}
    assert flags(records([]), distance_m=1000.0, timer_s=3601.0) == {"session-implausible": 1}
    assert flags(records([]), distance_m=1000.0, timer_s=3601.0, sport="hiking") == {}
    assert flags(records([]), distance_m=1100.0, timer_s=3600.0) == {}


# what all flags have in common


def test_every_code_is_declared_and_says_what_it_does() -> None:
    text = (Path(__file__).parents[2] / "stressfx" / "activity" / "quality.py").read_text()
    used = {part.split('"')[0] for part in text.split('Finding("')[1:]}
    assert len(used) > 10
    assert used <= set(CODES)


def test_flags_change_no_number() -> None:
    run = planted("longitude_deg", [700], 10.5)
    run.loc[600:900, "heart_rate_bpm"] = 170.0
    run.loc[100, "speed_mps"] = 50.0
    made = activity(run)
    before, kept = sessions_frame(session_rows(made)), run.copy(deep=True)
    assert len(session_findings(made, session_rows(made))) >= 3
    pd.testing.assert_frame_equal(made.records, kept)
    pd.testing.assert_frame_equal(sessions_frame(session_rows(made)), before)


def test_rows_and_findings_together_are_those_of_each() -> None:
    made = activity(planted("longitude_deg", [700], 10.5))
    rows, _, findings = summarized(made, athlete_id="a", tz="Asia/Tokyo")
    alone = session_rows(made, athlete_id="a", tz="Asia/Tokyo")
    pd.testing.assert_frame_equal(sessions_frame(rows), sessions_frame(alone))
    assert findings == session_findings(made, alone)
    assert findings


wild = st.one_of(st.floats(-1e40, 1e40), st.just(NAN), st.floats(0, 300))


@settings(max_examples=100)
@given(st.data(), st.integers(0, 12))
def test_whatever_the_values_nothing_breaks(data: st.DataObject, count: int) -> None:
    """Any warning of numpy is an error here."""
    column = st.lists(wild, min_size=count, max_size=count)
    seconds = data.draw(st.lists(st.one_of(st.integers(-(10**6), 10**6), st.just(NAN)), min_size=count, max_size=count))
    names = ("distance_m", "speed_mps", "heart_rate_bpm", "cadence_rpm", "altitude_m", "horizontal_accuracy_m")
    rows = records(seconds, **{name: data.draw(column) for name in names})
    rows["latitude_deg"] = data.draw(st.lists(st.floats(-90, 90), min_size=count, max_size=count))
    rows["longitude_deg"] = data.draw(st.lists(st.floats(-180, 180), min_size=count, max_size=count))
    told = {name: data.draw(wild) for name in ("distance_m", "timer_s", "elapsed_s", "moving_s", "cycles")}
    made, _, findings = summarized(activity(rows, file_format=data.draw(st.sampled_from(["fit", "gpx"])), **told))
    for finding in findings:
        assert finding.count > 0
        assert finding.code in CODES
    for name in ("timer_s", "moving_s", "elapsed_s", "distance_m", "steps"):
        assert math.isnan(made[0][name]) or made[0][name] >= 0


FIRING = {
    "athlytics__example.fit": {"speed-implausible": 9},
    "fitparse__2013-02-06-12-11-14.fit": {"speed-implausible": 1},
    "fitparse__DeveloperData.fit": {"speed-implausible": 3},
    "fitparse__activity-small-fenix2-run.fit": {"speed-implausible": 4, "gps-jump": 1},
    "fitparse__coros-pace-2-cycling-misaligned-fields.fit": {"heart-rate-sparse": 1},
    "fitparse__garmin-fenix-5-walk.fit": {"heart-rate-sparse": 1},
    "fitparse__null_compressed_speed_dist.fit": {"heart-rate-implausible": 1808},
    "fitparse__sample_mulitple_header.fit": {"heart-rate-sparse": 1},
    "fitparse__strava-android-app-201.10-b1218918.fit": {
        "clock-changed": 32,
        "speed-implausible": 9,
        "position-inaccurate": 94,
    },
    "muktihari__triathlon_summary_first.fit": {"heart-rate-sparse": 1},
    "tormoder__0134902991.fit": {"heart-rate-implausible": 739},
    "gpxpy__cerknicko-jezero-with-elevations-zero.gpx": {"speed-sustained": 30, "gps-jump": 1},
    "gpxpy__cerknicko-jezero.gpx": {"speed-sustained": 30, "gps-jump": 1},
    "gpxpy__cerknicko-without-times.gpx": {"session-implausible": 1},
    "gpxpy__first_and_last_elevation.gpx": {"clock-changed": 1, "speed-implausible": 7},
    "runpandas__00978fad-85f8-4f1c-be44-2b7146ccbf76.gpx": {"gps-jump": 1, "heart-rate-sparse": 1},
    "runpandas__0da79b1d-dc15-4589-afff-aba4497ea626.gpx": {"gps-jump": 1},
    "runpandas__1368f9a8-cdbe-4528-a1dc-af90dfddd6fb.gpx": {"gps-jump": 1},
    "runpandas__26004849-dc57-4e48-bc16-11196ca043ad.gpx": {"heart-rate-sparse": 1},
    "runpandas__31836c9f-4cc1-431f-81ca-4943e313aa10.gpx": {"gps-jump": 1},
    "runpandas__stopped_example.gpx": {"gps-jump": 1},
    "sweatpy__activity_5039744860.gpx": {"heart-rate-sparse": 1},
    "runpandas__run.tcx": {"speed-implausible": 3},
    "sweatpy__3173437224.tcx": {"gps-jump": 1, "heart-rate-jump": 9},
    "sweatpy__activity_5039744860.tcx": {"heart-rate-sparse": 1},
    "tcxreader__142a03_sup_activity_1.tcx": {"heart-rate-sparse": 1},
    "tcxreader__cross-country-skiing_activity_1.tcx": {"heart-rate-sparse": 1},
}
"""What fires on 80 real files, each looked at by hand: a bicycle and skis in files that name no sport, a watch that
catches up after its start, a phone's first position, a strap that loses contact, smart recording with long gaps."""


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the device samples are absent")
def test_what_fires_on_the_real_samples() -> None:
    fired = {}
    for path in [*sample_files("fit"), *sample_files("gpx"), *sample_files("tcx")]:
        _, _, findings = summarized(read_activity(path))
        counts = Counter[str]()
        for finding in findings:
            if finding.code not in NOT_OF_VALUES:
                counts[finding.code] += finding.count
        if counts:
            fired[path.name] = dict(counts)
    assert fired == FIRING


def test_nothing_fires_on_runs_that_were_made_sound() -> None:
    paths = [
        p for p in sorted(MADE.rglob("activities/*")) if p.name.removesuffix(".gz").endswith((".gpx", ".tcx", ".fit"))
    ]
    assert len(paths) > 200
    fired = Counter[str]()
    for path in paths[::4]:
        if path.name.startswith("broken"):
            continue
        fired.update(finding.code for finding in summarized(read_activity(path))[2])
    assert set(fired) <= NOT_OF_VALUES
