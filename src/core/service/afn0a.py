"""Questions for parameters (part A §7). Secrets are parameters too, except the passwords of the channels."""

from core.service.order import Answer, Order
from core.service.queries import answered
from core.terminal.concentrator import Concentrator


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Answer with the layout of the set form."""
    return answered(order, terminal.parameters.at)
