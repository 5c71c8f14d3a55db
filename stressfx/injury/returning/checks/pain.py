"""Were walking and cross-training without pain before the first run, and did the runner step back after pain? R1, R5.

Takes a `Returning`; gives an `Outcome` a rule.
"""

import math

import numpy as np
import pandas as pd

from stressfx.injury.returning.checks.at_hand import Planned, Returning
from stressfx.injury.returning.checks.levels import AS_PLANNED, Standing, standing
from stressfx.injury.returning.checks.outcome import Event, Outcome
from stressfx.injury.returning.moving_back import PAIN_KINDS, painful_days
from stressfx.injury.returning.rules import BROKEN, NOT_CHECKABLE
from stressfx.injury.returning.schedule import PREPARATION_DAYS

__all__ = ["pain_free_before", "stepped_back"]

TOLERANCE = 1e-9
WEEK_DAYS = 7
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
        tells pain of the last of either; not checkable without a diary, where it leaves open how long they were or
        whether they hurt, or where it has no entry before the first run. Broken as well if anything hurt in the week
        before it.
    """
    if returning.pain is None:
        return Outcome(f"Not checkable: {WITHOUT_DIARY}.", state=NOT_CHECKABLE)
    if not (returning.pain["date"] < returning.first_run).any():
        return Outcome("Not checkable: the diary has no entry before the first run.", state=NOT_CHECKABLE)
    walk_s, first = returning.rules.walk_s, returning.first_run
    walks, others = returning.on("walk"), returning.on("cross_training")
    longest_s = returning.done("walk").groupby("date")["timer_s"].max()
    walked_s = walks["duration_s"].fillna(walks["date"].map(longest_s))
    events = (
        *_without_pain(first, walks, "walk", f"walk of {walk_s / 60:g} minutes", walked_s - walk_s * (1 - TOLERANCE)),
        *_without_pain(first, others, "cross-training", "cross-training", pd.Series(0.0, others.index)),
    )
    hurt = [day for day in painful_days(returning.pain, returning.athlete_id) if 0 < (first - day).days <= WEEK_DAYS]
    if hurt and not events:
        text = f"pain on {hurt[-1]:%Y-%m-%d}, {(first - hurt[-1]).days} days before the first run"
        events = (Event(first, BROKEN, text, (first - hurt[-1]).days, WEEK_DAYS, "d"),)
    kept = f"A walk of {walk_s / 60:g} minutes and cross-training were without pain before the first run."
    return Outcome(kept, events)


def stepped_back(returning: Returning) -> Outcome:
    """Check R5: after any pain a day of rest, and one stage back.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken on the next run after a day with pain if it is on the day after, or not of an earlier stage (of the
        first: if no week of walking comes before it; without a plan: longer than the run that hurt); not checkable
        without a diary, without an entry for a run, or where the distance does not tell the stage.
    """
    if returning.pain is None:
        return Outcome(f"Not checkable: {WITHOUT_DIARY}.", state=NOT_CHECKABLE)
    runs, stand = returning.runs, standing(returning)
    days = runs["date"].to_numpy()
    hurt = [day for day in painful_days(returning.pain, returning.athlete_id) if day >= returning.first_run]
    events: list[Event] = []
    followed = 0
    for day in hurt:
        before, after = np.flatnonzero(days <= np.datetime64(day)), np.flatnonzero(days > np.datetime64(day))
        if not len(before) or not len(after):
            continue
        followed += 1
        found = _after(returning, stand, day, (int(before[-1]), int(after[0])))
        if found is not None:
            events.append(found)
    kept = f"Days with pain that rest and a step back followed: {followed - len(events)} of {followed}."
    told = returning.pain[returning.pain["during"].notna() & returning.pain["activity"].isin(["run", ""])]
    silent = runs[~runs["date"].isin(told["date"])]
    events += [
        Event(date, NOT_CHECKABLE, "the diary has no entry for the run", session_id=session)
        for date, session in zip(silent["date"], silent["session_id"], strict=True)
    ]
    if not followed:
        kept = "No run has followed the pain on record." if hurt else "No pain is on record."
    return Outcome(kept, tuple(events))


def _without_pain(
    first_run: pd.Timestamp, told: pd.DataFrame, name: str, needed: str, longer_s: pd.Series
) -> list[Event]:
    """Judge what the diary tells of one activity; `longer_s` is by how much each was longer than it has to be. [s]."""
    worst = told[list(PAIN_KINDS)].max(axis=1)
    if (told["during"].notna() & (worst == 0) & (longer_s >= 0)).any():
        pain = float(worst[told["date"] == told["date"].max()].max())
        text = f"the last {name} before the first run was not without pain"
        return [Event(first_run, BROKEN, text, pain, 0.0, "of 10")] if pain > 0 else []
    if (~(worst > 0) & ~(longer_s < 0)).any():
        text = f"the diary leaves open whether any {needed} before the first run was without pain"
        return [Event(first_run, NOT_CHECKABLE, text)]
    text = f"no {needed} without pain is known before the first run"
    return [Event(first_run, BROKEN, text, 0.0, 1.0, "sessions")]


def _after(returning: Returning, stand: Standing, day: pd.Timestamp, places: tuple[int, int]) -> Event | None:
    """Judge the next run after a day with pain."""
    runs, (hurt, following) = returning.runs, places
    date, session_id = runs["date"][following], str(runs["session_id"][following])
    if (date - day).days < 2:
        text = f"a run on the day after pain on {day:%Y-%m-%d}"
        return Event(date, BROKEN, text, (date - day).days, 2.0, "d", session_id)
    if returning.plan is not None:
        return _a_stage_back(returning, returning.plan, stand, day, places)
    now, then = float(runs["carried_m"][following]), float(runs["carried_m"][hurt])
    if math.isnan(now) or math.isnan(then):
        return Event(date, NOT_CHECKABLE, "the distance of the run is not known", session_id=session_id)
    if now < then * (1 - TOLERANCE):
        return None
    state = BROKEN if now > then * (1 + AS_PLANNED) else NOT_CHECKABLE  # it may have had more breaks
    text = f"a run {'longer than' if state == BROKEN else 'about as long as'} the one with pain on {day:%Y-%m-%d}"
    return Event(date, state, text, now, then, "m", session_id)


def _a_stage_back(
    returning: Returning, plan: Planned, stand: Standing, day: pd.Timestamp, places: tuple[int, int]
) -> Event | None:
    """Judge whether the next run after a day with pain was of an earlier stage."""
    runs, (hurt, following) = returning.runs, places
    date, session_id = runs["date"][following], str(runs["session_id"][following])
    now, then, first = float(stand.level[following]), float(stand.level[hurt]), float(plan.stages["stage"].min())
    if math.isnan(now) or math.isnan(then):
        return Event(date, NOT_CHECKABLE, "the stage of the run is not known", session_id=session_id)
    days = (date - day).days
    if then == first and days <= PREPARATION_DAYS:
        text = f"a run {days} days after pain in the first stage on {day:%Y-%m-%d}: a week of walking comes before it"
        return Event(date, BROKEN, text, days, PREPARATION_DAYS + 1.0, "d", session_id)
    limit = max(then - 1, first)
    if now > limit:
        text = f"stage {now:.0f} after pain in stage {then:.0f} on {day:%Y-%m-%d}"
        return Event(date, BROKEN, text, now, limit, "stage", session_id)
    held_m = dict(zip(plan.stages["stage"], plan.stages["distance_m"] * plan.stages["body_weight_share"], strict=True))
    same_m = held_m.get(int(then), math.nan)
    if then > first and not stand.told[following] and runs["carried_m"][following] >= same_m * (1 - AS_PLANNED):
        text = f"the distance does not tell whether it was an earlier stage than that with pain on {day:%Y-%m-%d}"
        return Event(date, NOT_CHECKABLE, text, now, limit, "stage", session_id)
    return None
