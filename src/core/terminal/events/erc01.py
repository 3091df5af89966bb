"""ERC1: data or parameters were initialised, or another program runs (found at boot by comparison)."""

from core.gdw376.units.erc import Erc1, InitFlags


def initialised(version: str) -> Erc1:
    """After AFN01; the program stays what it is."""
    return Erc1(None, InitFlags(True, False), version, version)


def other_version(before: str, now: str) -> Erc1:
    """At the first start of another program."""
    return Erc1(None, InitFlags(False, True), before, now)
