"""How are the columns of the public tables of injuries in runners called, and of which day or week is each?

Holds the names as they are in the two files of Lövdal, den Hartigh & Azzopardi 2021 (doi:10.34894/UWU9PV) beside ours;
tells from the names which of the files it is. Order and meaning are those of the authors' note to the second version.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stressfx.errors import SchemaError
from stressfx.io.source import label_of

__all__ = [
    "ATHLETE",
    "DATE",
    "INJURY",
    "LOVDAL_FEATURES",
    "PERIODS",
    "RELATIVES",
    "REST",
    "LovdalFeature",
    "lovdal_columns",
    "table_kind",
]

REST = -0.01
"""What a score says on a day without training."""

SHOWN_NAMES = 5


class LovdalFeature(NamedTuple):
    """One feature of a day or week: its name in the file, its name here, and the file's unit in ours."""

    theirs: str
    ours: str
    factor: float = 1.0
    score: bool = False
    """Whether it is a score from 0 to 1, missing on a day without training."""


LOVDAL_FEATURES: Mapping[str, tuple[LovdalFeature, ...]] = {
    "day": (
        LovdalFeature("nr. sessions", "sessions"),
        LovdalFeature("total km", "distance_m", 1000.0),
        LovdalFeature("km Z3-4", "distance_z3_4_m", 1000.0),
        LovdalFeature("km Z5-T1-T2", "distance_z5_t1_t2_m", 1000.0),
        LovdalFeature("km sprinting", "sprint_m", 1000.0),
        LovdalFeature("strength training", "strength_trainings"),
        LovdalFeature("hours alternative", "other_sport_s", 3600.0),
        LovdalFeature("perceived exertion", "exertion", score=True),
        LovdalFeature("perceived trainingSuccess", "training_success", score=True),
        LovdalFeature("perceived recovery", "recovery", score=True),
    ),
    "week": (
        LovdalFeature("nr. sessions", "sessions"),
        LovdalFeature("nr. rest days", "rest_days"),
        LovdalFeature("total kms", "distance_m", 1000.0),
        LovdalFeature("max km one day", "longest_day_m", 1000.0),
        LovdalFeature("total km Z3-Z4-Z5-T1-T2", "distance_z3_t2_m", 1000.0),
        LovdalFeature("nr. tough sessions (effort in Z5, T1 or T2)", "tough_sessions"),
        LovdalFeature("nr. days with interval session", "interval_days"),
        LovdalFeature("total km Z3-4", "distance_z3_4_m", 1000.0),
        LovdalFeature("max km Z3-4 one day", "longest_day_z3_4_m", 1000.0),
        LovdalFeature("total km Z5-T1-T2", "distance_z5_t1_t2_m", 1000.0),
        LovdalFeature("max km Z5-T1-T2 one day", "longest_day_z5_t1_t2_m", 1000.0),
        LovdalFeature("total hours alternative training", "other_sport_s", 3600.0),
        LovdalFeature("nr. strength trainings", "strength_trainings"),
        *(
            LovdalFeature(f"{which} {theirs}", f"{ours}_{name}", score=True)
            for theirs, ours in (
                ("exertion", "exertion"),
                ("training success", "training_success"),
                ("recovery", "recovery"),
            )
            for which, name in (("avg", "mean"), ("min", "min"), ("max", "max"))
        ),
    ),
}
"""The features of a day and of a week. Zones 3 and 4 lie about the anaerobic threshold; 5, T1 and T2 near the most."""

PERIODS = {"day": (-7, -6, -5, -4, -3, -2, -1), "week": (-1, -2, -3)}
"""Which day or week from the event the blocks of columns are of, in the order of their suffixes: none, .1, .2, ...

The two files differ: the first block of the day table is the oldest day, that of the week table the latest week."""

RELATIVES: Mapping[str, Mapping[str, str]] = {
    "day": {},
    "week": {f"rel total kms week {pair}": f"relative_distance_{pair}" for pair in ("0_1", "0_2", "1_2")},
}
ATHLETE, INJURY, DATE = "Athlete ID", "injury", "Date"


def lovdal_columns(kind: str) -> list[str]:
    """Give the names of all columns of a table, as they are in the file.

    Parameters
    ----------
    kind : str
        ``"day"`` or ``"week"``.

    Returns
    -------
    list of str
        In the order of the file.

    Examples
    --------
    >>> len(lovdal_columns("day")), len(lovdal_columns("week"))
    (73, 72)
    """
    suffixes = [f".{number}" if number else "" for number in range(len(PERIODS[kind]))]
    blocks = [feature.theirs + suffix for suffix in suffixes for feature in LOVDAL_FEATURES[kind]]
    return [*blocks, *RELATIVES[kind], ATHLETE, INJURY, DATE]


def table_kind(names: Sequence[str], label: str) -> str:
    """Tell which of the tables has these columns, whatever their order.

    Parameters
    ----------
    names : sequence of str
        Names of the columns, each once.
    label : str
        How messages call the file.

    Returns
    -------
    str
        ``"day"`` or ``"week"``.

    Raises
    ------
    SchemaError
        If the columns are not all those of one table and no more.
    """
    kind = max(PERIODS, key=lambda kind: len(set(lovdal_columns(kind)) & set(names)) / len(lovdal_columns(kind)))
    needed = lovdal_columns(kind)
    missing = [name for name in needed if name not in set(names)]
    more = [label_of(name)[:40] for name in names if name not in set(needed)]
    if len(missing) > len(needed) / 2:
        raise SchemaError(f"{label}: is neither the day nor the week table; {len(names)} columns were found")
    found = [f"{what}: {_listed(which)}" for what, which in (("missing", missing), ("too many", more)) if which]
    if found:
        raise SchemaError(f"{label}: looks like the {kind} table of {len(needed)} columns. Columns {'. '.join(found)}.")
    return kind


def _listed(names: Sequence[str]) -> str:
    more = len(names) - SHOWN_NAMES
    return ", ".join(map(repr, names[:SHOWN_NAMES])) + (f" and {more} more" if more > 0 else "")
