"""Answers how a day of a return to running reads: distances, paces and what to do, for page, calendar and screen alike.

Takes rows of `stressfx.schema.PLAN`; gives text. What is a limit is rounded to the side of less: a runner who does
what is written does no more than what is planned.
"""

import math
import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from stressfx.show.printable import printable
from stressfx.units import METRES_PER, format_duration, speed_to_pace

__all__ = [
    "NAMES",
    "Doing",
    "doing",
    "facts",
    "long_day",
    "moved_back",
    "pace_ceiling",
    "planned_distance",
    "short_day",
    "shown_hundredths",
    "written_hundredths",
]

TOLERANCE = 1e-9
"""A value that is nearer to a whole number than this share of it is that number. [1]"""

HOUR_S = 3600.0
LONGEST_WORDS = 200
MOST_DAYS = 3
"""So many days with pain are named; of more the number is told."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""The names do not follow the language of the machine, as those of `strftime` may."""

PARTS = re.compile(r"(?<=[,/]) ")
"""Where the detail of a run may be broken best."""

NAMES = {"run": "Run", "walk": "Walk", "cross_training": "Cross-train", "strength": "Strength", "rest": "Rest"}
"""How each activity of a plan is called."""


class Doing(NamedTuple):
    """One activity of a day, ready to be shown."""

    activity: str
    """As in the plan: run, walk, ..."""
    name: str
    amount: str
    """How far or how long; empty where the plan does not say."""
    detail: str
    """How, where name and amount do not say it all."""

    @property
    def head(self) -> str:
        """Name and amount."""
        return f"{self.name} {self.amount}".strip()

    @property
    def parts(self) -> tuple[str, ...]:
        """The detail in parts, between which a line is best broken."""
        return tuple(part for part in PARTS.split(self.detail) if part)


def short_day(date: pd.Timestamp) -> str:
    """Write a date without its year.

    Parameters
    ----------
    date : Timestamp
        A day.

    Returns
    -------
    str
        Day of the week, day and month in letters, which no country reads the other way round.

    Examples
    --------
    >>> short_day(pd.Timestamp("2025-06-09"))
    'Mon 9 Jun'
    """
    return f"{WEEKDAYS[date.day_of_week]} {date.day} {MONTHS[date.month - 1]}"


def long_day(date: pd.Timestamp) -> str:
    """Write a date with its year.

    Parameters
    ----------
    date : Timestamp
        A day.

    Returns
    -------
    str
        As `short_day`, and the year.

    Examples
    --------
    >>> long_day(pd.Timestamp("2025-06-09"))
    'Mon 9 Jun 2025'
    """
    return f"{short_day(date)} {date.year}"


def shown_hundredths(distance_m: float, *, unit: str) -> int:
    """Count the hundredths of a unit that are shown of a distance.

    Parameters
    ----------
    distance_m : float
        Distance. [m]
    unit : {"km", "mi"}
        Unit to show.

    Returns
    -------
    int
        Whole hundredths, rounded down.

    Examples
    --------
    >>> shown_hundredths(1609.344, unit="km"), shown_hundredths(1609.344, unit="mi")
    (160, 100)
    """
    return math.floor(distance_m / METRES_PER[unit] * 100 * (1 + TOLERANCE))


def written_hundredths(hundredths: int, *, unit: str) -> str:
    """Write a distance that is counted in hundredths.

    Parameters
    ----------
    hundredths : int
        As `shown_hundredths` counts them.
    unit : {"km", "mi"}
        Their unit.

    Returns
    -------
    str
        One decimal where that says it all, from 1 on; else two.

    Examples
    --------
    >>> written_hundredths(300, unit="km"), written_hundredths(96, unit="km"), written_hundredths(241, unit="km")
    ('3.0 km', '0.96 km', '2.41 km')
    """
    plain = hundredths >= 100 and hundredths % 10 == 0
    return f"{hundredths / 100:.{1 if plain else 2}f} {unit}"


def planned_distance(distance_m: float, *, unit: str) -> str:
    """Write a planned distance: exactly where it is one of tenths, below 1 of hundredths; else rounded down.

    Parameters
    ----------
    distance_m : float
        Distance. [m]
    unit : {"km", "mi"}
        Unit to show.

    Returns
    -------
    str
        Number and unit.

    Examples
    --------
    >>> planned_distance(3000.0, unit="km"), planned_distance(960.0, unit="km"), planned_distance(2414.016, unit="mi")
    ('3.0 km', '0.96 km', '1.5 mi')
    """
    return written_hundredths(shown_hundredths(distance_m, unit=unit), unit=unit)


