"""Days and weeks against hand arithmetic, pandas' own grouping, and the properties of a calendar."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.schema import DAILY_LOAD, WEEKS
from stressfx.training.daily import daily_load, weekly_totals

Rows = list[tuple[str, str, str, float]]
"""Athlete, day, sport and distance [m] of each session."""

HAND: Rows = [
    ("a", "2026-03-01", "running", 8000.0),
    ("a", "2026-03-02", "running", 5000.0),
    ("a", "2026-03-02", "running", 3000.0),
    ("a", "2026-03-04", "cycling", 40000.0),
    ("a", "2026-03-06", "running", 10000.0),
]


def sessions_of(rows: Rows) -> pd.DataFrame:
    athlete, day, sport, distance_m = zip(*rows, strict=True) if rows else ((), (), (), ())
    distance = pd.Series(distance_m, dtype="float64")
    return pd.DataFrame(
        {
            "athlete_id": pd.Series(athlete, dtype="str"),
            "sport": pd.Series(sport, dtype="str"),
            "date": pd.Series(pd.to_datetime(pd.Series(day, dtype="str")).dt.as_unit("us")),
            "distance_m": distance,
            "timer_s": pd.Series([600.0] * len(rows), dtype="float64"),
            "moving_s": pd.Series([590.0] * len(rows), dtype="float64"),
            "elapsed_s": pd.Series([660.0] * len(rows), dtype="float64"),
            "steps": distance * 0.9,
        },
    )


def test_days_of_a_hand_made_log() -> None:
    daily = DAILY_LOAD.check(daily_load(sessions_of(HAND)))
    assert daily["date"].dt.strftime("%d").tolist() == ["01", "02", "03", "04", "05", "06"]
    assert daily["distance_m"].tolist() == [8000, 8000, 0, 0, 0, 10000]
    assert daily["sessions"].tolist() == [1, 2, 0, 0, 0, 1]
    assert daily["longest_m"].tolist() == [8000, 5000, 0, 0, 0, 10000]
    assert daily["timer_s"].tolist() == [600, 1200, 0, 0, 0, 600]
    assert daily["other_sport_s"].tolist() == [0, 0, 0, 600, 0, 0]


def test_a_calendar_goes_on_to_the_day_on_which_the_log_was_handed_in() -> None:
    rows = [*HAND, ("b", "2026-03-12", "running", 4000.0)]
    daily = DAILY_LOAD.check(daily_load(sessions_of(rows), until="2026-03-08T18:00"))
    last = daily.groupby("athlete_id")["date"].max().dt.strftime("%d").to_dict()
    assert last == {"a": "08", "b": "12"}
    assert daily.loc[daily["athlete_id"] == "a", "distance_m"].tolist() == [8000, 8000, 0, 0, 0, 10000, 0, 0]
    unknown = daily_load(sessions_of(rows), until="2026-03-08", missing="nan")
    assert unknown.loc[unknown["athlete_id"] == "a", "sessions"].isna().tolist()[-2:] == [True, True]


def test_a_day_that_nobody_observed_is_missing_and_a_day_of_another_sport_is_rest() -> None:
    daily = DAILY_LOAD.check(daily_load(sessions_of(HAND), missing="nan"))
    unobserved = [False, False, True, False, True, False]
    for name in daily.columns[2:]:
        assert daily[name].isna().tolist() == unobserved, name
    assert daily["distance_m"][3] == 0


def test_a_run_of_unknown_distance_leaves_no_low_sum() -> None:
    log = sessions_of([("a", "2026-03-01", "running", 8000.0), ("a", "2026-03-01", "running", np.nan)])
    day = daily_load(log).iloc[0]
    assert np.isnan(day[["distance_m", "longest_m", "steps"]].to_numpy(dtype=float)).all()
    assert day["sessions"] == 2
    assert day["timer_s"] == 1200


def test_each_time_keeps_its_own_name_and_none_stands_in_for_another() -> None:
    log = sessions_of([("a", "2026-03-01", "running", 8000.0), ("a", "2026-03-01", "running", 5000.0)])
    log.loc[1, ["timer_s", "moving_s", "elapsed_s"]] = [np.nan, 1200.0, 90_000.0]
    daily = daily_load(log)
    assert daily["timer_s"].isna().tolist() == [True]
    assert daily["moving_s"].tolist() == [590 + 1200]
    assert daily["elapsed_s"].tolist() == [660 + 90_000]
    weeks = weekly_totals(daily)
    assert weeks["timer_s"].isna().tolist() == [True]
    assert weeks[["moving_s", "elapsed_s"]].to_numpy().tolist() == [[1790, 90_660]]


@pytest.mark.parametrize(
    ("timer_s", "moving_s", "elapsed_s", "told_s"),
    [(600.0, 500.0, 900.0, 600.0), (np.nan, 500.0, 900.0, 500.0), (np.nan, np.nan, 900.0, 900.0), (0.0, 5.0, 9.0, 0.0)],
)
def test_another_sport_lasts_as_long_as_the_best_time_that_is_known(
    timer_s: float, moving_s: float, elapsed_s: float, told_s: float
) -> None:
    log = sessions_of(HAND)
    log.loc[3, ["timer_s", "moving_s", "elapsed_s"]] = [timer_s, moving_s, elapsed_s]
    assert daily_load(log)["other_sport_s"].tolist() == [0, 0, 0, told_s, 0, 0]


def test_another_sport_of_unknown_length_is_not_of_none() -> None:
    log = sessions_of(HAND)
    log.loc[3, ["timer_s", "moving_s", "elapsed_s"]] = np.nan
    daily = daily_load(log)
    assert daily["other_sport_s"].isna().tolist() == [False, False, False, True, False, False]
    assert daily["timer_s"].tolist() == [600, 1200, 0, 0, 0, 600]


def test_what_is_not_counted_and_what_has_no_day_is_left_out() -> None:
    log = sessions_of(HAND).assign(counted=[True, True, False, True, True])
    log.loc[4, "date"] = pd.NaT
    daily = daily_load(log)
    assert daily["distance_m"].tolist() == [8000, 5000, 0, 0]


def test_another_sport_can_be_summed() -> None:
    daily = daily_load(sessions_of(HAND), sport="cycling")
    assert daily["distance_m"].sum() == 40000
    assert daily["other_sport_s"].sum() == 4 * 600


def test_no_session_no_day() -> None:
    for frame, schema in ((daily_load(sessions_of([])), DAILY_LOAD), (weekly_totals(DAILY_LOAD.empty()), WEEKS)):
        assert schema.check(frame).empty


def test_errors_name_what_is_needed() -> None:
    with pytest.raises(ValueError, match=r"missing is 'drop'; 'zero' .* or 'nan' .* is needed"):
        daily_load(sessions_of(HAND), missing="drop")
    with pytest.raises(SchemaError, match="Sessions: column 'timer_s' is missing"):
        daily_load(sessions_of(HAND).drop(columns="timer_s"))


def test_weeks_of_a_hand_made_log() -> None:
    """1 March 2026 was a Sunday: one day of its week, then five of the next."""
    weeks = WEEKS.check(weekly_totals(daily_load(sessions_of(HAND))))
    assert weeks["week"].tolist() == [pd.Timestamp("2026-02-23"), pd.Timestamp("2026-03-02")]
    assert weeks["days"].tolist() == [1, 5]
    assert weeks["sessions"].tolist() == [1, 3]
    assert weeks["run_days"].tolist() == [1, 2]
    assert weeks["distance_m"].tolist() == [8000, 18000]
    assert weeks[["timer_s", "moving_s", "elapsed_s"]].to_numpy().tolist() == [[600, 590, 660], [1800, 1770, 1980]]
    assert weeks["longest_m"].tolist() == [8000, 10000]


def test_weeks_go_over_observed_days_and_a_week_without_any_has_no_sums() -> None:
    rows: Rows = [("a", "2026-03-03", "running", 8000.0), ("a", "2026-03-17", "running", np.nan)]
    weeks = WEEKS.check(weekly_totals(daily_load(sessions_of(rows), missing="nan")))
    assert weeks["days"].tolist() == [1, 0, 1]
    assert weeks["distance_m"].tolist()[0] == 8000
    assert weeks["distance_m"].isna().tolist() == [False, True, True]
    assert weeks["sessions"].isna().tolist() == [False, True, False]


def test_weeks_hold_every_load_that_the_days_have() -> None:
    """Sums by hand; an observed day without a known load makes its week's unknown, and damage has its exponent."""
    loads = {"trimp": [50.0, 30.0, 20.0, 5.0, 60.0], "hard_s": [1.0, 2.0, 3.0, 9.0, np.nan], "damage": 1000.0}
    log = sessions_of(HAND).assign(**loads, damage_exponent=6.6)
    weeks = WEEKS.check(weekly_totals(daily_load(log)))
    assert weeks["trimp"].tolist() == [50, 110]
    assert weeks["hard_s"].iloc[0] == 1
    assert weeks["hard_s"].isna().tolist() == [False, True]
    assert weeks["damage"].tolist() == [1000, 3000]
    assert weeks["damage_exponent"].tolist() == [6.6, 6.6]
    none = WEEKS.check(weekly_totals(daily_load(log.iloc[:0])))
    assert none.columns.tolist() == weeks.columns.tolist()
    assert none.dtypes.tolist() == weeks.dtypes.tolist()


