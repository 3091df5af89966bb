"""Records, bits and repetitions: one declaration, every use."""

from dataclasses import FrozenInstanceError, replace
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError, UsageError
from core.wire.bits import bit, bits
from core.wire.codec import NO_SCOPE, Label, Node
from core.wire.formats import A7, A12, U8
from core.wire.leaf import Mask
from core.wire.paths import codec_at, places, replaced, value_at
from core.wire.record import Broken, Record, item, layout_of, record
from core.wire.repeat import ByField, ByMask, Prefix, Repeat, ToEnd
from tests import strategies


@bits(1)
class Role:
    slave: bool = bit(7, "从站", "Slave")
    count: int = bit(0, "数量", "Count", width=4)


@record
class Meter:
    address: A12 = item("地址", "Address")
    voltage: A7 = item("电压", "Voltage")


@record
class Fixed(Record):
    address: A12 = item("地址", "Address")
    voltage: A7 = item("电压", "Voltage")


@record
class Everything(Record):
    role: Role = item("角色", "Role")
    named: Annotated[tuple[Meter, ...], Repeat(Meter, ByField("role.count", 15))] = item("表", "Meters")
    mask: Annotated[frozenset[int], Mask(1)] = item("掩码", "Mask")
    masked: Annotated[tuple[int, ...], Repeat(U8, ByMask("mask"))] = item("值", "Values")
    counted: Annotated[tuple[int, ...], Repeat(U8, Prefix(2, 300))] = item("表列", "List")
    rest: Annotated[tuple[int, ...], Repeat(U8, ToEnd())] = item("余", "Rest")


RAW = bytes.fromhex("82129078563412 0522110000000000 EEEE05 0A0B0100 FF01 02")
LABEL = Label("all", "全部", "Everything")


def leaves(node: Node) -> list[Node]:
    return [leaf for child in node.children for leaf in leaves(child)] if node.children else [node]


def test_every_kind_of_part_decodes_and_encodes() -> None:
    """Counts by field, mask, prefix and end of bytes are honoured, and give the same bytes again."""
    value = Everything.decode(RAW)
    assert value.role == Role(slave=True, count=2)
    assert [m.address for m in value.named] == ["123456789012", "000000000011"]
    assert value.named[1].voltage is None
    assert (value.mask, value.masked) == (frozenset({1, 3}), (10, 11))
    assert (value.counted, value.rest) == ((255,), (1, 2))
    assert value.encode() == RAW


def test_json_both_ways() -> None:
    """JSON holds the exact digits and gives the value back."""
    value = Everything.decode(RAW)
    assert value.to_json()["named"][0] == {"address": "123456789012", "voltage": "220.5"}
    assert Everything.from_json(value.to_json()) == value


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"masked": [1]}, "masked: 1 entries, exactly 2 are needed"),
        ({"named": []}, "named: 0 entries, exactly 2 are needed"),
        ({"counted": [0, 256]}, r"counted\[1\]: 256 is outside 0..255"),
        ({"role": {"slave": 1, "count": 2}}, "true or false expected"),
        ({"role": {"slave": True}}, "count: is missing"),
        ({"roles": 1}, "roles: is no field here"),
        ({"rest": "no list"}, "a list expected"),
    ],
)
def test_refusals_name_the_path(change: dict[str, Any], message: str) -> None:
    """Whatever cannot be sent is refused with the path of the field and the limit."""
    with pytest.raises(EncodeError, match=message):
        Everything.from_json(Everything.decode(RAW).to_json() | change).encode()


@pytest.mark.parametrize(
    ("hexadecimal", "offset", "field"),
    [
        ("", 0, "role"),
        ("82 129078563412 0522 11", 9, "named[1].address"),
        ("81 1290785634AA 0522", 1, "named[0].address"),
        ("80 05 0A", 3, "masked[1]"),
        ("80 00 2D01", 2, "counted"),
    ],
)
def test_decode_errors_carry_offset_and_field(hexadecimal: str, offset: int, field: str) -> None:
    """The place of the first wrong byte and the path of its field are known."""
    with pytest.raises(DecodeError) as caught:
        Everything.decode(bytes.fromhex(hexadecimal))
    assert (caught.value.offset, caught.value.field) == (offset, field)


