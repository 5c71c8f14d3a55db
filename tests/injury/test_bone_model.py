"""The model of a stress fracture: the algebra of its equations, the integral, and the directions of what was published.

Oracles: worked numbers of the two distributions; closed forms of failure before repair; scipy's adaptive quadrature;
the sizes that the abstract of Edwards et al. 2009 gives. No number of the model itself is verified.
"""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.integrate import quad

from stressfx.injury.bone_model import (
    PARAMETERS,
    BoneModel,
    effective_days,
    failure_before_repair,
    failure_probability,
    fatigue_life,
    fracture_probability,
    loading_cycles,
    parameter_bands,
    repair_probability,
    strain_left,
)
from stressfx.units import METRES_PER_MILE

STRIDE_M, SHORTER_M = 3.1, 2.8
MODEL = BoneModel()


def on_day_100(miles: float, *, stride_m: float = STRIDE_M, microstrain: float = 3000.0, adaptation: bool) -> float:
    cycles = loading_cycles(miles * METRES_PER_MILE, stride_m=stride_m)
    told = fracture_probability([100], microstrain=microstrain, cycles_per_day=cycles, adaptation=adaptation)
    return told["probability"].item()


def by_quadrature(day: float, life: float, model: BoneModel, *, adaptation: bool) -> float:
    """Integrate with scipy, growth and all, over the damage written out anew."""

    def left(s: float) -> float:
        outer = model.outer_radius_mm + model.apposition_um_per_day * s / 1000 * adaptation
        inner, first = model.inner_radius_mm, model.outer_radius_mm
        return (outer / first) * (first**4 - inner**4) / (outer**4 - inner**4)

    def damage(s: float) -> float:
        return quad(lambda x: left(x) ** model.strain_exponent, 0, s)[0] / life

    def failed(s: float) -> float:
        return 1 - math.exp(-(damage(s) ** model.weibull_exponent))

    def repairs(s: float) -> float:
        power = (s / model.repair_days) ** model.repair_exponent
        return model.repair_exponent / s * power * math.exp(-power)

    # by parts: failed before a repair that comes until then, or failed with none until then
    unrepaired = math.exp(-((day / model.repair_days) ** model.repair_exponent))
    return failed(day) * unrepaired + quad(lambda s: failed(s) * repairs(s), 0, day)[0]


def test_failure_of_the_worked_example() -> None:
    found = failure_probability([10, 50, 100, 200], 100.0, volume_share=1.0, exponent=1.2)
    assert found.round(5).tolist() == [0.06115, 0.35291, 0.63212, 0.89948]


def test_repair_of_the_worked_example() -> None:
    found = repair_probability([7, 14, 26, 40, 60], repair_days=26, exponent=2)
    assert found.round(5).tolist() == [0.06992, 0.25169, 0.63212, 0.90623, 0.99513]


def test_cycles_of_three_miles() -> None:
    miles = 3 * METRES_PER_MILE
    assert [round(loading_cycles(miles, stride_m=stride)) for stride in (STRIDE_M, SHORTER_M)] == [1557, 1724]


