"""The published and constructed packets of ALPHA, each with its origin."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[3] / "vectors" / "meters_alpha.jsonl"


@dataclass(frozen=True)
class Row:
    """One row: the bytes, what they mean, whether the check value is right, where they come from."""

    raw: bytes
    meaning: str
    value: dict[str, Any]
    valid: bool
    source: str


@cache
def rows() -> tuple[Row, ...]:
    """All rows."""
    found = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    return tuple(
        Row(bytes.fromhex(r["hex"]), r["meaning"], r["value"], r["valid_crc"], r["source"]) for r in found
    )


def row(meaning: str) -> Row:
    """The row whose meaning begins so."""
    (found,) = [one for one in rows() if one.meaning.startswith(meaning)]
    return found
