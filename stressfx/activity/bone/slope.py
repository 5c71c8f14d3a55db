"""What may slopes have changed about the damage of a run? A word, since no coefficient is published.

Takes slopes, and the steps on them; gives the sign of what one study found and another did not.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["grade_effect"]

STEEP = 0.10
"""From this slope on Rice et al. (2024) saw the bending moment of the tibia change. [1]"""

STEEP_SHARE = 0.05
"""So many of the steps must be steep for a flag. Our choice. [1]"""


def grade_effect(grade: npt.ArrayLike, steps: npt.ArrayLike) -> str:
    """Say in a word what slopes may have changed about the damage; no coefficient is known.

    Parameters
    ----------
    grade : array-like of float
        Slope, rise over run, NaN where it is not known. [1]
    steps : array-like of float
        Steps on it.

    Returns
    -------
    str
        ``higher`` if at least a twentieth of the steps went 10 % up or more, ``lower`` if down, ``both``, ``none``,
        or ``unknown`` if the slope of half the steps or more is.

    Notes
    -----
    Rice et al. (J Sport Health Sci, 2024; 20 runners, 2.5 to 3.5 m/s) saw a higher bending moment of the tibia at 10
    and 15 % uphill and a lower one downhill; Baggaley et al. (arXiv:2305.04139) no effect of grade on its strain.

    Examples
    --------
    >>> grade_effect([0.0, 0.12, -0.02], [900, 80, 20])
    'higher'
    """
    slope, taken = np.asarray(grade, np.float64), np.asarray(steps, np.float64)
    total = float(taken.sum())
    if not total > 0 or float(taken[np.isnan(slope)].sum()) >= total / 2:
        return "unknown"
    up = float(taken[slope >= STEEP].sum()) >= STEEP_SHARE * total
    down = float(taken[slope <= -STEEP].sum()) >= STEEP_SHARE * total
    return {(True, True): "both", (True, False): "higher", (False, True): "lower", (False, False): "none"}[up, down]
