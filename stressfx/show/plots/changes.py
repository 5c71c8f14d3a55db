"""Answers when the training changed, and what came together before an injury.

Takes `stressfx.schema.CHANGES`; draws a lane a kind into one axes and gives the axes back.
"""

from typing import TYPE_CHECKING

import pandas as pd

from stressfx.show.changed import KIND_WORDS
from stressfx.show.labels import legend_above, place
from stressfx.show.palette import INK, OKABE_ITO, PALE
from stressfx.show.plots.axes import axes_of, day_numbers, dress, mark_injuries, one_runner, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_changes"]

LANES = {
    "single run": ("blue", ("session_spike",)),
    "amount": ("sky", ("distance", "duration", "frequency", "consecutive_days", "longest_run")),
    "how hard": ("vermillion", ("damage", "intensity", "cadence")),
    "ground": ("green", ("surface", "surface_mix")),
    "shoes": ("orange", ("shoe", "shoe_watch", "shoe_replace")),
    "break": ("black", ("break",)),
}
"""Kinds of change by what they are of, from the top, and the colour of each."""

BEFORE_DAYS = 42
"""So far back from an injury is shaded: as far as an audit looks. [d]"""


def plot_changes(
    changes: pd.DataFrame,
    *,
    injuries: pd.DataFrame | None = None,
    daily: pd.DataFrame | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw every change of the training as a bar from its first to its last day, in a lane a kind.

    Parameters
    ----------
    changes : DataFrame
        One runner's, as `stressfx.training_changes` gives them. Kinds without a change have no lane.
    injuries : DataFrame, optional
        Injuries of the same runner; each is a dashed line at its first sign, with a shade until the return and another
        over the six weeks before.
    daily : DataFrame, optional
        The days of the log (``date``), over which the picture then goes; else from the first to the last change.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes that hold the picture; its lanes are named at the left.

    Raises
    ------
    ValueError
        If a frame holds several runners.
    """
    held = set(one_runner(changes)["kind"])
    dates = pd.concat([changes["date"], changes["last"]]) if daily is None else one_runner(daily)["date"]
    with style():
        axes = axes_of(ax)
        shown = [(kind, words, colour) for words, (colour, kinds) in LANES.items() for kind in kinds if kind in held]
        said: set[str] = set()
        for lane, (kind, words, colour) in enumerate(shown):
            rows = changes[changes["kind"] == kind]
            left = day_numbers(rows["date"])
            axes.barh(
                [len(shown) - 1 - lane] * len(rows),
                day_numbers(rows["last"]) + 1 - left,
                left=left,
                height=0.56,
                color=OKABE_ITO[colour],
                edgecolor=OKABE_ITO[colour],
                linewidth=2.0,  # a day is thinner than a line over some years
                zorder=3,
                label="" if words in said else words,
            )
            said.add(words)
        dress(axes, dates if shown else dates.iloc[:0], "", step_days=1, empty="no change to show")
        if shown:
            _name_lanes(axes, [kind for kind, _, _ in shown])
            onsets = mark_injuries(axes, injuries, days_before=BEFORE_DAYS, headroom=0.09)
            legend_above(axes)
            place(axes, onsets, along_top=True)
    return axes


def _name_lanes(axes: "Axes", kinds: list[str]) -> None:
    axes.set_yticks(range(len(kinds)), [KIND_WORDS[kind] for kind in reversed(kinds)], color=INK)
    axes.set_ylim(-0.6, len(kinds) - 0.4)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, axis="y", color=PALE)
