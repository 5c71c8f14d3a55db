"""How is the health record of an iPhone walked through, which has gigabytes and is not always sound XML?

Takes a binary stream and a `Visitor`; calls it for every element. The stream is read in pieces, nothing is built in
memory, no document type reaches the parser, and depth, attributes and tags are limited.
"""

import re
import zlib
from collections.abc import Iterator
from typing import IO, Protocol
from xml.parsers import expat  # no document type reaches it, so there are no entities to expand

from stressfx.errors import LimitError, UnreadableFileError
from stressfx.findings import Finding

__all__ = ["Visitor", "begins_health_record", "walk_health_record"]

PIECE = 2**16
"""Bytes that are read and parsed at once; so many are lost where a stream breaks off with an error. [bytes]"""

MAX_DEPTH = 64
MAX_ATTRIBUTES = 64
MAX_TAG = 2**20
"""Longest tag or comment. [bytes]"""

MAX_PROLOGUE = 256 * 2**10
"""Where the first element begins at the latest; Apple's document type takes 9 kB. [bytes]"""

MAX_DAMAGES = 10_000

CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
"""Characters that no XML may hold, and some app wrote into a name all the same."""

BEFORE = rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*+>\s*+)?(?><!--.*?-->\s*+)*+"
PLAIN = re.compile(BEFORE + rb"(?=<HealthData[\s/>])", re.DOTALL)
TYPED = re.compile(BEFORE + rb"<!DOCTYPE\s++HealthData\s*+\[", re.DOTALL)
END_OF_TYPE = re.compile(rb"\]\s*+>\s*+(?=<HealthData[\s/>])")

PRIMER = b"<HealthData>"
NEXT_WHOLE = re.compile(rb"<(?:Record|Workout)\s")
TORN = 8
"""How much of `NEXT_WHOLE` a piece can end in without matching it. [bytes]"""


class Visitor(Protocol):
    """Who is told of the elements."""

    def start(self, name: str, parent: str, attributes: dict[str, str]) -> None:
        """Take note that an element begins."""

    def end(self, name: str) -> None:
        """Take note that an element ends."""

    def forget(self) -> None:
        """Forget the elements that are open: they are damaged, and will not end."""


def begins_health_record(head: bytes) -> bool:
    """Tell whether a file that begins like this is a health record.

    Parameters
    ----------
    head : bytes
        Its first bytes.

    Returns
    -------
    bool
        Whether its document type or its first element is ``HealthData``.

    Examples
    --------
    >>> begins_health_record(b"<?xml version='1.0'?> <!DOCTYPE HealthData [ <!ELEMENT")
    True
    >>> begins_health_record(b"<?xml version='1.0'?> <ClinicalDocument>")
    False
    """
    return PLAIN.match(head) is not None or TYPED.match(head) is not None


def walk_health_record(stream: IO[bytes], label: str, visitor: Visitor) -> list[Finding]:
    """Walk through the health record of an iPhone.

    Parameters
    ----------
    stream : binary file
        Content of ``export.xml``.
    label : str
        What to call it in errors.
    visitor : Visitor
        Who is told of the elements.

    Returns
    -------
    list of Finding
        Where the file breaks off, and what in it is damaged.

    Raises
    ------
    UnreadableFileError
        If it is no health record, or breaks off before its first element.
    LimitError
        If a tag is too long, elements are nested too deeply, or the XML is damaged in too many places.

    Notes
    -----
    The file declares a document type in its own text, which iOS 16 writes in a form that no parser takes
    (fedecalendino/apple-health#1, markwk/qs_ledger#23). It is cut out before the parser sees anything: so nothing is
    ever declared, and no entity expanded. Any other document type is refused. Control characters, which apps put into
    names (jameno/Simple-Apple-Health-XML-to-CSV#3), are left out.

    Where the XML is damaged, reading goes on with the next ``Record`` or ``Workout``; one that is not complete is lost.
    """
    pieces = _Pieces(stream)
    walker = _Walker(label, visitor)
    walker.feed(_from_root(pieces, label))
    for piece in pieces:
        walker.feed(piece)
    broken_off = not walker.finish() or bool(pieces.broken)
    how = f"The file {pieces.broken or 'breaks off'}; what stands before was read."
    found = {
        "apple-truncated": (int(broken_off), how),
        "apple-damaged": (walker.damages, "Places where the XML is damaged; what is whole was read."),
        "apple-controls": (pieces.controls, "Characters that XML does not allow were left out."),
    }
    return [Finding(code, count, message) for code, (count, message) in found.items() if count]


