"""How long do days at risk and a Cox regression of a whole cohort take, with how much memory, and how do both grow?

1,000 athletes followed for 730 days, four covariates; and a half and a quarter of them with as many injuries, because a
regression looks only at the days on which someone is injured. Every size is measured in a process of its own: the best
of some turns, and the peak of the whole process. Printed as a part of `make bench`.

`python tests/bench/studies.py 200 365` is a quick run: 200 athletes, 365 days. It writes no table.
"""

import gc
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ATHLETES, DAYS, TURNS = 1000, 730, 5
MOST_SECONDS, MOST_MIB = 5.0, 1536.0
MOST_GROWTH = 1.5
"""Largest cost of a day at risk, of all athletes over that of a quarter of them; 1 is linear."""

INJURIES_A_DAY = 0.8
"""Hazard of all athletes together, on a day of rest."""

COVARIATES = ["acute_km", "spike", "hard", "age"]

TABLE = Path(__file__).resolve().parents[1] / "readme" / "studies.md"


def made_cohort(athletes: int, days: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make days with four covariates, and injuries of a hazard that three of them raise."""
    rng = np.random.default_rng(7)
    distance_km = np.where(rng.random((athletes, days)) < 0.6, rng.gamma(4, 2.5, (athletes, days)), 0.0)
    total = np.cumsum(distance_km, axis=1)
    acute_km = total - np.pad(total, ((0, 0), (7, 0)))[:, :days]
    spike = (rng.random((athletes, days)) < 0.05).astype(float)
    hard = rng.random((athletes, days))
    age = np.broadcast_to(rng.integers(18, 60, (athletes, 1)).astype(float), (athletes, days))
    injured = rng.random((athletes, days)) < INJURIES_A_DAY / athletes * np.exp(
        0.02 * (acute_km - 42) + 0.7 * spike + 0.5 * hard
    )
    ids = np.array([f"athlete {number:05d}" for number in range(athletes)])
    dates = pd.date_range("2024-01-01", periods=days, unit="us")
    values = {
        "acute_km": acute_km,
        "spike": spike,
        "hard": hard,
        "age": age,
        "sessions": (distance_km > 0).astype(float),
    }
    daily = pd.DataFrame(
        {
            "athlete_id": pd.Series(np.repeat(ids, days), dtype="str"),
            "date": np.tile(dates.to_numpy(), athletes),
            **{name: value.ravel() for name, value in values.items()},
        }
    )
    athlete, day = np.nonzero(injured)
    return daily, made_injuries(ids[athlete], dates[day])


def made_injuries(ids: np.ndarray, onsets: pd.DatetimeIndex) -> pd.DataFrame:
    """Make injuries from which everyone runs again after six weeks."""
    from stressfx.schema import INJURIES

    told = {"athlete_id": pd.Series(ids, dtype="str"), "first_pain": onsets, "returned": onsets + pd.Timedelta(days=42)}
    blank = {"text": "", "date": pd.NaT}
    columns = {column.name: told.get(column.name, blank[column.kind]) for column in INJURIES.columns}
    dates = {column.name: "datetime64[us]" for column in INJURIES.columns if column.kind == "date"}
    texts = {column.name: "str" for column in INJURIES.columns if column.kind == "text"}
    return pd.DataFrame(columns).astype({**dates, **texts})


def studied(daily: pd.DataFrame, injuries: pd.DataFrame) -> tuple[float, float, int, int]:
    """Run both steps: seconds of each, injuries and intervals."""
    import warnings

    from stressfx.injury.at_risk import at_risk_intervals
    from stressfx.injury.cox.regression import cox_regression

    gc.collect()
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # injuries during an injury are told, and many here
        intervals = at_risk_intervals(daily, injuries, covariates=COVARIATES)
    between = time.perf_counter()
    table = cox_regression(intervals, covariates=COVARIATES).table
    end = time.perf_counter()
    planted = np.array([0.02, 0.7, 0.5, 0.0])
    if not (np.abs(table["log_estimate"] - planted) < 4 * table["log_se"]).all():
        sys.exit("the regression does not find what was planted")
    return between - start, end - between, int(table["events"].iloc[0]), int(table["intervals"].iloc[0])


def print_one(athletes: int, days: int) -> None:
    """Print the best seconds of both steps, injuries, intervals and the peak of this process. [MiB]."""
    daily, injuries = made_cohort(athletes, days)
    turns = [studied(daily, injuries) for _ in range(TURNS + 1)][1:]  # the first imports what is imported late
    best = min(turns, key=lambda turn: turn[0] + turn[1])
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    print(*best, peak)


def one(athletes: int, days: int) -> tuple[float, ...]:
    """Measure one size in a process of its own."""
    program = f"import studies; studies.print_one({athletes}, {days})"
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", program], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    )
    return tuple(float(value) for value in done.stdout.split())


def main() -> None:
    """Print the figures, and fail if one is missed."""
    whole = len(sys.argv) == 1
    athletes, days = (ATHLETES, DAYS) if whole else (int(sys.argv[1]), int(sys.argv[2]))
    print("\nStudies: days at risk and a Cox regression with four covariates, in a process of its own")
    table = ["| cohort | injuries | days at risk | Cox regression | peak |", "| --- | --- | --- | --- | --- |"]
    seconds, costs = 0.0, []
    for share in (4, 2, 1):
        at_risk_s, cox_s, events, intervals, peak = one(athletes // share, days)
        seconds = at_risk_s + cox_s
        costs.append(seconds / intervals)
        table.append(
            f"| {athletes // share:,} athletes x {days:,} days, {intervals:,.0f} at risk | {events:,.0f} | "
            f"{at_risk_s:.2f} s | {cox_s:.2f} s | {peak:,.0f} MiB |"
        )
    growth = costs[-1] / costs[0]
    print("\n".join(table))
    print(f"both {seconds:.2f} s (at most {MOST_SECONDS:g}), peak {peak:,.0f} MiB (at most {MOST_MIB:,.0f}), ", end="")
    print(f"cost of a day at risk x {growth:.2f} from a quarter to all (at most {MOST_GROWTH:g})")
    if whole:
        TABLE.write_text("\n".join(table) + "\n", encoding="utf-8")
    if seconds > MOST_SECONDS or peak > MOST_MIB or growth > MOST_GROWTH:
        sys.exit("missed")


if __name__ == "__main__":
    main()
