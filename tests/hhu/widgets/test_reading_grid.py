"""Which columns of a wide table are seen."""

from hypothesis import given
from hypothesis import strategies as st

from hhu.widgets.reading_grid import GAP, GridColumn, Window

LEFT = (GridColumn("", "Point", 5),)


@given(st.lists(st.integers(1, 16), min_size=1, max_size=40), st.data(), st.integers(40, 140))
def test_the_marked_column_is_always_seen(widths: list[int], draw: st.DataObject, width: int) -> None:
    """And what is seen fits the width, all from the first on when that is enough."""
    columns = [GridColumn("", str(number), wide) for number, wide in enumerate(widths)]
    marked = draw.draw(st.integers(0, len(columns) - 1))
    window = Window.of(LEFT, columns, marked, width)
    assert columns[marked] in window.values
    assert window.values == tuple(columns[window.first : window.first + len(window.values)])
    used = sum(column.wide + GAP for column in (*window.left, *window.values))
    assert used <= width + GAP
    if sum(wide + GAP for wide in widths) + 7 + 3 <= width:
        assert (window.first, len(window.values)) == (0, len(columns))
