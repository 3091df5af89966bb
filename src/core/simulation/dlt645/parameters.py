"""Family 04 of 2007: what is set in a meter, its clock and its status words (M58, M59)."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from core.errors import DecodeError
from core.meters.dlt645.events import Slot, Zone
from core.meters.dlt645.formats import MonthDay
from core.meters.dlt645.identifiers import decode_value, encode_value, known
from core.meters.dlt645.parameter_rows import DateAndTime, DateAndWeekday
from core.meters.dlt645.words import RATES_2007
from core.simulation.dlt645.rights import Rights
from core.simulation.physics.operations import Operation
from core.simulation.shown import COMBINED_1, COMBINED_2, FORWARD_REVERSE, Shown
from core.wire.times import DayHour, MonthDayTime

CLOCK_CODES = ("04000101", "04000102", "0400010C")
ADDRESS = "04000401"
RATE_WORD = "04000703"
LOAD_MODE, LOAD_PERIOD = "04000901", "04000A02"
DAY_TABLE, ZONE_TABLE = "04010001", "04010000"
SETTLEMENTS = ("04000B01", "04000B02", "04000B03")
COMBINATIONS = {"04000601": "active", "04000602": "reactive_1", "04000603": "reactive_2"}
LAST_DAY = 28
"""Every month has it."""
STATUS = "040005"


def _texts(shown: Shown) -> dict[str, str]:
    model, address = shown.meter.plate.model, shown.meter.plate.address
    return {
        "04000403": f"AS{address}", "04000404": "220V", "04000405": model.rated_current,
        "04000406": model.max_current, "04000407": "1.0", "04000408": "2.0", "0400040B": "SIM-645",
        "0400040C": "2025-01-01", "0400040D": "DL/T645-2007", "04800001": "SIM 1.0", "04800002": "SIM 1",
        "04800003": "SIM",
    }  # fmt: skip


def _numbers(shown: Shown) -> dict[str, Any]:
    tariffs, three = shown.meter.plate.tariffs, shown.meter.plate.phases == 3
    return {
        "04000103": 15, "04000104": 15, "04000105": 80, "04000106": None, "04000107": None, "04000108": None,
        "04000109": None, "04000201": 1, "04000202": 1, "04000203": len(shown.meter.plate.slots),
        "04000204": tariffs, "04000205": 0, "04000206": 0, "04000301": 6, "04000302": 5, "04000303": 2,
        "04000304": 4, "04000305": 10, "04000306": 1, "04000307": 1, "04000402": shown.meter.plate.address,
        "04000409": 400 if three else 1200, "0400040A": 400 if three else 1200,
        "0400040E": shown.meter.plate.address,
        "04000802": 1, LOAD_PERIOD: 15, "04000A01": MonthDayTime(1, 1, 0, 0), SETTLEMENTS[0]: DayHour(1, 0),
        SETTLEMENTS[1]: None, SETTLEMENTS[2]: None, "04000E01": Decimal(60), "04000E02": Decimal(60),
        "04000E03": Decimal(264), "04000E04": Decimal(154), "04001203": time(0, 0), "04001202": 60,
        **{f"04000A0{number}": 15 for number in range(3, 8)},
    }  # fmt: skip


PREPAID: dict[str, Decimal] = {
    "04001001": Decimal(20), "04001002": Decimal(5), "04001003": Decimal(0), "04001004": Decimal(9999),
    "04001005": Decimal(0), "04000F01": Decimal(40), "04000F02": Decimal(10), "04000F03": Decimal(9999),
    "04000F04": Decimal(0), **{f"040501{number:02X}": Decimal("0.55") for number in range(1, 5)},
}  # fmt: skip
WORDS = {
    "04000601": FORWARD_REVERSE, "04000602": COMBINED_1, "04000603": COMBINED_2, "04000701": 0x04,
    "04000702": 0x04, "04000801": 0x3E, LOAD_MODE: 0x3F, "04000902": 0xFF, "04000903": 0xFF, "04000904": 0xFF,
    "04000905": 0x03, "04000906": 0xFF,
}  # fmt: skip
"""Words of one byte."""


class Parameters:
    """What is set, as bytes by identifier; the clock, the address and the status words are read live."""

    def __init__(self, shown: Shown, rights: Rights) -> None:
        self._shown = shown
        self._rights = rights
        self._kept = {code: bytes([word]) for code, word in WORDS.items()}
        values: dict[str, Any] = {**_texts(shown), **_numbers(shown), **_tables(shown)}
        if shown.meter.plate.model.prepaid:
            values |= PREPAID
        self._kept |= {code: encode_value(known(code), value) for code, value in values.items()}
        self.forced: set[tuple[int, int]] = set()
        """Bits of status words (word 1 to 7, bit 0 to 15) that are set whatever the meter knows."""

    def content(self, code: str, now: datetime, *, address: str, rate: int) -> bytes | None:
        """Return the bytes of 04......, ``None`` if the meter has none."""
        if code.startswith(STATUS):
            return self._status(code, now)
        if code in CLOCK_CODES:
            return encode_value(known(code), clock_value(code, self._shown.clock(now)))
        if code == ADDRESS:
            return bytes.fromhex(address)[::-1]
        if code == RATE_WORD:
            return bytes([word for word, speed in RATES_2007.items() if speed == rate][:1] or [0])
        return self._kept.get(code)

    def has(self, code: str) -> bool:
        """Tell whether the meter has such a parameter to write."""
        return code in self._kept or code in (*CLOCK_CODES, ADDRESS)

    def checked(self, code: str, content: bytes) -> Any:
        """Return the value of a parameter about to be written; ``DecodeError`` for what cannot be kept."""
        held, value = self._kept[code], decode_value(known(code), content)
        is_table = code[:4] in ("0401", "0402")
        if not is_table and len(held) != len(content):
            raise DecodeError(f"{len(content)} bytes instead of {len(held)}")
        if is_table and code[4:] != "0000" and not self._are_slots(value):
            raise DecodeError("no table of slots")
        if code in SETTLEMENTS and value is not None and value.day > LAST_DAY:
            raise DecodeError("a day that some months do not have")
        return value

    def _are_slots(self, value: Any) -> bool:
        tariffs = range(1, self._shown.meter.plate.tariffs + 1)
        return bool(value) and all(slot.start is not None and slot.tariff in tariffs for slot in value)

    def keep(self, code: str, content: bytes) -> None:
        """Take a written parameter."""
        self._kept[code] = content

    def value(self, code: str) -> Any:
        """Return what is set."""
        return decode_value(known(code), self._kept[code])

    def word(self, code: str) -> int:
        """Return a word of one byte."""
        return self._kept[code][0]

    def _status(self, code: str, now: datetime) -> bytes | None:
        words = [word.to_bytes(2, "little") for word in self.status(now)]
        number = int(code[6:], 16)
        if number == 0xFF:
            return b"".join(words)
        return words[number - 1] if 1 <= number <= 7 else None

    def status(self, now: datetime) -> tuple[int, ...]:
        """Return status words 1 to 7 (dlt645 §6.1)."""
        meter = self._shown.meter
        instant = meter.instant(now)
        words = [0] * 8
        words[1] = _flow(instant.total.active) << 4 | _flow(instant.total.reactive) << 5
        for number, phase in enumerate(instant.phases):
            words[2] |= _flow(phase.active) << number | _flow(phase.reactive) << (number + 4)
        words[3] = self._word_3(now)
        for loss in meter.losses:
            if loss.end is None:
                words[4 + loss.phase] |= 1 << 7
        for word, bit in self.forced:
            words[word] |= 1 << bit
        return tuple(words[1:])

    def _word_3(self, now: datetime) -> int:
        meter = self._shown.meter
        opened = 0 if meter.relay_closed else 1
        prepaid = meter.plate.model.prepaid
        word = opened << 4 | opened << 6 | self._rights.programming(now) << 3 | meter.power_kept << 12
        return word | (2 << 8 if prepaid else 0) | meter.alarm << 7


def clock_value(code: str, clock: datetime) -> Any:
    """Return date, time or both as an identifier of the clock holds them."""
    weekday = clock.isoweekday() % 7
    if code == CLOCK_CODES[0]:
        return DateAndWeekday(weekday, clock.date())
    if code == CLOCK_CODES[1]:
        return clock.time()
    return DateAndTime(clock.time(), weekday, clock.date())


def clock_after(code: str, value: Any, clock: datetime) -> datetime:
    """Return what the clock shows after one of its identifiers was written."""
    day: date = clock.date() if code == CLOCK_CODES[1] else value.day
    moment = clock.time() if code == CLOCK_CODES[0] else value if code == CLOCK_CODES[1] else value.time
    return datetime.combine(day, moment)


def _flow(power: int) -> int:
    return 1 if power < 0 else 0


def _tables(shown: Shown) -> dict[str, Any]:
    slots = tuple(Slot(tariff, time(minute // 60, minute % 60)) for minute, tariff in shown.meter.plate.slots)
    zones = (Zone(1, MonthDay(1, 1)),)
    return {ZONE_TABLE: zones, DAY_TABLE: slots, "04020000": zones, "04020001": slots}


OPERATION_OF = {DAY_TABLE: Operation.DAY_TABLES, ZONE_TABLE: Operation.ZONE_TABLES}
"""Parameters whose writing leaves a record of its own besides that of programming."""
