"""The index of surface change against a worked example, its definition in loops, and every way to fill unknowns."""

import itertools
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.schema import SURFACE_CHANGE, SURFACES
from stressfx.training.surfaces.change import surface_change
from stressfx.training.surfaces.sessions import session_surfaces

NAN = math.nan
DAY_0 = pd.Timestamp("2025-01-01")
SAMPLES = Path(__file__).resolve().parents[3] / "data-samples"

Run = tuple[int, dict[str, float]]
"""Day of a run and its distance on each class. [d], [m]"""


def surfaces_of(runs: list[Run], *, athlete_id: str = "a") -> pd.DataFrame:
    rows = []
    for number, (day, ground) in enumerate(runs):
        total = sum(ground.values())
        for surface, distance_m in ground.items():
            share = 1 / len(ground) if math.isnan(total) or total == 0 else distance_m / total
            rows.append((f"{number}", DAY_0 + pd.Timedelta(days=day), surface, share, distance_m))
    session_id, date, surface, share, distance_m = zip(*rows, strict=True) if rows else ((),) * 5
    return pd.DataFrame(
        {
            "athlete_id": pd.Series([athlete_id] * len(rows), dtype="str"),
            "session_id": pd.Series(session_id, dtype="str"),
            "date": pd.Series(date, dtype="datetime64[us]"),
            "surface": pd.Series(surface, dtype="str"),
            "share": pd.Series(share, dtype="float64"),
            "distance_m": pd.Series(distance_m, dtype="float64"),
            "source": pd.Series(["label"] * len(rows), dtype="str"),
        }
    )


def days_of(last: int, *, athlete_id: str = "a", first: int = 0) -> pd.DataFrame:
    date = DAY_0 + pd.to_timedelta(np.arange(first, last + 1), unit="D")
    return pd.DataFrame({"athlete_id": pd.Series([athlete_id] * len(date), dtype="str"), "date": date.as_unit("us")})


def changes(runs: list[Run], last: int, **options: Any) -> pd.DataFrame:
    return SURFACE_CHANGE.check(surface_change(surfaces_of(runs), days_of(last), **options))


def on_last_day(before: dict[str, float], recent: dict[str, float], **options: Any) -> pd.Series:
    """Compare one run in the last week with one in the three weeks before it, after four weeks of history."""
    return changes([(0, before), (34, before), (50, recent)], 55, **options).iloc[-1]


def test_surface_change_reproduces_the_worked_example() -> None:
    """Oracle by hand: {track .8, road .2} then {track .2, concrete .8} gives 0.5 (.6 + .2 + .8) = 0.8."""
    change = on_last_day({"track": 8000, "asphalt": 2000}, {"track": 2000, "concrete": 8000})
    assert change["surface_change"] == pytest.approx(0.8, abs=1e-12)
    assert (change["new_surface"], change["new_share"]) == ("concrete", 0.8)
    assert change["flagged"]


def test_both_windows_are_as_long_as_they_say() -> None:
    runs: list[Run] = [(0, {"trail": 1e4}), (27, {"trail": 1e4}), (28, {"sand": 1e4})]
    change = changes(runs, 60)
    index = change["surface_change"].to_numpy()
    assert np.isnan(index[:27]).all(), "27 days of warm-up"
    assert index[27] == 0, "day 0 is still in the 21 days before the last 7"
    np.testing.assert_array_equal(np.flatnonzero(~np.isnan(index)), [27, 34])
    assert index[34] == 1


def test_a_threshold_itself_is_not_beyond_it() -> None:
    at_threshold = on_last_day({"trail": 9000, "sand": 1000}, {"trail": 6000, "sand": 4000})
    assert at_threshold["surface_change"] > 0.3, "in floats, 0.4 - 0.1 is a little more than 0.3"
    assert not at_threshold["flagged"]
    assert on_last_day({"trail": 9000, "sand": 1000}, {"trail": 5999, "sand": 4001})["flagged"]
    assert on_last_day({"trail": 9000, "sand": 1000}, {"trail": 6000, "sand": 4000}, threshold=0.29)["flagged"]


def test_a_surface_that_was_absent_for_28_days_is_flagged_above_a_fifth_of_the_week() -> None:
    new = on_last_day({"trail": 9000}, {"trail": 8000, "sand": 2000})
    assert (new["new_surface"], new["new_share"], new["flagged"]) == ("sand", 0.2, False)
    new = on_last_day({"trail": 9000}, {"trail": 7900, "sand": 2100})
    assert (new["new_surface"], new["flagged"]) == ("sand", True)
    assert not on_last_day({"trail": 9000}, {"trail": 7900, "sand": 2100}, new_share=0.21)["flagged"]


