"""The audit of the two made-up runners, held to what their files were made from (``truth.json``)."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from stressfx.auditing import Audit, audit
from stressfx.exports.read import read_export
from stressfx.exports.tables import read_injuries, read_profile

SAMPLES = Path(__file__).parents[1] / "data-samples"


def truth(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SAMPLES / name / "truth.json").read_text(encoding="utf-8"))
    return content


@cache
def audited(name: str) -> Audit:
    folder = SAMPLES / name
    export = read_export(folder, athlete_id=truth(name)["athlete_id"], tz=truth(name)["zone"])
    return audit(export, injuries=read_injuries(folder / "injuries.csv"), profile=read_profile(folder / "profile.toml"))


both = pytest.mark.parametrize("name", ["runner-a", "runner-b"])


@both
def test_every_week_is_found(name: str) -> None:
    weeks = audited(name).weeks.set_index("week")
    for true in truth(name)["weeks"]:
        week = weeks.loc[pd.Timestamp(true["week"])]
        assert week["distance_m"] == pytest.approx(true["distance_m"], rel=0.01), true["week"]
        assert week["timer_s"] == pytest.approx(true["timer_s"], rel=0.01), true["week"]
        assert (week["sessions"], week["run_days"]) == (true["runs"], true["run_days"]), true["week"]
    assert weeks["distance_m"].sum() == pytest.approx(truth(name)["totals"]["distance_m"], rel=0.002)


@both
def test_every_session_is_found(name: str) -> None:
    sessions = audited(name).sessions.set_index("source")
    assert set(sessions.index) == {true["file"] for true in truth(name)["sessions"]}
    for true in truth(name)["sessions"]:
        session = sessions.loc[true["file"]]
        assert session["start"] == pd.Timestamp(true["start_utc"]), true["file"]
        assert session["date"] == pd.Timestamp(true["date"]), true["file"]
        assert session["sport"] == true["sport"], true["file"]
        assert session["counted"] == true["counted"], true["file"]
        assert session["distance_m"] == pytest.approx(true["distance_m"], rel=0.01), true["file"]
        assert session["timer_s"] == pytest.approx(true["timer_s"], rel=0.01, abs=2), true["file"]


@both
def test_every_spike_is_found_and_no_other(name: str) -> None:
    found = audited(name)
    sources = dict(zip(found.sessions["session_id"], found.sessions["source"], strict=True))
    flagged = found.flagged_spikes()
    expected = truth(name)["spikes"]
    assert flagged["session_id"].map(sources).tolist() == [true["file"] for true in expected["beyond"]]
    assert flagged["reference_id"].map(sources).tolist() == [true["reference_file"] for true in expected["beyond"]]
    assert flagged["state"].tolist() == [true["state"] for true in expected["beyond"]]
    assert flagged["spike"].tolist() == pytest.approx([true["spike"] for true in expected["beyond"]], abs=0.01)
    assert Counter(found.spikes["state"]) == expected["states"]


@both
def test_files_that_are_no_sound_activity_are_named(name: str) -> None:
    found = audited(name)
    counts = truth(name)["counts"]
    others = truth(name)["other_files"]
    kinds = dict(zip(found.files["kind"], found.files["count"], strict=True))
    assert {kind: kinds.get(kind, 0) for kind in ("fit", "gpx", "tcx", "settings", "unreadable")} == {
        kind: counts[kind] for kind in ("fit", "gpx", "tcx", "settings", "unreadable")
    }
    assert found.quarantine["source"].tolist() == [file for file, kind in others.items() if kind == "unreadable"]
    damaged = [true["file"] for true in truth(name)["sessions"] if true["planted"] == "truncated"]
    lost = found.findings[found.findings["code"].isin(["fit-truncated", "fit-no-size", "fit-damaged"])]
    assert sorted(set(lost["where"])) == damaged
    copies = [true["file"] for true in truth(name)["sessions"] if true["planted"] == "duplicate"]
    assert found.findings.loc[found.findings["code"] == "duplicate-of", "where"].tolist() == copies


def test_the_spikes_before_the_injury_of_runner_a() -> None:
    """The leap in February lies more than 42 days before the first pain."""
    (injury,) = truth("runner-a")["injuries"]
    onset = pd.Timestamp(injury["first_pain"])
    before = audited("runner-a").before_injury
    days = [(onset - pd.Timestamp(spike["date"])).days for spike in truth("runner-a")["spikes"]["beyond"]]
    assert before["days_before"].tolist() == [day for day in days if 1 <= day <= 42]
    assert before["days_before"].iloc[-1] == truth("runner-a")["changes"]["days_from_last_spike_to_first_pain"]
    assert audited("runner-b").before_injury.empty


def test_runner_b_has_no_flagged_spike() -> None:
    assert audited("runner-b").flagged_spikes().empty
