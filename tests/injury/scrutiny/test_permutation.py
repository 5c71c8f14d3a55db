"""Permutation tests against every way written out by loops, the study that is tested, and what must not matter."""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_days import NAN, frame_of_athletes
from made_sets import injuries_of

from stressfx.cohort.simulate import simulate_cohort
from stressfx.errors import InsufficientDataError
from stressfx.injury.designs.case_crossover import case_crossover
from stressfx.injury.exposures import exposed
from stressfx.injury.result import ILLUSTRATION, StudyResult
from stressfx.injury.scrutiny.permutation import permutation_test

START = pd.Timestamp("2026-03-02")

FAR = [0, 1, 0, 0, 2, 0, 0, 0, 1, NAN, 0, 3, 0, 0, 0, 0, 1, 0, 0, 1, 0, 2, 0, 0, 0, 0, 4, 0, 1, 0]


def day(number: int) -> pd.Timestamp:
    return START + pd.Timedelta(days=number)


def days_of(**athletes: list[float]) -> pd.DataFrame:
    return frame_of_athletes({name: np.array(values, dtype=float) for name, values in athletes.items()}, load="far")


def moved(table: pd.DataFrame, injuries: pd.DataFrame, **options: Any) -> StudyResult:
    given: dict[str, Any] = {"exposure": "far", "n_controls": 2, "seed": 1, **options}
    return permutation_test(table, injuries, **given)


def excess(values: list[float], at: int) -> tuple[float, float] | None:
    """Compare a day with those 7 and 14 days before, all of which are at risk; None without a set."""
    others = [values[at - back] for back in (7, 14) if at >= back and not np.isnan(values[at - back])]
    if np.isnan(values[at]) or not others:
        return None
    periods = [values[at], *others]
    return values[at] - float(np.mean(periods)), float(np.var(periods))


def two_sided(every: list[list[tuple[float, float]]], own: list[tuple[float, float]]) -> float:
    """Go through all ways to move the injuries."""

    def z(way: tuple[tuple[float, float], ...]) -> float:
        spread = sum(variance for _, variance in way)
        return sum(score for score, _ in way) / spread**0.5 if spread else 0.0

    found, here = [z(way) for way in product(*every)], z(tuple(own))
    tails = [sum(sign * other >= sign * here - 1e-9 for other in found) for sign in (1, -1)]
    return min(1.0, 2 * min(tails) / len(found))


@pytest.mark.parametrize("onset", [11, 21, 26, 29])
def test_one_injury_is_moved_to_every_other_day_that_has_a_set(onset: int) -> None:
    found = [excess(FAR, at) for at in range(onset + 1)]
    own = found[onset]
    assert own is not None
    result = moved(days_of(ann=FAR), injuries_of([("ann", day(onset), None)]), moves="other_days")
    assert result.table["p"].item() == pytest.approx(two_sided([[s for s in found if s]], [own]))
    assert result.table["permutations"].item() == sum(s is not None for s in found) - 1
    assert "in all" in result.design
    assert result.note == ILLUSTRATION


def test_two_injuries_of_one_runner_are_moved_each_in_its_own_stretch() -> None:
    second = [0, 0, 1, 0, 0, 5, 0, 0, 0, 1, 0, 0, 2]
    table = days_of(ann=[*FAR[:15], *[9.0] * 10, *second])
    injuries = injuries_of([("ann", day(14), day(15)), ("ann", day(37), None)])
    result = moved(table, injuries, moves="other_days", washout_days=10)
    ways = [[excess(FAR[:15], at) for at in range(15)], [excess(second, at) for at in range(13)]]
    owns = [way[-1] for way in ways]
    every = [[s for s in way if s] for way in ways]
    assert result.table["p"].item() == pytest.approx(two_sided(every, [own for own in owns if own]))
    assert result.table["permutations"].item() == len(every[0]) * len(every[1]) - 1


def test_injuries_are_moved_to_other_runners_of_the_same_day() -> None:
    athletes = {name: list(np.roll(FAR, 5 * turn)) for turn, name in enumerate("abcde")}
    athletes["c"] = athletes["c"][:20]
    onsets = {"a": 19, "b": 26}
    result = moved(
        days_of(**athletes), injuries_of([(who, day(at), None) for who, at in onsets.items()]), moves="other_runners"
    )
    first = [excess(athletes[who], 19) or (0.0, 0.0) for who in "abcde"]
    second = [excess(athletes[who], 26) or (0.0, 0.0) for who in "bde"]  # a is injured by then, c is gone
    assert result.table["p"].item() == pytest.approx(two_sided([first, second], [first[0], second[0]]))
    assert result.table["permutations"].item() == 14


def test_runners_who_come_back_are_moved_among_each_other() -> None:
    table = days_of(**dict.fromkeys("abc", FAR * 2))
    back = [(who, day(3), day(4)) for who in "ab"]
    result = moved(table, injuries_of([*back, ("a", day(50), None)]), moves="other_runners", washout_days=0)
    assert result.table["permutations"].item() == 1, "c has had no injury before; the first two have no set anywhere"


