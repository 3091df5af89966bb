"""An operator who answers as a play says."""

from collections.abc import Awaitable, Callable

from core.lines.line import Line
from hhu.client.upgrade.stages import NeedCable, NeedCall, Silence

Lend = Callable[[], Awaitable[Line | None]]


async def nothing() -> Line | None:
    """Give up."""
    return None


class Scripted:
    """``lend_cable`` and ``lend_call`` bring the lines; ``patience`` is how often silence is waited out."""

    def __init__(self) -> None:
        self.lend_cable: Lend = nothing
        self.lend_call: Lend = nothing
        self.asked: list[NeedCable | NeedCall] = []
        self.silences: list[Silence] = []
        self.patience = 10

    async def cable(self, need: NeedCable) -> Line | None:
        self.asked.append(need)
        return await self.lend_cable()

    async def call(self, need: NeedCall) -> Line | None:
        self.asked.append(need)
        return await self.lend_call()

    async def go_on(self, silence: Silence) -> bool:
        self.silences.append(silence)
        return len(self.silences) <= self.patience
