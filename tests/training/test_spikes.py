"""Single-session spikes against hand cases, a plain loop over all pairs, and the properties of the definition."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.schema import SPIKES
from stressfx.training.spikes import SPIKE_CLASSES, session_spikes

DAY_S = 86_400
T0 = pd.Timestamp("2026-01-01T08:00", tz="UTC")

Row = tuple[str, float, float]
"""Athlete, start after `T0` [s] and distance [m] of a run."""


def runs_of(rows: list[Row], *, sport: str = "running", t0: pd.Timestamp = T0) -> pd.DataFrame:
    athlete, after_s, distance_m = zip(*rows, strict=True) if rows else ((), (), ())
    start = (t0 + pd.to_timedelta(pd.Series(after_s, dtype="float64"), unit="s")).dt.as_unit("us")
    names = [f"{name}-{after:09.0f}-{distance:09.1f}" for name, after, distance in rows]
    return pd.DataFrame(
        {
            "athlete_id": pd.Series(athlete, dtype="str"),
            "session_id": pd.Series(names, dtype="str"),
            "sport": pd.Series([sport] * len(rows), dtype="str"),
            "start": start,
            "date": start.dt.tz_localize(None).dt.normalize(),
            "distance_m": pd.Series(distance_m, dtype="float64"),
            "timer_s": pd.Series(distance_m, dtype="float64") / 3,
        },
    )


def last(rows: list[Row]) -> pd.Series:
    return SPIKES.check(session_spikes(runs_of(rows))).iloc[-1]


def days(count: float) -> float:
    return count * DAY_S


@pytest.mark.parametrize(
    ("distance_km", "state"),
    [
        (5.00, "reference"),
        (10.00, "reference"),
        (11.00, "reference"),
        (11.01, "small"),
        (13.00, "small"),
        (13.01, "moderate"),
        (20.00, "moderate"),
        (20.01, "large"),
    ],
)
def test_classes_reproduce_frandsen_2025(distance_km: float, state: str) -> None:
    """Oracle: the classes of the paper's abstract, with a longest prior run of 10 km."""
    spike = last(
        [("a", 0, 4000.0), ("a", days(20), 10_000.0), ("a", days(25), 7000.0), ("a", days(40), 1e3 * distance_km)]
    )
    assert spike["state"] == state
    assert spike["reference"] == 10_000
    assert spike["spike"] == pytest.approx(distance_km / 10 - 1)
    assert spike["reference_id"] == "a-001728000-0010000.0"


@pytest.mark.parametrize(("ratio", "state"), [(1.1, "reference"), (1.3, "small"), (2.0, "moderate")])
def test_bounds_belong_to_the_class_below_at_every_distance(ratio: float, state: str) -> None:
    """In floats, 1.1 times a distance, divided by the distance, is at times a little more than 1.1."""
    reference_m = np.arange(5000, 90_000) / 10
    assert ratio == 2 or (reference_m * ratio / reference_m > ratio).any()
    rows: list[Row] = []
    for number, metres in enumerate(reference_m[::7]):
        rows += [(str(number), 0, metres), (str(number), days(30), metres * ratio)]
    spikes = session_spikes(runs_of(rows))
    assert set(spikes.loc[spikes["state"] != "warm_up", "state"]) == {state}


def test_the_classes_carry_the_published_ratios() -> None:
    """Oracle: the table of the abstract."""
    published = {
        "reference": (1, 1, 1),
        "small": (1.64, 1.31, 2.05),
        "moderate": (1.52, 1.16, 2.0),
        "large": (2.28, 1.5, 3.48),
    }
    assert {entry.state: entry[2:5] for entry in SPIKE_CLASSES} == published
    assert all("doi:10.1136/bjsports-2024-109380" in entry.source for entry in SPIKE_CLASSES)


