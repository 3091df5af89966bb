"""Packets, cipher and classes by the published bytes; the reader under noise."""

from datetime import datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.meters.alpha import classes as c
from core.meters.alpha import packets as p
from core.meters.alpha.cipher import enciphered, swapped
from core.meters.alpha.reader import Reader, Received
from core.meters.alpha.visit import password_of
from core.meters.scripts import UnknownLayout
from core.wire.scan import Noise
from tests.core.meters.alpha.published import Row, row, rows

REPLIES = [one for one in rows() if "reply" in one.meaning and "no reply" not in one.meaning]
REQUESTS = [one for one in rows() if one not in REPLIES]


def asked(raw: bytes) -> p.Request:
    """The request that an answer belongs to."""
    if raw[1] == 0xFF:
        return p.WhoAreYou(0)
    return {0x18: p.Password(0), 0x05: p.ClassRead(0), 0x81: p.Short(p.CONTINUE)}[raw[1]]


@pytest.mark.parametrize("vector", [one for one in REQUESTS if one.valid], ids=lambda one: one.meaning)
def test_published_requests_both_ways(vector: Row):
    """Every published request decodes and encodes to the same bytes, and its length is known in time."""
    assert p.encode_request(p.decode_request(vector.raw)) == vector.raw
    assert p.request_size(vector.raw[:5]) == len(vector.raw)


@pytest.mark.parametrize("vector", REPLIES, ids=lambda one: one.meaning)
def test_published_answers_both_ways(vector: Row):
    """Every published answer decodes and encodes to the same bytes."""
    request = asked(vector.raw)
    assert p.encode_reply(p.decode_reply(vector.raw, request)) == vector.raw
    assert p.reply_size(vector.raw[:5], request) == len(vector.raw)


def test_a_wrong_crc_is_refused():
    """The published negative, and any flipped bit."""
    (wrong,) = [one for one in rows() if not one.valid]
    with pytest.raises(DecodeError):
        p.decode_request(wrong.raw)


def test_what_the_answers_say():
    """Key, acceptance, refusals 6 and 15 (§4.1, §4.2)."""
    identity = p.decode_reply(row("who-are-you reply").raw, p.WhoAreYou(0))
    assert isinstance(identity, p.Identity)
    assert identity.key == 0x62411586
    assert identity.uom == 0x13A1
    refused = p.decode_reply(row("reply: refused, code 6").raw, p.Password(0))
    assert refused == p.Reply(0x18, p.Code.WRONG_PASSWORD, 0xA2)
    missing = p.decode_reply(row("reply: refused, code 15").raw, p.ClassRead(0))
    assert missing == p.Reply(0x05, p.Code.CLASS_NOT_SUPPORTED, 0xA2)


def test_the_published_cipher():
    """Password 00000000 under the key of the capture; another head-end swaps bytes first (§4.2)."""
    cipher = enciphered(0, 0x62411586)
    assert f"{cipher:08X}" == row("password frame").value["cipher"]
    assert p.encode_request(p.Password(cipher)) == row("password frame").raw
    assert swapped(0x34127856) == 0x12345678


@given(st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF))
def test_the_cipher_is_its_own_inverse(password: int, key: int):
    """Each round adds bits of the key alone, so a second pass takes them off."""
    assert enciphered(enciphered(password, key), key) == password


def captured(number: int, *meanings: str) -> bytes:
    """The content of a captured class, packet after packet."""
    found = b""
    for meaning in meanings:
        raw = row(meaning).raw
        reply = p.decode_reply(raw, asked(raw))
        assert isinstance(reply, p.Reply)
        found += reply.data
    return found


def test_the_captured_constants():
    """Class 0: DPLOCE and DPLOCD are 3, the sum is right; a changed byte is told (§4.3)."""
    data = captured(0, "class 0 reply")
    assert c.constants_in(data) == c.Constants(3, 3)
    with pytest.raises(DecodeError):
        c.constants_in(data[:5] + b"\x55" + data[6:])
    for size in (15, 39):
        with pytest.raises(UnknownLayout):
            c.constants_in(bytes(size))


def test_the_captured_map():
    """Class 2 of another meter, read from offset 2: blocks 80 and 40, two unused (§4.3)."""
    data = captured(2, "class 2 reply, first", "class 2 reply, second")
    assert c.codes_in(data, (53, 54, 84, 85), 2) == (0x80, 0x40, 0, 0)


