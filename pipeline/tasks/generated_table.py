"""A labelled table that is generated where none is given."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.synthetic.inapp import InAppLog, write_inapp


@dataclass(frozen=True)
class GeneratedInApp:
    """log/train, log/test and log/labels.parquet, in an ad platform's layout.

    Parameters
    ----------
    log
        How large.
    """

    log: InAppLog

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        return {"rows": write_inapp(self.log, into / "log")["train"]}
