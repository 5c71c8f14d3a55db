"""What rose or changed in a runner's training, when, by how much, and against which baseline?

`training_changes` gives one dated table. `kinds` says what each kind of change is and where it is from, `thresholds`
from which change on it is listed, `days` what a runner usually does, `rises` what a week is compared by, and `events`
what happens on a single day: a long run, a break, a new surface, a new pair of shoes.
"""

from stressfx.training.changes.table import training_changes
from stressfx.training.changes.thresholds import Thresholds

__all__ = ["Thresholds", "training_changes"]
