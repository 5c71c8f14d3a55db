"""Conditional logistic regression against R's clogit, closed forms, small differences, and a plain search."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sets import expected, pairs_of, rows_of, stored
from scipy.optimize import brentq, minimize

from stressfx.errors import InsufficientDataError
from stressfx.injury.designs.conditional import conditional_odds
from stressfx.injury.designs.logistic import Coefficients, MatchedRows, firth, log_likelihood, maximum_likelihood

HALF_CHI2_95 = 3.841458820694124 / 2


def read(data: str, terms: list[str]) -> MatchedRows:
    table = stored(data)
    return rows_of(table[terms], table["case"], table["stratum"])


def sum_over_periods(rows: MatchedRows, log_odds: npt.NDArray[np.float64]) -> float:
    """Give the conditional log likelihood, set by set and period by period."""
    total = 0.0
    for number in range(rows.sets.max() + 1):
        here = rows.sets == number
        raised = rows.weight[here] * np.exp(rows.exposed[here] @ log_odds)
        total += float(np.log(raised[rows.case[here]].item() / raised.sum()))
    return total


def penalised(rows: MatchedRows, log_odds: npt.NDArray[np.float64]) -> float:
    """Add half the logarithm of the determinant of the information: variances of the exposures, summed over sets."""
    information = np.zeros((rows.exposed.shape[1],) * 2)
    for number in range(rows.sets.max() + 1):
        x = rows.exposed[rows.sets == number]
        chance = np.exp(x @ log_odds) / np.exp(x @ log_odds).sum()
        information += np.atleast_2d(np.cov(x.T, aweights=chance, ddof=0))
    return sum_over_periods(rows, log_odds) + 0.5 * float(np.linalg.slogdet(information)[1])


@pytest.mark.parametrize(
    ("data", "terms"), [("infert", ["spontaneous", "induced"]), ("sets", ["spike", "load"]), ("sets", ["load"])]
)
def test_maximum_likelihood_is_as_in_r(data: str, terms: list[str]) -> None:
    told = expected(data, "clogit", len(terms)).loc[terms]
    rows = read(data, terms)
    found = maximum_likelihood(rows)
    assert found is not None
    for name, values in zip(("log", "se", "low", "high"), (found.log, found.se, found.low, found.high), strict=True):
        np.testing.assert_allclose(values, told[name], rtol=1e-7)
    np.testing.assert_allclose(found.p, told["p"], rtol=1e-5)
    assert log_likelihood(rows, found.log)[0] == pytest.approx(told["loglik"].iloc[0], rel=1e-10)


def test_infert_to_the_printed_digits() -> None:
    """The numbers that R's help prints for this example."""
    found = maximum_likelihood(read("infert", ["spontaneous", "induced"]))
    assert found is not None
    assert found.log.round(4).tolist() == [1.9859, 1.4090]
    assert found.se.round(3).tolist() == [0.352, 0.361]


@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_likelihood_slope_curvature_and_push_are_those_of_small_differences(seed: int, terms: int) -> None:
    rng = np.random.default_rng(seed)
    sets = np.repeat(np.arange(6), rng.integers(2, 5, size=6))
    case = np.diff(sets, prepend=-1) != 0
    rows = MatchedRows(rng.normal(size=(len(sets), terms)), case, sets, rng.integers(1, 9, size=len(sets)) * 1.0)
    at = rng.normal(size=terms)
    value, score, information, push = log_likelihood(rows, at)
    assert value == pytest.approx(sum_over_periods(rows, at), rel=1e-10)
    for term, step in enumerate(np.eye(terms) * 1e-5):
        up, down = log_likelihood(rows, at + step), log_likelihood(rows, at - step)
        assert score[term] == pytest.approx((up[0] - down[0]) / 2e-5, abs=1e-6)
        np.testing.assert_allclose(information[term], (down[1] - up[1]) / 2e-5, atol=1e-6)
        volumes = [np.linalg.slogdet(there[2])[1] for there in (up, down)]
        assert push[term] == pytest.approx((volumes[0] - volumes[1]) / 4e-5, abs=1e-5)


