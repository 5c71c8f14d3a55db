"""Where an activity came from: the bytes that were handed in, named by a label and never by a path.

Takes a path, bytes or an open binary file, gzipped or not; gives a `Source` with the plain bytes, or an error
that says which limit was passed.
"""

import gzip
import hashlib
import math
import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import IO, TypeAlias

from stressfx.errors import LimitError, UnreadableFileError

__all__ = ["FileLike", "Source", "label_of", "open_source"]

FileLike: TypeAlias = "str | PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Source"

MAX_BYTES = 256 * 2**20
"""A file may be this large once unpacked; the longest real activities stay under a tenth of it. [bytes]"""

PIECE = 2**20

GZIP_RATIO = 200
GZIP_RATIO_FROM = 10 * 2**20
"""A layer of gzip may unpack to 200 times its size, and to 10 MiB whatever its size; no recording comes near."""

E_MAIL = re.compile(
    r"[^\s/@]+@[a-z0-9-]+(?:\.(?!(?:fit|gpx|tcx|gz|zip|csv|json|xml)\b)[a-z0-9-]+)*",
    re.IGNORECASE,
)
"""An e-mail address, without the ending of the file: some services name every file after its owner."""

UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What commands a terminal, breaks a line or turns the reading direction: no part of a label."""

GZIP_LAYERS = 2
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, eq=False)
class Source:
    """One file's bytes and what is known of their origin.

    Attributes
    ----------
    label : str
        Name of the file without its folder, or ``"<bytes>"``.
    data : bytes
        Content, unpacked.
    format : str
        ``"fit"``, ``"gpx"`` or ``"tcx"``, once a reader knows.
    kind : str
        ``"activity"``, or what else a FIT file says that it is: ``"settings"``, ``"workout"``, ...
    device : str
        Maker and product of the recorder, or the program that wrote the file.
    engine : str
        The reader: ``"stressfx"``, ``"fitparse"`` or ``"gpxpy"``.
    utc_offset_s : float
        Local time minus UTC, where the file itself tells it; else NaN. [s]
    """

    label: str
    data: bytes = field(repr=False)
    format: str = ""
    kind: str = "activity"
    device: str = ""
    engine: str = "stressfx"
    utc_offset_s: float = math.nan

    def __post_init__(self) -> None:
        """Make the device a label: some are called after their owner."""
        object.__setattr__(self, "device", label_of(self.device))

    @cached_property
    def sha256(self) -> str:
        """Hash of the unpacked bytes: the identity of the activity, however it was named or packed."""
        return hashlib.sha256(self.data).hexdigest()


def label_of(name: str) -> str:
    """Turn the name of a file into a label: a text that any frame can hold, without an e-mail address.

    Parameters
    ----------
    name : str
        Name of a file, with or without folders.

    Returns
    -------
    str
        The name; bytes that are no text, and signs that command a terminal or turn the reading direction, are replaced.

    Examples
    --------
    >>> label_of("2026/jane.doe@example.org_1234.fit")
    '2026/[e-mail]_1234.fit'
    """
    if name.isascii() and name.isprintable() and "@" not in name:
        return name
    text = UNSHOWN.sub("\ufffd", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return E_MAIL.sub("[e-mail]", text) if "@" in text else text


def open_source(file: FileLike, *, max_bytes: int = MAX_BYTES) -> Source:
    """Read a file's bytes, unpacked.

    Parameters
    ----------
    file : path, bytes, binary file or Source
        What to read; a source is given back as it is.
    max_bytes : int
        Refuse anything longer once unpacked. [bytes]

    Returns
    -------
    Source
        Label and bytes.

    Raises
    ------
    UnreadableFileError
        If there is no such file, it is a folder, it is open in text mode, or its gzip layer is damaged from the start.
    LimitError
        If the content is longer than `max_bytes`, or wrapped in more than two layers of gzip.
    """
    if isinstance(file, Source):
        return file
    label, data = _raw(file, max_bytes)
    for _ in range(GZIP_LAYERS):
        if not data.startswith(GZIP_MAGIC):
            break
        data = _gunzip(label, data, max_bytes)
    if data.startswith(GZIP_MAGIC):
        raise LimitError(label, f"more than {GZIP_LAYERS} layers of gzip; unpack the file first")
    if len(data) > max_bytes:
        raise LimitError(label, f"longer than {max_bytes} bytes; raise max_bytes to read it all the same")
    return Source(label, data)


def _raw(file: str | PathLike[str] | bytes | bytearray | memoryview | IO[bytes], max_bytes: int) -> tuple[str, bytes]:
    if isinstance(file, bytes):
        return "<bytes>", file
    if isinstance(file, bytearray | memoryview):
        return "<bytes>", bytes(file)
    if isinstance(file, str | PathLike):
        path = Path(file)
        try:
            with path.open("rb") as stream:
                return label_of(path.name), _bounded(stream, max_bytes)
        except OSError as error:
            raise UnreadableFileError(label_of(path.name), f"cannot be opened ({error.strerror})") from None
        except ValueError as error:  # a NUL in the name
            raise UnreadableFileError(label_of(path.name), f"is no name of a file ({error})") from None
    label = label_of(Path(str(getattr(file, "name", "<stream>"))).name)
    if not isinstance(file.read(0), bytes):
        raise UnreadableFileError(label, "is open as text; open it in binary mode ('rb')")
    return label, _bounded(file, max_bytes)


def _bounded(stream: IO[bytes], max_bytes: int) -> bytes:
    """Read one byte more than allowed at most, in pieces: memory is set aside for all that is asked for at once."""
    pieces: list[bytes] = []
    rest = max_bytes + 1
    while rest > 0 and (piece := stream.read(min(rest, PIECE))):
        pieces.append(piece)
        rest -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _gunzip(label: str, data: bytes, max_bytes: int) -> bytes:
    """Unpack one layer; a damaged end costs only the end, since what was unpacked is sound."""
    pieces: list[bytes] = []
    length = 0
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as stream:
            while piece := stream.read1(2**20):
                pieces.append(piece)
                length += len(piece)
                if length > max_bytes:
                    break
                if length > max(GZIP_RATIO_FROM, GZIP_RATIO * len(data)):
                    raise LimitError(label, f"its gzip layer unpacks to more than {GZIP_RATIO} times its size")
    except (OSError, EOFError, zlib.error) as error:
        if not pieces:
            raise UnreadableFileError(label, f"its gzip layer is damaged ({error})") from None
    return b"".join(pieces)
