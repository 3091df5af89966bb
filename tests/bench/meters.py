"""DL/T 645: frame to value and back against PyPI ``dlt645`` on the same frames, and what a question costs."""

import importlib
import importlib.util
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.meters.dlt645.control import Edition
from core.meters.dlt645.driver import Dlt645Driver
from core.meters.dlt645.frame import Frame, decode_frame, encode_frame
from core.meters.dlt645.identifiers import encode_value, known
from core.meters.dlt645.messages import value_in
from core.meters.driver import Access, Finished
from core.quantities import Quantity, Wanted
from tests.bench.codec import rates

ADDRESS = "000012345678"
CODE = "00010000"
ENERGY = known(CODE)
CONTENT = ENERGY.wire + encode_value(ENERGY, Decimal("1234.56"))
REPLY = encode_frame(Frame(ADDRESS, 0x91, CONTENT))
"""A read reply, the worked example of dlt645 §14."""
BLOCK = encode_frame(
    Frame(ADDRESS, 0x91, known("0001FF00").wire + encode_value(known("0001FF00"), (Decimal("1234.56"),) * 5))
)
METER, WANTED = Access(ADDRESS, 30), Wanted(Quantity.FORWARD_ACTIVE)


def has_peer() -> bool:
    """Tell whether the extra ``peers`` is installed."""
    return importlib.util.find_spec("dlt645") is not None


def decode() -> Any:
    """Bytes to a checked value."""
    return value_in(decode_frame(REPLY))


def encode() -> bytes:
    """A value to bytes."""
    return encode_frame(Frame(ADDRESS, 0x91, ENERGY.wire + encode_value(ENERGY, Decimal("1234.56"))))


class Questions:
    """A driver that is asked the same over and over; the line takes no time."""

    def __init__(self) -> None:
        self.driver = Dlt645Driver(Edition.V2007)
        self.now = 0.0

    def ask(self) -> None:
        """One question with one exchange, from the order to the value."""
        self.driver.ask(METER, WANTED, self.now)
        (end,) = self.driver.feed(BLOCK, self.now + 0.3)
        assert isinstance(end, Finished)
        self.now += 0.5


def figures() -> dict[str, float]:
    """Calls per second of CPU; the peer's only where it is installed."""
    own = {"decode": decode, "encode": encode, "question": Questions().ask}
    return rates(own | _peer() if has_peer() else own, 1.0)


def _peer() -> dict[str, Callable[[], Any]]:
    module: Any = importlib.import_module("dlt645")
    peer = module.DLT645Protocol
    address = bytes.fromhex(ADDRESS)[::-1]
    assert peer.deserialize(REPLY) is not None
    return {
        "peer decode": lambda: peer.deserialize(REPLY),
        "peer encode": lambda: peer.build_frame(address, 0x91, CONTENT),
    }
