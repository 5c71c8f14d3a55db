"""The audit passes values on: what is tested here is which frame goes where, and the days before an injury."""

from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

from stressfx.auditing import audit
from stressfx.errors import SchemaError
from stressfx.exports.export import Export
from stressfx.exports.tables import Profile
from stressfx.findings import findings_frame
from stressfx.schema import (
    CHANGES,
    DAILY_LOAD,
    DTYPES,
    INJURIES,
    INTENSITY,
    LAPS,
    LOG,
    QUARANTINE,
    RECORDS,
    SESSIONS,
    SHOES,
    SPIKES,
    WEEKS,
    Schema,
)

DAY_0 = pd.Timestamp("2026-01-05")
BLANK = {"float": np.nan, "int": 0, "time": pd.NaT, "date": pd.NaT, "text": ""}


def frame(schema: Schema, *rows: dict[str, Any]) -> pd.DataFrame:
    """Give a frame of a schema; what a row does not say is missing."""
    full = [{column.name: BLANK[column.kind] for column in schema.columns} | row for row in rows]
    made = pd.DataFrame(full, columns=[column.name for column in schema.columns])
    return schema.check(made.astype({column.name: DTYPES[column.kind] for column in schema.columns}))


def run(day: int, distance_m: float, **columns: Any) -> dict[str, Any]:
    start = (DAY_0 + pd.Timedelta(days=day, hours=8)).tz_localize("UTC")
    row = {
        "athlete_id": "ann",
        "session_id": f"{day}-{distance_m:.0f}",
        "source": f"{day}.fit",
        "sport": "running",
        "start": start,
        "end": start + pd.Timedelta(seconds=distance_m / 3),
        "date": DAY_0 + pd.Timedelta(days=day),
        "distance_m": distance_m,
        "timer_s": distance_m / 3,
        "moving_s": distance_m / 3,
        "elapsed_s": distance_m / 3,
        "steps": distance_m,
        "heart_rate_mean_bpm": 140.0,
    }
    return row | columns


def export_of(*rows: dict[str, Any], athlete_id: str = "ann") -> Export:
    return Export(
        athlete_id=athlete_id,
        sessions=frame(SESSIONS, *rows),
        laps=LAPS.empty().assign(session_id=pd.Series(dtype="str")),
        intensity=INTENSITY.empty(),
        findings=findings_frame([]),
        quarantine=QUARANTINE.empty(),
        shoes=frame(SHOES, {"shoe_id": "blue"}, {"shoe_id": "red", "watch_m": 400_000.0}),
        files=pd.DataFrame({"kind": ["fit"], "count": [len(rows)]}),
        source="made up",
        samples=lambda *_: RECORDS.empty(),
    )


STEADY = [run(day, 10_000) for day in range(0, 60, 2)]
SPIKED = [*STEADY, run(61, 11_500), run(70, 16_000), run(80, 40_000)]


def test_every_frame_follows_its_schema_and_holds_what_its_floor_gives() -> None:
    ride = run(81, 30_000, session_id="ride", source="ride.fit", sport="cycling")
    twin = run(0, 9_900, session_id="twin", source="twin.gpx", heart_rate_mean_bpm=np.nan)
    found = audit(export_of(*SPIKED, ride, twin))
    frames = {
        "sessions": LOG,
        "daily": DAILY_LOAD,
        "weeks": WEEKS,
        "spikes": SPIKES,
        "injuries": INJURIES,
        "shoes": SHOES,
    }
    for name, schema in frames.items():
        schema.check(getattr(found, name))
    assert len(found.sessions) == len(SPIKED) + 2
    assert len(found.spikes) == len(SPIKED)
    assert found.daily["distance_m"].sum() == sum(row["distance_m"] for row in SPIKED)
    assert found.daily["date"].iloc[-1] == DAY_0 + pd.Timedelta(days=81)
    assert found.flagged_spikes()["state"].tolist() == ["small", "moderate", "large"]
    assert found.recent_weeks(2)["days"].tolist() == [7, 5]
    twins = found.findings[found.findings["code"] == "duplicate-of"]
    assert twins[["where", "message"]].to_numpy().tolist() == [
        ["twin.gpx", "The same workout as 0.fit, which counts."],
    ]


def test_policies_are_passed_on() -> None:
    found = audit(export_of(*STEADY), missing="nan")
    assert found.daily["distance_m"].isna().tolist() == [False, True] * 29 + [False]
    assert audit(export_of(*STEADY), sport="cycling").spikes.empty


@pytest.mark.parametrize(
    ("known", "rule"),
    [
        ({"first_pain": 80, "stopped_running": 82, "diagnosed": 90}, "first_pain"),
        ({"stopped_running": 80, "diagnosed": 90}, "stopped_running"),
        ({"diagnosed": 80}, "diagnosed"),
    ],
)
def test_spikes_before_an_injury_count_from_the_first_known_onset(known: dict[str, int], rule: str) -> None:
    """Spikes on days 61, 70 and 80; onset on day 80, which is not before itself."""
    dates = {name: DAY_0 + pd.Timedelta(days=day) for name, day in known.items()}
    before = audit(
        export_of(*SPIKED), injuries=frame(INJURIES, {"athlete_id": "ann", "site": "tibia", **dates})
    ).before_injury
    assert before["days_before"].tolist() == [19, 10]
    assert before["state"].tolist() == ["small", "moderate"]
    assert before["onset_rule"].tolist() == [rule, rule]
    assert set(before["onset"]) == {DAY_0 + pd.Timedelta(days=80)}
    assert before["site"].tolist() == ["tibia", "tibia"]


