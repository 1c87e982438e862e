"""What a recommender opens, written down for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving.contents import Contents, write_contents


@dataclass(frozen=True)
class PublishedContents:
    """A file of contents (see `serving.contents`), with paths relative to where it is published, and what they hold."""

    contents: Contents
    output: Path
    parts: Mapping[str, str]

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        return {"file": write_contents(self.contents, self.output, into, self.parts).name}
