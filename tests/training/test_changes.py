"""What changed in the training, against logs worked by hand, a plain loop over days, and the promises of the table.

Oracle: arithmetic on weeks of four equal runs, in the tests themselves; `by_loop`, which shares no code with the
library, for the weeks of random logs.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.schema import CHANGES, DTYPES, SHOES, SURFACES
from stressfx.training.changes import Thresholds, training_changes
from stressfx.training.changes.kinds import KINDS, definition
from stressfx.training.daily import daily_load

FIRST = pd.Timestamp("2026-01-05")
"""Day 0 of every log here, a Monday."""

FOUR = (10.0, 10.0, 0.0, 10.0, 0.0, 10.0, 0.0)
"""A week of four runs of 10 km: 40 km on the days 0, 1, 3 and 5. [km]"""

MORE: dict[str, Callable[[Any], Any]] = {
    "sport": lambda _: "running",
    "timer_s": lambda km: km * 300,
    "moving_s": lambda km: km * 300,
    "elapsed_s": lambda km: km * 300,
    "steps": lambda km: km * 850,
}


def log_of(km_by_day: Sequence[float], athlete: str = "a", first: pd.Timestamp = FIRST, **columns: Any) -> pd.DataFrame:
    """Make a run of every day's kilometres, at 5 min/km unless other columns say so; none where there are 0."""
    day = np.flatnonzero(np.asarray(km_by_day) != 0)
    km = pd.Series(np.asarray(km_by_day, dtype=float)[day])
    date = (first + pd.to_timedelta(pd.Series(day), unit="D")).dt.as_unit("us")
    log = pd.DataFrame(
        {
            "athlete_id": athlete,
            "session_id": [f"{athlete}{number}" for number in day],
            "start": (date + pd.Timedelta(hours=8)).dt.tz_localize("UTC").dt.as_unit("us"),
            "date": date,
            "distance_m": km * 1000,
            **{name: make(km) for name, make in MORE.items()},
            **columns,
        }
    )
    texts = {"athlete_id", "session_id", "sport", "shoe_id", "sub_sport"} & set(log.columns)
    return log.astype(dict.fromkeys(texts, DTYPES["text"]))


def day_of(number: int) -> pd.Timestamp:
    return FIRST + pd.Timedelta(days=number)


def only(changes: pd.DataFrame, kind: str, what: str | None = None) -> pd.DataFrame:
    CHANGES.check(changes)
    return changes[(changes["kind"] == kind) & (changes["what"].isin([what]) if what is not None else True)]


def one(changes: pd.DataFrame, kind: str, what: str | None = None) -> pd.Series:
    rows = only(changes, kind, what)
    assert len(rows) == 1, rows[["date", "last", "kind", "what"]]
    return rows.iloc[0]


def times(week: Sequence[float], factor: float) -> list[float]:
    return [km * factor for km in week]


# Weeks against the four before them.


def test_a_steady_log_shows_nothing() -> None:
    assert training_changes(log_of(FOUR * 20)).empty


@pytest.mark.parametrize("km", [10.0, 7.3, 0.7, 31.07])
def test_a_rise_of_exactly_thirty_percent_is_none(km: float) -> None:
    week = times(FOUR, km / 10)
    at_bound = training_changes(log_of([*week * 5, *times(week, 1.3)]))
    above = training_changes(log_of([*week * 5, *times(week, 1.3001)]))
    assert only(at_bound, "distance").empty
    assert only(at_bound, "duration").empty
    rise = one(above, "distance")
    assert rise["change"] == pytest.approx(0.3001)
    assert (rise["value"], rise["baseline"]) == pytest.approx((4000 * 1.3001 * km, 4000 * km))
    assert rise["date"] == rise["last"] == day_of(5 * 7 + 5)


@pytest.mark.parametrize("km", [10.0, 7.3, 0.7, 31.07])
def test_the_ten_percent_rule_is_an_argument(km: float) -> None:
    """Oracle: 11 km after 10 km are 10 %, and not more."""
    rule = Thresholds(distance=0.1, baseline_days=7)
    week = times(FOUR, km / 10)
    assert only(training_changes(log_of([*week * 5, *times(week, 1.1)]), thresholds=rule), "distance").empty
    rise = one(training_changes(log_of([*week * 5, *times(week, 1.11)]), thresholds=rule), "distance")
    assert (rise["change"], rise["threshold"]) == pytest.approx((0.11, 0.1))
    assert rise["definition"].startswith("Distance of 7 days against the weekly mean of the 7 days of training before")
    assert "doi:10.1177/0363546507307505" in rise["source"]


def test_days_beyond_the_threshold_are_one_row_with_the_furthest_value() -> None:
    """A week of 80 km: 50 km on day 35 (of 7 days: 20, and 30 of the week before), 60, 70, 80, and down again."""
    changes = training_changes(log_of([*FOUR * 5, *times(FOUR, 2), *FOUR * 3]))
    rise = one(changes, "distance")
    assert (rise["date"], rise["last"]) == (day_of(36), day_of(43))
    assert (rise["value"], rise["baseline"], rise["change"]) == (80_000, 40_000, 1)
    assert (rise["unit"], rise["threshold"], rise["session_id"]) == ("m", 0.3, "")


def test_two_rises_more_than_a_week_apart_are_two_rows() -> None:
    twice = [*FOUR * 5, *times(FOUR, 2), *FOUR * 5, *times(FOUR, 2)]
    assert only(training_changes(log_of(twice)), "distance")["date"].tolist() == [day_of(36), day_of(36 + 42)]


