"""One request to one meter as an errand: what a relay asks for (part A §12 F9 to F11)."""

from core.meters.dlt645.conversation import Conversation, Said
from core.meters.dlt645.driver import timings_at
from core.meters.dlt645.exchange import Completed, Failed, Reply, Request, Timings
from core.meters.driver import Over, Send, Speed, Step


class Exchange:
    """Ends with ``reply``, or without one; then ``disturbed`` tells whether anything came."""

    def __init__(self, request: Request, speed: Speed) -> None:
        self.speed = speed
        self.reply: Reply | None = None
        self._request = request
        self._conversation = Conversation(timings_at(Timings(), speed))

    @property
    def disturbed(self) -> str:
        """Why what came was no answer; empty after plain silence."""
        return self._conversation.disturbed

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._conversation.deadline

    def begin(self, now: float) -> list[Step]:
        """Ask; the errors are those of `MeterMaster.begin`."""
        return self._steps(self._conversation.begin(self._request, now))

    def feed(self, data: bytes, now: float) -> list[Step]:
        """Take bytes that arrived."""
        return self._steps(self._conversation.feed(data, now))

    def tick(self, now: float) -> list[Step]:
        """Let time pass."""
        return self._steps(self._conversation.tick(now))

    def _steps(self, said: list[Said]) -> list[Step]:
        steps: list[Step] = []
        for one in said:
            if isinstance(one, Completed):
                self.reply = one.reply
            steps.append(Over() if isinstance(one, Completed | Failed) else Send(one.raw, one.delay))
        return steps
