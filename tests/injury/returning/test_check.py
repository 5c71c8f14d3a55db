"""A whole return checked: by a plan, by its days as a table, or by the rules alone. Oracle: states told by hand.

The usual runner, 9 km a run, is back on 2 June 2025 with 3, 3, 3.6 and 3 km; the third run is on the day after the
second.
"""

from typing import Any

import pandas as pd
import pytest
from made_returns import (
    CLEARED,
    NAN,
    START,
    ache,
    day,
    history,
    injury_row,
    pain_of,
    planned,
    returns,
    run,
    runs_on,
    sessions_of,
    shoe_table,
    speeds_of,
    table,
)

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.injury.returning.check import ReturnCheck, check_return
from stressfx.injury.returning.plan import return_plan
from stressfx.injury.returning.rules import RULES, ReturnRules
from stressfx.schema import INJURIES, PLAN, RETURN_EVENTS, RETURN_RULES, SESSIONS

BACK = runs_on((0, 3.0), (2, 3.0), (3, 3.6), (7, 3.0))
LOG = returns(*BACK)
INJURY = injury_row(returned=START)
ALONE = ReturnRules()


def checked(log: pd.DataFrame = LOG, against: Any = ALONE, **told: Any) -> ReturnCheck:
    check = check_return(log, against, **({"injury": INJURY} | told))
    RETURN_RULES.check(check.rules)
    RETURN_EVENTS.check(check.events)
    return check


def test_without_a_plan_a_return_is_held_against_the_rules_alone() -> None:
    """Oracle: 3.6 km on the day after 3 km, all of it on asphalt; nothing is told of pain, speeds or injuries."""
    check = checked()
    unknown, kept = "not checkable", "kept"
    assert check.rules.set_index("rule")["state"].to_dict() == {
        "R1": unknown,
        "R2": kept,
        "R3": "broken",
        "R4": kept,
        "R5": unknown,
        "R6": unknown,
        "R7": unknown,
        "R8": "broken",
        "R9": kept,
        "R10": kept,
        "R11": unknown,
    }
    broken = check.events[check.events["state"] == "broken"]
    assert broken[["rule", "date", "session_id"]].to_numpy().tolist() == [
        ["R3", day("2025-06-05"), "2025-06-05T07:00"],
        ["R8", day("2025-06-05"), "2025-06-05T07:00"],
    ]
    assert (check.athlete_id, check.first_run, check.last, check.runs, check.planned) == (
        "ann",
        day("2025-06-02"),
        day("2025-06-09"),
        4,
        False,
    )
    assert check.state("R3") == "broken"
    assert repr(check) == "<ReturnCheck of ann from 2025-06-02, 4 runs: 5 not checkable, 4 kept, 2 broken>"
    assert "No runs on two days in a row" in check._repr_html_()


def test_the_rows_are_the_eleven_rules_with_their_sources() -> None:
    rules = checked().rules
    assert rules["rule"].tolist() == [rule.rule for rule in RULES]
    assert rules["source"].tolist() == [rule.source for rule in RULES]
    row = rules.set_index("rule").loc["R8"]
    assert (row["date"], row["value"], row["limit"], row["events"]) == (
        day("2025-06-05"),
        pytest.approx(0.2),
        pytest.approx(0.1),
        1,
    )
    assert row["text"] == "the run went 20 % beyond the longest of the return."


