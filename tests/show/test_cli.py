"""The command line: one screen, clear errors, nothing heavy before it is needed."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from made_audit import made_audit
from typer.testing import CliRunner

from stressfx.errors import UnreadableFileError
from stressfx.show import screen
from stressfx.show.cli import app, main
from stressfx.show.printable import printable

REPOSITORY = Path(__file__).parents[2]
RUNNER_A = REPOSITORY / "data-samples" / "runner-a"
RUN = CliRunner()


def test_help_and_version_load_neither_pandas_nor_matplotlib() -> None:
    code = """
import sys
from stressfx.show.cli import main
sys.argv = ["stressfx", sys.argv[1]]
try:
    main()
finally:
    print(sorted({"pandas", "numpy", "matplotlib", "jinja2"} & set(sys.modules)), file=sys.stderr)
"""
    for option, words in (("--help", "audit"), ("--version", "stressfx")):
        done = subprocess.run(  # noqa: S603  # our own interpreter and code
            [sys.executable, "-c", code, option], capture_output=True, text=True, cwd=REPOSITORY, check=True
        )
        assert words in done.stdout
        assert done.stderr.strip() == "[]"


def test_an_error_is_one_line_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "page.fit").write_bytes(b"<html>")
    for arguments in (["audit", "nowhere"], ["doctor", str(tmp_path / "page.fit")], ["doctor", "nowhere.fit"]):
        done = subprocess.run(  # noqa: S603  # as above
            [sys.executable, "-m", "stressfx", *arguments], capture_output=True, text=True, cwd=REPOSITORY, check=False
        )
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith(f"stressfx: {Path(arguments[1]).name}: ")
        assert done.stderr.count("\n") == 1
        assert str(tmp_path) not in done.stderr


def test_a_report_that_cannot_be_written_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["stressfx", "audit", str(tmp_path), "-o", str(tmp_path / "no" / "report.html")])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert capsys.readouterr().err == "stressfx: report.html: No such file or directory\n"


def test_an_unknown_zone_is_refused_before_anything_is_read() -> None:
    result = RUN.invoke(app, ["audit", "nowhere", "--tz", "Mars/Olympus"])
    assert result.exit_code == 2
    assert "time zone" in result.output


def test_one_screen_tells_the_story_of_runner_a(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["audit", str(RUNNER_A), "-o", str(tmp_path / "a.html")])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert 24 <= len(lines) <= 50
    assert max(map(len, lines)) <= 80
    for words in (
        "runner-a",
        "103 runs count",
        "2025-02-23  large",
        "2025-05-18  moderate",
        "left posteromedial tibia",
        "Left out",
        "new surface: track",
    ):
        assert words in result.output
    assert "looks like an HTML page" in " ".join(result.output.split())
    assert "a.html" in result.output
    assert (tmp_path / "a.html").stat().st_size > 100_000


def test_runner_b_has_nothing_to_flag_and_miles_are_miles() -> None:
    result = RUN.invoke(app, ["audit", str(RUNNER_A.with_name("runner-b")), "--unit", "mi", "--athlete", "b[bold]"])
    assert result.exit_code == 0, result.output
    assert "Training history of b[bold]" in result.output
    assert "No run went more than 10 % beyond" in result.output
    assert " mi" in result.output
    assert " km" not in result.output


def test_doctor_says_what_a_file_is_and_what_is_wrong_with_it() -> None:
    broken = next(path for path in sorted((RUNNER_A / "activities").iterdir()) if b"fit" in path.suffix.encode())
    result = RUN.invoke(app, ["doctor", str(broken)])
    assert result.exit_code == 0, result.output
    assert "format    fit" in result.output
    assert "file_id" in result.output
    assert "Compared with fitparse" in result.output
    for track, words in (("*.gpx", "Compared with gpxpy"), ("*.tcx", "no other reader")):
        result = RUN.invoke(app, ["doctor", str(next((RUNNER_A / "activities").glob(track)))])
        assert result.exit_code == 0, result.output
        assert "read with expat 2." in result.output
        assert words in result.output


def test_doctor_goes_on_where_no_comparison_is_possible(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> pd.DataFrame:
        raise UnreadableFileError("a.fit", "fitparse [red]refuses\x1b[2J it")

    screen.print_comparison(fails)
    assert capsys.readouterr().out.strip() == "No comparison: a.fit: fitparse [red]refuses [2J it"


def test_a_differing_column_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"values": 9, "reference_values": 8, "different": 1, "max_difference": 0.5, "engine": "fitparse"}
    screen.print_comparison(lambda: pd.DataFrame([{"column": "speed_mps"} | row]))
    shown = capsys.readouterr().out
    assert "1 columns, 1 of them differ" in shown
    assert shown.splitlines()[-1].split() == ["speed_mps", "9", "8", "1", "0.5"]


def test_names_cannot_write_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    name = "\x1b[31m[red]\u202eevil\x9b2J:smile:" + "x" * 10_000
    screen.print_audit(made_audit(name), unit="km", report=None)
    shown = capsys.readouterr().out
    assert shown.replace("\n", "").isprintable()
    assert "[red]evil 2J:smile:xxx" in shown
    assert len(shown.splitlines()) <= 50


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\tb\r\nc", "a b c"), (None, ""), (float("nan"), ""), (7, "7"), ("\ud800x", "x"), ("العربية", "العربية")],
)
def test_printable(text: object, shown: str) -> None:
    assert printable(text) == shown
