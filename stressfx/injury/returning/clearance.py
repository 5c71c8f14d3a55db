"""Answers why a runner gets no schedule, and what to ask a clinician instead.

Takes one injury and the day of a clearance; gives a reason, or none. A bone that heals badly needs a person who has
seen it, and a schedule that says otherwise would do harm.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from stressfx.injury.cases import bone_stress_evidence
from stressfx.injury.sites import HIGH_RISK_ADVICE, site_risk

__all__ = ["BEFORE_RUNNING", "TIME_TO_RETURN", "Absence", "context_of", "questions_for", "reason_against"]

BEFORE_RUNNING = (
    "Is the bone no longer tender to the touch?",
    "Can I walk without pain, also for half an hour?",
    "Is an image needed, and does it show healing?",
    "Did I pass the tests of strength and of function, such as hopping, without pain?",
    "What contributed to the injury, and is it changed: training, shoes, food, bone health?",
)
"""What has to hold before the first run, by a scoping review of 50 studies (George et al. 2024, level IV evidence,
doi:10.1007/s40279-024-02051-y)."""

HIGH_RISK_QUESTIONS = (
    "How will healing be shown, by which image and when?",
    "May I put weight on it, walk, train in water or on a bicycle, and from when?",
    "Who decides on the first run, and what does the way there look like for this bone?",
)


SOFT = re.compile(r"tend|muscle|ligament|fascia|nerve|skin|bursa|cartilage|meniscus")
"""Tissues that are no bone."""


class Absence(NamedTuple):
    """How long others were away from their sport."""

    days: int
    """Mean. [d]"""
    low: int
    """Lower end of its 95 % interval. [d]"""
    high: int
    """Upper end. [d]"""


TIME_TO_RETURN: Mapping[str, Absence] = MappingProxyType(
    {
        "posteromedial tibia": Absence(44, 27, 61),
        "fibula": Absence(56, 13, 100),
        "femoral neck": Absence(107, 79, 135),
        "navicular": Absence(127, 102, 151),
    }
)
"""Mean days to return by site, with their intervals: context, not a plan (Hoenig et al. 2023, Br J Sports Med 57:427,
doi:10.1136/bjsports-2022-106328, 76 studies of all sites)."""


def reason_against(
    injury: pd.DataFrame, *, first_run: pd.Timestamp, cleared: pd.Timestamp | None, onset: pd.Timestamp | None = None
) -> str:
    """Say why there is no schedule.

    Parameters
    ----------
    injury : DataFrame
        One row of `stressfx.schema.INJURIES`.
    first_run : Timestamp
        Day of the first run.
    cleared : Timestamp, optional
        Day on which a clinician cleared the runner.
    onset : Timestamp, optional
        Day on which the injury began.

    Returns
    -------
    str
        The reason; empty if nothing speaks against a schedule.

    Notes
    -----
    A site of high risk by its name is one whatever the tissue is said to be, unless that is soft; and a fracture that
    is no stress fracture is not what the rules are for.
    """
    return _of_site(injury) or _of_days(first_run, cleared, onset)


def _of_site(injury: pd.DataFrame) -> str:
    """Say what speaks against a schedule by site and tissue."""
    risk, stress = site_risk(injury).iloc[0], bone_stress_evidence(injury)["bone_stress"].iloc[0]
    soft = bool(SOFT.search(str(injury["tissue"].fillna("").iloc[0]).lower()))
    by_name = site_risk(injury.assign(tissue="bone", osiics="")).iloc[0]
    if risk == "high" or (by_name == "high" and not soft):
        return HIGH_RISK_ADVICE
    if stress == "no" and not soft and by_name != "unknown":
        return (
            "By its site the injury is one of bone, and by its tissue or code no bone stress injury: the rules are not "
            "for it. If it is one, write bone as its tissue."
        )
    if risk == "unknown" and stress != "no":
        return (
            "The site is not told exactly enough to say how such an injury heals: parts of one bone differ. Write it "
            "as the clinician named it, such as posteromedial tibia or shaft of the 3rd metatarsal."
        )
    return ""


def _of_days(first_run: pd.Timestamp, cleared: pd.Timestamp | None, onset: pd.Timestamp | None) -> str:
    """Say what speaks against a schedule by the day of the clearance."""
    if cleared is None:
        return "No clinician has cleared the first run: give the day of the clearance once there is one."
    if onset is not None and cleared < onset:
        return f"The clearance of {cleared:%Y-%m-%d} lies before the injury of {onset:%Y-%m-%d}: a new one is needed."
    if cleared > first_run:
        return f"The clearance of {cleared:%Y-%m-%d} lies after the first run of {first_run:%Y-%m-%d}: start later."
    return ""


def questions_for(injury: pd.DataFrame) -> tuple[str, ...]:
    """List what to ask a clinician before the first run.

    Parameters
    ----------
    injury : DataFrame
        One row of `stressfx.schema.INJURIES`.

    Returns
    -------
    tuple of str
        Questions.
    """
    high = site_risk(injury).iloc[0] == "high"
    return (*HIGH_RISK_QUESTIONS, *BEFORE_RUNNING) if high else BEFORE_RUNNING


def context_of(injury: pd.DataFrame, *, first_run: pd.Timestamp, onset: pd.Timestamp) -> str:
    """Say how long others with this site were away, beside the day of the first run.

    Parameters
    ----------
    injury : DataFrame
        One row of `stressfx.schema.INJURIES`.
    first_run, onset : Timestamp
        Days.

    Returns
    -------
    str
        A sentence; empty where nothing is known of the site.
    """
    if bone_stress_evidence(injury)["bone_stress"].iloc[0] == "no":
        return ""
    site = " ".join(str(injury["site"].fillna("").iloc[0]).lower().replace("-", " ").split())
    for name, absence in TIME_TO_RETURN.items():
        if all(word in site for word in name.split()):
            others = f"Athletes injured at the {name} returned to sport after {absence.days} days on average"
            interval = f"(95 % interval {absence.low} to {absence.high}; a review, doi:10.1136/bjsports-2022-106328)"
            own = f"the first run of this plan is {(first_run - onset).days} days after its onset"
            return f"{others} {interval}; {own}."
    return ""
