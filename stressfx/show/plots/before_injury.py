"""Answers what a runner did in the days before an injury, beside what the same runner did at other times.

Takes `stressfx.schema.BEFORE` with a column of loads; draws it into one axes and gives the axes back.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import ticker
from matplotlib.collections import LineCollection

from stressfx.injury.result import FEW_EVENTS, ILLUSTRATION
from stressfx.schema import BEFORE
from stressfx.show.labels import drawable, legend_above
from stressfx.show.palette import INK, OKABE_ITO, PALE, QUIET, STYLE
from stressfx.show.plots.axes import axes_of, style
from stressfx.show.plots.below import name_height, note_below
from stressfx.units import METRES_PER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_before_injury"]

STEPS_DAYS = (1, 2, 7, 14, 28, 91, 182, 364)
"""Ticks stand so many days apart, as few as have room. [d]"""

TICK_INCHES = 0.45

EARLIER = "The other windows are all earlier: a build-up of the season alone sets the days before an injury above them."


def plot_before_injury(
    before: pd.DataFrame,
    column: str,
    *,
    words: str = "",
    ax: "Axes | None" = None,
    unit: str = "km",
) -> "Axes":
    """Draw a load on the days before an injury, before the runner's own other windows.

    Parameters
    ----------
    before : DataFrame
        `stressfx.schema.BEFORE`, as `stressfx.loads_before` gives it, of one injury or of several.
    column : str
        The load, one of its columns. One that ends in ``_m`` is drawn in `unit`, one in ``_s`` in hours.
    words : str
        What it is, for the axis; the name of the column if not given.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    Axes
        The axes that hold the picture: a strong line for the days before the injury, or for their mean over several
        injuries; a thin line for each other window, and a dashed one for their mean (a median of days, many of them
        without a run, would lie below any mean). Days that nobody observed leave a gap in a line and have no share in a
        mean.

    Raises
    ------
    ValueError
        If there is no such column of numbers, or no such unit.
    SchemaError
        If the frame does not follow its schema.
    """
    if column not in BEFORE.check(before).columns or column in BEFORE.names:
        raise ValueError(f"the frame has no column of loads {column!r}; one that the table of loads had is needed")
    if not pd.api.types.is_numeric_dtype(before[column]):
        raise ValueError(f"column {column!r} is {before[column].dtype}; numbers are needed")
    if unit not in METRES_PER:
        raise ValueError(f"unit is {unit!r}; one of {', '.join(METRES_PER)} is needed")
    scale, of = _scale(column, unit)
    loads = before.assign(load=(before[column].astype(float) / scale).replace([np.inf, -np.inf], np.nan))
    own, others = loads[loads["window"] == 0], loads[loads["window"] > 0]
    injuries = own["injury"].nunique()
    words = drawable(words or column.removesuffix("_m").removesuffix("_s").replace("_", " "), limit=60)
    with style():
        axes = axes_of(ax)
        _draw(axes, own, others, injuries)
        _dress(axes, loads)
        name_height(axes, f"{words[:1].upper()}{words[1:]}{of}")
        if len(loads):
            few = f"{injuries} {'injury' if injuries == 1 else 'injuries'}: {ILLUSTRATION}. "
            note_below(axes, (few if injuries < FEW_EVENTS else "") + (EARLIER if len(others) else ""))
            legend_above(axes)
    return axes


def _scale(column: str, unit: str) -> tuple[float, str]:
    """Give what the load is divided by, and its unit."""
    if column.endswith("_m"):
        return METRES_PER[unit], f" ({unit})"
    return (3600.0, " (h)") if column.endswith("_s") else (1.0, "")


def _draw(axes: "Axes", own: pd.DataFrame, others: pd.DataFrame, injuries: int) -> None:
    if len(others):
        lines = [
            window.sort_values("day")[["day", "load"]].to_numpy(dtype=float)
            for _, window in others.groupby(["injury", "window"])
        ]
        thin = LineCollection(lines, colors=OKABE_ITO["sky"], linewidths=0.8, alpha=max(0.15, 0.7 - len(lines) / 100))
        thin.set_label(
            f"the runner's own other windows ({len(lines)})" if injuries < 2 else f"other windows ({len(lines)})"
        )
        axes.add_collection(thin)
        usual = others.groupby("day")["load"].mean()
        axes.plot(usual.index, usual, color=OKABE_ITO["blue"], linewidth=1.6, linestyle="--", label="their mean")
    if len(own):
        mean = own.groupby("day")["load"].mean()
        words = "before the injury" if injuries == 1 else f"mean before {injuries} injuries"
        strong: Any = {
            "color": OKABE_ITO["vermillion"],
            "linewidth": 2.2,
            "marker": "o",
            "markersize": 3.0,
            "zorder": 4,
        }
        axes.plot(mean.index, mean, label=words, **strong)


def _dress(axes: "Axes", loads: pd.DataFrame) -> None:
    axes.set_xlabel("Days before the onset", fontsize=STYLE["axes.labelsize"], color=INK)
    axes.tick_params(labelsize=STYLE["xtick.labelsize"], colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, axis="y", color=PALE)
    axes.set_axisbelow(True)
    if not loads["load"].notna().any():
        words = "no load is known on these days" if len(loads) else "no injury to show"
        axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", color=QUIET)
        axes.set(xticks=[], yticks=[])
        return
    first, last = int(loads["day"].min()), max(int(loads["day"].max()), 0)
    low, high = float(loads["load"].min()), float(loads["load"].max())
    axes.set_xlim(first - 0.5, last + 0.5)
    axes.set_ylim(min(low, 0.0), max(high, 0.0) * 1.06 or 1e-3)
    axes.axvline(0.0, color=INK, linestyle=":", linewidth=1.1, label="onset")
    most = axes.get_window_extent().width / axes.figure.dpi / TICK_INCHES
    step = next((days for days in STEPS_DAYS if (last - first) / days <= most), STEPS_DAYS[-1])
    axes.xaxis.set_major_locator(ticker.FixedLocator(np.arange(-step * (-first // step), last + 1, step).tolist()))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda day, _: f"{abs(day):g}" if day <= 0 else f"+{day:g}"))
    axes.yaxis.set_major_locator(ticker.MaxNLocator(nbins=5))
