"""The picture of bone: weekly damage beside weekly distance, both over the median week.

Oracle: sums by week made here with pandas' Grouper, and a case by hand.
"""

import numpy as np
import pandas as pd
import pytest
from made_audit import made_audit
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from stressfx.show.plots.bone import plot_bone

AUDIT = made_audit()


def empty_axes() -> Axes:
    return Figure(figsize=(8.6, 3.8), layout="constrained").subplots()


def steps(axes: Axes) -> dict[str, StepPatch]:
    return {patch.get_label(): patch for patch in axes.patches if isinstance(patch, StepPatch)}


def values(axes: Axes, name: str) -> list[float]:
    return steps(axes)[name].get_data()[0].tolist()


def days(metres: list[float], damages: list[float]) -> pd.DataFrame:
    """Whole weeks of seven equal days, from a Monday on."""
    frame = pd.DataFrame({"distance_m": np.repeat(metres, 7) / 7, "damage": np.repeat(damages, 7) / 7})
    others = dict.fromkeys(("timer_s", "moving_s", "elapsed_s", "steps", "longest_m", "other_sport_s"), 0.0)
    return frame.assign(
        **others,
        athlete_id=pd.Series(["a"] * len(frame), dtype="str"),
        date=pd.date_range("2026-01-05", periods=len(frame), unit="us"),
        sessions=1.0,
        damage_low=frame["damage"] * 0.9,
        damage_high=frame["damage"] * (1 + frame["damage"] / 1000),
        damage_exponent=6.6,
    )


def test_weeks_by_hand() -> None:
    axes = plot_bone(days([10, 20, 30, 40, 0], [100, 100, 200, 600, 0]), ax=empty_axes())
    assert values(axes, "distance") == pytest.approx([0.4, 0.8, 1.2, 1.6, 0.0])
    damage = values(axes, "bone damage, exponent 6.6")
    assert damage == pytest.approx([2 / 3, 2 / 3, 4 / 3, 4.0, 0.0])
    high, _, low = steps(axes)["exponent 4 to 9"].get_data()
    assert (low <= np.array(damage) + 1e-12).all()
    assert (np.array(damage) <= high + 1e-12).all()
    assert high[3] > damage[3]
    assert axes.get_ylabel() == "Share of the median week"


def test_the_weeks_of_a_whole_log() -> None:
    axes = plot_bone(AUDIT.daily, ax=empty_axes())
    weeks = AUDIT.daily.set_index("date").resample("W-MON", closed="left", label="left")["damage"]
    sums = weeks.sum()
    typical = sums[(weeks.size() == 7) & (sums > 0)].median()
    np.testing.assert_allclose(values(axes, "bone damage, exponent 6.6"), sums / typical)


def test_a_run_of_unknown_damage_makes_its_week_missing() -> None:
    daily = days([10, 20, 30], [100, 200, 300])
    daily.loc[8, "damage"] = np.nan
    damage = values(plot_bone(daily, ax=empty_axes()), "bone damage, exponent 6.6")
    assert np.isnan(damage).tolist() == [False, True, False]


def test_days_that_nobody_observed_are_hatched_and_a_part_of_a_week_is_no_median() -> None:
    daily = days([10, 20, 30, 80], [100, 200, 300, 800])
    loads = ["sessions", "distance_m", "damage", "damage_low", "damage_high"]
    daily.loc[7:13, loads] = np.nan
    daily.loc[27, loads] = np.nan
    axes = plot_bone(daily, ax=empty_axes())
    assert values(axes, "distance")[0] == pytest.approx(0.5), "the median of 10 and 30 is 20"
    (gap,) = [patch for patch in axes.patches if patch.get_hatch()]
    assert gap.get_width() == 7


def test_days_without_damage_are_refused() -> None:
    with pytest.raises(ValueError, match="no damage"):
        plot_bone(AUDIT.daily.drop(columns="damage_high"))
