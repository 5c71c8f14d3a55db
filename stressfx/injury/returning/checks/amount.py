"""Did the return begin short enough, and grow slowly enough? R2, R4 and R8.

Takes a `Returning`; gives an `Outcome` a rule. Distances count by the share of the body weight that was carried.
"""

import math

import numpy as np
import pandas as pd

from stressfx.injury.returning.checks.at_hand import Returning
from stressfx.injury.returning.checks.outcome import Event, Outcome
from stressfx.injury.returning.rules import BROKEN, NOT_CHECKABLE, WATCH

__all__ = ["first_run_short", "no_long_run", "weeks_grow_slowly"]

TOLERANCE = 1e-9
LOOKBACK = pd.Timedelta(days=30)
WEEK_DAYS = 7
EARLIER_WEEKS = 4
"""After a short week the largest of so many is looked at too. Our choice."""

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
    share = float(first["carried_m"]) / returning.usual.distance_m
    if math.isnan(share):
        return Outcome("", (Event(first["date"], NOT_CHECKABLE, UNKNOWN, session_id=first["session_id"]),))
    text = f"the first run had {100 * share:.0f} % of the usual distance"
    events = []
    for state, limit in ((BROKEN, rules.first_most), (WATCH, rules.first_share)):
        if share > limit * (1 + TOLERANCE):
            events = [Event(first["date"], state, text, share, limit, "of usual", first["session_id"])]
            break
    return Outcome(f"{text[0].upper()}{text[1:]}.", tuple(events))


def weeks_grow_slowly(returning: Returning) -> Outcome:
    r"""Check R4: the weekly distance rises by at most 10 %.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken in a week that rises more over the week before and over the largest of the four before; watched if it
        only makes up for a shorter week, or follows one without runs, to which nothing can be compared.

    Notes
    -----
    Weeks are counted from the first run, seven days each. The first has none before it. The day that is named is that
    of the run with which the week passes its limit; of a week that is not over its runs so far count.
    """
    runs = returning.runs
    week = (runs["date"] - returning.first_run).dt.days // WEEK_DAYS
    count = int((returning.last - returning.first_run).days // WEEK_DAYS) + 1
    total = np.zeros(count)
    np.add.at(total, week.to_numpy(), runs["carried_m"].to_numpy(np.float64))
    events = [
        event
        for number in range(1, count)
        if (event := _judged(returning, runs[week == number], total[: number + 1])) is not None
    ]
    return Outcome("No week rose by more than 10 % over the week before.", tuple(events))


def _judged(returning: Returning, runs: pd.DataFrame, total: np.ndarray) -> Event | None:
    """Judge the last of some weeks by those before it."""
    if runs.empty:
        return None
    now, before, rise = total[-1], total[-2], 1 + returning.rules.weekly_rise
    date = runs["date"].iloc[-1]
    if np.isnan(now) or np.isnan(before):
        return Event(date, NOT_CHECKABLE, "a distance of the week, or of the week before, is not known")
    largest = float(np.nanmax(total[max(len(total) - 1 - EARLIER_WEEKS, 0) : -1]))
    if now <= before * rise * (1 + TOLERANCE):
        return None
    state = BROKEN if now > largest * rise * (1 + TOLERANCE) else WATCH
    limit = (largest if state == BROKEN else before) * rise * (1 + TOLERANCE)
    passing = runs[runs["carried_m"].cumsum() > limit].iloc[0]
    if before == 0:
        return Event(passing["date"], state, "the week before has no run to compare with", math.nan, rise - 1, "")
    text = f"the week rose by {100 * (now / before - 1):.0f} % over the week before"
    beside = ", which was shorter than earlier ones" if state == WATCH else ""
    return Event(passing["date"], state, text + beside, now / before - 1, rise - 1, "", str(passing["session_id"]))


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
    As `stressfx.session_spikes`, with a window that begins with the return. A run without any in its window, as the
    first, is compared with nothing.
    """
    runs = returning.runs
    start = runs["start"].fillna(runs["date"].dt.tz_localize("UTC"))
    carried, limit = runs["carried_m"].to_numpy(np.float64), 1 + returning.rules.spike
    events = []
    for place in range(1, len(runs)):
        own = runs.iloc[place]
        window = carried[:place][((start[:place] >= start[place] - LOOKBACK) & (start[:place] < start[place])).to_numpy()]
        window = window[~np.isnan(window)]
        if np.isnan(carried[place]):
            events.append(Event(own["date"], NOT_CHECKABLE, UNKNOWN, session_id=own["session_id"]))
        elif len(window) and window.max() > 0 and carried[place] > window.max() * limit * (1 + TOLERANCE):
            excess = carried[place] / window.max() - 1
            text = f"the run went {100 * excess:.0f} % beyond the longest of the return"
            events.append(Event(own["date"], BROKEN, text, excess, limit - 1, "", own["session_id"]))
    return Outcome("No run went more than 10 % beyond the longest of the return before it.", tuple(events))
