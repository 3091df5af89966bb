"""``hhu set --confirm MINUTES``: uplink parameters that return unless the master acknowledges in time."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE, INTERRUPTED, LINE, REFUSED, exit_code
from hhu.cli.guard import complain
from hhu.cli.options import LineOptions
from hhu.cli.output import print_json, talk
from hhu.client.confirmed_change import ConfirmedChange, Holds, Phase, Standing
from hhu.client.names import Wish, readable, wanted_units
from hhu.client.plan import Plan
from hhu.files import write_whole
from hhu.settings import open_settings
from hhu.words import Words

EVERY = 60.0
"""Seconds between two words about waiting."""


@dataclass(slots=True)
class Trial:
    """The change under way, also for who looks at it after Ctrl-C."""

    change: ConfirmedChange | None = None


def write_confirmed(
    options: LineOptions,
    wishes: list[Wish],
    minutes: float,
    *,
    agreed: Callable[[Plan, str], bool],
    printed: Callable[[Plan], None],
    as_json: bool,
    record: Path | None,
) -> int:
    """Write on trial and say how it ended; 0 confirmed, 1 written back or refused, 3 left as it stands."""
    trial, interrupted = Trial(), False
    try:
        asyncio.run(_run(options, wishes, minutes, agreed, trial))
    except KeyboardInterrupt:
        interrupted = True
    change = trial.change
    if change is None or (change.plan.done and change.standing.phase is Phase.WRITING):
        talk("Nothing was written.")
        return INTERRUPTED if change is None else DONE
    printed(change.plan)
    _say_end(change.standing, as_json=as_json)
    if record:
        text = change.record.export_html() if record.suffix == ".html" else change.record.export_json()
        write_whole(record, text.encode())
    return INTERRUPTED if interrupted else _code(change.standing)


async def _run(
    options: LineOptions,
    wishes: list[Wish],
    minutes: float,
    agreed: Callable[[Plan, str], bool],
    trial: Trial,
) -> None:
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        items = await session.client.read([readable(wish.name) for wish in wishes])
        current = [(item.pn, item.value) for item in items if item.value is not None]
        wanted = wanted_units(current, wishes)
        change = ConfirmedChange(
            session.client, current, wanted, window=minutes * 60, on_standing=_Teller().show
        )
        if change.plan.done or not agreed(change.plan, session.client.address.text):
            trial.change = change if change.plan.done else None
            return
        trial.change = change
        await change.run(blind=False)


class _Teller:
    """Says each phase once, and while waiting how long is left."""

    def __init__(self) -> None:
        self._told: tuple[Phase, int] | None = None

    def show(self, standing: Standing) -> None:
        """Say it when it is new."""
        step = int(standing.left // EVERY) if standing.phase is Phase.WAITING else 0
        if (standing.phase, step) != self._told:
            self._told = standing.phase, step
            talk(_text(standing))


def _text(standing: Standing) -> str:
    words = Words("zh" if open_settings().load().language == "zh" else "en")
    if standing.phase is Phase.LEFT:
        return words(f"confirm.left-{standing.holds.value}")
    if standing.phase is Phase.WAITING:
        return words("confirm.still", left=f"{int(standing.left // 60)}:{int(standing.left % 60):02d}")
    return words(f"confirm.{standing.phase.value}")


def _say_end(standing: Standing, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "confirm": standing.phase.value,
                "terminal_holds": standing.holds.value,
                "reason": str(standing.error) if standing.error else None,
            }
        )
    else:
        print(_text(standing), file=sys.stdout)
    if standing.error:
        complain(standing.error)


def _code(standing: Standing) -> int:
    if standing.phase is Phase.CONFIRMED:
        return DONE
    if standing.phase is Phase.REFUSED and standing.error:
        return exit_code(standing.error)
    return REFUSED if standing.holds is Holds.OLD else LINE
