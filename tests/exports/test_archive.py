"""What a folder yields: everything that lies in it, in one order, and nothing that lies outside."""

import os
from pathlib import Path

import pytest

from stressfx.errors import UnreadableFileError
from stressfx.exports.archive import list_file, list_folder
from stressfx.findings import findings_frame


def filled(root: Path, *names: str) -> Path:
    """Write a file of each name; its content is its name."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def labels(root: Path) -> list[str]:
    return [entry.label for entry in list_folder(root).entries]


def test_every_file_at_any_depth_in_one_order(tmp_path: Path) -> None:
    names = ["b.gpx", "a/z.fit", "a/b/c/d.tcx.gz", "a.fit", "ä 1.fit"]
    filled(tmp_path, *names)
    listing = list_folder(tmp_path)
    assert [entry.label for entry in listing.entries] == sorted(names)
    assert listing.findings == ()
    for entry in listing.entries:
        with entry.open() as stream:
            assert stream.read().decode() == entry.label


def test_the_order_is_not_that_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, "c.fit", "a.fit", "b/d.fit")
    forwards = labels(tmp_path)
    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: reversed(list(scan(folder))))
    assert labels(tmp_path) == forwards


def test_hidden_files_and_shadows_of_macos_are_no_part_of_an_export(tmp_path: Path) -> None:
    filled(tmp_path, ".DS_Store", "._run.fit", ".git/x.fit", "__MACOSX/run.fit", "a/__MACOSX/b.fit", "run.fit")
    listing = list_folder(tmp_path)
    assert [entry.label for entry in listing.entries] == ["run.fit"]
    assert listing.findings == ()


def test_links_do_not_lead_outside(tmp_path: Path) -> None:
    outside = filled(tmp_path / "outside", "secret.fit")
    inside = filled(tmp_path / "inside", "run.fit", "sub/other.fit", ".annex/kept.fit")
    (inside / "to-file.fit").symlink_to(outside / "secret.fit")
    (inside / "to-folder").symlink_to(outside)
    (inside / "up").symlink_to(inside)
    (inside / "round.fit").symlink_to(inside / "round.fit")
    (inside / "nowhere.fit").symlink_to(inside / "gone.fit")
    (inside / "annexed.fit").symlink_to(Path(".annex") / "kept.fit")
    os.mkfifo(inside / "pipe.fit")
    listing = list_folder(inside)
    assert [entry.label for entry in listing.entries] == ["annexed.fit", "run.fit", "sub/other.fit"]
    passed = findings_frame(listing.findings)
    assert set(passed["code"]) == {"not-followed"}
    assert passed["where"].tolist() == ["nowhere.fit", "pipe.fit", "round.fit", "to-file.fit", "to-folder", "up"]


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    filled(tmp_path / "real", "run.fit")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert labels(tmp_path / "link") == ["run.fit"]


def test_a_folder_deeper_than_the_stack_is_walked(tmp_path: Path) -> None:
    folders = [f"{tmp_path}/{'d/' * depth}" for depth in range(1, 1201)]
    for folder in folders:
        os.mkdir(folder)  # noqa: PTH102  # cheaper than a Path of a thousand parts
    run = Path(folders[-1], "run.fit")
    run.touch()
    found = labels(tmp_path)
    run.unlink()
    for folder in reversed(folders):  # what removes temporary folders is recursive
        os.rmdir(folder)  # noqa: PTH106  # as above
    assert found == ["d/" * len(folders) + "run.fit"]


def test_a_closed_folder_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, "closed/a.fit", "open/b.fit")
    scan = os.scandir

    def guarded(folder: Path) -> object:
        if folder.name == "closed":
            raise PermissionError(13, "Permission denied", str(folder))
        return scan(folder)

    monkeypatch.setattr(os, "scandir", guarded)
    listing = list_folder(tmp_path)
    assert [entry.label for entry in listing.entries] == ["open/b.fit"]
    (finding,) = listing.findings
    assert (finding.code, finding.where) == ("folder-unreadable", "closed/")
    assert finding.message == "The folder cannot be opened (Permission denied)."


def test_errors_name_the_file_and_not_its_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"^gone: cannot be opened \(No such file or directory\)$"):
        list_folder(tmp_path / "gone")
    (entry,) = list_file(tmp_path / "gone.fit").entries
    with pytest.raises(UnreadableFileError, match=r"^gone.fit: cannot be opened \(No such file or directory\)$"):
        entry.open()


def test_a_name_that_is_no_text_gets_a_label(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/run-\xff.fit"
    with open(path, "wb"):  # noqa: PTH123  # a Path cannot hold these bytes
        pass
    (entry,) = list_folder(tmp_path).entries
    assert entry.label == "run-\N{REPLACEMENT CHARACTER}.fit"
    entry.open().close()
