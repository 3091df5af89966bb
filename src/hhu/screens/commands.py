"""What the command palette offers: every action of the screen, with the key that does the same."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen

from hhu.screens.pages import PAGES
from hhu.screens.workbench import Workbench
from hhu.widgets.columns import fit
from hhu.widgets.notice_row import Notice, Tone
from hhu.words import Words, words_of

if TYPE_CHECKING:
    from core.gdw376.unit import Unit
    from hhu.screens.catalogue import CataloguePage

Command = tuple[str, str, Callable[[], Any]]
"""Title, key, what it does."""
TITLE_WIDTH = 52
MOST_UNITS = 40
"""Data units offered for a search: more would not be looked through."""


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
        if isinstance(self.screen, Workbench):
            for hit in _units(self.screen, query):
                yield hit


def line(title: str, key: str) -> str:
    """Lay a command out: its name, then its key in a column of its own."""
    return f"{fit(title, TITLE_WIDTH)} {key}"


def _units(screen: Workbench, query: str) -> Iterator[Hit]:
    """Data units by code, alias, name or pinyin initials; the dictionary is loaded here."""
    from core.gdw376.catalogue import all_units  # noqa: PLC0415  # only a search needs the dictionary
    from hhu.client.finding import EXACT, found  # noqa: PLC0415  # same

    words = words_of(screen)
    for score, unit in found(query, all_units())[:MOST_UNITS] if query.strip() else ():
        meaning = unit.meaning
        title, act = words.of(meaning.zh, meaning.en), partial(open_unit, screen, unit)
        yield Hit(score / EXACT, line(title, meaning.code), act, text=f"{meaning.code} {title}")


async def open_unit(screen: Workbench, unit: "type[Unit]") -> None:
    """Open a parameter's form; read anything else on a sheet; a command is only explained."""
    from core.gdw376.catalogue import QUERIES  # noqa: PLC0415  # only a chosen unit needs it

    words, meaning = words_of(screen), unit.meaning
    if meaning.afn == 0x04:
        await screen.open_page("catalogue")
        cast("CataloguePage", screen.current_page).open_unit(unit)
    elif meaning.afn in QUERIES:
        from hhu.screens.unit_sheet import UnitSheet  # noqa: PLC0415  # made on first use

        screen.app.push_screen(UnitSheet(screen.desk, unit))
    else:
        name = f"{meaning.code} {words.of(meaning.zh, meaning.en)}"
        text = words("unit.not-parameter", name=name)
        screen.desk.tell(Notice(text, words("unit.not-parameter-next"), Tone.WARN))


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
    for row in PAGES:
        yield words("command.page", page=row.name(words)), row.key, partial(screen.open_page, row.id)
    yield words("command.tap"), "T", partial(screen.stroke, 0.2)
    for seconds, key in ((2, "H"), (5, "F5"), (30, "U")):
        yield words("command.hold", seconds=seconds), key, partial(screen.stroke, seconds + 0.2)
    yield words("command.keep-password"), "", partial(app.run_action, "keep_password")
    yield words("command.save"), "S", screen.save_all
    yield words("command.connect"), "F2", partial(app.run_action, "connect")
