"""A plan for one runner. Oracle: days and distances worked out by hand for the usual runner, 9 km a run and 10 km/h.

The plan starts on Monday, 2 June 2025.
"""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from made_returns import ATHLETE, CLEARED, NAN, ONSET, START, day, history, injury_row, returns, run, sessions_of, table

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.injury.returning.plan import ReturnPlan, as_day, repeated_bone_stress, return_plan
from stressfx.schema import INJURIES, PLAN, SESSIONS, STAGES

LOG = returns()
BONE = {"athlete_id": ATHLETE, "site": "fibula", "tissue": "bone"}
TWICE = table(INJURIES, BONE | {"first_pain": "2023-05-01"}, BONE | {"first_pain": ONSET})


def made(log: pd.DataFrame = LOG, injury: pd.DataFrame | None = None, **options: Any) -> ReturnPlan:
    common = {"start": START, "weeks": 4, "cleared": CLEARED}
    plan = return_plan(log, injury_row() if injury is None else injury, **(common | options))
    PLAN.check(plan.days)
    STAGES.check(plan.stages)
    return plan


def run_dates(plan: ReturnPlan) -> list[str]:
    return plan.runs["date"].dt.strftime("%m-%d").tolist()


def test_the_first_run_comes_a_week_after_the_start_and_then_every_other_day() -> None:
    plan = made()
    assert run_dates(plan) == ["06-09", "06-11", "06-13", "06-16", "06-18", "06-20", "06-23", "06-25", "06-27"]
    assert plan.runs["stage"].tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert plan.runs["distance_m"].tolist() == [3000] * 9
    assert plan.stages["stage"].tolist() == [1, 2, 3]
    assert (plan.refusal, plan.athlete_id, plan.programme, plan.unit) == ("", ATHLETE, "rules", "km")
    assert repr(plan) == "<ReturnPlan of ann: 2025-06-02 to 2025-06-29, 9 runs>"


@pytest.mark.parametrize("weeks", [2, 3, 12, 52])
def test_a_plan_is_as_many_weeks_long_as_asked(weeks: int) -> None:
    plan = made(weeks=weeks)
    assert plan.days["date"].min() == day(START)
    assert plan.days["date"].max() == day(START) + pd.Timedelta(days=7 * weeks - 1)
    assert plan.days["week"].max() == weeks
    assert len(plan.runs) == 3 * (weeks - 1)


@pytest.mark.parametrize(
    ("weekdays", "first", "dates"),
    [
        (("monday", "wednesday", "friday"), "06-09", ["06-09", "06-11", "06-13", "06-16"]),
        (("wednesday", "saturday"), "06-11", ["06-11", "06-14", "06-18", "06-21"]),
        (("saturday", "wednesday"), "06-14", ["06-14", "06-18", "06-21", "06-25"]),
        (("Sunday", "Tuesday", "THURSDAY"), "06-15", ["06-15", "06-17", "06-19", "06-22"]),
        (["tuesday", "friday", "sunday"], "06-10", ["06-10", "06-13", "06-15", "06-17"]),
    ],
)
def test_runs_fall_on_the_days_that_are_named_from_the_first_named_on(
    weekdays: list[str], first: str, dates: list[str]
) -> None:
    """Oracle: the first day of that name from 9 June on, a Monday; the week goes on from there."""
    plan = made(run_weekdays=weekdays)
    assert plan.setting is not None
    assert f"{plan.setting.first_run:%m-%d}" == first
    assert run_dates(plan)[:4] == dates
    assert set(plan.runs["date"].dt.day_name().str.lower()) == {name.lower() for name in weekdays}
    assert plan.stages["sessions"].iloc[0] == len(weekdays)
    assert plan.days["date"].max() == day("2025-06-29")


@pytest.mark.parametrize(
    "weekdays",
    [
        ("monday", "tuesday"),
        ("sunday", "monday"),
        ("monday", "wednesday", "sunday"),
        ("monday",),
        (),
        ("monday", "wednesday", "friday", "sunday"),
        ("monday", "monday"),
        ("monday", "mittwoch"),
        "monday",
    ],
)
def test_days_in_a_row_too_few_too_many_or_unknown_ones_are_refused(weekdays: Any) -> None:
    with pytest.raises(ValueError, match=r"^run_weekdays has to"):
        made(run_weekdays=weekdays)


