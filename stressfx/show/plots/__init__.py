"""What did the runner do, what stands out, and what did a study find? Pictures of frames that others computed.

Each takes one frame, of one runner or of a study, draws it into one axes and gives the axes back. Nothing is computed
here but the unit of an axis, weeks as shares of a median week, and means of a day over windows. matplotlib is loaded
on the first picture, not on import of the library.
"""

from stressfx.show.plots.before_injury import plot_before_injury
from stressfx.show.plots.bone import plot_bone
from stressfx.show.plots.changes import plot_changes
from stressfx.show.plots.definitions import plot_definitions
from stressfx.show.plots.forest import plot_forest
from stressfx.show.plots.fracture import plot_fracture
from stressfx.show.plots.history import plot_history, plot_weeks
from stressfx.show.plots.power import plot_power
from stressfx.show.plots.shoes import plot_shoes
from stressfx.show.plots.specifications import plot_specifications
from stressfx.show.plots.spikes import plot_spikes
from stressfx.show.plots.surfaces import plot_surfaces

__all__ = [
    "plot_before_injury",
    "plot_bone",
    "plot_changes",
    "plot_definitions",
    "plot_forest",
    "plot_fracture",
    "plot_history",
    "plot_power",
    "plot_shoes",
    "plot_specifications",
    "plot_spikes",
    "plot_surfaces",
    "plot_weeks",
]
