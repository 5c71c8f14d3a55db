"""Oracle: the workouts that an export was built from; rows published with issues, read by hand."""

import csv
import io
import math
import pickle
import time
import tomllib
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_strava import ENGLISH, Workout, activities_csv, dated, export_zip, header
from made_strava import SHOES as SHOES_CSV

from stressfx.errors import SchemaError, UnknownColumnsError, UnreadableFileError
from stressfx.exports.accounts import strava
from stressfx.exports.accounts.strava import read_activities, read_columns, read_pairs, tables
from stressfx.exports.accounts.strava_words import instant, sport_of
from stressfx.exports.archive import Entry
from stressfx.exports.told import Account, Told
from stressfx.findings import CODES
from stressfx.schema import SHOES

LANGUAGES = ["en", "de", "fr", "nl", "it", "pt", "es", "ja"]
START = datetime(2024, 5, 6, 17, 8, 9, tzinfo=UTC)
RUN = Workout(7, START, file="activities/7.fit.gz")
SPORTS = {
    "run": ("running", ""),
    "trail": ("running", "trail"),
    "walk": ("walking", ""),
    "hike": ("hiking", ""),
    "ride": ("cycling", ""),
    "swim": ("swimming", ""),
}


def entry(text: str | bytes, label: str = "activities.csv") -> Entry:
    data = text.encode() if isinstance(text, str) else text
    return Entry(label, lambda: io.BytesIO(data))


def read(text: str | bytes, label: str = "activities.csv", columns: Mapping[str, str] | None = None) -> Account:
    """Read a table the way an export is read: found among others, its reader sent to another process."""
    table = entry(text, label)
    beside = entry("", label.replace("activities.csv", "activities/1.gpx"))
    reader = tables([table, beside], columns=columns)[label]
    return pickle.loads(pickle.dumps(reader))(table)  # noqa: S301  # our own pickle


def one(text: str | bytes) -> Told:
    (told,) = read(text).told
    return told


def noticed(account: Account) -> dict[str, int]:
    assert {finding.code for finding in account.findings} <= CODES.keys()
    counts: Counter[str] = Counter()
    for finding in account.findings:
        counts[finding.code] += finding.count
    return dict(counts)


def value(low: float, high: float) -> st.SearchStrategy[float | None]:
    return st.none() | st.floats(low, high).map(lambda number: round(number, 1))


def workouts(kinds: list[str]) -> st.SearchStrategy[list[Workout]]:
    return st.lists(
        st.builds(
            Workout,
            number=st.integers(1, 10**12),
            start=st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)).map(  # noqa: DTZ001  # the next line
                lambda start: start.replace(microsecond=0, tzinfo=UTC)
            ),
            kind=st.sampled_from(kinds),
            elapsed_s=st.integers(0, 10**6),
            distance_m=st.floats(0, 200_000).map(lambda metres: round(metres, 1)),
            file=st.sampled_from(["", "activities/12.fit.gz", "activities/13.gpx"]),
            gear=st.sampled_from(["", "Maker, Model 3", "Süß «4»"]),
            description=st.text(st.sampled_from('ab ,"\n;#0'), max_size=20),
            moving_s=value(0, 1e5),
            timer_s=value(0, 1e5),
            ascent_m=value(0, 9000),
            descent_m=value(0, 9000),
            heart_rate_mean_bpm=value(30, 230),
            heart_rate_max_bpm=value(30, 230),
            strides_per_minute=value(1, 120),
            steps=value(1, 1e5),
            perceived_exertion=value(0, 10),
            dirt_distance_m=value(0, 1e5),
            competition=st.booleans(),
            long_run=st.booleans(),
        ),
        min_size=1,
        max_size=5,
    )


