"""What the operating system said about a port, as a `LineFault`.

pyserial wraps system errors differently on each system: on POSIX the number survives, as its own or in the
chain of contexts; on Windows only the text of the original exception does.
"""

import errno
import sys
from collections.abc import Iterator

from serial import SerialException

from core.errors import LineError, LineFault

if sys.platform == "win32":
    FOREIGN: tuple[type[Exception], ...] = (SerialException, OSError, ValueError)
else:
    import termios

    FOREIGN = (SerialException, OSError, ValueError, termios.error)
"""All that pyserial lets out."""

BY_NUMBER = {
    errno.ENOENT: LineFault.MISSING,
    errno.ENXIO: LineFault.MISSING,
    errno.ENODEV: LineFault.MISSING,
    errno.EIO: LineFault.MISSING,  # a device node with no hardware behind it
    errno.ENOTDIR: LineFault.MISSING,
    errno.EBUSY: LineFault.BUSY,
    errno.EAGAIN: LineFault.BUSY,  # the exclusive lock is taken
    errno.EWOULDBLOCK: LineFault.BUSY,
    errno.EADDRINUSE: LineFault.BUSY,
    errno.EACCES: LineFault.DENIED,
    errno.EPERM: LineFault.DENIED,
    errno.EINVAL: LineFault.UNFIT,
    errno.ENOTTY: LineFault.UNFIT,
    errno.EISDIR: LineFault.UNFIT,
    errno.ECONNREFUSED: LineFault.UNREACHABLE,
    errno.EHOSTUNREACH: LineFault.UNREACHABLE,
    errno.ENETUNREACH: LineFault.UNREACHABLE,
    errno.ETIMEDOUT: LineFault.UNREACHABLE,
    errno.EADDRNOTAVAIL: LineFault.UNREACHABLE,
}

BY_WINDOWS_TEXT = (
    ("FileNotFoundError(", LineFault.MISSING),
    ("PermissionError(", LineFault.BUSY),  # a COM port in use is "access denied" there
    ("OSError(22, ", LineFault.UNFIT),
)


def line_error(
    port: str, error: BaseException, *, was_open: bool = False, otherwise: LineFault = LineFault.UNFIT
) -> LineError:
    """Our error for a foreign one; a port that ``was_open`` is lost whatever the system calls it.

    ``otherwise`` is the fault when the system's words tell nothing.
    """
    fault = LineFault.LOST if was_open else fault_of(error) or otherwise
    failure = LineError(port, reason_of(error), fault=fault)
    failure.__cause__ = error
    return failure


def fault_of(error: BaseException) -> LineFault | None:
    """Why a port could not be opened, ``None`` when the error does not tell."""
    for cause in _causes(error):
        if isinstance(cause, TimeoutError):
            return LineFault.UNREACHABLE
        if (fault := BY_NUMBER.get(_number(cause))) is not None:
            return fault
        if isinstance(cause, OSError) and type(cause).__name__ in ("gaierror", "herror"):
            return LineFault.UNREACHABLE
    return next((fault for words, fault in BY_WINDOWS_TEXT if words in str(error)), None)


def reason_of(error: BaseException) -> str:
    """The shortest text of the system's own words."""
    for cause in _causes(error):
        text = getattr(cause, "strerror", None)
        if text and not isinstance(cause, SerialException):
            return str(text)
    return str(error) or ("timed out" if isinstance(error, TimeoutError) else type(error).__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _number(error: BaseException) -> int:
    """The system's error number: of an ``OSError``, or the first argument of ``termios.error``; else 0."""
    number = error.errno if isinstance(error, OSError) else next(iter(error.args), 0)
    return number if isinstance(number, int) else 0
