"""Word2vec over sessions: items that stand in like company lie near each other, even if nobody visited both."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from candidates.algorithms.nearest import Floats, Index, nearest, write_index
from candidates.source import Fitted, History
from data.checks import check_at_least, check_share
from data.top import top_k


@dataclass(frozen=True)
class Word2Vec:
    """Neighbours in a space of item vectors: of the session's last item, and of its mean.

    Parameters
    ----------
    name
        The prefix of its members, `<name>_last` and `<name>_session`.
    dimension
        Of the vectors.
    window
        Two events further apart in a session are no pair; every pair's window is drawn from 1 to this.
    negative
        Items drawn at random against every pair.
    ns_exponent
        They are drawn by frequency to this power: 1 as frequent, 0 evenly, below 0 rare ones more often.
    skip_gram
        Predict the company from the item; otherwise the item from its company's mean.
    epochs
        Passes over the history.
    min_count
        Items with fewer events have no vector; neither have those that stand in no session with another such event.
    workers
        Threads that train; with more than 1 no two runs are alike.
    trees
        Of the Annoy index.
    search_k
        Nodes of the index looked at a lookup; -1 for `trees` x what is asked for.
    neighbours
        Kept an item.
    decay
        An event's weight in the session's mean per event that came later.
    parallel_from
        So many lookups at once go to several processes.
    seed
        Of the vectors' start, the drawn items, the windows and the trees.

    Notes
    -----
    Skip-gram with negative sampling: Mikolov et al. 2013, "Distributed representations of words and phrases and their
    compositionality". Of items: Barkan, Koenigstein 2016, "Item2vec". Why `ns_exponent`, `epochs` and `window` matter
    more here than in texts: Caselles-Dupre, Lesaint, Royo-Letelier 2018, "Word2vec applied to recommendation:
    hyperparameters matter". gensim reads the first 10,000 events of a session.
    """

    name: str = "word2vec"
    needs: ClassVar[tuple[str, ...]] = ()
    dimension: int = 64
    window: int = 5
    negative: int = 10
    ns_exponent: float = 0.75
    skip_gram: bool = True
    epochs: int = 15
    min_count: int = 2
    workers: int = 1
    trees: int = 50
    search_k: int = -1
    neighbours: int = 50
    decay: float = 0.6
    parallel_from: int = 10_000
    seed: int = 1

    def __post_init__(self) -> None:
        counts = ("dimension", "window", "negative", "epochs", "min_count", "workers", "trees", "neighbours")
        check_at_least(self, 1, *counts, "parallel_from")
        if self.search_k < 1 and self.search_k != -1:
            raise ValueError(f"`search_k` must be at least 1, or -1 for Annoy's own choice, got {self.search_k}.")
        if not math.isfinite(self.ns_exponent):
            raise ValueError(f"`ns_exponent` must be a finite number, got {self.ns_exponent}.")
        check_share(self, "decay")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"`seed` must lie from 0 to 2^32 - 1, got {self.seed}.")

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Write `vectors` (VECTORS), `neighbours` (NEIGHBOURS) and the index, whose ids are the rows of `vectors`."""
        from candidates.algorithms.word2vec_training import Sentences, train  # noqa: PLC0415 - gensim takes a second to load

        items, vectors = train(Sentences.of(history.events, self.min_count), self)
        items, vectors = centred(items, vectors)
        as_table(items, vectors).write_parquet(into / "vectors.parquet")
        write_index(vectors, into / "index.ann", self.trees, self.seed)
        index = self._index(into, self.dimension)
        self._neighbours(items, index).write_parquet(into / "neighbours.parquet")
        return Fitted(into)

    def recall(self, prefixes: pl.LazyFrame, fitted: Fitted, k: int) -> dict[str, pl.LazyFrame]:
        """The last item's neighbours, and the nearest of the session's mean (see `Source.recall`)."""
        table = fitted.table("vectors").with_row_index("id").collect()
        visited = prefixes.select("query", "position", "item").join(
            table.lazy().select("item", "id"), on="item", validate="m:1"
        )
        neighbours = fitted.table("neighbours").select("item", "neighbour", "score")
        means = session_means(prefixes, table, self.decay)
        return {
            f"{self.name}_last": of_last_item(visited, neighbours, k),
            f"{self.name}_session": self._near(*means, table, fitted, k),
        }

    def _index(self, folder: Path, dimension: int) -> Index:
        return Index(folder / "index.ann", dimension, self.search_k, self.parallel_from)

    def _neighbours(self, items: NDArray[np.uint32], index: Index) -> pl.DataFrame:
        found = nearest(index, np.arange(len(items)), self.neighbours + 1).filter(pl.col("row") != pl.col("id"))
        scored = found.select(key=_pick(items, "row"), item=_pick(items, "id"), score="score")
        best = top_k(scored.lazy(), self.neighbours, by="key")
        return best.select(item="key", neighbour="item", rank="rank", score="score").collect()

    def _near(
        self, queries: NDArray[np.uint32], means: Floats, table: pl.DataFrame, fitted: Fitted, k: int
    ) -> pl.LazyFrame:
        found = nearest(self._index(fitted.folder, means.shape[1]), means, k)
        items = table["item"].to_numpy()
        return top_k(found.select(query=_pick(queries, "row"), item=_pick(items, "id"), score="score").lazy(), k)


