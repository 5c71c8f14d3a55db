"""From FIT's messages to an `Activity`: records, laps, legs and events in stressfx's names and SI units.

Takes `Tables`, which any engine can offer: our own decoder or the fitparse library. So both give the same frames by
the same way, and a difference between them is a difference in decoding.
"""

import math
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.blocks import Block, utc
from stressfx.findings import Finding
from stressfx.io.activity import Activity, MessageTables
from stressfx.io.fit.clock import instants, time_findings
from stressfx.io.fit.parted import put_together
from stressfx.io.fit.profile import text_of
from stressfx.io.fit.wanted import (
    ACTIVITY,
    EVENT,
    FILE_ID,
    FINE_CADENCE,
    LAP,
    LEG,
    RECORD,
    RUNNING_DYNAMICS,
    SPORT,
    TIME,
    Wanted,
)
from stressfx.io.frames import events_frame, laps_frame, legs_frame, limit_legs, records_frame
from stressfx.io.source import Source

__all__ = ["Tables", "assemble"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

TIMER = 0
START, STOP, STOP_ALL, STOP_DISABLE, STOP_DISABLE_ALL = 0, 1, 4, 8, 9
GARMIN = 1
ACTIVITY_FILE = 4
LONGEST_OFFSET_S = 15 * 3600
QUARTER_HOUR_S = 900


class Tables(MessageTables, Protocol):
    """What an engine offers to be assembled."""

    def has(self, message: str, field: str) -> bool:
        """Tell whether any message of this kind declares a field."""

    def numbers(self, message: str, wanted: tuple[Wanted, ...]) -> Floats:
        """Decode columns of one kind of message, one row a column; enumerations and times as FIT's numbers."""

    def developer_columns(self) -> dict[str, npt.NDArray[np.generic]]:
        """Decode the fields of apps in the records."""

    def product_name(self) -> str:
        """Read the text by which a recorder names itself in ``file_id``; empty if there is none."""


def assemble(source: Source, tables: Tables, findings: list[Finding]) -> Activity:
    """Build an activity from decoded messages.

    Parameters
    ----------
    source : Source
        The file.
    tables : Tables
        What an engine decoded.
    findings : list of Finding
        What was found wrong with the file so far.

    Returns
    -------
    Activity
        Frames that follow `stressfx.schema`.

    Raises
    ------
    LimitError
        If the file falls into more legs than the readers take.
    """
    laps, events = tables.numbers("lap", LAP), tables.numbers("event", EVENT)
    dynamics = tuple(column for column in RUNNING_DYNAMICS if tables.has("record", column.fields[0]))
    kept = (*RECORD, *dynamics)
    written, times = _records(tables, kept)
    records, seconds, developer = put_together(written, times, tables.developer_columns())
    legs = _leg_rows(tables, seconds)
    limit_legs(source.label, legs.shape[1], len(source.data))
    found = [*_parts(len(times) - len(seconds)), *time_findings(seconds, "records")]
    relative = any(finding.code == "time-relative" for finding in found)

    def samples() -> pd.DataFrame:
        frame = records_frame(
            records,
            tuple(column.name for column in kept),
            time=_dated(seconds),
            leg=_leg_of(seconds, legs[0]),
            segment=_segment_of(seconds, events),
        )
        return _with_extras(frame, seconds if relative else None, developer)

    identified = _identify(source, tables, has_records=len(seconds) > 0)
    return Activity(
        frames={
            "records": samples,
            "laps": lambda: _laps(laps, _leg_of(laps[0], legs[0])),
            "sessions": lambda: _legs(legs),
            "events": lambda: _events(events, _leg_of(events[0], legs[0])),
        },
        noticed=(*findings, *found, *_kind_findings(identified)),
        source=identified,
        tables=tables,
    )


def _leg_rows(tables: Tables, seconds: Floats) -> Floats:
    """Decode the ``session`` messages; of records that were cut off before one came, make one leg without totals."""
    legs = tables.numbers("session", LEG)
    if legs.shape[1] > 1:  # files write their legs before or after the records, in any order
        return legs[:, np.argsort(legs[0], kind="stable")]  # NaN comes last
    if not legs.size and len(seconds):
        legs = np.full((len(LEG), 1), np.nan)
        timed = seconds[~np.isnan(seconds)]
        if len(timed):
            legs[:2, 0] = timed[0], timed[-1]
        sport = tables.numbers("sport", SPORT)
        if sport.size:
            legs[2:4, 0] = sport[:, -1]
    return legs


def _legs(legs: Floats) -> pd.DataFrame:
    """One row a session message."""
    floats = legs[4:17].copy()
    _add_known(floats[4], legs[17])
    _add_known(floats[7], legs[18])
    return legs_frame(
        floats,
        start=_dated(legs[0]),
        end=_dated(_end(legs[0], legs[1], legs[7])),
        sport=_words(legs[2], "sport"),
        sub_sport=_words(legs[3], "sub_sport"),
    )


def _laps(laps: Floats, leg: Places) -> pd.DataFrame:
    """One row a lap message."""
    floats = laps[2:12].copy()
    _add_known(floats[5], laps[13])
    return laps_frame(
        floats,
        leg=leg,
        start=_dated(laps[0]),
        end=_dated(_end(laps[0], laps[1], laps[4])),
        trigger=_words(laps[12], "lap_trigger"),
    )


def _events(events: Floats, leg: Places) -> pd.DataFrame:
    """One row an event message."""
    return events_frame(
        events[3:],
        time=_dated(events[0]),
        leg=leg,
        event=_words(events[1], "event"),
        event_type=_words(events[2], "event_type"),
    )


def _records(tables: Tables, kept: tuple[Wanted, ...]) -> tuple[Floats, Floats]:
    """Decode the records: their columns, and their times in seconds of FIT's clock."""
    fine = tuple(column for column in FINE_CADENCE if tables.has("record", column.name))
    block = tables.numbers("record", (*kept, TIME, *fine))
    cadence = block[[column.name for column in kept].index("cadence_rpm")]
    for column, values in zip(fine, block[len(kept) + 1 :], strict=True):
        if column.name == "fractional_cadence":
            _add_known(cadence, values)
        else:
            np.copyto(cadence, values, where=np.isnan(cadence))
    return block[: len(kept)], block[len(kept)]


def _parts(count: int) -> list[Finding]:
    if not count:
        return []
    return [Finding("record-parts", count, f"{count} records were put together with others of their second.")]


def _with_extras(
    records: pd.DataFrame, relative: Floats | None, developer: dict[str, npt.NDArray[np.generic]]
) -> pd.DataFrame:
    """Add what few files have: times that are no dates, and the fields of apps."""
    if relative is not None:
        records["relative_time_s"] = np.where(records["time"].isna(), relative, np.nan)
    if not developer:
        return records
    return pd.concat((records, pd.DataFrame(developer, index=records.index, copy=False)), axis=1)


def _add_known(values: Floats, fractions: Floats) -> None:
    """Add the fractions that FIT keeps in fields of their own, where there are some."""
    np.add(values, fractions, out=values, where=~np.isnan(fractions))


def _end(start: Floats, stamp: Floats, elapsed: Floats) -> Floats:
    """Tell when a summary ends: its time stamp may be that of its writing, so the elapsed time goes first."""
    end = start + elapsed
    return np.where(np.isnan(end), stamp, end)


def _dated(seconds: Floats) -> Block:
    """Turn FIT's seconds into instants."""
    return utc(instants(seconds))


def _words(codes: Floats, type_name: str) -> list[str]:
    words = text_of(type_name)
    return ["" if math.isnan(code) else words.get(int(code), str(int(code))) for code in codes.tolist()]


def _leg_of(seconds: Floats, starts: Floats) -> Places:
    """Number the leg of each row by time; a row without one belongs to the leg of the row before it."""
    if len(starts) < 2:
        return np.zeros(len(seconds), np.int64)
    return _by_time(starts[~np.isnan(starts)][1:], seconds)


def _segment_of(seconds: Floats, events: Floats) -> Places:
    """Number the stretches of uninterrupted recording: a new one begins where the timer restarts after a stop."""
    timer = events[:, events[1] == TIMER]
    what = timer[2]
    stopped = (what == STOP) | (what == STOP_ALL) | (what == STOP_DISABLE) | (what == STOP_DISABLE_ALL)
    restarts = timer[0, 1:][stopped[:-1] & (what[1:] == START)]
    if not len(restarts):
        return np.zeros(len(seconds), np.int64)
    return _by_time(np.sort(restarts), seconds)


def _by_time(edges: Floats, seconds: Floats) -> Places:
    """Count the edges that each row has passed; a row without a time has passed those of the row before it."""
    passed = np.searchsorted(edges, seconds, side="right").astype(np.int64)
    untimed = np.isnan(seconds)
    if untimed.any():
        passed[untimed] = 0
        passed = passed[np.maximum.accumulate(np.where(untimed, 0, np.arange(len(seconds))))]
    return passed


def _identify(source: Source, tables: Tables, *, has_records: bool) -> Source:
    """Say what kind of file it is, which device wrote it, and how far its local time is from UTC."""
    identity = tables.numbers("file_id", FILE_ID)
    kind, device = "activity" if has_records else "unknown", ""
    if identity.size:
        if not (has_records and math.isnan(identity[0, 0])):
            kind = "activity" if identity[0, 0] == ACTIVITY_FILE else _words(identity[0, :1], "file")[0] or "unknown"
        device = _device(identity, tables.product_name())
    return replace(source, format="fit", kind=kind, device=device, utc_offset_s=_utc_offset(tables))


def _kind_findings(source: Source) -> list[Finding]:
    if source.kind == "activity":
        return []
    return [Finding("fit-no-activity", 1, f"The file says that it holds {source.kind} data.")]


def _device(identity: Floats, product_name: str) -> str:
    maker = _words(identity[1, :1], "manufacturer")[0]
    product = _words(identity[2, :1], "garmin_product" if identity[1, 0] == GARMIN else "uint16")[0]
    return f"{maker} {product_name or product}".strip()


def _utc_offset(tables: Tables) -> float:
    """Local time minus UTC, as the ``activity`` message tells it: a multiple of a quarter of an hour."""
    for stamp, local in tables.numbers("activity", ACTIVITY).T.tolist():
        offset = local - stamp
        if abs(offset) <= LONGEST_OFFSET_S:  # False for NaN as well
            return float(round(offset / QUARTER_HOUR_S) * QUARTER_HOUR_S)
    return math.nan
