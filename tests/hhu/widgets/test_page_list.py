"""The row of pages: every key is always seen, names as far as they fit."""

import pytest

from hhu.screens.pages import PAGES, page_names
from hhu.widgets.page_list import PageName, tabs_in
from hhu.words import Words

MANY = tuple(PageName(key, f"page{key}", f"Page number {key}") for key in "1234567890")


def test_keys_and_ids_of_pages_are_single() -> None:
    """No two pages answer to one key."""
    assert len({row.key for row in PAGES}) == len({row.id for row in PAGES}) == len(PAGES)


@pytest.mark.parametrize("opened", [page.id for page in MANY])
def test_the_row_fits_80_columns_with_every_key(opened: str) -> None:
    """Names give way from the far ends; the open page keeps its name."""
    tabs = tabs_in(MANY, opened, 80)
    assert sum(tab.width for tab in tabs) <= 80
    assert [tab.page for tab in tabs] == [*MANY]
    assert next(tab for tab in tabs if tab.page.id == opened).named
    assert sum(tab.named for tab in tabs) >= 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_names_are_seen_on_a_wide_screen(language: str) -> None:
    """Nothing is left out where there is room."""
    names = page_names(Words("zh" if language == "zh" else "en"))
    assert all(tab.named for tab in tabs_in(names, "overview", 200))
