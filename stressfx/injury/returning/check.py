"""Answers whether a return to running kept the rules, one by one: with a plan, or as a history shows it.

Takes sessions, and a plan or the rules alone; gives a `ReturnCheck`: a state a rule, and the days that show it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.injury.onsets import injury_onsets
from stressfx.injury.returning.checks.amount import first_run_short, no_long_run, weeks_grow_slowly
from stressfx.injury.returning.checks.at_hand import Planned, Returning, Told, returning_at_hand
from stressfx.injury.returning.checks.change import cadence_raised, same_ground, shoes_good
from stressfx.injury.returning.checks.days import alternate_days, stages_repeated
from stressfx.injury.returning.checks.ease import easy_and_flat
from stressfx.injury.returning.checks.levels import as_planned
from stressfx.injury.returning.checks.outcome import Outcome, events_frame, rules_frame
from stressfx.injury.returning.checks.pain import pain_free_before, stepped_back
from stressfx.injury.returning.moving_back import after_pain
from stressfx.injury.returning.plan import ReturnPlan
from stressfx.injury.returning.rules import ReturnRules
from stressfx.injury.returning.usual import UsualRunning, one_injury, running_sessions, sessions_of, usual_running
from stressfx.injury.sites import HIGH_RISK_ADVICE, site_risk
from stressfx.schema import PLAN, STAGES

__all__ = ["ReturnCheck", "check_return"]

DAYS_A_YEAR = 366

CHECKS: Mapping[str, Callable[[Returning], Outcome]] = MappingProxyType(
    {
        "R1": pain_free_before,
        "R2": first_run_short,
        "R3": alternate_days,
        "R4": weeks_grow_slowly,
        "R5": stepped_back,
        "R6": stages_repeated,
        "R7": easy_and_flat,
        "R8": no_long_run,
        "R9": same_ground,
        "R10": shoes_good,
        "R11": cadence_raised,
    }
)
"""What checks each rule."""


@dataclass(frozen=True, eq=False, repr=False)
class ReturnCheck:
    """Whether a return kept the rules.

    ==================  ==============================================================================
    `rules`             one row a rule (`stressfx.schema.RETURN_RULES`): kept, watch, broken or not
                        checkable, with the first day, the number and the source
    `events`            one row a day on which a rule was not plainly kept (`stressfx.schema.RETURN_EVENTS`)
    `first_run`         day of the first run
    `last`              last day that was looked at
    `runs`              how many runs there were
    `planned`           whether it was held against a plan
    `injury`            the row of `stressfx.schema.INJURIES`
    `notes`             what to know beside it, a sentence each
    `state(rule)`       the state of one rule
    ==================  ==============================================================================

    Flags, not diagnoses: a rule that was kept does not make a return safe, and a broken one does not injure.
    """

    athlete_id: str
    first_run: pd.Timestamp
    last: pd.Timestamp
    runs: int
    planned: bool
    rules: pd.DataFrame
    events: pd.DataFrame
    injury: pd.DataFrame
    notes: tuple[str, ...]

    def state(self, rule: str) -> str:
        """Give the state of one rule.

        Parameters
        ----------
        rule : str
            R1 to R11.

        Returns
        -------
        str
            Kept, watch, broken or not checkable.
        """
        return str(self.rules.set_index("rule")["state"][rule])

    def __repr__(self) -> str:
        """Count the states."""
        counted = self.rules["state"].value_counts()
        states = ", ".join(f"{count} {state}" for state, count in counted.items())
        return f"<ReturnCheck of {self.athlete_id} from {self.first_run:%Y-%m-%d}, {self.runs} runs: {states}>"

    def _repr_html_(self) -> str:
        """Show a row a rule."""
        shown = self.rules[["rule", "title", "state", "date", "text"]]
        return shown.to_html(index=False, escape=True, na_rep="")


def check_return(  # noqa: PLR0913  # each is another thing that may be known
    sessions: pd.DataFrame,
    against: ReturnPlan | pd.DataFrame | ReturnRules,
    *,
    injury: pd.DataFrame | None = None,
    injuries: pd.DataFrame | None = None,
    pain: pd.DataFrame | None = None,
    shoes: pd.DataFrame | None = None,
    surfaces: pd.DataFrame | None = None,
    intensity: pd.DataFrame | None = None,
    rules: ReturnRules | None = None,
    onset: str = "first_pain",
) -> ReturnCheck:
    r"""Hold a return to running against the rules, one by one.

    Parameters
    ----------
    sessions : DataFrame
        Sessions from before the injury to the end of the return, of one runner or of many, best as
        `stressfx.session_loads` gives them; see `stressfx.injury.returning.usual.usual_running` for what suffices.
    against : ReturnPlan, DataFrame or ReturnRules
        A plan (`stressfx.return_plan`), its days as a table (`stressfx.schema.PLAN`), or the rules alone: how did this
        return go?
    injury : DataFrame, optional
        One row of `stressfx.schema.INJURIES`; needed unless `against` is a ReturnPlan. Without a plan its ``returned``
        is the first day of the return.
    injuries : DataFrame, optional
        All injuries of the runner, for R11; the next one ends the return.
    pain : DataFrame, optional
        `stressfx.schema.PAIN`, for R1 and R5.
    shoes : DataFrame, optional
        `stressfx.schema.SHOES`, for R10.
    surfaces : DataFrame, optional
        `stressfx.schema.SURFACES`, for R9; else what the sessions tell.
    intensity : DataFrame, optional
        `stressfx.schema.INTENSITY`, for R7 and R11.
    rules : ReturnRules, optional
        Thresholds for a plan; the usual ones by default.
    onset : {"first_pain", "stopped_running", "diagnosed"}
        The rule for the day on which the injury began.

    Returns
    -------
    ReturnCheck
        A state a rule, and the days that show it.

    Raises
    ------
    InsufficientDataError
        If there is no run from the first day of the plan, or of the return, on; the injury has no date; without a plan
        it has no ``returned``; or a table of days begins before the injury or is longer than a year.
    SchemaError
        If a frame does not follow its schema.
    ValueError
        If the plan has no schedule, or no injury is given.

    Notes
    -----
    The rules and their sources are `stressfx.injury.returning.rules.RULES`, the thresholds `stressfx.ReturnRules`.
    Distances count by the share of the body weight that was carried. What is not known makes a rule not checkable, and
    never kept. Without runs in the four weeks before the injury, R2 and R7 are not checkable. A plan says of each run
    which stage it is of: R5 and R6 need one to be told from the amount (`stressfx.injury.returning.checks.levels`).
    Runs within 5 % of the plan count as planned. A ReturnPlan is moved back by the diary first; a table is taken as it
    is, and the return ends with it, later by as much as it began late.

    Examples
    --------
    >>> import stressfx as sfx
    >>> runs = [f"2025-03-{day:02},07:00,9,54:00" for day in range(1, 29, 3)]
    >>> back = ["2025-06-02,07:00,3,20:00", "2025-06-04,07:00,3,20:00", "2025-06-05,07:00,3.6,24:00"]
    >>> log = sfx.read_sessions("\n".join(["date,time,distance_km,duration", *runs, *back]).encode(),
    ...                         athlete_id="ann", tz="UTC")
    >>> injury = sfx.read_injuries(b"athlete_id,first_pain,returned,site\nann,2025-03-29,2025-06-02,fibula")
    >>> check = check_return(log, sfx.ReturnRules(), injury=injury)
    >>> check.state("R2"), check.state("R3"), check.state("R8"), check.state("R5")
    ('kept', 'broken', 'broken', 'not checkable')
    >>> check.events.query("rule == 'R8'")["text"].item()
    'the run went 20 % beyond the longest of the return'
    """
    plan, days = (against, against.days) if isinstance(against, ReturnPlan) else (None, None)
    if plan is not None and plan.refusal:
        raise ValueError(f"the plan has no schedule: {plan.refusal}")
    if plan is not None and pain is not None:
        plan = after_pain(plan, pain)
        days = plan.days
    if isinstance(against, pd.DataFrame):
        days = PLAN.check(against)
        _need_own(days, injury)
    given = plan.injury if plan is not None else injury
    if given is None:
        raise ValueError("injury is missing: give the row of the injuries that the runner returns from")
    told_injury = one_injury(given, sessions)
    sessions = sessions_of(sessions, str(told_injury["athlete_id"].iloc[0]))
    thresholds = against if isinstance(against, ReturnRules) else rules or ReturnRules()
    begin, end = _bounds(told_injury, days, onset)
    returning = returning_at_hand(
        sessions,
        told_injury,
        begin=begin,
        end=end,
        usual=plan.usual if plan is not None else _usual(sessions, told_injury, onset),
        plan=None if days is None else _planned(days, None if plan is None else plan.stages),
        rules=thresholds,
        told=Told(injuries, pain, shoes, surfaces, intensity),
    )
    returning = as_planned(returning)
    outcomes = {rule: check(returning) for rule, check in CHECKS.items()}
    return ReturnCheck(
        athlete_id=returning.athlete_id,
        first_run=returning.first_run,
        last=returning.last,
        runs=len(returning.runs),
        planned=days is not None,
        rules=rules_frame(outcomes),
        events=events_frame(outcomes),
        injury=told_injury,
        notes=_notes(returning, sessions),
    )


def _bounds(injury: pd.DataFrame, days: pd.DataFrame | None, onset: str) -> tuple[pd.Timestamp, pd.Timestamp | None]:
    """Say from which day on a run belongs to the return, and until when."""
    begun = injury_onsets(injury, onset=onset)["onset"].iloc[0]
    if pd.isna(begun):
        raise InsufficientDataError("the injury has no date: give first_pain, stopped_running or diagnosed")
    if days is not None:
        if not ((days["activity"] == "run") & (days["stage"] > 0)).any():
            raise InsufficientDataError("the plan has no run; one with a schedule is needed")
        first, last = days["date"].min(), days["date"].max()
        if first < begun:
            raise InsufficientDataError(f"the plan begins on {first:%Y-%m-%d}, before the injury of {begun:%Y-%m-%d}")
        if (last - first).days >= DAYS_A_YEAR:
            raise InsufficientDataError(f"the plan goes on to {last:%Y-%m-%d}, longer than a year: look at its days")
        return first, last
    returned = injury["returned"].iloc[0]
    if pd.isna(returned):
        raise InsufficientDataError(
            "the injury has no `returned`: give the first day of running again, or a plan to check against"
        )
    if returned < begun:
        found = f"the injury has `returned` {returned:%Y-%m-%d}, before it began on {begun:%Y-%m-%d}"
        raise InsufficientDataError(f"{found}: correct one of the two")
    return returned, None


def _need_own(days: pd.DataFrame, injury: pd.DataFrame | None) -> None:
    """Refuse a plan that is another runner's."""
    named = set(days["athlete_id"].fillna("")) - {""}
    whose = "" if injury is None or injury.empty else str(injury["athlete_id"].fillna("").iloc[0])
    if named and whose and whose not in named:
        raise SchemaError("Plan: it names another runner than the injury does.")


