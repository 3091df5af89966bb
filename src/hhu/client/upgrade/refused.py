"""Why the terminal refused a package or went back: its code, and what its own log says beside it.

Reasons of vendor extension §5.5 are few; of a library that cannot be used the defect stands in ``upg.log``.
"""

from core.errors import DecodeError, DeniedError, LineError, UsageError
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.stages import Failed, Failure
from hhu.client.upgrade.terminal_files import fetch_file

LOG = "upg.log"
NAMED = "library "
"""How a line begins, behind its reason, that names a library."""


async def explained(client: TerminalClient, failed: Failed) -> Failed:
    """Add the terminal's words on its last upgrade; without them the code alone has to do."""
    if failed.reason not in (Failure.PACKAGE, Failure.ROLLED_BACK) or failed.note:
        return failed
    try:
        text = await fetch_file(client, LOG)
    except (UsageError, DeniedError, DecodeError, LineError):  # a wish, not a step of the upgrade
        return failed
    lines = text.decode("utf-8", "replace").splitlines()
    _, _, why = lines[-1].partition(": ") if lines else ("", "", "")
    return Failed(failed.reason, failed.reached, failed.code, why) if why.startswith(NAMED) else failed
