"""Answers which bone stress injuries lie at a site that heals badly.

Takes `stressfx.schema.INJURIES`, whose sites are free text; gives a word a row. What the text does not tell stays
unknown: a tibia has a side of low risk and one of high risk, and a fifth metatarsal a base and a shaft.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import pandas as pd

from stressfx.injury.cases import bone_stress_evidence
from stressfx.injury.codes import read_code
from stressfx.schema import INJURIES

__all__ = ["HIGH_RISK_ADVICE", "body_region", "site_risk"]

HIGH_RISK_ADVICE = (
    "A bone stress injury at this site can fail to heal or break through: it needs a clinician, not a schedule."
)

WHOLE_BONES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "high": (
            *("navicular", "naviculare", "talus", "talar", "patella", "patellar", "sesamoid", "sesamoids"),
            *("sacrum", "sacral", "pelvis", "pelvic", "pubis", "pubic", "ramus", "rami", "ischium", "ischial"),
            *("ilium", "iliac", "acetabulum", "acetabular"),
        ),
        "low": ("fibula", "fibular", "calcaneus", "calcaneum", "calcaneal", "cuboid", "cuneiform", "cuneiforms"),
    }
)
"""Bones of which every part has the same risk."""

TIBIA = {"tibia", "tibial", "tibiae"}
FEMUR = {"femur", "femoral", "femoris"}
MALLEOLUS = {"malleolus", "malleolar"}
METATARSAL = {
    "metatarsal",
    "metatarsals",
    "metatarsus",
    "metatarsale",
    "metatarsalia",
    "met",
    "mets",
    "mt",
    "mts",
    "mtt",
}
BASE = {"base", "basal", "basis", "proximal", "tuberosity", "styloid", "jones"}
SHAFT = {"shaft", "diaphysis", "diaphyseal"}
FAR = {"distal", "neck", "head"}

NUMBERS = {
    **{str(number): number for number in range(1, 6)},
    **dict(zip(("first", "second", "third", "fourth", "fifth"), range(1, 6), strict=True)),
    **dict(zip(("i", "ii", "iii", "iv", "v"), range(1, 6), strict=True)),
}
BETWEEN = {"st", "nd", "rd", "th", "and", "to", "the", "of", "bone", "left", "right", "l", "r", *BASE, *SHAFT, *FAR}
"""Words that may stand between a metatarsal and its number."""

NO_BONE = re.compile(
    r"\b(tend\w*|muscle|ligament\w*|fascia\w*|nerve|bursa|bursitis|meniscus|cartilage|labrum|symphysis|joint)\b"
)
UNCLEAR = re.compile(r"\b(no|not|non|or|without|except)\b")
NO_NUMBERS = re.compile(r"\b(grade|grad|stage)\s*\d+\b|\b\d+\s*(mm|cm|x|days?|weeks?|months?|years?)\b")


def body_region(injuries: pd.DataFrame) -> pd.Series:
    r"""Say which part of the body the code of every injury names.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.

    Returns
    -------
    Series of str
        A value a row of `injuries`, in the words of `stressfx.injury.codes.BODY_AREAS`; empty without a code.

    Raises
    ------
    SchemaError
        If `injuries` does not follow its schema.

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> body_region(read_injuries(b"athlete_id,first_pain,osiics\nann,,QS\nben,,FO.30.18\ncem,,")).tolist()
    ['lower leg', 'foot', '']
    """
    codes = INJURIES.check(injuries)["osiics"].fillna("")
    return pd.Series([read_code(code).area for code in codes], injuries.index, "str", name="body_region")


def site_risk(injuries: pd.DataFrame) -> pd.Series:
    r"""Say how well the site of every bone stress injury heals as a rule.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.

    Returns
    -------
    Series of str
        A value a row of `injuries`: high, low or unknown. An injury that is known to be no bone stress injury (see
        `stressfx.injury.cases.bone_stress_evidence`) has no such risk and is unknown.

    Raises
    ------
    SchemaError
        If `injuries` does not follow its schema.

    Notes
    -----
    A high risk is that of slow healing, non-union or a complete fracture. The class is a flag for a person to look,
    not a diagnosis: an injury at a high-risk site needs a clinician (`HIGH_RISK_ADVICE`), and one of low or unknown
    risk is not thereby harmless.

    - High: femoral neck, anterior tibia, medial malleolus, navicular, talus, base of the fifth metatarsal, sacrum and
      pelvis; patella and sesamoids. Low: posteromedial tibia, fibula (with the lateral malleolus), shaft of the
      femur, calcaneus, cuboid, cuneiforms, the other metatarsals apart from their bases. The classes are recalled from
      reviews, not verified, except that femoral neck, sacrum and pelvis are the high-risk sites of the IOC's REDs
      CAT2 [1]_.
    - Where reviews differ, the graver class stands: pelvis and sacrum are low-risk in older ones; the femoral neck is
      high whichever side is named, although its compression side heals better.
    - What cannot be told is unknown: a tibia, a femur or a metatarsal without more, the fifth metatarsal without its
      part, its shaft (of which the near end heals badly), the base of another, "anterior or posteromedial". Of
      several bones the graver one counts; which of them a part belongs to cannot be told.
    - The words are English or Latin. Case, accents, hyphens and left or right do not matter.

    References
    ----------
    .. [1] The IOC consensus on relative energy deficiency in sport and its clinical assessment tool REDs CAT2, Br J
       Sports Med 57:1073 and 57:1109 (2023).

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> table = b"athlete_id,first_pain,site\nann,,Left navicular\nben,,tibia\ncem,,3rd metatarsal\ndot,,MT5 base"
    >>> site_risk(read_injuries(table)).tolist()
    ['high', 'unknown', 'low', 'high']
    """
    told = INJURIES.check(injuries)
    bone = bone_stress_evidence(injuries)["bone_stress"] != "no"
    risks = [_risk(site) if known else "unknown" for site, known in zip(told["site"].fillna(""), bone, strict=True)]
    return pd.Series(risks, injuries.index, "str", name="site_risk")


@lru_cache(maxsize=4096)
def _risk(site: str) -> str:
    """Judge one site: the gravest of the bones that it names."""
    text = _plain(site)
    words = text.split()
    if NO_BONE.search(text) or UNCLEAR.search(text):
        return "unknown"
    risks = [risk for risk, bones in WHOLE_BONES.items() if not set(bones).isdisjoint(words)]
    parts = _parts(words)
    risks += parts if len(parts) <= 1 else ["unknown"]  # which of them is the shaft, or the base?
    if "high" in risks:
        return "high"
    return "low" if set(risks) == {"low"} else "unknown"


def _plain(site: str) -> str:
    """Give lower case without accents and marks, and with numbers apart from letters."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", site.casefold()) if not unicodedata.combining(sign))
    apart = re.sub(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)", " ", re.sub(r"[\W_]+", " ", bare))
    return NO_NUMBERS.sub(" ", apart)


