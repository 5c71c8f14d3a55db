"""Runners who come back, made by hand: a history, an injury, a diary, and a plan as a table. Nothing here reads a file.

The usual runner is ann: 9 km in 54 minutes on ten days of the 28 before 29 March 2025, when her fibula began to hurt.
That is 9 km a run, 22.5 km a week and 10 km/h. She is back on Monday, 2 June 2025.
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from stressfx.injury.returning.checks.at_hand import Planned, Returning, Told, returning_at_hand
from stressfx.injury.returning.checks.outcome import Outcome
from stressfx.injury.returning.rules import ReturnRules
from stressfx.injury.returning.usual import UsualRunning
from stressfx.schema import DTYPES, INJURIES, INTENSITY, PAIN, PLAN, SHOES, STAGES, Schema

NAN = float("nan")
ATHLETE = "ann"
ONSET, START, CLEARED = "2025-03-29", "2025-06-02", "2025-05-30"
USUAL_KM, USUAL_WEEK_KM, USUAL_MPS = 9.0, 22.5, 9000 / 3240
USUAL = UsualRunning(
    ATHLETE, pd.Timestamp(ONSET).as_unit("us"), "first_pain", 10, 9000.0, 22_500.0, 28, USUAL_MPS, 160.0
)

Row = dict[str, Any]

KINDS = {"start": "time", "date": "date", "counted": "bool"} | dict.fromkeys(
    ("athlete_id", "session_id", "sport", "sub_sport", "shoe_id", "surface_label"), "text"
)
"""Kinds of the columns of sessions that are no numbers."""


def day(name: str) -> pd.Timestamp:
    """Give a calendar day, in the unit that the frames have."""
    return pd.Timestamp(name).as_unit("us")


def run(date: str, km: float, *, minutes: float | None = None, at: str = "07:00", tz: str = "UTC", **more: Any) -> Row:
    """Give a run; who tells no minutes takes six to a kilometre. `at` is local time, and `date` the local day."""
    timer_s = 360 * km if minutes is None else 60 * minutes
    local = dt.datetime.fromisoformat(f"{date}T{at}").replace(tzinfo=ZoneInfo(tz))
    return {
        "athlete_id": ATHLETE,
        "session_id": f"{date}T{at}",
        "sport": "running",
        "sub_sport": "generic",
        "start": pd.Timestamp(local).tz_convert("UTC"),
        "date": day(date),
        "distance_m": 1000 * km,
        "timer_s": timer_s,
        "speed_mean_mps": 1000 * km / timer_s if timer_s else NAN,
        "cadence_mean_spm": 160.0,
        "ascent_m": 0.0,
        "descent_m": 0.0,
        "shoe_id": "blue",
        "surface_label": "asphalt",
        "body_weight_share": 1.0,
        "counted": True,
    } | more


def runs_on(*runs: tuple[int, float], start: str = START, **more: Any) -> list[Row]:
    """Give runs by their day, counted from 0 at `start`, and their kilometres."""
    first = dt.date.fromisoformat(start)
    return [run(f"{first + dt.timedelta(days=after)}", km, **more) for after, km in runs]


def history(km: float = USUAL_KM, **more: Any) -> list[Row]:
    """Give ten runs of one distance, every third day from the 28th to the first day before the onset."""
    return [run(f"2025-03-{date:02}", km, **more) for date in range(1, 29, 3)]


def sessions_of(*rows: Row) -> pd.DataFrame:
    """Lay sessions out, a row each."""
    columns = list(run(START, 1.0))
    laid = {name: [row[name] for row in rows] for name in columns}
    return pd.DataFrame({name: pd.Series(laid[name], dtype=DTYPES[KINDS.get(name, "float")]) for name in columns})


def returns(*back: Row) -> pd.DataFrame:
    """Give the sessions of the usual runner who then ran `back`."""
    return sessions_of(*history(), *back)


def injury_row(first_pain: str | None = ONSET, **more: str) -> pd.DataFrame:
    """Give one injury of the fibula, of which `more` tells other columns; days are written as in 2025-06-02."""
    return table(INJURIES, {"athlete_id": ATHLETE, "first_pain": first_pain, "site": "fibula"} | more)


def ache(date: str, activity: str = "run", **told: Any) -> Row:
    """Give an entry of a diary: no pain, but for what is told."""
    free = {"during": 0.0, "after": 0.0, "next_morning": 0.0}
    return free | {"athlete_id": ATHLETE, "date": date, "activity": activity} | told


def pain_of(*rows: Row) -> pd.DataFrame:
    """Lay a pain diary out."""
    return table(PAIN, *rows)


def planned(*runs: tuple[str, int, float], **more: Any) -> pd.DataFrame:
    """Give a plan as a table of runs: day, stage and kilometres of each, at six minutes a kilometre."""
    blank = {"athlete_id": ATHLETE, "week": 1, "activity": "run", "amount": "distance", "body_weight_share": 1.0}
    common = blank | more
    return table(
        PLAN,
        *(
            common | {"date": date, "stage": stage, "distance_m": 1000 * km, "duration_s": 360 * km, "run_s": 360 * km}
            for date, stage, km in runs
        ),
    )


def speeds_of(*rows: tuple[str, float, float], spm: float = 160.0) -> pd.DataFrame:
    """Lay out how long a session (its id) went at each speed [m/s] and for how long [s], with steps at one cadence."""
    return table(
        INTENSITY,
        *(
            {
                "session_id": session_id,
                "channel": "speed_mps",
                "value": speed,
                "timer_s": seconds,
                "steps": spm * seconds / 60,
                "steps_s": seconds,
                "distance_m": speed * seconds,
            }
            for session_id, speed, seconds in rows
        ),
    )


def shoe_table(*rows: Row) -> pd.DataFrame:
    """Lay pairs of shoes out."""
    return table(SHOES, *rows)


def stages_of(*km: float, sessions: int = 3) -> Planned:
    """Give a plan of stages from 1, each of so many kilometres and done so often, two times at least."""
    common = {"sessions": sessions, "sessions_least": 2, "amount": "distance", "body_weight_share": 1.0}
    rows = [common | {"stage": stage, "distance_m": 1000 * length} for stage, length in enumerate(km, 1)]
    order = tuple(stage for stage in range(1, len(km) + 1) for _ in range(sessions))
    return Planned(table(STAGES, *rows), order)


def returning(
    *back: Row,
    plan: Planned | None = None,
    usual: UsualRunning | None = USUAL,
    rules: ReturnRules | None = None,
    injury: pd.DataFrame | None = None,
    before: list[Row] | None = None,
    **told: pd.DataFrame | None,
) -> Returning:
    """Put a return together from `START` on, as the rules look at it, without anything that reads or plans."""
    full = Told(**(dict.fromkeys(("injuries", "pain", "shoes", "surfaces", "intensity")) | told))
    return returning_at_hand(
        sessions_of(*(history() if before is None else before), *back),
        injury_row() if injury is None else injury,
        begin=day(START),
        end=None,
        usual=usual,
        plan=plan,
        rules=rules or ReturnRules(),
        told=full,
    )


def shown(outcome: Outcome) -> list[tuple[str, str]]:
    """List the day and the state of every event, by day."""
    return [(f"{event.date:%Y-%m-%d}", event.state) for event in outcome.in_order()]


def table(schema: Schema, *rows: Row) -> pd.DataFrame:
    """Lay rows out by a schema: what a row does not tell is missing, and a text empty."""
    columns: dict[str, pd.Series] = {}
    for column in schema.columns:
        blank = {"text": "", "float": NAN, "int": 0}.get(column.kind)
        cells = [row.get(column.name, blank) for row in rows]
        if column.kind == "date":
            cells = [pd.NaT if cell is None else pd.Timestamp(cell) for cell in cells]
        columns[column.name] = pd.Series(cells, dtype=DTYPES[column.kind])
    return schema.check(pd.DataFrame(columns))
