"""Oracles: what the builder laid in; pages worked by hand after published ones; the whole file for its beginnings."""

import io
import math
import pickle
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import IO, cast
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_apple import (
    BROKEN_TYPE,
    SOUND_TYPE,
    XML_LABEL,
    Run,
    element,
    health_record,
    heart_rate,
    metadata,
    part,
    record,
    route,
    stamp,
    statistics,
    workout,
)

from stressfx.errors import LimitError, StressfxError, UnreadableFileError
from stressfx.exports.accounts import apple, apple_elements, apple_xml
from stressfx.exports.accounts.apple import read_apple, tables
from stressfx.exports.archive import Entry
from stressfx.exports.told import Account, Told
from stressfx.findings import CODES
from stressfx.io.read import read_activity

START = datetime(2024, 9, 3, 17, 48, tzinfo=UTC)


def entry(data: bytes, label: str = XML_LABEL) -> Entry:
    return Entry(label, open=lambda: io.BytesIO(data))


def read(*elements: str, **how: str) -> Account:
    return read_apple(entry(health_record(elements, **how)))


def codes(account: Account) -> dict[str, int]:
    """Count findings by code; every code must be one that is listed."""
    assert all(finding.code in CODES and finding.count > 0 for finding in account.findings)
    met: Counter[str] = Counter()
    for finding in account.findings:
        met[finding.code] += finding.count
    return dict(met)


def sample(account: Account) -> list[tuple[Told, list[tuple[int, float]]]]:
    """Say all that an account tells, in a form that can be compared (NaN is not equal to itself)."""
    missing = [replace(told, **{name: -1.0 for name in Told.__slots__ if _nan(told, name)}) for told in account.told]
    return [
        (told, [*zip(rates.time.astype("int64").tolist(), rates.heart_rate_bpm.tolist(), strict=True)] if rates else [])
        for told in missing
        for rates in [account.heart_rates.get(told.activity_id)]
    ]


def _nan(told: Told, name: str) -> bool:
    value = getattr(told, name)
    return isinstance(value, float) and math.isnan(value)


def cut(data: bytes, sizes: Sequence[int]) -> Entry:
    """Give an entry whose stream reads as little as it likes."""

    class Stingy(io.BytesIO):
        turn = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.turn += 1
            return super().read(min(size or 0, sizes[self.turn % len(sizes)]) if size != -1 else -1)

    return Entry(XML_LABEL, open=lambda: Stingy(data))


# what was laid in

ZONES = [
    "",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "America/Argentina/Buenos_Aires",
]
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=20)
SPORTS = [
    ("Running", "WalkingRunning", "running", "indoor_running"),
    ("Walking", "WalkingRunning", "walking", "indoor_walking"),
    ("Hiking", "WalkingRunning", "hiking", ""),
    ("Cycling", "Cycling", "cycling", "indoor_cycling"),
    ("Elliptical", "WalkingRunning", "fitness_equipment", "elliptical"),
    ("Curling", "WalkingRunning", "unknown", ""),
]


@st.composite
def runs(draw: st.DrawFn) -> Run:
    kind, distance_of, _, _ = draw(st.sampled_from(SPORTS))
    elapsed_s = draw(st.integers(0, 40_000))
    mean_bpm = draw(st.none() | st.floats(40, 200))
    return Run(
        start=datetime(2010, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 600_000_000))),
        elapsed_s=elapsed_s,
        timer_s=draw(st.floats(0, elapsed_s)),
        kind=kind,
        distance_of=distance_of,
        distance_m=draw(st.none() | st.floats(0, 300_000)),
        distance_unit=draw(st.sampled_from(["km", "mi", "m", "yd"])),
        timer_unit=draw(st.sampled_from(["min", "s", "hr"])),
        source=draw(TEXTS),
        zone=draw(st.sampled_from(ZONES)),
        written_offset_s=draw(st.sampled_from([-34_200, -18_000, 0, 7200, 20_700, 46_800])),
        indoor=draw(st.none() | st.booleans()),
        ascent_cm=draw(st.none() | st.integers(0, 10**6)),
        steps=draw(st.none() | st.integers(0, 10**5)),
        mean_bpm=mean_bpm,
        max_bpm=None if mean_bpm is None else draw(st.floats(mean_bpm, 230)),
        route=draw(st.sampled_from(["", "/workout-routes/route_2024-09-03_8.15pm.gpx"])),
        modern=draw(st.booleans()),
    )


