"""Rows of time at risk for tests: made histories, the stored data of the oracles, and a frame from columns."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

ORACLES = Path(__file__).parent / "oracles"


def intervals_of(**columns: Any) -> pd.DataFrame:
    """Make a frame of intervals; athletes may be told by numbers."""
    frame = pd.DataFrame(columns)
    frame["athlete_id"] = frame["athlete_id"].astype(str).astype("str")
    return frame.astype({"start": float, "stop": float, "event": "int64"})


def stored(name: str) -> pd.DataFrame:
    """Read the data of an oracle as intervals."""
    frame = pd.read_csv(ORACLES / f"cox_{name}.csv").rename(columns={"id": "athlete_id", "enum": "episode"})
    if name == "days":
        frame["stop"] = frame["start"] + 1
        frame["team"] = frame["athlete_id"] % 3
        frame["episode"] = 1 + frame.groupby("athlete_id")["event"].transform(
            lambda event: event.shift(fill_value=0).cumsum()
        )
    return intervals_of(**{column: frame[column] for column in frame.columns})


@st.composite
def histories(draw: st.DrawFn, covariates: int = 2) -> pd.DataFrame:
    """Draw athletes with gaps, late entries, several injuries, ties in abundance, and strata that change."""
    rows: list[dict[str, float]] = []
    small = st.integers(-3, 3)
    for athlete in range(draw(st.integers(3, 8))):
        time = draw(st.integers(0, 3))
        for _ in range(draw(st.integers(1, 4))):
            start = time + draw(st.integers(0, 2))
            time = start + draw(st.integers(1, 3))
            values = {f"x{place}": float(draw(small)) for place in range(covariates)}
            row = {"athlete_id": athlete, "start": start, "stop": time, "event": draw(st.integers(0, 1))}
            rows.append({**row, "group": draw(st.integers(0, 1)), **values})
    rows[0]["event"] = 1
    return intervals_of(**{name: [row[name] for row in rows] for name in rows[0]})


def simulated_days(seed: int, athletes: int, days: int, *, log_ratio: float, hazard: float) -> pd.DataFrame:
    """Follow athletes with a load that remembers the day before until their first injury."""
    rng = np.random.default_rng(seed)
    load = np.zeros((athletes, days))
    for day in range(days):
        load[:, day] = (0.7 * load[:, day - 1] if day else 0) + rng.normal(size=athletes)
    event = rng.random((athletes, days)) < hazard * np.exp(log_ratio * load)
    at_risk = np.cumsum(event, axis=1) - event == 0
    athlete, day = np.nonzero(at_risk)
    return intervals_of(
        athlete_id=athlete, start=day, stop=day + 1, event=event[at_risk].astype(int), load=load[at_risk]
    )
