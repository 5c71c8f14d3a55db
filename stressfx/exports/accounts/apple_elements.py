"""What does the health record of an iPhone hold of workouts and heart rates?

Takes a binary stream; gives the workouts as they are written and the heart rates as two arrays. All that grows with
the file are those, and both are limited.
"""

import math
import re
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import IO

from stressfx.errors import LimitError
from stressfx.exports.accounts.apple_xml import walk_health_record
from stressfx.findings import Finding

__all__ = ["EPOCH", "HealthRecord", "Workout", "instant", "number", "read_health_record"]

MAX_KEPT = 2**27
"""Texts of all workouts together, each workout counting for `WORKOUT_COST` on top. [characters]"""

WORKOUT_COST = 500
MAX_STATISTICS = 32

MAX_HEART_RATES = 2**24
"""A watch that is worn for ten years writes one to two million."""

LARGEST_OFFSET = timedelta(hours=15)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEARS = range(1900, 2200)
"""Years that a clock can show, set or not, and no arithmetic leaves the calendar from."""

MICROSECOND = timedelta(microseconds=1)
NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)

QUANTITY = "HKQuantityTypeIdentifier"
HEART_RATE = f"{QUANTITY}HeartRate"
STATISTICS = re.compile(QUANTITY + r"(HeartRate|StepCount|Distance[A-Za-z]{1,40})", re.ASCII)
LEVELS = frozenset({"Workout", "WorkoutActivity"})
METADATA = frozenset(
    {"HKTimeZone", "HKIndoorWorkout", "HKSwimmingLocationType", "HKElevationAscended", "HKElevationDescended"}
)
ATTRIBUTES = (
    "workoutActivityType",
    "startDate",
    "endDate",
    "duration",
    "durationUnit",
    "totalDistance",
    "totalDistanceUnit",
    "sourceName",
)
TOTALS = ("sum", "average", "maximum", "unit")


@dataclass(eq=False)
class Workout:
    """One workout, or one part of it, as it is written.

    Attributes
    ----------
    attributes : dict of str to str
        Those of the element that are of use.
    metadata : dict of str to str
        The entries that are of use; of several with one key, the first.
    statistics : dict of str to dict
        Sum, average, maximum and unit by what they are of (``"DistanceCycling"``); of several, the first.
    routes : list of str
        Paths of the files with its positions.
    positions_inside : bool
        Whether positions stand in the element itself.
    parts : list of Workout
        The activities that it is made of.
    """

    attributes: dict[str, str]
    metadata: dict[str, str] = field(default_factory=dict)
    statistics: dict[str, dict[str, str]] = field(default_factory=dict)
    routes: list[str] = field(default_factory=list)
    positions_inside: bool = False
    parts: list["Workout"] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class HealthRecord:
    """What a health record holds.

    Attributes
    ----------
    workouts : list of Workout
        In the order of the file.
    times_us : array of int
        Instants of the heart rates, in the order of the file: microseconds since 1970, UTC. [us]
    heart_rates_bpm : array of float
        One each. [bpm]
    findings : list of Finding
        What was noticed.
    """

    workouts: list[Workout]
    times_us: "array[int]"
    heart_rates_bpm: "array[float]"
    findings: list[Finding]


def instant(text: str) -> tuple[int, float]:
    """Read a date.

    Parameters
    ----------
    text : str
        A date as Apple writes it.

    Returns
    -------
    instant : int
        Microseconds since 1970, UTC. [us]
    utc_offset_s : float
        The offset that is written. [s]

    Raises
    ------
    ValueError
        If it is no date, or has no offset; if the year is none that a clock shows.

    Notes
    -----
    ``2024-09-03 19:48:00 +0200``; in iOS 8 ``20240903194800+0200`` (lionheart/openradar-mirror#821).

    Examples
    --------
    >>> instant("1970-01-01 01:00:01 +0100")
    (1000000, 3600.0)
    """
    spelled = text[:19] + text[20:] if text[19:20] == " " else text
    if spelled[:14].isdigit():
        spelled = f"{text[:8]}T{text[8:]}"
    moment = datetime.fromisoformat(spelled)
    offset = moment.utcoffset()
    if offset is None or abs(offset) > LARGEST_OFFSET:
        raise ValueError("no offset")
    if moment.year not in YEARS:
        raise ValueError("no year")
    return (moment - EPOCH) // MICROSECOND, offset.total_seconds()


