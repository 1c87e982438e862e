"""A ranker that many machines learn at once, where one cannot hold the rows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pipeline.store.task import Artifact
from ranker.lambdarank import LambdaRank
from ranker.model_files import save_trained
from ranker.spread import train_spread


@dataclass(frozen=True)
class SpreadRanker:
    """model.txt, about.json and importance.json, as of one machine.

    Parameters
    ----------
    rows
        The training rows.
    objective
        A type, or `shared`.
    ranker
        How it is trained.
    most
        Rows of the sample that the number of trees is found on, where the `stop` part is too small for it.
    """

    spreads: ClassVar[bool] = True

    rows: Artifact
    objective: str
    ranker: LambdaRank
    most: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Train and write it."""
        from distributed import default_client  # noqa: PLC0415 - only where it is asked for

        files = sorted((self.rows.path / "rows").glob("*.parquet"))
        trained = train_spread(files, self.objective, self.ranker, self.most, default_client())
        save_trained(trained, into)
        return trained.about
