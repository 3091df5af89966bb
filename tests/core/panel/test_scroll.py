"""The scrollers of HOME: ten newest events and the parameters of row 4 (device behaviour 3.3, 3.5)."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from core.panel.facts import Event, Upgrade
from tests.core.panel.scenes import FAILING, HEALTHY, READ_FAIL, TEN_EVENTS, UPLINK, Player

STANDBY = replace(HEALTHY, uplink=replace(UPLINK, standby_ip="10.20.30.41", standby_port=8002))


def rows(player: Player, number: int, steps: int) -> list[str]:
    """Row ``number`` in the middle of each of the coming 6 s steps."""
    seen: list[str] = []
    for _ in range(steps):
        player.wait(3)
        seen.append(player.row(number))
        player.wait(3)
    return seen


def test_row_four_order() -> None:
    """M186: IP, PORT, APN, ADDR, SW, date, and again; no standby entry without standby."""
    assert rows(Player(HEALTHY), 4, 7) == [
        "IP 10.20.30.40",
        "PORT 8001  TCP",
        "APN CMNET",
        "ADDR 1122 3344",
        "SW 1.02 2026-10-08",
        "2026-11-20 Fri",
        "IP 10.20.30.40",
    ]


def test_row_four_with_standby() -> None:
    """A standby master adds two entries after the main one."""
    assert rows(Player(STANDBY), 4, 4)[2:] == ["IP2 10.20.30.41", "PORT2 8002"]


def test_step_is_six_seconds() -> None:
    """Rows 2, 3 and 4 change at the same instant, 6.0 s apart (M185)."""
    player = Player(replace(HEALTHY, events=TEN_EVENTS)).wait(5.9)
    assert (player.row(2)[:5], player.row(4)) == ("01/10", "IP 10.20.30.40")
    player.wait(0.1)
    assert (player.row(2)[:5], player.row(4)) == ("02/10", "PORT 8001  TCP")


def test_changed_parameters_show_at_once() -> None:
    """Of several changed in one write the first in order shows at once, the others follow in turn."""
    player = Player(STANDBY).wait(8)
    uplink = replace(STANDBY.uplink, main_port=9001, standby_ip="10.20.30.42", apn="cmiot")
    player.show(replace(STANDBY, uplink=uplink))
    assert player.row(4) == "PORT 9001  TCP"
    assert rows(player, 4, 4) == ["PORT 9001  TCP", "IP2 10.20.30.42", "PORT2 8002", "APN cmiot"]


def test_new_standby_shows_at_once() -> None:
    """A standby that did not exist before comes to row 4, and its removal leaves row 4 in order."""
    player = Player(HEALTHY).wait(20).show(STANDBY)
    assert player.row(4) == "IP2 10.20.30.41"
    player.show(HEALTHY)
    assert player.row(4) == "IP 10.20.30.40"


def test_change_seen_after_returning_home() -> None:
    """What was changed while another page showed is on row 4 when HOME returns."""
    player = Player(HEALTHY).tap()
    player.show(replace(HEALTHY, identity=replace(HEALTHY.identity, address="1122-7788")))
    assert player.wait(61).face.page == "HOME"
    assert player.row(4) == "ADDR 1122 7788"


def test_midnight_is_no_parameter_change() -> None:
    """The date entry changes by itself and does not jump to row 4."""
    player = Player(HEALTHY).show(replace(HEALTHY, time=datetime(2026, 11, 21)))
    assert player.row(4) == "IP 10.20.30.40"


def test_version_first_after_upgrade() -> None:
    """For 10 min after an upgrade reset the version comes first and stays two turns (M150)."""
    upgraded = replace(
        HEALTHY, identity=replace(HEALTHY.identity, upgrade=Upgrade(True, date(2026, 11, 20), -15.0))
    )
    player = Player(upgraded)
    version = "SW 1.02 2026-10-08"
    assert rows(player, 4, 3) == [version, version, "IP 10.20.30.40"]
    player.wait(600)
    assert rows(player, 4, 6).count(version) == 1


@pytest.mark.parametrize("address", ["255.255.255.255", "100.200.130.240"])
def test_addresses_are_never_cut(address: str) -> None:
    """The longest address fits its line on both faces and on LINK."""
    facts = replace(HEALTHY, uplink=replace(UPLINK, main_ip=address, standby_ip=address))
    assert Player(facts).row(4).endswith(address)
    assert Player(facts).tap().row(3) == f"Main {address}"
    assert Player(facts, compact=True).row(4) == address


def test_ten_newest_events_in_order() -> None:
    """Exactly the ten newest show, newest first, ties by record number (M184)."""
    many = tuple(Event(n, 4, datetime(2026, 11, 1 + n // 2), point=n) for n in range(30))
    seen = rows(Player(replace(HEALTHY, events=many)), 3, 11)
    assert [text[-4:] for text in seen] == [f"{n:04d}" for n in (*range(29, 19, -1), 29)]


def test_new_event_restarts_within_a_second() -> None:
    """A new event shows at once as 01, and row 4 keeps its entry."""
    player = Player(replace(HEALTHY, events=TEN_EVENTS)).wait(20)
    row4 = player.row(4)
    player.show(replace(HEALTHY, events=(Event(99, 20, HEALTHY.time), *TEN_EVENTS)))
    assert player.row(2) == "01/10 E20 Auth"
    assert player.row(4) == row4


def test_late_record_is_found_where_it_stands() -> None:
    """After the clock went back a new record is not the newest; the cycle restarts at it all the same."""
    player = Player(replace(HEALTHY, events=TEN_EVENTS[:5]))
    player.show(replace(HEALTHY, events=(*TEN_EVENTS[:5], Event(99, 20, datetime(2026, 11, 16)))))
    assert player.row(2) == "04/06 E20 Auth"


def test_returning_home_restarts_the_events() -> None:
    """Leaving HOME and coming back begins at 01."""
    player = Player(replace(HEALTHY, events=TEN_EVENTS)).wait(20).tap(8)
    assert player.face.page == "HOME"
    assert player.row(2)[:5] == "01/10"


def test_data_initialisation_empties_rows_two_and_three() -> None:
    """Without records the scroller says so."""
    player = Player(replace(HEALTHY, events=TEN_EVENTS)).wait(20).show(HEALTHY)
    assert (player.row(2), player.row(3)) == ("No event record", "")


def test_compact_scrolls_failed_points_after_events() -> None:
    """On the compact face failed points follow the events."""
    player = Player(replace(FAILING, events=(READ_FAIL,)), compact=True)
    assert rows(player, 2, 4) == [
        "E31 ReadFail  01",
        "P0012 485_2   02",
        "P0177 485_1   03",
        "E31 ReadFail  01",
    ]
