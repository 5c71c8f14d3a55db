"""Oracle: the reader of the same kind of file, and the schema whose columns a template has to explain."""

import csv
import io
import re
import tomllib
from dataclasses import fields

import pandas as pd
import pytest

from stressfx.errors import SchemaError
from stressfx.exports.archive import Entry
from stressfx.exports.pain import read_pain
from stressfx.exports.profile import Profile, read_profile
from stressfx.exports.rules import read_rules
from stressfx.exports.sessions_table import read_sessions, read_sessions_entry, tables
from stressfx.exports.tables import WORDS, read_injuries, read_shoes
from stressfx.exports.templates import template
from stressfx.schema import INJURIES, PAIN, RULES, SESSIONS, SHOES
from stressfx.schema.surfaces import SURFACE_CLASSES


def explained(text: str) -> tuple[list[str], list[list[str]]]:
    """Split a table into the names that its comments explain, and its rows."""
    comments = [line for line in text.splitlines() if line.startswith("# ")]
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))
    return [line[2:].partition(":")[0] for line in comments[2:]], rows


@pytest.mark.parametrize("kind", ["sessions", "injuries", "shoes", "pain"])
def test_a_table_explains_each_of_its_columns_and_has_two_examples(kind: str) -> None:
    names, rows = explained(template(kind))
    assert rows[0] == names
    assert [len(row) for row in rows] == [len(names)] * 3
    assert rows[1] != rows[2]


def test_the_columns_are_those_that_the_schemas_declare() -> None:
    metres = {"start_distance_km": "start_distance_m", "watch_km": "watch_m", "replace_km": "replace_m"}
    shoes = [metres.get(name, name) for name in explained(template("shoes"))[0]]
    assert sorted(shoes) == sorted(SHOES.names)
    assert explained(template("injuries"))[0] == list(INJURIES.names)
    assert [{"minutes": "duration_s"}.get(name, name) for name in explained(template("pain"))[0]] == list(PAIN.names)


def test_the_readers_take_their_templates() -> None:
    shoes = read_shoes(template("shoes").encode())
    assert shoes["replace_m"].tolist() == [800_000.0, 800_000.0]
    assert list(shoes.columns) == list(SHOES.names)
    injuries = read_injuries(template("injuries").encode())
    assert injuries["returned"].tolist() == [pd.Timestamp("2025-01-20"), pd.Timestamp("2025-05-12")]
    assert list(injuries.columns) == list(INJURIES.names)
    assert injuries["imaging"].tolist() == ["MRI", "none"]
    assert injuries["status"].tolist() == ["confirmed", "suspected"]
    pain = read_pain(template("pain").encode())
    assert list(pain.columns) == list(PAIN.names)
    assert pain["activity"].tolist() == ["walk", "run"]
    assert pain["after"].tolist() == [0, 1]
    assert pain["duration_s"].iloc[0] == 1800
    for word in ("run", "walk", "cross_training", "strength", "duration"):
        assert re.search(rf"\b{word}\b", template("pain")), word


def test_every_word_that_an_injury_may_hold_is_explained() -> None:
    lines = {line[2:].partition(": ")[0]: line for line in template("injuries").splitlines() if line.startswith("# ")}
    for column, words in WORDS.items():
        for word in words:
            assert re.search(rf"\b{word}\b", lines[column]), f"{column}: {word}"


def test_every_column_of_the_sessions_says_something() -> None:
    """Leaving a column out changes what is read, or its cells are empty."""
    text = template("sessions")
    whole = read_sessions(text.encode(), athlete_id="a")
    SESSIONS.check(whole)
    assert whole["distance_m"].tolist() == [10_500.0, 6200.0]
    assert whole["timer_s"].tolist() == [3150.0, 2100.0]
    names, rows = explained(text)
    for place, name in enumerate(names):
        if not rows[1][place] and not rows[2][place]:
            continue
        kept = io.StringIO()
        csv.writer(kept).writerows([row[:place] + row[place + 1 :] for row in rows])
        if name == "date":
            continue  # needed
        if name == "time":
            with pytest.warns(UserWarning, match="time of day"):
                less = read_sessions(kept.getvalue().encode(), athlete_id="a")
        else:
            less = read_sessions(kept.getvalue().encode(), athlete_id="a")
        assert name == "sport" or not less.equals(whole), f"{name} does nothing"


def test_the_sessions_are_found_in_an_export_behind_their_explanations() -> None:
    entry = Entry("mine/sessions.csv", open=lambda: io.BytesIO(template("sessions").encode()))
    assert tables([entry]) == {"mine/sessions.csv": read_sessions_entry}
    account = read_sessions_entry(entry)
    assert len(account.told) == 2
    assert account.findings == ()


def test_the_profile_names_everything_once() -> None:
    text = template("profile")
    content = tomllib.loads(text)
    assert {*content["runner"], "shoe_watch_m", "shoe_replace_m"} == {field.name for field in fields(Profile)}
    profile = read_profile(text.encode())
    assert profile.heart_rate_max_bpm == 191
    assert profile.shoe_replace_m == pytest.approx(804_672)


def test_the_rules_are_read_and_explain_every_name_that_a_rule_may_hold() -> None:
    text = template("rules")
    rules = RULES.check(read_rules(text.encode()))
    assert len(rules) == text.count("[[rule]]") == 4
    assert rules["surface"].tolist() == ["gravel", "track", "", "asphalt"]
    explained = "".join(line for line in text.splitlines() if line.startswith("#"))
    with pytest.raises(SchemaError) as caught:
        read_rules(b"[[rule]]\nmisspelt = 1")
    for name in (*str(caught.value).partition("Known are ")[2].rstrip(".").split(", "), *SURFACE_CLASSES):
        assert re.search(rf"\b{name}\b", explained), name


@pytest.mark.parametrize("kind", ["sessions", "injuries", "shoes", "pain"])
def test_a_template_as_another_spreadsheet_saves_it_is_the_same_table(kind: str) -> None:
    """Comments quoted and padded, lines that end in CR and LF: as a spreadsheet leaves them."""
    readers = {"sessions": read_sessions, "shoes": read_shoes, "injuries": read_injuries, "pain": read_pain}
    read = readers[kind]
    text = template(kind)
    comments = [line for line in text.splitlines() if line.startswith("#")]
    rows = text.splitlines()[len(comments) :]
    saved = [f'"{line}",,,' for line in comments] + rows
    pd.testing.assert_frame_equal(read("\r\n".join(saved).encode("utf-16")), read(text.encode()))


def test_there_is_no_other_template() -> None:
    with pytest.raises(
        ValueError, match="kind is 'columns'; one of sessions, injuries, shoes, pain, profile, rules is needed"
    ):
        template("columns")
