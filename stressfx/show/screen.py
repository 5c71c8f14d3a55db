"""Answers how an audit and a file look on a terminal of 80 columns.

Takes what the library gave; prints it with rich. Names from files are made printable and are never read as markup.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from pyexpat import EXPAT_VERSION
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from stressfx.errors import StressfxError
from stressfx.show.printable import printable

if TYPE_CHECKING:
    import pandas as pd

    from stressfx.auditing import Audit
    from stressfx.exports.importing import Imported
    from stressfx.io.activity import Activity

__all__ = [
    "print_audit",
    "print_comparison",
    "print_definitions",
    "print_file",
    "print_findings",
    "print_imported",
    "reading",
]

WIDTH = 80
MOST_SPIKES = 5
"""More flagged runs than this do not fit on one screen with the rest: the latest are shown, the others counted."""

MOST_WEEKS = 4
MOST_CHANGES, LEAST_CHANGES = 8, 2
"""As many changes as the screen has room for after what stands before them, within these numbers."""

ROOM = 31
"""Lines until the changes begin, with which the most of them and what comes after fit on a screen."""

ELSEWHERE = ("session_spike", "shoe_watch", "shoe_replace")
"""Kinds of change that the screen shows in tables of their own."""

MOST_SHOES = 4
MOST_REASONS = 6
MOST_REFUSED = 2
MOST_INJURIES = 2
MOST_FINDINGS = 40
MOST_CHECKS = 2
LEFT_OUT = ("duplicate-of", "session-no-day")
"""Codes of what is left out, which has its own place on the screen."""

LONGEST_LABEL = 44
MOST_OF_A_NAME = 18


@contextmanager
def reading(words: str = "Reading files") -> Iterator[Callable[[int, int, str], None] | None]:
    """Show progress while files are read, on a terminal only.

    Parameters
    ----------
    words : str
        What is being done.

    Yields
    ------
    callable or None
        What `stressfx.read_export` calls after each file.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress  # noqa: PLC0415  # nobody watches a pipe

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total, _: bar.update(task, completed=done, total=total)


def print_audit(audit: "Audit", *, unit: str, report: Path | None, tables: Path | None = None) -> None:
    """Print one screen of an audit.

    Parameters
    ----------
    audit : Audit
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.
    report : Path, optional
        Where the report was written.
    tables : Path, optional
        Where the tables were written.
    """
    from stressfx.show.words import headline, stands_out, week_rows  # noqa: PLC0415  # pandas

    screen = _screen()
    _say(screen, f"Training history of {printable(audit.athlete_id)}", style="bold")
    _say(screen, headline(audit))
    _print_left_out(screen, audit)
    weeks = [
        (row.week, row.days, row.runs, row.run_days, row.distance, row.time, row.longest)
        for row in week_rows(audit, n=MOST_WEEKS, unit=unit)
    ]
    _table(screen, "The last weeks", ("Week from", "Days", "Runs", "Run days", "Distance", "Time", "Longest"), weeks)
    _print_checks(screen, audit)
    _print_spikes(screen, audit, unit)
    _print_changes(screen, audit, unit)
    _print_shoes(screen, audit, unit)
    screen.print()
    sentences = stands_out(audit, unit=unit)
    told = [sentence for sentence in sentences if sentence.startswith("Injury")]
    for sentence in ([] if len(audit.flagged_spikes()) else sentences[:1]) + told[-MOST_INJURIES:]:
        _say(screen, sentence)
    if len(told) > MOST_INJURIES:
        _say(screen, f"{len(told) - MOST_INJURIES} more on record, in the report.")
    _say(screen, "Flags, not diagnoses: a flag says where to look, not who will be injured.", style="italic")
    if report is not None:
        _say(screen, f"Report: {printable(str(report), limit=400)}", style="bold")
    else:
        _say(screen, "For pictures, sources and all findings add: -o report.html")
    if tables is not None:
        _say(screen, f"Tables: {printable(str(tables), limit=400)}", style="bold")


def print_imported(brought: "Imported", held: Sequence[str] = ()) -> None:
    """Print what an import brought.

    Parameters
    ----------
    brought : Imported
        What `stressfx.import_export` gave.
    held : sequence of str
        Runners that the store holds, unless the user said who this one is.
    """
    from stressfx.show.words import number  # noqa: PLC0415  # as in print_audit

    screen = _screen()
    name = printable(brought.athlete_id)
    _say(screen, f"The store took {number(brought.new, 'new file')} of {name}; it knew {brought.known:,} already.")
    others = [printable(other) for other in held if other != brought.athlete_id]
    if others:
        named = ", ".join(others[:MOST_REFUSED]) + (", ..." if len(others) > MOST_REFUSED else "")
        advice = f"If {name} is one of them, forget {name} and import again with --athlete and that name."
        _say(screen, f"It holds other runners too: {named}. {advice}")
    for _, file in brought.quarantine.head(MOST_FINDINGS).iterrows():
        _say(screen, f"{_label(file['source'])}: {printable(file['reason'], limit=160)}", indent=2)
    if len(brought.quarantine) > MOST_FINDINGS:
        _say(screen, f"and {len(brought.quarantine) - MOST_FINDINGS} more files that could not be read")


