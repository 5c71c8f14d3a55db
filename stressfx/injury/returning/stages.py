"""Answers which stages lead a runner back, by the rules and from what was usual.

Takes `UsualRunning`; gives `stressfx.schema.STAGES`. First the breaks go, then the distance grows, by at most 10 % a
week; every number is one that the runner reads, so that whoever follows the page keeps the rules.
"""

import math
from typing import Any

import numpy as np
import pandas as pd

from stressfx.errors import InsufficientDataError
from stressfx.injury.returning.usual import UsualRunning
from stressfx.schema import DTYPES, STAGES
from stressfx.units import METRES_PER

__all__ = ["AFTER_EACH_STAGE", "EASY_SHARE", "WALK_MPS", "rule_stages", "stages_frame"]

WALK_MPS = 1.4
"""Speed of walking, where a time has to be told from a distance or the other way round. Our choice. [m/s]"""

EASY_SHARE = 0.9
"""Slower than usual: the pace of a plan is at most so much of the usual speed. Our choice. [1]"""

FIRST_SHARE = 1 / 3
"""The first run over the usual distance. [1]"""

WEEKLY_RISE = 0.1
"""Rise of the distance from week to week. [1]"""

SHORTEST_USUAL_M = 500.0
"""Runs usually shorter than this make no stages. [m]"""

BREAKS_S = ((180.0, 120.0), (240.0, 120.0), (240.0, 60.0))
"""To run and to walk in turn, in the first weeks: the breaks of the table of Trials 24 (2023). [s]"""

EXERTION = (3.0, 4.0, 5.0)
"""How hard the first weeks may be, and all later ones, after the same table."""

LONGEST_FIRST_S = 2700.0
"""The first run lasts no longer, however far a runner usually runs: published programmes begin with half an hour. Our
choice. [s]"""

FIRST_WEEK_SHARE = 1 / 2
"""The first week over the usual one is no more than this, for runners with few runs a week. Our choice. [1]"""

TOLERANCE = 1e-9
AFTER_EACH_STAGE = "Go on after two sessions without pain, neither during nor after them nor on the next morning."
"""What has to hold before the next stage of a programme whose stages need two sessions."""

SOURCE = "The rules R2, R4, R6 and R7; breaks after Trials 24 (2023), doi:10.1186/s13063-023-07502-x, table 1"


def rule_stages(usual: UsualRunning, *, weeks: int, runs_a_week: int, unit: str) -> pd.DataFrame:
    """Make the stages of a plan by the rules.

    Parameters
    ----------
    usual : UsualRunning
        What the runner usually ran.
    weeks : int
        Weeks with runs.
    runs_a_week : int
        Runs of a week.
    unit : {"km", "mi"}
        Unit that the runner reads: distances are rounded down to its tenths, below 1 to its hundredths.

    Returns
    -------
    DataFrame
        `stressfx.schema.STAGES`: a stage a week, until the usual distance is reached; the last stage holds it.

    Raises
    ------
    InsufficientDataError
        If the usual run is shorter than 500 m.

    Notes
    -----
    The first run has a third of the usual distance and lasts 45 minutes at most, and the first week has at most half of
    the usual one (both limits are our choice); no week has more than the usual one. In the first four weeks the
    distance stays while the breaks to walk become shorter and go; from the fifth week on it grows by at most 10 %.
    """
    if not usual.distance_m >= SHORTEST_USUAL_M:
        found = f"the usual run before the injury is {usual.distance_m:.0f} m long"
        raise InsufficientDataError(f"{found}; from {SHORTEST_USUAL_M:.0f} m on a plan can be made of it")
    most_m = round_down(min(usual.distance_m, usual.week_m / runs_a_week), unit)
    first_m = min(FIRST_SHARE * usual.distance_m, FIRST_WEEK_SHARE * usual.week_m / runs_a_week)
    distance_m = round_down(min(first_m, _within(LONGEST_FIRST_S, usual)), unit)
    rows: list[dict[str, Any]] = []
    for week in range(weeks):
        run_s, walk_s = BREAKS_S[week] if week < len(BREAKS_S) else (math.nan, math.nan)
        if week > len(BREAKS_S):
            distance_m = round_down(min((1 + WEEKLY_RISE) * distance_m, most_m), unit)
        if week > len(BREAKS_S) and distance_m == rows[-1]["distance_m"]:
            rows[-1]["sessions"] += (weeks - week) * runs_a_week  # what was usual is reached, and is held
            break
        rows.append(_stage(week, distance_m, (run_s, walk_s), usual) | {"sessions": runs_a_week})
    return stages_frame(rows)


def _within(duration_s: float, usual: UsualRunning) -> float:
    """Give how far the sessions of the first week come in a time. [m]."""
    run_s, walk_s = BREAKS_S[0]
    pace_m = (run_s * EASY_SHARE * usual.speed_mps + walk_s * WALK_MPS) / (run_s + walk_s)
    return math.inf if math.isnan(pace_m) else duration_s * pace_m


def round_down(distance_m: float, unit: str) -> float:
    """Round a distance down to what a page shows: tenths of the unit, hundredths below one.

    Parameters
    ----------
    distance_m : float
        Distance. [m]
    unit : {"km", "mi"}
        Unit of the page.

    Returns
    -------
    float
        The same or less. [m]

    Examples
    --------
    >>> round_down(2667.0, "km"), round_down(960.0, "km")
    (2600.0, 960.0)
    """
    size = METRES_PER[unit]
    steps = 10 if distance_m >= size * (1 - TOLERANCE) else 100
    return math.floor(distance_m / size * steps * (1 + TOLERANCE)) * size / steps


def stages_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Lay stages out as a frame; what a stage does not tell is missing, and the whole body weight is carried.

    Parameters
    ----------
    rows : list of dict
        Stages by the names of `stressfx.schema.STAGES`.

    Returns
    -------
    DataFrame
        `stressfx.schema.STAGES`.
    """
    blank: dict[str, Any] = {
        column.name: "" if column.kind == "text" else 0 if column.kind == "int" else np.nan for column in STAGES.columns
    }
    full = [blank | {"body_weight_share": 1.0} | row for row in rows]
    frame = pd.DataFrame(full, columns=STAGES.names)
    return STAGES.check(frame.astype({column.name: DTYPES[column.kind] for column in STAGES.columns}))


def _stage(week: int, distance_m: float, bout_s: tuple[float, float], usual: UsualRunning) -> dict[str, Any]:
    """Describe the sessions of a week."""
    speed = EASY_SHARE * usual.speed_mps
    run_s, walk_s = bout_s
    share = 1.0 if math.isnan(run_s) else run_s / (run_s + walk_s)
    total_s = distance_m / (share * speed + (1 - share) * WALK_MPS)
    how = "run without a break" if share == 1 else f"run {run_s / 60:.0f} min and walk {walk_s / 60:.0f} min, in turn"
    return {
        "stage": week + 1,
        "sessions_least": 2,
        "distance_m": distance_m,
        "run_s": share * total_s,
        "walk_s": (1 - share) * total_s,
        "run_bout_s": run_s,
        "walk_bout_s": walk_s,
        "amount": "distance",
        "speed_most_mps": speed,
        "exertion_most": EXERTION[min(week, len(EXERTION) - 1)],
        "what": f"{how}; easy and flat",
        "criteria": AFTER_EACH_STAGE,
        "source": SOURCE,
    }
