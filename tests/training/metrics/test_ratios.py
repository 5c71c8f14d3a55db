"""Acute over chronic load against hand arithmetic, Williams 2017, the package acwr 0.1.1 and a plain loop.

The package is by other people (https://github.com/Lombergine/acwr) and rolls with pandas.
"""

import acwr as other
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from made_days import NAN, any_loads, broken_loads, days_of, observed_loads

from stressfx.training.metrics.ratios import METHODS, acute_load, acwr, chronic_load, load_difference
from stressfx.training.metrics.smoothing import ewma

THREE_EASY_WEEKS_AND_A_HARD_ONE = days_of([30.0] * 21 + [50.0] * 7)


def last(series: pd.Series) -> float:
    return float(series.iloc[-1])


def test_the_three_ratios_of_williams_fictitious_athlete() -> None:
    """Oracle: 1.25 by EWMA and 1.43 coupled, as published for day 28; the further digits are hand arithmetic."""
    load = THREE_EASY_WEEKS_AND_A_HARD_ONE
    assert last(acwr(load, method="coupled")) == pytest.approx(50 / 35, rel=1e-12)
    assert round(last(acwr(load, method="coupled")), 6) == 1.428571
    assert round(last(acwr(load)), 6) == 1.666667
    assert round(last(acute_load(load, method="ewma")), 6) == 47.330322
    assert round(last(chronic_load(load, method="ewma")), 6) == 37.871967
    assert round(last(acwr(load, method="ewma")), 2) == 1.25
    assert last(acwr(load, method="ewma")) == pytest.approx(1.2497455413109075, rel=1e-12)
    assert round(last(acwr(load, method="ewma_uncoupled")), 6) == 1.577677


def test_day_22_of_the_same_athlete() -> None:
    day_22 = THREE_EASY_WEEKS_AND_A_HARD_ONE.iloc[:22]
    assert last(acute_load(day_22, method="ewma")) == pytest.approx(35.0, rel=1e-12)
    assert round(last(chronic_load(day_22, method="ewma", min_periods=1)), 6) == 31.379310
    assert round(last(acwr(day_22, method="ewma", min_periods=1)), 6) == 1.115385
    assert np.isnan(last(acwr(day_22, method="ewma")))


def test_other_beginnings_and_other_estimators_differ() -> None:
    """A log that begins with 0, and pandas' adjust=True, give the numbers that they are known for, and not ours."""
    load = THREE_EASY_WEEKS_AND_A_HARD_ONE
    fast, slow = (last(ewma(load, days=days, initial="zero")) for days in (7, 28))
    assert (round(fast, 6), round(slow, 6), round(fast / slow, 6)) == (47.320798, 33.815362, 1.399388)
    adjusted = last(load.ewm(span=28, adjust=True).mean())
    assert round(adjusted, 6) == 39.102857
    assert last(ewma(load)) != pytest.approx(adjusted, rel=0.01)
    assert last(ewma(load)) != pytest.approx(slow, rel=0.01)


def test_the_two_sides_by_hand() -> None:
    """Days of 1 to 28 km: the last week is 22 to 28, the three before 1 to 21."""
    load = days_of(np.arange(1.0, 29.0))
    assert last(acute_load(load)) == 25
    assert last(chronic_load(load)) == 11
    assert last(chronic_load(load, method="coupled")) == 14.5
    assert last(acwr(load)) == 25 / 11
    assert last(load_difference(load)) == 14
    assert last(load_difference(load, method="coupled")) == 10.5
    assert last(acwr(load, acute_days=2, chronic_days=5)) == 27.5 / 25


@pytest.mark.parametrize(
    ("uncoupled", "coupled"),
    [(0.5, 0.5714), (0.8, 0.8421), (1, 1), (1.3, 1.2093), (1.5, 1.3333), (2, 1.6), (3, 2.0)],
)
def test_what_a_ratio_is_called_by_the_other_definition(uncoupled: float, coupled: float) -> None:
    load = days_of([100.0] * 21 + [100.0 * uncoupled] * 7)
    assert last(acwr(load)) == pytest.approx(uncoupled, rel=1e-12)
    assert round(last(acwr(load, method="coupled")), 4) == coupled


