"""Answers what a log would hold if a plan were carried out to the letter: so it can be checked before it is run.

Takes a `ReturnPlan`; gives sessions, a pain diary without pain, and how long was run at which speed.
"""

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from stressfx.injury.returning.plan import ReturnPlan
from stressfx.injury.returning.stages import WALK_MPS
from stressfx.schema import DTYPES, INTENSITY, PAIN, SESSIONS
from stressfx.training.counted import counts

__all__ = ["CarriedOut", "carried_out"]

USUAL_SPM = 165.0
"""Steps a minute where the plan advises none. Our choice. [1/min]"""

SPORTS = {
    "run": ("running", ""),
    "walk": ("walking", ""),
    "cross_training": ("cycling", ""),
    "strength": ("training", "strength_training"),
}
START_HOUR = 7


class CarriedOut(NamedTuple):
    """What a log would hold."""

    sessions: pd.DataFrame
    """`stressfx.schema.SESSIONS` with ``counted``, ``body_weight_share`` and ``surface_label``."""
    pain: pd.DataFrame
    """`stressfx.schema.PAIN`: no pain."""
    intensity: pd.DataFrame
    """`stressfx.schema.INTENSITY` of the runs."""


def carried_out(
    plan: ReturnPlan,
    *,
    log: pd.DataFrame | None = None,
    intensity: pd.DataFrame | None = None,
    tz: str = "UTC",
    cadence_spm: float | None = None,
    surface: str = "asphalt",
    shoe_id: str = "",
) -> CarriedOut:
    r"""Give what a log would hold if a plan were carried out to the letter.

    Parameters
    ----------
    plan : ReturnPlan
        A plan.
    log : DataFrame, optional
        Sessions that come before it, as for `stressfx.return_plan`; they stand before those of the plan.
    intensity : DataFrame, optional
        `stressfx.schema.INTENSITY` of these; it stands before that of the plan.
    tz : str
        Time zone in which the runner starts at seven in the morning.
    cadence_spm : float, optional
        Steps a minute of the runs; else what the plan advises, else 165. [1/min]
    surface : str
        The ground, one of `stressfx.schema.surfaces.SURFACE_CLASSES`.
    shoe_id : str
        The pair of shoes.

    Returns
    -------
    CarriedOut
        Sessions, diary and speeds. Runs are at the pace ceiling, or at the mean of distance and time where the plan
        sets none.

    Raises
    ------
    ValueError
        If the plan has no schedule, or there is no such time zone.

    Examples
    --------
    >>> import stressfx as sfx
    >>> rows = [f"2025-03-{day:02},07:00,9,54:00" for day in range(1, 29, 3)]
    >>> log = sfx.read_sessions("\n".join(["date,time,distance_km,duration", *rows]).encode(),
    ...                         athlete_id="ann", tz="UTC")
    >>> injury = sfx.read_injuries(b"athlete_id,first_pain,site\nann,2025-03-29,fibula")
    >>> plan = sfx.return_plan(log, injury, start="2025-06-02", weeks=2, cleared="2025-05-30")
    >>> done = carried_out(plan, log=log)
    >>> done.sessions[["sport", "distance_m"]].tail(3).values.tolist()
    [['running', 3000.0], ['cycling', nan], ['training', nan]]
    >>> sfx.check_return(done.sessions, plan, pain=done.pain, intensity=done.intensity).state("R4")
    'kept'
    """
    if plan.refusal:
        raise ValueError(f"the plan has no schedule: {plan.refusal}")
    done = plan.days[plan.days["activity"] != "rest"].reset_index(drop=True)
    local, start = _starts(done, tz)
    ran = done["activity"] == "run"
    cadence = done["cadence_least_spm"].fillna(USUAL_SPM) if cadence_spm is None else cadence_spm
    known = {
        "athlete_id": plan.athlete_id,
        "session_id": [f"planned-{number}" for number in range(len(done))],
        "source": "plan",
        "format": "plan",
        "sport": done["activity"].map({name: sport for name, (sport, _) in SPORTS.items()}),
        "sub_sport": done["activity"].map({name: kind for name, (_, kind) in SPORTS.items()}),
        "start": start,
        "end": start + pd.to_timedelta(done["duration_s"], unit="s").dt.as_unit("us"),
        "utc_offset_s": (local - start.dt.tz_localize(None)).dt.total_seconds(),
        "offset_source": "caller",
        "date": done["date"],
        "distance_m": done["distance_m"],
        "timer_s": done["duration_s"],
        "moving_s": done["duration_s"],
        "elapsed_s": done["duration_s"],
        "ascent_m": np.where(ran, 0.0, np.nan),
        "descent_m": np.where(ran, 0.0, np.nan),
        "speed_mean_mps": done["distance_m"] / done["duration_s"],
        "cadence_mean_spm": np.where(ran, cadence, np.nan),
        "shoe_id": np.where(ran, shoe_id, ""),
    }
    sessions = _sessions(done, known, surface)
    speeds = _speeds(done[ran], sessions[ran])
    return CarriedOut(
        sessions if log is None else pd.concat([_like(log, sessions), sessions], ignore_index=True),
        _no_pain(done),
        speeds if intensity is None else pd.concat([INTENSITY.check(intensity), speeds], ignore_index=True),
    )


