"""Checks of a log against hand-made logs with one thing wrong, and against logs with nothing wrong."""

import re
import time
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_log import BLANK, T0, frame, session

from stressfx.errors import SchemaError
from stressfx.exports.checks import check_log, coverage
from stressfx.exports.checks.months import COVERAGE
from stressfx.exports.checks.runs import RECORDS_M_S
from stressfx.exports.log import training_log
from stressfx.exports.read import read_export
from stressfx.exports.tables import read_injuries
from stressfx.findings import CODES
from stressfx.schema import CHECKS, DTYPES, INJURIES, SESSIONS

SAMPLES = Path(__file__).parents[2] / "data-samples"
DAY = 1440


def run(day: float, **columns: Any) -> dict[str, Any]:
    """Give a run of 10 km or a little more or less in about an hour, at no round second."""
    minutes = 55 + 7 * (day * 0.618 % 1)
    watch = {"device": "watch", "distance_m": minutes * 170, "timer_s": minutes * 60, "moving_s": minutes * 59}
    return session(f"{day:g}", day * DAY + day * 13 % 90, minutes, **watch | columns)


def every(days: range, **columns: Any) -> list[dict[str, Any]]:
    return [run(day, **columns) for day in days]


def found(*rows: dict[str, Any], **options: Any) -> pd.DataFrame:
    """Check a log; whatever is found says what its code says."""
    checks = CHECKS.check(check_log(frame(*rows), **options))
    assert checks["severity"].tolist() == [CODES[code].severity for code in checks["code"]]
    assert checks["effect"].tolist() == [CODES[code].meaning for code in checks["code"]]
    return checks


def only(*rows: dict[str, Any], **options: Any) -> Any:
    """Check a log in which one thing is wrong."""
    checks = found(*rows, **options)
    assert checks["code"].tolist() == checks["code"].tolist()[:1], checks[["code", "message"]]
    return checks.iloc[0]


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp("2026-03-01") + pd.Timedelta(days=number)


def injury(**columns: Any) -> pd.DataFrame:
    row = {column.name: BLANK[column.kind] for column in INJURIES.columns} | columns
    return pd.DataFrame([row]).astype({column.name: DTYPES[column.kind] for column in INJURIES.columns})


STEADY = every(range(0, 120, 2))
LONG = every(range(0, 153, 2))
"""March to July."""


def test_a_sound_log_gives_nothing() -> None:
    assert found(*STEADY).empty
    assert found().empty
    assert found(STEADY[0]).empty


def test_wrong_frames_are_refused() -> None:
    with pytest.raises(SchemaError, match="Sessions: column 'start' is missing"):
        check_log(SESSIONS.empty().drop(columns="start"))
    with pytest.raises(SchemaError, match="Injuries: column 'returned' is missing"):
        check_log(SESSIONS.empty(), injuries=INJURIES.empty().drop(columns="returned"))
    with pytest.raises(SchemaError, match="Sessions: column 'start' is missing"):
        coverage(SESSIONS.empty().drop(columns="start"))


# months and gaps


def test_coverage_of_three_months_by_hand() -> None:
    """March: 2 runs on one day, and a ride. April: nothing. May: one treadmill run of the table of an account."""
    told = {"format": "strava", "source": "", "heart_rate_mean_bpm": np.nan, "offset_source": "local"}
    rows = [
        run(0),
        session("evening", 600, 30),
        run(9, sport="cycling"),
        run(70, **told),
        run(0.001, session_id="twin"),
    ]
    months = COVERAGE.check(coverage(frame(*rows)))
    assert months["month"].dt.strftime("%Y-%m").tolist() == ["2026-03", "2026-04", "2026-05"]
    assert months["sessions"].tolist() == [3, 0, 1]
    assert months["run_days"].tolist() == [1, 0, 1]
    assert months["days_since_session"].tolist() == [21, 51, 0]
    assert months["heart_rate_share"].fillna(-1).tolist() == [1, -1, 0]
    assert months["known_zone_share"].fillna(-1).tolist() == [1, -1, 0]
    assert months["no_file_share"].fillna(-1).tolist() == [0, -1, 1]
    assert COVERAGE.check(coverage(SESSIONS.empty())).empty


