"""The picture of surfaces: bars that add up to the week, whatever is known of the ground.

Oracle: the rows of the frame, read back from the bars.
"""

import numpy as np
import pandas as pd
import pytest
from made_audit import made_audit
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from stressfx.schema.surfaces import SURFACE_CLASSES
from stressfx.show.palette import GROUNDS, PALE
from stressfx.show.plots.surfaces import plot_surfaces

AUDIT = made_audit()
WEEKS = AUDIT.surface_weeks


def empty_axes(width: float = 8.6) -> Axes:
    return Figure(figsize=(width, 3.8), layout="constrained").subplots()


@pytest.mark.parametrize(("unit", "metres"), [("km", 1000.0), ("mi", 1609.344)])
def test_every_class_of_every_week_is_a_bar_and_the_week_is_their_sum(unit: str, metres: float) -> None:
    axes = plot_surfaces(WEEKS, ax=empty_axes(), unit=unit)
    drawn = {
        (bars.get_label(), bar.get_x()): (bar.get_y(), bar.get_height()) for bars in axes.containers for bar in bars
    }
    expected = {
        (GROUNDS[row.surface].words, mdates.date2num(row.week)): row.distance_m / metres for row in WEEKS.itertuples()
    }
    assert {key: height for key, (_, height) in drawn.items()} == pytest.approx(expected)
    tops = pd.Series({key: y + height for key, (y, height) in drawn.items()}).groupby(level=1).max()
    np.testing.assert_allclose(tops, WEEKS.groupby("week")["distance_m"].sum() / metres)
    assert axes.get_ylabel() == f"Distance per week ({unit})"


def test_what_is_not_known_is_pale_on_top_and_named() -> None:
    axes = plot_surfaces(WEEKS, ax=empty_axes())
    unknown = axes.containers[-1]
    assert unknown.get_label() == "not known"
    assert {to_hex(bar.get_facecolor()) for bar in unknown} == {PALE.lower()}
    assert "not known" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_every_class_has_a_look_of_its_own_also_without_colours() -> None:
    assert tuple(GROUNDS) == SURFACE_CLASSES
    assert len({(look.face, look.hatch) for look in GROUNDS.values()}) == len(GROUNDS)

    def grey(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    plain = sorted(grey(look.face) for look in GROUNDS.values() if not look.hatch)
    assert np.diff(plain).min() > 12, "plain classes that a grey print would mix up"


def test_a_week_with_a_run_of_unknown_distance_is_hatched_and_not_low() -> None:
    week = WEEKS["week"].unique()[5]
    lacking = WEEKS.assign(distance_m=WEEKS["distance_m"].mask(WEEKS["week"] == week))
    axes = plot_surfaces(lacking, ax=empty_axes())
    (shade,) = [patch for patch in axes.patches if patch.get_hatch() == ".."]
    assert shade.get_x() == mdates.date2num(week)
    assert shade.get_width() == 7
    assert "a distance is not known" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_thin_bars_have_no_edges() -> None:
    many = pd.DataFrame(
        {
            "athlete_id": "a",
            "week": pd.date_range("2015-01-05", periods=520, freq="7D"),
            "surface": "trail",
            "distance_m": 3e4,
            "share": 1.0,
        }
    )
    assert {bar.get_linewidth() for bar in plot_surfaces(many, ax=empty_axes(3.6)).patches} == {0.0}
    assert {bar.get_linewidth() for bar in plot_surfaces(many.tail(20), ax=empty_axes()).patches} != {0.0}
