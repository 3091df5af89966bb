"""The list of ports on the Connect screen: the likely one on top, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.lines.address import LineKind
from core.lines.listing import PortListing
from hhu.frontend.limits import USUAL_PORT
from hhu.settings import Settings
from hhu.widgets.columns import Piece, fit, middle_cut
from hhu.widgets.glyphs import glyphs
from hhu.widgets.rows import Rows
from hhu.words import Words


@dataclass(frozen=True, slots=True)
class PortChoice:
    """A line of the list: what to open, how it is called, why it is likely."""

    target: str
    name: str
    why: str
    recommended: bool = False


class PortList(Rows):
    """Ports, the likely ones first."""

    DEFAULT_CSS = "PortList { height: 5; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.ports: tuple[PortChoice, ...] = ()

    @property
    def count(self) -> int:
        """One line per port."""
        return len(self.ports)

    @property
    def current(self) -> PortChoice | None:
        """The port under the cursor."""
        return self.ports[self.cursor] if self.ports else None

    def show(self, ports: Sequence[PortChoice]) -> None:
        """Show other ports, the first one marked."""
        self.ports = tuple(ports)
        self.cursor = 0
        self.rows_changed()

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Mark, name, what it is."""
        port = self.ports[index]
        here = index == self.cursor
        mark = f"({glyphs().bullet}) " if here else "( ) "
        name = 13
        return [
            (mark, self.colour("accent" if here else "dim")),
            (f"{fit(middle_cut(port.name, name), name)} ", self.colour("ink", bold=here)),
            (fit(port.why, width - name - 6), self.colour("verified" if port.recommended else "dim")),
        ]


def port_choices(
    kind: LineKind, listings: tuple[PortListing, ...], settings: Settings, words: Words
) -> tuple[PortChoice, ...]:
    """Return the lines of the list for a channel, the one used last on top."""
    if kind is LineKind.EMULATOR:
        return (
            PortChoice("demo", "demo", words("port.demo"), True),
            PortChoice("factory", "factory", words("port.factory")),
        )
    if kind is LineKind.TCP:
        return (PortChoice("", words("port.network"), words("port.network-why")),)
    if kind is LineKind.LISTEN:
        return (PortChoice(str(USUAL_PORT), str(USUAL_PORT), words("port.listen-why")),)
    if not listings:
        return (PortChoice("", words("port.none"), words("port.none-why")),)
    last = settings.last_lines.get(kind.value, "").partition(":")[2]
    choices = [_choice(listing, settings, words, last) for listing in listings]
    return tuple(sorted(choices, key=lambda choice: choice.target != last))


def _choice(listing: PortListing, settings: Settings, words: Words, last: str) -> PortChoice:
    plain = listing.description.removesuffix(f" ({listing.device})")  # Windows repeats the name
    parts = [listing.chip or plain, words(f"port.{listing.hint.value}")]
    known = settings.last_terminals.get(listing.device)
    if listing.device == last:
        parts.append(words("port.last"))
    if known:
        parts.append(known)
    why = ", ".join(part for part in parts if part)
    return PortChoice(listing.device, listing.device, why, listing.recommended)
