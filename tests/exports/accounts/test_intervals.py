"""Oracle: what the author of the service says of each column, by hand; and the rows that tables were built from."""

import io
import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_intervals import HEADER, RUN, table

from stressfx.errors import UnreadableFileError
from stressfx.exports.accounts.intervals import SPORTS, read_intervals, tables
from stressfx.exports.archive import Entry
from stressfx.exports.told import Account, Told
from stressfx.io.fit.profile import text_of

LABEL = "icu/activities.csv"


def entry(data: bytes, label: str = LABEL) -> Entry:
    return Entry(label, open=lambda: io.BytesIO(data))


def read(*rows: dict[str, str]) -> Account:
    return read_intervals(entry(table(*rows)))


def one(**cells: str) -> Told:
    (told,) = read(cells).told
    return told


def test_a_run_is_read_as_by_hand() -> None:
    assert one() == Told(
        account="intervals",
        activity_id="i1001",
        start=datetime(2025, 7, 1, 4, 30, tzinfo=UTC),
        local_start=datetime(2025, 7, 1, 6, 30),  # noqa: DTZ001  # the runner's clock
        utc_offset_s=7200.0,
        sport="running",
        distance_m=10_012.34,
        timer_s=3120.0,
        moving_s=3000.0,
        elapsed_s=3300.0,
        ascent_m=85.5,
        descent_m=math.nan,
        heart_rate_mean_bpm=148.0,
        heart_rate_max_bpm=171.0,
        cadence_mean_spm=173.0,
        shoe_id="Blue pair",
        perceived_exertion=6.0,
        competition=0.0,
    )
    assert read({}).findings == ()


def test_names_and_descriptions_reach_nothing() -> None:
    told = repr(read({}, {"id": "2", "type": "Secret Sport", "start_date_local": "Secret"}))
    assert not any(word in told for word in ("Secret", "@", "pain"))


@given(st.integers(-48, 56), st.datetimes(datetime(2000, 1, 2), datetime(2090, 1, 1)))  # noqa: DTZ001  # a clock's
def test_the_two_starts_give_the_offset(quarters: int, clock: datetime) -> None:
    clock = clock.replace(microsecond=0)
    local = clock + timedelta(minutes=15 * quarters)
    told = one(start_date_local=local.isoformat(), start_date=f"{clock.isoformat()}Z")
    assert told.local_start == local
    assert told.start == clock.replace(tzinfo=UTC)
    assert told.utc_offset_s == 900 * quarters


@pytest.mark.parametrize("start", ["", "2025-07-01T04:31:00Z", "2025-06-29T04:30:00Z", "soon"])
def test_an_instant_that_cannot_be_that_of_the_clock_is_left_unknown(start: str) -> None:
    told = one(start_date=start)
    assert told.local_start == datetime(2025, 7, 1, 6, 30)  # noqa: DTZ001  # the runner's clock
    assert told.start is None
    assert math.isnan(told.utc_offset_s)


def test_a_workout_without_a_day_is_kept() -> None:
    account = read({"start_date_local": "1 July"})
    assert (account.told[0].start, account.told[0].local_start) == (None, None)
    assert [(finding.code, finding.count, finding.where) for finding in account.findings] == [
        ("time-unreadable", 1, "row 2")
    ]


@pytest.mark.parametrize(
    ("cadence", "sport", "steps", "codes"),
    [
        ("86", "Run", 172.0, []),
        ("172", "TrailRun", 172.0, []),
        ("117", "Run", math.nan, ["cadence-unclear"]),
        ("", "Run", math.nan, []),
        ("0", "Run", math.nan, []),
        ("58", "Walk", math.nan, []),
        ("88", "Ride", math.nan, []),
    ],
)
def test_the_cadence_is_of_both_feet_or_missing(cadence: str, sport: str, steps: float, codes: list[str]) -> None:
    account = read({"average_cadence": cadence, "type": sport})
    assert account.told[0].cadence_mean_spm == pytest.approx(steps, nan_ok=True)
    assert [finding.code for finding in account.findings] == codes


