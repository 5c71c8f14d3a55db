"""Answers what stands in each table of the report.

Takes an `stressfx.auditing.Audit`; gives plain texts and rows of texts, which the template sets and escapes.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

from stressfx.findings import CODES
from stressfx.show.onsets import first_sign, injury_advice, injury_sites
from stressfx.show.palette import FLAGGED
from stressfx.show.printable import printable
from stressfx.show.report.changes import changes_before, changes_rows
from stressfx.show.report.definitions import definition_rows
from stressfx.show.report.loads import load_rows
from stressfx.show.report.surfaces import surfaces_rows
from stressfx.show.words import (
    HAZARDS,
    WEIGHTS,
    check_rows,
    day,
    headline,
    left_out,
    spike_rows,
    stands_out,
    week_rows,
)
from stressfx.show.worn import at_limits, shoe_rows, unassigned
from stressfx.units import format_distance

if TYPE_CHECKING:
    from stressfx.auditing import Audit

__all__ = ["page_rows"]

MOST_PAIRS = 8
"""More pairs of shoes than this are folded."""

MOST_ROWS = 200
"""More files than this that could not be read are counted, not listed."""

MARKS = {"small": "▲ small", "moderate": "■ moderate", "large": "◆ large", "reference": "reference"}
BOUNDS = {
    "reference": "up to 10 %, or shorter",
    "small": "over 10 to 30 %",
    "moderate": "over 30 to 100 %",
    "large": "over 100 %",
}


def page_rows(audit: "Audit", *, unit: str) -> dict[str, Any]:
    """Give everything that the template names, but the pictures.

    Parameters
    ----------
    audit : Audit
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    dict
        Texts, and tables as lists of rows of texts.
    """
    flagged = spike_rows(audit.flagged_spikes(), audit.sessions, unit=unit)
    worn = [tuple(row) for row in shoe_rows(audit.shoe_alerts, on=audit.daily["date"].max(), unit=unit)]
    return {
        "athlete": printable(audit.athlete_id) or "a runner without a name",
        "headline": headline(audit),
        "stands_out": [*stands_out(audit, unit=unit), *at_limits(audit, unit=unit)],
        "weeks": week_rows(audit, n=8, unit=unit),
        "compared": len(audit.spikes),
        "flagged": [
            (row.date, MARKS[row.state], row.distance, row.reference, row.reference_date, row.excess, row.hazard)
            for row in flagged
        ],
        "classes": [(MARKS[state], BOUNDS[state], HAZARDS[state] if state in FLAGGED else "1") for state in BOUNDS],
        "injuries": _injuries(audit, unit),
        "shoes": _shoes(audit.shoes, unit),
        "worn": worn[:MOST_PAIRS],
        "more_worn": worn[MOST_PAIRS:],
        "unassigned": unassigned(audit),
        "left_out": left_out(audit),
        "quarantine": [
            (printable(row["source"], limit=80), printable(row["kind"]), printable(row["reason"], limit=240))
            for _, row in audit.quarantine.head(MOST_ROWS).iterrows()
        ],
        "more_quarantine": max(len(audit.quarantine) - MOST_ROWS, 0),
        "findings": _findings(audit.findings),
        "checks": check_rows(audit),
        "time": audit.time,
        **changes_rows(audit, unit=unit),
        **surfaces_rows(audit, unit=unit),
        **load_rows(audit, unit=unit),
        **definition_rows(audit),
    }


def _injuries(audit: "Audit", unit: str) -> list[dict[str, Any]]:
    told = audit.injuries
    shown, advice = [], injury_advice(told)
    for place, (onset, site) in enumerate(zip(first_sign(told), injury_sites(told), strict=True)):
        row = told.iloc[place]
        days = {"first pain": "first_pain", "stopped running": "stopped_running", "diagnosed": "diagnosed"}
        dates = [f"{words} {day(row[name])}" for words, name in (days | {"returned": "returned"}).items()]
        facts = {"tissue": "tissue", "imaging": "imaging", "grade": "grade", "status": "status"}
        known = [f"{words} {printable(row[name], limit=30)}" for words, name in facts.items() if row[name]]
        before = audit.before_injury[audit.before_injury["injury"] == place]
        facts_told = "; ".join(filter(None, [", ".join(dates), ", ".join(known)]))
        rows = zip(before["days_before"], spike_rows(before, audit.sessions, unit=unit), strict=True)
        title = site[:1].upper() + site[1:]
        shown.append(
            {
                "title": title,
                "caption": f"Flagged runs in the six weeks before: {site}",
                "dated": onset is not pd.NaT,
                "dates": f"{facts_told[:1].upper()}{facts_told[1:]}. {advice[place]}".strip(),
                "rows": [
                    (f"{days_before:.0f}", run.date, MARKS[run.state], run.distance, run.reference, run.excess)
                    for days_before, run in rows
                ],
                "changes_caption": f"Other changes in the six weeks before: {site}",
                "changes": changes_before(audit, place, unit=unit),
            },
        )
    return shown


def _shoes(shoes: pd.DataFrame, unit: str) -> list[tuple[str, ...]]:
    return [
        (
            printable(row["shoe_id"], limit=30),
            printable(row["name"]),
            day(row["start"]),
            "in use" if row["retired"] is pd.NaT else day(row["retired"]),
            *(format_distance(row[name], unit=unit) for name in ("start_distance_m", "watch_m", "replace_m")),
        )
        for _, row in shoes.iterrows()
    ]


def _findings(findings: pd.DataFrame) -> list[tuple[str, ...]]:
    """Group findings by code, the gravest first; one message of each stands for all."""
    by_weight = findings.assign(weight=findings["severity"].map(WEIGHTS))
    rows: list[tuple[str, ...]] = []
    for (_, code), group in by_weight.groupby(["weight", "code"], sort=True):
        first = group.iloc[0]
        where = printable(first["where"], limit=60)
        example = printable(first["message"], limit=160)
        rows.append(
            (
                str(code),
                str(first["severity"]),
                str(max(group["where"].nunique(), 1)),
                f"{group['count'].sum():,}",
                CODES[str(code)].meaning,
                f"{where}: {example}" if where else example,
            ),
        )
    return rows