def print_findings(findings: "pd.DataFrame", *, whole: str) -> None:
    """Print findings on a store.

    Parameters
    ----------
    findings : DataFrame
        As `stressfx.findings.findings_frame` gives them.
    whole : str
        What to say if there are none.
    """
    screen = _screen()
    if findings.empty:
        _say(screen, whole)
    for _, row in findings.head(MOST_FINDINGS).iterrows():
        where = f"{printable(row['where'])}: " if row["where"] else ""
        _say(screen, f"{row['severity']}: {where}{printable(row['message'], limit=200)}", indent=2)
    if len(findings) > MOST_FINDINGS:
        _say(screen, f"and {len(findings) - MOST_FINDINGS} more")


def print_file(activity: "Activity") -> None:
    """Print what one file is and what was noticed in it.

    Parameters
    ----------
    activity : Activity
        What was read.
    """
    screen, source, legs = _screen(), activity.source, activity.sessions
    _say(screen, printable(source.label), style="bold")
    sports = ", ".join(printable(sport, limit=20) or "unknown" for sport in legs["sport"])
    facts = {
        "format": source.format
        + (f" (read with expat {EXPAT_VERSION.removeprefix('expat_')})" if source.format != "fit" else ""),
        "kind": source.kind,
        "device": source.device or "unknown",
        "size": f"{len(source.data):,} bytes unpacked",
        "legs": f"{len(legs)}" + (f" ({sports})" if sports else ""),
        "records": f"{len(activity.records):,}",
        "laps": f"{len(activity.laps):,}",
        "messages": ", ".join(activity.message_names) or "none: only FIT files hold messages",
    }
    for name, fact in facts.items():
        _say(screen, f"{name:<9} {printable(fact, limit=1000)}", indent=10)
    found = activity.findings
    rows = [
        (
            row["code"],
            row["severity"],
            f"{row['count']:,}",
            _offset(row["offset"]),
            printable(row["message"], limit=200),
        )
        for _, row in found.head(MOST_FINDINGS).iterrows()
    ]
    _table(screen, "Findings", ("Code", "Weight", "Times", "At byte", "What"), rows, left=(0, 1, 4))
    if found.empty:
        _say(screen, "No findings.")


def print_comparison(compare: "Callable[[], pd.DataFrame]") -> None:
    """Print in what two readers of the same file differ.

    Parameters
    ----------
    compare : callable
        Reads the file with both; gives one row a column.
    """
    screen = _screen()
    try:
        frame = compare()
    except StressfxError as error:
        _say(screen, f"No comparison: {printable(str(error), limit=300)}")
        return
    if frame.empty:
        _say(screen, "No comparison: no other reader is at hand for this format.")
        return
    engine = printable(frame["engine"].iloc[0])
    differing = frame[frame["different"] > 0]
    _say(screen, f"Compared with {engine}: {len(frame)} columns, {len(differing)} of them differ.")
    rows = [
        (
            printable(row["column"]),
            *(f"{row[name]:,}" for name in ("values", "reference_values", "different")),
            f"{row['max_difference']:.6g}",
        )
        for _, row in differing.iterrows()
    ]
    _table(screen, "Columns that differ", ("Column", "Values", engine, "Different", "Largest"), rows, left=(0,))


def print_definitions(listed: "pd.DataFrame") -> None:
    """Print the definitions of load.

    Parameters
    ----------
    listed : DataFrame
        As `stressfx.training.metrics.definitions.definitions` gives them.
    """
    screen = _screen()
    wide = int(listed["column"].str.len().max()) + 2
    _say(screen, "Definitions of daily load, the days that each looks at (t is the day itself), source", style="bold")
    for _, row in listed.iterrows():
        _say(screen, f"{row['column']:<{wide}}{row['windows']}", indent=wide)
        _say(screen, " " * wide + row["source"], indent=wide)


def _screen() -> Console:
    console = Console(highlight=False, record=True)  # so that it can be told how much is on it
    console.width = min(console.width, WIDTH)
    return console


def _say(screen: Console, line: str, *, style: str = "", indent: int = 0) -> None:
    """Print one paragraph; `Text` is never read as markup."""
    wrapped = Text(line, style=style).wrap(screen, screen.width - indent) if indent else [Text(line, style=style)]
    for place, part in enumerate(wrapped):
        part.rstrip()
        part.pad_left(indent if place else 0)
        screen.print(part, soft_wrap=False)