def pace_ceiling(speed_mps: float, *, unit: str) -> str:
    """Write the highest speed as a pace, rounded to the slower second.

    Parameters
    ----------
    speed_mps : float
        Speed. [m/s]
    unit : {"km", "mi"}
        The distance that the pace refers to.

    Returns
    -------
    str
        ``m:ss /km``; empty where there is no speed.

    Examples
    --------
    >>> pace_ceiling(2.5, unit="km"), pace_ceiling(2.51, unit="km")
    ('6:40 /km', '6:39 /km')
    """
    if not speed_mps > 0:
        return ""
    seconds = math.ceil(speed_to_pace(speed_mps, per=unit) * (1 - TOLERANCE))
    return f"{seconds // 60}:{seconds % 60:02d} /{unit}"


def doing(row: Mapping[Hashable, Any], *, unit: str) -> Doing:
    """Say what to do.

    Parameters
    ----------
    row : mapping
        A row of `stressfx.schema.PLAN`.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    Doing
        What, how much, and how.
    """
    activity, amount = str(row["activity"]), ""
    if row["amount"] != "time" and row["distance_m"] > 0:
        amount = planned_distance(row["distance_m"], unit=unit)
    elif row["duration_s"] > 0:
        amount = format_duration(row["duration_s"])
    name = NAMES.get(activity, printable(activity))
    return Doing(activity, name, amount, _how(row) if activity == "run" else "")


def _how(row: Mapping[Hashable, Any]) -> str:
    """Say how a run is divided."""
    if row["run_bout_s"] > 0 and row["walk_bout_s"] > 0:
        return f"{_minutes(row['run_bout_s'])} run / {_minutes(row['walk_bout_s'])} walk"
    if row["amount"] == "distance" and row["walk_s"] == 0:
        return "without a break"
    return printable(row["what"], limit=LONGEST_WORDS)


def _minutes(bout_s: float) -> str:
    """Write the length of a bout: minutes, and seconds where there are any."""
    minutes, seconds = divmod(round(bout_s), 60)
    return f"{minutes}:{seconds:02d} min" if seconds else f"{minutes} min"


def facts(row: Mapping[Hashable, Any], *, unit: str) -> tuple[str, ...]:
    """Say what a run has to keep to.

    Parameters
    ----------
    row : mapping
        A row of `stressfx.schema.PLAN` that is a run.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    tuple of str
        Stage, body weight, pace, effort and cadence, in this order; empty where the plan sets none.
    """
    share, speed = row["body_weight_share"], row["speed_most_mps"]
    supported = share < 1
    pace = pace_ceiling(speed, unit=unit)
    belt = f"{_belt_speed(speed, unit=unit)} ({pace})" if pace and supported else pace
    effort, least, most = row["exertion_most"], row["cadence_least_spm"], row["cadence_most_spm"]
    return (
        f"stage {row['stage']}",
        f"{100 * share:.0f} % of your body weight" if supported else "",
        f"not faster than {belt}" if belt else "",
        f"effort up to {effort:g} of 10" if effort >= 0 else "",
        f"{math.ceil(least)} to {math.floor(most)} steps/min" if least > 0 and most > 0 else "",
    )


def _belt_speed(speed_mps: float, *, unit: str) -> str:
    """Write a speed as a treadmill shows it, rounded down."""
    tenths = math.floor(speed_mps * HOUR_S / METRES_PER[unit] * 10 * (1 + TOLERANCE))
    return f"{tenths / 10:.1f} {'km/h' if unit == 'km' else 'mph'}"


def moved_back(days: Sequence[pd.Timestamp]) -> str:
    """Say after which days with pain a plan was moved back.

    Parameters
    ----------
    days : sequence of Timestamp
        The days.

    Returns
    -------
    str
        Two sentences; empty without a day.

    Examples
    --------
    >>> moved_back([pd.Timestamp("2025-06-18")])
    'Moved back after pain on Wed 18 Jun 2025. Pain that comes again needs a clinician.'
    """
    if not days:
        return ""
    named = ", ".join(map(long_day, days[:MOST_DAYS])) + (
        f" and {len(days) - MOST_DAYS} more" * (len(days) > MOST_DAYS)
    )
    return f"Moved back after pain on {named}. Pain that comes again needs a clinician."
