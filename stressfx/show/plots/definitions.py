"""Answers how far the published definitions of one thing disagree on the same days.

Takes what `stressfx.compare_definitions` gives; draws a small panel a definition into one axes and gives the axes back.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib import ticker

from stressfx.show.labels import fitted, legend_above, place, shrink
from stressfx.show.palette import INK, OKABE_ITO, PALE, QUIET
from stressfx.show.plots.axes import axes_of, day_numbers, dress, mark_injuries, one_runner, show_dates, style
from stressfx.units import METRES_PER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["KINDS", "plot_definitions"]


class Kind(NamedTuple):
    """Definitions of one thing, which can be compared."""

    columns: tuple[str, ...]
    prefix: str
    """What the names of the columns have in common, and labels leave out."""
    words: str
    per: str
    """What the load is counted by, if the thing is no ratio."""
    level: float | None
    """A value that arithmetic gives a meaning."""
    level_words: str
    top: float | None
    """Where the panels end, however far a line goes."""
    note: str


SAME_RUNS = "The same runs on the same days: only the definition differs; t is the day itself."

KINDS = {
    "acwr": Kind(
        ("acwr_uncoupled", "acwr_coupled", "acwr_ewma", "acwr_ewma_uncoupled", "acwr_ewma_half_life"),
        "acwr_",
        "Acute over chronic load (ratio)",
        "",
        1.0,
        "1: both are equal",
        4.0,
        f"{SAME_RUNS} No limit is drawn: one for a definition is none for another, and what a ratio says of injuries"
        " is disputed.",
    ),
    "acute": Kind(
        ("acute_load", "ewma_7", "redi_025", "fatigue", "fatigue_goldencheetah"),
        "",
        "Load of about a week",
        "day",
        None,
        "",
        None,
        SAME_RUNS,
    ),
    "chronic": Kind(
        ("chronic_load", "chronic_load_coupled", "ewma_28", "redi", "fitness", "fitness_goldencheetah"),
        "",
        "Load of some weeks",
        "day",
        None,
        "",
        None,
        SAME_RUNS,
    ),
    "monotony": Kind(("monotony", "monotony_population"), "", "Monotony (ratio)", "", None, "", None, SAME_RUNS),
    "strain": Kind(("strain", "strain_population"), "", "Strain", "week", None, "", None, SAME_RUNS),
    "form": Kind(("form", "form_goldencheetah"), "", "Form", "day", 0.0, "0: both are equal", None, SAME_RUNS),
}
"""What several columns define, and how it is drawn. The coupled ratio cannot pass 4, so there the panels end."""

PANEL_SHARE = 0.7
"""Share of its strip that a panel takes; its label has the rest."""

LABEL_SIZE = 8.0


def plot_definitions(
    compared: pd.DataFrame,
    *,
    kind: str = "acwr",
    injuries: pd.DataFrame | None = None,
    ax: "Axes | None" = None,
    unit: str = "km",
) -> "Axes":
    """Draw one thing by every definition of it, on the same days.

    Parameters
    ----------
    compared : DataFrame
        One runner's days, as `stressfx.compare_definitions` gives them, with what it says of its columns.
    kind : {"acwr", "acute", "chronic", "monotony", "strain", "form"}
        What is shown.
    injuries : DataFrame, optional
        Injuries of the same runner; each is a dashed line at its first sign and a shade until the return.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    unit : {"km", "mi"}
        Unit of loads that are distances.

    Returns
    -------
    Axes
        The axes; its child axes hold a panel a definition, with its windows above it. The band in each goes from the
        lowest to the highest of all. No threshold is drawn.

    Raises
    ------
    ValueError
        If the frame holds several runners, no definition of that kind, or does not say what its columns are.
    """
    shown = _columns(compared, kind)
    thing, told = KINDS[kind], compared.attrs["definitions"]
    per, words = _scale(compared, thing, unit)
    days = one_runner(compared).set_index("date")[shown].asfreq("D") / per
    with style():
        axes = axes_of(ax, height=1.1 + 0.95 * len(shown))
        if days.empty:
            dress(axes, days.index, words, step_days=1)
            return axes
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        axes.grid(visible=False)
        span = (days.min(axis=1), days.max(axis=1))
        limits = _limits(span, thing)
        panels = []
        for place_, name in enumerate(shown):
            strip = (0.0, 1 - (place_ + 1) / len(shown), 1.0, PANEL_SHARE / len(shown))
            panel = axes.inset_axes(strip, facecolor="none")
            _draw(panel, days[name], span, limits, thing)
            show_dates(panel, days.index, step_days=1)
            panel.tick_params(labelbottom=name == shown[-1])
            label = f"{name.removeprefix(thing.prefix).replace('_', ' ')}: {told[name]['windows']}"
            said = panel.text(0, 1.04, label, transform=panel.transAxes, fontsize=LABEL_SIZE, va="bottom")
            said.set_in_layout(False)  # a long one would squeeze the axes; it is made smaller below
            panels.append((panel, mark_injuries(panel, injuries)))
        panels[-1][0].set_xlabel("Date")
        _around(axes, [panel for panel, _ in panels], words, thing.note)
        legend_above(axes, of=panels[0][0])
        shrink([panel.texts[0] for panel, _ in panels], axes)
        place(*panels[0], along_top=True)
    return axes


def _columns(compared: pd.DataFrame, kind: str) -> list[str]:
    """Find the columns that define one thing."""
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; one of {', '.join(KINDS)} is needed")
    told = compared.attrs.get("definitions", {})
    if not told:
        raise ValueError("the frame does not say what its columns are; compare_definitions gives one that does")
    shown = [name for name in KINDS[kind].columns if name in compared.columns and name in told]
    if not shown:
        raise ValueError(f"the frame holds no definition of {kind!r}")
    return shown


def _scale(compared: pd.DataFrame, thing: Kind, unit: str) -> tuple[float, str]:
    """Give what the values are divided by, and the words of the axis with its unit."""
    if not thing.per:
        return 1.0, thing.words
    others = {"athlete_id", "date", *compared.attrs["definitions"]}
    load = next((str(name) for name in compared.columns if name not in others), "")
    if load.endswith("_m"):
        return METRES_PER[unit], f"{thing.words} ({unit} a {thing.per})"
    if load.endswith("_s"):
        return 3600.0, f"{thing.words} (h a {thing.per})"
    return 1.0, f"{thing.words} ({load or 'load'} a {thing.per})"


def _limits(span: "tuple[pd.Series, pd.Series]", thing: Kind) -> tuple[float, float]:
    """Give all panels one height, so that they compare."""
    low, high = min(span[0].min(), 0.0), max(span[1].max(), thing.level or 0.0)
    if pd.isna(high) or high <= low:
        return 0.0, 1.0
    high = high if thing.top is None else min(high, thing.top)
    return low, high + 0.06 * (high - low)


def _draw(
    panel: "Axes", line: pd.Series, span: "tuple[pd.Series, pd.Series]", limits: tuple[float, float], thing: Kind
) -> None:
    """Draw one definition before the range of all."""
    day = day_numbers(line.index)
    band = "range of all definitions"
    panel.fill_between(day, *span, color=OKABE_ITO["sky"], alpha=0.45, linewidth=0, label=band)
    panel.plot(day, line, color=INK, linewidth=1.1, label="this definition")
    if thing.level is not None:
        panel.axhline(thing.level, color=QUIET, linewidth=0.8, linestyle=":", label=thing.level_words)
    beyond = line > limits[1]
    if thing.top is not None and beyond.any():
        marks: Any = {"marker": "^", "color": OKABE_ITO["vermillion"], "markersize": 3.5, "linestyle": ""}
        panel.plot(day[beyond], [limits[1]] * int(beyond.sum()), label=f"above {thing.top:g}", clip_on=False, **marks)
    panel.set_ylim(limits)
    panel.yaxis.set_major_locator(ticker.MaxNLocator(nbins=3))
    panel.tick_params(labelsize=LABEL_SIZE, colors=INK)
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(visible=True, axis="y", color=PALE)


def _around(axes: "Axes", panels: "list[Axes]", words: str, note: str) -> None:
    """Say what the height is, beside the widest of its numbers, and under the dates what to make of it."""
    axes.annotate(
        fitted(axes, note, size=LABEL_SIZE),
        (0, 0),
        xycoords="axes fraction",
        xytext=(0, -36),
        textcoords="offset points",
        va="top",
        fontsize=LABEL_SIZE,
        color=QUIET,
    )
    axes.figure.figure.draw_without_rendering()
    boxes = (panel.yaxis.get_tightbbox() for panel in panels)
    reach = max(axes.bbox.x0 - box.x0 for box in boxes if box is not None)
    axes.set_ylabel(words, labelpad=72 * reach / axes.figure.dpi + 4)
