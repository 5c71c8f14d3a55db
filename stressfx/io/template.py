"""Points that all look alike, read at once: the fast way through GPX and TCX.

A recorder writes thousands of points by one template. `condense` takes the first points apart, makes a pattern that
a point must match from its first to its last character, and cuts all that do out of the file; a placeholder says how
many stood there. What is left, the head, the tail and every odd point, goes through the ordinary walk. So nothing is
guessed: a point that differs in a single tag is read the slow way.
"""

import re
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from stressfx.io.xml import local_name

__all__ = ["PLACEHOLDER", "Condensed", "condense"]

PLACEHOLDER = f"_{secrets.token_hex(8)}"
"""Attribute of a placeholder: how many points stood there. No file can hold it, since it is new in every process."""

MAX_SHAPES = 8
"""A recorder has a template for each set of sensors that were heard in a second."""

SAMPLED = 16
"""How many points are taken apart: as many at the start as spread over the file."""

LONGEST_VALUE = 64
LONGEST_TEXT = 4096
TOKEN = re.compile(r"<[^<>]*>|[^<]+")
BLANK = " \t\r\n"
"""What XML takes for blanks; Python takes more."""

TEXT = r"[^<&\]\x00-\x08\x0b-\x1f\ufffe\uffff]"
"""What a text may hold, short of what needs a closer look."""
NAME = r"[A-Za-z_][A-Za-z0-9_:.-]*"
VALUE = r"""(?:"[^"<&\x00-\x1f\ufffe\uffff]*"|'[^'<&\x00-\x1f\ufffe\uffff]*')"""
ATTRIBUTE = re.compile(rf"[{BLANK}]+({NAME})[{BLANK}]*=[{BLANK}]*({VALUE})")
TAG = re.compile(rf"<(/?)({NAME})((?:[{BLANK}]+{NAME}[{BLANK}]*=[{BLANK}]*{VALUE})*)[{BLANK}]*(/?)>")

DEEPEST = 16
MOST_ATTRIBUTES = 16
"""Points nested more deeply, or with more attributes, are walked through, where the limits hold."""

Path = tuple[str, ...]
ColumnOf = Callable[[Path], str | None]


@dataclass(frozen=True)
class Condensed:
    """A file whose regular points are cut out.

    Attributes
    ----------
    skeleton : str
        What is left, with placeholders.
    count : int
        How many points were cut out.
    columns : dict of lists
        The texts of those points, by column, in order; None where a point has none.
    prefixes : frozenset of str
        Prefixes that were used in those points.
    """

    skeleton: str
    count: int
    columns: dict[str, list[str | None]]
    prefixes: frozenset[str]


@dataclass(frozen=True)
class _Shape:
    pattern: str
    columns: tuple[str, ...]
    prefixes: frozenset[str]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self.pattern)


def condense(text: str, point: str, column_of: ColumnOf) -> Condensed | None:
    """Cut all points out of a file that follow its templates.

    Parameters
    ----------
    text : str
        The file.
    point : str
        Name of the element, without a prefix: ``"trkpt"``.
    column_of : callable
        Names the column of a path inside a point, such as ``("extensions", "TrackPointExtension", "hr")``; an
        attribute is written ``("@lat",)``. None if it is of no interest.

    Returns
    -------
    Condensed or None
        None if the file has no points that look alike.
    """
    shapes = _shapes(text, point, column_of)
    if not shapes:
        return None
    parts = re.compile("|".join(shape.pattern for shape in shapes)).split(text)
    groups = sum(len(shape.columns) for shape in shapes)
    glue = parts[:: groups + 1]
    if len(glue) < 2:
        return None
    columns: dict[str, list[str | None]] = {}
    group = 1
    for shape in shapes:
        texts = [parts[place :: groups + 1] for place in range(group, group + len(shape.columns))]
        group += len(shape.columns)
        _lay(columns, shape.columns, texts)
    prefixes = frozenset[str]().union(*(shape.prefixes for shape in shapes))
    return Condensed(_skeleton(glue, point), len(glue) - 1, columns, prefixes)


def _lay(columns: dict[str, list[str | None]], names: tuple[str, ...], texts: list[list[str | None]]) -> None:
    """Lay the texts of one template into the columns; the first text of a column is the one that counts."""
    rows: list[int] | None = None
    for name, values in zip(names, texts, strict=True):
        column = columns.setdefault(name, values)
        if column is not values:
            rows = [row for row, text in enumerate(texts[0]) if text is not None] if rows is None else rows
            for row in rows:
                if not (column[row] or "").strip():
                    column[row] = values[row]


