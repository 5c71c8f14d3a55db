"""Answers how an audit becomes a page that a coach can open, print and send: one HTML file that needs nothing else.

Takes an `stressfx.auditing.Audit`; writes the page. It holds no script, no address and no position, its pictures are
inside it, and a content policy forbids a browser to load or run anything.
"""

import base64
import hashlib
import io
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from stressfx.show.palette import STYLE
from stressfx.show.plots import plot_history, plot_spikes, plot_weeks
from stressfx.show.report.rows import page_rows
from stressfx.show.version import installed_version
from stressfx.units import METRES_PER

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from matplotlib.axes import Axes

    from stressfx.auditing import Audit

__all__ = ["write_report"]

SIZES = {"wide": (8.6, 3.7), "narrow": (4.0, 3.8)}
"""Width and height of a picture on a large and a small screen. [inch]"""

DOTS_PER_INCH = 170


def write_report(audit: "Audit", path: "str | PathLike[str]", *, unit: str = "km") -> Path:
    """Write an audit as one HTML file.

    Parameters
    ----------
    audit : Audit
        What `stressfx.auditing` gives.
    path : path
        Where to write; a file of that name is replaced.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ValueError
        If `unit` is neither.
    OSError
        If the file cannot be written.
    """
    if unit not in METRES_PER:
        raise ValueError(f"unit is {unit!r}; 'km' or 'mi' is needed")
    target = Path(path)
    target.write_text(_page(audit, unit), encoding="utf-8", newline="\n")
    return target


def _page(audit: "Audit", unit: str) -> str:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  # only a report needs it
    from markupsafe import Markup  # noqa: PLC0415  # as above

    folder = resources.files("stressfx.show.report")
    style = folder.joinpath("style.css").read_text(encoding="utf-8").replace("\r\n", "\n")
    template = folder.joinpath("template.html.jinja").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True).from_string(template)
    return page.render(
        **page_rows(audit, unit=unit),
        pictures=_pictures(audit, unit),
        style=Markup(style),  # noqa: S704  # our own file, which holds no markup
        style_hash=f"sha256-{digest}",
        version=installed_version(),
    )


def _pictures(audit: "Audit", unit: str) -> dict[str, dict[str, str]]:
    shown: dict[str, tuple[Callable[..., Axes], Any, dict[str, Any], str]] = {
        "history": (plot_history, audit.daily, {"injuries": audit.injuries}, "Distance of every day."),
        "weeks": (plot_weeks, audit.weeks, {}, "Distance and number of runs of every week."),
        "spikes": (
            plot_spikes,
            audit.spikes,
            {"injuries": audit.injuries},
            "Distance of every run beside the longest run of the 30 days before; the table below lists the flagged.",
        ),
    }
    return {
        name: {size: _png(draw, frame, size, unit=unit, **more) for size in SIZES} | {"alt": alt}
        for name, (draw, frame, more, alt) in shown.items()
    }


def _png(draw: "Callable[..., Axes]", frame: object, size: str, **more: object) -> str:
    """Draw one picture as a data address; no time and no program name is in it, so equal frames give equal bytes."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=SIZES[size], dpi=DOTS_PER_INCH, layout="constrained")
        draw(frame, ax=figure.subplots(), **more)
        content = io.BytesIO()
        figure.savefig(content, format="png", metadata={"Software": None}, pil_kwargs={"optimize": True})
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
