"""Which injuries are cases? Definitions that others have published, as functions over the frame of injuries.

Takes `stressfx.schema.INJURIES`; gives a truth value a row, which goes as it is into ``cases=`` of every study. What
the definitions say in words stands in `case_definitions`.
"""

import re

import pandas as pd

from stressfx.injury.codes import BODY_AREAS, LOWER_LIMB, read_code
from stressfx.schema import INJURIES

__all__ = [
    "bone_stress_evidence",
    "bone_stress_injuries",
    "case_definitions",
    "time_loss_injuries",
    "yamato_injuries",
]

BONE = re.compile(r"\b(bone|bony|osseous|periost\w*|marrow|bsi)\b")
BREAK = re.compile(r"\b(fractures?|fractured|broken)\b")
STRESS = re.compile(r"\b(stress|fatigue)\b")
STRAINED = re.compile(r"\b(fractures?|reactions?)\b")
OTHER_OF_BONE = re.compile(
    r"\b(trauma\w*|contusion|bruis\w*|avulsion|avascular|\w*necrosis|\w*physis|\w*physitis|tumou?r|infection)\b"
)
UNCLEAR = re.compile(r"\b(no|not|non|or|unknown|unclear|unsure|na|nan|none)\b|^$")
PERHAPS = re.compile(r"\bstress (injur(y|ies)|syndrome)\b|\b(shin splints?|mtss)\b")
"""Bone, or the tissue upon it: the words do not tell."""

BODY_ABOVE = {*BODY_AREAS.values()} - LOWER_LIMB - {"several or not said"}

IMAGED = {"x-ray", "mri", "ct", "bone scan"}


def bone_stress_evidence(injuries: pd.DataFrame) -> pd.DataFrame:
    r"""Say of every injury whether it is one of bone stress, and what decided that.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.

    Returns
    -------
    DataFrame
        A row an injury, with its index: ``bone_stress`` is yes, no or unknown, ``decided_by`` smdcs, osiics, tissue
        or empty.

    Raises
    ------
    SchemaError
        If `injuries` does not follow its schema.

    Notes
    -----
    - By the IOC consensus of 2020 [1]_ an injury of bone stress is pathology ``S``, the second letter of an OSIICS
      code, or 30.18 or 30.32 of SMDCS, which may stand in the same column. Bone marrow oedema, stress fracture and
      periostitis are among them. A traumatic fracture (``F``) is another pathology, and so is a bruise of the bone.
    - A code that names a pathology decides. Without one the tissue does: bone, periosteum, marrow, stress fracture,
      stress reaction. A bare ``bone`` is taken for bone stress, which is our choice [d]: a runner who broke a bone in
      a fall has to say so there (fracture, trauma) or by a code. Shin splints, a medial tibial stress syndrome, or a
      stress injury of nobody says what, stay unknown.
    - Site, imaging and note decide nothing: pain over a bone need not come from the bone.

    References
    ----------
    .. [1] Bahr R, et al. "International Olympic Committee consensus statement: methods for recording and reporting of
       epidemiological data on injury and illness in sport 2020." Br J Sports Med 54:372 (2020), tables 4 and 5.

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> told = read_injuries(b"athlete_id,first_pain,tissue,osiics\nann,,bone,QT\nben,,stress fracture,\ncem,,,")
    >>> bone_stress_evidence(told).values.tolist()
    [['no', 'osiics'], ['yes', 'tissue'], ['unknown', '']]
    """
    told = INJURIES.check(injuries)
    found = [
        _evidence(code, tissue)
        for code, tissue in zip(*(told[name].fillna("") for name in ("osiics", "tissue")), strict=True)
    ]
    columns = {name: [row[place] for row in found] for place, name in enumerate(("bone_stress", "decided_by"))}
    return pd.DataFrame({name: pd.Series(said, injuries.index, "str") for name, said in columns.items()})


def bone_stress_injuries(injuries: pd.DataFrame, *, status: str = "any") -> pd.Series:
    r"""Pick the injuries of bone stress.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    status : {"any", "confirmed"}
        Whether a suspicion is enough, or the injury has to be told as confirmed.

    Returns
    -------
    Series of bool
        A value a row of `injuries`; false where it is not known what the injury is (see `bone_stress_evidence`).

    Raises
    ------
    ValueError
        If `status` is another word.
    SchemaError
        If `injuries` does not follow its schema.

    Notes
    -----
    Imaging decides what is confirmed, not this function; a study that rests on suspicions should be repeated with
    ``status="confirmed"``.

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> told = read_injuries(b"athlete_id,first_pain,osiics,status\nann,,QS,confirmed\nben,,FS,\ncem,,QF,confirmed")
    >>> bone_stress_injuries(told).tolist(), bone_stress_injuries(told, status="confirmed").tolist()
    ([True, True, False], [True, False, False])
    """
    if status not in {"any", "confirmed"}:
        raise ValueError(f"status is {status!r}; 'any' or 'confirmed' is needed")
    cases = bone_stress_evidence(injuries)["bone_stress"] == "yes"
    if status == "confirmed":
        cases &= _plain(injuries["status"]) == "confirmed"
    return cases.rename("bone_stress_injuries")