def _parts(words: list[str]) -> list[str]:
    """Judge the bones whose parts differ, one value each."""
    named, risks = set(words), []
    if named & MALLEOLUS:
        risks.append(_one_of(high="medial" in named, low="lateral" in named))
    elif named & TIBIA:
        behind = "posteromedial" in named or ("medial" in named and not named.isdisjoint(("posterior", "postero")))
        risks.append(_one_of(high="anterior" in named and "medial" not in named, low=behind))
    if named & FEMUR:
        risks.append(_one_of(high="neck" in named or "collum" in named, low=bool(named & SHAFT)))
    if named & METATARSAL or "jones" in named:
        risks.append(_metatarsals(words))
    return risks


def _one_of(*, high: bool, low: bool) -> str:
    """Name the class that is told; neither, or both at once, is unknown."""
    return "unknown" if high == low else "high" if high else "low"


def _metatarsals(words: list[str]) -> str:
    """Judge metatarsals by their numbers and the part that is named."""
    named, numbers = set(words), _numbers_beside(words)
    at_base = not named.isdisjoint(BASE)
    if "jones" in named or (numbers == {5} and at_base):
        return "high"  # a Jones fracture is one of the base of the fifth by its name
    if not numbers or at_base or (5 in numbers and named.isdisjoint(FAR)):
        return "unknown"
    return "low"


def _numbers_beside(words: list[str]) -> set[int]:
    """Find the numbers that belong to the word for metatarsal, before it or behind it."""
    found: set[int] = set()
    for place in (place for place, word in enumerate(words) if word in METATARSAL):
        for side in (words[place + 1 :], words[:place][::-1]):
            for word in side:
                if word in NUMBERS:
                    found.add(NUMBERS[word])
                elif word not in BETWEEN:
                    break
    return found
