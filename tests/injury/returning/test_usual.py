"""What was usual before an injury. Oracle: medians and sums of a few runs, by hand; the injury is of 29 March 2025.

The 28 days before it are those from 1 to 28 March.
"""

import math

import pytest
from made_returns import NAN, Row, history, injury_row, run, sessions_of

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.injury.returning.usual import running_sessions, usual_running
from stressfx.schema import INJURIES, SESSIONS

RUNS = [run("2025-03-01", 8.0, minutes=40), run("2025-03-10", 10.0, minutes=55), run("2025-03-28", 15.0, minutes=100)]


def distances(*rows: Row) -> tuple[int, float, float]:
    usual = usual_running(sessions_of(*rows), injury_row())
    return usual.runs, usual.distance_m, usual.week_m


def test_the_usual_run_is_the_median_and_the_usual_week_a_quarter_of_four() -> None:
    """Oracle: 8, 10 and 15 km are 33 km, 8.25 km a week; 3.333, 3.030 and 2.5 m/s; 150, 160 and 170 a minute."""
    steps = [row | {"cadence_mean_spm": spm} for row, spm in zip(RUNS, (150.0, 170.0, 160.0), strict=True)]
    usual = usual_running(sessions_of(*steps), injury_row())
    assert (usual.athlete_id, f"{usual.onset:%Y-%m-%d}", usual.onset_by) == ("ann", "2025-03-29", "first_pain")
    assert (usual.runs, usual.distance_m, usual.week_m, usual.cadence_spm) == (3, 10_000, 8250, 160)
    assert usual.speed_mps == pytest.approx(10_000 / 3300)


def test_the_weeks_end_on_the_eve_of_the_injury_and_go_back_28_days() -> None:
    outside = [run("2025-02-28", 30.0), run("2025-03-29", 30.0), run("2025-06-02", 30.0)]
    assert distances(*RUNS, *outside) == (3, 10_000, 8250)


def test_the_weeks_are_those_of_local_days() -> None:
    """Oracle: 23:30 on 28 March in New York is 03:30 UTC of the 29th, the day of the injury."""
    late = run("2025-03-28", 12.0, at="23:30", tz="America/New_York")
    assert f"{late['start']:%m-%d %H:%M}" == "03-29 03:30"
    assert distances(late) == (1, 12_000, 12_000), "the log covers one day, and counts for a week"


def test_only_runs_that_count_and_have_a_distance_are_looked_at() -> None:
    others = [
        run("2025-03-05", 30.0, athlete_id="ben"),
        run("2025-03-05", 30.0, sport="cycling"),
        run("2025-03-05", 30.0, sport="deep_water_running"),
        run("2025-03-05", 30.0, body_weight_share=0.0),
        run("2025-03-05", 30.0, counted=False),
        run("2025-03-06", NAN, minutes=30),
        run("2025-03-07", 0.0, minutes=30),
    ]
    assert distances(*RUNS, *others) == (3, 10_000, 8250)


def test_distances_count_by_the_body_weight_carried() -> None:
    """Oracle: 10 km at 60 % are 6 km, a missing share is all of it: 8, 6 and 15 km are 29 km, 7.25 km a week."""
    rows = [RUNS[0] | {"body_weight_share": NAN}, RUNS[1] | {"body_weight_share": 0.6}, RUNS[2]]
    assert distances(*rows) == (3, 8000, 7250)


def test_the_rule_for_the_onset_moves_the_weeks() -> None:
    """Oracle: a first pain on 20 March leaves two runs; stopped on 29 March all three; diagnosed in April two."""
    injury = injury_row("2025-03-20", stopped_running="2025-03-29", diagnosed="2025-04-02")
    found = [usual_running(sessions_of(*RUNS), injury, onset=onset) for onset in ("first_pain", "stopped_running")]
    assert [(usual.runs, usual.onset_by) for usual in found] == [(2, "first_pain"), (3, "stopped_running")]
    assert usual_running(sessions_of(*RUNS), injury, onset="diagnosed").distance_m == 12_500
    with pytest.raises(ValueError, match="onset is 'yesterday'"):
        usual_running(sessions_of(*RUNS), injury, onset="yesterday")


