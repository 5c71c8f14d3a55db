"""Garmin's tables against records worked by hand, facts built in SI units by a builder of its own, and any damage."""

import csv
import json
import math
import pickle
import time
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_garmin import FOLDER, activity, entry, gear_table, part, shoes
from mutated_json import mutants

import stressfx.io.fit
from stressfx.errors import LimitError, UnreadableFileError
from stressfx.exports.accounts import garmin
from stressfx.exports.told import Account
from stressfx.findings import CODES
from stressfx.schema import SHOES

T0 = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
GEAR = "jane_gear.json"


def read(value: object, name: str = "jane_0_summarizedActivities.json") -> Account:
    one = entry(value, name)
    [reader] = garmin.tables([one]).values()
    account = reader(one)
    SHOES.check(account.shoes)
    assert all(finding.code in CODES and finding.count > 0 for finding in account.findings)
    return account


def codes(account: Account) -> dict[str, int]:
    return {finding.code: finding.count for finding in account.findings}


def test_a_treadmill_run_of_ten_kilometres_in_49_minutes() -> None:
    record = {
        "activityId": 24251846565,
        "activityType": "treadmill_running",
        "startTimeLocal": 1788641685000,
        "startTimeGmt": 1788638085000,
        "distance": 1000000.0,
        "duration": 2953511.962890625,
        "elapsedDuration": 2953511.962890625,
        "movingDuration": 2856871.9787597656,
        "avgHr": 141.0,
        "maxHr": 181.0,
        "elevationGain": None,
        "steps": 7316.0,
        "avgDoubleCadence": 148.640625,
        "avgRunCadence": 74.3203125,
        "workoutRpe": 70,
        "eventTypeId": 1,
    }
    hike = {
        "activityId": 24245302199,
        "activityType": "hiking",
        "distance": 609162.98828125,
        "duration": 7512540.0390625,
    }
    account = read(part(record, hike | {"elevationGain": 24100.0, "elevationLoss": 33800.0, "eventTypeId": 9}))
    run, walk = account.told
    assert run.start == datetime(2026, 9, 5, 19, 54, 45, tzinfo=UTC)
    assert (run.activity_id, run.sport, run.sub_sport, run.utc_offset_s) == (
        "24251846565",
        "running",
        "treadmill",
        3600,
    )
    assert (run.distance_m, run.heart_rate_mean_bpm, run.heart_rate_max_bpm, run.steps) == (10000, 141, 181, 7316)
    assert (run.timer_s, run.elapsed_s, run.moving_s) == pytest.approx((2953.512, 2953.512, 2856.872), abs=1e-3)
    assert (run.cadence_mean_spm, run.perceived_exertion, run.competition) == (148.640625, 7, 1)
    assert (run.account, run.file, run.corrects) == ("garmin", "", "always")
    assert math.isnan(run.ascent_m)
    assert (walk.sport, walk.ascent_m, walk.descent_m) == ("hiking", 241, 338)
    assert walk.distance_m == pytest.approx(6091.63, abs=0.01)
    assert math.isnan(walk.competition)
    assert walk.start is None
    assert account.findings == ()


