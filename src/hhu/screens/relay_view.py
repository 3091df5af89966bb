"""Relay: bytes to a meter out of a port of the terminal, and the answer beside its meaning."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from core.errors import CoreError, UsageError
from core.gdw376.units.afn04 import MeterRecord
from core.meters.dlt645.address import padded
from core.meters.dlt645.control import Edition
from core.wire.codec import Node
from hhu.client.dissection import TERMINAL, nodes_of
from hhu.client.found_frames import Found, find_frames
from hhu.client.meter_items import quantity_named, text_of
from hhu.client.relay import BAUD, PROTOCOLS, BusLine, Exchange, deeds, line_of, read_request
from hhu.screens.desk import Desk
from hhu.screens.job_screen import Prepare
from hhu.screens.reading_jobs import send_relay
from hhu.widgets.choice_row import ChoiceRow
from hhu.widgets.field import Field
from hhu.widgets.frame_view import FrameView
from hhu.widgets.notice_row import Notice, Tone
from hhu.wording.explain import explain
from hhu.words import words_of

PORTS = (1, 2, 3)
SPEEDS = (600, 1200, 2400, 4800, 9600, 19200)
EDITIONS = (Edition.V2007, Edition.V1997)


class CloseRelay(Message):
    """Back to the lists."""


class RelayView(Vertical):
    """Where to, what, and what came back. Raw bytes win over the question."""

    DEFAULT_CSS = """
    RelayView { height: 1fr; }
    RelayView Horizontal.line { height: 1; padding: 0 1; }
    RelayView .label { width: 11; color: $dim; }
    RelayView .note { width: 1fr; color: $dim; padding: 0 1; text-wrap: nowrap; }
    RelayView #relay-port { width: 24; }
    RelayView #relay-address { width: 14; }
    RelayView #relay-edition { width: 34; margin: 0 0 0 2; }
    RelayView #relay-ask { width: 32; }
    RelayView #relay-raw { width: 1fr; }
    RelayView .frame-title { height: 1; background: $surface; color: $dim; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send", id="relay.send", tooltip="Send it through the terminal"),
        Binding("f9", "other", "Sent / answered", id="relay.other", tooltip="The frame sent or the answer"),
        Binding("escape", "close", "List", id="form.close", tooltip="Back to the lists"),
    ]

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
        self._shows_sent = False
        self._shown: tuple[bytes, bool] = (b"", False)

    def compose(self) -> ComposeResult:
        """The form, then the frame."""
        words = words_of(self)
        with Horizontal(classes="line"):
            yield Static(words("relay.port"), classes="label", markup=False)
            yield ChoiceRow([str(port) for port in PORTS], id="relay-port")
            yield ChoiceRow([f"645-{edition.value}" for edition in EDITIONS], id="relay-edition")
        with Horizontal(classes="line"):
            yield Static(words("relay.speed"), classes="label", markup=False)
            yield ChoiceRow([str(speed) for speed in SPEEDS], SPEEDS.index(2400), id="relay-speed")
        with Horizontal(classes="line"):
            yield Static(words("relay.meter"), classes="label", markup=False)
            yield Field(longest=12, placeholder="000012345678", id="relay-address")
        with Horizontal(classes="line"):
            yield Static(words("relay.ask"), classes="label", markup=False)
            yield Field("energy", placeholder="energy, 00010000", longest=60, id="relay-ask")
            yield Static(classes="note", id="relay-meaning", markup=False)
        with Horizontal(classes="line"):
            yield Static(words("relay.raw"), classes="label", markup=False)
            yield Field(placeholder=words("relay.raw-form"), longest=1200, id="relay-raw")
        yield Static(classes="frame-title", id="relay-title", markup=False)
        yield FrameView()

    def open(self, record: MeterRecord | None) -> None:
        """Begin with the meter that was chosen in the list."""
        if record is not None:
            line = line_of(record)
            edition = PROTOCOLS.get(record.protocol, Edition.V2007)
            self._choose("relay-port", PORTS.index(line.port) if line.port in PORTS else 0)
            self._choose("relay-speed", SPEEDS.index(line.baud) if line.baud in SPEEDS else 2)
            self._choose("relay-edition", EDITIONS.index(edition))
            self.query_one("#relay-address", Field).value = record.address or ""
        self.query_one("#relay-ask", Field).focus()
        self._explain()
        self.refresh_view()

    def _choose(self, name: str, index: int) -> None:
        self.query_one(f"#{name}", ChoiceRow).chosen = index

    @property
    def edition(self) -> Edition:
        """The chosen edition."""
        return EDITIONS[self.query_one("#relay-edition", ChoiceRow).chosen]

    def line(self) -> BusLine:
        """Return port and speed; 8E1 is what meters of DL/T 645 speak."""
        port = PORTS[self.query_one("#relay-port", ChoiceRow).chosen]
        return BusLine(port, SPEEDS[self.query_one("#relay-speed", ChoiceRow).chosen])

    def content(self) -> bytes:
        """Return the bytes to send; ``UsageError`` and ``EncodeError`` name what is wrong."""
        raw = self._text("relay-raw")
        if raw:
            return unhexed(raw)
        address = padded(self._text("relay-address"))
        return read_request(address, quantity_named(self._text("relay-ask"), self.edition).code, self.edition)

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value.strip()

    # What is typed

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what it means."""
        event.stop()
        self._explain()

    def on_choice_row_changed(self, event: ChoiceRow.Changed) -> None:
        """Another edition has the usual speed of its own."""
        event.stop()
        if event.row.id == "relay-edition":
            self._choose("relay-speed", SPEEDS.index(BAUD[self.edition]))
        self._explain()

    def _explain(self) -> None:
        words, note = words_of(self), self.query_one("#relay-meaning", Static)
        try:
            if self._text("relay-raw"):
                acts = deeds(unhexed(self._text("relay-raw")))
                text = (
                    words("relay.acts", what=_names(acts, words.language)) if acts else words("relay.reads")
                )
            else:
                quantity = quantity_named(self._text("relay-ask"), self.edition)
                text = f"{quantity.code} {words.of(quantity.zh, quantity.en)}"
        except CoreError as error:
            text = explain(error, words.language).cause
        note.update(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line."""
        event.stop()
        self.action_send()

    def action_send(self) -> None:
        """Check, then ask for what is missing, then send."""
        words = words_of(self)
        try:
            line, content = self.line(), self.content()
            line.control  # noqa: B018  # refuses a speed that the relay cannot say
        except CoreError as error:
            said = explain(error, words.language)
            self._desk.tell(Notice(said.cause, said.next_step, Tone.BAD))
            return
        acts = deeds(content)
        what = _names(acts, words.language)
        self._shows_sent = False
        self.post_message(
            Prepare(
                words("relay.title", port=line.port, baud=line.baud),
                (content.hex(" ").upper(),),
                lambda progress: send_relay(self._desk, line, content, progress),
                switch=False,
                arm=bool(acts),
                work=words("relay.work", port=line.port),
                warning=words("relay.caution", what=what) if acts else "",
            )
        )

    def action_other(self) -> None:
        """Show the other frame."""
        self._shows_sent = not self._shows_sent
        self.refresh_view()

    def action_close(self) -> None:
        """Back to the lists."""
        self.post_message(CloseRelay())

    # What came back

    def refresh_view(self) -> None:
        """Show the frame of the last relay, if it is another one."""
        exchange = self._desk.board.exchange
        raw = b"" if exchange is None else exchange.sent if self._shows_sent else exchange.answered
        self.query_one("#relay-title", Static).update(self._title(exchange))
        if self._shown == (raw, self._shows_sent):
            return
        self._shown = (raw, self._shows_sent)
        nodes = tuple(nodes_in(raw))
        value = next((node for node in nodes if node.name == "value"), None)
        self.query_one(FrameView).show(raw, nodes, (value.start, value.end) if value else None)

    def _title(self, exchange: Exchange | None) -> str:
        words = words_of(self)
        if exchange is None:
            return words("relay.nothing-yet")
        if self._shows_sent:
            return words("relay.sent", number=len(exchange.sent))
        if not exchange.answered:
            return words("relay.silent")
        return words("relay.answered", number=len(exchange.answered)) + self._value(exchange)

    def _value(self, exchange: Exchange) -> str:
        words, reading = words_of(self), exchange.reading
        if reading is None or reading.quantity is None or reading.error is not None:
            return ""
        quantity = reading.quantity
        text = text_of(quantity.codec, reading.value, zh=words.language == "zh")
        return f"   {words.of(quantity.zh, quantity.en)}: {text} {quantity.unit}".rstrip()


def _names(acts: tuple[tuple[str, str], ...], language: str) -> str:
    return ", ".join(zh if language == "zh" else en for zh, en in acts)


def unhexed(text: str) -> bytes:
    """Read bytes as people paste them; ``UsageError`` for anything else."""
    digits = "".join(text.replace(",", " ").replace("0x", " ").split())
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise UsageError(f"{text!r} is no hexadecimal.", "Give bytes as 68 32 00.") from None


def nodes_in(raw: bytes) -> Iterator[Node]:
    """Explain every frame of a meter in some bytes; the rest is noise."""
    at = 0
    for piece in find_frames(raw):
        preamble = piece.preamble if isinstance(piece, Found) else 0
        start = at + preamble
        end = start + len(piece.raw)
        if preamble:
            yield Node("preamble", "前导字符", "Preamble", raw[at:start].hex(" ").upper(), at, start)
        if isinstance(piece, Found) and piece.protocol != TERMINAL:
            yield from (node.moved(start) for node in nodes_of(piece))
        else:
            yield Node("noise", "其他字节", "Other bytes", piece.raw.hex(" ").upper(), start, end)
        at = end
