"""The pages of the workbench, one row each: key, name, class. Adding a page is adding a row.

Keys 4 to 9 are the numbers of the entries in the menu tree (device behaviour 9.1); before them stand the
pages a visit begins with, behind them, from 0 on, the ones an expert wants.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from hhu.widgets.page_list import PageName
from hhu.words import Words

if TYPE_CHECKING:
    from hhu.screens.desk import Desk
    from hhu.screens.page import Page


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page: the key that opens it, its id, its names, ``module:Class`` below `hhu.screens`."""

    key: str
    id: str
    zh: str
    en: str
    where: str

    def name(self, words: Words) -> str:
        """Return the name in the language of the screen."""
        return words.of(self.zh, self.en)

    def make(self, desk: "Desk") -> "Page":
        """Import and make the page: nothing is imported before it is opened."""
        module, _, kind = self.where.partition(":")
        page: Page = getattr(import_module(f"hhu.screens.{module}"), kind)(desk, id=self.id)
        return page


PAGES = (
    PageRow("1", "overview", "总览", "Overview", "overview:OverviewPage"),
    PageRow("2", "addresses", "地址", "Addresses", "parameters:AddressesPage"),
    PageRow("3", "uplink", "上行", "Uplink", "parameters:UplinkPage"),
    PageRow("4", "meters", "电表", "Meters", "meters:MetersPage"),
    PageRow("5", "data", "数据", "Data", "data:DataPage"),
    PageRow("6", "reading", "抄表", "Reading", "reading:ReadingPage"),
    PageRow("7", "events", "事件", "Events", "events:EventsPage"),
    PageRow("8", "clock", "时钟", "Clock", "clock:ClockPage"),
    PageRow("0", "catalogue", "全部参数", "All parameters", "catalogue:CataloguePage"),
    PageRow("F3", "upgrade", "升级", "Upgrade", "upgrade:UpgradePage"),
    PageRow("F4", "trace", "报文", "Trace", "trace:TracePage"),
    PageRow("F9", "front-end", "前置机", "Front end", "front_end:FrontEndPage"),
    PageRow("F6", "terminal", "终端", "Terminal", "terminal:TerminalPage"),
)
"""In the order shown. Kept free: 9 maintenance."""


def page_row(page: str) -> PageRow:
    """Return the row of a page by its id."""
    return next(row for row in PAGES if row.id == page)


def page_names(words: Words) -> tuple[PageName, ...]:
    """Return what the tabs and the list show."""
    return tuple(PageName(row.key, row.id, row.name(words)) for row in PAGES)
