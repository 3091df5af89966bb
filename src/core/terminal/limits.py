"""What this model can take, beyond what the wire can carry (device behaviour part 10, part A §7)."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from core.errors import EncodeError
from core.gdw376.refusals import Refusal
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    Authentication,
    ItemSet,
    KeyMeters,
    MeterArchive,
    MeterRecord,
    MeterThresholds,
    ModulePorts,
    PointBasics,
    PortReading,
    ReadingParameters,
    ReadingStopped,
    TariffPeriods,
    TerminalAddress,
    TerminalIp,
    UplinkMode,
    UplinkPort,
)
from core.terminal.factory import METER_PORTS
from core.terminal.setting import Objection

CAPACITY = 192
"""Meters (M83)."""
MOST_KEY_METERS = 20
MOST_TARIFFS = 48
MOST_CLASSES = 16
LEAST_THRESHOLD = Decimal("0.1")
NO_ADDRESS = "0" * 12
STARTED, STOPPED = 0x55, 0xAA


def _port_limits(value: UplinkPort) -> str | None:
    return None if 1 <= value.heartbeat <= 60 else "heartbeat is outside 1..60 min"


def _scheme_limits(value: Authentication) -> str | None:
    return None if value.scheme in (0, 1) else "only schemes 0 (none) and 1 (plain password) are fitted"


def _proxy_limits(value: TerminalIp) -> str | None:
    return None if value.proxy <= 3 and value.proxy_login <= 1 else "no such proxy"


def _mode_limits(value: UplinkMode) -> str | None:
    return None if 1 <= value.mode.online <= 3 and value.mode.role <= 2 else "no such working mode"


def _address_limits(value: TerminalAddress) -> str | None:
    return None if value.terminal != 0xFFFF else "FFFF is the broadcast address"


def _tariff_limits(value: TariffPeriods) -> str | None:
    return None if max(value.half_hours) < value.tariffs else "a half hour has a tariff that is not counted"


def _ratio_limits(value: PointBasics) -> str | None:
    return None if value.pt and value.ct else "a ratio of 0 lets every value vanish"


def _stop_limits(value: ReadingStopped) -> str | None:
    return None if value.stopped in (0, 1) else "neither 0 (read) nor 1 (stopped)"


def _threshold_limits(value: MeterThresholds) -> str | None:
    if value.over is None or value.fast is None or min(value.over, value.fast) < LEAST_THRESHOLD:
        return "thresholds start at 0.1"
    return None if value.clock <= 60 else "clock deviation is outside 0..60 min"


def _key_limits(value: KeyMeters) -> str | None:
    if len(value.serials) > MOST_KEY_METERS:
        return f"{len(value.serials)} key meters, {MOST_KEY_METERS} are possible"
    return None if len(set(value.serials)) == len(value.serials) else "a key meter stands twice"


def _meter_limits(value: MeterArchive) -> str | None:
    return next(filter(None, map(_record_limits, value.meters)), None)


def _record_limits(record: MeterRecord) -> str | None:
    if record.point == 0:
        return None
    if record.line.port not in METER_PORTS:
        return f"serial {record.serial}: port {record.line.port}, there are 1 to 3"
    if record.address is None:
        return f"serial {record.serial}: no meter address"
    tariffs = record.tariffs & 0x3F
    return f"serial {record.serial}: {tariffs} tariffs" if tariffs > MOST_TARIFFS else None


def _reading_limits(value: ReadingParameters) -> str | None:
    return next(filter(None, map(_port_reading_limits, value.ports)), None)


def _port_reading_limits(record: PortReading) -> str | None:
    if record.port not in METER_PORTS:
        return f"port {record.port}, there are 1 to 3"
    if not 1 <= record.interval <= 60:
        return f"port {record.port}: interval is outside 1..60 min"
    times = (record.time, record.clock_at, *(t for w in record.windows for t in (w.start, w.end)))
    return f"port {record.port}: a time is missing" if None in times else None


def _module_limits(value: ModulePorts) -> str | None:
    wrong = next((one.port for one in value.ports if one.port not in METER_PORTS), None)
    return None if wrong is None else f"port {wrong}, there are 1 to 3"


def _class_limits(value: ItemSet) -> str | None:
    classes = (value.major, *(minor.minor for minor in value.minors))
    return None if max(classes) < MOST_CLASSES else f"classes are 0 to {MOST_CLASSES - 1}"


def _started_limits(value: Any) -> str | None:
    return None if value.value in (STARTED, STOPPED) else "neither 55H (start) nor AAH (stop)"


LIMITS: dict[int, Callable[[Any], str | None]] = {
    1: _port_limits,
    5: _scheme_limits,
    7: _proxy_limits,
    8: _mode_limits,
    10: _meter_limits,
    21: _tariff_limits,
    25: _ratio_limits,
    30: _stop_limits,
    33: _reading_limits,
    34: _module_limits,
    35: _key_limits,
    38: _class_limits,
    39: _class_limits,
    59: _threshold_limits,
    67: _started_limits,
    68: _started_limits,
    89: _address_limits,
}
"""By Fn."""


def objection(unit: Unit) -> Objection | None:
    """Return why this terminal cannot take the value whatever else it holds, ``None`` if it can."""
    try:
        unit.encode()
    except EncodeError as error:
        return Objection(str(error))
    check = LIMITS.get(unit.meaning.fn)
    reason = check(unit) if check else None
    return Objection(reason) if reason else None


def archive_objection(meters: Sequence[MeterRecord]) -> Objection | None:
    """Return what is wrong with an archive as a whole: too many meters, or two that are the same (M83).

    The same point, or the same address on one port, is refused with the code of 2012/13 (part A §3, §7.2).
    Address 0 names no meter, so several may have it.
    """
    if len(meters) > CAPACITY:
        return Objection(f"{len(meters)} meters, {CAPACITY} are possible", Refusal.FULL)
    seen: dict[object, int] = {}
    for meter in meters:
        at = (meter.line.port, meter.address) if meter.address != NO_ADDRESS else None
        for what in filter(None, (meter.point, at)):
            other = seen.setdefault(what, meter.serial)
            if other != meter.serial:
                named = f"point {what}" if what == meter.point else f"address {meter.address}"
                return Objection(
                    f"serial {meter.serial}: {named} is that of serial {other}", Refusal.DUPLICATE
                )
    return None
