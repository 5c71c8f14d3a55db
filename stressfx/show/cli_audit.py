"""Answers `stressfx audit`: what a runner's export or store says, on the screen, as a page and as tables.

A thin command, as in `stressfx.show.cli`.
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
    UnnamedSport,
    Workers,
    limits_of,
)
from stressfx.show.sources import Asked, Wanted

__all__ = ["add_audit_command"]

Time: TypeAlias = Literal["timer", "moving", "elapsed"]


def add_audit_command(app: typer.Typer) -> None:
    """Add the command `audit` to the command line.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command("audit")(audit_command)


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
    rules: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The runner's own rules (default: PATH/rules.toml).")
    ] = None,
    osm: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Extract of OpenStreetMap that tells surfaces (.osm.pbf, .osm).")
    ] = None,
    tables: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write every table as CSV, for a spreadsheet.")
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
    wanted = Wanted(athlete, tz, limits, columns, workers, scheduler)
    asked = Asked(path, store, wanted, injuries, shoes, profile, rules, osm, unnamed_sport)
    asked.need_one_source("audit")
    from stressfx.show.audited import audited  # noqa: PLC0415  # pandas takes a second, and help must not wait for it
    from stressfx.show.screen import print_audit  # noqa: PLC0415  # as above

    found = audited(asked, time=time).audit
    if tables is not None:
        from stressfx.show.tables import write_tables  # noqa: PLC0415  # as above

        write_tables(found, tables)
    if out is not None:
        from stressfx.show.report.write import write_report  # noqa: PLC0415  # matplotlib, only if it is wanted

        write_report(found, out, unit=unit)
    print_audit(found, unit=unit, report=out, tables=tables)
