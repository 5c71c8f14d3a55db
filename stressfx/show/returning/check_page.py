"""Answers how the check of a return becomes a page: what was kept, what was not, and on which days.

Takes a `ReturnCheck`; writes one HTML file.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from stressfx.show.onsets import first_sign, injury_sites
from stressfx.show.page import write_page
from stressfx.show.printable import printable
from stressfx.show.returning.found import LONGEST_SENTENCE, check_headline, event_rows, rule_rows
from stressfx.show.returning.words import long_day
from stressfx.units import METRES_PER

if TYPE_CHECKING:
    from os import PathLike

    from stressfx.injury.returning.check import ReturnCheck

__all__ = ["write_return_check"]

FOLDER = "stressfx.show.returning"


def write_return_check(check: "ReturnCheck", path: "str | PathLike[str]", *, unit: str = "km") -> Path:
    """Write the check of a return as one HTML page.

    Parameters
    ----------
    check : ReturnCheck
        What `stressfx.check_return` gives.
    path : path
        Where to write; a file of that name is replaced.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ValueError
        If `unit` is neither.
    OSError
        If the file cannot be written.
    """
    if unit not in METRES_PER:
        raise ValueError(f"unit is {unit!r}; 'km' or 'mi' is needed")
    return write_page(
        path,
        FOLDER,
        "check.html.jinja",
        athlete=printable(check.athlete_id) or "a runner",
        headline=check_headline(check),
        span=f"{long_day(check.first_run)} to {long_day(check.last)}",
        runs=f"{check.runs} run{'' if check.runs == 1 else 's'}",
        planned=check.planned,
        injury=f"{injury_sites(check.injury)[0]}, since {long_day(first_sign(check.injury).iloc[0])}",
        notes=[printable(note, limit=LONGEST_SENTENCE) for note in check.notes],
        rules=rule_rows(check, unit=unit),
        events=event_rows(check, unit=unit),
    )
