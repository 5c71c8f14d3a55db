"""A store against what was put into it: documents come back as they were, whoever reads or writes at the same time."""

import os
import shutil
import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_documents import (
    HOW,
    account,
    activity,
    assert_same,
    assert_same_frame,
    put,
    quarantined,
    records,
    row,
    settings_file,
    sha_of,
    written,
)

from stressfx.errors import DataQualityWarning, StoreError
from stressfx.exports.harvest import Harvest
from stressfx.exports.store import database, shelf
from stressfx.exports.store import store as store_module
from stressfx.exports.store.folder import ACTIVITIES, part_name, writer_name
from stressfx.exports.store.payload import fingerprint
from stressfx.exports.store.store import Store, open_store
from stressfx.findings import Finding

NEWER = replace(HOW, tz="Europe/Berlin")


def labels(store: Store, athlete_id: str = "runner") -> list[str]:
    found, findings = store.harvests(athlete_id)
    assert findings == []
    return [harvest.label for harvest in found]


def files(root: Path) -> set[str]:
    return {path.name for path in (root / ACTIVITIES).iterdir()}


def test_everything_that_was_put_in_comes_out_as_it_was(root: Path, store: Store) -> None:
    made = [activity(1), account(2), settings_file(3), quarantined(4)]
    frames = [records(1), None, None, None]
    assert store.commit([store.shelf.write(each, frame, HOW) for each, frame in zip(made, frames, strict=True)]) == 4
    store.close()
    with open_store(root, read_only=True) as again:
        found, findings = again.harvests("runner")
        assert findings == []
        for harvest, wanted in zip(
            found, [*sorted((made[0], *made[2:]), key=lambda each: each.label), made[1]], strict=True
        ):
            assert_same(harvest, wanted)
        assert_same_frame(again.records("runner", sha_of(1)), records(1))
        assert again.athletes() == ["runner"]
        assert again.known("runner") == {each.sha256: fingerprint(HOW) for each in made}
        assert again.harvests("nobody") == ([], [])
        with pytest.raises(KeyError, match="holds no records"):
            again.records("runner", sha_of("settings 3"))
    assert len(files(root)) == 2, "what only counts needs no file"


def test_the_order_of_the_import_does_not_matter(tmp_path: Path) -> None:
    orders = [[3, 1, 2], [2, 3, 1]]
    found = []
    for place, order in enumerate(orders):
        with open_store(tmp_path / str(place), create=True) as store:
            for number in order:
                put(store, [number])
            found.append(repr(store.harvests("runner")[0]))
    assert found[0] == found[1]


def test_the_same_again_changes_nothing(root: Path, store: Store) -> None:
    assert put(store, [1, 2]) == 2
    before = files(root)
    assert put(store, [2, 1, 3]) == 1
    assert put(store, [3, 3]) == 0
    assert before < files(root)
    assert len(files(root)) == 3
    assert len(labels(store)) == 3


def test_a_newer_reading_takes_the_place_of_the_older(root: Path, store: Store) -> None:
    put(store, [1, 2])
    before = files(root)
    better = activity(1, distance_m=4990.0)
    assert store.commit([store.shelf.write(better, records(7), NEWER)]) == 1
    found, _ = store.harvests("runner")
    assert_same(found[0], better)
    assert_same_frame(store.records("runner", sha_of(1)), records(7))
    assert store.known("runner") == {sha_of(1): fingerprint(NEWER), sha_of(2): fingerprint(HOW)}
    assert len(files(root)) == 2
    assert len(files(root) & before) == 1, "the older file has gone"


def test_two_athletes_may_have_the_same_file(root: Path, store: Store) -> None:
    other = replace(HOW, athlete_id="\u00d8yvind; DROP TABLE documents")
    put(store, [1])
    theirs = activity(1, athlete_id=other.athlete_id)
    store.commit([store.shelf.write(theirs, records(1), other)])
    assert store.athletes() == ["runner", other.athlete_id]
    assert store.forget("runner") == 1
    assert_same(store.harvests(other.athlete_id)[0][0], theirs)
    assert_same_frame(store.records(other.athlete_id, sha_of(1)), records(1))
    assert store.athletes() == [other.athlete_id]
    assert len(files(root)) == 1