def expected(workout: Workout, all_of_them: list[Workout], columns: set[str]) -> dict[str, Any]:
    """Say what a reader has to tell, given the columns that the table has, by their English names."""

    def told(name: str, value: float | None) -> float:
        return math.nan if value is None or name not in columns else value

    sport = SPORTS[workout.kind][0]
    marks = {
        name: math.nan if name not in columns or not any(getattr(other, field) for other in all_of_them) else flag
        for name, field, flag in (
            ("Competition", "competition", float(workout.competition)),
            ("Long Run", "long_run", float(workout.long_run)),
        )
    }
    strides = told("Average Cadence", workout.strides_per_minute)
    return {
        "account": "strava",
        "activity_id": str(workout.number),
        "file": workout.file,
        "start": workout.start,
        "sport": sport,
        "sub_sport": SPORTS[workout.kind][1],
        "timer_s": told("Timer Time", workout.timer_s),
        "moving_s": told("Moving Time", workout.moving_s),
        "elapsed_s": float(workout.elapsed_s),
        "ascent_m": told("Elevation Gain", workout.ascent_m),
        "descent_m": told("Elevation Loss", workout.descent_m),
        "heart_rate_mean_bpm": told("Average Heart Rate", workout.heart_rate_mean_bpm),
        "heart_rate_max_bpm": told("Max Heart Rate", workout.heart_rate_max_bpm),
        "cadence_mean_spm": 2 * strides if sport == "running" else math.nan,
        "steps": told("Total Steps", workout.steps),
        "shoe_id": workout.gear if sport in {"running", "walking", "hiking"} and "Activity Gear" in columns else "",
        "perceived_exertion": told("Perceived Exertion", workout.perceived_exertion),
        "dirt_distance_m": told("Dirt Distance", workout.dirt_distance_m),
        "competition": marks["Competition"],
        "long_run": marks["Long Run"],
        "corrects": "indoor",
    }


def same(found: Any, wanted: Any) -> bool:
    return bool(found == wanted) or (isinstance(wanted, float) and math.isnan(wanted) and math.isnan(found))


def assert_tells(account: Account, done: list[Workout], columns: set[str], *, metres: float) -> None:
    """Hold an account against the workouts; `metres` is how exactly the table writes a distance."""
    assert len(account.told) == len(done)
    for told, workout in zip(account.told, done, strict=True):
        wanted = expected(workout, done, columns)
        odd = {
            name: (getattr(told, name), value) for name, value in wanted.items() if not same(getattr(told, name), value)
        }
        assert odd == {}
        assert told.distance_m == pytest.approx(workout.distance_m, rel=0, abs=metres)
    worn = list(dict.fromkeys(told.shoe_id for told in account.told if told.shoe_id))
    assert SHOES.check(account.shoes)["shoe_id"].tolist() == worn
    assert account.findings == ()


KNOWN = {
    "nl": {"Timer Time", "Dirt Distance", "Competition", "Long Run"},
    "it": {"Timer Time", "Elevation Loss", "Total Steps", "Dirt Distance", "Competition", "Long Run"},
    "pt": {"Timer Time", "Average Cadence", "Total Steps", "Perceived Exertion", "Competition", "Long Run"},
    "ja": set(ENGLISH)
    - {"Activity ID", "Activity Date", "Activity Type", "Elapsed Time", "Distance", "Filename", "Moving Time"}
    - {"Elevation Gain"},
}
"""Columns whose headers nobody has published in a language."""


@settings(max_examples=200)
@given(st.data(), st.sampled_from(LANGUAGES), st.sampled_from([18, 60, 87, 92, 94, 99, 101, 103]))
def test_a_table_tells_what_it_was_built_from_in_every_language_and_width(
    data: st.DataObject, language: str, width: int
) -> None:
    kinds = {"en": list(SPORTS), "de": ["run", "trail", "walk", "hike", "ride"], "ja": ["run"]}
    done = data.draw(workouts(kinds.get(language, ["run", "walk", "ride"])))
    account = read(activities_csv(done, language, width))
    assert_tells(account, done, set(ENGLISH[:width]) - KNOWN.get(language, set()), metres=1e-9)


@given(workouts(["run", "trail", "walk", "hike", "ride"]))
def test_exports_of_2019_tell_kilometres(done: list[Workout]) -> None:
    account = read(activities_csv(done, "en", 10))
    assert_tells(account, done, {"Activity Gear"}, metres=5 + 1e-6)


@given(workouts(list(SPORTS)))
def test_exports_before_july_2019_tell_metres(done: list[Workout]) -> None:
    account = read(activities_csv(done, "old"))
    assert_tells(account, done, {"Activity Gear"}, metres=1e-9)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_saved_by_a_spreadsheet_is_the_same_table(encoding: str, separator: str) -> None:
    text = activities_csv([RUN], "de", 20)
    saved = io.StringIO()
    csv.writer(saved, delimiter=separator).writerows(csv.reader(io.StringIO(text)))
    assert all(map(same, astuple(one(saved.getvalue().encode(encoding))), astuple(one(text))))


