"""The table of loads against single Series, each athlete alone, and pandas' groupby."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_days import any_loads, days_of, frame_of_athletes, observed_loads

from stressfx.errors import SchemaError
from stressfx.training.metrics.ratios import acwr
from stressfx.training.metrics.registry import DEFAULT, METRICS
from stressfx.training.metrics.table import load_table

ALL = tuple(METRICS)

cohorts = st.dictionaries(st.sampled_from(list("abcdef")), observed_loads | any_loads, min_size=1, max_size=4)


@pytest.mark.slow
@given(cohorts, st.randoms(use_true_random=False))
@settings(max_examples=1000)
def test_the_order_of_rows_and_the_company_of_others_do_not_matter(
    loads: dict[str, npt.NDArray[np.float64]], random: st.DataObject
) -> None:
    daily = frame_of_athletes(loads)
    rows = list(range(len(daily)))
    random.shuffle(rows)  # type: ignore[attr-defined]  # it is a random.Random
    table = load_table(daily.take(rows), metrics=ALL)
    in_order = daily.sort_values(["athlete_id", "date"], ignore_index=True)
    pd.testing.assert_frame_equal(table[list(daily.columns)], in_order, check_exact=True)
    name = min(loads)
    alone = load_table(frame_of_athletes({name: loads[name]}), metrics=ALL)
    own = table[table["athlete_id"] == name].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, own, check_exact=True)


def test_a_column_is_what_the_single_series_gives() -> None:
    rng = np.random.default_rng(8)
    loads = {name: rng.gamma(2, 5000, days) for name, days in (("ann", 90), ("bob", 45), ("cat", 90))}
    table = load_table(frame_of_athletes(loads), metrics=["acwr_coupled"])
    for name, own in loads.items():
        column = table.loc[table["athlete_id"] == name, "acwr_coupled"]
        np.testing.assert_array_equal(column, acwr(days_of(own), method="coupled"))


def test_the_default_columns_agree_with_groupby() -> None:
    """Oracle: rolling and ewm of pandas, athlete by athlete."""
    rng = np.random.default_rng(9)
    loads = {f"{n:03d}": np.where(rng.random(300) < 0.6, rng.gamma(2, 5000, 300), 0.0) for n in range(300)}
    daily = frame_of_athletes(loads)
    table = load_table(daily)
    assert list(table.columns) == ["athlete_id", "date", "distance_m", *DEFAULT]
    by = daily.groupby("athlete_id")["distance_m"]
    acute, spread = (getattr(by.rolling(7), what)().to_numpy() for what in ("mean", "std"))
    chronic = by.transform(lambda own: own.rolling(21).mean().shift(7)).to_numpy()
    fast, slow = (by.ewm(span=span, adjust=False, min_periods=span).mean().to_numpy() for span in (7, 28))
    with np.errstate(divide="ignore", invalid="ignore"):
        monotony = np.where(acute > 0, acute / spread, np.nan)  # weeks of rest: what pandas' spread leaves over
        expected = [acute, chronic, acute / chronic, fast, slow, fast / slow, monotony, 7 * acute * monotony]
    for name, values in zip(DEFAULT, [*expected, by.rolling(30).max().to_numpy()], strict=True):
        finite = np.where(np.isfinite(values), values, np.nan)
        np.testing.assert_allclose(table[name], finite, rtol=1e-9, atol=1e-9, err_msg=name)


def test_each_ratio_is_its_two_sides() -> None:
    rng = np.random.default_rng(10)
    table = load_table(frame_of_athletes({"a": rng.gamma(2, 5000, 200)}))
    pd.testing.assert_series_equal(
        table["acwr_uncoupled"], table["acute_load"] / table["chronic_load"], check_names=False
    )
    pd.testing.assert_series_equal(table["acwr_ewma"], table["ewma_7"] / table["ewma_28"], check_names=False)


def test_a_week_of_rest_leaves_no_residue() -> None:
    """Sums that take off what leaves the window would leave 1e-15 of it."""
    rng = np.random.default_rng(11)
    loads = rng.gamma(2, 5000, (400, 120)) / 3
    loads[:, 60:90] = 0
    table = load_table(
        frame_of_athletes({f"{n:03d}": own for n, own in enumerate(loads)}),
        metrics=["acute_load", "chronic_load_coupled", "acwr_coupled", "monotony", "strain", "largest_load"],
    )
    days = (table["date"] - table["date"].min()).dt.days
    assert (table.loc[days.between(66, 89), "acute_load"] == 0).all()
    assert (table.loc[days.between(87, 89), "chronic_load_coupled"] == 0).all()
    assert table.loc[days.between(87, 89), "acwr_coupled"].isna().all()
    assert table.loc[days.between(66, 89), ["monotony", "strain"]].isna().all(axis=None)
    assert (table.loc[days == 89, "largest_load"] == 0).all()


def test_any_column_can_be_the_load_and_what_is_asked_for_stands_in_that_order() -> None:
    daily = frame_of_athletes({"a": np.arange(1.0, 31.0)}, load="damage")
    table = load_table(daily, load="damage", metrics=("fitness_fatigue", "acute_load"))
    assert list(table.columns) == ["athlete_id", "date", "damage", "fitness", "fatigue", "form", "acute_load"]
    assert table["acute_load"].iloc[-1] == 27
    assert list(load_table(daily, load="damage", metrics=()).columns) == ["athlete_id", "date", "damage"]


def test_the_frame_that_is_handed_in_stays_as_it_is() -> None:
    daily = frame_of_athletes({"a": np.arange(1.0, 31.0), "b": np.ones(5)})
    before = daily.copy(deep=True)
    table = load_table(daily)
    table.loc[:, "distance_m"] = -1.0
    table.loc[:, "date"] = pd.Timestamp("2000-01-01")
    table.loc[:, "athlete_id"] = "x"
    pd.testing.assert_frame_equal(daily, before)


def test_no_day_and_one_day() -> None:
    empty = load_table(frame_of_athletes({}), metrics=ALL)
    assert empty.empty
    assert list(empty.columns[3:]) == [column for metric in METRICS.values() for column in metric.columns]
    one = load_table(frame_of_athletes({"a": np.array([5000.0])}), metrics=ALL).iloc[0]
    assert one.dropna().index.tolist() == [
        *("athlete_id", "date", "distance_m", "redi", "redi_025"),
        *("fitness", "fatigue", "form", "fitness_goldencheetah", "fatigue_goldencheetah", "form_goldencheetah"),
    ]


def test_the_types_are_those_of_every_frame() -> None:
    table = load_table(frame_of_athletes({"a": np.ones(40)}))
    assert table["athlete_id"].dtype == frame_of_athletes({})["athlete_id"].dtype
    assert table["date"].dtype == "datetime64[us]"
    assert set(table.dtypes.iloc[2:]) == {np.dtype("float64")}
    assert isinstance(table.index, pd.RangeIndex)


def test_errors_name_what_is_needed() -> None:
    daily = frame_of_athletes({"a": np.ones(40)})
    with pytest.raises(ValueError, match="'acwr' is no metric; there are acute_load, chronic_load, "):
        load_table(daily, metrics=["acwr"])
    with pytest.raises(ValueError, match="the table would have two columns 'redi'; ask for each metric once"):
        load_table(daily, metrics=["redi", "acute_load", "redi"])
    with pytest.raises(ValueError, match="athlete 'a': the day 2026-03-05 is missing"):
        load_table(daily.drop(index=3))
    with pytest.raises(SchemaError, match="Daily: column 'trimp' is missing"):
        load_table(daily, load="trimp")


def test_the_exponent_stands_behind_the_damage_that_it_is_of_and_no_other() -> None:
    daily = frame_of_athletes({"a": np.arange(1.0, 31.0)}, load="damage").assign(damage_low=2.0, damage_exponent=6.6)
    assert load_table(daily, load="damage", metrics=())["damage_exponent"].tolist() == [6.6] * 30
    assert "damage_exponent" not in load_table(daily, load="damage_low", metrics=()).columns
