"""Answers what must be said around a picture, so that nobody takes it for more than it is.

Takes axes and words; writes them below, as wide as the axes, or beside it, as high.
"""

import textwrap
from typing import TYPE_CHECKING

from stressfx.show.labels import WIDTH_OF_A_LETTER, fitted
from stressfx.show.palette import INK, QUIET, STYLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["NOTE_SIZE", "name_height", "note_below"]

NOTE_SIZE = 8.0
"""Size of the letters. [points]"""

LEFT_HIGH = 0.75
"""So much of the height of an axes is left to it once there is a legend above and a note below. [1]"""


def note_below(axes: "Axes", words: str, *, drop: float = 36.0) -> None:
    """Write a note under an axes.

    Parameters
    ----------
    axes : Axes
        With everything else drawn; the layout may still move it.
    words : str
        The note; nothing is written if it is empty.
    drop : float
        How far below the lower end of the axes, past its ticks and label. [points]
    """
    if words:
        axes.annotate(
            fitted(axes, words, size=NOTE_SIZE),
            (0, 0),
            xycoords="axes fraction",
            xytext=(0, -drop),
            textcoords="offset points",
            va="top",
            fontsize=NOTE_SIZE,
            color=QUIET,
        )


def name_height(axes: "Axes", words: str) -> None:
    """Say what the height of an axes is, in as many lines as it needs.

    Parameters
    ----------
    axes : Axes
        What comes above and below it is written afterwards, as wide as this leaves it.
    words : str
        What the height is, with the unit.
    """
    axes.figure.figure.draw_without_rendering()
    high_points = LEFT_HIGH * 72 * axes.get_window_extent().height / axes.figure.dpi
    size = STYLE["axes.labelsize"]
    lines = textwrap.fill(words, max(int(high_points / (WIDTH_OF_A_LETTER * size)), 12))
    axes.set_ylabel(lines, fontsize=size, color=INK, parse_math=False)
