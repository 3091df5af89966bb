import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EncodeError
from core.gdw376.frame import decode_frame
from hhu.client.found_frames import Found, Skipped, find_frames
from hhu.client.frame_objects import to_object
from hhu.client.masking import masked
from hhu.client.object_frames import from_object

VECTORS = Path(__file__).parents[2] / "vectors" / "gdw376" / "frames.jsonl"
FRAMES: list[dict[str, Any]] = [json.loads(line) for line in VECTORS.read_text("utf-8").splitlines()]
WEEKDAY_MISSING = "684A004A00688800130005000C7000000200512023071018E116"
"""A clock that was sent without its weekday, and a street-lighting frame whose units end in a false PW."""
LAMP = "68D600D600684A90804E"
KEYS = [
    "protocol", "valid", "error", "direction", "prm", "function", "acd", "address", "afn", "seq", "units",
    "aux", "spans",
]  # fmt: skip


def only(raw: bytes) -> Found:
    found = [piece for piece in find_frames(raw) if isinstance(piece, Found)]
    assert len(found) == 1
    return found[0]


def whole(hexadecimal: str) -> bool:
    raw = bytes.fromhex(hexadecimal).lstrip(b"\xfe")
    return not isinstance(_pw(raw), Exception) and only(raw).error is None


def _pw(raw: bytes) -> bytes | Exception | None:
    try:
        return decode_frame(raw).aux.pw
    except Exception as error:
        return error


OTHER_FILLERS = (
    "683E013E01689812965634040C64",  # missing current as EFH
    "68C201C201688871012208020DE60101020027",  # missing energies as 00 EE EE EE EE
)
"""Frames whose missing values are not filled with EEH; they are written with EEH again."""

CANONICAL = [
    row["hex"]
    for row in FRAMES
    if whole(row["hex"])
    and masked(bytes.fromhex(row["hex"])) == bytes.fromhex(row["hex"])
    and row["hex"] != WEEKDAY_MISSING
    and not row["hex"].startswith((LAMP, *OTHER_FILLERS))
]


def test_most_vectors_are_canonical() -> None:
    """The round trip below is about nearly all published frames."""
    assert len(CANONICAL) > 115


@pytest.mark.parametrize("hexadecimal", CANONICAL)
def test_decode_and_encode_are_inverse(hexadecimal: str) -> None:
    """A published frame becomes JSON and the same bytes again."""
    raw = bytes.fromhex(hexadecimal)
    assert from_object(json.loads(json.dumps(to_object(only(raw))))) == raw


def test_the_contract_of_the_keys() -> None:
    """The object has the keys of the design, in their order, with their kinds of values."""
    shown = to_object(only(encode("1122-3344", "0A")))
    assert list(shown) == KEYS
    assert shown["address"] == {"region": "1122", "terminal": "3344", "msa": 1, "group": False}
    assert shown["units"] == [
        {
            "fn": 3,
            "pn": 0,
            "code": "0AF3",
            "name_zh": "主站IP地址和端口",
            "name_en": "Master station IP and port",
            "value": {},
            "span": [14, 18],
        }
    ]
    assert shown["aux"] == {"pw": None, "ec": None, "tp": None}
    assert (shown["valid"], shown["acd"], shown["function"]) == (True, None, 11)


def encode(address: str, afn: str) -> bytes:
    region, terminal = address.split("-")
    return from_object(
        {
            "direction": "down",
            "prm": True,
            "function": 11,
            "address": {"region": region, "terminal": terminal, "msa": 1, "group": False},
            "afn": afn,
            "seq": {"tpv": False, "fir": True, "fin": True, "con": False, "number": 0},
            "units": [{"fn": 3, "pn": 0}],
        }
    )


@pytest.mark.parametrize("row", FRAMES, ids=lambda row: row["hex"][:40])
def test_spans_cover_every_byte_once(row: dict[str, Any]) -> None:
    """The top spans follow each other from the first byte to the last; children stay inside."""
    for piece in find_frames(bytes.fromhex(row["hex"])):
        if isinstance(piece, Found):
            at = 0
            for span in to_object(piece)["spans"]:
                assert span["span"][0] == at
                at = max(at, span["span"][1])
                inside(span)
            assert at == len(piece.raw) or piece.error


