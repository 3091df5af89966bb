"""Events in files: CSV and XLSX with a row per record, JSON with all fields."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import UsageError
from hhu.client.event_records import EventEntry
from hhu.client.tables import Number, Value, write_table
from hhu.files import write_whole

SUFFIXES = (".xlsx", ".csv", ".json")
HEADINGS = (
    ("时间", "time"), ("ERC", "ERC"), ("事件", "event"), ("测量点", "point"), ("起/止", "begin or end"),
    ("重要", "important"), ("序号", "number"), ("内容", "body"),
)  # fmt: skip


def rows_of(entries: Sequence[EventEntry], *, zh: bool) -> Iterator[list[Value]]:
    """Return headings and rows; numbers as numbers, no value empty."""
    yield [pair[not zh] for pair in HEADINGS]
    for one in entries:
        yield [
            f"{one.time:%Y-%m-%d %H:%M}" if one.time else "",
            Number(str(one.erc), one.erc),
            one.name(zh=zh),
            "" if one.point is None else Number(str(one.point), one.point),
            mark_of(one, zh=zh),
            ("是" if zh else "yes") if one.important else ("否" if zh else "no"),
            Number(str(one.number), one.number),
            one.summary(zh=zh),
        ]


def mark_of(entry: EventEntry, *, zh: bool) -> str:
    """Word for begin or end."""
    if entry.begin is None:
        return ""
    return ("发生" if entry.begin else "恢复") if zh else ("begin" if entry.begin else "end")


def write_events(path: Path, entries: Sequence[EventEntry], *, zh: bool) -> None:
    """Write by the suffix; ``UsageError`` for another one, ``StoreError`` when the disk refuses."""
    if path.suffix.lower() == ".json":
        objects = [one.to_json() for one in entries]
        write_whole(path, (json.dumps(objects, ensure_ascii=False, indent=1) + "\n").encode())
    elif path.suffix.lower() in SUFFIXES:
        write_table(path, "事件" if zh else "Events", rows_of(entries, zh=zh), kept=2)
    else:
        raise UsageError(f"{path.name} is no file for events.", "End the name with .csv, .xlsx or .json.")
