"""Oracle: the item as the tool's table words it, on hand-worked injuries; and that later entries change nothing."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.injury.reds import BONE_ITEM, reds_bone_item
from stressfx.injury.sites import site_risk
from stressfx.schema import DTYPES, INJURIES

ON = "2025-06-15"
FIRST = "2023-06-15"
COLUMNS = ["athlete_id", "first_pain", "stopped_running", "diagnosed", "returned", "site", "tissue", "osiics", "status"]


def told(*rows: str) -> pd.DataFrame:
    """Lay rows out as injuries, also such as no reader would take."""
    cells = pd.DataFrame([row.split(",") for row in rows], columns=COLUMNS, dtype="str")
    for column in INJURIES.columns:
        name = column.name
        if name not in cells:
            cells[name] = ""
        cells[name] = pd.to_datetime(cells[name]) if column.kind == "date" else cells[name]
    return INJURIES.check(cells[list(INJURIES.names)].astype({c.name: DTYPES[c.kind] for c in INJURIES.columns}))


def low(first_pain: str, site: str = "posteromedial tibia", tissue: str = "bone", code: str = "") -> str:
    """Write an injury after which the runner rested for a week."""
    returned = pd.Timestamp(first_pain) + pd.Timedelta(days=7)
    return f"ann,{first_pain},{first_pain},,{returned.date()},{site},{tissue},{code},"


def item(*rows: str, on: str = ON, **options: str) -> pd.Series:
    found = BONE_ITEM.check(reds_bone_item(told(*rows), on=on, **options))
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize(
    "site", ["femoral neck", "neck of femur", "Sacrum", "left sacral ala", "pelvis", "pubic ramus"]
)
def test_one_injury_of_high_risk_is_enough(site: str) -> None:
    found = item(low("2024-04-20", site))
    assert (found["item"], found["bone_stress_injuries"], found["high_risk"]) == ("present", 1, 1)


@pytest.mark.parametrize(
    "site",
    ["tibia", "posteromedial tibia", "navicular", "MT5 base", "anterior tibia", "femoral shaft", "calcaneus", "ribs"],
)
def test_elsewhere_it_takes_two_whatever_other_lists_call_high(site: str) -> None:
    one, two = item(low("2024-04-20", site)), item(low("2024-04-20", site), low("2024-12-01", site))
    assert (one["item"], one["high_risk"], two["item"], two["high_risk"]) == ("absent", 0, "present", 0)


def test_what_other_lists_call_high_is_low_in_the_tool() -> None:
    assert site_risk(told(low("2024-04-20", "navicular"))).tolist() == ["high"]


@pytest.mark.parametrize(
    "site", ["", "femur", "hip", "groin", "not the sacrum", "tibia and femur", "femoral neck or shaft"]
)
def test_a_site_that_may_be_one_of_the_three_leaves_one_injury_open_and_two_not(site: str) -> None:
    assert item(low("2024-04-20", site))["item"] == "unknown"
    assert item(low("2024-04-20", site), low("2024-12-01", site))["item"] == "present"


@pytest.mark.parametrize(("code", "state"), [("QS", "absent"), ("FS", "absent"), ("GS", "unknown"), ("LS", "unknown")])
def test_where_no_site_is_told_the_code_may_tell_that_it_is_elsewhere(code: str, state: str) -> None:
    assert item(low("2024-04-20", "", "", code))["item"] == state


@pytest.mark.parametrize(
    ("pain", "state"),
    [(FIRST, "present"), ("2023-06-14", "absent"), (ON, "present"), ("2025-06-16", "absent")],
)
def test_the_two_years_are_whole_to_the_day(pain: str, state: str) -> None:
    assert item(f"ann,{pain},,,{pain},sacrum,bone,,")["item"] == state


def test_the_rule_for_the_onset_decides_what_lies_in_the_two_years() -> None:
    row = "ann,2023-05-01,2023-05-02,2023-07-01,2023-08-01,sacrum,bone,,"
    assert item(row)["item"] == "absent"
    assert item(row, onset="diagnosed")["item"] == "present"
    undiagnosed = "ann,2023-05-01,2023-05-02,,2023-08-01,sacrum,bone,,"
    assert item(undiagnosed, onset="diagnosed")["item"] == "unknown"
    assert item("ann,2025-06-16,,,,sacrum,bone,,", onset="diagnosed")["item"] == "absent"


@pytest.mark.parametrize(("returned", "days", "state"), [("2024-09-01", 183, "present"), ("2024-08-31", 182, "absent")])
def test_half_a_year_without_running_is_enough(returned: str, days: int, state: str) -> None:
    """Oracle: 1 March to 31 August are 31 + 30 + 31 + 30 + 31 + 31 = 184 days; 2 March is the first of 183."""
    found = item(f"ann,2024-02-20,2024-03-02,,{returned},tibia,bone,,")
    assert (found["days_absent"], found["item"]) == (days, state)


def test_days_of_several_injuries_add_up_and_each_day_counts_once() -> None:
    """An injury before the two years gives its days within them alone: 15 June to 14 July 2023 are 30."""
    early = "ann,2023-01-01,2023-01-01,,2023-07-15,tibia,bone,,"
    twice = ["ann,2024-02-01,2024-02-01,,2024-02-21,tibia,bone,,", "ann,2022-02-01,2024-02-11,,2024-03-01,tibia,bone,,"]
    assert item(early)["days_absent"] == 30
    assert item(early, *twice)["days_absent"] == 30 + 29


def test_an_injury_that_is_still_open_counts_to_the_day_and_says_so() -> None:
    """Oracle: 15 December 2024 to 15 June 2025 are 17 + 31 + 28 + 31 + 30 + 31 + 15 = 183 days."""
    found = item("ann,2024-12-01,2024-12-15,,,tibia,bone,,")
    assert (found["days_absent"], found["item"]) == (183, "present")
    assert "183 days without running" in found["text"]
    assert "counted to that day since no return is told" in found["text"]
    back_later = item("ann,2024-12-01,2024-12-15,,2025-08-01,tibia,bone,,")
    assert (back_later["days_absent"], back_later["item"]) == (183, "present")
    assert "no return is told" not in back_later["text"]
    assert item("ann,2024-12-01,2024-12-16,,,tibia,bone,,")["item"] == "absent"


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ("ann,,,,2024-05-08,sacrum,bone,,", "unknown"),
        ("ann,,,,2023-05-08,sacrum,bone,,", "absent"),
        ("ann,2024-04-20,,,,tibia,bone,,", "unknown"),
        ("ann,2024-04-20,,,2024-05-08,tibia,bone,,", "absent"),
        ("ann,2024-04-20,2024-05-01,,2024-05-08,sacrum,,,", "unknown"),
        ("ann,2024-04-20,2024-05-01,,2024-05-08,sacrum,tendon,,", "absent"),
        ("ann,2024-04-20,2024-05-01,,2024-05-08,sacrum,fracture,,", "absent"),
        ("ann,2024-04-20,2024-05-01,,2024-05-08,shin,shin splints,,", "absent"),
        ("ann,2023-01-01,,,,tibia,tendon,,", "absent"),
    ],
)
def test_what_is_not_told_leaves_the_item_open_only_where_it_would_decide(row: str, state: str) -> None:
    assert item(row)["item"] == state


def test_a_suspicion_is_enough_unless_it_is_not_wanted() -> None:
    rows = {
        word: f"ann,2024-04-20,2024-05-01,,2024-05-08,sacrum,bone,,{word}" for word in ("suspected", "confirmed", "")
    }
    assert [item(row)["item"] for row in rows.values()] == ["present"] * 3
    states = {word: item(row, status="confirmed")["item"] for word, row in rows.items()}
    assert states == {"suspected": "absent", "confirmed": "present", "": "unknown"}


def test_the_sentence_tells_the_numbers_and_what_they_are_good_for() -> None:
    sentence = item(low("2024-04-20", "sacrum"), low("2024-12-01"))["text"]
    assert sentence.startswith("The bone stress item of the REDs CAT2 is met, with 2 bone stress injuries (1 at ")
    assert " and 14 days without running because of bone stress in the two years to 2025-06-15" in sentence
    assert sentence.endswith(
        "information only, since the tool needs clinical data, and none of its other items can be told from a table of "
        "injuries."
    )
    assert "is not met, with 1 bone stress injury (0 at" in item(low("2024-04-20"))["text"]
    assert (
        "leaves the bone stress item of the REDs CAT2 open, with at least 1 bone" in item(low("2024-04-20", ""))["text"]
    )


def test_a_row_an_athlete_of_the_table() -> None:
    mixed = told(low("2024-04-20"), low("2024-04-20").replace("ann", "ada"), low("2024-12-01"))
    found = reds_bone_item(mixed, on=pd.Timestamp("2025-06-15T17:30", tz="Europe/Vienna"))
    assert found[["athlete_id", "item"]].to_numpy().tolist() == [["ada", "absent"], ["ann", "present"]]
    assert (found["on"] == pd.Timestamp(ON)).all()
    assert BONE_ITEM.check(reds_bone_item(INJURIES.empty(), on=ON)).empty


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="on is no day; the day to look back from is needed"):
        reds_bone_item(INJURIES.empty(), on=pd.NaT)  # type: ignore[arg-type]  # what a missing day of a table is
    with pytest.raises(ValueError, match="onset is 'pain'; one of first_pain, stopped_running, diagnosed is needed"):
        item(low("2024-04-20"), onset="pain")
    with pytest.raises(ValueError, match="status is 'sure'; 'any' or 'confirmed' is needed"):
        item(low("2024-04-20"), status="sure")
    with pytest.raises(SchemaError, match="column 'athlete_id' has missing values"):
        reds_bone_item(told(low("2024-04-20")).assign(athlete_id=pd.Series([None], dtype="str")), on=ON)


days = st.dates(pd.Timestamp("2022-01-01").date(), pd.Timestamp(ON).date()).map(str)


def entries(*untold: str) -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Draw injuries of whatever dates, in any order; what may be untold is at times."""
    day = days | st.sampled_from(untold) if untold else days
    site, tissue = (st.sampled_from([*words, *untold]) for words in (("tibia", "sacrum"), ("bone", "tendon")))
    return st.lists(st.tuples(day, day, day, day, site, tissue), min_size=1, max_size=4)


