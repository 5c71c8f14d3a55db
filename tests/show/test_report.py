"""The report: one file that runs nothing, loads nothing and says what it should."""

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest
from made_audit import made_audit
from page import Page, check_harmless

from stressfx.auditing import Audit
from stressfx.findings import Finding, findings_frame
from stressfx.show.report.write import write_report
from stressfx.show.words import stands_out

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


class Undrawn(dict[str, dict[str, str]]):
    """Stands for all pictures where only words are looked at: drawing takes seconds."""

    def __missing__(self, name: str) -> dict[str, str]:
        """Give an empty picture."""
        return {"wide": "data:image/png;base64,", "narrow": "data:image/png;base64,", "alt": name}


def written(audit: Audit, folder: Path, **more: Any) -> str:
    return write_report(audit, folder / "report.html", **more).read_text(encoding="utf-8")


def in_words(audit: Audit, folder: Path, **more: Any) -> str:
    """Write a page without its pictures."""
    with patch("stressfx.show.report.write.pictures", lambda *_, **__: Undrawn()):
        return written(audit, folder, **more)


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
    assert len(images) == 8
    assert all(len(image["alt"]) > 20 for image in images)
    assert page.text.count("How to read it:") == 8
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


def test_sections_stand_in_the_order_in_which_a_coach_reads(source: str) -> None:
    heads = [part.partition("<")[0] for part in source.split("<h2>")[1:]]
    assert heads == [
        "The last weeks",
        "The whole history",
        "Runs far longer than those before",
        "What changed",
        "Before each injury",
        "Surfaces",
        "Shoes",
        "Load of heart and bone",
        "The same days by every definition",
        "What was left out, and why",
        "What to look at in the log itself",
        "What was noticed in the files",
        "How this was computed",
    ]


def section(source: str, head: str) -> str:
    """Read what stands in one section."""
    return Page(source.partition(f"<h2>{head}</h2>")[2].partition("</section>")[0]).text


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (
            "What changed",
            "2026-07-23 to 2026-08-08 mix of surfaces index 0.83 at least 83 % the 21 days before the week",
        ),
        ("What changed", "2026-07-26 long run: moderate 19.9 → 29.0 km +46 % longest run of the 30 days before"),
        ("What changed", "2026-03-10 first shoe limit: Made Trainer 3 400.0 → 401.7 km reached the limit"),
        ("What changed", "Half the sum of the differences in the shares of surfaces, 7 days against the 21 before"),
        ("What changed", "doi:10.1136/bjsports-2024-109380: overuse injuries of 5,205 runners"),
        ("Before each injury", "Other changes in the six weeks before: left tibial shaft"),
        ("Before each injury", "23 2026-07-21 new surface: track 100 % of a run new in 28 days the 28 days before"),
        ("Before each injury", "22 2026-07-22 new shoes: Made Flat 1 new pair"),
        ("Surfaces", "Of 14 % of the distance the ground is not known."),
        ("Surfaces", "track 246.0 km 15 % trail 954.7 km 57 % treadmill 229.9 km 14 % not known 236.3 km 14 %"),
        (
            "Surfaces",
            "the kind of run chosen on the watch or in the account 1430.7 km 86 % nothing tells 236.3 km 14 %",
        ),
        ("Shoes", "Made Trainer 3 replace 1331.0 km 400.0 and 700.0 km, own 2026-03-10 2026-04-25 2026-01-07 to"),
        ("Shoes", "Made Flat 1 ok 193.9 km 482.8 and 804.7 km about 2027-12-02 about 2029-03-21 (from 2027-05-05 on)"),
        ("Shoes", "For 9 % of the distance no pair of shoes is known"),
        ("Shoes", "no trial has shown that replacing shoes in that band prevents any"),
        ("Load of heart and bone", "No load by heart rate: no run has one."),
        ("Load of heart and bone", "No session-RPE: no run tells how hard it was."),
        ("Load of heart and bone", "by the power of 6.6 of its strain; the band is that of the powers 4 and 9"),
        (
            "The same days by every definition",
            "acwr_coupled Mean daily load of the last 7 days over that of the last 28",
        ),
        ("The same days by every definition", "t-6..t over t-27..t-7"),
        ("The same days by every definition", "none of these numbers is a risk"),
    ],
)
def test_what_was_found_stands_in_its_section(head: str, words: str, source: str) -> None:
    assert words in section(source, head)


def test_what_stands_before_an_injury_are_the_changes_of_six_weeks(source: str) -> None:
    before = section(source, "Before each injury").partition("Other changes")[2]
    assert "return from a break" not in before, "that came after it"
    assert "shoe limit" not in before, "that came long before it"
    assert "long run" not in before, "these are in the table above"


