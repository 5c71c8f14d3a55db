"""Trials on made-up cohorts, and what they say of a study.

Oracle: tables of four trials worked by hand, scipy's beta distribution, published limits of Clopper and Pearson, and
the same trials run one by one.
"""

import warnings
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy.stats import beta

from stressfx.cohort.simulate import Cohort, simulate_cohort
from stressfx.cohort.trials import DESIGNS, calibration, exact_share, run_trials, spike_exposure
from stressfx.errors import DataQualityWarning, InsufficientDataError
from stressfx.injury.designs.case_crossover import case_crossover
from stressfx.injury.result import StudyResult, study_table
from stressfx.schema import CALIBRATION, TRIALS

MANY = 46
"""Injuries of a made-up cohort from which on a study below gives an estimate."""


def counted(cohort: Cohort) -> StudyResult:
    """Give the number of injuries as an estimate of two terms; refuse a cohort with few, and warn of it."""
    events = len(cohort.injuries)
    warnings.warn("a gap", DataQualityWarning, stacklevel=1)
    if events < MANY:
        raise InsufficientDataError(f"{events} injuries; {MANY} are needed")
    row = {"measure": "count", "estimate": float(events), "events": events}
    table = study_table([{"term": "dropped"}, {"term": "all", **row}, {"term": "twice", **row}])
    return StudyResult(table.iloc[1:], "Made up.")


def nothing(cohort: Cohort) -> StudyResult:
    return StudyResult(study_table([]), f"Nothing of {len(cohort.days)} days.")


def by_hand(logs: list[float], *, refused: int = 0, term: str = "x") -> pd.DataFrame:
    """Lay out trials with a standard error of 0.5: intervals reach 1 to either side, p is below 5 % beyond 1."""
    rows = [
        {"term": term, "estimate": np.exp(log), "low": np.exp(log - 1), "high": np.exp(log + 1), "log_estimate": log}
        | {"p": 0.01 if abs(log) > 1 else 0.5, "events": 10 * (number + 1)}
        for number, log in enumerate(logs)
    ]
    found = study_table([*rows, *[{"term": "", "measure": "not estimated"}] * refused])
    reasons = pd.Series([""] * len(logs) + ["too few"] * refused, dtype="str")
    return TRIALS.check(found.assign(trial=np.arange(len(found)), refused=reasons))


def test_calibration_is_that_by_hand() -> None:
    # the first two errors are below 1, so that two intervals of four hold the ratio
    planted = np.log(2.0)
    found = calibration(by_hand([planted + error for error in (-0.5, 0.5, 1.5, -1.1)], refused=2), planted=2.0)
    row = CALIBRATION.check(found).iloc[0]
    assert (row["term"], row["planted"], row["trials"], row["refused"], row["events"]) == ("x", 2.0, 6, 2, 25.0)
    assert row["bias"] == pytest.approx(0.1)
    # squares of the deviations -0.6, 0.4, 1.4 and -1.2 sum to 3.92
    assert row["bias_se"] == pytest.approx(np.sqrt(3.92 / 3) / 2)
    assert (row["coverage"], row["rejected"]) == (0.5, 0.5)  # logs 0.19, 1.19, 2.19 and -0.41
    assert (row["coverage_low"], row["coverage_high"]) == pytest.approx(exact_share(2, 4))
    assert (row["rejected_low"], row["rejected_high"]) == pytest.approx(exact_share(2, 4))


def test_every_term_has_its_own_row() -> None:
    both = pd.concat([by_hand([0.0, 0.2]), by_hand([3.0], term="y", refused=1)], ignore_index=True)
    found = calibration(both, planted=1.0).set_index("term")
    assert found.loc["x", ["trials", "refused", "coverage"]].tolist() == [3, 1, 1.0]
    assert found.loc["y", ["trials", "refused", "coverage", "rejected"]].tolist() == [2, 1, 0.0, 1.0]
    assert np.isnan(found.loc["y", "bias_se"])


def test_an_estimate_without_end_makes_the_bias_infinite_and_a_missing_one_takes_no_part_in_it() -> None:
    trials = by_hand([0.0, 0.4, np.nan])
    found = calibration(trials, planted=1.0).iloc[0]
    assert (found["bias"], found["coverage"]) == (pytest.approx(0.2), pytest.approx(2 / 3))
    assert found["bias_se"] == pytest.approx(0.2)
    trials.loc[0, ["estimate", "high", "log_estimate"]] = np.inf
    found = calibration(trials, planted=1.0).iloc[0]
    assert found["bias"] == np.inf
    assert np.isnan(found["bias_se"])


def test_what_cannot_be_calibrated_is_refused() -> None:
    with pytest.raises(InsufficientDataError, match=r"None of 3 trials gave an estimate.*because: too few"):
        calibration(by_hand([], refused=3), planted=1.0)
    with pytest.raises(InsufficientDataError, match="None of 0 trials"):
        calibration(by_hand([]), planted=1.0)
    for planted in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="a ratio above 0"):
            calibration(by_hand([0.0]), planted=planted)


