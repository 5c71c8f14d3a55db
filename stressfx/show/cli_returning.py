"""Answers `stressfx plan` and `stressfx check-return`: the way back to running, and how a return went.

Thin commands, as in `stressfx.show.cli`.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from stressfx.show.options import (
    MIB,
    USUAL,
    Athlete,
    Columns,
    MaxEntries,
    MaxEntry,
    MaxNesting,
    MaxRatio,
    MaxStream,
    MaxTotal,
    Scheduler,
    TimeZone,
    UnnamedSport,
    Workers,
    WrongCallError,
    limits_of,
)
from stressfx.show.sources import Asked, Wanted

__all__ = ["add_return_commands"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTEST_NAME = 2
Programme: TypeAlias = Literal["rules", "trials_2023", "antigravity_2022", "clinic_days"]
Onset: TypeAlias = Literal["first_pain", "stopped_running", "diagnosed"]
Source: TypeAlias = Annotated[
    Path | None,
    typer.Argument(metavar="PATH", help="Folder, or the zip archive of an account, with activities and tables."),
]
Store: TypeAlias = Annotated[Path | None, typer.Option(metavar="FOLDER", help="Read a store, instead of PATH.")]
Injuries: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Table of injuries (default: PATH/injuries.csv).")
]
Injury: TypeAlias = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Row of the table of injuries, from 1 (default: the last injury)."),
]
OnsetBy: TypeAlias = Annotated[
    Onset, typer.Option(metavar="RULE", help="What dates the injury: first_pain, stopped_running or diagnosed.")
]
Shoes: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Table of shoes (default: those that PATH tells of).")
]
Runner: TypeAlias = Annotated[
    Path | None, typer.Option("--profile", metavar="FILE", help="The runner (default: PATH/profile.toml).")
]
Rules: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The runner's own rules (default: PATH/rules.toml).")
]
Unit: TypeAlias = Annotated[Literal["km", "mi"], typer.Option(metavar="UNIT", help="Unit of distances: km or mi.")]


def add_return_commands(app: typer.Typer) -> None:
    """Add the commands `plan` and `check-return` to the command line.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command("plan")(plan_command)
    app.command("check-return")(check_command)


def plan_command(
    path: Source = None,
    start: Annotated[str, typer.Option(metavar="DATE", help="First day of the plan, as in 2025-06-02. Needed.")] = "",
    cleared: Annotated[
        str,
        typer.Option(metavar="DATE", help="Day on which a clinician cleared the first run; no schedule without it."),
    ] = "",
    weeks: Annotated[int, typer.Option(metavar="N", help="Length of the plan, from 2 to 52 weeks.")] = 12,
    programme: Annotated[
        Programme,
        typer.Option(metavar="NAME", help="rules, or published: trials_2023, antigravity_2022 or clinic_days."),
    ] = "rules",
    days: Annotated[str, typer.Option(metavar="DAYS", help="Days of the week to run on, as in mon,wed,fri.")] = "",
    pain: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Pain diary (default: PATH/pain.csv); after any pain the plan moves back."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write a page to print (HTML).")
    ] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the days as a table (CSV).")] = None,
    ics: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a calendar (iCalendar).")] = None,
    injury: Injury = None,
    onset: OnsetBy = "first_pain",
    unit: Unit = "km",
    store: Store = None,
    injuries: Injuries = None,
    profile: Runner = None,
    rules: Rules = None,
    tz: TimeZone = None,
    athlete: Athlete = None,
    unnamed_sport: UnnamedSport = "",
    columns: Columns = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    max_entries: MaxEntries = USUAL.entries,
    max_ratio: MaxRatio = USUAL.ratio,
    max_entry: MaxEntry = USUAL.entry_bytes // MIB,
    max_stream: MaxStream = USUAL.stream_bytes // MIB,
    max_total: MaxTotal = USUAL.total_bytes // MIB,
    max_nesting: MaxNesting = USUAL.nesting,
) -> None:
    """Plan the way back to running after a bone stress injury.

    Without a schedule, for want of a clearance or with a site that needs a clinician, it says why and what to ask, and
    ends with 2; then the page is written, and nothing else.
    """
    limits = limits_of(
        entries=max_entries, ratio=max_ratio, entry=max_entry, stream=max_stream, total=max_total, nesting=max_nesting
    )
    wanted = Wanted(athlete, tz, limits, columns, workers, scheduler)
    asked = Asked(path, store, wanted, injuries, None, profile, rules, unnamed_sport=unnamed_sport)
    first, ready, on = _day("--start", start), _day("--cleared", cleared), _weekdays(days)
    if first is None:
        raise WrongCallError("plan needs --start DATE: its first day, as in 2025-06-02")
    asked.need_one_source("plan")
    from stressfx.show.returning.commands import Files, PlanWanted, show_plan  # noqa: PLC0415  # pandas takes a second

    plan = PlanWanted(first, ready, weeks, programme, on, onset, unit)
    show_plan(asked, plan, Files(pain, page=out, csv=csv, ics=ics), injury=injury)


def check_command(
    path: Source = None,
    plan: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Plan to check against, as plan --csv wrote it (default: none).")
    ] = None,
    pain: Annotated[Path | None, typer.Option(metavar="FILE", help="Pain diary (default: PATH/pain.csv).")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write a page (HTML).")] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the days that were not plainly kept (CSV).")
    ] = None,
    injury: Injury = None,
    onset: OnsetBy = "first_pain",
    unit: Unit = "km",
    store: Store = None,
    injuries: Injuries = None,
    shoes: Shoes = None,
    profile: Runner = None,
    rules: Rules = None,
    tz: TimeZone = None,
    athlete: Athlete = None,
    unnamed_sport: UnnamedSport = "",
    columns: Columns = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    max_entries: MaxEntries = USUAL.entries,
    max_ratio: MaxRatio = USUAL.ratio,
    max_entry: MaxEntry = USUAL.entry_bytes // MIB,
    max_stream: MaxStream = USUAL.stream_bytes // MIB,
    max_total: MaxTotal = USUAL.total_bytes // MIB,
    max_nesting: MaxNesting = USUAL.nesting,
) -> None:
    """Hold a return to running against the rules, one by one, and against a plan if there is one."""
    limits = limits_of(
        entries=max_entries, ratio=max_ratio, entry=max_entry, stream=max_stream, total=max_total, nesting=max_nesting
    )
    wanted = Wanted(athlete, tz, limits, columns, workers, scheduler)
    asked = Asked(path, store, wanted, injuries, shoes, profile, rules, unnamed_sport=unnamed_sport)
    asked.need_one_source("check-return")
    from stressfx.show.returning.commands import Files, show_return_check  # noqa: PLC0415  # as in plan_command

    show_return_check(asked, Files(pain, plan=plan, page=out, csv=csv), injury=injury, onset=onset, unit=unit)


def _day(option: str, typed: str) -> date | None:
    """Read a day that was typed; nothing is no day."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise WrongCallError(f"{option}: a day as in 2025-06-02 is needed") from None


def _weekdays(typed: str) -> list[str] | None:
    """Read days of the week, also in their short forms."""
    if not typed:
        return None
    days = []
    for word in typed.lower().replace(" ", ",").split(","):
        found = [day for day in WEEKDAYS if word and len(word) >= SHORTEST_NAME and day.startswith(word)]
        if word and len(found) != 1:
            raise WrongCallError("--days needs days of the week, as in mon,wed,fri")
        days += found
    return days
