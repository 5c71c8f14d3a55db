"""Builds the two public tables of injuries in competitive runners, as their authors' note lays them out.

Takes events with what came before each, oldest first, in the units of the files; gives CSV. It shares no code with
the reader: the names of the columns stand here once more, as text.
"""

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

DAY_NAMES = [
    "nr. sessions",
    "total km",
    "km Z3-4",
    "km Z5-T1-T2",
    "km sprinting",
    "strength training",
    "hours alternative",
    "perceived exertion",
    "perceived trainingSuccess",
    "perceived recovery",
]

WEEK_NAMES = [
    "nr. sessions",
    "nr. rest days",
    "total kms",
    "max km one day",
    "total km Z3-Z4-Z5-T1-T2",
    "nr. tough sessions (effort in Z5, T1 or T2)",
    "nr. days with interval session",
    "total km Z3-4",
    "max km Z3-4 one day",
    "total km Z5-T1-T2",
    "max km Z5-T1-T2 one day",
    "total hours alternative training",
    "nr. strength trainings",
    "avg exertion",
    "min exertion",
    "max exertion",
    "avg training success",
    "min training success",
    "max training success",
    "avg recovery",
    "min recovery",
    "max recovery",
]

RELATIVE_NAMES = ["rel total kms week 0_1", "rel total kms week 0_2", "rel total kms week 1_2"]


class Event(NamedTuple):
    """One row of a table."""

    athlete: str
    day: int
    injury: int
    before: Sequence[Sequence[float]]
    """A row a day or week, the oldest first; its features in the order and units of the file."""
    relative: Sequence[float] = ()


def day_table(events: Sequence[Event], **options: str) -> bytes:
    """Write the day table: the oldest day has no suffix, the day before the event is `.6`."""
    header = [name + suffix for suffix in ("", ".1", ".2", ".3", ".4", ".5", ".6") for name in DAY_NAMES]
    rows = [[value for day in event.before for value in day] for event in events]
    return _csv([*header, "Athlete ID", "injury", "Date"], events, rows, **options)


def week_table(events: Sequence[Event], **options: str) -> bytes:
    """Write the week table: the week just before the event has no suffix, the oldest is `.2`."""
    header = [name + suffix for suffix in ("", ".1", ".2") for name in WEEK_NAMES] + RELATIVE_NAMES
    rows = [[*(value for week in reversed(event.before) for value in week), *event.relative] for event in events]
    return _csv([*header, "Athlete ID", "injury", "Date"], events, rows, **options)


def _csv(
    header: list[str],
    events: Sequence[Event],
    rows: list[list[float]],
    *,
    separator: str = ",",
    decimal: str = ".",
    encoding: str = "utf-8",
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(header)
    for event, row in zip(events, rows, strict=True):
        cells = [repr(value).replace(".", decimal) for value in row]
        writer.writerow([*cells, event.athlete, event.injury, event.day])
    return text.getvalue().encode(encoding)
