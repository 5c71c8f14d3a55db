"""Answers how an audit becomes a page that a coach can open, print and send: one HTML file that needs nothing else.

Takes an `stressfx.auditing.Audit`; writes the page. It holds no script, no address and no position, its pictures are
inside it, and a content policy forbids a browser to load or run anything.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from stressfx.show.page import write_page
from stressfx.show.report.pictures import pictures
from stressfx.show.report.rows import page_rows
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
    rows, drawn = page_rows(audit, unit=unit), pictures(audit, unit=unit)
    return write_page(path, "stressfx.show.report", "template.html.jinja", **rows, pictures=drawn)
