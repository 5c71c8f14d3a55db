"""Duplicates and local days against hand cases, a plain loop over all pairs, and the properties of a log."""

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_log import T0, frame, session
from samples import gpx, tcx, tcx_point

from stressfx.activity.summary import summarize
from stressfx.errors import SchemaError
from stressfx.exports.log import as_log, training_log
from stressfx.io.read import read_activity
from stressfx.schema import LOG, SESSIONS
from stressfx.training.daily import daily_load


def duplicates(*rows: dict[str, Any]) -> dict[str, str]:
    """Give every session that is not counted, and the one that stands for it."""
    log = LOG.check(training_log(frame(*rows)))
    assert set(log["session_id"]) == {row["session_id"] for row in rows}
    assert (log["counted"] == (log["duplicate_of"] == "")).all()
    assert (log["counted"] == (log["duplicate_reason"] == "")).all()
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
        ({"end": T0 + pd.Timedelta(minutes=60), "format": "strava"}, {"end": T0 + pd.Timedelta(minutes=47)}),
        ({"format": "polar", "sport": "", "heart_rate_mean_bpm": np.nan}, {"format": "strava"}),
        ({"format": "gpx", "distance_m": np.nan}, {"format": ""}),
        ({"sport": "running", "heart_rate_mean_bpm": np.nan}, {"sport": "generic"}),
        ({"heart_rate_mean_bpm": np.nan}, {"distance_m": np.nan, "distance_source": ""}),
        ({"distance_source": "positions"}, {"heart_rate_mean_bpm": np.nan}),
        ({}, {"distance_source": "records"}),
        ({"distance_source": "records"}, {"distance_source": "positions"}),
        ({"distance_source": "positions"}, {"distance_source": "account"}),
        ({"distance_source": "account"}, {"distance_source": ""}),
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
    unknown = {"end": pd.NaT, "elapsed_s": np.nan, "timer_s": np.nan, "moving_s": np.nan}
    for name in ("timer_s", "moving_s"):
        assert duplicates(session("x", 0, 60), session("y", 1, 58, **unknown | {name: 3480.0})) == {"y": "x"}
    assert duplicates(session("x", 0, 60), session("y", 1, 58, **unknown)) == {}


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
        log.loc["told"].drop(["counted", "duplicate_of", "duplicate_reason"]), rows.set_index("session_id").loc["told"]
    )
    with pytest.raises(ValueError, match="tz is 'Mars/Olympus'; the name of a time zone is needed"):
        training_log(rows, tz="Mars/Olympus")


def test_no_session_no_row() -> None:
    assert LOG.check(training_log(SESSIONS.empty(), tz="Europe/Berlin")).empty
    with pytest.raises(SchemaError, match="Sessions: column 'start' is missing"):
        training_log(SESSIONS.empty().drop(columns="start"))


def test_a_log_is_taken_as_it_is_and_sessions_are_made_into_one() -> None:
    log = training_log(frame(session("x", 0, 60), session("y", 1, 60)))
    pd.testing.assert_frame_equal(as_log(log.iloc[::-1]), log)
    pd.testing.assert_frame_equal(as_log(log[[column.name for column in SESSIONS.columns]]), log)
    fewest = log[list(SESSIONS.names)]
    pd.testing.assert_frame_equal(as_log(fewest), log[list(LOG.names)])
    assert as_log(log.assign(counted=False))["counted"].sum() == 0
    assert as_log(log.assign(counted=False), tz="UTC")["counted"].sum() == 1
    with pytest.raises(SchemaError, match="Log: column 'duplicate_of' is missing"):
        as_log(log.drop(columns="duplicate_of"))


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        ({"end": T0 + pd.Timedelta(minutes=20)}, "overlap 1.00 of the shorter; counted: the whole"),
        ({"format": "strava"}, "overlap 0.90 of the shorter; counted: the file"),
        ({"sport": ""}, "overlap 0.90 of the shorter; counted: known sport"),
        ({"distance_m": np.nan}, "overlap 0.90 of the shorter; counted: known distance"),
        ({"heart_rate_mean_bpm": np.nan}, "overlap 0.90 of the shorter; counted: with heart rate"),
        ({"distance_source": ""}, "overlap 0.90 of the shorter; counted: better source of the distance"),
        ({"end": T0 + pd.Timedelta(minutes=59)}, "overlap 0.89 of the shorter; counted: the longer one"),
        ({}, "overlap 0.90 of the shorter; counted: equal, first by its id"),
        ({"sport": "multisport"}, "overlap 0.90 of the shorter; counted: its legs"),
    ],
)
def test_the_reason_says_how_much_is_shared_and_what_decided(worse: dict[str, Any], why: str) -> None:
    """The better one lasts from minute 6 to 66, or from 0: 54 of 60 minutes, 53 of 59, or 20 of 20 are shared."""
    first = 0 if "1.00" in why else 6
    log = training_log(frame(session("a", first, 60), session("b", 0, 60, **worse)))
    assert log.set_index("session_id")["duplicate_reason"].to_dict() == {"a": "", "b": why}