def test_the_runners_own_exertion_stands_before_stravas() -> None:
    header = [*HEADER, "perceived_exertion"]

    def exertion(own: str, other: str) -> float:
        data = table({"icu_rpe": own, "perceived_exertion": other}, header=header)
        return read_intervals(entry(data)).told[0].perceived_exertion

    assert (exertion("6", "3"), exertion("", "3"), exertion("0", "3")) == (6.0, 3.0, 0.0)
    assert math.isnan(exertion("", ""))
    assert math.isnan(exertion("11", ""))


@pytest.mark.parametrize(
    ("race", "kind", "marked"),
    [("true", "", 1.0), ("", "RACE", 1.0), ("FALSE", "", 0.0), ("", "", math.nan), ("maybe", "", math.nan)],
)
def test_a_race_is_marked_or_not_or_nobody_asked(race: str, kind: str, marked: float) -> None:
    assert one(race=race, sub_type=kind).competition == pytest.approx(marked, nan_ok=True)


def test_sports_are_words_of_fit() -> None:
    assert {sport for sport, _ in SPORTS.values()} <= {*text_of("sport").values()}
    assert {sub_sport for _, sub_sport in SPORTS.values()} <= {*text_of("sub_sport").values(), ""}
    assert (one(trainer="true").sport, one(trainer="true").sub_sport) == ("running", "treadmill")
    assert one(type="TrailRun", trainer="true").sub_sport == "trail"
    assert one(type="").sport == ""
    account = read({"type": "Quidditch"})
    assert account.told[0].sport == "unknown"
    assert [finding.code for finding in account.findings] == ["table-sport-unknown"]


def test_gear_is_a_pair_of_shoes_on_foot_only() -> None:
    assert one(type="Hike").shoe_id == "Blue pair"
    assert one(type="Ride").shoe_id == ""
    assert one(gear='{"id": "g1"}').shoe_id == ""


def test_what_is_no_number_is_missing_and_counted() -> None:
    account = read({"distance": "far", "elapsed_time": "-3"}, {"id": "2", "max_heartrate": "0"})
    assert math.isnan(account.told[0].distance_m)
    assert math.isnan(account.told[0].elapsed_s)
    assert math.isnan(account.told[1].heart_rate_max_bpm)
    assert [(finding.code, finding.count, finding.where) for finding in account.findings] == [
        ("value-unreadable", 2, "row 2")
    ]


def test_a_row_without_a_name_is_left_out() -> None:
    account = read({"id": ""}, *({"id": str(number)} for number in range(3)))
    assert [told.activity_id for told in account.told] == ["0", "1", "2"]
    assert [(finding.code, finding.where) for finding in account.findings] == [("table-row-refused", "row 2")]


def test_many_odd_rows_are_one_finding() -> None:
    (finding,) = read(*({"id": str(number), "type": "?"} for number in range(12))).findings
    assert (finding.count, finding.where) == (12, "rows 2, 3, 4, 5, 6 and 7 more")


def test_columns_may_be_missing_and_in_any_order() -> None:
    header = ["icu_training_load", "type", "distance", "id", "start_date_local"]
    (told,) = read_intervals(entry(table({}, header=header))).told
    assert (told.activity_id, told.distance_m, told.sport) == (RUN["id"], 10_012.34, "running")
    assert math.isnan(told.timer_s)


def test_the_table_is_told_by_its_header() -> None:
    entries = [
        entry(table({})),
        entry(table({}), "a/b/x.CSV"),
        entry(table({}), "activities.txt"),
        entry(b"id,start_date_local,type,distance\n", "strava.csv"),
        entry(b"date,icu_training_load\n", "wellness.csv"),
    ]
    assert tables(entries) == {LABEL: read_intervals, "a/b/x.CSV": read_intervals}


@given(st.one_of(st.binary(max_size=200), st.text(alphabet='ab,;"\n\r1:-', max_size=200).map(str.encode)))
def test_no_bytes_give_a_bare_traceback(data: bytes) -> None:
    for content in (data, table({}) + data):
        try:
            read_intervals(entry(content))
        except UnreadableFileError as error:
            assert error.label == LABEL  # noqa: PT017  # any other error fails the test
