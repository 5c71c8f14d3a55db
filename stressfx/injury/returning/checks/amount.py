"""Did the return begin short enough, and grow slowly enough? R2, R4 and R8.

Takes a `Returning`; gives an `Outcome` a rule. Distances count by the share of the body weight that was carried.
"""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.injury.returning.checks.at_hand import Returning
from stressfx.injury.returning.checks.outcome import Event, Outcome
from stressfx.injury.returning.rules import BROKEN, NOT_CHECKABLE, WATCH

__all__ = ["first_run_short", "no_long_run", "weeks_grow_slowly"]

TOLERANCE = 1e-9
LOOKBACK = pd.Timedelta(days=30)
WEEK_DAYS = 7
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
    """Check R4: the weekly distance rises by at most 10 %.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken in a week that rises more over the week before, and over every earlier week; watched if it only makes up
        for a shorter one, and in a week that follows one without runs, to which nothing can be compared.

    Notes
    -----
    Weeks are counted from the first run, seven days each, and anew from the first run after a week without any. The
    first has none before it. The day that is named is that of the run with which the week passes its limit; of a week
    that is not over its runs so far count.
    """
    runs = returning.runs
    begins = runs["date"].diff().dt.days > WEEK_DAYS
    since = runs["date"].where(begins).ffill().fillna(returning.first_run)
    week = pd.MultiIndex.from_arrays([begins.cumsum(), (runs["date"] - since).dt.days // WEEK_DAYS])
    totals = runs.groupby(week)["carried_m"].agg(lambda of_week: of_week.sum(skipna=False))
    sums = np.asarray(totals, np.float64)
    events = []
    for place in range(1, len(totals)):
        own = runs[week == totals.index[place]]
        event = _judged(own, sums[: place + 1], 1 + returning.rules.weekly_rise)
        follows = totals.index[place][1] > 0
        events += [_after_none(own)] if not follows else [event] if event is not None else []
    rise = f"{100 * returning.rules.weekly_rise:g} %"
    return Outcome(f"No week rose by more than {rise} over the week before.", tuple(events))


def _after_none(runs: pd.DataFrame) -> Event:
    """Say of a week that the one before has no run."""
    first = runs.iloc[0]
    text = "the week before has no run to compare with"
    return Event(first["date"], WATCH, text, session_id=str(first["session_id"]))


def _judged(runs: pd.DataFrame, total: npt.NDArray[np.float64], rise: float) -> Event | None:
    """Judge the last of some weeks by those before it."""
    now, before, largest = total[-1], total[-2], np.nanmax([0.0, *total[:-1]])
    if np.isnan(now) or np.isnan(before):
        text = "a distance of the week, or of the week before, is not known"
        return Event(runs["date"].iloc[-1], NOT_CHECKABLE, text)
    if now <= before * rise * (1 + TOLERANCE):
        return None
    state = BROKEN if now > largest * rise * (1 + TOLERANCE) else WATCH
    limit = (largest if state == BROKEN else before) * rise * (1 + TOLERANCE)
    within = int((runs["carried_m"].cumsum() <= limit).sum())
    passing = runs.iloc[min(within, len(runs) - 1)]  # a sum may differ in its last bit from that of the week
    text = f"the week rose by {100 * (now / before - 1):.0f} % over the week before"
    beside = ", which was shorter than an earlier one" if state == WATCH else ""
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
    As `stressfx.session_spikes`, with a window that begins with the return: 30 days of 24 hours, and runs without a
    distance are no reference. A run without any run in its window, as the first, is compared with nothing; one with
    such runs alone is not checkable.
    """
    runs, rise = returning.runs, 1 + returning.rules.spike
    start = runs["start"].fillna(runs["date"].dt.tz_localize("UTC"))
    carried = runs["carried_m"].to_numpy(np.float64)
    events = []
    for own_m, begun, date, session in zip(carried, start, runs["date"], runs["session_id"], strict=True):
        window = carried[((start >= begun - LOOKBACK) & (start < begun)).to_numpy(dtype=bool)]
        longest_m = float(np.nanmax([0.0, *window]))
        if math.isnan(own_m) or (longest_m == 0 and np.isnan(window).any()):
            text = UNKNOWN if math.isnan(own_m) else "the distances of the runs before it are not known"
            events.append(Event(date, NOT_CHECKABLE, text, session_id=session))
        elif longest_m > 0 and own_m > longest_m * rise * (1 + TOLERANCE):
            text = f"the run went {100 * (own_m / longest_m - 1):.0f} % beyond the longest of the return"
            events.append(Event(date, BROKEN, text, own_m / longest_m - 1, rise - 1, "", session))
    kept = f"No run went more than {100 * returning.rules.spike:g} % beyond the longest of the return before it."
    return Outcome(kept, tuple(events))
