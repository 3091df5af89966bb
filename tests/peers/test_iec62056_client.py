"""The independent client of PyPI `iec62056-21` 0.0.2 reads our meters over TCP, and checks blocks.

It drops the first character of an identification without a backslash, cannot send a password, and gives
times as sets without a code (peers.md §2.1); none of that is used here.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from core.lines.pace import LoopClock
from core.lines.tcp import listen_tcp
from core.meters.iec62056.dialects import OBIS, SHORT, Dialect
from core.meters.iec62056.station import Habits
from core.meters.iec62056.values import Readout
from core.simulation.bus import SimulatedBus
from core.simulation.iec62056.group import IecGroup
from core.simulation.iec62056.meter import IecMeter
from core.simulation.iec62056.readouts import Look
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from tests.core.meters.iec62056.published import meant

messages: Any = pytest.importorskip("iec62056_21.messages", reason="install the extra `peers`")
client: Any = pytest.importorskip("iec62056_21.client", reason="install the extra `peers`")
ADDRESS = "000084285674"


def visited(visit: Callable[[Any], None], dialect: Dialect = OBIS) -> Readout:
    """Let the client, in a thread of its own, talk to one of our meters; return what that would show."""
    meter = IecMeter(
        Meter(Plate(7, Kind.THREE_PHASE, ADDRESS), datetime.now()),
        look=Look(dialect, billings=1),
        habits=Habits(delay=0.01),
    )

    async def serve() -> None:
        bus = SimulatedBus([IecGroup([meter])], LoopClock())
        serving: list[asyncio.Task[Any]] = []
        server = await listen_tcp(
            "127.0.0.1", 0, lambda line: serving.append(asyncio.create_task(bus.serve(line)))
        )
        try:
            await asyncio.to_thread(talk, server.port, visit)
        finally:
            await server.close()
            await asyncio.gather(*serving)

    asyncio.run(serve())
    return Readout(meter.contents.at(datetime.now()).readout())


def talk(port: int, visit: Callable[[Any], None]) -> None:
    caller = client.Iec6205621Client.with_tcp_transport(("127.0.0.1", port), device_address=ADDRESS[-8:])
    caller.REACTION_TIME = 0.02
    caller.transport.timeout = 5
    caller.connect()
    try:
        visit(caller)
    finally:
        caller.disconnect()


@pytest.mark.parametrize("dialect", [OBIS, SHORT], ids=lambda dialect: dialect.name)
def test_the_client_reads_out(dialect: Dialect):
    """Sign-on, identification, choice, readout: each code and value as we read them ourselves."""
    found: dict[str, str] = {}

    def visit(caller: Any) -> None:
        answer = caller.standard_readout()
        found.update({one.address: one.value for one in answer.data if one.address})

    shown = visited(visit, dialect)
    total = dialect.registers[next(iter(dialect.registers))][0].total
    assert found[dialect.number] == ADDRESS[-8:]
    assert {entry.code for entry in shown.entries if entry.history is None} <= set(found)
    assert found[total].replace(".", "").isdigit()


def test_the_client_reads_one_value():
    """Programming mode: challenge, password, one value, break."""
    found: list[Any] = []

    def visit(caller: Any) -> None:
        challenge = caller.access_programming_mode()
        assert challenge.command == "P"
        data_set = messages.DataSet(address="", value="00000000")
        caller.transport.send(messages.CommandMessage("P", 1, data_set).to_bytes())
        assert caller.transport.recv(1) == b"\x06"
        found.append(caller.read_single_value("2.8.4", additional_data=""))
        caller.send_break()

    shown = visited(visit)
    (one,) = found
    entry = shown.first("2.8.4", "kWh")
    assert entry is not None
    assert (one.address, one.value, one.unit) == ("2.8.4", entry.fields[0].text, "kWh")


def test_the_block_check_is_theirs_too():
    """The published readout passes their check, the damaged copy does not."""
    good, bad = meant("complete ZMD310 readout").raw, meant("same readout with the block check").raw
    assert messages.AnswerDataMessage.from_representation(good.decode("latin-1"))
    with pytest.raises(ValueError):
        messages.AnswerDataMessage.from_representation(bad.decode("latin-1"))
