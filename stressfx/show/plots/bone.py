"""Answers whether the load on bone rose more than the distance did.

Takes `stressfx.schema.DAILY_LOAD` with damage; draws it by week into one axes and gives the axes back.
"""

from typing import TYPE_CHECKING

import pandas as pd

from stressfx.activity.bone.damage import BAND
from stressfx.show.labels import legend_above, place
from stressfx.show.palette import OKABE_ITO, QUIET
from stressfx.show.plots.axes import axes_of, day_numbers, dress, mark_injuries, one_runner, shade_unobserved, style
from stressfx.training.daily import weekly_totals

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_bone"]

DAMAGES = ("damage", "damage_low", "damage_high")


def plot_bone(
    daily: pd.DataFrame,
    *,
    injuries: pd.DataFrame | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw the bone damage of every week beside its distance, both as a share of the runner's median week.

    Parameters
    ----------
    daily : DataFrame
        One runner's days, as `stressfx.daily_load` gives them, with ``damage``, ``damage_low``, ``damage_high`` and
        ``damage_exponent``.
    injuries : DataFrame, optional
        Injuries of the same runner; each is a dashed line at its first sign and a shade until the return.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes that hold the picture. The median is that of the whole weeks with a run; the band goes from the lowest
        to the highest of the exponents that damage is reckoned with.

    Raises
    ------
    ValueError
        If the frame holds several runners, or no damage.
    """
    if not {*DAMAGES, "damage_exponent"} <= set(daily.columns):
        raise ValueError("the frame holds no damage; daily_load of sessions with their loads gives it")
    weeks = weekly_totals(one_runner(daily)).set_index("week")
    index = _over_median(weeks)
    exponents = daily["damage_exponent"].dropna().unique()
    exponent = f"{exponents[0]:g}" if len(exponents) else "not known"
    with style():
        axes = axes_of(ax)
        if len(index):
            edges = day_numbers(index.index.union([index.index[-1] + pd.Timedelta(days=7)]))
            low, high = index[list(DAMAGES)].min(axis=1), index[list(DAMAGES)].max(axis=1)
            band = f"exponent {BAND[0]:g} to {BAND[1]:g}"
            axes.stairs(high, edges, baseline=low, fill=True, color=OKABE_ITO["orange"], alpha=0.5, lw=0, label=band)
            axes.stairs(index["distance_m"], edges, baseline=None, color=QUIET, lw=1.2, ls="--", label="distance")
            words = f"bone damage, exponent {exponent}"
            axes.stairs(
                index["damage"], edges, baseline=None, color=OKABE_ITO["vermillion"], linewidth=1.8, label=words
            )
            axes.axhline(1.0, color=QUIET, linewidth=0.7, linestyle=":", label="median week")
        shade_unobserved(axes, weeks["days"] == 0, pd.Timedelta(days=7))
        dress(axes, index.index, "Share of the median week", step_days=7)
        if len(index):
            axes.set_xlabel("Week, from Monday")
        onsets = mark_injuries(axes, injuries)
        legend_above(axes)
        place(axes, onsets, along_top=True)
    return axes


def _over_median(weeks: pd.DataFrame) -> pd.DataFrame:
    """Divide every column by its median over whole weeks with a run."""
    loads = weeks[["distance_m", *DAMAGES]]
    typical = loads[(weeks["days"] == 7) & (loads["distance_m"] > 0)].median()
    return loads / typical.where(typical > 0)
