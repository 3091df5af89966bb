"""What an upgrade asks of the technician on the way: the cable, the typed address, the disk."""

import asyncio
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.errors import CoreError
from core.gdw376.address import Address
from core.lines.address import LineKind
from hhu.client.disks.disk import Disk, removable_disks
from hhu.client.upgrade.stages import NeedCable
from hhu.screens.ports import PortChoice, PortList, port_choices
from hhu.screens.sheets import SHEET_CSS
from hhu.settings import Settings
from hhu.widgets.field import Field
from hhu.widgets.grid_table import GridCell, GridColumn, GridRow, GridTable
from hhu.widgets.key_row import KeyRow
from hhu.widgets.rows import Rows
from hhu.words import Words, words_of

EMULATED = "emulated"
"""Target of the emulated terminal's own 485_3."""
LOOK = 3.0
"""Seconds between looks at the disks while their sheet is open."""


class CableSheet(ModalScreen[str | None]):
    """Wait for the change from infrared to RS485; gives the port, ``None`` to give up (M153, M154)."""

    CSS = (
        SHEET_CSS.format(name="CableSheet")
        + """
    CableSheet PortList { height: 4; margin: 1 0 0 0; background: $panel; }
    CableSheet .warn { height: 1; color: $warning; text-style: bold; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Cable is there", id="upgrade.cable", tooltip="Open the port and call"),
        Binding("tab", "app.focus_next", "Other port", id="upgrade.other-port", tooltip="Type another port"),
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Stop; the terminal waits 3 h"),
    ]

    def __init__(self, need: NeedCable, settings: Settings, *, emulated: bool) -> None:
        super().__init__()
        self._need = need
        self._settings = settings
        self._emulated = emulated

    def compose(self) -> ComposeResult:
        """What to do, in order, then the port."""
        words, need = words_of(self), self._need
        with Vertical(id="sheet"):
            yield Static(words("upgrade.cable-title"), classes="title", markup=False)
            yield Static(words("upgrade.cable-1"), classes="row", markup=False)
            yield Static(words("upgrade.cable-2", port=need.port), classes="row", markup=False)
            text = words("upgrade.cable-3", settings=need.settings, address=need.address)
            yield Static(text, classes="row", markup=False)
            if need.default_address:
                yield Static(words("upgrade.cable-default"), classes="warn", markup=False)
            yield PortList()
            yield Field(placeholder=words("connect.port-form"), longest=200)
        yield KeyRow()

    async def on_mount(self) -> None:
        """List the ports; the emulated terminal brings its own."""
        ports = self.query_one(PortList)
        ports.focus()
        if self._emulated:
            name = words_of(self)("upgrade.emulated-port", port=self._need.port)
            ports.show((PortChoice(EMULATED, self._need.port, name, True),))
            self.query_one(Field).display = False
            return
        from core.lines.listing import list_ports  # noqa: PLC0415  # pyserial is slow to import

        found = await asyncio.to_thread(list_ports)
        ports.show(port_choices(LineKind.RS485, found, self._settings, words_of(self)))

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on a port."""
        event.stop()
        self.action_go()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line."""
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        """Close with the port, the typed one before the marked one."""
        port = self.query_one(PortList).current
        target = self.query_one(Field).value.strip() or (port.target if port else "")
        if target:
            self.dismiss(target)
        else:
            self.app.bell()


class OverrideSheet(ModalScreen[bool]):
    """Go on against what was found: the terminal's address must be typed."""

    CSS = SHEET_CSS.format(name="OverrideSheet")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Override", id="upgrade.override", tooltip="Go on all the same"),
        Binding("escape", "dismiss(False)", "Leave", id="sheet.leave", tooltip="Send nothing"),
    ]

    def __init__(self, lines: Sequence[str], address: Address) -> None:
        super().__init__()
        self._lines = tuple(lines)
        self._address = address

    def compose(self) -> ComposeResult:
        """What is overridden, the line to type the address in."""
        words = words_of(self)
        with Vertical(id="sheet"):
            yield Static(words("upgrade.override-title"), classes="title", markup=False)
            for line in self._lines:
                yield Static(line, classes="row", markup=False)
            yield Field(longest=10, placeholder=words("upgrade.override-form"))
            yield Static(words("upgrade.override-hint"), classes="hint", id="hint", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line."""
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        """Close only with the right address."""
        try:
            typed = Address.parse(self.query_one(Field).value.strip())
        except CoreError:
            typed = None
        if typed is not None and typed.same_station(self._address):
            self.dismiss(True)
            return
        hint = self.query_one("#hint", Static)
        hint.add_class("-bad")
        hint.update(words_of(self)("upgrade.override-wrong"))


class RemoteSheet(ModalScreen[tuple[str, int] | None]):
    """Ask where the terminal shall dial (M162); gives IPv4 address and port."""

    CSS = SHEET_CSS.format(name="RemoteSheet")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Use it", id="upgrade.remote", tooltip="The terminal dials there for 3 h"),
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Send nothing"),
    ]

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def compose(self) -> ComposeResult:
        """One line."""
        words = words_of(self)
        with Vertical(id="sheet"):
            yield Static(words("upgrade.remote-title"), classes="title", markup=False)
            yield Static(words("upgrade.remote-form"), classes="row", markup=False)
            yield Field(f":{self._port}", longest=21)
            yield Static(
                words("upgrade.remote-hint", ports=self._port), classes="hint", id="hint", markup=False
            )
        yield KeyRow()

    def on_mount(self) -> None:
        """Type the address before the port."""
        field = self.query_one(Field)
        field.select_on_focus = False
        field.focus()
        field.cursor_position = 0

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line."""
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        """Close with what a terminal can dial."""
        dials = dialled(self.query_one(Field).value)
        if dials is not None:
            self.dismiss(dials)
            return
        hint = self.query_one("#hint", Static)
        hint.add_class("-bad")
        hint.update(words_of(self)("upgrade.remote-bad"))


def dialled(text: str) -> tuple[str, int] | None:
    """Read ``10.20.30.50:9001``; ``None`` for what code 07 does not take (vendor extension §2.2)."""
    host, _, port = text.strip().rpartition(":")
    try:
        address = IPv4Address(host)
    except AddressValueError:
        return None
    fits = 1 <= address.packed[0] <= 223 and not address.is_loopback
    return (host, int(port)) if fits and port.isdecimal() and 0 < int(port) < 65_536 else None


class DiskTable(GridTable):
    """Removable disks."""

    DEFAULT_CSS = "DiskTable { height: 5; background: $panel; }"


class DiskSheet(ModalScreen[Path | None]):
    """Choose the USB disk to prepare; the system disk is never among them. Gives its folder."""

    CSS = (
        SHEET_CSS.format(name="DiskSheet")
        + """
    DiskSheet DiskTable { margin: 1 0 0 0; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Write", id="upgrade.write-disk", tooltip="Write, read back, compare"),
        Binding("tab", "app.focus_next", "Folder", id="upgrade.folder", tooltip="Type another folder"),
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Write nothing"),
    ]

    def __init__(self, what: str, own: Path | None = None) -> None:
        super().__init__()
        self._what = what
        self._own = own
        self._disks: tuple[Disk, ...] = ()

    def compose(self) -> ComposeResult:
        """The disks, then a line for any folder."""
        words = words_of(self)
        with Vertical(id="sheet"):
            yield Static(words("upgrade.disk-title"), classes="title", markup=False)
            yield Static(self._what, classes="row", markup=False)
            yield DiskTable(disk_columns(words))
            yield Field(longest=400, placeholder=words("upgrade.disk-form"))
            yield Static(words("upgrade.disk-hint"), classes="hint", id="hint", markup=False)
        yield KeyRow()

    async def on_mount(self) -> None:
        """Look at once, and again while the sheet is open: the disk may be inserted now."""
        self.query_one(DiskTable).focus()
        await self._look()
        self.set_interval(LOOK, self._look)

    async def _look(self) -> None:
        found = tuple(await asyncio.to_thread(removable_disks))
        if self._own is not None:
            found = (own_disk(self._own, words_of(self)), *found)
        self._disks = found
        self.query_one(DiskTable).show([disk_row(disk, words_of(self)) for disk in found])

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on a disk."""
        event.stop()
        self.action_go()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line."""
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        """Close with the folder; a disk that is not mounted says so."""
        typed = self.query_one(Field).value.strip()
        row = self.query_one(DiskTable).current
        disk = next((disk for disk in self._disks if row and disk.device == row.key), None)
        if typed:
            self.dismiss(Path(typed).expanduser())
        elif disk is None or disk.folder is None or disk.read_only:
            hint = self.query_one("#hint", Static)
            hint.add_class("-bad")
            fault = "none" if disk is None else "unmounted" if disk.folder is None else "read-only"
            hint.update(words_of(self)(f"upgrade.disk-{fault}"))
        else:
            self.dismiss(disk.folder)


def own_disk(folder: Path, words: Words) -> Disk:
    """Return the folder that the emulated terminal takes as its USB disk."""
    return Disk(words("upgrade.disk-emulated"), "", 0, None, folder, "")


def disk_columns(words: Words) -> tuple[GridColumn, ...]:
    """Device, label, size, free, file system."""
    return (
        GridColumn(words("upgrade.disk-device"), 18),
        GridColumn(words("upgrade.disk-label"), 16),
        GridColumn(words("upgrade.disk-size"), 9, "right"),
        GridColumn(words("upgrade.disk-free"), 9, "right"),
        GridColumn("", 0),
    )


def disk_row(disk: Disk, words: Words) -> GridRow:
    """One line; what is in the way stands in words."""
    note, tone = disk.format, "dim"
    if disk.folder is None:
        note, tone = words("upgrade.disk-note-unmounted"), "refused"
    elif disk.read_only:
        note, tone = words("upgrade.disk-note-read-only"), "refused"
    elif not disk.readable:
        note, tone = words("upgrade.disk-note-format", format=disk.format), "acknowledged"
    return GridRow(
        disk.device,
        (
            GridCell(disk.device, bold=True),
            GridCell(disk.label),
            GridCell(size_text(disk.size) if disk.size else ""),
            GridCell("" if disk.free is None else size_text(disk.free), "dim"),
            GridCell(note, tone),
        ),
    )


def size_text(size: int) -> str:
    """Write a size as people read it on the label: decimal units."""
    for unit, step in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} B"