def test_everything_that_is_told_reaches_its_rule() -> None:
    """Oracle: a diary, speeds, a worn pair and earlier injuries, each of which breaks or keeps one rule."""
    diary = pain_of(
        ache("2025-05-30", "walk", duration_s=1800.0),
        ache("2025-05-31", "cross_training"),
        *(ache(f"{row['date']:%Y-%m-%d}") for row in BACK[:3]),
        ache("2025-06-09", after=1.0),
    )
    bone = {"athlete_id": "ann", "tissue": "bone", "site": "fibula"}
    injuries = table(
        INJURIES, bone | {"first_pain": "2023-01-01"}, bone | {"first_pain": "2025-03-29", "returned": START}
    )
    ids = [row["session_id"] for row in (*history(), *BACK)]
    check = checked(
        injury=injuries.iloc[[1]],
        injuries=injuries,
        pain=diary,
        shoes=shoe_table({"shoe_id": "blue", "start_distance_m": 900_000.0}),
        intensity=speeds_of(*((name, 2.5, 1200.0) for name in ids)),
    )
    found = {rule: check.state(rule) for rule in ("R1", "R5", "R7", "R10", "R11")}
    assert found == {"R1": "kept", "R5": "kept", "R7": "kept", "R10": "broken", "R11": "broken"}


def test_the_next_injury_ends_a_return_without_a_plan() -> None:
    injuries = table(INJURIES, {"athlete_id": "ann", "first_pain": "2025-06-05"})
    check = checked(injuries=injuries)
    assert (check.runs, check.last, check.state("R3")) == (2, day("2025-06-04"), "kept")


def test_a_table_of_days_is_a_plan() -> None:
    """Oracle: two stages of two runs; the second run skips a session of stage 1, and the last is beyond the plan."""
    days = planned(("2025-06-02", 1, 3.0), ("2025-06-04", 1, 3.0), ("2025-06-06", 2, 3.3), ("2025-06-08", 2, 3.3))
    log = returns(*runs_on((0, 3.0), (2, 3.3), (4, 3.3), (30, 9.0)))
    check = checked(log, days, injury=injury_row())
    assert (check.planned, check.runs, check.last) == (True, 3, day("2025-06-08"))
    assert check.state("R6") == "broken"
    assert check.events.query("rule == 'R6'")["date"].tolist() == [day("2025-06-04")]
    shuffled = checked(log, days.iloc[::-1].reset_index(drop=True), injury=injury_row())
    pd.testing.assert_frame_equal(shuffled.rules, check.rules)


def test_a_plan_brings_its_injury_and_what_was_usual() -> None:
    plan = return_plan(returns(), injury_row(), start="2025-05-26", weeks=4, cleared=CLEARED)
    check = check_return(LOG, plan)
    assert (check.planned, check.first_run, check.state("R2"), check.state("R6")) == (
        True,
        day(START),
        "kept",
        "broken",
    )
    assert check.rules["text"].iloc[5] == "stage 4 after 0 of 2 sessions of stage 2."
    later_log = sessions_of(*BACK)
    assert check_return(later_log, plan).state("R2") == "kept"
    assert checked(later_log).state("R2") == "not checkable"


def test_thresholds_may_be_given_beside_a_plan_or_instead_of_one() -> None:
    assert checked(against=ReturnRules(spike=0.2)).state("R8") == "kept"
    days = planned(*((f"2025-06-{date:02}", 1, 3.0) for date in (2, 4, 6, 9)))
    assert checked(against=days).state("R8") == "broken"
    assert checked(against=days, rules=ReturnRules(spike=0.2)).state("R8") == "kept"


def test_missing_distances_leave_no_rule_of_distance_kept() -> None:
    days = planned(("2025-06-02", 1, 3.0), ("2025-06-11", 1, 3.0))
    log = returns(run("2025-06-02", NAN, minutes=18), run("2025-06-09", NAN, minutes=18))
    check = checked(log, days)
    assert {rule: check.state(rule) for rule in ("R2", "R4", "R6", "R8")} == dict.fromkeys(
        ("R2", "R4", "R6", "R8"), "not checkable"
    )


def test_a_late_run_belongs_to_its_local_day() -> None:
    """Oracle: 23:30 on 8 June in New York, the last day of the plan, is 9 June at Greenwich."""
    days = planned(("2025-06-06", 1, 3.0), ("2025-06-08", 1, 3.0))
    log = returns(*runs_on((4, 3.0)), run("2025-06-08", 3.0, at="23:30", tz="America/New_York"))
    check = checked(log, days)
    assert (check.runs, check.state("R3")) == (2, "kept")


