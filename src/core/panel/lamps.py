"""All lamps of the face as a function of facts and time (device behaviour part 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from core.panel.data_lamp import SENDING, Glow
from core.panel.facts import Facts, Feed, Medium, Mode, UplinkState

MODULE_START = 2.0
"""Seconds after power-on until the module gets its power; nothing fixes it [design]."""


class NetPattern(Enum):
    """Rhythm of the NET lamp: milliseconds on and off (M179)."""

    OFF = (0, 1)
    SEARCHING = (64, 800)
    REGISTERED = (64, 3000)
    CONNECTED = (64, 300)
    SEEKING = (500, 500)
    """A wired module without its master."""
    STEADY = (1, 0)
    """A wired module in touch with its master."""

    def lit(self, now: float) -> bool:
        """Tell whether the lamp is in its lit part."""
        on, off = self.value
        return now * 1000 % (on + off) < on


PATTERNS = {
    UplinkState.NONE: NetPattern.OFF,
    UplinkState.NO_MODULE: NetPattern.OFF,
    UplinkState.NO_SIM: NetPattern.SEARCHING,
    UplinkState.DIALLING: NetPattern.REGISTERED,
    UplinkState.OFFLINE: NetPattern.REGISTERED,
    UplinkState.LISTENING: NetPattern.REGISTERED,
    UplinkState.LOGIN: NetPattern.CONNECTED,
    UplinkState.ONLINE: NetPattern.CONNECTED,
}


WIRED_PATTERNS = {
    UplinkState.NONE: NetPattern.OFF,
    UplinkState.NO_MODULE: NetPattern.OFF,
    UplinkState.NO_SIM: NetPattern.OFF,
    UplinkState.DIALLING: NetPattern.SEEKING,
    UplinkState.OFFLINE: NetPattern.SEEKING,
    UplinkState.LISTENING: NetPattern.SEEKING,
    UplinkState.LOGIN: NetPattern.STEADY,
    UplinkState.ONLINE: NetPattern.STEADY,
}


@dataclass(frozen=True, slots=True)
class ModuleLamps:
    """The three lamps of one kind of module."""

    power: Glow
    net: Mapping[UplinkState, NetPattern]
    sends: Glow
    """Colour of T/R while it sends; a lamp of one colour shows both ways alike."""


MODULES = {
    Medium.GPRS: ModuleLamps(Glow.GREEN, PATTERNS, SENDING),
    Medium.CDMA: ModuleLamps(Glow.RED, PATTERNS, SENDING),
    Medium.SMS: ModuleLamps(
        Glow.GREEN,
        {
            state: NetPattern.REGISTERED if pattern is NetPattern.CONNECTED else pattern
            for state, pattern in PATTERNS.items()
        },
        SENDING,
    ),
    Medium.LAN: ModuleLamps(Glow.GREEN, WIRED_PATTERNS, Glow.GREEN),
}
"""Lamps depend on the module (M177). Radio modules share the rhythms of part 4, one for messages alone has no
packet data; the wired one, and which lamp is red, are [design]."""


@dataclass(frozen=True, slots=True)
class Lamps:
    """Colour of each lamp at one moment, and the rhythm that NET is in."""

    power: Glow = Glow.OFF
    alarm: Glow = Glow.OFF
    rs485_1: Glow = Glow.OFF
    rs485_2: Glow = Glow.OFF
    rs485_3: Glow = Glow.OFF
    module_power: Glow = Glow.OFF
    net: Glow = Glow.OFF
    module_data: Glow = Glow.OFF
    net_pattern: NetPattern = NetPattern.OFF

    @property
    def labelled(self) -> tuple[tuple[str, Glow], ...]:
        """The lamps from left to right with the words printed on the face."""
        return (
            ("POWER", self.power),
            ("ALARM", self.alarm),
            ("485_1", self.rs485_1),
            ("485_2", self.rs485_2),
            ("485_3", self.rs485_3),
            ("PWR", self.module_power),
            ("NET", self.net),
            ("T/R", self.module_data),
        )


def lamps(facts: Facts, now: float, *, since_power_on: float | None = None) -> Lamps:
    """Return all lamps at ``now``; ``since_power_on`` is given in seconds while the boot page shows."""
    if facts.power.feed is Feed.NONE:
        return Lamps()
    if since_power_on is not None:
        return Lamps(
            power=_power(facts),
            module_power=_module_power(facts) if since_power_on >= MODULE_START else Glow.OFF,
        )
    ports = _ports(facts, now)
    pattern = _net_pattern(facts)
    return Lamps(
        power=_power(facts),
        alarm=_alarm(facts),
        rs485_1=ports[0],
        rs485_2=ports[1],
        rs485_3=ports[2],
        module_power=_module_power(facts),
        net=_lit(pattern.lit(now)),
        module_data=_module_data(facts, now),
        net_pattern=pattern,
    )


def _lit(condition: bool) -> Glow:
    return Glow.GREEN if condition else Glow.OFF


def _power(facts: Facts) -> Glow:
    return _lit(facts.power.feed is Feed.MAINS)


def _alarm(facts: Facts) -> Glow:
    shown = facts.mode is Mode.RUNNING and facts.power.feed is Feed.MAINS
    return Glow.RED if shown and facts.alarm else Glow.OFF


def _ports(facts: Facts, now: float) -> tuple[Glow, Glow, Glow]:
    first, second, third = (lamp.glow_at(now) for lamp in facts.port_lamps)
    if facts.mode is Mode.LOCAL_DOWNLOAD:
        return Glow.OFF, Glow.OFF, third
    if facts.mode is not Mode.RUNNING or facts.power.feed is Feed.BATTERY:
        return Glow.OFF, Glow.OFF, Glow.OFF
    return first, second, third


def _module_on(facts: Facts) -> bool:
    fitted = facts.uplink.medium is not Medium.NONE and facts.uplink.state is not UplinkState.NO_MODULE
    return fitted and facts.mode is not Mode.LOCAL_DOWNLOAD


def _module_power(facts: Facts) -> Glow:
    return MODULES[facts.uplink.medium].power if _module_on(facts) else Glow.OFF


def _net_pattern(facts: Facts) -> NetPattern:
    if not _module_on(facts):
        return NetPattern.OFF
    return MODULES[facts.uplink.medium].net[facts.uplink.state]


def _module_data(facts: Facts, now: float) -> Glow:
    """T/R: dark without module or card, and while the USB upgrade has the processor to itself."""
    silent = facts.uplink.state is UplinkState.NO_SIM or facts.mode is Mode.USB_UPGRADE
    if not _module_on(facts) or silent:
        return Glow.OFF
    glow = facts.module_lamp.glow_at(now)
    return MODULES[facts.uplink.medium].sends if glow is SENDING else glow
