"""Answers what an audit says in words: the sentences and rows that the report and the command line share.

Takes an `Audit`; gives text ready for a reader, with every name from a file made printable. Nothing is
computed but units, rounding and counts of rows.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from stressfx.show.onsets import first_sign, injury_advice, injury_sites
from stressfx.show.palette import FLAGGED
from stressfx.show.printable import printable
from stressfx.training.spikes import SPIKE_CLASSES
from stressfx.units import format_distance, format_duration

if TYPE_CHECKING:
    from stressfx.auditing import Audit

__all__ = [
    "CheckRow",
    "LeftOut",
    "SpikeRow",
    "WeekRow",
    "check_rows",
    "day",
    "headline",
    "left_out",
    "spike_rows",
    "stands_out",
    "week_rows",
]

FORMATS = ("fit", "gpx", "tcx", "polar")
TABLES = ("strava", "garmin", "apple", "runkeeper", "intervals", "sessions", "shoes")
"""Kinds of files that are no recordings and yet are not left out."""

KINDS = {
    "unreadable": "could not be read",
    "repeated": "the same bytes as another file",
    "archive": "archives that lie too deep in others; --max-nesting opens them",
    "empty": "activities without any content",
    "other": "no activities: tables, pictures and the like",
}
"""Why files of a kind were left out; every other kind is that of a FIT file, such as settings."""

ONE = {"injuries": "injury"}
"""Nouns whose singular is not without an s."""

UNKNOWN = "\N{EN DASH}"

MOST_SPORTS = 5

WEIGHTS = {"error": 0, "warning": 1, "info": 2}

HAZARDS = {
    entry.state: f"{entry.hazard_rate_ratio:.2f} ({entry.ratio_low:.2f} to {entry.ratio_high:.2f})"
    for entry in SPIKE_CLASSES
}


class WeekRow(NamedTuple):
    """One week, ready to be shown."""

    week: str
    days: str
    runs: str
    run_days: str
    distance: str
    time: str
    longest: str


class SpikeRow(NamedTuple):
    """One flagged run, ready to be shown."""

    date: str
    state: str
    distance: str
    reference: str
    reference_date: str
    excess: str
    hazard: str


class CheckRow(NamedTuple):
    """Something odd in the log as a whole, ready to be shown."""

    severity: str
    days: str
    what: str
    effect: str


class LeftOut(NamedTuple):
    """Something that does not count, and why."""

    how_many: int
    what: str
    why: str


def day(date: pd.Timestamp) -> str:
    """Write a date for a reader.

    Parameters
    ----------
    date : Timestamp
        A day.

    Returns
    -------
    str
        Year, month and day; a dash where the day is not known.
    """
    return UNKNOWN if pd.isna(date) else f"{date:%Y-%m-%d}"


def number(count: int, what: str, *, many: str = "") -> str:
    """Write a count with its noun, in the singular or the plural."""
    return f"{count:,} {what if count == 1 else many or what + 's'}"


def headline(audit: "Audit") -> str:
    """Say what was read.

    Parameters
    ----------
    audit : Audit
        What is shown.

    Returns
    -------
    str
        One or two sentences.
    """
    counts = dict(zip(audit.files["kind"], audit.files["count"], strict=True))
    files = ", ".join(f"{counts[name]:,} {name.upper()}" for name in FORMATS if counts.get(name))
    read = f"Read {number(len(audit.sessions), 'session')} from {number(sum(counts.values()), 'file')}"
    read += f" ({files})" if files else ""
    alone = int((~audit.sessions["format"].isin(FORMATS)).sum())
    read += f"; {number(alone, 'session')} only by the table of an account" if alone else ""
    if audit.daily.empty:
        return f"{read}. No session has a day, so there is no history to show."
    counted = audit.sessions[audit.sessions["counted"]]
    others = int((counted["sport"] != "running").sum())
    first, last = day(audit.daily["date"].min()), day(audit.daily["date"].max())
    runs = len(counted) - others
    return f"{read}, {first} to {last}. {number(runs, 'run counts', many='runs count')}."


def stands_out(audit: "Audit", *, unit: str = "km") -> list[str]:
    """Say what a coach should look at first.

    Parameters
    ----------
    audit : Audit
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    list of str
        Sentences: on spikes, and on each injury.
    """
    flagged = audit.flagged_spikes()
    if audit.spikes.empty:
        sentences = ["No run could be compared with those before it."]
    elif flagged.empty:
        sentences = ["No run went more than 10 % beyond the longest run of the 30 days before it."]
    else:
        classes = flagged["state"].value_counts()
        named = ", ".join(f"{classes[state]} {state}" for state in reversed(FLAGGED) if state in classes)
        top = flagged.sort_values("spike").iloc[-1]
        went = f"{format_distance(top['value'], unit=unit)} after {format_distance(top['reference'], unit=unit)}"
        sentences = [
            f"{number(len(flagged), 'run')} went more than 10 % beyond the longest run of the 30 days before: {named}.",
            f"The largest step was on {day(top['date'])}: {went} ({_excess(top['spike'])}).",
        ]
    near, advice = audit.before_injury["injury"].value_counts(), injury_advice(audit.injuries)
    for place, (onset, site) in enumerate(zip(first_sign(audit.injuries), injury_sites(audit.injuries), strict=True)):
        before = number(int(near.get(place, 0)), "flagged run") + " in the 42 days before it"
        dated = f"first sign {day(onset)}, {before}" if onset is not pd.NaT else "no date"
        sentences.append(f"Injury on record: {site}, {dated}. {advice[place]}".strip())
    return sentences


def week_rows(audit: "Audit", *, n: int = 6, unit: str = "km") -> list[WeekRow]:
    """Give the last weeks, ready to be shown.

    Parameters
    ----------
    audit : Audit
        What is shown.
    n : int
        How many weeks.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    list of WeekRow
        The earliest first.
    """
    return [
        WeekRow(
            day(row["week"]),
            f"{row['days']}/7",
            _whole(row["sessions"]),
            _whole(row["run_days"]),
            format_distance(row["distance_m"], unit=unit),
            format_duration(row[f"{audit.time}_s"]),
            format_distance(row["longest_m"], unit=unit),
        )
        for _, row in audit.recent_weeks(n).iterrows()
    ]


def spike_rows(flagged: pd.DataFrame, sessions: pd.DataFrame, *, unit: str = "km") -> list[SpikeRow]:
    """Give flagged runs, ready to be shown.

    Parameters
    ----------
    flagged : DataFrame
        Rows of `stressfx.schema.SPIKES`.
    sessions : DataFrame
        Where the dates of the references are found.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    list of SpikeRow
        In the order of `flagged`.
    """
    dates = dict(zip(sessions["session_id"], sessions["date"], strict=True))
    return [
        SpikeRow(
            day(row["date"]),
            row["state"],
            format_distance(row["value"], unit=unit),
            format_distance(row["reference"], unit=unit),
            day(dates.get(row["reference_id"], pd.NaT)),
            _excess(row["spike"]),
            HAZARDS[row["state"]],
        )
        for _, row in flagged.iterrows()
    ]


def left_out(audit: "Audit") -> list[LeftOut]:
    """Say what does not count, and why.

    Parameters
    ----------
    audit : Audit
        What is shown.

    Returns
    -------
    list of LeftOut
        Sessions first, then files.
    """
    log = audit.sessions
    twins = int((log["duplicate_of"] != "").sum())
    dayless = int((~log["counted"] & (log["duplicate_of"] == "")).sum())
    counted = log[log["counted"]]
    others = counted.loc[counted["sport"] != "running", "sport"].map(_sport).value_counts()
    sports = ", ".join(f"{sport} {count}" for sport, count in others[:MOST_SPORTS].items())
    sports += f" and {len(others) - MOST_SPORTS} more" if len(others) > MOST_SPORTS else ""
    unjudged = len(counted) - int(others.sum()) - len(audit.spikes)
    rows = [
        LeftOut(twins, "sessions", "duplicates: the same workout as another session, which counts"),
        LeftOut(dayless, "sessions", "no day: the start is not known, or the clock was never set"),
        LeftOut(int(others.sum()), "sessions", f"another sport ({sports}): not part of running totals"),
        LeftOut(unjudged, "runs", "not compared with runs before: under 0.5 km, or distance not known"),
    ]
    others_told = audit.findings.loc[audit.findings["code"] == "other-athlete", "count"].sum()
    name = printable(audit.athlete_id, limit=30)
    rows.append(LeftOut(int(others_told), "injuries", f"another runner's: their athlete_id is not {name}"))
    for kind, count in zip(audit.files["kind"], audit.files["count"], strict=True):
        if kind not in (*FORMATS, *TABLES):
            rows.append(
                LeftOut(int(count), "files", KINDS.get(kind, f"FIT files of {printable(kind, limit=20)}: no activity"))
            )
    return [
        row._replace(what=ONE.get(row.what, row.what.removesuffix("s"))) if row.how_many == 1 else row
        for row in rows
        if row.how_many > 0
    ]


def check_rows(audit: "Audit", *, without: Sequence[str] = ()) -> list[CheckRow]:
    """Give what looks odd in the log, ready to be shown.

    Parameters
    ----------
    audit : Audit
        What is shown.
    without : sequence of str
        Codes of what is not wanted.

    Returns
    -------
    list of CheckRow
        The gravest first, then the latest.
    """
    wanted = audit.checks[~audit.checks["code"].isin(without)]
    checks = wanted.assign(weight=wanted["severity"].map(WEIGHTS))
    ordered = checks.sort_values(["weight", "last"], ascending=[True, False], kind="stable")
    return [
        CheckRow(
            row["severity"],
            day(row["first"]) if row["first"] == row["last"] else f"{day(row['first'])} to {day(row['last'])}",
            printable(row["message"], limit=240),
            row["effect"],
        )
        for _, row in ordered.iterrows()
    ]


def _excess(spike: float) -> str:
    return f"{100 * spike:+.1f} %"


def _sport(name: str) -> str:
    return printable(name, limit=20) or "unknown"


def _whole(value: float) -> str:
    return UNKNOWN if pd.isna(value) else f"{value:.0f}"