GERMAN_ROW = """Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,\
Verstrichene Zeit,Distanz,Max. Herzfrequenz,Relative Leistung,Pendeln,Hinweis zur Privatsphäre für Aktivitäten,\
Aktivitätsausrüstung,Dateiname,Sportlergewicht,Fahrradgewicht,Verstrichene Zeit,Bewegungszeit,Distanz
8228026758,"09.12.2022, 15:24:49",2022-12-09 16:24,Radfahrt,"bewölkt, 0°C
---
 ",3189,"9,44",,,true,"",Patria,activities/8228026758.gpx,,20.0,3189.0,2070.0,9440.1
"""


def test_the_german_row_of_an_issue_is_read_as_by_hand() -> None:
    """geo-activity-playground#86: a ride of 53 minutes on 9 December 2022 at 15:24:49 UTC, 9.44 km."""
    told = one(GERMAN_ROW)
    assert (told.activity_id, told.sport, told.file) == ("8228026758", "cycling", "activities/8228026758.gpx")
    assert told.start == datetime(2022, 12, 9, 15, 24, 49, tzinfo=UTC)
    assert (told.elapsed_s, told.moving_s, told.distance_m) == (3189, 2070, 9440.1)
    assert told.shoe_id == "", "a bicycle is no pair of shoes"


def test_the_same_ride_before_and_after_july_2019() -> None:
    """strava-tools#2: one row in both layouts."""
    old = one(
        "id,date,name,type,description,elapsed_time,distance,commute,gear,filename\n"
        "1836776031,2018-09-12 15:02:23,Evening Ride,Ride,,783,3681.0,true,Merida,activities/1836776031.gpx\n"
    )
    new = one(
        "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Commute,"
        'Activity Gear,Filename\n1836776031,"Sep 12, 2018, 3:02:23 PM",Evening Ride,Ride,,783,3.68,true,Merida,'
        "activities/1836776031.gpx\n"
    )
    assert old.start == new.start == datetime(2018, 9, 12, 15, 2, 23, tzinfo=UTC)
    assert (old.distance_m, new.distance_m) == (3681, 3680)
    assert (old.file, old.elapsed_s) == (new.file, new.elapsed_s) == ("activities/1836776031.gpx", 783)


def test_of_the_headers_that_occur_twice_the_exact_distance_counts() -> None:
    rows = {0: {("Distance", 2): ""}, 1: {("Distance", 1): "99,99"}, 2: {("Elapsed Time", 1): ""}}
    rows |= {3: {("Max Heart Rate", 1): "", ("Max Heart Rate", 2): "171.0"}}
    account = read(activities_csv([RUN] * 4, "de", changed=rows))
    assert [told.distance_m for told in account.told] == [5000] * 4
    assert [told.elapsed_s for told in account.told] == [1800] * 4
    assert account.told[3].heart_rate_max_bpm == 171


def test_kilometres_follow_the_country_of_the_column() -> None:
    """A long ride: 1.234,56 km in Germany; of a single 1,234 nobody can tell."""
    far = {0: {("Distance", 1): "1.234,56", ("Distance", 2): ""}, 1: {("Distance", 1): "1.234", ("Distance", 2): ""}}
    account = read(activities_csv([RUN] * 2, "de", changed=far))
    assert [told.distance_m for told in account.told] == pytest.approx([1_234_560, 1_234_000])
    unclear = {0: {("Distance", 1): "1,234", ("Distance", 2): ""}}
    account = read(activities_csv([RUN], changed=unclear))
    assert math.isnan(account.told[0].distance_m)
    assert noticed(account) == {"value-unreadable": 1}


def test_the_short_distance_of_a_swim_is_not_used() -> None:
    swim = Workout(7, START, kind="swim", distance_m=1725)
    account = read(activities_csv([swim], changed={0: {("Distance", 1): "1725", ("Distance", 2): ""}}))
    assert math.isnan(account.told[0].distance_m)
    assert one(activities_csv([swim])).distance_m == 1725


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)),  # noqa: DTZ001  # the zone is set below
    st.sampled_from([*LANGUAGES, "old"]),
    st.sampled_from([" ", "\u202f", "\u00a0"]),
)
def test_dates_of_every_language_are_instants_in_utc(start: datetime, language: str, space: str) -> None:
    start = start.replace(microsecond=0, tzinfo=UTC)
    assert instant(dated(start, language, space=space)) == start


