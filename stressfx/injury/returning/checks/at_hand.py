"""Which runs are the return, and what is known beside them? What every rule looks at, put together once.

Takes sessions, one injury and what else was told; gives a `Returning`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from stressfx.errors import InsufficientDataError
from stressfx.injury.onsets import injury_onsets
from stressfx.injury.returning.moving_back import own_pain
from stressfx.injury.returning.rules import ReturnRules
from stressfx.injury.returning.usual import UsualRunning, running_sessions, sessions_of
from stressfx.schema import INJURIES, INTENSITY, PAIN, SHOES, SURFACES
from stressfx.training.cross_training import cross_training_kind

__all__ = ["Planned", "Returning", "Told", "returning_at_hand"]

WEEK_DAYS = 7


class Planned(NamedTuple):
    """What a plan asks for."""

    stages: pd.DataFrame
    """`stressfx.schema.STAGES`."""
    order: tuple[int, ...]
    """Stage of each planned run, by day."""
    days: tuple[pd.Timestamp, ...] = ()
    """Day of each planned run."""

    @property
    def runs_a_week(self) -> int:
        """The most planned runs of a week from the first one on; 0 if the days are not known."""
        weeks = [(day - self.days[0]).days // WEEK_DAYS for day in self.days]
        return max((weeks.count(week) for week in set(weeks)), default=0)


@dataclass(frozen=True, eq=False)
class Told:
    """What is known beside the sessions.

    Attributes
    ----------
    injuries : DataFrame or None
        All injuries of the runner.
    pain : DataFrame or None
        The diary.
    shoes, surfaces, intensity : DataFrame or None
        Pairs of shoes, ground and speeds of the sessions.
    """

    injuries: pd.DataFrame | None
    pain: pd.DataFrame | None
    shoes: pd.DataFrame | None
    surfaces: pd.DataFrame | None
    intensity: pd.DataFrame | None


@dataclass(frozen=True, eq=False)
class Returning:
    """A return to running, with all that the rules look at.

    Attributes
    ----------
    athlete_id : str
        Whose.
    injury : DataFrame
        One row of `stressfx.schema.INJURIES`.
    rules : ReturnRules
        Thresholds.
    sessions : DataFrame
        All sessions of the runner that count.
    runs : DataFrame
        The runs of the return, by start: those of `running_sessions` from its first day to its last, with
        ``counted_m`` and ``measure_m``: the distances by which they are judged, and later ones are measured;
        ``carried_m`` unless a plan says otherwise.
    first_run, last : Timestamp
        Its first and its last day.
    usual : UsualRunning or None
        What was usual before; None if nothing is known.
    plan : Planned or None
        What the plan asks for, if there is one.
    pain : DataFrame or None
        The diary of the runner from the injury on.
    told : Told
        What else is known.
    """

    athlete_id: str
    injury: pd.DataFrame
    rules: ReturnRules
    sessions: pd.DataFrame
    runs: pd.DataFrame
    first_run: pd.Timestamp
    last: pd.Timestamp
    usual: UsualRunning | None
    plan: Planned | None
    pain: pd.DataFrame | None
    told: Told

    def done(self, activity: str) -> pd.DataFrame:
        """Give the sessions of one activity that is no run.

        Parameters
        ----------
        activity : {"walk", "cross_training"}
            Which one.

        Returns
        -------
        DataFrame
            Rows of the sessions.
        """
        kind = cross_training_kind(self.sessions)
        chosen = kind == "walking" if activity == "walk" else ~kind.isin(["", "walking", "antigravity"])
        return self.sessions[chosen]

    def on(self, activity: str) -> pd.DataFrame:
        """Give what the diary says of one activity, before the first run.

        Parameters
        ----------
        activity : {"walk", "cross_training"}
            Which one.

        Returns
        -------
        DataFrame
            Rows of the diary; entries for a whole day are among them if a session of that kind was on that day.
        """
        if self.pain is None:
            return PAIN.empty()
        early = self.pain[self.pain["date"] < self.first_run]
        days = self.done(activity)["date"]
        return early[(early["activity"] == activity) | ((early["activity"] == "") & early["date"].isin(days))]


def returning_at_hand(
    sessions: pd.DataFrame,
    injury: pd.DataFrame,
    *,
    begin: pd.Timestamp,
    end: pd.Timestamp | None,
    usual: UsualRunning | None,
    plan: Planned | None,
    rules: ReturnRules,
    told: Told,
) -> Returning:
    """Put together what the rules look at.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of runners.
    injury : DataFrame
        One row of `stressfx.schema.INJURIES`, with its athlete.
    begin : Timestamp
        First day that may be one of the return.
    end : Timestamp, optional
        Last day of the plan, which is later by as much as its first run was; without one the return ends after
        `rules.days`. In either case it ends on the eve of the next injury.
    usual : UsualRunning, optional
        What was usual before.
    plan : Planned, optional
        What the plan asks for.
    rules : ReturnRules
        Thresholds.
    told : Told
        What else is known.

    Returns
    -------
    Returning
        The return.

    Raises
    ------
    InsufficientDataError
        If there is no run from `begin` on.
    SchemaError
        If a frame does not follow its schema.
    """
    told = _checked(told)
    athlete_id = str(injury["athlete_id"].iloc[0])
    runs = running_sessions(sessions, athlete_id)
    since = runs[runs["date"] >= begin]
    if end is not None and plan is not None and plan.days and len(since) and since["date"].min() <= end:
        end += max(since["date"].min() - plan.days[0], pd.Timedelta(0))
    if end is not None:
        since = since[since["date"] <= end]
    if since.empty:
        found = f"the last run of the log is of {runs['date'].max():%Y-%m-%d}" if len(runs) else "the log has no run"
        until = "on" if end is None else f"to {end:%Y-%m-%d}"
        raise InsufficientDataError(f"{found}; a run from {begin:%Y-%m-%d} {until} is needed to check a return")
    first_run = since["date"].min()
    planned = end if end is not None else first_run + pd.Timedelta(days=rules.days - 1)
    last = _last_day(planned, first_run, injury, told)
    since = since.assign(counted_m=since["carried_m"], measure_m=since["carried_m"])
    own = sessions_of(sessions, athlete_id)
    return Returning(
        athlete_id=athlete_id,
        injury=injury,
        rules=rules,
        sessions=own,
        runs=since[since["date"] <= last].reset_index(drop=True),
        first_run=first_run,
        last=min(last, own["date"].max()),
        usual=usual,
        plan=plan,
        pain=_diary(told.pain, injury, athlete_id),
        told=told,
    )


def _checked(told: Told) -> Told:
    """Check the frames that are there."""
    schemas = (INJURIES, PAIN, SHOES, SURFACES, INTENSITY)
    frames = (told.injuries, told.pain, told.shoes, told.surfaces, told.intensity)
    pairs = zip(schemas, frames, strict=True)
    return Told(*(frame if frame is None else schema.check(frame) for schema, frame in pairs))


def _last_day(last: pd.Timestamp, first_run: pd.Timestamp, injury: pd.DataFrame, told: Told) -> pd.Timestamp:
    """End a return on the eve of the next injury, if that comes first."""
    if told.injuries is None:
        return last
    own = told.injuries["athlete_id"].fillna("").isin([injury["athlete_id"].iloc[0], ""])
    later = injury_onsets(told.injuries[own])["onset"]
    later = later[later > first_run]
    return min(last, later.min() - pd.Timedelta(days=1)) if len(later) else last


def _diary(pain: pd.DataFrame | None, injury: pd.DataFrame, athlete_id: str) -> pd.DataFrame | None:
    """Take what the runner's diary tells from the injury on."""
    if pain is None:
        return None
    own = own_pain(pain, athlete_id)
    since: pd.DataFrame = own[own["date"] >= injury_onsets(injury)["onset"].iloc[0]]
    return since.sort_values("date", kind="stable", ignore_index=True)