def _from_root(pieces: "_Pieces", label: str) -> bytes:
    """Give the beginning of a file from its first element on."""
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= MAX_PROLOGUE:
            break
    plain = PLAIN.match(start, 0, MAX_PROLOGUE)
    if plain is not None:
        return start[plain.end() :]
    typed = TYPED.match(start, 0, MAX_PROLOGUE)
    if typed is None:
        raise UnreadableFileError(label, "is no health record of Apple: it does not begin with HealthData")
    end = END_OF_TYPE.search(start, typed.end(), MAX_PROLOGUE)
    if end is None:
        reason = f"has no end of its document type (DOCTYPE) within {MAX_PROLOGUE // 2**10} kB, or nothing behind it"
        raise UnreadableFileError(label, reason)
    return start[end.end() :]


class _Pieces:
    """A stream in pieces, without control characters."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.controls = 0
        self.broken = ""
        """Why the stream could not be read to its end."""

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._read():
            sound = piece.translate(None, CONTROLS)
            self.controls += len(piece) - len(sound)
            yield sound

    def _read(self) -> bytes:
        """Read a little; an archive that is damaged further on must not cost what stands before."""
        try:
            return b"" if self.broken else self._stream.read(PIECE)
        except LimitError:
            raise
        except (OSError, EOFError, zlib.error, UnreadableFileError) as error:
            self.broken = error.reason if isinstance(error, UnreadableFileError) else "cannot be read further"
            return b""


class _Walker:
    """One walk: the parser, where it is, and how often it had to begin anew."""

    def __init__(self, label: str, visitor: Visitor) -> None:
        self._label, self._visitor = label, visitor
        self._path: list[str] = []
        self._begun = False
        self._position = self._base = 0
        self._resumed = self._broken = -1
        self._lost: bytes | None = None
        self.damages = 0
        self._parser = self._fresh()

    def _fresh(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        if hasattr(parser, "SetReparseDeferralEnabled"):  # damage is to be met where it is, not a piece later
            parser.SetReparseDeferralEnabled(False)  # noqa: FBT003  # expat takes no keyword
        return parser

    def feed(self, piece: bytes) -> None:
        """Parse one piece, and on behind any damage in it."""
        at, start = 0, self._position
        self._position += len(piece)
        if self._lost is not None:
            start -= len(self._lost)
            piece = self._lost + piece
            at = self._resume(piece, start, 0)
        while at < len(piece):
            try:
                self._parser.Parse(memoryview(piece)[at:])
            except expat.ExpatError:
                broken = self._base + self._parser.ErrorByteIndex
                self.damages += broken != self._broken  # it is met once more if a whole element begins with it
                self._broken = broken
                at = self._resume(piece, start, max(0, broken - start, self._resumed + 1 - start))
            else:
                if self._position - self._base - self._parser.CurrentByteIndex > MAX_TAG:
                    raise LimitError(self._label, f"a tag or comment is longer than {MAX_TAG} bytes")
                return

    def _resume(self, piece: bytes, start: int, begin: int) -> int:
        """Go on with the next whole element from `begin` on; `start` is where the piece lies in the file."""
        if self.damages > MAX_DAMAGES:
            raise LimitError(self._label, f"its XML is damaged in more than {MAX_DAMAGES} places")
        found = NEXT_WHOLE.search(piece, begin)
        if found is None:
            self._lost = piece[max(begin, len(piece) - TORN) :]
            return len(piece)
        self._lost = None
        self._resumed = start + found.start()
        self._base = self._resumed - len(PRIMER)
        self._path.clear()
        self._visitor.forget()
        self._parser = self._fresh()
        self._parser.Parse(PRIMER)
        return found.start()

    def finish(self) -> bool:
        """Tell whether the file came to its end."""
        whole = True
        if self._lost is None:
            try:
                self._parser.Parse(b"", True)  # noqa: FBT003  # as above
            except expat.ExpatError:
                whole = False
        if not self._begun:
            raise UnreadableFileError(self._label, "breaks off before its first element")
        return whole

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        path = self._path
        if path:
            if len(path) >= MAX_DEPTH:
                raise LimitError(self._label, f"elements are nested more than {MAX_DEPTH} deep")
            if len(attributes) > MAX_ATTRIBUTES:
                raise LimitError(self._label, f"an element has more than {MAX_ATTRIBUTES} attributes")
            self._visitor.start(name, path[-1], attributes)
        else:
            self._begun = True
        path.append(name)

    def _end(self, name: str) -> None:
        self._path.pop()
        self._visitor.end(name)
