"""Answers how many runners a study needs before it can find what it looks for.

Takes `stressfx.schema.POWER`; draws a line a ratio and design into one axes and gives the axes back.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import ticker

from stressfx.schema import POWER
from stressfx.show.labels import WIDTH_OF_A_LETTER, drawable, legend_above
from stressfx.show.palette import INK, OKABE_ITO, PALE, QUIET, STYLE
from stressfx.show.plots.axes import axes_of, style
from stressfx.show.plots.below import note_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_power"]

WANTED = 0.8
"""The power that studies are planned for by convention. [1]"""

MARKS = (("blue", "o"), ("vermillion", "s"), ("green", "^"), ("purple", "D"), ("orange", "v"), ("black", "P"))
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 1)))
"""Colour and mark of each design, line of each ratio; where only one of the two differs, both tell it."""

MOST_NAMED = 30
"""So many points at most carry their number of injuries."""


def plot_power(sizes: pd.DataFrame, *, ax: "Axes | None" = None) -> "Axes":
    """Draw how often studies of growing size would find a planted ratio.

    Parameters
    ----------
    sizes : DataFrame
        `stressfx.schema.POWER`, as `stressfx.power` gives it; of several ratios, or of several designs if there is a
        column ``design`` that names them.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes that hold the picture: power against runners, with the band of chance in the simulation, and beside
        the points of a single curve the injuries that an estimate rested on. The dotted line is the power that studies
        are planned for by convention; at a ratio of 1 power is the share of false alarms.

    Raises
    ------
    SchemaError
        If the frame does not follow its schema.
    """
    POWER.check(sizes)
    with style():
        axes = axes_of(ax)
        wide_points = 72 * axes.get_window_extent().width / axes.figure.dpi
        curves = _curves(sizes, limit=int(np.clip(wide_points / (WIDTH_OF_A_LETTER * 8.5) - 12, 16, 48)))
        _dress(axes)
        if not curves:
            axes.text(0.5, 0.5, "no study to show", transform=axes.transAxes, ha="center", color=QUIET)
            axes.set(xticks=[], yticks=[])
            return axes
        for words, curve, mark, line in curves:
            runners, (colour, marker) = curve["n_athletes"], MARKS[mark % len(MARKS)]
            axes.fill_between(
                runners, curve["power_low"], curve["power_high"], color=OKABE_ITO[colour], alpha=0.15, linewidth=0
            )
            look: Any = {"color": OKABE_ITO[colour], "marker": marker, "linestyle": LINES[line % len(LINES)]}
            axes.plot(runners, curve["power"], label=words, linewidth=1.6, markersize=5, zorder=3, **look)
        axes.axhline(
            WANTED, color=QUIET, linewidth=1.1, linestyle=":", label=f"{100 * WANTED:.0f} % by convention", zorder=1
        )
        axes.set_xlim(0, sizes["n_athletes"].max() * 1.06)
        note_below(axes, _note(sizes, curves))
        legend_above(axes)
    return axes


def _curves(sizes: pd.DataFrame, *, limit: int) -> list[tuple[str, pd.DataFrame, int, int]]:
    """Part the sizes by design, ratio and length of follow-up; name what differs, and number looks for it."""
    by = [name for name in ("design", "hazard_ratio", "n_days") if name in sizes.columns]
    options = {name: sizes[name].unique().tolist() for name in by}
    differ = [name for name in by if len(options[name]) > 1]
    said = {"design": "{}", "hazard_ratio": "hazard ratio {:g}", "n_days": "{:g} days"}
    curves = []
    for number, (values, curve) in enumerate(sizes.groupby(by, sort=False)):
        parts = [said[name].format(value) for name, value in zip(by, values, strict=True) if name in differ]
        words = ", ".join(parts).replace("_", " ") or f"hazard ratio {curve['hazard_ratio'].iloc[0]:g}"
        looks = number, number
        if differ == ["design", "hazard_ratio"]:
            looks = options["design"].index(values[0]), options["hazard_ratio"].index(values[1])
        curves.append((drawable(words, limit=limit), curve.sort_values("n_athletes"), *looks))
    return curves


def _note(sizes: pd.DataFrame, curves: list[tuple[str, pd.DataFrame, int, int]]) -> str:
    """Say how much chance there is in the simulation, and on how many injuries the sizes rest."""
    fewest, most = int(sizes["trials"].min()), int(sizes["trials"].max())
    trials = f"{fewest:,}" if fewest == most else f"{fewest:,} to {most:,}"
    sentences = [f"{trials} made-up cohorts a point; the band is their chance (95 %)."]
    if len(curves) == 1 and len(sizes) <= MOST_NAMED:
        known = curves[0][1].dropna(subset=["events"])
        pairs = [f"{row.n_athletes:,}: {row.events:.0f}" for row in known.itertuples()]
        sentences.append(f"Injuries in an estimate, by runners: {', '.join(pairs)}.")
    else:
        sentences.append(f"Injuries in an estimate: {sizes['events'].min():.0f} to {sizes['events'].max():.0f}.")
    return " ".join(sentences)


def _dress(axes: "Axes") -> None:
    axes.set_xlabel("Runners followed", fontsize=STYLE["axes.labelsize"], color=INK)
    axes.set_ylabel("Power", fontsize=STYLE["axes.labelsize"], color=INK)
    axes.tick_params(labelsize=STYLE["xtick.labelsize"], colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, axis="y", color=PALE)
    axes.set_axisbelow(True)
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_locator(ticker.FixedLocator([0, 0.2, 0.4, 0.6, 0.8, 1.0]))
    axes.yaxis.set_major_formatter(ticker.PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.xaxis.set_major_locator(ticker.MaxNLocator(nbins=6, integer=True))
    axes.xaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
