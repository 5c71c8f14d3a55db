"""Did the return begin short enough, and grow slowly enough? R2, R4 and R8.

Takes a `Returning`; gives an `Outcome` a rule. Distances count by the share of the body weight that was carried.
"""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from stressfx.injury.returning.checks.at_hand import Returning
from stressfx.injury.returning.checks.outcome import Event, Outcome
from stressfx.injury.returning.rules import BROKEN, KEPT, NOT_CHECKABLE, WATCH

__all__ = ["first_run_short", "no_long_run", "weeks_grow_slowly"]

TOLERANCE = 1e-9
LOOKBACK = pd.Timedelta(days=30)
WEEK_DAYS = 7
WHOLE_DAYS = 5
"""A week that was run to this day was not broken off. Our choice. [d]"""
UNKNOWN = "the distance of the run is not known"


def first_run_short(returning: Returning) -> Outcome:
    """Check R2: the first run is a third, at most half, of the usual distance.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken above half, watched above a third; not checkable if either distance is not known.
    """
    rules, first = returning.rules, returning.runs.iloc[0]
    if returning.usual is None:
        return Outcome("Not checkable: nothing is known of what was usual before the injury.", state=NOT_CHECKABLE)
    share = float(first["counted_m"]) / returning.usual.distance_m
    if math.isnan(share):
        return Outcome("", (Event(first["date"], NOT_CHECKABLE, UNKNOWN, session_id=first["session_id"]),))
    text = f"the first run had {100 * share:.0f} % of the usual distance"
    states = ((BROKEN, rules.first_most), (WATCH, rules.first_share), (KEPT, rules.first_share))
    state, limit = next(entry for entry in states if entry[0] == KEPT or share > entry[1] * (1 + TOLERANCE))
    found = Event(first["date"], state, text, share, limit, "of usual", first["session_id"])
    kept = f"{text[0].upper()}{text[1:]}."
    return Outcome(kept, nearest=found) if state == KEPT else Outcome(kept, (found,))


