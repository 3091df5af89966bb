"""Functions and their data, by published frames and by worked examples."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from core.errors import DecodeError, EncodeError
from core.meters.dlt645 import answers as a
from core.meters.dlt645 import requests as r
from core.meters.dlt645.control import Edition
from core.meters.dlt645.dissect import dissect
from core.meters.dlt645.frame import Frame, decode_frame, encode_frame
from core.meters.dlt645.mask import masked
from core.meters.dlt645.messages import (
    ANSWERS,
    REQUESTS,
    Reading,
    meaning_of,
    reading,
    request_frame,
    value_in,
)
from tests.core.meters.dlt645.published import Row, valid_rows, worked
from tests.core.meters.dlt645.test_frame import frames

SECRET = "896745"
"""The password 123456 of the worked examples on the wire, always behind a level 00 or 02."""


def value_of(raw: bytes) -> Reading:
    """Decode the value an answer brings."""
    frame = decode_frame(raw)
    meaning: Any = meaning_of(frame)
    return reading(meaning.code, meaning.content, frame.edition)


READS = [row for row in valid_rows() if row.meaning.startswith("reply read, ")]


@pytest.mark.parametrize("row", READS, ids=lambda row: row.raw.hex())
def test_published_answers(row: Row) -> None:
    """Each published answer brings the value it was documented with; garbage is named as such."""
    found = value_of(row.frame)
    if "(not BCD)" in row.value or "(table says" in row.value:
        assert found.error is not None
    elif row.value.startswith("raw "):
        assert found.value is None or found.quantity is not None
    else:
        assert found.error is None
        assert _same(found, row.value), (found.json, row.value)


@pytest.mark.parametrize("row", valid_rows(), ids=lambda row: row.raw.hex())
def test_the_short_way_reads_the_same(row: Row) -> None:
    """The poll loop's way to a value agrees with the long one, and takes nothing but complete answers."""
    frame = decode_frame(row.frame)
    found = value_in(frame)
    assert (found is not None) == (frame.control in (0x81, 0x91))
    if found is not None:
        again = value_of(row.frame)
        assert (found.code, found.content, found.value) == (again.code, again.content, again.value)


def _same(found: Reading, documented: str) -> bool:
    """Compare numbers as numbers, all else as text."""
    value: Any = found.value
    if isinstance(value, str):
        return value == documented
    if isinstance(value, tuple | Decimal | int):
        parts: tuple[Any, ...] = value if isinstance(value, tuple) else (value,)
        texts = documented.split(" + ", maxsplit=1)[0].split(", ")
        return [None if "not supported" in t else Decimal(t.split(" ")[0]) for t in texts] == [
            None if part is None else Decimal(part) for part in parts
        ]
    if hasattr(value, "weekday"):
        return documented == (
            f"{value.day} weekday {value.weekday:02d}" if hasattr(value, "day") else str(value)
        )
    return str(value) == documented


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in valid_rows()
        if row.meaning.startswith("request") and row.version in ("1997", "2007", "both")
    ],
    ids=lambda row: row.raw.hex(),
)
def test_published_requests_encode_to_their_own_bytes(row: Row) -> None:
    """A request that makes sense is encoded from its record to the very bytes it came as."""
    frame = decode_frame(row.frame)
    try:
        meaning: Any = meaning_of(frame)
    except DecodeError:
        assert re.search("probe|not in table|NON-STANDARD|without|DI C010", row.meaning)
        return
    if "all-zero validity" not in row.meaning or meaning.until is None:
        assert encode_frame(request_frame(frame.address, meaning, frame.edition)) == row.frame


@pytest.mark.parametrize(("name", "raw"), worked(), ids=lambda x: x if isinstance(x, str) else "")
def test_worked_examples(name: str, raw: bytes) -> None:
    """Every worked example has a meaning that encodes to the same data, and the edition its name says."""
    frame = decode_frame(raw)
    meaning = meaning_of(frame)
    assert meaning is not None
    if frame.function != 0x08:
        assert frame.edition is Edition(name[:4])
    if not frame.negative:
        assert meaning.encode() == frame.data


