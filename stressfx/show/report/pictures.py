"""Answers which pictures the report holds, for a large screen and for a small one.

Takes an `stressfx.auditing.Audit`; gives each picture as an address that holds the picture itself.
"""

import base64
import io
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure

from stressfx.show.palette import STYLE
from stressfx.show.plots import (
    plot_bone,
    plot_changes,
    plot_definitions,
    plot_history,
    plot_shoes,
    plot_spikes,
    plot_surfaces,
    plot_weeks,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from stressfx.auditing import Audit

__all__ = ["pictures"]

WIDTHS = {"wide": 8.6, "narrow": 4.0}
"""Width of a picture on a large and on a small screen. [inch]"""

DOTS_PER_INCH = 170


class Picture(NamedTuple):
    """What is drawn of what."""

    draw: "Callable[..., Axes]"
    frame: Any
    more: dict[str, Any]
    alt: str
    heights: tuple[float, float] = (3.7, 3.8)
    """On a large and on a small screen. [inch]"""


def pictures(audit: "Audit", *, unit: str) -> dict[str, dict[str, str]]:
    """Draw everything that the report shows.

    Parameters
    ----------
    audit : Audit
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    dict
        Of each picture the address for each size, and what it shows in words. Pictures of frames that lack what they
        need are left out.
    """
    shown = _of_runs(audit, unit) | _of_loads(audit, unit)
    if "damage" not in audit.daily.columns:
        del shown["bone"]
    if not audit.definitions.attrs.get("definitions"):
        del shown["definitions"]
    return {
        name: {
            size: _png(picture, (width, height))
            for (size, width), height in zip(WIDTHS.items(), picture.heights, strict=True)
        }
        | {"alt": picture.alt}
        for name, picture in shown.items()
    }


def _of_runs(audit: "Audit", unit: str) -> dict[str, Picture]:
    """List the pictures of what was run, and of what changed."""
    both = {"injuries": audit.injuries, "unit": unit}
    return {
        "history": Picture(plot_history, audit.daily, both, "Distance of every day."),
        "weeks": Picture(plot_weeks, audit.weeks, {"unit": unit}, "Distance and number of runs of every week."),
        "spikes": Picture(
            plot_spikes,
            audit.spikes,
            both,
            "Distance of every run beside the longest run of the 30 days before; the table below lists the flagged.",
        ),
        "changes": Picture(
            plot_changes,
            audit.changes,
            {"injuries": audit.injuries, "daily": audit.daily},
            "Days on which the training had changed, a row a kind; the table below lists them.",
            (4.2, 4.6),
        ),
        "surfaces": Picture(plot_surfaces, audit.surface_weeks, both, "Distance of every week on each surface."),
    }


def _of_loads(audit: "Audit", unit: str) -> dict[str, Picture]:
    """List the pictures of shoes, bone and definitions."""
    injuries = {"injuries": audit.injuries}
    return {
        "shoes": Picture(
            plot_shoes,
            audit.wear,
            {"alerts": audit.shoe_alerts, "unit": unit},
            "Distance run in every pair of shoes, by day; the table below has the totals.",
        ),
        "bone": Picture(
            plot_bone,
            audit.daily,
            injuries,
            "Bone damage of every week beside its distance, as shares of the median week.",
        ),
        "definitions": Picture(
            plot_definitions,
            audit.definitions,
            injuries,
            "Acute to chronic ratio of every day, a panel a definition.",
            (6.2, 6.6),
        ),
    }


def _png(picture: Picture, inches: tuple[float, float]) -> str:
    """Draw one picture as a data address; no time and no program name is in it, so equal frames give equal bytes."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=inches, dpi=DOTS_PER_INCH, layout="constrained")
        picture.draw(picture.frame, ax=figure.subplots(), **picture.more)
        content = io.BytesIO()
        figure.savefig(content, format="png", metadata={"Software": None}, pil_kwargs={"optimize": True})
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
