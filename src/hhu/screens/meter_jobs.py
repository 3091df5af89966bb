"""Reading the meter archive and how the reading of its meters goes; runs in a worker, ends on the desk."""

from collections.abc import Sequence

from core.gdw376.units.afn04 import KeyMeters, MeterArchive
from hhu.client.archive import ARCHIVE, KEYS, read_archive, read_statuses, rows_of
from hhu.client.change import Key
from hhu.client.reading import Outcome
from hhu.screens.desk import Desk
from hhu.screens.jobs import Progress, connected
from hhu.widgets.notice_row import Notice, Tone

EMPTY = {ARCHIVE: MeterArchive(()), KEYS: KeyMeters(())}
"""What a terminal holds that denies these lists: it has no meter yet."""


class _Taking:
    """Puts outcomes on the desk and counts them."""

    def __init__(self, desk: Desk, progress: Progress, total: int) -> None:
        self._desk = desk
        self._progress = progress
        self.total = total
        self.broken = 0

    def take(self, outcome: Outcome) -> None:
        """One answer."""
        unit = outcome.unit or (EMPTY.get(outcome.key) if outcome.error is None else None)
        if unit is not None:
            self._desk.take([unit], outcome.key[0])
        elif outcome.error is None:
            self._desk.lack(outcome.key)
        else:
            self.broken += 1
            self._desk.broken[outcome.key] = outcome.error
            self._desk.changed()

    def tell(self, batch: Sequence[Key], done: int) -> None:
        """What is asked for now."""
        meaning = batch[0][1].meaning
        name = self._desk.words.of(meaning.zh, meaning.en)
        self._progress(self._desk.words("work.read", name=name), done, max(self.total, done + len(batch)))


async def read_meters(desk: Desk, progress: Progress) -> None:
    """Read the whole archive."""
    taking = _Taking(desk, progress, 2 * max(len(rows_of(desk.units)), 1))
    await read_archive(connected(desk).client, taking.take, taking.tell)
    number = len(rows_of(desk.units))
    if taking.broken:
        desk.tell(Notice(desk.words("meters.broken", number=taking.broken), "", Tone.WARN))
    else:
        desk.tell(Notice(desk.words("meters.read", number=number), "", Tone.GOOD))


async def read_values(desk: Desk, points: Sequence[int], progress: Progress) -> None:
    """Read status and last value of these points."""
    taking = _Taking(desk, progress, 2 * len(points))
    await read_statuses(connected(desk).client, points, taking.take, taking.tell)
    desk.tell(Notice(desk.words("meters.values", number=len(points)), "", Tone.GOOD))