@given(
    number=st.integers(1, 10**12),
    start=st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001  # made aware below
    metres=st.fractions(100, 200_000, max_denominator=100),
    pace=st.fractions(Fraction(1, 12), 5, max_denominator=50),
    quarters=st.integers(-48, 56),
    climb=st.integers(0, 5000),
    exertion=st.sampled_from([None, *range(1, 11)]),
    strides=st.floats(60, 115),
)
def test_what_happened_is_what_is_told(
    number: int,
    start: datetime,
    metres: Fraction,
    pace: Fraction,
    quarters: int,
    climb: int,
    exertion: int | None,
    strides: float,
) -> None:
    begin = start.replace(microsecond=start.microsecond // 1000 * 1000, tzinfo=UTC)
    made = activity(
        number,
        begin,
        metres=metres,
        seconds=metres * pace,
        offset=timedelta(minutes=15 * quarters),
        elevationGain=climb * 100,
        workoutRpe=None if exertion is None else 10 * exertion,
        avgRunCadence=strides,
    )
    [told] = read(part(made)).told
    assert (told.activity_id, told.start, told.ascent_m) == (str(number), begin, climb)
    assert told.distance_m == pytest.approx(float(metres))
    assert told.timer_s == pytest.approx(float(metres * pace))
    assert told.utc_offset_s == 900 * quarters or (quarters == 0 and math.isnan(told.utc_offset_s))
    assert told.perceived_exertion == exertion or (exertion is None and math.isnan(told.perceived_exertion))
    assert told.cadence_mean_spm == 2 * strides


def test_an_offset_of_zero_is_known_where_the_table_shifts_its_local_times() -> None:
    winter, summer = activity(1, T0), activity(2, T0 + 2000 * HOUR, offset=HOUR)
    assert math.isnan(read(part(winter)).told[0].utc_offset_s)
    assert [told.utc_offset_s for told in read(part(winter, summer)).told] == [0, 3600]
    odd = activity(3, T0, offset=timedelta(minutes=7))
    assert [math.isnan(told.utc_offset_s) for told in read(part(winter, odd)).told] == [True, True]


def test_only_the_clock_is_told_if_the_instant_is_not() -> None:
    made = activity(1, T0, offset=HOUR) | {"startTimeGmt": None, "beginTimestamp": 12}
    account = read(part(made))
    [told] = account.told
    assert told.start is None
    assert told.local_start == datetime(2026, 3, 1, 8, 30)  # noqa: DTZ001  # the runner's clock
    assert codes(account) == {"time-implausible": 1}
    [begun] = read(part(activity(1, T0) | {"startTimeGmt": None})).told
    assert begun.start == T0


@pytest.mark.parametrize(
    ("written", "spm"),
    [
        ({"avgRunCadence": 85.0}, 170.0),
        ({"avgRunCadence": 171.0}, 171.0),
        ({"avgRunCadence": 117.0}, math.nan),
        ({"avgRunCadence": 85.0, "avgDoubleCadence": 172.0}, 172.0),
        ({"avgDoubleCadence": 85.0}, math.nan),
    ],
)
def test_cadence_is_steps_of_both_feet(written: dict[str, float], spm: float) -> None:
    account = read(part(activity(1, T0, **written)))
    assert account.told[0].cadence_mean_spm == pytest.approx(spm, nan_ok=True)
    assert codes(account) == ({"cadence-unclear": 1} if written == {"avgRunCadence": 117.0} else {})


@pytest.mark.parametrize("rpe", [5, 101, -10, "hard", [70]])
def test_an_exertion_off_the_scale_is_missing(rpe: object) -> None:
    account = read(part(activity(1, T0, workoutRpe=rpe)))
    assert math.isnan(account.told[0].perceived_exertion)
    assert codes(account) == {"garmin-value": 1}
    assert read(part(activity(1, T0, workoutRpe=None, directWorkoutRpe=30))).told[0].perceived_exertion == 3
    unrated = read(part(activity(1, T0, workoutRpe=0)))
    assert math.isnan(unrated.told[0].perceived_exertion)
    assert codes(unrated) == {}


@pytest.mark.parametrize(("metre", "second"), [(1, 1), (1, 1000), (100, 1), (10_000, 1000)])
def test_a_table_in_other_units_tells_no_distance_time_or_climb(metre: int, second: int) -> None:
    """Metres and seconds are what Garmin's web service gives, and what others save under the same name."""

    def written(number: int, kind: str, metres: int) -> dict[str, Any]:
        made = activity(number, T0 + number * HOUR, kind=kind, avgHr=140, elevationGain=50 * metre)
        return (
            made
            | {"distance": metres * metre}
            | dict.fromkeys(("duration", "elapsedDuration", "movingDuration"), 3000 * second)
        )

    account = read(part(written(1, "running", 9000), written(2, "trail_running", 8000), written(3, "yoga", 0)))
    for told in account.told:
        assert all(math.isnan(value) for value in (told.distance_m, told.timer_s, told.moving_s, told.elapsed_s))
        assert math.isnan(told.ascent_m)
        assert told.heart_rate_mean_bpm == 140
    assert codes(account) == {"garmin-units": 3}
    sound = read(part(written(1, "running", 9000) | {"distance": 900_000, "duration": 3_000_000}))
    assert (sound.told[0].distance_m, codes(sound)) == (9000, {})


def test_one_impossible_distance_costs_only_itself() -> None:
    fast = activity(3, T0 + 9 * HOUR, metres=60_000, seconds=3000)
    left_on = activity(4, T0 + 19 * HOUR, metres=10_000, seconds=4_000_000)
    account = read(part(activity(1, T0), activity(2, T0 + HOUR), fast, left_on, activity(5, T0 + 9000 * HOUR)))
    assert [told.distance_m for told in account.told] == pytest.approx([1e4, 1e4, math.nan, 1e4, 1e4], nan_ok=True)
    assert account.told[2].timer_s == 3000
    assert codes(account) == {"garmin-speed": 1}
    ride = activity(1, T0, kind="road_biking", metres=40_000, seconds=3000)
    assert read(part(ride)).told[0].distance_m == 40_000


def test_every_sport_is_in_the_words_of_fit() -> None:
    with (Path(stressfx.io.fit.__file__).parent / "types.csv").open(newline="") as stream:
        words = {(row["type"], row["name"]) for row in csv.DictReader(stream)}
    for sport, sub_sport in garmin.SPORTS.values():
        assert ("sport", sport) in words
        assert not sub_sport or ("sub_sport", sub_sport) in words


@pytest.mark.parametrize(
    ("kind", "sport"),
    [
        ("running", "running"),
        ("ultra_run", "running"),
        ("multi_sport", "multisport"),
        ("transition_v2", "transition"),
        ("swimToBikeTransition_v2", "transition"),
        ("resort_skiing_snowboarding_ws", "alpine_skiing"),
        ({"typeKey": "track_running"}, "running"),
        ("underwater_chess", "unknown"),
        (None, "unknown"),
        (7, "unknown"),
    ],
)
def test_kinds_of_activity(kind: object, sport: str) -> None:
    account = read(part(activity(1, T0) | {"activityType": kind}))
    assert account.told[0].sport == sport
    assert codes(account) == ({"garmin-sport": 1} if sport == "unknown" else {})


@pytest.mark.parametrize("event", [{"eventTypeId": 1}, {"eventType": "race"}, {"eventType": {"typeKey": "race"}}])
def test_a_race_is_a_competition_and_nothing_else_is_known_to_be_none(event: dict[str, Any]) -> None:
    assert read(part(activity(1, T0, **event))).told[0].competition == 1
    assert math.isnan(read(part(activity(1, T0, eventTypeId=9, eventType="training"))).told[0].competition)


def test_a_zero_that_was_not_measured_is_missing() -> None:
    account = read(part(activity(1, T0, metres=0, kind="strength_training", avgHr=0, steps=0)))
    [told] = account.told
    assert math.isnan(told.distance_m)
    assert math.isnan(told.heart_rate_mean_bpm)
    assert (told.steps, codes(account)) == (0, {})


def test_rows_and_values_that_are_none_are_counted_and_cost_only_themselves() -> None:
    nameless = activity(2, T0 + HOUR) | {"activityId": None}
    adrift = nameless | {"startTimeGmt": "noon", "beginTimestamp": None, "startTimeLocal": None}
    negative = activity(3, T0 + 2 * HOUR) | {"distance": -5, "avgHr": True, "steps": "many"}
    account = read(part(activity(1, T0), 7, None, nameless, adrift, negative))
    assert [told.activity_id for told in account.told] == ["1", "start 2026-03-01T08:30:00.000000", "3"]
    assert codes(account) == {"garmin-row": 3, "garmin-value": 4}
    assert math.isnan(account.told[2].distance_m)
    assert account.told[2].timer_s == 3000


def test_wrapped_bare_and_single_activities_are_the_same() -> None:
    made = activity(1, T0)
    forms = [part(made), part(made)[0], [made], made, [*part(made)], {"summarizedActivitiesExport": made}]
    told = {repr(astuple(one)) for form in forms for one in read(form).told}
    assert len(told) == 1
    assert [len(read(form).told) for form in forms] == [1] * len(forms)
    assert read([]).told == ()


def test_tables_are_told_by_name_and_content_at_any_depth() -> None:
    table, gear = part(activity(1, T0)), gear_table([shoes(1)], {})
    found = [
        entry(table),
        entry(table, "summarizedActivities.json", folder=""),
        entry(b"\xef\xbb\xbf \n" + json.dumps(table).encode(), "x_2_SUMMARIZEDACTIVITIES.JSON", folder="a/b/c"),
        entry(gear, GEAR),
        entry([], "empty_gear.json"),
    ]
    others = [
        entry(table, "jane_personalRecord.json"),
        entry({"other": 1}, "x_summarizedActivities.json"),
        entry(b"<html>", "y_summarizedActivities.json"),
        entry(b"", "z_gear.json"),
    ]
    tables = garmin.tables([*others, *found])
    assert set(tables) == {one.label for one in found}
    for one in found:
        reader = pickle.loads(pickle.dumps(tables[one.label]))  # noqa: S301  # as a pool of processes does
        assert isinstance(reader(one), Account)
    assert f"{FOLDER}/{GEAR}" in tables


def test_shoes_and_what_they_were_worn_for() -> None:
    red = shoes(5, displayName=" Red ", dateEnd="2026-01-31T00:00:00.0", gearStatusName="retired")
    blue = shoes(6, maximumMeters=0)
    bike = shoes(7, gearTypeName="Bike")
    account = read(gear_table([red, blue, bike], {5: [11, 12], 6: [12, 13], 7: [11, 14]}), GEAR)
    assert account.shoes[["shoe_id", "name"]].to_numpy().tolist() == [["5", "Red"], ["6", "Maker 6"]]
    assert account.shoes["start"].tolist() == [pd.Timestamp("2025-07-25")] * 2
    assert account.shoes["retired"].iloc[0] == pd.Timestamp("2026-01-31")
    assert pd.isna(account.shoes["retired"].iloc[1])
    assert account.shoes["replace_m"].tolist() == pytest.approx([643737.6, math.nan], nan_ok=True)
    assert account.shoes[["start_distance_m", "watch_m"]].isna().all(axis=None)
    assert [(told.activity_id, told.shoe_id) for told in account.told] == [("11", "5"), ("12", "5"), ("13", "6")]
    assert codes(account) == {"garmin-shoes-many": 1}


@given(st.dictionaries(st.integers(1, 9), st.lists(st.integers(100, 120), max_size=8), max_size=9))
def test_each_activity_has_the_first_pair_that_is_linked_to_it(worn: dict[int, list[int]]) -> None:
    first = {activity: pair for pair, activities in reversed(worn.items()) for activity in activities}
    account = read(gear_table([shoes(pair) for pair in range(1, 10)], worn), GEAR)
    assert {told.activity_id: told.shoe_id for told in account.told} == {
        str(activity): str(pair) for activity, pair in first.items()
    }
    assert all(math.isnan(told.distance_m) and told.start is None and not told.corrects for told in account.told)
    by_activity = {str(activity): [{"gearPk": pair}] for activity, pair in first.items()}
    turned = read({"gearDTOS": [shoes(pair) for pair in range(1, 10)], "gearActivityDTOs": by_activity}, GEAR)
    assert {told.activity_id: told.shoe_id for told in turned.told} == {
        told.activity_id: told.shoe_id for told in account.told
    }


def test_odd_gear_is_counted() -> None:
    pieces = [
        shoes(1),
        shoes(1, customMakeModel="again"),
        shoes(2, gearTypeName=None, dateBegin="soon", gearStatusName="retired"),
        shoes(3, gearTypeName="Skates"),
        {"customMakeModel": "nameless"},
        "none",
    ]
    account = read([*gear_table(pieces, {1: [11], 9: [12]}), {"gearActivityDTOs": {"1": [None, {}], "2": 5}}], GEAR)
    assert account.shoes["name"].tolist() == ["Maker 1", "Maker 2"]
    assert codes(account) == {
        "garmin-gear": 3,
        "garmin-gear-twice": 1,
        "garmin-gear-date": 2,
        "garmin-gear-link": 4,
    }


def test_no_name_of_a_person_or_address_comes_out() -> None:
    secret = "jane.doe@example.org"  # noqa: S105  # no password
    activities = read(part(activity(1, T0, locationName="Home", ownerFullName="Jane Doe", deviceId=3613943939)))
    gear = read(gear_table([shoes(1, displayName=f"of {secret}")], {1: [2]}), GEAR)
    shown = f"{activities.told} {activities.findings} {gear.told} {gear.shoes.to_dict()} {gear.findings}"
    assert not any(word in shown for word in (secret, "Jane", "Home", "4711", "3613943939"))
    with pytest.raises(UnreadableFileError) as refused:
        garmin.read_activities(entry(b"{jane", "x_summarizedActivities.json"))
    assert "jane" not in refused.value.reason


@settings(max_examples=60)
@given(st.data())
def test_a_table_that_breaks_off_keeps_what_is_complete(data: st.DataObject) -> None:
    whole = json.dumps(part(*(activity(number, T0 + number * HOUR) for number in range(1, 5)))).encode()
    cut = data.draw(st.integers(2, len(whole) - 1))
    try:
        account = garmin.read_activities(entry(whole[:cut]))
    except UnreadableFileError:
        assert b"," not in whole[:cut]
        return
    assert codes(account)["json-truncated"] == 1
    complete = min(4, whole[:cut].count(b"}"))
    assert [told.activity_id for told in account.told][:complete] == [str(n) for n in range(1, complete + 1)]
    assert all(told.distance_m == 10_000 for told in account.told[:complete])


@pytest.mark.parametrize(
    "data",
    [b"[" * 100_000, b'[{"summarizedActivitiesExport":' * 100_000, b'{"gearDTOS":[' * 50_000 + b"]}" * 50_000],
)
def test_depth_is_refused_at_once(data: bytes) -> None:
    began = time.perf_counter()
    for reader in (garmin.read_activities, garmin.read_gear):
        with pytest.raises(LimitError):
            reader(entry(data))
    assert time.perf_counter() - began < 2


def test_numbers_of_any_length_are_read_at_once() -> None:
    began = time.perf_counter()
    data = b'[{"activityId": 1, "activityType": "running", "distance": ' + b"9" * 900_000 + b"}]"
    account = garmin.read_activities(entry(data))
    assert codes(account) == {"garmin-value": 1}
    garmin.read_activities(entry(b"[" + b"{}," * 300_000 + b"{}]"))
    assert time.perf_counter() - began < 4


SOME = part(activity(1, T0, offset=HOUR, avgHr=140, workoutRpe=50, avgRunCadence=85.0), activity(2, T0 + HOUR))
SOME_GEAR = gear_table([shoes(1), shoes(2, dateEnd="2026-01-01")], {1: [1], 2: [2]})


@settings(max_examples=300)
@given(mutants(SOME), mutants(SOME_GEAR))
def test_no_value_of_any_type_raises(activities: object, gear: object) -> None:
    for account in (garmin.read_activities(entry(activities)), garmin.read_gear(entry(gear, GEAR))):
        SHOES.check(account.shoes)
        for told in account.told:
            assert told.activity_id
            f"{told}".encode()
            assert told.start is None or told.start.tzinfo is UTC
            numbers = (told.distance_m, told.timer_s, told.moving_s, told.elapsed_s, told.steps, told.ascent_m)
            assert all(math.isnan(value) or 0 <= value < 1e9 for value in numbers)
            assert math.isnan(told.perceived_exertion) or 1 <= told.perceived_exertion <= 10
        pickle.dumps(account)
