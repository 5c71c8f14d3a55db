"""R2, R4 and R8: how far a return goes. Oracle: distances and days worked out by hand, for a usual run of 9 km.

A third of 9 km is 3 km and half of it 4.5 km; 10 % more than 3 km is 3.3 km. Day 0 is Monday, 2 June 2025.
"""

from dataclasses import replace

import pytest
from made_returns import NAN, USUAL, returning, run, runs_on, shown

from stressfx.injury.returning.checks.amount import first_run_short, no_long_run, weeks_grow_slowly
from stressfx.injury.returning.rules import ReturnRules


@pytest.mark.parametrize(
    ("km", "state", "limit"),
    [
        (3.0, "kept", None),
        (3.001, "watch", 1 / 3),
        (4.5, "watch", 1 / 3),
        (4.501, "broken", 1 / 2),
        (9.0, "broken", 1 / 2),
    ],
)
def test_the_first_run_is_kept_up_to_a_third_and_watched_up_to_half(km: float, state: str, limit: float | None) -> None:
    found = first_run_short(returning(run("2025-06-02", km), run("2025-06-04", 9.0)))
    assert found.worst == state
    assert [(event.value, event.limit, event.session_id) for event in found.events] == (
        [] if limit is None else [(pytest.approx(km / 9), pytest.approx(limit), "2025-06-02T07:00")]
    )
    assert shown(found) == ([] if limit is None else [("2025-06-02", state)])


def test_a_third_and_a_half_are_no_more_than_themselves_at_any_distance() -> None:
    """Oracle: in floats, a third of a distance over that distance is at times a little more than a third."""
    once = returning(run("2025-06-02", 3.0))
    distances = [500 + 7.3 * number for number in range(300)]
    assert any((usual_m / 3) / usual_m > 1 / 3 for usual_m in distances)
    for usual_m in distances:
        usual = replace(USUAL, distance_m=usual_m)
        firsts = [
            replace(once, usual=usual, runs=once.runs.assign(counted_m=usual_m * part)) for part in (1 / 3, 1 / 2)
        ]
        assert [first_run_short(first).worst for first in firsts] == ["kept", "watch"], usual_m


def test_the_first_run_counts_by_the_body_weight_carried() -> None:
    """Oracle: 5 km at 60 % are 3 km, and 8 km at 60 % are 4.8 km of 9: 53 %."""
    light = first_run_short(returning(run("2025-06-02", 5.0, body_weight_share=0.6)))
    assert light.worst == "kept"
    far = first_run_short(returning(run("2025-06-02", 8.0, body_weight_share=0.6)))
    assert (far.worst, far.text) == ("broken", "The first run had 53 % of the usual distance.")


def test_a_first_run_or_usual_run_that_is_not_known_is_not_checkable() -> None:
    unknown = first_run_short(returning(run("2025-06-02", NAN, minutes=20), run("2025-06-04", 3.0)))
    assert shown(unknown) == [("2025-06-02", "not checkable")]
    without = first_run_short(returning(run("2025-06-02", 3.0), usual=None))
    assert (without.worst, without.events) == ("not checkable", ())


def test_a_tenth_more_a_week_is_kept_and_a_little_more_is_broken_on_the_run_that_passes_it() -> None:
    """Oracle: 3 runs of 3 km are 9 km; 9.9 km is 10 % more. With 3.3, 3.3 and 3.31 km it is the third run, day 11."""
    first = runs_on((0, 3.0), (2, 3.0), (4, 3.0))
    assert weeks_grow_slowly(returning(*first, *runs_on((7, 3.3), (9, 3.3), (11, 3.3)))).events == ()
    over = weeks_grow_slowly(returning(*first, *runs_on((7, 3.3), (9, 3.3), (11, 3.31))))
    assert shown(over) == [("2025-06-13", "broken")]
    assert over.events[0].value == pytest.approx(9.91 / 9 - 1)
    assert (over.events[0].limit, over.events[0].session_id) == (pytest.approx(0.1), "2025-06-13T07:00")
    early = weeks_grow_slowly(returning(*first, *runs_on((7, 3.3), (9, 6.7), (11, 3.3))))
    assert shown(early) == [("2025-06-11", "broken")]


@pytest.mark.parametrize(("before", "after"), [(3.0, 3.3), (1.0, 1.1), (0.1 * 3, 0.33), (7.0, 7.7), (2.3, 2.53)])
def test_a_tenth_more_is_kept_whatever_the_floats(before: float, after: float) -> None:
    """Oracle: the decimals; 11 / 10 - 1 is a little more than 0.1 in floats."""
    assert 11 / 10 - 1 > 0.1
    back = returning(run("2025-06-02", before), run("2025-06-09", after))
    assert weeks_grow_slowly(back).events == ()
    assert no_long_run(back).events == ()
    above = returning(run("2025-06-02", before), run("2025-06-09", after * 1.001))
    assert shown(weeks_grow_slowly(above)) == shown(no_long_run(above)) == [("2025-06-09", "broken")]


