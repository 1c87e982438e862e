"""A page of numbers that stand in a json, with its pictures: what all such pages share."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.store.task import Artifact
from report.page.assets_held import looks

if TYPE_CHECKING:
    from report.page.blocks import Page


@dataclass(frozen=True)
class PageOfNumbers(ABC):
    """<html>, and charts/<name>.svg and .png.

    Parameters
    ----------
    numbers
        What the page tells.
    looks
        What pages look like, so that a new look makes them anew.
    """

    html: ClassVar[str]

    numbers: Artifact
    looks: str = field(default_factory=looks, kw_only=True)

    @abstractmethod
    def page(self) -> "Page":
        """Make the page."""

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        from report.page.write import write_page  # noqa: PLC0415 - slow to load, and few commands draw

        page = self.page()
        write_page(page, into / self.html, into / "charts")
        return {"sections": len(page.sections)}
