"""The maker's orders at a terminal, by the worked examples of vendor extension §6."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from ipaddress import IPv4Address
from typing import Any

import pytest

from core.channels.exchange import order_of, session_answer
from core.clock import ManualClock
from core.errors import DecodeError
from core.gdw376.call import Call
from core.gdw376.frame import decode_frame
from core.gdw376.message import Item, encode_blocks
from core.gdw376.station import Reach
from core.gdw376.units.afn04 import Authentication, MasterStation, TerminalAddress, UplinkPort
from core.service.dispatch import serve
from core.service.order import Answer
from core.store.store import Store
from core.terminal.access import Channel, Rank
from core.terminal.concentrator import Concentrator
from core.terminal.identity import Identity
from core.terminal.ledger import Ledger
from core.terminal.upgrade.files import ParameterFile
from core.terminal.upgrade.mode import ModeRecord
from core.terminal.upgrade.slots import Attempt, Way
from core.terminal.upgrade.slots import Outcome as Ended
from core.vendor.crc import CrcKind
from core.vendor.download import Download, Leave, Local, Remote, Tail
from core.vendor.envelope import (
    APPLY_PARAMETERS,
    ENTER_DOWNLOAD,
    IDENTIFY,
    LAMP_TEST,
    TRANSFER,
    Order,
    Outcome,
    Result,
)
from core.vendor.identify import identity_in
from core.vendor.parameter_file import parameter_file
from core.vendor.tails import Wish
from core.vendor.transfer.commands import WriteFirst
from tests.core.vendor.packages import KEY, package
from tests.vectors import HERE

START = datetime(2026, 11, 20, 8, 30)
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "vendor" / "frames.jsonl").read_text("utf-8").splitlines()
]
UNIT = Identity(
    software="0101", software_date=date(2026, 6, 1), library="0100", library_date=date(2026, 6, 1),
    vendor_keys=(KEY,),
)  # fmt: skip


def vector(name: str, direction: str = "down", place: int = 0) -> bytes:
    """Frame ``place`` of a name and direction."""
    found = [row for row in ROWS if row["name"] == name and row["direction"] == direction]
    return bytes.fromhex(found[place]["hex"])


class Unit:
    """The terminal of §5.6 with the address of §6, as its channels see it."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.store = Store(None)
        self.inner = Concentrator(
            self.clock, Ledger(self.store), self.store.readings, UNIT, 0.0, self.store.programs
        )
        self.inner.parameters.write([TerminalAddress("1122", 0x7788)])
        self.inner.power_up()
        self.serial = True

    def heard(self, raw: bytes, channel: Channel = Channel.RS485, *, con: bool = False) -> bytes:
        """The payload that answers a frame; nothing is silence."""
        frame = decode_frame(raw)
        frame = replace(frame, seq=replace(frame.seq, con=con))
        call = Call((frame,), Reach.OWN, self.clock.monotonic())
        served = serve(self.inner, order_of(call, channel, serial=self.serial))
        assert isinstance(served, Answer)
        return b"".join(session_answer(served, 16383).blocks)

    def asked(self, order: Order, channel: Channel = Channel.RS485) -> Outcome:
        return Outcome.decode(self.heard(framed(order), channel))

    def result(self, order: Order, channel: Channel = Channel.RS485) -> Result:
        return Result(self.asked(order, channel).content[0])

    def restart(self) -> None:
        self.inner.power_down()
        self.inner.power_up()

    def in_mode(self, way: Local | Remote = Local()) -> None:  # noqa: B008  # a frozen value
        until = self.clock.now().replace(hour=11, minute=29)
        self.inner.upgrade.store.keep_mode(ModeRecord(way, until).encode())
        self.restart()

    def next_id(self, number: int) -> None:
        """Let the next file have this id."""
        while self.inner.upgrade.store.next_file_id() != number - 1:
            pass

    def opened(self) -> None:
        self.inner.access.open_programming()


SEQ = iter(range(1 << 30))


