"""The options of `stressfx audit` that bring or take more: rules, a map, tables; and the list of definitions.

Oracle: the runs that the export was built from, and what the rules say of them.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
from called import call, refused
from made_audit import made_audit
from samples import gpx, gpx_point

from stressfx.schema import SURFACES
from stressfx.show import screen
from stressfx.training.metrics.definitions import definitions

MADE = made_audit()
DAYS = 60


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with sixty runs of one runner by a table, and one by a file."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "ann"
    folder.mkdir()
    first = datetime(2025, 1, 2, tzinfo=UTC)
    runs = [(first + timedelta(days=day), 5 if day < 40 else 9) for day in range(DAYS)]
    rows = "".join(f"{day:%Y-%m-%d},{km},{4 * km}:00\n" for day, km in runs)
    (folder / "sessions.csv").write_text(f"date,distance_km,duration\n{rows}")
    (folder / "1.gpx").write_bytes(gpx([gpx_point(s, latitude_deg=50 + 3 * s / 111_195) for s in range(0, 1801, 10)]))
    return folder


def surfaces(folder: Path, *options: object) -> dict[str, set[str]]:
    assert call("audit", folder, "--tables", "t", *options).code == 0
    table = pd.read_csv("t/audit-surfaces.csv")
    return {source: set(rows["surface"]) for source, rows in table.groupby("source")}


def test_rules_lie_beside_the_files_or_are_named(here: Path) -> None:
    assert surfaces(here) == {"unknown": {"unknown"}}
    (here / "rules.toml").write_text('[[rule]]\nsurface = "gravel"\n')
    assert surfaces(here) == {"label": {"gravel"}}
    Path("others.toml").write_text('[[rule]]\nsurface = "grass"\nwear = "blue"\n')
    assert surfaces(here, "--rules", "others.toml") == {"label": {"grass"}}
    assert set(pd.read_csv("t/audit-sessions.csv")["shoe_id"]) == {"blue"}
    (here / "rules.toml").write_text('[[rule]]\nsurfase = "gravel"\n')
    assert refused("audit", here).startswith("rules.toml: rule 1")
    assert refused("audit", here, "--rules", "gone.toml").startswith("gone.toml: cannot be opened")


def test_a_map_tells_surfaces_of_an_export_and_of_a_store(here: Path) -> None:
    asked = []

    def matched(export: object, extract: Path, *, progress: object) -> pd.DataFrame:
        asked.append((extract, progress is None))
        runs = export.sessions  # type: ignore[attr-defined]
        runs = runs[runs["format"] == "gpx"]
        columns = {"surface": "sand", "share": 1.0, "source": "osm"}
        return SURFACES.check(runs.assign(**columns)[list(SURFACES.names)].reset_index(drop=True))

    with patch("stressfx.exports.osm.runs.osm_surfaces", matched):
        assert surfaces(here, "--osm", "town.osm.pbf")["osm"] == {"sand"}
        assert call("import", here, "--store", "s").code == 0
        assert call("audit", "--store", "s", "--osm", "town.osm.pbf").code == 0
    assert asked == [(Path("town.osm.pbf"), True)] * 2


def test_a_map_that_is_none_is_one_line(here: Path) -> None:
    pytest.importorskip("osmium")
    pytest.importorskip("shapely")
    assert refused("audit", here, "--osm", "gone.osm.pbf") == "gone.osm.pbf: there is no such file"


def test_a_map_without_its_libraries_says_what_to_install(here: Path) -> None:
    with patch.dict("sys.modules", {"osmium": None}):
        assert "pip install 'stressfx[osm]'" in refused("audit", here, "--osm", "town.osm.pbf")


def test_tables_are_written_where_nothing_of_others_is_lost(here: Path) -> None:
    told = call("audit", here, "--tables", "t").told
    assert "Tables: t" in told
    assert len(pd.read_csv("t/audit-daily.csv")) == DAYS + 1
    again = call("audit", here, "--tables", "t", "--athlete", "eve")
    assert again.code == 0
    assert set(pd.read_csv("t/audit-daily.csv")["athlete_id"]) == {"eve"}
    Path("mine").mkdir()
    Path("mine/audit-daily.csv").write_text("mine")
    line = refused("audit", here, "--tables", "mine")
    assert line == "mine: holds audit-daily.csv, which was not written by this command; name another folder"
    assert refused("audit", here, "--tables", here / "1.gpx") == "1.gpx: is a file; the tables need a folder"


def test_an_audit_is_the_same_after_its_tables_were_written_into_the_export(here: Path) -> None:
    before = call("audit", here).out
    assert call("audit", here, "--tables", here / "tables").code == 0
    after = call("audit", here)
    assert f"{DAYS + 1} runs count" in after.told
    assert after.out.partition("The last weeks")[2] == before.partition("The last weeks")[2]


def test_the_screen_shows_what_changed_and_says_how_much_it_leaves_out(here: Path) -> None:
    out = call("audit", here).out
    assert "What else changed" in out
    line = next(line for line in out.splitlines() if " distance " in line and "→" in line)
    assert line.split()[0] == "2025-02-13"
    assert "35.0 → " in line


def test_the_screen_shows_changes_shoes_and_what_no_pair_is_known_of(capsys: pytest.CaptureFixture[str]) -> None:
    screen.print_audit(MADE, unit="km", report=None)
    out = capsys.readouterr().out
    changes = out.partition("What else changed")[2].partition("Shoes at their limits")[0]
    assert "2026-07-21  new surface: track" in changes
    assert "long run" not in changes, "these have a table of their own"
    assert "Made Trainer 3 replace 1331.0 km 400.0 and 700.0 km, own" in " ".join(out.split())
    assert "For 9 % of the distance no pair of shoes is known" in out
    assert max(map(len, out.splitlines())) <= 80
    assert len(out.splitlines()) <= 50


def test_definitions_are_listed_with_days_and_source() -> None:
    called = call("definitions")
    assert called.code == 0
    for row in definitions().itertuples():
        assert row.column in called.told
        assert row.windows in called.told
    assert "doi:10.1136/bjsports-2016-096589" in called.told, "an address of a paper is not cut"
    assert max(map(len, called.out.splitlines())) <= 80


def test_the_template_of_rules_is_printed() -> None:
    assert "[[rule]]" in call("template", "rules").out
