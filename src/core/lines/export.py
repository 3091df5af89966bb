"""A trace for other programs and other people: plain text, and pcapng for Wireshark."""

import struct
from collections.abc import Iterable, Iterator
from datetime import datetime

from core.lines.recorder import TraceEntry, Way

USER0 = 147
"""Link type of the file; map it to a dissector in Wireshark under DLT_USER."""
SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
"""Block types of the pcapng format (draft-ietf-opsawg-pcapng §4)."""
END, COMMENT, NAME, FLAGS = 0, 1, 2, 2
"""Option codes; 2 is if_name in an interface block and epb_flags in a packet block."""
BYTE_ORDER_MAGIC = 0x1A2B3C4D
UNKNOWN_LENGTH = -1
WAY_FLAGS: dict[Way, int] = {"rx": 1, "tx": 2, "--": 0}
"""epb_flags: inbound, outbound, not known."""


def as_text(entries: Iterable[TraceEntry]) -> str:
    """One line per entry: number, time, seconds since the entry before, way, kind, bytes, note."""
    lines: list[str] = []
    before: float | None = None
    for entry in entries:
        gap = 0.0 if before is None else entry.monotonic - before
        before = entry.monotonic
        stamp = entry.wall.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        note = f"; {entry.note}" if entry.note else ""
        head = f"{entry.number:06d} {stamp} {gap:+9.3f} {entry.direction} {entry.kind:5}"
        lines.append(f"{head} {entry.raw.hex(' ').upper()}{note}".rstrip())
    return "".join(f"{line}\n" for line in lines)


def as_pcapng(entries: Iterable[TraceEntry], port: str = "") -> bytes:
    """A pcapng file with one interface named ``port``; notes become comments, events empty packets."""
    section = struct.pack("<IHHq", BYTE_ORDER_MAGIC, 1, 0, UNKNOWN_LENGTH)
    interface = struct.pack("<HHI", USER0, 0, 0) + _options([(NAME, port.encode())] if port else [])
    blocks = [_block(SECTION, section), _block(INTERFACE, interface)]
    blocks.extend(_block(PACKET, _packet(entry)) for entry in entries)
    return b"".join(blocks)


def _packet(entry: TraceEntry) -> bytes:
    moment = _microseconds(entry.wall)
    head = struct.pack("<IIIII", 0, moment >> 32, moment & 0xFFFFFFFF, len(entry.raw), len(entry.raw))
    flags = struct.pack("<I", WAY_FLAGS[entry.direction])
    return head + _padded(entry.raw) + _options([*_comments(entry), (FLAGS, flags)])


def _comments(entry: TraceEntry) -> Iterator[tuple[int, bytes]]:
    words = [entry.note] if entry.kind == "frame" else [entry.kind, entry.note]
    if comment := ": ".join(word for word in words if word):
        yield COMMENT, comment.encode()


def _microseconds(wall: datetime) -> int:
    """Since 1970 in UTC; the naive time of the trace is the computer's local time."""
    utc = wall.astimezone()
    return int(utc.timestamp()) * 1_000_000 + utc.microsecond


def _block(kind: int, body: bytes) -> bytes:
    length = len(body) + 12
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def _options(options: list[tuple[int, bytes]]) -> bytes:
    if not options:
        return b""
    coded = b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options)
    return coded + struct.pack("<HH", END, 0)


def _padded(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)
