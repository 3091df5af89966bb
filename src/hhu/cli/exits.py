"""Exit codes: a contract with scripts."""

from core.errors import CoreError, DecodeError, DeniedError, LineError
from hhu.client.passwords import PasswordError

DONE = 0
"""Done and verified."""
REFUSED = 1
"""The device refused."""
USAGE = 2
"""Usage or configuration."""
LINE = 3
"""The line; a retry may help."""
PASSWORD = 4
"""Password or lock."""
DIFFERS = 5
"""Written, but the read-back differs."""
CRASHED = 70
"""A fault of the tool itself; a crash file was written."""
INTERRUPTED = 130
"""Ctrl-C, or no to the question before writing."""

PASSWORD_CODES = frozenset({0x03, 0x0E})
"""ERR bytes that speak of the password: wrong, and channel locked."""


def exit_code(error: CoreError) -> int:
    """Return the exit code of an error that ends a command."""
    match error:
        case DeniedError():
            return PASSWORD if error.code in PASSWORD_CODES else REFUSED
        case LineError() | DecodeError():
            return LINE
        case PasswordError():
            return PASSWORD
        case _:
            return USAGE
