"""R9, R10 and R11: ground, shoes and cadence. Oracle: shares, kilometres and steps worked out by hand.

The history is ten runs of 9 km on asphalt in the blue pair, at 160 steps a minute: 90 km. 300 miles are 482.8 km and
500 miles 804.7 km.
"""

import pandas as pd
import pytest
from made_returns import (
    ATHLETE,
    NAN,
    Row,
    history,
    injury_row,
    returning,
    run,
    runs_on,
    shoe_table,
    shown,
    speeds_of,
    table,
)

from stressfx.injury.returning.checks.change import cadence_raised, same_ground, shoes_good
from stressfx.injury.returning.checks.outcome import Outcome
from stressfx.schema import INJURIES, SURFACES

DAY, ID = "2025-06-02", "2025-06-02T07:00"
MILE_KM = 1.609344


def ground(*labels: str) -> Outcome:
    """Check runs of 3 km on every other day, each on one ground."""
    runs = [run(f"2025-06-{2 * number:02}", 3.0, surface_label=label) for number, label in enumerate(labels, 1)]
    return same_ground(returning(*runs))


def test_one_ground_is_kept_and_another_one_is_broken_on_the_day_on_which_its_share_passes_the_limit() -> None:
    """Oracle: the first run on a trail, on 14 June, is 3 of the 12 km of that week, and of 9 km in that to 15 June."""
    assert ground(*["asphalt"] * 14).worst == "kept"
    found = ground(*["asphalt"] * 6, *["trail"] * 8)
    assert shown(found) == [("2025-06-15", "broken")]
    assert (found.events[0].value, found.events[0].limit) == (pytest.approx(1 / 3), 0.3)


def test_the_ground_is_looked_at_for_four_weeks() -> None:
    """Oracle: the 28th day is 29 June, the day after a first run on a trail, or the day before one."""
    assert shown(ground(*["asphalt"] * 13, "trail", "trail")) == [("2025-06-29", "broken")]
    assert ground(*["asphalt"] * 14, "trail").worst == "kept"


def test_ground_of_which_too_much_is_not_known_is_not_checkable() -> None:
    assert ground(*[""] * 14).worst == "not checkable"
    assert ground(*["asphalt", ""] * 7).worst == "not checkable"
    assert same_ground(returning(run(DAY, 3.0))).worst == "not checkable"


def test_a_table_of_ground_is_taken_before_what_the_sessions_tell() -> None:
    runs = [run(f"2025-06-{2 * number:02}", 3.0) for number in range(1, 15)]
    common = {"athlete_id": ATHLETE, "source": "osm", "share": 1.0, "distance_m": 3000.0}
    rows = [
        common | {"session_id": row["session_id"], "date": row["date"], "surface": "trail" if place > 5 else "asphalt"}
        for place, row in enumerate([*history(), *runs], -10)
    ]
    assert shown(same_ground(returning(*runs, surfaces=table(SURFACES, *rows)))) == [("2025-06-15", "broken")]
    nobody = [row | {"athlete_id": "ben"} for row in rows]
    found = same_ground(returning(*runs, surfaces=table(SURFACES, *nobody)))
    assert (found.worst, found.text) == ("not checkable", "Not checkable: no ground is known.")


def pair(start_km: float = 0.0, *, first: Row | None = None, **more: object) -> Outcome:
    """Check the pair of a first run of 3 km; with the history it has come 93 km beside what it started with."""
    shoes = shoe_table({"shoe_id": "blue", "start_distance_m": 1000 * start_km} | more)
    return shoes_good(returning(first or run(DAY, 3.0), shoes=shoes))


@pytest.mark.parametrize(
    ("total_km", "state"),
    [
        (93.0, "kept"),
        (300 * MILE_KM - 0.001, "kept"),
        (300 * MILE_KM, "watch"),
        (500 * MILE_KM, "watch"),
        (500 * MILE_KM + 0.001, "broken"),
    ],
)
def test_a_pair_is_watched_from_300_miles_on_and_broken_above_500(total_km: float, state: str) -> None:
    found = pair(total_km - 93)
    assert found.worst == state
    if state != "kept":
        assert shown(found) == [(DAY, state)]
        assert (found.events[0].value, found.events[0].unit) == (pytest.approx(1000 * total_km), "m")
        assert found.events[0].limit == pytest.approx(1000 * MILE_KM * (300 if state == "watch" else 500))


def test_the_runners_own_limits_come_first() -> None:
    assert pair(7.0, watch_m=100_000.0).worst == "watch"
    assert pair(7.0, replace_m=99_999.0).worst == "broken"
    assert pair(7.0, replace_m=100_000.0).worst == "kept"
    assert pair(500.0, watch_m=700_000.0, replace_m=900_000.0).worst == "kept"


def test_what_is_run_after_the_restart_does_not_count() -> None:
    shoes = shoe_table({"shoe_id": "blue", "start_distance_m": 1000 * (300 * MILE_KM - 94)})
    assert shoes_good(returning(*runs_on((0, 3.0), (2, 30.0)), shoes=shoes)).worst == "kept"


def test_without_a_table_the_log_tells_how_far_a_pair_has_come() -> None:
    found = shoes_good(returning(run(DAY, 3.0)))
    assert (found.worst, found.text) == ("kept", "The pair of the first run had come 93 km, as far as is known.")


