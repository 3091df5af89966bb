"""Telegrams: published bytes both ways, what cannot be encoded, damage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.meters.iec62056 import telegram as t
from core.meters.iec62056.telegram import (
    BREAK,
    Accepted,
    Block,
    Command,
    Identification,
    Rejected,
    Selection,
    SignOn,
    Telegram,
    decode,
    encode,
    seven_bits,
    with_parity,
)
from tests.core.meters.iec62056.published import Row, meant, rows

PRINTED = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
LINE = PRINTED.filter(lambda text: not set(text) & set("/!"))
MESSAGE = st.text(st.characters(max_codepoint=0x7F)).filter(lambda text: not set(text) & set("\1\2\3\4"))
MAKERS = st.from_regex(r"[A-Z]{2}[A-Za-z]", fullmatch=True)
TELEGRAMS: st.SearchStrategy[Telegram] = st.one_of(
    st.builds(SignOn, LINE.map(lambda text: text[:32])),
    st.builds(Identification, MAKERS, st.sampled_from("0123456"), LINE.map(lambda text: text[:40])),
    st.builds(Selection, st.sampled_from("0123456"), st.sampled_from("0126"), st.sampled_from("02")),
    st.builds(Block, MESSAGE, st.booleans()),
    st.builds(Command, st.sampled_from("PRWB"), st.sampled_from("0123"), MESSAGE.filter(bool) | st.none()),
    st.just(Accepted()),
    st.just(Rejected()),
)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.meaning[:40])
def test_published_telegrams_go_both_ways(row: Row):
    """Each published telegram is read and made again byte for byte; one with a wrong check is refused."""
    if row.valid is False:
        with pytest.raises(DecodeError, match="block check"):
            decode(row.raw)
        return
    assert encode(decode(row.raw)) == seven_bits(row.raw)


@pytest.mark.parametrize(
    ("meaning", "telegram"),
    [
        ("sign-on, any meter", SignOn()),
        ("sign-on with address", SignOn("84285674")),
        ("identification, baud char 5", Identification("LGZ", "5", "\\2ZMD4054407.B11")),
        ("identification, baud char 4", Identification("LGZ", "4", "    ")),
        ("acknowledge: protocol 0, 9600, readout", Selection("5")),
        ("acknowledge: protocol 0, 4800, readout", Selection("4")),
        ("acknowledge: protocol 0, 9600, programming", Selection("5", "1")),
        ("acknowledge: mode E", Selection("5", "2", "2")),
        ("single data answer", Block("3:171.0(0)")),
        ("read one value", Command("R", "1", "1.8.0()")),
        ("password, plain", Command("P", "1", "(00000000)")),
        ("break", BREAK),
        ("NAK", Rejected()),
        ("ACK", Accepted()),
        ("challenge from meter", Command("P", "0", "(29EDC6D335E59C87)")),
        ("read last 16 bytes", Command("R", "1", "507002(10)")),
        ("error: identity locked", Block("(ERR5)")),
    ],
)
def test_published_telegrams_mean_what_is_documented(meaning: str, telegram: Telegram):
    """The kinds and fields of the published telegrams."""
    row = meant(meaning)
    assert decode(row.raw) == telegram
    assert encode(telegram) == row.raw


def test_parity_in_bit_7_is_masked_and_made():
    """A 7E1 line worked as 8N1: both published telegrams (§5.2)."""
    folded = meant("sign-on with even parity").raw
    assert decode(folded) == SignOn()
    assert with_parity(encode(SignOn())) == folded
    named = meant("identification received with the parity").raw
    assert decode(named) == Identification("LGZ", "5", "\\2ZMD4054459.B40")
    assert with_parity(seven_bits(named)) == named


def test_an_identification_tells_rate_modes_and_turnaround():
    """Z is the rate, ``\\2`` mode E, a third letter in lower case 20 ms (§5.1)."""
    named = Identification("LGZ", "5", "\\2ZMD4054407.B11")
    assert (named.baud, named.modes, named.model, named.turnaround) == (9600, "2", "ZMD4054407.B11", 0.2)
    assert Identification("LGz", "4", "ZMD").turnaround == 0.02
    assert Identification("LGZ", "x").baud is None


@pytest.mark.parametrize(
    "telegram",
    [
        SignOn("a!b"), SignOn("/"), SignOn("1" * 33), SignOn("1\r"), SignOn("ä"), Block("\x03"), Block("ü"),
        Command("R", "1", "\x02"), Identification("LGZ", "5", "\n"),
    ],
)  # fmt: skip
def test_what_no_telegram_carries_is_refused(telegram: Telegram):
    """Addresses with marks in them, control characters, eight bits."""
    with pytest.raises(EncodeError):
        encode(telegram)


@given(TELEGRAMS)
def test_every_telegram_comes_back(telegram: Telegram):
    """Encode and decode are inverse, with and without parity in bit 7."""
    raw = encode(telegram)
    assert decode(raw) == telegram
    assert decode(with_parity(raw)) == telegram


@given(st.binary(max_size=80))
def test_arbitrary_bytes_raise_only_the_declared_error(raw: bytes):
    """Anything is a telegram or a ``DecodeError`` inside its bytes."""
    try:
        telegram = decode(raw)
    except DecodeError as error:
        assert 0 <= error.offset <= len(raw)
    else:
        assert encode(telegram) == t.seven_bits(raw)


@given(TELEGRAMS, st.data())
def test_a_flipped_bit_of_a_block_is_noticed(telegram: Telegram, data: st.DataObject):
    """One wrong bit of seven never gives another block with the same check."""
    raw = bytearray(encode(telegram))
    if raw[0] not in (1, 2):
        return
    at, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 6))
    raw[at] ^= 1 << bit
    try:
        found = decode(bytes(raw))
    except DecodeError:
        return
    assert found != telegram
    assert at == 0, "only the first character is outside the check"
