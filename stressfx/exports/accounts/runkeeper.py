"""What does Runkeeper's ``cardioActivities.csv`` tell of each workout?

Takes the entries of an export; gives the reader of each such table. Names of routes and friends and notes are passed
over.
"""

import hashlib
import math
import posixpath
from collections import Counter
from collections.abc import Iterable

from stressfx.exports.accounts.rows import Noticed, Row, csv_tables, heart_rate, local_time, plausible, rows_by_name
from stressfx.exports.accounts.textcells import decimal_mark, duration_s, number
from stressfx.exports.archive import Entry
from stressfx.exports.harvest import TableReader
from stressfx.exports.told import Account, Told
from stressfx.units import METRES_PER_MILE

__all__ = ["read_runkeeper", "tables"]

METRES_IN = {"distance (km)": 1000.0, "distance (mi)": METRES_PER_MILE, "climb (m)": 1.0, "climb (ft)": 0.3048}
"""What one of the unit in the name of a column is. [m]"""

HEART_RATE = "average heart rate (bpm)"

SPORTS = {
    "running": ("running", ""),
    "walking": ("walking", ""),
    "nordic walking": ("walking", ""),
    "hiking": ("hiking", ""),
    "cycling": ("cycling", ""),
    "mountain biking": ("cycling", "mountain"),
    "spinning": ("cycling", "spin"),
    "swimming": ("swimming", ""),
    "rowing": ("rowing", ""),
    "elliptical": ("fitness_equipment", "elliptical"),
    "arc trainer": ("fitness_equipment", "elliptical"),
    "stairmaster / stepwell": ("fitness_equipment", "stair_climbing"),
    "cross-country skiing": ("cross_country_skiing", ""),
    "downhill skiing": ("alpine_skiing", ""),
    "snowboarding": ("snowboarding", ""),
    "skating": ("inline_skating", ""),
    "wheelchair": ("wheelchair_push_walk", ""),
    "yoga": ("training", "yoga"),
    "pilates": ("training", "pilates"),
    "strength training": ("training", "strength_training"),
    "core strengthening": ("training", "strength_training"),
    "circuit training": ("training", "cardio_training"),
    "crossfit": ("training", "cardio_training"),
    "bootcamp": ("training", "cardio_training"),
    "zumba": ("training", "cardio_training"),
    "barre": ("training", ""),
    "group workout": ("training", ""),
    "dance": ("dance", ""),
    "boxing / mma": ("boxing", ""),
    "meditation": ("meditation", ""),
    "sports": ("generic", ""),
    "other": ("generic", ""),
}
"""Runkeeper's types, in lower case, in FIT's words."""


def tables(entries: Iterable[Entry]) -> dict[str, TableReader]:
    """Find Runkeeper's tables of workouts.

    Parameters
    ----------
    entries : iterable of Entry
        What an export holds.

    Returns
    -------
    dict of str to callable
        The reader of each, by label.
    """
    return dict.fromkeys(csv_tables(entries, _is_ours), read_runkeeper)


def _is_ours(header: frozenset[str]) -> bool:
    return header >= {"date", "type", "duration", "gpx file"} and bool(header & METRES_IN.keys())


def read_runkeeper(entry: Entry) -> Account:
    r"""Read a table of workouts.

    Parameters
    ----------
    entry : Entry
        The table.

    Returns
    -------
    Account
        One workout a row. ``timer_s`` is Runkeeper's duration.

    Raises
    ------
    UnreadableFileError
        If it is no table.

    Notes
    -----
    The columns, as published importers and exports name them: Activity Id, Date, Type, Route Name, Distance (km) or
    (mi), Duration, Average Pace, Average Speed (km/h) or (mph), Calories Burned, Climb (m) or (ft), Average Heart Rate
    (bpm), Friend's Tagged, Notes, GPX File. The types are those of Runkeeper's Health Graph.

    - The date is the runner's clock, without a zone.
    - The duration is written ``M:SS`` or ``H:MM:SS``. That it leaves out pauses is not stated by Runkeeper. Importers
      take it for the net time, beside the gross time from the track, and pauses that another service inserted shortened
      it (https://github.com/cpfair/tapiriik/issues/179).
    - A heart rate of 0 stands for none.

    Examples
    --------
    >>> import io
    >>> table = b"Date,Type,Distance (mi),Duration,GPX File\n2025-01-31 07:15:00,Running,3.10,28:30,a.gpx\n"
    >>> told = read_runkeeper(Entry("rk/cardioActivities.csv", open=lambda: io.BytesIO(table))).told[0]
    >>> told.sport, told.timer_s, told.file
    ('running', 1710.0, 'rk/a.gpx')
    """
    noticed = Noticed()
    rows = list(rows_by_name(entry, noticed))
    marks = decimal_mark(row.get(name, "") for _, row in rows for name in METRES_IN)
    folder = posixpath.dirname(entry.label)
    seen: Counter[str] = Counter()
    told = tuple(_told(row, line, folder, marks, seen, noticed) for line, row in rows)
    return Account(told, findings=noticed.findings())


def _told(row: Row, line: int, folder: str, decimal: str, seen: Counter[str], noticed: Noticed) -> Told:
    unread: Counter[str] = Counter()
    sport, sub_sport = SPORTS.get(row.get("type", "").lower(), ("unknown", ""))
    if sport == "unknown":
        noticed.note("table-sport-unknown", "The type is none of Runkeeper's that are known.", line)
    start = local_time(row.get("date", ""))
    if start is None:
        noticed.note("time-unreadable", "The date cannot be read; the workout was kept without a day.", line)
    gpx = row.get("gpx file", "")
    heart_rate_bpm = number(row.get(HEART_RATE, ""), unread, HEART_RATE, decimal=decimal)
    workout = Told(
        account="runkeeper",
        activity_id=row.get("activity id") or _name(row, seen),
        file=posixpath.join(folder, gpx.lstrip("/")) if gpx else "",
        local_start=start,
        sport=sport,
        sub_sport=sub_sport,
        distance_m=_metres(row, "distance", decimal, unread),
        timer_s=plausible(duration_s(row.get("duration", ""), unread, "duration"), unread),
        ascent_m=_metres(row, "climb", decimal, unread),
        heart_rate_mean_bpm=heart_rate(heart_rate_bpm, unread),
    )
    noticed.note_unread(unread, line)
    return workout


def _name(row: Row, seen: Counter[str]) -> str:
    """Name a workout that bears no name of its own, the same in every export."""
    told = "|".join(row.get(name, "") for name in ("date", "type", "distance (km)", "distance (mi)"))
    seen[told] += 1
    return hashlib.sha256(f"{told}|{seen[told]}".encode()).hexdigest()[:16]


def _metres(row: Row, stem: str, decimal: str, unread: Counter[str]) -> float:
    for name, metres in METRES_IN.items():
        if name.startswith(stem) and name in row:
            return plausible(metres * number(row[name], unread, name, decimal=decimal), unread)
    return math.nan
