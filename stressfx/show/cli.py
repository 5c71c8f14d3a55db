"""Answers `stressfx` on the command line: what a folder of activities says, and what one file is.

Thin commands: each reads, hands over to the library, and prints what came back. Nothing heavy is loaded before a
command needs it, so help and version are there at once.
"""

import sys
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from stressfx.errors import StressfxError
from stressfx.show.printable import printable
from stressfx.show.version import installed_version

__all__ = ["app", "main"]

LONGEST_ERROR = 600

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
        With 0 if all went well, and 2 with one line on the error stream if it did not.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter must not end the program
    try:
        app()
    except StressfxError as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{Path(str(error.filename or '')).name or 'a file'}: {error.strerror or type(error).__name__}")


def _refuse(reason: str) -> None:
    print(f"stressfx: {printable(reason, limit=LONGEST_ERROR)}", file=sys.stderr)  # noqa: T201  # this is the screen
    raise SystemExit(2)


def _show_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"stressfx {installed_version()}")
        raise typer.Exit


def _known_zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            raise typer.BadParameter("needs the name of a time zone, such as Europe/Berlin") from None
    return name


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
    path: Annotated[Path, typer.Argument(help="Folder with FIT, GPX and TCX files, gzipped or not.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write the report here. [default: none]")] = None,
    injuries: Annotated[Path | None, typer.Option(help="Table of injuries. [default: PATH/injuries.csv]")] = None,
    shoes: Annotated[Path | None, typer.Option(help="Table of shoes. [default: PATH/shoes.csv]")] = None,
    profile: Annotated[Path | None, typer.Option(help="The runner. [default: PATH/profile.toml]")] = None,
    tz: Annotated[
        str | None,
        typer.Option(callback=_known_zone, help="Time zone of files that tell none, such as Europe/Berlin."),
    ] = None,
    athlete: Annotated[
        str | None, typer.Option(help="Name of the runner. [default: of the profile, or the folder]")
    ] = None,
    unnamed_sport: Annotated[
        str, typer.Option(help="What to take files for that name no sport, such as running. [default: no run]")
    ] = "",
    unit: Annotated[Literal["km", "mi"], typer.Option(help="Unit of distances.")] = "km",
) -> None:
    """Read one runner's folder, say what changed, and write a report."""
    from stressfx.auditing import audit  # noqa: PLC0415  # pandas takes a second, and help must not wait for it
    from stressfx.exports.read import read_export  # noqa: PLC0415  # as above
    from stressfx.exports.tables import read_injuries, read_profile, read_shoes  # noqa: PLC0415  # as above
    from stressfx.show.screen import print_audit, reading  # noqa: PLC0415  # as above

    profile, injuries, shoes = (
        given if given is not None else _beside(path, name)
        for given, name in ((profile, "profile.toml"), (injuries, "injuries.csv"), (shoes, "shoes.csv"))
    )
    runner = read_profile(profile) if profile else None
    name = athlete or (runner.athlete_id if runner else "") or path.resolve().name
    told = read_injuries(injuries) if injuries else None
    pairs = read_shoes(shoes) if shoes else None
    with reading() as progress:
        export = read_export(path, athlete_id=name, tz=tz, unnamed_sport=unnamed_sport, progress=progress)
    found = audit(export, injuries=told, shoes=pairs, profile=runner)
    if out is not None:
        from stressfx.show.report.write import write_report  # noqa: PLC0415  # matplotlib, only if it is wanted

        write_report(found, out, unit=unit)
    print_audit(found, unit=unit, report=out)


@app.command("doctor")
def doctor_command(file: Annotated[Path, typer.Argument(help="One activity file.")]) -> None:
    """Say what a file is, what is wrong with it, and whether other readers see the same."""
    from stressfx.io.read import read_activity  # noqa: PLC0415  # as in audit_command
    from stressfx.io.reference import compare_engines  # noqa: PLC0415  # as in audit_command
    from stressfx.show.screen import print_comparison, print_file  # noqa: PLC0415  # as in audit_command

    activity = read_activity(file)
    print_file(activity)
    print_comparison(lambda: compare_engines(file))


def _beside(folder: Path, name: str) -> Path | None:
    file = folder / name
    return file if file.is_file() else None
