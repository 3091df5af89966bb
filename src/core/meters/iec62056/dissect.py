"""Telegrams of IEC 62056-21 for people: every character in one tree. Passwords are never shown.

Rules
- Only a block and a command carry a check; ACK and NAK alone are doubtful.
- The data identities of an A1700 are named; an answer is read with the identity that was asked for.
"""

from contextlib import suppress

from core.meters.dissector import Explained, Sighting
from core.meters.iec62056 import openings
from core.meters.iec62056 import telegram as t
from core.meters.iec62056.blocks import block
from core.meters.iec62056.orders import command
from core.meters.iec62056.sights import half, sighted
from core.meters.iec62056.walk import Walk
from core.wire.trail import Ended


class IecTelegrams:
    """See `core.meters.dissector.Dissector`."""

    name = "iec62056-21"
    shape = "begins with / (2F), SOH (01), STX (02) or ACK (06); a block ends with ETX (03) and its check"
    starts = frozenset(byte | parity for byte in (*b"/", t.SOH, t.STX, t.ACK, t.NAK) for parity in (0, 0x80))

    def sight(self, data: bytes, at: int) -> Sighting | None:
        """Return a telegram that is right; one whose block check is wrong if its text leaves no doubt."""
        return sighted(data, at)

    def meant(self, data: bytes) -> Sighting | None:
        """Return half a telegram, or a block with a wrong check."""
        return half(data)

    def explain(self, raw: bytes, asked: bytes = b"") -> Explained:
        """Every character, as far as they go."""
        walk = Walk(raw)
        with suppress(Ended):
            _tell(walk, asked)
            walk.trail.rest()
        return walk.explained()


def _tell(walk: Walk, asked: bytes) -> None:
    """By the first character."""
    seven = walk.seven
    match seven[0]:
        case 0x2F if seven[1:2] == b"?":
            openings.sign_on(walk)
        case 0x2F:
            openings.identification(walk)
        case t.SOH:
            command(walk)
        case t.STX:
            block(walk, asked)
        case t.ACK if len(seven) > 1:
            openings.selection(walk)
        case t.ACK:
            openings.accepted(walk)
        case _:
            openings.rejected(walk)
