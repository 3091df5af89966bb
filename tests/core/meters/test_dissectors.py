"""Trees of all families: every byte has its place, passwords have none, damage never raises."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.meters.alpha import packets as alpha
from core.meters.alpha.dissect import AlphaPackets
from core.meters.dissector import Dissector, secrets_of
from core.meters.edmi import commands as edmi
from core.meters.edmi.dissect import EdmiFrames
from core.meters.edmi.frame import Frame, Header, decode_frame, encode_frame, unstuffed
from core.meters.iec62056 import telegram as iec
from core.meters.iec62056.dissect import IecTelegrams
from core.meters.library.dissect import LibraryFrames
from core.meters.mask import masked, secret_spans
from core.wire.codec import Node
from tests.core.meters.library.stage import shipped_library

VECTORS = Path(__file__).parents[2] / "vectors"
EDMI, ALPHA, IEC = EdmiFrames(), AlphaPackets(), IecTelegrams()
WASION, EDMI_TABLE = (
    LibraryFrames(shipped_library("wasion-4.1")),
    LibraryFrames(shipped_library("edmi-table")),
)
FAMILIES: dict[str, tuple[Dissector, str]] = {
    "edmi": (EDMI, "meters_edmi"), "alpha": (ALPHA, "meters_alpha"), "wasion": (WASION, "meters_wasion"),
    "iec62056": (IEC, "iec62056/telegrams"),
}  # fmt: skip


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (VECTORS / f"{name}.jsonl").read_text("utf-8").splitlines()]


CASES = [(family, bytes.fromhex(row["hex"])) for family, file in FAMILIES.values() for row in rows(file)]


def flat(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from flat(node.children)


def inside(node: Node) -> bool:
    return node.start <= node.end and all(
        node.start <= one.start and one.end <= node.end and inside(one) for one in node.children
    )


@pytest.mark.parametrize(("family", "raw"), CASES, ids=lambda value: getattr(value, "name", ""))
def test_every_byte_stands_in_the_tree_once(family: Dissector, raw: bytes) -> None:
    """The nodes at the top follow each other from the first byte to the last, children stay inside."""
    seen = family.sight(raw, 0)
    if seen is None or seen.size != len(raw):
        assert raw.hex() in ("020500000000000b47ea", "2f3f210d0a"), (
            "only the negative and the foreign wake-up"
        )
        return
    at = 0
    for node in family.explain(raw).nodes:
        assert node.start == at
        assert inside(node)
        at = node.end
    assert at == len(raw)


@given(st.sampled_from(CASES), st.data())
def test_damage_never_raises(case: tuple[Dissector, bytes], data: st.DataObject) -> None:
    """A foreign byte, cut anywhere: sighted, meant or nothing, and always explained."""
    family, raw = case
    broken = bytearray(raw[: data.draw(st.integers(1, len(raw)))])
    broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    piece = bytes(broken)
    seen = family.sight(piece, 0) or family.meant(piece)
    if seen is not None:
        assert 0 < seen.size <= len(piece)
        explained = family.explain(piece[: seen.size])
        assert all(node.end <= seen.size for node in flat(explained.nodes))


@given(st.sampled_from([EDMI, ALPHA, IEC, WASION, EDMI_TABLE]), st.binary(min_size=1, max_size=80))
def test_any_bytes_are_explained(family: Dissector, raw: bytes) -> None:
    """Bytes that are no telegram at all have a tree too, should anybody force them through."""
    assert family.explain(raw).nodes


LOGIN = edmi.Login("EDMI", "IMDEIMDE")
SECRETS: list[tuple[Dissector, bytes, bytes]] = [
    (EDMI, encode_frame(Frame(edmi.command_body(LOGIN))), b"IMDEIMDE"),
    (EDMI, encode_frame(Frame(edmi.command_body(LOGIN), Header(0x02031011, 19, 3))), b"IMDEIMDE"),
    (EDMI_TABLE, encode_frame(Frame(edmi.command_body(LOGIN), Header(212039174, 0, 0xFFFF))), b"IMDEIMDE"),
    (ALPHA, alpha.encode_request(alpha.Password(0x487AAE74)), bytes.fromhex("487AAE74")),
    (IEC, iec.encode(iec.Command("P", "1", "(00000000)")), b"00000000"),
    (IEC, iec.encode(iec.Command("P", "2", "(23CB4DDDE2B76317)")), b"23CB4DDDE2B76317"),
    (IEC, iec.with_parity(iec.encode(iec.Command("P", "1", "(1234567A)"))), iec.with_parity(b"1234567A")),
]


@pytest.mark.parametrize(("family", "raw", "secret"), SECRETS)
def test_passwords_are_masked(family: Dissector, raw: bytes, secret: bytes) -> None:
    """In the tree, in the readings and in loose bytes; also when the telegram is cut behind it."""
    assert raw.count(secret) == 1
    at = raw.index(secret)
    assert (at, at + len(secret)) in list(secret_spans(raw))
    assert secret not in masked(raw)
    assert secret[:4] not in masked(raw[: at + len(secret)])
    said = family.explain(raw)
    shown = f"{[node.text for node in flat(said.nodes) if not node.secret]} {said.readings}"
    if family is not EDMI_TABLE:  # its login is a constant, found by the pattern alone
        assert (at, at + len(secret)) in list(secrets_of(said.nodes))
        assert secret.hex(" ").upper() not in shown
        assert iec.seven_bits(secret).decode("latin-1") not in shown


@given(st.binary(max_size=60))
def test_places_of_unstuffed_bytes(plain: bytes) -> None:
    """The bytes are those of the frame's own decoding, each at its place on the line."""
    raw = encode_frame(Frame(b"R" + plain))
    found, places = unstuffed(raw[1:-1])
    assert found[:-2] == decode_frame(raw).body
    assert len(places) == len(found) + 1
    for byte, at in zip(found, places, strict=False):
        assert raw[1 + at] == byte or raw[1 + at] == 0x10


