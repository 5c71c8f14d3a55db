"""Shoes of runs and their mileage against logs worked by hand, a plain loop over all runs, and the sample runners."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_shoes import D0, DAY, NAN, runs_of, shoes_of

from stressfx.errors import SchemaError
from stressfx.exports.log import training_log
from stressfx.exports.read import read_export
from stressfx.schema import SHOES, WEAR
from stressfx.training.shoes.mileage import DEFAULT_WORDS, assign_shoes, kinds_of, shoe_mileage, unassigned_share

SAMPLES = Path(__file__).parents[3] / "data-samples"
GIVEN = ["shoe_id", "shoe_source", "shoe_reason"]

TWO = shoes_of({"shoe_id": "blue", "default_for": "all"}, {"shoe_id": "belt", "default_for": "treadmill"})


def assigned(run: dict[str, Any], *pairs: dict[str, Any], **columns: str) -> list[str]:
    """Give pair, source and reason of a single run."""
    found = assign_shoes(runs_of(run).assign(**columns), shoes_of(*pairs))
    return found[GIVEN].iloc[0].tolist()


def test_what_the_session_names_stands_before_rules_and_these_before_defaults() -> None:
    runs = runs_of({"shoe_id": "red"}, {"shoe_id": "green"}, {}, {"sub_sport": "treadmill"})
    runs = runs.assign(shoe_source=pd.Series(["", "rule", "", ""], dtype="str"))
    shoes = pd.concat([TWO, shoes_of({"shoe_id": "red"}, {"shoe_id": "green"})], ignore_index=True)
    assert assign_shoes(runs, shoes)[GIVEN].to_numpy().tolist() == [
        ["red", "explicit", "listed"],
        ["green", "rule", "listed"],
        ["blue", "default", "all"],
        ["belt", "default", "treadmill"],
    ]


def test_a_pair_in_no_table_stays_as_it_was_told() -> None:
    assert assigned({"shoe_id": "old"}, {"shoe_id": "blue", "default_for": "all"}) == ["old", "explicit", "unlisted"]
    assert assigned({"shoe_id": "old"}) == ["old", "explicit", "unlisted"]
    assert assigned({}) == ["", "", "none"]


def test_a_pair_is_found_by_its_name_and_however_that_is_written() -> None:
    blue = {"shoe_id": "blue", "name": "Maker Model 3", "start": 0}
    for told, reason in (
        ("blue", "listed"),
        ("Blue ", "listed"),
        ("Maker Model 3", "name"),
        ("maker  model 3", "name"),
    ):
        assert assigned({"shoe_id": told}, blue) == ["blue", "explicit", reason]


def test_of_two_pairs_of_one_name_the_one_in_use_is_meant() -> None:
    old = {"shoe_id": "old", "name": "Model", "start": 0, "retired": 9}
    new = {"shoe_id": "new", "name": "Model", "start": 10}
    assert assigned({"shoe_id": "Model", "day": 9}, old, new)[0] == "old"
    assert assigned({"shoe_id": "Model", "day": 10}, old, new)[0] == "new"
    assert assigned({"shoe_id": "Model", "day": -1}, old, new) == ["Model", "explicit", "several"]
    assert assigned({"shoe_id": "Model", "day": 10}, old | {"retired": 20}, new) == ["Model", "explicit", "several"]


def test_an_account_that_knows_a_name_alone_gives_way_to_the_runners_own_table() -> None:
    sparse = {"shoe_id": "Model 3", "name": "Model 3"}
    assert assigned({"shoe_id": "Model 3"}, sparse) == ["Model 3", "explicit", "listed"]
    assert assigned({"shoe_id": "Model 3"}, sparse, {"shoe_id": "blue", "name": "Model 3", "start": 0})[0] == "blue"


@pytest.mark.parametrize(
    ("sub_sport", "label", "defaults", "word"),
    [
        ("treadmill", "", "all treadmill indoor", "treadmill"),
        ("virtual_activity", "", "all treadmill", "treadmill"),
        ("antigravity", "", "all treadmill", "treadmill"),
        ("antigravity", "", "road indoor", "indoor"),
        ("treadmill", "", "all antigravity", "antigravity"),
        ("treadmill", "", "all indoor", "indoor"),
        ("indoor_running", "", "treadmill all", "all"),
        ("indoor_running", "", "all track", "track"),
        ("track", "", "road track", "track"),
        ("trail", "", "road trail all", "trail"),
        ("trail", "", "road", ""),
        ("street", "", "all road", "road"),
        ("trail", "asphalt", "trail all road", "road"),
        ("trail", "asphalt", "asphalt road", "asphalt"),
        ("", "unknown", "trail all road", "all"),
        ("treadmill", "unknown", "road treadmill", "treadmill"),
        ("", "", "trail road", "road, kind unknown"),
        ("generic", "", "trail road", "road, kind unknown"),
        ("ultra", "", "road all", "all"),
        ("", "gravel", "road trail", ""),
        ("", "gravel", "road gravel trail all", "gravel"),
    ],
)
def test_the_default_that_fits_most_closely_is_taken(sub_sport: str, label: str, defaults: str, word: str) -> None:
    pairs = [{"shoe_id": f"for {name}", "default_for": name} for name in defaults.split()]
    expected = [f"for {word.partition(',')[0]}", "default", word] if word else ["", "", "none"]
    assert assigned({"sub_sport": sub_sport, "surface_label": label}, *pairs) == expected
    assert set(defaults.split()) <= DEFAULT_WORDS


def test_one_pair_may_be_the_default_for_several_things() -> None:
    pair = {"shoe_id": "blue", "default_for": "Road, all"}
    assert [assigned({"sub_sport": kind}, pair)[2] for kind in ("street", "trail", "")] == ["road", "all", "all"]


def test_only_a_pair_in_use_on_the_day_is_a_default() -> None:
    pair = {"shoe_id": "blue", "default_for": "all", "start": 3, "retired": 7}
    found = [assigned({"day": day}, pair, {"shoe_id": "red"})[0] for day in range(2, 9)]
    assert found == ["", "blue", "blue", "blue", "blue", "blue", ""]


def test_a_pair_that_is_taken_up_again_is_a_default_again() -> None:
    first = {"shoe_id": "blue", "default_for": "all", "start": 0, "retired": 3}
    second = {"shoe_id": "blue", "default_for": "trail", "start": 8}
    found = [assigned({"day": day, "sub_sport": "trail"}, first, second)[::2] for day in (3, 5, 8)]
    assert found == [["blue", "all"], ["", "none"], ["blue", "trail"]]


def test_two_pairs_that_fit_alike_leave_the_run_unassigned_and_say_so() -> None:
    pairs = [{"shoe_id": name, "default_for": "trail all"} for name in ("blue", "red")]
    assert assigned({"sub_sport": "trail"}, *pairs) == ["", "", "several"]
    assert assigned({"sub_sport": "trail"}, *pairs, {"shoe_id": "x", "default_for": "all"}) == ["", "", "several"]


def test_walks_and_runs_without_a_day_have_no_default_but_may_name_a_pair() -> None:
    runs = runs_of({"sport": "walking"}, {"sport": "walking", "shoe_id": "blue"}, {}, {"shoe_id": "blue"})
    runs.loc[2:, "date"] = pd.NaT
    found = assign_shoes(runs, TWO)[GIVEN].to_numpy().tolist()
    assert found == [["", "", ""], ["blue", "explicit", "listed"], ["", "", "no day"], ["blue", "explicit", "listed"]]
    assert assign_shoes(runs, TWO, sport="walking")["shoe_id"].tolist() == ["blue", "blue", "", "blue"]


def test_sessions_keep_their_rows_their_index_and_everything_else() -> None:
    runs = runs_of({"day": 3}, {"day": 1, "sub_sport": "treadmill"}, {"day": 2}).set_axis([7, 7, 1])
    found = assign_shoes(runs, TWO)
    pd.testing.assert_frame_equal(found.drop(columns=GIVEN), runs.drop(columns="shoe_id"))
    assert found["shoe_id"].tolist() == ["blue", "belt", "blue"]
    pd.testing.assert_frame_equal(assign_shoes(found, TWO), found)
    assert runs["shoe_id"].tolist() == [""] * 3, "the frame that was given stays as it is"


def test_a_default_of_an_earlier_call_is_looked_for_anew() -> None:
    found = assign_shoes(assign_shoes(runs_of({}), TWO), shoes_of({"shoe_id": "red", "default_for": "all"}))
    assert found[GIVEN].to_numpy().tolist() == [["red", "default", "all"]]


def test_each_athlete_wears_the_own_pairs() -> None:
    shoes = shoes_of(
        {"shoe_id": "blue", "athlete_id": "ann", "default_for": "all", "start_distance_m": 1000.0},
        {"shoe_id": "blue", "athlete_id": "bob", "default_for": "trail", "start_distance_m": 5000.0},
    )
    found = assign_shoes(runs_of({"athlete_id": "bob"}, {"athlete_id": "ann"}, {"athlete_id": "cid"}), shoes)
    assert found["shoe_id"].tolist() == ["", "blue", ""]
    wear = shoe_mileage(
        runs_of({"athlete_id": "bob", "shoe_id": "blue"}, {"athlete_id": "ann", "shoe_id": "blue"}), shoes
    )
    assert wear["total_m"].tolist() == [11_000, 15_000]


def test_kinds_of_runs_are_named_once() -> None:
    runs = pd.DataFrame({"sub_sport": ["indoor_running", "", "ultra"]}, dtype="str")
    assert kinds_of(runs).tolist() == ["indoor_track", "unknown", "ultra"]


def test_the_share_without_a_pair_is_told_by_runs_and_by_distance() -> None:
    runs = runs_of(
        {"shoe_id": "blue", "distance_m": 6000.0},
        {"distance_m": 2000.0},
        {"distance_m": NAN},
        {"shoe_id": "blue", "distance_m": NAN},
        {"distance_m": 1e6, "counted": False},
        {"distance_m": 1e6, "sport": "walking"},
        {"athlete_id": "b", "distance_m": NAN},
    )
    first, second = unassigned_share(runs).to_dict("records")
    assert (first["runs"], first["unassigned_runs"], first["share_of_runs"]) == (4, 2, 0.5)
    assert (first["distance_m"], first["unassigned_m"], first["share_of_distance"]) == (8000, 2000, 0.25)
    assert first["unknown_runs"] == 2
    assert (second["share_of_runs"], second["unknown_runs"]) == (1, 1)
    assert np.isnan(second["share_of_distance"])
    assert unassigned_share(runs_of()).empty


def test_mileage_of_a_log_worked_by_hand() -> None:
    """A swap on one day, a treadmill, a pair that is laid aside and taken up again, a run of unknown distance."""
    runs = runs_of(
        {"day": 5, "shoe_id": "blue", "distance_m": 5000.0},
        {"day": 0, "shoe_id": "blue", "distance_m": 8000.0},
        {"day": 0, "hour": 18, "shoe_id": "red", "distance_m": 4000.0},
        {"day": 0, "hour": 20, "shoe_id": "blue", "distance_m": 2000.0},
        {"day": 1, "shoe_id": "red", "distance_m": NAN, "sub_sport": "treadmill"},
        {"day": 2, "distance_m": 7000.0},
        {"day": 5, "hour": 9, "shoe_id": "blue", "distance_m": NAN},
    )
    shoes = shoes_of(
        {"shoe_id": "blue", "start": 0, "retired": 2, "start_distance_m": 100_000.0}, {"shoe_id": "blue", "start": 4}
    )
    wear = WEAR.check(shoe_mileage(runs, shoes))
    assert wear["shoe_id"].tolist() == ["", "blue", "blue", "red", "red"]
    assert wear["date"].tolist() == [D0 + day * DAY for day in (2, 0, 5, 0, 1)]
    np.testing.assert_array_equal(wear["distance_m"], [7000, 10_000, 5000, 4000, NAN])
    assert wear["total_m"].tolist() == [7000, 110_000, 115_000, 4000, 4000]
    assert wear["unknown_runs"].tolist() == [0, 0, 1, 0, 1]


def test_what_is_not_counted_has_no_day_or_is_no_run_wears_nothing() -> None:
    runs = runs_of({"counted": False}, {"sport": "walking"}, {"sport": "cycling"}, {})
    runs.loc[3, "date"] = pd.NaT
    assert WEAR.check(shoe_mileage(runs)).empty
    assert shoe_mileage(runs, sports=("running", "walking"))["distance_m"].tolist() == [10_000]
    assert shoe_mileage(runs.drop(columns="counted"))["distance_m"].tolist() == [10_000]


def test_runs_before_the_first_day_and_after_the_last_count() -> None:
    shoes = shoes_of({"shoe_id": "blue", "start": 3, "retired": 5, "start_distance_m": 1000.0})
    wear = shoe_mileage(runs_of(*({"shoe_id": "blue", "day": day} for day in (1, 4, 8))), shoes)
    assert wear["total_m"].tolist() == [11_000, 21_000, 31_000]


def test_errors_name_what_is_needed() -> None:
    with pytest.raises(SchemaError, match="Sessions: column 'sub_sport' is missing"):
        assign_shoes(runs_of({}).drop(columns="sub_sport"), TWO)
    with pytest.raises(SchemaError, match="Sessions: column 'distance_m' is missing"):
        shoe_mileage(runs_of({}).drop(columns="distance_m"))
    with pytest.raises(SchemaError, match="Shoes: column 'default_for' is missing"):
        assign_shoes(runs_of({}), TWO.drop(columns="default_for"))
    assert assign_shoes(runs_of(), TWO).empty
    assert assign_shoes(runs_of({}), SHOES.empty())["shoe_reason"].tolist() == ["none"]


KINDS = ("generic", "treadmill", "trail", "track")
logs = st.lists(
    st.fixed_dictionaries(
        {
            "athlete_id": st.sampled_from(["a", "b"]),
            "day": st.integers(0, 12),
            "sub_sport": st.sampled_from(KINDS),
            "shoe_id": st.sampled_from(["", "", "", "p0", "p1", "other"]),
            "distance_m": st.integers(0, 40_000).map(float) | st.just(NAN),
            "counted": st.sampled_from([True, True, True, False]),
        }
    ),
    max_size=12,
)
tables = st.lists(
    st.fixed_dictionaries(
        {
            "start": st.integers(0, 12) | st.just(pd.NaT),
            "retired": st.integers(0, 12) | st.just(pd.NaT),
            "default_for": st.sampled_from(["", "all", "all", "road", "treadmill", "trail", "road trail"]),
            "start_distance_m": st.integers(0, 500_000).map(float) | st.just(NAN),
        }
    ),
    max_size=3,
).map(lambda rows: [{"shoe_id": f"p{number}", "watch_m": 1.0, **row} for number, row in enumerate(rows)])


def by_a_loop(run: dict[str, Any], pairs: list[dict[str, Any]]) -> tuple[str, str]:
    """Find pair and source of one run straight from the rules, one after the other."""
    if run["shoe_id"]:
        return run["shoe_id"], "explicit"
    kind = "road" if run["sub_sport"] == "generic" else run["sub_sport"]
    for word in ("all", "road") if kind == "road" else (kind, "all"):
        fitting = [
            pair["shoe_id"]
            for pair in pairs
            if word in pair["default_for"].split()
            and (pair["start"] is pd.NaT or pair["start"] <= run["day"])
            and (pair["retired"] is pd.NaT or run["day"] <= pair["retired"])
        ]
        if fitting:
            return (fitting[0], "default") if len(fitting) == 1 else ("", "")
    return "", ""


@pytest.mark.slow
@settings(max_examples=1000)
@given(logs, tables)
def test_shoes_and_mileage_agree_with_a_loop_over_all_runs(
    runs: list[dict[str, Any]], pairs: list[dict[str, Any]]
) -> None:
    """So every run is in one pair or in none, a total is a sum, and neither order nor company nor later days matter."""
    shoes = shoes_of(*pairs)
    found = assign_shoes(runs_of(*runs), shoes)
    expected = [by_a_loop(run, pairs) for run in runs]
    assert list(zip(found["shoe_id"], found["shoe_source"], strict=True)) == expected
    worn: dict[tuple[str, str, int], list[float]] = {}
    for run, (pair, _) in zip(runs, expected, strict=True):
        if run["counted"]:
            worn.setdefault((run["athlete_id"], pair, run["day"]), []).append(run["distance_m"])
    start = {pair["shoe_id"]: np.nan_to_num(pair["start_distance_m"]) for pair in pairs}
    rows = []
    for (athlete, pair, day), distances in sorted(worn.items()):
        known = [value for value in distances if value == value]  # noqa: PLR0124  # NaN is not itself
        total = start.get(pair, 0.0) + sum(
            value
            for (whose, which, when), some in worn.items()
            for value in some
            if (whose, which) == (athlete, pair) and when <= day and value == value  # noqa: PLR0124  # as above
        )
        unknown = len(distances) - len(known)
        rows.append([athlete, pair, D0 + day * DAY, sum(known) if known else None, total, unknown])
    wear = shoe_mileage(found, shoes)
    shown = wear.astype(object).where(wear.notna(), None)
    assert shown.to_numpy().tolist() == rows


@pytest.mark.slow
@settings(max_examples=1000)
@given(logs, st.integers(0, 12), st.randoms(use_true_random=False))
def test_order_company_and_later_days_change_no_total(
    runs: list[dict[str, Any]], until: int, random: st.DataObject
) -> None:
    """Distances are no whole numbers here; one log stands beside its own past, shuffled, as that of another athlete."""
    odd = [run | {"athlete_id": "whole", "distance_m": run["distance_m"] / 7} for run in runs]
    past = [run | {"athlete_id": "past"} for run in odd if run["day"] <= until]
    both = odd + past
    random.shuffle(both)  # type: ignore[attr-defined]  # it is a random.Random
    wear = shoe_mileage(runs_of(*both))
    whole = wear[(wear["athlete_id"] == "whole") & (wear["date"] <= D0 + until * DAY)].drop(columns="athlete_id")
    alone = wear[wear["athlete_id"] == "past"].drop(columns="athlete_id")
    pd.testing.assert_frame_equal(
        whole.reset_index(drop=True), alone.reset_index(drop=True), check_exact=True, check_column_type=False
    )


@pytest.mark.parametrize("runner", ["runner-a", "runner-b"])
def test_the_samples_wear_their_shoes_as_it_was_planned(runner: str) -> None:
    """Oracle: truth.json, which knows what a file that breaks off would have held, 5.5 m more.

    One treadmill run of runner B is a TCX file, which cannot say so; the label does here.
    """
    export = read_export(SAMPLES / runner, athlete_id=runner)
    truth = json.loads((SAMPLES / runner / "truth.json").read_text(encoding="utf-8"))
    log = training_log(export.sessions)
    silent = {run["file"] for run in truth["sessions"] if run["surface"] == "treadmill" and not run["sub_sport"]}
    assert len(silent) == (runner == "runner-b")
    log = log.assign(surface_label=pd.Series(np.where(log["source"].isin(silent), "treadmill", ""), dtype="str"))
    found = assign_shoes(log, export.shoes)
    assert unassigned_share(found)[["share_of_runs", "share_of_distance"]].to_numpy().tolist() == [[0, 0]]
    runs = found[found["counted"] & (found["sport"] == "running")].groupby("shoe_id").size()
    wear = shoe_mileage(found, export.shoes).groupby("shoe_id")
    for pair in truth["shoes"]:
        assert runs[pair["shoe_id"]] == pair["runs"]
        assert wear["distance_m"].sum()[pair["shoe_id"]] == pytest.approx(pair["distance_m"], abs=6)
        assert wear["total_m"].max()[pair["shoe_id"]] == pytest.approx(pair["with_start_m"], abs=6)
    first = wear["date"].min().dt.strftime("%Y-%m-%d").to_dict()
    assert first == truth["changes"]["first_day_in_shoe"]
    assert first.get("a3", "2025-05-24") == "2025-05-24"
