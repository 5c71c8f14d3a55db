"""Surfaces of sessions and weeks against cases by hand, a plain loop over sessions, and the calendar of the library."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.schema import DTYPES, SESSIONS, SURFACE_WEEKS, SURFACES
from stressfx.training.surfaces.sessions import SURFACE_CLASSES, session_surfaces, surface_shares

NAN = math.nan
DAY = pd.Timestamp("2025-03-05")
KINDS = {column.name: column.kind for column in SESSIONS.columns} | {"surface_label": "text"}
USUAL = {
    "athlete_id": "a",
    "session_id": "1",
    "sport": "running",
    "date": DAY,
    "distance_m": 10_000.0,
    "surface_label": "",
    "track_m": NAN,
    "dirt_distance_m": NAN,
    "sub_sport": "",
    "format": "fit",
}

Row = dict[str, Any]


def runs_of(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series([(USUAL | row)[name] for row in rows], dtype=DTYPES[KINDS[name]]) for name in USUAL}
    )


def matched_of(*rows: tuple[str, str, float], athlete_id: str = "a") -> pd.DataFrame:
    session_id, surface, share = zip(*rows, strict=True) if rows else ((), (), ())
    size = len(rows)
    return pd.DataFrame(
        {
            "athlete_id": pd.Series([athlete_id] * size, dtype="str"),
            "session_id": pd.Series(session_id, dtype="str"),
            "date": pd.Series([DAY] * size, dtype="datetime64[us]"),
            "surface": pd.Series(surface, dtype="str"),
            "share": pd.Series(share, dtype="float64"),
            "distance_m": pd.Series([NAN] * size, dtype="float64"),
            "source": pd.Series(["osm"] * size, dtype="str"),
        }
    )


def told(matched: pd.DataFrame | None = None, **row: Any) -> dict[str, tuple[float, str]]:
    """Give share and source of every class of one run."""
    surfaces = SURFACES.check(session_surfaces(runs_of(row), matched=matched))
    return {
        surface: (round(share, 12), source)
        for surface, share, source in zip(surfaces["surface"], surfaces["share"], surfaces["source"], strict=True)
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, {"unknown": (1, "unknown")}),
        ({"surface_label": "concrete"}, {"concrete": (1, "label")}),
        ({"surface_label": "unknown", "sub_sport": "trail"}, {"unknown": (1, "label")}),
        ({"track_m": 8000}, {"track": (0.8, "geometry"), "unknown": (0.2, "unknown")}),
        ({"track_m": 10_400}, {"track": (1, "geometry")}),
        ({"track_m": 0}, {"unknown": (1, "unknown")}),
        ({"dirt_distance_m": 2500}, {"trail": (0.25, "account"), "unknown": (0.75, "unknown")}),
        (
            {"track_m": 8000, "dirt_distance_m": 1000},
            {"track": (0.8, "geometry"), "trail": (0.1, "account"), "unknown": (0.1, "unknown")},
        ),
        ({"track_m": 8000, "dirt_distance_m": 9000}, {"track": (0.8, "geometry"), "trail": (0.2, "account")}),
        ({"track_m": 8000, "sub_sport": "track"}, {"track": (1, "geometry")}),
        ({"track_m": 3000, "sub_sport": "track"}, {"track": (1, "sub_sport")}),
        ({"track_m": 0, "sub_sport": "track"}, {"track": (1, "sub_sport")}),
        ({"track_m": 3000, "sub_sport": "trail"}, {"track": (0.3, "geometry"), "trail": (0.7, "sub_sport")}),
        ({"dirt_distance_m": 2500, "sub_sport": "trail"}, {"trail": (1, "sub_sport")}),
        ({"surface_label": "sand", "track_m": 8000, "sub_sport": "treadmill"}, {"sand": (1, "label")}),
        ({"track_m": 8000, "dirt_distance_m": 900, "sub_sport": "treadmill"}, {"treadmill": (1, "sub_sport")}),
        ({"track_m": 8000, "dirt_distance_m": 900, "sub_sport": "antigravity"}, {"treadmill": (1, "sub_sport")}),
        ({"distance_m": NAN, "track_m": 8000, "sub_sport": "trail"}, {"trail": (1, "sub_sport")}),
        ({"distance_m": 0, "track_m": 8000}, {"unknown": (1, "unknown")}),
    ],
)  # fmt: skip
def test_evidence_is_asked_in_order_and_takes_what_is_left(row: Row, expected: dict[str, tuple[float, str]]) -> None:
    assert told(**row) == expected


@pytest.mark.parametrize(
    ("sub_sport", "surface"),
    [
        ("treadmill", "treadmill"),
        ("virtual_activity", "treadmill"),
        ("antigravity", "treadmill"),
        ("indoor_running", "indoor_track"),
        ("trail", "trail"),
        ("track", "track"),
        *((word, "unknown") for word in ("generic", "street", "road", "ultra", "obstacle", "mixed_surface", "")),
    ],
)
def test_kinds_of_runs_have_their_class_and_a_street_is_not_taken_for_asphalt(sub_sport: str, surface: str) -> None:
    assert told(sub_sport=sub_sport) == {surface: (1, "unknown" if surface == "unknown" else "sub_sport")}


def test_apple_tells_the_roof_and_not_the_ground() -> None:
    assert told(sub_sport="indoor_running", format="apple") == {"unknown": (1, "sub_sport")}
    assert told(sub_sport="treadmill", format="apple") == {"treadmill": (1, "sub_sport")}


def test_a_map_leaves_what_it_does_not_know_to_other_evidence() -> None:
    matched = matched_of(("1", "asphalt", 0.5), ("1", "unknown", 0.5))
    assert told(matched) == {"asphalt": (0.5, "osm"), "unknown": (0.5, "unknown")}
    assert told(matched, sub_sport="trail") == {"asphalt": (0.5, "osm"), "trail": (0.5, "sub_sport")}
    assert told(matched, track_m=8000) == {"asphalt": (0.5, "osm"), "track": (0.5, "geometry")}
    assert told(matched, surface_label="sand") == {"sand": (1, "label")}
    assert told(matched, sub_sport="virtual_activity") == {"treadmill": (1, "sub_sport")}
    assert told(matched, session_id="2") == {"unknown": (1, "unknown")}


def test_what_map_and_other_evidence_both_see_counts_once() -> None:
    track = matched_of(("1", "track", 0.3), ("1", "gravel", 0.1), ("1", "grass", 0.1))
    assert told(track, track_m=2000)["track"] == (0.3, "osm")
    assert told(track, track_m=7000)["track"] == (0.7, "geometry")
    assert told(track, dirt_distance_m=1500) == {
        "track": (0.3, "osm"), "gravel": (0.1, "osm"), "grass": (0.1, "osm"), "unknown": (0.5, "unknown")
    }  # fmt: skip
    assert told(track, dirt_distance_m=3500)["trail"] == (0.15, "account")


def test_a_map_is_laid_over_the_session_of_its_own_athlete() -> None:
    runs = runs_of({"athlete_id": "a"}, {"athlete_id": "b"})
    surfaces = session_surfaces(runs, matched=matched_of(("1", "sand", 1.0), athlete_id="b"))
    assert surfaces[["athlete_id", "surface"]].to_numpy().tolist() == [["a", "unknown"], ["b", "sand"]]


def test_shares_of_a_map_that_pass_one_by_rounding_are_one_and_others_are_refused() -> None:
    matched = matched_of(("1", "sand", 0.7), ("1", "grass", 0.3 + 1e-10))
    surfaces = session_surfaces(runs_of({}), matched=matched)
    assert surfaces["surface"].tolist() == ["grass", "sand"]
    assert abs(surfaces["share"].sum() - 1) <= 1e-12
    with pytest.raises(SchemaError, match="add up to more than 1"):
        told(matched_of(("1", "sand", 0.7), ("1", "grass", 0.31)))


def test_walks_uncounted_sessions_and_those_without_a_day_are_left_out() -> None:
    runs = runs_of(
        {"session_id": "1"}, {"session_id": "2", "sport": "walking"}, {"session_id": "3"}, {"session_id": "4"}
    )
    runs.loc[3, "date"] = pd.NaT
    runs["counted"] = [True, True, False, True]
    assert session_surfaces(runs)["session_id"].tolist() == ["1"]
    assert session_surfaces(runs, sport="walking")["session_id"].tolist() == ["2"]
    assert SURFACES.check(session_surfaces(runs, sport="hiking")).empty
    assert SURFACES.check(session_surfaces(SESSIONS.empty())).empty


def test_distances_are_shares_of_the_distance_and_missing_where_it_is() -> None:
    surfaces = session_surfaces(runs_of({"track_m": 2500}, {"session_id": "2", "distance_m": NAN}))
    np.testing.assert_array_equal(surfaces["distance_m"], [2500, 7500, NAN])


def test_a_table_of_ones_own_needs_five_columns() -> None:
    needed = ["athlete_id", "session_id", "sport", "date", "distance_m"]
    runs = runs_of({"sub_sport": "trail"})
    assert session_surfaces(runs[needed])["surface"].tolist() == ["unknown"]
    for name in needed:
        with pytest.raises(SchemaError, match=f"Sessions: column '{name}' is missing"):
            session_surfaces(runs.drop(columns=name))
    with pytest.raises(SchemaError, match="column 'track_m' is "):
        session_surfaces(runs.assign(track_m="far"))


def test_words_that_are_no_class_are_refused_and_not_repeated() -> None:
    with pytest.raises(SchemaError, match="1 surfaces are of no class that is known; known: concrete,") as caught:
        told(surface_label="tarmac")
    assert "tarmac" not in str(caught.value)
    with pytest.raises(SchemaError, match="of no class that is known"):
        told(matched_of(("1", "tarmac", 1.0)))
    with pytest.raises(SchemaError, match="of no class that is known"):
        surface_shares(matched_of(("1", "", 1.0)))


shares = st.sampled_from([NAN, 0.0, 0.001, 0.1, 1 / 3, 0.8, 1.0, 1.2])
cells = st.fixed_dictionaries(
    {
        "athlete_id": st.sampled_from("ab"),
        "day": st.integers(0, 40),
        "distance_m": st.sampled_from([NAN, 0.0, 3000.0, 10_000.0, 12_345.678]),
        "surface_label": st.sampled_from(["", "", "", "sand", "track"]),
        "track": shares,
        "dirt": shares,
        "sub_sport": st.sampled_from(["", "trail", "track", "treadmill", "street", "indoor_running"]),
        "map": st.dictionaries(
            st.sampled_from(["track", "asphalt", "gravel", "unknown"]), st.floats(0, 0.25), max_size=4
        ),
    }
)


def laid_out(drawn: list[Row]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make sessions and what a map tells of them; the shares of track and dirt are of the distance."""
    rows, mapped, athletes = [], [], []
    for number, cell in enumerate(drawn):
        row = {name: cell[name] for name in ("athlete_id", "distance_m", "surface_label", "sub_sport")}
        far = 0.0 if math.isnan(cell["distance_m"]) else cell["distance_m"]
        row |= {"track_m": cell["track"] * far, "dirt_distance_m": cell["dirt"] * far}
        rows.append(row | {"session_id": f"s{number}", "date": DAY + pd.Timedelta(days=cell["day"])})
        mapped += [(f"s{number}", surface, share) for surface, share in cell["map"].items()]
        athletes += [cell["athlete_id"]] * len(cell["map"])
    return runs_of(*rows), matched_of(*mapped).assign(athlete_id=pd.Series(athletes, dtype="str"))


