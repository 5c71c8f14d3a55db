"""A list made anew from the files, against the one that was lost."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_documents import HOW, account, activity, put, quarantined, records, settings_file, sha_of, written

from stressfx.errors import StoreError
from stressfx.exports.store.folder import ACTIVITIES, DAMAGED, GENERATION, MANIFEST
from stressfx.exports.store.rebuild import rebuild_store
from stressfx.exports.store.store import Store, open_store

OTHER = replace(HOW, athlete_id="other")


def fill(store: Store) -> None:
    put(store, range(3))
    store.commit([store.shelf.write(made, None, HOW) for made in (account(3), settings_file(4), quarantined(5))])
    store.commit([store.shelf.write(activity(1, athlete_id="other"), records(1), OTHER)])


def content(root: Path, athlete_id: str = "runner", *, lost: int = 0) -> list[str]:
    with open_store(root, read_only=True) as store:
        found, findings = store.harvests(athlete_id)
        assert findings == []
        assert len(store.verify()) == lost
        return [repr(harvest) + str(harvest.account and harvest.account.heart_rates.keys()) for harvest in found]


def lose_the_list(root: Path) -> None:
    (root / MANIFEST).unlink()


def spoil_the_list(root: Path) -> None:
    data = (root / MANIFEST).read_bytes()
    (root / MANIFEST).write_bytes(data[:4096] + bytes(len(data) - 4096))


def lose_everything_but_the_files(root: Path) -> None:
    for path in root.iterdir():
        if path.is_file() and path.name != GENERATION:
            path.unlink()
    (root / GENERATION).write_bytes(b"what?")


@pytest.mark.parametrize("damage", [lose_the_list, spoil_the_list, lose_everything_but_the_files])
def test_all_that_has_a_file_comes_back(root: Path, store: Store, damage: Callable[[Path], None]) -> None:
    fill(store)
    store.close()
    before = content(root), content(root, "other")
    damage(root)
    assert len(rebuild_store(root)) == 0
    counted = [text for text in before[0] if "settings" in text or "bad/" in text]
    assert len(counted) == 2
    assert content(root) == [text for text in before[0] if text not in counted]
    assert content(root, "other") == before[1]
    with open_store(root) as again:
        assert again.commit([again.shelf.write(made, None, HOW) for made in (settings_file(4), quarantined(5))]) == 2
        assert put(again, [1]) == 0, "what came back is known"
    assert content(root) == before[0]


def test_a_sound_list_is_only_written_anew(root: Path, store: Store) -> None:
    fill(store)
    stray = written(store, 9)
    before = content(root)
    (root / ACTIVITIES / stray.part).rename(root / ACTIVITIES / stray.document.file)
    store.close()
    assert len(rebuild_store(root)) == 0
    assert content(root) == before
    assert not list((root / ACTIVITIES).glob(f"{sha_of(9)}*")), "what a sound list does not name was forgotten"


def test_a_damaged_file_is_set_aside_and_what_the_list_says_of_it_is_kept(root: Path, store: Store) -> None:
    fill(store)
    store.close()
    before = content(root)
    (path,) = (root / ACTIVITIES).glob(f"{sha_of(2)}*")
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    found = rebuild_store(root)
    assert found[["code", "where"]].to_numpy().tolist() == [["store-damaged", sha_of(2)[:12]]]
    assert [aside.name for aside in (root / DAMAGED).iterdir()] == [path.name]
    assert content(root, lost=1) == before
    with open_store(root) as again:
        with pytest.raises(KeyError):
            again.records("runner", sha_of(2))
        assert put(again, [0, 1, 2]) == 1, "the next import reads it again"
        assert len(again.records("runner", sha_of(2))) == 20
        assert again.forget("runner", sha_of(2)) == 1
    assert not list((root / DAMAGED).iterdir())


def test_of_two_files_of_one_document_the_newer_stands_if_no_list_tells(root: Path, store: Store) -> None:
    put(store, [1])
    earlier = next((root / ACTIVITIES).iterdir())
    kept = shutil.copy(earlier, root.parent / earlier.name)
    newer = store.shelf.write(activity(1, distance_m=1.0), records(7), replace(HOW, tz="Europe/Berlin"))
    store.commit([newer])
    store.close()
    shutil.copy(kept, earlier)
    lose_the_list(root)
    rebuild_store(root)
    with open_store(root, read_only=True) as again:
        assert again.harvests("runner")[0][0].rows[0]["distance_m"] == 1.0
        assert again.known("runner") == {sha_of(1): newer.document.fingerprint}
    assert [path.name for path in (root / ACTIVITIES).iterdir()] == [newer.document.file]


def test_a_store_that_was_rebuilt_is_not_written_through_the_old_list(root: Path, store: Store) -> None:
    put(store, [1])
    rebuild_store(root)
    with pytest.raises(StoreError, match="rebuilt meanwhile; open the store again"):
        put(store, [2])
    store.close()
    with open_store(root) as again:
        assert put(again, [1, 2]) == 1


def test_what_is_no_store_is_not_rebuilt(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"")
    with pytest.raises(StoreError, match="is no store"):
        rebuild_store(tmp_path)
    with pytest.raises(StoreError, match="there is no store"):
        rebuild_store(tmp_path / "nothing")
