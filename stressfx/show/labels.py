"""Answers where a label fits: words beside the things that they name, never on each other and never cut.

Takes an axes whose limits are set and what should be written; writes what has room.
"""

import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib import font_manager, patheffects
from matplotlib.transforms import Bbox

from stressfx.show.palette import INK, PAPER
from stressfx.show.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

__all__ = ["STEPS", "UPRIGHT", "Note", "drawable", "fitted", "legend_above", "place", "shrink"]

BESIDE = (
    *((0, 7, "center"), (7, 2, "left"), (-7, 2, "right"), (-7, -10, "right"), (7, -10, "left")),
    *((0, -17, "center"), (0, 20, "center"), (-7, 14, "right"), (7, 14, "left")),
)
"""Where a label may stand from its mark, best first. [points]"""

BELOW_TOP = tuple((dx, dy, side) for dy in (-11, -22, -33) for dx, side in ((4, "left"), (-4, "right")))
"""Where a label may stand from the upper end of a line, best first. [points]"""

UPRIGHT = "upright"
"""Mark (gid) of the lines that no label may cross."""


STEPS = "steps"
"""Mark (gid) of the lines in steps that no label may cross."""


WIDTH_OF_A_LETTER = 0.56
"""Mean width of a letter of the typeface, as a share of its size, on the safe side. [1]"""

SHADES = ("days before", "to return")
"""How the names of shades end, which are explained after everything else."""

LEAST_SIZE = 5.0
"""No letters are smaller. [points]"""


class Note(NamedTuple):
    """Some words and the point that they belong to, in data units; along the top, `y` is a share of the height."""

    x: float
    y: float
    words: str


def drawable(text: object, *, limit: int) -> str:
    """Make a text from a file fit for a picture: printable, and only letters that the typeface has.

    Parameters
    ----------
    text : object
        Any text.
    limit : int
        Longest result, in characters.

    Returns
    -------
    str
        The text; letters without a shape in the typeface are question marks.
    """
    face = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    return "".join(char if face.get_char_index(ord(char)) else "?" for char in printable(text, limit=limit))


def place(axes: "Axes", notes: "Sequence[Note]", *, along_top: bool = False) -> None:
    """Write each note where it covers no other label, no marked point and no upright line, in the order given.

    Parameters
    ----------
    axes : Axes
        Its limits are final.
    notes : sequence of Note
        What to write, the most important first. What has no room is left out: mark and legend still say it.
    along_top : bool
        Whether the points are upper ends of lines.
    """
    if not notes:
        return
    _lay_out(axes)
    transform = axes.get_xaxis_transform() if along_top else axes.transData
    points = [transform.transform((note.x, note.y)) for note in notes]
    taken = [text.get_window_extent() for text in axes.texts]
    taken += [line.get_window_extent() for line in axes.lines if line.get_gid() == UPRIGHT]
    taken += [box for line in axes.lines if line.get_gid() == STEPS for box in _treads_and_rises(line)]
    if not along_top:
        taken += [Bbox.from_bounds(x - 4, y - 4, 8, 8) for x, y in points]
    for note in notes:
        for dx, dy, side in BELOW_TOP if along_top else BESIDE:
            text = axes.annotate(
                note.words,
                (note.x, note.y),
                xycoords=transform,
                xytext=(dx, dy),
                textcoords="offset points",
                horizontalalignment=side,
                fontsize=8.5,
                color=INK,
                zorder=6,
                parse_math=False,
                path_effects=[patheffects.withStroke(linewidth=2.5, foreground=PAPER)],
            )
            box = text.get_window_extent()
            if _inside(axes.bbox, box) and not box.count_overlaps(taken):
                taken.append(box)
                break
            text.remove()


def legend_above(axes: "Axes", *, of: "Axes | None" = None) -> None:
    """Explain the marks above the axes, in as many columns as fit.

    Parameters
    ----------
    axes : Axes
        Above which the explanation stands.
    of : Axes, optional
        The axes whose artists carry labels, if it is another.
    """
    entries = zip(*(of or axes).get_legend_handles_labels(), strict=True)
    shown = sorted(entries, key=lambda entry: entry[1].endswith(SHADES))
    handles, labels = [handle for handle, _ in shown], [label for _, label in shown]
    _lay_out(axes)
    for columns in range(len(handles), 0, -1):
        legend = axes.legend(
            handles, labels, loc="lower left", bbox_to_anchor=(-0.01, 1.02), ncols=columns, borderpad=0
        )
        if legend.get_window_extent().width <= axes.get_window_extent().width * 1.03:
            break


def fitted(axes: "Axes", words: str, *, size: float) -> str:
    """Break a text into lines that are no wider than an axes.

    Parameters
    ----------
    axes : Axes
        The layout may still move it.
    words : str
        Plain words.
    size : float
        Size of the letters. [points]

    Returns
    -------
    str
        The same with line breaks.
    """
    _lay_out(axes)
    wide_points = 72 * axes.get_window_extent().width / axes.figure.dpi
    return textwrap.fill(words, max(int(wide_points / (WIDTH_OF_A_LETTER * size)), 20))


def shrink(texts: "Sequence[Text]", axes: "Axes") -> None:
    """Make the letters of lines smaller until they are no wider than an axes, but never too small to read.

    Parameters
    ----------
    texts : sequence of Text
        Lines above or in the axes.
    axes : Axes
        The layout may still move it.
    """
    _lay_out(axes)
    for text in texts:
        wide = text.get_window_extent().width / axes.get_window_extent().width
        if wide > 1:
            text.set_fontsize(max(float(text.get_fontsize()) / wide, LEAST_SIZE))


def _treads_and_rises(line: "Line2D") -> list[Bbox]:
    """Cover a line in steps, each of which ends at its point, with thin boxes."""
    points = line.get_transform().transform(line.get_xydata())
    points = points[~np.isnan(points).any(axis=1)]
    boxes = []
    for (x0, y0), (x1, y1) in pairwise(points.tolist()):
        boxes.append(Bbox.from_extents(x0 - 1, min(y0, y1) - 1, x0 + 1, max(y0, y1) + 1))
        boxes.append(Bbox.from_extents(x0 - 1, y1 - 1, x1 + 1, y1 + 1))
    return boxes


def _lay_out(axes: "Axes") -> None:
    """Let the layout move the axes: only then is known how much room there is."""
    axes.figure.figure.draw_without_rendering()


def _inside(outer: Bbox, inner: Bbox) -> bool:
    return bool(outer.x0 <= inner.x0 and inner.x1 <= outer.x1 and outer.y0 <= inner.y0 and inner.y1 <= outer.y1)
