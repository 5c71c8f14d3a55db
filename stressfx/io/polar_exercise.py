"""What does one exercise of a Polar session say? Its totals and samples, in SI units and in UTC.

Takes the JSON of an exercise and of its session, in either of Polar's two layouts; gives the same for both.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stressfx.io.jsontext import members, number, rows, text
from stressfx.io.polar_sports import Sport, sport_of
from stressfx.io.timetext import read_times

__all__ = ["Channel", "Exercise", "in_lower_case", "read_exercise"]

Floats = npt.NDArray[np.float64]
Instants = npt.NDArray[np.datetime64]

UNKNOWN_TIME = np.datetime64("NaT", "us")
EARLIEST, LATEST = np.datetime64("1900-01-01", "us"), np.datetime64("2200-01-01", "us")
KMH = 1 / 3.6

CHANNELS = {
    "heartrate": ("heart_rate_bpm", 1.0),
    "speed": ("speed_mps", KMH),
    "distance": ("distance_m", 1.0),
    "altitude": ("altitude_m", 1.0),
    "cadence": ("cadence_rpm", 1.0),
    "power": ("power_w", 1.0),
    "temperature": ("temperature_c", 1.0),
}
"""Kinds of samples, in lower case and without underscores: the column that each fills, and its unit in SI."""

TOTALS = {
    "distance": ("distance_m", 1.0, 1e8),
    "distancemeters": ("distance_m", 1.0, 1e8),
    "durationmillis": ("timer_s", 1e-3, 4e7),
    "kilocalories": ("energy_kcal", 1.0, 1e5),
    "calories": ("energy_kcal", 1.0, 1e5),
    "ascent": ("ascent_m", 1.0, 1e5),
    "ascentmeters": ("ascent_m", 1.0, 1e5),
    "descent": ("descent_m", 1.0, 1e5),
    "descentmeters": ("descent_m", 1.0, 1e5),
    "averageheartrate": ("heart_rate_mean_bpm", 1.0, 300.0),
    "maximumheartrate": ("heart_rate_max_bpm", 1.0, 300.0),
    "hravg": ("heart_rate_mean_bpm", 1.0, 300.0),
    "hrmax": ("heart_rate_max_bpm", 1.0, 300.0),
}
"""Members that are totals, in lower case: the column, the unit in SI, and more than which no session has."""

STATISTICS = {
    ("heartrate", "avg"): ("heart_rate_mean_bpm", 1.0, 300.0),
    ("heartrate", "max"): ("heart_rate_max_bpm", 1.0, 300.0),
    ("speed", "avg"): ("speed_mean_mps", KMH, 100.0),
    ("speed", "max"): ("speed_max_mps", KMH, 100.0),
    ("cadence", "avg"): ("cadence_mean_rpm", 1.0, 500.0),
}

NOT_MEASURED = {"heart_rate_bpm", "heart_rate_mean_bpm", "heart_rate_max_bpm"}
"""What is no measurement where it is 0."""

LARGEST = 1e9
"""No sample of any kind is larger."""

LONGEST_INTERVAL_MS = 3.6e6
LONGEST_MS = 4e10
FARTHEST_ZONE_MIN = 14 * 60
UNSETTLED_M = 10.0
HALF_WAY_TO_KMH = 1.9
"""Speed samples over distance per time is 3.6 in km/h and 1 in m/s; this lies between. [1]"""

ZONED = re.compile(r"(?:[Zz]|[+-]\d\d:?(?:\d\d)?)$")
DURATION = re.compile(
    r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,10}(?:\.\d{0,9})?)S)?)?", re.IGNORECASE
)


class Channel(NamedTuple):
    """Samples of one kind."""

    column: str
    times: Instants
    samples: Floats


class Exercise(NamedTuple):
    """One exercise."""

    sport: Sport
    start: np.datetime64
    end: np.datetime64
    totals: dict[str, float]
    channels: tuple[Channel, ...]
    pauses: Instants
    """When the recording was paused."""
    offset_s: float
    """Local time minus UTC. [s]"""


def in_lower_case(value: object) -> dict[str, Any]:
    """Give the members of an object by their names in lower case, which Polar is not consistent in.

    Parameters
    ----------
    value : object
        Any value of a file.

    Returns
    -------
    dict
        Empty if it is no object.
    """
    return {name.lower(): member for name, member in members(value).items()}


def read_exercise(exercise: dict[str, Any], session: dict[str, Any], noticed: Counter[str]) -> Exercise | None:
    """Read one exercise.

    Parameters
    ----------
    exercise : dict
        Its members, by their names in lower case.
    session : dict
        Those of the session, if that has no other exercise; what the exercise does not say is taken from it. Else
        only its offset.
    noticed : Counter
        By the code of a finding: counted up.

    Returns
    -------
    Exercise or None
        None if it holds neither samples nor totals nor an end: it was planned, perhaps, but not recorded.
    """
    both = session | {name: value for name, value in exercise.items() if value is not None}
    offset_s = _offset_s(both, noticed)
    start, end = _instants([both.get("starttime"), both.get("stoptime")], offset_s)
    totals = _totals(both, noticed)
    samples = _channels(exercise.get("samples"), start, offset_s, noticed)
    channels = _plausible(samples, _routes(exercise, offset_s, noticed), totals, noticed)
    if not (channels or totals or not np.isnat(end)):
        return None
    sport = sport_of(both.get("sport"))
    return Exercise(
        sport if sport.sport or not text(both.get("name")) else _named(both["name"], sport),
        start,
        end,
        totals,
        tuple(channels),
        _instants([in_lower_case(pause).get("starttime") for pause in rows(both.get("pausetimes"))], offset_s),
        offset_s,
    )


def _named(name: object, otherwise: Sport) -> Sport:
    """Take the name of a session for its sport, if it is one: Polar writes the sport there unless the user does."""
    sport = sport_of(name)
    return sport if sport.known else otherwise


def _offset_s(both: dict[str, Any], noticed: Counter[str]) -> float:
    given = both.get("timezoneoffset", both.get("timezoneoffsetminutes"))
    minutes = number(given)
    if abs(minutes) <= FARTHEST_ZONE_MIN:
        return minutes * 60
    noticed["polar-value"] += given is not None
    return math.nan


def _instants(values: Sequence[object], offset_s: float) -> Instants:
    """Read times of the local clock; those that name a zone are taken by it."""
    texts = [text(value) for value in values]
    zoned = np.array([bool(ZONED.search(one)) for one in texts], np.bool_)
    instants = read_times(
        [one if known or not one else f"{one}Z" for one, known in zip(texts, zoned, strict=True)]
    ).instants
    if not math.isnan(offset_s):
        instants[~zoned] -= np.timedelta64(round(offset_s * 1e6), "us")
    instants[(instants < EARLIEST) | (instants > LATEST)] = UNKNOWN_TIME
    return instants


def _numbers(values: Sequence[object], unit: float, noticed: Counter[str]) -> Floats:
    numbers = np.array([number(value) for value in values], np.float64)
    numbers[np.abs(numbers) > LARGEST] = np.nan
    absent = sum(1 for value in values if value is None or value != value or value == "NaN")  # noqa: PLR0124  # NaN is none
    noticed["polar-value"] += int(np.isnan(numbers).sum()) - absent
    return numbers * unit


def _channels(samples: object, start: np.datetime64, offset_s: float, noticed: Counter[str]) -> list[Channel]:
    """Read samples: lists by their kind of times and values, or a list of kinds that count from the start."""
    named = members(samples)
    listed = rows(named.get("samples", samples))
    found = [_regular(in_lower_case(one), start, noticed) for one in listed]
    for kind, entries in named.items():
        if kind.lower() in {"samples", "recordedroute"}:
            continue
        if isinstance(entries, list):
            found.append(_timed(kind, [members(entry) for entry in entries], offset_s, noticed))
        else:
            noticed["polar-samples"] += entries is not None
    return [channel for channel in found if channel is not None]


def _timed(kind: str, entries: list[dict[str, Any]], offset_s: float, noticed: Counter[str]) -> Channel | None:
    column, unit = CHANNELS.get(kind.lower().replace("_", ""), ("", 1.0))
    if not column:
        noticed["polar-samples"] += len(entries)
        return None
    values = _numbers([entry.get("value") for entry in entries], unit, noticed)
    return _known(Channel(column, _instants([entry.get("dateTime") for entry in entries], offset_s), values), noticed)


def _regular(one: dict[str, Any], start: np.datetime64, noticed: Counter[str]) -> Channel | None:
    """Read samples that have no times but an interval."""
    values = rows(one.get("values"))
    column, unit = CHANNELS.get(text(one.get("type")).lower().replace("_", ""), ("", 1.0))
    if not column:
        noticed["polar-samples"] += len(values)
        return None
    interval_ms = number(one.get("intervalmillis"))
    if not 0 < interval_ms <= LONGEST_INTERVAL_MS:
        interval_ms = math.nan
    times = _after(start, np.arange(len(values), dtype=np.float64) * interval_ms)
    return _known(Channel(column, times, _numbers(values, unit, noticed)), noticed)


def _after(start: np.datetime64, milliseconds: Floats) -> Instants:
    """Give the instants so much later; NaT where that is not known."""
    instants = np.full(len(milliseconds), UNKNOWN_TIME)
    known = (milliseconds >= 0) & (milliseconds <= LONGEST_MS)
    instants[known] = start + np.round(milliseconds[known] * 1e3).astype("int64").astype("m8[us]")
    return instants


def _known(channel: Channel, noticed: Counter[str]) -> Channel | None:
    """Keep what is a value at an instant."""
    measured = ~np.isnan(channel.samples)
    if channel.column in NOT_MEASURED:
        measured &= channel.samples != 0
    timed = ~np.isnat(channel.times)
    noticed["polar-untimed"] += int((measured & ~timed).sum())
    kept = measured & timed
    return Channel(channel.column, channel.times[kept], channel.samples[kept]) if kept.any() else None


def _routes(exercise: dict[str, Any], offset_s: float, noticed: Counter[str]) -> list[Channel]:
    """Read positions: points with times, or points that count from the start of a route."""
    samples = in_lower_case(exercise.get("samples"))
    points = [members(point) for point in rows(exercise.get("recordedroute") or samples.get("recordedroute"))]
    times = [_instants([point.get("dateTime") for point in points], offset_s)]
    for route in members(exercise.get("routes")).values():
        route_members = in_lower_case(route)
        further = [members(point) for point in rows(route_members.get("waypoints"))]
        [begin] = _instants([route_members.get("starttime")], offset_s)
        times.append(_after(begin, np.array([number(point.get("elapsedMillis")) for point in further], np.float64)))
        points += further
    instants = np.concatenate(times)
    columns = {"latitude_deg": "latitude", "longitude_deg": "longitude", "altitude_m": "altitude"}
    values = {
        column: _numbers([point.get(member) for point in points], 1.0, noticed) for column, member in columns.items()
    }
    outside = (np.abs(values["latitude_deg"]) > 90) | (np.abs(values["longitude_deg"]) > 180)
    noticed["position-range"] += int(outside.sum())
    nowhere = outside | np.isnan(values["latitude_deg"]) | np.isnan(values["longitude_deg"])
    values["latitude_deg"][nowhere] = values["longitude_deg"][nowhere] = np.nan
    found = [_known(Channel(column, instants, values[column]), noticed) for column in columns]
    return [channel for channel in found if channel is not None]


def _plausible(
    samples: list[Channel], routes: list[Channel], totals: dict[str, float], noticed: Counter[str]
) -> list[Channel]:
    """Put samples and positions together, without what is no measurement.

    The altimeter shows 0 until it has settled; and its altitudes and those of the positions are two measurements, which
    make no climb together.
    """
    if any(channel.column == "altitude_m" for channel in samples):
        routes = [channel for channel in routes if channel.column != "altitude_m"]
    kept = []
    for channel in (*samples, *routes):
        settled = 0
        if channel.column == "altitude_m":
            risen = np.flatnonzero(channel.samples)
            settled = int(risen[0]) if len(risen) and abs(channel.samples[risen[0]]) > UNSETTLED_M else 0
            noticed["polar-altitude"] += settled
        if channel.column == "speed_mps" and not _in_kmh(channel.samples, totals):
            noticed["polar-units"] += len(channel.samples)
            continue
        kept.append(Channel(channel.column, channel.times[settled:], channel.samples[settled:]))
    return kept


def _in_kmh(speed_mps: Floats, totals: dict[str, float]) -> bool:
    """Whether speeds that were taken for km/h fit distance and time; if those are not known, they do."""
    moving = speed_mps[speed_mps > 0]
    overall = totals.get("distance_m", math.nan) / (totals.get("timer_s") or math.nan)
    return not (len(moving) and float(moving.mean()) / KMH < HALF_WAY_TO_KMH * overall)


def _totals(both: dict[str, Any], noticed: Counter[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for member, (column, unit, largest) in TOTALS.items():
        _take(found, column, both.get(member), unit, largest, noticed)
    if isinstance(both.get("duration"), str):
        _take(found, "timer_s", _duration_s(both["duration"]), 1.0, 4e7, noticed)
    statistics = {name: in_lower_case(both.get(name)) for name, _ in STATISTICS}
    for one in map(in_lower_case, rows(members(both.get("statistics")).get("statistics"))):
        kind = text(one.get("type")).lower().removeprefix("statistics_type_").replace("_", "")
        statistics.setdefault(kind, {}).update(one)
    for (name, which), (column, unit, largest) in STATISTICS.items():
        _take(found, column, statistics[name].get(which), unit, largest, noticed)
    return found


def _take(
    found: dict[str, float], column: str, value: object, unit: float, largest: float, noticed: Counter[str]
) -> None:
    """Take a total up, if there is one and it is none that no session can have."""
    if value is None or column in found:
        return
    total = number(value) * unit
    if not 0 <= total <= largest:
        noticed["polar-value"] += 1
    elif total or column not in NOT_MEASURED:
        found[column] = total


def _duration_s(value: str) -> float:
    parts = DURATION.fullmatch(value.strip())
    if parts is None or not any(parts.groups()):
        return math.nan
    return sum(float(part or 0) * seconds for part, seconds in zip(parts.groups(), (86400, 3600, 60, 1), strict=True))
