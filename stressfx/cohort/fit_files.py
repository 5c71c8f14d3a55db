"""What does a watch write? Made-up samples as the bytes of a FIT file, as a running watch lays them down.

Takes a runner, a planned run and its samples; gives the bytes of one activity file, whole or broken off, or of a
file of settings. Names, numbers and scales of fields follow what is publicly known of the format.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stressfx.cohort.totals import Totals, kilometre_laps, totals
from stressfx.io.fit.encode import FIT_EPOCH_S, Field, FitWriter

if TYPE_CHECKING:
    from stressfx.cohort.runner import PlannedRun, Runner

__all__ = ["broken_fit_file", "fit_file", "settings_file"]

FILE_ID, USER_PROFILE, DEVICE_SETTINGS, SPORT, SESSION, LAP, RECORD = 0, 3, 2, 12, 18, 19, 20
EVENT, DEVICE_INFO, ACTIVITY, FILE_CREATOR = 21, 23, 34, 49
"""Global numbers of the messages."""

DEVELOPMENT = 255
"""The maker's number that is set aside for files that come from no maker."""

SPORTS = {"running": 1, "cycling": 2}
SUB_SPORTS = {"generic": 0, "treadmill": 1, "trail": 3, "track": 4, "road": 7}
SEMICIRCLES = 2**31 / 180.0
"""Semicircles in a degree."""

TIMER, LAP_EVENT, SESSION_EVENT, ACTIVITY_EVENT = 0, 9, 8, 26
START, STOP, STOP_ALL = 0, 1, 4
BY_DISTANCE, AT_THE_END = 2, 7
CHEST_STRAP = 120
SOFTWARE = 312
BREAK_BYTES = 9
"""How far into the next message a broken file goes on. [bytes]"""


def fit_file(runner: "Runner", run: "PlannedRun", records: pd.DataFrame) -> bytes:
    """Write one activity.

    Parameters
    ----------
    runner : Runner
        Whose activity, for watch and clock.
    run : PlannedRun
        What was planned, for the sport.
    records : DataFrame
        Its samples (`stressfx.schema.RECORDS`).

    Returns
    -------
    bytes
        A FIT file.

    Examples
    --------
    >>> from stressfx.cohort.runner import made_up_runner
    >>> from stressfx.cohort.records import run_records
    >>> runner = made_up_runner("runner-b", seed=1)
    >>> records = run_records(runner, runner.runs[0], np.random.default_rng(1))
    >>> fit_file(runner, runner.runs[0], records)[8:12]
    b'.FIT'
    """
    writer = _opened(runner, run, records)
    _write_samples(writer, runner, records, len(records))
    whole = totals(records)
    offset_s = runner.utc_offset_s(run.start)
    writer.message(EVENT, _event(whole.end, STOP_ALL))
    writer.message(SESSION, _session(runner, run, records, whole))
    writer.message(
        ACTIVITY,
        [
            (253, "uint32", _seconds(whole.end)),
            (0, "uint32", _scaled(whole.timer_s, 1000)),
            (5, "uint32", _seconds(whole.end) + offset_s),
            (1, "uint16", 1),
            (2, "enum", 0),
            (3, "enum", ACTIVITY_EVENT),
            (4, "enum", STOP),
        ],
    )
    return writer.to_bytes()


def broken_fit_file(runner: "Runner", run: "PlannedRun", records: pd.DataFrame, rows: int) -> bytes:
    """Write one activity that breaks off in the middle of a message.

    Parameters
    ----------
    runner : Runner
        Whose activity.
    run : PlannedRun
        What was planned.
    records : DataFrame
        Its samples.
    rows : int
        How many samples are whole. No lap may end and no pause begin with the last of them.

    Returns
    -------
    bytes
        The start of the FIT file, up to some bytes into the message that follows.
    """
    writer = _opened(runner, run, records)
    _write_samples(writer, runner, records, rows)
    checksum_bytes = 2
    return fit_file(runner, run, records)[: len(writer.to_bytes()) - checksum_bytes + BREAK_BYTES]


def settings_file(runner: "Runner", day: pd.Timestamp) -> bytes:
    """Write a file that holds settings of the watch and no activity.

    Parameters
    ----------
    runner : Runner
        Whose settings.
    day : Timestamp
        When they were saved, in UTC.

    Returns
    -------
    bytes
        A FIT file.

    Examples
    --------
    >>> from stressfx.cohort.runner import made_up_runner
    >>> runner = made_up_runner("runner-b", seed=1)
    >>> settings_file(runner, pd.Timestamp("2025-01-05T08:00:00Z"))[8:12]
    b'.FIT'
    """
    settings = 2
    return (
        FitWriter()
        .message(FILE_ID, _file_id(runner, day, settings))
        .message(
            USER_PROFILE,
            [
                (1, "enum", int(runner.sex == "male")),
                (3, "uint8", _scaled(runner.height_m, 100)),
                (4, "uint16", _scaled(runner.mass_kg, 10)),
                (8, "uint8", runner.heart_rate_rest_bpm),
                (11, "uint8", runner.heart_rate_max_bpm),
            ],
        )
        .message(DEVICE_SETTINGS, [(0, "uint8", 0), (1, "uint32", 0)])
        .to_bytes()
    )