@pytest.mark.parametrize("exponent", [1.0, 2.0])
def test_failure_before_repair_where_it_has_a_closed_form(exponent: float) -> None:
    model = replace(MODEL, weibull_exponent=exponent, repair_exponent=exponent)
    days = np.array([0.0, 0.01, 1.0, 30.0, 100.0, 5000.0])
    lost, mended = 100.0**-exponent, model.repair_days**-exponent
    expected = lost / (lost + mended) * -np.expm1(-(lost + mended) * days**exponent)
    np.testing.assert_allclose(failure_before_repair(days, 100.0, model=model), expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("adaptation", [False, True])
@pytest.mark.parametrize("life", [20.0, 240.0])
@pytest.mark.parametrize(("weibull", "repair"), [(1.2, 2.0), (0.9, 1.0), (1.5, 3.0)])
def test_failure_before_repair_agrees_with_quadrature(
    *, adaptation: bool, life: float, weibull: float, repair: float
) -> None:
    model = replace(MODEL, weibull_exponent=weibull, repair_exponent=repair)
    days = [3.0, 40.0, 120.0]
    expected = [by_quadrature(day, life, model, adaptation=adaptation) for day in days]
    found = failure_before_repair(days, life, model=model, adaptation=adaptation)
    np.testing.assert_allclose(found, expected, rtol=1e-8)


@example(days=[1.9e-214, 1.0], life=1.0, weibull=0.2, repair=0.2, adaptation=False)
@given(
    days=st.lists(st.floats(0, 1e4), min_size=1, max_size=6),
    life=st.floats(1e-3, 1e6),
    weibull=st.floats(0.2, 8.0),
    repair=st.floats(0.2, 8.0),
    adaptation=st.booleans(),
)
def test_a_failure_before_repair_is_a_failure(
    *, days: list[float], life: float, weibull: float, repair: float, adaptation: bool
) -> None:
    model = replace(MODEL, weibull_exponent=weibull, repair_exponent=repair)
    days = sorted(days)
    before = failure_before_repair(days, life, model=model, adaptation=adaptation)
    ever = failure_probability(effective_days(days, model=model) if adaptation else days, life, exponent=weibull)
    assert (np.diff(before) >= -1e-15).all()
    assert (before >= 0).all()
    assert (before <= ever + 1e-9).all()
    assert (before >= ever * (1 - repair_probability(days, exponent=repair)) - 1e-9).all()


@given(strain=st.floats(500, 6000), cycles=st.floats(10, 2e4), more=st.floats(1.001, 3.0))
def test_more_strain_or_more_cycles_are_more_likely_to_break_and_growth_less(
    strain: float, cycles: float, more: float
) -> None:
    def told(strain: float, cycles: float, *, adaptation: bool = False) -> float:
        found = fracture_probability([60], microstrain=strain, cycles_per_day=cycles, adaptation=adaptation)
        return found["probability"].item()

    before = told(strain, cycles)
    assert told(strain * more, cycles) >= told(strain, cycles * more) >= before, "strain counts for more than cycles"
    assert told(strain, cycles, adaptation=True) <= before


def test_each_day_asked_for_alone_is_what_it_is_among_others() -> None:
    days = [100.0, 0.0, 40.0, 40.0, 7.5]
    among = failure_before_repair(days, 200.0, adaptation=True)
    alone = [failure_before_repair(day, 200.0, adaptation=True).item() for day in days]
    np.testing.assert_allclose(among, alone, rtol=1e-12)
    assert among[1] == 0


def test_pieces_of_bone_fail_independently() -> None:
    strains, volumes = [2500.0, 3000.0, 3600.0], [40.0, 30.0, 10.0]
    whole = fracture_probability([20, 80], microstrain=strains, cycles_per_day=1500, volume_mm3=volumes)
    pieces = [
        fracture_probability([20, 80], microstrain=strain, cycles_per_day=1500, volume_mm3=volume)["failed"]
        for strain, volume in zip(strains, volumes, strict=True)
    ]
    np.testing.assert_allclose(whole["failed"], 1 - np.prod([1 - piece for piece in pieces], axis=0))
    np.testing.assert_allclose(
        fatigue_life(strains, 1500), [370e3 / 1500 * (strain / 3000) ** -6.6 for strain in strains]
    )


def test_without_load_nothing_fails() -> None:
    told = fracture_probability([1, 50], microstrain=[0, 3000], cycles_per_day=0)
    assert told[["failed", "probability"]].to_numpy().tolist() == [[0, 0], [0, 0]]
    assert failure_before_repair([], 100.0).tolist() == []


@pytest.mark.parametrize("adaptation", [False, True])
def test_more_miles_raise_the_probability_by_what_was_published(*, adaptation: bool) -> None:
    three, five, seven = (100 * on_day_100(miles, adaptation=adaptation) for miles in (3, 5, 7))
    assert 4 <= five - three <= 5
    assert 7 <= seven - three <= 10


@pytest.mark.parametrize("miles", [3, 5, 7])
def test_a_shorter_stride_helps_as_soon_as_strain_falls_by_more_than_the_cycles_cost(miles: float) -> None:
    before = on_day_100(miles, adaptation=False)
    even = (SHORTER_M / STRIDE_M) ** (1 / MODEL.strain_exponent)
    assert 1 - even == pytest.approx(0.0153, abs=5e-5)
    assert on_day_100(miles, stride_m=SHORTER_M, microstrain=3000 * even, adaptation=False) == pytest.approx(before)
    assert on_day_100(miles, stride_m=SHORTER_M, microstrain=3000, adaptation=False) > before
    less = 100 * (before - on_day_100(miles, stride_m=SHORTER_M, microstrain=3000 * 0.92, adaptation=False))
    assert less == pytest.approx({3: 2.4, 5: 4.3, 7: 6.0}[miles], abs=0.05), "what the docstring says"


@pytest.mark.parametrize("adaptation", [False, True])
def test_the_curve_is_flat_after_about_forty_days(*, adaptation: bool) -> None:
    told = fracture_probability([20, 40, 365], microstrain=3000, cycles_per_day=1557, adaptation=adaptation)
    shares = (told["probability"] / told["probability"].iloc[-1]).tolist()
    assert shares[0] < 0.75
    assert 0.95 < shares[1] < 1
    assert told["failed"].iloc[-1] > 5 * told["probability"].iloc[-1], "without repair it would go on"


def test_the_model_tells_what_its_docstring_says() -> None:
    assert [round(100 * on_day_100(miles, adaptation=False), 1) for miles in (3, 5, 7)] == [6.0, 10.7, 15.5]
    assert "not verified" in fracture_probability.__doc__
    assert "never" in fracture_probability.__doc__.split("Parameters")[0]


def test_a_tube_that_grows_bends_less() -> None:
    left = strain_left([0, 50, 100])
    assert left[0] == 1
    assert (np.diff(left) < 0).all()
    solid = replace(MODEL, inner_radius_mm=0.0)
    assert strain_left(100, model=solid).item() == pytest.approx((12 / 12.4) ** 3)


def test_bands_repeat_the_model_with_one_parameter_changed() -> None:
    days = [10, 100]
    bands = parameter_bands(days, microstrain=3300, cycles_per_day=1557)
    assert len(bands) == len(PARAMETERS) * 3 * len(days)
    assert bands["parameter"].drop_duplicates().tolist() == [parameter.name for parameter in PARAMETERS]
    known = bands[bands["band"] == "middle"].pivot_table(index="parameter", columns="day", values="probability")
    assert (known == known.iloc[0]).all(axis=None), "in the middle nothing is changed"
    for parameter in PARAMETERS:
        for band, value in (("low", parameter.low), ("high", parameter.high)):
            rows = bands[(bands["parameter"] == parameter.name) & (bands["band"] == band)]
            model = replace(MODEL, **{parameter.name: value})
            told = fracture_probability(
                days, microstrain=3300, cycles_per_day=1557, volume_mm3=96.0, model=model, adaptation=True
            )
            np.testing.assert_allclose(rows["probability"], told["probability"])
            assert rows["value"].unique().tolist() == [value]


def test_every_parameter_has_a_band_around_its_value_and_words_for_how_sure_it_is() -> None:
    for parameter in PARAMETERS:
        assert parameter.low < getattr(MODEL, parameter.name) < parameter.high
        assert parameter.sure.startswith(("recalled", "our choice"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weibull_exponent": 0.0}, "weibull_exponent is 0.0; a positive number"),
        ({"repair_days": math.nan}, "repair_days is nan"),
        ({"apposition_um_per_day": -1.0}, "a number from 0 on"),
        ({"inner_radius_mm": 12.0}, "a tube has a wall"),
    ],
)
def test_parameters_that_make_no_bone_are_refused(change: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(MODEL, **change)


def test_numbers_that_mean_nothing_are_refused() -> None:
    good = {"microstrain": 3000, "cycles_per_day": 1000}
    for change, words in (
        ({"microstrain": -1}, "microstrain"),
        ({"cycles_per_day": math.inf}, "cycles_per_day"),
        ({"volume_mm3": math.nan}, "volume_share"),
        ({"days": [-1]}, "days"),
        ({"microstrain": [1, 2, 3], "volume_mm3": [1, 2]}, "3 strains and 2 volumes"),
    ):
        with pytest.raises(ValueError, match=words):
            fracture_probability(**{**good, **change})
    with pytest.raises(ValueError, match="positive length"):
        loading_cycles(1000, stride_m=0)
    with pytest.raises(ValueError, match="not positive"):
        failure_probability([1], 0.0)


def test_one_row_a_day_in_the_order_given() -> None:
    told = fracture_probability(microstrain=3000, cycles_per_day=1557)
    assert told["day"].tolist() == list(range(101))
    assert isinstance(told, pd.DataFrame)
    assert told.columns.tolist() == ["day", "failed", "repaired", "probability"]