def test_the_window_is_thirty_days_to_the_second() -> None:
    early: list[Row] = [("a", 0, 5000.0), ("a", days(10), 10_000.0)]
    at_its_edge = last([*early, ("a", days(40), 12_000.0)])
    beyond_it = last([*early, ("a", days(40) + 1, 12_000.0)])
    assert at_its_edge["state"] == "small"
    assert beyond_it["state"] == "no_reference"
    assert np.isnan(beyond_it["spike"])
    assert beyond_it["reference_id"] == ""


def test_earlier_runs_of_the_same_day_are_references_and_the_run_itself_is_not() -> None:
    rows: list[Row] = [("a", 0, 9000.0), ("a", days(31), 6000.0), ("a", days(31) + 3600, 12_000.0)]
    morning, evening = session_spikes(runs_of(rows))["state"].tolist()[1:]
    assert (morning, evening) == ("no_reference", "moderate")
    assert last(rows)["reference"] == 6000


def test_runs_that_start_at_once_are_not_before_each_other() -> None:
    spikes = session_spikes(runs_of([("a", 0, 9000.0), ("a", days(35), 5000.0), ("a", days(35), 6000.0)]))
    assert spikes["state"].tolist() == ["warm_up", "no_reference", "no_reference"]


def test_the_first_thirty_days_are_warm_up_and_keep_their_reference() -> None:
    rows: list[Row] = [("a", 0, 5000.0), ("a", days(30) - 1, 20_000.0), ("a", days(30), 20_000.0)]
    spikes = session_spikes(runs_of(rows))
    assert spikes["state"].tolist() == ["warm_up", "warm_up", "reference"]
    assert spikes["reference"].tolist()[1:] == [5000, 20_000]
    assert spikes["spike"].tolist()[1] == 3


def test_the_log_begins_with_a_session_of_any_sport() -> None:
    ride = runs_of([("a", 0, 30_000.0)], sport="cycling")
    runs = runs_of([("a", days(31), 8000.0), ("a", days(32), 10_000.0)])
    spikes = session_spikes(pd.concat([ride, runs], ignore_index=True))
    assert spikes["state"].tolist() == ["no_reference", "small"]


def test_walks_short_runs_and_uncounted_sessions_are_no_part_of_it() -> None:
    walk = runs_of([("a", days(30), 15_000.0)], sport="walking").assign(counted=True)
    runs = runs_of([("a", 0, 5000.0), ("a", days(31), 499.9), ("a", days(32), 12_000.0), ("a", days(33), 500.0)])
    twin = runs_of([("a", days(31) + 60, 12_000.0)]).assign(counted=False)
    log = pd.concat([walk, runs.assign(counted=True), twin], ignore_index=True)
    spikes = session_spikes(log)
    assert spikes["value"].tolist() == [5000, 12_000, 500]
    assert spikes["state"].tolist() == ["warm_up", "no_reference", "reference"]


def test_unknown_and_zero_values_are_never_a_reference() -> None:
    rows: list[Row] = [("a", 0, np.nan), ("a", days(31), 0.0), ("a", days(32), 8000.0)]
    spikes = session_spikes(runs_of(rows), min_distance_m=0)
    assert spikes["value"].tolist() == [0, 8000]
    assert spikes["state"].tolist() == ["no_reference", "no_reference"]
    assert spikes["spike"].isna().all()


def test_duration_can_be_compared_instead() -> None:
    spikes = session_spikes(runs_of([("a", 0, 9000.0), ("a", days(30), 10_800.0)]), by="timer_s")
    assert spikes["by"].tolist() == ["timer_s", "timer_s"]
    assert spikes[["value", "reference"]].iloc[-1].tolist() == [3600, 3000]


@pytest.mark.parametrize(
    "by", ["timer_s", "moving_s", "elapsed_s", "steps", "trimp", "session_rpe", "damage", "hard_s"]
)
def test_any_load_is_compared_like_distance(by: str) -> None:
    beyond_m = {7: 10_000.0, 14: 16_000.0, 21: 20_000.0}
    rows: list[Row] = [("a", days(5 * number), beyond_m.get(number, 8000.0)) for number in range(25)]
    distances = session_spikes(runs_of(rows))
    loads = session_spikes(runs_of(rows).assign(**{by: lambda runs: runs["distance_m"] / 8}), by=by)
    assert set(loads["by"]) == {by}
    assert {"reference", "small", "moderate", "large"} <= set(loads["state"])
    pd.testing.assert_frame_equal(
        loads.drop(columns=["by", "value", "reference"]), distances.drop(columns=["by", "value", "reference"])
    )
    np.testing.assert_array_equal(loads["value"], distances["value"] / 8)


