"""Cox regression against R's survival (tests/oracles/cox.R), lifelines, hand arithmetic, and what must not matter."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_risk import ORACLES, histories, intervals_of, simulated_days, stored

from stressfx.errors import InsufficientDataError
from stressfx.injury.cox.regression import cox_regression
from stressfx.injury.result import ILLUSTRATION, StudyResult

EXPECTED = pd.read_csv(ORACLES / "cox_expected.csv")

STUDIES: dict[str, tuple[str, dict[str, Any]]] = {
    "heart": ("heart", {}),
    "bladder_ag": ("bladder2", {}),
    "bladder_pwp_total": ("bladder2", {"strata": "episode"}),
    "bladder_pwp_gap": ("bladder2", {"strata": "episode", "time": "gap"}),
    "days": ("days", {}),
    "days_two": ("days", {}),
    "days_team_episode": ("days", {"strata": ["team", "episode"]}),
    "days_gap": ("days", {"strata": "episode", "time": "gap"}),
    "few": ("few", {}),
}
"""By the name of an oracle: its data and options."""

BY_STUDY = [pytest.param(*key, found, id="-".join(key)) for key, found in EXPECTED.groupby(["study", "method", "ties"])]


def numbers(result: StudyResult) -> np.ndarray:
    return result.table[["log_estimate", "log_se", "model_log_se", "log_likelihood"]].to_numpy()


@pytest.mark.parametrize(("study", "method", "ties", "expected"), BY_STUDY)
def test_the_numbers_of_r_survival(study: str, method: str, ties: str, expected: pd.DataFrame) -> None:
    """Eleven studies, both ties: coefficients, robust and model errors, log likelihood, Firth's profiles."""
    data, options = STUDIES[study]
    result = cox_regression(stored(data), covariates=list(expected["term"]), ties=ties, method=method, **options)
    table = result.table
    assert table["term"].tolist() == expected["term"].tolist()
    if method == "ml":
        wanted = expected[["coef", "robust_se", "se", "loglik"]].to_numpy()
        np.testing.assert_allclose(numbers(result), wanted, rtol=1e-8, atol=1e-10)
    else:  # R's numbers are from a search there
        np.testing.assert_allclose(table["log_estimate"], expected["coef"], rtol=2e-5)
        np.testing.assert_allclose(table["log_likelihood"], expected["loglik"], rtol=1e-9)
        np.testing.assert_allclose(np.log(table["low"]), expected["low"], rtol=2e-5)
        np.testing.assert_allclose(np.log(table["high"]), expected["high"], rtol=2e-5)
        np.testing.assert_allclose(table["p"], expected["p"], rtol=2e-4)


def test_the_published_digits_of_stanford_and_bladder2() -> None:
    """Oracle: printed numbers of R's survival and of lifelines' time-varying fitter, which agree."""
    heart = cox_regression(stored("heart"), covariates=["age", "year", "surgery", "transplant"], cluster=None).table
    assert heart["log_estimate"].round(6).tolist() == [0.027167, -0.146346, -0.637210, -0.010251]
    assert heart["log_se"].round(6).tolist() == [0.013714, 0.070468, 0.367226, 0.313755]
    assert heart["log_likelihood"].round(4).unique().tolist() == [-290.5656]
    asked: dict[str, Any] = {"covariates": ["rx", "number", "size"], "cluster": None}
    free = cox_regression(stored("bladder2"), **asked).table
    assert free["log_estimate"].round(6).tolist() == [-0.464687, 0.174960, -0.043660]
    assert free["log_se"].round(6)[0] == 0.199732
    total = cox_regression(stored("bladder2"), strata="episode", **asked).table
    assert total["log_estimate"].round(6).tolist() == [-0.333489, 0.119617, -0.008495]
    assert total["log_se"].round(6)[0] == 0.216168
    assert total["log_likelihood"].round(4)[0] == -315.9908


def test_the_arrests_of_rossi_as_lifelines_has_them() -> None:
    """Oracle: Rossi, Berk & Lenihan 1980, one row a person, as printed by lifelines' fitter for them."""
    datasets = pytest.importorskip("lifelines.datasets")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lifelines uses what pandas 3 warns of
        rossi = datasets.load_rossi()
    terms = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
    columns = {term: rossi[term] for term in terms}
    rows = intervals_of(athlete_id=range(len(rossi)), start=0, stop=rossi["week"], event=rossi["arrest"], **columns)
    found = cox_regression(rows, covariates=terms).table["log_estimate"]
    assert found.round(6).tolist() == [-0.379422, -0.057438, 0.313900, -0.149796, -0.433704, -0.084871, 0.091497]
    from lifelines.utils import concordance_index  # noqa: PLC0415  # skipped where lifelines is not there

    order = -(rossi[terms].to_numpy() @ found.to_numpy())
    assert round(concordance_index(rossi["week"], order, rossi["arrest"]), 4) == 0.6403


