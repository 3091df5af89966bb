"""Events of the terminal itself: mains, inputs, self-check, traffic, parameters, passwords."""

from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Address

import pytest

from core.gdw376.catalogue import unit_class
from core.gdw376.units.afn04 import MasterStation, StatusInputSetup
from core.gdw376.units.afn05 import SetClock
from core.gdw376.units.erc import Erc4, Erc14, Erc21, Erc24, Erc32, PhaseFault, PointMark
from core.panel.facts import Feed
from core.simulation.area import Area
from core.terminal.access import Channel
from core.terminal.causes import ResetCause
from core.terminal.initialise import Extent, initialise
from core.terminal.readings import Kind
from core.terminal.self_check import Equipment, Part
from core.terminal.statistics import RESETS_BY_CAUSE
from tests.core.concentrators import NOON, WRONG, send
from tests.core.terminal.events.play import PLACE, Play, play

ALONE = Area()
STATION = MasterStation(IPv4Address("10.0.0.1"), 9000, IPv4Address(0), 0, "CMNET")


def alone(steps: object, **more: object) -> None:
    play(steps, ALONE, start=NOON, **more)  # type: ignore[arg-type]


def test_an_outage_is_one_record_with_both_times():
    """ERC14 without battery: written at restoration; a loss of less than a second is none."""

    async def steps(p: Play) -> None:
        off = p.clock.now()
        p.place(supply=0)
        await p.clock.sleep(300)
        assert p.events == []
        p.place(supply=221)
        (record,) = p.records
        assert record.time == off
        assert p.body() == Erc14(off.replace(second=0), (off + timedelta(minutes=5)).replace(second=0))
        p.place(supply=0)
        await p.clock.sleep(0.5)
        p.place(supply=221)
        assert p.events == ["14"]

    alone(steps)


def test_on_the_backup_battery_the_outage_is_told_at_once():
    """ERC14 with an open end when the mains go, both times when they are back; the battery lasts a minute."""

    async def steps(p: Play) -> None:
        p.place(supply=0)
        assert p.body() == Erc14(NOON, None)
        assert (p.concentrator.alive, p.concentrator.running) == (True, False)
        assert p.terminal.facts().power.feed is Feed.BATTERY
        await p.clock.sleep(30)
        p.place(supply=221)
        assert p.concentrator.running
        assert p.body() == Erc14(NOON, NOON)
        p.place(supply=0)
        await p.clock.sleep(90)
        assert not p.concentrator.alive
        p.place(supply=221)
        assert p.events == ["14", "14", "14", "14"]
        assert p.concentrator.resets_today == 1

    alone(steps, place=PLACE.__class__(sim=True, csq=27, backup=True))


def test_resets_are_counted_by_cause():
    """M120: power, command; a restart by order is no outage."""

    async def steps(p: Play) -> None:
        p.terminal.restart()
        p.terminal.restart(ResetCause.UPGRADE)
        p.place(supply=0)
        await p.clock.sleep(5)
        p.place(supply=221)
        count = p.concentrator.statistics.present
        causes = {cause.name: count(Kind.DAY, name) for cause, name in RESETS_BY_CAUSE.items()}
        assert causes == {"POWER": 1, "COMMAND": 1, "UPGRADE": 1, "WATCHDOG": 0, "KEY": 0}
        assert p.concentrator.resets_today == 3
        assert p.events == ["14"]

    alone(steps)


def test_a_crash_is_an_outage_from_the_last_mark():
    """A terminal that could not note its end takes the clock's last mark for it."""

    async def steps(p: Play) -> None:
        await p.clock.sleep(125)
        p.concentrator.ledger.note("power.cause", None)
        await p.clock.sleep(30)
        p.concentrator.power_up()
        assert p.body() == Erc14(NOON + timedelta(minutes=2), NOON + timedelta(minutes=2))

    alone(steps)


def test_a_supply_dip_of_five_minutes_is_an_event():
    """M76: ERC24 of the terminal's own supply; back only by 2 %; the month counts the minutes."""

    async def steps(p: Play) -> None:
        p.place(supply=170)
        await p.clock.sleep(240)
        p.place(supply=221)
        await p.clock.sleep(240)
        assert p.events == []
        p.place(supply=170)
        await p.clock.sleep(480)
        assert p.events == ["24+"]
        body = p.body()
        assert isinstance(body, Erc24)
        assert (body.point, body.limit) == (PointMark(1, 0), PhaseFault(True, False, False, 2))
        assert body.voltages == (Decimal("170.0"), None, None)
        assert p.terminal.facts().events_open
        p.place(supply=178)
        await p.clock.sleep(240)
        assert p.events == ["24+"]
        p.place(supply=180)
        await p.clock.sleep(120)
        assert p.events == ["24+", "24-"]
        assert p.concentrator.statistics.present(Kind.MONTH, "under-lower") >= 600

    alone(steps)


def test_an_input_counts_after_200_ms():
    """M40, M41, 6.8: bounces are none, a change is ERC4 with the changed bits and the state after."""

    async def steps(p: Play) -> None:
        await p.clock.sleep(1)
        for closed in ({1}, set[int](), {1}, set[int]()):
            p.place(inputs=frozenset(closed))
            await p.clock.sleep(0.15)
        await p.clock.sleep(1)
        assert p.events == []
        p.place(inputs=frozenset({2}))
        await p.clock.sleep(0.19)
        assert p.events == []
        await p.clock.sleep(0.02)
        assert p.events == ["4"]
        assert p.body() == Erc4(NOON, frozenset({2}), frozenset({2}))
        p.place(inputs=frozenset({2, 7}))
        await p.clock.sleep(1)
        assert p.events == ["4"]

    alone(steps)


