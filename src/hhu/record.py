"""The visit record: what was read, what was changed from what to what, and the proof that nobody edited it.

Each entry carries SHA-256 over the previous entry's digest and its own canonical JSON, so a changed, removed
or moved entry breaks the chain from there on. Cutting the end off is seen only against the last digest, which
is therefore shown on the export. Whatever is named as a secret is masked before it enters the chain.
"""

import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias, cast

from core.clock import Clock
from core.errors import DecodeError, UsageError

Fact: TypeAlias = "bool | int | str | Decimal | datetime | Sequence[Fact] | Mapping[str, Fact] | None"
START = "0" * 64
MASK = "(masked)"
FORMAT = "hhu-visit-1"
_SECRET = re.compile(
    r"(?:^|[^a-z])(password|passphrase|pw|pin|secret|key)(?:[^a-z]|$)|密码|口令", re.IGNORECASE
)

LABELS = {
    "opened": "开始 · Opened",
    "read": "读取 · Read",
    "changed": "设置 · Changed",
    "clock": "时钟误差 · Clock residual",
    "uplink": "上行更改的确认 · Uplink change confirmed",
    "firmware": "软件版本 · Firmware",
    "event": "事件 · Event",
    "trace": "报文记录 · Trace",
}
"""Kinds of entries and how the export names them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the chain; ``facts`` holds only JSON values, ``time`` is ISO 8601 local."""

    number: int
    time: str
    kind: str
    facts: Mapping[str, object]
    previous: str
    digest: str


class VisitRecord:
    """The record of one visit to the terminal ``address``, written by version ``tool``."""

    def __init__(self, clock: Clock, address: str, tool: str) -> None:
        self._clock = clock
        self._entries: list[Entry] = []
        self._add("opened", {"terminal": address, "tool": tool})

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The chain so far, oldest first."""
        return tuple(self._entries)

    def read(self, name: str, value: Fact) -> None:
        """Note a value read, under the name the command line uses."""
        self._add("read", {"name": name, "value": _masked(name, value)})

    def changed(self, name: str, before: Fact, after: Fact, state: str) -> None:
        """Note a write: old value, new value, and how far it got (planned … verified)."""
        self._add(
            "changed",
            {"name": name, "before": _masked(name, before), "after": _masked(name, after), "state": state},
        )

    def clock_residual(self, seconds: Decimal) -> None:
        """Note terminal clock minus this computer's clock, after whatever was set."""
        self._add("clock", {"seconds": seconds})

    def uplink(self, outcome: str, holds: str, facts: Mapping[str, Fact]) -> None:
        """Note how a change of the uplink that had to be confirmed ended, and what the terminal holds now."""
        self._add("uplink", {"outcome": outcome, "terminal holds": holds, **facts})

    def firmware(self, before: str, after: str) -> None:
        """Note the terminal's software version at arrival and at departure."""
        self._add("firmware", {"before": before, "after": after})

    def event(self, code: str, time: datetime, facts: Mapping[str, Fact]) -> None:
        """Note an event of the terminal, such as ERC3, with its own time."""
        self._add("event", {"code": code, "time": time, **facts})

    def trace(self, sha256: str) -> None:
        """Note the digest of the saved trace, which ties the frames to this record."""
        self._add("trace", {"sha256": sha256})

    def verify(self) -> int | None:
        """See the function of the same name."""
        return verify(self._entries)

    def export_json(self) -> str:
        """Return the record as JSON that ``read_record`` reads."""
        rows = [asdict(entry) for entry in self._entries]
        return json.dumps({"format": FORMAT, "entries": rows}, ensure_ascii=False, indent=1) + "\n"

    def export_html(self) -> str:
        """Return the record as one page that needs nothing else, for printing and mailing."""
        return _page(self._entries)

    def _add(self, kind: str, facts: Mapping[str, Fact]) -> None:
        previous = self._entries[-1].digest if self._entries else START
        time = self._clock.now().isoformat(timespec="milliseconds")
        number = len(self._entries) + 1
        plain = {name: _plain(name, _masked(name, value)) for name, value in facts.items()}
        entry = Entry(number, time, kind, plain, previous, "")
        self._entries.append(Entry(number, time, kind, plain, previous, _digest(entry)))


