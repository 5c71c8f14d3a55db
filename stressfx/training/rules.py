"""Answers what the runner's own rules say of each session: its surface, its shoes, the body weight carried.

Takes sessions, of one athlete or of many, and `stressfx.schema.RULES`; gives the sessions with what the rules set.
"""

from collections.abc import Hashable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from stressfx.errors import SchemaError
from stressfx.schema import RULES, SESSIONS, Schema
from stressfx.schema.sports import DEEP_WATER_RUNNING
from stressfx.schema.surfaces import SURFACE_CLASSES

__all__ = ["apply_rules"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CARRIED = {"running": 1.0, "walking": 1.0, "hiking": 1.0, DEEP_WATER_RUNNING: 0.0}
"""The body weight carried in a sport, where nobody tells it."""

COLUMN_OF = {
    "session_id": "session_id",
    "name": "name",
    "sport": "sport",
    "sub_sport": "sub_sport",
    "shoe": "shoe_id",
    "weekday": "date",
    "first": "date",
    "last": "date",
}
"""Which column of the sessions each condition looks at."""

Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"
Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Texts: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.object_]]"


def apply_rules(sessions: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Let the runner's rules say what no watch recorded.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes, in any order; ``sport`` and the columns that the rules ask for suffice.
    rules : DataFrame
        `stressfx.schema.RULES`, see `stressfx.exports.rules.read_rules`; without rows, no rule holds.

    Returns
    -------
    DataFrame
        The same sessions in the same order, with five columns made anew: ``surface_label`` (empty where no rule sets
        a surface), ``shoe_id`` and ``body_weight_share``, and of these two ``shoe_source`` and ``body_weight_source``
        (``"explicit"``, ``"rule"`` or empty). Runs that carry nothing have the sport ``deep_water_running``.

    Raises
    ------
    SchemaError
        If a column is missing that a rule asks for, is of another type, or a rule holds a word that is not known.

    Notes
    -----
    A rule holds for the sessions that meet all of its conditions. Of several rules that set the same thing the first
    counts; a rule that sets the surface leaves the shoes to the next. A pair that the session itself names is
    explicit and is never replaced, and only that pair is what a condition on ``shoe`` sees: rules do not lean on each
    other. Where sessions come with a ``shoe_source`` already, only the pairs that it calls explicit are. So it is with
    the body weight that the session itself tells, and ``body_weight_source``.

    Where neither tells it, the body weight carried is 1 on foot, 0 in deep water, and missing in other sports. A run
    whose share is 0 is one in deep water, and its sport becomes ``deep_water_running``, as in a list that was written
    by hand: it counts among no runs. Conditions see the sport that it was recorded as; those of rules that are applied
    to the result see the new one, so apply changed rules to the log and not to what the old ones made of it.

    Days are the local days of the sessions, and a session without one meets no condition on days.

    Examples
    --------
    >>> runs = pd.DataFrame({"sport": "running", "sub_sport": ["treadmill", ""], "shoe_id": ["", "blue"]}, dtype="str")
    >>> rules = RULES.empty().reindex([0]).assign(sub_sport="treadmill", shoe_id="red", body_weight_share=0.8)
    >>> apply_rules(runs, rules)[["shoe_id", "shoe_source", "body_weight_share"]].values.tolist()
    [['red', 'rule', 0.8], ['blue', 'explicit', 1.0]]
    """
    rules = _checked(rules)
    ruled = _checked_sessions(sessions, rules).copy()
    own = _texts(ruled, "shoe_id")
    if "shoe_source" in ruled.columns:
        own = np.where(_texts(ruled, "shoe_source") == "explicit", own, "")
    surface, worn = np.full(len(ruled), "", dtype=object), np.full(len(ruled), "", dtype=object)
    told = _told_share(ruled)
    share = np.full(len(ruled), np.nan)
    for rule in rules.to_dict("records"):
        held = _held(ruled, own, rule)
        if rule["surface"]:
            surface[held & (surface == "")] = rule["surface"]
        if rule["shoe_id"]:
            worn[held & (worn == "")] = rule["shoe_id"]
        if rule["body_weight_share"] >= 0:  # missing is not
            share[held & np.isnan(share)] = rule["body_weight_share"]
    weight = np.where(np.isnan(told), share, told)
    carried = np.where(np.isnan(weight), ruled["sport"].map(CARRIED).to_numpy(dtype=float), weight)
    texts = {
        "surface_label": surface,
        "shoe_id": np.where(own != "", own, worn),
        "shoe_source": np.select([own != "", worn != ""], ["explicit", "rule"], ""),
        "body_weight_source": np.select([~np.isnan(told), ~np.isnan(share)], ["explicit", "rule"], ""),
    }
    return ruled.assign(
        sport=ruled["sport"].mask((ruled["sport"] == "running") & (carried == 0), DEEP_WATER_RUNNING),
        body_weight_share=carried,
        **{name: pd.Series(values, index=ruled.index, dtype="str") for name, values in texts.items()},
    )


def _checked(rules: pd.DataFrame) -> pd.DataFrame:
    """Refuse words that are not known: misspelt, they would be silently without effect."""
    texts = [column.name for column in RULES.columns if column.kind == "text"]
    rules = RULES.check(rules).fillna(dict.fromkeys(texts, ""))
    for name, known in (("surface", SURFACE_CLASSES), ("weekday", WEEKDAYS)):
        if not rules[name].isin(["", *known]).all():
            raise SchemaError(f"Rules: column {name!r} holds words that are not known; known are {', '.join(known)}.")
    return rules


def _checked_sessions(sessions: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Check the columns that some rule asks for, and those that are filled if they are there."""
    asked = {column for condition, column in COLUMN_OF.items() if _asks(rules[condition]).any()}
    asked |= {"sport"} | ({"shoe_id", "body_weight_share"} & set(sessions.columns))
    return Schema("Sessions", tuple(column for column in SESSIONS.columns if column.name in asked)).check(sessions)


def _told_share(sessions: pd.DataFrame) -> Floats:
    """Give the body weight carried where the session itself tells it, and not a rule of an earlier call."""
    if "body_weight_share" not in sessions.columns:
        return np.full(len(sessions), np.nan)
    share = sessions["body_weight_share"].to_numpy(dtype=float)
    if "body_weight_source" not in sessions.columns:
        return share
    return np.where(_texts(sessions, "body_weight_source") == "explicit", share, np.nan)


def _asks(condition: pd.Series) -> pd.Series:
    return condition.notna() & (condition != "")


def _held(sessions: pd.DataFrame, own: Texts, rule: dict[Hashable, Any]) -> Flags:
    """Find the sessions that meet all conditions of a rule."""
    held = np.ones(len(sessions), dtype=bool)
    for name in ("session_id", "sport", "sub_sport"):
        if rule[name]:
            held &= _texts(sessions, name) == rule[name]
    if rule["shoe"]:
        held &= own == rule["shoe"]
    if rule["name"]:
        named = sessions["name"].fillna("").str.casefold()
        held &= named.str.contains(rule["name"].casefold(), regex=False).to_numpy(dtype=bool)
    if rule["weekday"]:
        held &= (sessions["date"].dt.day_of_week == WEEKDAYS.index(rule["weekday"])).to_numpy(dtype=bool)
    if pd.notna(rule["first"]):
        held &= (sessions["date"] >= rule["first"]).to_numpy(dtype=bool)
    if pd.notna(rule["last"]):
        held &= (sessions["date"] <= rule["last"]).to_numpy(dtype=bool)
    return held


def _texts(sessions: pd.DataFrame, name: str) -> Texts:
    """Give a column of texts, empty where it or the text is missing."""
    if name not in sessions.columns:
        return np.full(len(sessions), "", dtype=object)
    return np.asarray(sessions[name].fillna("").to_numpy(dtype=object))
