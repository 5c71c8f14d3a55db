"""Damaged JSON by the thousand: the tables of a Garmin account, and the sessions of a Polar account.

Oracle: that nothing is raised that is no `StressfxError`, and limits of time and memory.
"""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from random import Random

import pytest
from mutants import FULL, MARKS, Judge, Kind, flips, pieces, prefixes

from stressfx.activity.summary import session_findings, session_rows
from stressfx.exports.accounts import garmin
from stressfx.exports.archive import Entry
from stressfx.exports.told import Account
from stressfx.io.activity import Activity
from stressfx.io.polar import read_polar

pytestmark = pytest.mark.fuzz

JSON_MARKS = [
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"null",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"\\u0000",
    b"\\ud800",
    b"[" * 3000,
]
VALUES = [None, True, -1, 0, 2**63, 10**30, 1.5e300, "", "x", "NaN", "PT1H2.5S", "2025-02-30T99:00:00", [], {}, [[]]]
VALUES += [{"a": [1]}, "0001-01-01T00:00:00Z", "PT9999999999S", "\0", "\u202e", "9" * 400, -(10**400)]
DAY_MS = 1_700_000_000_000

ACTIVITIES = [
    {
        "summarizedActivitiesExport": [
            {
                "activityId": 1000 + run,
                "name": "Lunch run",
                "activityType": "running",
                "sportType": "RUNNING",
                "startTimeGmt": float(DAY_MS + run * 86_400_000),
                "startTimeLocal": float(DAY_MS + run * 86_400_000 + 3_600_000),
                "duration": 1_800_000.0,
                "elapsedDuration": 1_900_000.0,
                "movingDuration": 1_750_000.0,
                "distance": 525_000.0,
                "avgHr": 150.0,
                "avgRunCadence": 84.0,
                "steps": 5040,
            }
            for run in range(3)
        ]
    }
]
GEAR = {
    "gearDTOS": [
        {
            "gearPk": 5,
            "uuid": "u-5",
            "displayName": "blue",
            "customMakeModel": "Maker Racer",
            "gearTypeName": "Shoes",
            "gearStatusName": "active",
            "dateBegin": "2024-01-01T00:00:00.0",
            "maximumMeters": 643738.0,
        },
    ],
    "gearActivityDTOs": {"5": [{"activityId": 1000, "gearPk": 5}, {"activityId": 1001, "gearPk": 5}]},
}
SESSION = {
    "name": "Run",
    "startTime": "2025-05-05T20:04:22.000",
    "stopTime": "2025-05-05T20:34:22.000",
    "timezoneOffset": 120,
    "duration": "PT30M2.5S",
    "distance": 6000.0,
    "averageHeartRate": 150,
    "exercises": [
        {
            "startTime": "2025-05-05T20:04:22.000",
            "timezoneOffset": 120,
            "duration": "PT30M2.5S",
            "distance": 6000.0,
            "sport": "RUNNING",
            "samples": {
                "heartRate": [{"dateTime": f"2025-05-05T20:04:{s}.000", "value": 100 + s} for s in range(22, 40)],
                "recordedRoute": [
                    {
                        "dateTime": f"2025-05-05T18:04:{s}.000",
                        "longitude": 10.0,
                        "latitude": 50 + s / 1e5,
                        "altitude": 200,
                    }
                    for s in range(22, 40)
                ],
            },
        }
    ],
}


def places(value: object) -> list[tuple[object, object]]:
    """Give every list and object with every place in it, at any depth."""
    found: list[tuple[object, object]] = []
    waiting = [value]
    while waiting:
        inside = waiting.pop()
        keys = range(len(inside)) if isinstance(inside, list) else list(inside) if isinstance(inside, dict) else []
        found += [(inside, key) for key in keys]
        waiting += [inside[key] for key in keys]  # type: ignore[index]  # a list or an object
    return found


def damaged(data: bytes, dice: Random) -> bytes:
    """Change a few pieces of the text; or exchange or take away some values and leave it JSON."""
    if dice.random() < 0.5:
        return pieces(data, dice, [*MARKS, *JSON_MARKS])
    value = [json.loads(data)]
    for _ in range(dice.randint(1, 4)):
        inside, key = dice.choice(places(value))
        if dice.random() < 0.2 and inside is not value:
            del inside[key]  # type: ignore[attr-defined]  # a list or an object
        else:
            # a copy: the next change may be one inside of it, and must not reach the next mutant
            inside[key] = deepcopy(dice.choice(VALUES))  # type: ignore[index]  # a list or an object
    return json.dumps(value[0]).encode() if value else b""


