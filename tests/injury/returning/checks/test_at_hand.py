"""Which runs are the return, and where it ends. Oracle: days counted by hand; the history is that of March 2025."""

import pytest
from made_returns import (
    ATHLETE,
    ONSET,
    START,
    ache,
    day,
    injury_row,
    pain_of,
    returning,
    run,
    runs_on,
    sessions_of,
    shoe_table,
    table,
)

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.injury.returning.checks.at_hand import Told, returning_at_hand
from stressfx.injury.returning.rules import ReturnRules
from stressfx.schema import INJURIES

NOTHING = Told(None, None, None, None, None)


def test_a_return_is_the_runs_from_its_first_day_on_by_start() -> None:
    """Oracle: one before the first day, one of another runner, a ride and one in deep water are none of it."""
    back = returning(
        run("2025-06-06", 3.0, at="18:00"),
        run("2025-06-06", 3.3),
        run("2025-06-04", 3.0),
        run("2025-06-01", 9.0),
        run("2025-06-05", 9.0, athlete_id="ben"),
        run("2025-06-03", 20.0, sport="cycling"),
        run("2025-06-05", 2.0, body_weight_share=0.0),
        run("2025-06-07", 5.0, body_weight_share=0.6),
        run("2025-06-08", 5.0, counted=False),
    )
    assert back.runs["session_id"].tolist() == [
        "2025-06-04T07:00",
        "2025-06-06T07:00",
        "2025-06-06T18:00",
        "2025-06-07T07:00",
    ]
    assert back.runs["carried_m"].tolist() == [3000, 3300, 3000, 3000]
    assert (back.athlete_id, back.first_run, back.last) == (ATHLETE, day("2025-06-04"), day("2025-06-07"))


def test_without_a_plan_a_return_ends_after_twelve_weeks() -> None:
    """Oracle: 84 days from 2 June 2025 end on 24 August."""
    back = returning(*runs_on((0, 3.0), (83, 9.0), (84, 9.0)))
    assert (back.last, len(back.runs)) == (day("2025-08-24"), 2)
    assert returning(*runs_on((0, 3.0), (84, 9.0)), rules=ReturnRules(days=85)).last == day("2025-08-25")


def test_it_ends_on_the_eve_of_the_next_injury() -> None:
    injuries = table(
        INJURIES,
        *(
            {"athlete_id": name, "first_pain": date}
            for name, date in ((ATHLETE, ONSET), (ATHLETE, "2025-06-20"), ("", "2025-06-30"), ("ben", "2025-06-05"))
        ),
    )
    back = returning(*runs_on((0, 3.0), (17, 3.0), (18, 3.0), (30, 3.0)), injuries=injuries)
    assert (back.last, len(back.runs)) == (day("2025-06-19"), 2)


def test_it_ends_with_the_log_and_any_session_is_of_the_log() -> None:
    back = returning(*runs_on((0, 3.0)), run("2025-06-12", 20.0, sport="cycling"))
    assert (back.last, len(back.runs)) == (day("2025-06-12"), 1)


def test_a_plan_ends_it() -> None:
    sessions = sessions_of(*runs_on((0, 3.0), (20, 3.0), (30, 3.0)))
    options = {"usual": None, "plan": None, "rules": ReturnRules(), "told": NOTHING}
    back = returning_at_hand(sessions, injury_row(), begin=day(START), end=day("2025-06-22"), **options)
    assert (back.last, len(back.runs)) == (day("2025-06-22"), 2)
    with pytest.raises(InsufficientDataError, match="last run of the log is of 2025-07-02; a run from 2025-06-03 to"):
        returning_at_hand(sessions, injury_row(), begin=day("2025-06-03"), end=day("2025-06-04"), **options)


def test_without_a_run_since_there_is_nothing_to_check() -> None:
    with pytest.raises(InsufficientDataError, match="last run of the log is of 2025-03-28; a run from 2025-06-02 on"):
        returning()
    with pytest.raises(InsufficientDataError, match="the log has no run"):
        returning(run("2025-06-02", 20.0, sport="cycling"), before=[])


def test_the_diary_is_that_of_the_runner_from_the_injury_on_by_day() -> None:
    diary = pain_of(
        ache("2025-06-04"),
        ache("2025-06-02"),
        ache(ONSET, ""),
        ache("2025-03-28", ""),
        ache("2025-06-03", athlete_id="ben"),
        ache("2025-06-05", athlete_id=""),
    )
    kept = returning(*runs_on((0, 3.0)), pain=diary).pain
    assert kept is not None
    assert kept["date"].dt.strftime("%m-%d").tolist() == ["03-29", "06-02", "06-04", "06-05"]


def test_what_the_diary_says_of_an_activity_is_what_came_before_the_first_run() -> None:
    sessions = [run("2025-05-20", 3.0, sport="walking"), run("2025-05-21", 20.0, sport="cycling")]
    diary = pain_of(
        *(ache(date, "") for date in ("2025-05-19", "2025-05-20", "2025-05-21")),
        ache("2025-05-22", "walk"),
        ache("2025-05-23", "cross_training"),
        ache("2025-06-02", "walk"),
        ache("2025-06-02", "run"),
    )
    back = returning(*sessions, *runs_on((0, 3.0)), pain=diary)
    assert back.on("walk")["date"].dt.day.tolist() == [20, 22]
    assert back.on("cross_training")["date"].dt.day.tolist() == [21, 23]
    assert len(back.done("walk")) == len(back.done("cross_training")) == 1
    assert returning(*runs_on((0, 3.0))).on("walk").empty


@pytest.mark.parametrize("name", ["injuries", "pain", "shoes", "surfaces", "intensity"])
def test_every_frame_is_checked(name: str) -> None:
    wrong = shoe_table({"shoe_id": "blue"}).drop(columns="shoe_id")
    with pytest.raises(SchemaError, match="is missing"):
        returning(*runs_on((0, 3.0)), **{name: wrong})
