"""Which metrics of daily load are there, and by which definition? The registry, `METRICS`.

Each entry says what it computes, from where the definition is, how a single Series is asked for it, and which test
holds it to a number that was not computed here. The table over athletes, the comparison of definitions and the README
are made from it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from stressfx.training.metrics.fitness import fitness_fatigue_days
from stressfx.training.metrics.foster import monotony_days, strain_days
from stressfx.training.metrics.ratios import Comparison, compared_days
from stressfx.training.metrics.recent import largest_load_days, weekly_change_days
from stressfx.training.metrics.smoothing import ewma_days, redi_days
from stressfx.training.metrics.windows import Floats, LoadBlock

__all__ = ["DEFAULT", "METRICS", "Kernel", "Metric"]

Kernel: TypeAlias = Callable[[LoadBlock], "tuple[Floats, ...]"]


class Metric(NamedTuple):
    """One metric of daily load."""

    name: str
    columns: tuple[str, ...]
    """Columns of the table that it fills."""
    call: str
    """How one Series, ``load``, is asked for it."""
    definition: str
    """What it is, in one sentence."""
    windows: str
    """The days that it looks at, t being the day itself."""
    source: str
    """Where the definition is from, with its DOI if it has one."""
    oracle: str
    """The test that compares it with hand arithmetic, a published number or other people's code."""
    kernel: Kernel
    """Computes the columns for many athletes at once."""


WINDT_2019 = "Windt & Gabbett 2019, Br J Sports Med, doi:10.1136/bjsports-2017-098925"
FRANDSEN_2025 = "Schuster Brandt Frandsen et al. 2025, Br J Sports Med, doi:10.1136/bjsports-2024-109380"
WILLIAMS_2017 = "Williams et al. 2017, Br J Sports Med, doi:10.1136/bjsports-2016-096589"
FOSTER_1998 = "Foster 1998, Med Sci Sports Exerc, doi:10.1097/00005768-199807000-00023"
MOUSSA_2019 = "Moussa et al. 2019, BMJ Open Sport Exerc Med, doi:10.1136/bmjsem-2019-000573"
ATHLYTICS = "R package Athlytics, calculate_acwr_ewma with its default half-lives"
TRAININGPEAKS = "TrainingPeaks, Performance Management Chart"
GOLDENCHEETAH = "GoldenCheetah, source of the performance chart (PMCData.cpp)"
OURS = "our definition, for comparison"

RATIOS = "tests/training/metrics/test_ratios.py::"
SMOOTHING = "tests/training/metrics/test_smoothing.py::"
FOSTER = "tests/training/metrics/test_foster.py::"
FITNESS = "tests/training/metrics/test_fitness.py::"
RECENT = "tests/training/metrics/test_recent.py::"
WILLIAMS_TEST = RATIOS + "test_the_three_ratios_of_williams_fictitious_athlete"
FOSTER_TEST = FOSTER + "test_a_week_by_hand"


def _one(kernel: Callable[..., Floats], *arguments: object, **options: object) -> Kernel:
    """Make a kernel of one column."""
    filled = partial(kernel, **options)

    def columns(block: LoadBlock) -> tuple[Floats, ...]:
        return (filled(block, *arguments),)

    return columns


def _comparison(what: str, method: str) -> Kernel:
    return _one(compared_days, what, Comparison(method=method))


_SIDES = (
    Metric(
        "acute_load",
        ("acute_load",),
        "acute_load(load)",
        "Mean daily load of the last 7 days.",
        "t-6..t",
        WINDT_2019,
        RATIOS + "test_the_two_sides_by_hand",
        _comparison("acute", "uncoupled"),
    ),
    Metric(
        "chronic_load",
        ("chronic_load",),
        "chronic_load(load)",
        "Mean daily load of the 21 days before the last 7.",
        "t-27..t-7",
        WINDT_2019,
        RATIOS + "test_the_two_sides_by_hand",
        _comparison("chronic", "uncoupled"),
    ),
    Metric(
        "chronic_load_coupled",
        ("chronic_load_coupled",),
        "chronic_load(load, method='coupled')",
        "Mean daily load of the last 28 days, the last 7 included.",
        "t-27..t",
        WINDT_2019,
        RATIOS + "test_the_two_sides_by_hand",
        _comparison("chronic", "coupled"),
    ),
    Metric(
        "ewma_7",
        ("ewma_7",),
        "ewma(load, days=7)",
        "Exponentially weighted mean with weight 2/(7+1) on the day, from the first day's load on.",
        "all days to t; half-life 2.4 d",
        WILLIAMS_2017,
        WILLIAMS_TEST,
        _one(ewma_days, days=7),
    ),
    Metric(
        "ewma_28",
        ("ewma_28",),
        "ewma(load, days=28)",
        "Exponentially weighted mean with weight 2/(28+1) on the day, from the first day's load on.",
        "all days to t; half-life 9.7 d",
        WILLIAMS_2017,
        WILLIAMS_TEST,
        _one(ewma_days, days=28),
    ),
    Metric(
        "redi",
        ("redi",),
        "redi(load)",
        "Mean of the observed days with weights exp(-0.1 i) for i days ago.",
        "all days to t; half-life 6.9 d",
        MOUSSA_2019,
        SMOOTHING + "test_redi_by_hand",
        _one(redi_days, rate=0.1),
    ),
    Metric(
        "redi_025",
        ("redi_025",),
        "redi(load, rate=0.25)",
        "Mean of the observed days with weights exp(-0.25 i) for i days ago.",
        "all days to t; half-life 2.8 d",
        MOUSSA_2019,
        SMOOTHING + "test_redi_by_hand",
        _one(redi_days, rate=0.25),
    ),
    Metric(
        "largest_load",
        ("largest_load",),
        "largest_load(load)",
        "Largest daily load of the last 30 days.",
        "t-29..t",
        OURS,
        RECENT + "test_largest_load_agrees_with_pandas",
        _one(largest_load_days),
    ),
)

