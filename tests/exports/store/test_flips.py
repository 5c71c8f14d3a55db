"""Single bits flipped anywhere in a store: what is read is what was written, or it is said that something is wrong."""

import random
import shutil
from pathlib import Path

import pytest
from made_documents import HOW, account, activity, assert_same, assert_same_frame, put, records, settings_file, sha_of

from stressfx.errors import StoreError
from stressfx.exports.store.folder import ACTIVITIES, MANIFEST
from stressfx.exports.store.manifest import Manifest
from stressfx.exports.store.payload import fingerprint
from stressfx.exports.store.rebuild import rebuild_store
from stressfx.exports.store.store import Store, open_store

FLIPS = 500
MADE = [*(activity(number) for number in range(8)), account(8), settings_file(9)]


def fill(store: Store) -> None:
    put(store, range(4))
    put(store, range(4, 8))
    store.commit([store.shelf.write(made, None, HOW) for made in MADE[8:]])


def flip(path: Path, whole: bytes, chance: random.Random) -> None:
    data = bytearray(whole)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def read_all(root: Path) -> bool:
    """Read everything, compare all that is given with what was written, and tell whether anything was said."""
    try:
        with open_store(root, read_only=True) as store:
            names = store.athletes()
            found, findings = store.harvests("runner")
            wanted = {made.sha256: made for made in MADE}
            for harvest in found:
                made = wanted.pop(harvest.sha256)
                if made.account is None or not any(finding.where == harvest.sha256[:12] for finding in findings):
                    assert_same(harvest, made)
            said = bool(findings)
            assert said or not wanted, "nothing is missing in silence"
            assert said or names == ["runner"]
            said |= read_rest(store)
    except StoreError:
        return True
    return said


def read_rest(store: Store) -> bool:
    said = False
    for number in range(8):
        try:
            frame = store.records("runner", sha_of(number))
        except (StoreError, KeyError):
            said = True
        else:
            assert_same_frame(frame, records(number))
    try:
        assert store.known("runner") == {made.sha256: fingerprint(HOW) for made in MADE}
    except StoreError:
        said = True
    return said


def test_a_bit_in_a_file_of_a_document_is_never_passed_over(root: Path, store: Store) -> None:
    fill(store)
    chance = random.Random(1)
    hashes = [made.sha256 for made in MADE[:9]]
    for _ in range(FLIPS):
        sha256 = chance.choice(hashes)
        (path,) = (root / ACTIVITIES).glob(f"{sha256}*")
        whole = path.read_bytes()
        flip(path, whole, chance)
        with pytest.raises(StoreError, match="is damaged: its file holds other bytes than were written"):
            store.records("runner", sha256)
        if sha256 == MADE[8].sha256:
            assert [finding.where for finding in store.harvests("runner")[1]] == [sha256[:12]]
        path.write_bytes(whole)
    assert not read_all(root)


@pytest.mark.slow
def test_a_bit_in_the_list_never_gives_a_wrong_value(root: Path, store: Store) -> None:
    fill(store)
    store.close()
    chance = random.Random(2)
    whole = (root / MANIFEST).read_bytes()
    said = 0
    for number in range(FLIPS):
        copy = Path(shutil.copytree(root, root.parent / "copy"))
        copy.chmod(0o700)
        flip(copy / MANIFEST, whole, chance)
        noticed = read_all(copy)
        said += noticed
        if number % 5 == 0:
            write_and_rebuild(copy, noticed=noticed)
        shutil.rmtree(copy)
    assert said > FLIPS / 4, "the rest hit free space"


def write_and_rebuild(root: Path, *, noticed: bool) -> None:
    """See to it that a damaged list is not written, and that all comes back when it is made anew."""
    try:
        with open_store(root) as store:
            put(store, [0])
    except StoreError:
        noticed = True
    if noticed:
        rebuild_store(root)
    with open_store(root) as store:
        store.commit([store.shelf.write(MADE[9], None, HOW)])
    assert not read_all(root)


def test_a_bit_in_what_was_not_yet_brought_into_the_list_never_gives_a_wrong_value(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a computer leaves it that loses its power: the log beside the list, with or without its index."""
    monkeypatch.setattr(Manifest, "_checkpoint", lambda *_, **__: True)
    store = open_store(root, create=True)
    fill(store)
    crashed = Path(shutil.copytree(root, root.parent / "crashed"))
    store.close()
    chance = random.Random(3)
    log = f"{MANIFEST}-wal"
    whole = (crashed / log).read_bytes()
    assert len(whole) > 20_000
    said = 0
    for number in range(200):
        copy = Path(shutil.copytree(crashed, root.parent / "copy"))
        copy.chmod(0o700)
        if number % 2:
            (copy / f"{MANIFEST}-shm").unlink()
        flip(copy / log, whole, chance)
        said += read_all(copy)
        shutil.rmtree(copy)
    assert said > 50
    assert not read_all(crashed)
