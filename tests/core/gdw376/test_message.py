"""Data units inside published frames, and messages of several units."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.gdw376.dissect import dissect
from core.gdw376.frame import Direction, decode_frame
from core.gdw376.message import Item, carries_values, decode_items, encode_blocks, encode_query, items_of
from core.gdw376.units.afn04 import MasterStation, TerminalAddress
from core.wire.codec import Node
from tests.vectors import Published, published

FRAMES = [row for row in published("gdw376/frames") if row.valid and row.frame[1] & 3 == 2]
ALL_EVENTS = {"valid": list(range(1, 65)), "important": list(range(1, 65))}

# What the frames with units of the first path were documented to say, by their data units in hexadecimal.
DOCUMENTED: dict[str, list[tuple[int, int, Any]]] = {
    "00000400C0A80001901FC0A80002901F5A4A444C2E5A4A000000000000000000": [
        (0, 3, {"main_ip": "192.168.0.1", "main_port": 8080, "standby_ip": "192.168.0.2",
                "standby_port": 8080, "apn": "ZJDL.ZJ"})],
    "00000400B46151BE254E000000000000636D6E65740000000000000000000000": [
        (0, 3, {"main_ip": "180.97.81.190", "main_port": 20005, "standby_ip": "0.0.0.0",
                "standby_port": 0, "apn": "cmnet"})],
    "00000101FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF": [(0, 9, ALL_EVENTS)],
    "00000100" "4757464B464B474132330000363138302006143032392E3131322E33313031333736313034300201" "14": [
        (0, 1, {"maker": "GWFK", "device": "FKGA23", "software": "6180", "software_date": "2014-06-20",
                "capacity": "029.112.310", "protocol": "1376", "hardware": "1040",
                "hardware_date": "2014-01-02"})],
    "0000010B01511A07": [(0, 89, {"region": "5101", "terminal": "071A"})],
    "0000010B": [(0, 89, None)],
    "00000200494811155215": [(0, 2, {"time": "2015-12-15T11:48:49"})],
}  # fmt: skip

# Payloads, by their beginning, that mean something but are not written the way we would: why each differs.
NOT_CANONICAL = {
    "0000040100001001": "two identifiers where one with two bits would do",
    "00000200512023071018": "weekday 0 in the clock",
    "0101090b3017280318": "one identifier for two curves, each with its stamp",
    "10010103261401081073": "missing current filled with EFH",
    "0101020027081859232708180400ee": "missing values filled with 00 EE EE EE EE",
}

# Frames that cannot be read to the end: AFN, beginning of the payload, why.
UNREAD = {
    (0x00, "00000100000000000000"): "non-standard confirm with six more bytes",
    (0x00, "0000010001"): "vendor confirm with one extra byte",
    (0x04, "0000020600"): "F50 is spare in 2009, private here",
    (0x04, "0000020601"): "F50 is spare in 2009, private here",
    (0x04, "00008002636d647a"): "labelled F16 by its source, but F24 on the wire (part A §13)",
    (0x04, "000080040402e203"): "F40 is spare in 2009, private here",
    (0x04, "0000800400"): "F40 is spare in 2009, private here",
    (0x0B, "010002000100010a"): "reports carried as AFN0B upward with an identifier of their own",
    (0x0C, "0000027d14007070"): "F1002 is private",
    (0x0D, "0101041115011106"): "F139 is private in some products (part B §3.4)",
    (0x0D, "0000020178563412"): "F10 of a gateway with its own body",
    (0x0D, "0101010b00001408"): "F89 that holds a DL/T 645 frame instead of points",
    (0x10, "00000100010a050c"): "a byte is missing before the length of the forwarded frame",
    (0x13, "000004001f02"): "AFN 13H is private",
    (0x22, "027000000100"): "look-alike with a 7-byte address field",
    (0xA4, "0000400300"): "AFN A4H is private",
    (0xAA, "0000200301"): "AFN AAH is private",
    (0xFE, "0000000001910100"): "AFN FEH is private",
}


def reasoned(text: str, reasons: Iterable[str]) -> bool:
    """Tell whether one of the beginnings is that of ``text``."""
    return any(text.startswith(beginning) for beginning in reasons)


@pytest.mark.parametrize("row", FRAMES, ids=lambda row: row.meaning[:40])
def test_published_frames_are_read_to_the_end(row: Published) -> None:
    """Every unit of every frame is in the dictionary; each exception has its reason."""
    frame = decode_frame(row.frame)
    unread = any(item.raw or item.error for item in items_of(frame))
    assert unread is reasoned(frame.payload.hex(), (start for afn, start in UNREAD if afn == frame.afn))


def test_documented_meanings_are_read() -> None:
    """Every documented payload occurs among the published frames and means exactly what its source says."""
    found = {}
    for row in FRAMES:
        frame = decode_frame(row.frame)
        found[frame.payload.hex().upper()] = [
            (i.pn, i.fn, i.value.to_json() if i.value is not None else None) for i in items_of(frame)
        ]
    assert {key: found.get(key) for key in DOCUMENTED} == DOCUMENTED


@pytest.mark.parametrize("row", FRAMES, ids=lambda row: row.meaning[:40])
def test_units_are_encoded_to_the_same_bytes(row: Published) -> None:
    """Frames come out byte for byte, also where a part stayed raw; each exception has its reason."""
    frame = decode_frame(row.frame)
    items = items_of(frame)
    if any(item.error for item in items) or reasoned(frame.payload.hex(), (start for _, start in UNREAD)):
        return
    blocks = encode_blocks(items) if carries_values(frame.afn, frame.direction) else encode_query(items)
    assert (b"".join(blocks) == frame.payload) is not reasoned(frame.payload.hex(), NOT_CANONICAL)


def leaves(node: Node) -> list[Node]:
    """Whole-byte leaves; bit fields count as their word."""
    if node.children and node.children[0].bits is None:
        return [leaf for child in node.children for leaf in leaves(child)]
    return [node]


def covered(raw: bytes) -> list[int]:
    """Byte positions that the leaves of a dissection cover, in order."""
    return [at for node in dissect(raw) for leaf in leaves(node) for at in range(leaf.start, leaf.end)]


@pytest.mark.parametrize("row", published("gdw376/frames"), ids=lambda row: row.meaning[:40])
def test_dissections_cover_every_byte_once(row: Published) -> None:
    """Also in damaged, foreign and unknown frames each byte has one place in the tree."""
    assert covered(row.frame) == list(range(len(row.frame)))


@pytest.mark.parametrize("row", FRAMES[:60], ids=lambda row: row.meaning[:40])
def test_frames_cut_anywhere_are_still_explained(row: Published) -> None:
    """A cut frame shows how far it makes sense, and that bytes are missing."""
    for cut in range(1, len(row.frame), 3):
        raw = row.frame[:cut]
        assert covered(raw) == list(range(cut))
        assert any(leaf.error for node in dissect(raw) for leaf in leaves(node))


@settings(max_examples=300, deadline=None)
@given(
    row=st.sampled_from(FRAMES),
    at=st.integers(0, 500),
    byte=st.integers(0, 255),
)
def test_damaged_frames_are_explained_without_an_exception(row: Published, at: int, byte: int) -> None:
    """One wrong byte anywhere never raises and never loses a byte."""
    raw = bytearray(row.frame)
    raw[at % len(raw)] = byte
    assert covered(bytes(raw)) == list(range(len(raw)))


def test_passwords_are_never_shown() -> None:
    """PW is present or empty, its digits stay hidden."""
    row = next(row for row in FRAMES if "PW 67 89" in row.meaning)
    texts = [leaf.text for node in dissect(row.frame) for leaf in leaves(node)]
    assert "present" in texts
    assert not any("6789" in text.replace(" ", "") for text in texts)


def test_a_wrong_checksum_says_what_it_should_be() -> None:
    """The checksum node carries the right value."""
    raw = bytearray(FRAMES[0].frame)
    raw[-2] ^= 1
    (node,) = [node for node in dissect(bytes(raw)) if node.name == "checksum"]
    assert node.error == f"should be {FRAMES[0].frame[-2]:02X}H"


def test_points_outside_functions_inside() -> None:
    """Several bits in DA and DT are answered point by point, functions inside."""
    identifier = bytes.fromhex("03010300")
    items = decode_items(0x0C, Direction.DOWN, identifier)
    assert [(i.pn, i.fn) for i in items] == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_queries_merge_their_identifiers() -> None:
    """F1, F3 and F8 of the terminal share one identifier, F16 needs another."""
    query = encode_query(Item(0, fn) for fn in (1, 3, 8, 16))
    assert [block.hex() for block in query] == ["00008500", "00008001"]


def test_an_unknown_unit_keeps_the_rest_raw() -> None:
    """Nothing on the wire tells its length, so all that follows stays bytes."""
    known_unit = TerminalAddress("1122", 0x7788)
    payload = b"".join(encode_blocks([Item.of(known_unit)])) + bytes.fromhex("00000819 0102030405")
    first, last = decode_items(0x04, Direction.DOWN, payload)
    assert first.value == known_unit
    assert (last.fn, last.raw) == (204, bytes.fromhex("0102030405"))


def test_a_broken_unit_names_field_and_offset() -> None:
    """The last item carries the error with its place in the payload."""
    payload = encode_blocks([Item.of(MasterStation.blank())])[0][:20]
    (item,) = decode_items(0x04, Direction.DOWN, payload)
    assert item.error is not None
    assert (item.error.field, item.error.offset) == ("apn", 16)


@settings(max_examples=400, deadline=None)
@given(
    afn=st.sampled_from([0, 1, 2, 4, 5, 9, 0x0A, 0x0C, 0x0D, 0x10]),
    up=st.booleans(),
    raw=st.binary(max_size=60),
)
def test_any_payload_decodes_without_an_exception(afn: int, up: bool, raw: bytes) -> None:
    """Garbage in the data units ends in an item with the rest raw, never in an exception."""
    items = decode_items(afn, Direction.UP if up else Direction.DOWN, raw)
    assert all(0 <= item.start <= item.end <= len(raw) for item in items)
