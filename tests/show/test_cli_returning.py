"""`stressfx plan` and `stressfx check-return`, as they are typed.

Oracle: the runs that the export was built from, and what the library says of them.
"""

from pathlib import Path

import pandas as pd
import pytest
from called import call, refused
from made_returns import history, injury_row, sessions_of
from page import check_harmless

from stressfx.exports.plans import read_plan
from stressfx.injury.returning.plan import return_plan

DAYS = [f"2025-03-{day:02}" for day in range(1, 29, 3)]
PLAN = ("plan", "ann", "--start", "2025-06-02")
CLEARED = (*PLAN, "--cleared", "2025-05-30")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with ten runs of one runner, and two injuries of the runner and one of another."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "ann"
    folder.mkdir()
    rows = "".join(f"{day},07:00,9,54:00\n" for day in DAYS)
    (folder / "sessions.csv").write_text(f"date,time,distance_km,duration\n{rows}")
    injuries = "ann,2023-02-01,navicular,2023-09-01\neve,2025-04-01,fibula,\nann,2025-03-29,fibula,\n"
    (folder / "injuries.csv").write_text(f"athlete_id,first_pain,site,returned\n{injuries}")
    return folder


def test_a_plan_is_shown_and_written_in_every_form(here: Path) -> None:
    called = call(*CLEARED, "-o", "plan.html", "--csv", "plan.csv", "--ics", "plan.ics", "--unit", "mi")
    assert called.code == 0, called
    assert max(map(len, called.out.splitlines())) <= 80
    for words in (
        "The way back to running of ann",
        "Injury 3 of the table: fibula, since Sat 29 Mar 2025 (--injury N names another).",
        "Mon 2 Jun 2025 to Sun 24 Aug 2025",
        "2 9 Jun 1 Mon Wed Fri 3 x 1.8 mi 3 min run / 2 min walk 10:44 /mi",
        "Other days: walk 30 min, cross-train 40 min, strength 25 min, rest.",
        "Any pain during a session",
        "Page: plan.html",
        "Table: plan.csv",
        "plan.ics",
    ):
        assert words in called.told, words
    plan = return_plan(sessions_of(*history()), injury_row(), start="2025-06-02", cleared="2025-05-30", unit="mi")
    pd.testing.assert_frame_equal(read_plan(Path("plan.csv")), plan.days)
    assert "Run 1.8 mi" in check_harmless(Path("plan.html").read_text()).text
    assert (
        Path("plan.ics").read_bytes().count(b"BEGIN:VEVENT") == plan.days.query("activity != 'rest'")["date"].nunique()
    )
    assert here.is_dir()


def test_the_screen_alone_shows_a_row_a_week_and_stage(here: Path) -> None:
    told = call(*CLEARED, "--programme", "clinic_days").told
    assert "2 13 Jun 6 Fri 1 x 30 min jog 30 min 6:00 /km" in told
    assert "Other days: walk, rest." in told
    told = call(*CLEARED, "--programme", "antigravity_2022", "--weeks", "3").told
    assert "50 % weight" in told
    assert "10.0 km/h" in told
    told = call(*CLEARED, "--programme", "trials_2023", "--days", "Tue,thursday,SAT").told
    assert "2 10 Jun 1 Tue Thu 2 x 1.6 km" in told
    assert "2 14 Jun 2 Sat 1 x 2.41 km" in told
    assert sorted(path.name for path in here.parent.iterdir()) == ["ann"]


def test_pain_moves_a_plan_back_be_it_named_or_beside_the_runs(here: Path) -> None:
    diary = "date,activity,during\n2025-06-18,run,2\n"
    (here / "diary.csv").write_text(diary)
    assert "Moved back" not in call(*CLEARED).told
    moved = "Moved back after pain on Wed 18 Jun 2025."
    assert moved in call(*CLEARED, "--pain", here / "diary.csv").told
    (here / "pain.csv").write_text(diary)
    assert moved in call(*CLEARED).told


def test_rows_that_could_not_be_read_are_told_of(here: Path) -> None:
    """Oracle: one row without a time that can be read, and none."""
    assert "could not be read" not in call(*CLEARED).told
    with (here / "sessions.csv").open("a") as table:
        table.write("2025-03-20,07:00,9,abc\n")
    assert "1 row or file could not be read in whole and may be missing here" in call(*CLEARED).told


