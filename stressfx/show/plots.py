"""Answers what the runner did and what stands out: three pictures of frames that others computed.

Takes a daily, weekly or spikes frame; draws it into one axes and gives the axes back. Nothing is computed here but
kilometres or miles. matplotlib is loaded on the first picture, not on import of the library.
"""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib import dates as mdates
from matplotlib import ticker

from stressfx.show.labels import STEPS, UPRIGHT, Note, drawable, legend_above, place
from stressfx.show.onsets import first_sign, injury_sites
from stressfx.show.palette import FLAGGED, INK, LOOKS, OKABE_ITO, PALE, PAPER, QUIET, STYLE
from stressfx.units import METRES_PER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_history", "plot_spikes", "plot_weeks"]

NEAR_DAYS = 60
"""An injury further than this from the data is not drawn: it would squeeze the picture. [days]"""

MOST_NAMES = 12
"""No more than this many flagged runs are named, the largest; all carry their mark."""

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
    days = _one_runner(daily).set_index("date").asfreq("D")
    with _style():
        axes = _axes(ax)
        if len(days):
            edges = _numbers(days.index.union([days.index[-1] + pd.Timedelta(days=1)]))
            axes.stairs(
                days["distance_m"] / METRES_PER[unit], edges, fill=True, color=OKABE_ITO["blue"], lw=0.3, label="run"
            )
        _shade_unobserved(axes, days["sessions"].isna(), pd.Timedelta(days=1))
        _dress(axes, days.index, f"Distance per day ({unit})", step_days=1)
        onsets = _mark_injuries(axes, injuries)
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
    table, blue = _one_runner(weeks), OKABE_ITO["blue"]
    with _style():
        axes = _axes(ax)
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
                left = _numbers(part["week"])
                axes.bar(left, part["distance_m"] / METRES_PER[unit], label=words, linewidth=0.6, **look)
                panel.bar(left, part["sessions"], linewidth=0.6, **look)
        _shade_unobserved(axes, table.set_index("week")["sessions"].isna(), pd.Timedelta(days=7))
        _dress(axes, table["week"], f"Distance per week ({unit})", step_days=7)
        _dress(panel, table["week"], "Runs", step_days=7)
        _share_height(axes, panel)
        axes.set_xlabel("Week, from Monday")
        legend_above(axes)
    return axes


def plot_spikes(
    spikes: pd.DataFrame,
    *,
    injuries: pd.DataFrame | None = None,
    ax: "Axes | None" = None,
    unit: str = "km",
) -> "Axes":
    """Draw every run against the longest run of the thirty days before it.

    Parameters
    ----------
    spikes : DataFrame
        One runner's runs, as `stressfx.session_spikes` gives them, compared by distance.
    injuries : DataFrame, optional
        Injuries of the same runner; each is a dashed line at its first sign and a shade until the return.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    unit : {"km", "mi"}
        Unit of the axis.

    Returns
    -------
    Axes
        The axes that hold the picture. The largest flagged runs carry the name of their class where there is room.

    Raises
    ------
    ValueError
        If the frame holds several runners, or compares anything but distances.
    """
    runs = _one_runner(spikes).sort_values("start")
    if not runs["by"].eq("distance_m").all():
        found = ", ".join(sorted(set(runs["by"])))
        raise ValueError(f"the spikes compare {found}; spikes by 'distance_m' are needed")
    with _style():
        axes = _axes(ax)
        day, metres = _numbers(runs["date"]), METRES_PER[unit]
        reference = runs["reference"] / metres
        axes.step(day, reference, color=INK, linewidth=1.1, label="longest, 30 days before", gid=STEPS)
        for state, look in LOOKS.items():
            held = (runs["state"] == state).to_numpy()
            if held.any():
                axes.plot(
                    day[held],
                    runs.loc[held, "value"] / metres,
                    look.marker,
                    markersize=look.size,
                    markerfacecolor=look.face,
                    markeredgecolor=look.edge,
                    markeredgewidth=0.7,
                    zorder=4 if state in FLAGGED else 3,
                    label=look.words,
                )
        _dress(axes, runs["date"], f"Distance of a run ({unit})", step_days=1)
        onsets = _mark_injuries(axes, injuries)
        legend_above(axes)
        place(axes, onsets, along_top=True)
        _name_flags(axes, runs, metres)
    return axes


