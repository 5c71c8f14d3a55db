"""Damaged tables by the thousand: those that a runner writes, and those of accounts.

Oracle: that nothing is raised that is no `StressfxError`, and limits of time and memory; for the beginnings of a table
that is cut off, the rows of the whole one.
"""

import io
from collections.abc import Callable
from functools import cache
from random import Random

import pytest
from mutants import FULL, MARKS, Judge, Kind, flips, pieces, prefixes

from stressfx.exports.accounts import intervals, runkeeper, strava
from stressfx.exports.archive import Entry
from stressfx.exports.harvest import TableReader
from stressfx.exports.sessions_table import read_sessions
from stressfx.exports.tables import read_injuries, read_profile, read_shoes
from stressfx.exports.told import Account

pytestmark = pytest.mark.fuzz

TABLE_MARKS = [b"\t", b"\r\n", b'""', b'"\n"', b"=1+1", b"1.234,5", b"1:02:03", b"PT1H", b"24:00:00", b"inf", b"\x80"]
TABLE_MARKS += [
    b"2025-02-30",
    b"9999-12-31",
    b"0001-01-01",
    b"0000-00-00",
    b"\xff\xfe",
    b"\0\0",
    "٣".encode(),
    b"#error#",
]
TABLE_MARKS += [
    "²".encode(),
    "\uff11".encode(),
    b"1e400",
    b"-0",
    b"1_000",
    b" ",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"\x1a",
    b"\\",
]

SHOES = b"shoe_id;name;start;retired;start_distance_km;replace_mi\nblue;Blue 2;2025-01-31;;12,5;500\nred;;;;;\n"
INJURIES = b"athlete_id,first_pain,stopped_running,diagnosed,site\nann,2025-05-06,,2025-05-09,tibia\nann,,,,\n"
PROFILE = (
    b'[runner]\nathlete_id = "ann"\nsex = "female"\nmass_kg = 58.5\nbirth_year = 1990\n\n[shoes]\nwatch_mi = 300\n'
)
STRAVA = (
    b"Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Activity Gear,"
    b"Filename,Elapsed Time,Moving Time,Distance,Perceived Exertion,Total Steps,Competition,Long Run\n"
    b'12,"Feb 17, 2022, 12:18:26 PM",Lunch,Run,"wet\nand ""cold""",1800,"5,25",Blue 2,activities/7.fit.gz,1800.0,'
    b"1750.0,5251.5,4.0,4800.0,1.0,\n"
    b'13,"Feb 18, 2022, 7:00:01 AM",,Ride,,3600,"20,10",,,3600.0,3500.0,20100.0,,,,\n'
)
STRAVA_GERMAN = (
    "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Verstrichene Zeit,Distanz,Dateiname,"
    "Verstrichene Zeit,Bewegungszeit,Distanz\n"
    '12,"09.12.2022, 15:24:49",Lauf,Lauf,1800,"5,25",activities/7.gpx,1800.0,1750.0,5251.5\n'
).encode()
STRAVA_SHOES = b"Shoe Name,Shoe Brand,Shoe Model,Shoe Default Sport Types\nold,Maker,Racer,Run\n,Maker,Trail,\n"
RUNKEEPER = (
    b"Activity Id,Date,Type,Route Name,Distance (km),Duration,Average Pace,Calories Burned,Climb (m),"
    b"Average Heart Rate (bpm),Notes,GPX File\n"
    b"a-1,2025-01-31 07:15:00,Running,,5.02,28:30,5:41,400.0,30.5,150,,2025-01-31-071500.gpx\n"
    b"a-2,2025-02-01 07:15:00,Walking,,3.00,1:02:30,20:50,200.0,,,,\n"
)
INTERVALS = (
    b"id,start_date_local,name,type,moving_time,distance,elapsed_time,total_elevation_gain,average_heartrate,icu_rpe,"
    b"icu_training_load\n"
    b"i7,2025-01-31T07:15:00,Morning,Run,1750,5012.3,1800,30.5,150,4,41\ni8,2025-02-01T07:15:00,,Ride,3500,20100,,,,,\n"
)
SESSIONS = (
    b"start,sport,distance_km,timer,shoe_id\n2025-01-31 07:15,running,5.02,0:28:30,blue\n2025-02-01,running,3,,\n"
)


def damaged(data: bytes, dice: Random) -> bytes:
    """Change a few pieces, or exchange whole cells, or write the text in another encoding."""
    how = dice.random()
    if how < 0.6:
        return pieces(data, dice, [*MARKS, *TABLE_MARKS])
    separator = max((b",", b";", b" = "), key=data.count)
    cells = data.split(separator)
    for _ in range(dice.randint(1, 3)):
        cells[dice.randrange(len(cells))] = dice.choice([*MARKS, *TABLE_MARKS, *cells])
    changed = separator.join(cells)
    if how < 0.9:
        return changed
    text = changed.decode("utf-8", "replace")
    return text.encode(dice.choice(["utf-16", "utf-16-be", "utf-8-sig", "cp1252", "utf-32"]), "replace")


