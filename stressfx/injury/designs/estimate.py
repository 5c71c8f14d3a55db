"""Answers by which method matched sets are estimated, and puts what is found into the table of a result.

Takes the rows of matched sets; gives `stressfx.schema.STUDY`, and the method in words. Ten or more informative
injuries are estimated by maximum likelihood, fewer by exact or penalised methods; none is a refusal.
"""

from collections.abc import Sequence
from typing import NamedTuple

import lazy_loader
import numpy as np
import pandas as pd

from stressfx.errors import InsufficientDataError
from stressfx.injury.designs.conditional import conditional_odds
from stressfx.injury.designs.exact import exact_odds
from stressfx.injury.designs.logistic import (
    Coefficients,
    Flags,
    Floats,
    MatchedRows,
    firth,
    maximum_likelihood,
)
from stressfx.injury.result import FEW_EVENTS, NORMAL_975, study_table

__all__ = ["METHODS", "Found", "Telling", "found_in"]

scipy = lazy_loader.load("scipy")

METHODS = ("auto", "ml", "exact", "firth")
"""Maximum likelihood, the exact distribution, Firth's penalised likelihood, or whichever suits."""

IN_WORDS = {
    "ml": "conditional maximum likelihood with Wald intervals",
    "exact": "the exact conditional distribution, p and limits from its doubled smaller tail",
    "firth": "Firth's penalised conditional likelihood with profile intervals",
}


class Telling(NamedTuple):
    """What the sets are of."""

    terms: Sequence[str]
    measure: str
    injuries: int
    """Injuries told of, those included that no set could be made of."""
    said: tuple[str, ...]
    """Why those fell out, a sentence each."""


class Found(NamedTuple):
    """What was found, and how."""

    table: pd.DataFrame
    method: str
    said: tuple[str, ...]


