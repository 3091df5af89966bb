"""Reasons against an upgrade, all at once."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from core.gdw376.address import UNIVERSAL, Address
from core.vendor.identify import Identity, IdentityFlags, identity_in
from core.vendor.package import build
from core.vendor.sections import Section
from hhu.client.battery import Battery
from hhu.client.upgrade.package import Running, Shipment, Shown
from hhu.client.upgrade.preflight import Blocker, Finding, Preflight, clock_findings, judge
from tests.core.vendor.packages import KEY, META, OTHER_SEED, PK01, PROG, SEED, made, patched, rows

OWN = Address("1122", 0x7788)
X3 = bytes.fromhex(
    "0001010010100103B30022118877"
    "4858313038380000010030313031010626303130300106260001000000000000000000000000000000000000"
    "010200010023 7D18"
)
"""Worked example X3 of the vendor extension: program 0101 of 2026-06-01, in local download mode."""


def identity(flags: IdentityFlags | None = None) -> Identity:
    """The terminal of X3."""
    known = identity_in(X3)
    return known if flags is None else replace(known, flags=flags)


def found(file: bytes, known: Identity | None = None, keys: tuple[bytes, ...] = (KEY,)) -> list[Blocker]:
    """The blockers of a package at a terminal."""
    running = Running.by_identity(known or identity())
    return [one.blocker for one in judge(Shipment("demo.hxp", file), running, keys)]


def test_a_good_package_has_nothing_against_it() -> None:
    """PK01 fits the terminal of the vectors."""
    assert found(made()) == []


def test_everything_at_once() -> None:
    """Another product for other hardware, older and unsigned: four findings, not the first alone."""
    old = replace(PK01.program, code="0100")
    label = replace(PK01, product="HX1089", hardware=frozenset({3}), program=old)
    blockers = found(build(label, (META, PROG)))
    assert blockers == [Blocker.PRODUCT, Blocker.HARDWARE, Blocker.SIGNATURE, Blocker.OLDER]


@pytest.mark.parametrize(
    ("file", "blocker"),
    [
        (b"", Blocker.NO_PACKAGE),
        (b"MZ" + bytes(500), Blocker.NO_PACKAGE),
        (made()[:-1], Blocker.SIZE),
        (made() + b"\x00", Blocker.SIZE),
        (patched(made(), 300, b"\xaa\xaa"), Blocker.DAMAGED),
        (made(seed=OTHER_SEED), Blocker.SIGNATURE),
    ],
)
def test_bad_files(file: bytes, blocker: Blocker) -> None:
    """Empty, foreign, truncated, grown, bytes changed, signed by a stranger."""
    assert blocker in found(file)


def test_every_refused_vector_is_found() -> None:
    """A vector that the terminal refuses is blocked before anything is sent."""
    for row in rows():
        if row.hex and row.reason:
            assert found(bytes.fromhex(row.hex)), row.name


def test_a_terminal_that_requires_a_signature() -> None:
    """Without a key here an unsigned package is blocked where the terminal wants a signature."""
    flags = IdentityFlags(open=True, busy=False, signed=True, locked=False, disk=False)
    unsigned = build(PK01, (META, PROG))
    assert found(unsigned, identity(flags), ()) == [Blocker.SIGNATURE]
    assert found(unsigned, identity(), ()) == []


def test_what_typing_the_address_goes_past() -> None:
    """V2: the terminal's own address goes past everything but the signature; another one past nothing."""
    findings = (Finding(Blocker.OLDER), Finding(Blocker.SIGNATURE), Finding(Blocker.BATTERY))
    preflight = Preflight(Running(Shown("0101", None), Shown("", None)), OWN, findings)
    assert [one.blocker for one in preflight.stands(OWN)] == [Blocker.SIGNATURE]
    assert preflight.stands(UNIVERSAL) == preflight.stands(None) == findings
    assert preflight.forces


def test_clocks() -> None:
    """A clock that is not valid or more than a day off blocks; an hour is a matter for the clock page."""
    now = datetime(2026, 11, 21, 9)
    assert list(clock_findings(None, now)) == [Finding(Blocker.CLOCK)]
    assert list(clock_findings(datetime(2000, 1, 1), now)) == [Finding(Blocker.CLOCK, "2000-01-01 00:00")]
    assert not list(clock_findings(now - timedelta(hours=1), now))


def test_a_library_compares_libraries() -> None:
    """M29: a package of the library alone is proved by the library's version."""
    label = replace(PK01, kind=2, library=replace(PK01.program, code="0101"))
    shipment = Shipment("l.hxp", build(label, (META, Section("LIBR", b'{"tables":[]}')), SEED))
    assert shipment.brings == Shown("0101", date(2026, 11, 15))
    assert shipment.running(Running.by_identity(identity())) == Shown("0100", date(2026, 6, 1))


def test_the_battery() -> None:
    """Below 30 % without mains is low."""
    assert Battery(29, mains=False).low
    assert not Battery(29, mains=True).low
    assert not Battery(30, mains=False).low
