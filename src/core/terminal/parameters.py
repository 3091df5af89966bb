"""The parameters of AFN 04: their values, by Fn and Pn (part A §7, device behaviour part 10).

Strategy
- Three shapes. Values of the terminal (p0) and of measuring points and tasks are kept whole; lists by number
  (`core.terminal.lists`) record by record. All as bytes of the wire, so the store needs no column per field.
- A value never set has its factory value (`core.terminal.factory`): for a point only while it is archived,
  for a task never. A kept value that no longer decodes is given up for the factory value and reported (ERC2).
- Writing is all or nothing. A measuring point that no meter has any more loses its parameters, else the next
  meter there would inherit asset number, ratios and a reading stop; what the same message sets for it counts.
- Asking is cheap, the port workers do it all the time: values are kept decoded until the next change, and
  equal bytes are never decoded twice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from core.errors import DecodeError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import DisplayNumber, MeterArchive, MeterRecord
from core.terminal.factory import DEFAULTS, KINDS, POINT_DEFAULTS, offers
from core.terminal.ledger import Change, Ledger, ListKept, ParameterKept
from core.terminal.limits import archive_objection, objection
from core.terminal.lists import LISTS, NUMBERED, class_number
from core.terminal.setting import Objection, Setting
from core.wire.codec import NO_SCOPE, Codec
from core.wire.record import Record, layout_of

U = TypeVar("U", bound=Unit)

METERS = MeterArchive.meaning.fn
UPLINK_FUNCTIONS = frozenset({*range(1, 9), 16})
"""Fn that belong to communication with the master: AFN01 F4 keeps them (part A §6.2)."""
REMEMBERED = 1 << 13
"""Decoded values: some for each of 192 points, and their records."""
Written = Iterable[Unit | Setting]
"""A bare unit is one of the terminal, p0."""


class Parameters:
    """Values by unit class; writing is all or nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._decoded = lru_cache(REMEMBERED)(_decoded)
        self._known: dict[object, Any] = {}
        self._known_at = -1

    @property
    def revision(self) -> int:
        """A number that is another one after every change of any parameter."""
        return self._ledger.revision

    # Reading

    def value(self, kind: type[U], pn: int = 0) -> U:
        """Return the present value, the factory value also of a point without meter; of a list, all of it.

        ``KeyError`` for a parameter without factory value: ask ``at``.
        """
        fn = kind.meaning.fn
        found = self._once((fn, pn), lambda: self._value(fn, pn))
        assert isinstance(found, kind)
        return found

    def at(self, fn: int, pn: int = 0) -> Unit | None:
        """Return the value of F``fn`` of a point, ``None`` if there is none or no such parameter."""
        if not offers(fn, pn):
            return None
        if fn in LISTS:
            return LISTS[fn].chosen(self.records(fn), None)
        if (fn, pn) in self._ledger.kept.parameters or (pn == 0 and fn in DEFAULTS):
            return self._once((fn, pn), lambda: self._value(fn, pn))
        archived = fn in POINT_DEFAULTS and pn in self.archived
        return self._once((fn, pn), lambda: self._value(fn, pn)) if archived else None

    def chosen(self, fn: int, selector: Record | None) -> Unit | None:
        """Return the records of a list that a query names, ``None`` when none of them is there."""
        return LISTS[fn].chosen(self.records(fn), selector) if fn in LISTS else None

    def records(self, fn: int) -> Mapping[int, Any]:
        """Return the records of a list by number."""
        return self._once(fn, lambda: self._records(fn))

    def items(self, fn: int, major: int, minor: int) -> frozenset[int] | None:
        """Return the Fn that F38 or F39 wants of a class of users, ``None`` if the class was never set."""
        record = self.records(fn).get(class_number(major, minor))
        if record is None:
            return None
        return frozenset(8 * index + bit for index, mask in enumerate(record.items) for bit in mask)

    @property
    def archived(self) -> Mapping[int, MeterRecord]:
        """Records of the meter archive by measuring point, rising."""
        return self._once("archived", self._archived)

    def _once(self, key: object, make: Callable[[], Any]) -> Any:
        """Return what ``make`` made since the last change of a parameter."""
        if self._known_at != self.revision:
            self._known, self._known_at = {}, self.revision
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def _value(self, fn: int, pn: int) -> Unit:
        if fn in NUMBERED:
            return NUMBERED[fn].whole(self.records(fn))
        raw = self._ledger.kept.parameters.get((fn, pn))
        return self._new(fn, pn) if raw is None else self._decoded(layout_of(KINDS[fn]), raw)

    def _records(self, fn: int) -> dict[int, Any]:
        known, kept = LISTS[fn], self._ledger.kept.lists.get(fn, {})
        return {**known.factory, **{n: self._decoded(known.element, raw) for n, raw in kept.items()}}

    def _archived(self) -> dict[int, MeterRecord]:
        records: Iterable[MeterRecord] = self.records(METERS).values()
        return {one.point: one for one in sorted(records, key=lambda one: one.point)}

    def _new(self, fn: int, pn: int) -> Unit:
        """Return the factory value."""
        if pn == 0:
            return DEFAULTS[fn]
        if fn == DisplayNumber.meaning.fn and pn in self.archived:
            return DisplayNumber(self.archived[pn].address or "")
        return POINT_DEFAULTS[fn]

    @property
    def set_functions(self) -> frozenset[int]:
        """Fn that were written since the last initialisation (0C F3)."""
        kept = self._ledger.kept
        return frozenset(fn for fn, _ in kept.parameters) | frozenset(kept.lists)

    # Writing

    def objections(self, units: Written) -> dict[tuple[int, int], Objection]:
        """Return what keeps these values from being written together, by Fn and Pn."""
        found: dict[tuple[int, int], Objection] = {}
        wanted = _settings(units)
        for setting in wanted:
            if not offers(*setting.key) or type(setting.unit) is not KINDS[setting.key[0]]:
                found.setdefault(setting.key, Objection("this terminal has no such parameter"))
            elif wrong := objection(setting.unit):
                found.setdefault(setting.key, wrong)
        if (METERS, 0) not in found and any(setting.key == (METERS, 0) for setting in wanted):
            whole = _merged(self.records(METERS), _sent(wanted).get(METERS, {}))
            if wrong := archive_objection([whole[serial] for serial in sorted(whole)]):
                found[METERS, 0] = wrong
        return found

    def write(self, units: Written) -> tuple[Setting, ...]:
        """Write all or none; return those that changed something. ``EncodeError`` names the culprit."""
        wanted = _settings(units)
        wrong = self.objections(wanted)
        for setting in wanted:
            if setting.key in wrong:
                raise wrong[setting.key].error(setting)
        with self._ledger.transaction():
            changed = tuple(setting for setting in wanted if self._differs(setting))
            archived = frozenset(self.archived)
            self._ledger.put(*self._list_changes(wanted))
            self._forget_points(archived - frozenset(self.archived))
            self._ledger.put(*_value_changes(wanted))
        return changed

    def _differs(self, setting: Setting) -> bool:
        fn, pn = setting.key
        if fn not in LISTS:
            return self.at(fn, pn) != setting.unit
        held = self.records(fn)
        return any(held.get(n) != record for n, record in LISTS[fn].records(setting.unit).items())

    def _list_changes(self, wanted: Sequence[Setting]) -> Iterable[Change]:
        for fn, records in _sent(wanted).items():
            dump = LISTS[fn].element.dump
            yield ListKept(fn, {n: None if one is None else dump(one) for n, one in records.items()})

    def _forget_points(self, gone: frozenset[int]) -> None:
        lost = [key for key in self._ledger.kept.parameters if key[1] in gone and key[0] in POINT_DEFAULTS]
        self._ledger.put(*[ParameterKept(fn, pn, None) for fn, pn in lost])

    def restore(self, keep: frozenset[int] = frozenset()) -> None:
        """Bring back the factory values of all but the Fn in ``keep``."""
        kept = self._ledger.kept
        self._ledger.put(
            *[ParameterKept(fn, pn, None) for fn, pn in kept.parameters if fn not in keep],
            *[ListKept(fn, dict.fromkeys(held)) for fn, held in kept.lists.items() if fn not in keep],
        )

    def give_up_unreadable(self) -> frozenset[tuple[int, int]]:
        """Bring back the factory value of every kept value that fails its check; return their Fn and Pn."""
        kept = self._ledger.kept
        lost = [key for key, raw in kept.parameters.items() if not self._readable(_layout(key[0]), raw)]
        broken = {fn: [n for n, raw in held.items() if not self._readable(_element(fn), raw)]
                  for fn, held in kept.lists.items()}  # fmt: skip
        self._ledger.put(
            *[ParameterKept(fn, pn, None) for fn, pn in lost],
            *[ListKept(fn, dict.fromkeys(numbers)) for fn, numbers in broken.items() if numbers],
        )
        return frozenset(lost) | frozenset((fn, 0) for fn, numbers in broken.items() if numbers)

    def _readable(self, codec: Codec | None, raw: bytes) -> bool:
        try:
            return codec is not None and self._decoded(codec, raw) is not None
        except DecodeError:
            return False


