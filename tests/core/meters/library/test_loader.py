"""The loader: what it refuses, on which line, and that nothing else ever comes out of it."""

import json
import tomllib
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import LibraryError
from core.meters.library.entries import Described, try_out
from core.meters.library.loader import LARGEST_FILE, library_from, read_library
from core.meters.library.shelf import shipped
from core.meters.library.structure import schema
from core.meters.library.toml_lines import lines_of
from tests.core.meters.library.stage import shipped_library, table_defects, text_defects, text_of

WASION = text_of("wasion-4.1")
EDMI = text_of("edmi-table")


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_files_pass_their_own_tests(name: str):
    """M27: every shipped file is read without a defect; libraries pass their tests and their play."""
    entry = shipped()[name]
    assert entry.identity.id == name
    if isinstance(entry, Described):
        assert entry.tests
        try_out(entry)


def test_a_table_of_a_package_is_the_same_as_the_file():
    """The JSON object in a LIBR section and the TOML file make the same library."""
    table = json.loads(json.dumps(tomllib.loads(WASION)))
    assert library_from(table) == shipped_library("wasion-4.1")


def test_wasion_is_labelled_unverified():
    """Meter protocols §6: one source only, and everybody can see it."""
    assert not shipped_library("wasion-4.1").identity.verified


def line_of(text: str, part: str) -> int:
    """Where a part stands."""
    return text[: text.index(part)].count("\n") + 1


CHANGES: list[tuple[str, str, str, str]] = [
    ("most = 255", "most = 255\nmots = 1", "mots = 1", "address.mots: unknown key; known: form, size"),
    ('parity = "E"', 'parity = "X"', 'parity = "X"', "serial.parity: must be one of N, E, O"),
    ("baud = 1200", 'baud = "1200"', 'baud = "1200"', "serial.baud: must be a whole number"),
    ("tries = 3", "tries = 99", "tries = 99", "timing.tries: must be from 1 to 5"),
    ("schema = 1", "schema = 2", "schema = 2", "schema: must be one of 1"),
    ('kind = "protocol"', 'kind = "program"', 'kind = "program"',
     "kind: must be one of protocol, readout, classes, alias, slot"),
    ('bytes = "55"', 'bytes = "5"', 'bytes = "5"',
     "frames.request.fields[1].bytes: must be pairs of hexadecimal digits"),
    ('to = "size" }', 'to = "sise" }', 'to = "sise"', "frames.request.fields[4].to: there is no field sise"),
    ('send = "request"', 'send = "requets"', 'send = "requets"', "read.send: there is no frame requets"),
    ('voltage = { value = "voltage"', 'voltage = { value = "voltag"', '"voltag"',
     "quantities.voltage.value: there is no value voltag"),
    ('voltage = { value = "voltage"', 'voltage = { value = "current"', 'voltage = { value = "current"',
     "quantities.voltage.value: current is in A, not V"),
    ('total = "1010"', 'total = "1001FF"', 'total = "1001FF"',
     "quantities.reverse-active.total: 1001FF has 3 bytes, the others 2"),
    ('id = "2001", value = "clock"', 'id = "10D2", value = "clock"', "battery = { id",
     "quantities.battery.id: 10D2 is used with another meaning elsewhere"),
    ('sum = ["quadrant-2", "quadrant-3"]', 'sum = ["reactive-2"]', 'sum = ["reactive-2"]',
     "quantities.reactive-2.sum: a cycle: reactive-2 is a sum that leads back here"),
    ('"hh", "mm"], digits = "binary" }', '"hh"], digits = "binary" }', "clock = { parts",
     "quantities.clock.parts: mm must stand once in all parts together"),
    ("reply_ms = 3000", "reply_ms = 3000\n\n[timing.more]", "[timing.more]", "timing.more: unknown key"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "says"), CHANGES, ids=[row[3][:40] for row in CHANGES])
def test_errors_name_line_and_place(old: str, new: str, at: str, says: str):
    """Whoever writes a file is told the line, where in the table it is, and what may stand there."""
    assert old in WASION
    text = WASION.replace(old, new, 1)
    wanted = f"line {line_of(text, at)}, {says}"
    assert any(defect.startswith(wanted) for defect in text_defects(text)), text_defects(text)


SESSION = """
[session.states.login]
send = "login"
accept = ["ack"]
refuse = ["refused", "error"]
next = "ready"
"""


def test_a_session_that_goes_round_is_refused():
    """Steps lead on, never back: loops are what limits are for (meter protocols §9)."""
    around = SESSION.replace('"ready"', '"hello"') + SESSION.replace(".login]", ".hello]").replace(
        '"ready"', '"login"'
    )
    text = EDMI.replace(SESSION, around)
    assert [defect.partition(", ")[2] for defect in text_defects(text)] == [
        "session.states.login.next: a cycle: hello leads back here",
        "session.states.hello.next: a cycle: login leads back here",
    ]
    itself = EDMI.replace(SESSION, SESSION.replace('"ready"', '"login"'))
    assert "a cycle: login leads back here" in text_defects(itself)[0]


def test_several_defects_are_told_at_once_in_order():
    """Fifty at most, by line."""
    text = WASION.replace("baud = 1200", "baud = 1").replace("most = 255", "mots = 255")
    lines = [int(defect.split()[1].rstrip(",")) for defect in text_defects(text)]
    assert len(lines) == 2
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = ", "line 1: no TOML"),
        ("schema = 1\nschema = 2", "line 2: no TOML"),
        ("", "line"),
        ("#" * (LARGEST_FILE + 1), "larger than 256 KiB"),
        (f"{WASION}\nx = {'[' * 5000}", "no TOML"),
        ("id = 1979-05-27", "kind: must be one of"),
    ],
    ids=["cut", "twice", "empty", "large", "deep", "date"],
)
def test_what_is_no_library_at_all(text: str, says: str):
    """Broken, empty, huge and bottomless texts end in the one error, at the line if there is one."""
    assert says in (text_defects(text) or ["good"])[0] or not text


