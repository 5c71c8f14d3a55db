"""Which parts of a run count? The stretches between samples, and what moved in them.

Takes the samples of one leg; gives the intervals between them. Raw values are never changed: what does not make sense
is left out of a sum, and flagged (`stressfx.activity.quality`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from stressfx.activity.samples import Floats, Mask, Places, Samples, samples_of
from stressfx.activity.track import FASTEST_MPS, Track, track_of

__all__ = ["Intervals", "between_samples", "steady", "stretch_s", "valid_heart_rate"]

MOVING_MPS = 0.894
"""From this speed on a runner moves: 30 minutes a mile, the threshold that Strava states for runs. [m/s]"""

LONGEST_GAP_S = 10.0
"""Smart recording leaves out up to this much; over a longer gap heart rate and cadence are unknown. [s]"""

SHORTEST_STOP_S = 3.0
"""A shorter stop is none. [s]"""

STEEPEST_BPM_PER_S = 20.0
"""No heart rate changes faster; a sensor that loses contact does. Our choice. [bpm/s]"""

SMOOTHED_S = 15.0
"""Speeds from positions are averaged over this: their noise would pass for fast running. Our choice. [s]"""

LONGEST_SILENCE_S = 3600.0
"""No recording that is on stays without a sample and without movement for longer; it was off. Our choice. [s]"""


@dataclass(frozen=True, eq=False)
class Intervals:
    """What lies between the samples of one leg: one value an interval, pauses left out as zeros.

    Attributes
    ----------
    duration_s : array of float64
        Time with the recording on; 0 over a pause, over more than an hour without a sample or movement, and where
        time stands or runs backwards. [s]
    distance_m : array of float64
        Distance that counts; 0 where it is unknown or implausible. [m]
    speed_mps : array of float64
        Mean speed; NaN where it is unknown. [m/s]
    smooth_mps : array of float64
        The same, but the mean over 15 s where no device measured it; for what rises steeply with speed. [m/s]
    moving : array of bool
        Whether the runner moved.
    measured : array of bool
        Whether heart rate and cadence are known over the interval: its gap is no longer than 10 s.
    too_fast : array of bool
        Whether its distance was left out, since nobody is that fast.
    silent : array of bool
        Whether it lasts more than an hour, without a sample or movement.
    """

    duration_s: Floats
    distance_m: Floats
    speed_mps: Floats
    smooth_mps: Floats
    moving: Mask
    measured: Mask
    too_fast: Mask
    silent: Mask

    def weighted_mean(self, values: Floats, *, where: Mask | None = None) -> tuple[float, float]:
        """Average a channel over time.

        Parameters
        ----------
        values : array of float64
            One value a sample, NaN where it is not valid.
        where : array of bool, optional
            The intervals that count.

        Returns
        -------
        mean : float
            Time-weighted; NaN if nothing is known.
        known_s : float
            The time that it rests on. [s]
        """
        middle, usable = self.middles(values, where=where)
        weight = self.duration_s[usable]
        total = float(weight.sum())
        return (float(middle[usable] @ weight) / total, total) if total > 0 else (float("nan"), 0.0)

    def middles(self, values: Floats, *, where: Mask | None = None) -> tuple[Floats, Mask]:
        """Give a channel between the samples.

        Parameters
        ----------
        values : array of float64
            One value a sample, NaN where it is not valid.
        where : array of bool, optional
            The intervals that count.

        Returns
        -------
        middle : array of float64
            Of two known values the middle, of one itself; one an interval.
        usable : array of bool
            Where it is known and counts.
        """
        before, after = values[:-1], values[1:]
        middle = (np.where(np.isnan(before), after, before) + np.where(np.isnan(after), before, after)) / 2
        usable = self.measured & ~np.isnan(middle)
        return middle, usable if where is None else usable & where


def between_samples(
    records: pd.DataFrame | Samples, *, fastest_mps: float = FASTEST_MPS, track: Track | None = None
) -> Intervals:
    """Describe what lies between the samples of one leg.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg, in the order of the file.
    fastest_mps : float
        What is faster is no movement but an error: its distance is left out. [m/s]
    track : Track, optional
        Its positions, if they were followed already.

    Returns
    -------
    Intervals
        One fewer than there are samples.

    Notes
    -----
    The device's own speed is preferred to differences of positions, and its distance to that along the positions.
    Where a device gives a speed of 0 although its own distance goes on at running or walking speed, the distance is
    believed. A pause (a new segment) is never bridged, nor is more than an hour without a sample or movement. Stops
    shorter than 3 s are movement. A sample out of order adds neither time nor distance.
    """
    samples = samples_of(records)
    step = samples.seconds[1:] - samples.newest_s[:-1]
    same = np.diff(samples.segment) == 0
    duration = np.where(same & (step > 0), step, 0.0)
    distance = _steps_m(samples, fastest_mps, track)
    with np.errstate(over="ignore"):  # a device may tell any distance
        implied = distance / np.where(step > 0, step, np.where(np.isnan(step), np.nan, samples.resolution_s))
    silent = (duration > LONGEST_SILENCE_S) & ~(implied >= MOVING_MPS)
    if silent.any():
        duration[silent] = 0.0
    by_distance = np.where(duration > 0, implied, np.nan)
    device = samples.speed_mps
    speed = np.where(np.isnan(device[1:]), device[:-1], device[1:])
    gap = duration > LONGEST_GAP_S
    # Some devices write a speed of 0 all along while their own distance goes on.
    stuck = (speed == 0) & (np.diff(samples.distance_m) >= MOVING_MPS * duration)
    derived = np.isnan(speed) | gap | stuck | (speed > fastest_mps)
    speed = np.where(derived, by_distance, speed)
    too_fast = same & (implied > fastest_mps)
    counts = same & (distance >= 0) & ~too_fast & ~silent
    timed = duration > 0
    moving = _merge_stops(speed >= MOVING_MPS, duration) & timed
    counted = np.where(counts, distance, 0.0)
    smooth = (
        np.where(derived & ~gap & ~np.isnan(speed), _rolling_mps(counted, duration), speed) if derived.any() else speed
    )
    return Intervals(duration, counted, speed, smooth, moving, timed & ~gap, too_fast, silent)


def valid_heart_rate(records: pd.DataFrame | Samples) -> Floats:
    """Keep the heart rates that a heart can have.

    Parameters
    ----------
    records : DataFrame or Samples
        Records.

    Returns
    -------
    array of float64
        Heart rate; NaN outside 30 to 230 bpm. [bpm]
    """
    return samples_of(records).heart_rate_valid_bpm


def steady(heart_rate_bpm: Floats, duration_s: Floats) -> Mask:
    """Tell over which intervals the heart rate changes no faster than a heart can.

    Parameters
    ----------
    heart_rate_bpm : array of float64
        One value a sample, NaN where it is not valid. [bpm]
    duration_s : array of float64
        How long each interval lasts. [s]

    Returns
    -------
    array of bool
        False over a change of more than 20 bpm a second; one value an interval.

    Examples
    --------
    >>> steady(np.array([120.0, 125.0, 190.0]), np.array([1.0, 1.0]))
    array([ True, False])
    """
    return ~((duration_s > 0) & (np.abs(np.diff(heart_rate_bpm)) > STEEPEST_BPM_PER_S * duration_s))


def stretch_s(chosen: Mask, duration_s: Floats) -> Floats:
    """Tell how long the stretch of like intervals lasts in which each interval lies.

    Parameters
    ----------
    chosen : array of bool
        One value an interval.
    duration_s : array of float64
        How long each lasts. [s]

    Returns
    -------
    array of float64
        One value an interval. [s]

    Examples
    --------
    >>> stretch_s(np.array([True, True, False, True]), np.array([1.0, 2.0, 5.0, 1.0]))
    array([3., 3., 5., 1.])
    """
    stretch = np.zeros(len(chosen), np.int64)
    stretch[1:] = np.cumsum(chosen[1:] != chosen[:-1])
    return np.bincount(stretch, weights=duration_s).astype(np.float64, copy=False)[stretch]


def _steps_m(samples: Samples, fastest_mps: float, track: Track | None) -> Floats:
    """Distance from sample to sample: by the device where it counted, else along the positions."""
    counted = samples.distance_m
    if samples.late is not None:
        counted = np.where(samples.late & (counted < np.fmax.accumulate(counted)), np.nan, counted)
    unknown = np.isnan(counted)
    if not unknown.any():
        return np.diff(counted)
    known = np.flatnonzero(~unknown)
    if len(known) > 1:
        return _spread(np.diff(counted[known]), known, samples)
    track = track or track_of(samples, fastest_mps=fastest_mps)
    return _spread(track.step_m, track.known, samples)


def _spread(distance_m: Floats, known: Places, samples: Samples) -> Floats:
    """Spread what lies between known samples evenly over the unknown ones between them; a pause is never bridged."""
    steps = np.full(len(samples) - 1, np.nan)
    if len(known) > 1:
        gaps = np.diff(known)
        bridged = (gaps > 1) & (np.diff(samples.segment[known]) != 0)
        steps[known[0] : known[-1]] = np.repeat(np.where(bridged, np.nan, distance_m / gaps), gaps)
    return steps


def _rolling_mps(distance_m: Floats, duration_s: Floats) -> Floats:
    """Mean speed over the recorded seconds around each interval."""
    end_s, end_m = np.cumsum(duration_s), np.cumsum(distance_m)
    seconds, metres = np.append(0.0, end_s), np.append(0.0, end_m)
    middle = end_s - duration_s / 2
    half = np.maximum(SMOOTHED_S, duration_s) / 2
    low, high = np.maximum(middle - half, 0.0), np.minimum(middle + half, seconds[-1])
    gone = np.interp(high, seconds, metres) - np.interp(low, seconds, metres)
    mean: Floats = np.divide(gone, high - low, out=np.full(len(middle), np.nan), where=high > low)
    return mean


def _merge_stops(moving: Mask, duration_s: Floats) -> Mask:
    """Count stops of less than 3 s as movement."""
    if moving.all() or not moving.any():
        return moving
    return moving | (stretch_s(moving, duration_s) < SHORTEST_STOP_S)
