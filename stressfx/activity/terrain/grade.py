"""How steep was a run, and how far would it have been on the flat? Grades from altitudes along the distance.

Takes distances and altitudes, or records; gives rise over run, and the distance on the flat that takes the same effort.
That is a measure of effort and never of bone load.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.clean import Intervals, between_samples
from stressfx.activity.samples import Floats, Mask, Places, Samples, samples_of
from stressfx.activity.terrain.slope_cost import STEEPEST_MEASURED, grade_factor

__all__ = ["flat_distances", "grade_adjusted_distance", "leg_grade", "smoothed_grade"]

WINDOW_M = 100.0
"""Over so much distance a line is fitted to the altitudes. Our choice, the upper end of 50 to 100 m. [m]"""

STEP_M = 10.0
"""Altitudes are taken every so many metres, so that standing and sampling rate weigh nothing. [m]"""

ALTITUDE_M = (-1000.0, 9000.0)
"""Between these altitudes people run; what lies outside is no altitude. Our choice. [m]"""

FARTHEST_APART_M = 200.0
"""Between altitudes farther apart, the grade on the way is not known. Our choice. [m]"""

JUMP_M = 5.0
"""An altitude that changes by more than the distance and this on top has jumped: a new fix, no hill. Our choice. [m]"""

MINIMUM_COVERAGE = 0.8
"""With altitudes over less of the distance, the run has no grade-adjusted distance. Our choice."""

LONGEST_M = 2e6
"""Over more, altitudes are taken less often than every 10 m: a device may tell any distance. Our choice. [m]"""


class _Profile(NamedTuple):
    """Grades along a distance."""

    distance_m: Floats
    grade: Floats

    def at(self, distance_m: Floats) -> Floats:
        """Grade at any distance; NaN where no altitude is known."""
        inside = (distance_m >= self.distance_m[0]) & (distance_m <= self.distance_m[-1])
        return np.where(inside, np.interp(distance_m, self.distance_m, self.grade), np.nan)


def smoothed_grade(distance_m: npt.ArrayLike, altitude_m: npt.ArrayLike, *, window_m: float = WINDOW_M) -> Floats:
    """Give the grade at each sample, from altitudes smoothed along the distance.

    Parameters
    ----------
    distance_m : array-like of float
        Distance since the start; it may stand, but never falls. [m]
    altitude_m : array-like of float
        Altitude; NaN where it is not known. [m]
    window_m : float
        Over so much distance a line is fitted. [m]

    Returns
    -------
    array of float64
        Rise over run, uphill positive, within -0.45 and 0.45; NaN before the first and after the last altitude, and
        everywhere if less than three steps of 10 m lie between them. [1]

    Raises
    ------
    ValueError
        If distances fall or are missing, or are not as many as the altitudes.

    Notes
    -----
    Altitudes are interpolated every 10 m, and around each of these places a line is fitted by least squares over the
    window; its slope is the grade there. Within half a window of the ends it is that of the nearest whole window. It
    is clamped to the grades for which the energy cost was measured.

    Examples
    --------
    >>> smoothed_grade([0, 100, 200, 300], [50, 55, 60, 65]).round(3)
    array([0.05, 0.05, 0.05, 0.05])
    """
    way = np.asarray(distance_m, np.float64)
    altitude = _altitudes(altitude_m)
    if way.shape != altitude.shape or not (np.isfinite(way).all() and (np.diff(way) >= 0).all()):
        raise ValueError("a distance is needed at each sample, in order; it may not fall")
    profile = _profile(way, altitude, window_m)
    return np.full(len(way), np.nan) if profile is None else profile.at(way)


def leg_grade(
    records: pd.DataFrame | Samples, intervals: Intervals | None = None, *, window_m: float = WINDOW_M
) -> Floats:
    """Give the grade at each sample of one leg.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    intervals : Intervals, optional
        What lies between its samples, if it is known already.
    window_m : float
        As for `smoothed_grade`.

    Returns
    -------
    array of float64
        Rise over run; NaN where it is not known. [1]

    Notes
    -----
    As `smoothed_grade`. What the altitude changed by during a pause, where the distance was left out since nobody is
    that fast, or by more than 5 m beyond the distance itself from one sample to the next (our choice), is no slope of
    the run, and left out.

    Examples
    --------
    >>> nothing = dict.fromkeys(["latitude_deg", "longitude_deg", "heart_rate_bpm", "cadence_rpm"], float("nan"))
    >>> records = pd.DataFrame({"time": pd.date_range("2026-03-01", periods=601, freq="s", tz="UTC"), "segment": 0,
    ...                         "distance_m": 3.0 * np.arange(601), "speed_mps": 3.0, **nothing,
    ...                         "altitude_m": 100 + 0.15 * np.arange(601)})
    >>> leg_grade(records)[:3].round(3).tolist()
    [0.05, 0.05, 0.05]
    """
    samples = samples_of(records)
    way, profile = _leg_profile(samples, intervals or between_samples(samples), window_m)
    return np.full(len(samples), np.nan) if profile is None else profile.at(way)


def flat_distances(
    records: pd.DataFrame | Samples,
    intervals: Intervals | None = None,
    *,
    model: str = "minetti",
    window_m: float = WINDOW_M,
) -> Floats:
    """Give the grade-adjusted distance of each interval between two samples.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    intervals : Intervals, optional
        What lies between its samples, if it is known already.
    model : {"minetti", "strava_fit"}
        What effort is, see `stressfx.activity.terrain.slope_cost.grade_factor`.
    window_m : float
        As for `smoothed_grade`.

    Returns
    -------
    array of float64
        Distances on the flat that take the same effort; all NaN where altitude or distance are not known well enough.
        One fewer than there are samples. [m]

    Raises
    ------
    ValueError
        If there is no such model.

    Notes
    -----
    The integral of the factor of the grade along the distance. At least 80 % of the distance must lie between
    altitudes no more than 200 m apart (our choice); before the first and after the last of them the run counts as
    level.

    Examples
    --------
    >>> nothing = dict.fromkeys(["latitude_deg", "longitude_deg", "heart_rate_bpm", "cadence_rpm"], float("nan"))
    >>> records = pd.DataFrame({"time": pd.date_range("2026-03-01", periods=601, freq="s", tz="UTC"), "segment": 0,
    ...                         "distance_m": 3.0 * np.arange(601), "speed_mps": 3.0, **nothing,
    ...                         "altitude_m": 100 + 0.15 * np.arange(601)})
    >>> flat_distances(records)[:3].round(3).tolist()
    [3.904, 3.904, 3.904]
    """
    samples = samples_of(records)
    way, profile = _leg_profile(samples, intervals or between_samples(samples), window_m)
    if profile is None:
        return np.full(max(len(samples) - 1, 0), np.nan)
    factor = grade_factor(profile.grade, model=model)
    flat = np.append(0.0, np.cumsum((factor[1:] + factor[:-1]) / 2 * np.diff(profile.distance_m)))
    inside = np.clip(way, profile.distance_m[0], profile.distance_m[-1])
    return np.diff(np.interp(inside, profile.distance_m, flat) + way - inside)


def grade_adjusted_distance(
    records: pd.DataFrame | Samples,
    intervals: Intervals | None = None,
    *,
    model: str = "minetti",
    window_m: float = WINDOW_M,
) -> float:
    """Give the distance on the flat that takes the same effort as one leg.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    intervals : Intervals, optional
        What lies between its samples, if it is known already.
    model : {"minetti", "strava_fit"}
        What effort is, see `stressfx.activity.terrain.slope_cost.grade_factor`.
    window_m : float
        As for `smoothed_grade`.

    Returns
    -------
    float
        NaN without altitude or distance, as on most treadmills. [m]

    Raises
    ------
    ValueError
        If there is no such model.

    Notes
    -----
    The sum of `flat_distances`: of the factor Cr(i)/Cr(0) along the way, with Minetti's energy cost Cr [1]_. It is a
    measure of effort, never of the load on bone.

    References
    ----------
    .. [1] Minetti AE, et al. J Appl Physiol 93 (2002) 1039-1046. doi:10.1152/japplphysiol.01177.2001

    Examples
    --------
    >>> import stressfx as sfx
    >>> gpx = b"<gpx><trk><type>running</type><trkseg>" + b"".join(
    ...     f"<trkpt lat='0.{i:03}' lon='0'><ele>{5 * i}</ele><time>2025-01-01T00:0{i}:00Z</time></trkpt>".encode()
    ...     for i in range(5)
    ... ) + b"</trkseg></trk></gpx>"
    >>> round(grade_adjusted_distance(sfx.read_activity(gpx).records))
    564
    """
    flat = flat_distances(records, intervals, model=model, window_m=window_m)
    return float(flat.sum()) if len(flat) else float("nan")


def _altitudes(altitude_m: npt.ArrayLike) -> Floats:
    """Keep what can be an altitude."""
    altitude = np.asarray(altitude_m, np.float64)
    return np.where((altitude >= ALTITUDE_M[0]) & (altitude <= ALTITUDE_M[1]), altitude, np.nan)


def _leg_profile(samples: Samples, intervals: Intervals, window_m: float) -> tuple[Floats, _Profile | None]:
    """Distance at each sample, and the grades along it; None where too little of it is known."""
    altitude = _altitudes(samples.altitude_m)
    known = np.flatnonzero(~np.isnan(altitude))
    way = np.append(0.0, np.cumsum(intervals.distance_m))[: len(samples)]
    if len(known) < 2 or way[-1] <= 0:
        return way, None
    apart = np.diff(way[known])
    if apart[apart <= FARTHEST_APART_M].sum() < MINIMUM_COVERAGE * way[-1]:
        return way, None
    return way, _profile(way, _without_breaks(samples, intervals, altitude, way, known), window_m)


def _without_breaks(samples: Samples, intervals: Intervals, altitude: Floats, way: Floats, known: Places) -> Floats:
    """Leave out what the altitude changed by where nobody ran: over pauses, over what is too fast, and in jumps."""
    broken: Mask = (np.diff(samples.segment) != 0) | intervals.too_fast | intervals.silent
    breaks = np.append(0, np.cumsum(broken))[known]
    rise, apart = np.diff(altitude[known]), np.diff(way[known])
    slope = (np.diff(breaks) == 0) & (np.abs(rise) <= apart + JUMP_M)
    if slope.all():
        return altitude
    joined = np.full(len(altitude), np.nan)
    joined[known] = altitude[known[0]] + np.append(0.0, np.cumsum(np.where(slope, rise, 0.0)))
    return joined


def _profile(way: Floats, altitude: Floats, window_m: float) -> _Profile | None:
    """Fit lines to the altitudes along the distance; None where there are too few."""
    known = np.flatnonzero(~np.isnan(altitude))
    if len(known) < 2:
        return None
    last_there = np.append(np.diff(way[known]) > 0, True)  # while standing, the last altitude counts
    at, heights = way[known][last_there], altitude[known][last_there]
    steps = int(min(at[-1] - at[0], LONGEST_M) // STEP_M)
    if steps < 3:
        return None
    places, step_m = np.linspace(at[0], at[-1], steps + 1, retstep=True)
    half = min(max(1, round(window_m / 2 / float(step_m))), steps // 2)
    offsets = np.arange(-half, half + 1)
    weights = offsets / (offsets @ offsets * float(step_m))
    slopes = np.convolve(np.interp(places, at, heights), weights[::-1], mode="valid")
    grade = np.clip(np.pad(slopes, half, mode="edge"), -STEEPEST_MEASURED, STEEPEST_MEASURED)
    return _Profile(places, grade)
