"""Oracle: published and hand-worked impulses to their printed digits, and what must hold of any heart rates."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.activity.effort.impulse import Impulse, clipped_seconds, heart_rate_reserve, trimp_of, trimp_rate

NAN = math.nan
MALE = Impulse(hr_rest_bpm=60, hr_max_bpm=190, sex="male")
FEMALE = Impulse(hr_rest_bpm=60, hr_max_bpm=190, sex="female")
LUCIA = Impulse(method="lucia", first_threshold_bpm=150, second_threshold_bpm=172)
EDWARDS = Impulse(method="edwards", hr_max_bpm=190)
OWN = Impulse(hr_rest_bpm=60, hr_max_bpm=190, method="individual", a=0.3, b=3.1)

heart_rates = st.integers(60, 460).map(lambda half: half / 2)


def test_trimp_reproduces_the_published_example_of_66_minutes_at_138() -> None:
    assert trimp_of(138, 66.2 * 60, hr_rest_bpm=44, hr_max_bpm=187, sex="male") == pytest.approx(98.390, abs=5e-4)


def test_trimp_reproduces_four_hours_at_139() -> None:
    assert trimp_of(139, 240 * 60, hr_rest_bpm=44, hr_max_bpm=166, sex="male") == pytest.approx(533.41, abs=5e-3)


def test_trimp_of_an_hour_at_150_by_sex_and_variant() -> None:
    assert trimp_of(150, 3600, **MALE) == pytest.approx(100.4403, abs=5e-5)
    assert trimp_of(150, 3600, **FEMALE) == pytest.approx(113.5168, abs=5e-5)
    assert trimp_of(150, 3600, variant="goldencheetah", **FEMALE) == pytest.approx(84.4776, abs=5e-5)
    assert trimp_of(150, 3600, variant="goldencheetah", **MALE) == pytest.approx(100.4403, abs=5e-5)


def test_the_mean_heart_rate_gives_less_than_the_samples() -> None:
    assert trimp_of([120, 180], [1800, 1800], **MALE) == pytest.approx(125.786, abs=5e-4)
    assert trimp_of(150, 3600, **MALE) == pytest.approx(100.440, abs=5e-4)


def test_edwards_of_ten_twenty_fifteen_five_and_two_minutes_is_125() -> None:
    minutes = np.array([7, 10, 20, 15, 5, 2])
    assert trimp_of([90, 100, 120, 140, 160, 180], minutes * 60, method="edwards", hr_max_bpm=190) == 125


def test_edwards_weighs_an_edge_with_the_zone_that_it_begins() -> None:
    edges = [94.9, 95, 113.9, 114, 132.9, 133, 151.9, 152, 170.9, 171, 200]
    assert trimp_rate(edges, **EDWARDS).tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_lucia_of_thirty_fifteen_and_five_minutes_is_75() -> None:
    assert trimp_of([140, 160, 180], [1800, 900, 300], **LUCIA) == 75


def test_lucia_counts_both_thresholds_to_the_middle() -> None:
    assert trimp_rate([149.5, 150, 172, 172.5], **LUCIA).tolist() == [1, 2, 2, 3]


def test_own_constants_are_those_of_the_formula() -> None:
    """By hand: half the reserve for ten minutes is 10 x 0.5 x 0.3 exp(1.55)."""
    assert trimp_of(125, 600, **OWN) == pytest.approx(1.5 * math.exp(1.55), rel=1e-12)
    assert trimp_of(150, 60, **(OWN | {"a": 0.64, "b": 1.92})) == pytest.approx(trimp_of(150, 60, **MALE), rel=1e-12)


def test_what_no_time_or_heart_can_be_is_refused() -> None:
    choices: Impulse = {"hr_rest_bpm": 60, "sex": "male"}
    with pytest.raises(ValueError, match="seconds must not be negative"):
        trimp_of([150, 150], [60, -60], hr_max_bpm=190, **choices)
    with pytest.raises(ValueError, match="the first below the second"):  # else every heart rate would be rest
        trimp_of(150, 60, hr_max_bpm=math.inf, **choices)


def test_what_lies_outside_the_reserve_is_rest_or_maximum() -> None:
    assert heart_rate_reserve([47, 60, 125, 190, 203], hr_rest_bpm=60, hr_max_bpm=190).tolist() == [
        -0.1,
        0,
        0.5,
        1,
        1.1,
    ]
    assert trimp_rate([40, 60], **MALE).tolist() == [0, 0]
    assert trimp_rate([190, 230], **MALE).tolist() == [pytest.approx(0.64 * math.exp(1.92))] * 2
    times = clipped_seconds([40, 60, 125, 190, 230, NAN], [1, 2, 4, 8, 16, 32], hr_rest_bpm=60, hr_max_bpm=190)
    assert times == (1, 16)
    assert clipped_seconds(200, 60, hr_rest_bpm=60, hr_max_bpm=190) == (0, 60)


@pytest.mark.parametrize("impulse", [MALE, LUCIA, EDWARDS, OWN], ids=["banister", "lucia", "edwards", "individual"])
def test_a_missing_heart_rate_adds_nothing_and_no_time_gives_nothing(impulse: Impulse) -> None:
    assert np.isnan(trimp_rate([150, NAN], **impulse)).tolist() == [False, True]
    assert trimp_of([150, NAN], [60, 6000], **impulse) == trimp_of(150, 60, **impulse) > 0
    assert trimp_of([], [], **impulse) == 0


@pytest.mark.parametrize(
    ("impulse", "text"),
    [
        ({"hr_rest_bpm": 60, "hr_max_bpm": 190}, "sex has to be 'female' or 'male'.*none are taken by default"),
        ({"hr_rest_bpm": 60, "hr_max_bpm": 190, "sex": ""}, "sex has to be"),
        ({"hr_rest_bpm": 60, "hr_max_bpm": 190, "sex": "male", "variant": "own"}, "variant is 'own'; one of banister"),
        ({"hr_rest_bpm": 60, "hr_max_bpm": 190, "method": "mean"}, "method is 'mean'; one of banister, edwards"),
        ({"hr_rest_bpm": 60, "hr_max_bpm": 190, "method": "individual", "a": 0.3}, "a and b, both above 0"),
        ({"hr_rest_bpm": 190, "hr_max_bpm": 190, "sex": "male"}, "the first below the second"),
        ({"hr_max_bpm": 190, "sex": "male"}, "hr_rest_bpm and hr_max_bpm are needed"),
        ({"method": "edwards"}, "hr_max_bpm is needed"),
        ({"method": "lucia", "first_threshold_bpm": 150}, "are needed, the first not above the second"),
    ],
)
def test_a_choice_that_is_missing_is_asked_for(impulse: Impulse, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        trimp_of(150, 60, **impulse)


@settings(max_examples=1000)
@given(heart_rates, heart_rates, st.sampled_from([MALE, FEMALE, OWN, EDWARDS, LUCIA]))
def test_trimp_rises_with_the_heart_rate(one: float, other: float, impulse: Impulse) -> None:
    """Never falls; within the reserve, Banister's rises strictly."""
    low, high = sorted((one, other))
    lower, higher = trimp_of(low, 600, **impulse), trimp_of(high, 600, **impulse)
    assert lower <= higher
    if impulse.get("method") in {None, "individual"} and 60 <= low < high <= 190:
        assert lower < higher


@settings(max_examples=1000)
@given(st.lists(st.tuples(heart_rates, st.floats(0.5, 10)), min_size=1, max_size=40), st.data())
def test_trimp_of_two_parts_is_that_of_the_whole(spent: list[tuple[float, float]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(spent)))
    bpm, seconds = np.array(spent).T
    parts = trimp_of(bpm[:cut], seconds[:cut], **FEMALE) + trimp_of(bpm[cut:], seconds[cut:], **FEMALE)
    assert parts == pytest.approx(trimp_of(bpm, seconds, **FEMALE), rel=1e-12, abs=1e-12)