def test_lifelines_finds_the_same_from_daily_rows() -> None:
    lifelines = pytest.importorskip("lifelines")
    rows = stored("days")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        other = lifelines.CoxTimeVaryingFitter()
        columns = ["athlete_id", "start", "stop", "event", "load", "habit"]
        other.fit(rows[columns], id_col="athlete_id", event_col="event", start_col="start", stop_col="stop")
    found = cox_regression(rows, covariates=["load", "habit"]).table
    np.testing.assert_allclose(found["log_estimate"], other.params_.to_numpy(), rtol=1e-5)
    np.testing.assert_allclose(found["model_log_se"], other.standard_errors_.to_numpy(), rtol=1e-5)


def test_five_rows_by_hand() -> None:
    """Late entries, and a row that starts when another is injured: the ratio is 1 + sqrt(5).

    Risk sets: day 1, exposed a injured of a, b, c; day 3, c injured of b, c and the exposed d; day 5, d of d and e.
    The likelihood is r / (r + 2) * 1 / (r + 2) * r / (r + 1); 2 = 2 r / (r + 2) + r / (r + 1) gives r^2 - 2 r - 4 = 0.
    """
    rows = intervals_of(
        athlete_id=list("abcde"),
        start=[0, 0, 0, 1, 3],
        stop=[1, 4, 3, 5, 6],
        event=[1, 0, 1, 1, 0],
        exposed=[1, 0, 0, 1, 0],
    )
    row = cox_regression(rows, covariates="exposed", method="ml", cluster=None).table.iloc[0]
    ratio = 1 + np.sqrt(5)
    assert row["estimate"] == pytest.approx(ratio, rel=1e-12)
    information = 2 * 2 * ratio / (ratio + 2) ** 2 + ratio / (ratio + 1) ** 2
    assert row["log_se"] == pytest.approx(information**-0.5, rel=1e-12)
    assert row["log_likelihood"] == pytest.approx(np.log(ratio**2 / ((ratio + 2) ** 2 * (ratio + 1))), rel=1e-12)
    assert row[["events", "athletes", "intervals"]].tolist() == [3, 5, 5]


def fit(rows: pd.DataFrame, **options: Any) -> StudyResult:
    return cox_regression(rows, **{"covariates": ["x0", "x1"], "strata": "group", "method": "ml", **options})


@settings(max_examples=60)
@given(rows=histories(), ties=st.sampled_from(["efron", "breslow"]), seed=st.integers(0, 99))
def test_what_must_not_matter_does_not(rows: pd.DataFrame, ties: str, seed: int) -> None:
    """Order of the rows, a row cut in two, another origin of time, covariates in other units and from another zero."""
    try:
        result = fit(rows, ties=ties)
    except InsufficientDataError:
        assume(False)  # noqa: FBT003  # the argument of hypothesis has no name
    wanted = numbers(result)
    assume(np.isfinite(wanted).all() and (wanted[:, 1] > 1e-6).all() and (wanted[:, 2] < 20).all())
    middle = (rows["start"] + rows["stop"]) / 2
    halves = pd.concat([rows.assign(stop=middle, event=0), rows.assign(start=middle)], ignore_index=True)
    changed = {
        "order": rows.sample(frac=1, random_state=seed),
        "cut": halves,
        "origin": rows.assign(start=rows["start"] + 1024, stop=rows["stop"] + 1024),
        "zero": rows.assign(x0=rows["x0"] + 1000, x1=rows["x1"] - 5),
    }
    for name, frame in changed.items():
        np.testing.assert_allclose(numbers(fit(frame, ties=ties)), wanted, rtol=1e-6, atol=1e-8, err_msg=name)
    scaled = numbers(fit(rows.assign(x0=rows["x0"] * -1000), ties=ties))
    unit = np.array([[-1e-3, 1e-3, 1e-3, 1], [1, 1, 1, 1]])
    np.testing.assert_allclose(scaled, wanted * unit, rtol=1e-6, atol=1e-8)


def test_strata_without_ties_between_them_add_up() -> None:
    """An athlete far off in time is a stratum of her own, whether told so or not."""
    rows = stored("days")
    apart = rows.assign(start=rows["start"] + 100 * rows["team"], stop=rows["stop"] + 100 * rows["team"])
    told = cox_regression(rows, covariates=["load", "habit"], strata="team")
    np.testing.assert_allclose(numbers(cox_regression(apart, covariates=["load", "habit"])), numbers(told), rtol=1e-9)


def test_a_planted_ratio_is_found() -> None:
    row = cox_regression(simulated_days(1, 1000, 80, log_ratio=0.4, hazard=0.005), covariates="load").table.iloc[0]
    assert row["events"] > 300
    assert abs(row["log_estimate"] - 0.4) < 3 * row["log_se"]
    assert row["log_se"] < 0.05


