"""What do the recordings and the account say together? Lays what is told of a workout over the session of its file.

Takes rows of sessions and `Told`; gives the same rows with gaps filled, and a row of its own for every workout that
has no file. What a recording says stands, except a distance that the runner corrected.
"""

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, timedelta
from typing import Any
from unicodedata import normalize

import pandas as pd

from stressfx.activity.localtime import local_day, utc_offset
from stressfx.activity.summary import Row
from stressfx.exports.log import time_zone
from stressfx.exports.told import Told
from stressfx.findings import Finding
from stressfx.io.source import label_of
from stressfx.schema import SESSIONS

__all__ = ["lay_over", "merged", "name_sports", "told_rows"]

MATCHED_BY_START = {"garmin"}
"""Accounts that name no file: their workouts are told by the instant of the start."""

SAME_START_S = 5.0
"""A start is rounded to the second here and to the millisecond there. [s]"""

CORRECTED = 0.01
"""A distance that differs by more than this from the recorded one was corrected by the runner. [1]"""

INDOOR = {"treadmill", "indoor_running", "indoor_walking", "virtual_activity", "indoor_cycling", "indoor_rowing"}
LONGEST_NAME = 80
ON_FOOT = {"running", "walking", "hiking"}
UNNAMED = {"", "generic"}
"""What files say that do not know the sport."""

UNKNOWN = {*UNNAMED, "unknown"}
"""The same, and what is said of an account's words that nobody knows."""

OF_THE_WORKOUT = ("perceived_exertion", "competition", "long_run", "body_weight_share")
"""What holds for every leg of a file."""

OF_STEPS = (
    "steps",
    "cadence_mean_spm",
    "step_length_mean_m",
    "vertical_oscillation_mean_m",
    "stance_time_mean_s",
    "stance_time_balance_mean",
    "grade_adjusted_m",
    "track_m",
)
"""What only a session on foot has; the cycles of any other are turns of a pedal, or strokes."""

TOTALS = (
    "distance_m",
    "timer_s",
    "moving_s",
    "elapsed_s",
    "ascent_m",
    "descent_m",
    "heart_rate_mean_bpm",
    "heart_rate_max_bpm",
    "cadence_mean_spm",
    "steps",
    "dirt_distance_m",
)
"""What holds for a file as a whole, and so for a leg only if it is the only one."""


def merged(told: Iterable[Told]) -> list[Told]:
    """Put together what several tables say of one workout.

    Parameters
    ----------
    told : iterable of Told
        In the order of the tables; what a later one says stands.

    Returns
    -------
    list of Told
        One a workout, in the order in which they were first met.
    """
    whole: dict[tuple[str, str], Told] = {}
    for one in told:
        key = (one.account, one.activity_id)
        said = {field.name: getattr(one, field.name) for field in fields(one)}
        known = {name: value for name, value in said.items() if not _missing(value)}
        whole[key] = replace(whole[key], **known) if key in whole else one
    return list(whole.values())


