"""PW and passwords among the parameters never reach a trace in clear."""

from dataclasses import replace

import pytest

from core.gdw376.frame import Address, Aux, Direction, Frame, Seq, Tp, decode_frame, encode_frame, pw_field
from core.gdw376.mask import masked
from core.gdw376.message import Item, encode_blocks
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import ApnUser, TerminalIp
from tests.core.gdw376.frames import RAW, down

SECRET = pw_field("135790")
STARS = b"*" * 16
LABEL = Tp(1, 2, 3, 4, 5, 6)
WRITE = encode_frame(down(0x04, bytes(32), aux=Aux(SECRET)))
DATED = encode_frame(down(0x04, bytes(32), seq=Seq(1, tpv=True), aux=Aux(SECRET, tp=LABEL)))


def test_pw_is_overwritten() -> None:
    """Exactly the 16 bytes of PW change, in front of a time label too."""
    assert masked(WRITE) == WRITE.replace(SECRET, STARS)
    assert masked(DATED) == DATED.replace(SECRET, STARS)
    assert decode_frame(masked(DATED), verify=False).aux == Aux(STARS, tp=LABEL)


def test_nothing_else_is_touched() -> None:
    """Frames without PW, and the PW of zeros that is no secret, stay as they are."""
    empty = encode_frame(down(0x04, bytes(32)))
    assert masked(empty) == empty
    assert masked(RAW) == RAW


def test_damaged_frames_are_masked() -> None:
    """A wrong checksum, noise around, and a cut anywhere inside PW do not show it."""
    broken = b"\xfe\xfe\x00" + WRITE[:-2] + b"\x00\x16"
    assert masked(broken) == broken.replace(SECRET, STARS)
    start = WRITE.index(SECRET)
    for end in range(start + 1, len(WRITE)):
        assert b"1" not in masked(WRITE[:end])[start : start + 16]
    assert masked(WRITE + DATED) == (WRITE + DATED).replace(SECRET, STARS)


def test_cut_forwarding_is_masked() -> None:
    """Where the own length of AFN10 no longer tells, the place that the header gives is masked."""
    relay = bytes.fromhex("00000100 1F6BBC0A0400 01020304")
    raw = encode_frame(down(0x10, relay, aux=Aux(SECRET)))
    assert masked(raw) == raw.replace(SECRET, STARS)
    assert SECRET[:6] not in masked(raw[:-3])


def parameters(afn: int, direction: Direction, *units: Unit) -> bytes:
    """A frame that carries parameters."""
    payload = b"".join(encode_blocks(Item.of(unit) for unit in units))
    sent = direction is Direction.DOWN
    aux = Aux(SECRET) if sent else Aux()
    frame = Frame(direction, sent, 10, Address("1122", 0x7788), afn, Seq(), payload, aux)
    return encode_frame(frame)


@pytest.mark.parametrize("direction", Direction)
def test_passwords_among_parameters_are_overwritten(direction: Direction) -> None:
    """The APN password and the proxy password never reach a trace, sent or read; the user's name stays."""
    proxy = replace(TerminalIp.blank(), user="technician", password="made-up")
    raw = parameters(0x0A if direction is Direction.UP else 0x04, direction, ApnUser("CARD", "secret"), proxy)
    shown = masked(raw)
    assert b"CARD" in shown
    assert b"technician" in shown
    assert b"secret" not in shown
    assert b"made-up" not in shown
    assert len(shown) == len(raw)


@pytest.mark.parametrize("kept", range(52, 60))
def test_a_frame_cut_inside_a_password_hides_its_beginning(kept: int) -> None:
    """What arrived of a secret is hidden too."""
    raw = parameters(0x0A, Direction.UP, ApnUser("CARD", "secretive"))[:kept]
    assert b"se" not in masked(raw)
