"""Shoes in words: status, distance, limits and the days on which they are reached.

Oracle: the words written here by hand.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_audit import framed, made_audit

from stressfx.schema import ALERTS
from stressfx.show.worn import at_limits, shoe_rows, unassigned

ON = pd.Timestamp("2026-06-01")


def alerts(**more: object) -> pd.DataFrame:
    told = {
        "athlete_id": ["a"],
        "shoe_id": ["b1"],
        "name": ["Blue ones"],
        "status": ["watch"],
        "total_m": [500_000.0],
        "watch_m": [482_803.2],
        "replace_m": [804_672.0],
        "limits_by": ["convention"],
        "watch_on": [pd.Timestamp("2026-05-02")],
        "replace_on": [pd.Timestamp("2026-09-01")],
        "replace_from": [pd.Timestamp("2026-08-01")],
        "replace_until": [pd.Timestamp("2026-11-01")],
        "first_worn": [pd.Timestamp("2026-01-02")],
        "last_worn": [pd.Timestamp("2026-05-30")],
        "unknown_runs": [0],
        "start_known": [True],
    }
    return framed(ALERTS, **(told | more))


def test_a_pair_by_hand() -> None:
    (row,) = shoe_rows(alerts(), on=ON)
    assert row == (
        "Blue ones",
        "watch",
        "500.0 km",
        "482.8 and 804.7 km",
        "2026-05-02",
        "about 2026-09-01 (2026-08-01 to 2026-11-01)",
        "2026-01-02 to 2026-05-30",
    )
    (row,) = shoe_rows(alerts(limits_by=["runner"]), on=ON, unit="mi")
    assert (row.distance, row.limits) == ("310.7 mi", "300.0 and 500.0 mi, own")


def test_an_interval_may_have_no_end_and_what_is_past_has_none() -> None:
    (row,) = shoe_rows(alerts(replace_until=[pd.NaT]), on=ON)
    assert row.replace_on == "about 2026-09-01 (from 2026-08-01 on)"
    past = {name: [pd.Timestamp("2026-05-20")] for name in ("replace_on", "replace_from", "replace_until")}
    (row,) = shoe_rows(alerts(**past), on=ON)
    assert row.replace_on == "2026-05-20"
    never = {name: [pd.NaT] for name in ("watch_on", "replace_on", "replace_from", "replace_until", "first_worn")}
    (row,) = shoe_rows(alerts(**never), on=ON)
    assert (row.watch_on, row.replace_on, row.worn) == ("\N{EN DASH}",) * 3


def test_a_total_that_is_the_least_says_so() -> None:
    assert shoe_rows(alerts(unknown_runs=[1]), on=ON)[0].distance == "at least 500.0 km"
    assert shoe_rows(alerts().assign(start_known=False), on=ON)[0].distance == "at least 500.0 km"
    assert shoe_rows(alerts().assign(start_known=True), on=ON)[0].distance == "500.0 km"


def test_the_most_worn_come_first() -> None:
    statuses = ["ok", "retired", "replace", "watch"]
    many = pd.concat([alerts(shoe_id=[status], status=[status]) for status in statuses], ignore_index=True)
    assert [row.status for row in shoe_rows(many, on=ON)] == ["replace", "watch", "ok", "retired"]


def test_pairs_at_a_limit_are_told_of_and_no_others() -> None:
    audit = made_audit()
    assert at_limits(audit) == ["Shoes: Made Trainer 3 is past its second limit, with 1331.0 km."]
    cupboard = replace(audit, shoe_alerts=audit.shoe_alerts.assign(recent_m_per_day=0.0))
    assert at_limits(cupboard) == [], "nobody wears it"
    fresh = replace(audit, shoe_alerts=audit.shoe_alerts.assign(status=["watch", "retired"]))
    assert at_limits(fresh) == ["Shoes: Made Trainer 3 has reached its first limit, with 1331.0 km."]


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.085, "For 8 % of"), (0.001, "For less than 1 % of"), (1.0, "For 100 % of"), (0.0, ""), (np.nan, "")],
)
def test_what_no_pair_is_known_of(share: float, words: str) -> None:
    said = unassigned(replace(made_audit(), unassigned_share=share))
    assert words in said
    assert bool(said) == bool(words)
