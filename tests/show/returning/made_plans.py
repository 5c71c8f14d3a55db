"""Plans of every programme for one runner, and a reader of the calendar on a page, for tests of what is shown."""

import re
from html import unescape
from typing import Any, NamedTuple

from made_returns import CLEARED, START, history, injury_row, sessions_of

from stressfx.injury.returning.plan import ReturnPlan, return_plan

PROGRAMMES = ("rules", "trials_2023", "antigravity_2022", "clinic_days")
BONE = {"site": "posteromedial tibia", "side": "left", "tissue": "bone", "imaging": "MRI", "status": "confirmed"}


def made_plan(programme: str = "rules", *, km: float = 9.0, **more: Any) -> ReturnPlan:
    """Plan the return of a runner who ran `km` ten times in the four weeks before."""
    asked = {"start": START, "cleared": CLEARED, "programme": programme} | more
    return return_plan(sessions_of(*history(km)), asked.pop("injury", injury_row(**BONE)), **asked)


class Cell(NamedTuple):
    """A day as it stands on a page."""

    week: int
    date: str
    done: list[str]
    text: str
    boxes: int
    pains: int


def cells(source: str) -> list[Cell]:
    """Read the calendar of a page, day by day."""
    found = []
    for week, part in enumerate(source.split('<section class="week"')[1:], 1):
        for day in part.split('<li class="day')[1:]:
            body = day.partition("</li>")[0]
            lines = re.findall(r"<p class=\"do[^>]*>(.*?)</p>", body, re.DOTALL)
            found.append(
                Cell(
                    week,
                    words(re.findall(r'<p class="date">(.*?)</p>', body)[0]),
                    [words(line) for line in lines],
                    words(body.partition(">")[2]),
                    body.count('class="box"'),
                    len(re.findall(r"<span>[DAM]</span>", body)),
                )
            )
    return found


def strips(source: str) -> list[str]:
    """Read what stands above each week."""
    return [words(strip) for strip in re.findall(r'<p class="strip">(.*?)</p>', source, re.DOTALL)]


def words(markup: str) -> str:
    """Read the text of some markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())
