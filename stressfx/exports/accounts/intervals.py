"""What does the table of activities of intervals.icu tell of each workout?

Takes the entries of an export; gives the reader of each such table. Names and descriptions are passed over.
"""

import math
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from stressfx.activity.gait.steps import strides_factor
from stressfx.exports.accounts.rows import Noticed, Row, csv_tables, heart_rate, local_time, plausible, rows_by_name
from stressfx.exports.accounts.textcells import number
from stressfx.exports.archive import Entry
from stressfx.exports.harvest import TableReader
from stressfx.exports.told import Account, Told

__all__ = ["read_intervals", "tables"]

SPORTS = {
    "run": ("running", ""),
    "trailrun": ("running", "trail"),
    "virtualrun": ("running", "virtual_activity"),
    "walk": ("walking", ""),
    "hike": ("hiking", ""),
    "snowshoe": ("snowshoeing", ""),
    "ride": ("cycling", ""),
    "virtualride": ("cycling", "virtual_activity"),
    "mountainbikeride": ("cycling", "mountain"),
    "gravelride": ("cycling", "gravel_cycling"),
    "trackride": ("cycling", "track_cycling"),
    "cyclocross": ("cycling", "cyclocross"),
    "handcycle": ("cycling", "hand_cycling"),
    "ebikeride": ("e_biking", ""),
    "emountainbikeride": ("e_biking", "e_bike_mountain"),
    "swim": ("swimming", ""),
    "openwaterswim": ("swimming", "open_water"),
    "rowing": ("rowing", ""),
    "virtualrow": ("rowing", "indoor_rowing"),
    "canoeing": ("paddling", ""),
    "kayaking": ("kayaking", ""),
    "standuppaddling": ("stand_up_paddleboarding", ""),
    "nordicski": ("cross_country_skiing", ""),
    "rollerski": ("cross_country_skiing", ""),
    "virtualski": ("cross_country_skiing", "indoor_skiing"),
    "backcountryski": ("alpine_skiing", "backcountry"),
    "alpineski": ("alpine_skiing", ""),
    "snowboard": ("snowboarding", ""),
    "iceskate": ("ice_skating", ""),
    "inlineskate": ("inline_skating", ""),
    "rockclimbing": ("rock_climbing", ""),
    "elliptical": ("fitness_equipment", "elliptical"),
    "stairstepper": ("fitness_equipment", "stair_climbing"),
    "weighttraining": ("training", "strength_training"),
    "yoga": ("training", "yoga"),
    "pilates": ("training", "pilates"),
    "crossfit": ("training", "cardio_training"),
    "highintensityintervaltraining": ("hiit", ""),
    "workout": ("training", ""),
    "soccer": ("soccer", ""),
    "tennis": ("tennis", ""),
    "golf": ("golf", ""),
    "wheelchair": ("wheelchair_push_walk", ""),
    "other": ("generic", ""),
}
"""Strava's types, which intervals.icu uses, in lower case, in FIT's words."""

ON_FOOT = {"running", "walking", "hiking"}
YES, NO = {"true", "1", "yes"}, {"false", "0", "no"}
LARGEST_OFFSET_S = 15 * 3600
OFFSETS_S = 900
"""Every zone of today lies a whole number of these from UTC. [s]"""

LONGEST_NAME = 100


def tables(entries: Iterable[Entry]) -> dict[str, TableReader]:
    """Find tables of activities of intervals.icu.

    Parameters
    ----------
    entries : iterable of Entry
        What an export holds.

    Returns
    -------
    dict of str to callable
        The reader of each, by label.
    """
    return dict.fromkeys(csv_tables(entries, _is_ours), read_intervals)


def _is_ours(header: frozenset[str]) -> bool:
    return header >= {"id", "start_date_local", "type"} and any(name.startswith("icu_") for name in header)


