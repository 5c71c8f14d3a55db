"""The picture of shoes: the total of each pair day by day, and its limits.

Oracle: the rows of the frames, read back from the lines; 300 and 500 miles by hand.
"""

import numpy as np
import pytest
from made_audit import made_audit
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stressfx.show.plots.shoes import plot_shoes

AUDIT = made_audit()


def empty_axes(width: float = 8.6) -> Axes:
    return Figure(figsize=(width, 3.8), layout="constrained").subplots()


def words(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.mark.parametrize(("unit", "metres"), [("km", 1000.0), ("mi", 1609.344)])
def test_each_pair_is_a_line_of_its_total(unit: str, metres: float) -> None:
    axes = plot_shoes(AUDIT.wear, alerts=AUDIT.shoe_alerts, ax=empty_axes(), unit=unit)
    lines = [line for line in axes.lines if line.get_gid() == "steps"]
    pairs = [days for shoe_id, days in AUDIT.wear.groupby("shoe_id") if shoe_id]
    assert len(lines) == len(pairs) == 2
    for line, days in zip(lines, pairs, strict=True):
        np.testing.assert_allclose(line.get_xdata(), mdates.date2num(days["date"]))
        np.testing.assert_allclose(line.get_ydata(), days["total_m"] / metres)
    assert len({line.get_color() for line in lines}) == 2
    assert {"Made Trainer 3", "Made Flat 1"} <= {text.get_text() for text in axes.texts}
    assert axes.get_ylabel() == f"Distance in a pair ({unit})"


def test_marks_are_on_the_days_on_which_limits_were_reached() -> None:
    axes = plot_shoes(AUDIT.wear, alerts=AUDIT.shoe_alerts, ax=empty_axes())
    marks = {line.get_marker(): line.get_xdata()[0] for line in axes.lines if line.get_marker() in ("^", "s")}
    worn = AUDIT.shoe_alerts.set_index("shoe_id").loc["daily-1"]
    assert marks == {"^": mdates.date2num(worn["watch_on"]), "s": mdates.date2num(worn["replace_on"])}


def test_bands_are_the_limits_and_say_whose_they_are() -> None:
    axes = plot_shoes(AUDIT.wear, alerts=AUDIT.shoe_alerts, ax=empty_axes())
    bands = {(round(band.get_y(), 3), round(band.get_y() + band.get_height(), 3)) for band in axes.patches}
    assert bands == {(400.0, 700.0), (482.803, 804.672)}
    assert {"300 to 500 mi: a convention", "the runner's own limits"} <= set(words(axes))
    axes = plot_shoes(AUDIT.wear, ax=empty_axes(), unit="mi")
    (band,) = axes.patches
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx((300, 500))


def test_a_pair_far_from_its_limits_is_not_squeezed_by_them() -> None:
    axes = plot_shoes(AUDIT.wear.head(3), alerts=AUDIT.shoe_alerts, ax=empty_axes())
    assert axes.get_ylim()[1] < 200
    assert not axes.patches


def test_what_no_pair_is_known_of_is_counted_and_not_drawn() -> None:
    axes = plot_shoes(AUDIT.wear, alerts=AUDIT.shoe_alerts, ax=empty_axes())
    nobody = AUDIT.wear.loc[AUDIT.wear["shoe_id"] == "", "distance_m"].sum() / 1000
    assert nobody > 100
    assert f"no pair known: {nobody:,.0f} km, not drawn" in words(axes)
    known = AUDIT.wear[AUDIT.wear["shoe_id"] != ""]
    assert not [text for text in words(plot_shoes(known, ax=empty_axes())) if "not drawn" in text]


def test_hostile_names_are_plain_letters() -> None:
    alerts = AUDIT.shoe_alerts.assign(name="$\\frac{1}$\u202e\x1b[2J" + "x" * 999)
    axes = plot_shoes(AUDIT.wear, alerts=alerts, ax=empty_axes())
    axes.figure.draw_without_rendering()
    assert axes.texts
    assert all(len(text.get_text()) <= 26 and text.get_text().isprintable() for text in axes.texts)