@pytest.mark.parametrize("weeks", [-1, 0, 1, 53, 12.5, NAN, 10_000])
def test_a_plan_is_from_two_to_52_weeks_long(weeks: float) -> None:
    with pytest.raises(ValueError, match=r"^weeks is .*; a whole number from 2 to 52 is needed: what is beyond a year"):
        made(weeks=weeks)


def test_other_wrong_arguments_say_what_is_needed() -> None:
    with pytest.raises(ValueError, match="programme is 'magic'; one of rules, trials_2023, "):
        made(programme="magic")
    with pytest.raises(ValueError, match="unit is 'yd'; 'km' or 'mi' is needed"):
        made(unit="yd")
    with pytest.raises(ValueError, match="run_weekdays cannot be chosen for clinic_days"):
        made(programme="clinic_days", run_weekdays=("monday", "thursday"))
    with pytest.raises(ValueError, match="onset is 'never'"):
        made(onset="never")


@pytest.mark.parametrize(
    "start",
    ["2025-06-02", dt.date(2025, 6, 2), dt.datetime(2025, 6, 2, 7, 30), pd.Timestamp("2025-06-02T23:59")],  # noqa: DTZ001  # days have no zone
)
def test_a_day_is_taken_in_any_of_its_forms(start: Any) -> None:
    assert as_day("start", start) == day("2025-06-02")
    assert made(start=start).days["date"].min() == day("2025-06-02")


@pytest.mark.parametrize(
    "start",
    [
        "soon",
        "",
        "now",
        "02/06/2025",
        "2025-02-30",
        "2025-06-02T07:00+02:00",
        20250602,
        2025.5,
        None,
        pd.NaT,
        pd.Timestamp("2025-06-02", tz="Europe/Berlin"),
        dt.datetime(2025, 6, 2, tzinfo=dt.UTC),
    ],
)
def test_what_is_no_day_or_has_a_time_zone_is_refused_and_never_guessed(start: Any) -> None:
    with pytest.raises(ValueError, match=r"^start is no .*day; one as in 2025-06-02 is needed"):
        made(start=start)
    if start is not None:
        with pytest.raises(ValueError, match=r"^cleared is no "):
            made(cleared=start)


def test_a_log_without_runs_before_the_injury_makes_no_plan() -> None:
    with pytest.raises(InsufficientDataError, match="no run of known distance in the log"):
        made(SESSIONS.empty())
    with pytest.raises(InsufficientDataError, match="the log begins on 2025-05-01, after the injury of 2025-03-29"):
        made(sessions_of(run("2025-05-01", 5.0)))


def test_an_injury_after_the_start_or_without_a_date_makes_no_plan() -> None:
    found = "the injury begins on 2025-06-03, after the start of the plan on 2025-06-02; a plan starts after its injury"
    with pytest.raises(InsufficientDataError, match=f"^{found}$"):
        made(injury=injury_row("2025-06-03"))
    same_day = made(history_before("2025-06-02"), injury_row("2025-06-02"), cleared="2025-06-02")
    assert same_day.refusal == ""
    earlier = made(history_before("2025-06-02"), injury_row("2025-06-02"), cleared="2025-06-01")
    assert "lies before the injury of 2025-06-02" in earlier.refusal
    with pytest.raises(InsufficientDataError, match="the injury has no date"):
        made(injury=injury_row(None))


def history_before(onset: str) -> pd.DataFrame:
    return sessions_of(run(f"{day(onset) - pd.Timedelta(days=3):%Y-%m-%d}", 9.0))


def test_frames_that_break_their_schema_and_injuries_that_are_not_one_are_refused() -> None:
    with pytest.raises(SchemaError, match="'distance_m' has 10 values outside 0 to inf m"):
        made(LOG.assign(distance_m=-LOG["distance_m"]))
    with pytest.raises(SchemaError, match="2 rows; one is needed"):
        made(injury=TWICE)
    with pytest.raises(SchemaError, match="is missing"):
        made(injury=pd.DataFrame())
    with pytest.raises(SchemaError, match="is missing"):
        made(pd.DataFrame())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"cleared": None}, "No clinician has cleared the first run"),
        ({"cleared": "2025-06-10"}, "The clearance of 2025-06-10 lies after the first run of 2025-06-09"),
        ({"injury": injury_row(site="femoral neck")}, ""),
    ],
)
def test_a_refusal_has_a_reason_and_questions_and_no_days(options: dict[str, Any], said: str) -> None:
    plan = made(**options)
    assert plan.refusal.startswith(said)
    assert plan.refusal
    assert (len(plan.days), len(plan.stages), plan.usual, plan.setting, plan.notes) == (0, 0, None, None, ())
    assert len(plan.questions) > 3
    assert repr(plan) == f"<ReturnPlan of ann: no schedule. {plan.refusal}>"
    page = plan._repr_html_()
    assert "No schedule." in page
    assert plan.questions[0] in page


