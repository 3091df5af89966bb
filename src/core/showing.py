"""What the face shows, taken from the domain and its surroundings (device behaviour parts 3 and 4)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from core.display import kept_display
from core.event_lines import lines_of
from core.gdw376.address import Address
from core.gdw376.units.afn04 import MasterStation, UplinkMode, UplinkPort
from core.menu_sheets import TerminalSheets
from core.panel.data_lamp import QUIET, DataLamp
from core.panel.facts import (
    Backup,
    ClockSet,
    Event,
    Facts,
    FailedPoint,
    Feed,
    Identity,
    Medium,
    Mode,
    PortReading,
    Power,
    Reading,
    RunningPass,
    SelfCheck,
    Upgrade,
    Uplink,
    UplinkState,
)
from core.quantities import DayEnd, Quantity
from core.simulation.surroundings import Surroundings
from core.terminal.acquisition.standing import MeterState
from core.terminal.archive import Meter, history_of
from core.terminal.concentrator import Concentrator
from core.terminal.events.records import begins
from core.terminal.factory import METER_PORTS
from core.terminal.ledger import EventRecord
from core.terminal.readings import CURRENT_STAMP, Kind
from core.terminal.rtc import CELL_WARNING
from core.terminal.statistics import TRAFFIC
from core.terminal.upgrade.look import Look, UsbLook
from core.terminal.upgrade.slots import Outcome, Way

UNKNOWN_SIGNAL = 99
PROTOCOLS = {1: ("645-97", 1200), 30: ("645-07", 2400)}
"""Short names and default speeds by protocol code of F10 (part 10)."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What the channels and the key did lately, in monotonic seconds."""

    port_lamps: tuple[DataLamp, DataLamp, DataLamp] = (DataLamp(), DataLamp(), DataLamp())
    module_lamp: DataLamp = QUIET
    last_frame_at: float | None = None


def facts_of(terminal: Concentrator, place: Surroundings, signs: Signs) -> Facts:
    """Return everything the face needs, at this moment."""
    clock_set, looking = terminal.rtc.last_set, terminal.upgrade.look
    return Facts(
        time=terminal.rtc.reading(),
        clock_valid=terminal.rtc.valid,
        clock_set=ClockSet(clock_set[0], _tenths(clock_set[1])) if clock_set else None,
        mode=_mode(looking),
        programming_left=terminal.access.programming_left(),
        upgrading=looking,
        usb_present=terminal.upgrade.usb.disk is not None,
        uplink=_uplink(terminal, place, signs),
        identity=_identity(terminal),
        power=_power(terminal, place),
        self_check=_self_check(terminal),
        events=tuple(_event(record) for record in terminal.events.newest()),
        important_count=terminal.events.important,
        ordinary_count=terminal.events.ordinary,
        unseen_event=terminal.events.alarm,
        events_open=terminal.events_open,
        reading=_reading(terminal),
        store_fault=terminal.ledger.faulty or terminal.readings.faulty,
        port_lamps=signs.port_lamps,
        module_lamp=signs.module_lamp,
        display=kept_display(terminal.ledger),
        sheets=TerminalSheets(terminal),
    )


def _reading(terminal: Concentrator) -> Reading:
    """Passes, failed points and the supplement, over all ports (M54, M175, M187)."""
    states = [terminal.acquisition.reading_state(port) for port in METER_PORTS]
    running = next((state for state in states if state.running and state.point is not None), None)
    failed = (_failed(terminal, state) for port in METER_PORTS for state in terminal.acquisition.failed(port))
    missing = (one.wanted.when for port in METER_PORTS for one in terminal.acquisition.missing(port))
    return Reading(
        points=sum(state.meters for state in states),
        read=sum(state.read for state in states),
        failed=tuple(filter(None, failed)),
        running=RunningPass(_port(running.port), running.point or 0, running.percent) if running else None,
        pass_at=max((state.start for state in states if state.start), default=None),
        ports=tuple(PortReading(_port(s.port), s.meters, s.read, s.failed) for s in states),
        key_points=sum(state.key_meters for state in states),
        key_points_read=sum(state.key_read for state in states),
        supplement_at=min((state.supplement_at for state in states if state.supplement_at), default=None),
        supplement_round=max(state.supplement_round for state in states),
        missing_days=len({when for when in missing if isinstance(when, DayEnd)}),
    )


def _port(port: int) -> str:
    return f"485_{port}"


def _failed(terminal: Concentrator, state: MeterState) -> FailedPoint | None:
    meter = terminal.archive.at(state.point)
    if meter is None or state.failed_since is None:
        return None
    name, speed = PROTOCOLS.get(meter.protocol, (f"protocol {meter.protocol}", 2400))
    return FailedPoint(
        point=state.point,
        port=_port(state.port),
        since=state.failed_since,
        property_number=meter.asset,
        address=meter.address,
        protocol=name,
        line=f"{meter.speed or speed} 8E1",
        last_read=state.last_ok,
        last_energy=_last_energy(terminal, meter, state.last_ok),
        tries=state.tries,
        reason=state.reason,
        missing_days=state.missing_days,
    )


