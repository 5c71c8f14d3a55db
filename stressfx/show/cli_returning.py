"""Answers `stressfx plan` and `stressfx check-return`: the way back to running, and how a return went.

Thin commands, as in `stressfx.show.cli`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from stressfx.errors import InsufficientDataError, StressfxError
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
from stressfx.show.sources import Wanted, beside, read, stored

if TYPE_CHECKING:
    import pandas as pd

    from stressfx.auditing import Audit
    from stressfx.exports.export import Export
    from stressfx.injury.returning.check import ReturnCheck
    from stressfx.injury.returning.plan import ReturnPlan

__all__ = ["add_return_commands"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTEST_NAME = 2
OPTIONS = {"run_weekdays": "--days", "weeks": "--weeks", "start": "--start", "cleared": "--cleared"}
"""What the arguments of the library are called here."""

NO_INJURIES = (
    "needs the table of injuries: PATH/injuries.csv, or --injuries FILE; stressfx template injuries prints one"
)

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


@dataclass(frozen=True)
class Asked:
    """Where to read from, as it was typed."""

    path: Path | None
    store: Path | None
    injuries: Path | None
    shoes: Path | None
    profile: Path | None
    rules: Path | None
    unnamed_sport: str
    wanted: Wanted


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
    asked = Asked(path, store, injuries, None, profile, rules, unnamed_sport, wanted)
    first, ready, on = _day("--start", start), _day("--cleared", cleared), _weekdays(days)
    if first is None:
        raise WrongCallError("plan needs --start DATE: its first day, as in 2025-06-02")
    import pandas as pd  # noqa: PLC0415  # it takes a second, and help must not wait for it

    from stressfx.exports.pain import read_pain  # noqa: PLC0415  # as above
    from stressfx.injury.returning.moving_back import after_pain  # noqa: PLC0415  # as above
    from stressfx.injury.returning.plan import return_plan  # noqa: PLC0415  # as above
    from stressfx.show.returning.chosen import chosen_injury  # noqa: PLC0415  # as above
    from stressfx.show.returning.screen import print_plan  # noqa: PLC0415  # as above

    pain = pain or beside(path, "pain.csv")
    diary = read_pain(pain) if pain else None
    told, found, _ = _audited("plan", asked)
    row, words = chosen_injury(told, found.athlete_id, injury, before=pd.Timestamp(first))
    with _as_options():
        plan = return_plan(
            found.sessions,
            row,
            start=first,
            weeks=weeks,
            cleared=ready,
            programme=programme,
            run_weekdays=on,
            onset=onset,
            injuries=found.injuries,
            unit=unit,
        )
    if diary is not None and not plan.refusal:
        plan = after_pain(plan, diary)
    print_plan(plan, unit=unit, injury=words, written=_write_plan(plan, out=out, csv=csv, ics=ics))
    if plan.refusal:
        raise InsufficientDataError("no schedule was made; the reason and what to ask a clinician stand above")


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
    asked = Asked(path, store, injuries, shoes, profile, rules, unnamed_sport, wanted)
    from stressfx.exports.pain import read_pain  # noqa: PLC0415  # as in plan_command
    from stressfx.exports.plans import read_plan  # noqa: PLC0415  # as above
    from stressfx.injury.returning.check import check_return  # noqa: PLC0415  # as above
    from stressfx.injury.returning.rules import ReturnRules  # noqa: PLC0415  # as above
    from stressfx.show.returning.chosen import chosen_injury  # noqa: PLC0415  # as above
    from stressfx.show.returning.screen import print_return_check  # noqa: PLC0415  # as above

    days = read_plan(plan) if plan else None
    pain = pain or beside(path, "pain.csv")
    diary = read_pain(pain) if pain else None
    told, found, export = _audited("check-return", asked)
    before = None if days is None else days["date"].min()
    row, words = chosen_injury(told, found.athlete_id, injury, before=before, returned=days is None)
    check = check_return(
        found.sessions,
        ReturnRules() if days is None else days,
        injury=row,
        injuries=found.injuries,
        pain=diary,
        shoes=found.shoes,
        surfaces=found.surfaces,
        intensity=export.intensity,
        onset=onset,
    )
    print_return_check(check, unit=unit, injury=words, written=_write_check(check, out=out, csv=csv, unit=unit))


def _audited(command: str, asked: Asked) -> "tuple[pd.DataFrame, Audit, Export]":
    """Read what a command is about: the table of injuries, and the runner's log with loads, ground and shoes."""
    usual = (None, None, None, USUAL)
    wanted = asked.wanted
    if (asked.path is None) == (asked.store is None):
        raise WrongCallError(f"{command} needs either PATH or --store, and not both")
    if asked.store is not None and (wanted.columns, wanted.workers, wanted.scheduler, wanted.limits) != usual:
        raise WrongCallError("a store is read: leave out --columns, --workers, --scheduler and --max-...")
    if wanted.workers is not None and wanted.scheduler is not None:
        raise WrongCallError("either --workers or --scheduler, not both")
    from stressfx.auditing import audit  # noqa: PLC0415  # as in plan_command
    from stressfx.exports.rules import read_rules  # noqa: PLC0415  # as above
    from stressfx.exports.tables import read_injuries, read_profile, read_shoes  # noqa: PLC0415  # as above

    table = asked.injuries or beside(asked.path, "injuries.csv")
    if table is None:
        raise WrongCallError(f"{command} {NO_INJURIES}")
    told = read_injuries(table)
    profile = asked.profile or beside(asked.path, "profile.toml")
    runner = read_profile(profile) if profile else None
    pairs = read_shoes(asked.shoes) if asked.shoes else None
    rules = asked.rules or beside(asked.path, "rules.toml")
    ruled = read_rules(rules) if rules else None
    name = wanted.athlete or (runner.athlete_id if runner else None)
    if asked.store is not None:
        export = stored(asked.store, athlete=name, tz=wanted.tz, unnamed_sport=asked.unnamed_sport)
    elif asked.path is not None:
        export = read(asked.path, replace(wanted, athlete=name), unnamed_sport=asked.unnamed_sport)
    found = audit(export, injuries=told, shoes=pairs, profile=runner, rules=ruled)
    _tell_left_out(found)
    return told, found, export


