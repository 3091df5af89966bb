"""Row 4 of HOME: the concentrator's parameters in turn (M186, device behaviour 3.3).

For 10 min after an upgrade reset the version comes first and stays for two turns (M150).
"""

from dataclasses import dataclass

from core.panel.facts import Facts
from core.panel.texts import Texts

AFTER_UPGRADE = 600.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: ``kind`` stays when the text changes."""

    kind: str
    text: str


DATE = "date"
"""Kind of the entry that changes by itself, without anyone setting a parameter."""


def row4_entries(facts: Facts, now: float, texts: Texts) -> tuple[Entry, ...]:
    """Return the entries of the rotation in their order; an IP address always has a line of its own."""
    uplink, identity = facts.uplink, facts.identity
    version = Entry("software", f"SW {identity.software} {identity.software_date:%Y-%m-%d}")
    entries = [
        Entry("main ip", f"IP {uplink.main_ip}"),
        Entry("main port", f"PORT {uplink.main_port}  {uplink.transport}"),
        *_standby(facts),
        Entry("apn", f"APN {uplink.apn}"),
        Entry("address", f"ADDR {identity.address.replace('-', ' ')}"),
        version,
        Entry(DATE, f"{facts.time:%Y-%m-%d} {texts.weekdays[facts.time.weekday()]}"),
    ]
    if _just_upgraded(facts, now):
        entries.remove(version)
        entries = [version, version, *entries]
    return tuple(entries)


def _standby(facts: Facts) -> list[Entry]:
    uplink = facts.uplink
    if not uplink.standby_set:
        return []
    return [
        Entry("standby ip", f"IP2 {uplink.standby_ip}"),
        Entry("standby port", f"PORT2 {uplink.standby_port}"),
    ]


def _just_upgraded(facts: Facts, now: float) -> bool:
    upgrade = facts.identity.upgrade
    return upgrade is not None and upgrade.reset_at is not None and now - upgrade.reset_at < AFTER_UPGRADE
