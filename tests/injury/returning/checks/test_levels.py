"""The stage of each run. Oracle: stages of known distances, and runs put into them by hand."""

import numpy as np
import pytest
from made_returns import NAN, Row, ache, pain_of, returning, run, runs_on, stages_of

from stressfx.injury.returning.checks.at_hand import Planned
from stressfx.injury.returning.checks.levels import standing

PLAN = stages_of(3.0, 3.3, 3.6, sessions=2)
ALIKE = stages_of(3.0, 3.0, 3.0, 3.3, sessions=3)
"""Three stages that differ in their breaks alone, and a longer one."""


def every_other(*km: float) -> list[Row]:
    return runs_on(*((2 * number, length) for number, length in enumerate(km)))


def found(*km: float, plan: Planned = PLAN, pain: list[Row] | None = None) -> list[float]:
    diary = None if pain is None else pain_of(*pain)
    return standing(returning(*every_other(*km), plan=plan, pain=diary)).level.tolist()


@pytest.mark.parametrize(
    ("km", "stage"),
    [
        (1.0, 1),
        (2.86, 1),
        (3.1, 1),
        (3.14, 1),
        (3.2, 2),
        (3.3, 2),
        (3.44, 2),
        (3.46, 3),
        (3.78, 3),
        (3.79, 4),
        (9.0, 4),
    ],
)
def test_a_run_is_of_the_stage_whose_distance_is_nearest_and_holds_it(km: float, stage: int) -> None:
    """Oracle: within 5 % the nearest of 3.0, 3.3 and 3.6 km, relative to each; shorter runs are of the first stage.

    3.14 km is 4.7 % above the first and 4.8 % below the second; 3.78 km is 5 % above the last, and 3.79 km is beyond.
    """
    assert found(km) == [stage]


def test_a_run_that_the_plan_asks_for_next_is_that_stage_up_to_a_twentieth_more() -> None:
    """Oracle: 3.15 km come nearer to 3.3 than to 3.0 km, and are 5 % above the stage whose turn it is."""
    assert found(3.15) == [1]
    assert found(3.0, 3.0, 3.15) == [1, 1, 2]
    assert found(3.0, 3.0, 3.14) == [1, 1, 1], "of an earlier stage if it is nearer to that"


def test_a_distance_that_is_not_known_has_no_stage() -> None:
    back = returning(run("2025-06-02", 3.0), run("2025-06-04", NAN, minutes=20), plan=PLAN)
    np.testing.assert_equal(standing(back).level, [1, np.nan])
    np.testing.assert_equal(standing(returning(*every_other(3.0, 3.3))).level, [np.nan, np.nan])


def test_the_diary_tells_the_stage_before_the_distance_does() -> None:
    assert found(3.0, 3.0, pain=[ache("2025-06-02"), ache("2025-06-04", stage=3.0)]) == [1, 3]
    assert found(3.0, pain=[ache("2025-06-02", "walk", stage=3.0)]) == [1]


def test_stages_of_one_distance_are_told_by_the_order_of_the_plan() -> None:
    assert found(*[3.0] * 9, 3.3, plan=ALIKE) == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4]


def test_after_pain_the_order_begins_anew_one_stage_lower() -> None:
    """Oracle: pain with the fifth run, the second of stage 2: three runs of stage 1 follow, then those of stage 2."""
    hurt = [ache("2025-06-10", after=2.0)]
    assert found(*[3.0] * 10, plan=ALIKE, pain=hurt) == [1, 1, 1, 2, 2, 1, 1, 1, 2, 2]


def test_the_order_goes_back_by_one_stage_and_ends_with_the_last() -> None:
    """Oracle: pain with the seventh run, the first of stage 3; stage 2 follows. After the plan its last stage stays."""
    hurt = [ache("2025-06-14", during=2.0)]
    assert found(*[3.0] * 11, plan=ALIKE, pain=hurt) == [1, 1, 1, 2, 2, 2, 3, 2, 2, 2, 3]
    assert found(*[3.0] * 8, plan=stages_of(3.0, 3.0)) == [1, 1, 1, 2, 2, 2, 2, 2]


def test_pain_on_a_day_without_a_run_moves_the_order_back_as_well() -> None:
    hurt = [ache("2025-06-11", "cross_training", during=1.0)]
    assert found(*[3.0] * 8, plan=ALIKE, pain=hurt) == [1, 1, 1, 2, 2, 1, 1, 1]


def test_below_the_first_stage_there_is_none_and_its_order_goes_on() -> None:
    hurt = [ache("2025-06-04", next_morning=1.0)]
    assert found(*[3.0] * 6, plan=ALIKE, pain=hurt) == [1, 1, 1, 2, 2, 2]
    last = [ache("2025-06-06", next_morning=1.0)]
    assert found(*[3.0] * 6, plan=ALIKE, pain=last) == [1, 1, 1, 1, 1, 1]


def test_the_order_of_a_plan_that_was_moved_back_is_its_own() -> None:
    """Oracle: the runs of the plan, stage by stage, as they were carried out."""
    order = (1, 1, 1, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3)
    hurt = [ache("2025-06-10", after=2.0)]
    assert found(*[3.0] * 14, plan=ALIKE._replace(order=order), pain=hurt) == list(order)


def test_body_weight_carried_tells_stages_apart() -> None:
    """Oracle: 4 km at 75 % and 3 km are both 3 km carried; the stage is that of the same support."""
    stages = stages_of(4.0, 3.0, 3.3)
    lifted = stages.stages.assign(body_weight_share=[0.75, 1.0, 1.0])
    plan = stages._replace(stages=lifted)
    light = returning(run("2025-06-02", 4.0, body_weight_share=0.75), run("2025-06-04", 3.3), plan=plan)
    assert standing(light).level.tolist() == [1, 3]
    late = returning(run("2025-06-02", 6.0, body_weight_share=0.55), plan=plan)
    assert standing(late).level.tolist() == [3]