_COMPARISONS = (
    Metric(
        "acwr_uncoupled",
        ("acwr_uncoupled",),
        "acwr(load)",
        "Mean daily load of the last 7 days over that of the 21 days before.",
        "t-6..t over t-27..t-7",
        f"{WINDT_2019}; {FRANDSEN_2025}",
        RATIOS + "test_agreement_with_the_package_acwr",
        _comparison("ratio", "uncoupled"),
    ),
    Metric(
        "acwr_coupled",
        ("acwr_coupled",),
        "acwr(load, method='coupled')",
        "Mean daily load of the last 7 days over that of the last 28, the same 7 included; at most 4.",
        "t-6..t over t-27..t",
        WINDT_2019,
        RATIOS + "test_agreement_with_the_package_acwr",
        _comparison("ratio", "coupled"),
    ),
    Metric(
        "acwr_ewma",
        ("acwr_ewma",),
        "acwr(load, method='ewma')",
        "Exponentially weighted mean of span 7 over that of span 28.",
        "all days to t; half-lives 2.4 and 9.7 d",
        WILLIAMS_2017,
        WILLIAMS_TEST,
        _comparison("ratio", "ewma"),
    ),
    Metric(
        "acwr_ewma_uncoupled",
        ("acwr_ewma_uncoupled",),
        "acwr(load, method='ewma_uncoupled')",
        "Exponentially weighted mean of span 7 over that of span 28 a week ago.",
        "all days to t over all days to t-7",
        OURS,
        WILLIAMS_TEST,
        _comparison("ratio", "ewma_uncoupled"),
    ),
    Metric(
        "acwr_ewma_half_life",
        ("acwr_ewma_half_life",),
        "acwr(load, method='ewma_half_life')",
        "Exponentially weighted mean of half-life 3.5 days over that of half-life 14 days.",
        "all days to t; half-lives 3.5 and 14 d",
        ATHLYTICS,
        RATIOS + "test_half_lives_agree_with_the_package_acwr",
        _comparison("ratio", "ewma_half_life"),
    ),
    Metric(
        "load_difference",
        ("load_difference",),
        "load_difference(load)",
        "Mean daily load of the last 7 days minus that of the 21 days before.",
        "t-6..t minus t-27..t-7",
        OURS,
        RATIOS + "test_the_two_sides_by_hand",
        _comparison("difference", "uncoupled"),
    ),
    Metric(
        "weekly_change",
        ("weekly_change",),
        "weekly_change(load)",
        "Change of the load of the last 7 days against the 7 before, in per cent.",
        "t-6..t against t-13..t-7",
        FRANDSEN_2025,
        RECENT + "test_weekly_change_agrees_with_the_package_acwr",
        _one(weekly_change_days),
    ),
)

_FOSTER = (
    Metric(
        "monotony",
        ("monotony",),
        "monotony(load)",
        "Mean over sample standard deviation of the daily loads of 7 days.",
        "t-6..t",
        FOSTER_1998,
        FOSTER_TEST,
        _one(monotony_days),
    ),
    Metric(
        "monotony_population",
        ("monotony_population",),
        "monotony(load, ddof=0)",
        "Mean over population standard deviation of the daily loads of 7 days.",
        "t-6..t",
        FOSTER_1998,
        FOSTER_TEST,
        _one(monotony_days, ddof=0),
    ),
    Metric(
        "strain",
        ("strain",),
        "strain(load)",
        "Load of 7 days times their monotony with the sample standard deviation.",
        "t-6..t",
        FOSTER_1998,
        FOSTER_TEST,
        _one(strain_days),
    ),
    Metric(
        "strain_population",
        ("strain_population",),
        "strain(load, ddof=0)",
        "Load of 7 days times their monotony with the population standard deviation.",
        "t-6..t",
        FOSTER_1998,
        FOSTER_TEST,
        _one(strain_days, ddof=0),
    ),
)

_FITNESS = (
    Metric(
        "fitness_fatigue",
        ("fitness", "fatigue", "form"),
        "fitness_fatigue(load)",
        "Averages that move by 1/42 and 1/7 of their distance from the day's load, from 0 on; form is their "
        "difference on the day before.",
        "all days to t; half-lives 28.8 and 4.5 d; not warm before day 42",
        TRAININGPEAKS,
        FITNESS + "test_seven_days_by_hand",
        fitness_fatigue_days,
    ),
    Metric(
        "fitness_fatigue_goldencheetah",
        ("fitness_goldencheetah", "fatigue_goldencheetah", "form_goldencheetah"),
        "fitness_fatigue(load, convention='goldencheetah')",
        "The same with 1 - exp(-1/42) and 1 - exp(-1/7).",
        "all days to t; half-lives 29.1 and 4.9 d; not warm before day 42",
        GOLDENCHEETAH,
        FITNESS + "test_seven_days_by_hand",
        partial(fitness_fatigue_days, convention="goldencheetah"),
    ),
)

METRICS: Mapping[str, Metric] = MappingProxyType(
    {metric.name: metric for metric in (*_SIDES, *_COMPARISONS, *_FOSTER, *_FITNESS)}
)
"""Every metric of daily load, by name."""

DEFAULT = (
    "acute_load",
    "chronic_load",
    "acwr_uncoupled",
    "ewma_7",
    "ewma_28",
    "acwr_ewma",
    "monotony",
    "strain",
    "largest_load",
)
"""What a table of loads has unless others are asked for. Each ratio stands beside its two sides."""
