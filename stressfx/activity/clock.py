"""From when to when did it last, if the clock was set on the way?

Takes the samples of one leg and what the device says of it; gives start, end and elapsed time, and what was left out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.clean import LONGEST_SILENCE_S, Intervals
from stressfx.activity.samples import OUT_OF_ORDER_S, Samples

__all__ = ["Span", "span_of"]

LONGEST_PAUSE_S = 86_400.0
"""No run is interrupted for longer: the clock was set, or days were put into one file. Our choice. [s]"""

LONGEST_PAUSE = np.timedelta64(int(LONGEST_PAUSE_S), "s")

TOLERANCE_S = 3600.0
"""By so much a device's elapsed time may differ from its samples': it runs before the first and after the last. [s]"""

FIRST_DATE = np.datetime64("2000-01-01", "us")
"""Before this, a clock was never set: no recorder of positions or heart rates that could be read is older."""


@dataclass(frozen=True)
class Span:
    """From when to when a leg lasted.

    Attributes
    ----------
    start, end : Timestamp
        In UTC; NaT if they are unknown.
    elapsed_s : float
        From start to end, pauses included, steps of the clock not; NaN if it is unknown. [s]
    jumps : int
        How often the clock was set.
    left_out_s : float
        By how much, both ways. [s]
    silent_s : float
        Gaps of more than an hour in a stretch of recording, which nothing contradicts. [s]
    """

    start: pd.Timestamp
    end: pd.Timestamp
    elapsed_s: float
    jumps: int = 0
    left_out_s: float = 0.0
    silent_s: float = 0.0


def span_of(samples: Samples, intervals: Intervals, told: Mapping[str, Any], *, own_clock: bool) -> Span:
    """Tell from when to when a leg lasted.

    Parameters
    ----------
    samples : Samples
        The samples of one leg.
    intervals : Intervals
        What lies between them.
    told : mapping
        What the device says: a row of `stressfx.schema.LEGS`.
    own_clock : bool
        Whether its elapsed time was measured by the device, not taken from the times of the samples.

    Returns
    -------
    Span
        The device's own span, unless the clock was set.

    Notes
    -----
    The clock was set where times step back by more than 10 s; where they step ahead by more than a day, in a stretch
    of recording or between two; and where more than an hour passes in a stretch of recording without a sample or
    movement, for which the device's own elapsed time has no room. Such steps are no time: the elapsed time is the sum
    of all other steps. Start and end then are those of the samples on the clock that most samples show, one set
    before 2000 aside. A device's own start that lies more than a day from its samples, or its elapsed time that is
    a day longer than both they and its timer tell, is not believed either.
    """
    start, end = told["start"], told["end"]
    elapsed_s, timer_s = _number(told["elapsed_s"]), _number(told["timer_s"])
    steps = _steps(samples, intervals, elapsed_s if own_clock else math.nan)
    first, last = (pd.Timestamp(instant).tz_localize("UTC") for instant in _believed(samples.time))
    recorded_s = timer_s if math.isnan(steps.elapsed_s) else steps.elapsed_s
    strayed_s = abs((start - first).total_seconds())
    surplus_s = elapsed_s - float(np.fmax(recorded_s, timer_s))
    if not (steps.jumps or strayed_s > LONGEST_PAUSE_S or surplus_s > LONGEST_PAUSE_S):
        start, end = first if pd.isna(start) else start, last if pd.isna(end) else end
        spanned_s = (end - start).total_seconds()
        return Span(start, end, spanned_s if math.isnan(elapsed_s) else elapsed_s, silent_s=steps.silent_s)
    if own_clock and abs(elapsed_s - recorded_s) <= TOLERANCE_S:
        recorded_s = elapsed_s
    if np.isnat(samples.time).all():
        first, last = start, _later(start, recorded_s)
    left_out_s = steps.left_out_s or (surplus_s if surplus_s > LONGEST_PAUSE_S else strayed_s)
    return Span(first, last, recorded_s, max(1, steps.jumps), left_out_s, steps.silent_s)


class _Steps(NamedTuple):
    """What the steps from sample to sample add up to."""

    elapsed_s: float
    jumps: int = 0
    left_out_s: float = 0.0
    silent_s: float = 0.0


def _steps(samples: Samples, intervals: Intervals, own_elapsed_s: float) -> _Steps:
    """Add up the time between samples, steps of the clock apart."""
    known = np.flatnonzero(~np.isnan(samples.seconds))
    steps = np.diff(samples.seconds[known])
    if not len(steps):
        return _Steps(math.nan)
    gained = steps if samples.late is None else samples.seconds[known[1:]] - samples.newest_s[known[:-1]]
    if steps.min() >= -OUT_OF_ORDER_S and steps.max() <= LONGEST_SILENCE_S:
        return _Steps(float(gained[gained > 0].sum()))
    jump = (steps < -OUT_OF_ORDER_S) | (steps > LONGEST_PAUSE_S)
    silent = intervals.silent[known[:-1]] & ~jump
    elapsed_s, silent_s = float(gained[(gained > 0) & ~jump].sum()), float(steps[silent].sum())
    if elapsed_s - own_elapsed_s > silent_s / 2 > 0:
        jump |= silent
        elapsed_s, silent_s = elapsed_s - silent_s, 0.0
    return _Steps(elapsed_s, int(jump.sum()), float(np.abs(steps[jump]).sum()), silent_s)


def _believed(time: npt.NDArray[np.datetime64]) -> tuple[np.datetime64, np.datetime64]:
    """Tell the first time and the latest on the clock that most samples show."""
    times = time[~np.isnat(time)]
    if not len(times):
        return np.datetime64("NaT"), np.datetime64("NaT")
    if np.ptp(times) > LONGEST_PAUSE:
        dated = times[times >= FIRST_DATE] if (times >= FIRST_DATE).any() else times
        in_order = np.sort(dated)
        edges = np.flatnonzero(np.diff(in_order) > LONGEST_PAUSE) + 1
        most = max(np.split(in_order, edges), key=len)
        times = dated[(dated >= most[0]) & (dated <= most[-1])]
    return times[0], times.max()


def _later(start: pd.Timestamp, seconds: float) -> pd.Timestamp:
    """Tell the time so much later; unknown if no calendar reaches that far."""
    try:
        return start + pd.Timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return pd.Timestamp("NaT")


def _number(value: object) -> float:
    """Read a total; one below zero is none."""
    number = float(str(value))
    return number if number >= 0 else math.nan
