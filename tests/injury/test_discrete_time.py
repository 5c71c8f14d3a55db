"""The second road against the first: a Poisson model with an effect for each event time is Breslow's likelihood."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from made_risk import histories, intervals_of, simulated_days, stored

from stressfx.errors import InsufficientDataError
from stressfx.injury.cox.regression import cox_regression
from stressfx.injury.discrete_time import discrete_time_regression


def small_sample_factor(rows: int, effects: int, clusters: int) -> float:
    return clusters / (clusters - 1) * (rows - 1) / (rows - effects)


def test_poisson_with_an_effect_for_each_time_is_breslow() -> None:
    """Estimates, model errors, and robust errors but for the factor that statsmodels takes for small samples."""
    rows = stored("days")
    asked: dict[str, Any] = {"covariates": ["load", "habit"]}
    by_cox = cox_regression(rows, ties="breslow", **asked).table
    by_time = discrete_time_regression(rows, link="log", baseline="time", **asked).table
    np.testing.assert_allclose(by_time["log_estimate"], by_cox["log_estimate"], rtol=1e-10)
    np.testing.assert_allclose(by_time["model_log_se"], by_cox["model_log_se"], rtol=1e-9)
    times = rows.loc[rows["event"] == 1, "stop"].unique()
    used = rows[rows["stop"].isin(times)]
    factor = small_sample_factor(len(used), 2 + len(times), used["athlete_id"].nunique())
    np.testing.assert_allclose(by_time["log_se"] / np.sqrt(factor), by_cox["log_se"], rtol=1e-8)
    assert by_time[["events", "athletes", "intervals"]].equals(by_cox[["events", "athletes", "intervals"]])


@settings(max_examples=25)
@given(rows=histories())
def test_it_is_so_for_rows_of_any_length(rows: pd.DataFrame) -> None:
    asked: dict[str, Any] = {"covariates": ["x0", "x1"], "cluster": None}
    try:
        by_cox = cox_regression(rows, ties="breslow", method="ml", **asked).table
    except InsufficientDataError:
        assume(False)  # noqa: FBT003  # the argument of hypothesis has no name
    assume(by_cox["log_se"].max() < 10)
    by_time = discrete_time_regression(rows, link="log", baseline="time", **asked).table
    np.testing.assert_allclose(by_time["log_estimate"], by_cox["log_estimate"], rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(by_time["log_se"], by_cox["log_se"], rtol=1e-6)


@pytest.mark.parametrize("baseline", ["time", "week", "month", "constant"])
@pytest.mark.parametrize("link", ["cloglog", "log"])
def test_every_baseline_comes_near_cox(link: str, baseline: str) -> None:
    """The hazard of these athletes is the same on all days, so that every baseline holds."""
    rows = simulated_days(5, 300, 40, log_ratio=0.4, hazard=0.01)
    by_cox = cox_regression(rows, covariates="load").table.iloc[0]
    found = discrete_time_regression(rows, covariates="load", link=link, baseline=baseline).table.iloc[0]
    assert found["log_estimate"] == pytest.approx(by_cox["log_estimate"], abs=0.4 * by_cox["log_se"])
    assert found["log_se"] == pytest.approx(by_cox["log_se"], rel=0.1)
    assert found["measure"] == {"cloglog": "hazard ratio", "log": "rate ratio"}[link]


def test_days_that_are_put_together_are_those_of_statsmodels_one_by_one() -> None:
    """Statsmodels on the rows as they are: estimate, errors by athlete, and log likelihood."""
    import statsmodels.api as sm  # noqa: PLC0415  # slow to load, and only this test needs it

    rows = simulated_days(6, 200, 40, log_ratio=0.5, hazard=0.01)
    rows["load"] = (rows["load"] > 0.5).astype(float)
    found = discrete_time_regression(rows, covariates="load", link="log", baseline="constant").table.iloc[0]
    columns = np.column_stack([rows["load"], np.ones(len(rows))])
    model = sm.GLM(rows["event"], columns, family=sm.families.Poisson(), offset=np.log(rows["stop"] - rows["start"]))
    fit = model.fit(tol=1e-12, cov_type="cluster", cov_kwds={"groups": pd.factorize(rows["athlete_id"])[0]})
    expected = (fit.params.iloc[0], fit.bse.iloc[0], fit.llf)
    assert tuple(found[["log_estimate", "log_se", "log_likelihood"]]) == pytest.approx(expected, rel=1e-7)


def test_the_length_of_a_row_counts() -> None:
    """By hand: 4 injuries in 100 exposed days and 2 in 100 others make 2, however the days are cut."""
    long = intervals_of(
        athlete_id=range(8),
        start=0,
        stop=[10, 20, 30, 40, 5, 15, 30, 50],
        event=[1, 1, 1, 1, 1, 1, 0, 0],
        exposed=[1, 1, 1, 1, 0, 0, 0, 0],
    )
    result = discrete_time_regression(long, covariates="exposed", link="log", baseline="constant", cluster=None)
    row = result.table.iloc[0]
    assert row["estimate"] == pytest.approx(2.0, rel=1e-9)
    assert row["log_se"] == pytest.approx(np.sqrt(1 / 4 + 1 / 2), rel=1e-9)
    halves = pd.concat([long.assign(stop=long["stop"] / 2, event=0), long.assign(start=long["stop"] / 2)])
    again = discrete_time_regression(halves, covariates="exposed", baseline="constant", link="log", cluster=None)
    assert again.table["estimate"].item() == pytest.approx(2.0, rel=1e-9)


def test_a_row_longer_than_a_period_is_told() -> None:
    rows = stored("few")
    said = discrete_time_regression(rows, covariates="age", baseline="week", cluster=None).warnings
    assert said[-1] == "5 of 10 intervals are longer than 7 days; each counts at its end."


def test_an_estimate_that_diverges_is_refused() -> None:
    for link in ("cloglog", "log"):
        with pytest.raises(InsufficientDataError, match=r"diverges with 4 injuries.*firth"):
            discrete_time_regression(stored("few"), covariates="exposed", baseline="constant", link=link)
    with pytest.raises(InsufficientDataError, match="constant: no difference"):
        discrete_time_regression(stored("days").assign(constant=1), covariates=["load", "constant"])


def test_options_that_are_not_known_are_told() -> None:
    for option in ("link", "baseline"):
        with pytest.raises(ValueError, match=f"{option} is 'other'; one of"):
            discrete_time_regression(stored("few"), covariates="age", **{option: "other"})