def readings(family: Dissector, raw: str, asked: str = "") -> list[tuple[str, str | None, str]]:
    said = family.explain(bytes.fromhex(raw), bytes.fromhex(asked))
    return [(one.code, one.value, one.unit) for one in said.readings]


def test_a_multi_read_is_taken_apart_with_its_request() -> None:
    """EDMI: the registers of the request name the values; without it, the tree says what is missing."""
    request = edmi.command_body(edmi.ReadMany((0xE000, 0x0ABC, 0xE060)))
    asked = encode_frame(Frame(request, Header(212039174, 0, 0xFFFF))).hex()
    answer = "0245000000000CA37606FFFF4D0000FFF1004366400010430042480000539503"
    assert readings(EDMI, answer, asked) == [
        ("E000", "230.25", "V"),
        ("0ABC", None, ""),
        ("E060", "50", "Hz"),
    ]
    alone = EDMI.explain(bytes.fromhex(answer))
    assert [node.error for node in alone.nodes if node.error] == ["the request is missing"]


def test_floats_of_both_sizes() -> None:
    """EDMI: the length of an answer tells f32 from f64; the digits are the shortest that mean the float."""
    assert readings(EDMI, "0245000000000CA37606FFFF52016941678C29C80000000D2403") == [
        ("0169", "12345678.25", "")
    ]
    assert readings(EDMI, "0245000000000CA37606FFFF5201694640E600291C03") == [("0169", "12345.5", "")]


def test_refusals_have_their_words() -> None:
    """The reason of every family that gives one."""
    told = {
        family.explain(bytes.fromhex(raw)).refusal
        for family, raw in (
            (EDMI, "0245000000000CA37606FFFF18097A2D03"),
            (ALPHA, "02050FA2830E"),
            (IEC, "022845525235290372"),
        )
    }
    assert told == {
        "CAN 9, not logged in", "code 15 class not supported", "ERR5 locked, or the login is over",
    }  # fmt: skip


def test_identities_of_the_a1700_are_read_with_their_question() -> None:
    """The clock of identity 861, and import of identity 507 in its first packet."""
    clock = iec.encode(iec.Command("R", "1", "861001(7)")).hex()
    assert readings(IEC, "02283330333531343230313130303236290304", clock)[0][1] == "2026-11-20 14:35:30"
    energies = iec.encode(iec.Command("R", "1", "507001(40)")).hex()
    raw = next(row["hex"] for row in rows("iec62056/telegrams") if row["meaning"].startswith("answer: 64"))
    found = readings(IEC, raw, energies)
    assert found[0] == ("507001", "1234.567890", "kWh")
    assert len(found) == 8


def test_lines_of_a_readout_have_names_of_its_dialect() -> None:
    """The published readout: all lines, rates in the terminal's order, dates beside demands."""
    raw = next(row["hex"] for row in rows("iec62056/telegrams") if row["meaning"].startswith("complete"))
    said = IEC.explain(bytes.fromhex(raw))
    assert said.en == "readout, OBIS"
    names = {one.code: one.en for one in said.readings}
    assert names["1.8.0"] == "forward active, total"
    assert names["1.8.4"] == "forward active, sharp"
    assert len(said.readings) > 50


def test_a_library_names_what_its_file_knows() -> None:
    """WASION: identifier, value and unit by the file; an identifier it does not know is no frame of it."""
    assert readings(WASION, "0106070D01AA01100487D612002F0D") == [("1001", "1234.567", "kWh")]
    assert WASION.explain(bytes.fromhex("1255B310022C0D")).address == "000000000018"
    unknown = bytes.fromhex("0155991004")
    assert WASION.sight(unknown + bytes([sum(unknown) & 0xFF, 0x0D]), 0) is None
