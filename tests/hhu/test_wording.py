import pytest

from core.errors import (
    CoreError,
    DecodeError,
    DeniedError,
    EncodeError,
    LineError,
    LineFault,
    SilenceError,
    StoreError,
    UsageError,
)
from core.gdw376.refusals import Refusal
from hhu.client.names import parse_name, parse_wish, readable
from hhu.client.passwords import PasswordError
from hhu.wording.explain import explain, refusal


@pytest.mark.parametrize("reason", list(Refusal))
def test_every_refusal_has_cause_and_next_step(reason: Refusal) -> None:
    """In both languages, and they are not the general words."""
    for language in ("en", "zh"):
        words = refusal(reason.value, 4, language)
        assert words.cause
        assert words.next_step
        assert "04H" not in words.text


@pytest.mark.parametrize("fault", [fault for fault in LineFault if fault is not LineFault.SILENT])
def test_every_line_fault_has_cause_and_next_step(fault: LineFault) -> None:
    """The port is named."""
    for language in ("en", "zh"):
        words = explain(LineError("COM4", "what the system said", fault=fault), language)
        assert "COM4" in words.cause
        assert words.next_step


@pytest.mark.parametrize(
    "text",
    [
        "main-ip=999.1.1.1",
        "main-ip=a.b",
        "main-port=70000",
        "main-port=x",
        "apn=12345678901234567",
        "apn=中国移动",
        "address=1",
        "04F4.master=12345678901234567",
    ],
)
def test_limits_are_explained_in_both_languages(text: str) -> None:
    """Field, limit and next step; Chinese words are Chinese."""
    with pytest.raises(EncodeError) as refused:
        parse_wish(text)
    english, chinese = explain(refused.value), explain(refused.value, "zh")
    assert english.cause.startswith("04F")
    assert english.next_step
    assert any("一" <= sign <= "鿿" for sign in chinese.next_step)


@pytest.mark.parametrize("text", ["nonsense", "04F3.nonsense", "reset-factory"])
def test_wrong_names_are_explained_in_chinese(text: str) -> None:
    """The name stays as typed."""
    with pytest.raises(UsageError) as refused:
        readable(parse_name(text))
    words = explain(refused.value, "zh")
    assert any("一" <= sign <= "鿿" for sign in words.cause)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (DeniedError(4), "04H"),
        (DeniedError(4, 0x77), "04H"),
        (SilenceError("COM4", "nobody", 3), "COM4 after 3 tries"),
        (DecodeError("odd", 3, "04F3"), "odd"),
        (StoreError("disk full"), "disk full"),
        (PasswordError("The vault stays shut.", "Open it."), "vault"),
        (EncodeError("never seen before", field="x"), "x: never seen before."),
        (CoreError(), "CoreError"),
    ],
)
def test_other_errors_keep_their_facts(error: CoreError, cause: str) -> None:
    """What has no row of its own is shown as it is."""
    assert cause in explain(error).cause
    assert explain(error, "zh").cause
