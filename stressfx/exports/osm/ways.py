"""Which ways of a map lie where runs go, and what is their surface?

Takes an extract of OpenStreetMap, and the boxes that matter; gives `Ways`. Needs the extra ``osm``.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import Any, TypeAlias

import lazy_loader
import numpy as np
import numpy.typing as npt

from stressfx.activity.samples import Floats, Places
from stressfx.errors import LimitError
from stressfx.exports.osm.extract import MAX_BYTES, Extract, find_extract, runnable
from stressfx.exports.osm_tags import osm_class

shapely = lazy_loader.load("shapely")
"""An extra, loaded when a map is read."""

__all__ = ["Box", "Ways", "read_ways", "ways_of"]

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north. [deg] A box over the date line has its west east of its east, as in GeoJSON (RFC 7946)."""

Shapes: TypeAlias = npt.NDArray[Any]

MOST_WAYS = 5_000_000
"""So many ways are kept, some 2 GB; a city of millions has a tenth of them."""


@dataclass(frozen=True, eq=False, repr=False)
class Ways:
    """The ways of a map that can be run on.

    ============  =====================================================================================
    `source`      name of the extract, without its folder
    `surface`     class of each way (`stressfx.exports.osm_tags.osm_class`), ``"unknown"`` if untagged
    `shapes`      line or area of each in degrees, a shapely geometry; over the date line past 180
    `bounds_deg`  west, south, east and north of each
    `numbered`    the classes that there are, and the number of each way's
    ============  =====================================================================================
    """

    source: str
    surface: npt.NDArray[np.str_]
    shapes: Shapes

    def __len__(self) -> int:
        """Count the ways."""
        return len(self.surface)

    def __repr__(self) -> str:
        """Say how many there are of each class, but not where they are."""
        counts = ", ".join(f"{count} {surface}" for surface, count in sorted(Counter(self.surface.tolist()).items()))
        return f"Ways({self.source!r}: {counts or 'none'})"

    @cached_property
    def bounds_deg(self) -> Floats:
        """West, south, east and north of each way. [deg]"""
        bounds: Floats = shapely.bounds(self.shapes).reshape(-1, 4)
        return bounds

    @cached_property
    def numbered(self) -> tuple[list[str], Places]:
        """The classes that there are, ``"unknown"`` among them in any case, and the number of each way's."""
        classes = sorted({*self.surface.tolist(), "unknown"})
        return classes, np.searchsorted(classes, self.surface)


def read_ways(
    path: str | PathLike[str],
    *,
    boxes: Sequence[Box] | None = None,
    paths_as_trail: bool = False,
    max_bytes: int = MAX_BYTES,
) -> Ways:
    """Read the ways that can be run on out of an extract of OpenStreetMap.

    Parameters
    ----------
    path : path
        A file on this disk: ``.osm.pbf`` or ``.osm``, the latter also with ``.gz`` or ``.bz2``; told by its content.
    boxes : sequence of (float, float, float, float), optional
        West, south, east and north of where it matters; ways that touch none of them are passed over. [deg]
    paths_as_trail : bool
        Whether a path without a surface is taken for a trail.
    max_bytes : int
        Refuse a longer file. [bytes]

    Returns
    -------
    Ways
        Every way that can be run on, those of unknown surface among them: the nearest way decides, known or not.

    Raises
    ------
    UnreadableFileError
        If there is no such file, or it is no extract, is damaged or breaks off.
    LimitError
        If the file is too long, or holds too many ways near the boxes.
    StressfxError
        If osmium or shapely is not installed.

    Notes
    -----
    These are the ways with ``highway`` [1]_, but for motorways, trunk roads and what is not built, and those with
    ``leisure=track`` or ``leisure=pitch`` [2]_ for running or athletics. A pitch, a closed way with ``area=yes`` and a
    multipolygon are areas: who is inside is on it. Nothing comes from the network. Of the ways only those near the
    boxes are kept, and the places of the nodes as long as the file is read; of a file above 200 MB they wait in a
    temporary file. A way whose nodes are partly missing, as at the edge of an extract, is kept as far as they are
    known.

    References
    ----------
    .. [1] OpenStreetMap Wiki, "Key:highway". https://wiki.openstreetmap.org/wiki/Key:highway
    .. [2] OpenStreetMap Wiki, "Tag:leisure=track". https://wiki.openstreetmap.org/wiki/Tag:leisure%3Dtrack

    Examples
    --------
    >>> read_ways("town.osm.pbf", boxes=[(8.1, 47.1, 8.2, 47.2)])  # doctest: +SKIP
    Ways('town.osm.pbf': 812 asphalt, 75 gravel, 3 track, 1410 unknown)
    """
    return ways_of(find_extract(path, max_bytes=max_bytes), boxes=boxes, paths_as_trail=paths_as_trail)


def ways_of(extract: Extract, *, boxes: Sequence[Box] | None = None, paths_as_trail: bool = False) -> Ways:
    """Read the ways of an extract that was found before, as `read_ways` does.

    Parameters
    ----------
    extract : Extract
        The file.
    boxes : sequence of (float, float, float, float), optional
        Where it matters. [deg]
    paths_as_trail : bool
        Whether a path without a surface is taken for a trail.

    Returns
    -------
    Ways
        Every way that can be run on.

    Raises
    ------
    UnreadableFileError
        If it is no extract, is damaged or breaks off.
    LimitError
        If it holds too many ways near the boxes.
    """
    near = _Near(boxes) if boxes is not None else None
    shapes: list[Shapes] = [np.empty(0, object)]
    surface: list[str] = []
    for made, tags in runnable(extract):
        batch = _unbroken(shapely.from_wkb(np.array(made, object)))
        kept = np.arange(len(batch)) if near is None else near.touched_by(batch)
        shapes.append(batch[kept])
        surface += [osm_class(tags[place], paths_as_trail=paths_as_trail) for place in kept]
        if len(surface) > MOST_WAYS:
            reason = f"holds more than {MOST_WAYS} ways near the runs; take the extract of a smaller region"
            raise LimitError(extract.label, reason)
    return Ways(extract.label, np.array(surface, np.str_), np.concatenate(shapes))


class _Near:
    """The boxes that matter, found quickly however many runs there are."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        west, south, east, north = np.array(boxes, np.float64).reshape(-1, 4).T
        east = east + 360 * (east < west)
        # A shape over the date line runs on past 180, a box past -180 does not: each box stands for its turns.
        turns = [shapely.box(west + turn, south, east + turn, north) for turn in (-360, 0, 360)]
        self.tree = shapely.STRtree(np.concatenate(turns))

    def touched_by(self, shapes: Shapes) -> npt.NDArray[np.intp]:
        """Which of the shapes have a box around them that touches any of the boxes."""
        around = shapely.box(*shapely.bounds(shapes).reshape(-1, 4).T)
        touched: npt.NDArray[np.intp] = np.unique(self.tree.query(around, predicate="intersects")[0])
        return touched


def _unbroken(shapes: Shapes) -> Shapes:
    """Let shapes over the date line run on past 180: no way is longer than half the way around the earth."""
    west, _, east, _ = shapely.bounds(shapes).reshape(-1, 4).T
    for place in np.flatnonzero(east - west > 180):
        shapes[place] = shapely.transform(shapes[place], lambda points: points + [360, 0] * (points[:, :1] < 0))
    return shapes