def test_runs_known_to_be_short_are_left_out_whatever_is_compared() -> None:
    rows: list[Row] = [("a", 0, 9000.0), ("a", days(31), 400.0), ("a", days(32), 9000.0), ("a", days(33), np.nan)]
    runs = runs_of(rows).assign(steps=[8000.0, 9000.0, 4000.0, 5000.0])
    assert session_spikes(runs, by="steps")["value"].tolist() == [8000, 4000, 5000]
    without = runs.drop(columns="distance_m")
    assert session_spikes(without, by="steps", min_distance_m=0)["value"].tolist() == [8000, 9000, 4000, 5000]


def test_damage_of_several_exponents_is_not_compared() -> None:
    rows: list[Row] = [("a", 0, 9000.0), ("a", days(31), 4000.0)]
    runs = runs_of(rows).assign(damage=[8000.0, 9000.0], damage_exponent=[6.6, 6.6])
    assert len(session_spikes(runs, by="damage")) == 2
    with pytest.raises(ValueError, match="damage was reckoned with several exponents; one is needed to compare"):
        session_spikes(runs.assign(damage_exponent=[6.6, 4.0]), by="damage")


def test_spikes_of_damage_carry_its_exponent_and_others_carry_none() -> None:
    rows: list[Row] = [("a", 0, 9000.0), ("a", days(31), 4000.0)]
    runs = runs_of(rows).assign(damage=[8000.0, 9000.0], damage_exponent=6.6)
    assert SPIKES.check(session_spikes(runs, by="damage"))["damage_exponent"].tolist() == [6.6, 6.6]
    assert list(session_spikes(runs).columns) == list(SPIKES.names)
    assert "damage_exponent" in SPIKES.check(session_spikes(runs.iloc[:0], by="damage")).columns


def test_of_equal_references_the_latest_is_named() -> None:
    rows: list[Row] = [("a", days(day), 8000.0) for day in (0, 5, 9, 31)]
    assert last(rows)["reference_id"] == "a-000777600-0008000.0"


def test_nothing_to_compare() -> None:
    for frame in (runs_of([]), runs_of([("a", 0, 5000.0)], sport="walking")):
        assert SPIKES.check(session_spikes(frame)).empty
    only = session_spikes(runs_of([("a", 0, 5000.0)]))
    assert only[["state", "reference_id"]].iloc[0].tolist() == ["warm_up", ""]


def test_errors_name_what_is_needed() -> None:
    runs = runs_of([("a", 0, 5000.0)])
    with pytest.raises(ValueError, match="lookback_days is 0; a whole number of days above 0 is needed"):
        session_spikes(runs, lookback_days=0)
    with pytest.raises(ValueError, match="by is 'sport'; a numeric column of Sessions or Loads is needed"):
        session_spikes(runs, by="sport")
    with pytest.raises(ValueError, match="by is 'trimp_source'; a numeric column"):
        session_spikes(runs, by="trimp_source")
    with pytest.raises(SchemaError, match="Sessions: column 'steps' is missing"):
        session_spikes(runs, by="steps")
    with pytest.raises(SchemaError, match="Sessions: column 'distance_m' is missing"):
        session_spikes(runs.drop(columns="distance_m"), by="timer_s")


# starts on a grid of six hours, so that equal starts and exact edges of the window come up
logs = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.integers(0, 4 * 90).map(lambda step: float(step * DAY_S // 4)),
        st.integers(1, 400).map(lambda tenth_km: tenth_km * 100.0) | st.just(float("nan")),
    ),
    max_size=40,
)