def time_loss_injuries(injuries: pd.DataFrame, *, days: int = 7) -> pd.Series:
    r"""Pick the injuries that kept a runner from running for some days.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    days : int
        So many days without running are needed.

    Returns
    -------
    Series of bool
        A value a row of `injuries`.

    Raises
    ------
    ValueError
        If `days` is less than 1.
    SchemaError
        If `injuries` does not follow its schema.

    Notes
    -----
    Days are counted from ``stopped_running`` to the eve of ``returned``; where the day of the stop is not known, from
    the first pain or else from the diagnosis, which may be too many or too few. An injury that is still open counts
    if running was stopped: a stop without an end is taken for a long one, because leaving open injuries out would
    leave out the worst. Without a day of stopping nobody said that it cost any running, and it does not count. All of
    this is our choice [d].

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> told = b"athlete_id,first_pain,stopped_running,returned\nann,,2025-05-01,2025-05-08\nben,2025-05-01,,2025-05-03"
    >>> time_loss_injuries(read_injuries(told)).tolist()
    [True, False]
    """
    if not days >= 1:
        raise ValueError(f"days is {days}; a whole number of 1 or more is needed")
    told = INJURIES.check(injuries)
    since = told["stopped_running"].fillna(told["first_pain"]).fillna(told["diagnosed"])
    long = told["returned"] - since >= pd.Timedelta(days=days)
    still = told["returned"].isna() & told["stopped_running"].notna()
    return (long | still).rename("time_loss_injuries")


def yamato_injuries(injuries: pd.DataFrame, *, days: int = 7) -> pd.Series:
    r"""Pick the running-related injuries by the consensus of Yamato et al. 2015, as far as the table tells.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    days : int
        So many days without running are needed, unless a professional was consulted.

    Returns
    -------
    Series of bool
        A value a row of `injuries`.

    Raises
    ------
    ValueError
        If `days` is less than 1.
    SchemaError
        If `injuries` does not follow its schema.

    Notes
    -----
    The definition [1]_: pain of muscle or skeleton in the lower limbs, from running, that restricts or stops running
    for at least 7 days or 3 consecutive scheduled sessions, or for which a health professional is consulted.

    - Consulted: there is a day of the diagnosis, or an image was taken.
    - Stopped: `time_loss_injuries`. Three missed sessions do not stand in the table, but perhaps in the log; see
      `stressfx.injury.stops.running_stops`. A mere restriction stands in neither and is missed.
    - Lower limbs: a code of another part of the body rules an injury out, also one of the sacrum or the back, which
      are lumbosacral. Without a code, that it is one of the lower limbs and that it came from running is taken on
      trust.

    References
    ----------
    .. [1] Yamato TP, et al. "A consensus definition of running-related injury in recreational runners: a modified
       Delphi approach." J Orthop Sports Phys Ther 45:375 (2015).

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> told = b"athlete_id,stopped_running,diagnosed,returned,osiics\nann,2025-05-01,,2025-05-04,\nben,,2025-05-02,,"
    >>> yamato_injuries(read_injuries(told)).tolist()
    [False, True]
    """
    lost = time_loss_injuries(injuries, days=days)
    consulted = injuries["diagnosed"].notna() | _plain(injuries["imaging"]).isin(IMAGED)
    areas = [read_code(code).area for code in injuries["osiics"].fillna("")]
    elsewhere = pd.Series([area in BODY_ABOVE for area in areas], injuries.index, bool)
    return ((lost | consulted) & ~elsewhere).rename("yamato_injuries")


def case_definitions() -> pd.DataFrame:
    """List the definitions of a case.

    Returns
    -------
    DataFrame
        A row a definition: ``name`` of the function in this module, its ``words`` and their ``source``.

    Examples
    --------
    >>> case_definitions()["name"].tolist()
    ['bone_stress_injuries', 'time_loss_injuries', 'yamato_injuries']
    """
    yamato = "pain in the lower limbs from running that restricts or stops it for at least 7 days or 3 consecutive "
    yamato += "scheduled sessions, or for which a health professional is consulted"
    bone = "tissue bone and pathology bone stress: marrow oedema, stress fracture, periostitis"
    ioc = "Bahr et al. 2020, Br J Sports Med 54:372 (OSIICS second letter S; SMDCS 30.18, 30.32)"
    rows = [
        ("bone_stress_injuries", bone, ioc),
        ("time_loss_injuries", "at least 7 days without running", "our choice of what is counted"),
        ("yamato_injuries", yamato, "Yamato et al. 2015, J Orthop Sports Phys Ther 45:375"),
    ]
    return pd.DataFrame(rows, columns=["name", "words", "source"], dtype="str")


def _evidence(text: str, tissue: str) -> tuple[str, str]:
    """Decide on one injury: the code, else the words for the tissue."""
    code = read_code(text)
    if code.bone_stress is not None:
        return ("yes" if code.bone_stress else "no"), code.system
    words = re.sub(r"[\W_]+", " ", tissue.casefold()).strip()
    if UNCLEAR.search(words):
        return "unknown", ""
    stress = STRESS.search(words)
    other = OTHER_OF_BONE.search(words) or (BREAK.search(words) and not stress)
    bone = BONE.search(words) or (stress and STRAINED.search(words))
    if PERHAPS.search(words) and not bone:
        return "unknown", ""
    return ("yes" if bone and not other else "no"), "tissue"


def _plain(words: pd.Series) -> pd.Series:
    return words.str.strip().str.lower()
