"""Who is there, and what is to be answered: without a socket, frames and time in, commands out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from core.errors import EncodeError
from core.gdw376.address import ALL, Address
from core.gdw376.frame import Direction, Frame
from core.gdw376.message import items_of
from core.gdw376.units.afn02 import Heartbeat
from core.gdw376.units.afn09 import Version
from hhu.frontend.callers import Caller, CallReport, DialledTerminal, Guest, Hello, Reason
from hhu.frontend.confirming import (
    HEARTBEAT,
    LINK_TEST,
    LOGIN,
    LOGOUT,
    confirming,
    link_test_of,
    started_by_terminal,
)
from hhu.frontend.happenings import Answer, Command, Deliver, HangUp, Happening, Kind
from hhu.frontend.limits import Limits

_CONFIGURATION = 0x09
_WITH_CLOCK = 10
"""Bytes of a heartbeat's unit from which it holds a clock."""


@dataclass(slots=True)
class _Host:
    """Connections from one IP address."""

    connections: int = 0
    strangers: dict[Caller, None] = field(default_factory=dict[Caller, None])


class Registry:
    """All connections and all terminals of a front end."""

    def __init__(self, limits: Limits | None = None, *, by_unit: bool = False) -> None:
        """``by_unit`` answers with AFN00 F3 instead of F1; terminals take both (part A §6.1)."""
        self.limits = limits or Limits()
        self._by_unit = by_unit
        self._callers: dict[Caller, None] = {}
        self._strangers: dict[Caller, None] = {}
        self._hosts: dict[str, _Host] = {}
        self._guests: dict[Address, Guest] = {}
        self.sent_away = 0
        """Connections that ended without ever having sent a valid frame."""

    # What is known

    @property
    def terminals(self) -> tuple[DialledTerminal, ...]:
        """Every terminal that is or was there, in the order they first came."""
        return tuple(guest.shown() for guest in self._guests.values())

    def terminal(self, address: Address) -> DialledTerminal | None:
        """Return what is known of one terminal."""
        guest = self._guests.get(_key(address))
        return guest.shown() if guest else None

    def reports(self, address: Address) -> tuple[CallReport, ...]:
        """Return the reports kept of one terminal, oldest first."""
        guest = self._guests.get(_key(address))
        return tuple(guest.reports) if guest else ()

    def caller(self, address: Address) -> Caller | None:
        """Return the connection of a terminal that is there."""
        guest = self._guests.get(_key(address))
        return guest.caller if guest and guest.online else None

    @property
    def connections(self) -> int:
        """Connections now, strangers among them."""
        return len(self._callers)

    @property
    def strangers(self) -> int:
        """Connections that have not sent a valid frame yet."""
        return len(self._strangers)

    # What comes

    def meet(self, caller: Caller, now: float) -> list[Command]:
        """Take a new connection; where there are too many the oldest stranger makes room, else this one."""
        commands: list[Command] = []
        limits, host = self.limits, self._hosts.setdefault(caller.host, _Host())
        self._callers[caller] = None
        host.connections += 1
        self._estrange(caller, now)
        if len(host.strangers) > limits.strangers_per_host or host.connections > limits.per_host:
            commands += self._make_room(host.strangers)
        if len(self._strangers) > limits.strangers or len(self._callers) > limits.connections:
            commands += self._make_room(self._strangers)
        return commands

    def hear(self, caller: Caller, frame: Frame, raw: bytes, now: float, civil: datetime) -> list[Command]:
        """Take a valid frame of a connection; one that no terminal can have sent counts as garbage."""
        if caller not in self._callers:
            return []
        if frame.direction is Direction.DOWN or not _nameable(frame.address):
            return self.garbage(caller, len(raw))
        caller.noise, caller.heard = 0, now
        commands = self._introduce(caller, frame, civil)
        guest = caller.terminal
        if guest is None:
            return commands
        guest.last = civil
        guest.frames += 1
        guest.bytes_in += len(raw)
        guest.counters = frame.aux.ec or guest.counters
        if not started_by_terminal(frame):
            self._learn(guest, frame)
            return [*commands, Deliver(guest.address, raw)]
        return [*commands, *self._started(guest, frame, raw, now, civil, greeted=bool(commands))]

    def garbage(self, caller: Caller, size: int) -> list[Command]:
        """Take bytes that are no frame."""
        caller.noise += size
        most = self.limits.noise if caller.terminal else self.limits.stranger_noise
        return self._end(caller, Reason.GARBAGE, None) if caller.noise > most else []

    def gone(self, caller: Caller, reason: Reason, civil: datetime) -> list[Command]:
        """Take the end of a connection; one that was hung up from here is forgotten already."""
        return [each for each in self._end(caller, reason, civil) if not isinstance(each, HangUp)]

    def sent(self, caller: Caller, size: int) -> None:
        """Count bytes that went to a terminal."""
        if caller.terminal:
            caller.terminal.bytes_out += size

    def tick(self, now: float, civil: datetime) -> list[Command]:
        """Let ``now`` pass: strangers that say nothing and terminals that fell silent are given up."""
        limits = self.limits
        late = [caller for caller in self._strangers if now - caller.since > limits.introduction]
        silent = [c for c in self._callers if c.terminal and now - c.heard > limits.silence]
        commands: list[Command] = []
        for caller in late:
            commands += self._end(caller, Reason.STRANGER, civil)
        for caller in silent:
            commands += self._end(caller, Reason.SILENT, civil)
        return commands

    # Strangers

    def _estrange(self, caller: Caller, now: float) -> None:
        caller.since = caller.heard = now
        self._strangers[caller] = None
        self._hosts[caller.host].strangers[caller] = None

    def _make_room(self, strangers: Iterable[Caller]) -> list[Command]:
        return self._end(next(iter(strangers)), Reason.CROWDED, None)

    def _know(self, caller: Caller) -> None:
        self._strangers.pop(caller, None)
        self._hosts[caller.host].strangers.pop(caller, None)

    def _end(self, caller: Caller, reason: Reason, civil: datetime | None) -> list[Command]:
        """Forget a connection; its terminal is lost, unless it has moved to another one."""
        if caller not in self._callers:
            return []
        stranger = caller in self._strangers
        self._know(caller)
        del self._callers[caller]
        host = self._hosts[caller.host]
        host.connections -= 1
        if not host.connections:
            del self._hosts[caller.host]
        guest, caller.terminal = caller.terminal, None
        if guest is None:
            self.sent_away += stranger
            return [HangUp(caller, reason)]
        return [HangUp(caller, reason), self._lose(guest, reason, civil or guest.last)]

    def _lose(
        self, guest: Guest, reason: Reason, civil: datetime, moved_to: Address | None = None
    ) -> Happening:
        guest.online, guest.ended = False, reason
        self._forget_oldest()
        kind = Kind.LOGOUT if reason is Reason.LOGGED_OUT else Kind.LOSS
        return Happening(kind, guest.shown(), civil, reason=reason, moved_to=moved_to)

    def _forget_oldest(self) -> None:
        """Terminals that left are remembered, but not without end."""
        online = len(self._callers) - len(self._strangers)
        if len(self._guests) - online <= self.limits.gone:
            return
        left = [guest for guest in self._guests.values() if not guest.online]
        left.sort(key=lambda guest: guest.last)
        for guest in left[: max(1, len(left) // 10)]:  # some at once, so that this is rare
            del self._guests[_key(guest.address)]

    # Terminals

    def _introduce(self, caller: Caller, frame: Frame, civil: datetime) -> list[Command]:
        """Bind the connection to the address of the frame; a newer connection replaces an older one."""
        known = caller.terminal
        if known is not None:
            if known.address.same_station(frame.address) or not started_by_terminal(frame):
                return []
            caller.terminal = None
            renamed = self._lose(known, Reason.RENAMED, civil, _key(frame.address))
            return [renamed, *self._bind(caller, frame, civil)]
        return self._bind(caller, frame, civil)

    def _bind(self, caller: Caller, frame: Frame, civil: datetime) -> list[Command]:
        key = _key(frame.address)
        guest = self._guests.get(key)
        commands: list[Command] = []
        older = guest.caller if guest and guest.online else None
        if older is not None:
            older.terminal = None
            commands += self._end(older, Reason.REPLACED, civil)
        if guest is None:
            guest = self._guests[key] = Guest(key, caller, civil, civil)
        guest.caller, guest.since, guest.online, guest.ended = caller, civil, True, None
        caller.terminal = guest
        self._know(caller)
        hello = _hello(frame)
        guest.logins += hello is Hello.LOGIN
        arrived = Happening(Kind.LOGIN, guest.shown(), civil, hello=hello, replaced=older is not None)
        return [*commands, arrived]

    def _learn(self, guest: Guest, frame: Frame) -> None:
        """A call that reads the version tells it to the front end, too."""
        if frame.afn == _CONFIGURATION:
            found = [item.value for item in items_of(frame) if isinstance(item.value, Version)]
            guest.version = found[0].software if found else guest.version

    def _started(
        self, guest: Guest, frame: Frame, raw: bytes, now: float, civil: datetime, *, greeted: bool
    ) -> list[Command]:
        """Answer what the terminal started by itself; ``greeted``: this frame was its introduction."""
        commands = self._confirm(guest.caller, frame)
        if frame.afn != LINK_TEST:
            return [*commands, *self._report(guest, frame, raw, civil)]
        match link_test_of(frame):
            case fn if fn == LOGIN and not greeted:
                guest.logins += 1
                commands.append(Happening(Kind.LOGIN, guest.shown(), civil, hello=Hello.LOGIN))
            case fn if fn == LOGOUT:
                commands.append(self._dismiss(guest, now, civil))
            case fn if fn == HEARTBEAT:
                guest.heartbeats += 1
                self._compare_clock(guest, frame, civil)
                commands.append(Happening(Kind.HEARTBEAT, guest.shown(), civil))
            case _:
                pass
        return commands

    def _confirm(self, caller: Caller, frame: Frame) -> list[Command]:
        """Link tests are always confirmed, reports when they ask for it (part A §13: CON is not trusted)."""
        if frame.afn != LINK_TEST and not frame.seq.con:
            return []
        try:
            return [Answer(caller, confirming(frame, by_unit=self._by_unit))]
        except EncodeError:  # a time label that no clock shows cannot be sent back
            return []

    def _dismiss(self, guest: Guest, now: float, civil: datetime) -> Happening:
        """After a logout the connection is a stranger's again: it may log in, or it times out."""
        guest.caller.terminal = None
        self._estrange(guest.caller, now)
        return self._lose(guest, Reason.LOGGED_OUT, civil)

    def _compare_clock(self, guest: Guest, frame: Frame, civil: datetime) -> None:
        if len(frame.payload) >= _WITH_CLOCK:
            item = items_of(frame)[0]
            if isinstance(item.value, Heartbeat) and item.value.clock:
                guest.clock_off = (item.value.clock - civil.replace(microsecond=0)).total_seconds()

    def _report(self, guest: Guest, frame: Frame, raw: bytes, civil: datetime) -> list[Command]:
        """Keep a report once, however often it comes."""
        if guest.has(frame):
            return []
        report = CallReport(civil, frame, raw, frame.seq.con)
        guest.keep(report, self.limits.reports, self.limits.report_bytes)
        guest.events += report.is_event
        guest.tasks += not report.is_event
        return [Happening(Kind.REPORT, guest.shown(), civil, report=report)]


def _key(address: Address) -> Address:
    return Address(address.region, address.terminal)


def _nameable(address: Address) -> bool:
    """A terminal has a region of digits and a number of its own."""
    return not address.group and address.region.isdecimal() and 0 < address.terminal < ALL


def _hello(frame: Frame) -> Hello:
    if frame.afn != LINK_TEST:
        return Hello.DATA
    return {LOGIN: Hello.LOGIN, HEARTBEAT: Hello.HEARTBEAT}.get(link_test_of(frame), Hello.DATA)
