"""Answers which runs went far beyond the longest of the thirty days before them.

Takes a spikes frame; draws it into one axes and gives the axes back.
"""

from typing import TYPE_CHECKING

import pandas as pd

from stressfx.show.labels import STEPS, Note, legend_above, place
from stressfx.show.palette import FLAGGED, INK, LOOKS
from stressfx.show.plots.axes import axes_of, day_numbers, dress, mark_injuries, one_runner, style
from stressfx.units import METRES_PER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_spikes"]

MOST_NAMES = 12
"""No more than this many flagged runs are named, the largest; all carry their mark."""


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
    runs = one_runner(spikes).sort_values("start")
    if not runs["by"].eq("distance_m").all():
        found = ", ".join(sorted(set(runs["by"])))
        raise ValueError(f"the spikes compare {found}; spikes by 'distance_m' are needed")
    with style():
        axes = axes_of(ax)
        day, metres = day_numbers(runs["date"]), METRES_PER[unit]
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
        dress(axes, runs["date"], f"Distance of a run ({unit})", step_days=1)
        onsets = mark_injuries(axes, injuries)
        legend_above(axes)
        place(axes, onsets, along_top=True)
        _name_flags(axes, runs, metres)
    return axes


def _name_flags(axes: "Axes", runs: pd.DataFrame, metres: float) -> None:
    flagged = runs[runs["state"].isin(FLAGGED)].sort_values("spike", ascending=False).head(MOST_NAMES)
    marks = zip(
        day_numbers(flagged["date"]), flagged["value"] / metres, flagged["state"], flagged["spike"], strict=True
    )
    place(axes, [Note(x, y, f"{state} {100 * spike:+.0f} %") for x, y, state, spike in marks])
