"""The reader: telegrams inside garbage, cut anywhere, echoes, half telegrams."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.meters.iec62056.reader import BLOCK_LIMIT, LINE_LIMIT, Noise, Reader
from core.meters.iec62056.telegram import (
    Accepted,
    Block,
    Command,
    Identification,
    Rejected,
    Selection,
    SignOn,
    Telegram,
    encode,
    with_parity,
)
from tests.core.meters.iec62056.published import Row, rows
from tests.core.meters.iec62056.test_telegram import TELEGRAMS

NAMED = Identification("LGZ", "5", "ZMD4054407.B11")


def telegrams(reader: Reader, *pieces: bytes) -> list[Telegram]:
    found = [event for at, piece in enumerate(pieces) for event in reader.feed(piece, at * 0.1)]
    return [event for event in found if not isinstance(event, Noise)]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.meaning[:40])
def test_published_telegrams_are_found_byte_by_byte(row: Row):
    """Each arrives once, whole, at its last byte."""
    reader = Reader()
    reader.selecting = row.meaning.startswith("acknowledge")
    heard = [event for at in range(len(row.raw)) for event in reader.feed(row.raw[at : at + 1], at * 0.001)]
    assert len(heard) == 1
    assert isinstance(heard[0], Noise) is (row.valid is False)
    assert not reader.partial


@given(TELEGRAMS, st.data())
def test_cutting_changes_nothing(telegram: Telegram, data: st.DataObject):
    """A telegram is found wherever its bytes are cut, with parity in bit 7 or without."""
    raw = data.draw(st.sampled_from([encode(telegram), with_parity(encode(telegram))]))
    cut = data.draw(st.integers(0, len(raw)))
    reader = Reader()
    reader.selecting = isinstance(telegram, Selection)
    assert telegrams(reader, raw[:cut], raw[cut:]) == [telegram]


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_noise_is_an_event_and_nothing_is_lost(pieces: list[bytes]):
    """Whatever comes, each byte is in a telegram, in noise, or still held."""
    reader = Reader()
    events = [event for piece in pieces for event in reader.feed(piece, 0.0)]
    given_back = sum(len(e.raw) if isinstance(e, Noise) else len(encode(e)) for e in events)
    assert given_back <= sum(map(len, pieces))
    reader.clear()
    assert telegrams(reader, encode(NAMED)) == [NAMED]


def test_a_sign_on_behind_damage_is_heard():
    """Damage that looks like the begin of a line does not swallow the sign-on behind it."""
    assert telegrams(Reader(), b"/xx\x7f/?84285674!\r\n") == [SignOn("84285674")]
    assert telegrams(Reader(), b"zz\r\n" + encode(SignOn())) == [SignOn()]


def test_half_a_telegram_is_given_up_after_the_gap():
    """1.5 s between two characters end a telegram; the next one is read."""
    reader = Reader()
    assert reader.feed(b"\x021.8.0(00", 0.0) == []
    (noise, heard) = reader.feed(encode(Rejected()), 1.6)
    assert noise == Noise(b"\x021.8.0(00", "half a telegram")
    assert heard == Rejected()


def test_ack_is_a_telegram_unless_a_choice_is_due():
    """The master takes 06 at once, the meter waits for rate and mode."""
    reader = Reader()
    assert reader.feed(b"\x06", 0.0) == [Accepted()]
    reader.selecting = True
    assert reader.feed(b"\x06", 0.1) == []
    assert reader.feed(b"050\r\n", 0.2) == [Selection("5")]
    (noise,) = reader.feed(b"\x06ABCDE", 0.3)[:1]
    assert isinstance(noise, Noise)


def test_absurd_sizes_are_given_up():
    """A line or a block that does not end holds no more than its limit."""
    reader = Reader()
    for at in range(0, 3 * BLOCK_LIMIT, 1024):
        reader.feed(b"\x02" + b"x" * 1023, at * 0.0001)
    assert telegrams(reader, b"\x03") == []
    reader.clear()
    events = reader.feed(b"/" + b"y" * 3 * LINE_LIMIT, 0.0)
    assert events
    assert not reader.partial


def test_a_wrong_check_costs_one_block_only():
    """The block behind a damaged one is read."""
    damaged = bytearray(encode(Block("1.8.0(1)")))
    damaged[3] ^= 1
    assert telegrams(Reader(), bytes(damaged) + encode(Command("B", "0"))) == [Command("B", "0")]
