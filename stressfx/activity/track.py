"""How far is it along the positions, and which of them are off?

Takes the samples of one leg; gives the steps between its positions, without those that only go out and back.
"""

from dataclasses import dataclass

import numpy as np

from stressfx.activity.samples import Floats, Mask, Places, Samples

__all__ = ["FASTEST_MPS", "INACCURATE_M", "Track", "extent_m", "track_of"]

FASTEST_MPS = 12.5
"""No runner is faster: the fastest sprint measured is about 12.4 m/s. [m/s]"""

EXCURSION_S = 30.0
"""Positions that jump away and back within this time were never visited: a reflected signal. Our choice. [s]"""

JUMPS_AHEAD = 5
"""Among so many next jumps the way back is looked for."""

INACCURATE_M = 30.0
"""A position whose own error is larger tells no speed. Our choice. [m]"""

EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, eq=False)
class Track:
    """The positions of one leg that count, and the steps between them.

    Attributes
    ----------
    known : array of int
        The samples whose positions count, in order.
    step_m : array of float64
        Great-circle distance from each to the next. [m]
    jump : array of bool
        Steps within one stretch of recording that are faster than anyone.
    off : array of int
        Samples whose positions go out and back; they are not among `known`.
    """

    known: Places
    step_m: Floats
    jump: Mask
    off: Places


def track_of(samples: Samples, *, fastest_mps: float = FASTEST_MPS) -> Track:
    """Follow the positions of one leg.

    Parameters
    ----------
    samples : Samples
        The samples of one leg.
    fastest_mps : float
        What is faster is no movement but an error. [m/s]

    Returns
    -------
    Track
        Empty if there are no positions.

    Notes
    -----
    Distances are haversine with R = 6,371,008.8 m. A position is off if one gets to it faster than anyone runs, and
    within 30 s away from it just as fast, to where one could have run meanwhile. A jump without a way back is kept
    as a jump: nothing tells which of its sides is wrong. A sample out of order has no place in the track,
    and neither has one whose position may be more than 30 m off, as the device itself says.
    """
    usable = ~(np.isnan(samples.latitude_deg) | np.isnan(samples.longitude_deg))
    if samples.late is not None:
        usable &= ~samples.late
    if samples.horizontal_accuracy_m is not None:
        usable &= ~(samples.horizontal_accuracy_m > INACCURATE_M)
    known = np.flatnonzero(usable)
    ground = _Ground(samples, known, fastest_mps)
    step_m, jump = ground.steps(known[:-1], known[1:])
    off = _out_and_back(ground, known, np.flatnonzero(jump)) if jump.any() else known[:0]
    if len(off):
        known = np.setdiff1d(known, off, assume_unique=True)
        step_m, jump = ground.steps(known[:-1], known[1:])
    return Track(known, step_m, jump, off)


def extent_m(samples: Samples, places: Places) -> float:
    """Tell how far apart positions lie.

    Parameters
    ----------
    samples : Samples
        The samples of one leg.
    places : array of int
        Samples that have positions.

    Returns
    -------
    float
        The diagonal of the box around them; 0 without any. [m]
    """
    if not len(places):
        return 0.0
    north = np.radians(np.ptp(samples.latitude_deg[places]))
    east = np.radians(np.ptp(samples.longitude_deg[places])) * np.cos(np.radians(samples.latitude_deg[places[0]]))
    return float(np.hypot(north, east)) * EARTH_RADIUS_M


class _Ground:
    """The places of one leg, and what it takes to get from one to another."""

    def __init__(self, samples: Samples, known: Places, fastest_mps: float) -> None:
        self.samples, self.fastest_mps = samples, fastest_mps
        latitude, longitude = np.radians(samples.latitude_deg), np.radians(samples.longitude_deg)
        self.latitude, self.longitude = latitude, longitude
        self.parallel = np.full(len(samples), np.nan)
        self.parallel[known] = np.cos(latitude[known])

    def steps(self, first: Places, last: Places) -> tuple[Floats, Mask]:
        """Distances between samples, and which of them are too long for anyone."""
        half = np.sin((self.latitude[last] - self.latitude[first]) / 2) ** 2
        half += (
            self.parallel[first] * self.parallel[last] * np.sin((self.longitude[last] - self.longitude[first]) / 2) ** 2
        )
        step_m: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
        lasts = self.lasting(first, last)
        span = np.where(lasts > 0, lasts, np.where(np.isnan(lasts), np.inf, self.samples.resolution_s))
        return step_m, (step_m > self.fastest_mps * span) & self.together(first, last)

    def lasting(self, first: Places, last: Places) -> Floats:
        seconds: Floats = self.samples.seconds[last] - self.samples.seconds[first]
        return seconds

    def together(self, first: Places, last: Places) -> Mask:
        """Whether no pause lies between."""
        same: Mask = self.samples.segment[last] == self.samples.segment[first]
        return same


def _out_and_back(ground: _Ground, known: Places, jumps: Places) -> Places:
    """Find the samples between a jump and the next one that leads back to where one could have run."""
    back = np.full(len(jumps), 0)
    for ahead in range(min(JUMPS_AHEAD, len(jumps) - 1), 0, -1):
        first, last = known[jumps[:-ahead]], known[jumps[ahead:] + 1]
        _, far = ground.steps(first, last)
        home = ~far & ground.together(first, last) & (ground.lasting(first, last) <= EXCURSION_S)
        back[:-ahead][home] = ahead
    off = []
    jump = 0
    while jump < len(jumps):
        if back[jump]:
            off.append(known[jumps[jump] + 1 : jumps[jump + back[jump]] + 1])
        jump += int(back[jump]) + 1
    return np.concatenate(off) if off else known[:0]
