"""The folder of `stressfx lab`: whole, safe to fill again, and never over what somebody changed.

Oracle: the files of this checkout, and for repeated filling a model of three sentences: what is not there comes; what
was written and not changed becomes the newest; everything else stays.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Self
from unittest.mock import patch

import pytest
from called import call, refused
from hypothesis import given
from hypothesis import strategies as st

from stressfx.show import cli_lab, lab
from stressfx.show.lab import LIST, LabError, fill_lab, lab_sources

ROOT = Path(__file__).resolve().parents[2]


def held(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder, but for the list of what was written."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.name != LIST}


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    """Make a package of two files."""
    (tmp_path / "package").mkdir()
    found = {"1.ipynb": tmp_path / "package" / "one", "data-samples/a/run.fit": tmp_path / "package" / "two"}
    for name, path in found.items():
        path.write_text(f"first {name}")
    return found


def test_the_folder_holds_every_notebook_and_every_sample(tmp_path: Path) -> None:
    assert call("lab", tmp_path / "lab", "--no-start").code == 0
    wanted = {path.name: path.read_bytes() for path in (ROOT / "notebooks").glob("*.ipynb")}
    samples = held(ROOT / "data-samples")
    assert len(wanted) > 1
    assert len(samples) > 200
    assert held(tmp_path / "lab") == wanted | {f"data-samples/{name}": data for name, data in samples.items()}


def test_an_installed_package_brings_its_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "PLACES", (tmp_path / "lab_files", tmp_path))
    with pytest.raises(LabError, match="holds no notebooks"):
        lab_sources()
    for place in (tmp_path, tmp_path / "lab_files"):
        (place / "notebooks" / ".ipynb_checkpoints").mkdir(parents=True)
        (place / "data-samples" / "runner").mkdir(parents=True)
        names = ("notebooks/01.ipynb", "notebooks/01.py", "notebooks/.ipynb_checkpoints/01-checkpoint.ipynb")
        for name in (*names, "data-samples/runner/truth.json", "data-samples/.DS_Store"):
            (place / name).write_text("")
        found = lab_sources()
        assert list(found) == ["01.ipynb", "data-samples/runner/truth.json"]
        assert all(path.is_relative_to(place) for path in found.values()), "the files inside the package come first"


DOINGS = ("fill", "new version", "edit", "delete", "lose the list")
STEPS = st.lists(st.tuples(st.sampled_from(DOINGS), st.integers(0, 1)), max_size=12)


@given(steps=STEPS)
def test_nothing_that_somebody_wrote_is_ever_lost(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("lab")
    folder, names = place / "lab", ("1.ipynb", "data-samples/run.fit")
    sources = {name: place / f"source-{number}" for number, name in enumerate(names)}
    model: dict[str, str] = {}  # what is in the folder
    ours: dict[str, str] = {}  # what the list knows of
    for name, path in sources.items():
        path.write_text(f"0 {name}")
    for count, (step, number) in enumerate(steps, 1):
        name = names[number]
        path = folder / name
        if step == "new version":
            sources[name].write_text(f"{count} {name}")
        elif step == "edit" and name in model:
            model[name] = f"mine {count}"
            path.write_text(model[name])
        elif step == "delete" and name in model:
            path.unlink()
            del model[name]
        elif step == "lose the list":
            (folder / LIST).unlink(missing_ok=True)
            ours.clear()
        elif step == "fill":
            before = dict(model)
            for each, source in sources.items():
                newest = source.read_text()
                if model.get(each) in {None, ours.get(each), newest}:
                    model[each] = ours[each] = newest
            copied = fill_lab(folder, sources)
            assert set(copied.written) == model.keys() - before.keys()
            assert set(copied.renewed) == {each for each in before if before[each] != model[each]}
            assert set(copied.kept) == {each for each in names if model[each] != sources[each].read_text()}
            assert set(copied.outdated) == {each for each in copied.kept if ours.get(each) != sources[each].read_text()}
        assert held(folder) == {each: text.encode() for each, text in model.items()}


def test_what_was_changed_is_kept_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("notebooks/01.ipynb", "notebooks/02.ipynb", "data-samples/a.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("first")
    monkeypatch.setattr(lab, "PLACES", (tmp_path,))
    monkeypatch.chdir(tmp_path)
    assert "3 new, 0 brought up to date, 0 kept" in call("lab", "--no-start").told
    Path("stressfx-lab/01.ipynb").write_text("mine")
    told = call("lab", "--no-start").told
    assert "0 new, 0 brought up to date, 1 kept" in told
    assert told.endswith("Kept as you left them: 01.ipynb.")
    for name in ("01", "02"):
        Path(f"notebooks/{name}.ipynb").write_text("second")
    told = call("lab", "--no-start").told
    assert "0 new, 1 brought up to date, 1 kept" in told
    assert told.endswith("rename yours and run this again to have it: 01.ipynb.")
    assert Path("stressfx-lab/01.ipynb").read_text() == "mine"
    assert Path("stressfx-lab/02.ipynb").read_text() == "second"


def link(path: Path, target: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


IN_THE_WAY: dict[str, Callable[[Path, Path], object]] = {
    "the folder is a link": link,
    "a folder inside is a link": lambda folder, outside: link(folder / "data-samples", outside),
    "a file is a link": lambda folder, outside: link(folder / "data-samples" / "a" / "run.fit", outside / "kept"),
    "a link leads nowhere": lambda folder, outside: link(folder / "1.ipynb", outside / "nothing"),
    "the list is a link": lambda folder, outside: link(folder / LIST, outside / "kept"),
    "a file stands for the folder": lambda folder, _: folder.write_text(""),
    "a file stands for a folder inside": lambda folder, _: (folder.mkdir(), (folder / "data-samples").write_text("")),
    "a folder stands for a file": lambda folder, _: (folder / "1.ipynb").mkdir(parents=True),
    "a pipe stands for a file": lambda folder, _: (folder.mkdir(), os.mkfifo(folder / "1.ipynb")),
}


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_what_is_in_the_way_is_refused_before_anything_is_written(
    what: str, tmp_path: Path, sources: dict[str, Path]
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    IN_THE_WAY[what](tmp_path / "lab", outside)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(LabError, match=r"is a link|is no folder|is no ordinary file"):
        fill_lab(tmp_path / "lab", sources)
    assert sorted(tmp_path.rglob("*")) == before
    assert held(outside) == {"kept": b"kept"}


def test_a_refusal_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "lab").symlink_to(tmp_path)
    assert "'lab' is a link" in refused("lab", tmp_path / "lab", "--no-start")
    (tmp_path / "file").write_text("")
    assert refused("lab", tmp_path / "file", "--no-start").startswith("'file' is no folder")
    assert refused("lab", tmp_path / "file" / "lab", "--no-start").startswith("'file' is no folder")


DAMAGED = ("", "{", "[]", '{"files": 3}', '{"files": {"1.ipynb": 3}}', "[" * 100_000, "\x00\xff")


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_list_is_no_leave_to_write_over(text: str, tmp_path: Path, sources: dict[str, Path]) -> None:
    fill_lab(tmp_path / "lab", sources)
    (tmp_path / "lab" / LIST).write_text(text, encoding="latin-1")
    for path in sources.values():
        path.write_text("second")
    assert fill_lab(tmp_path / "lab", sources).kept == tuple(sources)
    assert set(held(tmp_path / "lab").values()) == {f"first {name}".encode() for name in sources}


def test_a_copy_that_broke_off_is_finished_by_the_next(tmp_path: Path, sources: dict[str, Path]) -> None:
    fill_lab(tmp_path / "lab", sources)
    for path in sources.values():
        path.write_text("second")
    replaced: list[Path] = []

    def replace(self: Path, target: Path) -> Path:
        if replaced:
            raise OSError(28, "No space left on device")
        replaced.append(self)
        os.replace(self, target)  # noqa: PTH105  # the method is what is being broken
        return target

    with patch.object(Path, "replace", replace), pytest.raises(LabError, match=r"run\.fit: cannot be written \(No sp"):
        fill_lab(tmp_path / "lab", sources)
    assert sorted(held(tmp_path / "lab").values()) == [b"first data-samples/a/run.fit", b"second"]
    assert fill_lab(tmp_path / "lab", sources).renewed == ("data-samples/a/run.fit",)
    assert set(held(tmp_path / "lab").values()) == {b"second"}


class Server:
    """Stand for a JupyterLab that is interrupted once and then ends by itself, or is told to end."""

    started: ClassVar[list[Any]] = []

    def __init__(self, command: list[str], *, cwd: Path) -> None:
        self.command, self.cwd, self.waits, self.returncode = command, cwd, 0, None
        self.started.append(self)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go."""

    def poll(self) -> int | None:
        """Tell whether it has ended."""
        return self.returncode

    def wait(self) -> None:
        """Be interrupted, then be asked to end."""
        self.waits += 1
        if self.waits == 1:
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGTERM)

    def terminate(self) -> None:
        """End."""
        self.returncode = 7


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(subprocess, "Popen", Server)
    monkeypatch.setattr(Server, "started", [])
    monkeypatch.setattr(cli_lab, "find_spec", lambda name: {"jupyterlab": "found"}[name])
    return Server.started


