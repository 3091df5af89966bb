"""The library file of ALPHA: published packets through its frames, defects with their lines, damage.

What it reads is pinned by the native driver's own tests (tests of `core.meters.alpha`, emulated ones too).
"""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EncodeError, LibraryError
from core.meters.alpha import packets as p
from core.meters.driver import Access, Finished, Outcome, Speed
from core.meters.families import Families
from core.meters.library.classes.driver import ClassLibraryDriver
from core.meters.library.classes.model import ClassLibrary
from core.meters.library.fields import Known
from core.meters.library.frames import Found, Unlike
from core.meters.library.loader import read_library
from core.meters.library.model import LONGEST_QUESTION
from core.meters.library.slave import RequestReader
from core.meters.library.transforms import SIZES, transformed
from core.quantities import NOW, Quantity, Wanted
from tests.core.meters.alpha.published import Row, rows
from tests.core.meters.library.stage import text_defects, text_of

TEXT = text_of("alpha-table")
Q = Quantity


def read(text: str = TEXT) -> ClassLibrary:
    entry = read_library(text)
    assert isinstance(entry, ClassLibrary)
    return entry


LIBRARY = read()
SHORT = {"continue read", "terminate session", "read class", "who are you", "password frame"}
REQUESTS = [row for row in rows() if row.valid and row.meaning.startswith(tuple(SHORT))]
REPLIES = [row for row in rows() if "class" in row.meaning and "reply" in row.meaning and row.valid]


@pytest.mark.parametrize("row", REQUESTS, ids=lambda row: row.meaning[:40])
def test_published_requests(row: Row):
    """The meter's end of the file finds each, and what it says is what the native codec reads."""
    found = RequestReader(LIBRARY).feed(row.raw, 0.0)
    request = p.decode_request(row.raw)
    assert [one.size for one in found] == [len(row.raw)]
    known = found[0].known
    match request:
        case p.ClassRead(number, offset, length):
            assert (known.id, known.offset, known.count) == (bytes([number]), offset, length)
        case p.WhoAreYou(device):
            assert known.address == bytes([device])
        case p.Password(cipher):
            assert known.variables["cipher"] == cipher.to_bytes(4, "big")
        case p.Short():
            assert found[0].frame.name in ("next", "end")
    assert found[0].frame.built(known if not isinstance(request, p.Password) else KEYED) == row.raw


KEYED = Known(variables={"key": bytes.fromhex("62411586")})
"""The session of the published password."""


@pytest.mark.parametrize("row", REPLIES, ids=lambda row: row.meaning[:40])
def test_published_replies(row: Row):
    """Content and the mark of the last packet are those that the native codec reads; a spoilt one is none."""
    frame = LIBRARY.frames["first" if row.raw[1] == 5 else "further"]
    native = p.decode_reply(row.raw, p.ClassRead(11) if row.raw[1] == 5 else p.Short(p.CONTINUE))
    found = frame.judge(row.raw, Known())
    assert isinstance(native, p.Reply)
    if native.code:
        assert isinstance(found, Unlike)
        found = LIBRARY.frames["refused"].judge(row.raw, Known())
        assert isinstance(found, Found)
        assert found.known.code == bytes([native.code])
        return
    assert isinstance(found, Found)
    assert (found.known.data, found.known.last) == (native.data, native.last)
    assert isinstance(frame.judge(row.raw[:-1] + bytes([row.raw[-1] ^ 1]), Known()), Unlike)


@pytest.mark.parametrize(
    ("name", "password", "key", "sent"),
    [
        ("alpha33", "000000000000", "62411586", "487AAE74"),
        ("alpha33-swapped", "000000000000", "62411586", "487AAE74"),
        ("a1700", b"FEDC0003".hex(), b"29EDC6D335E59C87".hex(), b"23CB4DDDE2B76317".hex()),
    ],
)
def test_transforms_are_a_closed_list(name: str, password: str, key: str, sent: str):
    """Known answers of meter protocols §4.2 and §4.5; a password that is too long is refused."""
    assert transformed(name, bytes.fromhex(password), bytes.fromhex(key)) == bytes.fromhex(sent.upper())
    assert len(bytes.fromhex(sent)) == SIZES[name][2]
    if name != "a1700":
        with pytest.raises(EncodeError):
            transformed(name, bytes.fromhex("010000000000"), bytes(4))


def test_a_password_that_no_cipher_takes_is_told_at_once():
    """An `EncodeError` of the question; the driver is free for the next one."""
    driver = ClassLibraryDriver(LIBRARY)
    with pytest.raises(EncodeError):
        driver.ask(Access("000000000048", 8, b"\x01" * 6), Wanted(Q.CLOCK), 0.0)
    assert driver.ask(Access("000000000048", 8), Wanted(Q.CLOCK), 0.0)


def test_the_archive_may_name_the_file():
    """A code of the profile leads to the file as to any driver."""
    families = Families({40: "alpha-table"})
    assert isinstance(families.driver(40, lambda: None), ClassLibraryDriver)
    assert families.speed(40) == Speed(1200, "N")


# Defects


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


