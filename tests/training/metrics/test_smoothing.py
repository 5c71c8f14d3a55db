"""Smoothed loads against hand arithmetic, pandas' ewm, and the sums that define them."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_days import NAN, any_loads, broken_loads, days_of, observed_loads

from stressfx.training.metrics.smoothing import ewma, redi

WEEK = [30, 40, NAN, 50, 0, NAN, 60]


@pytest.mark.parametrize(("rate", "expected"), [(0.1, 37.084931), (0.25, 39.316654)])
def test_redi_by_hand(rate: float, expected: float) -> None:
    assert round(float(redi(days_of(WEEK), rate=rate).iloc[-1]), 6) == expected


def test_a_missing_day_is_not_a_day_of_rest() -> None:
    filled = float(redi(days_of(WEEK).fillna(0)).iloc[-1])
    assert round(filled, 6) == 26.042574
    assert float(redi(days_of(WEEK)).iloc[-1]) > 1.4 * filled


def redi_by_its_sums(loads: npt.NDArray[np.float64], rate: float) -> list[float]:
    values = []
    for day in range(len(loads)):
        pairs = [(math.exp(-rate * ago), loads[day - ago]) for ago in range(day + 1)]
        seen = [(weight, load) for weight, load in pairs if not math.isnan(load)]
        values.append(sum(w * load for w, load in seen) / sum(w for w, _ in seen) if seen else NAN)
    return values


@given(any_loads | broken_loads, st.sampled_from([0.05, 0.1, 0.25, 1.0]))
@settings(max_examples=300)
def test_redi_is_its_two_sums(loads: npt.NDArray[np.float64], rate: float) -> None:
    np.testing.assert_allclose(redi(days_of(loads), rate=rate), redi_by_its_sums(loads, rate), rtol=1e-10, atol=1e-9)


@given(observed_loads, st.integers(1, 60))
@settings(max_examples=1000)
def test_ewma_is_that_of_pandas(loads: npt.NDArray[np.float64], days: int) -> None:
    load = days_of(loads)
    expected = load.ewm(span=days, adjust=False, min_periods=days).mean()
    np.testing.assert_allclose(ewma(load, days=days), expected, rtol=1e-12, atol=1e-12)


def ewma_by_its_sums(loads: npt.NDArray[np.float64], days: int) -> list[float]:
    """Weigh each observed day by (1 - lambda)^age, the first fully and the others by lambda; anew after 28 days."""
    rate, start, values = 2 / (days + 1), -1, []
    for day, load in enumerate(loads):
        if start >= 0 and day >= 27 and np.isnan(loads[day - 27 : day + 1]).all():
            start = -1
        if np.isnan(load):
            values.append(NAN)
            continue
        start = day if start < 0 else start
        weights = [(1.0 if d == start else rate) * (1 - rate) ** (day - d) for d in range(start, day + 1)]
        seen = ~np.isnan(loads[start : day + 1])
        values.append(float(np.average(loads[start : day + 1][seen], weights=np.array(weights)[seen])))
    return values


@given(any_loads | broken_loads, st.sampled_from([3, 7, 28]))
@settings(max_examples=1000)
def test_weights_go_on_falling_over_missing_days(loads: npt.NDArray[np.float64], days: int) -> None:
    ours = ewma(days_of(loads), days=days, min_periods=1)
    np.testing.assert_allclose(ours, ewma_by_its_sums(loads, days), rtol=1e-10, atol=1e-9)


def test_the_average_begins_anew_after_28_missing_days_and_not_after_27() -> None:
    for gap, value in ((27, 0.0), (28, 80.0)):
        loads = np.concatenate((np.zeros(30), np.full(gap, NAN), [80.0]))
        after = float(ewma(days_of(loads), days=7, min_periods=1).iloc[-1])
        weight = 0.25 / (0.25 + 0.75**28)
        assert after == pytest.approx(value or 80 * weight)
    loads = np.concatenate((np.zeros(30), np.full(28, NAN), np.full(7, 80.0)))
    assert ewma(days_of(loads), days=7).notna().tolist() == [False] * 6 + [True] * 24 + [False] * 34 + [True]


def test_three_ways_to_begin() -> None:
    load = days_of([8.0, 0.0, 4.0, 6.0, 2.0, 7.0, 1.0, 9.0])
    assert ewma(load, days=7, min_periods=1).tolist()[:2] == [8.0, 6.0]
    assert ewma(load, days=7, initial="zero", min_periods=1).tolist()[:2] == [2.0, 1.5]
    mean = ewma(load, days=7, initial="mean", min_periods=1)
    np.testing.assert_allclose(mean, [8, 4, 4, 4.5, 4, 4.5, 4, 0.25 * 9 + 0.75 * 4], rtol=1e-12)
    gap = ewma(days_of([8.0, NAN, 4.0, 6.0, 2.0, 7.0, 3.0, 9.0]), days=7, initial="mean", min_periods=1)
    weight = 0.25 / (0.25 + 0.75 * 6 / 7)  # six of seven days were observed
    np.testing.assert_allclose(gap, [8, NAN, 6, 6, 5, 5.4, 5, 5 + weight * 4], rtol=1e-12)


def test_values_are_given_from_the_asked_day_of_the_log_on() -> None:
    loads = [NAN, NAN, *[5.0] * 30]
    assert ewma(days_of(loads)).isna().sum() == 2 + 27
    assert ewma(days_of(loads), min_periods=1).isna().sum() == 2
    assert redi(days_of(loads)).isna().sum() == 2
    assert redi(days_of(loads), min_periods=10).isna().sum() == 11


def test_errors_name_what_is_needed() -> None:
    load = days_of([1.0, 2.0])
    with pytest.raises(ValueError, match="initial is 'last'; one of first, zero, mean is needed"):
        ewma(load, initial="last")
    with pytest.raises(ValueError, match="days is 0; a whole number of days, 1 or more, is needed"):
        ewma(load, days=0)
    for rate in (0.0, -1.0, NAN, math.inf):
        with pytest.raises(ValueError, match=r"rate is .*; a positive number a day is needed"):
            redi(load, rate=rate)
    with pytest.raises(ValueError, match="min_periods is -1"):
        redi(load, min_periods=-1)