def _print_left_out(screen: Console, audit: "Audit") -> None:
    from stressfx.show.words import left_out  # noqa: PLC0415  # as in print_audit

    reasons = left_out(audit)
    if reasons:
        _title(screen, "Left out")
    for row in reasons[:MOST_REASONS]:
        _say(screen, f"{row.how_many:>5} {row.what}: {row.why}", indent=6)
    for _, file in audit.quarantine.head(MOST_REFUSED).iterrows():
        _say(screen, f"      {_label(file['source'])}: {printable(file['reason'], limit=90)}", indent=8)
    more = len(audit.quarantine) - MOST_REFUSED
    if more > 0 or len(reasons) > MOST_REASONS:
        _say(screen, "      and more, in the report")


def _print_checks(screen: Console, audit: "Audit") -> None:
    """Print what looks odd in the log, but for what is only good to know, and what stands above as left out."""
    from stressfx.show.words import check_rows  # noqa: PLC0415  # as in print_audit

    rows = check_rows(audit, without=LEFT_OUT)
    graver = [row for row in rows if row.severity != "info"]
    if graver:
        _title(screen, "To look at in the log")
    for row in graver[:MOST_CHECKS]:
        _say(screen, f"{row.days}: {row.what}", indent=2)
    if graver and len(rows) > MOST_CHECKS:
        _say(screen, "and more, in the report")


def _print_spikes(screen: Console, audit: "Audit", unit: str) -> None:
    from stressfx.show.words import spike_rows  # noqa: PLC0415  # as in print_audit

    flagged = spike_rows(audit.flagged_spikes(), audit.sessions, unit=unit)
    shown = [
        (row.date, row.state, row.distance, row.reference, row.reference_date, row.excess)
        for row in flagged[-MOST_SPIKES:]
    ]
    heads = ("Date", "Class", "Distance", "Longest before", "Run on", "Beyond it")
    title = "Runs more than 10 % beyond the longest of the 30 days before"
    if len(flagged) > MOST_SPIKES:
        title += f": the latest {MOST_SPIKES} of {len(flagged)}"
    _table(screen, title, heads, shown)


def _print_changes(screen: Console, audit: "Audit", unit: str) -> None:
    """Print the latest changes, but for long runs, which stand above, and limits of shoes, which stand below."""
    from stressfx.show.changed import change_rows, names_of  # noqa: PLC0415  # as in print_audit

    others = audit.changes[~audit.changes["kind"].isin(ELSEWHERE)].sort_values("date", kind="stable")
    named = {pair: printable(name, limit=MOST_OF_A_NAME) for pair, name in names_of(audit.shoe_alerts).items()}
    above = screen.export_text(clear=False).count("\n")
    most = max(LEAST_CHANGES, min(MOST_CHANGES, MOST_CHANGES + ROOM - above))
    rows = change_rows(others.tail(most), unit=unit, shoes=named)
    title = "What else changed" + (f": the latest {most} of {len(others)}" if len(others) > most else "")
    heads = ("First seen", "What", "From and to", "By")
    _table(screen, title, heads, [(row.date, row.what, row.from_to, row.by) for row in rows], left=(0, 1, 2, 3))


def _print_shoes(screen: Console, audit: "Audit", unit: str) -> None:
    """Print the pairs worn of late that have come to a limit, and how much no pair is known of."""
    from stressfx.show.worn import shoe_rows, unassigned, worn_out  # noqa: PLC0415  # as in print_audit

    worn = shoe_rows(worn_out(audit.shoe_alerts), on=audit.daily["date"].max(), unit=unit)
    cells = [(printable(row.name, limit=MOST_OF_A_NAME), row.status, row.distance, row.limits) for row in worn]
    title = "Shoes at their limits" + (f": {MOST_SHOES} of {len(worn)}" if len(worn) > MOST_SHOES else "")
    _table(screen, title, ("Pair", "Status", "Distance", "Limits"), cells[:MOST_SHOES], left=(0, 1, 3))
    if sentence := unassigned(audit):
        _say(screen, sentence)


def _label(source: str) -> str:
    """Show where a file lies; of a long label the end, which is the file's own name."""
    label = printable(source, limit=len(source) + 1)
    return label if len(label) <= LONGEST_LABEL else f"…{label[1 - LONGEST_LABEL :]}"


def _title(screen: Console, title: str) -> None:
    screen.print()
    _say(screen, title, style="bold")


def _table(
    screen: Console,
    title: str,
    heads: tuple[str, ...],
    rows: "Sequence[tuple[str, ...]]",
    *,
    left: tuple[int, ...] = (0, 1),
) -> None:
    if not rows:
        return
    _title(screen, title)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place in left else "right")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    screen.print(table)


def _offset(offset: float) -> str:
    return "" if offset != offset else f"{offset:,.0f}"  # noqa: PLR0124  # only a missing number differs from itself
