import errno
import socket

import pytest
from serial import SerialException

from core.errors import LineFault
from core.lines.port_faults import line_error


def behind(cause: BaseException) -> SerialException:
    """A SerialException as pyserial raises it while handling ``cause``."""
    try:
        try:
            raise cause
        except OSError as error:
            raise SerialException(f"could not open: {error}")  # noqa: B904 - as pyserial does
    except SerialException as error:
        return error


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (SerialException(errno.ENOENT, "could not open port COM4"), LineFault.MISSING),
        (SerialException(errno.EACCES, "could not open port /dev/ttyUSB0"), LineFault.DENIED),
        (SerialException(errno.EBUSY, "could not open port /dev/ttyUSB0"), LineFault.BUSY),
        (SerialException(errno.EAGAIN, "Could not exclusively lock port"), LineFault.BUSY),
        (behind(OSError(errno.EIO, "Input/output error")), LineFault.MISSING),
        (behind(OSError(errno.ENOTTY, "Inappropriate ioctl for device")), LineFault.UNFIT),
        (behind(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")), LineFault.UNREACHABLE),
        (behind(socket.gaierror(-2, "Name or service not known")), LineFault.UNREACHABLE),
        (behind(TimeoutError("timed out")), LineFault.UNREACHABLE),
        (ValueError("invalid URL, protocol 'foo' not known"), LineFault.UNFIT),
    ],
)
def test_posix_errors_tell_their_number(error: Exception, fault: LineFault) -> None:
    """The system's number decides, wherever pyserial left it."""
    assert line_error("port", error).fault is fault


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("FileNotFoundError(2, 'The system cannot find the file specified.', None, 2)", LineFault.MISSING),
        ("PermissionError(13, 'Access is denied.', None, 5)", LineFault.BUSY),
        ("OSError(22, 'The parameter is incorrect.', None, 87)", LineFault.UNFIT),
    ],
)
def test_windows_errors_tell_their_class(words: str, fault: LineFault) -> None:
    """On Windows pyserial keeps only the text; a port in use is an access denied."""
    assert line_error("COM9", SerialException(f"could not open port 'COM9': {words}")).fault is fault


def test_a_port_that_was_open_is_lost() -> None:
    """Once open, whatever goes wrong means that the port went away; the cause stays attached."""
    error = OSError(errno.EIO, "Input/output error")
    failure = line_error("COM4", error, was_open=True)
    assert (failure.fault, failure.port) == (LineFault.LOST, "COM4")
    assert failure.reason == "Input/output error"
    assert failure.__cause__ is error


def test_the_reason_is_the_systems_own() -> None:
    """Of a chain of errors the system's words are told, not pyserial's wrapping."""
    wrapped = behind(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"))
    assert line_error("socket://h:1", wrapped).reason == "Connection refused"
    assert line_error("tcp:h:1", TimeoutError()).reason == "timed out"
