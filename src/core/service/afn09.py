"""Configuration of the terminal (part A §10)."""

from core.gdw376.unit import Unit
from core.gdw376.units.afn09 import Version
from core.service.order import Answer, Order
from core.service.queries import answered
from core.terminal.concentrator import Concentrator


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Answer F1, the versions."""
    return answered(order, lambda fn, pn: _version(terminal) if (fn, pn) == (1, 0) else None)


def _version(terminal: Concentrator) -> Unit:
    who = terminal.identity
    return Version(
        who.maker, who.device, who.software, who.software_date, who.capacity, who.protocol, who.hardware,
        who.hardware_date,
    )  # fmt: skip
