"""Rotation and new pairs against logs worked by hand and a loop over all days."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_shoes import D0, DAY, NAN, runs_of, shoes_of

from stressfx.training.shoes.rotation import MULTIPLE_USERS, new_pair_runs, rotation


def shod(*worn: tuple[int, str, float]) -> pd.DataFrame:
    return runs_of(*({"day": day, "shoe_id": pair, "distance_m": metres} for day, pair, metres in worn))


def test_the_study_is_cited_as_published() -> None:
    """Oracle: the abstract of Malisoux et al. 2015."""
    assert MULTIPLE_USERS[2:5] == (0.614, 0.389, 0.969)
    assert MULTIPLE_USERS.days == 154
    assert "doi:10.1111/sms.12154" in MULTIPLE_USERS.source


def test_diversity_by_hand() -> None:
    """Shares of 0.6, 0.3 and 0.1 give 1 - 0.36 - 0.09 - 0.01; two equal shares give a half, one pair 0."""
    days = rotation(shod((0, "a", 6000.0), (1, "b", 3000.0), (2, "c", 1000.0), (30, "b", 500.0), (31, "c", 500.0)))
    assert days["diversity"].iloc[[0, 2, 31]].tolist() == pytest.approx([0, 0.54, 0.5])
    assert days["pairs"].iloc[[0, 1, 2, 27, 28, 29, 30, 31]].tolist() == [1, 2, 3, 3, 2, 1, 1, 2]
    assert days["diversity"].iloc[30] == 0, "a pair that was left has exactly no share"
    assert days["date"].tolist() == [D0 + number * DAY for number in range(32)]


def test_runs_of_unknown_distance_are_runs_in_a_pair_without_a_share() -> None:
    days = rotation(shod((0, "a", NAN), (1, "b", 5000.0)))
    assert days["pairs"].tolist() == [1, 2]
    assert days["runs"].tolist() == [1, 2]
    assert np.isnan(days["diversity"].iloc[0])
    assert days["diversity"].iloc[1] == 0


def test_a_new_pair_is_one_alternation_and_a_return_to_the_old_the_second() -> None:
    days = rotation(shod((0, "a", 1.0), (1, "b", 1.0), (2, "", 1.0), (3, "b", 1.0), (4, "a", 1.0)))
    assert days["alternations"].tolist() == [0, 1, 1, 1, 2]
    assert days["multiple_user"].isna().tolist() == [True, True, True, True, False]
    assert days["multiple_user"].iloc[4] == 1


def test_whether_a_runner_uses_several_pairs_is_known_after_22_weeks() -> None:
    days = rotation(shod((0, "a", 1.0), (3, "b", 1.0), (200, "b", 1.0)))
    known = days["multiple_user"].notna()
    assert known.tolist() == [False] * 153 + [True] * 48
    assert (days["multiple_user"][known] == 0).all()


def test_both_runs_of_an_alternation_lie_in_the_window() -> None:
    days = rotation(shod((0, "a", 1.0), (2, "b", 1.0), (9, "b", 1.0)), alternation_days=5)
    assert days["alternations"].tolist() == [0, 0, 1, 1, 1, 0, 0, 0, 0, 0]


def test_two_runs_of_one_day_are_taken_by_their_start() -> None:
    rows = [{"shoe_id": pair, "hour": hour} for pair, hour in (("b", 18), ("a", 7), ("b", 6), ("a", 20))]
    assert rotation(runs_of(*rows))["alternations"].tolist() == [3]


def test_what_is_not_counted_or_no_run_is_no_part_of_it() -> None:
    runs = runs_of(
        {"shoe_id": "a"}, {"shoe_id": "b", "counted": False}, {"shoe_id": "c", "sport": "walking"}, {"day": 2}
    )
    days = rotation(runs)
    assert days["pairs"].tolist() == [1, 1, 1]
    assert days["runs"].tolist() == [1, 1, 1]
    assert rotation(runs, sports=("running", "walking"))["pairs"].tolist() == [2, 2, 2]
    for empty in (runs_of(), runs_of({"sport": "cycling"})):
        assert rotation(empty).empty
        assert new_pair_runs(empty).empty
    bare = rotation(runs_of({}, {"day": 1}))
    assert bare[["runs", "pairs", "alternations"]].to_numpy().tolist() == [[0, 0, 0], [0, 0, 0]]
    assert bare["diversity"].isna().all()


def test_windows_need_a_length() -> None:
    for name in ("days", "alternation_days"):
        with pytest.raises(ValueError, match=f"{name} is 0; a whole number of days above 0 is needed"):
            rotation(runs_of({}), **{name: 0})
    with pytest.raises(ValueError, match="new_m is nan; a distance above 0 is needed"):
        new_pair_runs(runs_of({}), new_m=NAN)


def test_a_pair_is_new_for_its_first_fifty_kilometres() -> None:
    runs = shod(
        (0, "a", 30_000.0), (1, "b", 9000.0), (2, "a", 20_000.0), (3, "a", 5000.0), (4, "", 5000.0), (5, "b", NAN)
    )
    shoes = shoes_of({"shoe_id": "b", "start_distance_m": 45_000.0})
    found = new_pair_runs(runs, shoes)
    assert found["shoe_id"].tolist() == ["a", "b", "a", "a", "b"]
    assert found["before_m"].tolist() == [0, 45_000, 30_000, 50_000, 54_000]
    assert found["new"].tolist() == [True, True, True, False, False]
    assert found["first_day"].tolist() == [True, True, False, False, False]
    assert found["start_known"].tolist() == [False, True, False, False, True]
    assert new_pair_runs(runs, shoes, new_m=20_000)["new"].tolist() == [True, False, False, False, False]


logs = st.lists(
    st.tuples(
        st.integers(0, 14),
        st.sampled_from(["", "p0", "p1", "p2"]),
        st.integers(0, 30_000).map(float) | st.just(NAN),
    ),
    min_size=1,
    max_size=14,
)


def by_a_loop(worn: list[tuple[int, str, float]], day: int, days: int, turns: int) -> list[Any]:
    """Find the numbers of one day straight from their definitions."""
    own = [run for run in sorted(worn, key=lambda run: run[0]) if run[1] and run[0] <= day]
    window = [run for run in own if day - run[0] < days]
    distance = {pair: sum(run[2] for run in window if run[1] == pair and run[2] >= 0) for _, pair, _ in window}
    whole = sum(distance.values())
    diversity = 1 - sum((metres / whole) ** 2 for metres in distance.values()) if whole else math.nan
    pairs = [pair for when, pair, _ in own if day - when < turns]
    changes = sum(before != after for before, after in pairwise(pairs))
    several = 1.0 if changes > 1 else 0.0 if day - min(run[0] for run in worn) + 1 >= turns else math.nan
    return [len(window), len({run[1] for run in window}), diversity, changes, several]


@pytest.mark.slow
@settings(max_examples=1000)
@given(logs, st.integers(1, 10), st.integers(1, 10), st.integers(0, 14), st.randoms(use_true_random=False))
def test_rotation_agrees_with_a_loop_in_any_order_and_company_and_before_later_days(
    worn: list[tuple[int, str, float]], days: int, turns: int, until: int, random: st.DataObject
) -> None:
    """One log stands beside its own past as that of another athlete; runs of one day follow each other by the hour."""
    rows = [
        {"athlete_id": "whole", "day": day, "hour": number, "shoe_id": pair, "distance_m": metres}
        for number, (day, pair, metres) in enumerate(worn)
    ]
    both = rows + [row | {"athlete_id": "past"} for row in rows if row["day"] <= until]
    random.shuffle(both)  # type: ignore[attr-defined]  # it is a random.Random
    found = rotation(runs_of(*both), days=days, alternation_days=turns)
    whole, past = (found[found["athlete_id"] == name].reset_index(drop=True) for name in ("whole", "past"))
    first = min(day for day, _, _ in worn)
    last = max(day for day, _, _ in worn)
    expected = [by_a_loop(worn, day, days, turns) for day in range(first, last + 1)]
    np.testing.assert_allclose(whole.iloc[:, 2:].to_numpy(dtype=float), expected, rtol=1e-12, atol=1e-12)
    pd.testing.assert_frame_equal(past.iloc[:, 1:], whole.iloc[: len(past), 1:], check_exact=True)
