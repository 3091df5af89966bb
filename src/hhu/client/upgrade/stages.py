"""The words of an upgrade: ways, stages, what happens meanwhile, and what only the operator can answer.

Stages go up only; `Stage.CONFIRMED` alone is proof, all bytes sent is no more than `Stage.SENDING` done
(device behaviour 5.5). A flow tells events; the last one is `Done` or `Failed`. Events carry facts, the text
for people is made where it is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Protocol

from core.errors import CoreError, DeniedError, LineError, SilenceError
from core.lines.line import Line

DOWNLOAD_PORT = "485_3"
"""The last RS485 port counted from the left (M154)."""
ERASING = 40.0
"""Seconds a terminal may be silent while it erases its store."""


class Way(Enum):
    """How the package gets into the terminal."""

    USB = "usb"
    RS485 = "rs485"
    REMOTE = "remote"
    STANDARD = "standard"
    """Segments of AFN 0FH, without a download mode."""


class Stage(IntEnum):
    """How far the upgrade is; green only at the last."""

    CHECKED = 1
    """Package and terminal fit; nothing was sent."""
    SENDING = 2
    RECEIVED = 3
    """The terminal has every byte and found the package good."""
    APPLIED = 4
    """It switches to the new program."""
    RESTARTED = 5
    CONFIRMED = 6
    """It told its new version itself."""


class Notice(Enum):
    """Worth a line in the log, no reason to stop."""

    COMMAND_TAKEN = "command taken"
    """The terminal acknowledged "enter download" and resets in 2 s."""
    ALREADY_WAITING = "already waiting"
    """It was in download mode before."""
    DEFAULT_ADDRESS = "default address"
    """It is spoken to by the universal address: another one on the line would answer as well (M159)."""
    SMALL_BLOCKS = "small blocks"
    """It announces nothing better than 256 bytes and one answer each, as an original terminal."""
    OLD_CRC = "old crc"
    """It uses CRC-16/ARC, the older generation."""
    RESUMED = "resumed"
    """It kept part of this file; ``number`` units of 256 bytes need not travel."""
    STARTED_OVER = "started over"
    """Part of a file was kept, but of another one, or it was erased: everything travels."""
    HALVED = "halved"
    """The line is bad; blocks of ``number`` bytes from now on."""
    DOUBLED = "doubled"
    """The line is good again; blocks of ``number`` bytes from now on."""
    LINK_LOST = "link lost"
    """The terminal dials again; the transfer goes on where it was."""
    ANSWER_LOST = "answer lost"
    """The word on the package did not come; the version after the restart decides."""
    ON_TRIAL = "on trial"
    """The new program runs and has to prove itself for a minute; until then it may go back (V4)."""
    COME_BACK = "come back"
    """Nobody answers on the download cable: the first line is asked as well, connect it again."""


class Failure(Enum):
    """Why an upgrade ended without proof."""

    BLOCKED = "blocked"
    """The preflight found something, and nobody may or did override it."""
    COMMAND = "command"
    """The terminal refused a command; ``code`` is the result of the envelope (vendor extension §1.7)."""
    FILE = "file"
    """It refused the file; ``code`` as in vendor extension §3.3."""
    PACKAGE = "package"
    """It has all of the file and refuses the package; ``code`` as in vendor extension §5.5."""
    ROLLED_BACK = "rolled back"
    """It went back to its old program; ``code`` is the reason it tells."""
    VERSION = "version"
    """It restarted, but tells neither the new version nor a reason; ``note`` is what it tells."""
    STOPPED = "stopped"
    """By the operator; what arrived is kept for 24 h."""
    SILENT = "silent"
    """Nobody answers; what arrived is kept for 24 h."""
    LINE = "line"
    """The port or the connection is gone; what arrived is kept for 24 h."""
    OTHER_ERROR = "error"
    """Anything else; ``error`` says what."""


@dataclass(frozen=True, slots=True)
class StageReached:
    """A stage is proved. ``note`` is a fact without language: a version, a size, a name."""

    stage: Stage
    note: str = ""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something to know; ``number`` where the notice has one."""

    notice: Notice
    number: int = 0


