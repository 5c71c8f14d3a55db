"""Fitness, fatigue and form against tables by hand, a number that TrainingPeaks showed, and a plain loop."""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_days import NAN, days_of, observed_loads

from stressfx.training.metrics.fitness import fitness_fatigue
from stressfx.training.metrics.smoothing import ewma

LOADS = [100.0, 0.0, 50.0, 80.0, 0.0, 120.0, 60.0]

BY_HAND = {
    "trainingpeaks": [
        (2.381, 14.2857, 0),
        (2.3243, 12.2449, -11.9048),
        (3.4594, 17.6385, -9.9206),
        (5.2818, 26.5473, -14.1791),
        (5.156, 22.7548, -21.2655),
        (7.8904, 36.647, -17.5988),
        (9.1311, 39.9831, -28.7566),
    ],
    "goldencheetah": [
        (2.3528, 13.3122, 0),
        (2.2975, 11.5401, -10.9594),
        (3.4198, 16.6599, -9.2426),
        (5.2216, 25.0919, -13.2401),
        (5.0988, 21.7516, -19.8703),
        (7.8022, 34.8306, -16.6528),
        (9.0303, 38.1812, -27.0284),
    ],
}


@pytest.mark.parametrize("convention", BY_HAND)
def test_seven_days_by_hand(convention: str) -> None:
    frame = fitness_fatigue(days_of(LOADS), convention=convention)
    assert list(frame.columns) == ["fitness", "fatigue", "form"]
    assert [tuple(row) for row in frame.round(4).to_numpy()] == BY_HAND[convention]


@pytest.mark.parametrize(
    ("convention", "expected"),
    [
        ("trainingpeaks", [7.7612, 24.5353, 31.8272, 43.3950]),
        ("goldencheetah", [7.6759, 24.3291, 31.6060, 43.2332]),
    ],
)
def test_fifty_a_day_from_nothing(convention: str, expected: list[float]) -> None:
    fitness = fitness_fatigue(days_of([50.0] * 84), convention=convention)["fitness"]
    assert fitness.iloc[[6, 27, 41, 83]].round(4).tolist() == expected
    if convention == "goldencheetah":
        assert fitness.iloc[41] == pytest.approx(50 * (1 - 1 / math.e), rel=1e-12)


def test_the_numbers_that_trainingpeaks_showed_rule_the_other_convention_out() -> None:
    """Oracle: a TSS of 395 took fatigue from 54 to 102, fitness from 61 to 69, and form to -33 on the day after.

    All five were shown as whole numbers, so that each stands for a range.
    """
    load = days_of([395.0, 0.0])
    shown = fitness_fatigue(load, fitness_seed=61, fatigue_seed=54)
    assert shown.iloc[0].round(2).tolist() == [68.95, 102.71, 7.0]
    low = fitness_fatigue(load, fitness_seed=60.5, fatigue_seed=53.5)
    high = fitness_fatigue(load, fitness_seed=61.5, fatigue_seed=54.5)
    assert low["fatigue"].iloc[0] < 102.5 < high["fatigue"].iloc[0]
    assert low["fitness"].iloc[0] < 69 < high["fitness"].iloc[0]
    assert abs(shown["form"].iloc[1] + 33) < 1
    other = fitness_fatigue(load, convention="goldencheetah", fitness_seed=61, fatigue_seed=54)
    assert round(float(other["fatigue"].iloc[0]), 2) == 99.39
    highest = fitness_fatigue(load, convention="goldencheetah", fatigue_seed=54.5)
    assert highest["fatigue"].iloc[0] < 101.5


@pytest.mark.slow
@given(observed_loads, st.sampled_from(list(BY_HAND)), st.floats(0, 100), st.floats(0, 100))
@settings(max_examples=1000)
def test_agreement_with_a_loop(
    loads: npt.NDArray[np.float64], convention: str, fitness_seed: float, fatigue_seed: float
) -> None:
    frame = fitness_fatigue(days_of(loads), convention=convention, fitness_seed=fitness_seed, fatigue_seed=fatigue_seed)
    fitness, fatigue = fitness_seed, fatigue_seed
    for load, row in zip(loads, frame.to_numpy(), strict=True):
        form = fitness - fatigue
        shares = [1 / 42, 1 / 7] if convention == "trainingpeaks" else [1 - math.exp(-1 / 42), 1 - math.exp(-1 / 7)]
        fitness, fatigue = fitness + shares[0] * (load - fitness), fatigue + shares[1] * (load - fatigue)
        np.testing.assert_allclose(row, [fitness, fatigue, form], rtol=1e-9, atol=1e-7)


