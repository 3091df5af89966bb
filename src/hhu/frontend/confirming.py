"""How frames that a terminal started are recognised and confirmed (part A §6.1, §6.3)."""

from dataclasses import replace

from core.gdw376 import dadt
from core.gdw376.frame import Frame, encode_frame
from core.gdw376.master import confirmation
from core.gdw376.verdict import BY_UNIT

LINK_TEST = 0x02
LOGIN, LOGOUT, HEARTBEAT = 1, 2, 3
_ACCEPTED = b"\x00"


def started_by_terminal(frame: Frame) -> bool:
    """Tell whether a frame answers nothing; AFN02 never does, whatever its PRM says."""
    return frame.afn == LINK_TEST or (frame.prm and frame.afn != 0x00)


def link_test_of(frame: Frame) -> int:
    """Return the Fn of a link test, 0 for one that names none; data behind it (EC, clock) do not count."""
    mask = frame.payload[2:4]
    return mask[0].bit_length() if len(mask) == 2 and mask[1] == 0 else 0


def confirming(frame: Frame, *, by_unit: bool = False) -> bytes:
    """Return the answer: AFN00 F1, or F3 naming each unit with ERR 0, as the text of the standard has it.

    MSA and Tp are echoed, the number is the one received; C is 0BH after a link test, else 00H.
    ``EncodeError`` when the frame carries what cannot be sent back.
    """
    answer = confirmation(frame)
    identifier = frame.payload[: dadt.SIZE]
    if not by_unit or len(identifier) < dadt.SIZE:
        return encode_frame(answer)
    body = BY_UNIT + bytes([frame.afn]) + identifier + _ACCEPTED
    return encode_frame(replace(answer, payload=body))
