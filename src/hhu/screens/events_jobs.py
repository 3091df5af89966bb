"""What the Events page does on the line: jobs in a worker, their outcome in the desk's log."""

from hhu.client.event_log import Ring
from hhu.client.event_records import USUAL, EventEntry, acknowledge, read_newest, read_older, read_state
from hhu.screens.desk import Desk
from hhu.screens.jobs import Progress, connected
from hhu.widgets.notice_row import Notice, Tone


async def read(desk: Desk, progress: Progress) -> None:
    """Counters and flags, then the newest records of both rings."""
    client, log, words = connected(desk).client, desk.events, desk.words
    progress(words("events.work-new"), 0, 2 * USUAL)
    await read_state(client, log)
    before = len(log)
    for ring in Ring:
        _show(desk, progress, ring)
        await read_newest(client, log, ring, USUAL, lambda _, ring=ring: _show(desk, progress, ring))
    await read_state(client, log)
    if not len(log):
        desk.tell(Notice(words("events.none")))
        return
    desk.tell(Notice(words("events.done", number=len(log) - before), words("events.done-next"), Tone.GOOD))


def _show(desk: Desk, progress: Progress, ring: Ring) -> None:
    name = desk.words(f"events.{ring.name.lower()}")
    done = sum(min(USUAL, desk.events.count(one)) for one in Ring)
    progress(desk.words("events.work", ring=name), done, 2 * USUAL)
    desk.changed()


async def read_more(desk: Desk, progress: Progress) -> None:
    """Older records of both rings."""
    client, log = connected(desk).client, desk.events
    if not log.counters:
        await read(desk, progress)
        return
    before = len(log)
    for ring in Ring:
        _show(desk, progress, ring)
        await read_older(client, log, ring, USUAL, lambda _, ring=ring: _show(desk, progress, ring))
    await read_state(client, log)
    came = len(log) - before
    desk.tell(Notice(desk.words("events.older", number=came) if came else desk.words("events.oldest")))


async def acknowledge_all(desk: Desk, progress: Progress) -> None:
    """Read what is flagged, read the flags back, and say what that did and did not do."""
    client, log, words = connected(desk).client, desk.events, desk.words
    progress(words("events.work-acknowledge"), 0, 1)

    def note(_: list[EventEntry]) -> None:
        desk.changed()

    outcome = await acknowledge(client, log, note)
    log.fresh.clear()
    if outcome.verified:
        text = words("events.acknowledged", number=outcome.read)
        desk.tell(Notice(text, words("events.acknowledged-next"), Tone.GOOD))
        return
    flags = " ".join(f"ERC{erc}" for erc in sorted(outcome.after)) or "ACD"
    text = words("events.not-acknowledged", flags=flags, number=outcome.read)
    desk.tell(Notice(text, words("events.not-acknowledged-next"), Tone.WARN))
