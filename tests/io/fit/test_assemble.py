"""Oracle: small files whose legs, pauses and clocks were chosen by hand."""

import math
from collections.abc import Iterable

import pandas as pd
import pytest
from made_fit import ACTIVITY, EVENT, FILE_ID, LAP, OWNER, RECORD, SESSION, SPORT, START, codes

from stressfx.io.activity import Activity
from stressfx.io.fit.encode import FitWriter
from stressfx.io.fit.read import read_fit
from stressfx.schema import EVENTS, LAPS, LEGS, RECORDS

FROM = pd.Timestamp("2021-09-08T01:46:40Z")
SWIM, BIKE, RUN = 5, 2, 1


def at(second: float) -> pd.Timestamp:
    return FROM + pd.Timedelta(seconds=second)


def records(writer: FitWriter, seconds: Iterable[int | None]) -> FitWriter:
    for second in seconds:
        writer.message(RECORD, [(253, "uint32", None if second is None else START + second), (3, "uint8", 120)])
    return writer


def session(writer: FitWriter, start: int, end: int, sport: int) -> FitWriter:
    fields = [
        (253, "uint32", START + 999),
        (2, "uint32", START + start),
        (7, "uint32", 1000 * (end - start)),
        (5, "enum", sport),
    ]
    return writer.message(
        SESSION, [*fields, (9, "uint32", 100 * (end - start)), (8, "uint32", 1000 * (end - start) - 500)]
    )


def read(writer: FitWriter) -> Activity:
    """Read a file and hold its frames to their schemas."""
    activity = read_fit(writer.to_bytes())
    for schema, frame in (
        (RECORDS, activity.records),
        (LAPS, activity.laps),
        (LEGS, activity.sessions),
        (EVENTS, activity.events),
    ):
        schema.check(frame)
    return activity


TRIATHLON = ((0, 10, SWIM), (10, 30, BIKE), (30, 45, RUN))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
@pytest.mark.parametrize("first", [True, False])
def test_every_session_is_a_leg_wherever_and_in_whatever_order_it_stands(
    order: tuple[int, ...], *, first: bool
) -> None:
    writer = FitWriter().message(*OWNER)
    if not first:
        records(writer, range(45))
    for leg in order:
        session(writer, *TRIATHLON[leg])
    for leg in order:
        start, end, _ = TRIATHLON[leg]
        writer.message(
            LAP, [(253, "uint32", START + 999), (2, "uint32", START + start), (7, "uint32", 1000 * (end - start))]
        )
    if first:
        records(writer, range(45))
    activity = read(writer)
    legs = activity.sessions
    assert legs["leg"].tolist() == [0, 1, 2]
    assert legs["sport"].tolist() == ["swimming", "cycling", "running"]
    assert legs["start"].tolist() == [at(0), at(10), at(30)]
    assert legs["end"].tolist() == [at(10), at(30), at(45)], "the time stamp is that of the writing"
    assert legs["distance_m"].tolist() == [10, 20, 15]
    assert legs["timer_s"].tolist() == [9.5, 19.5, 14.5]
    assert activity.records["leg"].tolist() == [0] * 10 + [1] * 20 + [2] * 15
    assert sorted(zip(activity.laps["leg"], activity.laps["start"], strict=True)) == [
        (0, at(0)),
        (1, at(10)),
        (2, at(30)),
    ]


def test_rows_without_a_time_belong_to_the_row_before() -> None:
    writer = FitWriter().message(*OWNER)
    for leg in TRIATHLON:
        session(writer, *leg)
    writer.message(EVENT, [(253, "uint32", START + 6), (0, "enum", 0), (1, "enum", 4)])
    writer.message(EVENT, [(253, "uint32", START + 8), (0, "enum", 0), (1, "enum", 0)])
    activity = read(records(writer, [None, 0, None, 9, 12, None, 31, None]))
    assert activity.records["leg"].tolist() == [0, 0, 0, 0, 1, 1, 2, 2]
    assert activity.records["segment"].tolist() == [0, 0, 0, 1, 1, 1, 1, 1]
    assert codes(activity) == ["time-missing"]


def test_pauses_of_the_timer_divide_the_records() -> None:
    """Only a start after a stop begins a segment; other events, starts after starts and stops at the end do not."""
    writer = FitWriter().message(*OWNER)
    for second, event, what in (
        (0, 0, 0),
        (3, 0, 0),
        (10, 0, 1),
        (12, 9, 0),
        (20, 0, 0),
        (30, 0, 4),
        (35, 36, 3),
        (40, 0, 0),
        (49, 0, 9),
    ):
        writer.message(
            EVENT, [(253, "uint32", START + second), (0, "enum", event), (1, "enum", what), (3, "uint32", second)]
        )
    activity = read(records(writer, [*range(11), *range(20, 31), *range(40, 50)]))
    assert activity.records["segment"].tolist() == [0] * 11 + [1] * 11 + [2] * 10
    assert activity.events["event_type"].tolist()[2::3] == ["stop", "stop_all", "stop_disable_all"]
    assert activity.events["data"].tolist() == [0, 3, 10, 12, 20, 30, 35, 40, 49]
    assert activity.events["time"].tolist()[-1] == at(49)


