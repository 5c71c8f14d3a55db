"""Whose folder a store may lie in, and what is told of the disk: the oracles are the system's own rights and tables."""

import os
import stat
import time
from pathlib import Path

import pytest

from stressfx.errors import StoreError
from stressfx.exports.store import folder
from stressfx.exports.store.folder import (
    is_abandoned,
    network_type,
    part_name,
    private_folder,
    sync_files,
    write_private,
    writer_name,
)

MOUNTS = """\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:25 / /home rw - nfs4 server:/home rw
31 22 0:26 / /home/runner/local\\040disk rw - ext4 /dev/sdb rw
32 22 0:27 / /mnt/share rw master:1 - cifs //server/share rw
33 22 0:28 / /mnt/ssh rw - fuse.sshfs me@there: rw
34 22 0:29 / /mnt/usb rw - fuse.ntfs-3g /dev/sdc rw
35 22 0:30 / /mnt/over rw - nfs server:/over rw
36 35 0:31 / /mnt/over rw - tmpfs tmpfs rw
a line that is none
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/runs", None),
        ("/home/runner/runs", "nfs4"),
        ("/homeless/runs", None),
        ("/home/runner/local disk/runs", None),
        ("/mnt/share/runs", "cifs"),
        ("/mnt/ssh/runs", "fuse.sshfs"),
        ("/mnt/usb/runs", None),
        ("/mnt/over/runs", None),
    ],
)
def test_a_network_disk_is_told_from_a_local_one(tmp_path: Path, path: str, kind: str | None) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert network_type(Path(path), mounts) == kind


def test_where_nothing_tells_nothing_is_said(tmp_path: Path) -> None:
    assert network_type(Path("/home"), tmp_path / "no such table") is None


def test_a_new_folder_is_its_owners_alone_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        private_folder(tmp_path / "new", create=True)
        write_private(tmp_path / "new" / "file", b"content")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "file").stat().st_mode) == 0o600


def test_an_empty_folder_is_made_private(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    private_folder(tmp_path / "open", create=True)
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o700


def test_a_folder_that_somebody_else_could_change_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "secret-place" / "runs"
    place.mkdir(parents=True, mode=0o700)
    (tmp_path / "link").symlink_to(place)
    (tmp_path / "file").write_bytes(b"")
    refusals = {
        tmp_path / "link": "is a link",
        tmp_path / "file": "is no folder",
        tmp_path / "none": "there is no store",
    }
    for path, text in refusals.items():
        with pytest.raises(StoreError, match=text):
            private_folder(path, create=False)
    place.chmod(0o777)
    with pytest.raises(StoreError, match=r"everybody may write .*chmod 700") as refused:
        private_folder(place, create=True)
    assert "secret-place" not in str(refused.value)
    place.chmod(0o700)
    monkeypatch.setattr(os, "getuid", lambda: place.stat().st_uid + 1)
    with pytest.raises(StoreError, match="belongs to somebody else"):
        private_folder(place, create=True)


@pytest.mark.parametrize("name", ["holiday.jpg", "activities", ".hidden"])
def test_a_folder_of_other_things_is_no_store(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(StoreError, match="is no store and not empty"):
        private_folder(tmp_path, create=True)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_file_that_cannot_be_written_whole_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        write_private(tmp_path / "file", b"content")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_brought_down_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / str(number) for number in range(40)]
    for path in paths:
        write_private(path, b"content")
    sync_files(paths)
    asked: list[int] = []

    def failing(handle: int) -> None:
        asked.append(handle)
        if len(asked) == 20:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="Input/output"):
        sync_files(paths)


def test_what_the_living_write_is_left_alone_and_what_the_dead_left_is_not(tmp_path: Path) -> None:
    mine = tmp_path / part_name(writer_name())
    host, _, rest = mine.name.split("-", 2)
    ended = os.fork() if hasattr(os, "fork") else pytest.skip("processes are told apart on POSIX only")
    if not ended:
        os._exit(0)
    os.waitpid(ended, 0)
    dead, elsewhere = tmp_path / f"{host}-{ended}-{rest}", tmp_path / f".00000000-{ended}-{rest}"
    for path in (mine, dead, elsewhere):
        path.write_bytes(b"")
    assert [is_abandoned(path) for path in (mine, dead, elsewhere)] == [False, True, False]
    for path in (mine, dead, elsewhere):
        os.utime(path, (time.time() - folder.ABANDONED_S - 60,) * 2)
    assert [is_abandoned(path) for path in (mine, dead, elsewhere)] == [True, True, True]
    assert not is_abandoned(tmp_path / "notes.txt")
    assert not is_abandoned(tmp_path / part_name(writer_name())), "one that has got its name meanwhile"