def framed(order: Order) -> bytes:
    payload = order.encode()
    length = ((8 + len(payload)) << 2 | 2).to_bytes(2, "little")
    body = bytes.fromhex("4A 22 11 88 77 02 F0") + bytes([0x60 | next(SEQ) & 15]) + payload
    return bytes([0x68, *length, *length, 0x68, *body, sum(body) & 0xFF, 0x16])


@contextmanager
def unit() -> Generator[Unit]:
    made = Unit()
    try:
        yield made
    finally:
        made.store.close()


def payload(name: str, place: int = 0) -> bytes:
    return decode_frame(vector(name, "up", place)).payload


def test_identify_in_download_mode_with_half_a_file() -> None:
    """X3: E0 of a unit in local mode that has one of two units."""
    with unit() as one:
        one.in_mode()
        one.heard(vector("X16"))
        one.inner.download.files.restart()
        one.inner.upgrade.store.describe_partial(
            replace(one.inner.upgrade.store.partial() or pytest.fail(), coverage=((0, 256),))
        )
        one.inner.download.files.restart()
        one.inner.upgrade.identity = replace(one.inner.identity, vendor_keys=())
        assert one.heard(vector("X3")) == payload("X3")


@pytest.mark.parametrize(("switch", "name"), [(True, "X4 ok"), (False, "X5 switch closed")])
def test_enter_local_download(switch: bool, name: str) -> None:
    """X4: with the switch open the mode is entered 2 s later; closed: 0B."""
    with unit() as one:
        if switch:
            one.opened()
        assert one.heard(vector("X4"), Channel.IR)[:8] == payload(name)[:8]
        assert (one.inner.upgrade.reset_due is not None) is switch
        assert (one.inner.upgrade.store.mode() is not None) is switch


def test_the_tail_names_the_terminal_that_is_meant() -> None:
    """X5: 57600 and an address expected; another address: 0F, and nothing happens."""
    with unit() as one:
        one.opened()
        assert one.heard(vector("X5"), Channel.IR) == payload("X5 ok")
        one.restart()
        assert one.inner.download.mode.local == Local(6)
    with unit() as other:
        other.inner.parameters.write([TerminalAddress("1122", 0x7789)])
        other.opened()
        assert other.heard(vector("X5"), Channel.IR) == payload("X5 wrong address")
        assert other.inner.upgrade.store.mode() is None


def test_a_wrong_password_comes_before_the_switch_and_locks() -> None:
    """X6, §2.2: 03, counted, ERC20; the third one locks the channel: 0E."""
    with unit() as one:
        assert one.heard(vector("X6"), Channel.IR) == payload("X6 password")
        assert one.inner.access.attempts_left(Channel.IR) == 2
        assert one.heard(vector("X6"), Channel.IR) == payload("X6 password")
        assert one.inner.access.attempts_left(Channel.IR) == 2, "the same frame is not carried out twice"
        wrong = Order(ENTER_DOWNLOAD, Download(Local()).encode(), "123456")
        assert [one.result(wrong, Channel.IR) for _ in range(3)] == [
            Result.PASSWORD, Result.PASSWORD, Result.LOCKED,
        ]  # fmt: skip
        assert [record.erc for record in one.inner.events.newest()].count(20) == 3


def test_enter_remote_download() -> None:
    """X7, X8: IP and port; without a module 02; PW behind the inner frame counts where it is checked."""
    with unit() as one:
        one.inner.uplink.presence = replace(one.inner.uplink.presence, module=False)
        assert one.heard(vector("X7"), Channel.UPLINK) == payload("X7 content")
        one.clock.advance(11)
        one.inner.uplink.presence = replace(one.inner.uplink.presence, module=True)
        assert one.heard(vector("X7"), Channel.UPLINK) == payload("X7 ok")
        one.restart()
        assert one.inner.download.mode.remote == Remote(IPv4Address("192.0.2.10"), 7001)
        target = one.inner.uplink.settings.main
        assert target is not None
        assert (target.host, target.port, target.apn) == ("192.0.2.10", 7001, "CMNET")
    with unit() as other:
        other.inner.access.set_password(Channel.UPLINK, Rank.HIGH, bytes(range(0x41, 0x51)).decode())
        order = Order(ENTER_DOWNLOAD, Download(Local()).encode(), pw=bytes(range(0x41, 0x51)))
        assert other.result(order, Channel.UPLINK) is Result.PASSWORD
        other.inner.parameters.write([replace(other.inner.parameters.value(Authentication), scheme=1)])
        assert other.result(order, Channel.UPLINK) is Result.OK


