"""Which protocol codes of an archive stand for what a probe has found, by list of codes."""

from collections.abc import Mapping

from core.meters.families import Families
from core.meters.mapping import LISTS
from core.meters.probe.sighting import Sighting


def codes_of(seen: Sighting) -> Mapping[str, tuple[int, ...]]:
    """Return the codes that lead to a driver of this meter, by name of the list; lists without are absent.

    Aliases are followed: a code of "WASION, 645" reads a meter of DL/T 645 as well, but it stands behind the
    plain one.
    """
    found: dict[str, tuple[int, ...]] = {}
    for name, codes in LISTS.items():
        families = Families(codes)
        meant = {code: families.name(code) for code in codes}
        fitting = [code for driver in seen.drivers for code in codes if meant[code] == driver]
        fitting.sort(key=lambda code: (codes[code] not in seen.drivers, code))
        if fitting:
            found[name] = tuple(fitting)
    return found


def usual_speed(code: int, list_name: str) -> tuple[int, str]:
    """Return rate and shape that a terminal takes for a code where the archive names no rate."""
    speed = Families(LISTS[list_name]).speed(code)
    return speed.baud, f"{speed.data_bits}{speed.parity}{speed.stop_bits}"
