"""Answers what the report says of surfaces: how far on each, and how that is known.

Takes an `stressfx.auditing.Audit`; gives rows of texts, which the template sets and escapes.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

from stressfx.show.palette import GROUNDS
from stressfx.units import format_distance

if TYPE_CHECKING:
    from stressfx.auditing import Audit

__all__ = ["surfaces_rows"]

SOURCES = {
    "label": "the runner's own word or rule",
    "osm": "a map (OpenStreetMap)",
    "geometry": "a track of 400 m, found in the positions",
    "account": "the unpaved distance that an account tells",
    "sub_sport": "the kind of run chosen on the watch or in the account",
    "unknown": "nothing tells",
}
"""How a surface can be known, the strongest evidence first."""


def surfaces_rows(audit: "Audit", *, unit: str) -> dict[str, Any]:
    """Give the tables of surfaces and of their sources.

    Parameters
    ----------
    audit : Audit
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    dict
        ``surfaces``, ``surface_sources``, ``surface_unknown`` (a share, as a text; empty without any run) and
        ``by_map`` (whether a map told any).
    """
    found = audit.surfaces
    total_m = found["distance_m"].sum()
    by_surface = found.groupby("surface")["distance_m"].sum()
    by_source = found.groupby("source")["distance_m"].sum()
    return {
        "surfaces": [
            _row(GROUNDS[name].words, by_surface[name], total_m, unit) for name in GROUNDS if name in by_surface
        ],
        "surface_sources": [
            _row(SOURCES[name], by_source[name], total_m, unit) for name in SOURCES if name in by_source
        ],
        "surface_unknown": _share(float(by_surface.get("unknown", 0.0)), total_m) if total_m > 0 else "",
        "by_map": "osm" in by_source.index,
    }


def _row(words: str, distance_m: float, total_m: float, unit: str) -> tuple[str, str, str]:
    return words, format_distance(distance_m, unit=unit), _share(distance_m, total_m)


def _share(distance_m: float, total_m: float) -> str:
    share = pd.NA if not total_m > 0 else 100 * distance_m / total_m
    return "\N{EN DASH}" if share is pd.NA else f"{share:.0f} %"
