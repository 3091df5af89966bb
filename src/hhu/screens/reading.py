"""Reading: how each port stands, who lacks yesterday, read now, stop or allow points, relay to a meter."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import ContentSwitcher

from core.gdw376.units.afn04 import MeterRecord
from hhu.client.reading_state import PortAct
from hhu.screens import reading_jobs as work
from hhu.screens.job_screen import Prepare
from hhu.screens.jobs import Progress
from hhu.screens.reading_rows import is_stopped
from hhu.screens.relay_view import CloseRelay, RelayView
from hhu.widgets.grid_table import GridTable

LIST, RELAY = "reading-list", "reading-relay"


class PortTable(GridTable):
    """Ports; its keys are orders to the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "order('AGAIN')", "Read again", id="port.again", tooltip="Read all meters of it again"),
        Binding("p", "order('PAUSE')", "Pause", id="port.pause", tooltip="Pause reading on this port"),
        Binding("o", "order('RESUME')", "Resume", id="port.resume", tooltip="Go on reading on this port"),
    ]

    class Ordered(Message):
        """An order was chosen."""

        def __init__(self, act: PortAct) -> None:
            super().__init__()
            self.act = act

    def on_port_table_ordered(self, event: PortTable.Ordered) -> None:
        """Pause, resume or restart the port under the cursor."""
        event.stop()
        port, act = self.port, event.act
        if port is None:
            self.action_read()
            return
        word = act.name.lower()
        title = self.words("reading.order-title", name=self.words(f"act.{word}"), port=port)
        line = self.words(f"act-effect.{word}")
        self._prepare(title, (line,), lambda progress: work.give_order(self._desk, act, port, progress))

    def _stop(self, record: MeterRecord) -> None:
        """Stop reading a point, or allow it; AFN 04, so the switch counts (9.3)."""
        stop = not is_stopped(self._desk, record.point)
        title = self.words("reading.stop-title" if stop else "reading.allow-title", point=record.point)

        async def job(progress: Progress) -> None:
            await work.stop_points(self._desk, [record.point], stop=stop, progress=progress)

        order = Prepare(title, (f"{record.address}  04F30",), job, switch=True, work=title)
        self.call_later(self.post_message, order)

    # Relay

    def action_relay(self) -> None:
        """Relay to the meter under the cursor, or to any."""
        self.query_one(ContentSwitcher).current = RELAY
        self.query_one(RelayView).open(self.record)

    def on_close_relay(self, event: CloseRelay) -> None:
        """Esc in the relay."""
        event.stop()
        self.query_one(ContentSwitcher).current = LIST
        (self.points if self.record else self.ports).focus()
