"""Identifiers and values of meters inside AFN10 F9 and F10, in JSON and in the tree."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.gdw376.frame import Address, Aux, Direction, Frame, Seq, encode_frame, pw_field
from core.gdw376.message import Item, encode_blocks
from core.gdw376.unit import Edition, Unit
from core.gdw376.units.afn10 import BatchRead, BatchReadAnswer, DirectRead, DirectReadAnswer
from core.wire.codec import Node
from hhu.client.dissection import dissect
from hhu.client.found_frames import Found, find_frames
from hhu.client.frame_objects import to_object
from hhu.client.object_frames import from_object

METER = "000012345678"
ENERGY_2007 = bytes.fromhex("0000010056341200")
ENERGY_1997 = bytes.fromhex("109056341200")


def framed(unit: Unit, direction: Direction) -> bytes:
    payload = b"".join(encode_blocks([Item.of(unit)]))
    aux = Aux(pw=pw_field("000000")) if direction is Direction.DOWN else Aux()
    return encode_frame(Frame(direction, False, 8, Address("1122", 0x3344).by(1), 0x10, Seq(), payload, aux))


def readings(raw: bytes, edition: Edition) -> list[dict[str, Any]]:
    (found,) = [piece for piece in find_frames(raw) if isinstance(piece, Found)]
    return to_object(found, edition)["units"][0].get("readings", [])


@pytest.mark.parametrize(
    ("content", "di", "value", "error"),
    [
        (ENERGY_2007, "00010000", "001234.56", False),
        (ENERGY_1997, "9010", "001234.56", False),
        (bytes.fromhex("1090000056341200"), "9010", "001234.56", False),
        (bytes.fromhex("00000100563412AB"), "00010000", None, True),
        (bytes.fromhex("00FF010056341200" + "01000000"), "0001FF00", ["001234.56", "000000.01"], False),
    ],
    ids=["2007", "1997", "1997 in four bytes", "no BCD", "block"],
)
def test_a_direct_read_tells_its_value(content: bytes, di: str, value: Any, error: bool):
    """F9: which identifier, its name, its digits; garbage is an error, never a guess."""
    raw = framed(DirectReadAnswer(1, METER, 5, content), Direction.UP)
    (found,) = readings(raw, Edition.BASE_2009)
    assert (found["di"], found["value"], found["error"] is not None) == (di, value, error)
    assert found["unit"] == "kWh"


def test_f10_of_2012_tells_each_value():
    """Identifiers that no table knows stay bytes."""
    raw = framed(BatchReadAnswer(1, METER, 5, (ENERGY_2007, b"\xee\xee\xee\xee\x01")), Direction.UP)
    assert [one["value"] for one in readings(raw, Edition.ADDED_2012)] == ["001234.56"]


def test_questions_name_what_they_ask():
    """The kind tells how wide the identifier is."""
    asked = DirectRead(1, (), METER, 0, bytes.fromhex("10900000"))
    assert [one["di"] for one in readings(framed(asked, Direction.DOWN), Edition.BASE_2009)] == ["9010"]
    batch = BatchRead(1, (), METER, 1, (ENERGY_2007[:4], bytes.fromhex("00FF0201")))
    raw = framed(batch, Direction.DOWN)
    assert [one["di"] for one in readings(raw, Edition.ADDED_2012)] == ["00010000", "0102FF00"]


def test_an_answer_without_data_has_no_readings():
    """Only what is there is told."""
    raw = framed(DirectReadAnswer(1, METER, 1, b""), Direction.UP)
    assert readings(raw, Edition.BASE_2009) == []


def test_readings_are_told_and_not_read_back():
    """The object encodes to the same bytes: the content says it already."""
    raw = framed(DirectReadAnswer(1, METER, 5, ENERGY_2007), Direction.UP)
    (found,) = [piece for piece in find_frames(raw) if isinstance(piece, Found)]
    assert from_object(to_object(found)) == raw


def leaves(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from leaves(node.children)


def test_the_tree_shows_the_value_behind_its_length():
    """Name, digits with their unit, and the bytes of identifier and value."""
    raw = framed(DirectReadAnswer(1, METER, 5, ENERGY_2007), Direction.UP)
    (found,) = [node for node in leaves(dissect(raw)) if node.name == "reading"]
    assert found.en.startswith("00010000 forward active energy")
    assert found.text == "001234.56 kWh"
    assert raw[found.start : found.end] == ENERGY_2007
