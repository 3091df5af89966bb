"""The maker's envelope at a real terminal over its session."""

import json
from dataclasses import replace
from typing import Any

from core.app import Terminal
from core.channels.exchange import order_of, session_answer
from core.gdw376.call import Call
from core.gdw376.frame import decode_frame
from core.gdw376.station import Reach
from core.gdw376.verdict import DENY_ALL
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.service.dispatch import serve
from core.service.order import Answer
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.vendor import items
from core.vendor.envelope import IDENTIFY, READ_ITEMS, Order, Outcome, Result
from core.vendor.identify import identity_in
from tests.vectors import HERE

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "vendor" / "frames.jsonl").read_text("utf-8").splitlines()
]


def answered(
    terminal: Concentrator, hexadecimal: str, channel: Channel = Channel.IR, *, con: bool = False
) -> bytes:
    """The payload that answers a frame; nothing is silence."""
    frame = decode_frame(bytes.fromhex(hexadecimal))
    frame = replace(frame, seq=replace(frame.seq, con=con))
    served = serve(terminal, order_of(Call((frame,), Reach.OWN, 0.0), channel))
    assert isinstance(served, Answer)
    return b"".join(session_answer(served).blocks)


def with_terminal(check: Any) -> None:
    async def steps() -> None:
        async with Terminal.create("demo", clock=LoopClock(), boot=0.0) as terminal:
            check(terminal.concentrator)

    with virtual_time() as runner:
        runner.run(steps())


def sent(order: Order) -> str:
    """A frame that carries an order."""
    payload = order.encode()
    length = (8 + len(payload)) << 2 | 2
    head = bytes([0x68, *length.to_bytes(2, "little") * 2, 0x68])
    body = bytes.fromhex("4A 22 11 88 77 02 F0 61") + payload
    return (head + body + bytes([sum(body) & 0xFF, 0x16])).hex()


def test_format_and_shell_are_refused_whatever_the_password() -> None:
    """X10: codes 03 and 13 are answered 0A and do nothing."""

    def check(terminal: Concentrator) -> None:
        rows = [row for row in ROWS if row["name"].startswith("X10")]
        for asked, answer in zip(rows[::2], rows[1::2], strict=True):
            assert answered(terminal, asked["hex"]) == decode_frame(bytes.fromhex(answer["hex"])).payload

    with_terminal(check)


def test_an_unknown_item_refuses_the_whole_frame() -> None:
    """X14: CFH with 04; so does one unknown item among known ones."""

    def check(terminal: Concentrator) -> None:
        unknown = next(row for row in ROWS if row["name"] == "X14")
        assert answered(terminal, unknown["hex"]) == bytes.fromhex("CF010004")
        both = Order(READ_ITEMS, items.question([items.RESETS, (2, 0x3412)]))
        assert Outcome.decode(answered(terminal, sent(both))) == Outcome.error(Result.NO_SUCH_ITEM)

    with_terminal(check)


def test_identity_and_items_tell_the_terminal() -> None:
    """E0 carries the own address as on the wire; items come in the order asked."""

    def check(terminal: Concentrator) -> None:
        identity = identity_in(Outcome.decode(answered(terminal, sent(Order(IDENTIFY)))).content)
        assert identity.address == bytes.fromhex("22118877")
        assert (identity.product, identity.program, identity.mode) == ("HX1088", "1.02", 0)
        order = Order(READ_ITEMS, items.question([items.UPLINK, items.RESETS]))
        values = items.values_in(Outcome.decode(answered(terminal, sent(order))).content)
        assert list(values) == [items.UPLINK, items.RESETS]

    with_terminal(check)


def test_what_is_not_this_makers_gets_silence() -> None:
    """§1.4: no recognition bytes, no answer; an unknown code of this maker gets 0A."""

    def check(terminal: Concentrator) -> None:
        raw = bytearray.fromhex(sent(Order(IDENTIFY)))
        raw[18] = 0x3E
        raw[-2] = sum(raw[6:-2]) & 0xFF
        assert answered(terminal, bytes(raw).hex()) == b""
        assert answered(terminal, bytes(raw).hex(), con=True) == b""
        assert answered(terminal, bytes(raw).hex(), Channel.UPLINK) == b""
        assert answered(terminal, bytes(raw).hex(), Channel.UPLINK, con=True) == DENY_ALL
        outcome = Outcome.decode(answered(terminal, sent(Order(0x08))))
        assert outcome.content == bytes([Result.NOT_OFFERED.value])

    with_terminal(check)