def test_frequency_counts_runs_and_days_with_a_run() -> None:
    """Six runs a week after four: the fifth day of the week's six is the first with 6 in 7 days, that is 50 % more."""
    six = (10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 0.0)
    changes = training_changes(log_of([*FOUR * 5, *six]))
    for what in ("runs", "run days"):
        rise = one(changes, "frequency", what)
        assert (rise["date"], rise["value"], rise["baseline"], rise["change"]) == (day_of(39), 6, 4, 0.5)
    log = log_of(FOUR * 6)
    evening = (log["start"] + pd.Timedelta(hours=10)).dt.as_unit("us")
    evenings = log.assign(session_id=log["session_id"] + "e", start=evening)
    doubled = training_changes(pd.concat([log, evenings[evenings["date"] >= day_of(35)]], ignore_index=True))
    assert one(doubled, "frequency", "runs")["value"] == 8
    assert only(doubled, "frequency", "run days").empty


def test_one_run_more_in_a_week_is_no_rise_in_frequency() -> None:
    three, four = (10.0, 0, 10, 0, 10, 0, 0), (10.0, 0, 10, 10, 10, 0, 0)
    assert only(training_changes(log_of([*three * 5, *four])), "frequency").empty
    finer = Thresholds(frequency_runs=0.5)
    assert len(only(training_changes(log_of([*three * 5, *four]), thresholds=finer), "frequency")) == 2


def test_duration_goes_by_timer_time() -> None:
    km = [*FOUR * 6]
    pace_s = np.where(np.flatnonzero(km) >= 35, 450.0, 300.0)
    changes = training_changes(log_of(km, timer_s=10 * pace_s))
    assert set(changes["kind"]) == {"duration"}
    assert (changes["value"].iloc[0], changes["baseline"].iloc[0]) == (18_000, 12_000)


def test_damage_is_compared_where_the_log_has_it() -> None:
    damage = np.where(np.flatnonzero(FOUR * 6) >= 35, 1500.0, 1000.0)
    changes = training_changes(log_of(FOUR * 6, damage=damage, damage_exponent=6.6))
    assert set(changes["kind"]) == {"damage"}
    assert changes[["value", "baseline", "change"]].iloc[0].tolist() == [6000, 4000, 0.5]


@pytest.mark.parametrize(
    ("exponent", "unit"),
    [({"damage_exponent": 6.6}, ", b = 6.6"), ({"damage_exponent": 4.0}, ", b = 4"), ({"damage_exponent": np.nan}, "")],
)
def test_a_change_of_damage_carries_its_exponent(exponent: dict[str, float], unit: str) -> None:
    damage = np.where(np.flatnonzero(FOUR * 6) >= 35, 1500.0, 1000.0)
    log = log_of([*FOUR * 5, *times(FOUR, 2)], damage=damage, **exponent)
    units = training_changes(log).groupby("kind")["unit"].first()
    assert units["damage"] == f"steps at easy speed{unit}"
    assert units["distance"] == "m"
    assert one(training_changes(log.drop(columns="damage_exponent")), "damage")["unit"] == "steps at easy speed"


def test_zones_of_different_bases_are_not_compared() -> None:
    """10 % hard by heart rate, then 30 % by speed: by one basis a rise, by two nothing that is known."""
    late = np.flatnonzero(FOUR * 6) >= 35
    share = np.where(late, 0.3, 0.1)
    zones = {"easy_s": 3000 * (0.9 - share), "moderate_s": 300.0, "hard_s": 3000 * share}
    same = log_of(FOUR * 6, **zones, zones_by="heart_rate")
    assert one(training_changes(same), "intensity")["value"] == pytest.approx(0.3)
    switched = same.assign(zones_by=np.where(late, "critical_speed", "heart_rate"))
    assert only(training_changes(switched), "intensity").empty
    pd.testing.assert_frame_equal(training_changes(same), training_changes(same.drop(columns="zones_by")))


def test_a_run_of_another_basis_of_zones_is_one_of_unknown_zones() -> None:
    """The first of the week's four runs is by speed, and hard throughout: the other three are 30 % hard."""
    late = np.flatnonzero(FOUR * 6) >= 35
    share = np.where(late, 0.3, 0.1)
    log = log_of(FOUR * 6, easy_s=3000 * (0.9 - share), moderate_s=300.0, hard_s=3000 * share, zones_by="heart_rate")
    log.loc[20, ["easy_s", "moderate_s", "hard_s", "zones_by"]] = [0.0, 0.0, 3000.0, "critical_speed"]
    row = one(training_changes(log), "intensity")
    assert row[["value", "baseline"]].tolist() == pytest.approx([0.3, 0.1])
    unknown = log.assign(easy_s=log["easy_s"].mask(log.index == 20), zones_by="heart_rate").astype({"zones_by": "str"})
    pd.testing.assert_frame_equal(training_changes(log), training_changes(unknown))


def test_another_sport_can_be_looked_at() -> None:
    walks = log_of([*FOUR * 5, *times(FOUR, 2)], sport="walking")
    runs = log_of([10.0, *[0.0] * 40], "a")
    both = pd.concat([walks, runs.assign(session_id="run").astype({"session_id": "str"})], ignore_index=True)
    found = training_changes(both, sport="walking")
    assert {"distance", "duration", "session_spike"} <= set(found["kind"])
    pd.testing.assert_frame_equal(
        found, training_changes(both, sport="walking", daily=daily_load(both, sport="walking"))
    )
    assert training_changes(both).empty


