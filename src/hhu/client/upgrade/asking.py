"""What an upgrade asks the terminal: who are you, what runs; and the orders of code 07."""

from core.errors import DecodeError, DeniedError, SilenceError
from core.gdw376.address import Address
from core.gdw376.request import Request
from core.gdw376.trailer import VENDOR_AFN
from core.vendor.download import Download, Leave
from core.vendor.envelope import ENTER_DOWNLOAD, Order, Outcome, Result
from core.vendor.identify import Identity
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.package import Running
from hhu.client.upgrade.stages import Failed, Failure, UpgradeFailed
from hhu.client.vendor import identify


def high(client: TerminalClient) -> str:
    """The account whose password lets files in."""
    return f"{client.channel}-high"


async def running(client: TerminalClient) -> Running:
    """Ask what the terminal runs: code E0, else AFN09 F1. ``SilenceError`` when it answers neither."""
    identity = await identify(client)
    if identity is not None:
        return Running.by_identity(identity)
    return Running.by_version(await client.version())


def address_of(identity: Identity) -> Address:
    """The terminal's own address; code E0 tells it as on the wire, A1 A2."""
    return Address.decode(identity.address + b"\x00").by(0)


async def order_download(client: TerminalClient, download: Download) -> None:
    """Send code 07 and take the acknowledgement; the terminal acts 2 s later.

    ``UpgradeFailed`` with the result when it refuses, ``SilenceError`` when it does not answer.
    """
    password = await client.passwords.fetch(client.address, high(client))
    result = await _act(client, Order(ENTER_DOWNLOAD, download.encode(), password))
    if result == Result.OK.value:
        client.passwords.accept(client.address, high(client), password)
        return
    if result == Result.PASSWORD.value:
        client.passwords.refuse(client.address, high(client), password)
    raise UpgradeFailed(Failed(Failure.COMMAND, code=result, error=DeniedError(VENDOR_AFN, result)))


async def leave_download(client: TerminalClient) -> None:
    """Let the terminal leave download mode; in normal mode nothing happens."""
    await order_download(client, Download(Leave()))


async def _act(client: TerminalClient, order: Order) -> int:
    """Return the result byte; the same frame goes out again after silence, which acts only once (§1.3)."""
    reply = await client.link.request(Request(client.address, VENDOR_AFN, (order.encode(),), retries=2))
    if reply.denial:
        raise reply.denial
    outcome = Outcome.decode(reply.payload)
    if outcome.code != order.code or not outcome.content:
        raise DecodeError("an answer to something else", 0)
    return outcome.content[0]


async def is_there(client: TerminalClient) -> Running | None:
    """Ask once whether it answers; ``None`` for silence or an answer that cannot be read."""
    try:
        return await running(client)
    except (SilenceError, DecodeError, DeniedError):
        return None