def test_an_exponent_is_that_of_the_own_damage_from_its_first_day_on() -> None:
    """Neither another athlete's nor that of a later day: each day says what was known on it."""
    rows: Rows = [("a", "2026-03-01", "running", 1.0), ("b", "2026-03-01", "running", 1.0)]
    rows += [("b", "2026-03-03", "running", 1.0)]
    log = sessions_of(rows).assign(damage=[np.nan, np.nan, 5.0], damage_exponent=[np.nan, np.nan, 6.6])
    daily = daily_load(log)
    assert daily["damage_exponent"].fillna(0).tolist() == [0, 0, 0, 6.6]
    with pytest.raises(ValueError, match="damage was reckoned with 2 exponents; a sum needs one"):
        daily_load(log.assign(damage_exponent=[4.0, np.nan, 6.6]))


def test_a_session_of_nobody_and_words_for_true_are_refused() -> None:
    log = sessions_of(HAND)
    with pytest.raises(SchemaError, match="column 'athlete_id' has missing values"):
        daily_load(log.assign(athlete_id=log["athlete_id"].where(log.index != 1)))
    with pytest.raises(SchemaError, match=r"column 'counted' is \w+; bool is needed"):
        daily_load(log.assign(counted="False"))


logs = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.dates(pd.Timestamp("2025-12-01").date(), pd.Timestamp("2026-03-31").date()).map(str),
        st.sampled_from(["running", "running", "cycling"]),
        st.floats(0, 50_000) | st.just(float("nan")),
    ),
    min_size=1,
    max_size=40,
)


