"""Did runs alternate with days without, and was each stage done twice? R3 and R6.

Takes a `Returning`; gives an `Outcome` a rule.
"""

import numpy as np
import numpy.typing as npt

from stressfx.injury.returning.checks.at_hand import Returning
from stressfx.injury.returning.checks.levels import Standing, standing
from stressfx.injury.returning.checks.outcome import Event, Outcome
from stressfx.injury.returning.rules import BROKEN, KEPT, NOT_CHECKABLE, WATCH

__all__ = ["alternate_days", "stages_repeated"]

TOLERANCE = 1e-9


def alternate_days(returning: Returning) -> Outcome:
    """Check R3: no runs on two days in a row.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken on the second of two days in a row with runs; a second run on one day is watched.
    """
    runs = returning.runs
    gap = runs["date"].diff().dt.days
    events = [
        Event(date, BROKEN, "a run on the day after a run", days, 2.0, "d", session)
        if days == 1
        else Event(date, WATCH, "a second run on one day", days, 2.0, "d", session)
        for date, days, session in zip(runs["date"], gap, runs["session_id"], strict=True)
        if days < 2
    ]
    if events or len(runs) < 2:
        return Outcome("No runs on two days in a row.", tuple(events))
    least = int(gap.argmin())
    nearest = Event(runs["date"][least], KEPT, "", gap[least], 2.0, "d", runs["session_id"][least])
    return Outcome(f"The runs are {gap[least]:.0f} days apart or more.", nearest=nearest)


def stages_repeated(returning: Returning) -> Outcome:
    """Check R6: each stage at least twice before the next.

    Parameters
    ----------
    returning : Returning
        The return.

    Returns
    -------
    Outcome
        Broken on the first run of a stage before which an earlier one was not done as often as it has to be; not
        checkable without a plan, or where a run of no known stage may be the one that is missing.

    Notes
    -----
    A run of a later stage counts for the earlier ones too. Stages of one distance are counted together, since no
    distance tells them apart: four of them need as many runs as they need one by one. Which stage a run was of: see
    `stressfx.injury.returning.checks.levels`.
    """
    if returning.plan is None:
        return Outcome("Not checkable: there is no plan with stages.", state=NOT_CHECKABLE)
    stages, runs, stand = returning.plan.stages, returning.runs, standing(returning)
    level, numbers = stand.level, stages["stage"].to_numpy(np.int64)
    held_m = (stages["distance_m"] * stages["body_weight_share"]).to_numpy(np.float64)
    least = np.maximum(stages["sessions_least"].to_numpy(np.int64), returning.rules.sessions_least)
    often = bool((stages["sessions"].to_numpy(np.int64) >= least).all())
    alike = _alike(numbers, least, held_m)
    events, reached = [], 0.0
    for place, (date, session) in enumerate(zip(runs["date"], runs["session_id"], strict=True)):
        if np.isnan(level[place]):
            events.append(Event(date, NOT_CHECKABLE, "the stage of the run is not known", session_id=session))
            continue
        as_asked = runs["carried_m"][place] <= held_m[stand.expected[place]] * (1 + TOLERANCE)
        if as_asked and often and not stand.told[place]:
            reached = max(reached, level[place])
            continue  # no more than the plan asks for: a shorter run is no step ahead
        unknown = int(np.isnan(level[:place]).sum())
        short = [
            (done + unknown >= needed, stage, done, needed)
            for stage, needed in zip(numbers, least, strict=True)
            if reached <= stage < level[place] and (done := _done(stand, place, alike[stage])) < needed
        ]
        if short:
            perhaps, stage, done, needed = min(short)
            text = f"stage {level[place]:.0f} after {done} of {needed} sessions of stage {stage}"
            state = NOT_CHECKABLE if perhaps else BROKEN
            events.append(Event(date, state, text, done, needed, "sessions", session))
        reached = max(reached, level[place])
    return Outcome("Each stage was done as often as it has to be before the next.", tuple(events))


def _alike(
    numbers: npt.NDArray[np.int64], least: npt.NDArray[np.int64], held_m: npt.NDArray[np.float64]
) -> dict[int, tuple[int, int]]:
    """Give of every stage the first one of its distance, and how many runs those between the two need."""
    begins = np.append([True], ~np.isclose(held_m[1:], held_m[:-1], rtol=TOLERANCE, atol=0))
    first = np.maximum.accumulate(np.where(begins, np.arange(len(numbers)), 0))
    before = np.append([0], np.cumsum(least))
    return {
        int(stage): (int(numbers[row]), int(before[place] - before[row]))
        for place, (stage, row) in enumerate(zip(numbers, first, strict=True))
    }


def _done(stand: Standing, place: int, alike: tuple[int, int]) -> int:
    """Count the sessions of a stage before a run."""
    first, needed_before = alike
    return max(int((stand.level[:place] >= first).sum()) - needed_before, 0)
