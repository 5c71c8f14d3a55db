"""What kinds of change are there, how is each defined, and where is it from?

Takes `Thresholds` and gives the sentence that stands beside every change. The list of what is looked at is that of
sports-medicine guidance on stress fractures of runners (UW Medicine): changes of frequency, duration, intensity,
surface and shoes; the rest is from the studies named here. That something is listed says that it changed, and not
that it did harm.
"""

from dataclasses import asdict
from typing import NamedTuple

from stressfx.training.changes.thresholds import Thresholds

__all__ = ["KINDS", "Kind", "definition"]


class Kind(NamedTuple):
    """One kind of change."""

    threshold: str
    """Which of the `Thresholds` it is listed by; empty where any change is."""
    unit: str
    """Unit of its value and its baseline."""
    rule: str
    """Windows and rule in a sentence, with the thresholds to be filled in."""
    source: str


GUIDANCE = "Sports-medicine guidance on stress fractures of runners (UW Medicine) names it; the threshold is our choice"

WEAK = (
    "Weak evidence: Nielsen et al. 2014 (J Orthop Sports Phys Ther, 874 novices) saw 1.59 (0.96 to 2.66) times the"
    " hazard of distance-related injuries above 30 % against below 10 %, and no difference overall; Damsted et al. 2019"
    " (J Orthop Sports Phys Ther 49:230, 261 runners) 22.6 (0.9 to 44.3) more injured in 100 at 20 to 60 % after 21"
    " days, none after 56; of a programme by the 10 % rule (Buist et al. 2008, doi:10.1177/0363546507307505) we recall,"
    " without having verified it, that it did not lower injuries. Baseline over four weeks: our choice"
)

USUAL = "the weekly mean of the {baseline_days} days of training before them"

KINDS = {
    "session_spike": Kind(
        "session_spike",
        "m",
        "Distance of a run against the longest run of the 30 days before it; listed above {session_spike}",
        "Schuster Brandt Frandsen et al. 2025, doi:10.1136/bjsports-2024-109380: overuse injuries of 5,205 runners",
    ),
    "distance": Kind("distance", "m", f"Distance of 7 days against {USUAL}; listed above {{distance}}", WEAK),
    "duration": Kind("duration", "s", f"Timer time of 7 days against {USUAL}; listed above {{duration}}", GUIDANCE),
    "frequency": Kind(
        "frequency",
        "1/week",
        f"Runs, or days with a run, in 7 days against {USUAL}; listed above {{frequency}} if it is a rise by more than"
        " {frequency_runs}",
        GUIDANCE,
    ),
    "damage": Kind(
        "damage",
        "steps at easy speed",
        f"Bone damage of 7 days against {USUAL}; listed above {{damage}}",
        "Miner's rule over steps, with the exponent that the log's damage was reckoned with (Edwards 2018,"
        " doi:10.1249/JES.0000000000000163); the threshold is our choice",
    ),
    "intensity": Kind(
        "intensity",
        "1",
        "Share of the hard zone in the time of all zones, 7 days against the {baseline_days} days of training before"
        " them, both by zones of one basis; listed above a difference of {intensity}, where the 7 days hold at least"
        " three quarters of the usual time",
        "Warden, Edwards and Willy 2021 (doi:10.1007/s11914-021-00666-y) name intensity above all; the threshold is"
        " our choice",
    ),
    "longest_run": Kind(
        "longest_share",
        "1",
        "Share of the longest run in the distance of 7 days against that in the weeks of the {baseline_days} days of"
        " training before them; listed above a difference of {longest_share}, where the 7 days hold at least three"
        " quarters of the usual distance",
        "Definition and threshold are our choice",
    ),
    "consecutive_days": Kind(
        "consecutive_days",
        "d",
        "Days in a row with a run, counted up to {baseline_days}, against the longest row of the {baseline_days} days"
        " of training a week before; listed above {consecutive_days} days more",
        "Definition and threshold are our choice",
    ),
    "cadence": Kind(
        "cadence",
        "1/min",
        "Mean cadence of the runs of 7 days, at least 2 of them, against the runner's own cadence at the same speeds;"
        " listed from a change of {cadence} on",
        "Heiderscheit et al. 2011, doi:10.1249/MSS.0b013e3181ebedf4: 5 % is the smallest change studied; that it is"
        " listed from there is our choice",
    ),
    "surface_mix": Kind(
        "surface",
        "1",
        "Half the sum of the differences in the shares of surfaces, 7 days against the 21 before; listed above"
        " {surface}, where the 7 days hold at least three quarters of the usual distance; unknown ground is taken as"
        " what makes the least of it",
        GUIDANCE,
    ),
    "surface": Kind(
        "surface_share",
        "1",
        "First run with {surface_share} or more on a surface not run on in the 28 days before it, of whose running at"
        " most 20 % is of unknown surface",
        GUIDANCE,
    ),
    "shoe": Kind(
        "",
        "pairs",
        "First run in a pair of shoes; the value is the number of pairs first worn in 28 days, this one included",
        "Sports-medicine guidance on stress fractures of runners (UW Medicine) names it; the window is our choice",
    ),
    "shoe_watch": Kind(
        "",
        "m",
        "First day on which the distance in a pair reaches the limit from which it is to be watched",
        "The runner's own limit, else 300 miles: a convention of 300 to 500 miles that rests on cushioning, not on"
        " injuries",
    ),
    "shoe_replace": Kind(
        "",
        "m",
        "First day on which the distance in a pair is past the limit at which it is to be replaced",
        "The runner's own limit, else 500 miles: a convention of 300 to 500 miles that rests on cushioning, not on"
        " injuries",
    ),
    "break": Kind(
        "break_days",
        "d",
        "First run after {break_days} days or more without one; what was usual is what was usual before the break,"
        " and after {warm_up_days} days or more it has to be found anew",
        "Definition and threshold are our choice",
    ),
}
"""Kinds of change, by name."""

IN_PERCENT = frozenset(
    {"session_spike", "distance", "duration", "damage", "frequency", "intensity", "longest_share"}
    | {"surface_share", "cadence"},
)


def definition(kind: str, thresholds: Thresholds) -> str:
    """Say what a change of one kind is.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    thresholds : Thresholds
        What the sentence is filled with.

    Returns
    -------
    str
        Windows and rule in a sentence.

    Examples
    --------
    >>> definition("distance", Thresholds(distance=0.1, baseline_days=7))
    'Distance of 7 days against the weekly mean of the 7 days of training before them; listed above 10 %'
    """
    numbers = asdict(thresholds).items()
    texts = {name: f"{100 * value:g} %" if name in IN_PERCENT else f"{value:g}" for name, value in numbers}
    return KINDS[kind].rule.format(**texts)
