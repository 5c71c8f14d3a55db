"""Answers how much a finding hangs on choices that could as well have been made otherwise.

Takes a table with a row an athlete and day, injuries, and the choices; gives a `SpecificationCurve`: a case-crossover
study for every combination, and one permutation test of all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, product
from typing import Any, NamedTuple

import lazy_loader
import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import InsufficientDataError
from stressfx.injury.designs.conditional import conditional_odds
from stressfx.injury.designs.exact import exact_odds
from stressfx.injury.designs.matched_sets import comparison_step, exposure_names
from stressfx.injury.exposures import TOLERANCE
from stressfx.injury.histories import Floats, Histories, whole_days
from stressfx.injury.onsets import ONSET_RULES, injury_onsets
from stressfx.injury.result import FEW_EVENTS, NORMAL_975, StudyResult, study_table
from stressfx.injury.scrutiny.curve import SpecificationCurve
from stressfx.injury.scrutiny.ground import Ground, ground_of
from stressfx.injury.scrutiny.moved import Draws, draws_of, seen, two_sided, upper_tail
from stressfx.injury.scrutiny.permutation import ENDS, chosen_moves, moved_in_words, said_of_moves, smallest_p
from stressfx.injury.scrutiny.sets import Compared, Sets, marks_of, sets_of_marks
from stressfx.injury.standing import RiskDays, case_flags, risk_days
from stressfx.schema import DTYPES, SPECIFICATIONS

__all__ = ["specification_curve"]

scipy = lazy_loader.load("scipy")

HEADLINE = "strength toward harm"

FARTHEST = 50.0
"""Logarithm of an odds ratio that stands for an infinite one in a median."""


class Choice(NamedTuple):
    """One specification."""

    metric: str
    threshold: float
    window_days: int
    lag_days: int
    onset: str


def specification_curve(  # noqa: PLR0913  # a name for each choice that is varied, and for those that are not
    table: pd.DataFrame,
    injuries: pd.DataFrame,
    *,
    thresholds: Mapping[str, Sequence[float]],
    window_days: Sequence[int] = (1, 7, 14, 28),
    lag_days: Sequence[int] = (0, 1, 3),
    onsets: Sequence[str] = tuple(ONSET_RULES),
    n_controls: int = 4,
    washout_days: int = 28,
    cases: npt.ArrayLike | None = None,
    moves: str = "auto",
    n_permutations: int = 499,
    seed: int,
) -> SpecificationCurve:
    r"""Repeat a case-crossover study with every combination of choices, and test them all at once.

    Parameters
    ----------
    table : DataFrame
        A row an athlete and day over complete calendars, with ``athlete_id``, ``date`` and the metrics; days whose
        ``sessions`` are missing, if that column is there, were not observed.
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    thresholds : dict of sequence of float
        By column of `table`, the thresholds: a period is exposed if the value of any of its days is above. Say which
        before looking at the data, and from where they are.
    window_days : sequence of int
        Lengths of the period. [d]
    lag_days : sequence of int
        Days between the end of the period and the onset. [d]
    onsets : sequence of str
        Rules for the onset.
    n_controls : int
        How many earlier periods of the same runner each is compared with, at most.
    washout_days : int
        A runner is not at risk of a new injury for so long after a return. [d]
    cases : array of bool, optional
        Which rows of `injuries` are studied; all if not said. The others take time at risk away.
    moves : {"auto", "other_runners", "other_days"}
        Where injuries are moved to; see `stressfx.permutation_test`.
    n_permutations : int
        How often all injuries are moved. If there are no more ways than this, each is taken once.
    seed : int
        Seed of the draws.

    Returns
    -------
    SpecificationCurve
        Every row of ``table`` is what `stressfx.case_crossover` says of ``exposed(table, metric, above=threshold,
        days=window_days, lag_days=lag_days)``. A specification in which no injury is informative has no estimate.

    Raises
    ------
    InsufficientDataError
        If no specification has an injury with a period of its own and another to compare it with.
    ValueError
        If an argument is empty or out of its range, or the calendars have gaps.
    SchemaError
        If a column is missing or of another type.

    Notes
    -----
    The method is that of Simonsohn, Simmons & Nelson [1]_: show all specifications that are sensible, not redundant
    and valid, and ask once, of all of them, how often chance alone would make such a curve. The test moves the injuries
    as `stressfx.permutation_test` does, in all specifications by the same draw, so that their likeness is kept: with
    other runners' histories, or other days of the same runner. What the injury did to the training between an earlier
    and a later rule's onset moves along: after the first pain a runner runs less, so that a rule that waits for the
    diagnosis finds little load before it, and finds as little wherever the injury is moved.

    Four statistics are given, of the z of every specification (score over its standard error; 0 where no injury is
    informative):

    - ``strength toward harm``, the headline: the mean over the specifications of z squared, with 0 for those that point
      to protection. p is the share of draws at least as strong: it asks about harm alone. [d]
    - ``median odds ratio`` and ``mean z``, two-sided; ``share with p < 0.05 toward harm``, one-sided: the three of
      [1]_.

    The headline has the best power where only some specifications can see anything, as here: a mean or median drowns
    them among the others. Specifications that rest on few injuries have a small z whatever their odds ratio, and count
    for little.

    In 300 made-up cohorts of 300 runners and 365 days, where spikes did no harm (some 130 injuries), the headline's p
    was below 5 % in 5.3 % for ``{"spike": (0.1, 0.3)}`` with the other defaults (72 specifications), and in 5.0 % with
    two thresholds each of ``acwr_uncoupled`` and ``weekly_change`` besides (216). With a ratio of 2.3 in the week after
    a spike (some 150 injuries) it was in 93 % of 150 cohorts for the first, 84 % of 100 for the second; mean z in
    77 % and 17 %, the median odds ratio in 59 % and 7 %. Moved to other days of the same runners, about 9 % of curves
    without any effect had a p below 5 %: with few runners read the test as an illustration.

    Pain that halves the load for 3 days before it is told, with no other effect, makes loads look protective: in 200
    such cohorts the two-sided tests had a p below 5 % in 47 % (median) and 27 % (mean z), the headline in 1 %.

    Besides what `stressfx.case_crossover` cannot do, this cannot tell a bad set of choices: leave a choice out that is
    wrong, for it weakens the test, and add none because of what it shows.

    References
    ----------
    .. [1] Simonsohn U, Simmons JP, Nelson LD. "Specification curve analysis." Nat Hum Behav 4 (2020) 1208-1214.
       doi:10.1038/s41562-020-0912-z (the method as other people's code and documentation describe it; the paper itself
       was not read)

    Examples
    --------
    Ann and Ben; a load above 1 comes a few days before Ann's injury:

    >>> from stressfx.exports.tables import read_injuries
    >>> date = pd.date_range("2025-01-01", "2025-12-31", unit="us")
    >>> days = pd.DataFrame({"athlete_id": pd.Series(["ann"] * 365 + ["ben"] * 365, dtype="str"),
    ...                      "date": np.tile(date, 2), "ratio": 0.9})
    >>> days.loc[[40, 180, 500], "ratio"] = 1.4
    >>> told = read_injuries(b"athlete_id,first_pain,diagnosed\nann,2025-07-04,2025-07-20\nben,2025-09-01,2025-09-12")
    >>> curve = specification_curve(days, told, thresholds={"ratio": [1.0, 1.3]}, window_days=[7, 14], seed=1)
    >>> len(curve.table), int(curve.table["estimate"].notna().sum()), curve.note
    (36, 36, 'illustration, not inference')
    """
    choices = _choices(table, thresholds, window_days, lag_days, onsets)
    times, rng = whole_days("n_permutations", n_permutations, 1), np.random.default_rng(seed)
    flags = case_flags(cases, len(injuries), injuries.index)
    risks = {
        rule: risk_days(table, injury_onsets(injuries, onset=rule), washout_days=washout_days, cases=flags)
        for rule in dict.fromkeys(onsets)
    }
    to = chosen_moves(moves, risks)
    ground = ground_of(risks, moves=to, rng=rng)
    sets = list(_sets(table, ground, risks, choices, whole_days("n_controls", n_controls, 1)))
    said = tuple(dict.fromkeys(f"By {rule}: {text}" for rule, risk in risks.items() for text in risk.said))
    visible = seen(ground, sets)
    if not visible.any():
        raise InsufficientDataError(
            f"{int(flags.sum())} injuries were told of, and in no specification has one a period of its own and "
            "another at risk to compare it with. Take shorter windows or lags, or tables that begin earlier. "
            + " ".join(said)
        )
    draws = draws_of(ground, sets, seen_alike=to == "other_days", n_permutations=times, rng=rng)
    athlete = next(iter(risks.values())).histories.codes()[ground.onset]
    rows = [_row(choice, look, ground, athlete) for choice, look in zip(choices, sets, strict=True)]
    kinds = {column.name: DTYPES[column.kind] for column in SPECIFICATIONS.columns}
    found = pd.DataFrame(rows, columns=list(kinds)).astype(kinds)
    test = _test(draws, sets, to, events=int(visible.sum()), athletes=len(np.unique(athlete[visible])))
    design = (
        f"Specification curve: {len(choices)} case-crossover studies, one for every combination of "
        f"{_counted(choices)}; up to {n_controls} earlier periods of the same runner each. Tested by permutation: "
        f"{moved_in_words(draws, to)}."
    )
    return SpecificationCurve(found, test, design, (*said, *_said(found, visible), *said_of_moves(draws, to)))


def _choices(
    table: pd.DataFrame,
    thresholds: Mapping[str, Sequence[float]],
    window_days: Sequence[int],
    lag_days: Sequence[int],
    onsets: Sequence[str],
) -> list[Choice]:
    """Combine the choices, and refuse what is none."""
    names = exposure_names(table, list(thresholds))
    bounds = [(name, float(above)) for name in names for above in dict.fromkeys(thresholds[name])]
    windows = [whole_days("window_days", days, 1) for days in dict.fromkeys(window_days)]
    lags = [whole_days("lag_days", days, 0) for days in dict.fromkeys(lag_days)]
    every = [Choice(*bound, *rest) for bound, *rest in product(bounds, windows, lags, dict.fromkeys(onsets))]
    if not every:
        raise ValueError("thresholds, window_days, lag_days and onsets need one choice each at least")
    return every


def _sets(
    table: pd.DataFrame,
    ground: Ground,
    risks: Mapping[str, RiskDays],
    choices: Sequence[Choice],
    n_controls: int,
) -> Iterator[Sets]:
    """Make the sets of every specification."""
    places: Histories = next(iter(risks.values())).histories
    for (metric, threshold), alike in groupby(choices, key=lambda choice: (choice.metric, choice.threshold)):
        bound = threshold + TOLERANCE * abs(threshold)
        marks = marks_of(places, places.sorted(table[metric]), bound)
        for choice in alike:
            compared = Compared(choice.window_days, choice.lag_days, comparison_step(choice.window_days), n_controls)
            yield sets_of_marks(ground, risks[choice.onset], choice.onset, marks, compared)


def _row(choice: Choice, look: Sets, ground: Ground, athlete: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Estimate one specification from the sets of the injuries where they are."""
    case, total, periods = (column[ground.own].astype(float) for column in (look.case, look.total, look.periods))
    tells = (total > 0) & (total < periods)
    events = int(tells.sum())
    rests = {"events": events, "athletes": len(np.unique(athlete[tells])), "intervals": int(periods[tells].sum())}
    return {**choice._asdict(), **_estimate(case[tells], total[tells], periods[tells]), **rests}


