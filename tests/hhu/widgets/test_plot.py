"""Plots as text: bars and lines, fine and plain."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hhu.widgets.glyphs import FINE, PLAIN, Glyphs
from hhu.widgets.plot import Curve, draw, scale_of

DAYS = Curve(
    tuple(
        Decimal(text) if text else None for text in ("3.21", "4.50", "", "0.00", "7.77", "6.10", "0.01", "5")
    ),
    tuple(f"11-{n:02d}" for n in range(1, 9)),
    "kWh",
)
VOLTS = Curve(
    tuple(Decimal(f"{220 + 6 * math.sin(n / 4):.1f}") if n not in (12, 13) else None for n in range(48)),
    tuple(f"{n // 2:02d}:{n % 2 * 30:02d}" for n in range(48)),
    "V",
    bars=False,
)

GOLDENS = {
    ("days", "fine"): (DAYS, FINE, """\
10 │
   │                    ▄▄▄▄
   │                    ████ ▂▂▂▂
 5 │     ▁▁▁▁           ████ ████      ▄▄▄▄
   │▂▂▂▂ ████           ████ ████      ████
   │████ ████           ████ ████      ████
 0 │████ ████ ----      ████ ████ ▁▁▁▁ ████
    11-01     11-03     11-05     11-07"""),
    ("days", "plain"): (DAYS, PLAIN, """\
10 |
   |                    ....
   |                    #### ....
 5 |     ....           #### ####      ....
   |.... ####           #### ####      ####
   |#### ####           #### ####      ####
 0 |#### #### ----      #### #### .... ####
    11-01     11-03     11-05     11-07"""),
    ("volts", "fine"): (VOLTS, FINE, """\
230 │
    │    ⡠⠔⠤⠤⢄                  ⢀⠤⠔⠤⠤⡀
    │ ⡠⠔⠉     ⠑⠤              ⡠⠊⠁    ⠈⠢⢄
220 │⠜                      ⡠⠊          ⠑⢄
    │             ⠈⢆      ⡠⠎              ⠑⠤⡀    ⢀
    │               ⠉⠒⠢⠤⠒⠊                  ⠈⠒⠤⠔⠒⠁
210 │
     00:00  04:00   08:00  12:00   16:00  20:00"""),
    ("volts", "plain"): (VOLTS, PLAIN, """\
230 |
    |     ***                    ****
    |  ***   ***              ***    ***
220 |**                     **          **
    |             ***     **              **     *
    |                *****                  *****
210 |
     00:00  04:00   08:00  12:00   16:00  20:00"""),
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDENS)
def test_a_plot_looks_as_it_was_accepted(name: tuple[str, str]) -> None:
    """Zero is an empty place, a missing value a dash or a gap; names stand at even steps."""
    curve, signs, golden = GOLDENS[name]
    drawn = draw(curve, 50, 8, signs)
    assert "\n".join("".join(line).rstrip() for line in drawn) == golden


VALUES = st.lists(st.one_of(st.none(), st.decimals(-(10**6), 10**6, places=4)), max_size=200)


@given(VALUES, st.booleans(), st.integers(1, 140), st.integers(1, 30), st.sampled_from([FINE, PLAIN]))
def test_a_plot_stays_in_its_place(
    values: list[Decimal | None], bars: bool, width: int, height: int, signs: Glyphs
) -> None:
    """Whatever the numbers: all lines or none, none wider than asked."""
    lines = draw(Curve(tuple(values), tuple("11-01" for _ in values), "kWh", bars), width, height, signs)
    assert len(lines) in (0, height)
    assert all(cell_len("".join(line)) <= width for line in lines)


@given(st.lists(st.decimals(-(10**6), 10**6, places=4), min_size=1), st.booleans(), st.integers(1, 12))
def test_a_scale_encloses_its_values(values: list[Decimal], from_zero: bool, most: int) -> None:
    """At most as many steps as there is room for, all of the same round size."""
    scale = scale_of(values, from_zero=from_zero, most=most)
    assert scale.low <= min(values) and max(values) <= scale.high
    assert 2 <= len(scale.ticks) <= max(2, most) + 1
    assert scale.ticks[-1] == scale.high
