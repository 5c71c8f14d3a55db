"""What can a rule find? A sentence, and the days on which it was not plainly kept.

Takes what the rules found; gives `stressfx.schema.RETURN_RULES` and `stressfx.schema.RETURN_EVENTS`.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from stressfx.injury.returning.rules import BROKEN, KEPT, RULES, STATES, WATCH
from stressfx.schema import DTYPES, RETURN_EVENTS, RETURN_RULES, Schema

__all__ = ["Event", "Outcome", "events_frame", "rules_frame"]


class Event(NamedTuple):
    """A day on which a rule was not plainly kept."""

    date: pd.Timestamp
    state: str
    text: str
    value: float = math.nan
    limit: float = math.nan
    unit: str = ""
    session_id: str = ""


class Outcome(NamedTuple):
    """What a rule found."""

    text: str
    """What was found where there is no event, or beside them."""
    events: tuple[Event, ...] = ()
    state: str = ""
    """State where no event tells it; kept if it is empty."""
    nearest: Event | None = None
    """The day that came nearest to breaking a rule that was kept."""

    @property
    def worst(self) -> str:
        """The gravest state of all."""
        found = {event.state for event in self.events} | ({self.state} if self.state else set())
        return next((state for state in STATES if state in found), KEPT)

    def first(self) -> Event | None:
        """Give the first event of the gravest state."""
        return next((event for event in self.in_order() if event.state == self.worst), None)

    def in_order(self) -> list[Event]:
        """Give the events by day."""
        return sorted(self.events, key=lambda event: event.date)


def rules_frame(outcomes: Mapping[str, Outcome]) -> pd.DataFrame:
    """Lay out one row a rule.

    Parameters
    ----------
    outcomes : mapping of str to Outcome
        What each rule found, by its name.

    Returns
    -------
    DataFrame
        `stressfx.schema.RETURN_RULES`.
    """
    rows = []
    for rule in RULES:
        outcome = outcomes[rule.rule]
        first = outcome.first()
        shows = outcome.nearest if outcome.worst == KEPT else first
        shown: dict[str, Any] = {"date": pd.NaT, "unit": ""} if shows is None else shows._asdict()
        rows.append(
            {
                **shown,
                **rule._asdict(),
                "state": outcome.worst,
                "events": len({event.date for event in outcome.events if event.state in {BROKEN, WATCH}}),
                "text": _sentence(outcome, first),
            }
        )
    return _checked(rows, RETURN_RULES)


def events_frame(outcomes: Mapping[str, Outcome]) -> pd.DataFrame:
    """Lay out one row a rule and day.

    Parameters
    ----------
    outcomes : mapping of str to Outcome
        What each rule found, by its name.

    Returns
    -------
    DataFrame
        `stressfx.schema.RETURN_EVENTS`.
    """
    rows = [{"rule": rule, **event._asdict()} for rule, outcome in outcomes.items() for event in outcome.in_order()]
    return _checked(rows, RETURN_EVENTS)


def _sentence(outcome: Outcome, first: Event | None) -> str:
    """Say what was found, the first day first."""
    if first is None:
        return outcome.text
    more = len({event.date for event in outcome.events if event.state == first.state} - {first.date})
    others = f" ({more} more such {'day' if more == 1 else 'days'})" if more else ""
    return f"{first.text}{others}."


def _checked(rows: list[dict[str, Any]], schema: Schema) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=schema.names)
    return schema.check(frame.astype({column.name: DTYPES[column.kind] for column in schema.columns}))