def test_an_empty_month_between_others_is_told_and_none_before_or_after() -> None:
    """Nothing from 8 March to 3 June 2026: two whole months."""
    checks = found(*every(range(7)), *every(range(95, 100)))
    month = checks.set_index("code").loc["log-month-empty"]
    assert (month["first"], month["last"]) == (pd.Timestamp("2026-04-01"), pd.Timestamp("2026-05-31"))
    assert month["message"] == "No session in 2026-04 to 2026-05."
    assert checks["code"].tolist() == ["gap-no-data", "log-month-empty"]


@pytest.mark.parametrize(
    ("length", "code"), [(13, None), (14, "gap-rest"), (27, "gap-rest"), (28, "gap-no-data"), (40, "gap-no-data")]
)
def test_a_gap_is_told_from_two_weeks_on_and_doubted_from_four(length: int, code: str | None) -> None:
    rows = [*every(range(10)), *every(range(10 + length, 20 + length))]
    if code is None:
        assert found(*rows).empty
        return
    gap = only(*rows)
    assert (gap["code"], gap["first"], gap["last"], gap["sessions"]) == (code, day(10), day(9 + length), 0)
    assert gap["message"] == (f"{length} days without a session. A log cannot tell rest from a watch left at home.")
    assert "rest (0) in daily_load" in gap["effect"]


def test_any_sport_ends_a_gap_and_a_session_that_does_not_count_ends_none() -> None:
    rows = [*every(range(10)), *every(range(26, 40))]
    assert found(*rows, run(18, sport="cycling")).empty
    unset = run(18, date=pd.NaT, start=pd.NaT, end=pd.NaT)
    assert found(*rows, unset)["code"].tolist() == ["session-no-day", "gap-rest"]


def test_other_recorders_after_a_gap_make_it_doubtful() -> None:
    new = every(range(26, 40), device="new watch")
    assert only(*every(range(10)), *new)["code"] == "gap-no-data"
    assert "other recorders after than before" in only(*every(range(10)), *new)["message"]
    assert only(*every(range(10)), *new[:3], run(39.5, device="watch"))["code"] == "gap-rest"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"first_pain": day(5), "stopped_running": day(10), "returned": day(40)}, "gap-injury"),
        ({"stopped_running": day(10), "returned": day(40)}, "gap-injury"),
        ({"diagnosed": day(12), "returned": day(40)}, "gap-injury"),
        ({"stopped_running": day(10), "returned": day(25)}, "gap-injury"),  # half of the thirty days
        ({"stopped_running": day(10), "returned": day(24)}, "gap-no-data"),
        ({"stopped_running": day(26), "returned": day(60)}, "gap-no-data"),
        ({"first_pain": day(9)}, "gap-injury"),
        ({"first_pain": day(-40)}, "gap-no-data"),
        ({"stopped_running": day(10), "returned": day(40), "athlete_id": "b"}, "gap-no-data"),
        ({"stopped_running": day(10), "returned": day(40), "athlete_id": ""}, "gap-injury"),
        ({}, "gap-no-data"),
    ],
)
def test_an_injury_explains_a_gap_that_it_covers(columns: dict[str, Any], code: str) -> None:
    """Thirty days without a session, from day 10 to day 39."""
    rows = [*every(range(10)), *every(range(40, 50))]
    gap = only(*rows, injuries=injury(**{"athlete_id": "a"} | columns))
    assert gap["code"] == code
    assert ("within the injury that began on" in gap["message"]) == (code == "gap-injury")


def test_an_injury_without_a_return_covers_one_gap_only() -> None:
    rows = [*every(range(10)), *every(range(26, 40)), *every(range(60, 70))]
    checks = found(*rows, injuries=injury(athlete_id="a", first_pain=day(9)))
    assert checks["code"].tolist() == ["gap-injury", "gap-rest"]


# zones


def abroad(from_day: int, hours: float, to_day: int = 120) -> list[dict[str, Any]]:
    return [
        row if not from_day <= number * 2 < to_day else run(number * 2, utc_offset_s=hours * 3600)
        for number, row in enumerate(STEADY)
    ]


def test_a_flight_is_told_and_summer_time_is_not() -> None:
    assert found(*abroad(30, 1)).empty
    assert found(*abroad(30, -1)).empty
    jump = only(*abroad(30, 8))
    assert (jump["code"], jump["first"], jump["last"], jump["sessions"]) == ("zone-change", day(28), day(30), 2)
    assert jump["message"] == "The clock was 8 h ahead of what it was at the session before."
    assert found(*abroad(30, 8, 60))["code"].tolist() == ["zone-change", "zone-change"]


