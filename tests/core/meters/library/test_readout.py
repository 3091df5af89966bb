"""The library file of Landis+Gyr: published bytes through its frames, defects with their lines, damage.

What it reads of emulated meters is pinned by the native driver's own tests (tests/core/simulation/iec62056).
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import LibraryError
from core.meters.driver import Access, Finished, Outcome, Speed
from core.meters.families import Families
from core.meters.iec62056 import telegram as native
from core.meters.library.fields import Known
from core.meters.library.frames import Found, Short, Unlike
from core.meters.library.loader import read_library
from core.meters.library.readout.driver import ReadoutLibraryDriver
from core.meters.library.readout.model import LONGEST_VISIT, ReadoutLibrary
from core.meters.library.readout.station import ReadoutMeter
from core.meters.library.slave import RequestReader
from core.quantities import NOW, Quantity, Wanted
from tests.core.meters.iec62056.published import meant
from tests.core.meters.library.stage import shipped_readout, text_defects, text_of

TEXT = text_of("landis-gyr-table")
LIBRARY = shipped_readout("landis-gyr-table")
Q = Quantity


@pytest.mark.parametrize(
    ("meaning", "frame", "known"),
    [
        ("sign-on with address", "sign_on", Known(b"84285674")),
        ("sign-on, any meter", "sign_on", Known(b"")),
        ("acknowledge: protocol 0, 9600, readout", "selection", Known(variables={"rate": b"5"})),
        ("acknowledge: protocol 0, 4800, readout", "selection", Known(variables={"rate": b"4"})),
        ("break", "break", Known()),
    ],
)
def test_published_telegrams_of_the_host(meaning: str, frame: str, known: Known):
    """What the file sends is what was published, to the byte; and the meter's end of the file finds it."""
    raw = meant(meaning).raw
    assert LIBRARY.frames[frame].built(known) == raw
    (found,) = RequestReader(LIBRARY).feed(raw, 0.0)
    assert (found.frame.name, found.size) == (frame, len(raw))


def test_published_identifications():
    """The rate is captured, as the native codec reads it; what follows may be anything."""
    for meaning in ("identification, baud char 5", "identification, baud char 4"):
        raw = meant(meaning).raw
        found = LIBRARY.frames["identification"].judge(raw, Known())
        telegram = native.decode(raw)
        assert isinstance(found, Found)
        assert isinstance(telegram, native.Identification)
        assert found.known.variables["rate"] == telegram.rate.encode()
        assert LIBRARY.session.rates[telegram.rate.encode()] == telegram.baud


def test_the_published_readout():
    """The text is the native codec's; with one bit off, neither takes it."""
    row = meant("complete ZMD310 readout")
    block, found = native.decode(row.raw), LIBRARY.frames["readout"].judge(row.raw, Known())
    assert isinstance(found, Found)
    assert isinstance(block, native.Block)
    assert found.known.data.decode() == block.text
    spoilt = LIBRARY.frames["readout"].judge(meant("same readout with the block check").raw, Known())
    assert isinstance(spoilt, Unlike)
    assert "check" in spoilt.reason
    assert LIBRARY.frames["readout"].judge(row.raw[:-1], Known()) == Short(1)
    assert isinstance(LIBRARY.frames["readout"].judge(b"\x02" + b"x" * 8193, Known()), Unlike)


# Both ends


def meter(text: str = "1.8.0(1*kWh)\r\n!\r\n") -> ReadoutMeter:
    return ReadoutMeter(LIBRARY, "000084285674", lambda: text)


def said(end: ReadoutMeter, raw: bytes, now: float) -> tuple[bytes, int] | None:
    (found,) = RequestReader(LIBRARY).feed(raw, now)
    reply = end.answer(found, now)
    return (reply.raw, reply.baud) if reply else None


def test_the_end_of_the_meter():
    """Identification at 300, the text at the rate that was chosen, and back; others hear nothing."""
    end = meter()
    assert said(end, b"/?11111111!\r\n", 0.0) is None
    assert said(end, b"\x06050\r\n", 0.0) is None
    assert said(end, b"/?84285674!\r\n", 0.0) == (b"/LGZ5\\2ZMD\r\n", 300)
    answered = said(end, b"\x06040\r\n", 1.0)
    assert answered is not None
    assert (answered[1], end.baud(1.0)) == (4800, 300)
    block = native.decode(answered[0])
    assert block == native.Block("1.8.0(1*kWh)\r\n!\r\n")


