"""A terminal with meters of two library families on a bus, and packages that change how it reads them."""

import json
import tomllib
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from core.app import Channel, MeterAttachment, Terminal
from core.gdw376.message import Item, encode_blocks, items_of
from core.gdw376.units.afn0c import ForwardReadings
from core.lines.line import IR, SerialSettings
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.meters.library.loader import library_from
from core.meters.library.model import Library
from core.simulation.bus import SimulatedBus
from core.simulation.faults import SOUND, Faults
from core.simulation.library.group import LibraryGroup, SimulatedLibraryMeter
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from core.vendor.header import BOTH, LIBRARY, NO_VERSION, Version
from core.vendor.package import Label, build
from core.vendor.sections import LIBRARY_TAG, PROGRAM_TAG, Section
from hhu.client.upgrade.package import Shipment
from tests.core.handset import Handset
from tests.core.meters.library.stage import text_of
from tests.core.vendor.packages import META

BUILT = datetime(2026, 11, 15, 8, 30)
DAY = date(2026, 11, 15)
OWN, WASION = 1, 2
"""Points: of a family that only a package brings, and of one that is shipped."""
SCALED = 3
"""A second meter of the family that is shipped."""
PROFILE = """
[protocols]
list = "wodian"
codes = { 40 = "own-4.1" }
[[meters]]
address = "000000000018"
protocol = 40
[[meters]]
address = "000000000019"
protocol = 12
[[meters]]
address = "000000000020"
protocol = 12
"""

Table = dict[str, Any]


FLAG = "55"
"""A byte of each request that the meters insist on."""


def wasion(version: str = "1.4.0", *, decimals: int = 3, flag: str = FLAG) -> Table:
    """The shipped family in another version: energies with another scale, requests that nobody hears."""
    table: Table = deepcopy(tomllib.loads(text_of("wasion-4.1"))) | {"version": version}
    table["values"]["energy"]["decimals"] = decimals
    table["frames"]["request"]["fields"][1]["bytes"] = flag
    table["tests"] = [one for one in table["tests"] if flag == FLAG or one["is"] != "send"]
    for one in table["tests"]:
        if one.get("gives") == [SCALES[3]]:
            one["gives"] = [SCALES[decimals]]
    return table


SCALES = {3: "1234.567", 2: "12345.67"}
"""What a frame of the file's tests means, by the scale."""


def own(version: str = "1.0.0", *, flag: str = FLAG) -> Table:
    """A family that nobody ships."""
    return wasion(version, flag=flag) | {"id": "own-4.1", "title": "Own 4.1"}


def package(*tables: Table, version: str = "0104", program: str = "") -> Shipment:
    """A package with these tables, and with a program where one is named."""
    sections = [META, Section(LIBRARY_TAG, json.dumps({"tables": tables}).encode())]
    if program:
        sections.insert(1, Section(PROGRAM_TAG, Random(5).randbytes(20_000)))
    running = Version(program, DAY) if program else NO_VERSION
    label = Label(BOTH if program else LIBRARY, BUILT, running, Version(version, DAY))
    return Shipment("library.hxp", build(label, sections))


def profile_in(folder: Path) -> Path:
    """The profile of the terminal, as a file."""
    file = folder / "library.toml"
    file.write_text(PROFILE, "utf-8")
    return file


def entry(table: Table) -> Library:
    """A table as the simulation takes it."""
    found = library_from(table)
    assert isinstance(found, Library)
    return found


class Cabinet:
    """The meters on port 1 of a terminal."""

    def __init__(self, terminal: Terminal, clock: LoopClock) -> None:
        self._terminal = terminal
        self._clock = clock
        start = clock.now()
        self.own = LibraryGroup(entry(own()), [_meter(own(), 18, start)])
        self.wasion = LibraryGroup(entry(wasion()), [_meter(wasion(), at, start) for at in (19, 20)])
        self._bus = SimulatedBus([self.own, self.wasion], clock)
        self.attachment: MeterAttachment = terminal.attach_meters(
            1, self._bus.line(SerialSettings(1200, 8, "E", 1))
        )

    async def read(self, *points: int) -> None:
        """Have the terminal read these points at once."""
        self._terminal.concentrator.acquisition.read_now(1, points or (OWN, WASION, SCALED))
        await self._clock.sleep(240.0)

    async def energy(self, point: int) -> Decimal | None:
        """What the terminal tells of a point's total energy over infrared (0C F33)."""
        near, far = memory_line(IR, self._clock)
        attachment = self._terminal.attach(Channel.IR, near)
        payload = b"".join(encode_blocks([Item(point, 33)]))
        answer = await Handset(far, self._clock).exchange(0x0C, payload)
        await attachment.detach()
        (unit,) = [item.value for item in items_of(answer) if item.value is not None]
        return unit.active[0] if isinstance(unit, ForwardReadings) else None

    def answers(self, point: int) -> bool:
        """Whether the last visit brought something."""
        state = self._terminal.concentrator.acquisition.meter_state(point)
        return bool(state and state.ok)

    def silence(self, *, own: bool = False, wasion: bool = False) -> None:
        """Take the voice of all meters of a family, or give it back."""
        for group, mute in ((self.own, own), (self.wasion, wasion)):
            for number in range(1, len(group.meters) + 1):
                group.suffer(number, Faults(silent=True) if mute else SOUND, self._terminal.clock.now())


def _meter(table: Table, address: int, start: datetime) -> SimulatedLibraryMeter:
    plate = Plate(address, Kind.THREE_PHASE, f"{address:012d}")
    return SimulatedLibraryMeter(entry(table), Meter(plate, start))
