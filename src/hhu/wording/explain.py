"""Words for people: what an error means and what to do next, in English and Chinese.

Errors carry facts; here each fact gets its sentence. Tables only: refusals by their code, line troubles by
their fault, limits by the form of the reason that the leaf gives. An unknown reason is shown as it is.
"""

import re

from core.errors import (
    CoreError,
    DecodeError,
    DeniedError,
    EncodeError,
    LibraryError,
    LineError,
    LineFault,
    SilenceError,
    StoreError,
    UsageError,
)
from hhu.wording.limits import LIMITS
from hhu.wording.lines import LINES
from hhu.wording.pair import Pair, Words
from hhu.wording.refusals import DENIED, REFUSALS
from hhu.wording.usages import USAGES

SILENCE = Pair(
    "No answer on {0} after {1} tries.",
    "Check probe, window and terminal address; doctor listens to the line.",
    "{0} 上尝试 {1} 次无应答。",
    "请检查光头、对准位置和终端地址；可用 doctor 检测线路。",
)
DAMAGED = Pair(
    "The answer cannot be read: {0}.",
    "Save the trace; the terminal may follow another edition of the protocol.",
    "应答无法解析：{0}。",
    "请保存报文；终端可能采用其他版本规约。",
)
STORE = Pair(
    "The store of the emulated terminal refused: {0}.",
    "Close the other program that uses it, or give another --state folder.",
    "模拟终端的存储出错：{0}。",
    "请关闭占用它的其他程序，或用 --state 指定其他目录。",
)
LIBRARY = Pair(
    "The protocol library cannot be used: {0}.",
    "{1} defect(s); hhu meters library check FILE lists them.",
    "规约库无法使用：{0}。",
    "共 {1} 处错误；hhu meters library check FILE 可全部列出。",
)


def explain(error: CoreError, language: str = "en") -> Words:
    """Return cause and next step for an error."""
    match error:
        case EncodeError():
            words = _limit(error, language)
        case UsageError():
            words = _usage(error, language)
        case DeniedError():
            words = refusal(error.code, error.afn, language)
        case SilenceError():
            words = SILENCE.words(language, error.port, str(error.tries))
        case LineError():
            pair = LINES.get(error.fault, LINES[LineFault.LOST])
            words = pair.words(language, error.port, error.reason.rstrip("."))
        case LibraryError():
            words = LIBRARY.words(language, str(error), str(len(error.defects)))
        case DecodeError():
            words = DAMAGED.words(language, str(error))
        case StoreError():
            words = STORE.words(language, error.reason.rstrip("."))
        case _:
            words = Words(_sentence(str(error) or type(error).__name__))
    return words


def refusal(code: int | None, afn: int, language: str = "en") -> Words:
    """Return the words of an ERR byte; ``None`` after a denial without one."""
    pair = None if code is None else REFUSALS.get(code)
    return pair.words(language) if pair else DENIED.words(language, f"{afn:02X}H")


def _limit(error: EncodeError, language: str) -> Words:
    field = f"{error.field}: " if error.field else ""
    for form, pair in LIMITS:
        found = re.fullmatch(form, error.reason)
        if found:
            words = pair.words(language, *found.groups())
            return Words(field + words.cause, words.next_step)
    return Words(_sentence(field + error.reason), error.hint)


def _usage(error: UsageError, language: str) -> Words:
    for form, cause, step in USAGES if language == "zh" else ():
        found = re.fullmatch(form, error.reason)
        if found:
            return Words(cause.format(*found.groups()), step)
    return Words(_sentence(error.reason), error.hint)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "。", "!", "?")) else f"{text}."
