"""From the protocol code of the archive to a driver."""

from datetime import datetime

import pytest

from core.meters.driver import Access, Driver, Finished, Outcome, Send, Speed
from core.meters.drivers import LANDIS_GYR_B, LANDIS_GYR_D, USUAL, driver_for
from core.quantities import Quantity, Wanted


@pytest.mark.parametrize(("protocol", "function"), [(1, 0x01), (30, 0x11)])
def test_both_editions_have_a_driver(protocol: int, function: int):
    """M27, M28, M30: each asks with the function of its edition, and gives silence as an answer."""
    driver: Driver | None = driver_for(protocol, lambda: datetime(2026, 11, 20))
    assert driver is not None
    (send,) = driver.ask(Access("000012345678", protocol), Wanted(Quantity.FORWARD_ACTIVE), 0.0)
    assert isinstance(send, Send)
    assert send.raw[12] == function
    (again,) = driver.tick(driver.deadline or 0.0)
    assert again == send
    (end,) = driver.tick(driver.deadline or 0.0)
    assert isinstance(end, Finished)
    assert end.answer.outcome is Outcome.SILENT


@pytest.mark.parametrize("protocol", [LANDIS_GYR_D, LANDIS_GYR_B])
def test_meters_of_landis_gyr_are_read_out(protocol: int):
    """M27: codes 4 and 6 begin with a sign-on by the last eight digits, at 300 7E1 by default."""
    driver: Driver | None = driver_for(protocol)
    assert driver is not None
    access = Access("000084285674", protocol, speed=USUAL.speed(protocol))
    (send,) = driver.ask(access, Wanted(Quantity.FORWARD_ACTIVE), 0.0)
    assert isinstance(send, Send)
    assert send.raw == b"/?84285674!\r\n"
    assert USUAL.speed(protocol) == Speed(300, "E", 7)
    assert USUAL.speed(protocol, 2400) == Speed(2400, "E", 7)


@pytest.mark.parametrize("protocol", [0, 2, 31, 255])
def test_an_unknown_protocol_has_none(protocol: int):
    """0 is "do not read"; families without a driver are not guessed at."""
    assert driver_for(protocol) is None


def test_speed_is_that_of_the_archive_or_of_the_protocol():
    """2400 8E1 for 2007, 1200 8E1 for 1997 (device behaviour 10), 9600 8N1 for EDMI (protocols §3.1)."""
    assert USUAL.speed(30) == Speed(2400)
    assert USUAL.speed(1) == Speed(1200)
    assert USUAL.speed(1, 9600) == Speed(9600)
    assert USUAL.speed(10) == Speed(9600, "N")
