"""The page of a plan: it runs and loads nothing, and its calendar says what the frame plans, day by day.

Oracle: the plan's own frame, compared with what a reader that knows nothing of the templates finds on the page.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_plans import PROGRAMMES, cells, made_plan, strips
from made_returns import ache, injury_row, pain_of
from page import Page, check_harmless

from stressfx.injury.returning.moving_back import after_pain
from stressfx.injury.returning.plan import ReturnPlan
from stressfx.show.returning.plan_page import write_plan

METRES = {"km": Decimal(1000), "mi": Decimal("1609.344")}
HOSTILE = [
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" data-x=\'',
    "${7*7} {{ 7*7 }} {% raw %}",
    "\u202egpj.exe\u2066\x1b[2J\x00",
    "x" * 10_000,
]


def page_of(plan: ReturnPlan, folder: Path, **more: Any) -> str:
    source = write_plan(plan, folder / "plan.html", **more).read_text(encoding="utf-8")
    check_harmless(source)
    return source


@pytest.fixture(scope="module", params=[(name, unit) for name in PROGRAMMES for unit in ("km", "mi")], ids=" ".join)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[ReturnPlan, str]:
    """Give a plan of every programme and unit, and its page."""
    programme, unit = request.param
    plan = made_plan(programme, unit=unit)
    return plan, page_of(plan, tmp_path_factory.mktemp("page"))


def test_the_page_runs_and_loads_nothing(made: tuple[ReturnPlan, str]) -> None:
    page = Page(made[1])
    policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert (
        policy == f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "://" not in made[1]
    assert not [tag for tag, _ in page.elements if tag in {"img", "input"}]


def test_every_day_stands_in_its_place_with_all_that_is_planned_and_nothing_more(made: tuple[ReturnPlan, str]) -> None:
    plan, source = made
    names = {"run": "Run", "walk": "Walk", "cross_training": "Cross-train", "strength": "Strength", "rest": "Rest"}
    shown = cells(source)
    first = plan.days["date"].min()
    expected: dict[str, list[str]] = {}
    for row in plan.days.to_dict("records"):
        expected.setdefault(f"{row['date']:%a} {row['date'].day} {row['date']:%b}", []).append(names[row["activity"]])
    assert len(shown) == 7 * (((plan.days["date"].max() - first).days) // 7 + 1)
    for place, cell in enumerate(shown):
        date = first + pd.Timedelta(days=place)
        assert cell.date == f"{date:%a} {date.day} {date:%b}"
        assert cell.week == place // 7 + 1
        todo = [line for line in cell.done if not line.startswith("Check")]
        planned = expected.get(cell.date, [])
        assert [line.split()[0] for line in todo] == planned
        active = [name for name in planned if name != "Rest"]
        assert cell.boxes == len(active) + len(cell.done) - len(todo)
        assert cell.pains == (3 if active else 0)


def distances(source: str) -> Iterator[Decimal]:
    """Read every distance that is to be run, in metres."""
    for cell in cells(source):
        for line in cell.done:
            if line.startswith("Run"):
                _, number, unit = line.split()[:3]
                yield Decimal(number) * METRES[unit]


@settings(max_examples=8)
@given(st.floats(0.6, 30), st.sampled_from(["km", "mi"]))
def test_distances_are_shown_exactly_as_they_are_planned_by_the_rules(
    tmp_path_factory: pytest.TempPathFactory, km: float, unit: str
) -> None:
    plan = made_plan(km=km, unit=unit)
    source = page_of(plan, tmp_path_factory.getbasetemp())
    shown = np.array([float(distance) for distance in distances(source)])
    np.testing.assert_allclose(shown, plan.runs["distance_m"], rtol=1e-9)
    totals = [float(total) for total in re.findall(r'<b class="total">([\d.]+) ', source)]
    planned = plan.runs.groupby("week")["distance_m"].sum() / float(METRES[unit])
    np.testing.assert_allclose(totals, planned, rtol=1e-9)


def test_in_another_unit_less_is_shown_never_more_and_a_week_adds_up(tmp_path: Path) -> None:
    source = page_of(made_plan("trials_2023", unit="mi"), tmp_path, unit="km")
    runs = [line for cell in cells(source) for line in cell.done if line.startswith("Run")]
    assert [line.split()[1] for line in runs[:4]] == ["1.6", "1.6", "2.41", "2.41"]
    assert strips(source)[1].endswith("5.61 km, 3 runs")
    own = page_of(made_plan("trials_2023", unit="mi"), tmp_path)
    assert [line.split()[1] for cell in cells(own)[7:12] for line in cell.done if "Run" in line] == [
        "1.0",
        "1.0",
        "1.5",
    ]


def test_what_holds_all_week_stands_above_it_and_the_rest_in_its_days(tmp_path: Path) -> None:
    above = strips(page_of(made_plan("rules"), tmp_path))
    assert above[0] == "Week 1 no run"
    assert above[1] == "Week 2 stage 1 not faster than 6:40 /km effort up to 3 of 10 9.0 km, 3 runs"
    source = page_of(made_plan("antigravity_2022"), tmp_path)
    assert (
        strips(source)[1]
        == "Week 2 stage 2 60 % of your body weight not faster than 10.0 km/h (6:00 /km) 1:30 h, 3 runs"
    )
    assert strips(source)[6].startswith("Week 7 stage 7 not faster than 6:40 /km")
    assert cells(source)[0].done == ["Run 30 min 1 min run / 5 min walk"]
    source = page_of(made_plan("trials_2023"), tmp_path)
    days = {cell.date: cell.text for cell in cells(source)}
    assert "stage 2" in days["Fri 13 Jun"]
    assert "effort up to 3 of 10" in days["Mon 16 Jun"]
    assert "effort up to 4 of 10" in days["Wed 18 Jun"]
    assert strips(source)[2] == "Week 3 not faster than 6:00 /km 7.23 km, 3 runs"


def test_a_cadence_that_is_advised_is_rounded_into_its_range(tmp_path: Path) -> None:
    earlier = injury_row("2023-02-01", tissue="bone", imaging="MRI", status="confirmed")
    plan = made_plan(injuries=pd.concat([made_plan().injury, earlier], ignore_index=True))
    assert plan.runs[["cadence_least_spm", "cadence_most_spm"]].iloc[0].tolist() == [168.0, 176.0]
    source = page_of(replace(plan, days=plan.days.assign(cadence_least_spm=168.2, cadence_most_spm=175.9)), tmp_path)
    assert "169 to 175 steps/min" in strips(source)[1]
    assert "R11:" in Page(source).text
    assert "R11:" not in Page(page_of(made_plan(), tmp_path)).text


def test_every_check_is_written_out_once_and_stands_on_its_day(made: tuple[ReturnPlan, str]) -> None:
    plan, source = made
    text = Page(source).text
    criteria = plan.days.loc[~plan.days["criteria"].isin(["", "As published"])]
    numbers = {words: place for place, words in enumerate(criteria["criteria"].unique(), 1)}
    for words, number in numbers.items():
        assert f"Check {number} {words}" in text
    assert f"Check {len(numbers) + 1}" not in text
    shown = {cell.date: [line for line in cell.done if line.startswith("Check")] for cell in cells(source)}
    for date, words in zip(criteria["date"], criteria["criteria"], strict=True):
        assert shown.pop(f"{date:%a} {date.day} {date:%b}") == [f"Check {numbers[words]}"]
    assert not any(shown.values())


def test_a_runner_can_follow_it_without_the_program(made: tuple[ReturnPlan, str]) -> None:
    plan, source = made
    text = Page(source).text
    for words in (
        "ann · left posteromedial tibia",
        "Mon 2 Jun 2025 to",
        "while you train, after it or on the next morning: stop, rest for a day at least, then go one stage back",
        "If pain comes again, see a clinician before you run again.",
        "Ask a clinician, and tick what is settled",
        *plan.questions,
        "D during, A after, M on the next morning",
        "Walk: Walk briskly, on the flat." if "walk" in set(plan.days["activity"]) else "The calendar",
        "Flags, not treatment.",
        "R5: Warden et al. 2021",
        *plan.notes,
        *plan.stages["source"].unique(),
    ):
        assert words in text, words
    in_a_row = plan.programme == "clinic_days"
    assert ("Mind the runs on days in a row" in text) == in_a_row
    assert ("Never run on two days in a row" in text) != in_a_row


def test_a_plan_that_was_moved_back_says_so_at_the_top(tmp_path: Path) -> None:
    plan = after_pain(made_plan(), pain_of(ache("2025-06-18", during=2.0)))
    source = page_of(plan, tmp_path)
    assert "Moved back after pain on Wed 18 Jun 2025." in source.partition("The rules of the road")[0]
    assert source.count("Moved back after pain") == 1
    assert len(strips(source)) == plan.days["week"].max()


def test_days_that_a_coach_moved_stand_where_they_are_now(tmp_path: Path) -> None:
    plan = made_plan()
    days = plan.days.copy()
    moved = days["date"] == "2025-06-13"
    days.loc[moved, ["date", "what"]] = [pd.Timestamp("2025-06-15"), "on grass"]
    days.loc[days["activity"] == "strength", "what"] = "Heel raises"
    days.loc[days.index[days["activity"] == "cross_training"][0], "what"] = "In the pool only"
    shown = {
        cell.date: cell
        for cell in cells(page_of(replace(plan, days=days.sort_values("date", kind="stable")), tmp_path))
    }
    assert shown["Fri 13 Jun"].done == []
    assert shown["Sun 15 Jun"].done == ["Run 3.0 km 3 min run / 2 min walk", "Rest", "Check 2"]
    assert shown["Tue 3 Jun"].done == ["Cross-train 40 min In the pool only"]
    assert shown["Thu 12 Jun"].done == ["Strength 25 min"]


def test_without_a_known_speed_no_pace_is_made_up(tmp_path: Path) -> None:
    plan = made_plan()
    slow = {"speed_most_mps": np.nan, "duration_s": np.nan, "run_s": np.nan, "walk_s": np.nan}
    usual = replace(plan.usual, speed_mps=float("nan")) if plan.usual else None
    source = page_of(replace(plan, days=plan.days.assign(**slow), usual=usual), tmp_path)
    assert strips(source)[1] == "Week 2 stage 1 effort up to 3 of 10 9.0 km, 3 runs"
    assert "/km" not in Page(source).text
    assert cells(source)[1].done == ["Cross-train"]


@pytest.mark.parametrize("site", ["navicular", "fibula"])
def test_a_plan_without_a_schedule_is_the_reason_and_what_to_ask(site: str, tmp_path: Path) -> None:
    plan = made_plan(injury=injury_row(site=site), cleared=None)
    source = page_of(plan, tmp_path)
    text = Page(source).text
    for words in (plan.refusal, *plan.questions, "No running until a clinician allows it."):
        assert words in text, words
    assert cells(source) == []
    assert "Week" not in text
    assert not re.search(r"\d (km|mi|min)\b", text)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_come_out_harmless(name: str, tmp_path: Path) -> None:
    plan = made_plan()
    spoiled = replace(
        plan,
        athlete_id=name,
        injury=plan.injury.assign(site=name, side=name),
        days=plan.days.assign(what=name, criteria=name),
        stages=plan.stages.assign(source=name),
        notes=(name,),
        questions=(name,),
    )
    for refusal in ("", name):
        text = Page(page_of(replace(spoiled, refusal=refusal), tmp_path)).text
        assert "49 49" not in text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
        assert max(len(part) for part in text.split()) <= 700


def test_equal_plans_give_equal_bytes_and_an_unknown_unit_is_refused(tmp_path: Path) -> None:
    assert page_of(made_plan(), tmp_path) == page_of(made_plan(), tmp_path)
    with pytest.raises(ValueError, match="'km' or 'mi'"):
        write_plan(made_plan(), tmp_path / "none.html", unit="ly")
    assert not (tmp_path / "none.html").exists()
