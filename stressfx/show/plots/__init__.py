"""What did the runner do, and what stands out? Pictures of frames that others computed.

Each takes one frame of one runner, draws it into one axes and gives the axes back. Nothing is computed here but
the unit of an axis, and weeks as shares of a median week. matplotlib is loaded on the first picture, not on import of
the library.
"""

from stressfx.show.plots.bone import plot_bone
from stressfx.show.plots.changes import plot_changes
from stressfx.show.plots.definitions import plot_definitions
from stressfx.show.plots.history import plot_history, plot_weeks
from stressfx.show.plots.shoes import plot_shoes
from stressfx.show.plots.spikes import plot_spikes
from stressfx.show.plots.surfaces import plot_surfaces

__all__ = [
    "plot_bone",
    "plot_changes",
    "plot_definitions",
    "plot_history",
    "plot_shoes",
    "plot_spikes",
    "plot_surfaces",
    "plot_weeks",
]
