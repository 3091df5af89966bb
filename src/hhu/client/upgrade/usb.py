"""The way over the USB disk: give the word, watch by the terminal's own words, read the version afterwards.

The disk was prepared before (`hhu.client.usb_disk`) and sits in the terminal's socket. The word is code 19
(vendor extension §2.5); a terminal that does not offer it is started by its key, held 30 s, and watched
alike.
"""

from core.errors import DecodeError, SilenceError
from core.gdw376.request import Request
from core.gdw376.trailer import VENDOR_AFN
from core.vendor import envelope
from core.vendor.envelope import Outcome, Result
from core.vendor.identify import Identity
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.asking import high, is_there
from hhu.client.upgrade.package import Running
from hhu.client.upgrade.refused import explained
from hhu.client.upgrade.shipping import Order, clear
from hhu.client.upgrade.stages import (
    Answers,
    Done,
    Failed,
    Failure,
    Stage,
    StageReached,
    Tell,
    TerminalSays,
    UpgradeFailed,
    Way,
)
from hhu.client.vendor import WAIT

UPGRADE_FROM_USB = 0x19
LOOK = 2.0
"""Seconds between two questions."""
PATIENCE = 600.0
"""Seconds until the terminal gives up waiting for a disk (device behaviour 5.2, U1)."""
COPYING, CHECKING = 6, 7
"""Modes of code E0."""
REFUSED, ROLLED_BACK = 2, 3
"""Results of the last upgrade in code E0."""


class UsbFlow:
    """One upgrade from the disk in the socket; ``client`` reaches the terminal as always."""

    way = Way.USB

    def __init__(self, client: TerminalClient, order: Order) -> None:
        self._client = client
        self._order = order

    async def walk(self, tell: Tell, answers: Answers) -> Done:
        """See `hhu.client.upgrade.stages.Flow`; nothing is asked of the operator on this way."""
        clock, shipment = self._client.link.clock, self._order.shipment
        begun = clock.monotonic()
        found = await clear(self._client, self.way, self._order, tell)
        await self._command()
        try:
            after = await self._watch(found.running, tell)
        except UpgradeFailed as error:
            raise UpgradeFailed(await explained(self._client, error.failed)) from error
        old, new = shipment.running(found.running), shipment.running(after)
        tell(StageReached(Stage.CONFIRMED, str(new)))
        return Done(str(old), str(new), clock.monotonic() - begun, 0)

    async def _command(self) -> None:
        """Give the word with the high password; where it is merely not offered, the key starts it."""
        client = self._client
        password = await client.passwords.fetch(client.address, high(client))
        order = envelope.Order(UPGRADE_FROM_USB, self._order.shipment.name.encode("ascii"), password)
        request = Request(client.address, VENDOR_AFN, (order.encode(),), timeout=WAIT, retries=1)
        try:
            content = Outcome.decode((await client.link.request(request)).payload).content
        except (SilenceError, DecodeError):
            return  # a maker's terminal answers after the copy, if at all
        code = content[0] if content else Result.CONTENT.value
        if code == Result.PASSWORD.value:
            client.passwords.refuse(client.address, high(client), password)
        if code not in (Result.OK.value, Result.NOT_OFFERED.value):
            raise UpgradeFailed(Failed(Failure.COMMAND, code=code))
        client.passwords.accept(client.address, high(client), password)

    async def _watch(self, before: Running, tell: Tell) -> Running:
        """Follow its words until it has a verdict; silence in between is the copy, or the restart."""
        clock, reached = self._client.link.clock, Stage.CHECKED
        mode = before.identity.mode if before.identity else 0
        until = clock.monotonic() + PATIENCE
        while clock.monotonic() < until:
            await clock.sleep(LOOK)
            told = await is_there(self._client)
            if told is None:
                continue
            if told.identity and told.identity.mode != mode:
                mode = told.identity.mode
                tell(TerminalSays(mode, told.identity.minutes_left))
                until = clock.monotonic() + PATIENCE
            stage = {COPYING: Stage.SENDING, CHECKING: Stage.RECEIVED}.get(mode, reached)
            if stage > reached:
                reached = stage
                tell(StageReached(stage))
            if self._proved(told, before):
                tell(StageReached(Stage.APPLIED))
                tell(StageReached(Stage.RESTARTED))
                return told
        raise UpgradeFailed(Failed(Failure.SILENT))

    def _proved(self, told: Running, before: Running) -> bool:
        """Tell whether the new program runs; ``UpgradeFailed`` for a refusal or a roll-back since then."""
        new, old = told.identity, before.identity
        if new and old and new.upgrade_at != old.upgrade_at:
            _raise_verdict(new)
        shipment = self._order.shipment
        return shipment.running(told).same(shipment.brings)


def _raise_verdict(told: Identity) -> None:
    if told.upgrade_result == REFUSED:
        raise UpgradeFailed(Failed(Failure.PACKAGE, code=told.upgrade_reason))
    if told.upgrade_result == ROLLED_BACK:
        raise UpgradeFailed(Failed(Failure.ROLLED_BACK, code=told.upgrade_reason))
