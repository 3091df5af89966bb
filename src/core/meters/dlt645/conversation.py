"""Exchanges over the bytes of a line: the reader and the master of a bus together, still without a line.

What arrives and is no answer (noise, answers of other meters) ends nothing; it is kept as ``disturbed``,
which tells a damaged answer from silence. An echo of the own frame is nothing at all.
"""

from core.meters.dlt645.exchange import Completed, Failed, Ignored, Request, Send, Timings
from core.meters.dlt645.master import ECHO, MasterCommand, MeterMaster
from core.meters.dlt645.reader import Reader, Received
from core.wire.scan import Noise

Said = Send | Completed | Failed


class Conversation:
    """One exchange after the other on one line."""

    def __init__(self, timings: Timings | None = None) -> None:
        self._master = MeterMaster(timings)
        self._reader = Reader(self._master.timings.gap)
        self.disturbed = ""
        """Why something that came during this exchange was not its answer; empty if nothing did."""
        self.sends = 0
        """Sends that the longest frame of this exchange needed."""

    @property
    def busy(self) -> bool:
        """An exchange is under way."""
        return self._master.busy

    @property
    def timings(self) -> Timings:
        """May be exchanged between two exchanges: another speed."""
        return self._master.timings

    @timings.setter
    def timings(self, timings: Timings) -> None:
        self._master.timings = timings

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        master, reader = self._master.deadline, self._reader.deadline
        if master is None or reader is None:
            return reader if master is None else master
        return min(master, reader)

    def begin(self, request: Request, now: float) -> list[Said]:
        """Start an exchange; the errors are those of `MeterMaster.begin`."""
        self.disturbed, self.sends = "", 0
        return self._told(self._master.begin(request, now))

    def cancel(self) -> None:
        """Give the exchange up."""
        self._master.cancel()

    def feed(self, data: bytes, now: float) -> list[Said]:
        """Take bytes that arrived."""
        events = self._reader.feed(data, now)
        self._master.line_active(now, self._reader.missing)
        return self._judge(events, now)

    def tick(self, now: float) -> list[Said]:
        """Let time pass: what the reader holds counts before the master gives up."""
        return self._judge(self._reader.tick(now), now) or self._told(self._master.tick(now))

    def _judge(self, events: list[Received | Noise], now: float) -> list[Said]:
        said: list[Said] = []
        for event in events:
            if isinstance(event, Received):
                said += self._told(self._master.handle(event.frame, now))
            else:
                self.disturbed = event.reason
        return said

    def _told(self, commands: list[MasterCommand]) -> list[Said]:
        """Leave out what was ignored, remembering why."""
        said: list[Said] = []
        for command in commands:
            if isinstance(command, Ignored):
                self.disturbed = self.disturbed if command.reason == ECHO else command.reason
                continue
            if isinstance(command, Send):
                self.sends = max(self.sends, command.attempt)
            said.append(command)
        return said
