"""Lines of keys and elements in a JSON text."""

import json

from hypothesis import given
from hypothesis import strategies as st

from hhu.client.json_lines import line_at, lines_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab,:{}[]", max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


def test_every_key_and_element_has_its_line() -> None:
    """Strings with brackets and escapes are passed over; what has no line of its own has its holder's."""
    text = '{"tables": [\n {"id": "a\\"]}", "most": 1},\n {"x": [1,\n  [], {"y": null}]}\n]}'
    assert json.loads(text)
    lines = lines_of(text)
    assert lines == {
        "tables": 1, "tables[0]": 2, "tables[0].id": 2, "tables[0].most": 2, "tables[1]": 3, "tables[1].x": 3,
        "tables[1].x[1]": 4, "tables[1].x[2]": 4, "tables[1].x[2].y": 4,
    }  # fmt: skip
    assert line_at(lines, "tables[1].x[2].z") == 4
    assert line_at(lines, "tables[7]") == 1
    assert line_at({}, "tables") == 0


@given(VALUES)
def test_any_json_can_be_walked(value: object) -> None:
    """No text that json reads is too much for it, and no line is beyond the text."""
    text = json.dumps(value, indent=1)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines_of(text).values())