def test_a_refusal_comes_before_any_question_about_the_log() -> None:
    """Who must not run without a clinician hears so, and not that a log is needed."""
    plan = made(SESSIONS.empty(), injury_row(site="navicular"))
    assert plan.refusal
    assert plan.days.empty


def test_a_clearance_on_the_day_of_the_first_run_is_in_time() -> None:
    assert made(cleared="2025-06-09").refusal == ""


def test_miles_are_round_for_who_reads_miles() -> None:
    """Oracle: a third of 9 km is 1.864 miles, 1.8 rounded down."""
    assert made(unit="mi").runs["distance_m"].iloc[0] == pytest.approx(1.8 * 1609.344)


def test_after_repeated_bone_stress_a_higher_cadence_is_advised() -> None:
    """Oracle: 5 and 10 % above 160 are 168 and 176."""
    twice = made(injury=TWICE.iloc[[1]], injuries=TWICE)
    assert twice.runs[["cadence_least_spm", "cadence_most_spm"]].drop_duplicates().to_numpy().tolist() == [[168, 176]]
    once = made(injury=TWICE.iloc[[1]])
    assert once.runs["cadence_least_spm"].isna().all()
    unknown = sessions_of(*history(cadence_mean_spm=NAN))
    silent = made(unknown, TWICE.iloc[[1]], injuries=TWICE)
    assert silent.runs["cadence_least_spm"].isna().all()
    assert "5 to 10 % more steps" in " ".join(silent.notes)


def test_an_earlier_injury_has_to_be_one_of_bone_the_runners_and_dated_before() -> None:
    this = TWICE.iloc[[1]]
    assert repeated_bone_stress(this, TWICE)
    assert not repeated_bone_stress(this, None)
    assert not repeated_bone_stress(this, this)
    assert not repeated_bone_stress(TWICE.iloc[[0]], TWICE)
    assert not repeated_bone_stress(injury_row(), TWICE)
    for change in ({"athlete_id": "ben"}, {"tissue": "tendon"}, {"first_pain": None}, {"first_pain": ONSET}):
        earlier = BONE | {"first_pain": "2023-05-01"} | change
        assert not repeated_bone_stress(this, table(INJURIES, earlier, BONE | {"first_pain": ONSET})), change
    assert repeated_bone_stress(this, table(INJURIES, BONE | {"athlete_id": "", "first_pain": "2023-05-01"}))


def test_notes_say_what_is_not_known() -> None:
    notes = " ".join(made(sessions_of(*history(speed_mean_mps=NAN, timer_s=NAN))).notes)
    assert "The usual speed is not known" in notes
    assert "not known to be one of bone" in notes
    known = " ".join(made(injury=TWICE.iloc[[1]]).notes)
    assert "not known" not in known
    assert "72 days after its onset" in known


def test_an_antigravity_plan_starts_at_once_and_published_ones_end_with_their_last_stage() -> None:
    """Oracle: 12 sessions on three days of seven end in the fourth week; 22 days from 2 June end on 23 June."""
    assert run_dates(made(programme="antigravity_2022"))[:4] == ["06-02", "06-04", "06-09", "06-11"]
    trials = made(programme="trials_2023", weeks=12)
    assert (len(trials.runs), f"{trials.days['date'].max():%m-%d}") == (12, "07-04")
    assert len(made(programme="trials_2023", weeks=3).runs) == 6
    clinic = made(programme="clinic_days", weeks=12)
    assert (run_dates(clinic)[0], f"{clinic.days['date'].max():%m-%d}") == ("06-07", "06-23")


def test_a_plan_shows_its_stages() -> None:
    page = made()._repr_html_()
    assert "run 3 min and walk 2 min, in turn; easy and flat" in page
    assert "2025-06-02 to 2025-06-29, 9 runs" in page
