"""Self-controlled series against closed forms and statsmodels' conditional Poisson regression."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_days import frame_of_athletes
from made_sets import injuries_of
from statsmodels.discrete.conditional_models import ConditionalPoisson

from stressfx.errors import InsufficientDataError
from stressfx.injury.designs.case_crossover import case_crossover
from stressfx.injury.designs.self_controlled import self_controlled

MONDAY = pd.Timestamp("2026-03-02")


def cohort(seed: int, athletes: int = 60, days: int = 200) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make runners with injuries that they come back from at once."""
    rng = np.random.default_rng(seed)
    exposed = (rng.random((athletes, days)) < rng.uniform(0.1, 0.5, size=(athletes, 1))) * 1.0
    table = frame_of_athletes({f"{n:03d}": values for n, values in enumerate(exposed)}, load="exposed")
    injured = rng.random((athletes, days)) < 0.01 * np.where(exposed == 1, 2.0, 1.0)
    told = [
        (f"{n:03d}", MONDAY + pd.Timedelta(days=int(t)), MONDAY + pd.Timedelta(days=int(t)))
        for n, t in np.argwhere(injured)
    ]
    return table, injuries_of(told)


def test_the_closed_form_of_one_risk_period() -> None:
    """100 runners of 365 days, 28 of them exposed, on which 30 were injured: 30 / 70 * 337 / 28 = 5.158163."""
    exposed = np.repeat([1.0, 0.0], [28, 337])
    table = frame_of_athletes({f"{n:03d}": exposed for n in range(100)}, load="exposed")
    onsets = [MONDAY + pd.Timedelta(days=n % 28 if n < 30 else 28 + 3 * n) for n in range(100)]
    injuries = injuries_of([(f"{n:03d}", onset, onset) for n, onset in enumerate(onsets)])
    study = self_controlled(table, injuries, exposure="exposed", variant="standard", washout_days=0)
    row = study.table.iloc[0]
    assert row["estimate"] == pytest.approx(5.158163, abs=5e-7)
    assert row["log_se"] == pytest.approx(np.sqrt(1 / 30 + 1 / 70), rel=1e-9)
    assert row[["measure", "events", "athletes", "intervals"]].tolist() == ["rate ratio", 100, 100, 36500]
    assert any("Days after an injury" in warning for warning in study.warnings)


def test_runners_with_several_injuries_are_as_in_a_conditional_poisson_regression() -> None:
    """Day by day: of counts, statsmodels drops runners with as many injuries on exposed as on other days."""
    table, injuries = cohort(3)
    row = self_controlled(table, injuries, exposure="exposed", variant="standard", washout_days=0).table.iloc[0]
    days = table.assign(event=0)
    at = pd.MultiIndex.from_frame(days[["athlete_id", "date"]]).get_indexer(
        pd.MultiIndex.from_frame(injuries[["athlete_id", "first_pain"]])
    )
    days.loc[at, "event"] = 1
    injured = days[days.groupby("athlete_id")["event"].transform("max") > 0]
    model = ConditionalPoisson(injured["event"], injured[["exposed"]], groups=injured["athlete_id"])
    fit = model.fit(disp=False)
    assert row["log_estimate"] == pytest.approx(fit.params.iloc[0], abs=1e-3)
    assert row["log_se"] == pytest.approx(fit.bse.iloc[0], abs=1e-3)
    assert row["events"] == len(injuries)


def test_before_the_event_alone_is_a_case_crossover_with_the_whole_history() -> None:
    table, injuries = cohort(4)
    study = self_controlled(table, injuries, exposure="exposed", washout_days=0)
    all_before = case_crossover(table, injuries, exposures="exposed", n_controls=None, washout_days=0)
    assert study.table["log_estimate"].item() == all_before.table["log_estimate"].item()
    assert study.table["intervals"].item() == all_before.table["intervals"].item()
    assert "back to the runner's previous case or first day" in study.design


def test_what_comes_after_an_injury_matters_to_the_standard_variant_alone() -> None:
    table, injuries = cohort(5)
    first = injuries.drop_duplicates("athlete_id")
    last = first.set_index("athlete_id")["first_pain"]
    later = table["date"] > table["athlete_id"].map(last)
    changed = table.assign(exposed=table["exposed"].where(~later, 0.0))
    for variant, same in (("pre_event", True), ("standard", False)):
        here, there = (
            self_controlled(days, first, exposure="exposed", variant=variant, washout_days=0).table["estimate"].item()
            for days in (table, changed)
        )
        assert (here == there) == same


def test_the_lag_moves_the_exposure_of_every_day() -> None:
    table, injuries = cohort(6)
    shifted = table.assign(exposed=table.groupby("athlete_id")["exposed"].shift(3))
    for variant in ("pre_event", "standard"):
        lagged, by_hand = (
            self_controlled(days, injuries, exposure="exposed", variant=variant, lag_days=lag, washout_days=0)
            for days, lag in ((table, 3), (shifted, 0))
        )
        pd.testing.assert_frame_equal(lagged.table, by_hand.table)


@pytest.mark.parametrize("variant", ["pre_event", "standard"])
def test_few_injuries_are_exact_and_none_a_refusal(variant: str) -> None:
    table, injuries = cohort(7)
    few = self_controlled(table, injuries.iloc[-6:], exposure="exposed", variant=variant, washout_days=0)
    assert few.table["method"].item() == "exact"
    assert few.note
    for quiet in (table.assign(exposed=0.0), table.assign(exposed=np.nan)):
        with pytest.raises(InsufficientDataError, match="6 injuries"):
            self_controlled(quiet, injuries.iloc[-6:], exposure="exposed", variant=variant)
    with pytest.raises(InsufficientDataError, match="0 injuries"):
        self_controlled(table, injuries.iloc[:0], exposure="exposed", variant=variant)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"variant": "later"}, "variant is 'later'"),
        ({"method": "best"}, "method is 'best'"),
        ({"exposure": "load"}, "other numbers than 0 and 1"),
        ({"window_days": 0}, "window_days is 0"),
    ],
)
def test_bad_arguments_are_refused(options: dict[str, Any], text: str) -> None:
    table, injuries = cohort(8, athletes=5)
    with pytest.raises(ValueError, match=text):
        self_controlled(table.assign(load=2.5), injuries, **{"exposure": "exposed", **options})