def test_leaving_and_equal_orders() -> None:
    """X9, §2.2: zeros in normal mode do nothing; in the mode an equal record does nothing, zeros leave."""
    with unit() as one:
        one.opened()
        assert one.heard(vector("X9")) == payload("X9 ok")
        assert one.inner.upgrade.reset_due is None
        one.in_mode()
        assert one.result(Order(ENTER_DOWNLOAD, Download(Local()).encode())) is Result.OK
        assert one.inner.upgrade.reset_due is None
        assert one.result(Order(ENTER_DOWNLOAD, Download(Local(6)).encode())) is Result.OK
        assert one.inner.upgrade.reset_due is not None
        assert one.result(Order(ENTER_DOWNLOAD, Download(Local(4)).encode())) is Result.BUSY
        one.restart()
        assert one.result(Order(ENTER_DOWNLOAD, Download(Leave()).encode())) is Result.OK
        one.restart()
        assert one.inner.download.mode.way is None


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xff\x00\xff" + bytes(4), b"\x7f\0\0\x01\0\0\x1b\x59", b"\xe0\0\0\x01\0\0\x1b\x59",
     b"\xc0\0\x02\x0a\0\0\0\0", Local().encode() + Tail(hours=3).encode()[:-1] + b"\x01"],
)  # fmt: skip
def test_what_code_07_cannot_carry_out(content: bytes) -> None:
    """§2.2: 02, and nothing is written."""
    with unit() as one:
        one.opened()
        assert one.result(Order(ENTER_DOWNLOAD, content)) is Result.CONTENT
        assert one.inner.upgrade.store.mode() is None


def test_short_messages_carry_no_upgrade() -> None:
    """M127: code 07 and file frames over SMS are denied where asked, else silence; nothing happens."""
    with unit() as one:
        for name in ("X4", "X16"):
            assert one.heard(vector(name), Channel.SMS) == b""
            assert one.heard(vector(name), Channel.SMS, con=True)[:4] == bytes.fromhex("00000200")
        assert one.inner.upgrade.store.mode() is None


def test_write_first_with_tail() -> None:
    """X16: new transfer, id 7, 16/16/1, first missing 1."""
    with unit() as one:
        one.in_mode()
        one.next_id(7)
        assert one.heard(vector("X16")) == payload("X16")


def test_write_first_without_tail_and_its_refusals() -> None:
    """X17, conformance 5: a plain answer of 8 bytes; name, CRC, busy for others; 15 outside the mode."""
    with unit() as one:
        one.opened()
        assert transfer(one, vector("X17")) == bytes([0xC4, 15])
        one.in_mode()
        one.next_id(7)
        assert one.heard(vector("X17")) == payload("X17 ok")
        assert one.heard(vector("X17"), Channel.IR) == payload("X17 busy")
        assert one.heard(altered("X17", b"demo.hxp", b"demo.exe")) == payload("X17 name")
        assert one.heard(altered("X17", b"demo.hxp", b"a/..\\.hx")) == payload("X17 name")
        assert one.heard(altered("X17", b"HX1088PK", b"HX1088PX")) == payload("X17 crc")
        one.clock.advance(61)
        assert one.heard(vector("X17"), Channel.IR)[:8] == payload("X17 ok")[:8]


def altered(name: str, old: bytes, new: bytes) -> bytes:
    """A vector with other bytes of the same length and the CS made again."""
    raw = bytearray(vector(name).replace(old, new))
    raw[-2] = sum(raw[6:-2]) & 0xFF
    return bytes(raw)


