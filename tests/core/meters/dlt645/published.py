"""The published frames of DL/T 645 with what they were documented to mean."""

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parents[3] / "vectors" / "dlt645"


@dataclass(frozen=True)
class Row:
    """One published frame."""

    raw: bytes
    version: str
    meaning: str
    value: str
    source: str
    valid: bool

    @property
    def frame(self) -> bytes:
        """The bytes from the first 68H on."""
        return self.raw.lstrip(b"\xfe")


@cache
def rows() -> tuple[Row, ...]:
    """All frames."""
    lines = (HERE / "frames.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return tuple(
        Row(bytes.fromhex(r["hex"]), r["version"], r["meaning"], r["value"], r["source"], r["valid_cs"])
        for r in found
    )


def valid_rows() -> tuple[Row, ...]:
    """Frames with a right checksum."""
    return tuple(row for row in rows() if row.valid)


@cache
def identifiers() -> tuple[dict[str, str], ...]:
    """One identifier of each family of the table of identifiers."""
    with (HERE / "identifiers.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def worked() -> tuple[tuple[str, bytes], ...]:
    """Names and bytes of the worked examples."""
    lines = (HERE / "worked.jsonl").read_text("utf-8").splitlines()
    return tuple((row["name"], bytes.fromhex(row["hex"])) for row in map(json.loads, lines))