def test_jupyterlab_runs_in_the_folder_and_speaks_to_this_machine_alone(tmp_path: Path, server: list[Any]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    called = call("lab", tmp_path / "lab", "--no-browser", "--port", 8899)
    assert signal.getsignal(signal.SIGTERM) is before
    (one,) = server
    assert (called.code, one.waits, one.cwd) == (7, 2, tmp_path / "lab")
    assert one.command[:3] == [sys.executable, "-m", "jupyterlab"]
    options = set(one.command[3:])
    assert {"--ServerApp.ip=127.0.0.1", "--ServerApp.root_dir=.", "--no-browser", "--ServerApp.port=8899"} <= options
    assert {"--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"} <= options
    call("lab", tmp_path / "lab")
    assert not [option for option in server[1].command if "browser" in option or "port=" in option]


def test_without_jupyterlab_the_files_are_there_and_the_way_to_it_is_said(
    tmp_path: Path, server: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_lab, "find_spec", lambda name: {"jupyterlab": None}[name])
    called = call("lab", tmp_path / "lab")
    assert called.code == 2
    assert called.err == "stressfx: JupyterLab is not installed: pip install 'stressfx[lab]', then run this again\n"
    assert "01_from_export_to_history.ipynb" in held(tmp_path / "lab")
    assert server == []


def test_the_list_says_what_it_is(tmp_path: Path, sources: dict[str, Path]) -> None:
    fill_lab(tmp_path, sources)
    told = json.loads((tmp_path / LIST).read_text())
    assert "SHA-256" in told["about"]
    assert set(told["files"]) == set(sources)
