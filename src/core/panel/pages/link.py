"""LINK: uplink state, addresses, signal and traffic (device behaviour 3.3)."""

from core.panel.cells import Canvas
from core.panel.facts import Facts
from core.panel.view import View

TRAFFIC_STEPS = ("", "k", "M", "G")


def draw_link(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw rows 2 to 9."""
    uplink, texts = facts.uplink, view.texts
    quality = "--" if uplink.signal_quality is None else str(uplink.signal_quality)
    canvas.spread(1, texts.link, uplink.transport)
    canvas.put(2, 0, f"{texts.main} {uplink.main_ip}")
    canvas.spread(3, f"{texts.port} {uplink.main_port}", _in_use(facts, view, standby=False))
    canvas.put(4, 0, f"{texts.standby} {uplink.standby_ip}")
    canvas.spread(5, f"{texts.port} {uplink.standby_port}", _in_use(facts, view, standby=True))
    canvas.put(6, 0, f"{texts.state} {texts.states[uplink.state]}")
    canvas.spread(7, f"CSQ {quality}", texts.heartbeat.format(minutes=uplink.heartbeat_minutes))
    month = f"{texts.month} {traffic(uplink.month_bytes)}"
    canvas.spread(8, f"{texts.day} {traffic(uplink.day_bytes)}", month)


def traffic(octets: int) -> str:
    """Write bytes in at most four cells, cut and never rounded up: 999, 1.2k, 124k, 2.1M."""
    unit = 0
    while octets // 1000**unit >= 1000 and unit < len(TRAFFIC_STEPS) - 1:
        unit += 1
    tenths = octets * 10 // 1000**unit
    whole = str(tenths // 10)
    return (f"{whole}.{tenths % 10}" if unit and tenths < 100 else whole) + TRAFFIC_STEPS[unit]


def _in_use(facts: Facts, view: View, *, standby: bool) -> str:
    """Mark the address that carries or seeks the link; none without a master to dial."""
    uplink = facts.uplink
    dialled = (uplink.standby_ip if standby else uplink.main_ip) not in {"", "0.0.0.0"}
    return view.texts.in_use if dialled and uplink.standby_in_use is standby else ""
