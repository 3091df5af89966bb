"""Write first and its answer: how a file is offered, and what comes of it (vendor extension §3.4)."""

import hashlib

from core.vendor.crc import CrcKind
from core.vendor.tails import Wish
from core.vendor.transfer.answers import WriteBegun
from core.vendor.transfer.commands import WriteFirst
from core.vendor.transfer.terms import UNIT, Code, units_of
from hhu.client.upgrade.stages import Notice, Noticed
from hhu.client.upgrade.wanted import Wanted

ATTRIBUTES = 0o644
CRC_REFUSALS = 3
"""Refused checks that are answered with another try; the second one changes the generation."""


class Opening:
    """How the next write first of a transfer looks; refusals change it."""

    def __init__(self, file: bytes, name: str, wanted: Wanted) -> None:
        self.crc = wanted.crc
        """The generation of the terminal, as far as it is known."""
        self.before = False
        """The file was opened before in this transfer."""
        self._file = file
        self._name = name
        self._wanted = wanted
        self._prefix = hashlib.sha256(file).digest()[:8]
        self._tail = not wanted.plain
        self._start_over = wanted.start_over
        self._started_over = False
        self._crc_refusals = 0

    @property
    def command(self) -> WriteFirst:
        """The next try."""
        unit = self._file[:UNIT]
        wish = self._wish() if self._tail else None
        return WriteFirst(self._name, len(self._file), ATTRIBUTES, self.crc.of(unit), unit, wish)

    def _wish(self) -> Wish:
        wanted = self._wanted
        return Wish(
            self.crc.of(self._file),
            wanted.block,
            wanted.burst,
            wanted.window,
            self._start_over,
            wanted.force,
            wanted.duplex,
            self._prefix,
        )

    def begun(self, answer: WriteBegun, missing: int, *, travelled: bool) -> list[Noticed]:
        """The file is open; return what is worth telling about it.

        ``missing``: units by the first gap alone; ``travelled``: blocks had been sent before.
        """
        again, self.before, self._start_over = self.before, True, False
        notices: list[Noticed] = []
        if answer.grant is None and self._tail and not again:
            notices.append(Noticed(Notice.SMALL_BLOCKS))
        if answer.offset > 1:
            kept = units_of(len(self._file)) - (answer.grant.missing if answer.grant else missing)
            notices.append(Noticed(Notice.RESUMED, kept))
        elif travelled if again else self._wanted.kept:
            notices.append(Noticed(Notice.STARTED_OVER))
        return notices

    def refused(self, code: int) -> list[Noticed] | None:
        """Ask in another way; ``None`` when there is none."""
        if code == Code.CRC and self._crc_refusals < CRC_REFUSALS:
            self._crc_refusals += 1
            return self._other_generation() if self._crc_refusals == 2 else []
        if code == Code.COMMAND and self._tail:
            self._tail = False
            return []
        return None

    def _other_generation(self) -> list[Noticed]:
        self.crc = CrcKind.ARC if self.crc is CrcKind.X25 else CrcKind.X25
        return [Noticed(Notice.OLD_CRC)]

    def unanswered(self) -> bool:
        """Nobody answers; tell whether to try without the tail, which a maker's terminal may not bear."""
        plainer = self._tail and not self.before
        self._tail = self._tail and not plainer
        return plainer

    def start_over(self) -> bool:
        """The finished file is not ours: have it erased; false when that was done before."""
        if self._started_over:
            return False
        self._start_over = self._started_over = True
        return True
