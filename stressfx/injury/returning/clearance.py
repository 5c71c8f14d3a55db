"""Answers why a runner gets no schedule, and what to ask a clinician instead.

Takes one injury and the day of a clearance; gives a reason, or none. A bone that heals badly needs a person who has
seen it, and a schedule that says otherwise would do harm.
"""

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
doi:10.1136/bjsports-2022-106328, 76 studies)."""


def reason_against(injury: pd.DataFrame, *, first_run: pd.Timestamp, cleared: pd.Timestamp | None) -> str:
    """Say why there is no schedule.

    Parameters
    ----------
    injury : DataFrame
        One row of `stressfx.schema.INJURIES`.
    first_run : Timestamp
        Day of the first run.
    cleared : Timestamp, optional
        Day on which a clinician cleared the runner.

    Returns
    -------
    str
        The reason; empty if nothing speaks against a schedule.
    """
    risk = site_risk(injury).iloc[0]
    if risk == "high":
        return HIGH_RISK_ADVICE
    if risk == "unknown" and bone_stress_evidence(injury)["bone_stress"].iloc[0] != "no":
        return (
            "The site is not told exactly enough to say how such an injury heals: parts of one bone differ. Write it "
            "as the clinician named it, such as posteromedial tibia or shaft of the 3rd metatarsal."
        )
    if cleared is None:
        return "No clinician has cleared the first run: give the day of the clearance once there is one."
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
    site = " ".join(str(injury["site"].fillna("").iloc[0]).lower().replace("-", " ").split())
    for name, absence in TIME_TO_RETURN.items():
        if all(word in site for word in name.split()):
            others = (
                f"In 76 studies runners with an injury of the {name} came back after {absence.days} days on average"
            )
            interval = f"(95 % interval {absence.low} to {absence.high}; doi:10.1136/bjsports-2022-106328)"
            return (
                f"{others} {interval}; the first run of this plan is {(first_run - onset).days} days after its onset."
            )
    return ""
