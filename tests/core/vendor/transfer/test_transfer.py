"""Commands and answers of the file transfer against the worked examples, and against noise."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.vendor.crc import CrcKind
from core.vendor.envelope import TRANSFER
from core.vendor.tails import Grant, Wish
from core.vendor.transfer.answers import (
    BurstState,
    Cancelled,
    FileList,
    Finished,
    MapPart,
    ReadBegun,
    ReadGone,
    Refused,
    TransferAnswer,
    WriteBegun,
    Written,
    answer_in,
)
from core.vendor.transfer.bitmap import bitmap_of
from core.vendor.transfer.commands import (
    BurstBlock,
    BurstQuery,
    Cancel,
    Command,
    Finish,
    ListFiles,
    MapQuery,
    ReadFirst,
    ReadNext,
    WriteFirst,
    WriteNext,
    command_in,
    refusal_of,
)
from core.vendor.transfer.terms import Code, Kind, plain_name
from tests.core.vendor.packages import package
from tests.core.vendor.test_envelope import ROWS, contents

TRANSFERS = [row["name"] for row in ROWS if int(row["name"].split()[0][1:]) >= 16]
PK01 = package("PK01")


def pattern(k: int) -> bytes:
    """Block P(k) of the worked examples."""
    return bytes((7 * k + j) % 256 for j in range(256))


def told(name: str, direction: str) -> list[Any]:
    """Commands or answers of one worked example."""
    read = command_in if direction == "down" else answer_in
    return [read(outcome.content) for outcome in contents(name, direction)]


@pytest.mark.parametrize("name", dict.fromkeys(name.split()[0] for name in TRANSFERS))
def test_worked_transfers_come_out_the_same(name: str) -> None:
    """X16 to X30: every command and answer reads, and encodes to its own bytes."""
    for direction in ("down", "up"):
        read = command_in if direction == "down" else answer_in
        for envelope in contents(name, direction):
            assert envelope.code == TRANSFER
            assert read(envelope.content).encode() == envelope.content


def test_write_first_with_and_without_a_tail() -> None:
    """X16, X17: unit 0 of the package, the wish and the grant; an old client gets 8 bytes; four refusals."""
    (begin,), (begun,) = told("X16", "down"), told("X16", "up")
    prefix = bytes.fromhex("A1E6FC7B5B06BE1F")
    wish = Wish(0x7D23, 16, 16, 1, prefix=prefix)
    assert begin == WriteFirst("demo.hxp", 356, 0o644, 0xBFCC, PK01[:256], wish)
    assert (CrcKind.X25.of(PK01[:256]), CrcKind.X25.of(PK01)) == (begin.crc, wish.crc)
    grant = Grant(16, 16, 1, False, False, False, 2, 1, 5, CrcKind.X25)
    assert begun == WriteBegun(7, 1, 0, grant)
    (plain,), answers = told("X17", "down"), told("X17", "up")
    assert plain == WriteFirst("demo.hxp", 356, 0o644, 0xBFCC, PK01[:256])
    assert answers[0] == WriteBegun(7, 0)
    refusals = [(answer.command, answer.code) for answer in answers[1:]]
    assert refusals == [(4, Code.PATH_NAME), (4, Code.CRC), (2, Code.COMMAND), (4, Code.BUSY)]


def test_the_older_generation_differs_in_the_check_alone() -> None:
    """X18, X19: the same block with X.25 and with ARC."""
    (new,), (old,) = told("X18", "down"), told("X19", "down")
    assert (new.data, new.offset, new.id) == (old.data, old.offset, old.id) == (PK01[256:], 1, 7)
    assert (new.crc, old.crc) == (CrcKind.X25.of(new.data), CrcKind.ARC.of(old.data)) == (0xFBC4, 0x227D)


def test_finish_and_cancel() -> None:
    """X20, X21: the last byte is the verdict on the package; a wrong type has its own code."""
    good, old, missing, crc = told("X20", "up")
    assert good == Finished(Kind.WRITE, 7, 0x7D23, 0)
    assert (old.last, missing.code, crc.code) == (10, Code.SIZE, Code.CRC)
    assert told("X21", "down") == [Cancel(Kind.WRITE, 7)]
    assert told("X21", "up") == [Cancelled(Kind.WRITE, 7), Refused(7, Code.KIND)]


def test_resume_tells_the_first_gap() -> None:
    """X22, X23 (M126): resumed, what is missing, and everything present."""
    (half,) = told("X22", "up")
    assert (half.id, half.offset, half.grant.resumed, half.grant.missing) == (8, 1, True, 1)
    gap, plain, whole = told("X23", "up")
    assert (gap.offset, gap.grant.units, gap.grant.missing) == (1312, 2000, 688)
    assert plain == WriteBegun(9, 1312)
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
    assert (gone, full.result) == (Refused(9, Code.FILE_ID), Code.WRITE)
    block, large = told("X27", "down")
    assert (len(block.data), block.offset, large.index, large.last) == (4096, 16, 15, True)
    assert told("X27", "up")[0].stored == set(range(16))


def test_map_directory_and_reading() -> None:
    """X28 to X30."""
    assert told("X28", "up")[0].present == {0, 1, 3, 5}
    assert told("X29", "down") == [ListFiles(0, 256)]
    assert told("X29", "up")[0].data == b"demo.hxp,356,644,7D23,2611200830,P\n"
    begun, rest, finished = told("X30", "up")
    assert (begun.size, CrcKind.X25.of(begun.data)) == (46, begun.crc)
    assert (rest.offset, CrcKind.X25.of(rest.data)) == (0, rest.crc)
    assert finished == Finished(Kind.READ, 11, 0xD307, 0)


BYTE, WORD, LONG = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
BLOCK, NAME, KIND = st.binary(max_size=300), st.text(max_size=20), st.sampled_from(Kind)
WISH = st.builds(Wish, WORD, BYTE, BYTE, BYTE, st.booleans(), st.booleans(), st.booleans(),
                 st.binary(min_size=8, max_size=8))  # fmt: skip
GRANT = st.builds(Grant, BYTE, BYTE, BYTE, st.booleans(), st.booleans(), st.booleans(), WORD, WORD, BYTE,
                  st.sampled_from(CrcKind))  # fmt: skip
BITS = st.lists(st.booleans(), max_size=255)
COMMANDS = st.one_of(
    st.builds(ListFiles, BYTE, WORD), st.builds(ReadFirst, WORD, NAME),
    st.builds(ReadNext, LONG, WORD, WORD),
    st.builds(WriteFirst, NAME, LONG, WORD, WORD, BLOCK, st.none() | WISH),
    st.builds(WriteNext, LONG, WORD, WORD, BLOCK), st.builds(Finish, KIND, LONG, WORD),
    st.builds(Cancel, KIND, LONG),
    st.builds(BurstBlock, LONG, BYTE, st.integers(0, 63), st.booleans(), WORD, WORD, BLOCK),
    st.builds(BurstQuery, LONG, BYTE, BYTE), st.builds(MapQuery, LONG, WORD, WORD),
)  # fmt: skip
ANSWERS = st.one_of(
    st.builds(FileList, WORD, BLOCK), st.builds(ReadBegun, LONG, LONG, WORD, BLOCK),
    st.builds(ReadGone, LONG, WORD, WORD, BLOCK),
    st.builds(WriteBegun, LONG, WORD, BYTE, st.none() | GRANT), st.builds(Written, LONG, WORD, BYTE),
    st.builds(Finished, KIND, LONG, WORD, BYTE), st.builds(Cancelled, KIND, LONG),
    st.builds(lambda query, bits: BurstState(query, 7, 1, len(bits), 0, 0, 0, bitmap_of(bits)),
              st.booleans(), BITS),
    st.builds(lambda bits: MapPart(7, 16, len(bits), bitmap_of(bits)), BITS),
    st.builds(Refused, st.integers(0, 0x3F), BYTE),
)  # fmt: skip


@given(COMMANDS)
def test_every_command_comes_back(command: Command) -> None:
    """Whatever the fields hold, the same value comes back."""
    assert command_in(command.encode()) == command


@given(ANSWERS, st.binary(max_size=3))
def test_every_answer_comes_back(answer: TransferAnswer, later: bytes) -> None:
    """The same value; bytes behind are left to later builds."""
    assert answer_in(answer.encode() + later) == answer


@given(COMMANDS, st.data())
def test_a_cut_command_is_refused(command: Command, drawn: st.DataObject) -> None:
    """No piece of a command reads as a command of more than is there; only a tail may be lost."""
    whole = command.encode()
    cut = drawn.draw(st.integers(0, len(whole) - 1))
    without_tail = isinstance(command, WriteFirst) and cut >= len(whole) - 20 and command.wish
    if without_tail:
        assert command_in(whole[:cut]) != command
        return
    with pytest.raises(DecodeError) as caught:
        command_in(whole[:cut])
    assert 0 <= caught.value.offset <= len(whole)


@given(st.binary(max_size=60))
def test_arbitrary_bytes_raise_only_the_declared_error(data: bytes) -> None:
    """Commands and answers are read or refused, never more."""
    for read in (command_in, answer_in):
        try:
            read(data)
        except DecodeError:
            continue


def test_what_cannot_be_read_has_its_code() -> None:
    """§3.3: a wrong type of transfer 8, a length that leaves the frame 7, another command 10."""
    for raw, code in (("0604070000000000", Code.KIND), ("0507000000010000000101", Code.SIZE),
                      ("0B", Code.COMMAND), ("0607", Code.COMMAND), ("", Code.COMMAND)):  # fmt: skip
        with pytest.raises(DecodeError) as caught:
            command_in(bytes.fromhex(raw))
        assert refusal_of(caught.value) is code


@pytest.mark.parametrize(
    "command",
    [
        WriteNext(1, 65_536, 0, b""),
        WriteNext(-1, 0, 0, b""),
        BurstBlock(1, 1, 64, True, 0, 0, b""),
        WriteFirst("a", 1 << 32, 0, 0, b""),
        WriteFirst("a", 1, 0, 0, b"", Wish(0, block=256)),
        WriteFirst("a", 1, 0, 0, b"", Wish(0, prefix=b"short")),
        MapPart(1, 0, 9, b"\0"),
        ReadFirst(1, "x" * 65_536),
    ],
)
def test_what_the_wire_cannot_carry_is_refused(command: Command | MapPart) -> None:
    """Numbers beyond their field, a place beyond 63, a bitmap of another length."""
    with pytest.raises(EncodeError):
        command.encode()


def test_names_of_another_encoding_travel_unchanged() -> None:
    """A maker's console may send GB 18030: the name is refused later, but not lost."""
    raw = ReadFirst(256, "x").encode()[:3] + b"\x04\x00" + "固件".encode("gb18030")
    command = command_in(raw)
    assert isinstance(command, ReadFirst)
    assert (plain_name(command.name), command.encode()) == (None, raw)
