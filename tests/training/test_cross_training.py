"""Cross-training against a published table, hand judgement on words, a plain loop, and the runs that days count.

The kinds are held against what `loads_shin` and `daily_load` say of the same sessions, each made without the other.
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_log import frame, session
from samples import SAMPLES

import stressfx
from stressfx.activity.bone.damage import loads_shin
from stressfx.errors import SchemaError
from stressfx.exports.accounts import apple_sports, garmin, intervals, runkeeper
from stressfx.exports.loads import session_loads
from stressfx.exports.log import training_log
from stressfx.exports.sessions_table import read_sessions
from stressfx.io import polar_sports
from stressfx.io.fit.profile import text_of
from stressfx.io.read import read_activity
from stressfx.schema import CROSS_TRAINING, WEEKS
from stressfx.schema.sports import CROSS_TRAINING_WORDS
from stressfx.training.cross_training import (
    CROSS_TRAINING_KINDS,
    UNLOADED,
    cross_training,
    cross_training_kind,
    cross_training_weeks,
    supported_damage,
)
from stressfx.training.daily import daily_load

NAN = float("nan")
Pair = tuple[str, str]


def kinds(*pairs: Pair, share: list[float] | None = None) -> list[str]:
    sessions = pd.DataFrame(list(pairs), columns=["sport", "sub_sport"]).astype("str")
    return cross_training_kind(sessions if share is None else sessions.assign(body_weight_share=share)).tolist()


def account_pairs() -> set[Pair]:
    """List every pair of words that an account's reader can give."""
    given: set[Pair] = set()
    with (Path(stressfx.__file__).parent / "exports/accounts/strava_sports.csv").open(encoding="utf-8") as table:
        given |= {(row["sport"], row["sub_sport"]) for row in csv.DictReader(table)}
    for sports in (garmin.SPORTS, apple_sports.SPORTS, intervals.SPORTS, runkeeper.SPORTS, polar_sports.SPORTS):
        given |= set(sports.values())
    given |= set(apple_sports.INDOORS.items()) | {("swimming", water) for water in apple_sports.WATERS.values()}
    return given | {("unknown", ""), ("", ""), ("running", "treadmill")}


def test_the_damage_of_a_supported_step_is_the_published_table() -> None:
    """Oracle: 50 to 90 % of the body weight, with the exponents 4 and 6.6, to four digits."""
    share = [0.5, 0.6, 0.7, 0.8, 0.9]
    assert supported_damage(share, exponent=4).round(4).tolist() == [0.0625, 0.1296, 0.2401, 0.4096, 0.6561]
    assert supported_damage(share).round(4).tolist() == [0.0103, 0.0343, 0.0950, 0.2293, 0.4989]
    assert supported_damage([0.0, 1.0]).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(("share", "exponent"), [(80, 4), (-0.1, 4), (0.8, 0), (0.8, NAN)])