@pytest.mark.parametrize(
    ("stamp", "local", "offset"),
    [
        (START, START + 7200, 7200),
        (START, START - 12_600, -12_600),
        (START, START + 20_700 + 4, 20_700),  # seconds between two readings of the clock
        (START, None, math.nan),
        (START, 0, math.nan),
        (START, START + 16 * 3600, math.nan),
        (None, START, math.nan),
    ],
)
def test_local_time_tells_the_offset(stamp: int | None, local: int | None, offset: float) -> None:
    writer = FitWriter().message(*OWNER).message(ACTIVITY, [(253, "uint32", stamp), (5, "uint32", local)])
    assert read(records(writer, range(3))).source.utc_offset_s == pytest.approx(offset, nan_ok=True)


@pytest.mark.parametrize("named", [True, False])
def test_records_without_a_session_make_one_leg(*, named: bool) -> None:
    writer = FitWriter().message(*OWNER)
    if named:
        writer.message(SPORT, [(0, "enum", RUN), (1, "enum", 1)])
    activity = read(records(writer, range(5, 25)))
    leg = activity.sessions.iloc[0]
    assert len(activity.sessions) == 1
    assert (leg["sport"], leg["sub_sport"]) == (("running", "treadmill") if named else ("", ""))
    assert (leg["start"], leg["end"]) == (at(5), at(24))
    assert math.isnan(leg["distance_m"])


def test_fractions_are_added_to_what_they_belong_to() -> None:
    writer = FitWriter().message(*OWNER).message(RECORD, [(253, "uint32", START), (4, "uint8", 84), (53, "uint8", 64)])
    writer.message(RECORD, [(253, "uint32", START + 1), (4, "uint8", 84), (53, "uint8", None)])
    writer.message(
        SESSION, [(2, "uint32", START), (18, "uint8", 85), (92, "uint8", 32), (10, "uint32", 500), (5, "enum", RUN)]
    )
    activity = read(writer)
    assert activity.records["cadence_rpm"].tolist() == [84.5, 84]
    assert activity.sessions["cadence_mean_rpm"].tolist() == [85.25]
    assert activity.sessions["cycles"].tolist() == [500]


@pytest.mark.parametrize(
    ("number", "kind"), [(2, "settings"), (5, "workout"), (6, "course"), (32, "monitoring_b"), (250, "250")]
)
def test_what_is_no_activity_is_named(number: int, kind: str) -> None:
    activity = read(FitWriter().message(FILE_ID, [(0, "enum", number)]))
    assert activity.source.kind == kind
    assert codes(activity) == ["fit-no-activity"]
    assert kind in activity.findings["message"][0]
    assert len(activity.records) == len(activity.sessions) == len(activity.laps) == len(activity.events) == 0


def test_records_without_an_owner_are_an_activity() -> None:
    activity = read(records(FitWriter(), range(3)))
    assert (activity.source.kind, activity.source.device, codes(activity)) == ("activity", "", [])


@pytest.mark.parametrize(
    ("fields", "device"),
    [
        ([(1, "uint16", 1), (2, "uint16", 1623)], "garmin 1623"),
        ([(1, "uint16", 294), (2, "uint16", 7)], "coros 7"),
        ([(1, "uint16", 23), (8, "string", "Race S")], "suunto Race S"),
        ([(1, "uint16", 65_000)], "65000"),
    ],
)
def test_the_device_is_named_by_maker_and_product(fields: list[tuple[int, str, object]], device: str) -> None:
    found = read(FitWriter().message(FILE_ID, [(0, "enum", 4), *fields])).source.device
    assert found == device or (fields[0][2] == 1 and found.startswith("garmin "))


def test_running_dynamics_are_columns_only_where_a_file_has_them() -> None:
    plain = read(records(FitWriter().message(*OWNER), range(2))).records
    writer = FitWriter().message(*OWNER)
    writer.message(
        RECORD,
        [
            (253, "uint32", START),
            (9, "sint16", -250),
            (39, "uint16", 823),
            (41, "uint16", 2410),
            (83, "uint16", 720),
            (85, "uint16", 11_420),
        ],
    )
    row = read(writer).records.iloc[0]
    further = {
        "grade": -0.025,
        "vertical_oscillation_m": 0.0823,
        "stance_time_s": 0.241,
        "vertical_ratio": 0.072,
        "step_length_m": 1.142,
    }
    assert not further.keys() & set(plain.columns)
    for name, value in further.items():
        assert row[name] == pytest.approx(value, rel=1e-12), name