@pytest.mark.parametrize(
    "text",
    [
        "17 Feb 2022, 12:18:26",
        "17 Feb 2022 12:18:26",
        "Feb. 17, 2022, 12:18:26 p.m.",
        "17 février 2022 à 12:18:26",
        "17. Februar 2022 um 12:18:26",
        "17 de fev. de 2022, 12:18:26",
        "2022-02-17T12:18:26Z",
        "2022-02-17 12:18:26 UTC",
        "2022-02-17T12:18:26.000",
    ],
)
def test_further_ways_to_write_a_date(text: str) -> None:
    assert instant(text) == datetime(2022, 2, 17, 12, 18, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "3/4/2020, 10:00:00",
        "31 Feb 2022, 10:00:00",
        "17 Foo 2022, 10:00:00",
        "17 j 2022, 10:00:00",
        "17 ju 2022, 10:00:00",
        "17 jui 2022, 10:00:00",
        "Feb 17, 2022, 13:18:26 PM",
        "Feb 17, 2022, 0:18:26 AM",
        "17.02.2022, 25:00:00",
        "31.12.1989, 10:00:00",
        "01.01.2101, 10:00:00",
        "17.02.2022",
        "2022-02-17T12:18:26+05:00",
        "9" * 100_000,
    ],
)
def test_a_date_that_is_not_understood_is_none(text: str) -> None:
    assert instant(text) is None


def test_noon_and_midnight() -> None:
    assert instant("Feb 17, 2022, 12:00:00 AM") == datetime(2022, 2, 17, tzinfo=UTC)
    assert instant("Feb 17, 2022, 12:00:00 PM") == datetime(2022, 2, 17, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "sport"),
    [
        ("Virtual Run", ("running", "virtual_activity")),
        ("VirtualRun", ("running", "virtual_activity")),
        ("TRAIL RUN", ("running", "trail")),
        ("E-Bike Ride", ("e_biking", "")),
        ("Weight Training", ("training", "strength_training")),
        ("Workout", ("training", "")),
        ("Elliptical", ("fitness_equipment", "elliptical")),
        ("Yoga", ("training", "yoga")),
        ("Randonnée", ("hiking", "")),
        ("Run away", ("unknown", "")),
        ("", ("unknown", "")),
    ],
)
def test_types_are_sports_in_fits_words(word: str, sport: tuple[str, str]) -> None:
    assert sport_of(word) == sport


def test_types_that_are_not_known_are_no_runs_and_are_named() -> None:
    kinds = ["Quidditch", "Quidditch", "\x1b[31mKabaddi\u202e", "", *(f"Type {number}" for number in range(20))]
    account = read(activities_csv([Workout(n, START, kind=kind) for n, kind in enumerate(kinds, 1)]))
    assert {told.sport for told in account.told} == {"unknown"}
    assert noticed(account) == {"table-sport-unknown": 24}
    (finding,) = account.findings
    assert "Quidditch" in finding.message
    assert "and 13 more" in finding.message
    assert finding.message.isprintable()
    assert len(finding.message) < 500


def test_files_that_strava_could_not_export_are_told_from_workouts_without_a_file() -> None:
    """geo-activity-playground#301: the name of the file is ``#error#``."""
    done = [RUN, Workout(8, START, file="#error#"), Workout(9, START), Workout(10, START, file="#error while packing")]
    account = read(activities_csv(done) + "#error: the rest is missing\n")
    assert [told.file for told in account.told] == ["activities/7.fit.gz", "", "", ""]
    assert noticed(account) == {"strava-file-error": 3}
    assert {finding.where for finding in account.findings} == {"rows 3, 5", "row 6"}


