"""Oracle: what was written into the file; limits are compared with numbers given here."""

from collections.abc import Mapping

import pytest

from stressfx.errors import LimitError, UnreadableFileError
from stressfx.findings import Finding
from stressfx.io.source import Source
from stressfx.io.xml import Visitor, local_name, walk

LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
DOCTYPES = {
    "billion laughs": f'<!DOCTYPE gpx [<!ENTITY l0 "ha">{LAUGHS}]><gpx>&l9;</gpx>',
    "a file": '<!DOCTYPE gpx [<!ENTITY f SYSTEM "file:///etc/passwd">]><gpx>&f;</gpx>',
    "a parameter": '<!DOCTYPE gpx [<!ENTITY % p SYSTEM "http://localhost/x"> %p;]><gpx/>',
    "nothing": "<!DOCTYPE gpx><gpx/>",
}


class Told(Visitor):
    """Writes down what it is told: names and attributes as they begin, texts as they end."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.names: list[str] = []
        self.texts: list[tuple[str, str]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of a name."""
        self.names += [name, *attributes.values()]

    def end(self, name: str, text: str) -> None:
        """Take note of a text."""
        self.texts.append((name, text))


def walked(data: bytes, *, recover: bool = True) -> tuple[Told, list[Finding]]:
    told = Told()
    return told, walk(Source("f.gpx", data), data, told, recover=recover)


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_names_come_without_prefix_and_texts_without_blanks() -> None:
    told, findings = walked(b'<a:r xmlns:a="u"><a:x k="1"> 5 <!-- 6 --> 7 </a:x><y><![CDATA[<8>]]></y>&#57;</a:r>')
    assert told.names == ["r", "u", "x", "1", "y"]
    assert told.texts == [("x", "5  7"), ("y", "<8>"), ("r", "9")]
    assert findings == []
    assert local_name("a:b:c") == "c"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", DOCTYPES.values(), ids=DOCTYPES)
def test_a_document_type_is_refused_before_it_is_read(text: str, encoding: str) -> None:
    with pytest.raises(UnreadableFileError, match="DOCTYPE"):
        walked(f"<?xml version='1.0'?>{text}".encode(encoding))


@pytest.mark.parametrize(
    ("allowed", "refused", "named"),
    [
        (b"<a>" * 64, b"<a>" * 65, "64 deep"),
        (
            b"<a %s>" % b" ".join(b"k%d='1'" % n for n in range(64)),
            b"<a %s>" % b" ".join(b"k%d='1'" % n for n in range(65)),
            "64 attributes",
        ),
        (b"<a k='%s'>" % (b"x" * 2**20), b"<a k='%s'>" % (b"x" * (2**20 + 1)), "attribute is longer"),
        (b"<a>" + b"x" * 2**20, b"<a>" + b"x" * (2**20 + 1), "text is longer"),
    ],
    ids=["depth", "attributes", "attribute", "text"],
)
def test_limits_are_passed_by_one(allowed: bytes, refused: bytes, named: str) -> None:
    assert codes(walked(allowed)[1]) == ["xml-truncated"]
    for recover in (True, False):
        with pytest.raises(LimitError, match=named):
            walked(refused, recover=recover)


def test_what_stands_before_a_break_is_told_once() -> None:
    """A break is no reason to tell anything twice, however often the file is tried."""
    for tail in (b"<b></a>", b"<b x=></b></a>", b"<b", b"<b>\x01</b></a>", b"<b>\xc3"):
        data = b"<a><p>1</p><p>2</p>" + tail
        told, findings = walked(data)
        assert told.texts[:2] == [("p", "1"), ("p", "2")]
        assert [text for name, text in told.texts if name == "p"] == ["1", "2"]
        assert "xml-truncated" in codes(findings)
        with pytest.raises(UnreadableFileError, match="recover=True"):
            walked(data, recover=False)


@pytest.mark.parametrize(
    "data", [b"", b"  ", b"<", b"no xml", b"<?xml version='1.0'?>", b"\x00" * 9, b"<?xml encoding='x'?>"]
)
def test_what_holds_no_element_cannot_be_read(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="nothing can be read"):
        walked(data)


@pytest.mark.parametrize(
    ("data", "expected", "code"),
    [
        (b"\n  <?xml version='1.0'?><a>1</a>", "1", "xml-blank-start"),
        (b"\xef\xbb\xbf  <a>1</a>", "1", "xml-blank-start"),
        (b"<a>Se&ntilde;or &amp; &eacute;</a>", "Se\u00f1or & \u00e9", "xml-entity"),
        (b"<a>Tom & Jerry &unheard;</a>", "Tom & Jerry &unheard;", "xml-entity"),
        (b"<?xml version='1.0' encoding='UTF-8'?><a>\x80 5</a>", "\u20ac 5", "xml-encoding"),
        (b"<?xml version='1.0' encoding='UTF-8'?><a>\xe9&uuml;</a>", "\u00e9\u00fc", "xml-encoding"),
        (b"<?xml version='1.0' encoding='unheard-of'?><a>\xc3\xbc</a>", "\u00fc", "xml-encoding"),
        (b"<?xml version='1.0' encoding='utf-16'?><a>\xc3\xbc</a>", "\u00fc", "xml-encoding"),
        (b"<?xml version='1.0' encoding='rot13'?><a>1</a>", "1", "xml-encoding"),
        (b"<q:a>1</q:a>", "1", "xml-prefix"),
    ],
)
def test_what_exporters_get_wrong_is_read_and_found(data: bytes, expected: str, code: str) -> None:
    told, findings = walked(data)
    assert told.texts == [("a", expected)]
    assert code in codes(findings)
    assert "xml-truncated" not in codes(findings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings_are_no_finding(encoding: str) -> None:
    label = encoding.removesuffix("-sig")
    told, findings = walked(f"<?xml version='1.0' encoding='{label}'?><a>\u00fc</a>".encode(encoding))
    assert (told.texts, findings) == ([("a", "\u00fc")], [])


def test_prefixes_declared_anywhere_are_declared() -> None:
    data = b"<a xmlns='u'><b xmlns:n='v'><n:c/></b><m:d/><xml:e/></a>"
    assert [(finding.code, finding.count) for finding in walked(data)[1]] == [("xml-prefix", 1)]
    elsewhere = walk(Source("f", b"<a/>"), b"<a/>", Told(), recover=True, prefixes=frozenset({"n"}))
    assert codes(elsewhere) == ["xml-prefix"]
