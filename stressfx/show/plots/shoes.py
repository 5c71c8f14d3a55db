"""Answers how far each pair of shoes has come, and where its limits lie.

Takes `stressfx.schema.WEAR` and `stressfx.schema.ALERTS`; draws them into one axes and gives the axes back.
"""

from itertools import cycle
from typing import TYPE_CHECKING

import pandas as pd

from stressfx.show.labels import STEPS, Note, drawable, legend_above, place
from stressfx.show.palette import INK, OKABE_ITO, QUIET
from stressfx.show.plots.axes import axes_of, day_numbers, dress, one_runner, style
from stressfx.training.shoe_alerts import REPLACE_MI, WATCH_MI
from stressfx.units import METRES_PER, METRES_PER_MILE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_shoes"]

COLOURS = tuple(OKABE_ITO[name] for name in ("blue", "vermillion", "green", "purple", "orange", "sky", "black"))
LINES = ("-", "--", "-.", (0, (1, 1)))
CONVENTION_M = (WATCH_MI * METRES_PER_MILE, REPLACE_MI * METRES_PER_MILE)

MOST_BANDS = 3
"""Runners with more different limits than this have none drawn but by the marks on the lines."""


def plot_shoes(
    wear: pd.DataFrame,
    *,
    alerts: pd.DataFrame | None = None,
    ax: "Axes | None" = None,
    unit: str = "km",
) -> "Axes":
    """Draw how far every pair of shoes had come on every day that it was worn.

    Parameters
    ----------
    wear : DataFrame
        One runner's pairs by day, as `stressfx.shoe_mileage` gives them. Runs that no pair is known of are dotted.
    alerts : DataFrame, optional
        The same runner's, as `stressfx.shoe_alerts` gives them: names, and the limits that hold. Without them, the
        band is the convention of 300 to 500 miles.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    unit : {"km", "mi"}
        Unit of the axis.

    Returns
    -------
    Axes
        The axes that hold the picture. A triangle is the day on which a pair reached its first limit, a square that on
        which it passed the second.

    Raises
    ------
    ValueError
        If the frame holds several runners.
    """
    metres = METRES_PER[unit]
    days = one_runner(wear).sort_values(["shoe_id", "date"])
    limits = _limits(alerts)
    with style():
        axes = axes_of(ax)
        notes = _draw_pairs(axes, days, limits, metres)
        top = max(days["total_m"].max(), 0.0) if len(days) else 0.0
        for low, high, words in _bands(limits):
            if low <= top * 1.5:
                axes.axhspan(low / metres, high / metres, color=OKABE_ITO["yellow"], alpha=0.3, lw=0, label=words)
        dress(axes, days["date"], f"Distance in a pair ({unit})", step_days=1, empty="no pair of shoes to show")
        legend_above(axes)
        place(axes, notes)
    return axes


def _limits(alerts: pd.DataFrame | None) -> pd.DataFrame:
    """Give the name and the limits of every pair that something is known of."""
    columns = ["name", "watch_m", "replace_m", "limits_by", "status"]
    if alerts is None:
        return pd.DataFrame(columns=columns)
    return one_runner(alerts).set_index("shoe_id")[columns]


def _bands(limits: pd.DataFrame) -> list[tuple[float, float, str]]:
    """List the limits that differ, and who set them."""
    if limits.empty:
        return [(*CONVENTION_M, "300 to 500 mi: a convention")]
    bands = limits[["watch_m", "replace_m", "limits_by"]].drop_duplicates()
    if len(bands) > MOST_BANDS:
        return []
    words = {"convention": "300 to 500 mi: a convention", "runner": "the runner’s own limits"}
    return [(row["watch_m"], row["replace_m"], words[row["limits_by"]]) for _, row in bands.iterrows()]


def _draw_pairs(axes: "Axes", days: pd.DataFrame, limits: pd.DataFrame, metres: float) -> list[Note]:
    """Draw one line a pair, and give their names: pairs in use first, then the latest worn."""
    looks = cycle([(colour, line) for line in LINES for colour in COLOURS])
    named: list[tuple[bool, pd.Timestamp, Note]] = []
    reached = {"watch_m": ("^", "first limit reached"), "replace_m": ("s", "second limit passed")}
    said: set[str] = set()
    for shoe_id, worn in days.groupby("shoe_id", sort=True):
        day, total = day_numbers(worn["date"]), worn["total_m"] / metres
        nobody = shoe_id == ""
        colour, line = (QUIET, ":") if nobody else next(looks)
        axes.step(day, total, where="post", color=colour, linestyle=line, linewidth=1.6, gid=STEPS)
        known = limits.loc[shoe_id] if shoe_id in limits.index else None
        name = "no pair known" if nobody else drawable((known is not None and known["name"]) or shoe_id, limit=26)
        named.append((known is not None and known["status"] == "retired", worn["date"].max(), Note(day[-1], total.iloc[-1], name)))
        for limit, (mark, words) in reached.items():
            past = worn["total_m"] >= (known[limit] if known is not None else CONVENTION_M[limit == "replace_m"])
            if past.any() and not nobody:
                first = int(past.to_numpy().argmax())
                label = "" if words in said else words
                said.add(words)
                axes.plot(day[first], total.iloc[first], mark, color=colour, markeredgecolor=INK, markersize=6.5, zorder=4, label=label)
    return [note for _, _, note in sorted(named, key=lambda entry: (entry[0], -entry[1].value))]
