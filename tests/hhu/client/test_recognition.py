"""Which family a dump is of: certain with a check value, said to be a guess without one."""

import json
from binascii import crc_hqx
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UsageError
from core.meters.alpha.packets import whole
from core.meters.dissector import Dissector
from core.meters.edmi.frame import unstuffed
from core.meters.iec62056 import telegram as iec
from hhu.client.dissection import nodes_of
from hhu.client.found_frames import Found, Skipped, find_frames
from hhu.client.frame_objects import to_object
from hhu.client.recognition import family_named
from tests.core.meters.library.stage import text_of
from tests.vectors import published

VECTORS = Path(__file__).parents[2] / "vectors"
FILES = ("meters_alpha", "meters_edmi", "meters_wasion", "iec62056/telegrams")
NAMES = {"abb-alpha": "alpha", "iec62056-21-a1700": "iec62056-21"}
NO_CHECK = ("/", "\x06", "\x15")
"""Telegrams of IEC 62056-21 that carry none begin so."""


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (VECTORS / f"{name}.jsonl").read_text("utf-8").splitlines()]


METERS = [row for file in FILES for row in rows(file)]
RAWS = [bytes.fromhex(row["hex"]) for row in METERS]


def founds(raw: bytes, family: Dissector | str = "auto") -> list[Found]:
    return [piece for piece in find_frames(raw, family) if isinstance(piece, Found)]


@pytest.mark.parametrize("row", METERS, ids=lambda row: f"{row['protocol']} {row['meaning'][:40]}")
def test_every_published_telegram_is_its_family(row: dict[str, Any]) -> None:
    """Alone and under auto; the deliberate negatives are damaged ones of their family, never good."""
    (found,) = founds(bytes.fromhex(row["hex"]))
    family = NAMES.get(row["protocol"], row["protocol"])
    assert found.protocol == family or family in found.could_be
    assert (found.error is None) == (row["valid_crc"] is not False)
    assert json.loads(json.dumps(to_object(found)))["protocol"] == found.protocol


@pytest.mark.parametrize("row", METERS, ids=lambda row: f"{row['protocol']} {row['meaning'][:40]}")
def test_a_family_can_be_forced(row: dict[str, Any]) -> None:
    """The same bytes with ``--family``: certain, single bytes too."""
    name: str = NAMES.get(row["protocol"]) or row["protocol"]
    if row["hex"] == "2F3F210D0A":
        name = "iec62056-21"
    (found,) = founds(bytes.fromhex(row["hex"]), family_named(name))
    assert found.protocol == name
    assert not found.could_be


