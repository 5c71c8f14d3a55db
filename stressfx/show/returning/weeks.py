"""Answers how the days of a plan stand on a sheet: seven a week, and what is the same in a week said once.

Takes `stressfx.schema.PLAN`; gives its weeks as text, and the checks that stand between stages, each with its number.
Days stand by their dates, also those that a coach has moved.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from stressfx.injury.returning.programmes import PUBLISHED
from stressfx.show.printable import printable
from stressfx.show.returning.words import Doing, doing, facts, short_day, shown_hundredths, written_hundredths
from stressfx.units import format_duration

__all__ = ["Sheet", "SheetDay", "SheetWeek", "sheet"]

WEEK_DAYS = 7
LONGEST_WORDS = 400

Row: TypeAlias = Mapping[Hashable, Any]


class SheetDay(NamedTuple):
    """One day, ready to be shown."""

    date: str
    todo: tuple[Doing, ...]
    """Empty where the plan says nothing of the day."""
    facts: tuple[str, ...]
    """What its run has to keep to, where that is not the same all week."""
    checks: tuple[int, ...]
    """Numbers of the checks that stand at its end."""

    @property
    def activities(self) -> tuple[str, ...]:
        """What there is to do, rest aside."""
        return tuple(item.activity for item in self.todo if item.activity != "rest")


class SheetWeek(NamedTuple):
    """One week, ready to be shown."""

    number: int
    facts: tuple[str, ...]
    total: str
    days: tuple[SheetDay, ...]


class Sheet(NamedTuple):
    """A whole plan, ready to be shown."""

    weeks: tuple[SheetWeek, ...]
    checks: tuple[str, ...]
    """What has to hold; check 1 first."""
    meanings: Mapping[str, str]
    """What is meant by each activity that is no run, in the words of the plan."""


def sheet(days: pd.DataFrame, *, unit: str) -> Sheet:
    """Lay out a plan.

    Parameters
    ----------
    days : DataFrame
        `stressfx.schema.PLAN`, with a day at least.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    Sheet
        Its weeks, from the first day of the plan on.
    """
    rows = days.to_dict("records")
    checks = tuple(dict.fromkeys(words for row in rows if (words := _criterion(row))))
    meanings = _meanings(days)
    first = days["date"].min()
    by_day: dict[int, list[Row]] = {}
    for row in rows:
        by_day.setdefault((row["date"] - first).days, []).append(row)
    weeks = []
    for week in range(max(by_day) // WEEK_DAYS + 1):
        places = range(WEEK_DAYS * week, WEEK_DAYS * (week + 1))
        dated = [(first + pd.Timedelta(days=place), by_day.get(place, [])) for place in places]
        weeks.append(_week(week + 1, dated, checks, meanings, unit=unit))
    return Sheet(tuple(weeks), checks, meanings)


def _criterion(row: Row) -> str:
    """Give what has to hold after a day; that a programme was published is nothing that could hold."""
    words = printable(row["criteria"], limit=LONGEST_WORDS)
    return "" if words == PUBLISHED else words


def _meanings(days: pd.DataFrame) -> dict[str, str]:
    """Give the words that each activity has most often."""
    others = days[~days["activity"].isin(["run", "rest"])]
    return {
        str(activity): printable(words.mode().iloc[0], limit=LONGEST_WORDS)
        for activity, words in others.groupby("activity", sort=False)["what"]
    }


def _week(
    number: int,
    dated: Sequence[tuple[pd.Timestamp, list[Row]]],
    checks: tuple[str, ...],
    meanings: Mapping[str, str],
    *,
    unit: str,
) -> SheetWeek:
    """Lay out one week: what all of its runs have to keep to stands above it, the rest in its days."""
    runs = [row for _, rows in dated for row in rows if row["activity"] == "run"]
    each = [facts(run, unit=unit) for run in runs]
    common = [words if len(set(alike)) == 1 else "" for alike in zip(*each, strict=True) for words in alike[:1]]
    shown = []
    for date, rows in dated:
        todo = tuple(_doing(row, meanings, unit=unit) for row in rows)
        own = [words for row in rows if row["activity"] == "run" for words in facts(row, unit=unit)]
        after = tuple(dict.fromkeys(checks.index(words) + 1 for row in rows if (words := _criterion(row))))
        shown.append(
            SheetDay(short_day(date), todo, tuple(words for words in own if words and words not in common), after)
        )
    return SheetWeek(number, tuple(words for words in common if words), _total(runs, unit=unit), tuple(shown))


def _doing(row: Row, meanings: Mapping[str, str], *, unit: str) -> Doing:
    """Say what to do; also what is meant by it, where that is not what it means elsewhere in the plan."""
    item = doing(row, unit=unit)
    words = printable(row["what"], limit=LONGEST_WORDS)
    return item._replace(detail=words) if words != meanings.get(item.activity, words) else item


def _total(runs: Sequence[Row], *, unit: str) -> str:
    """Add up what is shown of a week's runs."""
    if not runs:
        return "no run"
    by_time = [run for run in runs if run["amount"] == "time" or not run["distance_m"] > 0]
    far = sum(shown_hundredths(run["distance_m"], unit=unit) for run in runs if run not in by_time)
    long_s = sum(run["duration_s"] for run in by_time if run["duration_s"] > 0)
    amounts = [written_hundredths(far, unit=unit)] * (far > 0) + [format_duration(long_s)] * (long_s > 0)
    return f"{' and '.join(amounts) or 'no amount'}, {len(runs)} run{'s' if len(runs) > 1 else ''}"