def test_of_several_new_surfaces_the_one_with_the_largest_share_is_named() -> None:
    new = on_last_day({"trail": 9000}, {"trail": 6000, "grass": 2500, "sand": 1500})
    assert (new["new_surface"], new["new_share"]) == ("grass", 0.25)


def test_a_surface_is_new_for_as_long_as_its_first_run_lies_in_the_last_days() -> None:
    runs: list[Run] = [(day, {"trail": 1e4}) for day in range(40)] + [(30, {"sand": 1e4}), (33, {"sand": 1e4})]
    change = changes(runs, 39)
    assert change.loc[change["new_surface"] != "", "date"].dt.day.tolist() == [31, 1, 2, 3, 4, 5, 6]
    assert change["new_share"].dropna().index.tolist() == list(range(30, 37))
    assert change["new_share"][33] == 2 / 9


def test_twenty_eight_days_ago_is_not_absent_and_twenty_nine_is() -> None:
    steady: list[Run] = [(day, {"trail": 1e4}) for day in range(80)]
    for gap, name in ((28, ""), (29, "sand")):
        change = changes([*steady, (30, {"sand": 1e4}), (30 + gap, {"sand": 1e4})], 79)
        assert change["new_surface"][30 + gap] == name


def test_nothing_is_new_in_the_first_28_days_nor_on_the_day_after_28_without_a_run() -> None:
    early: list[Run] = [(0, {"trail": 1e4}), (27, {"sand": 1e4})]
    assert (changes(early, 40)["new_surface"] == "").all()
    late: list[Run] = [(0, {"trail": 1e4}), (28, {"sand": 1e4})]
    assert changes(late, 40)["new_surface"][28] == "sand"
    after_a_break: list[Run] = [(0, {"trail": 1e4}), (40, {"sand": 1e4}), (42, {"grass": 1e4}), (47, {"grass": 1e4})]
    change = changes(after_a_break, 50)
    assert (change["new_surface"][:42] == "").all()
    assert change["new_surface"][42] == "grass"
    assert change["surface_change"][40:47].isna().all()
    assert not change["flagged"][:47].any(), "the 21 days before hold no distance yet"
    assert change["flagged"][47]


@pytest.mark.parametrize("share", [0.1, 0.4, 1.0])
def test_files_that_stop_telling_change_nothing(share: float) -> None:
    silent: list[Run] = [(day, {"trail": 6000, "sand": 4000}) for day in range(40)]
    silent += [
        (day, {"trail": 6000 * (1 - share), "sand": 4000 * (1 - share), "unknown": 1e4 * share})
        for day in range(40, 60)
    ]
    change = changes([(day, {k: v for k, v in ground.items() if v}) for day, ground in silent], 59)
    np.testing.assert_allclose(change["surface_change"][27:], 0, atol=1e-12)
    assert not change["flagged"].any()
    assert change["unknown_share"].iloc[-1] == pytest.approx(share * 20 / 28)
    as_class = changes([(day, {k: v for k, v in ground.items() if v}) for day, ground in silent], 59, unknown="class")
    assert as_class["surface_change"].max() == pytest.approx(share)


def test_files_that_begin_to_tell_give_no_index_but_name_what_was_not_seen_before() -> None:
    change = on_last_day({"unknown": 1e4}, {"trail": 7000, "unknown": 3000})
    assert change["surface_change"] == 0
    assert (change["new_surface"], change["new_share"], change["flagged"]) == ("trail", 0.7, True)
    assert change["unknown_share"] == pytest.approx(0.65)


def compositions(total: int, parts: int) -> list[tuple[int, ...]]:
    return [row for row in itertools.product(range(total + 1), repeat=parts) if sum(row) == total]


KNOWN = ("trail", "sand", "grass")
tenths = st.tuples(*[st.integers(0, 10)] * 4).filter(lambda row: sum(row) > 0).map(
    lambda row: tuple(np.diff([0, *np.round(np.cumsum(row) / sum(row) * 10).astype(int)]).tolist())
)  # fmt: skip


@given(tenths, tenths)
def test_the_index_is_the_least_that_any_ground_in_place_of_the_unknown_gives(
    before: tuple[int, ...], recent: tuple[int, ...]
) -> None:
    """Oracle: all ways to lay the unknown tenths of both windows on the known classes."""
    names = (*KNOWN, "unknown")
    grounds = [{k: 1e3 * n for k, n in zip(names, row, strict=True) if n} for row in (before, recent)]
    filled = [
        {tuple(a + b for a, b in zip(row[:3], more, strict=True)) for more in compositions(row[3], 3)}
        for row in (before, recent)
    ]
    distances = [
        sum(abs(a - b) for a, b in zip(q, p, strict=True)) / 20 for q in filled[0] for p in filled[1]
    ]  # fmt: skip
    assert on_last_day(*grounds)["surface_change"] == pytest.approx(min(distances), abs=1e-12)
    plain = sum(abs(a - b) for a, b in zip(before, recent, strict=True)) / 20
    assert on_last_day(*grounds, unknown="class")["surface_change"] == pytest.approx(plain, abs=1e-12)