def absurd(**changes: Any) -> dict[str, Any]:
    table = tomllib.loads(WASION)
    for path, value in changes.items():
        inner = table
        *way, last = path.split("__")
        for name in way:
            inner = inner[name]
        inner[last] = value
    return table


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (absurd(tests=[tomllib.loads(WASION)["tests"][0]] * 300), "tests: must have 0 to 256 elements"),
        (absurd(frames__request__fields=[{"is": "address"}] * 65), "must have 1 to 64 elements"),
        (absurd(frames__request__fields=[{"is": "const", "bytes": "00" * 256}] * 9), "2304 bytes, a frame"),
        (absurd(values__energy={"decode": "uint", "size": 99, "unit": "kWh"}), "must be from 1 to 16"),
        (absurd(frames={f"f{n}": {"fields": [{"is": "data"}]} for n in range(65)}), "at most 64 entries"),
        (absurd(address__most=2**40), "must be from 0 to 4294967295"),
        (absurd(timing__tries=True), "must be a whole number"),
        (absurd(timing={"reply_ms": 10000, "gap_ms": 10, "quiet_ms": 0, "tries": 5, "busy_ms": 10000},
                read={"send": "request", "value": ["answer"], "more": ["answer"], "follow": "request",
                      "most": 64}), "one question could take"),
    ],
    ids=["tests", "fields", "frame", "value", "frames", "address", "bool", "endless"],
)  # fmt: skip
def test_absurd_sizes_are_refused(table: dict[str, Any], says: str):
    """Meter protocols §9: everything has a bound, the time of a question too."""
    assert any(says in defect for defect in table_defects(table)), table_defects(table)


def test_more_than_512_identifiers_are_refused():
    """Meter protocols §9."""
    table = tomllib.loads(WASION)
    rows = [f"{n:04X}" for n in range(0x3000, 0x3000 + 600)]
    parts = [{"value": "energy", "tariffs": rows[n : n + 14]} for n in range(0, 600, 14)]
    names = ("forward-active", "reverse-active", "quadrant-1", "quadrant-2")
    for number, name in enumerate(names):
        head, *back = parts[number * 12 : number * 12 + 12]
        table["quantities"][name] = {**head, **({"back": back} if back else {})}
    assert any("identifiers, at most 512" in defect for defect in table_defects(table))


def test_a_hidden_byte_must_be_hideable():
    """An escape table that loses bytes is refused before it loses any."""
    text = EDMI.replace('or = "40", bytes = ["02"', 'or = "01", bytes = ["02"', 1)
    assert any("cannot be hidden by 01" in defect for defect in text_defects(text))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(tomllib.loads(EDMI))), JSON, st.booleans())
def test_any_table_is_read_or_refused(name: str, value: Any, into: bool):
    """Whatever stands in a table, nothing but `LibraryError` comes out."""
    table = tomllib.loads(EDMI)
    if into and isinstance(table[name], dict) and table[name]:
        table[name][next(iter(table[name]))] = value
    else:
        table[name] = value
    try:
        library_from(table)
    except LibraryError as error:
        assert error.defects


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(EDMI) - 1), st.integers(0, 40), st.text("[]{}=\"'#\n.,a1 ", max_size=5))
def test_any_text_is_read_or_refused(at: int, size: int, put: str):
    """A file that was damaged anywhere is read or refused, with lines inside the file."""
    text = EDMI[:at] + put + EDMI[at + size :]
    try:
        read_library(text)
    except LibraryError as error:
        assert all(0 <= one.line <= text.count("\n") + 1 for one in error.defects)


def test_lines_of_every_kind_of_toml():
    """Tables, arrays of tables, dotted and quoted keys, strings of all kinds, arrays over lines."""
    text = (
        'a = 1\n[[x.y]]\nb = [1, # c ]\n { c = "}]\\"", d = 2 },\n]\n'
        "[x.z]\n\"q r\".s = '''\n]]\n'''\n[[x.y]]\nk = 'a#b' # z\n"
    )
    tomllib.loads(text)
    lines = lines_of(text)
    assert lines["x", "y", 0, "b", 1, "d"] == 4
    assert lines["x", "z", "q r", "s"] == 7
    assert lines["x", "y", 1, "k"] == 11


def test_the_schema_refuses_what_it_does_not_name():
    """Every table of the published schema is closed, or lists what its entries are."""
    for name, rule in schema()["$defs"].items():
        if rule.get("type") == "object":
            assert rule["additionalProperties"] is False, name


KINDS = {name: tomllib.loads(text_of(name)) for name in ("wasion-4.1", "landis-gyr-table", "alpha-table")}
SMALL = st.one_of(
    st.integers(-1, 300), st.booleans(), st.sampled_from(["", "00", "0B", "key", "ready", "data", "1.8.0"]),
    st.just([]), st.just({}), st.lists(st.integers(0, 9), max_size=3),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a table."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


@settings(max_examples=250, deadline=None)
@given(st.sampled_from([(name, path) for name, one in KINDS.items() for path in places(one) if path]), SMALL)
def test_any_value_anywhere_is_read_or_refused(place: tuple[str, tuple[Any, ...]], value: Any):
    """A plausible value in a wrong place: refused, or a library whose own tests end; of every kind."""
    table = deepcopy(KINDS[place[0]])
    *way, last = place[1]
    holder: Any = table
    for key in way:
        holder = holder[key]
    holder[last] = value
    try:
        entry = library_from(table)
        if isinstance(entry, Described):
            try_out(entry)
    except LibraryError as error:
        assert error.defects