def by_order(cell: Row) -> dict[str, float]:
    """Ask the evidence of one session in order, straight from the definition."""
    if cell["surface_label"]:
        return {cell["surface_label"]: 1.0}
    if cell["sub_sport"] in {"treadmill", "indoor_running"}:
        return {"treadmill" if cell["sub_sport"] == "treadmill" else "indoor_track": 1.0}
    found = {name: share for name, share in cell["map"].items() if name != "unknown"}
    there = cell["distance_m"] > 0
    for name, wanted, seen in (
        ("track", cell["track"], found.get("track", 0.0)),
        ("trail", cell["dirt"], found.get("gravel", 0.0)),
    ):
        more = min(max(0.0, min(wanted, 1.0) - seen), 1 - sum(found.values())) if there and wanted > 0 else 0.0
        found[name] = found.get(name, 0.0) + more
    last = cell["sub_sport"] if cell["sub_sport"] in {"trail", "track"} else "unknown"
    found[last] = found.get(last, 0.0) + 1 - sum(found.values())
    return found


@given(st.lists(cells, max_size=8))
def test_sessions_agree_with_the_definition_and_their_shares_add_up_to_one(drawn: list[Row]) -> None:
    runs, matched = laid_out(drawn)
    surfaces = SURFACES.check(session_surfaces(runs, matched=matched))
    assert not surfaces.duplicated(["session_id", "surface"]).any()
    assert set(surfaces["surface"]) <= set(SURFACE_CLASSES)
    for number, cell in enumerate(drawn):
        own = surfaces[surfaces["session_id"] == f"s{number}"]
        assert abs(own["share"].sum() - 1) <= 1e-12
        assert (own["share"] > 0).all()
        np.testing.assert_allclose(own["distance_m"], own["share"] * cell["distance_m"], rtol=1e-12)
        expected = {name: share for name, share in by_order(cell).items() if share > 1e-12}
        shares = dict(zip(own["surface"], own["share"], strict=True))
        assert {name: share for name, share in shares.items() if share > 1e-12} == pytest.approx(expected, abs=1e-9)


