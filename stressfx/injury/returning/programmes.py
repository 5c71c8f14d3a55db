"""Which programmes of returning to running were published? Their tables as they stand, and as stages of a plan.

Gives the tables cell by cell in the units of the publication, and `stressfx.schema.STAGES` in SI units. None of them
is changed to fit the rules of `stressfx.injury.returning.rules`: where one breaks a rule, a check of it says so.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from stressfx.injury.returning.stages import AFTER_EACH_STAGE, WALK_MPS, rule_stages, stages_frame
from stressfx.injury.returning.usual import UsualRunning
from stressfx.units import METRES_PER_MILE

__all__ = ["PROGRAMMES", "Pattern", "Programme", "programme_stages", "published_programme", "return_programmes"]

MINUTE_S = 60.0
HOUR_S = 3600.0
WEEK_DAYS = 7
PUBLISHED = "As published"


class Pattern(NamedTuple):
    """On which days runs fall, counted from the first run."""

    run_days: tuple[int, ...]
    """Days of a cycle with a run, from 0."""
    cycle_days: int


class Programme(NamedTuple):
    """One way back."""

    title: str
    source: str
    pattern: Pattern
    prepared: bool
    """Whether a week of walking and cross-training comes before it."""
    weekly: bool
    """Whether a stage is a week: what it leaves of one is no room for the next."""
    breaks: str = ""
    """Which of the rules it breaks if it is carried out to the letter."""


ALTERNATE = Pattern((0, 2, 4), WEEK_DAYS)

PROGRAMMES: Mapping[str, Programme] = MappingProxyType(
    {
        "rules": Programme(
            "From the runner's own history, by the rules",
            "The eleven rules; stages, breaks and days are our choice, the breaks after Trials 24 (2023), table 1",
            ALTERNATE,
            prepared=True,
            weekly=True,
        ),
        "trials_2023": Programme(
            "Walking and running by distance, in six stages",
            "Trials 24 (2023), doi:10.1186/s13063-023-07502-x, table 1: soldiers with overuse injuries of the knee",
            ALTERNATE,
            prepared=True,
            weekly=False,
            breaks="It rises by more than 10 % (R4, R8).",
        ),
        "antigravity_2022": Programme(
            "Six weeks on an antigravity treadmill, then on the ground by the rules",
            "Arthrosc Sports Med Rehabil 4:e141 (2022), doi:10.1016/j.asmr.2021.09.031, table 1B: medial tibial stress "
            "reaction, from the fourth week after the diagnosis",
            ALTERNATE,
            prepared=False,
            weekly=True,
            breaks="It rises by more than 10 % (R4, R8), with no walking first (R1).",
        ),
        "clinic_days": Programme(
            "Walking, jogging and running by minutes, in 22 days",
            "A schedule for stress fractures of a sports medicine clinic on the Sunshine Coast, known at second hand. "
            "It has runs on days in a row",
            Pattern((0, 1, 2), 4),
            prepared=False,
            weekly=False,
            breaks="It runs on days in a row (R3), each session once (R6), and rises fast (R8); only walks first (R1).",
        ),
    }
)
"""The programmes, by the name that `stressfx.return_plan` takes."""

TRIALS_2023 = (
    (1, 3, 2, 3, 1.0),
    (2, 3, 2, 3, 1.5),
    (3, 4, 2, 4, 1.5),
    (4, 4, 2, 4, 2.0),
    (5, 5, 1, 4, 2.0),
    (6, 5, 0, None, 2.0),
)
"""Stage, perceived exertion, minutes to walk and to run (None: all), miles in total."""

ANTIGRAVITY_2022 = (
    (1, (2, 2), (5, 7), 50, (1, 1), (4, 5)),
    (2, (2, 3), (5, 7), 60, (1, 2), (5, 5)),
    (3, (2, 3), (5, 7), 70, (1, 3), (5, 5)),
    (4, (2, 3), (5, 8), 80, (2, 3), (5, 5)),
    (5, (3, 3), (5, 8), 90, (3, 4), (5, 5)),
    (6, (3, 3), (5, 8), 100, (4, 5), (5, 5)),
)
"""Week, sessions, miles an hour, per cent of the body weight, minutes of a bout, bouts in 30 minutes; from and to."""

ANTIGRAVITY_SESSION_S = 1800.0
READY_FOR_GROUND = (
    "Run on the ground only after more than 30 minutes at more than 95 % of the body weight without pain."
)

CLINIC_DAYS = (
    *((("walk", minutes),) for minutes in (10, 15, 20, 25, 30)),
    (("walk", 15), ("jog", 5), ("walk", 10)),
    (("walk", 10), ("jog", 10), ("walk", 10)),
    (("walk", 10), ("jog", 15), ("walk", 5)),
    (),
    (("walk", 5), ("jog", 20), ("walk", 5)),
    (("walk", 5), ("jog", 25)),
    (("jog", 30),),
    (),
    (("jog", 15), ("run", 5), ("jog", 10)),
    (("jog", 10), ("run", 10), ("jog", 10)),
    (("jog", 10), ("run", 15), ("jog", 5)),
    (),
    (("jog", 5), ("run", 20), ("jog", 5)),
    (("jog", 5), ("run", 25)),
    (("run", 30),),
    (),
    (("usual", 0),),
)
"""What to do on each of the 22 days, in minutes; nothing on days off."""


def return_programmes() -> pd.DataFrame:
    """List the programmes that a plan can follow.

    Returns
    -------
    DataFrame
        ``programme`` (the name that `stressfx.return_plan` takes), ``title`` and ``source``.

    Examples
    --------
    >>> return_programmes()["programme"].tolist()
    ['rules', 'trials_2023', 'antigravity_2022', 'clinic_days']
    """
    rows = [(name, entry.title, entry.source) for name, entry in PROGRAMMES.items()]
    return pd.DataFrame(rows, columns=["programme", "title", "source"], dtype="str")


def published_programme(name: str) -> pd.DataFrame:
    """Give the table of a programme as it was published.

    Parameters
    ----------
    name : {"trials_2023", "antigravity_2022", "clinic_days"}
        Which one.

    Returns
    -------
    DataFrame
        One row a stage, week or day, in minutes, miles and per cent as there: ``trials_2023`` has ``stage``,
        ``exertion``, ``walk_min``, ``run_min`` (missing: all) and ``total_mi``; ``antigravity_2022`` ``week`` and, each
        as ``_least`` and ``_most``, ``sessions``, ``speed_mph``, ``bout_min`` and ``bouts``, and
        ``body_weight_percent``; ``clinic_days`` ``day`` and the minutes to ``walk``, ``jog`` and ``run`` in ``what``.

    Raises
    ------
    ValueError
        If there is no such table.

    Examples
    --------
    >>> published_programme("trials_2023").iloc[0].tolist()
    [1.0, 3.0, 2.0, 3.0, 1.0]
    """
    if name == "trials_2023":
        columns = ["stage", "exertion", "walk_min", "run_min", "total_mi"]
        return pd.DataFrame(TRIALS_2023, columns=columns).astype({"run_min": "float64"})
    if name == "antigravity_2022":
        ranges = ("sessions", "speed_mph", "bout_min", "bouts")
        rows = []
        for week, sessions, speed, percent, bout, bouts in ANTIGRAVITY_2022:
            row: dict[str, int] = {"week": week, "body_weight_percent": percent}
            for stem, (least, most) in zip(ranges, (sessions, speed, bout, bouts), strict=True):
                row |= {f"{stem}_least": least, f"{stem}_most": most}
            rows.append(row)
        return pd.DataFrame(rows)
    if name == "clinic_days":
        days = [(day, _segments(entry)) for day, entry in enumerate(CLINIC_DAYS, 1)]
        return pd.DataFrame(days, columns=["day", "what"]).astype({"what": "str"})
    published = ", ".join(entry for entry in PROGRAMMES if entry != "rules")
    raise ValueError(f"there is no published programme {name!r}; one of {published} is needed")


def programme_stages(name: str, usual: UsualRunning, *, weeks: int, runs_a_week: int, unit: str) -> pd.DataFrame:
    """Give the stages of a programme for one runner.

    Parameters
    ----------
    name : str
        Name in `PROGRAMMES`.
    usual : UsualRunning
        What the runner usually ran.
    weeks : int
        Weeks with runs that have room in the plan.
    runs_a_week : int
        Runs of a week.
    unit : {"km", "mi"}
        Unit that the runner reads.

    Returns
    -------
    DataFrame
        `stressfx.schema.STAGES`.
    """
    if name == "rules":
        return rule_stages(usual, weeks=weeks, runs_a_week=runs_a_week, unit=unit)
    if name == "trials_2023":
        return stages_frame([_trials_stage(usual, *row) for row in TRIALS_2023])
    if name == "clinic_days":
        return stages_frame(_clinic_stages(usual))
    stages = [_antigravity_stage(usual, *row) for row in ANTIGRAVITY_2022]
    supported = stages_frame(stages[:weeks])
    if weeks <= len(stages):
        return supported
    ground = rule_stages(usual, weeks=weeks - len(stages), runs_a_week=runs_a_week, unit=unit)
    return pd.concat([supported, ground.assign(stage=ground["stage"] + len(stages))], ignore_index=True)


def _trials_stage(
    usual: UsualRunning, stage: int, exertion: int, walk: int, run: int | None, miles: float
) -> dict[str, Any]:
    how = f"run {run} min, walk {walk} min, in turn" if run else "run all of it"
    speed = usual.speed_mps
    distance_m = miles * METRES_PER_MILE
    share = run / (run + walk) if run else 1.0
    total_s = distance_m / (share * speed + (1 - share) * WALK_MPS)
    return {
        "stage": stage,
        "sessions_least": 2,
        "sessions": 2,
        "distance_m": distance_m,
        "run_s": total_s * share,
        "walk_s": total_s * (1 - share),
        "run_bout_s": run * MINUTE_S if run else math.nan,
        "walk_bout_s": walk * MINUTE_S if run else math.nan,
        "amount": "distance",
        "speed_most_mps": speed,
        "exertion_most": float(exertion),
        "what": f"{miles:g} mi: {how}; no hills",
        "criteria": AFTER_EACH_STAGE,
        "source": PROGRAMMES["trials_2023"].source,
    }


def _antigravity_stage(  # a row of the table
    usual: UsualRunning,
    week: int,
    sessions: tuple[int, int],
    speed_mph: tuple[int, int],
    percent: int,
    bout: tuple[int, int],
    bouts: tuple[int, int],
) -> dict[str, Any]:
    run_s = bout[1] * MINUTE_S * bouts[1]
    walk_s = ANTIGRAVITY_SESSION_S - run_s
    lower_mps, upper_mps = (mph * METRES_PER_MILE / HOUR_S for mph in speed_mph)
    speed = min(upper_mps, max(lower_mps, usual.speed_mps))  # a range: no faster than the runner usually is
    after_each = AFTER_EACH_STAGE.replace("two", {2: "two", 3: "three"}[sessions[0]])
    ranges = [f"{low}" if low == high else f"{low}-{high}" for low, high in (bout, bouts, speed_mph)]
    return {
        "stage": week,
        "sessions_least": sessions[0],
        "sessions": sessions[1],
        "distance_m": run_s * speed + walk_s * WALK_MPS,
        "run_s": run_s,
        "walk_s": walk_s,
        "run_bout_s": bout[1] * MINUTE_S,
        "walk_bout_s": walk_s / bouts[1],
        "amount": "time",
        "speed_most_mps": speed,
        "body_weight_share": percent / 100,
        "what": f"{ranges[0]} min x {ranges[1]} in 30 min at {percent} % of the body weight, {ranges[2]} mph",
        "criteria": f"{after_each} {READY_FOR_GROUND}" if week == len(ANTIGRAVITY_2022) else after_each,
        "source": PROGRAMMES["antigravity_2022"].source,
    }


def _clinic_stages(usual: UsualRunning) -> list[dict[str, Any]]:
    """Make a stage of every day of the schedule on which it jogs or runs; the walks before them are the first stage."""
    common = {
        "sessions_least": 1,
        "sessions": 1,
        "amount": "time",
        "speed_most_mps": usual.speed_mps,
        "criteria": PUBLISHED,
        "source": PROGRAMMES["clinic_days"].source,
    }
    stages: list[dict[str, Any]] = []
    for entry in CLINIC_DAYS:
        run_s = MINUTE_S * sum(minutes for gait, minutes in entry if gait in {"jog", "run"})
        walk_s = MINUTE_S * sum(minutes for gait, minutes in entry if gait == "walk")
        distance_m = run_s * usual.speed_mps + walk_s * WALK_MPS
        if entry == (("usual", 0),):
            distance_m, run_s = usual.distance_m, usual.distance_m / usual.speed_mps
        if run_s:
            amounts = {"distance_m": distance_m, "run_s": run_s, "walk_s": walk_s}
            stages.append(common | amounts | {"stage": len(stages) + 1, "what": _segments(entry)})
    return stages


def _segments(entry: tuple[tuple[str, int], ...]) -> str:
    """Write a day of the clinic's schedule."""
    if not entry:
        return "off"
    return ", ".join(f"{gait} {minutes} min" if minutes else "usual training" for gait, minutes in entry)
