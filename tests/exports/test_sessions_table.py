"""Oracle: hand arithmetic for units and clocks, Python's own time zones, and the list that a table was built from."""

import io
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_log import frame, session

from stressfx.errors import DataQualityWarning, SchemaError, StressfxError, UnreadableFileError
from stressfx.exports.archive import Entry
from stressfx.exports.loads import session_loads
from stressfx.exports.log import training_log
from stressfx.exports.rules import read_rules
from stressfx.exports.sessions_table import read_sessions, read_sessions_entry, tables
from stressfx.exports.told import Account
from stressfx.exports.write import write_csv
from stressfx.schema import SESSIONS
from stressfx.training.rules import apply_rules

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = (
    "date,time,sport,sub_sport,distance_km,duration,elapsed,steps,heart_rate_mean_bpm,perceived_exertion,shoe_id,note\n"
    '2025-01-31,07:15,,trail,10.5,52:30,1:00:00,8900,148,4,blue,"felt good, at home"\n'
    "2025-02-01,19:05:30,walking,,3,45:00,,,,,,\n"
)


def entry(text: str, label: str = "mine/sessions.csv") -> Entry:
    return Entry(label, open=lambda: io.BytesIO(text.encode()))


def account(text: str) -> Account:
    return read_sessions_entry(entry(text))


def one(text: str, **how: str) -> "pd.Series[float]":
    frame = read_sessions(text.encode(), **how)
    assert len(frame) == 1
    return frame.iloc[0]


def test_sessions_are_read_as_by_hand() -> None:
    sessions = read_sessions(TABLE.encode(), athlete_id="ann", tz="Europe/Berlin")
    assert list(sessions.columns) == [column.name for column in SESSIONS.columns]
    run, walk = sessions.iloc[0], sessions.iloc[1]
    assert (run["athlete_id"], run["sport"], run["sub_sport"], run["shoe_id"]) == ("ann", "running", "trail", "blue")
    assert run["start"] == pd.Timestamp("2025-01-31T06:15:00Z")
    assert run["end"] == pd.Timestamp("2025-01-31T07:15:00Z")
    assert (run["date"], run["utc_offset_s"], run["offset_source"]) == (pd.Timestamp("2025-01-31"), 3600.0, "caller")
    assert (run["distance_m"], run["timer_s"], run["elapsed_s"]) == (10_500.0, 3150.0, 3600.0)
    assert (run["steps"], run["heart_rate_mean_bpm"], run["perceived_exertion"]) == (8900.0, 148.0, 4.0)
    assert run["speed_mean_mps"] == pytest.approx(10_500 / 3150)
    assert math.isnan(run["ascent_m"])
    assert math.isnan(run["competition"])
    assert walk["sport"] == "walking"
    assert walk["start"] == pd.Timestamp("2025-02-01T18:05:30Z")
    assert "home" not in sessions.to_csv()