@given(observed_loads)
@settings(max_examples=1000)
def test_the_two_definitions_are_one_relation(loads: npt.NDArray[np.float64]) -> None:
    uncoupled, coupled = acwr(days_of(loads)), acwr(days_of(loads), method="coupled")
    np.testing.assert_allclose(coupled[uncoupled.notna()], (4 * uncoupled / (uncoupled + 3)).dropna(), rtol=1e-12)
    assert not (coupled > 4 + 1e-12).any()
    assert (coupled[coupled.notna() & uncoupled.isna()] == 4).all()  # three weeks of rest, then a run


def random_series(count: int) -> list[pd.Series]:
    """Logs of 1 to 120 days with some rest, with much rest, and with weeks of rest."""
    rng = np.random.default_rng(1)
    made = []
    for number in range(count):
        days = int(rng.integers(1, 121))
        loads = np.where(rng.random(days) < (0.9, 0.5, 0.1)[number % 3], rng.gamma(2, 5000, days).round(1), 0.0)
        if number % 5 == 0:
            loads[days // 3 : days // 3 + 40] = 0
        made.append(days_of(loads))
    return made


@pytest.mark.parametrize(("method", "theirs"), [("coupled", "rac"), ("uncoupled", "rau"), ("ewma", "ewma")])
def test_agreement_with_the_package_acwr(method: str, theirs: other.ratio.Method) -> None:
    """1,000 random series to 1e-12; where the package divides by zero and gives an infinite number, we give none."""
    compared = 0
    for load in random_series(1000):
        ours, expected = acwr(load, method=method), other.acwr(load, method=theirs)
        expected = expected.where(np.isfinite(expected))
        np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-12)
        compared += int(expected.notna().sum())
    assert compared > 20_000


def test_half_lives_agree_with_the_package_acwr() -> None:
    """Our 7 and 28 days are half-lives of 3.5 and 14; the package takes whole days, 4 and 14: our 8 and 28."""
    for load in random_series(100):
        expected = other.acwr(load, 4, 14, method="ewma", decay="half_life", min_periods=1)
        ours = acwr(load, acute_days=8, chronic_days=28, method="ewma_half_life", min_periods=1)
        np.testing.assert_allclose(ours, expected.where(np.isfinite(expected)), rtol=1e-12, atol=1e-12)
    quarter = last(acwr(THREE_EASY_WEEKS_AND_A_HARD_ONE, method="ewma_half_life"))
    assert quarter == pytest.approx(45 / (50 - 20 * 0.5**0.5), rel=1e-12)


def by_a_loop(loads: npt.NDArray[np.float64], method: str) -> list[float]:
    """Compute the rolling ratios straight from the words: windows, missing days, warm-up."""
    known = np.flatnonzero(~np.isnan(loads))
    ratios = []
    for day in range(len(loads)):
        sides = [loads[max(day - 6, 0) : day + 1]]
        sides.append(loads[max(day - 27, 0) : day + 1 if method == "coupled" else max(day - 6, 0)])
        warm = len(known) > 0 and day - known[0] + 1 >= 28
        if not warm or any(np.isnan(side).mean() > 0.2 + 1e-9 for side in sides):
            ratios.append(NAN)
            continue
        acute, chronic = (float(np.nanmean(side)) for side in sides)
        ratios.append(acute / chronic if chronic > 0 else NAN)
    return ratios


@given(any_loads | broken_loads)
@settings(max_examples=1000)
def test_agreement_with_a_loop_over_days_where_days_are_missing(loads: npt.NDArray[np.float64]) -> None:
    for method in ("uncoupled", "coupled"):
        np.testing.assert_allclose(acwr(days_of(loads), method=method), by_a_loop(loads, method), rtol=1e-12)


def test_a_window_may_lack_a_fifth_of_its_days_and_no_more() -> None:
    loads = np.full(28, 10.0)
    loads[[0, 5, 10, 15]] = NAN  # 3 of the 27 days since the first, and 3 of the 20 before the last week
    assert last(acwr(days_of(np.append(loads, 10.0)))) == 1
    loads = np.full(40, 10.0)
    loads[[12, 17, 22, 27]] = NAN  # 4 of 21
    assert last(acwr(days_of(loads))) == 1
    loads[30] = NAN  # 5 of 21
    assert np.isnan(last(acwr(days_of(loads))))
    assert last(acwr(days_of(loads), method="coupled")) == 1  # 5 of 28
    assert last(acwr(days_of(loads), max_missing=0.25)) == 1
    loads[[34, 36]] = NAN  # 2 of the last 7
    assert np.isnan(last(acute_load(days_of(loads))))
    assert last(acute_load(days_of(loads), acute_days=5)) == 10  # 1 of 5, a fifth to the day


