"""What the Connect screen asks the app for: a line to open, or the doctor."""

from dataclasses import dataclass

from textual.message import Message

from core.gdw376.address import Address
from core.lines.address import LineAddress


@dataclass(frozen=True, slots=True)
class Order:
    """What to connect to; without ``address`` whoever is there."""

    where: LineAddress
    address: Address | None
    password: str


class Connect(Message):
    """The technician wants to connect."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order


class Examine(Message):
    """The technician wants the doctor."""
