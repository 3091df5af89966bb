"""What takes time: read, write, set the clock. Runs in a worker; the outcome stands on the desk."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.errors import CoreError, DeniedError, UsageError
from core.gdw376.unit import Unit
from hhu.client.change import OPEN, Change, Key, State
from hhu.client.names import Name
from hhu.client.plan import Plan
from hhu.client.reading import Outcome, read_parameters
from hhu.client.vendor import uplink_report
from hhu.screens.connection import Connection
from hhu.screens.desk import TRIES, Desk
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.status_row import Pass
from hhu.wording.explain import explain

Progress = Callable[[str, int, int], None]
"""What is done now, steps done, steps in all."""


def connected(desk: Desk) -> Connection:
    """Return the connection; ``UsageError`` when there is none."""
    if desk.connection is None:
        raise UsageError(desk.words("error.no-line"), desk.words("error.connect-first"))
    return desk.connection


def trouble(error: CoreError, desk: Desk) -> Notice:
    """Put an error into the two lines at the bottom."""
    said = explain(error, desk.words.language)
    return Notice(said.cause, said.next_step, Tone.BAD)


async def read_units(
    desk: Desk, units: Sequence[type[Unit]], progress: Progress, *, overview: bool = False
) -> None:
    """Read unit by unit, so that one the terminal does not have costs only itself.

    ``overview``: the clock, and how the uplink stands, with them.
    """
    client = connected(desk).client
    steps = len(units) + 2 * overview
    if overview:
        progress(desk.words("work.read-clock"), 0, steps)
        desk.clock_reading = await client.read_clock()
        desk.changed()
        progress(desk.words("offline.work-maker"), 1, steps)
        await look_at_uplink(desk)
    for number, unit in enumerate(units, start=2 * overview):
        name = desk.words.of(unit.meaning.zh, unit.meaning.en)
        progress(desk.words("work.read", name=name), number, steps)
        try:
            items = await client.read([Name(unit)])
        except DeniedError:
            desk.absent.add((0, unit))
            continue
        desk.take(item.value for item in items if item.value is not None)
    desk.tell(
        Notice(
            desk.words(
                "work.read-done", number=steps - sum((0, unit) in desk.absent for unit in units), all=steps
            ),
            "",
            Tone.GOOD,
        )
    )


async def look_at_uplink(desk: Desk) -> None:
    """Read the uplink report; a terminal that does not know it is not asked again in this visit."""
    if desk.tells_uplink is not False:
        desk.uplink = await uplink_report(connected(desk).client)
        desk.tells_uplink = desk.uplink is not None
        desk.changed()


async def read_keys(desk: Desk, keys: Sequence[Key], progress: Progress) -> None:
    """Read parameters of any points in batches; what the terminal does not hold is no error."""
    client = connected(desk).client
    here: set[Key] = set()

    def take(outcome: Outcome) -> None:
        pn = outcome.key[0]
        if outcome.unit is not None:
            here.add(outcome.key)
            desk.take([outcome.unit], pn)
        elif outcome.error is None:
            desk.lack(outcome.key)
        else:
            desk.broken[outcome.key] = outcome.error
            desk.changed()

    def show(batch: Sequence[Key], done: int) -> None:
        first = batch[0][1].meaning
        progress(desk.words("work.read", name=desk.words.of(first.zh, first.en)), done, len(keys))

    await read_parameters(client, keys, take, show)
    desk.tell(Notice(desk.words("work.read-of", number=len(here), all=len(keys)), "", Tone.GOOD))


async def write_plan(desk: Desk, progress: Progress) -> None:
    """Write what is planned and read it back; the notice tells the outcome and the next step."""
    client = connected(desk).client
    unknown = desk.uncertain()
    if unknown:
        await read_keys(desk, unknown, progress)
    plan = desk.plan()
    total, verified = len(plan.changes), 0

    def on_change(change: Change) -> None:
        nonlocal verified
        verified += change.state is State.VERIFIED
        desk.note(change)
        waits = change.state in (State.SENT, State.ACKNOWLEDGED)
        progress(
            desk.words(f"work.{change.state.value}", name=change.unit.meaning.code) if waits else "",
            verified,
            total,
        )

    progress("", verified, total)
    try:
        await plan.run(client, on_change)
    except UsageError:
        desk.password = ""  # none at hand, or one that was refused before: the next W asks
        desk.password_state = Pass.REFUSED if desk.wrong_passwords else Pass.NONE
        raise
    finally:
        remember(desk, plan)
    desk.judge(plan.error)
    desk.tell(outcome(desk, plan))


def remember(desk: Desk, plan: Plan) -> None:
    """Put the last states on the desk; what a cancelled write leaves open is unknown, so it failed."""
    for change in plan.changes:
        desk.note(replace(change, state=State.FAILED) if change.state in OPEN else change)
    for pn, unit in plan.proven:
        desk.settle(pn, unit)


def outcome(desk: Desk, plan: Plan) -> Notice:
    """Say in two lines how the write ended."""
    verified = sum(change.state is State.VERIFIED for change in plan.changes)
    if plan.done:
        return Notice(desk.words("write.done", number=verified), desk.words("write.done-next"), Tone.GOOD)
    if plan.error is not None:
        notice = trouble(plan.error, desk)
        return Notice(notice.text, tries_left(desk) or notice.next_step, Tone.BAD)
    return Notice(desk.words("write.differs"), desk.words("write.differs-next"), Tone.BAD)


def tries_left(desk: Desk) -> str:
    """After a wrong password: how many tries are left before the terminal locks the channel."""
    if not desk.wrong_passwords:
        return ""
    return desk.words("pass.left", number=max(0, TRIES - desk.wrong_passwords))


async def set_clock(desk: Desk, progress: Progress) -> None:
    """Set the clock to this computer's and compare again."""
    client = connected(desk).client
    progress(desk.words("work.set-clock"), 0, 2)
    try:
        desk.clock_reading = await client.set_clock()
    except DeniedError as error:
        desk.judge(error)
        raise
    desk.judge(None)
    residual = desk.clock_reading.residual_s
    shown = "?" if residual is None else f"{residual:+.1f} s"
    desk.tell(Notice(desk.words("clock.set", difference=shown), "", Tone.GOOD))