def test_a_speed_is_that_of_the_device_else_of_distance_and_time_else_missing() -> None:
    """Oracle: 3 m/s told, and 9 km in 50 minutes, which are 3 m/s too."""
    told = run("2025-03-01", 9.0, speed_mean_mps=3.0)
    reckoned = run("2025-03-04", 9.0, minutes=50, speed_mean_mps=NAN)
    assert usual_running(sessions_of(told, reckoned), injury_row()).speed_mps == pytest.approx(3.0)
    timeless = run("2025-03-04", 9.0, timer_s=0.0, speed_mean_mps=0.0, cadence_mean_spm=NAN)
    unknown = usual_running(sessions_of(timeless), injury_row())
    assert math.isnan(unknown.speed_mps)
    assert math.isnan(unknown.cadence_spm)


def test_the_columns_of_a_bare_table_suffice() -> None:
    names = ["athlete_id", "session_id", "sport", "sub_sport", "start", "date", "distance_m", "timer_s"]
    usual = usual_running(sessions_of(*history())[names], injury_row())
    assert (usual.runs, usual.distance_m, usual.week_m, round(usual.speed_mps, 3)) == (10, 9000, 22_500, 2.778)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "there is no run of known distance in the log"),
        ([run("2025-03-05", NAN, minutes=30)], "there is no run of known distance in the log"),
        ([run("2025-04-05", 9.0)], "the log begins on 2025-04-05, after the injury of 2025-03-29"),
        ([run("2025-02-28", 9.0)], "the last run before the injury of 2025-03-29 was on 2025-02-28"),
    ],
)
def test_without_runs_in_these_weeks_nothing_is_known(rows: list[Row], said: str) -> None:
    sessions = sessions_of(*rows) if rows else SESSIONS.empty()
    with pytest.raises(InsufficientDataError, match=f"^{said}; runs in the 28 days before it are needed"):
        usual_running(sessions, injury_row())


def test_an_injury_needs_a_date_and_an_owner_and_has_to_be_one() -> None:
    sessions = sessions_of(*RUNS)
    with pytest.raises(InsufficientDataError, match="the injury has no date"):
        usual_running(sessions, injury_row(None))
    for wrong in (INJURIES.empty(), injury_row().loc[[0, 0]]):
        with pytest.raises(SchemaError, match=f"^Injuries: {len(wrong)} rows; one is needed"):
            usual_running(sessions, wrong)
    nobody = injury_row(athlete_id="")
    assert usual_running(sessions, nobody).athlete_id == "ann"
    assert usual_running(sessions, nobody.assign(athlete_id=nobody["athlete_id"].mask([True]))).athlete_id == "ann"
    with pytest.raises(SchemaError, match="names no athlete"):
        usual_running(sessions_of(*RUNS, run("2025-03-02", 5.0, athlete_id="ben")), nobody)


def test_frames_are_checked() -> None:
    sessions = sessions_of(*RUNS)
    with pytest.raises(SchemaError, match="'distance_m' has 1 values outside 0 to inf m"):
        usual_running(sessions.assign(distance_m=[8000.0, -1.0, 15_000.0]), injury_row())
    with pytest.raises(SchemaError, match="'timer_s' is missing"):
        usual_running(sessions.drop(columns="timer_s"), injury_row())
    with pytest.raises(SchemaError, match="'site' is missing"):
        usual_running(sessions, injury_row().drop(columns="site"))


def test_runs_are_by_day_and_start() -> None:
    rows = [run("2025-03-04", 2.0, at="18:00"), run("2025-03-04", 1.0), run("2025-03-01", 3.0)]
    assert running_sessions(sessions_of(*rows), "ann")["distance_m"].tolist() == [3000, 1000, 2000]