def test_the_captured_registers():
    """Blocks 80 and 03 of the worked example, the tail; packets that are not published are zeros (§4.4)."""
    packets = {number: captured(11, f"class 11 reply, packet {number}") for number in (1, 2, 4, 5, 6, 8, 9)}
    data = b"".join(packets.get(number, bytes(42)) for number in range(1, 10))
    billing = c.billing_in(data, c.Constants(3, 3))
    energies = [[rate.energy for rate in block] for block in billing.blocks]
    assert energies[0] == [*map(Decimal, ("4442.48556", "4592.75016", "4442.48556", "0"))]
    assert sum(energies[0]) == Decimal("13477.72128")
    assert sum(energies[2]) == Decimal("3149.5616")
    assert [str(rate.cumulative) for rate in billing.blocks[0]] == ["29.531", "34.762", "29.531", "30.586"]
    assert billing.quadrants == (Decimal("3052.489"), 0, 0, Decimal("70.79624"))


def on_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


rates = st.builds(
    c.Rate,
    st.integers(0, 10**8 - 1).map(lambda n: Decimal(n).scaleb(-2)),
    st.integers(0, 10**6 - 1).map(lambda n: Decimal(n).scaleb(-4)),
    st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(on_the_minute),
    st.just(Decimal(0)),
)  # fmt: skip
blocks = st.lists(rates, min_size=4, max_size=4).map(tuple)


@given(
    st.sampled_from([2, 4]).flatmap(lambda count: st.tuples(*[blocks] * count)),
    st.lists(st.integers(0, 10**8 - 1).map(lambda n: Decimal(n).scaleb(-2)), min_size=4, max_size=4),
)
def test_registers_round_trip(some: tuple[tuple[c.Rate, ...], ...], quadrants: list[Decimal]):
    """Two and four blocks, to the digit; the sizes are those that are described."""
    billing, places = c.Billing(some, tuple(quadrants)), c.Constants(2, 4)
    raw = c.billing_bytes(billing, places)
    assert c.SIZES[len(raw)] == len(some)
    assert c.billing_in(raw, places) == billing


@pytest.mark.parametrize("size", [0, 211, 213, 300, 367])
def test_an_unknown_size_is_no_guess(size: int):
    """Accept exactly what is described (§4.3)."""
    with pytest.raises(UnknownLayout):
        c.billing_in(bytes(size), c.Constants(3, 3))


@pytest.mark.parametrize("raw", ["000000033726", "261301000000", "2611AA000000"])
def test_a_lost_calendar_is_no_date(raw: str):
    """The clock of the capture, 00-00-00 03:37:26, and other impossible ones."""
    assert c.moment_in(bytes.fromhex(raw)) is None


def test_addresses_and_passwords():
    """48 is 30H; above 255 and above 32 bits the wire has no place."""
    assert p.device_of("000000000048") == 0x30
    assert p.device_of("000000123048") == 0x30
    for wrong in ("000000000256", "00000000000A"):
        with pytest.raises(EncodeError):
            p.device_of(wrong)
    assert password_of(bytes.fromhex("000012345678"), swap=False) == 0x12345678
    with pytest.raises(EncodeError):
        password_of(bytes.fromhex("000112345678"), swap=False)
    for request in (p.WhoAreYou(256), p.ClassRead(256), p.ClassRead(1, 1 << 16), p.Password(1 << 32)):
        with pytest.raises(EncodeError):
            p.encode_request(request)


packets = st.sampled_from([one.raw for one in REQUESTS if one.valid])


def heard(reader: Reader, pieces: list[bytes]) -> list[Received | Noise]:
    found: list[Received | Noise] = []
    for number, piece in enumerate(pieces):
        found += reader.feed(piece, number * 0.01)
    return found + reader.tick(1000.0)


@given(
    st.lists(packets | st.binary(min_size=1, max_size=12), max_size=6),
    st.lists(st.integers(0, 200), max_size=8),
)
def test_nothing_is_lost_and_nothing_invented(parts: list[bytes], cuts: list[int]):
    """Packets and garbage in any chunks: all bytes come out once and in order, the same packets are found."""
    stream = b"".join(parts)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    found = heard(Reader(p.request_size), [stream[a:b] for a, b in pairwise(places)])
    assert b"".join(event.raw for event in found) == stream
    whole = heard(Reader(p.request_size), [stream])
    assert [e for e in found if isinstance(e, Received)] == [e for e in whole if isinstance(e, Received)]


@given(st.binary(max_size=200), st.sampled_from([p.WhoAreYou(1), p.ClassRead(11), p.Short(p.CONTINUE)]))
def test_noise_makes_no_answer(noise: bytes, request_: p.Request):
    """Whatever comes, what is taken for an answer has a right CRC."""
    for event in heard(Reader(lambda head: p.reply_size(head, request_)), [noise]):
        if isinstance(event, Received):
            assert p.whole(event.raw)
            assert isinstance(p.decode_reply(event.raw, request_), p.Identity | p.Reply | p.Short)
