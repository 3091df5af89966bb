"""Families 00 and 01 of 2007: energies and maximum demands, now and at the last settlements; balances."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.simulation.dlt645.peaks import recorded
from core.simulation.physics.instant import hundredths
from core.simulation.physics.load import Register
from core.simulation.shown import KINDS, PHASE_KINDS, Shown

ALL = 0xFF
SETTLEMENTS = 12


def energy(shown: Shown, code: str, now: datetime) -> Any:
    """Return the value of 00kkttss, ``None`` if the meter has none."""
    if code[2:4] in ("90", "0B", "0C"):
        return _balance(shown, code, now)
    _, kind, tariff, day = bytes.fromhex(code)
    moments = [shown.meter.settled(number, now) for number in _days(day)]
    held = [moment for moment in moments if moment is not None]
    return _picked([_registers(shown, kind, moment) for moment in held], tariff, many=day == ALL)


def demand(shown: Shown, code: str, now: datetime) -> Any:
    """Return the value of 01kkttss, ``None`` if the meter has none."""
    _, kind, tariff, day = bytes.fromhex(code)
    periods = [shown.meter.period(number, now) for number in _days(day)]
    held = [period for period in periods if period is not None]
    return _picked([_maxima(shown, kind, *period) for period in held], tariff, many=day == ALL)


def _days(day: int) -> Sequence[int]:
    return range(SETTLEMENTS + 1) if day == ALL else (day,)


def _registers(shown: Shown, kind: int, moment: datetime) -> tuple[Any, ...]:
    if kind in KINDS:
        return shown.energies(kind, moment)
    if kind not in PHASE_KINDS:
        return ()
    phase, of = PHASE_KINDS[kind]
    return (shown.phase_energy(of, phase, moment),)


def _maxima(shown: Shown, kind: int, since: datetime, until: datetime) -> tuple[Any, ...]:
    if kind in KINDS and kind:
        return recorded(*shown.peaks(kind, since, until))
    if kind not in PHASE_KINDS:
        return ()
    phase, of = PHASE_KINDS[kind]
    return recorded(shown.phase_peak(of, phase, since, until))


def _picked(columns: list[tuple[Any, ...]], tariff: int, *, many: bool) -> Any:
    """One value, all tariffs of a day, or one tariff of many days."""
    if not columns or not columns[0]:
        return None
    if tariff == ALL:
        return None if many else columns[0]
    if tariff >= len(columns[0]):
        return None
    picked = tuple(column[tariff] for column in columns if tariff < len(column))
    return picked if many else picked[0]


def _balance(shown: Shown, code: str, now: datetime) -> Any:
    """What is left of prepayment, and what was used in a period: extensions of utilities (M63)."""
    meter = shown.meter
    if code.startswith("000B") or code == "000C0000":
        period = meter.period(int(code[6:], 16), now)
        return None if period is None else _used(shown, *period)
    if not meter.plate.model.prepaid:
        return None
    balance = meter.balance(now)
    left = {
        "00900100": balance.energy_left, "00900101": 0,
        "00900200": balance.left, "00900201": balance.overdrawn,
    }  # fmt: skip
    return hundredths(left[code]) if code in left else None


def _used(shown: Shown, since: datetime, until: datetime) -> Any:
    before, after = shown.meter.energy(Register.FORWARD, since), shown.meter.energy(Register.FORWARD, until)
    return hundredths(max(0, after[0] - before[0]))
