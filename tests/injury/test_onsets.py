"""Oracle: hand-worked injuries for every pattern of known dates, and a loop over cells."""

from datetime import date
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.exports.tables import read_injuries
from stressfx.injury.onsets import ONSET_RULES, compare_onsets, injury_onsets
from stressfx.injury.result import StudyResult, study_table
from stressfx.schema import INJURIES, ONSETS, STUDY

DATES = ("first_pain", "stopped_running", "diagnosed")
NAT = pd.NaT


def told(*dates: tuple[str, str, str], returned: str = "") -> pd.DataFrame:
    """Read injuries of which only dates are known."""
    rows = [f"ann,{','.join(row)},{returned}" for row in dates]
    return read_injuries("\n".join([f"athlete_id,{','.join(DATES)},returned", *rows]).encode())


EVERY = told(*product(("", "2025-05-01"), ("", "2025-05-08"), ("", "2025-05-20")))
"""The eight patterns of known dates, none first and all last."""


@pytest.mark.parametrize(
    ("rule", "days", "by"),
    [
        ("first_pain", [0, 20, 8, 8, 1, 1, 1, 1], ["", "diagnosed", *["stopped_running"] * 2, *["first_pain"] * 4]),
        ("stopped_running", [0, 20, 8, 8, 0, 20, 8, 8], ["", "diagnosed", *["stopped_running"] * 2] * 2),
        ("diagnosed", [0, 20] * 4, ["", "diagnosed"] * 4),
    ],
)
def test_an_onset_is_the_first_date_of_its_rule_that_is_known(rule: str, days: list[int], by: list[str]) -> None:
    onsets = injury_onsets(EVERY, onset=rule)
    assert onsets["onset"].dt.day.fillna(0).tolist() == days
    assert onsets["onset_by"].tolist() == by
    assert ONSETS.check(onsets)["injury"].tolist() == list(range(8))


def test_rows_are_numbered_whatever_the_index_and_the_site_and_the_return_stay() -> None:
    injuries = read_injuries(
        b"athlete_id,first_pain,returned,site\nben,2025-01-02,2025-02-01,tibia\nann,2025-01-01,,foot"
    )
    onsets = injury_onsets(injuries.set_axis([7, 3]))
    assert onsets.index.tolist() == onsets["injury"].tolist() == [0, 1]
    assert onsets["athlete_id"].tolist() == ["ben", "ann"]
    assert onsets["site"].tolist() == ["tibia", "foot"]
    assert onsets["returned"].tolist() == [pd.Timestamp("2025-02-01"), NAT]


@given(
    st.lists(
        st.tuples(*[st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 1, 1)))] * 3),
        max_size=6,
    ),
    st.sampled_from(sorted(ONSET_RULES)),
)
def test_an_onset_is_what_a_loop_over_the_cells_finds(rows: list[tuple[object, ...]], rule: str) -> None:
    injuries = INJURIES.empty().reindex(range(len(rows))).astype(INJURIES.empty().dtypes.to_dict())
    injuries["athlete_id"] = pd.Series(["ann"] * len(rows), dtype="str")
    for place, name in enumerate(DATES):
        injuries[name] = pd.Series(pd.to_datetime([row[place] for row in rows])).astype("datetime64[us]")
    onsets = injury_onsets(injuries, onset=rule)
    for row, (_, found) in zip(rows, onsets.iterrows(), strict=True):
        known = [(row[DATES.index(name)], name) for name in ONSET_RULES[rule] if row[DATES.index(name)] is not None]
        day, by = known[0] if known else (None, "")
        assert found["onset_by"] == by
        assert pd.isna(found["onset"]) if day is None else found["onset"] == pd.Timestamp(day)


def test_no_injuries_have_no_onsets() -> None:
    onsets = injury_onsets(INJURIES.empty())
    pd.testing.assert_frame_equal(onsets, ONSETS.empty(), check_index_type=False)


def test_another_rule_and_another_frame_are_refused() -> None:
    with pytest.raises(ValueError, match=r"onset is 'x'; one of first_pain, stopped_running, diagnosed is needed"):
        injury_onsets(EVERY, onset="x")
    with pytest.raises(SchemaError, match="column 'diagnosed' is missing"):
        injury_onsets(EVERY.drop(columns="diagnosed"))


def study(injuries: pd.DataFrame, *, onset: str, least: int) -> StudyResult:
    """Count onsets; refuse too few."""
    found = int(injury_onsets(injuries, onset=onset)["onset"].notna().sum())
    if found < least:
        raise InsufficientDataError(f"{found} onsets were found; {least} are needed.")
    return StudyResult(study_table([{"term": "all", "measure": "onsets", "estimate": found, "events": found}]), onset)


def test_a_study_is_repeated_with_every_rule_and_a_refusal_keeps_its_reason() -> None:
    frame = compare_onsets(study, EVERY, least=5)
    assert frame.columns[0] == "onset"
    assert frame["onset"].tolist() == ["first_pain", "stopped_running", "diagnosed"]
    assert frame["estimate"].tolist()[:2] == [7, 6]
    assert pd.isna(frame["estimate"].iloc[2])
    assert frame["warnings"].tolist() == ["", "", "4 onsets were found; 5 are needed."]
    assert frame["design"].tolist() == ["first_pain", "stopped_running", "Not estimated."]
    assert set(STUDY.names) <= set(frame.columns)
    one = compare_onsets(study, EVERY, rules=["diagnosed"], least=1)
    assert one[["onset", "estimate"]].to_numpy().tolist() == [["diagnosed", 4.0]]


def test_an_error_that_is_no_want_of_data_is_not_swallowed() -> None:
    with pytest.raises(SchemaError):
        compare_onsets(study, EVERY.drop(columns="site"), least=1)