def test_what_makes_no_return_says_what_is_needed() -> None:
    days = planned(("2025-06-02", 1, 3.0))
    cases: list[tuple[pd.DataFrame, Any, pd.DataFrame, str]] = [
        (SESSIONS.empty(), ALONE, INJURY, "the log has no run; a run from 2025-06-02 on is needed"),
        (returns(), ALONE, INJURY, "the last run of the log is of 2025-03-28; a run from 2025-06-02 on is needed"),
        (returns(), days, INJURY, "of 2025-03-28; a run from 2025-06-02 to 2025-06-02 is needed"),
        (LOG, ALONE, injury_row(), "the injury has no `returned`: give the first day of running again"),
        (LOG, ALONE, injury_row(None, returned=START), "the injury has no date"),
        (LOG, days, injury_row(None), "the injury has no date"),
        (LOG, ALONE, injury_row(returned="2025-03-28"), "`returned` 2025-03-28, before it began on 2025-03-29"),
        (LOG, PLAN.empty(), INJURY, "the plan has no run"),
        (LOG, planned(("2025-06-02", 1, 3.0), activity="walk"), INJURY, "the plan has no run"),
        (LOG, planned(("2025-06-02", 0, 3.0)), INJURY, "the plan has no run"),
    ]
    for log, against, injury, said in cases:
        with pytest.raises(InsufficientDataError, match=said):
            check_return(log, against, injury=injury)


def test_who_ran_again_on_the_day_of_the_onset_returned_on_it() -> None:
    assert checked(sessions_of(*history(), run("2025-03-29", 3.0)), injury=injury_row(returned="2025-03-29")).runs == 1


def test_wrong_arguments_say_so() -> None:
    refused = return_plan(returns(), injury_row(), start=START)
    with pytest.raises(ValueError, match=r"^the plan has no schedule: No clinician"):
        check_return(LOG, refused)
    with pytest.raises(ValueError, match="injury is missing: give the row"):
        check_return(LOG, ALONE)
    with pytest.raises(ValueError, match="onset is 'never'"):
        checked(onset="never")
    with pytest.raises(SchemaError, match="2 rows; one is needed"):
        checked(injury=pd.concat([INJURY, INJURY]))
    with pytest.raises(SchemaError, match="Plan: column 'activity' is missing"):
        checked(against=planned(("2025-06-02", 1, 3.0)).drop(columns="activity"))
    with pytest.raises(SchemaError, match="outside 0 to inf m"):
        checked(LOG.assign(distance_m=-LOG["distance_m"]))
    with pytest.raises(SchemaError, match="Shoes: column 'shoe_id' is missing"):
        checked(shoes=shoe_table({"shoe_id": "blue"}).drop(columns="shoe_id"))


def test_runs_of_others_and_columns_that_may_be_left_out_change_nothing() -> None:
    check = checked()
    others = sessions_of(*(row | {"athlete_id": "ben", "session_id": f"b{n}"} for n, row in enumerate(BACK)))
    pd.testing.assert_frame_equal(checked(pd.concat([others, LOG], ignore_index=True)).rules, check.rules)
    bare = LOG[["athlete_id", "session_id", "sport", "sub_sport", "start", "date", "distance_m", "timer_s"]]
    states = checked(bare).rules.set_index("rule")["state"]
    told = check.rules.set_index("rule")["state"]
    assert states[states != told].to_dict() == {"R9": "not checkable", "R10": "not checkable"}


def test_the_order_of_the_sessions_does_not_matter() -> None:
    pd.testing.assert_frame_equal(checked(LOG.iloc[::-1].reset_index(drop=True)).events, checked().events)


