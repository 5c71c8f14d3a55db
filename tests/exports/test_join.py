"""What accounts tell, laid over sessions, against cases worked out by hand."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from made_log import session

from stressfx.exports.join import lay_over, merged, name_sports, told_rows
from stressfx.exports.told import Told
from stressfx.schema import SESSIONS

T0 = datetime(2026, 3, 1, 8, tzinfo=UTC)
BEFORE = T0 - timedelta(hours=1)
LATE, EARLY = T0.replace(hour=23, minute=50, tzinfo=None), T0.replace(hour=0, minute=10, tzinfo=None)


def row(name: str = "run", minute: float = 0, minutes: float = 60, **columns: Any) -> dict[str, Any]:
    return session(name, minute, minutes, **{"utc_offset_s": 0.0, "offset_source": "assumed"} | columns)


def laid(rows: list[dict[str, Any]], *told: Told) -> tuple[list[Told], list[str]]:
    """Lay over sessions what one table tells; gives what has no session, and the codes of findings."""
    files: dict[str, list[dict[str, Any]]] = {}
    for one in rows:
        files.setdefault(one["source"], []).append(one)
    alone, _, findings = lay_over(rows, [("table.csv", one) for one in told], files, files)
    return [one for _, one in alone], [finding.code for finding in findings]


def test_tables_of_one_account_add_up_and_the_later_one_stands() -> None:
    first = Told("garmin", "7", distance_m=5000.0, shoe_id="3")
    link = Told("garmin", "7", shoe_id="4")
    other = Told("strava", "7", distance_m=1.0)
    assert merged([first, other, link]) == [Told("garmin", "7", distance_m=5000.0, shoe_id="4"), other]
    assert merged([link, first])[0].shoe_id == "3"


def test_gaps_are_filled_and_what_the_recording_says_stands() -> None:
    run = row(steps=math.nan, shoe_id="", distance_m=9000.0, sport="", sub_sport="")
    told = Told("strava", "1", file="run.fit", distance_m=9300.0, steps=8000.0, shoe_id="blue", sport="running")
    assert laid([run], told) == ([], [])
    assert (run["distance_m"], run["steps"], run["shoe_id"], run["sport"]) == (9000.0, 8000.0, "blue", "running")
    assert run["distance_source"] == "device"


def test_a_mean_heart_rate_of_the_account_is_of_nobody_knows_how_much_of_the_time() -> None:
    run = row(heart_rate_mean_bpm=math.nan, heart_rate_coverage=0.0)
    laid([run], Told("strava", "1", file="run.fit", heart_rate_mean_bpm=150.0))
    assert run["heart_rate_mean_bpm"] == 150
    assert math.isnan(run["heart_rate_coverage"])


def test_turns_of_a_pedal_are_no_steps_once_somebody_says_that_it_was_a_ride() -> None:
    measured = {"steps": 9000.0, "cadence_mean_spm": 170.0, "grade_adjusted_m": 9100.0, "track_m": 0.0}
    ride, run, named = (row(sport="", **measured) for _ in range(3))
    laid([ride], Told("strava", "1", file="run.fit", sport="cycling"))
    laid([run], Told("strava", "1", file="run.fit", sport="running"))
    name_sports([named], "cycling")
    assert [run[name] for name in measured] == list(measured.values())
    assert all(math.isnan(each[name]) for each in (ride, named) for name in measured)


def test_what_a_workout_is_called_is_in_no_text_of_what_is_told() -> None:
    assert "ann@example.org" not in repr(Told("strava", "1", name="With ann@example.org"))


def test_a_missing_distance_is_the_accounts() -> None:
    run = row(distance_m=math.nan, distance_source="")
    laid([run], Told("strava", "1", file="run.fit", distance_m=9300.0))
    assert (run["distance_m"], run["distance_source"]) == (9300.0, "account")


@pytest.mark.parametrize(
    ("corrects", "sub_sport", "said", "counts"),
    [
        ("always", "", 10_000.0, 10_000.0),
        ("always", "", 9090.0, 9000.0),
        ("always", "", 9091.0, 9091.0),
        ("always", "", math.nan, 9000.0),
        ("always", "", 0.0, 9000.0),
        ("indoor", "treadmill", 10_000.0, 10_000.0),
        ("indoor", "trail", 10_000.0, 9000.0),
        ("", "treadmill", 10_000.0, 9000.0),
    ],
)
def test_a_corrected_distance_counts_and_is_said(corrects: str, sub_sport: str, said: float, counts: float) -> None:
    """One per cent of 9,000 m is 90 m: so much may be rounding."""
    run = row(distance_m=9000.0, sub_sport=sub_sport, timer_s=3000.0)
    _, codes = laid([run], Told("garmin", "1", file="run.fit", distance_m=said, corrects=corrects))
    assert run["distance_m"] == counts
    assert codes == (["distance-corrected"] if counts != 9000 else [])
    if counts != 9000:
        assert run["distance_source"] == "account"
        assert run["speed_mean_mps"] == pytest.approx(counts / 3000)


def test_of_several_legs_only_what_holds_for_each_is_told() -> None:
    legs = [
        row(f"race-{leg}", 60 * leg, source="race.fit", leg=leg, sport=sport, distance_m=1000.0 * (leg + 1))
        for leg, sport in enumerate(["swimming", "cycling", "running"])
    ]
    told = Told("strava", "1", file="race.fit", distance_m=51_500.0, competition=1.0, shoe_id="blue", corrects="always")
    laid(legs, told)
    assert [leg["distance_m"] for leg in legs] == [1000, 2000, 3000]
    assert [leg["competition"] for leg in legs] == [1, 1, 1]
    assert [leg["shoe_id"] for leg in legs] == ["", "", "blue"]


def test_a_named_file_that_is_absent_leaves_the_totals_and_is_said() -> None:
    told = Told("strava", "1", file="gone.fit", start=T0, distance_m=5000.0)
    assert laid([row()], told) == ([told], ["file-missing"])


@pytest.mark.parametrize(
    ("after_s", "sport", "found"),
    [(0, "running", True), (5, "running", True), (5.1, "running", False), (0, "cycling", False), (0, "unknown", True)],
)
def test_a_workout_without_a_file_name_is_found_by_its_start(after_s: float, sport: str, found: bool) -> None:  # noqa: FBT001
    run = row(perceived_exertion=math.nan)
    told = Told("garmin", "1", start=T0 + timedelta(seconds=after_s), sport=sport, perceived_exertion=6.0)
    alone, _ = laid([run], told)
    assert (alone == []) is found
    assert (run["perceived_exertion"] == 6) is found


def test_of_two_sessions_of_one_start_the_one_that_lasts_as_long_is_meant_and_each_once() -> None:
    """Two people's watches, or a lap file beside the whole."""
    short, long = row("short", 0, 10), row("long", 0, 60)
    told = [
        Told("garmin", str(minutes), start=T0, elapsed_s=60.0 * minutes, shoe_id=str(minutes)) for minutes in (61, 9)
    ]
    assert laid([short, long], *told)[0] == []
    assert (short["shoe_id"], long["shoe_id"]) == ("9", "61")
    assert len(laid([row()], *told)[0]) == 1


