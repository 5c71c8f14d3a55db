"""The page of a plan on paper, as a real browser prints it.

Oracle: the browser: it counts the sheets, and tells whether a text is wider or higher than its box.
"""

import importlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_plans import BONE, made_plan
from made_returns import injury_row

from stressfx.injury.returning.plan import ReturnPlan
from stressfx.show.returning.plan_page import write_plan

REQUIRED = "STRESSFX_REQUIRE_CHROMIUM"
"""Set to anything, this variable turns an absent browser from a reason to skip into an error."""

SWITCHES = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
A4_POINTS = (594.96, 841.92)
CUT = """() => [...document.querySelectorAll('main *')].filter((e) =>
  e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline' && e.clientWidth > 0
).map((e) => e.className + ': ' + e.textContent)"""
"""Elements whose text is wider than they are."""


def twelve_weeks() -> dict[str, ReturnPlan]:
    """Give plans of twelve weeks, one of them with all that a plan can say."""
    injuries = pd.concat([injury_row(**BONE), injury_row("2023-02-01", **BONE)], ignore_index=True)
    return {
        "rules km": made_plan(),
        "rules mi": made_plan(km=42.195, unit="mi", start="2025-06-05", injuries=injuries),
        "antigravity km": made_plan("antigravity_2022", injuries=injuries),
    }


@pytest.fixture(scope="module")
def sheet() -> Iterator[Any]:
    """Open a page in a browser of our own, as wide as what an A4 sheet leaves for text."""
    path = shutil.which("chromium")
    if path is None:
        assert not os.environ.get(REQUIRED), f"chromium is absent, and {REQUIRED} is set"
        pytest.skip("chromium is absent")
    name = "playwright.sync_api"
    driver = importlib.import_module(name) if os.environ.get(REQUIRED) else pytest.importorskip(name)
    with driver.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=SWITCHES)
        try:
            yield browser.new_page(viewport={"width": 722, "height": 1000})
        finally:
            browser.close()


@pytest.mark.enable_socket  # playwright talks to the browser that it started
def test_twelve_weeks_fill_two_sheets_of_a4_and_no_text_is_cut(sheet: Any, tmp_path: Path) -> None:
    for name, plan in twelve_weeks().items():
        assert plan.days["week"].max() == 12
        sheet.goto(write_plan(plan, tmp_path / "plan.html").as_uri())
        pdf = sheet.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2, name
        boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", pdf)}
        assert [tuple(round(side) for side in box) for box in boxes] == [(0, 0, *(round(side) for side in A4_POINTS))]
        sheet.emulate_media(media="print")
        assert sheet.evaluate(CUT) == [], name
        sheet.emulate_media(media="null")
    sheet.set_viewport_size({"width": 360, "height": 800})
    assert sheet.evaluate(CUT) == []
    assert sheet.evaluate("() => document.documentElement.scrollWidth") <= 360
