from datetime import time

import pytest

from core.gdw376.units.afn04 import PortReading, ReadingControl, ReadingParameters, Window
from core.terminal.acquisition.settings import PortSettings, settings_of
from core.terminal.factory import LIST_FACTORY
from core.wire.times import DayTime


def test_the_factory_values_of_f33_are_those_of_part_10():
    """Day pass items at 00:05, every hour, broadcast at 01:30, one window, control word 0, 0, 0, 1, 0, 1."""
    (block, *_) = next(unit.ports for unit in LIST_FACTORY if isinstance(unit, ReadingParameters))
    assert settings_of(block) == PortSettings()


def test_every_part_of_f33_counts():
    """Control bits, days, times, windows; 00:00 as an end is midnight."""
    control = ReadingControl(True, True, True, False, True, False)
    windows = (Window(time(6), time(8)), Window(time(20), time(0)))
    block = PortReading(2, control, frozenset({1, 15}), time(9, 30), 15, DayTime(3, 4, 5), windows)
    assert settings_of(block) == PortSettings(
        True, True, True, False, True, False, frozenset({1, 15}), 570, 15, 3, 245, ((360, 480), (1200, 1440))
    )


@pytest.mark.parametrize(
    ("minute", "inside"),
    [(0, False), (4, False), (5, True), (719, True), (720, True), (1434, True), (1435, False), (1439, False)],
)
def test_ports_idle_around_midnight(minute: int, inside: bool):
    """6.2: idle from 23:55 to 00:05, whatever the windows."""
    assert PortSettings().in_window(minute) is inside


@pytest.mark.parametrize(
    ("minute", "inside"), [(1319, False), (1320, True), (5, True), (359, True), (360, False)]
)
def test_a_window_may_go_over_midnight(minute: int, inside: bool):
    """22:00 to 06:00 is the night."""
    assert PortSettings(windows=((1320, 360),)).in_window(minute) is inside


@pytest.mark.parametrize(
    ("windows", "end"), [(((0, 1440),), 1380), (((60, 240), (720, 900)), 900), (((1320, 360),), 1380)]
)
def test_the_period_ends_with_the_last_window(windows: tuple[tuple[int, int], ...], end: int):
    """6.4 rule 4: the last window of the day, or 23:00."""
    assert PortSettings(windows=windows).period_end == end
