"""Reading a meter at once through the terminal: one identifier, its value with all digits (M43).

Asked with AFN10 F9; a terminal that does not know F9 is asked with a whole frame of DL/T 645 in F1. Nothing
that comes back is stored in the tool, and what the terminal keeps of it is the terminal's business.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from core.errors import DecodeError, DeniedError, UsageError
from core.gdw376.units.afn04 import MeterArchive, MeterRecord
from core.gdw376.units.afn10 import RESULTS, DirectRead, DirectReadAnswer
from core.meters.dlt645.control import Edition
from core.meters.dlt645.identifiers import Quantity
from core.meters.dlt645.messages import Reading, reading
from hhu.client.change import Key
from hhu.client.keyed import is_deleting, numbers
from hhu.client.meter_items import text_of
from hhu.client.names import Name
from hhu.client.reading import OnBatch, Outcome, Reader, read_parameters
from hhu.client.relay import SHARED, WAIT, Forwarder, edition_of, line_of, read_request, relay

ARCHIVE: Key = (0, MeterArchive)
TIMEOUT, ERROR, CONFIRMED, DENIED, CONTENT = 1, 2, 3, 4, 5
"""Results of F9 (part A §12)."""


class Got(Enum):
    """How asking a meter ended; the value is its name in JSON."""

    VALUE = "read"
    NOTHING = "no value"
    SILENT = "no answer"
    REFUSED = "refused"
    BROKEN = "damaged"
    IMPOSSIBLE = "not possible"


@dataclass(frozen=True, slots=True)
class MeterValue:
    """One value of one meter, or why there is none."""

    record: MeterRecord
    quantity: Quantity
    got: Got
    value: Any = None
    reason: str = ""

    def text(self, *, zh: bool = False) -> str:
        """The value as it is shown, digit for digit (M39)."""
        return text_of(self.quantity.codec, self.value, zh=zh)

    @property
    def json(self) -> Any:
        """The value as JSON holds it."""
        return None if self.value is None else self.quantity.codec.to_json(self.value)


class MeterReader:
    """Asks meters of the archive, one value at a time; learns whether the terminal knows F9."""

    def __init__(self, client: Forwarder) -> None:
        self._client = client
        self._direct = True

    async def read(self, record: MeterRecord, quantity: Quantity) -> MeterValue:
        """Ask for one value. ``UsageError`` for a meter of another family; ``DeniedError``, ``LineError``."""
        edition_of(record)
        if self._direct:
            try:
                return await self._by_identifier(record, quantity)
            except DeniedError as error:
                if error.code is not None:
                    raise
                self._direct = False
        return await self._by_frame(record, quantity)

    async def _by_identifier(self, record: MeterRecord, quantity: Quantity) -> MeterValue:
        """Ask with F9; the identifier of 1997 has its two bytes in the low half (part A §12)."""
        kind = int(quantity.edition is Edition.V2007)
        order = DirectRead(record.line.port, (), record.address, kind, quantity.wire.ljust(4, b"\0"))
        answer = await self._client.forward(order, SHARED + 2 * WAIT)
        if not isinstance(answer, DirectReadAnswer):
            raise DecodeError("the answer is none to a direct read", 0)
        return self._judged(record, quantity, answer)

    def _judged(self, record: MeterRecord, quantity: Quantity, answer: DirectReadAnswer) -> MeterValue:
        if answer.result != CONTENT:
            got = {TIMEOUT: Got.SILENT, ERROR: Got.BROKEN, DENIED: Got.REFUSED}
            word = RESULTS.get(answer.result, ("", f"result {answer.result}"))[1]
            return MeterValue(record, quantity, got.get(answer.result, Got.IMPOSSIBLE), reason=word)
        content = _behind_identifier(quantity, answer.content)
        if content is None:
            return MeterValue(record, quantity, Got.BROKEN, reason="the answer is about another value")
        return _value(record, quantity, reading(quantity.code, content, quantity.edition))

    async def _by_frame(self, record: MeterRecord, quantity: Quantity) -> MeterValue:
        """Ask with a whole frame in F1."""
        content = read_request(record.address or "", quantity.code, quantity.edition)
        exchange = await relay(self._client, line_of(record), content)
        if exchange.refusal:
            return MeterValue(record, quantity, Got.REFUSED, reason=f"error {exchange.refusal}")
        found, frame = exchange.reading, exchange.frame
        if found is None or frame is None or found.code != quantity.code or frame.address != record.address:
            got = Got.BROKEN if exchange.answered else Got.SILENT
            return MeterValue(record, quantity, got, reason="no answer to this question")
        return _value(record, quantity, found)


def _behind_identifier(quantity: Quantity, content: bytes) -> bytes | None:
    """Take the identifier off: four bytes, or the two of 1997 with or without padding (part A §12)."""
    wire = quantity.wire
    for head in (wire.ljust(4, b"\0"), wire):
        if content.startswith(head):
            return content[len(head) :]
    return None


def _value(record: MeterRecord, quantity: Quantity, found: Reading) -> MeterValue:
    if found.error:
        return MeterValue(record, quantity, Got.BROKEN, reason=str(found.error))
    return MeterValue(record, quantity, Got.NOTHING if found.value is None else Got.VALUE, found.value)


async def archived(client: Reader, on_batch: OnBatch | None = None) -> tuple[MeterRecord, ...]:
    """Read the whole meter archive (AFN0A F10) by rising point."""
    outcomes: list[Outcome] = []
    await read_parameters(client, [ARCHIVE], outcomes.append, on_batch)
    if outcomes[0].error:
        raise outcomes[0].error
    unit = outcomes[0].unit
    return meters_in(unit) if isinstance(unit, MeterArchive) else ()


def meters_in(archive: MeterArchive) -> tuple[MeterRecord, ...]:
    """Return the meters of an archive by rising point; records that delete are none."""
    there = (record for record in archive.meters if not is_deleting(MeterArchive, record))
    return tuple(sorted(there, key=lambda record: record.point))


async def meters_at(client: Reader, points: Iterable[int]) -> tuple[MeterRecord, ...]:
    """Return the meters of some points; ``UsageError`` names those where none is archived.

    Most archives number meters as their points, so these numbers are asked for first: a few records instead
    of the whole archive on a slow line.
    """
    wanted = sorted(set(points))
    found = {record.point: record for record in await _by_serial(client, wanted) if record.point in wanted}
    if set(found) != set(wanted):
        found = {record.point: record for record in await archived(client) if record.point in wanted}
    missing = [point for point in wanted if point not in found]
    if missing:
        text = ", ".join(map(str, missing))
        raise UsageError(f"No meter is archived at point {text}.", "hhu meters list shows the archive.")
    return tuple(found[point] for point in wanted)


async def _by_serial(client: Reader, serials: list[int]) -> tuple[MeterRecord, ...]:
    if len(serials) > MOST_BY_SERIAL:
        return ()
    try:
        items = await client.read([Name(MeterArchive, None, 0, numbers(MeterArchive, serials))])
    except DeniedError:
        return ()
    archives = (item.value for item in items if isinstance(item.value, MeterArchive))
    return tuple(record for archive in archives for record in meters_in(archive))


MOST_BY_SERIAL = 32
"""Records that one answer of less than a kilobyte holds."""
