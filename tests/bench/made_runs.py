"""A folder of a thousand made-up runs, each a FIT file of 60 to 300 kB, written once and kept in build/."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from stressfx.cohort.fit_files import fit_file
from stressfx.cohort.records import run_records
from stressfx.cohort.runner import made_up_runner

__all__ = ["made_runs"]

FOLDER = Path(__file__).resolve().parents[2] / "build" / "bench"
RUNS = 1000
SMALLEST, LARGEST = 60_000, 300_000
FIRST = datetime(2021, 1, 4, 7)  # noqa: DTZ001  # on the runner's clock
DIFFERENT = 50
"""So many runs are made up; the others are the same ones on other days, so that no two files are the same."""


def made_runs(count: int = RUNS) -> Path:
    """Give the folder, and write what it lacks."""
    folder = FOLDER / f"runs-{count}"
    folder.mkdir(parents=True, exist_ok=True)
    if len(list(folder.glob("*.fit"))) == count:
        return folder
    runner = made_up_runner("runner-b", seed=7)
    rng = np.random.default_rng(7)
    plan = replace(runner.runs[0], every_second=True, dynamics=True, surface="generic", pauses=1, packed=False)
    made = []
    for number in range(DIFFERENT):
        run = replace(plan, start=FIRST, distance_m=float(rng.uniform(6000, 18_000)), pauses=number % 3)
        made.append((run, run_records(runner, run, rng)))
    for number in range(count):
        run, records = made[number % DIFFERENT]
        later = timedelta(days=2 * (number // 2), hours=9 * (number % 2))
        data = fit_file(runner, replace(run, start=FIRST + later), records.assign(time=records["time"] + later))
        (folder / f"{number:05}.fit").write_bytes(data)
    return folder