def test_many_ways_are_drawn_and_nearly_agree_with_all_of_them() -> None:
    table, injuries = days_of(ann=FAR), injuries_of([("ann", day(26), None)])
    every = moved(table, injuries, moves="other_days", n_permutations=999)
    some = moved(table, injuries, moves="other_days", n_permutations=12)
    assert "in all" in every.design
    assert "12 times" in some.design
    cohort = simulate_cohort(60, 200, seed=5, injuries_per_athlete_year=0.8)
    week = cohort.days.assign(far=exposed(cohort.days, "spike", above=0.1))
    p = [moved(week, cohort.injuries, n_permutations=4000, seed=seed).table["p"].item() for seed in (1, 2)]
    assert p[0] != p[1]
    assert p[0] == pytest.approx(p[1], abs=0.05)


def test_the_odds_ratio_is_that_of_the_study_under_test() -> None:
    cohort = simulate_cohort(80, 250, seed=2, hazard_ratio=2.0, injuries_per_athlete_year=0.8)
    table = cohort.days.assign(far=exposed(cohort.days, "spike", above=0.1))
    choice: dict[str, Any] = {"lag_days": 1, "n_controls": 3, "onset": "stopped_running", "washout_days": 20}
    test = moved(table, cohort.injuries, **choice)
    study = case_crossover(table, cohort.injuries, exposures="far", **choice)
    columns = ["term", "measure", "estimate", "low", "high", "log_se", "events", "intervals"]
    pd.testing.assert_frame_equal(test.table[columns], study.table[columns])
    assert test.table["p"].item() == pytest.approx(study.table["p"].item(), abs=0.15)
    assert test.table["moved_low"].item() < test.table["moved_high"].item()


def test_neither_the_order_of_rows_nor_a_second_run_matters() -> None:
    cohort = simulate_cohort(40, 150, seed=3, injuries_per_athlete_year=1.0)
    table = cohort.days.assign(far=exposed(cohort.days, "spike", above=0.1))
    result = moved(table, cohort.injuries).to_frame()
    by_day = table.sort_values(["date", "athlete_id"], ignore_index=True)
    pd.testing.assert_frame_equal(moved(by_day, cohort.injuries).to_frame(), result)
    pd.testing.assert_frame_equal(moved(table.sample(frac=1, random_state=1), cohort.injuries).to_frame(), result)


def test_an_exposure_that_never_changes_tells_nothing() -> None:
    result = moved(days_of(ann=[1.0] * 30), injuries_of([("ann", day(25), None)]))
    assert result.table["p"].item() == 1
    assert np.isnan(result.table["estimate"].item())
    assert any(text.startswith("No odds ratio") for text in result.warnings)


def test_a_rise_over_the_season_is_no_finding() -> None:
    """The mean exposure at the onset minus the runner's own mean would lie beyond every other day's."""
    rising = [float(number) for number in range(120)]
    result = moved(days_of(ann=rising), injuries_of([("ann", day(119), None)]), moves="other_days", n_controls=1)
    assert result.table["p"].item() == 1


def test_little_data_are_said_to_be_little() -> None:
    result = moved(days_of(ann=FAR, bob=FAR), injuries_of([("ann", day(26), None)]), moves="other_runners")
    assert result.table["smallest_p"].item() == 1
    assert any("The smallest p that can come out of so few moves is about 1" in text for text in result.warnings)
    alone = moved(days_of(ann=FAR), injuries_of([("ann", day(26), None)]), moves="other_runners")
    assert any("1 of 1 injuries can be moved nowhere" in text for text in alone.warnings)
    own = moved(days_of(ann=FAR), injuries_of([("ann", day(26), None)]))
    assert any("an illustration, which rejects somewhat too often (7 to 9 % for 5 %)" in text for text in own.warnings)


def test_what_cannot_be_tested_is_refused_in_words() -> None:
    table = days_of(ann=FAR)
    with pytest.raises(InsufficientDataError, match="1 injuries were told of, and none has a period"):
        moved(table, injuries_of([("ann", day(5), None)]))
    with pytest.raises(ValueError, match="moves is 'far'; one of auto, other_runners, other_days"):
        moved(table, injuries_of([("ann", day(25), None)]), moves="far")
    with pytest.raises(ValueError, match="n_permutations is 0"):
        moved(table, injuries_of([("ann", day(25), None)]), n_permutations=0)


@pytest.mark.slow
def test_the_right_share_of_tests_rejects_where_nothing_was_planted() -> None:
    """Of 60 tests 3 are expected to reject at 5 %; 9 and more would in 0.3 % of runs. The seeds are fixed."""
    p = []
    for seed in range(60):
        cohort = simulate_cohort(60, 200, seed=seed, injuries_per_athlete_year=1.0)
        table = cohort.days.assign(far=exposed(cohort.days, "spike", above=0.1))
        p.append(moved(table, cohort.injuries, n_permutations=199, seed=seed).table["p"].item())
    assert sum(each <= 0.05 for each in p) < 9
    assert 0.35 < float(np.mean(p)) < 0.65
