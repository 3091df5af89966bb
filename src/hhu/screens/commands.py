"""What the command palette offers: every action of the screen, with the key that does the same."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen

from hhu.screens.workbench import PAGES, Workbench
from hhu.widgets.columns import fit
from hhu.words import Words, words_of

Command = tuple[str, str, Callable[[], Any]]
"""Title, key, what it does."""
TITLE_WIDTH = 52


class HhuCommands(Provider):
    """The actions in the order of the pages, one line each."""

    @property
    def _commands(self) -> tuple[Command, ...]:
        return tuple(commands(self.app, self.screen, words_of(self.screen)))

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for title, key, act in self._commands:
            yield DiscoveryHit(line(title, key), act, text=title)

    async def search(self, query: str) -> Hits:
        """Those that match what is typed."""
        matcher = self.matcher(query)
        for title, key, act in self._commands:
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, line(title, key), act, text=title)


def line(title: str, key: str) -> str:
    """Lay a command out: its name, then its key in a column of its own."""
    return f"{fit(title, TITLE_WIDTH)} {key}"


def commands(app: App[Any], screen: Screen[Any], words: Words) -> Iterator[Command]:
    """Return the commands that make sense on this screen."""
    if isinstance(screen, Workbench):
        yield from _workbench(app, screen, words)
    yield words("command.help"), "F1", partial(app.run_action, "help")
    yield words("command.language"), "F7", partial(app.run_action, "language")
    yield words("command.colours"), "F8", partial(app.run_action, "colours")
    yield words("command.quit"), "Ctrl+Q", partial(app.run_action, "quit")


def _workbench(app: App[Any], screen: Workbench, words: Words) -> Iterator[Command]:
    read = getattr(screen.current_page, "action_read", None)
    if read:
        yield words("command.read"), "R", read
    yield words("command.write"), "W", screen.on_write
    yield words("command.arm"), "A", partial(app.run_action, "arm")
    yield words("command.clock"), "C", screen.on_set_clock
    for number, page in enumerate(PAGES, start=1):
        yield words("command.page", page=words(f"page.{page}")), str(number), partial(screen.open_page, page)
    yield words("command.tap"), "T", partial(screen.stroke, 0.2)
    for seconds, key in ((2, "H"), (5, "F5"), (30, "U")):
        yield words("command.hold", seconds=seconds), key, partial(screen.stroke, seconds + 0.2)
    yield words("command.keep-password"), "", partial(app.run_action, "keep_password")
    yield words("command.save"), "S", screen.save_all
    yield words("command.connect"), "F2", partial(app.run_action, "connect")
