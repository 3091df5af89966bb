"""What ``hhu decode`` prints of the maker's extension."""

from tests.core.vendor.test_envelope import ROWS
from tests.hhu.cli.conftest import Hhu

SECRET = ("X6", "X8")
"""Worked examples with a password or PW that is not zeros."""


def test_passwords_do_not_get_out(hhu: Hhu) -> None:
    """X6 and X8: neither the tree nor the JSON has their digits."""
    for row in ROWS:
        if row["name"] not in SECRET or row["direction"] == "up":
            continue
        for ended in (hhu("decode", row["hex"]), hhu("decode", "--json", row["hex"])):
            shown = ended.out.replace(" ", "").upper()
            assert "563412" not in shown
            assert "A0A1A2A3" not in shown
            assert ended.code == 0


def test_the_tree_of_a_transfer(hhu: Hhu) -> None:
    """X22: what the terminal has of the file, in words."""
    raw = next(row["hex"] for row in ROWS if row["name"] == "X22" and row["direction"] == "up")
    out = hhu("decode", raw).out
    for words in (
        "84H write first answered",
        "First missing unit 首个缺少单元: 1 (byte 256)",
        "Flags 标志: resumed",
    ):
        assert words in out


def test_another_makers_use_of_the_afn_stays_closed(hhu: Hhu) -> None:
    """§1.4: without recognition nothing is guessed."""
    out = hhu("decode", "684A004A00684A2211887702F0610F0700363D5BE00000000B16").out
    assert "Maker's extension" in out
    assert "Extension code" not in out
