"""What the face shows of the uplink (M50)."""

from core.terminal.uplink.link import Link, Phase
from core.terminal.uplink.need import Need
from core.terminal.uplink.redial import Redial
from core.terminal.uplink.settings import OnLine, Settings
from core.terminal.uplink.state import Presence, UplinkState


def standing(
    link: Link, need: Need, redial: Redial, settings: Settings, presence: Presence, *, permitted: bool
) -> UplinkState:
    """Return how far the uplink is; ``permitted``: no order keeps it off line."""
    if not presence.ready:
        return UplinkState.NO_SIM if presence.module else UplinkState.NO_MODULE
    if link.connected:
        return UplinkState.LOGIN if link.phase is Phase.LOGGING_IN else UplinkState.ONLINE
    if link.phase is Phase.LISTENING or (settings.listens and not settings.dials):
        return UplinkState.LISTENING if permitted else UplinkState.OFFLINE
    if not settings.dials:
        return UplinkState.NONE
    asleep = settings.on_line is not OnLine.ALWAYS and not need.awake
    unwanted = not permitted or (asleep and link.phase is Phase.RESTING)
    rests = link.phase is not Phase.DIALLING and (unwanted or redial.pausing)
    return UplinkState.OFFLINE if rests else UplinkState.DIALLING
