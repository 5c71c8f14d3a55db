"""Which rules does a return to running keep? Eleven of them, each with its threshold and its source.

They are the guidance of a university's sports medicine and what it rests on, put so that a log can be held against
them. They are flags for attention: none of them was shown to prevent a second injury.
"""

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from stressfx.units import METRES_PER_MILE

__all__ = ["BROKEN", "KEPT", "NOT_CHECKABLE", "RULES", "STATES", "WATCH", "ReturnRules", "Rule"]

KEPT, WATCH, BROKEN, NOT_CHECKABLE = "kept", "watch", "broken", "not checkable"
STATES = (BROKEN, WATCH, NOT_CHECKABLE, KEPT)
"""The states of a rule, the gravest first."""

UW = "Guidance of UW Medicine on returning to running after a stress fracture"
TRIALS = "Trials 24 (2023), doi:10.1186/s13063-023-07502-x, table 1"
VINCENT = "Arthrosc Sports Med Rehabil 4:e141 (2022), doi:10.1016/j.asmr.2021.09.031"
OPTIMAL_LOAD = "Warden et al. 2021, J Orthop Sports Phys Ther 51:322, doi:10.2519/jospt.2021.9982"
OPTIMAL_WORKLOAD = "Warden et al. 2021, Curr Osteoporos Rep 19:298, doi:10.1007/s11914-021-00666-y"
REVIEW = "George et al. 2024, scoping review, doi:10.1007/s40279-024-02051-y"
FRANDSEN = "Schuster Brandt Frandsen et al. 2025, Br J Sports Med, doi:10.1136/bjsports-2024-109380"


class Rule(NamedTuple):
    """One rule."""

    rule: str
    title: str
    source: str
    """Where it is from, and what of it is our choice."""


RULES: tuple[Rule, ...] = (
    Rule(
        "R1",
        "Walking and cross-training without pain before the first run",
        f"{UW}; Liem et al. 2013, Curr Sports Med Rep 12:200, doi:10.1249/JSR.0b013e3182913cbe; {REVIEW}. "
        "The half hour of walking is our choice.",
    ),
    Rule("R2", "The first run is a third, at most half, of the usual distance", f"{UW}."),
    Rule("R3", "No runs on two days in a row", f"{UW}; {VINCENT}; {TRIALS}."),
    Rule("R4", "Weekly distance rises by at most 10 %", f"{UW}: a convention. A trial of it found no fewer injuries."),
    Rule("R5", "After any pain a day of rest, and one stage back", f"{OPTIMAL_LOAD}; the step back is our choice."),
    Rule("R6", "Each stage at least twice before the next", f"{TRIALS}."),
    Rule(
        "R7",
        "Easy and flat until 30 minutes without a break",
        "Recalled from reviews of programmes, not verified; easy is the runner's own usual speed, by our choice.",
    ),
    Rule(
        "R8",
        "No run more than 10 % beyond the longest of the return",
        f"{FRANDSEN}, found for all runs; that it holds within a return is our choice.",
    ),
    Rule("R9", "The ground stays the same for four weeks", f"{UW}; the index and its threshold are our choice."),
    Rule("R10", "Shoes below 300 to 500 miles at the restart", f"{UW}: a convention."),
    Rule(
        "R11", "After repeated bone stress injuries 5 to 10 % more steps a minute", f"{OPTIMAL_WORKLOAD}: to consider."
    ),
)
"""The rules, in order."""


@dataclass(frozen=True)
class ReturnRules:
    """Thresholds of the rules, for a return with or without a plan.

    A value as large as a bound keeps it.

    Attributes
    ----------
    walk_s : float
        R1: so long a walk without pain. Our choice. [s]
    first_share, first_most : float
        R2: the first run over the usual distance; above the first it is watched, above the second broken. [1]
    weekly_rise : float
        R4: rise of the distance of a week of the return over the week before. [1]
    sessions_least : int
        R6: completed sessions of a stage before the next.
    grade_most : float
        R7: climb and descent over distance. [1]
    continuous_s : float
        R7: so long a run without a break ends the rule. [s]
    spike : float
        R8: excess of a run over the longest of the return in the 30 days before. [1]
    surface_change : float
        R9: index of `stressfx.surface_change`. Our choice. [1]
    surface_days : int
        R9: for so many days from the first run. Our choice. [d]
    shoe_watch_m, shoe_replace_m : float
        R10: distance in the pair of the first run; from the first on it is watched, above the second broken, where
        the runner has no limits of his own. [m]
    cadence_least, cadence_most : float
        R11: rise of the cadence at equal speeds; below the first broken, above the second watched. [1]
    days : int
        Without a plan a return lasts so many days from its first run. Our choice, twelve weeks. [d]

    Raises
    ------
    ValueError
        If a threshold is no positive number, or an upper one lies below its lower one.
    """

    walk_s: float = 1800.0
    first_share: float = 1 / 3
    first_most: float = 1 / 2
    weekly_rise: float = 0.1
    sessions_least: int = 2
    grade_most: float = 0.02
    continuous_s: float = 1800.0
    spike: float = 0.1
    surface_change: float = 0.3
    surface_days: int = 28
    shoe_watch_m: float = 300 * METRES_PER_MILE
    shoe_replace_m: float = 500 * METRES_PER_MILE
    cadence_least: float = 0.05
    cadence_most: float = 0.10
    days: int = 84

    def __post_init__(self) -> None:
        """Refuse thresholds that mean nothing."""
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 < value < np.inf:
                raise ValueError(f"{field.name} is {value}; a number above 0 is needed")
        for low, high in (
            ("first_share", "first_most"),
            ("shoe_watch_m", "shoe_replace_m"),
            ("cadence_least", "cadence_most"),
        ):
            if getattr(self, low) > getattr(self, high):
                raise ValueError(f"{low} is above {high}; it has to be the smaller one")
