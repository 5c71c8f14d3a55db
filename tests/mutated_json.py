"""Damages JSON: any value inside of a document becomes any other value."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

TEXTS = st.one_of(
    st.text(st.characters(), max_size=8),
    st.sampled_from(["NaN", "1e999", "\ud800", "2025-01-05T10:00:00", "0001-01-01T00:00:00Z", "PT9999999999S", "\0Z"]),
)
NUMBERS = st.one_of(st.floats(), st.integers(), st.sampled_from([10**400, -(10**400), 2**63, -1, 0, 1e300]))
ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give every list or object with every place in it, at any depth."""
    for key, inner in list(enumerate(value) if isinstance(value, list) else value.items()):
        yield value, key
        if isinstance(inner, list | dict):
            yield from places(inner)


@st.composite
def mutants(draw: Callable[[Any], Any], document: Any) -> Any:
    """Give a document with one to three values replaced; at times with all of it replaced."""
    value: Any = {"all": copy.deepcopy(document)}
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(value))
        container, key = found[draw(st.integers(0, len(found) - 1))]
        container[key] = draw(ANY_JSON)
    return value["all"]
