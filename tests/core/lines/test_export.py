import struct
from datetime import datetime, timedelta

from core.lines.export import as_pcapng, as_text
from core.lines.recorder import TraceEntry

WALL = datetime(2024, 11, 20, 14, 31, 5, 123456)
ENTRIES = (
    TraceEntry(1, 10.0, WALL, "tx", b"\x68\x01\x16", "frame", "read clock"),
    TraceEntry(2, 10.25, WALL + timedelta(seconds=0.25), "rx", b"\xff", "noise", "no 68H"),
    TraceEntry(3, 11.0, WALL + timedelta(seconds=1), "--", b"", "event", "line lost"),
    TraceEntry(4, 11.5, WALL + timedelta(seconds=1.5), "rx", b"\x68\x16", "frame"),
)


def blocks_of(pcapng: bytes) -> list[tuple[int, bytes]]:
    """Type and body of each block, held to the format's own rules."""
    blocks: list[tuple[int, bytes]] = []
    at = 0
    while at < len(pcapng):
        kind, length = struct.unpack_from("<II", pcapng, at)
        assert length % 4 == 0
        assert struct.unpack_from("<I", pcapng, at + length - 4) == (length,)
        blocks.append((kind, pcapng[at + 8 : at + length - 4]))
        at += length
    return blocks


def options_of(body: bytes) -> dict[int, bytes]:
    options: dict[int, bytes] = {}
    while body:
        code, length = struct.unpack_from("<HH", body)
        if code == 0:
            break
        options[code] = body[4 : 4 + length]
        body = body[4 + length + -length % 4 :]
    return options


def test_text_shows_one_line_per_entry() -> None:
    """The text export names time, gap, way, kind, bytes and note."""
    assert as_text(ENTRIES).splitlines() == [
        "000001 2024-11-20 14:31:05.123    +0.000 tx frame 68 01 16; read clock",
        "000002 2024-11-20 14:31:05.373    +0.250 rx noise FF; no 68H",
        "000003 2024-11-20 14:31:06.123    +0.750 -- event ; line lost",
        "000004 2024-11-20 14:31:06.623    +0.500 rx frame 68 16",
    ]


def test_pcapng_begins_with_section_and_interface() -> None:
    """The file is little-endian pcapng 1.0 with one interface of link type USER0."""
    section, interface, *_ = blocks_of(as_pcapng(ENTRIES, "COM4"))
    assert section[0] == 0x0A0D0D0A
    assert struct.unpack("<IHHq", section[1]) == (0x1A2B3C4D, 1, 0, -1)
    assert interface[0] == 1
    assert struct.unpack_from("<HHI", interface[1]) == (147, 0, 0)
    assert options_of(interface[1][8:]) == {2: b"COM4"}


def test_pcapng_packets_carry_bytes_time_and_way() -> None:
    """Each entry is a packet: its bytes, its microsecond, inbound or outbound, its note as comment."""
    _, _, *packets = blocks_of(as_pcapng(ENTRIES))
    comments: list[bytes | None] = []
    ways: list[int] = []
    for (kind, body), entry in zip(packets, ENTRIES, strict=True):
        assert kind == 6
        number, high, low, captured, original = struct.unpack_from("<IIIII", body)
        assert (number, captured, original) == (0, len(entry.raw), len(entry.raw))
        assert (high << 32 | low) == round(entry.wall.timestamp() * 1_000_000)
        assert body[20 : 20 + captured] == entry.raw
        options = options_of(body[20 + captured + -captured % 4 :])
        comments.append(options.get(1))
        ways.append(struct.unpack("<I", options[2])[0])
    assert comments == [b"read clock", b"noise: no 68H", b"event: line lost", None]
    assert ways == [2, 1, 0, 1]
