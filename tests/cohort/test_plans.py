"""Oracles: what every plan must be, whatever is drawn; and what a week looks like on the mean of many."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stressfx.cohort.plans import GROUND, LEAST_M, training_plans


@given(st.integers(1, 6), st.integers(1, 60), st.integers(0, 6), st.integers(0, 2**32))
def test_every_plan_can_be_run(n_athletes: int, n_days: int, first_weekday: int, seed: int) -> None:
    plans = training_plans(n_athletes, n_days, first_weekday=first_weekday, rng=np.random.default_rng(seed))
    run = plans.distance_m > 0
    assert run.shape == (n_days, n_athletes)
    assert run[0].all()
    assert (plans.distance_m[run] >= LEAST_M).all()
    assert plans.distance_m.max() < 80_000
    assert ((plans.speed_mps > 1.5) & (plans.speed_mps < 6.0)).all()
    assert not (run & (plans.other_s > 0)).any()
    assert set(np.unique(plans.ground)) <= set(range(len(GROUND)))
    assert not (plans.race & plans.long_run).any()
    weekday = (first_weekday + np.arange(n_days)) % 7
    assert set(weekday[(plans.race | plans.long_run)[1:].any(axis=1).nonzero()[0] + 1]) <= {5, 6}


def test_a_week_has_its_runs_its_long_run_and_its_rest() -> None:
    plans = training_plans(500, 364, first_weekday=0, rng=np.random.default_rng(1))
    runs = (plans.distance_m > 0).reshape(52, 7, 500)
    weeks = runs.sum(axis=1)
    # illness, the off-season and what comes up cost some
    assert 0.75 < (weeks.mean(axis=0) / plans.runs_a_week).mean() < 0.95
    assert weeks.max() < 8
    assert (weeks.mean(axis=0)[plans.runs_a_week == 6]).min() > (weeks.mean(axis=0)[plans.runs_a_week == 3]).max()
    weekend_m = plans.distance_m.reshape(52, 7, 500)[:, 5:].max(axis=1)
    in_week_m = plans.distance_m.reshape(52, 7, 500)[:, :5].max(axis=1)
    assert 0.7 < (weekend_m > in_week_m)[weekend_m > 0].mean() < 0.95
    # whole weeks of rest, and no month in which nobody runs
    assert 0.002 < (weeks == 0).mean() < 0.05
    assert runs.mean(axis=(1, 2)).min() > 0.4
    assert 0.05 < plans.race.any(axis=0).mean() <= 1.0
    assert (plans.other_s > 0).mean() > 0.05


def test_ground_is_mainly_one_class_and_changes() -> None:
    ground = training_plans(300, 365, first_weekday=0, rng=np.random.default_rng(2)).ground
    counts = np.stack([(ground == code).sum(axis=0) for code in range(len(GROUND))])
    assert 0.6 < np.median(counts.max(axis=0)) / 365 < 0.95
    assert np.median((counts > 0).sum(axis=0)) >= 4
    halves = np.stack(
        [np.apply_along_axis(lambda g: np.bincount(g).argmax(), 0, part) for part in np.split(ground[:364], 2)]
    )
    assert 0.1 < (halves[0] != halves[1]).mean() < 0.8