def check(told: Told, run: Run) -> None:
    """Compare what is told with what happened."""
    _, _, sport, indoors = next(row for row in SPORTS if row[0] == run.kind)
    zoned = (
        run.start.astimezone(ZoneInfo(run.zone)).utcoffset() if run.zone else timedelta(seconds=run.written_offset_s)
    )
    assert told.account == "apple"
    assert (told.sport, told.sub_sport) == (sport, indoors if run.indoor or run.kind == "Elliptical" else "")
    assert told.start == run.start
    assert told.start.utcoffset() == timedelta(0)
    assert timedelta(seconds=told.utc_offset_s) == zoned
    assert (told.device, told.corrects) == (run.source, "")
    assert told.file == (f"apple_health_export{run.route}" if run.route else "")
    expected = {
        "distance_m": run.distance_m,
        "timer_s": run.timer_s,
        "elapsed_s": run.elapsed_s,
        "ascent_m": None if run.ascent_cm is None else run.ascent_cm / 100,
        "heart_rate_mean_bpm": run.mean_bpm,
        "heart_rate_max_bpm": run.max_bpm,
        "steps": run.steps,
        "moving_s": None,
    }
    for name, value in expected.items():
        assert getattr(told, name) == pytest.approx(math.nan if value is None else value, nan_ok=True), name


@given(st.lists(runs(), max_size=4), st.sampled_from([SOUND_TYPE, BROKEN_TYPE, ""]))
@settings(max_examples=60)
def test_a_health_record_says_again_what_happened(happened: list[Run], document_type: str) -> None:
    account = read(*(workout(run) for run in happened), document_type=document_type)
    assert len(account.told) == len(happened)
    for told, run in zip(account.told, happened, strict=True):
        check(told, run)
    assert len({told.activity_id for told in account.told}) == len(happened)
    odd = {"apple-zone": [not run.zone for run in happened], "apple-sport": [run.kind == "Curling" for run in happened]}
    assert codes(account) == {code: sum(met) for code, met in odd.items() if any(met)}
    assert account.shoes.empty


PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
]>
<HealthData locale="en_US">
 <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min" creationDate="2021-01-08 18:50:00 +0100" startDate="2021-01-08 18:50:00 +0100" endDate="2021-01-08 18:50:00 +0100" value="151.5"/>
 <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="28.5" durationUnit="min" sourceName="Watch" sourceVersion="7.2" device="&lt;&lt;HKDevice: 0x280bb4f00&gt;, name:Watch&gt;" creationDate="2021-01-08 19:14:00 +0100" startDate="2021-01-08 18:44:41 +0100" endDate="2021-01-08 19:13:58 +0100">
  <MetadataEntry key="HKTimeZone" value="Europe/Lisbon"/>
  <MetadataEntry key="HKTimeZone" value="Europe/Athens"/>
  <MetadataEntry key="HKElevationAscended" value="1036 cm"/>
  <MetadataEntry key="HKWeatherHumidity" value="6900 %"/>
  <WorkoutEvent type="HKWorkoutEventTypePause" date="2021-01-08 18:48:37 +0100"/>
  <WorkoutEvent type="HKWorkoutEventTypeSegment" date="2021-01-08 18:44:41 +0100" duration="7" durationUnit="min">
   <MetadataEntry key="HKIndoorWorkout" value="1"/>
  </WorkoutEvent>
  <WorkoutActivity uuid="A" startDate="2021-01-08 18:44:41 +0100" endDate="2021-01-08 19:13:58 +0100" duration="28.5" durationUnit="min">
   <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="9" unit="km"/>
   <WorkoutStatistics type="HKQuantityTypeIdentifierStepCount" sum="4321" unit="count"/>
   <MetadataEntry key="HKElevationDescended" value="12.5 m"/>
   <MetadataEntry key="HKTimeZone" value="Asia/Tokyo"/>
  </WorkoutActivity>
  <WorkoutStatistics type="HKQuantityTypeIdentifierHeartRate" average="150.25" minimum="98" maximum="176" unit="count/min"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" sum="312" unit="Cal"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="2.5" unit="mi"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="2.6" unit="mi"/>
  <WorkoutRoute sourceName="Watch" startDate="2021-01-08 18:44:41 +0100" endDate="2021-01-08 19:13:58 +0100">
   <MetadataEntry key="HKElevationDescended" value="1 m"/>
   <FileReference path="/workout-routes/route_2021-01-08_7.13pm.gpx"/>
  </WorkoutRoute>
 </Workout>