def centred(items: NDArray[np.uint32], vectors: Floats) -> tuple[NDArray[np.uint32], Floats]:
    """Subtract the mean and scale to length one; an item that lies on the mean has no direction and is left out.

    Word vectors share one large direction; without it they differ more: Mu, Viswanath 2018, "All-but-the-top".
    """
    if not len(items):
        return items, vectors
    wide = vectors.astype(np.float64)
    kept, units = unit_rows(wide - wide.mean(axis=0))
    return items[kept], units


def unit_rows(rows: NDArray[np.float64]) -> tuple[NDArray[np.bool_], Floats]:
    """Which rows have a direction, and those rows at length one."""
    lengths = np.sqrt(np.square(rows).sum(axis=1))
    kept = lengths > 1e-9
    return kept, (rows[kept] / lengths[kept, None]).astype(np.float32)


def as_table(items: NDArray[np.uint32], vectors: Floats) -> pl.DataFrame:
    """VECTORS: item u32, vector array[f32, d]."""
    kind = pl.Array(pl.Float32, vectors.shape[1])
    return pl.DataFrame({"item": items, "vector": pl.Series(vectors, dtype=kind)})


def of_last_item(visited: pl.LazyFrame, neighbours: pl.LazyFrame, k: int) -> pl.LazyFrame:
    """The neighbours of each query's latest item that has any.

    Parameters
    ----------
    visited
        query, position, item: events whose items have a vector.
    neighbours
        item, neighbour, score.
    k
        Items a query at most.

    Returns
    -------
    pl.LazyFrame
        query, item, rank, score.
    """
    last = visited.group_by("query").agg(pl.col("item").sort_by("position").last())
    scored = last.join(neighbours, on="item").select("query", item="neighbour", score="score")
    return top_k(scored, k)


def session_means(prefixes: pl.LazyFrame, table: pl.DataFrame, decay: float) -> tuple[NDArray[np.uint32], Floats]:
    """The direction of each session's mean vector, where an event weighs decay ^ (events since).

    Parameters
    ----------
    prefixes
        PREFIXES.
    table
        VECTORS with `id`, the row number.
    decay
        Per event that came later, whether or not its item has a vector.

    Returns
    -------
    tuple
        Queries in ascending order, those left out whose items have no vectors or cancel out; unit rows.
    """
    since = pl.col("position").max().over("query") - pl.col("position")
    events = (
        prefixes.select("query", "position", "item", weight=pl.lit(decay).pow(since.cast(pl.Int32)))
        .join(table.lazy().select("item", "id"), on="item", validate="m:1")
        .sort("query", "position")
        .collect()
    )
    runs = events["query"].rle().struct.unnest()
    starts = np.concatenate([[0], np.cumsum(runs["len"].to_numpy(), dtype=np.int64)])
    shape = (runs.height, table.height)
    # a product row by row, entry by entry: the sums' order is the rows' order, whatever else is asked
    weights = csr_array((events["weight"].to_numpy(), events["id"].to_numpy(), starts), shape=shape)
    kept, units = unit_rows(weights @ table["vector"].to_numpy().astype(np.float64))
    return runs["value"].to_numpy()[kept], units


def _pick(values: NDArray[np.uint32], column: str) -> pl.Expr:
    """The values at the row numbers in a column."""
    return pl.lit(pl.Series(values, dtype=pl.UInt32)).gather(pl.col(column))
