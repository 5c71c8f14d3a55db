"""Hostile names in every text that an export can bring in come out harmless, whichever way they come out.

Oracle: what a terminal, a spreadsheet and a browser would take for a command; written here anew.
"""

import csv
import io
import logging
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from called import call
from made_hostile import HOSTILE, hostile_export, laps, own_tables, text_of, track, watch
from page import check_harmless

import stressfx
from stressfx.auditing import Audit, audit
from stressfx.exports.export import Export
from stressfx.exports.importing import import_export, read_store
from stressfx.exports.read import read_export
from stressfx.exports.store.store import open_store
from stressfx.exports.tables import read_injuries, read_shoes
from stressfx.exports.write import write_csv
from stressfx.io.activity import Activity
from stressfx.io.read import read_activity
from stressfx.show.report.write import write_report
from stressfx.show.screen import print_audit, print_comparison, print_file, print_findings, print_imported

NAMES = [pytest.param(name, id=f"n{number:02}") for number, name in enumerate(HOSTILE)]
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
FRAMES = ("sessions", "laps", "findings", "quarantine", "shoes", "files")
MARK = re.compile(r"n(\d\d)")


def is_still(text: str) -> bool:
    """Whether a text neither commands a terminal nor turns its reading direction."""
    return all(
        sign == "\n" or (unicodedata.category(sign) not in {"Cc", "Cs"} and sign not in TURNING) for sign in text
    )


def may_be_formula(cell: str) -> bool:
    """Whether a spreadsheet could take a cell, or a part that it splits off, for a formula."""
    parts = re.split(r"[;\t\r\n]", cell)
    seen = ("".join(sign for sign in part if unicodedata.category(sign)[0] not in "CZ") for part in parts)
    return any(part[:1] in tuple(SIGNS) for part in seen)


def text_columns(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.columns if frame[name].dtype == "str" or frame[name].dtype == object]