def test_few_injuries_are_firths_under_auto_and_say_so() -> None:
    result = cox_regression(stored("few"), covariates=["exposed", "age"])
    assert result.note == ILLUSTRATION
    assert result.table["estimate"].between(0.5, 100).all()
    assert "There are 4 injuries; likelihood alone needs 10" in result.warnings[0]
    assert "4 injuries for 2 covariates, fewer than 5 each" in result.warnings[1]
    assert "Firth's penalised likelihood" in result.design


def everyone_injured_was_exposed() -> pd.DataFrame:
    rows = stored("days")
    return rows.assign(exposed=np.where(rows["event"] == 1, 1.0, (rows.index % 2).astype(float)))


def test_an_estimate_that_diverges_is_refused_or_firths() -> None:
    rows = everyone_injured_was_exposed()
    with pytest.raises(InsufficientDataError, match=r"diverges.*method='firth'"):
        cox_regression(rows, covariates=["load", "exposed"], method="ml")
    result = cox_regression(rows, covariates=["load", "exposed"])
    assert "diverges" in result.warnings[0]
    assert np.isfinite(result.table[["estimate", "low", "high"]].to_numpy()).all()
    assert result.table["low"][1] > 10
    assert "relat" in result.warnings[1]


@pytest.mark.parametrize("seed", range(3))
def test_covariates_that_nearly_follow_from_each_other_are_fitted_as_their_difference_is(seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = pd.Series([f"a{number}" for number in range(120)], dtype="str")
    stop = draw.integers(1, 30, 120).astype(float)
    rows = pd.DataFrame({"athlete_id": names, "start": 0.0, "stop": stop, "event": draw.integers(0, 2, 120)})
    rows["load"], rows["apart"] = draw.normal(size=120), draw.normal(size=120)
    rows["near"] = rows["load"] + 1e-4 * rows["apart"]
    near = cox_regression(rows, covariates=["load", "near"], cluster=None, method="ml").table
    apart = cox_regression(rows, covariates=["load", "apart"], cluster=None, method="ml").table
    for column in ("log_estimate", "log_se"):
        assert near[column][1] * 1e-4 == pytest.approx(apart[column][1], rel=1e-5)


@pytest.mark.parametrize("method", ["ml", "firth", "auto"])
def test_covariates_of_which_nothing_can_be_told_are_refused(method: str) -> None:
    rows = stored("days")
    same = rows.assign(constant=7.0, twice=2 * rows["load"] - 3)
    with pytest.raises(InsufficientDataError, match="constant: no difference"):
        cox_regression(same, covariates=["load", "constant"], method=method)
    with pytest.raises(InsufficientDataError, match="team: no difference"):
        cox_regression(same, covariates=["load", "team"], strata="team", method=method)
    with pytest.raises(InsufficientDataError, match="load, twice: one of them follows"):
        cox_regression(same, covariates=["load", "habit", "twice"], method=method)


def test_robust_errors_need_clusters() -> None:
    rows = stored("days")
    few = cox_regression(rows, covariates="load", cluster="team")
    assert "The injuries lie in 3 values of team" in few.warnings[0]
    with pytest.raises(InsufficientDataError, match="1 clusters"):
        cox_regression(rows.assign(club=1), covariates="load", cluster="club")
    with pytest.raises(InsufficientDataError, match="2 clusters are at risk at the injuries, too few"):
        cox_regression(rows.assign(club=rows["team"] == 0), covariates=["load", "habit"], cluster="club")
    by_model = cox_regression(rows, covariates="load", cluster=None)
    assert "were injured more than once" in by_model.warnings[0]
    assert by_model.table["log_se"].tolist() == by_model.table["model_log_se"].tolist()
    assert cox_regression(rows, covariates="load").warnings == ()


def test_an_exposure_so_strong_that_hazards_differ_by_e_to_the_thirty_is_no_trouble() -> None:
    rows = simulated_days(2, 300, 40, log_ratio=0.6, hazard=0.005)
    far = rows.assign(load=np.where(rows.index == 5, 60.0, rows["load"]))
    with np.errstate(all="raise"):
        assert np.isfinite(numbers(cox_regression(far, covariates="load"))).all()


@pytest.mark.parametrize("option", ["time", "ties", "method"])
def test_an_option_that_is_not_known_is_told(option: str) -> None:
    with pytest.raises(ValueError, match=f"{option} is 'other'; one of"):
        cox_regression(stored("few"), covariates="age", **{option: "other"})


def test_gap_time_needs_episodes() -> None:
    with pytest.raises(ValueError, match="column 'episode' is needed"):
        cox_regression(stored("few"), covariates="age", time="gap")
