"""Where does a run go, piece by piece? Short pieces of equal length, each with the place of its middle.

Takes the records of one leg; gives `Pieces`. What lies between positions that are far apart has no place.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.clean import between_samples
from stressfx.activity.samples import Floats, Places, Samples, samples_of
from stressfx.activity.track import EARTH_RADIUS_M, track_of

__all__ = ["METRES_PER_DEGREE", "Pieces", "around", "pieces_of"]

METRES_PER_DEGREE = EARTH_RADIUS_M * np.pi / 180
"""Length of a degree along a meridian. [m]"""

PIECE_M = 10.0
"""A run is cut into pieces of about this length: GPS is not much better. Our choice. [m]"""

LONGEST_GAP_M = 60.0
"""Between positions further apart nothing is known of the way: 10 s of smart recording at 6 m/s. Our choice. [m]"""

LEAST_PROGRESS = 0.5
"""Positions that move less than this share of the counted distance do not tell where: a treadmill at a window."""

ASTRAY_MPS = 30.0
"""Positions that go out and back this fast were never visited; slower ones are the noise of GPS. Our choice. [m/s]"""

ROUNDING = 1e-9
"""A smaller share of a run is what sums of floats leave over."""

WORST_ACCURACY_M = 20.0
"""A position with a larger error, by the device's own estimate, does not tell which way it is on. Our choice. [m]"""


@dataclass(frozen=True, eq=False, repr=False)
class Pieces:
    """A run in pieces.

    Attributes
    ----------
    latitude_deg, longitude_deg : array of float64
        The middle of each; longitudes run on past 180 over the date line. [deg]
    length_m : array of float64
        How long each is, by the distance that counts. [m]
    stretch : array of int64
        Number of the stretch of uninterrupted positions that it is in.
    placeless_m : float
        Distance without a known place. [m]
    """

    latitude_deg: Floats
    longitude_deg: Floats
    length_m: Floats
    stretch: npt.NDArray[np.int64]
    placeless_m: float

    def __len__(self) -> int:
        """Count the pieces."""
        return len(self.length_m)


def pieces_of(records: pd.DataFrame | Samples) -> Pieces | None:
    """Cut a run into pieces.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg, in the order of the file.

    Returns
    -------
    Pieces or None
        None if there are no two positions, or no distance.

    Notes
    -----
    Distance is what counts for the run (`stressfx.activity.clean.between_samples`), places lie evenly between two
    positions. Only positions of one stretch of recording, no more than 60 m apart both as the device counted and as the
    positions lie, have anything between them. Positions that repeat the one before tell nothing new (a device in a
    tunnel holds the last one), nor do those with a stated error above 20 m, nor those that go out and back at more than
    30 m/s; where positions move less than half as far as the device counted, none do.

    Examples
    --------
    >>> import stressfx as sfx
    >>> points = "".join(f'<trkpt lat="{50 + n / 9000}" lon="10"></trkpt>' for n in range(9))
    >>> run = sfx.read_activity(f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>".encode())
    >>> pieces_of(run.records).length_m.round(1)
    array([9.9, 9.9, 9.9, 9.9, 9.9, 9.9, 9.9, 9.9, 9.9, 9.9])
    """
    samples = samples_of(records)
    if len(samples) < 2:
        return None
    run_m = np.concatenate([[0.0], np.cumsum(between_samples(samples).distance_m)])
    known = _telling(samples)
    if len(known) < 2 or not run_m[-1] > 0:
        return None
    latitude, longitude = samples.latitude_deg[known], _unbroken(samples.longitude_deg[known])
    counted = np.diff(run_m[known])
    north = np.diff(latitude) * METRES_PER_DEGREE
    east = np.diff(longitude) * METRES_PER_DEGREE * np.cos(np.radians(latitude[:-1]))
    moved = np.hypot(north, east)
    bridged = (np.diff(samples.segment[known]) == 0) & (counted <= LONGEST_GAP_M) & (moved <= LONGEST_GAP_M)
    middle, length, stretch = _cut(run_m[known], counted, moved, bridged)
    placeless_m = run_m[-1] - length.sum()
    return Pieces(
        np.interp(middle, run_m[known], latitude),
        np.interp(middle, run_m[known], longitude),
        length,
        stretch,
        float(placeless_m) if placeless_m > ROUNDING * run_m[-1] else 0.0,
    )


def around(pieces: Pieces, margin_m: float) -> tuple[float, float, float, float]:
    """Give the box around a run.

    Parameters
    ----------
    pieces : Pieces
        The run; at least one piece.
    margin_m : float
        How much wider the box is on each side. [m]

    Returns
    -------
    tuple of float
        West, south, east and north [deg]; over the date line its west is east of its east.
    """
    margin = margin_m / METRES_PER_DEGREE
    south, north = pieces.latitude_deg.min() - margin, pieces.latitude_deg.max() + margin
    # At the poles every meridian is near.
    margin /= max(np.cos(np.radians(min(max(-south, north), 89.9))), 1e-3)
    west, east = pieces.longitude_deg.min() - margin, pieces.longitude_deg.max() + margin
    return _turned(west), float(south), _turned(east), float(north)


def _telling(samples: Samples) -> Places:
    """Find the positions that tell something: not where the runner never was, anywhere, or a repetition."""
    known = track_of(samples, fastest_mps=ASTRAY_MPS).known
    if samples.horizontal_accuracy_m is not None:
        known = known[~(samples.horizontal_accuracy_m[known] > WORST_ACCURACY_M)]
    if not len(known):
        return known
    parts = (samples.latitude_deg, samples.longitude_deg, samples.segment)
    new = np.any([np.diff(part[known], prepend=np.nan) != 0 for part in parts], axis=0)
    return known[new]


def _cut(
    at_m: Floats, counted_m: Floats, moved_m: Floats, bridged: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Cut every stretch into equal pieces; give their middles, lengths and stretches."""
    edges = np.flatnonzero(np.diff(bridged, prepend=False, append=False))
    middles, lengths, stretches = [np.empty(0)], [np.empty(0)], [np.empty(0, np.int64)]
    for number, (first, last) in enumerate(edges.reshape(-1, 2)):
        whole = counted_m[first:last].sum()
        if not whole > 0 or moved_m[first:last].sum() < LEAST_PROGRESS * whole:
            continue
        count = max(1, round(whole / PIECE_M))
        length = whole / count
        middles.append(at_m[first] + length * (np.arange(count) + 0.5))
        lengths.append(np.full(count, length))
        stretches.append(np.full(count, number))
    return np.concatenate(middles), np.concatenate(lengths), np.concatenate(stretches)


def _unbroken(longitude_deg: Floats) -> Floats:
    """Let longitudes run on past the date line."""
    first = longitude_deg[0]
    unbroken: Floats = first + (longitude_deg - first + 180) % 360 - 180
    return unbroken


def _turned(longitude_deg: float) -> float:
    return float((longitude_deg + 180) % 360 - 180)
