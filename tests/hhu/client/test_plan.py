from collections.abc import Sequence
from ipaddress import IPv4Address

import pytest

from core.errors import DeniedError, LineError, SilenceError, UsageError
from core.gdw376.address import Address
from core.gdw376.message import Item
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import MasterStation, TerminalAddress, UplinkPort
from hhu.client.change import Change, State
from hhu.client.names import Name, parse_name
from hhu.client.plan import Plan

OWN = Address("1122", 0x7788)
OLD = MasterStation(IPv4Address("1.2.3.4"), 5, IPv4Address(0), 6, "CMNET")
NEW = MasterStation(IPv4Address("1.2.3.9"), 5, IPv4Address(0), 6, "cmiot")
HEARTBEAT = UplinkPort.blank()
ADDRESS = TerminalAddress("1122", 0x9999)


class Shelf:
    """A terminal that keeps what it is given, or does what the play wants instead."""

    def __init__(self, *units: Unit) -> None:
        self.kept: dict[type[Unit], Unit] = {type(unit): unit for unit in units}
        self.address = OWN
        self.log: list[str] = []
        self.on_write: list[Exception | None] = []
        self.on_read: list[Exception | None] = []
        self.forget = False

    async def read(self, wanted: Sequence[Name]) -> list[Item]:
        self.log.append("read " + " ".join(name.text for name in wanted))
        if self.on_read and (error := self.on_read.pop(0)):
            raise error
        return [Item.of(self.kept[name.unit]) for name in wanted if name.unit in self.kept]

    async def write(self, items: Sequence[Item]) -> None:
        self.log.append("write " + " ".join(item.value.meaning.code for item in items if item.value))
        error = self.on_write.pop(0) if self.on_write else None
        if not self.forget and not isinstance(error, DeniedError | UsageError):
            self.kept |= {type(item.value): item.value for item in items if item.value}
        if error:
            raise error

    def readdress(self, address: Address) -> None:
        self.log.append(f"to {address.text}")
        self.address = address


def plan() -> Plan:
    current = [(0, OLD), (0, HEARTBEAT), (0, TerminalAddress("1122", 0x7788))]
    return Plan.of(current, [(0, ADDRESS), (0, NEW)])


def states(made: Plan) -> dict[str, str]:
    return {change.name: change.state.value for change in made.changes}


def test_only_what_differs_is_planned() -> None:
    """A row per changed leaf, with both values in people's text."""
    changes = {change.name: (change.before, change.after) for change in plan().changes}
    assert changes == {
        "04F89.terminal": (0x7788, 0x9999),
        "04F3.main_ip": (IPv4Address("1.2.3.4"), IPv4Address("1.2.3.9")),
        "04F3.apn": ("CMNET", "cmiot"),
    }
    [terminal] = [change for change in plan().changes if change.path == "terminal"]
    assert (terminal.shown(terminal.before), terminal.label_zh) == ("7788", "终端地址")


def test_kept_names_are_rows_that_are_verified_already() -> None:
    """A wish that holds already is shown as such and not written."""
    made = Plan.of([(0, OLD)], [(0, OLD)], keep=[parse_name("apn")])
    assert states(made) == {"04F3.apn": "verified"}
    assert made.done


async def test_parameters_go_together_and_the_address_last() -> None:
    """One message per AFN, read back at once; the new address is used from its confirmation on."""
    shelf, seen = Shelf(OLD), list[str]()
    made = plan()
    await made.run(shelf, lambda change: seen.append(f"{change.path} {change.state.value}"))
    assert shelf.log == ["write 04F3", "read 04F3", "write 04F89", "to 1122-9999", "read 04F89"]
    assert made.done
    assert seen[:4] == ["main_ip sent", "apn sent", "main_ip acknowledged", "apn acknowledged"]


async def test_a_denial_refuses_the_message_and_ends_the_run() -> None:
    """Nothing of a refused message counts, and what comes after it stays planned."""
    shelf, made = Shelf(OLD), plan()
    shelf.on_write.append(DeniedError(4, 0x0B))
    await made.run(shelf)
    assert states(made) == {"04F89.terminal": "planned", "04F3.main_ip": "refused", "04F3.apn": "refused"}
    assert made.error is not None


async def test_what_was_not_kept_differs() -> None:
    """A terminal that confirms and forgets is found out by the read-back, with what it has."""
    shelf, made = Shelf(OLD), plan()
    shelf.forget = True
    await made.run(shelf)
    change = made.changes[-1]
    assert (change.state, change.found) == (State.DIFFERS, "CMNET")


@pytest.mark.parametrize("error", [SilenceError("COM4", "no answer", 3), LineError("COM4", "unplugged")])
async def test_silence_proves_nothing_and_resume_reads_first(error: LineError) -> None:
    """The terminal had taken the write: resuming finds it by reading and writes only the rest."""
    shelf, made = Shelf(OLD), plan()
    shelf.on_write.append(error)
    await made.run(shelf)
    assert states(made)["04F3.apn"] == "failed"
    shelf.log.clear()
    await made.resume(shelf)
    assert shelf.log == ["read 04F3", "write 04F89", "to 1122-9999", "read 04F89"]
    assert made.done


async def test_resume_writes_again_what_did_not_arrive() -> None:
    """The terminal had not taken it: it is written again."""
    shelf, made = Shelf(OLD), plan()
    shelf.on_write.append(SilenceError("COM4", "no answer", 3))
    shelf.forget = True
    await made.run(shelf)
    shelf.forget = False
    await made.resume(shelf)
    assert made.done
    assert shelf.log.count("write 04F3") == 2


async def test_a_failed_read_back_is_not_called_verified() -> None:
    """Confirmed but not read back is failed, with the reason."""
    shelf, made = Shelf(OLD), plan()
    shelf.on_read.append(SilenceError("COM4", "no answer", 3))
    await made.run(shelf)
    assert states(made)["04F3.apn"] == "failed"


async def test_a_silent_address_write_asks_the_new_address() -> None:
    """The confirmation was lost, the terminal has moved."""
    shelf = Shelf(TerminalAddress("1122", 0x7788))
    made = Plan.of([(0, TerminalAddress("1122", 0x7788))], [(0, ADDRESS)])
    shelf.on_write.append(SilenceError("COM4", "no answer", 3))
    await made.run(shelf)
    assert made.done
    assert shelf.address.text == "1122-9999"


async def test_a_silent_address_write_returns_to_the_old_address() -> None:
    """Nobody answers at the new address either: it is unknown, and the old address stays."""
    shelf = Shelf(TerminalAddress("1122", 0x7788))
    made = Plan.of([(0, TerminalAddress("1122", 0x7788))], [(0, ADDRESS)])
    shelf.on_write.append(SilenceError("COM4", "", 3))
    shelf.on_read.append(SilenceError("COM4", "", 3))
    await made.run(shelf)
    assert states(made) == {"04F89.terminal": "failed"}
    assert shelf.address == OWN


async def test_an_error_of_the_caller_leaves_the_plan_as_it_was() -> None:
    """Without a password nothing was sent, so everything is planned still."""
    shelf, made = Shelf(OLD), plan()
    shelf.on_write.append(UsageError("no password"))
    notes: list[Change] = []
    with pytest.raises(UsageError):
        await made.run(shelf, notes.append)
    assert set(states(made).values()) == {"planned"}
    assert notes[-1].state is State.PLANNED
