"""The proof: the terminal's own word after its restart (device behaviour 5.5, L9, L10, R9).

It is asked on every line that may lead to it: the download cable, the line the upgrade began on, or the line
of a terminal that dials in again. A record of an upgrade that ended before this one began proves nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum

from core.errors import LineError
from core.lines.line import Line
from core.vendor.identify import Identity
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.asking import is_there
from hhu.client.upgrade.package import Running, Shipment, Shown
from hhu.client.upgrade.refused import explained
from hhu.client.upgrade.stages import (
    Answers,
    Failed,
    Failure,
    Notice,
    Noticed,
    Progress,
    Silence,
    Stage,
    StageReached,
    Tell,
    TerminalSays,
    UpgradeFailed,
)

POLL = 1.0
RETURN = 120.0
"""Seconds a restart may take before the operator is asked: reset, self-check, boot."""
COME_BACK = 40.0
SETTLE = 180.0
"""Seconds in which a restarted terminal must tell the new version or a reason: three boots on trial."""
Redial = Callable[[], Awaitable[TerminalClient | None]]
Lend = Callable[[], Awaitable[Line | None]]


class Result(IntEnum):
    """Byte 42 of code E0: how the last upgrade ended."""

    NONE = 0
    GOOD = 1
    REFUSED = 2
    ROLLED_BACK = 3
    ON_TRIAL = 4
    ABANDONED = 5


@dataclass(frozen=True, slots=True)
class Case:
    """What has to be proved."""

    shipment: Shipment
    before: Running

    @property
    def brings(self) -> Shown | None:
        """The version that has to run."""
        return self.shipment.brings

    def is_new(self, running: Running) -> bool:
        """Whether the version of the package runs."""
        return self.shipment.running(running).same(self.brings)

    def told(self, running: Running) -> Identity | None:
        """The terminal's record of this upgrade; ``None`` when it has only an older one, or none."""
        now, then = running.identity, self.before.identity
        if now is None or (then is not None and _record(now) == _record(then)):
            return None
        return now

    @property
    def visible(self) -> bool:
        """Whether the versions differ; otherwise only the record tells."""
        return not self.is_new(self.before)


def _record(identity: Identity) -> tuple[object, ...]:
    return identity.upgrade_way, identity.upgrade_result, identity.upgrade_at, identity.version_after


class Proof:
    """Waits for the terminal's word; tells each stage once."""

    def __init__(
        self, case: Case, askers: list[TerminalClient], tell: Tell, redial: Redial | None = None
    ) -> None:
        """``redial`` brings a client of a terminal that dials in, once all ``askers`` are gone."""
        self.case = case
        self._askers = askers
        self._tell = tell
        self._redial = redial
        self._clock = askers[0].link.clock
        self._reached = Stage.SENDING
        self._heard = self._begun = self._clock.monotonic()
        self._restarted: float | None = None
        self._silent = False
        self._said: set[object] = set()

    def reach(self, stage: Stage, note: str = "") -> None:
        """Tell a stage, and those before it that were not seen."""
        for each in Stage:
            if self._reached < each <= stage:
                self._tell(StageReached(each, note if each is stage else ""))
        self._reached = max(self._reached, stage)

    async def wait(self, answers: Answers) -> str:
        """Return the version that was told; ``UpgradeFailed`` where something else was."""
        while True:
            found = await self._ask()
            if found is not None:
                self._heard = self._clock.monotonic()
                shown = await self._judged(found)
                if shown is not None:
                    return shown
            await self._patience(answers)
            await self._clock.sleep(POLL)

    async def _judged(self, found: Running) -> str | None:
        try:
            return self._judge(found)
        except UpgradeFailed as error:
            there = next((one for one in self._askers if not one.link.lost), None)
            raise UpgradeFailed(await explained(there, error.failed) if there else error.failed) from error

    async def _ask(self) -> Running | None:
        if self._redial and all(client.link.lost for client in self._askers):
            again = await self._redial()
            if again is None:
                raise UpgradeFailed(Failed(Failure.SILENT))
            self._askers = [again]
        for client in self._askers:
            if client.link.lost:
                continue
            try:
                found = await is_there(client)
            except LineError:
                continue
            if found is not None:
                return found
        self._silent = True
        return None

    def _judge(self, found: Running) -> str | None:
        identity, record = found.identity, self.case.told(found)
        if identity is not None:
            self._once(TerminalSays(identity.mode, identity.minutes_left), identity.mode)
        if record is not None:
            self._record(record)
        shown = str(self.case.shipment.running(found))
        if self._runs(found, record):
            self.reach(Stage.RESTARTED)
            self._restarted = self._restarted or self._clock.monotonic()
            if record is None or record.upgrade_result == Result.GOOD:
                self.reach(Stage.CONFIRMED, shown)
                return shown
            self._once(Noticed(Notice.ON_TRIAL), Notice.ON_TRIAL)
        elif self._silent:
            self._restarted = self._restarted or self._clock.monotonic()
        if self._restarted is not None and self._clock.monotonic() - self._restarted > SETTLE:
            raise UpgradeFailed(Failed(Failure.VERSION, note=shown))
        return None

    def _record(self, record: Identity) -> None:
        """Take what the terminal notes about this upgrade."""
        match record.upgrade_result:
            case Result.REFUSED:
                raise UpgradeFailed(Failed(Failure.PACKAGE, code=record.upgrade_reason))
            case Result.ROLLED_BACK:
                raise UpgradeFailed(Failed(Failure.ROLLED_BACK, code=record.upgrade_reason))
            case Result.GOOD | Result.ON_TRIAL:
                self.reach(Stage.APPLIED)
            case _:
                pass

    def _runs(self, found: Running, record: Identity | None) -> bool:
        """Whether the new program is what answers; an equal version is told apart by its record alone."""
        if not self.case.is_new(found):
            return False
        if self.case.visible:
            return found.identity is None or record is not None
        return record is not None and (record.upgrade_result == Result.GOOD or self._silent)

    async def _patience(self, answers: Answers) -> None:
        silent = self._clock.monotonic() - self._heard
        size = len(self.case.shipment.file)
        self._tell(Progress(size, size, 0.0, None, 0, silent))
        if silent > COME_BACK and len(self._askers) > 1:
            self._once(Noticed(Notice.COME_BACK), Notice.COME_BACK)
        if silent > RETURN:
            if not await answers.go_on(Silence(size, size, round(silent / POLL))):
                raise UpgradeFailed(Failed(Failure.SILENT))
            self._heard = self._clock.monotonic()

    def _once(self, event: TerminalSays | Noticed, key: object) -> None:
        if key not in self._said:
            self._said.add(key)
            self._tell(event)