def _layout(fn: int) -> Codec | None:
    return layout_of(KINDS[fn]) if fn in KINDS and fn not in LISTS else None


def _element(fn: int) -> Codec | None:
    return LISTS[fn].element if fn in LISTS else None


def _decoded(codec: Codec, raw: bytes) -> Any:
    """Decode exactly these bytes."""
    value, after = codec.take(raw, 0, len(raw), NO_SCOPE)
    if after != len(raw):
        raise DecodeError(f"{len(raw) - after} bytes too many", after)
    return value


def _settings(units: Written) -> tuple[Setting, ...]:
    return tuple(unit if isinstance(unit, Setting) else Setting(unit) for unit in units)


def _sent(wanted: Sequence[Setting]) -> dict[int, dict[int, Any | None]]:
    """Records of all lists, by Fn and number; of a number that comes twice the last one counts."""
    found: dict[int, dict[int, Any | None]] = {}
    for setting in wanted:
        fn = setting.unit.meaning.fn
        if fn in LISTS:
            found.setdefault(fn, {}).update(LISTS[fn].records(setting.unit))
    return found


def _merged(held: Mapping[int, Any], sent: Mapping[int, Any | None]) -> dict[int, Any]:
    return {number: record for number, record in {**held, **sent}.items() if record is not None}


def _value_changes(wanted: Sequence[Setting]) -> Iterable[Change]:
    for setting in wanted:
        fn, pn = setting.key
        if fn not in LISTS:
            yield ParameterKept(fn, pn, setting.unit.encode())
