"""The languages of the glass; English unless a person chose another one (device behaviour 3.1)."""

from core.panel.chinese import CHINESE
from core.panel.facts import Facts
from core.panel.texts import ENGLISH, Texts

LANGUAGES: dict[str, Texts] = {"en": ENGLISH, "zh": CHINESE}


def texts_of(facts: Facts) -> Texts:
    """Return the words of the language in use."""
    return LANGUAGES.get(facts.display.language, ENGLISH)
