"""What every page of the workbench has: a name, a help text, and the moment it is shown again."""

from typing import ClassVar

from textual.containers import Vertical

from hhu.words import Words, words_of


class Page(Vertical):
    """Base of the pages; the workbench calls ``refresh_page`` when what the desk knows has changed."""

    HELP_TEXTS: ClassVar[dict[str, str]] = {"en": "", "zh": ""}
    """Help as Markdown, by language."""

    @property
    def words(self) -> Words:
        """Words in the language of the screen."""
        return words_of(self)

    def refresh_page(self) -> None:
        """Show what the desk knows now."""

    def enter_page(self) -> None:
        """The page is opened: focus what the technician needs first."""
