"""Upgrade over RS485: command, cable change, call by address, transfer, proof (M151-M159)."""

from contextlib import suppress
from dataclasses import replace

from core.errors import LineError
from core.gdw376.address import UNIVERSAL, UNIVERSAL_REVERSED, Address
from core.lines.address import LineKind
from core.lines.line import Line
from core.vendor.download import Download, Local, Tail
from hhu.client.link import Link
from hhu.client.profiles import PROFILES
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.asking import address_of, order_download
from hhu.client.upgrade.preflight import LOCAL_MODES, Preflight
from hhu.client.upgrade.proof import Case, Proof
from hhu.client.upgrade.shipping import Order, Sender, clear, is_default, wanted
from hhu.client.upgrade.stages import (
    Answers,
    Done,
    Failed,
    Failure,
    NeedCable,
    Notice,
    Noticed,
    Stage,
    StageReached,
    Tell,
    TerminalSays,
    UpgradeFailed,
    Way,
)
from hhu.client.upgrade.wanted import LOCAL
from hhu.client.vendor import identify

CALLING = 60.0
"""Seconds the terminal is called by its addresses before the operator is asked about the cable."""
BOOT = 15.0
"""Seconds to wait for a terminal that does not tell when it is ready."""


class Rs485Flow:
    """One upgrade over the download port; ``client`` is where the terminal is reached now."""

    way = Way.RS485

    def __init__(self, client: TerminalClient, order: Order) -> None:
        self._client = client
        self._order = order
        self._cable: Link | None = None

    async def walk(self, tell: Tell, answers: Answers) -> Done:
        """See `hhu.client.upgrade.stages.Flow`."""
        begun = self._client.link.clock.monotonic()
        try:
            found = await clear(self._client, self.way, self._order, tell)
            below = await self._reach(found, tell, answers)
            tell(StageReached(Stage.SENDING, self._order.shipment.name))
            sender = Sender(self._order, found, LOCAL, wanted(self._order, found, duplex=False))
            verdict = await sender.send(below, tell, answers)
            askers = [below] if below is self._client else [below, self._client]
            proof = Proof(Case(self._order.shipment, found.running), askers, tell)
            if verdict is not None:
                proof.reach(Stage.RECEIVED)
            after = await proof.wait(answers)
        finally:
            if self._cable:
                await self._cable.close()
        before = str(self._order.shipment.running(found.running))
        return Done(before, after, self._client.link.clock.monotonic() - begun, sender.repeated)

    async def _reach(self, found: Preflight, tell: Tell, answers: Answers) -> TerminalClient:
        """Bring the terminal into download mode and meet it on the cable."""
        waits = found.running.identity is not None and found.running.identity.mode in LOCAL_MODES
        if waits:
            tell(Noticed(Notice.ALREADY_WAITING))
            if self._client.channel == "rs485":  # in download mode it answers on the cable alone
                return self._client
        else:
            await order_download(self._client, Download(Local(), self._tail(found)))
            tell(Noticed(Notice.COMMAND_TAKEN))
        need = NeedCable(found.address.text, is_default(found.address))
        while True:
            tell(need)
            line = await answers.cable(need)
            if line is None:
                raise UpgradeFailed(Failed(Failure.STOPPED, resumable=True))
            met = await self._call(line, found, tell)
            if met is not None:
                return met

    def _tail(self, found: Preflight) -> Tail | None:
        """Name the terminal that is meant when the frame itself goes to whoever hears it (§2.2)."""
        if not is_default(self._client.address) or is_default(found.address):
            return None
        return Tail(found.address.encode()[:4])

    async def _call(self, line: Line, found: Preflight, tell: Tell) -> TerminalClient | None:
        """Call by each address until somebody answers; ``None`` when nobody does on this port."""
        kind = LineKind.TCP if line.settings is None else LineKind.RS485
        profile = PROFILES[kind]
        if line.settings is not None:
            timings = profile.timings.over(line.settings.wire_time)
            profile = replace(profile, settings=line.settings, timings=timings)
        if self._cable:
            await self._cable.close()
        source = self._client
        self._cable = Link(line, source.link.clock, source.link.trace, profile)
        client = TerminalClient(self._cable, found.address, source.passwords, source.edition)
        if found.running.identity is None:
            await self._cable.clock.sleep(BOOT)
            return client
        until = self._cable.clock.monotonic() + CALLING
        with suppress(LineError):
            while self._cable.clock.monotonic() < until:
                for address in _candidates(found.address):
                    if await self._answers(client, address, found, tell):
                        return client
        return None

    async def _answers(self, client: TerminalClient, address: Address, found: Preflight, tell: Tell) -> bool:
        client.readdress(address)
        identity = await identify(client)
        if identity is None or identity.mode not in LOCAL_MODES:
            return False  # silent, or still to restart
        own = address_of(identity)
        if not own.same_station(found.address):
            raise UpgradeFailed(Failed(Failure.BLOCKED, note=f"terminal {own.text} / {found.address.text}"))
        client.readdress(own)
        tell(TerminalSays(identity.mode, identity.minutes_left))
        return True


def _candidates(own: Address) -> tuple[Address, ...]:
    """The address read, then the universal one in both orders (§1.8)."""
    return own, *(each for each in (UNIVERSAL, UNIVERSAL_REVERSED) if not each.same_station(own))