@pytest.mark.parametrize(("hard", "listed"), [(0.20, False), (0.21, True)])
def test_intensity_is_a_difference_of_shares(hard: float, *, listed: bool) -> None:
    share = np.where(np.flatnonzero(FOUR * 6) >= 35, hard, 0.1)
    zones = {"easy_s": 3000 * (0.9 - share), "moderate_s": 300.0, "hard_s": 3000 * share}
    changes = training_changes(log_of(FOUR * 6, **zones))
    assert (not changes.empty) == listed
    if listed:
        row = one(changes, "intensity")
        assert row[["value", "baseline", "change"]].tolist() == pytest.approx([0.21, 0.1, 0.11])


def test_intensity_goes_over_the_days_of_which_all_zones_are_known() -> None:
    """A run of which the easy zone is missing, and hard is much, tells nothing of the share."""
    log = log_of(FOUR * 6, easy_s=2000.0, moderate_s=0.0, hard_s=400.0)
    log.loc[20, ["easy_s", "hard_s"]] = [np.nan, 1500]
    assert training_changes(log).empty
    log.loc[20, ["easy_s", "hard_s"]] = [900, 1500]
    assert one(training_changes(log), "intensity")["value"] == pytest.approx(2700 / 9600)


def test_the_share_of_the_longest_run_is_compared_with_that_of_the_weeks_before() -> None:
    """10 of 40 km in the weeks before; then 25 of 55 km, or 19 of 49."""
    changes = training_changes(log_of([*FOUR * 5, 10, 10, 0, 10, 0, 25, 0]))
    row = one(changes, "longest_run")
    assert row[["value", "baseline", "change"]].tolist() == pytest.approx([25 / 55, 0.25, 25 / 55 - 0.25])
    assert only(training_changes(log_of([*FOUR * 5, 10, 10, 0, 10, 0, 19, 0])), "longest_run").empty


def test_shares_of_a_week_with_little_running_are_not_compared() -> None:
    changes = training_changes(log_of([*FOUR * 5, 0, 0, 0, 0, 0, 29, 0]))
    assert only(changes, "longest_run").empty


@pytest.mark.parametrize(("days", "listed"), [(4, False), (5, True)])
def test_days_in_a_row_are_compared_with_the_longest_row_before(days: int, *, listed: bool) -> None:
    """Two in a row are usual: three more are listed, two are not."""
    week = [0.0] * (7 - days) + [10.0] * days
    changes = training_changes(log_of([*FOUR * 5, *week]))
    assert (not only(changes, "consecutive_days").empty) == listed
    if listed:
        row = one(changes, "consecutive_days")
        assert row[["date", "value", "baseline", "change"]].tolist() == [day_of(41), 5, 2, 3]


def test_a_row_of_days_ends_with_the_athlete() -> None:
    """Athlete a runs every day to the last; b, whose log follows in the table, begins with a run."""
    log = pd.concat([log_of([10.0] * 60, "a"), log_of([*FOUR * 4, 0, 0, 0, *[10.0] * 5], "b")], ignore_index=True)
    assert one(training_changes(log), "consecutive_days")[["athlete_id", "value", "baseline"]].tolist() == ["b", 5, 2]


def test_running_every_day_becomes_the_usual() -> None:
    """From the fifth day in a row on, counted up to 28; on the 33rd day of the row, 26 in a row are usual."""
    row = one(training_changes(log_of([*FOUR * 5, *[10.0] * 80])), "consecutive_days")
    assert (row["date"], row["last"]) == (day_of(39), day_of(66))
    assert (row["value"], row["baseline"], row["change"]) == (9, 2, 7)


# Breaks, and what is usual.


def test_a_break_is_listed_on_the_return_and_left_out_of_the_baseline() -> None:
    """A week off makes a break of the days 34 to 41. On day 54 the baseline are the days 12 to 33 and 42 to 47.

    They hold 17 runs of 10 km, so that a usual week is 42.5 km; with the break in it, it would be 32.5 km.
    """
    changes = training_changes(log_of([*FOUR * 5, *[0.0] * 7, *FOUR * 6]))
    assert changes["kind"].tolist() == ["break"]
    assert changes.loc[0, ["date", "last", "value", "threshold"]].tolist() == [day_of(42), day_of(42), 8, 7]
    assert changes.loc[0, ["baseline", "change"]].isna().all()
    more = training_changes(log_of([*FOUR * 5, *[0.0] * 7, *FOUR, *times(FOUR, 1.5)]))
    rise = one(more, "distance")
    assert (rise["value"], rise["baseline"]) == (60_000, 42_500)


def test_runs_outside_the_days_that_are_given_are_not_looked_at() -> None:
    log = pd.concat([log_of([*FOUR * 5, 10, 0, 30], name) for name in "ab"], ignore_index=True)
    daily = daily_load(log)
    assert only(training_changes(log, daily=daily), "session_spike")["athlete_id"].tolist() == ["a", "b"]
    fewer = daily[(daily["date"] < day_of(37)) | (daily["athlete_id"] == "b")]
    assert only(training_changes(log, daily=fewer), "session_spike")["athlete_id"].tolist() == ["b"]
    assert training_changes(log, daily=daily[daily["date"] < day_of(37)]).empty


