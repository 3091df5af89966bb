"""The driver of ABB/Elster A1700 (meter protocols §4.5): a login and its reads for each question.

Single source: nothing here was confirmed by a meter. Rates, demands and billing data are "not supported": the
source does not say what the numbers of their registers stand for.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

from core.meters.driver import Outcome
from core.meters.iec62056 import a1700
from core.meters.iec62056.runner import Script
from core.meters.iec62056.session_driver import Make, SessionDriver
from core.meters.iec62056.sessions import (
    Call,
    Steps,
    address_of,
    programming,
    read_value,
    write_value,
)
from core.meters.iec62056.telegram import Command
from core.meters.iec62056.values import CLOCK_INVALID
from core.meters.occasion import Found, Lack
from core.meters.questions import Question
from core.quantities import Now, Quantity

Q = Quantity
ENERGIES = {
    Q.FORWARD_ACTIVE: 0, Q.REVERSE_ACTIVE: 1, Q.QUADRANT_1: 2, Q.QUADRANT_2: 3, Q.QUADRANT_3: 4,
    Q.QUADRANT_4: 5,
}  # fmt: skip
"""Place among the registers of identity 507."""
MEASUREMENTS = {
    Q.VOLTAGE: (a1700.VOLT, False), Q.CURRENT: (a1700.AMPERE, False),
    Q.ACTIVE_POWER: (a1700.WATT, True), Q.REACTIVE_POWER: (a1700.VAR, True),
    Q.APPARENT_POWER: (a1700.VA, True), Q.POWER_FACTOR: (a1700.FACTOR, True),
}  # fmt: skip
"""What to measure, and whether the total comes first."""
KILO = frozenset({Q.ACTIVE_POWER, Q.REACTIVE_POWER, Q.APPARENT_POWER})
POLLS = 10
"""How often a measurement is looked for."""
Content = tuple[bytes, ...]
UNKNOWN = Lack(Outcome.UNSUPPORTED, f"not known of the A1700 ({a1700.CONFIDENCE})")


class A1700Driver(SessionDriver[Content]):
    """Reads meters A1700 on one line."""

    def _plan(self, question: Question, now: float) -> Found | Lack | Make[Content]:
        body = _body(question.wanted.quantity) if isinstance(question.wanted.when, Now) else None
        if body is None:
            return UNKNOWN
        meter = question.meter
        call = Call(address_of(meter.address), meter.speed)
        return partial(_session, call, a1700.password_of(meter.password), body)

    def _judge(self, question: Question, result: Content, now: float) -> Found | Lack:
        quantity = question.wanted.quantity
        if quantity is Q.CLOCK:
            shown = a1700.clock(result[0])
            age = timedelta(seconds=now - self._runner.began)
            return Found((shown + age).replace(microsecond=0)) if shown else _LOST
        if quantity in ENERGIES:
            missing = (None,) * question.meter.tariffs
            return Found((a1700.energies(b"".join(result))[ENERGIES[quantity]], *missing), a1700.CONFIDENCE)
        places = -3 if quantity in KILO else 0
        values: list[Decimal | None] = [a1700.measured(one).scaleb(places) for one in result]
        return Found((*values, None) if quantity is Q.CURRENT else tuple(values), a1700.CONFIDENCE)


_LOST = Lack(Outcome.BROKEN, CLOCK_INVALID)


def _session(
    call: Call, password: str, body: Callable[[], Steps[Content | Lack]], attempt: int
) -> Script[Content | Lack]:
    def login(key: str) -> Command:
        return Command("P", "2", f"({a1700.cipher(password, key)})")

    return programming(call, login, body, attempt)


def _body(quantity: Quantity) -> Callable[[], Steps[Content | Lack]] | None:
    if quantity is Q.CLOCK:
        return partial(_read, a1700.CLOCK, a1700.CLOCK_LENGTH)
    if quantity in ENERGIES:
        return partial(_read, a1700.ENERGIES, a1700.ENERGIES_LENGTH)
    if quantity in MEASUREMENTS:
        what, with_total = MEASUREMENTS[quantity]
        phases = (a1700.TOTAL, *a1700.PHASES) if with_total else a1700.PHASES
        return partial(_measure, tuple(phase + what for phase in phases))
    return None


def _read(identity: str, length: int) -> Steps[Content | Lack]:
    found: list[bytes] = []
    for packet in a1700.packets(identity, length):
        text = yield from read_value(packet.code, packet.argument)
        if isinstance(text, Lack):
            return text
        found.append(a1700.content(text))
    return tuple(found)


def _measure(codes: tuple[int, ...]) -> Steps[Content | Lack]:
    found: list[bytes] = []
    for code in codes:
        lack = yield from write_value(f"{a1700.MEASURE}001", f"{code:02X}")
        one = lack or (yield from _measured())
        if isinstance(one, Lack):
            return one
        found += one
    return tuple(found)


def _measured() -> Steps[Content | Lack]:
    """Wait until the measurement is done, and read it."""
    for _ in range(POLLS):
        state = yield from _read(a1700.MEASURE, 1)
        if isinstance(state, Lack):
            return state
        if state[0][:1] and state[0][0] & a1700.DONE:
            return (yield from _read(a1700.MEASURED, a1700.MEASURED_LENGTH))
    return Lack(Outcome.BROKEN, f"a measurement was not done after {POLLS} looks")
