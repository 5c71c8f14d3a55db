"""What a rule found, as a row and as days. Oracle: events laid out by hand."""

import math

import pandas as pd
import pytest
from made_returns import day

from stressfx.injury.returning.checks.outcome import Event, Outcome, events_frame, rules_frame
from stressfx.injury.returning.rules import RULES
from stressfx.schema import RETURN_EVENTS, RETURN_RULES

BROKEN = Event(day("2025-06-04"), "broken", "too far", 0.2, 0.1, "of usual", "b")
WATCH = Event(day("2025-06-02"), "watch", "a little far", 0.1, 0.05, "of usual", "a")
UNKNOWN = Event(day("2025-06-01"), "not checkable", "not known")


def rows(**outcomes: Outcome) -> pd.DataFrame:
    return rules_frame({rule.rule: outcomes.get(rule.rule, Outcome("Fine.")) for rule in RULES}).set_index("rule")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome("Fine."), "kept"),
        (Outcome("No.", state="not checkable"), "not checkable"),
        (Outcome("", (UNKNOWN,)), "not checkable"),
        (Outcome("", (UNKNOWN, WATCH)), "watch"),
        (Outcome("", (WATCH, BROKEN, UNKNOWN)), "broken"),
    ],
)
def test_the_gravest_state_of_all_is_that_of_the_rule(outcome: Outcome, state: str) -> None:
    assert outcome.worst == state


def test_a_row_shows_the_first_day_of_the_gravest_state() -> None:
    later = BROKEN._replace(date=day("2025-06-09"), value=0.9)
    frame = rows(R2=Outcome("Fine.", (later, WATCH, BROKEN, UNKNOWN)))
    row = RETURN_RULES.check(frame.reset_index()).set_index("rule").loc["R2"]
    assert (row["state"], row["date"], row["value"], row["limit"], row["unit"]) == (
        "broken",
        day("2025-06-04"),
        0.2,
        0.1,
        "of usual",
    )
    assert (row["text"], row["events"]) == ("too far (1 more such day).", 3)
    assert row["source"] == RULES[1].source


def test_two_findings_of_one_day_are_one_day() -> None:
    row = rows(R7=Outcome("", (BROKEN, BROKEN._replace(text="too steep"), WATCH))).loc["R7"]
    assert (row["text"], row["events"]) == ("too far.", 2)
    more = [BROKEN._replace(date=day(date)) for date in ("2025-06-05", "2025-06-06", "2025-06-06")]
    assert rows(R7=Outcome("", (BROKEN, *more))).loc["R7"]["text"] == "too far (2 more such days)."


def test_a_kept_rule_has_a_sentence_and_no_day() -> None:
    row = rows().loc["R1"]
    assert (row["state"], row["text"], row["unit"], row["events"]) == ("kept", "Fine.", "", 0)
    assert row["date"] is pd.NaT
    assert math.isnan(row["value"])
    assert rows().index.tolist() == [f"R{number}" for number in range(1, 12)]


def test_what_is_not_checkable_says_why_and_not_that_it_was_kept() -> None:
    assert rows(R5=Outcome("No pain is on record.", (UNKNOWN,))).loc["R5"]["text"] == "not known."
    assert rows(R5=Outcome("Not checkable: no diary.", state="not checkable")).loc["R5"]["events"] == 0


def test_events_are_by_rule_and_then_by_day() -> None:
    frame = events_frame({"R2": Outcome("", (BROKEN, WATCH)), "R3": Outcome("", (UNKNOWN,)), "R4": Outcome("")})
    shown = RETURN_EVENTS.check(frame)[["rule", "state", "session_id"]]
    assert shown.to_numpy().tolist() == [
        ["R2", "watch", "a"],
        ["R2", "broken", "b"],
        ["R3", "not checkable", ""],
    ]
    assert len(RETURN_EVENTS.check(events_frame({"R2": Outcome("")}))) == 0
