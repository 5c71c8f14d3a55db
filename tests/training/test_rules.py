"""Rules applied to sessions, against cases by hand and a plain loop over sessions and rules."""

from typing import Any

import made_log
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.schema import DTYPES, RULES, SESSIONS
from stressfx.training.cross_training import cross_training_kind
from stressfx.training.daily import daily_load
from stressfx.training.rules import apply_rules
from stressfx.training.shoes.mileage import shoe_mileage
from stressfx.training.spikes import session_spikes

KINDS = {column.name: column.kind for column in (*SESSIONS.columns, *RULES.columns)}
EMPTY: dict[str, Any] = {"text": "", "date": None, "float": None}


def frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    """Make a frame of rows that leave out what is empty."""
    return pd.DataFrame(
        {
            name: pd.Series([row.get(name, EMPTY[KINDS[name]]) for row in rows], dtype=DTYPES[KINDS[name]])
            for name in columns
        }
    )


def rules_of(*rows: dict[str, Any]) -> pd.DataFrame:
    return RULES.check(frame(list(rows), tuple(column.name for column in RULES.columns)))


def runs_of(*rows: dict[str, Any]) -> pd.DataFrame:
    columns = ("session_id", "name", "sport", "sub_sport", "shoe_id", "date", "body_weight_share")
    return frame([{"sport": "running"} | row for row in rows], columns)


def test_every_condition_chooses_its_sessions() -> None:
    runs = runs_of(
        {"session_id": "1", "name": "Morning PARKRUN (5k)", "date": pd.Timestamp("2025-02-01"), "shoe_id": "blue"},
        {"session_id": "2", "name": "parkrun", "date": pd.Timestamp("2025-02-02"), "sub_sport": "trail"},
        {"session_id": "3", "sport": "walking", "date": pd.Timestamp("2025-02-03")},
        {"session_id": "4"},
    )
    chosen = {
        "session_id": ({"session_id": "3"}, "3"),
        "name": ({"name": "ParkRun"}, "12"),
        "no pattern": ({"name": "(5K)"}, "1"),
        "sport": ({"sport": "walking"}, "3"),
        "sub_sport": ({"sub_sport": "trail"}, "2"),
        "shoe": ({"shoe": "blue"}, "1"),
        "weekday": ({"weekday": "saturday"}, "1"),
        "first": ({"first": pd.Timestamp("2025-02-02")}, "23"),
        "last": ({"last": pd.Timestamp("2025-02-02")}, "12"),
        "all of them": ({"name": "parkrun", "weekday": "sunday", "sport": "running"}, "2"),
        "none of them": ({"name": "parkrun", "sport": "walking"}, ""),
        "without any": ({}, "1234"),
    }
    for what, (conditions, ids) in chosen.items():
        ruled = apply_rules(runs, rules_of({**conditions, "surface": "sand"}))
        assert "".join(ruled.loc[ruled["surface_label"] == "sand", "session_id"]) == ids, what


def test_the_first_rule_that_sets_a_thing_does_and_leaves_other_things_to_the_next() -> None:
    rules = rules_of(
        {"sub_sport": "treadmill", "surface": "treadmill"},
        {"surface": "asphalt", "shoe_id": "blue"},
        {"surface": "sand", "shoe_id": "red", "body_weight_share": 0.8},
        {"body_weight_share": 0.5},
    )
    ruled = apply_rules(runs_of({"sub_sport": "treadmill"}, {}), rules)
    assert ruled["surface_label"].tolist() == ["treadmill", "asphalt"]
    assert ruled["shoe_id"].tolist() == ["blue", "blue"]
    assert ruled["body_weight_share"].tolist() == [0.8, 0.8]


def test_a_pair_that_the_session_names_is_never_replaced() -> None:
    runs = runs_of({"shoe_id": "own"}, {}, {"shoe_id": "old"})
    ruled = apply_rules(runs, rules_of({"shoe": "old", "surface": "track"}, {"shoe_id": "red"}))
    assert ruled["shoe_id"].tolist() == ["own", "red", "old"]
    assert ruled["shoe_source"].tolist() == ["explicit", "rule", "explicit"]
    assert ruled["surface_label"].tolist() == ["", "", "track"]


def test_a_condition_on_shoes_sees_no_pair_that_a_rule_put_on() -> None:
    ruled = apply_rules(runs_of({}), rules_of({"shoe_id": "red"}, {"shoe": "red", "surface": "track"}))
    assert ruled[["shoe_id", "surface_label"]].iloc[0].tolist() == ["red", ""]


