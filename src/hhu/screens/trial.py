"""Writing on trial: the plan is kept only if the master acknowledges the terminal in time."""

import asyncio
from collections.abc import Iterator
from functools import partial

from core.errors import UsageError
from hhu.client.confirmed_change import KINDS, WINDOW, ConfirmedChange, Phase, Standing
from hhu.files import write_whole
from hhu.screens.desk import Desk
from hhu.screens.jobs import Progress, connected, remember, trouble
from hhu.screens.saving import documents
from hhu.widgets.columns import minutes
from hhu.widgets.notice_row import Notice, Tone

TONES = {Phase.CONFIRMED: Tone.GOOD, Phase.REVERTED: Tone.WARN}


def refusal(desk: Desk) -> Notice | None:
    """Say why the plan cannot be written on trial; ``None`` when it can."""
    for _, unit in desk.wanted:
        if unit not in KINDS:
            name = f"{unit.meaning.code} {desk.words.of(unit.meaning.zh, unit.meaning.en)}"
            text = desk.words("confirm.only-uplink", name=name)
            return Notice(text, desk.words("confirm.only-uplink-next"), Tone.WARN)
    return None


def rules(desk: Desk) -> Iterator[str]:
    """What the technician has to know before."""
    yield desk.words("confirm.rule", minutes=int(WINDOW // 60))
    if desk.needs_switch:
        yield desk.words("confirm.switch-rule")
    if desk.tells_uplink is False:
        yield desk.words("confirm.blind-rule")


async def write_on_trial(desk: Desk, progress: Progress) -> None:
    """Write, watch, keep or write back; the notice tells how it ended and what the terminal holds."""
    wanted = [(pn, unit) for (pn, _), unit in desk.wanted.items()]
    current = [(pn, unit) for (pn, _), unit in desk.units.items()]
    trial = ConfirmedChange(
        connected(desk).client,
        current,
        wanted,
        on_standing=partial(_show, desk, progress),
        on_change=desk.note,
    )
    desk.trial = trial
    try:
        await trial.run()
    except UsageError:
        desk.password = ""  # none at hand, or one that was refused before
        raise
    except asyncio.CancelledError:
        _close(desk, trial)
        raise
    finally:
        desk.trial = None
    desk.judge(trial.plan.error)
    _close(desk, trial)


def _close(desk: Desk, trial: ConfirmedChange) -> None:
    _settle(desk, trial)
    desk.tell(_ending(desk, trial))


def _show(desk: Desk, progress: Progress, standing: Standing) -> None:
    if standing.report is not None:
        desk.uplink, desk.tells_uplink = standing.report, True
    left = minutes(standing.left)
    done = max(0, int(WINDOW - standing.left)) if standing.phase is Phase.WAITING else 0
    key = f"confirm.{standing.phase.value}"
    if standing.phase is not Phase.LEFT:
        progress(desk.words(key, left=left) if standing.phase is Phase.WAITING else desk.words(key), done,
                 int(WINDOW))  # fmt: skip
    desk.changed()


def _settle(desk: Desk, trial: ConfirmedChange) -> None:
    """Put on the desk what the terminal holds now."""
    if trial.standing.phase is Phase.REVERTED:
        for pn, unit in trial.before:
            desk.take([unit], pn)
    else:
        remember(desk, trial.plan)


def _ending(desk: Desk, trial: ConfirmedChange) -> Notice:
    words, standing = desk.words, trial.standing
    if standing.phase is Phase.REFUSED and standing.error:
        said = trouble(standing.error, desk)
        return Notice(f"{words('confirm.refused')} {said.text}", said.next_step, Tone.BAD)
    left = standing.phase is Phase.LEFT
    text = words(f"confirm.left-{standing.holds.value}" if left else f"confirm.{standing.phase.value}")
    return Notice(text, _kept(desk, trial), TONES.get(standing.phase, Tone.BAD))


def _kept(desk: Desk, trial: ConfirmedChange) -> str:
    """Save the record and name the file."""
    now, address = desk.clock.now(), trial.record.entries[0].facts["terminal"]
    path = documents() / f"visit-{address}-{now:%Y%m%d-%H%M%S}.json"
    write_whole(path, trial.record.export_json().encode())
    return desk.words("confirm.record", path=path)