@pytest.mark.parametrize(
    ("label", "file"),
    [
        ("activities.csv", "activities/7.fit.gz"),
        ("export_1/activities.csv", "export_1/activities/7.fit.gz"),
        ("a/b.zip/Activities.CSV", "a/b.zip/activities/7.fit.gz"),
    ],
)
@pytest.mark.parametrize(
    "name", ["activities/7.fit.gz", "./activities/7.fit.gz", "activities\\7.fit.gz", "/activities/7.fit.gz"]
)
def test_files_lie_beside_the_table(label: str, file: str, name: str) -> None:
    table = entry(activities_csv([Workout(7, START, file=name)]), label)
    assert [told.file for told in tables([table])[label](table).told] == [file]


def test_rows_of_another_width_are_read_as_far_as_they_go() -> None:
    whole = activities_csv([RUN], width=20)
    first, row = whole.splitlines()
    short, long = ",".join(row.split(",")[:8]), row.replace(",Run,", ",Run,more, and more,")
    account = read(f"{first}\n{short}\n{long}\nand some text\n77,no date,x\nsome text,2022-02-17 12:18:26,x")
    assert noticed(account) == {"strava-row-shape": 2, "table-row-refused": 3}
    cut, shifted = account.told
    assert (cut.activity_id, cut.sport, cut.start, cut.file) == ("7", "running", START, "")
    assert math.isnan(cut.distance_m)
    assert (shifted.activity_id, shifted.start, shifted.file) == ("7", START, "activities/7.fit.gz")
    assert shifted.sport == "unknown", "in a shifted row nobody knows which cell is the type"
    assert math.isnan(shifted.elapsed_s)


def test_rows_without_a_number_or_a_date() -> None:
    changed = {
        0: {("Activity ID", 1): "", ("Activity Date", 1): "3/4/2020 10:00"},
        1: {("Activity ID", 1): "name"},
        2: {("Activity ID", 1): "", ("Activity Date", 1): "", ("Filename", 1): ""},
        3: {("Activity ID", 1): "12.0"},
    }
    account = read(activities_csv([RUN, Workout(8, START), RUN, RUN], changed=changed))
    assert [told.activity_id for told in account.told] == ["activities/7.fit.gz", "2024-05-06T17:08:09Z", "12"]
    assert [told.start for told in account.told] == [None, START, START]
    assert noticed(account) == {"strava-date-unread": 1, "strava-id-missing": 2, "table-row-refused": 1}


def test_values_that_cannot_be_are_missing_and_counted() -> None:
    changed = {
        0: {("Distance", 1): "", ("Distance", 2): "-5.0", ("Elevation Gain", 1): "-1"},
        1: {("Max Heart Rate", 1): "250", ("Average Heart Rate", 1): "29", ("Perceived Exertion", 1): "11"},
        2: {("Moving Time", 1): "half an hour", ("Long Run", 1): "maybe"},
        3: {("Max Heart Rate", 1): "0", ("Average Cadence", 1): "0.0", ("Total Steps", 1): "0.0"},
        4: {("Perceived Exertion", 1): "10.0", ("Average Heart Rate", 1): "30"},
    }
    account = read(activities_csv([RUN] * 5, changed=changed))
    bad = ["distance_m", "ascent_m", "heart_rate_max_bpm", "heart_rate_mean_bpm", "perceived_exertion", "moving_s"]
    places = [0, 0, 1, 1, 1, 2]
    assert all(math.isnan(getattr(account.told[row], name)) for row, name in zip(places, bad, strict=True))
    unmeasured = account.told[3]
    assert all(math.isnan(x) for x in (unmeasured.heart_rate_max_bpm, unmeasured.cadence_mean_spm, unmeasured.steps))
    assert (account.told[4].perceived_exertion, account.told[4].heart_rate_mean_bpm) == (10, 30)
    rows = [(finding.code, finding.where) for finding in account.findings]
    assert sorted(rows) == sorted(
        [("strava-value-range", "row 2")] * 2
        + [("strava-value-range", "row 3")] * 3
        + [("value-unreadable", "row 4")] * 2
    )
    assert not any("half" in finding.message or "maybe" in finding.message for finding in account.findings)


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (["1.0", "", "0"], [1, 0, 0]),
        (["true", "False", ""], [1, 0, 0]),
        (["", "", ""], [math.nan] * 3),
        (["0.0", "", ""], [0, 0, 0]),
    ],
)
def test_an_empty_mark_says_no_only_where_marks_are_used(cells: list[str], marks: list[float]) -> None:
    changed = {row: {("Competition", 1): cell} for row, cell in enumerate(cells)}
    account = read(activities_csv([RUN] * 3, changed=changed))
    assert [told.competition for told in account.told] == pytest.approx(marks, nan_ok=True)
    assert all(math.isnan(told.long_run) for told in read(activities_csv([RUN] * 3, width=94, changed=changed)).told)


