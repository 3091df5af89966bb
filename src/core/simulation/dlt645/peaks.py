"""Maximum demands as the records of DL/T 645 carry them."""

from core.meters.dlt645.energies import PeakDemand
from core.quantities import Peak


def recorded(*peaks: Peak) -> tuple[PeakDemand, ...]:
    """Return the same as records."""
    return tuple(PeakDemand(peak.value, peak.at) for peak in peaks)
