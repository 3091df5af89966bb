"""A field that is to become another value, how far that has come, and the words for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from core.errors import CoreError
from core.gdw376.unit import Unit
from core.wire.codec import Leaf
from core.wire.paths import Place, places
from hhu.client.keyed import leaves_like
from hhu.client.names import Name

Key = tuple[int, type[Unit]]
"""Point and unit class: what one read or write is about."""


class State(Enum):
    """How far a change has come; the value is the word shown."""

    PLANNED = "planned"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    VERIFIED = "verified"
    REFUSED = "refused"
    FAILED = "failed"
    DIFFERS = "differs"


OPEN = frozenset({State.SENT, State.ACKNOWLEDGED, State.FAILED})
"""States after which only reading tells what the terminal holds."""
LATER = (
    State.PLANNED,
    State.VERIFIED,
    State.ACKNOWLEDGED,
    State.SENT,
    State.DIFFERS,
    State.FAILED,
    State.REFUSED,
)
"""States of several leaves in one row: the last of these that occurs is shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is to become another value."""

    unit: type[Unit]
    path: str
    label_zh: str
    label_en: str
    leaf: Leaf
    before: Any
    """``None`` also where the field was not there before."""
    after: Any
    pn: int = 0
    state: State = State.PLANNED
    reason: CoreError | None = None
    """Why it was refused or failed."""
    found: Any = None
    """What the read-back gave, where it differs."""
    gone: bool = False
    """The field stood in a record that is no longer wanted."""

    @property
    def key(self) -> Key:
        """Point and unit class."""
        return self.pn, self.unit

    @property
    def name(self) -> str:
        """Code and path, as ``04F3.main_ip``."""
        return Name(self.unit, self.path, self.pn).text

    def shown(self, value: Any) -> str:
        """Text of one of the three values; secrets are covered."""
        if self.leaf.secret and value:
            return "••••"
        return self.leaf.show(value) if value is not None else ""


OnChange = Callable[[Change], None]


def changes_of(pn: int, before: Unit | None, after: Unit, keep: Sequence[Name]) -> Iterator[Change]:
    """Compare a unit leaf by leaf with what is there; fields under the names in ``keep`` are verified when
    they do not differ."""
    old = leaves_like(after, before)
    new = {place.path: place for place in places(after)}
    for path, place in new.items():
        was = old.get(path)
        same = was is not None and was.value == place.value
        if same and not any(name.covers(pn, type(after), path) for name in keep):
            continue
        state = State.VERIFIED if same else State.PLANNED
        there = was.value if was else None
        yield replace(_change(pn, after, place), before=there, after=place.value, state=state)
    for place in (place for path, place in old.items() if path not in new):
        yield replace(_change(pn, after, place), before=place.value, after=None, gone=True)


def _change(pn: int, unit: Unit, place: Place) -> Change:
    zh, en = " ".join(place.labels_zh), " ".join(place.labels_en)
    return Change(type(unit), place.path, zh, en, place.leaf, None, None, pn)