def tables_of(
    account: Callable[[list[Entry]], dict[str, TableReader]], reader: TableReader, label: str
) -> Callable[[bytes], object]:
    """Read a table as an export does, which first asks whose it is, and then with its reader in any case."""

    def read(data: bytes) -> Account:
        table = Entry(label, lambda: io.BytesIO(data))
        account([table])
        return reader(table)

    return read


def kind(name: str, data: bytes, read: Callable[[bytes], object]) -> Kind:
    return Kind(name, lambda: [data], damaged, read, most=2500, few=100)


ACTIVITIES = tables_of(strava.tables, strava.read_activities, "activities.csv")
KINDS = (
    kind("csv-shoes", SHOES, read_shoes),
    kind("csv-injuries", INJURIES, read_injuries),
    kind("toml-profile", PROFILE, read_profile),
    Kind("csv-strava", lambda: [STRAVA, STRAVA_GERMAN], damaged, ACTIVITIES, most=5000),
    kind("csv-strava-shoes", STRAVA_SHOES, tables_of(strava.tables, strava.read_pairs, "shoes.csv")),
    kind("csv-runkeeper", RUNKEEPER, tables_of(runkeeper.tables, runkeeper.read_runkeeper, "cardioActivities.csv")),
    kind("csv-intervals", INTERVALS, tables_of(intervals.tables, intervals.read_intervals, "activities.csv")),
    kind("csv-sessions", SESSIONS, read_sessions),
)
BY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
EXPECTED = {"read", "UnreadableFileError", "SchemaError", "UnknownColumnsError", "LimitError"}


@BY_KIND
def test_every_beginning_and_any_change_of_one_byte_of_the_header_is_survived(kind: Kind) -> None:
    judge = Judge(kind)
    for number, data in enumerate(kind.originals()):
        header = data.index(b"\n")
        judge.inputs((f"{number}-{name}", cut) for name, cut in prefixes(data))
        judge.inputs((f"{number}-{name}", changed) for name, changed in flips(data, range(header + 1)))
    judge.settle()
    assert judge.outcomes["read"] > 0
    assert judge.outcomes.keys() <= EXPECTED


@BY_KIND
def test_damage_raises_nothing_but_our_own_errors(kind: Kind) -> None:
    judge = Judge(kind).share(0, 1)
    judge.settle()
    assert judge.outcomes["read"] > 0
    assert judge.outcomes.keys() <= EXPECTED


@cache
def costly() -> dict[str, tuple[Kind, bytes]]:
    """Lay out just under a megabyte each of what costs a reader most, byte for byte."""
    row = STRAVA.splitlines(keepends=True)[-1]
    header = STRAVA.split(b"\n", 1)[0] + b"\n"
    by_name = {kind.name: kind for kind in KINDS}
    return {
        "rows of Strava": (by_name["csv-strava"], header + row * (990_000 // len(row))),
        "rows of one cell": (by_name["csv-strava"], header + b"1\n" * 490_000),
        "columns": (by_name["csv-shoes"], b"shoe_id," + b",".join(b"c%d" % n for n in range(120_000)) + b"\n1\n"),
        "columns and rows": (
            by_name["csv-shoes"],
            b"shoe_id" + b",".join(b"c%d" % n for n in range(8000)) + b"\n1\n" * 9000,
        ),
        "one cell": (by_name["csv-strava"], header + b'"' + b"a" * 900_000),
        "digits": (by_name["csv-shoes"], b"shoe_id,watch_km\na," + b"9" * 900_000 + b"\n"),
        "empty rows": (by_name["csv-intervals"], INTERVALS + b"\n" * 900_000),
        "separators": (by_name["csv-runkeeper"], RUNKEEPER + b"," * 900_000),
        "names": (by_name["toml-profile"], b"[runner]\n" + b"".join(b"n%d=1\n" % n for n in range(90_000))),
        "brackets": (by_name["toml-profile"], b"a = " + b"[\n" * 30_000),
        "a long number": (by_name["toml-profile"], b"a = " + b"9" * 60_000),
        "a long name": (by_name["toml-profile"], b"a" + b".a" * 30_000 + b" = 1"),
        "long names": (by_name["toml-profile"], b"".join(b"a%d" % n + b".a" * 490 + b" = 1\n" for n in range(60))),
    }


@pytest.mark.parametrize("name", costly())
def test_a_megabyte_made_to_cost_much_costs_little(name: str) -> None:
    kind, data = costly()[name]
    assert len(data) < 2**20
    judge = Judge(kind)
    judge.read(name.replace(" ", "-"), data, traced=FULL)
    judge.settle()
    assert judge.outcomes.keys() <= EXPECTED
