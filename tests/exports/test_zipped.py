"""Archives against their own content, hand-made directories, and the limits that they are held to."""

import io
import pickle
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import gpx, gpx_point

from stressfx.errors import LimitError, UnreadableFileError
from stressfx.exports.archive import Entry, list_export
from stressfx.exports.limits import Limits
from stressfx.exports.read import read_export
from stressfx.io.source import label_of

RUN = gpx([gpx_point(second, latitude_deg=50 + second / 30_000) for second in range(0, 600, 10)])


def zipped(content: dict[str, bytes], **options: int) -> bytes:
    """Pack files, in the order given; a name may stand twice if it is given as a list of pairs."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return target.getvalue()


def on_disk(folder: Path, data: bytes, name: str = "export.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def content_of(entries: tuple[Entry, ...]) -> dict[str, bytes]:
    found = {}
    for entry in entries:
        with entry.open() as stream:
            found[entry.label] = stream.read()
    return found


names = st.text(
    st.characters(exclude_characters="/\\@", categories=("L", "N", "P", "S")), min_size=1, max_size=12
).filter(lambda name: not name.startswith(".") and name != "__MACOSX" and not name.lower().endswith(".zip"))


@given(st.dictionaries(names, st.binary(max_size=2000), max_size=6), st.dictionaries(names, st.binary(), max_size=4))
def test_every_file_is_found_under_its_own_name_with_its_own_bytes(
    tmp_path_factory: pytest.TempPathFactory, outer: dict[str, bytes], inner: dict[str, bytes]
) -> None:
    path = on_disk(tmp_path_factory.mktemp("zip"), zipped({**outer, "x/in.zip": zipped(inner)}))
    listing = list_export(path)
    assert content_of(listing.entries) == outer | {f"x/in.zip/{name}": data for name, data in inner.items()}
    assert not listing.findings
    assert not listing.refusals
    assert listing.unpacked == len(zipped(inner))


def test_entries_can_be_handed_to_another_process(tmp_path: Path) -> None:
    path = on_disk(tmp_path, zipped({"in.zip": zipped({"a.gpx": RUN})}))
    entries = pickle.loads(pickle.dumps(list_export(path).entries))  # noqa: S301  # as an executor does
    assert content_of(entries) == {"in.zip/a.gpx": RUN}


@pytest.mark.parametrize("name", ["../../a.gpx", "/etc/a.gpx", "C:\\a.gpx", "a\x01b.gpx", "a" * 300 + ".gpx"])
def test_a_name_is_a_label_and_never_a_path(tmp_path: Path, name: str) -> None:
    path = on_disk(tmp_path, zipped({name: RUN}))
    (entry,) = list_export(path).entries
    assert entry.label == label_of(name.replace("\\", "/"))
    assert read_export(path, athlete_id="a").sessions["source"].tolist() == [entry.label]
    assert [found.name for found in tmp_path.iterdir()] == ["export.zip"]


def test_a_name_that_stands_twice_is_two_files(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.tar.gpx", RUN)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.tar.gpx", RUN.replace(b"test", b"rest"))
    entries = list_export(on_disk(tmp_path, target.getvalue())).entries
    assert [entry.label for entry in entries] == ["a.tar.gpx", "a (2).tar.gpx"]
    assert len(set(content_of(entries).values())) == 2


def test_an_e_mail_address_in_a_name_reaches_nothing(tmp_path: Path) -> None:
    path = on_disk(tmp_path, zipped({"up/jane.doe+x@mail.example.org_77.gpx": RUN, "jane@example.org.gpx": b"<"}))
    export = read_export(path, athlete_id="a")
    for frame in (export.sessions, export.findings, export.quarantine):
        assert len(frame)
        assert not frame.astype(str).apply(lambda column: column.str.contains("@|jane|example")).to_numpy().any()
    assert export.sessions["source"].tolist() == ["up/[e-mail]_77.gpx"]


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Limits(entries=2), "holds more than 2 entries; Limits(entries=...) or --max-entries allows more"),
        (Limits(total_bytes=6000), "MiB; Limits(total_bytes=...) or --max-total allows more"),
    ],
)
def test_an_archive_over_a_limit_of_the_whole_is_refused(tmp_path: Path, limits: Limits, text: str) -> None:
    path = on_disk(tmp_path, zipped({f"{number}.gpx": RUN + b" " * number for number in range(3)}))
    with pytest.raises(LimitError) as refused:
        read_export(path, athlete_id="a", limits=limits)
    assert text in str(refused.value)
    assert len(read_export(path, athlete_id="a").sessions) == 3


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Limits(entry_bytes=2**20), "unpacks to more than 1 MiB; Limits(entry_bytes=...) or --max-entry allows more"),
        (Limits(ratio_from_bytes=2**16), "more than 200 times its size; Limits(ratio=...) or --max-ratio allows more"),
    ],
)
def test_an_entry_over_a_limit_costs_that_entry(tmp_path: Path, limits: Limits, text: str) -> None:
    path = on_disk(tmp_path, zipped({"bomb.gpx": bytes(2**21), "run.gpx": RUN}))
    export = read_export(path, athlete_id="a", limits=limits)
    assert export.sessions["source"].tolist() == ["run.gpx"]
    assert export.quarantine["source"].tolist() == ["bomb.gpx"]
    assert export.quarantine["kind"].tolist() == ["LimitError"]
    assert text in export.quarantine["reason"].item()


def test_archives_are_opened_two_deep_and_deeper_if_asked(tmp_path: Path) -> None:
    path = on_disk(tmp_path, zipped({"b.zip": zipped({"c.zip": zipped({"run.gpx": RUN})})}))
    shallow = read_export(path, athlete_id="a")
    assert shallow.sessions.empty
    assert shallow.findings["code"].tolist() == ["archive-unopened"]
    assert "--max-nesting" in shallow.findings["message"].item()
    assert dict(zip(shallow.files["kind"], shallow.files["count"], strict=True)) == {"archive": 1}
    deep = read_export(path, athlete_id="a", limits=Limits(nesting=3))
    assert deep.sessions["source"].tolist() == ["b.zip/c.zip/run.gpx"]
    assert (
        deep.findings["code"].tolist()
        == read_export(on_disk(tmp_path, RUN, "run.gpx"), athlete_id="a").findings["code"].tolist()
    )


def test_the_layers_of_the_same_run_all_give_the_same_session(tmp_path: Path) -> None:
    whole = on_disk(tmp_path, zipped({"in/run.gpx": RUN, "again.zip": zipped({"other.gpx": RUN})}))
    export = read_export(whole, athlete_id="a")
    assert len(export.sessions) == 1
    assert export.findings["code"].tolist().count("same-bytes") == 1


def damaged_entry(data: bytes) -> bytes:
    """Change one byte in the middle of what is packed of the first entry."""
    changed = bytearray(data)
    changed[80] ^= 0xFF
    return bytes(changed)


def encrypted_entry(data: bytes) -> bytes:
    """Set the flag of encryption in the directory's first entry."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 8] + b"\x01" + data[at + 9 :]


