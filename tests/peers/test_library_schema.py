"""The published schema of meter libraries, judged by PyPI ``jsonschema`` and by our loader: they agree."""

import tomllib
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.meters.library.shelf import shipped
from core.meters.library.structure import objections, schema
from tests.core.meters.library.stage import text_of

peer: Any = pytest.importorskip("jsonschema", reason="the extra `peers` is not installed")

JUDGE = peer.Draft202012Validator(schema())
TABLES = {name: tomllib.loads(text_of(name)) for name in shipped()}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70000) | st.text("aZ0.-_F", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("aF0", max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def test_the_schema_is_one():
    """Every word of it is of the edition it names."""
    peer.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", sorted(TABLES))
def test_shipped_files_are_valid(name: str):
    """By both judges."""
    assert list(JUDGE.iter_errors(TABLES[name])) == []
    assert list(objections(TABLES[name])) == []


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a table."""
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        return [path]
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


PLACES = [(name, path) for name, table in TABLES.items() for path in places(table) if path]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), VALUES, st.sampled_from(["put", "add", "drop"]))
def test_both_refuse_the_same(place: tuple[str, tuple[Any, ...]], value: Any, deed: str):
    """Whatever is put, added or dropped anywhere, both take it or both refuse it."""
    table = deepcopy(TABLES[place[0]])
    *way, last = place[1]
    holder = table
    for key in way:
        holder = holder[key]
    if deed == "drop":
        del holder[last]
    elif deed == "put" or isinstance(holder, list):
        holder[last] = value
    else:
        holder["unheard_of"] = value
    assert JUDGE.is_valid(table) == (not list(objections(table)))