def test_an_accounts_row_by_the_clock_is_the_same_run_as_the_file() -> None:
    """Runs at 8:00 and at 13:00 in New York. By their digits, the account's 13:00 would be the file's 8:00 in UTC."""
    east = {"utc_offset_s": -5 * 3600.0, "offset_source": "file"}
    told = {"format": "runkeeper", "source": "", "utc_offset_s": 0.0, "offset_source": "local"}
    files = [session("f8", 300, 60, **east), session("f13", 600, 60, **east)]
    tables = [session("t13", 301, 60, **told), session("t9", 60, 60, **told)]
    rides = [session(f"away {minute}", minute, 20, sport="cycling") for minute in (30, 390)]  # neighbours disagree
    log = training_log(frame(*files, *tables, *rides))
    assert log[~log["counted"]].set_index("session_id")["duplicate_of"].to_dict() == {"t13": "f13"}
    assert set(log["offset_source"]) == {"file", "local"}


def test_the_digits_of_a_clock_are_no_instant() -> None:
    """The file's run at 8:00 in New York is at 13:00 in UTC; the account's, at 13:00 by the clock, is another."""
    file = session("file", 300, 60, utc_offset_s=-5 * 3600.0)
    assert duplicates(file, session("told", 300, 60, offset_source="local", format="runkeeper", source="")) == {}


def test_two_rows_by_the_clock_are_compared_by_it() -> None:
    clock = {"offset_source": "local", "source": ""}
    assert duplicates(session("x", 0, 60, **clock), session("y", 1, 60, **clock)) == {"y": "x"}
    assert duplicates(session("x", 0, 60, **clock), session("y", 61, 60, **clock)) == {}


def test_a_run_of_unknown_zone_meets_the_clock_of_an_account_once_the_zone_is_given() -> None:
    """At 9:00 in Berlin the clock of UTC showed 8:00."""
    rows = frame(
        session("file", 0, 60, offset_source="assumed"),
        session("told", 60, 60, offset_source="local", format="runkeeper", source=""),
    )
    assert training_log(rows)["counted"].all()
    log = training_log(rows, tz="Europe/Berlin")
    assert log.set_index("session_id")["duplicate_of"].to_dict() == {"file": "", "told": "file"}


def triathlon(**whole: Any) -> list[dict[str, Any]]:
    """Give five legs of one file, and the row of an account for all of it."""
    sports = {"swimming": 30, "transition": 4, "cycling": 70, "transition ": 3, "running": 45}
    rows, begin = [], 0
    for leg, (sport, minutes) in enumerate(sports.items()):
        rows.append(session(f"tri-{leg}", begin, minutes, source="tri.fit", leg=leg, sport=sport.strip()))
        begin += minutes
    account = {"sport": "multisport", "format": "garmin", "source": "", "distance_m": 51_500.0}
    return [*rows, session("whole", 0, begin, **account | whole)]