@dataclass(frozen=True, slots=True)
class TerminalSays:
    """The terminal's own word on what it is doing (vendor extension §2.7, byte 2)."""

    mode: int
    minutes_left: int
    """Until it leaves the download mode by itself."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the bytes are; told at least once a second while something moves or is awaited."""

    sent: int
    """Bytes of the file that the terminal has."""
    total: int
    rate: float
    """Bytes of the file per second, over the last seconds; 0 while unknown."""
    left: float | None
    """Seconds to go at this rate."""
    retries: int
    """Blocks sent more than once."""
    silent: float
    """Seconds since the terminal was last heard."""
    block: int = 0
    """Bytes of a block just now."""
    flying: int = 0
    """Bytes that left and are not acknowledged yet; within a burst many."""

    @property
    def erasing(self) -> bool:
        """Silence that a terminal erasing its store explains."""
        return 3.0 <= self.silent < ERASING


@dataclass(frozen=True, slots=True)
class NeedCable:
    """The operator must leave the first line and connect RS485 to the download port (M153, M154)."""

    address: str
    """Whom to call there."""
    default_address: bool
    """The address is the universal one; the real one should be set first (M159)."""
    settings: str = "115200 8N1"
    port: str = DOWNLOAD_PORT


@dataclass(frozen=True, slots=True)
class NeedCall:
    """The terminal resets and dials in; whoever holds the front end lends its line."""

    address: str
    default_address: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """Three tries without an answer: go on asking, or stop and resume later (device behaviour 5.3, L6)?"""

    sent: int
    total: int
    tries: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The end without proof. ``resumable``: the same command goes on where this one ended."""

    reason: Failure
    reached: Stage | None = None
    code: int | None = None
    note: str = ""
    resumable: bool = False
    error: CoreError | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The end with proof: the terminal told ``after`` itself."""

    before: str
    after: str
    seconds: float
    repeated: int
    """Blocks that travelled more than once."""


Event = StageReached | Noticed | TerminalSays | Progress | NeedCable | NeedCall | Silence | Failed | Done
Tell = Callable[[Event], None]


class Answers(Protocol):
    """What a flow cannot do alone; screens ask a person, scripts know it beforehand."""

    async def cable(self, need: NeedCable) -> Line | None:
        """Return the open port to 485_3 once the cable is there, ``None`` to give up.

        Called again when nobody answered on the port given before.
        """
        ...

    async def call(self, need: NeedCall) -> Line | None:
        """Wait until the terminal dialled in and lend its line; ``None`` to give up."""
        ...

    async def go_on(self, silence: Silence) -> bool:
        """Tell whether to ask the silent terminal again."""
        ...


class Flow(Protocol):
    """One way from the preflight to the proof."""

    @property
    def way(self) -> Way:
        """Which one."""
        ...

    async def walk(self, tell: Tell, answers: Answers) -> Done:
        """Do it; ``UpgradeFailed`` where it ends without proof, other core errors from the line."""
        ...


class UpgradeFailed(CoreError):
    """A flow ended without proof."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.reason.value)
        self.failed = failed


async def run(flow: Flow, on_event: Tell, answers: Answers) -> Done | Failed:
    """Walk a flow and tell everything; the outcome is told as the last event and returned.

    Cancelling leaves the terminal as it is: what arrived is kept and the same command resumes.
    """
    steps = _Steps(on_event)
    try:
        outcome: Done | Failed = await flow.walk(steps.tell, answers)
    except CoreError as error:
        outcome = steps.failure(error)
    on_event(outcome)
    return outcome


class _Steps:
    """Remembers the last stage for whom it may concern."""

    def __init__(self, on_event: Tell) -> None:
        self._on_event = on_event
        self._reached: Stage | None = None

    def tell(self, event: Event) -> None:
        if isinstance(event, StageReached):
            self._reached = event.stage
        self._on_event(event)

    def failure(self, error: CoreError) -> Failed:
        if isinstance(error, UpgradeFailed):
            known = error.failed
            return Failed(
                known.reason, self._reached, known.code, known.note, known.resumable, known.error or error
            )
        return failed_by(error, self._reached)


def failed_by(error: CoreError, reached: Stage | None) -> Failed:
    """Return how an error of the line or of the terminal ends an upgrade."""

    match error:
        case SilenceError():
            return Failed(Failure.SILENT, reached, resumable=reached is not None, error=error)
        case LineError():
            return Failed(Failure.LINE, reached, resumable=reached is not None, error=error)
        case DeniedError():
            return Failed(Failure.COMMAND, reached, error.code, resumable=reached is not None, error=error)
        case _:
            return Failed(Failure.OTHER_ERROR, reached, note=str(error), error=error)
