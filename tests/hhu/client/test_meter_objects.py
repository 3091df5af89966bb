"""Frames of DL/T 645 in what a person pasted, as JSON and back."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EncodeError
from core.meters.dlt645.mask import masked
from hhu.client.dissection import dissect
from hhu.client.found_frames import Found, Skipped, find_frames
from hhu.client.frame_objects import to_object
from hhu.client.masking import masked as traced
from hhu.client.meter_objects import from_meter_object

VECTORS = Path(__file__).parents[2] / "vectors" / "dlt645" / "frames.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in VECTORS.read_text("utf-8").splitlines()]
READ = bytes.fromhex("68785634120000689108333334338967 4533B216".replace(" ", ""))
"""The worked example: 00010000 is 1234.56 kWh."""
TRIP = bytes.fromhex("68785634120000681C1035896745AB8967454D338C8C5653445938 16".replace(" ", ""))
TERMINAL = bytes.fromhex("6832003200680B04191100000061000001009B16")


def only(raw: bytes) -> Found:
    found = [piece for piece in find_frames(raw) if isinstance(piece, Found)]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["hex"])
def test_published_frames_are_recognised(row: dict[str, Any]) -> None:
    """Every published frame is one frame of its edition, valid or not as published, and JSON holds it."""
    found = only(bytes.fromhex(row["hex"]))
    shown = json.loads(json.dumps(to_object(found)))
    assert shown["valid"] is row["valid_cs"]
    if row["version"] in ("1997", "2007"):
        assert shown["protocol"] == f"dlt645-{row['version']}"
    assert {"address", "control", "di", "name_en", "value", "unit", "error"} <= shown.keys()


@pytest.mark.parametrize("row", [row for row in ROWS if row["valid_cs"]], ids=lambda row: row["hex"])
def test_decode_and_encode_are_inverse(row: dict[str, Any]) -> None:
    """A published frame becomes JSON and the same bytes again, unless it carries a password."""
    raw = bytes.fromhex(row["hex"])
    if masked(raw) != raw or "FFFFFFFF" in row["value"]:
        return
    again = from_meter_object(json.loads(json.dumps(to_object(only(raw)))))
    if "FF" in row["value"] or "+ tail AA" in row["value"]:
        assert len(again) in (len(raw), len(raw) - 1)
    else:
        assert again == raw


def test_the_contract_of_the_keys() -> None:
    """A read answer: exact digits as text, address and identifier as people write them."""
    shown = to_object(only(b"\xfe\xfe" + READ))
    told = {key: shown[key] for key in ("protocol", "valid", "error", "direction", "address", "control", "di",
                                        "name_en", "value", "unit", "preamble")}  # fmt: skip
    assert told == {
        "protocol": "dlt645-2007",
        "valid": True,
        "error": None,
        "direction": "up",
        "address": "000012345678",
        "control": "91",
        "di": "00010000",
        "name_en": "forward active energy, total, current",
        "value": "001234.56",
        "unit": "kWh",
        "preamble": 2,
    }


def test_refusals_and_bad_values_are_errors() -> None:
    """A refusal is a valid frame whose error names the bits; garbage in a value is named as such."""
    refused = to_object(only(bytes.fromhex("687856341200006 8D10135EB16".replace(" ", ""))))
    assert (refused["valid"], refused["error"]) == (True, "ERR 02: No such data")
    garbage = to_object(only(bytes.fromhex("681806360400916891083333343333334133F916")))
    assert (garbage["valid"], garbage["value"], garbage["raw"]) == (True, None, "00000E00")
    assert "not BCD" in garbage["error"]


def test_passwords_do_not_come_out() -> None:
    """Not in the object, also of a damaged or cut frame; encoding puts zeros in their place."""
    for raw in (TRIP, TRIP[:-2] + b"\x00\x16", TRIP[:-4]):
        shown = json.dumps(to_object(only(raw)))
        assert "02563412" not in shown
        assert '123456"' not in shown.replace("000012345678", "")
        assert '"present"' in shown or "data" in shown
    assert from_meter_object(to_object(only(TRIP)))[11:14] == b"\x33\x33\x33"


def test_mixed_input() -> None:
    """Frames of both protocols side by side, garbage between, all found in order."""
    pieces = list(find_frames(b"\x01" + READ + TERMINAL + b"\xfe\xfe" + READ + b"\x99" + READ[:-5]))
    kinds = [piece.protocol if isinstance(piece, Found) else "-" for piece in pieces]
    assert kinds == ["-", "dlt645-2007", "gdw376.1", "dlt645-2007", "-", "dlt645-2007"]
    assert [piece.error is None for piece in pieces if isinstance(piece, Found)] == [True, True, True, False]


def forwarded(inner: bytes) -> bytes:
    """Return a frame of AFN10 F1 down that carries ``inner``."""
    body = bytes.fromhex("4B2211443302 10 60 0000 0100 01 6B 85 0A".replace(" ", ""))
    body += len(inner).to_bytes(2, "little") + inner + bytes(16)
    size = (len(body) << 2 | 2).to_bytes(2, "little")
    return b"\x68" + size + size + b"\x68" + body + bytes([sum(body) & 0xFF, 0x16])


def test_forwarded_passwords_are_masked() -> None:
    """The trace of a forwarded frame shows neither the meter's password nor loses a byte."""
    raw = forwarded(TRIP)
    assert b"\x89\x67\x45\xab" in raw
    assert b"\x89\x67\x45\xab" not in traced(raw)
    assert len(traced(raw)) == len(raw)
    assert traced(forwarded(READ)) == forwarded(READ)
    assert traced(TERMINAL) == TERMINAL


def test_frames_inside_forwarding() -> None:
    """The dissection of AFN10 opens the meter's frame; damage outside does not cut it out."""
    raw = forwarded(READ)
    shown = json.dumps(to_object(only(raw)))
    assert "001234.56" in shown
    assert "DL/T 645-2007 frame" in shown
    damaged = bytearray(raw)
    damaged[-2] ^= 1
    assert only(bytes(damaged)).protocol == "gdw376.1"
    assert any(node.children for node in dissect(raw))


@given(
    st.lists(
        st.binary(max_size=20) | st.sampled_from([READ, TRIP, TERMINAL, READ[:-3], b"\xfe\xfe"]), max_size=6
    )
)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_any_bytes_are_cut_without_loss(parts: list[bytes]) -> None:
    """Frames, damaged frames and the rest put together are the input, and all of them can be shown."""
    raw = b"".join(parts)
    pieces = list(find_frames(raw))
    assert b"".join(_bytes(piece) for piece in pieces) == raw
    for piece in pieces:
        if isinstance(piece, Found):
            json.dumps(to_object(piece))


def _bytes(piece: Found | Skipped) -> bytes:
    return b"\xfe" * piece.preamble + piece.raw if isinstance(piece, Found) else piece.raw


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"protocol": "gdw376.1"}, "protocol"),
        ({"address": "12"}, "address"),
        ({"control": "xyz"}, "control"),
        ({"value": "1234567.89"}, "value"),
        ({"di": "FFFFFFFF"}, "di"),
    ],
)
def test_wrong_objects_are_refused_by_key(change: dict[str, Any], field: str) -> None:
    """The refusal names the key that is wrong."""
    with pytest.raises(EncodeError) as refused:
        from_meter_object(to_object(only(READ)) | change)
    assert refused.value.field == field