def test_a_document_without_the_hash_of_its_bytes_is_refused(store: Store) -> None:
    for name in ("", "abc", "../" * 20 + "abcd", sha_of(1).upper()):
        with pytest.raises(StoreError, match="without the hash"):
            store.shelf.write(Harvest("a.fit", "unreadable", sha256=name), None, HOW)


def test_a_reader_reads_on_while_somebody_writes(root: Path, store: Store) -> None:
    put(store, [1])
    with open_store(root, read_only=True) as reader, store.manifest.writing():
        store.manifest.put(written(store, 2).document)
        start = time.monotonic()
        assert labels(reader) == ["activities/1.fit"]
        assert time.monotonic() - start < 5
    assert len(labels(store)) == 2


def test_a_writer_does_not_wait_for_a_reader(root: Path, store: Store) -> None:
    put(store, [1])
    with open_store(root, read_only=True) as reader:
        reader.manifest._connection.execute("BEGIN")
        assert reader.manifest.athletes() == ["runner"]
        start = time.monotonic()
        put(store, [2])
        assert time.monotonic() - start < 5
        assert len(labels(store)) == 2


def test_readers_see_the_old_or_the_new_but_never_a_mix(root: Path, store: Store) -> None:
    """Every version of a document has its number in the harvest and in each of its records."""

    def version(number: int) -> tuple[Harvest, pd.DataFrame]:
        frame = records(0)
        return activity(0, distance_m=float(number)), frame.assign(power_w=float(number))

    def read() -> int:
        seen = set()
        with open_store(root, read_only=True) as reader:
            while not done.is_set():
                (harvest,), findings = reader.harvests("runner")
                powers = set(reader.records("runner", sha_of(0))["power_w"])
                assert findings == []
                assert len(powers) == 1
                assert powers.pop() >= harvest.rows[0]["distance_m"]
                seen.add(harvest.rows[0]["distance_m"])
        return len(seen)

    done = threading.Event()
    store.commit([store.shelf.write(*version(0), HOW)])
    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for number in range(1, 60):
                assert store.commit([store.shelf.write(*version(number), replace(HOW, max_bytes=number))]) == 1
        finally:
            done.set()
        assert max(reader.result() for reader in readers) > 1, "the readers saw more than one version"


def test_two_writers_lose_nothing(root: Path) -> None:
    def write(first: int) -> None:
        with open_store(root, create=True) as store:
            for number in range(first, first + 30, 3):
                put(store, [number, number + 1, number + 2, 1000 + number % 20])

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write, first) for first in (0, 30)]:
            done.result()
    with open_store(root, read_only=True) as store:
        numbers = [*range(60), *{1000 + number % 20 for number in range(0, 60, 3)}]
        assert sorted(labels(store)) == sorted(f"activities/{number}.fit" for number in numbers)
        assert len(store.verify()) == 0
    assert len(files(root)) == len(numbers)


