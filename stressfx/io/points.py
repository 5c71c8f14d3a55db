"""The points of a GPX or TCX file as columns, whichever way they were read.

Takes a file, the name of its point element and what its parts mean; gives numbers and times in the order of the file.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stressfx.findings import Finding
from stressfx.io.source import Source
from stressfx.io.template import PLACEHOLDER, ColumnOf, Condensed, condense
from stressfx.io.timetext import Times, read_times
from stressfx.io.xml import BYTE_ORDER_MARK, Visitor, walk

__all__ = ["PointVisitor", "Points", "read_points", "runs", "span_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """The points of a file.

    Attributes
    ----------
    count : int
        How many there are.
    columns : dict of lists
        Their texts by column, None where a point has none.
    """

    count: int
    columns: dict[str, list[str | None]]

    def times(self) -> Times:
        """Read the column ``time``."""
        return read_times(self.columns.get("time") or [None] * self.count)

    def numbers(self, column: str) -> tuple[Floats, int]:
        """Read a column of numbers.

        Parameters
        ----------
        column : str
            Name of the column.

        Returns
        -------
        array of float64
            NaN where there is none.
        int
            How many texts are no numbers.
        """
        texts = self.columns.get(column)
        if texts is None:
            return np.full(self.count, np.nan), 0
        values = _numbers(texts)
        values[np.isinf(values)] = np.nan
        unreadable = sum(1 for row in np.flatnonzero(np.isnan(values)).tolist() if (texts[row] or "").strip())
        return values, unreadable

    def block(self, names: tuple[str, ...], *, everywhere: bool) -> tuple[Floats, list[Finding]]:
        """Read all columns of numbers; positions outside the globe become missing.

        Parameters
        ----------
        names : tuple of str
            Names of the columns, latitude and longitude first.
        everywhere : bool
            Whether every point ought to have a position.

        Returns
        -------
        array of float64, shape (columns, points)
            NaN where there is no number.
        list of Finding
            What was wrong with the values.
        """
        floats = np.empty((len(names), self.count))
        unreadable = 0
        for row, name in enumerate(names):
            floats[row], odd = self.numbers(name)
            unreadable += odd
        outside = (np.abs(floats[0]) > 90) | (np.abs(floats[1]) > 180)
        floats[:2, outside] = np.nan
        lost, off = int(np.isnan(floats[:2]).any(axis=0).sum()), int(outside.sum())
        found = {
            "value-unreadable": (unreadable, "values are no numbers"),
            "position-range": (off, "positions lie outside the globe"),
            "point-no-position": (lost - off if everywhere else 0, "points have no position"),
        }
        return floats, [Finding(code, count, f"{count} {what}.") for code, (count, what) in found.items() if count]


def _numbers(texts: Sequence[str | None]) -> Floats:
    """Turn texts into numbers: all at once if all are plain, else one by one."""
    import pyarrow as pa  # noqa: PLC0415  # its parser is four times as fast as Python's; only GPX and TCX need it

    try:
        parsed = pa.array(texts, pa.string()).cast(pa.float64())
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return np.array([_number(text) for text in texts], np.float64)
    return np.array(parsed.to_numpy(zero_copy_only=False))


def _number(text: str | None) -> float:
    try:
        return float(text) if text and "_" not in text else float("nan")
    except ValueError:
        return float("nan")


class PointVisitor(Visitor, ABC):
    """Gathers points on a walk; a format adds what it wants to know outside of points.

    Parameters
    ----------
    point : str
        Name of the point element.
    column_of : callable
        Names the column of a path inside a point.
    """

    def __init__(self, point: str, column_of: ColumnOf) -> None:
        self._point, self.column_of = point, column_of
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.count = 0
        self._rows: list[tuple[int, dict[str, str]]] = []
        self._cut: list[tuple[int | None, int]] = []
        self.outer: list[str] = []
        self._path: list[str] | None = None
        self._row: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        if self._path is not None:
            self._path.append(name)
        elif name != self._point:
            self.enter(name, attributes)
            self.outer.append(name)
        elif PLACEHOLDER in attributes:
            stood = int(attributes[PLACEHOLDER])
            counts = self.counts()
            self._cut.append((self.count if counts else None, stood))
            self.count += stood if counts else 0
            self._path, self._row = [], {PLACEHOLDER: ""}
        else:
            self._path = []
            columns = ((self.column_of((f"@{key}",)), value) for key, value in attributes.items())
            self._row = {column: value for column, value in columns if column is not None}

    def end(self, name: str, text: str) -> None:
        """End an element; the first text of a column is the one that counts."""
        if self._path is None:
            self.outer.pop()
            self.leave(name, text)
        elif self._path:
            column = self.column_of(tuple(self._path))
            if column is not None and text:
                self._row.setdefault(column, text)
            self._path.pop()
        else:
            if PLACEHOLDER not in self._row and self.counts():
                self._rows.append((self.count, self._row))
                self.count += 1
            self._path = None

    def gathered(self, condensed: Condensed | None) -> Points | None:
        """Put points that were cut out and points that were walked through in order; None if some went missing."""
        cut = condensed.count if condensed else 0
        if cut != sum(stood for _, stood in self._cut):
            return None
        if condensed and not self._rows and all(place is not None for place, _ in self._cut):
            return Points(self.count, condensed.columns)
        names = dict.fromkeys(
            [*(condensed.columns if condensed else ()), *(key for _, row in self._rows for key in row)]
        )
        columns: dict[str, list[str | None]] = {name: [None] * self.count for name in names}
        if condensed:
            for name, texts in condensed.columns.items():
                taken = 0
                for place, stood in self._cut:
                    if place is not None:
                        columns[name][place : place + stood] = texts[taken : taken + stood]
                    taken += stood
        for place, row in self._rows:
            for name, text in row.items():
                columns[name][place] = text
        return Points(self.count, columns)

    @abstractmethod
    def counts(self) -> bool:
        """Tell whether a point at this place belongs to an activity, not to a plan."""

    @abstractmethod
    def enter(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin an element outside of points."""

    @abstractmethod
    def leave(self, name: str, text: str) -> None:
        """End an element outside of points."""