def _estimate(case: Floats, total: Floats, periods: Floats) -> dict[str, float]:
    """Estimate as `stressfx.case_crossover` does: by maximum likelihood, or exactly with few injuries."""
    if not len(case):
        return dict.fromkeys(("estimate", "low", "high", "p", "log_estimate", "log_se"), np.nan)
    log, se = (float(each) for each in conditional_odds(case, total, periods))
    with np.errstate(divide="ignore", over="ignore"):  # limits may be 0 or infinite
        if len(case) < FEW_EVENTS or not np.isfinite(log):
            odds = exact_odds(case, total, periods)
            return {**odds._asdict(), "log_estimate": float(np.log(odds.estimate)), "log_se": np.nan}
        low, high = np.exp([log - NORMAL_975 * se, log + NORMAL_975 * se])
        p = float(2 * scipy.special.ndtr(-abs(log / se)))
        return {"estimate": np.exp(log), "low": low, "high": high, "p": p, "log_estimate": log, "log_se": se}


def _test(draws: Draws, sets: Sequence[Sets], moves: str, *, events: int, athletes: int) -> StudyResult:
    """Compare the whole curve with those of the moved injuries."""
    z = draws.z(sets)
    logs = np.array([conditional_odds(look.case, look.total, look.periods)[0] for look in draws.each(sets)])
    median = np.median(np.clip(np.nan_to_num(logs, nan=0.0), -FARTHEST, FARTHEST), axis=0)
    harm, share = np.mean(np.maximum(z, 0.0) ** 2, axis=0), np.mean(z > NORMAL_975, axis=0)
    ratio = {"log_estimate": median[0]}
    rows = [
        _test_row(HEADLINE, "mean of z squared toward harm", harm, upper_tail(harm)),
        _test_row("median odds ratio", "odds ratio", np.exp(median), two_sided(median)) | ratio,
        _test_row("share with p < 0.05 toward harm", "share", share, upper_tail(share)),
        _test_row("mean z", "z", z.mean(axis=0), two_sided(z.mean(axis=0))),
    ]
    counts = {"events": events, "athletes": athletes, "permutations": len(draws.moves) - 1}
    table = study_table([{**row, **counts, "smallest_p": smallest_p(draws)} for row in rows])
    design = (
        f"Permutation test of {len(sets)} specifications at once: {moved_in_words(draws, moves)}. The headline is the "
        f"{HEADLINE}; its p, as that of the share, asks about harm alone."
    )
    return StudyResult(table, design, said_of_moves(draws, moves))


