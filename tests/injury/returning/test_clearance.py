"""Who gets no schedule. Oracle: the list of high-risk sites, and the table of times away, typed in here again."""

import pandas as pd
import pytest
from made_returns import injury_row

from stressfx.injury.returning.clearance import BEFORE_RUNNING, context_of, questions_for, reason_against
from stressfx.injury.sites import HIGH_RISK_ADVICE

FIRST_RUN = pd.Timestamp("2025-06-09")
CLEARED = pd.Timestamp("2025-05-30")

HIGH_RISK = (
    "femoral neck, tension side",
    "anterior tibia",
    "navicular",
    "5th metatarsal base",
    "talus",
    "medial malleolus",
    "sacrum",
    "pelvis",
)
AWAY = {
    "posteromedial tibia": "44 days on average (95 % interval 27 to 61",
    "fibula": "56 days on average (95 % interval 13 to 100",
    "femoral neck": "107 days on average (95 % interval 79 to 135",
    "navicular": "127 days on average (95 % interval 102 to 151",
}


@pytest.mark.parametrize("site", HIGH_RISK)
def test_a_site_of_high_risk_has_no_schedule_even_with_a_clearance(site: str) -> None:
    injury = injury_row(site=site, tissue="bone")
    assert reason_against(injury, first_run=FIRST_RUN, cleared=CLEARED) == HIGH_RISK_ADVICE
    asked = questions_for(injury)
    assert set(BEFORE_RUNNING) < set(asked)
    assert "image" in asked[0]


@pytest.mark.parametrize("site", ["tibia", "metatarsal", "", "anterior or posteromedial tibia"])
def test_a_bone_whose_parts_differ_has_to_be_told_exactly(site: str) -> None:
    reason = reason_against(injury_row(site=site, tissue="bone"), first_run=FIRST_RUN, cleared=CLEARED)
    assert "not told exactly enough" in reason


@pytest.mark.parametrize("site", ["fibula", "posteromedial tibia", "3rd metatarsal", "calcaneus"])
def test_a_site_of_low_risk_needs_a_clearance_before_the_first_run(site: str) -> None:
    injury = injury_row(site=site, tissue="bone")
    assert reason_against(injury, first_run=FIRST_RUN, cleared=CLEARED) == ""
    assert reason_against(injury, first_run=FIRST_RUN, cleared=FIRST_RUN) == ""
    assert "No clinician has cleared" in reason_against(injury, first_run=FIRST_RUN, cleared=None)
    late = reason_against(injury, first_run=FIRST_RUN, cleared=FIRST_RUN + pd.Timedelta(days=1))
    assert "2025-06-10 lies after the first run of 2025-06-09" in late


def test_an_injury_that_is_not_of_bone_needs_a_clearance_alone() -> None:
    tendon = injury_row(site="achilles", tissue="tendon")
    assert reason_against(tendon, first_run=FIRST_RUN, cleared=CLEARED) == ""
    assert "cleared" in reason_against(tendon, first_run=FIRST_RUN, cleared=None)


@pytest.mark.parametrize(("site", "words"), AWAY.items())
def test_times_away_are_the_published_means_beside_the_days_of_this_plan(site: str, words: str) -> None:
    found = context_of(injury_row(site=f"Left {site}"), first_run=FIRST_RUN, onset=pd.Timestamp("2025-03-29"))
    assert words in found
    assert "72 days after its onset" in found


def test_nothing_is_said_of_a_site_that_no_study_tells_of() -> None:
    assert context_of(injury_row(site="calcaneus"), first_run=FIRST_RUN, onset=FIRST_RUN) == ""


@pytest.mark.parametrize(
    ("site", "tissue", "osiics"),
    [
        ("femoral neck", "fracture", ""),
        ("navicular", "bone bruise", ""),
        ("femoral neck", "", "FF"),
        ("navicular", "avulsion", ""),
    ],
)
def test_a_site_of_high_risk_is_one_whatever_the_tissue_is_said_to_be(site: str, tissue: str, osiics: str) -> None:
    injury = injury_row(site=site, tissue=tissue, osiics=osiics)
    assert reason_against(injury, first_run=FIRST_RUN, cleared=CLEARED) == HIGH_RISK_ADVICE


def test_a_fracture_that_is_no_stress_fracture_gets_no_schedule_and_no_times_of_stress_fractures() -> None:
    broken = injury_row(site="fibula", tissue="traumatic fracture")
    assert "no bone stress injury" in reason_against(broken, first_run=FIRST_RUN, cleared=CLEARED)
    assert context_of(broken, first_run=FIRST_RUN, onset=FIRST_RUN) == ""


def test_a_clearance_from_before_the_injury_is_none() -> None:
    onset = pd.Timestamp("2025-05-31")
    reason = reason_against(injury_row(), first_run=FIRST_RUN, cleared=CLEARED, onset=onset)
    assert "2025-05-30 lies before the injury of 2025-05-31" in reason
    assert reason_against(injury_row(), first_run=FIRST_RUN, cleared=onset, onset=onset) == ""
