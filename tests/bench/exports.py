"""How long do audit and import take beside decoding alone, and does memory grow with the number of files?

A thousand made-up runs in one folder, every stage on one core, one after the other in every round; medians of the
ratios. Then the same with one and with two worker processes. Printed as a part of `make bench`.
"""

import gc
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from made_runs import FOLDER, made_runs

ROUNDS = 3
LIMITS = {"audit": 4.0, "first import": 8.0, "audit from the store": 0.2, "two workers": 1.6}
STORE = FOLDER / "store"
TABLE = Path(__file__).resolve().parents[1] / "readme" / "exports.md"


def decode(folder: Path) -> None:
    """Read every file, and look at its records."""
    from stressfx.io.read import read_activity

    for file in sorted(folder.glob("*.fit")):
        assert len(read_activity(file).records)


def audit(folder: Path) -> None:
    """Read the folder, and say what changed."""
    import stressfx as sfx

    assert len(sfx.audit(sfx.read_export(folder, athlete_id="a")).sessions)


def first_import(folder: Path) -> None:
    """Read the folder into a new store."""
    import stressfx as sfx

    with sfx.open_store(STORE, create=True) as store:
        assert sfx.import_export(folder, store, athlete_id="a").new == len(list(folder.glob("*.fit")))


def audit_of_store(folder: Path) -> None:
    """Say what changed, from the store."""
    import stressfx as sfx

    with sfx.open_store(STORE, read_only=True) as store:
        assert len(sfx.audit(sfx.read_store(store, athlete_id="a")).sessions) == len(list(folder.glob("*.fit")))


def with_workers(count: int) -> Callable[[Path], None]:
    """Read the folder with so many processes, their start included."""

    def read(folder: Path) -> None:
        import stressfx as sfx

        with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
            assert len(sfx.read_export(folder, athlete_id="a", executor=pool).sessions)

    return read


def timed(what: Callable[[Path], None], folder: Path) -> float:
    """Measure one run. [s]."""
    gc.collect()
    start = time.perf_counter()
    what(folder)
    return time.perf_counter() - start


def peak_mib(count: int) -> float:
    """Measure the largest memory of a process that imports and audits so many files. [MiB]."""
    shutil.rmtree(STORE, ignore_errors=True)
    program = f"import exports; exports.first_import(p := exports.made_runs({count})); exports.audit(p); exports.peak()"
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", program], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def peak() -> None:
    """Print the largest memory of this process. [MiB]."""
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Print the figures, and fail if one is missed."""
    folder = made_runs()
    stages = {"decoding": decode, "audit": audit, "first import": first_import, "audit from the store": audit_of_store}
    rounds: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        shutil.rmtree(STORE, ignore_errors=True)
        took = {name: timed(stage, folder) for name, stage in stages.items()}
        took |= {"one worker": timed(with_workers(1), folder), "two workers": timed(with_workers(2), folder)}
        rounds.append(took)
    files = len(list(folder.glob("*.fit")))
    print(f"{files} runs, {sum(file.stat().st_size for file in folder.glob('*.fit')) / files / 1000:.0f} kB each")
    ratios = {
        "audit": [took["audit"] / took["decoding"] for took in rounds],
        "first import": [took["first import"] / took["decoding"] for took in rounds],
        "audit from the store": [took["audit from the store"] / took["first import"] for took in rounds],
        "two workers": [took["one worker"] / took["two workers"] for took in rounds],
    }
    against = {"audit from the store": "first import", "two workers": "one worker, times as fast"}
    missed = []
    table = ["| what | seconds | beside | ratio |", "| --- | --- | --- | --- |"]
    table.append(f"| decoding alone | {statistics.median(took['decoding'] for took in rounds):.1f} | | |")
    for name, values in ratios.items():
        seconds = statistics.median(took[name] for took in rounds)
        ratio = statistics.median(values)
        kept = ratio >= LIMITS[name] if name == "two workers" else ratio <= LIMITS[name]
        missed += [] if kept else [name]
        bound = ("at least" if name == "two workers" else "at most") + f" {LIMITS[name]:g}"
        print(f"{name:22} {seconds:7.2f} s  {ratio:5.2f} x {against.get(name, 'decoding')} ({bound})")
        table.append(f"| {name} | {seconds:.1f} | {against.get(name, 'decoding')} | {ratio:.2f} |")
    TABLE.write_text("\n".join(table) + "\n", encoding="utf-8")
    small, large = peak_mib(250), peak_mib(1000)
    print(f"peak memory: {small:.0f} MiB for 250 files, {large:.0f} MiB for 1000")
    shutil.rmtree(STORE, ignore_errors=True)
    if missed:
        sys.exit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
