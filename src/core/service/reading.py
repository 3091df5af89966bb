"""How reading of the meters goes (0C F11, F13, F170; M54)."""

from core.gdw376.unit import Edition, Unit
from core.gdw376.units.afn0c import (
    FoundMeter,
    MeterReadingInfo,
    MeterReadingState,
    MetersFound,
    PhaseBits,
    PortReading,
    ReadingState,
    SignalQuality,
)
from core.terminal.acquisition.standing import PortState
from core.terminal.concentrator import Concentrator
from core.terminal.factory import METER_PORTS

FAILED, OK = 0, 1
MOST = 255
"""What a byte can count."""


def reading_state(terminal: Concentrator) -> Unit:
    """F11: every port that has meters."""
    states = map(terminal.acquisition.reading_state, METER_PORTS)
    return MeterReadingState(tuple(_port(state) for state in states if state.meters))


def _port(state: PortState) -> PortReading:
    return PortReading(
        state.port,
        state.meters,
        ReadingState(state.running, state.finished),
        state.read,
        state.key_read,
        state.start,
        state.end,
    )


def meters_found(terminal: Concentrator) -> Unit | None:
    """F13 of 2012: what the last search heard, on all ports."""
    if terminal.identity.edition is not Edition.ADDED_2012:
        return None
    found = [one for port in METER_PORTS for one in terminal.acquisition.found(port)]
    return MetersFound(len(found), tuple(FoundMeter(one.address, one.protocol, None) for one in found))


def meter_info(terminal: Concentrator, point: int) -> Unit | None:
    """F170; ``None`` for a point that was not asked yet. RS485 knows no relays, phases or signal quality."""
    state = terminal.acquisition.meter_state(point)
    if state is None or (state.last_ok is None and state.last_failed is None):
        return None
    return MeterReadingInfo(
        state.port,
        0,
        PhaseBits(0, 0),
        SignalQuality(0, 0),
        OK if state.ok else FAILED,
        state.last_ok,
        state.last_failed,
        min(state.failures, MOST),
    )