def number(text: str) -> float:
    """Read a number.

    Parameters
    ----------
    text : str
        A text.

    Returns
    -------
    float
        Its value; NaN if it is no finite number.

    Examples
    --------
    >>> number("71.5"), number("1_000"), number("1e999")
    (71.5, nan, nan)
    """
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else math.nan


def read_health_record(stream: IO[bytes], label: str) -> HealthRecord:
    """Read the health record of an iPhone.

    Parameters
    ----------
    stream : binary file
        Content of ``export.xml``.
    label : str
        What to call it in errors.

    Returns
    -------
    HealthRecord
        Its workouts and heart rates.

    Raises
    ------
    UnreadableFileError
        If it is no health record, or breaks off before its first element.
    LimitError
        If an element is too long or nested too deeply, or there are too many.
    """
    collector = _Collector(label)
    findings = walk_health_record(stream, label, collector)
    odd = {
        ("time-unreadable", "time"): "Heart rates whose time cannot be read were left out.",
        ("value-unreadable", "value"): "Heart rates that are no number above 0 were left out.",
        ("apple-unit", "unit"): "Heart rates in another unit than count/min were left out.",
    }
    findings += [Finding(code, collector.odd[what], text) for (code, what), text in odd.items() if collector.odd[what]]
    return HealthRecord(collector.workouts, collector.times_us, collector.heart_rates_bpm, findings)


class _Collector:
    """Takes what is of use from the elements."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._open: list[Workout] = []
        self._kept = 0
        self.workouts: list[Workout] = []
        self.times_us = array("q")
        self.heart_rates_bpm = array("d")
        self.odd: Counter[str] = Counter()

    def start(self, name: str, parent: str, attributes: dict[str, str]) -> None:
        if name == "Record":
            if attributes.get("type") == HEART_RATE:
                self._add_heart_rate(attributes)
        elif self._open or name == "Workout":
            self._add_to_workout(name, parent, attributes)

    def end(self, name: str) -> None:
        if self._open and name in LEVELS:
            done = self._open.pop()
            (self._open[-1].parts if self._open else self.workouts).append(done)

    def forget(self) -> None:
        self._open.clear()

    def _add_heart_rate(self, attributes: Mapping[str, str]) -> None:
        try:
            time_us, _ = instant(attributes.get("startDate", ""))
        except ValueError:
            self.odd["time"] += 1
            return
        value = number(attributes.get("value", ""))
        if attributes.get("unit") != "count/min":
            self.odd["unit"] += 1
        elif not value > 0:
            self.odd["value"] += 1
        elif len(self.times_us) >= MAX_HEART_RATES:
            raise LimitError(self._label, f"it holds more than {MAX_HEART_RATES} heart rates")
        else:
            self.times_us.append(time_us)
            self.heart_rates_bpm.append(value)

    def _add_to_workout(self, name: str, parent: str, attributes: Mapping[str, str]) -> None:
        if name in LEVELS:
            self._open.append(Workout(self._keep(attributes, ATTRIBUTES, cost=WORKOUT_COST)))
            return
        workout = self._open[-1]
        if parent == "WorkoutRoute":
            if name == "FileReference" and "path" in attributes:
                workout.routes.append(self._keep(attributes, ("path",), cost=WORKOUT_COST)["path"])
            workout.positions_inside |= name == "Location"
        elif parent in LEVELS and name == "MetadataEntry" and attributes.get("key") in METADATA:
            if attributes["key"] not in workout.metadata:
                workout.metadata[attributes["key"]] = self._keep(attributes, ("value",)).get("value", "")
        elif parent in LEVELS and name == "WorkoutStatistics" and len(workout.statistics) < MAX_STATISTICS:
            of = STATISTICS.fullmatch(attributes.get("type", ""))
            if of is not None and of[1] not in workout.statistics:
                workout.statistics[of[1]] = self._keep(attributes, TOTALS)

    def _keep(self, attributes: Mapping[str, str], names: tuple[str, ...], *, cost: int = 0) -> dict[str, str]:
        kept = {name: attributes[name] for name in names if name in attributes}
        self._kept += cost + sum(map(len, kept.values()))
        if self._kept > MAX_KEPT:
            raise LimitError(self._label, "it holds more workouts than anyone has done")
        return kept
