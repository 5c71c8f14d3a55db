"""The same points through the gpxpy library: a second opinion on our own GPX reader.

Takes a GPX file; gives its points, which are assembled by the same way as ours, so that a difference between the two
is a difference in reading.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import gpxpy
import gpxpy.gpx

from stressfx.errors import UnreadableFileError
from stressfx.io.points import Points
from stressfx.io.source import Source

if TYPE_CHECKING:
    from stressfx.io.gpx import Tracks

__all__ = ["gpxpy_points"]


def gpxpy_points(source: Source, tracks: "Tracks") -> Points:
    """Read the points of a GPX file by gpxpy.

    Parameters
    ----------
    source : Source
        The file.
    tracks : Tracks
        Told of tracks and segments, as it is on our own walk.

    Returns
    -------
    Points
        All track points.

    Raises
    ------
    UnreadableFileError
        If gpxpy cannot read the file.
    """
    try:
        with _discreet():
            gpx = gpxpy.parse(source.data)
    except (gpxpy.gpx.GPXException, ValueError, TypeError, AttributeError) as error:
        raise UnreadableFileError(source.label, f"gpxpy cannot read it ({type(error).__name__})") from None
    tracks.outer = []
    tracks.enter("gpx", {"creator": gpx.creator or ""})
    rows: list[dict[str, str]] = []
    for _ in [*gpx.routes, *gpx.waypoints]:
        tracks.enter("rte", {})
    for track in gpx.tracks:
        tracks.enter("trk", {})
        tracks.outer = ["gpx", "trk"]
        tracks.leave("type", track.type or "")
        for segment in track.segments:
            tracks.enter("trkseg", {})
            rows += [_row(point, tracks) for point in segment.points]
            tracks.count = len(rows)
        tracks.leave("trk", "")
    names = dict.fromkeys(name for row in rows for name in row)
    return Points(len(rows), {name: [row.get(name) for row in rows] for name in names})


@contextmanager
def _discreet() -> Iterator[None]:
    """Keep gpxpy from writing a whole file, positions and all, into a log if it cannot read it."""
    log = logging.getLogger("gpxpy.parser")
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(level)


def _row(point: Any, tracks: "Tracks") -> dict[str, str]:  # noqa: ANN401  # gpxpy has no types
    time = None if point.time is None else point.time.isoformat()
    direct = {
        "latitude_deg": point.latitude,
        "longitude_deg": point.longitude,
        "altitude_m": point.elevation,
        "time": time,
        "speed_mps": point.speed,
    }
    row = {name: str(value) for name, value in direct.items() if value is not None}
    for extension in point.extensions:
        for element in extension.iter():
            column = tracks.column_of(("extensions", element.tag.rpartition("}")[2]))
            if column is not None and element.text and element.text.strip():
                row.setdefault(column, element.text.strip())
    return row
