"""The command line on whole exports: archives, tables in any language, limits, processes.

Oracle: the workouts that the exports were built from, and what a shell user needs to be told.
"""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from unittest.mock import patch

import made_strava
import pytest
from called import call, refused
from samples import gpx, gpx_point

from stressfx.exports.pain import read_pain
from stressfx.exports.profile import read_profile
from stressfx.exports.sessions_table import tables
from stressfx.exports.tables import read_injuries, read_shoes
from stressfx.show.options import WrongCallError, engine

START = datetime(2025, 1, 1, 10, tzinfo=UTC)
WORKOUTS = [
    made_strava.Workout(1, START, distance_m=5400, file="activities/1.gpx", gear="Blue ones"),
    made_strava.Workout(2, START + timedelta(days=1), elapsed_s=2400, distance_m=8000),
    made_strava.Workout(3, START + timedelta(days=2), "ride", distance_m=20_000),
]


def track(minutes: int = 30, north_deg: float = 50) -> bytes:
    """Record a run of 3 m/s along a meridian."""
    return gpx([gpx_point(s, latitude_deg=north_deg + 3 * s / 111_195) for s in range(0, 60 * minutes + 1, 10)])


def strava(folder: Path, language: str = "en") -> Path:
    path = folder / "export_7.zip"
    table = made_strava.activities_csv(WORKOUTS, language)
    path.write_bytes(made_strava.export_zip(table, {"activities/1.gpx": track()}))
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_archive_of_an_account_and_the_same_unpacked_say_the_same(here: Path) -> None:
    archive = strava(here)
    zipfile.ZipFile(archive).extractall(here / "export_7")
    packed, unpacked = call("audit", archive), call("audit", here / "export_7")
    assert packed.code == 0
    assert packed == unpacked
    assert "Read 3 sessions from 5 files (1 GPX); 2 sessions only by the table of an account, 2025-01-01" in packed.told
    assert "2025-01-03. 2 runs count." in packed.told
    assert "2024-12-30 3/7 2 2 13.4 km 1:10 h 8.0 km" in packed.told
    assert max(map(len, packed.out.splitlines())) <= 80


def test_what_the_runner_tells_lies_beside_the_files_or_is_named(here: Path) -> None:
    (here / "1.gpx").write_bytes(track())
    (here / "profile.toml").write_text('[runner]\nathlete_id = "ann"\n')
    (here / "injuries.csv").write_text("athlete_id,first_pain,site\nann,2025-01-03,tibia\nbob,2025-01-04,foot\n")
    told = call("audit", here).told
    assert "Training history of ann" in told
    assert "Injury on record: tibia, first sign 2025-01-03" in told
    assert "foot" not in told
    assert "1 injury: another runner's: their athlete_id is not ann" in told
    assert (
        "site not given"
        in call("audit", here, "--injuries", written(here / "i.csv", "athlete_id,diagnosed\nann,2025-01-09")).told
    )
    assert "Training history of eve" in call("audit", here, "--athlete", "eve").told
    shoes = written(here / "s.csv", "shoe_id,name\nblue,Maker 3\n")
    assert call("audit", here, "--shoes", shoes, "-o", here / "r.html").code == 0
    assert "Maker 3" in (here / "r.html").read_text()


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_headers_in_an_unknown_language_are_asked_about_in_a_file_that_works_once_filled_in(here: Path) -> None:
    archive = strava(here, "xx")
    asked = refused("audit", archive)
    assert asked.startswith("activities.csv: the headers are in a language that is not known (Nr., Tid, ")
    assert asked.endswith("strava-columns.toml was written: fill it in, and add --columns strava-columns.toml")
    file = here / "strava-columns.toml"
    template = file.read_text(encoding="utf-8")
    assert {"Nr.", "Tid", "Sträcka#1", "Sträcka#2"} <= set(re.findall(r"^# +\d+  (.*)$", template, re.MULTILINE))
    assert "[columns] has to name the header of" in refused("audit", archive, "--columns", file)

    known = {"activity_id": "Nr.", "date": "Tid", "type": "Slag", "file": "Fil", "distance_m": "Sträcka#2"}
    for column, header in known.items():
        template = template.replace(f'{column} = ""', f'{column} = "{header}"')
    file.write_text(template, encoding="utf-8")
    assert "is there already" in refused("import", archive, "--store", "s")
    assert file.read_text(encoding="utf-8") == template, "what was filled in is kept"
    assert "2 runs count" in call("audit", archive, "--columns", file).told
    assert "The store took 3 new files" in call("import", archive, "--store", "s", "--columns", file).told


