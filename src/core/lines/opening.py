"""From a line address to an open line."""

from core.errors import UsageError
from core.lines.address import LineAddress, LineKind
from core.lines.line import Line, SerialSettings


async def open_line(address: LineAddress, settings: SerialSettings | None = None) -> Line:
    """Open an ``ir``, ``rs485``, ``tcp`` or ``udp`` line; ``settings`` replace the manual's for odd heads.

    Raises ``LineError`` when it cannot be opened, ``UsageError`` for kinds that are not opened but awaited
    (``listen``) or made (``emulator``).
    """
    fixed = settings or address.settings
    if fixed is not None and address.settings is not None:
        from core.lines.serial_port import open_serial  # noqa: PLC0415 - pyserial only where it is used

        return await open_serial(address.target, fixed)
    if address.kind is LineKind.TCP:
        from core.lines.tcp import connect_tcp  # noqa: PLC0415 - same

        return await connect_tcp(address.host, address.port)
    if address.kind is LineKind.UDP:
        from core.lines.udp import connect_udp  # noqa: PLC0415 - same

        return await connect_udp(address.host, address.port)
    raise UsageError(f"A line {address} cannot be opened from here.", "Use ir:, rs485:, tcp: or udp:.")
