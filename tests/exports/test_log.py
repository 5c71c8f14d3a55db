"""Duplicates and local days against hand cases, a plain loop over all pairs, and the properties of a log."""

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.exports.log import training_log
from stressfx.schema import DTYPES, LOG, SESSIONS

T0 = pd.Timestamp("2026-03-01T08:00", tz="UTC")
BLANK = {"float": np.nan, "int": 0, "time": pd.NaT, "date": pd.NaT, "text": ""}


def session(name: str, minute: float, minutes: float, **columns: Any) -> dict[str, Any]:
    """Give the row of a run that starts some minutes after `T0`, with whatever else is said of it."""
    start = T0 + pd.Timedelta(minutes=minute)
    row: dict[str, Any] = {column.name: BLANK[column.kind] for column in SESSIONS.columns}
    row |= {
        "athlete_id": "a",
        "session_id": name,
        "source": f"{name}.fit",
        "sport": "running",
        "start": start,
        "end": start + pd.Timedelta(minutes=minutes),
        "date": start.tz_localize(None).normalize(),
        "elapsed_s": minutes * 60,
        "distance_m": minutes * 200,
        "distance_source": "device",
        "heart_rate_mean_bpm": 140.0,
    }
    return row | columns


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows), columns=[column.name for column in SESSIONS.columns])
    return SESSIONS.check(made.astype({column.name: DTYPES[column.kind] for column in SESSIONS.columns}))


def duplicates(*rows: dict[str, Any]) -> dict[str, str]:
    """Give every session that is not counted, and the one that stands for it."""
    log = LOG.check(training_log(frame(*rows)))
    assert set(log["session_id"]) == {row["session_id"] for row in rows}
    assert (log["counted"] == (log["duplicate_of"] == "")).all()
    marked = log[~log["counted"]]
    return dict(zip(marked["session_id"], marked["duplicate_of"], strict=True))


def test_a_telephone_started_twenty_seconds_later_is_the_same_run() -> None:
    watch = session("watch", 0, 60)
    phone = session("phone", 1 / 3, 59, heart_rate_mean_bpm=np.nan, distance_source="positions")
    assert duplicates(watch, phone) == {"phone": "watch"}
    assert duplicates(phone, watch) == {"phone": "watch"}


def test_two_runs_of_one_hour_are_two_runs() -> None:
    assert duplicates(session("first", 0, 25), session("second", 27, 30)) == {}
    assert duplicates(session("first", 0, 30), session("second", 30, 30)) == {}


@pytest.mark.parametrize(("shift", "same"), [(12, True), (12.01, False)])
def test_the_overlap_that_makes_one_workout_is_four_fifths(shift: float, same: bool) -> None:  # noqa: FBT001
    assert bool(duplicates(session("x", 0, 60), session("y", shift, 60))) is same


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"sport": "running", "heart_rate_mean_bpm": np.nan}, {"sport": "generic"}),
        ({"heart_rate_mean_bpm": np.nan}, {"distance_m": np.nan, "distance_source": ""}),
        ({"distance_source": "positions"}, {"heart_rate_mean_bpm": np.nan}),
        ({}, {"distance_source": "records"}),
        ({"distance_source": "records"}, {"distance_source": "positions"}),
        ({}, {"end": T0 + pd.Timedelta(minutes=59)}),
        ({}, {}),
    ],
)
def test_the_stated_order_of_preference(better: dict[str, Any], worse: dict[str, Any]) -> None:
    """Names are such that each case but the last would come out the other way by ``session_id``."""
    names = ("y", "x") if worse else ("x", "y")
    assert duplicates(session(names[0], 0, 60, **better), session(names[1], 0, 60, **worse)) == {names[1]: names[0]}


def test_copies_all_point_at_the_one_that_counts() -> None:
    rows = [session(name, shift, 60) for name, shift in (("a", 0), ("b", 1), ("c", 2), ("d", 3))]
    assert duplicates(*rows) == {"b": "a", "c": "a", "d": "a"}


def test_a_recording_that_broke_off_does_not_stand_for_the_whole() -> None:
    whole = session("whole", 0, 120, heart_rate_mean_bpm=np.nan, distance_source="positions")
    assert duplicates(whole, session("start", 0, 10)) == {"start": "whole"}
    assert duplicates(whole, session("half 1", 0, 58), session("half 2", 60, 60)) == {
        "half 1": "whole",
        "half 2": "whole",
    }


def test_legs_of_one_file_are_no_duplicates_of_each_other_nor_lost_to_a_third() -> None:
    legs = [
        session("tri-0", 0, 30, source="tri.fit", leg=0, sport="swimming"),
        session("tri-1", 29, 60, source="tri.fit", leg=1, sport="cycling"),
        session("tri-2", 30, 50, source="tri.fit", leg=2, sport="cycling"),
    ]
    assert duplicates(*legs) == {}
    assert duplicates(*legs[:2], session("copy", 29, 60, sport="cycling")) == {"tri-1": "copy"}


def test_the_same_session_given_twice_counts_once() -> None:
    rows = frame(session("x", 0, 60))
    log = training_log(pd.concat([rows, rows], ignore_index=True))
    assert log["counted"].tolist() == [True, False]
    assert log["duplicate_of"].tolist() == ["", "x"]


def test_sessions_of_no_file_are_no_legs_of_one() -> None:
    assert duplicates(session("x", 0, 60, source=""), session("y", 0, 60, source="", leg=1)) == {"y": "x"}