def test_cadence_is_of_both_feet_and_only_of_runs() -> None:
    done = [Workout(n, START, kind=kind, strides_per_minute=85) for n, kind in enumerate(["run", "walk", "ride"])]
    assert [told.cadence_mean_spm for told in read(activities_csv(done)).told] == pytest.approx(
        [170, math.nan, math.nan], nan_ok=True
    )


def test_quotes_that_do_not_fit_cost_no_other_row() -> None:
    text = activities_csv([RUN, Workout(8, START)]).replace('"Morning, run"', '"Morning" run', 1)
    account = read(text)
    assert [told.activity_id for told in account.told] == ["7", "8"]
    assert noticed(account)["table-quotes"] == 1


def test_a_table_of_another_service_is_not_claimed() -> None:
    garmin = "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Max HR,Avg Cadence\n"
    beside = entry("", "activities/1.gpx")
    for text in (garmin, "start,distance_km\n", "", activities_csv([RUN]).split("\n", 1)[1]):
        assert tables([entry(text), beside]) == {}
    assert tables([entry('"')]) == {}, "no folder of activities lies beside it"
    assert tables([entry(activities_csv([RUN], "xx"))]) == {}, "no folder of activities lies beside it"
    assert tables([entry(activities_csv([RUN]), "other.csv"), beside]) == {}


@pytest.mark.parametrize("text", ['"', "\x00", "Activity ID,Activ\x00ity Date\n1,2\n"])
def test_a_table_beside_recordings_that_cannot_be_read_is_not_passed_over(text: str) -> None:
    (reader,) = tables([entry(text), entry("", "activities/1.gpx")]).values()
    with pytest.raises(UnreadableFileError):
        reader(entry(text))


def test_a_language_that_is_not_known_is_an_error_with_a_file_to_fill_in() -> None:
    text = activities_csv([RUN], "xx")
    with pytest.raises(UnknownColumnsError) as caught:
        read(text)
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # our own pickle
    assert str(error) == str(caught.value)
    assert "activities.csv: the headers are in a language that is not known" in str(error)
    assert "Sträcka#1" in str(error)
    assert "--columns FILE" in str(error)
    assert error.headers[:7] == (
        "Nr.",
        "Tid",
        "(xx) Activity Name",
        "Slag",
        "(xx) Activity Description",
        "Varade#1",
        "Sträcka#1",
    )
    assert len(error.headers) == len(ENGLISH)
    template = error.template()
    assert set(tomllib.loads(template)["columns"].values()) == {""}
    assert "#  18  Sträcka#2\n" in template


def test_the_filled_in_file_reads_the_table_as_if_the_language_were_known() -> None:
    done = [Workout(7, START, file="activities/7.gpx", gear="Shoe", steps=5000, long_run=True), Workout(8, START)]
    text = activities_csv(done, "xx")
    with pytest.raises(UnknownColumnsError) as caught:
        read(text)
    named = {
        "activity_id": "Nr.",
        "date": "tid",
        "type": "Slag",
        "file": "Fil",
        "elapsed_s": "Varade",
        "distance_m": "Sträcka#2",
        "distance_km": "Sträcka#1",
        "steps": "Steg",
        "gear": "Skor",
        "long_run": "Långt",
    }
    template = caught.value.template()
    for column, name in named.items():
        template = template.replace(f'\n{column} = ""', f'\n{column} = "{name}"')
    columns = read_columns(template.encode())
    assert columns == named
    account = read(text, columns=columns)
    assert_tells(account, done, {"Total Steps", "Activity Gear", "Long Run"}, metres=1e-9)
    assert tables([entry(text)], columns=columns).keys() == {"activities.csv"}, "named headers need no folder beside"
    assert read(activities_csv(done), columns=columns).told[0].steps == 5000, "a known language needs no names"


