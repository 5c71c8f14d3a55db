"""What holds for every metric of the registry: causality, shifts, scale, rest, and that each entry says the truth."""

import ast
import inspect
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_days import NAN, any_loads, broken_loads, days_of, observed_loads

from stressfx.training.metrics import fitness, foster, ratios, recent, smoothing
from stressfx.training.metrics.registry import DEFAULT, METRICS, Metric
from stressfx.training.metrics.windows import Floats, LoadBlock

PUBLIC: dict[str, Callable[..., pd.Series | pd.DataFrame]] = {
    name: getattr(module, name)
    for module, names in {
        ratios: ("acwr", "acute_load", "chronic_load", "load_difference"),
        smoothing: ("ewma", "redi"),
        foster: ("monotony", "strain"),
        fitness: ("fitness_fatigue",),
        recent: ("weekly_change", "largest_load"),
    }.items()
    for name in names
}

OF_NO_UNIT = {
    *(name for name in METRICS if name.startswith("acwr")),
    *("monotony", "monotony_population", "weekly_change"),
}

loads_of_any_kind = observed_loads | any_loads | broken_loads

ROOT = Path(__file__).resolve().parents[3]


def all_columns(*loads: npt.NDArray[np.float64]) -> dict[str, Floats]:
    """Compute every column for athletes side by side; a shorter log ends in missing days."""
    block = np.full((max(len(own) for own in loads), len(loads)), np.nan)
    for place, own in enumerate(loads):
        block[: len(own), place] = own
    gapless = not any(np.isnan(own).any() for own in loads)
    made = LoadBlock(block, gapless)
    return {
        column: values
        for metric in METRICS.values()
        for column, values in zip(metric.columns, metric.kernel(made), strict=True)
    }


@pytest.mark.slow
@given(loads_of_any_kind, loads_of_any_kind)
@settings(max_examples=1000)
def test_a_later_day_changes_no_earlier_value(loads: npt.NDArray[np.float64], later: npt.NDArray[np.float64]) -> None:
    whole = all_columns(np.concatenate((loads, later)))
    for name, values in all_columns(loads).items():
        np.testing.assert_array_equal(whole[name][: len(loads)], values, err_msg=name)


@pytest.mark.slow
@given(st.lists(loads_of_any_kind, min_size=2, max_size=4))
@settings(max_examples=1000)
def test_athletes_side_by_side_are_each_as_alone(loads: list[npt.NDArray[np.float64]]) -> None:
    together = all_columns(*loads)
    for place, own in enumerate(loads):
        for name, values in all_columns(own).items():
            np.testing.assert_array_equal(together[name][: len(own), [place]], values, err_msg=name)


@given(loads_of_any_kind, st.integers(1, 40))
@settings(max_examples=1000)
def test_days_before_the_log_shift_it_and_change_nothing(loads: npt.NDArray[np.float64], days: int) -> None:
    shifted = all_columns(np.concatenate((np.full(days, np.nan), loads)))
    for name, values in all_columns(loads).items():
        np.testing.assert_array_equal(shifted[name][days:], values, err_msg=name)
        assert np.isnan(shifted[name][:days]).all(), name


@given(loads_of_any_kind, st.sampled_from([2.0**-10, 0.5, 4.0, 2.0**20]))
@settings(max_examples=1000)
def test_another_unit_scales_loads_and_leaves_ratios(loads: npt.NDArray[np.float64], scale: float) -> None:
    """By powers of two, so that the values are the same to the last bit."""
    scaled = all_columns(loads * scale)
    for name, values in all_columns(loads).items():
        expected = values if name in OF_NO_UNIT else values * scale
        np.testing.assert_array_equal(scaled[name], expected, err_msg=name)


@given(observed_loads)
@settings(max_examples=1000)
def test_miles_say_what_kilometres_say(loads: npt.NDArray[np.float64]) -> None:
    in_miles = all_columns(loads / 1609.344)
    for name, values in all_columns(loads).items():
        expected = values if name in OF_NO_UNIT else values / 1609.344
        np.testing.assert_allclose(in_miles[name], expected, rtol=1e-9, atol=1e-9, err_msg=name)


