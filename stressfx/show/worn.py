"""Answers how worn each pair of shoes is, in words: its status, its distance, and when it reaches its limits.

Takes `stressfx.schema.ALERTS`; gives rows of text that the report and the command line share. Nothing is computed but
units and rounding.
"""

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from stressfx.show.changed import names_of
from stressfx.show.words import UNKNOWN, day
from stressfx.units import format_distance

if TYPE_CHECKING:
    from stressfx.auditing import Audit

__all__ = ["ShoeRow", "at_limits", "shoe_rows", "unassigned", "worn_out"]

STATUSES = ("replace", "watch", "ok", "retired")
"""What a pair can be, the most worn first."""


class ShoeRow(NamedTuple):
    """One pair of shoes, ready to be shown."""

    name: str
    status: str
    distance: str
    limits: str
    watch_on: str
    replace_on: str
    worn: str


def shoe_rows(alerts: pd.DataFrame, *, on: pd.Timestamp, unit: str = "km") -> list[ShoeRow]:
    """Give pairs of shoes, ready to be shown.

    Parameters
    ----------
    alerts : DataFrame
        `stressfx.schema.ALERTS`, as `stressfx.shoe_alerts` gives them.
    on : Timestamp
        The last day of the log: a later day is projected.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    list of ShoeRow
        The most worn status first.
    """
    names = names_of(alerts)
    order = alerts["status"].map({status: place for place, status in enumerate(STATUSES)})
    ordered = alerts.assign(order=order).sort_values(["order", "last_worn"], ascending=[True, False], kind="stable")
    return [
        ShoeRow(
            names[row["shoe_id"]],
            row["status"],
            _distance(row, unit),
            _limits(row, unit),
            _dated(row["watch_on"], on),
            _dated(row["replace_on"], on) + _interval(row, on),
            UNKNOWN if pd.isna(row["first_worn"]) else f"{day(row['first_worn'])} to {day(row['last_worn'])}",
        )
        for _, row in ordered.iterrows()
    ]


def at_limits(audit: "Audit", *, unit: str = "km") -> list[str]:
    """Say which pairs that were worn in the last weeks have come to a limit.

    Parameters
    ----------
    audit : Audit
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    list of str
        A sentence a pair, those past their second limit first.
    """
    words = {"replace": "is past its second limit", "watch": "has reached its first limit"}
    rows = shoe_rows(worn_out(audit.shoe_alerts), on=audit.daily["date"].max(), unit=unit)
    return [f"Shoes: {row.name} {words[row.status]}, with {row.distance}." for row in rows]


def worn_out(alerts: pd.DataFrame) -> pd.DataFrame:
    """Select the pairs to be looked at: at a limit, and worn of late.

    Parameters
    ----------
    alerts : DataFrame
        `stressfx.schema.ALERTS`.

    Returns
    -------
    DataFrame
        The rows of these; a pair in the cupboard is told of in the table of all pairs alone.
    """
    return alerts[alerts["status"].isin(["replace", "watch"]) & (alerts["recent_m_per_day"] > 0)]


def unassigned(audit: "Audit") -> str:
    """Say how much was run of which no pair is known.

    Parameters
    ----------
    audit : Audit
        What is shown.

    Returns
    -------
    str
        A sentence; empty if every run has its pair, or there is no run.
    """
    share = audit.unassigned_share
    if not share > 0:
        return ""
    percent = "less than 1" if share < 0.01 else f"{100 * share:.0f}"  # one per cent
    return f"For {percent} % of the distance no pair of shoes is known, and totals lack it."


def _distance(row: pd.Series, unit: str) -> str:
    """Write a total; it is the least that the pair has run where something is not known."""
    least = row["unknown_runs"] > 0 or not row.get("start_known", True)
    return ("at least " if least else "") + format_distance(row["total_m"], unit=unit)


def _limits(row: pd.Series, unit: str) -> str:
    """Write both limits, and whether they are the runner's own."""
    first, second = (format_distance(row[limit], unit=unit) for limit in ("watch_m", "replace_m"))
    return f"{first.removesuffix(f' {unit}')} and {second}" + (", own" if row["limits_by"] == "runner" else "")


def _dated(date: pd.Timestamp, on: pd.Timestamp) -> str:
    return f"about {day(date)}" if date > on else day(date)


def _interval(row: pd.Series, on: pd.Timestamp) -> str:
    """Write between which days the second limit will be reached, if that is ahead."""
    if not row["replace_from"] > on:
        return ""
    if pd.isna(row["replace_until"]):
        return f" (from {day(row['replace_from'])} on)"
    return f" ({day(row['replace_from'])} to {day(row['replace_until'])})"
