"""How much did a run climb? Ascent and descent by hysteresis.

Takes altitudes in the order of the run; gives metres up and down.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["climb"]

BAROMETRIC_M = 3.0
"""Threshold for altitudes from a barometer, GoldenCheetah's default. [m]"""

GPS_M = 10.0
"""Threshold for altitudes from satellites alone, which wander by several metres. [m]"""


def climb(altitude_m: npt.ArrayLike, *, threshold_m: float = BAROMETRIC_M) -> tuple[float, float]:
    """Add up ascent and descent, leaving out what is noise.

    Parameters
    ----------
    altitude_m : array-like of float
        Altitudes in order; NaN is passed over. [m]
    threshold_m : float
        A change counts once it is larger than this. [m]

    Returns
    -------
    ascent_m, descent_m : float
        Metres up and down; NaN without any altitude. [m]

    Notes
    -----
    From a reference altitude p, start at the first: if h > p + T, then the ascent grows by h - p and p = h; if
    h < p - T, the descent grows by p - h and p = h. The threshold is T = 3 m for a barometer (the default of
    GoldenCheetah) and 10 m for satellites alone. There is no agreed standard: other tools give other numbers.

    Examples
    --------
    >>> climb([100, 101, 102, 104, 103, 99, 100, 105, 104, 106, 102])
    (10.0, 5.0)
    """
    altitudes = np.asarray(altitude_m, np.float64)
    altitudes = altitudes[~np.isnan(altitudes)]
    if not len(altitudes):
        return float("nan"), float("nan")
    altitudes = altitudes[np.append(True, altitudes[1:] != altitudes[:-1])]  # most repeat the one before
    ascent = descent = 0.0
    reference = float(altitudes[0])
    for altitude in altitudes.tolist():
        change = altitude - reference
        if change > threshold_m:
            ascent += change
            reference = altitude
        elif change < -threshold_m:
            descent -= change
            reference = altitude
    return ascent, descent
