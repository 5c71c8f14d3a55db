"""Oracle: the profiles of two independent libraries, on every row that they share with ours."""

import csv
from collections.abc import Iterator
from pathlib import Path

import fitdecode.profile
import fitparse.profile
import pytest

import stressfx.io.fit.profile as ours
from stressfx.io.fit.profile import COMPONENTS, SUBFIELDS, message_by_name, message_name, message_profile, text_of

FOLDER = Path(ours.__file__).parent
OTHERS = {"fitparse": fitparse.profile, "fitdecode": fitdecode.profile}
TYPES = {name: getattr(module, "FIELD_TYPES") for name, module in OTHERS.items()}  # noqa: B009  # neither has types
MESSAGES = {name: getattr(module, "MESSAGE_TYPES") for name, module in OTHERS.items()}  # noqa: B009  # as above


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def shared(other: str) -> Iterator[tuple[dict[str, str], object]]:
    """Pair every row of ours with that library's field, where it has one."""
    for row in table("profile.csv"):
        message = MESSAGES[other].get(int(row["message_number"]))
        assert message is None or message.name == row["message"]
        field = message.fields.get(int(row["field_number"])) if message else None
        if field is not None:
            yield row, field


@pytest.mark.parametrize("other", OTHERS)
def test_fields_are_those_of_the_other_library(other: str) -> None:
    differences, count = [], 0
    for row, field in shared(other):
        count += 1
        mine = (row["field"], row["type"], float(row["scale"]), float(row["offset"]))
        scale, offset = (x[0] if isinstance(x, tuple | list) else x for x in (field.scale, field.offset))
        parts = bool(field.components)
        theirs = (
            field.name,
            field.type.name,
            1.0 if parts else float(scale or 1),
            0.0 if parts else float(offset or 0),
        )
        if mine != theirs and not (parts and mine[:2] == theirs[:2]):
            differences.append((row["message"], mine, theirs))
    assert differences == []
    assert count > 400


@pytest.mark.parametrize("other", OTHERS)
def test_words_are_those_of_the_other_library(other: str) -> None:
    differences, count = [], 0
    for row in table("types.csv"):
        known = TYPES[other].get(row["type"])
        word = (known.enum if other == "fitdecode" else known.values).get(int(row["value"])) if known else None
        if word is not None:
            count += 1
            if word != row["name"]:
                differences.append((row, word))
    assert differences == []
    assert count > 200


def test_components_and_subfields_name_fields_that_there_are() -> None:
    for message, field in [*COMPONENTS, *SUBFIELDS]:
        assert message_by_name(message).field_named(field)
    for (message, _), parts in COMPONENTS.items():
        for part in parts:
            assert message_by_name(message).field_named(part.field), part


@pytest.mark.parametrize("other", OTHERS)
def test_components_are_those_of_the_other_library(other: str) -> None:
    for (message, name), parts in COMPONENTS.items():
        profile = message_by_name(message)
        known = MESSAGES[other][profile.number].fields.get(profile.field_named(name).number)
        if known is None or not known.components:
            continue
        theirs = [
            (c.name, c.bits, float(c.scale or 1), float(c.offset or 0), bool(c.accumulate)) for c in known.components
        ]
        repeated = theirs[: len(parts)] if len(parts) == 1 else theirs
        assert [tuple(part) for part in parts] == repeated, (message, name)


def test_each_field_and_each_word_stands_once() -> None:
    fields = [(row["message_number"], row["field_number"]) for row in table("profile.csv")]
    names = [(row["message_number"], row["field"]) for row in table("profile.csv")]
    words = [(row["type"], row["value"]) for row in table("types.csv")]
    for rows in (fields, names, words):
        assert len(rows) == len(set(rows))


def test_rare_messages_and_types_have_their_names_all_the_same() -> None:
    assert (message_name(15), message_profile(15).fields[1].name) == ("goal", "sub_sport")
    assert text_of("tone")[2] == "vibrate"
    assert (message_name(0xFF42), dict(message_profile(0xFF42).fields)) == ("unknown_65346", {})
    assert text_of("uint8") == {}
    assert text_of("no such type") == {}
