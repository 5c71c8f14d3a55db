"""Oracle: hand-worked injuries, one for each clause of the published definitions."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.exports.tables import read_injuries
from stressfx.injury import cases
from stressfx.injury.cases import (
    bone_stress_evidence,
    bone_stress_injuries,
    case_definitions,
    time_loss_injuries,
    yamato_injuries,
)
from stressfx.injury.standing import case_flags
from stressfx.schema import INJURIES


def told(columns: str, *rows: str) -> pd.DataFrame:
    """Read injuries of one athlete with some columns."""
    return read_injuries("\n".join([f"athlete_id,first_pain,{columns}", *(f"ann,{row}" for row in rows)]).encode())


@pytest.mark.parametrize(
    ("code", "tissue", "evidence"),
    [
        ("QS", "", ["yes", "osiics"]),
        ("QS", "tendon", ["yes", "osiics"]),
        ("FS3", "", ["yes", "osiics"]),
        ("QF", "bone", ["no", "osiics"]),
        ("QT", "bone", ["no", "osiics"]),
        ("30.18", "", ["yes", "smdcs"]),
        ("LE.30.32", "", ["yes", "smdcs"]),
        ("FO.30.16", "bone", ["no", "smdcs"]),
        ("Q", "bone", ["yes", "tissue"]),
        ("QZ", "tendon", ["no", "tissue"]),
        ("see note", "bone", ["yes", "tissue"]),
        ("", "Bone", ["yes", "tissue"]),
        ("", "bone stress injury", ["yes", "tissue"]),
        ("", "Stress-fracture", ["yes", "tissue"]),
        ("", "fatigue fracture", ["yes", "tissue"]),
        ("", "stress reaction", ["yes", "tissue"]),
        ("", "bone marrow oedema", ["yes", "tissue"]),
        ("", "periostitis", ["yes", "tissue"]),
        ("", "fracture", ["no", "tissue"]),
        ("", "broken bone", ["no", "tissue"]),
        ("", "bone bruise", ["no", "tissue"]),
        ("", "bone (trauma)", ["no", "tissue"]),
        ("", "avascular necrosis of bone", ["no", "tissue"]),
        ("", "tendon", ["no", "tissue"]),
        ("", "backbone", ["no", "tissue"]),
        ("", "medial tibial stress syndrome", ["unknown", ""]),
        ("", "stress injury", ["unknown", ""]),
        ("", "shin splints", ["unknown", ""]),
        ("NA", "stress fracture", ["yes", "tissue"]),
        ("none", "none", ["unknown", ""]),
        ("", "bone or tendon", ["unknown", ""]),
        ("", "not bone", ["unknown", ""]),
        ("", "unknown", ["unknown", ""]),
        ("", "", ["unknown", ""]),
    ],
)
def test_code_before_tissue_and_the_words_of_the_consensus(code: str, tissue: str, evidence: list[str]) -> None:
    injuries = told("osiics,tissue", f",{code},{tissue}")
    assert bone_stress_evidence(injuries).to_numpy().tolist() == [evidence]
    assert bone_stress_injuries(injuries).tolist() == [evidence[0] == "yes"]


def test_site_imaging_and_note_decide_nothing() -> None:
    injuries = told("site,imaging,note", ",navicular bone,MRI,stress fracture")
    assert bone_stress_evidence(injuries)["bone_stress"].tolist() == ["unknown"]
    assert bone_stress_injuries(injuries).tolist() == [False]


def test_a_suspicion_counts_unless_confirmed_ones_are_asked_for() -> None:
    injuries = told(
        "tissue,status", ",bone,confirmed", ",bone,suspected", ",bone,", ",tendon,confirmed", ",bone,CONFIRMED"
    )
    assert bone_stress_injuries(injuries).tolist() == [True, True, True, False, True]
    assert bone_stress_injuries(injuries, status="confirmed").tolist() == [True, False, False, False, True]
    with pytest.raises(ValueError, match="'any' or 'confirmed' is needed"):
        bone_stress_injuries(injuries, status="suspected")


@pytest.mark.parametrize(
    ("dates", "lost"),
    [
        (",2025-05-01,,2025-05-08", True),  # seven days, the 1st to the 7th
        (",2025-05-01,,2025-05-07", False),
        ("2025-04-01,2025-05-01,,2025-05-07", False),  # the stop counts, not the pain
        ("2025-05-01,,,2025-05-08", True),
        ("2025-05-01,,,2025-05-07", False),
        ("2025-05-01,,2025-05-05,2025-05-08", True),  # no stop is told: the pain counts before the diagnosis
        (",,2025-05-01,2025-05-08", True),
        (",2025-05-01,,", True),  # open, and running was stopped
        ("2025-05-01,,,", False),  # open, and nobody said that running was stopped
        (",,2025-05-01,", False),
        (",,,", False),
    ],
)
def test_time_is_lost_from_the_stop_to_the_eve_of_the_return(dates: str, lost: bool) -> None:  # noqa: FBT001  # a column
    assert time_loss_injuries(told("stopped_running,diagnosed,returned", dates)).tolist() == [lost]


@given(st.integers(0, 40), st.integers(1, 40))
def test_so_many_days_are_needed(lost: int, days: int) -> None:
    injuries = told("tissue", "2025-05-01,bone")
    injuries["returned"] = injuries["first_pain"] + pd.Timedelta(days=lost)
    assert time_loss_injuries(injuries, days=days).item() == (lost >= days)


@pytest.mark.parametrize(
    ("cells", "case"),
    [
        ("2025-05-01,,2025-05-08,,,", True),  # seven days without running
        ("2025-05-01,,2025-05-07,,,", False),
        ("2025-05-01,2025-05-02,2025-05-03,,,", True),  # consulted
        ("2025-05-01,,2025-05-03,MRI,,", True),  # an image is not taken without a professional
        ("2025-05-01,,2025-05-03,none,,", False),
        ("2025-05-01,,2025-05-08,,QS,", True),
        ("2025-05-01,,2025-05-08,,FO.30.18,", True),
        ("2025-05-01,,2025-05-08,,SM,", False),  # a shoulder
        ("2025-05-01,2025-05-01,2025-05-08,,SH.10.07,", False),
        ("2025-05-01,,2025-05-08,,LS,", False),  # a sacrum is lumbosacral
        ("2025-05-01,,2025-05-08,,XX,", True),  # several parts of the body, or none told: on trust
        ("2025-05-01,,2025-05-08,,,shoulder", True),  # without a code, on trust
        (",,,,,", False),
    ],
)
def test_the_consensus_of_yamato_clause_by_clause(cells: str, case: bool) -> None:  # noqa: FBT001  # a column
    injuries = told("stopped_running,diagnosed,returned,imaging,osiics,site", f",{cells}")
    assert yamato_injuries(injuries).tolist() == [case]


DEFINITIONS = (bone_stress_injuries, time_loss_injuries, yamato_injuries)


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_a_definition_goes_straight_into_a_study(definition: Callable[..., pd.Series]) -> None:
    injuries = told("tissue,stopped_running,diagnosed", ",bone,2025-05-01,", ",tendon,,").set_axis([9, 4])
    found = definition(injuries)
    assert found.dtype == bool
    assert case_flags(found, 2, injuries.index).tolist() == [True, False]
    none = definition(INJURIES.empty())
    assert none.dtype == bool
    assert case_flags(none, 0).tolist() == []
    with pytest.raises(SchemaError, match="'tissue' is missing"):
        definition(injuries.drop(columns="tissue"))


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_a_missing_text_is_an_empty_one(definition: Callable[..., pd.Series]) -> None:
    injuries = told("tissue,osiics,imaging,status,stopped_running", ",,,,,")
    missing = injuries.copy()
    for name in ("tissue", "osiics", "imaging", "status"):
        missing[name] = pd.Series([None], dtype="str")
    assert definition(missing).tolist() == definition(injuries).tolist() == [False]


@pytest.mark.parametrize("definition", [time_loss_injuries, yamato_injuries])
def test_less_than_a_day_is_no_loss_of_time(definition: Callable[..., pd.Series]) -> None:
    with pytest.raises(ValueError, match="days is 0; a whole number of 1 or more is needed"):
        definition(INJURIES.empty(), days=0)


def test_every_definition_is_listed_with_its_source() -> None:
    listed = case_definitions()
    assert [getattr(cases, name) for name in listed["name"]] == list(DEFINITIONS)
    assert listed["source"].str.contains("2015|2020|our choice").all()
    assert (listed["words"].str.len() > 20).all()