def _tell_left_out(found: "Audit") -> None:
    """Say that something of the log could not be read: a run that is missing breaks no rule."""
    refused = found.findings.loc[found.findings["code"] == "table-row-refused", "count"]
    cut = found.findings["code"] == "fit-truncated"
    lost = int(refused.sum()) + int(cut.sum()) + len(found.quarantine)
    if lost:
        what = "1 row or file" if lost == 1 else f"{lost} rows or files"
        text = f"{what} could not be read in whole and may be missing here; stressfx audit says which."
        typer.echo(f"stressfx: {text}", err=True)


def _write_plan(plan: "ReturnPlan", *, out: Path | None, csv: Path | None, ics: Path | None) -> dict[str, Path]:
    """Write the files that were asked for; of a plan without a schedule the page alone."""
    written = {}
    if out is not None:
        from stressfx.show.returning.plan_page import write_plan  # noqa: PLC0415  # only if it is wanted

        written["Page"] = write_plan(plan, out)
    if csv is not None and not plan.refusal:
        from stressfx.exports.write import write_csv  # noqa: PLC0415  # as above

        write_csv(plan.days, csv)
        written["Table"] = csv
    if ics is not None and not plan.refusal:
        from stressfx.show.returning.calendar import write_calendar  # noqa: PLC0415  # as above

        written["Calendar, best kept in one of its own"] = write_calendar(plan, ics)
    return written


def _write_check(check: "ReturnCheck", *, out: Path | None, csv: Path | None, unit: str) -> dict[str, Path]:
    """Write the files that were asked for."""
    written = {}
    if out is not None:
        from stressfx.show.returning.check_page import write_return_check  # noqa: PLC0415  # only if it is wanted

        written["Page"] = write_return_check(check, out, unit=unit)
    if csv is not None:
        from stressfx.exports.write import write_csv  # noqa: PLC0415  # as above

        write_csv(check.events, csv)
        written["Table"] = csv
    return written


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


@contextmanager
def _as_options() -> Iterator[None]:
    """Say what is wrong with an argument in the words of the command line."""
    try:
        yield
    except StressfxError:
        raise
    except ValueError as error:
        argument, _, rest = str(error).partition(" ")
        if argument not in OPTIONS:
            raise
        raise WrongCallError(f"{OPTIONS[argument]} {rest}") from None