def moved(dates: pd.Series, days: int) -> pd.Series:
    return (dates + pd.Timedelta(days=days)).astype("datetime64[us]")


@settings(max_examples=40)
@given(st.lists(cells, max_size=8), st.randoms(use_true_random=False))
def test_order_company_and_calendar_of_sessions_do_not_matter(drawn: list[Row], random: Any) -> None:
    runs, matched = laid_out(drawn)
    surfaces = session_surfaces(runs, matched=matched)
    order = list(range(len(runs)))
    random.shuffle(order)
    shuffled = session_surfaces(runs.iloc[order], matched=matched.sample(frac=1, random_state=random.randrange(99)))
    pd.testing.assert_frame_equal(shuffled, surfaces)
    alone = [session_surfaces(runs[runs["athlete_id"] == name], matched=matched) for name in "ab"]
    pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True), surfaces)
    weeks = surface_shares(surfaces)
    pd.testing.assert_frame_equal(surface_shares(surfaces.sample(frac=1, random_state=1)), weeks)
    later = surface_shares(surfaces.assign(date=moved(surfaces["date"], 700)))
    pd.testing.assert_frame_equal(later.assign(week=moved(later["week"], -700)), weeks)


def surfaces_of(*rows: tuple[str, str, float, float], athlete_id: str = "a") -> pd.DataFrame:
    """Make surfaces out of day, class, share and distance."""
    surfaces = matched_of(*((str(place), row[1], row[2]) for place, row in enumerate(rows)), athlete_id=athlete_id)
    dates = pd.to_datetime(pd.Series([row[0] for row in rows], dtype="str")).astype("datetime64[us]")
    return surfaces.assign(date=dates, distance_m=[float(row[3]) for row in rows])


