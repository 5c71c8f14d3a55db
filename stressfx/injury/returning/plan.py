"""Answers on which day a runner who comes back from a bone stress injury does what.

Takes a log and one injury; gives a `ReturnPlan`: dated days and their stages, or the reason why there are none.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise, takewhile
from typing import TypeAlias

import pandas as pd

from stressfx.errors import InsufficientDataError
from stressfx.injury.cases import bone_stress_injuries
from stressfx.injury.onsets import injury_onsets
from stressfx.injury.returning.clearance import context_of, questions_for, reason_against
from stressfx.injury.returning.programmes import CLINIC_DAYS, PROGRAMMES, Pattern, programme_stages
from stressfx.injury.returning.rules import ReturnRules
from stressfx.injury.returning.schedule import PREPARATION_DAYS, Setting, dated_runs, planned_days
from stressfx.injury.returning.usual import UsualRunning, one_injury, usual_running
from stressfx.schema import INJURIES, PLAN, STAGES
from stressfx.units import METRES_PER

__all__ = ["Day", "ReturnPlan", "as_day", "repeated_bone_stress", "return_plan"]

MOST_WEEKS = 52
FEWEST_WEEKS = 2
ENDING = ("trials_2023", "clinic_days")
"""Programmes that end with their last stage, however long the plan."""

FEW_RUNS, DAYS_KNOWN = 4, 14
"""With fewer runs or days than these before the injury, a plan says that little is known. Our choice."""

LONG_AGO_DAYS = 180
"""What was usual longer ago may not be so now. Our choice. [d]"""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RULES = ReturnRules()

Day: TypeAlias = str | dt.date | pd.Timestamp


@dataclass(frozen=True, eq=False, repr=False)
class ReturnPlan:
    """A way back to running, day by day; or the reason why there is none.

    ==================  ==============================================================================
    `days`              one row a day and activity (`stressfx.schema.PLAN`); none without a schedule
    `stages`            one row a stage (`stressfx.schema.STAGES`)
    `refusal`           why there is no schedule; empty if there is one
    `questions`         what to ask a clinician before the first run
    `notes`             what to know beside it, a sentence each
    `programme`         which programme it follows (`stressfx.return_programmes`)
    `usual`             what the runner ran before the injury; None without a schedule
    `injury`            the row of `stressfx.schema.INJURIES`
    `setting`           days and pattern that it stands in; None without a schedule
    `cleared`           day of the clearance; None without one
    `moved`             days with pain that moved it back (`stressfx.after_pain`)
    `unit`              unit that its distances are round in
    ==================  ==============================================================================

    It is a proposal that keeps rules, no treatment. Pain in a bone needs a clinician, whatever a plan says.
    """

    athlete_id: str
    programme: str
    injury: pd.DataFrame
    days: pd.DataFrame
    stages: pd.DataFrame
    refusal: str
    questions: tuple[str, ...]
    notes: tuple[str, ...]
    usual: UsualRunning | None
    setting: Setting | None
    cleared: pd.Timestamp | None
    unit: str
    moved: tuple[pd.Timestamp, ...] = ()

    @property
    def runs(self) -> pd.DataFrame:
        """The rows of `days` that are runs."""
        return self.days[self.days["activity"] == "run"].reset_index(drop=True)

    def __repr__(self) -> str:
        """Say what it is in a line."""
        if self.refusal:
            return f"<ReturnPlan of {self.athlete_id}: no schedule. {self.refusal}>"
        first, last = self.days["date"].min(), self.days["date"].max()
        return f"<ReturnPlan of {self.athlete_id}: {first:%Y-%m-%d} to {last:%Y-%m-%d}, {len(self.runs)} runs>"

    def _repr_html_(self) -> str:
        """Show the stages, or the reason why there are none."""
        head = f"<h4>Return plan of {escape(self.athlete_id)}: {escape(PROGRAMMES[self.programme].title)}</h4>"
        if self.refusal:
            asked = "".join(f"<li>{escape(question)}</li>" for question in self.questions)
            return f"{head}<p><strong>No schedule.</strong> {escape(self.refusal)}</p><ul>{asked}</ul>"
        shown = self.stages[["stage", "sessions", "distance_m", "run_s", "walk_s", "body_weight_share", "what"]]
        return f"{head}<p>{escape(repr(self)[1:-1])}</p>{shown.to_html(index=False, escape=True)}"


def return_plan(  # noqa: PLR0913  # each is a choice of its own
    log: pd.DataFrame,
    injury: pd.DataFrame,
    *,
    start: Day,
    weeks: int = 12,
    cleared: Day | None = None,
    programme: str = "rules",
    run_weekdays: Sequence[str] | None = None,
    onset: str = "first_pain",
    injuries: pd.DataFrame | None = None,
    unit: str = "km",
) -> ReturnPlan:
    r"""Plan the way back to running after a bone stress injury.

    Parameters
    ----------
    log : DataFrame
        The runner's sessions, as for `stressfx.injury.returning.usual.usual_running`.
    injury : DataFrame
        One row of `stressfx.schema.INJURIES`: ``injuries.iloc[[0]]``.
    start : date, Timestamp or str
        First day of the plan. By the rules, and with ``"trials_2023"``, the first run comes a week later.
    weeks : int
        Length of the plan, from 2 to 52 weeks; a published programme may end before. [weeks]
    cleared : date, Timestamp or str, optional
        Day on which a clinician cleared the first run. Without it there is no schedule.
    programme : {"rules", "trials_2023", "antigravity_2022", "clinic_days"}
        Made from the runner's own history by the rules, or published (`stressfx.return_programmes`).
    run_weekdays : sequence of str, optional
        Two or three days of the week to run on, no two of them in a row; by default every other day from the first
        run on, three in seven days. Not with ``"clinic_days"``, which has its own.
    onset : {"first_pain", "stopped_running", "diagnosed"}
        The rule for the day on which the injury began; what is usual is taken from the four weeks before it.
    injuries : DataFrame, optional
        All injuries of the runner: after repeated bone stress injuries the plan advises a higher cadence.
    unit : {"km", "mi"}
        Unit that the runner reads: distances of the rules are rounded down in it.

    Returns
    -------
    ReturnPlan
        With ``refusal`` and no days where the site is one of high risk or not told exactly enough, or the clearance is
        missing.

    Raises
    ------
    InsufficientDataError
        If the log is empty or has no run in the four weeks before the injury, the injury has no date, or it begins
        after the start.
    SchemaError
        If a frame does not follow its schema (a distance below 0, say), or `injury` is not one row.
    ValueError
        If another argument is not one of those above.

    Notes
    -----
    By the rules (`stressfx.injury.returning.rules.RULES`): a week of walking, cross-training and strength; then runs
    every other day at most, the first of a third of the usual distance (the median of the four weeks before the
    injury), slower than usual (at most 90 % of the usual speed, our choice). First the breaks to walk go, in three
    weeks, then the distance grows by at most 10 % a week up to the usual one. Every stage takes a week, and needs two
    sessions without pain. Distances are rounded down to what a page shows, so that the page keeps the rules too.

    Published programmes are given as published, and may break these rules: `stressfx.check_return` says which.
    Pain moves a plan back: `stressfx.after_pain`.

    References
    ----------
    .. [1] Warden SJ, Edwards WB, Willy RW. "Optimal load for managing low-risk tibial and metatarsal bone stress
       injuries in runners." J Orthop Sports Phys Ther 51 (2021) 322-330. doi:10.2519/jospt.2021.9982
    .. [2] George ERM, Sheerin KR, Reid D. "Criteria and guidelines for returning to running following a tibial bone
       stress injury: a scoping review." Sports Med (2024). doi:10.1007/s40279-024-02051-y

    Examples
    --------
    >>> import stressfx as sfx
    >>> rows = [f"2025-03-{day:02},07:00,9,54:00" for day in range(1, 29, 3)]
    >>> log = sfx.read_sessions("\n".join(["date,time,distance_km,duration", *rows]).encode(),
    ...                         athlete_id="ann", tz="UTC")
    >>> injury = sfx.read_injuries(b"athlete_id,first_pain,site\nann,2025-03-29,fibula")
    >>> plan = return_plan(log, injury, start="2025-06-02", weeks=4, cleared="2025-05-30")
    >>> plan.runs[["date", "distance_m", "what"]].astype(str).values.tolist()[0]
    ['2025-06-09', '3000.0', 'run 3 min and walk 2 min, in turn; easy and flat']
    >>> return_plan(log, injury, start="2025-06-02").refusal
    'No clinician has cleared the first run: give the day of the clearance once there is one.'
    """
    first_day, cleared_on = as_day("start", start), None if cleared is None else as_day("cleared", cleared)
    told = one_injury(injury, log)
    pattern = _pattern(programme, weeks, run_weekdays, unit)
    begun = injury_onsets(told, onset=onset)["onset"].iloc[0]
    if begun > first_day:
        found = f"the injury begins on {begun:%Y-%m-%d}, after the start of the plan on {first_day:%Y-%m-%d}"
        raise InsufficientDataError(f"{found}; a plan starts after its injury")
    first_run = _first_run(programme, first_day, run_weekdays)
    bare = ReturnPlan(
        athlete_id=str(told["athlete_id"].iloc[0]),
        programme=programme,
        injury=told.reset_index(drop=True),
        days=PLAN.empty(),
        stages=STAGES.empty(),
        refusal=reason_against(told, first_run=first_run, cleared=cleared_on, onset=begun),
        questions=questions_for(told),
        notes=(),
        usual=None,
        setting=None,
        cleared=cleared_on,
        unit=unit,
    )
    if bare.refusal:
        return bare
    usual, again = usual_running(log, told, onset=onset), repeated_bone_stress(told, injuries)
    setting = Setting(
        athlete_id=bare.athlete_id,
        start=first_day,
        first_run=first_run,
        pattern=pattern,
        cadence_spm=_advised_cadence(usual, again=again),
        bare=programme == "clinic_days",
        walks_s=_walks(programme),
    )
    plan = _laid_out(replace(bare, usual=usual), setting, usual, weeks)
    return replace(plan, notes=(*_notes(told, usual, first_run, again=again), *_notes_on(plan, usual)))


def _laid_out(plan: ReturnPlan, setting: Setting, usual: UsualRunning, weeks: int) -> ReturnPlan:
    """Give a plan its stages and its days."""
    last = setting.start + pd.Timedelta(days=7 * weeks - 1)
    stages = programme_stages(
        plan.programme,
        usual,
        weeks=((last - setting.first_run).days + 7) // 7,
        runs_a_week=len(setting.pattern.run_days),
        unit=plan.unit,
    )
    every_run = list(dated_runs(stages, setting.pattern, setting.first_run, weekly=PROGRAMMES[plan.programme].weekly))
    runs = [run for run in every_run if run[0] <= last]
    if plan.programme in ENDING and len(runs) == len(every_run):
        last = runs[-1][0]
    return replace(plan, days=planned_days(setting, stages, runs, last=last), stages=stages, setting=setting)


def repeated_bone_stress(injury: pd.DataFrame, injuries: pd.DataFrame | None) -> bool:
    """Tell whether a bone stress injury is not the runner's first.

    Parameters
    ----------
    injury : DataFrame
        One row of `stressfx.schema.INJURIES`.
    injuries : DataFrame, optional
        All that are known; without them it is the only one.

    Returns
    -------
    bool
        True if there is an earlier one. An injury without a date is no earlier one.
    """
    if injuries is None or not bone_stress_injuries(injury).iloc[0]:
        return False
    own = INJURIES.check(injuries)
    own = own[own["athlete_id"].fillna("").isin([injury["athlete_id"].iloc[0], ""])]
    begun, this = injury_onsets(own)["onset"], injury_onsets(injury)["onset"].iloc[0]
    return bool((bone_stress_injuries(own).to_numpy(dtype=bool) & (begun < this).to_numpy(dtype=bool)).any())


def as_day(name: str, day: Day) -> pd.Timestamp:
    """Take a calendar day in any of its forms.

    Parameters
    ----------
    name : str
        Name of the argument, for the message.
    day : date, Timestamp or str
        The day.

    Returns
    -------
    Timestamp
        Its midnight, without a time zone.

    Raises
    ------
    ValueError
        If it is no day.
    """
    try:  # pandas would take 02/06/2025 for a day of February, and a bare number for one of 1970
        moment = pd.Timestamp(dt.date.fromisoformat(day) if isinstance(day, str) else day)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"{name} is no day; one as in 2025-06-02 is needed") from None
    if not isinstance(day, str | dt.date) or pd.isna(moment) or moment.tz is not None:
        raise ValueError(f"{name} is no calendar day; one as in 2025-06-02 is needed, without a time zone")
    return moment.normalize().as_unit("us")


def _pattern(programme: str, weeks: int, run_weekdays: Sequence[str] | None, unit: str) -> Pattern:
    """Check what was asked for, and give the days with runs."""
    if programme not in PROGRAMMES:
        raise ValueError(f"programme is {programme!r}; one of {', '.join(PROGRAMMES)} is needed")
    if unit not in METRES_PER:
        raise ValueError(f"unit is {unit!r}; 'km' or 'mi' is needed")
    if not isinstance(weeks, int | float) or not FEWEST_WEEKS <= weeks <= MOST_WEEKS or int(weeks) != weeks:
        raise ValueError(
            f"weeks is {weeks}; a whole number from {FEWEST_WEEKS} to {MOST_WEEKS} is needed: what is beyond a year is "
            "planned when it comes"
        )
    own = PROGRAMMES[programme].pattern
    if run_weekdays is None:
        return own
    if programme == "clinic_days":
        raise ValueError("run_weekdays cannot be chosen for clinic_days, which has days of its own")
    return Pattern(_weekday_offsets(run_weekdays), own.cycle_days)


def _weekday_offsets(run_weekdays: Sequence[str]) -> tuple[int, ...]:
    """Count the days of the week from the first one that is named."""
    named = [str(day).lower() for day in run_weekdays]
    if isinstance(run_weekdays, str) or not set(named) <= set(WEEKDAYS) or len(set(named)) != len(named):
        raise ValueError(f"run_weekdays has to name different days out of {', '.join(WEEKDAYS)}")
    places = [WEEKDAYS.index(day) for day in named]
    offsets = sorted((place - places[0]) % 7 for place in places)
    if len(offsets) not in {2, 3} or any(later - earlier < 2 for earlier, later in pairwise([*offsets, 7])):
        raise ValueError("run_weekdays has to be two or three days of which no two follow each other")
    return tuple(offsets)


def _first_run(programme: str, start: pd.Timestamp, run_weekdays: Sequence[str] | None) -> pd.Timestamp:
    """Find the day of the first run."""
    before = PREPARATION_DAYS if PROGRAMMES[programme].prepared else len(_walks(programme))
    first = start + pd.Timedelta(days=before)
    if run_weekdays is None:
        return first
    return first + pd.Timedelta(days=(WEEKDAYS.index(str(run_weekdays[0]).lower()) - first.day_of_week) % 7)


def _walks(programme: str) -> tuple[float, ...]:
    """Give the walks that a programme has before its first run. [s]."""
    if programme != "clinic_days":
        return ()
    walks = takewhile(lambda entry: [gait for gait, _ in entry] == ["walk"], CLINIC_DAYS)
    return tuple(60.0 * entry[0][1] for entry in walks)


def _advised_cadence(usual: UsualRunning, *, again: bool) -> tuple[float, float]:
    """Give the steps a minute that rule R11 advises, from and to; missing where it advises none."""
    if not again:
        return math.nan, math.nan
    return usual.cadence_spm * (1 + RULES.cadence_least), usual.cadence_spm * (1 + RULES.cadence_most)


def _notes(injury: pd.DataFrame, usual: UsualRunning, first_run: pd.Timestamp, *, again: bool) -> tuple[str, ...]:
    """Say what to know beside the plan."""
    notes = [context_of(injury, first_run=first_run, onset=usual.onset)]
    if math.isnan(usual.speed_mps):
        notes.append("The usual speed is not known, so that the plan sets no pace: slower than usual.")
    if again and math.isnan(usual.cadence_spm):
        notes.append("After repeated bone stress injuries 5 to 10 % more steps a minute are to be considered.")
    if usual.runs < FEW_RUNS or usual.days < DAYS_KNOWN:
        runs = f"{usual.runs} {'run' if usual.runs == 1 else 'runs'}"
        notes.append(f"What is usual is known from {runs} of {usual.days} days alone: look whether it is right.")
    if (first_run - usual.onset).days > LONG_AGO_DAYS:
        notes.append(f"What was usual lies {(first_run - usual.onset).days} days back, and may not be so now.")
    if not bone_stress_injuries(injury).iloc[0]:
        notes.append("The injury is not known to be one of bone; the rules are for bone stress injuries.")
    return tuple(note for note in notes if note)


def _notes_on(plan: ReturnPlan, usual: UsualRunning) -> tuple[str, ...]:
    """Say what a plan comes to, and which rules its programme breaks."""
    last = plan.runs.iloc[-1]
    size = METRES_PER[plan.unit]
    carried_m = plan.runs["distance_m"] * plan.runs["body_weight_share"]
    week_m = float(carried_m.groupby(plan.runs["week"]).sum().iloc[-2:].max())
    ends = f"The plan ends with {last['distance_m'] / size:.1f} {plan.unit} a run and {week_m / size:.1f} a week"
    was = f"usual were {usual.distance_m / size:.1f} and {usual.week_m / size:.1f}"
    breaks = PROGRAMMES[plan.programme].breaks
    known = not math.isnan(float(last["distance_m"]))
    return (*((f"{ends}; {was}.",) if known else ()), *((f"As published. {breaks}",) if breaks else ()))
