"""Oracles: what `read_export` makes of the files, against the frames of the cohort that they were written from."""

from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from stressfx.cohort.cohort_files import write_runners
from stressfx.cohort.simulate import simulate_cohort
from stressfx.exports.read import read_export
from stressfx.exports.tables import read_injuries, read_profile, read_shoes
from stressfx.schema import INJURIES
from stressfx.training.spikes import session_spikes

COHORT = simulate_cohort(4, 34, seed=8, injuries_per_athlete_year=12.0)
ATHLETE = "athlete-002"
OWN = COHORT.sessions[COHORT.sessions["athlete_id"] == ATHLETE].reset_index(drop=True)
FOOTPATH_M = 0.1
"""Positions are told to 1e-7 degrees, and a run turns once."""


def written(folder: Path, file_format: str) -> Path:
    (own,) = write_runners(COHORT, folder, athletes=[ATHLETE], file_format=file_format)
    return own


@pytest.mark.parametrize(("file_format", "apart_m"), [("fit", 0.0051), ("mixed", FOOTPATH_M)])
def test_files_tell_the_sessions_that_they_were_written_from(tmp_path: Path, file_format: str, apart_m: float) -> None:
    export = read_export(written(tmp_path, file_format), athlete_id=ATHLETE)
    assert len(export.sessions) == len(OWN) > 15
    for name in ("athlete_id", "start", "date", "sport"):
        assert export.sessions[name].tolist() == OWN[name].tolist()
    assert (export.sessions["distance_m"] - OWN["distance_m"]).abs().max() < apart_m
    assert (export.sessions["timer_s"] / OWN["timer_s"] - 1).abs().max() < 0.15
    assert export.findings.empty
    assert export.quarantine.empty
    told, made = session_spikes(export.sessions), session_spikes(OWN)
    assert (told["spike"] - made["spike"]).abs().max() < 1e-4
    by_fit = export.sessions["format"] == "fit"
    assert export.sessions.loc[by_fit, "sub_sport"].tolist() == OWN.loc[by_fit, "sub_sport"].tolist()
    assert set(export.sessions["format"]) == {"fit"} | ({"gpx"} if file_format == "mixed" else set())


def test_tables_beside_the_files_read_back(tmp_path: Path) -> None:
    folder = written(tmp_path, "fit")
    of_athlete = COHORT.injuries[COHORT.injuries["athlete_id"] == ATHLETE].reset_index(drop=True)
    assert len(of_athlete) == 1
    assert_frame_equal(read_injuries(folder / "injuries.csv")[list(INJURIES.names)], of_athlete)
    shoes = COHORT.shoes[COHORT.shoes["athlete_id"] == ATHLETE]
    assert_frame_equal(
        read_shoes(folder / "shoes.csv")[shoes.columns].sort_values("shoe_id", ignore_index=True),
        shoes.sort_values("shoe_id", ignore_index=True),
    )
    assert read_profile(folder / "profile.toml").athlete_id == ATHLETE


def test_an_athlete_has_the_same_files_whoever_else_is_written(tmp_path: Path) -> None:
    alone = written(tmp_path / "alone", "gpx")
    among = write_runners(COHORT, tmp_path / "all", athletes=[*COHORT.truth["athlete_id"]], file_format="gpx")[1]
    files = sorted(path.relative_to(alone) for path in alone.rglob("*") if path.is_file())
    assert len(files) == len(OWN) + 3
    assert [path for path in files if (alone / path).read_bytes() != (among / path).read_bytes()] == []
    assert {path.suffix for path in files} >= {".gpx", ".fit"}


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one of fit, gpx, mixed is needed"):
        write_runners(COHORT, tmp_path, file_format="tcx")
    with pytest.raises(ValueError, match="1 of the athletes are not of the cohort, which has athlete-001 to"):
        write_runners(COHORT, tmp_path, athletes=[ATHLETE, "athlete-2"])
    assert list(tmp_path.iterdir()) == []
