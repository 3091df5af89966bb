"""Selectors as people type them."""

import pytest

from core.errors import UsageError
from core.gdw376.catalogue import all_units
from core.wire.record import layout_of
from hhu.client.names import parse_name, readable
from hhu.client.selectors import example, needs_selector, parse_selector, windows


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("0DF161@1:2026-11-19", {"day": "2026-11-19"}),
        ("0DF21@3:2026-10", {"month": "2026-10"}),
        ("04F10:1-3,8", {"serials": [1, 2, 3, 8]}),
        ("0EF1:0/9", {"first": 0, "last": 9}),
        ("04F38:4/0-3", {"major": 4, "minors": [0, 1, 2, 3]}),
    ],
)
def test_a_selector_stands_behind_a_colon(text: str, asked: dict[str, object]) -> None:
    """A day, a month, numbers, several parts."""
    name = readable(parse_name(text))
    assert name.asked is not None
    assert name.asked.to_json() == asked


@pytest.mark.parametrize("text", ["0DF161@1:yesterday", "0DF161@1:1/2", "04F3:1", "04F10:x", "0DF161@1"])
def test_a_wrong_or_missing_selector_is_refused_with_an_example(text: str) -> None:
    """The refusal names what is expected."""
    with pytest.raises(UsageError) as refused:
        readable(parse_name(text))
    assert str(refused.value)


def test_every_unit_that_needs_a_selector_has_an_example_that_works() -> None:
    """The hint can be typed as it stands."""
    for unit in all_units():
        if needs_selector(unit) and layout_of(unit.meaning.asks).fields:
            assert parse_selector(unit, example(unit)).encode()


def test_lists_are_asked_for_by_windows_of_numbers() -> None:
    """All numbers of the standard are covered, none twice."""
    (meters,) = (unit for unit in all_units() if unit.meaning.code == "04F10")
    numbers = [number for asked in windows(meters) for number in asked.to_json()["serials"]]
    assert numbers == list(range(1, 2041))
