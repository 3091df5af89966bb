"""Trace files: every session leaves one, the oldest make room."""

import contextlib
import os
import re
from datetime import datetime
from pathlib import Path

from core.lines.address import LineAddress
from hhu.settings import home

KEPT = 50
"""Newest files that stay."""


def new_trace_file(where: LineAddress, now: datetime | None = None) -> Path:
    """Return the path for the trace of a session that begins; files beyond the newest are removed."""
    folder = home() / "traces"
    with contextlib.suppress(OSError):  # a trace that cannot be tidied up is still a trace
        for old in sorted(folder.glob("*.jsonl"))[: -KEPT + 1]:
            old.unlink()
    line = re.sub(r"[^A-Za-z0-9]+", "-", str(where)).strip("-")
    return folder / f"{now or datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}-{line}.jsonl"