def test_weeks_of_load_are_those_of_the_days(source: str) -> None:
    audit = made_audit()
    week = audit.daily[audit.daily["date"] >= "2026-09-28"]
    words = f"2026-09-28 4/7 {week['distance_m'].sum() / 1000:.1f} km {week['damage'].sum():,.0f} ("
    assert words in section(source, "Load of heart and bone")


def test_what_is_missing_for_a_load_is_said(tmp_path: Path) -> None:
    audit = made_audit()
    hearts = audit.sessions.assign(heart_rate_mean_bpm=150.0, perceived_exertion=5.0)
    hearts.loc[3:, "session_rpe"] = 200.0
    text = section(in_words(replace(audit, sessions=hearts), tmp_path), "Load of heart and bone")
    assert "though 167 runs have one: the profile has to tell the heart rates at rest and at most, and the sex" in text
    assert "Session-RPE is known for 164 of 167 runs." in text
    sources = ["samples", "sparse", "mean"]
    known = hearts.assign(trimp_source=[sources[row % 3] for row in range(len(hearts))])
    text = section(in_words(replace(audit, sessions=known), tmp_path), "Load of heart and bone")
    assert "No heart-rate stress score: the profile has to tell the heart rate at the threshold." in text
    runs = known[known["counted"] & (known["sport"] == "running")]
    sparse = (runs["trimp_source"] == "sparse").sum()
    assert f"{sparse} runs without TRIMP: the heart rate is known for less than 80 % of the time." in text
    assert "by the mean heart rate alone, which is lower" in text


def test_a_map_is_given_its_due(tmp_path: Path, source: str) -> None:
    audit = made_audit()
    mapped = replace(audit, surfaces=audit.surfaces.assign(source="osm"))
    text = section(in_words(mapped, tmp_path), "Surfaces")
    assert "OpenStreetMap and its contributors" in text
    assert "OpenStreetMap" not in section(source, "Surfaces")


def test_many_changes_are_folded_and_print_unfolded(tmp_path: Path, source: str) -> None:
    audit = made_audit()
    many = replace(audit, changes=pd.concat([audit.changes] * 5, ignore_index=True))
    page = check_harmless(in_words(many, tmp_path))
    assert f"Earlier changes: {5 * len(audit.changes) - 16}" in page.text
    assert "Earlier changes" not in source
    alerts = pd.concat([audit.shoe_alerts] * 6, ignore_index=True)
    assert "More pairs: 4" in Page(in_words(replace(audit, shoe_alerts=alerts), tmp_path)).text
    assert "details::details-content { content-visibility: visible" in page.style.partition("@media print")[2]


@pytest.mark.parametrize(("site", "advised"), [("navicular", True), ("posteromedial tibia", False), ("tibia", False)])
def test_a_site_that_heals_badly_is_for_a_clinician(site: str, advised: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a column
    audit = made_audit()
    told = replace(audit, injuries=audit.injuries.assign(site=pd.Series([site], dtype="str")))
    assert ("it needs a clinician, not a schedule" in Page(in_words(told, tmp_path)).text) == advised
    assert any("needs a clinician" in sentence for sentence in stands_out(told)) == advised


@pytest.mark.parametrize(("time", "words"), [("moving", "0.894 m/s"), ("elapsed", "pauses included")])
def test_the_page_names_the_time_that_it_shows(time: str, words: str, tmp_path: Path) -> None:
    text = Page(in_words(replace(made_audit(), time=time), tmp_path)).text
    assert f"Time is {time} time" in text
    assert words in text.partition("The whole history")[0]


def test_the_page_holds_no_position_and_no_path(source: str, tmp_path: Path) -> None:
    text = Page(source).text
    papers = r"doi[ :]10\.\d+/\S+|arXiv \d+\.\d+"
    assert not re.search(r"latitude|longitude|-?\d{1,3}\.\d{4,}", re.sub(papers, "", text))
    assert str(tmp_path.parent) not in source


def test_equal_audits_give_equal_bytes_and_miles_are_miles(source: str, tmp_path: Path) -> None:
    assert written(made_audit(), tmp_path) == source
    text = Page(in_words(made_audit(), tmp_path, unit="mi")).text
    assert "18.0 mi after 12.3 mi" in text
    studies = r"What the limits rest on\..*?Load of heart and bone"
    assert not re.search(r"\d km\b", re.sub(studies, "", text).partition("How this was computed")[0])
    with pytest.raises(ValueError, match="'km' or 'mi'"):
        write_report(made_audit(), tmp_path / "none.html", unit="ly")


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_in_every_text_come_out_harmless(name: str, tmp_path: Path) -> None:
    draw = written if HOSTILE.index(name) % 4 == 0 else in_words
    page = check_harmless(draw(hostile(made_audit(), name), tmp_path))
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
        shoe_alerts=spoiled(audit.shoe_alerts, ["name"]),
        changes=spoiled(audit.changes, ["what"]),
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
    assert "No pair of shoes is on record." in text
    assert "Nothing rose or changed beyond its threshold" in text
