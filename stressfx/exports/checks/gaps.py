"""Why is nothing in the log for weeks: an injury that is known, rest, or data that are missing?

Takes a log and what is known of injuries; gives one check a stretch of two weeks and more without any session.
"""

import numpy as np
import pandas as pd

from stressfx.exports.checks.rows import Check, recorder_names

__all__ = ["gaps"]

GAP_DAYS = 14
"""Stretches without a session from this length on are told. [d]"""

LONG_GAP_DAYS = 28
"""Few who train rest so long without a reason. [d]"""

SESSIONS_AROUND = 5
"""Recorders are compared over this many sessions before and after."""

ONE_DAY = pd.Timedelta(days=1)

ONSETS = ["first_pain", "stopped_running", "diagnosed"]
"""What dates the begin of an injury; the day of diagnosis only if nothing else is known."""


def gaps(log: pd.DataFrame, injuries: pd.DataFrame) -> list[Check]:
    """Find stretches without any session, and say what is known of each.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.
    injuries : DataFrame
        `stressfx.schema.INJURIES`. Rows that name no athlete belong to the only athlete of the log.

    Returns
    -------
    list of Check
        ``gap-injury`` where an injury, from the first pain or the first day without running to the return, covers
        half of the days or more; else ``gap-no-data`` from four weeks on, or if none of the last five recorders
        before is among the first five after; else ``gap-rest``.

    Notes
    -----
    An injury without a day of return covers one gap: the first that ends after it began, if that begins no later
    than four weeks after the last thing known of it. Nothing is said of the days after the last session.
    """
    counted = log[log["counted"]].sort_values(["athlete_id", "date", "start"], ignore_index=True)
    after = counted["date"].shift(-1).where(counted["athlete_id"] == counted["athlete_id"].shift(-1))
    days = (after - counted["date"]).dt.days - 1
    found = pd.DataFrame(
        {
            "athlete_id": counted["athlete_id"],
            "first": counted["date"] + ONE_DAY,
            "last": after - ONE_DAY,
            "days": days,
            "exchanged": _exchanged(counted),
        },
    )[days >= GAP_DAYS]
    known = {
        athlete: list(zip(rows["begin"], rows["end"], strict=True))
        for athlete, rows in _intervals(injuries, found, counted["athlete_id"].unique().tolist()).groupby("athlete_id")
    }
    checks = []
    for athlete, first, last, length, exchanged in found.itertuples(index=False, name=None):
        code, why = _reason(known.get(athlete, []), first, last, exchanged=exchanged)
        span = f"{length:.0f} days without a session{why}."
        said = "" if code == "gap-injury" else " A log cannot tell rest from a watch left at home."
        checks.append(Check(athlete, code, first, last, 0, span + said))
    return checks


def _exchanged(counted: pd.DataFrame) -> pd.Series:
    """Tell of every session whether none of the recorders up to it is among those after it, five sessions each."""
    recorder, _ = pd.factorize(recorder_names(counted))
    athlete, _ = pd.factorize(counted["athlete_id"])
    exchanged = np.ones(len(counted), dtype=bool)
    for before in range(SESSIONS_AROUND):
        for after in range(1, SESSIONS_AROUND + 1):
            step = before + after
            same = (recorder[step:] == recorder[:-step]) & (athlete[step:] == athlete[:-step])
            exchanged[before : len(counted) - after][same[: max(len(counted) - step, 0)]] = False
    return pd.Series(exchanged, index=counted.index)


def _reason(
    injuries: list[tuple[pd.Timestamp, pd.Timestamp]], first: pd.Timestamp, last: pd.Timestamp, *, exchanged: bool
) -> tuple[str, str]:
    """Name the code of one gap, and what is known of it."""
    length = (last - first).days + 1
    shared = [((min(end, last) - max(begin, first)).days + 1, begin) for begin, end in injuries]
    longest, began = max(shared, default=(0, first))
    if 2 * longest >= length:
        return "gap-injury", f", {longest} of them within the injury that began on {began:%Y-%m-%d}"
    if exchanged:
        return "gap-no-data", ", and other recorders after than before"
    return ("gap-no-data" if length >= LONG_GAP_DAYS else "gap-rest"), ""


def _intervals(injuries: pd.DataFrame, found: pd.DataFrame, athletes: list[str]) -> pd.DataFrame:
    """Give the first and last day of every injury that is dated."""
    only = athletes[0] if len(athletes) == 1 else ""
    begin = injuries[ONSETS[:2]].min(axis=1).fillna(injuries["diagnosed"])
    known = pd.DataFrame(
        {
            "athlete_id": injuries["athlete_id"].where(injuries["athlete_id"] != "", only),
            "begin": begin,
            "latest": injuries[ONSETS].max(axis=1),
            "end": injuries["returned"] - ONE_DAY,
        },
    )
    known = known[begin.notna()].reset_index(drop=True)
    for row in known.index[known["end"].isna()]:
        injury = known.loc[row]
        own = found[(found["athlete_id"] == injury["athlete_id"]) & (found["last"] >= injury["begin"])]
        near = own[own["first"] <= injury["latest"] + pd.Timedelta(days=LONG_GAP_DAYS)]
        known.loc[row, "end"] = near["last"].iloc[0] if len(near) else injury["latest"]
    return known
