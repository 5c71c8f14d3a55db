"""One safe walk through an XML file, blind to prefixes: what GPX and TCX share.

Takes bytes and a `Visitor`; calls it for every element. Nothing is built in memory, a DOCTYPE is refused before
anything in it is read, and depth, attributes and texts are limited. What real exporters get wrong (blanks before the
declaration, undeclared prefixes, mislabelled encodings, entities of HTML) is read, and found.
"""

import html.entities
import re
from collections.abc import Mapping
from typing import Protocol
from xml.parsers import expat  # DOCTYPE is refused, so there are no entities to expand

from stressfx.errors import LimitError, StressfxError, UnreadableFileError
from stressfx.findings import Finding
from stressfx.io.source import Source

__all__ = ["Visitor", "local_name", "walk"]

MAX_DEPTH = 64
MAX_ATTRIBUTES = 64
MAX_TEXT = 2**20
"""Longest text of one element. [characters]"""

CHUNK = 2**20
"""Bytes that are fed to the parser at once. [bytes]"""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DECLARATION = re.compile(rb"\A\s*<\?xml[^>]*\?>")
STRAY_ENTITY = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(?:([A-Za-z][A-Za-z0-9]{0,31});)?"
)

UNDEFINED_ENTITY = 11
NOT_WELL_FORMED = 4
UNKNOWN_ENCODING = 18
INCORRECT_ENCODING = 19
BROKEN_OFF = frozenset({3, 5, 6})
"""No element found, unclosed token, partial character: the file ends too early."""


class Visitor(Protocol):
    """Who is told of the elements of a file."""

    def reset(self) -> None:
        """Forget everything: the walk begins again, with repaired bytes."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note that an element begins; its name comes without a prefix."""

    def end(self, name: str, text: str) -> None:
        """Take note that an element ends; the text is what stands directly in it, stripped."""


def local_name(name: str) -> str:
    """Strip the prefix of a name.

    Parameters
    ----------
    name : str
        A name, such as ``"gpxtpx:hr"``.

    Returns
    -------
    str
        What follows the colon.

    Examples
    --------
    >>> local_name("gpxtpx:hr")
    'hr'
    """
    return name.rpartition(":")[2]


def walk(
    source: Source, data: bytes, visitor: Visitor, *, recover: bool, prefixes: frozenset[str] = frozenset()
) -> list[Finding]:
    """Walk through a file, repairing what can be repaired.

    Parameters
    ----------
    source : Source
        The file, for error texts.
    data : bytes
        Its content, or a shortened form of it.
    visitor : Visitor
        Who is told of the elements.
    recover : bool
        Keep what was read before the file breaks; otherwise raise.
    prefixes : frozenset of str
        Prefixes used in parts of the file that were read another way.

    Returns
    -------
    list of Finding
        What was repaired, and where the file breaks.

    Raises
    ------
    UnreadableFileError
        If the file declares a DOCTYPE, is no XML, or breaks and `recover` is off.
    LimitError
        If it is nested too deeply, or an attribute list or text is too long.
    """
    findings: list[Finding] = []
    tidy = data.removeprefix(BYTE_ORDER_MARK)
    if tidy[:1].isspace() and tidy.lstrip()[:1] == b"<":
        findings.append(Finding("xml-blank-start", 1, "Blanks stand before the first element."))
        tidy = tidy.lstrip()
    while True:
        walker = _Walker(source, visitor)
        error = walker.run(tidy)
        if error is None:
            return findings + walker.findings(prefixes)
        repaired = _without_stray_entities(tidy, error) or _from_windows_1252(tidy, error)
        if repaired is None:
            break
        # A repair leaves nothing for itself to repair, so the loop ends.
        tidy, finding = repaired
        findings.append(finding)
        visitor.reset()
    broken = _broken(source, error, recover=recover, any_element=walker.elements > 0)
    return [*findings, *walker.findings(prefixes), *broken]


def _broken(source: Source, error: expat.ExpatError, *, recover: bool, any_element: bool) -> list[Finding]:
    reason = f"the XML breaks off or is damaged ({expat.ErrorString(error.code)})"
    if not any_element:
        raise UnreadableFileError(source.label, f"{reason}; nothing can be read")
    if not recover:
        raise UnreadableFileError(source.label, f"{reason}; pass recover=True to keep what stands before")
    how = "ends early" if error.code in BROKEN_OFF else f"is damaged ({expat.ErrorString(error.code)})"
    return [Finding("xml-truncated", 1, f"The file {how}; what stands before was read.")]


