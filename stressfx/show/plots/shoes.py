"""Answers how far each pair of shoes has come, and where its limits lie.

Takes `stressfx.schema.WEAR` and `stressfx.schema.ALERTS`; draws them into one axes and gives the axes back.
"""

from itertools import cycle
from typing import TYPE_CHECKING, Any

import pandas as pd

from stressfx.show.labels import STEPS, Note, drawable, legend_above, place
from stressfx.show.palette import INK, OKABE_ITO
from stressfx.show.plots.axes import axes_of, day_numbers, dress, one_runner, style
from stressfx.training.shoes.alerts import REPLACE_MI, WATCH_MI
from stressfx.units import METRES_PER, METRES_PER_MILE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_shoes"]

COLOURS = tuple(OKABE_ITO[name] for name in ("blue", "vermillion", "green", "purple", "orange", "sky", "black"))
LINES = ("-", "--", "-.", (0, (1, 1)))
CONVENTION_M = (WATCH_MI * METRES_PER_MILE, REPLACE_MI * METRES_PER_MILE)

REACHED = {"watch_m": ("^", "first limit reached"), "replace_m": ("s", "second limit passed")}
NOTHING_TOLD = {"name": "", "status": "", "watch_m": CONVENTION_M[0], "replace_m": CONVENTION_M[1]}

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
        One runner's pairs by day, as `stressfx.shoe_mileage` gives them. Runs of which no pair is known are
        counted in the legend.
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
        nobody = days["shoe_id"] == ""
        days, unknown = days[~nobody], days[nobody]
        notes = _draw_pairs(axes, days, limits, metres)
        top = max(days["total_m"].max(), 0.0) if len(days) else 0.0
        for low, high, words in _bands(limits):
            if low <= top * 1.5:
                axes.axhspan(low / metres, high / metres, color=OKABE_ITO["yellow"], alpha=0.3, lw=0, label=words)
        _tell_unknown(axes, unknown, metres, unit)
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
    words = {"convention": "300 to 500 mi: a convention", "runner": "the runner's own limits"}
    return [(row["watch_m"], row["replace_m"], words[row["limits_by"]]) for _, row in bands.iterrows()]


def _draw_pairs(axes: "Axes", worn: pd.DataFrame, limits: pd.DataFrame, metres: float) -> list[Note]:
    """Draw one line a pair, and give their names: pairs in use first, then the latest worn."""
    looks = cycle([(colour, line) for line in LINES for colour in COLOURS])
    named: list[tuple[bool, float, Note]] = []
    for (shoe_id, days), (colour, line) in zip(worn.groupby("shoe_id", sort=True), looks, strict=False):
        told = limits.loc[shoe_id] if shoe_id in limits.index else NOTHING_TOLD
        day, total = day_numbers(days["date"]), (days["total_m"] / metres).to_numpy()
        axes.step(day, total, where="post", color=colour, linestyle=line, linewidth=1.6, gid=STEPS)
        for limit, (mark, words) in REACHED.items():
            past = (days["total_m"] >= told[limit]).to_numpy()
            if past.any():
                at = int(past.argmax())
                known = axes.get_legend_handles_labels()[1]
                look: Any = {"color": colour, "markeredgecolor": INK, "markersize": 6.5, "linestyle": "", "zorder": 4}
                axes.plot(day[at], total[at], mark, label="" if words in known else words, **look)
        name = drawable(told["name"] or shoe_id, limit=26)
        named.append((told["status"] == "retired", -day[-1], Note(day[-1], total[-1], name)))
    return [note for _, _, note in sorted(named)]


def _tell_unknown(axes: "Axes", nobody: pd.DataFrame, metres: float, unit: str) -> None:
    """Say in the legend how much is missing from the lines."""
    distance = nobody["distance_m"].sum() / metres
    if len(nobody):
        axes.plot([], [], " ", label=f"no pair known: {distance:,.0f} {unit}, not drawn")
