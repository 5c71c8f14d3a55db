"""Oracles: the whole file for its beginnings; for damage, that nothing is raised that is no `StressfxError`."""

import io
from functools import cache, partial
from itertools import islice
from random import Random

import numpy as np
import numpy.typing as npt
import pytest
from mutants import FULL, MARKS, PARTS, Judge, Kind, flips, pieces, prefixes
from samples import gpx, gpx_point, sample_files, tcx, tcx_point

from stressfx.activity.summary import session_findings, session_rows
from stressfx.exports.accounts import apple
from stressfx.exports.archive import Entry
from stressfx.exports.told import Account
from stressfx.io.activity import Activity
from stressfx.io.read import read_activity
from stressfx.schema import RECORDS

pytestmark = pytest.mark.fuzz

CLOSING = {"gpx": b"</trkpt>", "tcx": b"</Trackpoint>"}
EVERY_BYTE = 4096
STRIDE = 1009
HEAD = 400
"""How much of a small file counts as its header. [bytes]"""

KEPT = 12
XML_MARKS = [b"<", b">", b"&", b"]]>", b"<!--", b"<![CDATA[", b"&#0;", b"0001", b"9999", b"<?x?>", b" xmlns:a='b'"]
XML_MARKS += [b"<!DOCTYPE a>", b"\xff\xfe", b"encoding='utf-7'", b"<trk>", b"</trkseg>", b"<Lap>", b"</Activity>"]


def summarized(data: bytes) -> Activity:
    """Read a file, and ask for all that an export asks for."""
    activity = read_activity(data)
    session_findings(activity, session_rows(activity))
    assert len(activity.laps) + len(activity.events) >= 0
    return activity


def made(kind: str) -> bytes:
    sensors = ["<ele>5</ele><hr>150</hr>", "<ele>6</ele>", ""]
    if kind == "gpx":
        return gpx([gpx_point(second, sensors[second % 3]) for second in range(40)])
    values = [f"<DistanceMeters>{second}</DistanceMeters>" * (second % 3) for second in range(40)]
    return tcx([tcx_point(second, value) for second, value in enumerate(values)], "<DistanceMeters>9</DistanceMeters>")


@cache
def small_files(kind: str) -> list[bytes]:
    """Give the three smallest samples that hold some points, or a made file where there are no samples."""
    by_size = sorted((path.read_bytes() for path in sample_files(kind)), key=len)
    with_points = (data for data in by_size if data.count(CLOSING[kind]) > 2)
    return list(islice(with_points, 3)) or [made(kind)]


def shortened(data: bytes, closing: bytes) -> bytes:
    """Keep a few points of a file, and all that stands around them."""
    parts = data.split(closing)
    return closing.join([*parts[:KEPT], parts[-1]]) if len(parts) > KEPT else data


@cache
def originals(kind: str) -> list[bytes]:
    """Give the files that are damaged."""
    return [shortened(data, CLOSING[kind]) for data in [*small_files(kind), made(kind)]]


def damaged(data: bytes, dice: Random) -> bytes:
    """Change a few pieces."""
    return pieces(data, dice, [*MARKS, *XML_MARKS])


GPX_AND_TCX = tuple(Kind(name, partial(originals, name), damaged, summarized) for name in CLOSING)
BY_KIND = pytest.mark.parametrize("kind", GPX_AND_TCX, ids=lambda kind: kind.name)

HEALTH = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
]>
<HealthData locale="en_US">
 <ExportDate value="2025-02-01 10:00:00 +0100"/>
 <Me HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale"/>
 <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min"
  startDate="2025-01-31 07:20:00 +0100" endDate="2025-01-31 07:20:00 +0100" value="151"/>
 <Record type="HKQuantityTypeIdentifierStepCount" unit="count" startDate="2025-01-31 07:20:00 +0100" value="40"/>
 <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30.5" durationUnit="min" sourceName="Watch"
  startDate="2025-01-31 07:15:00 +0100" endDate="2025-01-31 07:46:00 +0100">
  <MetadataEntry key="HKTimeZone" value="Europe/Berlin"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="5.012" unit="km"/>
  <WorkoutRoute sourceName="Watch"><FileReference path="/workout-routes/route_2025-01-31_7.46am.gpx"/></WorkoutRoute>
 </Workout>
