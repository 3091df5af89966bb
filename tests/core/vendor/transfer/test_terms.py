"""Names of files on their way."""

import pytest

from core.vendor.transfer.terms import plain_name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("demo.hxp", "demo.hxp"), ("/HX1088/demo.hxp", "demo.hxp"), (r"C:\new\demo.hxp", "demo.hxp"),
        ("x" * 64, "x" * 64), ("x" * 65, None), ("", None), ("demo.hxp/", None), ("../demo.hxp", None),
        ("a..b", None), ("..", None), ("demo hxp", None), ("固件.hxp", None), ("demo.hxp\n", None),
        ("demo\0.hxp", None),
    ],
)  # fmt: skip
def test_names_of_files(name: str, kept: str | None) -> None:
    """§3.1, §3.10: the part behind the last separator, of few signs; '..', empty and long are refused."""
    assert plain_name(name) == kept
