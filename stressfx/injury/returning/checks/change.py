"""Did the ground stay the same, were the shoes still good, and was the cadence raised? R9, R10 and R11.

Takes a `Returning`; gives an `Outcome` a rule. What changes while a bone gets used to running again is one load more.
"""

import numpy as np
import pandas as pd

from stressfx.injury.returning.checks.at_hand import Returning
from stressfx.injury.returning.checks.outcome import Event, Outcome
from stressfx.injury.returning.plan import repeated_bone_stress
from stressfx.injury.returning.rules import BROKEN, KEPT, NOT_CHECKABLE, WATCH
from stressfx.injury.returning.usual import USUAL_DAYS, running_sessions
from stressfx.training.cadence import cadence_baseline
from stressfx.training.shoes.mileage import assign_shoes, shoe_mileage
from stressfx.training.surfaces.change import surface_change
from stressfx.training.surfaces.sessions import session_surfaces

__all__ = ["cadence_raised", "same_ground", "shoes_good"]

MOST_UNKNOWN = 0.2
"""With more unknown ground in its windows a day shows no constancy. Our choice. [1]"""

TOLERANCE = 1e-9


def same_ground(returning: Returning) -> Outcome:
    """Check R9: the ground stays the same for four weeks.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken on each day on which the index of `stressfx.surface_change` comes to be above 0.3, within four weeks of
        the first run; not checkable if no day has an index, or more than a fifth of the ground is unknown.
    """
    surfaces = returning.told.surfaces
    if surfaces is None:
        surfaces = session_surfaces(running_sessions(returning.sessions, returning.athlete_id))
    own = surfaces[(surfaces["athlete_id"] == returning.athlete_id) & (surfaces["date"] <= returning.last)]
    if own.empty:
        return Outcome("Not checkable: no ground is known.", state=NOT_CHECKABLE)
    days = surface_change(own)
    until = returning.first_run + pd.Timedelta(days=returning.rules.surface_days - 1)
    days = days[days["date"].between(returning.first_run, until)]
    index, limit = days["surface_change"], returning.rules.surface_change
    above = index > limit * (1 + TOLERANCE)
    begins = above & ~above.shift(fill_value=False)
    events = [
        Event(date, BROKEN, f"the ground changed: index {value:.2f}", value, limit, "index")
        for date, value in zip(days["date"][begins], index[begins], strict=True)
    ]
    known = index.notna() & (days["unknown_share"] <= MOST_UNKNOWN)
    if not known.any() and not events:
        return Outcome("Not checkable: the ground of too many runs is not known.", state=NOT_CHECKABLE)
    seen = f"{known.sum()} {'day shows' if known.sum() == 1 else 'days show'}"
    top = days[known].nlargest(1, "surface_change")
    shown = zip(top["date"], top["surface_change"], strict=True)
    nearest = next((Event(date, KEPT, "", value, limit, "index") for date, value in shown), None)
    return Outcome(f"The ground stayed the same, as far as {seen}.", tuple(events), nearest=nearest)


def shoes_good(returning: Returning) -> Outcome:
    """Check R10: shoes below 300 to 500 miles at the restart.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken if the pair of the first run has come further than its limit, watched from the lower limit on; not
        checkable if no pair is known, or runs in it have no distance.
    """
    first, shoes, rules = returning.runs.iloc[0], returning.told.shoes, returning.rules
    none = Outcome("Not checkable: the pair of the first run is not known.", state=NOT_CHECKABLE)
    if "shoe_id" not in returning.sessions.columns:
        return none
    worn_in = assign_shoes(returning.sessions, shoes)
    pair = worn_in.loc[worn_in["session_id"] == first["session_id"], "shoe_id"].iloc[0]
    if not pair:
        return none
    wear = shoe_mileage(worn_in, shoes)
    worn = wear[(wear["shoe_id"] == pair) & (wear["date"] <= returning.first_run)]
    total, unknown = float(worn["total_m"].iloc[-1]), int(worn["unknown_runs"].sum())
    replace_m = _limit(shoes, pair, "replace_m", rules.shoe_replace_m)
    watch_m = _limit(shoes, pair, "watch_m", rules.shoe_watch_m)
    text = f"the pair of the first run had come {total / 1000:.0f} km"
    events: tuple[Event, ...] = ()
    if total > replace_m * (1 + TOLERANCE):
        events = (Event(first["date"], BROKEN, text, total, replace_m, "m", first["session_id"]),)
    elif total >= watch_m * (1 - TOLERANCE):
        events = (Event(first["date"], WATCH, text, total, watch_m, "m", first["session_id"]),)
    elif unknown:
        text = f"{text} at least: {unknown} of its runs {'has' if unknown == 1 else 'have'} no distance"
        events = (Event(first["date"], NOT_CHECKABLE, text, total, watch_m, "m", first["session_id"]),)
    nearest = Event(first["date"], KEPT, "", total, watch_m, "m", first["session_id"])
    return Outcome(f"T{text[1:]}, as far as is known.", events, nearest=nearest)


