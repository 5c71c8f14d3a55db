"""An export of Apple Health for the tests of its reader: the health record as it was in several years, and routes.

Takes what happened, in SI units; writes it as a phone does. Shares no code with the reader.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from xml.sax.saxutils import quoteattr

XML_LABEL = "apple_health_export/export.xml"

SOUND_TYPE = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 11 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  unit          CDATA #IMPLIED
  value         CDATA #IMPLIED
>
]>
"""

BROKEN_TYPE = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout|VisionPrescription)*)>
<!ATTLIST VisionPrescription
  type             CDATA #REQUIRED
  brand            CDATA #IMPLIED
<!ELEMENT RightEye EMPTY>
<!ATTLIST RightEye
  sphere         CDATA #IMPLIED
  sphereUnit     CDATA #IMPLIED
>>
]>
"""
"""As of iOS 16: one declaration does not end, another ends twice."""

METRES = {"km": 1000.0, "mi": 1609.344, "m": 1.0, "yd": 0.9144}
SECONDS = {"min": 60.0, "s": 1.0, "hr": 3600.0}


@dataclass(frozen=True)
class Run:
    """What happened, whatever the sport.

    Attributes
    ----------
    start : datetime
        Aware.
    elapsed_s, timer_s : float
        Seconds with and without pauses; whole for the former, since dates have no fractions.
    zone : str
        Where it was, if the phone wrote that down.
    written_offset_s : int
        Offset of the phone at the time of the export.
    modern : bool
        Whether totals are written as since iOS 16.
    """

    start: datetime = datetime(2024, 9, 3, 17, 48, tzinfo=UTC)
    elapsed_s: int = 1800
    timer_s: float = 1800.0
    kind: str = "Running"
    distance_of: str = "WalkingRunning"
    distance_m: float | None = 5000.0
    distance_unit: str = "km"
    timer_unit: str = "min"
    source: str = "Watch"
    zone: str = ""
    written_offset_s: int = 7200
    indoor: bool | None = None
    ascent_cm: int | None = None
    steps: int | None = None
    mean_bpm: float | None = None
    max_bpm: float | None = None
    route: str = ""
    modern: bool = True


def stamp(moment: datetime, offset_s: int = 7200) -> str:
    """Write a date with an offset."""
    return moment.astimezone(timezone(timedelta(seconds=offset_s))).strftime("%Y-%m-%d %H:%M:%S %z")


def element(name: str, inside: str = "", **attributes: object) -> str:
    """Write an element; attributes that are None are left out."""
    text = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items() if value is not None)
    return f" <{name}{text}>\n{inside} </{name}>\n" if inside else f" <{name}{text}/>\n"


def statistics(of: str, unit: str, run: Run, **totals: float | None) -> str:
    """Write totals of one quantity."""
    start, end = _dates(run)
    return element(
        "WorkoutStatistics", type=f"HKQuantityTypeIdentifier{of}", startDate=start, endDate=end, **totals, unit=unit
    )


def metadata(key: str, value: object) -> str:
    """Write one entry."""
    return element("MetadataEntry", key=key, value=value)


def workout(run: Run, *, more: str = "") -> str:
    """Write a workout."""
    start, end = _dates(run)
    distance = None if run.distance_m is None else run.distance_m / METRES[run.distance_unit]
    inside = metadata("HKAverageMETs", "9.6 kcal/hr·kg")
    inside += "" if run.indoor is None else metadata("HKIndoorWorkout", int(run.indoor))
    inside += metadata("HKTimeZone", run.zone) if run.zone else ""
    inside += "" if run.ascent_cm is None else metadata("HKElevationAscended", f"{run.ascent_cm} cm")
    inside += element("WorkoutEvent", type="HKWorkoutEventTypePause", date=start)
    if run.modern and distance is not None:
        inside += statistics(f"Distance{run.distance_of}", run.distance_unit, run, sum=distance)
    inside += "" if run.steps is None else statistics("StepCount", "count", run, sum=run.steps)
    if run.mean_bpm is not None:
        inside += statistics("HeartRate", "count/min", run, average=run.mean_bpm, minimum=40, maximum=run.max_bpm)
    if run.route:
        reference = element("FileReference", path=run.route)
        inside += element("WorkoutRoute", reference, sourceName=run.source, startDate=start, endDate=end)
    old = {} if run.modern or distance is None else {"totalDistance": distance, "totalDistanceUnit": run.distance_unit}
    return element(
        "Workout",
        inside + more,
        workoutActivityType=f"HKWorkoutActivityType{run.kind}",
        duration=run.timer_s / SECONDS[run.timer_unit],
        durationUnit=run.timer_unit,
        **old,
        totalEnergyBurned=400,
        sourceName=run.source,
        sourceVersion="10.1",
        device="<<HKDevice: 0x2>, name:Watch>",
        creationDate=end,
        startDate=start,
        endDate=end,
    )


def part(start: datetime, elapsed_s: int, inside: str = "") -> str:
    """Write a part of a workout."""
    end = start + timedelta(seconds=elapsed_s)
    return element(
        "WorkoutActivity",
        inside,
        uuid="936B9E1D",
        startDate=stamp(start),
        endDate=stamp(end),
        duration=elapsed_s / 60,
        durationUnit="min",
    )


def heart_rate(moment: datetime, bpm: float, *, offset_s: int = 7200, nested: bool = True) -> str:
    """Write one heart rate."""
    return record("HeartRate", moment, bpm, "count/min", offset_s=offset_s, nested=nested)


def record(of: str, moment: datetime, value: object, unit: str, *, offset_s: int = 7200, nested: bool = False) -> str:
    """Write one measurement."""
    at = stamp(moment, offset_s)
    return element(
        "Record",
        metadata("HKMetadataKeyHeartRateMotionContext", 1) if nested else "",
        type=f"HKQuantityTypeIdentifier{of}",
        sourceName="Jo\u2019s Watch",
        device="<<HKDevice: 0x2>, name:Watch>",
        unit=unit,
        creationDate=at,
        startDate=at,
        endDate=at,
        value=value,
    )


def health_record(elements: Iterable[str], *, document_type: str = SOUND_TYPE) -> bytes:
    """Put a health record together."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' + document_type + '<HealthData locale="de_DE">\n'
    me = element("ExportDate", value="2024-10-01 08:00:00 +0200") + element("Me", HKCharacteristicTypeIdentifierSex="")
    return (head + me + "".join(elements) + "</HealthData>\n").encode()


def route(points: Sequence[tuple[datetime, float, float]]) -> bytes:
    """Write a route: positions, heights and speeds, without heart rates; its own time is that of the export."""
    lines = "".join(
        f'<trkpt lon="{longitude:.6f}" lat="{latitude:.6f}"><ele>34.1</ele>'
        f"<time>{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</time>"
        "<extensions><speed>2.8</speed><course>90</course><hAcc>3</hAcc><vAcc>2</vAcc></extensions></trkpt>\n"
        for moment, latitude, longitude in points
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="Apple Health Export" xmlns="http://www.topografix.com/GPX/1/1">\n'
        "<metadata><time>2024-10-01T06:00:00Z</time></metadata>\n"
        f"<trk><name>Route</name><trkseg>\n{lines}</trkseg></trk></gpx>\n"
    ).encode()


def _dates(run: Run) -> tuple[str, str]:
    end = run.start + timedelta(seconds=run.elapsed_s)
    return stamp(run.start, run.written_offset_s), stamp(end, run.written_offset_s)
