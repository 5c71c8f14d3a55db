"""`read_polar`: one training session of a Polar Flow account in, an `Activity` out.

Takes the ``training-session-*.json`` of the export of all data; gives its samples, and its exercises as legs.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.blocks import utc
from stressfx.errors import LimitError, UnreadableFileError
from stressfx.findings import Finding
from stressfx.io.activity import Activity
from stressfx.io.frames import events_frame, laps_frame, legs_frame, records_frame
from stressfx.io.jsontext import members, read_json, rows, text
from stressfx.io.polar_exercise import Channel, Exercise, in_lower_case, read_exercise
from stressfx.io.source import FileLike, Source, label_of, open_source
from stressfx.schema import LEGS, RECORDS

__all__ = ["is_polar", "read_polar"]

Instants = npt.NDArray[np.datetime64]

HEAD = 65536
OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")

MOST_EXERCISES = 200
"""A session of more parts is none; the longest races have a dozen."""

COLUMNS = RECORDS.names[3:]
LEG_COLUMNS = [column.name for column in LEGS.columns if column.kind == "float"]
LONGEST_S = 4e7

FIRST_DATE = np.datetime64("2000-01-01", "us")

MESSAGES = {
    "polar-exercise": "parts of the session hold nothing",
    "polar-sport": "sports have no name in FIT",
    "polar-value": "values are no numbers, or none that a session can have",
    "polar-untimed": "samples have no time",
    "polar-samples": "samples are of kinds that are not used",
    "polar-units": "speeds are not in km/h",
    "polar-altitude": "altitudes are 0, from before the altimeter had settled",
    "position-range": "positions lie outside the globe",
    "zone-assumed": "exercises have no zone; UTC was assumed",
    "time-missing": "exercises have no start",
    "time-implausible": "times lie before 2000; the clock was not set",
}


def is_polar(head: bytes) -> bool:
    """Tell whether a file is a training session of Polar Flow, by its first bytes.

    Parameters
    ----------
    head : bytes
        The first 64 kB, or more.

    Returns
    -------
    bool
        Whether it is an object that starts, stops and has exercises. A plan starts and has exercises, and never stops.

    Examples
    --------
    >>> is_polar(b'{"exportVersion":"1.6","startTime":"2021-01-30T13:24:11.000","stopTime":"2021-01-30T14:24:11.000"')
    True
    """
    first = head[:HEAD]
    recorded = any(sign in first for sign in (b'"stopTime"', b'"samples"', b'"durationMillis"'))
    named = any(sign in first for sign in (b'"exercises"', b'"exportVersion"', b'"timezoneOffsetMinutes"'))
    return bool(OPENING.match(first)) and b'"startTime"' in first and recorded and named


def read_polar(file: FileLike, *, recover: bool = True) -> Activity:
    """Read a training session of Polar Flow.

    Parameters
    ----------
    file : path, bytes or binary file
        The file, gzipped or not.
    recover : bool
        Keep what is complete before the place where the file breaks; otherwise raise.

    Returns
    -------
    Activity
        All samples by their time, and a leg for each exercise.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, is no JSON, or is no training session; if it breaks and `recover` is off.
    LimitError
        If it is larger or nested more deeply than the reader takes, or has more than 200 exercises.

    Notes
    -----
    Polar does not document the files. Two layouts are known from public readers of them. In the older
    (``exportVersion`` 1 and the first of 2) samples are lists by kind, ``{"dateTime", "value"}`` each, durations are
    texts such as ``PT1H2.5S``, and positions are a ``recordedRoute``. In the newer, samples have no times but
    ``intervalMillis``, durations are in milliseconds, positions are ``wayPoints`` that count from the start of their
    route, a sport is a number, and ``NaN``, which is no JSON, is a missing sample.

    Times are those of the local clock, and the offset from UTC stands beside them in minutes. Speeds are in km/h,
    distances in metres. Samples and positions are measured at different instants and make different rows. Where the
    altimeter has values, the altitudes of the positions are not used. Laps are not read. In the newer layout nothing
    tells whether samples go on during a pause; they are taken to.

    Examples
    --------
    >>> session = b'{"startTime": "2025-05-05T21:04:22", "exercises": [{"sport": "RUNNING", "duration": "PT30M",' + (
    ...     b'"startTime": "2025-05-05T21:04:22", "timezoneOffset": 180, "distance": 6000}]}'
    ... )
    >>> read_polar(session).sessions[["start", "sport", "timer_s"]].to_dict("records")
    [{'start': Timestamp('2025-05-05 18:04:22+0000', tz='UTC'), 'sport': 'running', 'timer_s': 1800.0}]
    """
    source = open_source(file)
    value, broken_at = read_json(source.data, source.label, recover=recover)
    session = in_lower_case(value)
    if not isinstance(session.get("exercises"), list):
        raise UnreadableFileError(source.label, "it is JSON, but no training session: it has no exercises")
    if len(session["exercises"]) > MOST_EXERCISES:
        raise LimitError(source.label, f"more than {MOST_EXERCISES} exercises; no session has as many")
    noticed: Counter[str] = Counter()
    exercises = _exercises(session, noticed)
    if not exercises:
        raise UnreadableFileError(source.label, "nothing was recorded in it: a planned session, perhaps")
    findings = [
        Finding(code, noticed[code], f"{noticed[code]} {what}.") for code, what in MESSAGES.items() if noticed[code]
    ]
    if broken_at is not None:
        message = f"It breaks at character {broken_at}; what is complete before that was read."
        findings.insert(0, Finding("json-truncated", 1, message))
    model = label_of(text(members(session.get("product")).get("modelName")))
    offsets = [exercise.offset_s for exercise in exercises if not math.isnan(exercise.offset_s)]
    return _assemble(
        replace(source, format="polar", device=model or "Polar", utc_offset_s=offsets[0] if offsets else math.nan),
        exercises,
        findings,
    )


def _exercises(session: dict[str, Any], noticed: Counter[str]) -> list[Exercise]:
    """Read the exercises; a session of one exercise, or of none, tells its totals itself."""
    parts = rows(session["exercises"])
    alone = len(parts) < 2
    around = {name: value for name, value in session.items() if alone or name.startswith("timezoneoffset")}
    found = [read_exercise(in_lower_case(part), around, noticed) for part in parts or [{}]]
    exercises = [exercise for exercise in found if exercise is not None]
    noticed["polar-exercise"] += len(found) - len(exercises)
    for exercise in exercises:
        noticed["polar-sport"] += not exercise.sport.known
        noticed["zone-assumed"] += math.isnan(exercise.offset_s)
        noticed["time-missing"] += bool(np.isnat(exercise.start)) and not exercise.channels
        noticed["time-implausible"] += bool(exercise.start < FIRST_DATE)
    return exercises


def _assemble(source: Source, exercises: list[Exercise], findings: list[Finding]) -> Activity:
    merged = [_merged(exercise.channels) for exercise in exercises]
    instants = np.concatenate([times for times, _ in merged])
    floats = np.concatenate([values for _, values in merged], axis=1)
    leg = np.repeat(np.arange(len(merged)), [len(times) for times, _ in merged])
    segment = _segments(exercises, [times for times, _ in merged])
    time = utc(instants)
    return Activity(
        frames={
            "records": lambda: records_frame(floats, COLUMNS, time=time, leg=leg, segment=segment),
            "laps": lambda: laps_frame(np.empty((10, 0)), leg=leg[:0], start=time[:0], end=time[:0], trigger=[]),
            "sessions": lambda: _legs(exercises, [times for times, _ in merged]),
            "events": lambda: events_frame(np.empty((1, 0)), time=time[:0], leg=leg[:0], event=[], event_type=[]),
        },
        noticed=tuple(findings),
        source=source,
    )


def _merged(channels: Sequence[Channel]) -> tuple[Instants, npt.NDArray[np.float64]]:
    """Lay samples of all kinds side by side: a row for each instant, and one more where a kind has several at it."""
    if not channels:
        return np.empty(0, "M8[us]"), np.empty((len(COLUMNS), 0))
    times, values, columns, repeats = [], [], [], []
    for place, column in enumerate(COLUMNS):
        same = [channel for channel in channels if channel.column == column]
        if not same:
            continue
        instants = np.concatenate([channel.times for channel in same])
        order = np.argsort(instants, kind="stable")
        instants = instants[order]
        times.append(instants)
        values.append(np.concatenate([channel.samples for channel in same])[order])
        columns.append(np.full(len(instants), place))
        repeats.append(np.arange(len(instants)) - np.searchsorted(instants, instants))
    instants, repeat = np.concatenate(times), np.concatenate(repeats)
    order = np.lexsort((repeat, instants))
    instants, repeat = instants[order], repeat[order]
    new = np.append(True, (np.diff(instants).astype("int64") != 0) | (np.diff(repeat) != 0))
    block = np.full((len(COLUMNS), int(new.sum())), np.nan)
    block[np.concatenate(columns)[order], np.cumsum(new) - 1] = np.concatenate(values)[order]
    return instants[new], block


def _segments(exercises: list[Exercise], times: list[Instants]) -> npt.NDArray[np.int64]:
    """Number the stretches between pauses, on through all exercises."""
    stretches: list[npt.NDArray[np.int64]] = []
    before = 0
    for exercise, instants in zip(exercises, times, strict=True):
        pauses = np.sort(exercise.pauses[~np.isnat(exercise.pauses)])
        stretches.append(before + np.searchsorted(pauses, instants, side="right"))
        before += len(pauses) + 1
    return np.concatenate(stretches)


def _legs(exercises: list[Exercise], times: list[Instants]) -> pd.DataFrame:
    floats = np.full((len(LEG_COLUMNS), len(exercises)), np.nan)
    start = np.array([exercise.start for exercise in exercises], "M8[us]")
    end = np.array([exercise.end for exercise in exercises], "M8[us]")
    for place, (exercise, instants) in enumerate(zip(exercises, times, strict=True)):
        for name, value in exercise.totals.items():
            floats[LEG_COLUMNS.index(name), place] = value
        if len(instants):
            start[place] = instants[0] if np.isnat(start[place]) else start[place]
            end[place] = instants[-1] if np.isnat(end[place]) else end[place]
        elif np.isnat(end[place]) and "timer_s" in exercise.totals:
            end[place] = start[place] + np.timedelta64(round(exercise.totals["timer_s"] * 1e6), "us")
    elapsed = np.where(np.isnat(end - start), np.nan, (end - start).astype("int64") / 1e6)
    floats[LEG_COLUMNS.index("elapsed_s")] = np.where((elapsed >= 0) & (elapsed <= LONGEST_S), elapsed, np.nan)
    return legs_frame(
        floats,
        start=utc(start),
        end=utc(end),
        sport=[exercise.sport.sport for exercise in exercises],
        sub_sport=[exercise.sport.sub_sport for exercise in exercises],
    )
