"""The picture of estimates: a line a row, ratios on a logarithmic axis, and words for what is no inference.

Oracle: the tables of the results, read back from what was drawn.
"""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from drawn import assert_settled, empty_axes
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from stressfx.errors import SchemaError
from stressfx.injury.result import StudyResult, refusal_frame, study_table, wald_rows
from stressfx.show.palette import PAPER
from stressfx.show.plots import plot_forest


def result(estimates: list[float], *, se: float = 0.3, events: int = 40, terms: list[str] | None = None) -> StudyResult:
    names = terms or [f"term {number}" for number in range(len(estimates))]
    logs = np.log(estimates).tolist()
    counts = {"events": events, "athletes": 30, "intervals": 400}
    return StudyResult(wald_rows(names, logs, [se] * len(logs), "odds ratio", **counts), "Made up.")


def intervals(axes: Axes) -> list[list[float]]:
    (lines,) = [collection for collection in axes.collections if isinstance(collection, LineCollection)]
    return [segment[:, 0].tolist() for segment in lines.get_segments()]


def marks(axes: Axes, marker: str) -> list[tuple[float, float]]:
    return [
        (float(x), float(y))
        for line in axes.lines
        if line.get_marker() == marker
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def legend(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def names(axes: Axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def test_every_estimate_stands_on_its_row_with_its_interval_and_its_words() -> None:
    study = result([2.0, 0.5, 1.25])
    axes = plot_forest(study, ax=empty_axes())
    assert axes.get_xscale() == "log"
    assert marks(axes, "s") == [(pytest.approx(estimate), row) for row, estimate in enumerate([2.0, 0.5, 1.25])]
    np.testing.assert_allclose(intervals(axes), study.table[["low", "high"]])
    assert axes.get_ylim()[0] > axes.get_ylim()[1], "the first row is on top"
    assert names(axes) == ["term 0", "term 1", "term 2"]
    assert "2.00 (1.11 to 3.60)" in texts(axes)
    assert texts(axes).count("40") == 3
    assert axes.get_xlabel() == "Odds ratio (logarithmic axis)"
    assert [line.get_xdata()[0] for line in axes.lines if line.get_label() == "1: no difference"] == [1.0]


def test_an_illustration_is_hollow_and_called_so() -> None:
    few, many = result([2.0], events=9, terms=["spike"]), result([1.5], events=10, terms=["spike"])
    axes = plot_forest({"first": few, "second": many}, ax=empty_axes())
    assert names(axes) == ["first", "second"]
    hollow = [line for line in axes.lines if to_hex(line.get_markerfacecolor()) == PAPER.lower()]
    assert [line.get_ydata().tolist() for line in hollow] == [[0]]
    assert [words for words in legend(axes) if "illustration, not inference" in words]
    assert marks(axes, "s") == [(pytest.approx(1.5), 1.0)]
    assert not [words for words in legend(plot_forest(many, ax=empty_axes())) if "illustration" in words]


def test_several_terms_of_several_studies_carry_both_names() -> None:
    axes = plot_forest({"Cox": result([2, 1]), "case-crossover": result([2, 1])}, ax=empty_axes())
    assert names(axes) == [f"{name}: term {term}" for name in ("Cox", "case-crossover") for term in (0, 1)]
    assert names(plot_forest([result([2, 1]), result([3])], ax=empty_axes())) == ["term 0", "term 1", "term 0"]


def test_rules_for_the_onset_are_compared_and_a_refusal_has_no_mark() -> None:
    frames = [result([2.0], terms=["spike"]).to_frame(), refusal_frame("No injury.")]
    compared = pd.concat(frames, ignore_index=True)
    compared.insert(0, "onset", pd.Series(["first_pain", "diagnosed"], dtype="str"))
    axes = plot_forest(compared, ax=empty_axes())
    assert names(axes) == ["first pain", "diagnosed"]
    assert "not estimated" in texts(axes)
    assert len(intervals(axes)) == 1
    assert axes.get_xlabel() == "Odds ratio (logarithmic axis)"
    assert "1: no difference" in legend(axes)


def test_an_interval_without_end_is_cut_with_an_arrow_and_leaves_the_estimates_readable() -> None:
    table = result([2.0, 1.0, 3.0]).table
    table.loc[0, "high"], table.loc[1, "low"], table.loc[2, ["low", "high"]] = np.inf, 0.0, [1e-9, 1e9]
    axes = plot_forest(StudyResult(table, "Made up."), ax=empty_axes())
    low, high = axes.get_xlim()
    assert [row for _, row in marks(axes, ">")] == [0, 2]
    assert [row for _, row in marks(axes, "<")] == [1, 2]
    assert {x for x, _ in marks(axes, ">")} == {high}
    assert high / low < 1e4
    assert low < 1
    assert high > 3
    assert "2.00 (1.11 to \N{INFINITY})" in texts(axes)
    assert "3.00 (<0.01 to >1000)" in texts(axes)


def test_rates_have_no_line_at_one_and_zero_has_no_place_on_the_axis() -> None:
    rows = [
        {"term": "all", "measure": "injuries per 1000 h", "estimate": 3.0, "low": 0.6187, "high": 8.7673, "events": 3},
        {"term": "bone", "measure": "injuries per 1000 h", "estimate": 0.0, "low": 0.0, "high": 3.689, "events": 0},
    ]
    axes = plot_forest(StudyResult(study_table(rows), "Made up."), ax=empty_axes())
    assert "1: no difference" not in legend(axes)
    assert marks(axes, "o") == [(3.0, 0.0)]
    assert [row for _, row in marks(axes, "<")] == [1]
    assert "0.00 (0.00 to 3.69)" in texts(axes)


def test_nothing_to_show_is_said() -> None:
    assert texts(plot_forest([], ax=empty_axes())) == ["no estimate to show"]
    axes = plot_forest(refusal_frame("No injury."), ax=empty_axes())
    assert "not estimated" in texts(axes)
    assert axes.get_xticks().tolist() == []


@pytest.mark.parametrize(("width", "height"), [(8.6, 3.0), (4.2, 2.6)])
def test_names_and_words_are_inside_the_picture_and_drawing_twice_moves_nothing(width: float, height: float) -> None:
    named = {f"a long $name$ of study {number} that goes on and on": result([1.5], se=2.0) for number in range(4)}
    axes = plot_forest(named, ax=empty_axes(width, height))
    assert_settled(axes)


def test_a_hundred_rows_have_small_letters_that_do_not_touch() -> None:
    axes = plot_forest(result(np.linspace(0.5, 2, 100).tolist()), ax=empty_axes(8.6, 13))
    axes.figure.draw_without_rendering()
    tops = sorted((label.get_window_extent().y0, label.get_window_extent().y1) for label in axes.get_yticklabels())
    assert all(below[1] <= above[0] + 1 for below, above in pairwise(tops))


@pytest.mark.parametrize("numbers", [(np.inf, 1.2, np.inf), (0.0, 0.0, 2.0), (0.0, 0.0, 0.0), (1e300, 1e-300, np.inf)])
def test_an_illustration_whose_estimate_has_no_place_on_the_axis_is_called_so_too(numbers: tuple[float, ...]) -> None:
    row = dict(zip(("estimate", "low", "high"), numbers, strict=True))
    study = StudyResult(study_table([{"term": "x", "measure": "odds ratio", **row, "events": 5}]), "Made up.")
    for shown in (study, study.to_frame(), study.table):
        assert any("illustration, not inference" in words for words in legend(plot_forest(shown, ax=empty_axes())))


def test_a_note_that_went_through_a_file_stays_what_it_was_and_another_frame_is_refused() -> None:
    kept = result([2.0]).to_frame().assign(note=np.nan)  # an empty cell comes back as a missing one
    assert not any("illustration" in words for words in legend(plot_forest(kept, ax=empty_axes())))
    with pytest.raises(SchemaError, match="column 'term' is missing"):
        plot_forest(pd.DataFrame({"estimate": [1.0]}), ax=empty_axes())
