"""Libraries in packages: a broken one is refused by the installer, and changes nothing (M29)."""

import json
import tomllib
from datetime import datetime
from typing import Any

import pytest

from core.app import Terminal
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.meters.library.model import Library
from core.terminal.upgrade.libraries import flaw_in, tables_in
from core.terminal.upgrade.slots import Way
from core.vendor.header import LIBRARY, Version
from core.vendor.package import Label, Reason, build
from core.vendor.sections import LIBRARY_TAG, Section
from tests.core.firmware import BUILT, DAY, library
from tests.core.meters.library.stage import text_of
from tests.core.vendor.packages import META

START = datetime(2026, 11, 20, 8, 30)


def package(*tables: dict[str, Any], version: str = "0104") -> bytes:
    """A package with these tables."""
    content = json.dumps({"tables": list(tables)}).encode()
    label = Label(LIBRARY, BUILT, library=Version(version, DAY))
    return build(label, [META, Section(LIBRARY_TAG, content)])


def wasion(**changes: Any) -> dict[str, Any]:
    return tomllib.loads(text_of("wasion-4.1")) | changes


def test_tables_and_their_flaws():
    """What is in a package, and what is wrong with it."""
    assert tables_in(b"") == ()
    assert flaw_in(library()) is None
    assert flaw_in(package(wasion())) is None
    flaw = flaw_in(package(wasion(surprise=1)))
    assert flaw is not None
    assert "surprise: unknown key" in str(flaw)


@pytest.mark.parametrize("spoilt", [{"surprise": 1}, {"tests": [{"is": "send"}]}, {"id": "dlt645-1997"}])
def test_a_terminal_takes_a_good_library_and_refuses_a_bad_one(spoilt: dict[str, Any]):
    """M29: refused with the reason of a wrong product; the one before serves on, also after a start."""

    async def on_stage() -> None:
        terminal = Terminal.create("factory", clock=LoopClock(START), boot=0.0)
        async with terminal:
            upgrade = terminal.concentrator.upgrade
            assert upgrade.install(package(wasion(version="1.4.0")), Way.LOCAL) is Reason.OK
            terminal.restart()
            assert version(terminal) == "1.4.0"
            upgrade.confirmed()
            bad = package(wasion(version="1.5.0", **spoilt), version="0105")
            assert upgrade.installer.check(bad) is Reason.PRODUCT
            terminal.restart()
            assert version(terminal) == "1.4.0"

    with virtual_time() as runner:
        runner.run(on_stage())


def version(terminal: Terminal) -> str:
    entry = terminal.families.shelf.find("wasion-4.1")
    assert isinstance(entry, Library)
    return entry.identity.version
