"""What does a Garmin account say of its activities and shoes? The JSON tables of the export of all data.

Takes the entries of an export; gives readers of its ``*summarizedActivities.json`` and ``*gear.json``. Activities and
the shoes worn in them stand in different tables, so the table of gear gives `Told` that hold no more than an activity
and its pair of shoes; whoever puts `Told` of one activity together has both.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isnan, nan
from typing import Any, NamedTuple

import numpy as np

from stressfx.activity.gait.steps import strides_factor
from stressfx.exports.accounts.garmin_gear import gear
from stressfx.exports.archive import Entry
from stressfx.exports.told import Account, Told
from stressfx.findings import Finding
from stressfx.io.jsontext import identity, members, number, read_json, text
from stressfx.io.source import label_of

__all__ = ["tables"]

ACTIVITIES = "summarizedActivitiesExport"
HEAD = 4096
OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]")
EMPTY = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*\]|\{\s*\})\s*")

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

QUARTER_HOUR_S = 900.0
FARTHEST_ZONE_S = 14 * 3600.0

TOTALS = {
    "distance": ("distance_m", 100.0, 1e8),
    "duration": ("timer_s", 1000.0, 4e7),
    "movingDuration": ("moving_s", 1000.0, 4e7),
    "elapsedDuration": ("elapsed_s", 1000.0, 4e7),
    "elevationGain": ("ascent_m", 100.0, 1e5),
    "elevationLoss": ("descent_m", 100.0, 1e5),
    "avgHr": ("heart_rate_mean_bpm", 1.0, 300.0),
    "maxHr": ("heart_rate_max_bpm", 1.0, 300.0),
    "steps": ("steps", 1.0, 1e7),
}
"""Members of an activity: what each tells, by what it is to be divided, and more than which no activity has."""

NOT_MEASURED = {"distance_m", "heart_rate_mean_bpm", "heart_rate_max_bpm"}
"""What Garmin writes as 0 where it was not measured."""


FASTEST_MPS = {"running": 12.5, "walking": 12.5, "hiking": 12.5, "cycling": 50.0}
SLOWEST_MPS = 0.1
"""What is faster or slower on average is in other units: metres taken for centimetres give a hundredth. [m/s]"""

SPORTS = {
    "running": ("running", ""),
    "street_running": ("running", "street"),
    "track_running": ("running", "track"),
    "trail_running": ("running", "trail"),
    "treadmill_running": ("running", "treadmill"),
    "indoor_running": ("running", "indoor_running"),
    "ultra_run": ("running", "ultra"),
    "virtual_run": ("running", "virtual_activity"),
    "obstacle_run": ("running", "obstacle"),
    "cycling": ("cycling", ""),
    "road_biking": ("cycling", "road"),
    "mountain_biking": ("cycling", "mountain"),
    "downhill_biking": ("cycling", "downhill"),
    "gravel_cycling": ("cycling", "gravel_cycling"),
    "cyclocross": ("cycling", "cyclocross"),
    "track_cycling": ("cycling", "track_cycling"),
    "recumbent_cycling": ("cycling", "recumbent"),
    "bmx": ("cycling", "bmx"),
    "indoor_cycling": ("cycling", "indoor_cycling"),
    "virtual_ride": ("cycling", "virtual_activity"),
    "e_bike_fitness": ("e_biking", "e_bike_fitness"),
    "e_bike_mountain": ("e_biking", "e_bike_mountain"),
    "swimming": ("swimming", ""),
    "lap_swimming": ("swimming", "lap_swimming"),
    "open_water_swimming": ("swimming", "open_water"),
    "walking": ("walking", ""),
    "casual_walking": ("walking", "casual_walking"),
    "speed_walking": ("walking", "speed_walking"),
    "indoor_walking": ("walking", "indoor_walking"),
    "hiking": ("hiking", ""),
    "mountaineering": ("mountaineering", ""),
    "fitness_equipment": ("fitness_equipment", ""),
    "elliptical": ("fitness_equipment", "elliptical"),
    "stair_climbing": ("fitness_equipment", "stair_climbing"),
    "indoor_rowing": ("fitness_equipment", "indoor_rowing"),
    "floor_climbing": ("floor_climbing", ""),
    "strength_training": ("training", "strength_training"),
    "indoor_cardio": ("training", "cardio_training"),
    "cardio_training": ("training", "cardio_training"),
    "yoga": ("training", "yoga"),
    "pilates": ("training", "pilates"),
    "breathwork": ("training", "breathing"),
    "meditation": ("meditation", ""),
    "hiit": ("hiit", ""),
    "rowing": ("rowing", ""),
    "paddling": ("paddling", ""),
    "kayaking": ("kayaking", ""),
    "stand_up_paddleboarding": ("stand_up_paddleboarding", ""),
    "rock_climbing": ("rock_climbing", ""),
    "indoor_climbing": ("rock_climbing", "indoor_climbing"),
    "bouldering": ("rock_climbing", "bouldering"),
    "cross_country_skiing": ("cross_country_skiing", ""),
    "skate_skiing": ("cross_country_skiing", "skate_skiing"),
    "resort_skiing": ("alpine_skiing", "resort"),
    "resort_skiing_snowboarding": ("alpine_skiing", "resort"),
    "backcountry_skiing": ("alpine_skiing", "backcountry"),
    "snow_shoe": ("snowshoeing", ""),
    "skating": ("ice_skating", ""),
    "inline_skating": ("inline_skating", ""),
    "tennis": ("tennis", ""),
    "soccer": ("soccer", ""),
    "golf": ("golf", ""),
    "multi_sport": ("multisport", ""),
    "transition": ("transition", ""),
    "swim_to_bike_transition": ("transition", "swim_to_bike_transition"),
    "bike_to_run_transition": ("transition", "bike_to_run_transition"),
    "run_to_bike_transition": ("transition", "run_to_bike_transition"),
    "other": ("generic", ""),
}
"""Garmin's kinds of activity, without the version at their end, and FIT's words for them."""

UNKNOWN = ("unknown", "")


def tables(entries: Sequence[Entry]) -> dict[str, Callable[[Entry], Account]]:
    """Find the tables of activities and of gear.

    Parameters
    ----------
    entries : sequence of Entry
        All files of an export.

    Returns
    -------
    dict of str to callable
        By label, what reads each table; a table is told by the end of its name and by its first bytes.

    Notes
    -----
    The units are those of the export and not of Garmin's web service: centimetres for distances and climbs,
    milliseconds for times (arpanghosh8453/garmin-grafana pull request 278; records of an export quoted in public tests
    agree, such as 1000000 for a treadmill run of 10 km and 24100 for a climb of 241 m). If most activities of a table
    come out faster than anyone runs or rides, or slower than anyone walks, then the table is in other units: its
    distances, times and climbs are missing, and a finding says so.

    ``startTimeGmt`` and ``beginTimestamp`` are instants, in milliseconds. ``startTimeLocal`` is what the clock showed,
    written as if it were UTC, so the difference is the offset of local time. A difference of 0 is believed only in a
    table in which another activity has one; else it may be that a table does not shift its local times.

    ``avgDoubleCadence`` is steps a minute, ``avgRunCadence`` in most tables strides a minute, so that its value
    decides: 60 to 115 are strides and doubled, 120 to 240 are steps. ``workoutRpe`` is ten times the scale from 0 to
    10 (in an export of 1197 activities it took the values 10, 20, ... 100); 0 is no rating. ``eventTypeId`` 1 is a
    race. A distance or heart rate of 0 was not measured.

    The user's own limit for a pair of shoes, ``maximumMeters``, is in metres (petergardfjall/garminexport pull request
    99). Names of persons and of places are not read.

    Examples
    --------
    >>> from io import BytesIO
    >>> export = b'[{"summarizedActivitiesExport": [{"activityId": 7, "activityType": "running", "steps": 9000}]}]'
    >>> entry = Entry("DI_CONNECT/x_0_summarizedActivities.json", open=lambda: BytesIO(export))
    >>> [told] = tables([entry])[entry.label](entry).told
    >>> told.activity_id, told.sport, told.steps
    ('7', 'running', 9000.0)
    """
    found: dict[str, Callable[[Entry], Account]] = {}
    for entry in entries:
        name = entry.label.rpartition("/")[2].lower()
        if name.endswith("summarizedactivities.json") and _holds(entry, ACTIVITIES.encode(), b'"activityId"'):
            found[entry.label] = read_activities
        elif name.endswith("gear.json") and _holds(entry, b'"gearDTO', b'"gearActivityDTO', b'"gearPk"'):
            found[entry.label] = read_gear
    return found


def _holds(entry: Entry, *signs: bytes) -> bool:
    head = entry.head(HEAD)
    return bool(OPENING.match(head)) and (any(sign in head for sign in signs) or bool(EMPTY.fullmatch(head)))


def _content(entry: Entry) -> tuple[Any, list[Finding]]:
    with entry.open() as stream:
        value, broken_at = read_json(stream.read(), entry.label, recover=True)
    found = f"It breaks at character {broken_at}; what is complete before that was read."
    return value, [] if broken_at is None else [Finding("json-truncated", 1, found)]


def read_activities(entry: Entry) -> Account:
    """Read a part of the table of activities.

    Parameters
    ----------
    entry : Entry
        A ``*summarizedActivities.json``.

    Returns
    -------
    Account
        What it tells of each activity.

    Raises
    ------
    UnreadableFileError
        If it is no JSON.
    LimitError
        If it is too large, or nested too deeply.
    """
    value, findings = _content(entry)
    noticed: Counter[str] = Counter()
    found = [_read(activity, noticed) for activity in _activities(value, noticed)]
    shifted = any(one is not None and one.offset_s != 0 and not isnan(one.offset_s) for one in found)
    told = _in_known_units([one.told(shifted=shifted) for one in found if one is not None], noticed)
    messages = {
        "garmin-row": "rows hold no activity that can be told from others",
        "time-implausible": "times lie before 1990 or after 2100; they are missing",
        "garmin-value": "values are no numbers, negative or larger than any activity's; they are missing",
        "garmin-sport": "activities are of a kind that is not known; their sport is unknown",
        "cadence-unclear": "cadences are neither strides nor steps a minute; they are missing",
        "garmin-units": "activities are not in centimetres and milliseconds; no distance, time or climb was taken",
        "garmin-speed": "distances are faster than anyone runs or rides; they are missing",
    }
    return Account(told=tuple(told), findings=(*findings, *_findings(messages, noticed)))


def read_gear(entry: Entry) -> Account:
    """Read the table of gear.

    Parameters
    ----------
    entry : Entry
        A ``*gear.json``.

    Returns
    -------
    Account
        The shoes, and for each activity which of them was worn.

    Raises
    ------
    UnreadableFileError
        If it is no JSON.
    LimitError
        If it is too large, or nested too deeply.
    """
    value, findings = _content(entry)
    account = gear(value)
    return replace(account, findings=(*findings, *account.findings))


def _findings(messages: dict[str, str], noticed: Counter[str]) -> list[Finding]:
    return [
        Finding(code, noticed[code], f"{noticed[code]} {what}.") for code, what in messages.items() if noticed[code]
    ]


def _activities(value: object, noticed: Counter[str]) -> Iterator[dict[str, Any]]:
    """Give the activities, whether they stand in a list, in wrapped lists or alone."""
    for outer in value if isinstance(value, list) else [value]:
        wrapped = members(outer).get(ACTIVITIES, outer)
        for activity in wrapped if isinstance(wrapped, list) else [wrapped]:
            if isinstance(activity, dict):
                yield activity
            else:
                noticed["garmin-row"] += 1


class _Activity(NamedTuple):
    """An activity before it is known how its table writes local times."""

    values: dict[str, Any]
    offset_s: float

    def told(self, *, shifted: bool) -> Told:
        known = self.offset_s if shifted or self.offset_s != 0 else nan
        return Told(account="garmin", utc_offset_s=known, corrects="always", **self.values)


def _read(activity: dict[str, Any], noticed: Counter[str]) -> _Activity | None:
    start = _instant(activity.get("startTimeGmt"), noticed) or _instant(activity.get("beginTimestamp"), noticed)
    local = _instant(activity.get("startTimeLocal"), noticed)
    name = identity(activity.get("activityId"))
    if not name and start is not None:
        name = f"start {start:%Y-%m-%dT%H:%M:%S.%f}"
    if not name:
        noticed["garmin-row"] += 1
        return None
    sport, sub_sport = SPORTS.get(_kind(activity.get("activityType")), UNKNOWN)
    noticed["garmin-sport"] += sport == UNKNOWN[0]
    values: dict[str, Any] = {
        "activity_id": name,
        "start": start,
        "local_start": None if start is not None or local is None else local.replace(tzinfo=None),
        "sport": sport,
        "sub_sport": sub_sport,
        "cadence_mean_spm": _cadence(activity, sport, noticed),
        "perceived_exertion": _exertion(activity, noticed),
        "competition": 1.0 if _is_race(activity) else nan,
        "name": label_of(text(activity.get("name"))),
    }
    for member, (column, divisor, largest) in TOTALS.items():
        values[column] = _total(activity.get(member), largest * divisor, noticed) / divisor
        if column in NOT_MEASURED and values[column] == 0:
            values[column] = nan
    return _Activity(values, _offset_s(start, local))


def _total(value: object, largest: float, noticed: Counter[str]) -> float:
    """Give a number that an activity can have."""
    if value is None or value == "":
        return nan
    converted = number(value)
    if 0 <= converted <= largest:
        return converted
    noticed["garmin-value"] += 1
    return nan


def _instant(value: object, noticed: Counter[str]) -> datetime | None:
    if value is None:
        return None
    milliseconds = number(value)
    if isnan(milliseconds):
        noticed["garmin-value"] += 1
        return None
    if not (EARLIEST - EPOCH) <= timedelta(milliseconds=max(-1e15, min(milliseconds, 1e15))) <= (LATEST - EPOCH):
        noticed["time-implausible"] += 1
        return None
    return EPOCH + timedelta(milliseconds=milliseconds)


def _offset_s(start: datetime | None, local: datetime | None) -> float:
    if start is None or local is None:
        return nan
    seconds = (local - start).total_seconds()
    return seconds if seconds % QUARTER_HOUR_S == 0 and abs(seconds) <= FARTHEST_ZONE_S else nan


def _kind(value: object) -> str:
    """Give Garmin's word for a kind of activity: ``swimToBikeTransition_v2`` is ``swim_to_bike_transition``."""
    word = text(members(value).get("typeKey")) if isinstance(value, dict) else text(value)
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower()
    return re.sub(r"_(?:v\d+|ws)$", "", snake)


