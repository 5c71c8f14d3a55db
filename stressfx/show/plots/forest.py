"""Answers what studies found, how sure each is, and on how many injuries it rests.

Takes results of studies; draws a line an estimate into one axes and gives the axes back.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import ticker

from stressfx.injury.result import FEW_EVENTS, StudyResult
from stressfx.schema import STUDY
from stressfx.show.labels import WIDTH_OF_A_LETTER, drawable, legend_above
from stressfx.show.palette import INK, OKABE_ITO, PALE, PAPER, QUIET, STYLE
from stressfx.show.plots.axes import axes_of, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_forest"]

FARTHEST = 30.0
"""An interval is drawn so many times beyond the estimates at most; an arrow says that it goes on."""

LARGEST = 1e100
"""No axis goes further."""

HIGHEST = 13.0
"""A new picture is no higher, however many rows it has. [inch]"""

MOST_SIZE, LEAST_SIZE = 8.5, 4.0
"""Sizes of the letters of a row. [points]"""

NAMES_SHARE = 0.3
"""Share of the width of the picture that the names of the rows may take. [1]"""

INTERVAL = "95 % interval"
FEW_WORDS = f"fewer than {FEW_EVENTS} injuries: illustration, not inference"


def plot_forest(
    results: StudyResult | Mapping[str, StudyResult] | Sequence[StudyResult] | pd.DataFrame,
    *,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw estimates with their intervals, one below the other.

    Parameters
    ----------
    results : StudyResult, dict or sequence of StudyResult, or DataFrame
        One study or several, by name or not; or a frame such as `stressfx.compare_onsets` and `StudyResult.to_frame`
        give. A row without an estimate is named and has no mark.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes that hold the picture: ratios on a logarithmic axis with a line at 1; estimate, interval and number
        of injuries in words at the right. An estimate has a hollow mark where its study says that it illustrates and
        infers nothing. An arrow is the end of an interval that goes on.

    Raises
    ------
    SchemaError
        If a frame is not one of estimates.
    """
    rows = _rows(results)
    with style():
        axes = axes_of(ax, height=min(1.5 + 0.3 * max(len(rows), 1), HIGHEST))
        axes.spines[["top", "right", "left"]].set_visible(False)
        if rows.empty:
            axes.text(0.5, 0.5, "no estimate to show", transform=axes.transAxes, ha="center", color=QUIET)
            axes.set(xticks=[], yticks=[])
            return axes
        low, high = _limits(rows)
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        axes.set_ylim(len(rows) - 0.4, -1.3)
        if _ratios(rows):
            axes.axvline(1.0, color=QUIET, linewidth=1.0, linestyle="--", zorder=1, label="1: no difference")
        _draw_intervals(axes, rows, low, high)
        _draw_estimates(axes, rows, low, high)
        _dress(axes, rows, low, high)
        legend_above(axes)
    return axes


def _rows(results: StudyResult | Mapping[str, StudyResult] | Sequence[StudyResult] | pd.DataFrame) -> pd.DataFrame:
    """Lay all estimates one below the other, each with a name and with what its study says of itself."""
    if isinstance(results, StudyResult):
        results = [results]
    if isinstance(results, pd.DataFrame):
        named = STUDY.check(results).assign(
            name=results["onset"].str.replace("_", " ") if "onset" in results.columns else ""
        )
    elif not results:
        return pd.DataFrame()
    elif isinstance(results, Mapping):
        named = pd.concat([result.to_frame().assign(name=name) for name, result in results.items()])
    else:
        named = pd.concat([result.to_frame().assign(name="") for result in results])
    term = named["term"].where(named["estimate"].notna() | (named["term"] != ""), "")
    several = len(set(term) - {""}) > 1
    words = (named["name"] + ": " + term).str.strip(": ") if several else named["name"].where(named["name"] != "", term)
    few = (
        named["note"].notna() & (named["note"] != "") if "note" in named.columns else named["events"].min() < FEW_EVENTS
    )
    return named.assign(words=words, few=few).reset_index(drop=True)


def _ratios(rows: pd.DataFrame) -> bool:
    """Whether all that was estimated are ratios, which 1 means no difference for."""
    known = rows.loc[rows["estimate"].notna(), "measure"]
    return bool(len(known) and known.str.endswith("ratio").all())


def _limits(rows: pd.DataFrame) -> tuple[float, float]:
    """Give the ends of the axis: as far as the intervals go, but never so far that the estimates cannot be seen."""
    estimates = rows["estimate"].where((rows["estimate"] > 0) & np.isfinite(rows["estimate"]))
    estimates = estimates.clip(1 / LARGEST, LARGEST)
    least, most = estimates.min(), estimates.max()
    if np.isnan(least):
        least = most = 1.0
    low = rows["low"].where(rows["low"] > 0).clip(lower=least / FARTHEST).min()
    high = rows["high"].where((rows["high"] > 0) & np.isfinite(rows["high"])).clip(upper=most * FARTHEST).max()
    ends = np.clip([least, most, low, high, *([1.0] if _ratios(rows) else [])], 1 / LARGEST, LARGEST)
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    if not (rows["low"] > 0).where(rows["low"].notna(), other=True).all():  # room for an arrow
        low = min(low, least / 5)
    if np.isinf(rows["high"]).any():
        high = max(high, most * 5)
    margin = max((high / low) ** 0.04, 1.05)
    return low / margin, high * margin


