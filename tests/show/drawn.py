"""What every picture must be, whatever it shows: inside its figure, and the same when it is drawn again.

Takes axes; gives them back or fails.
"""

from collections.abc import Iterable

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text


def empty_axes(width: float = 8.6, height: float = 3.8) -> Axes:
    """Give axes on a figure that no screen shows."""
    return Figure(figsize=(width, height), layout="constrained").subplots()


def words_of(axes: Axes) -> Iterable[Text]:
    """List every text that is drawn in a picture and in the panels of it."""
    for part in (axes, *axes.child_axes):
        yield from part.texts
        yield from (part.xaxis.label, part.yaxis.label)
        for axis in (part.xaxis, part.yaxis):
            low, high = sorted(axis.get_view_interval())
            yield from (tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high)
        if part.get_legend():
            yield from part.get_legend().get_texts()


def assert_settled(axes: Axes) -> None:
    """Fail if a word leaves the figure, or if a second drawing moves the axes."""
    axes.figure.draw_without_rendering()
    before = axes.get_position().bounds
    axes.figure.draw_without_rendering()
    assert axes.get_position().bounds == pytest.approx(before, abs=2e-3)
    outer = axes.figure.bbox
    for text in words_of(axes):
        if text.get_text() and text.get_visible():
            box = text.get_window_extent()
            inside = box.x0 >= -2 and box.y0 >= -2 and box.x1 <= outer.x1 + 2 and box.y1 <= outer.y1 + 2
            assert inside, f"{text.get_text()!r} is cut"