CHANGES: list[tuple[str, str, str, str]] = [
    ("stride = 21", "stride = 21\nexpression = 'a+b'", "expression", "records.expression: unknown key"),
    ('by = "alpha33"', 'by = "exec"', 'by = "exec"', "frames.password.fields[1].by: must be one of alpha33"),
    ('with = "key"', 'with = "kee"', 'with = "kee"',
     "frames.password.fields[1].with: no frame has a variable kee of 4 bytes"),
    ('name = "key", bytes = 4, sent = "00000000"', 'name = "key", bytes = 2', 'with = "key"',
     "frames.password.fields[1].with: no frame has a variable key of 4 bytes"),
    ("tries = 30", "tries = 31", "tries = 31", "session.states.who.tries: must be from 1 to 30"),
    ('next = "ready"', 'next = "who"', 'next = "who"', "session.states.password.next: a cycle: who leads"),
    ('\nnext = "password"', '\nnext = "passwort"', 'next = "passwort"',
     "session.states.who.next: there is no state passwort"),
    ('alive = "alive"', 'alive = "awake"', 'alive = "awake"', "unasked.alive: there is no frame awake"),
    ("most = 64", "most = 65", "most = 65", "read.most: must be from 1 to 64"),
    ('    { is = "offset", bytes = 2, order = "big" },\n', "", "[frames.class]",
     "frames.class: carries no offset"),
    ('present = "present"', 'present = "presents"', 'present = "presents"',
     "records.present: there is no class presents"),
    ("blocks = { 212 = 2, 366 = 4 }", "blocks = { 212 = 3, 366 = 4 }", "blocks = {",
     "records.blocks.212: 3 blocks and what is behind them need more"),
    ("blocks = { 212 = 2, 366 = 4 }", "blocks = { 366 = 4 }", "present = {",
     "classes.present: its sizes are"),
    ("rates = [3, 0, 1, 2]", "rates = [3, 0, 1, 1]", "rates = [3, 0, 1, 1]",
     "records.rates: every record of a block stands once"),
    ("time = { at = 10", "time = { at = 18", "time = { at = 18",
     "records.time: ends behind the record of 21"),
    ('demand = { at = 7, size = 3, decode = "bcd", order = "big", places = "demand" }',
     'demand = { at = 7, size = 3, decode = "bcd", order = "big", places = "dplocd" }', "demand = { at = 7",
     "records.demand.places: there is no constant dplocd"),
    ('0C = "reactive-2"', '0C = "reactive-1"', "codes = {", "map.codes: two codes for one quantity"),
    ('layout = ["yy", "MM", "dd"] }', 'layout = ["yy", "MM"] }', 'layout = ["yy", "MM"] }',
     "reset.cell.size: the layout has 2 bytes"),
    ("at = 21, size = 7", "at = 9999, size = 7", "at = 9999",
     "records.tail.quadrant-1.at: must be from 0 to 2047"),
    ('class = "password"', 'class = "guess"', 'class = "guess"',
     "errors[0].class: must be one of unsupported"),
    ("reply_ms = 300", "reply_ms = 9000", "[timing]", "timing: one question could take"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "says"), CHANGES, ids=[row[3][:50] for row in CHANGES])
def test_defects_name_their_line(old: str, new: str, at: str, says: str):
    """Unknown keys and transforms, cycles, cells outside, sizes and sessions without bound: with the line."""
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    wanted = f"line {line_of(text, at)}, {says}"
    assert any(defect.startswith(wanted) for defect in text_defects(text)), (wanted, text_defects(text))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.integers(0, 60), st.text("[]{}=\"'#\n.,a1 ", max_size=5))
def test_any_text_is_read_or_refused(at: int, size: int, put: str):
    """A file that was damaged anywhere is read or refused, with lines inside the file."""
    text = TEXT[:at] + put + TEXT[at + size :]
    try:
        library = read(text)
    except LibraryError as error:
        assert all(0 <= one.line <= text.count("\n") + 1 for one in error.defects)
    else:
        ended(library, lambda _: b"")


def ended(library: ClassLibrary, heard: Callable[[float], bytes]) -> tuple[Outcome, float]:
    """How a question ends, and after how many seconds, if the line says this."""
    driver = ClassLibraryDriver(library)
    now, commands = 0.0, driver.ask(Access("000000000048", 8), Wanted(Q.FORWARD_ACTIVE, NOW), 0.0)
    while not (commands and isinstance(commands[-1], Finished)):
        now += 0.25
        assert now < 3600
        data = heard(now)
        commands = (driver.feed(data, now) if data else []) or driver.tick(now)
    return commands[-1].answer.outcome, now


PIECES = st.sampled_from(
    [
        p.encode_reply(p.Identity(0x62411586)),
        p.encode_reply(p.Reply(p.PASSWORD)),
        p.encode_reply(p.Reply(p.CLASS_READ, 0, 0, bytes(40), last=False)),
        p.encode_reply(p.Reply(p.CONTINUE, 0, 0, bytes(40), last=False)),
        p.encode_reply(p.Reply(p.CLASS_READ, 13)),
        p.encode_reply(p.Short(p.ALIVE)),
        b"\x02",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(PIECES, st.binary(max_size=12), st.just(b"")), min_size=1, max_size=8))
def test_garbage_without_end_ends_a_question(pieces: list[bytes]):
    """Whatever is said for however long, also a class without end: the question ends within the bound."""
    outcome, seconds = ended(LIBRARY, lambda now: pieces[int(now * 4) % len(pieces)])
    assert outcome in Outcome
    assert seconds <= LONGEST_QUESTION + 1
