"""AFN 08: ask a cascaded terminal to report (part A §10). F0, no data, no AUX."""

from core.gdw376.fields import Direction
from core.gdw376.unit import Unit, unit


@unit(0x08, 0, "请求被级联终端主动上报", "Ask for a report", "ask-report", "A §10", direction=Direction.DOWN)
class AskReport(Unit):
    """Report what waits, or deny."""