@given(st.lists(st.text(max_size=12), min_size=1, max_size=30))
def test_no_header_can_break_the_file_to_fill_in(headers: list[str]) -> None:
    error = UnknownColumnsError("a.csv", strava.addresses(headers), strava.COLUMNS)
    assert set(tomllib.loads(error.template())["columns"]) == set(strava.COLUMNS)
    assert len(error.headers) == len(headers)


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("[columns", UnreadableFileError, "is no TOML"),
        ("", SchemaError, "one table \\[columns\\] is needed"),
        ("columns = 1", SchemaError, "one table"),
        ("[columns]\n[rows]", SchemaError, "one table"),
        ("[columns]\nid = 'x'", SchemaError, "a name that is not known. Known are activity_id, date"),
        ("[columns]\ndate = 5", SchemaError, "date has to be a header of the table"),
        ("[columns]\ndate = 'x'\ntype = ' '", SchemaError, "has to name the header of activity_id, type, file"),
    ],
)
def test_what_is_wrong_with_a_file_of_columns_is_named(text: str, error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        read_columns(text.encode())


def test_every_language_is_documented_and_has_what_is_needed() -> None:
    with (files("stressfx.exports.accounts") / "strava_headers.csv").open(encoding="utf-8") as table:
        rows = {row["column"]: row for row in csv.DictReader(table)}
    languages = list(rows["source"])[1:]
    assert len(languages) == len(LANGUAGES) + 1
    assert all(rows["source"][language] for language in languages)
    assert list(rows)[1:] == list(strava.COLUMNS)
    for column in ("activity_id", "date", "type", "file", "elapsed_s", "distance_m"):
        assert all(rows[column][language] for language in languages)


def test_shoes_are_named_as_their_workouts_name_them() -> None:
    own = entry("shoe_id,name\nblue,Maker\n", "shoes.csv")
    table, folder = entry(activities_csv([RUN])), entry("", "activities/7.fit.gz")
    assert tables([table, folder, own]).keys() == {"activities.csv"}, "the runner's own list is not Strava's"
    shoes = entry(SHOES_CSV + ",,,Run\n,Maker,Model 3,Walk\n", "shoes.csv")
    reader = tables([table, folder, shoes])["shoes.csv"]
    found = SHOES.check(reader(shoes).shoes)
    assert found["shoe_id"].tolist() == ["Maker Model 3", "Maker Model 2 Old ones"]
    assert found["name"].tolist() == found["shoe_id"].tolist()
    assert found["start"].isna().all()
    assert tables([shoes, folder]) == {}, "without a table of activities it may be anybody's"
    foreign = read_pairs(entry("Schoen,Merk\nx,y\n", "shoes.csv"))
    assert foreign.shoes.empty
    assert noticed(foreign) == {"strava-shoes-unread": 1}


def test_a_header_without_end_costs_no_more_than_its_length() -> None:
    wide = entry("a," * 100_000 + "\n1")
    began = time.perf_counter()
    assert tables([wide, entry("", "activities/1.gpx")]) == {}
    with pytest.raises(UnknownColumnsError) as caught:
        read_activities(wide)
    assert len(str(caught.value)) < 10_000
    assert time.perf_counter() - began < 5


def test_an_account_without_workouts_is_empty() -> None:
    account = read(",".join(header("fr")) + "\n")
    assert account.told == ()
    assert SHOES.check(account.shoes).empty
    assert account.findings == ()


def test_the_zip_of_an_export_holds_what_the_reader_looks_for() -> None:
    packed = zipfile.ZipFile(io.BytesIO(export_zip(activities_csv([RUN]), {RUN.file: b"x"}, folder="export_1/")))
    entries = [Entry(name, lambda name=name: packed.open(name)) for name in packed.namelist()]  # type: ignore[misc]
    found = tables(entries)
    assert found.keys() == {"export_1/activities.csv", "export_1/shoes.csv"}
    table = next(one for one in entries if one.label == "export_1/activities.csv")
    (told,) = read_activities(table).told
    assert told.file in packed.namelist()


def test_runs_a_second_apart_stay_apart() -> None:
    done = [Workout(number, START + timedelta(seconds=number)) for number in range(1, 200)]
    account = read(activities_csv(done, "pt"))
    assert [told.start for told in account.told] == [workout.start for workout in done]