def test_an_average_that_falls_exponentially_has_no_value_without_a_load() -> None:
    loads = np.full(40, 10.0)
    loads[35] = NAN
    ratio = acwr(days_of(loads), method="ewma")
    assert np.flatnonzero(ratio.isna()).tolist() == [*range(27), 35]
    np.testing.assert_allclose(ratio.dropna(), 1, rtol=1e-12)


def test_after_four_weeks_that_nobody_observed_the_exponential_ratio_warms_up_again() -> None:
    loads = np.concatenate((np.full(40, 10.0), np.full(28, NAN), np.full(30, 20.0)))
    ratio = acwr(days_of(loads), method="ewma")
    assert np.flatnonzero(ratio.notna()).tolist() == [*range(27, 40), *range(95, 98)]
    np.testing.assert_allclose(ratio.iloc[-3:], 1, rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_rest_alone_has_no_ratio_and_no_difference(method: str) -> None:
    assert acwr(days_of(np.zeros(60)), method=method).isna().all()
    difference = load_difference(days_of(np.zeros(60)), method=method)
    assert (difference.dropna() == 0).all()
    assert difference.notna().sum() > 20


@pytest.mark.parametrize("method", METHODS)
def test_the_first_value_is_given_when_the_chronic_window_is_full(method: str) -> None:
    ratio = acwr(days_of(np.full(40, 8.0)), method=method)
    assert ratio.first_valid_index() == ratio.index[27]
    early = acwr(days_of(np.full(40, 8.0)), method=method, min_periods=10)
    assert early.first_valid_index() == early.index[9]


def test_the_result_is_named_after_the_metric_and_keeps_the_index() -> None:
    load = days_of(np.full(30, 8.0))
    for metric in (acwr, acute_load, chronic_load, load_difference):
        assert metric(load).name == metric.__name__
        pd.testing.assert_index_equal(metric(load).index, load.index)


def test_errors_name_what_is_needed() -> None:
    load = days_of(np.full(30, 8.0))
    with pytest.raises(ValueError, match=r"method is 'rolling'; one of uncoupled, coupled, ewma, .* is needed"):
        acwr(load, method="rolling")
    with pytest.raises(ValueError, match="chronic_days is 7; a whole number of days, 8 or more, is needed"):
        acwr(load, chronic_days=7)
    with pytest.raises(ValueError, match="acute_days is 0; a whole number of days, 1 or more, is needed"):
        chronic_load(load, acute_days=0)
    with pytest.raises(ValueError, match=r"acute_days is 7.5; a whole number"):
        acwr(load, acute_days=7.5)  # type: ignore[arg-type]  # what a caller without types may do
    with pytest.raises(ValueError, match="min_periods is 0; a whole number of days, 1 or more, is needed"):
        load_difference(load, min_periods=0)
    with pytest.raises(ValueError, match="max_missing is 1; a share from 0 to less than 1 is needed"):
        acwr(load, max_missing=1)


def test_random_weeks_correlate_as_it_is_said_against_the_ratio() -> None:
    """Oracle: 1 / sqrt(4) = 0.50 for four independent weeks; by simulation -0.50 for a ratio to its own denominator.

    20,000 weeks of loads that vary by 20 %, looked at every fourth so that nothing is looked at twice.
    """
    weeks = np.maximum(np.random.default_rng(2).normal(1.0, 0.2, 20_000), 0.0)
    load = pd.Series(np.repeat(weeks, 7), pd.date_range("1700-01-01", periods=140_000, unit="us"))
    each = slice(27, None, 28)
    acute, chronic, coupled, ratio = (
        metric.to_numpy()[each]
        for metric in (acute_load(load), chronic_load(load), chronic_load(load, method="coupled"), acwr(load))
    )
    assert np.corrcoef(acute, coupled)[0, 1] == pytest.approx(0.50, abs=0.03)
    assert np.corrcoef(acute, chronic)[0, 1] == pytest.approx(0.0, abs=0.03)
    assert np.corrcoef(ratio, chronic)[0, 1] == pytest.approx(-0.50, abs=0.03)
