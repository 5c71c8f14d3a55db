"""Answers `stressfx import` and `stressfx store`: what goes into a store, whether it is whole, and how it comes out.

Thin commands, as in `stressfx.show.cli`.
"""

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
    Workers,
    WrongCallError,
    limits_of,
)
from stressfx.show.printable import printable
from stressfx.show.sources import Wanted, into_store, one_athlete

__all__ = ["add_store_commands"]

store_app = typer.Typer(name="store", help="Look after a store: verify, rebuild, export, forget.", no_args_is_help=True)

Folder: TypeAlias = Annotated[Path, typer.Argument(metavar="STORE", help="Folder of the store.")]

FOUND_SOMETHING = 1
"""How a command ends that was asked whether all is well, if it is not."""


def add_store_commands(app: typer.Typer) -> None:
    """Add the commands on stores to the command line.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command("import")(import_command)
    app.add_typer(store_app)


def import_command(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder, or the zip archive of an account.")],
    store: Annotated[Path, typer.Option(metavar="FOLDER", help="The store; made if it is not there.")],
    athlete: Athlete = None,
    tz: TimeZone = None,
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
    """Read an export into a store; what it knows already is not read again."""
    from stressfx.show.screen import print_imported  # noqa: PLC0415  # help must not wait for rich and pandas

    limits = limits_of(
        entries=max_entries, ratio=max_ratio, entry=max_entry, stream=max_stream, total=max_total, nesting=max_nesting
    )
    brought, held = into_store(path, store, Wanted(athlete, tz, limits, columns, workers, scheduler))
    print_imported(brought, [] if athlete else held)


@store_app.command("verify")
def verify_command(store: Folder) -> None:
    """Read every file of the store again, and compare it with what was written."""
    from stressfx.exports.store.store import open_store  # noqa: PLC0415  # as above
    from stressfx.show.screen import print_findings  # noqa: PLC0415  # as above

    with open_store(store, read_only=True) as opened:
        found = opened.verify()
    print_findings(found, whole="The store is whole.")
    if len(found):
        raise typer.Exit(FOUND_SOMETHING)


@store_app.command("rebuild")
def rebuild_command(store: Folder) -> None:
    """Make the list of the store anew from its files."""
    from stressfx.exports.store.store import open_store, rebuild_store  # noqa: PLC0415  # as above
    from stressfx.show.screen import print_findings  # noqa: PLC0415  # as above

    found = rebuild_store(store)
    print_findings(found, whole="Every file of the store is in its list.")
    with open_store(store, read_only=True):
        pass  # it opens
    if len(found):
        raise typer.Exit(FOUND_SOMETHING)


@store_app.command("export")
def export_command(
    store: Folder,
    out: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write: a new folder.")],
    form: Annotated[Literal["parquet", "csv"], typer.Option("--format", help="Form of the tables.")] = "parquet",
) -> None:
    """Write everything in the store as tables that other programs read."""
    from stressfx.exports.store.store import open_store  # noqa: PLC0415  # as above

    with open_store(store, read_only=True) as opened:
        opened.export(out, format=form)
    typer.echo(f"The tables are in {printable(str(out), limit=400)}. They hold positions: where the runner lives.")


@store_app.command("forget")
def forget_command(
    store: Folder,
    athlete: Annotated[str, typer.Option(metavar="NAME", help="The runner whose data are deleted.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete everything about a runner from the store, for good."""
    from stressfx.exports.store.store import open_store  # noqa: PLC0415  # as above

    with open_store(store) as opened:
        name = one_athlete(opened.athletes(), athlete)
        if not yes and not _agreed(f"Delete everything about {printable(name)} from the store, for good?"):
            raise WrongCallError("nothing was deleted: it needs a yes, or --yes")
        count = opened.forget(name)
    typer.echo(f"{count} {'document was' if count == 1 else 'documents were'} deleted.")


def _agreed(question: str) -> bool:
    try:
        return typer.confirm(question)
    except typer.Abort:  # nobody is there to answer
        typer.echo()
        return False
