"""The frames that cross a floor, declared once. Both wings of the library stand on them and on nothing of each other.

Five modules hold the declarations, by grain: `files` (one activity), `runner` (one runner's sessions and what is told
beside them), `days` (days, weeks, and what is found in them), `studies` (onsets, time at risk, results), `returns` (the
way back). `surfaces` holds the words for ground, `sports` those for training that is no run; `check` is what frames are
checked with.
"""

from stressfx.schema.check import DTYPES, Column, Schema
from stressfx.schema.days import (
    ALERTS,
    CHANGES,
    DAILY_LOAD,
    SPIKES,
    SURFACE_CHANGE,
    SURFACE_WEEKS,
    SURFACES,
    WEAR,
    WEEKS,
)
from stressfx.schema.files import EVENTS, INTENSITY, LAPS, LEGS, RECORDS
from stressfx.schema.returns import (
    CROSS_TRAINING,
    ENERGY,
    ENERGY_NEED,
    PAIN,
    PLAN,
    RETURN_EVENTS,
    RETURN_RULES,
    STAGES,
)
from stressfx.schema.runner import CHECKS, INJURIES, LOADS, LOG, QUARANTINE, RULES, SESSIONS, SHOES
from stressfx.schema.studies import BEFORE, CALIBRATION, INTERVALS, ONSETS, POWER, SPECIFICATIONS, STOPS, STUDY, TRIALS

__all__ = [
    "ALERTS",
    "BEFORE",
    "CALIBRATION",
    "CHANGES",
    "CHECKS",
    "CROSS_TRAINING",
    "DAILY_LOAD",
    "DTYPES",
    "ENERGY",
    "ENERGY_NEED",
    "EVENTS",
    "INJURIES",
    "INTENSITY",
    "INTERVALS",
    "LAPS",
    "LEGS",
    "LOADS",
    "LOG",
    "ONSETS",
    "PAIN",
    "PLAN",
    "POWER",
    "QUARANTINE",
    "RECORDS",
    "RETURN_EVENTS",
    "RETURN_RULES",
    "RULES",
    "SESSIONS",
    "SHOES",
    "SPECIFICATIONS",
    "SPIKES",
    "STAGES",
    "STOPS",
    "STUDY",
    "SURFACES",
    "SURFACE_CHANGE",
    "SURFACE_WEEKS",
    "TRIALS",
    "WEAR",
    "WEEKS",
    "Column",
    "Schema",
]
