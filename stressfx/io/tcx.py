"""`read_tcx`: one TCX file in, an `Activity` out.

Takes what Garmin, Polar, TomTom, Strava and others write under that name; gives its trackpoints, laps and legs.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.blocks import utc
from stressfx.errors import UnreadableFileError
from stressfx.findings import Finding
from stressfx.io.activity import Activity
from stressfx.io.frames import events_frame, laps_frame, legs_frame, limit_legs, records_frame
from stressfx.io.points import Points, PointVisitor, read_points, runs, span_of
from stressfx.io.source import FileLike, Source, open_source
from stressfx.io.timetext import read_times
from stressfx.schema import LAPS, LEGS, RECORDS

__all__ = ["read_tcx"]

Places = npt.NDArray[np.int64]

POINT = "Trackpoint"

CHANNELS = {
    "Time": "time",
    "LatitudeDegrees": "latitude_deg",
    "LongitudeDegrees": "longitude_deg",
    "AltitudeMeters": "altitude_m",
    "DistanceMeters": "distance_m",
    "Value": "heart_rate_bpm",
    "Cadence": "cadence_rpm",
    "RunCadence": "cadence_rpm",
    "Speed": "speed_mps",
    "Watts": "power_w",
}
SPORTS = {"running": "running", "biking": "cycling", "other": "generic"}

LAP_TEXTS = {
    "TotalTimeSeconds": "timer_s",
    "DistanceMeters": "distance_m",
    "MaximumSpeed": "speed_max_mps",
    "Calories": "energy_kcal",
    "AverageHeartRateBpm": "heart_rate_mean_bpm",
    "MaximumHeartRateBpm": "heart_rate_max_bpm",
    "Cadence": "cadence_mean_rpm",
    "AvgRunCadence": "cadence_mean_rpm",
    "AvgSpeed": "speed_mean_mps",
    "Steps": "steps",
    "TriggerMethod": "trigger",
}


LAP_NUMBERS = tuple(dict.fromkeys(name for name in LAP_TEXTS.values() if name != "trigger"))


@dataclass
class _Lap:
    start: str
    leg: int
    texts: dict[str, str] = field(default_factory=dict)

    def number(self, name: str) -> float:
        try:
            value = float(self.texts.get(name, "nan"))
        except ValueError:
            return math.nan
        return value if math.isfinite(value) else math.nan


def read_tcx(file: FileLike, *, recover: bool = True) -> Activity:
    """Read a TCX file.

    Parameters
    ----------
    file : path, bytes or binary file
        The file, gzipped or not.
    recover : bool
        Keep the points before the place where the file breaks; otherwise raise.

    Returns
    -------
    Activity
        All trackpoints, with their laps; each ``Activity`` element is a leg. A leg's distance, time and energy are
        the sums of its laps.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is no TCX; if it declares a DOCTYPE; if it breaks and `recover` is off.
    LimitError
        If it is larger, nested more deeply, or in more legs, than the reader takes.

    Notes
    -----
    The distance of a point is kept as it was written: in a file of several legs it may run on from leg to leg, so the
    distance of a leg is not taken from it. Cadence is in strides a minute in Garmin's files.

    Examples
    --------
    >>> read_tcx(b"<TrainingCenterDatabase/>").records.empty
    True
    """
    source = open_source(file)
    visitor = _Activities()
    points, findings = read_points(source, visitor, point=POINT, column_of=column_of, recover=recover)
    if not visitor.is_tcx:
        raise UnreadableFileError(source.label, "it is XML, but its root is not <TrainingCenterDatabase>")
    limit_legs(source.label, len(visitor.sports), len(source.data))
    if not visitor.sports:
        findings = [*findings, Finding("tcx-no-activity", 1, "It holds no activity; courses and workouts are plans.")]
    return _assemble(replace(source, format="tcx", device=visitor.device), visitor, points, findings)


def column_of(path: tuple[str, ...]) -> str | None:
    """Name the column of a path inside a trackpoint.

    Parameters
    ----------
    path : tuple of str
        Names without prefixes.

    Returns
    -------
    str or None
        A column of `stressfx.schema.RECORDS`, or None.

    Examples
    --------
    >>> column_of(("HeartRateBpm", "Value"))
    'heart_rate_bpm'
    """
    if not path or (path[-1] == "Value" and path[0] != "HeartRateBpm"):
        return None
    return CHANNELS.get(path[-1])


class _Activities(PointVisitor):
    """What stands around the points: activities, laps, tracks, the device."""

    def __init__(self) -> None:
        super().__init__(POINT, column_of)

    def reset(self) -> None:
        super().reset()
        self.is_tcx = False
        self.device = ""
        self.sports: list[str] = []
        self.leg_starts: list[int] = []
        self.tracks: list[int] = []
        self.laps: list[_Lap] = []

    def counts(self) -> bool:
        return bool(self.sports) and ("Activity" in self.outer or "Transition" in self.outer)

    def enter(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in {"TrainingCenterDatabase", "Activities"} and not self.outer:  # some files have lost their root
            self.is_tcx = True
        elif name == "Activity" or (name == "Transition" and self.sports):
            sport = "transition" if name == "Transition" else attributes.get("Sport", "").strip().lower()
            self.sports.append(SPORTS.get(sport, sport))
            self.leg_starts.append(self.count)
        elif name == "Lap" and self.sports:
            self.laps.append(_Lap(attributes.get("StartTime", ""), len(self.sports) - 1))
        elif name == "Track":
            self.tracks.append(self.count)

    def leave(self, name: str, text: str) -> None:
        if not text:
            return
        outer = self.outer
        if name == "Name" and outer[-1:] == ["Creator"]:
            self.device = text
        elif self.laps and "Lap" in outer and self.counts():
            # A mean heart rate stands in a <Value> inside its own element; everything else directly.
            column = LAP_TEXTS.get(outer[-1] if name == "Value" else name)
            if column is not None:
                self.laps[-1].texts.setdefault(column, text)


def _assemble(source: Source, around: _Activities, points: Points, findings: list[Finding]) -> Activity:
    names = RECORDS.names[3:]
    times = points.times()
    floats, odd = points.block(names, everywhere=False)
    findings = [*findings, *times.findings(), *odd]
    leg = _leg_of(around.leg_starts, points.count)
    time = utc(times.instants)
    laps = _Laps(around.laps)
    return Activity(
        frames={
            "records": lambda: records_frame(
                floats, names, time=time, leg=leg, segment=runs(around.tracks, points.count)
            ),
            "laps": laps.frame,
            "sessions": lambda: _legs(around.sports, laps, times.instants, leg),
            "events": lambda: events_frame(np.empty((1, 0)), time=time[:0], leg=leg[:0], event=[], event_type=[]),
        },
        noticed=tuple(findings),
        source=source,
    )


def _leg_of(starts: list[int], count: int) -> Places:
    """Number the leg of each point; an activity without points is a leg all the same."""
    return np.maximum(np.searchsorted(np.array(starts, np.int64), np.arange(count), side="right") - 1, 0)


class _Laps:
    """The laps as columns: what both their own frame and the totals of their legs are made of."""

    def __init__(self, laps: list[_Lap]) -> None:
        self.leg = np.array([lap.leg for lap in laps], np.int64)
        self.start = read_times([lap.start for lap in laps]).instants
        self.numbers = {name: [lap.number(name) for lap in laps] for name in LAP_NUMBERS}
        self._triggers = [lap.texts.get("trigger", "").lower() for lap in laps]

    def frame(self) -> pd.DataFrame:
        """Build the laps of the activity."""
        names = [column.name for column in LAPS.columns if column.kind == "float"]
        unknown = [math.nan] * len(self.leg)
        span = utc(
            np.concatenate((self.start, self.start + _timedeltas(np.array(self.numbers["timer_s"], np.float64))))
        )
        return laps_frame(
            np.array([self.numbers.get(name, unknown) for name in names], np.float64),
            leg=self.leg,
            start=span[: len(self.leg)],
            end=span[len(self.leg) :],
            trigger=self._triggers,
        )

    def totals(self, leg: int) -> dict[str, float]:
        """Put the laps of one leg together: sums, heart rate averaged over time, maxima."""
        mine = [lap for lap, its_leg in enumerate(self.leg.tolist()) if its_leg == leg]
        laps = {name: [values[lap] for lap in mine] for name, values in self.numbers.items()}
        beats = [(s, bpm) for s, bpm in zip(laps["timer_s"], laps["heart_rate_mean_bpm"], strict=True) if s * bpm >= 0]
        weight = sum(s for s, _ in beats)
        return {
            "distance_m": _sum(laps["distance_m"]),
            "timer_s": _sum(laps["timer_s"]),
            "energy_kcal": _sum(laps["energy_kcal"]),
            "cycles": _sum(laps["steps"]) / 2,
            "heart_rate_mean_bpm": sum(s * bpm for s, bpm in beats) / weight if weight > 0 else math.nan,
            "heart_rate_max_bpm": _largest(laps["heart_rate_max_bpm"]),
            "speed_max_mps": _largest(laps["speed_max_mps"]),
        }


def _timedeltas(seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.timedelta64]:
    deltas = np.full(len(seconds), np.timedelta64("NaT", "us"))
    known = np.abs(seconds) < 1e12
    deltas[known] = (seconds[known] * 1e6).astype("int64").view("m8[us]")
    return deltas


def _legs(sports: list[str], laps: _Laps, instants: npt.NDArray[np.datetime64], leg: Places) -> pd.DataFrame:
    names = [column.name for column in LEGS.columns if column.kind == "float"]
    floats = np.full((len(names), len(sports)), np.nan)
    start = np.full(len(sports), np.datetime64("NaT", "us"))
    end = start.copy()
    for number in range(len(sports)):
        mine = laps.leg == number
        totals = laps.totals(number)
        for name, value in totals.items():
            floats[names.index(name), number] = value
        first, last = span_of(instants if len(sports) == 1 else instants[leg == number])
        started = span_of(laps.start[mine])[0]
        start[number] = first if np.isnat(started) else started
        # Without points, a leg lasts as long as its laps.
        end[number] = start[number] + _timedeltas(np.array([totals["timer_s"]]))[0] if np.isnat(last) else last
    elapsed = end - start
    floats[names.index("elapsed_s")] = np.where(np.isnat(elapsed), np.nan, elapsed.astype("int64") / 1e6)
    return legs_frame(floats, start=utc(start), end=utc(end), sport=sports, sub_sport=[""] * len(sports))


def _largest(values: list[float]) -> float:
    return max((value for value in values if value >= 0), default=math.nan)


def _sum(values: list[float]) -> float:
    """Add up; unknown if any lap is."""
    return sum(values) if values else math.nan
