"""A plan carried out to the letter. Oracle: clocks of three zones, and the numbers of the plan itself.

The plan begins on 2 June 2025; three runs a week of 3 km follow from 9 June on.
"""

from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from made_returns import CLEARED, NAN, ONSET, START, history, injury_row, returns, sessions_of, table

from stressfx.injury.returning.carried_out import CarriedOut, carried_out
from stressfx.injury.returning.plan import ReturnPlan, return_plan
from stressfx.schema import INJURIES, INTENSITY, PAIN, SESSIONS


def plan_of(start: str = START, weeks: int = 4, **options: object) -> ReturnPlan:
    return return_plan(returns(), injury_row(), start=start, weeks=weeks, cleared=start, **options)


PLAN = plan_of()


def out_of(plan: ReturnPlan = PLAN, **options: object) -> CarriedOut:
    out = carried_out(plan, **options)
    SESSIONS.check(out.sessions)
    PAIN.check(out.pain)
    INTENSITY.check(out.intensity)
    return out


@pytest.mark.parametrize(
    ("tz", "start", "hours"),
    [
        ("UTC", START, {0}),
        ("Europe/Berlin", "2025-10-13", {1, 2}),
        ("America/New_York", "2026-02-23", {-4, -5}),
        ("Australia/Lord_Howe", "2025-09-22", {10.5, 11}),
        ("Pacific/Auckland", START, {12}),
    ],
)
def test_every_session_starts_at_its_local_hour_on_its_local_day(tz: str, start: str, hours: set[float]) -> None:
    """Oracle: the zone's own clock, which changes within three of these plans."""
    sessions = out_of(plan_of(start), tz=tz).sessions
    local = sessions["start"].dt.tz_convert(ZoneInfo(tz))
    assert (local.dt.tz_localize(None).dt.normalize() == sessions["date"]).all()
    first_of_day = ~sessions["date"].duplicated()
    assert set(local.dt.hour[first_of_day]) == {7}
    assert set(local.dt.hour[~first_of_day]) == {9}
    assert set(sessions["utc_offset_s"] / 3600) == hours
    shifted = sessions["start"].dt.tz_localize(None) + pd.to_timedelta(sessions["utc_offset_s"], unit="s")
    assert (shifted.dt.normalize() == sessions["date"]).all()


def test_east_of_greenwich_a_morning_is_the_day_before_there() -> None:
    """Oracle: 07:00 on 9 June in Auckland is 19:00 on 8 June at Greenwich."""
    runs = out_of(tz="Pacific/Auckland").sessions.query("sport == 'running'")
    assert f"{runs['start'].iloc[0]:%m-%d %H:%M} {runs['date'].iloc[0]:%m-%d}" == "06-08 19:00 06-09"


def test_sessions_are_those_of_the_plan() -> None:
    """Oracle: 3 km at 3/5 of 2.5 and 2/5 of 1.4 m/s, 2.06 m/s, are 1,456.3 s."""
    sessions = out_of(shoe_id="blue", surface="trail").sessions
    done = PLAN.days[PLAN.days["activity"] != "rest"]
    assert sessions["date"].tolist() == done["date"].tolist()
    assert sessions["session_id"].is_unique
    assert sessions["sport"].value_counts().to_dict() == {"running": 9, "cycling": 8, "training": 8, "walking": 3}
    run = sessions[sessions["sport"] == "running"].iloc[0]
    assert (run["distance_m"], run["timer_s"], run["speed_mean_mps"]) == (
        3000,
        pytest.approx(3000 / 2.06),
        pytest.approx(2.06),
    )
    assert (run["end"] - run["start"]).total_seconds() == pytest.approx(3000 / 2.06, abs=1e-5)
    assert (run["shoe_id"], run["surface_label"], run["body_weight_share"], run["ascent_m"]) == ("blue", "trail", 1, 0)
    ride = sessions[sessions["sport"] == "cycling"].iloc[0]
    assert (ride["shoe_id"], ride["surface_label"], ride["timer_s"]) == ("", "", 2400)
    assert ride[["distance_m", "body_weight_share", "cadence_mean_spm", "ascent_m"]].isna().all()
    assert sessions["counted"].all()


def test_speeds_are_the_pace_ceiling_and_a_walk_and_last_as_long_as_the_plan_says() -> None:
    out = out_of()
    assert set(out.intensity["value"].round(9)) == {2.5, 1.4}
    time_s = out.intensity.groupby("session_id")["timer_s"].sum()
    runs = out.sessions[out.sessions["sport"] == "running"].set_index("session_id")
    assert time_s[runs.index].to_numpy() == pytest.approx(runs["timer_s"].to_numpy())
    distance_m = out.intensity.groupby("session_id")["distance_m"].sum()
    assert distance_m[runs.index].to_numpy() == pytest.approx([3000] * 9)


def test_the_diary_tells_of_every_day_and_of_no_pain() -> None:
    pain = out_of().pain
    assert (pain[["during", "after", "next_morning"]] == 0).all(axis=None)
    assert pain["activity"].value_counts().to_dict() == {"run": 9, "cross_training": 8, "walk": 3}
    assert pain["stage"].isna().all()


def test_cadence_is_the_one_given_else_the_one_advised_else_165() -> None:
    """Oracle: 5 % above 160 are 168; steps are seconds times cadence over 60."""
    bone = {"athlete_id": "ann", "site": "fibula", "tissue": "bone"}
    twice = table(INJURIES, bone | {"first_pain": "2023-05-01"}, bone | {"first_pain": ONSET})
    advised = return_plan(returns(), twice.iloc[[1]], start=START, weeks=2, cleared=CLEARED, injuries=twice)
    for plan, options, spm in ((PLAN, {}, 165), (advised, {}, 168), (advised, {"cadence_spm": 150.0}, 150)):
        out = out_of(plan, **options)
        assert set(out.sessions["cadence_mean_spm"].dropna().round(9)) == {spm}
        assert (out.intensity["steps"] * 60 / out.intensity["steps_s"]).to_numpy() == pytest.approx(spm)


def test_an_antigravity_run_carries_its_share() -> None:
    runs = out_of(plan_of(programme="antigravity_2022")).sessions.query("sport == 'running'")
    assert sorted(set(runs["body_weight_share"])) == [0.5, 0.6, 0.7, 0.8]


def test_what_the_plan_does_not_tell_is_missing() -> None:
    """Oracle: without a usual speed a run has a distance and no time."""
    log = sessions_of(*history(speed_mean_mps=NAN, timer_s=NAN))
    out = out_of(return_plan(log, injury_row(), start=START, weeks=3, cleared=CLEARED))
    runs = out.sessions.query("sport == 'running'")
    assert runs["distance_m"].notna().all()
    assert runs[["timer_s", "end", "speed_mean_mps"]].isna().all(axis=None)
    assert out.intensity.empty


def test_a_plan_without_a_schedule_and_a_zone_that_is_none_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^the plan has no schedule: No clinician"):
        carried_out(return_plan(returns(), injury_row(), start=START))
    for tz in ("Mars/Olympus", "", "../etc"):
        with pytest.raises(ValueError, match="the name of a time zone is needed"):
            carried_out(PLAN, tz=tz)
