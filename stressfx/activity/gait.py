"""How many steps? The factor-2 trap: most devices record strides a minute, some steps a minute.

Takes the cadence of one leg as it was recorded; gives steps a minute, and steps.
"""

import numpy as np
import pandas as pd

from stressfx.activity.clean import Intervals, between_samples
from stressfx.activity.samples import Floats, Samples, samples_of

__all__ = ["steps_per_minute", "strides_factor"]

STRIDES_RPM = (60.0, 115.0)
"""A median in this range is strides a minute, of one foot: FIT's and Garmin's convention. [1/min]"""

STEPS_SPM = (120.0, 240.0)
"""A median in this range is steps a minute, of both feet. [1/min]"""


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


def steps_per_minute(records: pd.DataFrame | Samples, intervals: Intervals | None = None) -> Floats:
    """Give the cadence of one leg in steps of both feet.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    intervals : Intervals, optional
        What lies between its samples, if it is known already.

    Returns
    -------
    array of float64
        Steps a minute, one value a sample; all NaN if the convention is not clear. [1/min]

    Notes
    -----
    The convention is decided once for the leg, by the median over samples in movement, and never sample by sample:
    a walk at 58 strides a minute is no run at 58 steps.
    """
    samples = samples_of(records)
    cadence = samples.cadence_rpm
    if len(cadence) < 2:
        return np.full(len(cadence), np.nan)
    moving = (intervals or between_samples(samples)).moving
    beside = np.append(moving, False) | np.append(False, moving)
    sampled = cadence[beside & (cadence > 0)]
    if not len(sampled):
        return np.full(len(cadence), np.nan)
    return cadence * strides_factor(float(np.median(sampled)))
