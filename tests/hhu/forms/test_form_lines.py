"""Units as forms: what is on a line, and what adding, removing and counting do to a unit."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UsageError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    KeyMeters,
    Member,
    PeriodSettings,
    PulseInput,
    PulseInputs,
    RadioForwarding,
    ReadingParameters,
    TerminalAddress,
    TotalGroup,
    TotalGroups,
)
from core.wire.paths import replaced
from hhu.client.groups import all_parameters, writable
from hhu.forms.entries import entries_in
from hhu.forms.form_lines import fitted, grown, grows, lines_of, list_around, only_list, shrunk
from tests.strategies import values

KINDS = [unit for unit in all_parameters() if writable(unit)]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=5, deadline=None)
@given(drawn=st.data())
def test_every_value_has_its_line(kind: type[Unit], drawn: st.DataObject) -> None:
    """The rows of a form are the leaves of the unit, in wire order, each once."""
    unit = drawn.draw(values(kind))
    rows = [line.entry.path for line in lines_of(unit) if line.entry]
    assert rows == [entry.path for entry in entries_in(unit)]


def test_lists_have_heads_that_count() -> None:
    """A list in a list has a head too, also when it is empty."""
    unit = grown(ReadingParameters.blank(), "ports")
    heads = {line.path: line.count for line in lines_of(unit) if line.count is not None}
    assert heads == {"ports": 1, "ports[0].windows": 0}
    assert [line.depth for line in lines_of(unit) if line.path == "ports[0].windows"] == [2]


def test_a_record_is_added_where_the_cursor_is() -> None:
    """In the innermost list around the row; a numbered record gets the next number."""
    unit = grown(grown(TotalGroups.blank(), "groups"), "groups")
    assert unit == TotalGroups((TotalGroup(1, ()), TotalGroup(2, ())))
    assert list_around(unit, "groups[1].group") == "groups"
    assert list_around(unit, "groups[1].members") == "groups[1].members"
    unit = grown(unit, "groups[1].members")
    assert unit == TotalGroups((TotalGroup(1, ()), TotalGroup(2, (Member(0, 0, 0),))))
    assert list_around(unit, "groups[1].members[0].point") == "groups[1].members"
    assert only_list(unit) == "groups"
    assert only_list(TerminalAddress.blank()) is None


def test_the_standard_limits_a_list() -> None:
    """The ninth total group is refused."""
    unit: Unit = TotalGroups.blank()
    for _ in range(8):
        unit = grown(unit, "groups")
    with pytest.raises(UsageError, match="8 records"):
        grown(unit, "groups")


def test_removing_a_record() -> None:
    """A new record vanishes, a held one is marked, one that cannot be deleted is refused."""
    held = PulseInputs((PulseInput(1, 11, 0, 1),))
    unit = grown(held, "inputs")
    assert shrunk(unit, "inputs", 1, held) == held
    assert shrunk(unit, "inputs", 0, held) == PulseInputs(
        (PulseInput(1, 0, 0, 1), replace(held.inputs[0], port=2, point=0, constant=0))
    )
    ports = grown(ReadingParameters.blank(), "ports")
    with pytest.raises(UsageError, match="no way to delete"):
        shrunk(ports, "ports", 0, ports)
    assert shrunk(KeyMeters((1, 2, 3)), "serials", 1, KeyMeters((1, 2, 3))) == KeyMeters((1, 3))


def test_a_count_that_stands_elsewhere_follows() -> None:
    """The number of forwarded terminals is in a byte of its own."""
    unit = grown(RadioForwarding.blank(), "terminals")
    assert unit.to_json() == {"forwarding": {"allowed": 0, "count": 1}, "terminals": [0]}
    unit.encode()
    more = fitted(unit, replaced(unit, "forwarding.count", 3))
    assert more.to_json()["terminals"] == [0, 0, 0]
    assert shrunk(more, "terminals", 0, None).to_json()["forwarding"]["count"] == 2
    assert fitted(more, replaced(more, "forwarding.count", 99)).to_json()["terminals"] == [0, 0, 0]


def test_a_mask_says_which_records_there_are() -> None:
    """Ticking scheme 1 before scheme 2 puts a blank in front and keeps the other."""
    unit: Unit = PeriodSettings.blank()
    unit = fitted(unit, replaced(unit, "schemes", frozenset({2})))
    unit = fitted(unit, replaced(unit, "settings[0].periods", frozenset({4})))
    unit = fitted(unit, replaced(unit, "schemes", frozenset({1, 2})))
    assert [scheme["periods"] for scheme in unit.to_json()["settings"]] == [[], [4]]
    assert [len(scheme["settings"]) for scheme in unit.to_json()["settings"]] == [0, 1]
    unit.encode()
    assert not grows(unit, "settings")
