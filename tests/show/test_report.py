"""The report: one file that runs nothing, loads nothing and says what it should."""

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_audit import made_audit
from page import Page, check_harmless

from stressfx.auditing import Audit
from stressfx.findings import Finding, findings_frame
from stressfx.show.report.write import write_report

HOSTILE = [
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" data-x=\'',
    "<a href='https://example.org'>https://example.org</a>",
    "javascript:alert(1)",
    "${7*7} {{ 7*7 }} {% raw %}",
    '=HYPERLINK("https://example.org")',
    "\u202egpj.exe\u2066",
    "\x1b[2J\x00\x07\x9b31m",
    "x" * 10_000,
]


def written(audit: Audit, folder: Path, **more: Any) -> str:
    return write_report(audit, folder / "report.html", **more).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(made_audit(), tmp_path_factory.mktemp("report"))


def test_the_page_runs_and_loads_nothing(source: str) -> None:
    page = check_harmless(source)
    assert "://" not in source
    policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_pictures_are_inside_and_explained(source: str) -> None:
    page = Page(source)
    images = [attributes for tag, attributes in page.elements if tag == "img"]
    assert len(images) == 3
    assert all(len(image["alt"]) > 20 for image in images)
    assert page.text.count("How to read it:") == 3
    for image in images:
        assert base64.b64decode(image["src"].partition(",")[2]).startswith(b"\x89PNG")


def test_the_page_says_what_a_coach_has_to_know(source: str) -> None:
    text = Page(source).text
    for words in (
        "Read 169 sessions from 184 files (169 FIT), 2026-01-06 to 2026-10-01. 167 runs count.",
        "Flags, not diagnoses.",
        "2026-07-26 ■ moderate 29.0 km 19.9 km 2026-07-19 +45.9 % 1.52 (1.16 to 2.00)",
        "not bone stress injuries alone",
        "One history cannot prove a cause.",
        "1 session duplicate",
        "11 files FIT files of settings: no activity",
        "broken.fit UnreadableFileError holds a web page",
        "fit-truncated warning 1 1 The file ends early",
        "What to look at in the log itself Odd things in the log, the gravest first",
        "warning 2026-03-03 1 of 169 sessions",
        "Time is timer time: pauses of the recording do not count.",
        "doi 10.1136/bjsports-2024-109380",
    ):
        assert words in text, words


@pytest.mark.parametrize(("time", "words"), [("moving", "0.894 m/s"), ("elapsed", "pauses included")])
def test_the_page_names_the_time_that_it_shows(time: str, words: str, tmp_path: Path) -> None:
    text = Page(written(replace(made_audit(), time=time), tmp_path)).text
    assert f"Time is {time} time" in text
    assert words in text.partition("The whole history")[0]


def test_the_page_holds_no_position_and_no_path(source: str, tmp_path: Path) -> None:
    text = Page(source).text
    assert not re.search(r"latitude|longitude|-?\d{1,3}\.\d{4,}", text.replace("doi 10.1136/bjsports", ""))
    assert str(tmp_path.parent) not in source


def test_equal_audits_give_equal_bytes_and_miles_are_miles(source: str, tmp_path: Path) -> None:
    assert written(made_audit(), tmp_path) == source
    text = Page(written(made_audit(), tmp_path, unit="mi")).text
    assert "18.0 mi after 12.3 mi" in text
    assert not re.search(r"\d km\b", text.partition("How this was computed")[0])
    with pytest.raises(ValueError, match="'km' or 'mi'"):
        write_report(made_audit(), tmp_path / "none.html", unit="ly")


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_in_every_text_come_out_harmless(name: str, tmp_path: Path) -> None:
    page = check_harmless(written(hostile(made_audit(), name), tmp_path))
    assert "49 49" not in page.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page.text)
    assert max(len(part) for part in page.text.split()) <= 300


def hostile(audit: Audit, name: str) -> Audit:
    """Put a name into every text that comes from files or from the runner."""

    def spoiled(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        return frame.assign(**dict.fromkeys(columns, name))

    texts = ["site", "side", "tissue", "imaging", "grade", "status", "note"]
    sport = audit.sessions["sport"].where(audit.sessions["sport"] == "running", name)
    return replace(
        audit,
        athlete_id=name,
        sessions=spoiled(audit.sessions, ["source", "device", "sub_sport"]).assign(sport=sport),
        injuries=spoiled(audit.injuries, texts),
        shoes=spoiled(audit.shoes, ["shoe_id", "name", "default_for"]),
        files=pd.DataFrame({"kind": ["fit", name], "count": [1, 2]}),
        findings=findings_frame([Finding("fit-crc", 1, name, None, name)]),
        quarantine=spoiled(audit.quarantine, ["source", "kind", "reason"]),
        checks=spoiled(audit.checks, ["message"]),
    )


def test_an_audit_of_nothing_is_a_page_too(tmp_path: Path) -> None:
    full = made_audit()
    frames = {
        name: getattr(full, name).iloc[:0] for name in vars(full) if isinstance(getattr(full, name), pd.DataFrame)
    }
    text = check_harmless(written(replace(full, **frames), tmp_path)).text
    assert "there is no history to show" in text
    assert "No injury is on record." in text
    assert "Nothing unusual." in text