def test_a_break_in_the_first_weeks_is_not_listed() -> None:
    assert training_changes(log_of([*FOUR * 2, *[0.0] * 9, *FOUR * 6])).empty


def test_the_first_run_of_all_ends_no_break() -> None:
    """A ride, five weeks later the first run; the baseline begins with the runs."""
    ride = log_of([10.0]).assign(sport="cycling").astype({"sport": "str"})
    runs = log_of([*[0.0] * 35, *times(FOUR, 0.5), *FOUR * 4])
    assert training_changes(pd.concat([ride, runs], ignore_index=True))["kind"].tolist() == ["session_spike"]


@pytest.mark.parametrize(("gap", "listed"), [(6, False), (7, True)])
def test_a_break_takes_seven_days(gap: int, *, listed: bool) -> None:
    changes = training_changes(log_of([*FOUR * 5, 10, *[0.0] * gap, 10]))
    assert (not only(changes, "break").empty) == listed


def test_after_a_long_break_the_log_begins_anew() -> None:
    """27 days off: the training before is the baseline. 28 days off: nothing is compared for five weeks."""
    busy = times(FOUR, 2)
    short = training_changes(log_of([*FOUR * 4, *FOUR[:6], *[0.0] * 27, *busy * 2]))
    assert only(short, "distance")["date"].tolist() == [day_of(34 + 27 + 3)]
    long = training_changes(log_of([*FOUR * 4, *FOUR[:6], *[0.0] * 28, *FOUR * 4, *busy]))
    assert long["kind"].tolist() == ["break", "session_spike"]
    assert long["value"].tolist() == [28, 20_000]
    later = training_changes(log_of([*FOUR * 4, *FOUR[:6], *[0.0] * 28, *FOUR * 5, *busy]))
    assert only(later, "distance")["date"].tolist() == [day_of(34 + 28 + 36)]


@pytest.mark.parametrize("break_days", [7, 14])
def test_less_than_a_run_a_week_is_no_baseline(break_days: int) -> None:
    """A run every ninth day: with breaks of seven days all rest is a break, with longer ones three runs are few."""
    log = log_of([*[10.0, *[0.0] * 8] * 6, *times(FOUR, 2)])
    changes = training_changes(log, thresholds=Thresholds(break_days=break_days))
    assert "session_spike" in set(changes["kind"])
    assert not {"distance", "duration", "frequency"} & set(changes["kind"])


# The first weeks, and days that nobody observed.


def test_nothing_is_said_of_the_first_weeks() -> None:
    """The baseline is full on day 35; runs are classed from the 30th day on."""
    early = training_changes(log_of([*FOUR * 4, 10, 10, 0, 30, 0, 30, 0]))
    assert set(early["kind"]) == {"session_spike"}
    assert early["date"].tolist() == [day_of(31)]
    assert training_changes(log_of([*FOUR, *times(FOUR, 3) * 3])).empty
    rule = Thresholds(distance=0.1, baseline_days=7)
    weeks_rising = [km for week in range(7) for km in times(FOUR, 1.2**week)]
    assert only(training_changes(log_of(weeks_rising), thresholds=rule), "distance")["date"].tolist() == [day_of(28)]


def test_days_that_nobody_observed_add_nothing_and_are_no_rest() -> None:
    """One of seven days is missing and the known ones are 60 km; with two of seven missing nothing is said."""
    log = log_of([*FOUR * 5, *times(FOUR, 2)])
    daily = daily_load(log)
    loads = daily.columns[2:]
    for gone, said in (([35], True), ([35, 37], False)):
        holes = daily.copy()
        holes.loc[gone, loads] = np.nan
        rises = only(training_changes(log, daily=holes), "distance")
        assert (not rises.empty) == said
        assert rises["value"].tolist() == [60_000][: len(rises)]


def test_days_that_nobody_observed_are_no_break() -> None:
    """Ten days without a run: three of them not observed are too many to call them a break, two are not."""
    log = log_of([*FOUR * 6, *[0.0] * 10, *FOUR * 2])
    daily = daily_load(log)
    for gone, listed in (([44, 46], [11]), ([44, 46, 48], [])):
        holes = daily.copy()
        holes.loc[gone, holes.columns[2:]] = np.nan
        assert only(training_changes(log, daily=holes), "break")["value"].tolist() == listed


@pytest.mark.parametrize(("gone", "said"), [(5, True), (6, False)])
def test_the_baseline_goes_over_its_known_days(gone: int, *, said: bool) -> None:
    """Of the 28 days up to day 33, some days of rest are not known: 160 km in 23 days are 48.7 km a week."""
    log = log_of([*FOUR * 5, *times(FOUR, 2)])
    daily = daily_load(log)
    rests = [day for day in range(7, 34) if FOUR[day % 7] == 0][:gone]
    daily.loc[rests, daily.columns[2:]] = np.nan
    rises = only(training_changes(log, daily=daily), "distance")
    assert (not rises.empty) == said
    assert rises["baseline"].tolist() == pytest.approx([160_000 / 23 * 7][: len(rises)])