def _style() -> AbstractContextManager[None]:
    return mpl.rc_context(STYLE)


def _axes(ax: "Axes | None") -> "Axes":
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt  # noqa: PLC0415  # pyplot chooses a screen; a given axes needs none

    return plt.subplots(figsize=(8.6, 3.6), layout="constrained")[1]


def _numbers(dates: Any) -> Any:  # noqa: ANN401  # one date gives a number, several an array; matplotlib has no types
    return mdates.date2num(dates)  # type: ignore[no-untyped-call]


def _one_runner(frame: pd.DataFrame) -> pd.DataFrame:
    runners = frame["athlete_id"].nunique(dropna=False)
    if runners > 1:
        raise ValueError(f"the frame holds {runners} runners; a picture shows one: select it by athlete_id")
    return frame


def _dress(axes: "Axes", dates: "pd.Series | pd.Index", label: str, *, step_days: int) -> None:
    """Give an axes its limits, its dates and its labels; ticks are made later, so their look is fixed here."""
    axes.set_ylabel(label, fontsize=STYLE["axes.labelsize"], color=INK)
    axes.set_xlabel("Date", fontsize=STYLE["axes.labelsize"], color=INK)
    axes.tick_params(labelsize=STYLE["xtick.labelsize"], colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, axis="y", color=PALE)
    axes.set_axisbelow(True)
    if not len(dates):
        axes.text(0.5, 0.5, "no runs to show", transform=axes.transAxes, ha="center", va="center", color=QUIET)
        axes.set(xticks=[], yticks=[])
        return
    axes.xaxis_date()
    axes.set_xlim(_numbers(dates.min()) - 2, _numbers(dates.max()) + step_days + 2)
    axes.set_ylim(0, max(axes.dataLim.y1, 1e-3) * 1.06)
    most = max(4, min(10, int(axes.get_window_extent().width / axes.figure.dpi / 0.7)))
    locator = mdates.AutoDateLocator(minticks=3, maxticks=most)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.yaxis.set_major_locator(ticker.MaxNLocator(nbins=5))


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


def _shade_unobserved(axes: "Axes", missing: pd.Series, step: pd.Timedelta) -> None:
    """Hatch every stretch that nobody observed, which is not the same as rest."""
    stretch = (missing != missing.shift()).cumsum()
    for number, (_, days) in enumerate(missing[missing].groupby(stretch[missing])):
        left, right = _numbers([days.index[0], days.index[-1] + step])
        words = "" if number else "not observed"
        axes.axvspan(left, right, facecolor=PALE, edgecolor=QUIET, hatch="..", linewidth=0.0, label=words)


def _mark_injuries(axes: "Axes", injuries: pd.DataFrame | None) -> list[Note]:
    """Draw the first sign of every injury near the data, shade the time until the return, and give their names."""
    low, high = axes.get_xlim()
    notes: list[Note] = []
    if injuries is None:
        return notes
    for onset, back, name in zip(first_sign(injuries), injuries["returned"], injury_sites(injuries), strict=True):
        if onset is pd.NaT or not low - NEAR_DAYS <= _numbers(onset) <= high + NEAR_DAYS:
            continue
        left = _numbers(onset)
        right = max(high, left) if back is pd.NaT else _numbers(back)
        low, high = min(low, left - 2), max(high, left + 2)
        shade = "" if notes else "injury to return"
        axes.axvspan(left, right, facecolor=OKABE_ITO["purple"], alpha=0.28, linewidth=0, zorder=0, label=shade)
        axes.axvline(left, color=INK, linestyle="--", linewidth=1.3, zorder=5, gid=UPRIGHT)
        notes.append(Note(left, 1.0, drawable(name, limit=26)))
    axes.set_xlim(low, high)
    if notes:
        axes.set_ylim(0, axes.get_ylim()[1] * 1.16)
    return notes


def _name_flags(axes: "Axes", runs: pd.DataFrame, metres: float) -> None:
    flagged = runs[runs["state"].isin(FLAGGED)].sort_values("spike", ascending=False).head(MOST_NAMES)
    marks = zip(_numbers(flagged["date"]), flagged["value"] / metres, flagged["state"], flagged["spike"], strict=True)
    place(axes, [Note(x, y, f"{state} {100 * spike:+.0f} %") for x, y, state, spike in marks])
