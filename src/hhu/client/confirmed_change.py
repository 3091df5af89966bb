"""A change of the uplink that must prove itself: unless the master acknowledges, the old values return.

The terminal has no timer of its own for this, so the tool must stay connected:
- Written and read back like any other plan. Then the uplink report (vendor item 6003) is looked at until a
  login *after* the write was acknowledged by a master that was set: confirmed.
- When the window ends first, the old values are written back and read back. A closed programming switch
  refuses that; the tool asks for the key and tries until it is open. Such a refusal costs no password.
- A lost line or cancelling ends it where it stands: ``holds`` says which values the terminal has.
- A terminal without the report can be confirmed by the technician alone, who asks the master.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

from core.errors import CoreError, DeniedError, LineError, SilenceError, UsageError
from core.gdw376.refusals import Refusal
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import ApnUser, MasterStation, TerminalIp, UplinkMode, UplinkPort
from core.vendor.items import LINK_STATES, UplinkReport
from hhu.client.change import OPEN, Change, OnChange, State
from hhu.client.link import LinkEvent, Lost
from hhu.client.plan import Plan
from hhu.client.terminal import TerminalClient
from hhu.client.vendor import uplink_report
from hhu.record import VisitRecord

WINDOW = 600.0
"""Seconds a change has to prove itself."""
EVERY = 10.0
"""Seconds between two looks."""
KEY_EVERY = 3.0
"""Seconds between two tries to write back while the switch is closed."""
PATIENCE = 1800.0
"""Seconds the tool asks for the key before it gives up."""
SILENCES = 5
"""Unanswered tries to write back before it gives up."""
KINDS: tuple[type[Unit], ...] = (MasterStation, ApnUser, UplinkMode, UplinkPort, TerminalIp)
"""Units that may be written so: they decide about the way to the master and nothing else."""
ONLINE = "online"


class Phase(Enum):
    """Where the change stands."""

    WRITING = "writing"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REVERTING = "reverting"
    KEY = "key"
    """The write-back waits for the programming switch."""
    REVERTED = "reverted"
    REFUSED = "refused"
    """The write itself was not done."""
    LEFT = "left"
    """Ended without proof and without write-back."""


class Holds(Enum):
    """Which values the terminal holds, as far as it is known."""

    OLD = "old"
    NEW = "new"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """One moment, for whoever shows it."""

    phase: Phase
    holds: Holds
    left: float = 0.0
    """Seconds of the window."""
    report: UplinkReport | None = None
    error: CoreError | None = None


OnStanding = Callable[[Standing], None]
Values = Sequence[tuple[int, Unit]]


class ConfirmedChange:
    """One armed change. ``current`` and ``wanted`` hold whole units by point."""

    def __init__(
        self,
        client: TerminalClient,
        current: Iterable[tuple[int, Unit]],
        wanted: Iterable[tuple[int, Unit]],
        *,
        window: float = WINDOW,
        record: VisitRecord | None = None,
        on_standing: OnStanding | None = None,
        on_change: OnChange | None = None,
    ) -> None:
        self._client = client
        self._clock = client.link.clock
        self._wanted = list(wanted)
        self.before = _before(list(current), self._wanted)
        """What is written back."""
        self.plan = Plan.of(self.before, self._wanted)
        self.record = record or VisitRecord(self._clock, client.address.text, "hhu")
        self._on_standing = on_standing
        self._on_change = on_change
        self._window = window
        self._deadline = 0.0
        self._confirmed = False
        self._nudged = asyncio.Event()
        self.standing = Standing(Phase.WRITING, Holds.OLD)
        self._seen: UplinkReport | None = None

    @property
    def sees(self) -> bool:
        """Whether this terminal tells of logins; without that only ``confirm`` confirms."""
        return self._seen is not None

    @property
    def left(self) -> float:
        """Seconds of the window that are left."""
        return max(0.0, self._deadline - self._clock.monotonic())

    def extend(self, seconds: float = WINDOW) -> None:
        """Give it more time, counted on top of what is left."""
        self._deadline += seconds
        self._nudged.set()

    def confirm(self) -> None:
        """The technician has it from the master: the terminal is seen there."""
        self._confirmed = True
        self._nudged.set()

    async def run(self, *, blind: bool = True) -> Standing:
        """Write, watch, keep or write back; errors of the line end in the standing, not in exceptions.

        ``UsageError`` before anything is sent: no password, or with ``blind`` off a terminal that does not
        tell of logins. Cancelling ends it as it stands; ``standing.holds`` says what the terminal holds.
        """
        stop = self._client.link.subscribe(self._heard)
        try:
            return await self._run(blind=blind)
        except asyncio.CancelledError:
            self._end(Phase.LEFT, self.standing.holds)
            raise
        finally:
            stop()

    def _heard(self, event: LinkEvent) -> None:
        """A lost line is said at once, not at the next look."""
        if isinstance(event, Lost):
            self._nudged.set()

    async def _run(self, *, blind: bool) -> Standing:
        self._seen = await self._look()
        if not (self.sees or blind):
            raise UsageError(
                "This terminal does not tell whether it is logged in.",
                "Write without --confirm, or use the page Uplink and confirm by the master's word.",
            )
        if not await self._write():
            return self.standing
        if self.plan.done:
            self._deadline = self._clock.monotonic() + self._window
            if (ended := await self._wait()) is not None:
                return ended
        return await self._revert()

    # Writing

    async def _write(self) -> bool:
        """Write the new values; tell whether there is anything to watch or to take back."""
        self._show(Phase.WRITING, Holds.UNKNOWN)
        try:
            await self.plan.run(self._client, self._on_change)
            if any(change.state in OPEN for change in self.plan.changes) and self._client.link.lost is None:
                await self.plan.resume(self._client, self._on_change)
        except UsageError:
            self._show(Phase.REFUSED, Holds.OLD)
            raise
        self._note(self.plan)
        if self.plan.done or any(change.state is State.DIFFERS for change in self.plan.changes):
            return True
        refused = isinstance(self.plan.error, DeniedError)
        holds = Holds.OLD if refused else Holds.UNKNOWN
        self._end(Phase.REFUSED if refused else Phase.LEFT, holds, self.plan.error)
        return False

    # Watching

    async def _wait(self) -> Standing | None:
        """Look until confirmed or lost; ``None`` when the window has ended."""
        report: UplinkReport | None = None
        while self.left > 0 and not self._confirmed:
            self._show(Phase.WAITING, Holds.NEW, report=report)
            await self._pause(min(EVERY, self.left))
            try:
                report = await self._look()
            except LineError as error:
                return self._end(Phase.LEFT, Holds.NEW, error)
            if self._proves(report):
                return self._end(Phase.CONFIRMED, Holds.NEW, report=report)
        return self._end(Phase.CONFIRMED, Holds.NEW, report=report) if self._confirmed else None

    async def _look(self) -> UplinkReport | None:
        """Read the report; silence is no report, a lost line is an error."""
        with suppress(SilenceError):
            return await uplink_report(self._client)
        return None

    async def _pause(self, seconds: float) -> None:
        """Sleep on the clock of the line, or less when somebody extends or confirms."""
        self._nudged.clear()
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        nudged = asyncio.ensure_future(self._nudged.wait())
        try:
            await asyncio.wait((sleeping, nudged), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            nudged.cancel()
            await asyncio.gather(sleeping, nudged, return_exceptions=True)

    def _proves(self, report: UplinkReport | None) -> bool:
        """A login after the write, acknowledged, at a master that is set now."""
        if report is None or self._seen is None or LINK_STATES.get(report.state, ("", ""))[1] != ONLINE:
            return False
        if report.login_at is None or report.acknowledged_at is None:
            return False
        later = report.login_at != self._seen.login_at and report.acknowledged_at >= report.login_at
        return later and self._is_set(report)

    def _is_set(self, report: UplinkReport) -> bool:
        stations = [unit for _, unit in self._wanted if isinstance(unit, MasterStation)]
        if not stations:
            return True
        (station,) = stations
        peers = ((station.main_ip, station.main_port), (station.standby_ip, station.standby_port))
        return (report.peer_ip, report.peer_port) in peers

    # Writing back

    async def _revert(self) -> Standing:
        """Write the old values and prove it; ask for the key as long as the switch is closed."""
        until, silences = self._clock.monotonic() + PATIENCE, 0
        holds = Holds.NEW if self.plan.done else Holds.UNKNOWN
        while True:
            self._show(Phase.REVERTING, holds)
            if lost := self._client.link.lost:
                return self._end(Phase.LEFT, holds, lost)
            back = Plan.of(self._wanted, self.before)
            await back.run(self._client, None)
            error = back.error
            if back.done:
                self._note(back)
                return self._end(Phase.REVERTED, Holds.OLD)
            holds = holds if isinstance(error, DeniedError) else Holds.UNKNOWN
            closed = isinstance(error, DeniedError) and error.code == Refusal.SWITCH_CLOSED.value
            silences += isinstance(error, SilenceError)
            silent = isinstance(error, SilenceError) and silences < SILENCES
            if not (closed or silent) or self._clock.monotonic() >= until:
                self._note(back)
                return self._end(Phase.LEFT, holds, error)
            self._show(Phase.KEY if closed else Phase.REVERTING, holds, error=error)
            await self._pause(KEY_EVERY)

    # Telling

    def _show(
        self,
        phase: Phase,
        holds: Holds,
        *,
        report: UplinkReport | None = None,
        error: CoreError | None = None,
    ) -> Standing:
        if phase is not self.standing.phase:
            self._client.link.trace.event(
                f"uplink change: {phase.value}, terminal holds {holds.value} values"
            )
        self.standing = Standing(phase, holds, self.left, report or self.standing.report, error)
        if self._on_standing:
            self._on_standing(self.standing)
        return self.standing

    def _end(
        self,
        phase: Phase,
        holds: Holds,
        error: CoreError | None = None,
        *,
        report: UplinkReport | None = None,
    ) -> Standing:
        known = report or self.standing.report
        facts: dict[str, Any] = {
            "login": known.login_at if known else None,
            "acknowledged": known.acknowledged_at if known else None,
            "by": "technician" if self._confirmed and phase is Phase.CONFIRMED else "terminal",
            "reason": str(error) if error else None,
        }
        self.record.uplink(phase.value, holds.value, facts)
        return self._show(phase, holds, report=report, error=error)

    def _note(self, plan: Plan) -> None:
        for change in plan.changes:
            self.record.changed(change.name, _plain(change, change.before), _plain(change, change.after),
                                change.state.value)  # fmt: skip


def _plain(change: Change, value: object) -> str | None:
    return None if value is None else change.shown(value)


def _before(current: Values, wanted: Values) -> list[tuple[int, Unit]]:
    """Return the units to write back; ``UsageError`` where one cannot be, or is not about the uplink."""
    held = {(pn, type(unit)): unit for pn, unit in current}
    for pn, unit in wanted:
        if type(unit) not in KINDS:
            name = unit.meaning.code
            raise UsageError(f"{name} is not about the uplink.", "Write it without --confirm first.")
        if (pn, type(unit)) not in held:
            raise UsageError(f"{unit.meaning.code} has not been read.", "Nothing could be written back.")
    return [(pn, held[pn, type(unit)]) for pn, unit in wanted]
