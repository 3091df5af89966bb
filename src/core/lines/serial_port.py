"""Serial ports by pyserial: device names, ``socket://`` and ``rfc2217://`` alike.

Strategy
- Two threads per port. The reader only feeds bytes to the event loop; the writer writes, waits until the last
  bit left, and keeps sends in order even when a caller gives up waiting.
- Every setting goes into the constructor; each change makes pyserial configure the port anew, which a
  pseudo-terminal refuses. So one that is retuned keeps its settings, as it carries neither speed nor parity.
- A pulled plug ends the reader thread with an exception, which becomes the ``LineError`` of ``receive`` and
  ``send``.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from time import sleep
from typing import TypeVar

import serial

from core.errors import LineError
from core.lines.inbox import Inbox, closed
from core.lines.line import Line, SerialSettings
from core.lines.port_faults import FOREIGN, line_error

Received = TypeVar("Received", bytes, LineError)

READ_WAIT = 0.1
"""Seconds after which the reader looks whether it should stop, where a read cannot be cancelled."""
WRITE_WAIT = 15.0
"""Seconds a port may take for `WRITE_BYTES`; a driver that takes longer is stuck."""
WRITE_BYTES = 256
GATHER_BYTES = 4096
PTY_PREFIXES = ("/dev/pts/", "/dev/ttys", "/dev/ttyp")
"""Where Linux, macOS and the BSDs keep pseudo-terminals; real ports are ttyS, ttyUSB, cu., tty."""


async def open_serial(port: str, settings: SerialSettings) -> "SerialLine":
    """Open ``port`` for this program alone; raises ``LineError`` whose ``fault`` says why it cannot be.

    A pseudo-terminal carries no parity, so none is asked of it; the line still names the settings asked for.
    """
    loop = asyncio.get_running_loop()
    opening = loop.run_in_executor(None, _open, port, settings)
    try:
        opened = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_unwanted)  # else a port opened too late stays locked
        raise
    return SerialLine(port, settings, opened)


def _open(port: str, settings: SerialSettings) -> serial.Serial:
    shape = replace(settings, parity="N", data_bits=8) if is_pty(port) else settings
    try:
        return serial.serial_for_url(
            port,
            baudrate=shape.baud,
            bytesize=shape.data_bits,
            parity=shape.parity,
            stopbits=shape.stop_bits,
            timeout=READ_WAIT,
            write_timeout=WRITE_WAIT,
            exclusive=True,
        )
    except FOREIGN as error:
        raise line_error(port, error) from error


def _close_unwanted(opening: "asyncio.Future[serial.Serial]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def is_pty(port: str) -> bool:
    """Whether ``port`` is a pseudo-terminal, also behind a link."""
    return os.path.realpath(port).startswith(PTY_PREFIXES)


class SerialLine(Line):
    """An open serial port; made by `open_serial`."""

    def __init__(self, name: str, settings: SerialSettings, port: serial.Serial) -> None:
        self.name = name
        self.settings = settings
        self._port = port
        self._inbox = Inbox()
        self._loop = asyncio.get_running_loop()
        self._stopping = threading.Event()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix=f"write {name}")
        self._reader = threading.Thread(target=self._read, name=f"read {name}", daemon=True)
        self._reader.start()

    async def send(self, data: bytes) -> None:
        """Write ``data``; a caller that gives up waiting does not stop what was begun."""
        self._inbox.check()
        writing: Future[None] = self._writer.submit(self._write, data)
        try:
            await asyncio.wrap_future(writing)
        except FOREIGN as error:
            self._inbox.fail(line_error(self.name, error, was_open=True))
        self._inbox.check()  # a close in the meantime cut it short

    async def receive(self) -> bytes:
        """What the reader thread brought since the last call, at least one byte."""
        return await self._inbox.receive()

    async def retune(self, settings: SerialSettings) -> None:
        """Configure the port anew, behind all that is still to be written."""
        if settings == self.settings:
            return
        await super().retune(settings)
        if not is_pty(self.name):
            try:
                await asyncio.wrap_future(self._writer.submit(self._configure, settings))
            except FOREIGN as error:
                self._inbox.fail(line_error(self.name, error, was_open=True))
            self._inbox.check()

    def _configure(self, settings: SerialSettings) -> None:
        self._port.apply_settings(
            {
                "baudrate": settings.baud,
                "bytesize": settings.data_bits,
                "parity": settings.parity,
                "stopbits": settings.stop_bits,
            }
        )

    async def close(self) -> None:
        """Stop both threads and let go of the port."""
        self._inbox.fail(closed(self.name))
        if not self._stopping.is_set():
            self._stopping.set()
            await asyncio.to_thread(self._shut)

    def _shut(self) -> None:
        for cancel in ("cancel_read", "cancel_write"):  # URL ports have neither and wake by themselves
            getattr(self._port, cancel, _nothing)()
        self._reader.join()
        self._writer.shutdown()
        self._port.close()

    def _write(self, data: bytes) -> None:
        for start in range(0, len(data), WRITE_BYTES):
            if self._stopping.is_set():
                return
            self._port.write(data[start : start + WRITE_BYTES])
        _drain(self._port)

    def _read(self) -> None:
        try:
            while not self._stopping.is_set():
                if chunk := _next_chunk(self._port):
                    self._post(self._inbox.feed, chunk)
        except FOREIGN as error:
            self._post(self._inbox.fail, line_error(self.name, error, was_open=True))

    def _post(self, call: Callable[[Received], None], value: Received) -> None:
        try:
            self._loop.call_soon_threadsafe(call, value)
        except RuntimeError:  # the event loop ended without closing its lines
            self._stopping.set()


def _next_chunk(port: serial.Serial) -> bytes:
    """Wait for a byte, then take what came with it; empty after `READ_WAIT` of silence."""
    chunk = port.read(max(1, port.in_waiting))
    # A socket tells only whether anything waits, so it is emptied byte by byte.
    while chunk and len(chunk) < GATHER_BYTES and (waiting := port.in_waiting):
        chunk += port.read(waiting)
    return chunk


def _drain(port: serial.Serial) -> None:
    if sys.platform == "win32":
        while getattr(port, "out_waiting", 0):  # pyserial's flush naps 50 ms, longer than a block at 115200
            sleep(0.001)
    else:
        port.flush()


def _nothing() -> None:
    """Stand in for what a port cannot do."""
