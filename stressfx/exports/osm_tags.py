"""What is a way of OpenStreetMap made of, by its tags?

Takes the tags of one way; gives one of the classes of `stressfx.schema.surfaces.SURFACE_CLASSES`, ``"unknown"``
where the tags do not say. Nothing here reads a map.
"""

from collections.abc import Mapping

__all__ = ["osm_class"]

CLASS_OF_SURFACE = {
    **dict.fromkeys(("asphalt", "chipseal"), "asphalt"),
    **dict.fromkeys(("concrete", "concrete:plates", "concrete:lanes", "cement"), "concrete"),
    **dict.fromkeys(
        (
            "paved",
            "paving_stones",
            "sett",
            "cobblestone",
            "unhewn_cobblestone",
            "bricks",
            "tiles",
            "metal",
            "wood",
        ),
        "paved_other",
    ),
    **dict.fromkeys(("tartan", "acrylic", "rubber", "artificial_turf"), "track"),
    **dict.fromkeys(("fine_gravel", "gravel", "compacted", "pebblestone"), "gravel"),
    **dict.fromkeys(("ground", "dirt", "earth", "mud", "clay", "rock", "stone", "woodchips", "unpaved"), "trail"),
    **dict.fromkeys(("grass", "grass_paver"), "grass"),
    "sand": "sand",
}
"""Values of the tag ``surface``; every other value, misspelt ones among them, is unknown."""

SPORTS_GROUNDS = {"track", "pitch"}
RUNNING_SPORTS = {"running", "athletics"}


def osm_class(tags: Mapping[str, str], *, paths_as_trail: bool = False) -> str:
    """Give the class of surface of a way of OpenStreetMap.

    Parameters
    ----------
    tags : mapping of str to str
        Keys and values of the way's tags.
    paths_as_trail : bool
        Whether a way with ``highway=path`` and no ``surface`` is a trail. Many are; many are paved.

    Returns
    -------
    str
        One of `stressfx.training.surfaces.sessions.SURFACE_CLASSES`.

    Notes
    -----
    A track for runners (``leisure=track`` with ``sport=running`` or ``sport=athletics``) is a track whatever its
    surface. Clay is ground on a path and a sports surface on a track or pitch. For all others the tag ``surface``
    [1]_ decides, and nothing is assumed without it: neither ``highway=footway`` nor ``highway=residential`` says
    what lies on the ground. Of several values (``asphalt;gravel``) the class is known only if they share it. Which
    value belongs to which class is our choice.

    References
    ----------
    .. [1] OpenStreetMap Wiki, "Key:surface". https://wiki.openstreetmap.org/wiki/Key:surface

    Examples
    --------
    >>> osm_class({"highway": "track", "surface": "compacted"})
    'gravel'
    >>> osm_class({"leisure": "track", "sport": "athletics;soccer", "surface": "asphalt"})
    'track'
    >>> osm_class({"highway": "path"}), osm_class({"highway": "path"}, paths_as_trail=True)
    ('unknown', 'trail')
    """
    leisure = _values(tags, "leisure")
    if "track" in leisure and _values(tags, "sport") & RUNNING_SPORTS:
        return "track"
    surfaces = _values(tags, "surface")
    if not surfaces:
        return "trail" if paths_as_trail and _values(tags, "highway") == {"path"} else "unknown"
    known = dict(CLASS_OF_SURFACE, clay="track") if leisure & SPORTS_GROUNDS else CLASS_OF_SURFACE
    classes = {known.get(surface, "unknown") for surface in surfaces}
    return classes.pop() if len(classes) == 1 else "unknown"


def _values(tags: Mapping[str, str], key: str) -> set[str]:
    """Give the values of a tag; several stand in one text, with semicolons between."""
    values = (value.strip().lower() for value in tags.get(key, "").split(";"))
    return {value for value in values if value}
