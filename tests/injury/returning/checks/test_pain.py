"""R1 and R5: pain before the first run, and after it. Oracle: small diaries judged by hand; day 0 is 2 June 2025."""

import pytest
from made_returns import NAN, Row, ache, pain_of, returning, run, runs_on, shown, stages_of

from stressfx.errors import SchemaError
from stressfx.injury.returning.checks.outcome import Outcome
from stressfx.injury.returning.checks.pain import pain_free_before, stepped_back
from stressfx.injury.returning.rules import ReturnRules

FIRST = "2025-06-02"
WALK = ache("2025-05-28", "walk", duration_s=1800.0)
CROSS = ache("2025-05-29", "cross_training")
PLAN = stages_of(3.0, 3.3, 3.6)


def before(*diary: Row, sessions: tuple[Row, ...] = (), rules: ReturnRules | None = None) -> Outcome:
    return pain_free_before(returning(*sessions, run(FIRST, 3.0), pain=pain_of(*diary), rules=rules))


def texts(outcome: Outcome) -> list[str]:
    return [event.text for event in outcome.events]


NO_WALK = "no walk of 30 minutes without pain is known before the first run"
NO_CROSS = "no cross-training without pain is known before the first run"


def test_half_an_hour_of_walking_and_cross_training_without_pain_keep_the_rule() -> None:
    found = before(WALK, CROSS)
    assert (found.worst, found.events) == ("kept", ())
    assert found.text == "A walk of 30 minutes and cross-training were without pain before the first run."


@pytest.mark.parametrize(
    ("diary", "said"),
    [
        ((WALK,), [NO_CROSS]),
        ((CROSS,), [NO_WALK]),
        ((WALK | {"duration_s": 1799.0}, CROSS), [NO_WALK]),
        ((WALK | {"during": 1.0}, CROSS), [NO_WALK]),
        ((WALK | {"next_morning": 0.5}, CROSS), [NO_WALK]),
        ((WALK | {"date": FIRST}, CROSS), [NO_WALK]),
        ((WALK | {"date": "2025-03-28"}, CROSS), [NO_WALK]),
        ((WALK | {"athlete_id": "ben"}, CROSS), [NO_WALK]),
        ((WALK, CROSS | {"after": 2.0}), [NO_CROSS]),
    ],
)
def test_what_is_missing_short_painful_too_late_or_too_old_breaks_it_on_the_first_run(
    diary: tuple[Row, ...], said: list[str]
) -> None:
    found = before(*diary)
    assert texts(found) == said
    assert shown(found) == [(FIRST, "broken")] * len(said)


def test_a_diary_without_an_entry_before_the_first_run_leaves_it_open() -> None:
    assert before(ache(FIRST)).worst == "not checkable"


def test_anything_that_hurt_in_the_week_before_the_first_run_breaks_it() -> None:
    """Oracle: the first run is on 2 June; 26 May is seven days before it and 25 May eight."""
    for date, state in (("2025-05-26", "broken"), ("2025-05-25", "kept")):
        assert before(WALK, CROSS, ache(date, "strength", during=3.0)).worst == state


def test_the_last_walk_and_the_last_cross_training_have_to_be_without_pain_too() -> None:
    later = ache("2025-06-01", "walk", duration_s=600.0, after=3.0)
    found = before(WALK, CROSS, later)
    assert texts(found) == ["the last walk before the first run was not without pain"]
    assert [(event.value, event.limit, event.unit) for event in found.events] == [(3, 0, "of 10")]
    assert before(WALK | {"date": "2025-06-01"}, CROSS, later | {"date": "2025-05-20"}).worst == "kept"
    assert texts(before(WALK, CROSS, ache("2025-06-01", "cross_training", during=1.0))) == [
        "the last cross-training before the first run was not without pain"
    ]


def test_what_the_diary_leaves_open_is_not_checkable() -> None:
    """Oracle: a walk of no length, or of no pain told, may have been the one that is needed."""
    open_walk = "the diary leaves open whether any walk of 30 minutes before the first run was without pain"
    for walk in (WALK | {"duration_s": NAN}, WALK | {"during": NAN}):
        found = before(walk, CROSS)
        assert (texts(found), shown(found)) == ([open_walk], [(FIRST, "not checkable")])
    assert before(WALK, CROSS | {"during": NAN}).worst == "not checkable"
    assert texts(before(WALK | {"duration_s": NAN, "after": 1.0}, CROSS)) == [NO_WALK]


