"""How long did a run last in each zone? Zones of heart rate and of speed, each by its name.

Takes records, or values with the seconds that each lasted; gives the time in each zone. There is no agreed set of
zones: every set says what it is made of.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.clean import Intervals, between_samples, steady
from stressfx.activity.samples import Floats, Places, Samples, samples_of

__all__ = [
    "Zones",
    "critical_speed_zones",
    "heart_rate_between",
    "heart_rate_max_zones",
    "heart_rate_reserve_zones",
    "own_zones",
    "threshold_zones",
    "time_in_zones",
    "zone_of",
    "zone_seconds",
]

UNITS = {"heart_rate_bpm": "bpm", "speed_mps": "m/s"}
"""What zones can be made of, by the name of the channel."""

TENTHS = (0.5, 0.6, 0.7, 0.8, 0.9)
TENTH_NAMES = ("below 50 %", "50-60 %", "60-70 %", "70-80 %", "80-90 %", "90 % and more")

EASY_BELOW = 0.85
"""Below this share of the critical speed a run is easy. There is no consensus; our choice. [1]"""

THREE = ("easy", "moderate", "hard")

TOLERANCE = 1e-9
"""A value this near to an edge, relative to it, lies on it."""


@dataclass(frozen=True)
class Zones:
    """A set of zones, from the lowest to the highest.

    Attributes
    ----------
    by : str
        What they are made of: ``"heart rate reserve"``, ``"critical speed"``, ...
    channel : {"heart_rate_bpm", "speed_mps"}
        What is looked at.
    names : tuple of str
        A name each.
    edges : tuple of float
        Where one ends and the next begins, ascending: one fewer than there are zones. [bpm or m/s]
    hard_above : bool
        Whether the highest zone begins only above its edge. Any other edge belongs to the zone that it begins.
    """

    by: str
    channel: str
    names: tuple[str, ...]
    edges: tuple[float, ...]
    hard_above: bool = False

    def __post_init__(self) -> None:
        """Refuse what makes no zones."""
        if self.channel not in UNITS:
            raise ValueError(f"channel is {self.channel!r}; one of {', '.join(UNITS)} is needed")
        edges = np.asarray(self.edges, np.float64)
        if not len(edges) or not np.isfinite(edges).all() or edges[0] <= 0 or (np.diff(edges) < 0).any():
            raise ValueError("the edges of zones have to be positive numbers that ascend; at least one is needed")
        if len(self.names) != len(edges) + 1:
            raise ValueError(f"{len(edges)} edges make {len(edges) + 1} zones; {len(self.names)} names were given")

    @property
    def unit(self) -> str:
        """Unit of the edges."""
        return UNITS[self.channel]


def heart_rate_reserve_zones(hr_rest_bpm: float, hr_max_bpm: float) -> Zones:
    """Make zones of tenths of the heart-rate reserve, from 50 % on.

    Parameters
    ----------
    hr_rest_bpm, hr_max_bpm : float
        Heart rate at rest, and the highest. [bpm]

    Returns
    -------
    Zones
        Six: below 50 %, and five of a tenth each.

    Raises
    ------
    ValueError
        If one of the two is not known, or the first is not below the second.

    Notes
    -----
    The reserve is what lies between rest and maximum; its share p is at HRrest + p (HRmax - HRrest).

    Examples
    --------
    >>> [round(edge) for edge in heart_rate_reserve_zones(60, 190).edges]
    [125, 138, 151, 164, 177]
    """
    if not hr_rest_bpm < hr_max_bpm:
        raise ValueError("hr_rest_bpm and hr_max_bpm are needed, the first below the second")
    edges = tuple(hr_rest_bpm + share * (hr_max_bpm - hr_rest_bpm) for share in TENTHS)
    return Zones("heart rate reserve", "heart_rate_bpm", TENTH_NAMES, edges)


def heart_rate_max_zones(hr_max_bpm: float) -> Zones:
    """Make zones of tenths of the highest heart rate, from 50 % on: those of Edwards.

    Parameters
    ----------
    hr_max_bpm : float
        The highest heart rate. [bpm]

    Returns
    -------
    Zones
        Six: below 50 %, and five of a tenth each.

    Raises
    ------
    ValueError
        If it is not known.

    Examples
    --------
    >>> heart_rate_max_zones(200).edges
    (100.0, 120.0, 140.0, 160.0, 180.0)
    """
    if not hr_max_bpm > 0:
        raise ValueError("hr_max_bpm is needed for zones of the highest heart rate")
    return Zones("highest heart rate", "heart_rate_bpm", TENTH_NAMES, tuple(share * hr_max_bpm for share in TENTHS))


def threshold_zones(first_threshold_bpm: float, second_threshold_bpm: float) -> Zones:
    """Make three zones of two measured thresholds: those of Lucia.

    Parameters
    ----------
    first_threshold_bpm, second_threshold_bpm : float
        Heart rates at the first and second threshold, of ventilation or lactate. [bpm]

    Returns
    -------
    Zones
        Easy, moderate and hard; both thresholds belong to the middle one.

    Raises
    ------
    ValueError
        If one of the two is not known, or the first is above the second.

    Examples
    --------
    >>> threshold_zones(150, 172).names
    ('easy', 'moderate', 'hard')
    """
    if not first_threshold_bpm <= second_threshold_bpm:
        raise ValueError("first_threshold_bpm and second_threshold_bpm are needed, the first not above the second")
    edges = (first_threshold_bpm, second_threshold_bpm)
    return Zones("heart rate thresholds", "heart_rate_bpm", THREE, edges, hard_above=True)


def critical_speed_zones(critical_speed_mps: float) -> Zones:
    """Make three zones of speed by the critical speed.

    Parameters
    ----------
    critical_speed_mps : float
        Critical speed. [m/s]

    Returns
    -------
    Zones
        Easy below 85 % of it, hard above it, moderate between, with both edges.

    Raises
    ------
    ValueError
        If it is not known.

    Notes
    -----
    There is no consensus on zones of speed. That the critical speed parts hard from moderate follows from what it
    is; 85 % is our choice. See `stressfx.activity.effort.critical_speed` for how it is found.

    Examples
    --------
    >>> critical_speed_zones(4.0).edges
    (3.4, 4.0)
    """
    if not critical_speed_mps > 0:
        raise ValueError("critical_speed_mps is needed, above 0")
    edges = (EASY_BELOW * critical_speed_mps, critical_speed_mps)
    return Zones("critical speed", "speed_mps", THREE, edges, hard_above=True)


def own_zones(
    edges: Sequence[float], *, channel: str = "heart_rate_bpm", names: Sequence[str] | None = None, by: str = "own"
) -> Zones:
    """Make zones of a runner's own edges.

    Parameters
    ----------
    edges : sequence of float
        Where one zone ends and the next begins, ascending; an edge belongs to the zone that it begins. [bpm or m/s]
    channel : {"heart_rate_bpm", "speed_mps"}
        What is looked at.
    names : sequence of str, optional
        One more than there are edges; numbers from 1 if left out.
    by : str
        What they are made of.

    Returns
    -------
    Zones
        From the lowest to the highest.

    Examples
    --------
    >>> own_zones([140, 160]).names
    ('1', '2', '3')
    """
    named = tuple(names) if names is not None else tuple(str(number + 1) for number in range(len(edges) + 1))
    return Zones(by, channel, named, tuple(float(edge) for edge in edges))


def zone_of(values: npt.ArrayLike, zones: Zones) -> Places:
    """Tell in which zone each value lies.

    Parameters
    ----------
    values : array-like of float
        Heart rates or speeds. [bpm or m/s]
    zones : Zones
        The zones.

    Returns
    -------
    array of int
        From 0, the lowest; -1 for a value that is missing.

    Examples
    --------
    >>> zone_of([149, 150, 172, 173, np.nan], threshold_zones(150, 172))
    array([ 0,  1,  1,  2, -1])
    """
    numbers = np.asarray(values, np.float64)
    edges = np.asarray(zones.edges) * (1 - TOLERANCE)
    if zones.hard_above:
        edges[-1] = zones.edges[-1] * (1 + TOLERANCE)
    places = np.searchsorted(edges, numbers, side="right")
    return np.where(np.isnan(numbers), -1, places)


def zone_seconds(values: npt.ArrayLike, seconds: npt.ArrayLike, zones: Zones) -> Floats:
    """Sum the time in each zone.

    Parameters
    ----------
    values : array-like of float
        Heart rates or speeds; what is missing counts for none. [bpm or m/s]
    seconds : array-like of float
        How long each lasted. [s]
    zones : Zones
        The zones.

    Returns
    -------
    array of float64
        One value a zone. [s]

    Examples
    --------
    >>> zone_seconds([120, 160, 180], [600, 300, 60], threshold_zones(150, 172))
    array([600., 300.,  60.])
    """
    places = zone_of(values, zones)
    lasted = np.broadcast_to(np.asarray(seconds, np.float64), places.shape)
    known = places >= 0
    return np.bincount(places[known], weights=lasted[known], minlength=len(zones.names)).astype(np.float64, copy=False)


def time_in_zones(records: pd.DataFrame | Samples, zones: Zones, *, intervals: Intervals | None = None) -> pd.DataFrame:
    """Tell how long one leg lasted in each zone.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    zones : Zones
        The zones.
    intervals : Intervals, optional
        What lies between its samples, if it is known already.

    Returns
    -------
    DataFrame
        One row a zone: ``zone``, ``low`` and ``high`` [``unit``], ``timer_s`` [s], ``share`` of the time in all of
        them, and ``unit``. The share is missing where no value is known.

    Notes
    -----
    Time is weighted with the actual intervals between samples, never counted in samples; pauses count for no zone,
    nor does the time over which no value is known. Standing with the recording on is time at speed 0. A speed that no
    device measured is averaged over 15 s, since the noise of positions would pass for fast running.

    Examples
    --------
    >>> import stressfx as sfx
    >>> from stressfx.activity.effort.zones import critical_speed_zones, time_in_zones
    >>> gpx = b"<gpx><trk><type>running</type><trkseg>" + b"".join(
    ...     f"<trkpt lat='0.00{i}' lon='0'><time>2025-01-01T00:00:{i}0Z</time></trkpt>".encode() for i in range(3)
    ... ) + b"</trkseg></trk></gpx>"
    >>> time_in_zones(sfx.read_activity(gpx).records, critical_speed_zones(4.0))["timer_s"].tolist()
    [0.0, 0.0, 20.0]
    """
    samples = samples_of(records)
    between = intervals or between_samples(samples)
    if zones.channel == "heart_rate_bpm":
        values = heart_rate_between(samples, between)
    else:
        values = np.where(between.too_fast, np.nan, between.smooth_mps)
    timer_s = zone_seconds(values, between.duration_s, zones)
    total_s = float(timer_s.sum())
    return pd.DataFrame(
        {
            "zone": pd.Series(zones.names, dtype="str"),
            "low": [0.0, *zones.edges],
            "high": [*zones.edges, math.inf],
            "timer_s": timer_s,
            "share": timer_s / total_s if total_s > 0 else np.full(len(timer_s), np.nan),
            "unit": pd.Series([zones.unit] * len(zones.names), dtype="str"),
        }
    )


def heart_rate_between(records: pd.DataFrame | Samples, intervals: Intervals | None = None) -> Floats:
    """Tell the heart rate over each interval between two samples.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    intervals : Intervals, optional
        What lies between its samples, if it is known already.

    Returns
    -------
    array of float64
        Of two valid heart rates the middle, of one itself; NaN over a pause, over a gap of more than 10 s, over a
        change of more than 20 bpm a second and where neither is valid. One fewer than there are samples. [bpm]
    """
    samples = samples_of(records)
    between = intervals or between_samples(samples)
    valid = samples.heart_rate_valid_bpm
    middle, usable = between.middles(valid, where=steady(valid, between.duration_s))
    return np.where(usable, middle, np.nan)
