"""What the LCD shows of an upgrade (device behaviour 3.3, 5.2 to 5.4), as plain values."""

from dataclasses import dataclass
from enum import Enum

from core.terminal.upgrade.leaving import Question
from core.terminal.upgrade.slots import Way


class UsbState(Enum):
    """The states of an upgrade from a USB disk; the value is what row 10 shows (5.2)."""

    NORMAL = "U0"
    ARMED = "U1"
    MOUNT = "U2"
    CHOOSE = "U3"
    CHECK = "U4"
    COPY = "U5"
    VERIFY = "U6"
    COMMIT = "U7"
    RESET = "U8"
    FAILED = "UX"


class DownloadState(Enum):
    """How far a download is (5.3 L4 to L9, 5.4 R3 to R8)."""

    CONNECTING = "connecting"
    WAITING = "waiting"
    RECEIVING = "receiving"
    CHECKING = "checking"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class UsbLook:
    """An upgrade from a USB disk."""

    state: UsbState
    left: float | None = None
    """Seconds until the state ends by itself, ``None`` if it does not."""
    names: tuple[str, ...] = ()
    """Packages to choose from, the highest version first; then the chosen one alone."""
    cursor: int = 0
    percent: int = 0
    """Copied."""
    tries: int = 0
    """Of mounting the disk."""
    failed: UsbState = UsbState.NORMAL
    """Where it failed."""
    reason: int = 0
    """Code of vendor extension §5.5."""
    before: str = ""
    after: str = ""
    """Versions, after the commit; what runs while there is a choice."""


@dataclass(frozen=True, slots=True)
class DownloadLook:
    """A download, local or remote."""

    way: Way
    state: DownloadState
    left: float
    """Seconds until the mode ends by itself."""
    line: str = ""
    """Local: port, speed and format, as ``485_3  115200 8N1``."""
    host: str = ""
    """Remote: where it dials."""
    port: int = 0
    name: str = ""
    units_there: int = 0
    units: int = 0
    """Units of 256 bytes."""
    reason: int = 0
    """Why the last package was refused (§5.5)."""
    before: str = ""
    after: str = ""
    question: Question | None = None
    """Asked whether to leave."""


Look = UsbLook | DownloadLook