def test_a_long_run_after_weeks_that_nobody_observed_is_no_spike() -> None:
    """On day 43 the 30 days before are the days 13 to 42, of which the first and the last are days of rest."""
    log = log_of([*FOUR * 6, 0, 30])
    daily = daily_load(log)
    assert len(only(training_changes(log, daily=daily), "session_spike")) == 1
    holes = daily.copy()
    rests = [*[day for day in range(13, 42) if FOUR[day % 7] == 0], 42]
    holes.loc[rests[:7], holes.columns[2:]] = np.nan
    assert only(training_changes(log, daily=holes), "session_spike").empty
    holes = daily.copy()
    holes.loc[rests[:6], holes.columns[2:]] = np.nan
    assert len(only(training_changes(log, daily=holes), "session_spike")) == 1


def test_a_calendar_with_a_hole_is_refused() -> None:
    daily = daily_load(log_of(FOUR * 6)).drop(index=10)
    shuffled = daily_load(log_of(FOUR * 6)).sample(frac=1, random_state=1)
    assert training_changes(log_of(FOUR * 6), daily=shuffled).empty
    with pytest.raises(ValueError, match="daily is no calendar; every day of an athlete is needed once"):
        training_changes(log_of(FOUR * 6), daily=daily)


# Single runs, and cadence.


@pytest.mark.parametrize(("km", "what"), [(11.0, None), (11.01, "small"), (13.01, "moderate"), (20.01, "large")])
def test_a_session_spike_has_its_class(km: float, what: str | None) -> None:
    """Oracle: the classes of doi:10.1136/bjsports-2024-109380."""
    rows = only(training_changes(log_of([*FOUR * 5, km])), "session_spike")
    assert rows["what"].tolist() == ([what] if what else [])
    if what:
        assert rows[["value", "baseline", "session_id"]].iloc[0].tolist() == [km * 1000, 10_000, "a35"]
        assert "doi:10.1136/bjsports-2024-109380" in rows["source"].iloc[0]


def cadence_of(log: pd.DataFrame, spm: Sequence[float]) -> pd.DataFrame:
    keys = ["athlete_id", "session_id", "date"]
    return log[keys].assign(cadence_spm=np.asarray(spm, dtype=float), expected_spm=160.0)


@pytest.mark.parametrize(
    ("last_week", "what"),
    [
        ([168, 168, 168, 168], "higher"),
        ([152, 152, 152, 152], "lower"),
        ([167.9, 167.9, 167.9, 167.9], None),
        ([np.nan, np.nan, np.nan, 180], None),
    ],
)
def test_cadence_is_listed_from_five_percent_on(last_week: list[float], what: str | None) -> None:
    log = log_of(FOUR * 6)
    cadence = cadence_of(log, [160.0] * 20 + last_week)
    old = cadence["date"] < day_of(35)
    changes = training_changes(log, cadence=cadence[~old])
    assert changes["what"].tolist() == ([what] if what else [])
    if what:
        assert abs(changes.loc[0, "change"]) == pytest.approx(0.05)
        assert changes.loc[0, ["kind", "date", "unit"]].tolist() == ["cadence", day_of(36), "1/min"]
        assert training_changes(log, cadence=cadence).loc[0, "date"] == day_of(40)


# Surfaces.


def surfaces_of(log: pd.DataFrame, shares: Sequence[dict[str, float]]) -> pd.DataFrame:
    rows = [
        (run.athlete_id, run.session_id, run.date, surface, share, share * run.distance_m, "label")
        for run, parts in zip(log.itertuples(), shares, strict=True)
        for surface, share in parts.items()
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in SURFACES.columns])
    return frame.astype({column.name: DTYPES[column.kind] for column in SURFACES.columns})


def test_the_first_run_on_a_surface_is_listed_on_its_day() -> None:
    log = log_of(FOUR * 10)
    shares = [{"trail": 1.0}] * 40
    shares[22] = {"trail": 0.8, "track": 0.2}
    shares[30] = {"track": 1.0}
    changes = training_changes(log, surfaces=surfaces_of(log, shares))
    assert changes["kind"].tolist() == ["surface"]  # the second is 14 days after the first
    row = one(changes, "surface", "track")
    assert row[["date", "value", "baseline", "session_id"]].tolist() == [day_of(38), 0.2, 0, "a38"]
    shares[22] = {"trail": 0.81, "track": 0.19}
    assert training_changes(log, surfaces=surfaces_of(log, shares)).empty


def test_a_surface_is_listed_once_a_day_by_the_run_with_most_of_it() -> None:
    log = log_of(FOUR * 6)
    evening = (log["start"] + pd.Timedelta(hours=10)).dt.as_unit("us")
    both = pd.concat([log, log.assign(session_id=log["session_id"] + "e", start=evening)], ignore_index=True)
    shares = [{"trail": 1.0}] * 48
    shares[20] = {"trail": 0.7, "track": 0.3}
    shares[44] = {"trail": 0.6, "track": 0.4}
    rows = only(training_changes(both, surfaces=surfaces_of(both, shares)), "surface")
    assert rows[["session_id", "value"]].to_numpy().tolist() == [["a35e", 0.4]]


def test_no_surface_is_new_in_the_weeks_after_a_long_break() -> None:
    """With a break of 20 days the trail of the weeks before is remembered, and the track is new."""
    for days, listed in ((30, []), (20, ["track"])):
        log = log_of([*FOUR * 5, *[0.0] * days, *FOUR])
        shares = [{"trail": 1.0}] * 22 + [{"track": 1.0}] * 2
        rows = only(training_changes(log, surfaces=surfaces_of(log, shares)), "surface")
        assert rows["what"].tolist() == listed


