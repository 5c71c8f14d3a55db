"""Answers what each athlete's standing was on each day: at risk or not, injured anew, and after how many injuries.

Takes a table with a row an athlete and day, and onsets; gives `RiskDays`. The one place that knows which time is at
risk: all designs ask here. `stressfx.injury.at_risk` gives the same as frames.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.injury.histories import Flags, Floats, Histories, Whole, day_numbers, histories, whole_days
from stressfx.schema import ONSETS

__all__ = ["FATES", "RiskDays", "case_flags", "risk_days"]

NEVER = 10**9
"""A day number past every calendar (pandas ends long before), small enough to be multiplied by athletes."""

FATES: Mapping[str, str] = MappingProxyType(
    {
        "undated": "which this rule cannot date, so that no time after them is taken away: choose another rule, or "
        "give the dates",
        "unknown": "of athletes who have no day in the table",
        "blocked": "with an onset in the absence or the wash-out of another injury: an injury without a day of return "
        "lasts for ever, so give that day where it is known",
        "outside": "with an onset before the athlete's first day or after the last: extend the calendar to it if the "
        "day was observed",
        "unobserved": "with an onset on a day that nobody observed",
        "double": "with an onset on the day of another one, which counts",
        "event": "",
        "competing": "",
    }
)
"""What becomes of an injury, and in words why some are no event; the first that holds, in this order."""


@dataclass(frozen=True, eq=False)
class RiskDays:
    """Every day's standing, a value a place of the histories.

    Attributes
    ----------
    histories : Histories
        Whose day each place is.
    at_risk, event, competing : array of bool
        Whether a new injury could begin on the day; whether a case did; whether an injury of another kind did.
    injury : array of int
        Row of the injury that began; -1 if none did.
    episode : array of int
        Number of earlier days of onset of cases, plus 1.
    since_last : array of float
        Days since the last of them; NaN without one.
    fate : array of str
        What became of each injury, in the order of the onsets: one of `FATES`.
    said : tuple of str
        How many injuries are no event and why, a sentence each.
    """

    histories: Histories
    at_risk: Flags
    event: Flags
    competing: Flags
    injury: Whole
    episode: Whole
    since_last: Floats
    fate: npt.NDArray[np.str_]
    said: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Dated:
    """Injuries with a date, of athletes with a history, by athlete and onset.

    Attributes
    ----------
    row : array of int
        Row of the onset.
    code : array of int
        Number of the athlete.
    onset, again : array of int
        Day of the onset, and the first on which the athlete is at risk again.
    case : array of bool
        Whether it is a case.
    """

    row: Whole
    code: Whole
    onset: Whole
    again: Whole
    case: Flags


def risk_days(
    daily: pd.DataFrame, onsets: pd.DataFrame, *, washout_days: int = 28, cases: npt.ArrayLike | None = None
) -> RiskDays:
    """Find every day's standing; what `stressfx.injury.at_risk.days_at_risk` warns of is handed back in words.

    Parameters
    ----------
    daily, onsets : DataFrame
        As of `stressfx.injury.at_risk.days_at_risk`.
    washout_days : int
        As of it.
    cases : Series or array of bool, optional
        As of it.

    Returns
    -------
    RiskDays
        A value a day in order of athlete and day.

    Raises
    ------
    SchemaError, ValueError
        As `stressfx.injury.at_risk.days_at_risk`.
    """
    ONSETS.check(onsets)
    place, washout = histories(daily), whole_days("washout_days", washout_days, 0)
    dated = _dated(onsets, place, case_flags(cases, len(onsets)), washout)
    observed: Flags = np.ones(place.size, dtype=bool)
    if "sessions" in daily.columns:
        observed = ~np.isnan(place.sorted(daily["sessions"]))
    at_risk = observed & ~_blocked(place, dated)
    at = place.place(dated.code, dated.onset)
    begun = np.append(at_risk, [False])[at]  # place -1, in no history, is the one appended
    event, competing, injury = np.zeros_like(at_risk), np.zeros_like(at_risk), np.full(place.size, -1, dtype=np.int64)
    for flags, kind in ((competing, begun & ~dated.case), (event, begun & dated.case)):  # a case comes before others
        flags[at[kind]] = True
        injury[at[kind][::-1]] = dated.row[kind][::-1]  # of several on a day the first row stands
    competing &= ~event
    counted = np.append(injury, [-1])[at] == dated.row
    fate = np.where(onsets["onset"].isna(), "undated", np.full(len(onsets), "unknown", dtype="<U10"))
    ends = (_absent(dated), at < 0, ~begun, ~counted, dated.case)
    fate[dated.row] = np.select(ends, ("blocked", "outside", "unobserved", "double", "event"), "competing")
    names = np.append(onsets["injury"].to_numpy(), [-1])
    episode, since_last = _past(place, dated)
    return RiskDays(place, at_risk, event, competing, names[injury], episode, since_last, fate, _said(fate))


def case_flags(cases: npt.ArrayLike | None, injuries: int, index: pd.Index | None = None) -> Flags:
    """Tell of every injury whether it is a case.

    Parameters
    ----------
    cases : Series or array of bool, or None
        One truth value an injury; None: all are cases.
    injuries : int
        Number of injuries.
    index : Index, optional
        Index of the frame of injuries; a Series must have the same, so that rows cannot be mixed up.

    Returns
    -------
    array of bool
        One an injury.

    Raises
    ------
    ValueError
        If there is another number of values, one of them is missing or no truth value, or the index is another.
    """
    if cases is None:
        return np.ones(injuries, dtype=bool)
    if index is not None and isinstance(cases, pd.Series) and not cases.index.equals(index):
        raise ValueError("cases has another index than the injuries; a truth value a row of the injuries is needed")
    flags = pd.Series(cases, dtype=None if injuries else bool)
    if len(flags) != injuries or not pd.api.types.is_bool_dtype(flags.dtype) or flags.hasnans:
        found = f"{len(flags)} values of {flags.dtype}"
        raise ValueError(f"cases holds {found}; a truth value for each of the {injuries} injuries is needed")
    return np.asarray(flags, dtype=bool)


def _dated(onsets: pd.DataFrame, place: Histories, case: Flags, washout_days: int) -> Dated:
    """Sort the injuries that have a date, and find when each athlete is at risk again."""
    codes = place.number(onsets["athlete_id"])
    row = np.flatnonzero(onsets["onset"].notna().to_numpy(dtype=bool) & (codes >= 0))
    row = row[np.lexsort((day_numbers(onsets["onset"].iloc[row]), codes[row]))]
    onset, returned = (day_numbers(onsets[name].iloc[row]) for name in ("onset", "returned"))
    closed = onsets["returned"].iloc[row].notna().to_numpy(dtype=bool)
    again = np.minimum(np.maximum(returned, onset) + washout_days, NEVER)  # a rule may date an injury after its end
    return Dated(row, codes[row], onset, np.where(closed, again, NEVER), case[row])


def _blocked(place: Histories, dated: Dated) -> Flags:
    """Tell of every place whether it lies after an onset and before the athlete is at risk again."""
    first, lengths, starts = (of[dated.code] for of in (place.first_days, place.lengths, place.starts))
    begin = np.clip(dated.onset + 1 - first, 0, lengths)
    end = np.maximum(begin, np.clip(dated.again - first, 0, lengths))
    steps = np.zeros(place.size + 1, dtype=np.int64)
    np.add.at(steps, starts + begin, 1)
    np.add.at(steps, starts + end, -1)
    depth: Whole = np.cumsum(steps[:-1])
    return depth > 0


def _absent(dated: Dated) -> Flags:
    """Tell of every injury whether its onset lies in the blocked time of another, inside a history or not."""
    far = dated.code * (2 * NEVER)  # athletes ascend, so that the latest end so far is one's own
    latest = np.maximum.accumulate(far + dated.again)
    earlier = np.searchsorted(far + dated.onset, far + dated.onset) - 1  # the last with an earlier onset
    inside = latest[earlier] > far + dated.onset
    return np.asarray((earlier >= 0) & inside)


def _said(fate: npt.NDArray[np.str_]) -> tuple[str, ...]:
    """Say how many injuries are no event, and why."""
    counts = {name: int((fate == name).sum()) for name, why in FATES.items() if why}
    return tuple(
        f"Not counted: {count} of {len(fate)} injuries, {FATES[name]}." for name, count in counts.items() if count
    )


def _past(place: Histories, dated: Dated) -> tuple[Whole, Floats]:
    """Count the days of onset of cases before each place, plus 1, and the days since the last."""
    code, onset = dated.code[dated.case], dated.onset[dated.case]
    new = np.ones(len(code), dtype=bool)
    new[1:] = (np.diff(code) != 0) | (np.diff(onset) != 0)
    code, onset = code[new], onset[new]
    eve = np.maximum(onset + 1 - place.first_days[code], 0)  # onsets before the log are known from its first day on
    seen = np.flatnonzero(eve < place.lengths[code])
    last = np.full(place.size, -1, dtype=np.int64)
    np.maximum.at(last, place.starts[code[seen]] + eve[seen], seen)
    last = np.maximum.accumulate(last)
    codes, since = place.codes(), np.full(place.size, np.nan)
    some = np.flatnonzero(last >= 0)
    some = some[code[last[some]] == codes[some]]
    of = codes[some]
    episode = np.ones(place.size, dtype=np.int64)
    episode[some] += last[some] - np.searchsorted(code, of) + 1
    since[some] = place.elapsed()[some] + place.first_days[of] - onset[last[some]]
    return episode, since
