"""Which surface does a run go over? By the ways of a map that are near its positions.

Takes the records of a run and the ways; gives the share of each class. What no way is near to stays unknown, and so
does what goes along a way of unknown surface.
"""

import lazy_loader
import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.samples import Floats, Places
from stressfx.exports.osm.pieces import METRES_PER_DEGREE, Pieces, around, pieces_of
from stressfx.exports.osm.ways import Box, Ways

shapely = lazy_loader.load("shapely")
"""An extra, loaded when a map is read."""

__all__ = ["WITHIN_M", "match_pieces", "match_surfaces"]

WITHIN_M = 20.0
"""A way further from a position has nothing to do with it. Our choice. [m]"""

NEIGHBOURS = 3
"""Each piece of 10 m is seen with so many before and so many behind it: 70 m in all. Our choice."""

EQUAL_M = 1e-6
"""Ways that differ by no more lie on each other. [m]"""


def match_surfaces(records: pd.DataFrame, ways: Ways, *, within_m: float = WITHIN_M) -> dict[str, float]:
    """Tell over which surfaces a run went, by a map.

    Parameters
    ----------
    records : DataFrame
        `stressfx.schema.RECORDS` of one leg, in the order of the file.
    ways : Ways
        The ways of a map.
    within_m : float
        How far from a position a way can be. [m]

    Returns
    -------
    dict of str to float
        The share of the run's distance on each class of surface, ``"unknown"`` among them; they add up to 1. Empty if
        the run has no positions or no distance.

    Raises
    ------
    ValueError
        If `within_m` is not above 0.

    Notes
    -----
    The run is cut into pieces of about 10 m (`stressfx.exports.osm.pieces`). Of each piece the distance to the nearest
    way of every class is taken, the unknown class being one of them, at most `within_m`; its mean over the piece and
    its three neighbours on each side (70 m, not beyond a gap) says how near the run keeps to that class. The nearest
    class wins, out of those that have a way within `within_m` of the piece itself: so crossing a street and jumping
    over to a parallel way for a moment change nothing, and no piece gets a class that is not there. A piece without any
    way within `within_m` is unknown, and so is one to which two classes are equally near. Stretches on another surface
    that are shorter than some 40 m are mostly lost. Distances are planar, on an equirectangular projection around the
    run. Lengths of pieces, windows and `within_m` are our choice.

    Examples
    --------
    On a map without ways nothing is known of any run:

    >>> import stressfx as sfx
    >>> points = "".join(f'<trkpt lat="{50 + n / 9000}" lon="10"></trkpt>' for n in range(9))
    >>> run = sfx.read_activity(f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>".encode())
    >>> match_surfaces(run.records, Ways("empty.osm", np.array([], np.str_), np.array([], object)))
    {'unknown': 1.0}
    """
    if not within_m > 0:
        raise ValueError(f"within_m is {within_m}; a distance above 0 is needed")
    pieces = pieces_of(records)
    return {} if pieces is None else match_pieces(pieces, ways, within_m=within_m)


def match_pieces(pieces: Pieces, ways: Ways, *, within_m: float = WITHIN_M) -> dict[str, float]:
    """Tell over which surfaces a run went that was cut into pieces before, as `match_surfaces` does.

    Parameters
    ----------
    pieces : Pieces
        The run.
    ways : Ways
        The ways of a map.
    within_m : float
        How far from a position a way can be. [m]

    Returns
    -------
    dict of str to float
        The share of each class.
    """
    classes, column = ways.numbered
    unknown = classes.index("unknown")
    surface = np.full(len(pieces), unknown)
    if len(pieces) and len(ways):
        nearest_m = _nearest_m(pieces, ways, column, len(classes), within_m)
        surface = _decided(nearest_m, pieces.stretch, within_m, unknown)
    length_m = np.bincount(surface, weights=pieces.length_m, minlength=len(classes))
    length_m[unknown] += pieces.placeless_m
    shares = (length_m / length_m.sum()).tolist()
    return {name: share for name, share in zip(classes, shares, strict=True) if share > 0}


def _nearest_m(pieces: Pieces, ways: Ways, column: Places, columns: int, within_m: float) -> Floats:
    """Measure from each piece to the nearest way of each class; infinite where none is within reach."""
    latitude_deg = np.ptp(pieces.latitude_deg) / 2 + pieces.latitude_deg.min()
    longitude_deg = np.ptp(pieces.longitude_deg) / 2 + pieces.longitude_deg.min()
    scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(latitude_deg)), 1.0])
    centre = np.array([longitude_deg, latitude_deg])
    points = shapely.points((np.column_stack([pieces.longitude_deg, pieces.latitude_deg]) - centre) * scale)
    near, turn = _candidates(around(pieces, 2 * within_m), longitude_deg, ways)
    shapes = ways.shapes[near]
    places, shape = shapely.get_coordinates(shapes, return_index=True)
    places[:, 0] -= turn[shape]
    shapes = shapely.set_coordinates(shapes, (places - centre) * scale)
    piece, way = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=within_m)
    nearest_m = np.full((len(pieces), columns), np.inf)
    np.minimum.at(nearest_m, (piece, column[near[way]]), shapely.distance(points[piece], shapes[way]))
    return nearest_m


def _candidates(box: Box, longitude_deg: float, ways: Ways) -> tuple[Places, Floats]:
    """Find the ways around a run, and how far round the earth the longitudes of each are from its own."""
    west, south, east, north = ways.bounds_deg.T
    away = (west + east) / 2 - longitude_deg
    turn = 360 * np.round(away / 360)
    width = (box[2] - box[0]) % 360 + (east - west)
    near = np.flatnonzero((np.abs(away - turn) <= width / 2) & (south <= box[3]) & (north >= box[1]))
    return near, turn[near]


def _decided(nearest_m: Floats, stretch: npt.NDArray[np.int64], within_m: float, unknown: int) -> Places:
    """Give each piece the class that it and its neighbours keep nearest to, out of those within its own reach."""
    run_m = np.zeros((len(nearest_m) + 1, nearest_m.shape[1]))
    np.cumsum(np.minimum(nearest_m, within_m), axis=0, out=run_m[1:])
    place = np.arange(len(nearest_m))
    first = np.maximum(place - NEIGHBOURS, np.searchsorted(stretch, stretch))
    last = np.minimum(place + NEIGHBOURS + 1, np.searchsorted(stretch, stretch, side="right"))
    mean_m = (run_m[last] - run_m[first]) / (last - first)[:, np.newaxis]
    mean_m[np.isinf(nearest_m)] = np.inf
    least_m = mean_m.min(axis=1)
    several = (mean_m <= least_m[:, np.newaxis] + EQUAL_M).sum(axis=1) > 1
    return np.where(several, unknown, mean_m.argmin(axis=1))
