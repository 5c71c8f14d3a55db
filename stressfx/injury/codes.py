"""What does the code of an injury say? Part of the body, and whether it is bone stress.

Takes one code as somebody wrote it down; gives its system, part of the body and pathology. Two systems are known,
which the IOC consensus of 2020 lays side by side: OSIICS and SMDCS.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["BODY_AREAS", "LOWER_LIMB", "Code", "read_code"]

BODY_AREAS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("H", "HE"), "head"),
        **dict.fromkeys(("N", "NE"), "neck"),
        **dict.fromkeys(("S", "SH"), "shoulder"),
        **dict.fromkeys(("U", "AR"), "upper arm"),
        **dict.fromkeys(("E", "EL"), "elbow"),
        **dict.fromkeys(("R", "FA"), "forearm"),
        **dict.fromkeys(("W", "WR"), "wrist"),
        **dict.fromkeys(("P", "HA"), "hand"),
        **dict.fromkeys(("C", "CS"), "chest"),
        **dict.fromkeys(("D", "TS"), "thoracic spine"),
        **dict.fromkeys(("L", "LS"), "lumbosacral"),
        **dict.fromkeys(("O", "AB"), "abdomen"),
        "B": "pelvis or buttock",
        **dict.fromkeys(("G", "HI"), "hip or groin"),
        **dict.fromkeys(("T", "TH"), "thigh"),
        **dict.fromkeys(("K", "KN"), "knee"),
        **dict.fromkeys(("Q", "LE"), "lower leg"),
        **dict.fromkeys(("A", "AN"), "ankle"),
        **dict.fromkeys(("F", "FO"), "foot"),
        **dict.fromkeys(("X", "Z", "OO"), "several or not said"),
    }
)
"""Part of the body, by the first letter of an OSIICS code and by the first two of an SMDCS code (IOC consensus 2020,
table 4; the wrist, and what several parts are, recalled and not verified). ``B`` is one of older versions (OSICS 9)."""

LOWER_LIMB = frozenset({"hip or groin", "thigh", "knee", "lower leg", "ankle", "foot"})
"""The parts of the body that the IOC consensus counts as lower limb. Sacrum and buttock are lumbosacral there."""

OSIICS = re.compile(r"([A-Z])([A-Z])?[A-Z0-9]{0,3}")
SMDCS = re.compile(r"([A-Z]{2})\.(\d\d)\.(\d\d)(?:\..*)?|(\d\d)\.(\d\d)")
OSIICS_BONE_STRESS = "S"
SMDCS_BONE_STRESS = {("30", "18"), ("30", "32")}

OSIICS_UNSAID = {None, "P", "Z"}
"""Pathology letters of an injury whose tissue nobody specified. (recalled, not verified)"""

SMDCS_UNSAID = "00"

NO_CODES = frozenset(
    (
        *("NA", "NAN", "NONE", "NIL", "NULL", "BONE", "PAIN"),
        *("HIP", "GROIN", "THIGH", "FEMUR", "KNEE", "LEG", "SHIN", "TIBIA", "ANKLE", "TALUS", "HEEL", "FOOT", "TOE"),
    )
)
"""Words that people write where a code should stand, and whose letters could be taken for one."""


class Code(NamedTuple):
    """What a code says."""

    system: str
    """osiics, smdcs, or empty where neither can be read."""
    area: str
    """Part of the body, in the words of `BODY_AREAS`; empty where it does not say."""
    bone_stress: bool | None
    """Whether it is an injury of bone stress; None where the code names no pathology."""


@lru_cache(maxsize=4096)
def read_code(text: str) -> Code:
    """Read one code.

    Parameters
    ----------
    text : str
        OSIICS letters, such as ``QS``; or SMDCS, with the part of the body or without: ``LE.30.18``, ``30.18``.

    Returns
    -------
    Code
        System, part of the body and whether it is bone stress.

    Notes
    -----
    Bone stress is pathology ``S`` in OSIICS, the second letter, and 30.18 and 30.32 in SMDCS; marrow oedema, stress
    fracture and periostitis are among it, a traumatic fracture (``F``) is not [1]_. Codes of illnesses, which begin
    with ``M`` in OSIICS, are not read. Further letters, which name the very bone, say nothing here. Words in place of
    a code (NA, none, tibia) are no code.

    References
    ----------
    .. [1] Bahr R, et al. "International Olympic Committee consensus statement: methods for recording and reporting of
       epidemiological data on injury and illness in sport 2020." Br J Sports Med 54:372 (2020), tables 4 and 5.

    Examples
    --------
    >>> read_code("QS"), read_code("fo.30.16").bone_stress
    (Code(system='osiics', area='lower leg', bone_stress=True), False)
    """
    capitals = text.strip().upper()
    if found := SMDCS.fullmatch(capitals):
        letters, *pathology = found.groups()
        tissue, kind = pathology[:2] if letters else pathology[2:]
        said = None if tissue == SMDCS_UNSAID else (tissue, kind) in SMDCS_BONE_STRESS
        return Code("smdcs", BODY_AREAS.get(letters or "", ""), said)
    if capitals not in NO_CODES and (found := OSIICS.fullmatch(capitals)) and found[1] in BODY_AREAS:
        said = None if found[2] in OSIICS_UNSAID else found[2] == OSIICS_BONE_STRESS
        return Code("osiics", BODY_AREAS[found[1]], said)
    return Code("", "", None)
