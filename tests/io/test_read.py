"""Oracle: what the bytes are, whatever the file is called; the rows of known-bad inputs are tested by number."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from samples import gpx, gpx_point, tcx, tcx_point

from stressfx.errors import LimitError, UnreadableFileError
from stressfx.io.activity import Activity
from stressfx.io.gpx import read_gpx
from stressfx.io.read import file_format, read_activity
from stressfx.io.source import open_source

GPX = gpx([gpx_point(second, "<ele>5</ele>") for second in range(20)])
TCX = tcx([tcx_point(second) for second in range(20)])
BOTH = pytest.mark.parametrize(("kind", "data"), [("gpx", GPX), ("tcx", TCX)], ids=["gpx", "tcx"])


def codes(activity: Activity) -> set[str]:
    return set(activity.findings["code"])


def assert_same(activity: Activity, data: bytes) -> None:
    assert activity.records.equals(read_activity(data).records)
    assert len(activity.records) == 20


@BOTH
def test_a_format_is_told_by_content_and_not_by_name(kind: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "misnamed.fit"
    path.write_bytes(data)
    with path.open("rb") as stream:
        for file in (data, bytearray(data), memoryview(data), path, str(path), stream, io.BytesIO(data)):
            activity = read_activity(file)
            assert activity.source.format == kind
            assert_same(activity, data)
    assert read_activity(path).source.label == "misnamed.fit"
    with path.open(encoding="utf-8") as text, pytest.raises(UnreadableFileError, match="binary mode"):
        read_activity(text)  # type: ignore[arg-type]  # the mistake that is meant


@BOTH
def test_gzip_is_unpacked_twice_and_no_more(kind: str, data: bytes) -> None:
    once = gzip.compress(data)
    twice = gzip.compress(once)
    for packed in (once, twice):
        assert_same(read_activity(packed), data)
        assert read_activity(packed).source.sha256 == read_activity(data).source.sha256
    with pytest.raises(LimitError, match="gzip"):
        read_activity(gzip.compress(twice))
    assert file_format(once) == ""
    cut = read_activity(gzip.compress(data)[:-20])
    assert cut.source.format == kind


@BOTH
def test_a_file_may_be_as_large_as_the_limit(kind: str, data: bytes) -> None:
    for packed in (data, gzip.compress(data)):
        assert open_source(packed, max_bytes=len(data)).data == data
        with pytest.raises(LimitError, match="longer than"):
            open_source(packed, max_bytes=len(data) - 1)
    assert file_format(data) == kind


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read(encoding: str) -> None:
    text = GPX.decode().replace("?>", " encoding='UTF-16'?>", 1)
    assert_same(read_activity(text.encode(encoding)), GPX)
    broken = read_activity(text[: len(text) // 2].encode(encoding) + b"<\0<\0")
    assert len(broken.records) > 5


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "empty"),
        (b"\0\n \0", "empty"),
        (b"\n<!DOCTYPE html><p>", "HTML"),
        (b"\xef\xbb\xbf<HTML>", "HTML"),
        (b'{"gpx": 1}', "JSON"),
        (b" [1]", "JSON"),
        (b"<kml/>", "neither GPX nor TCX"),
        (b"id,name\n1,x\n", "something else"),
        (b"\x89PNG\r\n", "something else"),
    ],
)
def test_row_13_foreign_bytes_are_rejected_by_what_they_are(data: bytes, named: str) -> None:
    with pytest.raises(UnreadableFileError, match=named):
        read_activity(data)


def test_row_13_a_zip_archive_is_named_as_one() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run.gpx", GPX)
    with pytest.raises(UnreadableFileError, match="zip archive"):
        read_activity(packed.getvalue())


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gpx", tmp_path, "a\0b"):
        with pytest.raises(UnreadableFileError) as caught:
            read_activity(path)
        assert str(tmp_path) not in str(caught.value)


@BOTH
def test_row_23_blanks_before_declaration(kind: str, data: bytes) -> None:
    activity = read_activity(b" " * 10 + data)
    assert_same(activity, data)
    assert (codes(activity), activity.source.format) == ({"xml-blank-start"}, kind)


@BOTH
def test_row_24_bom(kind: str, data: bytes) -> None:
    activity = read_activity(b"\xef\xbb\xbf" + data)
    assert_same(activity, data)
    assert (codes(activity), activity.source.format) == (set(), kind)


def test_row_25_undeclared_prefix() -> None:
    points = [gpx_point(n, f"<extensions><ql:hr>{100 + n}</ql:hr></extensions>") for n in range(20)]
    activity = read_activity(gpx(points))
    assert activity.records["heart_rate_bpm"].tolist() == list(range(100, 120))
    assert codes(activity) == {"xml-prefix"}


@pytest.mark.parametrize("prefix", ["gpxtpx", "ns3", "gpxdata", "gpxx"])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_row_26_any_prefix_and_quote(prefix: str, quote: str) -> None:
    points = [gpx_point(n, f"<extensions><{prefix}:hr>{100 + n}</{prefix}:hr></extensions>") for n in range(20)]
    root = f"<g:gpx xmlns:g={quote}http://x{quote} xmlns:{prefix}={quote}http://y{quote}>".encode()
    data = gpx(points).replace(b'<gpx creator="test">', root).replace(b"</gpx>", b"</g:gpx>")
    activity = read_activity(data.replace(b"trkpt", b"g:trkpt").replace(b"trkseg", b"g:trkseg"))
    assert activity.records["heart_rate_bpm"].tolist() == list(range(100, 120))
    assert codes(activity) == set()


def test_row_27_html_entity() -> None:
    data = GPX.replace(b"<type>", b"<name>Se&ntilde;or & Co</name><type>")
    activity = read_activity(data)
    assert_same(activity, GPX)
    assert activity.findings[["code", "count"]].to_numpy().tolist() == [["xml-entity", 2]]


def test_row_28_latin_1_called_utf_8() -> None:
    data = GPX.replace(b'"1.0"', b'"1.0" encoding="UTF-8"').replace(b'"test"', b'"\x80 M\xfcller"')
    activity = read_activity(data)
    assert_same(activity, GPX)
    assert codes(activity) == {"xml-encoding"}
    assert activity.source.device == "\u20ac M\u00fcller"


def test_row_28_utf_8_called_utf_16() -> None:
    activity = read_activity(GPX.replace(b'"1.0"', b'"1.0" encoding="utf-16"'))
    assert_same(activity, GPX)
    assert codes(activity) == {"xml-encoding"}


@BOTH
def test_a_broken_file_gives_what_stands_before_or_raises_on_request(kind: str, data: bytes) -> None:
    del kind
    damaged = data[: len(data) // 2]
    activity = read_activity(damaged)
    assert len(activity.records) == damaged.count(b"</trkpt>") + damaged.count(b"</Trackpoint>") > 5
    assert codes(activity) == {"xml-truncated"}
    with pytest.raises(UnreadableFileError, match="recover=True"):
        read_activity(damaged, recover=False)


def test_billion_laughs_behind_a_gpx_root_are_refused() -> None:
    laughs = b'<!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    for data in (GPX.replace(b"?>", b"?>" + laughs, 1), (laughs + GPX[21:]).decode().encode("utf-16")):
        for read in (read_activity, read_gpx):
            with pytest.raises(UnreadableFileError, match="DOCTYPE"):
                read(data)