def transfer(one: Unit, raw: bytes, channel: Channel = Channel.RS485) -> bytes:
    """What stands behind EXT in the answer."""
    return Outcome.decode(one.heard(raw, channel)).content


def test_write_next_and_finish() -> None:
    """X18, X20: the block, its refusals in order, finish; the same finish again gets the same answer."""
    with unit() as one:
        one.in_mode()
        one.next_id(7)
        assert one.heard(vector("X18")) == payload("X18 id")
        one.heard(vector("X16"))
        assert one.heard(vector("X20")) == payload("X20 missing")
        assert one.heard(altered("X18", b"\x07\0\0\0\x01\0\xc4", b"\x07\0\0\0\x01\0\xc5")) == payload(
            "X18 crc"
        )
        assert one.heard(altered("X18", b"\x07\0\0\0\x01\0\xc4", b"\x07\0\0\0\x02\0\xc4")) == payload(
            "X18 offset"
        )
        assert one.heard(vector("X18")) == one.heard(vector("X18")) == payload("X18 ok")
        assert one.heard(vector("X20")) == one.heard(vector("X20")) == payload("X20 ok")
        assert one.inner.upgrade.reset_due == one.clock.monotonic() + 5
        one.restart()
        assert one.inner.identity.software == "0102"
        assert one.inner.download.mode.way is None
        assert one.inner.download.files.package.about is None


def test_a_lower_version_is_refused_in_the_answer_to_finish() -> None:
    """X20: 86 with 0A; the running slot stays, the mode stays, no reset."""
    with unit() as one:
        one.inner.upgrade.identity = replace(UNIT, software="0103")
        one.in_mode()
        one.inner.upgrade.identity = replace(UNIT, software="0103")
        one.next_id(7)
        one.heard(vector("X16"))
        one.heard(vector("X18"))
        assert one.heard(vector("X20")) == payload("X20 refused old version")
        assert one.inner.upgrade.reset_due is None
        assert one.inner.download.mode.way is Way.LOCAL
        last = one.inner.upgrade.store.attempts()[-1]
        assert (last.outcome, last.reason) == (Ended.REFUSED, 10)


def test_a_wrong_file_check_clears_the_map() -> None:
    """X20: C6 09, and the client starts over."""
    with unit() as one:
        one.in_mode()
        one.next_id(7)
        one.heard(vector("X16"))
        one.heard(vector("X18"))
        assert one.heard(altered("X20", b"\x23\x7d", b"\x24\x7d")) == payload("X20 crc")
        assert one.inner.download.files.package.missing == 2


def test_the_older_generation_of_checks() -> None:
    """X19: a block with CRC-16/ARC goes with a write first in ARC, and only then."""
    with unit() as one:
        one.in_mode()
        one.next_id(7)
        one.heard(vector("X16"))
        assert one.heard(vector("X19")) == payload("X18 crc")
        data = package("PK01")[:256]

        crc = CrcKind.ARC.of(data).to_bytes(2, "little")
        arc = altered("X17", b"\xa4\x01\xcc\xbf", b"\xa4\x01" + crc)
        begun = transfer(one, arc)
        number = begun[1:5]
        block = altered("X19", b"\x05\x07\0\0\0", b"\x05" + number)
        assert transfer(one, block) == b"\x85" + number + b"\x01\0\0"


def test_cancel_and_resume() -> None:
    """X21, X22: a new id, first missing 1, resumed; cancel erases; a wrong type is 8, no transfer 5."""
    with unit() as one:
        one.in_mode()
        one.next_id(7)
        one.heard(vector("X16"))
        one.inner.download.files.package.keep()
        one.restart()
        assert one.heard(vector("X22")) == payload("X22")
        assert transfer(one, altered("X21", b"\x07\x03\x07", b"\x07\x04\x08")) == bytes([0xC7, 8])
        assert transfer(one, vector("X21")) == bytes([0xC7, 5])
        assert transfer(one, altered("X21", b"\x07\x03\x07", b"\x07\x03\x08"))[:2] == b"\x87\x03"
        assert one.inner.download.files.package.about is None


