"""The picture of the days before an injury: the runner's own other windows behind, gaps where nobody looked.

Oracle: the frame itself, with means by hand.
"""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_settled, empty_axes
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from stressfx.errors import SchemaError
from stressfx.schema import BEFORE
from stressfx.show.plots import plot_before_injury

DAYS = 14


def made(loads: dict[tuple[int, int], np.ndarray]) -> pd.DataFrame:
    """Windows of each (injury, window)."""
    frames = [
        pd.DataFrame(
            {
                "injury": injury,
                "athlete_id": pd.Series([f"a{injury}"] * (DAYS + 1), dtype="str"),
                "window": window,
                "day": np.arange(-DAYS, 1),
                "date": pd.date_range("2026-03-02", periods=DAYS + 1, unit="us"),
                "distance_m": values,
                "timer_s": values / 3,
                "acwr": values / 5000,
            }
        )
        for (injury, window), values in loads.items()
    ]
    return pd.concat(frames, ignore_index=True)


def ramp(start: float) -> np.ndarray:
    return start + 100.0 * np.arange(DAYS + 1)


ONE = made({(0, 0): ramp(5000), (0, 1): ramp(2000), (0, 2): ramp(3000), (0, 3): ramp(7000)})


def line(axes: Axes, words: str) -> np.ndarray:
    return next(line for line in axes.lines if line.get_label() == words).get_ydata()


def legend(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def note(axes: Axes) -> str:
    return " ".join(text.get_text() for text in axes.texts).replace("\n", " ")


@pytest.mark.parametrize(("unit", "metres"), [("km", 1000.0), ("mi", 1609.344)])
def test_one_injury_is_a_strong_line_before_the_other_windows(unit: str, metres: float) -> None:
    axes = plot_before_injury(ONE, "distance_m", ax=empty_axes(), unit=unit)
    np.testing.assert_allclose(line(axes, "before the injury"), ramp(5000) / metres)
    np.testing.assert_allclose(line(axes, "their mean"), ramp(4000) / metres)
    (thin,) = [collection for collection in axes.collections if isinstance(collection, LineCollection)]
    assert thin.get_label() == "the runner's own other windows (3)"
    np.testing.assert_allclose(
        [part[:, 1] for part in thin.get_segments()], [ramp(x) / metres for x in (2e3, 3e3, 7e3)]
    )
    strong = next(line for line in axes.lines if line.get_label() == "before the injury")
    assert strong.get_linewidth() > 2 * thin.get_linewidth()[0]
    assert axes.get_ylabel() == f"Distance ({unit})"
    assert axes.get_ylim()[0] == 0


def test_the_days_count_down_to_the_onset() -> None:
    axes = plot_before_injury(ONE, "distance_m", ax=empty_axes())
    axes.figure.draw_without_rendering()
    assert [label.get_text() for label in axes.get_xticklabels()][-1] == "0"
    assert axes.get_xlabel() == "Days before the onset"
    assert axes.get_xlim() == (-DAYS - 0.5, 0.5)
    ticks = [(tick, label.get_text()) for tick, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)]
    assert all(label == f"{-tick:g}" for tick, label in ticks if tick)
    assert "onset" in legend(axes)


def test_several_injuries_are_a_mean_beside_a_mean() -> None:
    loads = {(number, 0): ramp(1000.0 * number) for number in range(12)}
    axes = plot_before_injury(made({**loads, (0, 1): ramp(0), (5, 1): ramp(900)}), "distance_m", ax=empty_axes())
    np.testing.assert_allclose(line(axes, "mean before 12 injuries"), ramp(5500) / 1000)
    np.testing.assert_allclose(line(axes, "their mean"), ramp(450) / 1000)
    assert "other windows (2)" in legend(axes)
    assert "illustration" not in note(axes)
    assert "all earlier" in note(axes)


def test_few_injuries_are_an_illustration() -> None:
    assert "1 injury: illustration, not inference" in note(plot_before_injury(ONE, "acwr", ax=empty_axes()))
    nine = made({(number, 0): ramp(1000) for number in range(9)})
    assert "9 injuries: illustration, not inference" in note(plot_before_injury(nine, "acwr", ax=empty_axes()))
    assert "all earlier" not in note(plot_before_injury(nine, "acwr", ax=empty_axes())), "there are no other windows"


def test_days_that_nobody_observed_leave_a_gap_and_no_share_in_a_mean() -> None:
    before = made({(0, 0): ramp(1000), (1, 0): ramp(3000)})
    before.loc[(before["injury"] == 0) & (before["day"] == -5), "distance_m"] = np.nan
    before.loc[before["day"] == -7, "distance_m"] = np.nan
    mean = line(plot_before_injury(before, "distance_m", ax=empty_axes()), "mean before 2 injuries")
    assert np.flatnonzero(np.isnan(mean)).tolist() == [DAYS - 7]
    assert mean[DAYS - 5] == pytest.approx((3000 + 100 * (DAYS - 5)) / 1000)


def test_units_and_words_of_the_axis() -> None:
    axes = plot_before_injury(ONE, "timer_s", ax=empty_axes())
    np.testing.assert_allclose(line(axes, "before the injury"), ramp(5000) / 3 / 3600)
    assert axes.get_ylabel() == "Timer (h)"
    axes = plot_before_injury(ONE, "acwr", words="acute over chronic $load$", ax=empty_axes())
    np.testing.assert_allclose(line(axes, "before the injury"), ramp(5000) / 5000)
    assert axes.get_ylabel() == "Acute over chronic $load$"
    assert not axes.yaxis.label.get_parse_math()


def test_what_there_is_not_is_said() -> None:
    assert note(plot_before_injury(ONE.iloc[:0], "acwr", ax=empty_axes())) == "no injury to show"
    assert "no load is known" in note(plot_before_injury(ONE.assign(acwr=np.nan), "acwr", ax=empty_axes()))
    for column in ("magic", "day"):
        with pytest.raises(ValueError, match="no column of loads"):
            plot_before_injury(ONE, column, ax=empty_axes())
    with pytest.raises(SchemaError, match="window"):
        plot_before_injury(ONE.drop(columns="window"), "acwr", ax=empty_axes())
    assert set(BEFORE.names) <= set(ONE.columns)
    with pytest.raises(ValueError, match="unit is 'furlong'; one of"):
        plot_before_injury(ONE, "acwr", unit="furlong", ax=empty_axes())
    with pytest.raises(ValueError, match="numbers are needed"):
        plot_before_injury(ONE.assign(acwr="high"), "acwr", ax=empty_axes())
    endless = note(plot_before_injury(ONE.assign(acwr=np.inf), "acwr", ax=empty_axes()))
    assert "no load is known" in endless


@pytest.mark.parametrize(("width", "height"), [(8.6, 3.8), (3.6, 2.6)])
def test_the_words_are_inside_the_picture_and_drawing_twice_moves_nothing(width: float, height: float) -> None:
    axes = plot_before_injury(ONE, "distance_m", words="a long description of a load", ax=empty_axes(width, height))
    assert_settled(axes)
