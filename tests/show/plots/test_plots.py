"""The pictures: what is drawn where, in which unit, with which mark; not how it looks.

Oracle: the frames themselves, whose values are read back from what was drawn.
"""

import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from made_audit import FIRST, ONSET, SPIKE_DAY, made_audit
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from stressfx.schema import CHANGES, DAILY_LOAD, SPIKES, SURFACE_WEEKS, WEAR, WEEKS
from stressfx.show.labels import drawable
from stressfx.show.palette import FLAGGED, LOOKS
from stressfx.show.plots import (
    plot_bone,
    plot_changes,
    plot_definitions,
    plot_history,
    plot_shoes,
    plot_spikes,
    plot_surfaces,
    plot_weeks,
)

AUDIT = made_audit()
INJURED = {"injuries": AUDIT.injuries}
DRAWN = [
    (plot_history, AUDIT.daily, DAILY_LOAD.empty(), INJURED),
    (plot_weeks, AUDIT.weeks, WEEKS.empty(), {}),
    (plot_spikes, AUDIT.spikes, SPIKES.empty(), INJURED),
    (plot_changes, AUDIT.changes, CHANGES.empty(), INJURED),
    (plot_surfaces, AUDIT.surface_weeks, SURFACE_WEEKS.empty(), INJURED),
    (plot_shoes, AUDIT.wear, WEAR.empty(), {"alerts": AUDIT.shoe_alerts}),
    (plot_bone, AUDIT.daily, AUDIT.daily.iloc[:0], INJURED),
    (plot_definitions, AUDIT.definitions, AUDIT.definitions.iloc[:0], INJURED),
]
NOTHING = {plot_changes: "no change to show", plot_shoes: "no pair of shoes to show"}


def empty_axes(width: float = 8.6) -> Axes:
    return Figure(figsize=(width, 3.8), layout="constrained").subplots()


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize(("unit", "metres"), [("km", 1000.0), ("mi", 1609.344)])
def test_history_holds_every_day_in_the_unit_of_its_axis(unit: str, metres: float) -> None:
    axes = plot_history(AUDIT.daily, ax=empty_axes(), unit=unit)
    heights, edges, _ = axes.patches[0].get_data()
    np.testing.assert_allclose(heights, AUDIT.daily["distance_m"] / metres)
    np.testing.assert_allclose(edges[:-1], mdates.date2num(AUDIT.daily["date"]))
    assert axes.get_ylabel() == f"Distance per day ({unit})"
    assert axes.get_ylim()[0] == 0
    assert axes.get_ylim()[1] > heights.max()


def test_days_that_nobody_observed_are_hatched_and_have_no_bar() -> None:
    daily = AUDIT.daily.copy()
    daily.loc[80:99, ["sessions", "distance_m"]] = np.nan
    axes = plot_history(daily, ax=empty_axes())
    bars, gap = axes.patches
    assert np.isnan(bars.get_data()[0][80:100]).all()
    first, after = mdates.date2num(daily["date"].iloc[[80, 100]])
    assert gap.get_hatch()
    assert (gap.get_x(), gap.get_width()) == (first, after - first)
    assert "not observed" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_a_day_that_the_frame_lacks_is_not_drawn_as_rest() -> None:
    axes = plot_history(AUDIT.daily.drop(index=range(100, 110)), ax=empty_axes())
    assert np.isnan(axes.patches[0].get_data()[0][100:110]).all()


def test_an_injury_is_a_line_at_its_first_sign_with_its_name_and_a_shade_to_the_return() -> None:
    axes = plot_history(AUDIT.daily, injuries=AUDIT.injuries, ax=empty_axes())
    (line,) = axes.lines
    assert list(line.get_xdata()) == [mdates.date2num(ONSET)] * 2
    assert texts(axes) == ["left tibial shaft"]
    shade = axes.patches[-1]
    assert shade.get_x() + shade.get_width() == mdates.date2num(AUDIT.injuries["returned"].iloc[0])


def test_an_injury_of_another_decade_does_not_squeeze_the_picture() -> None:
    old = AUDIT.injuries.assign(first_pain=pd.Timestamp("2009-05-01"))
    alone = plot_spikes(AUDIT.spikes, ax=empty_axes()).get_xlim()
    axes = plot_spikes(AUDIT.spikes, injuries=old, ax=empty_axes())
    assert axes.get_xlim() == alone
    assert "left tibial shaft" not in texts(axes)


def test_weeks_show_distance_below_and_runs_above_and_hatch_the_parts() -> None:
    axes = plot_weeks(AUDIT.weeks, ax=empty_axes())
    (panel,) = axes.child_axes
    for shown, column, per in ((axes, "distance_m", 1000.0), (panel, "sessions", 1.0)):
        heights = {bar.get_x(): bar.get_height() for bar in shown.patches}
        assert heights == dict(zip(mdates.date2num(AUDIT.weeks["week"]), AUDIT.weeks[column] / per, strict=True))
        hatched = {bar.get_x() for bar in shown.patches if bar.get_hatch()}
        assert hatched == set(mdates.date2num(AUDIT.weeks.loc[AUDIT.weeks["days"] < 7, "week"]))
    assert panel.get_ylabel() == "Runs"
    assert axes.transData.transform((0, axes.dataLim.y1))[1] < panel.bbox.y0, "the bars reach into the panel"


