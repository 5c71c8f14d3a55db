"""Answers what the runner did, day by day and week by week.

Takes a daily or a weekly frame; draws it into one axes and gives the axes back.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib import ticker

from stressfx.show.labels import legend_above, place
from stressfx.show.palette import OKABE_ITO, PAPER
from stressfx.show.plots.axes import (
    axes_of,
    day_numbers,
    dress,
    mark_injuries,
    one_runner,
    shade_unobserved,
    style,
)
from stressfx.units import METRES_PER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_history", "plot_weeks"]

PANEL_SHARE = 0.24
"""Share of the height that the numbers of runs take above the weeks."""


def plot_history(
    daily: pd.DataFrame,
    *,
    injuries: pd.DataFrame | None = None,
    ax: "Axes | None" = None,
    unit: str = "km",
) -> "Axes":
    """Draw the distance of every day.

    Parameters
    ----------
    daily : DataFrame
        One runner's days, as `stressfx.daily_load` gives them.
    injuries : DataFrame, optional
        Injuries of the same runner; each is a dashed line at its first sign and a shade until the return.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    unit : {"km", "mi"}
        Unit of the axis.

    Returns
    -------
    Axes
        The axes that hold the picture.

    Raises
    ------
    ValueError
        If the frame holds several runners.
    """
    days = one_runner(daily).set_index("date").asfreq("D")
    with style():
        axes = axes_of(ax)
        if len(days):
            edges = day_numbers(days.index.union([days.index[-1] + pd.Timedelta(days=1)]))
            axes.stairs(
                days["distance_m"] / METRES_PER[unit], edges, fill=True, color=OKABE_ITO["blue"], lw=0.3, label="run"
            )
        shade_unobserved(axes, days["sessions"].isna(), pd.Timedelta(days=1))
        dress(axes, days.index, f"Distance per day ({unit})", step_days=1)
        onsets = mark_injuries(axes, injuries)
        legend_above(axes)
        place(axes, onsets, along_top=True)
    return axes


def plot_weeks(weeks: pd.DataFrame, *, ax: "Axes | None" = None, unit: str = "km") -> "Axes":
    """Draw the distance of every week, and above it the number of runs.

    Parameters
    ----------
    weeks : DataFrame
        One runner's ISO weeks, as `stressfx.weekly_totals` gives them. A week of fewer than seven observed days is
        hatched.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    unit : {"km", "mi"}
        Unit of the axis.

    Returns
    -------
    Axes
        The axes with the distances; its first child axes holds the numbers of runs.

    Raises
    ------
    ValueError
        If the frame holds several runners.
    """
    table, blue = one_runner(weeks), OKABE_ITO["blue"]
    with style():
        axes = axes_of(ax)
        panel = axes.inset_axes((0.0, 1 - PANEL_SHARE, 1.0, PANEL_SHARE), sharex=axes, facecolor="none")
        for whole, hatch, face, words in (
            (True, None, blue, "whole week"),
            (False, "////", PAPER, "part of a week observed"),
        ):
            part = table[(table["days"] == 7) == whole]
            look: Any = {
                "width": 6.0,
                "align": "edge",
                "facecolor": face,
                "edgecolor": OKABE_ITO["blue"],
                "hatch": hatch,
            }
            if len(part):
                left = day_numbers(part["week"])
                axes.bar(left, part["distance_m"] / METRES_PER[unit], label=words, linewidth=0.6, **look)
                panel.bar(left, part["sessions"], linewidth=0.6, **look)
        shade_unobserved(axes, table.set_index("week")["sessions"].isna(), pd.Timedelta(days=7))
        dress(axes, table["week"], f"Distance per week ({unit})", step_days=7)
        dress(panel, table["week"], "Runs", step_days=7)
        _share_height(axes, panel)
        axes.set_xlabel("Week, from Monday")
        legend_above(axes)
    return axes


def _share_height(axes: "Axes", panel: "Axes") -> None:
    """Leave the upper part of an axes to the panel inside it."""
    below = 1 - 1.25 * PANEL_SHARE
    top = axes.get_ylim()[1]
    axes.set_yticks([tick for tick in axes.get_yticks() if tick <= top])
    axes.set_ylim(0, top / below)
    axes.spines["left"].set_bounds(0, top)
    axes.yaxis.label.set_y(below / 2)
    panel.yaxis.set_major_locator(ticker.MaxNLocator(integer=True, nbins=3))
    panel.tick_params(labelbottom=False)
    panel.set_xlabel("")
