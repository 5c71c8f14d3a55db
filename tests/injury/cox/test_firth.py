"""Firth's estimates against closed forms, a plain search, and what Heinze & Schemper 2001 promise.

Against R: tests/injury/cox/test_regression.py.
"""

import numpy as np
import pytest
from made_risk import intervals_of, simulated_days
from scipy.optimize import brentq

from stressfx.injury.cox.regression import cox_regression


def penalised_by_hand(log_ratio: float) -> float:
    """One risk set of one exposed and three others, the exposed one injured; then three others, one of them injured.

    The second says nothing of the ratio. In the first the chance is p = r / (r + 3), the information p (1 - p).
    """
    chance = np.exp(log_ratio) / (np.exp(log_ratio) + 3)
    return float(np.log(chance) + np.log(chance * (1 - chance)) / 2)


def test_one_informative_injury_by_hand() -> None:
    """The slope 1 - p + (1 - 2 p) / 2 is 0 at p = 3/4: r / (r + 3) = 3/4, so the ratio is 9."""
    rows = intervals_of(athlete_id=range(4), start=0, stop=[1, 2, 3, 3], event=[1, 1, 0, 0], exposed=[1, 0, 0, 0])
    row = cox_regression(rows, covariates="exposed").table.iloc[0]
    assert row["estimate"] == pytest.approx(9.0, rel=1e-7)
    top = penalised_by_hand(np.log(9))
    assert row["log_likelihood"] == pytest.approx(top + np.log(1 / 3), rel=1e-9)
    ends = [
        brentq(lambda log: penalised_by_hand(log) - top + 3.841458820694124 / 2, *bracket)
        for bracket in ((-10, np.log(9)), (np.log(9), 20))
    ]
    np.testing.assert_allclose(np.log(row[["low", "high"]].to_numpy(dtype=float)), ends, rtol=1e-7)


def test_with_many_injuries_firth_and_likelihood_agree() -> None:
    rows = simulated_days(3, 400, 60, log_ratio=0.5, hazard=0.01)
    by_firth, by_likelihood = (
        cox_regression(rows, covariates="load", method=method, cluster=None).table.iloc[0] for method in ("firth", "ml")
    )
    assert by_likelihood["events"] > 200
    for name in ("log_estimate", "low", "high"):
        assert by_firth[name] == pytest.approx(by_likelihood[name], rel=0.01)
    assert 0 < abs(by_firth["log_estimate"]) < abs(by_likelihood["log_estimate"]) * 1.001
