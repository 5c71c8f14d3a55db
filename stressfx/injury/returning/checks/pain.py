"""Were walking and cross-training without pain before the first run, and did the runner step back after pain? R1, R5.

Takes a `Returning`; gives an `Outcome` a rule.
"""

import math

import numpy as np
import pandas as pd

from stressfx.injury.returning.checks.at_hand import Returning
from stressfx.injury.returning.checks.levels import levels
from stressfx.injury.returning.checks.outcome import Event, Outcome
from stressfx.injury.returning.moving_back import PAIN_KINDS, painful_days
from stressfx.injury.returning.rules import BROKEN, NOT_CHECKABLE
from stressfx.training.cross_training import cross_training_kind

__all__ = ["pain_free_before", "stepped_back"]

TOLERANCE = 1e-9
WITHOUT_DIARY = "no pain diary is given"


def pain_free_before(returning: Returning) -> Outcome:
    """Check R1: walking and cross-training without pain before the first run.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken if the diary knows no walk of half an hour or no cross-training without pain before the first run, or
        tells pain of the last of either; not checkable without a diary.
    """
    first = returning.first_run
    if returning.pain is None:
        text = f"Not checkable: {WITHOUT_DIARY}."
        return Outcome(text, state=NOT_CHECKABLE)
    needed = returning.rules.walk_s
    events = []
    for activity, name, least_s in (("walk", "walk", needed), ("cross_training", "cross-training", 0.0)):
        told = returning.on(activity)
        long_enough = told[_lasting(returning, told, activity) >= least_s * (1 - TOLERANCE)]
        worst = long_enough[list(PAIN_KINDS)].max(axis=1)
        known = long_enough["during"].notna()
        free = long_enough[known & (worst == 0)]
        minutes = f" of {least_s / 60:.0f} minutes" if least_s else ""
        if free.empty:
            text = f"no {name}{minutes} without pain is known before the first run"
            events.append(Event(first, BROKEN, text, 0.0, 1.0, "sessions"))
        elif (told[list(PAIN_KINDS)].max(axis=1)[told["date"] == told["date"].max()] > 0).any():
            text = f"the last {name} before the first run was not without pain"
            pain = float(told.loc[told["date"] == told["date"].max(), list(PAIN_KINDS)].max(axis=None))
            events.append(Event(first, BROKEN, text, pain, 0.0, "of 10"))
    return Outcome("Walking for half an hour and cross-training were without pain before the first run.", tuple(events))


def stepped_back(returning: Returning) -> Outcome:
    """Check R5: after any pain a day of rest, and one stage back.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken on the next run after a day with pain if it is on the day after, or not of an earlier stage (without a
        plan: not shorter than the run that hurt); not checkable without a diary, or without an entry for a run.
    """
    if returning.pain is None:
        return Outcome(f"Not checkable: {WITHOUT_DIARY}.", state=NOT_CHECKABLE)
    runs, level = returning.runs, levels(returning)
    days = runs["date"].to_numpy()
    hurt = [day for day in painful_days(returning.pain, returning.athlete_id) if day >= returning.first_run]
    events: list[Event] = []
    for day in hurt:
        before, after = np.flatnonzero(days <= np.datetime64(day)), np.flatnonzero(days > np.datetime64(day))
        if not len(before) or not len(after):
            continue
        found = _after(returning, level, day, (int(before[-1]), int(after[0])))
        if found is not None:
            events.append(found)
    told = returning.pain[returning.pain["during"].notna() & returning.pain["activity"].isin(["run", ""])]
    silent = runs[~runs["date"].isin(told["date"])]
    events += [
        Event(date, NOT_CHECKABLE, "the diary has no entry for the run", session_id=session)
        for date, session in zip(silent["date"], silent["session_id"], strict=True)
    ]
    kept = f"{len(hurt)} days with pain, each followed by rest and a step back." if hurt else "No pain is on record."
    return Outcome(kept, tuple(events))


def _lasting(returning: Returning, told: pd.DataFrame, activity: str) -> pd.Series:
    """Give how long what the diary tells of was: by itself, else by the sessions of the day. [s]."""
    kind = cross_training_kind(returning.sessions)
    chosen = kind == "walking" if activity == "walk" else ~kind.isin(["", "walking", "antigravity"])
    own = returning.sessions[chosen]
    longest = own.groupby("date")["timer_s"].max()
    return told["duration_s"].fillna(told["date"].map(longest)).fillna(math.nan if activity == "walk" else 0.0)


def _after(returning: Returning, level: np.ndarray, day: pd.Timestamp, places: tuple[int, int]) -> Event | None:
    """Judge the next run after a day with pain."""
    runs, (hurt, following) = returning.runs, places
    date, session_id = runs["date"][following], str(runs["session_id"][following])
    gap = (date - day).days
    if gap < 2:
        text = f"a run on the day after pain on {day:%Y-%m-%d}"
        return Event(date, BROKEN, text, gap, 2.0, "d", session_id)
    if returning.stages is not None:
        least = float(returning.stages["stage"].min())
        if math.isnan(level[following]) or math.isnan(level[hurt]):
            return Event(date, NOT_CHECKABLE, "the stage of the run is not known", session_id=session_id)
        allowed = max(level[hurt] - 1, least)
        if level[following] > allowed:
            text = f"stage {level[following]:.0f} after pain in stage {level[hurt]:.0f} on {day:%Y-%m-%d}"
            return Event(date, BROKEN, text, level[following], allowed, "stage", session_id)
        return None
    now, then = float(runs["carried_m"][following]), float(runs["carried_m"][hurt])
    if math.isnan(now) or math.isnan(then):
        return Event(date, NOT_CHECKABLE, "the distance of the run is not known", session_id=session_id)
    if now >= then * (1 - TOLERANCE):
        text = f"a run not shorter than the one with pain on {day:%Y-%m-%d}"
        return Event(date, BROKEN, text, now, then, "m", session_id)
    return None
