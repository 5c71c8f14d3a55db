"""What does a JSON file hold? Read with limits, and looked at without trusting the type of anything in it.

Takes bytes; gives plain Python values. The helpers beside the reader take any value and give what was hoped for, or
its absence: no value of a file raises an error.
"""

import json
import math
import re
from typing import Any, TypeAlias

from stressfx.errors import LimitError, UnreadableFileError

__all__ = ["MAX_JSON_BYTES", "identity", "members", "number", "read_json", "rows", "text"]

MAX_JSON_BYTES = 256 * 2**20
"""A file may be this large; tables of accounts of more than 100 MB have been seen. [bytes]"""

LONGEST_ID = 64
LARGEST_ID = 2**63
NUMERAL = re.compile(r"\s*[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*\\?(?:"|\Z)|[\[\]{},]', re.DOTALL)
"""A text, also one that breaks off; or what opens, closes and parts values."""

CLOSES = {"[": "]", "{": "}"}

Stack: TypeAlias = "tuple[str, Stack] | None"


def read_json(
    data: bytes, label: str, *, recover: bool = False, max_bytes: int = MAX_JSON_BYTES
) -> tuple[Any, int | None]:
    """Read a JSON file.

    Parameters
    ----------
    data : bytes
        The file, in UTF-8, UTF-16 or UTF-32. Bytes that are no text are replaced.
    label : str
        What to call the file in an error.
    recover : bool
        Keep what is complete before the place where the file breaks; otherwise raise.
    max_bytes : int
        Refuse anything longer. [bytes]

    Returns
    -------
    value : object
        Of two members with one name, the later counts. ``NaN`` and ``Infinity``, which are no JSON but are written
        all the same, are read.
    broken_at : int or None
        Where the file breaks, in characters; None if it does not.

    Raises
    ------
    UnreadableFileError
        If it is no JSON, or breaks and nothing can be kept.
    LimitError
        If it is longer than `max_bytes`, or nested more deeply than Python's parser takes (about a thousand levels).

    Examples
    --------
    >>> read_json(b'{"a": [1, NaN]}', "x.json")
    ({'a': [1, nan]}, None)
    >>> read_json(b'{"a": [1, 2], "b": [3, 4', "x.json", recover=True)
    ({'a': [1, 2], 'b': [3]}, 24)
    """
    if len(data) > max_bytes:
        raise LimitError(label, f"longer than {max_bytes} bytes")
    content = data.decode(json.detect_encoding(data), "replace").removeprefix("\ufeff")
    try:
        return _parsed(content), None
    except RecursionError:
        raise LimitError(label, "its values are nested more deeply than any export's") from None
    except json.JSONDecodeError as error:
        at = error.pos
    if recover:
        for complete in (content[:at], _complete(content[:at])):
            try:
                return _parsed(complete), at
            except (json.JSONDecodeError, RecursionError):
                continue
    raise UnreadableFileError(label, f"no JSON, or broken at character {at}")


def _parsed(content: str) -> Any:  # noqa: ANN401  # JSON holds any value
    try:
        return json.loads(content)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer of more digits than Python converts
        return json.loads(content, parse_int=float)


def _complete(content: str) -> str:
    """Cut a text back to its last complete value inside of a list or an object, and close what is open there."""
    stack: Stack = None
    cut, closers = 0, stack
    for token in TOKEN.finditer(content):
        sign = token[0]
        if sign in CLOSES:
            stack = (CLOSES[sign], stack)
        elif sign == ",":
            cut, closers = token.start(), stack
        elif sign in "]}":
            if stack is None or stack[0] != sign:
                return ""
            stack = stack[1]
            cut, closers = token.end(), stack
    pieces = [content[:cut]]
    while closers is not None:
        pieces.append(closers[0])
        closers = closers[1]
    return "".join(pieces)


def members(value: object) -> dict[str, Any]:
    """Give the members of an object.

    Parameters
    ----------
    value : object
        Any value of a file.

    Returns
    -------
    dict
        Empty if it is no object.
    """
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Any]:
    """Give the elements of a list.

    Parameters
    ----------
    value : object
        Any value of a file.

    Returns
    -------
    list
        Empty if it is no list.
    """
    return value if isinstance(value, list) else []


def number(value: object) -> float:
    """Give a finite number.

    Parameters
    ----------
    value : object
        Any value of a file.

    Returns
    -------
    float
        The number, also if it is written as text; NaN for anything else.

    Examples
    --------
    >>> number(12), number("12.5"), number(True), number(10**400), number([1])
    (12.0, 12.5, nan, nan, nan)
    """
    numeral = isinstance(value, str) and NUMERAL.fullmatch(value)
    if isinstance(value, bool) or not (numeral or isinstance(value, int | float)):
        return math.nan
    try:
        converted = float(value)  # type: ignore[arg-type]  # a numeral is a text
    except OverflowError:
        return math.nan
    return converted if math.isfinite(converted) else math.nan


def text(value: object) -> str:
    r"""Give a text that any frame can hold.

    Parameters
    ----------
    value : object
        Any value of a file.

    Returns
    -------
    str
        Without blanks around it; empty for anything else than a text. Halves of characters, which JSON can write and
        no encoding can, are replaced.

    Examples
    --------
    >>> text(" road "), text("\ud800"), text(7)
    ('road', '?', '')
    """
    return value.encode("utf-8", "replace").decode().strip() if isinstance(value, str) else ""


def identity(value: object) -> str:
    """Give the name of a thing that may be written as a number or as text.

    Parameters
    ----------
    value : object
        Any value of a file.

    Returns
    -------
    str
        Digits without a decimal point for a whole number; empty for what names nothing.

    Examples
    --------
    >>> identity(24251846565), identity(7.0), identity(" f52 "), identity(None), identity(7.5)
    ('24251846565', '7', 'f52', '', '')
    """
    if isinstance(value, str):
        name = text(value)
        return name if len(name) <= LONGEST_ID else ""
    whole = number(value)
    if math.isnan(whole) or whole != math.floor(whole) or abs(whole) >= LARGEST_ID:
        return ""
    return str(value if isinstance(value, int) else int(whole))
