"""Do the designs find a planted rate ratio? Made-up runners with a known truth, by plain numpy.

A short form of the figures that the docstrings of the designs state: exposed for seven days after a spike, a day's
risk `ratio` times as high while exposed; 600 runners for 365 days, some 300 injuries.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from stressfx.injury.designs.conditional import conditional_odds

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

RUNNERS, DAYS, WINDOW, REPEATS = 600, 365, 7, 150


class Cohort(NamedTuple):
    """Exposed days, a row a runner; runner and day of every first injury."""

    exposed: Flags
    runner: npt.NDArray[np.int64]
    day: npt.NDArray[np.int64]


def made(rng: np.random.Generator, ratio: float, yearly: float = 1.0) -> Cohort:
    """Follow runners to their first injury; spikes become `yearly` times as frequent in a year."""
    frequency = 0.03 * yearly ** (np.arange(DAYS + WINDOW) / DAYS - 0.5)
    spikes = np.cumsum(rng.random((RUNNERS, DAYS + WINDOW)) < frequency, axis=1)
    exposed = spikes[:, WINDOW:] > spikes[:, :-WINDOW]
    injured = rng.random(exposed.shape) < 0.0022 / (1 + 0.19 * (ratio - 1)) * np.where(exposed, ratio, 1.0)
    runner = np.flatnonzero(injured.any(axis=1))
    return Cohort(exposed, runner, injured[runner].argmax(axis=1))


def steps_back(cohort: Cohort, step: int, most: int) -> tuple[Floats, Floats, Floats]:
    """Count by injury, going back from its day by steps: case exposed, exposed, all."""
    day = cohort.day[:, None] - step * np.arange(1 + most)
    there = day >= 0
    exposed = cohort.exposed[cohort.runner[:, None], np.maximum(day, 0)] & there
    return exposed[:, 0] * 1.0, exposed.sum(axis=1) * 1.0, there.sum(axis=1) * 1.0


def trials(ratio: float, step: int, most: int, yearly: float = 1.0) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(11)
    found = [conditional_odds(*steps_back(made(rng, ratio, yearly), step, most)) for _ in range(REPEATS)]
    log_odds, se = np.array(found).T
    return log_odds, se


def bias(log_odds: Floats, ratio: float) -> tuple[float, float]:
    """Give the bias of the logarithm, and its Monte Carlo error."""
    return float(log_odds.mean() - np.log(ratio)), float(log_odds.std() / np.sqrt(REPEATS))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.3])
@pytest.mark.parametrize("most", [4, 52])
def test_periods_whole_windows_apart_find_the_ratio(ratio: float, most: int) -> None:
    log_odds, se = trials(ratio, WINDOW, most)
    off, error = bias(log_odds, ratio)
    assert abs(off) < max(0.02, 0.05 * np.log(ratio)) + 2 * error
    covered = np.mean(np.abs(log_odds - np.log(ratio)) < 1.96 * se)
    assert covered > 0.95 - 3 * np.sqrt(0.95 * 0.05 / REPEATS)


def test_every_day_before_is_too_much_of_the_same() -> None:
    """The days just before share their window with the day of the injury; days a week apart do not."""
    every_day, weekly = (bias(trials(2.3, step, DAYS // step)[0], 2.3) for step in (1, 7))
    assert every_day[0] > 0.02
    assert every_day[0] > weekly[0] + 0.01


def test_long_histories_suffer_from_a_trend_and_short_ones_hardly() -> None:
    """No effect at all, but spikes twice as frequent at the end of the year as at its beginning."""
    long, short = (trials(1.0, WINDOW, most, yearly=2.0) for most in (52, 4))
    assert 0.1 < bias(long[0], 1.0)[0] < 0.3
    assert bias(short[0], 1.0)[0] < 0.08
    assert np.mean(np.abs(long[0]) > 1.96 * long[1]) > 0.12
