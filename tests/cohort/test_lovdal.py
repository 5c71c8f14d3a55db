"""The public tables of injuries in competitive runners: order of the blocks, sentinel, columns, and the leak.

Oracle: tables made in the layout that their authors describe (`made_lovdal`), with each day told apart by its numbers.
"""

import time
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_lovdal import DAY_NAMES, WEEK_NAMES, Event, day_table, week_table

from stressfx.cohort.lovdal import LovdalTable, lovdal_intervals, read_lovdal
from stressfx.cohort.lovdal_columns import LOVDAL_FEATURES
from stressfx.errors import DataQualityWarning, LimitError, SchemaError, UnreadableFileError
from stressfx.schema import INTERVALS

REST_DAY = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.01, -0.01, -0.01]
HARD_DAY = [2.0, 18.5, 6.0, 3.0, 0.4, 1.0, 0.5, 0.8, 0.6, 0.3]
KM = [7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
"""Kilometres of the seven days, the oldest first: so many days before the event."""

RUN_DAYS = [[1.0, km, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5] for km in KM]
RUN_WEEKS = [[float(10 * weeks + feature) / 100 for feature in range(22)] for weeks in (3, 2, 1)]


def healthy(athlete: str, first: int, count: int) -> list[Event]:
    return [Event(athlete, day, 0, RUN_DAYS) for day in range(first, first + count)]


def test_the_first_block_of_the_day_table_is_the_oldest_day() -> None:
    table = read_lovdal(day_table([Event("4", 100, 1, RUN_DAYS)]))
    assert table.kind == "day"
    assert table.before["day"].tolist() == [-7, -6, -5, -4, -3, -2, -1]
    assert table.before["distance_m"].tolist() == [1000 * km for km in KM]
    assert (table.before["distance_m"] == -1000 * table.before["day"]).all()
    assert table.events.to_dict("records") == [{"event": 0, "athlete_id": "4", "event_day": 100, "injury": 1}]


def test_the_first_block_of_the_week_table_is_the_latest_week() -> None:
    table = read_lovdal(week_table([Event("4", 100, 0, RUN_WEEKS, (0.5, 0.25, 2.0))]))
    assert table.kind == "week"
    assert table.before["week"].tolist() == [-3, -2, -1]
    assert table.before["sessions"].tolist() == [0.3, 0.2, 0.1]
    assert table.before["rest_days"].tolist() == [0.31, 0.21, 0.11]
    assert table.before["distance_m"].round(6).tolist() == [320, 220, 120]
    assert table.before["recovery_max"].tolist() == [0.51, 0.41, 0.31]
    relative = table.events[["relative_distance_0_1", "relative_distance_0_2", "relative_distance_1_2"]]
    assert relative.to_numpy().tolist() == [[0.5, 0.25, 2.0]]


def test_scores_of_a_day_without_training_are_missing_and_its_loads_are_zero() -> None:
    table = read_lovdal(day_table([Event("0", 8, 0, [HARD_DAY, *[REST_DAY] * 6])]))
    scores = table.before[["exertion", "training_success", "recovery"]]
    assert scores.iloc[0].tolist() == [0.8, 0.6, 0.3]
    assert scores.iloc[1:].isna().all(axis=None)
    hard = table.before.iloc[0]
    assert [hard["sessions"], hard["distance_m"], hard["distance_z3_4_m"], hard["distance_z5_t1_t2_m"]] == [
        *(2, 18500, 6000, 3000)
    ]
    assert [hard["sprint_m"], hard["strength_trainings"], hard["other_sport_s"]] == [400, 1, 1800]
    assert table.before.loc[1:, "distance_m"].eq(0).all()


def values(score: bool) -> st.SearchStrategy[float]:  # noqa: FBT001  # which of two kinds
    whole = st.integers(0, 100) if score else st.integers(0, 30_000)
    return (whole | st.just(-1)).map(lambda value: value / 100) if score else whole.map(lambda value: value / 100)


@st.composite
def made_events(draw: st.DrawFn, kind: str) -> list[Event]:
    features, periods = (10, 7) if kind == "day" else (22, 3)
    scores = range(7, 10) if kind == "day" else range(13, 22)
    row = st.tuples(*(values(feature in scores) for feature in range(features)))
    event = st.builds(
        Event,
        athlete=st.integers(0, 73).map(str),
        day=st.integers(0, 2700),
        injury=st.integers(0, 1),
        before=st.lists(row, min_size=periods, max_size=periods),
        relative=st.tuples(*[st.integers(0, 900).map(lambda value: value / 100)] * (3 if kind == "week" else 0)),
    )
    return draw(st.lists(event, min_size=1, max_size=4))


WRITTEN = {"separator": ",", "decimal": "."}, {"separator": ";", "decimal": ","}, {"separator": "\t", "decimal": "."}


@settings(max_examples=30, deadline=None)
@pytest.mark.parametrize(("kind", "write"), [("day", day_table), ("week", week_table)])
@given(data=st.data())
def test_any_events_come_back_as_they_were_written(kind: str, write: object, data: st.DataObject) -> None:
    events = data.draw(made_events(kind))
    written = data.draw(st.sampled_from(WRITTEN))
    table = read_lovdal(write(events, encoding=data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])), **written))
    assert table.kind == kind
    told = table.events
    assert told[["athlete_id", "event_day", "injury"]].to_numpy().tolist() == [
        [event.athlete, event.day, event.injury] for event in events
    ]
    np.testing.assert_allclose(told.iloc[:, 4:].to_numpy(dtype=float), [event.relative for event in events])
    names = [feature.ours for feature in LOVDAL_FEATURES[kind]]
    factors = np.array([feature.factor for feature in LOVDAL_FEATURES[kind]])
    expected = np.array([row for event in events for row in event.before]) * factors
    expected[expected < 0] = np.nan
    np.testing.assert_allclose(table.before[names], expected, rtol=1e-12)
    periods = 7 if kind == "day" else 3
    assert table.before["event"].tolist() == np.repeat(range(len(events)), periods).tolist()
    assert table.before[kind].tolist() == list(range(-periods, 0)) * len(events)


