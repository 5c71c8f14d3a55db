"""`read_activity`: what format is this file? Told by its content, never by its name.

Takes a path, bytes or an open binary file, gzipped or not; gives an `Activity`.
"""

import re

from stressfx.errors import UnreadableFileError
from stressfx.io.activity import Activity
from stressfx.io.fit.container import is_fit
from stressfx.io.fit.read import read_fit
from stressfx.io.gpx import read_gpx
from stressfx.io.polar import is_polar, read_polar
from stressfx.io.source import FileLike, open_source
from stressfx.io.tcx import read_tcx
from stressfx.io.xml import BYTE_ORDER_MARK

__all__ = ["file_format", "read_activity"]

HEAD = 4096
"""How far into a file its root element is looked for: exporters put blanks and comments before it. [bytes]"""

ROOT = re.compile(rb"<(?:[\w.-]+:)?(gpx|TrainingCenterDatabase|Activities)[\s>/]")
SIGNS = (
    (re.compile(rb"\s*<!doctype html|\s*<html", re.IGNORECASE), "an HTML page of a failed download"),
    (re.compile(rb"PK\x03\x04"), "a zip archive: unpack it first"),
    (re.compile(rb"\s*[\[{]"), "JSON"),
    (re.compile(rb"\s*<"), "XML that is neither GPX nor TCX"),
)


def file_format(data: bytes) -> str:
    """Tell the format of a file from its content.

    Parameters
    ----------
    data : bytes
        The content, unpacked.

    Returns
    -------
    {"fit", "gpx", "tcx", "polar", ""}
        Empty if it is none of them.

    Examples
    --------
    >>> file_format(b"<?xml version='1.0'?><gpx version='1.1'>")
    'gpx'
    """
    if is_fit(data):
        return "fit"
    head = data[:HEAD].removeprefix(BYTE_ORDER_MARK)
    if is_polar(data.removeprefix(BYTE_ORDER_MARK)):
        return "polar"
    if any(sign.match(head) for sign, _ in SIGNS[:-1]):  # a GPX file inside a page or an archive is none yet
        return ""
    root = ROOT.search(head.replace(b"\0", b""))  # without its zeros, UTF-16 reads like ASCII
    return "" if root is None else "gpx" if root[1] == b"gpx" else "tcx"


def read_activity(file: FileLike, *, crc: str = "warn", recover: bool = True) -> Activity:
    """Read a FIT, GPX or TCX file, or a training session of Polar Flow.

    Parameters
    ----------
    file : path, bytes or binary file
        The file, gzipped or not. Its format is told by its content.
    crc : {"warn", "raise", "ignore"}
        What to do when the checksum of a FIT file does not match.
    recover : bool
        Keep the sound part of a damaged file, with findings that say what was lost; otherwise raise.

    Returns
    -------
    Activity
        What the file holds.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is neither FIT nor GPX nor TCX; the text says what it looks like.
    LimitError
        If the file is larger, or nested more deeply, than the readers take.

    See Also
    --------
    read_fit, read_gpx, read_tcx : The same for one format, with a choice of engine.

    Examples
    --------
    >>> read_activity(b"<html>Please log in</html>")
    Traceback (most recent call last):
    ...
    stressfx.errors.UnreadableFileError: <bytes>: no FIT, GPX or TCX; it looks like an HTML page of a failed download
    """
    source = open_source(file)
    kind = file_format(source.data)
    if kind == "fit":
        return read_fit(source, crc=crc, recover=recover)
    if kind == "gpx":
        return read_gpx(source, recover=recover)
    if kind == "tcx":
        return read_tcx(source, recover=recover)
    if kind == "polar":
        return read_polar(source, recover=recover)
    raise UnreadableFileError(source.label, f"no FIT, GPX or TCX; it looks like {_sign(source.data)}")


def _sign(data: bytes) -> str:
    if not data.strip(b"\0 \r\n\t"):
        return "an empty file"
    return next(
        (meaning for sign, meaning in SIGNS if sign.match(data.removeprefix(BYTE_ORDER_MARK))), "something else"
    )
