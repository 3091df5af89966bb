"""What the wire cannot carry, by the form of the reason that the leaf gives."""

from collections.abc import Sequence

from hhu.wording.pair import Pair

LIMITS: Sequence[tuple[str, Pair]] = (
    (
        r"(\S+) is outside (\S+)",
        Pair("{0} is outside {1}.", "Give a number from {1}.", "{0} 超出范围 {1}。", "请输入 {1} 之间的数。"),
    ),
    (
        r"(\d+) (?:characters|digits), at most (\d+) fit",
        Pair(
            "{0} characters are too many.",
            "At most {1} fit; shorten it.",
            "{0} 个字符过长。",
            "最多 {1} 个字符，请缩短。",
        ),
    ),
    (
        r"only ASCII letters, digits and signs can be sent, not (.+)",
        Pair(
            "{0} holds signs that cannot be sent.",
            "Only ASCII letters, digits and signs; switch the input method off.",
            "{0} 含有无法发送的字符。",
            "只能使用 ASCII 字母、数字和符号；请关闭输入法。",
        ),
    ),
    (
        r"segment (\d+) of (\S+) is above 255",
        Pair(
            "Segment {0} of {1} is above 255.",
            "Give four numbers from 0 to 255, as 10.20.30.40.",
            "{1} 中的 {0} 超过 255。",
            "请输入四个 0 到 255 的数，如 10.20.30.40。",
        ),
    ),
    (
        r"an address like 10\.20\.30\.40 expected, not (.+)",
        Pair(
            "{0} is no IP address.",
            "Give four numbers from 0 to 255, as 10.20.30.40.",
            "{0} 不是 IP 地址。",
            "请输入四个 0 到 255 的数，如 10.20.30.40。",
        ),
    ),
    (
        r"an address like 1122-7788 expected, not (.+)",
        Pair(
            "{0} is no terminal address.",
            "Give the region code and the number, as 1122-7788.",
            "{0} 不是终端地址。",
            "请输入行政区划码和终端地址，如 1122-7788。",
        ),
    ),
    (
        r"a whole number expected, not (.+)",
        Pair(
            "{0} is no whole number.",
            "Give digits only, or 0x1F.",
            "{0} 不是整数。",
            "请只输入数字，或 0x1F 形式。",
        ),
    ),
)
"""Reasons of `EncodeError` by form: limits of the wire."""
