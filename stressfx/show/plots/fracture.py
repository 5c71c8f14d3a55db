"""Answers how much a model of stress fracture hangs on parameters that nobody is sure of. For teaching only.

Takes what `stressfx.injury.bone_model.parameter_bands` gives; draws a small panel a parameter into one axes and gives
the axes back.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import ticker

from stressfx.show.labels import legend_above, shrink
from stressfx.show.palette import INK, OKABE_ITO, PALE, QUIET, STYLE
from stressfx.show.plots.axes import axes_of, style
from stressfx.show.plots.below import name_height, note_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

__all__ = ["plot_fracture"]

LOOKS = {
    "low": ("sky", "--", "low"),
    "middle": ("black", "-", "as recalled, or as we chose"),
    "high": ("vermillion", "-.", "high"),
}
"""Colour, line and words of each value of a parameter."""

MOST_COLUMNS = 4
CELL_WIDE, CELL_HIGH = 1.6, 1.4
"""A panel and its words look best with so much room. [inch]"""

TIGHT_HIGH = 1.1
"""Below this a panel has but one line of words. [inch]"""

PANEL_WIDE, PANEL_HIGH = 0.84, 0.54
"""Shares of its cell that a panel takes; its words have the rest. [1]"""

TITLE_SIZE = 7.5
"""Size of the letters above a panel. [points]"""

NOTE = (
    "For teaching, never for a runner: recalled from the literature, equations and parameters not verified against the"
    " full text. In each panel one parameter changes, the others stay."
)


def plot_fracture(bands: pd.DataFrame, *, ax: "Axes | None" = None) -> "Axes":
    """Draw the probability of a fracture by a model for teaching, with each uncertain parameter low and high.

    Parameters
    ----------
    bands : DataFrame
        As `stressfx.injury.bone_model.parameter_bands` gives it.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes; its child axes hold a panel a parameter, all of one height, with its three values above it and how
        sure they are. What the model is not stands below.

    Raises
    ------
    ValueError
        If the frame is not of that kind.
    """
    if not {"parameter", "symbol", "unit", "meaning", "sure", "band", "value", "day", "probability"} <= set(bands):
        raise ValueError("the frame holds no bands of parameters; parameter_bands gives them")
    if not set(bands["band"]) <= set(LOOKS):
        raise ValueError(f"a band is none of {', '.join(LOOKS)}; parameter_bands gives them")
    parts = [part for _, part in bands.groupby("parameter", sort=False)]
    with style():
        axes = axes_of(ax, height=0.9 + 1.7 * max(-(-len(parts) // MOST_COLUMNS), 1))
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        axes.grid(visible=False)
        if not parts:
            axes.text(0.5, 0.5, "no parameter to show", transform=axes.transAxes, ha="center", color=QUIET)
            return axes
        top = float(np.fmax(100 * bands["probability"].max() * 1.06, 1e-3))
        columns, tight = _columns(axes, len(parts))
        panels = [_draw(axes, part, divmod(number, columns), columns, len(parts)) for number, part in enumerate(parts)]
        for panel in panels:
            panel.set_ylim(0, top)
        axes.set_xlabel("Days of the new regimen", labelpad=16, fontsize=STYLE["axes.labelsize"], color=INK)
        name_height(axes, "Probability of failure before repair (%)")
        axes.yaxis.labelpad = 24
        note_below(axes, NOTE)
        legend_above(axes, of=panels[0])
        words = [text for panel, part in zip(panels, parts, strict=True) for text in _name(panel, part, tight=tight)]
        shrink(words, panels[0])
    return axes


def _draw(axes: "Axes", part: pd.DataFrame, at: tuple[int, int], columns: int, panels: int) -> "Axes":
    """Draw one parameter: a line a value."""
    row, column = at
    cell = (1 / columns, 1 / -(-panels // columns))
    corner = (column * cell[0] + (1 - PANEL_WIDE) * cell[0], 1 - (row + 1) * cell[1] + 0.1 * cell[1])
    panel = axes.inset_axes((*corner, PANEL_WIDE * cell[0], PANEL_HIGH * cell[1]))
    for band, curve in part.groupby("band", sort=False):
        colour, line, words = LOOKS[str(band)]
        look: Any = {"color": OKABE_ITO[colour], "linestyle": line, "linewidth": 1.5}
        panel.plot(curve["day"], 100 * curve["probability"], label=words, **look)
    panel.set_xlim(part["day"].min(), max(part["day"].max(), part["day"].min() + 1))
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(visible=True, axis="y", color=PALE)
    panel.set_axisbelow(True)
    panel.tick_params(labelsize=TITLE_SIZE, colors=INK, labelleft=column == 0)
    panel.xaxis.set_major_locator(ticker.MaxNLocator(nbins=4, integer=True))
    panel.yaxis.set_major_locator(ticker.MaxNLocator(nbins=4))
    return panel


def _columns(axes: "Axes", panels: int) -> tuple[int, bool]:
    """Give the number of columns that leaves a panel most room, and whether that is little."""
    box, dpi = axes.get_window_extent(), axes.figure.dpi
    wide, high = 0.9 * box.width / dpi, 0.9 * box.height / dpi

    def cell(columns: int) -> tuple[float, float]:
        return wide / columns, high / -(-panels // columns)

    rooms = {
        columns: min(cell(columns)[0] / CELL_WIDE, cell(columns)[1] / CELL_HIGH, 1.0)
        for columns in range(min(MOST_COLUMNS, panels), 0, -1)
    }
    columns = max(rooms, key=lambda columns: rooms[columns])
    return columns, cell(columns)[1] < TIGHT_HIGH


def _name(panel: "Axes", part: pd.DataFrame, *, tight: bool) -> "list[Annotation]":
    """Say above a panel what changes, from where to where, and how sure it is."""
    first = part.iloc[0]
    values = ", ".join(f"{value:.3g}" if value < 1000 else f"{value / 1000:.4g}k" for value in part["value"].unique())
    unit = f" {first['unit']}" if first["unit"] else ""
    lines = [f"{first['symbol']}: {first['meaning']}", f"{values}{unit}", str(first["sure"])]
    looks = list(zip(reversed(lines), (QUIET, INK, INK), strict=True))
    written = [
        panel.annotate(
            line,
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, 4 + number * TITLE_SIZE * 1.25),
            textcoords="offset points",
            fontsize=TITLE_SIZE,
            color=colour,
        )
        for number, (line, colour) in enumerate([(f"{first['symbol']}: {values}{unit}", INK)] if tight else looks)
    ]
    for text in written:
        text.set_in_layout(False)  # a long one would squeeze the axes; it is made smaller instead
    return written
