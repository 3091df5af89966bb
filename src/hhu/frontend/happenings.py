"""What the registry asks for, and what it tells."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from core.gdw376.address import Address
from hhu.frontend.callers import Caller, CallReport, DialledTerminal, Hello, Reason


class Kind(Enum):
    """What happened to a terminal."""

    LOGIN = "login"
    """It is there: by AFN02 F1, or by whatever frame came first."""
    HEARTBEAT = "heartbeat"
    LOGOUT = "logout"
    REPORT = "report"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the front end's log."""

    kind: Kind
    terminal: DialledTerminal
    at: datetime
    hello: Hello | None = None
    """Of a login: by which frame."""
    replaced: bool = False
    """Of a login: an older connection of the same address was given up."""
    report: CallReport | None = None
    reason: Reason | None = None
    """Of a loss."""
    moved_to: Address | None = None
    """Of a loss by another name: what the terminal calls itself now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Send ``raw`` to a connection."""

    caller: Caller
    raw: bytes


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close a connection; the registry has forgotten it."""

    caller: Caller
    reason: Reason


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand a frame to the call of a terminal."""

    address: Address
    raw: bytes


Command = Answer | HangUp | Deliver | Happening
