"""Importers that are killed at any moment, two at once: what they said was in is in, whole, and the rest can follow."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from importer import run
from made_documents import activity, assert_same, assert_same_frame, records, sha_of

from stressfx.exports.store.store import open_store

IMPORTER = Path(__file__).with_name("importer.py")
KILLS = 60
SIZE = 4
DOCUMENTS = 160
LONGEST_S = 0.6


class Importers:
    """Processes that import, started at once by one that has loaded everything before."""

    def __init__(self) -> None:
        command = [sys.executable, str(IMPORTER)]
        self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own program

    def start(self, root: Path, log: Path, first: int) -> int:
        """Start one, and give its number."""
        return self._ask(f"{root}\t{log}\t{first}\t{DOCUMENTS}\t{SIZE}")

    def wait(self, process: int) -> int:
        """Wait for one, and tell how it ended."""
        return self._ask(str(process))

    def _ask(self, line: str) -> int:
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        print(line, file=self.server.stdin, flush=True)
        return int(self.server.stdout.readline())


@pytest.fixture
def importers() -> Iterator[Importers]:
    made = Importers()
    with made.server:  # whose end closes its input, which ends it
        yield made


def said(*logs: Path) -> set[int]:
    """Give the numbers that importers said were in."""
    return {int(number) for log in logs if log.exists() for number in log.read_text().split()}


def check(root: Path, numbers: set[int]) -> int:
    """Compare everything in a store with what went in, and give the number of its activities."""
    with open_store(root, read_only=True) as store:
        found, findings = store.harvests("runner")
        assert findings == []
        held = {harvest.sha256: harvest for harvest in found}
        assert len(held) == len(found)
        activities = [harvest for harvest in found if harvest.kind == "fit"]
        for harvest in activities:
            number = harvest.size - 1000
            assert_same(harvest, activity(number))
            assert_same_frame(store.records("runner", harvest.sha256), records(number))
            assert sha_of(f"settings {number}") in held, "a group is in as a whole or not at all"
        assert len(found) == 2 * len(activities)
        assert {number for number in numbers if sha_of(number) not in held} == set(), "nothing that was in is lost"
        assert not store.verify()["code"].isin(["store-damaged", "store-incomplete"]).any()
    return len(activities)


@pytest.mark.slow
def test_an_import_may_be_killed_at_any_moment(tmp_path: Path, importers: Importers) -> None:
    chance = random.Random(7)
    kills, store = 0, 0
    reached: list[int] = []
    while kills < KILLS:
        store += 1
        root, logs = tmp_path / f"store {store}", [tmp_path / f"one {store}", tmp_path / f"other {store}"]
        for _ in range(5):  # a store lives through several of them
            both = [importers.start(root, log, first) for log, first in zip(logs, (0, DOCUMENTS // 2), strict=True)]
            for importer in chance.sample(both, 2):
                time.sleep(LONGEST_S * chance.random() ** 2)
                os.kill(importer, signal.SIGKILL)
                kills += importers.wait(importer) == -signal.SIGKILL
            if said(*logs):
                reached.append(check(root, said(*logs)))
        assert importers.wait(importers.start(root, logs[0], 0)) == 0
        assert check(root, said(*logs) | set(range(DOCUMENTS))) >= DOCUMENTS
    assert len(set(reached)) >= 10, "they were killed at many places"


def test_a_disk_that_is_full_leaves_the_old_whole_and_is_said(tmp_path: Path) -> None:
    root, log = tmp_path / "runs", tmp_path / "log"
    run(str(root), str(log), 0, 8, 8)
    size = (root / "manifest.sqlite").stat().st_size
    codes = set()
    for limit in (0, 4096, 8000, size, size + 4096, size + 40_000):
        command = [sys.executable, str(IMPORTER), str(root), str(log), "0", "60", "30", str(limit)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own program
        codes.add(done.returncode)
        assert done.returncode in {0, 3}, done.stderr
        assert done.returncode == 0 or "StoreError: " in done.stdout
        assert str(tmp_path) not in done.stdout
        assert check(root, said(log)) in {8, 38, 60}
        assert not list((root / "activities").glob(".*")), "nothing is left of what did not fit"
    assert 3 in codes
    run(str(root), str(log), 0, 60, 30)
    assert check(root, set(range(60))) == 60
