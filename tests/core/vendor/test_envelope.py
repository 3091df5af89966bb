"""The maker's envelope against published and worked frames."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.gdw376.frame import decode_frame, encode_frame
from core.vendor import items
from core.vendor.envelope import READ_ITEMS, Order, Outcome, Result
from core.vendor.identify import SIZE, identity_in
from tests.vectors import HERE

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "vendor" / "frames.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['name']} {row['direction']}")
def test_worked_frames_decode_and_come_out_the_same(row: dict[str, Any]) -> None:
    """Every published and worked frame of the envelope decodes, and encodes to its own bytes."""
    raw = bytes.fromhex(row["hex"])
    frame = decode_frame(raw)
    kind = Order if row["direction"] == "down" else Outcome
    assert kind.decode(frame.payload).encode() == frame.payload
    assert encode_frame(frame) == raw


def contents(name: str, direction: str) -> list[Any]:
    kind = Order if direction == "down" else Outcome
    rows = [row for row in ROWS if row["name"].split()[0] == name and row["direction"] == direction]
    return [kind.decode(decode_frame(bytes.fromhex(row["hex"])).payload) for row in rows]


def test_the_identity_of_x3_reads_as_documented() -> None:
    """X3: a unit in local download mode with half of a 2-unit file."""
    (outcome,) = contents("X3", "up")
    identity = identity_in(outcome.content)
    assert (identity.mode, identity.minutes_left, identity.product) == (1, 179, "HX1088")
    assert (identity.program, str(identity.program_date)) == ("0101", "2026-06-01")
    assert (identity.units, identity.units_missing, identity.file_crc) == (2, 1, 0x7D23)
    assert identity.address == bytes.fromhex("22118877")
    assert identity_in(outcome.content + b"later").encode() == outcome.content[:SIZE]


def test_the_self_test_of_x13_names_the_sim() -> None:
    """X13: done, bit 3 at fault."""
    outcome = contents("X13", "up")[1]
    assert items.values_in(outcome.content) == {items.SELF_TEST: items.SelfTest(2, frozenset({3}))}
    assert items.asked_items(contents("X13", "down")[1].content) == (items.SELF_TEST,)


def test_a_password_travels_low_order_byte_first() -> None:
    """X6: 123456 is 56 34 12; anything but six digits is refused before it is sent."""
    (order,) = contents("X6", "down")
    assert order.password == "123456"
    for wrong in ("12345", "abcdef", "１２３４５６"):
        with pytest.raises(EncodeError):
            Order(0x07, b"", wrong).encode()


def test_an_unknown_item_is_a_frame_error() -> None:
    """X14: no code, result 04."""
    (outcome,) = contents("X14", "up")
    assert outcome == Outcome.error(Result.NO_SUCH_ITEM)
    assert outcome.code is None


@given(st.binary(max_size=60))
def test_arbitrary_bytes_raise_only_the_declared_error(data: bytes) -> None:
    """Whatever another maker sends under AFN F0H is read or refused, never more."""
    for kind in (Order, Outcome):
        try:
            kind.decode(data)
        except DecodeError:
            continue


@given(st.binary(max_size=40))
def test_arbitrary_items_raise_only_the_declared_error(data: bytes) -> None:
    """Values of an answer are read or refused."""
    for read in (items.asked_items, items.values_in):
        try:
            read(data)
        except DecodeError:
            continue


def test_bytes_behind_the_length_are_a_trailer_or_nothing() -> None:
    """§1.3: 0, 6, 16 or 22 bytes may follow; others drop the frame."""
    payload = Order(READ_ITEMS, items.question([items.RESETS])).encode()
    for size in (0, 6, 16, 22):
        assert Order.decode(payload + bytes(size)).code == READ_ITEMS
    with pytest.raises(DecodeError):
        Order.decode(payload + bytes(5))
