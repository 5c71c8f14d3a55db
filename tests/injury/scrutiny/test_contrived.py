"""Contrived ratios against the regression that they stand for, and injuries that are known to follow this or that."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_days import frame_of_athletes
from made_sets import injuries_of

from stressfx.errors import InsufficientDataError
from stressfx.injury.at_risk import at_risk_intervals
from stressfx.injury.cox.regression import cox_regression
from stressfx.injury.result import ILLUSTRATION, StudyResult
from stressfx.injury.scrutiny.contrived import contrived_ratio_test

START = pd.Timestamp("2026-03-02")


def loads_and_injuries(seed: int, *, of_acute: float = 0.0, of_ratio: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Follow 80 runners for 120 days; the logarithm of the hazard rises with one or the other."""
    rng = np.random.default_rng(seed)
    acute, chronic = (rng.gamma(6.0, 1 / 6, (80, 120)) for _ in range(2))
    chronic *= rng.gamma(6.0, 1 / 6, (80, 1))
    ratio = acute / chronic
    hazard = 0.006 * np.exp(of_acute * (acute - 1) + of_ratio * (ratio / ratio.std() - 1))
    hurt = rng.random((80, 120)) < hazard
    names = [f"{number:02d}" for number in range(80)]
    table = frame_of_athletes(dict(zip(names, acute, strict=True)), load="acute_load")
    table["chronic_load"] = chronic.ravel()
    onsets = [
        (name, START + pd.Timedelta(days=int(row.argmax())), None)
        for name, row in zip(names, hurt, strict=True)
        if row.any()
    ]
    return table, injuries_of(onsets)


def contrived(table: pd.DataFrame, injuries: pd.DataFrame, **options: Any) -> StudyResult:
    return contrived_ratio_test(table, injuries, **{"n_noise": 39, "seed": 1, **options})


def test_the_first_two_rows_are_the_regression_of_the_same_days() -> None:
    table, injuries = loads_and_injuries(1)
    table.loc[::17, "chronic_load"] = 0.0
    table.loc[::23, "acute_load"] = np.nan
    given: dict[str, Any] = {"lag_days": 2, "washout_days": 7}
    found = contrived(table, injuries, **given)
    days = at_risk_intervals(table, injuries, covariates=["acute_load", "chronic_load"], **given)
    days = days[(days["chronic_load"] > 0) & days["acute_load"].notna()]
    days = days.assign(ratio=days["acute_load"] / days["chronic_load"])
    for row, name in enumerate(("ratio", "acute_load")):
        scaled = days.assign(**{name: days[name] / days[name].std(ddof=0)})
        study = cox_regression(scaled, covariates=name).table.iloc[0]
        for column in ("estimate", "low", "high", "log_se", "log_likelihood", "events", "athletes", "intervals"):
            assert found.table[column].iloc[row] == pytest.approx(study[column], rel=1e-7), column
        assert found.table["model_p"].iloc[row] == pytest.approx(study["p"], rel=1e-6)
    assert found.table["measure"].tolist()[:2] == ["hazard ratio per SD"] * 2


def test_a_denominator_that_matters_beats_made_up_ones() -> None:
    found = contrived(*loads_and_injuries(2, of_ratio=0.6))
    assert found.table["p"].iloc[0] == 1 / 40
    assert any("0 of 39 made-up denominators fit" in text for text in found.warnings)
    assert any("carries something that noise does not" in text for text in found.warnings)


def test_a_denominator_that_does_not_matter_is_as_good_as_made_up_ones() -> None:
    """The injuries follow the acute load alone: the ratio finds it as well, and so does the load over noise."""
    found = contrived(*loads_and_injuries(3, of_acute=1.2))
    ratio, alone, noise = found.table.to_dict("records")
    assert ratio["model_p"] < 0.05
    assert alone["low"] > 1
    assert noise["low"] > 1
    assert alone["log_likelihood"] > ratio["log_likelihood"]
    assert ratio["p"] > 0.1
    assert any("nothing here shows that dividing by chronic_load adds" in text for text in found.warnings)


def test_p_is_uniform_where_the_denominator_is_noise_itself() -> None:
    """A chronic load that was shuffled already is one of the made-up ones: its rank among them is any."""
    table, injuries = loads_and_injuries(4, of_acute=0.8)
    p = []
    for seed in range(30):
        shuffled = np.random.default_rng(seed).permutation(table["chronic_load"])
        found = contrived(table.assign(chronic_load=shuffled), injuries, n_noise=9, seed=seed)
        p.append(round(10 * found.table["p"].iloc[0]))
    assert set(p) <= set(range(1, 11))
    assert 4.0 < float(np.mean(p)) < 7.0
    assert len(set(p)) > 5


def test_neither_the_order_of_rows_nor_a_second_run_matters() -> None:
    table, injuries = loads_and_injuries(5)
    found = contrived(table, injuries).to_frame()
    by_day = table.sort_values(["date", "athlete_id"], ignore_index=True)
    pd.testing.assert_frame_equal(contrived(by_day, injuries).to_frame(), found)
    other = contrived(table, injuries, seed=2).to_frame()
    pd.testing.assert_frame_equal(
        other.iloc[:2].drop(columns=["p", "warnings"]), found.iloc[:2].drop(columns=["p", "warnings"])
    )
    assert other["estimate"].iloc[2] != found["estimate"].iloc[2]


def test_few_injuries_illustrate_and_none_are_refused() -> None:
    table, injuries = loads_and_injuries(6)
    few = contrived(table, injuries.head(4), n_noise=9)
    assert few.note == ILLUSTRATION
    assert np.isfinite(few.table["estimate"]).all()
    with pytest.raises(InsufficientDataError, match="0 injuries in the 9600 usable"):
        contrived(table, injuries.head(0))