def _draw_intervals(axes: "Axes", rows: pd.DataFrame, low: float, high: float) -> None:
    known = rows[rows["low"].notna() & rows["high"].notna()]
    if known.empty:
        return
    line: Any = {"color": OKABE_ITO["blue"], "linewidth": 1.8, "zorder": 2}
    axes.hlines(known.index, known["low"].clip(low, high), known["high"].clip(low, high), label=INTERVAL, **line)
    for beyond, end, marker in ((known["low"] < low, low, "<"), (known["high"] > high, high, ">")):
        if beyond.any():
            axes.plot([end] * int(beyond.sum()), known.index[beyond], marker, color=line["color"], clip_on=False)


def _draw_estimates(axes: "Axes", rows: pd.DataFrame, low: float, high: float) -> None:
    inside = rows[(rows["estimate"] >= low) & (rows["estimate"] <= high)]
    for few, face, words in ((False, OKABE_ITO["blue"], "estimate"), (True, PAPER, FEW_WORDS)):
        shown = inside[inside["few"] == few]
        if len(shown) or (few and rows["few"].any()):  # it is said of an estimate without a mark, too
            marks: Any = {"markeredgecolor": OKABE_ITO["blue"], "markerfacecolor": face, "markersize": 6.5, "zorder": 3}
            axes.plot(shown["estimate"], shown.index, "s" if not few else "o", label=words, **marks)


def _dress(axes: "Axes", rows: pd.DataFrame, low: float, high: float) -> None:
    """Name the rows at the left, and say at the right what is drawn."""
    box, dpi = axes.get_window_extent(), axes.figure.dpi
    size = float(np.clip(0.75 * 72 * box.height / dpi / len(rows), LEAST_SIZE, MOST_SIZE))
    limit = max(int(NAMES_SHARE * 72 * box.width / dpi / (WIDTH_OF_A_LETTER * size)), 12)
    axes.set_yticks(range(len(rows)), [drawable(words, limit=limit) for words in rows["words"]], fontsize=size)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)
    axes.tick_params(axis="y", length=0, pad=9, colors=INK)
    axes.tick_params(axis="x", labelsize=STYLE["xtick.labelsize"], colors=INK)
    axes.grid(visible=True, axis="x", color=PALE)
    axes.set_axisbelow(True)
    measures = rows.loc[rows["estimate"].notna(), "measure"].unique()
    words = drawable(measures[0], limit=60) if len(measures) == 1 else "Estimate"
    axes.set_xlabel(f"{words[:1].upper()}{words[1:]} (logarithmic axis)", fontsize=STYLE["axes.labelsize"], color=INK)
    _tick(axes, low, high, known=len(measures) > 0)
    column = [_said(*numbers) for numbers in rows[["estimate", "low", "high"]].to_numpy(dtype=float).tolist()]
    reach = _column(axes, ["estimate (interval)", *column], 8.0, size)
    _column(axes, ["injuries", *rows["events"].map("{:,}".format)], reach + 10.0, size)


def _tick(axes: "Axes", low: float, high: float, *, known: bool) -> None:
    """Put numbers that are read as such at the axis, as many as have room."""
    steps = (1.0, 2.0, 5.0) if high / low < 300 else (1.0,)
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    found = [step * 10.0**decade for decade in decades for step in steps if low <= step * 10.0**decade <= high]
    if len(found) < 3:
        found = [tick for tick in ticker.MaxNLocator(nbins=5).tick_values(low, high) if low <= tick <= high]
    axes.xaxis.set_major_locator(ticker.FixedLocator(found if known else []))
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))


def _column(axes: "Axes", texts: list[str], left: float, size: float) -> float:
    """Write a column of words at the right of the axes, its heading first; give where it ends. [points]"""
    written = [
        axes.annotate(
            text,
            (1.0, row),
            xycoords=axes.get_yaxis_transform(),
            xytext=(left, 0),
            textcoords="offset points",
            va="center",
            fontsize=size,
            color=QUIET if row < 0 else INK,
            annotation_clip=False,
        )
        for row, text in zip((-0.9, *range(len(texts) - 1)), texts, strict=True)
    ]
    return left + max(72 * text.get_window_extent().width / axes.figure.dpi for text in written)


def _said(estimate: float, low: float, high: float) -> str:
    if np.isnan(estimate):
        return "not estimated"
    interval = "" if np.isnan(low) or np.isnan(high) else f" ({_number(low)} to {_number(high)})"
    return f"{_number(estimate)}{interval}"


def _number(value: float) -> str:
    if np.isinf(value):
        return "\N{INFINITY}"
    if value >= 1000:
        return ">1000"
    if 0 < value < 0.005:
        return "<0.01"
    return f"{value:.2f}" if value < 10 else f"{value:.3g}"