def read_intervals(entry: Entry) -> Account:
    r"""Read a table of activities.

    Parameters
    ----------
    entry : Entry
        The table.

    Returns
    -------
    Account
        One workout a row.

    Raises
    ------
    UnreadableFileError
        If it is no table.

    Notes
    -----
    What the columns hold is said by the author of the service
    (https://forum.intervals.icu/t/download-all-activities-in-csv-format/599,
    https://forum.intervals.icu/t/server-side-data-model-for-scripts/25781): ``start_date_local`` is
    the runner's clock and ``start_date`` the instant in UTC, both ISO 8601; times are in seconds, distances in metres,
    heart rates in beats a minute; ``icu_rpe`` and ``perceived_exertion`` go from 1 to 10.

    Read with care, since nothing published states it:

    - ``icu_recording_time`` is taken for the timer time.
    - ``average_cadence`` of a run is taken for strides from 60 to 115 a minute and for steps from 120 to 240; else it
      is missing, with a finding.
    - ``gear`` is taken for the name of the shoes of a workout on foot, unless it looks like a data structure.

    Examples
    --------
    >>> import io
    >>> table = b"id,start_date_local,type,distance,icu_rpe\ni7,2025-01-31T07:15:00,Run,5012.3,4\n"
    >>> told = read_intervals(Entry("activities.csv", open=lambda: io.BytesIO(table))).told[0]
    >>> told.local_start.hour, told.sport, told.distance_m, told.perceived_exertion
    (7, 'running', 5012.3, 4.0)
    """
    noticed = Noticed()
    told = []
    for line, row in rows_by_name(entry, noticed):
        if row.get("id"):
            told.append(_told(row, line, noticed))
        else:
            noticed.note("table-row-refused", "The row has no id.", line)
    return Account(tuple(told), findings=noticed.findings())


def _told(row: Row, line: int, noticed: Noticed) -> Told:
    unread: Counter[str] = Counter()

    def total(*names: str, high: float = 1e8) -> float:
        """Give the first that is known of some columns."""
        values = (plausible(number(row.get(name, ""), unread, name), unread, high=high) for name in names)
        return next((value for value in values if not math.isnan(value)), math.nan)

    sport, sub_sport = _sport(row, line, noticed)
    local_start, start, offset_s = _start(row, line, noticed)
    workout = Told(
        account="intervals",
        activity_id=row["id"],
        start=start,
        local_start=local_start,
        utc_offset_s=offset_s,
        sport=sport,
        sub_sport=sub_sport,
        distance_m=total("distance"),
        timer_s=total("icu_recording_time"),
        moving_s=total("moving_time"),
        elapsed_s=total("elapsed_time"),
        ascent_m=total("total_elevation_gain"),
        heart_rate_mean_bpm=heart_rate(total("average_heartrate"), unread),
        heart_rate_max_bpm=heart_rate(total("max_heartrate"), unread),
        cadence_mean_spm=_cadence(total("average_cadence"), sport, line, noticed),
        shoe_id=_shoe(row.get("gear", "")) if sport in ON_FOOT else "",
        perceived_exertion=total("icu_rpe", "perceived_exertion", high=10.0),
        competition=_marked(row.get("race", ""), named=row.get("sub_type", "").lower() == "race"),
    )
    noticed.note_unread(unread, line)
    return workout


def _sport(row: Row, line: int, noticed: Noticed) -> tuple[str, str]:
    sport, sub_sport = SPORTS.get(row["type"].lower(), ("unknown", "")) if row.get("type") else ("", "")
    if sport == "unknown":
        noticed.note("table-sport-unknown", "The type is none of those that are known.", line)
    if sport == "running" and not sub_sport and row.get("trainer", "").lower() in YES:
        sub_sport = "treadmill"
    return sport, sub_sport


def _start(row: Row, line: int, noticed: Noticed) -> tuple[datetime | None, datetime | None, float]:
    """Give the runner's clock, the instant, and how far they are apart, if it can be a zone."""
    local, instant = local_time(row.get("start_date_local", "")), local_time(row.get("start_date", ""))
    if local is None:
        noticed.note("time-unreadable", "The date cannot be read; the workout was kept without a day.", line)
        return None, None, math.nan
    if instant is None:
        return local, None, math.nan
    offset_s = (local - instant).total_seconds()
    if abs(offset_s) > LARGEST_OFFSET_S or offset_s % OFFSETS_S:
        # the day is what counts, and the clock tells it
        return local, None, math.nan
    return local, instant.replace(tzinfo=UTC), offset_s


def _cadence(cadence: float, sport: str, line: int, noticed: Noticed) -> float:
    """Give the mean cadence of a run in steps a minute; of a walk nobody can tell steps from strides."""
    if sport != "running":
        return math.nan
    steps = cadence * strides_factor(cadence)
    if cadence > 0 and math.isnan(steps):
        noticed.note("cadence-unclear", "The cadence fits neither strides nor steps a minute; it is missing.", line)
    return steps


def _shoe(gear: str) -> str:
    return gear if len(gear) <= LONGEST_NAME and not gear.startswith(("{", "[")) else ""


def _marked(cell: str, *, named: bool) -> float:
    """Tell whether a race was marked: 1, 0, or missing if nothing was said."""
    if named or cell.lower() in YES:
        return 1.0
    return 0.0 if cell.lower() in NO else math.nan
