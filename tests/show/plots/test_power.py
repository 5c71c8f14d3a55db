"""The picture of power: a line a ratio and design, with the chance of the simulation.

Oracle: the frame itself, read back from what was drawn.
"""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_settled, empty_axes
from matplotlib.axes import Axes

from stressfx.errors import SchemaError
from stressfx.schema import POWER
from stressfx.show.plots import plot_power

SIZES = (400, 50, 100, 200)


def made(ratios: tuple[float, ...] = (2.0,), designs: tuple[str, ...] = (), trials: int = 200) -> pd.DataFrame:
    frame = pd.DataFrame(
        [(design, ratio, size) for design in designs or ("",) for ratio in ratios for size in SIZES],
        columns=["design", "hazard_ratio", "n_athletes"],
    )
    shares = np.clip(frame["n_athletes"] / 500 * np.log(frame["hazard_ratio"]) + 0.05, 0, 0.95)
    frame = frame.assign(
        n_days=365,
        trials=trials,
        refused=0,
        events=frame["n_athletes"] * 0.2,
        power=shares,
        power_low=shares - 0.04,
        power_high=shares + 0.05,
        width=3.0,
    )
    return frame if designs else frame.drop(columns="design")


def lines(axes: Axes) -> dict[str, np.ndarray]:
    return {line.get_label(): np.asarray(line.get_ydata()) for line in axes.lines}


def note(axes: Axes) -> str:
    return " ".join(text.get_text() for text in axes.texts).replace("\n", " ")


def test_a_ratio_is_a_line_with_a_band_in_the_order_of_size() -> None:
    sizes = made()
    axes = plot_power(sizes, ax=empty_axes())
    ordered = sizes.sort_values("n_athletes")
    line = next(line for line in axes.lines if line.get_label() == "hazard ratio 2")
    assert line.get_xdata().tolist() == [50, 100, 200, 400]
    np.testing.assert_allclose(line.get_ydata(), ordered["power"])
    (band,) = axes.collections
    edges = np.concatenate([path.vertices for path in band.get_paths()])
    held = {(x, round(y, 9)) for x, y in edges.tolist()}
    for name in ("power_low", "power_high"):
        assert {
            (size, round(share, 9)) for size, share in zip(ordered["n_athletes"], ordered[name], strict=True)
        } <= held
    assert lines(axes)["80 % by convention"].tolist() == [0.8, 0.8]
    assert axes.get_ylim()[0] == 0
    assert axes.get_xlim()[0] == 0


def test_designs_and_ratios_are_told_apart_twice() -> None:
    axes = plot_power(made((1.0, 2.0), ("case_crossover", "cox")), ax=empty_axes())
    drawn = [line for line in axes.lines if "convention" not in line.get_label()]
    assert [line.get_label() for line in drawn] == [
        f"{design}, hazard ratio {ratio}" for design in ("case crossover", "cox") for ratio in (1, 2)
    ]
    looks = [(line.get_color(), line.get_marker(), line.get_linestyle()) for line in drawn]
    assert len(set(looks)) == 4
    assert looks[0][:2] == looks[1][:2] != looks[2][:2], "colour and mark tell the design"
    assert looks[0][2] == looks[2][2] != looks[1][2], "the line tells the ratio"
    alone = plot_power(made((1.5, 2.0)), ax=empty_axes()).lines[:2]
    assert alone[0].get_color() != alone[1].get_color()
    assert alone[0].get_marker() != alone[1].get_marker()


def test_the_note_says_how_much_chance_and_how_many_injuries() -> None:
    axes = plot_power(made(), ax=empty_axes())
    assert "200 made-up cohorts a point" in note(axes)
    assert "50: 10, 100: 20, 200: 40, 400: 80." in note(axes)
    several = pd.concat([made(trials=50), made((3.0,), trials=1500)])
    assert "50 to 1,500 made-up cohorts" in note(plot_power(several, ax=empty_axes()))
    assert "Injuries in an estimate: 10 to 80." in note(plot_power(several, ax=empty_axes()))


def test_nothing_and_nonsense() -> None:
    assert note(plot_power(POWER.empty(), ax=empty_axes())) == "no study to show"
    with pytest.raises(SchemaError, match="power_low"):
        plot_power(made().drop(columns="power_low"), ax=empty_axes())


@pytest.mark.parametrize(("width", "height"), [(8.6, 3.8), (3.8, 3.4)])
@pytest.mark.parametrize("designs", [(), ("case_crossover", "a_design_with_a_very_long_name_of_some_$words$")])
def test_the_words_are_inside_the_picture_and_drawing_twice_moves_nothing(
    width: float, height: float, designs: tuple[str, ...]
) -> None:
    assert_settled(plot_power(made((1.0, 2.0), designs), ax=empty_axes(width, height)))