def _test_row(term: str, measure: str, statistic: Floats, p: float) -> dict[str, Any]:
    low, high = np.percentile(statistic, ENDS)
    return {"term": term, "measure": measure, "estimate": statistic[0], "p": p, "moved_low": low, "moved_high": high}


def _counted(choices: Sequence[Choice]) -> str:
    """Say how many ways there are of each choice."""
    ways = {
        "metric and threshold": len({choice[:2] for choice in choices}),
        "window": len({choice.window_days for choice in choices}),
        "lag": len({choice.lag_days for choice in choices}),
        "rule for the onset": len({choice.onset for choice in choices}),
    }
    return ", ".join(f"{name} ({count})" for name, count in ways.items())


def _said(table: pd.DataFrame, visible: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    """Say which specifications and injuries tell nothing."""
    silent, few = int(table["estimate"].isna().sum()), int(table["events"].between(1, FEW_EVENTS - 1).sum())
    unseen = int(np.sum(~visible))
    said = [
        f"In {silent} of {len(table)} specifications no injury is informative; they have no estimate."
        if silent
        else "",
        f"In {few} of {len(table)} specifications fewer than {FEW_EVENTS} injuries are informative." if few else "",
        f"{unseen} of {len(visible)} injuries have no period that any specification knows." if unseen else "",
    ]
    return tuple(text for text in said if text)