def test_the_names_in_the_files_are_those_of_the_layout() -> None:
    assert [feature.theirs for feature in LOVDAL_FEATURES["day"]] == DAY_NAMES
    assert [feature.theirs for feature in LOVDAL_FEATURES["week"]] == WEEK_NAMES
    header = day_table([]).decode().splitlines()[0].split(",")
    assert len(header) == 73
    assert week_table([]).decode().splitlines()[0].replace("Z5, T1", "Z5 T1").count(",") + 1 == 72


def test_columns_may_stand_in_any_order_and_repeated_names_are_counted_on() -> None:
    data = day_table([Event("4", 100, 1, RUN_DAYS)])
    frame = pd.read_csv(pd.io.common.BytesIO(data))
    turned = read_lovdal(frame[frame.columns[::-1]].to_csv(index=False).encode())
    pd.testing.assert_frame_equal(turned.before, read_lovdal(data).before)
    head, row = data.decode().splitlines()
    bare = ",".join([*DAY_NAMES * 7, "Athlete ID", "injury", "Date"])
    assert head != bare
    pd.testing.assert_frame_equal(read_lovdal(f"{bare}\n{row}".encode()).before, turned.before)


def test_athletes_are_names_whether_they_were_written_as_numbers_or_not() -> None:
    for written, name in (("3", "3"), ("3.0", "3"), ("ann", "ann"), (" 03", "03")):
        assert read_lovdal(day_table([Event(written, 1, 0, RUN_DAYS)])).events["athlete_id"].tolist() == [name]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda head: head.replace("total km.3", "km in all"), r"missing: 'total km\.3'\. too many: 'km in all'"),
        (lambda head: head.replace("Athlete ID", "runner"), "day table of 73 columns. Columns missing: 'Athlete ID'"),
        (lambda head: head[:8] + ",b,c", "neither the day nor the week table; 3 columns"),
        (lambda head: head.replace("injury,Date", "injury,Date,Date"), r"too many: 'Date\.1'"),
        (lambda head: head.replace("total km.3", "total km.1.1").replace("total km.4", "total km.1"), "the same name"),
    ],
)
def test_columns_that_do_not_fit_are_named(change: object, words: str) -> None:
    head, row = day_table([Event("4", 100, 1, RUN_DAYS)]).decode().splitlines()
    with pytest.raises(SchemaError, match=words):
        read_lovdal(f"{change(head)}\n{row}".encode())


def test_a_message_never_holds_a_cell() -> None:
    data = day_table([Event("4", 100, 1, RUN_DAYS)]).decode()
    for old, new, words in (
        ("7.0", "secret", "'total km' holds a cell that is no number"),
        ("7.0", "inf", "'total km' holds a cell that is no number"),
        (",4,1,100", ",4,2,100", "'injury' holds a cell that is not 0 or 1"),
        (",4,1,100", ",4,1,100.5", "'Date' holds a cell that is not a whole number of days"),
        (",4,1,100", ",4,1", "'Date' holds"),
        (",4,1,100", ",,1,100", "'Athlete ID' has an empty cell"),
    ):
        with pytest.raises(SchemaError, match=words) as caught:
            read_lovdal(data.replace(old, new, 1).encode())
        assert "secret" not in str(caught.value)


