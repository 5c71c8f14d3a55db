"""Oracle: a plain loop over bits and bytes."""

import random

import pytest

from stressfx.io.fit.crc import BLOCK, CHUNK, crc16


def plain(data: bytes, crc: int = 0) -> int:
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


RANDOM = random.Random(16)
EDGES = [0, 1, 2, 3, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, CHUNK - 1, CHUNK, CHUNK + BLOCK + 1]


@pytest.mark.parametrize("length", EDGES + [RANDOM.randrange(6 * BLOCK) for _ in range(20)])
def test_checksum_is_that_of_a_loop_over_bits(length: int) -> None:
    data = RANDOM.randbytes(length)
    before = RANDOM.randrange(65536)
    assert crc16(data) == plain(data)
    assert crc16(memoryview(data), before) == plain(data, before)


def test_checksum_can_go_on_anywhere_and_is_zero_over_itself() -> None:
    data = RANDOM.randbytes(5 * BLOCK + 77)
    whole = crc16(data)
    for cut in (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5, len(data)):
        assert crc16(data[cut:], crc16(data[:cut])) == whole
    assert crc16(data + whole.to_bytes(2, "little")) == 0
