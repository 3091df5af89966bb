"""The way over the USB disk: give the word, watch by the terminal's own words, read the version afterwards.

The disk was prepared before (`hhu.client.usb_disk`) and sits in the terminal's socket. The word is code 19
(vendor extension §2.5); a terminal that does not offer it is started by its key, held 30 s, and watched
alike.
"""

from core.errors import DecodeError, SilenceError
from core.gdw376.request import Request
from core.gdw376.trailer import VENDOR_AFN
from core.vendor.envelope import Order, Outcome, Result
from core.vendor.header import LIBRARY, Header, Version
from core.vendor.identify import Identity
from hhu.client.terminal import TerminalClient
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
from hhu.client.vendor import WAIT, identify

UPGRADE_FROM_USB = 0x19
LOOK = 2.0
"""Seconds between two questions."""
PATIENCE = 600.0
"""Seconds until the terminal gives up waiting for a disk (device behaviour 5.2, U1)."""
COPYING, CHECKING = 6, 7
"""Modes of code E0."""
GOOD, REFUSED, ROLLED_BACK, ON_TRIAL = 1, 2, 3, 4
"""Results of the last upgrade in code E0."""
BY_KEY = frozenset({Result.NOT_OFFERED.value})
"""Results after which the key starts it as well."""


class UsbFlow:
    """One upgrade from the disk in the socket."""

    def __init__(self, client: TerminalClient, name: str, header: Header) -> None:
        """``name``: the package on the disk; ``header``: what it says of itself."""
        self._client = client
        self._name = name
        self._header = header

    @property
    def way(self) -> Way:
        """See `hhu.client.upgrade.stages.Flow`."""
        return Way.USB

    async def walk(self, tell: Tell, answers: Answers) -> Done:
        """See `hhu.client.upgrade.stages.Flow`; nothing is asked of the operator on this way."""
        clock = self._client.link.clock
        begun = clock.monotonic()
        before = await identify(self._client)
        if before is None:
            raise UpgradeFailed(Failed(Failure.SILENT))
        tell(StageReached(Stage.CHECKED, self._name))
        await self._order()
        after = await self._watch(before, tell)
        old, new = self._version(before), self._version(after)
        if new != self._wanted:
            raise UpgradeFailed(Failed(Failure.VERSION, note=str(new)))
        tell(StageReached(Stage.CONFIRMED, str(new)))
        return Done(str(old), str(new), clock.monotonic() - begun, 0)

    async def _order(self) -> None:
        """Give the word with the high password; what is merely not offered is left to the key."""
        client, account = self._client, f"{self._client.channel}-high"
        password = await client.passwords.fetch(client.address, account)
        order = Order(UPGRADE_FROM_USB, self._name.encode("ascii"), password)
        try:
            reply = await client.link.request(
                Request(client.address, VENDOR_AFN, (order.encode(),), timeout=WAIT, retries=1)
            )
            outcome = Outcome.decode(reply.payload)
        except (SilenceError, DecodeError):
            return  # a maker's terminal answers after the copy, if at all
        code = outcome.content[0] if outcome.content else Result.CONTENT.value
        if code == Result.PASSWORD.value:
            client.passwords.refuse(client.address, account, password)
        if code and code not in BY_KEY:
            raise UpgradeFailed(Failed(Failure.COMMAND, code=code))
        client.passwords.accept(client.address, account, password)

    async def _watch(self, before: Identity, tell: Tell) -> Identity:
        """Follow its words until it has a verdict; silence in between is the restart."""
        clock, mode, reached = self._client.link.clock, before.mode, Stage.CHECKED
        until = clock.monotonic() + PATIENCE
        while clock.monotonic() < until:
            await clock.sleep(LOOK)
            told = await identify(self._client)
            if told is None:
                continue
            if told.mode != mode:
                mode = told.mode
                tell(TerminalSays(mode, told.minutes_left))
                until = clock.monotonic() + PATIENCE
            stage = {COPYING: Stage.SENDING, CHECKING: Stage.RECEIVED}.get(mode, reached)
            if stage > reached:
                reached = stage
                tell(StageReached(stage))
            if told.upgrade_at != before.upgrade_at and self._judged(told):
                tell(StageReached(Stage.APPLIED))
                tell(StageReached(Stage.RESTARTED))
                return told
        raise UpgradeFailed(Failed(Failure.SILENT, reached))

    def _judged(self, told: Identity) -> bool:
        """Tell whether the new program runs; ``UpgradeFailed`` for a refusal or a roll-back."""
        if told.upgrade_result == REFUSED:
            raise UpgradeFailed(Failed(Failure.PACKAGE, code=told.upgrade_reason))
        if told.upgrade_result == ROLLED_BACK:
            raise UpgradeFailed(Failed(Failure.ROLLED_BACK, code=told.upgrade_reason))
        return told.upgrade_result in (GOOD, ON_TRIAL) and self._version(told) == self._wanted

    @property
    def _wanted(self) -> Version:
        head = self._header
        return head.library_version if head.kind == LIBRARY else head.program_version

    def _version(self, told: Identity) -> Version:
        if self._header.kind == LIBRARY:
            return Version(told.library, told.library_date)
        return Version(told.program, told.program_date)
