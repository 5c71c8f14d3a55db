"""The changes of the two made-up runners, held to what their files were made from (``truth.json``)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from stressfx.exports.log import training_log
from stressfx.exports.read import read_export
from stressfx.exports.tables import read_shoes
from stressfx.schema import CHANGES
from stressfx.training.changes import Thresholds, training_changes
from stressfx.training.shoes.mileage import assign_shoes
from stressfx.training.surfaces.sessions import session_surfaces

SAMPLES = Path(__file__).parents[2] / "data-samples"


@cache
def truth(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SAMPLES / name / "truth.json").read_text(encoding="utf-8"))
    return content


@cache
def told(name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the runner's log with shoes, and the table of shoes."""
    export = read_export(SAMPLES / name, athlete_id=name, tz=truth(name)["zone"])
    shoes = read_shoes(SAMPLES / name / "shoes.csv")
    return assign_shoes(training_log(export.sessions), shoes), shoes


@cache
def changes_of(name: str, thresholds: Thresholds = Thresholds()) -> pd.DataFrame:  # noqa: B008  # it is frozen
    log, shoes = told(name)
    return CHANGES.check(training_changes(log, surfaces=session_surfaces(log), shoes=shoes, thresholds=thresholds))


def days_of(changes: pd.DataFrame, kind: str, what: str | None = None) -> list[str]:
    rows = changes[(changes["kind"] == kind) & (changes["what"].isin([what]) if what is not None else True)]
    return [str(day.date()) for day in rows["date"]]


@pytest.mark.parametrize("name", ["runner-a", "runner-b"])
def test_every_planted_spike_is_listed_and_no_other(name: str) -> None:
    log, _ = told(name)
    source = dict(zip(log["session_id"], log["source"], strict=True))
    rows = changes_of(name)[changes_of(name)["kind"] == "session_spike"]
    beyond = truth(name)["spikes"]["beyond"]
    assert [source[session] for session in rows["session_id"]] == [spike["file"] for spike in beyond]
    assert [str(day.date()) for day in rows["date"]] == [spike["date"] for spike in beyond]
    assert rows["what"].tolist() == [spike["state"] for spike in beyond]
    assert rows["change"].tolist() == pytest.approx([spike["spike"] for spike in beyond], abs=1e-3)


def test_the_jump_in_frequency_shows_on_the_first_day_with_six_runs_in_seven_days() -> None:
    """16 runs in 28 days, and six a week from Monday 19 May on: the third of these is the sixth in seven days."""
    planted = truth("runner-a")["changes"]["frequency"]
    assert (planted["runs_in_the_4_weeks_before"], planted["from"]) == ([4, 4, 4, 5], "2025-05-19")
    for what in ("runs", "run days"):
        assert days_of(changes_of("runner-a"), "frequency", what) == ["2025-05-22"]
    rows = changes_of("runner-a").query("kind == 'frequency'")
    assert set(zip(rows["value"], rows["baseline"], strict=True)) == {(6.0, 4.0)}


def test_the_new_surface_and_the_new_pair_show_on_their_first_day() -> None:
    planted = truth("runner-a")["changes"]
    assert days_of(changes_of("runner-a"), "surface") == [planted["first_day_on_surface"]["track"]]
    assert days_of(changes_of("runner-a"), "surface", "track") == ["2025-05-20"]
    assert days_of(changes_of("runner-a"), "shoe", "a3") == [planted["first_day_in_shoe"]["a3"]]
    assert days_of(changes_of("runner-a"), "shoe") == ["2025-05-24"]


def test_the_breaks_of_runner_a_end_on_the_planted_days() -> None:
    """The holiday from 10 to 19 March ends with the run of the 21st; the injury, with the return."""
    returned = truth("runner-a")["injuries"][0]["returned"]
    assert days_of(changes_of("runner-a"), "break") == ["2025-03-21", returned]


def test_what_else_is_listed_of_runner_a_follows_from_what_was_planted() -> None:
    """The two long runs fill their weeks; six runs a week make rows of days and another mix of surfaces."""
    shown = changes_of("runner-a").groupby("kind")["date"].apply(lambda days: [str(day.date()) for day in days])
    assert shown[["distance", "duration"]].tolist() == [["2025-02-23", "2025-05-18"]] * 2
    assert shown["longest_run"] == ["2025-02-23"]
    assert shown["consecutive_days"] == ["2025-05-24"]
    assert shown["surface_mix"] == ["2025-05-25"]
    assert changes_of("runner-a").query("date > '2025-06-14'")["kind"].tolist() == ["break"]


def test_runner_b_shows_the_holiday_the_new_pair_and_the_miles_of_the_shoes_alone() -> None:
    """No alarm: long runs of 13 to 18 km in turn, a treadmill every fourth week, and the return from the holiday."""
    changes = changes_of("runner-b")
    assert days_of(changes, "break") == ["2025-07-24"]
    assert days_of(changes, "shoe") == [truth("runner-b")["changes"]["first_day_in_shoe"]["b2"]]
    assert set(changes["kind"]) == {"break", "shoe", "shoe_watch", "shoe_replace"}
    assert changes[changes["kind"].str.startswith("shoe_")]["what"].value_counts().to_dict() == {"b1": 2, "b2": 2}


def test_the_ten_percent_rule_alarms_at_the_rhythm_of_a_steady_runner() -> None:
    """Runner B runs four times in every third week: the rule lists each second week of three, and our default none."""
    rule = changes_of("runner-b", Thresholds(distance=0.1, baseline_days=7))
    assert len(days_of(rule, "distance")) >= 8
    assert days_of(changes_of("runner-b"), "distance") == []


def test_what_was_to_be_seen_on_the_day_of_the_first_pain() -> None:
    log, shoes = told("runner-a")
    first_pain = truth("runner-a")["injuries"][0]["first_pain"]
    seen = training_changes(log, surfaces=session_surfaces(log), shoes=shoes, on=first_pain)
    assert seen["kind"].tolist() == ["frequency", "frequency", "surface_mix"]
    assert (seen["last"] <= pd.Timestamp(first_pain)).all()
