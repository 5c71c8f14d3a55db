"""The frames that cross a floor: name, type, unit, range and meaning of every column, declared once.

Takes a frame and checks it against its `Schema`; gives the same frame back, or one `SchemaError` that names
everything that is wrong. Both wings of the library stand on this module and on nothing of each other.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from stressfx.errors import SchemaError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CHECKS",
    "DAILY_LOAD",
    "EVENTS",
    "INJURIES",
    "LAPS",
    "LEGS",
    "LOG",
    "QUARANTINE",
    "RECORDS",
    "SESSIONS",
    "SHOES",
    "SPIKES",
    "WEEKS",
    "Column",
    "Schema",
]

DTYPES = {
    "float": "float64",
    "int": "int64",
    "bool": "bool",
    "time": "datetime64[us, UTC]",
    "date": "datetime64[us]",
    "text": "str",
}
"""The six kinds of column, and the pandas dtype of each."""


@dataclass(frozen=True)
class Column:
    """One column of a frame."""

    name: str
    kind: str
    unit: str
    meaning: str
    low: float = -math.inf
    high: float = math.inf
    optional: bool = False


@dataclass(frozen=True)
class Schema:
    """What a frame holds.

    Attributes
    ----------
    name : str
        What one row is.
    columns : tuple of Column
        In the order in which the frame has them. Further columns may follow.
    """

    name: str
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns that every frame of this schema has, in order."""
        return tuple(column.name for column in self.columns if not column.optional)

    def check(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        """Check a frame once, at the door of a floor.

        Parameters
        ----------
        frame : DataFrame
            Any frame.

        Returns
        -------
        DataFrame
            The same frame.

        Raises
        ------
        SchemaError
            If a column is missing, of another type or out of its range; the text names every such column.
        """
        import pandera.errors  # noqa: PLC0415  # pandera costs half a second, and only checks need it

        try:
            self._checks.validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as errors:
            raise SchemaError(self._sentences(frame, errors.failure_cases)) from None
        return frame

    def empty(self) -> "pd.DataFrame":
        """Give a frame of this schema without rows.

        Returns
        -------
        DataFrame
            All columns that are not optional, each of its type.
        """
        import pandas as pd  # noqa: PLC0415  # the declarations must be readable without pandas

        required = (column for column in self.columns if not column.optional)
        return pd.DataFrame({column.name: pd.Series([], dtype=DTYPES[column.kind]) for column in required})

    @cached_property
    def _checks(self) -> Any:  # noqa: ANN401  # a pandera schema; importing its type would import pandera
        import pandera.pandas as pa  # noqa: PLC0415  # see check

        def column_check(column: Column) -> Any:  # noqa: ANN401  # see above
            bounded = column.kind in {"float", "int"} and (column.low, column.high) != (-math.inf, math.inf)
            return pa.Column(
                DTYPES[column.kind],
                checks=[pa.Check.in_range(column.low, column.high)] if bounded else [],
                nullable=column.kind not in {"int", "bool"},
                required=not column.optional,
            )

        return pa.DataFrameSchema({column.name: column_check(column) for column in self.columns})

    def _sentences(self, frame: "pd.DataFrame", cases: "pd.DataFrame") -> str:
        """Say what pandera found in words: one sentence a column, without any value of the frame."""
        declared = {column.name: column for column in self.columns}
        missing = [name for name, column in declared.items() if not column.optional and name not in frame.columns]
        found = [f"{self.name}: column {name!r} is missing ({declared[name].meaning})" for name in missing]
        for name, rows in cases[cases["column"].notna()].groupby("column", sort=False):
            column = declared[cast("str", name)]
            if rows["check"].astype(str).str.startswith("dtype").any():
                needed = DTYPES[column.kind]
                found.append(f"{self.name}: column {name!r} is {frame[name].dtype}; {needed} is needed")
            elif rows["check"].astype(str).str.startswith("not_nullable").any():
                found.append(f"{self.name}: column {name!r} has missing values; none are allowed")
            else:
                bounds = f"{column.low:g} to {column.high:g} {column.unit}".strip()
                found.append(f"{self.name}: column {name!r} has {len(rows)} values outside {bounds}")
        return ". ".join(found) + "."


RECORDS = Schema(
    "Records",
    (
        Column("time", "time", "", "instant of the sample; missing where the device knew none"),
        Column("leg", "int", "", "which leg of the activity, from 0; one row of Activity.sessions each", 0),
        Column("segment", "int", "", "stretch of uninterrupted recording, from 0; a pause lies between two", 0),
        Column("latitude_deg", "float", "deg", "WGS-84 latitude", -90, 90),
        Column("longitude_deg", "float", "deg", "WGS-84 longitude", -180, 180),
        Column("altitude_m", "float", "m", "altitude above sea level, as recorded"),
        Column("distance_m", "float", "m", "distance since the start, as the device counted it"),
        Column("speed_mps", "float", "m/s", "speed, as the device measured it"),
        Column("heart_rate_bpm", "float", "bpm", "heart rate"),
        Column("cadence_rpm", "float", "1/min", "cadence as recorded: strides a minute in most files of runs"),
        Column("power_w", "float", "W", "power, measured or modelled by the device"),
        Column("temperature_c", "float", "degC", "temperature at the device"),
        Column("grade", "float", "1", "slope, rise over run, as the device estimated it", optional=True),
        Column("vertical_oscillation_m", "float", "m", "vertical movement of the trunk in a step", optional=True),
        Column("vertical_ratio", "float", "1", "vertical oscillation over step length", optional=True),
        Column("stance_time_s", "float", "s", "ground contact time of a step", optional=True),
        Column("stance_time_balance", "float", "1", "share of ground contact on the left foot", optional=True),
        Column("step_length_m", "float", "m", "length of one step", optional=True),
        Column(
            "horizontal_accuracy_m", "float", "m", "error of the position, as the device estimated it", optional=True
        ),
        Column(
            "relative_time_s", "float", "s", "time since the device was switched on, if no date is known", optional=True
        ),
    ),
)
"""One row a sample of an activity."""

LAPS = Schema(
    "Laps",
    (
        Column("leg", "int", "", "which leg of the activity, from 0", 0),
        Column("start", "time", "", "start of the lap"),
        Column("end", "time", "", "end of the lap"),
        Column("distance_m", "float", "m", "distance of the lap"),
        Column("timer_s", "float", "s", "time with the recording on"),
        Column("elapsed_s", "float", "s", "time from start to end"),
        Column("heart_rate_mean_bpm", "float", "bpm", "mean heart rate, by the device"),
        Column("heart_rate_max_bpm", "float", "bpm", "highest heart rate, by the device"),
        Column("cadence_mean_rpm", "float", "1/min", "mean cadence as recorded (see Records)"),
        Column("speed_mean_mps", "float", "m/s", "mean speed, by the device"),
        Column("speed_max_mps", "float", "m/s", "highest speed, by the device"),
        Column("ascent_m", "float", "m", "climb, by the device"),
        Column("descent_m", "float", "m", "descent, by the device"),
        Column("trigger", "text", "", "what ended the lap: manual, distance, session_end, ..."),
    ),
)
"""One row a lap."""

LEGS = Schema(
    "Legs",
    (
        Column("leg", "int", "", "number of the leg, from 0", 0),
        Column("start", "time", "", "start of the leg"),
        Column("end", "time", "", "end of the leg"),
        Column("sport", "text", "", "sport in FIT's words: running, cycling, swimming, transition, ..."),
        Column("sub_sport", "text", "", "kind of the sport in FIT's words: treadmill, trail, track, ..."),
        Column("distance_m", "float", "m", "distance, by the device"),
        Column("timer_s", "float", "s", "time with the recording on, by the device"),
        Column("moving_s", "float", "s", "time in movement, by the device"),
        Column("elapsed_s", "float", "s", "time from start to end, by the device"),
        Column("cycles", "float", "", "strides, strokes or turns, by the device"),
        Column("heart_rate_mean_bpm", "float", "bpm", "mean heart rate, by the device"),
        Column("heart_rate_max_bpm", "float", "bpm", "highest heart rate, by the device"),
        Column("cadence_mean_rpm", "float", "1/min", "mean cadence as recorded (see Records)"),
        Column("speed_mean_mps", "float", "m/s", "mean speed, by the device"),
        Column("speed_max_mps", "float", "m/s", "highest speed, by the device"),
        Column("ascent_m", "float", "m", "climb, by the device"),
        Column("descent_m", "float", "m", "descent, by the device"),
        Column("energy_kcal", "float", "kcal", "energy, by the device"),
    ),
)
"""What the device itself says of each leg: `Activity.sessions`."""

EVENTS = Schema(
    "Events",
    (
        Column("time", "time", "", "instant of the event"),
        Column("leg", "int", "", "which leg of the activity, from 0", 0),
        Column("event", "text", "", "what the event concerns, in FIT's words: timer, lap, battery, ..."),
        Column("event_type", "text", "", "what happened: start, stop, stop_all, marker, ..."),
        Column("data", "float", "", "number that comes with the event"),
    ),
)
"""One row an event: the timer started, was paused, the battery ran low."""

SESSIONS = Schema(
    "Sessions",
    (
        Column("athlete_id", "text", "", "whose session"),
        Column("session_id", "text", "", "first 12 digits of the SHA-256 of the file or of the entry, then the leg"),
        Column("source", "text", "", "file inside the export, as a label"),
        Column("format", "text", "", "fit, gpx, tcx or polar; else the account whose table alone tells of it"),
        Column("device", "text", "", "maker and product of the recorder"),
        Column("leg", "int", "", "number of the leg in its file, from 0", 0),
        Column("sport", "text", "", "sport in FIT's words"),
        Column("sub_sport", "text", "", "kind of the sport in FIT's words"),
        Column("start", "time", "", "start of the session"),
        Column("end", "time", "", "end of the session"),
        Column("utc_offset_s", "float", "s", "local time minus UTC at the start", -54000, 54000),
        Column("offset_source", "text", "", "source: file, position, account, caller, neighbours, local or assumed"),
        Column("date", "date", "", "local calendar day of the start"),
        Column("distance_m", "float", "m", "distance", 0),
        Column("distance_source", "text", "", "device, records, positions or account"),
        Column("timer_s", "float", "s", "time with the recording on", 0),
        Column("moving_s", "float", "s", "time in movement: speed of 0.894 m/s and more", 0),
        Column("elapsed_s", "float", "s", "time from start to end", 0),
        Column("steps", "float", "", "steps of both feet", 0),
        Column("ascent_m", "float", "m", "climb by hysteresis", 0),
        Column("descent_m", "float", "m", "descent by hysteresis", 0),
        Column("heart_rate_mean_bpm", "float", "bpm", "time-weighted mean of the valid heart rates"),
        Column("heart_rate_max_bpm", "float", "bpm", "highest valid heart rate"),
        Column("heart_rate_coverage", "float", "1", "share of the timer time with a valid heart rate", 0, 1),
        Column("speed_mean_mps", "float", "m/s", "distance over timer time", 0),
        Column("speed_max_mps", "float", "m/s", "highest plausible speed", 0),
        Column("cadence_mean_spm", "float", "1/min", "time-weighted mean of steps a minute while moving", 0),
        Column("shoe_id", "text", "", "pair of shoes, where the export names it"),
        Column("perceived_exertion", "float", "", "how hard the runner found it, from 0 to 10", 0, 10),
        Column("dirt_distance_m", "float", "m", "distance on unpaved ground, where an account tells it", 0),
        Column("competition", "float", "", "1 if the runner marked a race, 0 if not, missing if nobody asked", 0, 1),
        Column("long_run", "float", "", "1 if the runner marked a long run, 0 if not, missing if nobody asked", 0, 1),
    ),
)
"""One row a session: a leg of one file, or what an account tells of a workout that has none."""

LOG = Schema(
    "Log",
    (
        *SESSIONS.columns,
        Column("counted", "bool", "", "whether the session counts for its day: it has one and is no duplicate"),
        Column("duplicate_of", "text", "", "the counted session that it duplicates, if any"),
        Column("duplicate_reason", "text", "", "how much of it the two share, and why the other one counts"),
    ),
)
"""One row a session: what a runner did, with every workout counted once."""

CHECKS = Schema(
    "Checks",
    (
        Column("athlete_id", "text", "", "whose log"),
        Column("code", "text", "", "what was found, one of `stressfx.findings.CODES`"),
        Column("severity", "text", "", "info, warning or error"),
        Column("first", "date", "", "first day that it concerns"),
        Column("last", "date", "", "last day that it concerns"),
        Column("sessions", "int", "", "number of sessions that it concerns", 0),
        Column("message", "text", "", "what was found, in a sentence"),
        Column("effect", "text", "", "what it does to the numbers"),
    ),
)
"""One row a thing to know about a training log before its numbers are used."""

QUARANTINE = Schema(
    "Quarantine",
    (
        Column("source", "text", "", "file inside the export, as a label"),
        Column("kind", "text", "", "name of the error"),
        Column("reason", "text", "", "what was found and what was needed"),
    ),
)
"""One row a file that could not be read."""

DAILY_LOAD = Schema(
    "DailyLoad",
    (
        Column("athlete_id", "text", "", "whose day"),
        Column("date", "date", "", "local calendar day"),
        Column("sessions", "float", "", "number of runs; missing where the day was not observed", 0),
        Column("distance_m", "float", "m", "sum over the runs of the day", 0),
        Column("timer_s", "float", "s", "sum over the runs of the day", 0),
        Column("moving_s", "float", "s", "sum over the runs of the day", 0),
        Column("elapsed_s", "float", "s", "sum over the runs of the day", 0),
        Column("steps", "float", "", "sum over the runs of the day", 0),
        Column("longest_m", "float", "m", "longest run of the day", 0),
        Column("other_sport_s", "float", "s", "time of other sports: timer, else moving, else elapsed", 0),
    ),
)
"""One row an athlete and day: 0 is observed rest, NaN is not observed."""

WEEKS = Schema(
    "Weeks",
    (
        Column("athlete_id", "text", "", "whose week"),
        Column("week", "date", "", "Monday of the ISO week"),
        Column("days", "int", "", "days of the week inside the log", 0, 7),
        Column("sessions", "float", "", "number of runs", 0),
        Column("run_days", "float", "", "days with a run", 0, 7),
        Column("distance_m", "float", "m", "sum over the week", 0),
        Column("timer_s", "float", "s", "sum over the week", 0),
        Column("moving_s", "float", "s", "sum over the week", 0),
        Column("elapsed_s", "float", "s", "sum over the week", 0),
        Column("longest_m", "float", "m", "longest run of the week", 0),
    ),
)
"""One row an athlete and ISO week."""

SPIKES = Schema(
    "Spikes",
    (
        Column("athlete_id", "text", "", "whose session"),
        Column("session_id", "text", "", "which session"),
        Column("date", "date", "", "local calendar day"),
        Column("start", "time", "", "start of the session"),
        Column("by", "text", "", "what was compared, a column of Sessions"),
        Column("value", "float", "", "the session's own value", 0),
        Column("reference", "float", "", "largest value of the sessions in the look-back window", 0),
        Column("reference_id", "text", "", "the session that holds the reference"),
        Column("spike", "float", "1", "value over reference, minus 1", -1),
        Column("state", "text", "", "reference, small, moderate, large, no_reference or warm_up"),
    ),
)
"""One row a run: how far it went beyond the runner's own recent runs."""

SHOES = Schema(
    "Shoes",
    (
        Column("shoe_id", "text", "", "short name that sessions refer to"),
        Column("name", "text", "", "maker and model"),
        Column("start", "date", "", "first day of use"),
        Column("start_distance_m", "float", "m", "distance already run in the pair on that day", 0),
        Column("retired", "date", "", "last day of use; missing while in use"),
        Column("watch_m", "float", "m", "the runner's own limit for a first warning", 0),
        Column("replace_m", "float", "m", "the runner's own limit for replacing the pair", 0),
        Column("default_for", "text", "", "runs that the pair is worn for unless stated: road, trail, treadmill, all"),
    ),
)
"""One row a pair of shoes."""

INJURIES = Schema(
    "Injuries",
    (
        Column("athlete_id", "text", "", "whose injury"),
        Column("first_pain", "date", "", "first day with pain"),
        Column("stopped_running", "date", "", "first day without running because of it"),
        Column("diagnosed", "date", "", "day of the diagnosis"),
        Column("returned", "date", "", "first day of running again"),
        Column("site", "text", "", "part of the body or bone"),
        Column("side", "text", "", "left, right or both"),
        Column("tissue", "text", "", "bone, tendon, muscle, ..."),
        Column("osiics", "text", "", "OSIICS code"),
        Column("imaging", "text", "", "none, x-ray, MRI, CT or bone scan"),
        Column("grade", "text", "", "grade on imaging"),
        Column("status", "text", "", "confirmed or suspected"),
        Column("note", "text", "", "free text"),
    ),
)
"""One row an injury."""