def test_a_week_that_makes_up_for_a_shorter_one_is_watched_and_one_beyond_all_is_broken() -> None:
    """Oracle: weeks of 9, 3 and 9.9 km; then 9, 3 and 10 km."""
    made_up = weeks_grow_slowly(returning(*runs_on((0, 9.0), (7, 3.0), (14, 9.9))))
    assert shown(made_up) == [("2025-06-16", "watch")]
    assert made_up.events[0].value == pytest.approx(9.9 / 3 - 1)
    assert shown(weeks_grow_slowly(returning(*runs_on((0, 9.0), (7, 3.0), (14, 10.0))))) == [("2025-06-16", "broken")]


def test_a_watched_week_names_the_run_with_which_it_passes_the_week_before() -> None:
    """Oracle: 6, 2 and then 2, 2, 2 km: 2.2 km are passed with the second run, day 16."""
    found = weeks_grow_slowly(returning(*runs_on((0, 6.0), (7, 2.0), (14, 2.0), (16, 2.0), (18, 2.0))))
    assert shown(found) == [("2025-06-18", "watch")]


def test_a_week_without_runs_leaves_the_next_one_nothing_to_compare_with() -> None:
    """Oracle: runs on day 0 and 15, with 14 days between them; the week of day 22 is compared with that of day 15."""
    found = weeks_grow_slowly(returning(*runs_on((0, 3.0), (15, 3.0), (22, 3.4))))
    assert shown(found) == [("2025-06-17", "watch"), ("2025-06-24", "broken")]
    assert found.in_order()[0].session_id == "2025-06-17T07:00"


def test_after_a_break_a_week_is_broken_if_it_goes_beyond_every_week_that_was_run_to_its_fifth_day() -> None:
    """Oracle: 9 km in runs on days 0, 2 and 4, nothing until day 13; then 9.9 km and 10 km, passed on the third run."""
    whole = runs_on((0, 3.0), (2, 3.0), (4, 3.0))
    again = weeks_grow_slowly(returning(*whole, *runs_on((13, 3.3), (15, 3.3), (17, 3.3))))
    assert shown(again) == [("2025-06-15", "watch")]
    beyond = weeks_grow_slowly(returning(*whole, *runs_on((13, 3.3), (15, 3.3), (17, 3.4))))
    assert shown(beyond) == [("2025-06-19", "broken")]
    assert beyond.events[0].text.endswith("and the week went 11 % beyond every earlier one")


def test_a_week_that_was_broken_off_is_no_measure_for_the_one_after_the_break() -> None:
    """Oracle: 3 km on day 0 alone, then nothing for a week, then 9 km: three times as much, and only watched."""
    found = weeks_grow_slowly(returning(*runs_on((0, 3.0), (10, 3.0), (12, 3.0), (14, 3.0))))
    assert shown(found) == [("2025-06-12", "watch")]


def test_the_week_and_the_run_that_came_nearest_to_a_tenth_are_named() -> None:
    """Oracle: weeks of 3.0, 3.3 and 3.5 km: 10 % and 6 % more; runs the same."""
    back = returning(*runs_on((0, 3.0), (7, 3.3), (14, 3.5)))
    for outcome in (weeks_grow_slowly(back), no_long_run(back)):
        assert outcome.worst == "kept"
        assert outcome.nearest is not None
        assert (f"{outcome.nearest.date:%m-%d}", outcome.nearest.value) == ("06-09", pytest.approx(0.1))


def test_a_distance_of_nothing_is_none_that_is_known() -> None:
    """Oracle: a watch that lost its signal says 0 km for 40 minutes."""
    lost = returning(*runs_on((0, 3.0)), run("2025-06-04", 0.0, minutes=40))
    assert shown(no_long_run(lost)) == [("2025-06-04", "not checkable")]


def test_a_run_after_exactly_a_week_is_compared_with_the_week_before() -> None:
    assert shown(weeks_grow_slowly(returning(*runs_on((6, 3.0), (13, 3.4))))) == [("2025-06-15", "broken")]


def test_weeks_are_those_of_the_return_and_not_of_the_calendar() -> None:
    """Oracle: from Thursday, day 3; days 3 and 9 are its first week and day 10 is the next, which ends with the log."""
    found = weeks_grow_slowly(returning(*runs_on((3, 3.0), (9, 3.0), (10, 6.6))))
    assert found.events == ()
    assert shown(weeks_grow_slowly(returning(*runs_on((3, 3.0), (9, 3.0), (10, 6.7))))) == [("2025-06-12", "broken")]


def test_a_week_counts_by_the_body_weight_carried() -> None:
    """Oracle: 3 km, then 6.6 km at 50 %, which are 3.3 km, or 6.8 km at 50 %, which are 3.4 km."""
    for km, states in ((6.6, []), (6.8, [("2025-06-09", "broken")])):
        back = returning(run("2025-06-02", 3.0), run("2025-06-09", km, body_weight_share=0.5))
        assert shown(weeks_grow_slowly(back)) == states
        assert shown(no_long_run(back)) == states


