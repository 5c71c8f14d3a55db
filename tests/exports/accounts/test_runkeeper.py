"""Oracle: rows as published exports show them, read by hand; and the workout that a table was built from."""

import io
import math
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_runkeeper import Run, table

from stressfx.errors import UnreadableFileError
from stressfx.exports.accounts.runkeeper import SPORTS, read_runkeeper, tables
from stressfx.exports.archive import Entry
from stressfx.exports.told import Account, Told
from stressfx.io.fit.profile import text_of

LABEL = "runkeeper-data-export/cardioActivities.csv"


def entry(data: bytes, label: str = LABEL) -> Entry:
    return Entry(label, open=lambda: io.BytesIO(data))


def read(*runs: Run, **how: object) -> Account:
    return read_runkeeper(entry(table(*runs, **how)))  # type: ignore[arg-type]  # options of the builder


def one(run: Run, **how: object) -> Told:
    (told,) = read(run, **how).told
    return told


def test_a_run_is_read_as_by_hand() -> None:
    told = one(Run(gpx="2026-03-28-083329.gpx", duration="1:02:30"))
    assert told.account == "runkeeper"
    assert told.activity_id == "b2a1df07-c209-44bb-a44c-9250251634e3"
    assert told.file == "runkeeper-data-export/2026-03-28-083329.gpx"
    assert told.local_start == datetime(2026, 3, 28, 8, 33, 29)  # noqa: DTZ001  # the runner's clock
    assert (told.start, told.sport, told.sub_sport) == (None, "running", "")
    assert (told.distance_m, told.timer_s, told.ascent_m, told.heart_rate_mean_bpm) == (3240.0, 3750.0, 59.0, 106.0)
    assert math.isnan(told.moving_s)
    assert math.isnan(told.elapsed_s)
    assert math.isnan(told.utc_offset_s)


def test_miles_and_feet_are_the_same_run() -> None:
    told = one(Run(distance="0.70", duration="12:31", climb="100"), unit="mi")
    assert told.distance_m == pytest.approx(1126.5408, rel=1e-12)
    assert told.ascent_m == pytest.approx(30.48, rel=1e-12)
    assert told.timer_s == 751


