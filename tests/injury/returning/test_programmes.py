"""Published programmes. Oracle: the tables as published, typed in here a second time, cell by cell."""

import math

import numpy as np
import pandas as pd
import pytest
from made_returns import CLEARED, START, history, injury_row, sessions_of

from stressfx.injury.returning.carried_out import carried_out
from stressfx.injury.returning.check import ReturnCheck, check_return
from stressfx.injury.returning.plan import ReturnPlan, return_plan
from stressfx.injury.returning.programmes import PROGRAMMES, published_programme, return_programmes

NAN = math.nan
MILE_M = 1609.344

TRIALS = {
    "stage": [1, 2, 3, 4, 5, 6],
    "exertion": [3, 3, 4, 4, 5, 5],
    "walk_min": [2, 2, 2, 2, 1, 0],
    "run_min": [3, 3, 4, 4, 4, NAN],
    "total_mi": [1.0, 1.5, 1.5, 2.0, 2.0, 2.0],
}
ANTIGRAVITY = {
    "week": [1, 2, 3, 4, 5, 6],
    "body_weight_percent": [50, 60, 70, 80, 90, 100],
    "sessions_least": [2, 2, 2, 2, 3, 3],
    "sessions_most": [2, 3, 3, 3, 3, 3],
    "speed_mph_least": [5, 5, 5, 5, 5, 5],
    "speed_mph_most": [7, 7, 7, 8, 8, 8],
    "bout_min_least": [1, 1, 1, 2, 3, 4],
    "bout_min_most": [1, 2, 3, 3, 4, 5],
    "bouts_least": [4, 5, 5, 5, 5, 5],
    "bouts_most": [5, 5, 5, 5, 5, 5],
}
CLINIC = """\
1 walk 10 min
2 walk 15 min
3 walk 20 min
4 walk 25 min
5 walk 30 min
6 walk 15 min, jog 5 min, walk 10 min
7 walk 10 min, jog 10 min, walk 10 min
8 walk 10 min, jog 15 min, walk 5 min
9 off
10 walk 5 min, jog 20 min, walk 5 min
11 walk 5 min, jog 25 min
12 jog 30 min
13 off
14 jog 15 min, run 5 min, jog 10 min
15 jog 10 min, run 10 min, jog 10 min
16 jog 10 min, run 15 min, jog 5 min
17 off
18 jog 5 min, run 20 min, jog 5 min
19 jog 5 min, run 25 min
20 run 30 min
21 off
22 usual training"""


def made_plan(programme: str, weeks: int = 12) -> ReturnPlan:
    """Plan the way back of the usual runner."""
    log = sessions_of(*history())
    return return_plan(log, injury_row(), start=START, cleared=CLEARED, programme=programme, weeks=weeks)


def checked(plan: ReturnPlan) -> ReturnCheck:
    """Check a plan that is carried out to the letter, in the pair and on the ground of before."""
    out = carried_out(plan, shoe_id="blue")
    sessions = pd.concat([sessions_of(*history()), out.sessions], ignore_index=True)
    return check_return(sessions, plan, injuries=injury_row(), pain=out.pain, intensity=out.intensity)


@pytest.mark.parametrize(("name", "table"), [("trials_2023", TRIALS), ("antigravity_2022", ANTIGRAVITY)])
def test_a_table_is_the_published_one_cell_by_cell(name: str, table: dict[str, list[float]]) -> None:
    found = published_programme(name)
    assert set(found.columns) == set(table)
    for column, cells in table.items():
        np.testing.assert_array_equal(found[column].to_numpy(float), np.array(cells, float), err_msg=column)


def test_the_days_of_the_clinic_are_the_published_ones() -> None:
    found = published_programme("clinic_days")
    assert [f"{day} {what}" for day, what in zip(found["day"], found["what"], strict=True)] == CLINIC.splitlines()


def test_a_plan_by_miles_holds_every_stage_twice_with_its_breaks_distance_and_exertion() -> None:
    plan = made_plan(programme="trials_2023")
    runs = plan.runs
    assert runs["stage"].tolist() == [stage for stage in TRIALS["stage"] for _ in range(2)]
    for stage, own in runs.groupby("stage"):
        cell = {name: cells[int(stage) - 1] for name, cells in TRIALS.items()}
        np.testing.assert_allclose(own["distance_m"], cell["total_mi"] * MILE_M, rtol=1e-12)
        np.testing.assert_array_equal(own["exertion_most"], cell["exertion"])
        np.testing.assert_array_equal(own["run_bout_s"], 60 * cell["run_min"])
        np.testing.assert_array_equal(own["walk_bout_s"], 60 * cell["walk_min"] if cell["walk_min"] else NAN)
    assert (runs["date"].diff().dt.days.dropna() >= 2).all()