def test_a_week_goes_from_monday_to_sunday_and_holds_what_was_run_on() -> None:
    weeks = SURFACE_WEEKS.check(
        surface_shares(
            surfaces_of(
                ("2025-03-02", "sand", 1.0, 1000),
                ("2025-03-03", "trail", 1.0, 6000),
                ("2025-03-09", "concrete", 0.5, 1000),
                ("2025-03-09", "unknown", 0.5, 1000),
                ("2025-03-10", "trail", 1.0, 2000),
            )
        )
    )
    assert weeks["week"].dt.strftime("%m-%d").tolist() == ["02-24", "03-03", "03-03", "03-03", "03-10"]
    assert weeks["surface"].tolist() == ["sand", "concrete", "trail", "unknown", "trail"]
    assert weeks["distance_m"].tolist() == [1000, 1000, 6000, 1000, 2000]
    assert weeks["share"].tolist() == [1, 0.125, 0.75, 0.125, 1]


def test_days_and_months_can_be_asked_for_instead() -> None:
    surfaces = surfaces_of(("2025-02-28", "sand", 1.0, 1000), ("2025-03-01", "sand", 1.0, 3000))
    assert surface_shares(surfaces, freq="MS")["week"].dt.strftime("%m-%d").tolist() == ["02-01", "03-01"]
    assert surface_shares(surfaces, freq="D")["week"].dt.strftime("%m-%d").tolist() == ["02-28", "03-01"]
    with pytest.raises(ValueError, match=r"freq is 'W-SUN'; 'W' \(ISO weeks\), 'D' \(days\) or 'MS'"):
        surface_shares(surfaces, freq="W-SUN")