def test_pairs_of_an_earlier_call_are_made_anew() -> None:
    runs = runs_of({"shoe_id": "own"}, {})
    once = apply_rules(runs, rules_of({"shoe_id": "red"}))
    pd.testing.assert_frame_equal(apply_rules(once, rules_of({"shoe_id": "red"})), once)
    again = apply_rules(once, rules_of())
    assert again["shoe_id"].tolist() == ["own", ""]
    assert again["shoe_source"].tolist() == ["explicit", ""]


def test_a_body_weight_that_the_session_tells_is_never_replaced_and_others_are_made_anew() -> None:
    runs = runs_of({"body_weight_share": 1.0}, {"body_weight_share": 0.7}, {}, {"sport": "cycling"})
    once = apply_rules(runs, rules_of({"body_weight_share": 0.5}))
    assert once["body_weight_share"].tolist() == [1.0, 0.7, 0.5, 0.5]
    assert once["body_weight_source"].tolist() == ["explicit", "explicit", "rule", "rule"]
    pd.testing.assert_frame_equal(apply_rules(once, rules_of({"body_weight_share": 0.5})), once)
    again = apply_rules(once, rules_of({"body_weight_share": 0.6, "sport": "running"}))
    np.testing.assert_array_equal(again["body_weight_share"], [1.0, 0.7, 0.6, np.nan])
    assert again["body_weight_source"].tolist() == ["explicit", "explicit", "rule", ""]
    with pytest.raises(SchemaError, match="'body_weight_share' has 1 values outside 0 to 1"):
        apply_rules(runs_of({"body_weight_share": 80.0}), rules_of())


def test_a_run_that_carries_nothing_is_one_in_deep_water_and_counts_among_no_runs() -> None:
    log = made_log.frame(*(made_log.session(f"{day}", 1440 * day, 30) for day in range(4)))
    rules = rules_of(
        {"session_id": "1", "body_weight_share": 0.0}, {"sport": "running", "shoe_id": "red", "body_weight_share": 0.9}
    )
    ruled = apply_rules(log, rules)
    assert ruled["sport"].tolist() == ["running", "deep_water_running", "running", "running"]
    assert (ruled["shoe_id"] == "red").all(), "conditions see the sport that it was recorded as"
    assert daily_load(ruled)["sessions"].tolist() == [1, 0, 1, 1]
    assert session_spikes(ruled)["session_id"].tolist() == ["0", "2", "3"]
    assert shoe_mileage(ruled)["distance_m"].sum() == 3 * 6000
    assert cross_training_kind(ruled).tolist() == ["antigravity", "deep_water_running", "antigravity", "antigravity"]
    again = apply_rules(ruled, rules_of())
    assert again["sport"].tolist() == ruled["sport"].tolist()
    assert again["body_weight_share"].tolist() == [1, 0, 1, 1]


def test_the_whole_body_weight_is_carried_on_foot_unless_a_rule_says_otherwise() -> None:
    sports = ["running", "walking", "hiking", "cycling", "swimming", "deep_water_running"]
    runs = runs_of(*({"sport": sport} for sport in sports))
    ruled = apply_rules(runs, rules_of({"sport": "swimming", "body_weight_share": 0.0}))
    np.testing.assert_array_equal(ruled["body_weight_share"], [1, 1, 1, np.nan, 0, 0])
    assert ruled["body_weight_source"].tolist() == ["", "", "", "", "rule", ""]
    assert ruled["sport"].tolist() == sports


def test_sessions_keep_their_order_their_index_and_what_else_they_hold() -> None:
    runs = runs_of({"session_id": "2"}, {"session_id": "1"}).assign(mine=[1, 2]).set_index(pd.Index([7, 3]))
    before = runs.copy(deep=True)
    ruled = apply_rules(runs, rules_of({"session_id": "1", "surface": "sand", "body_weight_share": 0.5}))
    pd.testing.assert_frame_equal(runs, before)
    assert ruled.index.tolist() == [7, 3]
    assert ruled["mine"].tolist() == [1, 2]
    assert ruled["surface_label"].tolist() == ["", "sand"]
    assert ruled["body_weight_share"].tolist() == [1, 0.5]


def test_a_table_of_ones_own_needs_no_more_than_the_rules_ask_for() -> None:
    runs = pd.DataFrame({"sport": pd.Series(["running"], dtype="str")})
    ruled = apply_rules(runs, rules_of({"sport": "running", "shoe_id": "red"}))
    assert ruled[["shoe_id", "shoe_source", "surface_label"]].iloc[0].tolist() == ["red", "rule", ""]
    for condition, column in [("name", "name"), ("sub_sport", "sub_sport"), ("shoe", "shoe_id"), ("weekday", "date")]:
        word = "monday" if condition == "weekday" else "x"
        with pytest.raises(SchemaError, match=f"Sessions: column '{column}' is missing"):
            apply_rules(runs, rules_of({condition: word, "surface": "sand"}))