def test_antigravity_weeks_hold_their_sessions_share_speed_and_bouts() -> None:
    plan = made_plan(programme="antigravity_2022", weeks=8)
    runs = plan.runs
    for week in range(1, 7):
        own = runs[runs["week"] == week]
        cell = {name: cells[week - 1] for name, cells in ANTIGRAVITY.items()}
        assert len(own) == cell["sessions_most"]
        assert (own["stage"] == week).all()
        np.testing.assert_array_equal(own["body_weight_share"], cell["body_weight_percent"] / 100)
        lower, upper = (cell[f"speed_mph_{end}"] * MILE_M / 3600 for end in ("least", "most"))
        usual = 9000 / 3240  # within the range, and slower than its upper end: no faster than the runner usually is
        np.testing.assert_allclose(own["speed_most_mps"], min(upper, max(lower, usual)), rtol=1e-12)
        np.testing.assert_array_equal(own["run_s"], 60 * cell["bout_min_most"] * cell["bouts_most"])
        np.testing.assert_array_equal(own["duration_s"], 1800)
    assert (runs.loc[runs["week"] > 6, "body_weight_share"] == 1).all()
    assert runs.loc[runs["week"] == 6, "criteria"].str.contains("95 %").any()


def test_the_days_of_the_clinic_lie_on_their_days() -> None:
    plan = made_plan(programme="clinic_days", weeks=4)
    first = plan.days["date"].min()
    found = plan.days.assign(day=(plan.days["date"] - first).dt.days + 1).set_index("day")
    for line in CLINIC.splitlines():
        number, what = line.split(" ", 1)
        day = found.loc[int(number)]
        minutes = sum(int(part.split()[1]) for part in what.split(", ") if part.endswith("min"))
        if what == "off":
            assert day["activity"] == "rest"
        elif what != "usual training":
            assert day["activity"] == ("walk" if int(number) <= 5 else "run")
            assert day["duration_s"] == 60 * minutes
            assert int(number) <= 5 or day["what"] == what
    assert found.loc[22, "distance_m"] == 9000
    assert len(found) == 22


def test_the_schedule_on_days_in_a_row_is_reported_as_breaking_its_rule() -> None:
    plan = made_plan(programme="clinic_days", weeks=4)
    check = checked(plan)
    assert check.state("R3") == "broken"
    first = plan.days["date"].min()
    broken = check.events[(check.events["rule"] == "R3")]
    assert [(date - first).days + 1 for date in broken["date"]] == [7, 8, 11, 12, 15, 16, 19, 20]


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("rules", set()),
        ("trials_2023", {"R4", "R8"}),
        ("antigravity_2022", {"R4", "R8"}),
        ("clinic_days", {"R1", "R3", "R6", "R8"}),
    ],
)
def test_what_a_programme_breaks_of_the_rules_is_said(name: str, broken: set[str]) -> None:
    check = checked(made_plan(name))
    assert set(check.rules.loc[check.rules["state"] == "broken", "rule"]) == broken


@pytest.mark.parametrize("name", PROGRAMMES)
def test_what_a_programme_breaks_stands_beside_its_plan(name: str) -> None:
    """Oracle: the rules that break if it is carried out to the letter, in brackets behind what breaks them."""
    plan = made_plan(name)
    check = checked(plan)
    broken = set(check.rules.loc[check.rules["state"] == "broken", "rule"])
    told = " ".join(plan.notes)
    assert broken <= {f"R{number}" for number in range(1, 12) if f"R{number}" in told}


def test_every_programme_is_listed_with_its_source() -> None:
    listed = return_programmes()
    assert listed["programme"].tolist() == list(PROGRAMMES)
    assert listed["source"].str.contains("doi:|clinic|rules").all()


def test_a_programme_that_is_not_published_is_refused() -> None:
    with pytest.raises(ValueError, match="trials_2023, antigravity_2022, clinic_days"):
        published_programme("rules")