def test_a_session_that_nobody_goes_on_with_lapses():
    """After the idle time, and after a break, the choice of a rate is no longer understood."""
    for leave in (lambda end: None, lambda end: said(end, native.encode(native.BREAK), 1.0)):
        end = meter()
        assert said(end, b"/?!\r\n", 0.0)
        leave(end)
        assert said(end, b"\x06050\r\n", 61.0) is None
    assert said(end, b"/?!\r\n", 70.0)
    assert said(end, b"\x06090\r\n", 71.0) is None, "no such rate"


def test_the_archive_may_name_the_file():
    """A code of the profile leads to the file as to any driver; its speed is that of the sign-on."""
    families = Families({40: "landis-gyr-table"})
    assert isinstance(families.driver(40, lambda: None), ReadoutLibraryDriver)
    assert families.speed(40) == Speed(300, data_bits=7)


# Defects


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


CHANGES: list[tuple[str, str, str, str]] = [
    ("holds_ms = 30000", "holds_ms = 30000\nregex = 'a+'", "regex = ", "read.regex: unknown key"),
    ("rate = \"rate\"", "rate = \"speed\"", 'rate = "speed"',
     "session.states.choose.rate: no frame has a variable speed"),
    ("35 = 9600", "35 = 9601", "rates = {", "session.rates.35: must be one of 300, 600"),
    ("pause_ms = 200\ntries = 1", "pause_ms = 200\ntries = 2", 'rate = "rate"\npause',
     "session.states.choose.rate: a state that changes the rate has one try"),
    ('next = "choose"', 'next = "chose"', 'next = "chose"',
     "session.states.call.next: there is no state chose"),
    ('accept = ["readout"]\nnext = "ready"', 'accept = ["readout", "identification"]\nnext = "ready"\n'
     'goto = { identification = "call" }', "goto = { identification",
     "session.states.choose.goto.identification: a cycle: call leads back here"),
    ("goto = { readout", "goto = { break", "goto = { break",
     "session.states.call.goto.break: the state does not accept break"),
    ('goto = { readout = "ready" }\n', "", "[session.states.call]",
     "session.states.call: readout leads to choose: a session is ready when the text is there"),
    ("set = { rate", "set = { pace", "set = { pace",
     "session.fallback.set.pace: no frame has a variable pace"),
    ("most = 8192", "most = 99999", "most = 99999", "frames.readout.fields[1].most: must be from 1 to 16384"),
    ("most = 8192", "most = 16384", "[timing]", "timing: one question could take 16"),
    ('bytes = "03" },\n    { is = "check"', 'bytes = "03", name = "e" },\n    { is = "check"', 'name = "e"',
     "no TOML"),
    ('{ is = "data", most = 8192 },\n    { is = "const", name = "end", bytes = "03" },',
     '{ is = "data", most = 8192 },\n    { is = "any", name = "end", sent = "03" },',
     '{ is = "data", most', "frames.readout.fields[1]: data ends where a constant follows"),
    ("{ is = \"data\", most = 8192 }", "{ is = \"data\" }", "value = [\"readout\"]",
     "read.value: readout carries no data with an end of its own"),
    ('sent = "35"', 'sent = "3535"', 'sent = "3535"',
     "frames.identification.fields[2].sent: must have 1 bytes"),
    ('unit = "V" }', 'unit = "A" }', 'unit = "A" }', "dialects.obis.quantities.voltage.unit: must be V"),
    ('total = "1.6.0", tariffs = "1.6.", unit = "kW"', 'total = "1.6.0", tariffs = "1.6.", unit = "kWh"',
     'total = "1.6.0"', "dialects.obis.quantities.forward-active-demand[0].unit: must be kW or kvar"),
    ('total = "2.8.0", tariffs = "2.8."', 'total = "1.8.0", tariffs = "2.8."', "[dialects.obis]",
     "dialects.obis: 1.8.0 kWh has two meanings"),
    ('codes = ["L.1", "L.2", "L.3"]', 'codes = ["L.1"]', 'codes = ["L.1"]',
     "dialects.short.quantities.voltage.codes: must be 3, empty where there is none"),
    ('marks = ["20", "8.1"]', 'marks = ["2(0"]', 'marks = ["2(0"]',
     "dialects.short.marks[0]: must be a code"),
    ('lines = "iec62056"', 'lines = "lua"', 'lines = "lua"', "read.lines: must be one of iec62056"),
    ("idle_ms = 60000", "idle_ms = 60000\nforever = true", "forever", "session.forever: unknown key"),
    ("tries = 3\nsilent", "tries = 30\nsilent", "tries = 30", "timing.tries: must be from 1 to 5"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "says"), CHANGES, ids=[row[3][:50] for row in CHANGES])