def _limit(shoes: pd.DataFrame | None, pair: str, name: str, usual_m: float) -> float:
    """Give the runner's own limit of a pair, else the usual one."""
    own_m = pd.Series(dtype=float) if shoes is None else shoes.loc[shoes["shoe_id"] == pair, name].dropna()
    return float(own_m.iloc[-1]) if len(own_m) else usual_m


def cadence_raised(returning: Returning) -> Outcome:
    """Check R11: after repeated bone stress injuries 5 to 10 % more steps a minute.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken on each run whose cadence is less than 5 % above the runner's own at the same speeds in the four weeks
        before the injury, watched above 10 %; not checkable where these are not known. Without an earlier bone stress
        injury the rule does not apply and is kept.
    """
    if returning.told.injuries is None:
        return Outcome("Not checkable: earlier injuries are not told.", state=NOT_CHECKABLE)
    if not repeated_bone_stress(returning.injury, returning.told.injuries):
        return Outcome("Does not apply: no earlier bone stress injury is known.")
    rules, intensity = returning.rules, returning.told.intensity
    if intensity is None or returning.usual is None:
        return Outcome("Not checkable: the cadence before the injury is not known.", state=NOT_CHECKABLE)
    compared = _compared(returning, returning.usual.onset, intensity)
    events = []
    for date, change, session in zip(compared["date"], compared["change"], compared["session_id"], strict=True):
        text = f"the cadence was {100 * change:+.1f} % against that before the injury at the same speeds"
        if np.isnan(change):
            text = "the cadence cannot be compared with that before the injury"
            events.append(Event(date, NOT_CHECKABLE, text, session_id=session))
        elif change < rules.cadence_least - TOLERANCE:
            events.append(Event(date, BROKEN, text, change, rules.cadence_least, "", session))
        elif change > rules.cadence_most + TOLERANCE:
            events.append(Event(date, WATCH, text, change, rules.cadence_most, "", session))
    rise = f"{100 * rules.cadence_least:g} to {100 * rules.cadence_most:g} %"
    text = f"The cadence was {rise} above that before the injury at the same speeds."
    lowest = compared.sort_values("change").head(1)  # missing values come last
    nearest = [
        Event(date, KEPT, "", change, rules.cadence_least, "", session)
        for date, change, session in zip(lowest["date"], lowest["change"], lowest["session_id"], strict=True)
    ]
    return Outcome(text, tuple(events), nearest=next(iter(nearest), None))


def _compared(returning: Returning, onset: pd.Timestamp, intensity: pd.DataFrame) -> pd.DataFrame:
    """Compare each run of the return with the weeks before the injury, as if it had been on the day of the onset."""
    runs = returning.runs
    before = running_sessions(returning.sessions, returning.athlete_id)
    before = before[before["date"] < onset]
    dated = pd.concat([before, runs.assign(date=onset)], ignore_index=True)
    compared = cadence_baseline(dated, intensity, baseline_days=USUAL_DAYS)
    return runs[["session_id", "date"]].merge(compared[["session_id", "change"]], on="session_id", how="left")