@pytest.mark.parametrize(
    ("columns", "cells", "name", "value"),
    [
        ("distance_mi", "10", "distance_m", 16_093.44),
        ("distance_m", "5012,5", "distance_m", 5012.5),
        ("distance_m,dirt_distance_km", "5000;3.5", "dirt_distance_m", 3500.0),
        ("duration", "1:02:30", "timer_s", 3750.0),
        ("duration", "75:30.5", "timer_s", 4530.5),
        ("timer_min", "45.5", "timer_s", 2730.0),
        ("timer_s", "2730", "timer_s", 2730.0),
        ("duration,moving", "50:00;48:00", "moving_s", 2880.0),
        ("duration,moving_min", "50:00;48", "moving_s", 2880.0),
        ("elapsed_min", "60", "elapsed_s", 3600.0),
        ("elapsed_min", "60", "timer_s", 3600.0),
        ("distance_m,competition", "1;yes", "competition", 1.0),
        ("distance_m,body_weight_percent", "1;80", "body_weight_share", 0.8),
        ("distance_m,body_weight_percent", "1;62,5", "body_weight_share", 0.625),
        ("distance_m,body_weight_percent", "1;100", "body_weight_share", 1.0),
        ("distance_m,body_weight_percent", "1;", "body_weight_share", math.nan),
        ("distance_m,body_weight_share", "1;0.8", "body_weight_share", 0.8),
        ("distance_m,long_run", "1;FALSE", "long_run", 0.0),
        ("distance_m,long_run", "1;n/a", "long_run", math.nan),
        ("distance_m,heart_rate_max_bpm", "1;171", "heart_rate_max_bpm", 171.0),
        ("distance_m,cadence_mean_spm", "1;170", "cadence_mean_spm", 170.0),
        ("distance_m,descent_m", "1;80", "descent_m", 80.0),
        ("distance_m", "0", "distance_m", 0.0),
    ],
)
def test_each_unit_and_spelling(columns: str, cells: str, name: str, value: float) -> None:
    text = f"start;{columns.replace(',', ';')}\n2025-01-31 07:15;{cells}\n"
    assert one(text)[name] == pytest.approx(value, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("start", "instant", "day", "offset_s", "source"),
    [
        ("2025-01-31T23:50-05:00", "2025-02-01T04:50Z", "2025-01-31", -18_000, "account"),
        ("2025-01-31T23:50+00:00", "2025-01-31T23:50Z", "2025-01-31", 0, "account"),
        ("2025-01-31T23:50:00Z", "2025-01-31T23:50Z", "2025-02-01", 34_200, "caller"),
        ("2025-01-31 23:50", "2025-01-31T14:20Z", "2025-01-31", 34_200, "caller"),
    ],
)
def test_a_start_tells_the_day_as_far_as_it_knows(
    start: str, instant: str, day: str, offset_s: float, source: str
) -> None:
    row = one(f"start,distance_km\n{start},5\n", tz="Australia/Darwin")
    assert row["start"] == pd.Timestamp(instant)
    assert (row["date"], row["utc_offset_s"], row["offset_source"]) == (pd.Timestamp(day), offset_s, source)


def test_an_offset_may_have_a_column_of_its_own() -> None:
    row = one("start,utc_offset_s,distance_km\n2025-01-31T23:50:00Z,3600,5\n")
    assert (row["date"], row["utc_offset_s"]) == (pd.Timestamp("2025-02-01"), 3600.0)
    row = one("date,time,utc_offset_s,distance_km\n2025-01-31,23:50,-3600,5\n")
    assert (row["start"], row["date"]) == (pd.Timestamp("2025-02-01T00:50Z"), pd.Timestamp("2025-01-31"))