def test_a_window_in_which_too_many_runs_have_no_distance_tells_nothing() -> None:
    steady: list[Run] = [(day, {"trail": 1e4}) for day in range(60)]
    few = changes([*steady[:58], (58, {"treadmill": NAN}), steady[59]], 59)
    assert few["surface_change"].iloc[-1] == 0
    assert (few["new_surface"].iloc[-1], few["new_share"].iloc[-1]) == ("treadmill", 0)
    many = changes([*steady[:57], (57, {"treadmill": NAN}), (58, {"treadmill": NAN}), steady[59]], 59)
    assert many["surface_change"][58:].isna().all()
    assert many["new_share"][58:].isna().all()
    assert not many["flagged"].any()


def test_rest_leaves_exact_zeros() -> None:
    """A running sum that subtracts would leave a trace of 0.1 + 0.2 and divide by it."""
    runs: list[Run] = [(day, {"trail": 1e4 / 3, "sand": 0.1 + day / 7}) for day in range(30)]
    change = changes([*runs, (80, {"trail": 5e3})], 90)
    assert change["surface_change"][58:].isna().all()
    assert change["surface_change"][36:57].isna().all()
    assert change["unknown_share"][58:80].isna().all()


def test_the_calendar_is_that_of_the_days_if_they_are_given() -> None:
    surfaces = surfaces_of([(5, {"trail": 1e4}), (40, {"trail": 1e4})])
    assert len(surface_change(surfaces)) == 36
    days = pd.concat([days_of(45), days_of(3, athlete_id="b")], ignore_index=True)
    change = SURFACE_CHANGE.check(surface_change(surfaces, days))
    pd.testing.assert_frame_equal(change[["athlete_id", "date"]], days)
    assert change.loc[46:, ["surface_change", "unknown_share", "new_share"]].isna().all(axis=None)
    for less in (days_of(39), days_of(45, first=6), days_of(45, athlete_id="b"), days_of(-1)):
        with pytest.raises(ValueError, match="daily lacks athletes or days that surfaces holds"):
            surface_change(surfaces, less)


def test_nothing_to_compare() -> None:
    assert SURFACE_CHANGE.check(surface_change(SURFACES.empty())).empty
    assert SURFACE_CHANGE.check(surface_change(SURFACES.empty(), days_of(-1))).empty
    change = changes([], 40)
    assert len(change) == 41
    assert change["surface_change"].isna().all()
    assert not change["flagged"].any()


def test_errors_name_what_is_needed() -> None:
    surfaces = surfaces_of([(0, {"trail": 1e4})])
    with pytest.raises(ValueError, match="windows are 7 and 0 days long; 1 day and more is needed"):
        surface_change(surfaces, before_days=0)
    with pytest.raises(ValueError, match="unknown is 'drop'; 'least' or 'class' is needed"):
        surface_change(surfaces, unknown="drop")
    with pytest.raises(SchemaError, match="of no class that is known"):
        surface_change(surfaces_of([(0, {"tarmac": 1e4})]))
    with pytest.raises(SchemaError, match="Surfaces: column 'share' is missing"):
        surface_change(surfaces.drop(columns="share"))


logs = st.lists(
    st.tuples(
        st.integers(0, 90),
        st.dictionaries(
            st.sampled_from(["trail", "sand", "unknown"]), st.integers(1, 300).map(lambda n: n * 100.0), min_size=1
        ),
    ),
    min_size=1,
    max_size=40,
)


def by_definition(runs: list[Run], day: int, recent_days: int, before_days: int) -> float:
    """Compute the index of one day straight from its definition, with unknown ground as a class."""
    recent: Counter[str] = Counter()
    before: Counter[str] = Counter()
    for on, ground in runs:
        if day - recent_days < on <= day:
            recent.update(ground)
        if day - recent_days - before_days < on <= day - recent_days:
            before.update(ground)
    if day - min(on for on, _ in runs) < recent_days + before_days - 1 or not recent or not before:
        return NAN
    names = {*recent, *before}
    return sum(abs(recent[k] / recent.total() - before[k] / before.total()) for k in names) / 2