@pytest.mark.parametrize(("hours", "what"), [(-13, "lived twice"), (12.75, "left out")])
def test_a_flight_over_the_date_line_is_told(hours: float, what: str) -> None:
    assert f"across the date line: a day was {what}" in only(*abroad(30, hours))["message"]


def test_a_journey_faster_than_any_flight_tells_a_wrong_zone() -> None:
    two = [session("x", 0, 30, sport="cycling"), session("y", 90, 30, utc_offset_s=8 * 3600.0)]
    assert "only 1.0 h earlier: no flight is so fast, one of the zones is wrong" in only(*two)["message"]


def test_the_shorter_way_round_the_world_is_flown() -> None:
    """Auckland to Honolulu takes nine hours, and the clock falls back by 23."""
    there = session("x", 0, 30, sport="cycling", utc_offset_s=13 * 3600.0)
    message = only(there, session("y", 570, 30, utc_offset_s=-10 * 3600.0))["message"]
    assert message.endswith("across the date line: a day was lived twice or nearly so.")


def test_a_recording_that_does_not_count_makes_no_journey() -> None:
    copy = STEADY[9] | {"session_id": "copy", "heart_rate_mean_bpm": np.nan, "utc_offset_s": 8 * 3600.0}
    assert only(*STEADY, copy)["code"] == "duplicate-of"


def test_zones_that_nobody_told_do_not_jump_and_many_jumps_are_one_sentence() -> None:
    assert found(*abroad(30, 8)[:15], run(30, utc_offset_s=8 * 3600, offset_source="neighbours")).empty
    to_and_fro = [run(number * 2, utc_offset_s=number % 2 * 7200.0) for number in range(60)]
    jumps = only(*to_and_fro)
    assert (jumps["code"], jumps["sessions"]) == ("zone-change", 118)
    assert jumps["message"] == "The clock jumped by more than an hour 59 times."


def test_sessions_of_unknown_zone_are_counted_and_those_near_midnight_too() -> None:
    """Starts at 8:00 and later in UTC, two at 21:00 and at 2:59, and two that are neither."""
    unknown = {"offset_source": "assumed"}
    rows = every(range(0, 10, 2), **unknown)
    rows += [session(f"at {minute}", minute, 30, **unknown) for minute in (780, 1139, 779 - DAY, 1140 + DAY)]
    check = only(*rows)
    assert (check["code"], check["sessions"]) == ("zone-unknown", 9)
    assert (
        check["message"]
        == "9 of 9 sessions are on their day in UTC; 2 of these start within 3 h of midnight. Give tz (--tz)."
    )
    assert found(*rows, tz="Europe/Berlin").empty
    clock = only(*every(range(0, 10, 2), offset_source="local"), run(11))
    assert (clock["code"], clock["sessions"]) == ("zone-local", 5)
    assert clock["message"].startswith("5 of 6 sessions tell the runner's clock only.")


# recorders


def test_duplicates_are_counted_by_pair_of_recorders() -> None:
    phone = [run(2 * number, session_id=f"p{number}", device="phone", format="gpx") for number in range(6)]
    phone = [row | {"heart_rate_mean_bpm": np.nan} for row in phone]
    check = only(*STEADY, *phone)
    assert (check["code"], check["sessions"], check["first"], check["last"]) == ("duplicate-of", 6, day(0), day(10))
    assert check["message"] == "6 of 66 sessions (9%) are by phone (gpx) and also there by watch (fit), which counts."


@pytest.mark.parametrize(
    ("factor", "what"),
    [
        (1.609, "kilometres read as miles"),
        (0.621, "miles read as kilometres"),
        (1000, "metres read as kilometres"),
        (0.001, "kilometres read as metres"),
        (100, "centimetres read as metres"),
        (0.01, "metres read as centimetres"),
        (3.6, "metres a second read as"),
        (1 / 3.6, "kilometres an hour read as"),
    ],
)
@pytest.mark.parametrize("months", [1, 2])
def test_a_month_in_another_unit_is_told(factor: float, what: str, months: int) -> None:
    """May, or April and May, of March to July."""
    since = 61 if months == 1 else 31
    rows = [
        row | {"distance_m": row["distance_m"] * (factor if since <= int(row["session_id"]) < 92 else 1)}
        for row in LONG
    ]
    check = found(*rows).set_index("code").loc["unit-change"]
    concerned = [number for number in range(0, 153, 2) if since <= number < 92]
    assert (check["first"], check["last"], check["sessions"]) == (day(concerned[0]), day(concerned[-1]), len(concerned))
    assert what in check["message"]


