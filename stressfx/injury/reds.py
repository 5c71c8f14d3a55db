"""Answers whether a runner's table of injuries shows the one item of the IOC's REDs CAT2 that it can show.

Takes `stressfx.schema.INJURIES` and a day; gives a row an athlete. It is information for a clinician and never a
diagnosis: the tool asks for blood, bone density, menstruation and eating, and this is one of its many items.
"""

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import SchemaError
from stressfx.injury.cases import bone_stress_evidence, bone_stress_injuries
from stressfx.injury.codes import read_code
from stressfx.injury.onsets import injury_onsets
from stressfx.injury.sites import FEMUR, MALLEOLUS, METATARSAL, NO_BONE, SHAFT, TIBIA, UNCLEAR, WHOLE_BONES
from stressfx.schema import DTYPES, INJURIES, Column, Schema

__all__ = ["BONE_ITEM", "DAYS_ABSENT", "SOURCE", "reds_bone_item"]

SOURCE = "IOC REDs CAT2, Br J Sports Med 57:1073 and 57:1109 (2023)"

YEARS = 2
HIGH_RISK_LEAST, INJURIES_LEAST = 1, 2
"""So many injuries at sites of high risk are enough, and so many at others."""

DAYS_ABSENT = 183
"""So many days are 6 months: half a year, rounded up. Our choice. [d]"""

PELVIS = {
    *("sacrum", "sacral", "pelvis", "pelvic", "pubis", "pubic", "ramus", "rami", "ischium", "ischial"),
    *("ilium", "iliac", "acetabulum", "acetabular"),
}
NECK = {"neck", "collum"}
FAR_FROM_NECK = {*SHAFT, "distal", "condyle", "condyles", "condylar"}
BONES = {*TIBIA, *MALLEOLUS, *METATARSAL, *(bone for bones in WHOLE_BONES.values() for bone in bones)}
ELSEWHERE = {*BONES, "shin", "knee", "ankle", "foot", "forefoot", "midfoot", "heel", "toe", "rib", "ribs"} - PELVIS
"""Parts of the body of which none is the neck of the femur, the sacrum or the pelvis."""

NEAR = {"hip or groin", "pelvis or buttock", "lumbosacral", "abdomen", "several or not said", ""}
"""Parts of the body, by a code, that may hold one of these three."""

BONE_ITEM = Schema(
    "BoneItem",
    (
        Column("athlete_id", "text", "", "whose injuries"),
        Column("on", "date", "", "the day that is looked back from"),
        Column("bone_stress_injuries", "int", "", "those of the two years before that are told beyond doubt", 0),
        Column("high_risk", "int", "", "those of them at the femoral neck, the sacrum or the pelvis", 0),
        Column("days_absent", "int", "d", "days of the two years without running because of bone stress", 0),
        Column("item", "text", "", "present, absent or unknown"),
        Column("text", "text", "", "the same in a sentence, and what it is good for"),
    ),
)
"""One row an athlete: one item of REDs CAT2."""

HEADS = {
    "present": "The bone stress item of the REDs CAT2 is met",
    "absent": "The bone stress item of the REDs CAT2 is not met",
    "unknown": "A date, a site or a tissue that is not told leaves the bone stress item of the REDs CAT2 open",
}
WORTH = (
    "information only, since the tool needs clinical data, and none of its other items can be told from a table of "
    "injuries"
)

Flags = npt.NDArray[np.bool_]


class _Found(NamedTuple):
    """What of the item is found, by what is known or by what may be."""

    injuries: int
    high_risk: int
    days: int

    def enough(self) -> bool:
        return self.high_risk >= HIGH_RISK_LEAST or self.injuries >= INJURIES_LEAST or self.days >= DAYS_ABSENT


