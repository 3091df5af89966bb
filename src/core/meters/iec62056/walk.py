"""A walk over one telegram for the eye, and what all telegrams have: texts and the block check."""

from core.meters.dissector import Explained, Reading
from core.meters.iec62056 import telegram as t
from core.wire.trail import Trail


class Walk:
    """One telegram; spans are those of the bytes, texts are without bit 7."""

    def __init__(self, raw: bytes) -> None:
        self.trail = Trail(t.seven_bits(raw))
        self.kind: tuple[str, str] = ("", "")
        self.direction: str | None = None
        self.address: str | None = None
        self.refusal = ""
        self.readings: list[Reading] = []

    @property
    def seven(self) -> bytes:
        """All characters without bit 7."""
        return self.trail.data

    def explained(self) -> Explained:
        """Return what was told so far."""
        nodes, readings = tuple(self.trail.nodes), tuple(self.readings)
        return Explained(nodes, *self.kind, self.direction, self.address, readings, self.refusal)

    def close(self, end: int) -> None:
        """The end character and the block check; ``end``: where they should stand."""
        seven = self.seven
        name = {t.ETX: "ETX", t.EOT: "EOT, more follows"}.get(seven[end] if end < len(seven) else 0, "")
        self.trail.octets("end", "结束符", "End", 1, name)
        wanted = t.block_check(seven[1 : end + 1])
        given = seven[end + 1] if end + 1 < len(seven) else wanted
        error = None if wanted == given else f"should be {wanted:02X}H"
        self.trail.octets("checksum", "块校验BCC", "Block check", 1, f"{given:02X}H", error=error)


def text_of(seven: bytes) -> str:
    """Return characters as text."""
    return seven.decode("ascii", "replace")
