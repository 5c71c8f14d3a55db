"""Answers what `stressfx plan` and `stressfx check-return` do with what was typed: read, plan or check, show, write.

Takes what a command asks for; prints, and writes files. Nothing is computed here that the library does not give.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import typer

from stressfx.errors import InsufficientDataError, StressfxError
from stressfx.exports.pain import read_pain
from stressfx.exports.plans import read_plan
from stressfx.exports.write import write_csv
from stressfx.injury.returning.check import check_return
from stressfx.injury.returning.moving_back import after_pain
from stressfx.injury.returning.plan import return_plan
from stressfx.injury.returning.rules import ReturnRules
from stressfx.show.audited import Audited, audited
from stressfx.show.options import WrongCallError
from stressfx.show.returning.calendar import write_calendar
from stressfx.show.returning.check_page import write_return_check
from stressfx.show.returning.chosen import chosen_injury
from stressfx.show.returning.plan_page import write_plan
from stressfx.show.returning.screen import print_plan, print_return_check
from stressfx.show.sources import Asked, beside

if TYPE_CHECKING:
    from stressfx.injury.returning.plan import ReturnPlan

__all__ = ["Files", "PlanWanted", "show_plan", "show_return_check"]

OPTIONS = {"run_weekdays": "--days", "weeks": "--weeks", "start": "--start", "cleared": "--cleared"}
"""What the arguments of the library are called on the command line."""

NO_INJURIES = (
    "needs the table of injuries: PATH/injuries.csv, or --injuries FILE; stressfx template injuries prints one"
)


@dataclass(frozen=True)
class PlanWanted:
    """Which plan is asked for; see `stressfx.return_plan`."""

    start: date
    cleared: date | None
    weeks: int
    programme: str
    run_weekdays: list[str] | None
    onset: str
    unit: str


@dataclass(frozen=True)
class Files:
    """What is read beside the runs, and where to write."""

    pain: Path | None
    plan: Path | None = None
    page: Path | None = None
    csv: Path | None = None
    ics: Path | None = None


def show_plan(asked: Asked, wanted: PlanWanted, files: Files, *, injury: int | None) -> None:
    """Plan the way back, show it and write it.

    Parameters
    ----------
    asked : Asked
        Whose training.
    wanted : PlanWanted
        Which plan.
    files : Files
        The diary, and where to write; of a plan without a schedule the page alone is written.
    injury : int, optional
        Row of the table of injuries, from 1.

    Raises
    ------
    InsufficientDataError
        If there is no schedule, after the reason was shown.
    WrongCallError
        If what was typed does not fit together.
    """
    diary = _diary(asked, files)
    about, told = _about("plan", asked)
    row, words = chosen_injury(told, about.audit.athlete_id, injury, before=pd.Timestamp(wanted.start))
    with _as_options():
        plan = return_plan(
            about.audit.sessions,
            row,
            start=wanted.start,
            weeks=wanted.weeks,
            cleared=wanted.cleared,
            programme=wanted.programme,
            run_weekdays=wanted.run_weekdays,
            onset=wanted.onset,
            injuries=about.audit.injuries,
            unit=wanted.unit,
        )
    if diary is not None and not plan.refusal:
        plan = after_pain(plan, diary)
    print_plan(plan, unit=wanted.unit, injury=words, written=_write_plan(plan, files))
    if plan.refusal:
        raise InsufficientDataError("no schedule was made; the reason and what to ask a clinician stand above")


def show_return_check(asked: Asked, files: Files, *, injury: int | None, onset: str, unit: str) -> None:
    """Check a return, show what was found and write it.

    Parameters
    ----------
    asked : Asked
        Whose training.
    files : Files
        The plan and the diary, and where to write.
    injury : int, optional
        Row of the table of injuries, from 1.
    onset : str
        What dates the injury.
    unit : {"km", "mi"}
        Unit of distances.

    Raises
    ------
    WrongCallError
        If what was typed does not fit together.
    """
    days = read_plan(files.plan) if files.plan else None
    diary = _diary(asked, files)
    about, told = _about("check-return", asked)
    before = None if days is None else days["date"].min()
    row, words = chosen_injury(told, about.audit.athlete_id, injury, before=before, returned=days is None)
    check = check_return(
        about.audit.sessions,
        ReturnRules() if days is None else days,
        injury=row,
        injuries=about.audit.injuries,
        pain=diary,
        shoes=about.audit.shoes,
        surfaces=about.audit.surfaces,
        intensity=about.export.intensity,
        onset=onset,
    )
    written = {}
    if files.page is not None:
        written["Page"] = write_return_check(check, files.page, unit=unit)
    if files.csv is not None:
        write_csv(check.events, files.csv)
        written["Table"] = files.csv
    print_return_check(check, unit=unit, injury=words, written=written)


def _diary(asked: Asked, files: Files) -> pd.DataFrame | None:
    """Read the pain diary, named or beside the files."""
    file = files.pain or beside(asked.path, "pain.csv")
    return read_pain(file) if file else None


def _about(command: str, asked: Asked) -> tuple[Audited, pd.DataFrame]:
    """Read what a command is about, and the table of injuries, without which it can do nothing."""
    if asked.injuries_file is None:
        raise WrongCallError(f"{command} {NO_INJURIES}")
    about = audited(asked)
    if about.injuries is None:
        raise WrongCallError(f"{command} {NO_INJURIES}")
    findings = about.audit.findings
    refused = findings.loc[findings["code"] == "table-row-refused", "count"]
    lost = int(refused.sum()) + int((findings["code"] == "fit-truncated").sum()) + len(about.audit.quarantine)
    if lost:  # a run that is missing breaks no rule
        what = "1 row or file" if lost == 1 else f"{lost} rows or files"
        text = f"{what} could not be read in whole and may be missing here; stressfx audit says which."
        typer.echo(f"stressfx: {text}", err=True)
    return about, about.injuries


def _write_plan(plan: "ReturnPlan", files: Files) -> dict[str, Path]:
    """Write the files that were asked for."""
    written = {}
    if files.page is not None:
        written["Page"] = write_plan(plan, files.page)
    if files.csv is not None and not plan.refusal:
        write_csv(plan.days, files.csv)
        written["Table"] = files.csv
    if files.ics is not None and not plan.refusal:
        written["Calendar, best kept in one of its own"] = write_calendar(plan, files.ics)
    return written


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
