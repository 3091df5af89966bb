"""The footer: at most six keys, the primary one first, in the language of the screen.

What a binding does stands once, at the binding; its words stand in `hhu.words` under ``key.<binding id>``.
"""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, strip_of
from hhu.words import WORDS, Words, words_of

MOST = 6
NAMES = {
    "enter": "Enter", "escape": "Esc", "space": "Space", "slash": "/", "delete": "Del", "tab": "Tab",
    "ctrl+p": "^P", "ctrl+q": "^Q", "ctrl+s": "^S", "ctrl+r": "^R",
}  # fmt: skip


def key_name(binding: Binding) -> str:
    """Return how a key is written: ``F5``, ``Space``, ``W``."""
    if binding.key_display:
        return binding.key_display
    key = binding.key.split(",")[0]
    return NAMES.get(key, key.upper() if len(key) <= 3 else key.capitalize())


def key_words(binding: Binding, words: Words) -> str:
    """Return what a binding does, in the language of the screen."""
    key = f"key.{binding.id}"
    return words(key) if key in WORDS else binding.description


def shown_bindings(screen: Screen[object]) -> list[Binding]:
    """Return the bindings that the footer shows, each once, the nearest widget's first, help last."""
    seen: dict[str, Binding] = {}
    # the chain and not the active bindings: a hidden Enter of the focused line must not hide the screen's own
    for _, bindings in screen._modal_binding_chain:  # pyright: ignore[reportPrivateUsage]  # no public way
        for _, binding in bindings:
            if binding.show:
                seen.setdefault(binding.id or binding.action, binding)
    return sorted(seen.values(), key=lambda binding: binding.id == "app.help")[:MOST]


class KeyRow(Widget):
    """Draws the keys that work now; a click presses the key."""

    DEFAULT_CSS = "KeyRow { height: 1; dock: bottom; background: $panel; }"

    def on_mount(self) -> None:
        """Follow the focus: other widgets, other keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def _spans(self) -> Iterator[tuple[int, int, str, str, Binding]]:
        """First and last cell of each key on the row."""
        at = 1
        for binding in shown_bindings(self.screen):
            name, text = key_name(binding), key_words(binding, words_of(self))
            end = at + cell_len(name) + 1 + cell_len(text)
            yield at, end, name, text, binding
            at = end + 2

    def render_line(self, y: int) -> Strip:
        """The whole row."""
        palette = palette_of(self)
        pieces: list[Piece] = [(" ", Style())]
        for _, _, name, text, _ in self._spans():
            pieces += [
                (name, Style(color=palette.accent, bold=True)),
                (f" {text}  ", Style(color=palette.ink)),
            ]
        return strip_of(pieces, self.size.width, Style(color=palette.ink, bgcolor=palette.raised))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The tooltip belongs to the key under the mouse."""
        self.tooltip = next(
            (binding.tooltip or None for a, b, _, _, binding in self._spans() if a <= event.x < b), None
        )

    async def on_click(self, event: events.Click) -> None:
        """Run the action of the key under the mouse."""
        for start, end, _, _, binding in self._spans():
            if start <= event.x < end:
                self.app.simulate_key(binding.key.split(",")[0])
