"""What does a workout of an iPhone's health record say in the library's words and units?

Takes `Workout` as it is written; gives `Told`, and says what could not be understood.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from stressfx.exports.accounts.apple_elements import EPOCH, Workout, instant, number
from stressfx.exports.accounts.apple_sports import Counts, distances_of, part_sport, workout_sport
from stressfx.exports.log import time_zone
from stressfx.exports.told import Told
from stressfx.findings import Finding
from stressfx.io.source import label_of

__all__ = ["tell_workouts"]

LENGTHS_M = {"km": 1000.0, "mi": 1609.344, "m": 1.0, "yd": 0.9144, "ft": 0.3048, "in": 0.0254, "cm": 0.01, "mm": 0.001}
TIMES_S = {"min": 60.0, "s": 1.0, "hr": 3600.0, "h": 3600.0, "ms": 0.001}
RATES_BPM = {"count/min": 1.0, "count/s": 60.0}
COUNTS = {"count": 1.0}

NOTES = {
    "apple-sport": "Workouts of kinds that have no counterpart; they were kept as of unknown sport.",
    "apple-zone": "Workouts that name no time zone that is known; the offset in their dates was taken.",
    "apple-parts": "Parts of multisport workouts; their sport is told by the distance that was measured in them.",
    "apple-routes": "Workouts that name several files of positions; the first was taken.",
    "apple-route-inside": "Workouts with their positions in the health record itself; these were not read.",
    "apple-unit": "Workouts with a {what} in a unit that is not known.",
    "value-unreadable": "Workouts with a {what} that cannot be read.",
    "time-unreadable": "Workouts with a {what} that cannot be read, or that runs backwards.",
}


def tell_workouts(workouts: Iterable[Workout], folder: str) -> tuple[list[Told], list[Finding]]:
    """Say what the workouts of a health record are.

    Parameters
    ----------
    workouts : iterable of Workout
        As they are written.
    folder : str
        Label of the folder that the record lies in; its routes are named from there.

    Returns
    -------
    told : list of Told
        One a workout, in the order of the record; after a multisport workout its parts.
    findings : list of Finding
        What could not be understood, and what had to be assumed.

    Notes
    -----
    ``duration`` leaves pauses out, the time from start to end does not (neiltron/apple-health-mcp#27). Since iOS 16
    totals stand in ``WorkoutStatistics``; the attributes are of older exports (ryanbr/noop#379). An indoor run is
    ``"indoor_running"``, not ``"treadmill"``: Apple tells the roof, not the ground.

    The instant of a date is certain. Its offset is that of the phone at the time of the export, so that a workout of a
    journey is written in the time of home (johngoldin.com/blog/apple-health-export-1): the time zone that the workout
    names itself, ``HKTimeZone``, goes before it.

    The parts of a triathlon (``WorkoutActivity``) bear no sport. One in which a single kind of distance was measured is
    taken for that sport, so that the way through the transition area, on foot, is a short run; any other is unknown.
    The parts of any other workout are its intervals, and not told. Apple gives workouts no name: theirs here is a hash
    of kind, start, end and source, which is the same in every export.
    """
    counts: Counts = Counter()
    told: list[Told] = []
    for workout in workouts:
        whole = _told(_with_only_part(workout), "", counts)
        told.append(replace(whole, file=_route(workout, folder, counts)))
        if whole.sport == "multisport":
            told += [_told(_part(workout, part), str(place), counts) for place, part in enumerate(workout.parts)]
    return _named_apart(told), _findings(counts)


def _with_only_part(workout: Workout) -> Workout:
    """Lay a workout over its only part, in which some exports keep what belongs to the whole."""
    if len(workout.parts) != 1:
        return workout
    part = workout.parts[0]
    return replace(workout, metadata=part.metadata | workout.metadata, statistics=part.statistics | workout.statistics)


def _part(whole: Workout, part: Workout) -> Workout:
    """Give a part what it has from the whole: the source, the kind and the time zone."""
    inherited = {name: whole.attributes.get(name, "") for name in ("workoutActivityType", "sourceName")}
    zone = {key: value for key, value in whole.metadata.items() if key == "HKTimeZone"}
    return replace(part, attributes=part.attributes | inherited, metadata=zone | part.metadata)


def _told(workout: Workout, place: str, counts: Counts) -> Told:
    """Say what a workout is, or the part of one that stands at a `place`."""
    written, metadata = workout.attributes, workout.metadata
    sport, sub_sport = part_sport(workout, counts) if place else workout_sport(workout, counts)
    start_us, written_offset_s = _date(written.get("startDate", ""), "start", counts)
    end_us, _ = _date(written.get("endDate", ""), "end", counts)
    elapsed_s = math.nan if start_us is None or end_us is None else (end_us - start_us) / 1e6
    if elapsed_s < 0:
        counts["time-unreadable", "end"] += 1
        elapsed_s = math.nan
    start = None if start_us is None else EPOCH + timedelta(microseconds=start_us)
    dates = [written.get(name, "") if at is None else at for name, at in (("startDate", start_us), ("endDate", end_us))]
    heart, steps = workout.statistics.get("HeartRate", {}), workout.statistics.get("StepCount", {})
    return Told(
        account="apple",
        activity_id=_hash(written.get("workoutActivityType", ""), place, *dates, written.get("sourceName", "")),
        start=start,
        utc_offset_s=_offset_s(start, written_offset_s, metadata.get("HKTimeZone", ""), counts),
        sport=sport,
        sub_sport=sub_sport,
        device=written.get("sourceName", ""),
        distance_m=_distance_m(workout, sport, counts),
        timer_s=_measure(written.get("duration"), written.get("durationUnit"), TIMES_S, "duration", counts),
        elapsed_s=elapsed_s,
        ascent_m=_climb_m(metadata.get("HKElevationAscended", ""), counts),
        descent_m=_climb_m(metadata.get("HKElevationDescended", ""), counts),
        heart_rate_mean_bpm=_measure(heart.get("average"), heart.get("unit"), RATES_BPM, "heart rate", counts),
        heart_rate_max_bpm=_measure(heart.get("maximum"), heart.get("unit"), RATES_BPM, "heart rate", counts),
        steps=_measure(steps.get("sum"), steps.get("unit"), COUNTS, "step count", counts),
    )


def _distance_m(workout: Workout, sport: str, counts: Counts) -> float:
    """Take the distance of the sport from the totals of today, else from those of old."""
    written, own = workout.attributes, distances_of(workout, sport)
    if not own:
        return _measure(written.get("totalDistance"), written.get("totalDistanceUnit"), LENGTHS_M, "distance", counts)
    totals = [workout.statistics[name] for name in own]
    return sum(_measure(total.get("sum"), total.get("unit"), LENGTHS_M, "distance", counts) for total in totals)


def _climb_m(text: str, counts: Counts) -> float:
    """Read a climb, which comes with its unit: ``"1036 cm"``."""
    value, _, unit = text.strip().partition(" ")
    return _measure(value, unit, LENGTHS_M, "climb", counts)


def _measure(text: str | None, unit: str | None, units: Mapping[str, float], what: str, counts: Counts) -> float:
    """Read a quantity; missing if there is none, or it cannot be understood, which is counted."""
    if not text:
        return math.nan
    value = number(text)
    if not value >= 0:
        counts["value-unreadable", what] += 1
        return math.nan
    factor = units.get(unit or "")
    if factor is None:
        counts["apple-unit", what] += 1
        return math.nan
    return value * factor


def _date(text: str, what: str, counts: Counts) -> tuple[int | None, float]:
    """Read a date: instant and offset."""
    try:
        return instant(text)
    except ValueError:
        counts["time-unreadable", what] += 1
        return None, math.nan


def _offset_s(start: datetime | None, written_s: float, name: str, counts: Counts) -> float:
    """Give local time minus UTC: by the zone of the workout itself, else as it is written."""
    if start is None:
        return math.nan
    zone = _zone(name)
    offset = None if zone is None else start.astimezone(zone).utcoffset()
    if offset is None:
        counts["apple-zone", ""] += 1
        return written_s
    return offset.total_seconds()


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    """Give a time zone; none for a name such as ``localtime``, which is another zone on every computer."""
    if "/" not in name and name not in {"UTC", "GMT"}:
        return None
    try:
        return time_zone(name)
    except ValueError:
        return None


def _route(workout: Workout, folder: str, counts: Counts) -> str:
    """Give the label of the file that holds the positions."""
    counts["apple-routes", ""] += len(workout.routes) > 1
    counts["apple-route-inside", ""] += workout.positions_inside
    if not workout.routes:
        return ""
    path = label_of(workout.routes[0].lstrip("/"))
    return f"{folder}/{path}" if folder else path


def _named_apart(told: Iterable[Told]) -> list[Told]:
    """Give workouts that are alike in all that names them names of their own."""
    seen: Counter[str] = Counter()
    apart = []
    for one in told:
        again = seen[one.activity_id]
        seen[one.activity_id] += 1
        apart.append(replace(one, activity_id=_hash(one.activity_id, again)) if again else one)
    return apart


def _hash(*marks: object) -> str:
    return hashlib.sha256("\0".join(map(str, marks)).encode()).hexdigest()[:16]


def _findings(counts: Counts) -> list[Finding]:
    met = sorted((code, what, count) for (code, what), count in counts.items() if count)
    return [Finding(code, count, NOTES[code].format(what=what)) for code, what, count in met]