@given(logs, st.integers(1, 12), st.integers(1, 30))
def test_the_index_agrees_with_plain_loops(runs: list[Run], recent_days: int, before_days: int) -> None:
    options: dict[str, Any] = {"recent_days": recent_days, "before_days": before_days}
    surfaces = surfaces_of(runs)
    plain = SURFACE_CHANGE.check(surface_change(surfaces, **options, unknown="class"))
    first = min(day for day, _ in runs)
    expected = [by_definition(runs, first + n, recent_days, before_days) for n in range(len(plain))]
    np.testing.assert_allclose(plain["surface_change"], expected, atol=1e-12)
    least = surface_change(surfaces, **options)
    assert (least["surface_change"].isna() == plain["surface_change"].isna()).all()
    assert not (least["surface_change"] > plain["surface_change"] + 1e-12).any()


@given(st.lists(st.integers(0, 90), min_size=1, max_size=40), st.floats(0.1, 1e6))
def test_the_index_is_0_when_nothing_changes(days: list[int], metres: float) -> None:
    change = surface_change(surfaces_of([(day, {"trail": 0.7 * metres, "sand": 0.3 * metres}) for day in days]))
    np.testing.assert_allclose(change["surface_change"].dropna(), 0, atol=1e-12)
    assert not change["flagged"].any()


def moved(dates: pd.Series, days: int) -> pd.Series:
    return (dates + pd.Timedelta(days=days)).astype("datetime64[us]")


@settings(max_examples=40)
@given(logs, logs, st.randoms(use_true_random=False))
def test_order_company_and_calendar_of_runs_do_not_matter(one: list[Run], other: list[Run], random: Any) -> None:
    both = pd.concat([surfaces_of(one, athlete_id="a"), surfaces_of(other, athlete_id="b")], ignore_index=True)
    change = surface_change(both.sample(frac=1, random_state=random.randrange(99)))
    alone = [surface_change(both[both["athlete_id"] == name]) for name in ("a", "b")]
    pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True), change)
    later = surface_change(both.assign(date=moved(both["date"], 1000)))
    pd.testing.assert_frame_equal(later.assign(date=moved(later["date"], -1000)), change)


def test_values_are_the_same_to_the_last_bit_in_any_order_and_company() -> None:
    rng = np.random.default_rng(1)
    runs: list[Run] = [
        (int(day), dict(zip(KNOWN, rng.uniform(1, 1e4, 3), strict=True))) for day in rng.integers(0, 60, 300)
    ]
    surfaces = surfaces_of(runs)
    change = surface_change(surfaces)
    for seed in range(9):
        company = surfaces_of(runs[seed::3], athlete_id="A")
        shuffled = pd.concat([surfaces, company], ignore_index=True).sample(frac=1, random_state=seed)
        own = surface_change(shuffled).query("athlete_id == 'a'").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, change, check_exact=True)


@given(logs, st.integers(1, 40), st.sampled_from(["trail", "unknown", "concrete"]))
def test_a_later_run_changes_no_earlier_day(runs: list[Run], after: int, surface: str) -> None:
    change = surface_change(surfaces_of(runs))
    end = max(day for day, _ in runs)
    more = surface_change(surfaces_of([*runs, (end + after, {surface: 3e4})]))
    pd.testing.assert_frame_equal(more.iloc[: len(change)], change)


def sample(name: str) -> pd.DataFrame:
    """Make Sessions out of what is stated of the files of a sample runner, without reading the files."""
    stated = pd.DataFrame(json.loads((SAMPLES / name / "truth.json").read_text(encoding="utf-8"))["sessions"])
    return pd.DataFrame(
        {
            "athlete_id": pd.Series([name] * len(stated), dtype="str"),
            "session_id": stated["file"].astype("str"),
            "sport": stated["sport"].astype("str"),
            "sub_sport": stated["sub_sport"].astype("str"),
            "date": pd.to_datetime(stated["date"]).dt.as_unit("us"),
            "distance_m": stated["distance_m"].astype(float),
            "counted": stated["counted"],
        }
    )


def test_the_planted_change_to_the_track_is_found_in_the_week_of_its_first_day() -> None:
    change = surface_change(session_surfaces(sample("runner-a")))
    new = change[change["new_surface"] != ""]
    assert set(new["new_surface"]) == {"track"}
    assert new["date"].min() == pd.Timestamp("2025-05-20")
    flagged = change.loc[change["flagged"] & (change["date"] >= "2025-05-19"), "date"]
    assert flagged.min() == pd.Timestamp("2025-05-21")
    assert change.loc[change["date"].isin(flagged), "surface_change"].max() > 0.3


def test_a_steady_runner_gives_no_alarm() -> None:
    change = surface_change(session_surfaces(sample("runner-b")))
    assert not change["flagged"].any()
    assert change["surface_change"].notna().sum() > 200
