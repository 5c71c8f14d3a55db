"""Answers what a runner ran on, week by week.

Takes `stressfx.schema.SURFACE_WEEKS`; draws it into one axes and gives the axes back.
"""

from typing import TYPE_CHECKING

import pandas as pd

from stressfx.show.labels import legend_above, place
from stressfx.show.palette import GROUNDS, INK
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

__all__ = ["plot_surfaces"]

THIN_POINTS = 3.0
"""Bars that are thinner have no line around them. [points]"""


def plot_surfaces(
    surface_weeks: pd.DataFrame,
    *,
    injuries: pd.DataFrame | None = None,
    ax: "Axes | None" = None,
    unit: str = "km",
) -> "Axes":
    """Draw the distance of every week on each class of surface, one above the other.

    Parameters
    ----------
    surface_weeks : DataFrame
        One runner's weeks, as `stressfx.surface_shares` gives them. Running on ground that is not
        known is drawn like any other, and palest; a week with a run of unknown distance is hatched.
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
    rows = one_runner(surface_weeks).set_index(["week", "surface"])
    table = rows["distance_m"].unstack() / METRES_PER[unit]  # noqa: PD010  # a week and class has one row
    table = table[[name for name in GROUNDS if name in table.columns]]
    with style():
        axes = axes_of(ax)
        edge = _edge(axes, table.index)
        left, floor = day_numbers(table.index), pd.Series(0.0, index=table.index)
        for name in table.columns:
            height, look = table[name].fillna(0.0), GROUNDS[name]
            run = (height > 0).to_numpy()
            axes.bar(
                left[run],
                height[run],
                bottom=floor[run],
                width=6.0,
                align="edge",
                facecolor=look.face,
                edgecolor=INK,
                hatch=look.hatch,
                linewidth=edge,
                label=look.words if run.any() else "",
            )
            floor = floor + height
        lacking = surface_weeks.assign(lacks=surface_weeks["distance_m"].isna()).groupby("week")["lacks"].any()
        _shade_weeks(axes, lacking)
        dress(axes, table.index, f"Distance per week ({unit})", step_days=7)
        if len(table):
            axes.set_xlabel("Week, from Monday")
        onsets = mark_injuries(axes, injuries)
        legend_above(axes)
        place(axes, onsets, along_top=True)
    return axes


def _edge(axes: "Axes", weeks: pd.Index) -> float:
    """Give the width of the line around a bar: none where bars are so thin that lines would be all there is to see."""
    span = (weeks.max() - weeks.min()).days + 7 if len(weeks) else 7
    bar_points = 72 * axes.get_window_extent().width / axes.figure.dpi * 6 / span
    return 0.3 if bar_points > THIN_POINTS else 0.0


def _shade_weeks(axes: "Axes", lacking: pd.Series) -> None:
    """Hatch the weeks of which not every distance is known; weeks without a run are not in the frame."""
    if len(lacking):
        weeks = pd.date_range(lacking.index.min(), lacking.index.max(), freq="7D")
        whole = lacking.reindex(weeks, fill_value=False).astype(bool)
        shade_unobserved(axes, whole, pd.Timedelta(days=7), words="a distance is not known")
