"""A meter as a thing: what it counted, measures, remembers, and what can be done to it. No protocol here.

Every question carries the true moment it is asked; answers about the past are answers of the past, so a
freeze is the register at the moment at which the meter's clock passed it. Time never goes back for a meter:
a moment before the latest one it was asked about counts as that one (`Meter.at`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.simulation.physics.account import Account, Balance
from core.simulation.physics.calendar import SettlementDays, day_starts, hour_starts
from core.simulation.physics.demand import Demand, Demands, greatest
from core.simulation.physics.instant import Instant, measured
from core.simulation.physics.load import NANO, Load, Register, drawn, step_tariffs
from core.simulation.physics.operations import Done, Journal, Loss, Operation
from core.simulation.physics.plate import Plate
from core.simulation.physics.registers import Conditions, Counts, Registers
from core.simulation.physics.timepiece import Timepiece

HISTORY = timedelta(days=400)
"""How long before its simulation a meter was installed, so that every ring of freezes is full."""
DIGIT = 3600 * 10 * NANO
"""Nanowatt seconds of the last digit of a register, 0.01 kWh."""
ROLL = 100_000_000
"""Registers of XXXXXX.XX go round."""
OPERATOR = "00000001"


class Meter:
    """One meter. Times are naive civil time; ``now`` and ``moment`` are true time."""

    def __init__(
        self,
        plate: Plate,
        now: datetime,
        *,
        offset: float = 0.0,
        ppm: float = 0.0,
        history: timedelta = HISTORY,
    ) -> None:
        """``offset`` is what the clock is ahead at ``now`` in seconds, ``ppm`` what it gains."""
        self.plate = plate
        installed = (now - history).replace(minute=0, second=0, microsecond=0)
        tariffs = step_tariffs(plate.slots)
        load = Load(plate.seed, plate.scale, plate.habit, tariffs, plate.tariffs, installed.date())
        self.registers = Registers(installed, _first_counts(plate), Conditions(load))
        self.demands = Demands(self.registers)
        gained = (now - installed).total_seconds() * ppm * 1e-6
        self.timepiece = Timepiece(installed, offset - gained, ppm)
        self.journal = Journal()
        self.account = Account()
        self.settlement_days = SettlementDays()
        self.demand_cleared: datetime | None = None
        self.frozen: list[datetime] = []
        """True moments of instant freezes, newest first."""
        self.losses: list[Loss] = []
        self.power_kept = False
        self.alarm = False
        self.stuck = self.backwards = False
        self.fast, self.volts = 0, 0.0
        self._relay_closed = True
        self._restores_at: datetime | None = None
        self._latest = now
        self._commission(installed)

    def _commission(self, installed: datetime) -> None:
        """What was done to it when it was put up."""
        for number in range(1 + drawn(self.plate.seed, 20) % 3):
            self._note(Operation.PROGRAMMING, installed + timedelta(hours=number), ("04000103",))
        self._note(Operation.CLOCK_SET, installed + timedelta(hours=1), None)

    def at(self, now: datetime) -> datetime:
        """Let time pass until ``now`` and return it, or the latest moment known if that was later."""
        self._latest = max(self._latest, now)
        if self._restores_at is not None and self._restores_at <= self._latest:
            moment, self._restores_at = self._restores_at, None
            self._switch(moment, OPERATOR, closed=True)
        return self._latest

    def set_clock(self, now: datetime, to: datetime, operator: str | None = None) -> None:
        """Set the clock; a record is kept if an ``operator`` did it, none for a broadcast."""
        before = self.timepiece.shown(now)
        self.timepiece.set(now, to)
        if operator is not None:
            self._note(Operation.CLOCK_SET, now, (before, to), operator)

    def energy(self, register: Register, moment: datetime) -> tuple[int, ...]:
        """Return total and tariffs in hundredths of a kWh (kvarh, kVAh); the total is their sum."""
        tariffs = [count // DIGIT for count in self.registers.counted(register, moment)]
        return (sum(tariffs) % ROLL, *(count % ROLL for count in tariffs))

    def phase_energy(self, register: Register, phase: int, moment: datetime) -> int:
        """Return what one phase (0 to 2) counted, in hundredths."""
        if phase >= self.plate.phases:
            return 0
        raw = sum(self.registers.counted(register, moment))
        return raw * self.plate.shares[phase] // 1000 // DIGIT % ROLL

    def instant(self, moment: datetime) -> Instant:
        """Return what it measures."""
        conditions = self.registers.stretch(moment).conditions
        active, reactive = conditions.load.flow(moment)
        lost = frozenset(loss.phase for loss in self.losses if _lasts(loss, moment))
        if not conditions.drawn:
            active = reactive = 0
        return measured(self.plate, active, reactive, moment, lost, round(self.volts * 10))

    def maxima(self, register: Register, since: datetime, until: datetime) -> tuple[Demand, ...]:
        """Return the maximum demand of all and of each tariff between two true moments."""
        cleared = self.demand_cleared
        start = max(since, cleared) if cleared is not None and cleared <= until else since
        found = self.demands.maximum(register, start, until)
        return (greatest(found), *found)

    def settled(self, number: int, now: datetime) -> datetime | None:
        """Return the true moment of the last settlement but ``number`` - 1; 0 is now."""
        if number == 0:
            return now
        return self._passed(
            self.settlement_days.before(self.timepiece.reached(now), number, self.registers.start)
        )

    def period(self, number: int, now: datetime) -> tuple[datetime, datetime] | None:
        """Return begin and end of a settlement period; 0 is the present one."""
        end = self.settled(number, now)
        if end is None:
            return None
        return self.settled(number + 1, now) or self.registers.start, end

    def day_frozen(self, number: int, now: datetime) -> tuple[datetime, datetime] | None:
        """Return shown and true moment of the last daily freeze but ``number`` - 1."""
        return self._frozen(day_starts(self.timepiece.reached(now), number))

    def hour_frozen(self, number: int, now: datetime) -> tuple[datetime, datetime] | None:
        """Return the same of an hourly freeze."""
        return self._frozen(hour_starts(self.timepiece.reached(now), number))

    def _frozen(self, shown: datetime) -> tuple[datetime, datetime] | None:
        moment = self._passed(shown)
        return None if moment is None else (shown, moment)

    def _passed(self, shown: datetime | None) -> datetime | None:
        moment = None if shown is None else self.timepiece.passed(shown)
        return moment if moment is not None and moment >= self.registers.start else None

    def freeze(self, now: datetime) -> None:
        """Freeze at once; three freezes are kept."""
        self.frozen = [now, *self.frozen][:3]

    @property
    def relay_closed(self) -> bool:
        """Whether the customer has power."""
        return self._relay_closed

    def trip(self, now: datetime, operator: str, restore: float | None = None) -> None:
        """Open the relay; it closes by itself after ``restore`` seconds, if given."""
        self._switch(now, operator, closed=False)
        self._restores_at = None if restore is None else now + timedelta(seconds=restore)

    def close(self, now: datetime, operator: str) -> None:
        """Close the relay."""
        self._restores_at = None
        self._switch(now, operator, closed=True)

    def permit(self, now: datetime, operator: str) -> None:
        """Allow the customer to close the relay by the key, which he does at once."""
        self.close(now, operator)

    def keep_power(self, now: datetime, operator: str, *, on: bool) -> None:
        """Keep the customer's power on whatever is ordered, or no longer."""
        self.power_kept = on
        if on:
            self.close(now, operator)

    def warn(self, *, on: bool) -> None:
        """Light the alarm that goes before a trip, or put it out."""
        self.alarm = on

    def _switch(self, moment: datetime, operator: str, *, closed: bool) -> None:
        if closed != self._relay_closed:
            self._relay_closed = closed
            self._note(Operation.CLOSE if closed else Operation.TRIP, moment, None, operator)
            self._recount(moment)

    def balance(self, moment: datetime) -> Balance:
        """Return how the account stands."""
        start = sum(
            count // DIGIT for count in self.registers.counted(Register.FORWARD, self.registers.start)
        )
        used = sum(count // DIGIT for count in self.registers.counted(Register.FORWARD, moment))
        return self.account.balance(max(0, used - start))

    def lose_phase(self, now: datetime, phase: int) -> None:
        """Take the voltage of a phase (0 to 2) away."""
        if phase < self.plate.phases and phase not in self._lost:
            self.losses.append(Loss(phase, now))
            self._recount(now)

    def restore_phase(self, now: datetime, phase: int) -> None:
        """Give it back."""
        self.losses = [
            replace(loss, end=now) if loss.phase == phase and loss.end is None else loss
            for loss in self.losses
        ]
        self._recount(now)

    @property
    def _lost(self) -> set[int]:
        return {loss.phase for loss in self.losses if loss.end is None}

    def misbehave(
        self,
        now: datetime,
        *,
        stuck: bool = False,
        backwards: bool = False,
        fast: int = 0,
        volts: float = 0.0,
    ) -> None:
        """Let the registers stick, run backwards or too fast, measure a voltage, or be sound again."""
        self.stuck, self.backwards, self.fast, self.volts = stuck, backwards, fast, volts
        self._recount(now)

    def _recount(self, moment: datetime) -> None:
        """Begin another stretch under what holds now."""
        live = 1000 - sum(self.plate.shares[phase] for phase in self._lost)
        counted = 0 if self.stuck else -1000 if self.backwards else 1000 * (self.fast or 1)
        self.registers.alter(moment, drawn=live if self._relay_closed else 0, counted=counted)

    def clear(self, now: datetime, operator: str) -> None:
        """Zero all energies and demands."""
        self._note(Operation.METER_CLEAR, now, None, operator)
        self.registers.change(now, self.registers.conditions, clear=True)
        self.demand_cleared = now

    def clear_demand(self, now: datetime, operator: str) -> None:
        """Zero the maximum demands."""
        self._note(Operation.DEMAND_CLEAR, now, None, operator)
        self.demand_cleared = now

    def retariff(self, now: datetime, slots: Sequence[tuple[int, int]]) -> None:
        """Count by another day table from now on: minute of the day and tariff, in rising order."""
        conditions = self.registers.conditions
        load = conditions.load.under(step_tariffs(tuple(slots)), now.date())
        self.registers.change(now, replace(conditions, load=load))

    def programmed(self, now: datetime, operator: str, *codes: str) -> None:
        """Note that parameters were written."""
        self._note(Operation.PROGRAMMING, now, codes, operator)

    def note(
        self, operation: Operation, now: datetime, operator: str = OPERATOR, detail: object = None
    ) -> None:
        """Note anything else, such as an opened cover."""
        self._note(operation, now, detail, operator)

    def _note(self, operation: Operation, moment: datetime, detail: object, operator: str = OPERATOR) -> None:
        self.journal.note(operation, Done(moment, self.timepiece.shown(moment), operator, detail))


def _lasts(loss: Loss, moment: datetime) -> bool:
    return loss.start <= moment and (loss.end is None or moment < loss.end)


def _first_counts(plate: Plate) -> Counts:
    """What the registers held when it was put up: a used meter."""
    first = [drawn(plate.seed, 10, tariff) % 60_000 * DIGIT for tariff in range(plate.tariffs)]
    parts = {Register.FORWARD: 1000, Register.QUADRANT_1: 250, Register.FORWARD_APPARENT: 1031}
    return tuple(tuple(count * parts.get(register, 0) // 1000 for count in first) for register in Register)