def test_the_session_of_the_day_tells_how_long_a_walk_was_and_what_an_entry_for_the_day_means() -> None:
    walk = run("2025-05-28", 2.5, minutes=30, sport="walking")
    ride = run("2025-05-29", 20.0, minutes=40, sport="cycling")
    assert before(WALK | {"duration_s": NAN}, CROSS, sessions=(walk,)).worst == "kept"
    days = (ache("2025-05-28", ""), ache("2025-05-29", ""))
    assert before(*days, sessions=(walk, ride)).worst == "kept"
    assert texts(before(*days, sessions=(walk,))) == [NO_CROSS]


def test_a_longer_walk_can_be_asked_for_and_without_a_diary_nothing_is_checkable() -> None:
    longer = before(WALK, CROSS, rules=ReturnRules(walk_s=2700.0))
    assert texts(longer) == ["no walk of 45 minutes without pain is known before the first run"]
    without = pain_free_before(returning(run(FIRST, 3.0)))
    assert (without.worst, without.events) == ("not checkable", ())


def after(*runs: tuple[int, float], hurt: dict[int, dict[str, float]], plan: bool = True) -> Outcome:
    """Check R5 on runs, with an entry of the diary for each of them; `hurt` tells pain by the day of the run."""
    rows = runs_on(*runs)
    diary = [ache(row["date"], **hurt.get(when, {})) for row, (when, _) in zip(rows, runs, strict=True)]
    return stepped_back(returning(*rows, plan=PLAN if plan else None, pain=pain_of(*diary)))


@pytest.mark.parametrize("when", ["during", "after", "next_morning"])
def test_after_pain_the_next_run_is_of_an_earlier_stage(when: str) -> None:
    """Oracle: pain in stage 2 (3.3 km); the next run is of stage 2 again, or of stage 1 (3.0 km)."""
    runs = ((0, 3.0), (2, 3.0), (4, 3.3))
    broken = after(*runs, (6, 3.3), (8, 3.3), hurt={4: {when: 1.0}})
    assert shown(broken) == [("2025-06-08", "broken")]
    event = broken.events[0]
    assert (event.value, event.limit, event.unit, event.session_id) == (2, 1, "stage", "2025-06-08T07:00")
    assert event.text == "stage 2 after pain in stage 2 on 2025-06-06"
    kept = after(*runs, (6, 3.0), (8, 3.3), hurt={4: {when: 1.0}})
    assert (kept.worst, kept.text) == ("kept", "Days with pain that rest and a step back followed: 1 of 1.")


def test_a_run_on_the_day_after_pain_breaks_it_however_short() -> None:
    for plan in (True, False):
        found = after((0, 3.0), (2, 3.0), (3, 1.0), hurt={2: {"during": 1.0}}, plan=plan)
        assert shown(found) == [("2025-06-05", "broken")]
        assert (found.events[0].value, found.events[0].limit, found.events[0].unit) == (1, 2, "d")


def test_pain_in_the_first_stage_leads_back_to_a_week_of_walking() -> None:
    """Oracle: pain on day 0; days 1 to 7 are a day of rest and walking, and day 8 is the first that may have a run."""
    assert after((0, 3.0), (8, 3.0), hurt={0: {"after": 2.0}}).worst == "kept"
    assert shown(after((0, 3.0), (7, 3.0), hurt={0: {"after": 2.0}})) == [("2025-06-09", "broken")]
    assert shown(after((0, 3.0), (8, 3.3), hurt={0: {"after": 2.0}})) == [("2025-06-10", "broken")]


def test_the_diary_tells_the_stage_where_the_distance_cannot() -> None:
    """Oracle: two stages of 3 km. The fourth run hurts, in stage 2; whether the fifth was of stage 1 nothing tells."""
    alike = stages_of(3.0, 3.0, 3.3)
    rows = runs_on((0, 3.0), (2, 3.0), (4, 3.0), (6, 3.0), (8, 3.0))
    diary = [ache(row["date"]) for row in rows]
    diary[3] |= {"during": 2.0}
    assert shown(stepped_back(returning(*rows, plan=alike, pain=pain_of(*diary)))) == [("2025-06-10", "not checkable")]
    diary[4] |= {"stage": 1.0}
    assert stepped_back(returning(*rows, plan=alike, pain=pain_of(*diary))).worst == "kept"
    diary[4] |= {"stage": 2.0}
    assert shown(stepped_back(returning(*rows, plan=alike, pain=pain_of(*diary)))) == [("2025-06-10", "broken")]


