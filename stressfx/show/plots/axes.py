"""Answers what all pictures have in common: the axes, the dates along them, injuries and what nobody observed.

Takes axes and dates; draws. The pictures themselves are in the modules beside this one.
"""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib import dates as mdates
from matplotlib import ticker

from stressfx.show.labels import UPRIGHT, Note, drawable
from stressfx.show.onsets import first_sign, injury_sites
from stressfx.show.palette import INK, OKABE_ITO, PALE, QUIET, STYLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["axes_of", "day_numbers", "dress", "mark_injuries", "one_runner", "shade_unobserved", "show_dates", "style"]

NEAR_DAYS = 60
"""An injury further than this from the data is not drawn: it would squeeze the picture. [days]"""

EMPTY = "no runs to show"


def style() -> AbstractContextManager[None]:
    """Give the settings of all pictures, for the time of drawing only.

    Returns
    -------
    context manager
        Leaves the settings of the user as they were.
    """
    return mpl.rc_context(STYLE)


def axes_of(ax: "Axes | None", *, height: float = 3.6) -> "Axes":
    """Give the axes to draw in.

    Parameters
    ----------
    ax : Axes or None
        Those of the caller; None for a new figure.
    height : float
        Height of a new figure. [inch]

    Returns
    -------
    Axes
        Where to draw.
    """
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt  # noqa: PLC0415  # pyplot chooses a screen; a given axes needs none

    return plt.subplots(figsize=(8.6, height), layout="constrained")[1]


def day_numbers(dates: Any) -> Any:  # noqa: ANN401  # one date gives a number, several an array; matplotlib has no types
    """Give the places of dates on an axis.

    Parameters
    ----------
    dates : date or sequence of dates
        Days.

    Returns
    -------
    float or array
        matplotlib's numbers of days.
    """
    return mdates.date2num(dates)  # type: ignore[no-untyped-call]


def one_runner(frame: pd.DataFrame) -> pd.DataFrame:
    """Make sure that a frame is of one runner.

    Parameters
    ----------
    frame : DataFrame
        With a column ``athlete_id``.

    Returns
    -------
    DataFrame
        The same.

    Raises
    ------
    ValueError
        If it holds several runners.
    """
    runners = frame["athlete_id"].nunique(dropna=False)
    if runners > 1:
        raise ValueError(f"the frame holds {runners} runners; a picture shows one: select it by athlete_id")
    return frame


def dress(axes: "Axes", dates: "pd.Series | pd.Index", label: str, *, step_days: int, empty: str = EMPTY) -> None:
    """Give an axes its limits, its dates and its labels; ticks are made later, so their look is fixed here.

    Parameters
    ----------
    axes : Axes
        With everything drawn that counts for its height.
    dates : Series or Index
        Days that it spans.
    label : str
        What its height is, with the unit.
    step_days : int
        How many days the last entry covers. [d]
    empty : str
        What to say where there is nothing to draw.
    """
    axes.set_ylabel(label, fontsize=STYLE["axes.labelsize"], color=INK)
    axes.set_xlabel("Date", fontsize=STYLE["axes.labelsize"], color=INK)
    axes.tick_params(labelsize=STYLE["xtick.labelsize"], colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, axis="y", color=PALE)
    axes.set_axisbelow(True)
    if not len(dates):
        axes.text(0.5, 0.5, empty, transform=axes.transAxes, ha="center", va="center", color=QUIET)
        axes.set(xticks=[], yticks=[])
        return
    show_dates(axes, dates, step_days=step_days)
    axes.set_ylim(0, max(axes.dataLim.y1, 1e-3) * 1.06)
    axes.yaxis.set_major_locator(ticker.MaxNLocator(nbins=5))


def show_dates(axes: "Axes", dates: "pd.Series | pd.Index", *, step_days: int) -> None:
    """Lay days along an axes, with as many ticks as its width allows.

    Parameters
    ----------
    axes : Axes
        Where.
    dates : Series or Index
        Days that it spans; one at least.
    step_days : int
        How many days the last entry covers. [d]
    """
    axes.xaxis_date()
    axes.set_xlim(day_numbers(dates.min()) - 2, day_numbers(dates.max()) + step_days + 2)
    most = max(4, min(10, int(axes.get_window_extent().width / axes.figure.dpi / 0.7)))
    locator = mdates.AutoDateLocator(minticks=3, maxticks=most)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def shade_unobserved(axes: "Axes", missing: pd.Series, step: pd.Timedelta, words: str = "not observed") -> None:
    """Hatch every stretch that nobody observed, which is not the same as rest.

    Parameters
    ----------
    axes : Axes
        Where.
    missing : Series
        Of every day, or week, whether it is missing; by date.
    step : Timedelta
        How long one is.
    words : str
        How the legend calls it.
    """
    stretch = (missing != missing.shift()).cumsum()
    for number, (_, days) in enumerate(missing[missing].groupby(stretch[missing])):
        left, right = day_numbers([days.index[0], days.index[-1] + step])
        label = "" if number else words
        axes.axvspan(left, right, facecolor=PALE, edgecolor=QUIET, hatch="..", linewidth=0.0, label=label)


def mark_injuries(
    axes: "Axes", injuries: pd.DataFrame | None, *, days_before: int = 0, headroom: float = 0.16
) -> list[Note]:
    """Draw the first sign of every injury near the data, and shade the time until the return.

    Parameters
    ----------
    axes : Axes
        Where; its dates are set.
    injuries : DataFrame or None
        `stressfx.schema.INJURIES`.
    days_before : int
        So many days before the first sign are shaded as well, more lightly. [d]
    headroom : float
        What the height grows by, as a share of it, to give the names room. [1]

    Returns
    -------
    list of Note
        Names of those that were drawn, for the upper ends of their lines.
    """
    low, high = axes.get_xlim()
    notes: list[Note] = []
    if injuries is None:
        return notes
    for onset, back, name in zip(first_sign(injuries), injuries["returned"], injury_sites(injuries), strict=True):
        if onset is pd.NaT or not low - NEAR_DAYS <= day_numbers(onset) <= high + NEAR_DAYS:
            continue
        left = day_numbers(onset)
        right = max(high, left) if back is pd.NaT else day_numbers(back)
        low, high = min(low, left - 2), max(high, left + 2)
        shade, before = ("", "") if notes else ("injury to return", f"{days_before} days before")
        if days_before:
            light: dict[str, Any] = {"facecolor": OKABE_ITO["yellow"], "alpha": 0.3, "linewidth": 0, "zorder": 0}
            axes.axvspan(left - days_before, left, label=before, **light)
        axes.axvspan(left, right, facecolor=OKABE_ITO["purple"], alpha=0.28, linewidth=0, zorder=0, label=shade)
        axes.axvline(left, color=INK, linestyle="--", linewidth=1.3, zorder=5, gid=UPRIGHT)
        notes.append(Note(left, 1.0, drawable(name, limit=26)))
    axes.set_xlim(low, high)
    if notes:
        bottom, top = axes.get_ylim()
        axes.set_ylim(bottom, top + headroom * (top - bottom))
    return notes
