"""Oracles: the library's own road from sessions to exposures and time at risk; pandas; rates counted on the truth."""

import tracemalloc
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stressfx.cohort.hazards import DAMAGE_CENTRE, DAMAGE_SCALE
from stressfx.cohort.simulate import Cohort, simulate_cohort
from stressfx.injury.at_risk import days_at_risk
from stressfx.injury.exposures import exposed, spike_days
from stressfx.injury.onsets import injury_onsets
from stressfx.schema import DAILY_LOAD, INJURIES, LOG, SHOES
from stressfx.training.daily import daily_load
from stressfx.training.spikes import session_spikes
from stressfx.training.surfaces.first_days import first_days
from stressfx.training.surfaces.sessions import session_surfaces

OFTEN = {"injuries_per_athlete_year": 2.0, "hazard_ratio": 2.0}
HARD: Mapping[str, Any] = {
    **OFTEN,
    "pain_days": 3,
    "dropout": 0.2,
    "missing_devices": 0.15,
    "heaping": 0.5,
    "other_injuries_per_athlete_year": 0.5,
}


@cache
def plain() -> Cohort:
    return simulate_cohort(60, 400, seed=3, **OFTEN)


@cache
def hard() -> Cohort:
    return simulate_cohort(60, 400, seed=3, **HARD)


BOTH = pytest.mark.parametrize("made", [plain, hard])


@BOTH
def test_spikes_are_those_that_the_library_finds_in_the_sessions(made: Any) -> None:
    cohort = made()
    found = spike_days(session_spikes(cohort.sessions), cohort.days.drop(columns="spike"))
    assert found["spike"].equals(cohort.days["spike"])
    # every state that a day can be in is there
    days, number = cohort.days, cohort.days.groupby("athlete_id").cumcount()
    assert (days["spike"] > 0.1).sum() > 100
    assert days.loc[(number < 30) & (days["sessions"] > 0), "spike"].isna().all()
    assert (days.loc[days["sessions"] == 0, "spike"] == 0).all()
    after_a_break = (number >= 30) & days["spike"].isna() & (days["longest_m"] > 0)
    assert after_a_break.sum() >= 5


@BOTH
def test_new_surfaces_are_those_that_the_library_finds_in_the_sessions(made: Any) -> None:
    cohort = made()
    found = first_days(session_surfaces(cohort.sessions))
    new = cohort.days[cohort.days["new_surface"] == 1]
    assert set(zip(new["athlete_id"], new["date"], strict=True)) == set(
        zip(found["athlete_id"], found["date"], strict=True)
    )
    assert len(new) > 100


@BOTH
def test_days_are_those_that_the_library_sums_from_the_sessions(made: Any) -> None:
    cohort = made()
    DAILY_LOAD.check(cohort.days)
    assert list(cohort.days.columns[: len(DAILY_LOAD.names)]) == list(DAILY_LOAD.names)
    summed = daily_load(cohort.sessions)
    both = summed.merge(cohort.days, on=["athlete_id", "date"], suffixes=("", "_given"))
    # a log ends with its last session, and a study with its last day; days unobserved are rest to who does not know
    assert len(both) == len(summed)
    assert len(cohort.days) - len(summed) < 0.03 * len(summed)
    both = both[both["sessions_given"].notna()]
    for name in (*DAILY_LOAD.names[2:], "damage", "damage_exponent"):
        assert both[name].equals(both[f"{name}_given"].rename(name)), name


def test_damage_is_that_of_28_days_on_the_declared_scale() -> None:
    days = plain().days
    rolled = days.groupby("athlete_id")["damage"].rolling(28).sum().to_numpy()
    np.testing.assert_allclose(days["damage_z"], (rolled - DAMAGE_CENTRE) / DAMAGE_SCALE, atol=1e-9)


@pytest.mark.parametrize("pain_days", [0, 3])
def test_exposure_at_the_true_onset_is_what_a_study_sees_with_the_lag_of_the_pain(pain_days: int) -> None:
    cohort = simulate_cohort(150, 300, seed=5, pain_days=pain_days, pain_load=0.2, **OFTEN)
    days, onsets = cohort.days, cohort.onsets[cohort.onsets["injury"] >= 0]
    seen = days.assign(seen=exposed(days, "spike", above=0.1, days=7, lag_days=pain_days))
    told = cohort.injuries.merge(
        seen, left_on=["athlete_id", "first_pain"], right_on=["athlete_id", "date"], how="left"
    )
    truth = onsets["spike"].to_numpy()[np.argsort(onsets["injury"])]
    known = told["seen"].notna().to_numpy()
    assert known.mean() > 0.7
    assert told["seen"].to_numpy()[known].tolist() == truth[known].tolist()
    assert 10 < truth.sum() < len(truth) - 10
    assert ((cohort.onsets["pain"] - cohort.onsets["onset"]).dt.days == pain_days).all()


