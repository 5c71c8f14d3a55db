"""Which parts of a run count? The stretches between samples, what moved in them, and which values make sense.

Takes the records of one leg; gives the intervals between its samples. Raw values are never changed: what does not
make sense is left out of a sum, and flagged.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.findings import Finding

__all__ = ["Intervals", "between_samples", "flag_quality", "valid_heart_rate"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MOVING_MPS = 0.894
"""From this speed on a runner moves: 30 minutes a mile, the threshold that Strava states for runs. [m/s]"""

FASTEST_MPS = 12.5
"""No runner is faster: the fastest sprint measured is about 12.4 m/s. [m/s]"""

LONGEST_GAP_S = 10.0
"""Smart recording leaves out up to this much; over a longer gap heart rate and cadence are unknown. [s]"""

SHORTEST_STOP_S = 3.0
"""A shorter stop is none. [s]"""

HEART_RATE_BPM = (30.0, 230.0)
"""What a heart rate can be. [bpm]"""

LEFT_ON_RATIO = 4.0
LEFT_ON_S = 3 * 3600.0
EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, eq=False)
class Intervals:
    """What lies between the samples of one leg: one value an interval, pauses left out as zeros.

    Attributes
    ----------
    duration_s : array of float64
        Time with the recording on; 0 over a pause and where time stands or runs backwards. [s]
    distance_m : array of float64
        Distance that counts; 0 where it is unknown or implausible. [m]
    speed_mps : array of float64
        Mean speed; NaN where it is unknown. [m/s]
    moving : array of bool
        Whether the runner moved.
    measured : array of bool
        Whether heart rate and cadence are known over the interval: its gap is no longer than 10 s.
    """

    duration_s: Floats
    distance_m: Floats
    speed_mps: Floats
    moving: Mask
    measured: Mask

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
        pair = np.column_stack((values[:-1], values[1:]))
        known = ~np.isnan(pair)
        count = known.sum(axis=1)
        usable = self.measured & (count > 0) if where is None else self.measured & where & (count > 0)
        weight = self.duration_s[usable]
        total = float(weight.sum())
        if total <= 0:
            return float("nan"), 0.0
        middle = np.where(known, pair, 0.0)[usable].sum(axis=1) / count[usable]
        return float(middle @ weight) / total, total


def between_samples(records: pd.DataFrame, *, fastest_mps: float = FASTEST_MPS) -> Intervals:
    """Describe what lies between the samples of one leg.

    Parameters
    ----------
    records : DataFrame
        The records of one leg, in the order of the file.
    fastest_mps : float
        What is faster is no movement but an error: its distance is left out. [m/s]

    Returns
    -------
    Intervals
        One fewer than there are samples.

    Notes
    -----
    The device's own speed is preferred to differences of positions, and its distance to that along the positions
    (haversine, R = 6,371,008.8 m). Where a device gives a speed of 0 although its own distance goes on at running or
    walking speed, the distance is believed. A pause (a new segment) is never bridged. Stops shorter than 3 s are
    movement.
    """
    time = _seconds(records)
    step = np.diff(time)
    same = np.diff(records["segment"].to_numpy()) == 0
    duration = np.where(same & (step > 0), step, 0.0)
    duration[np.isnan(step)] = 0.0
    distance = _steps_m(records)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_distance = np.where(duration > 0, distance / duration, np.nan)
    device = records["speed_mps"].to_numpy(np.float64)
    speed = np.where(np.isnan(device[1:]), device[:-1], device[1:])
    gap = duration > LONGEST_GAP_S
    # Some devices write a speed of 0 all along while their own distance goes on.
    stuck = (speed == 0) & (np.diff(records["distance_m"].to_numpy(np.float64)) >= MOVING_MPS * duration)
    speed = np.where(np.isnan(speed) | gap | stuck | (speed > fastest_mps), by_distance, speed)
    counts = same & (distance >= 0) & ~(by_distance > fastest_mps)
    moving = _merge_stops(speed >= MOVING_MPS, duration) & (duration > 0)
    return Intervals(duration, np.where(counts, distance, 0.0), speed, moving, (duration > 0) & ~gap)


def _seconds(records: pd.DataFrame) -> Floats:
    """Seconds since the first sample that has a time."""
    time = records["time"].to_numpy("datetime64[us]")
    seconds = time.astype("int64") / 1e6
    seconds[np.isnat(time)] = np.nan
    if "relative_time_s" in records:
        relative = records["relative_time_s"].to_numpy(np.float64)
        return np.where(np.isnan(relative), seconds, relative)
    return seconds


def _steps_m(records: pd.DataFrame) -> Floats:
    """Distance from sample to sample: by the device where it counted, else along the positions."""
    counted = records["distance_m"].to_numpy(np.float64)
    known = np.flatnonzero(~np.isnan(counted))
    if len(known) > 1:
        return _spread(np.diff(counted[known]), known, records)
    positions = np.radians(records[["latitude_deg", "longitude_deg"]].to_numpy(np.float64))
    known = np.flatnonzero(~np.isnan(positions).any(axis=1))
    latitude, longitude = positions[known].T
    half = np.sin(np.diff(latitude) / 2) ** 2
    half += np.cos(latitude[:-1]) * np.cos(latitude[1:]) * np.sin(np.diff(longitude) / 2) ** 2
    angles: Floats = 2 * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return _spread(angles * EARTH_RADIUS_M, known, records)


def _spread(distance_m: Floats, known: npt.NDArray[np.intp], records: pd.DataFrame) -> Floats:
    """Spread what lies between known samples evenly over the unknown ones between them; a pause is never bridged."""
    steps = np.full(len(records) - 1, np.nan)
    if len(known) > 1:
        gaps = np.diff(known)
        segment = records["segment"].to_numpy()[known]
        bridged = (gaps > 1) & (np.diff(segment) != 0)
        steps[known[0] : known[-1]] = np.repeat(np.where(bridged, np.nan, distance_m / gaps), gaps)
    return steps


def _merge_stops(moving: Mask, duration: Floats) -> Mask:
    """Count stops of less than 3 s as movement."""
    if moving.all() or not moving.any():
        return moving
    edges = np.flatnonzero(np.diff(moving)) + 1
    run = np.zeros(len(moving), np.int64)
    run[edges] = 1
    run = np.cumsum(run)
    lasts = np.bincount(run, weights=duration)
    return moving | (lasts[run] < SHORTEST_STOP_S)


def valid_heart_rate(records: pd.DataFrame) -> Floats:
    """Keep the heart rates that a heart can have.

    Parameters
    ----------
    records : DataFrame
        Records.

    Returns
    -------
    array of float64
        Heart rate; NaN outside 30 to 230 bpm. [bpm]
    """
    heart_rate = records["heart_rate_bpm"].to_numpy(np.float64)
    low, high = HEART_RATE_BPM
    return np.where((heart_rate >= low) & (heart_rate <= high), heart_rate, np.nan)


def flag_quality(records: pd.DataFrame, *, fastest_mps: float = FASTEST_MPS, where: str = "") -> list[Finding]:
    """Say what looks wrong in the records of one leg.

    Parameters
    ----------
    records : DataFrame
        The records of one leg.
    fastest_mps : float
        What is faster is flagged. [m/s]
    where : str
        Which leg, for the finding.

    Returns
    -------
    list of Finding
        Rows are kept as they are; each finding says how many are meant.
    """
    if len(records) < 2:
        return []
    intervals = between_samples(records, fastest_mps=fastest_mps)
    heart_rate = records["heart_rate_bpm"].to_numpy(np.float64)
    fast = int((records["speed_mps"].to_numpy(np.float64) > fastest_mps).sum())
    timed = intervals.duration_s > 0
    jumps = int((_steps_m(records)[timed] / intervals.duration_s[timed] > fastest_mps).sum())
    odd_heart = int((~np.isnan(heart_rate) & np.isnan(valid_heart_rate(records))).sum())
    elapsed, moving = float(intervals.duration_s.sum()), float(intervals.duration_s[intervals.moving].sum())
    found = []
    if fast or jumps:
        message = f"{max(fast, jumps)} samples are faster than {fastest_mps:g} m/s; their distance was left out."
        found.append(Finding("speed-implausible", max(fast, jumps), message, where=where))
    if odd_heart:
        message = f"{odd_heart} heart rates lie outside 30 to 230 bpm."
        found.append(Finding("heart-rate-implausible", odd_heart, message, where=where))
    if moving > 0 and elapsed > LEFT_ON_S and elapsed > LEFT_ON_RATIO * moving:
        message = f"The recording lasts {elapsed / 3600:.1f} h, of which {moving / 3600:.1f} h in movement."
        found.append(Finding("watch-left-on", 1, message, where=where))
    return found
