"""Is it a running track? The oval that best fits places on the ground, and whether another outline fits them better.

Takes places in metres east and north; gives the oval, where each place lies beside and along it, and a verdict.

Notes
-----
A running track of 400 m is two straights of 84.39 m and two half circles of 36.50 m radius to the kerb; lane one is
measured 0.30 m outside it, lanes are 1.22 m wide (World Athletics, Track and Field Facilities Manual). Older tracks
differ by some metres, with bends of 33 to 41 m. Its outline is every place at one distance, the radius, from a line,
the axis; so the distance of a place from the outline is simple, and the oval is fitted by least squares of it.

The rest is our choice, tuned on simulated runs with errors of 3 to 5 m: the limits of size, and what tells a track
from a city block, a park or the way round a lake. A rectangle of the same kind and an ellipse are fitted to the same
places, and the oval must fit better than either. Over many laps the errors of the positions average out in each fit,
so that differences of a metre or two in shape are seen through errors of five. A block whose corners are rounded by
18 m or more can pass for a track, and so does anything else that truly has a track's shape and size. Bends of two
radii are not modelled; what they differ from half circles is taken for an error.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stressfx.activity.samples import Floats

__all__ = ["Oval", "along_m", "fit_oval", "is_track", "outward_m"]

HALF_STRAIGHT_M = (32.0, 51.0)
"""Half the length of a straight: 42.2 m where it is standard, 35 to 48 m elsewhere; errors come on top. [m]"""

LAP_M = (380.0, 470.0)
"""A lap: 400 m in lane one, 454 m in lane eight; errors come on top. [m]"""

CORNER_M = 6.0
"""Radius at which a runner turns the corner of a block. [m]"""

ROUGHEST_M = 7.5
"""No watch that is of use errs by more across the oval, after its mean at each place is taken out. [m]"""

BULGE_M = 3.0
"""The mean path may lie so far beside the oval. [m]"""

WAVES = 6
"""The mean path beside the oval is told by so many waves a lap."""

BETTER_THAN_ELLIPSE = 1.03
BETTER_THAN_BLOCK = 0.98
"""By how much the other outline's root-mean-square distance must exceed the oval's. Few laps can look a little more
like a block than like an oval by chance; blocks look like blocks far more clearly."""

STEPS = 20
"""So many steps lead to the best fit from any start that is of use."""

Distance = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class Oval:
    """Two straights and two half circles on the ground.

    Attributes
    ----------
    east_m, north_m : float
        Its middle. [m]
    turned_rad : float
        Direction of its straights, anticlockwise from east. [rad]
    half_straight_m : float
        Half the length of a straight. [m]
    radius_m : float
        Radius of the bends, as they were run. [m]
    """

    east_m: float
    north_m: float
    turned_rad: float
    half_straight_m: float
    radius_m: float

    @property
    def lap_m(self) -> float:
        """How long one lap is, as it was run. [m]"""
        return 4 * self.half_straight_m + 2 * math.pi * self.radius_m


def outward_m(oval: Oval, places_m: Floats) -> Floats:
    """Tell how far outside the oval places lie.

    Parameters
    ----------
    oval : Oval
        Where it lies.
    places_m : array of float64, two columns
        East and north. [m]

    Returns
    -------
    array of float64
        Negative inside. [m]

    Examples
    --------
    >>> outward_m(Oval(0, 0, 0, 42.2, 36.8), np.array([[0.0, 40.0], [79.0, 0.0], [0.0, 0.0]])).round(1)
    array([  3.2,   0. , -36.8])
    """
    return _from_oval(_numbers(oval), places_m)


def along_m(oval: Oval, places_m: Floats) -> Floats:
    """Tell how far along the oval places lie.

    Parameters
    ----------
    oval : Oval
        Where it lies.
    places_m : array of float64, two columns
        East and north. [m]

    Returns
    -------
    array of float64
        Anticlockwise from the start of one straight, from 0 to a lap. [m]

    Examples
    --------
    >>> along_m(Oval(0, 0, 0, 50, 100 / np.pi), np.array([[-50.0, -40.0], [90.0, 0.0], [0.0, 30.0]])).round(1)
    array([  0., 150., 250.])
    """
    half, radius = oval.half_straight_m, oval.radius_m
    across, up = _turned(_numbers(oval), places_m)
    bend = math.pi * radius
    right = 2 * half + radius * np.arctan2(across - half, -up)
    left = 4 * half + bend + radius * np.arctan2(-across - half, up)
    straight = np.where(up < 0, across + half, 3 * half + bend - across)
    return np.where(across > half, right, np.where(across < -half, left, straight)) % oval.lap_m


def fit_oval(places_m: Floats, start: Oval) -> Oval:
    """Fit an oval to places, most of which lie on it.

    Parameters
    ----------
    places_m : array of float64, two columns
        East and north. [m]
    start : Oval
        About where it lies: to some 15 m and 10 degrees.

    Returns
    -------
    Oval
        The best one.

    Notes
    -----
    Gauss-Newton on the distances from the outline, each weighted by Tukey's biweight, whose width goes from 30 down
    to 15 m: what lies further away is another part of the run.
    """
    widths = np.maximum(30.0 - 3.0 * np.arange(STEPS), 15.0)
    low = np.array([-np.inf, -np.inf, -np.inf, 25.0, 25.0])
    high = np.array([np.inf, np.inf, np.inf, 60.0, 60.0])
    return Oval(*_fitted(_from_oval, _numbers(start), places_m, low, high, widths).tolist())


def is_track(oval: Oval, places_m: Floats) -> bool:
    """Tell whether an oval is of the size of a running track of 400 m, and truly the shape of what was run.

    Parameters
    ----------
    oval : Oval
        The best one.
    places_m : array of float64, two columns
        Where the runner ran along it, evenly in time or distance, over all laps. [m]

    Returns
    -------
    bool
        Whether it is.
    """
    if len(places_m) <= 2 * WAVES + 1 or not (
        HALF_STRAIGHT_M[0] <= oval.half_straight_m <= HALF_STRAIGHT_M[1] and LAP_M[0] <= oval.lap_m <= LAP_M[1]
    ):
        return False
    bulge, rough = _bulge(oval, places_m)
    if bulge > BULGE_M or rough > ROUGHEST_M:
        return False
    ours, ellipse, block = _errors_m(oval, places_m)
    return ellipse > BETTER_THAN_ELLIPSE * ours and block > BETTER_THAN_BLOCK * ours


def _errors_m(oval: Oval, places_m: Floats) -> tuple[float, float, float]:
    """Fit an oval, an ellipse and a rectangle to the same places; give the root-mean-square distance from each."""
    numbers = _numbers(oval)
    where, half, radius = numbers[:3], oval.half_straight_m, oval.radius_m
    free, size = np.full(3, np.inf), np.array([10.0, 10.0])
    errors = []
    for distance, first in (
        (_from_oval, (half, radius)),
        (_from_ellipse, (half + radius, 1.15 * radius)),
        (_from_block, (half + radius - 10, radius - 10)),
    ):
        low, high = np.append(-free, size), np.append(free, 15 * size)
        best = _fitted(distance, np.append(where, first), places_m, low, high)
        errors.append(float(np.sqrt(np.mean(distance(best, places_m) ** 2))))
    return errors[0], errors[1], errors[2]


def _numbers(oval: Oval) -> Floats:
    return np.array([oval.east_m, oval.north_m, oval.turned_rad, oval.half_straight_m, oval.radius_m])


def _bulge(oval: Oval, places_m: Floats) -> tuple[float, float]:
    """How far the mean path bulges out of the oval and into it, and how far single places lie from that path."""
    outward = outward_m(oval, places_m)
    phase = 2 * math.pi * along_m(oval, places_m) / oval.lap_m
    turns = phase[:, None] * np.arange(1, WAVES + 1)
    waves = np.column_stack([np.ones_like(phase), np.cos(turns), np.sin(turns)])
    normal = np.einsum("ni,nj->ij", waves, waves)
    normal[np.diag_indices(2 * WAVES + 1)] += 1e-9 * len(outward)
    sizes = np.linalg.solve(normal, np.einsum("ni,n->i", waves, outward))
    rough = float(np.sqrt(np.mean((outward - np.einsum("ni,i->n", waves, sizes)) ** 2)))
    return float(np.sqrt(np.sum(sizes[1:] ** 2) / 2)), rough


def _turned(numbers: Floats, places_m: Floats) -> tuple[Floats, Floats]:
    """Places as seen from the middle, along the straights and across them."""
    cosine, sine = math.cos(numbers[2]), math.sin(numbers[2])
    east, north = places_m[:, 0] - numbers[0], places_m[:, 1] - numbers[1]
    return cosine * east + sine * north, cosine * north - sine * east


def _from_oval(numbers: Floats, places_m: Floats) -> Floats:
    """Distances from an outline at one radius from a line."""
    across, up = _turned(numbers, places_m)
    return np.asarray(np.hypot(np.maximum(np.abs(across) - numbers[3], 0.0), up) - numbers[4])


def _from_ellipse(numbers: Floats, places_m: Floats) -> Floats:
    """Distances from an ellipse, to first order (Sampson)."""
    across, up = _turned(numbers, places_m)
    across, up = across / numbers[3], up / numbers[4]
    size = np.hypot(across, up)
    return np.asarray((size - 1) * size / np.maximum(np.hypot(across / numbers[3], up / numbers[4]), 1e-9))


def _from_block(numbers: Floats, places_m: Floats) -> Floats:
    """Distances from a rectangle whose corners are rounded a little."""
    across, up = _turned(numbers, places_m)
    across, up = np.abs(across) - numbers[3], np.abs(up) - numbers[4]
    outside = np.hypot(np.maximum(across, 0.0), np.maximum(up, 0.0))
    return np.asarray(outside + np.minimum(np.maximum(across, up), 0.0) - CORNER_M)


def _fitted(
    distance: Distance, start: Floats, places_m: Floats, low: Floats, high: Floats, widths_m: Floats | None = None
) -> Floats:
    """Bring the distances from an outline of five numbers to their least squares."""
    nudge = np.array([0.05, 0.05, 0.001, 0.05, 0.05])
    numbers = start
    for step in range(STEPS):
        outward = distance(numbers, places_m)
        slope = np.stack([(distance(numbers + by, places_m) - outward) for by in np.diag(nudge)], axis=1) / nudge
        weight = np.ones_like(outward)
        if widths_m is not None:
            weight = np.maximum(1 - (outward / widths_m[step]) ** 2, 0.0) ** 2
        weighted = slope * weight[:, None]
        # Not `@`: many threads for so little work take longer than one.
        normal = np.einsum("ni,nj->ij", weighted, slope)
        # A little stiffness, so that places on one side only leave the rest as it is.
        normal[np.diag_indices(5)] = normal.diagonal() * 1.001 + 1e-6
        change = np.linalg.solve(normal, np.einsum("ni,n->i", weighted, outward))
        numbers = np.clip(numbers - change, low, high)
        if np.abs(change[:2]).max() < 0.02 and abs(change[2]) < 0.001 and (widths_m is None or step >= 5):
            break
    return numbers
