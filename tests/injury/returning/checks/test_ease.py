"""R7: easy and flat until half an hour without a break. Oracle: seconds at speeds, laid out by hand.

The usual speed is 10 km/h, 2.778 m/s. A bin of speeds is 0.05 m/s wide, so that a value of 2.775 m/s is 2.75 m/s at
least. What counts as running is faster than 70 % of the usual speed, 1.944 m/s, and than 1.6 m/s.
"""

from dataclasses import replace

import pytest
from made_returns import NAN, USUAL, Row, returning, run, shown, speeds_of

from stressfx.injury.returning.checks.ease import easy_and_flat
from stressfx.injury.returning.checks.outcome import Outcome
from stressfx.injury.returning.rules import ReturnRules

DAY, LATER = "2025-06-02", "2025-06-04"
ID, LATER_ID = f"{DAY}T07:00", f"{LATER}T07:00"


def of(*speeds: tuple[float, float], run_of: Row | None = None) -> Outcome:
    """Check one run of 3 km in 24 minutes, or another, that went at these speeds [m/s] for so long [s]."""
    intensity = speeds_of(*((ID, value, seconds) for value, seconds in speeds))
    return easy_and_flat(returning(run_of or run(DAY, 3.0, minutes=24), intensity=intensity))


@pytest.mark.parametrize(
    ("speeds", "state"),
    [
        ([(2.5, 900.0), (1.4, 540.0)], "kept"),
        ([(2.775, 60.0), (2.0, 1380.0)], "kept"),
        ([(3.0, 59.0), (2.0, 1381.0)], "kept"),
        ([(3.0, 60.0), (2.0, 1380.0)], "broken"),
        ([(4.0, 30.0), (3.0, 30.0), (2.0, 1380.0)], "broken"),
        ([(4.0, 30.0), (2.825, 29.0), (2.0, 1381.0)], "kept"),
        ([(2.8, 1440.0)], "kept"),
        ([(2.825, 1440.0)], "broken"),
    ],
)
def test_a_minute_faster_than_usual_is_broken_and_less_is_not(speeds: list[tuple[float, float]], state: str) -> None:
    """Oracle: the speed that was held or passed for 60 s, less half a bin, against 2.778 m/s."""
    found = of(*speeds)
    assert found.worst == state
    assert shown(found) == ([] if state == "kept" else [(DAY, state)])


def test_a_fast_run_names_its_speed() -> None:
    event = of((3.0, 60.0), (2.0, 1380.0)).events[0]
    assert (event.value, event.limit) == (pytest.approx(2.975), pytest.approx(10 / 3.6))
    assert (event.unit, event.session_id, event.text) == ("m/s", ID, "the run was faster than usual")


def test_a_mean_speed_alone_shows_that_a_run_was_too_fast_and_never_that_it_was_not() -> None:
    """Oracle: 3 km in 24 minutes are 2.083 m/s, in 17 minutes 2.941 m/s."""
    slow = easy_and_flat(returning(run(DAY, 3.0, minutes=24)))
    assert (shown(slow), slow.events[0].value) == ([(DAY, "not checkable")], pytest.approx(3000 / 1440))
    fast = easy_and_flat(returning(run(DAY, 3.0, minutes=17)))
    assert (shown(fast), fast.events[0].text) == ([(DAY, "broken")], "the run was faster than usual on average")
    assert easy_and_flat(returning(run(DAY, 3.0, minutes=18))).worst == "not checkable"
    assert easy_and_flat(returning(run(DAY, 3.0, timer_s=NAN, speed_mean_mps=NAN))).worst == "not checkable"