def test_time_at_risk_is_that_of_the_library_and_every_injury_lies_in_it() -> None:
    cohort = simulate_cohort(80, 500, seed=7, recovery_days=20, other_injuries_per_athlete_year=0.7, **OFTEN)
    days = days_at_risk(cohort.days, injury_onsets(cohort.injuries))
    assert days["at_risk"].tolist() == cohort.made.lives.at_risk.T.ravel().tolist()
    assert int(days["event"].sum()) == len(cohort.injuries) == len(cohort.onsets)
    assert cohort.truth["days_at_risk"].sum() == days["at_risk"].sum()
    assert (cohort.onsets.groupby("athlete_id").size() >= 3).sum() > 10


def test_nobody_runs_from_the_stop_to_the_return_and_little_after() -> None:
    cohort, day = plain(), pd.Timedelta(days=1)
    plan_m = pd.Series(cohort.made.plans.distance_m.T.ravel(), index=cohort.days.index)
    runs = cohort.days.assign(plan_m=plan_m).set_index(["athlete_id", "date"])[["distance_m", "plan_m"]]
    closed = cohort.injuries.dropna(subset=["returned"])
    assert len(closed) > 50
    shares = []
    for injury in closed.itertuples():
        own = runs.loc[injury.athlete_id]
        assert own.loc[injury.stopped_running : injury.returned - day, "distance_m"].sum() == 0
        assert own.loc[injury.returned, "distance_m"] > 0
        assert injury.first_pain < injury.stopped_running <= injury.diagnosed < injury.returned
        shares.append([own.loc[at : at + 13 * day].sum() for at in (injury.first_pain, injury.returned)])
    painful, back = (pd.DataFrame(found).sum() for found in zip(*shares, strict=True))
    assert painful["distance_m"] < 0.6 * painful["plan_m"]
    assert 0.33 < back["distance_m"] / back["plan_m"] < 0.75


def test_training_before_the_first_injury_does_not_depend_on_injuries() -> None:
    calm = simulate_cohort(60, 400, seed=3, injuries_per_athlete_year=0.0).days
    first = plain().onsets.groupby("athlete_id")["onset"].min()
    before = ~(calm["date"] > calm["athlete_id"].map(first))
    names = [*DAILY_LOAD.names, "spike", "new_surface"]
    assert_frame_equal(calm.loc[before, names], plain().days.loc[before, names])
    assert not calm.loc[~before, names].equals(plain().days.loc[~before, names])


def test_hazard_ratios_are_the_ratios_of_the_rates() -> None:
    planted = {"hazard_ratio": 3.0, "surface_hazard_ratio": 2.0, "damage_hazard_ratio": 1.5}
    cohort = simulate_cohort(3000, 365, seed=11, injuries_per_athlete_year=0.8, frailty_sd=0.0, **planted)
    days, onsets = cohort.days, cohort.onsets
    at_risk = cohort.made.lives.at_risk.T.ravel()
    spiked = exposed(days.fillna({"spike": 0.0}), "spike", above=0.1).fillna(0.0)[at_risk]
    met = exposed(days.fillna({"new_surface": 0.0}), "new_surface", above=0.5).fillna(0.0)[at_risk]
    z = days["damage_z"].fillna(0.0)[at_risk]
    assert (len(days), len(onsets)) == (3000 * 365, pytest.approx(0.8 * 3000 * at_risk.mean() * 1.6, rel=0.2))
    # the score of each log ratio at the truth is 0 but for chance, with the variance of Poisson counts
    expected = 0.8 / 365 * np.exp(spiked * np.log(3.0) + met * np.log(2.0) + z * np.log(1.5))
    for name, exposure in {"spike": spiked, "new_surface": met, "damage_z": z}.items():
        off = onsets[name].sum() - (exposure * expected).sum()
        assert abs(off) < 3.5 * np.sqrt((exposure**2 * expected).sum()), name
    assert abs(len(onsets) - expected.sum()) < 3.5 * np.sqrt(expected.sum())


def test_frailty_has_mean_1_and_the_deviation_asked_for() -> None:
    frailty = simulate_cohort(4000, 1, seed=2, frailty_sd=0.7).truth["frailty"]
    assert frailty.mean() == pytest.approx(1.0, abs=0.04)
    assert frailty.std() == pytest.approx(0.7, abs=0.06)
    often = simulate_cohort(1500, 365, seed=2, frailty_sd=1.0, injuries_per_athlete_year=0.5).truth
    frail = often["frailty"] > often["frailty"].median()
    assert often["onsets"][frail].sum() > 2 * often["onsets"][~frail].sum()


