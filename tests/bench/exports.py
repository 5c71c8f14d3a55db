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
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from made_runs import FOLDER, made_runs

ROUNDS = 3
LIMITS = {"audit": 4.0, "first import": 8.0, "audit from the store": 0.2}
FASTER = {"reading with": 1.6, "importing with": 1.6, "starting and reading with": 0.0}
"""At most so many times as long, and with two workers at least so many times as fast as with one."""

COUNTS = ("1 worker", "2 workers")

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


def ready(seconds: float) -> None:
    """Import what a worker needs, and wait until the others have done so."""
    import stressfx.exports.importing

    assert stressfx.exports.importing
    time.sleep(seconds)


@contextmanager
def workers(count: int) -> Iterator[ProcessPoolExecutor]:
    """Start so many processes, each of which has imported what it needs."""
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        list(pool.map(ready, [1.0] * count))
        yield pool


def reading(count: int, folder: Path) -> tuple[float, float]:
    """Read the folder with so many processes: with and without their start. [s]."""
    import stressfx as sfx

    start = time.perf_counter()
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        assert len(sfx.read_export(folder, athlete_id="a", executor=pool).sessions)
    whole = time.perf_counter() - start
    with workers(count) as pool:
        start = time.perf_counter()
        assert len(sfx.read_export(folder, athlete_id="a", executor=pool).sessions)
        return whole, time.perf_counter() - start


def importing(count: int, folder: Path) -> float:
    """Read the folder into a new store with so many processes, without their start. [s]."""
    import stressfx as sfx

    shutil.rmtree(STORE, ignore_errors=True)
    with sfx.open_store(STORE, create=True) as store, workers(count) as pool:
        start = time.perf_counter()
        assert sfx.import_export(folder, store, athlete_id="a", executor=pool).new
        return time.perf_counter() - start


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


def one_round(folder: Path) -> dict[str, float]:
    """Run every stage once, and give how long each took. [s]."""
    stages = {"decoding": decode, "audit": audit, "first import": first_import, "audit from the store": audit_of_store}
    took = {}
    for name, stage in stages.items():
        if name != "audit from the store":
            shutil.rmtree(STORE, ignore_errors=True)
        took[name] = timed(stage, folder)
    for number, words in enumerate(COUNTS, 1):
        took[f"starting and reading with {words}"], took[f"reading with {words}"] = reading(number, folder)
        took[f"importing with {words}"] = importing(number, folder)
    shutil.rmtree(STORE, ignore_errors=True)
    return took


def main() -> None:
    """Print the figures, and fail if one is missed."""
    folder = made_runs()
    rounds = [one_round(folder) for _ in range(ROUNDS)]
    sizes = [file.stat().st_size for file in folder.glob("*.fit")]
    print(f"{len(sizes)} runs, {sum(sizes) / len(sizes) / 1000:.0f} kB each")
    seconds = {name: statistics.median(took[name] for took in rounds) for name in rounds[0]}
    table = ["| what | seconds | beside | ratio |", "| --- | --- | --- | --- |"]
    table.append(f"| decoding alone | {seconds['decoding']:.1f} | | |")
    missed = []
    for name, most in LIMITS.items():
        other = "first import" if name == "audit from the store" else "decoding"
        ratio = statistics.median(took[name] / took[other] for took in rounds)
        missed += [name] if ratio > most else []
        print(f"{name:36} {seconds[name]:6.2f} s  {ratio:5.2f} x {other} (at most {most:g})")
        table.append(f"| {name} | {seconds[name]:.1f} | {other} | {ratio:.2f} |")
    for doing, least in FASTER.items():
        one, two = (f"{doing} {words}" for words in COUNTS)
        ratio = statistics.median(took[one] / took[two] for took in rounds)
        missed += [two] if ratio < least else []
        print(f"{two:36} {seconds[two]:6.2f} s  {ratio:5.2f} x as fast as with one (at least {least:g})")
        table.append(f"| {two} | {seconds[two]:.1f} | with one | {ratio:.2f} x as fast |")
    TABLE.write_text("\n".join(table) + "\n", encoding="utf-8")
    small, large = peak_mib(250), peak_mib(1000)
    print(f"peak memory: {small:.0f} MiB for 250 files, {large:.0f} MiB for 1000")
    shutil.rmtree(STORE, ignore_errors=True)
    if missed:
        sys.exit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