def test_every_run_has_the_mark_of_its_class_and_its_reference() -> None:
    axes = plot_spikes(AUDIT.spikes, ax=empty_axes())
    reference, *marks = axes.lines
    np.testing.assert_allclose(reference.get_ydata(), AUDIT.spikes["reference"] / 1000)
    drawn = {mark.get_label(): mark for mark in marks}
    for state, rows in AUDIT.spikes.groupby("state"):
        mark = drawn[LOOKS[state].words]
        assert mark.get_marker() == LOOKS[state].marker
        assert to_hex(mark.get_markerfacecolor()) == LOOKS[state].face.lower()
        np.testing.assert_allclose(sorted(mark.get_ydata()), sorted(rows["value"] / 1000))
    assert axes.get_xlim()[0] < mdates.date2num(FIRST + pd.Timedelta(days=SPIKE_DAY)) < axes.get_xlim()[1]


def test_classes_differ_in_shape_as_well_as_in_colour() -> None:
    assert len({LOOKS[state].marker for state in FLAGGED}) == len(FLAGGED)
    assert len({LOOKS[state].face for state in FLAGGED}) == len(FLAGGED)


@pytest.mark.parametrize("width", [3.6, 8.6])
def test_labels_lie_inside_and_never_on_each_other(width: float) -> None:
    spikes = AUDIT.spikes.assign(state="moderate", spike=0.5)
    axes = plot_spikes(spikes, injuries=AUDIT.injuries, ax=empty_axes(width))
    axes.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert len(boxes) > 3
    for place, box in enumerate(boxes):
        assert not box.count_overlaps(boxes[place + 1 :])
        assert axes.figure.bbox.x0 <= box.x0 < box.x1 <= axes.figure.bbox.x1


@pytest.mark.parametrize(("draw", "frame", "none", "more"), DRAWN)
def test_empty_frames_say_so_and_several_runners_are_refused(draw, frame, none, more) -> None:  # noqa: ANN001
    assert texts(draw(none, ax=empty_axes(), **more))[0] == NOTHING.get(draw, "no runs to show")
    both = pd.concat([frame, frame.assign(athlete_id="other")])
    both.attrs = frame.attrs
    with pytest.raises(ValueError, match="2 runners"):
        draw(both, **more)


@pytest.mark.parametrize("width", [3.6, 8.6])
@pytest.mark.parametrize(("draw", "frame", "none", "more"), DRAWN)
def test_every_word_lies_inside_the_picture(draw, frame, none, more, width) -> None:  # noqa: ANN001, ARG001
    axes = draw(frame, ax=empty_axes(width), **more)
    axes.figure.draw_without_rendering()
    shown = [text for part in (axes, *axes.child_axes) for text in part.texts]
    shown += axes.get_legend().get_texts() if axes.get_legend() else []
    for text in shown:
        box = text.get_window_extent()
        assert axes.figure.bbox.x0 - 1 <= box.x0, text
        assert box.x1 <= axes.figure.bbox.x1 + 1, text


@pytest.mark.parametrize(("draw", "frame", "none", "more"), DRAWN)
def test_a_picture_leaves_the_settings_of_the_user_alone(draw, frame, none, more) -> None:  # noqa: ANN001, ARG001
    from matplotlib import pyplot as plt  # noqa: PLC0415  # only here is a figure made by the library

    before = dict(mpl.rcParams)
    axes = draw(frame, **more)
    assert dict(mpl.rcParams) == before
    lowest = axes.child_axes[-1] if draw is plot_definitions else axes
    assert lowest.get_xlabel()
    assert axes.get_ylabel() or draw is plot_changes, "the lanes have names of their own"
    plt.close(axes.figure)


def test_spikes_of_another_measure_are_refused() -> None:
    with pytest.raises(ValueError, match="timer_s"):
        plot_spikes(AUDIT.spikes.assign(by="timer_s"))


@pytest.mark.parametrize("name", ["$\\frac{1}$", "\u202eevil\x1b[2J", "脛骨 \U0001f9b4", "x" * 10_000])
def test_hostile_names_are_drawn_as_plain_letters(name: str) -> None:
    injuries = AUDIT.injuries.assign(site=name, side="")
    axes = plot_history(AUDIT.daily, injuries=injuries, ax=empty_axes())
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a letter without a shape would warn
        axes.figure.canvas.draw()
    assert all(len(text) <= 26 and text.isprintable() for text in texts(axes))
    assert drawable("脛骨 tibia", limit=20) == "?? tibia"