def inside(span: dict[str, Any]) -> None:
    for child in span.get("children", []):
        assert span["span"][0] <= child["span"][0] <= child["span"][1] <= span["span"][1]
        inside(child)


@given(st.binary(max_size=300))
def test_any_bytes_are_cut_without_loss(raw: bytes) -> None:
    """Frames, damaged frames and the rest put together are the input, and all of them can be shown."""
    pieces = list(find_frames(raw))
    assert b"".join(_bytes(piece) for piece in pieces) == raw
    for piece in pieces:
        if isinstance(piece, Found):
            json.dumps(to_object(piece))


@given(st.integers(0, len(FRAMES) - 1), st.integers(0, 200), st.integers(0, 255), st.integers(0, 200))
def test_damaged_frames_never_break_the_tool(number: int, at: int, byte: int, cut: int) -> None:
    """A frame with a foreign byte, cut anywhere, is shown as far as it makes sense."""
    raw = bytearray.fromhex(FRAMES[number]["hex"])
    raw[at % len(raw)] = byte
    kept = bytes(raw[: len(raw) - cut % len(raw)])
    pieces = list(find_frames(kept))
    assert b"".join(_bytes(piece) for piece in pieces) == kept
    for piece in pieces:
        if isinstance(piece, Found):
            assert json.loads(json.dumps(to_object(piece)))["protocol"]


def _bytes(piece: Found | Skipped) -> bytes:
    return b"\xfe" * piece.preamble + piece.raw if isinstance(piece, Found) else piece.raw


def test_several_frames_with_garbage_between() -> None:
    """Every frame is found, the garbage named, a preamble counted."""
    frame = encode("1122-3344", "0A")
    pieces = list(find_frames(b"\x01\x02" + frame + b"\x99\xfe\xfe" + frame + frame[:15]))
    assert [type(piece).__name__ for piece in pieces] == ["Skipped", "Found", "Skipped", "Found", "Found"]
    preambles = [(piece.preamble, piece.error is None) for piece in pieces if isinstance(piece, Found)]
    assert preambles == [(0, True), (2, True), (0, False)]


def test_a_wrong_checksum_still_tells_everything() -> None:
    """Only the verdict changes; the units are there."""
    raw = bytearray(encode("1122-3344", "0A"))
    raw[-2] ^= 0x55
    shown = to_object(only(bytes(raw)))
    assert shown["valid"] is False
    assert "checksum" in shown["error"]
    assert shown["units"][0]["code"] == "0AF3"


WRITE = "68E200E200684A2211443302047000000400"


def test_pw_is_never_shown() -> None:
    """Whole, with a wrong checksum, with wrong lengths or cut short: PW does not come out."""
    apn = "636D696F74".ljust(32, "0")
    body = bytes.fromhex(f"0A141E2909290A141E2A1F41{apn}")
    raw = bytes.fromhex(WRITE) + body + b"13572468".ljust(16, b"\0") + b"\x00\x16"
    for damaged in (raw, raw[:3] + b"\x00" + raw[4:], raw[:-4], raw[:-12]):
        shown = json.dumps(to_object(only(damaged)))
        assert b"1357".hex() not in shown.lower()
        assert "1357" not in shown


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"afn": "1FF"}, "afn"),
        ({"function": "11"}, "function"),
        ({"direction": "left"}, "direction"),
        ({"units": [{"fn": 3, "pn": 0}, {"fn": "x"}]}, "units[1].fn"),
        ({"protocol": "dlt645-2007"}, "protocol"),
        ({"address": {"region": "11", "terminal": "3344"}}, "address.region"),
        ({"units": 3}, "units"),
        ({"aux": {"tp": {"pfc": 1, "time": "noon", "delay": 0}}}, "aux.tp.time"),
    ],
)
def test_wrong_objects_are_refused_by_key(change: dict[str, Any], field: str) -> None:
    """The refusal names the key that is wrong."""
    shown = to_object(only(encode("1122-3344", "0A")))
    with pytest.raises(EncodeError) as refused:
        from_object(shown | change)
    assert refused.value.field == field