def test_pain_on_a_day_without_a_run_counts_like_that_of_a_run() -> None:
    """Oracle: pain on day 3; the run of day 4 comes without a day of rest. Pain on day 5 after a run on day 4."""
    rows = runs_on((0, 3.0), (2, 3.0), (4, 3.3), (7, 3.3))
    diary = [ache(row["date"]) for row in rows]
    ride = ache("2025-06-05", "cross_training", during=1.0)
    found = stepped_back(returning(*rows, plan=PLAN, pain=pain_of(*diary, ride)))
    assert shown(found) == [("2025-06-06", "broken")]
    whole_day = ache("2025-06-07", "", next_morning=1.0)
    found = stepped_back(returning(*rows, plan=PLAN, pain=pain_of(*diary, whole_day)))
    assert shown(found) == [("2025-06-09", "broken")]


def test_without_a_plan_the_next_run_has_to_be_shorter() -> None:
    """Oracle: 3.3 km hurt. Up to 3.465 km, 5 % more, it may have been a stage with more breaks."""
    same = ["not checkable"]
    for km, states in ((3.29, []), (3.3, same), (3.3 * (1 - 1e-12), same), (3.46, same), (4.0, ["broken"])):
        found = after((0, 3.0), (2, 3.3), (4, km), hurt={2: {"after": 1.0}}, plan=False)
        assert shown(found) == [("2025-06-06", state) for state in states], km
    event = found.events[0]
    assert (event.value, event.limit, event.unit) == (4000.0, 3300.0, "m")


def test_pain_in_the_last_run_has_nothing_to_be_judged_by() -> None:
    found = after((0, 3.0), (2, 3.0), hurt={2: {"during": 5.0}})
    assert (found.events, found.text) == ((), "No run has followed the pain on record.")


def test_pain_before_the_first_run_is_none_of_this_rule() -> None:
    found = stepped_back(returning(run(FIRST, 3.0), plan=PLAN, pain=pain_of(WALK | {"during": 5.0}, ache(FIRST))))
    assert (found.worst, found.text) == ("kept", "No pain is on record.")


def test_two_days_with_pain_are_judged_by_the_run_that_follows_both() -> None:
    rows = runs_on((0, 3.0), (2, 3.0), (4, 3.3), (7, 3.0))
    diary = [ache(row["date"]) for row in rows]
    hurt = [diary[2] | {"after": 1.0}, ache("2025-06-07", "walk", during=1.0)]
    kept = stepped_back(returning(*rows, plan=PLAN, pain=pain_of(*diary[:2], *hurt, diary[3])))
    assert (kept.worst, kept.text) == ("kept", "Days with pain that rest and a step back followed: 2 of 2.")


def test_what_is_not_known_is_not_checkable() -> None:
    """Oracle: no diary; no entry for the second run, or one that tells no pain; no distance after a run that hurt."""
    rows = runs_on((0, 3.0), (2, 3.0))
    assert stepped_back(returning(*rows, plan=PLAN)).worst == "not checkable"
    for diary in (
        [ache(FIRST)],
        [ache(FIRST), ache("2025-06-04", during=NAN)],
        [ache(FIRST), ache("2025-06-04", "walk")],
    ):
        found = stepped_back(returning(*rows, plan=PLAN, pain=pain_of(*diary)))
        assert shown(found) == [("2025-06-04", "not checkable")]
    assert stepped_back(returning(*rows, pain=pain_of(ache(FIRST), ache("2025-06-04", "")))).worst == "kept"
    unknown = [*runs_on((0, 3.0)), run("2025-06-04", NAN, minutes=20)]
    diary = pain_of(ache(FIRST, during=1.0), ache("2025-06-04"))
    for plan in (PLAN, None):
        assert shown(stepped_back(returning(*unknown, plan=plan, pain=diary))) == [("2025-06-04", "not checkable")]


def test_a_diary_that_names_nobody_is_the_runners_and_that_of_another_is_not() -> None:
    rows = runs_on((0, 3.0), (2, 3.3))
    entries = [ache(FIRST, after=1.0), ache("2025-06-04")]
    nobodys = pain_of(*(entry | {"athlete_id": ""} for entry in entries))
    assert stepped_back(returning(*rows, plan=PLAN, pain=nobodys)).worst == "broken"
    bens = [entry | {"athlete_id": "ben"} for entry in entries]
    among = pain_of(*bens, ache("2025-06-20", "walk"))
    assert stepped_back(returning(*rows, plan=PLAN, pain=among)).worst == "not checkable"
    with pytest.raises(SchemaError, match="every entry names another runner"):
        returning(*rows, plan=PLAN, pain=pain_of(*bens))
