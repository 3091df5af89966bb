"""AFN00 read as a word on a request."""

import pytest

from core.gdw376.verdict import Judgement, Verdict, judge

OK, NO = Verdict.CONFIRMED, Verdict.DENIED


@pytest.mark.parametrize(
    ("payload", "judgement"),
    [
        ("00000100", Judgement(OK)),
        ("00000200", Judgement(NO)),
        ("0000010000", Judgement(OK)),
        ("00000100000000000000", Judgement(OK)),
        ("00000400 02 00000400 00", Judgement(OK)),
        ("00000300 02 00000400 00", Judgement(OK)),
        ("00000400 04 00000400 00 00000101 0B", Judgement(NO, ((0, 9, 0x0B),), 0x0B)),
        ("00000400 10 00000100 03", Judgement(NO, ((0, 1, 3),), 3)),
        ("00000400 04 00000500 01", Judgement(NO, ((0, 1, 1), (0, 3, 1)), 1)),
        ("00000400 04 01000100 01", Judgement(NO, (), 1)),
        ("00000400 04", Judgement(NO)),
        ("00000300", Judgement(NO)),
        ("00000800", Judgement(NO)),
        ("0000", Judgement(NO)),
        ("", Judgement(NO)),
    ],
)
def test_words(payload: str, judgement: Judgement) -> None:
    """F1, F2, F3 and the deviations seen; what cannot be read is never taken for a confirmation."""
    assert judge(bytes.fromhex(payload)) == judgement


def test_denial_becomes_an_error() -> None:
    """The error carries the AFN asked, the code and the units; a confirmation is no error."""
    error = judge(bytes.fromhex("00000400 04 00000400 03")).error(4)
    assert error is not None
    assert (error.afn, error.code, error.refused) == (4, 3, ((0, 3, 3),))
    assert judge(bytes.fromhex("00000100")).error(4) is None
