"""A page as files: html, json, and its charts as pictures."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from data.aside import ASIDE
from report.page.assets_held import looks
from report.page.blocks import Drawn, Page
from report.page.numbers import numbers_of
from report.page.specs import spec_of
from report.page.write import write_page


@dataclass(frozen=True)
class PageFiles:
    """<name>.html, which needs no other file; <name>.json, every number; <chart>.svg and .png.

    Parameters
    ----------
    name
        The files'.
    said
        A hash of what the page shows and how it looks: the same page is not written again.
    page
        The page.
    measures
        What stands in the json beside the page's numbers.
    """

    name: str
    said: str
    page: Page = field(metadata=ASIDE)
    measures: Mapping[str, Any] = field(metadata=ASIDE)

    @classmethod
    def of(cls, name: str, page: Page, measures: Mapping[str, Any]) -> "PageFiles":
        """The files of a page."""
        drawn = [block for section in page.sections for block in section.blocks if isinstance(block, Drawn)]
        specs = {block.name: spec_of(block.chart, block.described) for block in drawn}
        shown = json.dumps([_told(page, measures), specs, looks()], sort_keys=True)
        return cls(name, sha256(shown.encode()).hexdigest(), page, measures)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        write_page(self.page, into / f"{self.name}.html", into)
        told = json.dumps(_told(self.page, self.measures), indent=1)
        (into / f"{self.name}.json").write_text(told + "\n")
        return {"sections": len(self.page.sections)}


def _told(page: Page, measures: Mapping[str, Any]) -> dict[str, Any]:
    return {**numbers_of(page), "measures": dict(measures)}
