"""Do the intervals of the studies mean what they say? Every design on hundreds of cohorts whose truth was planted.

`make calibrate` draws 500 cohorts for each design and planted ratio and 300 for each size of the specification curve,
prints what was found beside what must hold, and writes the tables of the README. `make calibrate TRIALS=50` is a quick
look: it judges with the Monte Carlo error of so few, and writes nothing.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from stressfx.cohort.simulate import Cohort, simulate_cohort
from stressfx.cohort.trials import DESIGNS, LEVEL, calibration, exact_share, run_trials, spike_exposure
from stressfx.injury.designs.case_crossover import case_crossover
from stressfx.injury.designs.self_controlled import self_controlled
from stressfx.injury.result import StudyResult
from stressfx.injury.scrutiny.specification import specification_curve

TRIALS, CURVES = 500, 300
SEED = 20260101
COHORT: Mapping[str, Any] = MappingProxyType({"n_athletes": 1200, "n_days": 365})
PLANTED = (1.0, 1.5, 2.3)

MOST_BIAS = 0.05
"""Of the size of the log ratio."""

MOST_BIAS_AT_1 = 0.02
COVERAGE = (0.93, 0.97)
TYPE_I = (0.03, 0.07)
MONTE_CARLO = 3.0
"""A short run is judged with the limits widened by so many Monte Carlo errors."""

TABLE = Path(__file__).resolve().parents[1] / "readme" / "calibration.md"


PAIN_DAYS = 3
"""In the second kind of cohort pain lowers the load so many days before the onset that is reported."""

CURVE_COHORT: Mapping[str, Any] = MappingProxyType({"n_athletes": 275, "n_days": 365})
"""About 150 injuries at a planted ratio of 2.3."""

CURVE: Mapping[str, Any] = MappingProxyType(
    {"thresholds": {"spike": (0.05, 0.10, 0.30)}, "window_days": (7, 14), "lag_days": (0, 3)}
)
PERMUTATIONS = 199
CURVE_REJECTS: Mapping[float, tuple[float, float]] = MappingProxyType({1.0: (0.025, 0.075), 2.3: (0.80, 1.0)})
"""Between which shares of the curves the test of the whole rejects, by the planted ratio."""

LIMITED = "limited: "
"""Begins the name of a study that is known to miss; the number stands in its docstring."""


def clean_studies(cohort: Cohort) -> StudyResult:
    """Run every design on the same cohort, and those that are known to be led astray by what an injury changes."""
    table, injuries = spike_exposure(cohort), cohort.injuries
    cross = partial(case_crossover, table, injuries, exposures="exposed")
    results = {name.replace("_", " "): study(cohort) for name, study in DESIGNS.items()}
    results |= {
        f"{LIMITED}case crossover, later injuries too": cross(),
        f"{LIMITED}self-controlled, later injuries too": self_controlled(table, injuries, exposure="exposed"),
        f"{LIMITED}case crossover, same weekday and month before": cross(controls="time_stratified"),
        f"{LIMITED}case crossover, controls after the injury too": cross(controls="time_stratified_both"),
        f"{LIMITED}self-controlled, days after the injury too": self_controlled(
            table, injuries, exposure="exposed", variant="standard"
        ),
    }
    return together(results)


def painful_studies(cohort: Cohort) -> StudyResult:
    """Look at the week before the report, and at the week before the pain began."""
    results = {}
    for lag_days, words in ((0, f"{LIMITED}case crossover, no lag"), (PAIN_DAYS, "case crossover, lag of 3 days")):
        table = spike_exposure(cohort, lag_days=lag_days)
        result = case_crossover(table, cohort.injuries, exposures="exposed", which="first")
        results[f"{words}, pain 3 days before the report"] = result
    return together(results)


def together(results: Mapping[str, StudyResult]) -> StudyResult:
    """Put results into one, each under its own name."""
    return StudyResult(pd.concat([found.table.assign(term=name) for name, found in results.items()]), "All of them.")


FAMILIES: tuple[tuple[Callable[[Cohort], StudyResult], Mapping[str, Any]], ...] = (
    (clean_studies, {}),
    (painful_studies, {"pain_days": PAIN_DAYS}),
)


def curve_p(hazard_ratio: float, trial: int) -> tuple[float, int]:
    """Draw one specification curve; give the p of its test, and the injuries of the cohort."""
    seed = int(np.random.SeedSequence([SEED, 2, trial]).generate_state(1)[0])
    cohort = simulate_cohort(**CURVE_COHORT, hazard_ratio=hazard_ratio, seed=seed)
    curve = specification_curve(cohort.days, cohort.injuries, **CURVE, n_permutations=PERMUTATIONS, seed=seed)
    return float(curve.test.table["p"].iloc[0]), len(cohort.injuries)


def curves(trials: int, executor: Executor, slack: float) -> Iterator[tuple[str, list[str]]]:
    """Draw curves of nothing, and of something; give a row of the table each, and what is missed."""
    for hazard_ratio, (low, high) in CURVE_REJECTS.items():
        found = list(executor.map(partial(curve_p, hazard_ratio), range(trials), chunksize=4))
        hits = sum(p < LEVEL for p, _ in found)
        injuries = np.mean([count for _, count in found])
        ends = exact_share(hits, trials)
        share, error = hits / trials, slack * np.sqrt(0.05 * 0.95 / trials)
        name = f"specification curve at {hazard_ratio:g}"
        cells = f"{injuries:.0f} | {100 * share:.1f} % ({100 * ends[0]:.1f} to {100 * ends[1]:.1f} %)"
        missed = [] if low - error <= share <= high + error else [f"{name}: rejected {100 * share:.1f} %"]
        yield f"| specification curve of 36 choices | {hazard_ratio:g} | {cells} |", missed


def misses(found: pd.Series, slack: float) -> list[str]:
    """Say which limits are passed, each widened by some Monte Carlo errors."""
    if found["term"].startswith(LIMITED):
        return []
    truth, trials = abs(np.log(found["planted"])), found["trials"] - found["refused"]
    limit = MOST_BIAS * truth if truth else MOST_BIAS_AT_1
    passed = [] if abs(found["bias"]) <= limit + slack * found["bias_se"] else [f"bias {found['bias']:+.4f}"]
    shares = {"coverage": COVERAGE} | ({} if truth else {"rejected": TYPE_I})
    error = slack * np.sqrt(0.05 * 0.95 / trials)
    for name, (low, high) in shares.items():
        if not low - error <= found[name] <= high + error:
            passed.append(f"{name} {100 * found[name]:.1f} %")
    return passed


def row(found: pd.Series) -> str:
    """Write one row of the table."""
    planted, bias, error = found["planted"], found["bias"], found["bias_se"]
    relative = f" ({100 * bias / np.log(planted):+.1f} %)" if planted != 1 else ""
    shares = [f"{100 * found[name]:.1f} %" for name in ("coverage", "rejected")]
    cells = [found["term"], f"{planted:g}", f"{found['events']:.0f}", f"{bias:+.3f} ± {error:.3f}{relative}", *shares]
    return f"| {' | '.join(cells)} |"


def calibrated(trials: int, executor: Executor) -> Iterator[pd.Series]:
    """Run every family at every ratio."""
    for study, differences in FAMILIES:
        for planted in PLANTED:
            given = {**COHORT, **differences, "hazard_ratio": planted}
            found = run_trials(study, n_trials=trials, seed=SEED, executor=executor, **given)
            yield from (one for _, one in calibration(found, planted=planted).iterrows())


def main(arguments: list[str] | None = None) -> int:
    """Run every plan; give 1 if anything that must hold does not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=TRIALS)
    chosen = parser.parse_args(arguments)
    slack = 0.0 if chosen.trials >= TRIALS else MONTE_CARLO
    lines = ["| study | planted | injuries | bias of the log ratio | 95 % intervals hold it | p below 5 % |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    print("\n".join(lines))
    missed = []
    began = time.monotonic()
    with ProcessPoolExecutor() as executor:
        for found in calibrated(chosen.trials, executor):
            lines.append(row(found))
            print(lines[-1], flush=True)
            missed += [f"{found['term']} at {found['planted']:g}: {passed}" for passed in misses(found, slack)]
        lines += [
            "",
            "| study | planted | injuries | test of the whole curve: p below 5 % |",
            "| --- | --- | --- | --- |",
        ]
        for line, passed in curves(min(chosen.trials, CURVES), executor, slack):
            lines.append(line)
            print(line, flush=True)
            missed += passed
    print(f"{chosen.trials} cohorts of every kind in {time.monotonic() - began:.0f} s")
    if chosen.trials >= TRIALS:
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for passed in missed:
        print(f"MISSED  {passed}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
