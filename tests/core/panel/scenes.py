"""Facts behind the pictures of device behaviour 3.3 and 3.4, and a player that lets time pass on a panel."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from core.panel.actions import Action
from core.panel.cells import glyph_width
from core.panel.display import Display
from core.panel.facts import (
    Backup,
    ClockSet,
    Event,
    Facts,
    FailedPoint,
    Identity,
    PortReading,
    Power,
    Reading,
    RunningPass,
    SelfCheck,
    Upgrade,
    Uplink,
    UplinkState,
)
from core.panel.panel import Face, Panel
from core.panel.paths import Press, Way
from core.panel.sheets import ArchivedPoint, Line, Sheet, Topic

GOLDENS = Path(__file__).parent / "goldens"
NOON = datetime(2026, 11, 20, 14, 36, 7)

UPLINK = Uplink(
    state=UplinkState.ONLINE,
    main_ip="10.20.30.40",
    main_port=8001,
    signal_quality=27,
    day_bytes=124_600,
    month_bytes=2_190_000,
)
POWER = Power(cell_volts=Decimal("3.58"), backup=Backup.PRESENT, supply_volts=221, resets_total=7)
HEALTHY = Facts(
    time=NOON,
    clock_set=ClockSet(datetime(2026, 11, 20), Decimal("0.4")),
    uplink=UPLINK,
    identity=Identity(upgrade=Upgrade(True, date(2026, 10, 8))),
    power=POWER,
    self_check=SelfCheck(at=datetime(2026, 11, 20, 3, 30)),
    reading=Reading(points=192, read=192),
)

P0012 = FailedPoint(
    point=12,
    port="485_2",
    since=datetime(2026, 11, 20, 0, 35),
    property_number="000202611200012",
    address="202611200012",
    protocol="645-07",
    line="2400 8E1",
    last_read=datetime(2026, 11, 19, 0, 6),
    last_energy="001234.56",
    tries=12,
    reason="no answer",
    missing_days=1,
)
P0177 = FailedPoint(177, "485_1", datetime(2026, 11, 18, 11, 20), "000202611200177")
READ_FAIL = Event(
    17,
    31,
    datetime(2026, 11, 20, 0, 35, 10),
    point=12,
    important=True,
    begin=True,
    body=(("Last ok", "11-19 00:06"), ("kWh", "001234.56"), ("kvarh", "000000")),
)
EVENTS = (
    READ_FAIL,
    Event(16, 31, datetime(2026, 11, 18, 0, 35), point=177, important=True),
    Event(15, 3, datetime(2026, 11, 17, 14, 31)),
    Event(14, 12, datetime(2026, 11, 15, 0, 21), point=64),
    Event(13, 14, datetime(2026, 11, 12, 3, 10), important=True),
    Event(12, 8, datetime(2026, 11, 9, 0, 9), point=33),
)
TEN_EVENTS = (*EVENTS, *(Event(n, 4, datetime(2026, 11, n)) for n in range(2, 6)))
FAILING = replace(
    HEALTHY,
    unseen_event=31,
    events=TEN_EVENTS,
    important_count=3,
    ordinary_count=14,
    reading=Reading(
        points=192,
        read=190,
        failed=(P0012, P0177),
        running=RunningPass("485_2", 44, 61),
        pass_at=datetime(2026, 11, 20, 0, 5),
        ports=(PortReading("485_1", 96, 96, 0), PortReading("485_2", 96, 94, 2), PortReading("485_3")),
        key_points=10,
        key_points_read=10,
        supplement_at=datetime(2026, 11, 20, 1, 0),
        supplement_round=1,
        missing_days=3,
    ),
)
SWITCH_OPEN = replace(HEALTHY, unseen_event=3, events=EVENTS, programming_left=106.4)


class Player:
    """A panel past its boot page, moved in ticks of 0.1 s; ``actions`` collects what it asked for."""

    def __init__(self, facts: Facts, *, start: float = -20.0, compact: bool = False) -> None:
        self.panel = Panel(start)
        self._compact = compact
        self.facts = self._on_glass(facts)
        self.ticks = 0
        self.actions: list[Action] = []
        self.wait(0)

    @property
    def now(self) -> float:
        return self.ticks / 10

    def wait(self, seconds: float) -> "Player":
        """Let time pass; the last tick is at the end of it."""
        end = self.ticks + round(seconds * 10)
        while True:
            self.actions += self.panel.tick(self.facts, self.now)
            if self.ticks >= end:
                return self
            self.ticks += 1

    def tap(self, times: int = 1) -> "Player":
        for _ in range(times):
            self.panel.tap()
            self.wait(0.5)
        return self

    def hold(self, seconds: float) -> "Player":
        self.panel.hold(seconds)
        return self.wait(seconds + 0.2)

    def go(self, way: Way) -> "Player":
        """Press as a way says; whoever opened the programming switch finds it open."""
        for press in way:
            if press is Press.SHORT:
                self.tap()
                continue
            self.hold(press.value)
            if press is Press.PROGRAM:
                self.show(replace(self.facts, programming_left=100.0))
        return self

    def show(self, facts: Facts) -> "Player":
        self.facts = self._on_glass(facts)
        return self.wait(0)

    def _on_glass(self, facts: Facts) -> Facts:
        return replace(facts, display=Display(compact=True)) if self._compact else facts

    @property
    def face(self) -> Face:
        return self.panel.face(self.facts, self.now)

    @property
    def text(self) -> str:
        return self.face.cells.text()

    def row(self, number: int) -> str:
        """Row as the manual counts them, from 1, without trailing blanks."""
        return self.face.cells.line(number - 1).rstrip()


def golden(name: str) -> str:
    """Picture of device behaviour 3.3 and 3.4 without its frame."""
    lines = (GOLDENS / f"{name}.txt").read_text(encoding="utf-8").splitlines()[1:-1]
    assert len({sum(map(glyph_width, line)) for line in lines}) == 1
    return "\n".join(line[1:-1] for line in lines)


class Shelf:
    """Sheets for every topic: a day freeze of three pages, other leaves of one or two lines."""

    def __init__(self, points: tuple[int, ...] = (12, 64, 177)) -> None:
        self._points = points

    def points(self) -> tuple[ArchivedPoint, ...]:
        return tuple(ArchivedPoint(point, f"{202611200000 + point}") for point in self._points)

    def sheets(self, topic: Topic, point: int | None, since: datetime) -> tuple[Sheet, ...]:
        if topic is Topic.DAY:
            return tuple(
                _day_sheet(day, foot) for day in (19, 18) for foot in ("kWh fwd", "kWh rev", "kW max fwd")
            )
        if topic is Topic.COMMUNICATION:
            return (Sheet("Communication", lines=(Line("Main", "255.255.255.255"), Line("Port", "65535"))),)
        return (Sheet(topic.value[:6], lines=(Line("Result", "ok"),)),)


def _day_sheet(day: int, foot: str) -> Sheet:
    values = (
        ("Tot", "001234.56"),
        ("T1", "000100.02"),
        ("T2", "000400.10"),
        ("T3", "000500.44"),
        ("T4", "000234.00"),
    )
    read = Line("Read", f"11-{day + 1} 00:06", close=True)
    return Sheet("day", f"11-{day}", (read, *(Line(*value) for value in values)), foot)


SHELVED = replace(HEALTHY, sheets=Shelf())