def test_without_a_schedule_it_says_why_and_what_to_ask_and_writes_the_page_alone(here: Path) -> None:
    called = call(*PLAN, "-o", "p.html", "--csv", "p.csv", "--ics", "p.ics", "--pain", here / "injuries.csv")
    assert (called.code, called.out) == (2, ""), "a diary that is none is found before anything is made"
    for asked, reason in (
        ((), "No clinician has cleared"),
        (("--injury", 1, "--cleared", "2025-05-30"), "needs a clinician"),
    ):
        called = call(*PLAN, *asked, "-o", "p.html", "--csv", "p.csv", "--ics", "p.ics")
        assert called.code == 2
        assert called.err == "stressfx: no schedule was made; the reason and what to ask a clinician stand above\n"
        assert f"No schedule. {reason}" in called.told or reason in called.told
        assert "- Is the bone no longer tender to the touch?" in called.told
        assert "3 x" not in called.told
        assert sorted(path.name for path in here.parent.iterdir()) == ["ann", "p.html"]
        assert reason in check_harmless(Path("p.html").read_text()).text


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (("plan", "ann"), "plan needs --start DATE: its first day, as in 2025-06-02"),
        (("plan", "ann", "--start", "2.6.2025"), "--start: a day as in 2025-06-02 is needed"),
        ((*PLAN, "--cleared", "yesterday"), "--cleared: a day as in 2025-06-02 is needed"),
        ((*PLAN, "--days", "mon,tues,xyz"), "--days needs days of the week, as in mon,wed,fri"),
        ((*PLAN, "--days", "t,fri"), "--days needs days of the week, as in mon,wed,fri"),
        ((*PLAN, "--days", "mon,tue"), "--days has to be two or three days of which no two follow each other"),
        ((*PLAN, "--weeks", "60"), "--weeks is 60; a whole number from 2 to 52 is needed"),
        ((*PLAN, "--injury", "4"), "--injury: the table of injuries has 3 rows"),
        ((*PLAN, "--injury", "2"), "--injury: row 2 of the table of injuries names another runner"),
        (("plan", "--start", "2025-06-02"), "plan needs either PATH or --store, and not both"),
        ((*PLAN, "--athlete", "bob"), "the table of injuries has no row of this runner"),
        ((*CLEARED, "-o", "gone/p.html"), "p.html: No such file or directory"),
        ((*CLEARED, "--workers", "1", "--scheduler", "tcp://x:1"), "either --workers or --scheduler, not both"),
        (("check-return",), "check-return needs either PATH or --store, and not both"),
        (("check-return", "ann", "--plan", "ann/injuries.csv"), "injuries.csv: the column date is missing"),
        (("check-return", "ann", "--pain", "gone.csv"), "gone.csv: cannot be opened"),
        (("plan", "--store", "s", "--start", "2025-06-02", "--max-nesting", "9"), "a store is read: leave out"),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_is_typed_wrongly_is_one_line(typed: tuple[str, ...], line: str) -> None:
    assert refused(*typed).startswith(line)


def test_a_table_of_injuries_is_needed_and_can_be_named(here: Path) -> None:
    (here / "injuries.csv").rename("mine.csv")
    assert refused(*CLEARED).startswith("plan needs the table of injuries: PATH/injuries.csv, or --injuries FILE")
    assert call(*CLEARED, "--injuries", "mine.csv").code == 0


def test_a_return_is_checked_with_its_plan_and_without(here: Path) -> None:
    assert call(*CLEARED, "--csv", "plan.csv").code == 0
    with (here / "sessions.csv").open("a") as file:
        for row in ("2025-06-09,07:00,3,24:20", "2025-06-11,07:00,3,24:20", "2025-06-12,07:00,3.6,29:12"):
            file.write(row + "\n")
    (here / "pain.csv").write_text("date,activity,during,after,next_morning\n2025-06-11,run,2,0,0\n")
    called = call("check-return", "ann", "--plan", "plan.csv", "-o", "c.html", "--csv", "events.csv")
    assert called.code == 0, called
    assert max(map(len, called.out.splitlines())) <= 80
    for words in (
        "3 runs, held against the plan and the rules",
        "R3 ■ broken",
        "R5 ■ broken",
        "R8 ■ broken",
        "R2 kept",
    ):
        assert words in called.told, words
    assert "Thu 12 Jun 2025 R3 ■ broken A run on the day after a run" in called.told
    events = pd.read_csv("events.csv")
    assert {"R3", "R5", "R8"} <= set(events.loc[events["date"] == "2025-06-12", "rule"])
    assert "held against the plan and the rules" in check_harmless(Path("c.html").read_text()).text
    (here / "injuries.csv").write_text("athlete_id,first_pain,site,returned\nann,2025-03-29,fibula,2025-06-09\n")
    told = call("check-return", "ann", "--pain", here / "pain.csv", "--unit", "mi").told
    assert "3 runs, held against the rules, without a plan" in told
    assert "R6 ○ not checkable" in told


def test_a_store_is_read_as_an_export_is(here: Path) -> None:
    assert call("import", "ann", "--store", "s").code == 0
    typed = ("--start", "2025-06-02", "--cleared", "2025-05-30", "--injuries", here / "injuries.csv")
    assert "2 9 Jun 1 Mon Wed Fri 3 x 3.0 km" in call("plan", "--store", "s", *typed).told
