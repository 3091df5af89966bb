"""VERSION: maker, type, versions, outcome of the last upgrade (M23, M150, device behaviour 3.3)."""

from core.panel.cells import Canvas
from core.panel.facts import Facts
from core.panel.view import View


def draw_version(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw rows 2 to 9; the upgrade row stays empty when there never was one."""
    identity, texts = facts.identity, view.texts
    canvas.spread(1, texts.version, identity.model)
    canvas.put(2, 0, f"{texts.vendor}{identity.vendor}")
    canvas.spread(3, f"SW {identity.software}", f"{identity.software_date:%Y-%m-%d}")
    canvas.spread(4, f"HW {identity.hardware}", f"{identity.hardware_date:%Y-%m-%d}")
    canvas.put(5, 0, f"{texts.protocol} {identity.protocol}")
    library = texts.meter_library.format(version=identity.meter_library)
    canvas.spread(6, library, texts.meter_types.format(count=identity.meter_types))
    canvas.put(7, 0, f"{texts.address} {identity.address.replace('-', ' ')}")
    if identity.upgrade is not None:
        outcome = texts.upgrade_good if identity.upgrade.good else texts.upgrade_bad
        canvas.put(8, 0, f"{outcome} {identity.upgrade.on:%m-%d}")