def test_left_over_bytes_are_refused() -> None:
    """A record of fixed size does not swallow what follows it."""
    with pytest.raises(DecodeError, match="1 bytes too many"):
        Fixed.decode(bytes(9))


def test_dissection_covers_every_byte_once() -> None:
    """Leaf spans follow each other without gap or overlap; bit fields carry their bits."""
    node, value, after = layout_of(Everything).dissect(LABEL, RAW, 0, len(RAW), NO_SCOPE)
    assert (value, after) == (Everything.decode(RAW), len(RAW))
    spans = [(leaf.start, leaf.end) for leaf in leaves(node) if leaf.bits is None and leaf.end > leaf.start]
    covered = sorted([*spans, (0, 1)])
    assert [a for a, _ in covered] + [len(RAW)] == [0] + [b for _, b in covered]
    assert [child.bits for child in node.children[0].children] == [(7, 7), (0, 3)]


def test_a_broken_dissection_shows_how_far_it_came() -> None:
    """The branch that breaks keeps its good leaves and ends in a node with the reason."""
    with pytest.raises(Broken) as caught:
        layout_of(Everything).dissect(LABEL, RAW[:12], 0, 12, NO_SCOPE)
    role, named = caught.value.nodes
    assert role.name == "role"
    assert named.children[0].children[0].text == "123456789012"
    assert leaves(named)[-1].error == "needs 6 bytes, 3 are left"
    assert caught.value.field == "named[1].address"


@settings(max_examples=150, deadline=None)
@given(strategies.values(Everything))
def test_any_value_round_trips(value: Everything) -> None:
    """Values of all parts together survive bytes, JSON and dissection."""
    raw = value.encode()
    assert Everything.decode(raw) == value
    assert Everything.from_json(value.to_json()) == value
    assert layout_of(Everything).dissect(LABEL, raw, 0, len(raw), NO_SCOPE)[1] == value


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40))
def test_arbitrary_bytes_raise_only_the_declared_error(raw: bytes) -> None:
    """Garbage either decodes to something that can be sent again, or raises DecodeError inside the bytes."""
    try:
        value = Everything.decode(raw)
    except DecodeError as error:
        assert 0 <= error.offset <= len(raw)
        return
    assert Everything.decode(value.encode()) == value


def test_paths_reach_every_leaf() -> None:
    """The names that forms and commands use lead to values and codecs, and replace only what they name."""
    value = Everything.decode(RAW)
    by_path = {place.path: place.leaf.show(place.value) for place in places(value)}
    assert by_path["role.count"] == "2"
    assert by_path["named[0].voltage"] == "220.5"
    assert by_path["mask"] == "1,3"
    changed = replaced(value, "named[0].address", "000000000001")
    assert value_at(changed, "named[0].address") == "000000000001"
    assert value_at(changed, "named[1]") == value.named[1]
    assert codec_at(Everything, "named[0].voltage").size == 2


@pytest.mark.parametrize(
    ("path", "message"),
    [("nothing", "Fields: role, named"), ("named[7].address", "only 2"), ("a..b", "no field path")],
)
def test_wrong_paths_are_refused_with_the_names_there_are(path: str, message: str) -> None:
    """A typing mistake names what would have been possible."""
    with pytest.raises(UsageError, match=message):
        codec_at(Everything, path)
        value_at(Everything.decode(RAW), path)


def test_records_are_values() -> None:
    """Equal by content, usable as keys, shown with their fields, and never changed."""
    one, two = Meter("000000000001", None), Meter("000000000001", None)
    assert (one, hash(one), {one: 1}[two]) == (two, hash(two), 1)
    assert one != Fixed("000000000001", None)
    assert repr(one) == "Meter(address='000000000001', voltage=None)"
    assert replace(one, address="000000000002") == Meter(address="000000000002", voltage=None)
    with pytest.raises(FrozenInstanceError):
        one.address = "000000000003"  # pyright: ignore[reportAttributeAccessIssue]  # that is the point
    with pytest.raises(FrozenInstanceError):
        del one.address  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError):
        Meter("000000000001")  # pyright: ignore[reportCallIssue]  # a field is missing