@given(st.integers(1, 1000).map(lambda tenth_km: tenth_km * 100.0), st.integers(90, 400))
@settings(max_examples=1000)
def test_equal_days_are_no_change(load: float, days: int) -> None:
    columns = {name: values[:, 0] for name, values in all_columns(np.full(days, load)).items()}
    for name, values in columns.items():
        if name.startswith("acwr"):
            np.testing.assert_allclose(values[27:], 1, rtol=1e-12, err_msg=name)
        elif name.startswith(("monotony", "strain")):
            assert np.isnan(values).all(), name
        elif name in {"weekly_change", "load_difference"}:
            np.testing.assert_allclose(values[27:], 0, atol=1e-9 * load, err_msg=name)
        elif not name.startswith(("fitness", "fatigue", "form")):
            np.testing.assert_allclose(values[29:], load, rtol=1e-12, err_msg=name)
    for name in ("form", "form_goldencheetah"):
        assert (np.diff(np.abs(columns[name][60:])) < 0).all()
        assert np.abs(columns[name][-1]) < load * np.exp(-(days - 1) / 42.5)


@given(loads_of_any_kind, st.integers(28, 70))
@settings(max_examples=1000)
def test_no_value_is_infinite_and_four_weeks_of_rest_are_exactly_nothing(
    loads: npt.NDArray[np.float64], days: int
) -> None:
    columns = {name: values[:, 0] for name, values in all_columns(np.append(loads, [*[0.0] * days, 5000.0])).items()}
    assert not any(np.isinf(values).any() for values in columns.values())
    rest = len(loads) + days - 1
    for name in ("acute_load", "chronic_load", "chronic_load_coupled", "load_difference"):
        assert columns[name][rest] == 0, name
    for name in ("acwr_uncoupled", "acwr_coupled", "weekly_change", "monotony", "strain_population"):
        assert np.isnan(columns[name][rest]), name


def test_a_log_of_rest_alone() -> None:
    for name, values in all_columns(np.zeros(100)).items():
        if name.startswith(("acwr", "weekly", "monotony", "strain")):
            assert np.isnan(values).all(), name
        else:
            assert (values[29:] == 0).all(), name


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_the_call_gives_the_column(metric: Metric) -> None:
    """The call as it is printed, on 200 days of which some are missing."""
    rng = np.random.default_rng(6)
    loads = np.where(rng.random(200) < 0.7, rng.gamma(2, 5000, 200), 0.0)
    loads[rng.random(200) < 0.03] = NAN
    load = days_of(loads)
    called = eval(metric.call, {"load": load, **PUBLIC})  # noqa: S307  # our own words
    frame = called.to_frame() if isinstance(called, pd.Series) else called
    expected = all_columns(loads)
    assert called is not load
    assert len(frame.columns) == len(metric.columns)
    for name, (_, values) in zip(metric.columns, frame.items(), strict=True):
        np.testing.assert_array_equal(values, expected[name][:, 0])
        assert values.notna().sum() > 50
    pd.testing.assert_index_equal(frame.index, load.index)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_the_oracle_is_a_test_that_exists(metric: Metric) -> None:
    file, _, name = metric.oracle.partition("::")
    functions = {node.name for node in ast.parse((ROOT / file).read_text("utf-8")).body if hasattr(node, "name")}
    assert name in functions


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_entry_is_complete(metric: Metric) -> None:
    assert METRICS[metric.name] is metric
    assert metric.definition.endswith(".")
    assert "t" in metric.windows
    assert re.search(r"doi:10\.\d{4}/|TrainingPeaks|GoldenCheetah|Athlytics|our definition", metric.source)


def test_columns_are_told_apart_and_every_public_function_has_an_entry() -> None:
    columns = [column for metric in METRICS.values() for column in metric.columns]
    assert len(set(columns)) == len(columns)
    assert set(DEFAULT) <= METRICS.keys()
    assert len(DEFAULT) == 9
    called = {metric.call.partition("(")[0] for metric in METRICS.values()}
    assert called == PUBLIC.keys()


def test_a_ratio_is_documented_with_what_speaks_against_it() -> None:
    for word in ("What speaks against it", "2.45", "no risk", "10.1007/s40279-020-01378-6"):
        assert word in (inspect.getdoc(ratios.acwr) or "")
    for function in (ratios.acute_load, ratios.chronic_load, ratios.load_difference):
        assert "`acwr`" in (inspect.getdoc(function) or "")
