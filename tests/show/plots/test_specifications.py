"""The picture of a specification curve: sorted estimates above the choices that made them.

Oracle: the table of the curve, read back from what was drawn.
"""

import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from drawn import assert_settled, empty_axes
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from stressfx.errors import SchemaError
from stressfx.schema import SPECIFICATIONS
from stressfx.show.palette import PAPER
from stressfx.show.plots import plot_specifications

CHOICES = {
    "metric": ["spike", "acwr_uncoupled"],
    "threshold": [0.1, 0.3],
    "window_days": [7, 14],
    "lag_days": [0, 3],
    "onset": ["first_pain", "diagnosed"],
}


def curve(choices: dict[str, list[object]], *, p: float = 0.012, events: int = 60, seed: int = 1) -> SimpleNamespace:
    table = pd.DataFrame(list(itertools.product(*choices.values())), columns=list(choices))
    rng = np.random.default_rng(seed)
    logs, ses = rng.normal(0.4, 0.3, len(table)), rng.uniform(0.1, 0.4, len(table))
    table = table.astype({"metric": "str", "onset": "str", "threshold": "float64"}).assign(
        estimate=np.exp(logs),
        low=np.exp(logs - 1.96 * ses),
        high=np.exp(logs + 1.96 * ses),
        p=0.5,
        log_estimate=logs,
        log_se=ses,
        events=events,
        athletes=40,
        intervals=300,
    )
    test = SimpleNamespace(table=pd.DataFrame({"p": [p]}))
    return SimpleNamespace(table=SPECIFICATIONS.check(table), test=test, note="")


def points(panel: Axes, marker: str) -> dict[int, float]:
    return {
        int(x): float(y)
        for line in panel.lines
        if line.get_marker() == marker
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }


def note(axes: Axes) -> str:
    return " ".join(text.get_text() for text in axes.texts).replace("\n", " ")


def rows(panel: Axes) -> dict[str, list[int]]:
    """Where each choice was made, by its words."""
    made = [line for line in panel.lines if line.get_marker() == "s"]
    names = [label.get_text() for label in panel.get_yticklabels()]
    return {names[int(line.get_ydata()[0])]: line.get_xdata().tolist() for line in made}


def test_estimates_stand_in_the_order_of_size_with_their_intervals() -> None:
    made = curve(CHOICES)
    upper, _ = plot_specifications(made, ax=empty_axes(8.6, 5)).child_axes
    ordered = made.table.sort_values("estimate")
    drawn = points(upper, "o")
    np.testing.assert_allclose([drawn[place] for place in range(len(ordered))], ordered["estimate"])
    (lines,) = [collection for collection in upper.collections if isinstance(collection, LineCollection)]
    ends = np.array([segment[:, 1] for segment in lines.get_segments()])
    np.testing.assert_allclose(ends, ordered[["low", "high"]])
    assert upper.get_yscale() == "log"
    filled = [
        line for line in upper.lines if line.get_marker() == "o" and to_hex(line.get_markerfacecolor()) != PAPER.lower()
    ]
    sure = np.flatnonzero((ordered["low"] > 1) | (ordered["high"] < 1))
    assert [place for line in filled for place in line.get_xdata()] == sure.tolist()
    assert 0 < len(sure) < len(ordered)


def test_below_each_estimate_stand_the_choices_that_made_it() -> None:
    made = curve(CHOICES)
    axes = plot_specifications(made, ax=empty_axes(8.6, 5))
    found = rows(axes.child_axes[1])
    ordered = made.table.sort_values("estimate").reset_index(drop=True)
    words = {
        "metric acwr uncoupled": ordered["metric"] == "acwr_uncoupled",
        "metric spike": ordered["metric"] == "spike",
        "above 0.1": ordered["threshold"] == 0.1,
        "above 0.3": ordered["threshold"] == 0.3,
        "any of 7 days": ordered["window_days"] == 7,
        "any of 14 days": ordered["window_days"] == 14,
        "lag 0 d": ordered["lag_days"] == 0,
        "lag 3 d": ordered["lag_days"] == 3,
        "onset diagnosed": ordered["onset"] == "diagnosed",
        "onset first pain": ordered["onset"] == "first_pain",
    }
    assert list(found) == list(words)
    assert found == {name: np.flatnonzero(held).tolist() for name, held in words.items()}
    assert axes.child_axes[0].get_xlim() == axes.child_axes[1].get_xlim()