def _skeleton(glue: list[str], point: str) -> str:
    """Join what stands between the points; a run of points with only blanks between becomes one placeholder."""
    pieces = [glue[0]]
    last = 0
    for place, piece in enumerate(glue):
        if place and piece.strip(BLANK):
            pieces += (f'<{point} {PLACEHOLDER}="{place - last}"/>', piece)
            last = place
    if last < len(glue) - 1:
        pieces.append(f'<{point} {PLACEHOLDER}="{len(glue) - 1 - last}"/>')
    return "".join(pieces)


def _shapes(text: str, point: str, column_of: ColumnOf) -> list[_Shape]:
    """Take some points apart, and give each template once."""
    opening = re.compile(rf"<(?:[\w.-]+:)?{point}[{BLANK}>/]")
    first = opening.search(text)
    if first is None:
        return []
    shapes: list[_Shape] = []
    met: Counter[str] = Counter()
    at, step = first.start(), max(1, (len(text) - first.start()) // SAMPLED)
    for sample in range(2 * SAMPLED):
        match = opening.search(text, at if sample < SAMPLED else max(at, first.start() + (sample - SAMPLED) * step))
        if match is None or len(shapes) == MAX_SHAPES:
            break
        shape = next((shape for shape in shapes if shape.regex.match(text, match.start())), None)
        if shape is None:
            shape, at = _shape(text, match.start(), column_of)
            shapes += [] if shape is None else [shape]
        else:
            at = match.end()
        if shape is not None:
            met[shape.pattern] += 1
    # The pattern tries one template after the other, so the most frequent goes first.
    return sorted(shapes, key=lambda shape: -met[shape.pattern])


def _shape(text: str, start: int, column_of: ColumnOf) -> tuple[_Shape | None, int]:
    """Turn one point into a pattern; also where it ends. None for a point that is nested wrongly or holds comments."""
    pattern: list[str] = []
    columns: list[str] = []
    prefixes: set[str] = set()
    path: list[str] = []
    opened = False
    for token in TOKEN.finditer(text, start, start + 2**16):
        piece = token[0]
        if not piece.startswith("<"):
            column = column_of(tuple(map(local_name, path[1:])))
            if column is not None and piece.strip(BLANK):
                if not (opened and text.startswith("</", token.end())):  # text between elements
                    return None, token.end()
                columns.append(column)
            pattern.append(_text_pattern(piece, column))
            continue
        tag = _tag(piece)
        if tag is None or len(path) > DEEPEST or (tag[0] and path[-1:] != [tag[1]]):
            return None, token.end()
        closing, name, attributes, empty = tag
        prefixes |= {name.partition(":")[0]} if ":" in name else set()
        opened = not closing and not empty
        path = path[:-1] if closing else [*path, name] if opened else path
        first = token.start() == start
        pattern.append(_point_pattern(name, attributes, empty, column_of, columns) if first else _literally(piece))
        if not path:
            return _Shape("".join(pattern), tuple(columns), frozenset(prefixes)), token.end()
    return None, start + 1


@lru_cache(maxsize=256)
def _tag(piece: str) -> tuple[str, str, str, str] | None:
    """Take a tag apart; None for a comment, and for a tag that is wrong."""
    tag = TAG.fullmatch(piece)
    if tag is None:
        return None
    closing, name, attributes, empty = tag.groups()
    keys = [key for key, _ in ATTRIBUTE.findall(attributes)]
    wrong = bool(closing and (keys or empty)) or len(set(keys)) < len(keys) or len(keys) > MOST_ATTRIBUTES
    return None if wrong else (closing, name, attributes, empty)


@lru_cache(maxsize=256)
def _literally(piece: str) -> str:
    return re.escape(piece)


@lru_cache(maxsize=256)
def _text_pattern(piece: str, column: str | None) -> str:
    if not piece.strip(BLANK):
        return rf"[{BLANK}]*"
    return rf"({TEXT}{{0,{LONGEST_VALUE}}})" if column is not None else rf"{TEXT}{{0,{LONGEST_TEXT}}}"


def _point_pattern(name: str, attributes: str, empty: str, column_of: ColumnOf, columns: list[str]) -> str:
    """Match the opening tag of a point; the values of its attributes are columns."""
    pattern = [f"<{re.escape(name)}"]
    for key, value in ATTRIBUTE.findall(attributes):
        column = column_of((f"@{key}",))
        quote = value[0]
        group = rf"[^{quote}<&\x00-\x1f\ufffe\uffff]{{0,{LONGEST_VALUE}}}"
        value_of = group if column is None else f"({group})"
        pattern.append(rf"[{BLANK}]+{re.escape(key)}[{BLANK}]*=[{BLANK}]*{quote}{value_of}{quote}")
        columns += [] if column is None else [column]
    return "".join(pattern) + rf"[{BLANK}]*{empty}>"
