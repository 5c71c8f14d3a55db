"""What does a slope cost? Energy by grade, and the speed on the flat that takes the same effort.

Takes grades (rise over run); gives joules for each kilogram and metre, and factors. These are measures of effort and
never of bone load: running downhill is cheap for the metabolism and not for the skeleton.
"""

import numpy as np
import numpy.typing as npt

from stressfx.activity.samples import Floats

__all__ = ["STEEPEST_MEASURED", "grade_adjusted_speed", "grade_factor", "running_cost", "walking_cost"]

STEEPEST_MEASURED = 0.45
"""Minetti measured up to this grade, up and down. [1]"""

STEEPEST_FITTED = 0.35
"""The fit to Strava's is stated to hold up to this grade. [1]"""

RUNNING = np.array([155.4, -30.4, -43.3, 46.3, 19.5, 3.6])
WALKING = np.array([280.5, -58.7, -76.8, 51.9, 19.6, 2.5])
"""Coefficients of Minetti's polynomials, the fifth power first. [J/kg/m]"""

LEVEL_COST = 3.6
"""Cost of running on the level, by the polynomial. [J/kg/m]"""

STRAVA_FIT = np.array([-5.29444e-7, -3.98957e-6, 0.00205357, 0.0326567, 1.0])
"""Coefficients of a fit by others to Strava's grade-adjusted pace, grade in per cent, the fourth power first."""


def running_cost(grade: npt.ArrayLike) -> Floats:
    """Give the energy cost of running by grade, by Minetti's polynomial.

    Parameters
    ----------
    grade : array-like of float
        Rise over run, uphill positive: a tangent, not degrees. [1]

    Returns
    -------
    array of float64
        Net metabolic energy for each kilogram and metre. [J/kg/m]

    Notes
    -----
    Cr(i) = 155.4 i^5 - 30.4 i^4 - 43.3 i^3 + 46.3 i^2 + 19.5 i + 3.6 (Minetti 2002,
    doi 10.1152/japplphysiol.01177.2001), measured in ten runners on a treadmill from -0.45 to +0.45. A steeper grade
    counts as the steepest measured. The polynomial is no mean of the measured values: on the level they were
    3.40 +/- 0.24, at +0.45 18.93, at -0.20 1.73 and at -0.45 3.92 J/kg/m, where it gives 3.60, 19.43, 1.80 and 4.03.
    It is least, 1.781 J/kg/m, at a grade of -0.18135.

    Examples
    --------
    >>> running_cost([-0.1, 0, 0.1]).round(4)
    array([2.1517, 3.6   , 5.9682])
    """
    return _polynomial(RUNNING, grade, STEEPEST_MEASURED)


def walking_cost(grade: npt.ArrayLike) -> Floats:
    """Give the energy cost of walking by grade, by Minetti's polynomial.

    Parameters
    ----------
    grade : array-like of float
        Rise over run, uphill positive. [1]

    Returns
    -------
    array of float64
        Metabolic energy for each kilogram and metre, at the speed at which it is least. [J/kg/m]

    Notes
    -----
    Cw(i) = 280.5 i^5 - 58.7 i^4 - 76.8 i^3 + 51.9 i^2 + 19.6 i + 2.5 (Minetti 2002,
    doi 10.1152/japplphysiol.01177.2001; coefficients recalled, not verified), from -0.45 to +0.45; a steeper grade
    counts as the steepest. Near the level it is poor: measured were 1.64 J/kg/m on the level and 0.81 at -0.10, where
    it gives 2.50 and 1.13; at +0.45 17.33, where it gives 17.60.

    Examples
    --------
    >>> walking_cost([-0.1, 0, 0.1]).round(4)
    array([1.1271, 2.5   , 4.8991])
    """
    return _polynomial(WALKING, grade, STEEPEST_MEASURED)


def grade_factor(grade: npt.ArrayLike, *, model: str = "minetti") -> Floats:
    """Tell how many times as far one could have run on the flat for the same effort.

    Parameters
    ----------
    grade : array-like of float
        Rise over run, uphill positive. [1]
    model : {"minetti", "strava_fit"}
        What effort is.

    Returns
    -------
    array of float64
        1 on the flat. [1]

    Raises
    ------
    ValueError
        If there is no such model.

    Notes
    -----
    ``"minetti"`` is Cr(i)/Cr(0), the same energy. ``"strava_fit"``: Strava replaced such a model in 2017 by one of
    equal heart rate, since energy credits downhill too much; its coefficients are not public. The fit to it is by
    others: f = 1 + 0.0326567 g + 0.00205357 g^2 - 3.98957e-6 g^3 - 5.29444e-7 g^4 with g in per cent, stated for
    grades up to 35 %; a steeper one counts as that. Downhill the two differ greatly: at -10 % 0.598 and 0.877.

    Examples
    --------
    >>> grade_factor([-0.1, 0, 0.1]).round(4), grade_factor([-0.1, 0, 0.1], model="strava_fit").round(4)
    (array([0.5977, 1.    , 1.6578]), array([0.8775, 1.    , 1.5226]))
    """
    if model == "minetti":
        return running_cost(grade) / LEVEL_COST
    if model == "strava_fit":
        return _polynomial(STRAVA_FIT, 100 * np.asarray(grade, np.float64), 100 * STEEPEST_FITTED)
    raise ValueError(f"model is {model!r}; one of minetti, strava_fit is needed")


def grade_adjusted_speed(speed_mps: npt.ArrayLike, grade: npt.ArrayLike, *, model: str = "minetti") -> Floats:
    """Give the speed on the flat that takes the same effort.

    Parameters
    ----------
    speed_mps : array-like of float
        Speed along the slope. [m/s]
    grade : array-like of float
        Rise over run, uphill positive. [1]
    model : {"minetti", "strava_fit"}
        What effort is, see `grade_factor`: ``"minetti"`` for energy, ``"strava_fit"`` nearer to how hard it feels.

    Returns
    -------
    array of float64
        Speed times the factor of the grade. [m/s]

    Raises
    ------
    ValueError
        If there is no such model.

    Notes
    -----
    Never use it as a load on bone: downhill is cheap for the metabolism, not for the skeleton.

    References
    ----------
    .. [1] Minetti AE, et al. J Appl Physiol 93 (2002) 1039-1046. doi:10.1152/japplphysiol.01177.2001

    Examples
    --------
    >>> grade_adjusted_speed([3.0, 3.0], [0.0, 0.05]).round(3)
    array([3.   , 3.904])
    """
    return np.asarray(speed_mps, np.float64) * grade_factor(grade, model=model)


def _polynomial(coefficients: Floats, grade: npt.ArrayLike, steepest: float) -> Floats:
    clamped = np.clip(np.asarray(grade, np.float64), -steepest, steepest)
    return np.asarray(np.polyval(coefficients, clamped), np.float64)
