"""R3 and R6: days between runs, and stages done twice. Oracle: the calendar, and counting by hand.

Day 0 is Monday, 2 June 2025.
"""

import pytest
from made_returns import NAN, Row, ache, pain_of, returning, run, runs_on, shown, stages_of

from stressfx.injury.returning.checks.days import alternate_days, stages_repeated
from stressfx.injury.returning.rules import ReturnRules

PLAN = stages_of(3.0, 3.3, 3.6)


def test_runs_on_every_other_day_are_kept_and_each_on_the_day_after_a_run_is_broken() -> None:
    assert alternate_days(returning(*runs_on((0, 3), (2, 3), (4, 3), (7, 3)))).events == ()
    found = alternate_days(returning(*runs_on((0, 3), (2, 3), (3, 3), (4, 3), (7, 3))))
    assert shown(found) == [("2025-06-05", "broken"), ("2025-06-06", "broken")]
    assert [(event.value, event.limit, event.unit) for event in found.events] == [(1, 2, "d")] * 2
    assert found.events[0].session_id == "2025-06-05T07:00"


def test_a_second_run_on_one_day_is_watched() -> None:
    found = alternate_days(returning(*runs_on((0, 3), (2, 3)), run("2025-06-04", 1, at="18:00"), *runs_on((4, 3))))
    assert shown(found) == [("2025-06-04", "watch")]
    assert (found.worst, found.events[0].session_id) == ("watch", "2025-06-04T18:00")


@pytest.mark.parametrize(
    ("dates", "tz", "hours"),
    [
        (("2026-03-28", "2026-03-29", "2026-03-30"), "Europe/Berlin", 23),
        (("2025-10-25", "2025-10-26", "2025-10-27"), "Europe/Berlin", 25),
        (("2026-03-07", "2026-03-08", "2026-03-09"), "America/New_York", 23),
        (("2025-11-01", "2025-11-02", "2025-11-03"), "America/New_York", 25),
    ],
)
def test_days_in_a_row_are_local_days_across_a_clock_change(dates: tuple[str, str, str], tz: str, hours: int) -> None:
    """Oracle: the clock changes in the night to the middle day, which lies 23 or 25 hours after the first."""
    first, second, third = (run(date, 3.0, tz=tz) for date in dates)
    assert (second["start"] - first["start"]).total_seconds() == 3600 * hours
    assert shown(alternate_days(returning(first, second))) == [(dates[1], "broken")]
    assert alternate_days(returning(first, third)).events == ()


def test_late_runs_belong_to_their_local_day_though_it_is_the_next_one_at_greenwich() -> None:
    """Oracle: 23:30 in New York is 03:30 UTC of the next day: 2 and 4 June there are 3 and 4 June at Greenwich."""
    late = run("2025-06-02", 3.0, at="23:30", tz="America/New_York")
    assert f"{late['start']:%d %H:%M}" == "03 03:30"
    assert alternate_days(returning(late, run("2025-06-04", 3.0, tz="America/New_York"))).events == ()
    next_day = run("2025-06-03", 3.0, tz="America/New_York")
    assert f"{next_day['start']:%d}" == "03"
    assert shown(alternate_days(returning(late, next_day))) == [("2025-06-03", "broken")]


def told(*stages: float) -> list[Row]:
    """Give a diary that names the stage of runs on every other day from the first on."""
    return [ache(row["date"], stage=stage) for row, stage in zip(every_other(*stages), stages, strict=True)]


def every_other(*km: float) -> list[Row]:
    return runs_on(*((2 * number, length) for number, length in enumerate(km)))


