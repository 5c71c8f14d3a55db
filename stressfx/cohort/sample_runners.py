"""How were the data samples made? Two made-up runners, from a seed to a folder of real FIT, GPX and TCX files.

Takes a seed; gives the bytes of every file, the same for the same seed.
``python -m stressfx.cohort.sample_runners FOLDER`` writes them down.
"""

import argparse
import csv
import gzip
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stressfx.cohort.fit_files import broken_fit_file, fit_file, settings_file
from stressfx.cohort.records import run_records
from stressfx.cohort.runner import Runner, made_up_runner, profile_toml
from stressfx.cohort.totals import kilometre_laps, totals
from stressfx.cohort.truth import Written, truth_of
from stressfx.cohort.xml_files import gpx_file, phone_gpx_file, phone_records, tcx_file

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RUNNERS", "SEED", "main", "runner_files", "sample_files"]

SEED = 20250106
RUNNERS = ("runner-a", "runner-b")
FIRST_UPLOAD = 13_204_000_000
BREAKS_OFF_AFTER = 0.72
"""Share of the samples that a broken file still holds."""
ERROR_PAGE = b"""<!DOCTYPE html>
<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><p>This file is gone.</p></body></html>
"""
SHOE_COLUMNS = (
    "shoe_id",
    "name",
    "start",
    "start_distance_km",
    "retired",
    "watch_km",
    "replace_km",
    "default_for",
)
SHOE_LIMITS = """
[shoes]
watch_mi = 300
replace_mi = 500
"""
WATCH_KM, REPLACE_KM = 482.8032, 804.672
INJURY_COLUMNS = (
    "athlete_id",
    "first_pain",
    "stopped_running",
    "diagnosed",
    "returned",
    "site",
    "side",
    "tissue",
    "osiics",
    "imaging",
    "grade",
    "status",
    "note",
)


def sample_files(*, seed: int = SEED) -> dict[str, bytes]:
    """Make up both runners.

    Parameters
    ----------
    seed : int
        Seed of everything that is left to chance.

    Returns
    -------
    dict
        Path below the folder of the samples, and content.
    """
    return {
        f"{name}/{path}": content
        for number, name in enumerate(RUNNERS)
        for path, content in runner_files(name, seed=seed + number).items()
    }


def runner_files(name: str, *, seed: int) -> dict[str, bytes]:
    """Make up one runner.

    Parameters
    ----------
    name : {"runner-a", "runner-b"}
        Which one.
    seed : int
        Seed of everything that is left to chance.

    Returns
    -------
    dict
        Path below the runner's folder, and content: activities, shoes, injuries, profile and truth.
    """
    runner = made_up_runner(name, seed=seed)
    files: dict[str, bytes] = {}
    written: list[Written] = []
    for item, content in _activities(runner, seed):
        files[item.file] = gzip.compress(content, mtime=0) if item.file.endswith(".gz") else content
        written.append(item)
    others = {f"activities/{FIRST_UPLOAD + 7}.fit": "settings"}
    files[f"activities/{FIRST_UPLOAD + 7}.fit"] = settings_file(runner, pd.Timestamp("2025-01-05T08:00:00Z"))
    if runner.injuries:
        page = f"activities/{FIRST_UPLOAD + 11}.fit"
        files[page], others[page] = ERROR_PAGE, "unreadable"
    truth = json.dumps(truth_of(runner, written, others), indent=1, ensure_ascii=False)
    files["truth.json"] = f"{truth}\n".encode()
    files["shoes.csv"] = _shoes_csv(runner)
    files["injuries.csv"] = _injuries_csv(runner)
    files["profile.toml"] = f"{profile_toml(runner)}{SHOE_LIMITS}".encode()
    return files


def _activities(runner: Runner, seed: int) -> "Iterator[tuple[Written, bytes]]":
    """Run every planned session and write it down."""
    uploads = np.random.default_rng([seed, 1])
    upload = FIRST_UPLOAD
    for number, run in enumerate(runner.runs):
        # every session has its own source of chance, so that a change to one leaves the others alone
        rng = np.random.default_rng([seed, 2, number])
        records = run_records(runner, run, rng)
        upload += int(uploads.integers(1_000_000, 9_000_000))
        file = f"activities/{upload}.{run.file}{'.gz' if run.packed else ''}"
        if run.planted == "truncated":
            rows = _break_row(records)
            kept = records.iloc[:rows]
            yield Written(file, run, kept, totals(kept)), broken_fit_file(runner, run, records, rows)
            continue
        if run.file == "gpx":
            content = gpx_file(runner, records, prefix="gpxtpx" if runner.injuries else "ns3")
        elif run.file == "tcx":
            content = tcx_file(runner, records)
        else:
            content = fit_file(runner, run, records)
        yield Written(file, run, records, totals(records)), content
        if run.planted == "duplicated":
            seen = phone_records(records, rng)
            phone_file = f"activities/{upload + 312_457}.gpx.gz"
            yield Written(phone_file, run, seen, totals(seen), counted=False), phone_gpx_file(seen)


def _break_row(records: pd.DataFrame) -> int:
    """Choose after how many samples a file breaks off: never where a lap ends or a pause begins."""
    busy = {last for _, last in kilometre_laps(records)}
    busy |= set(np.flatnonzero(np.diff(records["segment"].to_numpy())).tolist())
    row = int(BREAKS_OFF_AFTER * len(records))
    return next(last + 1 for last in range(row, len(records)) if last not in busy)


def _shoes_csv(runner: Runner) -> bytes:
    return _csv(
        SHOE_COLUMNS,
        [
            (
                shoe.shoe_id,
                shoe.name,
                shoe.start,
                shoe.start_distance_km,
                shoe.retired or "",
                WATCH_KM,
                REPLACE_KM,
                shoe.default_for,
            )
            for shoe in runner.shoes
        ],
    )


def _injuries_csv(runner: Runner) -> bytes:
    return _csv(
        INJURY_COLUMNS,
        [
            (runner.athlete_id, *(getattr(injury, column) for column in INJURY_COLUMNS[1:]))
            for injury in runner.injuries
        ],
    )


def _csv(columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def main(arguments: list[str] | None = None) -> None:
    """Write the data samples into a folder.

    Parameters
    ----------
    arguments : list of str, optional
        What stands on the command line after the name of the module.
    """
    parser = argparse.ArgumentParser(
        prog="python -m stressfx.cohort.sample_runners", description="Write the data samples."
    )
    parser.add_argument("folder", type=Path, help="where to write; files of the same names are replaced")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed makes other runners")
    chosen = parser.parse_args(arguments)
    for path, content in sample_files(seed=chosen.seed).items():
        target = chosen.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


if __name__ == "__main__":
    main()
