"""How commands reach their terminal: the line opened, the terminal found, and let go again at the end."""

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from core.errors import StoreError, UsageError
from core.gdw376.address import Address
from core.lines.address import LineAddress, LineKind
from hhu.cli.asking import Desk
from hhu.cli.options import LINE_HELP, LineOptions
from hhu.cli.output import talk
from hhu.client.connect import Session, connect
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
    session = await connect(
        where,
        desk.password,
        address=address,
        profile=profile,
        trace_file=new_trace_file(where),
        on_event=_tell_repetition if sys.stderr.isatty() else None,
    )
    try:
        _remember(file, session)
        yield session
    finally:
        await session.close()


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
    return overridden.waiting(options.timeout or settings.timeouts.answer)


def _remember(file: SettingsFile, session: Session) -> None:
    where, address = session.where, session.client.address.text
    channel = session.link.profile.channel
    try:
        file.update(
            lambda known: known.with_line(channel, str(where)).with_terminal(session.link.line.name, address)
        )
    except StoreError as error:
        talk(f"not remembered: {error}")
