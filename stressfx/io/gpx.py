"""`read_gpx`: one GPX file in, an `Activity` out.

Takes GPX 1.0 or 1.1 with any prefix or none, from whatever program; gives its tracks. Routes and waypoints are plans,
not runs, and are not taken for any.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.blocks import utc
from stressfx.errors import UnreadableFileError
from stressfx.findings import Finding
from stressfx.io.activity import Activity
from stressfx.io.frames import events_frame, laps_frame, legs_frame, limit_legs, records_frame
from stressfx.io.points import Points, PointVisitor, read_points, runs, span_of
from stressfx.io.source import FileLike, Source, open_source
from stressfx.schema import LEGS, RECORDS

__all__ = ["GPX_CHANNELS", "read_gpx"]

POINT = "trkpt"

DIRECT = {"@lat": "latitude_deg", "@lon": "longitude_deg", "ele": "altitude_m", "time": "time", "speed": "speed_mps"}
GPX_CHANNELS = {
    "hr": "heart_rate_bpm",
    "heartrate": "heart_rate_bpm",
    "cad": "cadence_rpm",
    "cadence": "cadence_rpm",
    "power": "power_w",
    "powerinwatts": "power_w",
    "watts": "power_w",
    "atemp": "temperature_c",
    "temp": "temperature_c",
    "temperature": "temperature_c",
    "speed": "speed_mps",
    "distance": "distance_m",
    "hacc": "horizontal_accuracy_m",
}
"""Names of extensions in lower case, whatever their prefix, and the columns that they fill."""

SPORTS = {
    "run": ("running", ""),
    "running": ("running", ""),
    "9": ("running", ""),  # how Strava numbers its runs
    "trail_running": ("running", "trail"),
    "trailrun": ("running", "trail"),
    "track_running": ("running", "track"),
    "treadmill_running": ("running", "treadmill"),
    "virtualrun": ("running", "virtual_activity"),
    "indoor_running": ("running", "indoor_running"),
    "street_running": ("running", "street"),
    "ultra_run": ("running", "ultra"),
    "walk": ("walking", ""),
    "walking": ("walking", ""),
    "10": ("walking", ""),
    "hike": ("hiking", ""),
    "hiking": ("hiking", ""),
    "4": ("hiking", ""),
    "ride": ("cycling", ""),
    "cycling": ("cycling", ""),
    "biking": ("cycling", ""),
    "1": ("cycling", ""),
    "mountain_biking": ("cycling", "mountain"),
    "indoor_cycling": ("cycling", "indoor_cycling"),
    "swim": ("swimming", ""),
    "swimming": ("swimming", ""),
    "open_water_swimming": ("swimming", "open_water"),
    "lap_swimming": ("swimming", "lap_swimming"),
}


def read_gpx(file: FileLike, *, recover: bool = True, engine: str = "stressfx") -> Activity:
    """Read a GPX file.

    Parameters
    ----------
    file : path, bytes or binary file
        The file, gzipped or not.
    recover : bool
        Keep the points before the place where the file breaks; otherwise raise.
    engine : {"stressfx", "gpxpy"}
        The reader. ``"gpxpy"`` gives the same frames through that library, for comparison.

    Returns
    -------
    Activity
        All track points, those of one segment with the same number. A file of routes or waypoints has none. Tracks
        of another type than the one before are legs of their own.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is no GPX; if it declares a DOCTYPE; if it breaks and `recover` is off.
    LimitError
        If it is larger, nested more deeply, or in more legs, than the reader takes.

    Notes
    -----
    A point has one heart rate, the first valid one, whatever its tag. Times without a zone are read as UTC, with a
    finding. The time in the metadata is that of the export and is not used. GPX carries no distance: it is computed
    from the positions when the activity is summarized.

    Examples
    --------
    >>> gpx = b'<gpx><trk><trkseg><trkpt lat="70" lon="-42"><ele>2400</ele></trkpt></trkseg></trk></gpx>'
    >>> read_gpx(gpx).records[["latitude_deg", "altitude_m"]].to_dict("records")
    [{'latitude_deg': 70.0, 'altitude_m': 2400.0}]
    """
    if engine not in {"stressfx", "gpxpy"}:
        raise ValueError(f"engine is {engine!r}; 'stressfx' or 'gpxpy' is needed")
    source = open_source(file)
    visitor = Tracks()
    if engine == "gpxpy":
        from stressfx.io.reference_gpx import gpxpy_points  # noqa: PLC0415  # imports gpxpy

        points, findings = gpxpy_points(source, visitor), list[Finding]()
    else:
        points, findings = read_points(source, visitor, point=POINT, column_of=column_of, recover=recover)
    if not visitor.is_gpx:
        raise UnreadableFileError(source.label, "it is XML, but its root is not <gpx>")
    if visitor.tracks and not points.count:
        message = "A track holds no points; GPX keeps nothing else of a run."
        findings.append(Finding("gpx-empty", len(visitor.tracks), message))
    if not visitor.tracks:
        what = "It holds routes or waypoints only." if visitor.plans else "It holds no track."
        findings.append(Finding("gpx-no-track", 1, what))
    return _assemble(replace(source, format="gpx", device=visitor.creator, engine=engine), visitor, points, findings)


def column_of(path: tuple[str, ...]) -> str | None:
    """Name the column of a path inside a track point.

    Parameters
    ----------
    path : tuple of str
        Names without prefixes; an attribute is written ``("@lat",)``.

    Returns
    -------
    str or None
        A column of `stressfx.schema.RECORDS`, or None.

    Examples
    --------
    >>> column_of(("extensions", "TrackPointExtension", "hr"))
    'heart_rate_bpm'
    """
    if not path:
        return None
    direct = DIRECT.get(path[0]) if len(path) == 1 else None
    return direct or (None if path[0].startswith("@") else GPX_CHANNELS.get(path[-1].lower()))


class Tracks(PointVisitor):
    """What stands around the points: tracks, their types, segments."""

    def __init__(self) -> None:
        super().__init__(POINT, column_of)

    def reset(self) -> None:
        super().reset()
        self.is_gpx = False
        self.creator = ""
        self.tracks: list[tuple[int, str]] = []
        self.segments: list[int] = []
        self.plans = 0

    def counts(self) -> bool:
        return self.outer[-2:] == ["trk", "trkseg"]

    def enter(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "gpx" and not self.outer:
            self.is_gpx, self.creator = True, attributes.get("creator", "")
        elif name == "trk":
            self.tracks.append((self.count, ""))
        elif name == "trkseg":
            self.segments.append(self.count)
        elif name in {"rte", "wpt"}:
            self.plans += 1

    def leave(self, name: str, text: str) -> None:
        if name == "type" and self.outer[-1:] == ["trk"]:
            self.tracks[-1] = (self.tracks[-1][0], text)

    def legs(self) -> list[tuple[int, str]]:
        """First point and type of each leg: tracks that follow each other are one leg, unless their types differ."""
        legs: list[tuple[int, str]] = []
        for (start, kind), (end, _) in pairwise([*self.tracks, (self.count, "")]):
            if end == start:
                continue
            if legs and (not kind or not legs[-1][1] or kind == legs[-1][1]):
                legs[-1] = (legs[-1][0], legs[-1][1] or kind)
            else:
                legs.append((start, kind))
        return legs


def _assemble(source: Source, tracks: Tracks, points: Points, findings: list[Finding]) -> Activity:
    optional = [column.name for column in RECORDS.columns if column.optional and column.name in points.columns]
    names = (*RECORDS.names[3:], *optional)
    times = points.times()
    floats, odd = points.block(names, everywhere=True)
    findings = [*findings, *times.findings(), *odd]
    legs = tracks.legs()
    limit_legs(source.label, len(legs), len(source.data))
    leg = runs([start for start, _ in legs], points.count)
    time = utc(times.instants)
    return Activity(
        frames={
            "records": lambda: records_frame(
                floats, names, time=time, leg=leg, segment=runs(tracks.segments, points.count)
            ),
            "laps": lambda: laps_frame(np.empty((10, 0)), leg=leg[:0], start=time[:0], end=time[:0], trigger=[]),
            "sessions": lambda: _legs_frame(legs, times.instants, leg),
            "events": lambda: events_frame(np.empty((1, 0)), time=time[:0], leg=leg[:0], event=[], event_type=[]),
        },
        noticed=tuple(findings),
        source=source,
    )


def _legs_frame(
    legs: list[tuple[int, str]], instants: npt.NDArray[np.datetime64], leg: npt.NDArray[np.int64]
) -> pd.DataFrame:
    spans = [span_of(instants[leg == number]) for number in range(len(legs))]
    start, end = (np.array([span[side] for span in spans], "M8[us]") for side in (0, 1))
    floats = np.full((13, len(legs)), np.nan)
    elapsed = [column.name for column in LEGS.columns if column.kind == "float"].index("elapsed_s")
    floats[elapsed] = np.where(np.isnat(end - start), np.nan, (end - start).astype("int64") / 1e6)
    sports = [SPORTS.get(re.sub(r"[\s-]+", "_", kind.strip().lower()), (kind.strip().lower(), "")) for _, kind in legs]
    return legs_frame(
        floats,
        start=utc(start),
        end=utc(end),
        sport=[sport for sport, _ in sports],
        sub_sport=[sub_sport for _, sub_sport in sports],
    )
