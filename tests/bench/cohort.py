"""How long do the metrics of a whole cohort take beside pandas, and how much memory?

5,000 athletes of 1,500 days, nine columns; and sessions to athlete-days. Both ways one after the other in every round,
in processor seconds, because others use the machine as well; medians of the ratios. The memory is that of a process of
its own. Printed as a part of `make bench`.

`python tests/bench/cohort.py 200 400` is a quick run: 200 athletes, 400 days. It writes no table.
"""

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

ATHLETES, DAYS, ROUNDS = 5000, 1500, 3
LEAST_FASTER = {"nine metrics": 3.0, "summing into days": 8.0, "sessions to days": 1.5}
"""Summing into days is one sum and one largest value by athlete and day as whole numbers; sessions to days is all that
`daily_load` does from a table with texts: nine columns, every check, and the days without a session."""

MOST_EXTRA = 1.0
"""Largest memory beside the result, in sizes of the result."""

COLUMNS = {
    "acute_load": "acute",
    "chronic_load_coupled": "chronic",
    "acwr_coupled": "ratio",
    "ewma_7": "ewma 7",
    "ewma_28": "ewma 28",
    "acwr_ewma": "ewma ratio",
    "monotony": "monotony",
    "strain": "strain",
    "largest_load": "largest",
}
"""Our names of the nine columns, and those that they have here."""

TABLE = Path(__file__).resolve().parents[1] / "readme" / "cohort.md"


def made_days(athletes: int, days: int) -> pd.DataFrame:
    """Make daily distances: runs on six of ten days, and a week of rest every hundred days."""
    rng = np.random.default_rng(4)
    distance_m = np.where(rng.random((athletes, days)) < 0.6, rng.gamma(4, 2500, (athletes, days)), 0.0)
    distance_m[:, np.arange(days) % 100 >= 92] = 0.0
    return pd.DataFrame(
        {
            "athlete_id": pd.Series(np.repeat(names(athletes), days), dtype="str"),
            "date": np.tile(pd.date_range("2020-01-01", periods=days, unit="us").to_numpy(), athletes),
            "distance_m": distance_m.ravel(),
        },
    )


