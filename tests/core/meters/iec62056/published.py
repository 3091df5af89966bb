"""The published telegrams of IEC 62056-21 with what they were documented to mean."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[3] / "vectors" / "iec62056"


@dataclass(frozen=True)
class Row:
    """One published telegram; ``valid`` is ``None`` where it carries no check."""

    raw: bytes
    protocol: str
    meaning: str
    value: dict[str, Any]
    valid: bool | None


@cache
def rows() -> tuple[Row, ...]:
    """All of them."""
    lines = (HERE / "telegrams.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return tuple(
        Row(bytes.fromhex(r["hex"]), r["protocol"], r["meaning"], r["value"], r["valid_crc"]) for r in found
    )


def meant(words: str) -> Row:
    """The first row whose meaning contains these words."""
    return next(row for row in rows() if words in row.meaning)
