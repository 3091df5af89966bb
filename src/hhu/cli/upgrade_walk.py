"""What the ways of ``hhu upgrade`` share: options, the order, the answers, the exit code."""

import asyncio
from argparse import ArgumentParser, Namespace
from pathlib import Path

from core.errors import LineError
from core.gdw376.address import Address
from core.lines.address import LineAddress
from core.lines.line import Line
from core.lines.opening import open_line
from hhu.cli.asking import confirmed, somebody_there
from hhu.cli.exits import (
    DIFFERS,
    DONE,
    INTERRUPTED,
    LINE,
    PASSWORD,
    PASSWORD_CODES,
    REFUSED,
    USAGE,
    exit_code,
)
from hhu.cli.options import LineOptions, add_json, add_line, add_yes
from hhu.cli.output import talk
from hhu.cli.upgrade_told import Teller
from hhu.client.battery import battery
from hhu.client.connect import Session
from hhu.client.keys import TRUSTED, read_public, trusted_keys
from hhu.client.packages import name_fits, read_package
from hhu.client.upgrade.advice import Advice, advice
from hhu.client.upgrade.package import Shipment
from hhu.client.upgrade.preflight import Surroundings, examine
from hhu.client.upgrade.shipping import Order
from hhu.client.upgrade.stages import (
    Done,
    Failed,
    Failure,
    Flow,
    NeedCable,
    NeedCall,
    Silence,
    Way,
    run,
)
from hhu.settings import home, open_settings
from hhu.upgrade_words import CLEAR, finding

PATIENT = 5
"""How often silence is waited out when nobody is there to be asked."""
CODES = {
    Failure.BLOCKED: USAGE,
    Failure.COMMAND: REFUSED,
    Failure.FILE: REFUSED,
    Failure.PACKAGE: REFUSED,
    Failure.ROLLED_BACK: REFUSED,
    Failure.VERSION: DIFFERS,
    Failure.STOPPED: INTERRUPTED,
    Failure.SILENT: LINE,
    Failure.LINE: LINE,
}


def add_package(parser: ArgumentParser) -> None:
    """The options of every way that sends a package."""
    parser.add_argument("file", metavar="FILE.hxp", help="the package")
    parser.add_argument(
        "--override", metavar="1122-3344",
        help="the terminal's address: goes past everything found but a wrong signature",
    )  # fmt: skip
    parser.add_argument("--start-over", action="store_true", help="forget what the terminal kept of it")
    parser.add_argument("--check", action="store_true", help="only say what stands against it")
    parser.add_argument(
        "--key", action="append", default=[], metavar="HEX|FILE", help="public key; default: the trusted ones"
    )
    add_line(parser)
    add_json(parser)
    add_yes(parser)


def order_of(args: Namespace, options: LineOptions) -> Order:
    """Read the package and what was typed; ``UsageError`` for what cannot be sent at all."""
    path = Path(args.file)
    name_fits(path.name)
    keys = tuple(read_public(one) for one in args.key) or trusted_keys(home() / TRUSTED)
    expected = Address.parse(options.address) if options.address else None
    override = Address.parse(args.override) if args.override else None
    shipment = Shipment(path.name, read_package(path))
    return Order(shipment, Surroundings(keys, battery(), expected), override, args.start_over)


def costs(way: Way, size: int) -> str:
    """Say what the channel costs, the best and the worst rhythm."""
    channel = "rs485" if way is Way.RS485 else "gprs"
    fast, slow = (one for one in advice() if one.channel == channel)
    return f"{size} bytes over {channel}: {_cost(fast, size)}; {_cost(slow, size)} with an original terminal"


def _cost(one: Advice, size: int) -> str:
    return f"about {one.seconds(size):.0f} s at {one.rate:.0f} of {one.raw:.0f} B/s"


class CommandAnswers:
    """Answers from options, and from a person where one is there."""

    def __init__(self, session: Session, cable: str | None, *, yes: bool) -> None:
        self._session = session
        self._port = cable
        self._yes = yes
        self._silences = self._cables = 0

    async def cable(self, need: NeedCable) -> Line | None:
        """Wait for the person, then open the port; once only where nobody is there."""
        self._cables += 1
        if self._session.download_port:
            return self._session.download_port()
        if self._port is None or (self._cables > 1 and not self._asks):
            return None
        if self._asks and not await asyncio.to_thread(
            confirmed, f"RS485 connected to {need.port} and open {self._port}?"
        ):
            return None
        where = LineAddress.parse(self._port if ":" in self._port else f"rs485:{self._port}")
        try:
            return await open_line(where, where.settings)
        except LineError as error:
            talk(f"{error}")
            if self._asks:
                return await self.cable(need)
            raise

    async def call(self, need: NeedCall) -> Line | None:
        """Nobody dials in on this way."""
        return None

    async def go_on(self, silence: Silence) -> bool:
        """Ask, or be patient for a while."""
        if self._asks:
            return await asyncio.to_thread(confirmed, f"No answer after {silence.tries} tries. Go on asking?")
        self._silences += 1
        return self._silences <= PATIENT

    @property
    def _asks(self) -> bool:
        return not self._yes and somebody_there()


async def walked(flow: Flow, session: Session, order: Order, answers: CommandAnswers, args: Namespace) -> int:
    """Check, ask, walk; return the exit code."""
    language = open_settings().load().language
    if args.check:
        return await _checked(flow.way, session, order, language)
    if flow.way is not Way.USB:  # there the terminal copies by itself
        talk(costs(flow.way, len(order.shipment.file)))
    if not getattr(args, "yes", False) and somebody_there():
        question = f"Upgrade {session.client.address.text} with {order.shipment.name}?"
        if not await asyncio.to_thread(confirmed, question):
            return INTERRUPTED
    told = Teller(language, as_json=getattr(args, "json", False))
    return outcome_code(await run(flow, told, answers))


async def _checked(way: Way, session: Session, order: Order, language: str) -> int:
    found = await examine(session.client, way, order.shipment, order.around)
    for one in found.findings:
        said = finding(one, language)
        print(f"{one.blocker.value}: {said.cause} {said.next_step}".rstrip())
    if not found.findings:
        print(CLEAR[language != "zh"])
    return USAGE if found.stands(order.override) else DONE


def outcome_code(outcome: Done | Failed) -> int:
    """Only a version that was read back is done."""
    if isinstance(outcome, Done):
        return DONE
    if outcome.reason is Failure.COMMAND and outcome.code in PASSWORD_CODES:
        return PASSWORD
    if outcome.reason is Failure.OTHER_ERROR and outcome.error:
        return exit_code(outcome.error)
    return CODES.get(outcome.reason, REFUSED)