def by_all_pairs(rows: list[Row]) -> list[tuple[float, str]]:
    """Find the reference and class of every run straight from the definition: a loop over all pairs."""
    found = []
    for athlete, after_s, distance_m in sorted(row for row in rows if row[2] >= 500):
        own = [row for row in rows if row[0] == athlete]
        prior = [row[2] for row in own if 0 < after_s - row[1] <= 30 * DAY_S and row[2] >= 500]
        reference = max(prior, default=float("nan"))
        bounds = [(1.1, "reference"), (1.3, "small"), (2.0, "moderate"), (np.inf, "large")]
        classes = [state for bound, state in bounds if distance_m <= reference * bound * (1 + 1e-9)]
        state = classes[0] if prior else "no_reference"
        warm = after_s - min(row[1] for row in own) >= 30 * DAY_S
        found.append((reference, state if warm else "warm_up"))
    return found


@given(logs)
def test_spikes_agree_with_a_loop_over_all_pairs(rows: list[Row]) -> None:
    spikes = session_spikes(runs_of(rows))
    expected = by_all_pairs(rows)
    assert spikes["state"].tolist() == [state for _, state in expected]
    np.testing.assert_array_equal(spikes["reference"], [reference for reference, _ in expected])
    held = spikes[spikes["reference_id"] != ""]
    value_of = dict(zip(spikes["session_id"], spikes["value"], strict=True))
    assert held["reference_id"].map(value_of).tolist() == held["reference"].tolist()


def test_full_windows_agree_with_a_loop_over_all_pairs() -> None:
    rng = np.random.default_rng(3)
    rows: list[Row] = [
        ("a", float(rng.integers(0, 120 * DAY_S)), float(rng.integers(5, 300)) * 100) for _ in range(400)
    ]
    spikes = session_spikes(runs_of(rows))
    assert list(zip(spikes["reference"], spikes["state"], strict=True))[1:] == by_all_pairs(rows)[1:]


@given(logs, st.randoms(use_true_random=False), st.floats(0.01, 100))
def test_order_company_scale_and_calendar_do_not_matter(rows: list[Row], random: st.DataObject, scale: float) -> None:
    spikes = session_spikes(runs_of(rows))
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # it is a random.Random
    pd.testing.assert_frame_equal(session_spikes(runs_of(shuffled)), spikes)
    alone = [session_spikes(runs_of([row for row in rows if row[0] == name])) for name in ("a", "b")]
    pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True).astype(spikes.dtypes), spikes)

    runs = runs_of(rows)
    scaled = session_spikes(runs.assign(distance_m=runs["distance_m"] * scale), min_distance_m=0)
    unscaled = session_spikes(runs, min_distance_m=0)
    assert scaled["state"].tolist() == unscaled["state"].tolist()
    np.testing.assert_allclose(scaled["spike"], unscaled["spike"], rtol=1e-9, atol=1e-12)

    later = session_spikes(runs_of(rows, t0=T0 + pd.Timedelta(days=1000)))
    assert later["state"].tolist() == spikes["state"].tolist()
    assert ((later["date"] - spikes["date"]) == pd.Timedelta(days=1000)).all()


@given(logs, st.integers(1, 400))
def test_a_later_session_changes_no_earlier_row(rows: list[Row], after_h: int) -> None:
    spikes = session_spikes(runs_of(rows))
    end = max((row[1] for row in rows), default=0.0)
    more = session_spikes(runs_of([*rows, ("a", end + after_h * 3600, 30_000.0)]))
    before = more[more["start"] <= T0 + pd.Timedelta(seconds=end)] if rows else more.iloc[:0]
    pd.testing.assert_frame_equal(before.reset_index(drop=True), spikes)


@given(logs)
def test_a_run_like_the_longest_before_is_no_spike(rows: list[Row]) -> None:
    constant: list[Row] = [(athlete, after_s, 8000.0) for athlete, after_s, _ in rows]
    spikes = session_spikes(runs_of(constant))
    assert (spikes["spike"].dropna() == 0).all()
    assert set(spikes["state"]) <= {"reference", "no_reference", "warm_up"}