def test_bursts_of_the_example() -> None:
    """X24 to X26, X28: lost frames show in the bitmap, the query repeats it, the map tells all units."""
    with unit() as one:
        one.in_mode()
        one.next_id(10)
        file = b"".join(bytes((7 * k + j) % 256 for j in range(256)) for k in range(7))[:1600]

        first = WriteFirst("p.hxp", 1600, 0o644, CrcKind.X25.of(file[:256]), file[:256], Wish(0, 16, 16))
        one.asked(Order(TRANSFER, first.encode()))
        assert [one.heard(vector(f"X24 #{i}")) for i in (0, 2)] == [b"", b""]
        assert one.heard(vector("X24 #4")) == payload("X24 bitmap 10101")
        assert one.heard(vector("X28")) == payload("X28")
        assert [one.heard(vector("X25", place=i)) for i in (0, 1)] == [b"", b""]
        assert one.heard(vector("X25", place=2))[14:] == payload("X25")[14:]
        assert one.heard(vector("X25", place=3)) == payload("X25")
        one.restart()
        assert one.heard(vector("X24 #0")) == b""
        assert transfer(one, vector("X24 #4")) == bytes([0xC8, 5])
        assert one.heard(vector("X25", place=3)) == payload("X26 id after reset")


def test_large_blocks() -> None:
    """X27: 4096 bytes at unit 16, single and as the last of a burst of 16."""
    with unit() as one:
        one.in_mode()
        one.next_id(10)

        data = bytes(j % 256 for j in range(256))
        first = WriteFirst("p.hxp", 96 * 256, 0o644, CrcKind.X25.of(data), data, Wish(0, 16, 16))
        one.asked(Order(TRANSFER, first.encode()))
        assert transfer(one, vector("X27")) == bytes.fromhex("85 0A 00 00 00 10 00 00")
        state = transfer(one, vector("X27", place=1))
        assert state[:8] == bytes.fromhex("88 0A 00 00 00 03 10 00")
        assert state[12:] == b"\x00\x80"


def test_directory_and_logs() -> None:
    """X29, X30: the directory by blocks; a log is read piece by piece, and finished by its check."""
    with unit() as one:
        store = one.inner.upgrade.store
        store.note(Attempt(START, Way.LOCAL, Ended.REFUSED, 10, "0101", "0100"))
        listed = transfer(one, vector("X29"))
        assert listed[0] == 0x81
        assert b"upg.log," in listed
        assert listed[5:].count(b"\n") == 3
        assert transfer(one, altered("X29", b"\x01\0\0\x01\xc8", b"\x01\x09\0\x01\xbf")) == bytes([0xC1, 6])
        begun = transfer(one, vector("X30"))
        number, size = begun[1:5], int.from_bytes(begun[5:9], "little")
        rest = transfer(one, renumbered("X30", 1, number))
        text = rest[11:]
        assert len(text) == size
        assert b"2026-11-20 08:30 upgrade refused" in text
        assert b"Old version" in text


def renumbered(name: str, place: int, number: bytes) -> bytes:
    raw = bytearray(vector(name, place=place).replace(b"\x0b\0\0\0", number))
    raw[-2] = sum(raw[6:-2]) & 0xFF
    return bytes(raw)


def test_format_and_shell_are_refused_with_any_password() -> None:
    """X10, conformance 3: 0A, whoever asks, and no password is looked at."""
    with unit() as one:
        for place, name in enumerate(("X10 03", "X10 13")):
            assert one.heard(vector(name)) == payload("X10", place)
        for code in (0x03, 0x13):
            assert one.result(Order(code, b"\x02\0ls", "999999")) is Result.NOT_OFFERED
        assert one.inner.access.attempts_left(Channel.RS485) == 3


def test_a_site_report_without_link() -> None:
    """X11: state 2, what 3; again within 10 s: 0C (M113)."""
    with unit() as one:
        assert one.heard(vector("X11")) == payload("X11", 1)
        assert one.heard(vector("X11")) == payload("X11", 1)
        assert one.result(Order(0xE1, b"\0")) is Result.BUSY


