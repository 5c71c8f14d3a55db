"""Power by simulation, and the size that it asks for.

Oracle: powers that lie on a known line, a closed form for a mean of normal numbers, and shares counted by hand.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from stressfx.cohort.power import power, runners_needed
from stressfx.cohort.simulate import Cohort
from stressfx.cohort.trials import exact_share, run_trials
from stressfx.errors import InsufficientDataError
from stressfx.injury.result import StudyResult, wald_rows
from stressfx.schema import POWER

SIZES = (100, 200, 400, 800)


def drawn(cohort: Cohort) -> StudyResult:
    """Draw an estimate whose error falls with the root of the athletes; the cohort's own frailty is the chance."""
    athletes, ratio = len(cohort.truth), cohort.planted["hazard_ratio"]
    chance = norm.ppf((cohort.truth["frailty"].sum() * 1e3) % 1.0)
    se = 1 / np.sqrt(athletes)
    counts = {"events": athletes // 2, "athletes": athletes, "intervals": 1}
    return StudyResult(wald_rows(["x"], [np.log(ratio) + chance * se], [se], "odds ratio", **counts), "Made up.")


def refused(cohort: Cohort) -> StudyResult:
    raise InsufficientDataError(f"{len(cohort.injuries)} injuries are too few.")


def half_refused(cohort: Cohort) -> StudyResult:
    return drawn(cohort) if cohort.planted["seed"] % 2 else refused(cohort)


def on_a_line(level: float, slope: float, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    number = np.array(sizes)
    share = norm.cdf(level + slope * np.sqrt(number))
    return pd.DataFrame({"n_athletes": number, "events": number / 4, "power": share, "trials": 200})


def test_the_power_of_a_known_test_is_its_closed_form() -> None:
    sizes = power(drawn, n_athletes=[20, 60], hazard_ratio=1.4, n_days=1, n_trials=300, seed=1)
    se = 1 / np.sqrt(sizes["n_athletes"])
    true = norm.cdf(np.log(1.4) / se - 1.96) + norm.cdf(-np.log(1.4) / se - 1.96)
    error = np.sqrt(true * (1 - true) / 300)
    assert (np.abs(sizes["power"] - true) < 3.5 * error).all(), f"{sizes['power'].tolist()} for {true.tolist()}"
    np.testing.assert_allclose(sizes["width"], np.exp(2 * 1.959963984540054 * se))
    assert sizes["events"].tolist() == [10.0, 30.0]
    assert POWER.check(sizes)[["n_days", "trials", "refused"]].to_numpy().tolist() == [[1, 300, 0]] * 2


def test_at_a_ratio_of_1_power_is_the_share_of_false_alarms() -> None:
    (share,) = power(drawn, n_athletes=[30], hazard_ratio=1.0, n_days=1, n_trials=400, seed=2)["power"]
    assert 0.015 < share < 0.09  # 5 % and 3.5 errors of 400 trials


def test_power_counts_the_p_of_the_trials_that_it_ran() -> None:
    cohort = {"n_days": 200, "injuries_per_athlete_year": 2.0, "hazard_ratio": 4.0}
    (row,) = power("case_crossover", n_athletes=[60], n_trials=6, seed=1, **cohort).to_dict("records")
    own_seed = int(np.random.SeedSequence([1, 60]).generate_state(1)[0])
    trials = run_trials("case_crossover", n_trials=6, seed=own_seed, n_athletes=60, **cohort)
    hits = int((trials["p"] < 0.05).sum())
    assert (row["power"], row["power_low"], row["power_high"]) == (hits / 6, *exact_share(hits, 6))
    assert row["events"] == trials.loc[trials["refused"] == "", "events"].mean()


def test_a_refused_study_has_not_found_it() -> None:
    (row,) = power(half_refused, n_athletes=[50], hazard_ratio=1e3, n_days=1, n_trials=40, seed=3).to_dict("records")
    assert row["trials"] == 40
    assert 0 < row["refused"] < 40
    assert row["power"] == 1 - row["refused"] / 40
    with pytest.raises(InsufficientDataError, match=r"With 5 athletes the study was refused.*0 injuries are too few"):
        power(refused, n_athletes=[5], hazard_ratio=2.0, n_days=1, n_trials=2, seed=1)


@given(level=st.floats(-2.5, -0.5), wanted=st.floats(0.55, 0.95), size=st.integers(110, 780))
def test_the_size_is_read_off_a_known_line(level: float, wanted: float, size: int) -> None:
    slope = (norm.ppf(wanted) - level) / np.sqrt(size)
    found = runners_needed(on_a_line(level, slope), wanted=wanted).iloc[0]
    assert found["n_athletes"] in {size, size + 1}
    assert found["events"] == pytest.approx(found["n_athletes"] / 4)
    assert found["wanted"] == wanted


def test_sizes_at_which_every_trial_succeeds_or_fails_do_not_bend_the_line() -> None:
    sizes = on_a_line(-4.0, 0.25, (1, 100, 200, 400, 5000, 20_000))
    sizes["power"] = sizes["power"].where(sizes["n_athletes"] < 5000, 1.0).where(sizes["n_athletes"] > 1, 0.0)
    true = ((norm.ppf(0.8) + 4.0) / 0.25) ** 2
    assert runners_needed(sizes)["n_athletes"].item() == pytest.approx(true, rel=0.01)


@pytest.mark.parametrize(
    "sizes",
    [
        on_a_line(-2.0, 0.05),  # reaches 0.28
        on_a_line(2.0, 0.05),  # all of them reach it
        on_a_line(2.0, -0.05),  # falls
        on_a_line(-2.0, 0.15, (300,)),
        on_a_line(-2.0, 0.15, (300, 300)),
        on_a_line(-2.0, 0.15).assign(power=[0.0, 0.0, 1.0, 1.0]),
        on_a_line(-2.0, 0.15).iloc[:0],
    ],
)
def test_nothing_is_extrapolated(sizes: pd.DataFrame) -> None:
    found = runners_needed(sizes)
    assert found["wanted"].tolist() == [0.8]
    assert found[["n_athletes", "events"]].isna().all(axis=None)


def test_the_ends_of_the_sizes_are_inside() -> None:
    level, slope = -2.0, (norm.ppf(0.8) + 2.0) / 20
    for sizes in ((100, 200, 400), (400, 800)):
        assert runners_needed(on_a_line(level, slope, sizes))["n_athletes"].item() == 400


def test_what_makes_no_plan_is_refused() -> None:
    for sizes in ([], 100):
        with pytest.raises(ValueError, match="n_athletes holds no size"):
            power("cox", n_athletes=sizes, hazard_ratio=2.0, seed=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="study is 'cohort'; one of"):
        power("cohort", n_athletes=[10], hazard_ratio=2.0, seed=1)
    line = on_a_line(-2.0, 0.15)
    for wanted in (0.0, 1.0, np.nan):
        with pytest.raises(ValueError, match="a power between 0 and 1"):
            runners_needed(line, wanted=wanted)
    for name in ("design", "hazard_ratio", "n_days"):
        with pytest.raises(ValueError, match=f"differ in {name}"):
            runners_needed(line.assign(**{name: [1, 1, 2, 2]}))
