"""Answers how a plan becomes a page that a runner can print and follow without the program.

Takes a `ReturnPlan`; writes one HTML file: who and when, the rules in plain words, what to ask before the first run,
and a calendar to tick and to note pain in. A plan without a schedule gives the reason and the questions.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from stressfx.injury.returning.programmes import PROGRAMMES
from stressfx.injury.returning.rules import RULES
from stressfx.show.onsets import injury_sites
from stressfx.show.page import write_page
from stressfx.show.printable import printable
from stressfx.show.returning.weeks import Sheet, sheet
from stressfx.show.returning.words import NAMES, long_day, moved_back, pace_ceiling
from stressfx.units import METRES_PER, format_distance

if TYPE_CHECKING:
    from os import PathLike

    from stressfx.injury.returning.plan import ReturnPlan
    from stressfx.injury.returning.usual import UsualRunning

__all__ = ["write_plan"]

LONGEST_SENTENCE = 600
"""How the note begins that stands at the top: these are not the dates that were first planned."""

ONSETS = {"first_pain": "first pain", "stopped_running": "stopped running", "diagnosed": "diagnosed"}


class Told(NamedTuple):
    """A rule in plain words."""

    head: str
    words: str
    rules: tuple[str, ...]
    """Which of `RULES` it is."""


PAIN = Told(
    "Pain decides.",
    "Any pain at the injured place while you train, after it or on the next morning: stop, rest for a day at least, "
    "then go one stage back; from the first stage, back to a week of walking and cross-training. All later dates move "
    "back as much. If pain comes again, see a clinician before you run again.",
    ("R5",),
)
APART = Told("Never run on two days in a row.", "A run that was missed is not put on top of another one.", ("R3",))
IN_A_ROW = Told(
    "Mind the runs on days in a row.",
    "This programme has them; the rules for coming back advise against them.",
    ("R3",),
)
NO_MORE = Told(
    "No further, no faster.",
    "Run what is written or less: easy, on the flat, with the breaks to walk.",
    ("R2", "R4", "R7"),
)
CHECKED = Told(
    "Go on only if the check holds.",
    "A check stands at the end of a stage. If it does not hold, do the stage again; all later dates move back as much.",
    ("R1", "R6"),
)
SAME = Told(
    "Change nothing else.",
    "For the first four weeks of running keep to the same ground. Start in shoes with fewer than 300 to 500 miles "
    "(480 to 800 km).",
    ("R9", "R10"),
)
CADENCE = "R11"
"""The rule of the steps a minute, which stand with the runs."""

FOLDER = "stressfx.show.returning"


def write_plan(plan: "ReturnPlan", path: "str | PathLike[str]", *, unit: str | None = None) -> Path:
    """Write a plan as one HTML page for paper: a plan of twelve weeks fills two sheets of A4.

    Parameters
    ----------
    plan : ReturnPlan
        What `stressfx.return_plan` or `stressfx.after_pain` gives.
    path : path
        Where to write; a file of that name is replaced.
    unit : {"km", "mi"}, optional
        Unit of distances; that of the plan by default, in which they are round.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ValueError
        If `unit` is neither.
    OSError
        If the file cannot be written.

    Notes
    -----
    Distances stand as they are planned: tenths of the unit, below 1 hundredths. Where a distance is none of these, as
    one published in miles is in kilometres, it is rounded down to hundredths, and the total of a week is that of what
    is shown. A pace is rounded to the slower second. The page holds no address and loads nothing.
    """
    shown = unit or plan.unit
    if shown not in METRES_PER:
        raise ValueError(f"unit is {unit!r}; 'km' or 'mi' is needed")
    head = {
        "athlete": printable(plan.athlete_id) or "a runner",
        "who": _who(plan),
        "programme": PROGRAMMES[plan.programme].title,
        "refusal": printable(plan.refusal, limit=LONGEST_SENTENCE),
        "questions": [printable(question, limit=LONGEST_SENTENCE) for question in plan.questions],
        "notes": [printable(note, limit=LONGEST_SENTENCE) for note in plan.notes],
    }
    if plan.refusal:
        return write_page(path, FOLDER, "refusal.html.jinja", **head)
    laid = sheet(plan.days, unit=shown)
    rules = _rules(laid, plan.days)
    return write_page(
        path,
        FOLDER,
        "plan.html.jinja",
        **head,
        span=_span(plan.days),
        moved=moved_back(plan.moved),
        cleared="" if plan.cleared is None else long_day(plan.cleared),
        usual=_usual(plan.usual, unit=shown),
        rules=rules,
        legend=[(NAMES.get(activity, activity), words) for activity, words in laid.meanings.items()],
        sheet=laid,
        sources=_sources(plan, rules),
    )


def _who(plan: "ReturnPlan") -> str:
    """Name the injury."""
    return injury_sites(plan.injury)[0]


def _span(days: pd.DataFrame) -> str:
    """Say from when to when."""
    first, last = days["date"].min(), days["date"].max()
    weeks = ((last - first).days + 7) // 7
    return f"{long_day(first)} to {long_day(last)}, {weeks} week{'s' if weeks > 1 else ''}"


def _usual(usual: "UsualRunning | None", *, unit: str) -> str:
    """Say what was usual before the injury."""
    if usual is None:
        return ""
    run, week = (format_distance(metres, unit=unit) for metres in (usual.distance_m, usual.week_m))
    pace = pace_ceiling(usual.speed_mps, unit=unit)
    when = f"{ONSETS.get(usual.onset_by, 'onset')} on {long_day(usual.onset)}"
    return f"Usual in the four weeks before ({when}): {run} a run, {week} a week{f', {pace}' if pace else ''}."


def _rules(laid: Sheet, days: pd.DataFrame) -> list[Told]:
    """Choose the rules that this plan lets be kept."""
    runs = days.loc[days["activity"] == "run", "date"].drop_duplicates().sort_values()
    in_a_row = (runs.diff() == pd.Timedelta(days=1)).any()
    return [PAIN, IN_A_ROW if in_a_row else APART, NO_MORE, *([CHECKED] if laid.checks else []), SAME]


def _sources(plan: "ReturnPlan", told: Sequence[Told]) -> list[tuple[str, str]]:
    """Name where the programme, its stages and the rules on the page are from."""
    entry = PROGRAMMES[plan.programme]
    stages = [words for words in plan.stages["source"].unique() if words and words != entry.source]
    named = {name for rule in told for name in rule.rules}
    if plan.days["cadence_least_spm"].notna().any():
        named.add(CADENCE)
    return [
        ("Programme", entry.source),
        *(("Stages", printable(words, limit=LONGEST_SENTENCE)) for words in stages),
        *((rule.rule, rule.source) for rule in RULES if rule.rule in named),
    ]