def _opened(runner: "Runner", run: "PlannedRun", records: pd.DataFrame) -> FitWriter:
    """Begin an activity file: who wrote it, with what, which sport."""
    start = records["time"].iloc[0]
    watch = runner.watch
    activity = 4
    sport = _sport(run)
    writer = FitWriter().message(FILE_ID, _file_id(runner, start, activity))
    writer.message(FILE_CREATOR, [(0, "uint16", SOFTWARE)])
    writer.message(
        DEVICE_INFO,
        [
            (253, "uint32", _seconds(start)),
            (0, "uint8", 0),
            (1, "uint8", None),
            (2, "uint16", DEVELOPMENT),
            (3, "uint32z", watch.serial),
            (4, "uint16", watch.product),
            (5, "uint16", SOFTWARE),
        ],
    )
    writer.message(
        DEVICE_INFO,
        [(253, "uint32", _seconds(start)), (0, "uint8", 1), (1, "uint8", CHEST_STRAP), (2, "uint16", DEVELOPMENT)],
    )
    writer.message(
        SPORT, [(0, "enum", SPORTS[sport]), (1, "enum", SUB_SPORTS[run.surface]), (3, "string", sport.title())]
    )
    return writer.message(EVENT, _event(start, START))


def _sport(run: "PlannedRun") -> str:
    return "cycling" if run.kind == "ride" else "running"


def _file_id(runner: "Runner", created: pd.Timestamp, kind: int) -> list[Field]:
    return [
        (0, "enum", kind),
        (1, "uint16", DEVELOPMENT),
        (2, "uint16", runner.watch.product),
        (3, "uint32z", runner.watch.serial),
        (4, "uint32", _seconds(created)),
        (8, "string", runner.watch.product_name),
    ]


def _event(moment: pd.Timestamp, event_type: int) -> list[Field]:
    return [
        (253, "uint32", _seconds(moment)),
        (3, "uint32", 0),
        (0, "enum", TIMER),
        (1, "enum", event_type),
        (4, "uint8", 0),
    ]


def _write_samples(writer: FitWriter, runner: "Runner", records: pd.DataFrame, rows: int) -> None:
    """Write samples in order, and between them the laps that end and the pauses that begin and end there."""
    columns = _record_columns(runner, records)
    laps = kilometre_laps(records)
    lap_ends = {last: number for number, (_, last) in enumerate(laps)}
    paused = set(np.flatnonzero(np.diff(records["segment"].to_numpy())).tolist())
    first = 0
    for last in sorted({row for row in {*lap_ends, *paused, rows - 1} if row < rows}):
        piece = slice(first, last + 1)
        writer.messages(RECORD, [(field, kind, values[piece]) for field, kind, values in columns])
        first = last + 1
        if last in lap_ends:
            number = lap_ends[last]
            trigger = AT_THE_END if number == len(laps) - 1 else BY_DISTANCE
            writer.message(LAP, _lap(records.iloc[laps[number][0] : last + 1], number, trigger))
        if last in paused:
            writer.message(EVENT, _event(records["time"].iloc[last], STOP_ALL))
            writer.message(EVENT, _event(records["time"].iloc[last + 1], START))