def test_the_window_before_an_injury_is_forty_two_days() -> None:
    onsets = [{"athlete_id": "", "first_pain": DAY_0 + pd.Timedelta(days=day)} for day in (61 + 42, 61 + 43)]
    before = audit(export_of(*SPIKED), injuries=frame(INJURIES, *onsets, {"athlete_id": "ann"})).before_injury
    assert before["injury"].tolist() == [0, 0, 0, 1, 1]
    assert before["days_before"].tolist() == [42, 33, 23, 34, 24]


def test_injuries_of_another_athlete_are_left_out_and_said_to_be() -> None:
    injuries = frame(INJURIES, {"athlete_id": "bob", "first_pain": DAY_0}, {"athlete_id": "ann", "first_pain": DAY_0})
    found = audit(export_of(*STEADY), injuries=injuries)
    assert found.injuries["athlete_id"].tolist() == ["ann"]
    assert found.findings.set_index("code").loc["other-athlete", "count"] == 1


def test_changes_before_an_injury_are_as_they_were_on_its_eve() -> None:
    """Steady until day 58, then every day; pain on day 66, and the running goes on until day 80."""
    rows = [*STEADY, *(run(day, 10_000) for day in range(60, 81))]
    hurt = frame(INJURIES, {"athlete_id": "ann", "site": "tibia", "first_pain": DAY_0 + pd.Timedelta(days=66)})
    found, then = (
        audit(export_of(*log), injuries=hurt)
        for log in (rows, [row for row in rows if row["date"] < hurt.loc[0, "first_pain"]])
    )
    before = found.changes_before_injury
    assert {"distance", "frequency", "consecutive_days"} <= set(before["kind"])
    pd.testing.assert_frame_equal(before, then.changes_before_injury)
    pd.testing.assert_frame_equal(before[list(CHANGES.names)], then.changes)
    assert (before["last"] < before["onset"]).all()
    assert before["days_before"].tolist() == (before["onset"] - before["date"]).dt.days.tolist()
    in_hindsight = found.changes[found.changes["kind"] == "distance"]["value"].iloc[0]
    assert before[before["kind"] == "distance"]["value"].iloc[0] == 60_000 < in_hindsight


def test_changes_before_an_injury_are_those_seen_in_forty_two_days_and_no_long_runs() -> None:
    """A week of doubled running is last seen on day 46, 42 days before day 88 and 43 before day 89."""
    week = [run(day, 10_000 if day < 36 or day > 42 else 20_000) for day in range(0, 90, 2)]
    onsets = [{"athlete_id": "", "first_pain": DAY_0 + pd.Timedelta(days=day)} for day in (88, 89)]
    found = audit(export_of(*week), injuries=frame(INJURIES, *onsets, {"athlete_id": "ann"}))
    assert "session_spike" in set(found.changes["kind"])
    seen = found.changes_before_injury
    assert "session_spike" not in set(seen["kind"])
    assert seen[seen["kind"] == "distance"][["injury", "last"]].to_numpy().tolist() == [
        [0, DAY_0 + pd.Timedelta(days=46)],
    ]


def test_shoes_without_limits_get_those_of_the_profile() -> None:
    found = audit(export_of(*STEADY), profile=Profile(shoe_watch_m=300_000.0, shoe_replace_m=600_000.0))
    assert found.shoes["watch_m"].tolist() == [300_000, 400_000]
    assert found.shoes["replace_m"].tolist() == [600_000, 600_000]
    own = frame(SHOES, {"shoe_id": "green"})
    assert audit(export_of(*STEADY), shoes=own).shoes["shoe_id"].tolist() == ["green"]


def test_no_session_no_harm() -> None:
    found = audit(export_of(), injuries=frame(INJURIES, {"athlete_id": "ann", "first_pain": DAY_0}))
    assert found.daily.empty
    assert found.before_injury.empty
    assert found.before_injury.columns.tolist()[:5] == ["injury", "site", "onset", "onset_rule", "days_before"]
    assert found.changes_before_injury.empty
    assert found.changes_before_injury.columns.tolist()[:6] == [*found.before_injury.columns[:5], "athlete_id"]
    assert "no session" in found._repr_html_()
    assert audit(export_of(run(0, 5000))).spikes["state"].tolist() == ["warm_up"]


def test_errors_name_what_is_needed() -> None:
    with pytest.raises(ValueError, match="missing is 'no'"):
        audit(export_of(*STEADY), missing="no")
    with pytest.raises(SchemaError, match="Injuries: column 'first_pain' is missing"):
        audit(export_of(*STEADY), injuries=INJURIES.empty().drop(columns="first_pain"))


def test_the_summary_is_escaped() -> None:
    class Tags(HTMLParser):
        seen: set[str] = set()  # noqa: RUF012  # one parser, one test

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert not attrs
            self.seen.add(tag)

    html = audit(export_of(*SPIKED, athlete_id="<script src=x>ann"))._repr_html_()
    Tags().feed(html)
    assert Tags.seen == {"h4", "table", "tr", "th", "td"}
    assert "1 small, 1 moderate, 1 large" in html
