"""Answers how much a result hangs on choices that could as well have been made otherwise.

Takes a specification curve; draws the estimates above the choices that led to each, into one axes, and gives the axes
back.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import ticker

from stressfx.injury.result import FEW_EVENTS, ILLUSTRATION
from stressfx.schema import SPECIFICATIONS
from stressfx.show.labels import drawable, shrink
from stressfx.show.palette import INK, OKABE_ITO, PALE, PAPER, QUIET, STYLE
from stressfx.show.plots.axes import axes_of, style
from stressfx.show.plots.below import note_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from stressfx.injury.scrutiny.curve import SpecificationCurve

__all__ = ["plot_specifications"]

FARTHEST = 10.0
"""An interval is drawn so many times beyond the estimates at most; an arrow says that it goes on."""

GAP = 0.04
"""Share of the height between estimates and choices. [1]"""

HEADING = 0.07
"""Share of the height above the estimates. [1]"""

MOST_SIZE, LEAST_SIZE = 8.5, 4.0
"""Sizes of the letters of a choice. [points]"""

LONGEST = 34
"""Longest name of a choice. [characters]"""

CHOICES = {
    "metric": "metric {}",
    "threshold": "above {:g}",
    "window_days": "any of {:g} days",
    "lag_days": "lag {:g} d",
    "onset": "onset {}",
}
"""The choices, and how each is said."""


def plot_specifications(curve: "SpecificationCurve", *, ax: "Axes | None" = None) -> "Axes":
    """Draw every specification's estimate in the order of size, and below it the choices that made it.

    Parameters
    ----------
    curve : SpecificationCurve
        As `stressfx.specification_curve` gives it, with its permutation test.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes; its two child axes hold the estimates with their intervals on a logarithmic axis, and a row a choice
        with a mark where it was made. Choices that all specifications share have no row and are named below. Filled
        marks are estimates whose interval leaves out 1. Specifications without an estimate stand at the right, with a
        cross in place of it.
    """
    table = SPECIFICATIONS.check(curve.table).sort_values("estimate", kind="stable", ignore_index=True)
    made, shared = _choices(table)
    with style():
        axes = axes_of(ax, height=3.2 + 0.19 * len(made))
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        axes.grid(visible=False)
        if table.empty:
            axes.text(0.5, 0.5, "no specification to show", transform=axes.transAxes, ha="center", color=QUIET)
            return axes
        share = 2.4 / (2.4 + 0.19 * len(made)) if len(made) else 1.0
        upper = axes.inset_axes((0.0, 1 - share, 1.0, share - HEADING))
        _draw_estimates(upper, table)
        upper.set_ylabel("Odds ratio", fontsize=STYLE["axes.labelsize"], color=INK)
        if len(made):
            _draw_choices(axes.inset_axes((0.0, 0.0, 1.0, 1 - share - GAP)), made, len(table))
        note_below(axes, _note(table, shared, curve.note), drop=8)
        _say_test(axes, float(curve.test.table["p"].iloc[0]))
    return axes


def _choices(table: pd.DataFrame) -> "tuple[list[tuple[str, str, pd.Series]], list[str]]":
    """List the choices that differ, with the specifications that made them, and those that all share, in words."""
    made: list[tuple[str, str, pd.Series]] = []
    shared: list[str] = []
    for name, words in CHOICES.items():
        if name not in table.columns:
            continue
        values = table[name].map(lambda value: value.replace("_", " ") if isinstance(value, str) else value)
        options = sorted(values.dropna().unique())
        found = [(name, drawable(words.format(option), limit=LONGEST), values == option) for option in options]
        if len(found) > 1:
            made += found
        else:
            shared += [words for _, words, _ in found]
    return made, shared


def _draw_estimates(panel: "Axes", table: pd.DataFrame) -> None:
    known = table[table["estimate"].notna() & (table["estimate"] > 0) & np.isfinite(table["estimate"])]
    panel.set_xlim(-1, len(table))
    panel.tick_params(labelbottom=False, length=0, labelsize=STYLE["ytick.labelsize"], colors=INK)
    panel.spines[["top", "right", "bottom"]].set_visible(False)
    panel.set_yscale("log")
    low, high = _limits(known)
    panel.set_ylim(low, high)
    panel.axhline(1.0, color=QUIET, linewidth=1.0, linestyle="--", zorder=1)
    size = _mark_size(panel, len(table))
    ends = known["low"].fillna(low).clip(low, high), known["high"].fillna(high).clip(low, high)
    sure = (known["low"] > 1) | (known["high"] < 1)
    colour = OKABE_ITO["blue"]
    lines = [colour if leaves_out_one else OKABE_ITO["sky"] for leaves_out_one in sure]
    panel.vlines(known.index, *ends, color=lines, linewidth=max(size / 4, 0.6), zorder=2)
    for beyond, end, marker in ((known["low"] < low, low, "v"), (known["high"] > high, high, "^")):
        if beyond.any():  # an empty line that is not clipped would lead the layout astray
            arrows: Any = {"color": OKABE_ITO["sky"], "markersize": max(size * 0.7, 2.5), "clip_on": False}
            panel.plot(known.index[beyond], [end] * int(beyond.sum()), marker, **arrows)
    for held, face in ((~sure, PAPER), (sure, colour)):
        marks: Any = {"markersize": size, "markerfacecolor": face, "markeredgecolor": colour, "zorder": 3}
        panel.plot(known.index[held], known.loc[held, "estimate"], "o", **marks)
    lost = table.index.difference(known.index)
    if len(lost):
        where: Any = {"transform": panel.get_xaxis_transform(), "clip_on": False, "markersize": max(size, 3.5)}
        panel.plot(lost, [0.03] * len(lost), "x", color=OKABE_ITO["vermillion"], **where)
    _tick(panel, low, high)


def _limits(known: pd.DataFrame) -> tuple[float, float]:
    """Give the ends of the axis: as far as the intervals go, but not so far that the estimates cannot be told apart."""
    least, most = min(known["estimate"].min(), 1.0), max(known["estimate"].max(), 1.0)
    if known.empty:
        return 0.5, 2.0
    low = known["low"].where(known["low"] > 0).clip(lower=least / FARTHEST).min()
    high = known["high"].where(np.isfinite(known["high"])).clip(upper=most * FARTHEST).max()
    low, high = np.fmin(low, least), np.fmax(high, most)
    margin = max((high / low) ** 0.06, 1.05)
    return float(low / margin), float(high * margin)


def _tick(panel: "Axes", low: float, high: float) -> None:
    """Put few numbers at the axis that are read as such."""
    steps = (1.0, 2.0, 5.0) if high / low < 60 else (1.0,)
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    found = [step * 10.0**decade for decade in decades for step in steps if low <= step * 10.0**decade <= high]
    if len(found) < 3:
        found = [tick for tick in ticker.MaxNLocator(nbins=4).tick_values(low, high) if low <= tick <= high]
    panel.yaxis.set_major_locator(ticker.FixedLocator(found))
    panel.yaxis.set_minor_locator(ticker.NullLocator())
    panel.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    panel.grid(visible=True, axis="y", color=PALE)
    panel.set_axisbelow(True)


def _mark_size(panel: "Axes", specifications: int) -> float:
    """Give marks that do not touch. [points]"""
    wide_points = 72 * panel.get_window_extent().width / panel.figure.dpi
    return float(np.clip(0.7 * wide_points / (specifications + 1), 1.2, 6.0))


def _say_test(axes: "Axes", p: float) -> None:
    """Write p of the whole curve into the corner above the smallest estimates."""
    words = "no permutation test" if np.isnan(p) else f"permutation test of the whole curve: p = {p:.3g}"
    text = axes.text(0.0, 1.0, words, transform=axes.transAxes, va="top", fontsize=8.5, color=INK)
    text.set_in_layout(False)  # a long one would squeeze the axes; it is made smaller instead
    shrink([text], axes)


def _draw_choices(panel: "Axes", made: "list[tuple[str, str, pd.Series]]", specifications: int) -> None:
    """Draw a row a choice, with a mark where it was made; a line parts the kinds of choice."""
    panel.set_xlim(-1, specifications)
    panel.set_ylim(len(made) - 0.4, -0.6)
    panel.spines[:].set_visible(False)
    size = min(_mark_size(panel, specifications), 5.0)
    for row, (_, _, chosen) in enumerate(made):
        panel.plot([0, specifications - 1], [row, row], color=PALE, linewidth=0.6, zorder=1)
        marks: Any = {"marker": "s", "linestyle": "", "color": INK, "markersize": size, "zorder": 2}
        panel.plot(np.flatnonzero(chosen), [row] * int(chosen.sum()), **marks)
    kinds = [kind for kind, _, _ in made]
    for row in range(1, len(made)):
        if kinds[row] != kinds[row - 1]:
            panel.axhline(row - 0.5, color=QUIET, linewidth=0.6)
    high_points = 72 * panel.get_window_extent().height / panel.figure.dpi
    letters = float(np.clip(0.75 * high_points / len(made), LEAST_SIZE, MOST_SIZE))
    panel.set_yticks(range(len(made)), [words for _, words, _ in made], fontsize=letters)
    for label in panel.get_yticklabels():
        label.set_parse_math(False)
    panel.tick_params(length=0, colors=INK)
    panel.set_xticks([])
    panel.grid(visible=False)


def _note(table: pd.DataFrame, shared: list[str], told: str) -> str:
    """Say what is in the picture, and what is not."""
    lost = int(table["estimate"].isna().sum())
    rests = table["events"] if lost == len(table) else table.loc[table["estimate"].notna(), "events"]
    few = bool(told) or rests.min() < FEW_EVENTS
    sentences = [
        f"{len(table)} specification{'s' * (len(table) != 1)}, with 95 % intervals. Filled: the interval leaves out 1.",
        f"No estimate (\N{MULTIPLICATION SIGN}): {lost}." if lost else "",
        f"All: {', '.join(shared)}." if shared else "",
        f"Fewer than {FEW_EVENTS} injuries: {ILLUSTRATION}." if few else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)
