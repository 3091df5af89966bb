"""Frames of libraries against published bytes, both ways; check values against known answers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.meters.library.checks import Check
from core.meters.library.frames import Escape, Found, Known, Short, Unlike
from tests.core.meters.library.stage import shipped_library
from tests.vectors import HERE

WASION = shipped_library("wasion-4.1")
EDMI = shipped_library("edmi-table")
ROWS = [json.loads(line) for line in (HERE / "meters_wasion.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=[row["meaning"] for row in ROWS])
def test_published_frames_of_wasion(row: dict[str, object]):
    """Requests are built to the byte; answers are found, and say what was published (constructed, §6)."""
    raw, meant = bytes.fromhex(str(row["hex"])), row["value"]
    assert isinstance(meant, dict)
    code = str(meant.get("di", "2001"))
    known = Known(bytes([int(meant["address"])]), bytes.fromhex(code), WASION.sizes[code])
    if str(row["meaning"]).startswith("request"):
        assert WASION.read.send.built(known) == raw
        return
    found = WASION.read.value[0].judge(raw, known)
    assert isinstance(found, Found)
    assert found.size == len(raw)
    number = int.from_bytes(found.known.data, "little")
    if "Wh" in meant:
        assert number == meant["Wh"]


def test_an_answer_is_judged_byte_by_byte():
    """Every beginning of an answer is short by what is missing; every other byte makes it another thing."""
    raw = bytes.fromhex("0106070D01AA01100487D612002F0D")
    frame, known = WASION.read.value[0], Known(b"\x01", b"\x10\x01", 4)
    for size in range(1, len(raw)):
        assert frame.judge(raw[:size], known) == Short(len(raw) - size)
    for place in {*range(len(raw))} - {1, 2}:  # nobody knows these two
        bad = raw[:place] + bytes([raw[place] ^ 0x11]) + raw[place + 1 :]
        assert isinstance(frame.judge(bad, known), Unlike)


@given(st.binary(max_size=60))
def test_escaped_frames_hold_any_bytes(content: bytes):
    """What was hidden comes back; no byte inside looks like the begin or the end."""
    frame = EDMI.read.value[0]
    known = Known(b"\x0c\xa3\x76\x06", b"\x02\x03", None, content)
    raw = frame.built(known)
    assert not {0x02, 0x03} & set(raw[1:-1])
    found = frame.judge(raw + b"\x02", Known(b"\x0c\xa3\x76\x06", b"\x02\x03"))
    assert isinstance(found, Found)
    assert (found.size, found.known.data) == (len(raw), content)


@given(st.binary(max_size=80))
def test_any_bytes_are_judged(heard: bytes):
    """Nothing but a judgement comes out of noise."""
    for library in (WASION, EDMI, shipped_library("dlt645-1997-table")):
        for frame in library.frames.values():
            assert isinstance(frame.judge(heard, Known()), Found | Short | Unlike)


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (Check("sum8"), "DD"),
        (Check("xor8"), "31"),
        (Check("complement8"), "22"),
        (Check("crc16", big=True), "31C3"),
        (Check("crc16", big=True, start=0xFFFF), "29B1"),
        (Check("crc16", reflect=True, start=0xFFFF, xor_out=0xFFFF), "6E90"),
        (Check("crc16", poly=0x8005, reflect=True), "3DBB"),
    ],
    ids=["sum8", "xor8", "complement", "XMODEM", "IBM-3740", "X.25", "ARC"],
)
def test_check_values(check: Check, value: str):
    """Known answers of the catalogue of CRCs for "123456789"."""
    assert check.of(b"123456789").hex().upper() == value


def test_a_marker_at_the_end_hides_nothing():
    """A cut escape does not invent a byte."""
    assert Escape(0x10, 0x40, frozenset({0x10})).take(b"\x41\x10") == b"\x41"