def test_the_whole_of_a_triathlon_is_left_to_its_legs() -> None:
    legs = [row("race-0", 0, 30, sport="swimming"), row("race-1", 30, 60, sport="cycling")]
    whole = Told("garmin", "1", start=T0, elapsed_s=5400.0, sport="multisport")
    assert laid(legs, whole) == ([], [])
    assert laid([row("other", 600)], whole)[0] == [whole]


@pytest.mark.parametrize(
    ("told", "tz", "start", "day", "source"),
    [
        (Told("a", "1", start=T0, utc_offset_s=-28_800.0), None, "2026-03-01T08:00Z", "2026-03-01", "account"),
        (Told("a", "1", start=BEFORE, utc_offset_s=-28_800.0), None, "2026-03-01T07:00Z", "2026-02-28", "account"),
        (Told("a", "1", start=T0), None, "2026-03-01T08:00Z", "2026-03-01", "assumed"),
        (Told("a", "1", start=T0), "Pacific/Auckland", "2026-03-01T08:00Z", "2026-03-01", "caller"),
        (Told("a", "1", local_start=LATE), None, "2026-03-01T23:50Z", "2026-03-01", "local"),
        (Told("a", "1", local_start=LATE), "America/New_York", "2026-03-02T04:50Z", "2026-03-01", "caller"),
        (Told("a", "1", local_start=EARLY, utc_offset_s=7200.0), None, "2026-02-28T22:10Z", "2026-03-01", "account"),
    ],
)
def test_a_workout_alone_lies_on_the_runners_day(told: Told, tz: str | None, start: str, day: str, source: str) -> None:
    (made,) = told_rows([told], athlete_id="ann", tz=tz, source="t.csv")
    assert made["start"] == pd.Timestamp(start)
    assert made["date"] == pd.Timestamp(day)
    assert made["offset_source"] == source
    assert set(made) == {column.name for column in SESSIONS.columns}


@pytest.mark.parametrize(
    ("timer_s", "moving_s", "elapsed_s", "expected"),
    [
        (100.0, 90.0, 120.0, (100, 120)),
        (math.nan, 90.0, 120.0, (90, 120)),
        (math.nan, math.nan, 120.0, (120, 120)),
        (100.0, math.nan, math.nan, (100, 100)),
    ],
)
def test_what_stands_for_a_time_that_is_not_told(
    timer_s: float, moving_s: float, elapsed_s: float, expected: tuple[float, float]
) -> None:
    told = Told("a", "1", start=T0, distance_m=200.0, timer_s=timer_s, moving_s=moving_s, elapsed_s=elapsed_s)
    (made,) = told_rows([told], athlete_id="ann")
    assert (made["timer_s"], made["elapsed_s"]) == expected
    assert made["end"] - made["start"] == pd.Timedelta(seconds=expected[1])
    assert made["speed_mean_mps"] == pytest.approx(200 / expected[0])
    assert made["moving_s"] == moving_s or math.isnan(moving_s)


def test_nothing_is_made_up_for_a_workout_without_a_time() -> None:
    (made,) = told_rows([Told("a", "1", distance_m=5000.0)], athlete_id="ann")
    assert pd.isna([made["start"], made["end"], made["date"], made["timer_s"], made["elapsed_s"]]).all()


def test_sessions_without_a_sport_are_named_as_the_caller_wants_or_told() -> None:
    rows = [row(sport=""), row(sport="generic"), row(sport="unknown"), row(sport="cycling")]
    (finding,) = name_sports(rows, "")
    assert (finding.code, finding.count) == ("sport-unknown", 2)
    assert [one["sport"] for one in rows] == ["", "generic", "unknown", "cycling"]
    name_sports(rows, "running")
    assert [one["sport"] for one in rows] == ["running", "running", "unknown", "cycling"]
    assert name_sports(rows, "running") == []