def test_a_run_without_a_distance_makes_the_shares_of_its_week_missing() -> None:
    weeks = surface_shares(
        surfaces_of(
            ("2025-03-03", "trail", 1.0, 6000),
            ("2025-03-04", "treadmill", 1.0, NAN),
            ("2025-03-05", "treadmill", 1.0, 5000),
            ("2025-03-10", "trail", 1.0, 6000),
            ("2025-03-17", "trail", 1.0, 0),
        )
    )
    np.testing.assert_array_equal(weeks["distance_m"], [6000, NAN, 6000, 0])
    np.testing.assert_array_equal(weeks["share"], [NAN, NAN, 1, NAN])


def test_sums_are_the_same_to_the_last_bit_in_any_order() -> None:
    rng = np.random.default_rng(1)
    surfaces = surfaces_of(*(("2025-03-03", "sand", 1.0, distance_m) for distance_m in rng.uniform(1, 1e5, 50)))
    for seed in range(9):
        shuffled = surface_shares(surfaces.sample(frac=1, random_state=seed))
        pd.testing.assert_frame_equal(shuffled, surface_shares(surfaces), check_exact=True)


def test_no_surfaces_give_no_weeks() -> None:
    assert SURFACE_WEEKS.check(surface_shares(SURFACES.empty())).empty


@settings(max_examples=40)
@given(st.lists(cells, max_size=12), st.sampled_from(["W", "D", "MS"]))
def test_periods_agree_with_the_library_and_their_shares_add_up_to_one(drawn: list[Row], freq: str) -> None:
    surfaces = session_surfaces(laid_out(drawn)[0].dropna(subset="distance_m"))
    weeks = SURFACE_WEEKS.check(surface_shares(surfaces, freq=freq))
    period = surfaces["date"].dt.to_period({"W": "W-SUN", "D": "D", "MS": "M"}[freq]).dt.start_time
    expected = surfaces.groupby(["athlete_id", period, "surface"])["distance_m"].sum()
    found = weeks.set_index(["athlete_id", "week", "surface"])["distance_m"].sort_index()
    assert found.index.tolist() == expected.index.tolist()
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    total = weeks.groupby(["athlete_id", "week"])[["share", "distance_m"]].sum(min_count=1)
    np.testing.assert_allclose(total["share"].dropna(), 1, atol=1e-12)
    assert (total["share"].isna() == (total["distance_m"] == 0)).all()
