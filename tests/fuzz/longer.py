"""How long does no mutant break a promise? Makes mutants of every kind from new seeds until the time is over.

Called by `make fuzz MINUTES=60`. Prints how many mutants of each kind were made, how they ended, and those that broke
a promise with their seed; their bytes are written to build/fuzz. A seed can be given to begin with.
"""

import os
import sys
import time
import warnings
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from importlib import import_module
from itertools import count
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from mutants import Judge, Kind  # noqa: E402  # found beside the tests

MODULES = ("test_fuzz_fit", "test_fuzz_xml", "test_fuzz_zip", "test_fuzz_csv", "test_fuzz_json")
AT_ONCE = 100
"""Mutants of one kind that a process makes before it says what became of them."""


def kinds() -> dict[str, Kind]:
    """Give every kind of input that is tested."""
    return {kind.name: kind for module in MODULES for kind in import_module(module).KINDS}


def some(name: str, seed: int) -> tuple[str, Counter[str], list[str]]:
    """Make and read some mutants of a kind; every warning is an error, as in the tests."""
    warnings.simplefilter("error")
    judge = Judge(kinds()[name], seed).mutants(range(AT_ONCE))
    return name, judge.outcomes, judge.complaints


def tell(*lines: str) -> None:
    """Print lines at once, since an hour is long to wait for them."""
    for line in lines:
        print(line, flush=True)  # noqa: T201  # this is a program


def main(minutes: float, first_seed: int) -> int:
    """Go on until the time is over; the number of inputs that broke a promise."""
    end = time.monotonic() + 60 * minutes
    outcomes: dict[str, Counter[str]] = {name: Counter() for name in kinds()}
    complaints: list[str] = []
    work = ((name, seed) for seed in count(first_seed) for name in outcomes)
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers) as pool:
        waiting = {pool.submit(some, *next(work)) for _ in range(2 * workers)}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for name, ended, broken in (task.result() for task in done):
                outcomes[name].update(ended)
                complaints += broken
                tell(*broken)
            if time.monotonic() < end:
                waiting |= {pool.submit(some, *next(work)) for _ in done}
    for name, ended in outcomes.items():
        tell(f"{name}: {ended.total()} mutants: {', '.join(f'{what} {times}' for what, times in ended.most_common())}")
    tell(f"{len(complaints)} broke a promise; seeds from {first_seed} on, {AT_ONCE} mutants of each kind a seed")
    return len(complaints)


if __name__ == "__main__":
    given = [float(argument) for argument in sys.argv[1:]]
    seed_of_today = int(time.time()) if len(given) < 2 else int(given[1])
    sys.exit(main(given[0], seed_of_today) > 0)
