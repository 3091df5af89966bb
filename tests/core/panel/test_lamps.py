"""The lamps: the state overview of device behaviour part 4, the alarm sources, the module patterns."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from core.panel.data_lamp import QUIET, RECEIVING, SENDING, Glow
from core.panel.facts import Facts, Feed, Medium, Mode, RunningPass, UplinkState
from core.panel.lamps import Lamps, NetPattern, lamps
from tests.core.panel.scenes import HEALTHY, NOON, P0012, Player

BUSY = QUIET.noted(SENDING, 0.0)
TALKING = replace(HEALTHY, port_lamps=(BUSY, BUSY, BUSY), module_lamp=BUSY)


def state(facts: Facts, uplink: UplinkState) -> Facts:
    return replace(facts, uplink=replace(facts.uplink, state=uplink))


def feed(facts: Facts, source: Feed) -> Facts:
    return replace(facts, power=replace(facts.power, feed=source))


@dataclass(frozen=True)
class Row:
    """One row of the overview; traffic is noted on every line, so a dark data lamp is dark by rule."""

    situation: str
    facts: Facts
    power: bool
    alarm: bool
    ports: tuple[bool, bool, bool]
    module: bool
    net: NetPattern
    data: bool
    top_bar: str


ALL, NO_PORT = (True, True, True), (False, False, False)
OFF, ON_LINE = NetPattern.OFF, NetPattern.CONNECTED
NO_SIM, DIALLING = state(TALKING, UplinkState.NO_SIM), state(TALKING, UplinkState.DIALLING)
OVERVIEW = (
    Row("no mains", feed(TALKING, Feed.NONE), False, False, NO_PORT, False, OFF, False, "   "),
    Row("on battery", feed(TALKING, Feed.BATTERY), False, False, NO_PORT, True, ON_LINE, True, "Ψ█G"),
    Row("no SIM", NO_SIM, True, True, ALL, True, NetPattern.SEARCHING, False, "NoSIM"),
    Row("dialling", DIALLING, True, False, ALL, True, NetPattern.REGISTERED, True, "Ψ█G"),
    Row("on line", TALKING, True, False, ALL, True, ON_LINE, True, "Ψ█G"),
    Row(
        "reading meters",
        replace(TALKING, reading=replace(TALKING.reading, running=RunningPass("485_1", 1, 1))),
        True, False, ALL, True, ON_LINE, True, "Ψ█G    R",
    ),
    Row(
        "point failed",
        replace(TALKING, reading=replace(TALKING.reading, failed=(P0012,)), unseen_event=31),
        True, True, ALL, True, ON_LINE, True, "Ψ█G31",
    ),
    Row(
        "USB upgrade",
        replace(TALKING, mode=Mode.USB_UPGRADE, unseen_event=31),
        True, False, NO_PORT, True, ON_LINE, False, "Ψ█ 31U",
    ),
    Row(
        "local download",
        replace(TALKING, mode=Mode.LOCAL_DOWNLOAD, events_open=True),
        True, False, (False, False, True), False, OFF, False, "     D",
    ),
    Row(
        "remote download",
        replace(TALKING, mode=Mode.REMOTE_DOWNLOAD, events_open=True),
        True, False, NO_PORT, True, ON_LINE, True, "Ψ█G  D",
    ),
)  # fmt: skip


@pytest.mark.parametrize("row", OVERVIEW, ids=lambda row: row.situation)
def test_state_overview(row: Row) -> None:
    """M114 to M117, M173 to M180: what all lamps and the top bar show together in one situation."""
    face = Player(row.facts).face
    shown = face.lamps
    assert (shown.power is Glow.GREEN, shown.alarm is Glow.RED) == (row.power, row.alarm)
    assert tuple(port is Glow.RED for port in (shown.rs485_1, shown.rs485_2, shown.rs485_3)) == row.ports
    assert (shown.module_power is Glow.GREEN, shown.net_pattern) == (row.module, row.net)
    assert (shown.module_data is not Glow.OFF) == row.data
    assert face.cells.line(0).startswith(row.top_bar)


def test_boot() -> None:
    """M115, M173: at boot only POWER is lit, and module power follows; nothing alarms yet."""
    faulty = replace(TALKING, events_open=True)
    assert lamps(faulty, 1.0, since_power_on=1.0) == Lamps(power=Glow.GREEN)
    assert lamps(faulty, 3.0, since_power_on=3.0) == Lamps(power=Glow.GREEN, module_power=Glow.GREEN)


ALARMS: dict[str, Callable[[Facts], Facts]] = {
    "failed point": lambda f: replace(f, reading=replace(f.reading, failed=(P0012,))),
    "event begun": lambda f: replace(f, events_open=True),
    "event not acknowledged": lambda f: replace(f, unseen_event=31),
    "self-check": lambda f: replace(f, self_check=replace(f.self_check, good=False)),
    "clock invalid": lambda f: replace(f, clock_valid=False),
    "clock cell": lambda f: replace(f, power=replace(f.power, cell_low=True)),
    "store": lambda f: replace(f, store_fault=True),
}


@pytest.mark.parametrize("cause", ALARMS)
def test_alarm_sources(cause: str) -> None:
    """M116, M119, M174, M175, M187: each source alone lights ALARM, and it goes off with it."""
    assert lamps(HEALTHY, 0.0).alarm is Glow.OFF
    assert lamps(ALARMS[cause](HEALTHY), 0.0).alarm is Glow.RED


@pytest.mark.parametrize(("pattern", "dark"), [
    (NetPattern.SEARCHING, 800), (NetPattern.REGISTERED, 3000), (NetPattern.CONNECTED, 300),
])  # fmt: skip
def test_net_patterns(pattern: NetPattern, dark: int) -> None:
    """64 ms on, then dark, in milliseconds of monotonic time (M179)."""
    lit = [pattern.lit(millisecond / 1000 + 0.0001) for millisecond in range(2 * (64 + dark))]
    assert lit == ([True] * 64 + [False] * dark) * 2


@pytest.mark.parametrize(
    ("medium", "power", "searching", "on_line", "sends"),
    [
        (Medium.GPRS, Glow.GREEN, NetPattern.REGISTERED, NetPattern.CONNECTED, Glow.RED),
        (Medium.CDMA, Glow.RED, NetPattern.REGISTERED, NetPattern.CONNECTED, Glow.RED),
        (Medium.SMS, Glow.GREEN, NetPattern.REGISTERED, NetPattern.REGISTERED, Glow.RED),
        (Medium.LAN, Glow.GREEN, NetPattern.SEEKING, NetPattern.STEADY, Glow.GREEN),
    ],
)
def test_lamps_by_module_kind(
    medium: Medium, power: Glow, searching: NetPattern, on_line: NetPattern, sends: Glow
) -> None:
    """M177 to M180: PWR, NET and T/R follow the kind of module, in every state."""
    fitted = replace(TALKING, uplink=replace(TALKING.uplink, medium=medium))
    shown = lamps(fitted, 0.0)
    assert (shown.module_power, shown.net_pattern, shown.module_data) == (power, on_line, sends)
    assert lamps(state(fitted, UplinkState.DIALLING), 0.0).net_pattern is searching
    for uplink in UplinkState:
        assert lamps(state(fitted, uplink), 0.0).power is Glow.GREEN


def test_a_wired_module_is_lit_without_blinking() -> None:
    """The steady pattern has no dark part."""
    assert all(NetPattern.STEADY.lit(tenth / 7) for tenth in range(100))


def test_every_state_has_a_pattern() -> None:
    """No uplink state is without a NET pattern; without module or channel all three lamps are dark."""
    for uplink in UplinkState:
        lamps(state(HEALTHY, uplink), 0.0)
    wired_off = replace(HEALTHY, uplink=replace(HEALTHY.uplink, medium=Medium.NONE))
    for facts in (state(TALKING, UplinkState.NO_MODULE), replace(wired_off, module_lamp=BUSY)):
        shown = lamps(facts, 0.0)
        assert {shown.module_power, shown.net, shown.module_data} == {Glow.OFF}


def test_no_answer_is_red_only() -> None:
    """M117, M176: a meter that does not answer shows as red at the rhythm of the retries."""
    lamp = QUIET
    seen: set[Any] = set()
    for tenth in range(50):
        if tenth % 15 == 0:
            lamp = lamp.noted(SENDING, tenth / 10)
        seen.add(lamps(replace(HEALTHY, port_lamps=(lamp, QUIET, QUIET)), tenth / 10).rs485_1)
    assert seen == {Glow.RED, Glow.OFF}
    assert (
        lamps(replace(HEALTHY, port_lamps=(QUIET.noted(RECEIVING, 0.0), QUIET, QUIET)), 0.0).rs485_1
        is Glow.GREEN
    )


def test_labels_from_left_to_right() -> None:
    """Eight lamps with the words printed on the face."""
    labels = [label for label, _ in Lamps().labelled]
    assert labels == ["POWER", "ALARM", "485_1", "485_2", "485_3", "PWR", "NET", "T/R"]


def test_factory_facts_need_nothing() -> None:
    """Facts of a terminal without archive, card or events need only the time."""
    assert lamps(Facts(NOON), 0.0).alarm is Glow.OFF
