"""The leaves below Parameters: what is set, to look at only (M171, device behaviour 3.6)."""

from collections.abc import Callable, Iterable

from core.gdw376.address import Address
from core.gdw376.units.afn04 import (
    ONLINE,
    ROLES,
    TRANSPORTS,
    EventMasks,
    KeyMeters,
    MasterStation,
    MeterThresholds,
    PortReading,
    ReadingParameters,
    TerminalIp,
    UplinkMode,
    UplinkPort,
)
from core.panel.sheets import Line, Sheet, Topic
from core.terminal.concentrator import Concentrator
from core.terminal.events import erc32
from core.terminal.factory import METER_PORTS
from core.terminal.statistics import LOWER, LOWER_LOWER, UPPER, UPPER_UPPER

MAINTENANCE_PORT = 3
"""485_3 maintains where it does not read meters (device behaviour 6.1)."""
PER_LINE = 19
"""Cells of a row of numbers."""


def _communication(terminal: Concentrator) -> tuple[Sheet, ...]:
    values = terminal.parameters.value
    master, mode, own = values(MasterStation), values(UplinkMode), values(TerminalIp)
    lines = (
        Line("Main", str(master.main_ip)),
        Line("Port", str(master.main_port)),
        Line("Standby", str(master.standby_ip)),
        Line("Port", str(master.standby_port)),
        Line("APN", master.apn),
        Line("Transport", TRANSPORTS[mode.mode.transport][1]),
        Line("Role", ROLES.get(mode.mode.role, ("", ""))[1]),
        Line("Mode", ONLINE.get(mode.mode.online, ("", ""))[1]),
        Line("Heartbeat", f"{values(UplinkPort).heartbeat} min"),
        Line("Redial", f"{mode.redial} s"),
        Line("Rings", str(terminal.uplink.rings.wanted)),
        Line("Route", "proxy" if own.proxy else "direct"),
        Line("Gateway", str(own.gateway)),
        *([Line("Proxy", str(own.proxy_ip)), Line("Port", str(own.proxy_port))] if own.proxy else []),
    )
    return (Sheet("Communication", lines=lines),)


def _reading(terminal: Concentrator) -> tuple[Sheet, ...]:
    blocks = terminal.parameters.value(ReadingParameters).ports
    return tuple(
        Sheet("Reading", when=f"485_{block.port}", lines=_port(block))
        for block in blocks
        if block.port in METER_PORTS
    )


def _port(block: PortReading) -> tuple[Line, ...]:
    control = block.control
    windows = [Line("Window", f"{one.start:%H:%M}-{one.end:%H:%M}") for one in block.windows]
    return (
        Line("Automatic", "no" if control.forbidden else "yes"),
        Line("Key points only", _yes(control.key_only)),
        Line("Bcast freeze", _yes(control.broadcast_freeze)),
        Line("Bcast clock", _yes(control.broadcast_clock)),
        Line("Search", _yes(control.search)),
        Line("Status words", _yes(control.status_word)),
        *_numbers("Days", block.days),
        Line("Time", f"{block.time:%H:%M}"),
        Line("Cycle", f"{block.interval} min"),
        *windows,
        Line("Bcast at", _broadcast(block)),
    )


def _broadcast(block: PortReading) -> str:
    at = block.clock_at
    return "--:--" if at is None else f"{at.hour:02d}:{at.minute:02d}"


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _numbers(label: str, numbers: Iterable[int]) -> tuple[Line, ...]:
    """Write numbers with their runs: 1-4,8,12-14; as many rows as they need."""
    rows = [""]
    for run in _runs(sorted(numbers)):
        longer = f"{rows[-1]},{run}" if rows[-1] else run
        rows = [*rows[:-1], longer] if len(longer) <= PER_LINE else [*rows, run]
    if len(rows) == 1:
        return (Line(label, rows[0] or "none"),)
    return (Line(label), *(Line(row) for row in rows))


def _runs(numbers: list[int]) -> list[str]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]


def _meters(terminal: Concentrator) -> tuple[Sheet, ...]:
    meters = terminal.archive.meters()
    ports = [Line(f"485_{port}", str(sum(one.port == port for one in meters))) for port in METER_PORTS]
    keys = len(terminal.parameters.value(KeyMeters).serials)
    return (
        Sheet("Meter archive", lines=(Line("Meters", str(len(meters))), Line("Key pts", str(keys)), *ports)),
    )


def _events(terminal: Concentrator) -> tuple[Sheet, ...]:
    masks, limits = terminal.parameters.value(EventMasks), terminal.parameters.value(MeterThresholds)
    thresholds = (
        Line("Over-diff", f"x{limits.over}"),
        Line("Fly-away", f"x{limits.fast}"),
        Line("Stopped", f"{15 * limits.stop} min" if limits.stop else "off"),
        Line("Mtr clock", f"{limits.clock} min"),
    )
    return (
        Sheet("Events", lines=_numbers("Valid ERC", masks.valid)),
        Sheet("Events", lines=_numbers("Important ERC", masks.important)),
        Sheet("Events", lines=thresholds),
    )


def _terminal(terminal: Concentrator) -> tuple[Sheet, ...]:
    own, now, limit = terminal.address, terminal.rtc.reading(), erc32.limit(terminal.parameters)
    lines = (
        Line("Addr", Address(own.region, own.terminal).text.replace("-", " ")),
        Line("", Address(own.region, own.terminal).decimal_text.replace("-", " ")),
        Line("Clock", f"{now:%Y-%m-%d}"),
        Line("", f"{now:%H:%M:%S}"),
        Line("U limits", f"{UPPER}/{LOWER} V"),
        Line("U extremes", f"{UPPER_UPPER}/{LOWER_LOWER} V"),
        Line("Traffic limit", f"{limit} B" if limit else "off"),
    )
    return (Sheet("Terminal", lines=lines),)


def _ports(terminal: Concentrator) -> tuple[Sheet, ...]:
    """Say what each port does: it serves its meters' speeds, and maintenance where a technician plugs in."""
    sheets: list[Line] = []
    for port in METER_PORTS:
        speeds = sorted({one.speed for one in terminal.archive.meters() if one.port == port and one.speed})
        idle = "maintenance" if port == MAINTENANCE_PORT else "free"
        sheets.append(Line(f"485_{port}", "meters" if terminal.relays.serves(port) else idle))
        sheets.append(Line("", " ".join(map(str, speeds)) or "2400 8E1"))
    return (Sheet("Ports", lines=tuple(sheets)),)


PARAMETERS: dict[Topic, Callable[[Concentrator], tuple[Sheet, ...]]] = {
    Topic.COMMUNICATION: _communication,
    Topic.READING: _reading,
    Topic.METERS: _meters,
    Topic.EVENTS: _events,
    Topic.TERMINAL: _terminal,
    Topic.PORTS: _ports,
}
