"""Every word of the face in one table, so that a language pack is another ``Texts`` and nothing else.

What pages write has a field each; what the menu and the terminal bring along (titles, labels, fault words)
stands in English in ``words`` of the other languages.

Each text has to fit its field; what does not is cut. Placeholders in braces are filled by the page that
owns the row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.panel.actions import Answer, Outcome, ReportOutcome
from core.panel.facts import Backup, UplinkState
from core.terminal.upgrade.look import DownloadState, UsbState
from core.terminal.upgrade.slots import Way
from core.vendor.package import REASONS, Reason

EVENT_NAMES = {
    1: "Init/ver",
    2: "Para lost",
    3: "Para chg",
    4: "State chg",
    8: "Mtr para",
    12: "Mtr clock",
    13: "Mtr fault",
    14: "Power",
    20: "Auth",
    21: "Terminal",
    24: "U limit",
    27: "Decline",
    28: "Over-diff",
    29: "Fly-away",
    30: "Stopped",
    31: "Read fail",
    32: "Traffic",
    33: "Mtr word",
    35: "New meter",
}
"""Short names of the events, at most 10 characters (device behaviour 7.2)."""

COMMUNICATION_WORDS = {
    UplinkState.NONE: "Local",
    UplinkState.NO_MODULE: "NoMod",
    UplinkState.NO_SIM: "NoMod",
    UplinkState.DIALLING: "Dial",
    UplinkState.LOGIN: "Login",
    UplinkState.ONLINE: "Idle",
    UplinkState.OFFLINE: "OffL",
    UplinkState.LISTENING: "Lstn",
}
"""Words of the bottom bar (device behaviour 3.1); ``Local`` (no master set) and ``Lstn`` are [design]."""

STATE_PHRASES = {
    UplinkState.NONE: "no master set",
    UplinkState.NO_MODULE: "no module",
    UplinkState.NO_SIM: "no SIM card",
    UplinkState.DIALLING: "dialling",
    UplinkState.LOGIN: "logging in",
    UplinkState.ONLINE: "logged in",
    UplinkState.OFFLINE: "line lost",
    UplinkState.LISTENING: "listening",
}
BACKUP_WORDS = {Backup.PRESENT: "present", Backup.LOW: "low", Backup.MISSING: "none"}
NOTES: dict[Answer, str] = {
    ReportOutcome.SENT: "Report sent",
    ReportOutcome.NO_LINK: "Report no link",
    ReportOutcome.QUEUED: "Report queued",
    Outcome.CHECK_GOOD: "Self-check OK",
    Outcome.CHECK_BAD: "Self-check BAD",
    Outcome.READING_FAILED: "Reading again",
    Outcome.NOTHING_FAILED: "No failed point",
    Outcome.COPIED: "Data copied",
    Outcome.NO_DISK: "No USB disk",
    Outcome.COPY_FAILED: "Copy failed",
    Outcome.SWITCH_CLOSED: "First hold 5 s",
}
"""Answers on the bottom bar, short enough for the compact face; a closed switch is opened by 5 s."""
USB_STATES = {
    UsbState.ARMED: "U1 waiting",
    UsbState.MOUNT: "U2 mount",
    UsbState.CHOOSE: "U3 choose",
    UsbState.CHECK: "U4 checking",
    UsbState.COPY: "U5 copying",
    UsbState.VERIFY: "U6 verifying",
    UsbState.COMMIT: "U7 commit",
    UsbState.RESET: "U8",
    UsbState.FAILED: "UX failed",
}
"""Words of row 10; with a time behind them they fit the compact face too."""
USB_STEPS = {
    UsbState.CHECK: "Check",
    UsbState.COPY: "Copy",
    UsbState.VERIFY: "Verify",
    UsbState.COMMIT: "Commit",
}
UPGRADE_REASONS: Mapping[int, str] = {
    **{code: english for code, (_, english) in REASONS.items()},
    Reason.SAME_VERSION: "Old version",
}
"""Reasons of vendor extension §5.5, as the LCD writes them."""
DOWNLOAD_TITLES = {Way.LOCAL: " Local SFTP download", Way.REMOTE: "Remote SFTP download"}
DOWNLOAD_STATES = {
    DownloadState.CONNECTING: "connecting",
    DownloadState.WAITING: "waiting for file",
    DownloadState.RECEIVING: "receiving",
    DownloadState.CHECKING: "checking",
    DownloadState.DONE: "Upgrade finished",
}


@dataclass(frozen=True, slots=True)
class Texts:
    """The words in English; the field names say where they stand."""

    boot_use: str = "Low-voltage AMR"
    boot_kind: str = "CONCENTRATOR"
    boot_versions: str = "SW {software}  HW {hardware}"
    boot_check: str = "Self-check  {done}/{total}"

    no_sim: str = "NoSIM"
    no_event: str = "No event record"
    no_event_compact: str = "No event"
    point: str = "P"
    terminal: str = "Term"
    event_names: Mapping[int, str] = field(default_factory=lambda: EVENT_NAMES)
    weekdays: tuple[str, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    counts: str = "Points {points:<4} OK {read}"
    failed: str = "Failed {count}"
    failed_since: str = "fr"
    property_number: str = "No."
    clock_invalid: tuple[str, str, str] = ("Clock invalid:", "freezing stopped", "Set the clock")

    received: str = "Comu"
    reading: str = "Rd-M {port} P{point:04d} {percent}%"
    freezing: str = "Frz"
    checking: str = "Chk"
    communication: Mapping[UplinkState, str] = field(default_factory=lambda: COMMUNICATION_WORDS)
    program_open: str = "PROGRAM OPEN"
    program_open_compact: str = "PROG OPEN"
    press_hold: str = "press next hold open"
    press_page: str = "press page hold back"
    press_take: str = "press next hold take"
    press_do: str = "press move hold do{left:2d}"
    hold_read: str = "hold: read now"
    hold_back: str = "hold: back"
    hint_hold: str = "hold >2s {word}"
    hint_release: str = "release = {word}"
    hint_program: str = "PROGRAM OPEN  {left}"
    hint_program_compact: str = "PROG OPEN   {left}"
    hint_usb: str = "30s: USB upgrade {left}"
    hint_usb_compact: str = "30s: USB upg {left}"
    word_report: str = "report"
    word_open: str = "open"
    word_read: str = "read now"
    word_back: str = "back"
    word_cancel: str = "cancel"
    word_take: str = "take"
    word_do: str = "do"
    notes: Mapping[Answer, str] = field(default_factory=lambda: NOTES)

    link: str = "LINK"
    main: str = "Main"
    standby: str = "Stby"
    port: str = "Port"
    in_use: str = "in use"
    state: str = "State"
    states: Mapping[UplinkState, str] = field(default_factory=lambda: STATE_PHRASES)
    heartbeat: str = "HB {minutes} min"
    day: str = "Day"
    month: str = "Mon"

    meters: str = "METERS"
    last_pass: str = "pass"
    meters_columns: str = "Port   pts   ok fail"
    key_points: str = "Key pts"
    ok: str = "ok"
    supplement: str = "Supplement"
    missing_days: str = "Missing days"

    failed_points: str = "FAILED POINTS"
    no_failed: str = "No failed point"
    back: str = "Back"
    yes: str = "Yes"
    no: str = "No"
    no_values: str = "No data"
    point_title: str = "POINT"
    point_address: str = "Addr"
    last_ok: str = "Last ok"
    last_energy: str = "Last kWh"
    tries: str = "Tries"
    missing: str = "Missing"
    day_unit: str = "day"
    days_unit: str = "days"

    events: str = "EVENTS"
    events_short: str = "EV"
    terminal_letter: str = "T"
    important: str = "IMP"
    ordinary: str = "ORD"
    event_point: str = "Point"
    begin: str = "begin"
    end: str = "end"

    power: str = "POWER AND CLOCK"
    clock_set: str = "Set"
    clock_never_set: str = "never"
    clock_cell: str = "Clock cell"
    backup_battery: str = "Backup batt"
    backup: Mapping[Backup, str] = field(default_factory=lambda: BACKUP_WORDS)
    supply: str = "Supply"
    check_good: str = "Check OK"
    check_bad: str = "Check BAD"
    resets: str = "Resets {today}"
    resets_total: str = "total {total}"

    version: str = "VERSION"
    vendor: str = "Vendor  "
    protocol: str = "Proto"
    meter_library: str = "MeterLib {version}"
    meter_types: str = "{count} types"
    address: str = "Addr"
    upgrade_good: str = "Upgrade OK "
    upgrade_bad: str = "Upgrade BAD"
    upgrade_trial: str = "Upgrade test"
    meter_library_short: str = "Lib {version}"

    usb_title: str = "USB UPGRADE MODE"
    usb_insert: tuple[str, str] = ("Insert USB disk", "with the program")
    usb_cancel: str = "hold 2 s: cancel"
    usb_upgrade: str = "USB UPGRADE"
    usb_detecting: str = "Detecting disk"
    usb_states: Mapping[UsbState, str] = field(default_factory=lambda: USB_STATES)
    usb_package: str = "Package"
    usb_running: str = "Running now"
    usb_auto: str = "auto {left}"
    usb_steps: Mapping[UsbState, str] = field(default_factory=lambda: USB_STEPS)
    usb_passed: str = "OK"
    usb_underway: str = ".."
    usb_keep: tuple[str, str] = ("Do not remove disk", "Do not switch off")
    usb_finished: str = "Upgrade finished"
    usb_versions: str = "{before}  to  {after}"
    usb_resets: tuple[str, str] = ("Terminal resets", "in {left} s")
    usb_failed: str = "FAILED"
    usb_busy: tuple[str, str] = ("Another upgrade", "goes on")
    usb_kept: str = "Old program kept"
    usb_back: str = "hold 2 s: back"
    upgrade_reasons: Mapping[int, str] = field(default_factory=lambda: UPGRADE_REASONS)

    download_titles: Mapping[Way, str] = field(default_factory=lambda: DOWNLOAD_TITLES)
    download_wait: tuple[str, str] = ("Downloading program", "please wait...")
    download_last: str = "Last: {reason}"
    download_states: Mapping[DownloadState, str] = field(default_factory=lambda: DOWNLOAD_STATES)
    download_host: str = "FEP"
    download_block: str = "Block"
    download_left: str = "left {left}"
    download_leave: tuple[str, str] = ("Leave download", "mode?")
    word_leave: str = "leave"

    words: Mapping[str, str] = field(default_factory=dict[str, str])
    """Titles, labels and worded values that come from outside the pages, by their English text."""

    def say(self, english: str) -> str:
        """Return such a text in this language; what has no words of its own, as a number, stays."""
        return self.words.get(english, english)


ENGLISH = Texts()
