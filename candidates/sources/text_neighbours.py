"""Items whose texts are alike: all that is known of an item that nobody has visited yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from candidates.algorithms.votes import NeighbourRecall, best_neighbours
from candidates.proposals import Recaller, as_member
from candidates.source import Fitted, History, Openable
from data.checks import check_at_least, check_share
from data.schema import Neighbours

PAIRS_AT_ONCE: Final = 10_000_000
"""Pairs of items that are compared at once: up to some 30 B each."""


@dataclass(frozen=True)
class TextNeighbours(Openable):
    """Neighbours by the cosine of their texts' words and pairs of words, weighted by TF-IDF.

    A word that stands n times in a text weighs (1 + ln n) x (1 + ln((1 + texts) / (1 + texts with it))). Words are
    two letters or digits and more, without case and accents. Which words there are and how rare each is, is learnt
    from the items of the history; neighbours are such items; every item of the log that shares a word with one has
    neighbours.

    Parameters
    ----------
    name
        The prefix of its columns.
    words
        The longest run of words that counts as one: 1 for single words, 2 for pairs of words too.
    min_items
        Words in fewer items' texts are left out.
    max_share
        Words in a larger share of the texts are left out: they say little, and cost most.
    neighbours
        Kept an item.
    votes
        How the table answers a running session.

    Notes
    -----
    Salton, Buckley 1988, "Term-weighting approaches in automatic text retrieval", as in scikit-learn's
    TfidfVectorizer. Time grows with the square of the number of items.
    """

    name: str = "text_neighbours"
    needs: ClassVar[tuple[str, ...]] = ()
    words: int = 2
    min_items: int = 2
    max_share: float = 0.5
    neighbours: int = 50
    votes: NeighbourRecall = field(default_factory=NeighbourRecall)

    def __post_init__(self) -> None:
        check_at_least(self, 1, "words", "min_items", "neighbours")
        check_share(self, "max_share")

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Write neighbours.parquet: NEIGHBOURS."""
        visited = history.events.select("item", visited=True).unique()
        texts = (
            history.items.filter(pl.col("text").is_not_null())
            .join(visited, on="item", how="left", validate="1:1")
            .select("item", "text", "visited")
            .sort("item")
            .collect()
        )
        is_visited = texts["visited"].fill_null(False).to_numpy()
        weights = self._weights(texts["text"].to_list(), is_visited)
        items = texts["item"].to_numpy()
        pieces = [pl.DataFrame(Neighbours.create_empty())]
        for pairs in _nearest(weights, items, np.flatnonzero(is_visited), self.neighbours):
            pieces.append(best_neighbours(pairs.lazy(), self.neighbours).collect())
        pl.concat(pieces).write_parquet(into / "neighbours.parquet")
        return Fitted(into)

    def open(self, fitted: Fitted) -> Recaller:
        """The items whose texts are like those of the session's latest items (see `Source.open`)."""
        return as_member(self.name, self.votes.open(fitted.table("neighbours")))

    def _weights(self, texts: list[str], is_visited: NDArray[np.bool_]) -> csr_matrix:
        """A row of unit length a text, a column a word; a row is empty where no word is known."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - takes seconds to load

        model = TfidfVectorizer(
            strip_accents="unicode",
            ngram_range=(1, self.words),
            min_df=self.min_items,
            max_df=float(self.max_share),  # a float is a share, a whole number would be a count
            sublinear_tf=True,
        )
        try:
            model.fit(text for text, known in zip(texts, is_visited, strict=True) if known)
        except ValueError:  # no word is left
            return csr_matrix((len(texts), 0))
        weights: csr_matrix = model.transform(texts)
        return weights


def _nearest(
    weights: csr_matrix, items: NDArray[np.uint32], known: NDArray[np.int64], most: int
) -> Iterator[pl.DataFrame]:
    """item, neighbour, score: for some items at a time, the pairs that can be among their `most` best."""
    by_word = weights[known].T.tocsr()
    if not by_word.nnz:
        return
    step = max(1, PAIRS_AT_ONCE // len(known))
    for start in range(0, len(items), step):
        cosines = weights[start : start + step] @ by_word
        kept = np.flatnonzero(_among_best(cosines, most + 1))  # one more, as an item is alike to itself
        row = np.searchsorted(cosines.indptr, kept, side="right") - 1
        found = {"item": items[start + row], "neighbour": items[known[cosines.indices[kept]]]}
        pairs = pl.DataFrame(found | {"score": cosines.data[kept]})
        yield pairs.filter((pl.col("item") != pl.col("neighbour")) & (pl.col("score") > 0))


def _among_best(scores: csr_matrix, k: int) -> NDArray[np.bool_]:
    """Which entries are among their row's `k` largest, or equal to the last of them.

    A loop over rows: one partition of a whole block takes several times as long, for all the zeros in it.
    """
    kept = np.ones(scores.nnz, dtype=np.bool_)
    for start, end in pairwise(scores.indptr.tolist()):
        if end - start > k:
            its = scores.data[start:end]
            kept[start:end] = its >= np.partition(its, -k)[-k]
    return kept
