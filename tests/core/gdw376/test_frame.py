"""Whole frames: published ones, random ones, refused ones."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.gdw376.address import BROADCAST, Address
from core.gdw376.fields import Direction, Ec, Seq, Tp
from core.gdw376.frame import Aux, Frame, FrameProfile, decode_frame, encode_frame
from tests.core.gdw376.frames import ANY_PROTOCOL, RAW, down, frames, up
from tests.vectors import Published, published

FRAMES = published("gdw376/frames")
VALID = [row for row in FRAMES if row.valid]


@pytest.mark.parametrize("row", VALID, ids=lambda row: row.meaning[:40])
def test_published_frames_both_ways(row: Published) -> None:
    """Every correct published frame decodes and encodes to its own bytes, whatever its protocol id."""
    assert encode_frame(decode_frame(row.frame, ANY_PROTOCOL)) == row.frame


@pytest.mark.parametrize("row", [row for row in FRAMES if not row.valid], ids=lambda row: row.meaning[:40])
def test_damaged_published_frames_are_refused(row: Published) -> None:
    """The published frames with a wrong length or checksum are not taken."""
    with pytest.raises(DecodeError):
        decode_frame(row.frame, ANY_PROTOCOL)


def test_reset_and_its_answer() -> None:
    """The reset of part A §6.2 and its answer, field by field."""
    reset = decode_frame(
        bytes.fromhex("688A008A006841000234120401F0000001000000000000000000000000000000000000285313070519 16")
    )
    assert reset == Frame(
        direction=Direction.DOWN, prm=True, function=1, address=Address("0200", 0x1234, msa=2), afn=1,
        seq=Seq(0, con=True, tpv=True), payload=bytes.fromhex("00000100"),
        aux=Aux(pw=bytes(16), tp=Tp(0, 28, 53, 13, 7, 5)),
    )  # fmt: skip
    answer = decode_frame(bytes.fromhex("685200520068A0000234120400E00000010011000027521307057616"))
    assert (answer.acd, answer.function, answer.prm) == (True, 0, False)
    assert answer.aux == Aux(ec=Ec(0x11, 0), tp=Tp(0, 27, 52, 13, 7, 5))
    assert answer.payload == bytes.fromhex("00000100")


def test_discovery_of_a_handheld() -> None:
    """The broadcast query of AFN0A F89, as a real handheld sends it (part A §1.4)."""
    asked = down(payload=bytes.fromhex("0000010B"), address=BROADCAST, fcb=False)
    assert encode_frame(asked).hex().upper() == "6832003200685BFFFFFFFF010A600000010BCE16"


def test_multi_frame_download() -> None:
    """The three frames of AFN04 F10 with SEQ C1, 82, A3: each has its own PW and Tp (part A §2.2)."""
    parts = [decode_frame(row.frame) for row in VALID if row.meaning.startswith("set AFN04 F10")]
    parts.sort(key=lambda frame: frame.seq.number)
    assert [(f.seq.fir, f.seq.fin, f.seq.number) for f in parts] == [
        (True, False, 1), (False, False, 2), (False, True, 3)
    ]  # fmt: skip
    assert all(f.aux.pw == bytes(16) and f.aux.tp for f in parts)
    assert [len(f.payload) for f in parts] == [4 + 2 + 27 * n for n in (4, 4, 1)]


def test_forwarding_without_pw() -> None:
    """AFN10 F1 counts its own bytes: a master that leaves PW out is read right (part A §2.4)."""
    every = [decode_frame(row.frame) for row in VALID if row.meaning.startswith("AFN10 F1")]
    rows = [frame for frame in every if frame.direction is Direction.DOWN]
    without = [frame for frame in rows if frame.aux.pw is None]
    assert len(without) == 4
    assert all(len(f.payload) == 10 + f.payload[8] and f.aux.tp for f in without)


@pytest.mark.parametrize("length", [0, 5, 20])
@pytest.mark.parametrize("pw", [None, b"x" * 16])
def test_file_segment_with_and_without_pw(length: int, pw: bytes | None) -> None:
    """AFN0F F1 counts its own bytes too (part A §11)."""
    head = bytes.fromhex("00000100 01 01 00 0100 00000000") + length.to_bytes(2, "little")
    frame = down(0x0F, head + bytes(range(length)), aux=Aux(pw))
    assert decode_frame(encode_frame(frame)) == frame


@pytest.mark.parametrize("size", [4, 10])
@pytest.mark.parametrize("ec", [None, Ec(30, 10)])
def test_link_test_with_and_without_counters(size: int, ec: Ec | None) -> None:
    """AFN02 has EC by capture, not by the text, and a clock by 2012 only: the length tells (part A §2.4)."""
    frame = up(0x02, bytes.fromhex("00000400") + bytes(size - 4), prm=True, function=9, acd=True,
               aux=Aux(ec=ec))  # fmt: skip
    assert decode_frame(encode_frame(frame)) == frame


def test_short_control_without_pw() -> None:
    """Fewer bytes than an identifier and PW leave the payload whole: the terminal can deny it."""
    frame = down(0x05, bytes.fromhex("00001003"), aux=Aux())
    assert decode_frame(encode_frame(frame)).aux.pw is None


def test_vendor_envelope_is_whole() -> None:
    """AFN F0H keeps everything but Tp in the payload, whatever C announces (vendor extension 1.3)."""
    envelope = bytes.fromhex("8F0500363D5A0700") + bytes(16)
    frame = up(0xF0, envelope, acd=True, seq=Seq(3, tpv=True), aux=Aux(tp=Tp(1, 2, 3, 4, 5, 6)))
    assert decode_frame(encode_frame(frame)) == frame


def test_announced_label_that_is_none() -> None:
    """TpV over bytes that are no time leaves them in the payload instead of losing the frame."""
    frame = up(seq=Seq(0, tpv=True), payload=bytes.fromhex("00000400") + b"\xff" * 6)
    assert decode_frame(encode_frame(frame)) == frame


@given(frames())
@settings(derandomize=True, deadline=None, max_examples=200)
def test_random_frames_both_ways(frame: Frame) -> None:
    """What a conforming station sends comes back exactly."""
    raw = encode_frame(frame)
    assert decode_frame(raw) == frame
    assert len(raw) == (int.from_bytes(raw[1:3], "little") >> 2) + 8


@given(st.binary(min_size=8, max_size=80), st.sampled_from([1, 2, 3]))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_any_correct_frame_encodes_to_itself(body: bytes, protocol: int) -> None:
    """Whatever stands between C and CS: it decodes, and encodes to itself or is named as unsendable."""
    length = (len(body) << 2 | protocol).to_bytes(2, "little")
    raw = b"\x68" + length + length + b"\x68" + body + bytes([sum(body) & 255, 0x16])
    try:
        frame = decode_frame(raw, ANY_PROTOCOL)
    except DecodeError as error:
        assert error.field == "C"
        return
    try:
        assert encode_frame(frame) == raw
    except EncodeError as error:
        assert error.field == "address.region"


@given(st.binary(max_size=60))
@settings(derandomize=True, deadline=None)
def test_any_bytes_raise_only_the_declared_error(raw: bytes) -> None:
    """Arbitrary bytes are no frame, and nothing else happens."""
    with pytest.raises(DecodeError):
        decode_frame(raw)


@pytest.mark.parametrize(
    ("at", "byte", "field"),
    [(0, 0x10, ""), (1, 0x31, "L"), (2, 0xFF, "L"), (3, 0x36, "L"), (5, 0, ""), (6, 0x4F, "C"), (-2, 0, "CS"),
     (-1, 0, "")],
)  # fmt: skip
def test_each_broken_part_is_named(at: int, byte: int, field: str) -> None:
    """One wrong byte is refused with its place."""
    raw = bytearray(RAW)
    raw[at] = byte
    with pytest.raises(DecodeError) as refused:
        decode_frame(bytes(raw))
    assert refused.value.field == field


def test_profile_limits() -> None:
    """Other protocol ids and longer frames than the profile allows are refused."""
    frame = down()
    with pytest.raises(DecodeError):
        decode_frame(encode_frame(replace(frame, protocol=3)))
    with pytest.raises(DecodeError):
        decode_frame(RAW, FrameProfile(largest=11))
    assert decode_frame(encode_frame(replace(frame, protocol=3)), ANY_PROTOCOL).protocol == 3


def test_unverified_checksum() -> None:
    """A masked or damaged frame can still be looked at."""
    raw = RAW[:-2] + b"\x00\x16"
    assert decode_frame(raw, verify=False) == decode_frame(RAW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"function": 15}, "function"),
        ({"function": 16}, "function"),
        ({"afn": 256}, "afn"),
        ({"seq": Seq(16)}, "seq.number"),
        ({"protocol": 0}, "protocol"),
        ({"payload": bytes(16384)}, "payload"),
        ({"aux": Aux(tp=Tp(0, 0, 0, 0, 1, 0))}, "tp"),
        ({"aux": Aux(ec=Ec(0, 0))}, "ec"),
        ({"aux": Aux(pw=bytes(15))}, "pw"),
        ({"acd": True}, "acd"),
        ({"afn": 0xF0, "aux": Aux(pw=bytes(16))}, "aux"),
    ],
)
def test_encoding_refuses(changes: dict[str, Any], field: str) -> None:
    """What the wire cannot carry, or would be read as something else, is refused by name."""
    with pytest.raises(EncodeError) as refused:
        encode_frame(replace(down(), **changes))
    assert refused.value.field == field


@pytest.mark.parametrize(("changes", "field"), [({"fcb": True}, "fcb"), ({"aux": Aux(pw=bytes(16))}, "pw")])
def test_encoding_refuses_uplink(changes: dict[str, Any], field: str) -> None:
    """FCB and PW have no place in an uplink frame."""
    with pytest.raises(EncodeError) as refused:
        encode_frame(replace(up(), **changes))
    assert refused.value.field == field
