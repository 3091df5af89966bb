"""Commands and answers of the file transfer against the worked examples, and against noise."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.vendor import transfer as t
from core.vendor.crc import CrcKind
from core.vendor.envelope import TRANSFER
from core.vendor.tails import Grant, Wish
from tests.core.vendor.packages import package
from tests.core.vendor.test_envelope import ROWS, contents

TRANSFERS = [row["name"] for row in ROWS if int(row["name"].split()[0][1:]) >= 16]
PK01 = package("PK01")


def pattern(k: int) -> bytes:
    """Block P(k) of the worked examples."""
    return bytes((7 * k + j) % 256 for j in range(256))


def told(name: str, direction: str) -> list[Any]:
    """Commands or answers of one worked example."""
    read = t.command_in if direction == "down" else t.answer_in
    return [read(outcome.content) for outcome in contents(name, direction)]


@pytest.mark.parametrize("name", dict.fromkeys(name.split()[0] for name in TRANSFERS))
def test_worked_transfers_come_out_the_same(name: str) -> None:
    """X16 to X30: every command and answer reads, and encodes to its own bytes."""
    for direction in ("down", "up"):
        read = t.command_in if direction == "down" else t.answer_in
        for envelope in contents(name, direction):
            assert envelope.code == TRANSFER
            assert read(envelope.content).encode() == envelope.content


def test_write_first_with_and_without_a_tail() -> None:
    """X16, X17: unit 0 of the package, the wish and the grant; an old client gets 8 bytes; four refusals."""
    (begin,), (begun,) = told("X16", "down"), told("X16", "up")
    prefix = bytes.fromhex("A1E6FC7B5B06BE1F")
    wish = Wish(0x7D23, 16, 16, 1, prefix=prefix)
    assert begin == t.WriteFirst("demo.hxp", 356, 0o644, 0xBFCC, PK01[:256], wish)
    assert (CrcKind.X25.of(PK01[:256]), CrcKind.X25.of(PK01)) == (begin.crc, wish.crc)
    grant = Grant(16, 16, 1, False, False, False, 2, 1, 5, CrcKind.X25)
    assert begun == t.WriteBegun(7, 1, 0, grant)
    (plain,), answers = told("X17", "down"), told("X17", "up")
    assert plain == t.WriteFirst("demo.hxp", 356, 0o644, 0xBFCC, PK01[:256])
    assert answers[0] == t.WriteBegun(7, 0)
    refusals = [(answer.command, answer.code) for answer in answers[1:]]
    assert refusals == [(4, t.Code.PATH_NAME), (4, t.Code.CRC), (2, t.Code.COMMAND), (4, t.Code.BUSY)]


def test_the_older_generation_differs_in_the_check_alone() -> None:
    """X18, X19: the same block with X.25 and with ARC."""
    (new,), (old,) = told("X18", "down"), told("X19", "down")
    assert (new.data, new.offset, new.id) == (old.data, old.offset, old.id) == (PK01[256:], 1, 7)
    assert (new.crc, old.crc) == (CrcKind.X25.of(new.data), CrcKind.ARC.of(old.data)) == (0xFBC4, 0x227D)


def test_finish_and_cancel() -> None:
    """X20, X21: the last byte is the verdict on the package; a wrong type has its own code."""
    good, old, missing, crc = told("X20", "up")
    assert good == t.Finished(t.Kind.WRITE, 7, 0x7D23, 0)
    assert (old.last, missing.code, crc.code) == (10, t.Code.SIZE, t.Code.CRC)
    assert told("X21", "down") == [t.Cancel(t.Kind.WRITE, 7)]
    assert told("X21", "up") == [t.Cancelled(t.Kind.WRITE, 7), t.Refused(7, t.Code.KIND)]


def test_resume_tells_the_first_gap() -> None:
    """X22, X23 (M126): resumed, what is missing, and everything present."""
    (half,) = told("X22", "up")
    assert (half.id, half.offset, half.grant.resumed, half.grant.missing) == (8, 1, True, 1)
    gap, plain, whole = told("X23", "up")
    assert (gap.offset, gap.grant.units, gap.grant.missing) == (1312, 2000, 688)
    assert plain == t.WriteBegun(9, 1312)
    assert (whole.offset, whole.grant.complete, whole.grant.resumed) == (2000, True, True)


def test_bursts_and_their_bitmaps() -> None:
    """X24 to X27: two lost blocks, a query, a store error, and blocks of 4096 bytes."""
    sent = told("X24", "down")
    assert [(block.index, block.last, block.offset) for block in sent] == [
        (0, False, 1), (1, False, 2), (2, False, 3), (3, False, 4), (4, True, 5),
    ]  # fmt: skip
    assert [block.data for block in sent] == [pattern(k) for k in range(1, 6)]
    (state,) = told("X24", "up")
    assert (state.stored, state.first_missing, state.missing) == ({0, 2, 4}, 2, 3)
    (whole,) = told("X25", "up")
    assert (whole.query, whole.stored, whole.first_missing, whole.missing) == (True, {0, 1, 2}, 7, 0)
    gone, full = told("X26", "up")
    assert (gone, full.result) == (t.Refused(9, t.Code.FILE_ID), t.Code.WRITE)
    block, large = told("X27", "down")
    assert (len(block.data), block.offset, large.index, large.last) == (4096, 16, 15, True)
    assert told("X27", "up")[0].stored == set(range(16))


def test_map_directory_and_reading() -> None:
    """X28 to X30."""
    assert told("X28", "up")[0].present == {0, 1, 3, 5}
    assert told("X29", "down") == [t.ListFiles(0, 256)]
    assert told("X29", "up")[0].data == b"demo.hxp,356,644,7D23,2611200830,P\n"
    begun, rest, finished = told("X30", "up")
    assert (begun.size, CrcKind.X25.of(begun.data)) == (46, begun.crc)
    assert (rest.offset, CrcKind.X25.of(rest.data)) == (0, rest.crc)
    assert finished == t.Finished(t.Kind.READ, 11, 0xD307, 0)


BYTE, WORD, LONG = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
BLOCK, NAME, KIND = st.binary(max_size=300), st.text(max_size=20), st.sampled_from(t.Kind)
WISH = st.builds(Wish, WORD, BYTE, BYTE, BYTE, st.booleans(), st.booleans(), st.booleans(),
                 st.binary(min_size=8, max_size=8))  # fmt: skip
GRANT = st.builds(Grant, BYTE, BYTE, BYTE, st.booleans(), st.booleans(), st.booleans(), WORD, WORD, BYTE,
                  st.sampled_from(CrcKind))  # fmt: skip
BITS = st.lists(st.booleans(), max_size=255)
COMMANDS = st.one_of(
    st.builds(t.ListFiles, BYTE, WORD), st.builds(t.ReadFirst, WORD, NAME),
    st.builds(t.ReadNext, LONG, WORD, WORD),
    st.builds(t.WriteFirst, NAME, LONG, WORD, WORD, BLOCK, st.none() | WISH),
    st.builds(t.WriteNext, LONG, WORD, WORD, BLOCK), st.builds(t.Finish, KIND, LONG, WORD),
    st.builds(t.Cancel, KIND, LONG),
    st.builds(t.BurstBlock, LONG, BYTE, st.integers(0, 63), st.booleans(), WORD, WORD, BLOCK),
    st.builds(t.BurstQuery, LONG, BYTE, BYTE), st.builds(t.MapQuery, LONG, WORD, WORD),
)  # fmt: skip
ANSWERS = st.one_of(
    st.builds(t.FileList, WORD, BLOCK), st.builds(t.ReadBegun, LONG, LONG, WORD, BLOCK),
    st.builds(t.ReadGone, LONG, WORD, WORD, BLOCK),
    st.builds(t.WriteBegun, LONG, WORD, BYTE, st.none() | GRANT), st.builds(t.Written, LONG, WORD, BYTE),
    st.builds(t.Finished, KIND, LONG, WORD, BYTE), st.builds(t.Cancelled, KIND, LONG),
    st.builds(lambda query, bits: t.BurstState(query, 7, 1, len(bits), 0, 0, 0, t.bitmap_of(bits)),
              st.booleans(), BITS),
    st.builds(lambda bits: t.MapPart(7, 16, len(bits), t.bitmap_of(bits)), BITS),
    st.builds(t.Refused, st.integers(0, 0x3F), BYTE),
)  # fmt: skip


@given(COMMANDS)
def test_every_command_comes_back(command: t.Command) -> None:
    """Whatever the fields hold, the same value comes back."""
    assert t.command_in(command.encode()) == command


@given(ANSWERS, st.binary(max_size=3))
def test_every_answer_comes_back(answer: t.TransferAnswer, later: bytes) -> None:
    """The same value; bytes behind are left to later builds."""
    assert t.answer_in(answer.encode() + later) == answer


@given(COMMANDS, st.data())
def test_a_cut_command_is_refused(command: t.Command, drawn: st.DataObject) -> None:
    """No piece of a command reads as a command of more than is there; only a tail may be lost."""
    whole = command.encode()
    cut = drawn.draw(st.integers(0, len(whole) - 1))
    without_tail = isinstance(command, t.WriteFirst) and cut >= len(whole) - 20 and command.wish
    if without_tail:
        assert t.command_in(whole[:cut]) != command
        return
    with pytest.raises(DecodeError) as caught:
        t.command_in(whole[:cut])
    assert 0 <= caught.value.offset <= len(whole)


@given(st.binary(max_size=60))
def test_arbitrary_bytes_raise_only_the_declared_error(data: bytes) -> None:
    """Commands and answers are read or refused, never more."""
    for read in (t.command_in, t.answer_in):
        try:
            read(data)
        except DecodeError:
            continue


def test_what_cannot_be_read_has_its_code() -> None:
    """§3.3: a wrong type of transfer 8, a length that leaves the frame 7, another command 10."""
    for raw, code in (("0604070000000000", t.Code.KIND), ("0507000000010000000101", t.Code.SIZE),
                      ("0B", t.Code.COMMAND), ("0607", t.Code.COMMAND), ("", t.Code.COMMAND)):  # fmt: skip
        with pytest.raises(DecodeError) as caught:
            t.command_in(bytes.fromhex(raw))
        assert t.refusal_of(caught.value) is code


@pytest.mark.parametrize(
    "command",
    [
        t.WriteNext(1, 65_536, 0, b""),
        t.WriteNext(-1, 0, 0, b""),
        t.BurstBlock(1, 1, 64, True, 0, 0, b""),
        t.WriteFirst("a", 1 << 32, 0, 0, b""),
        t.WriteFirst("a", 1, 0, 0, b"", Wish(0, block=256)),
        t.WriteFirst("a", 1, 0, 0, b"", Wish(0, prefix=b"short")),
        t.MapPart(1, 0, 9, b"\0"),
        t.ReadFirst(1, "x" * 65_536),
    ],
)
def test_what_the_wire_cannot_carry_is_refused(command: t.Command | t.MapPart) -> None:
    """Numbers beyond their field, a place beyond 63, a bitmap of another length."""
    with pytest.raises(EncodeError):
        command.encode()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("demo.hxp", "demo.hxp"), ("/HX1088/demo.hxp", "demo.hxp"), (r"C:\new\demo.hxp", "demo.hxp"),
        ("x" * 64, "x" * 64), ("x" * 65, None), ("", None), ("demo.hxp/", None), ("../demo.hxp", None),
        ("a..b", None), ("..", None), ("demo hxp", None), ("固件.hxp", None), ("demo.hxp\n", None),
        ("demo\0.hxp", None),
    ],
)  # fmt: skip
def test_names_of_files(name: str, kept: str | None) -> None:
    """§3.1, §3.10: the part behind the last separator, of few signs; '..', empty and long are refused."""
    assert t.plain_name(name) == kept


def test_names_of_another_encoding_travel_unchanged() -> None:
    """A maker's console may send GB 18030: the name is refused later, but not lost."""
    raw = t.ReadFirst(256, "x").encode()[:3] + b"\x04\x00" + "固件".encode("gb18030")
    command = t.command_in(raw)
    assert isinstance(command, t.ReadFirst)
    assert (t.plain_name(command.name), command.encode()) == (None, raw)


@given(BITS)
def test_bitmaps(bits: list[bool]) -> None:
    """The first block in the lowest bit of the first byte; back to the same bits."""
    packed = t.bitmap_of(bits)
    assert t.bits_of(packed, len(bits)) == tuple(bits)
    assert len(packed) == -(-len(bits) // 8)
