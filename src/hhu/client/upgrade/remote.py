"""Upgrade over the uplink: the terminal resets, dials a front end, gets the file, returns (M160-M168)."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from core.errors import LineError, SilenceError
from core.lines.address import LineKind
from core.vendor.download import Download, Remote, Tail
from hhu.client.link import Link
from hhu.client.profiles import PROFILES
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.asking import order_download
from hhu.client.upgrade.preflight import REMOTE_MODES, Preflight
from hhu.client.upgrade.proof import Case, Proof
from hhu.client.upgrade.shipping import Order, Sender, clear, is_default, wanted
from hhu.client.upgrade.stages import (
    Answers,
    Done,
    Failed,
    Failure,
    NeedCall,
    Notice,
    Noticed,
    Stage,
    StageReached,
    Tell,
    TerminalSays,
    UpgradeFailed,
    Way,
)
from hhu.client.upgrade.wanted import REMOTE
from hhu.client.vendor import identify

AGAIN = 1.0
GONE = 15.0
"""Seconds after which a call that was not hung up is given back: the reset comes 2 s behind the answer."""
UPLINK = "uplink"
LINKED = 90.0
"""Seconds a terminal that is there may go on in its normal mode before the command counts as not taken."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the terminal shall dial: a front end as it sees it."""

    host: IPv4Address
    port: int


class RemoteFlow:
    """One upgrade over a front end; ``client`` is where the terminal is reached now."""

    way = Way.REMOTE

    def __init__(self, client: TerminalClient, order: Order, place: Place) -> None:
        self._client = client
        self._order = order
        self._place = place
        self._link: Link | None = None

    async def walk(self, tell: Tell, answers: Answers) -> Done:
        """See `hhu.client.upgrade.stages.Flow`; a lost link is awaited anew and the transfer goes on."""
        begun = self._client.link.clock.monotonic()
        try:
            found = await clear(self._client, self.way, self._order, tell)
            await self._enter(found, tell)
            sender = Sender(self._order, found, REMOTE, wanted(self._order, found, duplex=True))
            verdict = await self._deliver(sender, found, tell, answers)
            proof = Proof(
                Case(self._order.shipment, found.running),
                [self._near_by(found)],
                tell,
                lambda: self._dialled(found, tell, answers),
            )
            if verdict is not None:
                proof.reach(Stage.RECEIVED)
            after = await proof.wait(answers)
        finally:
            await self._let_go()
        before = str(self._order.shipment.running(found.running))
        return Done(before, after, self._client.link.clock.monotonic() - begun, sender.repeated)

    async def _enter(self, found: Preflight, tell: Tell) -> None:
        identity = found.running.identity
        if identity is not None and identity.mode in REMOTE_MODES:
            tell(Noticed(Notice.ALREADY_WAITING))
            if self._client.channel == UPLINK:
                await self._client.link.close()  # a front end lends one call to a terminal
            return
        tail = None
        if is_default(self._client.address) and not is_default(found.address):
            tail = Tail(found.address.encode()[:4])
        await order_download(self._client, Download(Remote(self._place.host, self._place.port), tail))
        tell(Noticed(Notice.COMMAND_TAKEN))
        await self._see_it_go()

    async def _see_it_go(self) -> None:
        """Give the old call back once the terminal hung up."""
        link = self._client.link
        if self._client.channel != UPLINK:
            return
        until = link.clock.monotonic() + GONE
        while link.lost is None and link.clock.monotonic() < until:
            await link.clock.sleep(AGAIN)
        await link.close()

    async def _deliver(self, sender: Sender, found: Preflight, tell: Tell, answers: Answers) -> int | None:
        tell(StageReached(Stage.SENDING, self._order.shipment.name))
        while True:
            client = await self._waiting(found, tell, answers)
            try:
                return await sender.send(client, tell, answers)
            except SilenceError:
                raise
            except LineError:
                tell(Noticed(Notice.LINK_LOST))

    async def _waiting(self, found: Preflight, tell: Tell, answers: Answers) -> TerminalClient:
        """Meet the terminal in download mode; a connection from before its reset is not the one."""
        while True:
            client = await self._dialled(found, tell, answers)
            if client is None:
                raise UpgradeFailed(Failed(Failure.STOPPED, resumable=True))
            try:
                if found.running.identity is None or await self._linked(client, tell):
                    return client
            except LineError:
                continue

    async def _linked(self, client: TerminalClient, tell: Tell) -> bool:
        clock = client.link.clock
        until = clock.monotonic() + LINKED
        while clock.monotonic() < until:
            identity = await identify(client)
            if client.link.lost:
                return False
            if identity is not None and identity.mode in REMOTE_MODES:
                tell(TerminalSays(identity.mode, identity.minutes_left))
                return True
            await clock.sleep(AGAIN)
        return False

    async def _dialled(self, found: Preflight, tell: Tell, answers: Answers) -> TerminalClient | None:
        """Wait until it dials in and take its line."""
        need = NeedCall(found.address.text, is_default(found.address))
        tell(need)
        await self._let_go()
        line = await answers.call(need)
        if line is None:
            return None
        source = self._client
        profile = PROFILES[LineKind.LISTEN]
        self._link = Link(line, source.link.clock, source.link.trace, profile)
        return self._near_by(found)

    def _near_by(self, found: Preflight) -> TerminalClient:
        link = self._link or self._client.link
        return TerminalClient(link, found.address, self._client.passwords, self._client.edition)

    async def _let_go(self) -> None:
        if self._link:
            await self._link.close()
            self._link = None
