"""Monotony and strain against a week by hand, pandas' rolling, and the package acwr 0.1.1."""

import acwr as other
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_days import NAN, any_loads, days_of, observed_loads

from stressfx.training.metrics.foster import monotony, strain

WEEK = [300.0, 0.0, 450.0, 300.0, 0.0, 600.0, 200.0]


@pytest.mark.parametrize(
    ("ddof", "spread", "expected", "expected_strain"),
    [(1, 221.1980, 1.194792, 2210.366), (0, 204.7896, 1.290523, 2387.468)],
)
def test_a_week_by_hand(ddof: int, spread: float, expected: float, expected_strain: float) -> None:
    """Sum 1850, mean 264.2857."""
    load = days_of(WEEK)
    assert load.sum() == 1850
    assert round(load.mean(), 4) == 264.2857
    assert round(float(load.std(ddof=ddof)), 4) == spread
    assert round(float(monotony(load, ddof=ddof).iloc[-1]), 6) == expected
    assert round(float(strain(load, ddof=ddof).iloc[-1]), 3) == expected_strain
    assert monotony(load).isna().tolist() == [True] * 6 + [False]


@given(any_loads, st.sampled_from([0, 1]), st.sampled_from([2, 7, 10]))
@settings(max_examples=1000)
def test_agreement_with_pandas(loads: npt.NDArray[np.float64], ddof: int, days: int) -> None:
    """Both take no window with a missing day; equal days have no monotony with us."""
    load = days_of(loads)
    rolling = load.rolling(days)
    expected = rolling.mean() / rolling.std(ddof=ddof)
    expected = expected.where(np.isfinite(expected))
    np.testing.assert_allclose(monotony(load, days=days, ddof=ddof), expected, rtol=1e-9)
    np.testing.assert_allclose(strain(load, days=days, ddof=ddof), rolling.sum() * expected, rtol=1e-9)


@given(observed_loads.filter(lambda loads: len(loads) >= 7))
@settings(max_examples=300)
def test_agreement_with_the_package_acwr(loads: npt.NDArray[np.float64]) -> None:
    load = days_of(loads)
    for metric, expected in ((monotony, other.monotony(load)), (strain, other.strain(load))):
        # a week of equal loads has no deviation; the package finds the rounding that the week before left in its sums
        differ = load.rolling(7).max() > load.rolling(7).min()
        np.testing.assert_allclose(metric(load), expected.where(differ), rtol=1e-9)


@pytest.mark.parametrize("value", [0.0, 0.1, 5000.0, 1e-200, 1e200])
def test_equal_days_have_no_monotony(value: float) -> None:
    """The mean of seven times 0.1 is not 0.1 in floats: what is left over is no spread."""
    load = days_of([value] * 10)
    assert monotony(load).isna().all()
    assert strain(load).isna().all()


def test_days_that_differ_by_rounding_are_equal_and_a_metre_is_a_difference() -> None:
    summed = 0.1 + 0.2
    assert summed != 0.3
    assert monotony(days_of([0.3, summed] * 5)).isna().all()
    assert monotony(days_of([10_000.0, 10_001.0] * 5)).notna().sum() == 4


def test_a_missing_day_leaves_seven_days_without_a_value() -> None:
    loads = np.array([*WEEK, *WEEK, *WEEK])
    loads[8] = NAN
    assert np.flatnonzero(monotony(days_of(loads)).isna()).tolist() == [0, 1, 2, 3, 4, 5, *range(8, 15)]


def test_the_result_is_named_after_the_metric() -> None:
    assert (monotony(days_of(WEEK)).name, strain(days_of(WEEK)).name) == ("monotony", "strain")
    pd.testing.assert_index_equal(strain(days_of(WEEK)).index, days_of(WEEK).index)


def test_errors_name_what_is_needed() -> None:
    with pytest.raises(ValueError, match=r"ddof is 2; 1 \(sample\) or 0 \(population\) is needed"):
        monotony(days_of(WEEK), ddof=2)
    with pytest.raises(ValueError, match="days is 1; a whole number of days, 2 or more, is needed"):
        strain(days_of(WEEK), days=1)