def weeks_grow_slowly(returning: Returning) -> Outcome:
    """Check R4: the weekly distance rises by at most 10 %.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken in a week that rises more over the week before, and over every earlier week; watched if it only makes up
        for a shorter one. A week that follows one without runs has nothing to be compared with: it is watched, and
        broken if it goes further beyond every earlier week that was run to its fifth day.

    Notes
    -----
    Weeks are counted from the first run, seven days each, and anew from the first run after a week without any. The
    first has none before it. The day that is named is that of the run with which the week passes its limit; of a week
    that is not over its runs so far count. A week that ended before its fifth day (our choice) was broken off, as by
    pain, and is no measure. With a plan, runs within 5 % of it count as planned, and a week of two runs or more in
    which one was missed is a measure as if it had not been (both our choice).
    """
    runs = returning.runs
    begins = runs["date"].diff().dt.days > WEEK_DAYS
    since = runs["date"].where(begins).ffill().fillna(returning.first_run)
    week = pd.MultiIndex.from_arrays([begins.cumsum(), (runs["date"] - since).dt.days // WEEK_DAYS])
    rise = 1 + returning.rules.weekly_rise
    planned = 0 if returning.plan is None else returning.plan.runs_a_week
    full = [planned if count >= returning.rules.sessions_least else 0 for count in runs.groupby(week).size()]
    by_week = zip(full, runs.groupby(week), strict=True)
    weeks = [_week(own, runs_due, begins=number == 0) for runs_due, ((_, number), own) in by_week]
    found = [_judged(weeks[place], weeks[:place], rise) for place in range(1, len(weeks))]
    events = tuple(event for event in found if event is not None and event.state != KEPT)
    rises = [event for event in found if event is not None and event.state == KEPT]
    kept = f"No week rose by more than {100 * rise - 100:g} % over the week before."
    return Outcome(kept, events, nearest=max(rises, key=lambda event: event.value, default=None))


class _Week(NamedTuple):
    """One week of a return."""

    runs: pd.DataFrame
    total_m: float
    measure_m: float
    """What later weeks are held against: with a plan, a session that was missed is no step back."""
    begins: bool
    """Whether the week before it has no run."""
    whole: bool
    """Whether it was run to its fifth day."""


def _week(runs: pd.DataFrame, runs_due: int, *, begins: bool) -> _Week:
    days = (runs["date"].iloc[-1] - runs["date"].iloc[0]).days + 1
    total_m = float(runs["counted_m"].sum(skipna=False))
    measure_m = float(runs["measure_m"].sum(skipna=False)) * max(runs_due / len(runs), 1.0)
    return _Week(runs, total_m, measure_m, begins, bool(days >= WHOLE_DAYS))


def _judged(week: _Week, earlier: list[_Week], rise: float) -> Event:
    """Judge a week by those before it."""
    now, before = week.total_m, earlier[-1].measure_m
    measures = [one.measure_m for one in earlier if one.whole or not week.begins]
    if np.isnan(now) or np.isnan(before):
        text = "a distance of the week, or of the week before, is not known"
        return Event(week.runs["date"].iloc[-1], NOT_CHECKABLE, text)
    largest = float(np.nanmax([0.0, *measures]))
    change = now / before - 1 if before > 0 else math.nan
    if not week.begins and now <= before * rise * (1 + TOLERANCE):
        return _passing(week.runs, before, KEPT, "", change, rise)
    beyond = largest > 0 and now > largest * rise * (1 + TOLERANCE)
    if week.begins:
        text = "the week before has no run to compare with"
        beside = f", and the week went {100 * (now / largest - 1):.0f} % beyond every earlier one" if beyond else ""
        return _passing(week.runs, largest * rise if beyond else 0.0, BROKEN if beyond else WATCH, text + beside)
    text = f"the week rose by {100 * change:.0f} % over the week before"
    if beyond:
        return _passing(week.runs, largest * rise, BROKEN, text, change, rise)
    return _passing(week.runs, before * rise, WATCH, f"{text}, which was shorter than an earlier one", change, rise)


def _passing(
    runs: pd.DataFrame, limit_m: float, state: str, text: str, change: float = math.nan, rise: float = math.nan
) -> Event:
    """Name the run with which a week passes a distance; the last, if a sum differs from it in its last bit."""
    within = int((runs["counted_m"].cumsum() <= limit_m * (1 + TOLERANCE)).sum())
    own = runs.iloc[min(within, len(runs) - 1)]
    return Event(own["date"], state, text, change, rise - 1, "", str(own["session_id"]))


def no_long_run(returning: Returning) -> Outcome:
    """Check R8: no run more than 10 % beyond the longest of the return.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken on each run that goes further beyond the longest run of the return in the 30 days before it.

    Notes
    -----
    As `stressfx.session_spikes`, with a window that begins with the return: 30 days of 24 hours, and runs without a
    distance are no reference. A run without any run in its window, as the first, is compared with nothing; one with
    such runs alone is not checkable.
    """
    runs, rise = returning.runs, 1 + returning.rules.spike
    start = runs["start"].fillna(runs["date"].dt.tz_localize("UTC"))
    measure = runs["measure_m"].to_numpy(np.float64)
    events, nearest = [], None
    for own_m, begun, date, session in zip(runs["counted_m"], start, runs["date"], runs["session_id"], strict=True):
        window = measure[((start >= begun - LOOKBACK) & (start < begun)).to_numpy(dtype=bool)]
        longest_m = float(np.nanmax([0.0, *window]))
        if math.isnan(own_m) or (longest_m == 0 and np.isnan(window).any()):
            text = UNKNOWN if math.isnan(own_m) else "the distances of the runs before it are not known"
            events.append(Event(date, NOT_CHECKABLE, text, session_id=session))
        elif longest_m > 0 and own_m > longest_m * rise * (1 + TOLERANCE):
            text = f"the run went {100 * (own_m / longest_m - 1):.0f} % beyond the longest of the return"
            events.append(Event(date, BROKEN, text, own_m / longest_m - 1, rise - 1, "", session))
        elif longest_m > 0 and (nearest is None or own_m / longest_m - 1 > nearest.value):
            nearest = Event(date, KEPT, "", own_m / longest_m - 1, rise - 1, "", session)
    kept = f"No run went more than {100 * returning.rules.spike:g} % beyond the longest of the return before it."
    return Outcome(kept, tuple(events), nearest=nearest)
