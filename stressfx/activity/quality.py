"""What looks wrong in a run? Values that no runner reaches, clocks that jump, units that do not fit: each with a count.

Takes a leg and its row of the Sessions frame; gives findings. Nothing is changed here: what was left out of a sum was
left out by `stressfx.activity.clean`, and the finding says so.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from stressfx.activity.clean import LONGEST_GAP_S, MOVING_MPS, STEEPEST_BPM_PER_S, steady, stretch_s
from stressfx.activity.leg import Leg
from stressfx.activity.samples import Floats, Mask
from stressfx.activity.track import INACCURATE_M, extent_m
from stressfx.findings import Finding

__all__ = ["flag_quality"]

DISTANCE_RUN_MPS, DISTANCE_RUN_S, DISTANCE_RUN_M = 8.0, 10.0, 3000.0
"""Over 3 km and more nobody holds 8 m/s; sprints of more than 10 s at it are rare even on a track. Our choice."""

LOCKED_SPM, LOCKED_S = 3.0, 60.0
"""A heart rate this near to the steps a minute for longer than that may be the steps: optical sensors do so."""

BESIDE_S, BESIDE_BPM = 15.0, 15.0
"""...if it came or went by a leap: a heart that works harder takes longer for 15 bpm than 15 s. Our choice."""

SPARSE_COVERAGE = 0.8
"""With less of the run covered, a load by heart rate is not one of the whole run. Our choice."""

MISMATCH = 0.15
"""By more, distance and positions disagree: more than a badly calibrated foot pod or a wood explains. Our choice."""

COMPARED_M = 500.0
"""Over less, positions are too coarse to check a distance by. [m]"""

COMPARED_SHARE = 0.5
"""Of the device's distance, at least this much must lie between positions. Our choice."""

UNITS = {
    1.609344: "kilometres and miles",
    1000.0: "metres and kilometres",
    1 / 0.3048: "metres and feet",
    1 / 0.9144: "metres and yards",
}
"""Units that are taken for each other, and how many times one goes into the other."""

UNIT_TOLERANCE = 0.02
YARD_TOLERANCE = 0.005
"""A yard is so near to a metre that a foot pod can be as much off: only a close fit tells it. Our choice."""

INDOORS = {"treadmill", "indoor_running", "indoor_walking", "virtual_activity", "indoor_cycling", "lap_swimming"}
"""Where positions, if there are any, stand still or are made up."""

LEFT_ON_RATIO, LEFT_ON_S = 4.0, 3 * 3600.0
"""A recording this many times as long as the movement in it, from this length on, was left running. Our choice."""

STILL_S, STILL_M = 1800.0, 100.0
"""So was one that ends with so long a time in which neither speed nor place tells of movement. Our choice."""

RUN_AT_MOST_MPS, RUN_AT_MOST_FROM_M = 7.0, 1000.0
"""The fastest mile ever run has a mean of 7.2 m/s."""

RUN_AT_LEAST_MPS, RUN_AT_LEAST_FROM_S = 0.3, 3600.0
"""A third of a slow walk, for more than an hour, is no run. Our choice."""


def flag_quality(leg: Leg, row: Mapping[str, Any], *, where: str = "") -> list[Finding]:
    """Say what looks wrong in one leg.

    Parameters
    ----------
    leg : Leg
        The leg.
    row : mapping
        Its row of `stressfx.schema.SESSIONS`.
    where : str
        Which leg, for the findings.

    Returns
    -------
    list of Finding
        Values are kept as they are; each finding says how many are meant, and what they did to the sums.
    """
    found = _clock(leg)
    if len(leg.samples) > 1:
        found += [*_too_fast(leg, row), *_positions(leg, row), *_heart_rates(leg), *_units(leg, row)]
    found += _totals(leg, row)
    return [finding._replace(where=where) for finding in found]


def _clock(leg: Leg) -> list[Finding]:
    span, found = leg.span, []
    if span.jumps:
        message = (
            f"The clock was set on the way, by {span.left_out_s / 3600:.1f} h in all: that is left out of the elapsed "
            "time; start and end are by the clock that most samples show."
        )
        found.append(Finding("clock-changed", span.jumps, message))
    if span.silent_s:
        gaps = int(leg.intervals.silent.sum())
        lasting = f"{span.silent_s / 3600:.1f} h"
        message = f"Without a pause, nothing was recorded for {lasting} in all: that counts for elapsed time alone."
        found.append(Finding("recording-gap", gaps, message))
    return found


