"""What served lists' questions choose from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from candidates.shown import with_shown
from data.growing import ROWS_AT_ONCE
from data.schema import CandidateKeys, check_wide
from data.tables import read_whole, scan, shard_file, write
from pipeline.store.task import Artifact


@dataclass(frozen=True)
class ShownShard:
    """NNN.parquet: CANDIDATES of one shard of served questions (see `candidates.shown.with_shown`).

    Parameters
    ----------
    candidates, shard
        What the sources propose at these moments, all of it.
    questions
        `pipeline.tasks.served.ServedQuestions`.
    total
        Candidates a query that are described.
    """

    candidates: Artifact
    shard: int
    questions: Artifact
    total: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        proposed = read_whole(shard_file(self.candidates.path, self.shard))
        mine = scan(shard_file(self.questions.path / "queries", self.shard)).select("query")
        shown = scan(self.questions.path / "shown.parquet").join(mine, on="query", how="semi").collect()
        table = check_wide(with_shown(proposed, shown, self.total), CandidateKeys)
        return {
            "candidates": write(table, shard_file(into, self.shard), ROWS_AT_ONCE),
            "not_proposed": table.height - table.join(proposed, on=["query", "item"], how="semi").height,
        }
