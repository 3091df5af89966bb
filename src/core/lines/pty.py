"""Pseudo-terminals: a serial port that another program opens by its path. Not on Windows.

The slave side is held open here too, so programs may come and go without this side being hung up; and as
nobody may be there at all, a full buffer is thrown away after a moment, as bytes on a wire nobody hears.
"""

import asyncio
import os
import sys

from core.errors import UsageError
from core.lines.inbox import Inbox, closed
from core.lines.line import Line, SerialSettings
from core.lines.pace import LoopClock
from core.lines.paced import PacedLine
from core.lines.port_faults import line_error

READ_BYTES = 4096
LISTENER_WAIT = 1.0
"""Seconds that a full buffer waits for a listener."""


def open_pty(settings: SerialSettings | None = None, clock: LoopClock | None = None) -> tuple[Line, str]:
    """A line and the path of the port that leads to it.

    With ``settings`` and ``clock`` the line runs at that speed; without ``clock`` as fast as it can, since a
    pseudo-terminal carries no speed. Raises ``UsageError`` on Windows, ``LineError`` when there is none left.
    """
    line, path = _open(settings)
    if settings is None or clock is None:
        return line, path
    return PacedLine(line, settings, clock), path


def _open(settings: SerialSettings | None) -> tuple["PtyLine", str]:
    if sys.platform == "win32":
        raise UsageError("Windows has no pseudo-terminals.", "Use TCP, or a pair of virtual COM ports.")
    import tty  # noqa: PLC0415 - does not exist on Windows

    try:
        master, slave = os.openpty()
    except OSError as error:
        raise line_error("pty", error) from error
    tty.setraw(slave)
    os.set_blocking(master, False)
    path = os.ttyname(slave)
    return PtyLine(path, settings, master, slave), path


class PtyLine(Line):
    """The master side of a pseudo-terminal; made by `open_pty`."""

    def __init__(self, name: str, settings: SerialSettings | None, master: int, slave: int) -> None:
        self.name = name
        self.settings = settings
        self._master = master
        self._slave = slave
        self._inbox = Inbox()
        self._sending = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(master, self._read)

    def _read(self) -> None:
        try:
            self._inbox.feed(os.read(self._master, READ_BYTES))
        except BlockingIOError:
            return
        except OSError as error:
            self._loop.remove_reader(self._master)
            self._inbox.fail(line_error(self.name, error, was_open=True))

    async def send(self, data: bytes) -> None:
        """Write ``data``; what nobody takes within `LISTENER_WAIT` is lost."""
        async with self._sending:
            rest = memoryview(data)
            while rest:
                self._inbox.check()
                rest = rest[self._write(rest) :]
                if rest and not await self._is_writable(self._master):
                    self._inbox.check()
                    self._forget_unread()
                    return

    def _write(self, rest: memoryview) -> int:
        try:
            return os.write(self._master, rest)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise line_error(self.name, error, was_open=True) from error

    async def _is_writable(self, master: int) -> bool:
        writable = asyncio.Event()
        self._loop.add_writer(master, writable.set)
        try:
            async with asyncio.timeout(LISTENER_WAIT):
                await writable.wait()
        except TimeoutError:
            return False
        finally:
            self._loop.remove_writer(master)
        return True

    def _forget_unread(self) -> None:
        if sys.platform != "win32":
            import termios  # noqa: PLC0415 - does not exist on Windows

            termios.tcflush(self._slave, termios.TCIFLUSH)

    async def receive(self) -> bytes:
        """What programs wrote since the last call, at least one byte."""
        return await self._inbox.receive()

    async def close(self) -> None:
        """Hang up: whoever has the path open sees its port vanish."""
        self._inbox.fail(closed(self.name))
        if self._master >= 0:
            self._loop.remove_reader(self._master)
            master, self._master = self._master, -1
            os.close(master)
            os.close(self._slave)
        await asyncio.sleep(0)