def _last_energy(terminal: Concentrator, meter: Meter, last_ok: datetime | None) -> str | None:
    """Return the forward active total read last, with the digits of the meter."""
    if last_ok is None:
        return None
    ended = datetime.combine(last_ok.date(), time()) - timedelta(days=1)
    slots = ((Kind.CURRENT, CURRENT_STAMP), (Kind.DAY, ended))
    found = [terminal.readings.at(history_of(meter), *slot, Quantity.FORWARD_ACTIVE) for slot in slots]
    newest = max((one for one in found if one), key=lambda one: one.read_at, default=None)
    total = newest.value[0] if newest and isinstance(newest.value, tuple) else None
    if not isinstance(total, Decimal):
        return None
    return f"{total:0{meter.integers + meter.decimals + 1}.{meter.decimals}f}"


def _tenths(seconds: float) -> Decimal:
    return Decimal(str(round(seconds, 1)))


def _uplink(terminal: Concentrator, place: Surroundings, signs: Signs) -> Uplink:
    master = terminal.parameters.value(MasterStation)
    mode = terminal.parameters.value(UplinkMode).mode
    return Uplink(
        state=_uplink_state(terminal, place),
        medium=Medium[place.carrier],
        transport="UDP" if mode.transport else "TCP",
        main_ip=str(master.main_ip),
        main_port=master.main_port,
        standby_ip=str(master.standby_ip),
        standby_port=master.standby_port,
        standby_in_use=terminal.uplink.standby_in_use,
        apn=master.apn,
        signal_quality=place.csq if place.sim and place.needs_card and place.csq < UNKNOWN_SIGNAL else None,
        heartbeat_minutes=terminal.parameters.value(UplinkPort).heartbeat,
        day_bytes=terminal.statistics.present(Kind.DAY, TRAFFIC),
        month_bytes=terminal.statistics.present(Kind.MONTH, TRAFFIC),
        last_frame_at=signs.last_frame_at,
    )


def _uplink_state(terminal: Concentrator, place: Surroundings) -> UplinkState:
    """What is pulled out shows at once; the rest is the policy's word."""
    if not place.module:
        return UplinkState.NO_MODULE
    if place.needs_card and not place.sim:
        return UplinkState.NO_SIM
    return UplinkState(terminal.uplink.state.value)


def _identity(terminal: Concentrator) -> Identity:
    who, own = terminal.identity, terminal.address
    return Identity(
        address=Address(own.region, own.terminal).text,
        vendor=who.maker,
        model=who.model,
        software=who.software,
        software_date=who.software_date,
        hardware=who.hardware,
        hardware_date=who.hardware_date,
        protocol=who.protocol_name,
        meter_library=who.library.lstrip("0") or "0",
        upgrade=_upgrade(terminal),
    )


def _upgrade(terminal: Concentrator) -> Upgrade | None:
    """The last upgrade that changed the program (5.5); one on trial is neither good nor bad."""
    last = terminal.upgrade.applied
    if last is None:
        return None
    good = None if last.outcome is Outcome.TRIAL else last.outcome is Outcome.GOOD
    return Upgrade(good, last.at.date(), terminal.upgrade.reset_at)


def _mode(look: Look | None) -> Mode:
    """What the terminal as a whole is doing, by what it shows."""
    if look is None:
        return Mode.RUNNING
    if isinstance(look, UsbLook):
        return Mode.USB_UPGRADE
    return Mode.LOCAL_DOWNLOAD if look.way is Way.LOCAL else Mode.REMOTE_DOWNLOAD


def _power(terminal: Concentrator, place: Surroundings) -> Power:
    return Power(
        feed=_feed(terminal, place),
        cell_volts=place.cell,
        cell_low=place.cell < Decimal(str(CELL_WARNING)),
        backup=Backup.PRESENT if place.backup else Backup.MISSING,
        supply_volts=place.supply,
        resets_today=terminal.resets_today,
        resets_total=terminal.resets,
    )


def _feed(terminal: Concentrator, place: Surroundings) -> Feed:
    if place.supply:
        return Feed.MAINS
    return Feed.BATTERY if terminal.on_battery else Feed.NONE


def _self_check(terminal: Concentrator) -> SelfCheck:
    result = terminal.checks.result
    return SelfCheck(done=terminal.self_check, good=result.good, at=result.at)


def _event(record: EventRecord) -> Event:
    return Event(
        number=record.serial,
        code=record.erc,
        at=record.time,
        point=record.pn,
        important=record.important,
        begin=begins(record),
        body=lines_of(record),
    )
