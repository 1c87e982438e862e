"""profile.html: what profile.json tells, as a page with its pictures."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from data.tables import read_json
from pipeline.store.task import Artifact
from pipeline.tasks.log_profile import PROFILE
from report.page.write import looks, write_page
from report.profile.log_page import log_page
from report.profile.table_page import table_page

PAGES = {"log": log_page, "table": table_page}


@dataclass(frozen=True)
class ProfilePage:
    """profile.html, and charts/<name>.svg and .png.

    Parameters
    ----------
    numbers
        profile.json.
    of
        What it is the portrait of.
    looks
        What pages look like, so that a new look makes them anew.
    """

    numbers: Artifact
    of: Literal["log", "table"]
    looks: str = field(default_factory=looks)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        page = PAGES[self.of](read_json(self.numbers.path / PROFILE))
        write_page(page, into / "profile.html", into / "charts")
        return {"sections": len(page.sections)}