TABLE = planned(("2025-06-09", 1, 3.0), ("2025-06-11", 1, 3.0), ("2025-06-16", 2, 3.3), ("2025-06-18", 2, 3.3))


def test_a_plan_of_another_runner_from_before_the_injury_or_beyond_a_year_is_refused() -> None:
    with pytest.raises(SchemaError, match="names another runner"):
        checked(against=TABLE.assign(athlete_id=pd.Series("ben", TABLE.index, "str")))
    early = planned(("2025-03-01", 1, 3.0), ("2025-06-09", 2, 3.3))
    with pytest.raises(InsufficientDataError, match="begins on 2025-03-01, before the injury of 2025-03-29"):
        checked(against=early)
    far = planned(("2025-06-09", 1, 3.0), ("2026-06-12", 2, 3.3))
    with pytest.raises(InsufficientDataError, match="longer than a year"):
        checked(against=far)


def test_a_runner_who_begins_late_is_looked_at_to_the_end() -> None:
    """Oracle: the plan of four runs from 9 to 18 June, begun a week late; its end moves to 25 June."""
    late = returns(*runs_on((14, 3.0), (16, 3.0), (21, 3.3), (23, 3.3), (28, 9.0)))
    check = checked(late, TABLE)
    assert (check.first_run, check.last, check.runs) == (day("2025-06-16"), day("2025-06-25"), 4)
    assert check.notes == ("Runs after 2025-06-25, the last day of the return, not looked at: 1.",)
    assert check.state("R6") == "kept"


def test_the_next_injury_ends_a_return_with_a_plan_too() -> None:
    again = pd.concat([INJURY, injury_row("2025-06-17")], ignore_index=True)
    whole = returns(*runs_on((7, 3.0), (9, 3.0), (14, 3.3), (16, 3.3)))
    assert checked(whole, TABLE, injuries=again).last == day("2025-06-16")


def test_runs_before_the_first_day_that_is_looked_at_are_told_of() -> None:
    early = returns(run("2025-04-20", 8.0), run("2025-04-21", 8.0), *BACK)
    assert checked(early).notes == ("Runs between the injury and the first day of the return, not looked at: 2.",)


def test_a_site_of_high_risk_is_named_whatever_was_kept() -> None:
    note = checked(injury=injury_row(returned=START, site="navicular", tissue="bone")).notes[0]
    assert "it needs a clinician, not a schedule" in note


def test_what_a_watch_adds_to_a_plan_is_no_step_and_a_session_that_was_missed_is_none_back() -> None:
    """Oracle: 3 % more or less than 3.0, 3.3 and 3.6 km: 2.91 to 3.39 km are 16 %. Then two runs of three in a week."""
    days = [f"2025-06-{number:02}" for number in (9, 11, 13, 16, 18, 20, 23, 25, 27)]
    plan = planned(*((date, 1 + place // 3, (3.0, 3.3, 3.6)[place // 3]) for place, date in enumerate(days)))
    watch = (2.91, 2.91, 2.91, 3.39, 3.39, 3.39, 3.7, 3.7, 3.7)
    read = [run(date, km) for date, km in zip(days, watch, strict=True)]
    assert {checked(returns(*read), plan).state(rule) for rule in ("R4", "R6", "R8")} == {"kept"}
    assert {checked(returns(*read)).state(rule) for rule in ("R4", "R8")} == {"broken"}, "without a plan it counts"
    steady = [run(date, 1.04 * (3.0, 3.3, 3.6)[place // 3]) for place, date in enumerate(days)]
    steady[3:6] = [run(date, 3.37) for date in days[3:6]]
    assert {checked(returns(*steady), plan).state(rule) for rule in ("R4", "R8")} == {"kept"}, "8 % more than 3.12 km"
    missed = [one for place, one in enumerate(read) if place != 4]
    assert {checked(returns(*missed), plan).state(rule) for rule in ("R4", "R6", "R8")} == {"kept"}
    assert checked(returns(*missed)).state("R4") == "broken"