def _notes(returning: Returning, sessions: pd.DataFrame) -> tuple[str, ...]:
    """Say what was not looked at, and where a clinician is needed."""
    runs = running_sessions(sessions, returning.athlete_id)
    stopped = returning.injury["stopped_running"].fillna(injury_onsets(returning.injury)["onset"]).iloc[0]
    early = int(((runs["date"] >= stopped) & (runs["date"] < returning.first_run)).sum())
    late = int((runs["date"] > returning.last).sum())
    notes = [HIGH_RISK_ADVICE] if site_risk(returning.injury).iloc[0] == "high" else []
    if early:
        notes.append(f"Runs between the injury and the first day of the return, not looked at: {early}.")
    if late:
        notes.append(f"Runs after {returning.last:%Y-%m-%d}, the last day of the return, not looked at: {late}.")
    return tuple(notes)


def _usual(sessions: pd.DataFrame, injury: pd.DataFrame, onset: str) -> UsualRunning | None:
    try:
        return usual_running(sessions, injury, onset=onset)
    except InsufficientDataError:  # R2 and R7 say that they are not checkable
        return None


def _planned(days: pd.DataFrame, stages: pd.DataFrame | None) -> Planned:
    """Read off a table of days what a plan asks for: it may have been moved back, or changed by hand."""
    runs = days[(days["activity"] == "run") & (days["stage"] > 0)].sort_values("date", kind="stable")
    if stages is None:
        stages = runs.groupby("stage", as_index=False).first()
        sessions = runs.groupby("stage").size().to_numpy(np.int64)
        share = stages["body_weight_share"].fillna(1.0)
        stages = stages.assign(sessions=sessions, sessions_least=np.minimum(sessions, 2), source="")
        stages = stages.assign(body_weight_share=share)
        stages = STAGES.check(stages[list(STAGES.names)])
    return Planned(stages, tuple(runs["stage"]), tuple(runs["date"]))