def _record_columns(runner: "Runner", records: pd.DataFrame) -> list[tuple[int, str, np.ndarray]]:
    """Give the samples as fields of record messages; fields without a single value are left out."""
    speed, altitude = ((73, "uint32"), (78, "uint32")) if runner.watch.enhanced else ((6, "uint16"), (2, "uint16"))
    cadence = records["cadence_rpm"]
    scaled: list[tuple[int, str, pd.Series]] = [
        (253, "uint32", records["time"].astype("int64") // 1_000_000 - FIT_EPOCH_S),
        (0, "sint32", records["latitude_deg"] * SEMICIRCLES),
        (1, "sint32", records["longitude_deg"] * SEMICIRCLES),
        (5, "uint32", records["distance_m"] * 100),
        (*speed, records["speed_mps"] * 1000),
        (*altitude, (records["altitude_m"] + 500) * 5),
        (3, "uint8", records["heart_rate_bpm"]),
        (4, "uint8", cadence // 1),
        (53, "uint8", cadence % 1 * 128),
        (13, "sint8", records["temperature_c"]),
    ]
    dynamics = {
        "vertical_oscillation_m": (39, 10_000),
        "stance_time_s": (41, 10_000),
        "vertical_ratio": (83, 10_000),
        "stance_time_balance": (84, 10_000),
        "step_length_m": (85, 10_000),
    }
    scaled += [(field, "uint16", records[name] * scale) for name, (field, scale) in dynamics.items() if name in records]
    return [(field, kind, values.to_numpy()) for field, kind, values in scaled if values.notna().any()]


def _lap(records: pd.DataFrame, number: int, trigger: int) -> list[Field]:
    lap = totals(records)
    return [
        (253, "uint32", _seconds(lap.end)),
        (2, "uint32", _seconds(lap.start)),
        *_places(records, ((3, 4, 0), (5, 6, -1))),
        *_sums(lap, cadence=17),
        (13, "uint16", _scaled(lap.speed_mean_mps, 1000)),
        (14, "uint16", _scaled(lap.speed_max_mps, 1000)),
        (254, "uint16", number),
        (15, "uint8", round(lap.heart_rate_mean_bpm)),
        (16, "uint8", round(lap.heart_rate_max_bpm)),
        *_climbs(records, lap, ascent=21),
        (0, "enum", LAP_EVENT),
        (1, "enum", STOP),
        (24, "enum", trigger),
        (80, "uint8", int(lap.cadence_mean_rpm % 1 * 128)),
    ]


def _session(runner: "Runner", run: "PlannedRun", records: pd.DataFrame, whole: Totals) -> list[Field]:
    # one kilocalorie for a kilogram and a kilometre; a third of that on a ride
    energy_kcal = runner.mass_kg * whole.distance_m / 1000 * (1 if run.kind != "ride" else 0.35)
    long_fields = (124, "uint32"), (125, "uint32")
    mean_speed, max_speed = long_fields if runner.watch.enhanced else ((14, "uint16"), (15, "uint16"))
    return [
        (253, "uint32", _seconds(whole.end)),
        (2, "uint32", _seconds(whole.start)),
        *_places(records, ((3, 4, 0),)),
        *_sums(whole, cadence=18),
        (*mean_speed, _scaled(whole.speed_mean_mps, 1000)),
        (*max_speed, _scaled(whole.speed_max_mps, 1000)),
        (254, "uint16", 0),
        (11, "uint16", round(energy_kcal)),
        *_climbs(records, whole, ascent=22),
        (25, "uint16", 0),
        (26, "uint16", len(kilometre_laps(records))),
        (0, "enum", SESSION_EVENT),
        (1, "enum", STOP),
        (5, "enum", SPORTS[_sport(run)]),
        (6, "enum", SUB_SPORTS[run.surface]),
        (16, "uint8", round(whole.heart_rate_mean_bpm)),
        (17, "uint8", round(whole.heart_rate_max_bpm)),
        (19, "uint8", int(whole.cadence_max_rpm)),
        (28, "enum", 0),
        (92, "uint8", int(whole.cadence_mean_rpm % 1 * 128)),
    ]


def _sums(stretch: Totals, *, cadence: int) -> list[Field]:
    """Give what laps and sessions number alike."""
    return [
        (7, "uint32", _scaled(stretch.elapsed_s, 1000)),
        (8, "uint32", _scaled(stretch.timer_s, 1000)),
        (9, "uint32", _scaled(stretch.distance_m, 100)),
        (10, "uint32", round(stretch.strides)),
        (cadence, "uint8", int(stretch.cadence_mean_rpm)),
    ]


def _climbs(records: pd.DataFrame, stretch: Totals, *, ascent: int) -> list[Field]:
    known = bool(records["altitude_m"].notna().any())
    return [
        (ascent, "uint16", round(stretch.ascent_m) if known else None),
        (ascent + 1, "uint16", round(stretch.descent_m) if known else None),
    ]


def _places(records: pd.DataFrame, fields: tuple[tuple[int, int, int], ...]) -> list[Field]:
    """Give positions of first or last rows; None indoors."""
    places: list[Field] = []
    for latitude_field, longitude_field, row in fields:
        for field, name in ((latitude_field, "latitude_deg"), (longitude_field, "longitude_deg")):
            degrees = float(records[name].iloc[row])
            places.append((field, "sint32", None if np.isnan(degrees) else round(degrees * SEMICIRCLES)))
    return places


def _seconds(moment: pd.Timestamp) -> int:
    return int(moment.timestamp()) - FIT_EPOCH_S


def _scaled(value: float, scale: int) -> int:
    return round(value * scale)
