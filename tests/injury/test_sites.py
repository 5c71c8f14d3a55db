"""Oracle: sites judged by hand after the lists of high and low risk; and their spellings, which change nothing."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.exports.tables import read_injuries
from stressfx.injury.codes import BODY_AREAS
from stressfx.injury.sites import HIGH_RISK_ADVICE, body_region, site_risk
from stressfx.schema import INJURIES

HIGH = (
    *(
        "femoral neck",
        "neck of femur",
        "femoral neck (tension side)",
        "femoral neck, compression side",
        "collum femoris",
    ),
    *("anterior tibia", "tibia, anterior cortex", "medial malleolus", "tibia (medial malleolus)"),
    *("navicular", "os naviculare", "talus", "talar neck", "patella", "medial sesamoid"),
    *("sacrum", "sacral ala", "pelvis", "inferior pubic ramus"),
    *("5th metatarsal base", "base of the fifth metatarsal", "MT5 base", "mt 5, proximal", "metatarsal V base"),
    *("Jones fracture", "5th metatarsal tuberosity"),
    *("navicular and fibula", "tibia and sacrum"),
)
LOW = (
    *(
        "posteromedial tibia",
        "postero-medial tibial shaft",
        "tibia, posterior medial border",
        "fibula",
        "distal fibula",
    ),
    *("lateral malleolus", "femoral shaft", "calcaneus", "cuboid", "lateral cuneiform"),
    *(
        "2nd metatarsal",
        "second metatarsal",
        "metatarsal 2",
        "MT2",
        "mt-3",
        "3rd MTT",
        "metatarsal II",
        "4th met shaft",
    ),
    *("2nd/3rd metatarsal", "metatarsals 2 and 3", "metatarsals 2-4", "head of the 2nd metatarsal"),
    *("distal shaft of the fifth metatarsal", "MT5, distal", "fibula and calcaneus"),
)
UNKNOWN = (
    *("", "tibia", "shin", "medial tibia", "tibial shaft", "anteromedial tibia", "femur", "femoral head", "malleolus"),
    *(
        "metatarsal",
        "metatarsals",
        "forefoot",
        "foot",
        "MT5",
        "left 5th metatarsal",
        "5th metatarsal shaft",
        "metatarsals 4 and 5",
    ),
    *("base of 2nd metatarsal", "grade 2 metatarsal", "metatarsal, 3 weeks", "knee", "heel", "achilles"),
    *("anterior or posteromedial tibia", "not anterior tibia", "tibia, not the sacrum", "anterior posteromedial tibia"),
    "anterior medial tibia",
    *(
        "tibia and fibula",
        "anterior tibia and femur",
        "posterior tibial tendon",
        "patellar tendon",
        "tibialis posterior",
    ),
    *("pubic symphysis", "neck", "anterior knee", "base", "5"),
)
JUDGED = {site: risk for risk, sites in (("high", HIGH), ("low", LOW), ("unknown", UNKNOWN)) for site in sites}


def told(*sites: str, tissue: str = "bone", osiics: str = "") -> pd.DataFrame:
    rows = [f'ann,,"{site}",{tissue},{osiics}' for site in sites]
    return read_injuries("\n".join(["athlete_id,first_pain,site,tissue,osiics", *rows]).encode())


@pytest.mark.parametrize(("site", "risk"), JUDGED.items())
def test_sites_as_judged_by_hand(site: str, risk: str) -> None:
    assert site_risk(told(site)).tolist() == [risk]


@given(st.sampled_from([site for site in JUDGED if site]), st.sampled_from(["left {}", "{} R", "{} (right)", " {} ."]))
def test_side_case_and_marks_change_nothing(site: str, pattern: str) -> None:
    written = pattern.format(site.replace("-", " ").upper())
    assert site_risk(told(written)).tolist() == [JUDGED[site]]


@given(st.text(alphabet="tibia metrsl 0123456789,-/5th(õß", max_size=40))
def test_any_text_is_judged_in_one_of_three_words(site: str) -> None:
    injuries = told("x").assign(site=pd.Series([site], dtype="str"))
    assert site_risk(injuries).item() in {"high", "low", "unknown"}


def test_accents_do_not_matter() -> None:
    assert site_risk(told("Náviculàr", "tibia antérior", "fíbula")).tolist() == ["high", "high", "low"]


@pytest.mark.parametrize(
    ("tissue", "osiics", "risk"),
    [
        ("bone", "", "high"),
        ("", "FS", "high"),
        ("", "", "high"),  # nobody says that it is none
        ("tendon", "", "unknown"),
        ("fracture", "", "unknown"),
        ("bone", "FF", "unknown"),
        ("tendon", "FS", "high"),
    ],
)
def test_what_is_known_to_be_no_bone_stress_has_no_such_risk(tissue: str, osiics: str, risk: str) -> None:
    assert site_risk(told("navicular", tissue=tissue, osiics=osiics)).tolist() == [risk]


def test_a_value_a_row_with_the_index_of_the_frame() -> None:
    injuries = told("tibia", "talus", "fibula").set_axis([5, 1, 3])
    assert site_risk(injuries).to_dict() == {5: "unknown", 1: "high", 3: "low"}
    assert site_risk(injuries).dtype == injuries["site"].dtype
    assert len(site_risk(INJURIES.empty())) == len(body_region(INJURIES.empty())) == 0
    missing = injuries.assign(site=pd.Series([None] * 3, injuries.index, dtype="str"))
    assert site_risk(missing).tolist() == ["unknown"] * 3
    with pytest.raises(SchemaError, match="'site' is missing"):
        site_risk(injuries.drop(columns="site"))


def test_the_code_names_the_region_and_not_the_risk() -> None:
    injuries = told("", osiics="FS").assign(osiics=pd.Series(["fsn"], dtype="str"))
    assert body_region(injuries).tolist() == ["foot"] == [BODY_AREAS["F"]]
    assert site_risk(injuries).tolist() == ["unknown"]


def test_high_risk_means_a_clinician() -> None:
    assert "needs a clinician" in HIGH_RISK_ADVICE
    assert "clinician" in (site_risk.__doc__ or "")
