"""profile.html: what profile.json tells, as a page with its pictures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from data.tables import read_json
from pipeline.tasks.log_profile import PROFILE
from pipeline.tasks.page_of_numbers import PageOfNumbers

if TYPE_CHECKING:
    from report.page.blocks import Page


@dataclass(frozen=True)
class ProfilePage(PageOfNumbers):
    """profile.html, and charts/<name>.svg and .png (see `PageOfNumbers`).

    Parameters
    ----------
    of
        What it is the portrait of.
    """

    html: ClassVar[str] = "profile.html"

    of: Literal["log", "table"]

    def page(self) -> "Page":
        """Make the page."""
        from report.profile.log_page import log_page  # noqa: PLC0415 - draws, which is slow to load
        from report.profile.table_page import table_page  # noqa: PLC0415

        return {"log": log_page, "table": table_page}[self.of](read_json(self.numbers.path / PROFILE))