@settings(max_examples=20)
@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)),  # noqa: DTZ001  # a clock's
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "UTC"]),
)
def test_the_day_is_the_one_that_was_written(clock: datetime, zone: str) -> None:
    text = f"date,time,distance_km\n{clock:%Y-%m-%d},{clock:%H:%M:%S},5\n"
    for tz in (None, zone):
        row = read_sessions(text.encode(), tz=tz).iloc[0]
        assert row["date"] == pd.Timestamp(clock.date())
    instant = clock.replace(microsecond=0, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert row["start"] == pd.Timestamp(instant)


def test_a_day_without_a_time_is_certain_and_noon_stands_for_the_time() -> None:
    with pytest.warns(DataQualityWarning, match=r"^<bytes>: 1 sessions without a time of day\. .* noon stands for it"):
        row = one("date,time,distance_km,duration\n2025-01-31,,5,30:00\n", tz="Europe/Berlin")
    assert row["start"] == pd.Timestamp("2025-01-31T11:00Z")
    assert row["date"] == pd.Timestamp("2025-01-31")
    (finding,) = account("start,distance_km\n2025-01-31,5\n").findings
    assert (finding.code, finding.count, finding.where) == ("sessions-no-time", 1, "row 2")


def test_two_sessions_of_a_day_without_times_both_count() -> None:
    text = (
        "date,distance_km,duration\n2025-01-31,5,30:00\n2025-01-31,5,30:00\n2025-01-31,10,1:00:00\n2025-02-01,5,30:00\n"
    )
    with pytest.warns(DataQualityWarning, match="4 sessions"):
        sessions = read_sessions(text.encode(), athlete_id="a")
    starts = [pd.Timestamp(time, tz="UTC") for time in ("2025-01-31 12:00", "2025-01-31 12:30", "2025-01-31 13:00")]
    assert sessions["start"].tolist() == [*starts, pd.Timestamp("2025-02-01 12:00", tz="UTC")]
    assert sessions["session_id"].is_unique
    assert training_log(sessions)["counted"].all()


def test_days_without_times_never_spill_into_the_next() -> None:
    rows = "2025-01-31,9:00:00\n" * 5
    with pytest.warns(DataQualityWarning, match="5 sessions"):
        sessions = read_sessions(f"date,duration\n{rows}".encode())
    assert (sessions["date"] == pd.Timestamp("2025-01-31")).all()


def test_a_time_in_the_cell_of_the_date_is_the_time() -> None:
    assert one("date,distance_km\n2025-01-31 07:15:00,5\n")["start"] == pd.Timestamp("2025-01-31T07:15Z")


@pytest.mark.parametrize(
    ("columns", "cells", "text"),
    [
        (
            "start,distance_km",
            "31.01.2025,5",
            "row 2, column start: 00.00.0000 found; a date as in 2025-01-31, or a date",
        ),
        ("date,distance_km", ",5", "row 2, column date: the cell is empty; every session needs a day"),
        ("date,distance_km", "1925-01-31,5", "row 2, column date: 0000-00-00 found; a year from 1950 to 2100"),
        ("date,time,distance_km", "2025-01-31,7.15,5", "row 2, column time: 0.00 found; a time of day as in 07:15"),
        ("date,time,distance_km", "2025-01-31,25:15,5", "column time: 00:00 found; a time of day"),
        ("start,distance_km", "2025-01-31T07:15+20:00,5", "column start: 0000-00-00x00:00+00:00 found; no clock"),
        ("start,utc_offset_s,distance_km", "2025-01-31T07:15Z,99999,5", "column utc_offset_s: 00000 found"),
        ("start,distance_km", "2025-01-31T07:15,far", "row 2, column distance_km: xxx found; a number as in"),
        ("start,distance_km", "2025-01-31T07:15,-5", "column distance_km: -0 found; a number of 0 or more"),
        ("start,distance_km", "2025-01-31T07:15,10001", "column distance_km: 00000 found; a number from 0 to 10000"),
        ("start,duration", "2025-01-31T07:15,45", "column duration: 00 found; a duration as in 1:02:30 or 52:30"),
        ("start,duration", "2025-01-31T07:15,1:75", "column duration: 0:00 found"),
        ("start,timer_s", "2025-01-31T07:15,1e9", "column timer_s: 0x0 found; a number from 0 to"),
        ("start,distance_km,heart_rate_mean_bpm", "2025-01-31T07:15,5,20", "a number from 30 to 230 is needed"),
        ("start,distance_km,perceived_exertion", "2025-01-31T07:15,5,11", "a number from 0 to 10 is needed"),
        (
            "start,distance_km,body_weight_percent",
            "2025-01-31T07:15,5,101",
            "column body_weight_percent: 000 found; a number from 0 to 100",
        ),
        ("start,distance_km,body_weight_percent", "2025-01-31T07:15,5,-1", "column body_weight_percent: -0 found; a n"),
        ("start,distance_km,body_weight_percent", "2025-01-31T07:15,5,80 %", "column body_weight_percent: 00 % found"),
        (
            "start,distance_km,body_weight_share",
            "2025-01-31T07:15,5,80",
            "column body_weight_share: 00 found; a number from 0 to 1 is needed",
        ),
        ("start,distance_km,competition", "2025-01-31T07:15,5,maybe", "column competition: xxxxx found; yes or no"),
        ("start,distance_km,sport", "2025-01-31T07:15,5,runing", "column sport: xxxxxx found; one of FIT's sports"),
        ("start,distance_km,sub_sport", "2025-01-31T07:15,5,moon", "column sub_sport: xxxx found; one of FIT's kinds"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place_and_costs_an_export_only_its_row(
    columns: str, cells: str, text: str
) -> None:
    good = cells.split(",")
    table = f"{columns}\n{cells}\n"
    with pytest.raises(SchemaError) as caught:
        read_sessions(table.encode())
    assert str(caught.value).startswith("<bytes>: row 2, column ")
    assert text in str(caught.value)
    fine = ["2025-02-01T07:15" if name in {"start", "date"} else "" for name in columns.split(",")]
    assert len(fine) == len(good)
    told = account(f"{table}{','.join(fine)}\n")
    assert [one.local_start for one in told.told] == [datetime(2025, 2, 1, 7, 15)]  # noqa: DTZ001  # the runner's clock
    assert [(finding.code, finding.count, finding.where) for finding in told.findings] == [
        ("table-row-refused", 1, "row 2")
    ]


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("date,sport\n", SchemaError, "at least one of distance_km, distance_mi, distance_m, duration"),
        ("distance_km\n", SchemaError, "at least one of date, start is missing"),
        ("date,distance_km,distance_mi\n", SchemaError, "distance is given in more than one unit"),
        ("date,duration,timer_min\n", SchemaError, "duration and timer_min say the same; keep one"),
        ("date,duration,body_weight_percent,body_weight_share\n", SchemaError, "body_weight_share say the same; keep"),
        ("date,Date,distance_m\n", SchemaError, "a column is named twice"),
        ("date,distance_m\n2025-01-01,1,2\n", UnreadableFileError, "row 2 has more cells"),
        ("", UnreadableFileError, "is empty"),
    ],
)
def test_a_table_that_cannot_be_a_list_of_sessions_is_refused(text: str, error: type[Exception], reason: str) -> None:
    for read in (lambda: read_sessions(text.encode()), lambda: account(text)):
        with pytest.raises(error, match=reason):
            read()


def test_a_zone_that_does_not_exist_is_refused_whatever_the_rows_say() -> None:
    with pytest.raises(ValueError, match="Mars/Olympus"):
        read_sessions(b"start,distance_km\n", tz="Mars/Olympus")


def test_a_column_that_is_needed_is_named_with_the_place_of_the_table() -> None:
    with pytest.raises(SchemaError, match=r"^mine/sessions\.csv: "):
        account("date,sport\n")


def test_names_stay_wherever_a_row_stands() -> None:
    rows = ["2025-01-31,07:15,5,30:00", "2025-01-31,07:15,5,30:00", "2025-02-01,07:15,5,30:00"]
    header = "date,time,distance_km,duration\n"
    first = account(header + "\n".join(rows)).told
    again = account(header + "\n".join(["2025-01-01,06:00,1,", *rows])).told[1:]
    assert [told.activity_id for told in first] == [told.activity_id for told in again]
    assert len({told.activity_id for told in first}) == 3
    other = account("start,duration,distance_m\n2025-01-31 07:15,0:30:00,5000\n").told[0]
    assert other.activity_id == first[0].activity_id, "units and spelling are no part of the name"


def test_names_of_ones_own_are_kept_and_have_to_differ() -> None:
    text = "session_id,start,distance_km\nx,2025-01-31T07:15,5\nx,2025-02-01T07:15,5\n"
    with pytest.raises(SchemaError, match="row 3, column session_id: an earlier row has the same name"):
        read_sessions(text.encode())
    told = account(text)
    assert [one.activity_id for one in told.told] == ["x"]
    assert [(finding.code, finding.where) for finding in told.findings] == [("table-row-refused", "row 3")]


def test_a_list_of_several_athletes_is_read_by_name_and_refused_inside_an_export() -> None:
    text = "athlete_id,start,distance_km\nann,2025-01-31T07:15,5\nbea,2025-01-31T07:15,5\n,2025-01-31T07:15,5\n"
    sessions = read_sessions(text.encode(), athlete_id="coach")
    assert sessions["athlete_id"].tolist() == ["ann", "bea", "coach"]
    assert sessions["session_id"].is_unique
    with pytest.raises(SchemaError, match="name more than one athlete"):
        account(text)


def test_what_stressfx_wrote_is_read_back(tmp_path: Path) -> None:
    sessions = read_sessions(
        b"date,time,distance_km,duration,shoe_id,competition,body_weight_percent\n"
        b"2025-01-31,23:50,10.123,52:30,=1+1,yes,70\n",
        athlete_id="@ann",
        tz="America/New_York",
    )
    write_csv(sessions, tmp_path / "sessions.csv")
    again = read_sessions(tmp_path / "sessions.csv")
    changed = ["session_id", "source", "offset_source"]
    pd.testing.assert_frame_equal(again.drop(columns=changed), sessions.drop(columns=changed))
    assert again["shoe_id"].item() == "=1+1"
    assert again["body_weight_share"].item() == 0.7


def test_the_body_weight_that_is_told_reaches_the_loads_without_a_rule_and_before_any() -> None:
    """80 % of the weight does 0.2293 of the damage; the watch's own file of the run says nothing of it."""
    rows = ("2026-03-01,08:00,,5,30:00,", "2026-03-02,08:00,antigravity,5,30:00,80", "2026-03-03,08:00,,5,30:00,0")
    text = "\n".join(("date,time,sub_sport,distance_km,duration,body_weight_percent", *rows))
    sessions = read_sessions(text.encode(), athlete_id="a", tz="UTC")
    rules = read_rules(b"[[rule]]\nsub_sport = 'antigravity'\nbody_weight_percent = 50")
    for log in (training_log(sessions), apply_rules(training_log(sessions), rules)):
        loads = session_loads(log)
        assert loads["damage"].to_numpy() / loads["damage"][0] == pytest.approx([1, 0.2293, 0], abs=5e-5)
        assert loads["sport"].tolist() == ["running", "running", "deep_water_running"]
        assert loads["body_weight_share"].tolist()[:2] == [1, 0.8]
    watch = frame(session("watch", 1440, 30, sub_sport="treadmill"))
    log = training_log(pd.concat([watch, sessions.iloc[[1]]]))
    assert log.loc[log["counted"], ["session_id", "body_weight_share"]].to_numpy().tolist() == [["watch", 0.8]]


durations = st.integers(0, 30 * 3600)
lists = st.lists(st.tuples(st.integers(0, 20_000_000), st.integers(0, 60_000), durations), max_size=8)


@settings(max_examples=40)
@given(lists, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_was_built_is_read(built: list[tuple[int, int, int]], separator: str, encoding: str) -> None:
    begin = datetime(2024, 1, 1)  # noqa: DTZ001  # the runner's clock
    lines = ["start|distance_km|duration"]
    for seconds, metres, lasts in built:
        clock = f"{lasts // 3600}:{lasts // 60 % 60:02}:{lasts % 60:02}"
        lines.append(f"{begin + timedelta(seconds=seconds)}|{metres / 1000}|{clock}")
    data = "\n".join(lines).replace("|", separator).encode(encoding)
    sessions = read_sessions(data)
    np.testing.assert_allclose(sessions["distance_m"], [metres for _, metres, _ in built], rtol=1e-12)
    assert sessions["timer_s"].tolist() == [lasts for _, _, lasts in built]
    utc = [pd.Timestamp(begin, tz="UTC") + pd.Timedelta(seconds=seconds) for seconds, _, _ in built]
    assert sessions["start"].tolist() == utc


def test_the_table_is_told_by_its_name_and_header() -> None:
    entries = [
        entry(TABLE),
        entry(TABLE, "a/Sessions.CSV"),
        entry(TABLE, "runs.csv"),
        entry("date,kind\n", "b/sessions.csv"),
        entry("\0", "c/sessions.csv"),
    ]
    assert tables(entries) == {"mine/sessions.csv": read_sessions_entry, "a/Sessions.CSV": read_sessions_entry}


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(alphabet='ab,;"\n\r1:-', max_size=60).map(
            lambda text: f"date,time,distance_km,duration\n{text}".encode()
        ),
        st.text(max_size=60).map(lambda text: f"start,distance_m\n2025-01-01T00:00,{text}".encode()),
        st.text(alphabet="0123456789:TZ+-. ", max_size=30).map(lambda text: f"start,elapsed_s\n{text},9".encode()),
    )
)
@pytest.mark.filterwarnings("ignore::stressfx.errors.DataQualityWarning")
def test_no_bytes_give_a_bare_traceback(data: bytes) -> None:
    readers: list[Callable[[], object]] = [
        lambda: read_sessions(data),
        lambda: read_sessions_entry(Entry("sessions.csv", open=lambda: io.BytesIO(data))),
    ]
    for read in readers:
        try:
            read()
        except StressfxError as error:
            assert str(error)  # noqa: PT017  # any other error fails the test
