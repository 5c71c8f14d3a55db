"""The page of a check: every rule with its state and source, every day that was not plainly kept; nothing runs.

Oracle: the frames of the check, compared with the cells that a plain reader finds in the tables.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from made_plans import words
from made_returns import ache, injury_row, pain_of, returns, run, shoe_table
from page import Page, check_harmless

from stressfx.injury.returning.check import ReturnCheck, check_return
from stressfx.injury.returning.rules import ReturnRules
from stressfx.show.returning.check_page import write_return_check
from stressfx.show.returning.found import check_headline, event_rows, rule_rows

MARKS = {"kept": "kept", "watch": "▲ watch", "broken": "■ broken", "not checkable": "○ not checkable"}


@pytest.fixture(scope="module")
def check() -> ReturnCheck:
    """Give a return with a first run too long, two runs in a row, a fast one, a steep one, worn shoes and pain."""
    back = (
        run("2025-06-02", 4.0),
        run("2025-06-04", 3.0, ascent_m=100.0),
        run("2025-06-05", 3.6),
        run("2025-06-10", 3.6, minutes=18),
        run("2025-06-12", 6.0),
    )
    return check_return(
        returns(*back),
        ReturnRules(),
        injury=injury_row(returned="2025-06-02"),
        pain=pain_of(ache("2025-06-04", during=2.0)),
        shoes=shoe_table({"shoe_id": "blue", "watch_m": 10_000.0, "replace_m": 50_000.0}),
    )


def tables(source: str) -> list[list[list[str]]]:
    """Read the cells of every table."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", source, re.DOTALL)
    rows = [re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL) for body in bodies]
    return [[[words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in body] for body in rows]


def test_every_rule_and_every_day_stand_on_the_page(check: ReturnCheck, tmp_path: Path) -> None:
    source = write_return_check(check, tmp_path / "c.html").read_text(encoding="utf-8")
    page = check_harmless(source)
    assert "://" not in source
    rules, events = tables(source)
    for cells, row in zip(rules, check.rules.to_dict("records"), strict=True):
        assert cells[0] == f"{row['rule']} {row['title']}"
        assert cells[1] == MARKS[row["state"]]
        assert cells[2].lower() == row["text"].lower()
        assert cells[6] == row["source"]
    assert len(events) == len(check.events)
    assert [cells[1] for cells in events[:1]] == [check.events.sort_values("date", kind="stable")["rule"].iloc[0]]
    days = check.events.sort_values("date", kind="stable")["date"]
    assert [cells[0] for cells in events] == [f"{date:%a} {date.day} {date:%b} {date.year}" for date in days]
    assert "Flags, not diagnoses." in page.text
    assert "5 runs, held against the rules, without a plan." in page.text


def test_numbers_have_the_unit_of_the_reader(check: ReturnCheck) -> None:
    shown = {row.rule: row for row in rule_rows(check, unit="km")}
    assert (shown["R2"].value, shown["R2"].limit) == ("0.444 of usual", "0.333 of usual")
    assert shown["R2"].date == "Mon 2 Jun 2025"
    assert (shown["R10"].value, shown["R10"].limit) == ("94.00 km", "50.00 km")
    assert (shown["R4"].value, shown["R4"].limit) == ("-9.43 %", "10 %")
    miles = {row.rule: row for row in rule_rows(check, unit="mi")}
    assert (miles["R10"].value, miles["R10"].limit) == ("58.41 mi", "31.07 mi")
    fast = [row for row in event_rows(check, unit="km") if row.what == "The run was faster than usual on average"]
    assert [(row.date, row.value, row.limit) for row in fast] == [("Tue 10 Jun 2025", "5:00 /km", "6:00 /km")]


@pytest.mark.parametrize(
    ("states", "headline"),
    [
        (["kept"] * 11, "11 rules kept"),
        (["broken", *["kept"] * 10], "1 rule broken, 10 kept"),
        (["watch", "watch", *["not checkable"] * 9], "2 rules watched, 9 not checkable"),
        (
            ["watch", "broken", "broken", "not checkable", *["kept"] * 7],
            "2 rules broken, 1 watched, 1 not checkable, 7 kept",
        ),
    ],
)
def test_the_headline_counts_the_gravest_first(states: list[str], headline: str, check: ReturnCheck) -> None:
    assert check_headline(replace(check, rules=check.rules.assign(state=states))) == headline


def test_a_return_without_events_and_hostile_texts(check: ReturnCheck, tmp_path: Path) -> None:
    name = "<script>alert(1)</script>{{ 7*7 }}"
    spoiled = replace(
        check,
        athlete_id=name,
        rules=check.rules.assign(text=name, title=name, source=name),
        events=check.events.assign(text=name),
    )
    text = check_harmless(write_return_check(spoiled, tmp_path / "c.html").read_text(encoding="utf-8")).text
    assert "49" not in text
    bare = write_return_check(replace(check, events=check.events.iloc[:0]), tmp_path / "c.html")
    assert "On no day was a rule broken" in Page(bare.read_text(encoding="utf-8")).text
    with pytest.raises(ValueError, match="'km' or 'mi'"):
        write_return_check(check, tmp_path / "none.html", unit="ly")