@given(logs)
def test_days_agree_with_grouping_in_pandas(rows: Rows) -> None:
    """Oracle: pandas' groupby, with a missing distance made to show."""
    log = sessions_of(rows)
    daily = daily_load(log).set_index(["athlete_id", "date"])
    runs = log[log["sport"] == "running"].groupby(["athlete_id", "date"])["distance_m"]
    expected = runs.sum().where(runs.count() == runs.size()).reindex(daily.index)
    ran = expected.index.isin(runs.size().index)
    np.testing.assert_allclose(daily["distance_m"][ran], expected[ran], rtol=1e-12)
    assert (daily["distance_m"][~ran] == 0).all()
    for _, days in daily.reset_index().groupby("athlete_id"):
        assert (days["date"].diff().dropna() == pd.Timedelta(days=1)).all()


@given(logs, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_company_of_others_do_not_matter(rows: Rows, random: st.DataObject) -> None:
    daily = daily_load(sessions_of(rows))
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # it is a random.Random
    pd.testing.assert_frame_equal(daily_load(sessions_of(shuffled)), daily, check_exact=True)
    alone = [daily_load(sessions_of([row for row in rows if row[0] == name])) for name in sorted({r[0] for r in rows})]
    pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True), daily, check_exact=True)


@given(logs)
def test_weeks_add_up_to_the_days_and_shift_with_them(rows: Rows) -> None:
    daily = daily_load(sessions_of(rows))
    weeks = weekly_totals(daily)
    assert weeks["days"].sum() == len(daily)
    assert (weeks["week"].dt.day_of_week == 0).all()
    for name in ("sessions", "timer_s", "moving_s", "elapsed_s"):
        assert weeks[name].sum() == pytest.approx(daily[name].sum())
    later = weekly_totals(daily.assign(date=daily["date"] + pd.Timedelta(days=7)))
    moved_back = (later["week"] - pd.Timedelta(days=7)).dt.as_unit("us")
    pd.testing.assert_frame_equal(later.assign(week=moved_back), weeks)
