"""Harvests against themselves, written down and read again: the oracle is the harvest that went in."""

import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from made_documents import HOW, account, activity, assert_same, harvests, quarantined, settings_file

from stressfx.exports.harvest import Harvest
from stressfx.exports.store import payload
from stressfx.exports.store.payload import Packed, fingerprint, pack


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(harvests())
def test_a_harvest_comes_back_as_it_was(harvest: Harvest) -> None:
    packed = Packed(pack(harvest))
    rates = harvest.account.heart_rates if harvest.account is not None else {}
    assert packed.heart_rate_ids == sorted(rates)
    assert_same(packed.harvest(rates), harvest)
    assert pack(harvest) == pack(harvest)


def test_a_row_of_an_earlier_version_gets_blanks_for_what_it_did_not_know() -> None:
    held = json.loads(zlib.decompress(pack(activity(1))))
    for name in ("dirt_distance_m", "shoe_id", "date"):
        del held["rows"][name]
    (row,) = Packed(zlib.compress(json.dumps(held).encode())).harvest().rows
    assert str(row["dirt_distance_m"]) == "nan"
    assert row["shoe_id"] == ""
    assert str(row["date"]) == "NaT"
    assert row["distance_m"] == activity(1).rows[0]["distance_m"]


def test_what_is_no_column_of_a_session_is_not_dropped_in_silence() -> None:
    with pytest.raises(ValueError, match=r"no columns.*mood"):
        pack(activity(1, mood="fine"))


@pytest.mark.parametrize(
    "made", [activity(1), account(1), settings_file(1), quarantined(1)], ids=lambda made: made.kind
)
def test_bytes_that_are_no_harvest_are_refused(made: Harvest) -> None:
    whole = pack(made)
    for broken in (b"", whole[:-1], whole[1:], zlib.compress(b"[]"), zlib.compress(b'{"label": 1}')):
        with pytest.raises(ValueError, match=r"unpacked|no harvest|lacks|Expecting"):
            Packed(broken).harvest()


def test_a_reading_is_told_from_others_by_its_options_and_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [
        replace(HOW, tz="Europe/Berlin"),
        replace(HOW, unnamed_sport="running"),
        replace(HOW, crc="ignore"),
        replace(HOW, max_bytes=1),
    ]
    assert len({fingerprint(how) for how in (HOW, *others)}) == 5
    assert fingerprint(replace(HOW, athlete_id="another")) == fingerprint(HOW)
    before = pack(activity(1))
    assert Packed(before).is_current
    monkeypatch.setattr(payload, "_reader", lambda: "another version")
    assert fingerprint(HOW) not in {fingerprint(how) for how in others}
    assert not Packed(before).is_current
