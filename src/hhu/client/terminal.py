"""The terminal in the operator's words: who is there, read, write, clock, version, commands.

Denials become ``DeniedError`` with the terminal's code, silence ``SilenceError``, a lost line ``LineError``.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from core.errors import DecodeError, DeniedError, SilenceError, UsageError
from core.gdw376.address import BROADCAST, UNIVERSAL, UNIVERSAL_REVERSED, Address
from core.gdw376.frame import Direction, encode_frame, pw_field
from core.gdw376.message import Item, decode_items, encode_blocks, encode_query
from core.gdw376.packing import pack
from core.gdw376.pieces import cut, joined
from core.gdw376.refusals import Refusal
from core.gdw376.request import Reply, Request
from core.gdw376.unit import Edition, Unit
from core.gdw376.units.afn0c import TerminalClock
from core.gdw376.units.afn0f import FileSegment, FileSegmentTaken
from core.gdw376.units.afn04 import TerminalAddress
from core.gdw376.units.afn05 import SetClock
from core.gdw376.units.afn09 import Version
from hhu.client.clock_reading import ClockLook, ClockReading
from hhu.client.link import Link
from hhu.client.names import Name
from hhu.client.passwords import Passwords

U = TypeVar("U", bound=Unit)
SET, CONTROL, RESET, FORWARD, FILE = 0x04, 0x05, 0x01, 0x10, 0x0F
PW_AND_TP = 22
"""Bytes of AUX that a written frame may carry."""
LARGEST_SEGMENT = 4200
"""Bytes of the largest frame with a segment; who takes less keeps silent (vendor extension §1.3)."""
ASK_CLOCK_BYTES = 20
"""Length of the frame that asks for the clock."""
FORWARD_BYTES = 42
"""Length of a frame that forwards, without what it forwards."""
SET_CLOCK_BYTES = 42
"""Length of the frame that sets the clock, without preamble."""
DISCOVERY_WAIT = 3.0
"""Seconds to wait for "I am here"; there are several addresses to try."""


class TerminalClient:
    """Verbs for one terminal over one link."""

    def __init__(
        self, link: Link, address: Address, passwords: Passwords, edition: Edition = Edition.BASE_2009
    ) -> None:
        self.link = link
        self.passwords = passwords
        self.edition = edition
        self._address = address.by(0)

    @property
    def address(self) -> Address:
        """The address spoken to."""
        return self._address

    @property
    def channel(self) -> str:
        """Whose password counts: ir or rs485."""
        return self.link.profile.channel

    def readdress(self, address: Address) -> None:
        """Speak to this address from now on; its password is that of the old one."""
        self.passwords.move(self._address, address)
        self._address = address

    async def who_is_there(self, typed: Address | None = None) -> Address:
        """Find the terminal and speak to it from now on.

        Asks for the address (AFN0A F89) at ``typed``, at the universal address in both orders (device
        behaviour 5.6 A2) and by broadcast; ``SilenceError`` when nobody answers.
        """
        silence = SilenceError(self.link.line.name, "nobody is there", 0)
        for address in self._candidates(typed):
            try:
                self._address = await self._ask_address(address)
                return self._address
            except SilenceError as error:
                silence = SilenceError(error.port, error.reason, silence.tries + error.tries)
        raise silence

    def _candidates(self, typed: Address | None) -> Iterator[Address]:
        if typed is not None:
            yield typed
        yield from (each for each in (UNIVERSAL, UNIVERSAL_REVERSED) if each != typed)
        yield BROADCAST

    async def _ask_address(self, at: Address) -> Address:
        """Return what F89 says, else who answered: a terminal of 2009 denies F89, but it is there."""
        wait = min(self.link.profile.timings.reply, DISCOVERY_WAIT)
        parts = pack(encode_query([Item(0, TerminalAddress.meaning.fn)]))
        reply = await self.link.request(Request(at, 0x0A, parts, timeout=wait, retries=1))
        for item in self._items(reply):
            if isinstance(item.value, TerminalAddress):
                return Address(item.value.region, item.value.terminal)
        return Address(reply.address.region, reply.address.terminal)

    async def read(self, wanted: Sequence[Name]) -> list[Item]:
        """Ask for whole units; they come in the order asked for, those the terminal leaves out are missing.

        ``DeniedError`` when it has none of an AFN, ``DecodeError`` for an answer that cannot be read.
        """
        keys = dict.fromkeys(
            (name.unit.meaning.afn, Item(name.pn, name.unit.meaning.fn, asked=name.asked)) for name in wanted
        )
        found: list[Item] = []
        for afn in dict.fromkeys(afn for afn, _ in keys):
            asked = [item for of, item in keys if of == afn]
            found += await self._query(0x0A if afn == SET else afn, asked)
        return found

    async def _query(self, afn: int, asked: list[Item]) -> list[Item]:
        reply = await self.link.request(Request(self._address, afn, pack(encode_query(asked))))
        if reply.denial:
            raise reply.denial
        items = list(self._items(reply))
        broken = next((item for item in items if item.error or item.raw), None)
        if broken:
            raise broken.error or DecodeError(f"unknown unit F{broken.fn} in the answer", broken.start)
        order = [(item.pn, item.fn) for item in asked]
        wanted = joined(item for item in items if (item.pn, item.fn) in order)
        return sorted(wanted, key=lambda item: order.index((item.pn, item.fn)))

    def _items(self, reply: Reply) -> tuple[Item, ...]:
        return decode_items(reply.afn, Direction.UP, reply.payload, self.edition)

    async def read_unit(self, kind: type[U], pn: int = 0) -> U:
        """Read one unit; ``DeniedError`` when the terminal does not have it."""
        for item in await self.read([Name(kind, None, pn)]):
            if isinstance(item.value, kind):
                return item.value
        raise DeniedError(kind.meaning.afn)

    async def write(self, items: Sequence[Item]) -> None:
        """Send units of one AFN in one message with the channel's password; all are taken or none."""
        afns = {item.value.meaning.afn for item in items if item.value is not None}
        if len(afns) != 1:
            raise UsageError("One message carries units of one AFN.")
        await self._order(afns.pop(), pack(encode_blocks(cut(items, aux=PW_AND_TP)), aux=PW_AND_TP))

    async def control(self, command: Unit) -> None:
        """Give a command of AFN 05."""
        await self._order(CONTROL, pack(encode_blocks([Item.of(command)])))

    async def reset(self, kind: Unit) -> None:
        """Initialise (AFN 01); needs the high password of the channel."""
        await self._order(RESET, pack(encode_blocks([Item.of(kind)])), account=f"{self.channel}-high")

    async def forward(self, order: Unit, wait: float) -> Unit:
        """Let the terminal ask a meter (AFN 10) and return its answer; ``wait`` seconds at most.

        A repetition after silence is the same frame, which the terminal does not execute twice.
        ``DeniedError`` when the terminal does not forward, ``DecodeError`` for an answer of another kind.
        """
        parts = pack(encode_blocks([Item.of(order)]), aux=PW_AND_TP)
        reply = await self._order(FORWARD, parts, retries=1, wait=wait)
        for item in self._items(reply):
            if item.value is not None and item.fn == order.meaning.fn:
                return item.value
            raise item.error or DecodeError(f"unknown unit F{item.fn} in the answer", item.start)
        raise DecodeError("nothing is in the answer", 0)

    async def hand_over(self, segment: FileSegment) -> int:
        """Send one segment of a file (AFN 0F); return the number the terminal tells, FFFFFFFFH for "no".

        Needs the high password of the channel. A repetition after silence changes nothing there.
        """
        parts = pack(encode_blocks([Item.of(segment)]), LARGEST_SEGMENT, PW_AND_TP)
        reply = await self._order(FILE, parts, account=f"{self.channel}-high")
        for item in self._items(reply):
            if isinstance(item.value, FileSegmentTaken):
                return item.value.index
        raise DecodeError("no segment number is in the answer", 0)

    async def _order(
        self,
        afn: int,
        parts: tuple[bytes, ...],
        *,
        retries: int | None = None,
        account: str = "",
        wait: float | None = None,
    ) -> Reply:
        account = account or self.channel
        password = await self.passwords.fetch(self._address, account)
        order = Request(self._address, afn, parts, pw=pw_field(password), retries=retries, timeout=wait)
        reply = await self.link.request(order)
        self._learn(password, account, reply)
        if reply.denial:
            raise reply.denial
        return reply

    def _learn(self, password: str, account: str, reply: Reply) -> None:
        code = reply.denial.code if reply.denial else None
        if code == Refusal.PASSWORD.value:
            self.passwords.refuse(self._address, account, password)
        elif reply.denial is None:
            self.passwords.accept(self._address, account, password)

    async def version(self) -> Version:
        """Maker, versions and dates (AFN09 F1)."""
        return await self.read_unit(Version)

    async def look_at_clock(self) -> ClockLook:
        """Read the terminal's clock (AFN0C F2) once, with the moments between which it looked."""
        parts = pack(encode_query([Item(0, TerminalClock.meaning.fn)]))
        asked = self.link.clock.now()
        reply = await self.link.request(Request(self._address, 0x0C, parts))
        arrived = self.link.clock.now()
        if reply.denial:
            raise reply.denial
        size = sum(len(encode_frame(frame)) for frame in reply.frames)
        wire = self.link.profile.timings.wire_time
        after = asked + timedelta(seconds=wire(ASK_CLOCK_BYTES + len(self.link.profile.preamble)))
        units = [item.value for item in self._items(reply) if isinstance(item.value, TerminalClock)]
        before = arrived - timedelta(seconds=wire(size))
        return ClockLook(units[0].time if units else None, min(after, before), before)

    async def read_clock(self, shift: timedelta = timedelta(0)) -> ClockReading:
        """Read the terminal's clock and compare; it is meant to be ``shift`` ahead of this one."""
        return (await self.look_at_clock()).reading(shift)

    async def set_clock(self, when: datetime | None = None) -> ClockReading:
        """Set the clock to this computer's, or let it show ``when`` now; read it back.

        The frame carries the time of its last byte (device behaviour 6.7), which is sent on a whole second;
        so silence is not repeated byte for byte, each try is timed anew.
        """
        shift = timedelta(0) if when is None else when - self.link.clock.now()
        tries = 1 + self.link.profile.timings.retries
        for attempt in range(1, tries + 1):
            try:
                await self._send_clock(shift)
                break
            except SilenceError as error:
                if attempt == tries:
                    raise SilenceError(error.port, error.reason, tries) from error
        return await self.read_clock(shift)

    async def _send_clock(self, shift: timedelta) -> None:
        await self.passwords.fetch(self._address, self.channel)  # typing takes time, so before the moment
        clock, profile = self.link.clock, self.link.profile
        wire = profile.timings.wire_time(SET_CLOCK_BYTES + len(profile.preamble)) + profile.timings.idle
        earliest = clock.now() + shift + timedelta(seconds=wire)
        second = earliest.replace(microsecond=0) + timedelta(seconds=math.ceil(earliest.microsecond / 1e6))
        await clock.sleep((second - earliest).total_seconds())
        await self._order(CONTROL, pack(encode_blocks([Item.of(SetClock(second))])), retries=0)