def test_the_running_leg_of_a_triathlon_counts_with_its_own_distance() -> None:
    rows = triathlon()
    assert duplicates(*rows) in [{"whole": f"tri-{leg}"} for leg in range(5)]
    daily = daily_load(training_log(frame(*rows)))
    assert daily["distance_m"].tolist() == [45 * 200]
    assert daily["sessions"].tolist() == [1]
    assert daily["other_sport_s"].tolist() == [60 * (30 + 4 + 70 + 3)]


def test_a_piece_of_a_leg_does_not_stand_for_it_because_the_triathlon_went_on() -> None:
    """The piece has a heart rate, the leg has none."""
    whole = triathlon()[-1]
    leg = session("leg", 107, 45, source="tri.fit", leg=4, heart_rate_mean_bpm=np.nan)
    marked = duplicates(whole, leg, session("piece", 110, 10))
    assert marked["piece"] == "leg"
    assert set(marked) == {"piece", "whole"}


def test_the_whole_of_a_triathlon_counts_where_there_are_no_legs() -> None:
    whole = triathlon()[-1]
    again = whole | {"session_id": "again", "start": whole["start"] + pd.Timedelta(seconds=20)}
    assert duplicates(whole, again) == {"again": "whole"}
    assert daily_load(training_log(frame(whole)))["other_sport_s"].tolist() == [60 * 152]


def recorded(start: str, latitude_deg: float, longitude_deg: float, *, minutes: int = 30) -> pd.DataFrame:
    """Read a run of 180 m a minute from a GPX file, in which nothing but the positions tells the zone."""
    first = pd.Timestamp(start, tz="UTC")
    step_deg = 180 / 111_195
    points = [
        f'<trkpt lat="{latitude_deg + step_deg * minute:.6f}" lon="{longitude_deg}">'
        f"<time>{first + pd.Timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}</time></trkpt>"
        for minute in range(minutes + 1)
    ]
    return summarize(read_activity(gpx(points)), athlete_id="a")


def days_of(*runs: pd.DataFrame) -> dict[str, float]:
    """Give the kilometres of every day."""
    daily = daily_load(training_log(pd.concat(runs, ignore_index=True)))
    return {f"{row.date:%m-%d}": round(row.distance_m / 1000, 1) for row in daily.itertuples()}


BERLIN, AUCKLAND, HONOLULU = (52.5, 13.4), (-36.9, 174.8), (21.35, -157.9)


def test_runs_before_and_after_midnight_fall_on_two_days() -> None:
    """23:50 and 00:10 in Berlin, an hour ahead of UTC."""
    before, after = (recorded(f"2026-03-10T{time}", *BERLIN, minutes=15) for time in ("22:50", "23:10"))
    assert days_of(before, after) == {"03-10": 2.7, "03-11": 2.7}


def test_a_marathon_over_midnight_belongs_to_the_day_of_its_start() -> None:
    assert days_of(recorded("2026-03-10T19:30", *BERLIN, minutes=234), recorded("2026-03-11T17:00", *BERLIN)) == {
        "03-10": 42.1,
        "03-11": 5.4,
    }


def test_over_the_date_line_a_day_is_lived_twice_or_left_out() -> None:
    """18:00 in Auckland on the tenth, then 7:00 in Honolulu on the tenth once more; and back on the twelfth."""
    there = recorded("2026-03-10T05:00", *AUCKLAND), recorded("2026-03-10T17:00", *HONOLULU)
    assert days_of(*there) == {"03-10": 10.8}
    back = recorded("2026-03-11T04:00", *HONOLULU), recorded("2026-03-11T18:00", *AUCKLAND)
    assert days_of(*back) == {"03-10": 5.4, "03-11": 0.0, "03-12": 5.4}


def test_clocks_set_back_make_no_duplicate_and_no_other_day() -> None:
    """2:30 in Berlin on 26 October 2025, and 2:30 again an hour later; then 23:30, which is 22:30 in UTC."""
    runs = [recorded(f"2025-10-26T{time}", *BERLIN) for time in ("00:30", "01:30", "22:30")]
    assert days_of(*runs) == {"10-26": 16.2}
    offsets = pd.concat(runs)["utc_offset_s"].tolist()
    assert offsets == [7200, 3600, 3600]


