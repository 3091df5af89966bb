"""The parameter file that came last (vendor extension §2.3, §3.10); it stays until the next one."""

import json
from base64 import b64decode, b64encode
from datetime import datetime

from core.terminal.ledger import Ledger
from core.terminal.upgrade.files import ParameterFile

NOTE = "parameter-file"


class LedgerShelf:
    """Keeps it among the facts of the terminal."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def kept(self) -> ParameterFile | None:
        """The file, if there is one."""
        noted = self._ledger.fact(NOTE)
        if noted is None:
            return None
        name, at, body = json.loads(noted)
        return ParameterFile(name, datetime.fromisoformat(at), b64decode(body))

    def keep(self, file: ParameterFile) -> None:
        """Put it in the place of the one there was."""
        at = file.at.replace(microsecond=0).isoformat()
        self._ledger.note(NOTE, json.dumps([file.name, at, b64encode(file.body).decode()]))
