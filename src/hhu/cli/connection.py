"""How commands reach their terminal: the line opened, the terminal found, and let go again at the end."""

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from core.errors import StoreError, UsageError
from core.gdw376.address import Address
from core.lines.address import LineAddress, LineKind
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from hhu.cli.asking import Desk
from hhu.cli.options import LINE_HELP, LineOptions
from hhu.cli.output import talk
from hhu.client.connect import TRACE_ENTRIES, Session, connect, connect_over
from hhu.client.link import LinkEvent, Sent
from hhu.client.profiles import Profile, profile_of
from hhu.client.traces import new_trace_file
from hhu.settings import Settings, SettingsFile, open_settings


@asynccontextmanager
async def connected(options: LineOptions, desk: Desk) -> AsyncGenerator[Session, None]:
    """Connect, remember line and terminal for the next time, and close at the end."""
    file = open_settings()
    settings = file.load()
    where = chosen_line(options, settings)
    address = Address.parse(options.address) if options.address else None
    profile = chosen_profile(where, options, settings)
    if where.kind is LineKind.EMULATOR:
        from hhu.client.emulated import emulated_session  # noqa: PLC0415 - the terminal only where it is used

        async with emulated_session(
            where,
            desk.password,
            profile,
            address=address,
            hold=options.hold,
            trace_file=new_trace_file(where),
        ) as session:
            yield session
        return
    if options.hold is not None:
        raise UsageError("--hold works on emulated terminals only.", "Hold the key at the terminal yourself.")
    async with _reached(where, options, desk, address, profile) as session:
        try:
            _remember(file, session)
            yield session
        finally:
            await session.close()


@asynccontextmanager
async def _reached(
    where: LineAddress, options: LineOptions, desk: Desk, address: Address | None, profile: Profile
) -> AsyncGenerator[Session, None]:
    """Open the line, or wait until the terminal dials in; who takes the session closes it."""
    on_event = _tell_repetition if sys.stderr.isatty() else None
    trace_file, ask = new_trace_file(where), desk.password
    if where.kind is not LineKind.LISTEN:
        yield await connect(
            where, ask, address=address, profile=profile, trace_file=trace_file, on_event=on_event
        )
        return
    from hhu.cli.dialling import dialled_in  # noqa: PLC0415 - the front end only where it is used

    clock = LoopClock()
    async with dialled_in(where, address, options.timeout, clock) as (line, found):
        trace = Trace(TRACE_ENTRIES, clock, trace_file)
        yield await connect_over(where, line, ask, profile, trace, clock, address=found, on_event=on_event)


def _place(session: Session) -> str:
    """Where the terminal was met; those that dial in come from another port each time."""
    return str(session.where) if session.where.kind is LineKind.LISTEN else session.link.line.name


def _tell_repetition(event: LinkEvent) -> None:
    if isinstance(event, Sent) and event.attempt > 1:
        talk(f"no answer yet, asking again ({event.attempt})")


def chosen_line(options: LineOptions, settings: Settings) -> LineAddress:
    """Return the line of ``--line``, else the only one used so far."""
    if options.line:
        return LineAddress.parse(options.line)
    if len(settings.last_lines) == 1:
        (line,) = settings.last_lines.values()
        talk(f"on {line}, as last time")
        return LineAddress.parse(line)
    raise UsageError("Which line?", f"Give --line {LINE_HELP}; hhu doctor lists the ports.")


def chosen_profile(where: LineAddress, options: LineOptions, settings: Settings) -> Profile:
    """Return the profile of a line, with the differences in the settings and the waiting time asked for."""
    profile = profile_of(where.kind)
    overridden = profile.overridden(settings.serial.get(profile.channel))
    waits_for_dialling = where.kind is LineKind.LISTEN  # --timeout is how long to wait for the terminal
    asked = None if waits_for_dialling else options.timeout
    return overridden.waiting(asked or settings.timeouts.answer)


def _remember(file: SettingsFile, session: Session) -> None:
    where, address = session.where, session.client.address.text
    channel = session.link.profile.channel
    try:
        file.update(
            lambda known: known.with_line(channel, str(where)).with_terminal(_place(session), address)
        )
    except StoreError as error:
        talk(f"not remembered: {error}")
