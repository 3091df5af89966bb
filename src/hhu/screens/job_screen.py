"""A screen that runs jobs: one at a time, in a worker, with progress and Esc; what a write needs first.

Pages know no screen: they post `Start` for work that reads, `Prepare` for work that changes something.
"""

from collections.abc import Awaitable, Callable

from textual.message import Message
from textual.screen import Screen

from core.errors import CoreError
from hhu.screens import jobs
from hhu.screens.desk import Desk
from hhu.widgets.notice_row import Notice, NoticeRow, Tone, Work
from hhu.words import words_of

Job = Callable[[jobs.Progress], Awaitable[None]]


class Start(Message):
    """A page wants a job run; ``title`` is shown while it runs."""

    def __init__(self, title: str, job: Job) -> None:
        super().__init__()
        self.title = title
        self.job = job


class Prepare(Message):
    """A page wants a job run that changes something: arming, switch and password are asked for first.

    ``lines`` say what will happen, ``warning`` what cannot be undone; ``switch`` tells whether the
    programming switch must be open on local channels (device behaviour 9.3: levels set and admin), ``arm``
    whether writes must be armed: not for what needs a password and still only reads.
    """

    def __init__(
        self,
        title: str,
        lines: tuple[str, ...],
        job: Job,
        *,
        switch: bool,
        work: str,
        arm: bool = True,
        warning: str = "",
    ) -> None:
        super().__init__()
        self.title = title
        self.lines = lines
        self.job = job
        self.switch = switch
        self.work = work
        self.arm = arm
        self.warning = warning


class JobScreen(Screen[None]):
    """Runs one job at a time; needs a `NoticeRow`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._work_started = 0.0
        self._bytes_before = 0

    def redraw(self) -> None:
        """Something on the desk changed."""

    def on_start(self, message: Start) -> None:
        """A page reads."""
        self.start(message.title, message.job)

    def on_prepare(self, message: Prepare) -> None:
        """A page changes something."""
        self.when_ready(
            message.title,
            message.lines,
            message.warning,
            switch=message.switch,
            arm=message.arm,
            then=lambda: self.start(message.work, message.job),
        )

    def start(self, title: str, job: Job) -> None:
        """Run a job in a worker; only one runs at a time."""
        words = words_of(self)
        if self.query_one(NoticeRow).work:
            self.desk.tell(Notice(words("work.busy"), words("work.busy-next"), Tone.WARN))
            return
        self._work_started = self.desk.clock.monotonic()
        self._bytes_before = self._bytes()
        self.query_one(NoticeRow).work = Work(title, 0, 1)
        self.run_worker(self._run(job), group="job", exclusive=True)

    async def _run(self, job: Job) -> None:
        try:
            await job(self._progress)
        except CoreError as error:
            self.desk.tell(jobs.trouble(error, self.desk))
        finally:
            for row in self.query(NoticeRow):  # none is left when the screen goes away with the job
                row.work = None
            self.redraw()

    def _bytes(self) -> int:
        return (
            sum(len(entry.raw) for entry in self.desk.connection.trace.entries) if self.desk.connection else 0
        )

    def _progress(self, title: str, done: int, total: int) -> None:
        elapsed = self.desk.clock.monotonic() - self._work_started
        rate = (self._bytes() - self._bytes_before) / elapsed if elapsed > 0.2 else 0.0
        upgrade = self.desk.upgrade
        if upgrade.running and upgrade.progress and upgrade.progress.rate:
            # it waits for cable and restart as well: only the file's own pace tells what is left
            rate = upgrade.progress.rate
            elapsed = upgrade.progress.sent / rate
        self.query_one(NoticeRow).work = Work(title, done, total, rate, elapsed)

    def action_cancel(self) -> None:
        """Esc: stop the running job; what was sent and not answered is unknown and says so."""
        if self.query_one(NoticeRow).work:
            self.workers.cancel_group(self, "job")
            words = words_of(self)
            self.desk.tell(Notice(words("work.cancelled"), words("work.cancelled-next"), Tone.WARN))

    def tick_work(self) -> None:
        """A second has passed: rate and time left anew."""
        work = self.query_one(NoticeRow).work
        if work:
            self._progress(work.title, work.done, work.total)

    def when_ready(
        self,
        title: str,
        lines: tuple[str, ...],
        warning: str,
        *,
        switch: bool,
        then: Callable[[], None],
        arm: bool = True,
    ) -> None:
        """Run ``then`` at once when nothing is missing, else after the sheet that asks for it."""
        from hhu.screens.ready import ReadySheet  # noqa: PLC0415  # made on first use

        sheet = ReadySheet(self.desk, title, lines, switch=switch, arm=arm, warning=warning)
        if sheet.missing is None:
            then()
            return
        self.app.push_screen(sheet, lambda ready: then() if ready else None)