def test_the_fewer_months_are_in_another_unit_and_not_the_others() -> None:
    """Three of five months in miles: the two in kilometres are told."""
    rows = [row | {"distance_m": row["distance_m"] * (0.6214 if int(row["session_id"]) < 92 else 1)} for row in LONG]
    checks = found(*rows).set_index("code")
    assert checks.index.tolist() == ["recorder-suspicious", "unit-change"]  # over 30 % of its runs
    assert checks.loc["unit-change", ["first", "last"]].tolist() == [day(92), day(152)]
    assert checks.loc["unit-change", "message"].startswith(
        "31 runs by watch (fit) are 1.609 times as fast as the others"
    )


def test_a_month_of_jogs_is_no_change_of_unit_for_one_who_jogs() -> None:
    """Two of seven runs are jogs in every month, and all of them in May."""
    jog = [number % 7 < 2 or 61 <= int(row["session_id"]) < 92 for number, row in enumerate(LONG)]
    rows = [
        row | {"distance_m": row["distance_m"] * (0.62 if slow else 1)} for row, slow in zip(LONG, jog, strict=True)
    ]
    assert found(*rows).empty


def test_slower_months_and_single_jogs_are_no_change_of_unit() -> None:
    for share in (0.8, 0.71, 1.2):
        slow = [
            row | {"distance_m": row["distance_m"] * share} if int(row["session_id"]) >= 61 else row for row in STEADY
        ]
        assert found(*slow).empty
    assert found(*STEADY[:-2], *(row | {"distance_m": row["distance_m"] * 0.62} for row in STEADY[-2:])).empty
    mixed = [row | {"distance_m": row["distance_m"] * (0.62 if number % 3 else 1)} for number, row in enumerate(STEADY)]
    assert "unit-change" not in found(*mixed)["code"].tolist()


def twins(factor: float, scatter: float, count: int = 6) -> list[dict[str, Any]]:
    """Let a phone record some of the runs too, so many times as long, give or take."""
    rng = np.random.default_rng(3)
    return [
        row
        | {"session_id": f"p{row['session_id']}", "device": "phone", "format": "gpx", "heart_rate_mean_bpm": np.nan}
        | {"distance_m": row["distance_m"] * factor * np.exp(scatter * rng.normal())}
        for row in STEADY[:count]
    ]


def test_a_recorder_that_differs_steadily_from_another_is_told() -> None:
    checks = found(*STEADY, *twins(1.08, 0.005)).set_index("code")
    assert checks.index.tolist() == ["duplicate-of", "recorder-suspicious"]
    assert checks.loc["recorder-suspicious", "message"].startswith(
        "Distances by phone (gpx) are 1.08 times those by watch"
    )
    for factor, scatter, count in ((1.04, 0.005, 6), (1.08, 0.005, 4)):
        assert found(*STEADY, *twins(factor, scatter, count))["code"].tolist() == ["duplicate-of"]
    unsteady = [
        row | {"distance_m": row["distance_m"] * factor}
        for row, factor in zip(twins(1, 0), (0.9, 1.0, 1.1, 1.2, 1.3, 1.4), strict=True)
    ]
    assert found(*STEADY, *unsteady)["code"].tolist() == ["duplicate-of"]


def test_a_steady_difference_is_the_same_whichever_of_the_two_counts() -> None:
    """The phone counts in three of six workouts, in which the watch has no heart rate."""
    bare = [row | {"heart_rate_mean_bpm": np.nan} if number < 3 else row for number, row in enumerate(STEADY)]
    phone = [row | {"heart_rate_mean_bpm": 140.0} for row in twins(1.08, 0.005)]
    phone = [row if number < 3 else row | {"heart_rate_mean_bpm": np.nan} for number, row in enumerate(phone)]
    checks = found(*bare, *phone)
    assert checks["code"].tolist() == ["duplicate-of", "recorder-suspicious", "duplicate-of"]
    assert checks["message"][1].startswith(
        "Distances by phone (gpx) are 1.08 times those by watch (fit), over 6 workouts"
    )