@pytest.mark.parametrize("name", ["gdw376/frames", "dlt645/frames"])
def test_frames_of_terminals_and_of_dlt645_stay_what_they_were(name: str) -> None:
    """Nothing that was published of 376.1 or DL/T 645 is taken for another family, cut or damaged neither."""
    for row in rows(name):
        raw = bytes.fromhex(row["hex"])
        for piece in (raw, raw[:-1], raw[: len(raw) // 2], raw[:-2] + b"\0\x16", raw[1:]):
            assert all(found.family is None for found in founds(piece) if found.error is None), row["hex"]
        assert all(found.family is None for found in founds(raw)), row["hex"]


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_no_family_without_a_right_check(raw: bytes) -> None:
    """A telegram called good has a right check value, or the narrow form of one that carries none."""
    judged(raw)


CRUMBS = [b"\x02", b"\x03", b"\x68", b"(", b"\r\n", b"\x10"]
DUMPS = st.lists(st.sampled_from([*RAWS, *CRUMBS]) | st.binary(max_size=9), max_size=6)


@given(DUMPS, st.integers(0, 400), st.integers(0, 255))
def test_telegrams_with_damage_between_are_cut_without_loss(pieces: list[bytes], at: int, byte: int) -> None:
    """All bytes leave in order; what is called good is good; everything can be shown."""
    raw = bytearray(b"".join(pieces))
    if raw:
        raw[at % len(raw)] = byte
    judged(bytes(raw))


def judged(raw: bytes) -> None:
    pieces = list(find_frames(raw))
    assert b"".join(b"\xfe" * getattr(piece, "preamble", 0) + piece.raw for piece in pieces) == raw
    for piece in pieces:
        if isinstance(piece, Found):
            json.dumps(to_object(piece))
            assert piece.error or piece.could_be or piece.family is None or right(piece)


def right(found: Found) -> bool:
    match found.protocol:
        case "edmi":
            beside_another = found.raw == b"\x02\x03"
            return beside_another or crc_hqx(b"\x02" + unstuffed(found.raw[1:-1])[0], 0) == 0
        case "alpha":
            return whole(found.raw)
        case "iec62056-21":
            seven = iec.seven_bits(found.raw)
            iec.decode(found.raw)
            return found.checked or chr(seven[0]) in NO_CHECK
        case _:
            return found.protocol == "wasion-4.1" and found.raw[-2] == _sum(found.raw)


def _sum(raw: bytes) -> int:
    """Of a request from its first byte, of an answer from behind its lead."""
    return sum(raw[0 if raw[1] == 0x55 and len(raw) == 7 else 4 : -2]) & 0xFF


def test_a_conversation_on_one_line() -> None:
    """Sign-on to break: directions where they are told, ACK by its neighbours, answers by questions."""
    said = [
        iec.SignOn("84285674"), iec.Identification("ABB", "5", "A1700"), iec.Selection("5", "1"),
        iec.Command("P", "0", "(29EDC6D335E59C87)"), iec.Command("P", "2", "(23CB4DDDE2B76317)"),
        iec.Accepted(),
        iec.Command("R", "1", "861001(7)"), iec.Block("(30351420112026)"), iec.BREAK,
    ]  # fmt: skip
    found = list(find_frames(b"".join(map(iec.encode, said))))
    assert [iec.decode(piece.raw) for piece in found] == said
    shown = [to_object(piece) for piece in found if isinstance(piece, Found)]
    assert [one["direction"] for one in shown] == [
        "down", "up", "down", "up", "down", None, "down", "up", "down",
    ]  # fmt: skip
    assert shown[-2]["readings"][0]["value"] == "2026-11-20 14:35:30"
    assert all(one["valid"] for one in shown)
    assert "23CB" not in json.dumps(shown).upper().replace(" ", "")


def test_several_families_in_one_dump() -> None:
    """A bus that two masters tried: each telegram is of its own family, noise between is told."""
    names = ("meters_edmi", "meters_alpha", "meters_wasion", "iec62056/telegrams")
    raws = [bytes.fromhex(rows(name)[5 if name != "meters_wasion" else 0]["hex"]) for name in names]
    meter = bytes.fromhex("FEFE687856341200006891083333343389674533B216")
    pieces = list(find_frames(b"\x00\xff".join([*raws, meter])))
    assert [piece.protocol for piece in pieces if isinstance(piece, Found)] == [
        "edmi", "alpha", "wasion-4.1", "iec62056-21", "dlt645-2007",
    ]  # fmt: skip
    assert [piece.raw for piece in pieces if isinstance(piece, Skipped)] == [b"\x00\xff"] * 4


def test_a_readout_full_of_h_is_no_frame_of_68() -> None:
    """68H is the letter h: kWh and kvarh in a damaged readout do not make it a frame of DL/T 645."""
    text = "".join(f"1.8.{n}(0000{n}*kvarh)(hhhhhhhhhhh)\r\n" for n in range(9)) + "!\r\n"
    good = iec.encode(iec.Block(text))
    for raw in (good, good[:-1] + bytes([good[-1] ^ 1]), good[:90]):
        assert [found.protocol for found in founds(raw)] == ["iec62056-21"]


@pytest.mark.parametrize(
    ("raw", "protocol", "reason", "offset"),
    [
        ("020500000000000B47EA", "alpha", "47EAH, computed 476AH", 8),
        ("02450CA3760600000000FFFF520169F90F03", "edmi", "F90FH, computed F90EH", 15),
        ("02450CA3760600000000FFFF5201", "edmi", "cut short", 14),
        ("02050000", "alpha", "cut short", 4),
        ("2F3F3834323835", "iec62056-21", "half a telegram", 7),
        ("2F4C475A355C325A4D44", "iec62056-21", "half a telegram", 10),
        ("01523102312E382E302829", "iec62056-21", "no ETX", 11),
        ("01523102312E382E302829035B", "iec62056-21", "block check", 12),
        ("02333A3137312E30283029", "iec62056-21", "no ETX", 11),
    ],
)
def test_damage_is_named_with_its_place(raw: str, protocol: str, reason: str, offset: int) -> None:
    """Wrong check values and half telegrams: the family it may be, what is wrong, and where."""
    (found,) = founds(bytes.fromhex(raw))
    assert found.error is not None
    assert reason in found.error.reason
    assert (found.error.offset, found.protocol) == (offset, protocol)
    assert any(node.error for node in nodes_of(found)) or found.protocol == "iec62056-21"


def test_noise_behind_a_telegram_is_told_apart() -> None:
    """A damaged telegram ends where its form says; what follows is skipped."""
    pieces = list(find_frames(bytes.fromhex("02450CA3760600000000FFFF520169F90F03" + "AABB")))
    assert [type(piece) for piece in pieces] == [Found, Skipped]
    assert pieces[1].raw == b"\xaa\xbb"


def test_names_of_families() -> None:
    """Natives, their other names, aliases; slots and strangers are refused with the next step."""
    for name in ("edmi", "alpha", "iec62056", "landis-gyr-b", "abb-a1700", "wasion-4.1", "edmi-table"):
        assert not isinstance(family_named(name), str)
    for name in ("dlt645", "dlt645-1997", "clou", "hnd-645", "fujian-645", "wasion-645"):
        assert family_named(name) == "dlt645"
    for name, told in (("hnd", "empty slot"), ("nobody", "No family"), ("nowhere.toml", "cannot be read")):
        with pytest.raises(UsageError, match=told):
            family_named(name)


def test_a_library_file_of_ones_own(tmp_path: Path) -> None:
    """``--family FILE.toml`` reads frames by a file that nobody has installed."""
    file = tmp_path / "own.toml"
    file.write_text(text_of("wasion-4.1").replace('id = "wasion-4.1"', 'id = "own"', 1), "utf-8")
    (found,) = founds(bytes.fromhex("01550110046B0D"), family_named(str(file)))
    assert found.protocol == "own"
    file.write_text("kind = 1", "utf-8")
    with pytest.raises(UsageError, match="library check"):
        family_named(str(file))


def test_published_frames_of_terminals_are_still_found() -> None:
    """Most of the published 376.1 frames are good ones, as before."""
    good = [
        row for row in published("gdw376/frames") if any(found.error is None for found in founds(row.raw))
    ]
    assert len(good) > 120
