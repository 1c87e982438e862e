"""What the rankers learn from: described candidates of whole queries, with their labels."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.progress import far
from data.schema import CandidateKeys, check_wide
from data.tables import read_whole, scan, shard_file, write
from pipeline.tasks.description import Description
from ranker.dataset import ROWS_AT_ONCE
from ranker.training_rows import TrainingSize, choose_queries, hits_of, label_rows

QUERIES_AT_ONCE = 2_000


@dataclass(frozen=True)
class TrainingRows:
    """hits.parquet and rows/: FEATURES of the training queries with session, part and labels, some a file."""

    description: Description
    size: TrainingSize

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        source, fold = self.description, self.description.fold.path
        describing = source.open()
        shards = range(len(source.candidates))
        labels, queries = scan(fold / "labels"), scan(fold / "queries")
        cut = [scan(source.candidate_file(s)).filter(pl.col("fused__rank") <= source.total) for s in shards]
        hits = pl.concat([hits_of(candidates, labels) for candidates in cut]).collect()
        chosen = choose_queries(hits.lazy(), queries, self.size).collect()
        write(hits.join(queries.select("query", "part").collect(), on="query"), into / "hits.parquet")
        rows = files = 0
        for shard in shards:
            asked = read_whole(shard_file(fold / "queries", shard)).select("query", "session")
            mine = chosen.join(asked, on="query", validate="1:1")
            for first in range(0, max(mine.height, 1), QUERIES_AT_ONCE):
                some = mine.sort("query").slice(first, QUERIES_AT_ONCE)
                table = check_wide(describing.frame(some, shard), CandidateKeys)
                labelled = label_rows(table.lazy(), hits.lazy()).join(
                    some.lazy(), on="query", validate="m:1", maintain_order="left"
                )
                rows += write(labelled, shard_file(into / "rows", files), ROWS_AT_ONCE // 4)
                files += 1
                far(rows, unit="rows")
        return {"queries": chosen.height, "rows": rows}