def found_in(rows: MatchedRows, athletes: pd.Series, telling: Telling, method: str) -> Found:
    """Estimate from matched sets.

    Parameters
    ----------
    rows : MatchedRows
        Sets with one injury each; without any set, an empty one.
    athletes : Series
        Whose each row is.
    telling : Telling
        What the rows are of.
    method : {"auto", "ml", "exact", "firth"}
        How to estimate.

    Returns
    -------
    Found
        `stressfx.schema.STUDY`, with the columns ``sets`` (injuries with something to be compared with, of which
        ``events`` are informative) and ``method`` behind; the method in words; what else is to be said.

    Raises
    ------
    ValueError
        If there is no such method, or it does not fit.
    InsufficientDataError
        If no set is informative, or the method bears no estimate.
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; one of {', '.join(METHODS)} is needed")
    sets = len(rows.starts)
    varies = rows.varies()
    _refuse_without(varies, telling)
    alone = len(telling.terms) == 1 and bool(np.isin(rows.exposed, (0.0, 1.0)).all())
    if method == "exact" and not alone:
        raise ValueError("the exact method is for one exposure of 0 and 1 alone; take 'firth' with few injuries")
    kept = np.asarray(varies.any(axis=1))
    used, found = _estimated(_only(rows, kept), method, alone=alone, few=int(kept.sum()) < FEW_EVENTS)
    told = athletes[kept[rows.sets]]
    shared = {
        "measure": telling.measure,
        "events": int(kept.sum()),
        "athletes": int(told.nunique()),
        "intervals": int(rows.weight[kept[rows.sets]].sum()),
        "sets": sets,
        "method": used,
    }
    each = zip(telling.terms, found.log, found.se, found.low, found.high, found.p, strict=True)
    with np.errstate(over="ignore"):  # an upper end beyond every number is infinite
        table = study_table(
            [
                {"term": term, "log_estimate": log, "log_se": se, "p": p, **shared}
                | dict(zip(("estimate", "low", "high"), np.exp([log, low, high]), strict=True))
                for term, log, se, low, high, p in each
            ]
        )
    return Found(table, IN_WORDS[used], _spoken(used, method, varies, telling))


def _refuse_without(varies: Flags, telling: Telling) -> None:
    """Refuse what cannot be estimated, and say what there was."""
    silent = [term for term, some in zip(telling.terms, np.atleast_1d(varies.any(axis=0)), strict=True) if not some]
    if not len(varies):
        raise InsufficientDataError(
            f"{telling.injuries} injuries were told of, and none has a period of its own, with known exposures, and "
            "others at risk to compare it with. One is the least that bears an estimate, and ten the least for more "
            "than an illustration. Give injuries with a date, longer logs of the runners who had them, or a shorter "
            f"window, lag or wash-out. {' '.join(telling.said)}".rstrip()
        )
    if silent:
        raise InsufficientDataError(
            f"{telling.injuries} injuries were told of; {len(varies)} have a period of their own and others to compare "
            f"it with, and in none do these differ in {', '.join(silent)}. One such injury is the least that bears "
            "an estimate, and ten the least for more than an illustration. Take another threshold, a longer window, "
            f"more periods or more runners; or show the days before each injury as they are. {' '.join(telling.said)}"
        )


def _only(rows: MatchedRows, kept: Flags) -> MatchedRows:
    """Leave the informative sets."""
    of = kept[rows.sets]
    number = np.cumsum(kept) - 1
    return MatchedRows(rows.exposed[of], rows.case[of], number[rows.sets[of]], rows.weight[of])


def _estimated(rows: MatchedRows, method: str, *, alone: bool, few: bool) -> tuple[str, Coefficients]:
    """Estimate by the method asked for, or by that which suits; name it."""
    if method == "ml" or (method == "auto" and not few):
        found = _counted(rows) if alone else maximum_likelihood(rows)
        if found is not None:
            return "ml", found
    if method == "ml":
        raise InsufficientDataError(
            "the likelihood has no finite maximum: in every injury that tells anything the exposure points the same "
            f"way; take method={'exact' if alone else 'firth'!r} or 'auto'"
        )
    if method == "firth" or not alone:
        return "firth", firth(rows)
    odds = exact_odds(*_counts(rows))
    with np.errstate(divide="ignore"):
        log, low, high = np.log([odds.estimate, odds.low, odds.high])[:, None]
    return "exact", Coefficients(log, np.array([np.nan]), low, high, np.array([odds.p]))


def _counts(rows: MatchedRows) -> tuple[Floats, Floats, Floats]:
    """Count by set: whether the injury was exposed, what was exposed, and all."""
    exposed = rows.exposed[:, 0]
    return (
        exposed[rows.case],
        np.add.reduceat(rows.weight * exposed, rows.starts),
        np.add.reduceat(rows.weight, rows.starts),
    )


def _counted(rows: MatchedRows) -> Coefficients | None:
    """Estimate one binary exposure by maximum likelihood, from counts."""
    log, se = (number[None] for number in conditional_odds(*_counts(rows)))
    if not np.isfinite(log).all():
        return None
    return Coefficients(
        log, se, log - NORMAL_975 * se, log + NORMAL_975 * se, 2 * scipy.special.ndtr(-np.abs(log / se))
    )


def _spoken(used: str, method: str, varies: Flags, telling: Telling) -> tuple[str, ...]:
    """Say what the choice of the method and the number of informative injuries mean."""
    informative = int(varies.any(axis=1).sum())
    said = [
        f"{informative} of {len(varies)} injuries are informative: their periods differ in what they were exposed to."
    ]
    if method == "auto" and used != "ml":
        why = (
            f"fewer than {FEW_EVENTS} are" if informative < FEW_EVENTS else "maximum likelihood has no finite estimate"
        )
        said.append(f"Estimated by {IN_WORDS[used]}, because {why}.")
    thin = [t for t, n in zip(telling.terms, varies.sum(axis=0), strict=True) if n < FEW_EVENTS <= informative]
    said += [f"In {term} the periods of fewer than {FEW_EVENTS} injuries differ." for term in thin]
    return tuple(said)