def test_where_the_file_of_headers_cannot_be_written_that_is_said(here: Path) -> None:
    archive = strava(here, "xx")
    with patch("stressfx.show.cli.HEADERS_FILE", Path("gone/strava-columns.toml")):
        assert refused("audit", archive).endswith("cannot be written here: No such file or directory")


@pytest.fixture(scope="module")
def piles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Archives that each pass one limit, once it is set low enough."""
    folder = tmp_path_factory.mktemp("piles")
    track_and_blanks = track().replace(b"</gpx>", b" " * (11 * 2**20) + b"</gpx>")
    health = b'<?xml version="1.0"?><HealthData locale="x">' + b"<Record/>\n" * 200_000 + b"</HealthData>"
    inner, middle = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as target:
        target.writestr("1.gpx", track())
    with zipfile.ZipFile(middle, "w") as target:
        target.writestr("inner.zip", inner.getvalue())
    files = {
        "entries": {"1.gpx": track(), "2.gpx": track(20), "3.gpx": track(40)},
        "ratio": {"1.gpx": track_and_blanks},
        "stream": {"apple_health_export/export.xml": health},
        "nesting": {"middle.zip": middle.getvalue()},
    }
    for name, members in files.items():
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as target:
            for label, data in members.items():
                target.writestr(label, data)
    return folder


@pytest.mark.parametrize(
    ("pile", "flag", "low", "high", "words"),
    [
        (
            "entries",
            "--max-entries",
            2,
            3,
            "entries.zip: holds more than 2 entries; Limits(entries=...) or --max-entries allows",
        ),
        (
            "ratio",
            "--max-ratio",
            200,
            10_000,
            "1.gpx: unpacks to more than 200 times its size; Limits(ratio=...) or --max-ratio allows",
        ),
        (
            "ratio",
            "--max-entry",
            5,
            20,
            "1.gpx: unpacks to more than 5 MiB; Limits(entry_bytes=...) or --max-entry allows",
        ),
        (
            "stream",
            "--max-stream",
            1,
            20,
            "export.xml: unpacks to more than 1 MiB; Limits(stream_bytes=...) or --max-stream allows",
        ),
        (
            "ratio",
            "--max-total",
            5,
            20,
            "1.gpx: the export unpacks to more than 5 MiB; Limits(total_bytes=...) or --max-total allows",
        ),
        ("nesting", "--max-nesting", 2, 3, "1 file: archives that lie too deep in others; --max-nesting opens them"),
    ],
)
def test_every_limit_has_its_own_words_and_a_flag_that_raises_it(
    piles: Path, pile: str, flag: str, low: int, high: int, words: str
) -> None:
    more = [] if flag == "--max-ratio" or pile != "ratio" else ["--max-ratio", 10_000]
    low_call, high_call = (call("audit", piles / f"{pile}.zip", *more, flag, limit) for limit in (low, high))
    assert words in low_call.told
    assert low_call.code == (2 if flag in {"--max-entries", "--max-total"} else 0)
    assert high_call.code == 0
    assert flag not in high_call.told


def test_templates_are_read_back_as_they_are_printed(here: Path) -> None:
    readers = {"shoes": read_shoes, "injuries": read_injuries, "pain": read_pain}
    for kind, read in readers.items():
        assert len(read(call("template", kind).out.encode())) == 2
    assert read_profile(call("template", "profile").out.encode()).athlete_id == "runner-a"
    (here / "sessions.csv").write_text(call("template", "sessions").out, encoding="utf-8")
    assert tables is not None
    told = call("audit", here).told
    assert "Read 2 sessions from 1 file; 2 sessions only by the table of an account, 2025-01-31" in told


def test_calls_that_make_no_sense_are_one_line(here: Path) -> None:
    assert refused("audit") == "audit needs either PATH or --store, and not both"
    assert refused("audit", here, "--store", "s") == "audit needs either PATH or --store, and not both"
    assert refused("audit", "--store", "s", "--workers", 2).startswith("a store is read: leave out")
    assert refused("audit", "--store", "s", "--max-total", 9).startswith("a store is read: leave out")
    assert (
        refused("audit", here, "--workers", 2, "--scheduler", "tcp://h:1")
        == "either --workers or --scheduler, not both"
    )
    assert refused("audit", here, "--columns", "gone.toml").startswith("gone.toml: cannot be opened")
    assert "Invalid value" in call("audit", here, "--unit", "ly").err
    assert call("audit", here, "--workers", 0).code == 2


def test_a_cluster_that_is_not_there_is_one_line(here: Path) -> None:
    with patch.dict(sys.modules, {"distributed": None}):
        assert (
            refused("audit", here, "--scheduler", "tcp://h:1")
            == "--scheduler needs Dask: pip install 'stressfx[cluster]'"
        )

    class Silent:
        def __init__(self, address: str, timeout: str) -> None:
            raise TimeoutError(f"{timeout} at {address}")

    with patch("distributed.Client", Silent):
        told = refused("audit", here, "--scheduler", "tcp://secret:1")
    assert told == "--scheduler: no Dask scheduler answers there; its address looks like tcp://host:8786"


def test_the_workers_of_a_cluster_read_what_it_is_given(here: Path) -> None:
    archive = strava(here)
    seen = []

    class Cluster:
        def __init__(self, address: str, timeout: str) -> None:
            seen.append((address, timeout))

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            seen.append("closed")

        def get_executor(self, *, pure: bool) -> None:
            seen.append(pure)

    with patch("distributed.Client", Cluster):
        assert "2 runs count" in call("audit", archive, "--scheduler", "tcp://host:8786").told
    assert seen == [("tcp://host:8786", "10s"), False, "closed"]


@pytest.mark.slow
def test_two_processes_give_what_one_gives(here: Path) -> None:
    with zipfile.ZipFile(here / "many.zip", "w") as target:
        for number in range(102):
            target.writestr(f"{number}.gpx", track(10, number / 2))
        target.writestr("page.fit", b"<html>")
    one, two = (
        subprocess.run(  # noqa: S603  # our own interpreter
            [sys.executable, "-m", "stressfx", "audit", "many.zip", "--workers", count], capture_output=True, check=True
        )
        for count in ("1", "2")
    )
    assert b"Read 102 sessions from 103 files" in one.stdout
    assert one.stdout == two.stdout
    assert two.stderr == b""


def test_progress_is_shown_to_whoever_watches_and_taken_away_again(here: Path) -> None:
    archive = strava(here)
    watched, piped = call("audit", archive, watched=True), call("audit", archive)
    assert "Reading files" in watched.err
    assert piped.err == ""
    assert watched.out == piped.out


def test_one_core_needs_no_further_process() -> None:
    with engine(1, None) as executor:
        assert executor is None
    with patch("os.sched_getaffinity", lambda _: {0}, create=True), engine(None, None) as executor:
        assert executor is None


def test_an_interruption_ends_quietly(here: Path) -> None:
    def interrupted(*_: object, **__: object) -> Iterator[None]:
        raise KeyboardInterrupt

    (here / "1.gpx").write_bytes(track())
    with patch("stressfx.exports.read.read_entry", interrupted):
        called = call("audit", here)
    assert called == (130, "", "")


def test_an_error_nobody_foresaw_is_one_line_that_tells_nothing_of_the_file(here: Path) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("47.123456")

    (here / "1.gpx").write_bytes(track())
    with patch("stressfx.show.audited.audit", fails):
        told = refused("audit", here)
    place = r"\(ZeroDivisionError in test_cli_exports\.py, line \d+\)"
    assert re.fullmatch(f"an error of the program itself {place}; please report this line", told)


def test_a_wrong_call_is_an_error_of_stressfx() -> None:
    with pytest.raises(WrongCallError, match="no Dask scheduler answers"), engine(None, "nonsense://"):
        pass
