"""Oracle: the names and words that a rule may hold, and rules read by hand."""

import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import LimitError, SchemaError, StressfxError, UnreadableFileError
from stressfx.exports.rules import read_rules
from stressfx.schema import RULES


def rule(text: str) -> bytes:
    return f"[[rule]]\nsurface = 'sand'\n[[rule]]\n{text}\n".encode()


def test_rules_are_read_in_the_order_of_the_file() -> None:
    data = b"""
[[rule]]
session_id = "0123456789ab-0"
name = "Parkrun"
sport = "Running"
sub_sport = "virtual activity"
shoe = "blue"
from = 2025-01-31
until = 2025-02-28
surface = "Concrete"

[[rule]]
wear = "red"
body_weight_percent = 0

[[rule]]
body_weight_percent = 62.5
surface = "treadmill"
"""
    rules = RULES.check(read_rules(io.BytesIO(data)))
    assert list(rules.columns) == list(RULES.names)
    assert rules.iloc[0].tolist()[:9] == [
        "0123456789ab-0",
        "Parkrun",
        "running",
        "virtual_activity",
        "blue",
        "",
        pd.Timestamp("2025-01-31"),
        pd.Timestamp("2025-02-28"),
        "concrete",
    ]
    assert rules["shoe_id"].tolist() == ["", "red", ""]
    assert rules["body_weight_share"].tolist()[1:] == [0.0, 0.625]
    assert pd.isna(rules["body_weight_share"][0])
    assert rules.loc[1:, ["first", "last"]].isna().all(axis=None)
    assert (rules.loc[1:, ["session_id", "name", "sport", "sub_sport", "shoe", "weekday"]] == "").all(axis=None)


def test_a_rule_for_several_days_of_the_week_has_a_row_for_each() -> None:
    rules = read_rules(b"[[rule]]\nweekday = ['Monday', 'sunday', 'monday']\nsurface = 'track'\n[[rule]]\nwear = 'x'")
    assert rules[["weekday", "surface", "shoe_id"]].to_numpy().tolist() == [
        ["monday", "track", ""],
        ["sunday", "track", ""],
        ["", "", "x"],
    ]
    assert read_rules(b"[[rule]]\nweekday = 'Friday'\nwear = 'x'")["weekday"].tolist() == ["friday"]


@pytest.mark.parametrize(
    ("conditions", "sport", "sub_sport"),
    [
        ("sport = 'deep_water_running'", "deep_water_running", ""),
        ("sport = 'Aqua jogging'", "deep_water_running", ""),
        ("sub_sport = 'pool running'", "deep_water_running", ""),
        ("sport = 'running'\nsub_sport = 'deep-water running'", "deep_water_running", ""),
        ("sub_sport = 'antigravity'", "", "antigravity"),
        ("sub_sport = 'Alter-G'", "", "antigravity"),
        ("sport = 'walking'\nsub_sport = 'AlterG'", "walking", "antigravity"),
        ("sport = 'antigravity'\nsub_sport = 'treadmill'", "running", "antigravity"),
        ("sport = 'strength'", "training", "strength_training"),
        ("sub_sport = 'weights'", "", "strength_training"),
        ("sport = 'running'\nsub_sport = 'elliptical'", "running", "elliptical"),
        ("sub_sport = 'elliptical'", "", "elliptical"),
    ],
)
def test_words_for_what_is_no_run_are_conditions_and_fits_own_stay_as_they_are(
    conditions: str, sport: str, sub_sport: str
) -> None:
    rules = read_rules(f"[[rule]]\nwear = 'x'\n{conditions}".encode())
    assert rules.loc[0, ["sport", "sub_sport"]].tolist() == [sport, sub_sport]


