"""The picture of definitions: a panel each, the range of all behind it, and no threshold.

Oracle: the columns of the frame, read back from the lines.
"""

import numpy as np
import pandas as pd
import pytest
from made_audit import made_audit
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stressfx.show.plots.definitions import KINDS, plot_definitions
from stressfx.training.metrics.definitions import compare_definitions
from stressfx.training.metrics.registry import METRICS

AUDIT = made_audit()
COMPARED = AUDIT.definitions


def empty_axes(width: float = 8.6) -> Axes:
    return Figure(figsize=(width, 6.2), layout="constrained").subplots()


def line_of(panel: Axes) -> np.ndarray:
    return next(line for line in panel.lines if line.get_label() == "this definition").get_ydata()


@pytest.mark.parametrize("kind", KINDS)
def test_each_panel_holds_one_definition_with_its_windows(kind: str) -> None:
    axes = plot_definitions(COMPARED, kind=kind, ax=empty_axes())
    per = 1 if KINDS[kind].per == "" else 1000
    assert len(axes.child_axes) == len(KINDS[kind].columns)
    for name, panel in zip(KINDS[kind].columns, axes.child_axes, strict=True):
        np.testing.assert_allclose(line_of(panel), COMPARED[name] / per)
        assert COMPARED.attrs["definitions"][name]["windows"] in panel.texts[0].get_text()
    assert len({panel.get_ylim() for panel in axes.child_axes}) == 1, "panels of different heights do not compare"
    assert ("km a" in axes.get_ylabel()) == (per == 1000)


def test_every_definition_of_a_kind_is_in_the_registry() -> None:
    columns = {column for metric in METRICS.values() for column in metric.columns}
    assert {column for kind in KINDS.values() for column in kind.columns} <= columns
    assert set(KINDS["acwr"].columns) == {column for column in columns if column.startswith("acwr")}


def test_the_band_goes_from_the_lowest_to_the_highest_of_all() -> None:
    axes = plot_definitions(COMPARED, ax=empty_axes())
    ratios = COMPARED[list(KINDS["acwr"].columns)]
    known = ratios.notna().any(axis=1)
    for panel in axes.child_axes:
        (band,) = panel.collections
        edges = np.concatenate([path.vertices for path in band.get_paths()])
        assert edges[:, 1].max() == pytest.approx(ratios.max(axis=None))
        assert set(np.round(ratios[known].min(axis=1), 9)) <= set(np.round(edges[:, 1], 9))


def test_no_threshold_is_drawn_only_the_line_at_one() -> None:
    axes = plot_definitions(COMPARED, ax=empty_axes())
    for panel in axes.child_axes:
        level = [line for line in panel.lines if len(set(line.get_ydata())) == 1 and len(line.get_ydata()) == 2]
        assert [line.get_ydata()[0] for line in level] == [1.0]
        assert not panel.patches
    assert "No limit is drawn" in axes.texts[0].get_text().replace("\n", " ")


def test_a_line_that_leaves_the_panel_is_marked_and_the_range_stays_readable() -> None:
    days = pd.date_range("2026-01-05", periods=120, unit="us")
    metres = np.r_[np.full(30, 9000.0), np.zeros(40), np.full(50, 9000.0)]
    compared = compare_definitions(pd.DataFrame({"athlete_id": "a", "date": days, "distance_m": metres}))
    axes = plot_definitions(compared, ax=empty_axes())
    assert compared["acwr_uncoupled"].max() > 10
    top = axes.child_axes[0].get_ylim()[1]
    assert 4 <= top < 5
    marked = next(line for line in axes.child_axes[0].lines if line.get_label() == "above 4")
    assert len(marked.get_xdata()) == (compared["acwr_uncoupled"] > top).sum() > 0
    assert not [line for line in axes.child_axes[1].lines if line.get_label() == "above 4"], "coupled cannot pass 4"


def test_an_injury_is_in_every_panel() -> None:
    axes = plot_definitions(COMPARED, injuries=AUDIT.injuries, ax=empty_axes())
    assert all(any(line.get_gid() == "upright" for line in panel.lines) for panel in axes.child_axes)
    assert "left tibial shaft" in [text.get_text() for text in axes.child_axes[0].texts]


def test_what_cannot_be_told_is_refused() -> None:
    with pytest.raises(ValueError, match="one of acwr, acute"):
        plot_definitions(COMPARED, kind="magic")
    with pytest.raises(ValueError, match="no definition of 'form'"):
        plot_definitions(COMPARED.drop(columns=list(KINDS["form"].columns)), kind="form")
    bare = COMPARED.copy()
    bare.attrs = {}
    with pytest.raises(ValueError, match="compare_definitions"):
        plot_definitions(bare)


def test_loads_other_than_distance_have_their_own_unit() -> None:
    compared = compare_definitions(AUDIT.daily, load="timer_s")
    axes = plot_definitions(compared, kind="acute", ax=empty_axes())
    assert axes.get_ylabel().endswith("(h a day)")
    np.testing.assert_allclose(line_of(axes.child_axes[0]), compared["acute_load"] / 3600)
    compared = compare_definitions(AUDIT.daily, load="damage")
    assert plot_definitions(compared, kind="acute", ax=empty_axes()).get_ylabel().endswith("(damage a day)")
