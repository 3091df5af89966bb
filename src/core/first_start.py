"""What a new terminal is given once: the parameters of its profile, and the meters of its area."""

from datetime import datetime

from core.gdw376.units.afn04 import MeterArchive
from core.profile import Profile
from core.simulation.area import AreaMeters
from core.terminal.concentrator import Concentrator
from core.terminal.setting import Setting

SETTLED = "area.since"
"""Fact: when the meters of the area were put up; their energies go on from there."""


def furnish(concentrator: Concentrator, profile: Profile) -> None:
    """Give a new terminal the parameters of its profile."""
    ledger = concentrator.ledger
    if ledger.fact("profile") is None:
        with ledger.transaction():
            concentrator.parameters.write(profile.settings)
            ledger.note("profile", profile.name)


def settle(concentrator: Concentrator, profile: Profile, now: datetime) -> AreaMeters:
    """Put up the meters of the area, once and for all; an archive that is empty gets them."""
    ledger = concentrator.ledger
    since = datetime.fromisoformat(ledger.fact(SETTLED) or now.isoformat())
    area = AreaMeters(profile.area, since, profile.protocols)
    if ledger.fact(SETTLED) is None:
        with ledger.transaction():
            ledger.note(SETTLED, since.isoformat())
            if not concentrator.archive.meters():
                concentrator.parameters.write([Setting(MeterArchive(area.records))])
    return area
