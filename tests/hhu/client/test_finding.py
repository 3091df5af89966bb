"""Units are found by whatever a person knows of them."""

import pytest

from core.gdw376.catalogue import all_units
from hhu.client.finding import found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("zzip", "04F3"),
        ("主站IP", "04F3"),
        ("04F33", "04F33"),
        ("04f33", "04F33"),
        ("reading", "04F33"),
        ("master-station", "04F3"),
        ("event masks", "04F9"),
        ("0cf25", "0CF25"),
        ("xtzq", "04F1"),
    ],
)
def test_the_best_match_is_first(query: str, code: str) -> None:
    """Code, alias, name in either language, initials of the unit or of one of its fields."""
    assert found(query, all_units())[0][1].meaning.code == code


def test_every_unit_is_found_by_its_alias_and_code() -> None:
    """Nothing is out of reach."""
    for unit in all_units():
        assert unit in [kind for _, kind in found(unit.meaning.alias, all_units())]
        assert unit in [kind for _, kind in found(unit.meaning.code, all_units())]


def test_nonsense_finds_nothing() -> None:
    """All words have to be there."""
    assert not found("zzip nonsense", all_units())
