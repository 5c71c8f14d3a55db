"""Builds small maps of OpenStreetMap, and runs over them, from metres. Shares no code with the reader of maps."""

import bz2
import gzip
import math
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd

from stressfx.schema import DTYPES, RECORDS

RADIUS_M = 6_371_008.8
Point = tuple[float, float]


class Map:
    """A map around a corner; places are metres east and north of it."""

    def __init__(self, latitude: float = 50.0, longitude: float = 10.0) -> None:
        self.latitude, self.longitude = latitude, longitude
        self.nodes: list[Point] = []
        self.ways: list[tuple[list[int], dict[str, str]]] = []
        self.relations: list[tuple[list[tuple[int, str]], dict[str, str]]] = []

    def place(self, east: float, north: float) -> Point:
        """Longitude and latitude of a place."""
        latitude = self.latitude + math.degrees(north / RADIUS_M)
        longitude = self.longitude + math.degrees(east / RADIUS_M / math.cos(math.radians(self.latitude)))
        return (longitude + 180) % 360 - 180, latitude

    def way(self, *points: Point, closed: bool = False, missing: Sequence[int] = (), **tags: str) -> int:
        """Draw a way, and give its number; of the nodes that are missing the map tells no place."""
        refs = []
        for number, point in enumerate(points):
            if number in missing:
                refs.append(9_000_000 + number)
            else:
                self.nodes.append(self.place(*point))
                refs.append(len(self.nodes))
        self.ways.append((refs + refs[:1] * closed, tags))
        return len(self.ways)

    def multipolygon(self, outer: int, *inner: int, **tags: str) -> None:
        """Make an area of closed ways, by their numbers."""
        members = [(outer, "outer"), *((way, "inner") for way in inner)]
        self.relations.append((members, {"type": "multipolygon", **tags}))

    def xml(self, *, doctype: str = "") -> bytes:
        """Write the map as text."""

        def told(tags: dict[str, str]) -> str:
            return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())

        lines = [f'<?xml version="1.0" encoding="UTF-8"?>{doctype}', '<osm version="0.6" generator="made">']
        for number, (longitude, latitude) in enumerate(self.nodes, 1):
            lines.append(f'<node id="{number}" version="1" lat="{latitude:.7f}" lon="{longitude:.7f}"/>')
        for number, (refs, tags) in enumerate(self.ways, 1):
            nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            lines.append(f'<way id="{number}" version="1">{nodes}{told(tags)}</way>')
        for number, (members, tags) in enumerate(self.relations, 1):
            parts = "".join(f'<member type="way" ref="{way}" role="{role}"/>' for way, role in members)
            lines.append(f'<relation id="{number}" version="1">{parts}{told(tags)}</relation>')
        return "\n".join([*lines, "</osm>\n"]).encode()

    def write(self, path: Path) -> Path:
        """Write the map in the format that the name of the file ends with."""
        path.unlink(missing_ok=True)
        if path.suffix == ".pbf":
            self._write_pbf(path)
        else:
            pack = {".gz": gzip.compress, ".bz2": bz2.compress}.get(path.suffix, bytes)
            path.write_bytes(pack(self.xml()))
        return path

    def _write_pbf(self, path: Path) -> None:
        import osmium  # noqa: PLC0415  # an extra
        from osmium.osm.mutable import Node, Relation, Way  # noqa: PLC0415  # as above

        with osmium.SimpleWriter(str(path)) as writer:
            for number, place in enumerate(self.nodes, 1):
                writer.add_node(Node(id=number, version=1, location=place))
            for number, (refs, tags) in enumerate(self.ways, 1):
                writer.add_way(Way(id=number, version=1, nodes=refs, tags=tags))
            for number, (members, tags) in enumerate(self.relations, 1):
                parts = [("w", way, role) for way, role in members]
                writer.add_relation(Relation(id=number, version=1, members=parts, tags=tags))


def run_along(
    where: Map, *points: Point, mps: float = 3.0, every: int = 1, noise_m: float = 0.0, seed: int = 0
) -> pd.DataFrame:
    """Run from point to point: a sample every so many seconds, distance as it is, positions with noise."""
    corners = np.array(points)
    at_m = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    seconds = np.arange(0, at_m[-1] / mps + 1e-9, every)
    noise = np.random.default_rng(seed).normal(0, noise_m, (2, len(seconds)))
    east, north = (np.interp(mps * seconds, at_m, corners[:, axis]) + noise[axis] for axis in (0, 1))
    longitude, latitude = zip(*(where.place(*place) for place in zip(east, north, strict=True)), strict=True)
    columns = [column for column in RECORDS.columns if not column.optional]
    frame = pd.DataFrame({column.name: np.full(len(seconds), np.nan) for column in columns if column.kind == "float"})
    frame = frame.assign(leg=0, segment=0, latitude_deg=latitude, longitude_deg=longitude, distance_m=mps * seconds)
    frame["time"] = pd.Timestamp("2025-01-01T10:00", tz="UTC") + pd.to_timedelta(seconds, unit="s")
    return frame[[column.name for column in columns]].astype({column.name: DTYPES[column.kind] for column in columns})
