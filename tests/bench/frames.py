"""Whole frames to JSON, against a generated parser that reads the header only; and the catalogue's import."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from core.gdw376.frame import decode_frame
from core.gdw376.message import items_of
from tests.bench.codec import rates
from tests.vectors import published

ROOT = Path(__file__).parent.parent.parent
RAWS = [row.frame for row in published("gdw376/frames") if row.valid and row.frame[1] & 3 == 2]
_CATALOGUE = """
import time
start = time.process_time()
from core.gdw376.catalogue import all_units
units = len(all_units())
print(units, time.process_time() - start)
"""


def to_json(raw: bytes) -> str:
    """All data units of a frame as JSON text."""
    frame = decode_frame(raw)
    units = [
        {"pn": item.pn, "fn": item.fn, "value": item.content.to_json() if item.content else item.raw.hex()}
        for item in items_of(frame)
    ]
    return json.dumps({"address": frame.address.text, "afn": frame.afn, "units": units}, ensure_ascii=False)


def header_by_kaitai() -> Callable[[], object] | None:
    """All headers by the generated parser; ``None`` without its runtime."""
    try:
        from tests.bench.kaitai.gdw376_header import Gdw376Header  # noqa: PLC0415  # optional peer
    except ImportError:
        return None
    return lambda: [Gdw376Header.from_bytes(raw) for raw in RAWS]


def figures() -> dict[str, float | None]:
    """Frames a second: header decoded by us, whole frame to JSON, header by Kaitai."""
    works: dict[str, Callable[[], object]] = {
        "decode": lambda: [decode_frame(raw) for raw in RAWS],
        "json": lambda: [to_json(raw) for raw in RAWS],
    }
    if kaitai := header_by_kaitai():
        works["kaitai header"] = kaitai
    speed = rates(works, 2.0)
    return {name: len(RAWS) * speed[name] if name in speed else None for name in (*works, "kaitai header")}


def catalogue_import(runs: int = 5) -> tuple[int, float]:
    """Number of units, and CPU seconds to import and list them all: median of fresh processes."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    found = [
        subprocess.run(
            [sys.executable, "-c", _CATALOGUE], env=environment, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(runs)
    ]
    return int(found[0][0]), statistics.median(float(seconds) for _, seconds in found)
