"""Answers which colours, marks and letter sizes the pictures use.

Holds constants only. The colours are those of Okabe and Ito, which people with any colour vision can tell apart;
each class of spike has a mark of its own besides, so that a grey print says the same. `STYLE` is meant for
``matplotlib.rc_context``; the settings of the user are never touched.
"""

from typing import Any, NamedTuple

__all__ = ["FLAGGED", "GROUNDS", "LOOKS", "OKABE_ITO", "STYLE", "Ground", "Look"]

OKABE_ITO = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "purple": "#CC79A7",
}
"""The eight colours of Okabe and Ito (2008)."""

INK = "#222222"
QUIET = "#6B6B6B"
PALE = "#E4E4E4"
PAPER = "#FFFFFF"


class Look(NamedTuple):
    """How one class of run is drawn."""

    marker: str
    face: str
    edge: str
    size: float
    words: str


LOOKS = {
    "reference": Look("o", QUIET, QUIET, 3.0, "run"),
    "warm_up": Look("o", PAPER, QUIET, 3.0, "first 30 days"),
    "no_reference": Look("P", PAPER, INK, 6.0, "after 30 days off"),
    "small": Look("^", OKABE_ITO["sky"], INK, 7.0, "small: +10 to 30 %"),
    "moderate": Look("s", OKABE_ITO["orange"], INK, 7.0, "moderate: +30 to 100 %"),
    "large": Look("D", OKABE_ITO["vermillion"], INK, 7.5, "large: over +100 %"),
}
"""Mark, colours, size [points] and words of every state of a run."""


class Ground(NamedTuple):
    """How one class of surface is drawn."""

    face: str
    hatch: str
    words: str


GROUNDS = {
    "concrete": Ground("#BBBBBB", "xxx", "concrete"),
    "asphalt": Ground(OKABE_ITO["blue"], "", "asphalt"),
    "paved_other": Ground(OKABE_ITO["sky"], "///", "other paving"),
    "track": Ground(OKABE_ITO["vermillion"], "---", "track"),
    "gravel": Ground(OKABE_ITO["purple"], "", "gravel"),
    "trail": Ground(OKABE_ITO["orange"], "\\\\\\", "trail"),
    "grass": Ground(OKABE_ITO["green"], "...", "grass"),
    "sand": Ground(OKABE_ITO["yellow"], "", "sand"),
    "treadmill": Ground(PAPER, "|||", "treadmill"),
    "indoor_track": Ground(PAPER, "+++", "indoor track"),
    "unknown": Ground(PALE, "", "not known"),
}
"""Colour, hatch and words of every class of surface, in the order in which they are stacked."""

FLAGGED = ("small", "moderate", "large")
"""The states that are flags, from the least to the most."""

STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.labelsize": 9.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.facecolor": PAPER,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.xmargin": 0.01,
    "grid.color": PALE,
    "grid.linewidth": 0.8,
    "figure.facecolor": PAPER,
    "hatch.linewidth": 0.8,
    "hatch.color": QUIET,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "legend.handlelength": 1.2,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.0,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
}
"""Settings for ``matplotlib.rc_context``; its names are typed differently from one release to the next."""