RANK = ["absent", "unknown", "present"]


@settings(max_examples=40, deadline=None)
@given(entries(""), entries(""))
def test_more_injuries_take_nothing_away_and_later_ones_change_nothing(
    some: list[tuple[str, ...]], more: list[tuple[str, ...]]
) -> None:
    rows = ["ann," + ",".join(entry) + ",," for entry in some]
    before = item(*rows)
    after = item(*rows, *("ann," + ",".join(entry) + ",," for entry in more))
    numbers = ["bone_stress_injuries", "high_risk", "days_absent"]
    assert RANK.index(after["item"]) >= RANK.index(before["item"])
    assert (after[numbers] >= before[numbers]).all()
    later = "ann,2025-06-16,2025-06-16,2025-06-20,,sacrum,bone,,"
    pd.testing.assert_series_equal(item(*rows, later), before)


@settings(max_examples=25, deadline=None)
@given(entries())
def test_where_all_is_told_nothing_stays_open_and_the_item_is_a_loop_over_the_days(some: list[tuple[str, ...]]) -> None:
    found = item(*("ann," + ",".join(entry) + ",," for entry in some))
    bone = [entry for entry in some if entry[5] == "bone"]
    within = [entry for entry in bone if FIRST <= entry[0] <= ON]
    calendar = pd.date_range(FIRST, ON).strftime("%Y-%m-%d")
    absent = sum(any(entry[1] <= day < entry[3] for entry in bone) for day in calendar)
    high = sum(entry[4] == "sacrum" for entry in within)
    assert found[["bone_stress_injuries", "high_risk", "days_absent"]].tolist() == [len(within), high, absent]
    assert found["item"] == ("present" if high or len(within) > 1 or absent >= 183 else "absent")