@given(observed_loads, st.floats(0, 1e5))
@settings(max_examples=300)
def test_form_does_not_know_the_load_of_its_own_day(loads: npt.NDArray[np.float64], changed: float) -> None:
    form = fitness_fatigue(days_of(loads))["form"]
    for last in (changed, NAN):
        again = fitness_fatigue(days_of([*loads[:-1], last]))["form"]
        np.testing.assert_array_equal(again.iloc[1:], form.iloc[1:])


def test_a_missing_day_has_form_but_no_fitness_and_does_not_count_as_rest() -> None:
    loads = [50.0] * 200
    loads[150:157] = [NAN] * 7
    frame = fitness_fatigue(days_of(loads), fitness_seed=50, fatigue_seed=50)
    assert np.flatnonzero(frame["fitness"].isna()).tolist() == list(range(150, 157))
    assert np.flatnonzero(frame["fatigue"].isna()).tolist() == list(range(150, 157))
    assert frame["form"].notna().all()
    np.testing.assert_allclose(frame.dropna()[["fitness", "fatigue"]], 50, rtol=1e-12)
    rest = fitness_fatigue(days_of(loads).fillna(0), fitness_seed=50, fatigue_seed=50)
    assert rest["form"].iloc[157] > 20


def test_after_28_missing_days_the_log_begins_anew() -> None:
    loads = np.concatenate((np.full(50, 50.0), np.full(28, NAN), LOADS))
    frame = fitness_fatigue(days_of(loads))
    pd.testing.assert_frame_equal(frame.iloc[-7:], fitness_fatigue(days_of(LOADS)).set_axis(frame.index[-7:]))
    assert frame["form"].iloc[50:77].notna().all()


def test_errors_name_what_is_needed() -> None:
    with pytest.raises(ValueError, match="convention is 'strava'; one of trainingpeaks, goldencheetah is needed"):
        fitness_fatigue(days_of(LOADS), convention="strava")
    with pytest.raises(ValueError, match="fatigue_days is 0; a whole number"):
        fitness_fatigue(days_of(LOADS), fatigue_days=0)
    for seed in (-1.0, NAN, math.inf):
        with pytest.raises(ValueError, match=r"fitness_seed is .*; a finite number of 0 or more is needed"):
            fitness_fatigue(days_of(LOADS), fitness_seed=seed)


def test_the_same_seven_days_are_three_decays_and_so_are_the_long_windows() -> None:
    """Oracle: weights and half-lives by hand, 1/7, 1 - exp(-1/7) and 2/8; 1/42, 1 - exp(-1/42) and 2/29."""
    once = days_of([1.0, 0.0])
    averages = {
        "span 7": ewma(once, days=7, initial="zero", min_periods=1),
        "span 28": ewma(once, days=28, initial="zero", min_periods=1),
        "tp 7": fitness_fatigue(once)["fatigue"],
        "tp 42": fitness_fatigue(once)["fitness"],
        "gc 7": fitness_fatigue(once, convention="goldencheetah")["fatigue"],
        "gc 42": fitness_fatigue(once, convention="goldencheetah")["fitness"],
    }
    weights = {name: round(float(average.iloc[0]), 6) for name, average in averages.items()}
    assert weights == {
        "span 7": 0.25,
        "span 28": 0.068966,
        "tp 7": 0.142857,
        "tp 42": 0.02381,
        "gc 7": 0.133122,
        "gc 42": 0.023528,
    }
    halves = {
        name: round(math.log(2) / -math.log(average.iloc[1] / average.iloc[0]), 2) for name, average in averages.items()
    }
    assert halves == {"span 7": 2.41, "span 28": 9.7, "tp 7": 4.5, "tp 42": 28.76, "gc 7": 4.85, "gc 42": 29.11}
    assert ewma(once, days=13, min_periods=1, initial="zero").iloc[0] == pytest.approx(1 / 7)
    assert ewma(once, days=83, min_periods=1, initial="zero").iloc[0] == pytest.approx(1 / 42)