def test_choices_that_all_share_have_no_row_and_are_named_below() -> None:
    axes = plot_specifications(curve({**CHOICES, "lag_days": [1], "onset": ["first_pain"]}), ax=empty_axes(8.6, 5))
    assert not [name for name in rows(axes.child_axes[1]) if name.startswith(("lag", "onset"))]
    assert "All: lag 1 d, onset first pain." in note(axes)
    alone = plot_specifications(curve({name: options[:1] for name, options in CHOICES.items()}), ax=empty_axes(8.6, 5))
    assert len(alone.child_axes) == 1
    assert "1 specification, " in note(alone)


def test_a_table_without_thresholds_is_drawn_as_well() -> None:
    made = curve(CHOICES)
    made.table = made.table.drop(columns="threshold").drop_duplicates(["metric", "window_days", "lag_days", "onset"])
    assert len(rows(plot_specifications(made, ax=empty_axes(8.6, 5)).child_axes[1])) == 8


def test_the_test_of_the_whole_curve_stands_in_the_corner() -> None:
    assert "permutation test of the whole curve: p = 0.012" in note(
        plot_specifications(curve(CHOICES), ax=empty_axes())
    )
    assert "no permutation test" in note(plot_specifications(curve(CHOICES, p=np.nan), ax=empty_axes()))


def test_what_has_no_estimate_stands_at_the_right_with_a_cross() -> None:
    made = curve(CHOICES)
    made.table.loc[[0, 5], ["estimate", "low", "high", "p", "log_estimate", "log_se"]] = np.nan
    axes = plot_specifications(made, ax=empty_axes(8.6, 5))
    assert sorted(points(axes.child_axes[0], "x")) == [30, 31]
    assert len(points(axes.child_axes[0], "o")) == 30
    assert "No estimate (\N{MULTIPLICATION SIGN}): 2." in note(axes)
    assert {30, 31} <= set(rows(axes.child_axes[1])["metric spike"])


def test_an_interval_without_end_goes_to_an_arrow() -> None:
    made = curve(CHOICES)
    made.table.loc[3, ["low", "high"]] = [0.0, np.inf]
    upper = plot_specifications(made, ax=empty_axes(8.6, 5)).child_axes[0]
    place = int(np.flatnonzero(np.argsort(made.table["estimate"].to_numpy()) == 3)[0])
    assert points(upper, "^") == {place: upper.get_ylim()[1]}
    assert points(upper, "v") == {place: upper.get_ylim()[0]}
    assert upper.get_ylim()[1] / upper.get_ylim()[0] < 1e4


def test_few_injuries_are_an_illustration() -> None:
    assert "illustration, not inference" in note(plot_specifications(curve(CHOICES, events=9), ax=empty_axes()))
    assert "illustration" not in note(plot_specifications(curve(CHOICES, events=10), ax=empty_axes()))
    lost = curve(CHOICES, events=9)
    lost.table[["estimate", "low", "high"]] = np.nan
    assert "illustration, not inference" in note(plot_specifications(lost, ax=empty_axes()))
    told = curve(CHOICES, events=10)
    told.note = "illustration, not inference"  # the curve itself rests on fewer
    assert "illustration, not inference" in note(plot_specifications(told, ax=empty_axes()))


def test_nothing_and_nonsense() -> None:
    made = curve(CHOICES)
    made.table = made.table.iloc[:0]
    assert note(plot_specifications(made, ax=empty_axes())) == "no specification to show"
    made.table = made.table.drop(columns="metric")
    with pytest.raises(SchemaError, match="metric"):
        plot_specifications(made, ax=empty_axes())


@pytest.mark.parametrize(("width", "height"), [(8.6, 6), (4.5, 4)])
@pytest.mark.parametrize("lost", [0, 4])
def test_the_words_are_inside_the_picture_and_drawing_twice_moves_nothing(
    width: float, height: float, lost: int
) -> None:
    made = curve(
        {**CHOICES, "metric": ["spike", "a_metric_with_a_very_long_name_that_goes_$on$"], "lag_days": [0, 1, 3]}
    )
    made.table.loc[: lost - 1, ["estimate", "low", "high", "p", "log_estimate", "log_se"]] = np.nan
    assert_settled(plot_specifications(made, ax=empty_axes(width, height)))