def test_a_seed_makes_the_same_cohort_and_another_another() -> None:
    again = simulate_cohort(60, 400, seed=3, **HARD)
    for name in ("days", "injuries", "sessions", "shoes", "truth", "onsets"):
        assert_frame_equal(getattr(hard(), name), getattr(again, name))
    other = simulate_cohort(60, 400, seed=4, **HARD)
    assert not other.injuries.equals(again.injuries)
    assert not other.days["distance_m"].equals(again.days["distance_m"])


@BOTH
def test_frames_follow_their_schemas(made: Any) -> None:
    cohort = made()
    assert len(INJURIES.check(cohort.injuries)) > 20
    assert len(LOG.check(cohort.sessions)) > 5000
    assert len(SHOES.check(cohort.shoes)) > 100
    assert not cohort.days.duplicated(["athlete_id", "date"]).any()


def test_exposure_is_as_common_as_the_docstring_says() -> None:
    days = simulate_cohort(400, 365, seed=1).days
    compared = (days["sessions"] > 0) & days["spike"].notna()
    assert (days.loc[compared, "spike"] > 0.1).mean() == pytest.approx(0.04, abs=0.01)
    assert exposed(days, "spike", above=0.1).mean() == pytest.approx(0.14, abs=0.02)


def test_a_long_study_of_many_fits_into_memory() -> None:
    tracemalloc.start()
    days = simulate_cohort(500, 365, seed=1).days
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(days) == 500 * 365
    assert peak < 400 * len(days)  # bytes


@pytest.mark.parametrize(
    ("asked", "needed"),
    [
        ({"n_athletes": 0}, "n_athletes is 0; a whole number from 1 on"),
        ({"n_days": 2.5}, "n_days is 2.5; a whole number from 1 on"),
        ({"hazard_ratio": 0.0}, "hazard_ratio is 0.0; a number above 0"),
        ({"recovery_days": -1.0}, "recovery_days is -1.0; a number above 0"),
        ({"frailty_sd": float("nan")}, "frailty_sd is nan; a number from 0 to 1,000,000"),
        ({"hazard_ratio": 1e300}, "a number above 0, up to 1,000,000, is needed"),
        ({"n_athletes": 20.0}, "n_athletes is 20.0; a whole number from 1 on"),
        ({"n_days": None}, "n_days is None; a whole number from 1 on"),
        ({"pain_load": "half"}, "pain_load is 'half'; a share from 0 to 1"),
        ({"seed": None}, "seed is None; a whole number from 0 on"),
        ({"start": "NaT"}, "start is 'NaT'; a date as in 2024-01-01"),
        ({"start": "spring"}, "start is 'spring'; a date as in 2024-01-01"),
        ({"dropout": 1.5}, "dropout is 1.5; a share from 0 to 1"),
        ({"missing_devices": 1.0}, "missing_devices is 1.0; a share from 0 to below 1"),
        ({"pain_days": 29}, "pain_days is 29; a whole number from 0 to 28"),
    ],
)
def test_what_cannot_be_is_refused(asked: dict[str, Any], needed: str) -> None:
    with pytest.raises(ValueError, match=needed):
        simulate_cohort(**{"seed": 1, **asked})


@pytest.mark.parametrize("ratio", [1e6, 1e-6])
def test_the_largest_and_smallest_ratios_injure_without_a_number_that_overflows(ratio: float) -> None:
    ratios = dict.fromkeys(("hazard_ratio", "surface_hazard_ratio", "damage_hazard_ratio"), ratio)
    told = {
        rate: len(simulate_cohort(20, 90, seed=1, **ratios, injuries_per_athlete_year=rate).onsets) for rate in (0, 1e6)
    }
    assert told[0] == 0
    assert told[1e6] > 0


def test_the_smallest_cohort_has_all_frames() -> None:
    cohort = simulate_cohort(1, 1, seed=1)
    assert (len(cohort.days), len(cohort.sessions), len(cohort.shoes), len(cohort.injuries)) == (1, 1, 1, 0)
    assert cohort.onsets.empty


def test_a_cohort_shows_what_was_planted() -> None:
    cohort = simulate_cohort(20, 100, seed=1, hazard_ratio=1.7, start="2023-05-06")
    assert "hazard_ratio                    1.7" in repr(cohort)
    assert "<tr><th>hazard_ratio</th><td>1.7</td></tr>" in cohort._repr_html_()  # what a notebook calls
    assert cohort.days["date"].min() == pd.Timestamp("2023-05-06")
