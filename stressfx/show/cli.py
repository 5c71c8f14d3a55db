"""Answers `stressfx` on the command line: what a folder of activities says, and what one file is.

Thin commands: each reads, hands over to the library, and prints what came back. Nothing heavy is loaded before a
command needs it, so help and version are there at once. `stressfx audit` itself is in `stressfx.show.cli_audit`.
"""

import sys
import traceback
import warnings
from pathlib import Path
from typing import Annotated, Literal

import typer

from stressfx.errors import DataQualityWarning, StressfxError, UnknownColumnsError
from stressfx.show.cli_audit import add_audit_command
from stressfx.show.cli_lab import add_lab_command
from stressfx.show.cli_returning import add_return_commands
from stressfx.show.cli_store import add_store_commands
from stressfx.show.printable import printable
from stressfx.show.version import installed_version

__all__ = ["app", "main"]

LONGEST_ERROR = 600
MOST_HEADERS = 8
INTERRUPTED = 130
HEADERS_FILE = Path("strava-columns.toml")

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


add_audit_command(app)
add_return_commands(app)


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
        Literal["sessions", "injuries", "shoes", "pain", "profile", "rules"],
        typer.Argument(metavar="KIND", help="sessions, injuries, shoes, pain, profile or rules."),
    ],
) -> None:
    """Print a table to fill in by hand."""
    from stressfx.exports.templates import template  # noqa: PLC0415  # as in audit_command

    typer.echo(template(kind), nl=False)


@app.command("definitions")
def definitions_command() -> None:
    """List the definitions of load: the days that each looks at, and where it is from."""
    from stressfx.show.screen import print_definitions  # noqa: PLC0415  # pandas takes a second, help must not wait
    from stressfx.training.metrics.definitions import definitions  # noqa: PLC0415  # as above

    print_definitions(definitions())


add_store_commands(app)
add_lab_command(app)