@pytest.mark.parametrize(("count", "trials"), [(0, 10), (1, 20), (7, 10), (95, 100), (10, 10)])
def test_the_exact_share_is_that_of_the_beta_distribution(count: int, trials: int) -> None:
    low = beta.ppf(0.025, count, trials - count + 1) if count else 0.0
    high = beta.ppf(0.975, count + 1, trials - count) if count < trials else 1.0
    assert exact_share(count, trials) == pytest.approx((low, high), abs=1e-12)


def test_the_exact_share_of_none_in_ten_is_that_of_the_tables() -> None:
    assert [round(end, 4) for end in exact_share(0, 10)] == [0.0, 0.3085]


def test_a_shorter_run_is_the_beginning_of_a_longer_one_and_every_trial_another_cohort() -> None:
    given = {"seed": 4, "n_athletes": 60, "n_days": 200, "injuries_per_athlete_year": 2.0}
    four = run_trials(counted, n_trials=4, **given)
    assert_frame_equal(run_trials(counted, n_trials=2, **given), four[four["trial"] < 2])
    assert len(set(four["events"])) > 1
    assert not four.equals(run_trials(counted, n_trials=4, **{**given, "seed": 5}))


def test_other_processes_find_the_same() -> None:
    given = {"n_trials": 6, "seed": 2, "n_athletes": 60, "n_days": 150, "hazard_ratio": 3.0}
    with ProcessPoolExecutor(2) as executor:
        there = run_trials("case_crossover", executor=executor, **given)
    assert_frame_equal(there, run_trials("case_crossover", **given))


def test_refused_trials_have_a_row_that_says_why_whatever_the_rows_of_a_study_are_numbered() -> None:
    given = {"n_trials": 8, "seed": 1, "n_athletes": 70, "n_days": 200, "injuries_per_athlete_year": 1.5}
    trials = run_trials(counted, **given)
    told = trials.drop_duplicates("trial").set_index("trial")
    refused = told["refused"] != ""
    assert 0 < refused.sum() < len(told), "the seed was chosen for both to be there"
    assert told.loc[refused, "refused"].str.fullmatch(rf"\d+ injuries; {MANY} are needed").all()
    assert told.loc[refused, "estimate"].isna().all()
    assert (told.loc[~refused, "events"] >= MANY).all()
    assert trials.groupby("trial").size().loc[~refused].eq(2).all()
    found = calibration(trials, planted=50.0)
    assert found[["term", "trials", "refused"]].to_numpy().tolist() == [
        ["all", 8, refused.sum()],
        ["twice", 8, refused.sum()],
    ]


def test_a_study_without_any_estimate_is_a_refused_one() -> None:
    trials = run_trials(nothing, n_trials=2, seed=1, n_athletes=2, n_days=40)
    assert trials["refused"].tolist() == ["There is no estimate."] * 2


@pytest.mark.parametrize("design", DESIGNS)
def test_each_design_by_name_is_asked_for_the_planted_ratio(design: str) -> None:
    given = {"n_athletes": 250, "n_days": 365, "hazard_ratio": 5.0, "injuries_per_athlete_year": 1.0}
    (row,) = run_trials(design, n_trials=1, seed=3, **given).to_dict("records")
    assert row["refused"] == ""
    assert row["low"] < 5.0 < row["high"]
    assert row["p"] < 0.05


@pytest.mark.parametrize("design", DESIGNS)
def test_injuries_of_other_tissue_are_no_cases(design: str) -> None:
    given = {"seed": 1, "n_athletes": 100, "n_days": 250, "injuries_per_athlete_year": 1.0}
    cohort = simulate_cohort(**given, other_injuries_per_athlete_year=3.0)
    bone = int((cohort.injuries["tissue"] == "bone").sum())
    assert 0 < DESIGNS[design](cohort).table["events"].item() <= bone < 0.5 * len(cohort.injuries)


def test_a_trial_is_the_study_of_its_cohort() -> None:
    given = {"n_athletes": 80, "n_days": 200, "hazard_ratio": 2.0, "injuries_per_athlete_year": 2.0}
    trials = run_trials("case_crossover", n_trials=2, seed=9, **given)
    own = int(np.random.SeedSequence([9, 1]).generate_state(1)[0])
    cohort = simulate_cohort(seed=own, **given)
    study = case_crossover(spike_exposure(cohort), cohort.injuries, exposures="exposed", which="first")
    assert trials["log_estimate"].iloc[1] == study.table["log_estimate"].item()


def test_what_cannot_be_tried_is_refused() -> None:
    with pytest.raises(ValueError, match="study is 'cohort'; one of case_crossover, self_controlled"):
        run_trials("cohort", n_trials=1, seed=1)
    with pytest.raises(ValueError, match="n_trials is 0; a whole number from 1 on"):
        run_trials("cox", n_trials=0, seed=1)
    with pytest.raises(ValueError, match="seed is -1; a whole number from 0 on"):
        run_trials("cox", n_trials=1, seed=-1)
    with pytest.raises(ValueError, match="hazard_ratio is 0; a number above 0"):
        run_trials("cox", n_trials=1, seed=1, hazard_ratio=0)