@pytest.mark.parametrize(
    ("ascent_m", "descent_m", "state"),
    [(30.0, 30.0, "kept"), (60.0, 0.0, "kept"), (30.0, 30.1, "broken"), (NAN, 0.0, "not checkable")],
)
def test_climb_and_descent_of_two_per_cent_are_flat_and_more_is_not(
    ascent_m: float, descent_m: float, state: str
) -> None:
    """Oracle: 2 % of 3 km are 60 m."""
    found = of((2.0, 1440.0), run_of=run(DAY, 3.0, minutes=24, ascent_m=ascent_m, descent_m=descent_m))
    assert found.worst == state
    if state == "broken":
        assert (found.events[0].value, found.events[0].text) == (
            pytest.approx(0.02003333),
            "climb and descent were 2.00 % of the distance",
        )


def test_climb_of_a_run_without_a_distance_is_not_checkable() -> None:
    found = of((2.0, 1440.0), run_of=run(DAY, NAN, minutes=24, speed_mean_mps=NAN))
    assert shown(found) == [(DAY, "not checkable")]


@pytest.mark.parametrize(
    ("speeds", "ends"),
    [
        ([(2.5, 1800.0)], True),
        ([(2.5, 1799.0)], False),
        ([(2.5, 1800.0), (1.4, 94.0)], True),
        ([(2.5, 1800.0), (1.4, 95.0)], False),
        ([(1.95, 1800.0)], True),
        ([(1.94, 1800.0)], False),
    ],
)
def test_the_first_half_hour_without_a_break_ends_the_rule(speeds: list[tuple[float, float]], *, ends: bool) -> None:
    """Oracle: 1,800 s of running, and at most 5 % of the time walked: 94 of 1,894 s, but not 95 of 1,895 s."""
    fast = [(LATER_ID, 4.0, 600.0)]
    intensity = speeds_of(*((ID, value, seconds) for value, seconds in speeds), *fast)
    found = easy_and_flat(returning(run(DAY, 3.0, minutes=33), run(LATER, 3.0, minutes=20), intensity=intensity))
    assert shown(found) == ([] if ends else [(LATER, "broken")])
    assert found.text.endswith(f"looked at: {1 if ends else 2}.")


def test_the_half_hour_itself_is_still_under_the_rule() -> None:
    assert of((3.0, 1800.0), run_of=run(DAY, 5.4, minutes=30)).worst == "broken"


def test_a_mean_speed_of_running_for_half_an_hour_ends_the_rule_too() -> None:
    """Oracle: 4 km in 30 minutes are 2.2 m/s, 3 km in 30 minutes 1.7 m/s, which is not yet running for this runner."""
    for km, days in ((4.0, [DAY]), (3.0, [DAY, LATER])):
        found = easy_and_flat(returning(run(DAY, km, minutes=30), run(LATER, 3.0, minutes=24)))
        assert [date for date, _ in shown(found)] == days


@pytest.mark.parametrize(("speed", "ends"), [(1.55, True), (1.5, False)])
def test_for_a_slow_runner_what_is_faster_than_a_walk_counts_as_running(speed: float, *, ends: bool) -> None:
    """Oracle: of a usual speed of 1.8 m/s 70 % would be a walk; 85 %, 1.53 m/s, lie below 1.6 m/s and count."""
    slow = replace(USUAL, speed_mps=1.8)
    intensity = speeds_of((ID, speed, 1800.0), (LATER_ID, 2.5, 600.0))
    runs = run(DAY, 2.8, minutes=30), run(LATER, 1.0, minutes=10)
    assert easy_and_flat(returning(*runs, usual=slow, intensity=intensity)).worst == ("kept" if ends else "broken")


def test_without_a_usual_speed_nothing_is_checkable_and_other_thresholds_are_held() -> None:
    for usual in (None, replace(USUAL, speed_mps=NAN)):
        found = easy_and_flat(returning(run(DAY, 3.0), usual=usual))
        assert (found.worst, found.events) == ("not checkable", ())
    rules = ReturnRules(continuous_s=600.0, grade_most=0.05)
    hilly = run(DAY, 3.0, minutes=24, ascent_m=150.0)
    found = easy_and_flat(returning(hilly, rules=rules, intensity=speeds_of((ID, 2.0, 1440.0))))
    assert (found.worst, "10 minutes" in found.text) == ("kept", True)