@given(
    st.datetimes(datetime(2008, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  # the runner's clock
    st.integers(0, 99_999),
    st.integers(0, 200_000),
    st.sampled_from(["km", "mi"]),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_was_built_is_read(start: datetime, hundredths: int, seconds: int, unit: str, separator: str) -> None:
    start = start.replace(microsecond=0)
    clock = str(timedelta(seconds=seconds % 86_400)) if seconds >= 3600 else f"{seconds // 60}:{seconds % 60:02}"
    run = Run(date=str(start), distance=f"{hundredths / 100:.2f}", duration=clock)
    data = table(run, unit=unit).decode().replace(",", separator).encode()
    (told,) = read_runkeeper(entry(data)).told
    assert told.local_start == start
    assert told.timer_s == seconds % 86_400
    assert told.distance_m == pytest.approx(hundredths / 100 * {"km": 1000, "mi": 1609.344}[unit], rel=1e-12)


def test_what_people_write_reaches_nothing() -> None:
    private = 'Dr. Secret, 5 "miles"\n@home <ann@example.org>'
    account = read(Run(notes=private, route=private, friends="Secret Friend"), Run(name="b"))
    assert [told.activity_id for told in account.told] == ["b2a1df07-c209-44bb-a44c-9250251634e3", "b"]
    assert account.findings == ()
    assert not any(word in repr(account) for word in ("Secret", "miles", "@", "Friend"))


def test_a_table_without_names_gives_every_run_one_that_stays() -> None:
    runs = [Run(), Run(date="2026-03-29 07:00:00"), Run(distance="5.00"), Run(kind="Walking"), Run()]
    names = [told.activity_id for told in read(*runs, named=False).told]
    assert len(set(names)) == 5
    assert [told.activity_id for told in read(Run(kind="Hiking"), *runs, named=False).told][1:] == names
    assert names[0] == one(Run(duration="30:00", notes="x"), named=False).activity_id


def test_every_type_is_a_word_of_fit() -> None:
    assert {sport for sport, _ in SPORTS.values()} <= {*text_of("sport").values()}
    assert {sub_sport for _, sub_sport in SPORTS.values()} <= {*text_of("sub_sport").values(), ""}
    assert one(Run(kind="MOUNTAIN BIKING")).sub_sport == "mountain"


def test_unknown_types_are_counted_and_never_shown() -> None:
    account = read(Run(), Run(name="b", kind="Secret Sport"), Run(name="c", kind=""))
    assert [told.sport for told in account.told] == ["running", "unknown", "unknown"]
    (finding,) = account.findings
    assert (finding.code, finding.count, finding.where) == ("table-sport-unknown", 2, "rows 3, 4")
    assert "Secret" not in repr(finding)


@pytest.mark.parametrize(
    ("run", "name"),
    [
        (Run(distance="far"), "distance_m"),
        (Run(distance="-1"), "distance_m"),
        (Run(duration="1:75"), "timer_s"),
        (Run(climb="1e400"), "ascent_m"),
        (Run(heart_rate="999"), "heart_rate_mean_bpm"),
    ],
)
def test_what_is_no_number_is_missing_and_counted(run: Run, name: str) -> None:
    account = read(run)
    assert math.isnan(getattr(account.told[0], name))
    assert [(finding.code, finding.count, finding.where) for finding in account.findings] == [
        ("value-unreadable", 1, "row 2")
    ]


def test_empty_cells_are_missing_without_a_word() -> None:
    account = read(Run(distance="", duration="", climb="", heart_rate="0"))
    assert account.findings == ()
    told = account.told[0]
    assert all(math.isnan(value) for value in (told.distance_m, told.timer_s, told.ascent_m, told.heart_rate_mean_bpm))


def test_a_workout_without_a_day_is_kept() -> None:
    account = read(Run(date="28/03/2026"), Run(name="b", date="0001-01-01 00:00:00"))
    assert [told.local_start for told in account.told] == [None, None]
    assert [(finding.code, finding.count) for finding in account.findings] == [("time-unreadable", 2)]


def test_decimal_commas_are_told_by_the_whole_column() -> None:
    runs = [Run(distance='"10,125"'), Run(name="b", distance='"5,5"')]
    assert [told.distance_m for told in read(*runs).told] == [10_125.0, 5500.0]


def test_a_row_with_a_surplus_is_left_out_and_the_others_kept() -> None:
    data = table(Run(), Run(name="c")) + b"x,2026-01-01 00:00:00,Running,,1,10:00,,,,,,,,a,b\n"
    account = read_runkeeper(entry(data))
    assert [told.activity_id for told in account.told] == [Run().name, "c"]
    assert [(finding.code, finding.where) for finding in account.findings] == [("table-row-refused", "row 4")]


def test_quotes_that_do_not_fit_cost_no_table() -> None:
    account = read_runkeeper(entry(table(Run()).replace(b'"",', b'"x"y,', 1)))
    assert [told.distance_m for told in account.told] == [3240.0]
    assert [finding.code for finding in account.findings] == ["table-quotes"]


def test_the_table_is_told_by_its_header_at_any_depth() -> None:
    other = b"Date,Type,Distance,Duration,GPX File\n"
    entries = [
        entry(table(Run())),
        entry(table(unit="mi", named=False), "a/b/Renamed.CSV"),
        entry(table(Run()), "cardioActivities.txt"),
        entry(other, "other.csv"),
        entry(b"Date,Weight (kg)\n2026-01-01,60\n", "measurements.csv"),
        entry(b"\x00\x01", "broken.csv"),
        entry(b"", "empty.csv"),
    ]
    assert tables(entries) == {LABEL: read_runkeeper, "a/b/Renamed.CSV": read_runkeeper}


def test_a_long_note_in_the_first_row_does_not_hide_the_header() -> None:
    assert list(tables([entry(table(Run(notes="é" * 9000)))])) == [LABEL]


@given(st.one_of(st.binary(max_size=200), st.text(alphabet='ab,;"\n\r1:-', max_size=200).map(str.encode)))
def test_no_bytes_give_a_bare_traceback(data: bytes) -> None:
    for content in (data, table(Run()) + data):
        try:
            read_runkeeper(entry(content))
        except UnreadableFileError as error:
            assert error.label == LABEL  # noqa: PT017  # any other error fails the test