def test_a_recorder_of_which_many_sessions_are_implausible_is_told() -> None:
    left_on = {"elapsed_s": 30 * 3600.0, "device": "phone"}
    for wrong, total, told in ((2, 5, True), (3, 10, False), (2, 4, False)):
        rows = every(range(1, 2 * total, 2), device="phone")
        rows = [row | left_on if number < wrong else row for number, row in enumerate(rows)]
        checks = found(*STEADY, *rows)["code"].value_counts().to_dict()
        assert checks == {"watch-left-on": wrong} | ({"recorder-suspicious": 1} if told else {})


@pytest.mark.parametrize("offset_s", [0.0, 19_800.0])
def test_a_recorder_whose_sessions_all_start_at_one_second_is_told(offset_s: float) -> None:
    typed = {"device": "", "format": "sessions", "source": "", "utc_offset_s": offset_s, "offset_source": "account"}
    midnight = [session(f"{number}", 960 + number * DAY - offset_s / 60, 50, **typed) for number in range(1, 12, 2)]
    check = only(*midnight)
    assert (check["code"], check["sessions"]) == ("recorder-suspicious", 6)
    assert "All 6 sessions by an unnamed recorder (sessions) start at the same second" in check["message"]
    assert found(*midnight[:4]).empty
    assert found(*midnight[:5], midnight[5] | {"start": midnight[5]["start"] + pd.Timedelta(seconds=1)}).empty


def test_names_of_recorders_are_shown_in_one_line_without_addresses() -> None:
    name = "evil\u202e\x1b[31m\n jane@example.org" + "x" * 500
    text = only(*STEADY, *(row | {"device": name} for row in twins(1, 0)))["message"]
    assert text.isprintable()
    assert "@" not in text
    assert len(text) < 200


# single runs


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (
            {"distance_m": 62_000.0, "elapsed_s": 3.9 * 3600.0},
            r"62.0 km, where 99 of 100 runs stay under 10.5 km \(x.fit\).",
        ),
        ({"timer_s": 3 * 3600.0}, r"3.0 h by the timer, where 99 of 100 runs stay under 1.0 h \(x.fit\)."),
        (
            {"distance_m": 20_000.0, "elapsed_s": 3000.0, "timer_s": 3000.0, "moving_s": 3000.0},
            r"20.0 km faster than the world record for the distance",
        ),
    ],
)
def test_a_run_far_beyond_all_others_is_told(columns: dict[str, Any], text: str) -> None:
    check = only(*STEADY, run(121, source="x.fit", **columns))
    assert (check["code"], check["first"], check["sessions"]) == ("session-outlier", day(121), 1)
    assert re.match(text, check["message"])


def test_two_outlying_runs_do_not_hide_each_other() -> None:
    wrong = [run(day, distance_m=70_000.0 + day, elapsed_s=4 * 3600.0, moving_s=4 * 3600.0) for day in (121, 123)]
    assert found(*STEADY[-18:], *wrong)["code"].tolist() == ["session-outlier"] * 2


def test_long_runs_of_one_who_runs_long_are_no_outliers() -> None:
    weekly = [run(day, distance_m=30_000.0, timer_s=10_000.0, elapsed_s=10_000.0) for day in range(1, 120, 6)]
    assert found(*STEADY, *weekly).empty
    assert found(*STEADY[:8], run(18, distance_m=40_000.0, elapsed_s=3.5 * 3600)).empty  # too few runs to tell
    assert found(*STEADY, run(121, distance_m=62_000.0, elapsed_s=3.9 * 3600.0, sport="cycling")).empty


@pytest.mark.parametrize(("distance_m", "record_s"), RECORDS_M_S)
def test_world_records_stand_and_what_is_five_percent_faster_does_not(distance_m: float, record_s: float) -> None:
    for share, told in ((1.0, False), (0.95, True)):
        one = session("x", 0, 60, distance_m=distance_m, elapsed_s=record_s * share, timer_s=np.nan, moving_s=np.nan)
        assert (found(one)["code"].tolist() == ["session-outlier"]) is told
    paused = session("x", 0, 60, distance_m=distance_m, elapsed_s=record_s, timer_s=record_s / 2, moving_s=record_s / 2)
    assert found(paused).empty


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"elapsed_s": 30 * 3600.0}, "30.0 h from start to end, of which 1.0 h in movement (x.fit)."),
        ({"elapsed_s": 5 * 3600.0, "timer_s": 5 * 3600.0, "sport": "hiking"}, "5.0 h by the timer, of which 1.0 h in"),
        ({"elapsed_s": 3.9 * 3600}, ""),
        ({"elapsed_s": 3.0 * 3600, "moving_s": 60.0}, ""),
        ({"elapsed_s": 30 * 3600.0, "moving_s": np.nan}, ""),
    ],
)
def test_a_watch_left_on_is_told(columns: dict[str, Any], text: str) -> None:
    row = run(121, source="x.fit", **{"moving_s": 3600.0} | columns)
    if text:
        check = only(*STEADY, row)
        assert check["code"] == "watch-left-on"
        assert check["message"].startswith(text)
    else:
        assert found(*STEADY, row).empty


