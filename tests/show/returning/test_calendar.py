"""The calendar file: what RFC 5545 asks for, and what the plan says.

Oracle: a reader of lines that knows nothing but the RFC's rules of folding and escaping; and the icalendar package
reading back what it wrote.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from icalendar import Calendar
from made_plans import PROGRAMMES, made_plan
from made_returns import ache, injury_row, pain_of

from stressfx.errors import InsufficientDataError
from stressfx.injury.returning.moving_back import after_pain
from stressfx.injury.returning.plan import ReturnPlan
from stressfx.show.returning.calendar import write_calendar

ESCAPES = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}


def raw(plan: ReturnPlan, folder: Path) -> bytes:
    return write_calendar(plan, folder / "plan.ics").read_bytes()


def events(data: bytes) -> list[dict[str, str]]:
    """Unfold, split and unescape, as section 3.1 and 3.3.11 of the RFC say."""
    found: list[dict[str, str]] = []
    for line in data.decode().replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and not line.startswith(("BEGIN", "END")) and line:
            assert name not in found[-1], "each property once"
            found[-1][name] = re.sub(r"\\[nN,;\\]", lambda match: ESCAPES[match[0]], value)
    return found


def active(plan: ReturnPlan) -> list[date]:
    return [day.date() for day in plan.days.loc[plan.days["activity"] != "rest", "date"].drop_duplicates()]


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_every_day_that_is_not_rest_is_one_event_of_a_whole_day(programme: str, tmp_path: Path) -> None:
    plan = made_plan(programme)
    data = raw(plan, tmp_path)
    read = events(data)
    starts = [date.fromisoformat(event["DTSTART;VALUE=DATE"]) for event in read]
    ends = [date.fromisoformat(event["DTEND;VALUE=DATE"]) for event in read]
    assert starts == active(plan)
    assert ends == [start + timedelta(days=1) for start in starts]
    assert len({event["UID"] for event in read}) == len(read)
    assert {event["TRANSP"] for event in read} == {"TRANSPARENT"}
    assert all(re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"]) for event in read)
    assert all(value.strip() for event in read for value in event.values()), "no property is empty"
    parsed = Calendar.from_ical(data)
    assert [event.decoded("dtstart") for event in parsed.walk("VEVENT")] == starts
    assert [str(event["description"]) for event in parsed.walk("VEVENT")] == [event["DESCRIPTION"] for event in read]
    assert not [error for event in parsed.walk("VEVENT") for error in event.errors]


def test_lines_are_folded_and_ended_as_the_standard_says(tmp_path: Path) -> None:
    data = raw(replace(made_plan(), athlete_id="Zoë " + "ü" * 50), tmp_path)
    assert data.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    head = data.replace(b"\r\n ", b"").decode().partition("BEGIN:VEVENT")[0]
    for line in ("PRODID:-//stressfx//", "CALSCALE:GREGORIAN\r\n", "X-WR-CALNAME:Return to running: Zoë üüü"):
        assert line in head
    assert "METHOD" not in head


def test_an_event_says_what_to_do_how_and_what_has_to_hold(tmp_path: Path) -> None:
    read = {event["DTSTART;VALUE=DATE"]: event for event in events(raw(made_plan(), tmp_path))}
    first, last = read["20250609"], read["20250613"]
    assert first["SUMMARY"] == "Run 3.0 km: 3 min run, 2 min walk"
    assert "Keep to: stage 1, not faster than 6:40 /km, effort up to 3 of 10." in first["DESCRIPTION"]
    assert first["DESCRIPTION"].startswith("First check: Run only if half an hour of walking"), "the eve has no event"
    assert "check" not in read["20250611"]["DESCRIPTION"]
    assert "Then check: Go on after two sessions without pain" in last["DESCRIPTION"]
    assert read["20250604"]["SUMMARY"] == "Walk 30 min; Strength 25 min"
    assert "20250608" not in read
    assert all("Any pain" in event["DESCRIPTION"] for event in read.values())
    published = events(raw(made_plan("clinic_days"), tmp_path))
    assert not [event for event in published if "As published" in event["DESCRIPTION"]]


def test_the_same_day_keeps_its_identity_and_shows_no_name(tmp_path: Path) -> None:
    plan = made_plan()
    before = {event["DTSTART;VALUE=DATE"]: event for event in events(raw(plan, tmp_path))}
    moved = after_pain(plan, pain_of(ache("2025-06-18", during=2.0)))
    after = {event["DTSTART;VALUE=DATE"]: event for event in events(raw(moved, tmp_path))}
    assert {day: event["UID"] for day, event in before.items()}.items() <= {
        day: event["UID"] for day, event in after.items()
    }.items() | {day: event["UID"] for day, event in before.items() if day not in after}.items()
    assert before["20250620"]["SUMMARY"] != after["20250620"]["SUMMARY"]
    other = events(raw(replace(plan, athlete_id="eve"), tmp_path))
    assert not {event["UID"] for event in other} & {event["UID"] for event in before.values()}
    assert not [event for event in before.values() if "ann" in event["UID"].partition("@")[0]]


def test_a_changed_clock_moves_no_day(tmp_path: Path) -> None:
    for start in ("2025-03-24", "2025-10-20"):
        plan = made_plan(start=start, cleared="2025-03-24", injury=injury_row("2025-03-23", site="fibula"))
        read = events(raw(plan, tmp_path))
        assert [date.fromisoformat(event["DTSTART;VALUE=DATE"]) for event in read] == active(plan)
        assert not [name for event in read for name in event if "TZID" in name]


def test_hostile_texts_cannot_end_a_line(tmp_path: Path) -> None:
    name = "x\r\nEND:VEVENT\r\nBEGIN:VALARM;,\\"
    plan = made_plan()
    days = plan.days.assign(what=name, criteria=name)
    data = raw(replace(plan, athlete_id=name, days=days), tmp_path)
    lines = data.replace(b"\r\n ", b"").split(b"\r\n")
    assert lines.count(b"END:VEVENT") == lines.count(b"BEGIN:VEVENT") == len(active(plan))
    assert not [line for line in lines if line.startswith(b"BEGIN:VALARM")]
    assert "x END:VEVENT BEGIN:VALARM;,\\" in events(data)[0]["DESCRIPTION"]


def test_two_sessions_of_one_day_are_one_event(tmp_path: Path) -> None:
    plan = made_plan()
    twice = pd.concat([plan.days, plan.days[plan.days["date"] == "2025-06-09"]], ignore_index=True)
    read = events(raw(replace(plan, days=twice), tmp_path))
    run = "Run 3.0 km: 3 min run, 2 min walk"
    assert [event["SUMMARY"] for event in read if event["DTSTART;VALUE=DATE"] == "20250609"] == [f"{run}; {run}"]


def test_without_a_schedule_there_is_no_calendar(tmp_path: Path) -> None:
    with pytest.raises(InsufficientDataError, match="No clinician has cleared"):
        raw(made_plan(cleared=None), tmp_path)
    assert not (tmp_path / "plan.ics").exists()
