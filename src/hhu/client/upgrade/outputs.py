"""What a transfer session wants done."""

from dataclasses import dataclass

from core.vendor.transfer.commands import Command
from hhu.client.upgrade.stages import Noticed


@dataclass(frozen=True, slots=True)
class Say:
    """Send these one after the other, then call ``sent``."""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """So many tries found nobody: ask the operator, then ``go_on`` or leave."""

    tries: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The terminal has the file. ``verdict``: its word on the package (§5.5), ``None`` when it got lost."""

    verdict: int | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """The terminal does not take the file; ``code`` as in §3.3."""

    code: int
    note: str = ""


Output = Say | Noticed | Pause | Ended | Stopped