def marks(*texts: object) -> set[int]:
    """Tell which of the hostile names stand in texts."""
    return {int(number) for text in texts for number in MARK.findall(str(text))}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_export(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def export(folder: Path) -> Export:
    return read_export(folder, athlete_id="ann")


def injuries_of(file: Path | bytes) -> pd.DataFrame:
    """Read injuries whose side, imaging and status are hostile names; what is said of these repeats none."""
    with pytest.warns(stressfx.DataQualityWarning) as said:
        injuries = read_injuries(file)
    assert "imaging is none of none, x-ray" in str(said[0].message)
    assert marks(*(warning.message for warning in said)) == set()
    return injuries


@pytest.fixture(scope="module")
def audited(export: Export, folder: Path) -> Audit:
    return audit(export, injuries=injuries_of(folder / "injuries.csv"))


@pytest.fixture(autouse=True)
def silent(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check that stressfx logs nothing at all, so that no name gets into a log."""
    caplog.set_level(logging.DEBUG)
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    assert [record for record in records if not record.name.startswith(("matplotlib", "PIL"))] == []


def test_the_names_do_come_in(export: Export, audited: Audit) -> None:
    """Else nothing here would prove anything."""
    everything, unseen = set(range(len(HOSTILE))), {16, 18}
    assert marks(*export.sessions["source"]) >= everything - unseen
    assert marks(*export.sessions["device"]) >= everything - unseen
    assert marks(*export.sessions["shoe_id"], *export.shoes["name"]) == everything
    assert marks(*export.sessions["sport"]) >= set(range(1, len(HOSTILE), 2))
    assert marks(*export.quarantine["source"]) >= everything - unseen
    assert marks(*audited.injuries["note"]) == everything
    assert set(export.sessions["format"]) == {
        *("fit", "gpx", "tcx", "polar"),
        *("strava", "garmin", "apple", "runkeeper", "intervals", "sessions"),
    }


def test_on_a_terminal_names_are_words(audited: Audit, capsys: pytest.CaptureFixture[str]) -> None:
    for unit in ("km", "mi"):
        print_audit(audited, unit=unit, report=Path("r.html"))
    shown = capsys.readouterr().out
    assert is_still(shown)
    assert max(sum(not unicodedata.combining(sign) for sign in line) for line in shown.splitlines()) <= 81
    assert len(shown.splitlines()) <= 104, "two screens"


@pytest.mark.parametrize("name", NAMES)
def test_on_a_terminal_every_name_is_words_wherever_it_stands(
    name: str, audited: Audit, capsys: pytest.CaptureFixture[str]
) -> None:
    text = text_of(name)
    everywhere = replace(
        audited,
        athlete_id=text,
        files=pd.DataFrame({"kind": ["fit", text], "count": [1, 2]}),
        **{
            frame: getattr(audited, frame).assign(**dict.fromkeys(columns, text))
            for frame, columns in {
                "checks": ["message"],
                "quarantine": ["source", "reason", "kind"],
                "findings": ["where", "message"],
                "injuries": ["site", "side"],
            }.items()
        },
    )
    print_audit(everywhere, unit="km", report=Path(text.replace("\0", "")))
    print_findings(everywhere.findings, whole="")
    print_imported(Imported(text, everywhere.quarantine), [text, "bob"])
    for activity in (activity_of(0, name), activity_of(1, name), activity_of(2, name)):
        print_file(replace(activity, source=replace(activity.source, label=text, device=text, kind=text)))
    print_comparison(
        lambda: pd.DataFrame(
            [
                dict.fromkeys(("values", "reference_values", "different", "max_difference"), 1)
                | {"column": text, "engine": text}
            ]
        )
    )
    shown = capsys.readouterr().out
    assert is_still(shown)
    number = next(iter(marks(name)))
    assert number in marks(shown)
    if number == 15:
        assert "[red]n15[/red]" in shown


class Imported:
    """What an import leaves, by hand."""

    new, known = 3, 4

    def __init__(self, athlete_id: str, quarantine: pd.DataFrame) -> None:
        self.athlete_id, self.quarantine = athlete_id, quarantine


def activity_of(kind: int, name: str) -> Activity:
    """Read one file full of the name."""
    data = (watch(3, name), track(3, creator=name, title=name, kind=name), laps(3, name))[kind]
    return read_activity(io.BytesIO(data))


def test_in_a_report_names_are_text(audited: Audit, tmp_path: Path) -> None:
    page = check_harmless(write_report(audited, tmp_path / "r.html").read_text(encoding="utf-8"))
    assert is_still(page.text)
    assert "49" not in set(page.text.split())
    assert marks(page.text) == set(range(len(HOSTILE)))
    assert max(map(len, page.text.split())) <= 300


def test_in_a_notebook_names_are_text(export: Export, audited: Audit) -> None:
    shown = [audited, *(getattr(export, name) for name in FRAMES), audited.checks, audited.injuries]
    for thing in shown:
        check_harmless(thing._repr_html_())
    for name in HOSTILE:
        for kind in range(3):
            check_harmless(activity_of(kind, name)._repr_html_())
        check_harmless(replace(audited, athlete_id=text_of(name))._repr_html_())


def test_the_messages_of_a_watch_have_harmless_names(tmp_path: Path) -> None:
    for name in HOSTILE:
        activity = activity_of(0, name)
        for message in activity.message_names:
            frame = activity.messages(message)
            check_harmless(frame._repr_html_() or "")
            check_csv(frame, tmp_path / "m.csv")


def test_in_a_spreadsheet_no_name_is_a_formula(export: Export, audited: Audit, tmp_path: Path) -> None:
    frames = [getattr(export, name) for name in FRAMES] + [
        audited.checks,
        audited.injuries,
        audited.sessions,
        audited.spikes,
    ]
    met: set[int] = set()
    for frame in frames:
        met |= check_csv(frame, tmp_path / "f.csv")
    assert met == set(range(len(HOSTILE)))


def check_csv(frame: pd.DataFrame, file: Path) -> set[int]:
    """Write a frame, and check every cell as a spreadsheet reads it; tell which names were met."""
    write_csv(frame, file)
    with file.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert len(rows) == len(frame)
    assert not any(map(may_be_formula, header))
    places = [list(frame.columns).index(name) for name in text_columns(frame)]
    cells = [row[place] for row in rows for place in places]
    numbers = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
    assert [cell for cell in cells if may_be_formula(cell) and not numbers.fullmatch(cell)] == []
    return marks(*cells)


def test_in_a_store_names_stay_what_they_are_and_come_out_harmless(
    folder: Path, export: Export, tmp_path: Path
) -> None:
    with open_store(tmp_path / "store", create=True) as store:
        import_export(folder, store, athlete_id="ann")
        kept = read_store(store, athlete_id="ann")
        assert len(store.verify()) == 0
        store.export(tmp_path / "csv", format="csv")
        again = import_export(folder, store, athlete_id="ann")
    assert again.known > 100
    pd.testing.assert_frame_equal(kept.sessions, export.sessions)
    pd.testing.assert_frame_equal(kept.shoes, export.shoes)
    pd.testing.assert_frame_equal(kept.quarantine, export.quarantine)
    for file in sorted((tmp_path / "csv").rglob("*.csv")):
        assert re.fullmatch(r"[a-z0-9-]+\.csv", file.name), "no name of a file is made of a name in it"
        with file.open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        assert not any(map(may_be_formula, header))
        for row in rows:
            assert not [cell for cell in row if may_be_formula(cell) and not re.fullmatch(r"-?[\d.e-]+", cell)]


@pytest.mark.parametrize("name", NAMES)
def test_a_runner_may_have_any_name(name: str, tmp_path: Path) -> None:
    athlete = name.encode("utf-8", "replace").decode().replace("\0", "")
    (tmp_path / "1.gpx").write_bytes(track(0))
    (tmp_path / "sessions.csv").write_bytes(b"date,distance_km\n2025-01-04,5\n")
    for arguments in (
        ("audit", tmp_path),
        ("import", tmp_path, "--store", tmp_path / "store"),
        ("audit", "--store", tmp_path / "store"),
        ("store", "export", tmp_path / "store", tmp_path / "csv", "--format", "csv"),
    ):
        more = () if arguments[0] == "store" else ("--athlete", athlete)
        called = call(*arguments, *more)
        assert called.code == 0, called
        assert is_still(called.out)
        assert called.err == ""
    with open_store(tmp_path / "store", read_only=True) as store:
        assert store.athletes() == [athlete]
    shown = call("store", "forget", tmp_path / "store", "--athlete", "nobody")
    assert is_still(shown.err)
    assert shown.err.count("\n") == 1
    assert call("store", "forget", tmp_path / "store", "--athlete", athlete, "--yes").code == 0


@pytest.mark.parametrize("name", NAMES)
def test_errors_about_hostile_files_are_one_harmless_line(name: str, tmp_path: Path) -> None:
    plain = "".join(sign for sign in text_of(name) if sign not in "/\0").encode()[:200].decode("utf-8", "ignore")
    file = tmp_path / plain
    file.write_bytes(b"<html>")
    for arguments in (
        ("audit", file),
        ("doctor", file),
        ("audit", tmp_path, "--injuries", file),
        ("audit", tmp_path, "--columns", file),
        ("audit", tmp_path / "gone" / plain),
        ("store", "verify", file),
    ):
        called = call(*arguments)
        assert is_still(called.out), arguments
        assert is_still(called.err), arguments
        assert called.err.count("\n") <= 1
        assert called.code in {0, 2}


def test_unknown_headers_are_harmless_in_the_error_and_in_the_file_to_fill_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    header = ",".join('"' + text_of(name).replace('"', '""') + '"' for name in (*HOSTILE, "Sträcka", "Sträcka"))
    (tmp_path / "activities").mkdir()
    (tmp_path / "activities" / "1.gpx").write_bytes(track(0))
    (tmp_path / "activities.csv").write_text(f"{header}\n{'activities/1.gpx,' * 26}\n", encoding="utf-8")
    called = call("audit", tmp_path)
    assert called.code == 2
    assert "was written: fill it in" in called.err
    assert is_still(called.err)
    assert called.err.count("\n") == 1
    template = (tmp_path / "strava-columns.toml").read_text(encoding="utf-8")
    assert is_still(template)
    assert all(line[:1] in {"", "#", "["} or line.endswith(' = ""') for line in template.splitlines())


def test_tables_that_are_asked_for_by_name_are_read_or_refused_without_repeating_a_cell() -> None:
    tables = own_tables()
    assert marks(*read_shoes(tables["shoes.csv"])["name"]) == set(range(len(HOSTILE)))
    assert marks(*injuries_of(tables["injuries.csv"])["site"]) == set(range(len(HOSTILE)))
    for name in map(text_of, HOSTILE):
        cell = '"' + name.replace('"', '""') + '"'
        for read, table in (
            (read_shoes, f"shoe_id,start\nblue,{cell}\n"),
            (read_injuries, f"athlete_id,first_pain\nann,{cell}\n"),
        ):
            with pytest.raises(stressfx.SchemaError) as error:
                read(table.encode())
            assert marks(error.value) == set()
            assert is_still(str(error.value))


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_an_exception_neither_commands_nor_turns(name: str, tmp_path: Path) -> None:
    plain = "".join(sign for sign in text_of(name) if sign not in "/\0").encode()[:200].decode("utf-8", "ignore")
    file = tmp_path / plain
    file.write_bytes(b"<html>")
    asked = (
        read_activity,
        lambda path: read_export(path, athlete_id="a").records("nothing"),
        read_shoes,
        lambda path: read_export(path / "gone", athlete_id="a"),
        open_store,
        lambda _: read_activity(watch(1, name)).messages("nothing"),
    )
    for ask in asked:
        with pytest.raises((stressfx.StressfxError, KeyError)) as error:
            ask(file)
        assert is_still(str(error.value))
