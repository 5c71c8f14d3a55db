"""How did the body move in a step? Running dynamics, as far as a device measured them.

Takes the channels of one leg and what lies between its samples; gives time-weighted means in movement.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from stressfx.activity.clean import Intervals
from stressfx.activity.samples import Floats

__all__ = ["VALID", "Dynamics", "running_dynamics"]

VALID: Mapping[str, tuple[float, float]] = {
    "vertical_oscillation_m": (0.01, 0.30),
    "vertical_ratio": (0.01, 0.50),
    "stance_time_s": (0.05, 1.5),
    "stance_time_balance": (0.2, 0.8),
    "step_length_m": (0.1, 3.0),
}
"""What a step of a runner or walker can be; devices write 0 where they measured nothing. Wide, and our choice."""


class Dynamics(NamedTuple):
    """Means of what a device measured of the steps themselves; NaN where it did not."""

    vertical_oscillation_mean_m: float
    """Vertical movement of the trunk in a step. [m]"""
    vertical_ratio_mean: float
    """Vertical oscillation over step length. [1]"""
    stance_time_mean_s: float
    """Ground contact time of a step. [s]"""
    stance_time_balance_mean: float
    """Share of ground contact on the left foot. [1]"""
    step_length_mean_m: float
    """Length of a step, as the device measured it. [m]"""


def running_dynamics(channels: pd.DataFrame | Mapping[str, Floats], intervals: Intervals) -> Dynamics:
    """Average the running dynamics of one leg.

    Parameters
    ----------
    channels : DataFrame or mapping of arrays
        The records of the leg, or those of its columns that `VALID` names; one value a sample.
    intervals : Intervals
        What lies between its samples.

    Returns
    -------
    Dynamics
        Means over the time in movement for which a valid value is known.

    Notes
    -----
    Values outside `VALID` are left out: 0 is how devices write that nothing was measured. A value between two samples
    is their middle, and holds as long as they lie apart, 10 s at most.

    Examples
    --------
    >>> from stressfx.activity.clean import between_samples
    >>> nothing = dict.fromkeys(["latitude_deg", "longitude_deg", "altitude_m", "heart_rate_bpm"], float("nan"))
    >>> records = pd.DataFrame({"time": pd.date_range("2026-03-01", periods=4, freq="s", tz="UTC"), "segment": 0,
    ...                         "distance_m": [0.0, 3.0, 6.0, 9.0], "speed_mps": 3.0, "cadence_rpm": 85.0, **nothing,
    ...                         "stance_time_s": [0.0, 0.24, 0.25, 0.26]})
    >>> round(running_dynamics(records, between_samples(records)).stance_time_mean_s, 4)
    0.2467
    """
    return Dynamics(*(_mean(channels, name, intervals) for name in VALID))


def _mean(channels: pd.DataFrame | Mapping[str, Floats], name: str, intervals: Intervals) -> float:
    if name not in channels:
        return float("nan")
    low, high = VALID[name]
    values = np.asarray(channels[name], np.float64)
    valid = np.where((values >= low) & (values <= high), values, np.nan)
    return intervals.weighted_mean(valid, where=intervals.moving)[0]