def test_words_that_are_not_known_are_refused() -> None:
    with pytest.raises(SchemaError, match="Rules: column 'surface' holds words that are not known; known are concrete"):
        apply_rules(runs_of({}), rules_of({"surface": "tarmac"}))
    with pytest.raises(SchemaError, match="Rules: column 'weekday' holds words that are not known; known are monday"):
        apply_rules(runs_of({}), rules_of({"weekday": "Monday", "surface": "sand"}))


def test_missing_texts_are_empty_texts() -> None:
    runs = runs_of({"name": None, "sub_sport": None, "shoe_id": None})
    rules = rules_of({"name": "x", "surface": "sand"}, {"shoe": None, "sport": None, "surface": "track"})
    assert apply_rules(runs, rules)[["surface_label", "shoe_source"]].iloc[0].tolist() == ["track", ""]


def test_no_sessions_and_no_rules() -> None:
    assert apply_rules(SESSIONS.empty(), rules_of({"name": "x", "surface": "sand"})).empty
    ruled = apply_rules(runs_of({"shoe_id": "own"}, {}), RULES.empty())
    assert ruled["surface_label"].tolist() == ["", ""]
    assert ruled["shoe_source"].tolist() == ["explicit", ""]


DAYS = [pd.Timestamp("2025-02-01") + pd.Timedelta(days=day) for day in range(9)]
WEEKDAYS = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

sessions = st.fixed_dictionaries(
    {
        "session_id": st.sampled_from("123"),
        "name": st.sampled_from(["", "Loop", "a loop", "hill"]),
        "sport": st.sampled_from(["running", "cycling"]),
        "sub_sport": st.sampled_from(["", "trail"]),
        "shoe_id": st.sampled_from(["", "blue"]),
        "date": st.sampled_from([*DAYS, None]),
        "body_weight_share": st.sampled_from([None, None, 0.0, 0.7, 1.0]),
    }
)
settings_ = st.fixed_dictionaries(
    {
        "session_id": st.sampled_from(["", "", "", "1"]),
        "name": st.sampled_from(["", "LOOP", "a"]),
        "sport": st.sampled_from(["", "running"]),
        "sub_sport": st.sampled_from(["", "trail"]),
        "shoe": st.sampled_from(["", "", "blue", "red"]),
        "weekday": st.sampled_from(["", "", "sunday"]),
        "first": st.sampled_from([None, *DAYS]),
        "last": st.sampled_from([None, *DAYS]),
        "surface": st.sampled_from(["", "sand", "track"]),
        "shoe_id": st.sampled_from(["", "red", "green"]),
        "body_weight_share": st.sampled_from([None, 0.0, 0.5]),
    }
)


def met(rule: dict[str, Any], session: dict[str, Any]) -> bool:
    """Say whether a session meets the conditions of a rule, one after the other."""
    same = all(not rule[name] or rule[name] == session[name] for name in ("session_id", "sport", "sub_sport"))
    named = rule["name"].lower() in session["name"].lower()
    shod = not rule["shoe"] or rule["shoe"] == session["shoe_id"]
    day = session["date"]
    on_weekday = not rule["weekday"] or (day is not None and WEEKDAYS[DAYS.index(day)] == rule["weekday"])
    since = rule["first"] is None or (day is not None and rule["first"] <= day)
    until = rule["last"] is None or (day is not None and day <= rule["last"])
    return same and named and shod and on_weekday and since and until


@given(st.lists(sessions, max_size=6), st.lists(settings_, max_size=5))
def test_rules_agree_with_a_loop_over_sessions_and_rules(
    rows: list[dict[str, Any]], rules: list[dict[str, Any]]
) -> None:
    ruled = apply_rules(runs_of(*rows), rules_of(*rules))
    for row, found in zip(rows, ruled.to_dict("records"), strict=True):
        held = [rule for rule in rules if met(rule, row)]
        surface = next((rule["surface"] for rule in held if rule["surface"]), "")
        worn = next((rule["shoe_id"] for rule in held if rule["shoe_id"]), "")
        weight = [rule["body_weight_share"] for rule in held if rule["body_weight_share"] is not None]
        assert found["surface_label"] == surface
        assert found["shoe_id"] == (row["shoe_id"] or worn)
        assert found["shoe_source"] == ("explicit" if row["shoe_id"] else "rule" if worn else "")
        on_foot = 1.0 if row["sport"] == "running" else np.nan
        own = row["body_weight_share"]
        carried = own if own is not None else weight[0] if weight else on_foot
        np.testing.assert_equal(found["body_weight_share"], carried)
        assert found["body_weight_source"] == ("explicit" if own is not None else "rule" if weight else "")
        swum = row["sport"] == "running" and carried == 0
        assert found["sport"] == ("deep_water_running" if swum else row["sport"])
