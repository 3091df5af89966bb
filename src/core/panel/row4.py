"""Row 4 of HOME: the concentrator's parameters in turn (M186, device behaviour 3.3).

For 10 min after an upgrade reset the version comes first and stays for two turns (M150).
"""

from dataclasses import dataclass

from core.panel.display import LoopItem
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
    """Return the entries of the rotation in their order; an IP address always has a line of its own.

    Items that a person took out of the rotation are left out (3.6 Display).
    """
    items = {item: entries for item, entries in _items(facts, texts).items() if facts.display.shows(item)}
    if _just_upgraded(facts, now):
        items.pop(LoopItem.SOFTWARE, None)
        items = {LoopItem.SOFTWARE: (_version(facts), _version(facts)), **items}
    return tuple(entry for entries in items.values() for entry in entries)


def _items(facts: Facts, texts: Texts) -> dict[LoopItem, tuple[Entry, ...]]:
    uplink, identity = facts.uplink, facts.identity
    main = (
        Entry("main ip", f"IP {uplink.main_ip}"),
        Entry("main port", f"PORT {uplink.main_port}  {uplink.transport}"),
    )
    return {
        LoopItem.MAIN: main,
        LoopItem.STANDBY: _standby(facts),
        LoopItem.APN: (Entry("apn", f"APN {uplink.apn}"),),
        LoopItem.ADDRESS: (Entry("address", f"ADDR {identity.address.replace('-', ' ')}"),),
        LoopItem.SOFTWARE: (_version(facts),),
        LoopItem.DATE: (Entry(DATE, f"{facts.time:%Y-%m-%d} {texts.weekdays[facts.time.weekday()]}"),),
    }


def _version(facts: Facts) -> Entry:
    return Entry("software", f"SW {facts.identity.software} {facts.identity.software_date:%Y-%m-%d}")


def _standby(facts: Facts) -> tuple[Entry, ...]:
    uplink = facts.uplink
    if not uplink.standby_set:
        return ()
    return (
        Entry("standby ip", f"IP2 {uplink.standby_ip}"),
        Entry("standby port", f"PORT2 {uplink.standby_port}"),
    )


def _just_upgraded(facts: Facts, now: float) -> bool:
    upgrade = facts.identity.upgrade
    return upgrade is not None and upgrade.reset_at is not None and now - upgrade.reset_at < AFTER_UPGRADE
