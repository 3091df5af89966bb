"""Our driver against the server of PyPI ``dlt645`` over TCP: an independent reading of DL/T 645-2007."""

import asyncio
import socket
from collections.abc import Generator
from decimal import Decimal
from typing import Any

import pytest

from core.lines.line import Line
from core.lines.tcp import connect_tcp
from core.meters.dlt645.control import Edition
from core.meters.dlt645.driver import Dlt645Driver
from core.meters.driver import Access, Answer, Command, Finished, Outcome, Send
from core.quantities import Quantity, Wanted

peer: Any = pytest.importorskip("dlt645", reason="the extra `peers` is not installed")

ADDRESS = "123456789012"
ON_THE_WIRE = "129078563412"
Q = Quantity


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def port() -> Generator[int]:
    number = free_port()
    server = peer.MeterServerService.new_tcp_server("127.0.0.1", number, 10)
    server.set_address(ON_THE_WIRE)
    server.set_password("00000000")
    server.set_00(0x00010000, 12345.67)
    for tariff, value in enumerate((100.01, 200.02, 300.03, 400.04), 1):
        server.set_00(0x00010000 | tariff << 8, value)
    for phase, volt in enumerate((231.4, 229.9, 230.0), 1):
        server.set_02(0x02010000 | phase << 8, volt)
    server.start()
    yield number
    server.stop()


async def ask(line: Line, driver: Dlt645Driver, wanted: Wanted, address: str = ADDRESS) -> Answer:
    """Put one question over a real line."""
    loop = asyncio.get_running_loop()
    commands: list[Command] = driver.ask(Access(address, 30), wanted, loop.time())
    while True:
        for command in commands:
            if isinstance(command, Finished):
                return command.answer
            if isinstance(command, Send):
                await line.send(command.raw)
        try:
            async with asyncio.timeout(max(0.0, (driver.deadline or 0.0) - loop.time())):
                commands = driver.feed(await line.receive(), loop.time())
        except TimeoutError:
            commands = driver.tick(loop.time())


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        (Q.FORWARD_ACTIVE, ("12345.67", "100.01", "200.02", "300.03", "400.04")),
        (Q.VOLTAGE, ("231.4", "229.9", "230.0")),
    ],
    ids=["energy", "voltage"],
)
async def test_the_peer_is_read_value_by_value(port: int, quantity: Quantity, value: tuple[str, ...]):
    """It refuses blocks, so totals, tariffs and phases come singly, digit for digit (peers §2.3, M39)."""
    async with await connect_tcp("127.0.0.1", port) as line:
        answer = await ask(line, Dlt645Driver(Edition.V2007), Wanted(quantity))
    assert (answer.outcome, answer.value) == (Outcome.READ, tuple(map(Decimal, value)))


async def test_what_the_peer_does_not_know_is_not_supported(port: int):
    """Its error word for unknown identifiers is 01, not 02: any of both says "no such data" (peers §2.3)."""
    async with await connect_tcp("127.0.0.1", port) as line:
        answer = await ask(line, Dlt645Driver(Edition.V2007), Wanted(Q.PREPAYMENT))
    assert answer.outcome is Outcome.UNSUPPORTED


async def test_one_driver_reads_many_times(port: int):
    """Refused blocks are remembered: the second reading asks the singles at once and says the same."""
    driver = Dlt645Driver(Edition.V2007)
    async with await connect_tcp("127.0.0.1", port) as line:
        first = await ask(line, driver, Wanted(Q.FORWARD_ACTIVE))
        assert await ask(line, driver, Wanted(Q.FORWARD_ACTIVE)) == first
