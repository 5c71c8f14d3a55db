"""Answers how a plan and the check of a return look on a terminal of 80 columns.

Takes what the library gave; prints it with rich. Names from files are made printable and are never read as markup.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from stressfx.injury.returning.programmes import PROGRAMMES
from stressfx.injury.returning.rules import BROKEN, WATCH
from stressfx.show.printable import printable
from stressfx.show.returning.found import check_headline, event_rows, rule_rows
from stressfx.show.returning.words import NAMES, WEEKDAYS, doing, facts, long_day, moved_back, short_day

if TYPE_CHECKING:
    from stressfx.injury.returning.check import ReturnCheck
    from stressfx.injury.returning.plan import ReturnPlan

__all__ = ["print_plan", "print_return_check"]

WIDTH = 80
MOST_EVENTS = 12
LONGEST_SENTENCE = 600
PAIN = "Any pain during a session, after it or on the next morning: a day of rest at least, then one stage back."
NOTICE = "Flags, not treatment: pain in a bone needs a clinician, whatever a plan says."

Row = Mapping[Hashable, Any]


def print_plan(plan: "ReturnPlan", *, unit: str, injury: str, written: Mapping[str, Path]) -> None:
    """Print a plan, a row a week and stage; or why there is none, and what to ask.

    Parameters
    ----------
    plan : ReturnPlan
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.
    injury : str
        Which injury it is for, in words.
    written : mapping of str to Path
        Files that were written, by what they are.
    """
    screen = _screen()
    _say(screen, f"The way back to running of {printable(plan.athlete_id)}", style="bold")
    _say(screen, injury)
    if plan.refusal:
        _say(screen, f"No schedule. {printable(plan.refusal, limit=LONGEST_SENTENCE)}", style="bold")
        _say(screen, "What to ask a clinician:")
        for question in plan.questions:
            _say(screen, f"- {printable(question, limit=LONGEST_SENTENCE)}")
    else:
        first, last = plan.days["date"].min(), plan.days["date"].max()
        _say(screen, f"{PROGRAMMES[plan.programme].title}: {long_day(first)} to {long_day(last)}.")
        heads = ("Week", "From", "Stage", "On", "Runs", "How", "Pace limit")
        _table(screen, heads, _plan_rows(plan, unit=unit))
        _say(screen, f"Other days: {_others(plan, unit=unit)}. The page (-o plan.html) says which on which day.")
        if cadence := next((facts(run, unit=unit)[-1] for run in plan.runs.to_dict("records")), ""):
            _say(screen, f"Cadence of the runs: {cadence}.")
        _say(screen, PAIN)
    if plan.moved:
        _say(screen, moved_back(plan.moved))
    for note in plan.notes:
        _say(screen, printable(note, limit=LONGEST_SENTENCE))
    _say(screen, NOTICE, style="italic")
    _print_written(screen, written)


def _plan_rows(plan: "ReturnPlan", *, unit: str) -> list[tuple[str, ...]]:
    """Give a row a week and stage; a week without runs has one of what it holds."""
    rows: list[tuple[str, ...]] = []
    for week, days in plan.days.groupby("week"):
        runs = days[days["activity"] == "run"].to_dict("records")
        if not runs:
            held = [NAMES.get(name, printable(name)).lower() for name in days["activity"].unique() if name != "rest"]
            rows.append((str(week), short_day(days["date"].min())[4:], "", "", "no run", ", ".join(held), ""))
        for stage, alike in groupby(runs, key=lambda run: run["stage"]):
            rows.append((str(week), *_stage_row(stage, list(alike), unit=unit)))
    return rows


def _others(plan: "ReturnPlan", *, unit: str) -> str:
    """Say what days without a run hold; how long, where that is always the same."""
    days = plan.days[plan.days["activity"] != "run"]
    said = []
    for _, alike in days.groupby("activity", sort=False):
        items = {doing(row, unit=unit) for row in alike.to_dict("records")}
        first = next(iter(items))
        said.append((first.head if len(items) == 1 else first.name).lower())
    return ", ".join(said) or "rest"


def _stage_row(stage: int, runs: Sequence[Row], *, unit: str) -> tuple[str, ...]:
    """Say in cells what the runs of a stage in one week are."""
    items = [doing(run, unit=unit) for run in runs]
    amounts = [f"{len(list(same))} x {amount}" for amount, same in groupby(item.amount for item in items)]
    share, pace = facts(runs[0], unit=unit)[1:3]
    how = ", ".join(words for words in (items[0].detail, share.replace("of your body ", "")) if words)
    on = " ".join(WEEKDAYS[run["date"].day_of_week] for run in runs)
    limit = pace.removeprefix("not faster than ").partition(" (")[0]
    return short_day(runs[0]["date"])[4:], str(stage), on, ", ".join(amounts), how, limit


def print_return_check(check: "ReturnCheck", *, unit: str, injury: str, written: Mapping[str, Path]) -> None:
    """Print the check of a return, a row a rule and the days that were not plainly kept.

    Parameters
    ----------
    check : ReturnCheck
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.
    injury : str
        Which injury it is about, in words.
    written : mapping of str to Path
        Files that were written, by what they are.
    """
    screen = _screen()
    _say(screen, f"How the return of {printable(check.athlete_id)} went", style="bold")
    _say(screen, injury)
    held = "the plan and the rules" if check.planned else "the rules, without a plan"
    span = f"{long_day(check.first_run)} to {long_day(check.last)}"
    _say(screen, f"{span}: {check.runs} run{'' if check.runs == 1 else 's'}, held against {held}.")
    _say(screen, f"{check_headline(check)}.", style="bold")
    for note in check.notes:
        _say(screen, printable(note, limit=LONGEST_SENTENCE))
    rules = [(row.rule, row.state, f"{row.title}.\n{row.what}") for row in rule_rows(check, unit=unit)]
    _table(screen, ("Rule", "State", "What was found"), rows=rules)
    graver = check.events[check.events["state"].isin([BROKEN, WATCH])]
    if len(graver):
        more = f": the first {MOST_EVENTS} of {len(graver)}" if len(graver) > MOST_EVENTS else ""
        _say(screen, f"Day by day{more}", style="bold")
        shown = event_rows(replace(check, events=graver), unit=unit)[:MOST_EVENTS]
        heads = ("Day", "Rule", "State", "What was found")
        _table(screen, heads, [(row.date, row.rule, row.state, row.what) for row in shown])
    _say(screen, "Flags, not diagnoses: a rule that was kept does not make a return safe.", style="italic")
    _print_written(screen, written)


def _print_written(screen: Console, written: Mapping[str, Path]) -> None:
    for what, file in written.items():
        _say(screen, f"{what}: {printable(str(file), limit=400)}", style="bold")


def _screen() -> Console:
    screen = Console(highlight=False)
    screen.width = min(screen.width, WIDTH)
    return screen


def _say(screen: Console, line: str, *, style: str = "") -> None:
    """Print one paragraph; `Text` is never read as markup."""
    screen.print(Text(line, style=style))


def _table(screen: Console, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head in heads:
        table.add_column(head)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    screen.print()
    screen.print(table)
    screen.print()