def table(label: str) -> Callable[[bytes], object]:
    """Read a table of Garmin's as an export does, which first asks whose it is."""

    def read(data: bytes) -> list[Account]:
        entry = Entry(label, lambda: io.BytesIO(data))
        return [reader(entry) for reader in garmin.tables([entry]).values()]

    return read


def polar(data: bytes) -> Activity:
    activity = read_polar(data)
    session_findings(activity, session_rows(activity))
    return activity


def kind(name: str, value: object, read: Callable[[bytes], object]) -> Kind:
    originals = [json.dumps(value).encode(), json.dumps(value, indent=1).encode("utf-8-sig")]
    return Kind(
        name, lambda: originals, lambda data, dice: damaged(data.removeprefix(b"\xef\xbb\xbf"), dice), read, 5000, 100
    )


KINDS = (
    kind("json-garmin-activities", ACTIVITIES, table("x_0_summarizedActivities.json")),
    kind("json-garmin-gear", GEAR, table("x_gear.json")),
    kind("json-polar", SESSION, polar),
)
BY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
EXPECTED = {"read", "UnreadableFileError", "LimitError"}


@BY_KIND
def test_every_beginning_and_any_change_of_one_byte_at_the_start_is_survived(kind: Kind) -> None:
    judge = Judge(kind)
    for number, data in enumerate(kind.originals()):
        judge.inputs((f"{number}-{name}", cut) for name, cut in prefixes(data))
        judge.inputs((f"{number}-{name}", changed) for name, changed in flips(data, range(100)))
    judge.settle()
    assert judge.outcomes["read"] > 0
    assert judge.outcomes.keys() <= EXPECTED


@BY_KIND
@pytest.mark.parametrize("part", range(2))
def test_damage_raises_nothing_but_our_own_errors(kind: Kind, part: int) -> None:
    judge = Judge(kind).share(part, 2)
    judge.settle()
    assert judge.outcomes["read"] > 0.3 * judge.outcomes.total()
    assert judge.outcomes.keys() <= EXPECTED


@cache
def costly() -> dict[str, tuple[Kind, bytes]]:
    """Lay out just under a megabyte each of what costs a reader most, byte for byte."""
    activities, links, session = KINDS
    start = b'[{"summarizedActivitiesExport": ['
    sample = b'{"dateTime":"2025-05-05T20:04:22","value":1},'
    beats = b'{"startTime":"2025-05-05T20:04:22","exercises":[{"samples":{"heartRate":['
    return {
        "activities": (activities, start + b'{"activityId":1},' * 55_000),
        "activities that are none": (activities, start + b"0," * 480_000),
        "brackets": (activities, start + b"[" * 900_000),
        "objects": (activities, start + b'{"a":' * 180_000),
        "digits": (activities, start + b'{"activityId":' + b"9" * 900_000),
        "escapes": (activities, start + b'{"name":"' + b"\\ud800" * 150_000),
        "pairs": (links, b'{"gearDTOS":[' + b'{"gearPk":1,"gearTypeName":"Shoes"},' * 25_000),
        "links": (links, b'{"gearActivityDTOs":{"5":[' + b'{"activityId":1},' * 55_000),
        "samples": (session, beats + sample * 21_000),
        "exercises": (session, b'{"startTime":"2025-05-05T20:04:22","exercises":[' + b"{}," * 300_000),
        "members": (session, b"{" + b",".join(b'"a%d":1' % n for n in range(80_000)) + b"}"),
    }


@pytest.mark.parametrize("name", costly())
def test_a_megabyte_made_to_cost_much_costs_little(name: str) -> None:
    kind, data = costly()[name]
    assert 500_000 < len(data) < 2**20
    judge = Judge(kind)
    judge.read(name.replace(" ", "-"), data, traced=FULL)
    judge.settle()
    assert judge.outcomes.keys() <= EXPECTED
