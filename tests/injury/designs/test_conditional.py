"""Conditional odds of many data sets at once against closed forms, R's clogit, and a plain search of the likelihood."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from made_sets import Set, binary_sets, counts_of, expected, stored
from scipy.optimize import minimize_scalar

from stressfx.injury.designs.conditional import conditional_odds


def slope(sets: list[Set], log_odds: float) -> float:
    """Give the derivative of the conditional log likelihood, period by period."""
    total = 0.0
    for case, exposed in sets:
        raised = np.exp(log_odds * np.array(exposed))
        total += exposed[case] - float(raised @ exposed / raised.sum())
    return total


def test_discordant_pairs_have_a_closed_form() -> None:
    """The ratio is 18 / 9, the error the root of 1/18 + 1/9."""
    log_odds, se = conditional_odds([1] * 18 + [0] * 9, 1, 2)
    assert float(np.exp(log_odds)) == pytest.approx(2.0, rel=1e-12)
    assert float(se) == pytest.approx(0.408248, abs=5e-7)


def test_days_have_the_closed_form_of_the_self_controlled_series() -> None:
    """30 of 100 injuries on 28 of 365 days: 30 / 70 * 337 / 28."""
    log_odds, se = conditional_odds([1] * 30 + [0] * 70, 28, 365)
    assert float(np.exp(log_odds)) == pytest.approx(5.158163, abs=5e-7)
    assert float(se) == pytest.approx(np.sqrt(1 / 30 + 1 / 70), rel=1e-9)


def test_sets_of_unlike_size_are_as_in_r() -> None:
    sets = stored("sets").groupby("stratum")["spike"].agg(["first", "sum", "size"])
    log_odds, se = conditional_odds(sets["first"], sets["sum"], sets["size"])
    told = expected("sets", "clogit").loc["spike"]
    np.testing.assert_allclose([log_odds, se], [told["log"], told["se"]], rtol=1e-9)


@given(binary_sets(most=12))
def test_the_likelihood_is_highest_there(sets: list[Set]) -> None:
    log_odds, se = conditional_odds(*counts_of(sets))
    informative = [(case, exposed) for case, exposed in sets if 0 < sum(exposed) < len(exposed)]
    if not informative:
        assert np.isnan(log_odds)
        assert np.isnan(se)
    elif np.isfinite(log_odds):
        assert slope(sets, float(log_odds)) == pytest.approx(0.0, abs=1e-9)
        curvature = (slope(sets, float(log_odds) - 1e-4) - slope(sets, float(log_odds) + 1e-4)) / 2e-4
        assert float(se) == pytest.approx(curvature**-0.5, rel=1e-5)
    else:
        assert {exposed[case] for case, exposed in informative} == {float(log_odds > 0)}
        assert np.isnan(se)


@given(st.lists(binary_sets(), min_size=1, max_size=6))
def test_many_data_sets_at_once_are_each_alone(data: list[list[Set]]) -> None:
    most = max(len(sets) for sets in data) + 1
    padded = np.zeros((3, len(data), most))
    for place, sets in enumerate(data):
        padded[:, place, : len(sets)] = counts_of(sets)
    together = conditional_odds(*padded)
    alone = [conditional_odds(*counts_of(sets)) for sets in data]
    for found, single in zip(together, zip(*alone, strict=True), strict=True):
        np.testing.assert_allclose(found, single, rtol=1e-9, atol=1e-9)
    shaped = conditional_odds(*padded.reshape(3, 1, len(data), 1, most))
    assert shaped[0].shape == (1, len(data), 1)
    np.testing.assert_array_equal(shaped[0].ravel(), together[0])


@given(binary_sets(most=12))
def test_other_days_instead_of_exposed_ones_turn_the_sign(sets: list[Set]) -> None:
    turned = [(case, [1 - x for x in exposed]) for case, exposed in sets]
    log_odds, se = conditional_odds(*counts_of(sets))
    assume(np.isfinite(log_odds))
    other, other_se = conditional_odds(*counts_of(turned))
    assert float(other) == pytest.approx(-float(log_odds), abs=1e-9)
    assert float(other_se) == pytest.approx(float(se), rel=1e-9)


@pytest.mark.parametrize("scale", [1, 10, 10**6])
def test_very_rare_and_very_common_exposure_side_by_side(scale: int) -> None:
    """Bounds far apart, where Newton's method alone would stray."""
    case = np.array([1.0, 0.0, 0.0, 1.0])
    exposed, periods = np.array([1, scale, 1, scale]), np.array([scale + 1] * 4)

    def height(log_odds: float) -> float:
        offset = np.log(exposed / (periods - exposed))
        return float(np.sum(np.logaddexp(0, log_odds + offset) - case * (log_odds + offset)))

    best = minimize_scalar(height, bracket=(-1, 1), tol=1e-12).x
    assert float(conditional_odds(case, exposed, periods)[0]) == pytest.approx(best, abs=1e-5)


def test_no_set_is_no_estimate() -> None:
    none: npt.NDArray[np.float64] = np.zeros((2, 0))
    for found in (*conditional_odds(none, none, none), *conditional_odds([0, 0], [0, 0], [0, 5])):
        assert np.isnan(found).all()
