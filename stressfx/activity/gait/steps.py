"""How many steps? The factor-2 trap: most devices record strides a minute, some steps a minute.

Takes the records of one leg; gives steps, loading cycles per leg, cadence and step length, each with how it is known.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from stressfx.activity.clean import Intervals, between_samples
from stressfx.activity.gait.dynamics import Dynamics, running_dynamics
from stressfx.activity.gait.step_length import assumed_steps, step_length_m, step_lengths
from stressfx.activity.samples import Floats, Mask, Samples, samples_of

__all__ = [
    "Cadence",
    "Gait",
    "Steps",
    "gait",
    "step_count",
    "steps_between",
    "steps_per_interval",
    "steps_per_minute",
    "strides_factor",
]

Cadence = Literal["auto", "strides", "steps"]
"""What a recorded cadence counts: told by its median, strides of one foot, or steps of both."""

STRIDES_RPM = (60.0, 115.0)
"""A median in this range is strides a minute, of one foot: FIT's and Garmin's convention. [1/min]"""

STEPS_SPM = (120.0, 240.0)
"""A median in this range is steps a minute, of both feet. [1/min]"""


class Steps(NamedTuple):
    """The steps of a leg, interval by interval."""

    steps: Floats
    """Steps of both feet; 0 without movement."""
    assumed: Mask
    """Where they are not counted by cadence."""
    source: str
    """``cadence``, ``step length``, ``assumed cadence`` or several of them, joined by `` + ``."""


@dataclass(frozen=True)
class Gait:
    """How somebody ran: one leg.

    Attributes
    ----------
    steps : float
        Steps of both feet in movement.
    steps_assumed : float
        How many of them are not counted by cadence.
    source : str
        How the steps are known: ``cadence``, ``step length`` (the runner's own at that speed), ``assumed cadence``
        (165 steps a minute), or several of them, joined by `` + ``; empty if nothing is known.
    cycles_per_leg : float
        Loading cycles of each leg: half the steps.
    cadence_mean_spm : float
        Mean cadence in movement, over the time in which it is known. [1/min]
    step_length_mean_m : float
        Distance over steps, where cadence is known. [m]
    dynamics : Dynamics
        Means of what the device measured itself, NaN where it did not.
    """

    steps: float
    steps_assumed: float
    source: str
    cycles_per_leg: float
    cadence_mean_spm: float
    step_length_mean_m: float
    dynamics: Dynamics


def gait(records: pd.DataFrame, *, cadence: Cadence = "auto", lengths: Floats | None = None) -> Gait:
    """Describe the gait of one leg on foot.

    Parameters
    ----------
    records : DataFrame
        The records of one leg.
    cadence : {"auto", "strides", "steps"}
        As for `step_count`.
    lengths : array of float64, optional
        The runner's own step lengths (`stressfx.activity.gait.step_length.step_lengths`); else those of this leg.

    Returns
    -------
    Gait
        Each value NaN where it is not known.

    Notes
    -----
    Where a runner moves and the cadence is not known, the steps are the distance over the runner's own step length at
    that speed, else 165 a minute. `Gait.source` says so, and `Gait.steps_assumed` how many they are. Cadence and step
    length rest on what was recorded alone.

    Examples
    --------
    >>> time = pd.date_range("2026-03-01", periods=3001, freq="s", tz="UTC")
    >>> nothing = dict.fromkeys(["latitude_deg", "longitude_deg", "altitude_m", "heart_rate_bpm"], float("nan"))
    >>> records = pd.DataFrame({"time": time, "segment": 0, "distance_m": np.linspace(0, 8000, 3001), **nothing,
    ...                         "speed_mps": 8000 / 3000, "cadence_rpm": 85.5})
    >>> found = gait(records)
    >>> [round(value, 4) for value in (found.steps, found.cycles_per_leg, found.step_length_mean_m)], found.source
    ([8550.0, 4275.0, 0.9357], 'cadence')
    """
    samples = samples_of(records)
    intervals = between_samples(samples)
    spm = steps_per_minute(samples, intervals, cadence=cadence)
    counted = steps_per_interval(spm, intervals)
    found = steps_between(spm, intervals, lengths=lengths)
    steps = float(found.steps.sum()) if found.source else _steps_of_none(intervals)
    known = intervals.moving & ~np.isnan(counted)
    distance_m, known_steps = float(intervals.distance_m[known].sum()), float(counted[known].sum())
    mean_spm, _ = intervals.weighted_mean(spm, where=intervals.moving)
    return Gait(
        steps=steps,
        steps_assumed=float(found.steps[found.assumed].sum()),
        source=found.source,
        cycles_per_leg=steps / 2,
        cadence_mean_spm=mean_spm,
        step_length_mean_m=float(step_length_m(distance_m or np.nan, known_steps)),
        dynamics=running_dynamics(records, intervals),
    )


def step_count(records: pd.DataFrame | Samples, *, cadence: Cadence = "auto") -> float:
    """Count the steps of one leg on foot by its cadence.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    cadence : {"auto", "strides", "steps"}
        What the recorded cadence counts. ``"auto"`` tells it by the median in movement, once for the leg: 60 to 115
        are strides, 120 to 240 are steps.

    Returns
    -------
    float
        Steps of both feet; NaN if no cadence is known in movement, or its convention is not clear.

    Raises
    ------
    ValueError
        If `cadence` is none of the three.

    Notes
    -----
    Steps are the sum of cadence over the time in movement; in FIT, ``cadence`` and ``fractional_cadence`` of a run
    are strides a minute and make two steps each. Movement without a known cadence adds nothing here: `gait` fills it,
    and says so. A leg that is cut in two has the same steps in both parts together.

    Examples
    --------
    >>> nothing = dict.fromkeys(["latitude_deg", "longitude_deg", "altitude_m", "heart_rate_bpm"], float("nan"))
    >>> records = pd.DataFrame({"time": pd.date_range("2026-03-01", periods=61, freq="s", tz="UTC"), "segment": 0,
    ...                         "distance_m": np.linspace(0, 180, 61), **nothing,
    ...                         "speed_mps": 3.0, "cadence_rpm": 85.5})
    >>> step_count(records)
    171.0
    """
    samples = samples_of(records)
    intervals = between_samples(samples)
    steps = steps_per_interval(steps_per_minute(samples, intervals, cadence=cadence), intervals)
    known = intervals.moving & ~np.isnan(steps)
    return float(steps[known].sum()) if known.any() else _steps_of_none(intervals)


def steps_per_interval(steps_spm: Floats, intervals: Intervals) -> Floats:
    """Count the steps between the samples of one leg.

    Parameters
    ----------
    steps_spm : array of float64
        Steps a minute, one value a sample (`steps_per_minute`). [1/min]
    intervals : Intervals
        What lies between the samples.

    Returns
    -------
    array of float64
        Steps of both feet, one value an interval: 0 without movement, NaN in movement without a known cadence.
    """
    spm, known = intervals.middles(steps_spm)
    return np.where(intervals.moving, np.where(known, spm * intervals.duration_s / 60, np.nan), 0.0)


def steps_between(steps_spm: Floats, intervals: Intervals, *, lengths: Floats | None = None) -> Steps:
    """Count the steps between the samples, and assume those that no cadence tells of.

    Parameters
    ----------
    steps_spm : array of float64
        Steps a minute, one value a sample. [1/min]
    intervals : Intervals
        What lies between the samples.
    lengths : array of float64, optional
        The runner's own step lengths (`stressfx.activity.gait.step_length.step_lengths`); else those of this leg.

    Returns
    -------
    Steps
        Never NaN, and with how they are known: nothing is assumed silently.
    """
    counted = steps_per_interval(steps_spm, intervals)
    missing = np.isnan(counted)
    if lengths is None:
        known = intervals.moving & ~missing
        lengths = step_lengths(intervals.speed_mps[known], intervals.distance_m[known], counted[known])
    filled, by_length = assumed_steps(intervals.duration_s, intervals.distance_m, intervals.speed_mps, lengths=lengths)
    ways = {
        "cadence": intervals.moving & ~missing,
        "step length": missing & by_length,
        "assumed cadence": missing & ~by_length,
    }
    source = " + ".join(way for way, where in ways.items() if where.any())
    return Steps(np.where(missing, filled, counted), missing, source)


def strides_factor(median_rpm: float) -> float:
    """Tell by what a recorded cadence must be multiplied to give steps a minute.

    Parameters
    ----------
    median_rpm : float
        Median of the recorded cadence while moving. [1/min]

    Returns
    -------
    float
        2 from 60 to 115, 1 from 120 to 240, else NaN: then the convention is not clear.

    Examples
    --------
    >>> strides_factor(85.0), strides_factor(172.0)
    (2.0, 1.0)
    """
    if STRIDES_RPM[0] <= median_rpm <= STRIDES_RPM[1]:
        return 2.0
    return 1.0 if STEPS_SPM[0] <= median_rpm <= STEPS_SPM[1] else float("nan")


def steps_per_minute(
    records: pd.DataFrame | Samples, intervals: Intervals | None = None, *, cadence: Cadence = "auto"
) -> Floats:
    """Give the cadence of one leg in steps of both feet.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    intervals : Intervals, optional
        What lies between its samples, if it is known already.
    cadence : {"auto", "strides", "steps"}
        As for `step_count`.

    Returns
    -------
    array of float64
        Steps a minute, one value a sample; NaN where no step was detected, all NaN if the convention is not clear.
        [1/min]

    Raises
    ------
    ValueError
        If `cadence` is none of the three.

    Notes
    -----
    The convention is decided once for the leg, by the median over samples in movement, and never sample by sample:
    a walk at 58 strides a minute is no run at 58 steps. A cadence of 0 tells that no step was detected. Of somebody
    who moves that is not known rather than none: devices count more strides in all than such seconds leave.
    """
    samples = samples_of(records)
    recorded = samples.cadence_rpm
    if cadence != "auto":
        factors = {"strides": 2.0, "steps": 1.0}
        if cadence not in factors:
            raise ValueError(f"cadence is {cadence!r}; 'auto', 'strides' or 'steps' is needed")
        return _detected(recorded) * factors[cadence]
    if len(recorded) < 2:
        return np.full(len(recorded), np.nan)
    moving = (intervals or between_samples(samples)).moving
    beside = np.append(moving, False) | np.append(False, moving)
    sampled = recorded[beside & (recorded > 0)]
    if not len(sampled):
        return np.full(len(recorded), np.nan)
    return _detected(recorded) * strides_factor(float(np.median(sampled)))


def _detected(cadence_rpm: Floats) -> Floats:
    """Take a cadence of 0 for what it is: no step was detected."""
    return np.where(cadence_rpm > 0, cadence_rpm, np.nan)


def _steps_of_none(intervals: Intervals) -> float:
    """Steps where no movement has a cadence: 0 of somebody who is known to have stood, else not known."""
    stood = not intervals.moving.any() and bool((~np.isnan(intervals.speed_mps)).any())
    return 0.0 if stood else float("nan")
