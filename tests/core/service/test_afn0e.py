"""Windows of the event rings (part B §4.1), their marks, and status inputs (0C F7, F8, F9)."""

from core.gdw376.frame import Direction
from core.gdw376.message import decode_items, encode_blocks
from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import EventCounters, EventFlags, StatusInputs
from core.gdw376.units.afn0e import Events
from core.gdw376.units.erc import Changed, Erc3, Erc20, Erc21
from core.service.order import Order
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.events.erc20 import unauthenticated
from core.terminal.events.erc21 import Fault, fault
from tests.core.concentrators import NOON, ask, concentrator, served

IDENTIFIER = {1: "00000100", 2: "00000200"}


def window(
    terminal: Concentrator, fn: int, first: int, last: int, channel: Channel = Channel.IR
) -> Events | None:
    """Ask for records; ``None`` when denied."""
    query = bytes.fromhex(IDENTIFIER[fn]) + bytes([first, last])
    items = decode_items(0x0E, Direction.DOWN, query)
    answer = served(terminal, Order(channel, 0x0E, items, msa=1))
    if answer.afn == 0x00:
        return None
    (item,) = decode_items(answer.afn, Direction.UP, b"".join(encode_blocks(answer.items)))
    assert item.fn == fn
    assert isinstance(item.value, Events)
    return item.value


def of(terminal: Concentrator, fn: int) -> Unit | None:
    return ask(terminal, 0x0C, fn)[1][0]


def filled(important: int, ordinary: int) -> Concentrator:
    terminal = concentrator()
    for number in range(important):
        terminal.events.add(fault(Fault.DISPLAY) if number % 2 else unauthenticated(bytes(16), number % 128))
    for number in range(ordinary):
        terminal.events.add(Erc3(None, number % 128, (Changed(b"\0\0", b"\x04\0"),)))
    return terminal


def test_a_window_names_what_it_really_holds():
    """M51: EC1, EC2, Pm, Pn exclusive, then the records with time and body."""
    answer = window(filled(3, 2), 1, 0, 3)
    assert answer is not None
    assert (answer.important, answer.ordinary, answer.first, answer.last) == (3, 2, 0, 3)
    assert [event.body for event in answer.records] == [
        Erc20(NOON, bytes(16), 0), Erc21(NOON, 5), Erc20(NOON, bytes(16), 2),
    ]  # fmt: skip


def test_a_window_that_reaches_too_far_is_moved_to_what_is_there():
    """Pn is one past the last record sent; empty slots in front are passed over."""
    terminal = filled(3, 0)
    for first, last, really in ((0, 200, (0, 3)), (2, 9, (2, 3)), (250, 2, (0, 2))):
        answer = window(terminal, 1, first, last)
        assert answer is not None
        assert (answer.first, answer.last) == really


def test_empty_windows_are_denied():
    """Pm = Pn, nothing there, the other ring: denial, and nothing counts as read."""
    terminal = filled(2, 0)
    assert window(terminal, 1, 1, 1) is None
    assert window(terminal, 1, 2, 9) is None
    assert window(terminal, 2, 0, 9) is None
    assert terminal.events.waiting(Channel.IR)


def test_windows_go_round():
    """Modulo 256: after 300 records the window from 250 to 10 holds 16, oldest first."""
    answer = window(filled(0, 300), 2, 250, 10)
    assert answer is not None
    assert (answer.ordinary, answer.first, answer.last) == (44, 250, 10)
    assert [event.body.station for event in answer.records if isinstance(event.body, Erc3)] == [
        number % 128 for number in range(250, 266)
    ]


def test_what_fits_no_frame_is_denied_and_stays_unread():
    """No splitting: a master reads small windows and goes on from Pn."""
    terminal = concentrator()
    long = tuple(Changed(b"\0\0", b"\x04\0") for _ in range(60))
    for _ in range(10):
        terminal.events.add(Erc3(None, 1, long))
    assert window(terminal, 2, 0, 10) is None
    assert terminal.events.unread == {3}
    answer = window(terminal, 2, 0, 7)
    assert answer is not None
    assert len(answer.records) == 7


def test_reading_clears_flags_and_acd_of_the_channel():
    """M52: each ERC read leaves 0C F8; F1 ends ACD on its channel alone, F2 does not."""
    terminal = filled(2, 1)
    assert of(terminal, 7) == EventCounters(2, 1)
    assert of(terminal, 8) == EventFlags(frozenset({3, 20, 21}))
    window(terminal, 2, 0, 1)
    assert of(terminal, 8) == EventFlags(frozenset({20, 21}))
    assert terminal.events.waiting(Channel.IR)
    window(terminal, 1, 0, 2, Channel.RS485)
    assert of(terminal, 8) == EventFlags(frozenset())
    assert not terminal.events.waiting(Channel.RS485)
    assert terminal.events.waiting(Channel.IR)
    assert terminal.events.alarm == 21
    window(terminal, 1, 0, 2, Channel.UPLINK)
    assert terminal.events.alarm is None


def test_inputs_tell_their_changes_once():
    """M40, M42: ST and CD of 0C F9; reading clears CD."""
    terminal = concentrator()
    terminal.inputs.sample(frozenset(), 0.0)
    terminal.inputs.tick(1.0)
    terminal.inputs.sample(frozenset({2}), 2.0)
    terminal.inputs.tick(3.0)
    assert terminal.events.waiting(Channel.IR)
    assert of(terminal, 9) == StatusInputs(frozenset({2}), frozenset({2}))
    assert of(terminal, 9) == StatusInputs(frozenset({2}), frozenset())
