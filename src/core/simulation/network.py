"""The module and the network between a terminal and its master, with everything they can suffer.

Strategy
- Dialling goes the way a real module goes - power, registration, packet service with its APN, connection -
  each step with its time on the terminal's clock; what was reached stays for the next dial. Which step fails
  is decided by the `Surroundings` of that moment.
- Behind the network are real sockets, or nobody: a terminal that is only shown reaches no foreign host.
- An open link runs through an `AirLine`, which looks at the surroundings with every transmission. A module or
  card that is pulled out ends all links; a half-open one tells nobody.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from random import Random
from typing import Protocol

from core.errors import LineError, LineFault
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.lines.proxy import Passage, ProxyKind, pass_through
from core.lines.tcp import connect_tcp, listen_tcp
from core.lines.udp import connect_udp, listen_udp
from core.simulation.surroundings import Surroundings
from core.terminal.uplink.state import Failure, Listen, Obstacle, Presence, Proxy, Target

POWER_ON, REGISTRATION, PACKET_SERVICE = 2.0, 6.0, 4.0
"""Seconds that the steps take when they succeed [design]."""
SEARCH, CONNECT = 30.0, 20.0
"""Seconds after which they are given up (connecting: S2)."""
WEAKEST = 5
"""CSQ below which no network is found [design]."""
UNKNOWN_SIGNAL = 99
OWN_IP = IPv4Address("100.64.17.88")
"""What the packet service calls the terminal [design]."""


@dataclass(frozen=True, slots=True)
class NetworkSetup:
    """Table ``network`` of a profile."""

    real: bool = False
    """Does the emulated network lead to real hosts?"""


class Closable(Protocol):
    """A listening port."""

    async def close(self) -> None:
        """Stop listening."""
        ...


class Beyond(Protocol):
    """What lies behind the network."""

    async def connect(self, target: Target) -> Line:
        """Connect; ``LineError`` when nobody is there."""
        ...

    async def listen(self, order: Listen, on_line: Callable[[Line], None]) -> Closable:
        """Listen on the terminal's own address; ``LineError`` when the port is taken."""
        ...


class Sockets:
    """The real network, from this computer."""

    def __init__(self, host: str = "0.0.0.0") -> None:
        self._host = host
        """Where to listen."""

    async def connect(self, target: Target) -> Line:
        """Connect over TCP or UDP, through a proxy where the target has one."""
        if target.udp:
            return await connect_udp(target.host, target.port)
        if target.proxy:
            return await _through(target.proxy, target)
        return await connect_tcp(target.host, target.port, patience=CONNECT)

    async def listen(self, order: Listen, on_line: Callable[[Line], None]) -> Closable:
        """Listen on TCP or UDP."""
        opened = listen_udp if order.udp else listen_tcp
        return await opened(self._host, order.port, on_line)


async def _through(proxy: Proxy, target: Target) -> Line:
    line = await connect_tcp(proxy.host, proxy.port, patience=CONNECT)
    passage = Passage(IPv4Address(target.host), target.port, proxy.user, proxy.password)
    try:
        await pass_through(line, ProxyKind(proxy.kind), passage)
    except LineError:
        await line.close()
        raise
    return line


class _Deaf:
    """A port at which nobody ever calls."""

    async def close(self) -> None:
        """Nothing."""


class Nowhere:
    """A network without hosts: every connection times out."""

    def __init__(self, clock: LoopClock) -> None:
        self._clock = clock

    async def connect(self, target: Target) -> Line:
        """Wait, then fail."""
        await self._clock.sleep(CONNECT)
        raise LineError(f"{target.host}:{target.port}", "timed out", fault=LineFault.UNREACHABLE)

    async def listen(self, order: Listen, on_line: Callable[[Line], None]) -> Closable:
        """Nobody calls."""
        return _Deaf()


