"""From which change on is it listed? Every threshold, with the source of its default.

They are flags for attention and no diagnoses. Most are our choice: no study gives a bound for frequency, surface or
the share of hard running, and those for distance are weak (see the sources in `stressfx.training.changes.kinds`).
"""

from dataclasses import dataclass, fields

from stressfx.units import METRES_PER_MILE

__all__ = ["Thresholds"]

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Thresholds:
    """Thresholds and windows of `training_changes`.

    A change is listed when it is larger than its threshold; a change as large as the threshold is not, but for
    `cadence` and `shoe_watch_m`, which are reached.

    Attributes
    ----------
    session_spike : float
        Excess of a run over the longest of the 30 days before. Default: upper bound of the reference class of
        doi:10.1136/bjsports-2024-109380. [1]
    distance : float
        Rise of the distance of 7 days over its baseline. Default: lower bound of the upper class of progression in
        Nielsen et al. 2014. ``Thresholds(distance=0.1, baseline_days=7)`` is the 10 % rule. [1]
    duration : float
        The same for the timer time. Default: our choice, as for distance. [1]
    damage : float
        The same for bone damage. Default: our choice, as for distance. [1]
    frequency : float
        The same for the number of runs, and of days with a run. Default: our choice, as for distance. [1]
    frequency_runs : float
        A rise in frequency by so many runs (or days) a week, and any smaller one, is not listed: one run more is a
        third of a week of three. Default: our choice.
    intensity : float
        Rise of the share of hard running in the time of all zones, as a difference. Default: our choice. [1]
    longest_share : float
        Rise of the share of the longest run in the distance of 7 days, as a difference. Default: our choice. [1]
    surface : float
        Surface-change index. Default: our choice. [1]
    surface_share : float
        Share of a run from which on a surface that is new to the runner is listed. Default: our choice. [1]
    consecutive_days : float
        Run days in a row beyond the usual longest row. Default: our choice. [d]
    cadence : float
        Change of the cadence against the runner's own at the same speeds, up or down, that is listed when it is
        reached. Default: the smallest change studied in doi:10.1249/MSS.0b013e3181ebedf4. [1]
    shoe_watch_m, shoe_replace_m : float
        Distance in a pair of shoes that is to be watched when it is reached, and that is to end when it is passed,
        where the runner's own limits are not known. Defaults: 300 and 500 miles, a convention. [m]
    break_days : int
        Days without a run in a row that make a break. Default: our choice, a week. [d]
    baseline_days : int
        Length of the baseline, a multiple of 7. Default: our choice, four weeks. [d]
    warm_up_days : int
        First days of a log, and of the running after a break of as many days, of which nothing is said. Default: our
        choice, four weeks. [d]
    """

    session_spike: float = 0.10
    distance: float = 0.30
    duration: float = 0.30
    damage: float = 0.30
    frequency: float = 0.30
    frequency_runs: float = 1.0
    intensity: float = 0.10
    longest_share: float = 0.15
    surface: float = 0.30
    surface_share: float = 0.20
    consecutive_days: float = 2.0
    cadence: float = 0.05
    shoe_watch_m: float = 300 * METRES_PER_MILE
    shoe_replace_m: float = 500 * METRES_PER_MILE
    break_days: int = 7
    baseline_days: int = 28
    warm_up_days: int = 28

    def __post_init__(self) -> None:
        """Refuse what is no threshold: a typing error would else list everything, or nothing."""
        for field in fields(self):
            if not getattr(self, field.name) >= 0:
                raise ValueError(f"{field.name} is {getattr(self, field.name)}; a number of 0 or more is needed")
        if self.baseline_days < DAYS_A_WEEK or self.baseline_days % DAYS_A_WEEK:
            raise ValueError(f"baseline_days is {self.baseline_days}; whole weeks are needed, such as 28")
        if self.break_days < 1:
            raise ValueError("break_days is 0; a break takes a day or more")