def test_up_to_eight_inputs_some_of_them_normally_closed():
    """F12: which inputs are wired, and which count as closed while their contact is open."""
    setup = StatusInputSetup(frozenset(range(1, 9)), frozenset(range(1, 8)))

    async def steps(p: Play) -> None:
        await p.clock.sleep(1)
        assert p.concentrator.inputs.state == {8}
        p.place(inputs=frozenset({5, 8}))
        await p.clock.sleep(1)
        assert p.body() == Erc4(NOON, frozenset({5, 8}), frozenset({5}))

    alone(steps, parameters=[setup])


def test_an_input_that_moved_without_power_is_a_change():
    """M41: the state is kept over an outage."""

    async def steps(p: Play) -> None:
        await p.clock.sleep(1)
        p.place(supply=0)
        p.place(inputs=frozenset({1}))
        await p.clock.sleep(60)
        p.place(supply=221)
        await p.clock.sleep(1)
        assert p.events == ["14", "4"]

    alone(steps)


def test_a_new_fault_is_told_once():
    """M118, M119: at 03:30 and on demand; code by part, once while it lasts, anew after it was gone."""

    async def steps(p: Play) -> None:
        assert p.terminal.facts().self_check.good
        p.place(broken=frozenset({"display", "rs485"}))
        await p.clock.sleep(15 * 3600)
        assert p.events == []
        await p.clock.sleep(3600)
        assert [body.fault for body in (p.body(0), p.body(1)) if isinstance(body, Erc21)] == [4, 5]
        assert f"{p.records[0].time:%H:%M}" == "03:30"
        facts = p.terminal.facts()
        assert (facts.self_check.good, facts.alarm) == (False, True)
        p.terminal.check()
        p.terminal.restart()
        assert p.events == ["21", "21"]
        p.place(broken=frozenset())
        assert p.terminal.check().good
        p.place(broken=frozenset({"store"}))
        assert p.terminal.check().faults == {Part.STORE}
        assert p.events == ["21", "21", "21"]

    alone(steps)


def test_each_part_has_its_code():
    """7.2 row 21: memory, clock, board link, RS485, display; a card is missed only with a master to dial."""

    async def steps(p: Play) -> None:
        codes: dict[str, int] = {}
        for part in Part:
            before = p.mark()
            p.concentrator.checks.run(Equipment(broken=frozenset({part})))
            assert p.mark() == before + 1
            body = p.body()
            assert isinstance(body, Erc21)
            codes[part.name] = body.fault
            p.concentrator.checks.run(Equipment())
        assert codes == {
            "STORE": 1, "CLOCK": 2, "MODULE": 3, "SIM": 3, "RS485": 4, "DISPLAY": 5, "PROGRAM": 1,
        }  # fmt: skip
        assert p.concentrator.checks.run(Equipment(sim=False)).good
        p.concentrator.parameters.write([STATION])
        assert p.concentrator.checks.run(Equipment(sim=False)).faults == {Part.SIM}
        assert p.concentrator.checks.run(Equipment(cell=2.5)).faults == {Part.CLOCK}

    alone(steps)


def test_traffic_beyond_the_limit_is_told_once_a_month():
    """ERC32: used and limit; reports stop until the new month."""
    limit = unit_class(0x04, 36)
    assert limit is not None

    async def steps(p: Play) -> None:
        p.concentrator.count_traffic(900)
        assert not p.concentrator.traffic.exceeded
        for _ in range(3):
            p.concentrator.count_traffic(100)
        assert p.events == ["32"]
        assert p.body() == Erc32(NOON, 1000, 1000)
        assert p.concentrator.traffic.exceeded
        await p.clock.sleep(11 * 86400)
        assert not p.concentrator.traffic.exceeded
        p.concentrator.count_traffic(1000)
        assert p.events == ["32", "32"]

    alone(steps, parameters=[limit.from_json({"value": 1000})])


def test_a_wrong_password_and_a_changed_parameter():
    """ERC20 per wrong try, ERC3 per change (M106)."""

    async def steps(p: Play) -> None:
        p.concentrator.access.open_programming()
        send(p.concentrator, 0x05, SetClock(NOON), pw=WRONG)
        send(p.concentrator, 0x04, STATION)
        assert p.events == ["20", "3"]

    alone(steps)


def test_an_order_of_initialisation_releases_standing_states():
    """M124: after data initialisation nothing an order set stands, and ERC1 is the only record left."""

    async def steps(p: Play) -> None:
        p.concentrator.controls.allow_reports(False)
        p.place(supply=170)
        await p.clock.sleep(480)
        initialise(p.concentrator, Extent.DATA)
        assert p.concentrator.controls.reports_allowed
        assert p.events == ["1"]
        assert not p.concentrator.supply.excessive

    alone(steps)


def test_listeners_hear_what_is_durable():
    """M42: whoever reports by itself is told of each record once it is kept, never of one taken back."""

    async def steps(p: Play) -> None:
        heard: list[int] = []
        p.concentrator.events.subscribe(lambda record: heard.append(record.erc))
        p.concentrator.configure([STATION], 1)
        with pytest.raises(RuntimeError), p.concentrator.ledger.transaction():
            p.concentrator.checks.run(Equipment(broken=frozenset({Part.DISPLAY})))
            raise RuntimeError("taken back")
        assert heard == [3]
        p.terminal.check()
        p.concentrator.checks.run(Equipment(broken=frozenset({Part.DISPLAY})))
        assert heard == [3, 21]
        (record,) = (one for one in p.records if one.important)
        p.concentrator.events.reported(record)
        assert not p.concentrator.events.waiting(Channel.UPLINK)
        assert p.concentrator.events.waiting(Channel.IR)
        assert p.terminal.facts().unseen_event is None

    alone(steps)