def made_places(athletes: int, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Give athlete and day of sessions in the order of time: none on every third day, two on every seventh."""
    rng = np.random.default_rng(5)
    counts = rng.choice(4, size=athletes * days, p=[0.35, 0.5, 0.149, 0.001])
    athlete, day = np.divmod(np.repeat(np.arange(athletes * days), counts), days)
    order = np.lexsort((rng.random(len(day)), day))
    return athlete[order], day[order]


def made_sessions(athletes: int, days: int) -> pd.DataFrame:
    """Make sessions in the order of time."""
    athlete, day = made_places(athletes, days)
    rng = np.random.default_rng(6)
    distance_m = rng.gamma(4, 2500, len(day))
    return pd.DataFrame(
        {
            "athlete_id": pd.Series(np.array(names(athletes))[athlete], dtype="str"),
            "sport": pd.Series(np.where(rng.random(len(day)) < 0.9, "running", "cycling"), dtype="str"),
            "date": pd.date_range("2020-01-01", periods=days, unit="us").to_numpy()[day],
            "distance_m": distance_m,
            "timer_s": distance_m / 3,
            "moving_s": distance_m / 3.1,
            "elapsed_s": distance_m / 2.9,
            "steps": distance_m * 0.9,
        },
    )


def names(athletes: int) -> list[str]:
    """Name athletes."""
    return [f"runner-{number:05d}" for number in range(athletes)]


def our_metrics(daily: pd.DataFrame) -> pd.DataFrame:
    """Nine columns by load_table."""
    from stressfx.training.metrics.table import load_table

    return load_table(daily, metrics=tuple(COLUMNS))


def metrics_of_pandas(daily: pd.DataFrame) -> pd.DataFrame:
    """Nine columns by groupby, rolling and ewm; the frame is in order, so that rows stay where they are."""
    athletes = daily.groupby("athlete_id", sort=False)["distance_m"]
    acute, chronic = athletes.rolling(7).mean().to_numpy(), athletes.rolling(28).mean().to_numpy()
    fast = athletes.ewm(span=7, adjust=False).mean().to_numpy()
    slow = athletes.ewm(span=28, adjust=False).mean().to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        monotony = acute / athletes.rolling(7).std().to_numpy()
        columns = {"acute": acute, "chronic": chronic, "ratio": acute / chronic, "ewma 7": fast, "ewma 28": slow}
        columns |= {"ewma ratio": fast / slow, "monotony": monotony, "strain": 7 * acute * monotony}
    largest = athletes.rolling(30).max().to_numpy()
    return pd.DataFrame({"athlete_id": daily["athlete_id"], "date": daily["date"], **columns, "largest": largest})


def our_days(sessions: pd.DataFrame) -> pd.DataFrame:
    """Sum sessions by daily_load."""
    from stressfx.training.daily import daily_load

    return daily_load(sessions)


def days_of_pandas(sessions: pd.DataFrame) -> pd.DataFrame:
    """Sum sessions by groupby: the same sums, counts and largest values, on every athlete's own calendar."""
    summed = ["distance_m", "timer_s", "moving_s", "elapsed_s", "steps"]
    runs = sessions[sessions["sport"] == "running"].groupby(["athlete_id", "date"])
    others = sessions[sessions["sport"] != "running"].groupby(["athlete_id", "date"])
    days = runs[summed].sum()
    days = days.assign(sessions=runs.size(), longest_m=runs["distance_m"].max(), other_s=others["timer_s"].sum())
    span = sessions.groupby("athlete_id")["date"].agg(["min", "max"])
    lengths = ((span["max"] - span["min"]).dt.days + 1).to_numpy()
    since = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    dates = np.repeat(span["min"].to_numpy(), lengths) + since.astype("timedelta64[D]")
    calendar = pd.MultiIndex.from_arrays([np.repeat(span.index.to_numpy(), lengths), dates])
    return days.reindex(calendar, fill_value=0.0).rename_axis(["athlete_id", "date"]).reset_index()


def made_numbers(athletes: int, days: int) -> pd.DataFrame:
    """Make sessions whose athletes and days are whole numbers already."""
    athlete, day = made_places(athletes, days)
    distance_m = np.random.default_rng(6).gamma(4, 2500, len(day))
    return pd.DataFrame({"athlete": athlete, "day": day, "distance_m": distance_m})


def our_sums(sessions: pd.DataFrame) -> pd.DataFrame:
    """Sum and largest value of every day, as daily_load takes them."""
    from stressfx.training.daily import Cells

    athlete, day = sessions["athlete"].to_numpy(), sessions["day"].to_numpy()
    cells = Cells.of(athlete * DAYS + day, (int(athlete.max()) + 1) * DAYS)
    summed = {"sum": cells.sums(sessions["distance_m"]), "max": cells.largest(sessions["distance_m"])}
    return pd.DataFrame(summed, copy=False)


def sums_of_pandas(sessions: pd.DataFrame) -> pd.DataFrame:
    """Sum and largest value of every day with a session, by groupby."""
    return sessions.groupby(["athlete", "day"])["distance_m"].agg(["sum", "max"])


def timed(what: Callable[[pd.DataFrame], pd.DataFrame], frame: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    """Measure one run, in seconds of the processor."""
    gc.collect()
    start = time.process_time()
    result = what(frame)
    return time.process_time() - start, result


def check(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """The two must be the same numbers, where ours has one, and no week of rest may leave a residue."""
    for own, other in COLUMNS.items():
        known = ours[own].notna().to_numpy()
        if not np.allclose(ours.loc[known, own], theirs.loc[known, other], rtol=1e-9, atol=1e-6):
            sys.exit(f"{own} differs from what pandas gives")
        lacks = np.isfinite(theirs.loc[~known, other].to_numpy())
        if lacks.any() and not own.startswith("ewma") and own not in {"acwr_ewma", "monotony", "strain"}:
            sys.exit(f"{own} lacks {lacks.sum()} values that pandas gives")
    rest = ours["distance_m"].rolling(7).max() == 0
    if not rest.any() or (ours.loc[rest, "acute_load"].dropna() != 0).any():
        sys.exit("a week of rest has a load")


def extra_memory(athletes: int, days: int) -> tuple[float, float]:
    """Measure a process of its own: the result, and the peak beside input and result. [MiB]."""
    program = f"import cohort; cohort.print_memory({athletes}, {days})"
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", program], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    )
    result, extra = done.stdout.split()
    return float(result), float(extra)


def print_memory(athletes: int, days: int) -> None:
    """Print the size of what the result adds, and the peak beside input and result. [MiB]."""
    import pyarrow as pa

    our_metrics(made_days(2, 60))  # what is imported late is no memory of the metrics
    daily = made_days(athletes, days)
    gc.collect()
    pa.default_memory_pool().release_unused()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak of making the input
    before = status_mib("VmRSS")
    table = our_metrics(daily)
    # the names of the athletes are those of the input: they are no memory of the result
    result = (table.memory_usage(deep=True).sum() - table["athlete_id"].memory_usage(deep=True)) / 2**20
    print(result, status_mib("VmHWM") - before - result)


def status_mib(name: str) -> float:
    """Look up a figure of this process. [MiB]."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name + ":")) / 1024


def main() -> None:
    """Print the figures, and fail if one is missed."""
    whole = len(sys.argv) == 1
    athletes, days = (ATHLETES, DAYS) if whole else (int(sys.argv[1]), int(sys.argv[2]))
    rows = f"{athletes:,} athletes x {days:,} days"
    table = ["| what | stressfx | pandas | ratio |", "| --- | --- | --- | --- |"]
    missed = []
    stages = {
        "nine metrics": (made_days(athletes, days), our_metrics, metrics_of_pandas),
        "summing into days": (made_numbers(athletes, days), our_sums, sums_of_pandas),
        "sessions to days": (made_sessions(athletes, days), our_days, days_of_pandas),
    }
    for name, (frame, ours, theirs) in stages.items():
        rounds = []
        for _ in range(ROUNDS):
            (own_s, own), (other_s, other) = timed(ours, frame), timed(theirs, frame)
            if name == "nine metrics":
                check(own, other)
            del own, other
            rounds.append((own_s, other_s))
        own_s, other_s = (statistics.median(each) for each in zip(*rounds, strict=True))
        ratio = statistics.median(other / own for own, other in rounds)
        missed += [name] if ratio < LEAST_FASTER[name] else []
        print(f"{name:18} {own_s:6.2f} s, pandas {other_s:6.2f} s: {ratio:5.2f} x (at least {LEAST_FASTER[name]:g})")
        table.append(f"| {name}, {rows} | {own_s:.2f} s | {other_s:.2f} s | {ratio:.1f} x as fast |")
    result, extra = extra_memory(athletes, days)
    extra = max(extra, 0.0)
    missed += ["memory"] if extra > MOST_EXTRA * result else []
    print(f"memory: result {result:.0f} MiB, {extra:.0f} MiB beside it (at most {MOST_EXTRA:g} x)")
    table.append(f"| memory beside the result of {result:.0f} MiB | {extra:.0f} MiB | | {extra / result:.2f} |")
    print("\n".join(table))
    if whole:
        TABLE.write_text("\n".join(table) + "\n", encoding="utf-8")
    if missed:
        sys.exit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