def _cadence(activity: dict[str, Any], sport: str, noticed: Counter[str]) -> float:
    both = number(activity.get("avgDoubleCadence"))
    if strides_factor(both) == 1:
        return both
    one = number(activity.get("avgRunCadence"))
    cadence = one * strides_factor(one)
    noticed["cadence-unclear"] += sport == "running" and one > 0 and isnan(cadence)
    return cadence


def _exertion(activity: dict[str, Any], noticed: Counter[str]) -> float:
    given = activity.get("workoutRpe")
    given = activity.get("directWorkoutRpe") if given is None else given
    tenfold = number(given)
    if given is None or tenfold == 0:
        return nan
    if 10 <= tenfold <= 100:
        return tenfold / 10
    noticed["garmin-value"] += 1
    return nan


def _is_race(activity: dict[str, Any]) -> bool:
    kind = activity.get("eventType")
    named = members(kind).get("typeKey") if isinstance(kind, dict) else kind
    return text(named).lower() == "race" or number(activity.get("eventTypeId")) == 1


def _in_known_units(told: list[Told], noticed: Counter[str]) -> list[Told]:
    """Look at the speeds: take nothing from a table in other units, and no distance that nobody goes."""
    speeds = np.array([one.distance_m / one.timer_s if one.timer_s > 0 else nan for one in told])
    fastest = np.array([FASTEST_MPS.get(one.sport, nan) for one in told])
    judged = ~np.isnan(speeds) & ~np.isnan(fastest)
    too_fast = judged & (speeds > fastest)
    odd = too_fast | (judged & (speeds < SLOWEST_MPS))
    if odd.sum() > judged.sum() / 2:
        noticed["garmin-units"] = len(told)
        return [_without_units(one) for one in told]
    noticed["garmin-speed"] = int(too_fast.sum())
    return [replace(one, distance_m=nan) if fast else one for one, fast in zip(told, too_fast, strict=True)]


def _without_units(told: Told) -> Told:
    return replace(told, distance_m=nan, timer_s=nan, moving_s=nan, elapsed_s=nan, ascent_m=nan, descent_m=nan)
