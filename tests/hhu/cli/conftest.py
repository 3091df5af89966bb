import asyncio
import io
import json
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends.null import Keyring

from core.lines.virtual_time import virtual_time
from hhu.__main__ import main


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON lines of stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


Hhu = Callable[..., Outcome]


def _run_in_virtual_time(coroutine: Coroutine[Any, Any, Any]) -> Any:
    with virtual_time() as runner:
        return runner.run(coroutine)


@pytest.fixture
def hhu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hhu:
    """Run a command line in this process, in virtual time, with a home of its own and no keyring."""
    monkeypatch.setenv("HHU_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(asyncio, "run", _run_in_virtual_time)
    monkeypatch.setattr(keyring, "get_keyring", Keyring)

    def run(*words: str, typed: str = "") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        try:
            code = main(words)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        shown = capsys.readouterr()
        return Outcome(code, shown.out, shown.err)

    return run
