"""The command line on a store: what is imported is audited, checked, exported and forgotten.

Oracle: what the same commands say of the export itself.
"""

import stat
import warnings
import zipfile
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
from called import call, refused
from samples import gpx, gpx_point

from stressfx.errors import DataQualityWarning
from stressfx.exports.store.store import open_store


def track(north_deg: float = 50) -> bytes:
    return gpx([gpx_point(s, latitude_deg=north_deg + 3 * s / 111_195) for s in range(0, 1801, 10)])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with the export of one runner."""
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("ann.zip", "w") as target:
        target.writestr("1.gpx", track())
        target.writestr("2.gpx", track(51).replace(b"2025-01-01", b"2025-01-02"))
        target.writestr("page.fit", b"<html>")
    return tmp_path


@pytest.fixture
def store(here: Path) -> Path:
    assert call("import", "ann.zip", "--store", "runs").code == 0
    return here / "runs"


def test_a_store_is_audited_like_the_export(here: Path, store: Path) -> None:
    assert store.parent == here
    of_export, of_store = call("audit", "ann.zip"), call("audit", "--store", "runs")
    assert of_store.code == 0
    assert of_store == of_export
    assert call("audit", "--store", "runs", "-o", "r.html", "--time", "elapsed").code == 0
    assert "elapsed time" in Path("r.html").read_text()


def test_an_import_says_what_is_new_and_what_cannot_be_read(here: Path) -> None:
    first = call("import", "ann.zip", "--store", "runs").told
    assert (
        first == "The store took 3 new files of ann; it knew 0 already. page.fit: " + first.partition("page.fit: ")[2]
    )
    assert "HTML page" in first
    again = call("import", here / "ann.zip", "--store", "runs").told
    assert again.startswith("The store took 0 new files of ann; it knew 3 already.")
    other = call("import", "ann.zip", "--store", "runs", "--athlete", "bob").told
    assert other.startswith("The store took 3 new files of bob; it knew 0 already.")
    assert "other runners" not in other, "who is named is meant"


def test_two_accounts_are_two_runners_until_they_are_named_alike(here: Path, store: Path) -> None:
    Path("ann.zip").rename("export_12.zip")
    told = call("import", "export_12.zip", "--store", "runs").told
    assert "It holds other runners too: ann. If export_12 is one of them, forget export_12 and import again" in told
    assert refused("audit", "--store", "runs").endswith("several runners; name one with --athlete: ann, export_12")
    assert refused("audit", "--store", store, "--athlete", "eve").startswith("the store holds not this runner")
    assert "2 runs count" in call("audit", "--store", "runs", "--athlete", "ann").told
    assert here.is_dir()


def test_a_wrong_import_leaves_no_store_behind(here: Path) -> None:
    assert refused("import", "gone.zip", "--store", "runs") == "gone.zip: there is no such file or folder"
    Path("ann.zip").rename("ann@example.org.zip")
    told = refused("import", "ann@example.org.zip", "--store", "runs")
    assert told == "the export is called after an e-mail address; name the runner: --athlete NAME"
    assert not (here / "runs").exists()
    assert refused("audit", "--store", "runs") == "there is no store 'runs'; import something into it first"


def test_verify_and_rebuild_end_with_1_where_something_is_lost(here: Path, store: Path) -> None:
    assert here.is_dir()
    assert call("store", "verify", "runs") == (0, "The store is whole.\n", "")
    assert call("store", "rebuild", "runs") == (0, "Every file of the store is in its list.\n", "")
    file = min((store / "activities").iterdir())
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    verified = call("store", "verify", "runs")
    assert verified.code == 1
    assert verified.out.startswith("error: ")
    assert "import it again" in verified.told
    rebuilt = call("store", "rebuild", "runs")
    assert rebuilt.code == 1
    assert "A file was set aside" in rebuilt.told
    assert "took 1 new file of ann; it knew 2 already" in call("import", "ann.zip", "--store", "runs").told
    assert call("store", "verify", "runs").code == 0


def test_the_tables_of_a_store_are_private_and_go_into_a_new_folder(here: Path, store: Path) -> None:
    assert store.is_dir()
    for form in ("csv", "parquet"):
        told = call("store", "export", "runs", form, "--format", form)
        assert told == (0, f"The tables are in {form}. They hold positions: where the runner lives.\n", "")
        assert stat.S_IMODE((here / form / f"sessions.{form}").stat().st_mode) == 0o600
    assert len(pd.read_csv("csv/sessions.csv")) == len(pd.read_parquet("parquet/sessions.parquet")) == 2
    assert refused("store", "export", "runs", "csv") == "the folder 'csv' is not empty; name a new one"


def test_nothing_is_forgotten_without_a_yes(here: Path, store: Path) -> None:
    forget = ("store", "forget", "runs", "--athlete", "ann")
    for answer in ("", "n\n"):
        called = call(*forget, answer=answer)
        assert (called.code, called.err) == (2, "stressfx: nothing was deleted: it needs a yes, or --yes\n")
    assert "2 runs count" in call("audit", "--store", store).told
    assert refused("store", "forget", "runs", "--athlete", "bob").endswith(
        "not this runner; name one with --athlete: ann"
    )
    assert call(*forget, answer="y\n").out.endswith("3 documents were deleted.\n")
    assert list((store / "activities").iterdir()) == []
    assert refused("audit", "--store", "runs") == "the store is empty; import something into it first"
    assert here.is_dir()


def test_one_of_many_findings_and_files_is_counted_not_listed(here: Path) -> None:
    with zipfile.ZipFile("bad.zip", "w") as target:
        for number in range(45):
            target.writestr(
                f"a/long/way/down/into/the/export/of/an/account/{number:02}.fit", b"<html>" + bytes([number])
            )
    called = call("import", "bad.zip", "--store", "runs")
    assert "…" in called.out
    assert "/44.fit" not in called.out
    assert "/07.fit: " in called.out
    assert called.out.endswith("and 5 more files that could not be read\n")
    with open_store("runs") as opened:
        opened.manifest.close()
    assert here.is_dir()


def test_what_a_person_should_know_is_one_line_and_what_programmers_should_is_none(here: Path) -> None:
    def warns(*_: object, **__: object) -> None:
        warnings.warn("the store lies on a network", DataQualityWarning, stacklevel=1)
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn("of a library", FutureWarning, stacklevel=1)

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        with patch("stressfx.show.audited.read_shoes", warns):
            called = call("audit", here, "--shoes", "s.csv")
    assert called.err == "stressfx: the store lies on a network\n"
