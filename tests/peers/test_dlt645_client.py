"""The independent client of PyPI `dlt645` 3.2 reads our meters over TCP.

It takes addresses in wire order, puts the level in front of a password, reads no blocks, and turns the time
of a demand round (peers.md §2.3); of what it refuses to understand the captured frames are checked.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from core.lines.pace import LoopClock
from core.lines.tcp import listen_tcp
from core.meters.dlt645.frame import decode_frame
from core.meters.dlt645.messages import value_in
from core.simulation.alone import MetersAlone
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.families import those
from core.simulation.physics.load import Register

dlt645: Any = pytest.importorskip("dlt645", reason="install the extra `peers`")
LEVEL_0 = "00000000"
Visit = Callable[[Any, Dlt645Meter], None]


def wire_order(address: str) -> str:
    return bytes.fromhex(address)[::-1].hex()


def visited(visit: Visit, *, number: int = 1, count: int = 3, patience: float = 2.0) -> None:
    """Let the client, in a thread of its own, talk to one of our meters."""

    async def serve() -> None:
        meters = MetersAlone("dlt645-2007", count, LoopClock(), seed=3)
        meters.press_keys()
        serving: list[asyncio.Task[Any]] = []
        server = await listen_tcp(
            "127.0.0.1", 0, lambda line: serving.append(asyncio.create_task(meters.serve(line)))
        )
        meter = those(meters.meters, Dlt645Meter)[number - 1]
        try:
            await asyncio.to_thread(talk, server.port, meter, visit, patience)
        finally:
            await server.close()
            await asyncio.gather(*serving)

    asyncio.run(serve())


def talk(port: int, meter: Dlt645Meter, visit: Visit, patience: float) -> None:
    client = dlt645.MeterClientService.new_tcp_client("127.0.0.1", port, patience)
    assert client.connect()
    try:
        client.set_address(wire_order(meter.address))
        client.set_password(LEVEL_0)
        client.enable_message_capture(100)
        visit(client, meter)
    finally:
        client.disconnect()


def last_frame(client: Any) -> Any:
    """The last answer the client heard, by our codec."""
    raw: bytes = client.get_captured_messages()[-1].data
    return decode_frame(raw.lstrip(b"\xfe"))


def test_it_reads_energies_and_variables() -> None:
    """M55, M57: energies by tariff, voltage and parameters come to the client as the meter holds them."""

    def visit(client: Any, meter: Dlt645Meter) -> None:
        held = meter.meter.energy(Register.FORWARD, meter.meter.at(datetime.now()))
        for tariff, hundredths in enumerate(held):
            read = Decimal(str(client.read_00(tariff << 8 | 0x00010000).value))
            assert abs(read - Decimal(hundredths).scaleb(-2)) < Decimal("0.05")
        assert 210 < client.read_02(0x02010100).value < 240
        assert client.read_04(0x04000103).value == "15"
        assert client.read_03(0x03300000)[0].value != "000000"

    visited(visit, number=2)


def test_what_it_asks_for_a_demand_is_answered() -> None:
    """M56: the answer to its request holds demand and time, whatever the client makes of the time."""

    def visit(client: Any, _: Dlt645Meter) -> None:
        client.read_01(0x01010000)
        reading = value_in(last_frame(client))
        assert reading is not None
        assert reading.value.demand > 0
        assert reading.value.time < datetime.now()

    visited(visit)


def test_it_writes_and_reads_back() -> None:
    """M62: a parameter written by the client, with password and level, is what it reads afterwards."""

    def visit(client: Any, _: Dlt645Meter) -> None:
        client.write_04(0x04000103, "30", LEVEL_0)
        assert client.read_04(0x04000103).value == "30"
        client.write_04(0x04000103, "45", "00111111")
        assert last_frame(client).data == b"\x04"
        assert client.read_04(0x04000103).value == "30"

    visited(visit)


def test_it_finds_and_changes_the_address() -> None:
    """13 and 15: a meter alone tells its address; a new one holds from its answer on."""

    def visit(client: Any, meter: Dlt645Meter) -> None:
        assert client.read_address().value == wire_order(meter.address)
        assert client.write_address("112233445566").value == "112233445566"
        assert meter.address == "665544332211"
        assert client.read_00(0x00010000).value > 0

    visited(visit, count=1)


def test_a_wrong_address_is_silence() -> None:
    """A request to a meter that is not there is answered by none of those that are."""

    def visit(client: Any, _: Dlt645Meter) -> None:
        client.set_address("000000000099")
        assert client.read_00(0x00010000) is None
        assert [message.direction for message in client.get_captured_messages()].count("RX") == 0

    visited(visit, patience=0.1)


def test_a_block_is_answered_though_the_client_cannot_read_it() -> None:
    """A block the client has no layout for is answered with all tariffs."""

    def visit(client: Any, _: Dlt645Meter) -> None:
        client.read_00(0x0001FF00)
        reading = value_in(last_frame(client))
        assert reading is not None
        assert len(reading.value) == 5

    visited(visit)
