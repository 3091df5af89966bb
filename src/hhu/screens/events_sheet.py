"""One event with every field of its body; what no layout fits is shown as bytes."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from core.gdw376.units.event_record import EventCodec
from hhu.client.event_files import mark_of
from hhu.client.event_records import EventEntry
from hhu.client.event_texts import COVERED, fields_of
from hhu.widgets.columns import fit
from hhu.widgets.key_row import KeyRow
from hhu.words import Words

LABEL = 34
ROW = 12
"""Bytes in a line of the body."""


class EventSheet(ModalScreen[None]):
    """Ring, number, name, fields, bytes."""

    CSS = """
    EventSheet { align: center bottom; background: transparent; }
    EventSheet VerticalScroll {
        width: 100%; height: auto; max-height: 20; background: $panel; padding: 1 2;
        scrollbar-size-vertical: 1;
    }
    EventSheet .title { height: 1; color: $accent; text-style: bold; }
    EventSheet #fields { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss(None)", "Close", id="sheet.close", tooltip="Back to the list"),
    ]

    def __init__(self, entry: EventEntry, words: Words) -> None:
        super().__init__()
        self._entry = entry
        self._words = words

    def compose(self) -> ComposeResult:
        """Title and lines."""
        zh = self._words.language == "zh"
        title = f"ERC{self._entry.erc}  {self._entry.name(zh=zh)}  {mark_of(self._entry, zh=zh)}".rstrip()
        with VerticalScroll():
            yield Static(title, classes="title", markup=False)
            yield Static("\n".join(self.lines), id="fields", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Keys scroll."""
        self.query_one(VerticalScroll).focus()

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, a line per field."""
        return tuple(f"{fit(label, LABEL)} {text}".rstrip() for label, text in self._pairs())

    def _pairs(self) -> Iterator[tuple[str, str]]:
        words, entry = self._words, self._entry
        zh = words.language == "zh"
        yield words("events.ring"), words(f"events.{entry.ring.name.lower()}")
        yield words("events.number"), str(entry.number)
        if entry.time:
            yield words("events.time"), f"{entry.time:%Y-%m-%d %H:%M}"
        fields = [one for one in fields_of(entry.event) if one.path != "time"]
        yield from ((one.zh, one.text_zh) if zh else (one.en, one.text_en) for one in fields)
        if not any(one.text_en == COVERED for one in fields) and not isinstance(entry.event.body, bytes):
            raw = EventCodec().dump(entry.event)[2:]
            for at in range(0, len(raw), ROW):
                yield words("events.raw") if at == 0 else "", raw[at : at + ROW].hex(" ").upper()
