"""Oracle: tables 4 and 5 of the IOC consensus of 2020 (Br J Sports Med 54:372), cell by cell."""

import pytest

from stressfx.injury.codes import BODY_AREAS, LOWER_LIMB, read_code

TABLE_4 = (
    ("H", "HE", "head"),
    ("N", "NE", "neck"),
    ("S", "SH", "shoulder"),
    ("U", "AR", "upper arm"),
    ("E", "EL", "elbow"),
    ("R", "FA", "forearm"),
    ("P", "HA", "hand"),
    ("C", "CS", "chest"),
    ("D", "TS", "thoracic spine"),
    ("L", "LS", "lumbosacral"),
    ("O", "AB", "abdomen"),
    ("G", "HI", "hip or groin"),
    ("T", "TH", "thigh"),
    ("K", "KN", "knee"),
    ("Q", "LE", "lower leg"),
    ("A", "AN", "ankle"),
    ("F", "FO", "foot"),
)
TABLE_5 = ("M", "H", "Y", "T", "R", "N", "F", "J", "E", "G", "C", "A", "Q", "B", "L", "D", "U", "V", "K", "I", "W", "O")
"""Pathology letters of OSIICS other than bone stress."""


@pytest.mark.parametrize(("letter", "letters", "area"), TABLE_4)
def test_both_systems_name_the_part_of_the_body(letter: str, letters: str, area: str) -> None:
    assert read_code(f"{letter}S") == ("osiics", area, True)
    assert read_code(f"{letters}.30.18") == ("smdcs", area, True)
    assert (area in LOWER_LIMB) == (letter in "GTKQAF")


def test_the_lower_limbs_are_parts_of_the_body() -> None:
    assert set(BODY_AREAS.values()) > LOWER_LIMB


@pytest.mark.parametrize("letter", TABLE_5)
def test_no_other_pathology_is_bone_stress(letter: str) -> None:
    assert read_code(f"Q{letter}A").bone_stress is False


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" qst1 ", ("osiics", "lower leg", True)),
        ("FF5", ("osiics", "foot", False)),
        ("Q", ("osiics", "lower leg", None)),
        ("AZ1", ("osiics", "ankle", None)),
        ("30.18", ("smdcs", "", True)),
        ("30.32", ("smdcs", "", True)),
        ("30.16", ("smdcs", "", False)),
        ("10.18", ("smdcs", "", False)),
        ("le.30.32.1.0", ("smdcs", "lower leg", True)),
        ("QQ.30.32", ("smdcs", "", True)),
        ("LE.00.00", ("smdcs", "lower leg", None)),
        ("MSX", ("", "", None)),
        ("12.05.2025", ("", "", None)),
        ("130.18", ("", "", None)),
        ("bone stress", ("", "", None)),
        *((word, ("", "", None)) for word in ("NA", "nan", "none", "Tibia", "foot", "hip")),
        ("QSABCD", ("", "", None)),
        ("", ("", "", None)),
    ],
)
def test_a_code_is_read_as_by_hand_and_what_is_none_says_nothing(text: str, code: tuple[str, str, bool | None]) -> None:
    assert read_code(text) == code
