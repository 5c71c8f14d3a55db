"""Answers how a plan comes into the calendar of a telephone: an iCalendar file, an all-day event a day.

Takes a `ReturnPlan`; writes the file. Days are written as days, without a time, so that no time zone and no changed
clock can move one.
"""

import datetime as dt
import hashlib
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from stressfx.errors import InsufficientDataError
from stressfx.injury.returning.programmes import PUBLISHED
from stressfx.show.printable import printable
from stressfx.show.returning.words import doing, facts
from stressfx.show.version import installed_version

if TYPE_CHECKING:
    from os import PathLike

    from icalendar import Event

    from stressfx.injury.returning.plan import ReturnPlan

__all__ = ["write_calendar"]

LONGEST_WORDS = 400
UID_LETTERS = 32

PAIN_RULE = "Any pain during it, after it or on the next morning: a day of rest at least, then one stage back."
NOTICE = "Flags, not treatment: pain in a bone needs a clinician."


def write_calendar(plan: "ReturnPlan", path: "str | PathLike[str]") -> Path:
    """Write a plan as an iCalendar file.

    Parameters
    ----------
    plan : ReturnPlan
        What `stressfx.return_plan` or `stressfx.after_pain` gives.
    path : path
        Where to write; a file of that name is replaced.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    InsufficientDataError
        If the plan has no schedule.
    OSError
        If the file cannot be written.

    Notes
    -----
    RFC 5545: lines that end in CR and LF and are folded at 75 octets, days as ``VALUE=DATE``, the end of an event the
    day after it. A day of rest has no event. The identity of an event (UID) follows from the runner and the day alone,
    and does not show the name: a calendar that takes a later plan again changes the events of these days. It does not
    take away those of days that have become days of rest, so that a plan is best kept in a calendar of its own, which
    can be emptied. Events do not make a day busy.
    """
    if plan.refusal or plan.days.empty:
        reason = plan.refusal or "no day is planned"
        raise InsufficientDataError(f"there is no schedule to put into a calendar: {reason}")
    from icalendar import Calendar  # noqa: PLC0415  # only a calendar needs it

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//stressfx//stressfx {installed_version()}//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", f"Return to running: {printable(plan.athlete_id) or 'a runner'}")
    stamp = dt.datetime.now(dt.UTC).replace(microsecond=0)
    checks: list[str] = []
    for date, rows in plan.days.groupby("date", sort=True):
        todo = [row for row in rows.to_dict("records") if row["activity"] != "rest"]
        rested = [row for row in rows.to_dict("records") if row["activity"] == "rest"]
        checks += [words for row in rested if (words := _criterion(row))]
        if todo:
            calendar.add_component(_event(plan, pd.Timestamp(str(date)), todo, checks, stamp))
            checks = []
    target = Path(path)
    target.write_bytes(calendar.to_ical())
    return target


def _event(
    plan: "ReturnPlan",
    date: pd.Timestamp,
    todo: Sequence[Mapping[Hashable, Any]],
    checks: Sequence[str],
    stamp: dt.datetime,
) -> "Event":
    """Describe one day; `checks` are those that a day of rest before it, which has no event, ended with."""
    from icalendar import Event  # noqa: PLC0415  # as above

    event = Event()
    event.add("uid", _identity(plan.athlete_id, date))
    event.add("dtstamp", stamp)
    event.add("dtstart", date.date())
    event.add("dtend", date.date() + dt.timedelta(days=1))
    event.add("summary", "; ".join(_summary(row, plan.unit) for row in todo))
    event.add("description", _description(todo, checks, plan.unit))
    event.add("transp", "TRANSPARENT")
    return event


def _identity(athlete_id: str, date: pd.Timestamp) -> str:
    """Name a day of a runner for ever, without the name of the runner."""
    known = hashlib.sha256(f"return to running\n{athlete_id}\n{date:%Y-%m-%d}".encode("utf-8", "replace"))
    return f"{known.hexdigest()[:UID_LETTERS]}@stressfx"


def _criterion(row: Mapping[Hashable, Any]) -> str:
    words = printable(row["criteria"], limit=LONGEST_WORDS)
    return "" if words == PUBLISHED else words


def _summary(row: Mapping[Hashable, Any], unit: str) -> str:
    item = doing(row, unit=unit)
    return f"{item.head}: {item.detail.replace(' / ', ', ')}" if item.detail else item.head


def _description(todo: Sequence[Mapping[Hashable, Any]], checks: Sequence[str], unit: str) -> str:
    """Say how, and what has to hold before and after."""
    lines = [f"First check: {words}" for words in checks]
    for row in todo:
        item = doing(row, unit=unit)
        lines.append(f"{item.head}: {printable(row['what'], limit=LONGEST_WORDS) or item.detail or item.name}.")
        if item.activity == "run":
            lines.append(f"Keep to: {', '.join(fact for fact in facts(row, unit=unit) if fact)}.")
        if words := _criterion(row):
            lines.append(f"Then check: {words}")
    return "\n".join([*lines, PAIN_RULE, NOTICE])
