"""What a meter of 2007 answers to a read: the families joined."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from core.errors import EncodeError
from core.meters.dlt645 import requests as r
from core.meters.dlt645.identifiers import Quantity, encode_value, identifier
from core.simulation.dlt645.energies import demand, energy
from core.simulation.dlt645.events import breaking, event, switching
from core.simulation.dlt645.freezes import Freezes, load_records
from core.simulation.dlt645.parameters import LOAD_MODE, LOAD_PERIOD, Parameters
from core.simulation.dlt645.variables import Unsupported, variable
from core.simulation.shown import Shown

BATTERY_LOW = (1, 2)
"""Word and bit of the status words."""
LOAD = "06"
CURVE = "0610"
CURVES = {"06100101": "02010100", "06100201": "02020100", "06100300": "02030000", "06100400": "02040000",
          "06100500": "02060000", "06100601": "00010000", "06100602": "00020000"}  # fmt: skip
"""Single-item curve to the identifier of its value."""


class Contents2007:
    """All identifiers of one meter."""

    def __init__(self, shown: Shown, parameters: Parameters, freezes: Freezes) -> None:
        self._shown = shown
        self._parameters = parameters
        self._families: dict[str, Callable[[str, datetime], Any]] = {
            "00": lambda code, now: energy(shown, code, now),
            "01": lambda code, now: demand(shown, code, now),
            "02": self._variable,
            "03": lambda code, now: event(shown, code, now),
            "05": freezes.value,
            "13": lambda code, now: breaking(shown, code, now),
            "1D": lambda code, _: self._switching(code),
            "1E": lambda code, _: self._switching(code),
        }

    def content(self, request: r.Read2007, now: datetime, *, address: str, rate: int) -> bytes | None:
        """Return the bytes behind an identifier, ``None`` if the meter has no such data."""
        code = request.code
        quantity = identifier(code)
        if quantity is None or not quantity.readable:
            return None
        if code.startswith("04"):
            return self._parameters.content(code, now, address=address, rate=rate)
        if code.startswith(LOAD):
            return self._recorded(request, quantity, now)
        family = self._families.get(code[:2])
        return None if family is None else encoded(quantity, family(code, now))

    def _variable(self, code: str, now: datetime) -> Any:
        return variable(self._shown, code, now, battery_low=BATTERY_LOW in self._parameters.forced)

    def _switching(self, code: str) -> Any:
        return switching(self._shown, code) if self._shown.meter.plate.model.relay else None

    def _recorded(self, request: r.Read2007, quantity: Quantity, now: datetime) -> bytes | None:
        period = timedelta(minutes=self._parameters.value(LOAD_PERIOD) or 60)
        if request.code.startswith(CURVE):
            return self._curve(request, quantity, now, period)
        mode = self._parameters.word(LOAD_MODE)
        count = request.count or 1
        found = load_records(self._shown, request.code, now, count, request.since, period, mode)
        return encode_value(quantity, found)

    def _curve(
        self, request: r.Read2007, quantity: Quantity, now: datetime, period: timedelta
    ) -> bytes | None:
        """Times and values of one item, from the time asked for or the latest."""
        code = CURVES[request.code]
        asked = "06000001" if request.since else "06000002"
        records = load_records(self._shown, asked, now, request.count or 1, request.since, period, 0)
        moments = [self._shown.meter.timepiece.passed(record.time) for record in records if record.time]
        if not moments:
            return None
        values = tuple(self._families[code[:2]](code, moment) for moment in moments if moment)
        blank = quantity.codec.blank()
        return encode_value(quantity, type(blank)(records[0].time, values))


def encoded(quantity: Quantity, value: Any) -> bytes | None:
    """Return the bytes of a value; ``None`` for no such data, FFH for what the meter does not measure."""
    if value is None or isinstance(value, bytes):
        return value
    try:
        return encode_value(quantity, None if isinstance(value, Unsupported) else value)
    except EncodeError:  # a value that outgrew its digits: a real meter shows nothing sensible either
        return encode_value(quantity, quantity.codec.blank())
