"""Oracle: Minetti's polynomials and the fit to Strava's, as tables worked out elsewhere to their printed digits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.activity.terrain.slope_cost import grade_adjusted_speed, grade_factor, running_cost, walking_cost

MINETTI = [
    (-0.45, 4.0323, 1.1201, 3.6051),
    (-0.30, 2.4622, 0.6840, 2.2075),
    (-0.20, 1.8000, 0.5000, 1.0867),
    (-0.10, 2.1517, 0.5977, 1.1271),
    (-0.05, 2.7459, 0.7628, 1.6589),
    (-0.01, 3.4097, 0.9471, 2.3093),
    (0.00, 3.6000, 1.0000, 2.5000),
    (0.01, 3.7996, 1.0554, 2.7011),
    (0.05, 4.6852, 1.3014, 3.5999),
    (0.10, 5.9682, 1.6578, 4.8991),
    (0.15, 7.4170, 2.0603, 6.3401),
    (0.20, 9.0067, 2.5019, 7.8774),
    (0.30, 12.5793, 3.4942, 11.1835),
    (0.45, 19.4260, 5.3961, 17.6003),
]
"""Grade, Cr, Cr/3.6 and Cw."""

CHEAPEST = -0.18135
grades = st.floats(-0.45, 0.45)


@pytest.mark.parametrize(("grade", "running", "factor", "walking"), MINETTI)
def test_minetti_2002_row_by_row(grade: float, running: float, factor: float, walking: float) -> None:
    assert float(running_cost(grade)) == pytest.approx(running, abs=5.1e-5)
    assert float(grade_factor(grade)) == pytest.approx(factor, abs=5.1e-5)
    assert float(walking_cost(grade)) == pytest.approx(walking, abs=5.1e-5)


def test_running_is_cheapest_at_18_per_cent_downhill() -> None:
    fine = np.arange(-0.45, 0.45, 1e-6)
    cost = running_cost(fine)
    assert fine[cost.argmin()] == pytest.approx(CHEAPEST, abs=6e-6)
    assert cost.min() == pytest.approx(1.78127, abs=5e-6)


def test_the_polynomial_is_not_the_measured_mean() -> None:
    """Measured means of the paper, and how far the polynomial lies from each."""
    measured = {0.0: 3.40, 0.45: 18.93, -0.20: 1.73, -0.45: 3.92}
    apart = [float(running_cost(grade)) - mean for grade, mean in measured.items()]
    assert apart == pytest.approx([0.20, 0.50, 0.07, 0.11], abs=5e-3)
    walked = {0.0: 1.64, 0.45: 17.33, -0.10: 0.81}
    apart = [float(walking_cost(grade)) - mean for grade, mean in walked.items()]
    assert apart == pytest.approx([0.86, 0.27, 0.32], abs=5e-3)


def test_energy_of_ten_flat_kilometres_at_70_kg() -> None:
    """2.52 MJ are 602.3 kcal; on the level 0.860 kcal for each kilogram and kilometre."""
    joules = 70 * 10_000 * float(running_cost(0.0))
    assert joules == pytest.approx(2.52e6)
    assert joules / 4184 == pytest.approx(602.3, abs=0.05)
    assert float(running_cost(0.0)) * 1000 / 4184 == pytest.approx(0.860, abs=5e-4)


@pytest.mark.parametrize(("grade", "factor"), [(10, 1.5226), (5, 1.2138), (-5, 0.8882), (-10, 0.8775), (-20, 1.1155)])
def test_the_fit_to_strava_at_round_grades(grade: float, factor: float) -> None:
    assert float(grade_factor(grade / 100, model="strava_fit")) == pytest.approx(factor, abs=5.1e-5)
    assert float(grade_adjusted_speed(2.0, grade / 100, model="strava_fit")) == pytest.approx(2 * factor, abs=1.1e-4)


def test_downhill_the_two_models_differ_hugely() -> None:
    assert float(grade_factor(-0.1)) == pytest.approx(0.598, abs=5e-4)
    assert float(grade_factor(-0.1, model="strava_fit") / grade_factor(-0.1)) == pytest.approx(1.468, abs=5e-4)


def test_steeper_than_measured_counts_as_the_steepest() -> None:
    assert running_cost([-2, 2]).tolist() == running_cost([-0.45, 0.45]).tolist()
    assert walking_cost([-2, 2]).tolist() == walking_cost([-0.45, 0.45]).tolist()
    steep = grade_factor([-0.45, 0.45], model="strava_fit")
    assert steep.tolist() == grade_factor([-0.35, 0.35], model="strava_fit").tolist()


def test_a_missing_grade_stays_missing_and_flat_changes_nothing() -> None:
    assert np.isnan(grade_adjusted_speed(3.0, np.nan))
    for model in ("minetti", "strava_fit"):
        assert grade_adjusted_speed([2.5, 4.0], 0.0, model=model).tolist() == [2.5, 4.0]
    with pytest.raises(ValueError, match="model is 'strava'; one of minetti, strava_fit is needed"):
        grade_factor(0.0, model="strava")


@settings(max_examples=1000)
@given(st.floats(CHEAPEST, 0.45), st.floats(CHEAPEST, 0.45))
def test_the_cost_of_running_rises_from_its_least_on(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert float(running_cost(low)) <= float(running_cost(high)) + 1e-9
    if high - low > 1e-4 and low > CHEAPEST + 1e-4:
        assert float(running_cost(low)) < float(running_cost(high))


@settings(max_examples=1000)
@given(grades)
def test_uphill_costs_more_than_downhill(grade: float) -> None:
    assert float(running_cost(abs(grade))) >= float(running_cost(-abs(grade)))