def test_what_does_not_count_is_not_held_against_the_log() -> None:
    worse = {"session_id": "twin", "format": "strava", "source": ""}
    checks = found(*STEADY, STEADY[9] | worse | {"distance_m": 400_000.0, "elapsed_s": 90_000.0})
    assert checks["code"].tolist() == ["duplicate-of"]


# all of it


@cache
def checked(name: str) -> pd.DataFrame:
    export = read_export(SAMPLES / name, athlete_id=name)
    return check_log(export.sessions, injuries=read_injuries(SAMPLES / name / "injuries.csv"))


def test_of_the_runner_with_an_injury_only_what_is_true_is_told() -> None:
    """A phone's copy of one run, and the injury with one ride in the middle of it."""
    checks = checked("runner-a")
    assert checks[["code", "first", "last"]].to_numpy().tolist() == [
        [code, pd.Timestamp(f"2025-{first}"), pd.Timestamp(f"2025-{last}")]
        for code, first, last in (
            ("duplicate-of", "04-22", "04-22"),
            ("gap-injury", "06-13", "08-15"),
            ("log-month-empty", "07-01", "07-31"),
            ("gap-injury", "08-17", "09-07"),
        )
    ]


def test_of_the_steady_runner_nothing_is_told() -> None:
    assert checked("runner-b").empty


logs = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.integers(0, 300 * DAY),
        st.sampled_from([0, 20, 60, 300]),
        st.sampled_from(["running", "running", "cycling", ""]),
        st.sampled_from(["watch", "phone", ""]),
        st.sampled_from(["file", "assumed", "local"]),
        st.sampled_from([0.0, 3600.0, 46_800.0]),
        st.sampled_from([np.nan, 0.0, 5000.0, 9000.0, 1e7]),
    ),
    max_size=25,
)


@settings(max_examples=25)
@given(logs, st.randoms(use_true_random=False))
def test_order_and_company_do_not_matter_and_a_log_is_as_good_as_sessions(rows: list[Any], random: Any) -> None:
    sessions = frame(
        *(
            session(
                f"{number}",
                minute,
                minutes,
                athlete_id=athlete,
                sport=sport,
                device=device,
                offset_source=source,
                utc_offset_s=offset_s if source == "file" else 0.0,
                distance_m=distance_m,
            )
            for number, (athlete, minute, minutes, sport, device, source, offset_s, distance_m) in enumerate(rows)
        )
    )
    checks = CHECKS.check(check_log(sessions))
    order = list(range(len(sessions)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(check_log(sessions.iloc[order]), checks)
    pd.testing.assert_frame_equal(check_log(training_log(sessions)), checks)
    alone = [check_log(sessions[sessions["athlete_id"] == name]) for name in ("a", "b")]
    pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True), checks)
    months = [coverage(sessions[sessions["athlete_id"] == name]) for name in ("a", "b")]
    pd.testing.assert_frame_equal(pd.concat(months, ignore_index=True), COVERAGE.check(coverage(sessions)))


def test_a_hundred_athletes_take_a_few_seconds() -> None:
    rng = np.random.default_rng(1)
    base = frame(*[session(f"{number}", 0, 60) for number in range(1000)])
    rows = pd.concat([base] * 20, ignore_index=True)
    start = T0 + pd.to_timedelta(rng.integers(0, 5 * 365 * 1440, len(rows)), unit="min")
    sessions = rows.assign(
        athlete_id=pd.Series(rng.integers(0, 100, len(rows))).map("a{:03}".format).astype("str"),
        session_id=rows.index.map(str),
        device=pd.Series(rng.choice(["watch", "phone"], len(rows)), dtype="str"),
        start=start.as_unit("us"),
        end=(start + pd.Timedelta(hours=1)).as_unit("us"),
        date=start.tz_localize(None).normalize().as_unit("us"),
        distance_m=rng.lognormal(9, 0.4, len(rows)),
    )
    began = time.perf_counter()
    check_log(sessions)
    assert time.perf_counter() - began < 8