def _sessions(done: pd.DataFrame, known: dict[str, Any], surface: str) -> pd.DataFrame:
    """Lay out sessions; what a plan does not tell is missing."""
    ran = done["activity"] == "run"
    blank = {c.name: "" if c.kind == "text" else 0 if c.kind == "int" else np.nan for c in SESSIONS.columns}
    sessions = pd.DataFrame(blank | known, index=done.index)
    sessions = sessions.astype({column.name: DTYPES[column.kind] for column in SESSIONS.columns})
    return SESSIONS.check(sessions[list(SESSIONS.names)]).assign(
        counted=True,
        body_weight_share=np.where(ran, done["body_weight_share"], np.nan),
        surface_label=pd.Series(np.where(ran, surface, ""), index=done.index, dtype="str"),
    )


def _like(log: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Give a log the columns of a plan's sessions; where nothing is told a session counts, on unknown ground."""
    told = log.assign(counted=counts(log))
    untold = {name: sessions[name].iloc[:0].reindex(log.index) for name in sessions.columns if name not in told}
    texts = {name: column.fillna("") for name, column in untold.items() if column.dtype == "str"}
    alike: pd.DataFrame = told.assign(**(untold | texts))[list(sessions.columns)]
    return alike


def _starts(done: pd.DataFrame, tz: str) -> tuple[pd.Series, pd.Series]:
    """Give the local time and the instant at which each session starts: two hours after the one before it that day."""
    try:
        zone = ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"tz is {tz!r}; the name of a time zone is needed, such as 'Europe/Berlin'") from None
    after = pd.to_timedelta(START_HOUR + 2 * done.groupby("date").cumcount(), unit="h").dt.as_unit("us")
    local = done["date"] + after
    start = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward")
    return local, start.dt.tz_convert("UTC")


def _no_pain(done: pd.DataFrame) -> pd.DataFrame:
    told = done[done["activity"] != "strength"].drop_duplicates(["date", "activity"]).reset_index(drop=True)
    known = {
        "athlete_id": told["athlete_id"],
        "date": told["date"],
        "activity": told["activity"],
        "duration_s": told["duration_s"],
        "during": 0.0,
        "after": 0.0,
        "next_morning": 0.0,
        "stage": np.nan,
        "note": "",
    }
    diary = pd.DataFrame(known, index=told.index)
    return PAIN.check(diary.astype({column.name: DTYPES[column.kind] for column in PAIN.columns}))


def _speeds(runs: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Give how long each run lasted at its two speeds."""
    mean = runs["distance_m"] / runs["duration_s"]
    parts = []
    for seconds, speed in ((runs["run_s"], runs["speed_most_mps"].fillna(mean)), (runs["walk_s"], WALK_MPS)):
        known = {
            "session_id": sessions["session_id"],
            "channel": "speed_mps",
            "value": speed,
            "timer_s": seconds,
            "steps": seconds * sessions["cadence_mean_spm"] / 60,
            "steps_s": seconds,
            "distance_m": seconds * speed,
        }
        parts.append(pd.DataFrame(known)[(seconds > 0).to_numpy(dtype=bool)])
    rows = pd.concat(parts, ignore_index=True)
    return INTENSITY.check(rows.astype({column.name: DTYPES[column.kind] for column in INTENSITY.columns}))
