"""Signs that are not letters: fine ones for modern consoles, ASCII for the Chinese Windows console.

A console with a Chinese code page draws box lines, bullets and the check mark two columns wide, while every
library counts one: columns would jump. So nothing but these signs may stand where columns matter, and the
plain set is used wherever the fine one is not certain.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One sign per purpose; each takes the columns it has letters."""

    rule: str
    bar: str
    check: str
    bullet: str
    full: str
    void: str
    branch: str
    last: str
    trunk: str
    secret: str
    steps: str
    """Bars from nothing to a full cell, in equal steps."""
    fine_dots: str
    """``8`` where a cell can hold two by four dots, else ``1``."""


FINE = Glyphs(
    rule="─",
    bar="│",
    check="✔",
    bullet="•",
    full="█",
    void="░",
    branch="├ ",
    last="└ ",
    trunk="│ ",
    secret="•",
    steps=" ▁▂▃▄▅▆▇█",
    fine_dots="8",
)
PLAIN = Glyphs(
    rule="-",
    bar="|",
    check="ok",
    bullet="*",
    full="#",
    void=".",
    branch="+ ",
    last="` ",
    trunk="| ",
    secret="*",
    steps=" ....####",
    fine_dots="1",
)


def suitable(environment: Mapping[str, str], platform: str, encoding: str) -> Glyphs:
    """Choose for a console; ``HHU_GLYPHS=fine`` or ``plain`` overrides the guess."""
    wish = environment.get("HHU_GLYPHS", "")
    if wish in ("fine", "plain"):
        return FINE if wish == "fine" else PLAIN
    if not encoding.lower().replace("-", "").startswith("utf8"):
        return PLAIN
    if platform == "win32":  # only Windows Terminal and its kin keep ambiguous signs narrow
        return FINE if {"WT_SESSION", "TERM_PROGRAM"} & environment.keys() else PLAIN
    return FINE if environment.get("TERM", "") != "linux" else PLAIN


_chosen: Glyphs | None = None


def glyphs() -> Glyphs:
    """Return the set for this console, decided once."""
    global _chosen  # noqa: PLW0603  # a property of the console the process runs in
    if _chosen is None:
        _chosen = suitable(os.environ, sys.platform, getattr(sys.__stdout__, "encoding", None) or "ascii")
    return _chosen


def use(chosen: Glyphs | None) -> None:
    """Decide by hand; ``None`` looks at the console again."""
    global _chosen  # noqa: PLW0603  # see glyphs
    _chosen = chosen
