from datetime import datetime
from pathlib import Path

import pytest

from core.lines.address import LineAddress
from hhu.client.traces import KEPT, new_trace_file


def test_each_session_gets_a_file_and_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name tells when and where; only the newest stay."""
    monkeypatch.setenv("HHU_HOME", str(tmp_path))
    for minute in range(KEPT + 5):
        path = new_trace_file(LineAddress.parse("ir:/dev/ttyUSB0"), datetime(2026, 11, 20, 14, minute))
        path.parent.mkdir(exist_ok=True)
        path.touch()
    names = sorted(path.name for path in (tmp_path / "traces").iterdir())
    assert len(names) == KEPT
    assert names[0].startswith("20261120-140500-")
    assert names[0].endswith("-ir-dev-ttyUSB0.jsonl")
