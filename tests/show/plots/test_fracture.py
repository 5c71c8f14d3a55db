"""The picture of the model for teaching: a panel a parameter, and what the model is not.

Oracle: the frame itself, read back from what was drawn.
"""

import numpy as np
import pytest
from drawn import assert_settled, empty_axes
from matplotlib.axes import Axes

from stressfx.injury.bone_model import PARAMETERS, parameter_bands
from stressfx.show.plots import plot_fracture

BANDS = parameter_bands(range(0, 101, 10), microstrain=3300, cycles_per_day=1557)


def note(axes: Axes) -> str:
    return " ".join(text.get_text() for text in axes.texts).replace("\n", " ")


def test_a_panel_a_parameter_with_its_three_values() -> None:
    axes = plot_fracture(BANDS, ax=empty_axes(8.6, 4.5))
    assert len(axes.child_axes) == len(PARAMETERS)
    for parameter, panel in zip(PARAMETERS, axes.child_axes, strict=True):
        rows = BANDS[BANDS["parameter"] == parameter.name]
        assert len(panel.lines) == 3
        for line, band in zip(panel.lines, ("low", "middle", "high"), strict=True):
            shown = rows[rows["band"] == band]
            np.testing.assert_allclose(line.get_ydata(), 100 * shown["probability"])
            assert line.get_xdata().tolist() == shown["day"].tolist()
        assert len({line.get_linestyle() for line in panel.lines}) == 3
        words = " ".join(text.get_text() for text in panel.texts)
        assert f"{parameter.symbol}: " in words
        assert parameter.sure in words
        assert parameter.meaning in words
    assert len({panel.get_ylim() for panel in axes.child_axes}) == 1, "panels of different heights do not compare"


def test_it_says_that_it_is_for_teaching_and_not_verified() -> None:
    axes = plot_fracture(BANDS, ax=empty_axes(8.6, 4.5))
    assert "For teaching, never for a runner" in note(axes)
    assert "not verified" in note(axes)


def test_small_panels_have_one_line_of_words() -> None:
    axes = plot_fracture(BANDS, ax=empty_axes(4.5, 4.0))
    assert {len(panel.texts) for panel in axes.child_axes} == {1}
    assert axes.child_axes[4].texts[0].get_text() == "tr: 18, 26, 40 d"
    assert axes.child_axes[3].texts[0].get_text() == "C: 185k, 370k, 740k cycles"


def test_nothing_and_nonsense() -> None:
    assert note(plot_fracture(BANDS.iloc[:0], ax=empty_axes())) == "no parameter to show"
    with pytest.raises(ValueError, match="parameter_bands"):
        plot_fracture(BANDS.drop(columns="band"), ax=empty_axes())
    with pytest.raises(ValueError, match="a band is none of low, middle, high"):
        plot_fracture(BANDS.assign(band="medium"), ax=empty_axes())
    assert "teaching" in note(plot_fracture(BANDS.assign(probability=np.nan), ax=empty_axes()))


@pytest.mark.parametrize(("width", "height"), [(8.6, 4.5), (4.5, 4.0)])
@pytest.mark.parametrize("parameters", [7, 2, 1])
def test_the_words_are_inside_the_picture_and_drawing_twice_moves_nothing(
    width: float, height: float, parameters: int
) -> None:
    shown = BANDS[BANDS["parameter"].isin([parameter.name for parameter in PARAMETERS[:parameters]])]
    assert_settled(plot_fracture(shown, ax=empty_axes(width, height)))