def test_a_pair_is_found_by_its_name_and_as_the_default_too() -> None:
    """Oracle: blanks around the name; the pair worn unless stated, which is new but for this run."""
    assert pair(800.0, first=run(DAY, 3.0, shoe_id=" blue ")).worst == "broken"
    by_name = shoe_table({"shoe_id": "b1", "name": "Red racer", "start_distance_m": 810_000.0})
    assert shoes_good(returning(run(DAY, 3.0, shoe_id="red racer"), shoes=by_name)).worst == "broken"
    everyday = shoe_table({"shoe_id": "grey", "default_for": "all", "start_distance_m": 810_000.0})
    assert shoes_good(returning(run(DAY, 3.0, shoe_id=""), shoes=everyday)).worst == "broken"


@pytest.mark.parametrize("none", ["", None])
def test_no_pair_is_not_checkable(none: str | None) -> None:
    found = pair(800.0, first=run(DAY, 3.0, shoe_id=none))
    assert (found.worst, found.text) == ("not checkable", "Not checkable: the pair of the first run is not known.")


def test_a_pair_with_runs_of_unknown_distance_is_not_checkable_unless_it_is_worn_out_all_the_same() -> None:
    unknown = [*history(), run("2025-03-20", NAN, minutes=30)]
    for start_km, state in ((0.0, "not checkable"), (400.0, "watch"), (800.0, "broken")):
        shoes = shoe_table({"shoe_id": "blue", "start_distance_m": 1000 * start_km})
        found = shoes_good(returning(run(DAY, 3.0), before=unknown, shoes=shoes))
        assert shown(found) == [(DAY, state)]
    first = shoes_good(returning(run(DAY, 3.0), before=unknown))
    assert first.events[0].text == "the pair of the first run had come 93 km at least: 1 of its runs has no distance"


BONE = {"athlete_id": ATHLETE, "site": "fibula", "tissue": "bone"}
TWICE = table(INJURIES, BONE | {"first_pain": "2023-05-01"}, BONE | {"first_pain": "2025-03-29"})


def steps(spm: float, *, before: float = 160.0, injuries: pd.DataFrame | None = TWICE) -> Outcome:
    """Check a run of 20 minutes at one cadence, after ten of 54 minutes at another, all at 2.5 m/s."""
    runs = [(row["session_id"], 2.5, 3240.0) for row in history()]
    intensity = [speeds_of(*runs, spm=before), speeds_of((ID, 2.5, 1200.0), spm=spm)]
    both = (
        intensity[0]
        .__class__({name: [*intensity[0][name], *intensity[1][name]] for name in intensity[0].columns})
        .astype(intensity[0].dtypes)
    )
    return cadence_raised(returning(run(DAY, 3.0), injury=TWICE.iloc[[1]], injuries=injuries, intensity=both))


@pytest.mark.parametrize(
    ("spm", "state"),
    [(160.0, "broken"), (167.9, "broken"), (168.0, "kept"), (172.0, "kept"), (176.0, "kept"), (176.1, "watch")],
)
def test_after_repeated_bone_stress_five_to_ten_per_cent_more_steps_are_kept(spm: float, state: str) -> None:
    """Oracle: 5 % more than 160 are 168 steps a minute, and 10 % more 176."""
    found = steps(spm)
    assert found.worst == state
    if state != "kept":
        assert shown(found) == [(DAY, state)]
        assert found.events[0].value == pytest.approx(spm / 160 - 1)
        assert found.events[0].limit == (0.05 if state == "broken" else 0.1)
        assert found.events[0].session_id == ID
    assert found.text == "The cadence was 5 to 10 % above that before the injury at the same speeds."


def test_without_an_earlier_injury_of_bone_the_rule_does_not_apply() -> None:
    """Oracle: an only injury; an earlier one of a tendon; one of bone that came later."""
    alone = TWICE.iloc[[1]]
    tendon = table(
        INJURIES, BONE | {"tissue": "tendon", "first_pain": "2023-05-01"}, BONE | {"first_pain": "2025-03-29"}
    )
    later = table(INJURIES, BONE | {"first_pain": "2025-03-29"}, BONE | {"first_pain": "2026-05-01"})
    for injuries in (alone, tendon, later):
        found = steps(160.0, injuries=injuries)
        assert (found.worst, found.text) == ("kept", "Does not apply: no earlier bone stress injury is known.")


def test_an_earlier_injury_that_names_nobody_is_the_runners() -> None:
    nobody = TWICE.assign(athlete_id=TWICE["athlete_id"].mask([True, False]))
    assert steps(160.0, injuries=nobody).worst == "broken"
    assert steps(160.0, injuries=TWICE.assign(athlete_id=["ben", ATHLETE]).astype(TWICE.dtypes)).worst == "kept"


def test_what_cannot_be_compared_is_not_checkable() -> None:
    """Oracle: injuries that are not told; no speeds; speeds of the return alone."""
    assert steps(170.0, injuries=None).worst == "not checkable"
    bone = TWICE.iloc[[1]]
    assert cadence_raised(returning(run(DAY, 3.0), injury=bone, injuries=TWICE)).worst == "not checkable"
    alone = speeds_of((ID, 2.5, 1200.0))
    found = cadence_raised(returning(run(DAY, 3.0), injury=bone, injuries=TWICE, intensity=alone))
    assert shown(found) == [(DAY, "not checkable")]


def test_an_injury_that_is_not_known_to_be_one_of_bone_asks_for_nothing() -> None:
    back = returning(run(DAY, 3.0), injury=injury_row(), injuries=TWICE)
    assert cadence_raised(back).text == "Does not apply: no earlier bone stress injury is known."
