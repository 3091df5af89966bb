"""VERSION: maker, type, versions, outcome of the last upgrade (M23, M150, device behaviour 3.3)."""

from core.panel.cells import Canvas, text_width
from core.panel.facts import Facts, Upgrade
from core.panel.texts import Texts
from core.panel.view import View


def draw_version(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw rows 2 to 9; the upgrade row stays empty when there never was one."""
    identity, texts = facts.identity, view.texts
    canvas.spread(1, texts.version, identity.model)
    canvas.put(2, 0, f"{texts.vendor}{identity.vendor}")
    canvas.spread(3, f"SW {identity.software}", f"{identity.software_date:%Y-%m-%d}")
    canvas.spread(4, f"HW {identity.hardware}", f"{identity.hardware_date:%Y-%m-%d}")
    canvas.put(5, 0, f"{texts.protocol} {identity.protocol}")
    types = texts.meter_types.format(count=identity.meter_types)
    canvas.spread(6, _library(identity.meter_library, canvas.columns - text_width(types), texts), types)
    canvas.put(7, 0, f"{texts.address} {identity.address.replace('-', ' ')}")
    if identity.upgrade is not None:
        canvas.put(8, 0, f"{_outcome(identity.upgrade, texts)} {identity.upgrade.on:%m-%d}")


def _library(version: str, room: int, texts: Texts) -> str:
    """Name the library; a long version shortens the name, never itself."""
    whole = texts.meter_library.format(version=version)
    return whole if text_width(whole) < room else texts.meter_library_short.format(version=version)


def _outcome(upgrade: Upgrade, texts: Texts) -> str:
    if upgrade.good is None:
        return texts.upgrade_trial
    return texts.upgrade_good if upgrade.good else texts.upgrade_bad