def test_defects_name_their_line(old: str, new: str, at: str, says: str):
    """Unknown keys, cycles of states, sizes and sessions without bound: refused, with the line."""
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    wanted = (
        f"line {line_of(text, at)}, {says}" if says != "no TOML" else f"line {line_of(text, at)}: no TOML"
    )
    assert any(defect.startswith(wanted) for defect in text_defects(text)), (wanted, text_defects(text))


def test_codes_are_bounded():
    """At most 512 codes in all dialects together (meter protocols §9)."""
    dialect = TEXT[TEXT.index("[dialects.obis]") : TEXT.index("[dialects.short]")]
    copies = "".join(dialect.replace("dialects.obis", f"dialects.copy{n}") for n in range(5))
    text = TEXT.replace("[dialects.short]", f"{copies}[dialects.short]", 1)
    assert any("codes, at most 512" in defect for defect in text_defects(text))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.integers(0, 60), st.text("[]{}=\"'#\n.,a1 ", max_size=5))
def test_any_text_is_read_or_refused(at: int, size: int, put: str):
    """A file that was damaged anywhere is read or refused, with lines inside the file."""
    text = TEXT[:at] + put + TEXT[at + size :]
    try:
        entry = read_library(text)
    except LibraryError as error:
        assert all(0 <= one.line <= text.count("\n") + 1 for one in error.defects)
    else:
        assert isinstance(entry, ReadoutLibrary)
        ended(entry, lambda now: b"")


def ended(library: ReadoutLibrary, heard: Callable[[float], bytes]) -> tuple[Outcome, float]:
    """How a question ends, and after how many seconds, if the line says this."""
    driver = ReadoutLibraryDriver(library)
    access = Access("000084285674", 4, speed=library.speed)
    now, commands = 0.0, driver.ask(access, Wanted(Q.CLOCK, NOW), 0.0)
    while not (commands and isinstance(commands[-1], Finished)):
        now += 0.5
        assert now < 3600
        data = heard(now)
        commands = (driver.feed(data, now) if data else []) or driver.tick(now)
    return commands[-1].answer.outcome, now


PIECES = st.sampled_from(
    [
        b"/LGZ5\r\n",
        b"/LGZ9x\r\n",
        b"\x02",
        b"\x03",
        b"1.8.0(1*kWh)\r\n",
        b"\x02!\r\n\x03\x03",
        b"\x06",
        b"\x15",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(PIECES, st.binary(max_size=12), st.just(b"")), min_size=1, max_size=12))
def test_garbage_without_end_ends_a_question(pieces: list[bytes]):
    """Whatever is said for however long, the question ends within the bound of the file."""
    outcome, seconds = ended(LIBRARY, lambda now: pieces[int(now * 2) % len(pieces)])
    assert outcome in (Outcome.READ, Outcome.UNSUPPORTED, Outcome.BROKEN, Outcome.SILENT, Outcome.REFUSED)
    assert seconds <= LONGEST_VISIT + 1


def test_an_offer_that_the_file_does_not_know():
    """Rate 9 is not in the table: told as such, and the session is broken off."""
    outcome, _ = ended(LIBRARY, lambda now: b"/LGZ9x\r\n" if now > 0.6 else b"")
    assert outcome is Outcome.BROKEN


def test_the_clock_of_a_text_without_one():
    """A text that shows no clock is an answer: not supported."""
    block = native.encode(native.Block("1.8.0(1*kWh)\r\n!\r\n"))
    outcome, _ = ended(LIBRARY, lambda now: block if now > 0.6 else b"")
    assert outcome is Outcome.UNSUPPORTED
    shown = native.encode(
        native.Block(f"0.9.1({datetime(2026, 11, 20, 8):%H:%M:%S})\r\n0.9.2(26-11-20)\r\n!\r\n")
    )
    assert ended(LIBRARY, lambda now: shown if now > 0.6 else b"")[0] is Outcome.READ
