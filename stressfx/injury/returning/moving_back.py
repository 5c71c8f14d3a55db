"""Answers what a plan becomes after pain: a day of rest, and one stage back.

Takes a `ReturnPlan` and a pain diary; gives the plan from there on anew, and longer by what was lost.
"""

from dataclasses import replace

import pandas as pd

from stressfx.errors import SchemaError
from stressfx.injury.returning.plan import MOST_WEEKS, ReturnPlan
from stressfx.injury.returning.schedule import PREPARATION_DAYS, Setting, dated_runs, planned_days
from stressfx.schema import PAIN

__all__ = ["PAIN_KINDS", "after_pain", "own_pain", "painful_days"]

PAIN_KINDS = ("during", "after", "next_morning")
REST_DAYS = 1
"""After pain at least so many days of rest. [d]"""

A_DAY = pd.Timedelta(days=1)


def own_pain(pain: pd.DataFrame, athlete_id: str) -> pd.DataFrame:
    """Choose the entries of a diary that are a runner's.

    Parameters
    ----------
    pain : DataFrame
        `stressfx.schema.PAIN`.
    athlete_id : str
        Whose; entries that name nobody are the runner's too.

    Returns
    -------
    DataFrame
        Rows of the diary that have a day.

    Raises
    ------
    SchemaError
        If `pain` does not follow its schema, or all of its entries name others.
    """
    told = PAIN.check(pain)
    own = told[told["athlete_id"].fillna("").isin([athlete_id, ""])]
    if len(told) and own.empty:
        raise SchemaError(
            "Pain: every entry names another runner; leave athlete_id empty, or give the runner's own name."
        )
    dated: pd.DataFrame = own[own["date"].notna()]
    return dated


def painful_days(pain: pd.DataFrame, athlete_id: str) -> list[pd.Timestamp]:
    """List the days of which a diary tells any pain.

    Parameters
    ----------
    pain : DataFrame
        `stressfx.schema.PAIN`.
    athlete_id : str
        Whose; entries that name nobody are the runner's too.

    Returns
    -------
    list of Timestamp
        The days of the activities, ascending. Pain on the next morning counts for the day before it.

    Raises
    ------
    SchemaError
        If `pain` does not follow its schema, or all of its entries name others.
    """
    own = own_pain(pain, athlete_id)
    hurts = (own[list(PAIN_KINDS)] > 0).any(axis=1)
    return sorted(own.loc[hurts, "date"].unique())


def after_pain(plan: ReturnPlan, pain: pd.DataFrame) -> ReturnPlan:
    r"""Move a plan back by what a pain diary tells.

    Parameters
    ----------
    plan : ReturnPlan
        A plan with a schedule.
    pain : DataFrame
        `stressfx.schema.PAIN`, see `stressfx.read_pain`.

    Returns
    -------
    ReturnPlan
        The same up to the first day with pain; from there on a day of rest at least, then the stage before the one
        that hurt, with all of its sessions, and all that follows later by as much. Its ``moved`` names the days.
        Without any pain, or with what has moved it already, the plan itself.

    Raises
    ------
    ValueError
        If the plan has no schedule.
    SchemaError
        If `pain` does not follow its schema, or all of its entries name others.

    Notes
    -----
    Load is right if there is no pain during it, after it or on the day after [1]_; one stage back and a day of rest are
    how a plan answers to any. Pain in the first stage, or before any run, leads back to walking and cross-training for
    a week. Days of pain are taken one after the other, each on the plan that the earlier ones left: a diary whose
    entries come late gives another plan than one that is read as it grows. Days outside the plan move nothing. A plan
    ends after a year at the latest. Pain that comes again needs a clinician.

    References
    ----------
    .. [1] Warden SJ, Edwards WB, Willy RW. J Orthop Sports Phys Ther 51 (2021) 322-330. doi:10.2519/jospt.2021.9982

    Examples
    --------
    >>> import stressfx as sfx
    >>> rows = [f"2025-03-{day:02},07:00,9,54:00" for day in range(1, 29, 3)]
    >>> log = sfx.read_sessions("\n".join(["date,time,distance_km,duration", *rows]).encode(),
    ...                         athlete_id="ann", tz="UTC")
    >>> injury = sfx.read_injuries(b"athlete_id,first_pain,site\nann,2025-03-29,fibula")
    >>> plan = sfx.return_plan(log, injury, start="2025-06-02", weeks=4, cleared="2025-05-30")
    >>> moved = after_pain(plan, sfx.read_pain(b"date,activity,during,after\n2025-06-18,run,0,2"))
    >>> plan.runs["stage"].tolist(), moved.runs["stage"].tolist()
    ([1, 1, 1, 2, 2, 2, 3, 3, 3], [1, 1, 1, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    """
    if plan.setting is None:
        raise ValueError(f"the plan has no schedule: {plan.refusal}")
    moved = plan
    for day in painful_days(pain, plan.athlete_id):
        if day not in moved.moved and moved.days["date"].min() <= day <= moved.days["date"].max():
            moved = _after_one(moved, plan.setting, day)
    return moved


def _after_one(plan: ReturnPlan, setting: Setting, day: pd.Timestamp) -> ReturnPlan:
    """Move a plan back by one day with pain; what is over stays as it was planned."""
    planned = plan.runs
    runs = [(date, int(stage)) for date, stage in zip(planned["date"], planned["stage"], strict=True)]
    runs = _moved(plan, setting, runs, day)
    end = max([plan.days["date"].max(), *(date for date, _ in runs)])
    last = min(end, setting.start + pd.Timedelta(days=7 * MOST_WEEKS - 1))
    kept = [run for run in runs if run[0] <= last]
    anew = planned_days(setting, plan.stages, kept, last=last, rest={day + A_DAY})
    days = pd.concat([plan.days[plan.days["date"] <= day], anew[anew["date"] > day]], ignore_index=True)
    return replace(plan, days=days, moved=tuple(sorted((*plan.moved, day))))


def _moved(
    plan: ReturnPlan, setting: Setting, runs: list[tuple[pd.Timestamp, int]], day: pd.Timestamp
) -> list[tuple[pd.Timestamp, int]]:
    """Lay out anew what follows a day with pain."""
    first = int(plan.stages["stage"].min())
    done = [run for run in runs if run[0] <= day]
    stage = done[-1][1] if done else first
    wait = REST_DAYS if done and stage > first else PREPARATION_DAYS + REST_DAYS
    # The stage that hurt comes again for a week at least; of one that is held for months, what was left of it.
    sessions = plan.stages["sessions"]
    left = sessions - sum(number == stage for _, number in done)
    anew = left.clip(lower=sessions.clip(upper=len(setting.pattern.run_days)))
    again = dated_runs(
        plan.stages.assign(sessions=sessions.mask(plan.stages["stage"] == stage, anew)),
        setting.pattern,
        setting.first_run,
        weekly=False,
        first_stage=max(stage - 1, first),
        not_before=day + pd.Timedelta(days=wait + 1),
    )
    return done + list(again)
