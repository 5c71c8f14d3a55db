"""What FIT's numbers mean: names, types, scales, components and subfields of messages.

The messages of an activity stand in two tables beside this module (``profile.csv``, ``types.csv``); the names of
rarer messages come from the fitparse library, which is imported when one is asked for.
"""

import csv
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["Component", "Field", "Message", "message_by_name", "message_name", "message_profile", "text_of"]

TIMESTAMP = 253
"""The field that holds the time, in every message that has one."""


class Component(NamedTuple):
    """A part of a field's bits that is a value of another field."""

    field: str
    bits: int
    scale: float = 1.0
    offset: float = 0.0
    accumulate: bool = False


@dataclass(frozen=True)
class Field:
    """One field of a message: value = raw / scale - offset, in `units`."""

    number: int
    name: str
    type: str
    scale: float = 1.0
    offset: float = 0.0
    units: str = ""
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, eq=False)
class Message:
    """One kind of message."""

    number: int
    name: str
    fields: dict[int, Field]

    def field_named(self, name: str) -> Field:
        """Find a field by its name.

        Parameters
        ----------
        name : str
            FIT's own name.

        Returns
        -------
        Field
            The field.
        """
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields.values()}


SPEED_AND_DISTANCE = (Component("speed", 12, 100.0), Component("distance", 12, 16.0, accumulate=True))

COMPONENTS: dict[tuple[str, str], tuple[Component, ...]] = {
    ("record", "compressed_speed_distance"): SPEED_AND_DISTANCE,
    ("record", "cycles"): (Component("total_cycles", 8, accumulate=True),),
    ("record", "compressed_accumulated_power"): (Component("accumulated_power", 16, accumulate=True),),
    ("record", "speed"): (Component("enhanced_speed", 16, 1000.0),),
    ("record", "altitude"): (Component("enhanced_altitude", 16, 5.0, 500.0),),
    ("record", "respiration_rate"): (Component("enhanced_respiration_rate", 8),),
    ("event", "data16"): (Component("data", 16),),
    ("hr", "time256"): (Component("fractional_timestamp", 8, 256.0),),
    ("hr", "event_timestamp_12"): (Component("event_timestamp", 12, 1024.0, accumulate=True),),
    **{
        (message, f"{statistic}_{quantity}"): (Component(f"enhanced_{statistic}_{quantity}", bits, scale, offset),)
        for message in ("session", "lap")
        for quantity, bits, scale, offset in (
            ("speed", 16, 1000.0, 0.0),
            ("altitude", 16, 5.0, 500.0),
            ("respiration_rate", 8, 1.0, 0.0),
        )
        for statistic in ("avg", "max", "min")
        if (message, statistic, quantity) != ("lap", "min", "respiration_rate")
        and (statistic, quantity) != ("min", "speed")
    },
}
"""Fields whose bits hold values of other fields. The twelve bits of ``event_timestamp_12`` repeat to its end."""

RUNNING, WALKING = 1, 11

SUBFIELDS: dict[tuple[str, str], tuple[str, str, frozenset[int]]] = {
    (message, field): (name, "sport", sports)
    for message in ("session", "lap")
    for field, name, sports in (
        ("total_cycles", "total_strides", frozenset({RUNNING, WALKING})),
        ("avg_cadence", "avg_running_cadence", frozenset({RUNNING})),
        ("max_cadence", "max_running_cadence", frozenset({RUNNING})),
    )
}
"""Fields that mean something narrower in some sports: (message, field) -> (name, deciding field, its values)."""


@lru_cache(maxsize=1)
def _messages() -> dict[int, Message]:
    fields: dict[tuple[int, str], dict[int, Field]] = {}
    with (files(__package__) / "profile.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            number = int(row["field_number"])
            field = Field(
                number,
                row["field"],
                row["type"],
                float(row["scale"]),
                float(row["offset"]),
                row["units"],
                COMPONENTS.get((row["message"], row["field"]), ()),
            )
            fields.setdefault((int(row["message_number"]), row["message"]), {})[number] = field
    return {number: Message(number, name, by_number) for (number, name), by_number in fields.items()}


@lru_cache(maxsize=1)
def _types() -> dict[str, dict[int, str]]:
    names: dict[str, dict[int, str]] = {}
    with (files(__package__) / "types.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            names.setdefault(row["type"], {})[int(row["value"])] = row["name"]
    return names


@lru_cache(maxsize=512)
def message_profile(number: int) -> Message:
    """Look a message up by its number.

    Parameters
    ----------
    number : int
        Global message number.

    Returns
    -------
    Message
        Its name and fields; called ``unknown_<number>``, without fields, if nobody has named it.

    Examples
    --------
    >>> message_profile(20).name
    'record'
    """
    return _messages().get(number) or _rare_message(number)


@lru_cache(maxsize=512)
def message_name(number: int) -> str:
    """Name a message.

    Parameters
    ----------
    number : int
        Global message number.

    Returns
    -------
    str
        FIT's name for it, or ``unknown_<number>``.
    """
    return message_profile(number).name


@lru_cache(maxsize=64)
def message_by_name(name: str) -> Message:
    """Look a message of an activity up by its name.

    Parameters
    ----------
    name : str
        FIT's name for it, such as ``"record"``.

    Returns
    -------
    Message
        Its number and fields.
    """
    return next(message for message in _messages().values() if message.name == name)


def _rare_message(number: int) -> Message:
    from fitparse.profile import MESSAGE_TYPES  # noqa: PLC0415  # 15 ms, for files that hold such messages only

    known = MESSAGE_TYPES.get(number)
    if known is None:
        return Message(number, f"unknown_{number}", {})
    fields = {
        field.def_num: Field(
            field.def_num,
            field.name,
            field.type.name,
            field.scale or 1.0,
            field.offset or 0.0,
            field.units or "",
            _components(field),
        )
        for field in known.fields.values()
    }
    return Message(number, known.name, fields)


def _components(field: object) -> tuple[Component, ...]:
    parts = getattr(field, "components", None) or ()
    return tuple(
        Component(part.name, part.bits, part.scale or 1.0, part.offset or 0.0, bool(part.accumulate)) for part in parts
    )


@lru_cache(maxsize=256)
def text_of(type_name: str) -> dict[int, str]:
    """List the words of an enumerated type.

    Parameters
    ----------
    type_name : str
        FIT's name of the type, such as ``"sport"``.

    Returns
    -------
    dict
        From value to word; empty if the type is a number.

    Examples
    --------
    >>> text_of("sport")[1]
    'running'
    """
    if type_name in _types():
        return _types()[type_name]
    if type_name in NUMBERS:
        return {}
    from fitparse.profile import FIELD_TYPES  # noqa: PLC0415  # see _rare_message

    known = FIELD_TYPES.get(type_name)
    words: dict[int, str] = dict(known.values) if known is not None and known.values else {}
    return words


NUMBERS = frozenset(
    {
        *("enum", "sint8", "uint8", "sint16", "uint16", "sint32", "uint32", "sint64", "uint64", "float32", "float64"),
        *("uint8z", "uint16z", "uint32z", "uint64z", "byte", "string", "bool", "date_time", "local_date_time"),
        *("message_index", "localtime_into_day", "left_right_balance", "left_right_balance_100", "device_index"),
        *("mesg_num", "fit_base_type"),
    }
)
"""Types whose values are shown as numbers or texts: they have no words, or words for single bits only."""