def test_a_surface_is_not_new_after_much_unknown_ground() -> None:
    """Four of the sixteen runs of 28 days are 25 %, three are 19 %."""
    log = log_of(FOUR * 10)
    for unknown, listed in ((4, False), (3, True)):
        shares = [{"trail": 1.0}] * 40
        shares[36 - unknown : 36] = [{"unknown": 1.0}] * unknown
        shares[36] = {"track": 1.0}
        changes = training_changes(log, surfaces=surfaces_of(log, shares))
        assert (not only(changes, "surface").empty) == listed


def test_a_new_mix_of_surfaces_is_listed_by_the_index() -> None:
    """Weeks of 80 % trail and 20 % road, then 20 % and 80 %: the index is 0.6; above 0.3 from the second run on."""
    log = log_of(FOUR * 6)
    before, after = {"trail": 0.8, "asphalt": 0.2}, {"trail": 0.2, "asphalt": 0.8}
    changes = training_changes(log, surfaces=surfaces_of(log, [before] * 20 + [after] * 4))
    assert changes["kind"].tolist() == ["surface_mix"]
    row = changes.iloc[0]
    assert (row["date"], row["last"]) == (day_of(38), day_of(40))
    assert row[["value", "baseline", "change", "threshold"]].tolist() == pytest.approx([0.6, 0, 0.6, 0.3])


# Shoes.


def shoes_of(**limits: tuple[float, float, float]) -> pd.DataFrame:
    """Pairs with the distance already run in them and their two limits. [km]"""
    rows = [
        dict.fromkeys((column.name for column in SHOES.columns if column.kind == "text"), "")
        | {"shoe_id": name, "start_distance_m": start * 1e3, "watch_m": watch * 1e3, "replace_m": end * 1e3}
        for name, (start, watch, end) in limits.items()
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in SHOES.columns])
    return frame.astype({column.name: DTYPES[column.kind] for column in SHOES.columns})


def test_the_first_day_in_a_pair_is_listed_with_the_number_of_new_pairs() -> None:
    pairs = ["old"] * 20 + ["new"] * 2 + ["newer"] * 18
    pairs[4] = "other"
    log = log_of(FOUR * 10, shoe_id=pairs)
    rows = only(training_changes(log), "shoe")
    assert rows["what"].tolist() == ["new", "newer"]
    assert rows["date"].tolist() == [day_of(35), day_of(38)]
    assert rows["value"].tolist() == [1, 2]
    assert rows["session_id"].tolist() == ["a35", "a38"]


def test_a_pair_is_not_new_where_many_runs_have_no_pair() -> None:
    for nameless, listed in ((4, False), (3, True)):
        log = log_of(FOUR * 6, shoe_id=["old"] * (20 - nameless) + [""] * nameless + ["new"] * 4)
        assert (not only(training_changes(log), "shoe").empty) == listed


def test_a_pair_is_listed_where_it_reaches_and_passes_its_limits() -> None:
    """10 km a run: the 5th run reaches 50 km, the 7th passes 60 km; the other pair was past both."""
    log = log_of(FOUR * 3, shoe_id=["mine"] * 9 + ["worn"] * 3)
    changes = training_changes(log, shoes=shoes_of(mine=(0, 50, 60), worn=(900, np.nan, np.nan)))
    assert set(changes["kind"]) == {"shoe_watch", "shoe_replace"}
    mine = changes[changes["what"] == "mine"]
    assert mine["date"].tolist() == [day_of(7), day_of(10)]
    assert mine["value"].tolist() == [50_000, 70_000]
    assert mine["baseline"].tolist() == [50_000, 60_000]
    worn = changes[changes["what"] == "worn"]
    assert worn["date"].tolist() == [day_of(15)] * 2
    assert worn.sort_values("kind")["baseline"].tolist() == pytest.approx([804_672, 482_803.2])


def test_the_watch_limit_is_never_past_the_other() -> None:
    """One limit of 60 km alone: it is both where it is the last, and the last is 804.672 km where it is the first."""
    log = log_of(FOUR * 3, shoe_id=["mine"] * 12)
    ends = training_changes(log, shoes=shoes_of(mine=(0, np.nan, 60)))
    assert ends[["kind", "baseline"]].to_numpy().tolist() == [["shoe_watch", 60_000], ["shoe_replace", 60_000]]
    starts = training_changes(log, shoes=shoes_of(mine=(800, 900, np.nan)))
    assert starts[["kind", "baseline", "value"]].to_numpy().tolist() == [
        ["shoe_watch", 900_000, 900_000],
        ["shoe_replace", 900_000, 910_000],
    ]


# The table.


def test_one_day_can_be_looked_at() -> None:
    log = log_of([*FOUR * 5, *times(FOUR, 2), *FOUR * 6])
    whole = training_changes(log)
    assert (whole["date"].min(), whole["last"].max()) == (day_of(35), day_of(43))
    assert training_changes(log, on=day_of(34)).empty
    first = training_changes(log, on=day_of(36).tz_localize("UTC"))
    assert first["last"].max() == day_of(36)
    assert one(first, "distance")["value"] == 60_000
    assert one(training_changes(log, on=day_of(49)), "distance")["value"] == 80_000
    assert training_changes(log, on=day_of(50)).empty
    assert training_changes(log, on="2020-01-01").empty


