"""Exact odds against R's binomial and Mantel-Haenszel tests, and against every outcome that there can be."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from made_sets import Set, binary_sets, counts_of, expected, stored

from stressfx.injury.designs.conditional import conditional_odds
from stressfx.injury.designs.exact import ExactOdds, exact_odds


def enumerated(sets: list[Set], odds: float) -> dict[int, float]:
    """Give the probability of each number of exposed injuries: over every choice of a period in every set."""
    chances: dict[int, float] = {}
    for choice in product(*(range(len(exposed)) for _, exposed in sets)):
        chance, hits = 1.0, 0
        for place, (_, exposed) in zip(choice, sets, strict=True):
            chance *= odds ** exposed[place] / sum(odds**x for x in exposed)
            hits += int(exposed[place])
        chances[hits] = chances.get(hits, 0.0) + chance
    return chances


@pytest.mark.parametrize(("exposed", "others"), [(18, 9), (3, 1), (6, 0), (0, 4)])
def test_pairs_are_as_in_the_binomial_test_of_r(exposed: int, others: int) -> None:
    told = expected(f"{exposed}-{others}", "pairs").iloc[0]
    odds = exact_odds([1] * exposed + [0] * others, 1, 2)
    np.testing.assert_allclose([odds.low, odds.high], np.exp([told["low"], told["high"]]), rtol=1e-9)
    assert odds.p == pytest.approx(told["p"], rel=1e-9)
    if exposed and others:
        assert odds.estimate == pytest.approx(exposed / others, rel=1e-9)


@pytest.mark.parametrize("data", ["sets", "few"])
def test_sets_of_unlike_size_are_as_in_the_exact_mantel_haenszel_test_of_r(data: str) -> None:
    """R solves for estimate and limits to some four digits."""
    sets = stored("sets").groupby("stratum")["spike"].agg(["first", "sum", "size"])
    sets = sets.loc[:8] if data == "few" else sets
    told = expected(data, "exact").iloc[0]
    odds = exact_odds(sets["first"], sets["sum"], sets["size"])
    found = np.log([odds.estimate, odds.low, odds.high])
    np.testing.assert_allclose(found, told[["log", "low", "high"]].to_numpy(dtype=float), rtol=5e-4)
    assert odds.p == pytest.approx(told["p"], rel=1e-9)


@given(binary_sets(most=5))
def test_tails_are_those_of_every_outcome(sets: list[Set]) -> None:
    odds, hits = exact_odds(*counts_of(sets)), sum(int(exposed[case]) for case, exposed in sets)
    if np.isnan(odds.p):
        assert len(enumerated(sets, 2.0)) == 1
        return

    def tails(at: float) -> tuple[float, float]:
        chances = enumerated(sets, at)
        return sum(c for n, c in chances.items() if n <= hits), sum(c for n, c in chances.items() if n >= hits)

    below, above = tails(1.0)
    assert odds.p == pytest.approx(min(1, 2 * min(below, above)), rel=1e-9)
    if odds.low > 0:
        assert tails(odds.low)[1] == pytest.approx(0.025, rel=1e-6)
    if odds.high < np.inf:
        assert tails(odds.high)[0] == pytest.approx(0.025, rel=1e-6)
    if odds.low == 0 or odds.high == np.inf:
        assert min(tails(odds.estimate)) == pytest.approx(0.5, rel=1e-6)
    else:
        assert np.log(odds.estimate) == pytest.approx(float(conditional_odds(*counts_of(sets))[0]), abs=1e-9)
    assert odds.low < odds.estimate < odds.high


@given(binary_sets(most=4), st.sampled_from([0.4, 1.0, 2.3]))
def test_limits_hold_the_truth_in_95_percent_or_more_and_p_errs_in_5_percent_or_less(
    sets: list[Set], truth: float
) -> None:
    assume(any(0 < sum(exposed) < len(exposed) for _, exposed in sets))
    periods = [len(exposed) for _, exposed in sets]
    covered = rejected = 0.0
    for choice in product(*(range(n) for n in periods)):
        drawn = [(place, exposed) for place, (_, exposed) in zip(choice, sets, strict=True)]
        chance = float(np.prod([truth ** x[place] / sum(truth**each for each in x) for place, x in drawn]))
        odds: ExactOdds = exact_odds(*counts_of(drawn))
        covered += chance * (odds.low <= truth <= odds.high)
        rejected += chance * (odds.p < 0.05)
        assert (odds.p < 0.05) == (not odds.low <= 1 <= odds.high)
    assert covered >= 0.95 - 1e-12
    assert truth != 1 or rejected <= 0.05 + 1e-12


def test_hundreds_of_sets_meet_the_normal_limits() -> None:
    log_odds, se = (float(number) for number in conditional_odds([1] * 120 + [0] * 280, 1, 5))
    odds = exact_odds([1] * 120 + [0] * 280, 1, 5)
    np.testing.assert_allclose(np.log([odds.low, odds.high]), [log_odds - 1.96 * se, log_odds + 1.96 * se], atol=0.02)
    assert odds.estimate == pytest.approx(120 / 280 * 4, rel=1e-9)