def _without_stray_entities(data: bytes, error: expat.ExpatError) -> tuple[bytes, Finding] | None:
    """Write the entities of HTML as numbers, and every other stray ampersand as one."""
    if error.code not in {UNDEFINED_ENTITY, NOT_WELL_FORMED}:
        return None

    def character(match: re.Match[bytes]) -> bytes:
        point = html.entities.name2codepoint.get((match[1] or b"").decode("ascii"))
        return b"&amp;" + match[0][1:] if point is None else b"&#%d;" % point

    repaired, found = STRAY_ENTITY.subn(character, data)
    if not found:
        return None
    return repaired, Finding("xml-entity", found, f"{found} ampersands begin no entity of XML.")


def _from_windows_1252(data: bytes, error: expat.ExpatError) -> tuple[bytes, Finding] | None:
    if error.code not in {NOT_WELL_FORMED, UNKNOWN_ENCODING, INCORRECT_ENCODING} or b"\0" in data[:4]:  # UTF-16
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    else:
        if error.code == NOT_WELL_FORMED:  # the text is sound: something else is wrong
            return None
        text = data.decode("utf-8")
    # What the file declares is wrong, so the declaration goes; without one, UTF-8 is understood.
    repaired = DECLARATION.sub(b"", text.encode())
    finding = Finding("xml-encoding", 1, "The text is not in the encoding that the file declares.")
    return None if repaired == data else (repaired, finding)


class _Walker:
    """One run of the parser, with all limits."""

    def __init__(self, source: Source, visitor: Visitor) -> None:
        self._source, self._visitor = source, visitor
        self._locals: dict[str, str] = {}
        self._declared = {"xml", "xmlns"}
        self._texts: list[list[str]] = []
        self._length = 0
        self.elements = 0

    def run(self, data: bytes) -> expat.ExpatError | None:
        """Parse everything; the error at which the file breaks, if it does."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            for start in range(0, len(data), CHUNK):
                parser.Parse(data[start : start + CHUNK], False)  # noqa: FBT003  # expat takes no keyword
            parser.Parse(b"", True)  # noqa: FBT003  # as above
        except expat.ExpatError as error:
            return error
        except StressfxError:
            raise
        except (LookupError, ValueError):  # Python knows no encoding of the name that the file declares
            unknown = expat.ExpatError("unknown encoding")
            unknown.code = UNKNOWN_ENCODING
            return unknown
        return None

    def findings(self, elsewhere: frozenset[str]) -> list[Finding]:
        """Say which prefixes were used without being declared."""
        used = elsewhere.union(name.partition(":")[0] for name in self._locals if ":" in name)
        undeclared = sorted(used - self._declared)
        if not undeclared:
            return []
        return [Finding("xml-prefix", len(undeclared), f"{len(undeclared)} prefixes are used but not declared.")]

    def _refuse(self, *_: object) -> None:
        raise UnreadableFileError(self._source.label, "it declares a document type (DOCTYPE), which no export needs")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if len(self._texts) >= MAX_DEPTH:
            raise LimitError(self._source.label, f"elements are nested more than {MAX_DEPTH} deep")
        if len(attributes) > MAX_ATTRIBUTES:
            raise LimitError(self._source.label, f"an element has more than {MAX_ATTRIBUTES} attributes")
        if attributes:
            for key, value in attributes.items():
                if key.startswith("xmlns:"):
                    self._declared.add(key[6:])
                if len(value) > MAX_TEXT:
                    raise LimitError(self._source.label, f"an attribute is longer than {MAX_TEXT} characters")
        self._texts.append([])
        self._length = 0
        local = self._locals.get(name)
        if local is None:
            local = self._locals[name] = local_name(name)
        self._visitor.start(local, attributes)

    def _text(self, text: str) -> None:
        if text.isspace() and not self._texts[-1]:  # indentation, most of the time
            return
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise LimitError(self._source.label, f"a text is longer than {MAX_TEXT} characters")
        self._texts[-1].append(text)

    def _end(self, name: str) -> None:
        self._visitor.end(self._locals[name], "".join(self._texts.pop()).strip())
