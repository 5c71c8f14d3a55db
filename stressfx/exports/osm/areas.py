"""Which areas of a map are made of several ways, and what is their shape?

Takes a file of OpenStreetMap; gives its multipolygons in two steps: which ways belong to them, and their shapes once
the places of its nodes are known. osmium can make areas by itself, but a damaged relation can end the process then.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import osmium.index
    import osmium.io

__all__ = ["Outline", "areas", "outlines"]


@dataclass(frozen=True)
class Outline:
    """A multipolygon before its shape is known.

    Attributes
    ----------
    tags : dict of str to str
        Its own tags; those of its ways do not count.
    outer, inner : tuple of int
        Numbers of the ways around it, and around its holes.
    """

    tags: dict[str, str]
    outer: tuple[int, ...]
    inner: tuple[int, ...]


def outlines(file: "osmium.io.File", keys: Sequence[str], is_wanted: Callable[[dict[str, str]], bool]) -> list[Outline]:
    """List the multipolygons that matter.

    Parameters
    ----------
    file : osmium.io.File
        The file.
    keys : sequence of str
        Multipolygons that have none of these tags do not matter.
    is_wanted : callable
        Tells by the tags whether one matters.

    Returns
    -------
    list of Outline
        In the order of the file.

    Notes
    -----
    A multipolygon [1]_ is made of the ways around it and around its holes; the tags are its own.

    References
    ----------
    .. [1] OpenStreetMap Wiki, "Relation:multipolygon". https://wiki.openstreetmap.org/wiki/Relation:multipolygon
    """
    import osmium  # noqa: PLC0415  # an extra

    found = []
    relations: Iterable[Any] = osmium.FileProcessor(file, osmium.osm.RELATION).with_filter(
        osmium.filter.KeyFilter(*keys)
    )
    for relation in relations:
        tags = dict(relation.tags)
        if tags.get("type") == "multipolygon" and is_wanted(tags):
            ways = [(member.role, member.ref) for member in relation.members if member.type == "w"]
            inner = tuple(number for role, number in ways if role == "inner")
            found.append(Outline(tags, tuple(number for role, number in ways if role != "inner"), inner))
    return found


def areas(
    file: "osmium.io.File", found: Sequence[Outline], places: "osmium.index.LocationTable"
) -> Iterator[tuple[str, dict[str, str]]]:
    """Give multipolygons their shapes.

    Parameters
    ----------
    file : osmium.io.File
        The file.
    found : sequence of Outline
        What `outlines` gave.
    places : osmium.index.LocationTable
        Where its nodes are.

    Yields
    ------
    tuple of (str, dict)
        Shape as hexadecimal WKB, in degrees, and tags; those of which a part is missing are left out.
    """
    import shapely  # noqa: PLC0415  # an extra

    lines = _lines(file, {number for outline in found for number in (*outline.outer, *outline.inner)}, places)
    for outline in found:
        if all(number in lines for number in (*outline.outer, *outline.inner)):
            within, holes = (
                shapely.union_all(shapely.get_parts(shapely.polygonize(shapely.from_wkb([lines[n] for n in numbers]))))
                for numbers in (outline.outer, outline.inner)
            )
            shape = shapely.difference(within, holes)
            if not shapely.is_empty(shape):
                yield shapely.to_wkb(shape, hex=True), outline.tags


def _lines(file: "osmium.io.File", numbers: set[int], places: "osmium.index.LocationTable") -> dict[int, str]:
    """Find ways by their numbers; those without a place for every node are left out."""
    import osmium  # noqa: PLC0415  # an extra

    if not numbers:
        return {}
    located = osmium.NodeLocationsForWays(places)
    located.ignore_errors()
    wkb = osmium.geom.WKBFactory()
    lines = {}
    ways: Iterable[Any] = (
        osmium.FileProcessor(file, osmium.osm.WAY).with_filter(osmium.filter.IdFilter(numbers)).with_filter(located)
    )
    for way in ways:
        if all(node.location.valid() for node in way.nodes) and len(way.nodes) > 1:
            lines[way.id] = wkb.create_linestring(way, osmium.geom.ALL)
    return lines
