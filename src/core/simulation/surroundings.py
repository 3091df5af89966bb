"""The physical facts around the terminal that a person or a scenario may change at any time."""

from dataclasses import dataclass
from decimal import Decimal

WIRED = "LAN"
CARRIERS = ("GPRS", "CDMA", WIRED)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Module, SIM card, network, mains and batteries; as delivered by default (M193, M194)."""

    sim: bool = False
    csq: int = 0
    """Signal quality 0..31 while a SIM is in (device behaviour 2.3); 0 without antenna."""
    supply: int = 221
    """Volts of the mains; 0 is none."""
    cell: Decimal = Decimal("3.58")
    """Volts of the clock cell."""
    backup: bool = False
    """Is the battery for outage reporting in?"""
    inputs: frozenset[int] = frozenset()
    """Contacts of the status inputs, 1 to 8, that are closed."""
    broken: frozenset[str] = frozenset()
    """Parts of the terminal that the self-check finds broken: store, clock, module, sim, rs485, display,
    program (device behaviour 7.3)."""
    drift: Decimal = Decimal(0)
    """Parts per million by which the clock runs fast."""
    module: bool = True
    """Does the module answer?"""
    carrier: str = "GPRS"
    """What the module is for: GPRS, CDMA (M130) or LAN, which needs no card and no signal."""
    registered: bool = True
    """Does the radio network let the card in?"""
    apn: str = ""
    """The only access point the network knows; empty: any."""
    refused: bool = False
    """Does the master's host refuse connections?"""
    half_open: bool = False
    """Do links stand while nothing comes through in either direction?"""
    loss: Decimal = Decimal(0)
    """Chance from 0 to 1 that a transmission over the uplink is lost."""
    delay: Decimal = Decimal(0)
    """Seconds by which every transmission over the uplink is late."""

    @property
    def needs_card(self) -> bool:
        """Tell whether the module is one for a radio network."""
        return self.carrier != WIRED
