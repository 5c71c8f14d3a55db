"""Case-crossover studies from calendars against closed forms, R's numbers, and what must not matter."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_days import frame_of_athletes
from made_sets import expected, injuries_of, stored

from stressfx.errors import InsufficientDataError
from stressfx.injury.designs.case_crossover import case_crossover
from stressfx.injury.result import ILLUSTRATION, StudyResult

MONDAY = pd.Timestamp("2026-03-02")
ONSET = MONDAY + pd.Timedelta(days=28)


def study_of(sets: Sequence[dict[str, Sequence[float]]], exposures: str | Sequence[str], **options: Any) -> StudyResult:
    """Give each set to a runner of 29 days: injured on the last, the others 7, 14, ... days before."""
    tables = []
    for place, columns in enumerate(sets):
        days = frame_of_athletes({f"{place:03d}": np.zeros(29)}, load="none")
        for name, values in columns.items():
            days[name] = np.nan
            days.loc[28 - 7 * np.arange(len(values)), name] = list(values)
        tables.append(days)
    injuries = injuries_of([(f"{place:03d}", ONSET, None) for place in range(len(sets))])
    return case_crossover(pd.concat(tables, ignore_index=True), injuries, exposures=exposures, **options)


def pairs(exposed: int, others: int, alike: int = 0) -> list[dict[str, Sequence[float]]]:
    return [{"far": [1, 0]}] * exposed + [{"far": [0, 1]}] * others + [{"far": [0, 0]}] * alike


def test_discordant_pairs_have_a_closed_form() -> None:
    study = study_of(pairs(18, 9, alike=5), "far")
    row = study.table.iloc[0]
    assert row["estimate"] == pytest.approx(2.0, rel=1e-9)
    assert row["log_se"] == pytest.approx(0.408248, abs=5e-7)
    assert row[["events", "athletes", "intervals", "sets", "method"]].tolist() == [27, 27, 54, 32, "ml"]
    assert row["measure"] == "odds ratio"
    assert study.note == ""
    assert "27 of 32 injuries are informative" in " ".join(study.warnings)
    assert "Each injury has 1.0 other periods in the mean" in " ".join(study.warnings)


@pytest.mark.parametrize("terms", [["spike"], ["spike", "load"]])
def test_sets_as_calendars_are_as_in_r(terms: list[str]) -> None:
    sets = [{name: group[name].tolist() for name in terms} for _, group in stored("sets").groupby("stratum")]
    found = study_of(sets, terms).table.set_index("term")
    told = expected("sets", "clogit", len(terms)).loc[terms]
    np.testing.assert_allclose(found.loc[terms, "log_estimate"], told["log"], rtol=1e-7)
    np.testing.assert_allclose(found.loc[terms, "log_se"], told["se"], rtol=1e-7)
    np.testing.assert_allclose(np.log(found.loc[terms, "high"]), told["high"], rtol=1e-6)
    assert (found["method"] == "ml").all()


@pytest.mark.parametrize(
    ("sets", "exposures", "method"),
    [
        (pairs(7, 3), "far", "ml"),
        (pairs(6, 3), "far", "exact"),
        (pairs(12, 0), "far", "exact"),
        ([{"load": [n, 5, 7]} for n in range(9)], "load", "firth"),
        ([{"load": [n, 5, 7]} for n in range(12)], "load", "ml"),
        ([{"load": [n, n - 1.0]} for n in range(12)], "load", "firth"),
    ],
)
def test_the_method_suits_the_number_of_informative_injuries(
    sets: list[dict[str, Sequence[float]]], exposures: str, method: str
) -> None:
    study = study_of(sets, exposures)
    assert study.table["method"].item() == method
    assert ("Estimated by" in " ".join(study.warnings)) == (method != "ml")
    assert study.table[["estimate", "low", "p"]].notna().all(axis=None)


def test_few_injuries_illustrate_and_say_so_everywhere() -> None:
    study = study_of(pairs(6, 0, alike=90), "far")
    row = study.table.iloc[0]
    told = expected("6-0", "pairs").iloc[0]
    assert row["low"] == pytest.approx(np.exp(told["low"]), rel=1e-9)
    assert row["high"] == np.inf
    assert row["p"] == told["p"]
    assert np.isnan(row["log_se"])
    for rendering in (repr(study), study._repr_html_(), study.to_frame().to_string()):
        assert ILLUSTRATION in rendering


def test_a_method_asked_for_is_taken_or_refused() -> None:
    firth = study_of(pairs(18, 9), "far", method="firth").table.iloc[0]
    assert firth["estimate"] == pytest.approx(18.5 / 9.5, rel=1e-7)
    exact = study_of(pairs(18, 9), "far", method="exact").table.iloc[0]
    assert np.log(exact["high"]) == pytest.approx(expected("18-9", "pairs")["high"].item(), rel=1e-9)
    with pytest.raises(InsufficientDataError, match=r"no finite maximum.*method='exact'"):
        study_of(pairs(12, 0), "far", method="ml")
    with pytest.raises(InsufficientDataError, match=r"no finite maximum.*method='firth'"):
        study_of([{"load": [n, n - 1.0]} for n in range(12)], "load", method="ml")
    with pytest.raises(ValueError, match="one exposure of 0 and 1"):
        study_of([{"load": [2, 1.0]}], "load", method="exact")
    with pytest.raises(ValueError, match="method is 'best'"):
        study_of(pairs(2, 1), "far", method="best")


def test_without_an_informative_injury_the_refusal_says_what_there_was() -> None:
    with pytest.raises(InsufficientDataError) as raised:
        study_of([*pairs(0, 0, alike=5), {"far": [1]}, {"far": []}], "far")
    for part in (
        "7 injuries",
        "5 have a period",
        "differ in far",
        "ten",
        "1 of 7 injuries, whose own",
        "1 of 7 injuries, without",
    ):
        assert part in str(raised.value)
    with pytest.raises(InsufficientDataError, match="differ in load"):
        study_of([{"far": [1, 0], "load": [3, 3]}] * 12, ["far", "load"])


def test_where_nothing_can_be_compared_no_other_threshold_is_advised() -> None:
    with pytest.raises(InsufficientDataError, match="2 injuries were told of, and none has a period") as raised:
        study_of([{"far": [1]}, {"far": []}], "far")
    assert "wash-out. Not counted: 1 of 2 injuries, whose own" in str(raised.value)
    assert "threshold" not in str(raised.value)


def test_the_design_says_what_was_compared() -> None:
    study = study_of(pairs(18, 9), "far", window_days=3)
    assert study.design == (
        "Case-crossover: the period that ends on the day of the onset (first_pain) of each injury against up to 4 "
        "earlier periods of the same runner, 7 days apart; conditional maximum likelihood with Wald intervals."
    )


def test_an_exposure_before_the_lag_is_the_same_as_a_shifted_one() -> None:
    rng = np.random.default_rng(5)
    days = frame_of_athletes({f"{n:02d}": (rng.random(80) < 0.3) * 1.0 for n in range(40)}, load="far")
    shifted = days.assign(far=days.groupby("athlete_id")["far"].shift(2))
    onsets = [(f"{n:02d}", MONDAY + pd.Timedelta(days=int(rng.integers(30, 80))), None) for n in range(40)]
    injuries = injuries_of(onsets)
    lagged = case_crossover(days, injuries, exposures="far", lag_days=2)
    by_hand = case_crossover(shifted, injuries, exposures="far")
    pd.testing.assert_frame_equal(lagged.table, by_hand.table)
    assert "2 days before the onset" in lagged.design


def test_later_periods_come_with_a_warning_and_training_that_stops_looks_harmful() -> None:
    """The exposure has nothing to do with injuries, and nobody is exposed after one."""
    rng = np.random.default_rng(8)
    far = (rng.random((300, 90)) < 0.3) * 1.0
    onset = rng.integers(30, 60, size=300)
    far[np.arange(90) > onset[:, None]] = 0.0
    days = frame_of_athletes({f"{n:03d}": values for n, values in enumerate(far)}, load="far")
    injuries = injuries_of([(f"{n:03d}", MONDAY + pd.Timedelta(days=int(day)), None) for n, day in enumerate(onset)])
    both = case_crossover(days, injuries, exposures="far", controls="time_stratified_both")
    before = case_crossover(days, injuries, exposures="far", controls="time_stratified")
    assert both.table["low"].item() > 1.2
    assert before.table["low"].item() < 1 < before.table["high"].item()
    assert any("training stops" in warning for warning in both.warnings)
    assert not any("training stops" in warning for warning in before.warnings)
