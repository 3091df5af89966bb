"""Where the choices about the face are kept: one fact; what does not make sense counts as none."""

import json

from core.panel.display import HIGHEST_CONTRAST, LOWEST_CONTRAST, Display, LoopItem
from core.panel.languages import LANGUAGES
from core.terminal.ledger import Ledger

NOTE = "display"


def kept_display(ledger: Ledger) -> Display:
    """Return what was chosen; the factory's choice for a new terminal."""
    try:
        contrast, compact, language, hidden = json.loads(ledger.fact(NOTE) or "")
        display = Display(int(contrast), bool(compact), str(language), frozenset(map(LoopItem, hidden)))
    except (ValueError, TypeError):
        return Display()
    known = LOWEST_CONTRAST <= display.contrast <= HIGHEST_CONTRAST and display.language in LANGUAGES
    return display if known else Display()


def keep_display(ledger: Ledger, display: Display) -> None:
    """Keep a choice. ``StoreError`` when impossible."""
    hidden = sorted(item.value for item in display.hidden)
    ledger.note(NOTE, json.dumps([display.contrast, display.compact, display.language, hidden]))