def example(name: str) -> Frame:
    """Return a worked example."""
    return decode_frame(dict(worked())[name])


EXPECTED: dict[str, Callable[[Any], bool]] = {
    "2007 read 01010000 reply 1.2345 kW at 2026-11-20 08:30": lambda m: m.content[-5:].hex() == "3008201126",
    "2007 follow-up request, SEQ 1": lambda m: (m.sequence, m.form) == (1, b""),
    "2007 freeze now (broadcast)": lambda m: m == r.NOW,
    "2007 change baud to 9600 (Z=20)": lambda m: m.word == 0x20,
    "2007 change baud refused": lambda m: m.rate,
    "2007 trip, valid until 2026-11-20 23:59:59": lambda m: (
        m.command == 0x1A and m.until == datetime(2026, 11, 20, 23, 59, 59)
    ),
    "2007 event clear, class 0301 only (DI0=FF)": lambda m: m.code == "030100FF" or m.code.startswith("0301"),
    "2007 security error, SERR bit3 (auth failed)": lambda m: m.identity,
    "1997 unknown DI, ERR 02": lambda m: m.identifier and not m.password,
    "1997 change password, old 00/123456, new 00/654321": lambda m: (
        (m.password, m.new_password) == ("123456", "654321")
    ),
    "2007 write 04000103 = 30 min, level 02 password 123456, operator 12345678": lambda m: (
        (m.code, m.level, m.operator, m.content) == ("04000103", "02", "12345678", b"\x30")
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_fields_of_worked_examples(name: str) -> None:
    """The fields of the worked examples hold what their names say."""
    assert EXPECTED[name](meaning_of(example(name)))


def test_every_function_has_both_directions() -> None:
    """Each function of either edition has a request and, broadcast time apart, an answer."""
    for edition in Edition:
        assert REQUESTS[edition].keys() - ANSWERS[edition].keys() == {0x08}


def test_passwords_never_show() -> None:
    """No password is in the dissection, the JSON, the representation or the masked bytes of any example."""
    for _, raw in worked():
        meaning = meaning_of(decode_frame(raw))
        shown = f"{meaning!r}" + "".join(repr(node) for node in dissect(raw))
        if isinstance(meaning, r.Record):
            shown += str(meaning.to_json())
        assert "123456'" not in shown
        assert "654321" not in shown
        if isinstance(meaning, r.Record) and hasattr(meaning, "password"):
            covered = masked(raw).hex()
            assert not any(level + SECRET in covered for level in ("33", "35"))
        assert len(masked(raw)) == len(raw)


def test_masking_reaches_into_noise_and_cut_frames() -> None:
    """A password is covered also where the frame is cut short or stands inside other bytes."""
    raw = dict(worked())["2007 demand clear"]
    assert "896745ab" not in masked(b"\x68\x00" + raw[:-4]).hex()


def test_edition_refuses_foreign_functions() -> None:
    """A record of the other edition cannot be sent."""
    with pytest.raises(EncodeError):
        request_frame("000000000001", r.ClearMeter("02", "123456", "00000000"), Edition.V1997)


@given(frames)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_any_frame_can_be_looked_into(frame: Frame) -> None:
    """Any data of any function are a meaning or a DecodeError; the dissection never fails."""
    with suppress(DecodeError):
        meaning_of(frame)
    raw = encode_frame(frame)
    for cut in (len(raw), len(raw) - 3, 11, 5):
        for node in dissect(raw[:cut]):
            assert 0 <= node.start <= node.end <= max(cut, node.start)
    masked(raw)


def test_answers_of_an_edition() -> None:
    """Refusals name their bits; a 1997 rate refusal may come as FFH (dlt645 §3)."""
    assert meaning_of(Frame("000000000001", 0xD1, b"\x06")) == a.Refusal2007(
        False, True, True, False, False, False, False, False
    )
    assert meaning_of(Frame("000000000001", 0x8C, b"\xff")) == a.NewRate(0xFF)
