"""Answers how a page is written: one HTML file for paper and screen that needs nothing else.

Takes a folder with templates and a style, and what stands in them; writes the page. It holds no script and no address,
and a content policy forbids a browser to load or run anything.
"""

import base64
import hashlib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stressfx.show.version import installed_version

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["write_page"]


def write_page(
    path: "str | PathLike[str]",
    folder: str,
    template: str,
    **content: Any,  # noqa: ANN401  # a template takes anything
) -> Path:
    """Fill a template and write it.

    Parameters
    ----------
    path : path
        Where to write; a file of that name is replaced.
    folder : str
        Package that holds the template, all that it takes in, and ``style.css``.
    template : str
        Name of the template.
    **content
        What stands in it; every text is escaped.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415  # only a page needs it
    from markupsafe import Markup  # noqa: PLC0415  # as above

    def text(name: str) -> str:
        file = resources.files(folder).joinpath(*name.split("/"))
        return file.read_text(encoding="utf-8").replace("\r\n", "\n")

    style = text("style.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    templates = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True, loader=FunctionLoader(text)
    )
    page = templates.get_template(template).render(
        **content,
        style=Markup(style),  # noqa: S704  # our own file, which holds no markup
        style_hash=f"sha256-{digest}",
        version=installed_version(),
    )
    target = Path(path)
    target.write_text(page, encoding="utf-8", newline="\n")
    return target