def test_what_is_no_table_is_refused() -> None:
    data = day_table([Event("4", 100, 1, RUN_DAYS), Event("4", 101, 0, RUN_DAYS)]).decode()
    head, row, other = data.splitlines()
    for broken, words in (
        (head, "has no rows"),
        (f"{head}\n{row},5\n{other},5", "more than its 73 columns"),
        (f"{head}\n{row}\n{other},5", "more than its 73 columns"),
    ):
        with pytest.raises(UnreadableFileError, match=words):
            read_lovdal(broken.encode())
    with pytest.raises(SchemaError):
        read_lovdal(b"")
    with pytest.raises(UnreadableFileError, match="no first row"):
        read_lovdal(b"x" * 200_000)
    with pytest.raises(LimitError, match="250000 rows"):
        read_lovdal(f"{head}\n".encode() + b"\n" * 250_001)
    with pytest.raises(UnreadableFileError, match="workbook"):
        read_lovdal(b"PK\x03\x04")


def test_numbers_that_look_wrong_are_kept_and_said() -> None:
    days = [list(day) for day in RUN_DAYS]
    days[0][1], days[1][7] = -3.0, 1.4
    data = day_table([Event("4", 100, 1, days)])
    with pytest.warns(DataQualityWarning) as caught:
        table = read_lovdal(data.replace(b"5.0,", b",", 1))
    said = [str(warning.message) for warning in caught]
    assert said == [
        "<bytes>: 1 values of distance_m lie below 0",
        "<bytes>: 1 values of distance_m are missing",
        "<bytes>: 1 values of exertion lie outside 0 to 1",
    ]
    assert table.before["distance_m"].iloc[0] == -3000
    assert table.before["exertion"].iloc[1] == 1.4
    assert all(sentence.partition(": ")[2] in table.cautions for sentence in said)


def test_the_leak_is_told_by_the_numbers_of_the_file() -> None:
    rows = [*healthy("1", 10, 10), Event("1", 60, 1, RUN_DAYS), *healthy("2", 0, 10)]
    table = read_lovdal(day_table(rows[::-1]))
    assert "90.0 % of the healthy events and 0.0 % of the injuries" in table.cautions[0]
    assert "Use only the 7 days that a row brings itself" in table.cautions[1]
    assert "and none of the injuries" in read_lovdal(day_table(healthy("1", 10, 10))).cautions[0]
    assert "hold out whole athletes" in table.cautions[1]
    assert "21 events of 2 athletes, 1 injuries" in repr(table)
    assert table.cautions[0] in repr(table)


def test_events_become_days_at_risk_that_bring_their_own_days_only() -> None:
    rows = [Event("1", 60, 1, RUN_DAYS), *healthy("1", 10, 2), Event("2", 9, 0, [REST_DAY] * 7), *healthy("1", 90, 1)]
    risk = lovdal_intervals(read_lovdal(day_table(rows)))
    INTERVALS.check(risk)
    assert risk[["athlete_id", "start", "stop", "event", "episode"]].to_numpy().tolist() == [
        ["1", 9.0, 10.0, 0, 1],
        ["1", 10.0, 11.0, 0, 1],
        ["1", 59.0, 60.0, 1, 1],
        ["1", 89.0, 90.0, 0, 2],
        ["2", 8.0, 9.0, 0, 1],
    ]
    for days in range(1, 8):
        assert risk[f"distance_m_day_{days}"].tolist() == [1000 * days] * 4 + [0]
    assert len(risk.columns) == 5 + 70
    assert risk["exertion_day_1"].isna().tolist() == [False] * 4 + [True]


def test_weeks_become_covariates_too() -> None:
    risk = lovdal_intervals(read_lovdal(week_table([Event("4", 100, 0, RUN_WEEKS, (0.5, 0.25, 2.0))])))
    assert [risk[f"sessions_week_{weeks}"].item() for weeks in (1, 2, 3)] == [0.1, 0.2, 0.3]


def test_two_events_of_one_day_are_said() -> None:
    table = read_lovdal(day_table([*healthy("1", 5, 1), Event("1", 5, 1, RUN_DAYS)]))
    with pytest.warns(DataQualityWarning, match="1 events share athlete and day"):
        risk = lovdal_intervals(table)
    assert risk["event"].tolist() == [0]


def test_a_table_of_the_published_size_is_read_in_seconds() -> None:
    first, row = day_table([Event("4", 100, 0, RUN_DAYS)]).decode().splitlines()
    data = (first + "\n" + (row + "\n") * 42_766).encode()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        began = time.perf_counter()
        table = read_lovdal(data)
        took = time.perf_counter() - began
    assert isinstance(table, LovdalTable)
    assert len(table.before) == 42_766 * 7
    assert took < 10, "it takes about one second"
