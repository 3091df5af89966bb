"""What every flow does: clear the way, send the file to a terminal in download mode, prove."""

from dataclasses import dataclass, field

from core.errors import DeniedError
from core.gdw376.address import UNIVERSAL, UNIVERSAL_REVERSED, Address
from core.gdw376.trailer import VENDOR_AFN
from core.vendor.envelope import Result
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.asking import high
from hhu.client.upgrade.carrier import Carrier
from hhu.client.upgrade.package import Shipment
from hhu.client.upgrade.preflight import Preflight, Surroundings, examine
from hhu.client.upgrade.refused import explained
from hhu.client.upgrade.session import TransferSession
from hhu.client.upgrade.stages import (
    Answers,
    Failed,
    Failure,
    Notice,
    Noticed,
    Stage,
    StageReached,
    Tell,
    UpgradeFailed,
    Way,
)
from hhu.client.upgrade.wanted import Timers, Wanted


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator wants."""

    shipment: Shipment
    around: Surroundings = field(default_factory=Surroundings)
    override: Address | None = None
    """The terminal's address, typed to go past what the preflight found."""
    start_over: bool = False
    """Forget what the terminal kept of this file."""


def is_default(address: Address) -> bool:
    """Whether this is the maker's universal address, in either order (M159)."""
    return address.same_station(UNIVERSAL) or address.same_station(UNIVERSAL_REVERSED)


async def clear(client: TerminalClient, way: Way, order: Order, tell: Tell) -> Preflight:
    """Look at everything; ``UpgradeFailed`` when something stands against it."""
    found = await examine(client, way, order.shipment, order.around)
    standing = found.stands(order.override)
    if standing:
        note = ", ".join(f"{one.blocker.value} {one.note}".rstrip() for one in standing)
        raise UpgradeFailed(Failed(Failure.BLOCKED, note=note))
    if is_default(client.address) or is_default(found.address):
        tell(Noticed(Notice.DEFAULT_ADDRESS))
    before = order.shipment.running(found.running)
    tell(StageReached(Stage.CHECKED, f"{before} > {order.shipment.brings}"))
    return found


class Sender:
    """Sends one file, over as many links as it takes."""

    def __init__(self, order: Order, found: Preflight, timers: Timers, wanted: Wanted) -> None:
        self._order = order
        self._found = found
        self._timers = timers
        self._wanted = wanted
        self.repeated = 0
        """Blocks that travelled more than once."""

    async def send(self, client: TerminalClient, tell: Tell, answers: Answers) -> int | None:
        """Return the terminal's word on the package, ``None`` when it got lost on the way.

        ``UpgradeFailed`` when it refuses the file, the package or the password, or the operator stops.
        """
        password = await client.passwords.fetch(client.address, high(client))
        session = TransferSession(
            self._order.shipment.file,
            self._order.shipment.name,
            self._wanted,
            self._timers,
            client.link.profile.timings.wire_time,
        )
        try:
            verdict = await Carrier(client.link, client.address, password).transfer(session, tell, answers)
        except UpgradeFailed as error:
            raise _password_refused(client, password, error.failed) from error
        finally:
            self.repeated += session.repeated
        client.passwords.accept(client.address, high(client), password)
        if verdict:
            raise UpgradeFailed(await explained(client, Failed(Failure.PACKAGE, code=verdict)))
        return verdict


def _password_refused(client: TerminalClient, password: str, failed: Failed) -> UpgradeFailed:
    """Remember a refused password, so that it is not sent again by itself."""
    if failed.reason is not Failure.COMMAND or failed.code != Result.PASSWORD.value:
        return UpgradeFailed(failed)
    client.passwords.refuse(client.address, high(client), password)
    denial = DeniedError(VENDOR_AFN, failed.code)
    return UpgradeFailed(Failed(failed.reason, code=failed.code, resumable=True, error=denial))


def wanted(order: Order, found: Preflight, *, duplex: bool) -> Wanted:
    """What to ask the terminal for; the version is forced only past a preflight that was overridden."""
    identity = found.running.identity
    kept = identity is not None and bool(identity.partial)
    return Wanted(duplex=duplex, force=found.forces, start_over=order.start_over, kept=kept)
