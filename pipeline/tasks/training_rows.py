"""What the rankers learn from: described candidates of whole queries, with their labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.progress import far
from data.schema import TYPES, CandidateKeys, check_wide
from data.tables import read_whole, scan, shard_file, write
from pipeline.store.room import Room, counted
from pipeline.tasks.description import Description
from ranker.dataset import ROWS_AT_ONCE
from ranker.training_rows import TrainingSize, choose_queries, hits_of, label_rows

QUERIES_AT_ONCE = 2_000
ROW_ON_DISK = 220  # bytes of all features, packed


@dataclass(frozen=True)
class TrainingRows:
    """hits.parquet and rows/: FEATURES of the training queries with session, part and labels, some a file.

    Parameters
    ----------
    description
        The valid fold's candidates, and what describes them.
    size
        How many queries are learnt from.
    served
        The same of served lists' questions (`pipeline.tasks.served`), which stand in place of the fold's own of the
        same number; null where there are none.
    """

    description: Description
    size: TrainingSize
    served: Description | None = None

    def room(self) -> Room:
        """On disk, if as many queries have a hit of each type as may be learnt from."""
        wanted = len(TYPES) * (self.size.train_queries + self.size.stop_queries)
        queries = min(wanted, counted(self.description.fold, "queries"))
        return Room(disk=ROW_ON_DISK * queries * self.description.total)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        asked = [_Asked(self.description, () if self.served is None else (self.served.fold.path,))]
        if self.served is not None:
            asked.append(_Asked(self.served))
        hits = pl.concat([one.hits() for one in asked]).collect()
        queries = pl.concat([one.queries for one in asked])
        chosen = choose_queries(hits.lazy(), queries, self.size).collect()
        write(hits.join(queries.collect(), on="query"), into / "hits.parquet")
        rows = files = 0
        for one in asked:
            for table in one.labelled(chosen, hits):
                rows += write(table, shard_file(into / "rows", files), ROWS_AT_ONCE // 4)
                files += 1
                far(rows, unit="rows")
        told = {"queries": chosen.height, "rows": rows}
        if self.served is not None:
            told["served_queries"] = chosen.join(asked[1].queries.collect(), on="query", how="semi").height
        return told


@dataclass(frozen=True)
class _Asked:
    """Questions of one description, without those that stand among others' too."""

    source: Description
    others: tuple[Path, ...] = ()

    @property
    def queries(self) -> pl.LazyFrame:
        """query, part."""
        mine = scan(self.source.fold.path / "queries").select("query", "part")
        for other in self.others:
            mine = mine.join(scan(other / "queries").select("query"), on="query", how="anti", maintain_order="left")
        return mine

    def hits(self) -> pl.LazyFrame:
        """The labels that candidates contain: query, type, item."""
        source, labels = self.source, scan(self.source.fold.path / "labels")
        shards = range(len(source.candidates))
        cut = [scan(source.candidate_file(s)).filter(pl.col("fused__rank") <= source.total) for s in shards]
        found = pl.concat([hits_of(candidates, labels) for candidates in cut])
        return found.join(self.queries, on="query", how="semi", maintain_order="left")

    def labelled(self, chosen: pl.DataFrame, hits: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """FEATURES of the chosen queries, some at a time, with session, part and labels."""
        fold, describing = self.source.fold.path, self.source.open()
        mine = chosen.join(self.queries.select("query").collect(), on="query", how="semi")
        for shard in range(len(self.source.candidates)):
            asked = read_whole(shard_file(fold / "queries", shard)).select("query", "session")
            here = mine.join(asked, on="query", validate="1:1")
            for first in range(0, max(here.height, 1), QUERIES_AT_ONCE):
                some = here.sort("query").slice(first, QUERIES_AT_ONCE)
                table = check_wide(describing.frame(some, shard), CandidateKeys)
                yield (
                    label_rows(table.lazy(), hits.lazy())
                    .join(some.lazy(), on="query", validate="m:1", maintain_order="left")
                    .collect()
                )