def _too_fast(leg: Leg, row: Mapping[str, Any]) -> list[Finding]:
    """Speeds that nobody reaches, or nobody holds; jumps of positions are no speeds."""
    fastest, intervals = leg.fastest_mps, leg.intervals
    by_device = int(np.count_nonzero(leg.samples.speed_mps > fastest))
    left_out = intervals.too_fast if _counted(leg) else intervals.too_fast & _ridden(leg)
    found = []
    if count := max(by_device, int(np.count_nonzero(left_out))):
        kept = row["distance_source"] == "device"
        used = "the device's own total was kept" if kept else "their distance was left out"
        message = f"{count} samples are faster than {fastest:g} m/s; {used}."
        found.append(Finding("speed-implausible", count, message))
    held = intervals.speed_mps > DISTANCE_RUN_MPS
    if leg.on_foot and row["distance_m"] > DISTANCE_RUN_M and held.any():
        held &= (stretch_s(held, intervals.duration_s) > DISTANCE_RUN_S) & (intervals.speed_mps <= fastest)
        if count := int(np.count_nonzero(held)):
            message = f"{count} samples are faster than {DISTANCE_RUN_MPS:g} m/s for over 10 s; their distance counts."
            found.append(Finding("speed-sustained", count, message))
    return found


def _counted(leg: Leg) -> bool:
    """Whether the distance is the device's own, sample by sample."""
    return int(np.count_nonzero(~np.isnan(leg.samples.distance_m))) > 1


def _ridden(leg: Leg) -> Mask:
    """Of the jumps along positions, those that go on: a ride in a car goes on, a jump does not."""
    jump = leg.intervals.too_fast
    return jump & (stretch_s(jump, leg.intervals.duration_s) > DISTANCE_RUN_S)


def _positions(leg: Leg, row: Mapping[str, Any]) -> list[Finding]:
    found = []
    track, intervals = leg.track, leg.intervals
    arrivals = track.known[1:][track.jump]
    # What the device's own speed or distance confirms is a speed, and so is what goes on.
    fast = leg.samples.speed_mps > leg.fastest_mps
    fast[1:] |= intervals.too_fast if _counted(leg) else _ridden(leg)
    if count := len(track.off) + int(np.count_nonzero(~fast[arrivals])):
        along = row["distance_source"] == "positions"
        used = "they were left out of the distance" if along else "the distance used is the device's"
        message = f"{count} positions lie where nobody could have run to in the time; {used}."
        found.append(Finding("gps-jump", count, message))
    accuracy = leg.samples.horizontal_accuracy_m
    if accuracy is not None and (count := int(np.count_nonzero(accuracy > INACCURATE_M))):
        message = f"{count} positions may be over {INACCURATE_M:g} m off, by the device itself; they were left out."
        found.append(Finding("position-inaccurate", count, message))
    return found


def _heart_rates(leg: Leg) -> list[Finding]:
    found = []
    valid = leg.samples.heart_rate_valid_bpm
    known = ~np.isnan(valid)
    if odd := int(np.count_nonzero(~np.isnan(leg.samples.heart_rate_bpm) & ~known)):
        found.append(Finding("heart-rate-implausible", odd, f"{odd} heart rates lie outside 30 to 230 bpm."))
    if not known.any():
        return found
    if jumps := int(np.count_nonzero(~steady(valid, leg.intervals.duration_s))):
        message = f"The heart rate changes {jumps} times by more than {STEEPEST_BPM_PER_S:g} bpm in a second: left out."
        found.append(Finding("heart-rate-jump", jumps, message))
    if locked := _locked(leg, valid):
        message = f"{locked} heart rates follow the steps a minute and do not fit those beside them; they count."
        found.append(Finding("heart-rate-lock", locked, message))
    return found


def _locked(leg: Leg, heart_rate: Floats) -> int:
    """Count the samples whose heart rate seems to be the cadence."""
    near = np.abs(heart_rate - leg.steps_spm) <= LOCKED_SPM
    held = near[:-1] & near[1:] & leg.intervals.measured
    if leg.intervals.duration_s[held].sum() <= LOCKED_S:
        return 0
    held &= stretch_s(held, leg.intervals.duration_s) > LOCKED_S
    edges = np.flatnonzero(np.diff(held, prepend=False, append=False))
    count = 0
    for first, last in edges.reshape(-1, 2).tolist():
        leaps = (heart_rate[end] - _beside(leg, heart_rate, end, way) for end, way in ((first, -1), (last, 1)))
        if any(abs(leap) > BESIDE_BPM for leap in leaps):
            count += last + 1 - first
    return count


def _beside(leg: Leg, heart_rate: Floats, sample: int, way: int) -> float:
    """Median heart rate in the 15 s before or after a sample, in the same stretch of recording; NaN without any."""
    reach = int(BESIDE_S) * way
    places = np.arange(sample + way, sample + way + reach, way)
    places = places[(places >= 0) & (places < len(heart_rate))]
    samples = leg.samples
    close = np.abs(samples.seconds[places] - samples.seconds[sample]) <= BESIDE_S
    beside = heart_rate[places[close & (samples.segment[places] == samples.segment[sample])]]
    beside = beside[~np.isnan(beside)]
    return float(np.median(beside)) if len(beside) else math.nan


