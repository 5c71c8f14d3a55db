"""Oracle: the plain walk through every element, which the fast path must equal in every cell and every finding."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import gpx, gpx_point, sample_files, tcx, tcx_point

from stressfx.errors import StressfxError
from stressfx.io import gpx as gpx_module
from stressfx.io import points, template
from stressfx.io.activity import Activity
from stressfx.io.gpx import read_gpx
from stressfx.io.read import read_activity
from stressfx.io.tcx import read_tcx

Reader = Callable[[bytes], Activity]

NUMBERS = [
    "0",
    "-0.5",
    "12",
    " 12 ",
    "\n9\t",
    "1e3",
    "nan",
    "inf",
    "",
    " ",
    "x",
    "1_0",
    "\u0661",
    "]]",
    "12\u00a0",
    "\x01",
]
NUMBERS += [
    "&#53;",
    "&amp;",
    "&nbsp;",
    "<![CDATA[7]]>",
    "5<!-- -->6",
    "5<?p?>6",
    "1<b/>2",
    "<b/>2",
    "9" * 70,
    "a" * 5000,
]
TIMES = [
    "2025-01-01T10:00:00Z",
    "2025-01-01T10:00:01.5Z",
    " 2025-01-01T10:00:02Z",
    "2025-01-01T10:00:00",
    "",
    "soon",
    "nowZ",
]
BETWEEN = [
    "",
    "\n",
    " <!-- <trkpt lat='1' lon='2'/> --> ",
    "<!-- <Trackpoint></Trackpoint> -->",
    "<?p?>",
    "text",
    "\u00a0",
]
BETWEEN += [
    "</trkseg><trkseg>",
    "</Track><Track>",
    "<trkpt _='3'/>",
    "<Trackpoint _='3'/>",
    "<odd>",
    "</odd>",
    "&",
    "\x02",
]
WHOLE = [
    "<trkpt/>",
    "<trkpt lat='1' lat='2' lon='3'/>",
    "<trkpt\u00a0lat='1'/>",
    "<Trackpoint/>",
    "<Trackpoint x='1' x='2'/>",
]
WHOLE += ["<trkpt lat='1' lon='2'><trkpt lat='3' lon='4'/></trkpt>", "<p:trkpt p:lat='1' lat='2' lon='3'></p:trkpt>"]
WHOLE += [
    "<trkpt lat='1' lon='2'><ele a='1' a='1'>3</ele></trkpt>",
    "<trkpt lat='1' lon='2'><ele>3</ele a='1'></trkpt>",
]
WHOLE += [
    "<trkpt lat='1' lon='2'><4le>3</4le></trkpt>",
    "<Trackpoint><Time/ ></Trackpoint>",
    "<trkpt lat='1>2' lon='\n3'/>",
]
WHOLE += ["<trkpt lat='1' lon='2'>" + "<a>" * 70 + "</a>" * 70 + "</trkpt>"]


@contextmanager
def plain_walk() -> Iterator[None]:
    with mock.patch.object(points, "_condensed", return_value=None):
        yield


def outcome(read: Reader, data: bytes) -> Activity | str:
    try:
        return read(data)
    except StressfxError as error:
        return f"{type(error).__name__}: {error}"


def assert_alike(read: Reader, data: bytes) -> None:
    fast = outcome(read, data)
    with plain_walk():
        slow = outcome(read, data)
    if isinstance(fast, str) or isinstance(slow, str):
        assert fast == slow
        return
    for name in ("records", "laps", "sessions", "events", "findings"):
        pd.testing.assert_frame_equal(getattr(fast, name), getattr(slow, name), obj=name)
    assert fast.source.device == slow.source.device


def nearly_always(usual: str, odd: list[str]) -> st.SearchStrategy[str]:
    return st.integers(0, 9).flatmap(lambda n: st.sampled_from(odd) if n == 9 else st.just(usual))


@st.composite
def made_gpx(draw: st.DrawFn) -> bytes:
    """Points of a few templates, some with an odd value, and odd things between them."""
    prefix, quote = draw(st.sampled_from(["", "gpxtpx:", "ns3:"])), draw(st.sampled_from("\"'"))
    flip, blank = draw(st.booleans()), draw(st.sampled_from(["", " ", "\n    ", "\r\n\t"]))
    lines = []
    for second in range(draw(st.integers(0, 30))):
        attributes = [f"lat = {quote}{draw(nearly_always('1.5', NUMBERS[:11]))}{quote}", f"lon={quote}2{quote}"]
        values = [f"<time>{draw(nearly_always(f'2025-01-01T10:00:{second:02}Z', TIMES))}</time>"]
        values += [f"<ele>{draw(nearly_always('80', NUMBERS))}</ele>"] if draw(st.booleans()) else []
        heart = [
            f"<{prefix}{name}>{draw(nearly_always('150', NUMBERS))}</{prefix}{name}>"
            for name in ("hr", "heartrate", "cad")
        ]
        heart = heart[: draw(st.integers(0, 3))]
        values += [f"<extensions><{prefix}X>{blank.join(heart)}</{prefix}X></extensions>"] if heart else []
        inside = blank + blank.join(values) + blank
        opening = " ".join(reversed(attributes) if flip else attributes)
        lines.append(draw(nearly_always(f"<trkpt {opening}>{inside}</trkpt>", WHOLE)))
        lines.append(draw(nearly_always(blank, BETWEEN)))
    cut = draw(st.integers(0, 40)) if draw(st.booleans()) else 0
    data = gpx(lines)
    return data[: len(data) - cut]


@st.composite
def made_tcx(draw: st.DrawFn) -> bytes:
    """Points as for GPX, as elements only."""
    prefix, blank = draw(st.sampled_from(["", "ns2:", "x:"])), draw(st.sampled_from(["", " ", "\n    ", "\r\n\t"]))
    lines = []
    for second in range(draw(st.integers(0, 30))):
        values = [f"<Time>{draw(nearly_always(f'2025-01-01T10:00:{second:02}Z', TIMES))}</Time>"]
        if draw(st.booleans()):
            values.append(f"<HeartRateBpm a='1'><Value>{draw(nearly_always('150', NUMBERS))}</Value></HeartRateBpm>")
        for name in ("DistanceMeters", "AltitudeMeters", "Cadence"):
            values += [f"<{name}>{draw(nearly_always('3.5', NUMBERS))}</{name}>"] if draw(st.booleans()) else []
        values += [f"<Extensions><{prefix}TPX><{prefix}Speed>2</{prefix}Speed></{prefix}TPX></Extensions>"]
        inside = blank + blank.join(values) + blank
        lines.append(draw(nearly_always(f"<{prefix}Trackpoint>{inside}</{prefix}Trackpoint>", WHOLE)))
        lines.append(draw(nearly_always(blank, BETWEEN)))
    return tcx(lines)


@pytest.mark.parametrize("path", [*sample_files("gpx"), *sample_files("tcx")], ids=lambda path: path.name)
def test_every_sample_reads_alike_both_ways(path: Path) -> None:
    data = path.read_bytes()
    assert_alike(read_activity, data)
    assert_alike(read_activity, data[: len(data) * 2 // 3])


@settings(max_examples=80)
@given(made_gpx())
def test_made_gpx_reads_alike_both_ways(data: bytes) -> None:
    assert_alike(read_gpx, data)


@settings(max_examples=80)
@given(made_tcx())
def test_made_tcx_reads_alike_both_ways(data: bytes) -> None:
    assert_alike(read_tcx, data)


@pytest.mark.parametrize("odd", [*WHOLE, *(gpx_point(3, f"<ele>{value}</ele>") for value in NUMBERS), *BETWEEN])
@pytest.mark.parametrize("place", [0, 20])
def test_each_odd_thing_among_regular_points(odd: str, place: int) -> None:
    lines = [gpx_point(second, "<ele>5</ele>") for second in range(20)]
    lines.insert(place, odd)
    assert_alike(read_gpx, gpx(lines))


def test_regular_points_do_take_the_fast_path() -> None:
    """The comparison above would be empty if nothing were ever cut out."""
    sensors = ["<ele>5</ele>", "<ele>6</ele><hr>150</hr>", ""]
    lines = [gpx_point(second, sensors[second % 3]) for second in range(60)]
    lines[30] = "<!-- one -->" + gpx_point(30, "<odd/>")
    condensed = template.condense(gpx(lines).decode(), "trkpt", gpx_module.column_of)
    assert condensed is not None
    assert condensed.count == 59
    assert condensed.skeleton.count(f'<trkpt {template.PLACEHOLDER}="') == 2
    assert condensed.columns["heart_rate_bpm"].count("150") == 20
    assert template.condense(tcx([tcx_point(1)]).decode(), "trkpt", gpx_module.column_of) is None