@pytest.mark.parametrize("data", [b"", b"# nothing\n", b"rule = []"])
def test_a_file_without_rules_is_no_error(data: bytes) -> None:
    assert RULES.check(read_rules(data)).empty


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"[[rules]]\nsurface = 'sand'", "the file holds a name that is not known. Known are rule"),
        (b"[rule]\nsurface = 'sand'", r"every rule has to be a table of its own, under \[\[rule\]\]"),
        (b"rule = 3", "every rule has to be a table of its own"),
        (b"rule = ['secret']", "every rule has to be a table of its own"),
        (rule("surfaces = 'secret'"), "rule 2 holds a name that is not known. Known are session_id, name, sport"),
        (rule("shoe_id = 'secret'"), "rule 2 holds a name that is not known"),
        (rule("name = 'secret'"), "rule 2 sets nothing; surface, wear, body_weight_percent are what a rule can set"),
        (rule("surface = 'secret'"), "rule 2: surface has to be one of concrete, asphalt, .*, unknown"),
        (rule("surface = ''"), "rule 2: surface has to be a text in quotes, and not empty"),
        (rule("surface = ['sand']"), "rule 2: surface has to be a text"),
        (rule("wear = 3"), "rule 2: wear has to be a text"),
        (rule("wear = 'a'\nname = ' '"), "rule 2: name has to be a text in quotes, and not empty"),
        (rule("wear = 'a'\nsession_id = 12"), "rule 2: session_id has to be a text"),
        (rule("wear = 'a'\nsport = 'secret'"), "rule 2: sport is no word of FIT's"),
        (rule("wear = 'a'\nsub_sport = 'secret'"), "rule 2: sub_sport is no word of FIT's"),
        (rule("wear = 'a'\nweekday = 'secret'"), "rule 2: weekday has to be one of monday, tuesday, .*, or a list"),
        (rule("wear = 'a'\nweekday = []"), "rule 2: weekday has to be one of"),
        (rule("wear = 'a'\nweekday = ['monday', 2]"), "rule 2: weekday has to be one of"),
        (rule("wear = 'a'\nweekday = [['monday']]"), "rule 2: weekday has to be one of"),
        (rule("wear = 'a'\nweekday = 1"), "rule 2: weekday has to be one of"),
        (rule("wear = 'a'\nfrom = '2025-01-31'"), "rule 2: from has to be a day, written as 2025-01-31 and without"),
        (rule("wear = 'a'\nuntil = 2025-01-31T08:00:00"), "rule 2: until has to be a day"),
        (rule("wear = 'a'\nuntil = 08:00:00"), "rule 2: until has to be a day"),
        (rule("wear = 'a'\nfrom = 2025-02-01\nuntil = 2025-01-31"), "rule 2: from has to be no later than until"),
        (rule("body_weight_percent = 101"), "rule 2: body_weight_percent has to be a number from 0 to 100"),
        (rule("body_weight_percent = -1"), "rule 2: body_weight_percent has to be a number"),
        (rule("body_weight_percent = nan"), "rule 2: body_weight_percent has to be a number"),
        (rule("body_weight_percent = true"), "rule 2: body_weight_percent has to be a number"),
        (rule("body_weight_percent = '80'"), "rule 2: body_weight_percent has to be a number"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_its_number_and_not_repeated(data: bytes, text: str) -> None:
    with pytest.raises(SchemaError, match=text) as caught:
        read_rules(data)
    assert "secret" not in str(caught.value)


def test_days_may_be_any_of_the_calendar_and_the_same() -> None:
    rules = read_rules(b"[[rule]]\nfrom = 0001-01-01\nuntil = 9999-12-31\nwear = 'x'")
    assert [rules["first"][0].year, rules["last"][0].year] == [1, 9999]
    same = read_rules(b"[[rule]]\nfrom = 2025-01-31\nuntil = 2025-01-31\nwear = 'x'")
    assert same["first"].equals(same["last"].rename("first"))


def test_what_is_no_toml_or_too_large_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="is no TOML that can be read"):
        read_rules(b"rule: sand")
    with pytest.raises(LimitError):
        read_rules(b"#\n" * 2**18)


CONDITIONS = ["session_id", "name", "sport", "sub_sport", "shoe", "weekday", "from", "until"]
names = st.sampled_from([*CONDITIONS, "surface", "wear", "wera", "body_weight_percent"])
TEXTS = ["'sand'", "'monday'", "['monday']", "'running'", "''"]
values = st.sampled_from([*TEXTS, "80", "2025-01-31", "2025-01-31T10:00:00Z", "nan", "{}", "[[]]", "true", "1e400"])
tables = st.lists(st.dictionaries(names, values, max_size=5), max_size=3).map(
    lambda rules: "".join("[[rule]]\n" + "".join(f"{k} = {v}\n" for k, v in table.items()) for table in rules)
)


@given(
    st.binary(max_size=200) | st.text(alphabet="[rule]\"'=.5\n", max_size=100).map(str.encode) | tables.map(str.encode)
)
def test_no_bytes_give_a_bare_traceback_or_a_frame_that_is_no_rules(data: bytes) -> None:
    try:
        rules = read_rules(data)
    except StressfxError as error:
        assert str(error)  # noqa: PT017  # any other error fails the test
    else:
        RULES.check(rules)
