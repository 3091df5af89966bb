"""Files for other people: where the tool puts what the technician saves."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from core.lines.export import as_pcapng, as_text
from core.lines.recorder import TraceEntry
from hhu.files import write_whole


def documents() -> Path:
    """Folder for saved files; ``HHU_HOME`` overrides the system's documents folder."""
    import platformdirs  # noqa: PLC0415  # only saving needs it

    override = os.environ.get("HHU_HOME")
    return Path(override) if override else platformdirs.user_documents_path() / "hhu"


def save_trace(entries: Sequence[TraceEntry], now: datetime) -> Path:
    """Write text and pcapng under one name; return the text file. StoreError when the disk refuses."""
    path = documents() / f"trace-{now:%Y%m%d-%H%M%S}.txt"
    write_whole(path, as_text(entries).encode())
    write_whole(path.with_suffix(".pcapng"), as_pcapng(entries, "hhu"))
    return path
