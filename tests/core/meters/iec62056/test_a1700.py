"""The A1700's bytes: cipher, packets, clock, energies. Single source, no independent peer."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.meters.iec62056 import a1700
from core.meters.iec62056.telegram import Block, Command, decode
from tests.core.meters.iec62056.published import meant


def text(meaning: str) -> str:
    found = decode(meant(meaning).raw)
    assert isinstance(found, Block | Command)
    return found.text or ""


def test_the_known_answer_of_the_cipher():
    """Password FEDC0003 and the published challenge (§4.5)."""
    assert a1700.cipher("FEDC0003", "29EDC6D335E59C87") == "23CB4DDDE2B76317"


def test_the_password_of_the_archive():
    """Six bytes are hex digits, the last eight count; eight characters are the password itself."""
    assert a1700.password_of(bytes.fromhex("0000FEDC0003")) == "FEDC0003"
    assert a1700.password_of(b"FEDC0003") == "FEDC0003"
    assert a1700.password_of(bytes(6)) == "00000000"


def test_published_reads_and_answers():
    """Requests and contents of the published telegrams."""
    one, two = a1700.packets(a1700.ENERGIES, a1700.ENERGIES_LENGTH)
    assert text("read last 16 bytes") == f"{two.code}({two.argument})"
    (clock,) = a1700.packets(a1700.CLOCK, a1700.CLOCK_LENGTH)
    assert text("read clock") == f"{clock.code}({clock.argument})"
    moment = datetime(2026, 11, 20, 14, 35, 30)
    assert a1700.clock(a1700.content(text("clock answer"))) == moment
    raw = a1700.content(text("answer: 64 bytes"))
    assert len(raw) == one.length
    assert a1700.energies(raw + bytes(16))[0] == Decimal("1234.567890")
    assert a1700.packet_of(two.code, two.argument) == two


@given(st.lists(st.integers(0, 10**16 - 1), min_size=10, max_size=10))
def test_energies_come_back(counts: list[int]):
    """Sixteen digits a register, each of them."""
    values = tuple(Decimal(count).scaleb(-6) for count in counts)
    assert a1700.energies(a1700.energies_bytes(values)) == values


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))
def test_clocks_come_back(moment: datetime):
    """To the second; a lost calendar is ``None``."""
    whole = moment.replace(microsecond=0)
    assert a1700.clock(a1700.clock_bytes(whole)) == whole
    assert a1700.clock(a1700.clock_bytes(None)) is None


@given(st.integers(-(10**11), 10**11), st.integers(0, 4))
def test_measurements_come_back(count: int, decimals: int):
    """Sign, digits and places."""
    value = Decimal(count).scaleb(-decimals)
    assert a1700.measured(a1700.measured_bytes(value, decimals)) == value


@given(st.binary(max_size=90))
def test_arbitrary_contents_raise_only_the_declared_error(raw: bytes):
    """No content of an answer does more than not mean anything."""
    for read in (a1700.clock, a1700.energies, a1700.measured):
        try:
            read(raw)
        except DecodeError:
            continue


@pytest.mark.parametrize(
    ("password", "key"), [("short", "00" * 8), ("FEDC0003", "00"), ("FEDC0003", "zz" * 8)]
)
def test_a_cipher_needs_eight_bytes(password: str, key: str):
    """Of password and challenge each."""
    with pytest.raises(EncodeError):
        a1700.cipher(password, key)


@pytest.mark.parametrize("answer", ["", "(", "()x", "(0)", "(zz)", "12"])
def test_answers_are_hex_in_parentheses(answer: str):
    """Anything else is damaged."""
    with pytest.raises(DecodeError):
        a1700.content(answer)
