"""What do the words in Strava's table say: when was it, and which sport was it?

Takes single cells in the languages of ``strava_headers.csv``; gives instants in UTC and sports in FIT's words, which
stand beside this module in ``strava_sports.csv``.
"""

import csv
import re
import unicodedata
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.resources import files

__all__ = ["instant", "sport_of"]

FIRST_YEAR, LAST_YEAR = 1990, 2100

MONTHS = (
    "january januar janvier januari gennaio janeiro enero",
    "february februar février februari febbraio fevereiro febrero",
    "march märz mars maart mrt marzo março",
    "april avril aprile abril",
    "may mai mei maggio maio mayo",
    "june juni juin giugno junho junio",
    "july juli juillet luglio julho julio",
    "august août augustus agosto",
    "september septembre settembre setembro septiembre",
    "october oktober octobre ottobre outubro octubre",
    "november novembre novembro noviembre",
    "december dezember décembre dicembre dezembro diciembre",
)
"""Names of the months in English, German, French, Dutch, Italian, Portuguese and Spanish."""

TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?(?: ?(?P<half>[ap])\.? ?m\.?)?"
BEFORE_TIME = r"(?:,? (?:à|um|om|at|alle|às|a las)?,? ?|,|t)"
NAMED = r"(?P<name>[^\W\d_]+)\.?"
SHAPES = tuple(
    re.compile(date + BEFORE_TIME + TIME + r"(?: ?(?:z|utc|gmt|\+00:?00))?")
    for date in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})[.](?P<month>\d{1,2})[.](?P<year>\d{4})",
        NAMED + r" (?P<day>\d{1,2}),? (?P<year>\d{4})",
        r"(?P<day>\d{1,2})\.? (?:de )?" + NAMED + r" (?:de )?(?P<year>\d{4})",
    )
)


def instant(cell: str) -> datetime | None:
    """Read a date.

    Parameters
    ----------
    cell : str
        A cell without blanks around it.

    Returns
    -------
    datetime or None
        In UTC; None if it is not understood, or not between 1990 and 2100.

    Notes
    -----
    Exports name no zone: the date is in UTC, as a German export shows whose titles tell the local time
    (martin-ueding/geo-activity-playground#86). ``3/4/2020`` is not understood, since it is another day in another
    country.

    Examples
    --------
    >>> instant("Feb 17, 2022, 12:18:26 PM") == instant("17 févr. 2022 à 12:18:26") == instant("17.02.2022, 12:18:26")
    True
    """
    text = " ".join(unicodedata.normalize("NFKC", cell[:80]).casefold().split())
    match = next((match for shape in SHAPES if (match := shape.fullmatch(text))), None)
    if match is None:
        return None
    parts = match.groupdict()
    month = int(parts["month"]) if parts.get("month") else _month(parts["name"])
    hour = int(parts["hour"])
    if parts["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    if not FIRST_YEAR <= int(parts["year"]) <= LAST_YEAR:
        return None
    try:
        return datetime(
            int(parts["year"]),
            month,
            int(parts["day"]),
            hour,
            int(parts["minute"]),
            int(parts["second"] or 0),
            tzinfo=UTC,
        )
    except ValueError:  # the 31st of February
        return None


@lru_cache(maxsize=256)
def _month(name: str) -> int:
    """Number of the month that a word of three letters or more begins; 0 if it begins none, or several."""
    begun = {
        number
        for number, names in enumerate(MONTHS, 1)
        if len(name) >= 3 and any(full.startswith(name) for full in names.split())
    }
    return begun.pop() if len(begun) == 1 else 0


def sport_of(cell: str) -> tuple[str, str]:
    """Give the sport of an activity's type.

    Parameters
    ----------
    cell : str
        The type, in any language.

    Returns
    -------
    sport, sub_sport : str
        In FIT's words; the sport is ``"unknown"`` for a type that is not known, and for an empty cell.

    Examples
    --------
    >>> sport_of("Trail Run"), sport_of("Hardloopsessie"), sport_of("Quidditch")
    (('running', 'trail'), ('running', ''), ('unknown', ''))
    """
    return _sports().get(_folded(cell), ("unknown", ""))


@cache
def _sports() -> dict[str, tuple[str, str]]:
    """Read the table of sports. No word means one sport in one language and another in another."""
    known = {}
    with (files(__package__) / "strava_sports.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            sport = (row.pop("sport"), row.pop("sub_sport"))
            known.update({_folded(word): sport for words in row.values() for word in words.split("|") if word})
    return known


@lru_cache(maxsize=1024)
def _folded(word: str) -> str:
    """Leave out blanks, hyphens and case, so that TrailRun is a Trail Run."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", word[:80]).casefold())