def test_other_athletes_and_other_sports_do_not_overlap() -> None:
    run = session("x", 0, 60)
    assert duplicates(run, session("y", 0, 60, athlete_id="b")) == {}
    assert duplicates(run, session("y", 0, 60, sport="training")) == {}
    assert duplicates(run, session("y", 0, 60, sport="")) == {"y": "x"}
    assert duplicates(session("x", 0, 60, sport="walking"), session("y", 0, 60, sport="hiking")) == {"y": "x"}


def test_a_session_without_an_end_lasts_as_long_as_it_says() -> None:
    assert duplicates(session("x", 0, 60), session("y", 1, 58, end=pd.NaT)) == {"y": "x"}
    assert duplicates(session("x", 0, 60), session("y", 1, 58, end=pd.NaT, elapsed_s=np.nan)) == {}


def test_a_session_without_a_day_is_shown_and_not_counted() -> None:
    unset = pd.Timestamp("1989-12-31", tz="UTC")
    rows = [
        session("known", 0, 30),
        session("no time", 0, 30, start=pd.NaT, end=pd.NaT, date=pd.NaT),
        session("unset", 0, 30, start=unset, end=unset + pd.Timedelta(hours=1), date=unset.tz_localize(None)),
        session("unset 2", 0, 30, start=unset, end=unset + pd.Timedelta(hours=1), date=unset.tz_localize(None)),
    ]
    log = training_log(frame(*rows)).set_index("session_id")
    assert log["counted"].to_dict() == {"known": True, "no time": False, "unset": False, "unset 2": False}
    assert (log["duplicate_of"] == "").all()


def test_the_callers_zone_moves_only_days_that_were_assumed() -> None:
    """A run at 22:32 in New York on 28 February: 03:32 the next day in UTC."""
    start = pd.Timestamp("2026-03-01T03:32", tz="UTC")
    date = start.tz_localize(None).normalize()
    given = {"start": start, "end": start + pd.Timedelta(hours=1), "date": date, "utc_offset_s": 0.0}
    rows = frame(
        session("assumed", 0, 60, offset_source="assumed", **given),
        session("told", 0, 60, offset_source="file", source="", sport="cycling", **given),
    )
    log = training_log(rows, tz="America/New_York").set_index("session_id")
    assert log.loc["assumed", ["date", "utc_offset_s", "offset_source"]].tolist() == [
        pd.Timestamp("2026-02-28"),
        -5 * 3600,
        "caller",
    ]
    pd.testing.assert_series_equal(
        log.loc["told", "athlete_id":"cadence_mean_spm"], rows.set_index("session_id").loc["told"]
    )
    with pytest.raises(ValueError, match="tz is 'Mars/Olympus'; the name of a time zone is needed"):
        training_log(rows, tz="Mars/Olympus")


def test_no_session_no_row() -> None:
    assert LOG.check(training_log(SESSIONS.empty(), tz="Europe/Berlin")).empty
    with pytest.raises(SchemaError, match="Sessions: column 'start' is missing"):
        training_log(SESSIONS.empty().drop(columns="start"))


logs = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.integers(0, 60),
        st.integers(0, 30),
        st.sampled_from(["running", "running", "walking", ""]),
        st.booleans(),
    ),
    max_size=20,
)


def framed(rows: list[tuple[str, int, int, str, bool]]) -> pd.DataFrame:
    made = [
        session(
            f"s{number}",
            start,
            minutes,
            athlete_id=athlete,
            sport=sport,
            heart_rate_mean_bpm=140.0 if heart else np.nan,
        )
        for number, (athlete, start, minutes, sport, heart) in enumerate(rows)
    ]
    return frame(*made)


def one_workout(one: Any, other: Any) -> bool:
    """Tell from the definition whether two rows are one workout."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    sport = one.sport == other.sport or "" in {one.sport, other.sport}
    return one.athlete_id == other.athlete_id and sport and shorter > pd.Timedelta(0) and shared / shorter >= 0.8


@given(logs)
def test_duplicates_agree_with_a_loop_over_all_pairs(rows: list[tuple[str, int, int, str, bool]]) -> None:
    """Counted sessions are no duplicates of each other, and every other is one of a counted session."""
    log = training_log(framed(rows))
    by_id = {row.session_id: row for row in log.itertuples()}
    counted = [row for row in by_id.values() if row.counted]
    assert not any(one_workout(one, other) for one in counted for other in counted if one is not other)
    for row in by_id.values():
        if not row.counted:
            assert by_id[row.duplicate_of].counted
            assert one_workout(row, by_id[row.duplicate_of])


@settings(max_examples=40)
@given(logs, st.randoms(use_true_random=False))
def test_order_and_company_do_not_matter(rows: list[tuple[str, int, int, str, bool]], random: Any) -> None:
    sessions = framed(rows)
    log = training_log(sessions)
    order = list(range(len(sessions)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(training_log(sessions.iloc[order]), log)
    pd.testing.assert_frame_equal(training_log(log), log)
    alone = [training_log(sessions[sessions["athlete_id"] == name]) for name in ("a", "b")]
    pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True), log)


def test_five_thousand_sessions_take_well_under_a_second() -> None:
    rng = np.random.default_rng(1)
    count = 5000
    base = frame(*[session(f"s{number:04d}", 0, 60) for number in range(count)])
    start = T0 + pd.to_timedelta(rng.integers(0, 10 * 365 * 1440, count), unit="min")
    spread = base.assign(start=start.as_unit("us"), end=(start + pd.Timedelta(hours=1)).as_unit("us"))
    watch_left_on = spread.copy()
    watch_left_on.loc[0, ["start", "end"]] = [T0, T0 + pd.Timedelta(days=4000)]
    for sessions in (spread, watch_left_on, base.head(500)):  # the last: one workout, five hundred times
        began = time.perf_counter()
        training_log(sessions)
        assert time.perf_counter() - began < 1
