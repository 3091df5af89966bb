"""What was found before anything is sent, in lines: what speaks against it, and what is good.

The preflight judges package, terminal and computer; here stands what only this visit knows: whether the line
can carry the way, and whether anybody listens for the terminal.
"""

from collections.abc import Iterator

from core.gdw376.address import UNIVERSAL
from hhu.client.upgrade.preflight import Blocker, Finding, Preflight
from hhu.client.upgrade.stages import Way
from hhu.screens.desk import Desk
from hhu.screens.upgrade_board import Check
from hhu.upgrade_words import finding

PACKAGE = frozenset({
    Blocker.NO_PACKAGE, Blocker.PRODUCT, Blocker.HARDWARE, Blocker.SIZE, Blocker.DAMAGED, Blocker.SIGNATURE,
    Blocker.OLDER, Blocker.SAME, Blocker.LIBRARY,
})  # fmt: skip
VERSION = frozenset({Blocker.OLDER, Blocker.SAME})
UNFORCED = frozenset({Way.USB, Way.STANDARD})
"""Ways on which no version can be forced (vendor extension §5.4)."""


def checks(desk: Desk, preflight: Preflight, way: Way) -> Iterator[Check]:
    """Everything that was looked at."""
    for found in preflight.findings:
        yield _found(desk, found, way)
    yield from _line(desk, preflight, way)
    yield from _good(desk, preflight)


def _found(desk: Desk, found: Finding, way: Way) -> Check:
    said = finding(found, desk.words.language)
    forced = not (found.blocker in VERSION and way in UNFORCED)
    step = said.next_step if forced else f"{said.next_step} {desk.words('check.unforced')}"
    later = found.blocker is Blocker.SWITCH
    return Check(False, said.cause, step, found.overridable and forced, later)


def _line(desk: Desk, preflight: Preflight, way: Way) -> Iterator[Check]:
    """Whether this line can carry the way."""
    link, words = desk.connection, desk.words
    if link is None:
        return
    if preflight.address.same_station(UNIVERSAL):
        yield Check(False, words("check.default-address"), words("check.default-address-next"), True)
    if way in (Way.RS485, Way.USB) and not link.local:
        yield Check(False, words("check.not-local"), words("check.not-local-next"))
    if way is Way.REMOTE and desk.front_end is None:
        yield Check(False, words("upgrade.no-front-end"), words("upgrade.no-front-end-next"))


def _good(desk: Desk, preflight: Preflight) -> Iterator[Check]:
    words, found = desk.words, {one.blocker for one in preflight.findings}
    if not found & PACKAGE:
        yield Check(True, words("check.package-good"))
    if preflight.running.identity is None:
        yield Check(True, words("check.original"))
    yield Check(True, words("check.runs", version=str(preflight.running.program)))
    if not preflight.address.same_station(UNIVERSAL):
        yield Check(True, words("check.address", address=preflight.address.text))
    if Blocker.CLOCK not in found:
        yield Check(True, words("check.clock-good"))
