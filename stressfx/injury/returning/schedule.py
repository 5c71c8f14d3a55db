"""Answers which day holds what: the stages of a programme laid out on a calendar, with what stands between the runs.

Takes `stressfx.schema.STAGES` and the order in which they are run; gives `stressfx.schema.PLAN`. Days are calendar
days, so that a clock that is changed changes nothing.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from stressfx.injury.returning.programmes import Pattern
from stressfx.injury.returning.stages import WALK_MPS
from stressfx.schema import DTYPES, PLAN

__all__ = ["PREPARATION_DAYS", "Setting", "dated_runs", "planned_days", "run_days"]

PREPARATION_DAYS = 7
"""A week of walking and cross-training comes before the first run. Our choice. [d]"""

OTHERS: Mapping[str, tuple[float, str]] = MappingProxyType(
    {
        "walk": (1800.0, "Walk briskly, on the flat"),
        "cross_training": (2400.0, "Deep-water running, cycling, elliptical or swimming, without pain"),
        "strength": (1500.0, "Strength, flexibility and balance"),
        "rest": (0.0, "Rest"),
    }
)
"""What is no run: how long [s] and what. The half hour of walking is the one that has to be without pain; the other
times are our choice."""

BEFORE_FIRST_RUN = (
    "Run only if half an hour of walking and a session of cross-training were without pain, during, after and on the "
    "next morning."
)

PREPARATION = (("walk",), ("cross_training",), ("walk", "strength"), ("cross_training",), ("walk",), ("strength",), ())
"""What the days of a week before the first run hold; the eve is rest."""

BETWEEN = (("cross_training",), ("strength",), ("cross_training", "strength"))
"""What the days between runs hold, in turn; the last of a week is rest."""


class Setting(NamedTuple):
    """What a plan stands in, whatever is run."""

    athlete_id: str
    start: pd.Timestamp
    first_run: pd.Timestamp
    pattern: Pattern
    cadence_spm: tuple[float, float]
    """Cadence that is advised, from and to; missing where none is. [1/min]"""
    bare: bool
    """Whether the programme itself says what each day holds: nothing is put between the runs."""
    walks_s: tuple[float, ...] = ()
    """Walks before the first run, a day each, where the programme has its own. [s]"""


def run_days(pattern: Pattern, first_run: pd.Timestamp) -> Iterator[pd.Timestamp]:
    """Give the days with a run, without an end.

    Parameters
    ----------
    pattern : Pattern
        On which days runs fall.
    first_run : Timestamp
        Day of the first.

    Yields
    ------
    Timestamp
        Day by day.
    """
    cycle = 0
    while True:
        for day in pattern.run_days:
            yield first_run + pd.Timedelta(days=cycle * pattern.cycle_days + day)
        cycle += 1


def dated_runs(
    stages: pd.DataFrame,
    pattern: Pattern,
    first_run: pd.Timestamp,
    *,
    weekly: bool,
    first_stage: int = 1,
    not_before: pd.Timestamp | None = None,
) -> Iterator[tuple[pd.Timestamp, int]]:
    """Lay the sessions of stages on the days with runs.

    Parameters
    ----------
    stages : DataFrame
        `stressfx.schema.STAGES`.
    pattern : Pattern
        On which days runs fall.
    first_run : Timestamp
        Day from which they are counted.
    weekly : bool
        Whether a stage begins with a cycle only.
    first_stage : int
        Stage to begin with.
    not_before : Timestamp, optional
        First day that may have a run.

    Yields
    ------
    tuple of Timestamp and int
        A day and its stage, until the last stage is done.
    """
    days = (date for date in run_days(pattern, first_run) if not_before is None or date >= not_before)
    kept = stages[stages["stage"] >= first_stage]
    date = next(days)
    for stage, sessions in zip(kept["stage"], kept["sessions"], strict=True):
        for _ in range(sessions):
            yield date, int(stage)
            last, date = date, next(days)
        while weekly and _cycle(last, first_run, pattern) == _cycle(date, first_run, pattern):
            date = next(days)


def _cycle(date: pd.Timestamp, first_run: pd.Timestamp, pattern: Pattern) -> int:
    return int((date - first_run).days // pattern.cycle_days)


def planned_days(
    setting: Setting,
    stages: pd.DataFrame,
    runs: Sequence[tuple[pd.Timestamp, int]],
    *,
    last: pd.Timestamp,
    rest: Collection[pd.Timestamp] = (),
) -> pd.DataFrame:
    """Lay runs and what stands between them on a calendar.

    Parameters
    ----------
    setting : Setting
        What the plan stands in.
    stages : DataFrame
        `stressfx.schema.STAGES`.
    runs : sequence of (Timestamp, int)
        Days with a run, ascending, and the stage of each. Between two that are more than a week apart the runner is
        back before the first run: walking and cross-training again.
    last : Timestamp
        Last day of the plan.
    rest : collection of Timestamp
        Days on which nothing is done.

    Returns
    -------
    DataFrame
        `stressfx.schema.PLAN`.
    """
    by_stage = {row["stage"]: row for row in stages.to_dict("records")}
    rows: list[dict[str, Any]] = []
    ahead = list(runs)
    before: tuple[pd.Timestamp, int] | None = None
    for date in pd.date_range(setting.start, last, unit="us"):
        if ahead and ahead[0][0] == date:
            before = ahead.pop(0)
            ends = not ahead or ahead[0][1] != before[1]
            today = [_run(by_stage[before[1]], setting, ends=ends)]
        else:
            today = _without_run(date, setting, before, ahead[0][0] if ahead else None)
            today = [_activity("rest", today[0]["stage"])] if date in rest else today
        rows += [{"date": date} | row for row in today]
    return _frame(rows, setting)


def _run(stage: Mapping[Hashable, Any], setting: Setting, *, ends: bool) -> dict[str, Any]:
    """Describe a run; what has to hold before the next stage stands on the last one of a stage."""
    least, most = setting.cadence_spm
    return {str(name): stage[name] for name in PLAN.names if name in stage} | {
        "activity": "run",
        "duration_s": stage["run_s"] + stage["walk_s"],
        "cadence_least_spm": least,
        "cadence_most_spm": most,
        "criteria": stage["criteria"] if ends else "",
    }


def _without_run(
    date: pd.Timestamp, setting: Setting, before: tuple[pd.Timestamp, int] | None, next_run: pd.Timestamp | None
) -> list[dict[str, Any]]:
    """Say what a day without a run holds."""
    if before is None and setting.walks_s:
        return [_own_walk(date, setting, next_run)]
    stage = 0 if before is None else before[1]
    if setting.bare:
        return [_activity("rest", stage)]
    since = setting.start - pd.Timedelta(days=1) if before is None else before[0]
    if next_run is not None and (before is None or (next_run - since).days > PREPARATION_DAYS):
        ahead = (next_run - date).days
        words = PREPARATION[-ahead % PREPARATION_DAYS]
        return [_activity(word, 0, criteria=BEFORE_FIRST_RUN if ahead == 1 else "") for word in words or ("rest",)]
    pattern = setting.pattern
    free = [day for day in range(pattern.cycle_days) if day not in pattern.run_days]
    today = (date - setting.first_run).days % pattern.cycle_days
    rests = today not in free[:-1]  # the last free day of a week, and a day whose run was moved
    words = () if rests else BETWEEN[free.index(today) % len(BETWEEN)]
    return [_activity(word, stage) for word in words or ("rest",)]


def _own_walk(date: pd.Timestamp, setting: Setting, next_run: pd.Timestamp | None) -> dict[str, Any]:
    """Give the walk of a programme that has its own; if pain put the first run off, they come again before it."""
    walks_s, since = setting.walks_s, (date - setting.start).days
    ahead = len(walks_s) if next_run is None else (next_run - date).days
    if ahead <= len(walks_s):
        return _activity("walk", 0, duration_s=walks_s[-ahead])
    return _activity("walk", 0, duration_s=walks_s[since]) if since < len(walks_s) else _activity("rest", 0)


def _activity(activity: str, stage: int, *, duration_s: float | None = None, criteria: str = "") -> dict[str, Any]:
    """Describe what is no run."""
    usual_s, what = OTHERS[activity]
    long_s = duration_s or usual_s
    row: dict[str, Any] = {"activity": activity, "stage": stage, "duration_s": long_s, "what": what}
    if activity == "walk":
        row |= {"walk_s": long_s, "distance_m": long_s * WALK_MPS, "amount": "time", "body_weight_share": 1.0}
    return row | {"criteria": criteria}


def _frame(rows: list[dict[str, Any]], setting: Setting) -> pd.DataFrame:
    """Lay the rows out; what a day does not tell is missing."""
    blank: dict[str, Any] = {column.name: "" if column.kind == "text" else np.nan for column in PLAN.columns}
    days = pd.DataFrame([blank | row for row in rows], columns=PLAN.names)
    dates = pd.to_datetime(days["date"]).dt.as_unit("us")
    week = (dates - setting.start).dt.days // 7 + 1
    days = days.assign(athlete_id=setting.athlete_id, date=dates, week=week)
    return PLAN.check(days.astype({column.name: DTYPES[column.kind] for column in PLAN.columns}))
