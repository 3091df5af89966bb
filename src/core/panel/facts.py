"""What the face shows, as plain values: whoever owns the terminal fills ``Facts``, the pages only read it.

Civil times are the terminal's own clock; fields named ``*_at`` in monotonic seconds say so. Texts that come
from parameters stand here as a person reads them. "No value" is ``None``.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from core.panel.data_lamp import QUIET, DataLamp
from core.panel.display import DELIVERED, Display
from core.panel.sheets import NO_SHEETS, Sheets
from core.terminal.upgrade.look import Look


class Medium(Enum):
    """What carries the uplink; the value is the letter of the top bar (device behaviour 2.3)."""

    GPRS = "G"
    CDMA = "C"
    SMS = "S"
    LAN = "L"
    NONE = "-"

    @property
    def radio(self) -> bool:
        """Tell whether an antenna belongs to it."""
        return self in {Medium.GPRS, Medium.CDMA, Medium.SMS}


class UplinkState(Enum):
    """How far the uplink is; ``NONE`` means that no master is set, so nothing is dialled."""

    NONE = "none"
    NO_MODULE = "no module"
    NO_SIM = "no SIM"
    DIALLING = "dialling"
    LOGIN = "login"
    ONLINE = "online"
    OFFLINE = "offline"
    LISTENING = "listening"


class Mode(Enum):
    """What the terminal as a whole is doing; the boot page is the panel's own affair."""

    RUNNING = "running"
    USB_UPGRADE = "USB upgrade"
    LOCAL_DOWNLOAD = "local download"
    REMOTE_DOWNLOAD = "remote download"


class Feed(Enum):
    """Where the terminal takes its power from; on ``BATTERY`` it only reports the outage (up to 60 s)."""

    MAINS = "mains"
    BATTERY = "battery"
    NONE = "none"


class Backup(Enum):
    """State of the backup battery for outage reporting; it is removed before delivery (M193)."""

    PRESENT = "present"
    LOW = "low"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Uplink:
    """Uplink parameters and state; defaults of device behaviour part 10."""

    state: UplinkState = UplinkState.NONE
    medium: Medium = Medium.GPRS
    transport: str = "TCP"
    main_ip: str = "0.0.0.0"
    main_port: int = 0
    standby_ip: str = "0.0.0.0"
    standby_port: int = 0
    standby_in_use: bool = False
    apn: str = "CMNET"
    signal_quality: int | None = None
    """CSQ 0 to 31; ``None`` without radio or unknown (99)."""
    heartbeat_minutes: int = 15
    day_bytes: int = 0
    month_bytes: int = 0
    last_frame_at: float | None = None
    """Monotonic seconds of the last valid frame received on any channel."""

    @property
    def standby_set(self) -> bool:
        """Tell whether a standby master exists."""
        return self.standby_ip not in {"", "0.0.0.0"}


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Outcome of the last upgrade; ``reset_at`` is the monotonic time of the reset into the new program."""

    good: bool | None
    """``None`` while the program is on trial."""
    on: date
    reset_at: float | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the terminal is; the factory address is 1122 3344 (device behaviour 5.6 A3)."""

    address: str = "1122-3344"
    vendor: str = "CLOU"
    model: str = "HX1088"
    software: str = "1.02"
    software_date: date = date(2026, 10, 8)
    hardware: str = "1.00"
    hardware_date: date = date(2026, 1, 15)
    protocol: str = "376.1-2009"
    meter_library: str = "3"
    meter_types: int = 11
    upgrade: Upgrade | None = None


@dataclass(frozen=True, slots=True)
class Power:
    """Clock cell, backup battery, supply and resets, as the POWER page lists them."""

    feed: Feed = Feed.MAINS
    cell_volts: Decimal | None = None
    cell_low: bool = False
    backup: Backup = Backup.MISSING
    supply_volts: int | None = None
    resets_today: int = 0
    resets_total: int = 0


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """Progress and outcome of the self-check; while ``done`` is below ``total`` it runs."""

    done: int = 7
    total: int = 7
    good: bool = True
    at: datetime | None = None

    @property
    def running(self) -> bool:
        """Tell whether steps are left."""
        return self.done < self.total


