"""Sequence byte, counters and time label."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EncodeError
from core.gdw376.fields import Ec, Seq, Tp
from tests.core.gdw376.frames import labels

NOON = datetime(2024, 3, 1, 12, 0, 0)


@pytest.mark.parametrize("byte", range(256))
def test_every_sequence_byte_means_something(byte: int) -> None:
    """SEQ loses nothing."""
    assert Seq.decode(byte).encode() == byte


def test_sequence_bits() -> None:
    """E2H is TpV FIR FIN and number 2; 71H asks for a confirmation (part A §2.2)."""
    assert Seq.decode(0xE2) == Seq(2, con=False, fir=True, fin=True, tpv=True)
    assert Seq.decode(0x71) == Seq(1, con=True)


@given(labels)
@settings(derandomize=True, deadline=None)
def test_label_both_ways(label: Tp) -> None:
    """A time label comes back exactly."""
    assert Tp.decode(label.encode()) == label


def test_label_bytes() -> None:
    """PFC, A.16 second minute hour day, delay (part A §6.2 vector)."""
    assert Tp(0, 28, 53, 13, 7, 5).encode().hex() == "002853130705"
    assert Tp.at(7, datetime(2024, 3, 9, 23, 5, 1), 2).encode().hex() == "070105230902"


@pytest.mark.parametrize(
    ("age", "delay", "late"),
    [
        (timedelta(0), 5, False),
        (timedelta(minutes=5), 5, False),
        (timedelta(minutes=5, seconds=1), 5, True),
        (timedelta(days=9), 0, False),
        (timedelta(days=9), 5, True),
        (timedelta(hours=-3), 5, False),
    ],
)
def test_age_is_checked_in_minutes(age: timedelta, delay: int, late: bool) -> None:
    """Older than the delay is late; delay 0 and a sender ahead of us are not (part A §2.4)."""
    assert Tp.at(0, NOON - age, delay).is_late(NOON) is late


def test_label_over_the_end_of_a_month() -> None:
    """Only the day of the month is sent: the 31st at midnight is a minute ago, not a month ahead."""
    label = Tp.at(0, datetime(2024, 1, 31, 23, 59, 30), 5)
    assert not label.is_late(datetime(2024, 2, 1, 0, 0, 30))
    assert label.is_late(datetime(2024, 2, 1, 0, 5, 0))


@pytest.mark.parametrize("label", [Tp(0, 0, 0, 0, 0, 1), Tp(0, 61, 0, 0, 1, 1), Tp(0, 0, 0, 24, 1, 1)])
def test_impossible_time_is_late(label: Tp) -> None:
    """A label no clock can show cannot prove that it is fresh."""
    assert label.is_late(NOON)


@given(st.integers(-5, 300), st.integers(-5, 300))
@settings(derandomize=True, deadline=None)
def test_limits_are_kept(a: int, b: int) -> None:
    """Encoding gives two bytes or names the field that is out of range."""
    try:
        assert Ec(a, b).encode() == bytes([a, b])
    except EncodeError as error:
        assert error.field in ("ec.important", "ec.ordinary")
    for label in (Tp(a, 0, 0, 0, 1, b), Tp(0, a, b, 0, 1, 0), Tp(0, 0, 0, a, b, 0)):
        try:
            assert Tp.decode(label.encode()) == label
        except EncodeError as error:
            assert error.field.startswith("tp.")
