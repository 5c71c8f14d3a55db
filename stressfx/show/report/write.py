"""Answers how an audit becomes a page that a coach can open, print and send: one HTML file that needs nothing else.

Takes an `stressfx.auditing.Audit`; writes the page. It holds no script, no address and no position, its pictures are
inside it, and a content policy forbids a browser to load or run anything.
"""

import base64
import hashlib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from stressfx.show.report.pictures import pictures
from stressfx.show.report.rows import page_rows
from stressfx.show.version import installed_version
from stressfx.units import METRES_PER

if TYPE_CHECKING:
    from os import PathLike

    from stressfx.auditing import Audit

__all__ = ["write_report"]


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
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415  # only a report needs it
    from markupsafe import Markup  # noqa: PLC0415  # as above

    style = _text("style.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    templates = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True, loader=FunctionLoader(_text)
    )
    return templates.get_template("template.html.jinja").render(
        **page_rows(audit, unit=unit),
        pictures=pictures(audit, unit=unit),
        style=Markup(style),  # noqa: S704  # our own file, which holds no markup
        style_hash=f"sha256-{digest}",
        version=installed_version(),
    )


def _text(name: str) -> str:
    """Read a file of the report."""
    file = resources.files("stressfx.show.report").joinpath(*name.split("/"))
    return file.read_text(encoding="utf-8").replace("\r\n", "\n")