def _missing(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def told_rows(told: Iterable[Told], *, athlete_id: str, tz: str | None = None, source: str = "") -> list[Row]:
    """Make sessions of workouts that have no file.

    Parameters
    ----------
    told : iterable of Told
        Workouts.
    athlete_id : str
        Whose they are.
    tz : str, optional
        Time zone of those that do not tell their own.
    source : str
        Label of the table that tells of them.

    Returns
    -------
    list of dict
        Keyed by the columns of `stressfx.schema.SESSIONS`.

    Notes
    -----
    A workout typed in by hand has one duration. Where an account tells no timer time, the moving time stands for it,
    else the elapsed time; where it tells no elapsed time, the timer time does. Where it tells the runner's clock and no
    zone, ``start`` is what that clock showed, as if it were UTC, and `offset_source` is ``"local"``: the day is
    certain, the instant is not.
    """
    return [_told_row(one, athlete_id, tz, source) for one in told]


def _told_row(told: Told, athlete_id: str, tz: str | None, source: str) -> Row:
    start, offset_s, offset_source = _start(told, tz)
    moving_s, elapsed_s = told.moving_s, told.elapsed_s
    timer_s = _first_known(told.timer_s, moving_s, elapsed_s)
    elapsed_s = _first_known(elapsed_s, timer_s)
    end = start + pd.Timedelta(seconds=elapsed_s).as_unit("us") if elapsed_s >= 0 else pd.NaT
    row: Row = {column.name: "" if column.kind == "text" else math.nan for column in SESSIONS.columns}
    row |= {
        "athlete_id": athlete_id,
        "session_id": f"{hashlib.sha256(f'{told.account}:{told.activity_id}'.encode()).hexdigest()[:12]}-0",
        "source": source,
        "format": told.account,
        "device": label_of(told.device),  # some are called after their owner
        "leg": 0,
        "sport": told.sport,
        "sub_sport": told.sub_sport,
        "start": start,
        "end": end,
        "utc_offset_s": offset_s,
        "offset_source": offset_source,
        "date": local_day(start, offset_s),
        "distance_source": "account" if told.distance_m >= 0 else "",
        **{name: getattr(told, name) for name in (*TOTALS, *OF_THE_WORKOUT)},
        "shoe_id": told.shoe_id,
        "name": _name_of(told),
        "timer_s": timer_s,
        "elapsed_s": elapsed_s,
        "speed_mean_mps": told.distance_m / timer_s if timer_s > 0 else math.nan,
    }
    return row


def _start(told: Told, tz: str | None) -> tuple[Any, float, str]:
    """Place the start of a workout: instant, offset, and how the offset is known."""
    if told.start is not None:
        start = pd.Timestamp(told.start).tz_convert("UTC").as_unit("us")
        if not math.isnan(told.utc_offset_s):
            return start, told.utc_offset_s, "account"
        return start, *utc_offset(start, tz=tz)
    if told.local_start is None:
        return pd.NaT, 0.0, "assumed"
    if not math.isnan(told.utc_offset_s):
        instant = told.local_start - timedelta(seconds=told.utc_offset_s)
        return pd.Timestamp(instant, tz="UTC").as_unit("us"), told.utc_offset_s, "account"
    if tz is None:
        return pd.Timestamp(told.local_start, tz="UTC").as_unit("us"), 0.0, "local"
    local = told.local_start.replace(tzinfo=time_zone(tz))
    offset = local.utcoffset() or timedelta(0)
    return pd.Timestamp(local.astimezone(UTC)).as_unit("us"), offset.total_seconds(), "caller"


def _first_known(*values: float) -> float:
    return next((value for value in values if value >= 0), math.nan)


def name_sports(rows: Iterable[Row], unnamed_sport: str) -> list[Finding]:
    """Take sessions whose file names no sport for what the caller says, and say so either way.

    Parameters
    ----------
    rows : iterable of dict
        Sessions; changed in place.
    unnamed_sport : str
        What to take them for; empty to leave them unnamed.

    Returns
    -------
    list of Finding
        One if there are any.
    """
    nameless = [row for row in rows if row["sport"] in UNNAMED]
    for row in nameless:
        _name_sport(row, unnamed_sport or row["sport"])
    if not nameless:
        return []
    counted = f"It was taken for {unnamed_sport}." if unnamed_sport else "It is not counted among the runs."
    return [Finding("sport-unknown", len(nameless), counted)]


class _Starts:
    """Rows of sessions by the instant of their start."""

    def __init__(self, rows: Iterable[Row]) -> None:
        timed = [(row["start"].timestamp(), place, row) for place, row in enumerate(rows) if not pd.isna(row["start"])]
        self._timed = sorted(timed, key=lambda item: item[:2])
        self._at = [item[0] for item in self._timed]
        self._taken: set[int] = set()

    def take(self, told: Told) -> list[Row]:
        """Find the session that starts when a workout does, with its copies in other files; each is found once."""
        if told.start is None:
            return []
        at = told.start.timestamp()
        low, high = bisect_left(self._at, at - SAME_START_S), bisect_right(self._at, at + SAME_START_S)
        near = [item for item in self._timed[low:high] if item[1] not in self._taken and _same_family(told, item[2])]
        if not near:
            return []
        best = min(near, key=lambda item: (abs(_known(item[2]["elapsed_s"]) - _known(told.elapsed_s)), item[1]))
        copies = {item[2]["source"]: item for item in near if _lasts_as_long(item[2], best[2])}
        copies[best[2]["source"]] = best
        self._taken |= {place for _, place, _ in copies.values()}
        return [row for _, _, row in copies.values()]

    def within(self, told: Told) -> bool:
        """Whether any session starts while a workout lasts."""
        if told.start is None:
            return False
        at = told.start.timestamp()
        low = bisect_left(self._at, at - SAME_START_S)
        return low < len(self._at) and self._at[low] < at + _known(told.elapsed_s) + SAME_START_S


def _lasts_as_long(one: Row, other: Row) -> bool:
    """Whether two sessions of one start can be one workout: they share 0.8 of their time, as in `training_log`."""
    shorter, longer = sorted((_known(one["elapsed_s"]), _known(other["elapsed_s"])))
    return shorter >= 0.8 * longer


def _known(value: object) -> float:
    number = float(str(value))
    return 0.0 if math.isnan(number) else number


def _same_family(told: Told, row: Row) -> bool:
    return told.sport in UNKNOWN or row["sport"] in UNKNOWN or told.sport == row["sport"]


def lay_over(
    rows: Sequence[Row], told: Iterable[tuple[str, Told]], files: Mapping[str, Sequence[Row]], present: Iterable[str]
) -> tuple[list[tuple[str, Told]], dict[str, list[Row]], list[Finding]]:
    """Lay what accounts tell over the sessions of the files.

    Parameters
    ----------
    rows : sequence of dict
        Sessions of all files; changed in place.
    told : iterable of (str, Told)
        Workouts, each with the label of its table.
    files : mapping of str to sequence of dict
        The sessions of each file by its label, and by that of every other file of the same bytes.
    present : iterable of str
        Labels of all files, whether they could be read or not.

    Returns
    -------
    alone : list of (str, Told)
        Workouts without a session.
    found : dict of str to list of dict
        The sessions of every other workout, by its account and name.
    findings : list of Finding
        Files that are named and absent, distances that were corrected.
    """
    starts = _Starts(rows)
    held = set(present)
    spelt = {_plain(label): label for label in sorted(held, reverse=True)}
    spelt |= {_plain(label): label for label in files if files[label]}
    alone: list[tuple[str, Told]] = []
    found: dict[str, list[Row]] = {}
    findings: list[Finding] = []
    for label, one in told:
        sessions = list(files.get(one.file) or files.get(spelt.get(_plain(one.file), ""), ())) if one.file else []
        if not sessions and one.account in MATCHED_BY_START:
            if one.sport == "multisport" and starts.within(one):
                continue
            copies = starts.take(one)
            if copies:
                found[f"{one.account}:{one.activity_id}"] = copies
                findings += [finding for copy in copies for finding in _lay(one, [copy])]
                continue
        if not sessions:
            alone.append((label, one))
            if one.file and one.file not in held and _plain(one.file) not in spelt:
                text = "A file that the account names is not in the export; its totals stand for it."
                findings.append(Finding("file-missing", 1, text, where=label))
            continue
        found[f"{one.account}:{one.activity_id}"] = sessions
        findings += _lay(one, sessions)
    return alone, found, findings


def _plain(label: str) -> str:
    """Spell a label as it is spelt whether or not its file was unpacked by hand, and by whichever computer."""
    return normalize("NFC", label).removesuffix(".gz")


def _name_of(told: Told) -> str:
    """Give what a workout is called, as a text that any frame can hold."""
    return label_of(told.name)[:LONGEST_NAME]


def _name_sport(row: Row, sport: str) -> None:
    """Name the sport of a session that had none: what was summed as of somebody on foot falls, if it was not."""
    row["sport"] = sport
    if sport not in {*ON_FOOT, *UNNAMED}:
        row.update(dict.fromkeys(OF_STEPS, math.nan))


def _lay(told: Told, sessions: list[Row]) -> list[Finding]:
    """Fill what the sessions of one file leave open."""
    findings = []
    only = len(sessions) == 1
    for row in sessions:
        if only and told.sport and row["sport"] in UNNAMED and told.sport not in UNKNOWN:
            row["sub_sport"] = row["sub_sport"] or told.sub_sport
            _name_sport(row, told.sport)
        for name in (*OF_THE_WORKOUT, *(TOTALS if only else ())):
            if math.isnan(float(str(row[name]))) and not math.isnan(getattr(told, name)):
                row[name] = getattr(told, name)
                if name == "distance_m":
                    row["distance_source"] = "account"
                if name == "heart_rate_mean_bpm":
                    row["heart_rate_coverage"] = math.nan  # how much of the time the mean stands for is not told
        if told.shoe_id and row["sport"] in ON_FOOT:
            row["shoe_id"] = told.shoe_id
        row["name"] = row["name"] or _name_of(told)
        if row["offset_source"] == "assumed" and not math.isnan(told.utc_offset_s):
            row["utc_offset_s"], row["offset_source"] = told.utc_offset_s, "account"
            row["date"] = local_day(row["start"], told.utc_offset_s)
        if only:
            findings += _correct(told, row)
    return findings


def _correct(told: Told, row: Row) -> list[Finding]:
    """Take a distance that the runner corrected, and say what was recorded."""
    indoor = row["sub_sport"] in INDOOR or told.sub_sport in INDOOR
    if not (told.corrects == "always" or (told.corrects == "indoor" and indoor)):
        return []
    recorded, said = float(row["distance_m"]), told.distance_m
    if not (said > 0 and recorded > 0 and abs(said - recorded) > CORRECTED * recorded):
        return []
    row["distance_m"], row["distance_source"] = said, "account"
    if row["timer_s"] > 0:
        row["speed_mean_mps"] = said / row["timer_s"]
    text = f"The account says {said:.0f} m where {recorded:.0f} m were recorded; the account's distance was taken."
    return [Finding("distance-corrected", 1, text, where=row["source"])]
