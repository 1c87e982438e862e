"""Word2vec over sessions: items that stand in like company lie near each other, even if nobody visited both."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candidates.algorithms.annoy_file import check_index
from candidates.algorithms.event_weights import Decay, longest
from candidates.algorithms.lists import codes_of, lists_of
from candidates.algorithms.nearest import Floats, Index, nearest, opened, write_index
from candidates.algorithms.vector_kernel import last_known, summed
from candidates.proposals import Proposals, Recaller, starts_of
from candidates.source import Fitted, History, Openable, Sizes
from data.checks import check_at_least, check_at_most, check_share
from data.sound import need, need_finite
from data.top import top_k
from data.visible import Visible

LOWEST_RATE = 1e-4
"""What gensim's learning rate falls to."""


@dataclass(frozen=True)
class Word2Vec(Openable):
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
    learning_rate
        Of the first event, from where it falls to 0.0001; one pass over a large log wants more than many over a small.
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
    learning_rate: float = 0.025
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
        check_at_most(self, 4_096, "dimension", "trees")
        check_at_most(self, 1_024, "workers", "window", "negative")
        if self.search_k < 1 and self.search_k != -1:
            raise ValueError(f"`search_k` must be at least 1, or -1 for Annoy's own choice, got {self.search_k}.")
        if not math.isfinite(self.ns_exponent):
            raise ValueError(f"`ns_exponent` must be a finite number, got {self.ns_exponent}.")
        if not LOWEST_RATE <= self.learning_rate <= 1:
            raise ValueError(f"`learning_rate` must lie from {LOWEST_RATE} to 1, got {self.learning_rate}.")
        check_share(self, "decay")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"`seed` must lie from 0 to 2^32 - 1, got {self.seed}.")

    def room(self, sizes: Sizes) -> tuple[int, int]:
        """The sessions as sentences, and the vectors with their index; what is kept of both."""
        vectors = sizes.items * (4 * self.dimension + 4 * self.trees)
        words = 300 * sizes.items
        return (
            8 * sizes.events + 30 * sizes.sessions + words + 3 * vectors,
            2 * vectors + 5 * self.neighbours * sizes.items,
        )

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

    def open(self, fitted: Fitted) -> Recaller:
        """The last item's neighbours, and the nearest of the session's mean (see `Source.open`)."""
        table = fitted.table("vectors").collect()
        items, vectors = table["item"].to_numpy(writable=True), table["vector"].to_numpy(writable=True)
        need(vectors.ndim == 2, "its vectors are of several lengths")
        need_finite(vectors, "vector")
        neighbours = lists_of(fitted.table("neighbours"), "item", "neighbour")
        rows, decay = codes_of(items, np.arange(len(items))), Decay(self.decay)
        index = self._index(fitted.folder, vectors.shape[1])
        if len(items):
            check_index(index.file, vectors)
        ready = opened(index) if len(items) else None

        def answer(visible: Visible, k: int) -> dict[str, Proposals]:
            known = rows(visible.item)
            powers = decay.upto(longest(visible.starts))
            asked, means = unit_rows(summed(visible.starts, known, powers, vectors))
            return {
                f"{self.name}_last": neighbours.first(last_known(visible.starts, known, visible.item), k),
                f"{self.name}_session": _in_order(asked, *nearest(index, means, k, ready), items),
            }

        return answer

    def _index(self, folder: Path, dimension: int) -> Index:
        return Index(folder / "index.ann", dimension, self.search_k, self.parallel_from)

    def _neighbours(self, items: NDArray[np.uint32], index: Index) -> pl.DataFrame:
        counts, ids, scores = nearest(index, np.arange(len(items)), self.neighbours + 1)
        rows = np.repeat(np.arange(len(counts)), counts)
        found = pl.DataFrame({"key": items[rows], "item": items[ids], "score": scores}).filter(rows != ids)
        best = top_k(found.lazy(), self.neighbours, by="key")
        return best.select(item="key", neighbour="item", rank="rank", score="score").collect()


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


def _in_order(
    asked: NDArray[np.bool_],
    counts: NDArray[np.int64],
    ids: NDArray[np.int64],
    scores: Floats,
    items: NDArray[np.uint32],
) -> Proposals:
    """What was found for the asked queries, by falling score, ties by item."""
    every = np.zeros(len(asked), np.int64)
    every[asked] = counts
    found = items[ids].astype(np.int64)
    order = np.lexsort((found, -scores, np.repeat(np.arange(len(every)), every)))
    return Proposals(starts_of(every), found[order], scores[order])
