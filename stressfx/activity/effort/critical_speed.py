"""How fast can a runner go on for long? Best efforts of runs and of a log, and the critical speed that they tell.

Takes distances and times, records, or the `stressfx.schema.INTENSITY` of a log; gives the least time for each
distance, and from them critical speed and D'.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.clean import LONGEST_GAP_S, Intervals, between_samples
from stressfx.activity.samples import Floats, Mask, Places, Samples, samples_of
from stressfx.activity.track import FASTEST_MPS
from stressfx.errors import InsufficientDataError
from stressfx.units import METRES_PER_MILE

__all__ = [
    "EFFORT_DISTANCES_M",
    "CriticalSpeed",
    "best_efforts",
    "best_of",
    "critical_speed",
    "leg_efforts",
    "log_efforts",
]

EFFORT_DISTANCES_M = (400.0, 800.0, 1000.0, 1500.0, METRES_PER_MILE, 3000.0, 5000.0, 10000.0)
"""Distances whose best efforts are kept, the shortest first. [m]"""

SHORTEST_TRIAL_S = 120.0
LONGEST_TRIAL_S = 900.0
"""Two to fifteen minutes is the usual range of trials (recalled, not verified). [s]"""

SPRINT_M, SPRINT_MPS, RUN_MPS = 800.0, 9.5, 8.0
"""Nobody has run less than 800 m faster than the one, or more than that faster than the other: it was a car, a
bicycle, or positions that jumped. Our choice, just above the records for 400 and 800 m."""

METHODS = ("time_on_distance", "distance_on_time", "speed_on_inverse_time")

NOT_MAXIMAL = "Best efforts of training are seldom maximal: the true critical speed may be higher."
TWO_TRIALS = "Two trials alone: a line through them has no residual, and nothing tells how good it is."
NEGATIVE = "D' is negative: the shorter efforts were not as hard as the longer ones, and the model does not hold."


@dataclass(frozen=True, eq=False)
class CriticalSpeed:
    """Critical speed and D' of a runner, and what they rest on.

    Attributes
    ----------
    critical_speed_mps : float
        Speed that, by the model, could be held on and on. [m/s]
    d_prime_m : float
        Distance that can be run above it in all. [m]
    method : str
        What was regressed on what.
    trials : DataFrame
        The efforts used: ``distance_m`` and ``timer_s``, and what else came with them.
    residual_m : float
        Standard error of the trials about the line, as a distance; NaN with two trials. [m]
    notes : tuple of str
        What to know before it is used.
    """

    critical_speed_mps: float
    d_prime_m: float
    method: str
    trials: pd.DataFrame
    residual_m: float
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of trials."""
        return len(self.trials)


def best_efforts(
    distance_m: npt.ArrayLike, seconds: npt.ArrayLike, distances: Sequence[float] = EFFORT_DISTANCES_M
) -> Floats:
    """Find the least time for each distance within one stretch of recording.

    Parameters
    ----------
    distance_m : array-like of float
        Distance since the start at each sample; it may stand, but never falls. [m]
    seconds : array-like of float
        Time at each sample; likewise. [s]
    distances : sequence of float
        Distances to look for. [m]

    Returns
    -------
    array of float64
        Least time for each; NaN where the stretch is shorter. [s]

    Raises
    ------
    ValueError
        If distance or time fall or are missing, or are not of one length.

    Notes
    -----
    Between samples the runner is taken to move evenly. The least time then begins or ends at a sample, so that it is
    exact: every sample is tried as a start and as an end, with the other end interpolated. That holds where the runner
    stands, too: all samples there are tried.

    Examples
    --------
    >>> best_efforts([0, 300, 700, 1000], [0, 100, 200, 300], [400, 700, 1200])
    array([100., 200.,  nan])
    """
    way, time = np.asarray(distance_m, np.float64), np.asarray(seconds, np.float64)
    known = way.shape == time.shape and np.isfinite(way).all() and np.isfinite(time).all()
    if not (known and (np.diff(way) >= 0).all() and (np.diff(time) >= 0).all()):
        raise ValueError("distance and time are needed at each sample, in order; neither may fall or be missing")
    best, lengths = np.full(len(distances), np.nan), np.asarray(distances, np.float64)
    if not len(way):
        return best
    starts = np.searchsorted(way, way[-1] - lengths, side="right")
    ends = len(way) - np.searchsorted(way, way[0] + lengths, side="left")
    run = np.flatnonzero((starts > 0) & (ends > 0))
    if len(run):
        # All distances in one go: for most files the calls would take longer than what they compute.
        first, last = _stretches(starts[run]), len(way) - ends[run].repeat(ends[run]) + _stretches(ends[run])
        from_starts = np.interp(way[first] + lengths[run].repeat(starts[run]), way, time) - time[first]
        to_ends = time[last] - np.interp(way[last] - lengths[run].repeat(ends[run]), way, time)
        best[run] = np.minimum(
            np.minimum.reduceat(from_starts, np.cumsum(starts[run]) - starts[run]),
            np.minimum.reduceat(to_ends, np.cumsum(ends[run]) - ends[run]),
        )
    return best