def test_every_row_says_what_it_is_and_where_that_is_from() -> None:
    limits = Thresholds()
    for kind in KINDS:
        sentence = definition(kind, limits)
        assert "{" not in sentence
        assert sentence[0].isupper()
        assert KINDS[kind].source
        assert (
            "our choice" in KINDS[kind].source
            or "doi:10.1136" in KINDS[kind].source
            or "convention" in KINDS[kind].source
        )
    assert "listed above 30 %" in definition("distance", limits)
    assert "listed from a change of 5 % on" in definition("cadence", limits)


def test_nothing_was_run() -> None:
    empty = log_of([])
    ride = log_of(FOUR * 8).assign(sport="cycling").astype({"sport": "str"})
    for log in (empty, ride, log_of(FOUR * 8).assign(counted=False)):
        changes = training_changes(log, surfaces=surfaces_of(log.iloc[:0], []), cadence=cadence_of(log, [0] * len(log)))
        assert changes.empty
        CHANGES.check(changes)
        assert changes.columns.tolist() == [column.name for column in CHANGES.columns]


def test_a_recording_that_does_not_count_shows_nothing() -> None:
    """The second recording of a run tells of another pair and of a track, and is much longer."""
    log = log_of(FOUR * 6, shoe_id="mine", counted=True)
    twin = log.iloc[[22]].assign(session_id="twin", shoe_id="other", distance_m=30_000.0, counted=False)
    both = pd.concat([log, twin.astype(log.dtypes)], ignore_index=True)
    surfaces = surfaces_of(both, [{"trail": 1.0}] * 24 + [{"track": 1.0}])
    assert training_changes(both, surfaces=surfaces).empty
    assert {"shoe", "surface", "session_spike"} <= set(
        training_changes(both.assign(counted=True), surfaces=surfaces)["kind"]
    )


def test_what_is_no_threshold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"distance is -0\.1; a number of 0 or more is needed"):
        Thresholds(distance=-0.1)
    with pytest.raises(ValueError, match="cadence is nan"):
        Thresholds(cadence=float("nan"))
    with pytest.raises(ValueError, match="baseline_days is 10; whole weeks are needed, such as 28"):
        Thresholds(baseline_days=10)
    with pytest.raises(ValueError, match="break_days is 0"):
        Thresholds(break_days=0)
    with pytest.raises(SchemaError, match="Sessions: column 'session_id' is missing"):
        training_changes(log_of(FOUR * 6).drop(columns="session_id"))
    with pytest.raises(SchemaError, match="Cadence: column 'expected_spm' is missing"):
        training_changes(log_of(FOUR * 6), cadence=cadence_of(log_of(FOUR), [160.0] * 4).drop(columns="expected_spm"))


# Random logs.

weeks = st.sampled_from(
    [
        FOUR,
        FOUR,
        (8.0, 9.0, 0.0, 10.0, 0.0, 12.0, 0.0),
        (8.0, 9.0, 7.0, 10.0, 6.0, 14.0, 0.0),
        (5.0, 0.0, 0.0, 11.0, 0.0, 25.0, 0.0),
        (3.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0),
        (0.0,) * 7,
        (12.0,) * 7,
    ]
)
logs = st.lists(weeks, min_size=6, max_size=16).map(lambda listed: [km for week in listed for km in week])
runners = st.lists(logs, min_size=4, max_size=8).map(lambda each: {f"r{n}": km for n, km in enumerate(each)})
"""Kilometres by day of some athletes: a call costs as much for one as for eight."""


def by_loop(km: Sequence[float]) -> list[tuple[int, float, float]]:
    """Find the days whose week is above 130 % of the usual, straight from the words: day, week and usual week."""
    ran = [value > 0 for value in km]
    first = ran.index(True)
    resting = [False] * len(km)
    long_ends = [first]
    day = first
    while day < len(km):
        end = day
        while end < len(km) and not ran[end]:
            end += 1
        if end - day >= 7:
            resting[day:end] = [True] * (end - day)
        if end - day >= 28:
            long_ends.append(end)
        day = end + 1
    found = []
    for day in range(first, len(km)):
        anew = max(end for end in long_ends if end <= day)
        training = [d for d in range(anew, day - 6) if not resting[d]][-28:]
        if not ran[day] or day - anew < 28 or len(training) < 28 or sum(ran[d] for d in training) < 4:
            continue
        week, usual = sum(km[day - 6 : day + 1]), sum(km[d] for d in training) / 4
        if week > usual * 1.3 * (1 + 1e-9):
            found.append((day, week, usual))
    return found


@given(runners)
@settings(max_examples=30)
def test_weeks_agree_with_a_loop_over_days(km: dict[str, list[float]]) -> None:
    log = pd.concat([log_of(each, athlete) for athlete, each in km.items()], ignore_index=True)
    rises = only(training_changes(log), "distance")
    expected: list[list[tuple[str, int, float, float]]] = []
    for athlete, each in km.items():
        for found in by_loop(each) if any(each) else []:
            if expected and expected[-1][-1][0] == athlete and found[0] - expected[-1][-1][1] <= 7:
                expected[-1].append((athlete, *found))
            else:
                expected.append([(athlete, *found)])
    assert rises["athlete_id"].tolist() == [rows[0][0] for rows in expected]
    assert rises["date"].tolist() == [day_of(rows[0][1]) for rows in expected]
    assert rises["last"].tolist() == [day_of(rows[-1][1]) for rows in expected]
    furthest = [max(week / usual for _, _, week, usual in rows) - 1 for rows in expected]
    np.testing.assert_allclose(rises["change"], furthest, rtol=1e-9)


