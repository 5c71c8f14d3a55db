"""Answers what the report says of the load on heart and bone: the last weeks, and what is missing to know more.

Takes an `stressfx.auditing.Audit`; gives rows of texts, which the template sets and escapes.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

from stressfx.show.words import UNKNOWN, day, number
from stressfx.units import format_distance, format_duration

if TYPE_CHECKING:
    from stressfx.auditing import Audit

__all__ = ["load_rows"]

WEEKS_SHOWN = 6
LOADS = ("distance_m", "damage", "damage_low", "damage_high", "trimp", "hrss", "session_rpe")
ZONES = ("easy_s", "moderate_s", "hard_s")

ZONES_BY = {
    "critical_speed": "below 85 %, up to 100 % and above the critical speed that the profile tells",
    "heart_rate": "below, between and above the two heart rates at the thresholds that the profile tells",
    "log_critical_speed": (
        "below 85 %, up to 100 % and above a critical speed that was reckoned from the best efforts of the log, which "
        "is a lower bound"
    ),
}
"""What the three zones are made of."""


def load_rows(audit: "Audit", *, unit: str) -> dict[str, Any]:
    """Give the loads of the last weeks, and sentences on what is not known.

    Parameters
    ----------
    audit : Audit
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    dict
        ``load_weeks``, ``load_missing`` (sentences), ``zones_by`` (a sentence, or empty), ``exponent`` (a text; empty
        if no damage is known).
    """
    weeks = audit.recent_weeks(WEEKS_SHOWN)
    runs = audit.sessions[audit.sessions["counted"] & (audit.sessions["sport"] == "running")]
    exponents = runs["damage_exponent"].dropna().unique()
    zones = [ZONES_BY[by] for by in runs["zones_by"].unique() if by in ZONES_BY]
    return {
        "load_weeks": [_week(row, unit) for _, row in weeks.iterrows()],
        "load_missing": [sentence for sentence in (*_of_heart(runs), *_of_bone(runs)) if sentence],
        "zones_by": "; or ".join(zones),
        "exponent": f"{exponents[0]:g}" if len(exponents) else "",
    }


def _week(row: pd.Series, unit: str) -> tuple[str, ...]:
    held = row.reindex([*LOADS, *ZONES]).astype(float)
    low, high = sorted((held["damage_low"], held["damage_high"]))
    band = "" if pd.isna(low) else f" ({low:,.0f} to {high:,.0f})"
    zones = [format_duration(held[name]) for name in ZONES]
    return (
        day(row["week"]),
        f"{row['days']}/7",
        format_distance(held["distance_m"], unit=unit),
        _whole(held["damage"]) + band,
        *(_whole(held[name]) for name in ("trimp", "hrss", "session_rpe")),
        UNKNOWN if held[list(ZONES)].isna().all() else " / ".join(zones),
    )


def _whole(value: float) -> str:
    return UNKNOWN if pd.isna(value) else f"{value:,.0f}"


def _of_heart(runs: pd.DataFrame) -> list[str]:
    """Say what lacks for loads by heart rate and by exertion."""
    if runs.empty:
        return []
    with_heart = int((runs["heart_rate_mean_bpm"].notna()).sum())
    sparse = int((runs["trimp_source"] == "sparse").sum())
    at_mean = int((runs["trimp_source"] == "mean").sum())
    rated = int(runs["session_rpe"].notna().sum())
    told = []
    if not with_heart:
        told.append("No load by heart rate: no run has one.")
    elif not (runs["trimp_source"] != "").any():
        told.append(
            f"No load by heart rate, though {number(with_heart, 'run has one', many='runs have one')}: the profile has "
            "to tell the heart rates at rest and at most, and the sex or constants of the runner's own."
        )
    elif runs["hrss"].isna().all():
        told.append("No heart-rate stress score: the profile has to tell the heart rate at the threshold.")
    if sparse:
        told.append(f"{number(sparse, 'run')} without TRIMP: the heart rate is known for less than 80 % of the time.")
    if at_mean:
        told.append(f"{number(at_mean, 'run')} with TRIMP by the mean heart rate alone, which is lower.")
    if not rated:
        told.append("No session-RPE: no run tells how hard it was.")
    elif rated < len(runs):
        told.append(f"Session-RPE is known for {rated:,} of {number(len(runs), 'run')}.")
    return told


def _of_bone(runs: pd.DataFrame) -> list[str]:
    """Say how bone damage is known."""
    if runs.empty:
        return []
    known = runs["damage"].notna()
    if not known.any():
        return ["No bone damage: no run has a speed and a distance that an easy run could be found by."]
    assumed = int(runs.loc[known, "damage_source"].str.contains("assumed").sum())
    by_mean = int(runs.loc[known, "damage_source"].str.startswith("mean speed").sum())
    told = []
    if not known.all():
        told.append(f"No bone damage of {number(int((~known).sum()), 'run')}: no speed is known.")
    if assumed:
        told.append(f"The steps of {number(assumed, 'run')} were assumed (165 a minute): no cadence is known.")
    if by_mean:
        told.append(f"Bone damage of {number(by_mean, 'run')} was taken at the mean speed, which is lower.")
    return told
