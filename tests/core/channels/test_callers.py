import pytest

from core.channels.callers import dialled, is_same_number


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("13675834792", "13675834792", True),
        ("13675834792", "+8613675834792", True),
        ("13675834792", "008613675834792", True),
        ("8613675834792", "+8613675834792", True),
        ("8613675834792", "13675834792", True),
        ("02087654321", "+862087654321", True),
        ("02087654321,801", "02087654321", True),
        ("10086", "10086", True),
        ("13675834792", "+8613675834793", False),
        ("13675834792", "1113675834792", False),
        ("13675834792", "+99913675834792", True),
        ("13675834792", "+999913675834792", False),
        ("10086", "+8610086", False),
        ("10086", "5510086", False),
        ("", "", False),
        ("", "13675834792", False),
        ("13675834792", "", False),
        ("13675834792", "FRANCOIS", False),
        ("000", "0", False),
    ],
)
def test_who_is_the_same_subscriber(one: str, other: str, same: bool):
    """Country code and trunk zero make no difference; service numbers and strangers do."""
    assert is_same_number(one, other) is same
    assert is_same_number(other, one) is same


@pytest.mark.parametrize(
    ("number", "as_dialled"),
    [
        ("8613800100500", "+8613800100500"),
        ("13800100500", "13800100500"),
        ("02087654321,801", "02087654321"),
        ("86", "86"),
        ("", ""),
    ],
)
def test_how_a_number_of_f4_is_dialled(number: str, as_dialled: str):
    """F4 has no sign for the international form, so the country code tells it."""
    assert dialled(number) == as_dialled