def everything(km: dict[str, list[float]], seed: int, first: pd.Timestamp = FIRST) -> dict[str, pd.DataFrame]:
    """Make a log with all that can be compared, what a run is like drawn by its athlete and day."""
    made = []
    for athlete, each in km.items():
        draw = np.random.default_rng([seed, *athlete.encode()])
        count = len(each)
        ran = np.flatnonzero(each)
        hard = draw.choice([0.05, 0.1, 0.4], count)[ran]
        runs = log_of(
            each,
            athlete,
            first,
            shoe_id=np.where(draw.random(count) < 0.1, "", np.repeat([f"s{n}" for n in range(count)], 35)[:count])[ran],
            easy_s=1000 * (1 - hard),
            moderate_s=50.0,
            hard_s=1000 * hard,
            damage=draw.choice([800.0, 1000.0, 1500.0], count)[ran],
        )
        surface = draw.choice(["trail", "asphalt", "unknown"], count, p=[0.8, 0.15, 0.05])[ran]
        made.append(
            (runs, surfaces_of(runs, [{name: 1.0} for name in surface]), draw.choice([158, 160, 170.0], count)[ran])
        )
    log = pd.concat([runs for runs, _, _ in made], ignore_index=True)
    return {
        "sessions": log,
        "surfaces": pd.concat([surfaces for _, surfaces, _ in made], ignore_index=True),
        "cadence": cadence_of(log, np.concatenate([spm for _, _, spm in made])),
    }


def changes_of(frames: dict[str, pd.DataFrame], **options: Any) -> pd.DataFrame:
    changes = training_changes(frames["sessions"], surfaces=frames["surfaces"], cadence=frames["cadence"], **options)
    return CHANGES.check(changes)


@given(runners, st.integers(0, 2**32 - 1))
@settings(max_examples=12)
def test_company_and_order_of_rows_do_not_matter(km: dict[str, list[float]], seed: int) -> None:
    frames = everything(km, seed)
    changes = changes_of(frames)
    mixed = {name: frame.sample(frac=1, random_state=seed) for name, frame in frames.items()}
    pd.testing.assert_frame_equal(changes_of(mixed), changes)
    alone = changes_of({name: frame[frame["athlete_id"] == "r1"] for name, frame in frames.items()})
    pd.testing.assert_frame_equal(alone, changes[changes["athlete_id"] == "r1"].reset_index(drop=True))


@given(runners, st.floats(1, 100), st.integers(0, 2**32 - 1))
@settings(max_examples=12)
def test_the_unit_of_a_load_does_not_matter(km: dict[str, list[float]], factor: float, seed: int) -> None:
    frames = everything(km, seed)
    frames["sessions"] = frames["sessions"].drop(columns="shoe_id")  # limits of shoes are metres
    changes = changes_of(frames)
    frames["sessions"][["distance_m", "timer_s", "damage", "easy_s", "moderate_s", "hard_s"]] *= factor
    frames["surfaces"]["distance_m"] *= factor
    scaled = changes_of(frames)
    same = ["athlete_id", "date", "last", "kind", "what", "session_id"]
    pd.testing.assert_frame_equal(scaled[same], changes[same])
    np.testing.assert_allclose(scaled["change"], changes["change"], rtol=1e-9, atol=1e-12)
    by_factor = changes["kind"].isin(["session_spike", "distance", "duration", "damage"])
    expected = changes["value"] * np.where(by_factor, factor, 1.0)
    np.testing.assert_allclose(scaled["value"], expected, rtol=1e-9, atol=1e-12)


@given(runners, st.integers(1, 2000), st.integers(0, 2**32 - 1))
@settings(max_examples=12)
def test_the_calendar_does_not_matter(km: dict[str, list[float]], later: int, seed: int) -> None:
    changes = changes_of(everything(km, seed))
    moved = changes_of(everything(km, seed, FIRST + pd.Timedelta(days=later)))
    days = pd.Timedelta(days=later)
    back = moved.assign(date=moved["date"] - days, last=moved["last"] - days)
    pd.testing.assert_frame_equal(back.astype(changes.dtypes), changes)


@given(runners, st.integers(20, 110), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_a_later_day_changes_only_the_end_of_what_is_still_open(
    km: dict[str, list[float]], cut: int, seed: int
) -> None:
    frames = everything(km, seed)
    whole = changes_of(frames)
    short = changes_of({name: frame[frame["date"] <= day_of(cut)] for name, frame in frames.items()})
    begun = whole[whole["date"] <= day_of(cut)].reset_index(drop=True)
    begin = ["athlete_id", "date", "kind", "what", "unit", "threshold", "definition", "source", "session_id"]
    pd.testing.assert_frame_equal(begun[begin], short[begin])
    still_open = (short["last"] > day_of(cut - 7)) & (begun["last"] > day_of(cut))
    pd.testing.assert_frame_equal(begun[~still_open], short[~still_open])
    further = begun.loc[still_open, "change"].abs() >= short.loc[still_open, "change"].abs()
    assert further.all()

    seen = short[short["last"] > day_of(cut - 7)].reset_index(drop=True)
    pd.testing.assert_frame_equal(changes_of(frames, on=day_of(cut)), seen)
