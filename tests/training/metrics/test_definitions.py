"""The definitions side by side: numbers by hand, what is said of each, and that it outlasts a file."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_days import frame_of_athletes

from stressfx.training.metrics.definitions import compare_definitions, definitions

BY_HAND = {
    "acwr_uncoupled": 50 / 30,
    "acwr_coupled": 50 / 35,
    "acwr_ewma": 1.2497455413109075,
    "acwr_ewma_uncoupled": 1.577677,
    "acwr_ewma_half_life": 1.254955,
    "load_difference": 20,
    "weekly_change": 100 * 2 / 3,
}


def three_easy_weeks_and_a_hard_one() -> pd.DataFrame:
    return frame_of_athletes({"a": np.array([30.0] * 21 + [50.0] * 7)})


def test_the_same_days_by_every_definition() -> None:
    last = compare_definitions(three_easy_weeks_and_a_hard_one()).iloc[-1]
    for name, expected in BY_HAND.items():
        assert last[name] == pytest.approx(expected, abs=5e-7), name
    assert np.isnan(last["monotony"])


def test_every_column_says_what_it_is() -> None:
    compared = compare_definitions(three_easy_weeks_and_a_hard_one())
    said = compared.attrs["definitions"]
    assert list(said) == list(compared.columns[3:])
    for column in said.values():
        assert set(column) == {"name", "definition", "windows", "source", "call", "oracle"}
        assert all(isinstance(text, str) and text for text in column.values())


def test_what_is_said_outlasts_parquet(tmp_path: Path) -> None:
    compared = compare_definitions(three_easy_weeks_and_a_hard_one())
    compared.to_parquet(tmp_path / "compared.parquet")
    again = pd.read_parquet(tmp_path / "compared.parquet")
    assert again.attrs == compared.attrs
    pd.testing.assert_frame_equal(again, compared)


def test_the_list_says_the_same_as_the_columns() -> None:
    listed = definitions()
    said = compare_definitions(three_easy_weeks_and_a_hard_one()).attrs["definitions"]
    assert listed.set_index("column").to_dict("index") == said
    assert set(listed.dtypes) == {pd.Series("", dtype="str").dtype}


def test_one_frame_does_not_change_what_another_says() -> None:
    first = compare_definitions(three_easy_weeks_and_a_hard_one())
    first.attrs["definitions"]["redi"]["source"] = "nobody"
    assert "Moussa" in compare_definitions(three_easy_weeks_and_a_hard_one()).attrs["definitions"]["redi"]["source"]


def test_definitions_of_one_thing_disagree() -> None:
    rng = np.random.default_rng(12)
    compared = compare_definitions(frame_of_athletes({"a": rng.gamma(2, 5000, 400)})).iloc[60:]
    for kind in ("acwr_", "monotony", "strain", "form", "redi"):
        columns = compared.filter(regex=f"^{kind}")
        assert columns.shape[1] >= 2
        assert (columns.max(axis="columns") - columns.min(axis="columns")).median() > 0


def test_no_day() -> None:
    compared = compare_definitions(frame_of_athletes({}))
    assert compared.empty
    assert list(compared.attrs["definitions"]) == list(compared.columns[3:])
