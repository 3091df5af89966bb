"""Frames that others published; each row names its origin."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Published:
    """One row: the bytes with preamble, what they were documented to mean, and where they come from."""

    raw: bytes
    meaning: str
    source: str
    valid: bool

    @property
    def frame(self) -> bytes:
        """The bytes from the first 68H on."""
        return self.raw.lstrip(b"\xfe")


@cache
def published(name: str) -> tuple[Published, ...]:
    """All rows of ``name.jsonl``."""
    rows = [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return tuple(
        Published(bytes.fromhex(r["hex"]), r["meaning"], r["source"], r["valid_len"] and r["valid_cs"])
        for r in rows
    )
