"""Risk sets, likelihood, slope, curvature and residuals against plain loops over events and rows.

The loops are written from the formulas of Efron 1977 and Lin & Wei 1989 and share no code with the library.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from made_risk import histories, intervals_of

from stressfx.injury.cox.firth import penalised_likelihood
from stressfx.injury.cox.likelihood import climb, partial_likelihood
from stressfx.injury.cox.risk_sets import TIES, RiskSets, risk_sets
from stressfx.injury.cox.robust import sandwich, score_residuals

Floats = npt.NDArray[np.float64]

BETAS = st.lists(st.floats(-1.5, 1.5), min_size=2, max_size=2).map(np.array)


class Looped(NamedTuple):
    """What the loops find."""

    value: float
    score: Floats
    information: Floats
    residuals: Floats


def looped(rows: pd.DataFrame, beta: Floats, ties: str) -> Looped:
    """Cox's likelihood by loops: over strata, times, tied events and rows."""
    x, table = rows[["x0", "x1"]].to_numpy(), rows.to_dict("records")
    hazard = np.exp(x @ beta)
    value, score, information = 0.0, np.zeros(2), np.zeros((2, 2))
    residuals = np.zeros_like(x)
    for group, time in sorted({(row["group"], row["stop"]) for row in table if row["event"]}):
        here = [i for i, row in enumerate(table) if row["group"] == group and row["start"] < time <= row["stop"]]
        tied = [i for i in here if table[i]["stop"] == time and table[i]["event"]]
        for step in range(len(tied)):
            gone = step / len(tied) if ties == "efron" else 0.0
            weights = {i: hazard[i] * (1 - gone if i in tied else 1) for i in here}
            total = sum(weights.values())
            mean = sum(weights[i] * x[i] for i in here) / total
            value += np.log(hazard[tied[step]]) - np.log(total)
            score += x[tied[step]] - mean
            information += sum(weights[i] * np.outer(x[i] - mean, x[i] - mean) for i in here) / total
            for i in tied:
                residuals[i] += (x[i] - mean) / len(tied)
            for i in here:
                residuals[i] -= weights[i] * (x[i] - mean) / total
    return Looped(value, score, information, residuals)


def taken(rows: pd.DataFrame, ties: str) -> tuple[RiskSets, Floats]:
    event = rows["event"].to_numpy() == 1
    sets = risk_sets(rows["start"].to_numpy(), rows["stop"].to_numpy(), event, rows["group"].to_numpy(), ties)
    return sets, rows[["x0", "x1"]].to_numpy()[sets.used]


@pytest.mark.parametrize("ties", TIES)
@given(rows=histories(), beta=BETAS)
def test_all_parts_are_those_of_plain_loops(rows: pd.DataFrame, beta: Floats, ties: str) -> None:
    sets, x = taken(rows, ties)
    found, wanted = partial_likelihood(sets, x, beta), looped(rows, beta, ties)
    assert found.value == pytest.approx(wanted.value, rel=1e-10, abs=1e-10)
    np.testing.assert_allclose(found.score, wanted.score, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.information, wanted.information, rtol=1e-9, atol=1e-9)
    residuals = np.zeros_like(wanted.residuals)
    residuals[sets.used] = score_residuals(sets, x, found)
    np.testing.assert_allclose(residuals, wanted.residuals, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(residuals.sum(axis=0), wanted.score, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("ties", TIES)
@given(rows=histories(), beta=BETAS)
def test_slopes_are_those_of_small_differences(rows: pd.DataFrame, beta: Floats, ties: str) -> None:
    sets, x = taken(rows, ties)
    plain = partial_likelihood(sets, x, beta)
    assume(np.linalg.eigvalsh(plain.information)[0] > 0.1)
    step = 1e-5
    for objective, place in ((kind, place) for kind in (partial_likelihood, penalised_likelihood) for place in (0, 1)):
        ahead, behind = (objective(sets, x, beta + side * step * np.eye(2)[place]) for side in (1, -1))
        difference = (ahead.value - behind.value) / (2 * step)
        assert objective(sets, x, beta).score[place] == pytest.approx(difference, rel=1e-4, abs=1e-4)
    ahead, behind = (partial_likelihood(sets, x, beta + side * step * np.eye(2)[0]) for side in (1, -1))
    np.testing.assert_allclose(plain.information[0], (behind.score - ahead.score) / (2 * step), rtol=1e-4, atol=1e-4)


def test_a_row_is_not_at_risk_at_the_time_of_its_start() -> None:
    """Row b starts when a is injured: it is at risk at the second injury alone, its own."""
    rows = intervals_of(athlete_id=[1, 2, 3], start=[0, 2, 0], stop=[2, 3, 9], event=[1, 1, 0], group=0, x0=0.0, x1=0.0)
    sets, _ = taken(rows, "efron")
    assert sets.sums(np.array([1.0, 10.0, 100.0])).tolist() == [101.0, 110.0]


def test_a_row_that_is_at_risk_at_no_injury_is_not_used() -> None:
    rows = intervals_of(athlete_id=[1, 2, 3], start=[0, 2, 0], stop=[2, 3, 9], event=[1, 0, 0], group=0, x0=0.0, x1=0.0)
    assert taken(rows, "efron")[0].used.tolist() == [0, 2]


def test_of_three_tied_injuries_efron_counts_shares_and_breslow_all() -> None:
    rows = intervals_of(athlete_id=range(4), start=0, stop=[1, 1, 1, 2], event=[1, 1, 1, 0], group=0, x0=0.0, x1=0.0)
    values = np.array([3.0, 3.0, 3.0, 1.0])
    assert taken(rows, "efron")[0].sums(values).tolist() == [10.0, 7.0, 4.0]
    assert taken(rows, "breslow")[0].sums(values).tolist() == [10.0, 10.0, 10.0]


def test_residuals_of_a_cluster_are_added_before_they_are_squared() -> None:
    """By hand: 1 and 2 of one athlete make 3, beside -3 of another: 9 + 9, not 1 + 4 + 9."""
    residuals = np.array([[1.0], [2.0], [-3.0]])
    assert sandwich(residuals, np.array([[0.5]]), np.array([0, 0, 1])).item() == pytest.approx(0.25 * 18)
    assert sandwich(residuals, np.array([[0.5]]), np.array([0, 1, 2])).item() == pytest.approx(0.25 * 14)


def test_a_likelihood_that_rises_for_ever_has_no_top() -> None:
    rows = intervals_of(athlete_id=range(4), start=0, stop=[1, 2, 3, 4], event=[1, 1, 0, 0], group=0)
    sets, x = taken(rows.assign(x0=[1.0, 1.0, 0.0, 0.0], x1=0.0), "efron")
    assert not climb(lambda beta: partial_likelihood(sets, x[:, :1], beta), np.zeros(1)).reached