def test_usb_upgrade_without_disk() -> None:
    """X12: 04 without a disk; 0B with the switch closed."""
    with unit() as one:
        assert one.result(Order(0x19, b"demo.hxp")) is Result.SWITCH_CLOSED
        one.opened()
        assert one.heard(vector("X12")) == payload("X12 no disk")


def test_self_test_and_its_result() -> None:
    """X13: accepted; the result by items 6002 and 6001."""
    with unit() as one:
        one.opened()
        assert one.heard(vector("X13")) == payload("X13")
        answer = Outcome.decode(one.heard(vector("X13", place=1)))
        assert answer.content[:6] == bytes.fromhex("00 00 02 02 60 02")


def test_the_lamp_test_ends_by_itself() -> None:
    """§2.6: 01 lights all lamps for 30 s, 02 ends it, 00 is not offered."""
    with unit() as one:
        assert one.asked(Order(LAMP_TEST, b"\x01\0\0")).content == b"\x01\0\0"
        assert one.inner.download.lamps_tested
        one.clock.advance(31)
        assert not one.inner.download.lamps_tested
        assert one.result(Order(LAMP_TEST, b"\0\0\0")) is Result.NOT_OFFERED


def applied(one: Unit, body: bytes) -> int:
    one.clock.advance(11)  # an equal frame of before is no repetition any more
    one.inner.download.shelf.keep(ParameterFile("site.dft", START, body))
    content = one.asked(Order(APPLY_PARAMETERS, b"site.dft")).content
    return int.from_bytes(content, "little", signed=True)


def test_a_parameter_file_is_applied_whole_or_not() -> None:
    """X15, §2.3: all records or none; length, check, type and size have their codes."""
    with unit() as one:
        one.opened()
        assert one.heard(vector("X15")) == Outcome(APPLY_PARAMETERS, b"\xff").encode()
        station = MasterStation(IPv4Address("10.1.2.3"), 9001, IPv4Address(0), 0, "CMNET")
        port = replace(one.inner.parameters.value(UplinkPort), heartbeat=7)
        units = [b"".join(encode_blocks([Item.of(each)])) for each in (station, port)]
        whole = parameter_file(units)
        assert applied(one, whole[:-1]) == -3
        assert applied(one, whole[:-1] + b"\x01") == -6
        assert applied(one, parameter_file([b"\0\0\x01\xff\x01"])) == -1
        assert applied(one, bytes(50 * 1024 + 1)) == -4
        assert applied(one, whole) == 0
        assert one.inner.parameters.value(MasterStation).main_port == 9001
        assert one.inner.parameters.value(UplinkPort).heartbeat == 7


def test_any_single_bit_error_has_no_effect() -> None:
    """Conformance 2: a frame with one bit flipped is never taken."""

    raw = vector("X18")
    for bit in range(len(raw) * 8):
        damaged = bytearray(raw)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecodeError):
            decode_frame(bytes(damaged))


def test_wrong_passwords_of_a_transfer_count_once() -> None:
    """§1.6: the ends of a transfer need the high password; a wrong one is counted once for each transfer."""
    with unit() as one:
        one.in_mode()
        one.next_id(7)
        one.heard(vector("X16"))
        one.heard(vector("X18"))
        wrong = Order.decode(decode_frame(vector("X20")).payload)
        for _ in range(5):
            assert one.asked(replace(wrong, password="111111")).content == bytes([0xC6, 12])
        assert one.inner.access.attempts_left(Channel.RS485) == 2
        assert one.inner.upgrade.reset_due is None


def test_limits_follow_the_channel() -> None:
    """§3.4: infrared, serial port, network in its place."""
    with unit() as one:

        def limits(channel: Channel) -> tuple[int, int, int]:
            who = identity_in(one.asked(Order(IDENTIFY), channel).content)
            return who.block, who.burst, who.window

        assert (limits(Channel.IR), limits(Channel.RS485)) == ((4, 4, 1), (16, 16, 1))
        one.serial = False
        assert limits(Channel.UPLINK) == limits(Channel.RS485) == (16, 64, 16)