def verify(entries: Sequence[Entry]) -> int | None:
    """Return the number of the first entry that breaks the chain, ``None`` when it is whole."""
    previous = START
    for number, entry in enumerate(entries, start=1):
        if entry.number != number or entry.previous != previous or entry.digest != _digest(entry):
            return number
        previous = entry.digest
    return None


def read_record(text: str) -> tuple[Entry, ...]:
    """Read an exported record without judging its chain; DecodeError when it is no visit record."""
    try:
        top = cast("dict[str, object]", json.loads(text))
        if top["format"] != FORMAT:
            raise DecodeError("not a visit record of this tool", field="format")
        return tuple(_entry(row) for row in cast("list[dict[str, object]]", top["entries"]))
    except (ValueError, KeyError, TypeError) as error:
        raise DecodeError("not a visit record") from error


def _entry(row: Mapping[str, object]) -> Entry:
    number, facts = row["number"], row["facts"]
    if not isinstance(number, int) or not isinstance(facts, dict):
        raise TypeError(type(number), type(facts))
    time, kind, previous, digest = (str(row[name]) for name in ("time", "kind", "previous", "digest"))
    return Entry(number, time, kind, cast("dict[str, object]", facts), previous, digest)


def _digest(entry: Entry) -> str:
    body = [entry.number, entry.time, entry.kind, entry.facts]
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(f"{entry.previous}{canonical}".encode()).hexdigest()


def _masked(name: str, value: Fact) -> Fact:
    if value is not None and _SECRET.search(name):
        return MASK
    if isinstance(value, Mapping):
        return {inner: _masked(inner, part) for inner, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_masked(name, part) for part in value]
    return value


def _plain(name: str, value: Fact) -> object:
    if isinstance(value, Mapping):
        return {inner: _plain(inner, part) for inner, part in value.items()}
    if isinstance(value, str | bool | int | None):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float | bytes):  # a float would round what the meter shows; bytes may hold a PW
        raise UsageError(f"{name} cannot be recorded as {type(value).__name__}")
    return [_plain(name, part) for part in value]


_STYLE = (
    "body{font:14px sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #999;padding:.3em .5em;text-align:left;vertical-align:top}"
    "code{font-family:monospace;word-break:break-all}.bad{color:#b00}"
)


def _page(entries: Sequence[Entry]) -> str:
    broken = verify(entries)
    verdict = (
        "完整 · chain whole" if broken is None else f"第 {broken} 条起不可信 · broken from entry {broken}"
    )
    mark = "" if broken is None else ' class="bad"'
    rows = "\n".join(_row(entry) for entry in entries)
    return f"""<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>现场记录 · Visit record</title><style>{_STYLE}</style></head><body>
<h1>现场记录 · Visit record</h1>
<p{mark}>{len(entries)} · {verdict} · SHA-256 <code>{html.escape(entries[-1].digest)}</code></p>
<table><tr><th>#</th><th>时间 · Time</th><th>内容 · What</th><th></th></tr>
{rows}
</table></body></html>
"""


def _row(entry: Entry) -> str:
    facts = "<br>".join(
        f"{html.escape(name)}: {html.escape(_text(fact))}" for name, fact in entry.facts.items()
    )
    label = html.escape(LABELS.get(entry.kind, entry.kind))
    return (
        f"<tr><td>{entry.number}</td><td>{html.escape(entry.time)}</td><td>{label}</td><td>{facts}</td></tr>"
    )


def _text(fact: object) -> str:
    if fact is None:
        return "–"
    return fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False)