def reds_bone_item(
    injuries: pd.DataFrame, *, on: "pd.Timestamp | str", onset: str = "first_pain", status: str = "any"
) -> pd.DataFrame:
    r"""Look for the bone stress item of the IOC's REDs CAT2 in a table of injuries.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    on : Timestamp or str
        The day to look back from.
    onset : {"first_pain", "stopped_running", "diagnosed"}
        What dates an injury, as for `stressfx.injury.onsets.injury_onsets`.
    status : {"any", "confirmed"}
        Whether a suspicion is enough, as for `stressfx.injury.cases.bone_stress_injuries`.

    Returns
    -------
    DataFrame
        `BONE_ITEM`: a row an athlete of the table, ascending. ``item`` is unknown where a date, a site or a tissue
        that is not told would decide; the numbers are then what is known at least.

    Raises
    ------
    ValueError
        If `on` is no day, or there is no such rule or status.
    SchemaError
        If `injuries` does not follow its schema, or an injury is nobody's.

    Notes
    -----
    The item, one of the tool's primary indicators [1]_: in the previous 2 years at least one bone stress injury of
    high risk, there the femoral neck, the sacrum and the pelvis, or at least two of low risk, there all other sites;
    or at least 6 months absent from training because of bone stress injuries. So high risk is less here than by
    `stressfx.injury.sites.site_risk`, and two injuries are enough wherever they are.

    Our choices, where the table of the tool says no more:

    - The two years end with the day `on` and begin on the same day two years before, both included.
    - Absent from training is taken for not running: from ``stopped_running`` to the eve of ``returned``, or to `on`
      where no such day is told. A runner who cycled instead may not call that absent. Days of several injuries add
      up, each day once, and those of an injury that began earlier count from the first day of the two years.
    - What may be bone stress, of a tissue that nobody told, may count; so may an injury without a date, and the days
      from an injury's first date on where no day of stopping is told.

    References
    ----------
    .. [1] The IOC consensus on relative energy deficiency in sport and its clinical assessment tool REDs CAT2, Br J
       Sports Med 57:1073 and 57:1109 (2023).

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> told = b"athlete_id,first_pain,stopped_running,returned,site,tissue\n" \
    ...        b"ann,2025-01-07,2025-01-09,2025-03-01,sacrum,bone\nben,2025-01-07,2025-01-09,2025-03-01,tibia,bone"
    >>> reds_bone_item(read_injuries(told), on="2025-06-15")[["athlete_id", "days_absent", "item"]].values.tolist()
    [['ann', 51, 'present'], ['ben', 51, 'absent']]
    """
    day = pd.Timestamp(on)
    if pd.isna(day):
        raise ValueError("on is no day; the day to look back from is needed")
    day = day.normalize().tz_localize(None)
    told = INJURIES.check(injuries).reset_index(drop=True)
    if told["athlete_id"].hasnans:
        raise SchemaError("Injuries: column 'athlete_id' has missing values; none are allowed.")
    marked = _marked(told, day, onset, status)
    rows = []
    for athlete, own in marked.groupby("athlete_id"):
        least = _found(own, own["sure"], own["inside"], own["site_class"] == "high", own["since"])
        most = _found(own, own["maybe"], own["perhaps_inside"], own["site_class"] != "low", own["perhaps_since"])
        item = "present" if least.enough() else "unknown" if most.enough() else "absent"
        rows.append((athlete, day, *least, item, _sentence(item, least, own, day)))
    frame = pd.DataFrame(rows, columns=BONE_ITEM.names)
    return frame.astype({column.name: DTYPES[column.kind] for column in BONE_ITEM.columns})


def _marked(told: pd.DataFrame, day: pd.Timestamp, onset: str, status: str) -> pd.DataFrame:
    """Mark what each injury is beyond doubt, and what it may be; and the days without running that go with each."""
    first = day - pd.DateOffset(years=YEARS)
    sure, began = bone_stress_injuries(told, status=status), injury_onsets(told, onset=onset)["onset"]
    maybe = bone_stress_evidence(told)["bone_stress"] != "no"
    if status == "confirmed":
        maybe &= told["status"].fillna("").str.strip().str.lower() != "suspected"
    earliest = told[["first_pain", "stopped_running", "diagnosed"]].min(axis=1)
    undated = began.isna() & ~(earliest > day) & ~(told["returned"] < first)
    inside = (began >= first) & (began <= day)
    sites = zip(told["site"].fillna(""), told["osiics"].fillna(""), strict=True)
    morrow = day + pd.Timedelta(days=1)
    return told[["athlete_id", "stopped_running", "returned"]].assign(
        sure=sure,
        maybe=sure | maybe,
        inside=inside,
        perhaps_inside=inside | undated,
        site_class=[_site_class(site, code) for site, code in sites],
        since=((told["stopped_running"] - first).dt.days).clip(lower=0),
        perhaps_since=(told["stopped_running"].fillna(earliest).fillna(first) - first).dt.days.clip(lower=0),
        until=(told["returned"].fillna(morrow) - first).dt.days.clip(0, (morrow - first).days),
    )


def _found(own: pd.DataFrame, counted: pd.Series, inside: pd.Series, high: pd.Series, since: pd.Series) -> _Found:
    """Count what of one athlete's injuries counts."""
    absent = np.zeros(int(own["until"].max()), dtype=bool)  # a day each, from the first of the two years on
    stopped = counted & since.notna()
    for begin, end in zip(since[stopped].astype(int), own.loc[stopped, "until"], strict=True):
        absent[begin:end] = True
    return _Found(int((counted & inside).sum()), int((counted & inside & high).sum()), int(absent.sum()))


def _sentence(item: str, least: _Found, own: pd.DataFrame, day: pd.Timestamp) -> str:
    injuries = f"{least.injuries} bone stress {'injury' if least.injuries == 1 else 'injuries'}"
    sites = f"{least.high_risk} at the femoral neck, the sacrum or the pelvis"
    days = f"{least.days} {'day' if least.days == 1 else 'days'} without running because of bone stress"
    still = own["sure"] & (own["since"] < own["until"]) & own["returned"].isna()
    until = ", counted to that day since no return is told" if still.any() else ""
    certain = "at least " if item == "unknown" else ""
    found = f"{certain}{injuries} ({sites}) and {days} in the two years to {day:%Y-%m-%d}{until}"
    return f"{HEADS[item]}, with {found}: {WORTH}."


def _site_class(site: str, code: str) -> str:
    """Sort a site as the tool does: high, low, or unknown where it may be either."""
    words = re.findall(r"[^\W\d_]+", site.casefold())
    named, text = set(words), " ".join(words)
    if not (NO_BONE.search(text) or UNCLEAR.search(text)):
        femur = bool(named & FEMUR)
        if named & PELVIS or (femur and named & NECK):
            return "high"
        if (named & FAR_FROM_NECK) if femur else (named & ELSEWHERE):
            return "low"
    return "unknown" if read_code(code).area in NEAR else "low"
