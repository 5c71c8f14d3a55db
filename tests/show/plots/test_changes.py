"""The picture of changes: a lane a kind, a bar from the first to the last day.

Oracle: the rows of the frame, read back from the bars.
"""

import pandas as pd
from made_audit import ONSET, made_audit
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from stressfx.show.changed import KIND_WORDS
from stressfx.show.plots.changes import LANES, plot_changes
from stressfx.training.changes.kinds import KINDS

AUDIT = made_audit()


def drawn(**more: object) -> Axes:
    return plot_changes(AUDIT.changes, ax=Figure(figsize=(8.6, 4.2), layout="constrained").subplots(), **more)


def lane_of(axes: Axes) -> dict[float, str]:
    return dict(zip(axes.get_yticks(), (label.get_text() for label in axes.get_yticklabels()), strict=True))


def test_every_change_is_a_bar_in_the_lane_of_its_kind() -> None:
    axes = drawn()
    names = lane_of(axes)
    bars = {
        (names[round(bar.get_y() + bar.get_height() / 2)], bar.get_x(), bar.get_x() + bar.get_width())
        for bar in axes.patches
    }
    assert bars == {
        (KIND_WORDS[row.kind], mdates.date2num(row.date), mdates.date2num(row.last) + 1)
        for row in AUDIT.changes.itertuples()
    }


def test_lanes_go_from_the_top_in_the_order_of_their_groups_and_colours_tell_the_groups() -> None:
    axes = drawn()
    names = [name for _, name in sorted(lane_of(axes).items(), reverse=True)]
    held = set(AUDIT.changes["kind"])
    assert names == [KIND_WORDS[kind] for _, kinds in LANES.values() for kind in kinds if kind in held]
    handles, labels = axes.get_legend_handles_labels()
    assert len({to_hex(handle.patches[0].get_facecolor()) for handle in handles}) == len(labels) > 2


def test_every_kind_has_a_lane_and_words() -> None:
    assert {kind for _, kinds in LANES.values() for kind in kinds} == set(KINDS) == set(KIND_WORDS)


def test_the_log_gives_the_width_and_the_six_weeks_before_an_injury_are_shaded() -> None:
    axes = drawn(injuries=AUDIT.injuries, daily=AUDIT.daily)
    low, high = axes.get_xlim()
    assert low <= mdates.date2num(AUDIT.daily["date"].min())
    assert high >= mdates.date2num(AUDIT.daily["date"].max())
    onset = mdates.date2num(ONSET)
    shades = {(patch.get_x(), patch.get_x() + patch.get_width()) for patch in axes.patches}
    assert (onset - 42, onset) in shades
    assert "42 days before" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_without_days_the_picture_goes_over_the_changes() -> None:
    low, high = drawn().get_xlim()
    assert low < mdates.date2num(AUDIT.changes["date"].min())
    assert mdates.date2num(AUDIT.changes["last"].max()) < high < mdates.date2num(AUDIT.changes["last"].max()) + 10


def test_a_day_is_still_to_be_seen_in_twenty_years() -> None:
    years = pd.DataFrame({"athlete_id": "runner-x", "date": pd.date_range("2010-01-01", "2029-12-31")})
    axes = drawn(daily=years)
    assert min(bar.get_linewidth() for bar in axes.patches) >= 2
