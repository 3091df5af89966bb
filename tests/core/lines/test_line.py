import pytest

from core.errors import UsageError
from core.lines.line import IR, RS485, SerialSettings


def test_text_is_the_short_form_of_the_trade() -> None:
    """Settings show as speed, data bits, parity, stop bits."""
    assert (IR.text, RS485.text) == ("2400 8N1", "115200 8N1")
    assert SerialSettings(1200, 7, "E", 2).text == "1200 7E2"


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        (SerialSettings(2400, 8, "N", 1), 10 / 2400),
        (SerialSettings(2400, 8, "E", 1), 11 / 2400),
        (SerialSettings(1200, 7, "O", 2), 11 / 1200),
        (SerialSettings(9600, 8, "N", 2), 11 / 9600),
    ],
)
def test_wire_time_counts_start_parity_and_stop_bits(settings: SerialSettings, seconds: float) -> None:
    """A character costs its data bits and the bits around them."""
    assert settings.wire_time(1) == pytest.approx(seconds)
    assert settings.wire_time(24) == pytest.approx(24 * seconds)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((0, 8, "N", 1), "Baud"),
        ((9_999_999, 8, "N", 1), "Baud"),
        ((2400, 9, "N", 1), "data bits"),
        ((2400, 8, "X", 1), "Parity"),
        ((2400, 8, "N", 3), "stop bits"),
    ],
)
def test_impossible_settings_are_refused(arguments: tuple[int, int, str, int], word: str) -> None:
    """What no port can run is refused at once, naming the part and the next step."""
    with pytest.raises(UsageError, match=word) as refusal:
        SerialSettings(*arguments)
    assert refusal.value.hint