def test_a_store_is_its_owners_alone(root: Path, store: Store) -> None:
    put(store, [1])
    for path in [root, *root.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path.name
    assert len(store.verify()) == 0
    (root / ACTIVITIES).chmod(0o755)
    found = store.verify()
    assert found["code"].tolist() == ["store-open-to-others"]


def test_a_network_disk_is_warned_of_and_used(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "network_type", lambda _: "nfs4")
    with pytest.warns(DataQualityWarning, match=r"'runs' lies on a network file system \(nfs4\)") as told:
        store = open_store(root, create=True)
    with store:
        assert put(store, [1]) == 1
    assert len(told) == 1
    assert str(root.parent) not in str(told[0].message)


def test_a_folder_that_may_not_be_written_can_be_read(root: Path, store: Store) -> None:
    put(store, [1, 2])
    store.close()
    with open_store(root, read_only=True) as reader:
        assert len(labels(reader)) == 2
        with pytest.raises(StoreError, match="may not be written"):
            reader.commit([written(reader, 3)])


def test_where_sqlite_may_keep_no_notes_it_reads_without(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a folder, or on a disk, where nobody may write."""
    connect = sqlite3.connect

    def refused(address: str, **options: Any) -> sqlite3.Connection:
        if "mode=ro" in address:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(address, **options)

    put(store, [1, 2])
    store.close()
    monkeypatch.setattr(sqlite3, "connect", refused)
    with open_store(root, read_only=True) as reader:
        assert len(labels(reader)) == 2
    (root / "manifest.sqlite-wal").write_bytes(b"what a writer has not brought into the list yet")
    with pytest.raises(StoreError, match="the store 'runs' cannot be opened"):
        open_store(root, read_only=True)


def test_what_is_no_store_is_not_opened(tmp_path: Path, root: Path) -> None:
    with pytest.raises(StoreError, match="there is no store 'runs'"):
        open_store(root)
    with pytest.raises(StoreError, match="there is no store 'runs'"):
        open_store(root, create=True, read_only=True)
    (tmp_path / "photo.jpg").write_bytes(b"")
    with pytest.raises(StoreError, match="is no store and not empty"):
        open_store(tmp_path, create=True)


def test_a_store_of_a_later_version_is_left_alone(root: Path, store: Store) -> None:
    store.manifest._connection.execute("UPDATE list SET version = 99")
    store.close()
    with pytest.raises(StoreError, match="is of version 99; this stressfx knows version 1"):
        open_store(root)


def test_a_list_that_is_gone_is_not_begun_anew(root: Path, store: Store) -> None:
    put(store, [1])
    store.close()
    for name in ("manifest.sqlite", "manifest.sqlite-wal", "manifest.sqlite-shm"):
        (root / name).unlink(missing_ok=True)
    for options in ({}, {"create": True}, {"read_only": True}):
        with pytest.raises(StoreError, match="is missing; rebuild it"):
            open_store(root, **options)
    (root / "manifest.sqlite").touch()
    with pytest.raises(StoreError, match="is missing; rebuild it"):
        open_store(root)
    assert len(files(root)) == 1


def test_a_list_that_went_back_in_time_is_noticed_and_not_written(root: Path, store: Store) -> None:
    put(store, [1])
    store.close()
    shutil.copy(root / "manifest.sqlite", root.parent / "earlier")
    with open_store(root) as later:
        put(later, [2])
    shutil.copy(root.parent / "earlier", root / "manifest.sqlite")
    with open_store(root) as again:
        found, findings = again.harvests("runner")
        assert [harvest.label for harvest in found] == ["activities/1.fit"]
        assert [finding.code for finding in findings] == ["store-incomplete"]
        with pytest.raises(StoreError, match="damaged, or lost what was last written"):
            put(again, [3])
    assert len(files(root)) == 2, "the file of what was lost is still there to rebuild from"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ("UPDATE documents SET fingerprint = 'x' WHERE sha256 = :sha", "store-damaged"),
        ("UPDATE documents SET payload = zeroblob(10) WHERE sha256 = :sha", "store-damaged"),
        ("UPDATE documents SET kind = 7 WHERE sha256 = :sha", "store-damaged"),
        ("UPDATE documents SET imported_at = imported_at + 1 WHERE sha256 = :sha", "store-damaged"),
        ("DELETE FROM documents WHERE sha256 = :sha", "store-incomplete"),
        ("UPDATE documents SET athlete_id = 'other' WHERE sha256 = :sha", "store-incomplete"),
    ],
)
def test_a_row_that_was_altered_costs_only_itself_and_is_reported(
    root: Path, store: Store, damage: str, code: str
) -> None:
    put(store, [1, 2, 3])
    store.manifest._connection.execute(damage, {"sha": sha_of(2)})
    found, findings = store.harvests("runner")
    assert [harvest.label for harvest in found] == ["activities/1.fit", "activities/3.fit"]
    assert [finding.code for finding in findings] == [code]
    assert code in set(store.verify()["code"])
    with pytest.raises(StoreError, match="damaged; rebuild"):
        store.known("runner")
    with open_store(root) as writer, pytest.raises(StoreError, match="damaged; rebuild"):
        put(writer, [4])
    assert len(files(root)) == 3


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM athletes WHERE athlete_id = 'runner'",
        "UPDATE athletes SET documents = documents + 1",
        "DELETE FROM list",
        "UPDATE list SET generation = generation + 1",
        "DELETE FROM athletes WHERE athlete_id = 'lost'; DELETE FROM documents WHERE athlete_id = 'lost'",
    ],
)
def test_a_seal_that_was_altered_is_reported(store: Store, damage: str) -> None:
    put(store, [1])
    store.commit([store.shelf.write(activity(2, athlete_id="lost"), records(2), replace(HOW, athlete_id="lost"))])
    store.manifest._connection.executescript(damage)
    found, findings = store.harvests("runner")
    assert [harvest.label for harvest in found] == ["activities/1.fit"]
    assert [finding.code for finding in findings] == ["store-incomplete"]
    assert "runner" in store.athletes()


def test_a_damaged_file_costs_only_itself(root: Path, store: Store) -> None:
    put(store, [1, 2])
    store.commit([store.shelf.write(account(3), None, HOW)])
    for path in (root / ACTIVITIES).iterdir():
        if not path.name.startswith(sha_of(2)):
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)
    with pytest.raises(StoreError, match="is damaged: its file holds other bytes than were written"):
        store.records("runner", sha_of(1))
    assert_same_frame(store.records("runner", sha_of(2)), records(2))
    found, findings = store.harvests("runner")
    assert len(found) == 3
    assert [finding.code for finding in findings] == ["store-damaged"], "heart rates of the account"
    assert found[2].account is not None
    assert found[2].account.heart_rates == {}
    assert_same(found[0], activity(1))
    assert store.verify()["code"].tolist() == ["store-damaged"] * 2
    next((root / ACTIVITIES).glob(f"{sha_of(1)}*")).unlink()
    with pytest.raises(StoreError, match="its file is gone"):
        store.records("runner", sha_of(1))


def test_what_was_forgotten_leaves_no_byte(root: Path, store: Store) -> None:
    marker = "Zeugnis-7f3a"
    secret = replace(HOW, athlete_id=f"{marker}-name")
    put(store, range(10))
    for number in range(20, 60):
        harvest = replace(activity(number), findings=(Finding("fit-crc", 1, f"{marker} {os.urandom(2000).hex()}"),))
        frame = records(number).assign(note=pd.Series([marker] * 20, dtype="str"))
        store.commit([store.shelf.write(harvest, frame, secret)])
    bad = replace(quarantined(1), refused=("UnreadableFileError", marker))
    store.commit([store.shelf.write(bad, None, secret)])
    part = root / ACTIVITIES / part_name(writer_name()).replace(f"-{os.getpid()}-", "-999999999-")
    part.write_text(marker)
    aside = root / "damaged"
    aside.mkdir(mode=0o700)
    (aside / "old.parquet").write_text(marker)
    held = [path for path in root.rglob("*") if path.is_file() and marker.encode() in path.read_bytes()]
    assert len(held) >= 43, "the list, forty documents and two leftovers tell it"
    assert store.forget(secret.athlete_id, sha_of(20)) == 1
    assert len(store.harvests(secret.athlete_id)[0]) == 40
    assert store.forget(secret.athlete_id) == 40
    assert store.forget(secret.athlete_id) == 0
    left = [path.name for path in root.rglob("*") if path.is_file() and marker.encode() in path.read_bytes()]
    assert left == []
    assert len(labels(store)) == 10
    assert len(store.verify()) == 0


def test_a_reader_that_holds_on_keeps_a_store_from_forgetting_and_that_is_said(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, [1, 2])
    monkeypatch.setattr("stressfx.exports.store.manifest.BUSY_S", 0.2)
    with open_store(root, read_only=True) as reader:
        reader.manifest._connection.execute("BEGIN")
        assert reader.manifest.athletes() == ["runner"]
        with pytest.raises(StoreError, match="keeps the store 'runs' from forgetting"):
            store.forget("runner", sha_of(1))
    assert store.forget("runner", sha_of(1)) == 0
    assert labels(store) == ["activities/2.fit"]


def test_leftovers_of_a_broken_off_import_go_with_the_next(root: Path, store: Store) -> None:
    put(store, [1])
    unlisted, waiting = written(store, 2), written(store, 3)
    folder = root / ACTIVITIES
    (folder / unlisted.part).rename(folder / unlisted.document.file)
    dead = folder / waiting.part.replace(f"-{os.getpid()}-", "-999999999-")
    (folder / waiting.part).rename(dead)
    old = time.time() - 7200
    for path in folder.iterdir():
        os.utime(path, (old, old))
    assert store.verify()["count"].tolist() == [2]
    assert store.verify()["code"].tolist() == ["store-unlisted"]
    living, never_listed = written(store, 4), written(store, 5)
    with open_store(root) as other:
        assert other.commit([living]) == 1
        assert len(other.verify()) == 0
        assert len(labels(other)) == 2
    assert files(root) == {name for name in files(root) if name.endswith(".parquet")} | {never_listed.part}
    store.close()
    assert len(files(root)) == 2, "what nobody will list any more goes with who wrote it"


def test_documents_of_another_version_are_said_to_be(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, [1, 2])
    monkeypatch.setattr("stressfx.exports.store.payload._reader", lambda: "a later one")
    found, findings = store.harvests("runner")
    assert len(found) == 2
    assert [(finding.code, finding.count) for finding in findings] == [("store-outdated", 2)]


def test_a_writer_that_waits_in_vain_says_so(root: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.1)
    with open_store(root) as other:
        with store.manifest.writing(), pytest.raises(StoreError, match="another program has been using the store"):
            put(other, [1])
        assert files(root) == set(), "nothing is left of what could not be listed"


def test_bytes_that_the_disk_gives_back_otherwise_are_not_listed(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "read_private", lambda path: path.read_bytes()[:-1] + b"?")
    with pytest.raises(StoreError, match=r"activities/1.fit cannot .*the disk gave back other bytes than were written"):
        put(store, [1])
    assert files(root) == set()
    assert labels(store) == []


def test_a_store_cannot_travel_to_another_process_but_its_shelf_can(store: Store) -> None:
    import pickle  # noqa: PLC0415  # what a pool of processes does

    sent = pickle.loads(pickle.dumps(store.shelf))  # noqa: S301  # our own
    assert store.commit([pickle.loads(pickle.dumps(sent.write(activity(1), records(1), HOW)))]) == 1  # noqa: S301
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(store)


def test_heart_rates_of_years_stay_apart(store: Store) -> None:
    store.commit([store.shelf.write(account(1), None, HOW)])
    (found,), _ = store.harvests("runner")
    assert found.account is not None
    rates = found.account.heart_rates
    assert {name: len(each.time) for name, each in rates.items()} == {"workout 0": 2, "workout 2": 4}
    assert rates["workout 2"].heart_rate_bpm.tolist() == [140.5, 141.5, 142.5, 143.5]
    assert np.diff(rates["workout 0"].time).tolist() == [np.timedelta64(1_500_000, "us")]


def test_the_list_is_a_plain_database_that_sqlite_finds_sound(root: Path, store: Store) -> None:
    put(store, range(5))
    store.close()
    connection = sqlite3.connect(root / "manifest.sqlite")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (5,)
        assert connection.execute("SELECT kind, file LIKE sha256 || '-%' FROM documents").fetchall() == [("fit", 1)] * 5
    finally:
        connection.close()
    assert row(1)["athlete_id"] == "runner"
