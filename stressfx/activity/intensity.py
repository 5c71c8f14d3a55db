"""How long, how many steps and how far at each heart rate and speed, and how fast over the usual distances?

Takes a leg; gives a few hundred numbers from which every load by heart rate or speed can be summed later, whoever the
runner is and whatever exponent or zone is asked for: a file is read once.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from stressfx.activity.clean import Intervals, steady
from stressfx.activity.effort.critical_speed import EFFORT_DISTANCES_M, leg_efforts
from stressfx.activity.leg import Leg, legs_of
from stressfx.activity.samples import Floats
from stressfx.blocks import frame_of, texts
from stressfx.io.activity import Activity
from stressfx.schema import INTENSITY

__all__ = ["CHANNELS", "Bins", "bins_of", "heart_rate_bins", "intensity", "intensity_frame"]

HEART_RATE_STEP_BPM = 0.5
"""Of whole beats, as devices tell them, the middle of two lies on a bin: sums over the bins are exact. [bpm]"""

SPEED_STEP_MPS = 0.05
"""A bin holds speeds that differ by no more; damage summed over their means is off by less than 0.1 %. [m/s]"""

CHANNELS = ("heart_rate_bpm", "speed_mps", "effort_m")
NUMBERS = tuple(column.name for column in INTENSITY.columns if column.kind == "float")


class Bins(NamedTuple):
    """The rows of `stressfx.schema.INTENSITY` of one session, in a form that is cheap to keep and to send."""

    session_id: str
    counts: tuple[int, ...]
    """How many rows each of `CHANNELS` has, in order."""
    numbers: Floats
    """Of shape (5, rows): value, timer_s, steps, steps_s, distance_m."""


def intensity(activity: Activity) -> pd.DataFrame:
    """Tell how long an activity lasted at each heart rate and speed.

    Parameters
    ----------
    activity : Activity
        What a reader gave.

    Returns
    -------
    DataFrame
        `stressfx.schema.INTENSITY`, of every leg, in order.

    Notes
    -----
    Each stretch between two samples adds its duration to the bin of its heart rate (the middle of both samples, in
    steps of 0.5 bpm; values outside 30 to 230 bpm and gaps of more than 10 s are left out) and to that of its speed
    (0.05 m/s wide, `value` is the mean of the speeds in it), together with its distance and, while moving and where
    cadence is known, its steps. So loads that are sums over samples can be taken from these rows: Banister's impulse
    exactly where heart rates are whole beats, damage to 0.1 %. An effort is the least time in which a distance was
    covered without a pause, as it was run (`leg_efforts` takes grade-adjusted distances too, which altitudes from
    satellites can make much too good).

    Examples
    --------
    >>> import stressfx as sfx
    >>> gpx = b"<gpx><trk><type>running</type><trkseg>" + b"".join(
    ...     f"<trkpt lat='0.{i:04}' lon='0'><time>2025-01-01T00:00:{5 * i:02}Z</time></trkpt>".encode()
    ...     for i in range(10)
    ... ) + b"</trkseg></trk></gpx>"
    >>> sfx.intensity(sfx.read_activity(gpx))[["channel", "value", "timer_s"]].round(3).to_dict("records")
    [{'channel': 'speed_mps', 'value': 2.224, 'timer_s': 45.0}]
    """
    sha256 = activity.source.sha256[:12]
    return intensity_frame(bins_of(leg, f"{sha256}-{leg.told['leg']}") for leg in legs_of(activity))


def intensity_frame(bins: Iterable[Bins]) -> pd.DataFrame:
    """Put the rows of many sessions into one frame.

    Parameters
    ----------
    bins : iterable of Bins
        One a session.

    Returns
    -------
    DataFrame
        `stressfx.schema.INTENSITY`, in the order given.
    """
    gathered = [one for one in bins if sum(one.counts)]
    if not gathered:
        return INTENSITY.empty()
    numbers = np.concatenate([one.numbers for one in gathered], axis=1)
    sessions: Any = np.repeat([one.session_id for one in gathered], [sum(one.counts) for one in gathered])
    counts = np.array([one.counts for one in gathered], np.int64).ravel()
    channels: Any = np.repeat(CHANNELS * len(gathered), counts)
    names = ("session_id", "channel", *NUMBERS)
    blocks = [(texts(sessions), (0,)), (texts(channels), (1,)), (numbers, tuple(range(2, 2 + len(NUMBERS))))]
    return frame_of(names, blocks, numbers.shape[1])


def bins_of(leg: Leg, session_id: str) -> Bins:
    """Sum one leg by heart rate and speed, and find its best efforts.

    Parameters
    ----------
    leg : Leg
        The leg.
    session_id : str
        Its session.

    Returns
    -------
    Bins
        No rows for what is not known; speed and efforts of runs and walks only.
    """
    parts = [heart_rate_rows(leg.intervals, leg.samples.heart_rate_valid_bpm)]
    if leg.on_foot and len(leg.samples) > 1:
        parts += [_speed_rows(leg), _effort_rows(leg)]
    else:
        parts += [np.empty((len(NUMBERS), 0))] * 2
    return Bins(session_id, tuple(part.shape[1] for part in parts), np.concatenate(parts, axis=1))


def heart_rate_bins(session_id: str, intervals: Intervals, heart_rate_bpm: Floats) -> Bins:
    """Sum heart rates that an account keeps apart from the recording.

    Parameters
    ----------
    session_id : str
        Their session.
    intervals : Intervals
        What lies between them.
    heart_rate_bpm : array of float64
        Heart rates, NaN where they are not valid. [bpm]

    Returns
    -------
    Bins
        Rows of heart rates only.
    """
    rows = heart_rate_rows(intervals, heart_rate_bpm)
    return Bins(session_id, (rows.shape[1], 0, 0), rows)


def heart_rate_rows(intervals: Intervals, heart_rate_bpm: Floats) -> Floats:
    """Sum the time at each heart rate."""
    middle, known = intervals.middles(heart_rate_bpm, where=steady(heart_rate_bpm, intervals.duration_s))
    place = np.rint(middle[known] / HEART_RATE_STEP_BPM).astype(np.int64)
    timer_s = np.bincount(place, weights=intervals.duration_s[known]).astype(np.float64, copy=False)
    held = np.flatnonzero(timer_s)
    return _rows(held.astype(np.float64) * HEART_RATE_STEP_BPM, timer_s[held])


def _speed_rows(leg: Leg) -> Floats:
    """Sum time, steps and distance at each speed."""
    intervals = leg.intervals
    speed_mps = intervals.smooth_mps
    known = (intervals.duration_s > 0) & (speed_mps <= leg.fastest_mps) & (speed_mps >= 0)
    if not known.any():
        return np.empty((len(NUMBERS), 0))
    place = (speed_mps[known] / SPEED_STEP_MPS).astype(np.int64)
    duration_s = intervals.duration_s[known]
    spm, counted = intervals.middles(leg.steps_spm, where=intervals.moving)
    steps_s = np.where(counted, intervals.duration_s, 0.0)[known]
    steps = np.where(counted, spm, 0.0)[known] * steps_s / 60

    def summed(values: Floats) -> Floats:
        return np.bincount(place, weights=values).astype(np.float64, copy=False)

    timer_s = summed(duration_s)
    held = np.flatnonzero(timer_s)
    counted_s = summed(steps_s)[held]
    steps_held = np.where(counted_s > 0, summed(steps)[held], np.nan)
    mean_mps = summed(speed_mps[known] * duration_s)[held] / timer_s[held]
    return _rows(mean_mps, timer_s[held], steps_held, counted_s, summed(intervals.distance_m[known])[held])


def _effort_rows(leg: Leg) -> Floats:
    """Find the least time for each distance."""
    best_s = leg_efforts(leg.samples, leg.intervals)
    found = ~np.isnan(best_s)
    return _rows(np.array(EFFORT_DISTANCES_M)[found], best_s[found])


def _rows(value: Floats, timer_s: Floats, *further: Floats) -> Floats:
    rows = np.full((len(NUMBERS), len(value)), np.nan)
    for row, numbers in enumerate((value, timer_s, *further)):
        rows[row] = numbers
    return rows
