"""How hard was a run, its hills and changes of speed included, against what the runner can hold for an hour?

Takes records, or speeds and grades second by second; gives GOVSS by its published formula, and a normalized speed with
the stress score that follows from it. All are measures of effort and never of bone load.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.clean import Intervals, between_samples
from stressfx.activity.samples import Floats, Samples, samples_of
from stressfx.activity.terrain.grade import flat_distances, leg_grade
from stressfx.activity.terrain.slope_cost import running_cost

__all__ = [
    "govss",
    "intensity_factor",
    "lactate_normalized_power",
    "ngp_like",
    "rtss",
    "running_power",
    "stress_score",
]

SPEED_S, POWER_S = 120, 30
"""Over so many seconds speed and slope, and then power or speed, are averaged before they are weighed. [s]"""

LONGEST_S = 1e6
"""No run lasts longer than eleven days; a device may tell any time. Our choice. [s]"""


class _Seconds(NamedTuple):
    """One leg second by second of recorded time, without its pauses."""

    speed_mps: Floats
    grade: Floats


def running_power(speed_mps: npt.ArrayLike, grade: npt.ArrayLike = 0.0, *, mass_kg: float, height_m: float) -> Floats:
    """Give the power of running at an even speed, as GOVSS has it.

    Parameters
    ----------
    speed_mps : array-like of float
        Speed. [m/s]
    grade : array-like of float
        Rise over run, uphill positive. [1]
    mass_kg : float
        Body mass. [kg]
    height_m : float
        Height. [m]

    Returns
    -------
    array of float64
        Power; NaN at a negative speed. [W]

    Raises
    ------
    ValueError
        If mass or height are not above 0.

    Notes
    -----
    P = (c_aero + Cr(i) eff) v m, with c_aero = 0.5 x 1.2 x 0.9 Af v^2/m, a frontal area Af = 0.266 x 0.2025 h^0.725
    m^0.425, Minetti's cost Cr (see `stressfx.activity.terrain.slope_cost.running_cost`) and eff = (0.25 + 0.054 v)
    (1 - 0.5 v/8.33). Skiba 2006, as in GoldenCheetah. It is a model, not what a power meter measures.

    Examples
    --------
    >>> running_power([3.0, 3.5, 4.0], mass_kg=70, height_m=1.75).round(3)
    array([262.553, 317.237, 373.94 ])
    """
    if not (mass_kg > 0 and height_m > 0):
        raise ValueError("mass_kg and height_m are needed, both above 0")
    told = np.asarray(speed_mps, np.float64)
    speed = np.where(told >= 0, told, np.nan)
    frontal_m2 = 0.266 * 0.2025 * height_m**0.725 * mass_kg**0.425
    aero = 0.5 * 1.2 * 0.9 * frontal_m2 * speed**2 / mass_kg
    efficiency = (0.25 + 0.054 * speed) * (1 - 0.5 * speed / 8.33)
    return np.asarray((aero + running_cost(grade) * efficiency) * speed * mass_kg, np.float64)


def lactate_normalized_power(
    speed_mps: npt.ArrayLike, grade: npt.ArrayLike, *, mass_kg: float, height_m: float
) -> float:
    """Give the even power that is as hard as a run, by the weighting of GOVSS.

    Parameters
    ----------
    speed_mps, grade : array-like of float
        Speed [m/s] and rise over run [1], one value a second.
    mass_kg : float
        Body mass. [kg]
    height_m : float
        Height. [m]

    Returns
    -------
    float
        NaN without any second. [W]

    Notes
    -----
    Speed and slope are averaged over 120 s; `running_power` at them, with the kinetic energy (v^2 - v0^2)/2 for each
    kilogram that the change of the averaged speed takes in each second, the first from standing, is averaged over
    30 s; the fourth root of the mean of its fourth powers is the result. While fewer seconds have gone by, a window is
    as long as they are. So does GoldenCheetah.

    Examples
    --------
    >>> round(lactate_normalized_power([3.5] * 3600, [0.0] * 3600, mass_kg=70, height_m=1.75))
    318
    """
    if not len(np.atleast_1d(speed_mps)):
        return float("nan")
    speed, slope = _rolling(speed_mps, SPEED_S), _rolling(grade, SPEED_S)
    before = np.append(0.0, speed[:-1])
    power = running_power(speed, slope, mass_kg=mass_kg, height_m=height_m)
    power += 0.5 * (speed**2 - before**2) * mass_kg  # within one second this energy is a power
    return _fourth_power_mean(_rolling(power, POWER_S))


def stress_score(normalized_w: float, duration_s: float, *, threshold_w: float) -> float:
    """Scale a normalized power so that one hour at the threshold power is 100.

    Parameters
    ----------
    normalized_w : float
        Normalized power. [W]
    duration_s : float
        How long it was held. [s]
    threshold_w : float
        Power at the critical speed on the flat. [W]

    Returns
    -------
    float
        100 x (P/threshold)^2 x hours.

    Raises
    ------
    ValueError
        If the threshold is not above 0.

    Examples
    --------
    >>> round(stress_score(317.237, 3600, threshold_w=373.940), 2)
    71.97
    """
    if threshold_w <= 0:
        raise ValueError("threshold_w has to be above 0")
    return 100 * duration_s / 3600 * (normalized_w / threshold_w) ** 2


def govss(
    records: pd.DataFrame | Samples,
    intervals: Intervals | None = None,
    *,
    mass_kg: float,
    height_m: float,
    critical_speed_mps: float,
) -> float:
    """Compute GOVSS, the gravity-ordered velocity stress score, of one leg.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    intervals : Intervals, optional
        What lies between its samples, if it is known already.
    mass_kg : float
        Body mass. [kg]
    height_m : float
        Height. [m]
    critical_speed_mps : float
        Critical speed on the flat, see `stressfx.activity.effort.critical_speed`. [m/s]

    Returns
    -------
    float
        100 is an hour at the critical speed on the flat; NaN where speed or grade is not known.

    Notes
    -----
    GOVSS = 100 x LNP x s x IWF/(RTP x 3600), with the lactate-normalized power LNP (see `lactate_normalized_power`),
    the threshold power RTP = P(critical speed) and IWF = LNP/RTP (Skiba 2006, as in GoldenCheetah). Where this deviates
    from GoldenCheetah: samples are brought to one a second by their distances, pauses are left out, and the grade is
    that of `stressfx.activity.terrain.grade`. GOVSS is not additive over parts of a run.

    Examples
    --------
    >>> nothing = dict.fromkeys(["latitude_deg", "longitude_deg", "heart_rate_bpm", "cadence_rpm"], float("nan"))
    >>> records = pd.DataFrame({"time": pd.date_range("2026-03-01", periods=3601, freq="s", tz="UTC"), "segment": 0,
    ...                         "distance_m": 3.5 * np.arange(3601), "speed_mps": 3.5, "altitude_m": 100.0, **nothing})
    >>> round(govss(records, mass_kg=70, height_m=1.75, critical_speed_mps=4.0))  # 71.97, and the start from standing
    73
    """
    seconds = _each_second(records, intervals)
    if seconds is None:
        return float("nan")
    normalized_w = lactate_normalized_power(*seconds, mass_kg=mass_kg, height_m=height_m)
    threshold_w = float(running_power(critical_speed_mps, mass_kg=mass_kg, height_m=height_m))
    return stress_score(normalized_w, len(seconds.speed_mps), threshold_w=threshold_w)


def ngp_like(records: pd.DataFrame | Samples, intervals: Intervals | None = None, *, model: str = "minetti") -> float:
    """Give the even speed on the flat that is as hard as a leg; not the NGP of TrainingPeaks.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    intervals : Intervals, optional
        What lies between its samples, if it is known already.
    model : {"minetti", "strava_fit"}
        As for `stressfx.activity.terrain.slope_cost.grade_factor`.

    Returns
    -------
    float
        NaN where speed or grade is not known. [m/s]

    Notes
    -----
    The fourth root of the mean of the fourth powers of the grade-adjusted speed, averaged over 30 s. Normalized graded
    pace (NGP) is proprietary and its algorithm is not public: this is our choice in its place, and gives other numbers.

    Examples
    --------
    >>> nothing = dict.fromkeys(["latitude_deg", "longitude_deg", "heart_rate_bpm", "cadence_rpm"], float("nan"))
    >>> records = pd.DataFrame({"time": pd.date_range("2026-03-01", periods=601, freq="s", tz="UTC"), "segment": 0,
    ...                         "distance_m": 3.0 * np.arange(601), "speed_mps": 3.0, **nothing,
    ...                         "altitude_m": 100 + 0.15 * np.arange(601)})
    >>> round(ngp_like(records), 2)
    3.9
    """
    samples = samples_of(records)
    between = intervals or between_samples(samples)
    speed = _speed_each_second(flat_distances(samples, between, model=model), between.duration_s)
    return float("nan") if speed is None else _fourth_power_mean(_rolling(speed, POWER_S))


def intensity_factor(speed_mps: float, threshold_mps: float) -> float:
    """Tell how hard a speed is, as a share of the threshold speed.

    Parameters
    ----------
    speed_mps : float
        Normalized speed. [m/s]
    threshold_mps : float
        Speed that the runner can hold for about an hour. [m/s]

    Returns
    -------
    float
        Speed over threshold: of speeds, never of paces. [1]

    Raises
    ------
    ValueError
        If the threshold is not above 0.

    Examples
    --------
    >>> round(intensity_factor(1000 / 300, 1000 / 270), 3)
    0.9
    """
    if threshold_mps <= 0:
        raise ValueError("threshold_mps has to be above 0")
    return speed_mps / threshold_mps


def rtss(duration_s: float, speed_mps: float, threshold_mps: float) -> float:
    """Compute a running stress score: 100 is an hour at the threshold speed.

    Parameters
    ----------
    duration_s : float
        How long the run lasted. [s]
    speed_mps : float
        Normalized speed, see `ngp_like`. [m/s]
    threshold_mps : float
        Speed that the runner can hold for about an hour. [m/s]

    Returns
    -------
    float
        100 x hours x intensity^2.

    Notes
    -----
    The formula is that of TrainingPeaks as it is quoted; with `ngp_like` in the place of the proprietary NGP its
    numbers are not those of TrainingPeaks.

    Examples
    --------
    >>> round(rtss(1800, 1000 / 300, 1000 / 270), 1)
    40.5
    """
    return 100 * duration_s / 3600 * intensity_factor(speed_mps, threshold_mps) ** 2


def _each_second(records: pd.DataFrame | Samples, intervals: Intervals | None) -> _Seconds | None:
    """Bring a leg to one sample a second; None where speed or grade is not known."""
    samples = samples_of(records)
    between = intervals or between_samples(samples)
    speed = _speed_each_second(between.distance_m, between.duration_s)
    grade = leg_grade(samples, between)
    known = ~np.isnan(grade)
    if speed is None or not known.any():
        return None
    timer = np.append(0.0, np.cumsum(between.duration_s))
    return _Seconds(speed, np.interp(np.arange(len(speed)) + 0.5, timer[known], grade[known]))


def _speed_each_second(distance_m: Floats, duration_s: Floats) -> Floats | None:
    """Mean speed over each whole second of recorded time; None where it is not known."""
    total_s = float(duration_s.sum())
    if not 1 <= total_s <= LONGEST_S or not 0 < distance_m.sum() < np.inf:
        return None
    timer = np.append(0.0, np.cumsum(duration_s))
    way = np.append(0.0, np.cumsum(distance_m))
    return np.asarray(np.diff(np.interp(np.arange(int(total_s) + 1), timer, way)), np.float64)


def _rolling(values: npt.ArrayLike, window_s: int) -> Floats:
    """Average over the seconds up to each, as many as have gone by at the start."""
    sums = np.cumsum(np.asarray(values, np.float64))
    sums[window_s:] -= sums[:-window_s].copy()
    return np.asarray(sums / np.minimum(np.arange(1, len(sums) + 1), window_s))


def _fourth_power_mean(values: Floats) -> float:
    return float(np.mean(values**4) ** 0.25)