def _stretches(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Count from 0 in each of several stretches, one behind the other."""
    return np.arange(int(counts.sum())) - (np.cumsum(counts) - counts).repeat(counts)


def leg_efforts(
    records: pd.DataFrame | Samples,
    intervals: Intervals | None = None,
    *,
    flat_m: Floats | None = None,
    distances: Sequence[float] = EFFORT_DISTANCES_M,
) -> Floats:
    """Find the least time for each distance in one leg.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    intervals : Intervals, optional
        What lies between its samples, if it is known already.
    flat_m : array of float64, optional
        Distances of the intervals to use in place of their own, such as those of
        `stressfx.activity.terrain.grade.flat_distances`. [m]
    distances : sequence of float
        Distances to look for. [m]

    Returns
    -------
    array of float64
        Least time for each; NaN where no stretch of recording is as long, where the distance is not known, and where
        the effort is faster than anyone. [s]

    Notes
    -----
    Time is time with the recording on, and no effort reaches over a pause, or over an hour without a sample. A break
    of up to 10 s is crossed, with all of its time: TCX begins a new track with every lap. Where any of the distances
    was covered faster than anyone runs, the stretch tells of none: what is longer holds the same ride or jump.

    Examples
    --------
    >>> nothing = dict.fromkeys(["latitude_deg", "longitude_deg", "heart_rate_bpm", "cadence_rpm"], float("nan"))
    >>> records = pd.DataFrame({"time": pd.date_range("2026-03-01", periods=401, freq="s", tz="UTC"), "segment": 0,
    ...                         "distance_m": 4.0 * np.arange(401), "speed_mps": 4.0, "altitude_m": 0.0, **nothing})
    >>> leg_efforts(records, distances=[400, 1600, 3000])
    array([100., 400.,  nan])
    """
    samples = samples_of(records)
    best = np.full(len(distances), np.nan)
    if len(samples) < 2:
        return best
    between = intervals or between_samples(samples)
    covered = between.distance_m if flat_m is None else flat_m
    if not np.isfinite(covered).all():
        return best
    way, time, breaks = _with_short_breaks(samples, between, covered)
    firsts, lasts = np.append(0, breaks + 1), np.append(breaks, len(way) - 1)
    long_enough = way[lasts] - way[firsts] >= min(distances)
    lengths = np.asarray(distances, np.float64)
    for first, last in zip(firsts[long_enough].tolist(), lasts[long_enough].tolist(), strict=True):
        found = best_efforts(way[first : last + 1], time[first : last + 1], distances)
        if (_possible(lengths, found) | np.isnan(found)).all():
            best = np.fmin(best, found)
    return best


def _with_short_breaks(samples: Samples, between: Intervals, covered: Floats) -> tuple[Floats, Floats, Places]:
    """Give distance and time at each sample, those of short breaks included, and the breaks that are not crossed."""
    broken = (np.diff(samples.segment) != 0) | between.silent
    step_s = samples.seconds[1:] - samples.newest_s[:-1]
    short = broken & (step_s > 0) & (step_s <= LONGEST_GAP_S)
    step_m = np.diff(samples.distance_m)
    step_m = np.where(short & (step_m > 0) & (step_m <= FASTEST_MPS * step_s), step_m, 0.0)
    way = np.append(0.0, np.cumsum(covered + step_m))
    time = np.append(0.0, np.cumsum(between.duration_s + np.where(short, step_s, 0.0)))
    return way, time, np.flatnonzero(broken & ~short)


def log_efforts(intensity: pd.DataFrame) -> pd.DataFrame:
    """Find the least time for each distance in a log.

    Parameters
    ----------
    intensity : DataFrame
        `stressfx.schema.INTENSITY` of the sessions that count.

    Returns
    -------
    DataFrame
        One row a distance, ascending: ``distance_m`` [m], ``timer_s`` [s] and ``session_id`` of the best effort. What
        is faster than anyone is left out.

    Examples
    --------
    >>> intensity = pd.DataFrame({"session_id": ["a", "b", "b"], "channel": "effort_m",
    ...                           "value": [1200.0, 1200.0, 2400.0], "timer_s": [240.0, 225.0, 480.0]})
    >>> log_efforts(intensity).values.tolist()
    [[1200.0, 225.0, 'b'], [2400.0, 480.0, 'b']]
    """
    efforts = intensity[intensity["channel"] == "effort_m"]
    distance, time, places = best_of(*(efforts[name].to_numpy(dtype=float) for name in ("value", "timer_s")))
    sessions = efforts["session_id"].iloc[places].reset_index(drop=True)
    return pd.DataFrame({"distance_m": distance, "timer_s": time, "session_id": sessions})


def best_of(distance_m: Floats, seconds: Floats) -> tuple[Floats, Floats, Places]:
    """Choose the least time of each distance.

    Parameters
    ----------
    distance_m, seconds : array of float64
        Efforts of any number of runs. [m, s]

    Returns
    -------
    distance_m, seconds : array of float64
        One value a distance, ascending. What is faster than anyone is left out. [m, s]
    places : array of int
        Where each of them stood.

    Examples
    --------
    >>> best_of(np.array([1200.0, 1200.0, 2400.0, 2400.0]), np.array([240.0, 225.0, 480.0, 60.0]))[1].tolist()
    [225.0, 480.0]
    """
    places = np.flatnonzero(_possible(distance_m, seconds))
    places = places[np.lexsort((seconds[places], distance_m[places]))]
    places = places[np.append(True, np.diff(distance_m[places]) > 0)[: len(places)]]
    return distance_m[places], seconds[places], places


def critical_speed(
    efforts: pd.DataFrame,
    *,
    method: str = "time_on_distance",
    shortest_s: float = SHORTEST_TRIAL_S,
    longest_s: float = LONGEST_TRIAL_S,
) -> CriticalSpeed:
    """Fit critical speed and D' to efforts.

    Parameters
    ----------
    efforts : DataFrame
        Columns ``distance_m`` and ``timer_s``: trials, or the best efforts of `log_efforts`.
    method : {"time_on_distance", "distance_on_time", "speed_on_inverse_time"}
        What is regressed on what.
    shortest_s, longest_s : float
        Efforts of other durations are left out. [s]

    Returns
    -------
    CriticalSpeed
        The fit, with what it rests on.

    Raises
    ------
    InsufficientDataError
        With fewer than two such efforts, or if longer ones do not take longer.
    ValueError
        If there is no such method.

    Notes
    -----
    D = CS t + D'. The error of a regression lies with what depends: trials and best efforts over fixed distances have
    theirs in the time, hence the default t = D/CS - D'/CS; trials of fixed durations have it in the distance
    (``"distance_on_time"``). ``"speed_on_inverse_time"`` is v = CS + D'/t. The three differ: choose one and keep to it
    (Patoz 2021, doi 10.3389/fphys.2021.613066). Three and more trials of 2 to 15 minutes are usual (recalled, not
    verified); two, of 1200 and 3600 m, were found to do nearly as well (Kordi and Galbraith 2019). The speed from best
    efforts of training is a lower bound: nobody runs all of them as hard as can be.

    Examples
    --------
    >>> trials = pd.DataFrame({"distance_m": [1200.0, 2400.0, 3600.0], "timer_s": [225.0, 480.0, 738.0]})
    >>> fit = critical_speed(trials)
    >>> round(fit.critical_speed_mps, 6), round(fit.d_prime_m, 3)
    (4.678363, 149.708)
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; one of {', '.join(METHODS)} is needed")
    trials = efforts[efforts["timer_s"].between(shortest_s, longest_s) & (efforts["distance_m"] > 0)]
    distance, time = trials["distance_m"].to_numpy(np.float64), trials["timer_s"].to_numpy(np.float64)
    if len(trials) < 2 or not (np.ptp(distance) > 0 and np.ptp(time) > 0):
        raise InsufficientDataError(
            f"{len(trials)} efforts of {shortest_s:g} to {longest_s:g} s were found; two over different distances are "
            "needed for a critical speed, and three or more to know how good it is."
        )
    if method == "time_on_distance":
        slope, intercept = _line(distance, time)
        speed, reserve = (1 / slope, -intercept / slope) if slope > 0 else (np.nan, np.nan)
    elif method == "distance_on_time":
        speed, reserve = _line(time, distance)
    else:
        reserve, speed = _line(1 / time, distance / time)
    if not speed > 0:
        raise InsufficientDataError("Longer efforts do not take longer; no critical speed fits them.")
    residuals = distance - speed * time - reserve
    residual_m = float(np.sqrt(residuals @ residuals / (len(trials) - 2))) if len(trials) > 2 else float("nan")
    notes = (NOT_MAXIMAL, *([TWO_TRIALS] if len(trials) == 2 else []), *([NEGATIVE] if reserve < 0 else []))
    return CriticalSpeed(float(speed), float(reserve), method, trials.reset_index(drop=True), residual_m, notes)


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Fit a straight line by least squares: slope and intercept."""
    around = x - x.mean()
    slope = float(around @ y / (around @ around))
    return slope, float(y.mean() - slope * x.mean())


def _possible(distance_m: Floats, seconds: Floats) -> Mask:
    """Tell which efforts somebody could have run; not those without a time."""
    fastest = np.where(distance_m < SPRINT_M, SPRINT_MPS, RUN_MPS)
    return np.asarray(distance_m <= fastest * seconds)