def _units(leg: Leg, row: Mapping[str, Any]) -> list[Finding]:
    """Compare the device's distance with its positions, where both are known."""
    if leg.told["sub_sport"] in INDOORS:
        return []
    track, counted = leg.track, leg.samples.distance_m
    gone = np.diff(counted[track.known])
    lasts = np.diff(leg.samples.seconds[track.known])
    together = np.diff(leg.samples.segment[track.known]) == 0
    both = together & ~track.jump & (gone >= 0) & (lasts <= LONGEST_GAP_S)
    device_m, track_m = float(gone[both].sum()), float(track.step_m[both].sum())
    whole_m = float(leg.intervals.distance_m.sum())
    if max(device_m, track_m) < COMPARED_M or device_m < COMPARED_SHARE * whole_m:
        return []
    ratio = device_m / track_m if track_m > 0 else math.inf
    used = f"the distance used is the device's, {row['distance_m'] / 1000:.2f} km"
    if unit := _unit_of(ratio):
        return [Finding("distance-unit", 1, f"{unit} seem to be confused (factor {ratio:.3g}); {used}.".capitalize())]
    if abs(ratio - 1) > MISMATCH:
        message = f"The device's distance is {ratio:.2f} times that along the positions; {used}."
        return [Finding("distance-mismatch", 1, message)]
    return []


def _unit_of(ratio: float) -> str:
    """Tell which units are taken for each other, if distances differ by that much; empty if none."""
    for factor, units in UNITS.items():
        tolerance = UNIT_TOLERANCE if factor > 1 + MISMATCH else YARD_TOLERANCE
        if any(abs(ratio / exact - 1) <= tolerance for exact in (factor, 1 / factor)):
            return units
    return ""


def _totals(leg: Leg, row: Mapping[str, Any]) -> list[Finding]:
    found = []
    coverage = row["heart_rate_coverage"]
    if 0 < coverage < SPARSE_COVERAGE:
        message = f"The heart rate is known for {coverage:.0%} of the recorded time."
        found.append(Finding("heart-rate-sparse", 1, message))
    if row["distance_source"] == "records" and leg.told["distance_m"] >= 0:
        message = f"Its total counts on from another leg; the {row['distance_m'] / 1000:.2f} km of its own were used."
        found.append(Finding("distance-mismatch", 1, message))
    by_steps_m = row["steps"] * row["step_length_mean_m"]
    if row["distance_m"] > COMPARED_M and abs(by_steps_m / row["distance_m"] - 1) > MISMATCH:
        message = f"Its steps times their measured length are {by_steps_m / row['distance_m']:.2f} times its distance."
        found.append(Finding("distance-steps", 1, message))
    left_on = _left_on(leg, row)
    if left_on:
        found.append(Finding("watch-left-on", 1, left_on))
    distance_m, timer_s, speed_mps = row["distance_m"], row["timer_s"], row["speed_mean_mps"]
    if leg.on_foot and speed_mps > RUN_AT_MOST_MPS and distance_m > RUN_AT_MOST_FROM_M:
        message = f"Its mean speed is {speed_mps:.1f} m/s over {distance_m / 1000:.1f} km, faster than any run."
        found.append(Finding("session-implausible", 1, message))
    slow = speed_mps < RUN_AT_LEAST_MPS and timer_s > RUN_AT_LEAST_FROM_S
    if slow and row["sport"] == "running" and not left_on:
        message = f"It covers {distance_m / 1000:.2f} km in {timer_s / 3600:.1f} h, slower than any run."
        found.append(Finding("session-implausible", 1, message))
    return found


def _left_on(leg: Leg, row: Mapping[str, Any]) -> str:
    """Say for how long a recording went on after the movement; empty if it did not."""
    if len(leg.samples) < 2:
        return ""
    intervals = leg.intervals
    duration = intervals.duration_s
    lasts_s = float(np.fmax(duration.sum(), row["timer_s"]))
    moving_s = float(duration[intervals.moving].sum())
    if moving_s > 0 and lasts_s > max(LEFT_ON_S, LEFT_ON_RATIO * moving_s):
        return f"The recording lasts {lasts_s / 3600:.1f} h, of which {moving_s / 3600:.1f} h in movement."
    cadence = leg.samples.cadence_rpm[1:]
    active = (duration > 0) & ~((intervals.speed_mps < MOVING_MPS) & ~intervals.moving & ~(cadence > 0))
    last = int(np.flatnonzero(active)[-1]) + 1 if active.any() else 0
    still_s = float(duration[last:].sum())
    rests = leg.track.known[leg.track.known >= last]
    if moving_s > 0 and still_s > STILL_S and extent_m(leg.samples, rests) < STILL_M:
        return f"The recording ends with {still_s / 3600:.1f} h without movement, which its time includes."
    return ""
