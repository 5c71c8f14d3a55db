"""Checks of shoes: oracle are logs worked by hand."""

from typing import Any

import pandas as pd
import pytest
from made_shoes import D0, DAY, NAN, runs_of, shoes_of

from stressfx.findings import CODES
from stressfx.schema import CHECKS
from stressfx.training.shoes.checks import check_shoes
from stressfx.training.shoes.mileage import assign_shoes

BLUE = {"shoe_id": "blue", "default_for": "all", "start": 0}


def only(code: str, runs: pd.DataFrame, *pairs: dict[str, Any]) -> dict[str, Any]:
    """Give the one row of a code, and see that the frame follows its schema."""
    checks = CHECKS.check(check_shoes(runs, shoes_of(*pairs)))
    assert checks["severity"].tolist() == [CODES[found].severity for found in checks["code"]]
    assert checks["effect"].tolist() == [CODES[found].meaning for found in checks["code"]]
    row = checks[checks["code"] == code].to_dict("records")
    assert len(row) == 1
    return row[0]


def test_nothing_is_said_of_what_is_in_order() -> None:
    assert CHECKS.check(check_shoes(runs_of({}, {"day": 2}), shoes_of(BLUE))).empty
    assert check_shoes(runs_of()).empty
    assert check_shoes(runs_of({})).empty, "who tells of no shoes is not asked for them"


def test_runs_in_no_pair_are_told_by_runs_and_by_distance() -> None:
    trail = BLUE | {"default_for": "trail"}
    runs = runs_of({"sub_sport": "trail", "distance_m": 9000.0}, {"day": 3, "distance_m": 1000.0}, {"counted": False})
    found = only("shoe-unassigned", runs, trail)
    assert found["message"] == "1 of 2 runs and 10.0 % of the known distance are in no pair."
    assert (found["first"], found["last"], found["sessions"]) == (D0 + 3 * DAY, D0 + 3 * DAY, 1)
    unknown = only("shoe-unassigned", runs_of({"distance_m": NAN}), trail)
    assert unknown["message"] == "1 of 1 runs are in no pair."


@pytest.mark.parametrize(
    ("code", "run", "pair"),
    [
        ("shoe-several", {}, {"shoe_id": "red", "default_for": "all"}),
        ("shoe-unlisted", {"shoe_id": "old"}, {"shoe_id": "red"}),
        ("shoe-outside", {"shoe_id": "red"}, {"shoe_id": "red", "start": 6}),
        ("shoe-outside", {"shoe_id": "red"}, {"shoe_id": "red", "retired": 4}),
        ("shoe-distance-unknown", {"distance_m": NAN}, {"shoe_id": "red"}),
    ],
)
def test_runs_are_counted_with_their_days(code: str, run: dict[str, Any], pair: dict[str, Any]) -> None:
    others = ({"shoe_id": "blue", "day": 1}, {"shoe_id": "blue", "day": 9}, {"sport": "walking", **run})
    found = only(code, runs_of(run | {"day": 5}, run | {"day": 5}, *others), BLUE, pair)
    assert (found["athlete_id"], found["first"], found["last"], found["sessions"]) == (
        "a",
        D0 + 5 * DAY,
        D0 + 5 * DAY,
        2,
    )
    assert found["message"].startswith("2 runs ")


def test_a_pair_that_was_taken_up_again_is_worn_outside_between_its_periods_only() -> None:
    runs = runs_of(*({"day": day, "shoe_id": "red"} for day in (0, 3, 5, 7)))
    periods = ({"shoe_id": "red", "start": 0, "retired": 3}, {"shoe_id": "red", "start": 7})
    found = only("shoe-outside", runs, *periods)
    assert (found["first"], found["sessions"]) == (D0 + 5 * DAY, 1)


def test_pairs_older_than_the_log_and_defaults_that_no_run_can_be_are_counted() -> None:
    runs = runs_of({"day": 5}, {"day": 9, "shoe_id": "red"})
    old = only("shoe-before-log", runs, BLUE, {"shoe_id": "red", "start": 5}, {"shoe_id": "never", "start": 0})
    assert (old["first"], old["sessions"], old["message"][:7]) == (D0, 0, "1 pairs")
    unread = only("shoe-default-unread", runs, BLUE, {"shoe_id": "red", "default_for": "all, treadmil"})
    assert (unread["first"], unread["sessions"], unread["message"][:7]) == (D0 + 5 * DAY, 0, "1 pairs")


def test_each_athlete_is_told_of_alone_and_shoes_may_be_assigned_before() -> None:
    runs = runs_of({"athlete_id": "b", "day": 4, "shoe_id": "old"}, {"athlete_id": "a", "day": 7, "shoe_id": "older"})
    shoes = shoes_of(BLUE)
    checks = check_shoes(runs, shoes)
    assert checks[["athlete_id", "code"]].to_numpy().tolist() == [["a", "shoe-unlisted"], ["b", "shoe-unlisted"]]
    pd.testing.assert_frame_equal(check_shoes(assign_shoes(runs, shoes), shoes), checks)
    assert not any("old" in message for message in checks["message"]), "names are what the runner typed"


def test_who_did_nothing_of_the_sport_is_asked_nothing() -> None:
    """A table of pairs, and rides alone: there is no run to say anything of."""
    rides = runs_of({"sport": "cycling"}, {"sport": "cycling", "day": 3})
    assert CHECKS.check(check_shoes(rides, shoes_of(BLUE))).empty