</HealthData>
"""


def health_record(data: bytes) -> Account:
    """Read a health record as an export does, which first asks whether it is one."""
    entry = Entry("apple_health_export/export.xml", lambda: io.BytesIO(data))
    apple.tables([entry])
    return apple.read_apple(entry)


APPLE = Kind("apple", lambda: [HEALTH], damaged, health_record)
KINDS = (*GPX_AND_TCX, APPLE)


def columns(activity: Activity) -> npt.NDArray[np.float64]:
    """Give time, leg, segment and all floats as one array; microseconds since 2000 are exact in it."""
    seconds = (activity.records["time"].to_numpy("M8[us]") - np.datetime64("2000-01-01")) / np.timedelta64(1, "us")
    return np.column_stack((seconds, activity.records[list(RECORDS.names[1:])].to_numpy(np.float64)))


@BY_KIND
def test_no_complete_point_before_a_cut_is_lost(kind: Kind) -> None:
    judge = Judge(Kind(kind.name, kind.originals, damaged, read_activity))
    closing = CLOSING[kind.name]
    step = 1 if FULL else 10
    for data in small_files(kind.name):
        whole = columns(read_activity(data))
        assert len(whole) == data.count(closing)
        cuts = [*range(0, min(len(data), EVERY_BYTE), step), *range(EVERY_BYTE, len(data), step * STRIDE)]
        for cut in cuts:
            complete = data.count(closing, 0, cut)
            activity = judge.read(f"cut{cut}", data[:cut])
            if not isinstance(activity, Activity):
                assert complete == 0, cut
            else:
                np.testing.assert_array_equal(columns(activity), whole[:complete], err_msg=str(cut))
    assert judge.outcomes.keys() == {"read", "UnreadableFileError"}
    judge.settle()


@BY_KIND
def test_any_change_of_one_byte_of_a_header_is_survived(kind: Kind) -> None:
    judge = Judge(kind)
    for number, data in enumerate(kind.originals()):
        named = flips(data, range(min(HEAD, len(data))))
        judge.inputs((f"{number}-{name}", changed) for name, changed in named)
    judge.settle()
    assert judge.outcomes["read"] > 0.5 * judge.outcomes.total()
    assert judge.outcomes.keys() <= {"read", "UnreadableFileError", "LimitError"}


@BY_KIND
@pytest.mark.parametrize("part", range(PARTS))
def test_damage_raises_nothing_but_our_own_errors(kind: Kind, part: int) -> None:
    judge = Judge(kind).share(part)
    judge.settle()
    assert judge.outcomes["read"] > 0.5 * judge.outcomes.total()
    assert judge.outcomes.keys() <= {"read", "UnreadableFileError", "LimitError"}


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_health_records_raise_nothing_but_our_own_errors(part: int) -> None:
    judge = Judge(APPLE).share(part)
    judge.settle()
    assert judge.outcomes["read"] > 0.5 * judge.outcomes.total()
    assert judge.outcomes.keys() <= {"read", "UnreadableFileError", "LimitError"}


def test_every_beginning_of_a_health_record_and_any_change_of_one_byte_is_survived() -> None:
    """Cut anywhere behind its start it is read, and every workout that is whole is there."""
    assert len(health_record(HEALTH).told) == 1
    judge = Judge(APPLE)
    for name, cut in prefixes(HEALTH):
        account = judge.read(name, cut)
        assert not isinstance(account, Account) or len(account.told) == cut.count(b"</Workout>"), name
    judge.inputs(flips(HEALTH, range(len(HEALTH) if FULL else HEAD)))
    judge.settle()
    assert judge.outcomes.keys() <= {"read", "UnreadableFileError", "LimitError"}


@cache
def costly() -> dict[str, bytes]:
    """Lay out just under a megabyte each of what costs a reader most, byte for byte."""
    start = b"<gpx><trk><trkseg>"
    legs = b"<trk><type>a</type><trkseg><trkpt/></trkseg></trk><trk><type>b</type><trkseg><trkpt/></trkseg></trk>"
    activities = b"<TrainingCenterDatabase><Activities>"
    return {
        "legs of GPX": b"<gpx>" + legs * 9_900,
        "legs of TCX": activities + b"<Activity><Lap/></Activity>" * 35_000,
        "legs of TCX with a point": activities
        + b"<Activity><Lap><Track><Trackpoint/></Track></Lap></Activity>" * 16_000,
        "laps": activities + b"<Activity Sport='Running'>" + b"<Lap/>" * 160_000,
        "points": start + b"<trkpt/>" * 120_000,
        "prefixes": start + b"".join(b"<trkpt><p%d:hr>1</p%d:hr></trkpt>" % (n, n) for n in range(25_000)),
        "shapes of points": start + b"".join(b"<trkpt lat='1' lon='5'><a%d/></trkpt>" % n for n in range(25_000)),
        "comments": start + b"<!--<trkpt/>-->" * 65_000,
        "ampersands": start + b"<trkpt><ele>" + b"&" * 900_000,
        "bad times": start + b"<trkpt><time>x</time></trkpt>" * 33_000,
        "long numbers": start + (b"<trkpt><ele>" + b"9" * 4000 + b"</ele></trkpt>") * 245,
    }


@pytest.mark.parametrize("name", costly())
def test_a_megabyte_made_to_cost_much_costs_little(name: str) -> None:
    data = costly()[name]
    assert 500_000 < len(data) < 2**20
    judge = Judge(Kind("xml-costly", list, damaged, summarized))
    judge.read(name, data, traced=FULL)
    judge.settle()
    assert judge.outcomes == ({"LimitError": 1} if name.startswith("legs") else {"read": 1})
