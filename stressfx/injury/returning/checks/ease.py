"""Were the runs easy and flat until the first of half an hour without a break? R7.

Takes a `Returning`; gives an `Outcome`.
"""

import math

import numpy as np
import pandas as pd

from stressfx.injury.returning.checks.at_hand import Returning
from stressfx.injury.returning.checks.outcome import Event, Outcome
from stressfx.injury.returning.rules import BROKEN, NOT_CHECKABLE
from stressfx.schema import INTENSITY

__all__ = ["easy_and_flat"]

SUSTAINED_S = 60.0
"""The fastest speed of a run is one at or above which it spent so long in all: less is noise. Our choice. [s]"""

RUNNING_SHARE, RUNNING_MPS = 0.7, 1.6
"""What is faster than both counts as running and not as a walk: a share of the usual speed, and a speed. Our choice."""

SLOWEST_SHARE = 0.85
"""So does, of a slow runner, what is faster than this share of the usual speed. Our choice. [1]"""

WALKED_SHARE = 0.05
"""With more of its time walked, a run was not without a break. Our choice. [1]"""

BIN_MPS = 0.05
TOLERANCE = 1e-9
NO_SPEEDS = INTENSITY.empty()


def easy_and_flat(returning: Returning) -> Outcome:
    """Check R7: easy and flat until 30 minutes without a break.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken on a run that was faster than usual for a minute or more, or climbed and fell by more than 2 % of its
        distance, up to and with the first run of 30 minutes without a break; not checkable for runs of which the
        speeds or the climb are not known.

    Notes
    -----
    The usual speed is the median of the four weeks before the injury. Of a run without samples only the mean speed is
    known, which shows that it was too fast, and never that it was not. The pace that a plan sets is slower than that,
    and is not checked: it is there to leave room for what a watch adds. Climb and descent over distance is the least
    that the mean slope can be.
    """
    if returning.usual is None or math.isnan(returning.usual.speed_mps):
        return Outcome("Not checkable: the usual speed before the injury is not known.", state=NOT_CHECKABLE)
    usual, least_s = returning.usual.speed_mps, returning.rules.continuous_s
    events: list[Event] = []
    told, looked_at = _speeds(returning), 0
    for _, run in returning.runs.iterrows():
        looked_at += 1
        speeds = told.get(str(run["session_id"]), NO_SPEEDS)
        events += _too_fast(run, speeds, usual) + _too_steep(run, returning.rules.grade_most)
        if _without_break(run, speeds, usual, least_s):
            break
    until = f"up to the first of {least_s / 60:g} minutes without a break"
    return Outcome(f"Runs {until} that were looked at: {looked_at}.", tuple(events))


def _speeds(returning: Returning) -> dict[str, pd.DataFrame]:
    """Give how long each run lasted at each speed, the fastest first."""
    if returning.told.intensity is None:
        return {}
    rows = returning.told.intensity
    own = rows[rows["session_id"].isin(returning.runs["session_id"]) & (rows["channel"] == "speed_mps")]
    fastest_first = own.sort_values("value", ascending=False)
    return {str(session): of_run for session, of_run in fastest_first.groupby("session_id")}


def _too_fast(run: pd.Series, speeds: pd.DataFrame, usual_mps: float) -> list[Event]:
    """Judge the speed of a run."""
    date, session_id = run["date"], str(run["session_id"])
    held = speeds[speeds["timer_s"].cumsum() >= SUSTAINED_S * (1 - TOLERANCE)]
    fastest = float(held["value"].iloc[0]) - BIN_MPS / 2 if len(held) else math.nan
    mean = float(run["speed_mps"])
    if np.nanmax([fastest, mean, 0.0]) > usual_mps * (1 + TOLERANCE):
        text = "the run was faster than usual" + ("" if fastest > usual_mps else " on average")
        return [Event(date, BROKEN, text, float(np.nanmax([fastest, mean])), usual_mps, "m/s", session_id)]
    if math.isnan(fastest):
        text = "only the mean speed of the run is known, or none"
        return [Event(date, NOT_CHECKABLE, text, mean, usual_mps, "m/s", session_id)]
    return []


def _too_steep(run: pd.Series, grade_most: float) -> list[Event]:
    """Judge the slope of a run."""
    climbed = float(run.get("ascent_m", math.nan)) + float(run.get("descent_m", math.nan))
    grade = climbed / float(run["distance_m"]) if run["distance_m"] > 0 else math.nan
    date, session_id = run["date"], str(run["session_id"])
    if math.isnan(grade):
        text = "the climb of the run is not known"
        return [Event(date, NOT_CHECKABLE, text, grade, grade_most, session_id=session_id)]
    if grade > grade_most * (1 + TOLERANCE):
        text = f"climb and descent were {100 * grade:.2f} % of the distance"
        return [Event(date, BROKEN, text, grade, grade_most, session_id=session_id)]
    return []


def _without_break(run: pd.Series, speeds: pd.DataFrame, usual_mps: float, continuous_s: float) -> bool:
    """Tell whether a run was long enough without a break to walk."""
    running = min(max(RUNNING_SHARE * usual_mps, RUNNING_MPS), SLOWEST_SHARE * usual_mps)
    least = continuous_s * (1 - TOLERANCE)
    if not len(speeds):
        return bool(run["timer_s"] >= least and run["speed_mps"] >= running)
    ran_s = float(speeds.loc[speeds["value"] >= running, "timer_s"].sum())
    return ran_s >= least and ran_s >= (1 - WALKED_SHARE) * float(speeds["timer_s"].sum())
