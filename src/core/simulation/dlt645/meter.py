"""A meter on a bus that speaks DL/T 645: physics, face, rights and faults behind a `MeterSlave`."""

from datetime import datetime

from core.lines.line import SerialSettings
from core.meters.dlt645 import answers as a
from core.meters.dlt645 import requests as r
from core.meters.dlt645.control import Edition
from core.meters.dlt645.exchange import Send, Timings
from core.meters.dlt645.frame import WAKE_UP, Frame
from core.meters.dlt645.slave import Accepted, Call, Content, MeterSlave, Outcome, Refused
from core.meters.dlt645.words import RATES_1997, RATES_2007
from core.simulation.dlt645.contents_1997 import Contents1997
from core.simulation.dlt645.contents_2007 import Contents2007
from core.simulation.dlt645.freezes import Freezes
from core.simulation.dlt645.orders import BroadcastClock, Orders
from core.simulation.dlt645.orders_1997 import Orders1997
from core.simulation.dlt645.parameters import Parameters
from core.simulation.dlt645.rights import Rights
from core.simulation.faults import Faults
from core.simulation.groups import BusMeter
from core.simulation.physics.meter import Meter
from core.simulation.shown import Shown

SETTINGS = {Edition.V2007: SerialSettings(2400, 8, "E", 1), Edition.V1997: SerialSettings(1200, 8, "E", 1)}
"""Speed from the factory (dlt645 §1.1)."""
RATES = {Edition.V2007: RATES_2007, Edition.V1997: RATES_1997}
DELAY = 0.02
"""Seconds from the end of a request to the answer: the least that is allowed (dlt645 §1.3)."""


class Dlt645Meter(BusMeter):
    """One meter of either edition."""

    def __init__(
        self,
        meter: Meter,
        edition: Edition = Edition.V2007,
        *,
        settings: SerialSettings | None = None,
        delay: float = DELAY,
        wake_up: bytes = WAKE_UP,
        rights: Rights | None = None,
        closing: bool = False,
    ) -> None:
        """``delay`` in seconds before each answer; ``closing``: a 1997 meter that ends blocks with AAH."""
        super().__init__(meter)
        self.edition = edition
        self.settings = settings or SETTINGS[edition]
        self.rights = rights or Rights()
        self.slave = MeterSlave(
            meter.plate.address, self._serve, edition, Timings(delay=delay, wake_up=wake_up)
        )
        shown = Shown(meter)
        freezes = Freezes(shown)
        self._parameters = Parameters(shown, self.rights)
        self._contents_2007 = Contents2007(shown, self._parameters, freezes)
        self._contents_1997 = Contents1997(shown, self._parameters, self.rights, closing=closing)
        self._orders = Orders(shown, self.rights, self._parameters, freezes)
        self._orders_1997 = Orders1997(shown, self.rights, self._contents_1997)
        self._broadcast_clock = BroadcastClock(shown)
        self._now = meter.registers.start
        self._next_settings: SerialSettings | None = None

    @property
    def address(self) -> str:
        """Twelve digits; a master may change them."""
        return self.slave.address

    def _spoil(self, faults: Faults) -> None:
        """Let status words tell something."""
        self._parameters.forced = set(faults.status)

    def press_key(self, now: datetime) -> None:
        """Press the programming key under the seal."""
        self.rights.press_key(now)

    def answer(self, frame: Frame, now: datetime) -> Send | None:
        """Return the answer to a frame that this meter heard at ``now``, if it gives one."""
        self._now = self.meter.at(now)
        for command in self.slave.handle(frame, 0.0):
            if isinstance(command, Send):
                return command
        return None

    def bear(self, address: str) -> None:
        """Bear another address, as a meter that was set up wrongly."""
        self.slave.address = address

    def answered(self) -> None:
        """The answer has left: a new speed holds from now on."""
        if self._next_settings is not None:
            self.settings, self._next_settings = self._next_settings, None

    def _serve(self, call: Call) -> Outcome | None:
        request = call.request
        if isinstance(request, r.BroadcastTime):
            self._broadcast_clock.take(request.time, self._now)
            return None
        if isinstance(request, r.ChangeRate):
            return self._change_rate(request)
        return self._serve_2007(request) if self.edition is Edition.V2007 else self._serve_1997(request)

    def _serve_2007(self, request: object) -> Outcome | None:
        orders, now = self._orders, self._now
        match request:
            case r.Read2007():
                return self._read(request)
            case r.WriteAddress():
                return Accepted() if self.rights.unlocked(now) else None
            case r.Freeze():
                return orders.freeze(request, now)
            case r.Output():
                return Accepted()
            case _:
                return orders.guarded(request, now)

    def _read(self, request: r.Read2007) -> Outcome:
        if request.count is not None and not request.code.startswith("06"):
            return Refused(a.WRONG)
        content = self._contents_2007.content(
            request, self._now, address=self.address, rate=self.settings.baud
        )
        return Refused(a.NO_DATA) if content is None else Content(content)

    def _serve_1997(self, request: object) -> Outcome | None:
        now = self._now
        match request:
            case r.Read1997(code=code):
                content = self._contents_1997.content(code, now)
                return Refused(a.NO_DATA) if content is None else Content(content)
            case r.WriteAddress():
                return Accepted() if self.rights.unlocked(now) else Refused(a.UNAUTHORISED)
            case _:
                return self._orders_1997.guarded(request, now)

    def _change_rate(self, request: r.ChangeRate) -> Outcome:
        """The answer still leaves at the old speed; 1997 knows no bit for a refused rate."""
        baud = RATES[self.edition].get(request.word)
        if baud is None:
            return Refused(a.NO_RATE) if self.edition is Edition.V2007 else Accepted(a.NewRate(0xFF))
        held = self.settings
        self._next_settings = SerialSettings(baud, held.data_bits, held.parity, held.stop_bits)
        return Accepted()