</HealthData>
"""  # noqa: E501  # lines as long as the phone writes them


def test_a_page_read_by_hand() -> None:
    account = read_apple(entry(PAGE.encode()))
    (told,) = account.told
    silent = ("moving_s", "cadence_mean_spm", "perceived_exertion", "dirt_distance_m", "competition", "long_run")
    assert all(math.isnan(getattr(told, name)) for name in silent)
    assert replace(told, **dict.fromkeys(silent, 0.0)) == Told(
        account="apple",
        activity_id=told.activity_id,
        file="apple_health_export/workout-routes/route_2021-01-08_7.13pm.gpx",
        start=datetime(2021, 1, 8, 17, 44, 41, tzinfo=UTC),
        utc_offset_s=0.0,  # Lisbon in winter, though the phone was an hour ahead when it exported
        sport="running",
        device="Watch",
        distance_m=2.5 * 1609.344,  # of the workout, not of its part
        timer_s=28.5 * 60,
        moving_s=0,
        elapsed_s=29 * 60 + 17,
        ascent_m=10.36,
        descent_m=12.5,  # only the part tells it
        heart_rate_mean_bpm=150.25,
        heart_rate_max_bpm=176,
        cadence_mean_spm=0,
        steps=4321,
        perceived_exertion=0,
        dirt_distance_m=0,
        competition=0,
        long_run=0,
    )  # fmt: skip
    rates = account.heart_rates[told.activity_id]
    assert rates.time.dtype == np.dtype("datetime64[us]")
    assert rates.time.tolist() == [datetime(2021, 1, 8, 17, 50)]  # noqa: DTZ001  # as numpy gives UTC
    assert rates.heart_rate_bpm.tolist() == [151.5]
    assert account.findings == ()


def test_new_totals_stand_before_old_ones() -> None:
    both = workout(Run(modern=False, distance_m=4000), more=statistics("DistanceWalkingRunning", "m", Run(), sum=5000))
    assert read(both).told[0].distance_m == 5000


def test_steps_beside_the_bicycle_are_no_ride() -> None:
    walked = statistics("DistanceWalkingRunning", "m", Run(), sum=800)
    ride = read(workout(Run(kind="Cycling", distance_m=None), more=walked)).told[0]
    assert math.isnan(ride.distance_m)
    old = read(workout(Run(kind="Cycling", distance_m=9000, modern=False), more=walked)).told[0]
    assert old.distance_m == 9000
    assert read(workout(Run(kind="Tennis", distance_m=None), more=walked)).told[0].distance_m == 800
    assert read(workout(Run(kind="Other", distance_of="Cycling", distance_m=9000))).told[0].distance_m == 9000
    both = read(workout(Run(kind="Other", distance_of="Cycling", distance_m=9000), more=walked)).told[0]
    assert math.isnan(both.distance_m)


@pytest.mark.parametrize(
    ("kind", "entry_", "expected"),
    [
        ("Swimming", ("HKSwimmingLocationType", 1), ("swimming", "lap_swimming")),
        ("Swimming", ("HKSwimmingLocationType", 2), ("swimming", "open_water")),
        ("Swimming", ("HKIndoorWorkout", 1), ("swimming", "")),
        ("Yoga", ("HKIndoorWorkout", 1), ("training", "yoga")),
        ("Rowing", ("HKIndoorWorkout", 1), ("rowing", "indoor_rowing")),
        ("TrackAndField", ("HKIndoorWorkout", 0), ("training", "")),
        ("CoreTraining", ("HKIndoorWorkout", 1), ("training", "strength_training")),
        ("Other", ("HKIndoorWorkout", 1), ("unknown", "")),
    ],
)
def test_kinds_in_the_words_of_fit(kind: str, entry_: tuple[str, int], expected: tuple[str, str]) -> None:
    account = read(workout(Run(kind=kind, zone="UTC"), more=metadata(*entry_)))
    assert (account.told[0].sport, account.told[0].sub_sport) == expected
    assert codes(account) == {}


def test_the_parts_of_a_triathlon_are_told_and_the_intervals_of_a_run_are_not() -> None:
    swim = statistics("DistanceSwimming", "yd", Run(), sum=1000)
    ride = statistics("DistanceCycling", "km", Run(), sum=20)
    run = statistics("DistanceWalkingRunning", "km", Run(), sum=5) + statistics("StepCount", "count", Run(), sum=4400)
    starts = [START + timedelta(minutes=minutes) for minutes in (0, 20, 25, 70)]
    parts = "".join(
        part(start, 60 * minutes, inside)
        for start, minutes, inside in zip(starts, (20, 5, 45, 30), (swim, swim + run, ride, run), strict=True)
    )
    whole = Run(kind="SwimBikeRun", elapsed_s=6000, timer_s=6000, distance_m=None, zone="Asia/Tokyo", route="/r.gpx")
    account = read(workout(whole, more=parts + swim + ride + run), heart_rate(starts[3] + timedelta(minutes=1), 160))
    assert [told.sport for told in account.told] == ["multisport", "swimming", "unknown", "cycling", "running"]
    assert [told.distance_m for told in account.told] == pytest.approx(
        [914.4 + 25_000, 914.4, math.nan, 20_000, 5000], nan_ok=True
    )
    assert [told.start for told in account.told[1:]] == starts
    assert [told.timer_s for told in account.told] == [6000, 1200, 300, 2700, 1800]
    assert {told.utc_offset_s for told in account.told} == {32_400.0}
    assert {told.device for told in account.told} == {"Watch"}
    assert [told.file for told in account.told] == ["apple_health_export/r.gpx", "", "", "", ""]
    assert account.told[4].steps == 4400
    assert {told.activity_id for told in account.told if told.activity_id in account.heart_rates} == {
        account.told[0].activity_id,
        account.told[4].activity_id,
    }
    assert codes(account) == {"apple-parts": 4}
    intervals = read(workout(Run(), more=part(START, 600, run) + part(starts[1], 600, run)))
    assert [told.distance_m for told in intervals.told] == [5000]
    silent = read(workout(Run(distance_m=None), more=part(START, 600, run) + part(starts[1], 600, run)))
    assert math.isnan(silent.told[0].distance_m)  # what became of the rest of it is not known


def test_what_is_not_understood_is_missing_and_counted() -> None:
    fine = Run(zone="UTC")
    odd = [
        workout(fine).replace('unit="km"', 'unit="li"'),
        workout(fine).replace('sum="5.0"', 'sum="5,0"'),
        workout(fine).replace('duration="30.0"', 'duration="half"'),
        workout(fine).replace('durationUnit="min"', 'durationUnit="moon"'),
        workout(fine).replace('durationUnit="min"', ""),
        workout(fine).replace(stamp(START), "yesterday"),
        workout(fine).replace(stamp(START), stamp(START + timedelta(days=1))),
        workout(fine).replace(stamp(START), "2024-09-03 19:48:00"),
        workout(fine).replace("HKWorkoutActivityTypeRunning", "HKWorkoutActivityTypeChessboxing"),
        workout(replace(fine, steps=1, ascent_cm=2)).replace('sum="1"', 'sum="-1"').replace("2 cm", "2 parsecs"),
    ]
    account = read(*odd)
    assert codes(account) == {"apple-sport": 1, "apple-unit": 4, "time-unreadable": 3, "value-unreadable": 3}
    assert [math.isnan(told.distance_m) for told in account.told] == [True] * 2 + [False] * 8
    assert [math.isnan(told.timer_s) for told in account.told] == [False] * 2 + [True] * 3 + [False] * 5
    assert [told.start is None for told in account.told] == [False] * 5 + [True, False, True, False, False]
    assert [math.isnan(told.elapsed_s) for told in account.told] == [False] * 5 + [True] * 3 + [False] * 2
    assert [math.isnan(told.utc_offset_s) for told in account.told] == [told.start is None for told in account.told]
    assert "li" not in " ".join(finding.message for finding in account.findings).split()


def test_dates_of_ios_8_are_read() -> None:
    ancient = workout(Run()).replace(stamp(START), "20240903194800+0200")
    assert read(ancient).told[0].start == START


# time zones


@pytest.mark.parametrize(
    ("zone", "hours", "said"),
    [
        ("America/New_York", -4, 0),
        ("Europe/Berlin", 2, 0),
        ("GMT", 0, 0),
        ("Mars/Olympus", 1, 1),
        ("localtime", 1, 1),
        ("../../etc/localtime", 1, 1),
        ("/etc/localtime", 1, 1),
        ("Europe/", 1, 1),
        ("A/" + "b" * 10_000, 1, 1),
        ("", 1, 1),
    ],
)
def test_the_zone_of_the_workout_stands_before_that_of_the_phone(zone: str, hours: int, said: int) -> None:
    account = read(workout(Run(zone=zone, written_offset_s=3600)))
    assert account.told[0].utc_offset_s == 3600 * hours
    assert account.told[0].start == START
    assert codes(account) == ({"apple-zone": 1} if said else {})


def test_the_offset_is_that_of_the_start_over_a_clock_change() -> None:
    before = Run(
        start=datetime(2024, 10, 27, 0, 30, tzinfo=UTC), elapsed_s=7200, zone="Europe/Berlin", written_offset_s=3600
    )
    after = replace(before, start=datetime(2024, 10, 27, 1, 0, tzinfo=UTC))
    assert [told.utc_offset_s for told in read(workout(before), workout(after)).told] == [7200, 3600]


@pytest.mark.parametrize(
    "date", ["0001-01-01 00:00:00 +1400", "9999-12-31 23:59:59 -1400", "2020-01-01 00:00:00 +1600"]
)
def test_dates_at_the_ends_of_time_are_none(date: str) -> None:
    account = read(
        workout(Run(zone="Asia/Tokyo")).replace(stamp(START), date), heart_rate(START, 60).replace(stamp(START), date)
    )
    assert account.told[0].start is None
    assert codes(account) == {"time-unreadable": 2}


# names


def test_a_workout_has_the_same_name_in_every_export() -> None:
    run = Run(zone="Europe/Berlin")
    first = read(workout(run)).told[0].activity_id
    later = read(
        workout(replace(run, start=START + timedelta(days=9))), workout(replace(run, written_offset_s=-18_000))
    )
    assert [told.activity_id == first for told in later.told] == [False, True]
    for other in (replace(run, kind="Walking"), replace(run, elapsed_s=1801), replace(run, source="App")):
        assert read(workout(other)).told[0].activity_id != first
    twice = read(workout(run), workout(run)).told
    assert twice[0].activity_id == first != twice[1].activity_id


def test_every_app_that_wrote_a_run_down_is_heard() -> None:
    sources = ["Watch", "<script>alert(1)</script>", "=1+1", "x" * 10_000]
    account = read(*(workout(Run(source=source)) for source in sources))
    assert [told.device for told in account.told] == sources


def test_a_route_is_named_as_the_export_names_it() -> None:
    path = "/workout-routes/jo@example.org.gpx"
    data = health_record([workout(Run(route=path))])
    assert read_apple(entry(data)).told[0].file == "apple_health_export/workout-routes/[e-mail].gpx"
    assert read_apple(entry(data, "export.xml")).told[0].file == "workout-routes/[e-mail].gpx"
    several = workout(Run(route="/a.gpx")).replace(
        '<FileReference path="/a.gpx"/>', '<FileReference path="/a.gpx"/>' * 2
    )
    inside = workout(Run(route="/a.gpx")).replace('<FileReference path="/a.gpx"/>', "<Location/>" * 3)
    account = read(several, inside)
    assert [told.file for told in account.told] == ["apple_health_export/a.gpx", ""]
    assert codes(account) == {"apple-routes": 1, "apple-route-inside": 1, "apple-zone": 2}


def test_a_route_of_apple_is_read_as_any_recording() -> None:
    data = route([(START + timedelta(seconds=second), 52.5 + second * 3e-5, 13.4) for second in range(60)])
    activity = read_activity(data)
    assert len(activity.records) == 60
    assert activity.records["heart_rate_bpm"].isna().all()
    assert activity.records["time"].min() == START


# heart rates


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(30, 220)), max_size=30),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), min_size=1, max_size=4),
    st.randoms(),
)
@settings(max_examples=60)
def test_heart_rates_are_those_from_start_to_end(
    measured: list[tuple[int, int]], lasted: list[tuple[int, int]], dice: "Callable[..., object]"
) -> None:
    rates = [heart_rate(START + timedelta(seconds=second), bpm) for second, bpm in measured]
    happened = [Run(start=START + timedelta(seconds=second), elapsed_s=length) for second, length in lasted]
    places = sorted(range(len(rates) + len(happened)), key=lambda _: dice.random())  # type: ignore[attr-defined]
    rest = iter([workout(run) for run in happened])
    ordered = iter(rates)
    # anywhere in the file, but heart rates among one another in their order
    elements = [next(ordered) if place < len(rates) else next(rest) for place in places]
    account = read(*elements)
    first: dict[int, int] = {}
    for second, bpm in measured:
        first.setdefault(second, bpm)
    for told, (second, length) in zip(account.told, lasted, strict=True):
        expected = [(at, first[at]) for at in sorted(first) if second <= at <= second + length]
        held = account.heart_rates.get(told.activity_id)
        times = (
            [] if held is None else (held.time - np.datetime64(START.replace(tzinfo=None))).astype("m8[s]").astype(int)
        )
        assert [*zip(times, [] if held is None else held.heart_rate_bpm, strict=True)] == expected
        assert (held is None) == (not expected)


def test_other_measurements_and_odd_heart_rates_are_left_out() -> None:
    sound = heart_rate(START, 61.25, nested=False)
    odd = [
        sound.replace("61.25", "nan"),
        sound.replace("61.25", "0"),
        sound.replace("61.25", ""),
        sound.replace(stamp(START), "then"),
        sound.replace("count/min", "Hz"),
        record("RestingHeartRate", START, 50, "count/min"),
        record("StepCount", START, 50, "count", nested=True),
    ]
    account = read(*odd, sound, workout(Run(zone="UTC")))
    assert account.heart_rates[account.told[0].activity_id].heart_rate_bpm.tolist() == [61.25]
    assert codes(account) == {"apple-unit": 1, "time-unreadable": 1, "value-unreadable": 3}


def test_the_first_of_many_heart_rates_of_an_instant_stands() -> None:
    rates = [heart_rate(START + timedelta(seconds=number % 5), 60 + number) for number in range(150)]
    account = read(*rates, workout(Run()))
    assert account.heart_rates[account.told[0].activity_id].heart_rate_bpm.tolist() == [60, 61, 62, 63, 64]


# the document type

BOMB = "<!DOCTYPE HealthData [\n<!ENTITY a0 'ha'>\n" + "".join(
    f"<!ENTITY a{level} '{f'&a{level - 1};' * 10}'>\n" for level in range(1, 12)
)


@pytest.mark.parametrize(
    "document_type",
    [
        SOUND_TYPE,
        BROKEN_TYPE,
        "",
        "<!-- one --> <!-- two -->\n",
        SOUND_TYPE.replace("]>", "  ]  \n > "),
        SOUND_TYPE.replace("]>", "<!-- ]> <HealthDataX> --> ]>"),
        SOUND_TYPE.replace("]>", "<!ELEMENT HealthData ANY>\n" * 8000 + "]>"),
        BOMB + "]>",
        SOUND_TYPE + SOUND_TYPE.replace("HealthData [", "x ["),
        "<!DOCTYPE HealthData [ <!ENTITY x SYSTEM 'file:///etc/passwd'> <!ENTITY % y SYSTEM 'http://x/'> %y; ]>",
    ],
)
def test_the_document_type_is_cut_out_whatever_it_says(document_type: str) -> None:
    account = read(workout(Run(zone="UTC")), document_type=document_type)
    assert len(account.told) == 1
    assert account.findings == ()


@pytest.mark.parametrize(
    "document_type",
    [
        "<!DOCTYPE HealthData>\n",
        "<!DOCTYPE HealthData SYSTEM 'health.dtd'>\n",
        "<!DOCTYPE HealthData PUBLIC '-//x' 'http://example.org/health.dtd' [ ]>\n",
        "<!DOCTYPE html [ ]>\n",
        "<!DOCTYPE HealthDataX [ ]>\n",
        "<!DOCTYPE HealthData [ \n",
        SOUND_TYPE.replace("]>", "<!ELEMENT HealthData ANY>\n" * 12_000 + "]>"),
        "<!-- " + "long " * 60_000 + "-->",
    ],
)
def test_any_other_document_type_is_refused(document_type: str) -> None:
    with pytest.raises(UnreadableFileError):
        read(workout(Run()), document_type=document_type)


def test_entities_are_never_expanded() -> None:
    hungry = workout(Run(source="victim")).replace("victim", "&a11;")
    tracemalloc.start()
    begun = time.perf_counter()
    account = read(workout(Run(zone="UTC")), hungry, workout(Run(zone="UTC")), document_type=BOMB + "]>")
    lasted = time.perf_counter() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(account.told) == 2
    assert codes(account) == {"apple-damaged": 1}
    assert lasted < 2
    assert peak < 30e6
    late = read(workout(Run()), BOMB + "]>", workout(Run(source="victim")).replace("victim", "&a1;"))
    assert len(late.told) == 1


# pieces, cuts and damage

LITTLE = [
    heart_rate(START + timedelta(minutes=1), 120),
    workout(Run(zone="Europe/Berlin", route="/workout-routes/a.gpx", steps=3000, source="Zoë's")),
    heart_rate(START + timedelta(minutes=2), 130, nested=False),
    record("StepCount", START, 12, "count"),
    workout(Run(start=START + timedelta(hours=2), modern=False), more=part(START, 60, metadata("HKTimeZone", "UTC"))),
    heart_rate(START + timedelta(minutes=3), 140),
]
DAMAGES = {
    "ampersand": lambda text: text.replace("Watch", "W & tch", 1),
    "entity": lambda text: text.replace("Watch", "W&nbsp;tch", 1),
    "no end": lambda text: text.rstrip().removesuffix("/>").removesuffix("</Record>"),
    "quote": lambda text: text.replace('unit="count', "unit=count", 1),
    "bracket": lambda text: text.replace("/>", ">", 1),
    "names with blanks": lambda text: text.replace("value=", 'Health Mate App Version="2" value=', 1),
    "twice": lambda text: text.replace("value=", 'type="x" value=', 1),
    "no text": lambda text: text.replace("Watch", "W&#11;tch", 1),
    "stray end": lambda text: text + "</Record>",
    "comment": lambda text: text + "<!-- -- -->",
}


@given(st.lists(st.integers(1, 7), min_size=1, max_size=5), st.integers(1, 400))
@settings(max_examples=60)
def test_it_does_not_matter_how_the_file_is_cut_into_pieces(sizes: list[int], piece: int) -> None:
    damaged = [DAMAGES["entity"](LITTLE[0]), *LITTLE[1:3], *[DAMAGES["no end"](LITTLE[3])] * 3, *LITTLE[4:]]
    for elements in (LITTLE, damaged):
        data = health_record(elements, document_type="")
        whole = read_apple(entry(data))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(apple_xml, "PIECE", piece)
            patch.setattr(apple_xml, "MAX_PROLOGUE", 60)  # what is looked through at the start is not cut up
            cut_up = read_apple(cut(data, sizes))
        assert sample(cut_up) == sample(whole)
        assert cut_up.findings == whole.findings
        assert len(whole.told) == 2


def test_a_file_that_breaks_off_anywhere_loses_no_whole_workout() -> None:
    data = health_record(LITTLE)
    whole = sample(read_apple(entry(data)))
    complete = [data.index(b"</Workout>"), data.rindex(b"</Workout>")]
    root = data.index(b"<HealthData locale")
    for length in range(len(data)):
        try:
            account = read_apple(entry(data[:length]))
        except UnreadableFileError:
            assert length <= data.index(b">", root)
            continue
        kept = sum(length >= end + len(b"</Workout>") for end in complete)
        assert [told for told, _ in sample(account)] == [told for told, _ in whole[:kept]]
        assert ("apple-truncated" in codes(account)) == (length < len(data.rstrip()))
    assert whole == sample(read_apple(entry(data + b"\n \n")))


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("element_", [0, 2, 3])
def test_damage_costs_what_it_stands_in_and_no_more(damage: str, element_: int) -> None:
    elements = list(LITTLE)
    elements[element_] = DAMAGES[damage](elements[element_])
    account = read(*elements)
    assert [told for told, _ in sample(account)] == [told for told, _ in sample(read(*LITTLE))]
    assert codes(account) == {"apple-damaged": 1}
    rates = account.heart_rates[account.told[0].activity_id].heart_rate_bpm.tolist()
    assert set(rates) >= {120.0, 130.0, 140.0} - {[120.0, 0.0, 130.0, 0.0][element_]}


def test_a_damaged_workout_costs_that_workout() -> None:
    run = workout(Run(zone="UTC"))
    broken = run.replace('<MetadataEntry key="HKTimeZone"', '<MetadataEntry key=HKTimeZone"')
    account = read(run, broken, workout(Run(kind="Walking", zone="UTC")))
    assert [told.sport for told in account.told] == ["running", "walking"]
    assert codes(account) == {"apple-damaged": 1}
    last = read(run, broken)
    assert (len(last.told), codes(last)) == (1, {"apple-damaged": 1})


def test_bytes_that_are_no_text_cost_one_element() -> None:
    data = health_record([workout(Run(source="MARK")), workout(Run(kind="Walking"))])
    account = read_apple(entry(data.replace(b"MARK", b"\xff\xfe")))
    assert [told.sport for told in account.told] == ["walking"]


def test_control_characters_are_left_out() -> None:
    data = health_record([workout(Run(source="WaMARKtch", zone="UTC"))]).replace(b"MARK", b"\x0b\0")
    account = read_apple(entry(data))
    assert account.told[0].device == "Watch"
    assert codes(account) == {"apple-controls": 2}


def test_whatever_byte_is_changed_nothing_is_raised_but_our_own() -> None:
    data = health_record([LITTLE[0], LITTLE[1]], document_type=BROKEN_TYPE)
    dice = np.random.default_rng(3)
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] = dice.choice(np.frombuffer(b"<>&\"'/ =\0\xff-!]x", np.uint8))
        try:
            account = read_apple(entry(bytes(changed)))
        except StressfxError:
            assert place < data.index(b"locale=")
            continue
        assert len(account.told) <= 1
        assert set(codes(account)) <= CODES.keys()


class Breaking(io.BytesIO):
    """A stream that fails after a while, as an archive with a damaged member does."""

    error: Exception = OSError()

    def read(self, size: int | None = -1, /) -> bytes:
        """Give what there is, then fail."""
        piece = super().read(size)
        if not piece:
            raise self.error
        return piece


@pytest.mark.parametrize(
    "error", [UnreadableFileError("x", "cannot be unpacked (it is damaged)"), OSError(5, "x"), EOFError()]
)
def test_a_stream_that_fails_gives_what_it_gave(error: Exception) -> None:
    def opened(data: bytes) -> IO[bytes]:
        stream = Breaking(data)
        stream.error = error
        return stream

    data = health_record(LITTLE)
    for length in (len(data) - 30, len(data)):  # an archive whose checksum is wrong fails at its very end
        account = read_apple(Entry(XML_LABEL, open=partial(opened, data[:length])))
        assert len(account.told) == 2
        assert codes(account)["apple-truncated"] == 1
    with pytest.raises(UnreadableFileError):
        read_apple(Entry(XML_LABEL, open=lambda: opened(b"")))


def test_a_stream_that_passes_its_limit_is_refused() -> None:
    stream = Breaking(health_record(LITTLE))
    stream.error = LimitError("x", "unpacks to more than allowed")
    with pytest.raises(LimitError):
        read_apple(Entry(XML_LABEL, open=lambda: stream))


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 9000, b"PK\3\4", b"{}", b"<gpx/>", b"<HealthData", "<HealthData/>".encode("utf-16")]
)
def test_what_is_no_health_record_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_apple(entry(data))


def test_an_empty_health_record_tells_nothing() -> None:
    account = read_apple(entry(b"<HealthData/>"))
    assert (account.told, account.findings, dict(account.heart_rates)) == ((), (), {})


# limits


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 70 + "</a>" * 70,
        element("Record", **{f"a{number}": number for number in range(70)}),
        "<Record type='" + "x" * 3 * 2**20 + "'/>",
        "<!--" + "x" * 3 * 2**20 + "-->",
        "<Record type='" + "x" * 5 * 2**20,
    ],
)
def test_depth_attributes_and_tags_are_limited(inside: str) -> None:
    with pytest.raises(LimitError):
        read(inside)


def test_long_text_between_elements_is_no_trouble() -> None:
    assert len(read("x" * 5 * 2**20, workout(Run())).told) == 1


@pytest.mark.parametrize(
    ("module", "limit", "most"),
    [
        (apple_elements, "MAX_HEART_RATES", 40),
        (apple_elements, "MAX_KEPT", 20_000),
        (apple, "MAX_SHARED", 1000),
        (apple_xml, "MAX_DAMAGES", 69),
    ],
)
def test_numbers_are_limited(module: object, limit: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    elements = [DAMAGES["entity"](heart_rate(START, 60)) for _ in range(70)]
    elements += [heart_rate(START + timedelta(seconds=second), 60) for second in range(41)]
    elements += [workout(Run(kind="Walking")) for _ in range(41)]
    assert len(read(*elements).told) == 41
    monkeypatch.setattr(module, limit, most)
    with pytest.raises(LimitError):
        read(*elements)


class Endless(io.RawIOBase):
    """A health record made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Make as much as is asked for."""
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def decade(megabytes: int) -> Iterator[bytes]:
    """Write many measurements, one in twenty of them a heart rate, and a workout at the end."""
    whole = health_record([workout(Run(elapsed_s=10**6))])
    end = whole.index(b" <Workout")
    yield whole[:end]
    elements = [record("StepCount", START, 9, "count", nested=row % 5 == 0) for row in range(19)]
    elements.append(heart_rate(START, 60))
    rows = "".join(elements).encode() * 100
    for _ in range(megabytes * 10**6 // len(rows)):
        yield rows
    yield whole[end:]


def test_memory_does_not_grow_with_the_file() -> None:
    peaks, counts = [], []
    for megabytes in (5, 50):
        stream = cast("IO[bytes]", Endless(decade(megabytes)))
        tracemalloc.start()
        record_ = apple_elements.read_health_record(stream, "x")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        counts.append(len(record_.times_us))
        assert record_.findings == []
    assert counts[1] > 6000
    assert peaks[1] - peaks[0] < 4 * 16 * (counts[1] - counts[0]) + 2**18  # the arrays, and their growing
    assert peaks[1] < 12e6


# which file it is


def test_the_health_record_is_found_by_what_it_says() -> None:
    long_type = SOUND_TYPE.replace("]>", "<!ELEMENT HealthData ANY>\n" * 400 + "]>")
    entries = [
        entry(health_record(LITTLE, document_type=long_type), "apple_health_export/导出.xml"),
        entry(b"\xef\xbb\xbf" + health_record([], document_type=""), "b/Exportar.XML"),
        entry(b"<?xml version='1.0'?>\n<ClinicalDocument/>", "apple_health_export/export_cda.xml"),
        entry(health_record(LITTLE), "notes.txt"),
        entry(b"", "empty.xml"),
        entry(b"<HealthDataX/>", "other.xml"),
    ]
    found = tables(entries)
    assert list(found) == ["apple_health_export/导出.xml", "b/Exportar.XML"]
    reader = pickle.loads(pickle.dumps(found["apple_health_export/导出.xml"]))  # noqa: S301  # our own
    assert len(reader(entries[0]).told) == 2
    assert found["b/Exportar.XML"](entries[1]).told == ()