@pytest.mark.parametrize(
    ("km", "broken"),
    [
        ((3.0, 3.0, 3.3, 3.3, 3.6), []),
        ((3.0, 3.0, 3.0, 3.3, 3.3, 3.6, 3.6, 3.6), []),
        ((3.0, 3.3, 3.3, 3.6), ["2025-06-04"]),
        ((3.0, 3.0, 3.3, 3.6), ["2025-06-08"]),
        ((3.0, 3.0, 3.6), ["2025-06-06"]),
        ((3.3, 3.3, 3.6), ["2025-06-02"]),
        ((3.0, 3.0, 3.3, 3.3, 3.0, 3.3, 3.6), []),
        ((3.0, 3.0, 3.3, 3.3, 3.6, 4.5), ["2025-06-12"]),
        ((3.0, 3.0, 3.3, 3.3, 3.6, 3.6, 4.5), []),
    ],
)
def test_each_stage_is_done_twice_before_the_next(km: tuple[float, ...], broken: list[str]) -> None:
    """Oracle: stages of 3.0, 3.3 and 3.6 km, run on every other day; what is beyond the last stage needs it too."""
    assert shown(stages_repeated(returning(*every_other(*km), plan=PLAN))) == [(date, "broken") for date in broken]


def test_a_broken_stage_says_how_often_the_one_before_was_done() -> None:
    event = stages_repeated(returning(*every_other(3.0, 3.3), plan=PLAN)).events[0]
    assert event.text == "stage 2 after 1 of 2 sessions of stage 1"
    assert (event.value, event.limit, event.unit, event.session_id) == (1, 2, "sessions", "2025-06-04T07:00")


def test_the_diary_names_the_stage_where_the_distance_says_another() -> None:
    """Oracle: four runs of 3.0 km, of which the diary calls the third one of stage 2, then of stage 3."""
    runs = every_other(3.0, 3.0, 3.0, 3.0)
    kept = stages_repeated(returning(*runs, plan=PLAN, pain=pain_of(*told(1, 1, 2, 2))))
    assert kept.events == ()
    broken = stages_repeated(returning(*runs, plan=PLAN, pain=pain_of(*told(1, 1, 3, 3))))
    assert shown(broken) == [("2025-06-06", "broken")]


def test_a_run_of_unknown_distance_is_not_checkable_and_may_be_the_one_that_is_missing() -> None:
    unknown = run("2025-06-04", NAN, minutes=20)
    perhaps = stages_repeated(returning(*runs_on((0, 3.0)), unknown, *runs_on((4, 3.3)), plan=PLAN))
    assert shown(perhaps) == [("2025-06-04", "not checkable"), ("2025-06-06", "not checkable")]
    sure = stages_repeated(returning(*runs_on((0, 3.0)), unknown, *runs_on((4, 3.6)), plan=PLAN))
    assert shown(sure) == [("2025-06-04", "not checkable"), ("2025-06-06", "broken")]


def test_a_stage_needs_what_the_plan_or_the_rules_ask_for_whichever_is_more() -> None:
    runs = every_other(3.0, 3.0, 3.3)
    assert shown(stages_repeated(returning(*runs, plan=PLAN, rules=ReturnRules(sessions_least=3)))) == [
        ("2025-06-06", "broken")
    ]
    three = PLAN._replace(stages=PLAN.stages.assign(sessions_least=3))
    assert shown(stages_repeated(returning(*runs, plan=three))) == [("2025-06-06", "broken")]


def test_without_a_plan_there_are_no_stages_to_check() -> None:
    found = stages_repeated(returning(*every_other(3.0, 3.3)))
    assert (found.worst, found.events) == ("not checkable", ())


def test_stages_of_one_distance_need_as_many_runs_together_as_one_by_one() -> None:
    """Oracle: four stages of 3 km, two sessions each, are eight runs; with two runs of three a week the order lags."""
    plan = stages_of(3.0, 3.0, 3.0, 3.0, 3.3)
    for runs, states in ((8, []), (7, ["broken"])):
        rows = runs_on(*((2 * place, 3.0) for place in range(runs)), (2 * runs, 3.3))
        assert [state for _, state in shown(stages_repeated(returning(*rows, plan=plan)))] == states
