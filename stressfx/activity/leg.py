"""What is known of one leg? What the device says of it, its samples, and what is worked out from them once.

Takes an activity; gives its legs. Whatever is asked of a leg is worked out at the first question and kept, so that
its row and its findings rest on the same numbers.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from stressfx.activity.clean import Intervals, between_samples
from stressfx.activity.clock import Span, span_of
from stressfx.activity.gait.steps import steps_per_minute
from stressfx.activity.samples import Floats, Samples, samples_of
from stressfx.activity.terrain.grade import flat_distances
from stressfx.activity.track import FASTEST_MPS, Track, track_of
from stressfx.io.activity import Activity

__all__ = ["ON_FOOT", "Leg", "legs_of"]

ON_FOOT = {"running", "walking", "hiking", ""}
"""Sports whose cycles are strides. A file that names no sport is read as one of these until somebody says more."""


@dataclass(frozen=True, eq=False)
class Leg:
    """One leg of an activity.

    Attributes
    ----------
    told : dict
        What the device says of it: a row of `stressfx.schema.LEGS`.
    samples : Samples
        Its samples.
    format : str
        Format of the file.
    """

    told: dict[str, Any]
    samples: Samples
    format: str

    @property
    def on_foot(self) -> bool:
        """Whether its cycles are strides."""
        return self.told["sport"] in ON_FOOT

    @property
    def fastest_mps(self) -> float:
        """What is faster is an error: nobody runs faster than a sprinter; what rides or flies may. [m/s]"""
        return FASTEST_MPS if self.on_foot else math.inf

    @cached_property
    def intervals(self) -> Intervals:
        """What lies between its samples."""
        return between_samples(self.samples, fastest_mps=self.fastest_mps, track=self.track)

    @cached_property
    def track(self) -> Track:
        """Its positions."""
        return track_of(self.samples, fastest_mps=self.fastest_mps)

    @cached_property
    def span(self) -> Span:
        """From when to when it lasted."""
        # GPX and TCX tell no elapsed time: the readers take it from the samples.
        return span_of(self.samples, self.intervals, self.told, own_clock=self.format == "fit")

    @cached_property
    def steps_spm(self) -> Floats:
        """Steps of both feet a minute, one value a sample; NaN if it was not on foot. [1/min]"""
        if not self.on_foot:
            return np.full(len(self.samples), np.nan)
        return steps_per_minute(self.samples, self.intervals)

    @cached_property
    def flat_m(self) -> Floats:
        """Grade-adjusted distance of each of its intervals; all NaN if its altitudes are not known well. [m]"""
        return flat_distances(self.samples, self.intervals)


def legs_of(activity: Activity) -> Iterator[Leg]:
    """Take an activity apart.

    Parameters
    ----------
    activity : Activity
        What a reader gave.

    Yields
    ------
    Leg
        Each of its legs, in order.
    """
    names: list[str] = activity.sessions.columns.tolist()
    # As objects all at once: column by column it takes five times as long, a third of what decoding a file takes.
    told = [dict(zip(names, leg, strict=True)) for leg in activity.sessions.to_numpy(object).tolist()]
    if not told:
        return
    samples = samples_of(activity.records)
    if len(told) == 1:
        yield Leg(told[0], samples, activity.source.format)
        return
    numbers = activity.records["leg"].to_numpy(np.int64)
    places = np.argsort(numbers, kind="stable")
    edges = np.searchsorted(numbers[places], [leg["leg"] for leg in told] + [len(told)])
    for leg, (first, last) in zip(told, pairwise(edges.tolist()), strict=True):
        yield Leg(leg, samples.where(places[first:last]), activity.source.format)
