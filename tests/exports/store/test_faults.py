"""Every call to the system and to SQLite that a store makes, failing in its turn: the oracle is what was in before."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_documents import HOW, activity, assert_same, assert_same_frame, put, records, written

from stressfx.errors import StoreError
from stressfx.exports.store.folder import ACTIVITIES
from stressfx.exports.store.store import open_store

CALLS = (
    "open",
    "write",
    "fsync",
    "close",
    "replace",
    "unlink",
    "mkdir",
    "stat",
    "lstat",
    "scandir",
    "listdir",
    "chmod",
)
ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO)
NEWER = replace(HOW, tz="Europe/Berlin")


class Fault:
    """Makes the call of a given number fail, before or after it was done; or that one and all that follow."""

    def __init__(self, number: int, mode: str) -> None:
        self.left, self.mode, self.met = number, mode, ""

    def strikes(self, what: str) -> bool:
        """Count a call, and tell whether it is to fail."""
        self.left -= 1
        if self.left == 0 or (self.mode == "from then on" and self.left < 0):
            self.met = self.met or what
            return True
        return False

    def call(self, what: str, error: Exception, real: Callable[..., Any], *given: Any, **options: Any) -> Any:
        """Do a call, or fail in its place."""
        if not self.strikes(what):
            return real(*given, **options)
        if what == "close" or (self.mode == "once done" and what not in {"open", "scandir"}):  # which would stay open
            real(*given, **options)
        raise error


def break_system(patch: pytest.MonkeyPatch, fault: Fault, number: int) -> None:
    def broken(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **options: Any) -> Any:
            code = ERRORS[number % len(ERRORS)]
            error = OSError(code, os.strerror(code), "/home/runner/secret-place/runs")
            return fault.call(name, error, real, *given, **options)

        return call

    for name in CALLS:
        patch.setattr(os, name, broken(name, getattr(os, name)))


def break_sqlite(patch: pytest.MonkeyPatch, fault: Fault, _: int) -> None:
    class Broken(sqlite3.Connection):
        def execute(self, *given: Any) -> sqlite3.Cursor:
            error = sqlite3.OperationalError("database or disk is full: secret-place")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
            cursor: sqlite3.Cursor = fault.call(given[0], error, super().execute, *given)
            return cursor

    connect = sqlite3.connect
    patch.setattr(sqlite3, "connect", lambda *given, **options: connect(*given, factory=Broken, **options))


def import_two(root: Path) -> int:
    """Open a store and import two documents, one of which takes the place of another, as one group."""
    with open_store(root, create=True) as store:
        again = store.shelf.write(activity(1, distance_m=1.0), records(7), NEWER)
        return store.commit([written(store, 2), again])


def held(root: Path) -> int:
    """Check that a store holds what it held before, or all of what was to be added, and count it."""
    with open_store(root, read_only=True) as store:
        found, findings = store.harvests("runner")
        assert findings == []
        wanted = {
            0: ([], []),
            2: ([activity(0), activity(1)], [0, 1]),
            3: ([activity(0), activity(1, distance_m=1.0), activity(2)], [0, 7, 2]),
        }[len(found)]
        for harvest, other, number in zip(found, *wanted, strict=True):
            assert_same(harvest, other)
            assert_same_frame(store.records("runner", harvest.sha256), records(number))
    return len(found)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["instead", "once done", "from then on"])
@pytest.mark.parametrize("break_it", [break_system, break_sqlite])
def test_whatever_fails_the_old_stays_whole_and_the_new_can_follow(
    tmp_path: Path, break_it: Callable[[pytest.MonkeyPatch, Fault, int], None], mode: str
) -> None:
    before = tmp_path / "before"
    with open_store(before, create=True) as store:
        put(store, [0, 1])
    texts, number, met = [], 0, set()
    while True:
        number += 1
        root = Path(shutil.copytree(before, tmp_path / str(number)))
        root.chmod(0o700)
        fault = Fault(number, mode)
        with pytest.MonkeyPatch.context() as patch:
            break_it(patch, fault, number)
            try:
                done = import_two(root)
            except StoreError as error:
                done = 0
                texts.append(str(error))
        if fault.left > 0:
            break
        met.add(fault.met)
        assert held(root) == 3 if done else held(root) in {2, 3}, fault.met
        if mode == "instead" and fault.met != "unlink":
            assert not list((root / ACTIVITIES).glob(".*")), fault.met
        import_two(root)
        assert held(root) == 3
        with open_store(root) as store:
            assert len(store.verify()) == 0, fault.met
        assert len(list((root / ACTIVITIES).glob("*.parquet"))) == 3
    assert done == 2
    assert len(texts) > 20
    assert not any("secret-place" in text or str(tmp_path) in text for text in texts)
    assert {"fsync", "replace", "unlink", "write"} <= met or "COMMIT" in met


@pytest.mark.slow
@pytest.mark.parametrize("break_it", [break_system, break_sqlite])
def test_a_store_whose_making_fails_can_be_made_again(
    tmp_path: Path, break_it: Callable[[pytest.MonkeyPatch, Fault, int], None]
) -> None:
    number, refused = 0, 0
    while True:
        number += 1
        root, fault = tmp_path / str(number), Fault(number, "instead")
        with pytest.MonkeyPatch.context() as patch:
            break_it(patch, fault, number)
            try:
                open_store(root, create=True).close()
            except StoreError:
                refused += 1
        if fault.left > 0:
            break
        with open_store(root, create=True) as store:
            assert put(store, [0, 1]) == 2
        assert held(root) == 2
    assert refused > 10


def test_a_list_that_finds_no_more_room_leaves_the_old_whole(root: Path) -> None:
    with open_store(root, create=True) as store:
        put(store, [0, 1])
        connection = store.manifest._connection
        ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
        connection.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(StoreError, match="the store 'runs' cannot be written: the disk is full"):
            put(store, range(2, 60))
        assert len(list((root / ACTIVITIES).iterdir())) == 2
        assert held(root) == 2
        connection.execute("PRAGMA max_page_count=1000000")
        assert put(store, range(2, 60)) == 58


def test_rights_that_are_lost_on_the_way_are_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(root, create=True) as store:
        put(store, [0, 1])

        def denied(*_: object) -> int:
            raise PermissionError(errno.EACCES, "Permission denied", str(root))

        monkeypatch.setattr(os, "open", denied)
        with pytest.raises(StoreError, match=r"^activities/2.fit cannot be written into the store: Permission denied$"):
            put(store, [2])
        with pytest.raises(StoreError, match=r"^the store 'runs' cannot be read: Permission denied$"):
            store.records("runner", activity(0).sha256)
        monkeypatch.undo()
        assert held(root) == 2