def test_a_treadmill_run_counts_and_one_of_unknown_distance_is_not_of_none() -> None:
    points = [tcx_point(second) for second in range(0, 1800, 10)]
    on_belt = [
        tcx(points, f"<TotalTimeSeconds>1800</TotalTimeSeconds>{text}")
        for text in ("<DistanceMeters>5000</DistanceMeters>", "")
    ]
    known, unknown = (daily_load(training_log(summarize(read_activity(file), athlete_id="a"))) for file in on_belt)
    assert known.loc[0, ["sessions", "distance_m", "timer_s"]].tolist() == [1, 5000, 1800]
    assert unknown.loc[0, ["sessions", "timer_s"]].tolist() == [1, 1800]
    assert unknown["distance_m"].isna().all()


@st.composite
def training(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Draw what a watch recorded, no two workouts at once, perhaps a flight in between; and its like elsewhere."""
    watch, others, minute = [], [], 0.0
    home_h, away_h = draw(st.sampled_from([(0, 0), (-5, 9), (12, -10), (1, 2)]))
    flown = draw(st.integers(0, 8))
    for number in range(draw(st.integers(1, 8))):
        minute += draw(st.sampled_from([1, 5, 60, 600, 1440, 20_000])) + 1440 * (number == flown)
        minutes = draw(st.sampled_from([5, 25, 60, 240]))
        offset_s = 3600.0 * (home_h if number < flown else away_h)
        sport = draw(st.sampled_from(["running", "running", "cycling"]))
        row = session(f"w{number}", minute, minutes, utc_offset_s=offset_s, sport=sport)
        watch.append(row)
        others += [
            elsewhere(draw, row, f"{kind}{number}", kind)
            for kind in draw(st.lists(st.sampled_from(["copy", "phone", "table", "clock"]), max_size=3, unique=True))
        ]
        minute += minutes
    return watch, others


def elsewhere(draw: st.DrawFn, row: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    """Give the same workout as another recorder, or the table of an account, tells it."""
    if kind == "copy":
        return row | {"session_id": name, "source": f"{name}.fit"}
    seconds = st.integers(-30, 30).map(lambda second: pd.Timedelta(seconds=second))
    clock = pd.Timedelta(seconds=row["utc_offset_s"] if kind == "clock" else 0)
    start, end = row["start"] + draw(seconds) + clock, row["end"] + draw(seconds) + clock
    told = {
        "phone": {"format": "gpx", "distance_source": "positions", "heart_rate_mean_bpm": np.nan},
        "table": {"format": "strava", "source": "", "distance_source": "account", "offset_source": "account"},
        "clock": {"format": "runkeeper", "source": "", "distance_source": "account", "offset_source": "local"}
        | {"utc_offset_s": 0.0},
    }[kind]
    day = {"date": start.tz_localize(None).normalize()} if kind == "clock" else {}
    distance = {
        "distance_m": row["distance_m"] * draw(st.floats(0.97, 1.03)),
        "elapsed_s": (end - start).total_seconds(),
    }
    return row | {"session_id": name, "start": start, "end": end} | distance | told | day


@settings(max_examples=40)
@given(training(), st.randoms(use_true_random=False))
def test_a_log_together_with_its_re_export_is_the_same_load(
    rows: tuple[list[dict[str, Any]], list[dict[str, Any]]], random: Any
) -> None:
    watch, others = rows
    log = training_log(frame(*watch))
    assert log["counted"].all()
    both = [*watch, *others]
    random.shuffle(both)
    together = training_log(frame(*both))
    assert len(together) == len(both)
    pd.testing.assert_frame_equal(daily_load(together), daily_load(log), check_exact=True)
    stands_for = together[~together["counted"]].set_index("session_id")["duplicate_of"]
    assert sorted(name[-1] for name in stands_for.index) == sorted(row["session_id"][-1] for row in others)
    assert all(kept[-1] == name[-1] for name, kept in stands_for.items())


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