def test_a_percentage_is_no_share(share: float, exponent: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        supported_damage(share, exponent=exponent)


@pytest.mark.parametrize(
    ("pair", "kind"),
    [
        (("running", ""), ""),
        (("running", "treadmill"), ""),
        (("running", "virtual_activity"), ""),
        (("running", "generic"), ""),
        (("hiking", ""), "walking"),
        (("fitness_equipment", "indoor_walking"), "walking"),
        (("cycling", "virtual_activity"), "cycling"),
        (("e_biking", "e_bike_mountain"), "cycling"),
        (("fitness_equipment", "indoor_cycling"), "cycling"),
        (("fitness_equipment", "elliptical"), "elliptical"),
        (("swimming", "open_water"), "swimming"),
        (("fitness_equipment", "indoor_rowing"), "rowing"),
        (("training", "strength_training"), "strength"),
        (("training", "pilates"), "flexibility"),
        (("training", ""), "other"),
        (("fitness_equipment", "stair_climbing"), "other"),
        (("jump_rope", ""), "other"),
        (("", ""), "other"),
        (("Deep-Water Running", ""), "deep_water_running"),
        (("running", "aqua jogging"), "deep_water_running"),
        (("swimming", "Pool running"), "deep_water_running"),
        (("deep_water_running", "lap_swimming"), "deep_water_running"),
        (("running", "AlterG"), "antigravity"),
        (("alter-g", "treadmill"), "antigravity"),
        (("walking", "antigravity"), "walking"),
        (("running", "elliptical"), "elliptical"),
        (("running", "balance"), "flexibility"),
    ],
)
def test_words_name_the_kind(pair: Pair, kind: str) -> None:
    assert kinds(pair) == [kind]


def test_every_pair_of_words_of_an_account_is_of_one_kind() -> None:
    pairs = sorted(account_pairs() | {(sport, "") for sport in text_of("sport").values()})
    assert len(pairs) >= 125
    kind = dict(zip(pairs, kinds(*pairs), strict=True))
    assert set(kind.values()) <= {"", *CROSS_TRAINING_KINDS}
    for (sport, sub_sport), found in kind.items():
        assert (found == "") == (sport == "running"), (sport, sub_sport)
        if sport not in {"diving", ""}:  # under water without swimming, and what nobody named
            assert (found in UNLOADED) == (loads_shin(sport, sub_sport) == 0), (sport, sub_sport)
            assert (found in {"", "walking"}) >= (loads_shin(sport, sub_sport) == 1), (sport, sub_sport)
    assert set(kind.values()) == {"", *CROSS_TRAINING_KINDS} - {"deep_water_running", "antigravity"}


def test_the_body_weight_carried_tells_the_kind_of_a_run() -> None:
    share = [0.0, 0.01, 0.99, 1.0, NAN]
    assert kinds(*[("running", "treadmill")] * 5, share=share) == [
        *("deep_water_running", "antigravity", "antigravity", "", ""),
    ]
    assert kinds(("walking", ""), ("cycling", ""), share=[0.6, 0.6]) == ["walking", "cycling"]


@pytest.mark.filterwarnings("ignore::stressfx.errors.DataQualityWarning")
@pytest.mark.parametrize("column", ["sport", "sub_sport"])
def test_words_written_into_a_list_come_to_the_same_kind(column: str) -> None:
    """A row of the list goes the long way: read, laid into a log, summed by day."""
    words = [word.replace("_", sign) for word, sign in zip(CROSS_TRAINING_WORDS, " -_" * 40, strict=False)]
    rows = "".join(f"2026-03-{day:02},{word.title()},5,30:00\n" for day, word in enumerate(words[:28], 1))
    rows += "".join(f"2026-04-{day:02},{word},5,30:00\n" for day, word in enumerate(words[28:], 1))
    log = training_log(read_sessions(f"date,{column},distance_km,duration\n{rows}".encode(), athlete_id="a"))
    pairs = [(word, "") if column == "sport" else ("running", word) for word in words]
    assert cross_training_kind(log).tolist() == kinds(*pairs)
    done = cross_training(log)
    assert done["kind"].nunique() == 7
    assert len(done) == len(log) == len(words)
    daily = daily_load(log)
    assert daily["sessions"].sum() == (done["kind"] == "antigravity").sum() == 8
    assert daily["other_sport_s"].sum() == 1800 * (len(words) - 8)


def test_deep_water_in_a_list_does_the_shin_no_damage() -> None:
    text = b"date,time,sport,sub_sport,distance_km,duration,perceived_exertion\n2026-03-01,07:00,,,8,48:00,3\n"
    text += b"2026-03-02,07:00,running,deep-water running,3,40:00,6\n"
    loads = session_loads(training_log(read_sessions(text, athlete_id="a", tz="UTC")))
    assert loads["damage"].tolist() == [pytest.approx(7920), 0]
    (row,) = cross_training(loads).to_dict("records")
    assert (row["kind"], row["timer_s"], row["session_rpe"]) == ("deep_water_running", 2400, 240)
    assert (row["body_weight_share"], row["carried_m"], row["damage_most"], row["model"]) == (0, 0, 0, "")


def test_time_and_what_the_shin_carried_stand_apart() -> None:
    """Oracle: hand arithmetic."""
    sessions = frame(
        session("easy", 0, 30),
        session("pool", 60, 40, sport="deep_water_running", timer_s=NAN, moving_s=NAN, distance_m=NAN),
        session("lifted", 120, 30, distance_m=5000),
        session("unsaid", 180, 30, sub_sport="antigravity"),
        session("walk", 240, 30, sport="walking", distance_m=3000, timer_s=NAN, moving_s=1500),
        session("gym", 300, 45, sport="training", sub_sport="strength_training", distance_m=NAN),
        session("ski", 360, 45, sport="cross_country_skiing"),
        session("undated", 420, 45, sport="cycling", date=pd.NaT),
    ).assign(body_weight_share=[1, 0, 0.7, NAN, NAN, 1, NAN, NAN], trimp=[50.0, 30.0, NAN, 20.0, 5.0, 9.0, 8.0, 7.0])
    done = CROSS_TRAINING.check(cross_training(sessions)).set_index("session_id")
    assert done.index.tolist() == ["gym", "lifted", "pool", "ski", "unsaid", "walk"]
    expected = {
        "pool": ("deep_water_running", 2400, 30, 0, 0, 0, 0, ""),
        "lifted": ("antigravity", 1800, NAN, 0.7, 3500, 0.2401, 0.0950, "model"),
        "unsaid": ("antigravity", 1800, 20, NAN, NAN, NAN, NAN, "model"),
        "walk": ("walking", 1500, 5, 1, 3000, NAN, NAN, ""),
        "gym": ("strength", 2700, 9, NAN, NAN, NAN, NAN, ""),
        "ski": ("other", 2700, 8, NAN, NAN, NAN, NAN, ""),
    }
    names = ["kind", "timer_s", "trimp", "body_weight_share", "carried_m", "damage_most", "damage_least", "model"]
    found = done[names].round(4)
    for name, row in expected.items():
        np.testing.assert_equal(tuple(found.loc[name]), row, name)
    assert done["session_rpe"].isna().all()


def test_a_log_without_cross_training_gives_frames_without_rows() -> None:
    for sessions in (frame(), frame(session("easy", 0, 30))):
        assert CROSS_TRAINING.check(cross_training(sessions)).empty
        weeks = cross_training_weeks(sessions)
        assert weeks.empty
        assert (
            weeks.dtypes["athlete_id":"kind"].tolist()
            == WEEKS.empty().dtypes[["athlete_id", "week", "athlete_id"]].tolist()
        )
        assert weeks.dtypes["sessions":].tolist() == [np.int64, *[np.float64] * 4]


def test_what_is_missing_or_of_another_type_is_said() -> None:
    sessions = frame(session("ride", 0, 30, sport="cycling"))
    with pytest.raises(SchemaError, match="column 'moving_s' is missing"):
        cross_training(sessions.drop(columns="moving_s"))
    with pytest.raises(SchemaError, match="'body_weight_share' has 1 values outside 0 to 1"):
        cross_training_kind(sessions.assign(body_weight_share=80.0))


PAIRS = [
    *[("running", ""), ("running", "trail"), ("running", "antigravity"), ("deep_water_running", "")],
    *[("walking", ""), ("cycling", ""), ("training", "yoga"), ("", "")],
]


@st.composite
def logs(draw: st.DrawFn) -> pd.DataFrame:
    """Draw a log of two runners over six weeks; some of it is not counted, has no day, or no time."""
    count = draw(st.integers(1, 25))
    rows = [
        session(
            f"{number:02}",
            1440 * draw(st.integers(0, 41)),
            30 + number / 7,
            athlete_id=draw(st.sampled_from("ab")),
            **dict(zip(("sport", "sub_sport"), draw(st.sampled_from(PAIRS)), strict=True)),
            **({"timer_s": NAN, "moving_s": NAN, "elapsed_s": NAN} if draw(st.integers(0, 6)) == 0 else {}),
            **({"date": pd.NaT} if draw(st.integers(0, 9)) == 0 else {}),
        )
        for number in range(count)
    ]
    flags = draw(st.lists(st.integers(0, 6), min_size=count, max_size=count))
    share = draw(st.lists(st.sampled_from([0.7, 1.0, NAN]), min_size=count, max_size=count))
    return frame(*rows).assign(counted=np.array(flags) > 0, body_weight_share=share)


@settings(max_examples=50)
@given(logs())
def test_no_session_is_lost_and_only_antigravity_runs_stand_in_both(log: pd.DataFrame) -> None:
    """What counts is an ordinary run or in one row here; the runs of the days are those and the antigravity runs."""
    done = cross_training(log)
    counted = log[log["counted"] & log["date"].notna()].set_index("session_id")
    ordinary = counted.index[cross_training_kind(counted) == ""]
    assert done["session_id"].is_unique
    assert set(done["session_id"]) | set(ordinary) == set(counted.index)
    assert not set(done["session_id"]) & set(ordinary)
    lifted, daily = done["kind"] == "antigravity", daily_load(log)
    assert daily["sessions"].sum() == len(ordinary) + lifted.sum()
    assert daily["sessions"].sum() + (~lifted).sum() == len(counted)
    if not done["timer_s"].isna().any():
        assert daily["other_sport_s"].sum() == pytest.approx(done.loc[~lifted, "timer_s"].sum())


@settings(max_examples=50)
@given(logs(), st.integers(0, 2**16))
def test_weeks_are_those_of_a_plain_loop_whatever_the_order(log: pd.DataFrame, seed: int) -> None:
    weeks = cross_training_weeks(log)
    shuffled = log.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(cross_training_weeks(shuffled), weeks)
    found: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for row in cross_training(log).itertuples():
        year, week, _ = row.date.isocalendar()
        found.setdefault((row.athlete_id, f"{year}-{week:02}", row.kind), []).append((row.timer_s, row.carried_m))
    told = [(row.athlete_id, row.week.strftime("%G-%V"), row.kind) for row in weeks.itertuples()]
    assert told == sorted(found)
    assert (weeks["week"].dt.day_of_week == 0).all()
    expected = [(len(found[key]), *map(sum, zip(*found[key], strict=True))) for key in told]
    found_sums = weeks[["sessions", "timer_s", "carried_m"]].to_numpy(dtype=float)
    np.testing.assert_allclose(found_sums, np.reshape(np.array(expected, dtype=float), (-1, 3)), rtol=1e-12)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the device samples are absent")
def test_files_of_devices_are_of_the_kind_that_their_makers_say() -> None:
    expected = {
        "fitparse__activity-small-fenix2-run": [""],
        "fitparse__garmin-fenix-5-walk": ["walking"],
        "fitparse__garmin-edge-820-bike": ["cycling"],
        "fitparse__event_timestamp": ["swimming"],
        "fitparse__20170518-191602-1740899583": ["rowing"],
        "jkfitparser__suunto-weight": ["strength"],
        "jkfitparser__failed": ["flexibility"],
        "fitparse__sample_mulitple_header": ["swimming", "other", "cycling", "other", ""],
    }
    files = {name: read_activity(SAMPLES / "fit" / f"{name}.fit").sessions for name in expected}
    assert {name: cross_training_kind(legs).tolist() for name, legs in files.items()} == expected
