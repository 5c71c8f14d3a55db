"""Which days of a log are uncertain: jumps of the zone, sessions of unknown zone, sessions without a day?

Takes a log; gives checks.
"""

import pandas as pd

from stressfx.exports.checks.rows import Check, check_of
from stressfx.exports.zones import KNOWN_OFFSETS

__all__ = ["days_unknown", "zone_changes", "zones_unknown"]

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S

SUMMER_TIME_S = HOUR_S
"""Clocks are set forward and back by no more than this. [s]"""

FASTEST_FLIGHT = 0.5
"""Nobody crosses a time zone of one hour in less time than this, but near the poles. [h]"""

MIDNIGHT_HOURS = 3
"""So near midnight, a small offset already moves the day. [h]"""

MOST_JUMPS = 10
"""More jumps than this are told in one sentence."""


def zone_changes(log: pd.DataFrame) -> list[Check]:
    """Find jumps of the runner's clock by more than an hour between one session and the next.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.

    Returns
    -------
    list of Check
        One a jump, or one in all for an athlete with more than ten. Only sessions that tell their offset themselves
        are compared; summer time is no jump.
    """
    known = log[log["counted"] & log["offset_source"].isin(KNOWN_OFFSETS)]
    before = known.shift(1)
    same = known["athlete_id"] == before["athlete_id"]
    jump_s = (known["utc_offset_s"] - before["utc_offset_s"]).where(same)
    ended = before["end"].fillna(before["start"])
    found = pd.DataFrame(
        {
            "athlete_id": known["athlete_id"],
            "first": before["date"],
            "last": known["date"],
            "jump_s": jump_s,
            "apart_s": (known["start"] - ended).dt.total_seconds(),
        },
    )[jump_s.abs() > SUMMER_TIME_S]
    checks = []
    for athlete, jumps in found.groupby("athlete_id"):
        if len(jumps) <= MOST_JUMPS:
            rows = zip(jumps["first"], jumps["last"], jumps["jump_s"], jumps["apart_s"], strict=True)
            checks += [Check(str(athlete), "zone-change", row[0], row[1], 2, _jump(row[2], row[3])) for row in rows]
            continue
        impossible = sum(_too_fast(*row) for row in zip(jumps["jump_s"], jumps["apart_s"], strict=True))
        message = f"The clock jumped by more than an hour {len(jumps)} times"
        message += f", {impossible} times faster than any flight: some zone is wrong." if impossible else "."
        checks.append(
            Check(str(athlete), "zone-change", jumps["first"].min(), jumps["last"].max(), 2 * len(jumps), message)
        )
    return checks


def _jump(jump_s: float, apart_s: float) -> str:
    hours = f"{abs(jump_s) / HOUR_S:g} h"
    message = f"The clock was {hours} {'ahead' if jump_s > 0 else 'behind'} of what it was at the session before"
    if abs(jump_s) > DAY_S / 2:
        message += f", across the date line: a day was {'left out' if jump_s > 0 else 'lived twice'} or nearly so"
    if _too_fast(jump_s, apart_s):
        message += f", only {max(apart_s, 0) / HOUR_S:.1f} h earlier: no flight is so fast, one of the zones is wrong"
    return f"{message}."


def _too_fast(jump_s: float, apart_s: float) -> bool:
    """Whether nobody could have travelled so far, the shorter way round, in the time."""
    return apart_s < FASTEST_FLIGHT * min(abs(jump_s), DAY_S - abs(jump_s))


def zones_unknown(log: pd.DataFrame) -> list[Check]:
    """Count the sessions whose zone is not known, and those whose day could well be another.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.

    Returns
    -------
    list of Check
        For each athlete at most one of sessions whose zone was assumed, and one of those that tell the clock only.
    """
    checks = []
    hour = log["start"].dt.hour
    near_midnight = (hour < MIDNIGHT_HOURS) | (hour >= 24 - MIDNIGHT_HOURS)
    counted = log.assign(near_midnight=near_midnight)[log["counted"]]
    totals = counted["athlete_id"].value_counts()
    for (athlete, source), rows in counted.groupby(["athlete_id", "offset_source"]):
        share = f"{len(rows)} of {totals[str(athlete)]} sessions"
        if source == "assumed":
            near = int(rows["near_midnight"].sum())
            close = f"; {near} of these start within 3 h of midnight" if near else ""
            message = f"{share} are on their day in UTC{close}. Give tz (--tz)."
            checks.append(check_of(athlete, "zone-unknown", rows, message))
        elif source == "local":
            message = f"{share} tell the runner's clock only. Give tz (--tz)."
            checks.append(check_of(athlete, "zone-local", rows, message))
    return checks


def days_unknown(log: pd.DataFrame) -> list[Check]:
    """Count the sessions that belong to no day.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.

    Returns
    -------
    list of Check
        At most one an athlete.
    """
    lost = log[~log["counted"] & (log["duplicate_of"] == "")]
    return [
        Check(str(athlete), "session-no-day", None, None, len(rows), f"{len(rows)} sessions have no usable start.")
        for athlete, rows in lost.groupby("athlete_id")
    ]