@given(st.integers(0, 12), st.integers(0, 12).filter(bool))
def test_firth_of_pairs_adds_a_half_to_each_count(exposed: int, others: int) -> None:
    """Jeffreys' prior for a binomial chance; limits where (a + 1/2) ln p + (b + 1/2) ln (1 - p) has fallen enough."""
    found = firth(pairs_of(exposed, others))
    top = np.log((exposed + 0.5) / (others + 0.5))
    assert found.log[0] == pytest.approx(top, abs=1e-7)

    def height(log_odds: float) -> float:
        return -(exposed + 0.5) * np.log1p(np.exp(-log_odds)) - (others + 0.5) * np.log1p(np.exp(log_odds))

    ends = [brentq(lambda x: height(x) - height(top) + HALF_CHI2_95, *span) for span in ((-30, top), (top, 30))]
    np.testing.assert_allclose([found.low[0], found.high[0]], ends, rtol=1e-6)
    assert (found.p[0] < 0.05) == (not ends[0] < 0 < ends[1])


def test_firth_of_two_exposures_is_the_highest_penalised_likelihood() -> None:
    rows = read("sets", ["spike", "load"])
    few = MatchedRows(
        rows.exposed[rows.sets < 8],
        rows.case[rows.sets < 8],
        rows.sets[rows.sets < 8],
        np.ones(len(rows.sets[rows.sets < 8])),
    )
    found = firth(few)
    best = minimize(
        lambda log: -penalised(few, log), [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    )
    np.testing.assert_allclose(found.log, best.x, atol=1e-6)

    def profile(load: float) -> float:
        given_load = minimize(lambda log: -penalised(few, np.array([log[0], load])), [0.0], options={"gtol": 1e-9})
        return -float(given_load.fun) + float(best.fun)

    for end in (found.low[1], found.high[1]):
        assert profile(end) == pytest.approx(-HALF_CHI2_95, abs=1e-5)


def test_many_injuries_need_no_penalty() -> None:
    rows = read("sets", ["spike", "load"])
    many = MatchedRows(
        np.tile(rows.exposed, (60, 1)),
        np.tile(rows.case, 60),
        np.concatenate([rows.sets + 80 * copy for copy in range(60)]),
        np.ones(60 * len(rows.sets)),
    )
    by_firth, by_likelihood = firth(many), maximum_likelihood(many)
    assert by_likelihood is not None
    np.testing.assert_allclose(by_firth.log, by_likelihood.log, atol=2e-3)
    np.testing.assert_allclose(by_firth.high, by_likelihood.high, atol=5e-3)


@pytest.mark.parametrize("estimate", [maximum_likelihood, firth])
def test_units_and_levels_do_not_matter(estimate: Callable[[MatchedRows], Coefficients]) -> None:
    """Metres instead of kilometres, and another level in every set, change nothing but the unit."""
    rows = read("sets", ["spike", "load"])
    moved = MatchedRows(rows.exposed * [1, 1000] + 7 * rows.sets[:, None], rows.case, rows.sets, rows.weight)
    here, there = estimate(rows), estimate(moved)
    for name in ("log", "se", "low", "high"):
        np.testing.assert_allclose(getattr(there, name) * [1, 1000], getattr(here, name), rtol=1e-6)
    np.testing.assert_allclose(there.p, here.p, rtol=1e-5)


def test_weights_stand_for_so_many_rows() -> None:
    """28 exposed and 337 other days, 30 of 100 injuries exposed: as from the counts."""
    levels, weight = np.tile([[1.0], [0.0]], (100, 1)), np.tile([28.0, 337.0], 100)
    case = np.array([True, False] * 30 + [False, True] * 70)
    found = maximum_likelihood(MatchedRows(levels, case, np.repeat(np.arange(100), 2), weight))
    assert found is not None
    assert np.exp(found.log[0]) == pytest.approx(5.158163, abs=5e-7)
    assert found.se[0] == pytest.approx(float(conditional_odds([1] * 30 + [0] * 70, 28, 365)[1]), rel=1e-9)


def test_without_a_maximum_there_is_no_likelihood_estimate_and_firth_stays_finite() -> None:
    rows = rows_of([[5, 1], [2, 3], [1, 0], [8, 2], [3, 2], [2, 9]] * 4, [1, 0, 0] * 8, np.repeat(np.arange(8), 3))
    assert maximum_likelihood(rows) is None
    found = firth(rows)
    assert np.isfinite([found.log, found.low, found.se]).all()
    assert found.log[0] > 0


def test_exposures_that_follow_from_each_other_are_refused() -> None:
    rows = read("sets", ["load", "load"])
    for estimate in (maximum_likelihood, firth):
        with pytest.raises(InsufficientDataError, match="cannot be told apart"):
            estimate(rows)
