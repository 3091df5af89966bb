"""Reading AFN00: confirmed, denied, or unit by unit (part A §6.1)."""

from dataclasses import dataclass
from enum import Enum

from core.errors import DecodeError, DeniedError
from core.gdw376 import dadt

CONFIRM_ALL = bytes.fromhex("0000 0100")
DENY_ALL = bytes.fromhex("0000 0200")
BY_UNIT = bytes.fromhex("0000 0400")
_F1, _F2, _F3 = 1, 2, 4
_ENTRY = 5


class Verdict(Enum):
    """The other side's word on a whole message."""

    CONFIRMED = "confirmed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and what was refused: (pn, fn, ERR) where the other side named units."""

    verdict: Verdict
    refused: tuple[tuple[int, int, int], ...] = ()
    code: int | None = None
    """First ERR that is not 0."""

    def error(self, afn: int) -> DeniedError | None:
        """Return the error for a request of ``afn``, ``None`` when it was confirmed."""
        return None if self.verdict is Verdict.CONFIRMED else DeniedError(afn, self.code, self.refused)


def judge(payload: bytes) -> Judgement:
    """Read the payload of AFN00; what cannot be read is a denial: nothing is called confirmed by guess.

    One producer writes DT = 03 for F3 and some append bytes to F1; both are taken.
    """
    functions = payload[2] if len(payload) >= dadt.SIZE and payload[3] == 0 else 0
    listed = payload[dadt.SIZE + 1 :]
    if functions & _F3 or (functions == _F1 | _F2 and listed):
        return _by_unit(listed)
    return Judgement(Verdict.CONFIRMED if functions == _F1 else Verdict.DENIED)


def _by_unit(listed: bytes) -> Judgement:
    entries = [listed[at : at + _ENTRY] for at in range(0, len(listed) - _ENTRY + 1, _ENTRY)]
    wrong = [entry for entry in entries if entry[4]]
    if entries and not wrong:
        return Judgement(Verdict.CONFIRMED)
    refused = tuple((pn, fn, entry[4]) for entry in wrong for pn, fn in _pairs(entry[:4]))
    return Judgement(Verdict.DENIED, refused, wrong[0][4] if wrong else None)


def _pairs(identifier: bytes) -> tuple[tuple[int, int], ...]:
    try:
        return dadt.pairs_of(identifier)
    except DecodeError:
        return ()