class Network:
    """The module of one terminal; ``place`` tells the surroundings, ``seed`` draws the losses."""

    def __init__(
        self, place: Callable[[], Surroundings], clock: LoopClock, beyond: Beyond, *, seed: int = 0
    ) -> None:
        self._place = place
        self._clock = clock
        self._beyond = beyond
        self._random = Random(seed)
        self._links: set[AirLine] = set()
        self.cycle()

    @property
    def presence(self) -> Presence:
        """What is fitted."""
        place = self._place()
        wired = place.module and not place.needs_card
        card = place.sim or not place.needs_card
        return Presence(
            place.module,
            card,
            place.csq if place.module and card and not wired and place.csq < UNKNOWN_SIGNAL else None,
            wired or self._registered,
            wired or self._attached is not None,
            OWN_IP if self._attached is not None else IPv4Address(0),
        )

    def cycle(self) -> None:
        """Switch the module off; the next dial switches it on."""
        self._powered = self._registered = False
        self._attached: str | None = None

    def changed(self) -> None:
        """Look at the surroundings: what is gone takes the links with it."""
        place = self._place()
        if not place.module:
            self.cycle()
        if not (self.presence.ready and self._is_registered(place)):
            self._registered, self._attached = False, None
            for link in tuple(self._links):
                link.drop()

    def _is_registered(self, place: Surroundings) -> bool:
        return not place.needs_card or (place.registered and _heard(place))

    async def dial(self, target: Target) -> Line | Failure:
        """Go all the way to the master, or tell where it ended."""
        for step in (self._power, self._register, lambda: self._attach(target.apn)):
            if failure := await step():
                return failure
        return await self._connect(target)

    async def listen(self, order: Listen, on_line: Callable[[Line], None]) -> Closable | Failure:
        """Take calls of the master, or tell why that cannot be."""
        for step in (self._power, self._register):
            if failure := await step():
                return failure
        try:
            return await self._beyond.listen(order, lambda line: on_line(self._air(line)))
        except LineError as error:
            return Failure(Obstacle.CONNECT, str(error))

    async def _power(self) -> Failure | None:
        if not self._place().module:
            return Failure(Obstacle.MODULE, "the module does not answer")
        if not self._powered:
            await self._clock.sleep(POWER_ON)
            self._powered = True
        return None

    async def _register(self) -> Failure | None:
        place = self._place()
        if not self.presence.card:
            return Failure(Obstacle.SIM, "no SIM card")
        if self._registered or not place.needs_card:
            return None
        if not self._is_registered(place):
            await self._clock.sleep(SEARCH)
            if not _heard(self._place()):
                return Failure(Obstacle.SIGNAL, f"CSQ {place.csq}")
            if not self._place().registered:
                return Failure(Obstacle.REGISTRATION, "the network does not let the card in")
        await self._clock.sleep(REGISTRATION)
        self._registered = True
        return None

    async def _attach(self, apn: str) -> Failure | None:
        place = self._place()
        if self._attached == apn or not place.needs_card:
            return None
        await self._clock.sleep(PACKET_SERVICE)
        if place.apn and apn.casefold() != place.apn.casefold():
            return Failure(Obstacle.APN, f"the network knows no APN {apn or '(empty)'}")
        self._attached = apn
        return None

    async def _connect(self, target: Target) -> Line | Failure:
        where = f"{target.host}:{target.port}"
        if self._place().refused:
            await self._clock.sleep(float(self._place().delay))
            return Failure(Obstacle.CONNECT, f"{where}: connection refused")
        try:
            return self._air(await self._beyond.connect(target))
        except LineError as error:
            return Failure(Obstacle.CONNECT, str(error))

    def _air(self, line: Line) -> "AirLine":
        link = AirLine(line, self._place, self._clock, self._random, self._links.discard)
        self._links.add(link)
        return link


def _heard(place: Surroundings) -> bool:
    return WEAKEST <= place.csq < UNKNOWN_SIGNAL


class AirLine(Line):
    """A link as the network lets it through."""

    def __init__(
        self,
        line: Line,
        place: Callable[[], Surroundings],
        clock: LoopClock,
        random: Random,
        ended: Callable[["AirLine"], None],
    ) -> None:
        self.name, self.settings = line.name, line.settings
        self._line = line
        self._place = place
        self._clock = clock
        self._random = random
        self._ended = ended
        self._held: tuple[float, bytes] | None = None
        self._reading: asyncio.Future[bytes] | None = None
        self._dropped: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def drop(self) -> None:
        """The network takes the link away: this side is told, the other hears silence."""
        if not self._dropped.done():
            self._dropped.set_result(None)

    async def send(self, data: bytes) -> None:
        """Send, late or not at all, as the network pleases."""
        self._check()
        if self._lost():
            return
        if late := float(self._place().delay):
            await self._clock.sleep(late)
        await self._line.send(data)

    async def receive(self) -> bytes:
        """What got through; cancelling loses none."""
        while self._held is None:
            data = await self._next()
            if not self._lost():
                self._held = (self._clock.monotonic() + float(self._place().delay), data)
        due, data = self._held
        await self._clock.sleep(due - self._clock.monotonic())
        self._held = None
        return data

    async def _next(self) -> bytes:
        """Receive, or learn that the network took the link away; the reading outlives a cancelled call."""
        self._check()
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._line.receive())
        await asyncio.wait((self._reading, self._dropped), return_when=asyncio.FIRST_COMPLETED)
        self._check()
        reading, self._reading = self._reading, None
        return reading.result()

    def _check(self) -> None:
        if self._dropped.done():
            raise LineError(self.name, "the network dropped the link", fault=LineFault.LOST)

    def _lost(self) -> bool:
        place = self._place()
        return place.half_open or (place.loss > 0 and self._random.random() < place.loss)

    async def close(self) -> None:
        """Hang up."""
        self._ended(self)
        await self._line.close()
        if self._reading is not None:
            await asyncio.wait((self._reading,))
            self._reading.exception()
