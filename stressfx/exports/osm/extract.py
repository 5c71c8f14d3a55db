"""What can be run on in a file of OpenStreetMap? Its ways and areas, one after the other.

Takes a file on this disk, told by its content; gives shapes and tags in batches. osmium reads the file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import lazy_loader

from stressfx.errors import LimitError, StressfxError, UnreadableFileError
from stressfx.io.source import label_of

if TYPE_CHECKING:
    import osmium
else:
    osmium = lazy_loader.load("osmium")

shapely = lazy_loader.load("shapely")
"""Extras, loaded when a map is read."""

__all__ = ["MAX_BYTES", "Batch", "Extract", "find_extract", "runnable"]

MAX_BYTES = 8 * 2**30
"""An extract may be this large: those of the largest countries are about half of it. [bytes]"""

IN_MEMORY_BYTES = 200 * 2**20
"""Of a larger extract the places of its nodes, some 20 million and more, wait in a temporary file. [bytes]"""

BATCH = 20_000
"""So many shapes are given at once."""

KEYS = ("highway", "leisure")

NOT_RUN_ON = {
    *("motorway", "motorway_link", "trunk", "trunk_link", "raceway", "bus_guideway", "escape", "via_ferrata"),
    *("elevator", "rest_area", "services"),
    *("proposed", "planned", "construction", "abandoned", "razed", "demolished", "dismantled", "no"),
}
"""Values of ``highway`` that nobody runs on, or that lie only on paper."""

RUNNING_SPORTS = {"running", "athletics"}

HEAD_BYTES = 64
PBF_MAGIC = b"OSMHeader"
FORMATS = {b"\x1f\x8b": "xml.gz", b"BZh": "xml.bz2", b"<": "xml"}

Batch: TypeAlias = "tuple[list[str], list[dict[str, str]]]"
"""Shapes as hexadecimal WKB, in degrees, and the tags of each."""


@dataclass(frozen=True)
class Extract:
    """A file that begins as an extract of OpenStreetMap does.

    Attributes
    ----------
    path : Path
        Where it lies.
    label : str
        Its name without its folder.
    format : str
        What osmium calls its format.
    size : int
        Its length. [bytes]
    """

    path: Path = field(repr=False)
    label: str
    format: str
    size: int


def find_extract(path: str | PathLike[str], *, max_bytes: int = MAX_BYTES) -> Extract:
    """Make sure that a file may be an extract of OpenStreetMap, and can be read here.

    Parameters
    ----------
    path : path
        A file on this disk.
    max_bytes : int
        Refuse a longer file. [bytes]

    Returns
    -------
    Extract
        The file, and its format by its first bytes.

    Raises
    ------
    UnreadableFileError
        If there is no such file, or it is no extract.
    LimitError
        If it is too long.
    StressfxError
        If osmium or shapely is not installed.
    """
    if not all(find_spec(name) for name in ("osmium", "shapely")):
        text = "reading a map needs osmium and shapely, which are not installed: pip install 'stressfx[osm]'"
        raise StressfxError(text)
    place = Path(path).resolve()  # osmium takes a bare "-" for the standard input
    label = label_of(place.name)
    if not place.is_file():
        raise UnreadableFileError(label, "there is no such file")
    try:
        with place.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        size = place.stat().st_size
    except OSError:
        raise UnreadableFileError(label, "cannot be opened; permission to read it is needed") from None
    if size > max_bytes:
        reason = f"has {size / 2**30:.1f} GiB, more than {max_bytes / 2**30:.1f}; take the extract of a smaller region"
        raise LimitError(label, reason)
    return Extract(place, label, _format(head, label), size)


def runnable(extract: Extract) -> Iterator[Batch]:
    """Read whatever can be run on.

    Parameters
    ----------
    extract : Extract
        A file.

    Yields
    ------
    tuple of (list of str, list of dict)
        Shapes and their tags.

    Raises
    ------
    UnreadableFileError
        If the file is no extract after all, is damaged, breaks off, or has its ways before their nodes.
    """
    shapes: list[str] = []
    tags: list[dict[str, str]] = []
    try:
        for shape, told in _pairs(extract):
            shapes.append(shape)
            tags.append(told)
            if len(shapes) >= BATCH:
                yield shapes, tags
                shapes, tags = [], []
    except UnreadableFileError:
        raise
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError):
        # The texts of osmium name the path, or what stands in the file.
        reason = "is no extract of OpenStreetMap, is damaged, or breaks off; fetch it again"
        raise UnreadableFileError(extract.label, reason) from None
    yield shapes, tags


def _format(head: bytes, label: str) -> str:
    if PBF_MAGIC in head:
        return "pbf"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, name in FORMATS.items():
        if start.startswith(magic):
            return name
    reason = "is no extract of OpenStreetMap; .osm.pbf or .osm is needed, the latter also with .gz or .bz2"
    raise UnreadableFileError(label, reason)


def _pairs(extract: Extract) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the shape and the tags of each way and area."""
    things: Iterable[Any] = (
        osmium.FileProcessor(osmium.io.File(str(extract.path), extract.format))
        .with_locations("flex_mem" if extract.size <= IN_MEMORY_BYTES else "sparse_file_array")
        .with_areas(osmium.filter.KeyFilter(*KEYS))
        # in C++, since most of a map are nodes and buildings
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY | osmium.osm.AREA))
        .with_filter(osmium.filter.KeyFilter(*KEYS))
    )
    lost = placed = False
    for thing in things:
        tags = dict(thing.tags)
        if _is_runnable(tags):
            shapes = _shapes(thing, tags)
            placed |= bool(shapes)
            lost |= not shapes and thing.is_way() and not any(node.location.valid() for node in thing.nodes)
            yield from ((shape, tags) for shape in shapes)
    if lost and not placed:
        raise UnreadableFileError(extract.label, "its ways have no positions; their nodes must stand before them")


def _is_runnable(tags: dict[str, str]) -> bool:
    if "highway" in tags:
        return tags["highway"] not in NOT_RUN_ON
    sports = {sport.strip() for sport in tags.get("sport", "").split(";")}
    return tags["leisure"] in {"track", "pitch"} and not sports.isdisjoint(RUNNING_SPORTS)


def _shapes(thing: "osmium.osm.Way | osmium.osm.Area", tags: dict[str, str]) -> list[str]:
    """Give a thing as a line or an area, whichever it is: osmium gives closed ways as both."""
    wkb = osmium.geom.WKBFactory()
    is_area = tags.get("area") == "yes" or tags.get("leisure") == "pitch"
    if isinstance(thing, osmium.osm.Area):
        whole = thing.num_rings()[0] > 0  # else its ring is open, or crosses itself
        return [wkb.create_multipolygon(thing)] if whole and (is_area or not thing.from_way()) else []
    if is_area and thing.is_closed():
        return []
    try:
        return [wkb.create_linestring(thing)]
    except (RuntimeError, osmium.InvalidLocationError):
        return _known_parts(thing)


def _known_parts(way: "osmium.osm.Way") -> list[str]:
    """Cut a way where nodes are missing, as at the edge of an extract."""
    parts: list[list[tuple[float, float]]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            parts[-1].append((node.lon, node.lat))
        else:
            parts.append([])
    return [shapely.to_wkb(shapely.linestrings(part), hex=True) for part in parts if len(part) > 1]