def read_points(
    source: Source, visitor: PointVisitor, *, point: str, column_of: ColumnOf, recover: bool
) -> tuple[Points, list[Finding]]:
    """Walk through a file and gather its points, the fast way where that is sound.

    Parameters
    ----------
    source : Source
        The file.
    visitor : PointVisitor
        Told of everything else.
    point : str
        Name of the point element.
    column_of : callable
        Names the column of a path inside a point.
    recover : bool
        Keep what stands before a break; otherwise raise.

    Returns
    -------
    Points
        All complete points.
    list of Finding
        What was repaired, and where the file breaks.

    Raises
    ------
    UnreadableFileError
        If the file is no XML, declares a DOCTYPE, or breaks and `recover` is off.
    LimitError
        If it passes a limit.
    """
    condensed = _condensed(source.data, point, column_of)
    if condensed is not None:
        findings = walk(source, condensed.skeleton.encode(), visitor, recover=recover, prefixes=condensed.prefixes)
        points = visitor.gathered(condensed)
        if points is not None:
            return points, findings
        visitor.reset()  # points stood in a comment: walk through the file as it is
    findings = walk(source, source.data, visitor, recover=recover)
    points = visitor.gathered(None)
    return points or Points(0, {}), findings


def _condensed(data: bytes, point: str, column_of: ColumnOf) -> Condensed | None:
    try:
        text = data.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return condense(text, point, column_of)


def runs(starts: Sequence[int], count: int) -> npt.NDArray[np.int64]:
    """Number the stretches of a file.

    Parameters
    ----------
    starts : sequence of int
        The first point of each stretch.
    count : int
        How many points there are.

    Returns
    -------
    array of int64
        For each point the number of its stretch, from 0; stretches without points are not counted.
    """
    edges = sorted({start for start in starts if start < count})
    return np.searchsorted(np.array(edges[1:], np.int64), np.arange(count), side="right").astype(np.int64)


def span_of(instants: npt.NDArray[np.datetime64]) -> tuple[np.datetime64, np.datetime64]:
    """Tell from when to when points last.

    Parameters
    ----------
    instants : array of datetime64[us]
        Their times.

    Returns
    -------
    tuple of datetime64[us]
        The first known time and the latest; NaT if none is known.
    """
    known = instants[~np.isnat(instants)]
    return (known[0], known.max()) if len(known) else (np.datetime64("NaT", "us"), np.datetime64("NaT", "us"))
