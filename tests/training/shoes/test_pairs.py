"""Pairs and their periods of use: oracle are tables worked by hand."""

import pandas as pd
import pytest
from made_shoes import D0, DAY, shoes_of

from stressfx.errors import SchemaError
from stressfx.training.shoes.pairs import default_words, key_of, shoe_pairs, use_periods

ANN_AND_BOB = pd.Series(["bob", "ann", "bob"], dtype="str")


def test_a_table_without_athletes_holds_for_everyone_and_one_with_them_for_whom_it_names() -> None:
    shared = use_periods(shoes_of({"shoe_id": "blue"}), ANN_AND_BOB)
    assert shared[["athlete_id", "shoe_id"]].to_numpy().tolist() == [["ann", "blue"], ["bob", "blue"]]
    rows = ({"shoe_id": "blue", "athlete_id": "bob"}, {"shoe_id": "red"}, {"shoe_id": "old", "athlete_id": "cid"})
    own = use_periods(shoes_of(*rows), ANN_AND_BOB)
    assert own[["athlete_id", "shoe_id"]].to_numpy().tolist() == [["ann", "red"], ["bob", "blue"], ["bob", "red"]]


def test_a_pair_that_was_taken_up_again_is_one_pair() -> None:
    periods = use_periods(
        shoes_of(
            {"shoe_id": "blue", "start": 60, "watch_m": 4e5},
            {"shoe_id": "blue", "start": 0, "retired": 30, "start_distance_m": 5e4, "name": "Blue", "watch_m": 3e5},
        ),
        ANN_AND_BOB[:1],
    )
    pair = shoe_pairs(periods).iloc[0]
    assert (pair["name"], pair["watch_m"], pair["start_distance_m"]) == ("Blue", 4e5, 5e4), "the latest that tells it"
    assert (pair["start"], pair["start_known"]) == (D0, True)


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ({"retired": 30}, {"start": 30}, "periods overlap"),
        ({}, {"start": 30}, "periods overlap"),
        ({"retired": 30}, {}, "periods overlap"),
        ({"retired": 30}, {"start": 31, "start_distance_m": 1.0}, "in the first row alone"),
    ],
)
def test_rows_of_one_pair_that_cannot_be_are_refused(first: dict[str, int], second: dict[str, int], text: str) -> None:
    shoes = shoes_of({"shoe_id": "blue", **first}, {"shoe_id": "blue", **second})
    with pytest.raises(SchemaError, match=text):
        use_periods(shoes, ANN_AND_BOB)


def test_the_day_after_the_last_may_be_the_first_again() -> None:
    shoes = shoes_of({"shoe_id": "blue", "retired": 30}, {"shoe_id": "blue", "start": 31})
    periods = use_periods(shoes, ANN_AND_BOB[:1])
    assert periods["start"].tolist() == [pd.NaT, D0 + 31 * DAY]


def test_nobody_or_no_shoes_give_no_rows() -> None:
    assert use_periods(None, ANN_AND_BOB).empty
    assert use_periods(shoes_of({"shoe_id": "blue"}), ANN_AND_BOB[:0]).empty
    assert shoe_pairs(use_periods(None, ANN_AND_BOB)).empty


def test_words_and_names_are_read_however_they_are_written() -> None:
    assert default_words(" Road,TRAIL; all/indoor|sand ") == ("road", "trail", "all", "indoor", "sand")
    assert default_words("") == ()
    assert key_of(pd.Series([" Maker  Model", "MAKER MODEL "], dtype="str")).tolist() == ["maker model"] * 2