@dataclass(frozen=True, slots=True)
class ClockSet:
    """The last setting of the clock and its correction in seconds."""

    at: datetime
    correction: Decimal


@dataclass(frozen=True, slots=True)
class FailedPoint:
    """A measuring point that could not be read (M175, M187)."""

    point: int
    port: str
    since: datetime
    property_number: str
    address: str = ""
    protocol: str = ""
    line: str = ""
    last_read: datetime | None = None
    last_energy: str | None = None
    tries: int = 0
    reason: str = ""
    missing_days: int = 0


@dataclass(frozen=True, slots=True)
class RunningPass:
    """Where the running pass stands; ``percent`` of the points of the port."""

    port: str
    point: int
    percent: int


@dataclass(frozen=True, slots=True)
class PortReading:
    """Points of one meter port: archived, read and failed in the last pass."""

    port: str
    points: int = 0
    read: int = 0
    failed: int = 0


PORTS = (PortReading("485_1"), PortReading("485_2"), PortReading("485_3"))


@dataclass(frozen=True, slots=True)
class Reading:
    """State of meter reading over all ports."""

    points: int = 0
    read: int = 0
    failed: tuple[FailedPoint, ...] = ()
    running: RunningPass | None = None
    freezing: bool = False
    pass_at: datetime | None = None
    ports: tuple[PortReading, ...] = PORTS
    key_points: int = 0
    key_points_read: int = 0
    supplement_at: datetime | None = None
    supplement_round: int = 0
    missing_days: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One stored event record; ``begin`` is the start/end flag of those that have one."""

    number: int
    """Running number of the record, unique over both stores; the later of two has the higher."""
    code: int
    """ERC number."""
    at: datetime
    point: int | None = None
    subject: str = ""
    """What it concerns when that is no point; empty stands for the terminal itself."""
    important: bool = False
    begin: bool | None = None
    body: tuple[tuple[str, str], ...] = ()
    """Label and value of each line of the detail page."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the pages and the lamps need, at one moment."""

    time: datetime
    clock_valid: bool = True
    clock_set: ClockSet | None = None
    mode: Mode = Mode.RUNNING
    programming_left: float = 0.0
    """Seconds for which the programming switch stays open; 0 when closed."""
    upgrading: Look | None = None
    """What an upgrade shows instead of the pages."""
    usb_present: bool = False
    uplink: Uplink = field(default_factory=Uplink)
    identity: Identity = field(default_factory=Identity)
    power: Power = field(default_factory=Power)
    self_check: SelfCheck = field(default_factory=SelfCheck)
    reading: Reading = field(default_factory=Reading)
    events: tuple[Event, ...] = ()
    """Stored records of both rings; the ten newest are enough, in any order."""
    important_count: int = 0
    """EC1, modulo 256."""
    ordinary_count: int = 0
    """EC2, modulo 256."""
    unseen_event: int | None = None
    """ERC of the newest important event that neither the master nor a person at the face has acknowledged."""
    events_open: bool = False
    """An event with a start flag has begun and not ended."""
    store_fault: bool = False
    port_lamps: tuple[DataLamp, DataLamp, DataLamp] = (QUIET, QUIET, QUIET)
    module_lamp: DataLamp = QUIET
    display: Display = DELIVERED
    sheets: Sheets = NO_SHEETS
    """Where the menu looks up what its leaves show."""

    @property
    def programming_open(self) -> bool:
        """Tell whether the programming switch is open (M170)."""
        return self.programming_left > 0

    @property
    def newest_events(self) -> tuple[Event, ...]:
        """The ten newest records, newest first, ties by record number (device behaviour 3.5)."""
        return tuple(sorted(self.events, key=lambda e: (e.at, e.number), reverse=True)[:10])

    @property
    def alarm(self) -> bool:
        """Tell whether any alarm source of device behaviour part 4 is true; it is the OR of all of them."""
        faulty = not self.self_check.good or not self.clock_valid or self.power.cell_low or self.store_fault
        no_card = self.uplink.state is UplinkState.NO_SIM
        unread = bool(self.reading.failed)
        return unread or self.events_open or self.unseen_event is not None or faulty or no_card
