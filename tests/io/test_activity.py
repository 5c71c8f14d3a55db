"""Oracle: what was put in. An activity shows itself without harm, and says what it does not hold."""

from dataclasses import replace

import pytest
from made_fit import run

from stressfx.io.fit.read import read_fit
from stressfx.io.gpx import read_gpx
from stressfx.io.source import open_source

POINT = b'<gpx><trk><trkseg><trkpt lat="70.5" lon="-42.25"/></trkseg></trk></gpx>'


def test_an_activity_shows_its_legs_and_findings_but_no_position() -> None:
    shown = read_gpx(POINT)._repr_html_()
    assert "<th>records</th><td>1</td>" in shown
    assert "time-missing" in shown
    assert "70.5" not in shown


def test_a_hostile_name_is_shown_as_text() -> None:
    activity = read_gpx(POINT)
    hostile = replace(activity, source=replace(activity.source, label="<script>alert(1)</script>", device="<b>x"))
    shown = hostile._repr_html_()
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "&lt;script&gt;" in shown


def test_messages_that_a_file_does_not_hold_are_named_with_those_that_it_holds() -> None:
    with pytest.raises(KeyError, match=r"holds no .hrv. messages; it holds .*record"):
        read_fit(run(3).to_bytes()).messages("hrv")
    with pytest.raises(KeyError, match="only FIT files hold messages"):
        read_gpx(POINT).messages("record")


def test_a_source_is_known_by_its_content_however_it_was_handed_in() -> None:
    plain = open_source(POINT)
    assert open_source(memoryview(POINT)).sha256 == plain.sha256
    assert open_source(plain) is plain
    assert "gpx" not in repr(plain), "the content is not shown"
