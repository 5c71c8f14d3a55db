"""Answers what a check of a return reads like: a headline, a row a rule and a row a day, for page and screen alike.

Takes a `ReturnCheck`; gives text. Nothing is computed but units, rounding and counts of rows.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from stressfx.injury.returning.rules import BROKEN, KEPT, NOT_CHECKABLE, STATES, WATCH
from stressfx.show.printable import printable
from stressfx.show.returning.words import long_day
from stressfx.units import METRES_PER, format_pace

if TYPE_CHECKING:
    from stressfx.injury.returning.check import ReturnCheck

__all__ = ["LONGEST_SENTENCE", "MARKS", "EventRow", "RuleRow", "check_headline", "event_rows", "rule_rows"]

MARKS = {
    BROKEN: "\N{BLACK SQUARE}",
    WATCH: "\N{BLACK UP-POINTING TRIANGLE}",
    NOT_CHECKABLE: "\N{WHITE CIRCLE}",
    KEPT: "",
}
"""What stands before each state: shapes, so that they differ without colours too."""

LONGEST_SENTENCE = 400
"""What is longer is cut: a sentence of ours never is."""


class RuleRow(NamedTuple):
    """One rule, ready to be shown."""

    rule: str
    title: str
    state: str
    what: str
    date: str
    value: str
    limit: str
    source: str


class EventRow(NamedTuple):
    """One day on which a rule was not plainly kept, ready to be shown."""

    date: str
    rule: str
    state: str
    what: str
    value: str
    limit: str


def check_headline(check: "ReturnCheck") -> str:
    """Count the rules by their state, the gravest first.

    Parameters
    ----------
    check : ReturnCheck
        What is shown.

    Returns
    -------
    str
        Such as "2 rules broken, 9 kept".
    """
    counted = check.rules["state"].value_counts()
    said = [f"{counted[state]} {'watched' if state == WATCH else state}" for state in STATES if state in counted]
    first, *others = said or ["no rule"]
    number, _, state = first.partition(" ")
    noun = "rule" if number == "1" else "rules"
    return ", ".join([f"{number} {noun} {state}" if said else first, *others])


def rule_rows(check: "ReturnCheck", *, unit: str) -> list[RuleRow]:
    """Give a row a rule.

    Parameters
    ----------
    check : ReturnCheck
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    list of RuleRow
        In the order of the rules.
    """
    return [
        RuleRow(
            rule=row["rule"],
            title=printable(row["title"], limit=LONGEST_SENTENCE),
            state=_state(row["state"]),
            what=_sentence(row["text"]),
            date=_day(row["date"]),
            value=_number(row["value"], row["unit"], unit=unit),
            limit=_number(row["limit"], row["unit"], unit=unit),
            source=printable(row["source"], limit=LONGEST_SENTENCE),
        )
        for row in check.rules.to_dict("records")
    ]


def event_rows(check: "ReturnCheck", *, unit: str) -> list[EventRow]:
    """Give a row a day on which a rule was not plainly kept.

    Parameters
    ----------
    check : ReturnCheck
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    list of EventRow
        By date; of one day in the order of the rules.
    """
    events = check.events.sort_values("date", kind="stable")
    return [
        EventRow(
            date=_day(row["date"]),
            rule=row["rule"],
            state=_state(row["state"]),
            what=_sentence(row["text"]),
            value=_number(row["value"], row["unit"], unit=unit),
            limit=_number(row["limit"], row["unit"], unit=unit),
        )
        for row in events.to_dict("records")
    ]


def _state(state: str) -> str:
    return f"{MARKS.get(state, '')} {printable(state)}".strip()


def _day(date: pd.Timestamp) -> str:
    return "" if pd.isna(date) else long_day(date)


def _sentence(text: str) -> str:
    """Write a sentence as one, whether it came as one or as a part."""
    told = printable(text, limit=LONGEST_SENTENCE)
    return told[:1].upper() + told[1:]


def _number(value: float, of: str, *, unit: str) -> str:
    """Write a number with its unit; nothing where it is missing."""
    if math.isnan(value):
        return ""
    if of == "m":
        return f"{value / METRES_PER[unit]:.2f} {unit}"
    if of == "m/s":
        return format_pace(value, per=unit)
    if not of:
        return f"{100 * value:.3g} %"
    noun = of.removesuffix("s") if value == 1 else of
    return f"{value:.3g} {noun}".strip()
