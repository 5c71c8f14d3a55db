"""Answers `stressfx` on the command line: what a folder of activities says, and what one file is.

Thin commands: each reads, hands over to the library, and prints what came back. Nothing heavy is loaded before a
command needs it, so help and version are there at once.
"""

import sys
import traceback
import warnings
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from stressfx.errors import DataQualityWarning, StressfxError, UnknownColumnsError
from stressfx.show.cli_store import add_store_commands
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
from stressfx.show.printable import printable
from stressfx.show.sources import Wanted, beside, read, stored
from stressfx.show.version import installed_version

__all__ = ["app", "main"]

LONGEST_ERROR = 600
MOST_HEADERS = 8
INTERRUPTED = 130
HEADERS_FILE = Path("strava-columns.toml")

Time: TypeAlias = Literal["timer", "moving", "elapsed"]

app = typer.Typer(
    name="stressfx",
    help="Training load and bone stress injury in runners. Flags, not diagnoses; nothing leaves this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run the command line: the entry point of the program `stressfx`.

    Raises
    ------
    SystemExit
        With 0 if all went well; 1 if a store is not as it was written; 2 with one line on the error stream if the
        command could not be carried out; and 130 if it was interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter must not end the program
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, category, *_, **__: _show_warning(message, category)
        try:
            app()
        except UnknownColumnsError as error:
            _refuse(_ask_for_columns(error))
        except StressfxError as error:
            _refuse(str(error))
        except OSError as error:
            _refuse(f"{Path(str(error.filename or '')).name or 'a file'}: {error.strerror or type(error).__name__}")
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None
        except Exception as error:  # noqa: BLE001  # the text of an unforeseen error may hold anything of a file
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}, line {place.lineno}"
            _refuse(f"an error of the program itself ({type(error).__name__} in {where}); please report this line")


def _refuse(reason: str) -> None:
    _say(printable(reason, limit=LONGEST_ERROR))
    raise SystemExit(2)


def _say(line: str) -> None:
    print(f"stressfx: {line}", file=sys.stderr)  # noqa: T201  # this is the screen


def _show_warning(message: Warning | str, category: type[Warning]) -> None:
    """Say what a person should know; what libraries warn programmers of is not for a screen."""
    if issubclass(category, DataQualityWarning):
        _say(printable(str(message), limit=LONGEST_ERROR))


def _show_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"stressfx {installed_version()}")
        raise typer.Exit


def _ask_for_columns(error: UnknownColumnsError) -> str:
    """Write a file in which the user can say what the headers mean; what was filled in before is kept."""
    names = ", ".join(printable(header, limit=30) for header in error.headers[:MOST_HEADERS])
    more = f" and {len(error.headers) - MOST_HEADERS} more" if len(error.headers) > MOST_HEADERS else ""
    found = f"{error.label}: the headers are in a language that is not known ({names}{more})."
    try:
        with HEADERS_FILE.open("x", encoding="utf-8") as file:
            file.write(error.template())
    except FileExistsError:
        return f"{found} {HEADERS_FILE} is there already: fill it in, and add --columns {HEADERS_FILE}"
    except OSError as refused:
        return f"{found} {HEADERS_FILE}, to be filled in, cannot be written here: {refused.strerror}"
    return f"{found} {HEADERS_FILE} was written: fill it in, and add --columns {HEADERS_FILE}"


@app.callback()
def start(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=lambda value: _show_version(wanted=value), is_eager=True, help="Show the version."
        ),
    ] = False,
) -> None:
    """Training load and bone stress injury in runners. Flags, not diagnoses; nothing leaves this machine."""


@app.command("audit")
def audit_command(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH", help="Folder, or the zip archive of an account, with activities and tables."),
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write a report (HTML).")] = None,
    store: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Audit a store, instead of PATH.")] = None,
    injuries: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Table of injuries (default: PATH/injuries.csv).")
    ] = None,
    shoes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Table of shoes (default: those that PATH tells of).")
    ] = None,
    profile: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The runner (default: PATH/profile.toml).")
    ] = None,
    tz: TimeZone = None,
    athlete: Athlete = None,
    unnamed_sport: UnnamedSport = "",
    time: Annotated[Time, typer.Option(metavar="TIME", help="Time that is shown: timer, moving or elapsed.")] = "timer",
    unit: Annotated[Literal["km", "mi"], typer.Option(metavar="UNIT", help="Unit of distances: km or mi.")] = "km",
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
    """Read one runner's export, say what changed, and write a report."""
    limits = limits_of(
        entries=max_entries, ratio=max_ratio, entry=max_entry, stream=max_stream, total=max_total, nesting=max_nesting
    )
    if (path is None) == (store is None):
        raise WrongCallError("audit needs either PATH or --store, and not both")
    if store is not None and (columns, workers, scheduler, limits) != (None, None, None, USUAL):
        raise WrongCallError("a store is read: leave out --columns, --workers, --scheduler and --max-...")
    if workers is not None and scheduler is not None:
        raise WrongCallError("either --workers or --scheduler, not both")
    from stressfx.auditing import audit  # noqa: PLC0415  # pandas takes a second, and help must not wait for it
    from stressfx.exports.tables import read_injuries, read_profile, read_shoes  # noqa: PLC0415  # as above
    from stressfx.show.screen import print_audit  # noqa: PLC0415  # as above

    profile, injuries = profile or beside(path, "profile.toml"), injuries or beside(path, "injuries.csv")
    runner = read_profile(profile) if profile else None
    told = read_injuries(injuries) if injuries else None
    pairs = read_shoes(shoes) if shoes else None
    name = athlete or (runner.athlete_id if runner else None)
    if store is not None:
        export = stored(store, athlete=name, tz=tz, unnamed_sport=unnamed_sport)
    elif path is not None:
        export = read(path, Wanted(name, tz, limits, columns, workers, scheduler), unnamed_sport=unnamed_sport)
    found = audit(export, injuries=told, shoes=pairs, profile=runner, time=time)
    if out is not None:
        from stressfx.show.report.write import write_report  # noqa: PLC0415  # matplotlib, only if it is wanted

        write_report(found, out, unit=unit)
    print_audit(found, unit=unit, report=out)


@app.command("doctor")
def doctor_command(file: Annotated[Path, typer.Argument(metavar="FILE", help="One activity file.")]) -> None:
    """Say what a file is, what is wrong with it, and whether other readers see the same."""
    from stressfx.io.read import read_activity  # noqa: PLC0415  # as in audit_command
    from stressfx.io.reference import compare_engines  # noqa: PLC0415  # as in audit_command
    from stressfx.show.screen import print_comparison, print_file  # noqa: PLC0415  # as in audit_command

    activity = read_activity(file)
    print_file(activity)
    print_comparison(lambda: compare_engines(file))


@app.command("template")
def template_command(
    kind: Annotated[
        Literal["sessions", "injuries", "shoes", "profile"],
        typer.Argument(metavar="KIND", help="sessions, injuries, shoes or profile."),
    ],
) -> None:
    """Print a table to fill in by hand."""
    from stressfx.exports.templates import template  # noqa: PLC0415  # as in audit_command

    typer.echo(template(kind), nl=False)


add_store_commands(app)