def oddly_packed_entry(data: bytes) -> bytes:
    at = data.index(b"PK\x01\x02")
    return data[: at + 10] + b"\x63" + data[at + 11 :]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (damaged_entry, "cannot be unpacked (it is damaged)"),
        (encrypted_entry, "is encrypted; unpack the archive with its password and give the folder"),
        (oddly_packed_entry, "cannot be unpacked (a kind of compression that is not known)"),
    ],
)
def test_a_bad_entry_costs_that_entry_only(tmp_path: Path, damage: object, reason: str) -> None:
    path = on_disk(tmp_path, damage(zipped({"bad.gpx": RUN + b"<!-- -->", "good.gpx": RUN})))  # type: ignore[operator]
    export = read_export(path, athlete_id="a")
    assert export.sessions["source"].tolist() == ["good.gpx"]
    assert export.quarantine.to_dict("records") == [
        {"source": "bad.gpx", "kind": "UnreadableFileError", "reason": reason},
    ]


def test_a_damaged_archive_inside_costs_that_archive_only(tmp_path: Path) -> None:
    inner = zipped({"run.gpx": RUN})
    path = on_disk(tmp_path, zipped({"bad.zip": inner[:-30], "good.zip": inner, "no.zip": b"<html>"}))
    export = read_export(path, athlete_id="a")
    assert export.sessions["source"].tolist() == ["good.zip/run.gpx"]
    assert export.quarantine["source"].tolist() == ["bad.zip", "no.zip"]
    with pytest.raises(UnreadableFileError, match="is a damaged zip archive; its directory cannot be read"):
        read_export(on_disk(tmp_path, inner[:-30], "whole.zip"), athlete_id="a")


def test_an_archive_in_a_folder_is_looked_into(tmp_path: Path) -> None:
    on_disk(tmp_path, zipped({"5_ACTIVITY.gpx": RUN}), "5.zip")
    export = read_export(tmp_path, athlete_id="a")
    assert export.sessions["source"].tolist() == ["5.zip/5_ACTIVITY.gpx"]
    records = export.records(export.sessions["session_id"].item())
    assert len(records) == RUN.count(b"<trkpt")


def test_an_archive_that_changed_since_is_noticed(tmp_path: Path) -> None:
    path = on_disk(tmp_path, zipped({"run.gpx": RUN}))
    export = read_export(path, athlete_id="a")
    on_disk(tmp_path, zipped({"run.gpx": RUN.replace(b"test", b"rest2")}))
    with pytest.raises(UnreadableFileError, match="has changed since the export was read"):
        export.records(export.sessions["session_id"].item())


def test_a_directory_of_a_million_entries_is_refused_before_it_is_read(tmp_path: Path) -> None:
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    count = 300_000
    directory = entry * count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), 4, 0)
    path = on_disk(tmp_path, b"PK\3\4" + directory + end)
    with pytest.raises(LimitError, match="holds more than 20000 entries"):
        list_export(path)
