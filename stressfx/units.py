"""Miles, kilometres, paces and kilocalories: the only place that knows them. Inside, stressfx counts in SI units.

Takes and gives plain numbers, arrays or Series; `format_*` give text for the display edge.
"""

import math
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

__all__ = [
    "JOULES_PER_KCAL",
    "METRES_PER_MILE",
    "format_distance",
    "format_duration",
    "format_pace",
    "joules_to_kcal",
    "kcal_to_joules",
    "metres_to_miles",
    "miles_to_metres",
    "pace_to_speed",
    "speed_to_pace",
]

METRES_PER_MILE = 1609.344
"""Metres in one international mile [m], exact."""

JOULES_PER_KCAL = 4184.0
"""Joules in one kilocalorie [J], the thermochemical one; others differ from it by less than 0.1 %."""

MISSING = "\N{EN DASH}"
"""What stands where nothing is known."""

METRES_PER = {"km": 1000.0, "mi": METRES_PER_MILE}

Number = TypeVar("Number", float, "npt.NDArray[np.float64]", "pd.Series[float]")


def miles_to_metres(distance_mi: Number) -> Number:
    """Convert miles to metres.

    Parameters
    ----------
    distance_mi : float, array or Series
        Distance. [mi]

    Returns
    -------
    float, array or Series
        Distance. [m]

    Examples
    --------
    >>> round(miles_to_metres(500.0), 3)
    804672.0
    """
    return distance_mi * METRES_PER_MILE


def metres_to_miles(distance_m: Number) -> Number:
    """Convert metres to miles.

    Parameters
    ----------
    distance_m : float, array or Series
        Distance. [m]

    Returns
    -------
    float, array or Series
        Distance. [mi]

    Examples
    --------
    >>> metres_to_miles(1609.344)
    1.0
    """
    return distance_m / METRES_PER_MILE


def joules_to_kcal(energy_j: Number) -> Number:
    """Convert joules to kilocalories.

    Parameters
    ----------
    energy_j : float, array or Series
        Energy. [J]

    Returns
    -------
    float, array or Series
        Energy. [kcal]

    Examples
    --------
    >>> round(joules_to_kcal(2.52e6), 1)
    602.3
    """
    return energy_j / JOULES_PER_KCAL


def kcal_to_joules(energy_kcal: Number) -> Number:
    """Convert kilocalories to joules.

    Parameters
    ----------
    energy_kcal : float, array or Series
        Energy. [kcal]

    Returns
    -------
    float, array or Series
        Energy. [J]

    Examples
    --------
    >>> kcal_to_joules(700.0)
    2928800.0
    """
    return energy_kcal * JOULES_PER_KCAL


def pace_to_speed(pace_s: Number, *, per: str = "km") -> Number:
    """Convert a pace to a speed.

    Parameters
    ----------
    pace_s : float, array or Series
        Time for one kilometre or mile. [s]
    per : {"km", "mi"}
        The distance that the pace refers to.

    Returns
    -------
    float, array or Series
        Speed. [m/s]

    Examples
    --------
    >>> pace_to_speed(300.0)
    3.3333333333333335
    """
    return METRES_PER[per] / pace_s


def speed_to_pace(speed_mps: Number, *, per: str = "km") -> Number:
    """Convert a speed to a pace.

    Average the speed, never the pace: the mean pace of a run is its time over its distance.

    Parameters
    ----------
    speed_mps : float, array or Series
        Speed. [m/s]
    per : {"km", "mi"}
        The distance that the pace refers to.

    Returns
    -------
    float, array or Series
        Time for one kilometre or mile. [s]

    Examples
    --------
    >>> speed_to_pace(4.0)
    250.0
    """
    return METRES_PER[per] / speed_mps


def format_distance(distance_m: float, *, unit: str = "km") -> str:
    """Write a distance for a reader.

    Parameters
    ----------
    distance_m : float
        Distance. [m]
    unit : {"km", "mi"}
        Unit to show.

    Returns
    -------
    str
        One decimal and the unit; a dash where the distance is missing.

    Examples
    --------
    >>> format_distance(12345.0)
    '12.3 km'
    """
    return MISSING if math.isnan(distance_m) else f"{distance_m / METRES_PER[unit]:.1f} {unit}"


def format_duration(duration_s: float) -> str:
    """Write a duration for a reader.

    Parameters
    ----------
    duration_s : float
        Duration. [s]

    Returns
    -------
    str
        ``h:mm`` from an hour on, else ``m min``; a dash where the duration is missing.

    Examples
    --------
    >>> format_duration(5400.0), format_duration(1800.0)
    ('1:30 h', '30 min')
    """
    if math.isnan(duration_s):
        return MISSING
    minutes = round(duration_s / 60)
    return f"{minutes // 60}:{minutes % 60:02d} h" if minutes >= 60 else f"{minutes} min"


def format_pace(speed_mps: float, *, per: str = "km") -> str:
    """Write a speed as a pace for a reader.

    Parameters
    ----------
    speed_mps : float
        Speed. [m/s]
    per : {"km", "mi"}
        The distance that the pace refers to.

    Returns
    -------
    str
        ``m:ss /km``; a dash where there is no speed.

    Examples
    --------
    >>> format_pace(4.0)
    '4:10 /km'
    """
    if math.isnan(speed_mps) or speed_mps <= 0:
        return MISSING
    seconds = round(speed_to_pace(speed_mps, per=per))
    return f"{seconds // 60}:{seconds % 60:02d} /{per}"
