"""Trees of the maker's envelope and of the file transfer in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.gdw376.frame import decode_frame
from core.vendor.dissect import dissect, gist_of, is_envelope
from core.vendor.envelope import DOWN, RECOGNITION, TRANSFER, UP, Order
from core.vendor.transfer.commands import WriteFirst, WriteNext
from core.wire.codec import Node
from tests.core.vendor.packages import package
from tests.core.vendor.test_envelope import ROWS


def leaves(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        whole = [child for child in node.children if child.bits is None]
        yield from leaves(tuple(whole)) if whole else (node,)


def everything(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from everything(node.children)


def of_row(row: dict[str, Any]) -> tuple[Node, ...]:
    return dissect(decode_frame(bytes.fromhex(row["hex"])).payload)


def shown(name: str, direction: str) -> dict[str, str]:
    """Text of each field of the first such worked example."""
    row = next(row for row in ROWS if row["name"] == name and row["direction"] == direction)
    return {node.name: node.text for node in leaves(of_row(row))}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['name']} {row['direction']}")
def test_every_byte_of_every_worked_frame_has_its_place(row: dict[str, Any]) -> None:
    """X1 to X30: the leaves follow each other without a gap, from the first byte to the last."""
    payload, at = decode_frame(bytes.fromhex(row["hex"])).payload, 0
    assert is_envelope(payload)
    for leaf in leaves(of_row(row)):
        assert leaf.start == at, leaf
        at = leaf.end
    assert at == len(payload)
    assert not [node for node in everything(of_row(row)) if node.error]
    assert "rest" not in {node.name for node in everything(of_row(row))}


def test_transfers_read_as_documented() -> None:
    """X16, X20, X22, X24, X27: names, checks, grants, verdicts and bitmaps."""
    begin = shown("X16", "down")
    assert (begin["name"], begin["crc"], begin["file_crc"]) == ("demo.hxp", "AED00FDA", "7D23H")
    assert (begin["command"], begin["attributes"]) == ("04H write first", "644 octal")
    assert shown("X20 refused old version", "up")["last"] == "10 Old version"
    assert shown("X22", "up")["flags"] == "resumed"
    assert shown("X24 bitmap 10101", "up")["bitmap"] == "10101"
    assert shown("X17 odd byte", "up")["code"] == "10 bad command"
    assert shown("X18", "down")["crc"] == "FBC4H X25"
    assert shown("X19", "down")["crc"] == "227DH ARC"
    assert shown("X27", "down")["data"] == "4096 bytes"


def test_the_gist_of_an_envelope() -> None:
    """One word for a list of frames: the command of a transfer, else the code; refusals are told."""
    said = {row["name"]: gist_of(decode_frame(bytes.fromhex(row["hex"])).payload)[1] for row in ROWS}
    assert said["X4 ok"] == "enter download"
    assert said["X14"] == "refused as a whole"
    assert said["X18 crc"] == "write next refused"
    assert "burst block" in said.values()
    assert gist_of(Order(0x55).encode())[1] == "unknown code"


def test_orders_read_as_documented() -> None:
    """X5, X7, X9, X12, X13, X15: where a download leads, what a result means."""
    assert shown("X5", "down")["way"] == "local, 57600 8N1"
    assert shown("X5", "down")["address"] == "1122-7788"
    assert (shown("X7", "down")["host"], shown("X7", "down")["port"]) == ("192.0.2.10", "7001")
    assert shown("X9", "down")["way"] == "leave download mode"
    assert shown("X12", "down")["path"] == "demo.hxp"
    assert shown("X12 no disk", "up")["result"] == "04H no such item, file or disk"
    assert shown("X10 13", "down")["ext"] == "13H run a command"
    assert {row["name"] for row in ROWS if "FAH" in str(of_row(row))} == {"X15"}


@pytest.mark.parametrize(
    ("payload", "names"),
    [
        (Order(0x07, bytes(8), "123456").encode(), {"psw"}),
        (Order(0x07, bytes(8), "123456", pw=b"topsecret-key-16").encode(), {"psw", "pw"}),
        (Order(0x12, bytes.fromhex("000011563412 02602002")).encode(), {"psw"}),
        (Order(0x02, bytes.fromhex("0011563412 02602002")).encode(), {"psw"}),
        (Order(0x0E, b"", "123456").encode()[:-2], {"psw"}),
    ],
)
def test_passwords_are_never_shown(payload: bytes, names: set[str]) -> None:
    """PSW, PW, and the password inside item writes; also in an order cut inside it."""
    nodes = list(everything(dissect(payload)))
    secret = {node.name for node in nodes if node.secret or (node.error and node.name in names)}
    assert secret == names
    for node in nodes:
        assert "56 34" not in node.text
        assert "topsecret" not in node.text


def test_a_block_whose_check_fits_nothing_is_marked() -> None:
    """The error stands at the block's CRC; the rest of the command is read."""
    block = WriteNext(7, 1, 0x1234, bytes(100)).encode()
    nodes = list(everything(dissect(Order(TRANSFER, block).encode())))
    assert [node.name for node in nodes if node.error] == ["crc"]


def test_unit_0_of_a_package_is_opened() -> None:
    """A header that is not as its CRC says is still opened; other files are not."""
    for file, wanted in ((package("PK01"), True), (package("PK07"), True), (bytes(356), False)):
        first = WriteFirst("demo.hxp", 356, 0o644, 0, file[:256]).encode()
        names = {node.name for node in everything(dissect(Order(TRANSFER, first).encode()))}
        assert ("signature" in names) is wanted


@given(
    st.sampled_from([DOWN, UP]), st.integers(0, 0xFF), st.binary(max_size=80), st.integers(0, 100),
    st.integers(0, 12),
)  # fmt: skip
def test_damaged_envelopes_are_shown_never_crash(
    command: int, code: int, content: bytes, size: int, kind: int
) -> None:
    """Any code, any length: spans stay inside the bytes and follow each other."""
    head = bytes([command]) + size.to_bytes(2, "little") + b"\x36" + RECOGNITION
    transfer = command | kind if kind < 11 else code
    inner = bytes([TRANSFER if kind < 11 else code]) + bytes(3 if command == DOWN else 0)
    payload = head + inner + bytes([transfer & 0xFF]) + content
    at = 0
    for leaf in leaves(dissect(payload)):
        assert at <= leaf.start <= leaf.end <= len(payload)
        at = leaf.end


@given(st.binary(max_size=40))
def test_arbitrary_bytes_never_crash(data: bytes) -> None:
    """Also what is no envelope at all."""
    dissect(data)
    is_envelope(data)