def test_a_week_with_a_run_of_unknown_distance_is_not_checkable_and_neither_is_the_one_after() -> None:
    runs = [*runs_on((0, 3.0)), run("2025-06-09", NAN, minutes=20), *runs_on((14, 3.0), (21, 3.0))]
    assert shown(weeks_grow_slowly(returning(*runs))) == [
        ("2025-06-09", "not checkable"),
        ("2025-06-16", "not checkable"),
    ]


def test_two_runs_of_one_day_count_together_in_a_week_and_each_alone_as_a_run() -> None:
    """Oracle: 3 km, then 2 and 2 km on one day: the week rose by a third, and no run is longer than 3 km."""
    back = returning(*runs_on((0, 3.0), (7, 2.0)), run("2025-06-09", 2.0, at="18:00"))
    assert [event.session_id for event in weeks_grow_slowly(back).events] == ["2025-06-09T18:00"]
    assert no_long_run(back).events == ()


def test_every_week_of_many_short_runs_finds_the_run_that_passes_its_limit() -> None:
    """Oracle: of 14 runs of 1.1 km and one more in the second week, the 15th passes 14 km by 10 %."""
    first = [run(f"2025-06-{2 + number // 2:02}", 1.0, at=f"{7 + 11 * (number % 2):02}:00") for number in range(14)]
    second = [run(f"2025-06-{9 + number // 2:02}", 1.1, at=f"{7 + 11 * (number % 2):02}:00") for number in range(14)]
    assert weeks_grow_slowly(returning(*first, *second)).events == ()
    more = weeks_grow_slowly(returning(*first, *second, run("2025-06-15", 0.1, at="21:00")))
    assert [event.session_id for event in more.events] == ["2025-06-15T21:00"]


def test_a_run_is_held_against_the_longest_of_the_thirty_days_before_it_and_no_earlier_one() -> None:
    """Oracle: 3 km, 5 km, and 3.4 km: each beyond those before it; history does not count."""
    found = no_long_run(returning(*runs_on((0, 3.0), (2, 3.3), (4, 5.0), (6, 5.5), (8, 3.4))))
    assert shown(found) == [("2025-06-06", "broken")]
    assert found.events[0].value == pytest.approx(5 / 3.3 - 1)
    assert (found.events[0].limit, found.events[0].session_id) == (pytest.approx(0.1), "2025-06-06T07:00")


def test_the_thirty_days_go_by_instants_across_a_clock_change() -> None:
    """Oracle: from 1 October 07:00 in Berlin, 05:00 UTC, 30 days end on 31 October at 05:00 UTC, which is 06:00 there.

    At 06:00 the long run of 1 October still counts; a minute later only the run of 3 km does, and 5 km is beyond it.
    """
    early = [run("2025-10-01", 5.0, tz="Europe/Berlin"), run("2025-10-20", 3.0, tz="Europe/Berlin")]
    for at, states in (("06:00", []), ("06:01", [("2025-10-31", "broken")])):
        back = returning(*early, run("2025-10-31", 5.0, at=at, tz="Europe/Berlin"), rules=ReturnRules(spike=0.1))
        assert shown(no_long_run(back)) == states


def test_an_earlier_run_of_the_same_day_is_before_it_and_one_at_once_is_not() -> None:
    morning, evening = run("2025-06-04", 5.0), run("2025-06-04", 5.5, at="18:00")
    found = no_long_run(returning(*runs_on((0, 3.0)), morning, evening))
    assert [event.session_id for event in found.events] == ["2025-06-04T07:00"]
    twin = run("2025-06-04", 5.5, session_id="twin")
    assert len(no_long_run(returning(*runs_on((0, 3.0)), morning, twin)).events) == 2


def test_a_run_of_unknown_distance_is_not_checkable_not_even_the_first() -> None:
    first = [run("2025-06-02", NAN, minutes=20), *runs_on((2, 3.0), (4, 3.3))]
    assert shown(no_long_run(returning(*first))) == [("2025-06-02", "not checkable"), ("2025-06-04", "not checkable")]
    later = [*runs_on((0, 3.0)), run("2025-06-04", NAN, minutes=20), *runs_on((4, 3.3), (6, 3.7))]
    assert shown(no_long_run(returning(*later))) == [("2025-06-04", "not checkable"), ("2025-06-08", "broken")]


def test_after_thirty_days_without_a_run_there_is_nothing_to_exceed() -> None:
    assert no_long_run(returning(*runs_on((0, 3.0), (31, 9.0)))).events == ()


def test_other_thresholds_are_held_and_named() -> None:
    rules = ReturnRules(first_share=0.5, first_most=0.6, weekly_rise=0.2, spike=0.2)
    back = returning(*runs_on((0, 4.5), (7, 5.4)), rules=rules)
    assert [check(back).worst for check in (first_run_short, weeks_grow_slowly, no_long_run)] == ["kept"] * 3
    assert "20 %" in weeks_grow_slowly(back).text
    assert "20 %" in no_long_run(back).text
